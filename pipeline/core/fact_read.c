/* From a payload to a fact: what each kind may carry, and where the fact keeps it. */
#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"
#include "fact.h"

#define BENEFIT_MONTHS_MAX	 600
#define AUTHORISATION_MONTHS_MAX 600
#define DISABILITY_GRADE_MAX	 4

/* What a payload may carry, and where the fact keeps it: detail and extra differ by kind. */
struct reading {
	struct ll_maybe amount_fen;
	bool may_be_negative;
	int64_t detail;
	int64_t detail_max; /* beyond it: no such code */
	int64_t extra;
	int64_t extra_min;
	int64_t extra_max;
};

/* Own share of a cost, as told or as what was not reimbursed. */
static int read_cost(int64_t total_fen, int64_t reimbursed_fen, struct ll_maybe own_share_fen,
		     struct reading *ret_reading)
{
	if (total_fen < 0 || reimbursed_fen < 0)
		return -LL_ERR_NEGATIVE;
	if (total_fen > LL_FEN_LIMIT || reimbursed_fen > total_fen)
		return -LL_ERR_OUT_OF_RANGE;
	ret_reading->amount_fen = own_share_fen;
	if (!own_share_fen.known)
		ret_reading->amount_fen = (struct ll_maybe){true, total_fen - reimbursed_fen};
	return 0;
}

static int read_hospitalisation(const struct ll_payload *payload, struct reading *ret_reading)
{
	const struct ll_hospitalisation *stay = &payload->hospitalisation;

	return read_cost(stay->total_fen, stay->reimbursed_fen, stay->own_share_fen, ret_reading);
}

static int read_chronic_illness(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->chronic_illness.yearly_cost_fen;
	ret_reading->detail = payload->chronic_illness.severe;
	ret_reading->detail_max = 1;
	return 0;
}

static int read_job_loss(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->job_loss.monthly_wage_fen;
	ret_reading->detail = (int64_t)payload->job_loss.reason;
	ret_reading->detail_max = LL_JOB_LOSS_ILLNESS;
	return 0;
}

static int read_employed(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->employed.monthly_wage_fen;
	return 0;
}

static int read_income_report(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = (struct ll_maybe){true, payload->income_report.amount_fen};
	ret_reading->may_be_negative = true;
	ret_reading->extra = payload->income_report.year;
	ret_reading->extra_min = LL_YEAR_MIN;
	ret_reading->extra_max = LL_YEAR_MAX;
	return 0;
}

static int read_school_dropout(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->detail = (int64_t)payload->school_dropout.stage;
	ret_reading->detail_max = LL_SCHOOL_NON_COMPULSORY;
	ret_reading->extra = payload->school_dropout.returned;
	ret_reading->extra_max = 1;
	return 0;
}

static int read_housing_damage(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->housing_damage.repair_cost_fen;
	ret_reading->detail = (int64_t)payload->housing_damage.grade;
	ret_reading->detail_max = LL_HOUSING_D;
	return 0;
}

static int read_flood_damage(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->flood_damage.loss_fen;
	ret_reading->detail = payload->flood_damage.house_flooded;
	ret_reading->detail_max = 1;
	return 0;
}

static int read_benefit(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = (struct ll_maybe){true, payload->benefit.amount_fen};
	ret_reading->detail = (int64_t)payload->benefit.type;
	ret_reading->detail_max = LL_BENEFIT_OTHER;
	ret_reading->extra = payload->benefit.months;
	ret_reading->extra_max = BENEFIT_MONTHS_MAX;
	return 0;
}

static int read_declaration(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->declaration.amount_fen;
	ret_reading->detail = (int64_t)payload->declaration.need;
	ret_reading->detail_max = LL_NEED_INCOME;
	return 0;
}

static int read_outpatient_cost(const struct ll_payload *payload, struct reading *ret_reading)
{
	const struct ll_outpatient_cost *cost = &payload->outpatient_cost;

	return read_cost(cost->total_fen, cost->reimbursed_fen, cost->own_share_fen, ret_reading);
}

static int read_disability(const struct ll_payload *payload, struct reading *ret_reading)
{
	const struct ll_disability *disability = &payload->disability;

	if (disability->grade < 1 || disability->grade > DISABILITY_GRADE_MAX)
		return -LL_ERR_OUT_OF_RANGE;
	if ((unsigned int)disability->type > LL_DISABILITY_MULTIPLE)
		return -LL_ERR_BAD_ENUM;
	ret_reading->detail = disability->grade;
	ret_reading->detail_max = DISABILITY_GRADE_MAX;
	ret_reading->extra = (int64_t)disability->type;
	ret_reading->extra_max = LL_DISABILITY_MULTIPLE;
	return 0;
}

