/* The producer: sending, its topics, and waiting for what was sent. Transactions: the file beside.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/hash.h"
#include "bus_kafka_impl.h"

#define DRAIN_STEP_US	 200  /* rd_kafka_flush looks every 10 ms only */
#define TOPIC_TIMEOUT_MS 5000 /* for a topic's first lookup; shorter than a transaction */
#define TOPICS_MIN	 64
#define TOPICS_MAX	 16384 /* a topic a county, several times over */
#define PURGE_EVERYTHING \
	(RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING)

/* ---- topics ------------------------------------------------------------------------------ */

static struct ll_kafka_topic **topic_slot(struct ll_kafka_topic **topics, size_t capacity,
					  const char *name)
{
	size_t at = (size_t)ll_hash64(name, strlen(name), 0) & (capacity - 1);

	while (topics[at] && strcmp(topics[at]->name, name) != 0)
		at = (at + 1) & (capacity - 1);
	return &topics[at];
}

static int topics_grow(struct ll_kafka_producer *producer)
{
	size_t capacity = producer->topic_capacity ? producer->topic_capacity * 2 : TOPICS_MIN;
	struct ll_kafka_topic **grown;

	if (producer->topic_count * 2 < producer->topic_capacity)
		return 0;
	if (capacity > TOPICS_MAX * 2)
		return -LL_ERR_FATAL;
	grown = calloc(capacity, sizeof(*grown));
	if (!grown)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < producer->topic_capacity; i++)
		if (producer->topics[i])
			*topic_slot(grown, capacity, producer->topics[i]->name) =
				producer->topics[i];
	free(producer->topics);
	producer->topics = grown;
	producer->topic_capacity = capacity;
	return 0;
}

static void topic_free(struct ll_kafka_topic *topic)
{
	if (topic && topic->handle)
		rd_kafka_topic_destroy(topic->handle);
	free(topic);
}

static int topic_new(struct ll_kafka_producer *producer, const char *name,
		     struct ll_kafka_topic **ret_topic, struct ll_error *error)
{
	struct ll_kafka_topic *topic;
	int err = ll_bus_check_topic(name, error);

	if (err)
		return err;
	topic = calloc(1, sizeof(*topic));
	if (!topic)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	snprintf(topic->name, sizeof(topic->name), "%s", name);
	topic->handle = rd_kafka_topic_new(producer->handle, name, NULL);
	err = topic->handle
		      ? ll_kafka_topic_partitions(producer->handle, &producer->link, topic->handle,
						  TOPIC_TIMEOUT_MS, &topic->partitions, error)
		      : ll_error_set(error, -LL_ERR_INVALID, "not a topic's name: %s", name);
	if (!err && topic->partitions == 0)
		err = ll_error_set(error, -LL_ERR_NOT_FOUND, "there is no topic %s", name);
	if (err) {
		topic_free(topic);
		return err;
	}
	*ret_topic = topic;
	return 0;
}

static int topic_find(struct ll_kafka_producer *producer, const char *name,
		      struct ll_kafka_topic **ret_topic, struct ll_error *error)
{
	struct ll_kafka_topic **slot;
	int err;

	if (producer->last_topic && strcmp(producer->last_topic->name, name) == 0) {
		*ret_topic = producer->last_topic;
		return 0;
	}
	err = topics_grow(producer);
	if (err)
		return ll_error_set(error, err, "no room for topic %s beside %zu others", name,
				    producer->topic_count);
	slot = topic_slot(producer->topics, producer->topic_capacity, name);
	if (!*slot) {
		err = topic_new(producer, name, slot, error);
		if (err)
			return err;
		producer->topic_count++;
	}
	producer->last_topic = *slot;
	*ret_topic = *slot;
	return 0;
}

/* ---- life -------------------------------------------------------------------------------- */

/* Only failures are reported (delivery.report.only.error), and only without transactions. */
static void on_delivery(rd_kafka_t *handle, const rd_kafka_message_t *message, void *opaque)
{
	struct ll_kafka_link *link = opaque;
	struct ll_kafka_producer *producer = link->owner;

	(void)handle;
	if (message->err && producer->failed)
		producer->failed(producer->failed_context, rd_kafka_topic_name(message->rkt),
				 (struct ll_bytes){message->key, message->key_len},
				 ll_kafka_err(message->err));
}

