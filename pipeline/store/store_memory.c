#include "store_memory.h"

#include <stdlib.h>

#include "store_memory_private.h"
#include "store_migrations.h"

#define ROWS_MIN 16

/* ---- parts that all files use ------------------------------------------------------------------------ */

int ll_memory_begin(struct ll_memory *memory, struct ll_error *error)
{
	pthread_mutex_lock(&memory->lock);
	if (!memory->unavailable)
		return 0;
	pthread_mutex_unlock(&memory->lock);
	return ll_error_set(error, -LL_ERR_UNAVAILABLE, "database: made unavailable");
}

void ll_memory_end(struct ll_memory *memory)
{
	pthread_mutex_unlock(&memory->lock);
}

int ll_memory_end_write(struct ll_memory *memory, int err, struct ll_error *error)
{
	if (!err && memory->lose_answer) {
		memory->lose_answer = false;
		err = ll_error_set(error, -LL_ERR_UNAVAILABLE, "database: the answer was lost");
	}
	pthread_mutex_unlock(&memory->lock);
	return err;
}

int ll_memory_rows_reserve(struct ll_memory_rows *rows, size_t size)
{
	if (rows->count == rows->capacity) {
		size_t capacity = rows->capacity ? rows->capacity * 2 : ROWS_MIN;
		void *grown = reallocarray(rows->rows, capacity, size);

		if (!grown)
			return -LL_ERR_NO_MEMORY;
		rows->rows = grown;
		rows->capacity = capacity;
	}
	return 0;
}

void *ll_memory_rows_add(struct ll_memory_rows *rows, size_t size)
{
	uint8_t *row;

	if (ll_memory_rows_reserve(rows, size))
		return NULL;
	row = (uint8_t *)rows->rows + rows->count++ * size;
	memset(row, 0, size);
	return row;
}

int ll_memory_keep(struct ll_memory *memory, struct ll_str *text)
{
	text->data = ll_arena_copy(&memory->texts, text->data, text->size);
	return text->data ? 0 : -LL_ERR_NO_MEMORY;
}

int ll_memory_keep_string(struct ll_memory *memory, const char **text)
{
	*text = ll_arena_copy(&memory->texts, *text, strlen(*text) + 1);
	return *text ? 0 : -LL_ERR_NO_MEMORY;
}

/* ---- schema -------------------------------------------------------------------------------------------- */

static int memory_ping(struct ll_store *store, struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	int err = ll_memory_begin(memory, error);

	if (!err)
		ll_memory_end(memory);
	return err;
}

/* There is no schema; the answer is that of a database where all is done. */
static int memory_migrate(struct ll_store *store, int32_t *ret_from, int32_t *ret_to,
			  struct ll_error *error)
{
	int err = memory_ping(store, error);

	if (err)
		return err;
	*ret_from = (int32_t)ll_migrations_count;
	*ret_to = (int32_t)ll_migrations_count;
	return 0;
}

static int memory_fact(struct ll_memory *memory, const char *name, int64_t value,
		       int64_t *ret_stored)
{
	struct ll_memory_fact *facts = memory->facts.rows;
	struct ll_memory_fact *fact;

	for (size_t i = 0; i < memory->facts.count; i++) {
		if (strcmp(facts[i].name, name) == 0) {
			*ret_stored = facts[i].value;
			return 0;
		}
	}
	if (ll_memory_keep_string(memory, &name))
		return -LL_ERR_NO_MEMORY;
	fact = ll_memory_rows_add(&memory->facts, sizeof(*fact));
	if (!fact)
		return -LL_ERR_NO_MEMORY;
	*fact = (struct ll_memory_fact){name, value};
	*ret_stored = value;
	return 0;
}

static int memory_fix(struct ll_store *store, const char *name, int64_t value, int64_t *ret_stored,
		      struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	int64_t stored = value;
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	err = memory_fact(memory, name, value, &stored);
	err = ll_memory_end_write(memory, err, error);
	if (!err)
		*ret_stored = stored;
	return err;
}

