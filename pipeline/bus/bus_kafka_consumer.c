/*
 * The consumer. librdkafka runs the group's callbacks wherever its queue is served, in the midst of
 * records too. So a callback only notes what the group wants; poll tells it, and answers the group,
 * before it takes records. Records that stood before it in the queue are of the old assignment and
 * are delivered while that is still the current one.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "bus_kafka_impl.h"

/* ---- lists of partitions -----------------------------------------------------------------------
 */

static int positions_of(const rd_kafka_topic_partition_list_t *list,
			struct ll_position **ret_positions)
{
	size_t count = (size_t)list->cnt;
	struct ll_position *positions = calloc(count + 1, sizeof(*positions));

	if (!positions)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		snprintf(positions[i].topic, sizeof(positions[i].topic), "%s",
			 list->elems[i].topic);
		positions[i].partition = list->elems[i].partition;
		positions[i].offset = LL_OFFSET_NONE;
	}
	*ret_positions = positions;
	return 0;
}

/* ---- the group's callbacks ---------------------------------------------------------------------
 */

/* Both name the same member in the same generation. */
static bool is_same(const rd_kafka_consumer_group_metadata_t *one,
		    const rd_kafka_consumer_group_metadata_t *other)
{
	void *bytes[2] = {NULL, NULL};
	size_t sizes[2] = {0, 0};
	rd_kafka_error_t *errors[2] = {
		rd_kafka_consumer_group_metadata_write(one, &bytes[0], &sizes[0]),
		rd_kafka_consumer_group_metadata_write(other, &bytes[1], &sizes[1]),
	};
	bool same = !errors[0] && !errors[1] && sizes[0] == sizes[1] &&
		    memcmp(bytes[0], bytes[1], sizes[0]) == 0;

	for (int i = 0; i < 2; i++) {
		if (errors[i])
			rd_kafka_error_destroy(errors[i]);
		rd_kafka_mem_free(NULL, bytes[i]);
	}
	return same;
}

static void generation_forget(struct ll_kafka_consumer *consumer)
{
	if (consumer->generation)
		rd_kafka_consumer_group_metadata_destroy(consumer->generation);
	consumer->generation = NULL;
}

static void assignment_forget(struct ll_kafka_consumer *consumer)
{
	if (consumer->assignment)
		rd_kafka_topic_partition_list_destroy(consumer->assignment);
	consumer->assignment = NULL;
}

static void assign_nothing(struct ll_kafka_consumer *consumer)
{
	rd_kafka_topic_partition_list_t *nothing = rd_kafka_topic_partition_list_new(1);

	/* The group waits for an assign, but takes any list for it. */
	rd_kafka_assign(consumer->handle, nothing);
	rd_kafka_topic_partition_list_destroy(nothing);
}

/*
 * Takes the generation: here and nowhere else. Taken at commit time it would be a later one, and let
 * an instance that slept through a rebalance commit what the next owner has done again.
 *
 * Without a member id the broker takes a transaction's offsets unchecked, as those of a consumer
 * outside any group. The group may have thrown us out since its answer; what librdkafka gives then is
 * the metadata of no member, which must not be used.
 */
static void generation_take(struct ll_kafka_consumer *consumer)
{
	rd_kafka_consumer_group_metadata_t *nobody =
		rd_kafka_consumer_group_metadata_new(consumer->link.owner);

	generation_forget(consumer);
	consumer->generation = rd_kafka_consumer_group_metadata(consumer->handle);
	if (consumer->generation && is_same(consumer->generation, nobody))
		generation_forget(consumer);
	rd_kafka_consumer_group_metadata_destroy(nobody);
}

/*
 * rd_kafka_assignment_lost does not know of a member that was to give its partitions back, did not
 * poll, and was thrown out for that: but the member id is not the same any more.
 */
static bool is_lost(struct ll_kafka_consumer *consumer)
{
	rd_kafka_consumer_group_metadata_t *now;
	bool lost = rd_kafka_assignment_lost(consumer->handle) || !consumer->generation;

	if (lost)
		return true;
	now = rd_kafka_consumer_group_metadata(consumer->handle);
	lost = !now || !is_same(consumer->generation, now);
	if (now)
		rd_kafka_consumer_group_metadata_destroy(now);
	return lost;
}

static void tell_assigned(struct ll_kafka_consumer *consumer, rd_kafka_topic_partition_list_t *list,
			  const struct ll_position *positions)
{
	assignment_forget(consumer);
	consumer->assignment = rd_kafka_topic_partition_list_copy(list);
	generation_take(consumer);
	consumer->fetched = false;
	if (consumer->events.assigned)
		consumer->events.assigned(consumer->events.context, positions, (size_t)list->cnt);
	if (!consumer->fetched)
		assign_nothing(consumer);
}

static void tell_revoked(struct ll_kafka_consumer *consumer, rd_kafka_topic_partition_list_t *list,
			 const struct ll_position *positions)
{
	if (consumer->assignment && consumer->events.revoked)
		consumer->events.revoked(consumer->events.context, positions, (size_t)list->cnt,
					 is_lost(consumer));
	assignment_forget(consumer);
	rd_kafka_assign(consumer->handle, NULL);
}

/* Tells what the group wants, and answers it; a group that is not answered waits. */
static void tell(struct ll_kafka_consumer *consumer, rd_kafka_resp_err_t code,
		 rd_kafka_topic_partition_list_t *list)
{
	struct ll_position *positions = NULL;

	if (positions_of(list, &positions) != 0) {
		ll_error_set(&consumer->pending, -LL_ERR_NO_MEMORY, "out of memory");
		assignment_forget(consumer);
		rd_kafka_assign(consumer->handle, NULL);
	} else if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
		tell_assigned(consumer, list, positions);
	} else {
		tell_revoked(consumer, list, positions);
		if (code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
			ll_kafka_fail(&consumer->pending, &consumer->link, code,
				      "joining the group");
	}
	free(positions);
}

