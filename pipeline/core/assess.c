#include "assess.h"

#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"
#include "case.h"
#include "fact.h"
#include "reason.h"

#define SEED_CAUSE	      0x63617573u
#define ALERT_SEVERITY_MAX    4
#define COUNTY_DIGITS	      6
#define CITY_DIGITS	      4
#define WITHDRAWN_REASONS_MAX LL_TASK_RULES_MAX
/* Of each measure: moved by a person, then withdrawn or strengthened and opened anew, overdue. */
#define TASK_CHANGES_MAX (LL_MEASURE_COUNT * 4)

static uint64_t hash_of(struct ll_str text)
{
	return ll_hash64(text.data, text.size, SEED_CAUSE);
}

/* ---- folding -------------------------------------------------------------------------------- */

uint64_t ll_alert_fact_id(struct ll_str alert_id)
{
	return ll_fact_id(LL_STR("area_alert"), alert_id);
}

int ll_alert_check(const struct ll_area_alert *alert, struct ll_area *ret_area)
{
	if ((unsigned int)alert->kind > LL_ALERT_COLD)
		return -LL_ERR_BAD_ENUM;
	if (alert->severity < 1 || alert->severity > ALERT_SEVERITY_MAX || alert->revision < 0)
		return -LL_ERR_OUT_OF_RANGE;
	if (alert->occurred_on < LL_DAY_MIN || alert->occurred_on > LL_DAY_MAX)
		return -LL_ERR_BAD_DATE;
	if (alert->expires_on < alert->occurred_on ||
	    alert->expires_on - alert->occurred_on > LL_ALERT_DAYS_MAX)
		return -LL_ERR_OUT_OF_RANGE;
	return ll_area_parse(alert->area, ret_area);
}

static void note_fact(struct ll_change *change, enum ll_fact_change what,
		      const struct ll_fact *fact)
{
	if (what == LL_FACT_SAME)
		return;
	change->any = true;
	if (what == LL_FACT_FRESH)
		change->fresh |= ll_fact_kind_of(fact->kind)->indicators;
}

int ll_assess_fold_alert(struct ll_household *household, uint64_t alert_fact_id,
			 const struct ll_area_alert *alert, bool contains, struct ll_slab *kept,
			 struct ll_change *change)
{
	struct ll_fact fact = ll_fact_from_alert(alert_fact_id, alert);
	enum ll_fact_change what;
	int rc;

	if (!contains) {
		/* Without a trace: the household may come back into the area. */
		if (ll_fact_remove(household, alert_fact_id))
			change->any = true;
		return 0;
	}
	rc = ll_fact_put(household, &fact, kept, &what);
	if (rc < 0)
		return rc;
	note_fact(change, what, &fact);
	return 0;
}

static int fold_alert(const struct ll_policy *policy, int32_t today, struct ll_household *household,
		      const struct ll_household_event *event, struct ll_slab *kept,
		      struct ll_change *change)
{
	const struct ll_area_alert *alert = &event->area_alert;
	struct ll_area area;
	int rc = ll_alert_check(alert, &area);

	if (rc == 0)
		rc = ll_fact_check_day(alert->occurred_on, today, ll_fact_keep_days(policy));
	if (rc < 0)
		return rc;
	change->cause.id = ll_alert_fact_id(alert->alert_id);
	change->cause.revision = (uint64_t)alert->revision;
	return ll_assess_fold_alert(household, change->cause.id, alert,
				    ll_area_contains(area, household->area_code), kept, change);
}

static int fold_life_event(const struct ll_policy *policy, int32_t today,
			   struct ll_household *household, const struct ll_household_event *event,
			   struct ll_slab *kept, struct ll_change *change)
{
	const struct ll_life_event *life_event = &event->life_event;
	uint32_t person =
		ll_key_is_zero(&event->person_key) ? 0 : ll_person_tag(&event->person_key);
	enum ll_fact_change what;
	struct ll_fact fact;
	int rc = ll_fact_from_life_event(life_event, person, &fact);

