/* Inputs: what the group gives and takes, and how each comes from waiting to running. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/log.h"
#include "runtime/stage_internal.h"

#define COMMITTED_TIMEOUT_MS 200 /* one ask for committed offsets; asked again until known */
#define TAKE_RETRY_MS	     20

struct ll_input *ll_stage_input(struct ll_stage_loop *loop, const char *topic, int32_t partition)
{
	for (size_t i = 0; i < loop->input_count; i++) {
		struct ll_input *input = loop->inputs[i];

		if (input->position.partition == partition &&
		    strcmp(input->position.topic, topic) == 0)
			return input;
	}
	return NULL;
}

struct ll_input *const *ll_stage_inputs(const struct ll_stage_loop *loop, size_t *ret_count)
{
	*ret_count = loop->input_count;
	return loop->inputs;
}

void ll_stage_touch(struct ll_stage_loop *loop, struct ll_input *input)
{
	if (input->touched)
		return;
	if (!ll_stage_in_transaction(loop))
		loop->work_began_ms = ll_stage_now_ms(loop);
	input->touched = true;
	loop->touched_count++;
}

void ll_stage_count_inputs(struct ll_stage_loop *loop)
{
	static const char *const names[] = {"waiting", "catching_up", "running"};
	size_t counts[3] = {0, 0, 0};

	for (size_t i = 0; i < loop->input_count; i++)
		counts[loop->inputs[i]->state]++;
	for (size_t i = 0; i < 3; i++)
		ll_metrics_set(loop->env.metrics, LL_METRIC_PARTITIONS, names[i],
			       (double)counts[i]);
	ll_endpoint_set_ready(loop->env.endpoint, counts[LL_INPUT_WAITING] == 0);
}

void ll_stage_input_wait(struct ll_stage_loop *loop, struct ll_input *input, int64_t delay_ms)
{
	input->state = LL_INPUT_WAITING;
	input->committed_known = false;
	input->retry_at_ms = ll_stage_now_ms(loop) + delay_ms;
	loop->fetch_is_stale = true;
}

void ll_stage_input_drop(struct ll_stage_loop *loop, struct ll_input *input, bool clean)
{
	if (input->unit)
		loop->stage->drop(loop->state, input, clean);
	input->unit = NULL;
}

int ll_stage_retake(struct ll_stage_loop *loop, struct ll_input *input, int64_t delay_ms)
{
	struct ll_error why = {0};
	int err = 0;

	if (ll_stage_in_transaction(loop))
		err = ll_stage_abort(loop, 0, &why);
	if (err)
		return err;
	ll_stage_input_drop(loop, input, false);
	ll_stage_input_wait(loop, input, delay_ms);
	ll_stage_count_inputs(loop);
	return 0;
}

/* ---- the group --------------------------------------------------------------------------------- */

void ll_stage_on_revoked(void *context, const struct ll_position *partitions, size_t count,
			 bool lost)
{
	struct ll_stage_loop *loop = context;
	int err = 0;

	(void)partitions;
	if (ll_stage_in_transaction(loop))
		err = lost ? ll_stage_abort(loop, 0, &loop->callback_error)
			   : ll_stage_commit(loop, &loop->callback_error);
	if (err)
		loop->callback_err = err;
	for (size_t i = 0; i < loop->input_count; i++) {
		ll_stage_input_drop(loop, loop->inputs[i], err == 0);
		free(loop->inputs[i]);
	}
	ll_log(LL_LOG_INFO, lost ? "partitions lost" : "partitions revoked", "count=%zu", count);
	loop->input_count = 0;
	loop->last_input = NULL;
	loop->fetch_is_stale = true;
	ll_stage_count_inputs(loop);
}

