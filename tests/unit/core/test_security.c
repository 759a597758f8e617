/* Two no-worries, three guarantees, and water: security.c. */
#include "home.h"

#define BIT(symbol) (1u << LL_DIMENSION_##symbol)
#define SECURE	    LL_SECURITY_SECURE
#define AT_RISK	    LL_SECURITY_AT_RISK

static void test_nobody_said_anything(void **state)
{
	struct home *home = *state;

	assert_unknown(home, FOOD_SECURITY);
	assert_unknown(home, CLOTHING_SECURITY);
	assert_unknown(home, MEDICAL_SECURITY);
	assert_unknown(home, HOUSING_SECURITY);
	assert_unknown(home, WATER_SECURITY);
	assert_value(home, EDUCATION_SECURITY, SECURE); /* the child is in school */
	assert_behind(home, EDUCATION_SECURITY, "");
}

static void test_a_visit_sees_all(void **state)
{
	struct home *home = *state;

	home_visit(home, "v", BIT(FOOD) | BIT(CLOTHING) | BIT(HOUSING),
		   BIT(WATER) | BIT(EDUCATION));
	assert_value(home, FOOD_SECURITY, SECURE);
	assert_value(home, CLOTHING_SECURITY, SECURE);
	assert_value(home, HOUSING_SECURITY, SECURE);
	assert_value(home, WATER_SECURITY, AT_RISK);
	assert_value(home, EDUCATION_SECURITY, AT_RISK);
	assert_unknown(home, MEDICAL_SECURITY);
	assert_behind(home, WATER_SECURITY, "v");
	assert_behind(home, MEDICAL_SECURITY, "");
}

static void test_needs_are_dimensions(void **state)
{
	static const struct {
		enum ll_need need;
		enum ll_indicator indicator;
	} rows[] = {
		{LL_NEED_FOOD, LL_INDICATOR_FOOD_SECURITY},
		{LL_NEED_CLOTHING, LL_INDICATOR_CLOTHING_SECURITY},
		{LL_NEED_EDUCATION, LL_INDICATOR_EDUCATION_SECURITY},
		{LL_NEED_MEDICAL, LL_INDICATOR_MEDICAL_SECURITY},
		{LL_NEED_HOUSING, LL_INDICATOR_HOUSING_SECURITY},
		{LL_NEED_WATER, LL_INDICATOR_WATER_SECURITY},
	};
	struct home *home = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		home->household.fact_count = 0;
		home_tell(home, 0, "a", home->today, declaration(rows[i].need));
		assert_string_equal(home_behind(home, rows[i].indicator), "a");
		for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
			if (k == i || rows[k].indicator != LL_INDICATOR_EDUCATION_SECURITY)
				assert_int_equal(home_compute(home).value[rows[k].indicator],
						 k == i ? AT_RISK : 0);
	}
	home->household.fact_count = 0;
	home_tell(home, 0, "a", home->today, declaration(LL_NEED_INCOME));
	assert_value(home, DECLARED_NEEDS, 1);
	assert_unknown(home, FOOD_SECURITY);
	assert_unknown(home, WATER_SECURITY);
}

static void test_the_latest_decides(void **state)
{
	struct home *home = *state;

	home_tell(home, 0, "a", home->today - 9, water(false));
	assert_value(home, WATER_SECURITY, AT_RISK);
	home_tell(home, 0, "b", home->today - 5, water(true));
	assert_value(home, WATER_SECURITY, SECURE);
	assert_behind(home, WATER_SECURITY, "b");
	home_tell(home, 0, "c", home->today - 7, declaration(LL_NEED_WATER));
	assert_value(home, WATER_SECURITY, SECURE);
	/* Of one day trouble wins, whatever the ids. */
	home_tell(home, 0, "d", home->today - 5, declaration(LL_NEED_WATER));
	assert_value(home, WATER_SECURITY, AT_RISK);
	assert_behind(home, WATER_SECURITY, "d");
	home_tell(home, 0, "e", home->today, water(true));
	home_tell(home, 0, "f", home->today, water(false));
	assert_value(home, WATER_SECURITY, AT_RISK);
	assert_behind(home, WATER_SECURITY, "f");
	/* Who looked that day knows better, in both directions. */
	home_visit(home, "v", BIT(WATER), 0);
	assert_value(home, WATER_SECURITY, SECURE);
	assert_behind(home, WATER_SECURITY, "v");
	home_visit(home, "w", 0, BIT(WATER));
	assert_value(home, WATER_SECURITY, AT_RISK);
	assert_behind(home, WATER_SECURITY, "w");
	home_tell(home, 0, "g", home->today + 1, water(true));
	assert_changes_on(home, WATER_SECURITY, home->today + 1, AT_RISK, SECURE);
}

static void test_housing(void **state)
{
	struct home *home = *state;

	home_tell(home, 0, "a", home->today - 9, housing(LL_HOUSING_B, 0));
	assert_value(home, HOUSING_SECURITY, SECURE);
	home_tell(home, 0, "b", home->today - 8, housing(LL_HOUSING_C, 0));
	assert_value(home, HOUSING_SECURITY, AT_RISK);
	home_tell(home, 0, "c", home->today - 7, housing(LL_HOUSING_A, 0));
	assert_value(home, HOUSING_SECURITY, SECURE);
	home_tell(home, 0, "d", home->today - 6, flood_damage(false, 100));
	assert_value(home, HOUSING_SECURITY, SECURE);
	home_tell(home, 0, "e", home->today - 5, flood_damage(true, 100));
	assert_value(home, HOUSING_SECURITY, AT_RISK);
	assert_behind(home, HOUSING_SECURITY, "e");
	/* It does not dry by itself. */
	home->today += 500;
	assert_value(home, HOUSE_FLOODED, 0);
	assert_value(home, HOUSING_SECURITY, AT_RISK);
}

