/* Households and the changes of their cases. */
#include "base/date.h"
#include "store_names.h"
#include "store_pg.h"

enum household_column {
	HOUSEHOLD_KEY,
	HOUSEHOLD_AREA,
	HOUSEHOLD_STATE,
	HOUSEHOLD_LEVEL,
	HOUSEHOLD_DECIDED_ON,
	HOUSEHOLD_GROUP,
	HOUSEHOLD_HELD,
	HOUSEHOLD_SINCE,
	HOUSEHOLD_NAME
};

#define SINCE                                                   \
	"(SELECT max(r.decided_on) FROM lifeline.risk_change r" \
	" WHERE r.household_key = t.household_key AND r.state_before <> r.state_after)"
#define WITH_NAME                                          \
	"(SELECT h.name FROM lifeline_private.household h" \
	" WHERE h.household_key = t.household_key)"
#define WITHOUT_NAME "NULL::text"

/* What every select of a status begins with, up to `since`. */
static int read_household(const PGresult *result, int row,
			  struct ll_household_status *ret_household)
{
	int state = ll_name_number(LL_NAMES_CASE_STATE, ll_pg_text(result, row, HOUSEHOLD_STATE));
	int group = ll_name_number(LL_NAMES_GROUP, ll_pg_text(result, row, HOUSEHOLD_GROUP));

	/* Written by a newer program, or by hand. */
	if (state < 0 || group < 0)
		return -LL_ERR_STATE;
	*ret_household = (struct ll_household_status){
		.household_key = ll_pg_key(result, row, HOUSEHOLD_KEY),
		.area = ll_pg_text(result, row, HOUSEHOLD_AREA),
		.state = (enum ll_case_state)state,
		.level = ll_pg_int32(result, row, HOUSEHOLD_LEVEL),
		.decided_on = ll_pg_day(result, row, HOUSEHOLD_DECIDED_ON),
		.group = (enum ll_group)group,
		.held = ll_pg_bool(result, row, HOUSEHOLD_HELD),
		.since = ll_pg_day(result, row, HOUSEHOLD_SINCE),
	};
	return 0;
}

static int pass_household(const PGresult *result, int row, struct ll_household_sink sink)
{
	struct ll_household_status household;
	int err = read_household(result, row, &household);

	if (err)
		return err;
	household.household_name = ll_pg_text(result, row, HOUSEHOLD_NAME);
	return sink.row(sink.context, &household);
}

static int pass_first(void *context, const PGresult *result)
{
	const struct ll_household_sink *sink = context;

	return pass_household(result, 0, *sink);
}

/* Digits only, so that ':' after them is above all longer codes, and an index takes the range. */
static int list_sql(const struct ll_household_selection *selection, bool sees_names,
		    struct ll_buf *sql, struct ll_pg_params *params)
{
	int err = ll_buf_append_format(
		sql,
		"SELECT t.household_key, t.area, t.case_state, t.level, t.decided_on,"
		" t.household_group, t.held, " SINCE
		" AS since, %s FROM lifeline.household_status t WHERE",
		sees_names ? WITH_NAME : WITHOUT_NAME);

	if (!err && selection->state >= 0) {
		ll_pg_params_text(params, ll_name_of(LL_NAMES_CASE_STATE, selection->state));
		err = ll_buf_append_format(sql, " t.case_state = $%d", params->count);
	} else if (!err) {
		err = ll_buf_append_str(sql, selection->held ? " true" : " t.case_state <> 'none'");
	}
	if (!err && selection->held)
		err = ll_buf_append_str(sql, " AND t.held");
	if (!err && selection->group != LL_GROUP_NONE) {
		ll_pg_params_text(params, ll_name_of(LL_NAMES_GROUP, (int)selection->group));
		err = ll_buf_append_format(sql, " AND t.household_group = $%d", params->count);
	}
	if (!err && selection->area.size > 0) {
		ll_pg_params_text(params, selection->area);
		err = ll_buf_append_format(sql, " AND t.area >= $%d AND t.area < $%d || ':'",
					   params->count, params->count);
	}
	if (err)
		return err;
	ll_pg_params_int64(params, selection->limit);
	err = ll_buf_append_format(
		sql, " ORDER BY t.level DESC, since NULLS LAST, t.household_key LIMIT $%d",
		params->count);
	/* With the NUL that ends it. */
	return err ? err : ll_buf_append(sql, "", 1);
}

int ll_store_pg_list_households(struct ll_store *store,
				const struct ll_household_selection *selection,
				struct ll_household_sink sink, struct ll_error *error)
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
		err = ll_pg_each(pg, (const char *)sql.data, &params, pass_first, &sink, error);
	ll_buf_release(&sql);
	return err;
}

