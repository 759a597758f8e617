#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/hash.h"
#include "simulate/people.h"

#define HOUSEHOLDS 2000
#define FROM	   20089 /* 2025-01-01 */

static struct ll_villages villages;

static int open_villages(void **state)
{
	struct ll_error error = {0};

	(void)state;
	return ll_villages_builtin(&villages, &error);
}

static int close_villages(void **state)
{
	(void)state;
	ll_villages_release(&villages);
	return 0;
}

static struct ll_population made(uint64_t seed, bool late)
{
	const struct ll_population_options options = {
		.seed = seed, .households = HOUSEHOLDS, .day = FROM, .late = late};
	struct ll_population population;

	assert_int_equal(ll_population_make(&population, &options, &villages, NULL, NULL), 0);
	return population;
}

static void test_citizen_numbers_are_valid(void **state)
{
	struct ll_population population = made(1, true);

	(void)state;
	for (uint32_t i = 0; i < population.person_count; i++) {
		const struct ll_sim_person *person = &population.people[i];
		struct ll_str text = {person->citizen_number, LL_CITIZEN_SIZE};
		char number[LL_CITIZEN_SIZE + 1];

		assert_int_equal(ll_citizen_normalise(text, number), 0);
		assert_int_equal(ll_citizen_birth_day(number), person->born_on);
		/* The last digit of order: odd for men. */
		assert_int_equal((number[16] - '0') % 2, person->female ? 0 : 1);
	}
	ll_population_release(&population);
}

static int by_number(const void *left, const void *right)
{
	const struct ll_sim_person *a = left, *b = right;

	return memcmp(a->citizen_number, b->citizen_number, LL_CITIZEN_SIZE);
}

static void test_citizen_numbers_are_different(void **state)
{
	struct ll_population population = made(1, true);

	(void)state;
	qsort(population.people, population.person_count, sizeof(population.people[0]), by_number);
	for (uint32_t i = 1; i < population.person_count; i++)
		assert_true(by_number(&population.people[i - 1], &population.people[i]) < 0);
	ll_population_release(&population);
}

/* All 500 numbers of one day, sex and place are given out before one is refused. */
static void test_a_full_day_finds_other_places(void **state)
{
	struct ll_citizen_set set;
	struct ll_random random;
	char number[LL_CITIZEN_SIZE];

	(void)state;
	assert_int_equal(ll_citizen_set_init(&set, 2000), 0);
	ll_random_init(&random, 1, 0, 0);
	for (int i = 0; i < 2000; i++)
		ll_citizen_number_make(&random, &set, 10000, false, number);
	assert_int_equal(set.count, 2000);
	ll_citizen_set_release(&set);
}

static void test_people_are_plausible(void **state)
{
	struct ll_population population = made(2, true);
	uint32_t children = 0, labour = 0;

	(void)state;
	assert_in_range(population.person_count, HOUSEHOLDS * 3, HOUSEHOLDS * 9 / 2);
	for (uint32_t i = 0; i < population.person_count; i++) {
		const struct ll_sim_person *person = &population.people[i];
		int32_t age = ll_sim_age(person, FROM);

		assert_in_range(age, 0, 100);
		if (person->labour)
			assert_in_range(age, 16, 69);
		if (person->in_school)
			assert_in_range(age, 4, 22);
		if (person->monthly_wage_fen)
			assert_true(person->labour);
		if (!person->labour)
			assert_true(person->resident);
		children += age < 16;
		labour += person->labour;
	}
	assert_in_range(children * 100 / population.person_count, 12, 30);
	assert_in_range(labour * 100 / population.person_count, 40, 65);
	ll_population_release(&population);
}

