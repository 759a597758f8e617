/*
 * Why the steps stand in this order: docs/protocol.md. In short: offsets and outputs go in one
 * transaction, under the generation in which the inputs were given; an input is worked only from
 * its committed offset on; whatever was aborted is forgotten and read again.
 */
#include "runtime/stage.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "runtime/log.h"

#define INPUTS_MAX	     4096 /* partitions of all topics given to one instance */
#define TRANSACTIONAL_ID_MAX 256
#define GROUP_MAX	     128
#define DETAIL_MAX	     256
#define STAGE_INPUTS_MAX     8	 /* kinds of topics that one stage reads */
#define COMMITTED_TIMEOUT_MS 200 /* one ask for committed offsets; asked again until known */
#define TAKE_RETRY_MS	     20
#define OUTSIDE_RETRY_MS     500 /* after the store or the broker did not answer */
#define COMMIT_TIMEOUT_MS    5000
#define COMMIT_TRIES	     6
#define ABORT_TIMEOUT_MS     10000
#define FULL_PATIENCE_MS     60000
#define IDLE_POLL_MS	     10
#define RUN_MAX		     32 /* records looked at ahead: as many cache lines as are in flight */

/*
 * Two producers take turns. A transaction that begins while the markers of the last one are still being
 * written is turned away with CONCURRENT_TRANSACTIONS and comes again after a hard-coded 20 ms; the
 * other producer's transactional.id is free meanwhile.
 */
#define PRODUCERS 2

struct ll_stage_loop {
	const struct ll_stage *stage;
	struct ll_stage_env env;
	void *state;
	char dead_letter_topic[LL_TOPIC_NAME_MAX];
	struct ll_consumer *consumer;
	struct ll_producer *producers[PRODUCERS];
	size_t producer_count;
	struct ll_producer *producer; /* the one whose turn it is */

	struct ll_input *inputs[INPUTS_MAX];
	size_t input_count;
	struct ll_input *last_input; /* of the record before: the next is mostly of the same */
	const char *last_topic;
	bool fetch_is_stale; /* the set of running inputs or a position was changed */

	bool in_transaction; /* begun at the producer */
	size_t sent;	     /* since the last commit */
	size_t touched_count;
	int64_t work_began_ms; /* first work since the last commit */

	struct ll_record *records;
	struct ll_buf scratch;
	struct ll_position *positions; /* INPUTS_MAX */
	const struct ll_input **touched;
	char detail[DETAIL_MAX];
	int callback_err; /* of a group callback, told after poll */
	struct ll_error callback_error;
};

static int64_t now_ms(const struct ll_stage_loop *loop)
{
	return ll_clock_monotonic_ms(loop->env.clock);
}

/* ---- inputs ------------------------------------------------------------------------------------ */

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

/* Records come in runs of one partition, and the bus gives one pointer for a topic's name. */
static struct ll_input *input_of_record(struct ll_stage_loop *loop, const struct ll_record *record)
{
	struct ll_input *last = loop->last_input;

	if (last && loop->last_topic == record->topic &&
	    last->position.partition == record->partition)
		return last;
	loop->last_input = ll_stage_input(loop, record->topic, record->partition);
	loop->last_topic = record->topic;
	return loop->last_input;
}

struct ll_input *const *ll_stage_inputs(const struct ll_stage_loop *loop, size_t *ret_count)
{
	*ret_count = loop->input_count;
	return loop->inputs;
}

bool ll_stage_in_transaction(const struct ll_stage_loop *loop)
{
	return loop->in_transaction || loop->touched_count > 0 || loop->sent > 0;
}

void ll_stage_touch(struct ll_stage_loop *loop, struct ll_input *input)
{
	if (input->touched)
		return;
	if (!ll_stage_in_transaction(loop))
		loop->work_began_ms = now_ms(loop);
	input->touched = true;
	loop->touched_count++;
}

static void count_inputs(struct ll_stage_loop *loop)
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

/* From now on the input is as freshly assigned: its committed offset is asked for, then taken. */
static void input_wait(struct ll_stage_loop *loop, struct ll_input *input, int64_t delay_ms)
{
	input->state = LL_INPUT_WAITING;
	input->committed_known = false;
	input->retry_at_ms = now_ms(loop) + delay_ms;
	loop->fetch_is_stale = true;
}

