#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "registry/household_row.h"

#define CELLS 9

struct case_of {
	const char *cells[CELLS];
	int err;
	const char *field;
};

static int make(const char *const *cells, struct ll_registry_household *household,
		struct ll_row_problem *problem)
{
	struct ll_str values[CELLS];
	struct ll_row row = {.line = 2, .values = values};
	struct ll_pseudonyms *pseudonyms;
	int err;

	for (int i = 0; i < CELLS; i++)
		values[i] = cells[i] ? ll_str_from(cells[i]) : (struct ll_str){NULL, 0};
	assert_int_equal(ll_pseudonyms_new(LL_STR("0123456789abcdef"), &pseudonyms), 0);
	err = ll_household_row_make(pseudonyms, LL_STR("360502, 360521"), &row, household, problem);
	ll_pseudonyms_free(pseudonyms);
	return err;
}

static void test_good(void **state)
{
	static const char *const cells[CELLS] = {
		"H1",	    "360521001001", "ex_poor", "是", "car; public_employee",
		"12,345.6", "2024",	    "x",       "no"};
	static const char *const least[CELLS] = {"H2", "360502001001", "ordinary", "no"};
	struct ll_row_problem problem = {0};
	struct ll_registry_household household;

	(void)state;
	assert_int_equal(make(cells, &household, &problem), 0);
	assert_true(ll_str_equal(household.registered.area, LL_STR("360521001001")));
	assert_int_equal(household.registered.category, LL_CATEGORY_EX_POOR);
	assert_true(household.registered.dibao);
	assert_int_equal(household.registered.exclusion_marks,
			 LL_MARK_CAR | LL_MARK_PUBLIC_EMPLOYEE);
	assert_true(household.registered.recorded_income_fen.known);
	assert_int_equal(household.registered.recorded_income_fen.value, 1234560);
	assert_int_equal(household.registered.recorded_income_year, 2024);
	assert_false(household.registered.dissolved);
	assert_true(ll_str_equal(household.address, LL_STR("x")));
	assert_int_equal(make(least, &household, &problem), 0);
	assert_false(household.registered.recorded_income_fen.known);
}

static void test_reasons(void **state)
{
	static const struct case_of rows[] = {
		{{"", "360502001001", "ordinary", "no"}, -LL_ERR_MISSING, "household_code"},
		{{"H", "", "ordinary", "no"}, -LL_ERR_MISSING, "area"},
		{{"H", "360502", "ordinary", "no"}, -LL_ERR_BAD_AREA, "area"},
		{{"H", "36050200100x", "ordinary", "no"}, -LL_ERR_BAD_AREA, "area"},
		{{"H", "110101001001", "ordinary", "no"}, -LL_ERR_BAD_AREA, "area"},
		{{"H", "360502001001", "rich", "no"}, -LL_ERR_BAD_ENUM, "category"},
		{{"H", "360502001001", "", "no"}, -LL_ERR_MISSING, "category"},
		{{"H", "360502001001", "ordinary", "perhaps"}, -LL_ERR_BAD_ENUM, "dibao"},
		{{"H", "360502001001", "ordinary", "no", "car,flat"},
		 -LL_ERR_BAD_ENUM,
		 "exclusion_marks"},
		{{"H", "360502001001", "ordinary", "no", "", "much"},
		 -LL_ERR_BAD_NUMBER,
		 "recorded_income"},
		{{"H", "360502001001", "ordinary", "no", "", "5"}, -LL_ERR_MISSING, "income_year"},
		{{"H", "360502001001", "ordinary", "no", "", "5", "1800"},
		 -LL_ERR_OUT_OF_RANGE,
		 "income_year"},
		{{"H", "360502001001", "ordinary", "no", "", "5", "2500"},
		 -LL_ERR_OUT_OF_RANGE,
		 "income_year"},
		{{"H", "360502001001", "ordinary", "no", "", "", "", "", "x"},
		 -LL_ERR_BAD_ENUM,
		 "dissolved"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ll_row_problem problem = {0};
		struct ll_registry_household household;

		if (make(rows[i].cells, &household, &problem) != rows[i].err ||
		    problem.err != rows[i].err ||
		    !ll_str_equal(problem.field, ll_str_from(rows[i].field)))
			fail_msg("row %zu: %s %.*s", i, ll_err_name(problem.err),
				 LL_STR_ARG(problem.field));
	}
}

static void test_foreign_county_names_the_setting(void **state)
{
	static const char *const cells[CELLS] = {"H", "110101001001", "ordinary", "no"};
	struct ll_row_problem problem = {0};
	struct ll_registry_household household;

	(void)state;
	assert_int_equal(make(cells, &household, &problem), -LL_ERR_BAD_AREA);
	assert_non_null(strstr(problem.text, "'counties'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_foreign_county_names_the_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
