#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "publish/ndjson_rows.h"

#define OUT_MAX 4096

static const struct ll_wanted_column wanted[] = {{{"id", 2}, false}, {{"p.n", 3}, false}};

static void show_row(const struct ll_row *row, char *out)
{
	size_t used = strlen(out);

	if (row->problem.err) {
		snprintf(out + used, OUT_MAX - used, "%lld!%s%s%.*s;", (long long)row->line,
			 ll_err_name(row->problem.err), row->problem.field.size ? "@" : "",
			 LL_STR_ARG(row->problem.field));
		return;
	}
	used += (size_t)snprintf(out + used, OUT_MAX - used, "%lld:", (long long)row->line);
	for (size_t i = 0; i < 2; i++)
		used += (size_t)snprintf(out + used, OUT_MAX - used, "%s%.*s", i ? "|" : "",
					 row->values[i].data ? (int)row->values[i].size : 4,
					 row->values[i].data ? row->values[i].data : "none");
	snprintf(out + used, OUT_MAX - used, ";");
}

static void check_bytes(struct ll_bytes bytes, const char *expected)
{
	struct ll_file_window window;
	struct ll_ndjson_rows *rows;
	char out[OUT_MAX] = "";
	struct ll_row row;
	int err;

	assert_int_equal(ll_file_window_init_memory(&window, bytes, LL_NDJSON_WINDOW), 0);
	assert_int_equal(ll_ndjson_rows_new(&window, LL_CHARSET_UTF8, wanted, 2, &rows, NULL), 0);
	while ((err = ll_ndjson_rows_next(rows, &row)) == 0)
		show_row(&row, out);
	assert_int_equal(err, -LL_ERR_NOT_FOUND);
	ll_ndjson_rows_free(rows);
	ll_file_window_release(&window);
	assert_string_equal(out, expected);
}

static void check(const char *text, const char *expected)
{
	check_bytes((struct ll_bytes){(const uint8_t *)text, strlen(text)}, expected);
}

static void test_rows(void **state)
{
	(void)state;
	check("{\"id\":\"x\",\"p\":{\"n\":\"y\"}}\n{\"id\":7}\n", "1:x|y;2:7|none;");
	check("\xef\xbb\xbf{\"id\":1}\r\n\n  \n{\"id\":2}", "1:1|none;4:2|none;");
	check("{\"id\":null,\"p\":null}\n", "1:none|none;");
	check("{\"id\":true,\"p\":{\"n\":false}}\n", "1:true|false;");
	check("{\"id\":\"\",\"p\":7}\n", "1:|none;");
	check("{\"id\":\"\\u5f20\"}", "1:\xe5\xbc\xa0|none;");
}

/* Money must come out as it was written. */
static void test_numbers(void **state)
{
	(void)state;
	check("{\"id\":1234.56,\"p\":{\"n\":-0.1}}", "1:1234.56|-0.1;");
	check("{\"id\":100000000000.07,\"p\":{\"n\":12.0}}", "1:100000000000.07|12;");
	check("{\"id\":9223372036854775807}", "1:9223372036854775807|none;");
	check("{\"id\":92233720368547758070}", "1!bad-row;");
}

static void test_bad_rows(void **state)
{
	(void)state;
	check("{\"id\":1\n{\"id\":2}\n", "1!bad-row;2:2|none;");
	check("[1]\n\"x\"\n{\"id\":2}\n", "1!bad-row;2!bad-row;3:2|none;");
	check("{\"id\":1,\"id\":2}\n", "1!bad-row;");
	check("{\"id\":{\"x\":1}}\n", "1!bad-row@id;");
	check("{\"p\":{\"n\":[1]}}\n", "1!bad-row@p.n;");
	check("{\"id\":\"\xff\"}\n{\"id\":2}\n", "1!bad-utf8;2:2|none;");
	check("{\"id\":\"\\u0000\"}\n", "1!bad-row;");
	check("{\"id\":1}{\"id\":2}\n", "1!bad-row;");
}

static void check_filled(const char *before, size_t size, const char *after, const char *expected)
{
	struct ll_buf text;

	ll_buf_init(&text);
	assert_int_equal(ll_buf_append_str(&text, before), 0);
	assert_int_equal(ll_buf_reserve(&text, size), 0);
	memset(text.data + text.size, 'x', size);
	text.size += size;
	assert_int_equal(ll_buf_append_str(&text, after), 0);
	check_bytes(ll_buf_bytes(&text), expected);
	ll_buf_release(&text);
}

static void test_bounds(void **state)
{
	(void)state;
	check_filled("{\"id\":\"", LL_CELL_BYTES_MAX + 1, "\"}\n{\"id\":2}\n",
		     "1!too-large@id;2:2|none;");
	check_filled("{\"id\":\"", 10 * 1024 * 1024, "\"}\n{\"id\":2}\n", "1!too-large;2:2|none;");
	check_filled("{\"id\":\"", 10 * 1024 * 1024, "", "1!too-large;");
}

static void test_deep_nesting(void **state)
{
	const size_t depth = 500000;
	char *text = malloc(depth);

	(void)state;
	assert_non_null(text);
	memset(text, '[', depth);
	check_bytes((struct ll_bytes){(const uint8_t *)text, depth}, "1!bad-row;");
	free(text);
}

static void test_deep_path(void **state)
{
	static const struct ll_wanted_column deep[] = {{{"a.b.c.d.e.f.g.h.i", 17}, false}};
	struct ll_file_window window;
	struct ll_ndjson_rows *rows = NULL;
	struct ll_error error = {0};

	(void)state;
	assert_int_equal(
		ll_file_window_init_memory(&window, (struct ll_bytes){NULL, 0}, LL_NDJSON_WINDOW),
		0);
	assert_int_equal(ll_ndjson_rows_new(&window, LL_CHARSET_UTF8, deep, 1, &rows, &error),
			 -LL_ERR_INVALID);
	assert_null(rows);
	ll_file_window_release(&window);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),	     cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_bad_rows),     cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_deep_nesting), cmocka_unit_test(test_deep_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