static int open_handle(struct ll_kafka_producer *producer, struct ll_error *error)
{
	const char *id = producer->transactional_id;
	rd_kafka_conf_t *conf;
	char number[16];
	int err =
		ll_kafka_conf_new(producer->bus, id ? LL_KAFKA_TRANSACTIONAL : LL_KAFKA_IDEMPOTENT,
				  producer->instance, &producer->link, &conf, error);

	if (err)
		return err;
	snprintf(number, sizeof(number), "%d", (int)producer->queue_max_messages);
	err = ll_kafka_conf_set(conf, "queue.buffering.max.messages", number, error);
	if (!err && id)
		err = ll_kafka_conf_set(conf, "transactional.id", id, error);
	if (err) {
		rd_kafka_conf_destroy(conf);
		return err;
	}
	/* In a transaction commit tells of failures; a callback would make rd_kafka_flush, which
	 * commit calls, wait for reports that nobody needs. */
	if (!id)
		rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	return ll_kafka_handle_new(RD_KAFKA_PRODUCER, conf, &producer->handle, error);
}

static int open_producer(struct ll_kafka_producer *producer, struct ll_error *error)
{
	rd_kafka_error_t *object;
	int err = open_handle(producer, error);

	if (err || !producer->transactional_id)
		return err;
	object = rd_kafka_init_transactions(producer->handle, LL_BUS_INIT_TIMEOUT_MS);
	return object ? ll_kafka_fail_object(error, &producer->link, object,
					     "starting transactions")
		      : 0;
}

static void close_producer(struct ll_kafka_producer *producer)
{
	if (producer->handle)
		rd_kafka_purge(producer->handle, PURGE_EVERYTHING);
	for (size_t i = 0; i < producer->topic_capacity; i++)
		topic_free(producer->topics[i]);
	free(producer->topics);
	producer->topics = NULL;
	producer->topic_capacity = 0;
	producer->topic_count = 0;
	producer->last_topic = NULL;
	if (producer->handle)
		rd_kafka_destroy(producer->handle);
	producer->handle = NULL;
}

/* NULL stays NULL. */
static int copy_text(const char *text, char **ret_copy)
{
	*ret_copy = text ? strdup(text) : NULL;
	return text && !*ret_copy ? -LL_ERR_NO_MEMORY : 0;
}

int ll_kafka_producer_new(struct ll_bus *bus, const struct ll_producer_options *options,
			  struct ll_producer **ret_producer, struct ll_error *error)
{
	struct ll_kafka_producer *producer = calloc(1, sizeof(*producer));
	int err;

	if (!producer)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	producer->base.ops = bus->ops;
	producer->bus = (const struct ll_kafka_bus *)bus;
	producer->failed = options->failed;
	producer->failed_context = options->failed_context;
	producer->queue_max_messages = options->queue_max_messages ? options->queue_max_messages
								   : LL_BUS_QUEUE_MESSAGES_DEFAULT;
	ll_kafka_link_init(&producer->link, producer);
	err = copy_text(options->instance, &producer->instance);
	if (!err)
		err = copy_text(options->transactional_id, &producer->transactional_id);
	if (err)
		ll_error_set(error, err, "out of memory");
	else
		err = open_producer(producer, error);
	if (err) {
		ll_kafka_producer_free(&producer->base);
		return err;
	}
	*ret_producer = &producer->base;
	return 0;
}

void ll_kafka_producer_free(struct ll_producer *base)
{
	struct ll_kafka_producer *producer = (struct ll_kafka_producer *)base;

	close_producer(producer);
	ll_kafka_link_release(&producer->link);
	free(producer->instance);
	free(producer->transactional_id);
	free(producer);
}

/*
 * A broker forgets who has not written for long (transactional.id.expiration.ms, a week). Where that is
 * found out by a partition, librdkafka asks for a new id by itself; where it is found out by offsets, as in
 * a transaction without outputs, 2.0.2 goes on with the old one for ever.
 */
void ll_kafka_producer_note(struct ll_kafka_producer *producer, rd_kafka_resp_err_t code)
{
	if (code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING ||
	    code == RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID)
		producer->forgotten = true;
}

int ll_kafka_producer_reopen(struct ll_kafka_producer *producer, struct ll_error *error)
{
	close_producer(producer);
	producer->forgotten = false;
	return open_producer(producer, error);
}

/* ---- sending ----------------------------------------------------------------------------- */

static int send_failed(struct ll_kafka_producer *producer, rd_kafka_resp_err_t code,
		       const char *topic, struct ll_error *error)
{
	char what[LL_TOPIC_NAME_MAX + 16];
	int err = ll_kafka_check(producer->handle, &producer->link, error);

	if (err)
		return err;
	snprintf(what, sizeof(what), "sending to %s", topic);
	err = ll_kafka_fail(error, &producer->link, code, what);
	/* We are within begin and commit, so another state is one that must be aborted. */
	if (code == RD_KAFKA_RESP_ERR__STATE && producer->in_transaction)
		return ll_error_set(error, -LL_ERR_ABORTED,
				    "%s: the transaction has failed and must be aborted", what);
	return err;
}

