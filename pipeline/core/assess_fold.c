/* From an event to the household: facts, the registry part, the words of persons. */
#include "assess_private.h"

#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"
#include "fact.h"

#define SEED_CAUSE	   0x63617573u
#define ALERT_SEVERITY_MAX 4

static uint64_t hash_of(struct ll_str text)
{
	return ll_hash64(text.data, text.size, SEED_CAUSE);
}

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

struct ll_change ll_change_begin(const struct ll_household *household, enum ll_body body)
{
	return (struct ll_change){
		.cause.body = (uint8_t)body,
		.case_before = (enum ll_case_state)household->case_state,
		.level_before = household->level,
		.group_before = (enum ll_group)household->group,
		.held_before = household->held,
		.updated_measure = -1,
		.answered_measure = -1,
	};
}

int ll_assess_fold_alert(struct ll_household *household, uint64_t alert_fact_id,
			 const struct ll_area_alert *alert, bool contains, struct ll_slab *kept,
			 struct ll_change *change)
{
	struct ll_fact fact = ll_fact_from_alert(alert_fact_id, alert);
	enum ll_fact_change what = LL_FACT_SAME;
	bool removed = false;
	int rc;

	/* Elsewhere: without a trace, because the household may come back into the area. */
	if (contains)
		rc = ll_fact_put(household, &fact, kept, &what);
	else
		rc = ll_fact_remove(household, alert_fact_id, kept, &removed);
	if (rc == 0 && (removed || what != LL_FACT_SAME))
		change->any = true;
	return rc;
}

static int fold_alert(const struct ll_policy *policy, int32_t today, struct ll_household *household,
		      const struct ll_household_event *event, struct ll_slab *kept,
		      struct ll_change *change)
{
	const struct ll_area_alert *alert = &event->area_alert;
	struct ll_fact fact;
	struct ll_area area;
	int rc = ll_alert_check(alert, &area);

	if (rc == 0)
		rc = ll_fact_check_day(alert->occurred_on, today, ll_fact_keep_days(policy));
	if (rc < 0)
		return rc;
	fact = ll_fact_from_alert(ll_alert_fact_id(alert->alert_id), alert);
	change->cause.id = ll_fact_cause_id(&fact, ll_fact_find(household, fact.id));
	change->cause.revision = (uint64_t)alert->revision;
	return ll_assess_fold_alert(household, fact.id, alert,
				    ll_area_contains(area, household->area_code), kept, change);
}

static int fold_life_event(const struct ll_policy *policy, int32_t today,
			   struct ll_household *household, const struct ll_household_event *event,
			   struct ll_slab *kept, struct ll_change *change)
{
	const struct ll_life_event *life_event = &event->life_event;
	uint32_t person =
		ll_key_is_zero(&event->person_key) ? 0 : ll_person_tag(&event->person_key);
	const struct ll_fact *known;
	enum ll_fact_change what;
	struct ll_fact fact;
	int rc = ll_fact_from_life_event(life_event, person, &fact);

	if (rc == 0)
		rc = ll_fact_check_day(fact.occurred_on, today, ll_fact_keep_days(policy));
	if (rc < 0)
		return rc;
	/* What was told of a member stays correctable after the member has left. */
	known = ll_fact_find(household, fact.id);
	if (person && !known && ll_household_find_member(household, person) < 0)
		return -LL_ERR_NOT_A_MEMBER;
	change->cause.id = ll_fact_cause_id(&fact, known);
	change->cause.revision = (uint64_t)fact.revision;
	rc = ll_fact_put(household, &fact, kept, &what);
	if (rc < 0)
		return rc;
	change->any = what != LL_FACT_SAME;
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
	change->ends_turn = true;
	if (event->body == LL_BODY_TICK) {
		change->cause.id = (uint64_t)(int64_t)today;
	} else {
		change->cause.id = hash_of(event->policy_activated.version);
		change->cause.revision = (uint64_t)(int64_t)today;
	}
	return 0;
}

