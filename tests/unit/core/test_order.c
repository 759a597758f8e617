/*
 * The heart of the core: between two ticks or words of persons (a turn), the order of events does not
 * count. Random households live some turns each, several times: with the events of a turn in another
 * order, some of them more than once; with every tick looking at the household, whether its day had come
 * or not; and read back from its bytes after every event. After every turn, tick and word all of them must agree in everything that a later
 * decision can depend on. Ids and dates of tasks, and what was told on the way, may differ.
 *
 * It can fail. Each of these was tried, and is caught within the cases below: a fact compared with what it
 * was just before instead of when the era began (fact.c, remember_before); a lead, a group, a task or its
 * rules kept for what they were just before instead of when the turn began (lead_before, group_before and
 * rules_before); a withdrawn task that is forgotten at once; the green channel closing as soon as the need
 * is gone; an answer forgotten before the turn ends (prune_answers); stable_since set by what came and
 * went; any of the days that set_wake_on takes the earliest of, left out; a field that state.c forgets.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/case.h"
#include "core/fact.h"
#include "core/indicator.h"
#include "core/state.h"

#define CASES	      2000
#define TURNS	      14
#define EVENTS_MAX    4 /* of one turn */
#define COPIES_MAX    3 /* of one turn, more than once */
#define LIVES	      6 /* as drawn, every tick, from bytes, and in three other orders */
#define LIFE_DRAWN    0
#define LIFE_AWAKE    1
#define LIFE_RESTORED 2
#define IDS	      10
#define SAME_REVISION 6 /* so many events have one */
#define FIRST_DAY     day(2025, 3, 31)

/* ---- the policy ----------------------------------------------------------------------------- */

#define BIT(measure) (1u << LL_MEASURE_##measure)
#define IS(indicator_, op_, threshold_)                                          \
	{                                                                        \
		.indicator = LL_INDICATOR_##indicator_, .op = LL_OPERATOR_##op_, \
		.threshold = (threshold_)                                        \
	}
#define RULE(id_, dimension_, level_, measures_)                                                   \
	.id = {(id_), sizeof(id_) - 1}, .dimension = LL_DIMENSION_##dimension_, .level = (level_), \
	.measures = (measures_)
#define WHEN(...) .comparisons = {__VA_ARGS__}
#define TWO	  .comparison_count = 2
#define ONE	  .comparison_count = 1

