#include "publish_file.h"

#include <stdio.h>

#include "csv_rows.h"
#include "file_window.h"
#include "ndjson_rows.h"
#include "row_event.h"

_Static_assert((int)LL_CSV_WINDOW == (int)LL_NDJSON_WINDOW, "one window fits both readers");

/* Either of the two readers. */
struct reader {
	struct ll_csv_rows *csv;
	struct ll_ndjson_rows *ndjson;
};

static int reader_open(struct reader *reader, const struct ll_mapping *mapping,
		       struct ll_file_window *window, struct ll_error *error)
{
	struct ll_csv_dialect dialect = {mapping->delimiter, mapping->charset};

	*reader = (struct reader){0};
	if (mapping->format == LL_FORMAT_NDJSON)
		return ll_ndjson_rows_new(window, mapping->charset, mapping->columns,
					  mapping->column_count, &reader->ndjson, error);
	return ll_csv_rows_new(window, &dialect, mapping->columns, mapping->column_count,
			       &reader->csv, error);
}

static int reader_next(struct reader *reader, struct ll_row *ret_row)
{
	return reader->csv ? ll_csv_rows_next(reader->csv, ret_row)
			   : ll_ndjson_rows_next(reader->ndjson, ret_row);
}

static void reader_close(struct reader *reader)
{
	ll_csv_rows_free(reader->csv);
	ll_ndjson_rows_free(reader->ndjson);
}

/* One run over one file. */
struct run {
	const struct ll_publish_options *options;
	const char *name;
	struct ll_row_events events;
	struct ll_publish_counts *counts;
};

/* The row's event, if it has one: a REJECT error and *ret_problem where it does not. */
static int publish_row(struct run *run, const struct ll_row *row,
		       struct ll_row_problem *ret_problem, struct ll_error *error)
{
	struct ll_life_event event;
	int err = row->problem.err;

	if (err) {
		*ret_problem = row->problem;
		return err;
	}
	err = ll_row_events_make(&run->events, row, &event, ret_problem);
	if (err)
		return ll_err_class(err) == LL_CLASS_REJECT
			       ? err
			       : ll_error_set(error, err, "%s", ll_err_text(err));
	if (!run->options->publisher)
		return 0;
	err = ll_publisher_send(run->options->publisher, &event, error);
	if (err && ll_err_class(err) == LL_CLASS_REJECT)
		*ret_problem = (struct ll_row_problem){.err = err};
	return err;
}

static int count_row(struct run *run, const struct ll_row *row, struct ll_error *error)
{
	struct ll_row_problem problem = {0};
	int err = publish_row(run, row, &problem, error);

	if (!err) {
		run->counts->published++;
	} else if (problem.err) {
		run->counts->rejected++;
		err = run->options->rejects ? ll_rejects_add(run->options->rejects, run->name, row,
							     &problem, error)
					    : 0;
	}
	return err;
}

static int publish_rows(struct run *run, struct reader *reader, struct ll_error *error)
{
	const struct ll_publish_options *options = run->options;
	int64_t rows = 0;

	for (;;) {
		struct ll_row row;
		int err;

		if (options->stop_asked && options->stop_asked())
			return ll_error_set(error, -LL_ERR_ABORTED,
					    "stopped before its end: publish it again, what is "
					    "there already does not change");
		err = reader_next(reader, &row);
		if (err == -LL_ERR_NOT_FOUND)
			return 0;
		if (err)
			return ll_error_set(error, err, "%s", ll_err_text(err));
		run->counts->rows++;
		err = count_row(run, &row, error);
		if (err)
			return err;
		if (options->progress)
			options->progress(options->context, ++rows);
	}
}

static int publish_window(const struct ll_publish_options *options, const char *name,
			  struct ll_file_window *window, struct ll_publish_counts *counts,
			  struct ll_error *error)
{
	struct run run = {.options = options, .name = name, .counts = counts};
	struct reader reader;
	int err = reader_open(&reader, options->mapping, window, error);

	if (err)
		return err;
	ll_row_events_init(&run.events, options->mapping, options->pseudonyms,
			   options->source.size ? options->source : options->mapping->source,
			   options->today, options->reported_at_ms);
	err = publish_rows(&run, &reader, error);
	ll_row_events_release(&run.events);
	reader_close(&reader);
	return err;
}

int ll_publish_file(const struct ll_publish_options *options, const char *path,
		    struct ll_publish_counts *counts, struct ll_error *error)
{
	struct ll_file_window window;
	int err = ll_file_window_init(&window, path, LL_CSV_WINDOW, error);

	if (err)
		return err;
	err = publish_window(options, path, &window, counts, error);
	ll_file_window_release(&window);
	return err;
}

int ll_publish_bytes(const struct ll_publish_options *options, const char *name,
		     struct ll_bytes bytes, struct ll_publish_counts *counts,
		     struct ll_error *error)
{
	struct ll_file_window window;
	int err = ll_file_window_init_memory(&window, bytes, LL_CSV_WINDOW);

	if (err)
		return ll_error_set(error, err, "out of memory");
	err = publish_window(options, name, &window, counts, error);
	ll_file_window_release(&window);
	return err;
}

static int count_lines(struct ll_file_window *window, int64_t *ret_lines)
{
	int64_t lines = 0;
	bool more = true;

	ll_file_window_seek(window, 0);
	while (more) {
		size_t left = ll_file_window_left(window);
		const uint8_t *at = ll_file_window_at(window);
		const uint8_t *end = at + left;
		int err;

		while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
			lines++;
			at++;
		}
		ll_file_window_skip(window, left);
		err = ll_file_window_fill(window, &more);
		if (err)
			return err;
	}
	*ret_lines = lines;
	return 0;
}

int ll_publish_look(const struct ll_mapping *mapping, const char *path, int64_t *ret_lines,
		    struct ll_error *error)
{
	struct ll_file_window window;
	struct reader reader = {0};
	int err = ll_file_window_init(&window, path, LL_CSV_WINDOW, error);

	if (err)
		return err;
	err = reader_open(&reader, mapping, &window, error);
	reader_close(&reader);
	if (!err) {
		err = count_lines(&window, ret_lines);
		if (err)
			ll_error_set(error, err, "%s", ll_err_text(err));
	}
	ll_file_window_release(&window);
	return err;
}
