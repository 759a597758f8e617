/* The in-memory producer, and the transaction coordinator. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "bus_memory_impl.h"

/* ---- the coordinator --------------------------------------------------------------------- */

static struct ll_memory_writer *writer_of(struct ll_memory_bus *bus, const char *transactional_id)
{
	struct ll_memory_writer *writer;

	for (size_t i = 0; i < bus->writer_count; i++)
		if (strcmp(bus->writers[i]->transactional_id, transactional_id) == 0)
			return bus->writers[i];
	writer = calloc(1, sizeof(*writer));
	assert(writer);
	writer->transactional_id = strdup(transactional_id);
	assert(writer->transactional_id);
	bus->writers = ll_memory_grow(bus->writers, bus->writer_count, &bus->writer_capacity,
				      sizeof(struct ll_memory_writer *));
	bus->writers[bus->writer_count++] = writer;
	return writer;
}

static void write_markers(struct ll_memory_bus *bus, struct ll_memory_writer *writer)
{
	for (size_t i = 0; i < bus->topic_count; i++)
		for (int32_t k = 0; k < bus->topics[i]->partitions; k++)
			ll_memory_log_end(&bus->topics[i]->logs[k], bus->now_ms,
					  writer->transaction, writer->committed);
	for (size_t i = 0; i < writer->pending_count && writer->committed; i++)
		ll_memory_group_commit(ll_memory_group(bus, writer->pending[i].group),
				       &writer->pending[i].position, writer->pending[i].number);
	writer->pending_count = 0;
	writer->transaction = 0;
	writer->ending = false;
}

/* Whoever needs the transactional.id again waits for the markers of what has ended. */
static void finish_ending(struct ll_memory_bus *bus, struct ll_memory_writer *writer)
{
	if (writer->ending)
		write_markers(bus, writer);
}

void ll_memory_writers_write_due(struct ll_memory_bus *bus)
{
	for (size_t i = 0; i < bus->writer_count; i++)
		if (bus->writers[i]->ending && bus->writers[i]->end_ms <= bus->now_ms)
			write_markers(bus, bus->writers[i]);
}

void ll_memory_writer_end(struct ll_memory_bus *bus, struct ll_memory_writer *writer,
			  bool committed)
{
	if (!writer->transaction || writer->ending)
		return;
	writer->ending = true;
	writer->committed = committed;
	writer->end_ms = bus->now_ms + bus->marker_ms;
	if (bus->marker_ms == 0)
		write_markers(bus, writer);
}

void ll_memory_writer_expire(struct ll_memory_bus *bus, struct ll_memory_writer *writer)
{
	finish_ending(bus, writer);
	ll_memory_writer_end(bus, writer, false);
	writer->epoch++;
}

bool ll_memory_writers_pending(const struct ll_memory_bus *bus, const char *group,
			       const struct ll_position *position)
{
	for (size_t i = 0; i < bus->writer_count; i++) {
		const struct ll_memory_writer *writer = bus->writers[i];

		for (size_t k = 0; k < writer->pending_count; k++)
			if (writer->pending[k].position.partition == position->partition &&
			    strcmp(writer->pending[k].position.topic, position->topic) == 0 &&
			    strcmp(writer->pending[k].group, group) == 0)
				return true;
	}
	return false;
}

void ll_memory_writer_free(struct ll_memory_writer *writer)
{
	free(writer->transactional_id);
	free(writer->pending);
	free(writer);
}

/* The coordinator learns of a transaction when something is put into it. */
static void open_transaction(struct ll_memory_bus *bus, struct ll_memory_writer *writer)
{
	finish_ending(bus, writer);
	if (writer->transaction)
		return;
	writer->transaction = ++bus->last_id;
	writer->opened_advanced_ms = bus->advanced_ms;
}

/* ---- life -------------------------------------------------------------------------------- */

int ll_memory_producer_new(struct ll_bus *base, const struct ll_producer_options *options,
			   struct ll_producer **ret_producer, struct ll_error *error)
{
	struct ll_memory_bus *bus = (struct ll_memory_bus *)base;
	struct ll_memory_producer *producer = calloc(1, sizeof(*producer));

