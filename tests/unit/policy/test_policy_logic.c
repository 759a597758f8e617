/* What rules say about each other, against every value that there can be. */
#include "policy/policy_logic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "policy/policy_value.h"

#define COMPARE(name, how, value)                             \
	{                                                     \
		LL_INDICATOR_##name, LL_OPERATOR_##how, value \
	}
#define RULE(...)                                                                           \
	((struct ll_rule){.comparisons = {__VA_ARGS__},                                     \
			  .comparison_count =                                               \
				  (int32_t)(sizeof((struct ll_comparison[]){__VA_ARGS__}) / \
					    sizeof(struct ll_comparison))})

static bool implies(struct ll_rule a, struct ll_rule b)
{
	return ll_logic_implies(&a, &b);
}

static void one_indicator(void **state)
{
	const struct ll_rule above_5 = RULE(COMPARE(LABOURERS, ABOVE, 5));
	const struct ll_rule at_least_6 = RULE(COMPARE(LABOURERS, AT_LEAST, 6));
	const struct ll_rule at_least_3 = RULE(COMPARE(LABOURERS, AT_LEAST, 3));
	const struct ll_rule six = RULE(COMPARE(LABOURERS, ABOVE, 5), COMPARE(LABOURERS, BELOW, 7));
	const struct ll_rule none =
		RULE(COMPARE(LABOURERS, ABOVE, 5), COMPARE(LABOURERS, BELOW, 6));

	(void)state;
	assert_true(ll_logic_same(&above_5, &at_least_6));
	assert_true(implies(above_5, at_least_3));
	assert_false(implies(at_least_3, above_5));
	assert_false(ll_logic_same(&above_5, &at_least_3));
	assert_true(implies(six, above_5));
	assert_true(ll_logic_possible(&six, 1));
	assert_true(ll_logic_possible(&none, 0));
	assert_false(ll_logic_possible(&none, 1));
}

static void many_indicators(void **state)
{
	(void)state;
	assert_true(implies(RULE(COMPARE(LABOURERS, ABOVE, 5), COMPARE(DIBAO, IS, 1)),
			    RULE(COMPARE(DIBAO, IS_NOT, 0))));
	assert_false(implies(RULE(COMPARE(DIBAO, IS_NOT, 0)),
			     RULE(COMPARE(LABOURERS, ABOVE, 5), COMPARE(DIBAO, IS, 1))));
	/* A cost of at least nothing is known; who does not ask for it may not know it. */
	assert_false(implies(RULE(COMPARE(DIBAO, IS, 1)),
			     RULE(COMPARE(MEDICAL_OWN_COST_12M, AT_LEAST, 0))));
	assert_true(implies(RULE(COMPARE(DIBAO, IS, 1)), RULE(COMPARE(LABOURERS, AT_LEAST, 0))));
	assert_true(implies(RULE(COMPARE(FOOD_SECURITY, IS, 1)),
			    RULE(COMPARE(FOOD_SECURITY, IS_NOT, 2))));
	assert_false(
		implies(RULE(COMPARE(FOOD_SECURITY, IS, 1)), RULE(COMPARE(WATER_SECURITY, IS, 1))));
}

static void work_is_three_of_two(void **state)
{
	const struct ll_rule all = RULE(COMPARE(JOBLESS_SHARE, IS, 1000));
	const struct ll_rule nobody =
		RULE(COMPARE(LABOURERS, AT_MOST, 0), COMPARE(JOBLESS_SHARE, ABOVE, 0));

	(void)state;
	assert_true(implies(all, RULE(COMPARE(LABOURERS, AT_LEAST, 1))));
	assert_true(implies(all, RULE(COMPARE(LABOURERS_WITHOUT_WORK, AT_LEAST, 1))));
	assert_false(implies(all, RULE(COMPARE(LABOURERS, AT_LEAST, 2))));
	assert_false(ll_logic_possible(&nobody, 1));
}

static void what_says_nothing(void **state)
{
	const struct ll_rule rule =
		RULE(COMPARE(LABOURERS, ABOVE, 5), COMPARE(LABOURERS, AT_LEAST, 3),
		     COMPARE(JOBLESS_SHARE, ABOVE, 0));

	(void)state;
	assert_false(ll_logic_redundant(&rule, 0));
	assert_true(ll_logic_redundant(&rule, 1));
	/* Not by what another indicator says: who reads it should not have to know. */
	assert_false(ll_logic_redundant(&rule, 2));
	assert_true(ll_logic_always((struct ll_comparison)COMPARE(LABOURERS, AT_LEAST, 0)));
	assert_false(ll_logic_always((struct ll_comparison)COMPARE(LABOURERS, AT_LEAST, 1)));
	assert_true(ll_logic_always((struct ll_comparison)COMPARE(JOBLESS_SHARE, AT_MOST, 1000)));
	assert_false(ll_logic_undecided(&rule));
	assert_true(ll_logic_undecided(&RULE(COMPARE(INCOME_PER_HEAD, BELOW, 5))));
}

static bool holds(const struct ll_rule *rule, int64_t value)
{
	for (int32_t i = 0; i < rule->comparison_count; i++) {
		int64_t threshold = rule->comparisons[i].threshold;

		switch (rule->comparisons[i].op) {
#define HOLDS_CASE(symbol, number, name, op) \
	case LL_OPERATOR_##symbol:           \
		if (!(value op threshold))   \
			return false;        \
		break;
			LL_OPERATORS(HOLDS_CASE)
#undef HOLDS_CASE
		case LL_OPERATOR_COUNT:
			break;
		}
	}
	return true;
}

/* Warning levels are few: all rules of up to two comparisons, all values. */
static void the_same_as_by_hand(void **state)
{
	const struct ll_value_domain *domain = ll_value_domain_of(LL_INDICATOR_ALERT_SEVERITY);
	struct ll_rule rules[LL_OPERATOR_COUNT * 4 * LL_OPERATOR_COUNT * 4];
	size_t count = 0;

	(void)state;
	for (int a = 0; a < LL_OPERATOR_COUNT * 4; a++)
		for (int b = 0; b < LL_OPERATOR_COUNT * 4; b++)
			rules[count++] = RULE(
				{LL_INDICATOR_ALERT_SEVERITY, (enum ll_operator)(a / 4), 1 + a % 4},
				{LL_INDICATOR_ALERT_SEVERITY, (enum ll_operator)(b / 4),
				 1 + b % 4});
	for (size_t a = 0; a < count; a++) {
		bool possible = false;

		for (int64_t value = domain->min; value <= domain->max; value++)
			possible = possible || holds(&rules[a], value);
		assert_int_equal(ll_logic_possible(&rules[a], 1), possible);
		for (size_t b = a % 7; b < count; b += 7) {
			bool always = true;

			for (int64_t value = domain->min; value <= domain->max; value++)
				always = always &&
					 (!holds(&rules[a], value) || holds(&rules[b], value));
			assert_int_equal(ll_logic_implies(&rules[a], &rules[b]), always);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_indicator),	cmocka_unit_test(many_indicators),
		cmocka_unit_test(work_is_three_of_two), cmocka_unit_test(what_says_nothing),
		cmocka_unit_test(the_same_as_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
