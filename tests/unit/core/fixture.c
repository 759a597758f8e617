#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"

#define BIT(measure) (1u << LL_MEASURE_##measure)
#define IS(indicator_, op_, threshold_)                                          \
	{                                                                        \
		.indicator = LL_INDICATOR_##indicator_, .op = LL_OPERATOR_##op_, \
		.threshold = (threshold_)                                        \
	}
#define RULE(id_, dimension_, level_, measures_)                                                   \
	.id = {(id_), sizeof(id_) - 1}, .dimension = LL_DIMENSION_##dimension_, .level = (level_), \
	.measures = (measures_)

static const struct ll_rule basic_rules[] = {
	{RULE("medical", MEDICAL, 2, BIT(VISIT) | BIT(MEDICAL_AID)),
	 .comparisons = {IS(MEDICAL_OWN_COST_12M, AT_LEAST, 20000 * YUAN)}, .comparison_count = 1},
	{RULE("medical-ex-poor", MEDICAL, 2, BIT(VISIT) | BIT(MEDICAL_AID)),
	 .comparisons = {IS(EX_POOR, IS, 1), IS(MEDICAL_OWN_COST_12M, AT_LEAST, 5000 * YUAN)},
	 .comparison_count = 2},
	{RULE("medical-crushing", MEDICAL, 3,
	      BIT(VISIT) | BIT(MEDICAL_AID) | BIT(TEMPORARY_RELIEF)),
	 .comparisons = {IS(MEDICAL_OWN_COST_12M, AT_LEAST, 50000 * YUAN)}, .comparison_count = 1},
	{RULE("work-lost", INCOME, 1, BIT(VISIT) | BIT(JOB_SUPPORT)), .visit_when_unknown = true,
	 .comparisons = {IS(LABOURERS_WITHOUT_WORK, AT_LEAST, 1),
			 IS(INCOME_PER_HEAD, BELOW, 8800 * YUAN)},
	 .comparison_count = 2},
	{RULE("out-of-school", EDUCATION, 3, BIT(SCHOOL_RETURN)),
	 .comparisons = {IS(CHILDREN_OUT_OF_SCHOOL, AT_LEAST, 1)}, .comparison_count = 1},
	{RULE("alert", HOUSING, 1, BIT(DISASTER_INSPECTION)),
	 .comparisons = {IS(ALERT_SEVERITY, AT_LEAST, 3)}, .comparison_count = 1},
};
static const struct ll_rule strict_rules[] = {
	{RULE("medical", MEDICAL, 2, BIT(VISIT) | BIT(MEDICAL_AID)),
	 .comparisons = {IS(MEDICAL_OWN_COST_12M, AT_LEAST, 1000 * YUAN)}, .comparison_count = 1},
};

/* When a measure may open, and when it is tried again. */
#define TERM(days_, department_, from_, retry_)                                              \
	{                                                                                    \
		.due_days = (days_), .department = {(department_), sizeof(department_) - 1}, \
		.from = LL_CASE_##from_, .retry_days = (retry_)                              \
	}
#define TERMS                                                                       \
	{                                                                           \
		[LL_MEASURE_VISIT] = TERM(3, "township", NONE, 0),                  \
		[LL_MEASURE_MEDICAL_AID] = TERM(15, "medical-insurance", NONE, 0),  \
		[LL_MEASURE_JOB_SUPPORT] = TERM(30, "employment", NONE, 0),         \
		[LL_MEASURE_SCHOOL_RETURN] = TERM(7, "education", NONE, 0),         \
		[LL_MEASURE_TEMPORARY_RELIEF] = TERM(10, "civil-affairs", NONE, 0), \
		[LL_MEASURE_DISASTER_INSPECTION] = TERM(2, "water", NONE, 0),       \
	}

