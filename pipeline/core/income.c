/*
 * The household's net income of this calendar year and of the one before: that of the latest year
 * that somebody recorded or reported, and what dated facts after that year change in it. What came
 * in the base's year or before is in the base already. A report of the recorded year replaces it.
 *
 * Wages: wage.c. A regular benefit adds its months. Crops, animals and produce lost, and what an
 * epidemic took, count in the year of the fact. A business that failed takes a twelfth of its yearly
 * income a month, from its month on. This year's months to come count as they look now.
 */
#include "pass.h"

#define FOR_EVER_MONTHS (300 * LL_MONTHS_IN_YEAR) /* longer than dates go */

static int32_t year_of(const struct ll_pass *pass, int year)
{
	return pass->date.year - (year == LL_YEAR_BEFORE);
}

static void find_base(struct ll_pass *pass, int year)
{
	const struct ll_household *household = pass->household;
	const struct ll_fact *report = pass->report[year];
	int32_t recorded_year = (int32_t)household->recorded_income_year;
	bool recorded = household->income_known && recorded_year <= year_of(pass, year);

	if (report && (!recorded || (int32_t)report->extra >= recorded_year)) {
		pass->base_year[year] = (int32_t)report->extra;
		pass->income[year].fen = report->amount_fen;
	} else if (recorded) {
		pass->report[year] = NULL;
		pass->base_year[year] = recorded_year;
		pass->income[year].fen = household->recorded_income_fen;
	}
	pass->income[year].any = pass->base_year[year] != 0;
}

int32_t ll_income_after(const struct ll_pass *pass, enum ll_income_year year)
{
	return pass->base_year[year] ? ll_day_from_date(pass->base_year[year] + 1, 1, 1)
				     : INT32_MAX;
}

/* Months of the calendar year from a month on, at most `count`. */
static int64_t months_in(const struct ll_pass *pass, int year, int32_t day, int32_t count)
{
	struct ll_date date = ll_day_to_date(day);
	int32_t first = date.year * LL_MONTHS_IN_YEAR + date.month - 1;
	int32_t last = first + count;
	int32_t from = year_of(pass, year) * LL_MONTHS_IN_YEAR;
	int32_t to = from + LL_MONTHS_IN_YEAR;

	first = first > from ? first : from;
	last = last < to ? last : to;
	return last > first ? last - first : 0;
}

/* Of facts other than those of work. */
static void add_change(const struct ll_pass *pass, const struct ll_fact *fact, int year,
		       struct ll_income *income)
{
	if (fact->kind == LL_EVENT_BENEFIT) {
		income->fen += fact->amount_fen *
			       months_in(pass, year, fact->occurred_on, (int32_t)fact->extra);
	} else if (fact->kind == LL_EVENT_BUSINESS_FAILURE) {
		int64_t months = months_in(pass, year, fact->occurred_on, FOR_EVER_MONTHS);

		income->fen -= fact->amount_fen * months / LL_MONTHS_IN_YEAR;
		income->at_most |= !fact->amount_known && months > 0;
	} else if (LL_KINDS_OF_YEARLY_LOSS >> fact->kind & 1 &&
		   ll_day_to_date(fact->occurred_on).year == year_of(pass, year)) {
		income->fen -= fact->amount_fen;
		income->at_most |= !fact->amount_known;
	}
}

#define KINDS_OF_CHANGE \
	(LL_KINDS_OF_YEARLY_LOSS | LL_KIND_BIT(BENEFIT) | LL_KIND_BIT(BUSINESS_FAILURE))

static void add_changes(const struct ll_pass *pass, int32_t after, int year,
			struct ll_income *income)
{
	for (size_t i = pass->fact_count; i-- > 0;) {
		const struct ll_fact *fact = &pass->household->facts[i];

		if (fact->occurred_on < after)
			break;
		if (!fact->retracted)
			add_change(pass, fact, year, income);
	}
}

static void compute_year(struct ll_pass *pass, int year, int32_t after,
			 const struct ll_wages *wages)
{
	struct ll_income *income = &pass->income[year];
	bool was_gain = income->fen >= 0;

	if (ll_pass_has(pass, KINDS_OF_CHANGE))
		add_changes(pass, after, year, income);
	income->fen = ll_sum_clamp(income->fen + wages->change_fen[year]);
	income->at_least |= wages->at_least[year];
	income->at_most |= wages->at_most[year];
	/* More lost than was recorded: nothing is left, but nobody earns less than nothing. */
	if (income->fen < 0 && was_gain)
		income->fen = 0;
}

void ll_income_compute(struct ll_pass *pass)
{
	struct ll_wages wages = {.change_fen = {0}};
	int32_t after;

	for (int year = 0; year < LL_INCOME_YEARS; year++)
		find_base(pass, year);
	if (!ll_pass_has(pass, LL_KINDS_OF_INCOME)) {
		/* Nothing but time: what is recorded of a year to come will be known then. */
		if (pass->household->recorded_income_year >= (uint64_t)pass->date.year)
			ll_pass_wake_at(pass, ll_day_from_date(pass->date.year + 1, 1, 1));
		return;
	}
	ll_pass_wake_at(pass, ll_day_from_date(pass->date.year + 1, 1, 1));
	/* The same base for both, unless this year's is known, to which nothing comes. */
	after = ll_income_after(pass, LL_YEAR_BEFORE);
	if (ll_pass_has(pass, LL_KINDS_OF_WAGES))
		ll_wages_follow(pass, after, &wages);
	for (int year = 0; year < LL_INCOME_YEARS; year++)
		if (pass->income[year].any && pass->base_year[year] != pass->date.year)
			compute_year(pass, year, after, &wages);
}