static void test_households_are_plausible(void **state)
{
	struct ll_population population = made(3, true);
	int ex_poor = 0, unknown = 0, below_line = 0, late = 0, never = 0;

	(void)state;
	for (uint32_t i = 0; i < population.household_count; i++) {
		const struct ll_sim_household *household = &population.households[i];

		assert_in_range(household->person_count, 1, LL_SIM_MEMBERS_MAX);
		assert_true(household->income_fen > 0);
		ex_poor += household->category == LL_CATEGORY_EX_POOR;
		unknown += !household->income_known;
		below_line += household->income_fen / household->person_count < 880000;
		late += household->registered == LL_SIM_LATE;
		never += household->registered == LL_SIM_NEVER;
	}
	assert_in_range(ex_poor, HOUSEHOLDS * 6 / 100, HOUSEHOLDS * 10 / 100);
	assert_in_range(unknown, HOUSEHOLDS * 2 / 100, HOUSEHOLDS * 6 / 100);
	assert_in_range(below_line, HOUSEHOLDS * 1 / 100, HOUSEHOLDS * 8 / 100);
	assert_in_range(late, 1, HOUSEHOLDS / 50);
	assert_in_range(never, 1, HOUSEHOLDS / 100);
	assert_int_equal(population.income_year, 2024);
	ll_population_release(&population);
}

static void test_villages_are_of_the_list(void **state)
{
	struct ll_population population = made(4, false);

	(void)state;
	for (uint32_t i = 0; i < population.household_count; i++) {
		const struct ll_sim_household *household = &population.households[i];

		assert_int_equal(household->registered, LL_SIM_REGISTERED);
		assert_int_equal(household->village_code, villages.list[household->village].code);
		assert_int_equal(household->village_code / 100000000, 3605);
	}
	ll_population_release(&population);
}

static void test_codes_are_different(void **state)
{
	struct ll_population population = made(5, true);
	struct ll_key *keys = calloc(population.household_count, sizeof(keys[0]));
	char code[LL_SIM_HOUSEHOLD_CODE_MAX];

	(void)state;
	for (uint32_t i = 0; i < population.household_count; i++) {
		ll_sim_household_code(&population.households[i], code);
		ll_hash128(code, strlen(code), &keys[i]);
		for (uint32_t k = 0; k < i; k++)
			if (ll_key_equal(&keys[i], &keys[k]))
				fail_msg("%s is there twice", code);
	}
	free(keys);
	ll_population_release(&population);
}

static void test_same_seed_same_people(void **state)
{
	struct ll_population a = made(6, true), b = made(6, true), c = made(7, true);

	(void)state;
	assert_int_equal(a.person_count, b.person_count);
	for (uint32_t i = 0; i < a.person_count; i++)
		assert_memory_equal(a.people[i].citizen_number, b.people[i].citizen_number,
				    LL_CITIZEN_SIZE);
	assert_memory_not_equal(a.people[0].citizen_number, c.people[0].citizen_number,
				LL_CITIZEN_SIZE);
	ll_population_release(&a);
	ll_population_release(&b);
	ll_population_release(&c);
}

static void test_names_are_of_few_characters(void **state)
{
	struct ll_population population = made(8, true);
	char name[LL_PERSON_NAME_MAX];

	(void)state;
	for (uint32_t i = 0; i < population.person_count; i++) {
		ll_person_name_text(&population.people[i].name, name);
		assert_true(ll_str_is_utf8(ll_str_from(name)));
		assert_in_range(strlen(name), 6, 12);
	}
	ll_population_release(&population);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_citizen_numbers_are_valid),
		cmocka_unit_test(test_citizen_numbers_are_different),
		cmocka_unit_test(test_a_full_day_finds_other_places),
		cmocka_unit_test(test_people_are_plausible),
		cmocka_unit_test(test_households_are_plausible),
		cmocka_unit_test(test_villages_are_of_the_list),
		cmocka_unit_test(test_codes_are_different),
		cmocka_unit_test(test_same_seed_same_people),
		cmocka_unit_test(test_names_are_of_few_characters),
	};

	return cmocka_run_group_tests(tests, open_villages, close_villages);
}
