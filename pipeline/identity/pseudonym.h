/*
 * Pseudonyms: HMAC-SHA-256 under the deployment's secret, first 16 bytes, with a domain prefix.
 * Only lifeline's edge programs (registry, publish, tasks) hold the secret: whoever has it can
 * undo a pseudonym by trying all numbers.
 */
#ifndef LL_IDENTITY_PSEUDONYM_H
#define LL_IDENTITY_PSEUDONYM_H

#include "base/bytes.h"
#include "base/err.h"

#define LL_SECRET_MIN 16 /* bytes */
#define LL_SECRET_MAX 256

struct ll_pseudonyms; /* holds the secret; wiped when freed. One thread at a time. */

/* The secret's bytes are copied. -LL_ERR_INVALID when shorter than LL_SECRET_MIN or longer than
 * MAX. */
int ll_pseudonyms_new(struct ll_str secret, struct ll_pseudonyms **ret_pseudonyms);
void ll_pseudonyms_free(struct ll_pseudonyms *pseudonyms);
/* From a citizen number as a file has it; -LL_ERR_BAD_CITIZEN_NUMBER. */
int ll_pseudonym_person(struct ll_pseudonyms *pseudonyms, struct ll_str citizen_number,
			struct ll_key *ret_key);
/* From the registry's household code, trimmed; -LL_ERR_MISSING when empty. */
int ll_pseudonym_household(struct ll_pseudonyms *pseudonyms, struct ll_str code,
			   struct ll_key *ret_key);

#endif