	if (rc == 0)
		rc = ll_fact_check_day(fact.occurred_on, today, ll_fact_keep_days(policy));
	if (rc < 0)
		return rc;
	/* What was told of a member stays correctable after the member has left. */
	if (person && ll_household_find_member(household, person) < 0 &&
	    !ll_fact_find(household, fact.id))
		return -LL_ERR_NOT_A_MEMBER;
	rc = ll_fact_put(household, &fact, kept, &what);
	if (rc < 0)
		return rc;
	change->cause.id = fact.id;
	change->cause.revision = (uint64_t)fact.revision;
	note_fact(change, what, &fact);
	return 0;
}

/* Equal registry parts have equal hashes. */
static uint64_t hash_of_registry_part(const struct ll_household *household)
{
	const uint64_t words[] = {
		household->area_code,
		(uint64_t)household->recorded_income_fen,
		(uint64_t)household->recorded_income_year << 32 |
			(uint64_t)household->exclusion_marks << 16 |
			(uint64_t)household->ex_poor << 2 | (uint64_t)household->dibao << 1 |
			(uint64_t)household->income_known,
	};
	uint64_t hash = ll_hash64(words, sizeof(words), SEED_CAUSE);

	for (int i = 0; i < household->member_count; i++) {
		const struct ll_household_member *member = &household->members[i];
		const uint64_t word[2] = {member->person, (uint64_t)member->born_after << 32 |
								  (uint64_t)member->resident << 2 |
								  (uint64_t)member->labour << 1 |
								  (uint64_t)member->in_school};

		hash = ll_hash64(word, sizeof(word), hash);
	}
	return hash;
}

static int fold_registered(const struct ll_policy *policy, int32_t today,
			   struct ll_household *household, const struct ll_household_event *event,
			   struct ll_slab *kept, struct ll_change *change)
{
	const struct ll_household_registered *registered = &event->household_registered;
	uint64_t before = hash_of_registry_part(household);
	int rc = ll_household_check_registered(registered);

	(void)policy;
	if (rc < 0)
		return rc;
	change->cause.revision = (uint64_t)(int64_t)today;
	if (registered->dissolved) {
		change->any = true;
		change->dissolved = true;
		return 0;
	}
	rc = ll_household_register(household, registered, kept);
	if (rc < 0)
		return rc;
	change->cause.id = hash_of_registry_part(household);
	change->any = change->cause.id != before;
	return 0;
}

static int fold_time(const struct ll_policy *policy, int32_t today, struct ll_household *household,
		     const struct ll_household_event *event, struct ll_slab *kept,
		     struct ll_change *change)
{
	(void)kept;
	if (today != LL_DAY_NONE)
		ll_fact_purge(household, today, ll_fact_keep_days(policy));
	change->any = true;
	if (event->body == LL_BODY_TICK) {
		change->cause.id = (uint64_t)(int64_t)today;
	} else {
		change->cause.id = hash_of(event->policy_activated.version);
		change->cause.revision = (uint64_t)(int64_t)today;
	}
	return 0;
}

/* What the end of a visit means for the case; the other states mean nothing. */
static const enum ll_case_trigger visit_trigger[LL_TASK_STATE_COUNT] = {
	[LL_TASK_OPEN] = LL_CASE_TRIGGER_COUNT,
	[LL_TASK_ACCEPTED] = LL_CASE_TRIGGER_COUNT,
	[LL_TASK_DONE] = LL_TRIGGER_VISIT_DONE,
	[LL_TASK_FAILED] = LL_TRIGGER_VISIT_FAILED,
	[LL_TASK_REFUSED] = LL_TRIGGER_VISIT_REFUSED,
	[LL_TASK_NOT_FOUND] = LL_TRIGGER_VISIT_NOT_FOUND,
	[LL_TASK_WITHDRAWN] = LL_CASE_TRIGGER_COUNT,
};

static int fold_task_updated(const struct ll_policy *policy, int32_t today,
			     struct ll_household *household, const struct ll_household_event *event,
			     struct ll_slab *kept, struct ll_change *change)
{
	const struct ll_task_updated *update = &event->task_updated;
	struct ll_household_task *task;
	int rc = ll_task_update(household, update, &task);

	(void)policy;
	(void)kept;
	if (rc < 0 || !task)
		return rc;
	change->any = true;
	change->cause.id = hash_of(update->update_id);
	change->updated_measure = task->measure;
	change->update_by = update->by;
	change->update_note = update->note;
	if (task->measure == LL_MEASURE_VISIT &&
	    visit_trigger[task->state] != LL_CASE_TRIGGER_COUNT)
		rc = ll_case_move(household, visit_trigger[task->state], today);
	return rc;
}

