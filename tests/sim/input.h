/*
 * What a schedule puts in: a registry, life events of three departments with corrections,
 * retractions, duplicates and bad records, ticks, alerts, policies, task updates, decisions. All of
 * it is made at the start from the seed; only a task update waits until there is a task.
 */
#ifndef LL_SIM_INPUT_H
#define LL_SIM_INPUT_H

#include "codec/codec.h"
#include "random.h"

#define SIM_ITEMS_MAX	   320
#define SIM_HOUSEHOLDS_MAX 16
#define SIM_PEOPLE_MAX	   (SIM_HOUSEHOLDS_MAX * 3 + 8)
#define SIM_LIFE_EVENTS	   50 /* at least so many in each schedule */

struct sim_world;

/* One record to be published; items of one `bundle` go out in one transaction. */
struct sim_item {
	const char *topic;
	int32_t partition; /* or LL_PARTITION_BY_KEY */
	int32_t hops;
	int32_t bundle;
	bool life_event;
	bool task_update; /* made when published: key and value are empty */
	bool broadcast;
	struct ll_key key;
	struct ll_bytes value; /* in the arena */
};

struct sim_person {
	struct ll_key key;
	int32_t household; /* or -1: in no registry, ever */
};

struct sim_input {
	struct ll_arena arena;
	struct sim_random random;
	int32_t day; /* of the newest tick made */
	int32_t last_day;
	struct ll_key households[SIM_HOUSEHOLDS_MAX];
	int32_t villages[SIM_HOUSEHOLDS_MAX];
	int32_t household_count;
	struct sim_person people[SIM_PEOPLE_MAX];
	int32_t person_count;

	struct sim_item items[SIM_ITEMS_MAX];
	size_t count;
	size_t next; /* not published yet */
	size_t life_events;
	int32_t bundles;
	int32_t updates;

	struct ll_producer *plain;  /* departments */
	struct ll_producer *writer; /* everybody who writes in transactions */
	bool writer_open;
	size_t open_next; /* `next` once that transaction is committed */
};

/* Creates the topics and makes the items. */
int sim_input_init(struct sim_world *world);
void sim_input_release(struct sim_input *input);
/* Publishes the next item with all of its bundle. */
void sim_input_publish(struct sim_world *world);
/* The same, but the transaction stays open, or is aborted to be done again. */
void sim_input_publish_slowly(struct sim_world *world, bool abort);
/* Commits what was left open; had it been expired, it is to be published again. */
void sim_input_finish(struct sim_world *world);
bool sim_input_is_done(const struct sim_input *input);

extern const char *const sim_departments[];
#define SIM_DEPARTMENTS 3

#endif
