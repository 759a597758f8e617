/*
 * The PostgreSQL store against a real server: the conformance suite, and what only a real server
 * can show. LIFELINE_TEST_DATABASE is a conninfo of a database that may be emptied; without it the
 * test is skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "unit/store/conformance.h"

#define EXIT_SKIP	77
#define STARTED		1700000000000LL
#define MIGRATORS	4
#define SEGMENT_SIZE	((size_t)256 << 10)
#define LARGE_COUNT	64
#define MANY_TASKS	5000
#define LOCK_TIMEOUT_MS 1000

static const char *conninfo;

/* A statement past the store, on a connection of its own; the first value, or "". */
static void sql(const char *statement, char *ret_value, size_t size)
{
	PGconn *conn = PQconnectdb(conninfo);
	PGresult *result = PQexec(conn, statement);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fail_msg("%s: %s", statement, PQerrorMessage(conn));
	if (ret_value)
		snprintf(ret_value, size, "%s", PQntuples(result) ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	PQfinish(conn);
}

static void assert_sql(const char *statement, const char *expected)
{
	char value[256];

	sql(statement, value, sizeof(value));
	assert_string_equal(value, expected);
}

static void drop_all(void)
{
	sql("DROP SCHEMA IF EXISTS lifeline_private CASCADE", NULL, 0);
	sql("DROP SCHEMA IF EXISTS lifeline CASCADE", NULL, 0);
}

static int group_setup(void **state)
{
	struct ll_store *store;
	struct ll_error error;
	int32_t from, to;

	(void)state;
	drop_all();
	assert_int_equal(ll_store_pg_new(conninfo, &store), 0);
	assert_int_equal(ll_store_migrate(store, &from, &to, &error), 0);
	assert_int_equal(from, 0);
	assert_true(to > 0);
	ll_store_free(store);
	return 0;
}

static int setup(void **state)
{
	struct ll_store *store;

	sql("TRUNCATE lifeline.deployment_fact, lifeline.checkpoint, lifeline.segment,"
	    " lifeline.task, lifeline.task_history, lifeline.risk_change,"
	    " lifeline.household_status, lifeline.escalation, lifeline.recorded_offset,"
	    " lifeline_private.person",
	    NULL, 0);
	assert_int_equal(ll_store_pg_new(conninfo, &store), 0);
	*state = store;
	return 0;
}

static int teardown(void **state)
{
	ll_store_free(*state);
	return 0;
}

/* ---- migrations ------------------------------------------------------------------------------------- */

static void *migrate_thread(void *argument)
{
	struct ll_store *store;
	int32_t from, to;
	int *ret_err = argument;

	*ret_err = ll_store_pg_new(conninfo, &store);
	if (!*ret_err) {
		*ret_err = ll_store_migrate(store, &from, &to, NULL);
		ll_store_free(store);
	}
	return NULL;
}

static void migrate_at_once(void **state)
{
	pthread_t threads[MIGRATORS];
	int errs[MIGRATORS];

	(void)state;
	drop_all();
	for (int i = 0; i < MIGRATORS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, migrate_thread, &errs[i]), 0);
	for (int i = 0; i < MIGRATORS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(errs[i], 0);
	}
	assert_sql("SELECT count(*) = max(version) FROM lifeline.migration", "t");
}

static void migrate_newer_database(void **state)
{
	struct ll_error error;
	int32_t from, to;

	sql("INSERT INTO lifeline.migration VALUES (9999, 'from the future')", NULL, 0);
	assert_int_equal(ll_store_migrate(*state, &from, &to, &error), -LL_ERR_UNSUPPORTED);
	sql("DELETE FROM lifeline.migration WHERE version = 9999", NULL, 0);
	assert_int_equal(ll_store_migrate(*state, &from, &to, &error), 0);
}

static void not_migrated(void **state)
{
	struct ll_error error;
	int64_t stored;

	sql("ALTER SCHEMA lifeline RENAME TO lifeline_away", NULL, 0);
	assert_int_equal(ll_store_fix(*state, "p", 4, &stored, &error), -LL_ERR_UNSUPPORTED);
	sql("ALTER SCHEMA lifeline_away RENAME TO lifeline", NULL, 0);
	assert_int_equal(ll_store_fix(*state, "p", 4, &stored, &error), 0);
}

static void every_table_has_a_comment(void **state)
{
	(void)state;
	assert_sql("SELECT coalesce(string_agg(c.relname, ' '), '') FROM pg_class c"
		   " JOIN pg_namespace n ON n.oid = c.relnamespace"
		   " WHERE n.nspname LIKE 'lifeline%' AND c.relkind IN ('r', 'v')"
		   " AND obj_description(c.oid, 'pg_class') IS NULL",
		   "");
}

