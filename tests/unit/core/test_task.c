#include "fixture.h"

#include "core/task.h"

struct kept {
	struct ll_slab slab;
	struct ll_household household;
};

static int setup(void **state)
{
	static struct kept kept;
	struct ll_key key = key_of(7);

	ll_slab_init(&kept.slab);
	ll_household_init(&kept.household, &key);
	*state = &kept;
	return 0;
}

static int teardown(void **state)
{
	struct kept *kept = *state;

	ll_household_release(&kept->household, &kept->slab);
	ll_slab_release(&kept->slab);
	return 0;
}

static struct ll_household_task *add(struct kept *kept, enum ll_measure measure)
{
	struct ll_household_task *task = ll_task_add(&kept->household, &kept->slab);
	struct ll_task_cause cause = {LL_BODY_LIFE_EVENT, 42, 0};

	assert_non_null(task);
	task->measure = (uint8_t)measure;
	task->due_on = 100;
	ll_task_id(&kept->household.key, measure, &cause, &task->task_id);
	return task;
}

static void test_id_is_of_household_measure_and_cause(void **state)
{
	struct ll_key household = key_of(7), other = key_of(8);
	struct ll_task_cause cause = {LL_BODY_LIFE_EVENT, 42, 0};
	struct ll_task_cause revised = {LL_BODY_LIFE_EVENT, 42, 1};
	struct ll_task_cause alarmed = {LL_BODY_AREA_ALERT, 42, 0};
	struct ll_key ids[6];
	char hex[LL_KEY_HEX_SIZE];

	(void)state;
	ll_task_id(&household, LL_MEASURE_VISIT, &cause, &ids[0]);
	ll_task_id(&other, LL_MEASURE_VISIT, &cause, &ids[1]);
	ll_task_id(&household, LL_MEASURE_WATER_REPAIR, &cause, &ids[2]);
	ll_task_id(&household, LL_MEASURE_VISIT, &revised, &ids[3]);
	ll_task_id(&household, LL_MEASURE_VISIT, &alarmed, &ids[4]);
	ll_task_id(&household, LL_MEASURE_VISIT, &cause, &ids[5]);
	assert_true(ll_key_equal(&ids[0], &ids[5]));
	for (int i = 0; i < 5; i++)
		for (int k = 0; k < i; k++)
			assert_false(ll_key_equal(&ids[i], &ids[k]));
	/* Ids are kept outside: they must be the same in every version. */
	ll_key_to_hex(&ids[0], hex);
	assert_string_equal(hex, "9834bc906e1b9c9f6bacb7b14247ca95");
}

static int update(struct kept *kept, const char *update_id, const struct ll_key *task_id,
		  enum ll_task_state to, struct ll_household_task **ret_task)
{
	struct ll_household_event event = updated(7, update_id, *task_id, to);
	int rc = ll_task_check_update(&kept->household, &event.task_updated, ret_task);

	if (rc == 0 && *ret_task)
		ll_task_update(*ret_task, &event.task_updated);
	return rc;
}

static void test_moves(void **state)
{
	struct kept *kept = *state;
	struct ll_key id = add(kept, LL_MEASURE_VISIT)->task_id;
	struct ll_household_task *moved;

#define UPDATE(update_id, to) update(kept, update_id, &id, LL_TASK_##to, &moved)
	assert_int_equal(UPDATE("u0", OPEN), -LL_ERR_ILLEGAL_MOVE);
	assert_int_equal(UPDATE("u0", WITHDRAWN), -LL_ERR_ILLEGAL_MOVE);
	assert_int_equal(UPDATE("u1", ACCEPTED), 0);
	assert_non_null(moved);
	assert_int_equal(UPDATE("u1", ACCEPTED), 0);
	assert_null(moved);
	assert_int_equal(UPDATE("u2", ACCEPTED), -LL_ERR_ILLEGAL_MOVE);
	assert_int_equal(UPDATE("u3", REFUSED), 0);
	assert_int_equal(moved->state, LL_TASK_REFUSED);
	assert_int_equal(UPDATE("u1", ACCEPTED), 0);
	assert_null(moved);
	assert_int_equal(UPDATE("u4", DONE), -LL_ERR_ILLEGAL_MOVE);
	id.bytes[0] ^= 1;
	assert_int_equal(UPDATE("u5", DONE), -LL_ERR_UNKNOWN_TASK);
#undef UPDATE
}

static void test_rules_are_a_bounded_set(void **state)
{
	struct kept *kept = *state;
	struct ll_household_task *task = add(kept, LL_MEASURE_VISIT);

	for (uint32_t tag = 1; tag <= LL_TASK_RULES_MAX + 2; tag++) {
		ll_task_add_rule(task, tag);
		ll_task_add_rule(task, tag);
	}
	assert_int_equal(task->rule_count, LL_TASK_RULES_MAX);
	assert_true(ll_task_has_rule(task, LL_TASK_RULES_MAX));
	assert_false(ll_task_has_rule(task, LL_TASK_RULES_MAX + 1));
}

