/* What work does to income and to who is without it: wage.c. */
#include "home.h"

/* 36,000 yuan recorded for 2024, three members: 12,000 a head; today is 2025-06-15. */
#define BASE	 (36000 * YUAN)
#define HEAD(n)	 ((n) / 3)
#define WAGE	 (600 * YUAN)
#define NO_MONEY (-1)

static void test_a_job_lost_takes_its_wage(void **state)
{
	struct home *home = *state;

	/* From the month of the loss on; the months to come count too. */
	home_tell(home, 1, "a", day(2025, 4, 30), job_loss(WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE - 9 * WAGE));
	assert_value(home, INCOME_DROP, 150);
	assert_value(home, LABOURERS_WITHOUT_WORK, 1);
	assert_value(home, JOBLESS_SHARE, 500);
	assert_behind(home, INCOME_PER_HEAD, "a");
	assert_behind(home, JOBLESS_SHARE, "a");
	/* Whole in the next year, and then the fall is from what was left. */
	assert_changes_on(home, INCOME_PER_HEAD, day(2026, 1, 1), HEAD(BASE - 9 * WAGE),
			  HEAD(BASE - 12 * WAGE));
	assert_value(home, INCOME_DROP, 3 * WAGE * 1000 / (BASE - 9 * WAGE));
}

static void test_two_departments_tell_one_loss(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2025, 4, 3), job_loss(WAGE));
	home_tell(home, 1, "b", day(2025, 4, 20), job_loss(2 * WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE - 9 * WAGE));
	assert_behind(home, INCOME_PER_HEAD, "a");
	/* Another person's is another. */
	home_tell(home, 2, "c", day(2025, 4, 20), job_loss(2 * WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE - 27 * WAGE));
	assert_value(home, JOBLESS_SHARE, 1000);
}

static void test_the_second_may_know_the_wage(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2025, 4, 3), job_loss(NO_MONEY));
	assert_bound(home, INCOME_PER_HEAD, at_most, HEAD(BASE));
	assert_bound(home, INCOME_DROP, at_least, 0);
	home_tell(home, 1, "b", day(2025, 6, 2), job_loss(WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE - 9 * WAGE));
	assert_behind(home, INCOME_PER_HEAD, "b a");
}

static void test_a_wage_that_is_only_told_changes_nothing(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2025, 2, 3), wage_report(WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE));
	/* But the loss knows it. */
	home_tell(home, 1, "b", day(2025, 4, 3), job_loss(NO_MONEY));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE - 9 * WAGE));
	assert_behind(home, INCOME_PER_HEAD, "a b");
}

static void test_a_wage_that_changes(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2024, 3, 1), wage_report(3 * WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE));
	/* Half a wage less from July on. */
	home_tell(home, 1, "b", day(2025, 5, 1), wage_report(2 * WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE - 8 * WAGE));
	home_tell(home, 1, "c", day(2025, 6, 1), wage_report(4 * WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE - WAGE + 7 * WAGE));
	home_tell(home, 1, "d", day(2025, 6, 9), wage_report(4 * WAGE));
	assert_behind(home, INCOME_PER_HEAD, "c a b");
}

static void test_found_and_lost_again(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2025, 2, 3), job_loss(2 * WAGE));
	home_tell(home, 1, "b", day(2025, 4, 3), employed(WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE - 11 * 2 * WAGE + 9 * WAGE));
	assert_value(home, LABOURERS_WITHOUT_WORK, 0);
	assert_value(home, OPEN_SHOCKS, 0);
	assert_behind(home, LABOURERS_WITHOUT_WORK, "");
	/* Never more than was there, whatever the second loss says of the wage. */
	home_tell(home, 1, "c", day(2025, 5, 3), job_loss(9 * WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE - 11 * 2 * WAGE + WAGE));
	assert_value(home, LABOURERS_WITHOUT_WORK, 1);
	assert_behind(home, LABOURERS_WITHOUT_WORK, "c");
}

