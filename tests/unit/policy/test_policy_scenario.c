/* Scenario files: what they may hold, what is told when policy and scenario disagree, mutants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "policy/policy_mutants.h"
#include "policy/policy_yaml.h"

#define FILES_MAX     64
#define SCENARIOS_MAX 1024

/* ---- the shipped ones --------------------------------------------------------------------------- */

struct shipped {
	struct ll_policy *policy;
	struct ll_policy_scenarios files[FILES_MAX];
	size_t file_count;
	struct ll_str policy_text; /* of one that follows, read last */
	const struct ll_policy_scenario *list[SCENARIOS_MAX];
	size_t count;
};

static struct ll_str read_text(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = malloc(LL_POLICY_TEXT_MAX);
	size_t size;

	assert_non_null(file);
	assert_non_null(text);
	size = fread(text, 1, LL_POLICY_TEXT_MAX, file);
	fclose(file);
	return (struct ll_str){text, size};
}

static void free_text(struct ll_str text)
{
	union {
		const char *text;
		void *memory;
	} owned = {.text = text.data};

	free(owned.memory);
}

static struct ll_policy *national(void)
{
	struct ll_str text = read_text(LL_POLICY_DIR "/national.yaml");
	struct ll_policy *policy;

	assert_int_equal(ll_policy_compile(text, &policy, NULL), 0);
	free_text(text);
	return policy;
}

/* Named from where the scenarios are. */
static int open_policy(void *context, struct ll_str file, struct ll_str *ret_text)
{
	struct shipped *shipped = context;
	char path[4096];

	snprintf(path, sizeof(path), "%s/scenarios/%.*s", LL_POLICY_DIR, LL_STR_ARG(file));
	free_text(shipped->policy_text);
	shipped->policy_text = read_text(path);
	*ret_text = shipped->policy_text;
	return 0;
}

static int setup(void **state)
{
	static struct shipped shipped;
	glob_t found;

	shipped.policy = national();
	assert_int_equal(glob(LL_POLICY_DIR "/scenarios/*.yaml", 0, NULL, &found), 0);
	assert_in_range(found.gl_pathc, 1, FILES_MAX);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct ll_policy_scenarios *file = &shipped.files[shipped.file_count++];
		struct ll_str text = read_text(found.gl_pathv[i]);
		struct ll_error error = {0};

		if (ll_policy_scenarios_read(text, file, &error))
			fail_msg("%s:%d: %s", found.gl_pathv[i], error.line, error.message);
		free_text(text);
		if (ll_policy_scenarios_compile(file, shipped.policy, open_policy, &shipped,
						&error))
			fail_msg("%s:%d: %s", found.gl_pathv[i], error.line, error.message);
		for (int32_t k = 0; k < file->count; k++) {
			assert_true(shipped.count < SCENARIOS_MAX);
			shipped.list[shipped.count++] = &file->list[k];
		}
	}
	globfree(&found);
	free_text(shipped.policy_text);
	*state = &shipped;
	return 0;
}

static int teardown(void **state)
{
	struct shipped *shipped = *state;

	for (size_t i = 0; i < shipped->file_count; i++)
		ll_policy_scenarios_release(&shipped->files[i]);
	ll_policy_free(shipped->policy);
	return 0;
}

static int fail_on_mismatch(void *context, const struct ll_scenario_mismatch *mismatch)
{
	(void)context;
	fail_msg("%.*s, line %d: expected %s, found %s", LL_STR_ARG(mismatch->scenario->title),
		 mismatch->line, mismatch->expected, mismatch->found);
	return 0;
}

static void assert_moves(const struct ll_scenario_coverage *coverage)
{
	for (int from = 0; from < LL_CASE_STATE_COUNT; from++)
		for (int to = 0; to < LL_CASE_STATE_COUNT; to++)
			for (int trigger = 0; trigger < LL_CASE_TRIGGER_COUNT; trigger++)
				if (ll_scenario_may_move((enum ll_case_state)from,
							 (enum ll_case_state)to,
							 (enum ll_case_trigger)trigger) &&
				    !coverage->moved[from][to][trigger])
					fail_msg("no scenario goes from %s to %s by %s",
						 ll_case_state_name((enum ll_case_state)from),
						 ll_case_state_name((enum ll_case_state)to),
						 ll_case_trigger_name(
							 (enum ll_case_trigger)trigger));
}