/* Everything a policy may say of the procedure, of help and of the way out. */
static const struct ll_rule whole_rules[] = {
	{RULE("medical", MEDICAL, 2, BIT(VISIT) | BIT(MEDICAL_AID)),
	 .comparisons = {IS(MEDICAL_OWN_COST_12M, AT_LEAST, 20000 * YUAN)}, .comparison_count = 1},
	{RULE("medical-crushing", MEDICAL, 3, BIT(VISIT) | BIT(TEMPORARY_RELIEF)), .sudden = true,
	 .green_channel = true, .comparisons = {IS(MEDICAL_OWN_COST_12M, AT_LEAST, 50000 * YUAN)},
	 .comparison_count = 1},
	{RULE("work-lost", INCOME, 1, BIT(VISIT) | BIT(JOB_SUPPORT)), .visit_when_unknown = true,
	 .comparisons = {IS(LABOURERS_WITHOUT_WORK, AT_LEAST, 1),
			 IS(INCOME_PER_HEAD, BELOW, 8800 * YUAN)},
	 .comparison_count = 2},
	{RULE("alert", HOUSING, 1, BIT(DISASTER_INSPECTION)), .sudden = true,
	 .comparisons = {IS(ALERT_SEVERITY, AT_LEAST, 3)}, .comparison_count = 1},
	{RULE("alert-red", HOUSING, 2, BIT(DISASTER_INSPECTION)), .sudden = true,
	 .comparisons = {IS(ALERT_SEVERITY, AT_LEAST, 4)}, .comparison_count = 1},
	{RULE("flooded", HOUSING, 2, BIT(DISASTER_INSPECTION) | BIT(HOUSING_REPAIR)),
	 .sudden = true, .comparisons = {IS(HOUSE_FLOODED, IS, 1)}, .comparison_count = 1},
	{RULE("house", HOUSING, 2, BIT(VISIT) | BIT(HOUSING_REPAIR)),
	 .comparisons = {IS(HOUSING_SECURITY, IS, 2)}, .comparison_count = 1},
};

/* Warnings are no suspicion: they make nobody a lead. */
static const struct ll_rule careful_rules[] = {
	{RULE("medical", MEDICAL, 2, BIT(VISIT) | BIT(MEDICAL_AID)),
	 .comparisons = {IS(MEDICAL_OWN_COST_12M, AT_LEAST, 20000 * YUAN)}, .comparison_count = 1},
	{RULE("alert", HOUSING, 1, BIT(DISASTER_INSPECTION)), .precaution = true,
	 .comparisons = {IS(ALERT_SEVERITY, AT_LEAST, 3)}, .comparison_count = 1},
	{RULE("alert-red", HOUSING, 3, BIT(DISASTER_INSPECTION)), .precaution = true,
	 .comparisons = {IS(ALERT_SEVERITY, AT_LEAST, 4)}, .comparison_count = 1},
};

/* The way out, and the terms of all that "whole" and "careful" open. */
#define WHOLE_TERMS                                                                      \
	.exit = {RULE("exit", NONE, 1, BIT(EXIT_REVIEW)),                                \
		 .comparisons = {IS(OPEN_SHOCKS, AT_MOST, 0)}, .comparison_count = 1},   \
	.measures = {                                                                    \
		[LL_MEASURE_VISIT] = TERM(3, "township", NONE, 0),                       \
		[LL_MEASURE_MEDICAL_AID] = TERM(15, "medical", VERIFIED, 0),             \
		[LL_MEASURE_JOB_SUPPORT] = TERM(30, "employment", NONE, 5),              \
		[LL_MEASURE_TEMPORARY_RELIEF] = TERM(10, "civil-affairs", MONITORED, 0), \
		[LL_MEASURE_HOUSING_REPAIR] = TERM(30, "housing", VERIFIED, 0),          \
		[LL_MEASURE_DISASTER_INSPECTION] = TERM(2, "water", NONE, 0),            \
		[LL_MEASURE_VILLAGE_REVIEW] = TERM(5, "village", NONE, 2),               \
		[LL_MEASURE_TOWNSHIP_CHECK] = TERM(5, "township", NONE, 0),              \
		[LL_MEASURE_COUNTY_DECISION] = TERM(2, "county", NONE, 0),               \
		[LL_MEASURE_MARK_REVIEW] = TERM(5, "township", NONE, 0),                 \
		[LL_MEASURE_EXIT_REVIEW] = TERM(10, "county", NONE, 0),                  \
	}

