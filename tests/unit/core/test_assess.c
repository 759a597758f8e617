#include "fixture.h"

#include <stdio.h>

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
	assert_int_equal(fold_apply(fold, decided(HOME, "d0", LL_DECIDED_COUNTY_CONFIRMED)),
			 -LL_ERR_ILLEGAL_MOVE);
	fold_ok(fold, decided(HOME, "d1v", LL_DECIDED_VILLAGE_CONFIRMED));
	fold_ok(fold, decided(HOME, "d1t", LL_DECIDED_TOWNSHIP_CONFIRMED));
	fold_ok(fold, decided(HOME, "d2", LL_DECIDED_COUNTY_CONFIRMED));
	/* This policy has no terms for the steps: it leaves them to people. */
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 0);
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

/* ---- the procedure, help and the way out: the policy "whole" -------------------------------- */

static int setup_whole(void **state)
{
	setup(state);
	fold_ok(*state, activated("whole", day(2025, 2, 1)));
	return 0;
}

static const struct told_task *opened(struct fold *fold, enum ll_measure measure)
{
	return told_find(&fold->told, measure, LL_CHANGE_OPENED);
}

static void decide(struct fold *fold, enum ll_case_decision_type type)
{
	static unsigned int number;
	static char ids[64][16];
	char *id = ids[++number % 64];

	snprintf(id, sizeof(ids[0]), "decision-%u", number);
	fold_ok(fold, decided(HOME, id, type));
}

/* From nothing to monitored by decisions. */
static void become_monitored(struct fold *fold)
{
	become_lead(fold);
	decide(fold, LL_DECIDED_VISIT_CONFIRMED);
	decide(fold, LL_DECIDED_VILLAGE_CONFIRMED);
	decide(fold, LL_DECIDED_TOWNSHIP_CONFIRMED);
	decide(fold, LL_DECIDED_COUNTY_CONFIRMED);
	assert_int_equal(count_in(fold, LL_CASE_MONITORED), 1);
}

static void test_steps_follow_the_case(void **state)
{
	struct fold *fold = *state;
	struct ll_key visit = become_lead(fold), review;

	/* Aid waits for the visit. */
	assert_null(opened(fold, LL_MEASURE_MEDICAL_AID));
	fold_ok(fold, updated(HOME, "u1", visit, LL_TASK_DONE));
	assert_non_null(opened(fold, LL_MEASURE_MEDICAL_AID));
	assert_non_null(opened(fold, LL_MEASURE_VILLAGE_REVIEW));
	assert_int_equal(fold->told.tasks[0].change, LL_CHANGE_UPDATED);
	assert_true(opened(fold, LL_MEASURE_VILLAGE_REVIEW)->reason_count > 0);
	assert_int_equal(opened(fold, LL_MEASURE_VILLAGE_REVIEW)->due_on, day(2025, 6, 15));
	assert_int_equal(opened(fold, LL_MEASURE_VILLAGE_REVIEW)->level, 2);
	review = opened(fold, LL_MEASURE_VILLAGE_REVIEW)->task_id;
	fold_ok(fold, updated(HOME, "u2", review, LL_TASK_DONE));
	assert_int_equal(count_in(fold, LL_CASE_REVIEWED), 1);
	assert_non_null(opened(fold, LL_MEASURE_TOWNSHIP_CHECK));
	/* The same report again. */
	fold_ok(fold, updated(HOME, "u2", review, LL_TASK_DONE));
	assert_int_equal(fold->told.task_count, 0);
	/* A decision is the end of its task. */
	decide(fold, LL_DECIDED_TOWNSHIP_CONFIRMED);
	assert_int_equal(
		told_find(&fold->told, LL_MEASURE_TOWNSHIP_CHECK, LL_CHANGE_UPDATED)->state,
		LL_TASK_DONE);
	assert_non_null(opened(fold, LL_MEASURE_COUNTY_DECISION));
	decide(fold, LL_DECIDED_COUNTY_CONFIRMED);
	assert_int_equal(count_in(fold, LL_CASE_MONITORED), 1);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_UPDATED), 1);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 0);
}

