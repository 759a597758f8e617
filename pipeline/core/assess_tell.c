/* Records of what was done, each with its reasons. */
#include "assess_private.h"

#include "base/err.h"

#define COUNTY_DIGITS 6
#define CITY_DIGITS   4
/* Of each measure: moved by a person, then withdrawn or strengthened and opened anew, overdue. */
#define TASK_CHANGES_MAX (LL_MEASURE_COUNT * 4)

static const struct ll_rule *rule_of(const struct ll_assessment *a, size_t finding)
{
	return &a->region->rules[a->verdict.findings[finding].rule];
}

static enum ll_rule_outcome outcome_of(const struct ll_assessment *a, size_t finding)
{
	return (enum ll_rule_outcome)a->verdict.findings[finding].outcome;
}

/* ---- reasons -------------------------------------------------------------------------------- */

/* A list of reasons in the making; it ends at LL_REASONS_MAX. */
struct reasons {
	struct ll_reason *list;
	size_t count;
};

static int reasons_begin(struct ll_assessment *a, struct reasons *ret_reasons)
{
	ret_reasons->count = 0;
	ret_reasons->list =
		ll_arena_alloc(a->memory->scratch, LL_REASONS_MAX * sizeof(*ret_reasons->list));
	return ret_reasons->list ? 0 : -LL_ERR_NO_MEMORY;
}

static int add_comparison(struct ll_assessment *a, const struct ll_rule *rule, int32_t comparison,
			  struct reasons *reasons)
{
	int rc;

	if (reasons->count == LL_REASONS_MAX)
		return 0;
	rc = ll_reason_of_comparison(&a->reasoning, rule, &rule->comparisons[comparison],
				     &reasons->list[reasons->count]);
	if (rc == 0)
		reasons->count++;
	return rc;
}

static int add_rule(struct ll_assessment *a, const struct ll_rule *rule, struct reasons *reasons)
{
	int rc = 0;

	for (int32_t c = 0; c < rule->comparison_count && rc == 0; c++)
		rc = add_comparison(a, rule, c, reasons);
	return rc;
}

/* Of a rule's comparisons one that is not true any more. */
static int add_what_is_gone(struct ll_assessment *a, const struct ll_rule *rule,
			    struct reasons *reasons)
{
	for (int32_t c = 0; c < rule->comparison_count; c++)
		if (ll_comparison_truth(&rule->comparisons[c], &a->indicators) != LL_TRUE)
			return add_comparison(a, rule, c, reasons);
	return 0;
}

static bool knows(const struct ll_household_task *task, const struct ll_rule *rule)
{
	return ll_task_has_rule(task, ll_rule_tag(rule, LL_RULE_HOLDS)) ||
	       ll_task_has_rule(task, ll_rule_tag(rule, LL_RULE_ASKS));
}

/* What a finding is to a task that is told. */
typedef bool is_reason(const struct ll_assessment *a, const struct ll_household_task *task,
		       size_t finding);

static bool is_of_case(const struct ll_assessment *a, const struct ll_household_task *task,
		       size_t finding)
{
	(void)task;
	return outcome_of(a, finding) == LL_RULE_HOLDS && !rule_of(a, finding)->precaution;
}

static bool counts_for_it(const struct ll_assessment *a, const struct ll_household_task *task,
			  size_t finding)
{
	return ll_demand_asks(&a->asking, finding, (enum ll_measure)task->measure);
}

static bool asks_for_it(const struct ll_assessment *a, const struct ll_household_task *task,
			size_t finding)
{
	return ll_finding_measures(rule_of(a, finding), outcome_of(a, finding)) >> task->measure &
	       1;
}

static bool is_undecided(const struct ll_assessment *a, const struct ll_household_task *task,
			 size_t finding)
{
	return outcome_of(a, finding) != LL_RULE_HOLDS && knows(task, rule_of(a, finding));
}

static int add_findings(struct ll_assessment *a, const struct ll_household_task *task,
			is_reason *is_reason_of, struct reasons *reasons)
{
	int rc = 0;

	for (size_t i = 0; i < a->verdict.count && rc == 0; i++)
		if (is_reason_of(a, task, i))
			rc = add_rule(a, rule_of(a, i), reasons);
	return rc;
}

