/* What two policies differ in, as data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "policy/policy_diff.h"
#include "policy/policy_yaml.h"

#define TEXT_MAX 4096

#define HEAD(version, day, line, keep)                                    \
	"policy: test\nversion: \"" version "\"\neffective_on: " day "\n" \
	"keep_months: " keep "\nescalate_after_days: 5\n"                 \
	"parameters:\n  line: " line "\n"
#define MEASURES(days)                                                    \
	"measures:\n  visit: {due_days: " days ", department: village}\n" \
	"  medical_aid: {due_days: 10, department: insurance}\n"
#define RULE(id, level, when, open)                                      \
	"  - id: " id "\n    title: T " id "\n    title_zh: 题 " id "\n" \
	"    dimension: income\n    level: " level "\n    when:\n" when "    open: [" open "]\n"
#define LINE  "      - {indicator: income_per_head, below: $line}\n"
#define DIBAO "      - {indicator: dibao, is: no}\n"
#define BASE                                       \
	HEAD("1", "2021-01-01", "6000 yuan", "24") \
	MEASURES("3") "rules:\n" RULE("low", "2", LINE, "visit")

/* Each change as "area kind name measure before after", a line each. */
static void diff(const char *before_text, const char *after_text, char text[TEXT_MAX])
{
	struct ll_policy *before, *after;
	const struct ll_policy_change *changes = NULL;
	struct ll_error error = {0};
	struct ll_arena arena;
	size_t count = 0, size = 0;

	if (ll_policy_compile(ll_str_from(before_text), &before, &error) ||
	    ll_policy_compile(ll_str_from(after_text), &after, &error))
		fail_msg("line %d: %s", error.line, error.message);
	ll_arena_init(&arena, 0);
	assert_int_equal(ll_policy_diff(before, after, &arena, &changes, &count), 0);
	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		const struct ll_policy_change *change = &changes[i];
		char area[LL_AREA_TEXT_MAX];

		ll_area_format(change->area, area);
		size += (size_t)snprintf(
			text + size, TEXT_MAX - size, "%s %s %.*s %s %lld %lld%.*s%s%.*s\n", area,
			ll_policy_change_name(change->kind), LL_STR_ARG(change->name),
			change->kind >= LL_POLICY_OPENS ? ll_measure_name(change->measure) : "-",
			(long long)change->before, (long long)change->after,
			LL_STR_ARG(change->text_before), change->text_after.size ? ">" : "",
			LL_STR_ARG(change->text_after));
		assert_true(size < TEXT_MAX);
	}
	ll_arena_release(&arena);
	ll_policy_free(before);
	ll_policy_free(after);
}

static void assert_diff(const char *before, const char *after, const char *wanted)
{
	char text[TEXT_MAX];

	diff(before, after, text);
	assert_string_equal(text, wanted);
}

static void test_nothing(void **state)
{
	(void)state;
	assert_diff(BASE, BASE, "");
	/* Comments and order of keys are no difference. */
	assert_diff(BASE, "# another\n" BASE, "");
}

static void test_numbers_and_terms(void **state)
{
	(void)state;
	assert_diff(BASE,
		    HEAD("2", "2021-01-03", "6500 yuan", "36")
			    MEASURES("4") "rules:\n" RULE("low", "3", LINE, "visit, medical_aid"),
		    " version  - 0 01>2\n"
		    " effective_on  - 18628 18630\n"
		    " keep_months  - 24 36\n"
		    " parameter line - 600000 650000\n"
		    " comparison low - 600000 650000\n"
		    " level low - 2 3\n"
		    " opens low medical_aid 0 0\n"
		    " due_days  visit 3 4\n");
}

static void test_rules_and_conditions(void **state)
{
	static const char other[] = HEAD("1", "2021-01-01", "6000 yuan", "24")
		MEASURES("3") "rules:\n" RULE("low", "2", LINE DIBAO, "visit")
			RULE("new", "1", DIBAO LINE, "visit");

	(void)state;
	assert_diff(BASE, other,
		    " comparison_added low - 0 0\n"
		    " rule_added new - 0 0\n");
	assert_diff(other, BASE,
		    " comparison_removed low - 0 0\n"
		    " rule_removed new - 0 0\n");
	assert_diff(BASE,
		    HEAD("1", "2021-01-01", "6000 yuan", "24") MEASURES("3") "rules:\n" RULE(
			    "low", "2",
			    "      - {indicator: income_per_head, at_most: 7000 yuan}\n"
			    "      - {indicator: rigid_spending_12m, at_least: $line}\n",
			    "visit"),
		    " comparison low - 600000 700000\n"
		    " comparison_added low - 0 600000\n");
}

#define CASE(stable, observe, when)                                           \
	"case:\n  stable_months: " stable "\n  observe_months: " observe "\n" \
	"  measure_before_exit: yes\n"                                        \
	"  exit:\n" when
