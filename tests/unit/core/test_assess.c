#include "fixture.h"

#include "core/fact.h"

#define HOME 7

/* Household 7 under the basic policy from 2025-06-10 on. */
static int setup(void **state)
{
	struct fold *fold = fold_new();

	fold_ok(fold, activated("basic", day(2025, 1, 1)));
	fold_ok(fold, tick(day(2025, 6, 10)));
	fold_ok(fold, registered(HOME));
	*state = fold;
	return 0;
}

static int teardown(void **state)
{
	fold_free(*state);
	return 0;
}

static uint64_t count_in(const struct fold *fold, enum ll_case_state state)
{
	uint64_t counts[LL_CASE_STATE_COUNT];

	ll_partition_count_cases(fold->partition, counts);
	return counts[state];
}

static void ill(struct fold *fold, const char *event_id, int64_t own_fen)
{
	fold_ok(fold, life_event(HOME, 1, event_id, day(2025, 6, 1), hospital(own_fen)));
}

/* The visit is opened and its id is told. */
static struct ll_key become_lead(struct fold *fold)
{
	ill(fold, "stay-1", 20000 * YUAN);
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
	return told_find(&fold->told, LL_MEASURE_VISIT, LL_CHANGE_OPENED)->task_id;
}

static void test_rule_makes_a_lead(void **state)
{
	struct fold *fold = *state;
	const struct told_task *visit, *aid;

	ill(fold, "a", 19999 * YUAN);
	assert_int_equal(fold->told.task_count + fold->told.risk_count, 0);
	ill(fold, "b", 1 * YUAN);
	assert_int_equal(fold->told.task_count, 2);
	visit = told_find(&fold->told, LL_MEASURE_VISIT, LL_CHANGE_OPENED);
	aid = told_find(&fold->told, LL_MEASURE_MEDICAL_AID, LL_CHANGE_OPENED);
	assert_non_null(visit);
	assert_non_null(aid);
	assert_int_equal(visit->due_on, day(2025, 6, 13));
	assert_int_equal(aid->due_on, day(2025, 6, 25));
	assert_int_equal(aid->level, 2);
	assert_int_equal(aid->state, LL_TASK_OPEN);
	assert_int_equal(aid->reason_count, 1);
	assert_true(ll_str_equal(aid->first_rule, LL_STR("medical")));
	assert_true(ll_str_equal(aid->first_indicator, LL_STR("medical_own_cost_12m")));
	assert_int_equal(aid->first_value, 20000 * YUAN);
	assert_int_equal(aid->first_fact_count, 2);
	assert_int_equal(fold->told.risk_count, 1);
	assert_int_equal(fold->told.risks[0].before, LL_CASE_NONE);
	assert_int_equal(fold->told.risks[0].after, LL_CASE_LEAD);
	assert_int_equal(fold->told.risks[0].level_after, 2);
}

static void test_duplicate_says_nothing(void **state)
{
	struct fold *fold = *state;
	struct ll_buf before, after;

	become_lead(fold);
	before = fold_state(fold);
	ill(fold, "stay-1", 20000 * YUAN);
	assert_int_equal(fold->told.task_count + fold->told.risk_count, 0);
	after = fold_state(fold);
	assert_int_equal(before.size, after.size);
	assert_memory_equal(before.data, after.data, before.size);
	ll_buf_release(&before);
	ll_buf_release(&after);
}

static void test_more_of_the_same_is_one_task(void **state)
{
	struct fold *fold = *state;

	become_lead(fold);
	ill(fold, "stay-2", 10000 * YUAN);
	assert_int_equal(fold->told.task_count, 0);
	/* A higher level and a new rule: stronger, and one need more. */
	ill(fold, "stay-3", 20000 * YUAN);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_STRENGTHENED), 2);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 1);
	assert_int_equal(told_find(&fold->told, LL_MEASURE_VISIT, LL_CHANGE_STRENGTHENED)->level,
			 3);
	assert_non_null(told_find(&fold->told, LL_MEASURE_TEMPORARY_RELIEF, LL_CHANGE_OPENED));
	assert_int_equal(fold->told.risks[0].level_after, 3);
}

