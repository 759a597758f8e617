#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "publish/csv_rows.h"

#define OUT_MAX 4096

static const struct ll_wanted_column ab[] = {{{"a", 1}, false}, {{"b", 1}, false}};
static const struct ll_csv_dialect utf8 = {',', LL_CHARSET_UTF8};

static struct ll_bytes bytes_of(const char *text)
{
	return (struct ll_bytes){(const uint8_t *)text, strlen(text)};
}

/* "2:x|y;" for a row, "3!bad-row;" for a bad one. */
static void show_row(const struct ll_row *row, size_t columns, char *out)
{
	size_t used = strlen(out);

	if (row->problem.err) {
		snprintf(out + used, OUT_MAX - used, "%lld!%s%s%.*s;", (long long)row->line,
			 ll_err_name(row->problem.err), row->problem.field.size ? "@" : "",
			 LL_STR_ARG(row->problem.field));
		return;
	}
	used += (size_t)snprintf(out + used, OUT_MAX - used, "%lld:", (long long)row->line);
	for (size_t i = 0; i < columns; i++)
		used += (size_t)snprintf(out + used, OUT_MAX - used, "%s%.*s", i ? "|" : "",
					 row->values[i].data ? (int)row->values[i].size : 4,
					 row->values[i].data ? row->values[i].data : "none");
	snprintf(out + used, OUT_MAX - used, ";");
}

static int read_all(struct ll_bytes bytes, const struct ll_csv_dialect *dialect,
		    const struct ll_wanted_column *wanted, size_t count, char out[OUT_MAX],
		    struct ll_error *error)
{
	struct ll_file_window window;
	struct ll_csv_rows *rows = NULL;
	struct ll_row row;
	int err;

	out[0] = '\0';
	assert_int_equal(ll_file_window_init_memory(&window, bytes, LL_CSV_WINDOW), 0);
	err = ll_csv_rows_new(&window, dialect, wanted, count, &rows, error);
	if (!err) {
		while ((err = ll_csv_rows_next(rows, &row)) == 0)
			show_row(&row, count, out);
		assert_int_equal(err, -LL_ERR_NOT_FOUND);
		/* The end stays the end. */
		assert_int_equal(ll_csv_rows_next(rows, &row), -LL_ERR_NOT_FOUND);
		err = 0;
	}
	ll_csv_rows_free(rows);
	ll_file_window_release(&window);
	return err;
}

static void check(const char *text, const char *expected)
{
	char out[OUT_MAX];
	struct ll_error error = {0};

	assert_int_equal(read_all(bytes_of(text), &utf8, ab, 2, out, &error), 0);
	assert_string_equal(out, expected);
}

static void test_rows(void **state)
{
	(void)state;
	check("a,b\n1,2\n3,4\n", "2:1|2;3:3|4;");
	check("a,b\r\n1,2\r\n3,4", "2:1|2;3:3|4;"); /* CR LF, no end of the last line */
	check("\xef\xbb\xbf\"a\",b\n1,2\n", "2:1|2;");
	check("b,x,a\n1,2,3\n", "2:3|1;"); /* by name, not by place */
	check(" a , b \n 1 , 2 \n", "2: 1 | 2 ;");
	check("a,b\n\n\r\n1,2\n\n", "4:1|2;"); /* empty lines are skipped and counted */
	check("a,b\n,\n", "2:|;");
	check("a,b\n", "");
	check("a,b", "");
	check("a,b\n1,\xe4\xb8\xad\n", "2:1|\xe4\xb8\xad;");
}

static void test_quotes(void **state)
{
	(void)state;
	check("a,b\n\"1,1\",\"2\"\"2\"\n", "2:1,1|2\"2;");
	check("a,b\n\"x\ny\r\nz\",2\n3,4\n", "2:x\ny\r\nz|2;5:3|4;");
	check("a,b\n\"\",\"\"\n", "2:|;");
	check("a,b\n\" 1 \",2\r\n", "2: 1 |2;");
	check("a,b\n\"1\",\"2\"\r\n\"3\",\"4\"\r", "2:1|2;3:3|4;");
}

