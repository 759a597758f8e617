#include "broadcast.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/topics.h"

#define ANSWER_MS    5000 /* how long a broker may take */
#define TRIES_MAX    5	  /* of an aborted transaction */
#define FULL_POLL_MS 50

struct ll_broadcast {
	const struct ll_codec *codec;
	struct ll_producer *producer;
	char topic[LL_TOPIC_NAME_MAX];
	char id[LL_TOPIC_NAME_MAX];
	int32_t partitions;
	struct ll_buf value;
};

/* A function of the bus may fail without a story of its own. */
static int told(int err, const char *what, struct ll_error *error)
{
	if (!err || (error && error->code))
		return err;
	return ll_error_set(error, err, "%s: %s", what, ll_err_text(err));
}

int ll_broadcast_new(struct ll_bus *bus, const struct ll_codec *codec, const char *program,
		     struct ll_broadcast **ret_broadcast, struct ll_error *error)
{
	struct ll_producer_options options = {.instance = program};
	struct ll_broadcast *broadcast = calloc(1, sizeof(*broadcast));
	int err;

	if (!broadcast)
		return -LL_ERR_NO_MEMORY;
	broadcast->codec = codec;
	ll_buf_init(&broadcast->value);
	snprintf(broadcast->id, sizeof(broadcast->id), "lifeline-%s", program);
	options.transactional_id = broadcast->id;
	err = ll_topic_name(LL_TOPIC_HOUSEHOLD_EVENTS, (struct ll_str){NULL, 0}, broadcast->topic);
	if (err)
		goto done;
	err = ll_bus_partition_count(bus, broadcast->topic, ANSWER_MS, &broadcast->partitions,
				     error);
	if (!err && broadcast->partitions == 0)
		err = ll_error_set(error, -LL_ERR_NOT_FOUND,
				   "there is no topic %s; make the topics first: lifeline topics "
				   "create",
				   broadcast->topic);
	if (!err)
		err = ll_producer_new(bus, &options, &broadcast->producer, error);
done:
	if (err) {
		ll_broadcast_free(broadcast);
		return told(err, "household-events", error);
	}
	*ret_broadcast = broadcast;
	return 0;
}

void ll_broadcast_free(struct ll_broadcast *broadcast)
{
	if (!broadcast)
		return;
	ll_producer_free(broadcast->producer);
	ll_buf_release(&broadcast->value);
	free(broadcast);
}

int32_t ll_broadcast_partitions(const struct ll_broadcast *broadcast)
{
	return broadcast->partitions;
}

static struct ll_household_event addressed(const struct ll_household_event *event, int64_t now_ms)
{
	struct ll_household_event copy = *event;

	memset(&copy.household_key, 0, sizeof(copy.household_key));
	memset(&copy.person_key, 0, sizeof(copy.person_key));
	copy.area = (struct ll_str){"", 0};
	copy.origin = (struct ll_origin){
		.topic = {"", 0}, .partition = -1, .offset = -1, .published_at_ms = now_ms};
	return copy;
}

/* One copy for each partition. */
static int send_copies(struct ll_broadcast *broadcast, const struct ll_household_event *event,
		       struct ll_error *error)
{
	static const struct ll_key no_key;
	struct ll_outgoing outgoing = {
		.topic = broadcast->topic,
		.key = {no_key.bytes, LL_KEY_SIZE},
	};
	int err;

	ll_buf_clear(&broadcast->value);
	err = ll_codec_encode(broadcast->codec, LL_MESSAGE_HOUSEHOLD_EVENT, event,
			      &broadcast->value);
	if (err)
		return err;
	outgoing.value = ll_buf_bytes(&broadcast->value);
	for (int32_t i = 0; i < broadcast->partitions; i++) {
		outgoing.partition = i;
		while ((err = ll_producer_send(broadcast->producer, &outgoing, error)) ==
		       -LL_ERR_FULL)
			ll_producer_poll(broadcast->producer, FULL_POLL_MS);
		if (err)
			return err;
	}
	return 0;
}

/* 0: the transaction is committed. After an error nothing of it is open. */
static int send_once(struct ll_broadcast *broadcast, const struct ll_household_event *events,
		     size_t count, int64_t now_ms, struct ll_error *error)
{
	int err = ll_producer_begin(broadcast->producer, error);

	if (err)
		return err;
	for (size_t i = 0; i < count && !err; i++) {
		struct ll_household_event event = addressed(&events[i], now_ms);

		err = send_copies(broadcast, &event, error);
	}
	/* A commit that has not answered is not over: only asking again tells how it ended. */
	for (int i = 0; i < TRIES_MAX && !err; i++) {
		err = ll_producer_commit(broadcast->producer, ANSWER_MS, error);
		if (err != -LL_ERR_TIMED_OUT)
			break;
		if (i + 1 < TRIES_MAX)
			err = 0;
	}
	if (err && err != -LL_ERR_FENCED && err != -LL_ERR_FATAL)
		ll_producer_abort(broadcast->producer, ANSWER_MS, NULL);
	return err;
}

int ll_broadcast_send(struct ll_broadcast *broadcast, const struct ll_household_event *events,
		      size_t count, int64_t now_ms, struct ll_error *error)
{
	int err = 0;

	assert(count <= LL_BROADCAST_EVENTS_MAX);
	for (size_t i = 0; i < count; i++) {
		struct ll_household_event event = addressed(&events[i], now_ms);

		err = ll_codec_check(LL_MESSAGE_HOUSEHOLD_EVENT, &event);
		if (err)
			return ll_error_set(error, err, "%s", ll_err_text(err));
	}
	for (int i = 0; i < TRIES_MAX; i++) {
		err = send_once(broadcast, events, count, now_ms, error);
		if (err != -LL_ERR_ABORTED)
			break;
		if (error && i + 1 < TRIES_MAX)
			error->code = 0;
	}
	if (err == -LL_ERR_FENCED)
		return ll_error_set(error, err,
				    "another process has taken over as %s: only one may run at a "
				    "time",
				    broadcast->id);
	return told(err, broadcast->topic, error);
}

struct ll_household_event ll_broadcast_tick(int32_t day)
{
	return (struct ll_household_event){
		.body = LL_BODY_TICK,
		.tick = {.day = day},
	};
}