	(void)error;
	assert(producer);
	producer->base.ops = base->ops;
	producer->bus = bus;
	producer->queue_max = options->queue_max_messages ? (size_t)options->queue_max_messages
							  : LL_BUS_QUEUE_MESSAGES_DEFAULT;
	ll_memory_enter(bus);
	if (options->transactional_id) {
		producer->writer = writer_of(bus, options->transactional_id);
		ll_memory_writer_expire(bus, producer->writer);
		finish_ending(bus, producer->writer);
		producer->epoch = producer->writer->epoch;
	}
	ll_memory_leave(bus);
	*ret_producer = &producer->base;
	return 0;
}

void ll_memory_producer_free(struct ll_producer *base)
{
	free(base);
}

void ll_bus_memory_kill_producer(struct ll_producer *producer)
{
	free(producer);
}

static bool is_current(const struct ll_memory_producer *producer)
{
	return !producer->writer || producer->epoch == producer->writer->epoch;
}

static int fenced(struct ll_memory_producer *producer, struct ll_error *error)
{
	producer->fenced = true;
	return ll_error_set(error, -LL_ERR_FENCED,
			    "another process has taken this transactional.id over: %s",
			    producer->writer->transactional_id);
}

/* ---- sending ----------------------------------------------------------------------------- */

/* What a producer can say without asking the broker. */
static int refuse_locally(const struct ll_memory_producer *producer,
			  const struct ll_outgoing *outgoing, struct ll_error *error)
{
	if (producer->fenced)
		return ll_error_set(error, -LL_ERR_FENCED, "sending to %s", outgoing->topic);
	if (producer->must_abort)
		return ll_error_set(error, -LL_ERR_ABORTED,
				    "sending to %s: the transaction has failed and must be aborted",
				    outgoing->topic);
	if (outgoing->key.size + outgoing->value.size > LL_BUS_MESSAGE_BYTES_MAX)
		return ll_error_set(error, -LL_ERR_TOO_LARGE, "sending to %s: too large",
				    outgoing->topic);
	if (producer->queued >= producer->queue_max)
		return ll_error_set(error, -LL_ERR_FULL, "sending to %s: the queue is full",
				    outgoing->topic);
	return 0;
}

static int append(struct ll_memory_producer *producer, const struct ll_outgoing *outgoing,
		  struct ll_error *error)
{
	struct ll_memory_topic *topic = ll_memory_topic(producer->bus, outgoing->topic);
	int32_t partition = outgoing->partition;
	uint64_t transaction = 0;

	if (!topic)
		return ll_error_set(error, -LL_ERR_NOT_FOUND, "there is no topic %s",
				    outgoing->topic);
	if (partition == LL_PARTITION_BY_KEY)
		partition =
			ll_partition_of(outgoing->key.data, outgoing->key.size, topic->partitions);
	if (partition < 0 || partition >= topic->partitions)
		return ll_error_set(error, -LL_ERR_INVALID, "topic %s has no partition %d",
				    topic->name, (int)partition);
	producer->queued++;
	/* Kafka refuses it too, but the sender is told at the earliest by the next call that waits
	 * for an answer. */
	if (!is_current(producer))
		return 0;
	if (producer->writer) {
		open_transaction(producer->bus, producer->writer);
		transaction = producer->writer->transaction;
	}
	ll_memory_log_append(&topic->logs[partition], producer->bus->now_ms, transaction, outgoing);
	return 0;
}

int ll_memory_producer_send(struct ll_producer *base, const struct ll_outgoing *outgoing,
			    struct ll_error *error)
{
	struct ll_memory_producer *producer = (struct ll_memory_producer *)base;
	int err = refuse_locally(producer, outgoing, error);

	assert(!producer->writer || producer->in_transaction);
	if (err)
		return err;
	ll_memory_enter(producer->bus);
	err = append(producer, outgoing, error);
	ll_memory_leave(producer->bus);
	return err;
}

size_t ll_memory_producer_poll(struct ll_producer *base, int timeout_ms)
{
	(void)timeout_ms;
	((struct ll_memory_producer *)base)->queued = 0;
	return 0;
}

