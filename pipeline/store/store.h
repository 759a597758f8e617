/*
 * The checkpoint and the tables that people query: PostgreSQL (store_pg*.c) and an in-memory twin
 * (store_memory.c) behind one table of functions and one set of conformance tests.
 *
 * A store is one connection; it belongs to one thread at a time. It reconnects by itself.
 * -LL_ERR_UNAVAILABLE: no server or a lost connection, nothing was done, or (after a commit was
 * sent) perhaps done: every write here is safe to repeat. All calls block; statement and lock
 * timeouts bound them (lock_timeout 1 s, statement_timeout 30 s).
 */
#ifndef LL_STORE_STORE_H
#define LL_STORE_STORE_H

#include "base/bytes.h"
#include "base/err.h"
#include "core/decision.h"

struct ll_store;

/* conninfo by libpq's conventions ("" takes PG* variables and defaults). Does not connect yet. */
int ll_store_pg_new(const char *conninfo, struct ll_store **ret_store);
int ll_store_memory_new(struct ll_store **ret_store);
/*
 * Another handle on the same database (for another thread; for the twin: shared memory, one lock).
 */
int ll_store_clone(struct ll_store *store, struct ll_store **ret_store);
void ll_store_free(struct ll_store *store);
/* 0 when the server answers. */
int ll_store_ping(struct ll_store *store, struct ll_error *error);

/* ---- schema --------------------------------------------------------------------------------- */

/*
 * Applies the numbered migrations that are missing, under an advisory lock; any number of processes
 * may call it at once. -LL_ERR_UNSUPPORTED when the database is newer than the program.
 */
int ll_store_migrate(struct ll_store *store, int32_t *ret_from, int32_t *ret_to,
		     struct ll_error *error);

/* Facts of the deployment that are fixed for life (partition counts). First writer wins. */
int ll_store_fix(struct ll_store *store, const char *name, int64_t value, int64_t *ret_stored,
		 struct ll_error *error);

/* ---- epochs and checkpoints ----------------------------------------------------------------- */

struct ll_checkpoint {
	bool exists;
	int64_t offset; /* c: the state is that before the record at this offset */
	int32_t logic_version;
	int64_t segment_count;
	int64_t segment_bytes;
};

/*
 * Makes this owner the only one who may write for (stage, topic, partition): raises its epoch, in a
 * statement of its own.
 */
int ll_store_take_epoch(struct ll_store *store, const char *stage, const char *topic,
			int32_t partition, const char *owner, int64_t *ret_epoch,
			struct ll_error *error);

/*
 * The checkpoint of (stage, topic, partition), then `segment` for each of its segments in order.
 * A non-zero return of `segment` ends the reading and is passed on. Bytes borrow for the call.
 * *ret_checkpoint is filled before the first call of `segment`, so that it can look at the logic
 * version; offset and segments are of one moment.
 */
int ll_store_read_checkpoint(struct ll_store *store, const char *stage, const char *topic,
			     int32_t partition, struct ll_checkpoint *ret_checkpoint,
			     int (*segment)(void *context, struct ll_bytes bytes), void *context,
			     struct ll_error *error);

struct ll_checkpoint_write {
	const char *stage;
	const char *topic;
	int32_t partition;
	int64_t epoch;
	int64_t offset;
	int32_t logic_version;
	bool base; /* the segments are the whole state: earlier ones are dropped */
	const struct ll_bytes *segments;
	size_t segment_count;
};

/*
 * One autocommitted statement; -LL_ERR_FENCED when the epoch is not the newest, -LL_ERR_STATE when
 * the offset would move back, -LL_ERR_TOO_LARGE over LL_CHECKPOINT_WRITE_MAX.
 */
#define LL_CHECKPOINT_WRITE_MAX ((size_t)768 << 20) /* bytes of all segments of one write */
int ll_store_write_checkpoint(struct ll_store *store, const struct ll_checkpoint_write *write,
			      struct ll_error *error);

/* ---- record: what people query ------------------------------------------------------------- */

struct ll_recorded_offset {
	const char *topic;
	int32_t partition;
	int64_t epoch;
	int64_t next_offset;
};

/* A task with the JSON of its reasons, and where in the log it stands. */
struct ll_recorded_task {
	struct ll_task task;
	struct ll_str reasons_json;
	int64_t published_at_ms; /* of the causing event */
	int64_t written_at_ms;	 /* Kafka's timestamp of the task record */
	int64_t seen_at_ms;	 /* when a read_committed reader had it */
};
struct ll_recorded_risk_change {
	struct ll_risk_change change;
	struct ll_str reasons_json;
	const char *topic;
	int32_t partition;
	int64_t offset;
};
struct ll_recorded_escalation {
	struct ll_escalation escalation;
	const char *topic;
	int32_t partition;
	int64_t offset;
};

/* Where in the log of tasks a change of a task stands. */
struct ll_position_of_task {
	const char *topic;
	int32_t partition;
	int64_t offset;
};

/*
 * Rows and offsets in one transaction, in the order of the log; the last change of a task wins in
 * `task`, every change is kept in `task_history` (once: by topic, partition, offset).
 * -LL_ERR_FENCED when an epoch (ll_store_take_epoch of stage LL_STORE_RECORD_STAGE) is not the
 * newest: nothing is written.
 */
#define LL_STORE_RECORD_STAGE "record"
struct ll_record_batch {
	const struct ll_recorded_task *tasks;
	const struct ll_position_of_task *task_positions; /* one for each task */
	size_t task_count;
	const struct ll_recorded_risk_change *risk_changes;
	size_t risk_change_count;
	const struct ll_recorded_escalation *escalations;
	size_t escalation_count;
	const struct ll_recorded_offset *offsets;
	size_t offset_count;
};
int ll_store_write_records(struct ll_store *store, const struct ll_record_batch *batch,
			   struct ll_error *error);
