#include "play_plan.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "producers/publish/csv_rows.h"

/* ---- days ---- */

static int plan_day(const json_t *plan, const char *name, const char *path, int32_t *ret_day,
		    struct ll_error *error)
{
	const char *text = json_string_value(json_object_get(plan, name));

	if (!text || ll_day_parse(ll_str_from(text), ret_day))
		return ll_error_set(error, -LL_ERR_INVALID, "%s: '%s' is not a date", path, name);
	return 0;
}

int ll_play_days(const char *directory, int32_t *ret_from, int32_t *ret_to, struct ll_error *error)
{
	char path[LL_SIM_PATH_MAX];
	json_error_t story;
	json_t *plan;
	int32_t from, to;
	int err = ll_directory_join(directory, "plan.json", path, error);

	if (err)
		return err;
	if (access(path, R_OK) != 0)
		return ll_error_set(error, -LL_ERR_NOT_FOUND,
				    "%s is not there: make a simulation with `lifeline simulate "
				    "make`, or give --from and --to",
				    path);
	plan = json_load_file(path, 0, &story);
	if (!plan)
		return ll_error_set(error, -LL_ERR_INVALID, "%s: %s", path, story.text);
	err = plan_day(plan, "from", path, &from, error);
	if (!err)
		err = plan_day(plan, "to", path, &to, error);
	json_decref(plan);
	if (err)
		return err;
	*ret_from = from;
	*ret_to = to;
	return 0;
}

/* ---- alerts ---- */

enum {
	ALERT_PUBLISHED_ON,
	ALERT_ID,
	ALERT_REVISION,
	ALERT_AREA,
	ALERT_KIND,
	ALERT_SEVERITY,
	ALERT_ON,
	ALERT_EXPIRES,
	ALERT_CANCELLED,
	ALERT_COLUMNS
};

static const struct ll_wanted_column alert_columns[ALERT_COLUMNS] = {
	[ALERT_PUBLISHED_ON] = {.name = {"published_on", 12}},
	[ALERT_ID] = {.name = {"id", 2}, .optional = true},
	[ALERT_REVISION] = {.name = {"revision", 8}, .optional = true},
	[ALERT_AREA] = {.name = {"area", 4}},
	[ALERT_KIND] = {.name = {"kind", 4}},
	[ALERT_SEVERITY] = {.name = {"severity", 8}},
	[ALERT_ON] = {.name = {"on", 2}, .optional = true},
	[ALERT_EXPIRES] = {.name = {"expires", 7}},
	[ALERT_CANCELLED] = {.name = {"cancelled", 9}, .optional = true},
};

static int alert_of_row(const struct ll_row *row, struct ll_play_alert *ret_alert,
			struct ll_error *error)
{
	const struct ll_str *values = row->values;
	struct ll_alert_text text = {
		.area = values[ALERT_AREA],
		.kind = values[ALERT_KIND],
		.severity = values[ALERT_SEVERITY],
		.on = values[ALERT_ON],
		.expires = values[ALERT_EXPIRES],
		.id = values[ALERT_ID],
		.revision = values[ALERT_REVISION],
		.cancelled = ll_str_equal(values[ALERT_CANCELLED], LL_STR("yes")),
	};
	int err = 0;

	if (row->problem.err)
		err = ll_error_set(error, -LL_ERR_INVALID, "%s",
				   row->problem.text ? row->problem.text
						     : ll_err_text(row->problem.err));
	else if (ll_day_parse(values[ALERT_PUBLISHED_ON], &ret_alert->day))
		err = ll_error_set(error, -LL_ERR_INVALID, "published_on is not a date");
	else
		err = ll_alert_make(&text, ret_alert->day, &ret_alert->alert, error);
	if (err)
		error->line = (int)row->line;
	return err;
}

static int read_alerts(struct ll_play_alerts *alerts, struct ll_csv_rows *rows,
		       struct ll_error *error)
{
	struct ll_row row;
	int err;

	while ((err = ll_csv_rows_next(rows, &row)) == 0) {
		if (alerts->count == LL_PLAY_ALERTS_MAX)
			return ll_error_set(error, -LL_ERR_TOO_LARGE, "more than %d alerts",
					    LL_PLAY_ALERTS_MAX);
		err = alert_of_row(&row, &alerts->list[alerts->count], error);
		if (err)
			return err;
		alerts->count++;
	}
	return err == -LL_ERR_NOT_FOUND ? 0 : err;
}

int ll_play_alerts_read(struct ll_play_alerts *alerts, const char *directory,
			struct ll_error *error)
{
	static const struct ll_csv_dialect dialect = {.delimiter = ','};
	struct ll_play_alerts read = {.list = NULL};
	struct ll_csv_rows *rows = NULL;
	struct ll_file_window window;
	char path[LL_SIM_PATH_MAX];
	int err = ll_directory_join(directory, "alerts.csv", path, error);

