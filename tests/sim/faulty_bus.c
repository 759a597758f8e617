/*
 * The bus as one instance sees it: every call goes to the shared in-memory bus, unless a fault says
 * otherwise. Faults that have a memory (a commit whose answer was lost) are kept here, as
 * librdkafka keeps them.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "bus/bus_memory.h"
#include "world.h"

struct sim_consumer {
	struct ll_consumer base;
	struct sim_instance *instance;
	struct ll_consumer *inner;
	struct ll_consumer_events events;
	uint32_t slow_polls;  /* that give nothing yet */
	uint32_t short_polls; /* that give one record */
};

struct sim_producer {
	struct ll_producer base;
	struct sim_instance *instance;
	struct ll_producer *inner;
	struct ll_producer *offsets; /* SIM_WITHOUT_OFFSETS_IN_TRANSACTION */
	bool committing;	     /* a commit timed out: only another commit may follow */
	bool committed;		     /* and it was done */
	bool fatal;
};

static const struct ll_bus_ops sim_bus_ops;

static struct sim_instance *instance_of(struct ll_bus *bus)
{
	assert(bus->ops == &sim_bus_ops);
	return ((struct sim_bus *)bus)->instance;
}

static struct sim_consumer *consumer_of(struct ll_consumer *consumer)
{
	return (struct sim_consumer *)consumer;
}

static struct sim_producer *producer_of(struct ll_producer *producer)
{
	return (struct sim_producer *)producer;
}

/* ---- topics ---------------------------------------------------------------------------------- */

static int create_topics(struct ll_bus *bus, const struct ll_topic_spec *topics, size_t count,
			 int timeout_ms, struct ll_error *error)
{
	struct sim_instance *instance = instance_of(bus);
	struct sim_call call;

	if (!sim_call_begin(&call, instance, SIM_SITE_CREATE_TOPICS, error))
		return call.err;
	return sim_call_end(
		&call, ll_bus_create_topics(instance->world->bus, topics, count, timeout_ms, error),
		error);
}

static int partition_count(struct ll_bus *bus, const char *topic, int timeout_ms,
			   int32_t *ret_count, struct ll_error *error)
{
	return ll_bus_partition_count(instance_of(bus)->world->bus, topic, timeout_ms, ret_count,
				      error);
}

static int list_topics(struct ll_bus *bus, int timeout_ms,
		       void (*found)(void *context, const char *topic, int32_t partitions),
		       void *context, struct ll_error *error)
{
	return ll_bus_list_topics(instance_of(bus)->world->bus, timeout_ms, found, context, error);
}

/* ---- consumer -------------------------------------------------------------------------------- */

static void on_assigned(void *context, const struct ll_position *partitions, size_t count)
{
	struct sim_consumer *consumer = context;
	struct sim_call call;

	if (!sim_call_begin(&call, consumer->instance, SIM_SITE_ASSIGNED, NULL))
		return;
	consumer->events.assigned(consumer->events.context, partitions, count);
	sim_call_end(&call, 0, NULL);
}

/* `lost` is a hint: who has not heard from its group yet is not told that all is lost. */
static void on_revoked(void *context, const struct ll_position *partitions, size_t count, bool lost)
{
	struct sim_consumer *consumer = context;
	struct sim_call call;

	if (!sim_call_begin(&call, consumer->instance, SIM_SITE_REVOKED, NULL))
		return;
	if (lost && (sim_call_is(&call, SIM_FAULT_REVOKED_UNAWARE)))
		lost = false;
	consumer->events.revoked(consumer->events.context, partitions, count, lost);
	sim_call_end(&call, 0, NULL);
}

static int consumer_new(struct ll_bus *bus, const struct ll_consumer_options *options,
			struct ll_consumer **ret_consumer, struct ll_error *error)
{
	struct sim_instance *instance = instance_of(bus);
	struct ll_consumer_options inner = *options;
	struct sim_consumer *consumer;
	struct sim_call call;
	int err;

	if (!sim_call_begin(&call, instance, SIM_SITE_CONSUMER_NEW, error))
		return call.err;
	consumer = calloc(1, sizeof(*consumer));
	assert(consumer);
	consumer->base.ops = bus->ops;
	consumer->instance = instance;
	consumer->events = options->events;
	/* Then enrich takes the last stable offset of `held` for its end. */
	if (instance->world->options->mutation == SIM_WITHOUT_END_OF_HELD)
		inner.read_uncommitted = false;
	if (options->group)
		inner.events =
			(struct ll_consumer_events){on_assigned, on_revoked, .context = consumer};
	err = ll_consumer_new(instance->world->bus, &inner, &consumer->inner, error);
	assert(err == 0);
	err = sim_call_end(&call, 0, error);
	if (err) {
		ll_bus_memory_kill_consumer(consumer->inner);
		free(consumer);
		return err;
	}
	*ret_consumer = &consumer->base;
	return 0;
}

