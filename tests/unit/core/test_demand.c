#include "fixture.h"

#include <stdio.h>

#include "core/demand.h"
#include "core/fact.h"

#define TODAY day(2025, 6, 10)
#define RULES 12

/* A household in a state, and rules that all ask for a visit, of which some hold. */
struct scene {
	struct ll_slab slab;
	struct ll_household household;
	struct ll_rule rules[RULES];
	struct ll_policy_region region;
	struct ll_policy policy;
	struct ll_indicators indicators;
	struct ll_verdict verdict;
	struct ll_asking asking;
};

static int setup(void **state)
{
	static char ids[RULES][8];
	static struct scene scene;
	struct ll_key key = key_of(7);

	memset(&scene, 0, sizeof(scene));
	ll_slab_init(&scene.slab);
	ll_household_init(&scene.household, &key);
	for (int i = 0; i < RULES; i++) {
		snprintf(ids[i], sizeof(ids[i]), "r%d", i);
		scene.rules[i] = (struct ll_rule){
			.id = ll_str_from(ids[i]),
			.level = 1,
			.dimension = LL_DIMENSION_MEDICAL,
			.measures = 1u << LL_MEASURE_VISIT,
			.comparisons = {{LL_INDICATOR_MEDICAL_OWN_COST_12M, LL_OPERATOR_AT_LEAST,
					 i}},
			.comparison_count = 1,
		};
	}
	scene.region = (struct ll_policy_region){.rules = scene.rules, .rule_count = RULES};
	scene.region.measures[LL_MEASURE_VISIT].due_days = 3;
	scene.policy = (struct ll_policy){.regions = &scene.region, .region_count = 1};
	scene.asking = (struct ll_asking){
		.policy = &scene.policy,
		.region = &scene.region,
		.household = &scene.household,
		.verdict = &scene.verdict,
		.indicators = &scene.indicators,
		.today = TODAY,
		.counting = LL_COUNTS_ALL,
	};
	*state = &scene;
	return 0;
}

static int teardown(void **state)
{
	struct scene *scene = *state;

	ll_household_release(&scene->household, &scene->slab);
	ll_slab_release(&scene->slab);
	return 0;
}

static void find(struct scene *scene, uint16_t rule, enum ll_rule_outcome outcome)
{
	scene->verdict.findings[scene->verdict.count++] =
		(struct ll_finding){.rule = rule, .outcome = (uint8_t)outcome};
	scene->verdict.holding = (uint16_t)(scene->verdict.holding + (outcome == LL_RULE_HOLDS));
}

static struct ll_demand visit(struct scene *scene)
{
	struct ll_demand demand;

	ll_demand_of(&scene->asking, LL_MEASURE_VISIT, &demand);
	return demand;
}

static struct ll_household_task *add_task(struct scene *scene, enum ll_task_state state)
{
	struct ll_household_task *task = ll_task_add(&scene->household, &scene->slab);

	task->measure = LL_MEASURE_VISIT;
	task->state = (uint8_t)state;
	task->level = 1;
	task->ended_on = TODAY;
	return task;
}

static void put_stay(struct scene *scene, int32_t on, uint64_t id)
{
	struct ll_fact fact = {.id = id, .occurred_on = on, .amount_known = true, .amount_fen = 5};
	enum ll_fact_change change;

	assert_int_equal(ll_fact_put(&scene->household, &fact, &scene->slab, &change), 0);
}

static void test_answered_is_not_asked(void **state)
{
	struct scene *scene = *state;
	struct ll_household_task *answer;

	find(scene, 0, LL_RULE_HOLDS);
	assert_true(visit(scene).open);
	answer = add_task(scene, LL_TASK_DONE);
	assert_true(visit(scene).open);
	ll_demand_take_answer(&scene->asking, answer);
	assert_false(visit(scene).open);
	/* A rule that it was not given to; a level that is higher. */
	find(scene, 1, LL_RULE_HOLDS);
	assert_true(visit(scene).open);
	scene->verdict.count = 1;
	scene->rules[0].level = 2;
	assert_true(visit(scene).open);
}

static void test_fresh_fact_asks_again(void **state)
{
	struct scene *scene = *state;
	struct ll_household_task *answer;

	put_stay(scene, TODAY, 1);
	find(scene, 0, LL_RULE_HOLDS);
	answer = add_task(scene, LL_TASK_DONE);
	ll_demand_take_answer(&scene->asking, answer);
	ll_fact_next_era(&scene->household);
	assert_false(visit(scene).open);
	/* Of tomorrow: not yet. */
	put_stay(scene, TODAY + 1, 2);
	assert_false(visit(scene).open);
	put_stay(scene, TODAY, 3);
	assert_true(visit(scene).open);
	/* Fresh, but nothing that this rule looks at. */
	scene->rules[0].comparisons[0].indicator = LL_INDICATOR_WATER_SECURITY;
	assert_false(visit(scene).open);
}

