/*
 * The whole of assess on the in-memory bus and store. Whatever happens to the process, what is in
 * the queues is what an undisturbed run puts there: a lost or a doubled record is seen.
 */
#include <stdio.h>
#include <stdlib.h>

#include "runtime/log.h"
#include "stage_kit.h"
#include "store/store_impl.h"

#define DEAD	   "dead-letters.assess"
#define GROUP	   "lifeline-assess"
#define NEVER_MS   INT64_C(1000000000)
#define HOUSEHOLDS 12
#define STEPS	   14

/* ---- the log ------------------------------------------------------------------------------- */

static void send_event(struct kit *kit, const struct ll_key *key,
		       const struct ll_household_event *event)
{
	kit_send_message(kit, EVENTS, key, LL_MESSAGE_HOUSEHOLD_EVENT, event);
}

static void broadcast(struct kit *kit, const struct ll_household_event *event)
{
	struct ll_buf wire;

	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(kit->codec, LL_MESSAGE_HOUSEHOLD_EVENT, event, &wire), 0);
	for (int32_t i = 0; i < KIT_PARTITIONS; i++)
		kit_send(kit, EVENTS, i, (struct ll_bytes){NULL, 0}, ll_buf_bytes(&wire));
	ll_buf_release(&wire);
}

static void send_policy(struct kit *kit)
{
	static char text[LL_POLICY_TEXT_MAX];
	FILE *file = fopen(LL_POLICY_FILE, "r");
	struct ll_household_event event = {
		.body = LL_BODY_POLICY_ACTIVATED,
		.policy_activated = {.name = LL_STR("china-national"),
				     .version = LL_STR("test"),
				     .effective_on = KIT_DAY - 365},
	};
	size_t size;

	assert_non_null(file);
	size = fread(text, 1, sizeof(text), file);
	fclose(file);
	assert_in_range(size, 1, sizeof(text) - 1);
	event.policy_activated.text = (struct ll_str){text, size};
	broadcast(kit, &event);
}

static void send_tick(struct kit *kit, int32_t day)
{
	const struct ll_household_event event = {.body = LL_BODY_TICK, .tick = {.day = day}};

	broadcast(kit, &event);
}

static struct ll_key household_of(uint32_t number)
{
	return kit_any_key(1000 + number);
}

static void send_registered(struct kit *kit, uint32_t number, struct ll_str village, bool dissolved)
{
	const struct ll_key household = household_of(number), person = kit_any_key(2000 + number);
	const struct ll_member members[] = {
		{.person_key = person, .born_on = 0, .resident = true, .labour = true}};
	const struct ll_household_event event = {
		.household_key = household,
		.area = village,
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = {.area = village,
					 .category = LL_CATEGORY_EX_POOR,
					 .recorded_income_fen = {true, FEN(8000)},
					 .recorded_income_year = 2024,
					 .dissolved = dissolved,
					 .members = members,
					 .member_count = 1},
	};

	send_event(kit, &household, &event);
}

static void send_life_event(struct kit *kit, uint32_t number, const struct ll_life_event *event)
{
	const struct ll_key household = household_of(number);
	const struct ll_household_event wrapped = {
		.household_key = household,
		.person_key = event->subject.key,
		.area = LL_STR(VILLAGE),
		.origin = {.topic = LL_STR(HEALTH), .offset = number, .published_at_ms = 1},
		.body = LL_BODY_LIFE_EVENT,
		.life_event = *event,
	};

	send_event(kit, &household, &wrapped);
}

static void send_stay(struct kit *kit, uint32_t number, const char *event_id, int32_t revision)
{
	const struct ll_key person = kit_any_key(2000 + number);
	struct ll_life_event event = stay_of(&person, event_id);

	event.revision = revision;
	if (revision > 0)
		event.action = LL_ACTION_RETRACT;
	send_life_event(kit, number, &event);
}

static void send_job_loss(struct kit *kit, uint32_t number)
{
	const struct ll_key person = kit_any_key(2000 + number);
	struct ll_life_event event = stay_of(&person, "job");

	event.source = LL_STR("employment");
	event.payload = (struct ll_payload){.kind = LL_EVENT_JOB_LOSS,
					    .job_loss = {.monthly_wage_fen = {true, FEN(400)}}};
	send_life_event(kit, number, &event);
}