static int fold_case_decision(const struct ll_policy *policy, int32_t today,
			      struct ll_household *household,
			      const struct ll_household_event *event, struct ll_slab *kept,
			      struct ll_change *change)
{
	const struct ll_case_decision *decision = &event->case_decision;
	struct ll_household_task *visit = ll_task_of(household, LL_MEASURE_VISIT);
	int rc = ll_case_decide(household, decision, today, &change->any);

	(void)policy;
	(void)kept;
	if (rc < 0 || !change->any)
		return rc;
	change->cause.id = hash_of(decision->decision_id);
	/* What a visit found is told; so the visit was paid. */
	if ((decision->type == LL_DECIDED_VISIT_CONFIRMED ||
	     decision->type == LL_DECIDED_VISIT_REJECTED) &&
	    visit && ll_task_is_open(visit)) {
		visit->state = LL_TASK_DONE;
		change->updated_measure = LL_MEASURE_VISIT;
		change->update_by = decision->by;
		change->update_note = decision->reason;
	}
	return 0;
}

typedef int body_fold(const struct ll_policy *policy, int32_t today, struct ll_household *household,
		      const struct ll_household_event *event, struct ll_slab *kept,
		      struct ll_change *change);

static body_fold *const folds[LL_BODY_COUNT] = {
	[LL_BODY_LIFE_EVENT] = fold_life_event,
	[LL_BODY_HOUSEHOLD_REGISTERED] = fold_registered,
	[LL_BODY_AREA_ALERT] = fold_alert,
	[LL_BODY_TICK] = fold_time,
	[LL_BODY_POLICY_ACTIVATED] = fold_time,
	[LL_BODY_TASK_UPDATED] = fold_task_updated,
	[LL_BODY_CASE_DECISION] = fold_case_decision,
};

int ll_assess_fold(const struct ll_policy *policy, int32_t today, struct ll_household *household,
		   const struct ll_household_event *event, struct ll_slab *kept,
		   struct ll_change *ret_change)
{
	struct ll_change change = {
		.cause.body = (uint8_t)event->body,
		.case_before = (enum ll_case_state)household->case_state,
		.level_before = household->level,
		.updated_measure = -1,
	};
	int rc;

	if ((unsigned int)event->body >= LL_BODY_COUNT)
		return -LL_ERR_BAD_ENUM;
	rc = folds[event->body](policy, today, household, event, kept, &change);
	if (rc == 0)
		*ret_change = change;
	return rc;
}

/* ---- deciding ------------------------------------------------------------------------------- */

/* One decision in the making. */
struct assessment {
	const struct ll_policy *policy;	       /* may be NULL */
	const struct ll_policy_region *region; /* with policy */
	int32_t today;
	struct ll_household *household;
	const struct ll_household_event *event;
	const struct ll_change *change;
	const struct ll_memory *memory;
	struct ll_indicators indicators;
	/* What comes out; the arrays are made when the first entry is. */
	struct ll_task *tasks;
	size_t task_count;
	struct ll_escalation *escalations;
	size_t escalation_count;
	char *area; /* 12 digits */
	bool has_reasons;
	struct ll_reason *reasons; /* of all findings, in their order */
	uint16_t *reason_finding;  /* the finding of each */
	size_t reason_count;
	struct ll_verdict verdict; /* last: mostly unwritten */
};

static const struct ll_rule *rule_of(const struct assessment *a, size_t finding)
{
	return &a->region->rules[a->verdict.findings[finding].rule];
}

static enum ll_rule_outcome outcome_of(const struct assessment *a, size_t finding)
{
	return (enum ll_rule_outcome)a->verdict.findings[finding].outcome;
}

static bool finding_asks_for(const struct assessment *a, size_t finding, uint8_t measure)
{
	return ll_finding_measures(rule_of(a, finding), outcome_of(a, finding)) >> measure & 1;
}

