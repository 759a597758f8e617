#include "villages.h"

#include <stdlib.h>

#include "base/embedded.h"
#include "producers/publish/csv_rows.h"

/* areas-3605.csv */
extern const struct ll_embedded ll_builtin_areas[];

enum { COLUMN_CODE, COLUMN_NAME, COLUMN_LEVEL, COLUMN_COUNT };

static const struct ll_wanted_column columns[COLUMN_COUNT] = {
	[COLUMN_CODE] = {.name = {"code", 4}},
	[COLUMN_NAME] = {.name = {"name", 4}},
	[COLUMN_LEVEL] = {.name = {"level", 5}},
};

static int add_row(struct ll_villages *villages, const struct ll_row *row, struct ll_error *error)
{
	struct ll_area area;
	int line = (int)row->line;

	if (row->problem.err)
		return ll_error_set_at(error, -LL_ERR_INVALID, line, 0, "%s",
				       row->problem.text ? row->problem.text
							 : ll_err_text(row->problem.err));
	if (!ll_str_equal(row->values[COLUMN_LEVEL], LL_STR("village")))
		return 0;
	if (ll_area_parse(row->values[COLUMN_CODE], &area) || area.digits != LL_AREA_DIGITS)
		return ll_error_set_at(error, -LL_ERR_INVALID, line, 0,
				       "a village's code has 12 digits");
	if (villages->count == LL_VILLAGES_MAX)
		return ll_error_set(error, -LL_ERR_TOO_LARGE, "more than %d villages",
				    LL_VILLAGES_MAX);

	/* Grows at powers of two. */
	if ((villages->count & (villages->count - 1)) == 0) {
		size_t capacity = villages->count ? villages->count * 2 : 1;
		struct ll_village *list =
			reallocarray(villages->list, capacity, sizeof(villages->list[0]));

		if (!list)
			return -LL_ERR_NO_MEMORY;
		villages->list = list;
	}

	struct ll_village *village = &villages->list[villages->count++];
	struct ll_str name = row->values[COLUMN_NAME];

	*village = (struct ll_village){.code = area.code};
	if (name.size >= LL_VILLAGE_NAME_MAX)
		name.size = LL_VILLAGE_NAME_MAX - 1;
	memcpy(village->name, name.data, name.size);
	return 0;
}

static int read_window(struct ll_villages *villages, struct ll_file_window *window,
		       struct ll_error *error)
{
	static const struct ll_csv_dialect dialect = {.delimiter = ','};
	struct ll_villages read = {.list = NULL};
	struct ll_csv_rows *rows = NULL;
	struct ll_row row;
	int err;

	err = ll_csv_rows_new(window, &dialect, columns, COLUMN_COUNT, &rows, error);
	if (err)
		return err;
	while ((err = ll_csv_rows_next(rows, &row)) == 0) {
		err = add_row(&read, &row, error);
		if (err)
			goto done;
	}
	if (err != -LL_ERR_NOT_FOUND)
		goto done;
	err = 0;
	if (read.count == 0)
		err = ll_error_set(error, -LL_ERR_INVALID, "there is no village in the list");
done:
	ll_csv_rows_free(rows);
	if (err)
		ll_villages_release(&read);
	else
		*villages = read;
	return err;
}

int ll_villages_read(struct ll_villages *villages, const char *path, struct ll_error *error)
{
	struct ll_file_window window;
	int err = ll_file_window_init(&window, path, LL_CSV_WINDOW, error);

	if (err)
		return err;
	err = read_window(villages, &window, error);
	ll_file_window_release(&window);
	return err;
}

int ll_villages_builtin(struct ll_villages *villages, struct ll_error *error)
{
	struct ll_bytes text = {(const uint8_t *)ll_builtin_areas->text, ll_builtin_areas->size};
	struct ll_file_window window;
	int err = ll_file_window_init_memory(&window, text, LL_CSV_WINDOW);

	if (err)
		return err;
	err = read_window(villages, &window, error);
	ll_file_window_release(&window);
	return err;
}

void ll_villages_release(struct ll_villages *villages)
{
	free(villages->list);
	*villages = (struct ll_villages){.list = NULL};
}
