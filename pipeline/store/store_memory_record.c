#include "store_memory_private.h"

static struct ll_bytes bytes_of_key(const struct ll_key *key)
{
	return (struct ll_bytes){key->bytes, sizeof(key->bytes)};
}

/* Is (topic, partition, offset) new in the index? */
static int put_position(struct ll_key_index *index, const char *topic, int32_t partition,
			int64_t offset, bool *ret_new)
{
	struct ll_buf key;
	size_t value;
	int err;

	ll_buf_init(&key);
	err = ll_buf_append_format(&key, "%d %lld %s", partition, (long long)offset, topic);
	if (!err)
		err = ll_key_index_put(index, ll_buf_bytes(&key), 0, &value, ret_new);
	ll_buf_release(&key);
	return err;
}

/* ---- tasks ------------------------------------------------------------------------------------------------ */

static int64_t known_time(int64_t time_ms)
{
	return time_ms > 0 ? time_ms : 0;
}

/* A copy that owns nothing but texts of the database. */
static int keep_task(struct ll_memory *memory, const struct ll_recorded_task *recorded,
		     const struct ll_position_of_task *position, struct ll_memory_task *ret_task)
{
	struct ll_memory_task copy = {*recorded, *position, known_time(recorded->written_at_ms)};
	struct ll_task *task = &copy.recorded.task;
	struct ll_str *const texts[] = {
		&task->area,	    &task->county,	   &task->department,
		&task->policy_name, &task->policy_version, &task->update_by,
		&task->update_note, &task->cause.topic,	   &copy.recorded.reasons_json,
	};

	task->reasons = NULL;
	task->reason_count = 0;
	if (copy.recorded.reasons_json.size == 0)
		copy.recorded.reasons_json = LL_STR("[]");
	copy.recorded.published_at_ms = known_time(recorded->published_at_ms);
	copy.recorded.written_at_ms = copy.updated_at_ms;
	copy.recorded.seen_at_ms = known_time(recorded->seen_at_ms);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (ll_memory_keep(memory, texts[i]))
			return -LL_ERR_NO_MEMORY;
	if (ll_memory_keep_string(memory, &copy.position.topic))
		return -LL_ERR_NO_MEMORY;
	*ret_task = copy;
	return 0;
}

static int add_history(struct ll_memory *memory, const struct ll_memory_task *task)
{
	struct ll_memory_task *row;
	bool is_new;
	int err = ll_memory_rows_reserve(&memory->history, sizeof(*row));

	if (!err)
		err = put_position(&memory->history_index, task->position.topic,
				   task->position.partition, task->position.offset, &is_new);
	if (err || !is_new)
		return err;
	row = ll_memory_rows_add(&memory->history, sizeof(*row));
	*row = *task;
	return 0;
}

/* Does the change stand later in the log than what is there? As in task_sql of store_pg_record.c. */
static bool is_later(const struct ll_memory_task *there, const struct ll_memory_task *change)
{
	if (strcmp(there->position.topic, change->position.topic) == 0 &&
	    there->position.partition == change->position.partition)
		return there->position.offset <= change->position.offset;
	return there->updated_at_ms == 0 || change->updated_at_ms == 0 ||
	       there->updated_at_ms <= change->updated_at_ms;
}

/* The times of a row of `task` are those of the opening, the first that were seen. */
static void set_times(struct ll_recorded_task *row, const struct ll_recorded_task *there,
		      bool opening)
{
	struct ll_recorded_task none = {0};
	const struct ll_recorded_task *seen = opening ? row : &none;
	int64_t published = there->published_at_ms ? there->published_at_ms : seen->published_at_ms;
	int64_t written = there->written_at_ms ? there->written_at_ms : seen->written_at_ms;
	int64_t at = there->seen_at_ms ? there->seen_at_ms : seen->seen_at_ms;

	row->published_at_ms = published;
	row->written_at_ms = written;
	row->seen_at_ms = at;
}