static void test_step_goes_with_the_case(void **state)
{
	struct fold *fold = *state;

	become_lead(fold);
	decide(fold, LL_DECIDED_VISIT_CONFIRMED);
	/* The visit's report may follow: not true after all. */
	decide(fold, LL_DECIDED_VISIT_REJECTED);
	assert_int_equal(count_in(fold, LL_CASE_REJECTED), 1);
	assert_non_null(told_find(&fold->told, LL_MEASURE_VILLAGE_REVIEW, LL_CHANGE_WITHDRAWN));
	assert_non_null(told_find(&fold->told, LL_MEASURE_MEDICAL_AID, LL_CHANGE_WITHDRAWN));
}

static void test_village_says_no(void **state)
{
	struct fold *fold = *state;

	become_lead(fold);
	decide(fold, LL_DECIDED_VISIT_CONFIRMED);
	decide(fold, LL_DECIDED_VILLAGE_REJECTED);
	assert_int_equal(count_in(fold, LL_CASE_REJECTED), 1);
	assert_int_equal(
		told_find(&fold->told, LL_MEASURE_VILLAGE_REVIEW, LL_CHANGE_UPDATED)->state,
		LL_TASK_DONE);
	assert_int_equal(fold->told.risks[0].group, LL_GROUP_NONE);
}

static void test_failed_step_is_due_again(void **state)
{
	struct fold *fold = *state;
	struct ll_key review;

	become_lead(fold);
	decide(fold, LL_DECIDED_VISIT_CONFIRMED);
	review = opened(fold, LL_MEASURE_VILLAGE_REVIEW)->task_id;
	fold_ok(fold, updated(HOME, "u1", review, LL_TASK_FAILED));
	assert_int_equal(count_in(fold, LL_CASE_VERIFIED), 1);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 0);
	fold_ok(fold, tick(day(2025, 6, 11)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 0);
	fold_ok(fold, tick(day(2025, 6, 12)));
	assert_non_null(opened(fold, LL_MEASURE_VILLAGE_REVIEW));
}

static void register_with_marks(struct fold *fold, int32_t marks)
{
	struct ll_household_event event = registered(HOME);

	event.household_registered.exclusion_marks = marks;
	fold_ok(fold, event);
}

static void test_marks_are_decided_before_the_county(void **state)
{
	struct fold *fold = *state;
	struct ll_buf before, after;
	struct ll_key county;

	register_with_marks(fold, LL_MARK_CAR);
	become_lead(fold);
	assert_non_null(opened(fold, LL_MEASURE_MARK_REVIEW));
	decide(fold, LL_DECIDED_VISIT_CONFIRMED);
	decide(fold, LL_DECIDED_VILLAGE_CONFIRMED);
	decide(fold, LL_DECIDED_TOWNSHIP_CONFIRMED);
	county = opened(fold, LL_MEASURE_COUNTY_DECISION)->task_id;
	before = fold_state(fold);
	assert_int_equal(fold_apply(fold, decided(HOME, "c", LL_DECIDED_COUNTY_CONFIRMED)),
			 -LL_ERR_MARKS_OPEN);
	assert_int_equal(fold_apply(fold, updated(HOME, "c", county, LL_TASK_DONE)),
			 -LL_ERR_MARKS_OPEN);
	after = fold_state(fold);
	assert_int_equal(before.size, after.size);
	assert_memory_equal(before.data, after.data, before.size);
	ll_buf_release(&before);
	ll_buf_release(&after);
	decide(fold, LL_DECIDED_MARKS_WAIVED);
	assert_non_null(told_find(&fold->told, LL_MEASURE_MARK_REVIEW, LL_CHANGE_UPDATED));
	assert_int_equal(fold->told.risk_count, 1);
	/* Another mark is another question. */
	fold_ok(fold, life_event(HOME, 0, "flat", day(2025, 6, 9),
				 asset(LL_ASSET_COMMERCIAL_FLAT, false)));
	assert_non_null(opened(fold, LL_MEASURE_MARK_REVIEW));
	fold_ok(fold,
		updated(HOME, "m", opened(fold, LL_MEASURE_MARK_REVIEW)->task_id, LL_TASK_DONE));
	fold_ok(fold, updated(HOME, "c", county, LL_TASK_DONE));
	assert_int_equal(count_in(fold, LL_CASE_MONITORED), 1);
}

