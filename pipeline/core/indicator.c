#include "indicator.h"

#include "base/date.h"
#include "fact.h"

#define MONTHS_IN_YEAR 12
#define PERMILLE       1000
/* Sums stay below this, so that a thousand times one is still an int64. */
#define SUM_MAX (INT64_MAX / PERMILLE)

#define BIT(symbol) (UINT64_C(1) << LL_INDICATOR_##symbol)

/* What one pass over the facts gathers. */
struct pass {
	const struct ll_household *household;
	int32_t today;
	int32_t wake_on;
	uint64_t jobless; /* bits of members */
	uint64_t out_of_school;
	uint32_t needs; /* bits of enum ll_need */
	int64_t medical_fen;
	int64_t rigid_fen;
	int64_t aid_fen;
	int64_t disaster_fen;
	bool disaster_open; /* some loss is not known */
	bool rigid_open;
	bool severe;
	bool flooded;
	bool dibao;
	bool has_income_facts;
	int32_t housing_grade; /* -1: nobody looked */
	int32_t housing_on;
	int32_t alert_severity;
	const struct ll_fact *report; /* of the latest year */
};

static void wake_at(struct pass *pass, int32_t day)
{
	if (day > pass->today && day < pass->wake_on)
		pass->wake_on = day;
}

static bool in_window(const struct ll_fact *fact, int32_t today)
{
	return fact->occurred_on > ll_day_add_months(today, -LL_WINDOW_MONTHS);
}

static uint64_t member_bit(const struct ll_household *household, uint32_t person)
{
	int at = person ? ll_household_find_member(household, person) : -1;

	return at < 0 ? 0 : UINT64_C(1) << at;
}

static void gather_benefit(struct pass *pass, const struct ll_fact *fact, bool recent)
{
	if (fact->extra > 0)
		pass->has_income_facts = true;
	if (fact->detail == LL_BENEFIT_DIBAO && fact->extra > 0) {
		int32_t ends_on = ll_day_add_months(fact->occurred_on, (int32_t)fact->extra);

		pass->dibao = pass->dibao || pass->today < ends_on;
		wake_at(pass, ends_on);
	}
	/* Aid that was paid once takes away from what the family had to carry itself. */
	if (recent && fact->extra == 0 &&
	    (fact->detail == LL_BENEFIT_MEDICAL_AID || fact->detail == LL_BENEFIT_TEMPORARY_RELIEF))
		pass->aid_fen += fact->amount_fen;
}

static void gather_report(struct pass *pass, const struct ll_fact *fact, int32_t year)
{
	pass->has_income_facts = true;
	if ((int32_t)fact->extra <= year && (!pass->report || fact->extra >= pass->report->extra))
		pass->report = fact;
}

static void gather_dropout(struct pass *pass, const struct ll_fact *fact)
{
	int at = fact->person ? ll_household_find_member(pass->household, fact->person) : -1;

	if (at < 0 || fact->detail != LL_SCHOOL_COMPULSORY)
		return;

	int32_t born_on = ll_household_member_born_on(&pass->household->members[at]);
	int32_t from = ll_day_add_months(born_on, LL_SCHOOL_AGE_FROM * MONTHS_IN_YEAR);
	int32_t to = ll_day_add_months(born_on, LL_SCHOOL_AGE_TO * MONTHS_IN_YEAR);

	if (pass->today >= from && pass->today < to)
		pass->out_of_school |= UINT64_C(1) << at;
	wake_at(pass, from);
	wake_at(pass, to);
}

static void gather_housing(struct pass *pass, const struct ll_fact *fact, bool recent)
{
	/* The latest appraisal counts, of one day the worst. */
	if (pass->housing_grade < 0 || fact->occurred_on > pass->housing_on ||
	    (int32_t)fact->detail > pass->housing_grade) {
		pass->housing_grade = fact->detail;
		pass->housing_on = fact->occurred_on;
	}
	if (recent) {
		pass->rigid_fen += fact->amount_fen;
		pass->rigid_open |= !fact->amount_known;
	}
}

static void gather_flood(struct pass *pass, const struct ll_fact *fact)
{
	pass->flooded |= fact->detail != 0;
	pass->disaster_fen += fact->amount_fen;
	pass->rigid_fen += fact->amount_fen;
	pass->disaster_open |= !fact->amount_known;
	pass->rigid_open |= !fact->amount_known;
}

