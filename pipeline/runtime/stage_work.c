/* Records: each is folded or worked; what it causes is sent, or it is rejected. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "runtime/stage_internal.h"

#define FULL_PATIENCE_MS 60000
#define RUN_MAX		 32 /* records looked at ahead: as many cache lines as are in flight */

/* ---- what a stage asks for ---------------------------------------------------------------------- */

int ll_stage_send(struct ll_stage_loop *loop, const struct ll_outgoing *outgoing)
{
	struct ll_error why = {0};
	int64_t deadline = 0;
	int err = ll_stage_begin(loop, &why);

	while (!err) {
		err = ll_producer_send(loop->producer, outgoing, &why);
		if (err != -LL_ERR_FULL) {
			loop->sent += err == 0;
			break;
		}
		if (deadline == 0)
			deadline = ll_stage_now_ms(loop) + FULL_PATIENCE_MS;
		if (ll_stage_now_ms(loop) >= deadline)
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

int ll_stage_fatal(struct ll_stage_loop *loop, const char *format, ...)
{
	va_list args;

	loop->callback_error.code = -LL_ERR_FATAL;
	va_start(args, format);
	vsnprintf(loop->callback_error.message, sizeof(loop->callback_error.message), format, args);
	va_end(args);
	return -LL_ERR_FATAL;
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

/*
 * To the dead letters, with its original bytes. A longer original is cut: no stage can have read it, and
 * its position remains. detail may be NULL.
 */
static int reject(struct ll_stage_loop *loop, const struct ll_record *record, int err,
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

/* ---- one after another ------------------------------------------------------------------------ */

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

/*
 * A dead letter stands for the whole of an input. What finds fault with an input does so before anything of
 * it is sent; a stage that does not would leave half of its outputs in the transaction. Nothing is
 * committed then: the process ends and says where.
 */
static int reject_whole(struct ll_stage_loop *loop, const struct ll_record *record, int err,
			size_t sent_before)
{
	if (loop->sent == sent_before)
		return reject(loop, record, err, loop->detail);
	return ll_stage_fatal(loop,
			      "%s[%d] at %lld was rejected (%s) after %zu of its outputs were sent",
			      record->topic, (int)record->partition, (long long)record->offset,
			      ll_err_name(err), loop->sent - sent_before);
}

static int work_record(struct ll_stage_loop *loop, struct ll_input *input,
		       const struct ll_record *record)
{
	size_t sent_before = loop->sent;
	int err;

	ll_stage_touch(loop, input);
	loop->detail[0] = '\0';
	err = loop->stage->work(loop->state, input, record);
	if (err && ll_err_class(err) == LL_CLASS_REJECT)
		err = reject_whole(loop, record, err, sent_before);
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
		ll_stage_count_inputs(loop);
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
		ll_stage_count_inputs(loop);
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

int ll_stage_work_records(struct ll_stage_loop *loop, const struct ll_record *records, size_t count)
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