/* The review says which marks it is about, and who told of them; not what the case is about. */
static int keep_reasons(void *context, const struct ll_decision *decision)
{
	struct ll_reason *reasons = context;

	for (size_t i = 0; i < decision->task_count; i++)
		if (decision->tasks[i].measure == LL_MEASURE_MARK_REVIEW)
			for (size_t r = 0; r < decision->tasks[i].reason_count && r < 4; r++)
				reasons[r] = decision->tasks[i].reasons[r];
	return 0;
}

static void test_reasons_of_a_review_are_the_marks(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event = life_event(HOME, 0, "flat", day(2025, 6, 9),
						     asset(LL_ASSET_COMMERCIAL_FLAT, false));
	struct ll_reason reasons[4] = {{.known = false}};

	register_with_marks(fold, LL_MARK_COMPANY);
	fold_ok(fold, event);
	event = life_event(HOME, 1, "stay-1", day(2025, 6, 1), hospital(20000 * YUAN));
	ll_arena_clear(&fold->scratch);
	assert_int_equal(
		ll_partition_apply(fold->partition, &event, &fold->scratch, keep_reasons, reasons),
		0);
	assert_int_equal(reasons[0].value, LL_MARK_COMMERCIAL_FLAT);
	assert_int_equal(reasons[1].value, LL_MARK_COMPANY);
	for (int i = 0; i < 2; i++) {
		assert_true(ll_str_equal(reasons[i].rule, LL_STR("marks")));
		assert_true(ll_str_equal(reasons[i].indicator, LL_STR("exclusion_marks")));
		assert_int_equal(reasons[i].unit, LL_UNIT_CODE);
		assert_int_equal(reasons[i].threshold, reasons[i].value);
	}
	/* The registry's has no fact. */
	assert_int_equal(reasons[0].fact_count, 1);
	assert_int_equal(reasons[0].facts[0].occurred_on, day(2025, 6, 9));
	assert_int_equal(reasons[1].fact_count, 0);
	assert_true(reasons[2].rule.size == 0);
}

/* The review came to nothing; a mark that nobody knew of asks for another. */
static void test_new_mark_asks_again_after_a_failed_review(void **state)
{
	static const enum ll_task_state ends[] = {LL_TASK_FAILED, LL_TASK_REFUSED};

	for (int i = 0; i < 2; i++) {
		struct fold *fold = *state;
		struct ll_key review;
		char id[2] = {(char)('a' + i), '\0'};

		if (i == 0) {
			register_with_marks(fold, LL_MARK_CAR);
			become_lead(fold);
		}
		review = opened(fold, LL_MEASURE_MARK_REVIEW)->task_id;
		fold_ok(fold, updated(HOME, id, review, ends[i]));
		fold_ok(fold, tick(day(2025, 6, 12 + i)));
		assert_null(opened(fold, LL_MEASURE_MARK_REVIEW));
		/* One that is gone asks nothing. */
		fold_ok(fold, life_event(HOME, 0, i ? "g1" : "g0", day(2025, 6, 10),
					 asset(LL_ASSET_CAR, true)));
		assert_null(opened(fold, LL_MEASURE_MARK_REVIEW));
		fold_ok(fold,
			life_event(HOME, 0, i ? "m1" : "m0", day(2025, 6, 11),
				   asset(i ? LL_ASSET_COMPANY : LL_ASSET_COMMERCIAL_FLAT, false)));
		assert_non_null(opened(fold, LL_MEASURE_MARK_REVIEW));
	}
}

static void test_marks_exclude(void **state)
{
	struct fold *fold = *state;

	register_with_marks(fold, LL_MARK_COMPANY);
	become_lead(fold);
	decide(fold, LL_DECIDED_MARKS_EXCLUDE);
	assert_int_equal(count_in(fold, LL_CASE_REJECTED), 1);
	assert_non_null(told_find(&fold->told, LL_MEASURE_MARK_REVIEW, LL_CHANGE_UPDATED));
	assert_non_null(told_find(&fold->told, LL_MEASURE_VISIT, LL_CHANGE_WITHDRAWN));
}

static void test_marks_that_go_withdraw_the_review(void **state)
{
	struct fold *fold = *state;

	register_with_marks(fold, LL_MARK_CAR);
	become_lead(fold);
	register_with_marks(fold, 0);
	assert_non_null(told_find(&fold->told, LL_MEASURE_MARK_REVIEW, LL_CHANGE_WITHDRAWN));
	assert_int_equal(fold->told.task_count, 1);
}