/* Two rows at most: more is as good as two. */
#define FIND_SQL(name)                                                                      \
	"SELECT t.household_key, coalesce(s.area, t.area), coalesce(s.case_state, 'none')," \
	" coalesce(s.level, 0), s.decided_on, coalesce(s.household_group, 'none'),"         \
	" coalesce(s.held, false), " SINCE ", " name                                        \
	" FROM (SELECT household_key, max(area) AS area FROM"                               \
	"  (SELECT household_key, area FROM lifeline.household_status"                      \
	"   WHERE household_key BETWEEN $1 AND $2"                                          \
	"   UNION ALL SELECT household_key, area FROM lifeline.task"                        \
	"   WHERE household_key BETWEEN $1 AND $2) AS known"                                \
	"  GROUP BY household_key LIMIT 2) AS t"                                            \
	" LEFT JOIN lifeline.household_status s ON s.household_key = t.household_key"

int ll_store_pg_find_household(struct ll_store *store, const struct ll_key *low,
			       const struct ll_key *high, struct ll_household_sink sink,
			       struct ll_error *error)
{
	static const char *const forms[2] = {FIND_SQL(WITHOUT_NAME), FIND_SQL(WITH_NAME)};
	struct ll_store_pg *pg = ll_store_pg_of(store);
	LL_PG_RESULT result = NULL;
	struct ll_pg_params params;
	bool sees_names;
	int err = ll_store_pg_sees_names(pg, &sees_names, error);

	ll_pg_params_init(&params);
	ll_pg_params_bytes(&params, (struct ll_bytes){low->bytes, LL_KEY_SIZE});
	ll_pg_params_bytes(&params, (struct ll_bytes){high->bytes, LL_KEY_SIZE});
	if (!err)
		err = ll_pg_exec(pg, forms[sees_names], &params, &result, error);
	if (err)
		return err;
	if (PQntuples(result) == 0)
		return ll_error_set(error, -LL_ERR_NOT_FOUND,
				    "no household's key begins like this");
	if (PQntuples(result) > 1)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "several households begin like this: give more digits");
	return pass_household(result, 0, sink);
}

enum change_column {
	CHANGE_KEY,
	CHANGE_AREA,
	CHANGE_STATE_BEFORE,
	CHANGE_STATE_AFTER,
	CHANGE_LEVEL_BEFORE,
	CHANGE_LEVEL_AFTER,
	CHANGE_DECIDED_ON,
	CHANGE_REASONS,
	CHANGE_POLICY_NAME,
	CHANGE_POLICY_VERSION,
	CHANGE_LOGIC_VERSION,
	CHANGE_CAUSE_TOPIC,
	CHANGE_CAUSE_PARTITION,
	CHANGE_CAUSE_OFFSET,
	CHANGE_PUBLISHED_AT,
	CHANGE_LOG_TOPIC,
	CHANGE_LOG_PARTITION,
	CHANGE_LOG_OFFSET,
	CHANGE_GROUP,
	CHANGE_HELD
};

static const char changes_sql[] =
	"SELECT household_key, area, state_before, state_after, level_before, level_after,"
	" decided_on, reasons::text, policy_name, policy_version, logic_version, cause_topic,"
	" cause_partition, cause_offset, published_at, log_topic, log_partition, log_offset,"
	" household_group, held FROM lifeline.risk_change WHERE household_key = $1"
	" ORDER BY log_topic, log_partition, log_offset";

static int pass_change(void *context, const PGresult *result)
{
	const struct ll_risk_change_sink *sink = context;
	int before =
		ll_name_number(LL_NAMES_CASE_STATE, ll_pg_text(result, 0, CHANGE_STATE_BEFORE));
	int after = ll_name_number(LL_NAMES_CASE_STATE, ll_pg_text(result, 0, CHANGE_STATE_AFTER));

	int group = ll_name_number(LL_NAMES_GROUP, ll_pg_text(result, 0, CHANGE_GROUP));

	if (before < 0 || after < 0 || group < 0)
		return -LL_ERR_STATE;

	const struct ll_recorded_risk_change row = {
		.change =
			{
				.household_key = ll_pg_key(result, 0, CHANGE_KEY),
				.area = ll_pg_text(result, 0, CHANGE_AREA),
				.before = (enum ll_case_state)before,
				.after = (enum ll_case_state)after,
				.level_before = ll_pg_int32(result, 0, CHANGE_LEVEL_BEFORE),
				.level_after = ll_pg_int32(result, 0, CHANGE_LEVEL_AFTER),
				.group = (enum ll_group)group,
				.held = ll_pg_bool(result, 0, CHANGE_HELD),
				.decided_on = ll_pg_day(result, 0, CHANGE_DECIDED_ON),
				.policy_name = ll_pg_text(result, 0, CHANGE_POLICY_NAME),
				.policy_version = ll_pg_text(result, 0, CHANGE_POLICY_VERSION),
				.logic_version = ll_pg_int32(result, 0, CHANGE_LOGIC_VERSION),
				.cause = {ll_pg_text(result, 0, CHANGE_CAUSE_TOPIC),
					  ll_pg_int32(result, 0, CHANGE_CAUSE_PARTITION),
					  ll_pg_int64(result, 0, CHANGE_CAUSE_OFFSET),
					  ll_pg_time_ms(result, 0, CHANGE_PUBLISHED_AT)},
			},
		.reasons_json = ll_pg_text(result, 0, CHANGE_REASONS),
		/* Results end every text with a NUL. */
		.topic = ll_pg_text(result, 0, CHANGE_LOG_TOPIC).data,
		.partition = ll_pg_int32(result, 0, CHANGE_LOG_PARTITION),
		.offset = ll_pg_int64(result, 0, CHANGE_LOG_OFFSET),
	};

	return sink->row(sink->context, &row);
}

