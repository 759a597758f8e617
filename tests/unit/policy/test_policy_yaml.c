#include "policy/policy_yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/date.h"
#include "core/event.h"
#include "core/indicator.h"

/* Lines 1 to 5 and 6; the rules begin in line 7. */
#define HEAD                         \
	"policy: test\n"             \
	"version: v1\n"              \
	"effective_on: 2021-01-01\n" \
	"keep_months: 24\n"          \
	"escalate_after_days: 5\n"
#define MEASURES "measures: {visit: {due_days: 3, department: village}}\n"
#define RULE_WHEN(when)           \
	"rules:\n"                \
	"  - id: r\n"             \
	"    title: T\n"          \
	"    title_zh: 标\n"     \
	"    dimension: income\n" \
	"    level: 2\n"          \
	"    open: [visit]\n"     \
	"    when:\n" when
#define WHEN_DROP "      - {indicator: income_drop, at_least: 30 %}\n"
#define RULES	  RULE_WHEN(WHEN_DROP)
/* With one comparison that stands in line 15, its indicator's value in column 21. */
#define COMPARED(comparison) HEAD MEASURES RULE_WHEN("      - {" comparison "}\n")
/* One rule, of which one line is another. */
#define RULE_LINES(id, title, dimension, level, open) \
	HEAD MEASURES "rules:\n"                      \
		      "  - " id "\n"                  \
		      "    " title "\n"               \
		      "    title_zh: 标\n"           \
		      "    " dimension "\n"           \
		      "    " level "\n"               \
		      "    " open "\n"                \
		      "    when:\n" WHEN_DROP
#define ID	  "id: r"
#define TITLE	  "title: T"
#define DIMENSION "dimension: income"
#define LEVEL	  "level: 2"
#define OPEN	  "open: [visit]"
/* A parameter in line 8, used in line 17; the regions begin in line 18, an entry in line 19. */
#define WITH_LINE                                      \
	HEAD MEASURES "parameters:\n"                  \
		      "  line: 6000 yuan\n" RULE_WHEN( \
			      "      - {indicator: income_per_head, below: $line}\n")
#define REGIONS(entries) WITH_LINE "regions:\n" entries

/* The case stands in line 7. */
#define CASE(text) HEAD MEASURES text RULES
#define EXIT_MEASURES                                   \
	"measures:\n"                                   \
	"  visit: {due_days: 3, department: village}\n" \
	"  exit_review: {due_days: 9, department: town}\n"
/* The exit stands in line 9. */
#define EXIT(when) HEAD EXIT_MEASURES "case: {exit: " when "}\n" RULES

struct error_case {
	const char *name;
	const char *text;
	int line;
	int column;
	const char *message; /* a part of it */
};