static void test_green_rule_does_not_wait(void **state)
{
	struct fold *fold = *state;

	ill(fold, "stay", 50000 * YUAN);
	assert_non_null(opened(fold, LL_MEASURE_TEMPORARY_RELIEF));
	assert_null(opened(fold, LL_MEASURE_MEDICAL_AID));
}

static void test_green_channel_by_a_person(void **state)
{
	struct fold *fold = *state;

	assert_int_equal(fold_apply(fold, decided(HOME, "g", LL_DECIDED_GREEN_CHANNEL)),
			 -LL_ERR_ILLEGAL_MOVE);
	become_lead(fold);
	decide(fold, LL_DECIDED_GREEN_CHANNEL);
	assert_non_null(opened(fold, LL_MEASURE_MEDICAL_AID));
	assert_int_equal(fold->told.risk_count, 1);
	assert_int_equal(fold->told.risks[0].before, LL_CASE_LEAD);
	assert_int_equal(fold->told.risks[0].after, LL_CASE_LEAD);
}

static void test_hold_and_its_end_are_told(void **state)
{
	struct fold *fold = *state;

	decide(fold, LL_DECIDED_HOLD);
	assert_int_equal(fold->told.risk_count, 1);
	assert_true(fold->told.risks[0].held);
	decide(fold, LL_DECIDED_HOLD);
	assert_int_equal(fold->told.risk_count, 0);
	decide(fold, LL_DECIDED_UNHOLD);
	assert_int_equal(fold->told.risk_count, 1);
	assert_false(fold->told.risks[0].held);
}

static void test_steps_go_on_under_a_hold(void **state)
{
	struct fold *fold = *state;

	become_lead(fold);
	decide(fold, LL_DECIDED_HOLD);
	decide(fold, LL_DECIDED_VISIT_CONFIRMED);
	assert_non_null(opened(fold, LL_MEASURE_VILLAGE_REVIEW));
	assert_null(opened(fold, LL_MEASURE_MEDICAL_AID));
	decide(fold, LL_DECIDED_VILLAGE_REJECTED);
	assert_int_equal(count_in(fold, LL_CASE_REJECTED), 1);
	/* What rules have opened waits for the end of the hold. */
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 0);
	decide(fold, LL_DECIDED_UNHOLD);
	assert_int_equal(fold->told.task_count, 0);
}

static void test_failed_is_tried_again_and_refused_is_not(void **state)
{
	struct fold *fold = *state;
	struct ll_key support;

	fold_ok(fold, life_event(HOME, 1, "j", day(2025, 6, 1), job_loss(3000 * YUAN)));
	support = opened(fold, LL_MEASURE_JOB_SUPPORT)->task_id;
	fold_ok(fold, updated(HOME, "u1", support, LL_TASK_FAILED));
	fold_ok(fold, tick(day(2025, 6, 14)));
	assert_null(opened(fold, LL_MEASURE_JOB_SUPPORT));
	fold_ok(fold, tick(day(2025, 6, 15)));
	assert_non_null(opened(fold, LL_MEASURE_JOB_SUPPORT));
	support = opened(fold, LL_MEASURE_JOB_SUPPORT)->task_id;
	fold_ok(fold, updated(HOME, "u2", support, LL_TASK_REFUSED));
	fold_ok(fold, tick(day(2025, 7, 30)));
	assert_null(opened(fold, LL_MEASURE_JOB_SUPPORT));
}

