#include "store_names.h"
#include "store_pg.h"

/*
 * A table's columns in the order of the statement's parameters and of the functions that add rows.
 * Everything goes out once as arrays; the server takes it apart.
 */
enum task_column {
	TASK_ID,
	TASK_HOUSEHOLD_KEY,
	TASK_AREA,
	TASK_COUNTY,
	TASK_MEASURE,
	TASK_CHANGE,
	TASK_STATE,
	TASK_DIMENSION,
	TASK_LEVEL,
	TASK_OPENED_ON,
	TASK_DUE_ON,
	TASK_DEPARTMENT,
	TASK_REASONS,
	TASK_POLICY_NAME,
	TASK_POLICY_VERSION,
	TASK_LOGIC_VERSION,
	TASK_DECIDED_ON,
	TASK_UPDATE_BY,
	TASK_UPDATE_NOTE,
	TASK_CAUSE_TOPIC,
	TASK_CAUSE_PARTITION,
	TASK_CAUSE_OFFSET,
	TASK_PUBLISHED_AT,
	TASK_WRITTEN_AT,
	TASK_SEEN_AT,
	TASK_LOG_TOPIC,
	TASK_LOG_PARTITION,
	TASK_LOG_OFFSET,
	TASK_COLUMNS
};

static const enum ll_pg_type task_types[TASK_COLUMNS] = {
	[TASK_ID] = LL_PG_BYTEA,
	[TASK_HOUSEHOLD_KEY] = LL_PG_BYTEA,
	[TASK_AREA] = LL_PG_TEXT,
	[TASK_COUNTY] = LL_PG_TEXT,
	[TASK_MEASURE] = LL_PG_TEXT,
	[TASK_CHANGE] = LL_PG_TEXT,
	[TASK_STATE] = LL_PG_TEXT,
	[TASK_DIMENSION] = LL_PG_TEXT,
	[TASK_LEVEL] = LL_PG_INT4,
	[TASK_OPENED_ON] = LL_PG_DATE,
	[TASK_DUE_ON] = LL_PG_DATE,
	[TASK_DEPARTMENT] = LL_PG_TEXT,
	[TASK_REASONS] = LL_PG_JSONB,
	[TASK_POLICY_NAME] = LL_PG_TEXT,
	[TASK_POLICY_VERSION] = LL_PG_TEXT,
	[TASK_LOGIC_VERSION] = LL_PG_INT4,
	[TASK_DECIDED_ON] = LL_PG_DATE,
	[TASK_UPDATE_BY] = LL_PG_TEXT,
	[TASK_UPDATE_NOTE] = LL_PG_TEXT,
	[TASK_CAUSE_TOPIC] = LL_PG_TEXT,
	[TASK_CAUSE_PARTITION] = LL_PG_INT4,
	[TASK_CAUSE_OFFSET] = LL_PG_INT8,
	[TASK_PUBLISHED_AT] = LL_PG_TIMESTAMPTZ,
	[TASK_WRITTEN_AT] = LL_PG_TIMESTAMPTZ,
	[TASK_SEEN_AT] = LL_PG_TIMESTAMPTZ,
	[TASK_LOG_TOPIC] = LL_PG_TEXT,
	[TASK_LOG_PARTITION] = LL_PG_INT4,
	[TASK_LOG_OFFSET] = LL_PG_INT8,
};

#define TASK_BEFORE_TIMES                                                                      \
	"task_id, household_key, area, county, measure, change, state, dimension, level,"      \
	" opened_on, due_on, department, reasons, policy_name, policy_version, logic_version," \
	" decided_on, update_by, update_note, cause_topic, cause_partition, cause_offset"
#define TASK_LOG "log_topic, log_partition, log_offset"

/*
 * `task` takes the last change of each id. Its three times are those of the opening, the first
 * that was seen: a repeated batch was seen later, but helped nobody later.
 * A change that stands earlier in the log than what is there changes nothing; between two topics
 * (the household moved to another county) Kafka's timestamp decides.
 */