static const struct error_case error_cases[] = {
	{"empty", "", 1, 1, "empty"},
	{"only a comment", "# nothing\n", 1, 1, "empty"},
	{"a list", "- a\n", 1, 1, "the policy is a map"},
	{"a word", "policy：test\n", 1, 1, "instead of '：'"},
	{"tab", "policy: test\n\tversion: v1\n", 2, 1, "line 2 has a tab"},
	{"full-width colon", "policy: test\nversion： v1\nkeep_months: 24\n", 3, 1,
	 "line 2 has a full-width colon"},
	{"open bracket", "policy: [a\nversion: v1\n", 2, 8, "not YAML"},
	{"control character", "policy: a\nversion: \x01\n", 2, 10, "control character"},
	{"not UTF-8", "policy: a\nversion: 标\xff\n", 2, 11, "UTF-8"},
	{"two documents", HEAD MEASURES RULES "---\npolicy: b\n", 16, 1, "one policy"},
	{"anchor", "policy: &a test\n", 1, 9, "anchors"},
	{"anchor of a map", "policy: &a {}\n", 1, 9, "anchors"},
	{"alias", "policy: test\nversion: *a\n", 2, 10, "anchors"},
	{"tag", "policy: !!str test\n", 1, 9, "tags"},
	{"too deep", "policy: [[[[[[[[[[]]]]]]]]]]\n", 1, 16, "deeper"},
	{"key that is a list", "[a]: b\n", 1, 1, "cannot be a key"},

	{"unknown key", "polcy: a\n", 1, 1, "did you mean 'policy'?"},
	{"unknown key, like nothing", "abcdefghijklmnop: a\n", 1, 1, "there are policy, version"},
	{"key twice", "policy: a\nversion: v1\npolicy: b\n", 3, 1, "first in line 1"},
	{"no value", "policy: a\nversion:\n", 2, 1, "'version' has no value"},
	{"missing key", "policy: a\nversion: v1\n", 1, 1, "lacks 'effective_on'"},
	{"list for a value", "policy: [a]\n", 1, 9, "'policy' is one value"},
	{"value for a list", HEAD MEASURES "rules: r\n", 7, 8, "'rules' is a list"},
	{"name",
	 "policy: Main\nversion: v1\neffective_on: 2021-01-01\nkeep_months: 24\n"
	 "escalate_after_days: 5\n" MEASURES RULES,
	 1, 9, "small letters"},
	{"version is a number",
	 "policy: a\nversion: 2020.10\neffective_on: 2021-01-01\nkeep_months: 24\n"
	 "escalate_after_days: 5\n" MEASURES RULES,
	 2, 10, "in quotes"},
	{"no such day",
	 "policy: a\nversion: v1\neffective_on: 2021-02-29\nkeep_months: 24\n"
	 "escalate_after_days: 5\n" MEASURES RULES,
	 3, 15, "no date"},
	{"date in another form",
	 "policy: a\nversion: v1\neffective_on: 2021/01/01\nkeep_months: 24\n"
	 "escalate_after_days: 5\n" MEASURES RULES,
	 3, 15, "like 2021-01-01"},
	{"keep_months",
	 "policy: a\nversion: v1\neffective_on: 2021-01-01\nkeep_months: 11\n"
	 "escalate_after_days: 5\n" MEASURES RULES,
	 4, 14, "from 12 to 60"},
	{"escalate_after_days",
	 "policy: a\nversion: v1\neffective_on: 2021-01-01\nkeep_months: 24\n"
	 "escalate_after_days: -1\n" MEASURES RULES,
	 5, 22, "from 0 to 365"},

	{"unknown measure", HEAD "measures: {vist: {due_days: 3, department: a}}\n" RULES, 6, 12,
	 "did you mean 'visit'?"},
	{"measure twice",
	 HEAD "measures:\n  visit: {due_days: 3, department: a}\n"
	      "  visit: {due_days: 3, department: a}\n" RULES,
	 8, 3, "twice"},
	{"terms without department", HEAD "measures: {visit: {due_days: 3}}\n" RULES, 6, 19,
	 "lacks 'department'"},
	{"due_days", HEAD "measures: {visit: {due_days: 0, department: a}}\n" RULES, 6, 30,
	 "from 1 to 3650"},
	{"no visit", HEAD "measures: {medical_aid: {due_days: 3, department: a}}\n" RULES, 6, 11,
	 "lacks 'visit'"},

	{"parameter's name", HEAD MEASURES "parameters: {Line: 3}\n" RULES, 7, 14, "small letters"},
	{"parameter twice", HEAD MEASURES "parameters: {a: 3, a: 4}\n" RULES, 7, 20, "given twice"},
	{"parameter's value", HEAD MEASURES "parameters: {a: 5000 dollars}\n" RULES, 7, 17,
	 "no value"},

	{"no rules", HEAD MEASURES "rules: []\n", 7, 8, "write 1 to 256"},
	{"rule's id", RULE_LINES("id: R r", TITLE, DIMENSION, LEVEL, OPEN), 8, 9, "small letters"},
	{"rule lacks its id", RULE_LINES("title: T", "", DIMENSION, LEVEL, OPEN), 8, 5,
	 "lacks 'id'"},
	{"title of two lines", RULE_LINES(ID, "title: \"a\\nb\"", DIMENSION, LEVEL, OPEN), 9, 12,
	 "one line"},
	{"title too long",
	 RULE_LINES(ID,
		    "title: "
		    "标题标题标题标题标题标题标题标题标题标题标题标题标题标题标题标题标题标题标题"
		    "标题标题标题标题标题标题标题标题",
		    DIMENSION, LEVEL, OPEN),
	 9, 12, "128 bytes"},
	{"dimension", RULE_LINES(ID, TITLE, "dimension: medicine", LEVEL, OPEN), 11, 16,
	 "did you mean 'medical'?"},
	{"level", RULE_LINES(ID, TITLE, DIMENSION, "level: 4", OPEN), 12, 12, "from 1 to 3"},
	{"opens nothing", RULE_LINES(ID, TITLE, DIMENSION, LEVEL, "open: []"), 13, 11,
	 "at least one"},
	{"opens twice", RULE_LINES(ID, TITLE, DIMENSION, LEVEL, "open: [visit, visit]"), 13, 19,
	 "twice"},
	{"opens what is not there", RULE_LINES(ID, TITLE, DIMENSION, LEVEL, "open: [visitt]"), 13,
	 12, "did you mean 'visit'?"},
	{"opens without terms", RULE_LINES(ID, TITLE, DIMENSION, LEVEL, "open: [medical_aid]"), 13,
	 11, "no terms"},
	{"unknown: other", HEAD MEASURES RULES "    unknown: call\n", 16, 14, "only be 'visit'"},
	{"rule twice",
	 HEAD MEASURES RULES "  - {id: r, title: T, title_zh: T, dimension: none, level: 1,\n"
			     "     open: [visit], when: [{indicator: ex_poor, is: yes}]}\n",
	 16, 10, "in line 8"},

	{"no comparisons", HEAD MEASURES RULE_WHEN("      []\n"), 15, 7, "write 1 to 12"},
	{"indicator", COMPARED("indicator: incom_drop, at_least: 30 %"), 15, 21,
	 "did you mean 'income_drop'?"},
	{"no indicator", COMPARED("at_least: 30 %"), 15, 9, "lacks 'indicator'"},
	{"operator", COMPARED("indicator: income_drop, atleast: 30 %"), 15, 34,
	 "did you mean 'at_least'?"},
	{"no operator", COMPARED("indicator: income_drop"), 15, 9, "nothing is compared"},
	{"two operators", COMPARED("indicator: income_drop, above: 1 %, below: 9 %"), 15, 9,
	 "two entries"},
	{"comma in a number", COMPARED("indicator: income_per_head, below: 5,000 yuan"), 15, 47,
	 "without commas"},
	{"unit", COMPARED("indicator: income_drop, at_least: 30 yuan"), 15, 44,
	 "'30 yuan' is an amount of money: write it like '30 %'"},
	{"no unit", COMPARED("indicator: income_per_head, below: 6000"), 15, 45,
	 "'income_per_head' is an amount of money"},
	{"no value at all", COMPARED("indicator: income_drop, at_least: much"), 15, 44, "no value"},
	{"too fine", COMPARED("indicator: income_drop, at_least: 30.05 %"), 15, 44, "too fine"},
	{"too large", COMPARED("indicator: income_per_head, below: 99999999999999999999 yuan"), 15,
	 45, "too large"},
	{"flag compared by size", COMPARED("indicator: ex_poor, at_least: yes"), 15, 30, "'is'"},
	{"grade", COMPARED("indicator: housing_grade, at_least: E"), 15, 46, "no value"},
	{"severity", COMPARED("indicator: alert_severity, at_least: 5"), 15, 47, "from 1 to 4"},
	{"severity none", COMPARED("indicator: alert_severity, is: 0"), 15, 41, "from 1 to 4"},
	{"unknown parameter", COMPARED("indicator: income_per_head, below: $line"), 15, 45,
	 "unknown parameter 'line'"},
	{"share of nothing", COMPARED("indicator: income_per_head, below: 150 % $line"), 15, 45,
	 "unknown parameter"},

	{"parameter's unit",
	 HEAD MEASURES
	 "parameters: {a: 3}\n" RULE_WHEN("      - {indicator: income_drop, at_least: $a}\n"),
	 16, 44, "'income_drop' is a share"},
	{"not a share of the parameter",
	 HEAD MEASURES "parameters: {a: 3 yuan}\n" RULE_WHEN(
		 "      - {indicator: income_per_head, below: 2 of $a}\n"),
	 16, 45, "150 %"},
	{"share of a share",
	 HEAD MEASURES "parameters: {a: 3 %}\n" RULE_WHEN(
		 "      - {indicator: income_drop, at_least: 50 % of $a}\n"),
	 16, 44, "only an amount of money"},
	{"too large with its share",
	 HEAD MEASURES "parameters: {a: 900000000000 yuan}\n" RULE_WHEN(
		 "      - {indicator: income_per_head, below: 100000 % of $a}\n"),
	 16, 45, "write a value from"},

	{"above 5 and below 3",
	 HEAD MEASURES RULE_WHEN("      - {indicator: labourers, above: 5}\n"
				 "      - {indicator: labourers, below: 3}\n"),
	 16, 39, "never hold"},
	{"above 5 and below 6",
	 HEAD MEASURES RULE_WHEN("      - {indicator: labourers, above: 5}\n"
				 "      - {indicator: labourers, below: 6}\n"),
	 16, 39, "never hold"},
	{"neither yes nor no",
	 HEAD MEASURES RULE_WHEN("      - {indicator: ex_poor, is_not: yes}\n"
				 "      - {indicator: ex_poor, is_not: no}\n"),
	 16, 38, "never hold"},
	{"C and D",
	 HEAD MEASURES RULE_WHEN("      - {indicator: housing_grade, is: C}\n"
				 "      - {indicator: housing_grade, is: D}\n"),
	 16, 40, "never hold"},
	{"more than everybody", COMPARED("indicator: jobless_share, above: 100 %"), 15, 43,
	 "never hold"},
	{"less than nobody", COMPARED("indicator: declared_needs, below: 0"), 15, 44, "never hold"},

	{"from",
	 HEAD "measures: {visit: {due_days: 3, department: a}, medical_aid: {from: now}}\n" RULES,
	 6, 62, "lacks 'due_days'"},
	{"from what",
	 HEAD "measures:\n  visit: {due_days: 3, department: a}\n"
	      "  medical_aid: {due_days: 3, department: a, from: reviewed}\n" RULES,
	 8, 51, "write lead (at once)"},
	{"from of a step",
	 HEAD "measures: {visit: {due_days: 3, department: a, from: lead}}\n" RULES, 6, 48,
	 "remove 'from'"},
	{"retry_days",
	 HEAD "measures: {visit: {due_days: 3, department: a, retry_days: 366}}\n" RULES, 6, 60,
	 "from 0 to 365"},
	{"opens a step", RULE_LINES(ID, TITLE, DIMENSION, LEVEL, "open: [visit, county_decision]"),
	 13, 19, "a step of the procedure"},
	{"sudden", HEAD MEASURES RULES "    sudden: perhaps\n", 16, 13, "neither yes nor no"},
	{"lead", HEAD MEASURES RULES "    lead: never\n", 16, 11, "neither yes nor no"},
	{"green channel", HEAD MEASURES RULES "    green_channel: 1\n", 16, 20,
	 "neither yes nor no"},
	{"rule called exit", RULE_LINES("id: exit", TITLE, DIMENSION, LEVEL, OPEN), 8, 9,
	 "conditions under 'case'"},
	{"rule called marks", RULE_LINES("id: marks", TITLE, DIMENSION, LEVEL, OPEN), 8, 9,
	 "review of exclusion marks"},
	{"security by size", COMPARED("indicator: food_security, at_least: secure"), 15, 36,
	 "compare it with 'is' or 'is_not'"},
	{"security by number", COMPARED("indicator: food_security, is: 1"), 15, 40,
	 "'food_security' is secure or at_risk"},
	{"case", CASE("case: {stabel_months: 6}\n"), 7, 8, "did you mean 'stable_months'?"},
	{"stable_months", CASE("case: {stable_months: 61}\n"), 7, 23, "from 0 to 60"},
	{"measure_before_exit", CASE("case: {measure_before_exit: 3}\n"), 7, 29,
	 "neither yes nor no"},
	{"observe_months", CASE("case: {observe_months: -1}\n"), 7, 24, "from 0 to 60"},
	{"exit of nothing", CASE("case: {exit: []}\n"), 7, 14, "write 1 to 12"},
	{"exit's indicator", CASE("case: {exit: [{indicator: incom_drop, below: 30 %}]}\n"), 7, 27,
	 "did you mean 'income_drop'?"},
	{"exit without terms", CASE("case: {exit: [{indicator: dibao, is: no}]}\n"), 7, 8,
	 "'exit_review', which has no terms"},
	{"exit that is never true",
	 EXIT("[{indicator: labourers, above: 5}, {indicator: labourers, below: 3}]"), 9, 79,
	 "the 'exit' can never hold"},

	{"area", REGIONS("  - {area: \"360\", rules_off: [r]}\n"), 19, 12, "2 digits"},
	{"area everywhere", REGIONS("  - {area: ä, rules_off: [r]}\n"), 19, 12, "2 digits"},
	{"area missing", REGIONS("  - {rules_off: [r]}\n"), 19, 5, "lacks 'area'"},
	{"area twice",
	 REGIONS("  - {area: \"36\", rules_off: [r]}\n  - {area: \"11\", rules_off: [r]}\n"
		 "  - {area: \"36\", rules_off: [r]}\n"),
	 21, 12, "in line 19"},
	{"region changes nothing", REGIONS("  - {area: \"36\"}\n"), 19, 5, "changes nothing"},
	{"region's parameter", REGIONS("  - {area: \"36\", parameters: {lime: 3 yuan}}\n"), 19, 31,
	 "did you mean 'line'?"},
	{"region's parameter twice",
	 REGIONS("  - {area: \"36\", parameters: {line: 3 yuan, line: 4 yuan}}\n"), 19, 45,
	 "twice"},
	{"region's parameter's unit", REGIONS("  - {area: \"36\", parameters: {line: 3 %}}\n"), 19,
	 37, "like '6000 yuan'"},
	{"region's rule", REGIONS("  - {area: \"36\", rules_off: [q]}\n"), 19, 30,
	 "unknown rule 'q'"},
	{"region's rule twice", REGIONS("  - {area: \"36\", rules_off: [r, r]}\n"), 19, 33,
	 "twice"},
	{"region's measure",
	 REGIONS("  - {area: \"36\", measures: {medical_aid: {due_days: 3}}}\n"), 19, 29,
	 "outside this region"},
	{"region's terms", REGIONS("  - {area: \"36\", measures: {visit: {}}}\n"), 19, 36,
	 "change nothing"},
	{"impossible in one region",
	 HEAD MEASURES "parameters:\n  low: 1000 yuan\n" RULE_WHEN(
		 "      - {indicator: income_per_head, above: "
		 "$low}\n"
		 "      - {indicator: income_per_head, below: 2000 "
		 "yuan}\n") "regions:\n"
			    "  - {area: \"36\", parameters: {low: "
			    "1500 yuan}}\n"
			    "  - {area: \"3605\", parameters: "
			    "{low: 3000 yuan}}\n",
	 21, 38, "rules_off"},
};