static int put_task(struct ll_memory *memory, const struct ll_memory_task *task)
{
	struct ll_memory_task row = *task;
	struct ll_memory_task *there;
	size_t at;
	bool is_new;
	int err = ll_memory_rows_reserve(&memory->tasks, sizeof(row));

	if (!err)
		err = ll_key_index_put(&memory->task_index,
				       bytes_of_key(&task->recorded.task.task_id),
				       memory->tasks.count, &at, &is_new);
	if (err)
		return err;
	if (is_new)
		ll_memory_rows_add(&memory->tasks, sizeof(row));
	there = (struct ll_memory_task *)memory->tasks.rows + at;
	if (!is_new && !is_later(there, task))
		return 0;
	set_times(&row.recorded, &there->recorded, row.recorded.task.change == LL_CHANGE_OPENED);
	*there = row;
	return 0;
}

/* ---- risk changes ------------------------------------------------------------------------------------------ */

static int put_status(struct ll_memory *memory, const struct ll_recorded_risk_change *recorded)
{
	struct ll_memory_status row = {
		.household_key = recorded->change.household_key,
		.area = recorded->change.area,
		.state = recorded->change.after,
		.level = recorded->change.level_after,
		.group = recorded->change.group,
		.held = recorded->change.held,
		.decided_on = recorded->change.decided_on,
		.topic = recorded->topic,
		.partition = recorded->partition,
		.offset = recorded->offset,
	};
	struct ll_memory_status *there;
	size_t at;
	bool is_new;
	int err = ll_memory_rows_reserve(&memory->statuses, sizeof(row));

	if (ll_memory_keep(memory, &row.area) || ll_memory_keep_string(memory, &row.topic))
		return -LL_ERR_NO_MEMORY;
	if (!err)
		err = ll_key_index_put(&memory->status_index, bytes_of_key(&row.household_key),
				       memory->statuses.count, &at, &is_new);
	if (err)
		return err;
	if (is_new)
		ll_memory_rows_add(&memory->statuses, sizeof(row));
	there = (struct ll_memory_status *)memory->statuses.rows + at;
	if (!is_new && strcmp(there->topic, row.topic) == 0 && there->partition == row.partition &&
	    there->offset > row.offset)
		return 0;
	*there = row;
	return 0;
}

static int add_risk_change(struct ll_memory *memory, const struct ll_recorded_risk_change *recorded)
{
	struct ll_recorded_risk_change copy = *recorded;
	struct ll_risk_change *change = &copy.change;
	struct ll_str *const texts[] = {&change->area, &change->policy_name,
					&change->policy_version, &change->cause.topic,
					&copy.reasons_json};
	struct ll_recorded_risk_change *row;

	change->reasons = NULL;
	change->reason_count = 0;
	if (copy.reasons_json.size == 0)
		copy.reasons_json = LL_STR("[]");
	change->cause.published_at_ms = known_time(change->cause.published_at_ms);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (ll_memory_keep(memory, texts[i]))
			return -LL_ERR_NO_MEMORY;
	if (ll_memory_keep_string(memory, &copy.topic))
		return -LL_ERR_NO_MEMORY;
	row = ll_memory_rows_add(&memory->risk_changes, sizeof(*row));
	if (!row)
		return -LL_ERR_NO_MEMORY;
	*row = copy;
	return 0;
}

/* ---- batches ------------------------------------------------------------------------------------------------ */

static int check_epochs(struct ll_memory *memory, const struct ll_record_batch *batch,
			struct ll_error *error)
{
	for (size_t i = 0; i < batch->offset_count && !memory->ignore_epochs; i++) {
		const struct ll_recorded_offset *offset = &batch->offsets[i];
		struct ll_checkpoint_id id = {LL_STORE_RECORD_STAGE, offset->topic,
					      offset->partition};
		const struct ll_memory_checkpoint *row = ll_memory_checkpoint_of(memory, &id);

		if (!row || row->epoch != offset->epoch)
			return ll_error_set(error, -LL_ERR_FENCED,
					    "%s/%d: epoch %lld is not the newest", offset->topic,
					    offset->partition, (long long)offset->epoch);
	}
	return 0;
}