static void test_remove_keeps_the_others(void **state)
{
	struct kept *kept = *state;

	add(kept, LL_MEASURE_VISIT);
	add(kept, LL_MEASURE_MEDICAL_AID);
	add(kept, LL_MEASURE_WATER_REPAIR);
	ll_task_remove(&kept->household, ll_task_of(&kept->household, LL_MEASURE_MEDICAL_AID));
	assert_int_equal(kept->household.task_count, 2);
	assert_null(ll_task_of(&kept->household, LL_MEASURE_MEDICAL_AID));
	assert_non_null(ll_task_of(&kept->household, LL_MEASURE_VISIT));
	assert_non_null(ll_task_of(&kept->household, LL_MEASURE_WATER_REPAIR));
}

static void test_open_and_answered_are_two(void **state)
{
	struct kept *kept = *state;
	struct ll_household *household = &kept->household;
	struct ll_household_task *task = add(kept, LL_MEASURE_VISIT);

	household->era = 4;
	ll_task_add_rule(task, 11);
	task->state = LL_TASK_DONE;
	assert_ptr_equal(ll_task_answer(household, task, 90),
			 ll_task_answer_of(household, LL_MEASURE_VISIT));
	assert_null(ll_task_of(household, LL_MEASURE_VISIT));
	task = ll_task_answer_of(household, LL_MEASURE_VISIT);
	assert_int_equal(task->ended_on, 90);
	assert_int_equal(task->era, 4);
	/* Asked again, and answered again: one answer, that knows the rules of both. */
	household->era = 5;
	task = add(kept, LL_MEASURE_VISIT);
	ll_task_add_rule(task, 12);
	assert_ptr_equal(ll_task_of(household, LL_MEASURE_VISIT), task);
	assert_non_null(ll_task_answer_of(household, LL_MEASURE_VISIT));
	task->state = LL_TASK_REFUSED;
	task = ll_task_answer(household, task, 95);
	assert_int_equal(household->task_count, 1);
	assert_int_equal(task->state, LL_TASK_REFUSED);
	assert_int_equal(task->era, 5);
	assert_true(ll_task_has_rule(task, 11));
	assert_true(ll_task_has_rule(task, 12));
}

static void test_turn_keeps_what_stands(void **state)
{
	struct kept *kept = *state;
	struct ll_household_task *task = add(kept, LL_MEASURE_VISIT);

	add(kept, LL_MEASURE_MEDICAL_AID)->state = LL_TASK_WITHDRAWN;
	task = ll_task_of(&kept->household, LL_MEASURE_VISIT);
	for (uint32_t tag = 1; tag <= 4; tag++)
		ll_task_add_rule(task, tag);
	task->rules_before = 3;
	task->standing = 5; /* the first and the third */
	for (int again = 0; again < 2; again++) {
		ll_task_begin_turn(&kept->household);
		assert_null(ll_task_of(&kept->household, LL_MEASURE_MEDICAL_AID));
		task = ll_task_of(&kept->household, LL_MEASURE_VISIT);
		assert_int_equal(task->rule_count, 3);
		assert_int_equal(task->rules[0], 1);
		assert_int_equal(task->rules[1], 3);
		assert_int_equal(task->rules[2], 4);
		assert_int_equal(task->rules[3], 0);
		assert_int_equal(task->rules_before, 3);
		assert_int_equal(task->standing, 7);
	}
	ll_task_add_rule(task, 9);
	ll_task_forget_new_rules(task);
	assert_int_equal(task->rule_count, 3);
	assert_int_equal(task->rules[3], 0);
}

static void test_withdrawn_is_not_there_for_a_team(void **state)
{
	struct kept *kept = *state;
	struct ll_household_task *task = add(kept, LL_MEASURE_VISIT);
	struct ll_key id = task->task_id;

	task->state = LL_TASK_WITHDRAWN;
	assert_int_equal(update(kept, "u1", &id, LL_TASK_DONE, &task), -LL_ERR_UNKNOWN_TASK);
}

static void test_wakes(void **state)
{
	struct ll_household_task task = {.due_on = 100};

	(void)state;
	assert_int_equal(ll_task_wakes_on(&task, 5), 101);
	task.overdue = true;
	assert_int_equal(ll_task_wakes_on(&task, 5), 105);
	assert_int_equal(ll_task_wakes_on(&task, 0), 101);
	task.escalated = true;
	assert_int_equal(ll_task_wakes_on(&task, 5), INT32_MAX);
	task = (struct ll_household_task){.due_on = 100, .state = LL_TASK_DONE};
	assert_int_equal(ll_task_wakes_on(&task, 5), INT32_MAX);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_id_is_of_household_measure_and_cause),
		T(test_moves),
		T(test_rules_are_a_bounded_set),
		T(test_remove_keeps_the_others),
		T(test_open_and_answered_are_two),
		T(test_turn_keeps_what_stands),
		T(test_withdrawn_is_not_there_for_a_team),
		T(test_wakes),
	};

	return cmocka_run_group_tests_name("core/task", tests, NULL, NULL);
}