static void every_error_has_its_place(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(error_cases) / sizeof(error_cases[0]); i++) {
		const struct error_case *row = &error_cases[i];
		struct ll_policy *policy = (struct ll_policy *)0x1;
		struct ll_error error = {0};
		int err = ll_policy_compile(ll_str_from(row->text), &policy, &error);

		if (err != -LL_ERR_BAD_POLICY || error.code != err || error.line != row->line ||
		    error.column != row->column || !strstr(error.message, row->message)) {
			print_error("%s: %d, %d:%d '%s', not %d:%d '%s'\n", row->name, err,
				    error.line, error.column, error.message, row->line, row->column,
				    row->message);
			wrong++;
		}
		assert_ptr_equal(policy, (struct ll_policy *)0x1);
		assert_int_equal(ll_policy_compile(ll_str_from(row->text), &policy, NULL), err);
	}
	assert_int_equal(wrong, 0);
}

static struct ll_policy *compiled(struct ll_str text)
{
	struct ll_policy *policy = NULL;
	struct ll_error error = {0};

	if (ll_policy_compile(text, &policy, &error))
		fail_msg("%d:%d: %s", error.line, error.column, error.message);
	return policy;
}

static void str_is(struct ll_str text, const char *expected)
{
	if (!ll_str_equal(text, ll_str_from(expected)))
		fail_msg("'%.*s' is not '%s'", LL_STR_ARG(text), expected);
}