static const struct ll_rule rules[] = {
	{RULE("medical", MEDICAL, 2, BIT(VISIT) | BIT(MEDICAL_AID)),
	 WHEN(IS(MEDICAL_OWN_COST_12M, AT_LEAST, 3000 * YUAN)), ONE},
	{RULE("crushing", MEDICAL, 3, BIT(VISIT) | BIT(TEMPORARY_RELIEF)), .sudden = true,
	 .green_channel = true, WHEN(IS(MEDICAL_OWN_COST_12M, ABOVE, 8000 * YUAN)), ONE},
	{RULE("work", INCOME, 1, BIT(VISIT) | BIT(JOB_SUPPORT)), .visit_when_unknown = true,
	 WHEN(IS(LABOURERS_WITHOUT_WORK, AT_LEAST, 1), IS(INCOME_PER_HEAD, BELOW, 9000 * YUAN)),
	 TWO},
	{RULE("drop", INCOME, 2, BIT(JOB_SUPPORT) | BIT(INDUSTRY_SUPPORT)),
	 WHEN(IS(JOBLESS_SHARE, AT_LEAST, 500), IS(INCOME_DROP, AT_LEAST, 200)), TWO},
	{RULE("poor", INCOME, 1, BIT(VISIT) | BIT(DIBAO_REVIEW)),
	 WHEN(IS(INCOME_PER_HEAD, BELOW, 6000 * YUAN), IS(DIBAO, IS_NOT, 1)), TWO},
	{RULE("school", EDUCATION, 3, BIT(SCHOOL_RETURN)), .sudden = true,
	 WHEN(IS(CHILDREN_OUT_OF_SCHOOL, AT_LEAST, 1)), ONE},
	{RULE("alert", HOUSING, 1, BIT(DISASTER_INSPECTION)), .precaution = true,
	 WHEN(IS(ALERT_SEVERITY, AT_LEAST, 3)), ONE},
	{RULE("flooded", HOUSING, 2, BIT(DISASTER_INSPECTION) | BIT(HOUSING_REPAIR)),
	 .sudden = true, WHEN(IS(HOUSE_FLOODED, IS, 1)), ONE},
	{RULE("disaster", INCOME, 2, BIT(VISIT) | BIT(DISASTER_INSPECTION)),
	 WHEN(IS(DISASTER_LOSS_12M, AT_LEAST, 4000 * YUAN)), ONE},
	{RULE("rigid", INCOME, 1, BIT(VISIT) | BIT(TEMPORARY_RELIEF)),
	 WHEN(IS(RIGID_SPENDING_SHARE, AT_LEAST, 300)), ONE},
	{RULE("needs", NONE, 1, BIT(VISIT) | BIT(SOCIAL_HELP)),
	 WHEN(IS(DECLARED_NEEDS, AT_LEAST, 2)), ONE},
	{RULE("house", HOUSING, 2, BIT(VISIT) | BIT(HOUSING_REPAIR)),
	 WHEN(IS(HOUSING_SECURITY, IS, LL_SECURITY_AT_RISK)), ONE},
	{RULE("water", WATER, 1, BIT(WATER_REPAIR)), .sudden = true,
	 WHEN(IS(WATER_SECURITY, IS, LL_SECURITY_AT_RISK)), ONE},
	{RULE("food", FOOD, 3, BIT(TEMPORARY_RELIEF)), .green_channel = true,
	 WHEN(IS(FOOD_SECURITY, IS, LL_SECURITY_AT_RISK)), ONE},
	{RULE("debt", INCOME, 1, BIT(DEBT_RELIEF)), WHEN(IS(LOAN_OVERDUE, ABOVE, 5000 * YUAN)),
	 ONE},
	{RULE("shocks", NONE, 3, BIT(VISIT)), .sudden = true, .green_channel = true,
	 WHEN(IS(OPEN_SHOCKS, AT_LEAST, 3)), ONE},
	{RULE("production", INCOME, 2, BIT(SALES_SUPPORT)), .visit_when_unknown = true,
	 WHEN(IS(PRODUCTION_LOSS_12M, AT_LEAST, 4000 * YUAN),
	      IS(INCOME_PER_HEAD, AT_MOST, 12000 * YUAN)),
	 TWO},
	{RULE("disabled", NONE, 1, BIT(DISABILITY_CARE)), WHEN(IS(DISABLED_MEMBERS, AT_LEAST, 1)),
	 ONE},
	{RULE("cost", NONE, 3, BIT(SOCIAL_HELP) | BIT(SALES_SUPPORT)), .precaution = true,
	 .visit_when_unknown = true,
	 WHEN(IS(RIGID_SPENDING_12M, AT_LEAST, 9000 * YUAN),
	      IS(INCOME_PER_HEAD, AT_LEAST, 8000 * YUAN)),
	 TWO},
	{RULE("visited", NONE, 1, BIT(MOTIVATION)),
	 WHEN(IS(CLOTHING_SECURITY, IS_NOT, LL_SECURITY_SECURE)), ONE},
	{RULE("outpatient", MEDICAL, 1, BIT(VISIT) | BIT(MEDICAL_AID)),
	 WHEN(IS(OUTPATIENT_OWN_COST_1M, AT_LEAST, 500 * YUAN)), ONE},
};

#define TERMS(days, from_, retry)                                                  \
	{                                                                          \
		.due_days = (days), .from = LL_CASE_##from_, .retry_days = (retry) \
	}
