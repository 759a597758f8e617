/* The consumer. Its group: the file beside. */
#include <stdio.h>
#include <stdlib.h>

#include "bus_kafka_impl.h"

#define LEADER_TIMEOUT_MS 1000

/* ---- life -------------------------------------------------------------------------------- */

static int open_handle(struct ll_kafka_consumer *consumer, const struct ll_kafka_bus *bus,
		       const struct ll_consumer_options *options, struct ll_error *error)
{
	rd_kafka_conf_t *conf;
	int err = ll_kafka_conf_new(bus, LL_KAFKA_CONSUMER, options->instance, &consumer->link,
				    &conf, error);

	if (err)
		return err;
	/* assign() needs the name of a group even where none is joined. */
	err = ll_kafka_conf_set(conf, "group.id", consumer->group, error);
	if (!err)
		err = ll_kafka_conf_set(
			conf, "isolation.level",
			options->read_uncommitted ? "read_uncommitted" : "read_committed", error);
	if (err) {
		rd_kafka_conf_destroy(conf);
		return err;
	}
	rd_kafka_conf_set_rebalance_cb(conf, ll_kafka_group_on_rebalance);
	err = ll_kafka_handle_new(RD_KAFKA_CONSUMER, conf, &consumer->handle, error);
	if (err)
		return err;
	rd_kafka_poll_set_consumer(consumer->handle);
	consumer->queue = rd_kafka_queue_get_consumer(consumer->handle);
	/* A group without topics is only asked for what it has committed. */
	return options->group && options->topic_count > 0
		       ? ll_kafka_group_subscribe(consumer, options, error)
		       : 0;
}

int ll_kafka_consumer_new(struct ll_bus *bus, const struct ll_consumer_options *options,
			  struct ll_consumer **ret_consumer, struct ll_error *error)
{
	struct ll_kafka_consumer *consumer = calloc(1, sizeof(*consumer));
	char *group = strdup(options->group ? options->group : "lifeline-reader");
	int err;

	if (!consumer || !group) {
		free(consumer);
		free(group);
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	}
	consumer->base.ops = bus->ops;
	consumer->grouped = options->group != NULL;
	consumer->events = options->events;
	consumer->group = group;
	ll_kafka_link_init(&consumer->link, consumer);
	err = open_handle(consumer, (struct ll_kafka_bus *)bus, options, error);
	if (err) {
		ll_kafka_consumer_free(&consumer->base);
		return err;
	}
	*ret_consumer = &consumer->base;
	return 0;
}

static void drop_messages(struct ll_kafka_consumer *consumer)
{
	for (size_t i = 0; i < consumer->message_count; i++)
		rd_kafka_message_destroy(consumer->messages[i]);
	consumer->message_count = 0;
}

void ll_kafka_consumer_free(struct ll_consumer *base)
{
	struct ll_kafka_consumer *consumer = (struct ll_kafka_consumer *)base;

	/* rd_kafka_destroy waits for whatever still refers to the handle: all that goes first. */
	drop_messages(consumer);
	if (consumer->queue)
		rd_kafka_queue_destroy(consumer->queue);
	if (consumer->handle) {
		ll_kafka_group_leave(consumer);
		rd_kafka_destroy(consumer->handle);
	}
	free(consumer->messages);
	free(consumer->group);
	ll_kafka_link_release(&consumer->link);
	free(consumer);
}

/* ---- fetching ---------------------------------------------------------------------------- */

/*
 * Asks where the leaders are. Where nothing is subscribed to, librdkafka learns it only
 * after it has asked for the first offset in vain, and then waits half a second. Not being answered is
 * no error: librdkafka goes on asking.
 */
static void find_leaders(struct ll_kafka_consumer *consumer,
			 const rd_kafka_topic_partition_list_t *list)
{
	const char *last = "";

	for (int i = 0; i < list->cnt && !consumer->grouped; i++) {
		const struct rd_kafka_metadata *metadata = NULL;
		const char *name = list->elems[i].topic;
		rd_kafka_topic_t *topic;

		if (strcmp(name, last) == 0)
			continue;
		last = name;
		topic = rd_kafka_topic_new(consumer->handle, name, NULL);
		if (!topic)
			continue;
		if (!rd_kafka_metadata(consumer->handle, 0, topic, &metadata, LEADER_TIMEOUT_MS))
			rd_kafka_metadata_destroy(metadata);
		/* What was learnt stays in the handle's cache. */
		rd_kafka_topic_destroy(topic);
	}
}

int ll_kafka_consumer_fetch(struct ll_consumer *base, const struct ll_position *positions,
			    size_t count, struct ll_error *error)
{
	struct ll_kafka_consumer *consumer = (struct ll_kafka_consumer *)base;
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_resp_err_t code;

	for (size_t i = 0; i < count; i++)
		if (consumer->grouped && !ll_kafka_group_gave(consumer, &positions[i]))
			return ll_error_set(error, -LL_ERR_INVALID,
					    "%s[%d] is not of the assignment", positions[i].topic,
					    (int)positions[i].partition);

	/* assign() raises the version of every partition that was fetched before it returns; what
	 * stands in the queue under an older version is dropped when it would be taken. */
	list = rd_kafka_topic_partition_list_new((int)count + 1);
	for (size_t i = 0; i < count; i++)
		rd_kafka_topic_partition_list_add(list, positions[i].topic, positions[i].partition)
			->offset = positions[i].offset;
	consumer->fetched = true;
	find_leaders(consumer, list);
	code = rd_kafka_assign(consumer->handle, list);
	rd_kafka_topic_partition_list_destroy(list);
	return code ? ll_kafka_fail(error, &consumer->link, code, "fetching partitions") : 0;
}

