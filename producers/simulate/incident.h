/*
 * What happens to the households of a simulation, and what departments report of it: life events
 * with the day of the fact and the day on which its row is exported. Some rows come late, some are
 * corrected or exported twice, a few are wrong.
 *
 * The same options and population give the same list, to the byte.
 */
#ifndef LL_SIMULATE_INCIDENT_H
#define LL_SIMULATE_INCIDENT_H

#include "population.h"
#include "season.h"

#define LL_SIM_NO_PERSON      UINT32_MAX
#define LL_SIM_ENDED_REVISION 2 /* above that of a correction */

enum ll_sim_flaw {
	LL_FLAW_NONE = 0,
	LL_FLAW_CITIZEN_NUMBER = 1, /* the check character is wrong */
	LL_FLAW_NEGATIVE = 2,	    /* an amount below zero */
	LL_FLAW_FUTURE = 3	    /* dated long after its day */
};
#define LL_FLAW_COUNT 4

/* One row to be. Which amounts a kind has: the comment of each payload in core/event.h. */
struct ll_incident {
	enum ll_event_kind kind;
	int32_t occurred_on;
	int32_t reported_on;
	uint32_t household;
	uint32_t person;   /* whom it happened to; of a household's fact: its head */
	uint32_t number;   /* of the fact, from 1, counted for each kind */
	uint32_t revision; /* 1: a correction */
	bool again;	   /* the same row once more */
	bool retract;	   /* the correction says that it never was */
	bool ended;	   /* returned to school, water restored, loan settled, asset gone */
	enum ll_sim_flaw flaw;
	struct ll_maybe first_fen;  /* total cost, wage, income, repair, loss, benefit, need */
	struct ll_maybe second_fen; /* reimbursed */
	struct ll_maybe third_fen;  /* own share */
	int32_t code;		    /* reason, grade, stage, type, need; 1: severe, flooded */
	int32_t count; /* months of a benefit or consent, year of an income, grade of disability */
};

struct ll_incidents {
	struct ll_incident *list;
	size_t count;
	size_t capacity;
	uint32_t numbers[LL_EVENT_KIND_COUNT]; /* last one given */
};

struct ll_incident_options {
	uint64_t seed;
	int32_t from;
	int32_t days; /* 1 to LL_SIM_DAYS_MAX */
};

/* A flood in one township; found false where the simulation has no summer. */
struct ll_flood {
	bool found;
	uint64_t township_code; /* 9 digits */
	int32_t day;
};

/*
 * In the order of (reported_on, kind, number, revision). Only what is reported on one of the days is
 * in the list. -LL_ERR_NO_MEMORY.
 */
int ll_incidents_make(struct ll_incidents *incidents, const struct ll_incident_options *options,
		      const struct ll_population *population, struct ll_flood *ret_flood,
		      ll_population_progress *progress, void *context);
void ll_incidents_release(struct ll_incidents *incidents);

/* ---- for the makers of incidents (incident_kinds.c and its like, flood.c) ---- */

/* Gives it its number and adds it. */
int ll_incidents_add(struct ll_incidents *incidents, const struct ll_incident *incident);
/* Adds it as it is: another revision of one that has its number. */
int ll_incidents_append(struct ll_incidents *incidents, const struct ll_incident *incident);
/* The day on which a department reports a fact of this day. */
int32_t ll_incident_report_day(struct ll_random *random, int32_t occurred_on);

struct ll_incident_makers; /* the seasons of a simulation */
int ll_incident_makers_new(const struct ll_incident_options *options,
			   struct ll_incident_makers **ret_makers);
void ll_incident_makers_free(struct ll_incident_makers *makers);
/* All that happens to one household, the flood apart. */
int ll_incident_makers_run(const struct ll_incident_makers *makers,
			   const struct ll_population *population, uint32_t household,
			   struct ll_incidents *incidents);

/* The flood's day and township, and its damages. */
int ll_flood_make(const struct ll_incident_options *options, const struct ll_population *population,
		  struct ll_incidents *incidents, struct ll_flood *ret_flood);

#endif