/* Somebody was there: what they saw is known, and needs no second visit. */
static void test_what_a_visit_saw(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event = decided(HOME, "v", LL_DECIDED_VISIT_CONFIRMED);

	become_lead(fold);
	event.case_decision.secure = 1 << LL_DIMENSION_FOOD;
	event.case_decision.at_risk = 1 << LL_DIMENSION_FOOD;
	assert_int_equal(fold_apply(fold, event), -LL_ERR_OUT_OF_RANGE);
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
	event.case_decision.at_risk = 1 << LL_DIMENSION_HOUSING;
	fold_ok(fold, event);
	assert_int_equal(count_in(fold, LL_CASE_VERIFIED), 1);
	assert_non_null(opened(fold, LL_MEASURE_HOUSING_REPAIR));
	assert_true(ll_str_equal(opened(fold, LL_MEASURE_HOUSING_REPAIR)->first_indicator,
				 LL_STR("housing_security")));
	assert_int_equal(opened(fold, LL_MEASURE_HOUSING_REPAIR)->first_fact_count, 1);
	assert_null(opened(fold, LL_MEASURE_VISIT));
	/* Later somebody goes again, and the house is safe. */
	fold_ok(fold, tick(day(2025, 6, 20)));
	event = decided(HOME, "v2", LL_DECIDED_VISIT_CONFIRMED);
	event.case_decision.secure = 1 << LL_DIMENSION_HOUSING;
	fold_ok(fold, event);
	assert_non_null(told_find(&fold->told, LL_MEASURE_HOUSING_REPAIR, LL_CHANGE_WITHDRAWN));
}

static void test_group_is_that_of_the_rules(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event = registered(HOME);

	fold_ok(fold, alert("a", "3605", 3, day(2025, 6, 9), day(2025, 6, 30)));
	assert_int_equal(fold->told.risks[0].group, LL_GROUP_SUDDEN);
	ill(fold, "stay-1", 20000 * YUAN);
	assert_int_equal(fold->told.risks[0].group, LL_GROUP_MARGINAL);
	event.household_registered.category = LL_CATEGORY_EX_POOR;
	fold_ok(fold, event);
	assert_int_equal(fold->told.risk_count, 1);
	assert_int_equal(fold->told.risks[0].group, LL_GROUP_UNSTABLE);
}

/* A warning: somebody looks, and nobody is suspected of need. */
static void test_precaution_opens_its_task_alone(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event stay =
		life_event(HOME, 1, "stay-1", day(2025, 6, 1), hospital(20000 * YUAN));

	fold_ok(fold, activated("careful", day(2025, 6, 1)));
	fold_ok(fold, alert("a", "3605", 3, day(2025, 6, 9), day(2026, 12, 31)));
	assert_non_null(opened(fold, LL_MEASURE_DISASTER_INSPECTION));
	assert_int_equal(fold->told.risk_count, 1);
	assert_int_equal(fold->told.risks[0].after, LL_CASE_NONE);
	assert_int_equal(fold->told.risks[0].level_after, 1);
	assert_int_equal(fold->told.risks[0].group, LL_GROUP_NONE);
	/* Beside a rule that makes a lead it says nothing of the group. */
	fold_ok(fold, stay);
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
	assert_int_equal(fold->told.risks[0].group, LL_GROUP_MARGINAL);
	assert_int_equal(fold->told.risks[0].level_after, 2);
	/* Who was a lead for the stay alone is none without it. */
	stay.life_event.action = LL_ACTION_RETRACT;
	fold_ok(fold, stay);
	assert_int_equal(count_in(fold, LL_CASE_NONE), 1);
	assert_int_equal(fold->told.risks[0].level_after, 1);
	assert_null(told_find(&fold->told, LL_MEASURE_DISASTER_INSPECTION, LL_CHANGE_WITHDRAWN));
}

/* What was settled stays so under a warning; and is inspected as everybody is. */
static void test_precaution_flags_nobody_again(void **state)
{
	struct fold *fold = *state;
	struct ll_key inspection;

	fold_ok(fold, activated("careful", day(2025, 6, 1)));
	fold_ok(fold, alert("a", "3605", 3, day(2025, 6, 9), day(2026, 12, 31)));
	inspection = opened(fold, LL_MEASURE_DISASTER_INSPECTION)->task_id;
	become_lead(fold);
	decide(fold, LL_DECIDED_VISIT_REJECTED);
	assert_int_equal(fold->told.risks[0].level_after, 1);
	assert_null(told_find(&fold->told, LL_MEASURE_DISASTER_INSPECTION, LL_CHANGE_WITHDRAWN));
	fold_ok(fold, updated(HOME, "i", inspection, LL_TASK_DONE));
	fold_ok(fold, tick(day(2025, 6, 12)));
	assert_int_equal(fold->told.task_count, 0);
	fold_ok(fold, alert("b", "3605", 4, day(2025, 6, 12), day(2025, 6, 30)));
	assert_non_null(opened(fold, LL_MEASURE_DISASTER_INSPECTION));
	assert_int_equal(opened(fold, LL_MEASURE_DISASTER_INSPECTION)->level, 3);
	assert_int_equal(fold->told.task_count, 1);
	assert_int_equal(count_in(fold, LL_CASE_REJECTED), 1);
}

