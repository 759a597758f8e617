#include <stdlib.h>

#include "base/date.h"
#include "store_memory_private.h"
#include "store_names.h"

/* Rows that were copied out, so that sinks run without the lock. */
struct copied_row {
	struct ll_memory_task task;
	struct ll_str household_name;
};

struct copied_rows {
	struct copied_row *rows;
	size_t count;
};

struct ll_str ll_memory_name_of_head(const struct ll_memory *memory, const struct ll_key *household)
{
	const struct ll_private_person *people = memory->people.rows;

	for (size_t i = 0; i < memory->people.count; i++)
		if (ll_key_equal(&people[i].household_key, household))
			return people[i].name;
	return LL_STR("");
}

/* The rows that `matches` takes. The caller frees. */
static int copy_rows(const struct ll_memory *memory, const struct ll_memory_rows *table,
		     bool (*matches)(const void *context, const struct ll_memory_task *task),
		     const void *context, struct copied_rows *ret_copied)
{
	const struct ll_memory_task *tasks = table->rows;
	struct copied_rows copied = {calloc(table->count + 1, sizeof(*copied.rows)), 0};

	if (!copied.rows)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < table->count; i++) {
		if (!matches(context, &tasks[i]))
			continue;
		copied.rows[copied.count++] = (struct copied_row){
			tasks[i],
			ll_memory_name_of_head(memory, &tasks[i].recorded.task.household_key)};
	}
	*ret_copied = copied;
	return 0;
}

static int pass_rows(const struct copied_rows *copied, size_t limit, struct ll_task_sink sink)
{
	int err = 0;

	for (size_t i = 0; i < copied->count && i < limit && !err; i++) {
		const struct ll_memory_task *task = &copied->rows[i].task;
		struct ll_task_row row = {
			.task = task->recorded.task,
			.reasons_json = task->recorded.reasons_json,
			.published_at_ms = task->recorded.published_at_ms,
			.seen_at_ms = task->recorded.seen_at_ms,
			.updated_at_ms = task->updated_at_ms,
			.household_name = copied->rows[i].household_name,
		};

		row.task.cause.published_at_ms = row.published_at_ms;
		err = sink.row(sink.context, &row);
	}
	return err;
}

static bool is_selected(const void *context, const struct ll_memory_task *row)
{
	const struct ll_task_selection *selection = context;
	const struct ll_task *task = &row->recorded.task;

	return ll_str_starts(task->area, selection->area) &&
	       (selection->state < 0 || selection->state == (int32_t)task->state) &&
	       (selection->measure < 0 || selection->measure == (int32_t)task->measure) &&
	       (!selection->open_only || task->state == LL_TASK_OPEN ||
		task->state == LL_TASK_ACCEPTED) &&
	       (!selection->household_low ||
		ll_memory_key_is_between(&task->household_key, selection->household_low,
					 selection->household_high));
}

static int compare_int64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Level, then due date (unknown last), then id. */
static int compare_urgency(const void *left, const void *right)
{
	const struct ll_task *a = &((const struct copied_row *)left)->task.recorded.task;
	const struct ll_task *b = &((const struct copied_row *)right)->task.recorded.task;
	int64_t a_due = a->due_on == LL_DAY_NONE ? INT64_MAX : a->due_on;
	int64_t b_due = b->due_on == LL_DAY_NONE ? INT64_MAX : b->due_on;

	if (a->level != b->level)
		return compare_int64(b->level, a->level);
	if (a_due != b_due)
		return compare_int64(a_due, b_due);
	return memcmp(a->task_id.bytes, b->task_id.bytes, LL_KEY_SIZE);
}

int ll_store_memory_list_tasks(struct ll_store *store, const struct ll_task_selection *selection,
			       struct ll_task_sink sink, struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	struct copied_rows copied = {0};
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	err = copy_rows(memory, &memory->tasks, is_selected, selection, &copied);
	ll_memory_end(memory);
	if (err)
		return err;
	qsort(copied.rows, copied.count, sizeof(*copied.rows), compare_urgency);
	err = pass_rows(&copied, (size_t)selection->limit, sink);
	free(copied.rows);
	return err;
}

struct id_range {
	const struct ll_key *low, *high;
};

static bool is_in_range(const void *context, const struct ll_memory_task *row)
{
	const struct id_range *range = context;
	const struct ll_key *id = &row->recorded.task.task_id;

	return memcmp(id->bytes, range->low->bytes, LL_KEY_SIZE) >= 0 &&
	       memcmp(id->bytes, range->high->bytes, LL_KEY_SIZE) <= 0;
}

int ll_store_memory_find_task(struct ll_store *store, const struct ll_key *low,
			      const struct ll_key *high, struct ll_task_sink sink,
			      struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	struct id_range range = {low, high};
	struct copied_rows copied = {0};
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	err = copy_rows(memory, &memory->tasks, is_in_range, &range, &copied);
	ll_memory_end(memory);
	if (err)
		return err;
	if (copied.count == 0)
		err = ll_error_set(error, -LL_ERR_NOT_FOUND, "there is no such task");
	else if (copied.count > 1)
		err = ll_error_set(error, -LL_ERR_INVALID,
				   "several tasks begin like this: give more digits");
	else
		err = pass_rows(&copied, 1, sink);
	free(copied.rows);
	return err;
}

struct history_of {
	const struct ll_key *task_id, *household_key;
};

static bool is_history_of(const void *context, const struct ll_memory_task *row)
{
	const struct history_of *of = context;
	const struct ll_task *task = &row->recorded.task;

	return of->task_id ? ll_key_equal(of->task_id, &task->task_id)
			   : ll_key_equal(of->household_key, &task->household_key);
}