static void test_a_job_found_at_a_wage_nobody_told(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2025, 4, 3), employed(NO_MONEY));
	assert_bound(home, INCOME_PER_HEAD, at_least, HEAD(BASE));
	assert_bound(home, INCOME_DROP, at_most, 0);
	/* The other side is open too: nothing is known. */
	home_tell(home, 2, "b", day(2025, 4, 3), job_loss(NO_MONEY));
	assert_unknown(home, INCOME_PER_HEAD);
	assert_unknown(home, INCOME_DROP);
	assert_unknown(home, RIGID_SPENDING_SHARE);
	home_tell(home, 1, "c", day(2025, 6, 3), wage_report(WAGE));
	assert_bound(home, INCOME_PER_HEAD, at_most, HEAD(BASE + 9 * WAGE));
	home_tell(home, 2, "d", day(2025, 6, 3), job_loss(WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE));
}

/* What a later loss tells is the wage of that job, not that of the base. */
static void test_which_wage_a_loss_tells(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2025, 4, 3), employed(NO_MONEY));
	home_tell(home, 1, "b", day(2025, 6, 3), job_loss(WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE + 2 * WAGE));
	home->household.fact_count = 0;
	home_tell(home, 1, "c", day(2025, 2, 3), job_loss(NO_MONEY));
	home_tell(home, 1, "d", day(2025, 4, 3), employed(WAGE));
	home_tell(home, 1, "e", day(2025, 6, 3), job_loss(NO_MONEY));
	home_tell(home, 1, "f", day(2025, 6, 9), job_loss(5 * WAGE));
	assert_bound(home, INCOME_PER_HEAD, at_most, HEAD(BASE + 2 * WAGE));
}

static void test_who_has_left_is_not_its_trouble(void **state)
{
	struct home *home = *state;
	struct ll_household_event event = registered(7);

	home_tell(home, 1, "a", day(2025, 4, 3), job_loss(WAGE));
	home_tell(home, 0, "b", day(2025, 4, 3), job_loss(WAGE)); /* of whom, nobody says */
	assert_value(home, OPEN_SHOCKS, 1);
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE - 18 * WAGE));
	assert_value(home, LABOURERS_WITHOUT_WORK, 1);
	home->household.fact_count = 0;
	home_tell(home, 1, "a", day(2025, 4, 3), job_loss(WAGE));
	event.household_registered.members++;
	event.household_registered.member_count--;
	home_feed(home, event);
	assert_value(home, OPEN_SHOCKS, 0);
	assert_behind(home, OPEN_SHOCKS, "");
	assert_value(home, LABOURERS_WITHOUT_WORK, 0);
}

static void test_of_one_day_the_job_found_counts(void **state)
{
	struct home *home = *state;

	for (char name = 'a'; name <= 'h'; name += 2) {
		char lost[2] = {name, 0}, found[2] = {(char)(name + 1), 0};

		home_tell(home, 1, lost, day(2025, 1, name - 'a' + 1), job_loss(WAGE));
		home_tell(home, 1, found, day(2025, 1, name - 'a' + 1), employed(WAGE));
	}
	assert_value(home, LABOURERS_WITHOUT_WORK, 0);
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE));
}

static void test_what_came_before_the_base_is_in_it(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2024, 12, 31), job_loss(WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE));
	assert_value(home, LABOURERS_WITHOUT_WORK, 1);
	assert_behind(home, INCOME_PER_HEAD, "");
	home_tell(home, 1, "b", day(2025, 1, 1), job_loss(WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE));
	home_tell(home, 1, "c", day(2025, 6, 1), employed(WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE + 7 * WAGE));
	assert_behind(home, INCOME_PER_HEAD, "c a");
}

static void test_a_death_ends_the_wage(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2025, 2, 1), wage_report(WAGE));
	home_tell(home, 1, "b", day(2025, 4, 1), death(NO_MONEY));
	assert_value(home, HOUSEHOLD_SIZE, 2);
	assert_value(home, LABOURERS, 1);
	assert_value(home, JOBLESS_SHARE, 0);
	assert_value(home, INCOME_PER_HEAD, (BASE - 9 * WAGE) / 2);
	assert_behind(home, INCOME_PER_HEAD, "a b");
	assert_behind(home, LABOURERS, "b");
	assert_behind(home, HOUSEHOLD_SIZE, "b");
	/* What is told of the dead later changes nothing. */
	home_tell(home, 1, "c", day(2025, 5, 1), employed(WAGE));
	assert_value(home, INCOME_PER_HEAD, (BASE - 9 * WAGE) / 2);
}

