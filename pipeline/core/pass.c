/* One pass over the facts of today and before. */
#include "pass.h"

#include "fact.h"

#define SEVERE_GRADE_MAX 2 /* grades 1 and 2 are severe disability (重度残疾) */
#define DAYS_IN_YEAR_MAX 366

uint64_t ll_pass_member(const struct ll_pass *pass, uint32_t person)
{
	int at = person ? ll_household_find_member(pass->household, person) : -1;

	return at < 0 ? 0 : UINT64_C(1) << at;
}

static void latest_put(struct ll_latest *latest, int32_t day, uint64_t bit, bool set)
{
	if (day != latest->day) {
		latest->day = day;
		latest->of_day = 0;
	}
	if (set) {
		latest->set |= bit;
		latest->of_day |= bit;
	} else if (!(latest->of_day & bit)) {
		latest->set &= ~bit;
	}
}

static void add(struct ll_sum *sum, const struct ll_fact *fact)
{
	sum->fen += fact->amount_fen;
	sum->open |= !fact->amount_known;
}

/* ---- by kind; `recent`: of the last 12 months ----------------------------------------------- */

static void gather_hospitalisation(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	if (!recent)
		return;
	add(&pass->inpatient, fact);
	add(&pass->rigid, fact);
}

static void gather_outpatient(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	if (!recent)
		return;
	add(&pass->rigid, fact);
	if (fact->occurred_on > pass->month_after) {
		add(&pass->outpatient, fact);
		ll_pass_wake_at(pass, ll_day_leaves_window(fact->occurred_on, 1));
	}
}

static void gather_chronic_illness(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	if (fact->detail != 0) {
		uint64_t member = ll_pass_member(pass, fact->person);

		pass->severely_ill |= member;
		pass->severe |= member == 0;
	}
	if (recent)
		add(&pass->rigid, fact);
}

static void gather_report(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	(void)recent;
	for (int year = 0; year < LL_INCOME_YEARS; year++) {
		const struct ll_fact *known = pass->report[year];
		int32_t latest = pass->date.year - (year == LL_YEAR_BEFORE);

		if ((int32_t)fact->extra > latest || (known && known->extra > fact->extra))
			continue;
		/* Two of one day and year: the lower, so that it does not hang on their ids. */
		if (known && known->extra == fact->extra &&
		    known->occurred_on == fact->occurred_on && known->amount_fen < fact->amount_fen)
			continue;
		pass->report[year] = fact;
	}
}

static void gather_dropout(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	uint64_t child = ll_pass_member(pass, fact->person) & pass->children;
	bool dropped_out = fact->extra == 0;

	if (fact->detail != LL_SCHOOL_COMPULSORY)
		return;
	latest_put(&pass->out_of_school, fact->occurred_on, child, dropped_out);
	if (recent && dropped_out)
		pass->out_recently |= child;
}

static void gather_housing(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	/* The latest appraisal counts, of one day the worst. */
	if (pass->housing_grade < 0 || fact->occurred_on > pass->housing_on ||
	    (int32_t)fact->detail > pass->housing_grade) {
		pass->housing_grade = (int32_t)fact->detail;
		pass->housing_on = fact->occurred_on;
	}
	if (!recent)
		return;
	add(&pass->housing, fact);
	add(&pass->rigid, fact);
	pass->damaged |= fact->detail >= LL_HOUSING_C;
}

static void gather_flood(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	if (!recent)
		return;
	pass->flooded |= fact->detail != 0;
	pass->shocks |= LL_KIND_BIT(FLOOD_DAMAGE);
	add(&pass->disaster, fact);
	add(&pass->rigid, fact);
}

static void gather_benefit(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	if (fact->detail == LL_BENEFIT_DIBAO && fact->extra > 0) {
		int32_t ends_on = ll_day_add_months(fact->occurred_on, (int32_t)fact->extra);

		pass->dibao |= pass->today < ends_on;
		ll_pass_wake_at(pass, ends_on);
	}
	/* Aid that was paid once takes away from what the family had to carry itself. */
	if (recent && fact->extra == 0 &&
	    (fact->detail == LL_BENEFIT_MEDICAL_AID || fact->detail == LL_BENEFIT_TEMPORARY_RELIEF))
		pass->aid_fen += fact->amount_fen;
}

