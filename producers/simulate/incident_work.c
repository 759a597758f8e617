/* Work, income, farming, debts. */
#include "base/date.h"
#include "incident_making.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct ll_quantile wages[] = {
	{0, 150000},
	{500000, 320000},
	{900000, 550000},
	{1000000, 900000},
};
/* The household's income of the last year against what the registry has, in percent. */
static const struct ll_quantile income_changes[] = {
	{0, 25}, {60000, 70}, {300000, 92}, {700000, 106}, {1000000, 125},
};

/* ---- work and income ---- */

static int lose_job(struct ll_making *making, const struct ll_sim_person *person)
{
	static const uint32_t reasons[] = {15, 20, 38, 20, 7};
	struct ll_incident loss = ll_making_begin(making, LL_EVENT_JOB_LOSS, person);
	struct ll_incident job;
	int64_t percent;
	int err;

	loss.first_fen.known = ll_random_chance(&making->random, 930000);
	loss.first_fen.value = person->monthly_wage_fen;
	loss.code = (int32_t)ll_random_pick(&making->random, reasons, COUNT(reasons));
	err = ll_incidents_add(making->incidents, &loss);
	if (err || !ll_random_chance(&making->random, 620000))
		return err;
	job = ll_making_follow(making, &loss, LL_EVENT_EMPLOYED, 15, 160);
	percent = ll_random_between(&making->random, 72, 110);
	job.first_fen = (struct ll_maybe){ll_random_chance(&making->random, 950000),
					  person->monthly_wage_fen / 10000 * percent * 100};
	return ll_incidents_add(making->incidents, &job);
}

int ll_make_job_losses(struct ll_making *making)
{
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++)
		if (making->people[i].monthly_wage_fen > 0 && ll_making_happens(making, 70000))
			err = lose_job(making, &making->people[i]);
	return err;
}

int ll_make_jobs(struct ll_making *making)
{
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		const struct ll_sim_person *person = &making->people[i];
		struct ll_incident job;

		if (!person->labour || person->monthly_wage_fen > 0 ||
		    !ll_making_happens(making, 50000))
			continue;
		job = ll_making_begin(making, LL_EVENT_EMPLOYED, person);
		job.first_fen = ll_making_amount(making, wages, COUNT(wages), 950000);
		err = ll_incidents_add(making->incidents, &job);
	}
	return err;
}

int ll_make_income_reports(struct ll_making *making)
{
	struct ll_incident report;
	int64_t percent;

	if (!ll_making_happens(making, 300000))
		return 0;
	report = ll_making_begin(making, LL_EVENT_INCOME_REPORT, making->people);
	percent = ll_random_quantile(&making->random, income_changes, COUNT(income_changes));
	report.first_fen = (struct ll_maybe){true, making->household->income_fen / 100 * percent /
							   10000 * 10000};
	report.count = ll_day_to_date(report.occurred_on).year - 1;
	return ll_incidents_add(making->incidents, &report);
}

/* Shorter hours, a pay rise: mostly small steps, told by the employer. */
int ll_make_wage_reports(struct ll_making *making)
{
	static const struct ll_quantile percents[] = {
		{0, 40}, {150000, 75}, {400000, 97}, {800000, 110}, {1000000, 135}};
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		const struct ll_sim_person *person = &making->people[i];
		struct ll_incident report;
		int64_t percent;

		if (person->monthly_wage_fen == 0 || !ll_making_happens(making, 25000))
			continue;
		report = ll_making_begin(making, LL_EVENT_WAGE_REPORT, person);
		percent = ll_random_quantile(&making->random, percents, COUNT(percents));
		report.first_fen =
			(struct ll_maybe){true, person->monthly_wage_fen / 10000 * percent * 100};
		err = ll_incidents_add(making->incidents, &report);
	}
	return err;
}

/* A shop, a workshop, a pig farm: of those who can work and have no wage. */
int ll_make_business_failures(struct ll_making *making)
{
	static const struct ll_quantile incomes[] = {
		{0, 800000}, {700000, 3000000}, {1000000, 12000000}};
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		const struct ll_sim_person *person = &making->people[i];
		struct ll_incident failure;

		if (!person->labour || person->monthly_wage_fen > 0 ||
		    !ll_making_happens(making, 2500))
			continue;
		failure = ll_making_begin(making, LL_EVENT_BUSINESS_FAILURE, person);
		failure.first_fen = ll_making_amount(making, incomes, COUNT(incomes), 600000);
		err = ll_incidents_add(making->incidents, &failure);
	}
	return err;
}

/* ---- farming ---- */

static const struct ll_quantile farm_losses[] = {
	{0, 20000},
	{600000, 150000},
	{900000, 600000},
	{1000000, 3000000},
};

static int farm_loss(struct ll_making *making, enum ll_event_kind kind, uint64_t yearly_parts)
{
	struct ll_incident loss;

	if (!ll_making_happens(making, yearly_parts))
		return 0;
	loss = ll_making_begin(making, kind, making->people);
	loss.first_fen = ll_making_amount(making, farm_losses, COUNT(farm_losses), 850000);
	return ll_incidents_add(making->incidents, &loss);
}

int ll_make_crop_losses(struct ll_making *making)
{
	return farm_loss(making, LL_EVENT_CROP_LOSS, 20000);
}

int ll_make_livestock_losses(struct ll_making *making)
{
	return farm_loss(making, LL_EVENT_LIVESTOCK_LOSS, 8000);
}

int ll_make_unsold_produce(struct ll_making *making)
{
	return farm_loss(making, LL_EVENT_UNSOLD_PRODUCE, 8000);
}

/* ---- debts ---- */

int ll_make_overdue_loans(struct ll_making *making)
{
	static const struct ll_quantile debts[] = {
		{0, 200000}, {600000, 2000000}, {950000, 5000000}, {1000000, 20000000}};
	struct ll_incident loan, settled;
	int err;

	if (!ll_making_happens(making, ll_making_is_poor(making->household) ? 25000 : 9000))
		return 0;
	loan = ll_making_begin(making, LL_EVENT_LOAN_OVERDUE, making->people);
	loan.first_fen = ll_making_amount(making, debts, COUNT(debts), LL_MILLION);
	err = ll_incidents_add(making->incidents, &loan);
	if (err || !ll_random_chance(&making->random, 450000))
		return err;
	/* The same loan once more: its end is a revision, above that of a correction. */
	settled = making->incidents->list[making->incidents->count - 1];
	settled.ended = true;
	settled.revision = LL_SIM_ENDED_REVISION;
	settled.reported_on += (int32_t)ll_random_between(&making->random, 40, 200);
	return ll_incidents_append(making->incidents, &settled);
}