/* A stray quote costs its line and no other. */
static void test_stray_quotes(void **state)
{
	(void)state;
	check("a,b\n\"1,2\n3,4\n5,6\n", "2!bad-row;3:3|4;4:5|6;");
	check("a,b\n1,2\"x\n3,4\n", "2!bad-row;3:3|4;");
	check("a,b\n\"1\"x,2\n3,4\n", "2!bad-row;3:3|4;");
	check("a,b\n1, \"2\"\n3,4\n", "2!bad-row;3:3|4;");
	check("a,b\n1,2\n\"", "2:1|2;3!bad-row;");
	check("a,b\n\"1,2\n3,\"4\"\n5,6\n", "2!bad-row;3:3|4;4:5|6;");
	check("a,b\n\"1,2\n\"\",3\n4,\"\"\n", "2!bad-row;3:|3;4:4|;");
	check("a,b\n\"1\"\rx,2\n3,4\n", "2!bad-row;3:3|4;");
}

static void test_bad_rows(void **state)
{
	(void)state;
	check("a,b\n1\n1,2,3\n3,4\n", "2!bad-row;3!bad-row;4:3|4;");
	check("a,b\n1,\xff\n3,4\n", "2!bad-utf8@b;3:3|4;");
	check("a,b\n\"\xc0\x80\",2\n3,4\n", "2!bad-utf8@a;3:3|4;");
	check("a,b,c\n1,2,\xe4\xb8\n3,4,5\n", "2!bad-utf8@c;3:3|4;"); /* an unwanted one too */
}

static void test_nul(void **state)
{
	static const char text[] = "a,b\n1,\0\n3,4\n";
	char out[OUT_MAX];
	struct ll_bytes bytes = {(const uint8_t *)text, sizeof(text) - 1};

	(void)state;
	assert_int_equal(read_all(bytes, &utf8, ab, 2, out, NULL), 0);
	assert_string_equal(out, "2!bad-utf8@b;3:3|4;");
}

static void check_header(const char *text, int expected, const char *part)
{
	struct ll_error error = {0};
	char out[OUT_MAX];

	assert_int_equal(read_all(bytes_of(text), &utf8, ab, 2, out, &error), expected);
	assert_non_null(strstr(error.message, part));
	assert_int_equal(error.code, expected);
}

static void test_header(void **state)
{
	(void)state;
	check_header("", -LL_ERR_INVALID, "empty");
	check_header("\n\n", -LL_ERR_INVALID, "empty");
	check_header("\xef\xbb\xbf", -LL_ERR_INVALID, "empty");
	check_header("a,c\n", -LL_ERR_MISSING, "'b'; it has: a, c");
	check_header("a,b,b\n", -LL_ERR_INVALID, "twice");
	check_header("a,\"b\n", -LL_ERR_INVALID, "never closed");
	check_header("a,b\xff\n", -LL_ERR_INVALID, "charset");
}

static void test_optional_column(void **state)
{
	static const struct ll_wanted_column wanted[] = {{{"a", 1}, false}, {{"z", 1}, true}};
	char out[OUT_MAX];

	(void)state;
	assert_int_equal(read_all(bytes_of("a,b\n1,2\n"), &utf8, wanted, 2, out, NULL), 0);
	assert_string_equal(out, "2:1|none;");
}

static void test_delimiters(void **state)
{
	static const struct ll_csv_dialect semicolon = {';', LL_CHARSET_UTF8};
	static const struct ll_csv_dialect tab = {'\t', LL_CHARSET_UTF8};
	char out[OUT_MAX];

	(void)state;
	assert_int_equal(read_all(bytes_of("a;b\n1,5;\"x;y\"\n"), &semicolon, ab, 2, out, NULL), 0);
	assert_string_equal(out, "2:1,5|x;y;");
	assert_int_equal(read_all(bytes_of("a\tb\n\"1\"\t2\n"), &tab, ab, 2, out, NULL), 0);
	assert_string_equal(out, "2:1|2;");
}

static void test_gb18030(void **state)
{
	static const struct ll_csv_dialect gb = {',', LL_CHARSET_GB18030};
	static const struct ll_wanted_column wanted[] = {{{"\xe5\x90\x8d", 3}, false},
							 {{"b", 1}, false}};
	char out[OUT_MAX];

	(void)state;
	/* 名,b / 张,2 with a quote / half a character / 2 */
	assert_int_equal(read_all(bytes_of("\xc3\xfb,b\n\xd5\xc5,2\n\"\xd5\xc5\",3\n\xd5,4\nx,5\n"),
				  &gb, wanted, 2, out, NULL),
			 0);
	assert_string_equal(out, "2:\xe5\xbc\xa0|2;3:\xe5\xbc\xa0|3;"
				 "4!bad-utf8@\xe5\x90\x8d;5:x|5;");
}

