#include "bus.h"

#include <assert.h>
#include <stdio.h>

#include "bus_impl.h"

int ll_bus_check_topic(const char *topic, struct ll_error *error)
{
	size_t length = strnlen(topic, LL_TOPIC_NAME_MAX);

	if (length == 0)
		return ll_error_set(error, -LL_ERR_INVALID, "a topic has no name");
	if (length == LL_TOPIC_NAME_MAX)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "a topic's name is longer than %d bytes: %.32s...",
				    LL_TOPIC_NAME_MAX - 1, topic);
	return 0;
}

int ll_bus_check_fetch(const struct ll_position *position, struct ll_error *error)
{
	int err = ll_bus_check_topic(position->topic, error);

	if (err)
		return err;
	/* LL_OFFSET_NONE would mean "from where the group has committed" to librdkafka. */
	if (position->partition < 0 ||
	    (position->offset < 0 && position->offset != LL_OFFSET_BEGINNING &&
	     position->offset != LL_OFFSET_END))
		return ll_error_set(error, -LL_ERR_INVALID,
				    "not a place to fetch from: %s[%d] at %lld", position->topic,
				    (int)position->partition, (long long)position->offset);
	return 0;
}

const char *ll_bus_place(char place[LL_BUS_PLACE_MAX], const char *topic, int32_t partition)
{
	snprintf(place, LL_BUS_PLACE_MAX, "%s[%d]", topic, (int)partition);
	return place;
}

void ll_bus_free(struct ll_bus *bus)
{
	if (bus)
		bus->ops->free(bus);
}

int ll_bus_create_topics(struct ll_bus *bus, const struct ll_topic_spec *topics, size_t count,
			 int timeout_ms, struct ll_error *error)
{
	for (size_t i = 0; i < count; i++) {
		int err = ll_bus_check_topic(topics[i].name, error);

		if (err)
			return err;
		if (topics[i].partitions < 1)
			return ll_error_set(error, -LL_ERR_INVALID,
					    "topic %s must have at least one partition",
					    topics[i].name);
	}
	return count == 0 ? 0 : bus->ops->create_topics(bus, topics, count, timeout_ms, error);
}

int ll_bus_partition_count(struct ll_bus *bus, const char *topic, int timeout_ms,
			   int32_t *ret_count, struct ll_error *error)
{
	int err = ll_bus_check_topic(topic, error);

	return err ? err : bus->ops->partition_count(bus, topic, timeout_ms, ret_count, error);
}

int ll_bus_list_topics(struct ll_bus *bus, int timeout_ms,
		       void (*found)(void *context, const char *topic, int32_t partitions),
		       void *context, struct ll_error *error)
{
	return bus->ops->list_topics(bus, timeout_ms, found, context, error);
}

int ll_consumer_new(struct ll_bus *bus, const struct ll_consumer_options *options,
		    struct ll_consumer **ret_consumer, struct ll_error *error)
{
	if (options->group && strlen(options->group) >= LL_TOPIC_NAME_MAX)
		return ll_error_set(error, -LL_ERR_INVALID, "a group's name is too long: %.32s...",
				    options->group);
	if (options->topic_count > LL_BUS_GROUP_TOPICS_MAX)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "a subscription has at most %d topics and patterns",
				    LL_BUS_GROUP_TOPICS_MAX);
	for (size_t i = 0; i < options->topic_count; i++) {
		int err = ll_bus_check_topic(options->topics[i], error);

		if (err)
			return err;
	}
	return bus->ops->consumer_new(bus, options, ret_consumer, error);
}

void ll_consumer_free(struct ll_consumer *consumer)
{
	if (consumer)
		consumer->ops->consumer_free(consumer);
}

int ll_consumer_fetch(struct ll_consumer *consumer, const struct ll_position *positions,
		      size_t count, struct ll_error *error)
{
	for (size_t i = 0; i < count; i++) {
		int err = ll_bus_check_fetch(&positions[i], error);

		if (err)
			return err;
	}
	return consumer->ops->consumer_fetch(consumer, positions, count, error);
}

int ll_consumer_poll(struct ll_consumer *consumer, int timeout_ms, struct ll_record *records,
		     size_t max, size_t *ret_count, struct ll_error *error)
{
	assert(max > 0 && timeout_ms >= 0);
	return consumer->ops->consumer_poll(consumer, timeout_ms, records, max, ret_count, error);
}

int32_t ll_consumer_hops(struct ll_consumer *consumer, const struct ll_record *record)
{
	return record->end_of_partition ? 0 : consumer->ops->consumer_hops(consumer, record);
}

int ll_consumer_committed(struct ll_consumer *consumer, struct ll_position *positions, size_t count,
			  int timeout_ms, struct ll_error *error)
{
	if (count == 0)
		return 0;
	return consumer->ops->consumer_committed(consumer, positions, count, timeout_ms, error);
}

int ll_consumer_range(struct ll_consumer *consumer, const char *topic, int32_t partition,
		      int timeout_ms, int64_t *ret_first, int64_t *ret_end, struct ll_error *error)
{
	return consumer->ops->consumer_range(consumer, topic, partition, timeout_ms, ret_first,
					     ret_end, error);
}

int ll_consumer_offset_at(struct ll_consumer *consumer, const char *topic, int32_t partition,
			  int64_t time_ms, int timeout_ms, int64_t *ret_offset,
			  struct ll_error *error)
{
	return consumer->ops->consumer_offset_at(consumer, topic, partition, time_ms, timeout_ms,
						 ret_offset, error);
}

int ll_producer_new(struct ll_bus *bus, const struct ll_producer_options *options,
		    struct ll_producer **ret_producer, struct ll_error *error)
{
	assert(options->queue_max_messages >= 0);
	return bus->ops->producer_new(bus, options, ret_producer, error);
}

void ll_producer_free(struct ll_producer *producer)
{
	if (producer)
		producer->ops->producer_free(producer);
}

int ll_producer_begin(struct ll_producer *producer, struct ll_error *error)
{
	return producer->ops->producer_begin(producer, error);
}

int ll_producer_send(struct ll_producer *producer, const struct ll_outgoing *outgoing,
		     struct ll_error *error)
{
	return producer->ops->producer_send(producer, outgoing, error);
}

int ll_producer_send_offsets(struct ll_producer *producer, struct ll_consumer *consumer,
			     const struct ll_position *positions, size_t count,
			     struct ll_error *error)
{
	assert(producer->ops == consumer->ops);
	if (count == 0)
		return 0;
	return producer->ops->producer_send_offsets(producer, consumer, positions, count, error);
}

int ll_producer_commit(struct ll_producer *producer, int timeout_ms, struct ll_error *error)
{
	return producer->ops->producer_commit(producer, timeout_ms, error);
}

int ll_producer_abort(struct ll_producer *producer, int timeout_ms, struct ll_error *error)
{
	return producer->ops->producer_abort(producer, timeout_ms, error);
}

int ll_producer_flush(struct ll_producer *producer, int timeout_ms, struct ll_error *error)
{
	return producer->ops->producer_flush(producer, timeout_ms, error);
}

size_t ll_producer_poll(struct ll_producer *producer, int timeout_ms)
{
	return producer->ops->producer_poll(producer, timeout_ms);
}

int ll_producer_check(struct ll_producer *producer, struct ll_error *error)
{
	return producer->ops->producer_check(producer, error);
}
