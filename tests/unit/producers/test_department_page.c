/*
 * docs/department.md, in both languages: its example rows are events, in CSV and in NDJSON the same
 * ones, and there is one for each kind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "publish/csv_rows.h"
#include "publish/file_window.h"
#include "publish/ndjson_rows.h"
#include "publish/row_event.h"

#define LINE_SIZE 4096
#define CELLS	  5

enum { DEPARTMENT, EVENT, MAPPING, COLUMNS, EXAMPLE };

static struct ll_codec *codec;
static struct ll_pseudonyms *pseudonyms;

/* The page's line into its cells, without their back quotes; false: no line of the table. */
static bool split(char *line, char *ret_cells[CELLS])
{
	char *at = line;

	for (int i = 0; i < CELLS; i++) {
		char *end;

		if (strncmp(at, "| ", 2) != 0)
			return false;
		at += 2;
		end = strstr(at, " |");
		if (!end)
			return false;
		*end = '\0';
		ret_cells[i] = at;
		if (*at == '`') {
			ret_cells[i]++;
			end[-1] = '\0';
		}
		at = end + 1;
	}
	return strcmp(at, "|\n") == 0 && strstr(ret_cells[MAPPING], ".yaml") != NULL;
}

static struct ll_mapping *mapping_named(const char *name)
{
	char path[LINE_SIZE];
	struct ll_mapping *mapping = NULL;
	struct ll_error error = {0};

	snprintf(path, sizeof(path), "%s/%s", LL_MAPPINGS_DIR, name);
	if (ll_mapping_read(path, &mapping, &error) != 0)
		fail_msg("%s: %s", path, error.message);
	return mapping;
}

/* The encoded event of the one row of a text; empty where it is rejected. */
static void event_of(const struct ll_mapping *mapping, enum ll_row_format format, const char *text,
		     struct ll_buf *ret_wire, enum ll_event_kind *ret_kind)
{
	static const struct ll_csv_dialect dialect = {',', LL_CHARSET_UTF8};
	struct ll_bytes bytes = {(const uint8_t *)text, strlen(text)};
	struct ll_csv_rows *csv = NULL;
	struct ll_ndjson_rows *ndjson = NULL;
	struct ll_row_problem problem = {0};
	struct ll_file_window window;
	struct ll_row_events events;
	struct ll_life_event event;
	struct ll_row row;

	assert_int_equal(ll_file_window_init_memory(&window, bytes, LL_CSV_WINDOW), 0);
	if (format == LL_FORMAT_CSV)
		assert_int_equal(ll_csv_rows_new(&window, &dialect, mapping->columns,
						 mapping->column_count, &csv, NULL),
				 0);
	else
		assert_int_equal(ll_ndjson_rows_new(&window, LL_CHARSET_UTF8, mapping->columns,
						    mapping->column_count, &ndjson, NULL),
				 0);
	assert_int_equal(csv ? ll_csv_rows_next(csv, &row) : ll_ndjson_rows_next(ndjson, &row), 0);
	assert_int_equal(row.problem.err, 0);
	ll_row_events_init(&events, mapping, pseudonyms, mapping->source,
			   ll_day_from_date(2025, 12, 31), 0);
	ll_buf_clear(ret_wire);
	if (ll_row_events_make(&events, &row, &event, &problem) != 0)
		fail_msg("%s: %.*s %s", text, LL_STR_ARG(problem.field), ll_err_name(problem.err));
	assert_int_equal(ll_codec_encode(codec, LL_MESSAGE_LIFE_EVENT, &event, ret_wire), 0);
	*ret_kind = event.payload.kind;
	ll_row_events_release(&events);
	ll_csv_rows_free(csv);
	ll_ndjson_rows_free(ndjson);
	ll_file_window_release(&window);
}

/* The page's NDJSON line of a mapping. */
static const char *ndjson_of(const char *page, const char *mapping)
{
	static char line[LINE_SIZE];
	char head[LINE_SIZE];
	const char *at;

	snprintf(head, sizeof(head), "\n%s  {", mapping);
	at = strstr(page, head);
	if (!at)
		fail_msg("no NDJSON of %s", mapping);
	at += strlen(head) - 1;
	snprintf(line, sizeof(line), "%.*s\n", (int)strcspn(at, "\n"), at);
	return line;
}

static enum ll_event_kind check_example(const char *page, char *const cells[CELLS])
{
	struct ll_mapping *mapping = mapping_named(cells[MAPPING]);
	char text[2 * LINE_SIZE];
	struct ll_buf csv, ndjson;
	enum ll_event_kind kind, kind_again;

	assert_true(ll_str_equal(mapping->source, ll_str_from(cells[DEPARTMENT])));
	assert_string_equal(ll_event_kind_name_zh(mapping->kind), cells[EVENT]);
	snprintf(text, sizeof(text), "%s\n%s\n", cells[COLUMNS], cells[EXAMPLE]);
	ll_buf_init(&csv);
	ll_buf_init(&ndjson);
	event_of(mapping, LL_FORMAT_CSV, text, &csv, &kind);
	event_of(mapping, LL_FORMAT_NDJSON, ndjson_of(page, cells[MAPPING]), &ndjson, &kind_again);
	assert_int_equal(kind, kind_again);
	assert_int_equal(csv.size, ndjson.size);
	assert_memory_equal(csv.data, ndjson.data, csv.size);
	ll_buf_release(&csv);
	ll_buf_release(&ndjson);
	ll_mapping_free(mapping);
	return kind;
}

static void check_page(const char *path)
{
	bool found[LL_EVENT_KIND_COUNT] = {false};
	static char page[65536];
	char line[LINE_SIZE];
	FILE *stream = fopen(path, "r");
	size_t size;

	assert_non_null(stream);
	size = fread(page, 1, sizeof(page) - 1, stream);
	assert_true(size < sizeof(page) - 1);
	page[size] = '\0';
	rewind(stream);
	while (fgets(line, sizeof(line), stream)) {
		char *cells[CELLS];

		if (split(line, cells))
			found[check_example(page, cells)] = true;
	}
	fclose(stream);
	for (int kind = 0; kind < LL_EVENT_KIND_COUNT; kind++)
		if (!found[kind])
			fail_msg("%s: no example of %s", path,
				 ll_event_kind_name((enum ll_event_kind)kind));
}

static void test_examples(void **state)
{
	(void)state;
	check_page(LL_DEPARTMENT_PAGE ".md");
	check_page(LL_DEPARTMENT_PAGE ".zh-CN.md");
}

static int set_up(void **state)
{
	(void)state;
	return ll_codec_new(&codec, NULL) ||
	       ll_pseudonyms_new(LL_STR("a secret for tests only"), &pseudonyms);
}

static int tear_down(void **state)
{
	(void)state;
	ll_codec_free(codec);
	ll_pseudonyms_free(pseudonyms);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