static void consumer_free(struct ll_consumer *base)
{
	struct sim_consumer *consumer = consumer_of(base);

	/* A dead process says nothing to its group; one that dies meanwhile may have. */
	if (consumer->instance->dead)
		ll_bus_memory_kill_consumer(consumer->inner);
	else
		ll_consumer_free(consumer->inner);
	free(consumer);
}

static int consumer_fetch(struct ll_consumer *base, const struct ll_position *positions,
			  size_t count, struct ll_error *error)
{
	struct sim_consumer *consumer = consumer_of(base);
	struct sim_call call;

	if (!sim_call_begin(&call, consumer->instance, SIM_SITE_FETCH, error))
		return call.err;
	return sim_call_end(&call, ll_consumer_fetch(consumer->inner, positions, count, error),
			    error);
}

static int consumer_poll(struct ll_consumer *base, int timeout_ms, struct ll_record *records,
			 size_t max, size_t *ret_count, struct ll_error *error)
{
	struct sim_consumer *consumer = consumer_of(base);
	struct sim_random *random = &consumer->instance->world->random;
	struct sim_call call;
	int err;

	if (!sim_call_begin(&call, consumer->instance, SIM_SITE_POLL, error))
		return call.err;
	/* The broker answers when it likes: there may be more than has come. */
	if (sim_call_is(&call, SIM_FAULT_POLL_SLOW))
		consumer->slow_polls = 1 + sim_random_below(random, 12);
	if (sim_call_is(&call, SIM_FAULT_POLL_SHORT))
		consumer->short_polls = 1 + sim_random_below(random, 20);
	if (consumer->slow_polls > 0) {
		consumer->slow_polls--;
		*ret_count = 0;
		return sim_call_end(&call, 0, error);
	}
	if (consumer->short_polls > 0) {
		consumer->short_polls--;
		max = 1;
	}
	err = ll_consumer_poll(consumer->inner, timeout_ms, records, max, ret_count, error);
	call.detail = err ? 0 : (int64_t)*ret_count;
	return sim_call_end(&call, err, error);
}

static int32_t consumer_hops(struct ll_consumer *base, const struct ll_record *record)
{
	return ll_consumer_hops(consumer_of(base)->inner, record);
}

static int consumer_committed(struct ll_consumer *base, struct ll_position *positions, size_t count,
			      int timeout_ms, struct ll_error *error)
{
	struct sim_consumer *consumer = consumer_of(base);
	struct sim_call call;
	int err;

	if (!sim_call_begin(&call, consumer->instance, SIM_SITE_COMMITTED, error))
		return call.err;
	err = ll_consumer_committed(consumer->inner, positions, count, timeout_ms, error);
	if (err && consumer->instance->world->options->mutation == SIM_WITHOUT_STABLE_OFFSETS)
		err = sim_mutation_committed_unstable(consumer->inner, positions, count);
	return sim_call_end(&call, err, error);
}

static int consumer_range(struct ll_consumer *base, const char *topic, int32_t partition,
			  int timeout_ms, int64_t *ret_first, int64_t *ret_end,
			  struct ll_error *error)
{
	struct sim_consumer *consumer = consumer_of(base);
	struct sim_call call;

	if (!sim_call_begin(&call, consumer->instance, SIM_SITE_RANGE, error))
		return call.err;
	return sim_call_end(&call,
			    ll_consumer_range(consumer->inner, topic, partition, timeout_ms,
					      ret_first, ret_end, error),
			    error);
}

static int consumer_offset_at(struct ll_consumer *base, const char *topic, int32_t partition,
			      int64_t time_ms, int timeout_ms, int64_t *ret_offset,
			      struct ll_error *error)
{
	return ll_consumer_offset_at(consumer_of(base)->inner, topic, partition, time_ms,
				     timeout_ms, ret_offset, error);
}

/* ---- producer -------------------------------------------------------------------------------- */

static struct ll_producer *raw_producer(struct sim_instance *instance, const char *transactional_id)
{
	const struct ll_producer_options options = {.transactional_id = transactional_id,
						    .instance = instance->name};
	struct ll_producer *producer = NULL;
	int err = ll_producer_new(instance->world->bus, &options, &producer, NULL);