/* Every measure of a rule is opened, every step done; every state and change of a task is there. */
static void assert_tasks(const struct ll_scenario_coverage *coverage,
			 const struct ll_policy *policy)
{
	const struct ll_policy_region *everywhere = &policy->regions[0];
	uint32_t opened = 0;

	for (int32_t i = 0; i < everywhere->rule_count; i++)
		opened |= everywhere->rules[i].measures;
	for (int m = 0; m < LL_MEASURE_COUNT; m++) {
		enum ll_task_state wanted =
			ll_case_step_of((enum ll_measure)m) ? LL_TASK_DONE : LL_TASK_OPEN;

		if (((opened >> m & 1) || wanted == LL_TASK_DONE) &&
		    !coverage->task_state[m][wanted])
			fail_msg("no scenario has %s %s", ll_measure_name((enum ll_measure)m),
				 ll_task_state_name(wanted));
	}
	for (int state = 0; state < LL_TASK_STATE_COUNT; state++) {
		bool any = false;

		for (int m = 0; m < LL_MEASURE_COUNT; m++)
			any = any || coverage->task_state[m][state];
		assert_true(any);
	}
	for (int change = 0; change < LL_TASK_CHANGE_COUNT; change++)
		assert_true(coverage->task_change[change]);
	assert_true(coverage->escalated);
}

static void test_shipped_agree_and_cover(void **state)
{
	const struct shipped *shipped = *state;
	const struct ll_policy_region *everywhere = &shipped->policy->regions[0];
	struct ll_scenario_coverage coverage = {.steps = 0};
	struct ll_arena scratch;

	ll_arena_init(&scratch, 0);
	for (size_t i = 0; i < shipped->count; i++)
		assert_int_equal(ll_policy_scenario_run(shipped->list[i], shipped->policy, &scratch,
							&coverage, fail_on_mismatch, NULL),
				 0);
	ll_arena_release(&scratch);
	for (int32_t i = 0; i < everywhere->rule_count; i++) {
		if (!coverage.held[i] ||
		    (everywhere->rules[i].visit_when_unknown && !coverage.asked[i]))
			fail_msg("rule %.*s: held %d, asked %d",
				 LL_STR_ARG(everywhere->rules[i].id), coverage.held[i],
				 coverage.asked[i]);
	}
	assert_moves(&coverage);
	assert_tasks(&coverage, shipped->policy);
	for (int i = 0; i < LL_CASE_DECISION_COUNT; i++)
		assert_true(coverage.decided[i]);
	for (int i = LL_GROUP_NONE + 1; i < LL_GROUP_COUNT; i++)
		assert_true(coverage.group[i]);
}

static int count_mutant(void *context, const struct ll_policy_mutant *mutant)
{
	int *counts = context;

	counts[mutant->kind]++;
	if (!mutant->caught_by)
		fail_msg("%s of %.*s, comparison %d, %s: operator %d → %d, %lld → %lld",
			 ll_policy_mutant_name(mutant->kind), LL_STR_ARG(mutant->rule),
			 mutant->comparison, ll_measure_name(mutant->measure),
			 (int)mutant->op_before, (int)mutant->op_after, (long long)mutant->before,
			 (long long)mutant->after);
	return 0;
}

static void test_shipped_notice_every_change(void **state)
{
	const struct shipped *shipped = *state;
	int counts[LL_POLICY_MUTANT_KIND_COUNT] = {0};
	int count = 0;

	assert_int_equal(ll_policy_mutants(shipped->policy, shipped->list, shipped->count,
					   count_mutant, counts),
			 0);
	for (int kind = 0; kind < LL_POLICY_MUTANT_KIND_COUNT; kind++) {
		if (counts[kind] == 0)
			fail_msg("no mutant of %s",
				 ll_policy_mutant_name((enum ll_policy_mutant_kind)kind));
		count += counts[kind];
	}
	assert_true(count > 700);
}

/* ---- a small one ---------------------------------------------------------------------------------- */

#define TOP                                                     \
	"start: 2025-03-01\n"                                   \
	"household:\n"                                          \
	"  area: \"450123001001\"\n"                            \
	"  category: ex_poor\n"                                 \
	"  income: 60000 yuan\n"                                \
	"  income_year: 2024\n"                                 \
	"  members:\n"                                          \
	"    - {name: mother, born: 1982-03-01, labour: yes}\n" \
	"scenarios:\n"                                          \
	"  - title: a stay\n"                                   \
	"    steps:\n"
#define STAY "      - {on: 2025-03-02, hospitalisation: {who: mother, total: 6000 yuan}}\n"

struct seen {
	int count;
	enum ll_scenario_part parts[8];
	char expected[8][LL_SCENARIO_TEXT_MAX];
	char found[8][LL_SCENARIO_TEXT_MAX];
	int lines[8];
};

