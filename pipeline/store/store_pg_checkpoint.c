#include "store_pg.h"

static void params_of_id(struct ll_pg_params *params, const struct ll_checkpoint_id *id)
{
	ll_pg_params_init(params);
	ll_pg_params_text(params, ll_str_from(id->stage));
	ll_pg_params_text(params, ll_str_from(id->topic));
	ll_pg_params_int32(params, id->partition);
}

/*
 * A statement of its own: its row lock waits for a write of the old owner, and only a statement
 * that begins afterwards sees all that was written.
 */
int ll_store_pg_take_epoch(struct ll_store *store, const struct ll_checkpoint_id *id,
			   const char *owner, int64_t *ret_epoch, struct ll_error *error)
{
	static const char sql[] =
		"INSERT INTO lifeline.checkpoint AS c (stage, topic, partition, epoch, owner)"
		" VALUES ($1, $2, $3, 1, $4)"
		" ON CONFLICT (stage, topic, partition) DO UPDATE"
		" SET epoch = c.epoch + 1, owner = excluded.owner, taken_at = excluded.taken_at"
		" RETURNING epoch";
	LL_PG_RESULT result = NULL;
	struct ll_pg_params params;
	int err;

	params_of_id(&params, id);
	ll_pg_params_text(&params, ll_str_from(owner));
	err = ll_pg_exec(ll_store_pg_of(store), sql, &params, &result, error);
	if (err)
		return err;
	*ret_epoch = ll_pg_int64(result, 0, 0);
	return 0;
}

struct checkpoint_reader {
	struct ll_checkpoint checkpoint;
	struct ll_checkpoint *ret_checkpoint;
	int (*segment)(void *context, struct ll_bytes bytes);
	void *context;
};

enum { READ_OFFSET, READ_LOGIC_VERSION, READ_COUNT, READ_SIZE, READ_BYTES };

static int read_row(void *context, const PGresult *result)
{
	struct checkpoint_reader *reader = context;

	if (!reader->checkpoint.exists) {
		reader->checkpoint = (struct ll_checkpoint){
			.exists = true,
			.offset = ll_pg_int64(result, 0, READ_OFFSET),
			.logic_version = ll_pg_int32(result, 0, READ_LOGIC_VERSION),
			.segment_count = ll_pg_int64(result, 0, READ_COUNT),
			.segment_bytes = ll_pg_int64(result, 0, READ_SIZE),
		};
		*reader->ret_checkpoint = reader->checkpoint;
	}
	/* The outer join's row of a checkpoint without segments. */
	if (PQgetisnull(result, 0, READ_BYTES) || !reader->segment)
		return 0;
	return reader->segment(reader->context, ll_pg_bytes(result, 0, READ_BYTES));
}

int ll_store_pg_read_checkpoint(struct ll_store *store, const struct ll_checkpoint_id *id,
				struct ll_checkpoint *ret_checkpoint,
				int (*segment)(void *context, struct ll_bytes bytes), void *context,
				struct ll_error *error)
{
	/* One statement, so one snapshot: an offset never comes with another's segments. */
	static const char sql[] =
		"SELECT c.next_offset, c.logic_version, c.segment_count, c.segment_bytes, s.bytes"
		" FROM lifeline.checkpoint c"
		" LEFT JOIN lifeline.segment s ON s.stage = c.stage AND s.topic = c.topic"
		" AND s.partition = c.partition AND s.base_id = c.base_id"
		" WHERE c.stage = $1 AND c.topic = $2 AND c.partition = $3"
		" AND c.next_offset IS NOT NULL"
		" ORDER BY s.sequence";
	struct checkpoint_reader reader = {
		.ret_checkpoint = ret_checkpoint, .segment = segment, .context = context};
	struct ll_pg_params params;
	int err;

	params_of_id(&params, id);
	err = ll_pg_each(ll_store_pg_of(store), sql, &params, read_row, &reader, error);
	if (!err && !reader.checkpoint.exists)
		*ret_checkpoint = (struct ll_checkpoint){0};
	return err;
}

/*
 * $4 epoch, $5 offset, $6 logic version, $7 is it a base, $8 the segments, $9 their places from 0,
 * $10 their number, $11 their bytes.
 * After waiting for the row lock UPDATE looks at the newest row, so base_id and sequence are right
 * whoever wrote before. An offset that moves back can only be a statement that the server ran
 * after its connection was lost and its repetition done: it must not undo what came later.
 * unnest stands in the select list and $8 only once: anywhere else the server would copy the
 * segments, or spill them to a file, on their way.
 */
