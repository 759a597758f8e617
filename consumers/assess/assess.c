/*
 * lifeline assess: folds household-events, partition by partition, and turns decisions into tasks,
 * risk changes and escalations. The protocol is in docs/protocol.md: take over, catch up, run,
 * checkpoint.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/partition.h"
#include "fold.h"
#include "keeper.h"
#include "policy/policy_yaml.h"
#include "runtime/command.h"
#include "runtime/log.h"
#include "runtime/stage_command.h"
#include "runtime/topics.h"

#define PARTITIONS_MAX	  1024
#define SEGMENTS_MAX	  4096
#define PREFETCH_MAX	  64
#define RETAIN_MS	  60000 /* memory of a partition that is assigned to nobody here */
#define RETAKE_DELAY_MS	  1000
#define SAY_AGAIN_MS	  10000 /* that a partition still waits */
#define SETTLE_MS	  10000
#define BUSY_CHECKPOINTS  10 /* under load checkpoints are this many times rarer */
#define CREATE_TIMEOUT_MS 10000
#define MEASURE_MS	  1000

/* A partition in memory. It outlives a rebalance: memory at a committed offset is a checkpoint. */
struct unit {
	struct ll_partition *partition;
	struct ll_input *input; /* NULL: retained */
	int64_t position;	/* of retained memory: it stands before this offset */
	int64_t epoch;		/* 0: to be raised before the next checkpoint */
	int64_t checkpoint;	/* c */
	int64_t checkpointed_at_ms;
	int64_t retained_at_ms;
	int64_t said_waiting_at_ms;
	bool checkpoint_waits;	 /* for the database; counted once */
	struct ll_taken doubted; /* read, and newer than what was known of k */
};

struct assess {
	struct ll_stage_loop *loop;
	const struct ll_stage_env *env;
	struct ll_keeper *keeper;
	struct unit units[PARTITIONS_MAX];
	size_t unit_count; /* those behind were never taken */
	struct ll_fold fold;
	struct ll_buf out;
	struct ll_buf segments[SEGMENTS_MAX];
	int64_t measured_at_ms;
	int failed; /* of a checkpoint, met where no error can be told: the next turn tells it */
	struct ll_error failure;
};

static int assess_open(struct ll_stage_loop *loop, const struct ll_stage_env *env, void **ret_state,
		       struct ll_error *error)
{
	const struct ll_keeper_options options = {
		.store = env->store,
		.stage = "assess",
		.topic = ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS),
		.owner = env->instance,
		.compiler = &ll_policy_yaml_compiler,
		.threaded = !env->single_threaded,
		.segment_bytes = env->segment_bytes,
		.merge_bytes = env->merge_bytes,
	};
	struct assess *assess = calloc(1, sizeof(*assess));
	int err;

	(void)error;
	if (!assess)
		return -LL_ERR_NO_MEMORY;
	assess->loop = loop;
	assess->env = env;
	ll_fold_init(&assess->fold, env->codec, env->household_partitions);
	ll_buf_init(&assess->out);
	err = ll_keeper_new(&options, &assess->keeper);
	if (err) {
		free(assess);
		return err;
	}
	*ret_state = assess;
	return 0;
}

static void unit_clear(struct unit *unit)
{
	ll_partition_free(unit->partition);
	ll_partition_free(unit->doubted.partition);
	*unit = (struct unit){0};
}

static void assess_close(void *state)
{
	struct assess *assess = state;

	ll_keeper_free(assess->keeper);
	for (size_t i = 0; i < assess->unit_count; i++)
		unit_clear(&assess->units[i]);
	for (size_t i = 0; i < SEGMENTS_MAX; i++)
		ll_buf_release(&assess->segments[i]);
	ll_fold_release(&assess->fold);
	ll_buf_release(&assess->out);
	free(assess);
}

/* ---- take-over -------------------------------------------------------------------------------------- */

/* c against k: what must not be is said, and nothing is started anew in silence. */
static int check_checkpoint(const struct ll_input *input, const struct ll_checkpoint *checkpoint,
			    struct ll_error *error)
{
	int64_t c = checkpoint->offset;
	int64_t k = input->committed;

