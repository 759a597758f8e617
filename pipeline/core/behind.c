/* The facts behind an indicator: those without which its value would be another, or unknown. */
#include "fact.h"
#include "pass.h"

#define COUNTED_WORDS (LL_FACTS_MAX / 64)

/* One question. */
struct question {
	struct ll_pass pass;
	enum ll_indicator indicator;
	struct ll_deciding deciding; /* of a dimension */
	uint64_t counted[COUNTED_WORDS];
};

static bool is_recent(const struct question *q, const struct ll_fact *fact)
{
	return fact->occurred_on > q->pass.window_after;
}

/* No later fact of the same person says that there is work again; of one day the job counts. */
static bool is_still_jobless(const struct question *q, const struct ll_fact *loss)
{
	for (size_t i = 0; i < q->pass.fact_count; i++) {
		const struct ll_fact *fact = &q->pass.household->facts[i];

		if (fact->occurred_on >= loss->occurred_on && fact->person == loss->person &&
		    (LL_KINDS_OF_WAGES >> fact->kind & 1) && fact->kind != LL_EVENT_JOB_LOSS &&
		    !fact->retracted)
			return false;
	}
	return true;
}

static bool is_member(const struct question *q, const struct ll_fact *fact, uint64_t members)
{
	return (ll_pass_member(&q->pass, fact->person) & members) != 0;
}

static bool of_work(const struct question *q, const struct ll_fact *fact)
{
	if (fact->kind == LL_EVENT_DEATH) {
		int at = ll_household_find_member(q->pass.household, fact->person);

		return at >= 0 && q->pass.household->members[at].labour;
	}
	return is_member(q, fact, q->pass.jobless & q->pass.labourers) && is_still_jobless(q, fact);
}

static bool of_the_living(const struct question *q, const struct ll_fact *fact)
{
	return fact->detail != 0 && !is_member(q, fact, q->pass.dead);
}

static bool of_school(const struct question *q, const struct ll_fact *fact)
{
	return fact->extra == 0 && fact->detail == LL_SCHOOL_COMPULSORY &&
	       is_member(q, fact, q->pass.out_of_school.set) &&
	       !ll_pass_is_ended(&q->pass, fact, true);
}

static bool of_appraisal(const struct question *q, const struct ll_fact *fact)
{
	return fact->occurred_on == q->pass.housing_on &&
	       (int32_t)fact->detail == q->pass.housing_grade;
}

static bool of_flooding(const struct question *q, const struct ll_fact *fact)
{
	(void)q;
	return fact->detail != 0;
}

static bool of_alert(const struct question *q, const struct ll_fact *fact)
{
	return q->pass.today <= fact->occurred_on + (int32_t)fact->extra;
}

static bool of_dibao(const struct question *q, const struct ll_fact *fact)
{
	return fact->detail == LL_BENEFIT_DIBAO && fact->extra > 0 &&
	       q->pass.today < ll_day_add_months(fact->occurred_on, (int32_t)fact->extra);
}

/* The latest of its type, if it says that there is one. */
static bool of_asset(const struct question *q, const struct ll_fact *fact)
{
	const struct ll_fact *facts = q->pass.household->facts;

	if (fact->extra != 0 || (q->pass.gone.set >> fact->detail & 1))
		return false;
	for (size_t i = 0; i < q->pass.fact_count; i++)
		if (facts[i].kind == fact->kind && facts[i].detail == fact->detail &&
		    facts[i].occurred_on > fact->occurred_on && !facts[i].retracted)
			return false;
	return true;
}

static bool of_authorisation(const struct question *q, const struct ll_fact *fact)
{
	return fact->occurred_on == q->pass.authorised_on &&
	       (int32_t)fact->extra == q->pass.authorised_months;
}

/* The latest of its person. */
static bool of_disability(const struct question *q, const struct ll_fact *fact)
{
	const struct ll_fact *facts = q->pass.household->facts;

	if (!is_member(q, fact, q->pass.disabled.set & ~q->pass.dead))
		return false;
	for (size_t i = 0; i < q->pass.fact_count; i++)
		if (facts[i].kind == fact->kind && facts[i].person == fact->person &&
		    !facts[i].retracted &&
		    (facts[i].occurred_on > fact->occurred_on ||
		     (facts[i].occurred_on == fact->occurred_on && facts[i].detail < fact->detail)))
			return false;
	return true;
}

static bool of_last_month(const struct question *q, const struct ll_fact *fact)
{
	return fact->occurred_on > q->pass.month_after;
}