static void wish_forget(struct ll_kafka_consumer *consumer)
{
	if (consumer->wish)
		rd_kafka_topic_partition_list_destroy(consumer->wish);
	consumer->wish = NULL;
}

static void tell_wish(struct ll_kafka_consumer *consumer)
{
	rd_kafka_topic_partition_list_t *list = consumer->wish;

	if (!list)
		return;
	consumer->wish = NULL;
	tell(consumer, consumer->wish_code, list);
	rd_kafka_topic_partition_list_destroy(list);
}

static void on_rebalance(rd_kafka_t *handle, rd_kafka_resp_err_t code,
			 rd_kafka_topic_partition_list_t *list, void *opaque)
{
	struct ll_kafka_link *link = opaque;
	struct ll_kafka_consumer *consumer =
		(struct ll_kafka_consumer *)((char *)link -
					     offsetof(struct ll_kafka_consumer, link));

	if (consumer->closing) {
		tell(consumer, code, list);
		return;
	}
	/* The group does not go on before it is answered, so there is one wish at a time. */
	wish_forget(consumer);
	consumer->wish = rd_kafka_topic_partition_list_copy(list);
	consumer->wish_code = code;
	rd_kafka_yield(handle); /* the poll that runs this returns */
}

/* ---- life --------------------------------------------------------------------------------------
 */

static int subscribe(struct ll_kafka_consumer *consumer, const struct ll_consumer_options *options,
		     struct ll_error *error)
{
	rd_kafka_topic_partition_list_t *topics =
		rd_kafka_topic_partition_list_new((int)options->topic_count);
	rd_kafka_resp_err_t code;

	for (size_t i = 0; i < options->topic_count; i++)
		rd_kafka_topic_partition_list_add(topics, options->topics[i],
						  RD_KAFKA_PARTITION_UA);
	code = rd_kafka_subscribe(consumer->handle, topics);
	rd_kafka_topic_partition_list_destroy(topics);
	return code ? ll_kafka_fail(error, &consumer->link, code, "subscribing") : 0;
}

static int open_handle(struct ll_kafka_consumer *consumer, const struct ll_kafka_bus *bus,
		       const struct ll_consumer_options *options, struct ll_error *error)
{
	rd_kafka_conf_t *conf;
	int err = ll_kafka_conf_new(bus, LL_KAFKA_CONSUMER, options->instance, &consumer->link,
				    &conf, error);

	if (err)
		return err;
	/* assign() needs the name of a group even where none is joined. */
	err = ll_kafka_conf_set(conf, "group.id", (const char *)consumer->link.owner, error);
	if (!err)
		err = ll_kafka_conf_set(
			conf, "isolation.level",
			options->read_uncommitted ? "read_uncommitted" : "read_committed", error);
	if (err) {
		rd_kafka_conf_destroy(conf);
		return err;
	}
	rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
	err = ll_kafka_handle_new(RD_KAFKA_CONSUMER, conf, &consumer->handle, error);
	if (err)
		return err;
	rd_kafka_poll_set_consumer(consumer->handle);
	consumer->queue = rd_kafka_queue_get_consumer(consumer->handle);
	return options->group ? subscribe(consumer, options, error) : 0;
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
	ll_kafka_link_init(&consumer->link, group);
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

static void close_group(struct ll_kafka_consumer *consumer)
{
	if (!consumer->handle)
		return;
	consumer->closing = true;
	/* An assignment not told yet need not be any more. */
	if (consumer->wish && consumer->wish_code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
		assign_nothing(consumer);
	else
		tell_wish(consumer);
	rd_kafka_consumer_close(consumer->handle);
}

void ll_kafka_consumer_free(struct ll_consumer *base)
{
	struct ll_kafka_consumer *consumer = (struct ll_kafka_consumer *)base;

	/* rd_kafka_destroy waits for whatever still refers to the handle: all that goes first. */
	drop_messages(consumer);
	if (consumer->queue)
		rd_kafka_queue_destroy(consumer->queue);
	close_group(consumer);
	wish_forget(consumer);
	generation_forget(consumer);
	assignment_forget(consumer);
	if (consumer->handle)
		rd_kafka_destroy(consumer->handle);
	free(consumer->messages);
	free(consumer->link.owner);
	ll_kafka_link_release(&consumer->link);
	free(consumer);
}

/* ---- fetching ----------------------------------------------------------------------------------
 */

static bool is_assigned(const struct ll_kafka_consumer *consumer,
			const struct ll_position *position)
{
	return consumer->assignment &&
	       rd_kafka_topic_partition_list_find(consumer->assignment, position->topic,
						  position->partition);
}

int ll_kafka_consumer_fetch(struct ll_consumer *base, const struct ll_position *positions,
			    size_t count, struct ll_error *error)
{
	struct ll_kafka_consumer *consumer = (struct ll_kafka_consumer *)base;
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_resp_err_t code;

	for (size_t i = 0; i < count; i++)
		if (consumer->grouped && !is_assigned(consumer, &positions[i]))
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
	code = rd_kafka_assign(consumer->handle, list);
	rd_kafka_topic_partition_list_destroy(list);
	return code ? ll_kafka_fail(error, &consumer->link, code, "fetching partitions") : 0;
}

/* ---- polling -----------------------------------------------------------------------------------
 */

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
	if (message->rkt)
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

		tell_wish(consumer);
		if (consumer->pending.code)
			return NULL;
		message = rd_kafka_consumer_poll(consumer->handle, left_ms);
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
