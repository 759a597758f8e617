#include "conformance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"

#define LOG	 "household-events"
#define TASKS	 "assistance-tasks.360502"
#define RISKS	 "risk-changes"
#define STARTED	 1700000000000LL
#define MANY	 1000
#define TEXT_MAX 4096

static struct ll_error last;

#define assert_ok(call)                                                                 \
	do {                                                                            \
		last.message[0] = '\0';                                                 \
		int err_ = (call);                                                      \
		if (err_)                                                               \
			fail_msg("%s: %s: %s", #call, ll_err_name(err_), last.message); \
	} while (0)

/* ---- samples -------------------------------------------------------------------------------------- */

struct ll_key conform_key(unsigned char number)
{
	struct ll_key key = {{0}};

	key.bytes[0] = number;
	key.bytes[LL_KEY_SIZE - 1] = number;
	return key;
}

struct ll_recorded_task conform_task(unsigned char id, enum ll_task_change change,
				     enum ll_task_state state, int64_t time_ms)
{
	return (struct ll_recorded_task){
		.task = {.task_id = conform_key(id),
			 .household_key = conform_key((unsigned char)(id + 100)),
			 .area = LL_STR("360502001002"),
			 .county = LL_STR("360502"),
			 .measure = LL_MEASURE_MEDICAL_AID,
			 .change = change,
			 .state = state,
			 .dimension = LL_DIMENSION_MEDICAL,
			 .level = 2,
			 .opened_on = 20000,
			 .due_on = 20010,
			 .department = LL_STR("medical-insurance"),
			 .policy_name = LL_STR("default"),
			 .policy_version = LL_STR("2024-1"),
			 .logic_version = 1,
			 .decided_on = 20000,
			 .cause = {LL_STR("life-events.medical"), 3, 77, time_ms}},
		.reasons_json = LL_STR("[]"),
		.published_at_ms = time_ms,
		.written_at_ms = time_ms + 20,
		.seen_at_ms = time_ms + 30,
	};
}

static int write_batch(struct ll_store *store, struct ll_record_batch batch, const char *topic,
		       int64_t next_offset)
{
	struct ll_recorded_offset offset = {.topic = topic, .next_offset = next_offset};
	int err = ll_store_take_epoch(store, LL_STORE_RECORD_STAGE, topic, 0, "test", &offset.epoch,
				      &last);

	batch.offsets = &offset;
	batch.offset_count = 1;
	return err ? err : ll_store_write_records(store, &batch, &last);
}

int conform_write_tasks(struct ll_store *store, const struct ll_recorded_task *tasks, size_t count,
			int64_t first_offset)
{
	struct ll_position_of_task *positions = calloc(count, sizeof(*positions));
	struct ll_record_batch batch = {
		.tasks = tasks, .task_positions = positions, .task_count = count};
	int err;

	assert_non_null(positions);
	for (size_t i = 0; i < count; i++)
		positions[i] = (struct ll_position_of_task){TASKS, 0, first_offset + (int64_t)i};
	err = write_batch(store, batch, TASKS, first_offset + (int64_t)count);
	free(positions);
	return err;
}

/* Rows as text, a line each, so that a test compares what it means. */
struct text {
	char data[TEXT_MAX];
	size_t size;
	int stop_after; /* rows, 0: never */
	int rows;
};

static int text_add(struct text *text, const char *line)
{
	size_t size = strlen(line);

	assert_true(text->size + size + 2 < sizeof(text->data));
	memcpy(text->data + text->size, line, size);
	text->size += size;
	text->data[text->size++] = '\n';
	text->data[text->size] = '\0';
	text->rows++;
	return text->rows == text->stop_after ? 42 : 0;
}

static int add_segment(void *context, struct ll_bytes bytes)
{
	char line[64];

	snprintf(line, sizeof(line), "%.*s", (int)bytes.size, (const char *)bytes.data);
	return text_add(context, line);
}

/* id change-number state-number level updated-at, times from STARTED */
static int add_task(void *context, const struct ll_task_row *row)
{
	char line[160];

	snprintf(line, sizeof(line), "%d %d %d %d seen %lld updated %lld",
		 row->task.task_id.bytes[0], row->task.change, row->task.state, row->task.level,
		 row->seen_at_ms ? (long long)(row->seen_at_ms - STARTED) : -1,
		 row->updated_at_ms ? (long long)(row->updated_at_ms - STARTED) : -1);
	return text_add(context, line);
}

static int add_id(void *context, const struct ll_task_row *row)
{
	char line[16];

	snprintf(line, sizeof(line), "%d", row->task.task_id.bytes[0]);
	return text_add(context, line);
}

static int add_name(void *context, const struct ll_task_row *row)
{
	char line[64];

	snprintf(line, sizeof(line), "%d %.*s", row->task.task_id.bytes[0],
		 LL_STR_ARG(row->household_name));
	return text_add(context, line);
}

static int add_count(void *context, const struct ll_count_row *row)
{
	char line[128];

	snprintf(line, sizeof(line), "%.*s/%.*s %lld", LL_STR_ARG(row->group),
		 LL_STR_ARG(row->name), (long long)row->count);
	return text_add(context, line);
}

static const struct ll_task_filter everything = {.state = -1, .measure = -1, .limit = MANY};

static void assert_tasks(struct ll_store *store, struct ll_task_filter filter, const char *expected)
{
	struct text text = {0};

	assert_ok(ll_store_list_tasks(store, &filter, add_id, &text, &last));
	assert_string_equal(text.data, expected);
}

static void assert_rows(struct ll_store *store, const char *expected)
{
	struct text text = {0};

	assert_ok(ll_store_list_tasks(store, &everything, add_task, &text, &last));
	assert_string_equal(text.data, expected);
}

static void assert_history(struct ll_store *store, unsigned char id, const char *expected)
{
	struct ll_key key = conform_key(id);
	struct text text = {0};

	assert_ok(ll_store_list_history(store, &key, NULL, add_task, &text, &last));
	assert_string_equal(text.data, expected);
}

static void assert_counts(struct ll_store *store, enum ll_count what, const char *expected)
{
	struct text text = {0};

	assert_ok(ll_store_count(store, what, add_count, &text, &last));
	assert_string_equal(text.data, expected);
}

/* ---- schema --------------------------------------------------------------------------------------- */

void conform_ping(void **state)
{
	assert_ok(ll_store_ping(*state, &last));
	assert_ok(ll_store_ping(*state, NULL));
}

void conform_migrate_again(void **state)
{
	int32_t from = -1, to = -1;

	assert_ok(ll_store_migrate(*state, &from, &to, &last));
	assert_int_equal(from, to);
	assert_true(to > 0);
}

void conform_fix_first_wins(void **state)
{
	int64_t stored = -1;

	assert_ok(ll_store_fix(*state, "partitions.log", 16, &stored, &last));
	assert_int_equal(stored, 16);
	assert_ok(ll_store_fix(*state, "partitions.log", 4, &stored, &last));
	assert_int_equal(stored, 16);
	assert_ok(ll_store_fix(*state, "partitions.input", 4, &stored, &last));
	assert_int_equal(stored, 4);
}

/* ---- checkpoints ------------------------------------------------------------------------------------ */

static int64_t take(struct ll_store *store, int32_t partition)
{
	int64_t epoch = -1;

	assert_ok(ll_store_take_epoch(store, "assess", LOG, partition, "test", &epoch, &last));
	return epoch;
}

static int write_text(struct ll_store *store, int32_t partition, int64_t epoch, int64_t offset,
		      bool base, const char *const *texts, size_t count)
{
	struct ll_bytes segments[8];
	struct ll_checkpoint_write write = {
		.stage = "assess",
		.topic = LOG,
		.partition = partition,
		.epoch = epoch,
		.offset = offset,
		.logic_version = 7,
		.base = base,
		.segments = segments,
		.segment_count = count,
	};

	for (size_t i = 0; i < count; i++)
		segments[i] = (struct ll_bytes){(const uint8_t *)texts[i], strlen(texts[i])};
	return ll_store_write_checkpoint(store, &write, &last);
}

#define WRITE(store, partition, epoch, offset, base, ...)                                     \
	write_text(store, partition, epoch, offset, base, (const char *const[]){__VA_ARGS__}, \
		   sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void assert_checkpoint(struct ll_store *store, int32_t partition, int64_t offset,
			      const char *expected)
{
	struct ll_checkpoint checkpoint;
	struct text text = {0};

	assert_ok(ll_store_read_checkpoint(store, "assess", LOG, partition, &checkpoint,
					   add_segment, &text, &last));
	assert_true(checkpoint.exists);
	assert_int_equal(checkpoint.offset, offset);
	assert_int_equal(checkpoint.logic_version, 7);
	assert_int_equal(checkpoint.segment_count, text.rows);
	assert_int_equal(checkpoint.segment_bytes, text.size - (size_t)text.rows);
	assert_string_equal(text.data, expected);
}

void conform_no_checkpoint(void **state)
{
	struct ll_checkpoint checkpoint = {.exists = true, .offset = 9};
	struct text text = {0};

	/* An owner alone is not a checkpoint: it must not look like one at offset 0. */
	for (int round = 0; round < 2; round++) {
		assert_ok(ll_store_read_checkpoint(*state, "assess", LOG, 0, &checkpoint,
						   add_segment, &text, &last));
		assert_false(checkpoint.exists);
		assert_int_equal(text.rows, 0);
		take(*state, 0);
	}
}

void conform_epoch_rises(void **state)
{
	int64_t first = take(*state, 0);
	int64_t other;

	assert_int_equal(take(*state, 0), first + 1);
	assert_int_equal(take(*state, 1), first);
	assert_ok(ll_store_take_epoch(*state, "record", LOG, 0, "test", &other, &last));
	assert_int_equal(other, first);
}

void conform_checkpoint_appends(void **state)
{
	int64_t epoch = take(*state, 0);

	assert_ok(WRITE(*state, 0, epoch, 10, false, "one", "two"));
	assert_checkpoint(*state, 0, 10, "one\ntwo\n");
	assert_ok(WRITE(*state, 0, epoch, 20, false, "three"));
	assert_checkpoint(*state, 0, 20, "one\ntwo\nthree\n");
	/* The next owner reads it and goes on. */
	epoch = take(*state, 0);
	assert_checkpoint(*state, 0, 20, "one\ntwo\nthree\n");
	assert_ok(WRITE(*state, 0, epoch, 30, false, "four"));
	assert_checkpoint(*state, 0, 30, "one\ntwo\nthree\nfour\n");
}

void conform_checkpoint_base_replaces(void **state)
{
	int64_t epoch = take(*state, 0);

	assert_ok(WRITE(*state, 0, epoch, 10, false, "one", "two"));
	assert_ok(WRITE(*state, 0, epoch, 10, true, "base", "more"));
	assert_checkpoint(*state, 0, 10, "base\nmore\n");
	assert_ok(WRITE(*state, 0, epoch, 20, false, "three"));
	assert_checkpoint(*state, 0, 20, "base\nmore\nthree\n");
	assert_ok(WRITE(*state, 0, epoch, 30, true, "again"));
	assert_checkpoint(*state, 0, 30, "again\n");
	/* A repeated base is still the base alone. */
	assert_ok(WRITE(*state, 0, epoch, 30, true, "again"));
	assert_checkpoint(*state, 0, 30, "again\n");
}

void conform_checkpoint_keeps_apart(void **state)
{
	int64_t zero = take(*state, 0), one = take(*state, 1);

	assert_ok(WRITE(*state, 0, zero, 10, false, "zero"));
	assert_ok(WRITE(*state, 1, one, 11, false, "one"));
	assert_ok(WRITE(*state, 1, one, 12, true, "base"));
	assert_checkpoint(*state, 0, 10, "zero\n");
	assert_checkpoint(*state, 1, 12, "base\n");
}

void conform_checkpoint_fences(void **state)
{
	int64_t old = take(*state, 0);

	assert_ok(WRITE(*state, 0, old, 10, false, "one"));

	int64_t new = take(*state, 0);

	assert_int_equal(WRITE(*state, 0, old, 20, false, "zombie"), -LL_ERR_FENCED);
	assert_int_equal(WRITE(*state, 0, old, 20, true, "zombie"), -LL_ERR_FENCED);
	assert_int_equal(WRITE(*state, 0, new + 1, 20, false, "early"), -LL_ERR_FENCED);
	assert_int_equal(WRITE(*state, 5, new, 20, false, "nobody's"), -LL_ERR_FENCED);
	assert_checkpoint(*state, 0, 10, "one\n");
	assert_ok(WRITE(*state, 0, new, 20, false, "two"));
	assert_checkpoint(*state, 0, 20, "one\ntwo\n");
}

void conform_checkpoint_not_back(void **state)
{
	int64_t epoch = take(*state, 0);

	assert_ok(WRITE(*state, 0, epoch, 10, false, "one"));
	assert_ok(WRITE(*state, 0, epoch, 20, false, "two"));
	assert_int_equal(WRITE(*state, 0, epoch, 10, false, "one"), -LL_ERR_STATE);
	assert_checkpoint(*state, 0, 20, "one\ntwo\n");
}

void conform_checkpoint_empty_segments(void **state)
{
	int64_t epoch = take(*state, 0);

	assert_ok(write_text(*state, 0, epoch, 0, false, NULL, 0));
	assert_checkpoint(*state, 0, 0, "");
	assert_ok(WRITE(*state, 0, epoch, 5, false, "", "a"));
	assert_checkpoint(*state, 0, 5, "\na\n");
	assert_ok(write_text(*state, 0, epoch, 6, true, NULL, 0));
	assert_checkpoint(*state, 0, 6, "");
}

void conform_checkpoint_too_large(void **state)
{
	static const uint8_t byte;
	struct ll_bytes segments[2] = {{&byte, LL_CHECKPOINT_WRITE_MAX}, {&byte, 1}};
	struct ll_checkpoint_write write = {
		.stage = "assess",
		.topic = LOG,
		.epoch = take(*state, 0),
		.segments = segments,
		.segment_count = 2,
	};

	assert_int_equal(ll_store_write_checkpoint(*state, &write, &last), -LL_ERR_TOO_LARGE);
	segments[1].size = SIZE_MAX;
	assert_int_equal(ll_store_write_checkpoint(*state, &write, &last), -LL_ERR_TOO_LARGE);
}

void conform_checkpoint_reader_stops(void **state)
{
	int64_t epoch = take(*state, 0);
	struct ll_checkpoint checkpoint;
	struct text text = {.stop_after = 2};

	assert_ok(WRITE(*state, 0, epoch, 10, false, "one", "two", "three"));
	assert_int_equal(ll_store_read_checkpoint(*state, "assess", LOG, 0, &checkpoint,
						  add_segment, &text, &last),
			 42);
	assert_string_equal(text.data, "one\ntwo\n");
	assert_checkpoint(*state, 0, 10, "one\ntwo\nthree\n");
}

/* ---- records ---------------------------------------------------------------------------------------- */

void conform_records_last_change_wins(void **state)
{
	struct ll_recorded_task tasks[] = {
		conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
		conform_task(2, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED + 1),
		conform_task(1, LL_CHANGE_STRENGTHENED, LL_TASK_OPEN, STARTED + 100),
		conform_task(1, LL_CHANGE_UPDATED, LL_TASK_ACCEPTED, STARTED + 200),
	};
	int64_t next = 0;

	tasks[2].task.level = 3;
	tasks[3].task.level = 3;
	assert_ok(ll_store_recorded_offset(*state, TASKS, 0, &next, &last));
	assert_int_equal(next, -1);
	assert_ok(conform_write_tasks(*state, tasks, 4, 0));
	assert_ok(ll_store_recorded_offset(*state, TASKS, 0, &next, &last));
	assert_int_equal(next, 4);
	/* Seen is when the opening was seen, updated is Kafka's time of the last change. */
	assert_rows(*state, "1 2 1 3 seen 30 updated 220\n2 0 0 2 seen 31 updated 21\n");
	assert_history(*state, 1,
		       "1 0 0 2 seen 30 updated 20\n1 1 0 3 seen 130 updated 120\n"
		       "1 2 1 3 seen 230 updated 220\n");

	struct ll_recorded_task done =
		conform_task(1, LL_CHANGE_UPDATED, LL_TASK_DONE, STARTED + 300);

	assert_ok(conform_write_tasks(*state, &done, 1, 4));
	assert_rows(*state, "1 2 2 2 seen 30 updated 320\n2 0 0 2 seen 31 updated 21\n");
}

void conform_records_repeat(void **state)
{
	struct ll_recorded_task tasks[] = {
		conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
		conform_task(1, LL_CHANGE_UPDATED, LL_TASK_ACCEPTED, STARTED + 100),
	};
	int64_t next;

	for (int round = 0; round < 3; round++) {
		assert_ok(conform_write_tasks(*state, tasks, 2, 0));
		assert_rows(*state, "1 2 1 2 seen 30 updated 120\n");
		assert_history(*state, 1,
			       "1 0 0 2 seen 30 updated 20\n1 2 1 2 seen 130 updated 120\n");
		assert_ok(ll_store_recorded_offset(*state, TASKS, 0, &next, &last));
		assert_int_equal(next, 2);
		/* Read again later: it helped nobody later. */
		tasks[0].seen_at_ms += 1000;
		tasks[1].seen_at_ms += 1000;
	}
}

void conform_records_old_change_is_history_only(void **state)
{
	struct ll_recorded_task opened = conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED);
	struct ll_recorded_task done =
		conform_task(1, LL_CHANGE_UPDATED, LL_TASK_DONE, STARTED + 100);

	assert_ok(conform_write_tasks(*state, &done, 1, 8));
	assert_rows(*state, "1 2 2 2 seen -1 updated 120\n");
	assert_ok(conform_write_tasks(*state, &opened, 1, 7));
	assert_rows(*state, "1 2 2 2 seen -1 updated 120\n");
	assert_history(*state, 1, "1 0 0 2 seen 30 updated 20\n1 2 2 2 seen 130 updated 120\n");

	/* Another topic, because the household moved: the time decides. */
	struct ll_position_of_task there = {"assistance-tasks.360521", 0, 1};
	struct ll_recorded_task failed =
		conform_task(1, LL_CHANGE_UPDATED, LL_TASK_FAILED, STARTED + 50);
	struct ll_record_batch batch = {
		.tasks = &failed, .task_positions = &there, .task_count = 1};

	assert_ok(write_batch(*state, batch, there.topic, 2));
	assert_rows(*state, "1 2 2 2 seen -1 updated 120\n");
	failed.written_at_ms = STARTED + 500;
	there.offset = 2;
	assert_ok(write_batch(*state, batch, there.topic, 3));
	assert_rows(*state, "1 2 3 2 seen -1 updated 500\n");
}

void conform_records_fence(void **state)
{
	struct ll_recorded_task task = conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED);
	struct ll_position_of_task position = {TASKS, 0, 0};
	struct ll_recorded_offset offsets[] = {{TASKS, 0, 0, 1}, {RISKS, 0, 0, 1}};
	struct ll_record_batch batch = {
		.tasks = &task,
		.task_positions = &position,
		.task_count = 1,
		.offsets = offsets,
		.offset_count = 2,
	};
	int64_t next, newer;

	/* Nobody took them. */
	offsets[0].epoch = offsets[1].epoch = 1;
	assert_int_equal(ll_store_write_records(*state, &batch, &last), -LL_ERR_FENCED);
	for (int i = 0; i < 2; i++)
		assert_ok(ll_store_take_epoch(*state, LL_STORE_RECORD_STAGE, offsets[i].topic, 0,
					      "old", &offsets[i].epoch, &last));
	/* One of two is enough. */
	assert_ok(
		ll_store_take_epoch(*state, LL_STORE_RECORD_STAGE, RISKS, 0, "new", &newer, &last));
	assert_int_equal(ll_store_write_records(*state, &batch, &last), -LL_ERR_FENCED);
	assert_rows(*state, "");
	assert_ok(ll_store_recorded_offset(*state, TASKS, 0, &next, &last));
	assert_int_equal(next, -1);
	offsets[1].epoch = newer;
	assert_ok(ll_store_write_records(*state, &batch, &last));
	assert_rows(*state, "1 0 0 2 seen 30 updated 20\n");
}