static void test_failed_ends_by_itself(void **state)
{
	struct scene *scene = *state;
	struct ll_household_task *answer;

	scene->region.measures[LL_MEASURE_VISIT].retry_days = 4;
	find(scene, 0, LL_RULE_HOLDS);
	answer = add_task(scene, LL_TASK_FAILED);
	ll_demand_take_answer(&scene->asking, answer);
	assert_int_equal(ll_demand_retry_on(&scene->asking, answer), TODAY + 4);
	scene->asking.today = TODAY + 3;
	assert_false(visit(scene).open);
	scene->asking.today = TODAY + 4;
	assert_true(visit(scene).open);
	answer->state = LL_TASK_REFUSED;
	assert_false(visit(scene).open);
	answer->state = LL_TASK_NOT_FOUND;
	assert_true(visit(scene).open);
}

/* More rules asked than are remembered: all of them were answered. */
static void test_full_answer_is_for_all(void **state)
{
	struct scene *scene = *state;
	struct ll_household_task *answer;

	for (uint16_t i = 0; i < RULES; i++)
		find(scene, i, LL_RULE_HOLDS);
	answer = add_task(scene, LL_TASK_DONE);
	ll_demand_take_answer(&scene->asking, answer);
	assert_int_equal(answer->rule_count, LL_TASK_RULES_MAX);
	assert_false(visit(scene).open);
	/* The first is gone: there is room for one that it did not know. */
	scene->verdict.findings[0] = scene->verdict.findings[--scene->verdict.count];
	assert_true(ll_demand_is_stale(&scene->asking, answer));
	assert_false(ll_demand_prune(&scene->asking, answer));
	assert_int_equal(answer->rule_count, LL_TASK_RULES_MAX);
	assert_false(visit(scene).open);
}

static void test_prune(void **state)
{
	struct scene *scene = *state;
	struct ll_household_task *answer;

	find(scene, 0, LL_RULE_HOLDS);
	find(scene, 1, LL_RULE_HOLDS);
	answer = add_task(scene, LL_TASK_DONE);
	ll_demand_take_answer(&scene->asking, answer);
	assert_false(ll_demand_is_stale(&scene->asking, answer));
	/* What cannot be decided is asked for still. */
	scene->verdict.findings[0].outcome = LL_RULE_UNDECIDED;
	scene->verdict.count = 1;
	assert_true(ll_demand_is_stale(&scene->asking, answer));
	assert_false(ll_demand_prune(&scene->asking, answer));
	assert_int_equal(answer->rule_count, 1);
	scene->verdict.count = 0;
	/* On the day itself its report may come twice. */
	assert_false(ll_demand_prune(&scene->asking, answer));
	assert_int_equal(answer->rule_count, 0);
	scene->asking.today = TODAY + 1;
	assert_true(ll_demand_prune(&scene->asking, answer));
}

static void test_undecided_is_kept_only_if_it_was_there(void **state)
{
	struct scene *scene = *state;
	struct ll_household_task *task = add_task(scene, LL_TASK_OPEN);

	find(scene, 0, LL_RULE_UNDECIDED);
	ll_task_add_rule(task, ll_rule_tag(&scene->rules[0], LL_RULE_HOLDS));
	assert_false(visit(scene).kept); /* it came in this turn */
	task->rules_before = 1;
	assert_true(visit(scene).kept);
	assert_false(visit(scene).open);
	assert_int_equal(visit(scene).standing, 1);
	assert_int_equal(ll_demand_undecided_level(&scene->asking), 1);
	task->state = LL_TASK_WITHDRAWN;
	assert_true(visit(scene).kept);
	scene->asking.counting = LL_COUNTS_NOTHING;
	assert_false(visit(scene).kept);
	assert_int_equal(ll_demand_undecided_level(&scene->asking), 0);
}

