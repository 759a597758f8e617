#include "runtime/scan.h"

#include <stdio.h>
#include <stdlib.h>

#include "runtime/clock.h"

#define ANSWER_MS 10000 /* one question */
#define BATCH	  4096
#define POLL_MS	  100
#define NAMES_MAX 4096 /* topics of one kind */

struct ll_scan {
	struct ll_bus *bus;
	struct ll_consumer *consumer;
	struct ll_scan_part *parts;
	size_t count;
	size_t capacity;
	struct ll_scan_part *last_part; /* records come in runs of one partition */
	const char *last_topic;
	struct ll_record *records;
};

int ll_scan_new(struct ll_bus *bus, const char *instance, struct ll_scan **ret_scan,
		struct ll_error *error)
{
	const struct ll_consumer_options options = {.instance = instance};
	struct ll_scan *scan = calloc(1, sizeof(*scan));
	int err = 0;

	if (!scan)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	scan->bus = bus;
	scan->records = calloc(BATCH, sizeof(*scan->records));
	if (!scan->records)
		err = ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	if (!err)
		err = ll_consumer_new(bus, &options, &scan->consumer, error);
	if (err) {
		ll_scan_free(scan);
		return err;
	}
	*ret_scan = scan;
	return 0;
}

void ll_scan_free(struct ll_scan *scan)
{
	if (!scan)
		return;
	ll_consumer_free(scan->consumer);
	free(scan->records);
	free(scan->parts);
	free(scan);
}

/* ---- what to read ------------------------------------------------------------------------------ */

static int reserve_part(struct ll_scan *scan, struct ll_error *error)
{
	size_t capacity = scan->capacity ? scan->capacity * 2 : 16;
	struct ll_scan_part *parts;

	if (scan->count < scan->capacity)
		return 0;
	parts = reallocarray(scan->parts, capacity, sizeof(*parts));
	if (!parts)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	scan->parts = parts;
	scan->capacity = capacity;
	return 0;
}

int ll_scan_add(struct ll_scan *scan, const char *topic, int32_t partition, int64_t from,
		struct ll_error *error)
{
	struct ll_scan_part part = {.position.partition = partition};
	struct ll_str suffix;
	int err = reserve_part(scan, error);

	if (!err)
		err = ll_consumer_range(scan->consumer, topic, partition, ANSWER_MS, &part.first,
					&part.end, error);
	if (err)
		return err;
	snprintf(part.position.topic, sizeof(part.position.topic), "%s", topic);
	part.kind = (enum ll_topic)ll_topic_of(topic, &suffix);
	scan->parts[scan->count++] = part;
	ll_scan_begin_at(scan, scan->count - 1, from);
	return 0;
}

void ll_scan_begin_at(struct ll_scan *scan, size_t index, int64_t from)
{
	struct ll_scan_part *part = &scan->parts[index];

	part->position.offset = from > part->first ? from : part->first;
	part->done = part->position.offset >= part->end;
}

int ll_scan_add_topic(struct ll_scan *scan, const char *topic, struct ll_error *error)
{
	int32_t partitions = 0;
	int err = ll_bus_partition_count(scan->bus, topic, ANSWER_MS, &partitions, error);

	for (int32_t i = 0; !err && i < partitions; i++)
		err = ll_scan_add(scan, topic, i, LL_OFFSET_BEGINNING, error);
	return err;
}

struct found_topics {
	enum ll_topic kind;
	char (*names)[LL_TOPIC_NAME_MAX];
	size_t count;
	bool too_many;
};