void conform_records_two_offsets_of_one_partition(void **state)
{
	struct ll_recorded_offset offsets[] = {{TASKS, 0, 1, 1}, {TASKS, 0, 1, 2}};
	struct ll_record_batch batch = {.offsets = offsets, .offset_count = 2};

	assert_int_equal(ll_store_write_records(*state, &batch, &last), -LL_ERR_INVALID);
}

#define assert_str(str, literal)                                               \
	do {                                                                   \
		assert_int_equal((str).size, sizeof(literal) - 1);             \
		assert_memory_equal((str).data, literal, sizeof(literal) - 1); \
	} while (0)

static int check_every_field(void *context, const struct ll_task_row *row)
{
	const struct ll_recorded_task *recorded = context;
	const struct ll_task *task = &row->task;

	assert_memory_equal(&task->task_id, &recorded->task.task_id, LL_KEY_SIZE);
	assert_memory_equal(&task->household_key, &recorded->task.household_key, LL_KEY_SIZE);
	assert_str(task->area, "360502001002");
	assert_str(task->county, "360502");
	assert_int_equal(task->measure, LL_MEASURE_WATER_REPAIR);
	assert_int_equal(task->change, LL_CHANGE_UPDATED);
	assert_int_equal(task->state, LL_TASK_NOT_FOUND);
	assert_int_equal(task->dimension, LL_DIMENSION_INCOME);
	assert_int_equal(task->level, 3);
	assert_int_equal(task->opened_on, LL_DAY_MIN);
	assert_int_equal(task->due_on, LL_DAY_MAX);
	assert_str(task->department, "水利局");
	assert_str(task->policy_name, "分宜县");
	assert_str(task->policy_version, "v'\"\\");
	assert_int_equal(task->logic_version, 12);
	assert_int_equal(task->decided_on, 19723);
	assert_str(task->update_by, "team-7");
	assert_str(task->update_note, "已走访\n两次");
	assert_str(task->cause.topic, "life-events.water");
	assert_int_equal(task->cause.partition, 3);
	assert_int_equal(task->cause.offset, INT64_MAX);
	assert_int_equal(row->published_at_ms, STARTED + 1);
	assert_int_equal(task->cause.published_at_ms, STARTED + 1);
	assert_int_equal(row->seen_at_ms, STARTED + 31);
	assert_int_equal(row->updated_at_ms, STARTED + 21);
	assert_str(row->reasons_json, "[{\"rule\": \"水\"}]");
	assert_int_equal(row->household_name.size, 0);
	return 0;
}