/* The marks that nobody has decided on; of a review that is over, all there are. */
static int add_marks(struct ll_assessment *a, struct reasons *reasons)
{
	unsigned int marks = a->indicators.marks & ~(unsigned int)a->household->waived_marks;
	int rc = 0;

	if (marks == 0)
		marks = a->indicators.marks;
	for (unsigned int mark = 1; mark <= marks && rc == 0; mark <<= 1) {
		if (!(marks & mark))
			continue;
		rc = ll_reason_of_mark(&a->reasoning, (uint8_t)mark,
				       &reasons->list[reasons->count]);
		if (rc == 0)
			reasons->count++;
	}
	return rc;
}

/*
 * Why the task is there: what asks for it, or what cannot be decided; a step has those of the case, but
 * a review of marks is about the marks.
 */
static int add_why(struct ll_assessment *a, const struct ll_household_task *task,
		   struct reasons *reasons)
{
	int rc;

	if (task->measure == LL_MEASURE_EXIT_REVIEW)
		return add_rule(a, &a->region->exit, reasons);
	if (task->measure == LL_MEASURE_MARK_REVIEW)
		return add_marks(a, reasons);
	if (task->measure != LL_MEASURE_VISIT && ll_case_step_of((enum ll_measure)task->measure))
		return add_findings(a, task, is_of_case, reasons);
	rc = add_findings(a, task, counts_for_it, reasons);
	/* What was answered by settling the case was asked for all the same. */
	if (rc == 0 && reasons->count == 0)
		rc = add_findings(a, task, asks_for_it, reasons);
	if (rc == 0 && reasons->count == 0)
		rc = add_findings(a, task, is_undecided, reasons);
	return rc;
}

/* Why a need is gone: of each rule that was behind the task, what is not true any more. */
static int add_why_not(struct ll_assessment *a, const struct ll_household_task *task,
		       struct reasons *reasons)
{
	int rc = 0;

	if (task->measure == LL_MEASURE_EXIT_REVIEW)
		return add_what_is_gone(a, &a->region->exit, reasons);
	if (task->rule_count == 0 || a->change->dissolved)
		return 0;
	for (int32_t i = 0; i < a->region->rule_count && rc == 0; i++)
		if (knows(task, &a->region->rules[i]))
			rc = add_what_is_gone(a, &a->region->rules[i], reasons);
	return rc;
}

/* ---- records -------------------------------------------------------------------------------- */

static int area_text(struct ll_assessment *a, struct ll_str *ret_area)
{
	if (!a->area) {
		char *text = ll_arena_alloc(a->memory->scratch, LL_AREA_TEXT_MAX);

		if (!text)
			return -LL_ERR_NO_MEMORY;
		ll_area_format((struct ll_area){a->household->area_code, LL_AREA_DIGITS}, text);
		a->area = text;
	}
	*ret_area = (struct ll_str){a->area, LL_AREA_DIGITS};
	return 0;
}

static int add_record(struct ll_assessment *a, struct ll_task **ret_record)
{
	if (!a->tasks)
		a->tasks = ll_arena_alloc(a->memory->scratch, TASK_CHANGES_MAX * sizeof(*a->tasks));
	if (!a->tasks || a->task_count == TASK_CHANGES_MAX)
		return -LL_ERR_NO_MEMORY;
	*ret_record = &a->tasks[a->task_count++];
	return 0;
}

static void sign(const struct ll_assessment *a, struct ll_task *record)
{
	record->logic_version = LL_LOGIC_VERSION;
	record->decided_on = a->today;
	record->cause = a->event->origin;
	if (!a->policy)
		return;
	record->department = a->region->measures[record->measure].department;
	record->policy_name = a->policy->name;
	record->policy_version = a->policy->version;
}

int ll_assess_tell_task(struct ll_assessment *a, const struct ll_household_task *task,
			enum ll_task_change change)
{
	bool gone = change == LL_CHANGE_WITHDRAWN;
	struct reasons reasons = {.count = 0};
	struct ll_task *record = NULL;
	struct ll_str area;
	int rc = area_text(a, &area);

