#include "cli/lag.h"

#include <stdio.h>
#include <stdlib.h>

#include "runtime/clock.h"
#include "runtime/command.h"
#include "runtime/scan.h"

#define COMMITTED_MS	2000
#define COMMITTED_TRIES 5
#define WAIT_MS		100 /* between two looks */
#define KINDS_MAX	3

struct stage_inputs {
	const char *name;
	const char *group; /* NULL: the offsets are in the store */
	enum ll_topic kinds[KINDS_MAX];
	size_t kind_count;
};

static const struct stage_inputs stages[] = {
	{"enrich", "lifeline-enrich", {LL_TOPIC_LIFE_EVENTS}, 1},
	{"assess", "lifeline-assess", {LL_TOPIC_HOUSEHOLD_EVENTS}, 1},
	{LL_STORE_RECORD_STAGE,
	 NULL,
	 {LL_TOPIC_ASSISTANCE_TASKS, LL_TOPIC_ESCALATIONS, LL_TOPIC_RISK_CHANGES},
	 3},
};
#define STAGE_COUNT (sizeof(stages) / sizeof(stages[0]))

struct ll_lag {
	struct ll_bus *bus;
	struct ll_store *store;
	struct ll_consumer *groups[STAGE_COUNT]; /* never joins: only asked */
	struct ll_lag_entry *entries;
	size_t count;
	size_t capacity;
	int64_t count_max;
};

int ll_lag_new(struct ll_bus *bus, struct ll_store *store, struct ll_lag **ret_lag,
	       struct ll_error *error)
{
	struct ll_lag *lag = calloc(1, sizeof(*lag));
	int err = 0;

	if (!lag)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	lag->bus = bus;
	lag->store = store;
	for (size_t i = 0; !err && i < STAGE_COUNT; i++) {
		const struct ll_consumer_options options = {.group = stages[i].group,
							    .instance = "lifeline-lag"};

		if (stages[i].group)
			err = ll_consumer_new(bus, &options, &lag->groups[i], error);
	}
	if (err) {
		ll_lag_free(lag);
		return err;
	}
	*ret_lag = lag;
	return 0;
}

void ll_lag_free(struct ll_lag *lag)
{
	if (!lag)
		return;
	for (size_t i = 0; i < STAGE_COUNT; i++)
		ll_consumer_free(lag->groups[i]);
	free(lag->entries);
	free(lag);
}

/* ---- where the stages stand --------------------------------------------------------------------
 */

/* Of all partitions at once; a transaction under way is waited for. */
static int committed_of_group(struct ll_lag *lag, size_t stage, struct ll_scan *scan,
			      struct ll_error *error)
{
	size_t count = ll_scan_count(scan);
	struct ll_position *positions = calloc(count + 1, sizeof(*positions));
	int err = -LL_ERR_TIMED_OUT;

	if (!positions)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < count; i++)
		positions[i] = ll_scan_at(scan, i)->position;
	for (int tries = 0; err == -LL_ERR_TIMED_OUT && tries < COMMITTED_TRIES; tries++)
		err = count == 0 ? 0
				 : ll_consumer_committed(lag->groups[stage], positions, count,
							 COMMITTED_MS, error);
	for (size_t i = 0; !err && i < count; i++)
		ll_scan_begin_at(scan, i, positions[i].offset);
	free(positions);
	return err;
}

static int recorded_in_store(struct ll_lag *lag, struct ll_scan *scan, struct ll_error *error)
{
	int err = 0;

	for (size_t i = 0; !err && i < ll_scan_count(scan); i++) {
		const struct ll_position *at = &ll_scan_at(scan, i)->position;
		int64_t next = -1;

		err = ll_store_recorded_offset(lag->store, at->topic, at->partition, &next, error);
		if (!err)
			ll_scan_begin_at(scan, i, next < 0 ? LL_OFFSET_BEGINNING : next);
	}
	return err;
}