static const struct ll_policy_region whole_regions[] = {
	{.rules = whole_rules,
	 .rule_count = sizeof(whole_rules) / sizeof(whole_rules[0]),
	 WHOLE_TERMS},
};
static const struct ll_policy_region careful_regions[] = {
	{.rules = careful_rules,
	 .rule_count = sizeof(careful_rules) / sizeof(careful_rules[0]),
	 WHOLE_TERMS},
};

static const struct ll_policy_region basic_regions[] = {
	{.rules = basic_rules, .rule_count = 6, .measures = TERMS},
	{.area = {360521, 6}, .rules = strict_rules, .rule_count = 1, .measures = TERMS},
};
static const struct ll_policy_region strict_regions[] = {
	{.rules = strict_rules, .rule_count = 1, .measures = TERMS},
};
static const struct ll_policy_region quiet_regions[] = {
	{.rules = NULL, .rule_count = 0, .measures = TERMS},
};

#define POLICY(text_, regions_, measure_before_exit_)                                              \
	{                                                                                          \
		.name = {"sample", 6}, .version = {(text_), sizeof(text_) - 1}, .keep_months = 24, \
		.escalate_after_days = 5, .stable_months = 6, .observe_months = 6,                 \
		.measure_before_exit = (measure_before_exit_), .regions = (regions_),              \
		.region_count = sizeof(regions_) / sizeof((regions_)[0]), .text = {                \
			(text_),                                                                   \
			sizeof(text_) - 1                                                          \
		}                                                                                  \
	}
static const struct ll_policy policies[] = {
	POLICY("basic", basic_regions, false),	   POLICY("strict", strict_regions, false),
	POLICY("quiet", quiet_regions, false),	   POLICY("whole", whole_regions, false),
	POLICY("careful", careful_regions, false), POLICY("helpful", careful_regions, true),
};

const struct ll_policy *fixture_policy(const char *text)
{
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		if (ll_str_equal(policies[i].text, ll_str_from(text)))
			return &policies[i];
	return NULL;
}

/* A copy each, so that a leak or a double free shows. */
static int compile(void *context, struct ll_str text, struct ll_policy **ret_policy)
{
	(void)context;
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		if (!ll_str_equal(policies[i].text, text))
			continue;
		*ret_policy = malloc(sizeof(**ret_policy));
		assert_non_null(*ret_policy);
		**ret_policy = policies[i];
		return 0;
	}
	return -LL_ERR_INVALID;
}

static void free_policy(struct ll_policy *policy)
{
	free(policy);
}

const struct ll_policy_compiler fixture_compiler = {compile, free_policy, NULL};

int32_t day(int32_t year, int32_t month, int32_t date)
{
	return ll_day_from_date(year, month, date);
}

struct ll_key key_of(uint32_t number)
{
	struct ll_key key = {.bytes = {0x10}};

	for (int i = 0; i < 4; i++)
		key.bytes[12 + i] = (uint8_t)(number >> (24 - 8 * i));
	return key;
}

struct ll_key person_of(uint32_t household, uint32_t person)
{
	struct ll_key key = key_of(household * 100 + person);

	key.bytes[0] = 0x20;
	return key;
}

static struct ll_household_event event_on(uint32_t number, enum ll_body body)
{
	return (struct ll_household_event){
		.household_key = key_of(number),
		.area = LL_STR(VILLAGE),
		.origin = {LL_STR("household-events"), 0, 0, 0},
		.body = body,
	};
}

struct ll_household_event registered(uint32_t number)
{
	/* Small enough a ring that an event lives until the next few. */
	static struct ll_member members[8][3];
	static unsigned int next;
	struct ll_member *mine = members[next++ % 8];
	struct ll_household_event event = event_on(number, LL_BODY_HOUSEHOLD_REGISTERED);

	for (uint32_t i = 0; i < 3; i++)
		mine[i] = (struct ll_member){
			.person_key = person_of(number, i + 1),
			.born_on = i < 2 ? day(1985, 5, 1) : day(2014, 9, 1),
			.resident = true,
			.labour = i < 2,
			.in_school = i == 2,
		};
	event.household_registered = (struct ll_household_registered){
		.area = LL_STR(VILLAGE),
		.category = LL_CATEGORY_ORDINARY,
		.recorded_income_fen = {true, 36000 * YUAN},
		.recorded_income_year = 2024,
		.members = mine,
		.member_count = 3,
	};
	return event;
}

