/*
 * The consumer. Two queues: librdkafka's own carries the group's callbacks and nothing else; each
 * partition's queue is forwarded to `work`, which carries the records and nothing else. So
 * callbacks run where poll says and never between two records of a batch.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "bus_kafka_impl.h"

/* A callback of the group is not seen while waiting for a record; this is for how long. */
#define POLL_SLICE_MS 5

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

/*
 * Without a member id the broker takes a transaction's offsets unchecked, as those of a consumer
 * outside any group. The group may have thrown us out between its answer and this callback; what
 * librdkafka then gives is equal to the metadata of no member, and must not be used.
 */
static bool is_of_no_member(const rd_kafka_consumer_group_metadata_t *generation, const char *group)
{
	rd_kafka_consumer_group_metadata_t *nobody = rd_kafka_consumer_group_metadata_new(group);
	void *ours = NULL;
	void *theirs = NULL;
	size_t our_size = 0;
	size_t their_size = 0;
	bool same = true;
	rd_kafka_error_t *first =
	    rd_kafka_consumer_group_metadata_write(generation, &ours, &our_size);
	rd_kafka_error_t *second =
	    rd_kafka_consumer_group_metadata_write(nobody, &theirs, &their_size);

	if (!first && !second)
		same = our_size == their_size && memcmp(ours, theirs, our_size) == 0;
	if (first)
		rd_kafka_error_destroy(first);
	if (second)
		rd_kafka_error_destroy(second);
	rd_kafka_mem_free(NULL, ours);
	rd_kafka_mem_free(NULL, theirs);
	rd_kafka_consumer_group_metadata_destroy(nobody);
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

static void on_assigned(struct ll_kafka_consumer *consumer, struct ll_position *positions,
			rd_kafka_topic_partition_list_t *list)
{
	char *group;

	assignment_forget(consumer);
	consumer->assignment = rd_kafka_topic_partition_list_copy(list);

	/* Here and nowhere else: taken at commit time it would be a later generation's, and let an
	 * instance that slept through a rebalance commit what the next owner has done again. */
	generation_forget(consumer);
	consumer->generation = rd_kafka_consumer_group_metadata(consumer->handle);
	group = consumer->link.owner;
	if (consumer->generation && is_of_no_member(consumer->generation, group))
		generation_forget(consumer);

	consumer->fetched = false;
	if (consumer->events.assigned)
		consumer->events.assigned(consumer->events.context, positions, (size_t)list->cnt);
	if (!consumer->fetched)
		assign_nothing(consumer);
}

static void on_revoked(struct ll_kafka_consumer *consumer, struct ll_position *positions,
		       rd_kafka_topic_partition_list_t *list)
{
	bool lost = rd_kafka_assignment_lost(consumer->handle) != 0;

	if (consumer->events.revoked)
		consumer->events.revoked(consumer->events.context, positions, (size_t)list->cnt,
					 lost);
	assignment_forget(consumer);
	rd_kafka_assign(consumer->handle, NULL);
}

static void on_rebalance(rd_kafka_t *handle, rd_kafka_resp_err_t code,
			 rd_kafka_topic_partition_list_t *list, void *opaque)
{
	struct ll_kafka_link *link = opaque;
	struct ll_kafka_consumer *consumer =
	    (struct ll_kafka_consumer *)((char *)link - offsetof(struct ll_kafka_consumer, link));
	struct ll_position *positions;

	if (positions_of(list, &positions) != 0) {
		/* The group must be answered; without memory for more, with nothing. */
		ll_error_set(&consumer->pending, -LL_ERR_NO_MEMORY, "out of memory");
		rd_kafka_assign(handle, NULL);
		return;
	}
	switch (code) {
	case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
		on_assigned(consumer, positions, list);
		break;
	case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
		on_revoked(consumer, positions, list);
		break;
	default:
		ll_kafka_fail(&consumer->pending, &consumer->link, code, "joining the group");
		rd_kafka_assign(handle, NULL);
	}
	free(positions);
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
	consumer->work = rd_kafka_queue_new(consumer->handle);
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

void ll_kafka_consumer_free(struct ll_consumer *base)
{
	struct ll_kafka_consumer *consumer = (struct ll_kafka_consumer *)base;

	/* rd_kafka_destroy waits for whatever still refers to the handle: all that goes first. */
	drop_messages(consumer);
	if (consumer->handle)
		rd_kafka_consumer_close(consumer->handle);
	if (consumer->work)
		rd_kafka_queue_destroy(consumer->work);
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

/*
 * librdkafka forwards a partition that it starts to fetch to its own queue, unless the application
 * has said otherwise before (RD_KAFKA_Q_F_FWD_APP).
 */
static int forward(struct ll_kafka_consumer *consumer, const struct ll_position *position)
{
	rd_kafka_queue_t *queue =
	    rd_kafka_queue_get_partition(consumer->handle, position->topic, position->partition);

	if (!queue)
		return -LL_ERR_NO_MEMORY;
	rd_kafka_queue_forward(queue, consumer->work);
	rd_kafka_queue_destroy(queue);
	return 0;
}

int ll_kafka_consumer_fetch(struct ll_consumer *base, const struct ll_position *positions,
			    size_t count, struct ll_error *error)
{
	struct ll_kafka_consumer *consumer = (struct ll_kafka_consumer *)base;
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_resp_err_t code;
	int err = 0;

	for (size_t i = 0; i < count; i++)
		if (consumer->grouped && !is_assigned(consumer, &positions[i]))
			return ll_error_set(error, -LL_ERR_INVALID,
					    "%s[%d] is not of the assignment", positions[i].topic,
					    (int)positions[i].partition);

	/* assign() bumps the version of every partition that was fetched before it returns; what
	 * stands in `work` under an older version is dropped when it would be taken. */
	list = rd_kafka_topic_partition_list_new((int)count + 1);
	for (size_t i = 0; i < count && !err; i++) {
		rd_kafka_topic_partition_list_add(list, positions[i].topic, positions[i].partition)
		    ->offset = positions[i].offset;
		err = forward(consumer, &positions[i]);
	}
	if (!err) {
		consumer->fetched = true;
		code = rd_kafka_assign(consumer->handle, list);
		if (code)
			err = ll_kafka_fail(error, &consumer->link, code, "fetching partitions");
	} else {
		ll_error_set(error, err, "out of memory");
	}
	rd_kafka_topic_partition_list_destroy(list);
	return err;
}

/* ---- polling -----------------------------------------------------------------------------------
 */

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

/* Runs the group's callbacks. A record can only come here when forwarding was undone behind us. */
static rd_kafka_message_t *serve_group(struct ll_kafka_consumer *consumer)
{
	rd_kafka_message_t *message;

	while ((message = rd_kafka_consumer_poll(consumer->handle, 0))) {
		if (!message->err || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
			return message;
		note_failure(consumer, message);
		rd_kafka_message_destroy(message);
	}
	if (atomic_exchange(&consumer->link.brokers_down, false) && consumer->pending.code == 0)
		ll_kafka_fail(&consumer->pending, &consumer->link,
			      RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "polling");
	return NULL;
}

/* The first message, or NULL when the time is up or an error waits to be told. */
static rd_kafka_message_t *first_message(struct ll_kafka_consumer *consumer, int timeout_ms)
{
	int64_t deadline_ms = timeout_ms > 0 ? ll_kafka_now_ms() + timeout_ms : 0;

	for (;;) {
		rd_kafka_message_t *message = serve_group(consumer);
		int left_ms = timeout_ms > 0 ? ll_kafka_left_ms(deadline_ms) : 0;

		if (message || consumer->pending.code)
			return message;
		if (left_ms > POLL_SLICE_MS)
			left_ms = POLL_SLICE_MS;
		message = rd_kafka_consume_queue(consumer->work, left_ms);
		if (message || left_ms == 0)
			return message;
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
	more = rd_kafka_consume_batch_queue(consumer->work, 0, consumer->messages + 1, max - 1);
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

		if (!message->err || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
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
