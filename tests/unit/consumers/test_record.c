/* The whole of record on the in-memory bus and store. */
#include "runtime/log.h"
#include "stage_kit.h"

#define DEAD	    "dead-letters.record"
#define ESCALATIONS "escalations.3605"

static struct ll_task task_of(uint32_t number, enum ll_task_change change)
{
	static const struct ll_reason reason = {
		.rule = LL_STR("medical-own-cost-ex-poor"),
		.indicator = LL_STR("medical_own_cost_12m"),
		.comparison = LL_STR("at_least"),
		.known = true,
		.value = FEN(8000),
		.threshold = FEN(5000),
		.unit = LL_UNIT_FEN,
	};

	return (struct ll_task){
		.task_id = kit_any_key(number),
		.household_key = kit_any_key(number + 1000),
		.area = LL_STR(VILLAGE),
		.county = LL_STR("360502"),
		.measure = LL_MEASURE_MEDICAL_AID,
		.change = change,
		.state = change == LL_CHANGE_UPDATED ? LL_TASK_ACCEPTED : LL_TASK_OPEN,
		.dimension = LL_DIMENSION_MEDICAL,
		.level = 2,
		.opened_on = KIT_DAY,
		.due_on = KIT_DAY + 10,
		.department = LL_STR("medical-insurance"),
		.reasons = &reason,
		.reason_count = 1,
		.policy_name = LL_STR("china-national"),
		.policy_version = LL_STR("2020.1"),
		.logic_version = LL_LOGIC_VERSION,
		.decided_on = KIT_DAY,
		.cause = {.topic = LL_STR(HEALTH), .published_at_ms = INT64_C(1735689600000)},
	};
}

static void send_task(struct kit *kit, uint32_t number, enum ll_task_change change)
{
	const struct ll_task task = task_of(number, change);

	kit_send_message(kit, TASKS, &task.household_key, LL_MESSAGE_TASK, &task);
}

static void send_risk(struct kit *kit, uint32_t number)
{
	const struct ll_risk_change change = {
		.household_key = kit_any_key(number + 1000),
		.area = LL_STR(VILLAGE),
		.before = LL_CASE_NONE,
		.after = LL_CASE_LEAD,
		.level_after = 2,
		.group = LL_GROUP_MARGINAL,
		.held = true,
		.decided_on = KIT_DAY,
		.policy_name = LL_STR("china-national"),
		.policy_version = LL_STR("2020.1"),
		.logic_version = LL_LOGIC_VERSION,
	};

	kit_send_message(kit, RISKS, &change.household_key, LL_MESSAGE_RISK_CHANGE, &change);
}

static void send_escalation(struct kit *kit, uint32_t number)
{
	const struct ll_escalation escalation = {
		.task_id = kit_any_key(number),
		.household_key = kit_any_key(number + 1000),
		.area = LL_STR(VILLAGE),
		.county = LL_STR("360502"),
		.city = LL_STR("3605"),
		.measure = LL_MEASURE_MEDICAL_AID,
		.due_on = KIT_DAY - 6,
		.decided_on = KIT_DAY,
		.days_overdue = 6,
	};

	kit_send_message(kit, ESCALATIONS, &escalation.household_key, LL_MESSAGE_ESCALATION,
			 &escalation);
}

/* One of each, and a second change of each task. */
static void send_all(struct kit *kit, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		send_task(kit, i, LL_CHANGE_OPENED);
		send_task(kit, i, LL_CHANGE_UPDATED);
		send_risk(kit, i);
		send_escalation(kit, i);
	}
}

static void assert_rows(struct kit *kit, size_t count)
{
	assert_int_equal(ll_store_memory_rows(kit->store, LL_MEMORY_TASKS), count);
	assert_int_equal(ll_store_memory_rows(kit->store, LL_MEMORY_TASK_HISTORY), 2 * count);
	assert_int_equal(ll_store_memory_rows(kit->store, LL_MEMORY_RISK_CHANGES), count);
	assert_int_equal(ll_store_memory_rows(kit->store, LL_MEMORY_ESCALATIONS), count);
	assert_int_equal(ll_store_memory_rows(kit->store, LL_MEMORY_HOUSEHOLDS), count);
}

static int64_t recorded(struct kit *kit, const char *topic, int32_t partition)
{
	int64_t next = -2;

	assert_int_equal(ll_store_recorded_offset(kit->store, topic, partition, &next, NULL), 0);
	return next;
}

static int see_task(void *context, const struct ll_task_row *row)
{
	struct kit *kit = context;

	assert_int_equal(row->task.state, LL_TASK_ACCEPTED);
	assert_int_equal(row->task.measure, LL_MEASURE_MEDICAL_AID);
	kit_assert_text(row->task.county, "360502");
	kit_assert_text(row->task.department, "medical-insurance");
	assert_true(row->published_at_ms == INT64_C(1735689600000));
	assert_true(row->seen_at_ms >= row->published_at_ms);
	assert_non_null(memmem(row->reasons_json.data, row->reasons_json.size,
			       "medical-own-cost-ex-poor", 24));
	kit->context = row->task.department.size ? kit : NULL;
	return 0;
}

