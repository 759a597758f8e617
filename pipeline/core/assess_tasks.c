/* What is asked for and what is open are made one. */
#include "assess_private.h"

#include "base/err.h"

static struct ll_key id_of(const struct ll_assessment *a, enum ll_measure measure)
{
	struct ll_key id;

	ll_task_id(&a->household->key, measure, &a->change->cause, &id);
	return id;
}

/* An open task as of today; one that was withdrawn in this turn keeps what was behind it before. */
static int open_task(struct ll_assessment *a, enum ll_measure measure,
		     struct ll_household_task **ret_task)
{
	struct ll_household_task *task = ll_task_of(a->household, measure);

	if (!task)
		task = ll_task_add(a->household, a->memory->kept);
	if (!task)
		return -LL_ERR_NO_MEMORY;
	task->measure = (uint8_t)measure;
	task->state = LL_TASK_OPEN;
	task->task_id = id_of(a, measure);
	task->era = a->household->era;
	task->opened_on = a->today;
	task->due_on = a->today + a->region->measures[measure].due_days;
	task->overdue = false;
	task->escalated = false;
	task->update_count = 0;
	memset(task->updates, 0, sizeof(task->updates));
	*ret_task = task;
	return 0;
}

/* Tells it, and takes it out; what was open when the turn began may yet be undecided. */
static int withdraw(struct ll_assessment *a, struct ll_household_task *task)
{
	int rc = ll_assess_tell_task(a, task, LL_CHANGE_WITHDRAWN);

	if (rc < 0)
		return rc;
	if (task->rules_before == 0) {
		ll_task_remove(a->household, task);
		return 0;
	}
	ll_task_forget_new_rules(task);
	task->state = LL_TASK_WITHDRAWN;
	task->standing = 0;
	return 0;
}

/* ---- needs of rules ------------------------------------------------------------------------- */

static void take_demand(struct ll_household_task *task, const struct ll_demand *demand)
{
	ll_task_forget_new_rules(task);
	for (int i = 0; i < demand->rule_count; i++)
		ll_task_add_rule(task, demand->rules[i]);
	task->standing = demand->standing;
	task->level = demand->level;
	task->dimension = demand->dimension;
}

/* A higher level, or a rule that the task did not know. */
static bool is_stronger(const struct ll_demand *demand, const struct ll_household_task *task)
{
	if (demand->level > task->level)
		return true;
	if (task->rule_count == LL_TASK_RULES_MAX)
		return false; /* more rules than are remembered: only the level counts */
	for (int i = 0; i < demand->rule_count; i++)
		if (!ll_task_has_rule(task, demand->rules[i]))
			return true;
	return false;
}

static int reconcile(struct ll_assessment *a, enum ll_measure measure)
{
	struct ll_household_task *task = ll_task_of(a->household, measure);
	bool is_open = task && ll_task_is_open(task);
	struct ll_demand demand;
	int rc;

	ll_demand_of(&a->asking, measure, &demand);
	if (!demand.open && !demand.kept)
		return is_open ? withdraw(a, task) : 0;
	if (!is_open) {
		rc = open_task(a, measure, &task);
		if (rc < 0)
			return rc;
		take_demand(task, &demand);
		return ll_assess_tell_task(a, task, LL_CHANGE_OPENED);
	}

	bool stronger = is_stronger(&demand, task);

	take_demand(task, &demand);
	return stronger ? ll_assess_tell_task(a, task, LL_CHANGE_STRENGTHENED) : 0;
}

static int reconcile_rules(struct ll_assessment *a)
{
	uint32_t measures = ll_demand_measures(&a->asking);
	int rc = 0;

	for (int i = 0; i < a->household->task_count; i++) {
		const struct ll_household_task *task = &a->household->tasks[i];
		const struct ll_case_step *step = ll_case_step_of((enum ll_measure)task->measure);

		if (!step || step->measure == LL_MEASURE_VISIT)
			measures |= 1u << task->measure;
	}
	for (int measure = 0; measure < LL_MEASURE_COUNT && rc == 0; measure++)
		if (measures >> measure & 1)
			rc = reconcile(a, (enum ll_measure)measure);
	return rc;
}

/* ---- steps of the procedure ----------------------------------------------------------------- */

