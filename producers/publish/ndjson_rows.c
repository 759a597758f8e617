#include "ndjson_rows.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define NUMBER_TEXT_MAX 32
#define DETAIL_MAX	160

static const char byte_order_mark[] = "\xef\xbb\xbf";

struct path {
	char *names[LL_NDJSON_PATH_DEPTH]; /* in text */
	size_t depth;
	struct ll_str whole;
	char *text;
};

struct ll_ndjson_rows {
	struct ll_file_window *window;
	struct ll_converter *converter;
	enum ll_charset charset;
	int64_t line;
	size_t consumed; /* bytes of the last row, let go at the next call */
	json_t *object;	 /* of the last row: values borrow from it */

	struct path paths[LL_ROW_WANTED_MAX];
	char numbers[LL_ROW_WANTED_MAX][NUMBER_TEXT_MAX];
	struct ll_str values[LL_ROW_WANTED_MAX];
	size_t wanted_count;

	char raw[LL_ROW_RAW_MAX];
	size_t raw_size;
	char detail[DETAIL_MAX];
};

/* ---- lines ---- */

static void keep_raw(struct ll_ndjson_rows *rows)
{
	size_t left = ll_file_window_left(rows->window);

	rows->raw_size = left < LL_ROW_RAW_MAX ? left : LL_ROW_RAW_MAX;
	memcpy(rows->raw, ll_file_window_at(rows->window), rows->raw_size);
}

/* The next line, borrowed from the window. *ret_too_long: it is not there, only its beginning. */
static int next_line(struct ll_ndjson_rows *rows, struct ll_bytes *ret_bytes, bool *ret_too_long)
{
	struct ll_file_window *window = rows->window;
	bool too_long = false;
	size_t scanned = 0;

	ll_file_window_skip(window, rows->consumed);
	rows->consumed = 0;
	for (;;) {
		const uint8_t *at = ll_file_window_at(window);
		size_t left = ll_file_window_left(window);
		const uint8_t *line_end =
			left > scanned ? memchr(at + scanned, '\n', left - scanned) : NULL;
		size_t size = line_end ? (size_t)(line_end - at) : left;
		bool more = true;
		int err = 0;

		if (size > LL_ROW_BYTES_MAX && !too_long) {
			keep_raw(rows);
			too_long = true;
		}
		if (!line_end) {
			if (too_long)
				ll_file_window_skip(window, left);
			scanned = ll_file_window_left(window);
			err = ll_file_window_fill(window, &more);
			if (err)
				return err;
			if (more)
				continue;
			if (size == 0 && !too_long)
				return -LL_ERR_NOT_FOUND;
			size = ll_file_window_left(window);
		}
		rows->consumed = size + (line_end ? 1 : 0);
		rows->line++;
		*ret_bytes = (struct ll_bytes){ll_file_window_at(window), size};
		*ret_too_long = too_long;
		return 0;
	}
}

/* ---- values ---- */

static json_t *path_find(const struct path *path, json_t *object)
{
	for (size_t i = 0; object && i < path->depth; i++)
		object = json_object_get(object, path->names[i]);
	return object;
}

static int value_text(struct ll_ndjson_rows *rows, size_t index, json_t *value)
{
	struct ll_str *text = &rows->values[index];
	char *number = rows->numbers[index];

	*text = (struct ll_str){NULL, 0};
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_NULL:
		return 0;
	case JSON_STRING:
		*text = (struct ll_str){json_string_value(value), json_string_length(value)};
		return text->size > LL_CELL_BYTES_MAX ? -LL_ERR_TOO_LARGE : 0;
	case JSON_INTEGER:
		snprintf(number, NUMBER_TEXT_MAX, "%lld", (long long)json_integer_value(value));
		break;
	case JSON_REAL:
		/* The digits that a double keeps of any decimal that it was read from. */
		snprintf(number, NUMBER_TEXT_MAX, "%.15g", json_real_value(value));
		break;
	case JSON_TRUE:
		snprintf(number, NUMBER_TEXT_MAX, "true");
		break;
	case JSON_FALSE:
		snprintf(number, NUMBER_TEXT_MAX, "false");
		break;
	case JSON_OBJECT:
	case JSON_ARRAY:
		return -LL_ERR_BAD_ROW;
	}
	*text = ll_str_from(number);
	return 0;
}

static void pick_values(struct ll_ndjson_rows *rows, struct ll_row_problem *problem)
{
	for (size_t i = 0; i < rows->wanted_count; i++) {
		int err = value_text(rows, i, path_find(&rows->paths[i], rows->object));

		if (!err)
			continue;
		*problem = (struct ll_row_problem){
			.err = err,
			.field = rows->paths[i].whole,
			.text = err == -LL_ERR_BAD_ROW
					? "an object or a list where one value belongs"
					: "the field is longer than 64 KiB"};
		return;
	}
}