/* ---- checkpoints ---------------------------------------------------------------------------------------- */

struct ll_memory_checkpoint *ll_memory_checkpoint_of(struct ll_memory *memory,
						     const struct ll_checkpoint_id *id)
{
	struct ll_memory_checkpoint *rows = memory->checkpoints.rows;

	for (size_t i = 0; i < memory->checkpoints.count; i++)
		if (rows[i].partition == id->partition && strcmp(rows[i].topic, id->topic) == 0 &&
		    strcmp(rows[i].stage, id->stage) == 0)
			return &rows[i];
	return NULL;
}

static struct ll_memory_checkpoint *checkpoint_add(struct ll_memory *memory,
						   struct ll_checkpoint_id id)
{
	struct ll_memory_checkpoint *row = NULL;

	if (ll_memory_keep_string(memory, &id.stage) == 0 &&
	    ll_memory_keep_string(memory, &id.topic) == 0)
		row = ll_memory_rows_add(&memory->checkpoints, sizeof(*row));
	if (row) {
		row->stage = id.stage;
		row->topic = id.topic;
		row->partition = id.partition;
	}
	return row;
}

static int memory_take_epoch(struct ll_store *store, const struct ll_checkpoint_id *id,
			     const char *owner, int64_t *ret_epoch, struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	struct ll_memory_checkpoint *row;
	int64_t epoch = 0;
	int err = ll_memory_begin(memory, error);

	(void)owner;
	if (err)
		return err;
	row = ll_memory_checkpoint_of(memory, id);
	if (!row)
		row = checkpoint_add(memory, *id);
	if (row)
		epoch = ++row->epoch;
	err = ll_memory_end_write(memory, row ? 0 : -LL_ERR_NO_MEMORY, error);
	if (!err)
		*ret_epoch = epoch;
	return err;
}

static void segments_release(struct ll_memory_segments *segments)
{
	for (size_t i = 0; i < segments->count; i++)
		free((void *)segments->bytes[i].data);
	free(segments->bytes);
	*segments = (struct ll_memory_segments){0};
}

/* Adds copies; on failure some may have been added, and the caller releases. */
static int segments_add(struct ll_memory_segments *segments, const struct ll_bytes *bytes,
			size_t count)
{
	struct ll_bytes *grown;

	if (count == 0)
		return 0;
	grown = reallocarray(segments->bytes, segments->count + count, sizeof(*grown));
	if (!grown)
		return -LL_ERR_NO_MEMORY;
	segments->bytes = grown;
	for (size_t i = 0; i < count; i++) {
		uint8_t *copy = malloc(bytes[i].size + 1);

		if (!copy)
			return -LL_ERR_NO_MEMORY;
		if (bytes[i].size > 0)
			memcpy(copy, bytes[i].data, bytes[i].size);
		grown[segments->count++] = (struct ll_bytes){copy, bytes[i].size};
	}
	return 0;
}

static int memory_read_checkpoint(struct ll_store *store, const struct ll_checkpoint_id *id,
				  struct ll_checkpoint *ret_checkpoint,
				  int (*segment)(void *context, struct ll_bytes bytes),
				  void *context, struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	struct ll_memory_segments copies = {0};
	struct ll_checkpoint checkpoint = {0};
	struct ll_memory_checkpoint *row;
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	/* Copies, so that `segment` may use the database. */
	row = ll_memory_checkpoint_of(memory, id);
	if (row && row->checkpoint.exists) {
		checkpoint = row->checkpoint;
		err = segments_add(&copies, row->segments.bytes, row->segments.count);
	}
	ll_memory_end(memory);
	if (!err)
		*ret_checkpoint = checkpoint;
	for (size_t i = 0; i < copies.count && !err && segment; i++)
		err = segment(context, copies.bytes[i]);
	segments_release(&copies);
	return err;
}