static const char task_sql[] =
	"WITH batch AS MATERIALIZED ("
	" SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::text[], $5::text[],"
	" $6::text[], $7::text[], $8::text[], $9::integer[], $10::date[], $11::date[], $12::text[],"
	" $13::jsonb[], $14::text[], $15::text[], $16::integer[], $17::date[], $18::text[],"
	" $19::text[], $20::text[], $21::integer[], $22::bigint[], $23::timestamptz[],"
	" $24::timestamptz[], $25::timestamptz[], $26::text[], $27::integer[], $28::bigint[])"
	" WITH ORDINALITY AS b (" TASK_BEFORE_TIMES ", published_at, written_at, seen_at, " TASK_LOG
	", place)"
	"), history AS ("
	" INSERT INTO lifeline.task_history (" TASK_BEFORE_TIMES
	", published_at, written_at, seen_at, " TASK_LOG ")"
	" SELECT " TASK_BEFORE_TIMES ", published_at, written_at, seen_at, " TASK_LOG
	" FROM batch ORDER BY " TASK_LOG " ON CONFLICT DO NOTHING"
	"), opened AS ("
	" SELECT *, min(published_at) FILTER (WHERE change = 'opened') OVER same_task"
	" AS opened_published_at, min(written_at) FILTER (WHERE change = 'opened') OVER same_task"
	" AS opened_written_at, min(seen_at) FILTER (WHERE change = 'opened') OVER same_task"
	" AS opened_seen_at FROM batch WINDOW same_task AS (PARTITION BY task_id)"
	")"
	" INSERT INTO lifeline.task AS t (" TASK_BEFORE_TIMES
	", published_at, written_at, seen_at, updated_at, " TASK_LOG ")"
	" SELECT DISTINCT ON (task_id) " TASK_BEFORE_TIMES
	", opened_published_at, opened_written_at, opened_seen_at, written_at, " TASK_LOG
	" FROM opened ORDER BY task_id, place DESC"
	" ON CONFLICT (task_id) DO UPDATE SET"
	" household_key = excluded.household_key, area = excluded.area, county = excluded.county,"
	" measure = excluded.measure, change = excluded.change, state = excluded.state,"
	" dimension = excluded.dimension, level = excluded.level, opened_on = excluded.opened_on,"
	" due_on = excluded.due_on, department = excluded.department, reasons = excluded.reasons,"
	" policy_name = excluded.policy_name, policy_version = excluded.policy_version,"
	" logic_version = excluded.logic_version, decided_on = excluded.decided_on,"
	" update_by = excluded.update_by, update_note = excluded.update_note,"
	" cause_topic = excluded.cause_topic, cause_partition = excluded.cause_partition,"
	" cause_offset = excluded.cause_offset,"
	" published_at = coalesce(t.published_at, excluded.published_at),"
	" written_at = coalesce(t.written_at, excluded.written_at),"
	" seen_at = coalesce(t.seen_at, excluded.seen_at), updated_at = excluded.updated_at,"
	" log_topic = excluded.log_topic, log_partition = excluded.log_partition,"
	" log_offset = excluded.log_offset"
	" WHERE CASE WHEN t.log_topic = excluded.log_topic AND"
	" t.log_partition = excluded.log_partition THEN t.log_offset <= excluded.log_offset"
	" ELSE coalesce(t.updated_at <= excluded.updated_at, true) END";