/* size bytes of 'x' between before and after. */
static char *with_filler(const char *before, size_t size, const char *after)
{
	size_t front = strlen(before);
	char *text = malloc(front + size + strlen(after) + 1);

	assert_non_null(text);
	memcpy(text, before, front);
	memset(text + front, 'x', size);
	memcpy(text + front + size, after, strlen(after) + 1);
	return text;
}

static void check_filled(const char *before, size_t size, const char *after, const char *expected)
{
	char *text = with_filler(before, size, after);

	check(text, expected);
	free(text);
}

static void test_bounds(void **state)
{
	const size_t large = 10 * 1024 * 1024;

	(void)state;
	check_filled("a,b\n1,", LL_CELL_BYTES_MAX + 1, "\n3,4\n", "2!too-large@b;3:3|4;");
	check_filled("a,b\n1,", large, "\n3,4\n", "2!too-large@b;3:3|4;");
	check_filled("a,b\n1,\"", large, "\n\n\"\n3,4\n", "2!too-large@b;5:3|4;");
	check_filled("a,b\n1,", large, "", "2!too-large@b;");
	/* A stray quote before that much text still costs its own line only. */
	check_filled("a,b\n\"1,2\n3,4\n5,", large, "\n6,7\n",
		     "2!bad-row;3:3|4;4!too-large@b;5:6|7;");
	check_filled("a,b\n", large, "\"\n6,7\n", "2!bad-row;3:6|7;");
}

static void test_longest_cell(void **state)
{
	char *text = with_filler("a,b\n1,", LL_CELL_BYTES_MAX, "\n");
	struct ll_file_window window;
	struct ll_csv_rows *rows;
	struct ll_row row;

	(void)state;
	assert_int_equal(ll_file_window_init_memory(&window, bytes_of(text), LL_CSV_WINDOW), 0);
	assert_int_equal(ll_csv_rows_new(&window, &utf8, ab, 2, &rows, NULL), 0);
	assert_int_equal(ll_csv_rows_next(rows, &row), 0);
	assert_int_equal(row.problem.err, 0);
	assert_int_equal(row.values[1].size, LL_CELL_BYTES_MAX);
	ll_csv_rows_free(rows);
	ll_file_window_release(&window);
	free(text);
}

/* Rows that lie across the window's end at every offset come out whole. */
static void test_window_edges(void **state)
{
	const size_t count = 200000;
	char *text = malloc(count * 32 + 16);
	struct ll_file_window window;
	struct ll_csv_rows *rows;
	struct ll_row row;
	size_t size = 4;

	(void)state;
	assert_non_null(text);
	memcpy(text, "a,b\n", 4);
	for (size_t i = 0; i < count; i++)
		size += (size_t)sprintf(text + size, i % 3 ? "%zu,%zu\n" : "%zu,\"%zu\n\"\n", i,
					i * 7);
	assert_int_equal(ll_file_window_init_memory(
				 &window, (struct ll_bytes){(uint8_t *)text, size}, LL_CSV_WINDOW),
			 0);
	assert_int_equal(ll_csv_rows_new(&window, &utf8, ab, 2, &rows, NULL), 0);
	for (size_t i = 0; i < count; i++) {
		int64_t value;

		assert_int_equal(ll_csv_rows_next(rows, &row), 0);
		assert_int_equal(row.problem.err, 0);
		assert_int_equal(row.line, 2 + (int64_t)i + (int64_t)(i + 2) / 3);
		assert_int_equal(ll_str_to_int64(ll_str_trim(row.values[1]), &value), 0);
		assert_int_equal(value, (int64_t)(i * 7));
	}
	assert_int_equal(ll_csv_rows_next(rows, &row), -LL_ERR_NOT_FOUND);
	ll_csv_rows_free(rows);
	ll_file_window_release(&window);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_stray_quotes),
		cmocka_unit_test(test_bad_rows),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_optional_column),
		cmocka_unit_test(test_delimiters),
		cmocka_unit_test(test_gb18030),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_longest_cell),
		cmocka_unit_test(test_window_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
