#include "csv_rows.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>

#define QUOTE	      '"'
#define SHOWN_COLUMNS 400 /* bytes of a message that lists columns */
#define DETAIL_MAX    160

static const char byte_order_mark[] = "\xef\xbb\xbf";

/* Where in a row a scan stands. */
enum quote_state {
	FIELD_START,
	UNQUOTED,
	QUOTED,
	QUOTE_SEEN, /* in a quoted field: it ends here, or the quote is doubled */
	QUOTE_CR    /* after the end of a quoted field: only the line's end may follow */
};

struct scan {
	enum quote_state state;
	size_t at;	    /* scanned bytes from the window's start */
	int64_t lines;	    /* ends of lines seen, the row's own included */
	bool too_long;	    /* bytes were let go: the window's start is not the row's any more */
	int32_t long_field; /* of a row that is too long: the first field that is; -1: none */
	const char *malformed;
};

struct ll_csv_rows {
	struct ll_file_window *window;
	struct ll_converter *converter;
	struct ll_csv_dialect dialect;
	struct csv_parser parser; /* takes rows with quotes apart */
	int64_t line;		  /* of the row at the window's start */
	size_t consumed;	  /* bytes of the last row, let go at the next call */

	struct ll_str fields[LL_ROW_COLUMNS_MAX];
	size_t field_count; /* may be one above LL_ROW_COLUMNS_MAX: too many */
	struct ll_buf unquoted;

	struct ll_str *columns; /* the header; text in header */
	size_t column_count;
	struct ll_buf header;

	struct ll_str wanted_names[LL_ROW_WANTED_MAX];
	int32_t positions[LL_ROW_WANTED_MAX]; /* -1: the file lacks it */
	size_t wanted_count;
	struct ll_str values[LL_ROW_WANTED_MAX];

	char raw[LL_ROW_RAW_MAX]; /* the beginning of a row that is not in the window */
	size_t raw_size;
	char detail[DETAIL_MAX];
};

/* ---- where a row ends ---- */

static enum quote_state scan_byte(enum quote_state state, char byte, char delimiter,
				  const char **ret_malformed)
{
	switch (state) {
	case FIELD_START:
		if (byte == QUOTE)
			return QUOTED;
		return byte == delimiter ? FIELD_START : UNQUOTED;
	case UNQUOTED:
		if (byte == QUOTE)
			*ret_malformed = "a quote inside a field that does not begin with one";
		return byte == delimiter ? FIELD_START : UNQUOTED;
	case QUOTED:
		return byte == QUOTE ? QUOTE_SEEN : QUOTED;
	case QUOTE_SEEN:
		if (byte == QUOTE)
			return QUOTED;
		if (byte == delimiter)
			return FIELD_START;
		if (byte == '\r')
			return QUOTE_CR;
		break;
	case QUOTE_CR:
		break;
	}
	*ret_malformed = "text after a field's closing quote";
	return UNQUOTED;
}

/* Scans `size` bytes without an unquoted line's end. */
static void scan_piece(struct scan *scan, const char *piece, size_t size, char delimiter)
{
	if (size == 0)
		return;
	if (scan->state <= UNQUOTED && !memchr(piece, QUOTE, size)) {
		scan->state = piece[size - 1] == delimiter ? FIELD_START : UNQUOTED;
		return;
	}
	for (size_t i = 0; i < size && !scan->malformed; i++)
		scan->state = scan_byte(scan->state, piece[i], delimiter, &scan->malformed);
}

/* The next byte after the scanned ones is a line's end. True: the row's. */
static bool scan_line_end(struct scan *scan)
{
	scan->lines++;
	return scan->state != QUOTED;
}

/* The first field of the row's `size` bytes in the window that is longer than a field may be. */
static int32_t long_field_of(const struct ll_csv_rows *rows, size_t size)
{
	const char *at = (const char *)ll_file_window_at(rows->window);
	enum quote_state state = FIELD_START;
	const char *malformed = NULL;
	int32_t field = 0;
	size_t begin = 0;

	for (size_t i = 0; i < size; i++) {
		state = scan_byte(state, at[i], rows->dialect.delimiter, &malformed);
		if (state == FIELD_START) {
			field++;
			begin = i + 1;
		} else if (i + 1 - begin > LL_CELL_BYTES_MAX) {
			return field;
		}
	}
	return -1;
}

