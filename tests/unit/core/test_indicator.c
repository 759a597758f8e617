#include "home.h"

#include <stdio.h>

static void test_recorded_income_is_carried_forward(void **state)
{
	struct home *home = *state;

	assert_value(home, INCOME_PER_HEAD, 12000 * YUAN);
	assert_value(home, INCOME_DROP, 0);
}

static void test_income_nobody_reported_is_unknown(void **state)
{
	struct home *home = *state;
	struct ll_household_event event = registered(7);

	event.household_registered.recorded_income_fen.known = false;
	home_feed(home, event);
	assert_unknown(home, INCOME_PER_HEAD);
	assert_unknown(home, INCOME_DROP);
	assert_unknown(home, RIGID_SPENDING_SHARE);
	home_feed(home, life_event(7, 0, "i", day(2025, 2, 1), income_report(2024, 30000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 10000 * YUAN);
}

static void test_job_lost_takes_the_rest_of_the_year(void **state)
{
	struct home *home = *state;

	/* June to December: seven months of 3,000 yuan. */
	home_feed(home, life_event(7, 1, "j", day(2025, 6, 3), job_loss(3000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 5000 * YUAN);
	assert_value(home, INCOME_DROP, 583);
	assert_value(home, LABOURERS, 2);
	assert_value(home, LABOURERS_WITHOUT_WORK, 1);
	assert_value(home, JOBLESS_SHARE, 500);
	/* In the next year twelve months; nobody earns less than nothing. */
	home->today = day(2026, 1, 1);
	assert_value(home, INCOME_PER_HEAD, 0);
}

static void test_job_found_gives_back(void **state)
{
	struct home *home = *state;

	home_feed(home, life_event(7, 1, "e", day(2025, 5, 3), employed(1000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 12000 * YUAN + 8 * 1000 * YUAN / 3);
	home_feed(home, life_event(7, 1, "j", day(2025, 4, 3), job_loss(1000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 12000 * YUAN - 1000 * YUAN / 3 - 1);
	assert_value(home, LABOURERS_WITHOUT_WORK, 0);
}

static void test_wage_nobody_told_makes_income_unknown(void **state)
{
	struct home *home = *state;

	home_feed(home, life_event(7, 1, "j", day(2025, 6, 3), job_loss(-1)));
	assert_bound(home, INCOME_PER_HEAD, at_most, 12000 * YUAN);
	assert_bound(home, INCOME_DROP, at_least, 0);
	assert_value(home, LABOURERS_WITHOUT_WORK, 1);
	/* A report of this year knows of it already. */
	home_feed(home, life_event(7, 0, "i", day(2025, 6, 10), income_report(2025, 9000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 3000 * YUAN);
	assert_value(home, INCOME_DROP, 750);
}

static void test_loss_in_the_recorded_year_is_recorded(void **state)
{
	struct home *home = *state;

	home_feed(home, life_event(7, 1, "j", day(2024, 6, 3), job_loss(3000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 12000 * YUAN);
}

static void test_older_report_does_not_replace(void **state)
{
	struct home *home = *state;

	home_feed(home, life_event(7, 0, "i", day(2025, 6, 10), income_report(2023, 3000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 12000 * YUAN);
	home_feed(home, life_event(7, 0, "k", day(2025, 6, 10), income_report(2024, 3000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 1000 * YUAN);
}

static void test_benefits(void **state)
{
	struct home *home = *state;

	assert_value(home, DIBAO, 0);
	/* May to July of 300 yuan. */
	home_feed(home,
		  life_event(7, 0, "b", day(2025, 5, 2), benefit(LL_BENEFIT_DIBAO, 300 * YUAN, 3)));
	assert_value(home, DIBAO, 1);
	assert_value(home, INCOME_PER_HEAD, 12300 * YUAN);
	home->today = day(2025, 8, 1);
	assert_value(home, DIBAO, 1);
	home->today = day(2025, 8, 2);
	assert_value(home, DIBAO, 0);
	home->today = day(2026, 1, 1);
	assert_value(home, INCOME_PER_HEAD, 12000 * YUAN);
}

static void test_medical_window(void **state)
{
	struct home *home = *state;
	struct ll_indicators indicators;

	home_feed(home, life_event(7, 1, "h1", home->today - 364, hospital(100)));
	home_feed(home, life_event(7, 1, "h2", home->today - 365, hospital(1000)));
	home_feed(home, life_event(7, 1, "h3", home->today, hospital(10)));
	home_feed(home, life_event(7, 1, "h4", home->today + 1, hospital(7)));
	assert_value(home, MEDICAL_OWN_COST_12M, 110);
	indicators = home_compute(home);
	assert_int_equal(indicators.wake_on, home->today + 1);
	home->today++;
	assert_value(home, MEDICAL_OWN_COST_12M, 17);
	indicators = home_compute(home);
	assert_int_equal(indicators.wake_on, home->today - 1 + 365);
}

static void test_rigid_spending(void **state)
{
	struct home *home = *state;

	home_feed(home, life_event(7, 1, "h", home->today, hospital(9000 * YUAN)));
	home_feed(home, life_event(7, 0, "f", home->today, flood_damage(true, 3000 * YUAN)));
	home_feed(home, life_event(7, 0, "g", home->today, housing(LL_HOUSING_C, 2000 * YUAN)));
	home_feed(home, life_event(7, 0, "a", home->today,
				   benefit(LL_BENEFIT_MEDICAL_AID, 5000 * YUAN, 0)));
	assert_value(home, RIGID_SPENDING_12M, 9000 * YUAN);
	assert_value(home, RIGID_SPENDING_SHARE, 250);
	assert_value(home, DISASTER_LOSS_12M, 3000 * YUAN);
	assert_value(home, HOUSE_FLOODED, 1);
	assert_value(home, HOUSING_GRADE, LL_HOUSING_C);
}

static void test_a_part_nobody_told_leaves_a_lower_bound(void **state)
{
	struct home *home = *state;
	struct ll_indicators indicators;

	home_feed(home, life_event(7, 0, "f", home->today, flood_damage(false, 3000)));
	home_feed(home, life_event(7, 0, "g", home->today, flood_damage(false, -1)));
	indicators = home_compute(home);
	assert_false(indicators.known >> LL_INDICATOR_DISASTER_LOSS_12M & 1);
	assert_true(indicators.at_least >> LL_INDICATOR_DISASTER_LOSS_12M & 1);
	assert_int_equal(indicators.value[LL_INDICATOR_DISASTER_LOSS_12M], 3000);
}

static void test_no_income_is_not_a_division_by_zero(void **state)
{
	struct home *home = *state;
	struct ll_household_event event = registered(7);

	event.household_registered.recorded_income_fen.value = 0;
	home_feed(home, event);
	assert_value(home, RIGID_SPENDING_SHARE, 0);
	assert_unknown(home, INCOME_DROP);
	home_feed(home, life_event(7, 1, "h", home->today, hospital(1)));
	assert_value(home, RIGID_SPENDING_SHARE, LL_SHARE_MAX_PERMILLE);
	event.household_registered.member_count = 0;
	home_feed(home, event);
	assert_unknown(home, INCOME_PER_HEAD);
	assert_value(home, JOBLESS_SHARE, 0);
}

static void test_largest_amounts_do_not_overflow(void **state)
{
	struct home *home = *state;
	char id[16];

	for (int i = 0; i < 1000; i++) {
		snprintf(id, sizeof(id), "h%d", i);
		home_feed(home,
			  life_event(7, 1, id, home->today,
				     (struct ll_payload){
					     .kind = LL_EVENT_HOSPITALISATION,
					     .hospitalisation = {LL_FEN_MAX, 0, {false, 0}}}));
	}
	assert_true(home_compute(home).value[LL_INDICATOR_MEDICAL_OWN_COST_12M] > LL_FEN_MAX);
	assert_value(home, RIGID_SPENDING_SHARE, LL_SHARE_MAX_PERMILLE);
}

static void test_children_out_of_school(void **state)
{
	struct home *home = *state;

	home_feed(home, life_event(7, 3, "d1", home->today, dropout()));
	home_feed(home, life_event(7, 3, "d2", home->today - 5, dropout()));
	home_feed(home, life_event(7, 1, "d3", home->today, dropout()));
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 1);
	home->today = day(2030, 8, 31);
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 1);
	assert_int_equal(home_compute(home).wake_on, day(2030, 9, 1));
	home->today = day(2030, 9, 1); /* sixteen */
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 0);
}

static void test_housing_latest_appraisal_counts(void **state)
{
	struct home *home = *state;

	assert_unknown(home, HOUSING_GRADE);
	home_feed(home, life_event(7, 0, "a", home->today - 9, housing(LL_HOUSING_D, -1)));
	assert_value(home, HOUSING_GRADE, LL_HOUSING_D);
	home_feed(home, life_event(7, 0, "b", home->today - 3, housing(LL_HOUSING_A, -1)));
	assert_value(home, HOUSING_GRADE, LL_HOUSING_A);
}

static void test_alert_ends(void **state)
{
	struct home *home = *state;

	home_feed(home, alert("w", "3605", 4, home->today - 1, home->today + 2));
	assert_value(home, ALERT_SEVERITY, 4);
	assert_int_equal(home_compute(home).wake_on, home->today + 3);
	home->today += 3;
	assert_value(home, ALERT_SEVERITY, 0);
}

static void test_needs_and_marks(void **state)
{
	struct home *home = *state;
	struct ll_household_event event = registered(7);

	home_feed(home, life_event(7, 0, "a", home->today, declaration(LL_NEED_WATER)));
	home_feed(home, life_event(7, 0, "b", home->today, declaration(LL_NEED_WATER)));
	home_feed(home, life_event(7, 0, "c", home->today, declaration(LL_NEED_FOOD)));
	assert_value(home, DECLARED_NEEDS, 2);
	event.household_registered.exclusion_marks = LL_MARK_CAR | LL_MARK_COMPANY;
	event.household_registered.category = LL_CATEGORY_EX_POOR;
	home_feed(home, event);
	assert_value(home, EXCLUSION_MARKS, 2);
	assert_value(home, EX_POOR, 1);
}

static void test_facts_behind_are_the_heaviest(void **state)
{
	struct home *home = *state;
	const struct ll_fact *facts[3];
	char id[16];

	for (int i = 0; i < 9; i++) {
		snprintf(id, sizeof(id), "h%d", i);
		home_feed(home,
			  life_event(7, 1, id, home->today - i, hospital(100 * (i * 5 % 9 + 1))));
	}
	home_feed(home, life_event(7, 1, "old", home->today - 365, hospital(100000)));
	assert_int_equal(ll_indicator_facts(&home->household, home->today,
					    LL_INDICATOR_MEDICAL_OWN_COST_12M, facts, 3),
			 3);
	assert_int_equal(facts[0]->amount_fen, 900);
	assert_int_equal(facts[1]->amount_fen, 800);
	assert_int_equal(facts[2]->amount_fen, 700);
	assert_int_equal(ll_indicator_facts(&home->household, home->today,
					    LL_INDICATOR_HOUSING_GRADE, facts, 3),
			 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
	const struct CMUnitTest tests[] = {
		T(test_recorded_income_is_carried_forward),
		T(test_income_nobody_reported_is_unknown),
		T(test_job_lost_takes_the_rest_of_the_year),
		T(test_job_found_gives_back),
		T(test_wage_nobody_told_makes_income_unknown),
		T(test_loss_in_the_recorded_year_is_recorded),
		T(test_older_report_does_not_replace),
		T(test_benefits),
		T(test_medical_window),
		T(test_rigid_spending),
		T(test_a_part_nobody_told_leaves_a_lower_bound),
		T(test_no_income_is_not_a_division_by_zero),
		T(test_largest_amounts_do_not_overflow),
		T(test_children_out_of_school),
		T(test_housing_latest_appraisal_counts),
		T(test_alert_ends),
		T(test_needs_and_marks),
		T(test_facts_behind_are_the_heaviest),
	};

	return cmocka_run_group_tests_name("core/indicator", tests, NULL, NULL);
}
