#include "registry_import.h"

#include <stdlib.h>

#include "household_row.h"
#include "member_list.h"
#include "publish/csv_rows.h"
#include "registry_batch.h"

/* One import as it goes. */
struct import {
	const struct ll_registry_options *options;
	const char *households_path;
	const char *people_path;
	struct ll_registry_counts *counts;
	struct ll_registry_batch batch;
	struct ll_member_list list;
	struct ll_key_set households;
};

static int reject_household(struct import *import, const struct ll_row *row,
			    const struct ll_row_problem *problem, struct ll_error *error)
{
	struct ll_rejects *rejects = import->options->household_rejects;

	return rejects ? ll_rejects_add(rejects, import->households_path, row, problem, error) : 0;
}

static int reject_person(struct import *import, struct ll_registry_person *person, int err,
			 const char *text, struct ll_error *error)
{
	struct ll_rejects *rejects = import->options->people_rejects;
	struct ll_row row = {.line = person->line, .raw = person->raw};
	struct ll_row_problem problem = {
		.err = err, .field = LL_STR("household_code"), .text = text};

	person->settled = true;
	return rejects ? ll_rejects_add(rejects, import->people_path, &row, &problem, error) : 0;
}

/* ---- one household ---- */

static int add_person(struct import *import, const struct ll_registry_household *household,
		      struct ll_registry_person *person)
{
	struct ll_person_registered registered = {.household_key = household->key,
						  .area = household->registered.area};
	struct ll_private_person named = {
		.person_key = person->member.person_key,
		.household_key = household->key,
		.name = person->name,
		.phone = person->phone,
		.address = household->address,
	};
	bool dissolved = household->registered.dissolved;
	int err = ll_registry_batch_add_person(&import->batch, &person->member.person_key,
					       dissolved ? NULL : &registered);

	if (!err && !dissolved)
		err = ll_registry_batch_add_private(&import->batch, &named);
	if (err)
		return err;
	person->settled = true;
	import->counts->people++;
	return 0;
}

/* The household's people into the batch, and those who are its members into ret_members. */
static int add_people(struct import *import, const struct ll_registry_household *household,
		      struct ll_member ret_members[LL_MEMBERS_MAX], size_t *ret_count,
		      struct ll_error *error)
{
	size_t count;
	struct ll_registry_person *people =
		ll_member_list_of(&import->list, &household->key, &count);
	size_t members = 0;

	for (size_t i = 0; i < count; i++) {
		int err;

		if (members == LL_MEMBERS_MAX) {
			err = reject_person(import, &people[i], -LL_ERR_TOO_MANY_MEMBERS, NULL,
					    error);
		} else {
			err = add_person(import, household, &people[i]);
			ret_members[members++] = people[i].member;
		}
		if (err)
			return err;
	}
	*ret_count = household->registered.dissolved ? 0 : members;
	return 0;
}

static int add_household(struct import *import, const struct ll_registry_household *household,
			 struct ll_error *error)
{
	struct ll_member members[LL_MEMBERS_MAX];
	struct ll_household_event event = {
		.household_key = household->key,
		.area = household->registered.area,
		.origin = {.topic = {"", 0},
			   .partition = -1,
			   .offset = -1,
			   .published_at_ms = import->options->now_ms},
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = household->registered,
	};
	int err = add_people(import, household, members, &event.household_registered.member_count,
			     error);

	if (err)
		return err;
	event.household_registered.members = members;
	err = ll_registry_batch_add_household(&import->batch, &event);
	if (!err)
		import->counts->households++;
	return err;
}

/* A REJECT error with *ret_problem where the row is bad. */
static int take_row(struct import *import, const struct ll_row *row,
		    struct ll_row_problem *ret_problem, struct ll_error *error)
{
	struct ll_registry_household household;
	int err = ll_household_row_make(import->options->pseudonyms, import->options->counties, row,
					&household, ret_problem);

	if (err)
		return err;
	err = ll_key_set_add(&import->households, &household.key);
	if (err == -LL_ERR_EXISTS)
		*ret_problem =
			(struct ll_row_problem){.err = err,
						.field = ll_household_columns[0].name,
						.text = "the household is in the file already"};
	return err ? err : add_household(import, &household, error);
}

/* ---- the files ---- */

static int told(int err, struct ll_error *error)
{
	if (err && error && error->code == 0)
		ll_error_set(error, err, "%s", ll_err_text(err));
	return err;
}

