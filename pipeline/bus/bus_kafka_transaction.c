/* The producer's transactions. */
#include <assert.h>

#include "bus_kafka_impl.h"

#define OFFSETS_TIMEOUT_MS 6000 /* a transaction does not live longer */

static int transaction_failed(struct ll_kafka_producer *producer, rd_kafka_error_t *object,
			      const char *what, struct ll_error *error)
{
	ll_kafka_producer_note(producer, rd_kafka_error_code(object));
	return ll_kafka_fail_object(error, &producer->link, object, what);
}

int ll_kafka_producer_begin(struct ll_producer *base, struct ll_error *error)
{
	struct ll_kafka_producer *producer = (struct ll_kafka_producer *)base;
	rd_kafka_error_t *object;

	assert(producer->transactional_id && !producer->in_transaction);
	object = rd_kafka_begin_transaction(producer->handle);
	if (object)
		return ll_kafka_fail_object(error, &producer->link, object,
					    "beginning a transaction");
	producer->in_transaction = true;
	return 0;
}

int ll_kafka_producer_send_offsets(struct ll_producer *base, struct ll_consumer *consumer_base,
				   const struct ll_position *positions, size_t count,
				   struct ll_error *error)
{
	struct ll_kafka_producer *producer = (struct ll_kafka_producer *)base;
	struct ll_kafka_consumer *consumer = (struct ll_kafka_consumer *)consumer_base;
	int64_t deadline_ms = ll_kafka_now_ms() + OFFSETS_TIMEOUT_MS;
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_error_t *object;

	assert(producer->in_transaction && consumer->grouped);
	if (!consumer->generation)
		return ll_error_set(error, -LL_ERR_FENCED,
				    "the consumer is no member of its group any more");
	/* librdkafka waits for the queue in steps of 10 ms; see README.md. */
	ll_kafka_producer_drain(producer, deadline_ms);
	list = rd_kafka_topic_partition_list_new((int)count);
	for (size_t i = 0; i < count; i++)
		rd_kafka_topic_partition_list_add(list, positions[i].topic, positions[i].partition)
			->offset = positions[i].offset;
	object = rd_kafka_send_offsets_to_transaction(producer->handle, list, consumer->generation,
						      ll_kafka_left_ms(deadline_ms));
	rd_kafka_topic_partition_list_destroy(list);
	return object ? transaction_failed(producer, object, "putting offsets into the transaction",
					   error)
		      : 0;
}

int ll_kafka_producer_commit(struct ll_producer *base, int timeout_ms, struct ll_error *error)
{
	struct ll_kafka_producer *producer = (struct ll_kafka_producer *)base;
	int64_t deadline_ms = ll_kafka_now_ms() + timeout_ms;
	rd_kafka_error_t *object;

	assert(producer->in_transaction);
	ll_kafka_producer_drain(producer, deadline_ms);
	object = rd_kafka_commit_transaction(producer->handle, ll_kafka_left_ms(deadline_ms));
	if (object)
		return transaction_failed(producer, object, "committing", error);
	producer->in_transaction = false;
	return 0;
}

int ll_kafka_producer_abort(struct ll_producer *base, int timeout_ms, struct ll_error *error)
{
	struct ll_kafka_producer *producer = (struct ll_kafka_producer *)base;
	rd_kafka_error_t *object;

	if (!producer->in_transaction)
		return 0;
	object = rd_kafka_abort_transaction(producer->handle, timeout_ms);
	if (object)
		return ll_kafka_fail_object(error, &producer->link, object, "aborting");
	producer->in_transaction = false;
	return producer->forgotten ? ll_kafka_producer_reopen(producer, error) : 0;
}
