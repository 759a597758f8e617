/*
 * lifeline record: tasks, risk changes and escalations become rows that people can query. Its offsets
 * go into the same PostgreSQL transaction as the rows, under an epoch of each partition.
 */
#include <stdio.h>
#include <stdlib.h>

#include "runtime/command.h"
#include "runtime/reasons_json.h"
#include "runtime/stage_command.h"
#include "runtime/topics.h"

/* What record keeps of an input: the epoch under which it may write. */
struct unit {
	int64_t epoch;
	int kind; /* enum ll_topic */
};

struct record_stage {
	struct ll_stage_loop *loop;
	const struct ll_stage_env *env;
	struct ll_arena batch; /* everything of the rows to be written next */
	struct ll_recorded_task *tasks;
	struct ll_position_of_task *task_positions;
	struct ll_recorded_risk_change *risk_changes;
	struct ll_recorded_escalation *escalations;
	size_t task_count;
	size_t risk_change_count;
	size_t escalation_count;
	size_t capacity; /* of each of the four */
	struct ll_recorded_offset *offsets;
	size_t offset_capacity;
};

static void forget_rows(struct record_stage *record)
{
	ll_arena_clear(&record->batch);
	record->task_count = 0;
	record->risk_change_count = 0;
	record->escalation_count = 0;
}

static int record_open(struct ll_stage_loop *loop, const struct ll_stage_env *env, void **ret_state,
		       struct ll_error *error)
{
	struct record_stage *record = calloc(1, sizeof(*record));

	(void)error;
	if (!record)
		return -LL_ERR_NO_MEMORY;
	record->loop = loop;
	record->env = env;
	ll_arena_init(&record->batch, 1 << 20);
	*ret_state = record;
	return 0;
}

static void record_close(void *state)
{
	struct record_stage *record = state;

	ll_arena_release(&record->batch);
	free(record->tasks);
	free(record->task_positions);
	free(record->risk_changes);
	free(record->escalations);
	free(record->offsets);
	free(record);
}

static int record_take(void *state, struct ll_input *input, struct ll_error *error)
{
	struct record_stage *record = state;
	const struct ll_position *at = &input->position;
	struct ll_str suffix;
	struct unit *unit;
	int64_t epoch = 0;
	int64_t next = 0;
	int err = ll_store_take_epoch(record->env->store, "record", at->topic, at->partition,
				      record->env->instance, &epoch, error);

	if (!err)
		err = ll_store_recorded_offset(record->env->store, at->topic, at->partition, &next,
					       error);
	if (err)
		return err;
	unit = malloc(sizeof(*unit));
	if (!unit)
		return -LL_ERR_NO_MEMORY;
	*unit = (struct unit){.epoch = epoch, .kind = ll_topic_of(at->topic, &suffix)};
	input->unit = unit;
	input->position.offset = next < 0 ? LL_OFFSET_BEGINNING : next;
	return 0;
}

static void record_drop(void *state, struct ll_input *input, bool clean)
{
	(void)state;
	(void)clean;
	free(input->unit);
}

static int grow_array(void **array, size_t capacity, size_t size)
{
	void *bigger = realloc(*array, capacity * size);

	if (!bigger)
		return -LL_ERR_NO_MEMORY;
	*array = bigger;
	return 0;
}

static int reserve_row(struct record_stage *record)
{
	size_t used = record->task_count + record->risk_change_count + record->escalation_count;
	size_t capacity = record->capacity ? record->capacity * 2 : 1024;
	int err;

	if (used < record->capacity)
		return 0;
	err = grow_array((void **)&record->tasks, capacity, sizeof(*record->tasks));
	if (!err)
		err = grow_array((void **)&record->task_positions, capacity,
				 sizeof(*record->task_positions));
	if (!err)
		err = grow_array((void **)&record->risk_changes, capacity,
				 sizeof(*record->risk_changes));
	if (!err)
		err = grow_array((void **)&record->escalations, capacity,
				 sizeof(*record->escalations));
	if (!err)
		record->capacity = capacity;
	return err;
}

/* ---- rows -------------------------------------------------------------------------------------------- */

static int add_task(struct record_stage *record, const struct ll_input *input,
		    const struct ll_record *from, struct ll_bytes wire)
{
	struct ll_recorded_task *row = &record->tasks[record->task_count];
	const struct ll_codec *codec = record->env->codec;
	int err = ll_codec_decode(codec, LL_MESSAGE_TASK, wire, &record->batch, &row->task);

	if (!err)
		err = ll_reasons_to_json(&record->batch, row->task.reasons, row->task.reason_count,
					 &row->reasons_json);
	if (err)
		return err;
	row->published_at_ms = row->task.cause.published_at_ms;
	row->written_at_ms = from->timestamp_ms;
	row->seen_at_ms = ll_clock_wall_ms(record->env->clock);
	record->task_positions[record->task_count] = (struct ll_position_of_task){
		.topic = input->position.topic,
		.partition = from->partition,
		.offset = from->offset,
	};
	record->task_count++;
	if (row->task.change == LL_CHANGE_OPENED)
		ll_metrics_observe(record->env->metrics, LL_METRIC_EVENT_TO_TASK_SECONDS,
				   (double)(row->seen_at_ms - row->published_at_ms) / 1000.0);
	return 0;
}