static void test_need_gone_withdraws(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event =
		life_event(HOME, 1, "stay-1", day(2025, 6, 1), hospital(1));
	const struct told_task *aid;

	become_lead(fold);
	event.life_event.revision = 1;
	event.life_event.action = LL_ACTION_RETRACT;
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 2);
	aid = told_find(&fold->told, LL_MEASURE_MEDICAL_AID, LL_CHANGE_WITHDRAWN);
	assert_int_equal(aid->state, LL_TASK_WITHDRAWN);
	assert_int_equal(aid->reason_count, 1);
	assert_true(ll_str_equal(aid->first_rule, LL_STR("medical")));
	assert_int_equal(aid->first_value, 0);
	assert_int_equal(count_in(fold, LL_CASE_NONE), 1);
	assert_int_equal(fold->told.risks[0].after, LL_CASE_NONE);
	assert_int_equal(fold->told.risks[0].level_after, 0);
}

static void test_window_withdraws_at_a_tick(void **state)
{
	struct fold *fold = *state;

	become_lead(fold);
	fold_ok(fold, tick(day(2026, 5, 31)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 0);
	fold_ok(fold, tick(day(2026, 6, 1)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 2);
}

static void test_unknown_asks_for_a_visit_only(void **state)
{
	struct fold *fold = *state;
	const struct told_task *visit;

	fold_ok(fold, life_event(HOME, 1, "j", day(2025, 6, 1), job_loss(-1)));
	assert_int_equal(fold->told.task_count, 1);
	visit = told_find(&fold->told, LL_MEASURE_VISIT, LL_CHANGE_OPENED);
	assert_non_null(visit);
	assert_int_equal(visit->reason_count, 2);
	assert_int_equal(count_in(fold, LL_CASE_NONE), 1);
	assert_int_equal(fold->told.risk_count, 0);
	/* Now it is known, and low: the question becomes a lead. */
	fold_ok(fold, life_event(HOME, 0, "i", day(2025, 6, 5), income_report(2025, 300 * YUAN)));
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
	assert_non_null(told_find(&fold->told, LL_MEASURE_VISIT, LL_CHANGE_STRENGTHENED));
	assert_non_null(told_find(&fold->told, LL_MEASURE_JOB_SUPPORT, LL_CHANGE_OPENED));
}

static void test_answer_that_all_is_well_withdraws_the_visit(void **state)
{
	struct fold *fold = *state;

	fold_ok(fold, life_event(HOME, 1, "j", day(2025, 6, 1), job_loss(-1)));
	fold_ok(fold, life_event(HOME, 0, "i", day(2025, 6, 5), income_report(2025, 99999 * YUAN)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 1);
	assert_int_equal(fold->told.task_count, 1);
}

static void test_worse_but_unknown_does_not_end_a_lead(void **state)
{
	struct fold *fold = *state;

	fold_ok(fold, life_event(HOME, 1, "j1", day(2025, 6, 1), job_loss(3000 * YUAN)));
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
	fold_ok(fold, life_event(HOME, 2, "j2", day(2025, 6, 2), job_loss(-1)));
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 0);
}

static void test_visit_done_verifies(void **state)
{
	struct fold *fold = *state;
	struct ll_key visit = become_lead(fold);

	fold_ok(fold, updated(HOME, "u1", visit, LL_TASK_ACCEPTED));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_UPDATED), 1);
	/* Every record of a task stands by itself, so this one says why too. */
	assert_true(fold->told.tasks[0].reason_count > 0);
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
	fold_ok(fold, updated(HOME, "u2", visit, LL_TASK_DONE));
	assert_int_equal(count_in(fold, LL_CASE_VERIFIED), 1);
	assert_int_equal(fold->told.tasks[0].state, LL_TASK_DONE);
	/* Again, late and twice: nothing. */
	fold_ok(fold, updated(HOME, "u1", visit, LL_TASK_ACCEPTED));
	fold_ok(fold, updated(HOME, "u2", visit, LL_TASK_DONE));
	assert_int_equal(fold->told.task_count, 0);
	assert_int_equal(fold_apply(fold, updated(HOME, "u3", visit, LL_TASK_FAILED)),
			 -LL_ERR_ILLEGAL_MOVE);
	visit.bytes[3] ^= 1;
	assert_int_equal(fold_apply(fold, updated(HOME, "u4", visit, LL_TASK_DONE)),
			 -LL_ERR_UNKNOWN_TASK);
}