	assert(err == 0);
	return producer;
}

static struct ll_producer *offsets_producer(struct sim_instance *instance, const char *beside)
{
	char id[LL_TOPIC_NAME_MAX];

	snprintf(id, sizeof(id), "%s offsets", beside);
	return raw_producer(instance, id);
}

static int producer_new(struct ll_bus *bus, const struct ll_producer_options *options,
			struct ll_producer **ret_producer, struct ll_error *error)
{
	struct sim_instance *instance = instance_of(bus);
	struct sim_producer *producer;
	struct sim_call call;
	int err;

	if (!sim_call_begin(&call, instance, SIM_SITE_PRODUCER_NEW, error))
		return call.err;
	producer = calloc(1, sizeof(*producer));
	assert(producer);
	producer->base.ops = bus->ops;
	producer->instance = instance;
	producer->inner = raw_producer(instance, options->transactional_id);
	if (options->transactional_id &&
	    instance->world->options->mutation == SIM_WITHOUT_OFFSETS_IN_TRANSACTION)
		producer->offsets = offsets_producer(instance, options->transactional_id);
	err = sim_call_end(&call, 0, error);
	if (err) {
		ll_bus_memory_kill_producer(producer->inner);
		ll_producer_free(producer->offsets);
		free(producer);
		return err;
	}
	*ret_producer = &producer->base;
	return 0;
}

static void producer_free(struct ll_producer *base)
{
	struct sim_producer *producer = producer_of(base);

	ll_bus_memory_kill_producer(producer->inner);
	ll_producer_free(producer->offsets);
	free(producer);
}

static int is_broken(struct sim_producer *producer, struct ll_error *error)
{
	if (producer->instance->dead || producer->fatal)
		return ll_error_set(error, -LL_ERR_FATAL, "the producer has failed for good");
	return 0;
}

/* librdkafka's fatal errors stay: everything but freeing says so from now on. */
static int break_producer(struct sim_producer *producer, struct sim_call *call,
			  struct ll_error *error)
{
	producer->fatal = true;
	producer->instance->blamed = true;
	(void)call;
	return is_broken(producer, error);
}

static int producer_begin(struct ll_producer *base, struct ll_error *error)
{
	struct sim_producer *producer = producer_of(base);
	struct sim_call call;
	int err = is_broken(producer, error);

	if (err)
		return err;
	if (!sim_call_begin(&call, producer->instance, SIM_SITE_BEGIN, error))
		return call.err;
	if (sim_call_is(&call, SIM_FAULT_BEGIN_FATAL))
		return break_producer(producer, &call, error);
	return sim_call_end(&call, ll_producer_begin(producer->inner, error), error);
}

/* By which the trace tells records apart; 0: a tombstone. */
static int64_t what_is_sent(const struct ll_outgoing *outgoing)
{
	return outgoing->value.data
		       ? (int64_t)(ll_hash64(outgoing->value.data, outgoing->value.size, 0) >> 40)
		       : 0;
}

static int producer_send(struct ll_producer *base, const struct ll_outgoing *outgoing,
			 struct ll_error *error)
{
	struct sim_producer *producer = producer_of(base);
	struct sim_call call;
	int err = is_broken(producer, error);

	if (err)
		return err;
	if (!sim_call_begin(&call, producer->instance, SIM_SITE_SEND, error))
		return call.err;
	if (sim_call_is(&call, SIM_FAULT_SEND_FATAL))
		return break_producer(producer, &call, error);
	call.detail = what_is_sent(outgoing);
	return sim_call_end(&call, ll_producer_send(producer->inner, outgoing, error), error);
}

/* Offsets that are committed by themselves: the outputs may still be lost. */
static int commit_offsets_apart(struct sim_producer *producer, struct ll_consumer *consumer,
				const struct ll_position *positions, size_t count,
				struct ll_error *error)
{
	int err = ll_producer_begin(producer->offsets, error);

	if (!err)
		err = ll_producer_send_offsets(producer->offsets, consumer, positions, count,
					       error);
	if (err) {
		ll_producer_abort(producer->offsets, 0, NULL);
		return err;
	}
	return ll_producer_commit(producer->offsets, 0, error);
}

static int producer_send_offsets(struct ll_producer *base, struct ll_consumer *consumer,
				 const struct ll_position *positions, size_t count,
				 struct ll_error *error)
{
	struct sim_producer *producer = producer_of(base);
	struct ll_consumer *inner = consumer_of(consumer)->inner;
	struct sim_call call;
	int err = is_broken(producer, error);

