/* What a household's state says of its case: dimensions with the fact that decides, marks, green channel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "consumers/case/case.h"
#include "core/fact.h"
#include "core/indicator.h"

#define TODAY 20100

static struct ll_slab slab;
static struct ll_household household;

static int set_up(void **state)
{
	static const struct ll_key key = {{1}};

	(void)state;
	ll_slab_init(&slab);
	ll_household_init(&household, &key);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ll_slab_release(&slab);
	return 0;
}

static void put(struct ll_fact fact)
{
	enum ll_fact_change change;

	assert_int_equal(ll_fact_put(&household, &fact, &slab, &change), 0);
}

static struct ll_case_standing standing_on(int32_t today)
{
	struct ll_case_standing standing;

	ll_case_standing_of(&household, today, &standing);
	assert_true(standing.known);
	return standing;
}

static void test_dimensions(void **state)
{
	struct ll_case_standing standing;

	(void)state;
	/* A visit saw food secure and housing at risk: risks in the low bits, see core/fact.h. */
	put((struct ll_fact){.id = 1,
			     .kind = LL_FACT_VISIT,
			     .occurred_on = TODAY - 3,
			     .extra = 1u << (LL_DIMENSION_HOUSING - 1) |
				      1u << (LL_DIMENSION_FOOD - 1 + 6)});
	put((struct ll_fact){
		.id = 2, .kind = LL_EVENT_WATER_SUPPLY_LOSS, .occurred_on = TODAY - 9});
	standing = standing_on(TODAY);
	assert_int_equal(standing.dimensions[LL_DIMENSION_FOOD].security, LL_SECURITY_SECURE);
	assert_int_equal(standing.dimensions[LL_DIMENSION_HOUSING].security, LL_SECURITY_AT_RISK);
	assert_int_equal(standing.dimensions[LL_DIMENSION_WATER].security, LL_SECURITY_AT_RISK);
	assert_int_equal(standing.dimensions[LL_DIMENSION_CLOTHING].security, 0);
	assert_true(standing.dimensions[LL_DIMENSION_HOUSING].has_fact);
	assert_int_equal(standing.dimensions[LL_DIMENSION_HOUSING].fact.occurred_on, TODAY - 3);
	assert_int_equal(standing.dimensions[LL_DIMENSION_WATER].fact.occurred_on, TODAY - 9);
	assert_false(standing.dimensions[LL_DIMENSION_CLOTHING].has_fact);
}

static void test_marks_and_green(void **state)
{
	struct ll_case_standing standing;

	(void)state;
	household.exclusion_marks = LL_MARK_CAR;
	household.waived_marks = LL_MARK_CAR;
	household.green = true;
	put((struct ll_fact){.id = 3,
			     .kind = LL_EVENT_ASSET_RECORD,
			     .detail = LL_ASSET_COMPANY,
			     .occurred_on = TODAY - 1});
	standing = standing_on(TODAY);
	assert_true(standing.green);
	assert_int_equal(standing.marks, LL_MARK_CAR | LL_MARK_COMPANY);
	assert_int_equal(standing.waived_marks, LL_MARK_CAR);
	/* Before the first day nothing is computed. */
	standing = standing_on(LL_DAY_NONE);
	assert_int_equal(standing.marks, LL_MARK_CAR);
	assert_int_equal(standing.dimensions[LL_DIMENSION_FOOD].security, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_dimensions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_marks_and_green, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
