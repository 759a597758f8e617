/*
 * What the makers of incidents share (incident_health.c, incident_work.c, incident_home.c): each makes
 * what happens to one household in one way. incident_kinds.c has the list of them.
 */
#ifndef LL_SIMULATE_INCIDENT_MAKING_H
#define LL_SIMULATE_INCIDENT_MAKING_H

#include "incident.h"

/* What a maker works on: one household, with the stream of this kind. */
struct ll_making {
	const struct ll_population *population;
	const struct ll_sim_household *household;
	const struct ll_sim_person *people; /* the household's */
	uint32_t index;
	const struct ll_season *season;
	struct ll_random random;
	struct ll_incidents *incidents;
};

/* Of a million at each age; the last entry's age is INT32_MAX. */
struct ll_age_rate {
	int32_t below;
	uint64_t yearly_parts;
};

/* Whole ten yuan of a distribution, in fen, known in so many of a million. */
struct ll_maybe ll_making_amount(struct ll_making *making, const struct ll_quantile *points,
				 size_t count, uint64_t known_parts);
bool ll_making_happens(struct ll_making *making, uint64_t yearly_parts);
bool ll_making_is_poor(const struct ll_sim_household *household);
uint64_t ll_making_rate_at(const struct ll_age_rate *rates, int32_t age);
int32_t ll_making_age(const struct ll_making *making, const struct ll_sim_person *person);
/* On a day of the season, reported on some day after. */
struct ll_incident ll_making_begin(struct ll_making *making, enum ll_event_kind kind,
				   const struct ll_sim_person *person);
/* What follows from another incident, days later. */
struct ll_incident ll_making_follow(struct ll_making *making, const struct ll_incident *cause,
				    enum ll_event_kind kind, int64_t days_from, int64_t days_to);
/* The end of it, in `parts` of a million, as a fact of its own that is told days later. */
int ll_making_end(struct ll_making *making, const struct ll_incident *cause, uint64_t parts,
		  int64_t days_from, int64_t days_to);

/* 0 or -LL_ERR_NO_MEMORY, all of them. */
int ll_make_hospitalisations(struct ll_making *making);
int ll_make_illnesses(struct ll_making *making);
int ll_make_job_losses(struct ll_making *making);
int ll_make_jobs(struct ll_making *making);
int ll_make_income_reports(struct ll_making *making);
int ll_make_dropouts(struct ll_making *making);
int ll_make_housing_damages(struct ll_making *making);
int ll_make_flood_damages(struct ll_making *making);
int ll_make_subsidies(struct ll_making *making);
int ll_make_grants(struct ll_making *making);
int ll_make_declarations(struct ll_making *making);
int ll_make_outpatient_costs(struct ll_making *making);
int ll_make_disabilities(struct ll_making *making);
int ll_make_deaths(struct ll_making *making);
int ll_make_wage_reports(struct ll_making *making);
int ll_make_business_failures(struct ll_making *making);
int ll_make_unsold_produce(struct ll_making *making);
int ll_make_overdue_loans(struct ll_making *making);
int ll_make_tuition_costs(struct ll_making *making);
int ll_make_water_losses(struct ll_making *making);
int ll_make_crop_losses(struct ll_making *making);
int ll_make_livestock_losses(struct ll_making *making);
int ll_make_accidents(struct ll_making *making);
int ll_make_epidemic_impacts(struct ll_making *making);
int ll_make_asset_records(struct ll_making *making);
int ll_make_authorisations(struct ll_making *making);

#endif