static void head_and_rule_come_through(void **state)
{
	struct ll_str text = ll_str_from(WITH_LINE "    unknown: visit\n");
	struct ll_policy *policy = compiled(text);
	const struct ll_rule *rule = policy->regions[0].rules;

	(void)state;
	str_is(policy->name, "test");
	str_is(policy->version, "v1");
	assert_int_equal(policy->effective_on, ll_day_from_date(2021, 1, 1));
	assert_int_equal(policy->keep_months, 24);
	assert_int_equal(policy->escalate_after_days, 5);
	assert_true(ll_str_equal(policy->text, text));
	assert_ptr_not_equal(policy->text.data, text.data);
	assert_int_equal(policy->region_count, 1);
	assert_int_equal(policy->regions[0].area.digits, 0);
	assert_int_equal(policy->regions[0].rule_count, 1);
	assert_int_equal(policy->regions[0].measures[LL_MEASURE_VISIT].due_days, 3);
	str_is(policy->regions[0].measures[LL_MEASURE_VISIT].department, "village");
	str_is(rule->id, "r");
	str_is(rule->title, "T");
	str_is(rule->title_zh, "标");
	assert_int_equal(rule->dimension, LL_DIMENSION_INCOME);
	assert_int_equal(rule->level, 2);
	assert_true(rule->visit_when_unknown);
	assert_int_equal(rule->measures, 1u << LL_MEASURE_VISIT);
	assert_int_equal(rule->comparison_count, 1);
	assert_int_equal(rule->comparisons[0].indicator, LL_INDICATOR_INCOME_PER_HEAD);
	assert_int_equal(rule->comparisons[0].op, LL_OPERATOR_BELOW);
	assert_int_equal(rule->comparisons[0].threshold, 600000);
	ll_policy_free(policy);
	ll_policy_free(NULL);
}