static void gather_alert(struct pass *pass, const struct ll_fact *fact)
{
	int32_t ended_on = fact->occurred_on + (int32_t)fact->extra + 1;

	if (pass->today < ended_on && (int32_t)fact->detail > pass->alert_severity)
		pass->alert_severity = (int32_t)fact->detail;
	wake_at(pass, ended_on);
}

/* A fact of today or before. `recent`: of the last 365 days. */
static void gather(struct pass *pass, const struct ll_fact *fact, int32_t year)
{
	bool recent = in_window(fact, pass->today);

	if (recent)
		wake_at(pass, ll_day_add_months(fact->occurred_on, LL_WINDOW_MONTHS));
	switch (fact->kind) {
	case LL_EVENT_HOSPITALISATION:
		if (recent) {
			pass->medical_fen += fact->amount_fen;
			pass->rigid_fen += fact->amount_fen;
		}
		break;
	case LL_EVENT_CHRONIC_ILLNESS:
		pass->severe |= fact->detail != 0;
		if (recent) {
			pass->rigid_fen += fact->amount_fen;
			pass->rigid_open |= !fact->amount_known;
		}
		break;
	case LL_EVENT_JOB_LOSS:
		pass->has_income_facts = true;
		pass->jobless |= member_bit(pass->household, fact->person);
		break;
	case LL_EVENT_EMPLOYED:
		pass->has_income_facts = true;
		pass->jobless &= ~member_bit(pass->household, fact->person);
		break;
	case LL_EVENT_INCOME_REPORT:
		gather_report(pass, fact, year);
		break;
	case LL_EVENT_SCHOOL_DROPOUT:
		gather_dropout(pass, fact);
		break;
	case LL_EVENT_HOUSING_DAMAGE:
		gather_housing(pass, fact, recent);
		break;
	case LL_EVENT_FLOOD_DAMAGE:
		if (recent)
			gather_flood(pass, fact);
		break;
	case LL_EVENT_BENEFIT:
		gather_benefit(pass, fact, recent);
		break;
	case LL_EVENT_DECLARATION:
		if (recent)
			pass->needs |= 1u << fact->detail;
		break;
	case LL_FACT_AREA_ALERT:
		gather_alert(pass, fact);
		break;
	default:
		break;
	}
}

struct income {
	bool known;
	int64_t current_fen;
	int64_t reference_fen; /* what the drop is measured against */
};

/* Months of the calendar year in which the benefit is paid. */
static int64_t benefit_months_in(const struct ll_fact *fact, int32_t year)
{
	struct ll_date date = ll_day_to_date(fact->occurred_on);
	int32_t first = date.year * MONTHS_IN_YEAR + date.month - 1;
	int32_t last = first + (int32_t)fact->extra;
	int32_t from = year * MONTHS_IN_YEAR;
	int32_t to = from + MONTHS_IN_YEAR;

	first = first > from ? first : from;
	last = last < to ? last : to;
	return last > first ? last - first : 0;
}

/* Months of the calendar year, from the month of the fact on, for which a wage is there or gone. */
static int64_t wage_months_in(const struct ll_fact *fact, int32_t year_start)
{
	if (fact->occurred_on < year_start)
		return MONTHS_IN_YEAR;
	return MONTHS_IN_YEAR + 1 - ll_day_to_date(fact->occurred_on).month;
}

/*
 * What the dated facts after the year of the base change in this year's income; false when a wage
 * among them was never told. What came in the base's year or before is in the base already.
 */
static bool income_change(const struct pass *pass, int32_t base_year, int32_t year,
			  int64_t *ret_change_fen)
{
	int32_t after = ll_day_from_date(base_year + 1, 1, 1);
	int32_t year_start = ll_day_from_date(year, 1, 1);
	int64_t change_fen = 0;

	for (size_t i = pass->household->fact_count; i-- > 0;) {
		const struct ll_fact *fact = &pass->household->facts[i];

		if (fact->occurred_on < after)
			break;
		if (fact->occurred_on > pass->today || fact->retracted)
			continue;
		if (fact->kind == LL_EVENT_JOB_LOSS || fact->kind == LL_EVENT_EMPLOYED) {
			if (!fact->amount_known)
				return false;

			int64_t wages_fen = fact->amount_fen * wage_months_in(fact, year_start);

			change_fen += fact->kind == LL_EVENT_EMPLOYED ? wages_fen : -wages_fen;
		} else if (fact->kind == LL_EVENT_BENEFIT && fact->extra > 0) {
			change_fen += fact->amount_fen * benefit_months_in(fact, year);
		}
	}
	*ret_change_fen = change_fen;
	return true;
}

