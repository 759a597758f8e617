/* Households and the changes of their cases. */
#include <stdlib.h>

#include "base/date.h"
#include "store_memory_private.h"

/* The day of the last change that moved the case, or LL_DAY_NONE. */
static int32_t since_of(const struct ll_memory *memory, const struct ll_key *household_key)
{
	const struct ll_recorded_risk_change *rows = memory->risk_changes.rows;
	int32_t since = LL_DAY_NONE;

	for (size_t i = 0; i < memory->risk_changes.count; i++)
		if (rows[i].change.before != rows[i].change.after &&
		    rows[i].change.decided_on > since &&
		    ll_key_equal(&rows[i].change.household_key, household_key))
			since = rows[i].change.decided_on;
	return since;
}

static struct ll_household_status row_of(const struct ll_memory *memory,
					 const struct ll_memory_status *status)
{
	return (struct ll_household_status){
		.household_key = status->household_key,
		.area = status->area,
		.state = status->state,
		.level = status->level,
		.group = status->group,
		.held = status->held,
		.decided_on = status->decided_on,
		.since = since_of(memory, &status->household_key),
		.household_name = ll_memory_name_of_head(memory, &status->household_key),
	};
}

static bool is_selected(const struct ll_household_selection *selection,
			const struct ll_memory_status *status)
{
	if (!ll_str_starts(status->area, selection->area) || (selection->held && !status->held) ||
	    (selection->group != LL_GROUP_NONE && selection->group != status->group))
		return false;
	if (selection->state < 0)
		return selection->held || status->state != LL_CASE_NONE;
	return selection->state == (int32_t)status->state;
}

/* Level, then the day since when (unknown last), then key. */
static int compare_households(const void *left, const void *right)
{
	const struct ll_household_status *a = left, *b = right;
	int64_t a_since = a->since == LL_DAY_NONE ? INT64_MAX : a->since;
	int64_t b_since = b->since == LL_DAY_NONE ? INT64_MAX : b->since;

	if (a->level != b->level)
		return a->level > b->level ? -1 : 1;
	if (a_since != b_since)
		return a_since < b_since ? -1 : 1;
	return memcmp(a->household_key.bytes, b->household_key.bytes, LL_KEY_SIZE);
}

int ll_store_memory_list_households(struct ll_store *store,
				    const struct ll_household_selection *selection,
				    struct ll_household_sink sink, struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	const struct ll_memory_status *statuses;
	struct ll_household_status *rows;
	size_t count = 0;
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	statuses = memory->statuses.rows;
	rows = calloc(memory->statuses.count + 1, sizeof(*rows));
	for (size_t i = 0; rows && i < memory->statuses.count; i++)
		if (is_selected(selection, &statuses[i]))
			rows[count++] = row_of(memory, &statuses[i]);
	ll_memory_end(memory);
	if (!rows)
		return -LL_ERR_NO_MEMORY;
	qsort(rows, count, sizeof(*rows), compare_households);
	for (size_t i = 0; i < count && (int64_t)i < selection->limit && !err; i++)
		err = sink.row(sink.context, &rows[i]);
	free(rows);
	return err;
}

bool ll_memory_key_is_between(const struct ll_key *key, const struct ll_key *low,
			      const struct ll_key *high)
{
	return memcmp(key->bytes, low->bytes, LL_KEY_SIZE) >= 0 &&
	       memcmp(key->bytes, high->bytes, LL_KEY_SIZE) <= 0;
}

/* Counts to two at most: more is as good as two. */
struct search {
	struct ll_household_status row;
	int count;
};

static void found(struct search *search, struct ll_household_status row)
{
	if (search->count > 0 && ll_key_equal(&search->row.household_key, &row.household_key))
		return;
	if (search->count++ == 0)
		search->row = row;
}

static void search_all(const struct ll_memory *memory, const struct ll_key *low,
		       const struct ll_key *high, struct search *search)
{
	const struct ll_memory_status *statuses = memory->statuses.rows;
	const struct ll_memory_task *tasks = memory->tasks.rows;

	for (size_t i = 0; i < memory->statuses.count && search->count < 2; i++)
		if (ll_memory_key_is_between(&statuses[i].household_key, low, high))
			found(search, row_of(memory, &statuses[i]));
	for (size_t i = 0; i < memory->tasks.count && search->count < 2; i++) {
		const struct ll_task *task = &tasks[i].recorded.task;
		const struct ll_memory_status none = {.household_key = task->household_key,
						      .area = task->area,
						      .decided_on = LL_DAY_NONE};

		if (ll_memory_key_is_between(&task->household_key, low, high))
			found(search, row_of(memory, &none));
	}
}

int ll_store_memory_find_household(struct ll_store *store, const struct ll_key *low,
				   const struct ll_key *high, struct ll_household_sink sink,
				   struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	struct search search = {.count = 0};
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	search_all(memory, low, high, &search);
	ll_memory_end(memory);
	if (search.count == 0)
		return ll_error_set(error, -LL_ERR_NOT_FOUND,
				    "no household's key begins like this");
	if (search.count > 1)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "several households begin like this: give more digits");
	return sink.row(sink.context, &search.row);
}