	if (err)
		return err;
	if (access(path, F_OK) != 0) {
		*alerts = read;
		return 0;
	}
	err = ll_file_window_init(&window, path, LL_CSV_WINDOW, error);
	if (err)
		return err;
	/* In place: an alert's texts are its own storage and must not move. */
	read.list = calloc(LL_PLAY_ALERTS_MAX, sizeof(read.list[0]));
	err = read.list ? 0 : -LL_ERR_NO_MEMORY;
	if (!err)
		err = ll_csv_rows_new(&window, &dialect, alert_columns, ALERT_COLUMNS, &rows,
				      error);
	if (!err)
		err = read_alerts(&read, rows, error);
	ll_csv_rows_free(rows);
	ll_file_window_release(&window);
	if (err)
		ll_play_alerts_release(&read);
	else
		*alerts = read;
	return err;
}

void ll_play_alerts_release(struct ll_play_alerts *alerts)
{
	free(alerts->list);
	*alerts = (struct ll_play_alerts){.list = NULL};
}

/* ---- files and mappings ---- */

static bool copy_name(const char *from, const char *to, char ret_name[LL_PLAY_NAME_MAX])
{
	size_t size = (size_t)(to - from);

	if (size == 0 || size >= LL_PLAY_NAME_MAX)
		return false;
	memcpy(ret_name, from, size);
	ret_name[size] = '\0';
	return true;
}

int ll_play_file_parse(const char *name, struct ll_play_file *ret_file, struct ll_error *error)
{
	const char *first = strchr(name, '.');
	const char *second = first ? strchr(first + 1, '.') : NULL;
	struct ll_play_file file;

	if (!second || strchr(second + 1, '.') || strchr(name, '/') ||
	    !copy_name(name, first, file.department) || !copy_name(first + 1, second, file.mapping))
		return ll_error_set(error, -LL_ERR_INVALID,
				    "a file of events is named <department>.<mapping>.csv (or "
				    ".ndjson), this is not: %.200s",
				    name);
	*ret_file = file;
	return 0;
}

static bool is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* A path from the directory of the program. */
static bool beside_program(const char *relative, char ret_path[LL_SIM_PATH_MAX])
{
	char program[LL_SIM_PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;
	int written;

	if (size <= 0)
		return false;
	program[size] = '\0';
	slash = strrchr(program, '/');
	if (!slash)
		return false;
	*slash = '\0';
	written = snprintf(ret_path, LL_SIM_PATH_MAX, "%s/%s", program, relative);
	return written > 0 && written < LL_SIM_PATH_MAX && is_directory(ret_path);
}

static int take_directory(struct ll_play_mappings *mappings, const char *path, const char *given_by,
			  struct ll_error *error)
{
	if (strlen(path) >= sizeof(mappings->directory) || !is_directory(path))
		return ll_error_set(error, -LL_ERR_NOT_FOUND, "%s: there is no directory %.300s",
				    given_by, path);
	snprintf(mappings->directory, sizeof(mappings->directory), "%s", path);
	return 0;
}

int ll_play_mappings_init(struct ll_play_mappings *mappings, const char *wanted,
			  struct ll_error *error)
{
	const char *environment = getenv("LIFELINE_MAPPINGS");

	mappings->count = 0;
	if (wanted)
		return take_directory(mappings, wanted, "--mappings", error);
	if (environment && *environment)
		return take_directory(mappings, environment, "LIFELINE_MAPPINGS", error);
	if (beside_program("../share/lifeline/mappings", mappings->directory) ||
	    beside_program("../../../producers/publish/mappings", mappings->directory))
		return 0;
	if (take_directory(mappings, LL_DATADIR "/lifeline/mappings", "mappings", NULL) == 0)
		return 0;
	return ll_error_set(error, -LL_ERR_NOT_FOUND,
			    "the shipped mappings are not beside the program: give --mappings DIR");
}

void ll_play_mappings_release(struct ll_play_mappings *mappings)
{
	for (size_t i = 0; i < mappings->count; i++)
		ll_mapping_free(mappings->list[i].mapping);
	mappings->count = 0;
}

int ll_play_mappings_get(struct ll_play_mappings *mappings, const char *name,
			 const struct ll_mapping **ret_mapping, struct ll_error *error)
{
	char path[LL_SIM_PATH_MAX], file[LL_PLAY_NAME_MAX + 8];
	struct ll_mapping *mapping;
	int err;

	for (size_t i = 0; i < mappings->count; i++) {
		if (strcmp(mappings->list[i].name, name) == 0) {
			*ret_mapping = mappings->list[i].mapping;
			return 0;
		}
	}
	if (mappings->count == LL_PLAY_MAPPINGS_MAX)
		return ll_error_set(error, -LL_ERR_TOO_LARGE, "more than %d different mappings",
				    LL_PLAY_MAPPINGS_MAX);
	snprintf(file, sizeof(file), "%s.yaml", name);
	err = ll_directory_join(mappings->directory, file, path, error);
	if (!err)
		err = ll_mapping_read(path, &mapping, error);
	if (err)
		return err;
	snprintf(mappings->list[mappings->count].name, LL_PLAY_NAME_MAX, "%s", name);
	mappings->list[mappings->count++].mapping = mapping;
	*ret_mapping = mapping;
	return 0;
}