static struct ll_memory_offset *offset_of(struct ll_memory *memory, const char *topic,
					  int32_t partition)
{
	struct ll_memory_offset *rows = memory->offsets.rows;

	for (size_t i = 0; i < memory->offsets.count; i++)
		if (rows[i].partition == partition && strcmp(rows[i].topic, topic) == 0)
			return &rows[i];
	return NULL;
}

static int put_offset(struct ll_memory *memory, const struct ll_recorded_offset *offset)
{
	struct ll_memory_offset *row = offset_of(memory, offset->topic, offset->partition);
	const char *topic = offset->topic;

	if (!row) {
		if (ll_memory_keep_string(memory, &topic))
			return -LL_ERR_NO_MEMORY;
		row = ll_memory_rows_add(&memory->offsets, sizeof(*row));
		if (!row)
			return -LL_ERR_NO_MEMORY;
		row->topic = topic;
		row->partition = offset->partition;
	}
	row->next_offset = offset->next_offset;
	return 0;
}

static int write_rows(struct ll_memory *memory, const struct ll_record_batch *batch)
{
	bool is_new;
	int err = 0;

	for (size_t i = 0; i < batch->task_count && !err; i++) {
		struct ll_memory_task task;

		err = keep_task(memory, &batch->tasks[i], &batch->task_positions[i], &task);
		if (!err)
			err = add_history(memory, &task);
		if (!err)
			err = put_task(memory, &task);
	}
	for (size_t i = 0; i < batch->risk_change_count && !err; i++) {
		const struct ll_recorded_risk_change *change = &batch->risk_changes[i];

		err = put_position(&memory->risk_index, change->topic, change->partition,
				   change->offset, &is_new);
		if (!err && is_new)
			err = add_risk_change(memory, change);
		if (!err)
			err = put_status(memory, change);
	}
	for (size_t i = 0; i < batch->escalation_count && !err; i++)
		err = put_position(&memory->escalation_index, batch->escalations[i].topic,
				   batch->escalations[i].partition, batch->escalations[i].offset,
				   &is_new);
	for (size_t i = 0; i < batch->offset_count && !err; i++)
		err = put_offset(memory, &batch->offsets[i]);
	return err;
}

int ll_store_memory_write_records(struct ll_store *store, const struct ll_record_batch *batch,
				  struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	err = check_epochs(memory, batch, error);
	if (!err)
		err = write_rows(memory, batch);
	return ll_memory_end_write(memory, err, error);
}

int ll_store_memory_recorded_offset(struct ll_store *store, const char *topic, int32_t partition,
				    int64_t *ret_next_offset, struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	const struct ll_memory_offset *row;
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	row = offset_of(memory, topic, partition);
	*ret_next_offset = row ? row->next_offset : -1;
	ll_memory_end(memory);
	return 0;
}

/* ---- people ------------------------------------------------------------------------------------------------- */

static int put_person(struct ll_memory *memory, struct ll_private_person person)
{
	size_t at;
	bool is_new;
	int err = ll_memory_rows_reserve(&memory->people, sizeof(person));

	if (ll_memory_keep(memory, &person.name) || ll_memory_keep(memory, &person.phone) ||
	    ll_memory_keep(memory, &person.address))
		return -LL_ERR_NO_MEMORY;
	if (!err)
		err = ll_key_index_put(&memory->person_index, bytes_of_key(&person.person_key),
				       memory->people.count, &at, &is_new);
	if (err)
		return err;
	if (is_new)
		ll_memory_rows_add(&memory->people, sizeof(person));
	((struct ll_private_person *)memory->people.rows)[at] = person;
	return 0;
}

int ll_store_memory_put_people(struct ll_store *store, const struct ll_private_person *people,
			       size_t count, struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	for (size_t i = 0; i < count && !err; i++)
		err = put_person(memory, people[i]);
	return ll_memory_end_write(memory, err, error);
}