static const struct ll_policy_region region = {
	.rules = rules,
	.rule_count = sizeof(rules) / sizeof(rules[0]),
	.exit = {RULE("exit", NONE, 1, BIT(EXIT_REVIEW)),
		 WHEN(IS(OPEN_SHOCKS, AT_MOST, 1), IS(LOAN_OVERDUE, AT_MOST, 0)), TWO},
	.measures =
		{
			[LL_MEASURE_VISIT] = TERMS(3, NONE, 7),
			[LL_MEASURE_MEDICAL_AID] = TERMS(10, VERIFIED, 0),
			[LL_MEASURE_JOB_SUPPORT] = TERMS(15, MONITORED, 20),
			[LL_MEASURE_SCHOOL_RETURN] = TERMS(3, NONE, 5),
			[LL_MEASURE_HOUSING_REPAIR] = TERMS(30, VERIFIED, 0),
			[LL_MEASURE_TEMPORARY_RELIEF] = TERMS(5, VERIFIED, 3),
			[LL_MEASURE_DIBAO_REVIEW] = TERMS(20, MONITORED, 0),
			[LL_MEASURE_DISASTER_INSPECTION] = TERMS(1, NONE, 0),
			[LL_MEASURE_INDUSTRY_SUPPORT] = TERMS(30, NONE, 0),
			[LL_MEASURE_WATER_REPAIR] = TERMS(7, NONE, 0),
			[LL_MEASURE_VILLAGE_REVIEW] = TERMS(5, NONE, 4),
			[LL_MEASURE_TOWNSHIP_CHECK] = TERMS(5, NONE, 0),
			[LL_MEASURE_COUNTY_DECISION] = TERMS(2, NONE, 0),
			[LL_MEASURE_MARK_REVIEW] = TERMS(5, NONE, 9),
			[LL_MEASURE_EXIT_REVIEW] = TERMS(10, NONE, 30),
			[LL_MEASURE_SOCIAL_HELP] = TERMS(9, NONE, 0),
			[LL_MEASURE_DISABILITY_CARE] = TERMS(9, VERIFIED, 0),
			[LL_MEASURE_SALES_SUPPORT] = TERMS(9, NONE, 0),
			[LL_MEASURE_MOTIVATION] = TERMS(9, MONITORED, 0),
			[LL_MEASURE_DEBT_RELIEF] = TERMS(9, NONE, 0),
		},
};
static struct ll_policy policy = {
	.name = {"order", 5},
	.version = {"1", 1},
	.keep_months = 24,
	.escalate_after_days = 3,
	.stable_months = 1,
	.observe_months = 2,
	.regions = &region,
	.region_count = 1,
};

/* ---- what happens --------------------------------------------------------------------------- */

/* What ends a turn: a tick, a report on a task of a measure, or a decision. */
struct ending {
	enum ll_body body;
	int32_t days; /* TICK: so many on */
	enum ll_measure measure;
	enum ll_task_state state;
	enum ll_case_decision_type type;
	int32_t secure;
	int32_t at_risk;
	char id[16];
};

struct turn {
	struct ll_household_event events[EVENTS_MAX];
	size_t count;
};

static char ids[IDS][8];

static struct ll_maybe maybe_of(uint64_t *seed, int64_t value)
{
	return draw(seed, 4) ? (struct ll_maybe){true, value} : (struct ll_maybe){false, 0};
}

/* All kinds, with amounts about the thresholds above. */
static struct ll_payload draw_payload(uint64_t *seed)
{
	int64_t amount_fen = (int64_t)draw(seed, 9000) * YUAN;
	struct ll_maybe maybe = maybe_of(seed, amount_fen);
	struct ll_payload payload = {.kind = (enum ll_event_kind)draw(seed, LL_EVENT_KIND_COUNT)};
	bool yes = draw(seed, 2);