	if (!checkpoint->exists)
		return 0;
	if (k == LL_OFFSET_NONE)
		return ll_error_set(
			error, -LL_ERR_STATE,
			"partition %d has a checkpoint at offset %" PRId64
			" but the group has no committed offset: it expired or the topic "
			"was made anew; restore the group's offset or remove the checkpoint",
			input->position.partition, c);
	if (k < c)
		return ll_error_set(error, -LL_ERR_STATE,
				    "partition %d: the committed offset %" PRId64
				    " lies before the checkpoint's %" PRId64,
				    input->position.partition, k, c);
	if (checkpoint->logic_version != LL_LOGIC_VERSION && c != k)
		return ll_error_set(
			error, -LL_ERR_STATE,
			"partition %d was checkpointed by logic version %d, this is %d: "
			"let the old version run and stop in order first, so that its "
			"checkpoint reaches %" PRId64,
			input->position.partition, checkpoint->logic_version, LL_LOGIC_VERSION, k);
	return 0;
}

static void unit_use(struct assess *assess, struct unit *unit, struct ll_input *input)
{
	unit->input = input;
	unit->checkpointed_at_ms = ll_clock_monotonic_ms(assess->env->clock);
	input->unit = unit;
}

/* Memory that stood at a committed offset m <= k is as good as a checkpoint, and needs no database. */
static bool take_retained(struct assess *assess, struct unit *unit, struct ll_input *input)
{
	if (!unit->partition)
		return false;
	if (input->committed == LL_OFFSET_NONE || unit->position > input->committed) {
		unit_clear(unit);
		return false;
	}
	unit->epoch = 0;
	input->position.offset = unit->position;
	unit_use(assess, unit, input);
	return true;
}

static int read_stored(struct assess *assess, struct unit *unit, const struct ll_input *input,
		       struct ll_taken *ret_taken, struct ll_error *error)
{
	int64_t now = ll_clock_monotonic_ms(assess->env->clock);
	int err = ll_keeper_take(assess->keeper, input->position.partition, ret_taken, error);

	if (err == -LL_ERR_UNAVAILABLE &&
	    (unit->said_waiting_at_ms == 0 || now - unit->said_waiting_at_ms >= SAY_AGAIN_MS)) {
		ll_log(LL_LOG_WARNING, "a partition waits for the database", "partition=%d",
		       input->position.partition);
		unit->said_waiting_at_ms = now;
	}
	return err;
}

/*
 * k was asked for before c was read. Who stands still in between finds a c that others have written
 * since: so k is asked for once more, and only what does not fit even then is an error.
 */
static int doubt(struct unit *unit, struct ll_input *input, const struct ll_taken *taken)
{
	unit->doubted = *taken;
	input->committed_known = false;
	return -LL_ERR_TIMED_OUT;
}

static int assess_take(void *state, struct ll_input *input, struct ll_error *error)
{
	struct assess *assess = state;
	struct unit *unit = &assess->units[input->position.partition];
	struct ll_taken taken = {0};
	bool doubted;
	int err = 0;

	if (input->position.partition >= PARTITIONS_MAX)
		return ll_error_set(error, -LL_ERR_FATAL, "more than %d partitions",
				    PARTITIONS_MAX);
	if (assess->unit_count <= (size_t)input->position.partition)
		assess->unit_count = (size_t)input->position.partition + 1;
	if (take_retained(assess, unit, input))
		return 0;
	taken = unit->doubted;
	doubted = taken.partition != NULL;
	unit->doubted = (struct ll_taken){0};
	if (!doubted)
		err = read_stored(assess, unit, input, &taken, error);
	if (err)
		return err;
	err = check_checkpoint(input, &taken.checkpoint, error);
	if (err && !doubted)
		return doubt(unit, input, &taken);
	if (err) {
		ll_partition_free(taken.partition);
		return err;
	}
	unit->partition = taken.partition;
	unit->epoch = taken.epoch;
	unit->checkpoint = taken.checkpoint.exists ? taken.checkpoint.offset : 0;
	input->position.offset = unit->checkpoint;
	unit_use(assess, unit, input);
	return 0;
}

static void assess_drop(void *state, struct ll_input *input, bool clean)
{
	struct assess *assess = state;
	struct unit *unit = input->unit;

	unit->input = NULL;
	if (!clean) {
		unit_clear(unit);
		return;
	}
	unit->position = input->position.offset;
	unit->retained_at_ms = ll_clock_monotonic_ms(assess->env->clock);
}

