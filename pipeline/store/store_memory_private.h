/*
 * Private to store_memory*.c: the shared database. Text of rows is in one arena and never freed
 * before the database, so a row that was copied out may be used without the lock.
 */
#ifndef LL_STORE_STORE_MEMORY_PRIVATE_H
#define LL_STORE_STORE_MEMORY_PRIVATE_H

#include <pthread.h>

#include "key_index.h"
#include "store_impl.h"
#include "store_memory.h"

/* A growing array of one kind of row. */
struct ll_memory_rows {
	void *rows;
	size_t count;
	size_t capacity;
};

struct ll_memory_fact {
	const char *name;
	int64_t value;
};

struct ll_memory_segments {
	struct ll_bytes *bytes; /* each owned */
	size_t count;
};

struct ll_memory_checkpoint {
	const char *stage;
	const char *topic;
	int32_t partition;
	int64_t epoch;
	struct ll_checkpoint checkpoint;
	struct ll_memory_segments segments;
};

struct ll_memory_task {
	struct ll_recorded_task recorded;
	struct ll_position_of_task position;
	int64_t updated_at_ms;
};

struct ll_memory_status {
	struct ll_key household_key;
	struct ll_str area;
	enum ll_case_state state;
	int32_t level;
	enum ll_group group;
	bool held;
	int32_t decided_on;
	const char *topic;
	int32_t partition;
	int64_t offset;
};

struct ll_memory_offset {
	const char *topic;
	int32_t partition;
	int64_t next_offset;
};

struct ll_memory {
	pthread_mutex_t lock;
	int references;
	bool unavailable;
	bool lose_answer;
	bool ignore_epochs;
	struct ll_arena texts;
	struct ll_memory_rows facts;	    /* struct ll_memory_fact */
	struct ll_memory_rows checkpoints;  /* struct ll_memory_checkpoint */
	struct ll_memory_rows tasks;	    /* struct ll_memory_task; its times are the opening's */
	struct ll_memory_rows history;	    /* struct ll_memory_task */
	struct ll_memory_rows statuses;	    /* struct ll_memory_status */
	struct ll_memory_rows risk_changes; /* struct ll_recorded_risk_change */
	struct ll_memory_rows offsets;	    /* struct ll_memory_offset */
	struct ll_memory_rows people;	    /* struct ll_private_person, in the order first put */
	struct ll_key_index task_index;
	struct ll_key_index history_index;
	struct ll_key_index risk_index; /* positions */
	struct ll_key_index escalation_index;
	struct ll_key_index status_index;
	struct ll_key_index person_index;
};

struct ll_store_memory {
	struct ll_store store; /* first: a store is cast to this */
	struct ll_memory *memory;
};

static inline struct ll_memory *ll_memory_of(struct ll_store *store)
{
	return ((struct ll_store_memory *)store)->memory;
}

/* Takes the lock unless the store is unavailable; begin and end are a pair when begin gives 0. */
int ll_memory_begin(struct ll_memory *memory, struct ll_error *error);
void ll_memory_end(struct ll_memory *memory);
/* The same after a write: err, or what a lost answer makes of it. */
int ll_memory_end_write(struct ll_memory *memory, int err, struct ll_error *error);

/* A new zeroed row of `size` bytes at the end; NULL when out of memory. */
void *ll_memory_rows_add(struct ll_memory_rows *rows, size_t size);
/*
 * Room for one more, so that the next rows_add succeeds: made before an index is told of the row, which
 * otherwise would know one that is not there.
 */
int ll_memory_rows_reserve(struct ll_memory_rows *rows, size_t size);
/* Text that lives as long as the database; -LL_ERR_NO_MEMORY. */
int ll_memory_keep(struct ll_memory *memory, struct ll_str *text);
int ll_memory_keep_string(struct ll_memory *memory, const char **text);
/* The row of (stage, topic, partition), or NULL. */
struct ll_memory_checkpoint *ll_memory_checkpoint_of(struct ll_memory *memory,
						     const struct ll_checkpoint_id *id);

bool ll_memory_key_is_between(const struct ll_key *key, const struct ll_key *low,
			      const struct ll_key *high);
/* The name of a household's head, or empty. With the lock. */
struct ll_str ll_memory_name_of_head(const struct ll_memory *memory,
				     const struct ll_key *household_key);

int ll_store_memory_write_records(struct ll_store *store, const struct ll_record_batch *batch,
				  struct ll_error *error);
int ll_store_memory_recorded_offset(struct ll_store *store, const char *topic, int32_t partition,
				    int64_t *ret_next_offset, struct ll_error *error);
int ll_store_memory_put_people(struct ll_store *store, const struct ll_private_person *people,
			       size_t count, struct ll_error *error);
int ll_store_memory_list_tasks(struct ll_store *store, const struct ll_task_selection *selection,
			       struct ll_task_sink sink, struct ll_error *error);
int ll_store_memory_find_task(struct ll_store *store, const struct ll_key *low,
			      const struct ll_key *high, struct ll_task_sink sink,
			      struct ll_error *error);
int ll_store_memory_list_history(struct ll_store *store, const struct ll_key *task_id,
				 const struct ll_key *household_key, struct ll_task_sink sink,
				 struct ll_error *error);
int ll_store_memory_list_households(struct ll_store *store,
				    const struct ll_household_selection *selection,
				    struct ll_household_sink sink, struct ll_error *error);
int ll_store_memory_find_household(struct ll_store *store, const struct ll_key *low,
				   const struct ll_key *high, struct ll_household_sink sink,
				   struct ll_error *error);
int ll_store_memory_list_risk_changes(struct ll_store *store, const struct ll_key *household_key,
				      struct ll_risk_change_sink sink, struct ll_error *error);
int ll_store_memory_list_courses(struct ll_store *store, struct ll_str area, uint32_t measures,
				 struct ll_course_sink sink, struct ll_error *error);
int ll_store_memory_count(struct ll_store *store, enum ll_count what,
			  int (*row)(void *context, const struct ll_count_row *count),
			  void *context, struct ll_error *error);
int ll_store_memory_latency(struct ll_store *store, int64_t since_ms, int64_t *ret_count,
			    double *ret_p50_ms, double *ret_p99_ms, struct ll_error *error);

#endif