static void found_topic(void *context, const char *topic, int32_t partitions)
{
	struct found_topics *found = context;
	struct ll_str suffix;

	(void)partitions;
	if (ll_topic_of(topic, &suffix) != (int)found->kind)
		return;
	found->too_many |= found->count == NAMES_MAX;
	if (!found->too_many)
		snprintf(found->names[found->count++], LL_TOPIC_NAME_MAX, "%s", topic);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

int ll_scan_add_kind(struct ll_scan *scan, enum ll_topic kind, struct ll_error *error)
{
	struct found_topics found = {.kind = kind};
	int err;

	found.names = calloc(NAMES_MAX, sizeof(*found.names));
	if (!found.names)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	err = ll_bus_list_topics(scan->bus, ANSWER_MS, found_topic, &found, error);
	if (!err && found.too_many)
		err = ll_error_set(error, -LL_ERR_UNSUPPORTED, "more than %d topics of a kind",
				   NAMES_MAX);
	qsort(found.names, found.count, sizeof(*found.names), compare_names);
	for (size_t i = 0; !err && i < found.count; i++)
		err = ll_scan_add_topic(scan, found.names[i], error);
	free(found.names);
	return err;
}

int ll_scan_since(struct ll_scan *scan, int64_t time_ms, struct ll_error *error)
{
	int err = 0;

	for (size_t i = 0; !err && i < scan->count; i++) {
		struct ll_scan_part *part = &scan->parts[i];
		int64_t offset;

		err = ll_consumer_offset_at(scan->consumer, part->position.topic,
					    part->position.partition, time_ms, ANSWER_MS, &offset,
					    error);
		if (!err && offset > part->position.offset)
			ll_scan_begin_at(scan, i, offset);
	}
	return err;
}

size_t ll_scan_count(const struct ll_scan *scan)
{
	return scan->count;
}

const struct ll_scan_part *ll_scan_at(const struct ll_scan *scan, size_t index)
{
	return &scan->parts[index];
}

int64_t ll_scan_left(const struct ll_scan *scan)
{
	int64_t left = 0;

	for (size_t i = 0; i < scan->count; i++)
		if (!scan->parts[i].done)
			left += scan->parts[i].end - scan->parts[i].position.offset;
	return left;
}

/* ---- reading ----------------------------------------------------------------------------------- */

static int fetch_open_parts(struct ll_scan *scan, struct ll_error *error)
{
	struct ll_position *positions = calloc(scan->count + 1, sizeof(*positions));
	size_t count = 0;
	int err;

	if (!positions)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < scan->count; i++)
		if (!scan->parts[i].done)
			positions[count++] = scan->parts[i].position;
	err = ll_consumer_fetch(scan->consumer, positions, count, error);
	free(positions);
	return err;
}

static struct ll_scan_part *part_of(struct ll_scan *scan, const struct ll_record *record)
{
	if (scan->last_part && scan->last_topic == record->topic &&
	    scan->last_part->position.partition == record->partition)
		return scan->last_part;
	for (size_t i = 0; i < scan->count; i++) {
		struct ll_scan_part *part = &scan->parts[i];

		if (part->position.partition != record->partition ||
		    strcmp(part->position.topic, record->topic) != 0)
			continue;
		scan->last_part = part;
		scan->last_topic = record->topic;
		return part;
	}
	return NULL;
}

/* Where a run stands. */
struct running {
	ll_scan_sink *sink;
	void *context;
	size_t open;   /* partitions that are not done */
	bool wasteful; /* records came of one that is */
};

static int take_record(struct ll_scan *scan, const struct ll_record *record,
		       struct running *running)
{
	struct ll_scan_part *part = part_of(scan, record);
	int err = 0;

	if (!part || part->done) {
		running->wasteful |= !record->end_of_partition;
		return 0;
	}
	if (!record->end_of_partition && record->offset < part->end) {
		part->position.offset = record->offset + 1;
		part->read++;
		err = running->sink(running->context, scan, part, record);
	}
	/* The end, a record behind it, or the last one before it. */
	if (err == LL_SCAN_ENOUGH || record->end_of_partition || record->offset + 1 >= part->end) {
		part->done = true;
		running->open--;
	}
	return err == LL_SCAN_ENOUGH ? 0 : err;
}

static int take_batch(struct ll_scan *scan, size_t count, struct running *running,
		      struct ll_error *error)
{
	int err = 0;

	running->wasteful = false;
	for (size_t i = 0; !err && i < count; i++)
		err = take_record(scan, &scan->records[i], running);
	/* On a busy topic what comes behind the end never ends: it is no longer fetched. */
	if (!err && running->wasteful && running->open > 0)
		err = fetch_open_parts(scan, error);
	return err;
}

int ll_scan_run(struct ll_scan *scan, ll_scan_sink *sink, void *context, struct ll_error *error)
{
	struct running running = {.sink = sink, .context = context};
	int64_t heard_ms = ll_clock_monotonic_ms(&ll_clock_real);
	int err;

	for (size_t i = 0; i < scan->count; i++)
		running.open += !scan->parts[i].done;
	err = running.open > 0 ? fetch_open_parts(scan, error) : 0;
	while (!err && running.open > 0) {
		int64_t now = ll_clock_monotonic_ms(&ll_clock_real);
		size_t count = 0;

		err = ll_consumer_poll(scan->consumer, POLL_MS, scan->records, BATCH, &count,
				       error);
		if (now - heard_ms < LL_SCAN_PATIENCE_MS) {
			if (err && ll_err_class(err) == LL_CLASS_RETRY)
				err = 0;
		} else if (!err && count == 0) {
			err = ll_error_set(error, -LL_ERR_TIMED_OUT,
					   "no record came for %d s, and %zu partitions were not "
					   "at their ends",
					   LL_SCAN_PATIENCE_MS / 1000, running.open);
		}
		if (!err && count > 0) {
			heard_ms = now;
			err = take_batch(scan, count, &running, error);
		}
	}
	return err;
}

int32_t ll_scan_hops(struct ll_scan *scan, const struct ll_record *record)
{
	return ll_consumer_hops(scan->consumer, record);
}