struct ll_household_event life_event(uint32_t number, uint32_t person, const char *event_id,
				     int32_t occurred_on, struct ll_payload payload)
{
	struct ll_household_event event = event_on(number, LL_BODY_LIFE_EVENT);

	if (person)
		event.person_key = person_of(number, person);
	event.life_event = (struct ll_life_event){
		.event_id = ll_str_from(event_id),
		.source = LL_STR("medical-insurance"),
		.occurred_on = occurred_on,
		.subject = {.type = person ? LL_SUBJECT_PERSON : LL_SUBJECT_HOUSEHOLD},
		.payload = payload,
	};
	return event;
}

static struct ll_household_event broadcast(enum ll_body body)
{
	struct ll_household_event event = event_on(0, body);

	event.household_key = (struct ll_key){.bytes = {0}};
	event.area = (struct ll_str){NULL, 0};
	return event;
}

struct ll_household_event tick(int32_t on)
{
	struct ll_household_event event = broadcast(LL_BODY_TICK);

	event.tick.day = on;
	return event;
}

struct ll_household_event alert(const char *alert_id, const char *area, int32_t severity,
				int32_t occurred_on, int32_t expires_on)
{
	struct ll_household_event event = broadcast(LL_BODY_AREA_ALERT);

	event.area_alert = (struct ll_area_alert){
		.alert_id = ll_str_from(alert_id),
		.area = ll_str_from(area),
		.kind = LL_ALERT_FLOOD,
		.severity = severity,
		.occurred_on = occurred_on,
		.expires_on = expires_on,
	};
	return event;
}

struct ll_household_event activated(const char *text, int32_t effective_on)
{
	struct ll_household_event event = broadcast(LL_BODY_POLICY_ACTIVATED);

	event.policy_activated = (struct ll_policy_activated){
		.name = LL_STR("sample"),
		.version = ll_str_from(text),
		.effective_on = effective_on,
		.text = ll_str_from(text),
	};
	return event;
}

struct ll_household_event updated(uint32_t number, const char *update_id, struct ll_key task_id,
				  enum ll_task_state state)
{
	struct ll_household_event event = event_on(number, LL_BODY_TASK_UPDATED);

	event.task_updated = (struct ll_task_updated){
		.update_id = ll_str_from(update_id),
		.task_id = task_id,
		.state = state,
		.by = LL_STR("team-3"),
		.note = LL_STR("at home"),
	};
	return event;
}

struct ll_household_event decided(uint32_t number, const char *decision_id,
				  enum ll_case_decision_type type)
{
	struct ll_household_event event = event_on(number, LL_BODY_CASE_DECISION);

	event.case_decision = (struct ll_case_decision){
		.decision_id = ll_str_from(decision_id),
		.type = type,
		.by = LL_STR("county"),
	};
	return event;
}

static struct ll_maybe maybe(int64_t value)
{
	return value < 0 ? (struct ll_maybe){false, 0} : (struct ll_maybe){true, value};
}

struct ll_payload hospital(int64_t own_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_HOSPITALISATION,
				   .hospitalisation = {2 * own_fen, own_fen, {false, 0}}};
}

struct ll_payload job_loss(int64_t monthly_wage_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_JOB_LOSS,
				   .job_loss = {maybe(monthly_wage_fen), LL_JOB_LOSS_DISMISSED}};
}

struct ll_payload employed(int64_t monthly_wage_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_EMPLOYED,
				   .employed = {maybe(monthly_wage_fen)}};
}

struct ll_payload income_report(int32_t year, int64_t amount_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_INCOME_REPORT,
				   .income_report = {year, amount_fen}};
}

struct ll_payload dropout(void)
{
	return (struct ll_payload){.kind = LL_EVENT_SCHOOL_DROPOUT,
				   .school_dropout = {LL_SCHOOL_COMPULSORY, false}};
}

struct ll_payload flood_damage(bool house_flooded, int64_t loss_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_FLOOD_DAMAGE,
				   .flood_damage = {house_flooded, maybe(loss_fen)}};
}

