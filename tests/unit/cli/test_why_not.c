/* How far from a warning: only what was moved, and the nearest of the rules that look at it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/why_not.h"
#include "policy/policy_yaml.h"

#define POLICY                                                                         \
	"policy: test\nversion: \"1\"\neffective_on: 2020-01-01\n"                     \
	"keep_months: 24\nescalate_after_days: 5\n"                                    \
	"measures:\n  visit: {due_days: 3, department: team}\n"                        \
	"rules:\n"                                                                     \
	"  - id: half\n    title: Half\n    title_zh: 半\n    dimension: income\n"    \
	"    level: 2\n    open: [visit]\n"                                            \
	"    when:\n      - {indicator: jobless_share, at_least: 50 %}\n"              \
	"  - id: all\n    title: All\n    title_zh: 全\n    dimension: income\n"      \
	"    level: 3\n    open: [visit]\n"                                            \
	"    when:\n      - {indicator: jobless_share, is: 100 %}\n"                   \
	"  - id: costs\n    title: Costs\n    title_zh: 费\n    dimension: medical\n" \
	"    level: 2\n    open: [visit]\n"                                            \
	"    when:\n      - {indicator: medical_own_cost_12m, at_least: 5000 yuan}\n"

#define TODAY 20150

static const struct ll_key key = {{1}};
static const struct ll_member members[] = {
	{.person_key = {{7}}, .born_on = 4000, .resident = true, .labour = true},
	{.person_key = {{8}}, .born_on = 5000, .resident = true, .labour = true},
	{.person_key = {{9}}, .born_on = 9000, .resident = true, .labour = true},
};

static struct ll_household_event registration(void)
{
	return (struct ll_household_event){.household_key = key,
					   .area = LL_STR("360502001001"),
					   .body = LL_BODY_HOUSEHOLD_REGISTERED,
					   .household_registered = {.area = LL_STR("360502001001"),
								    .members = members,
								    .member_count = 3}};
}

static struct ll_household_event job_loss(const char *event_id, uint8_t person)
{
	return (struct ll_household_event){
		.household_key = key,
		.person_key = {{person}},
		.area = LL_STR("360502001001"),
		.body = LL_BODY_LIFE_EVENT,
		.life_event = {.event_id = ll_str_from(event_id),
			       .source = LL_STR("employment"),
			       .occurred_on = TODAY,
			       .subject = {.type = LL_SUBJECT_PERSON, .key = {{person}}},
			       .payload = {.kind = LL_EVENT_JOB_LOSS}}};
}

static void take(struct ll_why_not *why_not, const struct ll_household_event *event,
		 const char *rejected)
{
	const struct ll_story_item item = {
		.kind = LL_STORY_INPUT, .day = TODAY, .input = event, .rejected = rejected};

	ll_why_not_take(why_not, &item);
}

static void test_nearest(void **state)
{
	const struct ll_household_event registered = registration();
	const struct ll_household_event lost = job_loss("a", 7), again = job_loss("b", 8);
	struct ll_reason reasons[LL_WHY_NOT_MAX];
	struct ll_policy *policy = NULL;
	struct ll_why_not why_not;

	(void)state;
	assert_int_equal(ll_policy_compile(LL_STR(POLICY), &policy, NULL), 0);
	ll_why_not_init(&why_not, &key);
	take(&why_not, &registered, NULL);
	take(&why_not, &lost, NULL);
	assert_int_equal(ll_why_not_list(&why_not, &policy->regions[0], reasons), 1);
	assert_true(ll_str_equal(reasons[0].indicator, LL_STR("jobless_share")));
	assert_int_equal(reasons[0].value, 333);
	assert_int_equal(reasons[0].threshold, 500);
	/* What was rejected is no fact. */
	take(&why_not, &again, "future");
	assert_int_equal(why_not.after.value[LL_INDICATOR_JOBLESS_SHARE], 333);
	take(&why_not, &again, NULL);
	assert_int_equal(ll_why_not_list(&why_not, &policy->regions[0], reasons), 1);
	assert_int_equal(reasons[0].value, 666);
	assert_int_equal(reasons[0].threshold, 1000);
	/* Told again it moves nothing. */
	take(&why_not, &again, NULL);
	assert_int_equal(ll_why_not_list(&why_not, &policy->regions[0], reasons), 0);
	ll_why_not_release(&why_not);
	ll_policy_free(policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_nearest)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
