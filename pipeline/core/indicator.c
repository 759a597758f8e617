#include "indicator.h"

#include "pass.h"

#define BIT(symbol) (UINT64_C(1) << LL_INDICATOR_##symbol)

/* Without a fact these are unknown, the others are none of something, and known. */
#define MAY_BE_UNKNOWN                                                             \
	(BIT(INCOME_PER_HEAD) | BIT(INCOME_DROP) | BIT(RIGID_SPENDING_SHARE) |     \
	 BIT(HOUSING_GRADE) | BIT(FOOD_SECURITY) | BIT(CLOTHING_SECURITY) |        \
	 BIT(EDUCATION_SECURITY) | BIT(MEDICAL_SECURITY) | BIT(HOUSING_SECURITY) | \
	 BIT(WATER_SECURITY) | BIT(AUTHORISED))
#define ALL ((UINT64_C(1) << LL_INDICATOR_COUNT) - 1)

/* Of those that are known but for the parts that nobody told. */
static void set(struct ll_indicators *indicators, enum ll_indicator indicator, int64_t value)
{
	indicators->value[indicator] = value;
}

/* A sum with a part that was never told is at least what is known of it. */
static void set_sum(struct ll_indicators *indicators, enum ll_indicator indicator,
		    const struct ll_sum *sum)
{
	set(indicators, indicator, ll_sum_clamp(sum->fen));
	if (sum->open) {
		indicators->known &= ~(UINT64_C(1) << indicator);
		indicators->at_least |= UINT64_C(1) << indicator;
	}
}

/* Of those that may be unknown. */
static void set_known(struct ll_indicators *indicators, enum ll_indicator indicator, int64_t value)
{
	set(indicators, indicator, value);
	indicators->known |= UINT64_C(1) << indicator;
}

/* The same, or known from one side only; from both it is not known at all. */
static void set_bounded(struct ll_indicators *indicators, enum ll_indicator indicator,
			int64_t value, bool at_least, bool at_most)
{
	uint64_t bit = UINT64_C(1) << indicator;

	if (at_least && at_most)
		return;
	set(indicators, indicator, value);
	if (at_least)
		indicators->at_least |= bit;
	else if (at_most)
		indicators->at_most |= bit;
	else
		indicators->known |= bit;
}

static int64_t share_of_income(int64_t spending_fen, int64_t income_fen)
{
	if (spending_fen <= 0)
		return 0;
	if (income_fen <= 0)
		return LL_SHARE_MAX_PERMILLE;

	int64_t share = spending_fen * LL_PERMILLE / income_fen;

	return share < LL_SHARE_MAX_PERMILLE ? share : LL_SHARE_MAX_PERMILLE;
}

/* The more there was and the less there is, the deeper the fall. */
static void set_drop(const struct ll_pass *pass, struct ll_indicators *indicators)
{
	const struct ll_income *before = &pass->income[LL_YEAR_BEFORE];
	const struct ll_income *now = &pass->income[LL_YEAR_NOW];

	if (!before->any || !now->any || before->fen <= 0)
		return;

	int64_t lost_fen = before->fen - now->fen;

	set_bounded(indicators, LL_INDICATOR_INCOME_DROP,
		    lost_fen > 0 ? ll_sum_clamp(lost_fen) * LL_PERMILLE / before->fen : 0,
		    before->at_least || now->at_most, before->at_most || now->at_least);
}

static void set_incomes(const struct ll_pass *pass, const struct ll_sum *rigid,
			struct ll_indicators *indicators)
{
	const struct ll_income *now = &pass->income[LL_YEAR_NOW];

	set_drop(pass, indicators);
	if (!now->any)
		return;
	if (pass->size > 0)
		set_bounded(indicators, LL_INDICATOR_INCOME_PER_HEAD, now->fen / pass->size,
			    now->at_least, now->at_most);
	set_bounded(indicators, LL_INDICATOR_RIGID_SPENDING_SHARE,
		    share_of_income(rigid->fen, now->fen), rigid->open || now->at_most,
		    now->at_least);
}

