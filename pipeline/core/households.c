#include "households.h"

#include "base/err.h"
#include "base/hash.h"

#define SEED_TABLE	  0x7461626cu
#define SEGMENT_SLOTS_LOG 16 /* 65,536 slots of 16 bytes: 1 MiB */
#define SEGMENT_SLOTS	  ((size_t)1 << SEGMENT_SLOTS_LOG)
#define FIRST_SLOTS	  256
#define PAGE_LOG	  9 /* 512 pointers: 4 KiB */
#define PAGE_SIZE	  ((size_t)1 << PAGE_LOG)
#define PREFETCH_STEP	  32
#define PREFETCH_FACTS	  8 /* two a cache line */
#define CACHE_LINE	  64
#define FIRST_PAGES	  8
#define PAGES_MAX	  (LL_HOUSEHOLDS_MAX >> PAGE_LOG)

_Static_assert(PAGES_MAX * sizeof(void *) <= (size_t)1 << 20, "the directory is one slab block");

void ll_households_init(struct ll_households *table, struct ll_slab *slab)
{
	*table = (struct ll_households){.slab = slab};
}

static uint32_t hash_of(const struct ll_key *key)
{
	return (uint32_t)ll_hash64(key->bytes, LL_KEY_SIZE, SEED_TABLE);
}

static struct ll_households_slot *slot_at(const struct ll_households *table, size_t index)
{
	return &table->segments[index >> SEGMENT_SLOTS_LOG][index & (SEGMENT_SLOTS - 1)];
}

/* The slot of the key, or the free one where it belongs. There are slots, and a free one. */
static struct ll_households_slot *probe(const struct ll_households *table, const struct ll_key *key,
					uint32_t hash, size_t *ret_index)
{
	size_t mask = table->slot_count - 1;
	size_t index = hash & mask;

	for (;; index = (index + 1) & mask) {
		struct ll_households_slot *slot = slot_at(table, index);

		if (!slot->household ||
		    (slot->hash == hash && ll_key_equal(&slot->household->key, key))) {
			*ret_index = index;
			return slot;
		}
	}
}

struct ll_household *ll_households_find(const struct ll_households *table, const struct ll_key *key)
{
	size_t index;

	if (table->slot_count == 0)
		return NULL;
	return probe(table, key, hash_of(key), &index)->household;
}

static size_t segment_count_of(size_t slot_count)
{
	return slot_count > SEGMENT_SLOTS ? slot_count >> SEGMENT_SLOTS_LOG : 1;
}

static size_t segment_bytes_of(size_t slot_count)
{
	size_t slots = slot_count < SEGMENT_SLOTS ? slot_count : SEGMENT_SLOTS;

	return slots * sizeof(struct ll_households_slot);
}

static void free_segments(struct ll_households *table, struct ll_households_slot **segments,
			  size_t segment_count, size_t slot_count)
{
	for (size_t i = 0; i < segment_count; i++)
		ll_slab_free(table->slab, segments[i], segment_bytes_of(slot_count));
	ll_slab_free(table->slab, segments, segment_count_of(slot_count) * sizeof(segments[0]));
}

static struct ll_households_slot **new_segments(struct ll_households *table, size_t slot_count)
{
	size_t count = segment_count_of(slot_count);
	size_t bytes = segment_bytes_of(slot_count);
	struct ll_households_slot **segments =
		ll_slab_alloc(table->slab, count * sizeof(segments[0]));

	if (!segments)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		segments[i] = ll_slab_alloc(table->slab, bytes);
		if (!segments[i]) {
			free_segments(table, segments, i, slot_count);
			return NULL;
		}
		memset(segments[i], 0, bytes);
	}
	return segments;
}

/* Hashes are in the slots, so no household is looked at. */
static void refill(struct ll_households *table, const struct ll_households *from)
{
	size_t mask = table->slot_count - 1;

	for (size_t i = 0; i < from->slot_count; i++) {
		const struct ll_households_slot *slot = slot_at(from, i);

		if (!slot->household)
			continue;

		size_t index = slot->hash & mask;

		while (slot_at(table, index)->household)
			index = (index + 1) & mask;
		*slot_at(table, index) = *slot;
	}
}

/* Room for one more: at most three slots of four are used. */
static int grow_slots(struct ll_households *table)
{
	struct ll_households old = *table;

	if (table->slot_count > 0 && table->used + 1 <= table->slot_count / 4 * 3)
		return 0;
	table->slot_count = old.slot_count ? old.slot_count * 2 : FIRST_SLOTS;
	table->segments = new_segments(table, table->slot_count);
	if (!table->segments) {
		*table = old;
		return -LL_ERR_NO_MEMORY;
	}
	refill(table, &old);
	if (old.segments)
		free_segments(table, old.segments, segment_count_of(old.slot_count),
			      old.slot_count);
	return 0;
}

static int grow_directory(struct ll_households *table, size_t page)
{
	size_t capacity = table->page_capacity ? table->page_capacity : FIRST_PAGES;

	while (capacity <= page)
		capacity *= 2;
	if (capacity > table->page_capacity) {
		struct ll_household ***pages =
			ll_slab_alloc(table->slab, capacity * sizeof(pages[0]));

		if (!pages)
			return -LL_ERR_NO_MEMORY;
		memset(pages, 0, capacity * sizeof(pages[0]));
		if (table->pages) {
			memcpy(pages, table->pages, table->page_capacity * sizeof(pages[0]));
			ll_slab_free(table->slab, table->pages,
				     table->page_capacity * sizeof(pages[0]));
		}
		table->pages = pages;
		table->page_capacity = capacity;
	}
	if (!table->pages[page]) {
		table->pages[page] =
			ll_slab_alloc(table->slab, PAGE_SIZE * sizeof(table->pages[page][0]));
		if (!table->pages[page])
			return -LL_ERR_NO_MEMORY;
		memset(table->pages[page], 0, PAGE_SIZE * sizeof(table->pages[page][0]));
	}
	return 0;
}