static void send_alert(struct kit *kit)
{
	const struct ll_household_event event = {
		.body = LL_BODY_AREA_ALERT,
		.area_alert = {.alert_id = LL_STR("flood-1"),
			       .area = LL_STR("360502"),
			       .kind = LL_ALERT_FLOOD,
			       .severity = 4,
			       .occurred_on = KIT_DAY + 4,
			       .expires_on = KIT_DAY + 7},
	};

	broadcast(kit, &event);
}

/* A year of a small place in STEPS steps; what assess has to say changes in most of them. */
static void play(struct kit *kit, int step)
{
	switch (step) {
	case 0:
		send_policy(kit);
		send_tick(kit, KIT_DAY);
		return;
	case 1:
		for (uint32_t i = 0; i < HOUSEHOLDS; i++)
			send_registered(kit, i, LL_STR(VILLAGE), false);
		return;
	case 2:
		for (uint32_t i = 0; i < HOUSEHOLDS; i += 2)
			send_stay(kit, i, "stay-1", 0);
		return;
	case 3: /* again: nothing new */
		for (uint32_t i = 0; i < HOUSEHOLDS; i += 2)
			send_stay(kit, i, "stay-1", 0);
		return;
	case 5:
		send_alert(kit);
		return;
	case 6:
		for (uint32_t i = 0; i < HOUSEHOLDS; i += 3)
			send_job_loss(kit, i);
		return;
	case 7: /* it never was */
		send_stay(kit, 2, "stay-1", 1);
		send_stay(kit, 4, "stay-1", 1);
		return;
	case 8:
		kit_send(kit, EVENTS, 0, (struct ll_bytes){NULL, 0}, kit_text("no message"));
		send_stay(kit, 999, "of nobody", 0);
		return;
	case 9:
		send_registered(kit, 5, LL_STR(VILLAGE), true);
		send_registered(kit, 6, LL_STR("360521001001"), false);
		return;
	default:
		send_tick(kit, KIT_DAY + (step < 10 ? step : step * 3));
	}
}

/* ---- what comes out ------------------------------------------------------------------------ */

static const char *const outputs[] = {TASKS, "assistance-tasks.360521", RISKS, "escalations.3605"};
#define OUTPUTS (sizeof(outputs) / sizeof(*outputs))

static int compare_values(const void *a, const void *b)
{
	const struct ll_bytes *left = &((const struct kit_record *)a)->value;
	const struct ll_bytes *right = &((const struct kit_record *)b)->value;
	size_t size = left->size < right->size ? left->size : right->size;
	int order = memcmp(left->data, right->data, size);

	return order ? order : (left->size > right->size) - (left->size < right->size);
}

static size_t read_sorted(struct kit *kit, const char *topic, struct kit_record **ret_records)
{
	int32_t partitions = 0;
	size_t count;

	assert_int_equal(ll_bus_partition_count(kit->bus, topic, 1000, &partitions, NULL), 0);
	if (partitions == 0)
		return 0;
	count = kit_read(kit, topic, ret_records);
	qsort(*ret_records, count, sizeof(**ret_records), compare_values);
	return count;
}

static void assert_same_outputs(struct kit *kit, struct kit *wanted)
{
	for (size_t i = 0; i < OUTPUTS; i++) {
		struct kit_record *a;
		struct kit_record *b;
		size_t count = read_sorted(kit, outputs[i], &a);

		if (count != read_sorted(wanted, outputs[i], &b))
			fail_msg("%s has %zu records, an undisturbed run %zu", outputs[i], count,
				 read_sorted(wanted, outputs[i], &b));
		for (size_t k = 0; k < count; k++)
			kit_assert_bytes(a[k].value, b[k].value);
	}
	assert_int_equal(kit_count(kit, DEAD), kit_count(wanted, DEAD));
}