/* There are two files: an error of one says which. */
static int told_of(const char *path, int err, struct ll_error *error)
{
	char message[LL_ERROR_MESSAGE_MAX];

	if (!err || !error)
		return err;
	told(err, error);
	memcpy(message, error->message, sizeof(message));
	return ll_error_set(error, err, "%s: %s", path, message);
}

static int commit(struct import *import, struct ll_error *error)
{
	int err = ll_registry_batch_commit(&import->batch, error);

	import->counts->transactions = import->batch.transactions;
	if (!err && import->options->progress)
		import->options->progress(import->options->context, import->counts->household_rows);
	return err;
}

static int import_rows(struct import *import, struct ll_csv_rows *rows, struct ll_error *error)
{
	bool (*stop_asked)(void) = import->options->stop_asked;

	for (;;) {
		struct ll_row_problem problem = {0};
		struct ll_row row;
		int err = ll_csv_rows_next(rows, &row);

		if (err == -LL_ERR_NOT_FOUND)
			return commit(import, error);
		if (!err && stop_asked && stop_asked())
			return ll_error_set(error, -LL_ERR_ABORTED,
					    "stopped before its end: import it again, what is "
					    "there already does not change");
		if (err)
			return err;
		import->counts->household_rows++;
		err = take_row(import, &row, &problem, error);
		if (problem.err)
			err = reject_household(import, &row, &problem, error);
		if (!err && ll_registry_batch_is_full(&import->batch))
			err = commit(import, error);
		if (err)
			return err;
	}
}

static int compare_lines(const void *a, const void *b)
{
	const struct ll_registry_person *const *one = a;
	const struct ll_registry_person *const *other = b;

	return (*one)->line < (*other)->line ? -1 : (*one)->line > (*other)->line;
}

/* Those whose household did not come, in the file's order. */
static int reject_left_over(struct import *import, struct ll_error *error)
{
	struct ll_registry_person **left;
	size_t count = 0;
	int err = 0;

	left = calloc(import->list.count + 1, sizeof(*left));
	if (!left)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < import->list.count; i++)
		if (!import->list.people[i].settled)
			left[count++] = &import->list.people[i];
	qsort(left, count, sizeof(*left), compare_lines);
	for (size_t i = 0; i < count && !err; i++)
		err = reject_person(import, left[i], -LL_ERR_NOT_REGISTERED,
				    "its household is not in the file, or was rejected", error);
	free(left);
	return err;
}

static int import_households(struct import *import, struct ll_csv_rows *rows,
			     struct ll_error *error)
{
	const struct ll_registry_options *options = import->options;
	int err = ll_member_list_read(&import->list, import->people_path, options->pseudonyms,
				      options->people_rejects, error);

	import->counts->people_rows = import->list.rows;
	if (err)
		return told_of(import->people_path, err, error);
	err = ll_registry_batch_init(&import->batch, options->bus, options->codec, options->store,
				     error);
	if (err)
		return err;
	err = import_rows(import, rows, error);
	if (!err)
		err = reject_left_over(import, error);
	ll_registry_batch_release(&import->batch);
	return err;
}

int ll_registry_import(const struct ll_registry_options *options, const char *households_path,
		       const char *people_path, struct ll_registry_counts *counts,
		       struct ll_error *error)
{
	static const struct ll_csv_dialect dialect = {',', LL_CHARSET_UTF8};
	struct import import = {.options = options,
				.households_path = households_path,
				.people_path = people_path,
				.counts = counts};
	struct ll_file_window window;
	struct ll_csv_rows *rows;
	int err;

	*counts = (struct ll_registry_counts){0};
	err = ll_file_window_init(&window, households_path, LL_CSV_WINDOW, error);
	if (err)
		return told_of(households_path, err, error);
	ll_member_list_init(&import.list);
	ll_key_set_init(&import.households);
	err = ll_csv_rows_new(&window, &dialect, ll_household_columns, LL_REGISTRY_COLUMNS, &rows,
			      error);
	if (err)
		told_of(households_path, err, error);
	if (!err) {
		err = import_households(&import, rows, error);
		ll_csv_rows_free(rows);
	}
	ll_key_set_release(&import.households);
	ll_member_list_release(&import.list);
	ll_file_window_release(&window);
	return told(err, error);
}