/* Monitored with its aid given; the stay leaves the window on 2026-06-01, six months later it may exit. */
static void become_stable(struct fold *fold)
{
	struct ll_key aid;

	become_lead(fold);
	decide(fold, LL_DECIDED_VISIT_CONFIRMED);
	aid = opened(fold, LL_MEASURE_MEDICAL_AID)->task_id;
	decide(fold, LL_DECIDED_VILLAGE_CONFIRMED);
	decide(fold, LL_DECIDED_TOWNSHIP_CONFIRMED);
	decide(fold, LL_DECIDED_COUNTY_CONFIRMED);
	fold_ok(fold, updated(HOME, "aid", aid, LL_TASK_DONE));
	fold_ok(fold, tick(day(2026, 5, 31)));
	fold_ok(fold, tick(day(2026, 6, 1)));
	fold_ok(fold, tick(day(2026, 11, 30)));
	assert_int_equal(fold->told.task_count, 0);
	assert_int_equal(count_in(fold, LL_CASE_MONITORED), 1);
}

static void test_exit_is_asked_when_it_is_stable(void **state)
{
	struct fold *fold = *state;
	const struct told_task *review;

	become_stable(fold);
	fold_ok(fold, tick(day(2026, 12, 1)));
	review = opened(fold, LL_MEASURE_EXIT_REVIEW);
	assert_non_null(review);
	assert_int_equal(review->reason_count, 1);
	assert_true(ll_str_equal(review->first_rule, LL_STR("exit")));
	assert_true(ll_str_equal(review->first_indicator, LL_STR("open_shocks")));
	/* A shock that no rule looks at, and it is not so any more; and so again. */
	fold_ok(fold, life_event(HOME, 1, "c", day(2026, 11, 30), loss_of(LL_EVENT_CROP_LOSS, -1)));
	assert_non_null(told_find(&fold->told, LL_MEASURE_EXIT_REVIEW, LL_CHANGE_WITHDRAWN));
	assert_int_equal(fold->told.tasks[0].reason_count, 1);
	struct ll_household_event event =
		life_event(HOME, 1, "c", day(2026, 11, 30), loss_of(LL_EVENT_CROP_LOSS, -1));
	event.life_event.action = LL_ACTION_RETRACT;
	fold_ok(fold, event);
	review = opened(fold, LL_MEASURE_EXIT_REVIEW);
	fold_ok(fold, updated(HOME, "exit", review->task_id, LL_TASK_DONE));
	assert_int_equal(count_in(fold, LL_CASE_ELIMINATED), 1);
	/* Observed for six months, then released by itself. */
	fold_ok(fold, tick(day(2027, 5, 31)));
	assert_int_equal(count_in(fold, LL_CASE_ELIMINATED), 1);
	fold_ok(fold, tick(day(2027, 6, 1)));
	assert_int_equal(count_in(fold, LL_CASE_NONE), 1);
	assert_int_equal(fold->told.risk_count, 1);
	assert_int_equal(fold->told.risks[0].group, LL_GROUP_NONE);
}

/* A warning stops neither the months nor the exit; what it opened is done first. */
static void test_exit_under_a_warning(void **state)
{
	struct fold *fold = *state;
	struct ll_key inspection;

	fold_ok(fold, activated("careful", day(2025, 6, 1)));
	become_stable(fold);
	fold_ok(fold, alert("a", "3605", 3, day(2026, 11, 30), day(2026, 12, 31)));
	inspection = opened(fold, LL_MEASURE_DISASTER_INSPECTION)->task_id;
	fold_ok(fold, tick(day(2026, 12, 1)));
	assert_null(opened(fold, LL_MEASURE_EXIT_REVIEW));
	fold_ok(fold, updated(HOME, "i", inspection, LL_TASK_DONE));
	assert_non_null(opened(fold, LL_MEASURE_EXIT_REVIEW));
}