static void gather_declaration(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	if (recent)
		pass->needs |= UINT64_C(1) << fact->detail;
}

static void gather_disability(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	(void)recent;
	latest_put(&pass->disabled, fact->occurred_on, ll_pass_member(pass, fact->person),
		   fact->detail <= SEVERE_GRADE_MAX);
}

/* Two departments tell one death. */
static bool is_told_before(const struct ll_pass *pass, const struct ll_fact *death)
{
	for (const struct ll_fact *fact = death; fact-- > pass->household->facts;) {
		if (fact->occurred_on <= pass->window_after)
			break;
		if (fact->kind == LL_EVENT_DEATH && fact->person == death->person &&
		    !fact->retracted)
			return true;
	}
	return false;
}

static void gather_death(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	if (!recent)
		return;
	add(&pass->rigid, fact);
	pass->shocks |= LL_KIND_BIT(DEATH);
	pass->deaths += !is_told_before(pass, fact);
}

/* What a year's produce or business did not bring. */
static void gather_loss(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	if (!recent)
		return;
	add(&pass->production, fact);
	pass->shocks |= UINT64_C(1) << fact->kind;
}

static void gather_farm_loss(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	gather_loss(pass, fact, recent);
	if (recent)
		add(&pass->disaster, fact);
}

static void gather_loan(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	(void)recent;
	if (fact->extra == 0 && !ll_pass_is_ended(pass, fact, true))
		pass->overdue_fen += fact->amount_fen;
}

static void gather_tuition(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	if (!recent)
		return;
	add(&pass->rigid, fact);
	if (fact->detail == LL_SCHOOL_NON_COMPULSORY)
		add(&pass->education, fact);
}

static void gather_water(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	(void)recent;
	if (fact->extra == 0)
		pass->water_lost_on = fact->occurred_on;
	else
		pass->water_restored_on = fact->occurred_on;
}

static void gather_accident(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	if (!recent)
		return;
	add(&pass->accident, fact);
	add(&pass->rigid, fact);
	pass->shocks |= LL_KIND_BIT(ACCIDENT);
}

_Static_assert(LL_MARK_COMMERCIAL_FLAT == 1 << LL_ASSET_COMMERCIAL_FLAT &&
		       LL_MARK_CAR == 1 << LL_ASSET_CAR &&
		       LL_MARK_COMPANY == 1 << LL_ASSET_COMPANY &&
		       LL_MARK_PUBLIC_EMPLOYEE == 1 << LL_ASSET_PUBLIC_EMPLOYEE,
	       "types of assets are marks");

static void gather_asset(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	uint64_t type = UINT64_C(1) << fact->detail;

	(void)recent;
	pass->assets |= type;
	latest_put(&pass->gone, fact->occurred_on, type, fact->extra != 0);
}

static void gather_authorisation(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	int32_t months = (int32_t)fact->extra;

	(void)recent;
	/* Of one day the narrower: a withdrawal is not overruled. */
	if (pass->authorised_months >= 0 && fact->occurred_on == pass->authorised_on &&
	    months > pass->authorised_months)
		return;
	pass->authorised_on = fact->occurred_on;
	pass->authorised_months = months;
}

static void gather_alert(struct ll_pass *pass, const struct ll_fact *fact, bool recent)
{
	int32_t ended_on = fact->occurred_on + (int32_t)fact->extra + 1;

	(void)recent;
	if (pass->today < ended_on && (int32_t)fact->detail > pass->alert_severity)
		pass->alert_severity = (int32_t)fact->detail;
	ll_pass_wake_at(pass, ended_on);
}

/* Work is followed person by person (wage.c), evidence from the latest back (security.c). */
struct gatherer {
	void (*gather)(struct ll_pass *pass, const struct ll_fact *fact, bool recent);
	bool windowed; /* some indicator changes when the fact leaves the last 12 months */
};

