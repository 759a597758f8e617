#include "fixture.h"

static void test_there_and_back(void **state)
{
	(void)state;
	for (int i = 0; i < LL_EVENT_KIND_COUNT; i++)
		assert_int_equal(ll_event_kind_by_name(
					 ll_str_from(ll_event_kind_name((enum ll_event_kind)i))),
				 i);
	for (int i = 0; i < LL_MEASURE_COUNT; i++)
		assert_int_equal(
			ll_measure_by_name(ll_str_from(ll_measure_name((enum ll_measure)i))), i);
	for (int i = 0; i < LL_TASK_STATE_COUNT; i++)
		assert_int_equal(ll_task_state_by_name(
					 ll_str_from(ll_task_state_name((enum ll_task_state)i))),
				 i);
	for (int i = 0; i < LL_DIMENSION_COUNT; i++)
		assert_int_equal(
			ll_dimension_by_name(ll_str_from(ll_dimension_name((enum ll_dimension)i))),
			i);
	for (int i = 0; i < LL_INDICATOR_COUNT; i++)
		assert_int_equal(
			ll_indicator_by_name(ll_str_from(ll_indicator_name((enum ll_indicator)i))),
			i);
	for (int i = 0; i < LL_OPERATOR_COUNT; i++)
		assert_int_equal(
			ll_operator_by_name(ll_str_from(ll_operator_name((enum ll_operator)i))), i);
}

static void test_unknown(void **state)
{
	(void)state;
	assert_string_equal(ll_case_state_name((enum ll_case_state)99), "?");
	assert_string_equal(ll_event_kind_name((enum ll_event_kind) - 1), "?");
	assert_int_equal(ll_measure_by_name(LL_STR("visi")), -1);
	assert_int_equal(ll_measure_by_name(LL_STR("")), -1);
}

static void test_some_by_hand(void **state)
{
	(void)state;
	assert_string_equal(ll_measure_name_zh(LL_MEASURE_VISIT), "入户核实");
	assert_string_equal(ll_case_state_name(LL_CASE_MONITORED), "monitored");
	assert_string_equal(ll_case_decision_name(LL_DECIDED_UNHOLD), "unhold");
	assert_string_equal(ll_task_change_name(LL_CHANGE_OVERDUE), "overdue");
	assert_int_equal(ll_indicator_unit(LL_INDICATOR_INCOME_DROP), LL_UNIT_PERMILLE);
	assert_int_equal(ll_indicator_dimension(LL_INDICATOR_HOUSE_FLOODED), LL_DIMENSION_HOUSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_some_by_hand),
	};

	return cmocka_run_group_tests_name("core/names", tests, NULL, NULL);
}