static int64_t clamp(int64_t value)
{
	if (value > SUM_MAX)
		return SUM_MAX;
	return value < -SUM_MAX ? -SUM_MAX : value;
}

static struct income compute_income(const struct pass *pass, int32_t year)
{
	const struct ll_household *household = pass->household;
	const struct ll_fact *report = pass->report;
	struct income income = {.known = false};
	int64_t base_fen = household->recorded_income_fen;
	int32_t base_year = (int32_t)household->recorded_income_year;
	int64_t change_fen = 0;

	if (!report && !household->income_known)
		return income;
	income.reference_fen = base_fen;
	if (report && (!household->income_known || (int32_t)report->extra >= base_year)) {
		/* A report of a later year is measured against the recorded year, else itself. */
		if (!household->income_known || (int32_t)report->extra == base_year)
			income.reference_fen = report->amount_fen;
		base_fen = report->amount_fen;
		base_year = (int32_t)report->extra;
	}
	if (pass->has_income_facts && !income_change(pass, base_year, year, &change_fen))
		return income;
	income.known = true;
	income.current_fen = clamp(base_fen + change_fen);
	/* More wages lost than were recorded: nothing is left, but nobody earns less than nothing. */
	if (income.current_fen < 0 && base_fen >= 0)
		income.current_fen = 0;
	return income;
}

static void set(struct ll_indicators *indicators, enum ll_indicator indicator, int64_t value)
{
	indicators->value[indicator] = value;
	indicators->known |= UINT64_C(1) << indicator;
}

/* A sum with a part that was never told is at least what is known of it. */
static void set_sum(struct ll_indicators *indicators, enum ll_indicator indicator, int64_t value,
		    bool open)
{
	indicators->value[indicator] = value;
	if (open)
		indicators->at_least |= UINT64_C(1) << indicator;
	else
		indicators->known |= UINT64_C(1) << indicator;
}

static int64_t share_of_income(int64_t spending_fen, int64_t income_fen)
{
	if (spending_fen <= 0)
		return 0;
	if (income_fen <= 0)
		return LL_SHARE_MAX_PERMILLE;

	int64_t share = spending_fen * PERMILLE / income_fen;

	return share < LL_SHARE_MAX_PERMILLE ? share : LL_SHARE_MAX_PERMILLE;
}

static void set_incomes(const struct pass *pass, int32_t year, int64_t rigid_fen,
			struct ll_indicators *indicators)
{
	struct income income = compute_income(pass, year);

	if (!income.known)
		return;
	if (pass->household->member_count > 0)
		set(indicators, LL_INDICATOR_INCOME_PER_HEAD,
		    income.current_fen / pass->household->member_count);
	if (income.reference_fen > 0) {
		int64_t lost_fen = income.reference_fen - income.current_fen;

		set(indicators, LL_INDICATOR_INCOME_DROP,
		    lost_fen > 0 ? clamp(lost_fen) * PERMILLE / income.reference_fen : 0);
	}
	set_sum(indicators, LL_INDICATOR_RIGID_SPENDING_SHARE,
		share_of_income(rigid_fen, income.current_fen), pass->rigid_open);
}

static void set_labour(const struct pass *pass, struct ll_indicators *indicators)
{
	const struct ll_household *household = pass->household;
	int64_t labourers = 0, jobless = 0;

	for (int i = 0; i < household->member_count; i++) {
		if (!household->members[i].labour)
			continue;
		labourers++;
		jobless += (int64_t)(pass->jobless >> i & 1);
	}
	set(indicators, LL_INDICATOR_LABOURERS, labourers);
	set(indicators, LL_INDICATOR_LABOURERS_WITHOUT_WORK, jobless);
	set(indicators, LL_INDICATOR_JOBLESS_SHARE,
	    labourers > 0 ? jobless * PERMILLE / labourers : 0);
}