static void add_task(struct ll_pg_array *columns, const struct ll_recorded_task *recorded,
		     const struct ll_position_of_task *position)
{
	const struct ll_task *task = &recorded->task;

	ll_pg_array_add_key(&columns[TASK_ID], &task->task_id);
	ll_pg_array_add_key(&columns[TASK_HOUSEHOLD_KEY], &task->household_key);
	ll_pg_array_add_text(&columns[TASK_AREA], task->area);
	ll_pg_array_add_text(&columns[TASK_COUNTY], task->county);
	ll_pg_array_add_text(&columns[TASK_MEASURE],
			     ll_name_of(LL_NAMES_MEASURE, (int)task->measure));
	ll_pg_array_add_text(&columns[TASK_CHANGE],
			     ll_name_of(LL_NAMES_TASK_CHANGE, (int)task->change));
	ll_pg_array_add_text(&columns[TASK_STATE],
			     ll_name_of(LL_NAMES_TASK_STATE, (int)task->state));
	ll_pg_array_add_text(&columns[TASK_DIMENSION],
			     ll_name_of(LL_NAMES_DIMENSION, (int)task->dimension));
	ll_pg_array_add_int32(&columns[TASK_LEVEL], task->level);
	ll_pg_array_add_day(&columns[TASK_OPENED_ON], task->opened_on);
	ll_pg_array_add_day(&columns[TASK_DUE_ON], task->due_on);
	ll_pg_array_add_text(&columns[TASK_DEPARTMENT], task->department);
	ll_pg_array_add_json(&columns[TASK_REASONS], recorded->reasons_json);
	ll_pg_array_add_text(&columns[TASK_POLICY_NAME], task->policy_name);
	ll_pg_array_add_text(&columns[TASK_POLICY_VERSION], task->policy_version);
	ll_pg_array_add_int32(&columns[TASK_LOGIC_VERSION], task->logic_version);
	ll_pg_array_add_day(&columns[TASK_DECIDED_ON], task->decided_on);
	ll_pg_array_add_text(&columns[TASK_UPDATE_BY], task->update_by);
	ll_pg_array_add_text(&columns[TASK_UPDATE_NOTE], task->update_note);
	ll_pg_array_add_text(&columns[TASK_CAUSE_TOPIC], task->cause.topic);
	ll_pg_array_add_int32(&columns[TASK_CAUSE_PARTITION], task->cause.partition);
	ll_pg_array_add_int64(&columns[TASK_CAUSE_OFFSET], task->cause.offset);
	ll_pg_array_add_time(&columns[TASK_PUBLISHED_AT], recorded->published_at_ms);
	ll_pg_array_add_time(&columns[TASK_WRITTEN_AT], recorded->written_at_ms);
	ll_pg_array_add_time(&columns[TASK_SEEN_AT], recorded->seen_at_ms);
	ll_pg_array_add_text(&columns[TASK_LOG_TOPIC], ll_str_from(position->topic));
	ll_pg_array_add_int32(&columns[TASK_LOG_PARTITION], position->partition);
	ll_pg_array_add_int64(&columns[TASK_LOG_OFFSET], position->offset);
}

enum risk_column {
	RISK_HOUSEHOLD_KEY,
	RISK_AREA,
	RISK_STATE_BEFORE,
	RISK_STATE_AFTER,
	RISK_LEVEL_BEFORE,
	RISK_LEVEL_AFTER,
	RISK_DECIDED_ON,
	RISK_REASONS,
	RISK_POLICY_NAME,
	RISK_POLICY_VERSION,
	RISK_LOGIC_VERSION,
	RISK_CAUSE_TOPIC,
	RISK_CAUSE_PARTITION,
	RISK_CAUSE_OFFSET,
	RISK_PUBLISHED_AT,
	RISK_LOG_TOPIC,
	RISK_LOG_PARTITION,
	RISK_LOG_OFFSET,
	RISK_GROUP,
	RISK_HELD,
	RISK_COLUMNS
};