/* The dimension and level of what holds; a step is there even if nothing does any more. */
static void describe_step(const struct ll_assessment *a, struct ll_household_task *task)
{
	task->level = 1;
	task->dimension = LL_DIMENSION_NONE;
	for (size_t i = 0; i < a->verdict.count; i++) {
		const struct ll_rule *rule = &a->region->rules[a->verdict.findings[i].rule];

		if (a->verdict.findings[i].outcome != LL_RULE_HOLDS || rule->precaution ||
		    (rule->level <= task->level && task->dimension != LL_DIMENSION_NONE))
			continue;
		task->level = (uint8_t)rule->level;
		task->dimension = (uint8_t)rule->dimension;
	}
}

static int open_step(struct ll_assessment *a, const struct ll_case_step *step)
{
	struct ll_household_task *task;
	int rc = open_task(a, step->measure, &task);

	if (rc < 0)
		return rc;
	describe_step(a, task);
	return ll_assess_tell_task(a, task, LL_CHANGE_OPENED);
}

/* It is as urgent as what holds now. */
static int keep_step(struct ll_assessment *a, struct ll_household_task *task)
{
	uint8_t level = task->level;

	describe_step(a, task);
	return task->level > level ? ll_assess_tell_task(a, task, LL_CHANGE_STRENGTHENED) : 0;
}

/* What follows from facts waits under a hold; what follows from people's decisions does not. */
static bool is_of_facts(const struct ll_case_step *step)
{
	return step->measure == LL_MEASURE_MARK_REVIEW || step->measure == LL_MEASURE_EXIT_REVIEW;
}

/*
 * A review of marks that came to nothing is asked for again by what is new, and only while that is so;
 * the other steps stay until the case goes on.
 */
static bool is_still_due(const struct ll_assessment *a, const struct ll_case_step *step)
{
	return step->measure == LL_MEASURE_MARK_REVIEW ? ll_demand_step_is_open(&a->asking, step)
						       : ll_demand_of_step(&a->asking, step);
}

static int reconcile_step(struct ll_assessment *a, const struct ll_case_step *step)
{
	const struct ll_household *household = a->household;
	bool due = ll_case_step_is_due(step, (enum ll_case_state)household->case_state);
	struct ll_household_task *task = ll_task_of(household, step->measure);

	if (household->held && due && is_of_facts(step))
		return 0;
	if (task)
		return is_still_due(a, step) ? keep_step(a, task) : withdraw(a, task);
	return due && ll_demand_step_is_open(&a->asking, step) ? open_step(a, step) : 0;
}

/* The last step, the review before the exit, looks at all that is open: it comes last. */
static int reconcile_steps(struct ll_assessment *a)
{
	int rc = 0;

	for (size_t i = 0; i < LL_CASE_STEPS && rc == 0; i++)
		if (ll_case_step(i)->measure != LL_MEASURE_VISIT)
			rc = reconcile_step(a, ll_case_step(i));
	return rc;
}

int ll_assess_tasks(struct ll_assessment *a)
{
	int rc = a->household->held ? 0 : reconcile_rules(a);

	return rc < 0 ? rc : reconcile_steps(a);
}

/* ---- dates ---------------------------------------------------------------------------------- */

static int remind_of(struct ll_assessment *a, struct ll_household_task *task)
{
	int32_t days = a->today - task->due_on;
	int rc = 0;

	if (!ll_task_is_open(task) || days <= 0)
		return 0;
	if (!task->overdue) {
		task->overdue = true;
		rc = ll_assess_tell_task(a, task, LL_CHANGE_OVERDUE);
	}
	if (rc == 0 && !task->escalated && days >= a->policy->escalate_after_days) {
		task->escalated = true;
		rc = ll_assess_tell_escalation(a, task);
	}
	return rc;
}

int ll_assess_remind(struct ll_assessment *a)
{
	int rc = 0;

	for (int i = 0; i < a->household->task_count && rc == 0; i++)
		rc = remind_of(a, &a->household->tasks[i]);
	return rc;
}

int ll_assess_end_all_tasks(struct ll_assessment *a)
{
	int rc = 0;

	for (int i = a->household->task_count - 1; i >= 0 && rc == 0; i--) {
		struct ll_household_task *task = &a->household->tasks[i];

		if (ll_task_is_open(task))
			rc = ll_assess_tell_task(a, task, LL_CHANGE_WITHDRAWN);
		if (rc == 0)
			ll_task_remove(a->household, task);
	}
	return rc;
}
