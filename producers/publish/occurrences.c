#include "occurrences.h"

#include <stdlib.h>

#include "base/err.h"

#define CAPACITY_MIN 1024

struct ll_occurrence {
	uint64_t hash;	/* half of the key: a chance meeting changes a number, not what is unique */
	uint32_t count; /* 0: free */
};

void ll_occurrences_init(struct ll_occurrences *occurrences)
{
	*occurrences = (struct ll_occurrences){0};
}

void ll_occurrences_release(struct ll_occurrences *occurrences)
{
	free(occurrences->slots);
	ll_occurrences_init(occurrences);
}

void ll_occurrences_clear(struct ll_occurrences *occurrences)
{
	if (occurrences->used > 0)
		memset(occurrences->slots, 0,
		       occurrences->capacity * sizeof(occurrences->slots[0]));
	occurrences->used = 0;
}

static struct ll_occurrence *find_slot(struct ll_occurrence *slots, size_t capacity, uint64_t hash)
{
	size_t at = (size_t)hash & (capacity - 1);

	while (slots[at].count > 0 && slots[at].hash != hash)
		at = (at + 1) & (capacity - 1);
	return &slots[at];
}

static int grow(struct ll_occurrences *occurrences)
{
	size_t capacity = occurrences->capacity ? occurrences->capacity * 2 : CAPACITY_MIN;
	struct ll_occurrence *slots;

	if (capacity > LL_OCCURRENCES_MAX)
		return -LL_ERR_NO_MEMORY;
	slots = calloc(capacity, sizeof(*slots));
	if (!slots)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < occurrences->capacity; i++)
		if (occurrences->slots[i].count > 0)
			*find_slot(slots, capacity, occurrences->slots[i].hash) =
				occurrences->slots[i];
	free(occurrences->slots);
	occurrences->slots = slots;
	occurrences->capacity = capacity;
	return 0;
}

int ll_occurrences_count(struct ll_occurrences *occurrences, const struct ll_key *hash,
			 uint32_t *ret_number)
{
	struct ll_occurrence *slot;
	uint64_t half;

	if (occurrences->used >= occurrences->capacity / 2) {
		int err = grow(occurrences);

		if (err)
			return err;
	}
	memcpy(&half, hash->bytes, sizeof(half));
	slot = find_slot(occurrences->slots, occurrences->capacity, half);
	if (slot->count == 0) {
		slot->hash = half;
		occurrences->used++;
	}
	*ret_number = ++slot->count;
	return 0;
}
