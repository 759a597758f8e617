/* What looks wrong with a case, on the day and the day before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "cli/quality.h"

#define BIT(symbol) (1u << LL_QUALITY_##symbol)

static int32_t day(int32_t month, int32_t of_month)
{
	return ll_day_from_date(2025, month, of_month);
}

static struct ll_case_course course_in(enum ll_case_state state)
{
	return (struct ll_case_course){
		.status = {.state = state},
		.lead_on = LL_DAY_NONE,
		.monitored_on = LL_DAY_NONE,
		.rejected_on = LL_DAY_NONE,
		.eliminated_on = LL_DAY_NONE,
		.visit_due_on = LL_DAY_NONE,
	};
}

static uint32_t on(const struct ll_case_course *course, int32_t house_on, int32_t today)
{
	const struct ll_quality_terms terms = {.today = today,
					       .decision_days = LL_QUALITY_DECISION_DAYS};

	return ll_quality_of(course, house_on, &terms);
}

/* A month from the 31st of January is over on the last of February. */
static void test_no_measure(void **state)
{
	struct ll_case_course course = course_in(LL_CASE_MONITORED);

	(void)state;
	course.monitored_on = day(1, 31);
	assert_int_equal(on(&course, LL_DAY_NONE, day(2, 27)), 0);
	assert_int_equal(on(&course, LL_DAY_NONE, day(2, 28)), BIT(NO_MEASURE));
	course.task_count = 1;
	assert_int_equal(on(&course, LL_DAY_NONE, day(6, 1)), 0);
	course.task_count = 0;
	course.status.state = LL_CASE_ELIMINATED;
	assert_int_equal(on(&course, LL_DAY_NONE, day(6, 1)), 0);
}

static void test_eliminated_early(void **state)
{
	struct ll_case_course course = course_in(LL_CASE_ELIMINATED);

	(void)state;
	course.monitored_on = day(3, 1);
	course.eliminated_on = day(3, 31);
	assert_int_equal(on(&course, LL_DAY_NONE, day(9, 1)), BIT(ELIMINATED_EARLY));
	course.eliminated_on = day(4, 30);
	assert_int_equal(on(&course, LL_DAY_NONE, day(9, 1)), BIT(ELIMINATED_EARLY));
	course.eliminated_on = day(5, 1);
	assert_int_equal(on(&course, LL_DAY_NONE, day(9, 1)), 0);
	/* December to January is the next month too; an elimination before the taking in is older. */
	course.monitored_on = ll_day_from_date(2024, 12, 31);
	course.eliminated_on = day(1, 1);
	assert_int_equal(on(&course, LL_DAY_NONE, day(9, 1)), BIT(ELIMINATED_EARLY));
	course.monitored_on = day(1, 2);
	assert_int_equal(on(&course, LL_DAY_NONE, day(1, 3)), 0);
}

static void test_house_after(void **state)
{
	struct ll_case_course course = course_in(LL_CASE_ELIMINATED);

	(void)state;
	course.monitored_on = day(1, 1);
	course.eliminated_on = day(8, 1);
	assert_int_equal(on(&course, day(8, 1), day(9, 1)), 0);
	assert_int_equal(on(&course, day(8, 2), day(9, 1)), BIT(HOUSING_AFTER));
	/* A lead again because of it: still so; taken in again: over. */
	course.status.state = LL_CASE_LEAD;
	assert_int_equal(on(&course, day(8, 2), day(9, 1)), BIT(HOUSING_AFTER));
	course.status.state = LL_CASE_MONITORED;
	course.monitored_on = day(8, 20);
	course.task_count = 1;
	assert_int_equal(on(&course, day(8, 2), day(9, 1)), 0);
}

static void test_visit_overdue(void **state)
{
	struct ll_case_course course = course_in(LL_CASE_LEAD);

	(void)state;
	course.lead_on = day(3, 1);
	course.visit_due_on = day(3, 4);
	assert_int_equal(on(&course, LL_DAY_NONE, day(3, 4)), 0);
	assert_int_equal(on(&course, LL_DAY_NONE, day(3, 5)), BIT(VISIT_OVERDUE));
	course.status.state = LL_CASE_VERIFIED;
	assert_int_equal(on(&course, LL_DAY_NONE, day(3, 5)), 0);
}

