/* A transaction: outputs and offsets go together, or neither goes. */
#include "runtime/log.h"
#include "runtime/stage_internal.h"

#define COMMIT_TIMEOUT_MS 5000
#define COMMIT_TRIES	  6
#define ABORT_TIMEOUT_MS  10000

bool ll_stage_in_transaction(const struct ll_stage_loop *loop)
{
	return loop->in_transaction || loop->touched_count > 0 || loop->sent > 0;
}

static void forget_transaction(struct ll_stage_loop *loop)
{
	for (size_t i = 0; i < loop->input_count; i++)
		loop->inputs[i]->touched = false;
	loop->touched_count = 0;
	loop->sent = 0;
	loop->in_transaction = false;
}

/* ---- producers -------------------------------------------------------------------------------- */

int ll_stage_check_producers(struct ll_stage_loop *loop, struct ll_error *error)
{
	int err = 0;

	for (size_t i = 0; !err && i < loop->producer_count; i++)
		err = ll_producer_check(loop->producers[i], error);
	return err;
}

static void take_turns(struct ll_stage_loop *loop)
{
	bool is_first = loop->producer == loop->producers[0];

	loop->producer = loop->producers[is_first ? loop->producer_count - 1 : 0];
}

/* ---- commit and abort -------------------------------------------------------------------------- */

int ll_stage_abort(struct ll_stage_loop *loop, int64_t delay_ms, struct ll_error *error)
{
	int err = 0;

	if (loop->in_transaction)
		err = ll_producer_abort(loop->producer, ABORT_TIMEOUT_MS, error);
	ll_metrics_add(loop->env.metrics, LL_METRIC_ABORTS, NULL, 1);
	for (size_t i = 0; i < loop->input_count; i++) {
		struct ll_input *input = loop->inputs[i];

		if (!input->touched)
			continue;
		ll_stage_input_drop(loop, input, false);
		ll_stage_input_wait(loop, input, delay_ms);
	}
	forget_transaction(loop);
	if (loop->stage->aborted)
		loop->stage->aborted(loop->state);
	if (err) {
		int check = ll_stage_check_producers(loop, error);

		return check ? check : -LL_ERR_FATAL;
	}
	return 0;
}

static size_t gather_touched(struct ll_stage_loop *loop)
{
	size_t count = 0;

	for (size_t i = 0; i < loop->input_count; i++) {
		if (!loop->inputs[i]->touched)
			continue;
		loop->touched[count] = loop->inputs[i];
		loop->positions[count] = loop->inputs[i]->position;
		count++;
	}
	return count;
}

int ll_stage_begin(struct ll_stage_loop *loop, struct ll_error *error)
{
	int err;

	if (loop->in_transaction || loop->stage->offsets_in_store)
		return 0;
	err = ll_producer_begin(loop->producer, error);
	if (err)
		return err;
	if (loop->touched_count == 0)
		loop->work_began_ms = ll_stage_now_ms(loop);
	loop->in_transaction = true;
	return 0;
}

static int commit_to_bus(struct ll_stage_loop *loop, size_t count, struct ll_error *error)
{
	int err = ll_stage_begin(loop, error);

	if (!err)
		err = ll_producer_send_offsets(loop->producer, loop->consumer, loop->positions,
					       count, error);
	for (int tries = 0; !err && tries < COMMIT_TRIES; tries++) {
		err = ll_producer_commit(loop->producer, COMMIT_TIMEOUT_MS, error);
		if (err != -LL_ERR_TIMED_OUT)
			return err;
		if (tries + 1 < COMMIT_TRIES)
			err = 0;
	}
	return err;
}

static int commit_parts(struct ll_stage_loop *loop, struct ll_error *error)
{
	const struct ll_stage *stage = loop->stage;
	size_t count = gather_touched(loop);
	int err = 0;

	if (stage->offsets_in_store && loop->sent > 0)
		err = ll_producer_flush(loop->producer, COMMIT_TIMEOUT_MS, error);
	if (!err && stage->commit)
		err = stage->commit(loop->state, (const struct ll_input *const *)loop->touched,
				    count, error);
	if (!err && !stage->offsets_in_store)
		err = commit_to_bus(loop, count, error);
	return err;
}

int ll_stage_commit(struct ll_stage_loop *loop, struct ll_error *error)
{
	struct ll_error why = {0};
	int64_t began = ll_stage_now_ms(loop);
	char quoted[LL_ERROR_MESSAGE_MAX];
	int err;

	if (!ll_stage_in_transaction(loop))
		return 0;
	err = commit_parts(loop, &why);
	if (err == 0) {
		for (size_t i = 0; i < loop->input_count; i++)
			if (loop->inputs[i]->touched)
				loop->inputs[i]->committed = loop->inputs[i]->position.offset;
		forget_transaction(loop);
		take_turns(loop);
		ll_metrics_add(loop->env.metrics, LL_METRIC_COMMITS, NULL, 1);
		ll_metrics_observe(loop->env.metrics, LL_METRIC_COMMIT_SECONDS,
				   (double)(ll_stage_now_ms(loop) - began) / 1000.0);
		if (loop->stage->committed)
			loop->stage->committed(loop->state);
		return 0;
	}
	ll_log(LL_LOG_WARNING, "commit failed, work is done again", "error=%s reason=%s",
	       ll_err_name(err), ll_log_quote(why.message, quoted, sizeof(quoted)));
	if (ll_err_class(err) == LL_CLASS_FATAL || ll_stage_check_producers(loop, NULL)) {
		int check = ll_stage_check_producers(loop, error);

		if (!check)
			*error = why;
		return check ? check : err;
	}
	return ll_stage_abort(loop, OUTSIDE_RETRY_MS, error);
}
