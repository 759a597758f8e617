#include "store_pg.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/date.h"

/* ---- errors -----------------------------------------------------------------------------------
 */

/* The first row whose code the SQLSTATE begins with (PostgreSQL manual, appendix A). */
static const struct {
	const char *sqlstate;
	int err;
} sqlstate_rows[] = {
	{"LL001", -LL_ERR_FENCED},	/* lifeline.move_recorded_offsets */
	{"40", -LL_ERR_ABORTED},	/* serialization failure, deadlock */
	{"55P03", -LL_ERR_TIMED_OUT},	/* lock_timeout */
	{"57014", -LL_ERR_TIMED_OUT},	/* statement_timeout */
	{"57P", -LL_ERR_UNAVAILABLE},	/* shutting down, starting up, terminated */
	{"08", -LL_ERR_UNAVAILABLE},	/* connection */
	{"53", -LL_ERR_UNAVAILABLE},	/* out of disk, memory, connections */
	{"58030", -LL_ERR_UNAVAILABLE}, /* I/O error */
	{"25006", -LL_ERR_UNAVAILABLE}, /* read-only: a standby, until it is promoted */
	{"25P03", -LL_ERR_UNAVAILABLE}, /* idle_in_transaction_session_timeout */
	{"22", -LL_ERR_INVALID},	/* a value that PostgreSQL does not take */
	{"23", -LL_ERR_INVALID},
	{"3F000", -LL_ERR_UNSUPPORTED}, /* no such schema, table, column, function: */
	{"42P01", -LL_ERR_UNSUPPORTED}, /* the database is not migrated */
	{"42703", -LL_ERR_UNSUPPORTED},
	{"42883", -LL_ERR_UNSUPPORTED},
};

static int err_of_sqlstate(const char *sqlstate)
{
	for (size_t i = 0; i < sizeof(sqlstate_rows) / sizeof(sqlstate_rows[0]); i++)
		if (strncmp(sqlstate, sqlstate_rows[i].sqlstate,
			    strlen(sqlstate_rows[i].sqlstate)) == 0)
			return sqlstate_rows[i].err;
	return -LL_ERR_FATAL;
}

/* What libpq says about the connection, on one line. */
static int connection_error(struct ll_store_pg *pg, struct ll_error *error)
{
	const char *text = pg->conn ? PQerrorMessage(pg->conn) : "out of memory";
	struct ll_str line = ll_str_trim(ll_str_from(text));

	ll_error_set(error, -LL_ERR_UNAVAILABLE, "database: %.*s", LL_STR_ARG(line));
	ll_pg_disconnect(pg);
	return -LL_ERR_UNAVAILABLE;
}

/* Only the primary message: details may show a row, and rows may be about persons. */
static int result_error(struct ll_store_pg *pg, const PGresult *result, struct ll_error *error)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	int err;

	if (!sqlstate || PQstatus(pg->conn) != CONNECTION_OK)
		return connection_error(pg, error);
	err = err_of_sqlstate(sqlstate);
	if (err == -LL_ERR_UNSUPPORTED)
		return ll_error_set(error, err, "database: %s (%s): is it migrated?",
				    text ? text : "", sqlstate);
	return ll_error_set(error, err, "database: %s (%s)", text ? text : "", sqlstate);
}

void ll_pg_result_clear(PGresult **result)
{
	PQclear(*result);
	*result = NULL;
}

/* ---- connection
 * ----------------------------------------------------------------------------------- */

void ll_pg_disconnect(struct ll_store_pg *pg)
{
	PQfinish(pg->conn);
	pg->conn = NULL;
}

static void ignore_notice(void *context, const PGresult *result)
{
	/* Libraries do not log, and libpq would write notices to stderr. */
	(void)context;
	(void)result;
}