void conform_records_every_field(void **state)
{
	struct ll_recorded_task task =
		conform_task(1, LL_CHANGE_UPDATED, LL_TASK_NOT_FOUND, STARTED + 1);
	struct ll_key id = task.task.task_id;

	task.task.measure = LL_MEASURE_WATER_REPAIR;
	task.task.dimension = LL_DIMENSION_INCOME;
	task.task.level = 3;
	task.task.opened_on = LL_DAY_MIN;
	task.task.due_on = LL_DAY_MAX;
	task.task.department = LL_STR("水利局");
	task.task.policy_name = LL_STR("分宜县");
	task.task.policy_version = LL_STR("v'\"\\");
	task.task.logic_version = 12;
	task.task.decided_on = 19723;
	task.task.update_by = LL_STR("team-7");
	task.task.update_note = LL_STR("已走访\n两次");
	task.task.cause.topic = LL_STR("life-events.water");
	task.task.cause.offset = INT64_MAX;
	/* As PostgreSQL's jsonb writes it, so that both stores give the same back. */
	task.reasons_json = LL_STR("[{\"rule\": \"水\"}]");
	assert_ok(conform_write_tasks(*state, &task, 1, 0));
	assert_ok(ll_store_list_history(*state, &id, NULL, check_every_field, &task, &last));
	/* Opened, so that the times are those of this change in `task` too. */
	task.task.change = LL_CHANGE_OPENED;
	assert_ok(conform_write_tasks(*state, &task, 1, 1));
	task.task.change = LL_CHANGE_UPDATED;
	assert_ok(conform_write_tasks(*state, &task, 1, 2));
	assert_ok(ll_store_list_tasks(*state, &everything, check_every_field, &task, &last));
}