static struct ll_stage_loop *loop_with(struct kit *kit, const char *instance,
				       int64_t checkpoint_interval_ms, size_t batch_max)
{
	struct ll_stage_env env = kit_env(kit, instance);
	struct ll_error error = {0};
	struct ll_stage_loop *loop = NULL;

	env.checkpoint_interval_ms = checkpoint_interval_ms;
	env.batch_max = batch_max;
	if (ll_stage_loop_new(&ll_stage_assess, &env, &loop, &error))
		fail_msg("%s", error.message);
	return loop;
}

static struct ll_stage_loop *start(struct kit *kit, const char *instance)
{
	return loop_with(kit, instance, 100, 100);
}

/* One process that nothing happens to. */
static void play_undisturbed(struct kit *kit)
{
	struct ll_stage_loop *loop;

	kit_open(kit);
	loop = start(kit, "one");
	kit_turn(kit, loop, SOON);
	for (int step = 0; step < STEPS; step++) {
		play(kit, step);
		kit_turn(kit, loop, 2);
	}
	kit_turn(kit, loop, SOON);
	kit_stop(loop);
}

static struct ll_checkpoint stored(struct kit *kit, int32_t partition)
{
	struct ll_checkpoint checkpoint = {0};

	assert_int_equal(ll_store_read_checkpoint(kit->store, "assess", EVENTS, partition,
						  &checkpoint, NULL, NULL, NULL),
			 0);
	return checkpoint;
}

static void assert_checkpoints_at_committed(struct kit *kit)
{
	for (int32_t i = 0; i < KIT_PARTITIONS; i++) {
		const struct ll_checkpoint checkpoint = stored(kit, i);

		assert_true(checkpoint.exists);
		assert_int_equal(checkpoint.offset, kit_committed(kit, GROUP, EVENTS, i));
	}
}

/* ---- an undisturbed run -------------------------------------------------------------------- */

static void test_decides(void **state)
{
	struct ll_escalation escalation;
	struct ll_dead_letter letter;
	struct ll_risk_change risk;
	struct kit_record *records;
	struct ll_task task;
	size_t medical = 0, inspections = 0, withdrawn = 0;
	size_t count;
	struct kit kit;

	(void)state;
	play_undisturbed(&kit);
	count = kit_read(&kit, TASKS, &records);
	for (size_t i = 0; i < count; i++) {
		kit_decode(&kit, LL_MESSAGE_TASK, records[i].value, &task);
		kit_assert_bytes(records[i].key,
				 (struct ll_bytes){task.household_key.bytes, LL_KEY_SIZE});
		kit_assert_text(task.county, "360502");
		medical +=
			task.measure == LL_MEASURE_MEDICAL_AID && task.change == LL_CHANGE_OPENED;
		inspections += task.measure == LL_MEASURE_DISASTER_INSPECTION &&
			       task.change == LL_CHANGE_OPENED;
		withdrawn += task.change == LL_CHANGE_WITHDRAWN;
	}
	assert_int_equal(medical, HOUSEHOLDS / 2);
	assert_int_equal(inspections, HOUSEHOLDS);
	assert_true(withdrawn >= 2);
	assert_true(kit_read(&kit, RISKS, &records) >= HOUSEHOLDS / 2);
	kit_decode(&kit, LL_MESSAGE_RISK_CHANGE, records[0].value, &risk);
	assert_int_equal(risk.before, LL_CASE_NONE);
	assert_true(kit_read(&kit, "escalations.3605", &records) > 0);
	kit_decode(&kit, LL_MESSAGE_ESCALATION, records[0].value, &escalation);
	kit_assert_text(escalation.city, "3605");
	/* A county that had no queue got one. */
	assert_true(kit_count(&kit, "assistance-tasks.360521") > 0);
	count = kit_read(&kit, DEAD, &records);
	assert_int_equal(count, 2);
	for (size_t i = 0; i < count; i++) {
		kit_decode(&kit, LL_MESSAGE_DEAD_LETTER, records[i].value, &letter);
		kit_assert_text(letter.reason, letter.key.size ? "not-registered" : "undecodable");
	}
	kit_close(&kit);
}