static void the_case_and_flags_come_through(void **state)
{
	struct ll_policy *policy = compiled(LL_STR(
		HEAD "parameters: {line: 6000 yuan}\n"
		     "measures:\n"
		     "  visit: {due_days: 3, department: village, retry_days: 7}\n"
		     "  medical_aid: {due_days: 9, department: medical, from: monitored}\n"
		     "  exit_review: {due_days: 9, department: town}\n"
		     "case:\n"
		     "  stable_months: 9\n"
		     "  observe_months: 12\n"
		     "  measure_before_exit: yes\n"
		     "  exit:\n"
		     "    - {indicator: income_per_head, at_least: $line}\n"
		     "    - {indicator: water_security, is: secure}\n" RULES "    sudden: yes\n"
		     "    green_channel: yes\n"
		     "    lead: no\n"
		     "regions:\n"
		     "  - {area: \"36\", parameters: {line: 7000 yuan}}\n"
		     "  - {area: \"3605\", measures: {medical_aid: {from: verified}, visit: "
		     "{retry_days: 0}}}\n"));
	const struct ll_policy_region *everywhere = &policy->regions[0];
	const struct ll_policy_region *city = ll_policy_region_of(policy, 360502001001);

	(void)state;
	assert_int_equal(policy->stable_months, 9);
	assert_int_equal(policy->observe_months, 12);
	assert_true(policy->measure_before_exit);
	assert_true(everywhere->rules[0].sudden);
	assert_true(everywhere->rules[0].green_channel);
	assert_true(everywhere->rules[0].precaution);
	str_is(everywhere->exit.id, "exit");
	assert_int_equal(everywhere->exit.comparison_count, 2);
	assert_int_equal(everywhere->exit.comparisons[0].threshold, 600000);
	assert_int_equal(everywhere->exit.comparisons[1].threshold, LL_SECURITY_SECURE);
	assert_int_equal(everywhere->measures[LL_MEASURE_VISIT].retry_days, 7);
	assert_int_equal(everywhere->measures[LL_MEASURE_VISIT].from, LL_CASE_NONE);
	assert_int_equal(everywhere->measures[LL_MEASURE_MEDICAL_AID].from, LL_CASE_MONITORED);
	/* The exit with the province's number; terms of the city's own, the days from around. */
	assert_int_equal(city->exit.comparisons[0].threshold, 700000);
	assert_int_equal(city->measures[LL_MEASURE_MEDICAL_AID].from, LL_CASE_VERIFIED);
	assert_int_equal(city->measures[LL_MEASURE_MEDICAL_AID].due_days, 9);
	assert_int_equal(city->measures[LL_MEASURE_VISIT].retry_days, 0);
	ll_policy_free(policy);
}

/* Left out, nothing of it happens by itself; an exit without months waits for six. */
static void the_case_has_defaults(void **state)
{
	struct ll_policy *none = compiled(LL_STR(HEAD MEASURES RULES));
	struct ll_policy *some = compiled(LL_STR(EXIT("[{indicator: dibao, is: no}]")));

	(void)state;
	assert_int_equal(none->stable_months, 0);
	assert_int_equal(none->observe_months, 0);
	assert_false(none->measure_before_exit);
	assert_int_equal(none->regions[0].exit.comparison_count, 0);
	assert_int_equal(none->regions[0].measures[LL_MEASURE_VISIT].from, LL_CASE_NONE);
	assert_int_equal(none->regions[0].measures[LL_MEASURE_VISIT].retry_days, 0);
	assert_false(none->regions[0].rules[0].sudden);
	assert_false(none->regions[0].rules[0].precaution);
	assert_int_equal(some->stable_months, 6);
	assert_int_equal(some->observe_months, 0);
	ll_policy_free(none);
	ll_policy_free(some);
}

struct value_case {
	const char *comparison;
	int64_t threshold;
};

static const struct value_case value_cases[] = {
	{"indicator: income_per_head, below: 5000 yuan", 500000},
	{"indicator: income_per_head, below: 5000元", 500000},
	{"indicator: income_per_head, below: \"5,000.5 yuan\"", 500050},
	{"indicator: income_per_head, below: 1.2 万元", 1200000},
	{"indicator: income_per_head, below: 500001 fen", 500001},
	{"indicator: income_per_head, at_least: 0 yuan", 0},
	{"indicator: income_drop, at_least: 30 %", 300},
	{"indicator: income_drop, at_least: 12.5%", 125},
	{"indicator: income_drop, at_least: 12.50 %", 125},
	{"indicator: income_drop, at_least: 301 permille", 301},
	{"indicator: rigid_spending_share, above: 150 %", 1500},
	{"indicator: labourers, at_least: 2", 2},
	{"indicator: ex_poor, is: yes", 1},
	{"indicator: ex_poor, is_not: no", 0},
	{"indicator: ex_poor, is: true", 1},
	{"indicator: housing_grade, at_least: C", LL_HOUSING_C},
	{"indicator: housing_grade, is: \"A\"", LL_HOUSING_A},
	{"indicator: alert_severity, at_least: 3", 3},
	{"indicator: food_security, is: secure", LL_SECURITY_SECURE},
	{"indicator: water_security, is_not: at_risk", LL_SECURITY_AT_RISK},
	{"indicator: authorised, is: no", 0},
};

