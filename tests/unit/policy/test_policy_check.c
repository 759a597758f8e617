/* Everything that is wrong with a policy, and what is probably not meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "policy/policy_check.h"
#include "policy/policy_yaml.h"

#define TEXT_MAX 4096

/* Lines 1 to 5; the steps of the procedure have their terms in lines 6 to 11. */
#define HEAD                         \
	"policy: test\n"             \
	"version: v1\n"              \
	"effective_on: 2021-01-01\n" \
	"keep_months: 24\n"          \
	"escalate_after_days: 5\n"
#define MEASURES                                                  \
	"measures:\n"                                             \
	"  visit: {due_days: 3, department: village}\n"           \
	"  village_review: {due_days: 5, department: village}\n"  \
	"  township_check: {due_days: 5, department: township}\n" \
	"  county_decision: {due_days: 5, department: county}\n"  \
	"  mark_review: {due_days: 5, department: county}\n"
#define TOP HEAD MEASURES
/* A line of rules with its one condition; the conditions begin in column 71. */
#define RULE(id, when)                                                                        \
	"  - {id: " id ", title: T, title_zh: 标, dimension: none, level: 1, open: [visit]," \
	" when: [" when "]}\n"

/* Each finding as "line:column severity kind: message", a line each; the message may be cut. */
static void check(const char *text, char told[TEXT_MAX])
{
	struct ll_policy_check result;
	struct ll_policy *policy = NULL;
	struct ll_arena arena;
	size_t size = 0;
	int errors = 0;

	ll_arena_init(&arena, 0);
	assert_int_equal(ll_policy_check(ll_str_from(text), &arena, &result), 0);
	told[0] = '\0';
	for (int32_t i = 0; i < result.count; i++) {
		const struct ll_policy_finding *finding = &result.findings[i];
		bool error = ll_policy_finding_severity(finding->kind) == LL_POLICY_ERROR;

		errors += error;
		size += (size_t)snprintf(told + size, TEXT_MAX - size, "%d:%d %s %s: %s\n",
					 finding->line, finding->column,
					 error ? "error" : "warning",
					 ll_policy_finding_name(finding->kind), finding->message);
		assert_true(size < TEXT_MAX);
	}
	assert_int_equal(result.errors, errors);
	assert_int_equal(result.warnings, result.count - errors);
	/* No error is no error for the compiler either. */
	assert_int_equal(ll_policy_compile(ll_str_from(text), &policy, NULL) != 0, errors > 0);
	if (!errors)
		ll_policy_free(policy);
	ll_arena_release(&arena);
}

struct expectation {
	const char *text;
	const char *told[6]; /* the beginning of each finding, up to its words; NULL ends them */
};

