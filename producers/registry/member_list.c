#include "member_list.h"

#include <stdlib.h>

#include "base/citizen.h"
#include "base/date.h"
#include "columns.h"
#include "publish/csv_rows.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { P_HOUSEHOLD, P_CITIZEN, P_NAME, P_PHONE, P_RESIDENT, P_LABOUR, P_SCHOOL, P_COUNT };

#define NAME(text_)                        \
	{                                  \
		(text_), sizeof(text_) - 1 \
	}

static const struct ll_wanted_column person_columns[P_COUNT] = {
	[P_HOUSEHOLD] = {NAME("household_code"), false},
	[P_CITIZEN] = {NAME("citizen_number"), false},
	[P_NAME] = {NAME("name"), true},
	[P_PHONE] = {NAME("phone"), true},
	[P_RESIDENT] = {NAME("resident"), false},
	[P_LABOUR] = {NAME("labour"), false},
	[P_SCHOOL] = {NAME("in_school"), false},
};

static const struct ll_registry_column member_columns[] = {
	{P_RESIDENT, "resident", true},
	{P_LABOUR, "labour", true},
	{P_SCHOOL, "in_school", true},
};

void ll_member_list_init(struct ll_member_list *list)
{
	*list = (struct ll_member_list){0};
	ll_arena_init(&list->arena, 0);
	ll_key_set_init(&list->seen);
}

void ll_member_list_release(struct ll_member_list *list)
{
	free(list->people);
	ll_arena_release(&list->arena);
	ll_key_set_release(&list->seen);
	ll_member_list_init(list);
}

/* ---- one row ---- */

static int bad(int32_t column, int err, const char *text, struct ll_row_problem *ret_problem)
{
	return ll_registry_bad(person_columns, column, err, text, ret_problem);
}

static int make_keys(struct ll_pseudonyms *pseudonyms, const struct ll_row *row,
		     struct ll_registry_person *person, struct ll_row_problem *ret_problem)
{
	struct ll_str citizen = ll_str_trim(row->values[P_CITIZEN]);
	char number[LL_CITIZEN_SIZE + 1];
	int err = ll_pseudonym_household(pseudonyms, row->values[P_HOUSEHOLD],
					 &person->household_key);

	if (err)
		return bad(P_HOUSEHOLD, err, NULL, ret_problem);
	if (citizen.size == 0)
		return bad(P_CITIZEN, -LL_ERR_MISSING, NULL, ret_problem);
	err = ll_citizen_normalise(citizen, number);
	if (!err)
		err = ll_pseudonym_person(pseudonyms, citizen, &person->member.person_key);
	if (err)
		return bad(P_CITIZEN, err, NULL, ret_problem);
	person->member.born_on = ll_citizen_birth_day(number);
	if (person->member.born_on < LL_DAY_MIN)
		return bad(P_CITIZEN, -LL_ERR_BAD_DATE, "born before 1900", ret_problem);
	return 0;
}

static int copy_text(struct ll_arena *arena, struct ll_str text, struct ll_str *ret_copy)
{
	char *copy = ll_arena_copy(arena, text.data ? text.data : "", text.size);

	if (!copy)
		return -LL_ERR_NO_MEMORY;
	*ret_copy = (struct ll_str){copy, text.size};
	return 0;
}

static int copy_texts(struct ll_member_list *list, const struct ll_row *row,
		      struct ll_registry_person *person, struct ll_row_problem *ret_problem)
{
	struct ll_str name = ll_str_trim(row->values[P_NAME]);
	struct ll_str phone = ll_str_trim(row->values[P_PHONE]);
	struct ll_str raw = row->raw;
	int err;

	if (name.size > LL_NAME_MAX)
		return bad(P_NAME, -LL_ERR_TOO_LARGE, NULL, ret_problem);
	if (phone.size > LL_NAME_MAX)
		return bad(P_PHONE, -LL_ERR_TOO_LARGE, NULL, ret_problem);
	if (raw.size > LL_ROW_RAW_MAX)
		raw.size = LL_ROW_RAW_MAX;
	err = copy_text(&list->arena, name, &person->name);
	if (!err)
		err = copy_text(&list->arena, phone, &person->phone);
	return err ? err : copy_text(&list->arena, raw, &person->raw);
}

