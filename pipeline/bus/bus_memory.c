/* The in-memory bus: topics, time, and what tests may do to it (bus_memory.h). */
#include "bus_memory.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "bus_memory_impl.h"

#define GROW_MIN 8
/* Well after 1970, so that a time of some days before is one too. */
#define START_MS 1000000000000LL

static const struct ll_bus_ops memory_ops;

static struct ll_memory_bus *memory_bus(struct ll_bus *bus)
{
	assert(bus->ops == &memory_ops);
	return (struct ll_memory_bus *)bus;
}

void ll_memory_enter(struct ll_memory_bus *bus)
{
	pthread_mutex_lock(&bus->lock);
	bus->now_ms += bus->step_ms;
	if (bus->marker_ms > 0)
		ll_memory_writers_write_due(bus);
}

void ll_memory_leave(struct ll_memory_bus *bus)
{
	pthread_mutex_unlock(&bus->lock);
}

void *ll_memory_grow(void *array, size_t count, size_t *capacity, size_t size)
{
	void *grown;

	if (count < *capacity)
		return array;
	*capacity = *capacity ? *capacity * 2 : GROW_MIN;
	grown = reallocarray(array, *capacity, size);
	assert(grown);
	return grown;
}

struct ll_memory_topic *ll_memory_topic(struct ll_memory_bus *bus, const char *name)
{
	for (size_t i = 0; i < bus->topic_count; i++)
		if (strcmp(bus->topics[i]->name, name) == 0)
			return bus->topics[i];
	return NULL;
}

struct ll_memory_log *ll_memory_log(struct ll_memory_bus *bus, const char *name, int32_t partition)
{
	struct ll_memory_topic *topic = ll_memory_topic(bus, name);

	if (!topic || partition < 0 || partition >= topic->partitions)
		return NULL;
	return &topic->logs[partition];
}

/* ---- topics ------------------------------------------------------------------------------ */

static void topic_add(struct ll_memory_bus *bus, const struct ll_topic_spec *spec)
{
	struct ll_memory_topic *topic = calloc(1, sizeof(*topic));

	assert(topic);
	snprintf(topic->name, sizeof(topic->name), "%s", spec->name);
	topic->partitions = spec->partitions;
	topic->logs = calloc((size_t)spec->partitions, sizeof(*topic->logs));
	assert(topic->logs);
	bus->topics = ll_memory_grow(bus->topics, bus->topic_count, &bus->topic_capacity,
				     sizeof(struct ll_memory_topic *));
	bus->topics[bus->topic_count++] = topic;
	ll_memory_groups_topic_created(bus, topic->name);
}

static int create_topics(struct ll_bus *base, const struct ll_topic_spec *topics, size_t count,
			 int timeout_ms, struct ll_error *error)
{
	struct ll_memory_bus *bus = memory_bus(base);

	(void)timeout_ms;
	(void)error;
	ll_memory_enter(bus);
	for (size_t i = 0; i < count; i++)
		if (!ll_memory_topic(bus, topics[i].name))
			topic_add(bus, &topics[i]);
	ll_memory_leave(bus);
	return 0;
}

static int partition_count(struct ll_bus *base, const char *name, int timeout_ms,
			   int32_t *ret_count, struct ll_error *error)
{
	struct ll_memory_bus *bus = memory_bus(base);
	struct ll_memory_topic *topic;

	(void)timeout_ms;
	(void)error;
	ll_memory_enter(bus);
	topic = ll_memory_topic(bus, name);
	*ret_count = topic ? topic->partitions : 0;
	ll_memory_leave(bus);
	return 0;
}

static int list_topics(struct ll_bus *base, int timeout_ms,
		       void (*found)(void *context, const char *topic, int32_t partitions),
		       void *context, struct ll_error *error)
{
	struct ll_memory_bus *bus = memory_bus(base);

	(void)timeout_ms;
	(void)error;
	ll_memory_enter(bus);
	/* Topics are only ever added, so `found` may call the bus and the list goes on. */
	for (size_t i = 0; i < bus->topic_count; i++) {
		const struct ll_memory_topic *topic = bus->topics[i];

		ll_memory_leave(bus);
		found(context, topic->name, topic->partitions);
		ll_memory_enter(bus);
	}
	ll_memory_leave(bus);
	return 0;
}

/* ---- life -------------------------------------------------------------------------------- */

static void memory_free(struct ll_bus *base)
{
	struct ll_memory_bus *bus = memory_bus(base);

	for (size_t i = 0; i < bus->topic_count; i++) {
		for (int32_t k = 0; k < bus->topics[i]->partitions; k++)
			ll_memory_log_release(&bus->topics[i]->logs[k]);
		free(bus->topics[i]->logs);
		free(bus->topics[i]);
	}
	for (size_t i = 0; i < bus->group_count; i++)
		ll_memory_group_free(bus->groups[i]);
	for (size_t i = 0; i < bus->writer_count; i++)
		ll_memory_writer_free(bus->writers[i]);
	for (size_t i = 0; i < bus->pattern_count; i++)
		ll_memory_pattern_free(bus->patterns[i]);
	free(bus->topics);
	free(bus->groups);
	free(bus->writers);
	free(bus->patterns);
	pthread_mutex_destroy(&bus->lock);
	free(bus);
}

