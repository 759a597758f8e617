/*
 * The households of a partition: found by key, walked in the order of registration. That order is
 * the log's, so it is kept over a checkpoint: each household carries its ordinal.
 *
 * Open addressing over segments, because the slab's blocks end at 1 MiB; a slot has the hash beside
 * the pointer, so that a probe or a growth seldom looks at a household.
 */
#ifndef LL_CORE_HOUSEHOLDS_H
#define LL_CORE_HOUSEHOLDS_H

#include "household.h"

#define LL_HOUSEHOLDS_MAX (UINT32_C(1) << 26) /* registrations of one partition, ever */

struct ll_households_slot {
	struct ll_household *household; /* NULL: free */
	uint32_t hash;
};

struct ll_households {
	struct ll_slab *slab; /* not owned */
	struct ll_households_slot **segments;
	size_t slot_count; /* a power of two, or 0 */
	size_t used;
	struct ll_household ***pages; /* of the directory by ordinal */
	size_t page_capacity;
	uint32_t next_ordinal;
};

/* Everything is in the slab and goes with it: there is no release. */
void ll_households_init(struct ll_households *table, struct ll_slab *slab);
struct ll_household *ll_households_find(const struct ll_households *table,
					const struct ll_key *key);
/*
 * A new household in this place of the order (next_ordinal for the end); the key must not be there.
 * -LL_ERR_NO_MEMORY; -LL_ERR_EXISTS, -LL_ERR_OUT_OF_RANGE for the place.
 */
int ll_households_add(struct ll_households *table, const struct ll_key *key, uint32_t ordinal,
		      struct ll_household **ret_household);
/* Gives a household another place in the order. -LL_ERR_EXISTS, -LL_ERR_OUT_OF_RANGE. */
int ll_households_place(struct ll_households *table, struct ll_household *household,
			uint32_t ordinal);
/* Asks the memory for these households at once, instead of one after the other when they come. */
void ll_households_prefetch(const struct ll_households *table, const struct ll_key *keys,
			    size_t count);
/* Takes out and frees the household with all that it holds. */
void ll_households_remove(struct ll_households *table, struct ll_household *household);
/* By ordinal, below next_ordinal; NULL where there is none any more. */
struct ll_household *ll_households_at(const struct ll_households *table, uint32_t ordinal);

#endif