static void private_is_not_public(void **state)
{
	(void)state;
	assert_sql("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
		   " aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a"
		   " WHERE n.nspname = 'lifeline_private' AND a.grantee = 0",
		   "0");
	assert_sql("SELECT count(*) FROM pg_namespace n,"
		   " aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a"
		   " WHERE n.nspname = 'lifeline_private' AND a.grantee = 0",
		   "0");
}

/* ---- connections ------------------------------------------------------------------------------------ */

static void lost_connection(void **state)
{
	struct ll_error error = {0};
	int64_t epoch;

	assert_int_equal(ll_store_ping(*state, &error), 0);
	sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	    " WHERE application_name = 'lifeline' AND datname = current_database()",
	    NULL, 0);
	assert_int_equal(ll_store_take_epoch(*state, "assess", "log", 0, "test", &epoch, &error),
			 -LL_ERR_UNAVAILABLE);
	assert_int_equal(error.code, -LL_ERR_UNAVAILABLE);
	assert_int_equal(ll_store_take_epoch(*state, "assess", "log", 0, "test", &epoch, &error),
			 0);
	assert_int_equal(epoch, 1);
}

static void lost_connection_of_records(void **state)
{
	struct ll_recorded_task task = conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED);
	struct ll_position_of_task position = {"tasks", 0, 0};
	struct ll_recorded_offset offset = {"tasks", 0, 0, 1};
	struct ll_record_batch batch = {&task, &position, 1, NULL, 0, NULL, 0, &offset, 1};
	struct ll_error error;

	assert_int_equal(ll_store_take_epoch(*state, LL_STORE_RECORD_STAGE, "tasks", 0, "test",
					     &offset.epoch, &error),
			 0);
	sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	    " WHERE application_name = 'lifeline' AND datname = current_database()",
	    NULL, 0);
	assert_int_equal(ll_store_write_records(*state, &batch, &error), -LL_ERR_UNAVAILABLE);
	assert_int_equal(ll_store_write_records(*state, &batch, &error), 0);
	assert_sql("SELECT count(*) FROM lifeline.task", "1");
}

static void no_server(void **state)
{
	struct ll_store *store;
	struct ll_error error = {0};

	(void)state;
	assert_int_equal(ll_store_pg_new("host=127.0.0.1 port=1", &store), 0);
	assert_int_equal(ll_store_ping(store, &error), -LL_ERR_UNAVAILABLE);
	assert_true(error.message[0] != '\0');
	ll_store_free(store);
	assert_int_equal(ll_store_pg_new("no such option=1", &store), -LL_ERR_INVALID);
}

static void connection_has_our_name(void **state)
{
	struct ll_error error;

	assert_int_equal(ll_store_ping(*state, &error), 0);
	assert_sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lifeline'"
		   " AND datname = current_database()",
		   "1");
}

/* Another transaction holds the row: the raise gives up and can be asked again. */
static void lock_timeout(void **state)
{
	PGconn *holder = PQconnectdb(conninfo);
	struct ll_error error;
	int64_t epoch;

	assert_int_equal(ll_store_take_epoch(*state, "assess", "log", 0, "test", &epoch, &error),
			 0);
	PQclear(PQexec(holder, "BEGIN"));
	PQclear(PQexec(holder, "SELECT 1 FROM lifeline.checkpoint FOR UPDATE"));
	assert_int_equal(ll_store_take_epoch(*state, "assess", "log", 0, "test", &epoch, &error),
			 -LL_ERR_TIMED_OUT);
	assert_int_equal(ll_err_class(error.code), LL_CLASS_RETRY);
	PQfinish(holder);
	assert_int_equal(ll_store_take_epoch(*state, "assess", "log", 0, "test", &epoch, &error),
			 0);
	assert_int_equal(epoch, 2);
}

/* ---- checkpoints ------------------------------------------------------------------------------------ */

struct writer {
	struct ll_store *store;
	int64_t epoch;
	int err;
};

static void *write_thread(void *argument)
{
	static const uint8_t text[] = "late";
	struct ll_bytes segment = {text, 4};
	struct writer *writer = argument;
	struct ll_checkpoint_write write = {
		.stage = "assess",
		.topic = "log",
		.epoch = writer->epoch,
		.offset = 10,
		.segments = &segment,
		.segment_count = 1,
	};

	writer->err = ll_store_write_checkpoint(writer->store, &write, NULL);
	return NULL;
}

static void wait_for_a_waiter(void)
{
	char value[16] = "0";

	while (strcmp(value, "1") != 0)
		sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
		    " AND application_name = 'lifeline' AND datname = current_database()",
		    value, sizeof(value));
}