static const struct ll_bus_ops memory_ops = {
	.name = "memory",
	.free = memory_free,
	.create_topics = create_topics,
	.partition_count = partition_count,
	.list_topics = list_topics,
	.consumer_new = ll_memory_consumer_new,
	.consumer_free = ll_memory_consumer_free,
	.consumer_fetch = ll_memory_consumer_fetch,
	.consumer_poll = ll_memory_consumer_poll,
	.consumer_hops = ll_memory_consumer_hops,
	.consumer_committed = ll_memory_consumer_committed,
	.consumer_range = ll_memory_consumer_range,
	.consumer_offset_at = ll_memory_consumer_offset_at,
	.producer_new = ll_memory_producer_new,
	.producer_free = ll_memory_producer_free,
	.producer_begin = ll_memory_producer_begin,
	.producer_send = ll_memory_producer_send,
	.producer_send_offsets = ll_memory_producer_send_offsets,
	.producer_commit = ll_memory_producer_commit,
	.producer_abort = ll_memory_producer_abort,
	.producer_flush = ll_memory_producer_flush,
	.producer_poll = ll_memory_producer_poll,
	.producer_check = ll_memory_producer_check,
};

int ll_bus_memory_new(struct ll_bus **ret_bus)
{
	struct ll_memory_bus *bus = calloc(1, sizeof(*bus));

	if (!bus)
		return -LL_ERR_NO_MEMORY;
	bus->base.ops = &memory_ops;
	bus->now_ms = START_MS;
	bus->step_ms = 1;
	pthread_mutex_init(&bus->lock, NULL);
	*ret_bus = &bus->base;
	return 0;
}

/* ---- what tests may do ------------------------------------------------------------------- */

int64_t ll_bus_memory_now_ms(struct ll_bus *base)
{
	struct ll_memory_bus *bus = memory_bus(base);
	int64_t now_ms;

	pthread_mutex_lock(&bus->lock);
	now_ms = bus->now_ms;
	pthread_mutex_unlock(&bus->lock);
	return now_ms;
}

void ll_bus_memory_set_step(struct ll_bus *base, int64_t step_ms)
{
	struct ll_memory_bus *bus = memory_bus(base);

	assert(step_ms >= 0);
	pthread_mutex_lock(&bus->lock);
	bus->step_ms = step_ms;
	pthread_mutex_unlock(&bus->lock);
}

void ll_bus_memory_set_marker_delay(struct ll_bus *base, int64_t marker_ms)
{
	struct ll_memory_bus *bus = memory_bus(base);

	assert(marker_ms >= 0);
	pthread_mutex_lock(&bus->lock);
	bus->marker_ms = marker_ms;
	pthread_mutex_unlock(&bus->lock);
}

void ll_bus_memory_advance(struct ll_bus *base, int64_t ms)
{
	struct ll_memory_bus *bus = memory_bus(base);

	assert(ms >= 0);
	ll_memory_enter(bus);
	bus->now_ms += ms;
	bus->advanced_ms += ms;
	ll_memory_writers_write_due(bus);
	ll_memory_groups_expire(bus);
	for (size_t i = 0; i < bus->writer_count; i++)
		if (bus->writers[i]->transaction && !bus->writers[i]->ending &&
		    bus->advanced_ms - bus->writers[i]->opened_advanced_ms >
			    LL_BUS_MEMORY_TRANSACTION_TIMEOUT_MS)
			ll_memory_writer_expire(bus, bus->writers[i]);
	ll_memory_leave(bus);
}

size_t ll_bus_memory_expire_members(struct ll_bus *base, const char *name, const char *instance)
{
	struct ll_memory_bus *bus = memory_bus(base);
	struct ll_memory_group *group;
	size_t expired = 0;

	ll_memory_enter(bus);
	group = ll_memory_group(bus, name);
	for (size_t i = group->member_count; i-- > 0;)
		if (!instance || strcmp(group->members[i]->instance, instance) == 0) {
			ll_memory_group_remove(bus, group, group->members[i]);
			expired++;
		}
	ll_memory_leave(bus);
	return expired;
}

bool ll_bus_memory_expire_transaction(struct ll_bus *base, const char *transactional_id)
{
	struct ll_memory_bus *bus = memory_bus(base);
	bool was_open = false;

	ll_memory_enter(bus);
	for (size_t i = 0; i < bus->writer_count; i++)
		if (strcmp(bus->writers[i]->transactional_id, transactional_id) == 0 &&
		    bus->writers[i]->transaction && !bus->writers[i]->ending) {
			ll_memory_writer_expire(bus, bus->writers[i]);
			was_open = true;
		}
	ll_memory_leave(bus);
	return was_open;
}

void ll_bus_memory_truncate(struct ll_bus *base, const char *topic, int32_t partition,
			    int64_t first_offset)
{
	struct ll_memory_bus *bus = memory_bus(base);
	struct ll_memory_log *log;

	ll_memory_enter(bus);
	log = ll_memory_log(bus, topic, partition);
	assert(log && first_offset <= (int64_t)log->count);
	if (first_offset > log->first_offset)
		log->first_offset = first_offset;
	ll_memory_leave(bus);
}
