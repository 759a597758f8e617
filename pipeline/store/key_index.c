#include "key_index.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/hash.h"

#define CAPACITY_MIN 64
#define HASH_SEED    0

struct ll_key_index_slot {
	struct ll_bytes key; /* data is NULL: free */
	uint64_t hash;
	size_t value;
};

void ll_key_index_init(struct ll_key_index *index)
{
	*index = (struct ll_key_index){0};
	ll_arena_init(&index->keys, 0);
}

void ll_key_index_release(struct ll_key_index *index)
{
	free(index->slots);
	ll_arena_release(&index->keys);
	ll_key_index_init(index);
}

/* The slot of the key, or the free one where it belongs. */
static struct ll_key_index_slot *find_slot(struct ll_key_index_slot *slots, size_t capacity,
					   struct ll_bytes key, uint64_t hash)
{
	for (size_t i = hash & (capacity - 1);; i = (i + 1) & (capacity - 1)) {
		struct ll_key_index_slot *slot = &slots[i];

		if (!slot->key.data || (slot->hash == hash && slot->key.size == key.size &&
					memcmp(slot->key.data, key.data, key.size) == 0))
			return slot;
	}
}

static int index_grow(struct ll_key_index *index)
{
	size_t capacity = index->capacity ? index->capacity * 2 : CAPACITY_MIN;
	struct ll_key_index_slot *slots = calloc(capacity, sizeof(*slots));

	if (!slots)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < index->capacity; i++)
		if (index->slots[i].key.data)
			*find_slot(slots, capacity, index->slots[i].key, index->slots[i].hash) =
				index->slots[i];
	free(index->slots);
	index->slots = slots;
	index->capacity = capacity;
	return 0;
}

int ll_key_index_put(struct ll_key_index *index, struct ll_bytes key, size_t value,
		     size_t *ret_value, bool *ret_new)
{
	uint64_t hash = ll_hash64(key.data, key.size, HASH_SEED);
	struct ll_key_index_slot *slot;

	/* At most half full, so that a search ends soon. */
	if (index->count * 2 >= index->capacity && index_grow(index))
		return -LL_ERR_NO_MEMORY;
	slot = find_slot(index->slots, index->capacity, key, hash);
	*ret_new = !slot->key.data;
	if (*ret_new) {
		const uint8_t *copy = ll_arena_copy(&index->keys, key.data, key.size);

		if (!copy)
			return -LL_ERR_NO_MEMORY;
		*slot = (struct ll_key_index_slot){{copy, key.size}, hash, value};
		index->count++;
	}
	*ret_value = slot->value;
	return 0;
}