/* The epoch is raised while the old owner's write waits for the row: it must not go through. */
static void raise_overtakes_a_write(void **state)
{
	PGconn *holder = PQconnectdb(conninfo);
	struct writer writer = {.store = *state};
	struct ll_error error;
	pthread_t thread;

	assert_int_equal(
		ll_store_take_epoch(*state, "assess", "log", 0, "old", &writer.epoch, &error), 0);
	PQclear(PQexec(holder, "BEGIN"));
	PQclear(PQexec(holder, "UPDATE lifeline.checkpoint SET epoch = epoch + 1"));
	assert_int_equal(pthread_create(&thread, NULL, write_thread, &writer), 0);
	wait_for_a_waiter();
	PQclear(PQexec(holder, "COMMIT"));
	assert_int_equal(pthread_join(thread, NULL), 0);
	PQfinish(holder);
	assert_int_equal(writer.err, -LL_ERR_FENCED);
	assert_sql("SELECT count(*) FROM lifeline.segment", "0");
}

struct order {
	unsigned char next;
	size_t size;
};

static int check_order(void *context, struct ll_bytes bytes)
{
	struct order *order = context;

	assert_int_equal(bytes.data[0], order->next);
	assert_int_equal(bytes.data[bytes.size - 1], order->next);
	order->next++;
	order->size += bytes.size;
	return 0;
}

static void large_segments(void **state)
{
	uint8_t *data = malloc(LARGE_COUNT * SEGMENT_SIZE);
	struct ll_bytes segments[LARGE_COUNT];
	struct ll_checkpoint_write write = {
		.stage = "assess", .topic = "log", .offset = 1, .base = true, .segments = segments};
	struct ll_checkpoint checkpoint;
	struct order order = {0};
	struct ll_error error;

	assert_non_null(data);
	for (size_t i = 0; i < LARGE_COUNT; i++) {
		segments[i] = (struct ll_bytes){data + i * SEGMENT_SIZE, SEGMENT_SIZE};
		memset(data + i * SEGMENT_SIZE, (int)i, SEGMENT_SIZE);
	}
	write.segment_count = LARGE_COUNT;
	assert_int_equal(
		ll_store_take_epoch(*state, "assess", "log", 0, "test", &write.epoch, &error), 0);
	assert_int_equal(ll_store_write_checkpoint(*state, &write, &error), 0);
	/* Replaced ones are gone from the table, not only from sight. */
	assert_int_equal(ll_store_write_checkpoint(*state, &write, &error), 0);
	assert_sql("SELECT count(*) FROM lifeline.segment", "64");
	assert_int_equal(ll_store_read_checkpoint(*state, "assess", "log", 0, &checkpoint,
						  check_order, &order, &error),
			 0);
	assert_int_equal(order.next, LARGE_COUNT);
	assert_int_equal(order.size, LARGE_COUNT * SEGMENT_SIZE);
	assert_int_equal(checkpoint.segment_bytes, LARGE_COUNT * SEGMENT_SIZE);
	free(data);
}

/* A base may leave rows behind that its statement could not see yet: they count for nothing. */
static void segment_of_an_older_base(void **state)
{
	static const uint8_t zero;
	struct ll_bytes segment = {&zero, 1};
	struct ll_checkpoint_write write = {
		.stage = "assess",
		.topic = "log",
		.offset = 1,
		.base = true,
		.segments = &segment,
		.segment_count = 1,
	};
	struct ll_checkpoint checkpoint;
	struct order order = {0};
	struct ll_error error;

	assert_int_equal(
		ll_store_take_epoch(*state, "assess", "log", 0, "test", &write.epoch, &error), 0);
	assert_int_equal(ll_store_write_checkpoint(*state, &write, &error), 0);
	sql("INSERT INTO lifeline.segment VALUES ('assess', 'log', 0, 0, 99, 'x')", NULL, 0);
	assert_int_equal(ll_store_read_checkpoint(*state, "assess", "log", 0, &checkpoint,
						  check_order, &order, &error),
			 0);
	assert_int_equal(order.next, 1);
	assert_int_equal(checkpoint.segment_count, 1);
	/* And the next base takes them away. */
	assert_int_equal(ll_store_write_checkpoint(*state, &write, &error), 0);
	assert_sql("SELECT count(*) FROM lifeline.segment", "1");
}

/* ---- records ---------------------------------------------------------------------------------------- */

static void many_tasks(void **state)
{
	struct ll_recorded_task *tasks = calloc(MANY_TASKS, sizeof(*tasks));

	assert_non_null(tasks);
	for (size_t i = 0; i < MANY_TASKS; i++) {
		tasks[i] = conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED);
		memcpy(tasks[i].task.task_id.bytes + 4, &i, sizeof(i));
	}
	assert_int_equal(conform_write_tasks(*state, tasks, MANY_TASKS, 0), 0);
	assert_int_equal(conform_write_tasks(*state, tasks, MANY_TASKS, 0), 0);
	assert_sql("SELECT count(*) FROM lifeline.task", "5000");
	assert_sql("SELECT count(*) FROM lifeline.task_history", "5000");
	assert_sql("SELECT min(seen_at - published_at) FROM lifeline.task", "00:00:00.03");
	free(tasks);
}

