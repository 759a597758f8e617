/* What each kind of fact is: one row a kind. */
#include "fact.h"
#include "policy.h"

/* One row beyond the kinds of events is of no kind. */
#define NO_KIND	   LL_EVENT_KIND_COUNT
#define KIND_COUNT (LL_FACT_AREA_ALERT + 1)

#define BIT(symbol) (UINT64_C(1) << LL_INDICATOR_##symbol)
#define INCOME	    (BIT(INCOME_PER_HEAD) | BIT(INCOME_DROP) | BIT(RIGID_SPENDING_SHARE))
#define RIGID	    (BIT(RIGID_SPENDING_12M) | BIT(RIGID_SPENDING_SHARE))
#define WORK	    (BIT(LABOURERS_WITHOUT_WORK) | BIT(JOBLESS_SHARE))
#define LOSS	    (INCOME | BIT(PRODUCTION_LOSS_12M) | BIT(OPEN_SHOCKS))
#define SECURITY                                                                 \
	(BIT(FOOD_SECURITY) | BIT(CLOTHING_SECURITY) | BIT(EDUCATION_SECURITY) | \
	 BIT(MEDICAL_SECURITY) | BIT(HOUSING_SECURITY) | BIT(WATER_SECURITY))

/* Told as ended: at school again, paid, water again. */
static bool is_not_ended(const struct ll_fact *fact)
{
	return fact->extra == 0;
}

/* A safe house is no trouble, but for what its repair cost. */
static bool is_damage(const struct ll_fact *fact)
{
	return fact->detail >= LL_HOUSING_C || fact->amount_fen > 0;
}

static bool sees_risk(const struct ll_fact *fact)
{
	return ll_fact_visit_at_risk(fact) != 0;
}