/* The reasons of every rule that holds or asks, once for all that is told. */
static int build_reasons(struct assessment *a)
{
	if (a->has_reasons)
		return 0;
	a->reasons = ll_arena_alloc(a->memory->scratch, LL_REASONS_MAX * sizeof(*a->reasons));
	a->reason_finding =
		ll_arena_alloc(a->memory->scratch, LL_REASONS_MAX * sizeof(*a->reason_finding));
	if (!a->reasons || !a->reason_finding)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < a->verdict.count; i++) {
		const struct ll_rule *rule = rule_of(a, i);

		if (outcome_of(a, i) == LL_RULE_UNDECIDED)
			continue;
		for (int32_t c = 0; c < rule->comparison_count && a->reason_count < LL_REASONS_MAX;
		     c++) {
			int rc = ll_reason_of_comparison(
				a->household, a->today, rule, &rule->comparisons[c], &a->indicators,
				a->memory->scratch, &a->reasons[a->reason_count]);

			if (rc < 0)
				return rc;
			a->reason_finding[a->reason_count++] = (uint16_t)i;
		}
	}
	a->has_reasons = true;
	return 0;
}

/* Those of the reasons whose rules ask for the measure. */
static int reasons_for(struct assessment *a, uint8_t measure, struct ll_task *record)
{
	int rc = build_reasons(a);
	size_t count = 0;

	if (rc < 0)
		return rc;

	struct ll_reason *reasons =
		ll_arena_alloc(a->memory->scratch, a->reason_count * sizeof(*reasons));

	if (!reasons)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < a->reason_count; i++)
		if (finding_asks_for(a, a->reason_finding[i], measure))
			reasons[count++] = a->reasons[i];
	record->reasons = reasons;
	record->reason_count = count;
	return 0;
}

static bool task_knows(const struct ll_household_task *task, const struct ll_rule *rule)
{
	return ll_task_has_rule(task, ll_rule_tag(rule, LL_RULE_HOLDS)) ||
	       ll_task_has_rule(task, ll_rule_tag(rule, LL_RULE_ASKS));
}

/* Why a need is gone: of each rule that was behind the task, what is not true any more. */
static int reasons_gone(struct assessment *a, const struct ll_household_task *task,
			struct ll_task *record)
{
	struct ll_reason *reasons =
		ll_arena_alloc(a->memory->scratch, WITHDRAWN_REASONS_MAX * sizeof(*reasons));
	size_t count = 0;

	if (!reasons)
		return -LL_ERR_NO_MEMORY;
	for (int32_t i = 0; i < a->region->rule_count && count < WITHDRAWN_REASONS_MAX; i++) {
		const struct ll_rule *rule = &a->region->rules[i];

		if (!task_knows(task, rule))
			continue;
		for (int32_t c = 0; c < rule->comparison_count; c++) {
			const struct ll_comparison *comparison = &rule->comparisons[c];

			if (ll_comparison_truth(comparison, &a->indicators) == LL_TRUE)
				continue;

			int rc = ll_reason_of_comparison(a->household, a->today, rule, comparison,
							 &a->indicators, a->memory->scratch,
							 &reasons[count]);

			if (rc < 0)
				return rc;
			count++;
			break;
		}
	}
	record->reasons = reasons;
	record->reason_count = count;
	return 0;
}

static int area_text(struct assessment *a, struct ll_str *ret_area)
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

/* The record of a task as it stands; reasons are the caller's. */
static int tell_task(struct assessment *a, const struct ll_household_task *task,
		     enum ll_task_change change, struct ll_task **ret_record)
{
	struct ll_str area;
	int rc = area_text(a, &area);

	if (rc < 0)
		return rc;
	if (!a->tasks)
		a->tasks = ll_arena_alloc(a->memory->scratch, TASK_CHANGES_MAX * sizeof(*a->tasks));
	if (!a->tasks || a->task_count == TASK_CHANGES_MAX)
		return -LL_ERR_NO_MEMORY;

	struct ll_task *record = &a->tasks[a->task_count++];

	*record = (struct ll_task){
		.task_id = task->task_id,
		.household_key = a->household->key,
		.area = area,
		.county = {area.data, COUNTY_DIGITS},
		.measure = (enum ll_measure)task->measure,
		.change = change,
		.state = change == LL_CHANGE_WITHDRAWN ? LL_TASK_WITHDRAWN
						       : (enum ll_task_state)task->state,
		.dimension = (enum ll_dimension)task->dimension,
		.level = task->level,
		.opened_on = task->opened_on,
		.due_on = task->due_on,
		.logic_version = LL_LOGIC_VERSION,
		.decided_on = a->today,
		.cause = a->event->origin,
	};
	if (a->policy) {
		record->department = a->region->measures[task->measure].department;
		record->policy_name = a->policy->name;
		record->policy_version = a->policy->version;
	}
	*ret_record = record;
	return 0;
}