/* Nobody helped: that it went well is no exit. What was given before the county's word counts. */
static void test_exit_after_a_measure(void **state)
{
	struct fold *fold = *state;
	struct ll_key aid;

	fold_ok(fold, activated("helpful", day(2025, 6, 1)));
	become_lead(fold);
	decide(fold, LL_DECIDED_VISIT_CONFIRMED);
	aid = opened(fold, LL_MEASURE_MEDICAL_AID)->task_id;
	decide(fold, LL_DECIDED_VILLAGE_CONFIRMED);
	decide(fold, LL_DECIDED_TOWNSHIP_CONFIRMED);
	fold_ok(fold, updated(HOME, "aid", aid, LL_TASK_FAILED));
	decide(fold, LL_DECIDED_COUNTY_CONFIRMED);
	fold_ok(fold, tick(day(2026, 6, 1)));
	fold_ok(fold, tick(day(2026, 12, 1)));
	assert_int_equal(fold->told.task_count, 0);
	/* A look at the house is no help. */
	fold_ok(fold, alert("a", "3605", 3, day(2026, 12, 1), day(2027, 12, 31)));
	aid = opened(fold, LL_MEASURE_DISASTER_INSPECTION)->task_id;
	fold_ok(fold, updated(HOME, "i", aid, LL_TASK_DONE));
	assert_null(opened(fold, LL_MEASURE_EXIT_REVIEW));
	/* The next time it is helped. */
	fold_ok(fold, life_event(HOME, 1, "b", day(2026, 12, 1), hospital(20000 * YUAN)));
	aid = opened(fold, LL_MEASURE_MEDICAL_AID)->task_id;
	fold_ok(fold, updated(HOME, "aid-2", aid, LL_TASK_DONE));
	fold_ok(fold, tick(day(2027, 12, 1)));
	fold_ok(fold, tick(day(2028, 6, 1)));
	assert_non_null(opened(fold, LL_MEASURE_EXIT_REVIEW));
}

static void test_trouble_starts_the_months_again(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event =
		life_event(HOME, 1, "stay-2", day(2026, 11, 29), hospital(20000 * YUAN));

	become_stable(fold);
	/* It came and went within a day: that is no day with a rule that holds. */
	fold_ok(fold, event);
	event.life_event.action = LL_ACTION_RETRACT;
	fold_ok(fold, event);
	fold_ok(fold, tick(day(2026, 12, 1)));
	assert_non_null(opened(fold, LL_MEASURE_EXIT_REVIEW));
	/* It stood over night. */
	event.life_event.action = LL_ACTION_REPORT;
	event.life_event.revision = 1;
	fold_ok(fold, event);
	assert_non_null(told_find(&fold->told, LL_MEASURE_EXIT_REVIEW, LL_CHANGE_WITHDRAWN));
	fold_ok(fold, tick(day(2026, 12, 2)));
	event.life_event.action = LL_ACTION_RETRACT;
	event.life_event.revision = 2;
	fold_ok(fold, event);
	fold_ok(fold, tick(day(2027, 6, 1)));
	assert_null(opened(fold, LL_MEASURE_EXIT_REVIEW));
	fold_ok(fold, tick(day(2027, 6, 2)));
	assert_non_null(opened(fold, LL_MEASURE_EXIT_REVIEW));
}

/* Nobody in the household can work: it stays under observation, whatever the calendar says. */
static void test_without_labour_it_is_not_released(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event = registered(HOME);

	become_monitored(fold);
	decide(fold, LL_DECIDED_RISK_ELIMINATED);
	/* In the ring of the fixture's members: this event's own. */
	((struct ll_member *)event.household_registered.members)[0].labour = false;
	((struct ll_member *)event.household_registered.members)[1].labour = false;
	fold_ok(fold, event);
	fold_ok(fold, tick(day(2025, 12, 10)));
	fold_ok(fold, tick(day(2026, 3, 1)));
	assert_int_equal(count_in(fold, LL_CASE_ELIMINATED), 1);
	fold_ok(fold, registered(HOME));
	fold_ok(fold, tick(day(2026, 3, 2)));
	assert_int_equal(count_in(fold, LL_CASE_NONE), 1);
}