/* ---- one event --------------------------------------------------------------------------------------- */

/* A county that lives in the registry but had no queue yet gets one: a task is never lost for it. */
static int send_to_queue(struct assess *assess, const struct ll_outgoing *outgoing)
{
	struct ll_error why = {0};
	const struct ll_topic_spec spec = {
		.name = outgoing->topic,
		.partitions = assess->env->queue_partitions,
		.retention_ms = ll_topic_retention_ms(LL_TOPIC_ASSISTANCE_TASKS)};
	int err = ll_stage_send(assess->loop, outgoing);

	if (err != -LL_ERR_NOT_FOUND)
		return err;
	err = ll_bus_create_topics(assess->env->bus, &spec, 1, CREATE_TIMEOUT_MS, &why);
	return err ? err : ll_stage_send(assess->loop, outgoing);
}

static int send(struct assess *assess, enum ll_message message, const void *value,
		const char *topic, const struct ll_key *household_key)
{
	struct ll_outgoing outgoing = {.topic = topic,
				       .partition = LL_PARTITION_BY_KEY,
				       .key = {household_key->bytes, LL_KEY_SIZE}};
	int err;

	ll_buf_clear(&assess->out);
	err = ll_codec_encode(assess->env->codec, message, value, &assess->out);
	outgoing.value = ll_buf_bytes(&assess->out);
	if (!err)
		err = send_to_queue(assess, &outgoing);
	/* The input is in memory by now: it cannot become a dead letter any more. */
	if (err && ll_err_class(err) == LL_CLASS_REJECT)
		return ll_stage_fatal(assess->loop, "a %s cannot be written to %s: %s",
				      ll_message_name(message), topic, ll_err_text(err));
	if (!err)
		ll_metrics_add(assess->env->metrics, LL_METRIC_RECORDS_OUT,
			       ll_message_name(message), 1);
	return err;
}

static int emit(void *context, const struct ll_decision *decision)
{
	struct assess *assess = context;
	char topic[LL_TOPIC_NAME_MAX];
	int err = 0;

	for (size_t i = 0; !err && i < decision->task_count; i++) {
		const struct ll_task *task = &decision->tasks[i];

		err = ll_topic_name(LL_TOPIC_ASSISTANCE_TASKS, task->county, topic);
		if (!err)
			err = send(assess, LL_MESSAGE_TASK, task, topic, &task->household_key);
	}
	for (size_t i = 0; !err && i < decision->escalation_count; i++) {
		const struct ll_escalation *escalation = &decision->escalations[i];

		err = ll_topic_name(LL_TOPIC_ESCALATIONS, escalation->city, topic);
		if (!err)
			err = send(assess, LL_MESSAGE_ESCALATION, escalation, topic,
				   &escalation->household_key);
	}
	if (!err && decision->has_risk_change)
		err = send(assess, LL_MESSAGE_RISK_CHANGE, &decision->risk_change,
			   ll_topic_subscription(LL_TOPIC_RISK_CHANGES),
			   &decision->risk_change.household_key);
	return err;
}

static int apply(struct assess *assess, struct unit *unit, const struct ll_record *record,
		 ll_decision_sink *sink)
{
	bool misplaced = false;
	int err = ll_fold_apply(&assess->fold, unit->partition, record, sink, assess, &misplaced);

	return misplaced && sink ? ll_stage_reroute(assess->loop, record) : err;
}

static void assess_prefetch(void *state, const struct ll_input *input,
			    const struct ll_record *records, size_t count)
{
	const struct unit *unit = input->unit;
	struct ll_key keys[PREFETCH_MAX];
	size_t known = 0;

	(void)state;
	for (size_t i = 0; i < count && known < PREFETCH_MAX; i++)
		if (records[i].key.size == LL_KEY_SIZE)
			memcpy(keys[known++].bytes, records[i].key.data, LL_KEY_SIZE);
	ll_partition_prefetch(unit->partition, keys, known);
}

static int assess_fold(void *state, struct ll_input *input, const struct ll_record *record)
{
	return apply(state, input->unit, record, NULL);
}

static int assess_work(void *state, struct ll_input *input, const struct ll_record *record)
{
	return apply(state, input->unit, record, emit);
}