static int take_mismatch(void *context, const struct ll_scenario_mismatch *mismatch)
{
	struct seen *seen = context;

	assert_true(seen->count < 8);
	seen->parts[seen->count] = mismatch->part;
	seen->lines[seen->count] = mismatch->line;
	strcpy(seen->expected[seen->count], mismatch->expected);
	strcpy(seen->found[seen->count], mismatch->found);
	seen->count++;
	return 0;
}

static struct seen run_text(const char *text)
{
	struct ll_policy *policy = national();
	struct ll_policy_scenarios scenarios;
	struct ll_error error = {0};
	struct ll_arena scratch;
	struct seen seen = {0};

	if (ll_policy_scenarios_read(ll_str_from(text), &scenarios, &error))
		fail_msg("line %d: %s", error.line, error.message);
	if (ll_policy_scenarios_compile(&scenarios, policy, NULL, NULL, &error))
		fail_msg("line %d: %s", error.line, error.message);
	ll_arena_init(&scratch, 0);
	for (int32_t i = 0; i < scenarios.count; i++)
		assert_int_equal(ll_policy_scenario_run(&scenarios.list[i], policy, &scratch, NULL,
							take_mismatch, &seen),
				 0);
	ll_arena_release(&scratch);
	ll_policy_scenarios_release(&scenarios);
	ll_policy_free(policy);
	return seen;
}

static void assert_mismatch(const struct seen *seen, int at, enum ll_scenario_part part,
			    const char *expected, const char *found)
{
	assert_true(at < seen->count);
	assert_int_equal(seen->parts[at], part);
	assert_string_equal(seen->expected[at], expected);
	assert_string_equal(seen->found[at], found);
}

static void test_what_differs_is_told(void **state)
{
	struct seen seen = run_text(
		TOP STAY
		"      - expect: {case: none, level: 3, tasks: {visit: {state: done, level: "
		"1, due: 2025-03-09}}, reasons: []}\n"
		"      - on: 2025-03-06\n"
		"        expect: {reasons: [declared-need], overdue: [], escalated: [visit]}\n"
		"      - decide: released\n"
		"      - {on: 2025-03-07, expect: {rejected: future}}\n");

	(void)state;
	assert_int_equal(seen.count, 8);
	assert_mismatch(&seen, 0, LL_SCENARIO_CASE, "none", "lead");
	assert_mismatch(&seen, 1, LL_SCENARIO_LEVEL, "3", "2");
	assert_mismatch(&seen, 2, LL_SCENARIO_TASKS, "visit: done level 1 due 2025-03-09",
			"visit: open level 2 due 2025-03-05, medical_aid: open");
	/* Reasons are those since the step before: the stay's own step. */
	assert_mismatch(&seen, 3, LL_SCENARIO_REASONS, "declared-need", "medical-own-cost-ex-poor");
	assert_mismatch(&seen, 4, LL_SCENARIO_OVERDUE, "", "visit");
	assert_mismatch(&seen, 5, LL_SCENARIO_ESCALATED, "visit", "");
	/* A step is not rejected unless the file says so. */
	assert_mismatch(&seen, 6, LL_SCENARIO_REJECTED, "", "illegal-move");
	assert_mismatch(&seen, 7, LL_SCENARIO_REJECTED, "future", "");
	assert_int_equal(seen.lines[0], 13);
}

static void test_what_agrees_is_silent(void **state)
{
	struct seen seen = run_text(
		TOP STAY
		"      - {expect: {case: lead, level: 2, tasks: {visit: open, medical_aid: "
		"open}}}\n"
		"      - {report: {visit: done}, expect: {case: verified}}\n");

	(void)state;
	assert_int_equal(seen.count, 0);
}

/* ---- parts of a scenario ------------------------------------------------------------------------------ */

static void test_group_and_hold_are_looked_at(void **state)
{
	struct seen seen = run_text(TOP STAY "      - {expect: {group: marginal, held: yes}}\n"
					     "      - {decide: hold, expect: {held: yes}}\n"
					     "      - {decide: unhold, expect: {held: no, group: "
					     "sudden_difficulty}}\n");

	(void)state;
	assert_int_equal(seen.count, 2);
	assert_mismatch(&seen, 0, LL_SCENARIO_GROUP, "marginal", "sudden_difficulty");
	assert_mismatch(&seen, 1, LL_SCENARIO_HELD, "yes", "no");
}

static void test_what_a_visit_saw_is_told(void **state)
{
	struct seen seen = run_text(
		TOP STAY "      - {decide: visit_confirmed, secure: [food], at_risk: [water], "
			 "expect: {case: verified, reasons: [medical-own-cost-ex-poor]}}\n");

	(void)state;
	assert_int_equal(seen.count, 1);
	assert_mismatch(&seen, 0, LL_SCENARIO_REASONS, "medical-own-cost-ex-poor",
			"medical-own-cost-ex-poor, water-at-risk");
}