static void input_drop(struct ll_stage_loop *loop, struct ll_input *input, bool clean)
{
	if (input->unit)
		loop->stage->drop(loop->state, input, clean);
	input->unit = NULL;
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

/* 0, or why one of them cannot be used any more: then the process ends, whichever it is. */
static int check_producers(struct ll_stage_loop *loop, struct ll_error *error)
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

/*
 * What was worked since the last commit is undone at the broker and forgotten here: the touched
 * inputs are read again from their committed offsets.
 */
static int abort_work(struct ll_stage_loop *loop, int64_t delay_ms, struct ll_error *error)
{
	int err = 0;

	if (loop->in_transaction)
		err = ll_producer_abort(loop->producer, ABORT_TIMEOUT_MS, error);
	ll_metrics_add(loop->env.metrics, LL_METRIC_ABORTS, NULL, 1);
	for (size_t i = 0; i < loop->input_count; i++) {
		struct ll_input *input = loop->inputs[i];

		if (!input->touched)
			continue;
		input_drop(loop, input, false);
		input_wait(loop, input, delay_ms);
	}
	forget_transaction(loop);
	if (loop->stage->aborted)
		loop->stage->aborted(loop->state);
	if (err) {
		int check = check_producers(loop, error);

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

static int begin(struct ll_stage_loop *loop, struct ll_error *error)
{
	int err;

	if (loop->in_transaction || loop->stage->offsets_in_store)
		return 0;
	err = ll_producer_begin(loop->producer, error);
	if (err)
		return err;
	if (loop->touched_count == 0)
		loop->work_began_ms = now_ms(loop);
	loop->in_transaction = true;
	return 0;
}

static int commit_to_bus(struct ll_stage_loop *loop, size_t count, struct ll_error *error)
{
	int err = begin(loop, error);

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

/* 0 also when the work had to be aborted and will be done again. */
static int commit(struct ll_stage_loop *loop, struct ll_error *error)
{
	struct ll_error why = {0};
	int64_t began = now_ms(loop);
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
				   (double)(now_ms(loop) - began) / 1000.0);
		if (loop->stage->committed)
			loop->stage->committed(loop->state);
		return 0;
	}
	ll_log(LL_LOG_WARNING, "commit failed, work is done again", "error=%s reason=%s",
	       ll_err_name(err), ll_log_quote(why.message, quoted, sizeof(quoted)));
	if (ll_err_class(err) == LL_CLASS_FATAL || check_producers(loop, NULL)) {
		int check = check_producers(loop, error);

		if (!check)
			*error = why;
		return check ? check : err;
	}
	return abort_work(loop, OUTSIDE_RETRY_MS, error);
}

/* ---- the group --------------------------------------------------------------------------------- */

static void on_revoked(void *context, const struct ll_position *partitions, size_t count, bool lost)
{
	struct ll_stage_loop *loop = context;
	int err = 0;

	(void)partitions;
	if (ll_stage_in_transaction(loop))
		err = lost ? abort_work(loop, 0, &loop->callback_error)
			   : commit(loop, &loop->callback_error);
	if (err)
		loop->callback_err = err;
	for (size_t i = 0; i < loop->input_count; i++) {
		input_drop(loop, loop->inputs[i], err == 0);
		free(loop->inputs[i]);
	}
	ll_log(LL_LOG_INFO, lost ? "partitions lost" : "partitions revoked", "count=%zu", count);
	loop->input_count = 0;
	loop->last_input = NULL;
	loop->fetch_is_stale = true;
	count_inputs(loop);
}

static void on_assigned(void *context, const struct ll_position *partitions, size_t count)
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
		input->assigned_at_ms = now_ms(loop);
		loop->inputs[loop->input_count++] = input;
		input_wait(loop, input, 0);
	}
	if (count > INPUTS_MAX)
		loop->callback_err = ll_error_set(&loop->callback_error, -LL_ERR_FATAL,
						  "%zu partitions were assigned, more than %d",
						  count, INPUTS_MAX);
	ll_metrics_add(loop->env.metrics, LL_METRIC_REBALANCES, NULL, 1);
	ll_log(LL_LOG_INFO, "partitions assigned", "count=%zu", count);
	count_inputs(loop);
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
			   (double)(now_ms(loop) - input->assigned_at_ms) / 1000.0);
	ll_log(LL_LOG_INFO, behind ? "taken over, catching up" : "taken over",
	       "topic=%s partition=%d from=%lld committed=%lld ms=%lld", input->position.topic,
	       input->position.partition, (long long)input->position.offset,
	       (long long)input->committed, (long long)(now_ms(loop) - input->assigned_at_ms));
}

