/* Reasons below the items of a story: rule by rule, under the policy's titles, and only what is new. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/reasons_told.h"

#define POLICY                                                                    \
	"policy: test\nversion: \"1\"\neffective_on: 2020-01-01\n"                \
	"keep_months: 24\nescalate_after_days: 5\n"                               \
	"parameters:\n  line: 5000 yuan\n"                                        \
	"measures:\n  visit: {due_days: 3, department: team}\n"                   \
	"  medical_aid: {due_days: 3, department: health}\n"                      \
	"rules:\n"                                                                \
	"  - id: costs\n    title: High costs\n    title_zh: 费用较高\n"      \
	"    dimension: medical\n    level: 2\n"                                  \
	"    when:\n      - {indicator: medical_own_cost_12m, at_least: $line}\n" \
	"    open: [visit, medical_aid]\n"                                        \
	"regions:\n  - area: \"3605\"\n    parameters: {line: 4000 yuan}\n"

static const struct ll_reason_fact stay = {
	.kind = LL_STR("hospitalisation"), .occurred_on = 20000, .amount_fen = 620000};

static struct ll_reason costs(int64_t value_fen)
{
	return (struct ll_reason){.rule = LL_STR("costs"),
				  .indicator = LL_STR("medical_own_cost_12m"),
				  .comparison = LL_STR("at_least"),
				  .known = true,
				  .value = value_fen,
				  .threshold = 400000,
				  .unit = LL_UNIT_FEN,
				  .facts = &stay,
				  .fact_count = 1};
}

static struct ll_risk_change change(const struct ll_reason *reasons, enum ll_case_state before,
				    enum ll_case_state after)
{
	return (struct ll_risk_change){.area = LL_STR("360502001001"),
				       .before = before,
				       .after = after,
				       .reasons = reasons,
				       .reason_count = 1,
				       .policy_name = LL_STR("test"),
				       .policy_version = LL_STR("1")};
}

static struct ll_task task(const struct ll_reason *reasons, enum ll_task_change what,
			   enum ll_measure measure)
{
	return (struct ll_task){.area = LL_STR("360502001001"),
				.measure = measure,
				.change = what,
				.reasons = reasons,
				.reason_count = 1,
				.policy_name = LL_STR("test"),
				.policy_version = LL_STR("1")};
}

static struct ll_story story;
static struct ll_reasons_told told;

static int set_up(void **state)
{
	static const struct ll_policy_activated activated = {
		.name = LL_STR("test"), .version = LL_STR("1"), .text = LL_STR(POLICY)};

	(void)state;
	story = (struct ll_story){.policies = {&activated}, .policy_count = 1};
	ll_reasons_told_init(&told, &story, LL_ENGLISH);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ll_reasons_told_release(&told);
	return 0;
}

static void expect_told(const struct ll_story_item *item, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(ll_reasons_tell(&told, item, out), 0);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void expect_change(const struct ll_risk_change *change_told, const char *expected)
{
	const struct ll_story_item input = {.kind = LL_STORY_INPUT};
	const struct ll_story_item item = {.kind = LL_STORY_CHANGE, .change = change_told};

	expect_told(&input, "");
	expect_told(&item, expected);
}

static void expect_task(const struct ll_task *task_told, const char *expected)
{
	const struct ll_story_item item = {.kind = LL_STORY_TASK, .task = task_told};

	expect_told(&item, expected);
}

static void test_once(void **state)
{
	const struct ll_reason high = costs(620000);
	const struct ll_risk_change lead = change(&high, LL_CASE_NONE, LL_CASE_LEAD);
	const struct ll_risk_change verified = change(&high, LL_CASE_LEAD, LL_CASE_VERIFIED);
	const struct ll_task visit = task(&high, LL_CHANGE_OPENED, LL_MEASURE_VISIT);
	const struct ll_task review = task(&high, LL_CHANGE_OPENED, LL_MEASURE_VILLAGE_REVIEW);
	const struct ll_task overdue = task(&high, LL_CHANGE_OVERDUE, LL_MEASURE_VISIT);

	(void)state;
	expect_change(&lead,
		      "      under policy test, version 1, with the numbers of the city (3605):\n"
		      "      High costs\n"
		      "        own medical costs of the last 12 months: 6,200 yuan, at least "
		      "4,000 yuan\n"
		      "          2024-10-04 stay in hospital, 6,200 yuan\n");
	expect_task(&visit, "      because: High costs\n");
	expect_change(&verified, "");
	expect_task(&review, "");
	expect_task(&overdue, "");
}

/* What does not hold any more is new; and a new lead is told from the beginning. */
static void test_again(void **state)
{
	const struct ll_reason high = costs(620000), low = costs(270000);
	const struct ll_risk_change lead = change(&high, LL_CASE_NONE, LL_CASE_LEAD);
	const struct ll_task gone = task(&low, LL_CHANGE_WITHDRAWN, LL_MEASURE_VISIT);
	const struct ll_story_item input = {.kind = LL_STORY_INPUT};
	const char *first = "      High costs\n"
			    "        own medical costs of the last 12 months: 6,200 yuan, at least "
			    "4,000 yuan\n"
			    "          2024-10-04 stay in hospital, 6,200 yuan\n";

	(void)state;
	told.policy = NULL;
	expect_change(&lead,
		      "      under policy test, version 1, with the numbers of the city (3605):\n"
		      "      High costs\n"
		      "        own medical costs of the last 12 months: 6,200 yuan, at least "
		      "4,000 yuan\n"
		      "          2024-10-04 stay in hospital, 6,200 yuan\n");
	expect_told(&input, "");
	expect_task(&gone,
		    "      no longer true: High costs\n"
		    "        own medical costs of the last 12 months: 2,700 yuan, no longer at "
		    "least 4,000 yuan\n"
		    "          2024-10-04 stay in hospital, 6,200 yuan\n");
	expect_change(&lead, first);
	expect_change(&lead, first);
}

