#include "demand.h"

#include "base/date.h"
#include "fact.h"

static const struct ll_rule *rule_of(const struct ll_asking *asking, size_t finding)
{
	return &asking->region->rules[asking->verdict->findings[finding].rule];
}

static enum ll_rule_outcome outcome_of(const struct ll_asking *asking, size_t finding)
{
	return (enum ll_rule_outcome)asking->verdict->findings[finding].outcome;
}

/* Indicators that facts after the era can move; what is dated ahead moves none yet. */
static uint64_t fresh_indicators(const struct ll_asking *asking, uint8_t era)
{
	const struct ll_household *household = asking->household;
	uint64_t indicators = 0;

	if (era >= household->era)
		return 0;
	for (size_t i = 0; i < household->fact_count; i++) {
		const struct ll_fact *fact = &household->facts[i];

		if (fact->occurred_on > asking->today)
			break;
		if (ll_fact_is_fresh(fact, era))
			indicators |= ll_fact_kind_of(fact->kind)->indicators;
	}
	return indicators;
}

/* Does a rule that makes a lead, with this outcome, look at one of the indicators? */
static bool any_looks_at(const struct ll_asking *asking, enum ll_rule_outcome outcome,
			 uint64_t indicators)
{
	for (size_t i = 0; i < asking->verdict->count; i++)
		if (outcome_of(asking, i) == outcome && !rule_of(asking, i)->precaution &&
		    (ll_rule_indicators(rule_of(asking, i)) & indicators))
			return true;
	return false;
}

enum ll_counting ll_demand_counting(const struct ll_asking *asking)
{
	uint64_t fresh;

	if (!asking->household->settled || asking->verdict->count == 0)
		return LL_COUNTS_ALL;
	fresh = fresh_indicators(asking, asking->household->settled_era);
	if (any_looks_at(asking, LL_RULE_HOLDS, fresh))
		return LL_COUNTS_ALL;
	/* A mere question counts only where no old fact would flag the household again as well. */
	if (asking->verdict->holding > 0)
		return LL_COUNTS_NOTHING;
	if (any_looks_at(asking, LL_RULE_ASKS, fresh))
		return LL_COUNTS_ALL;
	return any_looks_at(asking, LL_RULE_UNDECIDED, fresh) ? LL_COUNTS_UNDECIDED
							      : LL_COUNTS_NOTHING;
}

bool ll_demand_counts(const struct ll_asking *asking, size_t finding)
{
	return asking->counting == LL_COUNTS_ALL || rule_of(asking, finding)->precaution;
}

uint32_t ll_demand_holding(const struct ll_asking *asking)
{
	return asking->counting == LL_COUNTS_ALL ? asking->verdict->holding : 0;
}

int32_t ll_demand_level(const struct ll_asking *asking)
{
	int32_t level = 0;

	for (size_t i = 0; i < asking->verdict->count; i++)
		if (outcome_of(asking, i) == LL_RULE_HOLDS && ll_demand_counts(asking, i) &&
		    rule_of(asking, i)->level > level)
			level = rule_of(asking, i)->level;
	return level;
}

/* ---- the rules behind tasks ----------------------------------------------------------------- */

static bool knows(const struct ll_household_task *task, const struct ll_rule *rule)
{
	return ll_task_has_rule(task, ll_rule_tag(rule, LL_RULE_HOLDS)) ||
	       ll_task_has_rule(task, ll_rule_tag(rule, LL_RULE_ASKS));
}

/* Had this rule held when the turn began, or when somebody answered? */
static bool had_held(const struct ll_household *household, uint32_t tag)
{
	for (int t = 0; t < household->task_count; t++) {
		const struct ll_household_task *task = &household->tasks[t];
		int count = ll_task_is_answer(task) ? task->rule_count : task->rules_before;

		for (int i = 0; i < count; i++)
			if (task->rules[i] == tag)
				return true;
	}
	return false;
}

