#include "key_set.h"

#include <assert.h>
#include <stdlib.h>

#include "base/err.h"

#define CAPACITY_MIN 1024

void ll_key_set_init(struct ll_key_set *set)
{
	*set = (struct ll_key_set){0};
}

void ll_key_set_release(struct ll_key_set *set)
{
	free(set->slots);
	ll_key_set_init(set);
}

/* The key's place, or the free one where it belongs. Keys are pseudonyms: their bits are mixed. */
static struct ll_key *find_slot(struct ll_key *slots, size_t capacity, const struct ll_key *key)
{
	uint64_t at;

	memcpy(&at, key->bytes, sizeof(at));
	at &= capacity - 1;
	while (!ll_key_is_zero(&slots[at]) && !ll_key_equal(&slots[at], key))
		at = (at + 1) & (capacity - 1);
	return &slots[at];
}

static int grow(struct ll_key_set *set)
{
	size_t capacity = set->capacity ? set->capacity * 2 : CAPACITY_MIN;
	struct ll_key *slots;

	if (capacity > LL_KEY_SET_MAX)
		return -LL_ERR_NO_MEMORY;
	slots = calloc(capacity, sizeof(*slots));
	if (!slots)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < set->capacity; i++)
		if (!ll_key_is_zero(&set->slots[i]))
			*find_slot(slots, capacity, &set->slots[i]) = set->slots[i];
	free(set->slots);
	set->slots = slots;
	set->capacity = capacity;
	return 0;
}

int ll_key_set_add(struct ll_key_set *set, const struct ll_key *key)
{
	struct ll_key *slot;

	assert(!ll_key_is_zero(key));
	if (set->used >= set->capacity / 2) {
		int err = grow(set);

		if (err)
			return err;
	}
	slot = find_slot(set->slots, set->capacity, key);
	if (!ll_key_is_zero(slot))
		return -LL_ERR_EXISTS;
	*slot = *key;
	set->used++;
	return 0;
}
