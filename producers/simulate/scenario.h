/*
 * A whole simulation, and its files:
 *
 *   DIR/households.csv, people.csv             the registry before the first day
 *   DIR/registry-late/<day>/households.csv, …  what it learns later
 *   DIR/events/<day>/<department>.<mapping>.csv  what departments export on each day
 *   DIR/alerts.csv                             area alerts, with the day of each
 *   DIR/plan.json                              what is in it, counted
 *
 * The same options give the same files, to the byte.
 */
#ifndef LL_SIMULATE_SCENARIO_H
#define LL_SIMULATE_SCENARIO_H

#include "incident.h"

struct ll_scenario_options {
	uint64_t seed;
	uint32_t households;
	int32_t from;
	int32_t days;
	const char *areas; /* as a reader knows the list; for plan.json */
};

struct ll_scenario {
	struct ll_scenario_options options;
	struct ll_villages villages;
	struct ll_population population;
	struct ll_incidents incidents;
	struct ll_flood flood;
	int32_t late_on; /* when the late households are registered; LL_DAY_NONE: there are none */
};

/* What takes time. Any of them may be NULL. */
struct ll_scenario_watch {
	void (*begun)(void *context, const char *what, int64_t total);
	void (*done)(void *context, int64_t count);
	void *context;
};

/* Takes the villages, also when it fails. */
int ll_scenario_make(struct ll_scenario *scenario, const struct ll_scenario_options *options,
		     struct ll_villages *villages, const struct ll_scenario_watch *watch);
void ll_scenario_release(struct ll_scenario *scenario);

/* Into a directory that is empty or not there yet. */
int ll_scenario_write(const struct ll_scenario *scenario, const char *directory,
		      const struct ll_scenario_watch *watch, struct ll_error *error);

/* ---- the parts of a scenario's files ---- */

#define LL_SCENARIO_LATE_DIR "registry-late"

/* households.csv and people.csv of those that are registered then. */
int ll_registry_files_write(const struct ll_scenario *scenario, enum ll_sim_registered registered,
			    const char *directory, struct ll_error *error);

/* What is in a scenario. */
struct ll_plan {
	int64_t households[3]; /* by enum ll_sim_registered */
	int64_t people;
	int64_t rows;
	int64_t rows_of_kind[LL_EVENT_KIND_COUNT];
	int64_t late;	     /* reported more than two weeks after their day */
	int64_t corrections; /* retractions among them */
	int64_t retractions;
	int64_t endings; /* told of something that was reported before */
	int64_t again;	 /* the same row once more */
	int64_t flawed[LL_FLAW_COUNT];
	int64_t before_registry; /* of a household that is registered only later */
	int64_t unregistered;	 /* of one that never is */
};
void ll_plan_count(const struct ll_scenario *scenario, struct ll_plan *ret_plan);
/* Appends plan.json. */
int ll_plan_write(const struct ll_scenario *scenario, const struct ll_plan *plan,
		  struct ll_buf *out);
/* Appends alerts.csv. */
int ll_alert_rows(const struct ll_flood *flood, struct ll_buf *out);

#endif