/* ---- what persons say ------------------------------------------------------------------------ */

/*
 * What a person says is the end of a turn and of an era: what comes later is new to it. Everything that
 * can be refused is refused before this.
 */
static void hear(struct ll_household *household, struct ll_change *change, struct ll_str id,
		 int32_t today)
{
	ll_assess_begin_day(household, today);
	ll_assess_begin_turn(household);
	change->any = true;
	change->ends_turn = true;
	change->cause.id = hash_of(id);
}

static uint8_t marks_of(const struct ll_household *household, int32_t today)
{
	struct ll_indicators indicators;

	if (today == LL_DAY_NONE)
		return household->exclusion_marks;
	ll_indicators_compute(household, today, &indicators);
	return indicators.marks;
}

/* A state that is entered anew is to be gone through anew. */
static void forget_answer_of_step(struct ll_household *household)
{
	for (size_t i = 0; i < LL_CASE_STEPS; i++) {
		const struct ll_case_step *step = ll_case_step(i);
		struct ll_household_task *answer = ll_task_answer_of(household, step->measure);

		if (answer && step->from == step->to && step->measure != LL_MEASURE_VISIT &&
		    (uint8_t)step->from == household->case_state)
			ll_task_remove(household, answer);
	}
}

/* The word was checked. */
static void apply_to_case(struct ll_household *household, enum ll_case_trigger trigger,
			  uint8_t marks, int32_t today)
{
	uint8_t before = household->case_state;

	ll_case_apply(household, trigger, marks, today);
	if (household->case_state != before)
		forget_answer_of_step(household);
}

/* What the end of a visit means for the case; other states mean nothing. */
static const enum ll_case_trigger visit_trigger[LL_TASK_STATE_COUNT] = {
	[LL_TASK_OPEN] = LL_CASE_TRIGGER_COUNT,
	[LL_TASK_ACCEPTED] = LL_CASE_TRIGGER_COUNT,
	[LL_TASK_DONE] = LL_TRIGGER_VISIT_DONE,
	[LL_TASK_FAILED] = LL_TRIGGER_VISIT_FAILED,
	[LL_TASK_REFUSED] = LL_TRIGGER_VISIT_REFUSED,
	[LL_TASK_NOT_FOUND] = LL_TRIGGER_VISIT_NOT_FOUND,
	[LL_TASK_WITHDRAWN] = LL_CASE_TRIGGER_COUNT,
};

/* What a report says of the case; LL_CASE_TRIGGER_COUNT: nothing. */
static enum ll_case_trigger trigger_of_report(enum ll_measure measure, enum ll_task_state state)
{
	const struct ll_case_step *step = ll_case_step_of(measure);

	if (measure == LL_MEASURE_VISIT)
		return visit_trigger[state];
	return step && state == LL_TASK_DONE ? step->done : LL_CASE_TRIGGER_COUNT;
}

static int fold_task_updated(const struct ll_policy *policy, int32_t today,
			     struct ll_household *household, const struct ll_household_event *event,
			     struct ll_slab *kept, struct ll_change *change)
{
	const struct ll_task_updated *update = &event->task_updated;
	enum ll_case_trigger trigger;
	struct ll_household_task *task;
	uint8_t marks = 0;
	int rc = ll_task_check_update(household, update, &task);