static int read_death(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->death.own_cost_fen;
	return 0;
}

static int read_wage_report(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = (struct ll_maybe){true, payload->wage_report.monthly_wage_fen};
	return 0;
}

static int read_business_failure(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->business_failure.yearly_income_fen;
	return 0;
}

static int read_unsold_produce(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->unsold_produce.value_fen;
	return 0;
}

static int read_loan_overdue(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = (struct ll_maybe){true, payload->loan_overdue.overdue_fen};
	ret_reading->extra = payload->loan_overdue.settled;
	ret_reading->extra_max = 1;
	return 0;
}

static int read_tuition_cost(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = (struct ll_maybe){true, payload->tuition_cost.own_cost_fen};
	ret_reading->detail = (int64_t)payload->tuition_cost.stage;
	ret_reading->detail_max = LL_SCHOOL_NON_COMPULSORY;
	return 0;
}

static int read_water_supply_loss(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->extra = payload->water_supply_loss.restored;
	ret_reading->extra_max = 1;
	return 0;
}

static int read_crop_loss(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->crop_loss.loss_fen;
	return 0;
}

static int read_livestock_loss(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->livestock_loss.loss_fen;
	return 0;
}

static int read_accident(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->accident.own_cost_fen;
	ret_reading->detail = (int64_t)payload->accident.type;
	ret_reading->detail_max = LL_ACCIDENT_FIRE;
	return 0;
}

static int read_epidemic_impact(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->amount_fen = payload->epidemic_impact.income_loss_fen;
	return 0;
}

static int read_asset_record(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->detail = (int64_t)payload->asset_record.type;
	ret_reading->detail_max = LL_ASSET_PUBLIC_EMPLOYEE;
	ret_reading->extra = payload->asset_record.gone;
	ret_reading->extra_max = 1;
	return 0;
}

static int read_authorisation(const struct ll_payload *payload, struct reading *ret_reading)
{
	ret_reading->extra = payload->authorisation.months;
	ret_reading->extra_max = AUTHORISATION_MONTHS_MAX;
	return 0;
}

typedef int payload_reader(const struct ll_payload *payload, struct reading *ret_reading);

static const struct {
	payload_reader *read;
	enum { OF_ANY = 0, OF_A_PERSON, OF_THE_HOUSEHOLD } subject;
} readers[LL_EVENT_KIND_COUNT] = {
	[LL_EVENT_HOSPITALISATION] = {read_hospitalisation, OF_ANY},
	[LL_EVENT_CHRONIC_ILLNESS] = {read_chronic_illness, OF_ANY},
	[LL_EVENT_JOB_LOSS] = {read_job_loss, OF_ANY},
	[LL_EVENT_EMPLOYED] = {read_employed, OF_ANY},
	[LL_EVENT_INCOME_REPORT] = {read_income_report, OF_THE_HOUSEHOLD},
	[LL_EVENT_SCHOOL_DROPOUT] = {read_school_dropout, OF_ANY},
	[LL_EVENT_HOUSING_DAMAGE] = {read_housing_damage, OF_ANY},
	[LL_EVENT_FLOOD_DAMAGE] = {read_flood_damage, OF_ANY},
	[LL_EVENT_BENEFIT] = {read_benefit, OF_ANY},
	[LL_EVENT_DECLARATION] = {read_declaration, OF_ANY},
	[LL_EVENT_OUTPATIENT_COST] = {read_outpatient_cost, OF_ANY},
	[LL_EVENT_DISABILITY] = {read_disability, OF_A_PERSON},
	[LL_EVENT_DEATH] = {read_death, OF_A_PERSON},
	[LL_EVENT_WAGE_REPORT] = {read_wage_report, OF_A_PERSON},
	[LL_EVENT_BUSINESS_FAILURE] = {read_business_failure, OF_ANY},
	[LL_EVENT_UNSOLD_PRODUCE] = {read_unsold_produce, OF_ANY},
	[LL_EVENT_LOAN_OVERDUE] = {read_loan_overdue, OF_ANY},
	[LL_EVENT_TUITION_COST] = {read_tuition_cost, OF_ANY},
	[LL_EVENT_WATER_SUPPLY_LOSS] = {read_water_supply_loss, OF_ANY},
	[LL_EVENT_CROP_LOSS] = {read_crop_loss, OF_ANY},
	[LL_EVENT_LIVESTOCK_LOSS] = {read_livestock_loss, OF_ANY},
	[LL_EVENT_ACCIDENT] = {read_accident, OF_ANY},
	[LL_EVENT_EPIDEMIC_IMPACT] = {read_epidemic_impact, OF_ANY},
	[LL_EVENT_ASSET_RECORD] = {read_asset_record, OF_ANY},
	[LL_EVENT_AUTHORISATION] = {read_authorisation, OF_ANY},
};