static const enum ll_pg_type risk_types[RISK_COLUMNS] = {
	[RISK_HOUSEHOLD_KEY] = LL_PG_BYTEA,
	[RISK_AREA] = LL_PG_TEXT,
	[RISK_STATE_BEFORE] = LL_PG_TEXT,
	[RISK_STATE_AFTER] = LL_PG_TEXT,
	[RISK_LEVEL_BEFORE] = LL_PG_INT4,
	[RISK_LEVEL_AFTER] = LL_PG_INT4,
	[RISK_DECIDED_ON] = LL_PG_DATE,
	[RISK_REASONS] = LL_PG_JSONB,
	[RISK_POLICY_NAME] = LL_PG_TEXT,
	[RISK_POLICY_VERSION] = LL_PG_TEXT,
	[RISK_LOGIC_VERSION] = LL_PG_INT4,
	[RISK_CAUSE_TOPIC] = LL_PG_TEXT,
	[RISK_CAUSE_PARTITION] = LL_PG_INT4,
	[RISK_CAUSE_OFFSET] = LL_PG_INT8,
	[RISK_PUBLISHED_AT] = LL_PG_TIMESTAMPTZ,
	[RISK_LOG_TOPIC] = LL_PG_TEXT,
	[RISK_LOG_PARTITION] = LL_PG_INT4,
	[RISK_LOG_OFFSET] = LL_PG_INT8,
	[RISK_GROUP] = LL_PG_TEXT,
	[RISK_HELD] = LL_PG_BOOL,
};

#define RISK_NAMES                                                                               \
	"household_key, area, state_before, state_after, level_before, level_after, decided_on," \
	" reasons, policy_name, policy_version, logic_version, cause_topic, cause_partition,"    \
	" cause_offset, published_at, log_topic, log_partition, log_offset, household_group, held"

static const char risk_sql[] =
	"WITH batch AS MATERIALIZED ("
	" SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::integer[],"
	" $6::integer[], $7::date[], $8::jsonb[], $9::text[], $10::text[], $11::integer[],"
	" $12::text[], $13::integer[], $14::bigint[], $15::timestamptz[], $16::text[],"
	" $17::integer[], $18::bigint[], $19::text[], $20::boolean[])"
	" WITH ORDINALITY AS b (" RISK_NAMES ", place)"
	"), history AS ("
	" INSERT INTO lifeline.risk_change (" RISK_NAMES ")"
	" SELECT " RISK_NAMES " FROM batch ORDER BY log_topic, log_partition, log_offset"
	" ON CONFLICT DO NOTHING"
	")"
	" INSERT INTO lifeline.household_status AS h (household_key, area, case_state, level,"
	" decided_on, log_topic, log_partition, log_offset, household_group, held)"
	" SELECT DISTINCT ON (household_key) household_key, area, state_after, level_after,"
	" decided_on, log_topic, log_partition, log_offset, household_group, held"
	" FROM batch ORDER BY household_key, place DESC"
	" ON CONFLICT (household_key) DO UPDATE SET area = excluded.area,"
	" case_state = excluded.case_state, level = excluded.level, decided_on = "
	"excluded.decided_on,"
	" log_topic = excluded.log_topic, log_partition = excluded.log_partition,"
	" log_offset = excluded.log_offset, household_group = excluded.household_group,"
	" held = excluded.held"
	" WHERE (h.log_topic, h.log_partition) <> (excluded.log_topic, excluded.log_partition)"
	" OR h.log_offset <= excluded.log_offset";