#define EXIT_MEASURES                                                            \
	"measures:\n"                                                            \
	"  visit: {due_days: 3, department: village}\n"                          \
	"  medical_aid: {due_days: 10, department: insurance, from: verified}\n" \
	"  exit_review: {due_days: 9, department: county, retry_days: 30}\n"

#define RULES(list) "rules:\n" list
#define FLAGS	    "    sudden: yes\n    green_channel: yes\n    lead: no\n"
#define AT_LINE	    "      - {indicator: income_per_head, at_least: $line}\n"

/* The case, flags of rules, from which state on and when again. */
static void test_case_and_flags(void **state)
{
	static const char before[] = HEAD("1", "2021-01-01", "6000 yuan", "24")
		MEASURES("3") "rules:\n" RULE("low", "2", LINE, "visit, medical_aid");
	static const char after[] =
		HEAD("1", "2021-01-01", "6000 yuan", "24") EXIT_MEASURES CASE("6", "12", LINE DIBAO)
			RULES(RULE("low", "2", LINE, "visit, medical_aid") FLAGS);
	static const char other[] =
		HEAD("1", "2021-01-01", "6000 yuan", "24") EXIT_MEASURES CASE("7", "12", AT_LINE)
			RULES(RULE("low", "2", LINE, "visit, medical_aid") FLAGS);

	(void)state;
	assert_diff(before, after,
		    " stable_months  - 0 6\n"
		    " observe_months  - 0 12\n"
		    " measure_before_exit  - 0 1\n"
		    " exit_comparison_added  - 0 600000\n"
		    " exit_comparison_added  - 0 0\n"
		    " sudden low - 0 1\n"
		    " green_channel low - 0 1\n"
		    " lead low - 1 0\n"
		    " from  medical_aid 0 2\n"
		    " terms_added  exit_review 0 9>county\n"
		    " retry_days  exit_review 0 30\n");
	assert_diff(after, other,
		    " stable_months  - 6 7\n"
		    " exit_comparison  - 600000 600000\n"
		    " exit_comparison_removed  - 0 0\n");
	assert_diff(other, before,
		    " stable_months  - 7 0\n"
		    " observe_months  - 12 0\n"
		    " measure_before_exit  - 1 0\n"
		    " exit_comparison_removed  - 600000 0\n"
		    " sudden low - 1 0\n"
		    " green_channel low - 1 0\n"
		    " lead low - 0 1\n"
		    " from  medical_aid 2 0\n"
		    " terms_removed  exit_review 9 0county\n");
}

#define REGIONS "regions:\n"
#define CITY	"  - area: \"3605\"\n    parameters: {line: 7000 yuan}\n"
#define COUNTY	"  - area: \"360502\"\n    measures: {visit: {due_days: 1}}\n    rules_off: [low]\n"
#define TWO_RULES                                  \
	HEAD("1", "2021-01-01", "6000 yuan", "24") \
	MEASURES("3") "rules:\n" RULE("low", "2", LINE, "visit") RULE("poor", "2", DIBAO, "visit")

static void test_regions(void **state)
{
	(void)state;
	assert_diff(BASE, BASE REGIONS CITY,
		    "3605 region_added  - 0 0\n"
		    "3605 parameter_added line - 0 700000\n"
		    "3605 comparison low - 600000 700000\n");
	assert_diff(TWO_RULES REGIONS CITY, TWO_RULES REGIONS CITY COUNTY,
		    "360502 region_added  - 0 0\n"
		    "360502 rule_off low - 0 0\n"
		    "360502 due_days  visit 3 1\n");
	assert_diff(TWO_RULES REGIONS COUNTY, TWO_RULES,
		    "360502 region_removed  - 0 0\n"
		    "360502 rule_on low - 0 0\n"
		    "360502 due_days  visit 1 3\n");
}

static void test_what_is_inherited_is_told_once(void **state)
{
	static const char before[] = TWO_RULES REGIONS
		"  - area: \"3605\"\n    measures: {medical_aid: {due_days: 5}}\n";
	static const char after[] = HEAD("1", "2021-01-01", "6500 yuan", "24")
		MEASURES("2") "rules:\n" RULE("low", "2", LINE, "visit")
			RULE("poor", "2", DIBAO, "visit") REGIONS
		"  - area: \"3605\"\n    measures: {medical_aid: {due_days: 6}}\n";

	(void)state;
	assert_diff(before, after,
		    " parameter line - 600000 650000\n"
		    " comparison low - 600000 650000\n"
		    " due_days  visit 3 2\n"
		    "3605 due_days  medical_aid 5 6\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_numbers_and_terms),
		cmocka_unit_test(test_rules_and_conditions),
		cmocka_unit_test(test_case_and_flags),
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_what_is_inherited_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