static void test_relapse_and_back(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event =
		life_event(HOME, 1, "stay-2", day(2025, 6, 9), hospital(20000 * YUAN));

	become_monitored(fold);
	decide(fold, LL_DECIDED_RISK_ELIMINATED);
	fold_ok(fold, tick(day(2025, 8, 1)));
	fold_ok(fold, event);
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
	assert_non_null(opened(fold, LL_MEASURE_VISIT));
	event.life_event.action = LL_ACTION_RETRACT;
	fold_ok(fold, event);
	assert_int_equal(count_in(fold, LL_CASE_ELIMINATED), 1);
	/* Observation went on. */
	fold_ok(fold, tick(day(2025, 12, 10)));
	assert_int_equal(count_in(fold, LL_CASE_NONE), 1);
}

static void test_correction_upwards_asks_again(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event =
		life_event(HOME, 1, "stay-1", day(2025, 6, 1), hospital(21000 * YUAN));

	fold_ok(fold, updated(HOME, "u1", become_lead(fold), LL_TASK_DONE));
	event.life_event.revision = 2;
	fold_ok(fold, event);
	assert_non_null(opened(fold, LL_MEASURE_VISIT));
	/* Down again to what it was when the visit was paid: that was answered. */
	event.life_event.revision = 3;
	event.life_event.payload = hospital(20000 * YUAN);
	fold_ok(fold, event);
	assert_non_null(told_find(&fold->told, LL_MEASURE_VISIT, LL_CHANGE_WITHDRAWN));
}

static void test_undecided_keeps_what_was_there(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event = registered(HOME);
	struct told_task support;

	fold_ok(fold, life_event(HOME, 1, "j", day(2025, 6, 1), job_loss(3000 * YUAN)));
	support = *opened(fold, LL_MEASURE_JOB_SUPPORT);
	fold_ok(fold, tick(day(2025, 6, 11)));
	/* The income is known no more: the rule asks, and the help is kept; so is the lead. */
	event.household_registered.recorded_income_fen.known = false;
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 0);
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
	/* Refuted within the turn, and undecided again: it is back. */
	event = life_event(HOME, 1, "j", day(2025, 6, 1), job_loss(3000 * YUAN));
	event.life_event.action = LL_ACTION_RETRACT;
	fold_ok(fold, event);
	assert_non_null(told_find(&fold->told, LL_MEASURE_JOB_SUPPORT, LL_CHANGE_WITHDRAWN));
	assert_int_equal(count_in(fold, LL_CASE_NONE), 1);
	fold_ok(fold, life_event(HOME, 1, "j2", day(2025, 6, 1), job_loss(3000 * YUAN)));
	assert_non_null(opened(fold, LL_MEASURE_JOB_SUPPORT));
	assert_false(
		ll_key_equal(&opened(fold, LL_MEASURE_JOB_SUPPORT)->task_id, &support.task_id));
	assert_true(opened(fold, LL_MEASURE_JOB_SUPPORT)->reason_count > 0);
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define W(name) cmocka_unit_test_setup_teardown(name, setup_whole, teardown)
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
		W(test_steps_follow_the_case),
		W(test_step_goes_with_the_case),
		W(test_village_says_no),
		W(test_failed_step_is_due_again),
		W(test_marks_are_decided_before_the_county),
		W(test_reasons_of_a_review_are_the_marks),
		W(test_new_mark_asks_again_after_a_failed_review),
		W(test_marks_exclude),
		W(test_marks_that_go_withdraw_the_review),
		W(test_green_rule_does_not_wait),
		W(test_green_channel_by_a_person),
		W(test_hold_and_its_end_are_told),
		W(test_steps_go_on_under_a_hold),
		W(test_failed_is_tried_again_and_refused_is_not),
		W(test_what_a_visit_saw),
		W(test_group_is_that_of_the_rules),
		W(test_precaution_opens_its_task_alone),
		W(test_precaution_flags_nobody_again),
		W(test_exit_under_a_warning),
		W(test_exit_after_a_measure),
		W(test_exit_is_asked_when_it_is_stable),
		W(test_trouble_starts_the_months_again),
		W(test_without_labour_it_is_not_released),
		W(test_relapse_and_back),
		W(test_correction_upwards_asks_again),
		W(test_undecided_keeps_what_was_there),
	};

	return cmocka_run_group_tests_name("core/assess", tests, NULL, NULL);
}
