/* Segments: entries read back in their order, those of what changed, those of everything. */
#include "state_private.h"

/* ---- reading a segment ---------------------------------------------------------------------- */

static int restore_household(struct ll_partition *partition, struct ll_bytes body)
{
	struct ll_household *there, read;
	int rc = ll_state_get_household(body, &partition->slab, &read);
	uint32_t ordinal;

	if (rc < 0)
		return rc;
	ordinal = read.ordinal;
	there = ll_households_find(&partition->table, &read.key);
	if (there) {
		partition->cases[there->case_state]--;
		read.ordinal = there->ordinal;
		ll_household_release(there, &partition->slab);
	} else {
		rc = ll_households_add(&partition->table, &read.key, ordinal, &there);
		if (rc < 0) {
			ll_household_release(&read, &partition->slab);
			return rc == -LL_ERR_NO_MEMORY ? rc : -LL_ERR_STATE;
		}
		partition->live_count++;
	}
	*there = read;
	partition->cases[there->case_state]++;
	rc = ll_households_place(&partition->table, there, ordinal);
	return rc == 0 || rc == -LL_ERR_NO_MEMORY ? rc : -LL_ERR_STATE;
}

static int restore_tombstone(struct ll_partition *partition, struct ll_bytes body)
{
	struct ll_state_reader r = {.cursor = ll_cursor_over(body)};
	struct ll_household *there;
	struct ll_key key = {.bytes = {0}};

	if (ll_state_get_byte(&r, UINT8_MAX) != LL_STATE_VERSION)
		return -LL_ERR_STATE;
	ll_state_get_key(&r, &key);
	if (r.bad || ll_cursor_left(&r.cursor) != 0)
		return -LL_ERR_STATE;
	there = ll_households_find(&partition->table, &key);
	if (there) {
		partition->cases[there->case_state]--;
		partition->live_count--;
		ll_households_remove(&partition->table, there);
	}
	return 0;
}

int ll_partition_restore(struct ll_partition *partition, struct ll_bytes segment,
			 struct ll_arena *scratch)
{
	struct ll_state_reader r = {.cursor = ll_cursor_over(segment)};

	(void)scratch;
	/* What changed and was not written would be lost, and its place on the list with it. */
	if (partition->changed_count > 0)
		return -LL_ERR_STATE;
	while (ll_cursor_left(&r.cursor) > 0) {
		uint8_t kind = ll_state_get_byte(&r, UINT8_MAX);
		size_t size = (size_t)ll_state_get_fixed(&r, 4);
		struct ll_bytes body = {ll_state_get_raw(&r, size), size};
		int rc = -LL_ERR_STATE;

		if (r.bad)
			return -LL_ERR_STATE;
		if (kind == LL_ENTRY_HOUSEHOLD)
			rc = restore_household(partition, body);
		else if (kind == LL_ENTRY_TOMBSTONE)
			rc = restore_tombstone(partition, body);
		else if (kind == LL_ENTRY_PARTITION)
			rc = ll_state_get_partition(partition, body);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* ---- what changed, and everything ----------------------------------------------------------- */

static void forget_first_changed(struct ll_partition *partition)
{
	struct ll_household *household = partition->first_changed;

	partition->first_changed = household->next_changed;
	if (!partition->first_changed)
		partition->last_changed = NULL;
	partition->changed_count--;
	household->changed = false;
	household->next_changed = NULL;
	/* Its tombstone is written: now it is gone. */
	if (household->dissolved)
		ll_households_remove(&partition->table, household);
}

int ll_partition_encode_changed(struct ll_partition *partition, struct ll_buf *segment,
				size_t limit, bool *ret_done)
{
	int rc;

	if (partition->own_changed) {
		rc = ll_state_put_partition(partition, segment);
		if (rc < 0)
			return rc;
		partition->own_changed = false;
	}
	while (partition->first_changed && segment->size < limit) {
		rc = ll_state_put_household(partition->first_changed, segment);
		if (rc < 0)
			return rc;
		forget_first_changed(partition);
	}
	*ret_done = !partition->first_changed;
	return 0;
}

static int compare_keys(const struct ll_household *a, const struct ll_household *b)
{
	return memcmp(a->key.bytes, b->key.bytes, LL_KEY_SIZE);
}

/* Merges from[low, middle) and from[middle, high) to to[low, high). */
static void merge(struct ll_household **from, struct ll_household **to, size_t low, size_t middle,
		  size_t high)
{
	size_t a = low, b = middle;

	for (size_t i = low; i < high; i++)
		to[i] = b == high || (a < middle && compare_keys(from[a], from[b]) <= 0)
				? from[a++]
				: from[b++];
}

/* Sorts with as much room again; returns which of the two arrays has the result. */
static struct ll_household **sort_by_key(struct ll_household **list, struct ll_household **room,
					 size_t count)
{
	for (size_t width = 1; width < count; width *= 2) {
		struct ll_household **other = list;

		for (size_t low = 0; low < count; low += 2 * width) {
			size_t middle = low + width < count ? low + width : count;
			size_t high = low + 2 * width < count ? low + 2 * width : count;

			merge(list, room, low, middle, high);
		}
		list = room;
		room = other;
	}
	return list;
}

int ll_partition_encode_state(const struct ll_partition *partition, struct ll_buf *out)
{
	struct ll_household **list, **room, **sorted;
	struct ll_arena arena;
	size_t count = 0;
	int rc;

	ll_arena_init(&arena, 0);
	list = ll_arena_calloc(&arena, partition->live_count, sizeof(list[0]));
	room = ll_arena_calloc(&arena, partition->live_count, sizeof(room[0]));
	rc = list && room ? 0 : -LL_ERR_NO_MEMORY;
	if (rc < 0)
		goto done;
	for (uint32_t i = 0; i < partition->table.next_ordinal; i++) {
		struct ll_household *household = ll_households_at(&partition->table, i);

		if (household && !household->dissolved)
			list[count++] = household;
	}
	sorted = sort_by_key(list, room, count);
	rc = ll_state_put_partition(partition, out);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = ll_state_put_household(sorted[i], out);
done:
	ll_arena_release(&arena);
	return rc;
}