static int tell_updated(struct assessment *a)
{
	const struct ll_household_task *task =
		ll_task_of(a->household, (enum ll_measure)a->change->updated_measure);
	struct ll_task *record;
	int rc = tell_task(a, task, LL_CHANGE_UPDATED, &record);

	if (rc < 0)
		return rc;
	record->update_by = a->change->update_by;
	record->update_note = a->change->update_note;
	return a->policy ? reasons_for(a, task->measure, record) : 0;
}

/* Takes the task out of the household; one that is open is withdrawn, with what is not so now. */
static int end_task(struct assessment *a, struct ll_household_task *task)
{
	if (ll_task_is_open(task)) {
		struct ll_task *record;
		int rc = tell_task(a, task, LL_CHANGE_WITHDRAWN, &record);

		if (rc == 0 && a->region && !a->change->dissolved)
			rc = reasons_gone(a, task, record);
		if (rc < 0)
			return rc;
	}
	ll_task_remove(a->household, task);
	return 0;
}

/* Everything that asks for a measure, taken together. */
struct need {
	int32_t level;
	enum ll_dimension dimension; /* of the rule with the highest level */
	uint32_t tags[LL_RULES_MAX];
	size_t tag_count;
};

static void need_of(const struct assessment *a, uint8_t measure, struct need *ret_need)
{
	ret_need->level = 0;
	ret_need->dimension = LL_DIMENSION_NONE;
	ret_need->tag_count = 0;
	for (size_t i = 0; i < a->verdict.count; i++) {
		const struct ll_rule *rule = rule_of(a, i);

		if (!finding_asks_for(a, i, measure))
			continue;
		ret_need->tags[ret_need->tag_count++] = ll_rule_tag(rule, outcome_of(a, i));
		if (rule->level > ret_need->level) {
			ret_need->level = rule->level;
			ret_need->dimension = rule->dimension;
		}
	}
}

/* A higher level, or a rule that the task did not know. */
static bool is_stronger(const struct need *need, const struct ll_household_task *task)
{
	if (need->level > task->level)
		return true;
	if (task->rule_count == LL_TASK_RULES_MAX)
		return false; /* more rules than are remembered: only the level counts */
	for (size_t i = 0; i < need->tag_count; i++)
		if (!ll_task_has_rule(task, need->tags[i]))
			return true;
	return false;
}

static void take_need(struct ll_household_task *task, const struct need *need)
{
	if (need->level > task->level) {
		task->level = (uint8_t)need->level;
		task->dimension = (uint8_t)need->dimension;
	}
	for (size_t i = 0; i < need->tag_count; i++)
		ll_task_add_rule(task, need->tags[i]);
}

static int open_task(struct assessment *a, uint8_t measure)
{
	struct ll_household_task *task;
	struct ll_task *record;
	struct need need;
	int rc;

	need_of(a, measure, &need);
	task = ll_task_add(a->household, a->memory->kept);
	if (!task)
		return -LL_ERR_NO_MEMORY;
	task->measure = measure;
	task->state = LL_TASK_OPEN;
	task->opened_on = a->today;
	task->due_on = a->today + a->region->measures[measure].due_days;
	take_need(task, &need);
	ll_task_id(&a->household->key, (enum ll_measure)measure, &a->change->cause, &task->task_id);
	rc = tell_task(a, task, LL_CHANGE_OPENED, &record);
	return rc < 0 ? rc : reasons_for(a, measure, record);
}

/* A need that goes on: says more if there is more to it. One that had ended is asked for anew. */
static int keep_task(struct assessment *a, struct ll_household_task *task)
{
	struct ll_task *record;
	struct need need;
	int rc;

	need_of(a, task->measure, &need);
	if (!is_stronger(&need, task))
		return 0;
	if (!ll_task_is_open(task)) {
		ll_task_remove(a->household, task);
		return 0;
	}
	take_need(task, &need);
	rc = tell_task(a, task, LL_CHANGE_STRENGTHENED, &record);
	return rc < 0 ? rc : reasons_for(a, task->measure, record);
}