static const struct expectation expectations[] = {
	{TOP "rules:\n" RULE("r", "{indicator: labourers, above: 5}"), {NULL}},

	/* Every mistake is told, not the first alone. */
	{"policy: Test\nversion: 1\neffective_on: 2021-02-30\nkeep_months: 2\n"
	 "escalate_after_days: 5\n" MEASURES "  vist: {due_days: 3, department: a}\n"
	 "rules:\n" RULE("r", "{indicator: labourers, above: 5}"),
	 {"1:9 error mistake: 'Test' is no name", "2:10 error mistake: put the version in quotes",
	  "3:15 error mistake: '2021-02-30' is no date", "4:14 error mistake: '2' is no whole",
	  "12:3 error mistake: unknown measure 'vist': did you mean 'visit'?", NULL}},
	{TOP
	 "rules:\n" RULE("r", "{indicator: labours, above: 5}, {indicator: income_drop, above: 5}")
		 RULE("q", "{indicator: labourers, abov: 5}"),
	 {"13:97 error mistake: unknown indicator 'labours': did you mean 'labourers'?",
	  "13:149 error mistake: 'income_drop' is a share",
	  "14:108 error mistake: unknown key 'abov' in this comparison: did you mean 'above'?",
	  NULL}},
	/* A mistake is not told a second time as what follows from it. */
	{TOP "parameters: {a: 5 dollars, b: 3}\nrules:\n" RULE("r",
							       "{indicator: labourers, above: $a}"),
	 {"12:17 error mistake: '5 dollars' is no value", NULL}},
	{TOP "rules:\n" RULE("r", "{indicator: labourers, above: 5}, {indicator: labourers, below: "
				  "3}") "regions:\n  - {area: \"36\", rules_off: [r]}\n  - {area: "
					"\"11\", rules_off: [q]}\n",
	 {"13:149 error mistake: rule 'r' can never hold", "16:30 error mistake: unknown rule 'q'",
	  NULL}},
	/* Impossible with a region's own number alone. */
	{TOP
	 "parameters: {a: 3}\nrules:\n" RULE("r", "{indicator: labourers, above: $a}, {indicator: "
						  "labourers, below: 9}") "regions:\n  - {area: "
									  "\"36\", parameters: {a: "
									  "8}}\n  - {area: \"11\", "
									  "parameters: {a: 4}}\n",
	 {"16:34 error mistake: rule 'r' can never hold", NULL}},
	/* Two counts make all three. */
	{TOP "rules:\n" RULE(
		 "r", "{indicator: labourers, at_most: 0}, {indicator: jobless_share, above: 0 %}"),
	 {"13:155 error mistake: rule 'r' can never hold", NULL}},

	{TOP "rules:\n" RULE(
		 "r", "{indicator: labourers, above: 5}, {indicator: labourers, at_least: 3}"),
	 {"13:152 warning overlap: 'labourers at_least' says nothing", NULL}},
	{TOP "rules:\n" RULE("r", "{indicator: labourers, at_least: 0}"),
	 {"13:118 warning always-true: 'labourers at_least' is true", NULL}},
	/* Known at all is something that a rule can ask. */
	{TOP "rules:\n" RULE("r", "{indicator: medical_own_cost_12m, at_least: 0 yuan}"),
	 {"13:129 warning always-true", NULL}},
	{TOP "rules:\n" RULE("r", "{indicator: labourers, above: 5}")
		 RULE("q", "{indicator: labourers, at_least: 6}"),
	 {"14:10 warning same-conditions: rule 'q' holds for the same households as 'r' in line 13",
	  NULL}},
	{TOP "rules:\n" RULE("r", "{indicator: labourers, above: 5}, {indicator: dibao, is: yes}")
		 RULE("q", "{indicator: dibao, is_not: no}, {indicator: labourers, above: 5}"),
	 {"14:10 warning same-conditions", NULL}},
	{TOP "parameters: {a: 3}\nrules:\n" RULE("r", "{indicator: labourers, above: 5}"),
	 {"12:14 warning unused-parameter: nothing uses the parameter 'a'", NULL}},
	{TOP "  water_repair: {due_days: 3, department: a}\nrules:\n" RULE(
		 "r", "{indicator: labourers, above: 5}"),
	 {"12:3 warning unused-measure: no rule opens 'water_repair'", NULL}},
	{TOP "  exit_review: {due_days: 3, department: a}\nrules:\n" RULE(
		 "r", "{indicator: labourers, above: 5}"),
	 {"12:3 warning unused-measure: 'exit_review' is asked for by 'exit'", NULL}},
	{HEAD "measures: {visit: {due_days: 3, department: a}}\nrules:\n" RULE(
		 "r", "{indicator: labourers, above: 5}"),
	 {"6:1 warning step-without-terms: steps of the procedure without terms, for which nobody "
	  "gets a task: "
	  "village_review, township_check, county_decision, mark_review;",
	  NULL}},
	{TOP "parameters: {a: 3}\nrules:\n" RULE(
		 "r", "{indicator: labourers, above: $a}") "regions:\n  - {area: \"36\", "
							   "parameters: {a: 4}}\n  - {area: "
							   "\"3605\", parameters: {a: 4}}\n",
	 {"17:36 warning changes-nothing: 'a' is the same in the area around", NULL}},
	{TOP
	 "rules:\n  - {id: r, title: T, title_zh: T, dimension: none, level: 1, open: [visit],\n"
	 "     unknown: visit, green_channel: yes, when: [{indicator: labourers, above: 5}]}\n",
	 {"14:6 warning never-asks: all that 'r' looks at is always known",
	  "14:22 warning never-waits: no measure of 'r' waits", NULL}},
	/* A rule whose measure waits; but not where another one sends somebody whenever it holds. */
	{TOP "  medical_aid: {due_days: 3, department: a, from: verified}\nrules:\n"
	     "  - {id: r, title: T, title_zh: T, dimension: none, level: 1, open: [medical_aid],\n"
	     "     when: [{indicator: labourers, above: 5}]}\n",
	 {"14:69 warning nobody-goes: 'r' makes a lead", NULL}},
	{TOP
	 "case: {measure_before_exit: yes}\nrules:\n" RULE("r", "{indicator: labourers, above: 5}"),
	 {"12:8 warning no-exit: without 'exit' no exit is asked", NULL}},
	/* What makes no lead needs nobody to go; and has nothing that only leads have. */
	{TOP "  medical_aid: {due_days: 3, department: a, from: verified}\nrules:\n"
	     "  - {id: r, title: T, title_zh: T, dimension: none, level: 1, open: [medical_aid],\n"
	     "     lead: no, when: [{indicator: labourers, above: 5}]}\n",
	 {NULL}},
	{TOP
	 "rules:\n  - {id: r, title: T, title_zh: T, dimension: none, level: 1, open: [visit],\n"
	 "     lead: no, sudden: yes, when: [{indicator: labourers, above: 5}]}\n",
	 {"13:69 warning no-lead: 'r' makes nobody a lead, but opens 'visit'",
	  "14:16 warning no-lead: 'r' makes nobody a lead, so it says nothing of the household's "
	  "group",
	  NULL}},
	{TOP "  medical_aid: {due_days: 3, department: a, from: verified}\nrules:\n"
	     "  - {id: r, title: T, title_zh: T, dimension: none, level: 1, open: [medical_aid],\n"
	     "     when: [{indicator: labourers, above: 5}]}\n" RULE(
		     "q", "{indicator: labourers, above: 2}"),
	 {NULL}},
};

