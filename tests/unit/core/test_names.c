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

#define NAME_OF(wrapper, function, type)                \
	static const char *wrapper(unsigned int number) \
	{                                               \
		return function((type)number);          \
	}
NAME_OF(kind_name, ll_event_kind_name, enum ll_event_kind)
NAME_OF(kind_name_zh, ll_event_kind_name_zh, enum ll_event_kind)
NAME_OF(decision_name, ll_case_decision_name, enum ll_case_decision_type)
NAME_OF(state_name, ll_case_state_name, enum ll_case_state)
NAME_OF(state_name_zh, ll_case_state_name_zh, enum ll_case_state)
NAME_OF(group_name, ll_group_name, enum ll_group)
NAME_OF(group_name_zh, ll_group_name_zh, enum ll_group)
NAME_OF(measure_name, ll_measure_name, enum ll_measure)
NAME_OF(measure_name_zh, ll_measure_name_zh, enum ll_measure)
NAME_OF(indicator_name, ll_indicator_name, enum ll_indicator)
NAME_OF(indicator_name_zh, ll_indicator_name_zh, enum ll_indicator)

/* No two of a list share a name, in either language. */
static void test_no_name_twice(void **state)
{
	static const struct {
		const char *(*name)(unsigned int number);
		unsigned int count;
	} lists[] = {
		{kind_name, LL_EVENT_KIND_COUNT},	 {kind_name_zh, LL_EVENT_KIND_COUNT},
		{decision_name, LL_CASE_DECISION_COUNT}, {state_name, LL_CASE_STATE_COUNT},
		{state_name_zh, LL_CASE_STATE_COUNT},	 {group_name, LL_GROUP_COUNT},
		{group_name_zh, LL_GROUP_COUNT},	 {measure_name, LL_MEASURE_COUNT},
		{measure_name_zh, LL_MEASURE_COUNT},	 {indicator_name, LL_INDICATOR_COUNT},
		{indicator_name_zh, LL_INDICATOR_COUNT},
	};

	(void)state;
	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++)
		for (unsigned int i = 0; i < lists[l].count; i++) {
			assert_string_not_equal(lists[l].name(i), "?");
			assert_string_not_equal(lists[l].name(i), "");
			for (unsigned int k = 0; k < i; k++)
				assert_string_not_equal(lists[l].name(i), lists[l].name(k));
		}
}

static void test_unknown(void **state)
{
	(void)state;
	assert_string_equal(ll_case_state_name((enum ll_case_state)99), "?");
	assert_string_equal(ll_event_kind_name((enum ll_event_kind) - 1), "?");
	assert_string_equal(ll_group_name((enum ll_group)LL_GROUP_COUNT), "?");
	assert_int_equal(ll_event_kind_by_name(LL_STR("visit")), -1);
	assert_int_equal(ll_measure_by_name(LL_STR("visi")), -1);
	assert_int_equal(ll_measure_by_name(LL_STR("")), -1);
}

static void test_some_by_hand(void **state)
{
	(void)state;
	assert_string_equal(ll_measure_name_zh(LL_MEASURE_VISIT), "入户核实");
	assert_string_equal(ll_case_state_name(LL_CASE_MONITORED), "monitored");
	assert_string_equal(ll_case_decision_name(LL_DECIDED_UNHOLD), "unhold");
	assert_string_equal(ll_group_name(LL_GROUP_SUDDEN), "sudden_difficulty");
	assert_string_equal(ll_event_kind_name_zh(LL_EVENT_CROP_LOSS), "农作物受灾");
	assert_int_equal(ll_indicator_unit(LL_INDICATOR_WATER_SECURITY), LL_UNIT_CODE);
	assert_string_equal(ll_task_change_name(LL_CHANGE_OVERDUE), "overdue");
	assert_int_equal(ll_indicator_unit(LL_INDICATOR_INCOME_DROP), LL_UNIT_PERMILLE);
	assert_int_equal(ll_indicator_dimension(LL_INDICATOR_HOUSE_FLOODED), LL_DIMENSION_HOUSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_no_name_twice),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_some_by_hand),
	};

	return cmocka_run_group_tests_name("core/names", tests, NULL, NULL);
}