int ll_memory_producer_flush(struct ll_producer *base, int timeout_ms, struct ll_error *error)
{
	ll_memory_producer_poll(base, timeout_ms);
	return ll_memory_producer_check(base, error);
}

int ll_memory_producer_check(struct ll_producer *base, struct ll_error *error)
{
	struct ll_memory_producer *producer = (struct ll_memory_producer *)base;

	return producer->fenced ? fenced(producer, error) : 0;
}

/* ---- transactions ------------------------------------------------------------------------ */

int ll_memory_producer_begin(struct ll_producer *base, struct ll_error *error)
{
	struct ll_memory_producer *producer = (struct ll_memory_producer *)base;

	assert(producer->writer && !producer->in_transaction);
	if (producer->fenced)
		return fenced(producer, error);
	producer->in_transaction = true;
	producer->must_abort = false;
	return 0;
}

static int check_generation(struct ll_memory_producer *producer,
			    const struct ll_memory_consumer *consumer, struct ll_error *error)
{
	struct ll_memory_group *group = ll_memory_group(producer->bus, consumer->group);

	if (group->generation == consumer->generation &&
	    ll_memory_member(group, consumer->generation_member))
		return 0;
	producer->must_abort = true;
	return ll_error_set(error, -LL_ERR_FENCED,
			    "the generation of group %s in which this was read is over",
			    consumer->group);
}

static void put_offsets(struct ll_memory_producer *producer, const char *group,
			const struct ll_position *positions, size_t count)
{
	struct ll_memory_writer *writer = producer->writer;

	open_transaction(producer->bus, writer);
	for (size_t i = 0; i < count; i++) {
		struct ll_memory_pending *pending;

		writer->pending = ll_memory_grow(writer->pending, writer->pending_count,
						 &writer->pending_capacity, sizeof(*pending));
		pending = &writer->pending[writer->pending_count++];
		snprintf(pending->group, sizeof(pending->group), "%s", group);
		pending->position = positions[i];
		pending->number = ++producer->bus->last_id;
	}
}

int ll_memory_producer_send_offsets(struct ll_producer *base, struct ll_consumer *consumer_base,
				    const struct ll_position *positions, size_t count,
				    struct ll_error *error)
{
	struct ll_memory_producer *producer = (struct ll_memory_producer *)base;
	struct ll_memory_consumer *consumer = (struct ll_memory_consumer *)consumer_base;
	int err = 0;

	assert(producer->in_transaction && consumer->group && producer->bus == consumer->bus);
	ll_memory_enter(producer->bus);
	producer->queued = 0;
	if (!is_current(producer))
		err = fenced(producer, error);
	else if (producer->must_abort)
		err = ll_error_set(error, -LL_ERR_ABORTED, "the transaction must be aborted");
	else
		err = check_generation(producer, consumer, error);
	if (!err)
		put_offsets(producer, consumer->group, positions, count);
	ll_memory_leave(producer->bus);
	return err;
}

static int end(struct ll_memory_producer *producer, bool commit, struct ll_error *error)
{
	int err = 0;

	ll_memory_enter(producer->bus);
	producer->queued = 0;
	if (!is_current(producer))
		err = fenced(producer, error);
	else if (commit && producer->must_abort)
		err = ll_error_set(error, -LL_ERR_ABORTED, "the transaction must be aborted");
	else
		ll_memory_writer_end(producer->bus, producer->writer, commit);
	ll_memory_leave(producer->bus);
	if (err)
		return err;
	producer->in_transaction = false;
	producer->must_abort = false;
	return 0;
}

int ll_memory_producer_commit(struct ll_producer *base, int timeout_ms, struct ll_error *error)
{
	struct ll_memory_producer *producer = (struct ll_memory_producer *)base;

	(void)timeout_ms;
	assert(producer->in_transaction);
	return end(producer, true, error);
}

int ll_memory_producer_abort(struct ll_producer *base, int timeout_ms, struct ll_error *error)
{
	struct ll_memory_producer *producer = (struct ll_memory_producer *)base;

	(void)timeout_ms;
	return producer->in_transaction ? end(producer, false, error) : 0;
}