static void add_risk(struct ll_pg_array *columns, const struct ll_recorded_risk_change *recorded)
{
	const struct ll_risk_change *change = &recorded->change;

	ll_pg_array_add_key(&columns[RISK_HOUSEHOLD_KEY], &change->household_key);
	ll_pg_array_add_text(&columns[RISK_AREA], change->area);
	ll_pg_array_add_text(&columns[RISK_STATE_BEFORE],
			     ll_name_of(LL_NAMES_CASE_STATE, (int)change->before));
	ll_pg_array_add_text(&columns[RISK_STATE_AFTER],
			     ll_name_of(LL_NAMES_CASE_STATE, (int)change->after));
	ll_pg_array_add_int32(&columns[RISK_LEVEL_BEFORE], change->level_before);
	ll_pg_array_add_int32(&columns[RISK_LEVEL_AFTER], change->level_after);
	ll_pg_array_add_day(&columns[RISK_DECIDED_ON], change->decided_on);
	ll_pg_array_add_json(&columns[RISK_REASONS], recorded->reasons_json);
	ll_pg_array_add_text(&columns[RISK_POLICY_NAME], change->policy_name);
	ll_pg_array_add_text(&columns[RISK_POLICY_VERSION], change->policy_version);
	ll_pg_array_add_int32(&columns[RISK_LOGIC_VERSION], change->logic_version);
	ll_pg_array_add_text(&columns[RISK_CAUSE_TOPIC], change->cause.topic);
	ll_pg_array_add_int32(&columns[RISK_CAUSE_PARTITION], change->cause.partition);
	ll_pg_array_add_int64(&columns[RISK_CAUSE_OFFSET], change->cause.offset);
	ll_pg_array_add_time(&columns[RISK_PUBLISHED_AT], change->cause.published_at_ms);
	ll_pg_array_add_text(&columns[RISK_LOG_TOPIC], ll_str_from(recorded->topic));
	ll_pg_array_add_int32(&columns[RISK_LOG_PARTITION], recorded->partition);
	ll_pg_array_add_int64(&columns[RISK_LOG_OFFSET], recorded->offset);
	ll_pg_array_add_text(&columns[RISK_GROUP], ll_name_of(LL_NAMES_GROUP, (int)change->group));
	ll_pg_array_add_bool(&columns[RISK_HELD], change->held);
}

enum escalation_column {
	ESCALATION_TASK_ID,
	ESCALATION_HOUSEHOLD_KEY,
	ESCALATION_AREA,
	ESCALATION_COUNTY,
	ESCALATION_CITY,
	ESCALATION_MEASURE,
	ESCALATION_DUE_ON,
	ESCALATION_DECIDED_ON,
	ESCALATION_DAYS_OVERDUE,
	ESCALATION_CAUSE_TOPIC,
	ESCALATION_CAUSE_PARTITION,
	ESCALATION_CAUSE_OFFSET,
	ESCALATION_LOG_TOPIC,
	ESCALATION_LOG_PARTITION,
	ESCALATION_LOG_OFFSET,
	ESCALATION_COLUMNS
};

static const enum ll_pg_type escalation_types[ESCALATION_COLUMNS] = {
	[ESCALATION_TASK_ID] = LL_PG_BYTEA,
	[ESCALATION_HOUSEHOLD_KEY] = LL_PG_BYTEA,
	[ESCALATION_AREA] = LL_PG_TEXT,
	[ESCALATION_COUNTY] = LL_PG_TEXT,
	[ESCALATION_CITY] = LL_PG_TEXT,
	[ESCALATION_MEASURE] = LL_PG_TEXT,
	[ESCALATION_DUE_ON] = LL_PG_DATE,
	[ESCALATION_DECIDED_ON] = LL_PG_DATE,
	[ESCALATION_DAYS_OVERDUE] = LL_PG_INT4,
	[ESCALATION_CAUSE_TOPIC] = LL_PG_TEXT,
	[ESCALATION_CAUSE_PARTITION] = LL_PG_INT4,
	[ESCALATION_CAUSE_OFFSET] = LL_PG_INT8,
	[ESCALATION_LOG_TOPIC] = LL_PG_TEXT,
	[ESCALATION_LOG_PARTITION] = LL_PG_INT4,
	[ESCALATION_LOG_OFFSET] = LL_PG_INT8,
};

#define ESCALATION_NAMES                                                                         \
	"task_id, household_key, area, county, city, measure, due_on, decided_on, days_overdue," \
	" cause_topic, cause_partition, cause_offset, log_topic, log_partition, log_offset"