static const struct gatherer gatherers[LL_FACT_AREA_ALERT + 1] = {
	[LL_EVENT_HOSPITALISATION] = {gather_hospitalisation, true},
	[LL_EVENT_CHRONIC_ILLNESS] = {gather_chronic_illness, true},
	[LL_EVENT_JOB_LOSS] = {NULL, true},
	[LL_EVENT_EMPLOYED] = {NULL, false},
	[LL_EVENT_INCOME_REPORT] = {gather_report, false},
	[LL_EVENT_SCHOOL_DROPOUT] = {gather_dropout, true},
	[LL_EVENT_HOUSING_DAMAGE] = {gather_housing, true},
	[LL_EVENT_FLOOD_DAMAGE] = {gather_flood, true},
	[LL_EVENT_BENEFIT] = {gather_benefit, true},
	[LL_EVENT_DECLARATION] = {gather_declaration, true},
	[LL_EVENT_OUTPATIENT_COST] = {gather_outpatient, true},
	[LL_EVENT_DISABILITY] = {gather_disability, false},
	[LL_EVENT_DEATH] = {gather_death, true},
	[LL_EVENT_WAGE_REPORT] = {NULL, false},
	[LL_EVENT_BUSINESS_FAILURE] = {gather_loss, true},
	[LL_EVENT_UNSOLD_PRODUCE] = {gather_loss, true},
	[LL_EVENT_LOAN_OVERDUE] = {gather_loan, false},
	[LL_EVENT_TUITION_COST] = {gather_tuition, true},
	[LL_EVENT_WATER_SUPPLY_LOSS] = {gather_water, true},
	[LL_EVENT_CROP_LOSS] = {gather_farm_loss, true},
	[LL_EVENT_LIVESTOCK_LOSS] = {gather_farm_loss, true},
	[LL_EVENT_ACCIDENT] = {gather_accident, true},
	[LL_EVENT_EPIDEMIC_IMPACT] = {gather_loss, true},
	[LL_EVENT_ASSET_RECORD] = {gather_asset, false},
	[LL_EVENT_AUTHORISATION] = {gather_authorisation, false},
	[LL_FACT_AREA_ALERT] = {gather_alert, false},
};

/* ---- the pass ------------------------------------------------------------------------------- */

bool ll_pass_is_ended(const struct ll_pass *pass, const struct ll_fact *fact, bool of_person)
{
	const struct ll_fact *end = pass->household->facts + pass->fact_count;

	for (const struct ll_fact *later = fact + 1; later < end; later++)
		if (later->kind == fact->kind && later->extra != 0 && !later->retracted &&
		    later->occurred_on > fact->occurred_on &&
		    (!of_person || later->person == fact->person))
			return true;
	return false;
}

/* What there is, before anything is made of it. */
static void look_over(struct ll_pass *pass)
{
	const struct ll_household *household = pass->household;
	size_t at = 0;

	for (; at < household->fact_count; at++) {
		const struct ll_fact *fact = &household->facts[at];

		if (fact->occurred_on > pass->today) {
			ll_pass_wake_at(pass, fact->occurred_on);
			break;
		}
		if (!fact->retracted)
			pass->kinds |= UINT64_C(1) << fact->kind;
	}
	pass->fact_count = at;
}

/* Who has died is nobody's head, labourer or child any more. */
static void mark_dead(struct ll_pass *pass)
{
	for (size_t i = 0; i < pass->fact_count; i++) {
		const struct ll_fact *fact = &pass->household->facts[i];

		if (fact->kind == LL_EVENT_DEATH && !fact->retracted)
			pass->dead |= ll_pass_member(pass, fact->person);
	}
}

