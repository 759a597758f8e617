/*
 * The parts of the in-memory bus share this; nobody else includes it. Every ll_memory_ function
 * wants the bus's lock held, unless it says otherwise.
 */
#ifndef LL_BUS_BUS_MEMORY_IMPL_H
#define LL_BUS_BUS_MEMORY_IMPL_H

#include <pthread.h>
#include <regex.h>

#include "bus_impl.h"
#include "bus_memory.h"

/* ---- bus_memory_log.c -------------------------------------------------------------------- */

/* One offset of a log. Never moves and is not freed before the bus: polled records point here. */
struct ll_memory_record {
	int64_t timestamp_ms;
	uint64_t transaction; /* 0: none */
	bool control;	      /* a commit or abort marker */
	bool aborted;
	bool tombstone;
	int32_t hops;
	size_t key_size;
	size_t value_size;
	uint8_t bytes[]; /* key, then value */
};

struct ll_memory_open {
	uint64_t transaction;
	int64_t first_offset;
};

struct ll_memory_log {
	struct ll_memory_record **records; /* by offset, from 0 */
	size_t count;
	size_t capacity;
	int64_t first_offset; /* what was before is lost to readers */
	struct ll_memory_open *open;
	size_t open_count;
	size_t open_capacity;
};

void ll_memory_log_append(struct ll_memory_log *log, int64_t now_ms, uint64_t transaction,
			  const struct ll_outgoing *outgoing);
/* Writes the marker, if the transaction has anything here. */
void ll_memory_log_end(struct ll_memory_log *log, int64_t now_ms, uint64_t transaction,
		       bool committed);
/* Up to here, exclusive, a reader may read. */
int64_t ll_memory_log_readable(const struct ll_memory_log *log, bool read_uncommitted);
void ll_memory_log_release(struct ll_memory_log *log);

/* ---- bus_memory.c ------------------------------------------------------------------------ */

struct ll_memory_topic {
	char name[LL_TOPIC_NAME_MAX];
	int32_t partitions;
	struct ll_memory_log *logs;
};

/* A subscription's pattern, compiled once. */
struct ll_memory_pattern {
	char *text;
	regex_t compiled;
	bool valid;
};

struct ll_memory_bus {
	struct ll_bus base;
	pthread_mutex_t lock;
	int64_t now_ms;
	int64_t step_ms;
	int64_t advanced_ms; /* the part of now_ms that sessions and transactions age by */
	int64_t marker_ms;   /* from a transaction's end to its markers */
	uint64_t last_id;    /* of members and transactions */

	struct ll_memory_topic **topics;
	size_t topic_count;
	size_t topic_capacity;
	struct ll_memory_group **groups;
	size_t group_count;
	size_t group_capacity;
	struct ll_memory_writer **writers;
	size_t writer_count;
	size_t writer_capacity;
	struct ll_memory_pattern **patterns;
	size_t pattern_count;
	size_t pattern_capacity;
};

/* Takes the lock and lets a step of time pass. */
void ll_memory_enter(struct ll_memory_bus *bus);
void ll_memory_leave(struct ll_memory_bus *bus);
/* Room for one more element of `size` bytes. */
void *ll_memory_grow(void *array, size_t count, size_t *capacity, size_t size);
/* NULL: no such topic, no such partition. */
struct ll_memory_topic *ll_memory_topic(struct ll_memory_bus *bus, const char *name);
struct ll_memory_log *ll_memory_log(struct ll_memory_bus *bus, const char *topic,
				    int32_t partition);

/* ---- bus_memory_group.c ------------------------------------------------------------------ */

struct ll_memory_member {
	uint64_t id;
	char instance[LL_TOPIC_NAME_MAX];
	char **topics; /* names and patterns */
	size_t topic_count;
	bool joined; /* waits for the next generation */
	bool told;   /* knows its assignment of the current one */
	int64_t seen_advanced_ms;
	struct ll_position *assignment;
	size_t assignment_count;
	size_t assignment_capacity;
};

struct ll_memory_committed {
	struct ll_position position;
	uint64_t number;
};

struct ll_memory_group {
	char name[LL_TOPIC_NAME_MAX];
	int64_t generation;
	bool rebalancing;
	struct ll_memory_member **members; /* by id, as ids only grow */
	size_t member_count;
	size_t member_capacity;
	struct ll_memory_committed *committed;
	size_t committed_count;
	size_t committed_capacity;
};

struct ll_memory_group *ll_memory_group(struct ll_memory_bus *bus, const char *name);
struct ll_memory_member *ll_memory_member(struct ll_memory_group *group, uint64_t id);
/* Copies the subscription; the others must rejoin. */
struct ll_memory_member *ll_memory_group_join(struct ll_memory_bus *bus,
					      struct ll_memory_group *group, const char *instance,
					      char *const *topics, size_t topic_count);
void ll_memory_group_rejoin(struct ll_memory_bus *bus, struct ll_memory_group *group,
			    struct ll_memory_member *member);
/* Leaves or is thrown out. */
void ll_memory_group_remove(struct ll_memory_bus *bus, struct ll_memory_group *group,
			    struct ll_memory_member *member);
/* The groups that subscribe to this new topic rebalance. */
void ll_memory_groups_topic_created(struct ll_memory_bus *bus, const char *topic);
void ll_memory_groups_expire(struct ll_memory_bus *bus);
/* Unless a newer one was committed before: transactions end in any order. */
void ll_memory_group_commit(struct ll_memory_group *group, const struct ll_position *position,
			    uint64_t number);