static int fill_from_reading(struct ll_fact *fact, const struct reading *reading)
{
	if (reading->amount_fen.known) {
		if (reading->amount_fen.value < 0 && !reading->may_be_negative)
			return -LL_ERR_NEGATIVE;
		if (reading->amount_fen.value > LL_FEN_LIMIT ||
		    reading->amount_fen.value < -LL_FEN_LIMIT)
			return -LL_ERR_OUT_OF_RANGE;
		fact->amount_known = 1;
		fact->amount_fen = reading->amount_fen.value;
	}
	if (reading->detail < 0 || reading->detail > reading->detail_max)
		return -LL_ERR_BAD_ENUM;
	if (reading->extra < reading->extra_min || reading->extra > reading->extra_max)
		return -LL_ERR_OUT_OF_RANGE;
	fact->detail = (unsigned int)reading->detail & LL_FACT_DETAIL_MAX;
	fact->extra = (unsigned int)reading->extra & LL_FACT_EXTRA_MAX;
	return 0;
}

int ll_fact_from_life_event(const struct ll_life_event *event, uint32_t person,
			    struct ll_fact *ret_fact)
{
	struct reading reading = {.detail = 0};
	int rc;

	if (event->subject.type == LL_SUBJECT_AREA)
		return -LL_ERR_UNSUPPORTED_SUBJECT;
	if ((unsigned int)event->payload.kind >= LL_EVENT_KIND_COUNT)
		return -LL_ERR_BAD_ENUM;
	if (event->revision < 0)
		return -LL_ERR_OUT_OF_RANGE;
	if (event->occurred_on < LL_DAY_MIN || event->occurred_on > LL_DAY_MAX)
		return -LL_ERR_BAD_DATE;

	struct ll_fact fact = {
		.id = ll_fact_id(event->source, event->event_id),
		.occurred_on = event->occurred_on,
		.revision = event->revision,
		.person = readers[event->payload.kind].subject == OF_THE_HOUSEHOLD ? 0 : person,
		.kind = (unsigned int)event->payload.kind & LL_FACT_AREA_ALERT,
		.retracted = event->action == LL_ACTION_RETRACT,
	};

	if (!fact.retracted) {
		/* Of whom it is told cannot be guessed. */
		if (readers[event->payload.kind].subject == OF_A_PERSON && !person)
			return -LL_ERR_UNSUPPORTED_SUBJECT;
		rc = readers[event->payload.kind].read(&event->payload, &reading);
		if (rc < 0)
			return rc;
		rc = fill_from_reading(&fact, &reading);
		if (rc < 0)
			return rc;
	}
	*ret_fact = fact;
	return 0;
}

struct ll_fact ll_fact_from_alert(uint64_t id, const struct ll_area_alert *alert)
{
	return (struct ll_fact){
		.id = id,
		.occurred_on = alert->occurred_on,
		.revision = alert->revision,
		.kind = LL_FACT_AREA_ALERT,
		.detail = (unsigned int)alert->severity & LL_FACT_DETAIL_MAX,
		.retracted = alert->cancelled,
		.extra = (unsigned int)(alert->expires_on - alert->occurred_on) & LL_FACT_EXTRA_MAX,
	};
}

int ll_fact_from_visit(const struct ll_case_decision *decision, int32_t today,
		       struct ll_fact *ret_fact)
{
	const uint32_t seen = LL_VISIT_MASK << LL_DIMENSION_FOOD;
	uint32_t secure = (uint32_t)decision->secure;
	uint32_t at_risk = (uint32_t)decision->at_risk;
	int32_t on = today != LL_DAY_NONE ? today : ll_day_of_ms(decision->at_ms);

	if ((secure | at_risk) & ~seen)
		return -LL_ERR_BAD_ENUM;
	if (secure & at_risk)
		return -LL_ERR_OUT_OF_RANGE;
	if (on < LL_DAY_MIN || on > LL_DAY_MAX)
		return -LL_ERR_BAD_DATE;
	*ret_fact = (struct ll_fact){
		.id = ll_fact_id(LL_STR("case_decision"), decision->decision_id),
		.occurred_on = on,
		.kind = LL_FACT_VISIT,
		.extra = (at_risk >> LL_DIMENSION_FOOD | secure >> LL_DIMENSION_FOOD
									   << LL_VISIT_BITS) &
			 LL_FACT_EXTRA_MAX,
	};
	return 0;
}