static bool of_loan(const struct question *q, const struct ll_fact *fact)
{
	return fact->extra == 0 && !ll_pass_is_ended(&q->pass, fact, true);
}

static bool of_tuition(const struct question *q, const struct ll_fact *fact)
{
	(void)q;
	return fact->detail == LL_SCHOOL_NON_COMPULSORY;
}

static bool of_members(const struct question *q, const struct ll_fact *fact)
{
	return is_member(q, fact, q->pass.dead);
}

static bool of_security(const struct question *q, const struct ll_fact *fact)
{
	return ll_security_decides(&q->pass, &q->deciding, fact);
}

static bool of_shock_work(const struct question *q, const struct ll_fact *fact)
{
	return (!fact->person || is_member(q, fact, q->pass.jobless)) && is_still_jobless(q, fact);
}

static bool of_shock_water(const struct question *q, const struct ll_fact *fact)
{
	return fact->extra == 0 && !ll_pass_is_ended(&q->pass, fact, false);
}

static bool of_shock_housing(const struct question *q, const struct ll_fact *fact)
{
	(void)q;
	return fact->detail >= LL_HOUSING_C;
}

typedef bool is_behind_fn(const struct question *q, const struct ll_fact *fact);

/* Of trouble that may have ended; the others stand. */
static is_behind_fn *const shocks[LL_EVENT_KIND_COUNT] = {
	[LL_EVENT_JOB_LOSS] = of_shock_work,
	[LL_EVENT_SCHOOL_DROPOUT] = of_school,
	[LL_EVENT_HOUSING_DAMAGE] = of_shock_housing,
	[LL_EVENT_WATER_SUPPLY_LOSS] = of_shock_water,
};

static bool of_shock(const struct question *q, const struct ll_fact *fact)
{
	if (!(q->pass.shocks >> fact->kind & 1))
		return false;
	return !shocks[fact->kind] || shocks[fact->kind](q, fact);
}

static bool of_rigid(const struct question *q, const struct ll_fact *fact)
{
	if (!is_recent(q, fact) ||
	    !(ll_fact_kind_of(fact->kind)->indicators >> LL_INDICATOR_RIGID_SPENDING_12M & 1))
		return false;
	return fact->kind != LL_EVENT_BENEFIT ||
	       (fact->extra == 0 && (fact->detail == LL_BENEFIT_MEDICAL_AID ||
				     fact->detail == LL_BENEFIT_TEMPORARY_RELIEF));
}

/* The base of the year, or what changed in it since. */
static bool of_income_of(const struct question *q, const struct ll_fact *fact,
			 enum ll_income_year year)
{
	const struct ll_pass *pass = &q->pass;
	size_t at = (size_t)(fact - pass->household->facts);
	int32_t of_year = pass->date.year - (year == LL_YEAR_BEFORE);
	int32_t fact_year = ll_day_to_date(fact->occurred_on).year;

	if (fact->kind == LL_EVENT_INCOME_REPORT)
		return fact == pass->report[year];
	if (!pass->income[year].any || pass->base_year[year] == of_year || fact_year > of_year)
		return false;
	/* A wage that was told before the base's year ended is part of the reckoning too. */
	if (LL_KINDS_OF_WAGES >> fact->kind & 1)
		return pass->counted[at / 64] >> at % 64 & 1;
	if (fact->occurred_on < ll_income_after(pass, year))
		return false;
	if (fact->kind == LL_EVENT_BENEFIT)
		return fact->extra > 0;
	return !(LL_KINDS_OF_YEARLY_LOSS >> fact->kind & 1) || fact_year == of_year;
}

static bool of_income(const struct question *q, const struct ll_fact *fact)
{
	/* A death makes the household smaller. */
	if (q->indicator == LL_INDICATOR_INCOME_PER_HEAD && fact->kind == LL_EVENT_DEATH &&
	    of_members(q, fact))
		return true;
	return of_income_of(q, fact, LL_YEAR_NOW);
}

static bool of_drop(const struct question *q, const struct ll_fact *fact)
{
	return of_income_of(q, fact, LL_YEAR_NOW) || of_income_of(q, fact, LL_YEAR_BEFORE);
}

static bool of_share(const struct question *q, const struct ll_fact *fact)
{
	return of_rigid(q, fact) || of_income_of(q, fact, LL_YEAR_NOW);
}