static void test_illness(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", home->today, chronic(false, 100));
	assert_unknown(home, MEDICAL_SECURITY);
	home_tell(home, 1, "b", home->today, chronic(true, 100));
	assert_unknown(home, MEDICAL_SECURITY); /* whether the treatment is paid it does not say */
	assert_value(home, SEVERE_ILLNESS, 1);
	assert_behind(home, SEVERE_ILLNESS, "b");
	home_tell(home, 1, "c", home->today, death(0));
	assert_unknown(home, MEDICAL_SECURITY);
	assert_value(home, SEVERE_ILLNESS, 0);
	assert_behind(home, SEVERE_ILLNESS, "");
}

static struct ll_household_event two_children(void)
{
	static struct ll_member members[3];
	struct ll_household_event event = registered(7);

	memcpy(members, event.household_registered.members, sizeof(members));
	event.household_registered.members = members;
	members[1].born_on = day(2012, 2, 29);
	members[1].labour = false;
	members[1].in_school = true;
	return event;
}

static void test_children(void **state)
{
	struct home *home = *state;

	home_feed(home, two_children());
	home_tell(home, 3, "a", home->today - 9, dropout());
	assert_value(home, EDUCATION_SECURITY, AT_RISK);
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 1);
	home_tell(home, 2, "b", home->today - 8, dropout());
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 2);
	home_tell(home, 2, "c", home->today - 7, returned());
	/* One is back, one is not. */
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 1);
	assert_value(home, EDUCATION_SECURITY, AT_RISK);
	assert_behind(home, EDUCATION_SECURITY, "a");
	assert_behind(home, CHILDREN_OUT_OF_SCHOOL, "a");
	/* Of one day out is out. */
	home_tell(home, 3, "d", home->today - 9, returned());
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 1);
	home_tell(home, 3, "e", home->today - 5, returned());
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 0);
	assert_value(home, EDUCATION_SECURITY, SECURE);
	assert_behind(home, EDUCATION_SECURITY, "e");
	home_tell(home, 3, "f", home->today - 3, dropout());
	assert_value(home, EDUCATION_SECURITY, AT_RISK);
	assert_behind(home, CHILDREN_OUT_OF_SCHOOL, "f");
	home_visit(home, "v", BIT(EDUCATION), 0);
	assert_value(home, EDUCATION_SECURITY, SECURE);
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 1);
}

static void test_school_age_by_the_registry(void **state)
{
	struct home *home = *state;
	struct ll_household_event event = registered(7);
	struct ll_member *members = (struct ll_member *)event.household_registered.members;

	members[2].in_school = false;
	event.household_registered.recorded_income_fen.known = false;
	home_feed(home, event);
	assert_unknown(home, EDUCATION_SECURITY);
	/* Born on 2014-09-01: before six and from sixteen on, the law asks for nothing. */
	home->today = day(2020, 8, 31);
	assert_value(home, EDUCATION_SECURITY, SECURE);
	assert_int_equal(home_compute(home).wake_on, day(2020, 9, 1));
	home->today = day(2020, 9, 1);
	assert_unknown(home, EDUCATION_SECURITY);
	assert_int_equal(home_compute(home).wake_on, day(2030, 9, 1));
	home->today = day(2030, 8, 31);
	assert_unknown(home, EDUCATION_SECURITY);
	home->today = day(2030, 9, 1);
	assert_value(home, EDUCATION_SECURITY, SECURE);
	assert_int_equal(home_compute(home).wake_on, INT32_MAX);
}

static void test_born_on_a_leap_day(void **state)
{
	struct home *home = *state;

	home_feed(home, two_children());
	home_tell(home, 2, "a", day(2025, 6, 1), dropout());
	assert_changes_on(home, CHILDREN_OUT_OF_SCHOOL, day(2028, 2, 29), 1, 0);
	home->today = day(2018, 2, 27);
	assert_int_equal(home_compute(home).wake_on, day(2018, 2, 28)); /* six */
}

static void test_a_dead_child_is_not_out_of_school(void **state)
{
	struct home *home = *state;

	home_tell(home, 3, "a", home->today - 3, dropout());
	home_tell(home, 3, "b", home->today - 2, death(0));
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 0);
	assert_value(home, EDUCATION_SECURITY, SECURE);
	assert_behind(home, EDUCATION_SECURITY, "");
	/* A member who is no child, or nobody known, is no child out of school. */
	home_tell(home, 1, "c", home->today, dropout());
	home_tell(home, 0, "d", home->today, dropout());
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 0);
	assert_value(home, EDUCATION_SECURITY, SECURE);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
	const struct CMUnitTest tests[] = {
		T(test_nobody_said_anything),
		T(test_a_visit_sees_all),
		T(test_needs_are_dimensions),
		T(test_the_latest_decides),
		T(test_housing),
		T(test_illness),
		T(test_children),
		T(test_school_age_by_the_registry),
		T(test_born_on_a_leap_day),
		T(test_a_dead_child_is_not_out_of_school),
	};

	return cmocka_run_group_tests_name("core/security", tests, NULL, NULL);
}
