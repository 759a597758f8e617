#include "fixture.h"

#include "core/rule.h"

static struct ll_indicators indicators_of(enum ll_indicator indicator, int64_t value, bool known)
{
	struct ll_indicators indicators = {.known = known ? UINT64_C(1) << indicator : 0};

	indicators.value[indicator] = value;
	return indicators;
}

static void test_operators(void **state)
{
	static const struct {
		enum ll_operator op;
		bool below, equal, above;
	} rows[] = {
		{LL_OPERATOR_AT_LEAST, false, true, true}, {LL_OPERATOR_AT_MOST, true, true, false},
		{LL_OPERATOR_ABOVE, false, false, true},   {LL_OPERATOR_BELOW, true, false, false},
		{LL_OPERATOR_IS, false, true, false},	   {LL_OPERATOR_IS_NOT, true, false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ll_comparison comparison = {LL_INDICATOR_LABOURERS, rows[i].op, 10};

		for (int64_t value = 9; value <= 11; value++) {
			struct ll_indicators known =
				indicators_of(LL_INDICATOR_LABOURERS, value, true);
			struct ll_indicators unknown =
				indicators_of(LL_INDICATOR_LABOURERS, value, false);
			bool expected = value == 9    ? rows[i].below
					: value == 10 ? rows[i].equal
						      : rows[i].above;

			assert_int_equal(ll_comparison_truth(&comparison, &known),
					 expected ? LL_TRUE : LL_FALSE);
			assert_int_equal(ll_comparison_truth(&comparison, &unknown), LL_UNKNOWN);
		}
	}
}

/*
 * Against every value that the bound allows, one by one: where all agree the bound decides, else nobody
 * knows.
 */
static void test_bounds_decide_where_every_value_agrees(void **state)
{
	const enum ll_indicator indicator = LL_INDICATOR_PRODUCTION_LOSS_12M;

	(void)state;
	for (int op = 0; op < LL_OPERATOR_COUNT; op++)
		for (int64_t bound = 6; bound <= 14; bound++)
			for (int upper = 0; upper < 2; upper++) {
				struct ll_comparison comparison = {indicator, (enum ll_operator)op,
								   10};
				struct ll_indicators indicators = {.known = 0};
				bool any[2] = {false, false};
				enum ll_truth expected = LL_UNKNOWN;

				for (int64_t d = 0; d < 20; d++) {
					struct ll_indicators one = indicators_of(
						indicator, upper ? bound - d : bound + d, true);

					any[ll_comparison_truth(&comparison, &one)] = true;
				}
				if (any[LL_TRUE] != any[LL_FALSE])
					expected = any[LL_TRUE] ? LL_TRUE : LL_FALSE;
				indicators.value[indicator] = bound;
				if (upper)
					indicators.at_most = UINT64_C(1) << indicator;
				else
					indicators.at_least = UINT64_C(1) << indicator;
				assert_int_equal(ll_comparison_truth(&comparison, &indicators),
						 expected);
			}
}

/* Beyond 32 indicators a bit of 32 would be another's. */
static void test_the_last_indicator_has_its_own_bit(void **state)
{
	struct ll_rule rule = {
		.comparisons = {{LL_INDICATOR_PRODUCTION_LOSS_12M, LL_OPERATOR_AT_LEAST, 1}},
		.comparison_count = 1,
	};
	struct ll_indicators wrong = indicators_of(LL_INDICATOR_PRODUCTION_LOSS_12M - 32, 1, true);

	(void)state;
	assert_int_equal(ll_rule_indicators(&rule), UINT64_C(1)
							    << LL_INDICATOR_PRODUCTION_LOSS_12M);
	wrong.value[LL_INDICATOR_PRODUCTION_LOSS_12M] = 1;
	assert_int_equal(ll_comparison_truth(&rule.comparisons[0], &wrong), LL_UNKNOWN);
}

static struct ll_verdict judge(bool asks, struct ll_indicators indicators)
{
	const struct ll_rule rule = {
		.id = LL_STR("r"),
		.level = 2,
		.visit_when_unknown = asks,
		.measures = 1u << LL_MEASURE_JOB_SUPPORT,
		.comparisons = {{LL_INDICATOR_LABOURERS_WITHOUT_WORK, LL_OPERATOR_AT_LEAST, 1},
				{LL_INDICATOR_INCOME_PER_HEAD, LL_OPERATOR_BELOW, 100}},
		.comparison_count = 2,
	};
	const struct ll_policy_region region = {.rules = &rule, .rule_count = 1};
	struct ll_verdict verdict;

	ll_rule_judge(&region, &indicators, &verdict);
	return verdict;
}

static void test_unknown_never_holds(void **state)
{
	struct ll_indicators indicators = {.known = 1u << LL_INDICATOR_LABOURERS_WITHOUT_WORK};
	struct ll_verdict verdict;

	(void)state;
	indicators.value[LL_INDICATOR_LABOURERS_WITHOUT_WORK] = 1;
	verdict = judge(false, indicators);
	assert_int_equal(verdict.holding, 0);
	assert_int_equal(verdict.findings[0].outcome, LL_RULE_UNDECIDED);
	verdict = judge(true, indicators);
	assert_int_equal(verdict.holding, 0);
	assert_int_equal(verdict.findings[0].outcome, LL_RULE_ASKS);
	/* A known comparison that is false: nobody needs to ask. */
	indicators.value[LL_INDICATOR_LABOURERS_WITHOUT_WORK] = 0;
	assert_int_equal(judge(true, indicators).count, 0);
}

static void test_what_a_finding_asks_for(void **state)
{
	const struct ll_rule rule = {.measures = 1u << LL_MEASURE_JOB_SUPPORT};

	(void)state;
	assert_int_equal(ll_finding_measures(&rule, LL_RULE_HOLDS), 1u << LL_MEASURE_JOB_SUPPORT);
	assert_int_equal(ll_finding_measures(&rule, LL_RULE_ASKS), 1u << LL_MEASURE_VISIT);
	assert_int_equal(ll_finding_measures(&rule, LL_RULE_UNDECIDED), 0);
}

static void test_precaution_is_found_but_makes_no_lead(void **state)
{
	const struct ll_rule rule = {
		.precaution = true,
		.comparisons = {{LL_INDICATOR_ALERT_SEVERITY, LL_OPERATOR_AT_LEAST, 3}},
		.comparison_count = 1,
	};
	const struct ll_policy_region region = {.rules = &rule, .rule_count = 1};
	struct ll_indicators indicators = {.known = UINT64_MAX};
	struct ll_verdict verdict;

	(void)state;
	indicators.value[LL_INDICATOR_ALERT_SEVERITY] = 3;
	ll_rule_judge(&region, &indicators, &verdict);
	assert_int_equal(verdict.count, 1);
	assert_int_equal(verdict.findings[0].outcome, LL_RULE_HOLDS);
	assert_int_equal(verdict.holding, 0);
}

static void test_all_must_hold(void **state)
{
	struct ll_indicators indicators = {.known = UINT64_MAX};
	struct ll_verdict verdict;

	(void)state;
	indicators.value[LL_INDICATOR_LABOURERS_WITHOUT_WORK] = 1;
	indicators.value[LL_INDICATOR_INCOME_PER_HEAD] = 99;
	verdict = judge(true, indicators);
	assert_int_equal(verdict.holding, 1);
	indicators.value[LL_INDICATOR_INCOME_PER_HEAD] = 100;
	assert_int_equal(judge(true, indicators).count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_bounds_decide_where_every_value_agrees),
		cmocka_unit_test(test_the_last_indicator_has_its_own_bit),
		cmocka_unit_test(test_unknown_never_holds),
		cmocka_unit_test(test_what_a_finding_asks_for),
		cmocka_unit_test(test_precaution_is_found_but_makes_no_lead),
		cmocka_unit_test(test_all_must_hold),
	};

	return cmocka_run_group_tests_name("core/rule", tests, NULL, NULL);
}