/* Which of the facts whose kind can be a reason are: all, or those for which the question holds. */
static const struct {
	is_behind_fn *is_behind;
	bool windowed; /* of the last 12 months only */
} answers[LL_INDICATOR_COUNT] = {
	[LL_INDICATOR_DIBAO] = {of_dibao, false},
	[LL_INDICATOR_INCOME_PER_HEAD] = {of_income, false},
	[LL_INDICATOR_INCOME_DROP] = {of_drop, false},
	[LL_INDICATOR_LABOURERS] = {of_work, false},
	[LL_INDICATOR_LABOURERS_WITHOUT_WORK] = {of_work, false},
	[LL_INDICATOR_JOBLESS_SHARE] = {of_work, false},
	[LL_INDICATOR_MEDICAL_OWN_COST_12M] = {NULL, true},
	[LL_INDICATOR_RIGID_SPENDING_12M] = {of_rigid, true},
	[LL_INDICATOR_RIGID_SPENDING_SHARE] = {of_share, false},
	[LL_INDICATOR_SEVERE_ILLNESS] = {of_the_living, false},
	[LL_INDICATOR_CHILDREN_OUT_OF_SCHOOL] = {of_school, false},
	[LL_INDICATOR_HOUSING_GRADE] = {of_appraisal, false},
	[LL_INDICATOR_DISASTER_LOSS_12M] = {NULL, true},
	[LL_INDICATOR_HOUSE_FLOODED] = {of_flooding, true},
	[LL_INDICATOR_ALERT_SEVERITY] = {of_alert, false},
	[LL_INDICATOR_DECLARED_NEEDS] = {NULL, true},
	[LL_INDICATOR_EXCLUSION_MARKS] = {of_asset, false},
	[LL_INDICATOR_OUTPATIENT_OWN_COST_1M] = {of_last_month, false},
	[LL_INDICATOR_EDUCATION_OWN_COST_12M] = {of_tuition, true},
	[LL_INDICATOR_HOUSING_OWN_COST_12M] = {NULL, true},
	[LL_INDICATOR_ACCIDENT_OWN_COST_12M] = {NULL, true},
	[LL_INDICATOR_OPEN_SHOCKS] = {of_shock, true},
	[LL_INDICATOR_DISABLED_MEMBERS] = {of_disability, false},
	[LL_INDICATOR_DEATHS_12M] = {NULL, true},
	[LL_INDICATOR_FOOD_SECURITY] = {of_security, false},
	[LL_INDICATOR_CLOTHING_SECURITY] = {of_security, false},
	[LL_INDICATOR_EDUCATION_SECURITY] = {of_security, false},
	[LL_INDICATOR_MEDICAL_SECURITY] = {of_security, false},
	[LL_INDICATOR_HOUSING_SECURITY] = {of_security, false},
	[LL_INDICATOR_WATER_SECURITY] = {of_security, false},
	[LL_INDICATOR_LOAN_OVERDUE] = {of_loan, false},
	[LL_INDICATOR_HOUSEHOLD_SIZE] = {of_members, false},
	[LL_INDICATOR_AUTHORISED] = {of_authorisation, false},
	[LL_INDICATOR_PRODUCTION_LOSS_12M] = {NULL, true},
};

static bool is_behind(const struct question *q, const struct ll_fact *fact)
{
	if (fact->retracted || !(ll_fact_kind_of(fact->kind)->indicators >> q->indicator & 1))
		return false;
	if (answers[q->indicator].windowed && !is_recent(q, fact))
		return false;
	return !answers[q->indicator].is_behind || answers[q->indicator].is_behind(q, fact);
}

static bool is_heavier(const struct ll_fact *a, const struct ll_fact *b)
{
	if (a->amount_fen != b->amount_fen)
		return a->amount_fen > b->amount_fen;
	if (a->occurred_on != b->occurred_on)
		return a->occurred_on > b->occurred_on;
	return a->id < b->id;
}

size_t ll_indicator_facts(const struct ll_household *household, int32_t today,
			  enum ll_indicator indicator, const struct ll_fact **ret_facts,
			  size_t capacity)
{
	struct question q = {.indicator = indicator};
	size_t count = 0;

	ll_pass_run(&q.pass, household, today, q.counted);
	q.deciding = ll_security_deciding(&q.pass, ll_indicator_dimension(indicator));
	for (size_t i = 0; i < q.pass.fact_count; i++) {
		const struct ll_fact *fact = &household->facts[i];

		if (!is_behind(&q, fact))
			continue;

		size_t at = count < capacity ? count : capacity;

		while (at > 0 && is_heavier(fact, ret_facts[at - 1]))
			at--;
		if (at >= capacity)
			continue;
		if (count < capacity)
			count++;
		memmove(&ret_facts[at + 1], &ret_facts[at],
			(count - at - 1) * sizeof(ret_facts[0]));
		ret_facts[at] = fact;
	}
	return count;
}