/* The next offset that record stored for (topic, partition), or -1. */
int ll_store_recorded_offset(struct ll_store *store, const char *topic, int32_t partition,
			     int64_t *ret_next_offset, struct ll_error *error);

/* ---- queries -------------------------------------------------------------------------------- */

struct ll_task_filter {
	const char *county;    /* or a longer or shorter area prefix; NULL: all */
	int32_t state;	       /* enum ll_task_state, or -1 */
	int32_t measure;       /* enum ll_measure, or -1 */
	bool open_only;	       /* open or accepted */
	const char *household; /* the first 4 to 32 hex digits of its key, or NULL */
	int64_t limit;	       /* at most this many, the most urgent first (level, due date) */
};

/* A row of `task`; slices borrow for the call. */
struct ll_task_row {
	struct ll_task task; /* reasons are in reasons_json */
	struct ll_str reasons_json;
	int64_t published_at_ms;
	int64_t seen_at_ms;
	int64_t updated_at_ms;
	struct ll_str household_name; /* from private.household; empty without the grant */
};
int ll_store_list_tasks(struct ll_store *store, const struct ll_task_filter *filter,
			int (*row)(void *context, const struct ll_task_row *task), void *context,
			struct ll_error *error);
/* id_prefix: 4 to 32 hex digits; -LL_ERR_NOT_FOUND, or -LL_ERR_INVALID when it is not unique. */
int ll_store_find_task(struct ll_store *store, const char *id_prefix,
		       int (*row)(void *context, const struct ll_task_row *task), void *context,
		       struct ll_error *error);
/* The history of a task or of a household (one of them), oldest first. */
int ll_store_list_history(struct ll_store *store, const struct ll_key *task_id,
			  const struct ll_key *household_key,
			  int (*row)(void *context, const struct ll_task_row *task), void *context,
			  struct ll_error *error);

/* Where a household stands: household_status, and when its case became so. Slices borrow for the call. */
struct ll_household_status {
	struct ll_key household_key;
	struct ll_str area;
	enum ll_case_state state;
	int32_t level;
	enum ll_group group;
	bool held; /* a person's hold is on */
	int32_t decided_on; /* day of the last change of case, level, group or hold; LL_DAY_NONE: there was none */
	int32_t since; /* day on which the case came to this state; LL_DAY_NONE: it is not recorded */
	struct ll_str household_name; /* as in ll_task_row */
};
struct ll_household_filter {
	const char *county; /* as in ll_task_filter */
	/* enum ll_case_state, or -1: every household that has a case (held: or is held) */
	int32_t state;
	enum ll_group group; /* NONE: any */
	bool held;	     /* only those that a person holds */
	int64_t limit; /* at most this many, the most urgent first, then the longest in their state */
};
int ll_store_list_households(struct ll_store *store, const struct ll_household_filter *filter,
			     int (*row)(void *context, const struct ll_household_status *household),
			     void *context, struct ll_error *error);
/*
 * key_prefix: 4 to 32 hex digits of a household that has a status or a task (one with a task alone
 * has no case: state NONE). -LL_ERR_NOT_FOUND, or -LL_ERR_INVALID when it is not unique.
 */
int ll_store_find_household(struct ll_store *store, const char *key_prefix,
			    int (*row)(void *context, const struct ll_household_status *household),
			    void *context, struct ll_error *error);
/* The changes of a household's case, level, group and hold, oldest first; topic borrows for the call too. */
int ll_store_list_risk_changes(struct ll_store *store, const struct ll_key *household_key,
			       int (*row)(void *context,
					  const struct ll_recorded_risk_change *change),
			       void *context, struct ll_error *error);

/*
 * The days of a household's case, each the last of its kind, and what was done since it became a
 * lead; LL_DAY_NONE: not, or not recorded.
 */
struct ll_case_course {
	struct ll_household_status status;
	int32_t lead_on;
	int32_t monitored_on;
	int32_t rejected_on;
	int32_t eliminated_on;
	int32_t visit_due_on; /* of a visit that is open */
	int64_t task_count;   /* tasks of the measures asked for, opened since the lead */
};
/* Every household that ever had a case, in the order of their keys. measures: 1 << enum ll_measure. */
int ll_store_list_courses(struct ll_store *store, const char *county, uint32_t measures,
			  int (*row)(void *context, const struct ll_case_course *course),
			  void *context, struct ll_error *error);

struct ll_count_row {
	struct ll_str group; /* county, case state, … */
	struct ll_str name;  /* measure, … or empty */
	int64_t count;
};
enum ll_count {
	LL_COUNT_TASKS = 0,	  /* by county and measure: opened ever */
	LL_COUNT_TASK_STATES = 1, /* by county and state: now */
	LL_COUNT_CASES = 2	  /* households by case and group, from household_status */
};
int ll_store_count(struct ll_store *store, enum ll_count what,
		   int (*row)(void *context, const struct ll_count_row *count), void *context,
		   struct ll_error *error);
/* Milliseconds from publishing to a reader having the opened task, over tasks seen since since_ms.
 */
int ll_store_latency(struct ll_store *store, int64_t since_ms, int64_t *ret_count,
		     double *ret_p50_ms, double *ret_p99_ms, struct ll_error *error);

/* ---- private: names and phones, in a schema with its own grants ---------------------------------
 */

struct ll_private_person {
	struct ll_key person_key;
	struct ll_key household_key;
	struct ll_str name;
	struct ll_str phone;
	struct ll_str address;
};
/* Inserts or replaces; any number of rows (in statements of a few thousand). */
int ll_store_put_people(struct ll_store *store, const struct ll_private_person *people,
			size_t count, struct ll_error *error);

#endif