/* ---- checkpoints ---------------------------------------------------------------------------------------- */

static int start_checkpoint(struct assess *assess, struct unit *unit, struct ll_error *error)
{
	size_t limit =
		assess->env->segment_bytes ? assess->env->segment_bytes : LL_KEEPER_SEGMENT_BYTES;
	size_t count = 0;
	bool done = false;
	int err = 0;

	while (!err && !done) {
		if (count == SEGMENTS_MAX)
			return ll_error_set(error, -LL_ERR_FATAL,
					    "a checkpoint of more than %d segments", SEGMENTS_MAX);
		ll_buf_clear(&assess->segments[count]);
		err = ll_partition_encode_changed(unit->partition, &assess->segments[count], limit,
						  &done);
		count++;
	}
	if (!err)
		err = ll_keeper_write(assess->keeper, unit->input->position.partition, unit->epoch,
				      unit->input->position.offset, assess->segments, count);
	return err;
}

/*
 * Collects the checkpoint under way. -LL_ERR_FENCED: another owner has the partition; -LL_ERR_STATE:
 * another one had it and came further, while we stood still and did not know.
 */
static int collect_checkpoint(struct assess *assess, struct unit *unit, struct ll_error *error)
{
	int32_t partition = unit->input->position.partition;
	int64_t offset = 0;
	int64_t bytes = 0;
	int err = ll_keeper_written(assess->keeper, partition, &offset, &bytes, error);

	if (err == -LL_ERR_TIMED_OUT)
		return 0;
	if (err == -LL_ERR_UNAVAILABLE) {
		ll_metrics_add(assess->env->metrics, LL_METRIC_CHECKPOINT_FAILURES, NULL,
			       !unit->checkpoint_waits);
		unit->checkpoint_waits = true;
		return 0;
	}
	unit->checkpoint_waits = false;
	if (err)
		return err;
	unit->checkpoint = offset;
	ll_metrics_add(assess->env->metrics, LL_METRIC_CHECKPOINTS, NULL, 1);
	ll_metrics_add(assess->env->metrics, LL_METRIC_CHECKPOINT_BYTES, NULL, bytes);
	ll_log(LL_LOG_DEBUG, "checkpoint written", "partition=%d offset=%" PRId64 " bytes=%" PRId64,
	       partition, offset, bytes);
	return 0;
}

/* Nothing of a transaction is open: memory stands at the committed offset. */
static int checkpoint_unit(struct assess *assess, struct unit *unit, int64_t interval_ms,
			   struct ll_error *error)
{
	const struct ll_input *input = unit->input;
	int64_t now = ll_clock_monotonic_ms(assess->env->clock);

	if (input->state != LL_INPUT_RUNNING || input->position.offset <= unit->checkpoint ||
	    now - unit->checkpointed_at_ms < interval_ms)
		return 0;
	if (unit->epoch == 0) {
		int err = ll_keeper_take_epoch(assess->keeper, input->position.partition,
					       &unit->epoch, error);

		return ll_err_class(err) == LL_CLASS_RETRY ? 0 : err;
	}
	if (!ll_keeper_is_free(assess->keeper, input->position.partition))
		return 0;
	unit->checkpointed_at_ms = now;
	return start_checkpoint(assess, unit, error);
}

/*
 * Whatever goes wrong here but a lost ownership ends the process: the households that the checkpoint
 * took off the list of the changed would be missing in the next one.
 */
static int checkpoint_units(struct assess *assess, int64_t interval_ms)
{
	struct ll_error *error = &assess->failure;
	int err = 0;

	for (size_t i = 0; !err && i < assess->unit_count; i++) {
		struct unit *unit = &assess->units[i];

		if (!unit->input)
			continue;
		err = collect_checkpoint(assess, unit, error);
		if (err == -LL_ERR_FENCED || err == -LL_ERR_STATE) {
			ll_log(LL_LOG_WARNING, "another instance has the partition",
			       "partition=%zu", i);
			err = ll_stage_retake(assess->loop, unit->input, RETAKE_DELAY_MS);
			continue;
		}
		if (!err)
			err = checkpoint_unit(assess, unit, interval_ms, error);
	}
	if (err && !assess->failed)
		assess->failed = ll_err_class(err) == LL_CLASS_FATAL ? err : -LL_ERR_FATAL;
	return err;
}