int64_t ll_memory_group_committed(const struct ll_memory_group *group, const char *topic,
				  int32_t partition);
void ll_memory_group_free(struct ll_memory_group *group);
void ll_memory_pattern_free(struct ll_memory_pattern *pattern);

/* ---- bus_memory_consumer.c --------------------------------------------------------------- */

struct ll_memory_reader {
	struct ll_position position; /* offset: the next to look at */
	int64_t told_end;	     /* end_of_partition was delivered here; -1: nowhere */
	bool failed;		     /* out of range, and told */
};

struct ll_memory_consumer {
	struct ll_consumer base;
	struct ll_memory_bus *bus;
	char *group; /* NULL: none */
	char *instance;
	char **topics;
	size_t topic_count;
	bool read_uncommitted;
	struct ll_consumer_events events;

	uint64_t member;    /* 0: in no group yet, or thrown out */
	int64_t generation; /* when assigned was last told, with the member it was told to; -1 */
	uint64_t generation_member;
	struct ll_position *assignment;
	size_t assignment_count;
	bool assigned; /* told, and not revoked since */

	struct ll_memory_reader *readers;
	size_t reader_count;
	size_t turn; /* the reader to begin with */
};

int ll_memory_consumer_new(struct ll_bus *bus, const struct ll_consumer_options *options,
			   struct ll_consumer **ret_consumer, struct ll_error *error);
void ll_memory_consumer_free(struct ll_consumer *consumer);
int ll_memory_consumer_fetch(struct ll_consumer *consumer, const struct ll_position *positions,
			     size_t count, struct ll_error *error);
int ll_memory_consumer_poll(struct ll_consumer *consumer, int timeout_ms, struct ll_record *records,
			    size_t max, size_t *ret_count, struct ll_error *error);
int32_t ll_memory_consumer_hops(struct ll_consumer *consumer, const struct ll_record *record);

/* Runs what the group has to tell, with the lock held and given up for each callback. */
void ll_memory_consumer_serve(struct ll_memory_consumer *consumer);
/* Revoked is told if anything is assigned; then the group is left. */
void ll_memory_consumer_quit(struct ll_memory_consumer *consumer);

/* ---- bus_memory_query.c ------------------------------------------------------------------ */

int ll_memory_consumer_committed(struct ll_consumer *consumer, struct ll_position *positions,
				 size_t count, int timeout_ms, struct ll_error *error);
int ll_memory_consumer_range(struct ll_consumer *consumer, const char *topic, int32_t partition,
			     int timeout_ms, int64_t *ret_first, int64_t *ret_end,
			     struct ll_error *error);
int ll_memory_consumer_offset_at(struct ll_consumer *consumer, const char *topic, int32_t partition,
				 int64_t time_ms, int timeout_ms, int64_t *ret_offset,
				 struct ll_error *error);

/* ---- bus_memory_producer.c --------------------------------------------------------------- */

struct ll_memory_pending {
	char group[LL_TOPIC_NAME_MAX];
	struct ll_position position;
	uint64_t number; /* later ones are newer */
};

/* What the transaction coordinator knows of one transactional.id. */
struct ll_memory_writer {
	char *transactional_id;
	int64_t epoch;
	uint64_t transaction; /* 0: none open */
	int64_t opened_advanced_ms;
	bool ending;	/* its end is decided, its markers are not written yet */
	bool committed; /* the decision */
	int64_t end_ms; /* when the markers are */
	struct ll_memory_pending *pending;
	size_t pending_count;
	size_t pending_capacity;
};

struct ll_memory_producer {
	struct ll_producer base;
	struct ll_memory_bus *bus;
	struct ll_memory_writer *writer; /* NULL: without transactions */
	int64_t epoch;
	bool in_transaction;
	bool must_abort;
	bool fenced; /* has found out */
	size_t queued;
	size_t queue_max;
};

int ll_memory_producer_new(struct ll_bus *bus, const struct ll_producer_options *options,
			   struct ll_producer **ret_producer, struct ll_error *error);
void ll_memory_producer_free(struct ll_producer *producer);
int ll_memory_producer_begin(struct ll_producer *producer, struct ll_error *error);
int ll_memory_producer_send(struct ll_producer *producer, const struct ll_outgoing *outgoing,
			    struct ll_error *error);
int ll_memory_producer_send_offsets(struct ll_producer *producer, struct ll_consumer *consumer,
				    const struct ll_position *positions, size_t count,
				    struct ll_error *error);
int ll_memory_producer_commit(struct ll_producer *producer, int timeout_ms, struct ll_error *error);
int ll_memory_producer_abort(struct ll_producer *producer, int timeout_ms, struct ll_error *error);
int ll_memory_producer_flush(struct ll_producer *producer, int timeout_ms, struct ll_error *error);
size_t ll_memory_producer_poll(struct ll_producer *producer, int timeout_ms);
int ll_memory_producer_check(struct ll_producer *producer, struct ll_error *error);

/* Writes the markers that are due. */
void ll_memory_writers_write_due(struct ll_memory_bus *bus);
/* Ends what is open, if anything; its markers come at once or later. */
void ll_memory_writer_end(struct ll_memory_bus *bus, struct ll_memory_writer *writer,
			  bool committed);
/* Aborts what is open and fences the producer. */
void ll_memory_writer_expire(struct ll_memory_bus *bus, struct ll_memory_writer *writer);
/* An open transaction has offsets of this group's partition. */
bool ll_memory_writers_pending(const struct ll_memory_bus *bus, const char *group,
			       const struct ll_position *position);
void ll_memory_writer_free(struct ll_memory_writer *writer);

#endif
