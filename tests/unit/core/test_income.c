/* The household's income of this year and the one before: income.c. */
#include "home.h"

/* 36,000 yuan recorded for 2024, three members; today is 2025-06-15. */
#define BASE	(36000 * YUAN)
#define HEAD(n) ((n) / 3)
#define UNTOLD	(-1)

static void record(struct home *home, int32_t year, int64_t amount_fen)
{
	struct ll_household_event event = registered(7);

	event.household_registered.recorded_income_fen = (struct ll_maybe){year != 0, amount_fen};
	event.household_registered.recorded_income_year = year;
	home_feed(home, event);
}

static void test_the_latest_year_counts(void **state)
{
	struct home *home = *state;

	home_tell(home, 0, "a", day(2025, 2, 1), income_report(2023, 30000 * YUAN));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE));
	assert_behind(home, INCOME_PER_HEAD, "");
	/* A report of the recorded year replaces it. */
	home_tell(home, 0, "b", day(2025, 2, 1), income_report(2024, 24000 * YUAN));
	assert_value(home, INCOME_PER_HEAD, 8000 * YUAN);
	assert_value(home, INCOME_DROP, 0);
	home_tell(home, 0, "c", day(2025, 6, 1), income_report(2025, 18000 * YUAN));
	assert_value(home, INCOME_PER_HEAD, 6000 * YUAN);
	assert_value(home, INCOME_DROP, 250);
	assert_behind(home, INCOME_PER_HEAD, "c");
	assert_behind(home, INCOME_DROP, "b c");
	/* Of one day the lower, of another the later. */
	home_tell(home, 0, "d", day(2025, 6, 1), income_report(2025, 15000 * YUAN));
	assert_value(home, INCOME_PER_HEAD, 5000 * YUAN);
	home_tell(home, 0, "e", day(2025, 6, 2), income_report(2025, 21000 * YUAN));
	assert_value(home, INCOME_PER_HEAD, 7000 * YUAN);
}

static void test_a_year_to_come_is_not_known(void **state)
{
	struct home *home = *state;

	record(home, 2026, 1000 * YUAN);
	assert_unknown(home, INCOME_PER_HEAD);
	assert_int_equal(home_compute(home).wake_on, day(2026, 1, 1));
	home->today = day(2026, 1, 1);
	assert_value(home, INCOME_PER_HEAD, HEAD(1000 * YUAN));
	assert_unknown(home, INCOME_DROP); /* of 2025 nobody knows */
	assert_int_equal(home_compute(home).wake_on, day(2027, 1, 1));
	home->today = day(2027, 1, 1);
	assert_value(home, INCOME_DROP, 0);
}

static void test_no_base_no_income(void **state)
{
	struct home *home = *state;

	record(home, 0, 0);
	home_tell(home, 1, "a", day(2025, 4, 1), job_loss(100 * YUAN));
	home_tell(home, 0, "b", day(2025, 4, 1), loss_of(LL_EVENT_CROP_LOSS, 100 * YUAN));
	assert_unknown(home, INCOME_PER_HEAD);
	assert_unknown(home, INCOME_DROP);
	assert_unknown(home, RIGID_SPENDING_SHARE);
	assert_behind(home, INCOME_PER_HEAD, "");
	assert_value(home, LABOURERS_WITHOUT_WORK, 1);
	/* This year's is known, last year's not. */
	home_tell(home, 0, "c", day(2025, 5, 1), income_report(2025, 9000 * YUAN));
	assert_value(home, INCOME_PER_HEAD, 3000 * YUAN);
	assert_unknown(home, INCOME_DROP);
}

static void test_losses_count_in_their_year(void **state)
{
	static const enum ll_event_kind kinds[] = {LL_EVENT_CROP_LOSS, LL_EVENT_LIVESTOCK_LOSS,
						   LL_EVENT_UNSOLD_PRODUCE,
						   LL_EVENT_EPIDEMIC_IMPACT};
	struct home *home = *state;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		home->household.fact_count = 0;
		home->today = day(2025, 6, 15);
		home_tell(home, 0, "a", day(2024, 12, 31), loss_of(kinds[i], 3000 * YUAN));
		home_tell(home, 0, "b", day(2025, 1, 1), loss_of(kinds[i], 6000 * YUAN));
		assert_value(home, INCOME_PER_HEAD, HEAD(BASE - 6000 * YUAN));
		assert_value(home, INCOME_DROP, 166);
		assert_behind(home, INCOME_PER_HEAD, "b");
		assert_value(home, PRODUCTION_LOSS_12M, 9000 * YUAN);
		assert_behind(home, PRODUCTION_LOSS_12M, "b a");
		home_tell(home, 0, "c", day(2025, 5, 1), loss_of(kinds[i], UNTOLD));
		assert_bound(home, INCOME_PER_HEAD, at_most, HEAD(BASE - 6000 * YUAN));
		assert_bound(home, PRODUCTION_LOSS_12M, at_least, 9000 * YUAN);
		/* Last year's loss is over, and does not make a rise of this year. */
		home->today = day(2026, 1, 1);
		assert_value(home, INCOME_PER_HEAD, HEAD(BASE));
		assert_bound(home, INCOME_DROP, at_most, 0);
	}
}