static void test_late_decision(void **state)
{
	struct ll_case_course course = course_in(LL_CASE_CHECKED);

	(void)state;
	course.lead_on = day(3, 1);
	assert_int_equal(on(&course, LL_DAY_NONE, day(3, 16)), 0);
	assert_int_equal(on(&course, LL_DAY_NONE, day(3, 17)), BIT(LATE_DECISION));
	/* Decided, in time or not; a decision on an earlier lead is none on this one. */
	course.status.state = LL_CASE_REJECTED;
	course.rejected_on = day(3, 16);
	assert_int_equal(on(&course, LL_DAY_NONE, day(9, 1)), 0);
	course.rejected_on = day(3, 17);
	assert_int_equal(on(&course, LL_DAY_NONE, day(9, 1)), BIT(LATE_DECISION));
	course.status.state = LL_CASE_LEAD;
	course.rejected_on = day(2, 1);
	assert_int_equal(on(&course, LL_DAY_NONE, day(3, 10)), 0);
	/* The need has gone: nothing is to be decided. */
	course.status.state = LL_CASE_NONE;
	assert_int_equal(on(&course, LL_DAY_NONE, day(9, 1)), 0);
}

static void test_since(void **state)
{
	struct ll_case_course course = course_in(LL_CASE_LEAD);

	(void)state;
	course.lead_on = 1;
	course.monitored_on = 2;
	course.eliminated_on = 3;
	course.visit_due_on = 4;
	assert_int_equal(ll_quality_since(LL_QUALITY_LATE_DECISION, &course, 5), 1);
	assert_int_equal(ll_quality_since(LL_QUALITY_NO_MEASURE, &course, 5), 2);
	assert_int_equal(ll_quality_since(LL_QUALITY_ELIMINATED_EARLY, &course, 5), 3);
	assert_int_equal(ll_quality_since(LL_QUALITY_VISIT_OVERDUE, &course, 5), 4);
	assert_int_equal(ll_quality_since(LL_QUALITY_HOUSING_AFTER, &course, 5), 5);
}

static void test_dangerous_house(void **state)
{
	struct ll_fact facts[] = {
		{.kind = LL_EVENT_HOUSING_DAMAGE, .detail = LL_HOUSING_D, .occurred_on = 10},
		{.kind = LL_EVENT_HOUSING_DAMAGE, .detail = LL_HOUSING_B, .occurred_on = 30},
		{.kind = LL_EVENT_HOUSING_DAMAGE, .detail = LL_HOUSING_C, .occurred_on = 20},
		{.kind = LL_EVENT_DECLARATION, .detail = LL_NEED_HOUSING, .occurred_on = 40},
	};
	struct ll_household household = {.facts = facts, .fact_count = 4};

	(void)state;
	assert_int_equal(ll_quality_house_dangerous_on(&household), 20);
	facts[2].retracted = true;
	assert_int_equal(ll_quality_house_dangerous_on(&household), 10);
	household.fact_count = 0;
	assert_int_equal(ll_quality_house_dangerous_on(&household), LL_DAY_NONE);
}

static void test_measures(void **state)
{
	const uint32_t measures = ll_quality_measures();

	(void)state;
	assert_true(measures & (1u << LL_MEASURE_MEDICAL_AID));
	assert_true(measures & (1u << LL_MEASURE_DEBT_RELIEF));
	assert_false(measures & (1u << LL_MEASURE_VISIT));
	assert_false(measures & (1u << LL_MEASURE_COUNTY_DECISION));
	assert_false(measures & (1u << LL_MEASURE_DISASTER_INSPECTION));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_measure),	cmocka_unit_test(test_eliminated_early),
		cmocka_unit_test(test_house_after),	cmocka_unit_test(test_visit_overdue),
		cmocka_unit_test(test_late_decision),	cmocka_unit_test(test_since),
		cmocka_unit_test(test_dangerous_house), cmocka_unit_test(test_measures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
