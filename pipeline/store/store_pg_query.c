#include "store_names.h"
#include "store_pg.h"

/* What a row of task or task_history is read from; the order is that of ROW_COLUMNS. */
enum row_column {
	ROW_TASK_ID,
	ROW_HOUSEHOLD_KEY,
	ROW_AREA,
	ROW_COUNTY,
	ROW_MEASURE,
	ROW_CHANGE,
	ROW_STATE,
	ROW_DIMENSION,
	ROW_LEVEL,
	ROW_OPENED_ON,
	ROW_DUE_ON,
	ROW_DEPARTMENT,
	ROW_REASONS,
	ROW_POLICY_NAME,
	ROW_POLICY_VERSION,
	ROW_LOGIC_VERSION,
	ROW_DECIDED_ON,
	ROW_UPDATE_BY,
	ROW_UPDATE_NOTE,
	ROW_CAUSE_TOPIC,
	ROW_CAUSE_PARTITION,
	ROW_CAUSE_OFFSET,
	ROW_PUBLISHED_AT,
	ROW_SEEN_AT,
	ROW_UPDATED_AT,
	ROW_HOUSEHOLD_NAME
};

#define ROW_COLUMNS                                                                          \
	"SELECT t.task_id, t.household_key, t.area, t.county, t.measure, t.change, t.state," \
	" t.dimension, t.level, t.opened_on, t.due_on, t.department, t.reasons::text,"       \
	" t.policy_name, t.policy_version, t.logic_version, t.decided_on, t.update_by,"      \
	" t.update_note, t.cause_topic, t.cause_partition, t.cause_offset, t.published_at,"  \
	" t.seen_at, "
#define WITH_NAME                                          \
	"(SELECT h.name FROM lifeline_private.household h" \
	" WHERE h.household_key = t.household_key)"
#define WITHOUT_NAME "NULL::text"

/* A statement in both forms: index 1 is for roles that may read names. */
#define BOTH_FORMS(before, after)                                 \
	{                                                         \
		before WITHOUT_NAME after, before WITH_NAME after \
	}

static int row_numbers(const PGresult *result, struct ll_task *task)
{
	int measure = ll_name_number(LL_NAMES_MEASURE, ll_pg_text(result, 0, ROW_MEASURE));
	int change = ll_name_number(LL_NAMES_TASK_CHANGE, ll_pg_text(result, 0, ROW_CHANGE));
	int state = ll_name_number(LL_NAMES_TASK_STATE, ll_pg_text(result, 0, ROW_STATE));
	int dimension = ll_name_number(LL_NAMES_DIMENSION, ll_pg_text(result, 0, ROW_DIMENSION));

	/* Written by a newer program, or by hand. */
	if (measure < 0 || change < 0 || state < 0 || dimension < 0)
		return -LL_ERR_STATE;
	task->measure = (enum ll_measure)measure;
	task->change = (enum ll_task_change)change;
	task->state = (enum ll_task_state)state;
	task->dimension = (enum ll_dimension)dimension;
	return 0;
}

static void row_fill(const PGresult *result, struct ll_task *task)
{
	task->task_id = ll_pg_key(result, 0, ROW_TASK_ID);
	task->household_key = ll_pg_key(result, 0, ROW_HOUSEHOLD_KEY);
	task->area = ll_pg_text(result, 0, ROW_AREA);
	task->county = ll_pg_text(result, 0, ROW_COUNTY);
	task->level = ll_pg_int32(result, 0, ROW_LEVEL);
	task->opened_on = ll_pg_day(result, 0, ROW_OPENED_ON);
	task->due_on = ll_pg_day(result, 0, ROW_DUE_ON);
	task->department = ll_pg_text(result, 0, ROW_DEPARTMENT);
	task->policy_name = ll_pg_text(result, 0, ROW_POLICY_NAME);
	task->policy_version = ll_pg_text(result, 0, ROW_POLICY_VERSION);
	task->logic_version = ll_pg_int32(result, 0, ROW_LOGIC_VERSION);
	task->decided_on = ll_pg_day(result, 0, ROW_DECIDED_ON);
	task->update_by = ll_pg_text(result, 0, ROW_UPDATE_BY);
	task->update_note = ll_pg_text(result, 0, ROW_UPDATE_NOTE);
	task->cause.topic = ll_pg_text(result, 0, ROW_CAUSE_TOPIC);
	task->cause.partition = ll_pg_int32(result, 0, ROW_CAUSE_PARTITION);
	task->cause.offset = ll_pg_int64(result, 0, ROW_CAUSE_OFFSET);
	task->cause.published_at_ms = ll_pg_time_ms(result, 0, ROW_PUBLISHED_AT);
}