struct ll_household *ll_households_at(const struct ll_households *table, uint32_t ordinal)
{
	size_t page = ordinal >> PAGE_LOG;

	if (page >= table->page_capacity || !table->pages[page])
		return NULL;
	return table->pages[page][ordinal & (PAGE_SIZE - 1)];
}

static void leave_place(struct ll_households *table, const struct ll_household *household)
{
	if (ll_households_at(table, household->ordinal) == household)
		table->pages[household->ordinal >> PAGE_LOG][household->ordinal & (PAGE_SIZE - 1)] =
			NULL;
}

int ll_households_place(struct ll_households *table, struct ll_household *household,
			uint32_t ordinal)
{
	struct ll_household *there = ll_households_at(table, ordinal);
	int rc;

	if (ordinal >= LL_HOUSEHOLDS_MAX)
		return -LL_ERR_OUT_OF_RANGE;
	if (there)
		return there == household ? 0 : -LL_ERR_EXISTS;
	rc = grow_directory(table, ordinal >> PAGE_LOG);
	if (rc < 0)
		return rc;
	leave_place(table, household);
	household->ordinal = ordinal;
	table->pages[ordinal >> PAGE_LOG][ordinal & (PAGE_SIZE - 1)] = household;
	if (ordinal >= table->next_ordinal)
		table->next_ordinal = ordinal + 1;
	return 0;
}

int ll_households_add(struct ll_households *table, const struct ll_key *key, uint32_t ordinal,
		      struct ll_household **ret_household)
{
	struct ll_household *household;
	uint32_t hash = hash_of(key);
	size_t index;
	int rc = grow_slots(table);

	if (rc < 0)
		return rc;
	household = ll_slab_alloc(table->slab, sizeof(*household));
	if (!household)
		return -LL_ERR_NO_MEMORY;
	ll_household_init(household, key);
	household->ordinal = LL_HOUSEHOLDS_MAX; /* in no place yet */
	rc = ll_households_place(table, household, ordinal);
	if (rc < 0) {
		ll_slab_free(table->slab, household, sizeof(*household));
		return rc;
	}
	*probe(table, key, hash, &index) = (struct ll_households_slot){household, hash};
	table->used++;
	*ret_household = household;
	return 0;
}

/* The household of the first slot with this hash, by the hash alone; NULL: none. */
static struct ll_household *guess(const struct ll_households *table, uint32_t hash)
{
	size_t mask = table->slot_count - 1;

	for (size_t index = hash & mask;; index = (index + 1) & mask) {
		const struct ll_households_slot *slot = slot_at(table, index);

		if (!slot->household || slot->hash == hash)
			return slot->household;
	}
}

/* Three steps for all keys, each waiting for memory once: slots, households, what they hold. */
static void prefetch_some(const struct ll_households *table, const struct ll_key *keys,
			  size_t count)
{
	struct ll_household *households[PREFETCH_STEP];
	uint32_t hashes[PREFETCH_STEP];

	for (size_t i = 0; i < count; i++) {
		hashes[i] = hash_of(&keys[i]);
		__builtin_prefetch(slot_at(table, hashes[i] & (table->slot_count - 1)));
	}
	for (size_t i = 0; i < count; i++) {
		households[i] = guess(table, hashes[i]);
		if (households[i]) {
			__builtin_prefetch(households[i]);
			__builtin_prefetch((const char *)households[i] + CACHE_LINE);
		}
	}
	for (size_t i = 0; i < count; i++) {
		const struct ll_household *household = households[i];

		if (!household)
			continue;
		__builtin_prefetch(household->members);
		for (size_t at = 0; at < household->fact_count && at < PREFETCH_FACTS; at += 2)
			__builtin_prefetch(&household->facts[at]);
	}
}

void ll_households_prefetch(const struct ll_households *table, const struct ll_key *keys,
			    size_t count)
{
	if (table->slot_count == 0)
		return;
	for (size_t i = 0; i < count; i += PREFETCH_STEP)
		prefetch_some(table, keys + i,
			      count - i < PREFETCH_STEP ? count - i : PREFETCH_STEP);
}

/* Moves up what a gap would hide, so that no probe has to step over the dead. */
static void close_gap(struct ll_households *table, size_t gap)
{
	size_t mask = table->slot_count - 1;

	for (size_t index = (gap + 1) & mask;; index = (index + 1) & mask) {
		struct ll_households_slot *slot = slot_at(table, index);

		if (!slot->household)
			break;
		/* It may stand no earlier than where its probe begins. */
		if (((index - slot->hash) & mask) >= ((index - gap) & mask)) {
			*slot_at(table, gap) = *slot;
			gap = index;
		}
	}
	*slot_at(table, gap) = (struct ll_households_slot){.household = NULL};
}

void ll_households_remove(struct ll_households *table, struct ll_household *household)
{
	size_t index;

	probe(table, &household->key, hash_of(&household->key), &index);
	leave_place(table, household);
	close_gap(table, index);
	table->used--;
	ll_household_release(household, table->slab);
	ll_slab_free(table->slab, household, sizeof(*household));
}
