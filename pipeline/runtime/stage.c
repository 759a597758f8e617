/*
 * Why the steps stand in this order: docs/protocol.md. In short: offsets and outputs go in one
 * transaction, under the generation in which the inputs were given; an input is worked only from
 * its committed offset on; whatever was aborted is forgotten and read again.
 */
#include "runtime/stage.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/log.h"
#include "runtime/stage_internal.h"

#define TRANSACTIONAL_ID_MAX 256
#define GROUP_MAX	     128
#define STAGE_INPUTS_MAX     8 /* kinds of topics that one stage reads */
#define IDLE_POLL_MS	     10

/* ---- turning --------------------------------------------------------------------------------------- */

/* An error met while working: undo and do again, or give up. */
static int recover(struct ll_stage_loop *loop, int err, struct ll_error *error)
{
	char quoted[LL_ERROR_MESSAGE_MAX];

	if (ll_err_class(err) == LL_CLASS_FATAL || ll_stage_check_producers(loop, NULL)) {
		int check = ll_stage_check_producers(loop, error);

		if (!check && error->message[0] == '\0')
			*error = loop->callback_error;
		return check ? check : err;
	}
	ll_log(LL_LOG_WARNING, "work failed, it is done again", "error=%s reason=%s",
	       ll_err_name(err),
	       ll_log_quote(loop->callback_error.message, quoted, sizeof(quoted)));
	return ll_stage_abort(loop, OUTSIDE_RETRY_MS, error);
}

/* Ends of partitions are none. */
static int64_t count_records(const struct ll_record *records, size_t count)
{
	int64_t real = 0;

	for (size_t i = 0; i < count; i++)
		real += !records[i].end_of_partition;
	return real;
}

static int poll_and_work(struct ll_stage_loop *loop, int poll_timeout_ms, size_t *ret_count,
			 struct ll_error *error)
{
	size_t count = 0;
	int err;

	loop->callback_err = 0;
	err = ll_consumer_poll(loop->consumer, poll_timeout_ms, loop->records, loop->env.batch_max,
			       &count, error);
	if (loop->callback_err) {
		*error = loop->callback_error;
		return loop->callback_err;
	}
	if (err)
		return ll_err_class(err) == LL_CLASS_RETRY ? 0 : err;
	/* The consumer stands elsewhere than the inputs: what it reads there comes again, in order. */
	if (loop->fetch_is_stale)
		return 0;
	err = ll_stage_work_records(loop, loop->records, count);
	if (err)
		return recover(loop, err, error);
	ll_metrics_add(loop->env.metrics, LL_METRIC_RECORDS_IN, NULL,
		       count_records(loop->records, count));
	*ret_count = count;
	return 0;
}

static int turn(struct ll_stage_loop *loop, int poll_timeout_ms, struct ll_error *error)
{
	size_t count = 0;
	int err;

	ll_endpoint_beat(loop->env.endpoint);
	/* After a long pause the producer may be fenced although the consumer rejoins: test it first. */
	err = ll_stage_check_producers(loop, error);
	if (err)
		return err;
	err = ll_stage_take_over(loop, error);
	if (!err)
		err = ll_stage_refresh_fetch(loop, error);
	if (!err)
		err = poll_and_work(loop, poll_timeout_ms, &count, error);
	if (err)
		return err;
	if (loop->stage->turn) {
		err = loop->stage->turn(loop->state, error);
		if (err)
			return recover(loop, err, error);
	}
	if (ll_stage_in_transaction(loop) &&
	    (count < loop->env.batch_max ||
	     ll_stage_now_ms(loop) - loop->work_began_ms >= loop->env.commit_interval_ms))
		return ll_stage_commit(loop, error);
	return 0;
}

/*
 * The end, by an error: part of a record's work may have been sent, and part of it may stand in
 * memory. Leaving the group must not commit that.
 */
static int abandon(struct ll_stage_loop *loop, int err)
{
	struct ll_error ignored = {0};

	if (ll_stage_in_transaction(loop))
		(void)ll_stage_abort(loop, 0, &ignored);
	return err;
}

int ll_stage_loop_turn(struct ll_stage_loop *loop, int poll_timeout_ms, struct ll_error *error)
{
	int err = turn(loop, poll_timeout_ms, error);

	return err ? abandon(loop, err) : 0;
}

int ll_stage_loop_stop(struct ll_stage_loop *loop, struct ll_error *error)
{
	int err = ll_stage_commit(loop, error);

	if (err)
		return abandon(loop, err);
	if (loop->stage->settle)
		loop->stage->settle(loop->state);
	return 0;
}

/* ---- life ---------------------------------------------------------------------------------------- */