	if (rc == 0)
		rc = add_record(a, &record);
	if (rc == 0 && a->policy)
		rc = reasons_begin(a, &reasons);
	if (rc == 0 && a->policy)
		rc = gone ? add_why_not(a, task, &reasons) : add_why(a, task, &reasons);
	if (rc < 0)
		return rc;
	*record = (struct ll_task){
		.task_id = task->task_id,
		.household_key = a->household->key,
		.area = area,
		.county = {area.data, COUNTY_DIGITS},
		.measure = (enum ll_measure)task->measure,
		.change = change,
		.state = gone ? LL_TASK_WITHDRAWN : (enum ll_task_state)task->state,
		.dimension = (enum ll_dimension)task->dimension,
		.level = task->level,
		.opened_on = task->opened_on,
		.due_on = task->due_on,
		.reasons = reasons.list,
		.reason_count = reasons.count,
	};
	if (change == LL_CHANGE_UPDATED) {
		record->update_by = a->change->update_by;
		record->update_note = a->change->update_note;
	}
	sign(a, record);
	return 0;
}

int ll_assess_tell_updated(struct ll_assessment *a)
{
	enum ll_measure measure = (enum ll_measure)a->change->updated_measure;
	const struct ll_household_task *task = a->change->answered_measure >= 0
						       ? ll_task_answer_of(a->household, measure)
						       : ll_task_of(a->household, measure);

	return ll_assess_tell_task(a, task, LL_CHANGE_UPDATED);
}

int ll_assess_tell_escalation(struct ll_assessment *a, const struct ll_household_task *task)
{
	struct ll_str area;
	int rc = area_text(a, &area);

	if (rc < 0)
		return rc;
	if (!a->escalations)
		a->escalations = ll_arena_alloc(a->memory->scratch,
						LL_MEASURE_COUNT * sizeof(*a->escalations));
	if (!a->escalations || a->escalation_count == LL_MEASURE_COUNT)
		return -LL_ERR_NO_MEMORY;
	a->escalations[a->escalation_count++] = (struct ll_escalation){
		.task_id = task->task_id,
		.household_key = a->household->key,
		.area = area,
		.county = {area.data, COUNTY_DIGITS},
		.city = {area.data, CITY_DIGITS},
		.measure = (enum ll_measure)task->measure,
		.due_on = task->due_on,
		.decided_on = a->today,
		.days_overdue = a->today - task->due_on,
		.cause = a->event->origin,
	};
	return 0;
}

static bool is_risk_change(const struct ll_assessment *a)
{
	const struct ll_household *household = a->household;
	const struct ll_change *change = a->change;

	return change->is_told || household->case_state != (uint8_t)change->case_before ||
	       household->level != change->level_before ||
	       household->group != (uint8_t)change->group_before ||
	       household->held != change->held_before;
}

int ll_assess_tell_risk_change(struct ll_assessment *a, struct ll_decision *decision)
{
	struct ll_household *household = a->household;
	struct reasons reasons = {.count = 0};
	struct ll_str area;
	int rc;

	if (!is_risk_change(a))
		return 0;
	rc = area_text(a, &area);
	if (rc == 0 && a->policy)
		rc = reasons_begin(a, &reasons);
	for (size_t i = 0; rc == 0 && a->policy && i < a->verdict.count; i++)
		if (outcome_of(a, i) != LL_RULE_UNDECIDED && ll_demand_counts(&a->asking, i))
			rc = add_rule(a, rule_of(a, i), &reasons);
	if (rc < 0)
		return rc;
	decision->has_risk_change = true;
	decision->risk_change = (struct ll_risk_change){
		.household_key = household->key,
		.area = area,
		.before = a->change->case_before,
		.after = (enum ll_case_state)household->case_state,
		.level_before = a->change->level_before,
		.level_after = household->level,
		.group = (enum ll_group)household->group,
		.held = household->held,
		.decided_on = a->today,
		.reasons = reasons.list,
		.reason_count = reasons.count,
		.policy_name = a->policy ? a->policy->name : (struct ll_str){NULL, 0},
		.policy_version = a->policy ? a->policy->version : (struct ll_str){NULL, 0},
		.logic_version = LL_LOGIC_VERSION,
		.cause = a->event->origin,
	};
	return 0;
}