static void test_a_beginning_is_taken_by_name(void **state)
{
	struct seen seen = run_text("beginnings:\n"
				    "  sick:\n" STAY TOP "      - {expect: {case: none}}\n"
				    "  - title: taken\n"
				    "    begin: [sick]\n"
				    "    steps:\n"
				    "      - {report: {visit: done}, expect: {case: verified}}\n");

	(void)state;
	assert_int_equal(seen.count, 0);
}

/* ---- policies that follow ------------------------------------------------------------------------------ */

#define FOLLOWED(policies)                                                        \
	"policies:\n" policies TOP "      - {on: 2025-03-02, hospitalisation: "   \
	"{who: mother, total: 4000 yuan}, expect: {case: none}}\n"                \
	"      - {on: 2025-03-09, expect: {case: none}}\n"                        \
	"      - {on: 2025-03-10, expect: {case: lead, level: 3, tasks: {visit: " \
	"{state: open, due: 2025-03-18}, medical_aid: open}}}\n"

/* Rules are changed by their id, maps by their keys; from midnight of the day. */
static void test_changes_follow_at_midnight(void **state)
{
	struct seen seen =
		run_text(FOLLOWED("  - effective_on: 2025-03-10\n"
				  "    parameters: {medical_line_ex_poor: 4000 yuan}\n"
				  "    measures: {visit: {due_days: 8}}\n"
				  "    rules: [{id: medical-own-cost-ex-poor, level: 3}]\n"));

	(void)state;
	assert_int_equal(seen.count, 0);
}

static void test_changes_of_a_region_follow(void **state)
{
	struct seen seen =
		run_text(FOLLOWED("  - effective_on: 2025-03-10\n"
				  "    rules: [{id: medical-own-cost-ex-poor, level: 3}]\n"
				  "    regions:\n"
				  "      - area: \"4501\"\n"
				  "        parameters: {medical_line_ex_poor: 4000 yuan}\n"
				  "        measures: {visit: {due_days: 8}}\n"));

	(void)state;
	assert_int_equal(seen.count, 0);
}

static int open_nothing(void *context, struct ll_str file, struct ll_str *ret_text)
{
	(void)context;
	assert_true(ll_str_equal(file, LL_STR("next.yaml")));
	*ret_text = LL_STR("policy: next\n");
	return 0;
}

static const struct {
	const char *policies;
	int line;
	const char *says;
} wrong_policies[] = {
	{"  - file: next.yaml\n", 2, "next.yaml:1:1: the policy lacks 'version'"},
	{"  - effective_on: 2025-03-10\n    parameters: {medical_lin: 4000 yuan, "
	 "medical_line_ex_poor: 5 %}\n",
	 2, "with these changes is wrong"},
	{"  - {effective_on: tomorrow}\n", 2, "is no date"},
};

static void test_what_follows_must_be_a_policy(void **state)
{
	const struct shipped *shipped = *state;

	for (size_t i = 0; i < sizeof(wrong_policies) / sizeof(wrong_policies[0]); i++) {
		struct ll_policy_scenarios scenarios;
		struct ll_error error = {0};
		char text[4096];

		snprintf(text, sizeof(text), "policies:\n%s%s      - {expect: {level: 0}}\n",
			 wrong_policies[i].policies, TOP);
		assert_int_equal(ll_policy_scenarios_read(ll_str_from(text), &scenarios, NULL), 0);
		assert_int_equal(ll_policy_scenarios_compile(&scenarios, shipped->policy,
							     open_nothing, NULL, &error),
				 -LL_ERR_BAD_POLICY);
		if (error.line != wrong_policies[i].line ||
		    !strstr(error.message, wrong_policies[i].says))
			fail_msg("%zu: line %d: %s", i, error.line, error.message);
		ll_policy_scenarios_release(&scenarios);
	}
}

struct tally {
	int all;
	int caught;
};

static int take_mutant(void *context, const struct ll_policy_mutant *mutant)
{
	struct tally *tally = context;

	tally->all++;
	tally->caught += mutant->caught_by != NULL;
	return 0;
}