	switch (payload.kind) {
	case LL_EVENT_HOSPITALISATION:
		return hospital(amount_fen);
	case LL_EVENT_CHRONIC_ILLNESS:
		payload.chronic_illness = (struct ll_chronic_illness){yes, maybe};
		break;
	case LL_EVENT_JOB_LOSS:
		return job_loss(maybe.known ? amount_fen / 4 : -1);
	case LL_EVENT_EMPLOYED:
		return employed(maybe.known ? amount_fen / 4 : -1);
	case LL_EVENT_INCOME_REPORT:
		return income_report(2023 + (int32_t)draw(seed, 3), 4 * amount_fen);
	case LL_EVENT_SCHOOL_DROPOUT:
		payload = dropout();
		payload.school_dropout.returned = yes;
		break;
	case LL_EVENT_HOUSING_DAMAGE:
		return housing((enum ll_housing_grade)draw(seed, 4), maybe.known ? amount_fen : -1);
	case LL_EVENT_FLOOD_DAMAGE:
		return flood_damage(yes, maybe.known ? amount_fen : -1);
	case LL_EVENT_BENEFIT:
		return benefit((enum ll_benefit_type)draw(seed, 5), amount_fen / 10,
			       (int32_t)draw(seed, 13));
	case LL_EVENT_DECLARATION:
		return declaration((enum ll_need)draw(seed, 7));
	case LL_EVENT_OUTPATIENT_COST:
		payload.outpatient_cost =
			(struct ll_outpatient_cost){amount_fen, amount_fen / 2, {false, 0}};
		break;
	case LL_EVENT_DISABILITY:
		payload.disability =
			(struct ll_disability){1 + (int32_t)draw(seed, 4), LL_DISABILITY_VISUAL};
		break;
	case LL_EVENT_WAGE_REPORT:
		payload.wage_report.monthly_wage_fen = amount_fen / 3;
		break;
	case LL_EVENT_LOAN_OVERDUE:
		payload.loan_overdue = (struct ll_loan_overdue){amount_fen, yes};
		break;
	case LL_EVENT_TUITION_COST:
		payload.tuition_cost =
			(struct ll_tuition_cost){(enum ll_school_stage)yes, amount_fen};
		break;
	case LL_EVENT_WATER_SUPPLY_LOSS:
		payload.water_supply_loss.restored = yes;
		break;
	case LL_EVENT_ACCIDENT:
		payload.accident = (struct ll_accident){LL_ACCIDENT_WORK, maybe};
		break;
	case LL_EVENT_ASSET_RECORD:
		payload.asset_record =
			(struct ll_asset_record){(enum ll_asset_type)draw(seed, 4), yes};
		break;
	case LL_EVENT_AUTHORISATION:
		payload.authorisation.months = (int32_t)draw(seed, 13);
		break;
	case LL_EVENT_DEATH:
		payload.death.own_cost_fen = maybe;
		break;
	default:
		/* A loss, a failure: one amount that may be unknown. */
		payload.crop_loss.loss_fen = maybe;
		break;
	}
	return payload;
}

static struct ll_household_event draw_alert(uint64_t *seed, int32_t today, int32_t revision)
{
	static const char *const names[] = {"a0", "a1"};
	int32_t on = today - (int32_t)draw(seed, 5);
	struct ll_household_event event =
		alert(names[draw(seed, 2)], "3605", 1 + (int32_t)draw(seed, 4), on,
		      on + 5 + (int32_t)draw(seed, 30));

	event.area_alert.revision = revision;
	event.area_alert.cancelled = draw(seed, 4) == 0;
	return event;
}

/* A report or a correction; a department may say two things under one id and revision. */
static struct ll_household_event draw_event(uint64_t *seed, int32_t today, int32_t revision)
{
	struct ll_household_event event;
	uint32_t id = draw(seed, IDS);

	if (draw(seed, 8) == 0)
		return draw_alert(seed, today, revision);
	event = life_event(7, 1 + draw(seed, 3), ids[id], today + 1 - (int32_t)draw(seed, 400),
			   draw_payload(seed));
	event.life_event.revision = revision;
	if (draw(seed, 5) == 0)
		event.life_event.action = LL_ACTION_RETRACT;
	return event;
}

static struct ll_household_event draw_registration(uint64_t *seed)
{
	struct ll_household_event event = registered(7);

	if (draw(seed, 3) == 0)
		event.household_registered.recorded_income_fen.known = false;
	event.household_registered.exclusion_marks = draw(seed, 3) ? 0 : (int32_t)draw(seed, 16);
	event.household_registered.category =
		draw(seed, 2) ? LL_CATEGORY_EX_POOR : LL_CATEGORY_ORDINARY;
	return event;
}

/* What moves a case on from each state. */
static enum ll_case_decision_type next_decision(enum ll_case_state state)
{
	static const enum ll_case_decision_type next[LL_CASE_STATE_COUNT] = {
		[LL_CASE_NONE] = LL_DECIDED_UNHOLD,
		[LL_CASE_LEAD] = LL_DECIDED_VISIT_CONFIRMED,
		[LL_CASE_VERIFIED] = LL_DECIDED_VILLAGE_CONFIRMED,
		[LL_CASE_REVIEWED] = LL_DECIDED_TOWNSHIP_CONFIRMED,
		[LL_CASE_CHECKED] = LL_DECIDED_COUNTY_CONFIRMED,
		[LL_CASE_MONITORED] = LL_DECIDED_RISK_ELIMINATED,
		[LL_CASE_ELIMINATED] = LL_DECIDED_RELEASED,
		[LL_CASE_REJECTED] = LL_DECIDED_UNHOLD,
	};