static void test_done_is_not_asked_for_again_by_the_same_facts(void **state)
{
	struct fold *fold = *state;

	fold_ok(fold, updated(HOME, "u1", become_lead(fold), LL_TASK_DONE));
	fold_ok(fold, tick(day(2025, 6, 12)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 0);
	/* News that has nothing to do with it. */
	fold_ok(fold, life_event(HOME, 0, "d", day(2025, 6, 11), declaration(LL_NEED_FOOD)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 0);
	ill(fold, "stay-2", 100 * YUAN);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 1);
	assert_non_null(told_find(&fold->told, LL_MEASURE_VISIT, LL_CHANGE_OPENED));
	assert_int_equal(count_in(fold, LL_CASE_VERIFIED), 1);
}

static void test_rejected_is_not_flagged_by_the_same_facts(void **state)
{
	struct fold *fold = *state;

	become_lead(fold);
	fold_ok(fold, decided(HOME, "d1", LL_DECIDED_VISIT_REJECTED));
	assert_int_equal(count_in(fold, LL_CASE_REJECTED), 1);
	/* The visit was paid; the aid is not needed. */
	assert_int_equal(told_count(&fold->told, LL_CHANGE_UPDATED), 1);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 1);
	fold_ok(fold, tick(day(2025, 6, 20)));
	ill(fold, "stay-1", 20000 * YUAN);
	fold_ok(fold, activated("strict", day(2025, 6, 15)));
	assert_int_equal(fold->told.task_count, 0);
	assert_int_equal(count_in(fold, LL_CASE_REJECTED), 1);
	ill(fold, "stay-2", 1 * YUAN);
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 2);
}

static void test_the_whole_way_and_back(void **state)
{
	struct fold *fold = *state;

	become_lead(fold);
	assert_int_equal(fold_apply(fold, decided(HOME, "d0", LL_DECIDED_COUNTY_CONFIRMED)),
			 -LL_ERR_ILLEGAL_MOVE);
	fold_ok(fold, decided(HOME, "d1", LL_DECIDED_VISIT_CONFIRMED));
	fold_ok(fold, decided(HOME, "d2", LL_DECIDED_COUNTY_CONFIRMED));
	assert_int_equal(count_in(fold, LL_CASE_MONITORED), 1);
	fold_ok(fold, decided(HOME, "d3", LL_DECIDED_RISK_ELIMINATED));
	assert_int_equal(count_in(fold, LL_CASE_ELIMINATED), 1);
	assert_int_equal(fold->told.risks[0].level_after, 0);
	fold_ok(fold, tick(day(2025, 7, 1)));
	assert_int_equal(fold->told.task_count, 0);
	fold_ok(fold, decided(HOME, "d4", LL_DECIDED_RELEASED));
	assert_int_equal(count_in(fold, LL_CASE_NONE), 1);
	fold_ok(fold, tick(day(2025, 7, 2)));
	assert_int_equal(fold->told.task_count, 0);
	ill(fold, "stay-9", 1 * YUAN);
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
}

static void test_hold_overrides_rules(void **state)
{
	struct fold *fold = *state;

	fold_ok(fold, decided(HOME, "d1", LL_DECIDED_HOLD));
	ill(fold, "stay-1", 60000 * YUAN);
	assert_int_equal(fold->told.task_count + fold->told.risk_count, 0);
	fold_ok(fold, tick(day(2025, 6, 20)));
	assert_int_equal(fold->told.task_count, 0);
	fold_ok(fold, decided(HOME, "d2", LL_DECIDED_UNHOLD));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 3);
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
}

static void test_overdue_once_and_escalated_once(void **state)
{
	struct fold *fold = *state;

	become_lead(fold); /* visit due on the 13th */
	fold_ok(fold, tick(day(2025, 6, 13)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OVERDUE), 0);
	fold_ok(fold, tick(day(2025, 6, 14)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OVERDUE), 1);
	assert_true(fold->told.tasks[0].reason_count > 0);
	assert_int_equal(fold->told.escalation_count, 0);
	fold_ok(fold, tick(day(2025, 6, 17)));
	assert_int_equal(fold->told.task_count + fold->told.escalation_count, 0);
	fold_ok(fold, tick(day(2025, 6, 19)));
	assert_int_equal(fold->told.task_count, 0);
	assert_int_equal(fold->told.escalation_count, 1);
	assert_int_equal(fold->told.escalations[0].days_overdue, 6);
	assert_int_equal(fold->told.escalations[0].city.size, 4);
	fold_ok(fold, tick(day(2025, 6, 20)));
	assert_int_equal(fold->told.task_count + fold->told.escalation_count, 0);
}