static int see_household(void *context, const struct ll_household_status *row)
{
	++*(int *)context;
	assert_int_equal(row->state, LL_CASE_LEAD);
	assert_int_equal(row->group, LL_GROUP_MARGINAL);
	assert_true(row->held);
	return 0;
}

static void test_rows_and_offsets(void **state)
{
	const struct ll_task_filter filter = {.state = -1, .measure = -1, .limit = 10};
	const struct ll_household_filter held = {.state = -1, .held = true, .limit = 10};
	int households = 0;
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	send_all(&kit, 5);
	loop = kit_loop(&kit, &ll_stage_record, "one");
	kit_turn(&kit, loop, SOON);
	assert_rows(&kit, 5);
	assert_int_equal(recorded(&kit, TASKS, 0) + recorded(&kit, TASKS, 1), 10);
	assert_int_equal(recorded(&kit, RISKS, 0) + recorded(&kit, RISKS, 1), 5);
	assert_int_equal(ll_store_list_tasks(kit.store, &filter, see_task, &kit, NULL), 0);
	assert_ptr_equal(kit.context, &kit);
	assert_int_equal(
		ll_store_list_households(kit.store, &held, see_household, &households, NULL), 0);
	assert_int_equal(households, 5);
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_ROWS_WRITTEN, "task"), 10);
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_ROWS_WRITTEN, "risk_change"), 5);
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_ROWS_WRITTEN, "escalation"), 5);
	/* Its offsets are the store's, not the group's. */
	assert_int_equal(kit_committed(&kit, "lifeline-record", TASKS, 0), LL_OFFSET_NONE);
	kit_stop(loop);
	kit_close(&kit);
}

/* More rows than the first arrays hold, in batches that do not end where a commit does. */
static void test_many_rows(void **state)
{
	struct ll_stage_env env;
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	send_all(&kit, 700);
	env = kit_env(&kit, "one");
	env.batch_max = 7;
	assert_int_equal(ll_stage_loop_new(&ll_stage_record, &env, &loop, NULL), 0);
	kit_turn(&kit, loop, 700);
	assert_rows(&kit, 700);
	kit_stop(loop);
	kit_close(&kit);
}

static void test_goes_on_where_it_stood(void **state)
{
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	for (uint32_t i = 0; i < 6; i++) {
		loop = kit_loop(&kit, &ll_stage_record, "one");
		send_task(&kit, i, LL_CHANGE_OPENED);
		send_task(&kit, i, LL_CHANGE_UPDATED);
		send_risk(&kit, i);
		send_escalation(&kit, i);
		kit_turn(&kit, loop, SOON);
		if (i % 2)
			kit_stop(loop);
		else
			kit_kill(&kit, &ll_stage_record, "one", loop);
		assert_rows(&kit, i + 1);
	}
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_ROWS_WRITTEN, "task"), 12);
	kit_close(&kit);
}

/* Stands with rows that are not written. */
static struct ll_stage_loop *loop_with_rows(struct kit *kit)
{
	struct ll_stage_env env = kit_env(kit, "one");
	struct ll_stage_loop *loop;

	env.batch_max = 3;
	assert_int_equal(ll_stage_loop_new(&ll_stage_record, &env, &loop, NULL), 0);
	for (int i = 0; i < SOON && !ll_stage_in_transaction(loop); i++)
		kit_turn(kit, loop, 1);
	assert_true(ll_stage_in_transaction(loop));
	return loop;
}

static void test_fenced_rows_are_not_written(void **state)
{
	struct ll_stage_loop *loop;
	struct ll_error error = {0};
	struct kit kit;
	int64_t epoch;

	(void)state;
	kit_open(&kit);
	send_all(&kit, 20);
	loop = loop_with_rows(&kit);
	/* Others have taken everything over. */
	for (int32_t i = 0; i < KIT_PARTITIONS; i++) {
		static const char *const topics[] = {TASKS, RISKS, ESCALATIONS};

		for (int k = 0; k < 3; k++)
			assert_int_equal(ll_store_take_epoch(kit.store, LL_STORE_RECORD_STAGE,
							     topics[k], i, "other", &epoch, NULL),
					 0);
	}
	assert_int_equal(ll_stage_loop_stop(loop, &error), 0);
	assert_rows(&kit, 0);
	assert_int_equal(recorded(&kit, TASKS, 0), -1);
	ll_stage_loop_free(loop);
	loop = kit_loop(&kit, &ll_stage_record, "two");
	kit_turn(&kit, loop, 2 * SOON);
	assert_rows(&kit, 20);
	kit_stop(loop);
	kit_close(&kit);
}