static void test_a_death_of_a_wage_nobody_told(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2025, 4, 1), death(NO_MONEY));
	assert_bound(home, INCOME_PER_HEAD, at_most, BASE / 2);
	home->household.fact_count = 0;
	/* A child earned nothing. */
	home_tell(home, 3, "b", day(2025, 4, 1), death(NO_MONEY));
	assert_value(home, INCOME_PER_HEAD, BASE / 2);
	home->household.fact_count = 0;
	/* Nor did who had no work. */
	home_tell(home, 1, "c", day(2024, 4, 1), job_loss(WAGE));
	home_tell(home, 1, "d", day(2025, 4, 1), death(NO_MONEY));
	assert_value(home, INCOME_PER_HEAD, BASE / 2);
}

static void test_one_jobless_of_one_who_is_left(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2025, 4, 1), job_loss(WAGE));
	assert_value(home, JOBLESS_SHARE, 500);
	home_tell(home, 2, "b", day(2025, 4, 1), death(0));
	assert_value(home, JOBLESS_SHARE, 1000);
	assert_behind(home, JOBLESS_SHARE, "a b");
}

static void test_a_child_at_work_is_no_labourer(void **state)
{
	struct home *home = *state;

	home_tell(home, 3, "a", day(2025, 4, 1), job_loss(WAGE));
	assert_value(home, LABOURERS_WITHOUT_WORK, 0);
	assert_behind(home, LABOURERS_WITHOUT_WORK, "");
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE - 9 * WAGE));
}

/* Retracted and future facts are not there. */
static void test_retracted(void **state)
{
	struct home *home = *state;
	struct ll_household_event event = life_event(7, 1, "a", day(2025, 4, 1), job_loss(WAGE));

	home_feed(home, event);
	event.life_event.action = LL_ACTION_RETRACT;
	home_feed(home, event);
	home_tell(home, 1, "b", home->today + 1, job_loss(WAGE));
	assert_value(home, INCOME_PER_HEAD, HEAD(BASE));
	assert_changes_on(home, LABOURERS_WITHOUT_WORK, home->today + 1, 0, 1);
}

/*
 * Sums do not depend on how persons are numbered, nor on ids: the same facts of many persons under
 * other ids and in another order of members.
 */
static void test_ids_do_not_count(void **state)
{
	struct home *home = *state;
	uint64_t seed = 99;

	for (int round = 0; round < 300; round++) {
		struct ll_indicators first = {.known = 0};
		uint64_t seed_of_round = seed;

		for (int naming = 0; naming < 2; naming++) {
			home->household.fact_count = 0;
			seed = seed_of_round;
			for (int i = 0; i < 8; i++) {
				char id[3] = {(char)(naming ? 'z' - i : 'a' + i),
					      naming ? 'x' : 'y', 0};
				uint32_t person = 1 + draw(&seed, 2);
				/* Of one person and kind no two of a day: their order is open. */
				int32_t on = day(2024, 10, 1) + 40 * i + (int32_t)draw(&seed, 30);
				int64_t wage_fen = (int64_t)draw(&seed, 5) * 100 - 100;

				switch (draw(&seed, 3)) {
				case 0:
					home_tell(home, person, id, on, job_loss(wage_fen));
					break;
				case 1:
					home_tell(home, person, id, on, employed(wage_fen));
					break;
				default:
					home_tell(home, person, id, on,
						  wage_report(wage_fen < 0 ? 0 : wage_fen));
				}
			}
			if (naming) {
				struct ll_indicators second = home_compute(home);

				assert_memory_equal(&first, &second, sizeof(first));
			}
			first = home_compute(home);
		}
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
	const struct CMUnitTest tests[] = {
		T(test_a_job_lost_takes_its_wage),
		T(test_two_departments_tell_one_loss),
		T(test_the_second_may_know_the_wage),
		T(test_a_wage_that_is_only_told_changes_nothing),
		T(test_a_wage_that_changes),
		T(test_found_and_lost_again),
		T(test_a_job_found_at_a_wage_nobody_told),
		T(test_which_wage_a_loss_tells),
		T(test_who_has_left_is_not_its_trouble),
		T(test_of_one_day_the_job_found_counts),
		T(test_what_came_before_the_base_is_in_it),
		T(test_a_death_ends_the_wage),
		T(test_a_death_of_a_wage_nobody_told),
		T(test_one_jobless_of_one_who_is_left),
		T(test_a_child_at_work_is_no_labourer),
		T(test_retracted),
		T(test_ids_do_not_count),
	};

	return cmocka_run_group_tests_name("core/wage", tests, NULL, NULL);
}