int32_t ll_demand_undecided_level(const struct ll_asking *asking)
{
	int32_t level = 0;

	if (asking->counting == LL_COUNTS_NOTHING || asking->household->task_count == 0)
		return 0;
	for (size_t i = 0; i < asking->verdict->count; i++) {
		const struct ll_rule *rule = rule_of(asking, i);

		if (outcome_of(asking, i) != LL_RULE_HOLDS && !rule->precaution &&
		    rule->level > level &&
		    had_held(asking->household, ll_rule_tag(rule, LL_RULE_HOLDS)))
			level = rule->level;
	}
	return level;
}

/* ---- answers -------------------------------------------------------------------------------- */

int32_t ll_demand_retry_on(const struct ll_asking *asking, const struct ll_household_task *answer)
{
	int32_t days = asking->region->measures[answer->measure].retry_days;

	if (days == 0 || (answer->state != LL_TASK_FAILED && answer->state != LL_TASK_NOT_FOUND))
		return INT32_MAX;
	return answer->ended_on + days;
}

/* An answer as it is asked again and again, for the rules of one measure. */
struct answering {
	const struct ll_household_task *answer; /* NULL: none that still is one */
	uint64_t fresh;				/* indicators that facts after it can move */
	bool full; /* it may have been given to more rules than it knows */
};

static struct answering answering_of(const struct ll_asking *asking, enum ll_measure measure)
{
	const struct ll_household_task *answer = ll_task_answer_of(asking->household, measure);

	if (!answer || asking->today >= ll_demand_retry_on(asking, answer))
		return (struct answering){.answer = NULL};
	return (struct answering){
		.answer = answer,
		.fresh = fresh_indicators(asking, answer->era),
		.full = answer->rule_count == LL_TASK_RULES_MAX,
	};
}

static bool is_answered(const struct answering *answering, const struct ll_rule *rule,
			enum ll_rule_outcome outcome)
{
	const struct ll_household_task *answer = answering->answer;

	if (!answer || rule->level > answer->level || (ll_rule_indicators(rule) & answering->fresh))
		return false;
	if (answering->full)
		return true;
	return outcome == LL_RULE_UNDECIDED ? knows(answer, rule)
					    : ll_task_has_rule(answer, ll_rule_tag(rule, outcome));
}

/* ---- needs of rules ------------------------------------------------------------------------- */

/* Those of the procedure follow the case; but visits are asked for by rules. */
static uint32_t procedure_measures(void)
{
	uint32_t measures = 0;

	for (size_t i = 0; i < LL_CASE_STEPS; i++)
		measures |= 1u << ll_case_step(i)->measure;
	return measures & ~(1u << LL_MEASURE_VISIT);
}

uint32_t ll_demand_measures(const struct ll_asking *asking)
{
	uint32_t measures = 0;

	for (size_t i = 0; i < asking->verdict->count; i++)
		if (ll_demand_counts(asking, i))
			measures |= ll_finding_measures(rule_of(asking, i), outcome_of(asking, i));
	return measures & ~procedure_measures();
}

bool ll_demand_asks(const struct ll_asking *asking, size_t finding, enum ll_measure measure)
{
	return ll_demand_counts(asking, finding) &&
	       (ll_finding_measures(rule_of(asking, finding), outcome_of(asking, finding)) >>
			measure &
		1);
}

static bool may_open(const struct ll_asking *asking, const struct ll_rule *rule,
		     enum ll_measure measure)
{
	enum ll_case_state state = (enum ll_case_state)asking->household->case_state;
	enum ll_case_state from = asking->region->measures[measure].from;

	if (ll_case_rank(state) >= ll_case_rank(from) || rule->green_channel)
		return true;
	return asking->household->green && state != LL_CASE_NONE && state != LL_CASE_REJECTED;
}

static void take_level(struct ll_demand *demand, const struct ll_rule *rule)
{
	if (rule->level <= demand->level)
		return;
	demand->level = (uint8_t)rule->level;
	demand->dimension = (uint8_t)rule->dimension;
}

