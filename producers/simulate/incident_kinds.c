#include <stdlib.h>

#include "base/date.h"
#include "incident.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define PURPOSE_KIND 10 /* and the number of the maker */

/* What a maker works on: one household, with the stream of this kind. */
struct making {
	const struct ll_population *population;
	const struct ll_sim_household *household;
	const struct ll_sim_person *people; /* the household's */
	uint32_t index;
	const struct ll_season *season;
	struct ll_random random;
	struct ll_incidents *incidents;
};

/* ---- amounts, in fen ---- */

static const struct ll_quantile hospital_costs[] = {
	{0, 80000},	   {250000, 280000},  {500000, 520000},	  {700000, 900000},
	{850000, 1600000}, {950000, 4200000}, {990000, 12000000}, {1000000, 42000000},
};
static const struct ll_quantile illness_costs[] = {
	{0, 60000},
	{600000, 240000},
	{1000000, 800000},
};
static const struct ll_quantile severe_costs[] = {
	{0, 500000},
	{600000, 2000000},
	{1000000, 8000000},
};
static const struct ll_quantile wages[] = {
	{0, 150000},
	{500000, 320000},
	{900000, 550000},
	{1000000, 900000},
};
static const struct ll_quantile housing_costs[] = {
	{0, 80000},
	{500000, 600000},
	{850000, 2200000},
	{1000000, 6000000},
};
static const struct ll_quantile losses[] = {
	{0, 30000},
	{600000, 200000},
	{1000000, 1200000},
};
static const struct ll_quantile relief_amounts[] = {
	{0, 80000},
	{700000, 250000},
	{1000000, 600000},
};
static const struct ll_quantile needs_amounts[] = {
	{0, 50000},
	{600000, 500000},
	{950000, 2500000},
	{1000000, 9000000},
};
/* The household's income of the last year against what the registry has, in percent. */
static const struct ll_quantile income_changes[] = {
	{0, 25}, {60000, 70}, {300000, 92}, {700000, 106}, {1000000, 125},
};

static struct ll_maybe amount(struct making *making, const struct ll_quantile *points, size_t count,
			      uint64_t known_parts)
{
	int64_t value = ll_random_quantile(&making->random, points, count) / 1000 * 1000;

	return (struct ll_maybe){ll_random_chance(&making->random, known_parts), value};
}

/* ---- the makings of an incident ---- */

static uint32_t index_of(const struct making *making, const struct ll_sim_person *person)
{
	return making->household->first_person + (uint32_t)(person - making->people);
}

static bool happens(struct making *making, uint64_t yearly_parts)
{
	return ll_random_chance(&making->random, ll_season_parts(making->season, yearly_parts));
}

static struct ll_incident begin(struct making *making, enum ll_event_kind kind,
				const struct ll_sim_person *person)
{
	struct ll_incident incident = {
		.kind = kind,
		.household = making->index,
		.person = index_of(making, person),
	};

	incident.occurred_on = ll_season_pick(making->season, &making->random);
	incident.reported_on = ll_incident_report_day(&making->random, incident.occurred_on);
	return incident;
}

/* What follows from another incident, days later. */
static struct ll_incident follow(struct making *making, const struct ll_incident *cause,
				 enum ll_event_kind kind, int64_t days_from, int64_t days_to)
{
	struct ll_incident incident = {
		.kind = kind,
		.household = cause->household,
		.person = cause->person,
	};

	incident.occurred_on = cause->occurred_on +
			       (int32_t)ll_random_between(&making->random, days_from, days_to);
	incident.reported_on = ll_incident_report_day(&making->random, incident.occurred_on);
	return incident;
}

static bool is_poor(const struct ll_sim_household *household)
{
	return household->category == LL_CATEGORY_EX_POOR || household->dibao;
}

/* ---- illness ---- */

struct age_rate {
	int32_t below;
	uint64_t yearly_parts;
};

static const struct age_rate hospital_rates[] = {
	{6, 130000}, {18, 42000}, {45, 78000}, {60, 145000}, {75, 280000}, {INT32_MAX, 410000},
};
static const struct age_rate illness_rates[] = {
	{18, 1500},
	{45, 6000},
	{60, 20000},
	{INT32_MAX, 38000},
};

