/*
 * The books, counted from the topics alone.
 *
 * What is counted is events, not records. An event is one fact at one revision that a department
 * says of one subject: published twice it is one event; sent on to the right partition (hops > 0)
 * it is the same event, and counted where it ends. A record that cannot be read is an event of its
 * own, known by its position. Every event ends in exactly one way, the first of these that holds:
 *
 *   decided        it is in household-events, and assess did not reject that record
 *   held           the last word on it in `held` is not a tombstone
 *   dead-lettered  enrich rejected it, or assess rejected every record of it
 *   missing        none of these: still under way, or lost
 *
 * so in = decided + held + dead-lettered + missing, and the books balance when nothing is missing,
 * nothing was enriched twice from one record, and nothing is decided that never came in.
 *
 * life-events are kept for 30 days, household-events for ever: events whose record is gone are
 * counted apart (older) and not in the books.
 *
 * Records of a topic are fed in the order of their partitions, topics in this order: life-events,
 * held, dead-letters, household-events, risk-changes, the queues. One thread.
 */
#ifndef LL_CLI_TALLY_H
#define LL_CLI_TALLY_H

#include "bus/bus.h"
#include "cli/key_table.h"
#include "codec/codec.h"
#include "runtime/topics.h"

#define LL_TALLY_REASONS_MAX 256 /* error numbers */

enum ll_tally_stage { LL_TALLY_ENRICH, LL_TALLY_ASSESS, LL_TALLY_RECORD, LL_TALLY_STAGE_COUNT };

struct ll_tally_department {
	char name[LL_TOPIC_NAME_MAX];
	int64_t records; /* without those that were sent on */
	int64_t events;
};

struct ll_tally_county {
	char name[LL_TOPIC_NAME_MAX];
	int64_t opened[LL_MEASURE_COUNT];
};

struct ll_tally_city {
	char name[LL_TOPIC_NAME_MAX];
	int64_t escalations;
};

/* What was counted; filled by ll_tally_finish. */
struct ll_tally_books {
	int64_t in;
	int64_t decided;
	int64_t held;
	int64_t dead_lettered;
	int64_t missing;
	int64_t unexplained; /* in household-events from a record that is not there */
	int64_t doubled;     /* records that were enriched twice */
	int64_t older;	     /* decided, and their records are gone by now */
	bool balanced;

	int64_t records;    /* of life-events, without those that were sent on */
	int64_t rerouted;   /* records that were sent on to another partition */
	int64_t unreadable; /* records of lifeline's own topics that are none of its messages */
	const struct ll_tally_department *departments;
	size_t department_count;
	int64_t dead_letters[LL_TALLY_STAGE_COUNT][LL_TALLY_REASONS_MAX]; /* by error number */

	int64_t households;
	int64_t cases[LL_CASE_STATE_COUNT]; /* of the registered households */
	int64_t groups[LL_GROUP_COUNT];	    /* of the same; NONE: of no kind that is watched */
	int64_t on_hold;		    /* of the same */
	int64_t measures[LL_MEASURE_COUNT]; /* tasks opened, of all counties */
	const struct ll_tally_county *counties;
	size_t county_count;
	int64_t tasks_opened;
	int64_t task_states[LL_TASK_STATE_COUNT];
	const struct ll_tally_city *cities;
	size_t city_count;
	int64_t escalations;
	int64_t policies; /* broadcasts are counted once, not once a partition */
	int64_t ticks;
	int64_t alerts;
	int64_t task_updates;
	int64_t case_decisions;
	int32_t day; /* of the last tick, or LL_DAY_NONE */
};

struct ll_tally;

/* household_partitions: Q, as the topic has it. codec is borrowed. */
int ll_tally_new(const struct ll_codec *codec, int32_t household_partitions,
		 struct ll_tally **ret_tally);
void ll_tally_free(struct ll_tally *tally);
/* A partition of life-events that is read from its first offset to (not with) its end. */
int ll_tally_add_input(struct ll_tally *tally, const char *topic, int32_t partition, int64_t first,
		       int64_t end);
/* One record; hops: how often it was sent on. -LL_ERR_NO_MEMORY. */
int ll_tally_take(struct ll_tally *tally, const struct ll_record *record, int32_t hops);
/* The sums; what they point to is the tally's. */
void ll_tally_finish(struct ll_tally *tally, struct ll_tally_books *ret_books);

#endif