static int pass_row(void *context, const PGresult *result)
{
	const struct ll_task_sink *sink = context;
	struct ll_task_row row = {
		.reasons_json = ll_pg_text(result, 0, ROW_REASONS),
		.published_at_ms = ll_pg_time_ms(result, 0, ROW_PUBLISHED_AT),
		.seen_at_ms = ll_pg_time_ms(result, 0, ROW_SEEN_AT),
		.updated_at_ms = ll_pg_time_ms(result, 0, ROW_UPDATED_AT),
		.household_name = ll_pg_text(result, 0, ROW_HOUSEHOLD_NAME),
	};
	int err = row_numbers(result, &row.task);

	if (err)
		return err;
	row_fill(result, &row.task);
	return sink->row(sink->context, &row);
}

static int rows_each(struct ll_store_pg *pg, const char *const forms[2],
		     const struct ll_pg_params *params, struct ll_task_sink sink,
		     struct ll_error *error)
{
	bool sees_names;
	int err = ll_store_pg_sees_names(pg, &sees_names, error);

	if (!err)
		err = ll_pg_each(pg, forms[sees_names], params, pass_row, &sink, error);
	return err;
}

/* Compares with the parameter that was just added. */
static int add_condition(struct ll_buf *sql, const char *condition,
			 const struct ll_pg_params *params)
{
	return ll_buf_append_format(sql, " AND t.%s $%d", condition, params->count);
}

/* Digits only, so that ':' after them is above all longer codes, and an index takes the range. */
static int add_area(struct ll_buf *sql, struct ll_str area, struct ll_pg_params *params)
{
	if (area.size == 0)
		return 0;
	ll_pg_params_text(params, area);
	return ll_buf_append_format(sql, " AND t.area >= $%d AND t.area < $%d || ':'",
				    params->count, params->count);
}

/* Only the conditions that are asked for, so that the plan fits them. */
static int add_conditions(const struct ll_task_selection *selection, struct ll_buf *sql,
			  struct ll_pg_params *params)
{
	int err = add_area(sql, selection->area, params);

	if (!err && selection->state >= 0) {
		ll_pg_params_text(params, ll_name_of(LL_NAMES_TASK_STATE, selection->state));
		err = add_condition(sql, "state =", params);
	}
	if (!err && selection->measure >= 0) {
		ll_pg_params_text(params, ll_name_of(LL_NAMES_MEASURE, selection->measure));
		err = add_condition(sql, "measure =", params);
	}
	if (!err && selection->household_low) {
		ll_pg_params_bytes(params,
				   (struct ll_bytes){selection->household_low->bytes, LL_KEY_SIZE});
		err = add_condition(sql, "household_key >=", params);
	}
	if (!err && selection->household_low) {
		ll_pg_params_bytes(
			params, (struct ll_bytes){selection->household_high->bytes, LL_KEY_SIZE});
		err = add_condition(sql, "household_key <=", params);
	}
	if (!err && selection->open_only)
		err = ll_buf_append_str(sql, " AND t.state IN ('open', 'accepted')");
	return err;
}

static int list_sql(const struct ll_task_selection *selection, bool sees_names, struct ll_buf *sql,
		    struct ll_pg_params *params)
{
	int err = ll_buf_append_format(sql, "%s%s FROM lifeline.task t WHERE true",
				       ROW_COLUMNS "t.updated_at, ",
				       sees_names ? WITH_NAME : WITHOUT_NAME);

	if (!err)
		err = add_conditions(selection, sql, params);
	if (err)
		return err;
	ll_pg_params_int64(params, selection->limit);
	err = ll_buf_append_format(
		sql, " ORDER BY t.level DESC, t.due_on NULLS LAST, t.task_id LIMIT $%d",
		params->count);
	/* With the NUL that ends it. */
	return err ? err : ll_buf_append(sql, "", 1);
}

int ll_store_pg_list_tasks(struct ll_store *store, const struct ll_task_selection *selection,
			   struct ll_task_sink sink, struct ll_error *error)
{
	struct ll_store_pg *pg = ll_store_pg_of(store);
	struct ll_pg_params params;
	struct ll_buf sql;
	bool sees_names;
	int err = ll_store_pg_sees_names(pg, &sees_names, error);

	if (err)
		return err;
	ll_buf_init(&sql);
	ll_pg_params_init(&params);
	err = list_sql(selection, sees_names, &sql, &params);
	if (!err)
		err = ll_pg_each(pg, (const char *)sql.data, &params, pass_row, &sink, error);
	ll_buf_release(&sql);
	return err;
}

static int count_matches(struct ll_store_pg *pg, const struct ll_pg_params *params,
			 int64_t *ret_count, struct ll_error *error)
{
	static const char sql[] = "SELECT count(*) FROM (SELECT 1 FROM lifeline.task t"
				  " WHERE t.task_id BETWEEN $1 AND $2 LIMIT 2) AS matches";
	LL_PG_RESULT result = NULL;
	int err = ll_pg_exec(pg, sql, params, &result, error);

	if (!err)
		*ret_count = ll_pg_int64(result, 0, 0);
	return err;
}