struct ll_payload benefit(enum ll_benefit_type type, int64_t amount_fen, int32_t months)
{
	return (struct ll_payload){.kind = LL_EVENT_BENEFIT, .benefit = {type, amount_fen, months}};
}

struct ll_payload housing(enum ll_housing_grade grade, int64_t repair_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_HOUSING_DAMAGE,
				   .housing_damage = {grade, maybe(repair_fen)}};
}

struct ll_payload declaration(enum ll_need need)
{
	return (struct ll_payload){.kind = LL_EVENT_DECLARATION, .declaration = {need, {false, 0}}};
}

struct ll_payload returned(void)
{
	return (struct ll_payload){.kind = LL_EVENT_SCHOOL_DROPOUT,
				   .school_dropout = {LL_SCHOOL_COMPULSORY, true}};
}

struct ll_payload chronic(bool severe, int64_t cost_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_CHRONIC_ILLNESS,
				   .chronic_illness = {severe, maybe(cost_fen)}};
}

struct ll_payload outpatient(int64_t own_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_OUTPATIENT_COST,
				   .outpatient_cost = {3 * own_fen, 2 * own_fen, {false, 0}}};
}

struct ll_payload disability(int32_t grade)
{
	return (struct ll_payload){.kind = LL_EVENT_DISABILITY,
				   .disability = {grade, LL_DISABILITY_PHYSICAL}};
}

struct ll_payload death(int64_t own_cost_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_DEATH, .death = {maybe(own_cost_fen)}};
}

struct ll_payload wage_report(int64_t monthly_wage_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_WAGE_REPORT, .wage_report = {monthly_wage_fen}};
}

struct ll_payload business_failure(int64_t yearly_income_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_BUSINESS_FAILURE,
				   .business_failure = {maybe(yearly_income_fen)}};
}

struct ll_payload loan(int64_t overdue_fen, bool settled)
{
	return (struct ll_payload){.kind = LL_EVENT_LOAN_OVERDUE,
				   .loan_overdue = {overdue_fen, settled}};
}

struct ll_payload tuition(enum ll_school_stage stage, int64_t own_cost_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_TUITION_COST,
				   .tuition_cost = {stage, own_cost_fen}};
}

struct ll_payload water(bool restored)
{
	return (struct ll_payload){.kind = LL_EVENT_WATER_SUPPLY_LOSS,
				   .water_supply_loss = {restored}};
}

struct ll_payload accident(int64_t own_cost_fen)
{
	return (struct ll_payload){.kind = LL_EVENT_ACCIDENT,
				   .accident = {LL_ACCIDENT_TRAFFIC, maybe(own_cost_fen)}};
}

struct ll_payload asset(enum ll_asset_type type, bool gone)
{
	return (struct ll_payload){.kind = LL_EVENT_ASSET_RECORD, .asset_record = {type, gone}};
}

struct ll_payload authorisation(int32_t months)
{
	return (struct ll_payload){.kind = LL_EVENT_AUTHORISATION, .authorisation = {months}};
}

struct ll_payload loss_of(enum ll_event_kind kind, int64_t loss_fen)
{
	struct ll_payload payload = {.kind = kind};

	switch (kind) {
	case LL_EVENT_UNSOLD_PRODUCE:
		payload.unsold_produce.value_fen = maybe(loss_fen);
		break;
	case LL_EVENT_CROP_LOSS:
		payload.crop_loss.loss_fen = maybe(loss_fen);
		break;
	case LL_EVENT_LIVESTOCK_LOSS:
		payload.livestock_loss.loss_fen = maybe(loss_fen);
		break;
	case LL_EVENT_EPIDEMIC_IMPACT:
		payload.epidemic_impact.income_loss_fen = maybe(loss_fen);
		break;
	default:
		fail_msg("not a kind of loss: %d", (int)kind);
	}
	return payload;
}

/* ---- what was told -------------------------------------------------------------------------- */