static int checkpoint_check(const struct ll_memory *memory, const struct ll_memory_checkpoint *row,
			    const struct ll_checkpoint_write *write, struct ll_error *error)
{
	if (!row || (row->epoch != write->epoch && !memory->ignore_epochs))
		return ll_error_set(error, -LL_ERR_FENCED, "%s/%d: epoch %lld is not the newest",
				    write->topic, write->partition, (long long)write->epoch);
	if (row->checkpoint.exists && write->offset < row->checkpoint.offset &&
	    !memory->ignore_epochs)
		return ll_error_set(error, -LL_ERR_STATE,
				    "the checkpoint of %s/%d would move back to %lld", write->topic,
				    write->partition, (long long)write->offset);
	return 0;
}

/* All or nothing: the new list is complete before it replaces the old one. */
static int checkpoint_apply(struct ll_memory_checkpoint *row,
			    const struct ll_checkpoint_write *write)
{
	struct ll_memory_segments segments = {0};
	int64_t size = 0;
	int err = 0;

	if (!write->base)
		err = segments_add(&segments, row->segments.bytes, row->segments.count);
	if (!err)
		err = segments_add(&segments, write->segments, write->segment_count);
	if (err) {
		segments_release(&segments);
		return err;
	}
	segments_release(&row->segments);
	row->segments = segments;
	for (size_t i = 0; i < segments.count; i++)
		size += (int64_t)segments.bytes[i].size;
	row->checkpoint = (struct ll_checkpoint){
		.exists = true,
		.offset = write->offset,
		.logic_version = write->logic_version,
		.segment_count = (int64_t)segments.count,
		.segment_bytes = size,
	};
	return 0;
}

static int memory_write_checkpoint(struct ll_store *store, const struct ll_checkpoint_write *write,
				   struct ll_error *error)
{
	struct ll_checkpoint_id id = {write->stage, write->topic, write->partition};
	struct ll_memory *memory = ll_memory_of(store);
	struct ll_memory_checkpoint *row;
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	row = ll_memory_checkpoint_of(memory, &id);
	err = checkpoint_check(memory, row, write, error);
	if (!err)
		err = checkpoint_apply(row, write);
	return ll_memory_end_write(memory, err, error);
}

/* ---- hooks -------------------------------------------------------------------------------------------------- */

void ll_store_memory_set_unavailable(struct ll_store *store, bool unavailable)
{
	struct ll_memory *memory = ll_memory_of(store);

	pthread_mutex_lock(&memory->lock);
	memory->unavailable = unavailable;
	pthread_mutex_unlock(&memory->lock);
}

void ll_store_memory_lose_answer(struct ll_store *store)
{
	struct ll_memory *memory = ll_memory_of(store);

	pthread_mutex_lock(&memory->lock);
	memory->lose_answer = true;
	pthread_mutex_unlock(&memory->lock);
}

void ll_store_memory_ignore_epochs(struct ll_store *store, bool ignore)
{
	struct ll_memory *memory = ll_memory_of(store);

	pthread_mutex_lock(&memory->lock);
	memory->ignore_epochs = ignore;
	pthread_mutex_unlock(&memory->lock);
}

size_t ll_store_memory_rows(struct ll_store *store, enum ll_memory_table table)
{
	struct ll_memory *memory = ll_memory_of(store);
	const size_t *const counts[] = {
		[LL_MEMORY_TASKS] = &memory->task_index.count,
		[LL_MEMORY_TASK_HISTORY] = &memory->history_index.count,
		[LL_MEMORY_RISK_CHANGES] = &memory->risk_index.count,
		[LL_MEMORY_ESCALATIONS] = &memory->escalation_index.count,
		[LL_MEMORY_HOUSEHOLDS] = &memory->status_index.count,
	};
	size_t count;

	pthread_mutex_lock(&memory->lock);
	count = *counts[table];
	pthread_mutex_unlock(&memory->lock);
	return count;
}