int ll_store_pg_find_task(struct ll_store *store, const struct ll_key *low,
			  const struct ll_key *high, struct ll_task_sink sink,
			  struct ll_error *error)
{
	static const char *const forms[2] =
		BOTH_FORMS(ROW_COLUMNS "t.updated_at, ",
			   " FROM lifeline.task t WHERE t.task_id BETWEEN $1 AND $2 LIMIT 1");
	struct ll_store_pg *pg = ll_store_pg_of(store);
	struct ll_pg_params params;
	int64_t count;
	int err;

	ll_pg_params_init(&params);
	ll_pg_params_bytes(&params, (struct ll_bytes){low->bytes, LL_KEY_SIZE});
	ll_pg_params_bytes(&params, (struct ll_bytes){high->bytes, LL_KEY_SIZE});
	err = count_matches(pg, &params, &count, error);
	if (err)
		return err;
	if (count == 0)
		return ll_error_set(error, -LL_ERR_NOT_FOUND, "there is no such task");
	if (count > 1)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "several tasks begin like this: give more digits");
	return rows_each(pg, forms, &params, sink, error);
}

int ll_store_pg_list_history(struct ll_store *store, const struct ll_key *task_id,
			     const struct ll_key *household_key, struct ll_task_sink sink,
			     struct ll_error *error)
{
#define HISTORY_ORDER \
	" ORDER BY t.written_at NULLS FIRST, t.log_topic, t.log_partition, t.log_offset"
	static const char *const by_task[2] =
		BOTH_FORMS(ROW_COLUMNS "t.written_at, ",
			   " FROM lifeline.task_history t WHERE t.task_id = $1" HISTORY_ORDER);
	static const char *const by_household[2] = BOTH_FORMS(
		ROW_COLUMNS "t.written_at, ",
		" FROM lifeline.task_history t WHERE t.household_key = $1" HISTORY_ORDER);
#undef HISTORY_ORDER
	const struct ll_key *key = task_id ? task_id : household_key;
	struct ll_pg_params params;

	ll_pg_params_init(&params);
	ll_pg_params_bytes(&params, (struct ll_bytes){key->bytes, LL_KEY_SIZE});
	return rows_each(ll_store_pg_of(store), task_id ? by_task : by_household, &params, sink,
			 error);
}

struct count_sink {
	int (*row)(void *context, const struct ll_count_row *count);
	void *context;
};

static int pass_count(void *context, const PGresult *result)
{
	const struct count_sink *sink = context;
	struct ll_count_row row = {
		.group = ll_pg_text(result, 0, 0),
		.name = ll_pg_text(result, 0, 1),
		.count = ll_pg_int64(result, 0, 2),
	};

	return sink->row(sink->context, &row);
}

int ll_store_pg_count(struct ll_store *store, enum ll_count what,
		      int (*row)(void *context, const struct ll_count_row *count), void *context,
		      struct ll_error *error)
{
	static const char *const sql[] = {
		[LL_COUNT_TASKS] = "SELECT county, measure, count(*) FROM lifeline.task"
				   " GROUP BY county, measure ORDER BY county, measure",
		[LL_COUNT_TASK_STATES] = "SELECT county, state, count(*) FROM lifeline.task"
					 " GROUP BY county, state ORDER BY county, state",
		[LL_COUNT_CASES] = "SELECT case_state, household_group, count(*)"
				   " FROM lifeline.household_status"
				   " GROUP BY case_state, household_group"
				   " ORDER BY case_state, household_group",
	};
	struct count_sink sink = {row, context};

	return ll_pg_each(ll_store_pg_of(store), sql[what], NULL, pass_count, &sink, error);
}

int ll_store_pg_latency(struct ll_store *store, int64_t since_ms, int64_t *ret_count,
			double *ret_p50_ms, double *ret_p99_ms, struct ll_error *error)
{
	static const char sql[] =
		"SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY ms),"
		" percentile_cont(0.99) WITHIN GROUP (ORDER BY ms)"
		" FROM (SELECT (extract(epoch FROM seen_at - published_at) * 1000)::double "
		"precision"
		"  FROM lifeline.task"
		"  WHERE seen_at >= timestamptz 'epoch' + $1 * interval '1 millisecond'"
		"  AND published_at IS NOT NULL) AS latency (ms)";
	LL_PG_RESULT result = NULL;
	struct ll_pg_params params;
	int err;

	ll_pg_params_init(&params);
	ll_pg_params_int64(&params, since_ms);
	err = ll_pg_exec(ll_store_pg_of(store), sql, &params, &result, error);
	if (err)
		return err;
	*ret_count = ll_pg_int64(result, 0, 0);
	*ret_p50_ms = ll_pg_double(result, 0, 1);
	*ret_p99_ms = ll_pg_double(result, 0, 2);
	return 0;
}