/* A task that could be too long for Kafka would have to be rejected when it is too late for that. */
static void test_the_largest_task_fits(void **state)
{
	static char text[LL_NOTE_MAX];
	const struct ll_str name = {text, LL_NAME_MAX};
	struct ll_reason_fact facts[LL_REASON_FACTS_MAX];
	struct ll_reason reasons[LL_REASONS_MAX];
	struct ll_task task = {
		.task_id = kit_any_key(1),
		.household_key = kit_any_key(2),
		.area = LL_STR(VILLAGE),
		.county = LL_STR("360502"),
		.opened_on = KIT_DAY,
		.due_on = KIT_DAY,
		.decided_on = KIT_DAY,
		.department = name,
		.reasons = reasons,
		.reason_count = LL_REASONS_MAX,
		.policy_name = name,
		.policy_version = name,
		.logic_version = INT32_MAX,
		.update_by = name,
		.update_note = {text, LL_NOTE_MAX},
		.cause = {.topic = name, .partition = 1023, .offset = INT64_MAX},
	};
	struct ll_buf wire;
	struct kit kit;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < LL_REASON_FACTS_MAX; i++)
		facts[i] = (struct ll_reason_fact){.fact_id = INT64_MIN,
						   .kind = name,
						   .occurred_on = KIT_DAY,
						   .amount_fen = INT64_MIN};
	for (size_t i = 0; i < LL_REASONS_MAX; i++)
		reasons[i] = (struct ll_reason){.rule = name,
						.indicator = name,
						.comparison = name,
						.known = true,
						.value = INT64_MIN,
						.threshold = INT64_MIN,
						.facts = facts,
						.fact_count = LL_REASON_FACTS_MAX};
	kit_open(&kit);
	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(kit.codec, LL_MESSAGE_TASK, &task, &wire), 0);
	assert_in_range(wire.size, 50000, LL_MESSAGE_MAX / 10);
	ll_buf_release(&wire);
	kit_close(&kit);
}

static void test_a_stop_in_order_checkpoints_everything(void **state)
{
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	loop = loop_with(&kit, "one", NEVER_MS, 100);
	play(&kit, 0);
	play(&kit, 1);
	kit_turn(&kit, loop, SOON);
	assert_false(stored(&kit, 0).exists);
	kit_stop(loop);
	assert_checkpoints_at_committed(&kit);
	kit_close(&kit);
}

static void test_checkpoints_follow(void **state)
{
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	loop = start(&kit, "one");
	for (int step = 0; step < STEPS; step++) {
		play(&kit, step);
		kit_turn(&kit, loop, SOON);
		assert_checkpoints_at_committed(&kit);
	}
	kit_kill(&kit, &ll_stage_assess, "one", loop);
	kit_close(&kit);
}

/* ---- interrupted --------------------------------------------------------------------------- */

/* Killed after every step, `turns` turns into it. */
static void play_killed(struct kit *kit, int64_t checkpoint_interval_ms, size_t batch_max,
			int turns)
{
	struct ll_stage_loop *loop;

	kit_open(kit);
	for (int step = 0; step < STEPS; step++) {
		loop = loop_with(kit, step % 2 ? "one" : "two", checkpoint_interval_ms, batch_max);
		play(kit, step);
		kit_turn(kit, loop, turns);
		kit_kill(kit, &ll_stage_assess, step % 2 ? "one" : "two", loop);
	}
	loop = start(kit, "three");
	kit_turn(kit, loop, 4 * SOON);
	kit_stop(loop);
}

static void assert_survives(int64_t checkpoint_interval_ms, size_t batch_max, int turns)
{
	struct kit kit, wanted;

	play_undisturbed(&wanted);
	play_killed(&kit, checkpoint_interval_ms, batch_max, turns);
	assert_same_outputs(&kit, &wanted);
	assert_checkpoints_at_committed(&kit);
	kit_close(&kit);
	kit_close(&wanted);
}

static void test_killed_between_steps(void **state)
{
	(void)state;
	assert_survives(100, 100, SOON);
}

static void test_killed_in_the_middle(void **state)
{
	(void)state;
	for (int turns = 1; turns < 9; turns++)
		assert_survives(100, 3, turns);
}

/* All is folded from the beginning, every time. */
static void test_killed_without_a_checkpoint(void **state)
{
	(void)state;
	assert_survives(NEVER_MS, 100, SOON);
	assert_survives(NEVER_MS, 2, 7);
}