/* What came to a task is told with it, and what went; each under its own title. */
static void test_of_tasks(void **state)
{
	struct ll_reason high = costs(620000), none = costs(0);
	struct ll_reason other = high;
	struct ll_task before, more, gone;

	(void)state;
	other.rule = LL_STR("other");
	const struct ll_reason two[] = {high, other};
	const struct ll_risk_change lead = change(&high, LL_CASE_NONE, LL_CASE_LEAD);
	const struct ll_story_item first = {.kind = LL_STORY_CHANGE, .change = &lead};

	expect_told(&first,
		    "      under policy test, version 1, with the numbers of the city (3605):\n"
		    "      High costs\n"
		    "        own medical costs of the last 12 months: 6,200 yuan, at least "
		    "4,000 yuan\n"
		    "          2024-10-04 stay in hospital, 6,200 yuan\n");
	before = task(&high, LL_CHANGE_OPENED, LL_MEASURE_MEDICAL_AID);
	more = task(two, LL_CHANGE_STRENGTHENED, LL_MEASURE_MEDICAL_AID);
	more.reason_count = 2;
	told.list[told.count++] = &two[1]; /* told before */
	const struct ll_story_item item = {
		.kind = LL_STORY_TASK, .task = &more, .task_before = &before};
	expect_told(&item, "      new reason: other\n");
	none.fact_count = 0;
	gone = task(&none, LL_CHANGE_WITHDRAWN, LL_MEASURE_MEDICAL_AID);
	expect_task(&gone,
		    "      no longer true: High costs\n"
		    "        own medical costs of the last 12 months: 0 yuan, no longer at least "
		    "4,000 yuan\n");
	expect_task(&gone, "      no longer true: High costs\n");
}

/* A log that was cut has no policy: then the rule's id has to do. */
static void test_without_policy(void **state)
{
	const struct ll_reason high = costs(620000);
	const struct ll_risk_change lead = change(&high, LL_CASE_NONE, LL_CASE_LEAD);

	(void)state;
	story.policy_count = 0;
	told.language = LL_CHINESE;
	expect_change(&lead, "      costs\n"
			     "        近12个月自付医疗费：6,200元，不低于4,000元\n"
			     "          2024-10-04 住院，6,200元\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_of_tasks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_without_policy, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
