/*
 * Private to store_pg*.c: the connection and how statements run on it.
 *
 * Every statement has a deadline on our side too: a server that is stopped or behind a dead
 * network cannot apply its own statement_timeout. After a deadline, a lost connection or an
 * abandoned result the connection is closed; the next call opens another.
 */
#ifndef LL_STORE_STORE_PG_H
#define LL_STORE_STORE_PG_H

#include <libpq-fe.h>

#include "pg_params.h"
#include "store_impl.h"

#define LL_PG_LOCK_TIMEOUT_MS	   1000
#define LL_PG_STATEMENT_TIMEOUT_MS 30000
#define LL_PG_IDLE_TIMEOUT_MS	   10000 /* in a transaction: migrations only */
#define LL_PG_CONNECT_TIMEOUT_S	   5
#define LL_PG_ANSWER_TIMEOUT_MS	   35000 /* ours: a little longer than the server's own */

struct ll_store_pg {
	struct ll_store store; /* first: a store is cast to this */
	char *conninfo;
	char *options; /* for the server, the conninfo's own ones first */
	PGconn *conn;  /* or NULL */
};

static inline struct ll_store_pg *ll_store_pg_of(struct ll_store *store)
{
	return (struct ll_store_pg *)store;
}

/* A result that is cleared when it goes out of scope; NULL is fine. */
void ll_pg_result_clear(PGresult **result);
#define LL_PG_RESULT __attribute__((cleanup(ll_pg_result_clear))) PGresult *

/* Connected, or -LL_ERR_UNAVAILABLE. */
int ll_pg_connect(struct ll_store_pg *pg, struct ll_error *error);
void ll_pg_disconnect(struct ll_store_pg *pg);

/* One statement in a transaction of its own, results in binary. params may be NULL. */
int ll_pg_exec(struct ll_store_pg *pg, const char *sql, const struct ll_pg_params *params,
	       PGresult **ret_result, struct ll_error *error);
/* The same inside a transaction that ll_pg_script began, on the connection that it began it on. */
int ll_pg_exec_open(struct ll_store_pg *pg, const char *sql, const struct ll_pg_params *params,
		    PGresult **ret_result, struct ll_error *error);
/* One statement, row by row as they arrive; `row` reads row 0 of the result. Its non-zero return
 * ends it. */
int ll_pg_each(struct ll_store_pg *pg, const char *sql, const struct ll_pg_params *params,
	       int (*row)(void *context, const PGresult *result), void *context,
	       struct ll_error *error);
/* Several statements in one text, without parameters. */
int ll_pg_script(struct ll_store_pg *pg, const char *sql, int timeout_ms, struct ll_error *error);

/*
 * Statements that go out together and are one transaction, without a moment in which it waits for
 * us: begin, any number of adds, end. The first error undoes all; end returns it.
 */
int ll_pg_pipeline_begin(struct ll_store_pg *pg, struct ll_error *error);
int ll_pg_pipeline_add(struct ll_store_pg *pg, const char *sql, const struct ll_pg_params *params,
		       struct ll_error *error);
int ll_pg_pipeline_end(struct ll_store_pg *pg, struct ll_error *error);

/* Columns of a binary result; a NULL is 0, empty, or LL_DAY_NONE. */
int64_t ll_pg_int64(const PGresult *result, int row, int column);
int32_t ll_pg_int32(const PGresult *result, int row, int column);
double ll_pg_double(const PGresult *result, int row, int column);
bool ll_pg_bool(const PGresult *result, int row, int column);
struct ll_str ll_pg_text(const PGresult *result, int row, int column);
struct ll_bytes ll_pg_bytes(const PGresult *result, int row, int column);
struct ll_key ll_pg_key(const PGresult *result, int row, int column);
int32_t ll_pg_day(const PGresult *result, int row, int column);
int64_t ll_pg_time_ms(const PGresult *result, int row, int column);

/* The operations, by file. */
int ll_store_pg_migrate(struct ll_store *store, int32_t *ret_from, int32_t *ret_to,
			struct ll_error *error);
int ll_store_pg_fix(struct ll_store *store, const char *name, int64_t value, int64_t *ret_stored,
		    struct ll_error *error);
int ll_store_pg_take_epoch(struct ll_store *store, const struct ll_checkpoint_id *id,
			   const char *owner, int64_t *ret_epoch, struct ll_error *error);
int ll_store_pg_read_checkpoint(struct ll_store *store, const struct ll_checkpoint_id *id,
				struct ll_checkpoint *ret_checkpoint,
				int (*segment)(void *context, struct ll_bytes bytes), void *context,
				struct ll_error *error);
int ll_store_pg_write_checkpoint(struct ll_store *store, const struct ll_checkpoint_write *write,
				 struct ll_error *error);
int ll_store_pg_write_records(struct ll_store *store, const struct ll_record_batch *batch,
			      struct ll_error *error);
int ll_store_pg_recorded_offset(struct ll_store *store, const char *topic, int32_t partition,
				int64_t *ret_next_offset, struct ll_error *error);
int ll_store_pg_list_tasks(struct ll_store *store, const struct ll_task_selection *selection,
			   struct ll_task_sink sink, struct ll_error *error);
int ll_store_pg_find_task(struct ll_store *store, const struct ll_key *low,
			  const struct ll_key *high, struct ll_task_sink sink,
			  struct ll_error *error);
int ll_store_pg_list_history(struct ll_store *store, const struct ll_key *task_id,
			     const struct ll_key *household_key, struct ll_task_sink sink,
			     struct ll_error *error);
int ll_store_pg_list_households(struct ll_store *store,
				const struct ll_household_selection *selection,
				struct ll_household_sink sink, struct ll_error *error);
int ll_store_pg_find_household(struct ll_store *store, const struct ll_key *low,
			       const struct ll_key *high, struct ll_household_sink sink,
			       struct ll_error *error);
int ll_store_pg_list_courses(struct ll_store *store, struct ll_str area, uint32_t measures,
			     struct ll_course_sink sink, struct ll_error *error);
int ll_store_pg_list_risk_changes(struct ll_store *store, const struct ll_key *household_key,
				  struct ll_risk_change_sink sink, struct ll_error *error);
int ll_store_pg_count(struct ll_store *store, enum ll_count what,
		      int (*row)(void *context, const struct ll_count_row *count), void *context,
		      struct ll_error *error);
int ll_store_pg_latency(struct ll_store *store, int64_t since_ms, int64_t *ret_count,
			double *ret_p50_ms, double *ret_p99_ms, struct ll_error *error);
int ll_store_pg_put_people(struct ll_store *store, const struct ll_private_person *people,
			   size_t count, struct ll_error *error);
/* May this role read the names? */
int ll_store_pg_sees_names(struct ll_store_pg *pg, bool *ret_sees, struct ll_error *error);

#endif
