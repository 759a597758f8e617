/* The in-memory consumer. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "bus_memory_impl.h"

/* ---- life -------------------------------------------------------------------------------- */

static char *copy_text(const char *text)
{
	char *copy = strdup(text);

	assert(copy);
	return copy;
}

int ll_memory_consumer_new(struct ll_bus *bus, const struct ll_consumer_options *options,
			   struct ll_consumer **ret_consumer, struct ll_error *error)
{
	struct ll_memory_consumer *consumer = calloc(1, sizeof(*consumer));

	(void)error;
	assert(consumer);
	consumer->base.ops = bus->ops;
	consumer->bus = (struct ll_memory_bus *)bus;
	consumer->group = options->group ? copy_text(options->group) : NULL;
	consumer->instance = copy_text(options->instance ? options->instance : "");
	consumer->topics = calloc(options->topic_count + 1, sizeof(*consumer->topics));
	assert(consumer->topics);
	for (size_t i = 0; i < options->topic_count; i++)
		consumer->topics[i] = copy_text(options->topics[i]);
	consumer->topic_count = options->topic_count;
	consumer->read_uncommitted = options->read_uncommitted;
	consumer->events = options->events;
	consumer->generation = -1;
	*ret_consumer = &consumer->base;
	return 0;
}

static void release(struct ll_memory_consumer *consumer)
{
	for (size_t i = 0; i < consumer->topic_count; i++)
		free(consumer->topics[i]);
	free(consumer->topics);
	free(consumer->group);
	free(consumer->instance);
	free(consumer->assignment);
	free(consumer->readers);
	free(consumer);
}

void ll_memory_consumer_free(struct ll_consumer *base)
{
	struct ll_memory_consumer *consumer = (struct ll_memory_consumer *)base;

	ll_memory_enter(consumer->bus);
	ll_memory_consumer_quit(consumer);
	ll_memory_leave(consumer->bus);
	release(consumer);
}

void ll_bus_memory_kill_consumer(struct ll_consumer *consumer)
{
	release((struct ll_memory_consumer *)consumer);
}

/* ---- the group --------------------------------------------------------------------------- */

static void tell_revoked(struct ll_memory_consumer *consumer, bool lost)
{
	if (!consumer->assigned)
		return;
	if (consumer->events.revoked) {
		ll_memory_leave(consumer->bus);
		consumer->events.revoked(consumer->events.context, consumer->assignment,
					 consumer->assignment_count, lost);
		ll_memory_enter(consumer->bus);
	}
	consumer->assigned = false;
	consumer->reader_count = 0;
}

static void tell_assigned(struct ll_memory_consumer *consumer, const struct ll_memory_group *group,
			  struct ll_memory_member *member)
{
	size_t count = member->assignment_count;

	free(consumer->assignment);
	consumer->assignment = calloc(count + 1, sizeof(*consumer->assignment));
	assert(consumer->assignment);
	for (size_t i = 0; i < count; i++)
		consumer->assignment[i] = member->assignment[i];
	consumer->assignment_count = count;
	consumer->assigned = true;
	consumer->reader_count = 0;
	consumer->generation = group->generation;
	consumer->generation_member = member->id;
	member->told = true;
	if (!consumer->events.assigned)
		return;
	ll_memory_leave(consumer->bus);
	consumer->events.assigned(consumer->events.context, consumer->assignment, count);
	ll_memory_enter(consumer->bus);
}

/* One thing that the group has to say; false: nothing. Callbacks give the lock up, so the group is
 * looked at anew each time. */
static bool serve_once(struct ll_memory_consumer *consumer)
{
	struct ll_memory_group *group = ll_memory_group(consumer->bus, consumer->group);
	struct ll_memory_member *member = ll_memory_member(group, consumer->member);

	if (!member) {
		tell_revoked(consumer, true);
		consumer->member = ll_memory_group_join(consumer->bus, group, consumer->instance,
							consumer->topics, consumer->topic_count)
					   ->id;
		return true;
	}
	member->seen_advanced_ms = consumer->bus->advanced_ms;
	if (group->rebalancing && !member->joined) {
		tell_revoked(consumer, false);
		member = ll_memory_member(group, consumer->member);
		if (member)
			ll_memory_group_rejoin(consumer->bus, group, member);
		return true;
	}
	if (!group->rebalancing && !member->told) {
		tell_assigned(consumer, group, member);
		return true;
	}
	return false;
}

void ll_memory_consumer_serve(struct ll_memory_consumer *consumer)
{
	while (consumer->topic_count > 0 && serve_once(consumer))
		;
}

void ll_memory_consumer_quit(struct ll_memory_consumer *consumer)
{
	struct ll_memory_group *group;
	struct ll_memory_member *member;

	if (!consumer->group)
		return;
	group = ll_memory_group(consumer->bus, consumer->group);
	tell_revoked(consumer, !ll_memory_member(group, consumer->member));
	member = ll_memory_member(group, consumer->member);
	if (member)
		ll_memory_group_remove(consumer->bus, group, member);
}

/* ---- fetching ---------------------------------------------------------------------------- */

static bool is_assigned(const struct ll_memory_consumer *consumer,
			const struct ll_position *position)
{
	for (size_t i = 0; i < consumer->assignment_count && consumer->assigned; i++)
		if (consumer->assignment[i].partition == position->partition &&
		    strcmp(consumer->assignment[i].topic, position->topic) == 0)
			return true;
	return false;
}