static int compare_positions(const void *left, const void *right)
{
	const struct ll_recorded_risk_change *a = left, *b = right;
	int order = strcmp(a->topic, b->topic);

	if (order == 0)
		order = (a->partition > b->partition) - (a->partition < b->partition);
	if (order == 0)
		order = (a->offset > b->offset) - (a->offset < b->offset);
	return order;
}

int ll_store_memory_list_risk_changes(struct ll_store *store, const struct ll_key *household_key,
				      struct ll_risk_change_sink sink, struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	const struct ll_recorded_risk_change *all;
	struct ll_recorded_risk_change *rows;
	size_t count = 0;
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	all = memory->risk_changes.rows;
	rows = calloc(memory->risk_changes.count + 1, sizeof(*rows));
	for (size_t i = 0; rows && i < memory->risk_changes.count; i++)
		if (ll_key_equal(&all[i].change.household_key, household_key))
			rows[count++] = all[i];
	ll_memory_end(memory);
	if (!rows)
		return -LL_ERR_NO_MEMORY;
	qsort(rows, count, sizeof(*rows), compare_positions);
	for (size_t i = 0; i < count && !err; i++)
		err = sink.row(sink.context, &rows[i]);
	free(rows);
	return err;
}

/* ---- courses ----------------------------------------------------------------------------------- */

static void take_later(int32_t *day, int32_t other)
{
	if (other > *day)
		*day = other;
}

static void add_changes(const struct ll_memory *memory, struct ll_case_course *course)
{
	const struct ll_recorded_risk_change *rows = memory->risk_changes.rows;
	int32_t *const days[LL_CASE_STATE_COUNT] = {
		[LL_CASE_LEAD] = &course->lead_on,
		[LL_CASE_MONITORED] = &course->monitored_on,
		[LL_CASE_REJECTED] = &course->rejected_on,
		[LL_CASE_ELIMINATED] = &course->eliminated_on,
	};

	for (size_t i = 0; i < memory->risk_changes.count; i++) {
		const struct ll_risk_change *change = &rows[i].change;

		if (change->before != change->after && days[change->after] &&
		    ll_key_equal(&change->household_key, &course->status.household_key))
			take_later(days[change->after], change->decided_on);
	}
}

static void add_tasks(const struct ll_memory *memory, uint32_t measures,
		      struct ll_case_course *course)
{
	const struct ll_memory_task *rows = memory->tasks.rows;

	for (size_t i = 0; i < memory->tasks.count; i++) {
		const struct ll_task *task = &rows[i].recorded.task;

		if (!ll_key_equal(&task->household_key, &course->status.household_key))
			continue;
		if ((measures & (1u << task->measure)) && task->opened_on != LL_DAY_NONE &&
		    task->opened_on >= course->lead_on)
			course->task_count++;
		if (task->measure == LL_MEASURE_VISIT &&
		    (task->state == LL_TASK_OPEN || task->state == LL_TASK_ACCEPTED))
			take_later(&course->visit_due_on, task->due_on);
	}
}

static int compare_courses(const void *left, const void *right)
{
	const struct ll_case_course *a = left, *b = right;

	return memcmp(a->status.household_key.bytes, b->status.household_key.bytes, LL_KEY_SIZE);
}

int ll_store_memory_list_courses(struct ll_store *store, struct ll_str area, uint32_t measures,
				 struct ll_course_sink sink, struct ll_error *error)
{
	struct ll_memory *memory = ll_memory_of(store);
	const struct ll_memory_status *statuses;
	struct ll_case_course *rows;
	size_t count = 0;
	int err = ll_memory_begin(memory, error);

	if (err)
		return err;
	statuses = memory->statuses.rows;
	rows = calloc(memory->statuses.count + 1, sizeof(*rows));
	for (size_t i = 0; rows && i < memory->statuses.count; i++) {
		if (!ll_str_starts(statuses[i].area, area))
			continue;
		rows[count] = (struct ll_case_course){
			.status = row_of(memory, &statuses[i]),
			.lead_on = LL_DAY_NONE,
			.monitored_on = LL_DAY_NONE,
			.rejected_on = LL_DAY_NONE,
			.eliminated_on = LL_DAY_NONE,
			.visit_due_on = LL_DAY_NONE,
		};
		add_changes(memory, &rows[count]);
		add_tasks(memory, measures, &rows[count++]);
	}
	ll_memory_end(memory);
	if (!rows)
		return -LL_ERR_NO_MEMORY;
	qsort(rows, count, sizeof(*rows), compare_courses);
	for (size_t i = 0; i < count && !err; i++)
		err = sink.row(sink.context, &rows[i]);
	free(rows);
	return err;
}