/* clang-format off */
static const struct ll_fact_kind kinds[KIND_COUNT] = {
	[LL_EVENT_HOSPITALISATION] = {
		.indicators = BIT(MEDICAL_OWN_COST_12M) | RIGID,
		.adverse = true, .amount = LL_WORSE_MORE},
	[LL_EVENT_CHRONIC_ILLNESS] = {
		.indicators = BIT(SEVERE_ILLNESS) | RIGID,
		.adverse = true, .amount = LL_WORSE_MORE, .detail = LL_WORSE_MORE},
	[LL_EVENT_JOB_LOSS] = {
		.indicators = INCOME | WORK | BIT(OPEN_SHOCKS),
		.adverse = true, .amount = LL_WORSE_MORE},
	[LL_EVENT_EMPLOYED] = {.indicators = INCOME},
	[LL_EVENT_INCOME_REPORT] = {
		.indicators = INCOME,
		.adverse = true, .amount = LL_WORSE_LESS},
	[LL_EVENT_SCHOOL_DROPOUT] = {
		.indicators = BIT(CHILDREN_OUT_OF_SCHOOL) | BIT(EDUCATION_SECURITY) | BIT(OPEN_SHOCKS),
		.adverse = true, .detail = LL_WORSE_LESS, .is_trouble = is_not_ended},
	[LL_EVENT_HOUSING_DAMAGE] = {
		.indicators = BIT(HOUSING_GRADE) | BIT(HOUSING_OWN_COST_12M) |
			      BIT(HOUSING_SECURITY) | BIT(OPEN_SHOCKS) | RIGID,
		.adverse = true, .amount = LL_WORSE_MORE, .detail = LL_WORSE_MORE,
		.is_trouble = is_damage},
	[LL_EVENT_FLOOD_DAMAGE] = {
		.indicators = BIT(DISASTER_LOSS_12M) | BIT(HOUSE_FLOODED) |
			      BIT(HOUSING_SECURITY) | BIT(OPEN_SHOCKS) | RIGID,
		.adverse = true, .amount = LL_WORSE_MORE, .detail = LL_WORSE_MORE},
	[LL_EVENT_BENEFIT] = {.indicators = BIT(DIBAO) | INCOME | RIGID},
	[LL_EVENT_DECLARATION] = {
		.indicators = BIT(DECLARED_NEEDS) | SECURITY,
		.adverse = true, .amount = LL_WORSE_MORE, .detail = LL_WORSE_OTHER},
	[LL_EVENT_OUTPATIENT_COST] = {
		.indicators = BIT(OUTPATIENT_OWN_COST_1M) | RIGID,
		.adverse = true, .amount = LL_WORSE_MORE},
	[LL_EVENT_DISABILITY] = {
		.indicators = BIT(DISABLED_MEMBERS),
		.adverse = true, .detail = LL_WORSE_LESS},
	[LL_EVENT_DEATH] = {
		.indicators = BIT(DEATHS_12M) | BIT(HOUSEHOLD_SIZE) | BIT(LABOURERS) |
			      BIT(JOBLESS_SHARE) | BIT(OPEN_SHOCKS) | INCOME | RIGID,
		.adverse = true, .amount = LL_WORSE_MORE},
	[LL_EVENT_WAGE_REPORT] = {
		.indicators = INCOME,
		.adverse = true, .amount = LL_WORSE_LESS},
	[LL_EVENT_BUSINESS_FAILURE] = {
		.indicators = LOSS, .adverse = true, .amount = LL_WORSE_MORE},
	[LL_EVENT_UNSOLD_PRODUCE] = {
		.indicators = LOSS, .adverse = true, .amount = LL_WORSE_MORE},
	[LL_EVENT_LOAN_OVERDUE] = {
		.indicators = BIT(LOAN_OVERDUE),
		.adverse = true, .amount = LL_WORSE_MORE, .is_trouble = is_not_ended},
	[LL_EVENT_TUITION_COST] = {
		.indicators = BIT(EDUCATION_OWN_COST_12M) | RIGID,
		.adverse = true, .amount = LL_WORSE_MORE, .detail = LL_WORSE_MORE},
	[LL_EVENT_WATER_SUPPLY_LOSS] = {
		.indicators = BIT(WATER_SECURITY) | BIT(OPEN_SHOCKS),
		.adverse = true, .is_trouble = is_not_ended},
	[LL_EVENT_CROP_LOSS] = {
		.indicators = LOSS | BIT(DISASTER_LOSS_12M),
		.adverse = true, .amount = LL_WORSE_MORE},
	[LL_EVENT_LIVESTOCK_LOSS] = {
		.indicators = LOSS | BIT(DISASTER_LOSS_12M),
		.adverse = true, .amount = LL_WORSE_MORE},
	[LL_EVENT_ACCIDENT] = {
		.indicators = BIT(ACCIDENT_OWN_COST_12M) | BIT(OPEN_SHOCKS) | RIGID,
		.adverse = true, .amount = LL_WORSE_MORE},
	[LL_EVENT_EPIDEMIC_IMPACT] = {
		.indicators = LOSS, .adverse = true, .amount = LL_WORSE_MORE},
	/* No trouble of the household's, but a question that may have to be asked again. */
	[LL_EVENT_ASSET_RECORD] = {
		.indicators = BIT(EXCLUSION_MARKS),
		.adverse = true, .detail = LL_WORSE_OTHER, .is_trouble = is_not_ended},
	[LL_EVENT_AUTHORISATION] = {.indicators = BIT(AUTHORISED)},
	[LL_FACT_VISIT] = {
		.indicators = SECURITY, .adverse = true, .is_trouble = sees_risk},
	[LL_FACT_AREA_ALERT] = {
		.indicators = BIT(ALERT_SEVERITY),
		.adverse = true, .detail = LL_WORSE_MORE},
};
/* clang-format on */

const struct ll_fact_kind *ll_fact_kind_of(uint8_t kind)
{
	return &kinds[kind < KIND_COUNT ? kind : NO_KIND];
}

const char *ll_fact_kind_name(uint8_t kind)
{
	if (kind == LL_FACT_AREA_ALERT)
		return "area_alert";
	if (kind == LL_FACT_VISIT)
		return "visit";
	return ll_event_kind_name((enum ll_event_kind)kind);
}

bool ll_fact_is_trouble(const struct ll_fact *fact)
{
	const struct ll_fact_kind *kind = ll_fact_kind_of(fact->kind);

	return !fact->retracted && kind->adverse && (!kind->is_trouble || kind->is_trouble(fact));
}