/* ---- the store ------------------------------------------------------------------------------------------------ */

static void memory_release(struct ll_memory *memory)
{
	struct ll_memory_checkpoint *checkpoints = memory->checkpoints.rows;
	struct ll_memory_rows *const tables[] = {
		&memory->facts,	   &memory->checkpoints,  &memory->tasks,   &memory->history,
		&memory->statuses, &memory->risk_changes, &memory->offsets, &memory->people,
	};
	struct ll_key_index *const indexes[] = {
		&memory->task_index,	   &memory->history_index, &memory->risk_index,
		&memory->escalation_index, &memory->status_index,  &memory->person_index,
	};

	for (size_t i = 0; i < memory->checkpoints.count; i++)
		segments_release(&checkpoints[i].segments);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		free(tables[i]->rows);
	for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]); i++)
		ll_key_index_release(indexes[i]);
	ll_arena_release(&memory->texts);
	pthread_mutex_destroy(&memory->lock);
	free(memory);
}

static void store_memory_free(struct ll_store *store)
{
	struct ll_memory *memory = ll_memory_of(store);
	int left;

	pthread_mutex_lock(&memory->lock);
	left = --memory->references;
	pthread_mutex_unlock(&memory->lock);
	if (left == 0)
		memory_release(memory);
	free(store);
}

static int store_memory_clone(struct ll_store *store, struct ll_store **ret_store)
{
	struct ll_memory *memory = ll_memory_of(store);
	struct ll_store_memory *clone = malloc(sizeof(*clone));

	if (!clone)
		return -LL_ERR_NO_MEMORY;
	clone->store.ops = store->ops;
	clone->memory = memory;
	pthread_mutex_lock(&memory->lock);
	memory->references++;
	pthread_mutex_unlock(&memory->lock);
	*ret_store = &clone->store;
	return 0;
}

static const struct ll_store_ops store_memory_ops = {
	.free = store_memory_free,
	.clone = store_memory_clone,
	.ping = memory_ping,
	.migrate = memory_migrate,
	.fix = memory_fix,
	.take_epoch = memory_take_epoch,
	.read_checkpoint = memory_read_checkpoint,
	.write_checkpoint = memory_write_checkpoint,
	.write_records = ll_store_memory_write_records,
	.recorded_offset = ll_store_memory_recorded_offset,
	.list_tasks = ll_store_memory_list_tasks,
	.find_task = ll_store_memory_find_task,
	.list_history = ll_store_memory_list_history,
	.list_households = ll_store_memory_list_households,
	.find_household = ll_store_memory_find_household,
	.list_risk_changes = ll_store_memory_list_risk_changes,
	.list_courses = ll_store_memory_list_courses,
	.count = ll_store_memory_count,
	.latency = ll_store_memory_latency,
	.put_people = ll_store_memory_put_people,
};

static struct ll_memory *memory_new(void)
{
	struct ll_memory *memory = calloc(1, sizeof(*memory));

	if (!memory)
		return NULL;
	memory->references = 1;
	pthread_mutex_init(&memory->lock, NULL);
	ll_arena_init(&memory->texts, 0);
	ll_key_index_init(&memory->task_index);
	ll_key_index_init(&memory->history_index);
	ll_key_index_init(&memory->risk_index);
	ll_key_index_init(&memory->escalation_index);
	ll_key_index_init(&memory->status_index);
	ll_key_index_init(&memory->person_index);
	return memory;
}

int ll_store_memory_new(struct ll_store **ret_store)
{
	struct ll_store_memory *store = malloc(sizeof(*store));
	struct ll_memory *memory = memory_new();

	if (!store || !memory) {
		free(store);
		if (memory)
			memory_release(memory);
		return -LL_ERR_NO_MEMORY;
	}
	store->store.ops = &store_memory_ops;
	store->memory = memory;
	*ret_store = &store->store;
	return 0;
}