static void test_stopped_between_steps(void **state)
{
	struct ll_stage_loop *loop;
	struct kit kit, wanted;

	(void)state;
	play_undisturbed(&wanted);
	kit_open(&kit);
	for (int step = 0; step < STEPS; step++) {
		play(&kit, step);
		loop = start(&kit, "one");
		kit_turn(&kit, loop, SOON);
		kit_stop(loop);
	}
	assert_same_outputs(&kit, &wanted);
	kit_close(&kit);
	kit_close(&wanted);
}

static void test_partitions_come_and_go(void **state)
{
	struct ll_stage_loop *one, *two = NULL;
	struct kit kit, wanted;

	(void)state;
	play_undisturbed(&wanted);
	kit_open(&kit);
	one = loop_with(&kit, "one", 100, 3);
	for (int step = 0; step < STEPS; step++) {
		play(&kit, step);
		if (step % 3 == 1)
			two = loop_with(&kit, "two", 100, 3);
		for (int i = 0; i < 7; i++) {
			kit_turn(&kit, one, 1);
			if (two)
				kit_turn(&kit, two, 1);
		}
		if (step % 3 == 2) {
			kit_stop(two);
			two = NULL;
		}
	}
	if (two)
		kit_stop(two);
	kit_turn(&kit, one, 4 * SOON);
	assert_same_outputs(&kit, &wanted);
	kit_stop(one);
	assert_checkpoints_at_committed(&kit);
	kit_close(&kit);
	kit_close(&wanted);
}

/* ---- a database that is away --------------------------------------------------------------- */

static void test_help_goes_on_without_the_database(void **state)
{
	struct ll_stage_loop *loop;
	struct kit kit, wanted;
	int64_t before;

	(void)state;
	play_undisturbed(&wanted);
	kit_open(&kit);
	loop = start(&kit, "one");
	play(&kit, 0);
	kit_turn(&kit, loop, SOON);
	before = stored(&kit, 0).offset;
	ll_store_memory_set_unavailable(kit.store, true);
	for (int step = 1; step < STEPS; step++) {
		play(&kit, step);
		kit_turn(&kit, loop, 2);
	}
	kit_turn(&kit, loop, SOON);
	assert_same_outputs(&kit, &wanted);
	assert_true(ll_metrics_get(kit.metrics, LL_METRIC_CHECKPOINT_FAILURES, NULL) > 0);
	/* A failure is counted once, however long it lasts. */
	assert_true(ll_metrics_get(kit.metrics, LL_METRIC_CHECKPOINT_FAILURES, NULL) <=
		    KIT_PARTITIONS);
	ll_store_memory_set_unavailable(kit.store, false);
	assert_int_equal(stored(&kit, 0).offset, before);
	kit_turn(&kit, loop, SOON);
	assert_checkpoints_at_committed(&kit);
	kit_stop(loop);
	kit_close(&kit);
	kit_close(&wanted);
}

/* A process that starts without the database waits, and does nothing in the meantime. */
static void test_a_start_waits_for_the_database(void **state)
{
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	for (int step = 0; step < 4; step++)
		play(&kit, step);
	ll_store_memory_set_unavailable(kit.store, true);
	loop = start(&kit, "one");
	kit_turn(&kit, loop, SOON);
	assert_int_equal(kit_committed(&kit, GROUP, EVENTS, 0), LL_OFFSET_NONE);
	ll_store_memory_set_unavailable(kit.store, false);
	kit_turn(&kit, loop, 2 * SOON);
	assert_true(kit_count(&kit, TASKS) > 0);
	kit_stop(loop);
	kit_close(&kit);
}