int ll_store_pg_list_risk_changes(struct ll_store *store, const struct ll_key *household_key,
				  struct ll_risk_change_sink sink, struct ll_error *error)
{
	struct ll_pg_params params;

	ll_pg_params_init(&params);
	ll_pg_params_bytes(&params, (struct ll_bytes){household_key->bytes, LL_KEY_SIZE});
	return ll_pg_each(ll_store_pg_of(store), changes_sql, &params, pass_change, &sink, error);
}

/* ---- courses ----------------------------------------------------------------------------------- */

enum course_column {
	COURSE_LEAD_ON = HOUSEHOLD_NAME,
	COURSE_MONITORED_ON,
	COURSE_REJECTED_ON,
	COURSE_ELIMINATED_ON,
	COURSE_VISIT_DUE_ON,
	COURSE_TASK_COUNT
};

/*
 * A partition's days only go on, so the latest of a kind is the last. Sets, not a look-up a household:
 * the plan fits one village as well as a province.
 */
#define COURSE_SQL(where)                                                                        \
	"WITH s AS (SELECT household_key, area, case_state, level, decided_on, household_group," \
	"  held FROM lifeline.household_status t" where "),"                                     \
	" r AS (SELECT c.household_key, max(c.decided_on) AS since,"                             \
	"  max(c.decided_on) FILTER (WHERE state_after = 'lead') AS lead_on,"                    \
	"  max(c.decided_on) FILTER (WHERE state_after = 'monitored') AS monitored_on,"          \
	"  max(c.decided_on) FILTER (WHERE state_after = 'rejected') AS rejected_on,"            \
	"  max(c.decided_on) FILTER (WHERE state_after = 'eliminated') AS eliminated_on"         \
	"  FROM lifeline.risk_change c JOIN s USING (household_key)"                             \
	"  WHERE c.state_before <> c.state_after GROUP BY c.household_key),"                     \
	" k AS (SELECT household_key, max(due_on) FILTER (WHERE measure = 'visit'"               \
	"   AND state IN ('open', 'accepted')) AS visit_due_on,"                                 \
	"  count(*) FILTER (WHERE measure = ANY ($1)"                                            \
	"   AND opened_on >= coalesce(r.lead_on, '-infinity')) AS task_count"                    \
	"  FROM lifeline.task JOIN s USING (household_key) LEFT JOIN r USING (household_key)"    \
	"  GROUP BY household_key)"                                                              \
	" SELECT s.household_key, s.area, s.case_state, s.level, s.decided_on,"                  \
	" s.household_group, s.held, r.since, r.lead_on, r.monitored_on, r.rejected_on,"         \
	" r.eliminated_on, k.visit_due_on, coalesce(k.task_count, 0)"                            \
	" FROM s LEFT JOIN r USING (household_key) LEFT JOIN k USING (household_key)"            \
	" ORDER BY s.household_key"

static int pass_course(void *context, const PGresult *result)
{
	const struct ll_course_sink *sink = context;
	struct ll_case_course course = {
		.lead_on = ll_pg_day(result, 0, COURSE_LEAD_ON),
		.monitored_on = ll_pg_day(result, 0, COURSE_MONITORED_ON),
		.rejected_on = ll_pg_day(result, 0, COURSE_REJECTED_ON),
		.eliminated_on = ll_pg_day(result, 0, COURSE_ELIMINATED_ON),
		.visit_due_on = ll_pg_day(result, 0, COURSE_VISIT_DUE_ON),
		.task_count = ll_pg_int64(result, 0, COURSE_TASK_COUNT),
	};
	int err = read_household(result, 0, &course.status);

	return err ? err : sink->row(sink->context, &course);
}

int ll_store_pg_list_courses(struct ll_store *store, struct ll_str area, uint32_t measures,
			     struct ll_course_sink sink, struct ll_error *error)
{
	static const char all[] = COURSE_SQL("");
	static const char in_area[] = COURSE_SQL(" WHERE t.area >= $2 AND t.area < $2 || ':'");
	struct ll_pg_params params;
	struct ll_pg_array names;
	int err;

	ll_pg_array_init(&names, LL_PG_TEXT);
	for (int i = 0; i < LL_MEASURE_COUNT; i++)
		if (measures & (1u << i))
			ll_pg_array_add_text(&names, ll_name_of(LL_NAMES_MEASURE, i));
	ll_pg_params_init(&params);
	ll_pg_params_array(&params, &names);
	if (area.size > 0)
		ll_pg_params_text(&params, area);
	err = ll_pg_each(ll_store_pg_of(store), area.size > 0 ? in_area : all, &params, pass_course,
			 &sink, error);
	ll_pg_array_release(&names);
	return err;
}