static int check_unknown(void *context, const struct ll_task_row *row)
{
	*(int *)context += 1;
	assert_int_equal(row->published_at_ms, 0);
	assert_int_equal(row->seen_at_ms, 0);
	assert_int_equal(row->updated_at_ms, 0);
	assert_int_equal(row->task.due_on, LL_DAY_NONE);
	assert_str(row->reasons_json, "[]");
	return 0;
}

void conform_records_unknown_times(void **state)
{
	struct ll_recorded_task task = conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED);
	struct ll_key id = task.task.task_id;
	int rows = 0;

	task.published_at_ms = task.written_at_ms = -1;
	task.seen_at_ms = 0;
	task.task.due_on = LL_DAY_NONE;
	task.reasons_json = LL_STR("");
	assert_ok(conform_write_tasks(*state, &task, 1, 0));
	assert_ok(ll_store_list_tasks(*state, &everything, check_unknown, &rows, &last));
	assert_ok(ll_store_list_history(*state, &id, NULL, check_unknown, &rows, &last));
	assert_int_equal(rows, 2);
}

static struct ll_recorded_risk_change risk(unsigned char household, enum ll_case_state before,
					   enum ll_case_state after, int64_t offset)
{
	return (struct ll_recorded_risk_change){
		.change = {.household_key = conform_key(household),
			   .area = LL_STR("360502001002"),
			   .before = before,
			   .after = after,
			   .level_after = 1,
			   .decided_on = 20000,
			   .policy_name = LL_STR("default"),
			   .policy_version = LL_STR("1"),
			   .logic_version = 1,
			   .cause = {LL_STR("life-events.medical"), 0, 5, STARTED}},
		.topic = RISKS,
		.offset = offset,
	};
}

