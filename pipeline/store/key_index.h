/*
 * From a byte string to a number: the primary keys of the in-memory twin. Keys are copied; nothing
 * is ever taken out. Not thread-safe.
 */
#ifndef LL_STORE_KEY_INDEX_H
#define LL_STORE_KEY_INDEX_H

#include "base/arena.h"
#include "base/bytes.h"

struct ll_key_index_slot;

struct ll_key_index {
	struct ll_key_index_slot *slots; /* open addressing; a power of two, or NULL */
	size_t capacity;
	size_t count;
	struct ll_arena keys;
};

void ll_key_index_init(struct ll_key_index *index);
void ll_key_index_release(struct ll_key_index *index);
/*
 * The value of the key; a new key gets `value` and *ret_new is true. -LL_ERR_NO_MEMORY.
 */
int ll_key_index_put(struct ll_key_index *index, struct ll_bytes key, size_t value,
		     size_t *ret_value, bool *ret_new);

#endif