static const char write_sql[] =
	"WITH mine AS ("
	" UPDATE lifeline.checkpoint c"
	" SET next_offset = $5, logic_version = $6, written_at = now(),"
	" base_id = base_id + $7::boolean::integer, next_sequence = next_sequence + $10,"
	" segment_count = CASE WHEN $7 THEN 0 ELSE segment_count END + $10,"
	" segment_bytes = CASE WHEN $7 THEN 0 ELSE segment_bytes END + $11"
	" WHERE stage = $1 AND topic = $2 AND partition = $3 AND epoch = $4"
	" AND (next_offset IS NULL OR next_offset <= $5)"
	" RETURNING base_id, next_sequence - $10 AS first_sequence"
	"), appended AS ("
	" INSERT INTO lifeline.segment (stage, topic, partition, base_id, sequence, bytes)"
	" SELECT $1, $2, $3, base_id, first_sequence + unnest($9::bigint[]), unnest($8::bytea[])"
	" FROM mine"
	"), dropped AS ("
	" DELETE FROM lifeline.segment s USING mine"
	" WHERE $7 AND s.stage = $1 AND s.topic = $2 AND s.partition = $3"
	" AND s.base_id < mine.base_id"
	")"
	" SELECT count(*) FROM mine";

/* Why nothing was written. Asked afterwards: the write's own snapshot may be of an older epoch. */
static int refused(struct ll_store_pg *pg, const struct ll_checkpoint_id *id,
		   const struct ll_checkpoint_write *write, struct ll_error *error)
{
	static const char sql[] = "SELECT epoch FROM lifeline.checkpoint"
				  " WHERE stage = $1 AND topic = $2 AND partition = $3";
	LL_PG_RESULT result = NULL;
	struct ll_pg_params params;
	int err;

	params_of_id(&params, id);
	err = ll_pg_exec(pg, sql, &params, &result, error);
	if (err)
		return err;
	if (PQntuples(result) == 1 && ll_pg_int64(result, 0, 0) == write->epoch)
		return ll_error_set(error, -LL_ERR_STATE,
				    "the checkpoint of %s/%d would move back to %lld", write->topic,
				    write->partition, (long long)write->offset);
	return ll_error_set(error, -LL_ERR_FENCED, "%s/%d: epoch %lld is not the newest",
			    write->topic, write->partition, (long long)write->epoch);
}

static int checkpoint_exec(struct ll_store_pg *pg, const struct ll_checkpoint_write *write,
			   struct ll_pg_array *segments, struct ll_pg_array *places,
			   struct ll_error *error)
{
	struct ll_checkpoint_id id = {write->stage, write->topic, write->partition};
	LL_PG_RESULT result = NULL;
	struct ll_pg_params params;
	int64_t size = 0;
	int err;

	for (size_t i = 0; i < write->segment_count; i++) {
		ll_pg_array_add_bytes(segments, write->segments[i]);
		ll_pg_array_add_int64(places, (int64_t)i);
		size += (int64_t)write->segments[i].size;
	}
	params_of_id(&params, &id);
	ll_pg_params_int64(&params, write->epoch);
	ll_pg_params_int64(&params, write->offset);
	ll_pg_params_int32(&params, write->logic_version);
	ll_pg_params_bool(&params, write->base);
	ll_pg_params_array(&params, segments);
	ll_pg_params_array(&params, places);
	ll_pg_params_int64(&params, (int64_t)write->segment_count);
	ll_pg_params_int64(&params, size);
	err = ll_pg_exec(pg, write_sql, &params, &result, error);
	if (err)
		return err;
	if (ll_pg_int64(result, 0, 0) == 0)
		return refused(pg, &id, write, error);
	return 0;
}

int ll_store_pg_write_checkpoint(struct ll_store *store, const struct ll_checkpoint_write *write,
				 struct ll_error *error)
{
	struct ll_pg_array segments, places;
	int err;

	ll_pg_array_init(&segments, LL_PG_BYTEA);
	ll_pg_array_init(&places, LL_PG_INT8);
	err = checkpoint_exec(ll_store_pg_of(store), write, &segments, &places, error);
	ll_pg_array_release(&segments);
	ll_pg_array_release(&places);
	return err;
}