static int take_over(struct ll_stage_loop *loop, struct ll_error *error)
{
	int64_t now = now_ms(loop);
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
		count_inputs(loop);
	return err;
}

static int refresh_fetch(struct ll_stage_loop *loop, struct ll_error *error)
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

/* ---- records ------------------------------------------------------------------------------------- */

int ll_stage_send(struct ll_stage_loop *loop, const struct ll_outgoing *outgoing)
{
	struct ll_error why = {0};
	int64_t deadline = 0;
	int err = begin(loop, &why);

	while (!err) {
		err = ll_producer_send(loop->producer, outgoing, &why);
		if (err != -LL_ERR_FULL) {
			loop->sent += err == 0;
			break;
		}
		if (deadline == 0)
			deadline = now_ms(loop) + FULL_PATIENCE_MS;
		if (now_ms(loop) >= deadline)
			break;
		ll_producer_poll(loop->producer, 1);
		ll_endpoint_beat(loop->env.endpoint);
		err = 0;
	}
	if (err)
		loop->callback_error = why;
	return err;
}

void ll_stage_detail(struct ll_stage_loop *loop, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(loop->detail, sizeof(loop->detail), format, args);
	va_end(args);
}

int ll_stage_reroute(struct ll_stage_loop *loop, const struct ll_record *record)
{
	const struct ll_outgoing outgoing = {.topic = record->topic,
					     .partition = LL_PARTITION_BY_KEY,
					     .key = record->key,
					     .value = record->value,
					     .hops = 1};
	int err;

	if (ll_consumer_hops(loop->consumer, record) > 0)
		return -LL_ERR_MISPLACED;
	err = ll_stage_send(loop, &outgoing);
	if (!err)
		ll_metrics_add(loop->env.metrics, LL_METRIC_REROUTED, NULL, 1);
	return err;
}

struct ll_origin ll_stage_origin(const struct ll_record *record)
{
	const int64_t earliest = LL_DAY_MIN * LL_DAY_MS;
	const int64_t latest = (LL_DAY_MAX + 1) * LL_DAY_MS - 1;
	int64_t time_ms = record->timestamp_ms < earliest ? earliest : record->timestamp_ms;

	return (struct ll_origin){.topic = ll_str_from(record->topic),
				  .partition = record->partition,
				  .offset = record->offset,
				  .published_at_ms = time_ms > latest ? latest : time_ms};
}

static struct ll_bytes cut(struct ll_bytes bytes, size_t max)
{
	return (struct ll_bytes){bytes.data, bytes.size < max ? bytes.size : max};
}

/* A longer original is cut: no stage can have read it, and its position remains. */
int ll_stage_reject(struct ll_stage_loop *loop, const struct ll_record *record, int err,
		    const char *detail)
{
	const struct ll_bytes key = cut(record->key, LL_DEAD_LETTER_KEY_MAX);
	const struct ll_dead_letter letter = {
		.reason = ll_str_from(ll_err_name(err)),
		.detail = ll_str_from(detail ? detail : ""),
		.stage = ll_str_from(loop->stage->name),
		.origin = ll_stage_origin(record),
		.rejected_at_ms = ll_clock_wall_ms(loop->env.clock),
		.key = key,
		.value = cut(record->value, LL_MESSAGE_MAX),
	};
	struct ll_outgoing outgoing = {
		.topic = loop->dead_letter_topic, .partition = LL_PARTITION_BY_KEY, .key = key};
	int result;

	ll_buf_clear(&loop->scratch);
	result = ll_codec_encode(loop->env.codec, LL_MESSAGE_DEAD_LETTER, &letter, &loop->scratch);
	if (result)
		return result;
	outgoing.value = ll_buf_bytes(&loop->scratch);
	result = ll_stage_send(loop, &outgoing);
	if (result == 0)
		ll_metrics_add(loop->env.metrics, LL_METRIC_REJECTED, ll_err_name(err), 1);
	return result;
}

static int work_record(struct ll_stage_loop *loop, struct ll_input *input,
		       const struct ll_record *record)
{
	int err;

	ll_stage_touch(loop, input);
	loop->detail[0] = '\0';
	err = loop->stage->work(loop->state, input, record);
	if (err && ll_err_class(err) == LL_CLASS_REJECT)
		err = ll_stage_reject(loop, record, err, loop->detail);
	return err;
}

