#include "fact.h"

#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"
#include "policy.h"

#define BENEFIT_MONTHS_MAX 600
#define ALERT_SEVERITY_MAX 4
#define DAYS_IN_4_YEARS	   1461
#define MONTHS_IN_4_YEARS  48

#define BIT(symbol) (1u << LL_INDICATOR_##symbol)
#define INCOME	    (BIT(INCOME_PER_HEAD) | BIT(INCOME_DROP) | BIT(RIGID_SPENDING_SHARE))
#define RIGID	    (BIT(RIGID_SPENDING_12M) | BIT(RIGID_SPENDING_SHARE))
#define WORK	    (BIT(LABOURERS_WITHOUT_WORK) | BIT(JOBLESS_SHARE))

#define KIND_COUNT (LL_FACT_AREA_ALERT + 1)

static const struct ll_fact_kind kinds[KIND_COUNT] = {
	[LL_EVENT_HOSPITALISATION] = {BIT(MEDICAL_OWN_COST_12M) | RIGID, true},
	[LL_EVENT_CHRONIC_ILLNESS] = {BIT(SEVERE_ILLNESS) | RIGID, true},
	[LL_EVENT_JOB_LOSS] = {INCOME | WORK, true},
	[LL_EVENT_EMPLOYED] = {INCOME | WORK, false},
	[LL_EVENT_INCOME_REPORT] = {INCOME, true},
	[LL_EVENT_SCHOOL_DROPOUT] = {BIT(CHILDREN_OUT_OF_SCHOOL), true},
	[LL_EVENT_HOUSING_DAMAGE] = {BIT(HOUSING_GRADE) | RIGID, true},
	[LL_EVENT_FLOOD_DAMAGE] = {BIT(DISASTER_LOSS_12M) | BIT(HOUSE_FLOODED) | RIGID, true},
	[LL_EVENT_BENEFIT] = {BIT(DIBAO) | INCOME | RIGID, false},
	[LL_EVENT_DECLARATION] = {BIT(DECLARED_NEEDS), true},
	[LL_FACT_AREA_ALERT] = {BIT(ALERT_SEVERITY), true},
};

const struct ll_fact_kind *ll_fact_kind_of(uint8_t kind)
{
	return &kinds[kind < KIND_COUNT ? kind : KIND_COUNT - 2];
}

const char *ll_fact_kind_name(uint8_t kind)
{
	if (kind == LL_FACT_AREA_ALERT)
		return "area_alert";
	return ll_event_kind_name((enum ll_event_kind)kind);
}

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

static int read_hospitalisation(const struct ll_payload *payload, struct reading *ret_reading)
{
	const struct ll_hospitalisation *stay = &payload->hospitalisation;

	if (stay->total_fen < 0 || stay->reimbursed_fen < 0)
		return -LL_ERR_NEGATIVE;
	if (stay->total_fen > LL_FEN_LIMIT || stay->reimbursed_fen > stay->total_fen)
		return -LL_ERR_OUT_OF_RANGE;
	ret_reading->amount_fen = stay->own_share_fen;
	if (!stay->own_share_fen.known)
		ret_reading->amount_fen =
			(struct ll_maybe){true, stay->total_fen - stay->reimbursed_fen};
	return 0;
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

typedef int payload_reader(const struct ll_payload *payload, struct reading *ret_reading);

static payload_reader *const readers[LL_EVENT_KIND_COUNT] = {
	[LL_EVENT_HOSPITALISATION] = read_hospitalisation,
	[LL_EVENT_CHRONIC_ILLNESS] = read_chronic_illness,
	[LL_EVENT_JOB_LOSS] = read_job_loss,
	[LL_EVENT_EMPLOYED] = read_employed,
	[LL_EVENT_INCOME_REPORT] = read_income_report,
	[LL_EVENT_SCHOOL_DROPOUT] = read_school_dropout,
	[LL_EVENT_HOUSING_DAMAGE] = read_housing_damage,
	[LL_EVENT_FLOOD_DAMAGE] = read_flood_damage,
	[LL_EVENT_BENEFIT] = read_benefit,
	[LL_EVENT_DECLARATION] = read_declaration,
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
	fact->detail = (uint8_t)((unsigned int)reading->detail & LL_FACT_DETAIL_MAX);
	fact->extra = (uint16_t)reading->extra;
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
		.person = event->payload.kind == LL_EVENT_INCOME_REPORT ? 0 : person,
		.kind = (uint8_t)event->payload.kind,
		.retracted = event->action == LL_ACTION_RETRACT,
	};

	if (!fact.retracted) {
		rc = readers[event->payload.kind](&event->payload, &reading);
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
		.detail = (uint8_t)((unsigned int)alert->severity & 7u),
		.retracted = alert->cancelled,
		.extra = (uint16_t)(alert->expires_on - alert->occurred_on),
	};
}