int ll_pg_connect(struct ll_store_pg *pg, struct ll_error *error)
{
	/* Before dbname: what conninfo may change. After it: what this layer relies on. */
	static const char *const keywords[] = {
		"application_name", "connect_timeout",
		"keepalives_idle",  "keepalives_interval",
		"keepalives_count", "tcp_user_timeout",
		"dbname",	    "client_encoding",
		"options",	    NULL,
	};
	char connect_timeout_s[12], user_timeout_ms[12];
	const char *const values[] = {
		"lifeline",	 connect_timeout_s, "5",    "5",	 "3",
		user_timeout_ms, pg->conninfo,	    "UTF8", pg->options, NULL};

	if (pg->conn && PQstatus(pg->conn) == CONNECTION_OK &&
	    PQtransactionStatus(pg->conn) == PQTRANS_IDLE)
		return 0;
	ll_pg_disconnect(pg);
	snprintf(connect_timeout_s, sizeof(connect_timeout_s), "%d", LL_PG_CONNECT_TIMEOUT_S);
	snprintf(user_timeout_ms, sizeof(user_timeout_ms), "%d", LL_PG_STATEMENT_TIMEOUT_MS);
	pg->conn = PQconnectdbParams(keywords, values, 1);
	if (PQstatus(pg->conn) != CONNECTION_OK || PQsetnonblocking(pg->conn, 1) != 0)
		return connection_error(pg, error);
	PQsetNoticeReceiver(pg->conn, ignore_notice, NULL);
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int timed_out(struct ll_store_pg *pg, struct ll_error *error)
{
	ll_pg_disconnect(pg);
	return ll_error_set(error, -LL_ERR_TIMED_OUT, "database: no answer in time");
}

/*
 * Sends what is to be sent and waits until a result is there. Reading goes on while sending, or
 * both sides could wait for the other to read.
 */
static int pg_wait(struct ll_store_pg *pg, int timeout_ms, struct ll_error *error)
{
	int64_t deadline_ms = now_ms() + timeout_ms;
	int unsent = PQflush(pg->conn);

	while (unsent > 0 || (unsent == 0 && PQisBusy(pg->conn))) {
		struct pollfd fd = {.fd = PQsocket(pg->conn), .events = POLLIN};
		int64_t left_ms = deadline_ms - now_ms();
		int ready;

		if (unsent > 0)
			fd.events |= POLLOUT;
		if (left_ms <= 0)
			return timed_out(pg, error);
		ready = poll(&fd, 1, (int)left_ms);
		if (ready < 0 && errno != EINTR)
			return connection_error(pg, error);
		if (ready > 0 && (fd.revents & ~POLLOUT) && !PQconsumeInput(pg->conn))
			return connection_error(pg, error);
		if (unsent > 0)
			unsent = PQflush(pg->conn);
	}
	/* A failed flush: the server may have said why before it went away. */
	if (unsent < 0 && !PQconsumeInput(pg->conn))
		return connection_error(pg, error);
	return 0;
}

/* The next result; NULL is the end of a statement's results. */
static int pg_next(struct ll_store_pg *pg, int timeout_ms, PGresult **ret_result,
		   struct ll_error *error)
{
	int err = pg_wait(pg, timeout_ms, error);

	if (err)
		return err;
	*ret_result = PQgetResult(pg->conn);
	return 0;
}

static int pg_send(struct ll_store_pg *pg, const char *sql, const struct ll_pg_params *params,
		   struct ll_error *error)
{
	static const struct ll_pg_params none;

	if (!params)
		params = &none;
	if (params->error)
		return ll_error_set(error, params->error, "database: %s",
				    ll_err_text(params->error));
	if (!PQsendQueryParams(pg->conn, sql, params->count, params->types, params->values,
			       params->lengths, params->formats, 1))
		return connection_error(pg, error);
	return 0;
}

/* Reads to the end of the statement (or of the script); the last good result, the first error. */
static int pg_collect(struct ll_store_pg *pg, int timeout_ms, PGresult **ret_result,
		      struct ll_error *error)
{
	LL_PG_RESULT last = NULL;
	int first_err = 0;

	for (;;) {
		LL_PG_RESULT result = NULL;
		int err = pg_next(pg, timeout_ms, &result, error);

		if (err)
			return err;
		if (!result)
			break;
		if (PQresultStatus(result) != PGRES_TUPLES_OK &&
		    PQresultStatus(result) != PGRES_COMMAND_OK) {
			if (!first_err)
				first_err = result_error(pg, result, error);
			if (!pg->conn)
				return first_err;
			continue;
		}
		ll_pg_result_clear(&last);
		last = result;
		result = NULL;
	}
	if (first_err)
		return first_err;
	if (ret_result) {
		*ret_result = last;
		last = NULL;
	}
	return 0;
}

int ll_pg_exec_open(struct ll_store_pg *pg, const char *sql, const struct ll_pg_params *params,
		    PGresult **ret_result, struct ll_error *error)
{
	int err = pg_send(pg, sql, params, error);

	if (!err)
		err = pg_collect(pg, LL_PG_ANSWER_TIMEOUT_MS, ret_result, error);
	return err;
}

int ll_pg_exec(struct ll_store_pg *pg, const char *sql, const struct ll_pg_params *params,
	       PGresult **ret_result, struct ll_error *error)
{
	int err = ll_pg_connect(pg, error);

	if (!err)
		err = ll_pg_exec_open(pg, sql, params, ret_result, error);
	return err;
}

int ll_pg_script(struct ll_store_pg *pg, const char *sql, int timeout_ms, struct ll_error *error)
{
	if (!PQsendQuery(pg->conn, sql))
		return connection_error(pg, error);
	return pg_collect(pg, timeout_ms, NULL, error);
}

int ll_pg_each(struct ll_store_pg *pg, const char *sql, const struct ll_pg_params *params,
	       int (*row)(void *context, const PGresult *result), void *context,
	       struct ll_error *error)
{
	int err = ll_pg_connect(pg, error);

	if (!err)
		err = pg_send(pg, sql, params, error);
	if (err)
		return err;
	if (!PQsetSingleRowMode(pg->conn))
		return connection_error(pg, error);
	for (;;) {
		LL_PG_RESULT result = NULL;

		err = pg_next(pg, LL_PG_ANSWER_TIMEOUT_MS, &result, error);
		if (err || !result)
			return err;
		if (PQresultStatus(result) == PGRES_SINGLE_TUPLE) {
			err = row(context, result);
		} else if (PQresultStatus(result) != PGRES_TUPLES_OK) {
			/* Nothing but the end follows an error. */
			err = result_error(pg, result, error);
		}
		if (err) {
			/* What is still on its way goes with the connection. */
			ll_pg_disconnect(pg);
			return err;
		}
	}
}

/* ---- pipelines
 * ------------------------------------------------------------------------------------ */

int ll_pg_pipeline_begin(struct ll_store_pg *pg, struct ll_error *error)
{
	int err = ll_pg_connect(pg, error);

	if (!err && !PQenterPipelineMode(pg->conn))
		err = connection_error(pg, error);
	return err;
}

int ll_pg_pipeline_add(struct ll_store_pg *pg, const char *sql, const struct ll_pg_params *params,
		       struct ll_error *error)
{
	int err = pg_send(pg, sql, params, error);

	/* Without its end the transaction never happens. */
	if (err)
		ll_pg_disconnect(pg);
	return err;
}

int ll_pg_pipeline_end(struct ll_store_pg *pg, struct ll_error *error)
{
	int first_err = 0;

	if (!PQpipelineSync(pg->conn))
		return connection_error(pg, error);
	for (bool synced = false; !synced;) {
		LL_PG_RESULT result = NULL;
		int err = pg_next(pg, LL_PG_ANSWER_TIMEOUT_MS, &result, error);

		if (err)
			return err;
		switch (result ? PQresultStatus(result) : PGRES_COMMAND_OK) {
		case PGRES_COMMAND_OK: /* also: the end of one statement's results */
		case PGRES_TUPLES_OK:
		case PGRES_PIPELINE_ABORTED:
			break;
		case PGRES_PIPELINE_SYNC:
			synced = true;
			break;
		default:
			if (!first_err)
				first_err = result_error(pg, result, error);
			break;
		}
		if (!pg->conn)
			return first_err;
		/* A lost connection gives no more results, and no sync. */
		if (PQstatus(pg->conn) != CONNECTION_OK)
			return connection_error(pg, error);
	}
	if (!PQexitPipelineMode(pg->conn))
		ll_pg_disconnect(pg);
	return first_err;
}

/* ---- columns
 * -------------------------------------------------------------------------------------- */

struct ll_bytes ll_pg_bytes(const PGresult *result, int row, int column)
{
	return (struct ll_bytes){(const uint8_t *)PQgetvalue(result, row, column),
				 (size_t)PQgetlength(result, row, column)};
}

struct ll_str ll_pg_text(const PGresult *result, int row, int column)
{
	return (struct ll_str){PQgetvalue(result, row, column),
			       (size_t)PQgetlength(result, row, column)};
}

/* A binary integer of the size that the statement's column has; NULL is 0. */
static uint64_t pg_be(const PGresult *result, int row, int column, size_t size)
{
	struct ll_bytes bytes = ll_pg_bytes(result, row, column);
	uint64_t value = 0;

	if (PQgetisnull(result, row, column))
		return 0;
	assert(bytes.size == size);
	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes.data[i];
	return value;
}

int64_t ll_pg_int64(const PGresult *result, int row, int column)
{
	return (int64_t)pg_be(result, row, column, sizeof(int64_t));
}

int32_t ll_pg_int32(const PGresult *result, int row, int column)
{
	return (int32_t)(uint32_t)pg_be(result, row, column, sizeof(int32_t));
}

double ll_pg_double(const PGresult *result, int row, int column)
{
	uint64_t bits = pg_be(result, row, column, sizeof(bits));
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

bool ll_pg_bool(const PGresult *result, int row, int column)
{
	return pg_be(result, row, column, 1) != 0;
}

struct ll_key ll_pg_key(const PGresult *result, int row, int column)
{
	struct ll_bytes bytes = ll_pg_bytes(result, row, column);
	struct ll_key key = {0};

	if (bytes.size == sizeof(key.bytes))
		memcpy(key.bytes, bytes.data, sizeof(key.bytes));
	return key;
}

int32_t ll_pg_day(const PGresult *result, int row, int column)
{
	if (PQgetisnull(result, row, column))
		return LL_DAY_NONE;
	return ll_pg_int32(result, row, column) + LL_PG_DAYS_TO_2000;
}

int64_t ll_pg_time_ms(const PGresult *result, int row, int column)
{
	if (PQgetisnull(result, row, column))
		return 0;
	return ll_pg_int64(result, row, column) / 1000 + LL_PG_MS_TO_2000;
}

/* ---- the store
 * ------------------------------------------------------------------------------------ */

static void store_pg_free(struct ll_store *store)
{
	struct ll_store_pg *pg = ll_store_pg_of(store);

	ll_pg_disconnect(pg);
	free(pg->conninfo);
	free(pg->options);
	free(pg);
}

static int store_pg_clone(struct ll_store *store, struct ll_store **ret_store)
{
	return ll_store_pg_new(ll_store_pg_of(store)->conninfo, ret_store);
}

static int store_pg_ping(struct ll_store *store, struct ll_error *error)
{
	return ll_pg_exec(ll_store_pg_of(store), "SELECT 1", NULL, NULL, error);
}

static const struct ll_store_ops store_pg_ops = {
	.free = store_pg_free,
	.clone = store_pg_clone,
	.ping = store_pg_ping,
	.migrate = ll_store_pg_migrate,
	.fix = ll_store_pg_fix,
	.take_epoch = ll_store_pg_take_epoch,
	.read_checkpoint = ll_store_pg_read_checkpoint,
	.write_checkpoint = ll_store_pg_write_checkpoint,
	.write_records = ll_store_pg_write_records,
	.recorded_offset = ll_store_pg_recorded_offset,
	.list_tasks = ll_store_pg_list_tasks,
	.find_task = ll_store_pg_find_task,
	.list_history = ll_store_pg_list_history,
	.list_households = ll_store_pg_list_households,
	.find_household = ll_store_pg_find_household,
	.list_risk_changes = ll_store_pg_list_risk_changes,
	.list_courses = ll_store_pg_list_courses,
	.count = ll_store_pg_count,
	.latency = ll_store_pg_latency,
	.put_people = ll_store_pg_put_people,
};

/* The server's settings that this layer relies on, after those that conninfo asks for. */
static int build_options(const char *conninfo, char **ret_options)
{
	PQconninfoOption *parsed = PQconninfoParse(conninfo, NULL);
	const char *own = getenv("PGOPTIONS");
	int length;

	if (!parsed)
		return -LL_ERR_INVALID;
	for (const PQconninfoOption *option = parsed; option->keyword; option++)
		if (strcmp(option->keyword, "options") == 0 && option->val)
			own = option->val;
	length = asprintf(ret_options,
			  "%s -c lock_timeout=%d -c statement_timeout=%d"
			  " -c idle_in_transaction_session_timeout=%d"
			  " -c default_transaction_isolation=read\\ committed"
			  " -c search_path=pg_catalog"
			  /* Else the planner copies whole batches as constants. */
			  " -c plan_cache_mode=force_generic_plan",
			  own ? own : "", LL_PG_LOCK_TIMEOUT_MS, LL_PG_STATEMENT_TIMEOUT_MS,
			  LL_PG_IDLE_TIMEOUT_MS);
	PQconninfoFree(parsed);
	return length < 0 ? -LL_ERR_NO_MEMORY : 0;
}

int ll_store_pg_new(const char *conninfo, struct ll_store **ret_store)
{
	struct ll_store_pg *pg;
	char *options;
	int err = build_options(conninfo, &options);

	if (err)
		return err;
	pg = calloc(1, sizeof(*pg));
	if (pg)
		pg->conninfo = strdup(conninfo);
	if (!pg || !pg->conninfo) {
		free(pg);
		free(options);
		return -LL_ERR_NO_MEMORY;
	}
	pg->store.ops = &store_pg_ops;
	pg->options = options;
	*ret_store = &pg->store;
	return 0;
}