/* Few are set, mostly none; the compiler's own would be a call. */
static int64_t count_bits(uint64_t bits)
{
	int64_t count = 0;

	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

static void set_from_pass(const struct pass *pass, int32_t year, struct ll_indicators *indicators)
{
	const struct ll_household *household = pass->household;
	int64_t rigid_fen = clamp(pass->rigid_fen - pass->aid_fen);

	if (rigid_fen < 0)
		rigid_fen = 0;
	set(indicators, LL_INDICATOR_EX_POOR, household->ex_poor);
	set(indicators, LL_INDICATOR_DIBAO, household->dibao || pass->dibao);
	set(indicators, LL_INDICATOR_MEDICAL_OWN_COST_12M, clamp(pass->medical_fen));
	set_sum(indicators, LL_INDICATOR_RIGID_SPENDING_12M, rigid_fen, pass->rigid_open);
	set(indicators, LL_INDICATOR_SEVERE_ILLNESS, pass->severe);
	set(indicators, LL_INDICATOR_CHILDREN_OUT_OF_SCHOOL, count_bits(pass->out_of_school));
	if (pass->housing_grade >= 0)
		set(indicators, LL_INDICATOR_HOUSING_GRADE, pass->housing_grade);
	set_sum(indicators, LL_INDICATOR_DISASTER_LOSS_12M, clamp(pass->disaster_fen),
		pass->disaster_open);
	set(indicators, LL_INDICATOR_HOUSE_FLOODED, pass->flooded);
	set(indicators, LL_INDICATOR_ALERT_SEVERITY, pass->alert_severity);
	set(indicators, LL_INDICATOR_DECLARED_NEEDS, count_bits(pass->needs));
	set(indicators, LL_INDICATOR_EXCLUSION_MARKS, count_bits(household->exclusion_marks));
	set_labour(pass, indicators);
	set_incomes(pass, year, rigid_fen, indicators);
}

void ll_indicators_compute(const struct ll_household *household, int32_t today,
			   struct ll_indicators *ret_indicators)
{
	int32_t year = ll_day_to_date(today).year;
	struct pass pass = {
		.household = household,
		.today = today,
		.wake_on = INT32_MAX,
		.housing_grade = -1,
	};
	struct ll_indicators indicators = {.known = 0};

	for (size_t i = 0; i < household->fact_count; i++) {
		const struct ll_fact *fact = &household->facts[i];

		if (fact->occurred_on > today) {
			wake_at(&pass, fact->occurred_on);
			break;
		}
		if (!fact->retracted)
			gather(&pass, fact, year);
	}
	if (pass.has_income_facts)
		wake_at(&pass, ll_day_from_date(year + 1, 1, 1));
	set_from_pass(&pass, year, &indicators);
	indicators.marks = household->exclusion_marks;
	indicators.wake_on = pass.wake_on;
	*ret_indicators = indicators;
}

/* No later fact of the same person says that there is work again. */
static bool is_still_jobless(const struct ll_household *household, const struct ll_fact *loss,
			     int32_t today)
{
	const struct ll_fact *end = household->facts + household->fact_count;

	for (const struct ll_fact *fact = loss + 1; fact < end && fact->occurred_on <= today;
	     fact++)
		if (fact->kind == LL_EVENT_EMPLOYED && fact->person == loss->person &&
		    !fact->retracted)
			return false;
	return true;
}

#define WINDOWED                                                                        \
	(BIT(MEDICAL_OWN_COST_12M) | BIT(RIGID_SPENDING_12M) | BIT(DISASTER_LOSS_12M) | \
	 BIT(HOUSE_FLOODED) | BIT(DECLARED_NEEDS))

static bool is_behind(const struct ll_household *household, const struct ll_fact *fact,
		      int32_t today, enum ll_indicator indicator)
{
	uint64_t bit = UINT64_C(1) << indicator;

	if (fact->retracted || fact->occurred_on > today ||
	    !(ll_fact_kind_of(fact->kind)->indicators & bit))
		return false;
	if ((WINDOWED & bit) && !in_window(fact, today))
		return false;
	switch (indicator) {
	case LL_INDICATOR_LABOURERS_WITHOUT_WORK:
	case LL_INDICATOR_JOBLESS_SHARE:
		return fact->kind == LL_EVENT_JOB_LOSS && fact->person &&
		       is_still_jobless(household, fact, today);
	case LL_INDICATOR_SEVERE_ILLNESS:
	case LL_INDICATOR_HOUSE_FLOODED:
		return fact->detail != 0;
	case LL_INDICATOR_CHILDREN_OUT_OF_SCHOOL:
		return fact->person && fact->detail == LL_SCHOOL_COMPULSORY;
	case LL_INDICATOR_DIBAO:
		return fact->detail == LL_BENEFIT_DIBAO;
	case LL_INDICATOR_ALERT_SEVERITY:
		return today <= fact->occurred_on + (int32_t)fact->extra;
	default:
		return true;
	}
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
	size_t count = 0;

	for (size_t i = 0; i < household->fact_count; i++) {
		const struct ll_fact *fact = &household->facts[i];

		if (!is_behind(household, fact, today, indicator))
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