static void test_a_change_that_nobody_looks_at_survives(void **state)
{
	static const char text[] = TOP STAY "      - {expect: {case: lead}}\n";
	struct ll_policy *policy = national();
	struct ll_policy_scenarios scenarios;
	const struct ll_policy_scenario *list[1];
	struct tally tally = {0};

	(void)state;
	assert_int_equal(ll_policy_scenarios_read(ll_str_from(text), &scenarios, NULL), 0);
	list[0] = &scenarios.list[0];
	assert_int_equal(ll_policy_mutants(policy, list, 1, take_mutant, &tally), 0);
	assert_true(tally.caught > 0);
	assert_true(tally.caught < tally.all / 2);
	ll_policy_scenarios_release(&scenarios);
	ll_policy_free(policy);
}

/* ---- mistakes --------------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	int line;
	const char *says;
} mistakes[] = {
	{TOP "      - {on: 2025-02-01}\n", 12, "before the one above"},
	{TOP "      - {on: tomorrow}\n", 12, "is no date"},
	{TOP "      - {on: 2035-03-02}\n" STAY, 13, "before the one above"},
	{TOP "      - {on: 2045-03-02}\n", 12, "make two scenarios"},
	{TOP "      - {hospitalization: {total: 5 yuan}}\n", 12, "did you mean 'hospitalisation'"},
	{TOP "      - {hospitalisation: {total: 5000}}\n", 12, "is not an amount of money"},
	{TOP "      - {hospitalisation: {who: uncle, total: 5 yuan}}\n", 12, "nobody in this"},
	{TOP "      - {decide: visit_confirm}\n", 12, "did you mean 'visit_confirmed'"},
	{TOP "      - {report: {visit: done, medical_aid: done}}\n", 12, "of one task"},
	{TOP "      - {report: {visit: finished}}\n", 12, "is not a task's state"},
	{TOP "      - {decide: hold, report: {visit: done}}\n", 12, "one thing a step"},
	{TOP "      - {declaration: {need: food}, note: x}\n", 12, "who said what"},
	{TOP "      - {expect: {case: leads}}\n", 12, "did you mean 'lead'"},
	{TOP "      - {expect: {level: 4}}\n", 12, "from 0 to 3"},
	{TOP "      - {expect: {rejected: no-memory}}\n", 12, "is no reason why"},
	{TOP "      - {expect: {tasks: {visits: open}}}\n", 12, "did you mean 'visit'"},
	{TOP "      - {housing_damage: {grade: E}}\n", 12, "is not a grade"},
	{TOP "      - {decide: visit_confirmed, secure: [foot]}\n", 12, "did you mean 'food'"},
	{TOP "      - {secure: [food]}\n", 12, "who saw it?"},
	{TOP "      - {report: {visit: done}, at_risk: [food]}\n", 12, "who saw it?"},
	{TOP "      - {expect: {group: margin}}\n", 12, "did you mean 'marginal'"},
	{TOP "      - {expect: {held: perhaps}}\n", 12, "is not yes or no"},
	{TOP "      - {asset_record: {type: cart}}\n", 12, "did you mean 'car'"},
	{"policies: [{version: \"2\"}]\n" TOP STAY, 1, "from which day on"},
	{"policies: [next.yaml]\n" TOP STAY, 1, "write '- file:"},
	{TOP "      - {registered: {area: \"4501\"}}\n", 12, "12 digits"},
	{"start: 2025-03-01\nscenarios:\n  - title: x\n    steps: [{expect: {level: 0}}]\n", 3,
	 "where the household lives"},
	{"scenarios:\n  - title: x\n    household: {area: \"450123001001\"}\n    steps: [{expect: "
	 "{level: 0}}]\n",
	 2, "no first day"},
	{"start: 2025-03-01\nscenarios: []\n", 2, "write 1 to"},
};

static void test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct ll_policy_scenarios scenarios;
		struct ll_error error = {0};
		int err =
			ll_policy_scenarios_read(ll_str_from(mistakes[i].text), &scenarios, &error);

		if (err != -LL_ERR_BAD_POLICY || error.line != mistakes[i].line ||
		    !strstr(error.message, mistakes[i].says))
			fail_msg("%zu: %d, line %d: %s", i, err, error.line, error.message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_agree_and_cover),
		cmocka_unit_test(test_shipped_notice_every_change),
		cmocka_unit_test(test_what_differs_is_told),
		cmocka_unit_test(test_what_agrees_is_silent),
		cmocka_unit_test(test_group_and_hold_are_looked_at),
		cmocka_unit_test(test_what_a_visit_saw_is_told),
		cmocka_unit_test(test_a_beginning_is_taken_by_name),
		cmocka_unit_test(test_changes_follow_at_midnight),
		cmocka_unit_test(test_changes_of_a_region_follow),
		cmocka_unit_test(test_what_follows_must_be_a_policy),
		cmocka_unit_test(test_a_change_that_nobody_looks_at_survives),
		cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