	return next[state];
}

/* A report on a task, of those that are open where there are some. */
static struct ending draw_report(uint64_t *seed, const struct ll_household *household)
{
	static const enum ll_task_state states[] = {LL_TASK_DONE, LL_TASK_DONE, LL_TASK_FAILED,
						    LL_TASK_REFUSED, LL_TASK_NOT_FOUND};
	struct ending ending = {.body = LL_BODY_TASK_UPDATED, .state = states[draw(seed, 5)]};
	uint32_t from = draw(seed, LL_MEASURE_COUNT);

	for (uint32_t i = 0; i < LL_MEASURE_COUNT; i++) {
		const struct ll_household_task *task;

		ending.measure = (enum ll_measure)((from + i) % LL_MEASURE_COUNT);
		task = ll_task_of(household, ending.measure);
		if (task && ll_task_is_open(task))
			break;
	}
	return ending;
}

static struct ending draw_decision(uint64_t *seed, const struct ll_household *household)
{
	struct ending ending = {.body = LL_BODY_CASE_DECISION};

	ending.type = next_decision((enum ll_case_state)household->case_state);
	/* The exit and the release are to come by themselves, too. */
	if (draw(seed, 4) == 0 ||
	    (ll_case_rank((enum ll_case_state)household->case_state) == 5 && draw(seed, 3)))
		ending.type = (enum ll_case_decision_type)draw(seed, LL_CASE_DECISION_COUNT);
	ending.secure = draw(seed, 2) ? (int32_t)draw(seed, 128) & 0x7e : 0;
	ending.at_risk = draw(seed, 2) ? (int32_t)draw(seed, 128) & 0x7e : 0;
	ending.at_risk &= ~ending.secure;
	return ending;
}

/* Looks at the household, which is the same in all lives. */
static struct ending draw_ending(uint64_t *seed, unsigned int number,
				 const struct ll_household *household)
{
	struct ending ending = {.body = LL_BODY_TICK};
	uint32_t sort = draw(seed, household->case_state == LL_CASE_ELIMINATED ? 3 : 6);

	if (sort < 2)
		ending.days =
			draw(seed, 3) ? 1 + (int32_t)draw(seed, 12) : 20 + (int32_t)draw(seed, 60);
	else
		ending = sort == 2 ? draw_report(seed, household) : draw_decision(seed, household);
	snprintf(ending.id, sizeof(ending.id), "w%u", number);
	return ending;
}

/* ---- lives ---------------------------------------------------------------------------------- */

struct life {
	struct ll_household household;
	struct ll_slab slab;
	struct ll_arena scratch;
	int32_t today;
	bool awake;    /* every tick looks at it */
	bool restored; /* after every event it is read back from its bytes */
	uint64_t told;
};

static void note_told(struct life *life, const struct ll_decision *decision)
{
	for (size_t i = 0; i < decision->task_count; i++)
		life->told = life->told * 31 + (uint64_t)decision->tasks[i].measure * 8 +
			     (uint64_t)decision->tasks[i].change;
	if (decision->escalation_count > 0)
		life->told = life->told * 31 + decision->escalation_count;
	if (decision->has_risk_change)
		life->told = life->told * 31 + (uint64_t)decision->risk_change.after * 4 +
			     (uint64_t)decision->risk_change.level_after;
}

#define ENTRY_HEAD 5 /* bytes before an entry's body: state.h */

static void restore(struct life *life)
{
	struct ll_household *household = &life->household;
	struct ll_buf entry;
	struct ll_bytes body;

	ll_buf_init(&entry);
	assert_int_equal(ll_state_put_household(household, &entry), 0);
	ll_household_release(household, &life->slab);
	body = (struct ll_bytes){entry.data + ENTRY_HEAD, entry.size - ENTRY_HEAD};
	assert_int_equal(ll_state_get_household(body, &life->slab, household), 0);
	ll_buf_release(&entry);
}

static int live(struct life *life, const struct ll_household_event *event)
{
	const struct ll_memory memory = {&life->scratch, &life->slab};
	struct ll_decision decision;
	int rc;

	ll_arena_clear(&life->scratch);
	rc = ll_assess(&policy, life->today, &life->household, event, &memory, &decision);
	if (rc == 0)
		note_told(life, &decision);
	if (life->restored)
		restore(life);
	return rc;
}