static uint64_t rate_at(const struct age_rate *rates, int32_t age)
{
	while (age >= rates->below)
		rates++;
	return rates->yearly_parts;
}

/* Medical aid goes to poor families, and to others after a large bill. */
static int medical_aid(struct making *making, const struct ll_incident *stay, int64_t own_fen)
{
	bool due = is_poor(making->household) ? own_fen >= 200000 : own_fen >= 2000000;
	struct ll_incident aid;

	if (!due || !ll_random_chance(&making->random, 350000))
		return 0;
	aid = follow(making, stay, LL_EVENT_BENEFIT, 20, 60);
	aid.code = LL_BENEFIT_MEDICAL_AID;
	aid.first_fen = (struct ll_maybe){
		true, own_fen / 10000 * ll_random_between(&making->random, 15, 40) * 100};
	return ll_incidents_add(making->incidents, &aid);
}

static int hospital_stay(struct making *making, const struct ll_sim_person *person)
{
	struct ll_incident stay = begin(making, LL_EVENT_HOSPITALISATION, person);
	int64_t percent = is_poor(making->household) ? ll_random_between(&making->random, 75, 92)
						     : ll_random_between(&making->random, 45, 80);
	int err;

	stay.first_fen = amount(making, hospital_costs, COUNT(hospital_costs), LL_MILLION);
	stay.second_fen = (struct ll_maybe){true, stay.first_fen.value / 100 * percent};
	stay.third_fen.known = ll_random_chance(&making->random, 700000);
	stay.third_fen.value = stay.first_fen.value - stay.second_fen.value;
	err = ll_incidents_add(making->incidents, &stay);
	return err ? err : medical_aid(making, &stay, stay.third_fen.value);
}

static int make_hospitalisations(struct making *making)
{
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		const struct ll_sim_person *person = &making->people[i];
		uint64_t rate = rate_at(hospital_rates, ll_sim_age(person, making->season->from));
		uint64_t parts = ll_season_parts(making->season, person->chronic ? rate * 2 : rate);
		int64_t stays = ll_random_times(&making->random, parts);

		while (stays-- > 0 && !err)
			err = hospital_stay(making, person);
	}
	return err;
}

static int make_illnesses(struct making *making)
{
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		const struct ll_sim_person *person = &making->people[i];
		int32_t age = ll_sim_age(person, making->season->from);
		struct ll_incident illness;

		if (person->chronic || !happens(making, rate_at(illness_rates, age)))
			continue;
		illness = begin(making, LL_EVENT_CHRONIC_ILLNESS, person);
		illness.code = ll_random_chance(&making->random, 180000);
		illness.first_fen =
			illness.code ? amount(making, severe_costs, COUNT(severe_costs), 700000)
				     : amount(making, illness_costs, COUNT(illness_costs), 700000);
		err = ll_incidents_add(making->incidents, &illness);
	}
	return err;
}

/* ---- work, school, income ---- */

static int lose_job(struct making *making, const struct ll_sim_person *person)
{
	static const uint32_t reasons[] = {15, 20, 38, 20, 7};
	struct ll_incident loss = begin(making, LL_EVENT_JOB_LOSS, person);
	struct ll_incident job;
	int64_t percent;
	int err;

	loss.first_fen.known = ll_random_chance(&making->random, 930000);
	loss.first_fen.value = person->monthly_wage_fen;
	loss.code = (int32_t)ll_random_pick(&making->random, reasons, COUNT(reasons));
	err = ll_incidents_add(making->incidents, &loss);
	if (err || !ll_random_chance(&making->random, 620000))
		return err;
	job = follow(making, &loss, LL_EVENT_EMPLOYED, 15, 160);
	percent = ll_random_between(&making->random, 72, 110);
	job.first_fen = (struct ll_maybe){ll_random_chance(&making->random, 950000),
					  person->monthly_wage_fen / 10000 * percent * 100};
	return ll_incidents_add(making->incidents, &job);
}

static int make_job_losses(struct making *making)
{
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++)
		if (making->people[i].monthly_wage_fen > 0 && happens(making, 70000))
			err = lose_job(making, &making->people[i]);
	return err;
}