void conform_risk_changes_make_status(void **state)
{
	struct ll_recorded_risk_change changes[] = {
		risk(1, LL_CASE_NONE, LL_CASE_LEAD, 0),
		risk(2, LL_CASE_NONE, LL_CASE_LEAD, 1),
		risk(1, LL_CASE_LEAD, LL_CASE_VERIFIED, 2),
		risk(3, LL_CASE_NONE, LL_CASE_LEAD, 3),
	};
	struct ll_recorded_escalation escalation = {
		.escalation = {.task_id = conform_key(1),
			       .household_key = conform_key(101),
			       .area = LL_STR("360502001002"),
			       .county = LL_STR("360502"),
			       .city = LL_STR("3605"),
			       .due_on = 20000,
			       .decided_on = 20002,
			       .days_overdue = 2,
			       .cause = {LL_STR(LOG), 0, 5, STARTED}},
		.topic = "escalations.3605",
	};
	struct ll_record_batch batch = {
		.risk_changes = changes,
		.risk_change_count = 4,
		.escalations = &escalation,
		.escalation_count = 1,
	};

	assert_ok(write_batch(*state, batch, RISKS, 4));
	assert_counts(*state, LL_COUNT_CASES, "lead/none 2\nverified/none 1\n");
	assert_ok(write_batch(*state, batch, RISKS, 4));
	assert_counts(*state, LL_COUNT_CASES, "lead/none 2\nverified/none 1\n");
	/* The earlier part again: household 1 stays verified. */
	batch.risk_change_count = 2;
	assert_ok(write_batch(*state, batch, RISKS, 4));
	assert_counts(*state, LL_COUNT_CASES, "lead/none 2\nverified/none 1\n");
	changes[0] = risk(2, LL_CASE_LEAD, LL_CASE_REJECTED, 4);
	batch.risk_change_count = 1;
	assert_ok(write_batch(*state, batch, RISKS, 5));
	assert_counts(*state, LL_COUNT_CASES, "lead/none 1\nrejected/none 1\nverified/none 1\n");
}

/* "1:lead/2 20000 20000", the first number the household's */
static int household_line(void *context, const struct ll_household_status *row)
{
	static const char *const states[] = {
#define STATE(symbol, number, name, zh) [LL_CASE_##symbol] = name,
		LL_CASE_STATES(STATE)
#undef STATE
	};
	char line[160], decided[LL_DAY_TEXT_MAX] = "-", since[LL_DAY_TEXT_MAX] = "-";

	if (row->decided_on != LL_DAY_NONE)
		ll_day_format(row->decided_on, decided);
	if (row->since != LL_DAY_NONE)
		ll_day_format(row->since, since);
	snprintf(line, sizeof(line), "%d:%s/%d %s %s %.*s", row->household_key.bytes[0],
		 states[row->state], row->level, decided, since, LL_STR_ARG(row->area));
	return text_add(context, line);
}

static void assert_households(struct ll_store *store, struct ll_household_filter filter,
			      const char *expected)
{
	struct text text = {.size = 0};

	assert_ok(ll_store_list_households(store, &filter, household_line, &text, &last));
	assert_string_equal(text.data, expected);
}

/* 1: lead on day 20000, its level raised on day 20003; 2: lead, then rejected; 3: a case no more. */
static void write_risks(struct ll_store *store)
{
	struct ll_recorded_risk_change changes[] = {
		risk(1, LL_CASE_NONE, LL_CASE_LEAD, 0), risk(2, LL_CASE_NONE, LL_CASE_LEAD, 1),
		risk(1, LL_CASE_LEAD, LL_CASE_LEAD, 2), risk(2, LL_CASE_LEAD, LL_CASE_REJECTED, 3),
		risk(3, LL_CASE_NONE, LL_CASE_LEAD, 4), risk(3, LL_CASE_LEAD, LL_CASE_NONE, 5),
		risk(4, LL_CASE_NONE, LL_CASE_LEAD, 6),
	};
	struct ll_record_batch batch = {.risk_changes = changes, .risk_change_count = 7};

	changes[2].change.level_before = 1;
	changes[2].change.level_after = 2;
	changes[2].change.decided_on = 20003;
	changes[2].reasons_json = LL_STR("[{\"rule\": \"水\"}]");
	changes[3].change.level_after = 0;
	changes[3].change.decided_on = 20005;
	changes[5].change.level_after = 0;
	changes[6].change.area = LL_STR("110101001002");
	changes[6].change.decided_on = 19999;
	assert_ok(write_batch(store, batch, RISKS, 7));
}

void conform_households_list(void **state)
{
	struct ll_household_filter filter = {.state = -1, .limit = 100};

	write_risks(*state);
	/* The most urgent first, then the longest in their state; what has no case is no case. */
	assert_households(*state, filter,
			  "1:lead/2 2024-10-07 2024-10-04 360502001002\n"
			  "4:lead/1 2024-10-03 2024-10-03 110101001002\n"
			  "2:rejected/0 2024-10-09 2024-10-09 360502001002\n");
	filter.limit = 1;
	assert_households(*state, filter, "1:lead/2 2024-10-07 2024-10-04 360502001002\n");
	filter.limit = 100;
	filter.county = "3605";
	filter.state = LL_CASE_LEAD;
	assert_households(*state, filter, "1:lead/2 2024-10-07 2024-10-04 360502001002\n");
	filter.county = "360502001003";
	assert_households(*state, filter, "");
	filter.county = NULL;
	filter.state = LL_CASE_NONE;
	assert_households(*state, filter, "3:none/0 2024-10-04 2024-10-04 360502001002\n");
	filter.state = LL_CASE_STATE_COUNT;
	assert_int_equal(ll_store_list_households(*state, &filter, household_line, NULL, &last),
			 -LL_ERR_INVALID);
	filter.state = -1;
	filter.county = "x";
	assert_int_equal(ll_store_list_households(*state, &filter, household_line, NULL, &last),
			 -LL_ERR_INVALID);
}