static void values_have_units(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(value_cases) / sizeof(value_cases[0]); i++) {
		char text[1024];
		struct ll_policy *policy;

		snprintf(text, sizeof(text), "%s      - {%s}\n", HEAD MEASURES RULE_WHEN(""),
			 value_cases[i].comparison);
		policy = compiled(ll_str_from(text));
		assert_int_equal(policy->regions[0].rules[0].comparisons[0].threshold,
				 value_cases[i].threshold);
		ll_policy_free(policy);
	}
}

/* The province and one of its counties; the county comes first, the city between is not there. */
#define TWO_RULES                                                                                  \
	HEAD "measures:\n"                                                                         \
	     "  visit: {due_days: 3, department: village}\n"                                       \
	     "  medical_aid: {due_days: 9, department: medical}\n"                                 \
	     "parameters: {line: 6000 yuan, lead: 5000 yuan}\n" RULE_WHEN(                         \
		     "      - {indicator: income_per_head, below: 150 % of $line}\n") "  - {id: "  \
										      "q, "        \
										      "title: Q, " \
										      "title_zh: " \
										      "Q, "        \
										      "dimension:" \
										      " "          \
										      "medical, "  \
										      "level: 1, " \
										      "open: "     \
										      "[medical_"  \
										      "aid],"      \
										      "\n     "    \
										      "when: "     \
										      "[{"         \
										      "indicator:" \
										      " "          \
										      "medical_"   \
										      "own_"       \
										      "cost_12m, " \
										      "at_least: " \
										      "$lead}]}\n"

static void regions_inherit_by_prefix(void **state)
{
	struct ll_policy *policy = compiled(
		LL_STR(TWO_RULES
		       "regions:\n"
		       "  - {area: \"360502\", parameters: {line: 8000 yuan}, rules_off: [q]}\n"
		       "  - area: \"36\"\n"
		       "    parameters: {line: 7000 yuan, lead: 4000 yuan}\n"
		       "    measures: {visit: {due_days: 2}, medical_aid: {department: county}}\n"
		       "  - {area: \"360521\", measures: {visit: {department: town}}}\n"));
	const struct ll_policy_region *everywhere = ll_policy_region_of(policy, 110101001001);
	const struct ll_policy_region *province = ll_policy_region_of(policy, 360101001001);
	const struct ll_policy_region *county = ll_policy_region_of(policy, 360502001001);
	const struct ll_policy_region *other = ll_policy_region_of(policy, 360521001001);

	(void)state;
	assert_int_equal(policy->region_count, 4);
	assert_ptr_equal(everywhere, &policy->regions[0]);
	assert_int_equal(everywhere->rules[0].comparisons[0].threshold, 900000);
	assert_int_equal(everywhere->rules[1].comparisons[0].threshold, 500000);
	assert_int_equal(province->area.code, 36);
	assert_int_equal(province->rule_count, 2);
	assert_int_equal(province->rules[0].comparisons[0].threshold, 1050000);
	assert_int_equal(province->rules[1].comparisons[0].threshold, 400000);
	assert_int_equal(province->measures[LL_MEASURE_VISIT].due_days, 2);
	str_is(province->measures[LL_MEASURE_VISIT].department, "village");
	assert_int_equal(province->measures[LL_MEASURE_MEDICAL_AID].due_days, 9);
	str_is(province->measures[LL_MEASURE_MEDICAL_AID].department, "county");
	assert_int_equal(county->area.code, 360502);
	assert_int_equal(county->rule_count, 1);
	str_is(county->rules[0].id, "r");
	assert_int_equal(county->rules[0].comparisons[0].threshold, 1200000);
	assert_int_equal(county->measures[LL_MEASURE_VISIT].due_days, 2);
	/* No rule of its own: it has the province's, and not a copy. */
	assert_ptr_equal(other->rules, province->rules);
	assert_int_equal(other->rule_count, 2);
	str_is(other->measures[LL_MEASURE_VISIT].department, "town");
	assert_int_equal(other->measures[LL_MEASURE_VISIT].due_days, 2);
	ll_policy_free(policy);
}

/* Above 5 and below 7 is 6; not C and not D leaves A and B. */
static void narrow_is_not_impossible(void **state)
{
	(void)state;
	ll_policy_free(compiled(LL_STR(
		HEAD MEASURES RULE_WHEN("      - {indicator: labourers, above: 5}\n"
					"      - {indicator: labourers, below: 7}\n"
					"      - {indicator: housing_grade, is_not: C}\n"
					"      - {indicator: housing_grade, is_not: D}\n"
					"      - {indicator: income_per_head, below: 0 yuan}\n"))));
}

/* Strings of the policy, one after the other; what they point to differs, they may not. */
static void append_all(struct ll_buf *buf, const struct ll_policy *policy)
{
	int err = ll_buf_append_format(buf, "%.*s %.*s %d %d %d\n%.*s\n", LL_STR_ARG(policy->name),
				       LL_STR_ARG(policy->version), policy->effective_on,
				       policy->keep_months, policy->escalate_after_days,
				       LL_STR_ARG(policy->text));

	for (int32_t i = 0; i < policy->region_count; i++) {
		const struct ll_policy_region *region = &policy->regions[i];

		for (int32_t k = 0; k < region->rule_count; k++) {
			const struct ll_rule *rule = &region->rules[k];

			err |= ll_buf_append_format(buf, "%.*s %.*s %.*s %d %d %d %u\n",
						    LL_STR_ARG(rule->id), LL_STR_ARG(rule->title),
						    LL_STR_ARG(rule->title_zh), rule->dimension,
						    rule->level, rule->visit_when_unknown,
						    rule->measures);
			for (int32_t c = 0; c < rule->comparison_count; c++)
				err |= ll_buf_append_format(
					buf, "%d %d %lld\n", rule->comparisons[c].indicator,
					rule->comparisons[c].op,
					(long long)rule->comparisons[c].threshold);
		}
		for (int m = 0; m < LL_MEASURE_COUNT; m++)
			err |= ll_buf_append_format(buf, "%d %.*s\n", region->measures[m].due_days,
						    LL_STR_ARG(region->measures[m].department));
	}
	assert_int_equal(err, 0);
}

