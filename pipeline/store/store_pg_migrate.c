#include "store_migrations.h"

#include "store_pg.h"
#include <assert.h>
#include <stdlib.h>

/*
 * "lifeline" in ASCII. Every migrating process takes this lock; it ends with the transaction, so
 * that one that dies holds up nobody.
 */
#define TAKE_LOCK "SELECT pg_advisory_xact_lock(7811887321930395237)"

#define MIGRATE_TIMEOUT_MS 600000 /* a migration may rewrite a table, or wait for one that does */

static const char begin_sql[] = "BEGIN;"
				"SET LOCAL lock_timeout = '10min';"
				"SET LOCAL statement_timeout = '10min';" TAKE_LOCK;

static const char first_sql[] =
	"CREATE SCHEMA IF NOT EXISTS lifeline;"
	"CREATE TABLE IF NOT EXISTS lifeline.migration ("
	"	version integer PRIMARY KEY,"
	"	name text NOT NULL,"
	"	applied_at timestamptz NOT NULL DEFAULT now());"
	"COMMENT ON TABLE lifeline.migration IS 'Changes to the schema that were made, in order.'";

/* The highest version applied; 0 without any. */
static int migrate_version(struct ll_store_pg *pg, int32_t *ret_version, struct ll_error *error)
{
	LL_PG_RESULT result = NULL;
	int err = ll_pg_exec_open(pg, "SELECT to_regclass('lifeline.migration') IS NOT NULL", NULL,
				  &result, error);

	if (err)
		return err;
	if (!ll_pg_bool(result, 0, 0)) {
		*ret_version = 0;
		return 0;
	}
	ll_pg_result_clear(&result);
	err = ll_pg_exec_open(pg, "SELECT coalesce(max(version), 0) FROM lifeline.migration", NULL,
			      &result, error);
	if (err)
		return err;
	*ret_version = ll_pg_int32(result, 0, 0);
	if (*ret_version > (int32_t)ll_migrations_count)
		return ll_error_set(
			error, -LL_ERR_UNSUPPORTED,
			"the database is at version %d, this program at %d: use a newer "
			"program",
			*ret_version, (int32_t)ll_migrations_count);
	return 0;
}

static int migrate_apply(struct ll_store_pg *pg, int32_t version, struct ll_error *error)
{
	const struct ll_embedded *migration = &ll_migrations[version - 1];
	struct ll_pg_params params;
	int err = 0;

	assert(atoi(migration->name) == version); /* meson.build names them in order */
	if (version == 1)
		err = ll_pg_script(pg, first_sql, MIGRATE_TIMEOUT_MS, error);
	if (!err)
		err = ll_pg_script(pg, migration->text, MIGRATE_TIMEOUT_MS, error);
	if (err)
		return err;
	ll_pg_params_init(&params);
	ll_pg_params_int32(&params, version);
	ll_pg_params_text(&params, ll_str_from(migration->name));
	return ll_pg_exec_open(pg, "INSERT INTO lifeline.migration (version, name) VALUES ($1, $2)",
			       &params, NULL, error);
}

/* One step, in its transaction: what is applied is read under the lock. */
static int migrate_step(struct ll_store_pg *pg, int32_t *ret_version, bool *ret_done,
			struct ll_error *error)
{
	int32_t version = 0;
	bool done = false;
	int err = ll_pg_script(pg, begin_sql, MIGRATE_TIMEOUT_MS, error);

	if (!err)
		err = migrate_version(pg, &version, error);
	if (!err) {
		done = version == (int32_t)ll_migrations_count;
		if (!done)
			err = migrate_apply(pg, version + 1, error);
	}
	if (!err)
		err = ll_pg_script(pg, "COMMIT", MIGRATE_TIMEOUT_MS, error);
	if (err) {
		/* The transaction goes with the connection. */
		ll_pg_disconnect(pg);
		return err;
	}
	*ret_version = version;
	*ret_done = done;
	return 0;
}

int ll_store_pg_migrate(struct ll_store *store, int32_t *ret_from, int32_t *ret_to,
			struct ll_error *error)
{
	struct ll_store_pg *pg = ll_store_pg_of(store);
	int32_t from = -1, version = 0;
	bool done = false;
	int err = ll_pg_connect(pg, error);

	while (!err && !done) {
		err = migrate_step(pg, &version, &done, error);
		if (from < 0)
			from = version;
	}
	if (err)
		return err;
	*ret_from = from;
	*ret_to = version;
	return 0;
}

int ll_store_pg_fix(struct ll_store *store, const char *name, int64_t value, int64_t *ret_stored,
		    struct ll_error *error)
{
	/* The update changes nothing, but makes RETURNING see a row that another just wrote. */
	static const char sql[] = "INSERT INTO lifeline.deployment_fact AS fact (name, value)"
				  " VALUES ($1, $2)"
				  " ON CONFLICT (name) DO UPDATE SET value = fact.value"
				  " RETURNING value";
	LL_PG_RESULT result = NULL;
	struct ll_pg_params params;
	int err;

	ll_pg_params_init(&params);
	ll_pg_params_text(&params, ll_str_from(name));
	ll_pg_params_int64(&params, value);
	err = ll_pg_exec(ll_store_pg_of(store), sql, &params, &result, error);
	if (err)
		return err;
	*ret_stored = ll_pg_int64(result, 0, 0);
	return 0;
}