static void test_a_business_takes_its_twelfths(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2025, 4, 30), business_failure(12000 * YUAN));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE - 9000 * YUAN));
	assert_value(home, PRODUCTION_LOSS_12M, 12000 * YUAN);
	assert_changes_on(home, INCOME_PER_HEAD, day(2026, 1, 1), HEAD(BASE - 9000 * YUAN),
			  HEAD(BASE - 12000 * YUAN));
	assert_behind(home, INCOME_PER_HEAD, "a");
	home_tell(home, 1, "b", day(2025, 4, 30), business_failure(UNTOLD));
	assert_bound(home, INCOME_PER_HEAD, at_most, HEAD(BASE - 12000 * YUAN));
}

static void test_benefits_add_their_months(void **state)
{
	struct home *home = *state;

	home_tell(home, 0, "a", day(2025, 11, 5), benefit(LL_BENEFIT_OTHER, 300 * YUAN, 4));
	home->today = day(2025, 11, 5);
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE + 600 * YUAN));
	assert_behind(home, INCOME_PER_HEAD, "a");
	assert_changes_on(home, INCOME_PER_HEAD, day(2026, 1, 1), HEAD(BASE + 600 * YUAN),
			  HEAD(BASE + 600 * YUAN));
	/* What ran in the base's year is in the base. */
	home_tell(home, 0, "c", day(2024, 11, 5), benefit(LL_BENEFIT_OTHER, 700 * YUAN, 36));
	home_tell(home, 1, "d", day(2024, 11, 5), business_failure(700 * YUAN));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE + 600 * YUAN));
	assert_behind(home, INCOME_PER_HEAD, "a");
	/* Paid once it is no income but aid. */
	home_tell(home, 0, "b", day(2026, 1, 1), benefit(LL_BENEFIT_MEDICAL_AID, 900 * YUAN, 0));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE + 600 * YUAN));
}

static void test_nobody_earns_less_than_nothing(void **state)
{
	struct home *home = *state;

	home_tell(home, 0, "a", day(2025, 3, 1), loss_of(LL_EVENT_CROP_LOSS, 2 * BASE));
	assert_value(home, INCOME_PER_HEAD, 0);
	assert_value(home, INCOME_DROP, 1000);
	/* But a farm's loss that was reported is one. */
	home_tell(home, 0, "b", day(2025, 3, 1), income_report(2025, -3000 * YUAN));
	assert_value(home, INCOME_PER_HEAD, -1000 * YUAN);
	assert_value(home, INCOME_DROP, 1083);
	/* Of nothing there is no share. */
	record(home, 2024, 0);
	assert_unknown(home, INCOME_DROP);
}

static void test_share_of_spending(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2025, 3, 1), hospital(18000 * YUAN));
	assert_value(home, RIGID_SPENDING_SHARE, 500);
	home_tell(home, 1, "b", day(2025, 3, 1), job_loss(UNTOLD));
	assert_bound(home, RIGID_SPENDING_SHARE, at_least, 500);
	assert_behind(home, RIGID_SPENDING_SHARE, "a b");
	home_tell(home, 1, "c", day(2025, 3, 2), employed(UNTOLD));
	assert_unknown(home, RIGID_SPENDING_SHARE);
	home->household.fact_count = 0;
	home_tell(home, 1, "d", day(2025, 3, 1), employed(UNTOLD));
	home_tell(home, 1, "e", day(2025, 3, 1), hospital(18000 * YUAN));
	assert_bound(home, RIGID_SPENDING_SHARE, at_most, 500);
	home_tell(home, 1, "f", day(2025, 3, 1), accident(UNTOLD));
	assert_unknown(home, RIGID_SPENDING_SHARE);
}

static void test_per_head_of_the_living(void **state)
{
	struct home *home = *state;

	home_tell(home, 3, "a", day(2025, 3, 1), death(0));
	assert_value(home, INCOME_PER_HEAD, BASE / 2);
	home_tell(home, 1, "b", day(2025, 3, 1), death(0));
	home_tell(home, 2, "c", day(2025, 3, 1), death(0));
	assert_value(home, HOUSEHOLD_SIZE, 0);
	assert_unknown(home, INCOME_PER_HEAD);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
	const struct CMUnitTest tests[] = {
		T(test_the_latest_year_counts),
		T(test_a_year_to_come_is_not_known),
		T(test_no_base_no_income),
		T(test_losses_count_in_their_year),
		T(test_a_business_takes_its_twelfths),
		T(test_benefits_add_their_months),
		T(test_nobody_earns_less_than_nothing),
		T(test_share_of_spending),
		T(test_per_head_of_the_living),
	};

	return cmocka_run_group_tests_name("core/income", tests, NULL, NULL);
}