static struct ll_buf file_read(const char *name)
{
	char path[4096];
	struct ll_buf buf;
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s", LL_POLICY_DIR, name);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("cannot open %s", path);
	ll_buf_init(&buf);
	assert_int_equal(ll_buf_reserve(&buf, LL_POLICY_TEXT_MAX + 1), 0);
	size = fread(buf.data, 1, LL_POLICY_TEXT_MAX + 1, file);
	fclose(file);
	assert_in_range(size, 1, LL_POLICY_TEXT_MAX);
	buf.size = size;
	return buf;
}

static void the_shipped_policy_compiles(void **state)
{
	struct ll_buf file = file_read("national.yaml");
	struct ll_policy *policy = compiled((struct ll_str){(char *)file.data, file.size});
	const struct ll_policy_region *xinyu = ll_policy_region_of(policy, 360502001001);

	(void)state;
	str_is(policy->name, "china-national");
	assert_int_equal(policy->regions[0].area.digits, 0);
	assert_in_range(policy->regions[0].rule_count, 12, LL_RULES_MAX);
	str_is(policy->regions[0].rules[0].id, "income-below-line");
	assert_int_equal(policy->regions[0].rules[0].comparisons[0].threshold, 600000);
	assert_int_equal(xinyu->rules[0].comparisons[0].threshold, 720000);
	ll_policy_free(policy);
	ll_buf_release(&file);
}

static void the_same_text_gives_the_same_policy(void **state)
{
	struct ll_buf file = file_read("national.yaml");
	struct ll_buf first, second;

	(void)state;
	ll_buf_init(&first);
	ll_buf_init(&second);
	for (int run = 0; run < 2; run++) {
		struct ll_policy *policy = NULL;

		assert_int_equal(ll_policy_yaml_compiler.compile(
					 ll_policy_yaml_compiler.context,
					 (struct ll_str){(char *)file.data, file.size}, &policy),
				 0);
		/* It holds nothing of the text that was given. */
		if (run == 1)
			memset(file.data, 'x', file.size);
		append_all(run ? &second : &first, policy);
		ll_policy_yaml_compiler.free_policy(policy);
	}
	assert_int_equal(first.size, second.size);
	assert_memory_equal(first.data, second.data, first.size);
	ll_buf_release(&first);
	ll_buf_release(&second);
	ll_buf_release(&file);
}

/* Windows' Notepad: a byte order mark first, CR LF at the ends. */
static void notepad_is_fine(void **state)
{
	struct ll_str text = ll_str_from(HEAD MEASURES RULES);
	struct ll_buf buf;

	(void)state;
	ll_buf_init(&buf);
	assert_int_equal(ll_buf_append_str(&buf, "\xef\xbb\xbf"), 0);
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '\n')
			assert_int_equal(ll_buf_append_str(&buf, "\r"), 0);
		assert_int_equal(ll_buf_append(&buf, text.data + i, 1), 0);
	}
	ll_policy_free(compiled((struct ll_str){(char *)buf.data, buf.size}));
	ll_buf_release(&buf);
}

static int repeat(struct ll_buf *buf, const char *format, int times)
{
	int err = 0;

	for (int i = 0; i < times && !err; i++)
		err = ll_buf_append_format(buf, format, i, i);
	return err;
}

struct bound_case {
	const char *name;
	const char *before;
	const char *repeated; /* printf's, with its number at most twice */
	int times;
	const char *after;
	const char *message;
};

static const struct bound_case bound_cases[] = {
	{"text", "#", "%08d", 40000, "\n", "262144 bytes"},
	{"nodes", "policy: [", "%d,", 40000, "]\n", "32768 keys"},
	{"value", "policy: ", "a%08d", 200, "\n", "1024 bytes"},
	{"parameters", HEAD MEASURES "parameters:\n", "  a%d: 1\n", 129, RULES, "128 parameters"},
	{"comparisons", HEAD MEASURES RULE_WHEN(""), "      - {indicator: labourers, above: %d}\n",
	 13, "", "write 1 to 12"},
	{"rules", HEAD MEASURES "rules:\n",
	 "  - {id: r%d, title: T, title_zh: T, dimension: none, level: 1, open: [visit],\n"
	 "     when: [{indicator: ex_poor, is: yes}]}\n",
	 257, "", "write 1 to 256"},
	{"regions", REGIONS(""), "  - {area: \"3605%02d\", rules_off: [r]}\n", 512, "",
	 "511 regions"},
};

static void everything_is_bounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bound_cases) / sizeof(bound_cases[0]); i++) {
		const struct bound_case *row = &bound_cases[i];
		struct ll_policy *policy = NULL;
		struct ll_error error = {0};
		struct ll_buf buf;

		ll_buf_init(&buf);
		assert_int_equal(ll_buf_append_str(&buf, row->before), 0);
		assert_int_equal(repeat(&buf, row->repeated, row->times), 0);
		assert_int_equal(ll_buf_append_str(&buf, row->after), 0);
		assert_int_equal(ll_policy_compile((struct ll_str){(char *)buf.data, buf.size},
						   &policy, &error),
				 -LL_ERR_BAD_POLICY);
		if (!strstr(error.message, row->message))
			fail_msg("%s: %d:%d: %s", row->name, error.line, error.column,
				 error.message);
		ll_buf_release(&buf);
	}
}