	(void)policy;
	(void)kept;
	if (rc < 0 || !task)
		return rc;
	trigger = trigger_of_report((enum ll_measure)task->measure, update->state);
	if (trigger != LL_CASE_TRIGGER_COUNT) {
		marks = marks_of(household, today);
		rc = ll_case_check(household, trigger, marks);
		if (rc < 0)
			return rc;
	}
	change->updated_measure = task->measure;
	change->update_by = update->by;
	change->update_note = update->note;
	hear(household, change, update->update_id, today);
	task = ll_task_of(household, (enum ll_measure)change->updated_measure);
	ll_task_update(task, update);
	household->helped |= task->state == LL_TASK_DONE &&
			     ll_case_is_help((enum ll_measure)task->measure) &&
			     ll_case_rank((enum ll_case_state)household->case_state) > 0;
	if (ll_task_is_answer(task)) {
		change->answered_measure = change->updated_measure;
		ll_task_answer(household, task, today);
	}
	if (trigger != LL_CASE_TRIGGER_COUNT)
		apply_to_case(household, trigger, marks, today);
	ll_fact_next_era(household);
	return 0;
}

/*
 * A decision is what came of the task that asked for it. A visit was paid even if none was asked for:
 * what it saw asks for no other.
 */
static int answer_by_decision(struct ll_household *household,
			      const struct ll_case_decision *decision, int32_t today,
			      struct ll_slab *kept, struct ll_change *change)
{
	int measure = ll_case_answers(decision->type);
	struct ll_household_task *task;

	if (measure < 0)
		return 0;
	task = ll_task_of(household, (enum ll_measure)measure);
	if (task) {
		change->updated_measure = measure;
		change->update_by = decision->by;
		change->update_note = decision->reason;
	} else if (measure == LL_MEASURE_VISIT) {
		task = ll_task_answer_of(household, LL_MEASURE_VISIT);
	} else {
		return 0;
	}
	if (!task) {
		task = ll_task_add(household, kept);
		if (!task)
			return -LL_ERR_NO_MEMORY;
		task->measure = LL_MEASURE_VISIT;
		task->level = 1;
		task->opened_on = today;
		task->due_on = today;
		ll_task_id(&household->key, LL_MEASURE_VISIT, &change->cause, &task->task_id);
	}
	task->state = LL_TASK_DONE;
	change->answered_measure = measure;
	ll_task_answer(household, task, today);
	return 0;
}

/* What the visit saw becomes a fact, unless it is refused. */
static int put_visit(struct ll_household *household, const struct ll_case_decision *decision,
		     int32_t today, struct ll_slab *kept)
{
	enum ll_fact_change what;
	struct ll_fact fact;
	int rc;

	if (ll_case_answers(decision->type) != LL_MEASURE_VISIT ||
	    (decision->secure | decision->at_risk) == 0)
		return 0;
	rc = ll_fact_from_visit(decision, today, &fact);
	return rc < 0 ? rc : ll_fact_put(household, &fact, kept, &what);
}

static int fold_case_decision(const struct ll_policy *policy, int32_t today,
			      struct ll_household *household,
			      const struct ll_household_event *event, struct ll_slab *kept,
			      struct ll_change *change)
{
	const struct ll_case_decision *decision = &event->case_decision;
	uint8_t before = household->case_state;
	uint8_t marks = marks_of(household, today);
	bool changes = false;
	int rc = ll_case_check_decision(household, decision, marks, &changes);

	(void)policy;
	if (rc < 0 || !changes)
		return rc;
	rc = put_visit(household, decision, today, kept);
	if (rc < 0)
		return rc;
	hear(household, change, decision->decision_id, today);
	/* Of what moves no state somebody should read. */
	change->is_told = decision->type == LL_DECIDED_GREEN_CHANNEL ||
			  decision->type == LL_DECIDED_MARKS_WAIVED;
	rc = answer_by_decision(household, decision, today, kept, change);
	if (rc < 0)
		return rc;
	ll_case_decide(household, decision, marks, today);
	if (household->case_state != before)
		forget_answer_of_step(household);
	ll_fact_next_era(household);
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
	struct ll_change change = ll_change_begin(household, event->body);
	int rc;

	if ((unsigned int)event->body >= LL_BODY_COUNT)
		return -LL_ERR_BAD_ENUM;
	rc = folds[event->body](policy, today, household, event, kept, &change);
	if (rc == 0)
		*ret_change = change;
	return rc;
}