static const char escalation_sql[] =
	"INSERT INTO lifeline.escalation (" ESCALATION_NAMES ")"
	" SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::text[], $5::text[],"
	" $6::text[], $7::date[], $8::date[], $9::integer[], $10::text[], $11::integer[],"
	" $12::bigint[], $13::text[], $14::integer[], $15::bigint[]) AS b (" ESCALATION_NAMES ")"
	" ORDER BY log_topic, log_partition, log_offset ON CONFLICT DO NOTHING";

static void add_escalation(struct ll_pg_array *columns,
			   const struct ll_recorded_escalation *recorded)
{
	const struct ll_escalation *escalation = &recorded->escalation;

	ll_pg_array_add_key(&columns[ESCALATION_TASK_ID], &escalation->task_id);
	ll_pg_array_add_key(&columns[ESCALATION_HOUSEHOLD_KEY], &escalation->household_key);
	ll_pg_array_add_text(&columns[ESCALATION_AREA], escalation->area);
	ll_pg_array_add_text(&columns[ESCALATION_COUNTY], escalation->county);
	ll_pg_array_add_text(&columns[ESCALATION_CITY], escalation->city);
	ll_pg_array_add_text(&columns[ESCALATION_MEASURE],
			     ll_name_of(LL_NAMES_MEASURE, (int)escalation->measure));
	ll_pg_array_add_day(&columns[ESCALATION_DUE_ON], escalation->due_on);
	ll_pg_array_add_day(&columns[ESCALATION_DECIDED_ON], escalation->decided_on);
	ll_pg_array_add_int32(&columns[ESCALATION_DAYS_OVERDUE], escalation->days_overdue);
	ll_pg_array_add_text(&columns[ESCALATION_CAUSE_TOPIC], escalation->cause.topic);
	ll_pg_array_add_int32(&columns[ESCALATION_CAUSE_PARTITION], escalation->cause.partition);
	ll_pg_array_add_int64(&columns[ESCALATION_CAUSE_OFFSET], escalation->cause.offset);
	ll_pg_array_add_text(&columns[ESCALATION_LOG_TOPIC], ll_str_from(recorded->topic));
	ll_pg_array_add_int32(&columns[ESCALATION_LOG_PARTITION], recorded->partition);
	ll_pg_array_add_int64(&columns[ESCALATION_LOG_OFFSET], recorded->offset);
}

enum offset_column { OFFSET_TOPIC, OFFSET_PARTITION, OFFSET_EPOCH, OFFSET_NEXT, OFFSET_COLUMNS };

static const enum ll_pg_type offset_types[OFFSET_COLUMNS] = {
	[OFFSET_TOPIC] = LL_PG_TEXT,
	[OFFSET_PARTITION] = LL_PG_INT4,
	[OFFSET_EPOCH] = LL_PG_INT8,
	[OFFSET_NEXT] = LL_PG_INT8,
};

static const char offset_sql[] = "SELECT lifeline.move_recorded_offsets($1, $2, $3, $4)";

static void add_offset(struct ll_pg_array *columns, const struct ll_recorded_offset *offset)
{
	ll_pg_array_add_text(&columns[OFFSET_TOPIC], ll_str_from(offset->topic));
	ll_pg_array_add_int32(&columns[OFFSET_PARTITION], offset->partition);
	ll_pg_array_add_int64(&columns[OFFSET_EPOCH], offset->epoch);
	ll_pg_array_add_int64(&columns[OFFSET_NEXT], offset->next_offset);
}

static void columns_init(struct ll_pg_array *columns, const enum ll_pg_type *types, int count)
{
	for (int i = 0; i < count; i++)
		ll_pg_array_init(&columns[i], types[i]);
}