/* Few are set, mostly none; the compiler's own would be a call. */
static int64_t count_bits(uint64_t bits)
{
	int64_t count = 0;

	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

static void set_members(const struct ll_pass *pass, struct ll_indicators *indicators)
{
	int64_t labourers = count_bits(pass->labourers);
	int64_t jobless = count_bits(pass->labourers & pass->jobless);

	set(indicators, LL_INDICATOR_HOUSEHOLD_SIZE, pass->size);
	set(indicators, LL_INDICATOR_LABOURERS, labourers);
	set(indicators, LL_INDICATOR_LABOURERS_WITHOUT_WORK, jobless);
	set(indicators, LL_INDICATOR_JOBLESS_SHARE,
	    labourers > 0 ? jobless * LL_PERMILLE / labourers : 0);
	set(indicators, LL_INDICATOR_SEVERE_ILLNESS,
	    pass->severe || (pass->severely_ill & ~pass->dead));
	set(indicators, LL_INDICATOR_CHILDREN_OUT_OF_SCHOOL, count_bits(pass->out_of_school.set));
	set(indicators, LL_INDICATOR_DISABLED_MEMBERS,
	    count_bits(pass->disabled.set & ~pass->dead));
	set(indicators, LL_INDICATOR_DEATHS_12M, pass->deaths);
}

static void set_spending(const struct ll_pass *pass, struct ll_indicators *indicators)
{
	struct ll_sum rigid = {ll_sum_clamp(pass->rigid.fen - pass->aid_fen), pass->rigid.open};

	if (rigid.fen < 0)
		rigid.fen = 0;
	set_sum(indicators, LL_INDICATOR_MEDICAL_OWN_COST_12M, &pass->inpatient);
	set_sum(indicators, LL_INDICATOR_OUTPATIENT_OWN_COST_1M, &pass->outpatient);
	set_sum(indicators, LL_INDICATOR_EDUCATION_OWN_COST_12M, &pass->education);
	set_sum(indicators, LL_INDICATOR_HOUSING_OWN_COST_12M, &pass->housing);
	set_sum(indicators, LL_INDICATOR_ACCIDENT_OWN_COST_12M, &pass->accident);
	set_sum(indicators, LL_INDICATOR_DISASTER_LOSS_12M, &pass->disaster);
	set_sum(indicators, LL_INDICATOR_PRODUCTION_LOSS_12M, &pass->production);
	set_sum(indicators, LL_INDICATOR_RIGID_SPENDING_12M, &rigid);
	set(indicators, LL_INDICATOR_LOAN_OVERDUE, ll_sum_clamp(pass->overdue_fen));
	set_incomes(pass, &rigid, indicators);
}

static void set_securities(const struct ll_pass *pass, struct ll_indicators *indicators)
{
	static const uint8_t dimensions[][2] = {
		{LL_INDICATOR_FOOD_SECURITY, LL_DIMENSION_FOOD},
		{LL_INDICATOR_CLOTHING_SECURITY, LL_DIMENSION_CLOTHING},
		{LL_INDICATOR_EDUCATION_SECURITY, LL_DIMENSION_EDUCATION},
		{LL_INDICATOR_MEDICAL_SECURITY, LL_DIMENSION_MEDICAL},
		{LL_INDICATOR_HOUSING_SECURITY, LL_DIMENSION_HOUSING},
		{LL_INDICATOR_WATER_SECURITY, LL_DIMENSION_WATER},
	};
	struct ll_evidence known = ll_security_compute(pass);

	for (size_t i = 0; i < sizeof(dimensions) / sizeof(dimensions[0]); i++) {
		enum ll_indicator indicator = (enum ll_indicator)dimensions[i][0];
		uint32_t bit = 1u << dimensions[i][1];

		if (known.at_risk & bit)
			set_known(indicators, indicator, LL_SECURITY_AT_RISK);
		else if (known.secure & bit)
			set_known(indicators, indicator, LL_SECURITY_SECURE);
	}
}

static void set_rest(const struct ll_pass *pass, struct ll_indicators *indicators)
{
	const struct ll_household *household = pass->household;

	indicators->marks =
		(uint8_t)(household->exclusion_marks | (pass->assets & ~pass->gone.set));
	set(indicators, LL_INDICATOR_EX_POOR, household->ex_poor);
	set(indicators, LL_INDICATOR_DIBAO, household->dibao || pass->dibao);
	if (pass->housing_grade >= 0)
		set_known(indicators, LL_INDICATOR_HOUSING_GRADE, pass->housing_grade);
	set(indicators, LL_INDICATOR_HOUSE_FLOODED, pass->flooded);
	set(indicators, LL_INDICATOR_ALERT_SEVERITY, pass->alert_severity);
	set(indicators, LL_INDICATOR_DECLARED_NEEDS, count_bits(pass->needs));
	set(indicators, LL_INDICATOR_EXCLUSION_MARKS, count_bits(indicators->marks));
	set(indicators, LL_INDICATOR_OPEN_SHOCKS, count_bits(pass->shocks));
	if (pass->authorised_months >= 0)
		set_known(indicators, LL_INDICATOR_AUTHORISED,
			  pass->today <
				  ll_day_add_months(pass->authorised_on, pass->authorised_months));
}

void ll_indicators_compute(const struct ll_household *household, int32_t today,
			   struct ll_indicators *ret_indicators)
{
	struct ll_pass pass;

	ll_pass_run(&pass, household, today, NULL);
	memset(ret_indicators, 0, sizeof(*ret_indicators));
	ret_indicators->known = ALL & ~MAY_BE_UNKNOWN;
	set_members(&pass, ret_indicators);
	set_spending(&pass, ret_indicators);
	set_securities(&pass, ret_indicators);
	set_rest(&pass, ret_indicators);
	ret_indicators->wake_on = pass.wake_on;
}