static void test_measure_waits_for_the_case(void **state)
{
	static const struct {
		enum ll_case_state state;
		bool open;
	} rows[] = {
		{LL_CASE_NONE, false},	   {LL_CASE_LEAD, false},	{LL_CASE_VERIFIED, false},
		{LL_CASE_REVIEWED, true},  {LL_CASE_CHECKED, true},	{LL_CASE_MONITORED, true},
		{LL_CASE_REJECTED, false}, {LL_CASE_ELIMINATED, false},
	};
	struct scene *scene = *state;

	find(scene, 0, LL_RULE_HOLDS);
	scene->region.measures[LL_MEASURE_VISIT].from = LL_CASE_REVIEWED;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		scene->household.case_state = (unsigned int)rows[i].state & 15u;
		assert_int_equal(visit(scene).open, rows[i].open);
		/* A person opened the green channel; not for who is no case. */
		scene->household.green = true;
		assert_int_equal(visit(scene).open, rows[i].state != LL_CASE_NONE &&
							    rows[i].state != LL_CASE_REJECTED);
		scene->household.green = false;
	}
	scene->household.case_state = LL_CASE_NONE;
	scene->rules[0].green_channel = true;
	assert_true(visit(scene).open);
}

static void test_settled_counts_with_fresh_facts_only(void **state)
{
	struct scene *scene = *state;

	put_stay(scene, TODAY, 1);
	scene->household.settled = true;
	ll_fact_next_era(&scene->household);
	find(scene, 0, LL_RULE_HOLDS);
	assert_int_equal(ll_demand_counting(&scene->asking), LL_COUNTS_NOTHING);
	put_stay(scene, TODAY, 2);
	assert_int_equal(ll_demand_counting(&scene->asking), LL_COUNTS_ALL);
	/* It holds without the fresh fact; another asks because of it: that alone is not enough. */
	scene->rules[0].comparisons[0].indicator = LL_INDICATOR_WATER_SECURITY;
	find(scene, 1, LL_RULE_ASKS);
	assert_int_equal(ll_demand_counting(&scene->asking), LL_COUNTS_NOTHING);
	scene->verdict.findings[0].outcome = LL_RULE_UNDECIDED;
	scene->verdict.holding = 0;
	assert_int_equal(ll_demand_counting(&scene->asking), LL_COUNTS_ALL);
	scene->verdict.findings[1].outcome = LL_RULE_UNDECIDED;
	assert_int_equal(ll_demand_counting(&scene->asking), LL_COUNTS_UNDECIDED);
	assert_int_equal(ll_demand_holding(&scene->asking), 0);
}

static void test_precaution_counts_always_and_flags_nobody(void **state)
{
	struct scene *scene = *state;

	put_stay(scene, TODAY, 1);
	scene->household.settled = true;
	ll_fact_next_era(&scene->household);
	find(scene, 0, LL_RULE_HOLDS);
	find(scene, 1, LL_RULE_HOLDS);
	scene->rules[1].precaution = true;
	scene->rules[1].level = 2;
	scene->rules[1].measures = 1u << LL_MEASURE_DISASTER_INSPECTION;
	scene->verdict.holding = 1;
	/* A fresh fact behind it makes nothing else count. */
	scene->rules[0].comparisons[0].indicator = LL_INDICATOR_WATER_SECURITY;
	put_stay(scene, TODAY, 2);
	scene->asking.counting = ll_demand_counting(&scene->asking);
	assert_int_equal(scene->asking.counting, LL_COUNTS_NOTHING);
	assert_int_equal(ll_demand_holding(&scene->asking), 0);
	assert_int_equal(ll_demand_level(&scene->asking), 2);
	assert_int_equal(ll_demand_measures(&scene->asking), 1u << LL_MEASURE_DISASTER_INSPECTION);
	assert_false(visit(scene).open);
}

static void test_steps_need_terms(void **state)
{
	struct scene *scene = *state;
	const struct ll_case_step *step = ll_case_step_of(LL_MEASURE_VILLAGE_REVIEW);

	scene->household.case_state = LL_CASE_VERIFIED;
	assert_false(ll_demand_of_step(&scene->asking, step));
	scene->region.measures[LL_MEASURE_VILLAGE_REVIEW].due_days = 5;
	assert_true(ll_demand_of_step(&scene->asking, step));
	scene->household.case_state = LL_CASE_REVIEWED;
	assert_false(ll_demand_of_step(&scene->asking, step));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_answered_is_not_asked),
		T(test_fresh_fact_asks_again),
		T(test_failed_ends_by_itself),
		T(test_full_answer_is_for_all),
		T(test_prune),
		T(test_undecided_is_kept_only_if_it_was_there),
		T(test_measure_waits_for_the_case),
		T(test_settled_counts_with_fresh_facts_only),
		T(test_precaution_counts_always_and_flags_nobody),
		T(test_steps_need_terms),
	};

	return cmocka_run_group_tests_name("core/demand", tests, NULL, NULL);
}