/* A rule behind the task cannot be decided now: its need is not known to be gone. */
static bool is_undecided(const struct assessment *a, const struct ll_household_task *task)
{
	for (size_t i = 0; i < a->verdict.count; i++)
		if (outcome_of(a, i) != LL_RULE_HOLDS && task_knows(task, rule_of(a, i)))
			return true;
	return false;
}

static int reconcile_tasks(struct assessment *a)
{
	struct ll_household *household = a->household;
	uint32_t missing = a->verdict.needed;
	int rc = 0;

	/* From the last, because tasks may be taken out. */
	for (int i = household->task_count - 1; i >= 0 && rc == 0; i--) {
		struct ll_household_task *task = &household->tasks[i];

		if (a->verdict.needed >> task->measure & 1)
			rc = keep_task(a, task);
		else if (!is_undecided(a, task))
			rc = end_task(a, task);
	}
	for (int i = 0; i < household->task_count; i++)
		missing &= ~(1u << household->tasks[i].measure);
	for (uint8_t measure = 0; measure < LL_MEASURE_COUNT && rc == 0; measure++)
		if (missing >> measure & 1)
			rc = open_task(a, measure);
	return rc;
}

/*
 * New trouble asks again: a case that was settled is unsettled, and tasks that have ended are
 * forgotten, where a rule holds that looks at what the new fact moves. Also under a hold, so that
 * nothing is lost when it is lifted.
 */
static void take_fresh_facts(struct assessment *a)
{
	struct ll_household *household = a->household;

	if (!a->change->fresh || (!household->settled && household->task_count == 0))
		return;
	for (size_t i = 0; i < a->verdict.count; i++) {
		const struct ll_rule *rule = rule_of(a, i);

		if (!(ll_rule_indicators(rule) & a->change->fresh))
			continue;
		/* A mere question unsettles only where no old fact would flag it again as well. */
		if (outcome_of(a, i) == LL_RULE_HOLDS ||
		    (outcome_of(a, i) == LL_RULE_ASKS && a->verdict.holding == 0))
			household->settled = false;
		for (int t = household->task_count - 1; t >= 0; t--)
			if (!ll_task_is_open(&household->tasks[t]) &&
			    finding_asks_for(a, i, household->tasks[t].measure))
				ll_task_remove(household, &household->tasks[t]);
	}
}

static int32_t level_of(const struct assessment *a)
{
	int32_t level = a->verdict.level;

	/* What stays because nobody can tell keeps its level. */
	for (int i = 0; i < a->household->task_count; i++) {
		const struct ll_household_task *task = &a->household->tasks[i];

		if (!(a->verdict.needed >> task->measure & 1) && task->level > level)
			level = task->level;
	}
	return level;
}

static void clear_verdict(struct ll_verdict *verdict)
{
	verdict->needed = 0;
	verdict->level = 0;
	verdict->holding = 0;
	verdict->count = 0;
}

static int apply_rules(struct assessment *a)
{
	struct ll_household *household = a->household;
	int rc = 0;

	take_fresh_facts(a);
	if (household->held)
		return 0;
	if (household->settled)
		clear_verdict(&a->verdict);
	if (a->verdict.count == 0 && household->task_count == 0 && household->level == 0 &&
	    household->case_state == LL_CASE_NONE)
		return 0; /* by far the most */
	if (a->verdict.holding > 0)
		rc = ll_case_move(household, LL_TRIGGER_RULE_HOLDS, a->today);
	if (rc == 0)
		rc = reconcile_tasks(a);
	if (rc == 0 && a->verdict.holding == 0 && household->task_count == 0)
		rc = ll_case_move(household, LL_TRIGGER_NEED_GONE, a->today);
	household->level = (uint8_t)level_of(a);
	return rc;
}

static int tell_escalation(struct assessment *a, const struct ll_household_task *task)
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

