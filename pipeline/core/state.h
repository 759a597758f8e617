/*
 * Entries of a checkpoint segment: one byte of kind, four of length (least first), the body. Bodies
 * begin with their version. Deterministic: equal states give equal bytes. Reading is safe for any
 * bytes.
 */
#ifndef LL_CORE_STATE_H
#define LL_CORE_STATE_H

#include "household.h"

#define LL_STATE_VERSION 2

enum ll_entry_kind { LL_ENTRY_HOUSEHOLD = 1, LL_ENTRY_TOMBSTONE = 2, LL_ENTRY_PARTITION = 3 };

/* Appends an entry; a household that is dissolved gives its tombstone. -LL_ERR_NO_MEMORY. */
int ll_state_put_household(const struct ll_household *household, struct ll_buf *out);

/*
 * Reads the body of a household entry into *ret_household, as after init; its arrays come from the
 * slab. ret_household->ordinal is what the bytes say. -LL_ERR_STATE, -LL_ERR_NO_MEMORY: nothing is
 * left behind.
 */
int ll_state_get_household(struct ll_bytes body, struct ll_slab *kept,
			   struct ll_household *ret_household);

#endif