int ll_memory_consumer_fetch(struct ll_consumer *base, const struct ll_position *positions,
			     size_t count, struct ll_error *error)
{
	struct ll_memory_consumer *consumer = (struct ll_memory_consumer *)base;
	struct ll_memory_reader *readers;

	for (size_t i = 0; i < count; i++)
		if (consumer->group && !is_assigned(consumer, &positions[i]))
			return ll_error_set(error, -LL_ERR_INVALID,
					    "%s[%d] is not of the assignment", positions[i].topic,
					    (int)positions[i].partition);
	readers = calloc(count + 1, sizeof(*readers));
	assert(readers);
	for (size_t i = 0; i < count; i++) {
		readers[i].position = positions[i];
		readers[i].told_end = -1;
	}
	ll_memory_enter(consumer->bus);
	free(consumer->readers);
	consumer->readers = readers;
	consumer->reader_count = count;
	consumer->turn = 0;
	ll_memory_leave(consumer->bus);
	return 0;
}

/* ---- polling ----------------------------------------------------------------------------- */

/* `topic` is the bus's own copy: a fetch between two polls frees the readers. */
static struct ll_record record_of(const char *topic, const struct ll_memory_reader *reader,
				  struct ll_memory_record *record)
{
	return (struct ll_record){
		.topic = topic,
		.partition = reader->position.partition,
		.offset = reader->position.offset,
		.timestamp_ms = record->timestamp_ms,
		.key = {record->key_size ? record->bytes : NULL, record->key_size},
		.value = {record->tombstone ? NULL : record->bytes + record->key_size,
			  record->value_size},
		.handle = record,
	};
}

/* A reader's records, then its end; returns how many. */
static size_t read_some(struct ll_memory_bus *bus, struct ll_memory_reader *reader,
			bool read_uncommitted, struct ll_record *records, size_t max)
{
	const struct ll_memory_topic *topic = ll_memory_topic(bus, reader->position.topic);
	const struct ll_memory_log *log = &topic->logs[reader->position.partition];
	int64_t end = ll_memory_log_readable(log, read_uncommitted);
	int64_t *offset = &reader->position.offset;
	size_t count = 0;

	for (; *offset < end && count < max; (*offset)++) {
		struct ll_memory_record *record = log->records[*offset];

		if (!record->control && (read_uncommitted || !record->aborted))
			records[count++] = record_of(topic->name, reader, record);
	}
	if (*offset == end && reader->told_end != end && count < max) {
		reader->told_end = end;
		records[count++] = (struct ll_record){
			.topic = topic->name,
			.partition = reader->position.partition,
			.offset = end,
			.end_of_partition = true,
		};
	}
	return count;
}

/* Where to stand in the log; an error that is told once. */
static int stand(const struct ll_memory_consumer *consumer, const struct ll_memory_log *log,
		 struct ll_memory_reader *reader, struct ll_error *error)
{
	int64_t *offset = &reader->position.offset;

	if (!log)
		return ll_error_set(error, -LL_ERR_UNAVAILABLE, "there is no %s[%d]",
				    reader->position.topic, (int)reader->position.partition);
	if (*offset == LL_OFFSET_BEGINNING)
		*offset = log->first_offset;
	else if (*offset == LL_OFFSET_END)
		*offset = ll_memory_log_readable(log, consumer->read_uncommitted);
	if (*offset >= log->first_offset && *offset <= (int64_t)log->count)
		return 0;
	reader->failed = true;
	return ll_error_set(
		error, -LL_ERR_STATE, "reading %s[%d] at %lld: the log has %lld to %lld",
		reader->position.topic, (int)reader->position.partition, (long long)*offset,
		(long long)log->first_offset, (long long)log->count);
}

static int read_all(struct ll_memory_consumer *consumer, struct ll_record *records, size_t max,
		    size_t *ret_count, struct ll_error *error)
{
	size_t count = 0;
	size_t begin = consumer->turn++;

	for (size_t i = 0; i < consumer->reader_count && count < max; i++) {
		struct ll_memory_reader *reader =
			&consumer->readers[(begin + i) % consumer->reader_count];
		const struct ll_memory_log *log = ll_memory_log(
			consumer->bus, reader->position.topic, reader->position.partition);
		/* What stands before an error is delivered first; the error comes again. */
		int err = reader->failed ? 0 : stand(consumer, log, reader, count ? NULL : error);

		if (err && count == 0)
			return err;
		if (err)
			reader->failed = false;
		if (err || reader->failed)
			continue;
		count += read_some(consumer->bus, reader, consumer->read_uncommitted,
				   records + count, max - count);
	}
	*ret_count = count;
	return 0;
}

int ll_memory_consumer_poll(struct ll_consumer *base, int timeout_ms, struct ll_record *records,
			    size_t max, size_t *ret_count, struct ll_error *error)
{
	struct ll_memory_consumer *consumer = (struct ll_memory_consumer *)base;
	int err;

	(void)timeout_ms;
	ll_memory_enter(consumer->bus);
	ll_memory_consumer_serve(consumer);
	err = read_all(consumer, records, max, ret_count, error);
	ll_memory_leave(consumer->bus);
	return err;
}

int32_t ll_memory_consumer_hops(struct ll_consumer *consumer, const struct ll_record *record)
{
	(void)consumer;
	return ((const struct ll_memory_record *)record->handle)->hops;
}