/* Marks the task's first rules that have this tag; false: none has. */
static bool stand(struct ll_demand *demand, const struct ll_household_task *task, uint32_t tag)
{
	for (int i = 0; task && i < task->rules_before; i++)
		if (task->rules[i] == tag) {
			demand->standing = (uint8_t)(demand->standing | 1u << i);
			return true;
		}
	return false;
}

static bool may_be_kept(const struct ll_asking *asking, const struct ll_rule *rule)
{
	return asking->counting != LL_COUNTS_NOTHING || rule->precaution;
}

void ll_demand_of(const struct ll_asking *asking, enum ll_measure measure,
		  struct ll_demand *ret_demand)
{
	const struct ll_household_task *task = ll_task_of(asking->household, measure);
	struct answering answering = answering_of(asking, measure);
	struct ll_demand demand = {.open = false};

	for (size_t i = 0; i < asking->verdict->count; i++) {
		const struct ll_rule *rule = rule_of(asking, i);
		enum ll_rule_outcome outcome = outcome_of(asking, i);

		if (ll_demand_asks(asking, i, measure)) {
			uint32_t tag = ll_rule_tag(rule, outcome);

			if (demand.rule_count < LL_TASK_RULES_MAX)
				demand.rules[demand.rule_count++] = tag;
			stand(&demand, task, tag);
			take_level(&demand, rule);
			if (!demand.open && may_open(asking, rule, measure))
				demand.open = !is_answered(&answering, rule, outcome);
		}
		/* Unknown is not refuted: what was behind the task still is. */
		if (outcome == LL_RULE_HOLDS || !may_be_kept(asking, rule) || !task ||
		    task->rules_before == 0 || is_answered(&answering, rule, LL_RULE_UNDECIDED))
			continue;

		bool held = stand(&demand, task, ll_rule_tag(rule, LL_RULE_HOLDS));
		bool asked = stand(&demand, task, ll_rule_tag(rule, LL_RULE_ASKS));

		if (held || asked) {
			demand.kept = true;
			take_level(&demand, rule);
		}
	}
	*ret_demand = demand;
}

/* ---- steps of the procedure ----------------------------------------------------------------- */

static bool is_any_other_open(const struct ll_household *household, enum ll_measure measure)
{
	for (int i = 0; i < household->task_count; i++)
		if (ll_task_is_open(&household->tasks[i]) &&
		    household->tasks[i].measure != (uint8_t)measure)
			return true;
	return false;
}

static bool may_exit(const struct ll_asking *asking)
{
	const struct ll_household *household = asking->household;
	const struct ll_rule *exit = &asking->region->exit;

	if (exit->comparison_count == 0 || ll_demand_holding(asking) > 0 ||
	    (asking->policy->measure_before_exit && !household->helped) ||
	    household->stable_since == LL_DAY_NONE ||
	    ll_day_add_months(household->stable_since, asking->policy->stable_months) >
		    asking->today ||
	    is_any_other_open(household, LL_MEASURE_EXIT_REVIEW))
		return false;
	for (int32_t i = 0; i < exit->comparison_count; i++)
		if (ll_comparison_truth(&exit->comparisons[i], asking->indicators) != LL_TRUE)
			return false;
	return true;
}

static bool are_marks_open(const struct ll_asking *asking)
{
	return (asking->indicators->marks & ~asking->household->waived_marks) != 0;
}

bool ll_demand_of_step(const struct ll_asking *asking, const struct ll_case_step *step)
{
	/* A policy without terms for a step leaves it to people and their decisions. */
	if (asking->region->measures[step->measure].due_days == 0 ||
	    !ll_case_step_is_due(step, (enum ll_case_state)asking->household->case_state))
		return false;
	if (step->measure == LL_MEASURE_MARK_REVIEW)
		return are_marks_open(asking);
	return step->measure != LL_MEASURE_EXIT_REVIEW || may_exit(asking);
}