/* Whoever holds one of our transactional ids is fenced here, before we join the group. */
static int open_producers(struct ll_stage_loop *loop, struct ll_error *error)
{
	bool transactional = !loop->stage->offsets_in_store;
	size_t count = transactional ? PRODUCERS : 1;
	int err = 0;

	for (size_t i = 0; !err && i < count; i++) {
		char transactional_id[TRANSACTIONAL_ID_MAX];

		snprintf(transactional_id, sizeof(transactional_id), "lifeline-%s-%s-%zu",
			 loop->stage->name, loop->env.instance, i);
		const struct ll_producer_options options = {
			.transactional_id = transactional ? transactional_id : NULL,
			.instance = loop->env.instance,
		};

		err = ll_producer_new(loop->env.bus, &options, &loop->producers[i], error);
		loop->producer_count += err == 0;
	}
	loop->producer = loop->producers[0];
	return err;
}

static int open_consumer(struct ll_stage_loop *loop, struct ll_error *error)
{
	const struct ll_stage *stage = loop->stage;
	const char *topics[STAGE_INPUTS_MAX];
	char group[GROUP_MAX];

	assert(stage->input_count <= STAGE_INPUTS_MAX);
	for (size_t i = 0; i < stage->input_count; i++)
		topics[i] = ll_topic_subscription(stage->inputs[i]);
	snprintf(group, sizeof(group), "lifeline-%s", stage->name);
	const struct ll_consumer_options options = {
		.group = group,
		.instance = loop->env.instance,
		.topics = topics,
		.topic_count = stage->input_count,
		.events = {.assigned = ll_stage_on_assigned,
			   .revoked = ll_stage_on_revoked,
			   .context = loop},
	};

	return ll_consumer_new(loop->env.bus, &options, &loop->consumer, error);
}

static int open_bus(struct ll_stage_loop *loop, struct ll_error *error)
{
	int err = ll_topic_name(LL_TOPIC_DEAD_LETTERS, ll_str_from(loop->stage->name),
				loop->dead_letter_topic);

	assert(err == 0);
	err = open_producers(loop, error);
	return err ? err : open_consumer(loop, error);
}

int ll_stage_loop_new(const struct ll_stage *stage, const struct ll_stage_env *env,
		      struct ll_stage_loop **ret_loop, struct ll_error *error)
{
	struct ll_stage_loop *loop = calloc(1, sizeof(*loop));
	int err = -LL_ERR_NO_MEMORY;

	if (!loop)
		return err;
	loop->stage = stage;
	loop->env = *env;
	ll_buf_init(&loop->scratch);
	loop->records = calloc(env->batch_max, sizeof(*loop->records));
	loop->positions = calloc(INPUTS_MAX, sizeof(*loop->positions));
	loop->touched = calloc(INPUTS_MAX, sizeof(*loop->touched));
	if (!loop->records || !loop->positions || !loop->touched)
		goto failed;
	err = stage->open(loop, &loop->env, &loop->state, error);
	if (err)
		goto failed;
	err = open_bus(loop, error);
	if (err)
		goto failed;
	*ret_loop = loop;
	return 0;
failed:
	ll_stage_loop_free(loop);
	return err;
}

void ll_stage_loop_free(struct ll_stage_loop *loop)
{
	if (!loop)
		return;
	ll_consumer_free(loop->consumer); /* tells ll_stage_on_revoked */
	for (size_t i = 0; i < loop->producer_count; i++)
		ll_producer_free(loop->producers[i]);
	for (size_t i = 0; i < loop->input_count; i++) {
		ll_stage_input_drop(loop, loop->inputs[i], false);
		free(loop->inputs[i]);
	}
	if (loop->state)
		loop->stage->close(loop->state);
	ll_buf_release(&loop->scratch);
	free(loop->records);
	free(loop->positions);
	free(loop->touched);
	free(loop);
}

int ll_stage_run(const struct ll_stage *stage, const struct ll_stage_env *env)
{
	struct ll_stage_loop *loop = NULL;
	struct ll_error error = {0};
	char quoted[LL_ERROR_MESSAGE_MAX];
	int err = ll_stage_loop_new(stage, env, &loop, &error);

	while (!err && !env->stop_asked())
		err = ll_stage_loop_turn(
			loop, loop && ll_stage_in_transaction(loop) ? 0 : IDLE_POLL_MS, &error);
	if (!err)
		err = ll_stage_loop_stop(loop, &error);
	if (err)
		ll_log(LL_LOG_ERROR, "stage ends", "error=%s reason=%s", ll_err_name(err),
		       ll_log_quote(error.message, quoted, sizeof(quoted)));
	else
		ll_log(LL_LOG_INFO, "stage stopped in order", "");
	ll_stage_loop_free(loop);
	return err ? 4 : 0;
}