static int compare_age(const void *left, const void *right)
{
	const struct ll_memory_task *a = &((const struct copied_row *)left)->task;
	const struct ll_memory_task *b = &((const struct copied_row *)right)->task;
	int order = compare_int64(a->updated_at_ms, b->updated_at_ms);

	if (order == 0)
		order = strcmp(a->position.topic, b->position.topic);
	if (order == 0)
		order = compare_int64(a->position.partition, b->position.partition);
	if (order == 0)
		order = compare_int64(a->position.offset, b->position.offset);
	return order;
}

int ll_store_memory_list_history(struct ll_store *store, const struct ll_key *task_id,
				 const struct ll_key *household_key, struct ll_task_sink sink,
				 struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	struct history_of of = {task_id, household_key};
	struct copied_rows copied = {0};
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	err = copy_rows(memory, &memory->history, is_history_of, &of, &copied);
	ll_memory_end(memory);
	if (err)
		return err;
	qsort(copied.rows, copied.count, sizeof(*copied.rows), compare_age);
	err = pass_rows(&copied, copied.count, sink);
	free(copied.rows);
	return err;
}

/* ---- counts --------------------------------------------------------------------------------------------------- */

/* One for each row counted, then merged. */
static size_t counted_rows(const struct ll_memory *memory, enum ll_count what,
			   struct ll_count_row *rows)
{
	const struct ll_memory_status *statuses = memory->statuses.rows;
	const struct ll_memory_task *tasks = memory->tasks.rows;

	if (what == LL_COUNT_CASES) {
		for (size_t i = 0; i < memory->statuses.count; i++)
			rows[i] = (struct ll_count_row){
				.group = ll_name_of(LL_NAMES_CASE_STATE, (int)statuses[i].state),
				.name = ll_name_of(LL_NAMES_GROUP, (int)statuses[i].group),
			};
		return memory->statuses.count;
	}
	for (size_t i = 0; i < memory->tasks.count; i++) {
		const struct ll_task *task = &tasks[i].recorded.task;

		rows[i].group = task->county;
		rows[i].name = what == LL_COUNT_TASKS
				       ? ll_name_of(LL_NAMES_MEASURE, (int)task->measure)
				       : ll_name_of(LL_NAMES_TASK_STATE, (int)task->state);
	}
	return memory->tasks.count;
}

/* As COLLATE "C": by bytes, a prefix first. */
static int compare_text(struct ll_str a, struct ll_str b)
{
	size_t size = a.size < b.size ? a.size : b.size;
	int order = size ? memcmp(a.data, b.data, size) : 0;

	return order ? order : compare_int64((int64_t)a.size, (int64_t)b.size);
}

static int compare_counts(const void *left, const void *right)
{
	const struct ll_count_row *a = left, *b = right;
	int order = compare_text(a->group, b->group);

	return order ? order : compare_text(a->name, b->name);
}

static int pass_counts(struct ll_count_row *rows, size_t count,
		       int (*row)(void *context, const struct ll_count_row *count), void *context)
{
	int err = 0;

	qsort(rows, count, sizeof(*rows), compare_counts);
	for (size_t i = 0, next; i < count && !err; i = next) {
		for (next = i; next < count && compare_counts(&rows[i], &rows[next]) == 0; next++)
			rows[i].count++;
		err = row(context, &rows[i]);
	}
	return err;
}

int ll_store_memory_count(struct ll_store *store, enum ll_count what,
			  int (*row)(void *context, const struct ll_count_row *count),
			  void *context, struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	struct ll_count_row *rows;
	size_t count = 0;
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	rows = calloc(memory->tasks.count + memory->statuses.count + 1, sizeof(*rows));
	if (rows)
		count = counted_rows(memory, what, rows);
	ll_memory_end(memory);
	if (!rows)
		return -LL_ERR_NO_MEMORY;
	err = pass_counts(rows, count, row, context);
	free(rows);
	return err;
}

/* ---- latency --------------------------------------------------------------------------------------------------- */

static int compare_double(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* percentile_cont: between the two values nearest to the place, in proportion. */
static double percentile(const double *values, size_t count, double fraction)
{
	double place = fraction * (double)(count - 1);
	size_t below = (size_t)place;
	size_t above = below + 1 < count ? below + 1 : below;

	return values[below] + (values[above] - values[below]) * (place - (double)below);
}

static size_t latencies(const struct ll_memory *memory, int64_t since_ms, double *values)
{
	const struct ll_memory_task *tasks = memory->tasks.rows;
	size_t count = 0;

	for (size_t i = 0; i < memory->tasks.count; i++) {
		const struct ll_recorded_task *recorded = &tasks[i].recorded;

		if (recorded->published_at_ms && recorded->seen_at_ms &&
		    recorded->seen_at_ms >= since_ms)
			values[count++] =
				(double)(recorded->seen_at_ms - recorded->published_at_ms);
	}
	return count;
}

int ll_store_memory_latency(struct ll_store *store, int64_t since_ms, int64_t *ret_count,
			    double *ret_p50_ms, double *ret_p99_ms, struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	double *values;
	size_t count = 0;
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	values = calloc(memory->tasks.count + 1, sizeof(*values));
	if (values)
		count = latencies(memory, since_ms, values);
	ll_memory_end(memory);
	if (!values)
		return -LL_ERR_NO_MEMORY;
	qsort(values, count, sizeof(*values), compare_double);
	*ret_count = (int64_t)count;
	*ret_p50_ms = count ? percentile(values, count, 0.5) : 0;
	*ret_p99_ms = count ? percentile(values, count, 0.99) : 0;
	free(values);
	return 0;
}