/* ret_problem->err stays 0 for an error that is not the row's. */
static int make_person(struct ll_member_list *list, struct ll_pseudonyms *pseudonyms,
		       const struct ll_row *row, struct ll_registry_person *ret_person,
		       struct ll_row_problem *ret_problem)
{
	const struct ll_field *members =
		ll_registry_field(ll_registry_record(LL_BODY_HOUSEHOLD_REGISTERED), "members");
	struct ll_registry_person person = {.line = row->line};
	int err = row->problem.err;

	if (err) {
		*ret_problem = row->problem;
		return err;
	}
	err = make_keys(pseudonyms, row, &person, ret_problem);
	if (!err)
		err = ll_registry_store(members->record, member_columns, COUNT(member_columns),
					person_columns, row, &person.member, ret_problem);
	if (!err)
		err = copy_texts(list, row, &person, ret_problem);
	if (!err) {
		err = ll_key_set_add(&list->seen, &person.member.person_key);
		if (err == -LL_ERR_EXISTS)
			return bad(P_CITIZEN, err, "the person is in the file already",
				   ret_problem);
	}
	if (err)
		return err;
	*ret_person = person;
	return 0;
}

static int append_person(struct ll_member_list *list, const struct ll_registry_person *person)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 1024;
		struct ll_registry_person *people;

		if (list->count >= LL_REGISTRY_PEOPLE_MAX)
			return -LL_ERR_NO_MEMORY;
		people = realloc(list->people, capacity * sizeof(*people));
		if (!people)
			return -LL_ERR_NO_MEMORY;
		list->people = people;
		list->capacity = capacity;
	}
	list->people[list->count++] = *person;
	return 0;
}

/* ---- the file ---- */

static int compare_people(const void *a, const void *b)
{
	const struct ll_registry_person *one = a;
	const struct ll_registry_person *other = b;
	int order = memcmp(one->household_key.bytes, other->household_key.bytes, LL_KEY_SIZE);

	if (order != 0)
		return order;
	return one->line < other->line ? -1 : one->line > other->line;
}

static int read_rows(struct ll_member_list *list, struct ll_csv_rows *rows, const char *path,
		     struct ll_pseudonyms *pseudonyms, struct ll_rejects *rejects,
		     struct ll_error *error)
{
	for (;;) {
		struct ll_registry_person person;
		struct ll_row_problem problem = {0};
		struct ll_row row;
		int err = ll_csv_rows_next(rows, &row);

		if (err == -LL_ERR_NOT_FOUND)
			return 0;
		if (!err) {
			list->rows++;
			err = make_person(list, pseudonyms, &row, &person, &problem);
			if (!err)
				err = append_person(list, &person);
		}
		if (problem.err) {
			err = rejects ? ll_rejects_add(rejects, path, &row, &problem, error) : 0;
			if (err)
				return err;
		}
		if (err)
			return ll_error_set(error, err, "%s", ll_err_text(err));
	}
}

int ll_member_list_read(struct ll_member_list *list, const char *path,
			struct ll_pseudonyms *pseudonyms, struct ll_rejects *rejects,
			struct ll_error *error)
{
	static const struct ll_csv_dialect dialect = {',', LL_CHARSET_UTF8};
	struct ll_file_window window;
	struct ll_csv_rows *rows;
	int err = ll_file_window_init(&window, path, LL_CSV_WINDOW, error);

	if (err)
		return err;
	err = ll_csv_rows_new(&window, &dialect, person_columns, P_COUNT, &rows, error);
	if (!err) {
		err = read_rows(list, rows, path, pseudonyms, rejects, error);
		ll_csv_rows_free(rows);
	}
	ll_file_window_release(&window);
	if (!err && list->count > 0)
		qsort(list->people, list->count, sizeof(list->people[0]), compare_people);
	return err;
}

struct ll_registry_person *ll_member_list_of(const struct ll_member_list *list,
					     const struct ll_key *household_key, size_t *ret_count)
{
	size_t low = 0;
	size_t high = list->count;
	size_t end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(list->people[middle].household_key.bytes, household_key->bytes,
			   LL_KEY_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	end = low;
	while (end < list->count && ll_key_equal(&list->people[end].household_key, household_key))
		end++;
	*ret_count = end - low;
	return list->people ? &list->people[low] : NULL;
}