static void begin_life(struct life *life, const struct ll_household_event *registration,
		       size_t number)
{
	struct ll_household_event first = tick(FIRST_DAY);
	struct ll_key key = key_of(7);

	*life = (struct life){.today = FIRST_DAY,
			      .awake = number == LIFE_AWAKE,
			      .restored = number == LIFE_RESTORED};
	ll_slab_init(&life->slab);
	ll_arena_init(&life->scratch, 0);
	ll_household_init(&life->household, &key);
	assert_int_equal(live(life, registration), 0);
	assert_int_equal(live(life, &first), 0);
}

static void end_life(struct life *life)
{
	ll_household_release(&life->household, &life->slab);
	ll_slab_release(&life->slab);
	ll_arena_release(&life->scratch);
}

/* Some events again, and all in another order. */
static size_t shuffle(uint64_t *seed, const struct turn *turn,
		      struct ll_household_event *ret_events)
{
	size_t count = turn->count;

	memcpy(ret_events, turn->events, count * sizeof(ret_events[0]));
	for (uint32_t n = turn->count ? draw(seed, COPIES_MAX + 1) : 0; n > 0; n--)
		ret_events[count++] = turn->events[draw(seed, (uint32_t)turn->count)];
	for (size_t i = count; i > 1; i--) {
		size_t other = draw(seed, (uint32_t)i);
		struct ll_household_event swapped = ret_events[i - 1];

		ret_events[i - 1] = ret_events[other];
		ret_events[other] = swapped;
	}
	return count;
}

static int end_turn(struct life *life, const struct ending *ending)
{
	struct ll_household_event event;

	if (ending->body == LL_BODY_TICK) {
		life->today += ending->days;
		event = tick(life->today);
		if (!life->awake && life->household.wake_on > life->today)
			return 0;
		return live(life, &event);
	}
	if (ending->body == LL_BODY_TASK_UPDATED) {
		const struct ll_household_task *task =
			ll_task_of(&life->household, ending->measure);

		if (!task || !ll_task_is_open(task))
			return -LL_ERR_UNKNOWN_TASK;
		event = updated(7, ending->id, task->task_id, ending->state);
		return live(life, &event);
	}
	event = decided(7, ending->id, ending->type);
	event.case_decision.secure = ending->secure;
	event.case_decision.at_risk = ending->at_risk;
	return live(life, &event);
}

/* ---- agreement ------------------------------------------------------------------------------ */

static void assert_same_facts(const struct ll_household *a, const struct ll_household *b)
{
	assert_int_equal(a->era, b->era);
	assert_int_equal(a->fact_count, b->fact_count);
	for (size_t i = 0; i < a->fact_count; i++) {
		const struct ll_fact *one = &a->facts[i], *other = &b->facts[i];

		assert_int_equal(one->id, other->id);
		assert_int_equal(one->revision, other->revision);
		assert_int_equal(one->occurred_on, other->occurred_on);
		assert_int_equal(one->amount_fen, other->amount_fen);
		assert_int_equal(one->kind, other->kind);
		assert_int_equal(one->detail, other->detail);
		assert_int_equal(one->extra, other->extra);
		assert_int_equal(one->retracted, other->retracted);
		assert_int_equal(one->era, other->era);
	}
}

static void assert_same_indicators(const struct ll_household *a, const struct ll_household *b,
				   int32_t today)
{
	struct ll_indicators one, other;

	ll_indicators_compute(a, today, &one);
	ll_indicators_compute(b, today, &other);
	assert_int_equal(one.known, other.known);
	assert_int_equal(one.at_least, other.at_least);
	assert_int_equal(one.at_most, other.at_most);
	assert_int_equal(one.marks, other.marks);
	assert_int_equal(one.wake_on, other.wake_on);
	for (int i = 0; i < LL_INDICATOR_COUNT; i++)
		if ((one.known | one.at_least | one.at_most) >> i & 1)
			assert_int_equal(one.value[i], other.value[i]);
}

/* A day that ended with a rule that holds is taken note of when the household is looked at next. */
static int32_t stable_since(const struct ll_household *household, int32_t today)
{
	return household->holding && household->decided_on != today ? LL_DAY_NONE
								    : household->stable_since;
}