void ll_stage_on_assigned(void *context, const struct ll_position *partitions, size_t count)
{
	struct ll_stage_loop *loop = context;

	assert(loop->input_count == 0);
	for (size_t i = 0; i < count && i < INPUTS_MAX; i++) {
		struct ll_input *input = calloc(1, sizeof(*input));

		if (!input) {
			loop->callback_err = -LL_ERR_NO_MEMORY;
			return;
		}
		input->position = partitions[i];
		input->committed = LL_OFFSET_NONE;
		input->assigned_at_ms = ll_stage_now_ms(loop);
		loop->inputs[loop->input_count++] = input;
		ll_stage_input_wait(loop, input, 0);
	}
	if (count > INPUTS_MAX)
		loop->callback_err = ll_error_set(&loop->callback_error, -LL_ERR_FATAL,
						  "%zu partitions were assigned, more than %d",
						  count, INPUTS_MAX);
	ll_metrics_add(loop->env.metrics, LL_METRIC_REBALANCES, NULL, 1);
	ll_log(LL_LOG_INFO, "partitions assigned", "count=%zu", count);
	ll_stage_count_inputs(loop);
}

/* ---- take-over --------------------------------------------------------------------------------- */

static int learn_committed(struct ll_stage_loop *loop, int64_t now, struct ll_error *error)
{
	size_t count = 0;
	int err;

	for (size_t i = 0; i < loop->input_count; i++) {
		struct ll_input *input = loop->inputs[i];

		if (input->state != LL_INPUT_WAITING || input->committed_known ||
		    input->retry_at_ms > now)
			continue;
		if (loop->stage->offsets_in_store) {
			input->committed_known = true;
			continue;
		}
		loop->positions[count++] = input->position;
	}
	if (count == 0)
		return 0;
	/* Waits for transactions that another owner left open; asked again until it answers. */
	err = ll_consumer_committed(loop->consumer, loop->positions, count, COMMITTED_TIMEOUT_MS,
				    error);
	if (err)
		return ll_err_class(err) == LL_CLASS_RETRY ? 0 : err;
	for (size_t i = 0; i < count; i++) {
		struct ll_input *input = ll_stage_input(loop, loop->positions[i].topic,
							loop->positions[i].partition);

		input->committed = loop->positions[i].offset;
		input->committed_known = true;
	}
	return 0;
}

static void input_start(struct ll_stage_loop *loop, struct ll_input *input)
{
	bool behind = input->committed != LL_OFFSET_NONE &&
		      input->position.offset < input->committed && loop->stage->fold;

	input->state = behind ? LL_INPUT_CATCHING_UP : LL_INPUT_RUNNING;
	loop->fetch_is_stale = true;
	ll_metrics_observe(loop->env.metrics, LL_METRIC_TAKE_OVER_SECONDS,
			   (double)(ll_stage_now_ms(loop) - input->assigned_at_ms) / 1000.0);
	ll_log(LL_LOG_INFO, behind ? "taken over, catching up" : "taken over",
	       "topic=%s partition=%d from=%lld committed=%lld ms=%lld", input->position.topic,
	       input->position.partition, (long long)input->position.offset,
	       (long long)input->committed,
	       (long long)(ll_stage_now_ms(loop) - input->assigned_at_ms));
}

int ll_stage_take_over(struct ll_stage_loop *loop, struct ll_error *error)
{
	int64_t now = ll_stage_now_ms(loop);
	bool changed = false;
	int err = learn_committed(loop, now, error);

	for (size_t i = 0; !err && i < loop->input_count; i++) {
		struct ll_input *input = loop->inputs[i];

		if (input->state != LL_INPUT_WAITING || !input->committed_known ||
		    input->retry_at_ms > now)
			continue;
		err = loop->stage->take(loop->state, input, error);
		if (err == 0) {
			input_start(loop, input);
			changed = true;
		} else if (ll_err_class(err) == LL_CLASS_RETRY) {
			input->retry_at_ms =
				now + (err == -LL_ERR_TIMED_OUT ? TAKE_RETRY_MS : OUTSIDE_RETRY_MS);
			err = 0;
		}
	}
	if (changed)
		ll_stage_count_inputs(loop);
	return err;
}

int ll_stage_refresh_fetch(struct ll_stage_loop *loop, struct ll_error *error)
{
	size_t count = 0;
	int err;

	if (!loop->fetch_is_stale)
		return 0;
	for (size_t i = 0; i < loop->input_count; i++)
		if (loop->inputs[i]->state != LL_INPUT_WAITING)
			loop->positions[count++] = loop->inputs[i]->position;
	err = ll_consumer_fetch(loop->consumer, loop->positions, count, error);
	if (err)
		return ll_err_class(err) == LL_CLASS_RETRY ? 0 : err;
	loop->fetch_is_stale = false;
	return 0;
}
