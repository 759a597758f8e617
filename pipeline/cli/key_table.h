/*
 * A set of 16-byte keys with a number each, for counting millions of them: 20 bytes an entry in one
 * array, and an index of 4 bytes a slot. Entries are never taken out, and keep their place.
 * One thread.
 */
#ifndef LL_CLI_KEY_TABLE_H
#define LL_CLI_KEY_TABLE_H

#include "base/bytes.h"

#define LL_KEY_TABLE_MAX 0x7ffffffeu /* entries */

struct ll_key_entry {
	struct ll_key key;
	uint32_t value;
};

struct ll_key_table {
	struct ll_key_entry *entries; /* in the order of their first put */
	uint32_t count;
	uint32_t capacity;
	uint32_t *slots; /* place in entries plus one; 0: free */
	uint32_t slot_count;
};

void ll_key_table_init(struct ll_key_table *table);
void ll_key_table_release(struct ll_key_table *table);
/* The key's entry, with value 0 when it is new. Valid until the next put. -LL_ERR_NO_MEMORY. */
int ll_key_table_put(struct ll_key_table *table, const struct ll_key *key,
		     struct ll_key_entry **ret_entry);
/* NULL when it is not there. */
struct ll_key_entry *ll_key_table_find(const struct ll_key_table *table, const struct ll_key *key);

#endif