/* Of a case that is over it is forgotten when the household is looked at next. */
static bool is_helped(const struct ll_household *household)
{
	return household->helped && ll_case_rank((enum ll_case_state)household->case_state) > 0;
}

static void assert_same_case(const struct ll_household *a, const struct ll_household *b,
			     int32_t today)
{
	assert_int_equal(a->case_state, b->case_state);
	assert_int_equal(a->level, b->level);
	assert_int_equal(a->group, b->group);
	assert_int_equal(a->held, b->held);
	assert_int_equal(is_helped(a), is_helped(b));
	assert_int_equal(a->settled, b->settled);
	assert_int_equal(a->settled_era, b->settled_era);
	assert_int_equal(a->waived_marks, b->waived_marks);
	assert_int_equal(a->lead_from, b->lead_from);
	assert_int_equal(a->holding, b->holding);
	assert_int_equal(stable_since(a, today), stable_since(b, today));
}

/* The rules behind a task now; what stood before the turn but does no more goes when it ends. */
static size_t rules_now(const struct ll_household_task *task, uint32_t *ret_rules)
{
	size_t count = 0;

	for (int i = 0; i < task->rule_count; i++)
		if (i >= task->rules_before || (task->standing >> i & 1))
			ret_rules[count++] = task->rules[i];
	return count;
}

static void assert_same_rules(const struct ll_household_task *one,
			      const struct ll_household_task *other)
{
	uint32_t of_one[LL_TASK_RULES_MAX], of_other[LL_TASK_RULES_MAX];
	size_t count = rules_now(one, of_one);

	assert_int_equal(one->level, other->level);
	assert_int_equal(count, rules_now(other, of_other));
	assert_memory_equal(of_one, of_other, count * sizeof(of_one[0]));
}

static void assert_same_tasks(const struct ll_household *a, const struct ll_household *b)
{
	for (int measure = 0; measure < LL_MEASURE_COUNT; measure++) {
		const struct ll_household_task *one = ll_task_of(a, (enum ll_measure)measure);
		const struct ll_household_task *other = ll_task_of(b, (enum ll_measure)measure);
		bool is_open = one && ll_task_is_open(one);

		assert_int_equal(is_open, other && ll_task_is_open(other));
		if (is_open)
			assert_same_rules(one, other);
		one = ll_task_answer_of(a, (enum ll_measure)measure);
		other = ll_task_answer_of(b, (enum ll_measure)measure);
		assert_int_equal(!one, !other);
		if (!one)
			continue;
		assert_int_equal(one->state, other->state);
		assert_int_equal(one->era, other->era);
		assert_int_equal(one->ended_on, other->ended_on);
		assert_same_rules(one, other);
	}
}

static void assert_same(const struct life *a, const struct life *b)
{
	assert_int_equal(a->today, b->today);
	assert_same_facts(&a->household, &b->household);
	assert_same_indicators(&a->household, &b->household, a->today);
	assert_same_case(&a->household, &b->household, a->today);
	assert_same_tasks(&a->household, &b->household);
}

/* ---- the property --------------------------------------------------------------------------- */

/* What the cases met: a proof over lives in which nothing happens would be none. */
struct seen {
	size_t states[LL_CASE_STATE_COUNT];
	size_t groups[LL_GROUP_COUNT];
	size_t words;
	size_t opened[LL_MEASURE_COUNT];
	size_t answers;
	size_t released; /* by time alone */
};

static void look(struct seen *seen, const struct ll_household *household)
{
	seen->states[household->case_state]++;
	seen->groups[household->group]++;
	for (int i = 0; i < household->task_count; i++) {
		const struct ll_household_task *task = &household->tasks[i];

		seen->opened[task->measure] += ll_task_is_open(task);
		seen->answers += ll_task_is_answer(task);
	}
}

/* At most one registration a turn: of two, the later counts. After much has happened it grows quiet. */
static void draw_turn(uint64_t *seed, const struct life *life, int32_t *revision,
		      struct turn *ret_turn)
{
	bool is_late = life->household.case_state == LL_CASE_MONITORED ||
		       life->household.case_state == LL_CASE_ELIMINATED;

	ret_turn->count = is_late && draw(seed, 4) ? 0 : draw(seed, EVENTS_MAX + 1);
	for (size_t i = 0; i < ret_turn->count; i++)
		ret_turn->events[i] = draw_event(seed, life->today, (*revision)++ / SAME_REVISION);
	if (ret_turn->count > 0 && draw(seed, 8) == 0)
		ret_turn->events[0] = draw_registration(seed);
}

