#include "assess_private.h"

#include "base/date.h"
#include "base/err.h"
#include "fact.h"

void ll_assess_begin_turn(struct ll_household *household)
{
	ll_task_begin_turn(household);
	household->group_before = household->group & 3u;
	household->lead_before = household->case_state == LL_CASE_LEAD;
	/* Not as soon as the need is gone: it may come back within the turn. */
	if (household->case_state == LL_CASE_NONE || household->case_state == LL_CASE_REJECTED)
		household->green = false;
	if (ll_case_rank((enum ll_case_state)household->case_state) == 0)
		household->helped = false;
}

void ll_assess_begin_day(struct ll_household *household, int32_t today)
{
	if (household->decided_on == today || today == LL_DAY_NONE)
		return;
	ll_assess_begin_turn(household);
	if (household->holding)
		household->stable_since = LL_DAY_NONE;
	household->decided_on = today;
}

/* ---- the case ------------------------------------------------------------------------------- */

/* From the first day that ended without a rule that holds; what came and went today does not count. */
static void note_holding(struct ll_assessment *a)
{
	struct ll_household *household = a->household;

	household->holding = ll_demand_holding(&a->asking) > 0;
	if (household->holding && household->stable_since == a->today)
		household->stable_since = LL_DAY_NONE;
	if (!household->holding && household->stable_since == LL_DAY_NONE)
		household->stable_since = a->today;
}

/* The day from which on an eliminated household may be released; INT32_MAX: none. */
static int32_t observed_on(const struct ll_assessment *a)
{
	const struct ll_household *household = a->household;

	if (household->case_state != LL_CASE_ELIMINATED || household->held || household->holding ||
	    a->policy->observe_months == 0 || household->stable_since == LL_DAY_NONE ||
	    a->indicators.value[LL_INDICATOR_LABOURERS] < 1)
		return INT32_MAX;
	return ll_day_add_months(household->stable_since, a->policy->observe_months);
}

/* What was a lead stays one while nobody can tell. */
static bool is_flagged(const struct ll_assessment *a)
{
	return ll_demand_holding(&a->asking) > 0 ||
	       (a->household->lead_before && ll_demand_undecided_level(&a->asking) > 0);
}

static int move_case(struct ll_assessment *a)
{
	struct ll_household *household = a->household;

	if (is_flagged(a))
		return ll_case_move(household, LL_TRIGGER_RULE_HOLDS, a->today);
	if (household->case_state == LL_CASE_LEAD)
		return ll_case_move(household, LL_TRIGGER_NEED_GONE, a->today);
	if (a->event->body == LL_BODY_TICK && observed_on(a) <= a->today)
		return ll_case_move(household, LL_TRIGGER_OBSERVED, a->today);
	return 0;
}

static int32_t level_of(const struct ll_assessment *a)
{
	int32_t level = ll_demand_level(&a->asking);
	int32_t undecided;

	if (a->household->case_state == LL_CASE_NONE ||
	    a->household->case_state == LL_CASE_REJECTED)
		return level;
	undecided = ll_demand_undecided_level(&a->asking);
	return undecided > level ? undecided : level;
}

/* Which of the three kinds of watched households it is, by the rules that hold. */
static enum ll_group group_of(const struct ll_assessment *a)
{
	const struct ll_household *household = a->household;