/* 1: suddenly in difficulty, monitored; 2: marginal, held; 3: held, and no case */
static void write_groups(struct ll_store *store)
{
	struct ll_recorded_risk_change changes[] = {
		risk(1, LL_CASE_CHECKED, LL_CASE_MONITORED, 0),
		risk(2, LL_CASE_REVIEWED, LL_CASE_CHECKED, 1),
		risk(3, LL_CASE_NONE, LL_CASE_NONE, 2),
	};
	struct ll_record_batch batch = {.risk_changes = changes, .risk_change_count = 3};

	changes[0].change.group = LL_GROUP_SUDDEN;
	changes[1].change.group = LL_GROUP_MARGINAL;
	changes[1].change.held = true;
	changes[2].change.held = true;
	changes[2].change.level_after = 0;
	assert_ok(write_batch(store, batch, RISKS, 3));
}

/* "1 3 0" */
static int group_line(void *context, const struct ll_household_status *row)
{
	char line[64];

	snprintf(line, sizeof(line), "%d %d %d", row->household_key.bytes[0], (int)row->group,
		 row->held);
	return text_add(context, line);
}

static int change_group_line(void *context, const struct ll_recorded_risk_change *row)
{
	char line[64];

	snprintf(line, sizeof(line), "%d %d", (int)row->change.group, row->change.held);
	return text_add(context, line);
}

static void assert_groups(struct ll_store *store, struct ll_household_filter filter,
			  const char *expected)
{
	struct text text = {.size = 0};

	assert_ok(ll_store_list_households(store, &filter, group_line, &text, &last));
	assert_string_equal(text.data, expected);
}

void conform_groups_and_holds(void **state)
{
	struct ll_household_filter filter = {.state = -1, .limit = 100};
	struct ll_key two = conform_key(2);
	struct text found = {.size = 0}, changes = {.size = 0};

	write_groups(*state);
	assert_groups(*state, filter, "1 3 0\n2 2 1\n");
	filter.group = LL_GROUP_MARGINAL;
	assert_groups(*state, filter, "2 2 1\n");
	filter.group = LL_GROUP_NONE;
	filter.held = true;
	assert_groups(*state, filter, "2 2 1\n3 0 1\n");
	filter.state = LL_CASE_CHECKED;
	assert_groups(*state, filter, "2 2 1\n");
	filter.group = LL_GROUP_COUNT;
	assert_int_equal(ll_store_list_households(*state, &filter, group_line, NULL, &last),
			 -LL_ERR_INVALID);
	assert_ok(ll_store_find_household(*state, "0200", group_line, &found, &last));
	assert_string_equal(found.data, "2 2 1\n");
	assert_ok(ll_store_list_risk_changes(*state, &two, change_group_line, &changes, &last));
	assert_string_equal(changes.data, "2 1\n");
	assert_counts(*state, LL_COUNT_CASES,
		      "checked/marginal 1\nmonitored/sudden_difficulty 1\nnone/none 1\n");
}

/* "1 lead:0 monitored:10 rejected:- eliminated:- visit:- tasks:1", days after 20000 */
static int course_line(void *context, const struct ll_case_course *course)
{
	const struct {
		const char *name;
		int32_t day;
	} days[] = {
		{"lead", course->lead_on},	   {"monitored", course->monitored_on},
		{"rejected", course->rejected_on}, {"eliminated", course->eliminated_on},
		{"visit", course->visit_due_on},
	};
	char line[160];
	int size = snprintf(line, sizeof(line), "%d %d", course->status.household_key.bytes[0],
			    (int)course->status.group);

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		size += days[i].day == LL_DAY_NONE
				? snprintf(line + size, sizeof(line) - (size_t)size, " %s:-",
					   days[i].name)
				: snprintf(line + size, sizeof(line) - (size_t)size, " %s:%d",
					   days[i].name, days[i].day - 20000);
	snprintf(line + size, sizeof(line) - (size_t)size, " tasks:%lld",
		 (long long)course->task_count);
	return text_add(context, line);
}

static void assert_courses(struct ll_store *store, const char *area, const char *expected)
{
	struct text text = {.size = 0};

	assert_ok(ll_store_list_courses(store, area, 1u << LL_MEASURE_MEDICAL_AID, course_line,
					&text, &last));
	assert_string_equal(text.data, expected);
}