/* Adds the statement to the pipeline, which copies it, and releases the columns. */
static int columns_send(struct ll_store_pg *pg, const char *sql, struct ll_pg_array *columns,
			int count, struct ll_error *error)
{
	struct ll_pg_params params;
	int err;

	ll_pg_params_init(&params);
	for (int i = 0; i < count; i++)
		ll_pg_params_array(&params, &columns[i]);
	err = ll_pg_pipeline_add(pg, sql, &params, error);
	for (int i = 0; i < count; i++)
		ll_pg_array_release(&columns[i]);
	return err;
}

static int send_offsets(struct ll_store_pg *pg, const struct ll_record_batch *batch,
			struct ll_error *error)
{
	struct ll_pg_array columns[OFFSET_COLUMNS];

	if (batch->offset_count == 0)
		return 0;
	columns_init(columns, offset_types, OFFSET_COLUMNS);
	for (size_t i = 0; i < batch->offset_count; i++)
		add_offset(columns, &batch->offsets[i]);
	return columns_send(pg, offset_sql, columns, OFFSET_COLUMNS, error);
}

static int send_tasks(struct ll_store_pg *pg, const struct ll_record_batch *batch,
		      struct ll_error *error)
{
	struct ll_pg_array columns[TASK_COLUMNS];

	if (batch->task_count == 0)
		return 0;
	columns_init(columns, task_types, TASK_COLUMNS);
	for (size_t i = 0; i < batch->task_count; i++)
		add_task(columns, &batch->tasks[i], &batch->task_positions[i]);
	return columns_send(pg, task_sql, columns, TASK_COLUMNS, error);
}

static int send_risk_changes(struct ll_store_pg *pg, const struct ll_record_batch *batch,
			     struct ll_error *error)
{
	struct ll_pg_array columns[RISK_COLUMNS];

	if (batch->risk_change_count == 0)
		return 0;
	columns_init(columns, risk_types, RISK_COLUMNS);
	for (size_t i = 0; i < batch->risk_change_count; i++)
		add_risk(columns, &batch->risk_changes[i]);
	return columns_send(pg, risk_sql, columns, RISK_COLUMNS, error);
}

static int send_escalations(struct ll_store_pg *pg, const struct ll_record_batch *batch,
			    struct ll_error *error)
{
	struct ll_pg_array columns[ESCALATION_COLUMNS];

	if (batch->escalation_count == 0)
		return 0;
	columns_init(columns, escalation_types, ESCALATION_COLUMNS);
	for (size_t i = 0; i < batch->escalation_count; i++)
		add_escalation(columns, &batch->escalations[i]);
	return columns_send(pg, escalation_sql, columns, ESCALATION_COLUMNS, error);
}

/* The fence goes first: an old owner's rows are not even looked at. */
int ll_store_pg_write_records(struct ll_store *store, const struct ll_record_batch *batch,
			      struct ll_error *error)
{
	struct ll_store_pg *pg = ll_store_pg_of(store);
	int err = ll_pg_pipeline_begin(pg, error);

	if (!err)
		err = send_offsets(pg, batch, error);
	if (!err)
		err = send_tasks(pg, batch, error);
	if (!err)
		err = send_risk_changes(pg, batch, error);
	if (!err)
		err = send_escalations(pg, batch, error);
	if (!err)
		err = ll_pg_pipeline_end(pg, error);
	return err;
}

int ll_store_pg_recorded_offset(struct ll_store *store, const char *topic, int32_t partition,
				int64_t *ret_next_offset, struct ll_error *error)
{
	LL_PG_RESULT result = NULL;
	struct ll_pg_params params;
	int err;

	ll_pg_params_init(&params);
	ll_pg_params_text(&params, ll_str_from(topic));
	ll_pg_params_int32(&params, partition);
	err = ll_pg_exec(ll_store_pg_of(store),
			 "SELECT next_offset FROM lifeline.recorded_offset"
			 " WHERE topic = $1 AND partition = $2",
			 &params, &result, error);
	if (err)
		return err;
	*ret_next_offset = PQntuples(result) ? ll_pg_int64(result, 0, 0) : -1;
	return 0;
}