/* Keeps the beginning of a row whose bytes are about to be let go. */
static void keep_raw(struct ll_csv_rows *rows)
{
	size_t left = ll_file_window_left(rows->window);

	rows->raw_size = left < LL_ROW_RAW_MAX ? left : LL_ROW_RAW_MAX;
	memcpy(rows->raw, ll_file_window_at(rows->window), rows->raw_size);
}

/* More bytes behind the scanned ones, letting go of those where the row is too long. */
static int scan_more(struct ll_csv_rows *rows, struct scan *scan, bool *ret_more)
{
	struct ll_file_window *window = rows->window;

	if (scan->at > LL_ROW_BYTES_MAX && !scan->too_long) {
		keep_raw(rows);
		scan->long_field = long_field_of(rows, scan->at);
		scan->too_long = true;
	}
	if (scan->too_long) {
		ll_file_window_skip(window, scan->at);
		scan->at = 0;
	}
	return ll_file_window_fill(window, ret_more);
}

/* To the row's end: scan->at bytes before it. *ret_ended: by a line's end, not by the file's. */
static int scan_row(struct ll_csv_rows *rows, struct scan *scan, bool *ret_ended)
{
	for (;;) {
		const char *at = (const char *)ll_file_window_at(rows->window) + scan->at;
		size_t left = ll_file_window_left(rows->window) - scan->at;
		const char *line_end = left ? memchr(at, '\n', left) : NULL;
		size_t size = line_end ? (size_t)(line_end - at) : left;
		bool more;
		int err;

		scan_piece(scan, at, size, rows->dialect.delimiter);
		scan->at += size;
		*ret_ended = line_end != NULL;
		if (scan->malformed)
			return 0;
		if (line_end) {
			if (scan_line_end(scan))
				return 0;
			scan->at++;
			continue;
		}
		err = scan_more(rows, scan, &more);
		if (err)
			return err;
		if (!more) {
			if (scan->state == QUOTED)
				scan->malformed = "a quote is never closed";
			return 0;
		}
	}
}

/*
 * Lets go of one line, whatever it holds, and keeps its beginning. Rows behind a bad one are
 * scanned again; a lone quote stops the scan that it was found by, so no byte is scanned more than
 * a few times.
 */
static int skip_line(struct ll_csv_rows *rows, int64_t offset)
{
	struct ll_file_window *window = rows->window;
	bool first = true;
	bool more = true;

	ll_file_window_seek(window, offset);
	while (more) {
		size_t left = ll_file_window_left(window);
		const uint8_t *at = ll_file_window_at(window);
		const uint8_t *line_end = left ? memchr(at, '\n', left) : NULL;
		size_t size = line_end ? (size_t)(line_end - at) : left;
		int err;

		if (first && (line_end || size >= LL_ROW_RAW_MAX)) {
			rows->raw_size = size < LL_ROW_RAW_MAX ? size : LL_ROW_RAW_MAX;
			memcpy(rows->raw, at, rows->raw_size);
			first = false;
		}
		if (line_end) {
			ll_file_window_skip(window, size + 1);
			break;
		}
		if (!first)
			ll_file_window_skip(window, size);
		err = ll_file_window_fill(window, &more);
		if (err)
			return err;
	}
	if (first) { /* a short last line without an end */
		keep_raw(rows);
		ll_file_window_skip(window, ll_file_window_left(window));
	}
	if (rows->raw_size > 0 && rows->raw[rows->raw_size - 1] == '\r')
		rows->raw_size--;
	rows->line++;
	return 0;
}

/* ---- taking a row apart ---- */

static void add_field(struct ll_csv_rows *rows, struct ll_str field)
{
	if (rows->field_count < LL_ROW_COLUMNS_MAX)
		rows->fields[rows->field_count] = field;
	if (rows->field_count <= LL_ROW_COLUMNS_MAX)
		rows->field_count++;
}

static void split_plain(struct ll_csv_rows *rows, struct ll_str text)
{
	const char *at = text.data;
	const char *end = text.data + text.size;

	for (;;) {
		const char *stop = memchr(at, rows->dialect.delimiter, (size_t)(end - at));

		add_field(rows, (struct ll_str){at, (size_t)((stop ? stop : end) - at)});
		if (!stop)
			return;
		at = stop + 1;
	}
}

/* libcsv's: the field is in its own buffer, so it is copied. Room was reserved for the whole row. */
static void field_parsed(void *field, size_t size, void *context)
{
	struct ll_csv_rows *rows = context;
	char *copy = (char *)rows->unquoted.data + rows->unquoted.size;

	if (size > 0)
		memcpy(copy, field, size);
	rows->unquoted.size += size;
	add_field(rows, (struct ll_str){copy, size});
}