/* The second lead of household 1 is the one that counts, and only what was opened since. */
void conform_courses(void **state)
{
	struct ll_recorded_risk_change changes[] = {
		risk(1, LL_CASE_NONE, LL_CASE_LEAD, 0),
		risk(2, LL_CASE_NONE, LL_CASE_LEAD, 1),
		risk(1, LL_CASE_LEAD, LL_CASE_REJECTED, 2),
		risk(1, LL_CASE_REJECTED, LL_CASE_LEAD, 3),
		risk(1, LL_CASE_CHECKED, LL_CASE_MONITORED, 4),
		risk(1, LL_CASE_MONITORED, LL_CASE_MONITORED, 5),
		risk(1, LL_CASE_MONITORED, LL_CASE_ELIMINATED, 6),
	};
	static const int32_t days[] = {0, 1, 2, 5, 10, 12, 40};
	struct ll_record_batch batch = {.risk_changes = changes, .risk_change_count = 7};
	struct ll_recorded_task tasks[] = {
		conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
		conform_task(2, LL_CHANGE_UPDATED, LL_TASK_DONE, STARTED),
		conform_task(3, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
		conform_task(4, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
	};

	for (size_t i = 0; i < 7; i++)
		changes[i].change.decided_on = 20000 + days[i];
	changes[1].change.area = LL_STR("110101001002");
	assert_ok(write_batch(*state, batch, RISKS, 7));
	for (size_t i = 0; i < 4; i++)
		tasks[i].task.household_key = conform_key(1);
	tasks[0].task.opened_on = 20004; /* of the first lead */
	tasks[1].task.opened_on = 20005;
	tasks[2].task.measure = LL_MEASURE_JOB_SUPPORT; /* not asked for */
	tasks[2].task.opened_on = 20006;
	tasks[3].task.household_key = conform_key(2);
	tasks[3].task.measure = LL_MEASURE_VISIT;
	tasks[3].task.due_on = 20004;
	assert_ok(conform_write_tasks(*state, tasks, 4, 0));
	assert_courses(*state, NULL,
		       "1 0 lead:5 monitored:10 rejected:2 eliminated:40 visit:- tasks:1\n"
		       "2 0 lead:1 monitored:- rejected:- eliminated:- visit:4 tasks:0\n");
	assert_courses(*state, "36",
		       "1 0 lead:5 monitored:10 rejected:2 eliminated:40 visit:- tasks:1\n");
	assert_courses(*state, "3606", "");
	assert_int_equal(ll_store_list_courses(*state, "x", 1, course_line, NULL, &last),
			 -LL_ERR_INVALID);
}

static void assert_household(struct ll_store *store, const char *prefix, const char *expected)
{
	struct text text = {.size = 0};

	assert_ok(ll_store_find_household(store, prefix, household_line, &text, &last));
	assert_string_equal(text.data, expected);
}

void conform_households_find(void **state)
{
	/* The first one is of household 101 (0x65), which has no status. */
	struct ll_recorded_task tasks[] = {
		conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
		conform_task(2, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
	};

	/* The other one is of household 1, which has a status too. */
	tasks[1].task.household_key = conform_key(1);
	write_risks(*state);
	assert_ok(conform_write_tasks(*state, tasks, 2, 0));
	assert_household(*state, "0100", "1:lead/2 2024-10-07 2024-10-04 360502001002\n");
	assert_household(*state, "01000000000000000000000000000001",
			 "1:lead/2 2024-10-07 2024-10-04 360502001002\n");
	assert_household(*state, "6500", "101:none/0 - - 360502001002\n");
	tasks[0].task.household_key.bytes[1] = 1;
	assert_ok(conform_write_tasks(*state, tasks, 1, 2));
	tasks[0].task.task_id = conform_key(7);
	tasks[0].task.household_key.bytes[1] = 1;
	tasks[0].task.household_key.bytes[2] = 1;
	assert_ok(conform_write_tasks(*state, tasks, 1, 3));
	assert_int_equal(ll_store_find_household(*state, "6501", household_line, NULL, &last),
			 -LL_ERR_INVALID);
	assert_int_equal(ll_store_find_household(*state, "0900", household_line, NULL, &last),
			 -LL_ERR_NOT_FOUND);
	assert_int_equal(ll_store_find_household(*state, "010", household_line, NULL, &last),
			 -LL_ERR_INVALID);
	assert_int_equal(ll_store_find_household(*state, "01zz", household_line, NULL, &last),
			 -LL_ERR_INVALID);
}

static int change_line(void *context, const struct ll_recorded_risk_change *row)
{
	char line[200];

	snprintf(line, sizeof(line), "%lld %d>%d %d>%d %d %.*s %.*s %lld %.*s %s",
		 (long long)row->offset, (int)row->change.before, (int)row->change.after,
		 row->change.level_before, row->change.level_after, row->change.decided_on,
		 LL_STR_ARG(row->change.policy_version), LL_STR_ARG(row->change.cause.topic),
		 (long long)row->change.cause.offset, LL_STR_ARG(row->reasons_json), row->topic);
	return text_add(context, line);
}

void conform_risk_changes_of_household(void **state)
{
	struct ll_key one = conform_key(1), nine = conform_key(9);
	struct text text = {.size = 0};

	write_risks(*state);
	write_risks(*state);
	assert_ok(ll_store_list_risk_changes(*state, &one, change_line, &text, &last));
	assert_string_equal(text.data,
			    "0 0>1 0>1 20000 1 life-events.medical 5 [] risk-changes\n"
			    "2 1>1 1>2 20003 1 life-events.medical 5 [{\"rule\": \"水\"}] "
			    "risk-changes\n");
	text = (struct text){.size = 0};
	assert_ok(ll_store_list_risk_changes(*state, &nine, change_line, &text, &last));
	assert_string_equal(text.data, "");
}

/* ---- queries ---------------------------------------------------------------------------------------- */

/* 1: 360502 medical open; 2: 360502 job accepted; 3: 360521 job done; 4: 110101 visit open */
static void write_four(struct ll_store *store)
{
	struct ll_recorded_task tasks[] = {
		conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
		conform_task(2, LL_CHANGE_UPDATED, LL_TASK_ACCEPTED, STARTED),
		conform_task(3, LL_CHANGE_UPDATED, LL_TASK_DONE, STARTED),
		conform_task(4, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
	};

	tasks[1].task.measure = tasks[2].task.measure = LL_MEASURE_JOB_SUPPORT;
	tasks[2].task.area = LL_STR("360521001002");
	tasks[2].task.county = LL_STR("360521");
	tasks[3].task.area = LL_STR("110101001002");
	tasks[3].task.county = LL_STR("110101");
	tasks[3].task.measure = LL_MEASURE_VISIT;
	assert_ok(conform_write_tasks(store, tasks, 4, 0));
}

void conform_list_filters(void **state)
{
	struct ll_key key = conform_key(102);
	char hex[LL_KEY_HEX_SIZE];
	struct ll_task_filter filter = everything;

	write_four(*state);
	assert_tasks(*state, filter, "1\n2\n3\n4\n");
	filter.county = "";
	assert_tasks(*state, filter, "1\n2\n3\n4\n");
	filter.county = "3605";
	assert_tasks(*state, filter, "1\n2\n3\n");
	filter.county = "360502";
	assert_tasks(*state, filter, "1\n2\n");
	filter.county = "360502001002";
	assert_tasks(*state, filter, "1\n2\n");
	filter.county = "360502001003";
	assert_tasks(*state, filter, "");
	filter = everything;
	filter.state = LL_TASK_OPEN;
	assert_tasks(*state, filter, "1\n4\n");
	filter.measure = LL_MEASURE_VISIT;
	assert_tasks(*state, filter, "4\n");
	filter = everything;
	filter.open_only = true;
	assert_tasks(*state, filter, "1\n2\n4\n");
	filter = everything;
	ll_key_to_hex(&key, hex);
	filter.household = hex;
	assert_tasks(*state, filter, "2\n");
	filter.household = "6600";
	assert_tasks(*state, filter, "2\n");
	filter.household = "6601";
	assert_tasks(*state, filter, "");
}

void conform_list_order_and_limit(void **state)
{
	struct ll_recorded_task tasks[] = {
		conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
		conform_task(2, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
		conform_task(3, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
		conform_task(4, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
		conform_task(5, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
	};
	struct ll_task_filter filter = everything;

	tasks[0].task.level = 1;
	tasks[1].task.due_on = LL_DAY_NONE;
	tasks[2].task.due_on = 20020;
	tasks[4].task.level = 3;
	assert_ok(conform_write_tasks(*state, tasks, 5, 0));
	assert_tasks(*state, filter, "5\n4\n3\n2\n1\n");
	filter.limit = 2;
	assert_tasks(*state, filter, "5\n4\n");
	filter.limit = 0;
	assert_tasks(*state, filter, "");
}

void conform_list_refuses(void **state)
{
	static const struct ll_task_filter bad[] = {
		{.state = -1, .measure = -1, .county = "3605x"},
		{.state = -1, .measure = -1, .county = "3605020010021"},
		{.state = LL_TASK_STATE_COUNT, .measure = -1},
		{.state = -1, .measure = LL_MEASURE_COUNT},
		{.state = -2, .measure = -1},
		{.state = -1, .measure = -1, .limit = -1},
		{.state = -1, .measure = -1, .household = "abc"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ll_store_list_tasks(*state, &bad[i], add_id, NULL, &last),
				 -LL_ERR_INVALID);
}

void conform_list_reader_stops(void **state)
{
	struct text text = {.stop_after = 2};

	write_four(*state);
	assert_int_equal(ll_store_list_tasks(*state, &everything, add_id, &text, &last), 42);
	assert_string_equal(text.data, "1\n2\n");
	assert_tasks(*state, everything, "1\n2\n3\n4\n");
}

void conform_find_by_prefix(void **state)
{
	struct ll_recorded_task tasks[] = {
		conform_task(0xab, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
		conform_task(0xab, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
	};
	struct text text = {0};

	tasks[1].task.task_id.bytes[2] = 0x10;
	assert_ok(conform_write_tasks(*state, tasks, 2, 0));
	assert_int_equal(ll_store_find_task(*state, "ab00", add_id, &text, &last), -LL_ERR_INVALID);
	assert_int_equal(ll_store_find_task(*state, "ab0", add_id, &text, &last), -LL_ERR_INVALID);
	assert_int_equal(ll_store_find_task(*state, "ab0g", add_id, &text, &last), -LL_ERR_INVALID);
	assert_int_equal(ll_store_find_task(*state, "ac00", add_id, &text, &last),
			 -LL_ERR_NOT_FOUND);
	assert_int_equal(text.rows, 0);
	assert_ok(ll_store_find_task(*state, "aB001", add_id, &text, &last));
	assert_ok(ll_store_find_task(*state, "ab0000000000000000000000000000ab", add_id, &text,
				     &last));
	assert_string_equal(text.data, "171\n171\n");
}

void conform_history_of_household(void **state)
{
	struct ll_recorded_task tasks[] = {
		conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED + 100),
		conform_task(2, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
		conform_task(3, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED),
	};
	struct ll_key household = conform_key(101);
	struct text text = {0};

	tasks[1].task.household_key = household;
	assert_ok(conform_write_tasks(*state, tasks, 3, 0));
	assert_ok(ll_store_list_history(*state, NULL, &household, add_id, &text, &last));
	assert_string_equal(text.data, "2\n1\n");
}

void conform_counts(void **state)
{
	assert_counts(*state, LL_COUNT_TASKS, "");
	write_four(*state);
	assert_counts(*state, LL_COUNT_TASKS,
		      "110101/visit 1\n360502/job_support 1\n360502/medical_aid 1\n"
		      "360521/job_support 1\n");
	assert_counts(*state, LL_COUNT_TASK_STATES,
		      "110101/open 1\n360502/accepted 1\n360502/open 1\n360521/done 1\n");
	assert_counts(*state, LL_COUNT_CASES, "");
}

static bool near(double a, double b)
{
	return a - b < 1e-6 && b - a < 1e-6;
}

void conform_latency(void **state)
{
	struct ll_recorded_task tasks[11];
	int64_t count = -1;
	double p50 = -1, p99 = -1;

	assert_ok(ll_store_latency(*state, 0, &count, &p50, &p99, &last));
	assert_int_equal(count, 0);
	assert_true(near(p50, 0) && near(p99, 0));
	/* 10, 20, … 100 ms, and one that nobody saw open. */
	for (unsigned char i = 0; i < 10; i++) {
		tasks[i] = conform_task(i, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED);
		tasks[i].seen_at_ms = STARTED + 10 + 10 * i;
	}
	tasks[10] = conform_task(50, LL_CHANGE_UPDATED, LL_TASK_DONE, STARTED);
	assert_ok(conform_write_tasks(*state, tasks, 11, 0));
	assert_ok(ll_store_latency(*state, 0, &count, &p50, &p99, &last));
	assert_int_equal(count, 10);
	assert_true(near(p50, 55));
	assert_true(near(p99, 99.1));
	assert_ok(ll_store_latency(*state, STARTED + 100, &count, &p50, &p99, &last));
	assert_int_equal(count, 1);
	assert_true(near(p50, 100) && near(p99, 100));
}

void conform_names_of_heads(void **state)
{
	struct ll_private_person people[] = {
		{conform_key(9), conform_key(101), LL_STR("王强"), LL_STR("1380"), LL_STR("1组")},
		{conform_key(8), conform_key(101), LL_STR("李芳"), LL_STR(""), LL_STR("")},
		{conform_key(7), conform_key(102), LL_STR("赵六"), LL_STR(""), LL_STR("")},
	};
	struct ll_task_filter filter = everything;
	struct text before = {0}, after = {0};

	filter.limit = 3;
	write_four(*state);
	assert_ok(ll_store_put_people(*state, NULL, 0, &last));
	assert_ok(ll_store_put_people(*state, people, 3, &last));
	assert_ok(ll_store_put_people(*state, people, 3, &last));
	assert_ok(ll_store_list_tasks(*state, &filter, add_name, &before, &last));
	assert_string_equal(before.data, "1 王强\n2 赵六\n3 \n");
	/* A corrected name, twice in one call, is the same head's. */
	people[0].name = LL_STR("王?");
	people[2] = people[0];
	people[2].name = LL_STR("王刚");
	assert_ok(ll_store_put_people(*state, people, 3, &last));
	assert_ok(ll_store_list_tasks(*state, &filter, add_name, &after, &last));
	assert_string_equal(after.data, "1 王刚\n2 赵六\n3 \n");
}

void conform_clones_share(void **state)
{
	struct ll_store *other = NULL;
	int64_t epoch = take(*state, 0);

	assert_ok(WRITE(*state, 0, epoch, 10, false, "one"));
	assert_ok(ll_store_clone(*state, &other));
	assert_checkpoint(other, 0, 10, "one\n");
	assert_int_equal(take(other, 0), epoch + 1);
	assert_int_equal(WRITE(*state, 0, epoch, 20, false, "two"), -LL_ERR_FENCED);
	ll_store_free(other);
	assert_checkpoint(*state, 0, 10, "one\n");
	ll_store_free(NULL);
}