static void every_finding_has_its_place(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
		char told[TEXT_MAX];
		const char *line = told;
		bool same = true;

		check(expectations[i].text, told);
		for (const char *const *wanted = expectations[i].told; *wanted && same; wanted++) {
			const char *end = strchr(line, '\n');

			same = end && strncmp(line, *wanted, strlen(*wanted)) == 0;
			line = same ? end + 1 : line;
		}
		if (!same || *line) {
			print_error("%zu:\n%s", i, told);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void shipped_has_no_finding(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = calloc(1, LL_POLICY_TEXT_MAX + 1);
	char told[TEXT_MAX];

	assert_non_null(file);
	assert_non_null(text);
	assert_in_range(fread(text, 1, LL_POLICY_TEXT_MAX, file), 1, LL_POLICY_TEXT_MAX);
	fclose(file);
	check(text, told);
	free(text);
	if (told[0])
		fail_msg("%s: %s", path, told);
}

/* What is shipped is also what is held up as an example. */
static void the_shipped_policies_have_no_finding(void **state)
{
	(void)state;
	shipped_has_no_finding(LL_POLICY_DIR "/national.yaml");
	shipped_has_no_finding(LL_POLICY_DIR "/national-2022.yaml");
	shipped_has_no_finding(LL_POLICY_DIR "/province-2024.yaml");
}

static void findings_are_bounded(void **state)
{
	struct ll_policy_check result;
	struct ll_arena arena;
	struct ll_buf text;
	int err;

	(void)state;
	ll_buf_init(&text);
	err = ll_buf_append_str(&text, HEAD "measures:\n");
	for (int i = 0; i < 1000 && !err; i++)
		err = ll_buf_append_format(&text, "  a%d: {}\n", i);
	err |= ll_buf_append_str(&text, "rules: []\n");
	assert_int_equal(err, 0);
	ll_arena_init(&arena, 0);
	assert_int_equal(
		ll_policy_check((struct ll_str){(char *)text.data, text.size}, &arena, &result), 0);
	assert_int_equal(result.count, LL_POLICY_FINDINGS_MAX);
	assert_int_equal(result.errors, LL_POLICY_FINDINGS_MAX);
	ll_arena_release(&arena);
	ll_buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_finding_has_its_place),
		cmocka_unit_test(the_shipped_policies_have_no_finding),
		cmocka_unit_test(findings_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