static int no_space(unsigned char byte)
{
	(void)byte;
	return 0;
}

static int no_line_end(unsigned char byte)
{
	(void)byte;
	return 0;
}

static int parser_open(struct ll_csv_rows *rows)
{
	if (csv_init(&rows->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return -LL_ERR_NO_MEMORY;
	csv_set_delim(&rows->parser, (unsigned char)rows->dialect.delimiter);
	/* Spaces belong to a field, and a row is given without its line's end. */
	csv_set_space_func(&rows->parser, no_space);
	csv_set_term_func(&rows->parser, no_line_end);
	csv_set_blk_size(&rows->parser, 4096);
	return 0;
}

static int split_quoted(struct ll_csv_rows *rows, struct ll_str text)
{
	int err;

	ll_buf_clear(&rows->unquoted);
	err = ll_buf_reserve(&rows->unquoted, text.size);
	if (err)
		return err;
	if (csv_parse(&rows->parser, text.data, text.size, field_parsed, NULL, rows) == text.size &&
	    csv_fini(&rows->parser, field_parsed, NULL, rows) == 0)
		return 0;
	csv_free(&rows->parser); /* an error leaves it in the middle of the row */
	err = parser_open(rows);
	return err ? err : -LL_ERR_BAD_ROW;
}

static int split_row(struct ll_csv_rows *rows, struct ll_str text)
{
	rows->field_count = 0;
	if (memchr(text.data, QUOTE, text.size))
		return split_quoted(rows, text);
	split_plain(rows, text);
	return 0;
}

/* ---- rows ---- */

static struct ll_row_problem too_long(const struct ll_csv_rows *rows, int32_t field)
{
	struct ll_row_problem problem = {.err = -LL_ERR_TOO_LARGE,
					 .text = "the row is longer than 1 MiB"};

	if (field >= 0 && (size_t)field < rows->column_count)
		problem.field = rows->columns[field];
	return problem;
}

/* Scans the next row that is not empty into *ret_bytes (problem->err 0), or says what is wrong. */
static int next_bytes(struct ll_csv_rows *rows, struct ll_bytes *ret_bytes, int64_t *ret_line,
		      struct ll_row_problem *problem)
{
	struct ll_file_window *window = rows->window;

	for (;;) {
		struct scan scan = {.state = FIELD_START};
		int64_t offset;
		bool ended;
		int err;

		ll_file_window_skip(window, rows->consumed);
		rows->consumed = 0;
		offset = window->offset;
		*ret_line = rows->line;
		err = scan_row(rows, &scan, &ended);
		if (err)
			return err;
		if (scan.malformed) {
			*problem = (struct ll_row_problem){.err = -LL_ERR_BAD_ROW,
							   .text = scan.malformed};
			return skip_line(rows, offset);
		}
		if (!ended && scan.at == 0 && !scan.too_long)
			return -LL_ERR_NOT_FOUND;
		rows->consumed = scan.at + (ended ? 1 : 0);
		rows->line += scan.lines;
		if (scan.too_long || scan.at > LL_ROW_BYTES_MAX) {
			if (!scan.too_long) {
				keep_raw(rows);
				scan.long_field = long_field_of(rows, scan.at);
			}
			*problem = too_long(rows, scan.long_field);
			return 0;
		}
		*ret_bytes = (struct ll_bytes){ll_file_window_at(window), scan.at};
		if (scan.at > 0 && ret_bytes->data[scan.at - 1] == '\r')
			ret_bytes->size--;
		if (ret_bytes->size > 0)
			return 0;
	}
}

static struct ll_str cut(struct ll_str text)
{
	return (struct ll_str){text.data, text.size < LL_ROW_RAW_MAX ? text.size : LL_ROW_RAW_MAX};
}

static int find_problem(struct ll_csv_rows *rows, struct ll_row_problem *problem)
{
	if (rows->field_count != rows->column_count) {
		snprintf(rows->detail, sizeof(rows->detail),
			 "%s%zu fields where the header has %zu",
			 rows->field_count > LL_ROW_COLUMNS_MAX ? "more than " : "",
			 rows->field_count > LL_ROW_COLUMNS_MAX ? (size_t)LL_ROW_COLUMNS_MAX
								: rows->field_count,
			 rows->column_count);
		*problem = (struct ll_row_problem){.err = -LL_ERR_BAD_ROW, .text = rows->detail};
		return problem->err;
	}
	for (size_t i = 0; i < rows->field_count; i++) {
		if (rows->fields[i].size <= LL_CELL_BYTES_MAX)
			continue;
		*problem = (struct ll_row_problem){.err = -LL_ERR_TOO_LARGE,
						   .field = rows->columns[i],
						   .text = "the field is longer than 64 KiB"};
		return problem->err;
	}
	return 0;
}

/* The row is not text of the charset: which column is it? */
static void find_bad_text(struct ll_csv_rows *rows, struct ll_bytes bytes,
			  struct ll_row_problem *problem)
{
	struct ll_str ignored;

	snprintf(rows->detail, sizeof(rows->detail), "not %s text",
		 ll_charset_name(rows->dialect.charset));
	*problem = (struct ll_row_problem){.err = -LL_ERR_BAD_UTF8, .text = rows->detail};
	if (split_row(rows, (struct ll_str){(const char *)bytes.data, bytes.size}) ||
	    rows->field_count != rows->column_count)
		return;
	for (size_t i = 0; i < rows->field_count; i++) {
		struct ll_bytes field = {(const uint8_t *)rows->fields[i].data,
					 rows->fields[i].size};

		if (ll_converter_run(rows->converter, field, &ignored) != 0) {
			problem->field = rows->columns[i];
			return;
		}
	}
}

int ll_csv_rows_next(struct ll_csv_rows *rows, struct ll_row *ret_row)
{
	struct ll_row row = {.values = rows->values};
	struct ll_bytes bytes;
	struct ll_str text;
	int err = next_bytes(rows, &bytes, &row.line, &row.problem);

	if (err)
		return err;
	if (row.problem.err) {
		row.raw = (struct ll_str){rows->raw, rows->raw_size};
		*ret_row = row;
		return 0;
	}
	err = ll_converter_run(rows->converter, bytes, &text);
	row.raw = err ? (struct ll_str){(const char *)bytes.data, bytes.size} : text;
	if (err == -LL_ERR_BAD_UTF8) {
		find_bad_text(rows, bytes, &row.problem);
	} else if (!err) {
		err = split_row(rows, text);
		if (err == -LL_ERR_BAD_ROW)
			row.problem.err = err;
		else if (!err)
			find_problem(rows, &row.problem);
	}
	if (err == -LL_ERR_NO_MEMORY)
		return err;
	if (row.problem.err)
		row.raw = cut(row.raw);
	else
		for (size_t i = 0; i < rows->wanted_count; i++)
			rows->values[i] = rows->positions[i] < 0 ? (struct ll_str){NULL, 0}
								 : rows->fields[rows->positions[i]];
	*ret_row = row;
	return 0;
}

/* ---- the header ---- */

static void list_columns(const struct ll_csv_rows *rows, char ret_list[SHOWN_COLUMNS])
{
	size_t used = 0;

	ret_list[0] = '\0';
	for (size_t i = 0; i < rows->column_count; i++) {
		size_t size = rows->columns[i].size;

		if (used + size + 8 > SHOWN_COLUMNS) {
			snprintf(ret_list + used, SHOWN_COLUMNS - used, ", …");
			return;
		}
		used += (size_t)snprintf(ret_list + used, SHOWN_COLUMNS - used, "%s%.*s",
					 i ? ", " : "", LL_STR_ARG(rows->columns[i]));
	}
}

static int find_column(const struct ll_csv_rows *rows, struct ll_str name, int32_t *ret_position,
		       struct ll_error *error)
{
	int32_t found = -1;

	for (size_t i = 0; i < rows->column_count; i++) {
		if (!ll_str_equal(rows->columns[i], name))
			continue;
		if (found >= 0)
			return ll_error_set(error, -LL_ERR_INVALID,
					    "the header has the column '%.*s' twice",
					    LL_STR_ARG(name));
		found = (int32_t)i;
	}
	*ret_position = found;
	return 0;
}

static int find_wanted(struct ll_csv_rows *rows, const struct ll_wanted_column *wanted,
		       size_t count, struct ll_error *error)
{
	char list[SHOWN_COLUMNS];

	for (size_t i = 0; i < count; i++) {
		int err = find_column(rows, wanted[i].name, &rows->positions[i], error);

		if (err)
			return err;
		if (rows->positions[i] < 0 && !wanted[i].optional) {
			list_columns(rows, list);
			return ll_error_set(error, -LL_ERR_MISSING,
					    "the header lacks the column '%.*s'; it has: %s",
					    LL_STR_ARG(wanted[i].name), list);
		}
	}
	rows->wanted_count = count;
	return 0;
}

/* The header's text is kept: the columns name fields in problems for as long as there are rows. */
static int keep_header(struct ll_csv_rows *rows)
{
	size_t total = 0;
	int err;

	for (size_t i = 0; i < rows->field_count; i++)
		total += rows->fields[i].size;
	rows->columns = calloc(rows->field_count, sizeof(rows->columns[0]));
	if (!rows->columns)
		return -LL_ERR_NO_MEMORY;
	err = ll_buf_reserve(&rows->header, total + 1);
	if (err)
		return err;
	for (size_t i = 0; i < rows->field_count; i++) {
		struct ll_str name = ll_str_trim(rows->fields[i]);

		rows->columns[i] = (struct ll_str){
			(const char *)rows->header.data + rows->header.size, name.size};
		ll_buf_append(&rows->header, name.data, name.size);
	}
	rows->column_count = rows->field_count;
	return 0;
}

static int read_header(struct ll_csv_rows *rows, struct ll_error *error)
{
	struct ll_str mark = {byte_order_mark, sizeof(byte_order_mark) - 1};
	struct ll_row_problem problem = {0};
	struct ll_bytes bytes;
	struct ll_str text;
	int64_t line;
	bool more;
	int err = ll_file_window_fill(rows->window, &more);

	/* Before anything is scanned: a quote behind it would not stand at a field's beginning. */
	if (!err && ll_str_starts((struct ll_str){(const char *)ll_file_window_at(rows->window),
						  ll_file_window_left(rows->window)},
				  mark))
		ll_file_window_skip(rows->window, mark.size);
	if (!err)
		err = next_bytes(rows, &bytes, &line, &problem);
	if (err == -LL_ERR_NOT_FOUND)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "the file is empty: its first row names the columns");
	if (err)
		return ll_error_set(error, err, "the file cannot be read");
	if (problem.err)
		return ll_error_set(error, -LL_ERR_INVALID, "the header is not a row of CSV: %s",
				    problem.text);
	if (ll_converter_run(rows->converter, bytes, &text) != 0)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "the header is not %s text: is the charset right?",
				    ll_charset_name(rows->dialect.charset));
	if (ll_str_starts(text, mark)) /* GB 18030 has one of its own */
		text = (struct ll_str){text.data + mark.size, text.size - mark.size};
	if (split_row(rows, text) != 0 || rows->field_count > LL_ROW_COLUMNS_MAX)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "the header has more than %d columns or is no row of CSV",
				    LL_ROW_COLUMNS_MAX);
	err = keep_header(rows);
	return err ? ll_error_set(error, err, "out of memory") : 0;
}