static int reserve_entries(struct ll_lag *lag, size_t more, struct ll_error *error)
{
	struct ll_lag_entry *entries;

	if (lag->count + more <= lag->capacity)
		return 0;
	entries = reallocarray(lag->entries, lag->count + more, sizeof(*entries));
	if (!entries)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	lag->entries = entries;
	lag->capacity = lag->count + more;
	return 0;
}

/* A stage that is further than the end was when it was asked for is not behind. */
static void add_entries(struct ll_lag *lag, const char *stage, const struct ll_scan *scan)
{
	for (size_t i = 0; i < ll_scan_count(scan); i++) {
		const struct ll_scan_part *part = ll_scan_at(scan, i);
		int64_t next = part->position.offset;
		struct ll_lag_entry *entry = &lag->entries[lag->count++];

		*entry = (struct ll_lag_entry){.stage = stage,
					       .partition = part->position.partition,
					       .next = next,
					       .end = part->end > next ? part->end : next};
		snprintf(entry->topic, sizeof(entry->topic), "%s", part->position.topic);
	}
}

/* ---- what stands between ------------------------------------------------------------------------
 */

static int count_record(void *context, struct ll_scan *scan, const struct ll_scan_part *part,
			const struct ll_record *record)
{
	const struct ll_lag *lag = context;

	(void)scan;
	(void)record;
	return part->read >= lag->count_max ? LL_SCAN_ENOUGH : 0;
}

static int measure_stage(struct ll_lag *lag, size_t stage, struct ll_error *error)
{
	const struct stage_inputs *inputs = &stages[stage];
	size_t first = lag->count;
	struct ll_scan *scan = NULL;
	int err = ll_scan_new(lag->bus, "lifeline-lag", &scan, error);

	for (size_t i = 0; !err && i < inputs->kind_count; i++)
		err = ll_scan_add_kind(scan, inputs->kinds[i], error);
	if (!err)
		err = inputs->group ? committed_of_group(lag, stage, scan, error)
				    : recorded_in_store(lag, scan, error);
	if (!err)
		err = reserve_entries(lag, ll_scan_count(scan), error);
	if (!err) {
		add_entries(lag, inputs->name, scan);
		err = ll_scan_run(scan, count_record, lag, error);
	}
	for (size_t i = first; !err && i < lag->count; i++) {
		struct ll_lag_entry *entry = &lag->entries[i];

		entry->behind = ll_scan_at(scan, i - first)->read;
		entry->exact = entry->behind < lag->count_max;
		if (!entry->exact && entry->end - entry->next > entry->behind)
			entry->behind = entry->end - entry->next;
	}
	ll_scan_free(scan);
	return err;
}

int ll_lag_measure(struct ll_lag *lag, int64_t count_max, struct ll_error *error)
{
	int err = 0;

	lag->count = 0;
	lag->count_max = count_max;
	for (size_t i = 0; !err && i < STAGE_COUNT; i++)
		err = measure_stage(lag, i, error);
	return err;
}

size_t ll_lag_count(const struct ll_lag *lag)
{
	return lag->count;
}

const struct ll_lag_entry *ll_lag_at(const struct ll_lag *lag, size_t index)
{
	return &lag->entries[index];
}

size_t ll_lag_behind(const struct ll_lag *lag, const char *stage)
{
	size_t behind = 0;

	for (size_t i = 0; i < lag->count; i++)
		if (!stage || strcmp(lag->entries[i].stage, stage) == 0)
			behind += lag->entries[i].behind > 0;
	return behind;
}

int ll_lag_wait(struct ll_lag *lag, int64_t timeout_ms, bool *ret_drained, struct ll_error *error)
{
	int64_t until = ll_clock_monotonic_ms(&ll_clock_real) + timeout_ms;
	bool drained = false;
	int err = 0;

	while (!err) {
		err = ll_lag_measure(lag, 1, error);
		drained = !err && ll_lag_behind(lag, NULL) == 0;
		if (drained || ll_stop_asked() || ll_clock_monotonic_ms(&ll_clock_real) >= until)
			break;
		if (err && ll_err_class(err) == LL_CLASS_RETRY)
			err = 0;
		ll_stop_wait(WAIT_MS);
	}
	if (!err)
		*ret_drained = drained;
	return err;
}
