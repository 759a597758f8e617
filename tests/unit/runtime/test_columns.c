#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/columns.h"

static size_t width(const char *text)
{
	return ll_text_width(ll_str_from(text));
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(width(""), 0);
	assert_int_equal(width("abc"), 3);
	assert_int_equal(width("农户"), 4);
	assert_int_equal(width("（Ａ）"), 6);
	assert_int_equal(width("ab农"), 4);
	assert_int_equal(width("…é"), 2);
	assert_int_equal(width("e\xcc\x81"), 1); /* e and a combining accent */
	assert_int_equal(width("𠀀"), 2);
	assert_int_equal(width("\xff\xe5"), 2); /* not UTF-8 */
}

static const struct ll_column columns[] = {
	{"区县", false}, {"COUNT", true}, {"MEASURE", false}, {NULL, false}};

static void render(struct ll_columns *table, const char *expected)
{
	struct ll_buf out;

	ll_buf_init(&out);
	assert_int_equal(ll_columns_render(table, &out), 0);
	assert_int_equal(ll_buf_append(&out, "", 1), 0);
	assert_string_equal((const char *)out.data, expected);
	ll_buf_release(&out);
}

static void test_alignment(void **state)
{
	struct ll_columns *table;

	(void)state;
	assert_int_equal(ll_columns_new(columns, &table), 0);
	render(table, "区县  COUNT  MEASURE\n");
	assert_int_equal(ll_columns_add(table, (const char *[]){"渝水区", "7", "慰问"}), 0);
	assert_int_equal(ll_columns_add(table, (const char *[]){"a", "123456", NULL}), 0);
	assert_int_equal(ll_columns_row_count(table), 2);
	render(table, "区县     COUNT  MEASURE\n"
		      "渝水区       7  慰问\n"
		      "a       123456\n");
	ll_columns_free(table);
}

static void test_controls_are_harmless(void **state)
{
	struct ll_columns *table;

	(void)state;
	assert_int_equal(ll_columns_new(columns, &table), 0);
	assert_int_equal(ll_columns_add(table, (const char *[]){"a\x1b[2J", "1\n", "\xc2\x9b"}), 0);
	render(table, "区县   COUNT  MEASURE\n"
		      "a?[2J     1?  ?\n");
	ll_columns_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_controls_are_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