int ll_csv_rows_new(struct ll_file_window *window, const struct ll_csv_dialect *dialect,
		    const struct ll_wanted_column *wanted, size_t count,
		    struct ll_csv_rows **ret_rows, struct ll_error *error)
{
	struct ll_csv_rows *rows;
	int err;

	if (count > LL_ROW_WANTED_MAX)
		return ll_error_set(error, -LL_ERR_INVALID, "more than %d columns are asked for",
				    LL_ROW_WANTED_MAX);
	rows = calloc(1, sizeof(*rows));
	if (!rows)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	rows->window = window;
	rows->dialect = *dialect;
	rows->line = 1;
	ll_buf_init(&rows->unquoted);
	ll_buf_init(&rows->header);
	err = parser_open(rows);
	if (!err)
		err = ll_converter_new(dialect->charset, &rows->converter);
	if (err)
		ll_error_set(error, err, "this system cannot read %s text",
			     ll_charset_name(dialect->charset));
	if (!err)
		err = read_header(rows, error);
	if (!err)
		err = find_wanted(rows, wanted, count, error);
	if (err) {
		ll_csv_rows_free(rows);
		return err;
	}
	*ret_rows = rows;
	return 0;
}

void ll_csv_rows_free(struct ll_csv_rows *rows)
{
	if (!rows)
		return;
	csv_free(&rows->parser);
	ll_converter_free(rows->converter);
	ll_buf_release(&rows->unquoted);
	ll_buf_release(&rows->header);
	free(rows->columns);
	free(rows);
}