static int handle_record(struct ll_stage_loop *loop, const struct ll_record *record)
{
	struct ll_input *input = input_of_record(loop, record);
	int err;

	if (!input || input->state == LL_INPUT_WAITING)
		return 0;
	/* A record at or behind k (or the end of the log) says that all before it was folded. */
	if (input->state == LL_INPUT_CATCHING_UP && record->offset >= input->committed) {
		input->state = LL_INPUT_RUNNING;
		count_inputs(loop);
	}
	if (record->end_of_partition || record->offset < input->position.offset)
		return 0;
	if (input->state == LL_INPUT_CATCHING_UP) {
		err = loop->stage->fold(loop->state, input, record);
		if (err && ll_err_class(err) == LL_CLASS_REJECT)
			err = 0; /* it was rejected when it was worked */
		if (err)
			ll_stage_touch(loop, input); /* what is half folded is taken anew */
	} else {
		err = work_record(loop, input, record);
	}
	if (err)
		return err;
	input->position.offset = record->offset + 1;
	if (input->state == LL_INPUT_CATCHING_UP && input->position.offset >= input->committed) {
		input->state = LL_INPUT_RUNNING;
		count_inputs(loop);
	}
	return 0;
}

/* How many records from the first on are of the same partition; at most RUN_MAX. */
static size_t run_length(const struct ll_record *records, size_t count)
{
	size_t length = 1;

	while (length < count && length < RUN_MAX && records[length].topic == records[0].topic &&
	       records[length].partition == records[0].partition)
		length++;
	return length;
}

static void prefetch_run(struct ll_stage_loop *loop, const struct ll_record *records, size_t count)
{
	const struct ll_input *input = input_of_record(loop, records);

	if (loop->stage->prefetch && input && input->state != LL_INPUT_WAITING && input->unit)
		loop->stage->prefetch(loop->state, input, records, count);
}

static int handle_records(struct ll_stage_loop *loop, const struct ll_record *records, size_t count)
{
	int err = 0;

	for (size_t i = 0; !err && i < count;) {
		size_t end = i + run_length(&records[i], count - i);

		prefetch_run(loop, &records[i], end - i);
		for (; !err && i < end; i++)
			err = handle_record(loop, &records[i]);
	}
	return err;
}

/* An error met while working: undo and do again, or give up. */
static int recover(struct ll_stage_loop *loop, int err, struct ll_error *error)
{
	char quoted[LL_ERROR_MESSAGE_MAX];

	if (ll_err_class(err) == LL_CLASS_FATAL || check_producers(loop, NULL)) {
		int check = check_producers(loop, error);

		if (!check && error->message[0] == '\0')
			*error = loop->callback_error;
		return check ? check : err;
	}
	ll_log(LL_LOG_WARNING, "work failed, it is done again", "error=%s reason=%s",
	       ll_err_name(err),
	       ll_log_quote(loop->callback_error.message, quoted, sizeof(quoted)));
	return abort_work(loop, OUTSIDE_RETRY_MS, error);
}

int ll_stage_retake(struct ll_stage_loop *loop, struct ll_input *input, int64_t delay_ms)
{
	struct ll_error why = {0};
	int err = 0;

	if (ll_stage_in_transaction(loop))
		err = abort_work(loop, 0, &why);
	if (err)
		return err;
	input_drop(loop, input, false);
	input_wait(loop, input, delay_ms);
	count_inputs(loop);
	return 0;
}

/* ---- turning --------------------------------------------------------------------------------------- */

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
	err = handle_records(loop, loop->records, count);
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
	err = check_producers(loop, error);
	if (err)
		return err;
	err = take_over(loop, error);
	if (!err)
		err = refresh_fetch(loop, error);
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
	     now_ms(loop) - loop->work_began_ms >= loop->env.commit_interval_ms))
		return commit(loop, error);
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
		(void)abort_work(loop, 0, &ignored);
	return err;
}

int ll_stage_loop_turn(struct ll_stage_loop *loop, int poll_timeout_ms, struct ll_error *error)
{
	int err = turn(loop, poll_timeout_ms, error);

	return err ? abandon(loop, err) : 0;
}

int ll_stage_loop_stop(struct ll_stage_loop *loop, struct ll_error *error)
{
	int err = commit(loop, error);

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
		.events = {.assigned = on_assigned, .revoked = on_revoked, .context = loop},
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
	ll_consumer_free(loop->consumer); /* tells on_revoked */
	for (size_t i = 0; i < loop->producer_count; i++)
		ll_producer_free(loop->producers[i]);
	for (size_t i = 0; i < loop->input_count; i++) {
		input_drop(loop, loop->inputs[i], false);
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
