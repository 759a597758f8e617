/*
 * Private to the layer: what a store has to provide, with arguments already checked by store.c.
 */
#ifndef LL_STORE_STORE_IMPL_H
#define LL_STORE_STORE_IMPL_H

#include "store.h"

/* (stage, topic, partition), the name of a checkpoint. */
struct ll_checkpoint_id {
	const char *stage;
	const char *topic;
	int32_t partition;
};

/* struct ll_task_filter after the checks. */
struct ll_task_selection {
	struct ll_str area; /* digits, at most LL_AREA_DIGITS; empty: all */
	int32_t state;	    /* enum ll_task_state, or -1 */
	int32_t measure;    /* enum ll_measure, or -1 */
	bool open_only;
	/* Of households with low <= key <= high; NULL: all. */
	const struct ll_key *household_low, *household_high;
	int64_t limit; /* at least 0 */
};

/* A function that gets rows, and what it gets them with. */
struct ll_task_sink {
	int (*row)(void *context, const struct ll_task_row *task);
	void *context;
};

/* struct ll_household_filter after the checks. */
struct ll_household_selection {
	struct ll_str area;
	int32_t state;	     /* enum ll_case_state, or -1: all but NONE (held: also NONE) */
	enum ll_group group; /* NONE: any */
	bool held;	     /* only these */
	int64_t limit;
};

struct ll_household_sink {
	int (*row)(void *context, const struct ll_household_status *household);
	void *context;
};

struct ll_risk_change_sink {
	int (*row)(void *context, const struct ll_recorded_risk_change *change);
	void *context;
};

struct ll_course_sink {
	int (*row)(void *context, const struct ll_case_course *course);
	void *context;
};

struct ll_store_ops {
	void (*free)(struct ll_store *store);
	int (*clone)(struct ll_store *store, struct ll_store **ret_store);
	int (*ping)(struct ll_store *store, struct ll_error *error);
	int (*migrate)(struct ll_store *store, int32_t *ret_from, int32_t *ret_to,
		       struct ll_error *error);
	int (*fix)(struct ll_store *store, const char *name, int64_t value, int64_t *ret_stored,
		   struct ll_error *error);
	int (*take_epoch)(struct ll_store *store, const struct ll_checkpoint_id *id,
			  const char *owner, int64_t *ret_epoch, struct ll_error *error);
	int (*read_checkpoint)(struct ll_store *store, const struct ll_checkpoint_id *id,
			       struct ll_checkpoint *ret_checkpoint,
			       int (*segment)(void *context, struct ll_bytes bytes), void *context,
			       struct ll_error *error);
	int (*write_checkpoint)(struct ll_store *store, const struct ll_checkpoint_write *write,
				struct ll_error *error);
	int (*write_records)(struct ll_store *store, const struct ll_record_batch *batch,
			     struct ll_error *error);
	int (*recorded_offset)(struct ll_store *store, const char *topic, int32_t partition,
			       int64_t *ret_next_offset, struct ll_error *error);
	int (*list_tasks)(struct ll_store *store, const struct ll_task_selection *selection,
			  struct ll_task_sink sink, struct ll_error *error);
	/* The only task with low <= id <= high. */
	int (*find_task)(struct ll_store *store, const struct ll_key *low,
			 const struct ll_key *high, struct ll_task_sink sink,
			 struct ll_error *error);
	/* Exactly one of the keys is given. */
	int (*list_history)(struct ll_store *store, const struct ll_key *task_id,
			    const struct ll_key *household_key, struct ll_task_sink sink,
			    struct ll_error *error);
	int (*list_households)(struct ll_store *store,
			       const struct ll_household_selection *selection,
			       struct ll_household_sink sink, struct ll_error *error);
	/* The only household with low <= key <= high. */
	int (*find_household)(struct ll_store *store, const struct ll_key *low,
			      const struct ll_key *high, struct ll_household_sink sink,
			      struct ll_error *error);
	int (*list_risk_changes)(struct ll_store *store, const struct ll_key *household_key,
				 struct ll_risk_change_sink sink, struct ll_error *error);
	int (*list_courses)(struct ll_store *store, struct ll_str area, uint32_t measures,
			    struct ll_course_sink sink, struct ll_error *error);
	int (*count)(struct ll_store *store, enum ll_count what,
		     int (*row)(void *context, const struct ll_count_row *count), void *context,
		     struct ll_error *error);
	int (*latency)(struct ll_store *store, int64_t since_ms, int64_t *ret_count,
		       double *ret_p50_ms, double *ret_p99_ms, struct ll_error *error);
	int (*put_people)(struct ll_store *store, const struct ll_private_person *people,
			  size_t count, struct ll_error *error);
};

struct ll_store {
	const struct ll_store_ops *ops;
};

#endif