static size_t index_of_id(const struct ll_household *household, uint64_t id)
{
	size_t at = 0;

	while (at < household->fact_count && household->facts[at].id != id)
		at++;
	return at;
}

const struct ll_fact *ll_fact_find(const struct ll_household *household, uint64_t id)
{
	size_t at = index_of_id(household, id);

	return at < household->fact_count ? &household->facts[at] : NULL;
}

static void take_out(struct ll_household *household, size_t at)
{
	household->fact_count--;
	memmove(&household->facts[at], &household->facts[at + 1],
		(household->fact_count - at) * sizeof(*household->facts));
}

bool ll_fact_remove(struct ll_household *household, uint64_t id)
{
	size_t at = index_of_id(household, id);

	if (at == household->fact_count)
		return false;
	take_out(household, at);
	return true;
}

static bool comes_before(const struct ll_fact *a, const struct ll_fact *b)
{
	if (a->occurred_on != b->occurred_on)
		return a->occurred_on < b->occurred_on;
	return a->id < b->id;
}

/* From the end: most facts are reported in the order of their days. There is room. */
static void insert(struct ll_household *household, const struct ll_fact *fact)
{
	size_t at = household->fact_count;

	while (at > 0 && comes_before(fact, &household->facts[at - 1]))
		at--;
	memmove(&household->facts[at + 1], &household->facts[at],
		(household->fact_count - at) * sizeof(*household->facts));
	household->facts[at] = *fact;
	household->fact_count++;
}

static bool supersedes(const struct ll_fact *fact, const struct ll_fact *known)
{
	if (fact->revision != known->revision)
		return fact->revision > known->revision;
	return fact->retracted && !known->retracted;
}

/* Does the new state of a fact tell of more trouble than the old one (NULL: there was none)? */
static bool is_fresh(const struct ll_fact *fact, const struct ll_fact *known)
{
	if (fact->retracted || !ll_fact_kind_of(fact->kind)->adverse)
		return false;
	if (!known || known->retracted || fact->kind != known->kind)
		return true;
	if (fact->kind == LL_EVENT_INCOME_REPORT)
		return fact->amount_fen < known->amount_fen;
	return fact->amount_fen > known->amount_fen || fact->detail > known->detail;
}

int ll_fact_put(struct ll_household *household, const struct ll_fact *fact, struct ll_slab *kept,
		enum ll_fact_change *ret_change)
{
	size_t at = index_of_id(household, fact->id);
	const struct ll_fact *known = at < household->fact_count ? &household->facts[at] : NULL;
	bool fresh = is_fresh(fact, known);
	int rc;

	if (known && !supersedes(fact, known)) {
		*ret_change = LL_FACT_SAME;
		return 0;
	}
	if (known) {
		take_out(household, at);
	} else {
		if (household->fact_count >= LL_FACTS_MAX)
			return -LL_ERR_TOO_MANY_FACTS;
		rc = ll_household_reserve_facts(household, household->fact_count + 1u, kept);
		if (rc < 0)
			return rc;
	}
	insert(household, fact);
	*ret_change = fresh ? LL_FACT_FRESH : LL_FACT_LESS;
	return 0;
}

/* A count of days, not calendar months: what is kept must be cheap to tell for every event. */
int32_t ll_fact_keep_days(const struct ll_policy *policy)
{
	int32_t months = policy ? policy->keep_months : LL_KEEP_MONTHS_DEFAULT;

	return (months * DAYS_IN_4_YEARS + MONTHS_IN_4_YEARS - 1) / MONTHS_IN_4_YEARS;
}

int ll_fact_check_day(int32_t occurred_on, int32_t today, int32_t keep_days)
{
	if (today == LL_DAY_NONE)
		return 0;
	if (occurred_on > today + 1)
		return -LL_ERR_FUTURE;
	if (occurred_on < today - keep_days)
		return -LL_ERR_EXPIRED;
	return 0;
}

size_t ll_fact_purge(struct ll_household *household, int32_t today, int32_t keep_days)
{
	size_t gone = 0;

	while (gone < household->fact_count &&
	       household->facts[gone].occurred_on < today - keep_days)
		gone++;
	if (gone > 0) {
		household->fact_count = (uint16_t)(household->fact_count - gone);
		memmove(household->facts, household->facts + gone,
			household->fact_count * sizeof(*household->facts));
	}
	return gone;
}