static void told_task(struct told *told, const struct ll_task *task)
{
	struct told_task *row = &told->tasks[told->task_count++];
	uint64_t digest[] = {(uint64_t)task->measure,	 (uint64_t)task->change,
			     (uint64_t)task->state,	 (uint64_t)task->level,
			     (uint64_t)task->opened_on,	 (uint64_t)task->due_on,
			     (uint64_t)task->decided_on, task->reason_count};

	assert_true(told->task_count < TOLD_MAX);
	assert_int_equal(task->area.size, 12);
	assert_int_equal(task->county.size, 6);
	*row = (struct told_task){.task_id = task->task_id,
				  .household_key = task->household_key,
				  .measure = task->measure,
				  .change = task->change,
				  .state = task->state,
				  .level = task->level,
				  .due_on = task->due_on,
				  .reason_count = task->reason_count};
	if (task->reason_count > 0) {
		row->first_rule = task->reasons[0].rule;
		row->first_indicator = task->reasons[0].indicator;
		row->first_known = task->reasons[0].known;
		row->first_value = task->reasons[0].value;
		row->first_fact_count = task->reasons[0].fact_count;
	}
	told->sum +=
		ll_hash64(task->task_id.bytes, LL_KEY_SIZE, ll_hash64(digest, sizeof(digest), 1));
	for (size_t i = 0; i < task->reason_count; i++)
		told->sum += (uint64_t)task->reasons[i].value * 31 + task->reasons[i].fact_count;
}

void told_add(struct told *told, const struct ll_decision *decision)
{
	for (size_t i = 0; i < decision->task_count; i++)
		told_task(told, &decision->tasks[i]);
	for (size_t i = 0; i < decision->escalation_count; i++) {
		const struct ll_escalation *escalation = &decision->escalations[i];

		assert_true(told->escalation_count < TOLD_MAX);
		told->escalations[told->escalation_count++] = *escalation;
		told->sum += ll_hash64(escalation->task_id.bytes, LL_KEY_SIZE,
				       (uint64_t)escalation->days_overdue);
	}
	if (decision->has_risk_change) {
		const struct ll_risk_change *change = &decision->risk_change;
		uint64_t digest[] = {(uint64_t)change->before, (uint64_t)change->after,
				     (uint64_t)change->level_before, (uint64_t)change->level_after,
				     change->reason_count};

		assert_true(told->risk_count < TOLD_MAX);
		told->risks[told->risk_count++] = *change;
		told->sum += ll_hash64(change->household_key.bytes, LL_KEY_SIZE,
				       ll_hash64(digest, sizeof(digest), 2));
	}
}

int told_sink(void *context, const struct ll_decision *decision)
{
	told_add(context, decision);
	return 0;
}

const struct told_task *told_find(const struct told *told, enum ll_measure measure,
				  enum ll_task_change change)
{
	for (size_t i = 0; i < told->task_count; i++)
		if (told->tasks[i].measure == measure && told->tasks[i].change == change)
			return &told->tasks[i];
	return NULL;
}

size_t told_count(const struct told *told, enum ll_task_change change)
{
	size_t count = 0;

	for (size_t i = 0; i < told->task_count; i++)
		count += told->tasks[i].change == change;
	return count;
}

/* ---- a partition ---------------------------------------------------------------------------- */

struct fold *fold_new(void)
{
	struct fold *fold = calloc(1, sizeof(*fold));

	assert_non_null(fold);
	assert_int_equal(ll_partition_new(&fixture_compiler, &fold->partition), 0);
	ll_arena_init(&fold->scratch, 0);
	return fold;
}

void fold_free(struct fold *fold)
{
	ll_partition_free(fold->partition);
	ll_arena_release(&fold->scratch);
	free(fold);
}

int fold_apply(struct fold *fold, struct ll_household_event event)
{
	ll_arena_clear(&fold->scratch);
	return ll_partition_apply(fold->partition, &event, &fold->scratch, told_sink, &fold->told);
}

void fold_ok(struct fold *fold, struct ll_household_event event)
{
	fold->told.task_count = 0;
	fold->told.risk_count = 0;
	fold->told.escalation_count = 0;
	assert_int_equal(fold_apply(fold, event), 0);
}

struct ll_buf fold_state(const struct fold *fold)
{
	struct ll_buf state;

	ll_buf_init(&state);
	assert_int_equal(ll_partition_encode_state(fold->partition, &state), 0);
	return state;
}

uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)((*seed >> 32) % below);
}