	if (household->case_state == LL_CASE_NONE || household->case_state == LL_CASE_REJECTED)
		return LL_GROUP_NONE;
	if (ll_demand_holding(&a->asking) == 0)
		return (enum ll_group)household->group_before;
	for (size_t i = 0; i < a->verdict.count; i++) {
		const struct ll_rule *rule = &a->region->rules[a->verdict.findings[i].rule];

		if (a->verdict.findings[i].outcome == LL_RULE_HOLDS && !rule->sudden &&
		    !rule->precaution)
			return household->ex_poor ? LL_GROUP_UNSTABLE : LL_GROUP_MARGINAL;
	}
	return LL_GROUP_SUDDEN;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void judge(struct ll_assessment *a)
{
	ll_indicators_compute(a->household, a->today, &a->indicators);
	ll_rule_judge(a->region, &a->indicators, &a->verdict);
	a->asking = (struct ll_asking){
		.policy = a->policy,
		.region = a->region,
		.household = a->household,
		.verdict = &a->verdict,
		.indicators = &a->indicators,
		.today = a->today,
	};
	a->asking.counting = ll_demand_counting(&a->asking);
	a->reasoning = (struct ll_reasoning){
		.household = a->household,
		.today = a->today,
		.indicators = &a->indicators,
		.scratch = a->memory->scratch,
	};
	if (a->change->answered_measure >= 0)
		ll_demand_take_answer(
			&a->asking,
			ll_task_answer_of(a->household,
					  (enum ll_measure)a->change->answered_measure));
}

static int apply_rules(struct ll_assessment *a)
{
	struct ll_household *household = a->household;
	int rc;

	note_holding(a);
	if (a->verdict.count == 0 && household->task_count == 0 && household->level == 0 &&
	    household->case_state == LL_CASE_NONE)
		return 0; /* by far the most */
	/* A hold overrides every rule; people's decisions and their steps go on. */
	rc = household->held ? 0 : move_case(a);
	if (rc == 0)
		rc = ll_assess_tasks(a);
	if (rc < 0)
		return rc;
	if (!household->held)
		household->level = (unsigned int)level_of(a) & 3u;
	if (!household->held || ll_case_rank((enum ll_case_state)household->case_state) == 0)
		household->group = group_of(a) & 3u;
	return 0;
}

/* An answer that nobody asks for any more is forgotten, but not on the day it was given. */
static void prune_answers(struct ll_assessment *a)
{
	struct ll_household *household = a->household;

	for (int i = household->task_count - 1; i >= 0; i--)
		if (ll_task_is_answer(&household->tasks[i]) &&
		    ll_demand_prune(&a->asking, &household->tasks[i]))
			ll_task_remove(household, &household->tasks[i]);
}

static int decide_with_policy(struct ll_assessment *a)
{
	int rc = apply_rules(a);

	if (rc == 0 && a->household->task_count > 0)
		rc = ll_assess_remind(a);
	if (rc == 0 && a->change->ends_turn && a->household->task_count > 0)
		prune_answers(a);
	return rc;
}

static int32_t earlier(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t task_wakes_on(const struct ll_assessment *a, const struct ll_household_task *task)
{
	int32_t retry_on;

	/* Full of rules that stand no more: the next turn has room for those that ask. */
	if (ll_task_is_open(task) && task->rule_count == LL_TASK_RULES_MAX &&
	    task->standing != (1u << task->rules_before) - 1)
		return a->today + 1;
	if (ll_task_is_open(task))
		return ll_task_wakes_on(task, a->policy->escalate_after_days);
	if (!ll_task_is_answer(task))
		return INT32_MAX;
	if (ll_demand_is_stale(&a->asking, task))
		return a->today + 1;
	retry_on = ll_demand_retry_on(&a->asking, task);
	return retry_on > a->today ? retry_on : INT32_MAX;
}

/* Days that are over have had their say; a release waits for a tick. */
static int32_t case_wakes_on(const struct ll_assessment *a)
{
	const struct ll_household *household = a->household;
	int32_t on = observed_on(a);

	if (on < INT32_MAX)
		return on > a->today ? on : a->today + 1;
	if (household->case_state != LL_CASE_MONITORED || household->holding ||
	    a->region->exit.comparison_count == 0 || household->stable_since == LL_DAY_NONE)
		return INT32_MAX;
	on = ll_day_add_months(household->stable_since, a->policy->stable_months);
	return on > a->today ? on : INT32_MAX;
}

static void set_wake_on(struct ll_assessment *a)
{
	struct ll_household *household = a->household;
	int32_t wake_on = INT32_MAX;

	if (household->fact_count > 0)
		wake_on = household->facts[0].occurred_on + ll_fact_keep_days(a->policy) + 1;
	if (a->policy) {
		wake_on = earlier(wake_on, a->indicators.wake_on);
		wake_on = earlier(wake_on, case_wakes_on(a));
		for (int i = 0; i < household->task_count; i++)
			wake_on = earlier(wake_on, task_wakes_on(a, &household->tasks[i]));
	}
	household->wake_on = wake_on;
}

static int dissolve(struct ll_assessment *a)
{
	int rc = ll_assess_end_all_tasks(a);

	a->household->case_state = LL_CASE_NONE;
	a->household->level = 0;
	a->household->group = LL_GROUP_NONE;
	a->household->held = false;
	return rc;
}

static void assessment_init(struct ll_assessment *a, const struct ll_policy *policy, int32_t today,
			    struct ll_household *household, const struct ll_household_event *event,
			    const struct ll_change *change, const struct ll_memory *memory)
{
	/* Not the verdict's list of findings, which is large and written as far as it is read. */
	memset(a, 0,
	       offsetof(struct ll_assessment, verdict) + offsetof(struct ll_verdict, findings));
	/* Before the first tick there is no day to decide on. */
	a->policy = today == LL_DAY_NONE ? NULL : policy;
	a->region = a->policy ? ll_policy_region_of(policy, household->area_code) : NULL;
	a->today = today;
	a->household = household;
	a->event = event;
	a->change = change;
	a->memory = memory;
}

static int decide(struct ll_assessment *a, struct ll_decision *decision)
{
	int rc = 0;

	ll_assess_begin_day(a->household, a->today);
	if (a->policy)
		judge(a);
	if (a->change->updated_measure >= 0)
		rc = ll_assess_tell_updated(a);
	if (rc == 0 && a->change->dissolved)
		rc = dissolve(a);
	else if (rc == 0 && a->policy)
		rc = decide_with_policy(a);
	if (rc == 0)
		rc = ll_assess_tell_risk_change(a, decision);
	return rc;
}

int ll_assess_decide(const struct ll_policy *policy, int32_t today, struct ll_household *household,
		     const struct ll_household_event *event, const struct ll_change *change,
		     const struct ll_memory *memory, struct ll_decision *ret_decision)
{
	struct ll_decision decision = {.task_count = 0};
	struct ll_assessment a;
	int rc;

	assessment_init(&a, policy, today, household, event, change, memory);
	rc = decide(&a, &decision);
	if (rc < 0)
		return rc;
	if (today != LL_DAY_NONE)
		set_wake_on(&a);
	if (change->ends_turn)
		ll_assess_begin_turn(household);
	decision.tasks = a.tasks;
	decision.task_count = a.task_count;
	decision.escalations = a.escalations;
	decision.escalation_count = a.escalation_count;
	*ret_decision = decision;
	return 0;
}

int ll_assess(const struct ll_policy *policy, int32_t today, struct ll_household *household,
	      const struct ll_household_event *event, const struct ll_memory *memory,
	      struct ll_decision *ret_decision)
{
	struct ll_change change;
	int rc = ll_assess_fold(policy, today, household, event, memory->kept, &change);

	if (rc < 0)
		return rc;
	if (!change.any) {
		*ret_decision = (struct ll_decision){.task_count = 0};
		return 0;
	}
	return ll_assess_decide(policy, today, household, event, &change, memory, ret_decision);
}
