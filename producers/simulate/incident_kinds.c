/* The list of what can happen, and what its makers share. */
#include <stdlib.h>

#include "base/date.h"
#include "incident_making.h"
#include "sheet.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define PURPOSE_KIND 10 /* and the number of the maker */

/* ---- the makings of an incident ---- */

struct ll_maybe ll_making_amount(struct ll_making *making, const struct ll_quantile *points,
				 size_t count, uint64_t known_parts)
{
	int64_t value = ll_random_quantile(&making->random, points, count) / 1000 * 1000;

	return (struct ll_maybe){ll_random_chance(&making->random, known_parts), value};
}

static uint32_t index_of(const struct ll_making *making, const struct ll_sim_person *person)
{
	return making->household->first_person + (uint32_t)(person - making->people);
}

bool ll_making_happens(struct ll_making *making, uint64_t yearly_parts)
{
	return ll_random_chance(&making->random, ll_season_parts(making->season, yearly_parts));
}

struct ll_incident ll_making_begin(struct ll_making *making, enum ll_event_kind kind,
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

struct ll_incident ll_making_follow(struct ll_making *making, const struct ll_incident *cause,
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

bool ll_making_is_poor(const struct ll_sim_household *household)
{
	return household->category == LL_CATEGORY_EX_POOR || household->dibao;
}

uint64_t ll_making_rate_at(const struct ll_age_rate *rates, int32_t age)
{
	while (age >= rates->below)
		rates++;
	return rates->yearly_parts;
}

int32_t ll_making_age(const struct ll_making *making, const struct ll_sim_person *person)
{
	return ll_sim_age(person, making->season->from);
}

int ll_making_end(struct ll_making *making, const struct ll_incident *cause, uint64_t parts,
		  int64_t days_from, int64_t days_to)
{
	struct ll_incident end;

	if (!ll_random_chance(&making->random, parts))
		return 0;
	end = ll_making_follow(making, cause, cause->kind, days_from, days_to);
	end.code = cause->code;
	end.ended = true;
	return ll_incidents_add(making->incidents, &end);
}

/* ---- the list of makers ---- */

/*
 * When in the year, January to December, 100 being the mean. The number of a row is its stream: new
 * ones are appended.
 */
static const struct maker {
	int (*make)(struct ll_making *making);
	uint16_t months[12];
} makers[] = {
	{ll_make_hospitalisations, {125, 95, 110, 100, 95, 90, 90, 90, 95, 95, 100, 115}},
	{ll_make_illnesses, {90, 80, 110, 110, 110, 100, 95, 95, 105, 105, 105, 95}},
	{ll_make_job_losses, {170, 130, 70, 80, 80, 90, 90, 80, 80, 90, 110, 130}},
	{ll_make_jobs, {50, 240, 220, 110, 90, 80, 90, 80, 90, 60, 50, 40}},
	{ll_make_income_reports, {220, 260, 260, 180, 20, 10, 10, 10, 10, 60, 80, 80}},
	{ll_make_dropouts, {40, 200, 230, 60, 40, 40, 20, 40, 330, 100, 60, 40}},
	{ll_make_housing_damages, {60, 60, 90, 120, 160, 220, 160, 90, 70, 60, 55, 55}},
	{ll_make_flood_damages, {0, 10, 60, 150, 260, 380, 240, 80, 20, 0, 0, 0}},
	{ll_make_subsidies, {0, 0, 40, 300, 420, 300, 100, 40, 0, 0, 0, 0}},
	{ll_make_grants, {150, 110, 90, 90, 90, 100, 100, 90, 90, 90, 90, 110}},
	{ll_make_declarations, {110, 90, 110, 100, 100, 110, 100, 90, 100, 95, 95, 100}},
	{ll_make_outpatient_costs, {130, 100, 105, 95, 95, 90, 90, 90, 95, 95, 105, 110}},
	{ll_make_disabilities, {60, 80, 130, 130, 110, 100, 100, 100, 110, 110, 100, 70}},
	{ll_make_deaths, {150, 130, 110, 95, 85, 80, 85, 85, 80, 90, 100, 110}},
	{ll_make_wage_reports, {180, 120, 120, 90, 80, 80, 130, 80, 80, 80, 80, 80}},
	{ll_make_business_failures, {140, 90, 110, 90, 90, 100, 100, 90, 90, 90, 90, 120}},
	{ll_make_unsold_produce, {40, 30, 40, 60, 90, 120, 130, 120, 160, 180, 150, 80}},
	{ll_make_overdue_loans, {120, 90, 100, 90, 90, 110, 90, 90, 100, 90, 100, 130}},
	{ll_make_tuition_costs, {20, 130, 180, 20, 20, 20, 20, 180, 560, 30, 10, 10}},
	{ll_make_water_losses, {140, 100, 60, 60, 70, 120, 150, 140, 100, 80, 80, 100}},
	{ll_make_crop_losses, {40, 60, 80, 110, 120, 180, 180, 150, 120, 80, 40, 40}},
	{ll_make_livestock_losses, {120, 110, 100, 100, 100, 90, 90, 90, 90, 100, 100, 110}},
	{ll_make_accidents, {110, 110, 90, 95, 95, 95, 105, 105, 95, 100, 100, 100}},
	{ll_make_epidemic_impacts, {260, 210, 110, 50, 40, 40, 40, 40, 50, 80, 110, 170}},
	{ll_make_asset_records, {120, 90, 100, 100, 100, 100, 90, 90, 100, 100, 100, 110}},
	{ll_make_authorisations, {160, 130, 150, 130, 100, 80, 80, 70, 80, 80, 70, 70}},
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

static int32_t day_of_death(const struct ll_incidents *incidents, size_t first, uint32_t person)
{
	for (size_t i = first; i < incidents->count; i++)
		if (incidents->list[i].kind == LL_EVENT_DEATH &&
		    incidents->list[i].person == person)
			return incidents->list[i].occurred_on;
	return INT32_MAX;
}

/* Nothing happens to the dead; a household's facts go on when its head dies. */
static void bury(struct ll_incidents *incidents, size_t first)
{
	size_t kept = first;

	for (size_t i = first; i < incidents->count; i++) {
		const struct ll_incident *incident = &incidents->list[i];

		if (!ll_sheet_is_of_person(incident->kind) ||
		    incident->occurred_on <= day_of_death(incidents, first, incident->person))
			incidents->list[kept++] = *incident;
	}
	incidents->count = kept;
}

int ll_incident_makers_run(const struct ll_incident_makers *made,
			   const struct ll_population *population, uint32_t household,
			   struct ll_incidents *incidents)
{
	struct ll_making making = {
		.population = population,
		.household = &population->households[household],
		.index = household,
		.incidents = incidents,
	};
	size_t first = incidents->count;
	int err = 0;

	making.people = &population->people[making.household->first_person];
	for (size_t i = 0; i < COUNT(makers) && !err; i++) {
		making.season = &made->seasons[i];
		ll_random_init(&making.random, made->seed, PURPOSE_KIND + i, household);
		err = makers[i].make(&making);
	}
	if (!err)
		bury(incidents, first);
	return err;
}