/* Also under a hold: what is open has a date. */
static int remind(struct assessment *a)
{
	int rc = 0;

	for (int i = 0; i < a->household->task_count && rc == 0; i++) {
		struct ll_household_task *task = &a->household->tasks[i];
		int32_t days = a->today - task->due_on;

		if (!ll_task_is_open(task) || days <= 0)
			continue;
		if (!task->overdue) {
			struct ll_task *record;

			task->overdue = true;
			rc = tell_task(a, task, LL_CHANGE_OVERDUE, &record);
			if (rc == 0)
				rc = reasons_for(a, task->measure, record);
		}
		if (rc == 0 && !task->escalated && days >= a->policy->escalate_after_days) {
			task->escalated = true;
			rc = tell_escalation(a, task);
		}
	}
	return rc;
}

static void set_wake_on(struct assessment *a)
{
	struct ll_household *household = a->household;
	int32_t wake_on = a->policy ? a->indicators.wake_on : INT32_MAX;
	int32_t escalate_after_days = a->policy ? a->policy->escalate_after_days : 0;

	if (household->fact_count > 0) {
		int32_t gone_on =
			household->facts[0].occurred_on + ll_fact_keep_days(a->policy) + 1;

		wake_on = gone_on < wake_on ? gone_on : wake_on;
	}
	for (int i = 0; i < household->task_count; i++) {
		int32_t task_on = ll_task_wakes_on(&household->tasks[i], escalate_after_days);

		wake_on = task_on < wake_on ? task_on : wake_on;
	}
	household->wake_on = wake_on;
}

static int dissolve(struct assessment *a)
{
	int rc = 0;

	for (int i = a->household->task_count - 1; i >= 0 && rc == 0; i--)
		rc = end_task(a, &a->household->tasks[i]);
	a->household->case_state = LL_CASE_NONE;
	a->household->case_since = a->today;
	a->household->level = 0;
	return rc;
}

static int tell_risk_change(struct assessment *a, struct ll_decision *decision)
{
	struct ll_household *household = a->household;
	struct ll_str area;
	int rc;

	if (household->case_state == (uint8_t)a->change->case_before &&
	    household->level == a->change->level_before)
		return 0;
	rc = area_text(a, &area);
	if (rc == 0 && a->policy)
		rc = build_reasons(a);
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
		.decided_on = a->today,
		.reasons = a->reasons,
		.reason_count = a->reason_count,
		.policy_name = a->policy ? a->policy->name : (struct ll_str){NULL, 0},
		.policy_version = a->policy ? a->policy->version : (struct ll_str){NULL, 0},
		.logic_version = LL_LOGIC_VERSION,
		.cause = a->event->origin,
	};
	return 0;
}

static void judge(struct assessment *a)
{
	ll_indicators_compute(a->household, a->today, &a->indicators);
	ll_rule_judge(a->region, &a->indicators, &a->verdict);
}

static int decide_with_policy(struct assessment *a)
{
	int rc = apply_rules(a);

	if (rc == 0 && a->household->task_count > 0)
		rc = remind(a);
	return rc;
}

static void assessment_init(struct assessment *a, const struct ll_policy *policy, int32_t today,
			    struct ll_household *household, const struct ll_household_event *event,
			    const struct ll_change *change, const struct ll_memory *memory)
{
	/* Not the verdict's list of findings, which is large and written as far as it is read. */
	memset(a, 0, offsetof(struct assessment, verdict) + offsetof(struct ll_verdict, findings));
	/* Before the first tick there is no day to decide on. */
	a->policy = today == LL_DAY_NONE ? NULL : policy;
	a->region = a->policy ? ll_policy_region_of(policy, household->area_code) : NULL;
	a->today = today;
	a->household = household;
	a->event = event;
	a->change = change;
	a->memory = memory;
}

int ll_assess_decide(const struct ll_policy *policy, int32_t today, struct ll_household *household,
		     const struct ll_household_event *event, const struct ll_change *change,
		     const struct ll_memory *memory, struct ll_decision *ret_decision)
{
	struct ll_decision decision = {.task_count = 0};
	struct assessment a;
	int rc = 0;

	assessment_init(&a, policy, today, household, event, change, memory);
	if (a.policy)
		judge(&a);
	if (change->updated_measure >= 0)
		rc = tell_updated(&a);
	if (rc == 0 && change->dissolved)
		rc = dissolve(&a);
	else if (rc == 0 && a.policy)
		rc = decide_with_policy(&a);
	if (rc == 0)
		rc = tell_risk_change(&a, &decision);
	if (rc < 0)
		return rc;
	if (today != LL_DAY_NONE)
		set_wake_on(&a);
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
