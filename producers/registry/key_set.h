/* Which keys have been seen: persons and households, each once in an import. 16 bytes a slot. */
#ifndef LL_REGISTRY_KEY_SET_H
#define LL_REGISTRY_KEY_SET_H

#include "base/bytes.h"

#define LL_KEY_SET_MAX (1u << 28) /* slots: 4 GiB */

struct ll_key_set {
	struct ll_key *slots; /* a zero key: free */
	size_t capacity;      /* a power of two, or 0 */
	size_t used;
};

void ll_key_set_init(struct ll_key_set *set);
void ll_key_set_release(struct ll_key_set *set);
/* The key must not be zero. -LL_ERR_EXISTS when it is there already, -LL_ERR_NO_MEMORY. */
int ll_key_set_add(struct ll_key_set *set, const struct ll_key *key);

#endif