/* The rows that no query of the store shows: twice the same batch, once the rows. */
static void risk_and_escalation_rows(void **state)
{
	conform_risk_changes_make_status(state);
	assert_sql("SELECT count(*) FROM lifeline.risk_change", "5");
	assert_sql("SELECT count(*) FROM lifeline.escalation", "1");
	assert_sql("SELECT days_overdue || city FROM lifeline.escalation", "23605");
}

static void reasons_that_are_not_json(void **state)
{
	struct ll_recorded_task task = conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED);

	task.reasons_json = LL_STR("{");
	assert_int_equal(conform_write_tasks(*state, &task, 1, 0), -LL_ERR_INVALID);
	/* All or nothing: the offset did not move. */
	assert_sql("SELECT count(*) FROM lifeline.recorded_offset", "0");
	task.reasons_json = LL_STR("{}");
	assert_int_equal(conform_write_tasks(*state, &task, 1, 0), 0);
}

static int no_name(void *context, const struct ll_task_row *row)
{
	*(int *)context += 1;
	assert_int_equal(row->household_name.size, 0);
	return 0;
}

/* A role without the grant sees the tasks and no names. */
static void names_need_a_grant(void **state)
{
	struct ll_recorded_task task = conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED);
	struct ll_private_person person = {conform_key(9), conform_key(101), LL_STR("王强"),
					   LL_STR(""), LL_STR("")};
	struct ll_task_filter filter = {.state = -1, .measure = -1, .limit = 10};
	struct ll_store *reader;
	struct ll_error error;
	char limited[512];
	int rows = 0;

	assert_int_equal(conform_write_tasks(*state, &task, 1, 0), 0);
	assert_int_equal(ll_store_put_people(*state, &person, 1, &error), 0);
	sql("DO $$ BEGIN CREATE ROLE lifeline_test_reader NOLOGIN;"
	    " EXCEPTION WHEN duplicate_object THEN NULL; END $$",
	    NULL, 0);
	sql("GRANT USAGE ON SCHEMA lifeline TO lifeline_test_reader", NULL, 0);
	sql("GRANT SELECT ON ALL TABLES IN SCHEMA lifeline TO lifeline_test_reader", NULL, 0);
	snprintf(limited, sizeof(limited), "%s options='-c role=lifeline_test_reader'", conninfo);
	assert_int_equal(ll_store_pg_new(limited, &reader), 0);
	assert_int_equal(ll_store_list_tasks(reader, &filter, no_name, &rows, &error), 0);
	assert_int_equal(rows, 1);
	assert_true(ll_store_put_people(reader, &person, 1, &error) < 0);
	ll_store_free(reader);
	sql("DROP OWNED BY lifeline_test_reader", NULL, 0);
	sql("DROP ROLE lifeline_test_reader", NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONFORMANCE(CONFORM_TEST) cmocka_unit_test(migrate_at_once),
		cmocka_unit_test_setup_teardown(migrate_newer_database, setup, teardown),
		cmocka_unit_test_setup_teardown(not_migrated, setup, teardown),
		cmocka_unit_test(every_table_has_a_comment),
		cmocka_unit_test(private_is_not_public),
		cmocka_unit_test_setup_teardown(lost_connection, setup, teardown),
		cmocka_unit_test_setup_teardown(lost_connection_of_records, setup, teardown),
		cmocka_unit_test(no_server),
		cmocka_unit_test_setup_teardown(connection_has_our_name, setup, teardown),
		cmocka_unit_test_setup_teardown(lock_timeout, setup, teardown),
		cmocka_unit_test_setup_teardown(raise_overtakes_a_write, setup, teardown),
		cmocka_unit_test_setup_teardown(large_segments, setup, teardown),
		cmocka_unit_test_setup_teardown(segment_of_an_older_base, setup, teardown),
		cmocka_unit_test_setup_teardown(many_tasks, setup, teardown),
		cmocka_unit_test_setup_teardown(risk_and_escalation_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(reasons_that_are_not_json, setup, teardown),
		cmocka_unit_test_setup_teardown(names_need_a_grant, setup, teardown),
	};

	conninfo = getenv("LIFELINE_TEST_DATABASE");
	if (!conninfo) {
		fprintf(stderr, "LIFELINE_TEST_DATABASE is not set: skipped\n");
		return EXIT_SKIP;
	}
	return cmocka_run_group_tests(tests, group_setup, NULL);
}