/* Over a rebalance memory is as good as a checkpoint: what one process keeps needs no database. */
static void test_a_rebalance_without_the_database(void **state)
{
	struct ll_stage_loop *one, *two;
	struct kit kit, wanted;

	(void)state;
	play_undisturbed(&wanted);
	kit_open(&kit);
	one = start(&kit, "one");
	for (int step = 0; step < 5; step++) {
		play(&kit, step);
		kit_turn(&kit, one, SOON);
	}
	ll_store_memory_set_unavailable(kit.store, true);
	two = start(&kit, "two");
	for (int i = 0; i < SOON; i++) {
		kit_turn(&kit, two, 1);
		kit_turn(&kit, one, 1);
	}
	kit_kill(&kit, &ll_stage_assess, "two", two);
	for (int step = 5; step < STEPS; step++) {
		play(&kit, step);
		kit_turn(&kit, one, 2);
	}
	kit_turn(&kit, one, SOON);
	assert_same_outputs(&kit, &wanted);
	ll_store_memory_set_unavailable(kit.store, false);
	kit_turn(&kit, one, SOON);
	assert_checkpoints_at_committed(&kit);
	kit_stop(one);
	kit_close(&kit);
	kit_close(&wanted);
}

/* Another process has raised the epoch: the partition is dropped and taken anew. */
static void test_a_fenced_checkpoint(void **state)
{
	struct ll_stage_loop *loop;
	struct kit kit, wanted;
	int64_t epoch;

	(void)state;
	play_undisturbed(&wanted);
	kit_open(&kit);
	loop = start(&kit, "one");
	for (int step = 0; step < STEPS; step++) {
		play(&kit, step);
		if (step % 2)
			assert_int_equal(ll_store_take_epoch(kit.store, "assess", EVENTS,
							     step % 4 / 2, "other", &epoch, NULL),
					 0);
		kit_turn(&kit, loop, SOON);
	}
	kit_turn(&kit, loop, 4 * SOON);
	assert_same_outputs(&kit, &wanted);
	assert_checkpoints_at_committed(&kit);
	kit_stop(loop);
	kit_close(&kit);
	kit_close(&wanted);
}

/* ---- what must not be ---------------------------------------------------------------------- */

static void put_checkpoint(struct kit *kit, int64_t offset, int32_t logic_version)
{
	struct ll_checkpoint_write write = {.stage = "assess",
					    .topic = EVENTS,
					    .offset = offset,
					    .logic_version = logic_version};

	assert_int_equal(
		ll_store_take_epoch(kit->store, "assess", EVENTS, 0, "test", &write.epoch, NULL),
		0);
	assert_int_equal(ll_store_write_checkpoint(kit->store, &write, NULL), 0);
}

static void assert_refuses(struct kit *kit, const char *reason)
{
	struct ll_stage_loop *loop = start(kit, "one");
	struct ll_error error = {0};
	int err = 0;

	for (int i = 0; i < 4 * SOON && !err; i++) {
		err = ll_stage_loop_turn(loop, 0, &error);
		kit->now_ms += 100;
	}
	assert_int_equal(err, -LL_ERR_STATE);
	if (!strstr(error.message, reason))
		fail_msg("'%s' does not say '%s'", error.message, reason);
	ll_stage_loop_free(loop);
}

static void test_a_checkpoint_without_an_offset(void **state)
{
	struct kit kit;

	(void)state;
	kit_open(&kit);
	play(&kit, 0);
	put_checkpoint(&kit, 1, LL_LOGIC_VERSION);
	assert_refuses(&kit, "no committed offset");
	assert_int_equal(kit_committed(&kit, GROUP, EVENTS, 0), LL_OFFSET_NONE);
	kit_close(&kit);
}

/* A group that has decided so much of the log, and no checkpoint. */
static void decide_without_checkpoint(struct kit *kit)
{
	struct ll_stage_loop *loop;

	kit_open(kit);
	for (int step = 0; step < 4; step++)
		play(kit, step);
	loop = loop_with(kit, "one", NEVER_MS, 100);
	kit_turn(kit, loop, SOON);
	kit_kill(kit, &ll_stage_assess, "one", loop);
}

static void test_an_offset_before_the_checkpoint(void **state)
{
	struct kit kit;

	(void)state;
	decide_without_checkpoint(&kit);
	put_checkpoint(&kit, 1000, LL_LOGIC_VERSION);
	assert_refuses(&kit, "lies before the checkpoint");
	kit_close(&kit);
}