static int make_jobs(struct making *making)
{
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		const struct ll_sim_person *person = &making->people[i];
		struct ll_incident job;

		if (!person->labour || person->monthly_wage_fen > 0 || !happens(making, 50000))
			continue;
		job = begin(making, LL_EVENT_EMPLOYED, person);
		job.first_fen = amount(making, wages, COUNT(wages), 950000);
		err = ll_incidents_add(making->incidents, &job);
	}
	return err;
}

static int make_income_reports(struct making *making)
{
	struct ll_incident report;
	int64_t percent;

	if (!happens(making, 380000))
		return 0;
	report = begin(making, LL_EVENT_INCOME_REPORT, making->people);
	percent = ll_random_quantile(&making->random, income_changes, COUNT(income_changes));
	report.first_fen = (struct ll_maybe){true, making->household->income_fen / 100 * percent /
							   10000 * 10000};
	report.count = ll_day_to_date(report.occurred_on).year - 1;
	return ll_incidents_add(making->incidents, &report);
}

static int make_dropouts(struct making *making)
{
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		const struct ll_sim_person *person = &making->people[i];
		int32_t age = ll_sim_age(person, making->season->from);
		bool compulsory = age < 16;
		struct ll_incident dropout;

		if (!person->in_school || age < 7 || age > 19 ||
		    !happens(making, compulsory ? 3000 : 18000))
			continue;
		dropout = begin(making, LL_EVENT_SCHOOL_DROPOUT, person);
		dropout.code = compulsory ? LL_SCHOOL_COMPULSORY : LL_SCHOOL_NON_COMPULSORY;
		err = ll_incidents_add(making->incidents, &dropout);
	}
	return err;
}

/* ---- house, water, aid, need ---- */

static int make_housing_damages(struct making *making)
{
	static const uint32_t grades[] = {0, 45, 40, 15};
	struct ll_incident damage;

	if (!happens(making, 9000))
		return 0;
	damage = begin(making, LL_EVENT_HOUSING_DAMAGE, making->people);
	damage.code = (int32_t)ll_random_pick(&making->random, grades, COUNT(grades));
	damage.first_fen = amount(making, housing_costs, COUNT(housing_costs), 750000);
	return ll_incidents_add(making->incidents, &damage);
}

static int make_flood_damages(struct making *making)
{
	struct ll_incident damage;

	if (!happens(making, 3000))
		return 0;
	damage = begin(making, LL_EVENT_FLOOD_DAMAGE, making->people);
	damage.code = ll_random_chance(&making->random, 150000);
	damage.first_fen = amount(making, losses, COUNT(losses), 850000);
	return ll_incidents_add(making->incidents, &damage);
}

/* The subsidy for tilled land, once a year to most, as departments' lists are full of. */
static int make_subsidies(struct making *making)
{
	static const struct ll_quantile amounts[] = {{0, 12000}, {700000, 45000}, {1000000, 90000}};
	struct ll_incident subsidy;

	if (!happens(making, 450000))
		return 0;
	subsidy = begin(making, LL_EVENT_BENEFIT, making->people);
	subsidy.code = LL_BENEFIT_OTHER;
	subsidy.first_fen = amount(making, amounts, COUNT(amounts), LL_MILLION);
	return ll_incidents_add(making->incidents, &subsidy);
}

static int make_grants(struct making *making)
{
	const struct ll_sim_person *head = making->people;
	struct ll_incident grant;
	int err = 0;

	if (happens(making, is_poor(making->household) ? 90000 : 20000)) {
		grant = begin(making, LL_EVENT_BENEFIT, head);
		grant.code = LL_BENEFIT_TEMPORARY_RELIEF;
		grant.first_fen = amount(making, relief_amounts, COUNT(relief_amounts), LL_MILLION);
		err = ll_incidents_add(making->incidents, &grant);
	}
	if (!err && !making->household->dibao && happens(making, 6000)) {
		grant = begin(making, LL_EVENT_BENEFIT, head);
		grant.code = LL_BENEFIT_DIBAO;
		grant.first_fen = (struct ll_maybe){
			true, making->household->person_count *
				      ll_random_between(&making->random, 350, 700) * 100};
		grant.count = 12;
		err = ll_incidents_add(making->incidents, &grant);
	}
	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		if (!making->people[i].disabled || !happens(making, 450000))
			continue;
		grant = begin(making, LL_EVENT_BENEFIT, &making->people[i]);
		grant.code = LL_BENEFIT_DISABILITY;
		grant.first_fen =
			(struct ll_maybe){true, ll_random_between(&making->random, 8, 16) * 1000};
		grant.count = 12;
		err = ll_incidents_add(making->incidents, &grant);
	}
	return err;
}