static void look_at_child(struct ll_pass *pass, const struct ll_household_member *member,
			  uint64_t bit)
{
	int32_t born_on = ll_household_member_born_on(member);
	int32_t from = ll_day_add_months(born_on, LL_SCHOOL_AGE_FROM * LL_MONTHS_IN_YEAR);
	int32_t to = ll_day_add_months(born_on, LL_SCHOOL_AGE_TO * LL_MONTHS_IN_YEAR);

	ll_pass_wake_at(pass, from);
	ll_pass_wake_at(pass, to);
	if (pass->today < from || pass->today >= to)
		return;
	pass->children |= bit;
	if (!member->in_school)
		pass->not_in_school |= bit;
}

static void look_at_members(struct ll_pass *pass)
{
	const struct ll_household *household = pass->household;
	/* Born before this day, one is of age without a look at the calendar. */
	int32_t adults_until = pass->today - LL_SCHOOL_AGE_TO * DAYS_IN_YEAR_MAX;

	for (int i = 0; i < household->member_count; i++) {
		const struct ll_household_member *member = &household->members[i];
		uint64_t bit = UINT64_C(1) << i;

		if (pass->dead & bit)
			continue;
		pass->size++;
		if (member->labour)
			pass->labourers |= bit;
		if (ll_household_member_born_on(member) >= adults_until)
			look_at_child(pass, member, bit);
	}
}

static void gather(struct ll_pass *pass)
{
	bool wakes = false;

	for (size_t i = 0; i < pass->fact_count; i++) {
		const struct ll_fact *fact = &pass->household->facts[i];
		const struct gatherer *gatherer = &gatherers[fact->kind];
		bool recent = fact->occurred_on > pass->window_after;

		if (fact->retracted)
			continue;
		if (gatherer->gather)
			gatherer->gather(pass, fact, recent);
		/* In the order of days: none leaves before the first. */
		if (recent && gatherer->windowed && !wakes) {
			wakes = true;
			ll_pass_wake_at(pass,
					ll_day_leaves_window(fact->occurred_on, LL_WINDOW_MONTHS));
		}
	}
}

/* Trouble of the last 12 months that a later fact may have ended. */
static void set_standing_shocks(struct ll_pass *pass)
{
	if (pass->damaged && pass->housing_grade >= LL_HOUSING_C)
		pass->shocks |= LL_KIND_BIT(HOUSING_DAMAGE);
	if (pass->water_lost_on > pass->window_after &&
	    pass->water_lost_on >= pass->water_restored_on)
		pass->shocks |= LL_KIND_BIT(WATER_SUPPLY_LOSS);
	if (pass->out_of_school.set & pass->out_recently)
		pass->shocks |= LL_KIND_BIT(SCHOOL_DROPOUT);
}

_Static_assert(LL_WINDOW_MONTHS == LL_MONTHS_IN_YEAR, "the window is a year");

/* As ll_day_add_months, without taking the day apart again. */
static int32_t year_before(struct ll_date date)
{
	return ll_day_from_date(date.year - 1, date.month,
				date.month == 2 && date.day == 29 ? 28 : date.day);
}

void ll_pass_run(struct ll_pass *pass, const struct ll_household *household, int32_t today,
		 uint64_t *counted)
{
	memset(pass, 0, sizeof(*pass));
	pass->household = household;
	pass->today = today;
	pass->date = ll_day_to_date(today);
	pass->wake_on = INT32_MAX;
	pass->housing_grade = -1;
	pass->water_lost_on = LL_DAY_NONE;
	pass->water_restored_on = LL_DAY_NONE;
	pass->authorised_months = -1;
	pass->counted = counted;
	pass->window_after = year_before(pass->date);
	look_over(pass);
	if (ll_pass_has(pass, LL_KIND_BIT(OUTPATIENT_COST)))
		pass->month_after = ll_day_add_months(today, -1);
	if (ll_pass_has(pass, LL_KIND_BIT(DEATH)))
		mark_dead(pass);
	look_at_members(pass);
	gather(pass);
	set_standing_shocks(pass);
	ll_income_compute(pass);
	if (pass->authorised_months > 0)
		ll_pass_wake_at(pass,
				ll_day_add_months(pass->authorised_on, pass->authorised_months));
}