static void test_another_logic_version_behind(void **state)
{
	struct kit kit;

	(void)state;
	decide_without_checkpoint(&kit);
	put_checkpoint(&kit, 1, LL_LOGIC_VERSION + 1);
	assert_refuses(&kit, "logic version");
	kit_close(&kit);
}

static void test_another_logic_version_that_has_drained(void **state)
{
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	decide_without_checkpoint(&kit);
	put_checkpoint(&kit, kit_committed(&kit, GROUP, EVENTS, 0), LL_LOGIC_VERSION + 1);
	loop = start(&kit, "one");
	kit_turn(&kit, loop, SOON);
	play(&kit, 5);
	kit_turn(&kit, loop, SOON);
	assert_int_equal(stored(&kit, 0).logic_version, LL_LOGIC_VERSION);
	kit_stop(loop);
	kit_close(&kit);
}

static void test_a_log_that_was_cut(void **state)
{
	struct kit kit;

	(void)state;
	decide_without_checkpoint(&kit);
	ll_bus_memory_truncate(kit.bus, EVENTS, 0, 2);
	assert_refuses(&kit, EVENTS);
	kit_close(&kit);
}

/*
 * A checkpoint behind the stored one is nobody's memory to go on with, also when that is met between
 * two transactions: what it carried is stored nowhere, and the next one would leave it out.
 */
static void refuse_to_go_on(int64_t commit_interval_ms, size_t batch_max)
{
	struct ll_checkpoint_write write = {.stage = "assess",
					    .topic = EVENTS,
					    .offset = 100000,
					    .logic_version = LL_LOGIC_VERSION};
	struct ll_stage_env env;
	struct ll_stage_loop *loop;
	struct ll_error error = {0};
	struct kit kit;
	int err = 0;

	kit_open(&kit);
	env = kit_env(&kit, "one");
	env.batch_max = batch_max;
	env.commit_interval_ms = commit_interval_ms;
	env.checkpoint_interval_ms = 1;
	assert_int_equal(ll_stage_loop_new(&ll_stage_assess, &env, &loop, NULL), 0);
	play(&kit, 0);
	play(&kit, 1);
	kit_turn(&kit, loop, SOON);
	write.epoch = 1;
	assert_int_equal(ll_store_write_checkpoint(kit.store, &write, NULL), 0);
	for (int i = 0; i < 20; i++)
		play(&kit, 2);
	for (int i = 0; i < 60 && !err; i++) {
		err = ll_stage_loop_turn(loop, 0, &error);
		kit.now_ms += 100;
	}
	assert_int_equal(err, -LL_ERR_STATE);
	assert_non_null(strstr(error.message, "lies before the checkpoint"));
	ll_stage_loop_free(loop);
	kit_close(&kit);
}

static void test_a_checkpoint_behind_the_stored_one(void **state)
{
	(void)state;
	refuse_to_go_on(1000000, 100);
	refuse_to_go_on(0, 2);
}

/* The twin, but for checkpoints that are too large after the first `accepted`. */
static struct ll_store_ops small_ops;
static const struct ll_store_ops *memory_ops;
static int accepted;

static int small_write(struct ll_store *store, const struct ll_checkpoint_write *write,
		       struct ll_error *error)
{
	if (accepted-- <= 0)
		return ll_error_set(error, -LL_ERR_TOO_LARGE, "a checkpoint that is too large");
	return memory_ops->write_checkpoint(store, write, error);
}

static int small_clone(struct ll_store *store, struct ll_store **ret_store)
{
	int err = memory_ops->clone(store, ret_store);

	if (!err)
		(*ret_store)->ops = &small_ops;
	return err;
}

/*
 * A checkpoint that can never be written ends the process, also when that is met between two
 * transactions: the next one would leave out what it carried.
 */