/* ---- polling ----------------------------------------------------------------------------- */

static bool is_record(const rd_kafka_message_t *message)
{
	return !message->err || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
}

static void note_failure(struct ll_kafka_consumer *consumer, const rd_kafka_message_t *message)
{
	char what[LL_BUS_PLACE_MAX + 32];
	const char *text = rd_kafka_message_errstr(message);
	int err = ll_kafka_err(message->err);

	/* What follows from it, the revocation of everything as lost, tells the caller. */
	if (message->err == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
		return;
	/* Of a topic that is not there the text says which. */
	if (message->rkt && message->offset >= 0)
		snprintf(what, sizeof(what), "reading %s[%d] at %lld",
			 rd_kafka_topic_name(message->rkt), (int)message->partition,
			 (long long)message->offset);
	else
		snprintf(what, sizeof(what), "reading");
	if (ll_kafka_check(consumer->handle, &consumer->link, &consumer->pending) == 0)
		ll_error_set(&consumer->pending, err, "%s: %s", what, text);
}

static void note_brokers_down(struct ll_kafka_consumer *consumer)
{
	if (atomic_exchange(&consumer->link.brokers_down, false) && consumer->pending.code == 0)
		ll_kafka_fail(&consumer->pending, &consumer->link,
			      RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "polling");
}

/* The first message, or NULL when the time is up or an error waits to be told. */
static rd_kafka_message_t *first_message(struct ll_kafka_consumer *consumer, int timeout_ms)
{
	int64_t deadline_ms = timeout_ms > 0 ? ll_kafka_now_ms() + timeout_ms : 0;

	for (;;) {
		rd_kafka_message_t *message;
		int left_ms = timeout_ms > 0 ? ll_kafka_left_ms(deadline_ms) : 0;

		ll_kafka_group_tell(consumer);
		if (consumer->pending.code)
			return NULL;
		consumer->may_yield = true;
		message = rd_kafka_consumer_poll(consumer->handle, left_ms);
		consumer->may_yield = false;
		if (message && !is_record(message)) {
			note_failure(consumer, message);
			rd_kafka_message_destroy(message);
			continue;
		}
		if (message)
			return message;
		note_brokers_down(consumer);
		if (!consumer->wish && left_ms == 0)
			return NULL;
	}
}

static int reserve_messages(struct ll_kafka_consumer *consumer, size_t max)
{
	rd_kafka_message_t **grown;

	if (max <= consumer->message_capacity)
		return 0;
	grown = realloc(consumer->messages, max * sizeof(*grown));
	if (!grown)
		return -LL_ERR_NO_MEMORY;
	consumer->messages = grown;
	consumer->message_capacity = max;
	return 0;
}

static void collect(struct ll_kafka_consumer *consumer, int timeout_ms, size_t max)
{
	rd_kafka_message_t *first = first_message(consumer, timeout_ms);
	ssize_t more;

	if (!first)
		return;
	consumer->messages[0] = first;
	consumer->message_count = 1;
	if (max == 1)
		return;
	/* With a timeout 2.0.2 would wait for a full batch. */
	more = rd_kafka_consume_batch_queue(consumer->queue, 0, consumer->messages + 1, max - 1);
	if (more > 0)
		consumer->message_count += (size_t)more;
}

static void record_of(const rd_kafka_message_t *message, struct ll_record *record)
{
	rd_kafka_timestamp_type_t type;

	*record = (struct ll_record){
		.topic = rd_kafka_topic_name(message->rkt),
		.partition = message->partition,
		.offset = message->offset,
		.handle = (void *)message,
	};
	if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
		record->end_of_partition = true;
		return;
	}
	record->timestamp_ms = rd_kafka_message_timestamp(message, &type);
	record->key = (struct ll_bytes){message->key, message->key_len};
	record->value = (struct ll_bytes){message->payload, message->len};
}

int ll_kafka_consumer_poll(struct ll_consumer *base, int timeout_ms, struct ll_record *records,
			   size_t max, size_t *ret_count, struct ll_error *error)
{
	struct ll_kafka_consumer *consumer = (struct ll_kafka_consumer *)base;
	size_t count = 0;

	drop_messages(consumer);
	if (reserve_messages(consumer, max) != 0)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	if (consumer->pending.code == 0)
		collect(consumer, timeout_ms, max);
	for (size_t i = 0; i < consumer->message_count; i++) {
		const rd_kafka_message_t *message = consumer->messages[i];

		if (is_record(message))
			record_of(message, &records[count++]);
		else if (consumer->pending.code == 0)
			note_failure(consumer, message);
	}
	if (count == 0 && consumer->pending.code) {
		int err = consumer->pending.code;

		ll_error_set(error, err, "%s", consumer->pending.message);
		consumer->pending.code = 0;
		return err;
	}
	*ret_count = count;
	return 0;
}

int32_t ll_kafka_consumer_hops(struct ll_consumer *consumer, const struct ll_record *record)
{
	rd_kafka_headers_t *headers;
	const void *value;
	size_t size;

	(void)consumer;
	if (rd_kafka_message_headers(record->handle, &headers) ||
	    rd_kafka_header_get_last(headers, LL_BUS_HOPS_HEADER, &value, &size))
		return 0;
	/* One byte; whatever else somebody wrote there counts as one hop too many to follow. */
	if (size != 1)
		return INT8_MAX;
	return *(const uint8_t *)value & INT8_MAX;
}