static void test_region_decides(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event = registered(HOME);

	ill(fold, "stay-1", 1000 * YUAN);
	assert_int_equal(fold->told.task_count, 0);
	event.household_registered.area = LL_STR(OTHER_VILLAGE);
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 2);
}

static void test_rejects_and_changes_nothing(void **state)
{
	struct fold *fold = *state;
	struct ll_buf before = fold_state(fold), after;

	assert_int_equal(fold_apply(fold, life_event(8, 1, "a", day(2025, 6, 1), hospital(1))),
			 -LL_ERR_NOT_REGISTERED);
	assert_int_equal(fold_apply(fold, life_event(HOME, 9, "a", day(2025, 6, 1), hospital(1))),
			 -LL_ERR_NOT_A_MEMBER);
	assert_int_equal(fold_apply(fold, life_event(HOME, 1, "a", day(2025, 6, 12), hospital(1))),
			 -LL_ERR_FUTURE);
	assert_int_equal(fold_apply(fold, life_event(HOME, 1, "a", day(2023, 6, 9), hospital(1))),
			 -LL_ERR_EXPIRED);
	assert_int_equal(fold_apply(fold, life_event(HOME, 1, "a", day(2025, 6, 1), hospital(-5))),
			 -LL_ERR_NEGATIVE);
	assert_int_equal(fold_apply(fold, decided(HOME, "d", LL_DECIDED_RELEASED)),
			 -LL_ERR_ILLEGAL_MOVE);
	after = fold_state(fold);
	assert_int_equal(before.size, after.size);
	assert_memory_equal(before.data, after.data, before.size);
	ll_buf_release(&before);
	ll_buf_release(&after);
}

static void test_dissolved(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event = registered(HOME);

	become_lead(fold);
	event.household_registered.dissolved = true;
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 2);
	assert_int_equal(fold->told.risks[0].after, LL_CASE_NONE);
	assert_int_equal(ll_partition_household_count(fold->partition), 0);
	fold_ok(fold, event);
	assert_int_equal(fold_apply(fold, life_event(HOME, 1, "a", day(2025, 6, 1), hospital(1))),
			 -LL_ERR_NOT_REGISTERED);
	fold_ok(fold, registered(HOME));
	assert_int_equal(ll_partition_household_count(fold->partition), 1);
	assert_int_equal(count_in(fold, LL_CASE_NONE), 1);
}

static void test_before_the_first_tick_facts_are_folded_only(void **state)
{
	struct fold *fold = fold_new();

	(void)state;
	fold_ok(fold, activated("basic", day(2025, 1, 1)));
	fold_ok(fold, registered(HOME));
	fold_ok(fold, life_event(HOME, 1, "a", day(2040, 6, 1), hospital(1)));
	ill(fold, "stay-1", 20000 * YUAN);
	assert_int_equal(fold->told.task_count + fold->told.risk_count, 0);
	fold_ok(fold, tick(day(2025, 6, 10)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 2);
	fold_free(fold);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_rule_makes_a_lead),
		T(test_duplicate_says_nothing),
		T(test_more_of_the_same_is_one_task),
		T(test_need_gone_withdraws),
		T(test_window_withdraws_at_a_tick),
		T(test_unknown_asks_for_a_visit_only),
		T(test_answer_that_all_is_well_withdraws_the_visit),
		T(test_worse_but_unknown_does_not_end_a_lead),
		T(test_visit_done_verifies),
		T(test_done_is_not_asked_for_again_by_the_same_facts),
		T(test_rejected_is_not_flagged_by_the_same_facts),
		T(test_the_whole_way_and_back),
		T(test_hold_overrides_rules),
		T(test_overdue_once_and_escalated_once),
		T(test_region_decides),
		T(test_rejects_and_changes_nothing),
		T(test_dissolved),
		T(test_before_the_first_tick_facts_are_folded_only),
	};

	return cmocka_run_group_tests_name("core/assess", tests, NULL, NULL);
}