static int make_declarations(struct making *making)
{
	static const uint32_t needs[] = {3, 2, 8, 35, 12, 10, 30};
	struct ll_incident declaration;

	if (!happens(making, is_poor(making->household) ? 130000 : 50000))
		return 0;
	declaration = begin(making, LL_EVENT_DECLARATION, making->people);
	declaration.code = (int32_t)ll_random_pick(&making->random, needs, COUNT(needs));
	declaration.first_fen = amount(making, needs_amounts, COUNT(needs_amounts), 400000);
	return ll_incidents_add(making->incidents, &declaration);
}

/* ---- the list of makers ---- */

/* When in the year, January to December, 100 being the mean. The number of a row is its stream. */
static const struct maker {
	int (*make)(struct making *making);
	uint16_t months[12];
} makers[] = {
	{make_hospitalisations, {125, 95, 110, 100, 95, 90, 90, 90, 95, 95, 100, 115}},
	{make_illnesses, {90, 80, 110, 110, 110, 100, 95, 95, 105, 105, 105, 95}},
	{make_job_losses, {170, 130, 70, 80, 80, 90, 90, 80, 80, 90, 110, 130}},
	{make_jobs, {50, 240, 220, 110, 90, 80, 90, 80, 90, 60, 50, 40}},
	{make_income_reports, {220, 260, 260, 180, 20, 10, 10, 10, 10, 60, 80, 80}},
	{make_dropouts, {40, 200, 230, 60, 40, 40, 20, 40, 330, 100, 60, 40}},
	{make_housing_damages, {60, 60, 90, 120, 160, 220, 160, 90, 70, 60, 55, 55}},
	{make_flood_damages, {0, 10, 60, 150, 260, 380, 240, 80, 20, 0, 0, 0}},
	{make_subsidies, {0, 0, 40, 300, 420, 300, 100, 40, 0, 0, 0, 0}},
	{make_grants, {150, 110, 90, 90, 90, 100, 100, 90, 90, 90, 90, 110}},
	{make_declarations, {110, 90, 110, 100, 100, 110, 100, 90, 100, 95, 95, 100}},
};

struct ll_incident_makers {
	struct ll_season seasons[COUNT(makers)];
	uint64_t seed;
};

int ll_incident_makers_new(const struct ll_incident_options *options,
			   struct ll_incident_makers **ret_makers)
{
	struct ll_incident_makers *made = calloc(1, sizeof(*made));
	int err = made ? 0 : -LL_ERR_NO_MEMORY;

	for (size_t i = 0; i < COUNT(makers) && !err; i++)
		err = ll_season_init(&made->seasons[i], options->from, options->days,
				     makers[i].months);
	if (err) {
		ll_incident_makers_free(made);
		return err;
	}
	made->seed = options->seed;
	*ret_makers = made;
	return 0;
}

void ll_incident_makers_free(struct ll_incident_makers *made)
{
	if (!made)
		return;
	for (size_t i = 0; i < COUNT(makers); i++)
		ll_season_release(&made->seasons[i]);
	free(made);
}

int ll_incident_makers_run(const struct ll_incident_makers *made,
			   const struct ll_population *population, uint32_t household,
			   struct ll_incidents *incidents)
{
	struct making making = {
		.population = population,
		.household = &population->households[household],
		.index = household,
		.incidents = incidents,
	};
	int err = 0;

	making.people = &population->people[making.household->first_person];
	for (size_t i = 0; i < COUNT(makers) && !err; i++) {
		making.season = &made->seasons[i];
		ll_random_init(&making.random, made->seed, PURPOSE_KIND + i, household);
		err = makers[i].make(&making);
	}
	return err;
}