static int add_risk_change(struct record_stage *record, const struct ll_input *input,
			   const struct ll_record *from, struct ll_bytes wire)
{
	struct ll_recorded_risk_change *row = &record->risk_changes[record->risk_change_count];
	int err = ll_codec_decode(record->env->codec, LL_MESSAGE_RISK_CHANGE, wire, &record->batch,
				  &row->change);

	if (!err)
		err = ll_reasons_to_json(&record->batch, row->change.reasons,
					 row->change.reason_count, &row->reasons_json);
	if (err)
		return err;
	row->topic = input->position.topic;
	row->partition = from->partition;
	row->offset = from->offset;
	record->risk_change_count++;
	return 0;
}

static int add_escalation(struct record_stage *record, const struct ll_input *input,
			  const struct ll_record *from, struct ll_bytes wire)
{
	struct ll_recorded_escalation *row = &record->escalations[record->escalation_count];
	int err = ll_codec_decode(record->env->codec, LL_MESSAGE_ESCALATION, wire, &record->batch,
				  &row->escalation);

	if (err)
		return err;
	row->topic = input->position.topic;
	row->partition = from->partition;
	row->offset = from->offset;
	record->escalation_count++;
	return 0;
}

typedef int add_row(struct record_stage *record, const struct ll_input *input,
		    const struct ll_record *from, struct ll_bytes wire);

static int record_work(void *state, struct ll_input *input, const struct ll_record *from)
{
	static add_row *const adders[] = {
		[LL_TOPIC_ASSISTANCE_TASKS] = add_task,
		[LL_TOPIC_RISK_CHANGES] = add_risk_change,
		[LL_TOPIC_ESCALATIONS] = add_escalation,
	};
	struct record_stage *record = state;
	const struct unit *unit = input->unit;
	struct ll_bytes wire = from->value;
	int err = reserve_row(record);

	if (err)
		return err;
	/* The rows live until the commit, the record only until the next poll. */
	wire.data = ll_arena_copy(&record->batch, wire.data, wire.size);
	if (!wire.data)
		return -LL_ERR_NO_MEMORY;
	return adders[unit->kind](record, input, from, wire);
}

/* ---- commit ------------------------------------------------------------------------------------------ */

static int gather_offsets(struct record_stage *record, const struct ll_input *const *touched,
			  size_t count)
{
	if (count > record->offset_capacity) {
		int err = grow_array((void **)&record->offsets, count, sizeof(*record->offsets));

		if (err)
			return err;
		record->offset_capacity = count;
	}
	for (size_t i = 0; i < count; i++) {
		const struct unit *unit = touched[i]->unit;

		record->offsets[i] = (struct ll_recorded_offset){
			.topic = touched[i]->position.topic,
			.partition = touched[i]->position.partition,
			.epoch = unit->epoch,
			.next_offset = touched[i]->position.offset,
		};
	}
	return 0;
}

static int record_commit(void *state, const struct ll_input *const *touched, size_t count,
			 struct ll_error *error)
{
	struct record_stage *record = state;
	struct ll_metrics *metrics = record->env->metrics;
	struct ll_record_batch batch;
	int err = gather_offsets(record, touched, count);

	if (err)
		return err;
	batch = (struct ll_record_batch){
		.tasks = record->tasks,
		.task_positions = record->task_positions,
		.task_count = record->task_count,
		.risk_changes = record->risk_changes,
		.risk_change_count = record->risk_change_count,
		.escalations = record->escalations,
		.escalation_count = record->escalation_count,
		.offsets = record->offsets,
		.offset_count = count,
	};
	err = ll_store_write_records(record->env->store, &batch, error);
	if (err)
		return err;
	ll_metrics_add(metrics, LL_METRIC_ROWS_WRITTEN, "task", (int64_t)record->task_count);
	ll_metrics_add(metrics, LL_METRIC_ROWS_WRITTEN, "risk_change",
		       (int64_t)record->risk_change_count);
	ll_metrics_add(metrics, LL_METRIC_ROWS_WRITTEN, "escalation",
		       (int64_t)record->escalation_count);
	forget_rows(record);
	return 0;
}

static void record_aborted(void *state)
{
	forget_rows(state);
}

static const enum ll_topic record_inputs[] = {
	LL_TOPIC_ASSISTANCE_TASKS,
	LL_TOPIC_ESCALATIONS,
	LL_TOPIC_RISK_CHANGES,
};

const struct ll_stage ll_stage_record = {
	.name = "record",
	.inputs = record_inputs,
	.input_count = 3,
	.offsets_in_store = true,
	.open = record_open,
	.close = record_close,
	.take = record_take,
	.drop = record_drop,
	.work = record_work,
	.commit = record_commit,
	.aborted = record_aborted,
};

static int run(struct ll_invocation *invocation)
{
	return ll_stage_command(invocation, &ll_stage_record);
}

const struct ll_command ll_command_record = {
	.name = "record",
	.summary = "write tasks and risk changes into PostgreSQL's tables",
	.usage = "",
	.group = "Operators",
	.help = "Reads the counties' queues, escalations and risk changes and keeps the tables "
		"that\n"
		"`lifeline tasks` and SQL query. Several instances share the work.\n",
	.run = run,
};