bool ll_demand_step_is_open(const struct ll_asking *asking, const struct ll_case_step *step)
{
	struct answering answering = answering_of(asking, step->measure);

	if (!ll_demand_of_step(asking, step))
		return false;
	if (!answering.answer || step->measure != LL_MEASURE_MARK_REVIEW)
		return !answering.answer;
	/* Marks that were waived are not open: there are others now. After a review that came to nothing a
	 * record of an asset that is new asks again. */
	return answering.answer->state == LL_TASK_DONE ||
	       (answering.fresh >> LL_INDICATOR_EXCLUSION_MARKS & 1);
}

/* ---- what an answer knows ------------------------------------------------------------------- */

/* The rules that ask for the measure, whether they count or not; and those undecided of `known`. */
static void collect_rules(const struct ll_asking *asking, enum ll_measure measure,
			  const struct ll_household_task *known, struct ll_household_task *to,
			  struct ll_demand *ret_demand)
{
	to->rule_count = 0;
	memset(to->rules, 0, sizeof(to->rules));
	for (size_t i = 0; i < asking->verdict->count; i++) {
		const struct ll_rule *rule = rule_of(asking, i);
		enum ll_rule_outcome outcome = outcome_of(asking, i);

		bool asks = ll_finding_measures(rule, outcome) >> measure & 1;

		if (!asks && (outcome == LL_RULE_HOLDS || !knows(known, rule)))
			continue;
		if (asks)
			ll_task_add_rule(to, ll_rule_tag(rule, outcome));
		for (int o = LL_RULE_HOLDS; o <= LL_RULE_ASKS; o++) {
			uint32_t tag = ll_rule_tag(rule, (enum ll_rule_outcome)o);

			if (outcome != LL_RULE_HOLDS && ll_task_has_rule(known, tag))
				ll_task_add_rule(to, tag);
		}
		take_level(ret_demand, rule);
	}
}

void ll_demand_take_answer(const struct ll_asking *asking, struct ll_household_task *answer)
{
	struct ll_household_task known = *answer;
	struct ll_demand demand = {.level = 0};

	collect_rules(asking, (enum ll_measure)answer->measure, &known, answer, &demand);
	if (demand.level > 0)
		answer->level = demand.level;
}

static bool is_among_findings(const struct ll_asking *asking, uint32_t tag)
{
	for (size_t i = 0; i < asking->verdict->count; i++) {
		const struct ll_rule *rule = rule_of(asking, i);

		if (tag == ll_rule_tag(rule, LL_RULE_HOLDS) ||
		    tag == ll_rule_tag(rule, LL_RULE_ASKS))
			return true;
	}
	return false;
}

/* Nothing asks for what it answers. */
static bool is_over(const struct ll_asking *asking, const struct ll_household_task *answer)
{
	const struct ll_case_step *step = ll_case_step_of((enum ll_measure)answer->measure);

	if (step && step->measure != LL_MEASURE_VISIT)
		return !ll_demand_of_step(asking, step);
	return answer->rule_count == 0;
}

bool ll_demand_is_stale(const struct ll_asking *asking, const struct ll_household_task *answer)
{
	for (int i = 0; i < answer->rule_count; i++)
		if (!is_among_findings(asking, answer->rules[i]))
			return true;
	return is_over(asking, answer);
}

bool ll_demand_prune(const struct ll_asking *asking, struct ll_household_task *answer)
{
	struct ll_household_task known = *answer;
	struct ll_demand unused = {.level = 0};

	if (known.rule_count == LL_TASK_RULES_MAX) {
		/* It was given to rules that it does not know: now it may have room for them. */
		if (ll_demand_is_stale(asking, answer))
			collect_rules(asking, (enum ll_measure)answer->measure, &known, answer,
				      &unused);
	} else {
		answer->rule_count = 0;
		memset(answer->rules, 0, sizeof(answer->rules));
		for (int i = 0; i < known.rule_count; i++)
			if (is_among_findings(asking, known.rules[i]))
				ll_task_add_rule(answer, known.rules[i]);
	}
	return is_over(asking, answer) && answer->ended_on < asking->today;
}