static void test_a_database_that_is_away(void **state)
{
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	ll_store_memory_set_unavailable(kit.store, true);
	loop = kit_loop(&kit, &ll_stage_record, "one");
	send_all(&kit, 3);
	kit_turn(&kit, loop, SOON);
	ll_store_memory_set_unavailable(kit.store, false);
	assert_rows(&kit, 0);
	kit_turn(&kit, loop, SOON);
	assert_rows(&kit, 3);
	/* Between the work and its commit. */
	ll_store_memory_set_unavailable(kit.store, true);
	send_task(&kit, 3, LL_CHANGE_OPENED);
	send_task(&kit, 3, LL_CHANGE_UPDATED);
	send_risk(&kit, 3);
	send_escalation(&kit, 3);
	kit_turn(&kit, loop, SOON);
	ll_store_memory_set_unavailable(kit.store, false);
	assert_rows(&kit, 3);
	kit_turn(&kit, loop, 2 * SOON);
	assert_rows(&kit, 4);
	/* What was aborted was forgotten, not written beside what was read again. */
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_ROWS_WRITTEN, "task"), 8);
	kit_stop(loop);
	kit_close(&kit);
}

/* The rows are there, but nobody said so: written once all the same. */
static void test_an_answer_that_was_lost(void **state)
{
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	loop = kit_loop(&kit, &ll_stage_record, "one");
	kit_turn(&kit, loop, SOON);
	ll_store_memory_lose_answer(kit.store);
	send_all(&kit, 4);
	kit_turn(&kit, loop, 2 * SOON);
	assert_rows(&kit, 4);
	assert_true(ll_metrics_get(kit.metrics, LL_METRIC_ABORTS, NULL) > 0);
	assert_int_equal(recorded(&kit, TASKS, 0) + recorded(&kit, TASKS, 1), 8);
	kit_stop(loop);
	kit_close(&kit);
}

static void test_what_cannot_be_read(void **state)
{
	struct ll_dead_letter letter;
	struct kit_record *records;
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	send_all(&kit, 1);
	kit_send(&kit, TASKS, 0, kit_text("a"), kit_text("no message"));
	kit_send(&kit, TASKS, 1, kit_text("b"), (struct ll_bytes){NULL, 0});
	kit_send(&kit, RISKS, 0, kit_text("c"), kit_text(""));
	kit_send(&kit, ESCALATIONS, 1, kit_text("d"),
		 kit_text("\xc3\x01"
			  "12345678 body"));
	send_all(&kit, 2);
	loop = kit_loop(&kit, &ll_stage_record, "one");
	kit_turn(&kit, loop, SOON);
	assert_int_equal(ll_store_memory_rows(kit.store, LL_MEMORY_TASKS), 2);
	assert_int_equal(kit_read(&kit, DEAD, &records), 4);
	for (int i = 0; i < 4; i++) {
		kit_decode(&kit, LL_MESSAGE_DEAD_LETTER, records[i].value, &letter);
		kit_assert_text(letter.stage, "record");
		kit_assert_text(letter.reason,
				letter.key.data[0] == 'd' ? "unknown-schema" : "undecodable");
	}
	assert_int_equal(recorded(&kit, TASKS, 0) + recorded(&kit, TASKS, 1), 2 + 2 + 4);
	kit_stop(loop);
	kit_close(&kit);
}

/* Anybody may make a topic whose name is nearly one of ours. */
static void test_a_topic_that_is_none_of_ours(void **state)
{
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	kit_topic(&kit, "assistance-tasks.");
	kit_topic(&kit, "assistance-tasks-old.360502");
	kit_send(&kit, "assistance-tasks.", 0, kit_text("a"), kit_text("no message"));
	kit_send(&kit, "assistance-tasks-old.360502", 0, kit_text("a"), kit_text("no message"));
	send_all(&kit, 1);
	loop = kit_loop(&kit, &ll_stage_record, "one");
	kit_turn(&kit, loop, SOON);
	assert_rows(&kit, 1);
	assert_int_equal(kit_count(&kit, DEAD), 0);
	kit_stop(loop);
	kit_close(&kit);
}

static void test_two_instances(void **state)
{
	struct ll_stage_loop *one, *two;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	send_all(&kit, 30);
	one = loop_with_rows(&kit);
	two = kit_loop(&kit, &ll_stage_record, "two");
	for (int i = 0; i < 3 * SOON; i++) {
		kit_turn(&kit, two, 1);
		kit_turn(&kit, one, 1);
	}
	assert_rows(&kit, 30);
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_ROWS_WRITTEN, "task"), 60);
	kit_stop(one);
	kit_turn(&kit, two, SOON);
	kit_stop(two);
	assert_rows(&kit, 30);
	kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_and_offsets),
		cmocka_unit_test(test_many_rows),
		cmocka_unit_test(test_goes_on_where_it_stood),
		cmocka_unit_test(test_fenced_rows_are_not_written),
		cmocka_unit_test(test_a_database_that_is_away),
		cmocka_unit_test(test_an_answer_that_was_lost),
		cmocka_unit_test(test_what_cannot_be_read),
		cmocka_unit_test(test_a_topic_that_is_none_of_ours),
		cmocka_unit_test(test_two_instances),
	};

	ll_log_init("test", LL_LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