	if (err)
		return err;
	if (!sim_call_begin(&call, producer->instance, SIM_SITE_SEND_OFFSETS, error))
		return call.err;
	if (producer->instance->world->options->mutation == SIM_WITHOUT_GENERATION_AT_ASSIGN)
		sim_mutation_take_generation(inner);
	err = producer->offsets
		      ? commit_offsets_apart(producer, inner, positions, count, error)
		      : ll_producer_send_offsets(producer->inner, inner, positions, count, error);
	return sim_call_end(&call, err, error);
}

static int time_out(struct sim_producer *producer, struct ll_error *error)
{
	producer->committing = true;
	return ll_error_set(error, -LL_ERR_TIMED_OUT, "committing");
}

static int producer_commit(struct ll_producer *base, int timeout_ms, struct ll_error *error)
{
	struct sim_producer *producer = producer_of(base);
	struct sim_call call;
	int err = is_broken(producer, error);

	if (err)
		return err;
	if (!sim_call_begin(&call, producer->instance, SIM_SITE_COMMIT, error))
		return call.err;
	if (sim_call_is(&call, SIM_FAULT_COMMIT_FATAL))
		return break_producer(producer, &call, error);
	if (sim_call_is(&call, SIM_FAULT_COMMIT_LATE) ||
	    (producer->committing && sim_random_chance(&producer->instance->world->random, 700)))
		return time_out(producer, error);
	err = producer->committed ? 0 : ll_producer_commit(producer->inner, timeout_ms, error);
	if (!err && sim_call_is(&call, SIM_FAULT_COMMIT_LOST)) {
		producer->committed = true;
		return time_out(producer, error);
	}
	producer->committing = false;
	producer->committed = false;
	return sim_call_end(&call, err, error);
}

static int producer_abort(struct ll_producer *base, int timeout_ms, struct ll_error *error)
{
	struct sim_producer *producer = producer_of(base);
	struct sim_call call;
	int err = is_broken(producer, error);

	if (err)
		return err;
	if (!sim_call_begin(&call, producer->instance, SIM_SITE_ABORT, error)) {
		producer->instance->blamed = true;
		return call.err;
	}
	/* Nobody knows whether the commit was done: it cannot be taken back. */
	if (producer->committing)
		return break_producer(producer, &call, error);
	err = sim_call_end(&call, ll_producer_abort(producer->inner, timeout_ms, error), error);
	if (err == -LL_ERR_TIMED_OUT)
		producer->instance->blamed = true;
	return err;
}

static int producer_flush(struct ll_producer *base, int timeout_ms, struct ll_error *error)
{
	struct sim_producer *producer = producer_of(base);
	struct sim_call call;
	int err = is_broken(producer, error);

	if (err)
		return err;
	if (!sim_call_begin(&call, producer->instance, SIM_SITE_FLUSH, error))
		return call.err;
	return sim_call_end(&call, ll_producer_flush(producer->inner, timeout_ms, error), error);
}

static size_t producer_poll(struct ll_producer *base, int timeout_ms)
{
	return ll_producer_poll(producer_of(base)->inner, timeout_ms);
}

static int producer_check(struct ll_producer *base, struct ll_error *error)
{
	struct sim_producer *producer = producer_of(base);
	int err = is_broken(producer, error);

	return err ? err : ll_producer_check(producer->inner, error);
}

/* ---- the bus --------------------------------------------------------------------------------- */

/* It lives in its instance. */
static void bus_free(struct ll_bus *bus)
{
	(void)bus;
}

static const struct ll_bus_ops sim_bus_ops = {
	.name = "faulty",
	.free = bus_free,
	.create_topics = create_topics,
	.partition_count = partition_count,
	.list_topics = list_topics,
	.consumer_new = consumer_new,
	.consumer_free = consumer_free,
	.consumer_fetch = consumer_fetch,
	.consumer_poll = consumer_poll,
	.consumer_hops = consumer_hops,
	.consumer_committed = consumer_committed,
	.consumer_range = consumer_range,
	.consumer_offset_at = consumer_offset_at,
	.producer_new = producer_new,
	.producer_free = producer_free,
	.producer_begin = producer_begin,
	.producer_send = producer_send,
	.producer_send_offsets = producer_send_offsets,
	.producer_commit = producer_commit,
	.producer_abort = producer_abort,
	.producer_flush = producer_flush,
	.producer_poll = producer_poll,
	.producer_check = producer_check,
};

void sim_bus_init(struct sim_bus *bus, struct sim_instance *instance)
{
	bus->base.ops = &sim_bus_ops;
	bus->instance = instance;
}