static void die_of_a_checkpoint(int64_t commit_interval_ms, size_t batch_max)
{
	struct ll_stage_loop *loop;
	struct ll_stage_env env;
	struct ll_error error = {0};
	struct kit kit;
	int err = 0;

	kit_open(&kit);
	memory_ops = kit.store->ops;
	small_ops = *memory_ops;
	small_ops.clone = small_clone;
	small_ops.write_checkpoint = small_write;
	kit.store->ops = &small_ops;
	accepted = 2 * KIT_PARTITIONS;
	env = kit_env(&kit, "one");
	env.batch_max = batch_max;
	env.commit_interval_ms = commit_interval_ms;
	env.checkpoint_interval_ms = 1;
	assert_int_equal(ll_stage_loop_new(&ll_stage_assess, &env, &loop, NULL), 0);
	play(&kit, 0);
	play(&kit, 1);
	for (int i = 0; i < 60 && !err; i++) {
		play(&kit, i % 2 ? 2 : 6);
		err = ll_stage_loop_turn(loop, 0, &error);
		kit.now_ms += 100;
	}
	assert_int_not_equal(err, 0);
	assert_int_equal(ll_err_class(err), LL_CLASS_FATAL);
	assert_string_equal(error.message, "a checkpoint that is too large");
	ll_stage_loop_free(loop);
	kit_close(&kit);
}

static void test_a_checkpoint_that_cannot_be_written(void **state)
{
	(void)state;
	die_of_a_checkpoint(1000000, 100);
	die_of_a_checkpoint(0, 2);
}

/* ---- the wrong partition ------------------------------------------------------------------- */

static void test_a_misplaced_event_is_sent_on(void **state)
{
	const struct ll_key household = kit_key(7, 0), person = kit_any_key(8);
	const struct ll_life_event stay = stay_of(&person, "x");
	const struct ll_household_event event = {.household_key = household,
						 .person_key = person,
						 .area = LL_STR(VILLAGE),
						 .body = LL_BODY_LIFE_EVENT,
						 .life_event = stay};
	struct ll_dead_letter letter;
	struct kit_record *records;
	struct ll_stage_loop *loop;
	struct ll_buf wire;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(kit.codec, LL_MESSAGE_HOUSEHOLD_EVENT, &event, &wire), 0);
	kit_send(&kit, EVENTS, 1, (struct ll_bytes){household.bytes, LL_KEY_SIZE},
		 ll_buf_bytes(&wire));
	ll_buf_release(&wire);
	loop = start(&kit, "one");
	kit_turn(&kit, loop, SOON);
	/* Where it belongs nobody knows the household: it is counted only there. */
	assert_int_equal(kit_read(&kit, DEAD, &records), 1);
	kit_decode(&kit, LL_MESSAGE_DEAD_LETTER, records[0].value, &letter);
	kit_assert_text(letter.reason, "not-registered");
	assert_int_equal(letter.origin.partition, 0);
	kit_stop(loop);
	/* And once: a fold does not send it on again. */
	loop = start(&kit, "two");
	kit_turn(&kit, loop, SOON);
	assert_int_equal(kit_count(&kit, EVENTS), 2);
	assert_int_equal(kit_count(&kit, DEAD), 1);
	kit_stop(loop);
	kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decides),
		cmocka_unit_test(test_the_largest_task_fits),
		cmocka_unit_test(test_a_stop_in_order_checkpoints_everything),
		cmocka_unit_test(test_checkpoints_follow),
		cmocka_unit_test(test_killed_between_steps),
		cmocka_unit_test(test_killed_in_the_middle),
		cmocka_unit_test(test_killed_without_a_checkpoint),
		cmocka_unit_test(test_stopped_between_steps),
		cmocka_unit_test(test_partitions_come_and_go),
		cmocka_unit_test(test_help_goes_on_without_the_database),
		cmocka_unit_test(test_a_start_waits_for_the_database),
		cmocka_unit_test(test_a_rebalance_without_the_database),
		cmocka_unit_test(test_a_fenced_checkpoint),
		cmocka_unit_test(test_a_checkpoint_without_an_offset),
		cmocka_unit_test(test_an_offset_before_the_checkpoint),
		cmocka_unit_test(test_another_logic_version_behind),
		cmocka_unit_test(test_another_logic_version_that_has_drained),
		cmocka_unit_test(test_a_log_that_was_cut),
		cmocka_unit_test(test_a_checkpoint_behind_the_stored_one),
		cmocka_unit_test(test_a_checkpoint_that_cannot_be_written),
		cmocka_unit_test(test_a_misplaced_event_is_sent_on),
	};

	ll_log_init("test", LL_LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