static rd_kafka_resp_err_t produce_with_hops(struct ll_kafka_producer *producer,
					     struct ll_kafka_topic *topic, int32_t partition,
					     const struct ll_outgoing *outgoing)
{
	uint8_t hops = (uint8_t)(outgoing->hops < INT8_MAX ? outgoing->hops : INT8_MAX);

	return rd_kafka_producev(
		producer->handle, RD_KAFKA_V_RKT(topic->handle), RD_KAFKA_V_PARTITION(partition),
		RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
		RD_KAFKA_V_KEY(outgoing->key.data, outgoing->key.size),
		RD_KAFKA_V_VALUE((void *)outgoing->value.data, outgoing->value.size),
		RD_KAFKA_V_HEADER(LL_BUS_HOPS_HEADER, &hops, 1), RD_KAFKA_V_END);
}

int ll_kafka_producer_send(struct ll_producer *base, const struct ll_outgoing *outgoing,
			   struct ll_error *error)
{
	struct ll_kafka_producer *producer = (struct ll_kafka_producer *)base;
	struct ll_kafka_topic *topic;
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
	int32_t partition = outgoing->partition;
	int err = topic_find(producer, outgoing->topic, &topic, error);

	assert(!producer->transactional_id || producer->in_transaction);
	if (err)
		return err;
	/* Computed here and not by librdkafka, so that a stage that asks where a key belongs and
	 * the topic it lands in agree. */
	if (partition == LL_PARTITION_BY_KEY)
		partition =
			ll_partition_of(outgoing->key.data, outgoing->key.size, topic->partitions);
	if (partition < 0 || partition >= topic->partitions)
		return ll_error_set(error, -LL_ERR_INVALID, "topic %s has no partition %d",
				    topic->name, (int)partition);
	if (outgoing->hops > 0)
		code = produce_with_hops(producer, topic, partition, outgoing);
	else if (rd_kafka_produce(topic->handle, partition, RD_KAFKA_MSG_F_COPY,
				  (void *)outgoing->value.data, outgoing->value.size,
				  outgoing->key.data, outgoing->key.size, NULL) != 0)
		code = rd_kafka_last_error();
	return code ? send_failed(producer, code, topic->name, error) : 0;
}

/* ---- waiting ----------------------------------------------------------------------------- */

static void drain_step(void)
{
	nanosleep(&(struct timespec){0, DRAIN_STEP_US * 1000L}, NULL);
}

/* rd_kafka_outq_len also counts events that wait to be served, so they are served. */
static size_t queued(struct ll_kafka_producer *producer)
{
	rd_kafka_poll(producer->handle, 0);
	return (size_t)rd_kafka_outq_len(producer->handle);
}

bool ll_kafka_producer_drain(struct ll_kafka_producer *producer, int64_t deadline_ms)
{
	while (queued(producer) > 0) {
		if (ll_kafka_left_ms(deadline_ms) == 0)
			return false;
		drain_step();
	}
	return true;
}

size_t ll_kafka_producer_poll(struct ll_producer *base, int timeout_ms)
{
	struct ll_kafka_producer *producer = (struct ll_kafka_producer *)base;
	int64_t deadline_ms = timeout_ms > 0 ? ll_kafka_now_ms() + timeout_ms : 0;
	size_t before = queued(producer);
	size_t now = before;

	/* Waits for room, which is what a caller with a full queue wants, not for nothing. */
	while (now > 0 && now >= before && timeout_ms > 0 && ll_kafka_left_ms(deadline_ms) > 0) {
		drain_step();
		now = queued(producer);
	}
	return now;
}

int ll_kafka_producer_check(struct ll_producer *base, struct ll_error *error)
{
	struct ll_kafka_producer *producer = (struct ll_kafka_producer *)base;

	if (!producer->handle)
		return ll_error_set(error, -LL_ERR_FATAL, "the Kafka client was not opened again");
	return ll_kafka_check(producer->handle, &producer->link, error);
}

int ll_kafka_producer_flush(struct ll_producer *base, int timeout_ms, struct ll_error *error)
{
	struct ll_kafka_producer *producer = (struct ll_kafka_producer *)base;

	if (!ll_kafka_producer_drain(producer, ll_kafka_now_ms() + timeout_ms))
		return ll_kafka_fail(error, &producer->link, RD_KAFKA_RESP_ERR__TIMED_OUT,
				     "flushing");
	return ll_kafka_producer_check(base, error);
}