/* 200 rules in 200 regions with parameters of their own would be 40,200. */
static void rules_of_all_regions_are_bounded(void **state)
{
	struct ll_policy *policy = NULL;
	struct ll_error error = {0};
	struct ll_buf buf;
	int err;

	(void)state;
	ll_buf_init(&buf);
	err = ll_buf_append_str(&buf, HEAD MEASURES "parameters: {p: yes}\nrules:\n");
	err |= repeat(&buf,
		      "  - {id: r%d, title: T, title_zh: T, dimension: none, level: 1, open: "
		      "[visit],\n     when: [{indicator: ex_poor, is: $p}]}\n",
		      200);
	err |= ll_buf_append_str(&buf, "regions:\n");
	err |= repeat(&buf, "  - {area: \"360502%03d\", parameters: {p: no}}\n", 200);
	assert_int_equal(err, 0);
	assert_int_equal(
		ll_policy_compile((struct ll_str){(char *)buf.data, buf.size}, &policy, &error),
		-LL_ERR_BAD_POLICY);
	assert_non_null(strstr(error.message, "32768 rules"));
	ll_buf_release(&buf);
}

static json_t *schema_names(json_t *schema, const char *definition)
{
	json_t *names = json_object_get(
		json_object_get(json_object_get(schema, "$defs"), definition), "enum");

	if (!json_is_array(names))
		fail_msg("the schema has no $defs/%s/enum", definition);
	return names;
}

static void schema_lists(json_t *schema, const char *definition, int count,
			 const char *(*name)(int))
{
	json_t *names = schema_names(schema, definition);

	assert_int_equal(json_array_size(names), count);
	for (int i = 0; i < count; i++)
		assert_string_equal(json_string_value(json_array_get(names, (size_t)i)), name(i));
}

static const char *indicator_name(int i)
{
	return ll_indicator_name((enum ll_indicator)i);
}

static const char *operator_name(int i)
{
	return ll_operator_name((enum ll_operator)i);
}

static const char *measure_name(int i)
{
	return ll_measure_name((enum ll_measure)i);
}

static const char *dimension_name(int i)
{
	return ll_dimension_name((enum ll_dimension)i);
}

/* The JSON Schema is for editors; its lists are those of the core, in the same order. */
static void the_json_schema_has_our_lists(void **state)
{
	struct ll_buf file = file_read("policy.schema.json");
	json_error_t error;
	json_t *schema = json_loadb((const char *)file.data, file.size, 0, &error);

	(void)state;
	if (!schema)
		fail_msg("policy.schema.json:%d: %s", error.line, error.text);
	schema_lists(schema, "indicator", LL_INDICATOR_COUNT, indicator_name);
	schema_lists(schema, "operator", LL_OPERATOR_COUNT, operator_name);
	schema_lists(schema, "measure", LL_MEASURE_COUNT, measure_name);
	schema_lists(schema, "dimension", LL_DIMENSION_COUNT, dimension_name);
	json_decref(schema);
	ll_buf_release(&file);
}

static void page_has(const char *path, struct ll_str page, const char *format, const char *name,
		     const char *zh)
{
	char line[256];

	snprintf(line, sizeof(line), format, name, zh);
	if (!memmem(page.data, page.size, line, strlen(line)))
		fail_msg("%s lacks \"%s\"", path, line);
}

static void page_has_our_words(const char *path)
{
	struct ll_buf file = file_read(path);
	struct ll_str page = {(char *)file.data, file.size};

	for (int i = 0; i < LL_INDICATOR_COUNT; i++)
		page_has(path, page, "| `%s` | %s |", indicator_name(i),
			 ll_indicator_name_zh((enum ll_indicator)i));
	for (int i = 0; i < LL_MEASURE_COUNT; i++)
		page_has(path, page, "`%s` %s", measure_name(i),
			 ll_measure_name_zh((enum ll_measure)i));
	for (int i = 0; i < LL_DIMENSION_COUNT; i++)
		page_has(path, page, "`%s` %s", dimension_name(i), "");
	for (int i = 0; i < LL_OPERATOR_COUNT; i++)
		page_has(path, page, "`%s`%s", operator_name(i), "");
	ll_buf_release(&file);
}

/* A word that the pages do not know is one that nobody will use. */
static void the_pages_have_our_words(void **state)
{
	(void)state;
	page_has_our_words("../../docs/policy-officer.md");
	page_has_our_words("../../docs/policy-officer.zh-CN.md");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_has_its_place),
		cmocka_unit_test(head_and_rule_come_through),
		cmocka_unit_test(the_case_and_flags_come_through),
		cmocka_unit_test(the_case_has_defaults),
		cmocka_unit_test(values_have_units),
		cmocka_unit_test(regions_inherit_by_prefix),
		cmocka_unit_test(narrow_is_not_impossible),
		cmocka_unit_test(the_shipped_policy_compiles),
		cmocka_unit_test(the_same_text_gives_the_same_policy),
		cmocka_unit_test(notepad_is_fine),
		cmocka_unit_test(everything_is_bounded),
		cmocka_unit_test(rules_of_all_regions_are_bounded),
		cmocka_unit_test(the_json_schema_has_our_lists),
		cmocka_unit_test(the_pages_have_our_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