static void parse_line(struct ll_ndjson_rows *rows, struct ll_str text,
		       struct ll_row_problem *problem)
{
	json_error_t why;

	rows->object = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &why);
	if (json_is_object(rows->object)) {
		pick_values(rows, problem);
		return;
	}
	problem->err = -LL_ERR_BAD_ROW;
	problem->text = rows->detail;
	/* jansson's own text quotes the row, which may hold personal data. */
	if (rows->object)
		snprintf(rows->detail, DETAIL_MAX, "not a JSON object");
	else
		snprintf(rows->detail, DETAIL_MAX, "not JSON, at byte %d of the line",
			 why.position);
}

int ll_ndjson_rows_next(struct ll_ndjson_rows *rows, struct ll_row *ret_row)
{
	struct ll_row row = {.values = rows->values};
	struct ll_bytes bytes;
	struct ll_str text = {NULL, 0};
	bool too_long;
	int err;

	json_decref(rows->object);
	rows->object = NULL;
	do {
		row.line = rows->line;
		err = next_line(rows, &bytes, &too_long);
		if (err)
			return err;
		if (too_long)
			break;
		text = ll_str_trim((struct ll_str){(const char *)bytes.data, bytes.size});
	} while (text.size == 0);
	if (too_long) {
		row.raw = (struct ll_str){rows->raw, rows->raw_size};
		row.problem = (struct ll_row_problem){.err = -LL_ERR_TOO_LARGE,
						      .text = "the row is longer than 1 MiB"};
		*ret_row = row;
		return 0;
	}
	row.raw = text;
	err = ll_converter_run(rows->converter,
			       (struct ll_bytes){(const uint8_t *)text.data, text.size}, &text);
	if (err == -LL_ERR_NO_MEMORY)
		return err;
	if (err) {
		snprintf(rows->detail, DETAIL_MAX, "not %s text", ll_charset_name(rows->charset));
		row.problem = (struct ll_row_problem){.err = err, .text = rows->detail};
	} else {
		row.raw = text;
		parse_line(rows, text, &row.problem);
	}
	if (row.problem.err && row.raw.size > LL_ROW_RAW_MAX)
		row.raw.size = LL_ROW_RAW_MAX;
	*ret_row = row;
	return 0;
}

/* ---- making ---- */

static int path_init(struct path *path, struct ll_str name, struct ll_error *error)
{
	char *rest;

	path->text = strndup(name.data, name.size);
	if (!path->text)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	path->whole = name;
	rest = path->text;
	while (rest) {
		if (path->depth == LL_NDJSON_PATH_DEPTH)
			return ll_error_set(error, -LL_ERR_INVALID,
					    "the path '%.*s' is deeper than %d names",
					    LL_STR_ARG(name), LL_NDJSON_PATH_DEPTH);
		path->names[path->depth++] = strsep(&rest, ".");
	}
	return 0;
}

static int skip_mark(struct ll_file_window *window)
{
	struct ll_str mark = {byte_order_mark, sizeof(byte_order_mark) - 1};
	bool more;
	int err = ll_file_window_fill(window, &more);

	if (!err && ll_str_starts((struct ll_str){(const char *)ll_file_window_at(window),
						  ll_file_window_left(window)},
				  mark))
		ll_file_window_skip(window, mark.size);
	return err;
}

int ll_ndjson_rows_new(struct ll_file_window *window, enum ll_charset charset,
		       const struct ll_wanted_column *wanted, size_t count,
		       struct ll_ndjson_rows **ret_rows, struct ll_error *error)
{
	struct ll_ndjson_rows *rows;
	int err;

	if (count > LL_ROW_WANTED_MAX)
		return ll_error_set(error, -LL_ERR_INVALID, "more than %d columns are asked for",
				    LL_ROW_WANTED_MAX);
	rows = calloc(1, sizeof(*rows));
	if (!rows)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	rows->window = window;
	rows->charset = charset;
	rows->line = 1;
	err = ll_converter_new(charset, &rows->converter);
	if (err)
		ll_error_set(error, err, "this system cannot read %s text",
			     ll_charset_name(charset));
	for (size_t i = 0; i < count && !err; i++) {
		err = path_init(&rows->paths[i], wanted[i].name, error);
		rows->wanted_count++;
	}
	if (!err) {
		err = skip_mark(window);
		if (err)
			ll_error_set(error, err, "the file cannot be read");
	}
	if (err) {
		ll_ndjson_rows_free(rows);
		return err;
	}
	*ret_rows = rows;
	return 0;
}

void ll_ndjson_rows_free(struct ll_ndjson_rows *rows)
{
	if (!rows)
		return;
	for (size_t i = 0; i < rows->wanted_count; i++)
		free(rows->paths[i].text);
	json_decref(rows->object);
	ll_converter_free(rows->converter);
	free(rows);
}