static void forget_retained(struct assess *assess, int64_t now)
{
	for (size_t i = 0; i < assess->unit_count; i++) {
		struct unit *unit = &assess->units[i];

		if (unit->partition && !unit->input && now - unit->retained_at_ms > RETAIN_MS)
			unit_clear(unit);
	}
}

static void measure(struct assess *assess)
{
	struct ll_metrics *metrics = assess->env->metrics;
	double households = 0;
	double bytes = 0;
	double lag = 0;

	for (size_t i = 0; i < assess->unit_count; i++) {
		const struct unit *unit = &assess->units[i];

		if (!unit->partition)
			continue;
		households += (double)ll_partition_household_count(unit->partition);
		bytes += (double)ll_partition_bytes(unit->partition);
		if (unit->input && unit->input->position.offset > unit->checkpoint)
			lag += (double)(unit->input->position.offset - unit->checkpoint);
	}
	ll_metrics_set(metrics, LL_METRIC_HOUSEHOLDS, NULL, households);
	ll_metrics_set(metrics, LL_METRIC_STATE_BYTES, NULL, bytes);
	ll_metrics_set(metrics, LL_METRIC_CHECKPOINT_LAG, NULL, lag);
}

static int assess_turn(void *state, struct ll_error *error)
{
	struct assess *assess = state;
	int64_t now = ll_clock_monotonic_ms(assess->env->clock);

	if (assess->env->single_threaded)
		ll_keeper_turn(assess->keeper);
	if (now - assess->measured_at_ms >= MEASURE_MS) {
		measure(assess);
		forget_retained(assess, now);
		assess->measured_at_ms = now;
	}
	if (!assess->failed && !ll_stage_in_transaction(assess->loop))
		(void)checkpoint_units(assess, assess->env->checkpoint_interval_ms);
	if (assess->failed)
		*error = assess->failure;
	return assess->failed;
}

/* Under load there is always a transaction open when a turn begins; this is the moment between. */
static void assess_committed(void *state)
{
	struct assess *assess = state;

	/* The next turn tells an error. */
	(void)checkpoint_units(assess, BUSY_CHECKPOINTS * assess->env->checkpoint_interval_ms);
}

static void assess_settle(void *state)
{
	struct assess *assess = state;
	int64_t until = ll_clock_monotonic_ms(assess->env->clock) + SETTLE_MS;
	bool behind = true;

	while (behind && ll_clock_monotonic_ms(assess->env->clock) < until) {
		behind = false;
		if (checkpoint_units(assess, 0))
			return;
		if (assess->env->single_threaded)
			ll_keeper_turn(assess->keeper);
		else
			ll_keeper_wait(assess->keeper, 100);
		for (size_t i = 0; i < assess->unit_count; i++) {
			const struct unit *unit = &assess->units[i];

			behind |= unit->input && unit->input->state == LL_INPUT_RUNNING &&
				  unit->input->position.offset > unit->checkpoint;
		}
	}
	if (behind)
		ll_log(LL_LOG_WARNING, "stopping behind the last checkpoint",
		       "hint=\"the next owner reads the rest from the log\"");
}

static const enum ll_topic assess_inputs[] = {LL_TOPIC_HOUSEHOLD_EVENTS};

const struct ll_stage ll_stage_assess = {
	.name = "assess",
	.inputs = assess_inputs,
	.input_count = 1,
	.open = assess_open,
	.close = assess_close,
	.take = assess_take,
	.drop = assess_drop,
	.prefetch = assess_prefetch,
	.fold = assess_fold,
	.work = assess_work,
	.committed = assess_committed,
	.turn = assess_turn,
	.settle = assess_settle,
};

static int run(struct ll_invocation *invocation)
{
	return ll_stage_command(invocation, &ll_stage_assess);
}

const struct ll_command ll_command_assess = {
	.name = "assess",
	.summary = "keep every household's risk and open assistance tasks",
	.usage = "",
	.group = "Operators",
	.help = "Reads household-events, folds each event into its household, applies the policy "
		"in\n"
		"force and writes tasks, risk changes and escalations, exactly once in effect. "
		"State is\n"
		"kept in memory and checkpointed to PostgreSQL in the background. Run as many "
		"instances\n"
		"as there are partitions at most, each with its own --instance.\n",
	.run = run,
};
