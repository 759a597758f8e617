/*
 * How often each row has been seen in a file: two equal rows are two facts, so each gets the number
 * of its occurrence. 16 bytes a different row, at most LL_OCCURRENCES_MAX of them.
 */
#ifndef LL_PUBLISH_OCCURRENCES_H
#define LL_PUBLISH_OCCURRENCES_H

#include "base/bytes.h"

#define LL_OCCURRENCES_MAX (1u << 28) /* slots: 4 GiB */

struct ll_occurrence;

struct ll_occurrences {
	struct ll_occurrence *slots;
	size_t capacity; /* a power of two, or 0 */
	size_t used;
};

void ll_occurrences_init(struct ll_occurrences *occurrences);
void ll_occurrences_release(struct ll_occurrences *occurrences);
/* For the next file. Keeps the memory. */
void ll_occurrences_clear(struct ll_occurrences *occurrences);
/* Counts one more of hash and gives its number, from 1. -LL_ERR_NO_MEMORY. */
int ll_occurrences_count(struct ll_occurrences *occurrences, const struct ll_key *hash,
			 uint32_t *ret_number);

#endif