static void live_events(uint64_t *seed, struct life *lives, int32_t *revision)
{
	struct ll_household_event events[EVENTS_MAX + COPIES_MAX];
	struct turn turn;

	draw_turn(seed, &lives[0], revision, &turn);
	for (size_t l = 0; l < LIVES; l++) {
		size_t count = turn.count;

		if (l <= LIFE_RESTORED)
			memcpy(events, turn.events, count * sizeof(events[0]));
		else
			count = shuffle(seed, &turn, events);
		/* What is refused is refused in any order: it is one record's own fault. */
		for (size_t i = 0; i < count; i++)
			live(&lives[l], &events[i]);
		assert_same(&lives[0], &lives[l]);
	}
}

static void live_ending(struct life *lives, const struct ending *ending, struct seen *seen)
{
	uint8_t before = lives[0].household.case_state;
	int first_rc = 0;

	for (size_t l = 0; l < LIVES; l++) {
		int rc = end_turn(&lives[l], ending);

		if (l == 0)
			first_rc = rc;
		assert_int_equal(rc, first_rc);
		assert_same(&lives[0], &lives[l]);
	}
	assert_int_equal(lives[LIFE_DRAWN].told, lives[LIFE_AWAKE].told);
	assert_int_equal(lives[LIFE_DRAWN].told, lives[LIFE_RESTORED].told);
	seen->words += first_rc == 0 && ending->body != LL_BODY_TICK;
	seen->released += ending->body == LL_BODY_TICK && before == LL_CASE_ELIMINATED &&
			  lives[0].household.case_state == LL_CASE_NONE;
	look(seen, &lives[0].household);
}

static void live_case(uint64_t seed, struct seen *seen)
{
	static struct life lives[LIVES];
	struct ll_household_event registration = draw_registration(&seed);
	int32_t revision = 0;

	policy.measure_before_exit = draw(&seed, 2);
	for (size_t l = 0; l < LIVES; l++)
		begin_life(&lives[l], &registration, l);
	for (unsigned int t = 0; t < TURNS; t++) {
		struct ending ending;

		live_events(&seed, lives, &revision);
		ending = draw_ending(&seed, t, &lives[0].household);
		live_ending(lives, &ending, seen);
	}
	for (size_t l = 0; l < LIVES; l++)
		end_life(&lives[l]);
}

static uint64_t running; /* the seed of the case that is lived, 0 after the last */

static int say_which(void **state)
{
	(void)state;
	if (running)
		print_message("seed %llu; LL_SEED=%llu runs it alone\n",
			      (unsigned long long)running, (unsigned long long)running);
	return 0;
}

static void test_order_does_not_count(void **state)
{
	const char *only = getenv("LL_SEED");
	struct seen seen = {.words = 0};

	(void)state;
	for (uint64_t start = 1; start <= CASES; start++) {
		if (only && start != strtoull(only, NULL, 10))
			continue;
		running = start;
		live_case(start * 0x9e3779b97f4a7c15u, &seen);
	}
	running = 0;
	if (only)
		return;
	for (int i = 0; i < LL_CASE_STATE_COUNT; i++) {
		print_message("%s %zu\n", ll_case_state_name((enum ll_case_state)i),
			      seen.states[i]);
		assert_true(seen.states[i] > 50);
	}
	for (int i = 0; i < LL_GROUP_COUNT; i++)
		assert_true(seen.groups[i] > 100);
	for (int i = 0; i < LL_MEASURE_COUNT; i++)
		if (region.measures[i].due_days > 0)
			assert_true(seen.opened[i] > 0);
	print_message("%zu words, %zu answers, %zu exits asked for, %zu released by time\n",
		      seen.words, seen.answers, seen.opened[LL_MEASURE_EXIT_REVIEW], seen.released);
	assert_true(seen.released > 10);
	assert_true(seen.words > 2000);
	assert_true(seen.answers > 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_order_does_not_count, say_which)};

	for (int i = 0; i < IDS; i++)
		snprintf(ids[i], sizeof(ids[i]), "e%d", i);
	return cmocka_run_group_tests_name("core/order", tests, NULL, NULL);
}
