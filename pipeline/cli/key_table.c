#include "cli/key_table.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/hash.h"

#define CAPACITY_MIN 1024u
#define SEED	     0x6b657973u

void ll_key_table_init(struct ll_key_table *table)
{
	*table = (struct ll_key_table){0};
}

void ll_key_table_release(struct ll_key_table *table)
{
	free(table->entries);
	free(table->slots);
	ll_key_table_init(table);
}

/* Where the key is, or the free slot where it belongs. */
static uint32_t slot_of(const struct ll_key_table *table, const struct ll_key *key)
{
	uint32_t mask = table->slot_count - 1;
	uint32_t slot = (uint32_t)ll_hash64(key->bytes, LL_KEY_SIZE, SEED) & mask;

	while (table->slots[slot] &&
	       !ll_key_equal(&table->entries[table->slots[slot] - 1].key, key))
		slot = (slot + 1) & mask;
	return slot;
}

/* Slots are twice the entries at least. */
static int grow(struct ll_key_table *table)
{
	uint32_t capacity = table->capacity ? table->capacity * 2 : CAPACITY_MIN;
	struct ll_key_entry *entries;
	uint32_t *slots;

	if (table->count == LL_KEY_TABLE_MAX || capacity > LL_KEY_TABLE_MAX / 2 + 1)
		return -LL_ERR_NO_MEMORY;
	slots = calloc((size_t)capacity * 2, sizeof(*slots));
	if (!slots)
		return -LL_ERR_NO_MEMORY;
	entries = reallocarray(table->entries, capacity, sizeof(*entries));
	if (!entries) {
		free(slots);
		return -LL_ERR_NO_MEMORY;
	}
	free(table->slots);
	table->entries = entries;
	table->capacity = capacity;
	table->slots = slots;
	table->slot_count = capacity * 2;
	for (uint32_t i = 0; i < table->count; i++)
		slots[slot_of(table, &entries[i].key)] = i + 1;
	return 0;
}

int ll_key_table_put(struct ll_key_table *table, const struct ll_key *key,
		     struct ll_key_entry **ret_entry)
{
	uint32_t slot = 0;
	int err = 0;

	if (table->count == table->capacity && !ll_key_table_find(table, key))
		err = grow(table);
	if (err)
		return err;
	slot = slot_of(table, key);
	if (!table->slots[slot]) {
		table->entries[table->count] = (struct ll_key_entry){.key = *key};
		table->slots[slot] = ++table->count;
	}
	*ret_entry = &table->entries[table->slots[slot] - 1];
	return 0;
}

struct ll_key_entry *ll_key_table_find(const struct ll_key_table *table, const struct ll_key *key)
{
	uint32_t slot;

	if (table->count == 0)
		return NULL;
	slot = slot_of(table, key);
	return table->slots[slot] ? &table->entries[table->slots[slot] - 1] : NULL;
}
