#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/err.h"

static struct ll_bytes bytes_of(const void *data, size_t size)
{
	return (struct ll_bytes){data, size};
}

static void test_str_starts_and_trim(void **state)
{
	static const struct {
		const char *text, *trimmed;
	} rows[] = {
		{"", ""}, {" \t\r\n\v\f", ""}, {"a", "a"}, {"  a b\n", "a b"}, {"户 ", "户"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_true(ll_str_equal(ll_str_trim(ll_str_from(rows[i].text)),
					 ll_str_from(rows[i].trimmed)));
	assert_true(ll_str_starts(LL_STR("life-events.x"), LL_STR("life-events.")));
	assert_true(ll_str_starts(LL_STR("x"), LL_STR("")));
	assert_true(ll_str_starts(ll_str_from(NULL), ll_str_from(NULL)));
	assert_false(ll_str_starts(LL_STR("life"), LL_STR("life-events.")));
	assert_false(ll_str_starts(LL_STR("xlife"), LL_STR("life")));
	assert_int_equal(ll_str_trim(ll_str_from(NULL)).size, 0);
}

static void test_utf8(void **state)
{
	static const struct {
		const char *data;
		size_t size;
		bool valid;
	} rows[] = {
#define ROW(text, valid) {text, sizeof(text) - 1, valid}
		ROW("", true),
		ROW("abc\x7f", true),
		ROW("户", true),
		ROW("\xc2\x80\xdf\xbf", true),
		ROW("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", true),
		ROW("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", true),
		ROW("a\0b", false),
		ROW("\x80", false),
		ROW("\xbf", false),
		ROW("\xc0\x80", false),	    /* overlong NUL */
		ROW("\xc1\xbf", false),	    /* overlong */
		ROW("\xe0\x9f\xbf", false), /* overlong */
		ROW("\xf0\x8f\xbf\xbf", false),
		ROW("\xed\xa0\x80", false),	/* surrogate */
		ROW("\xf4\x90\x80\x80", false), /* past U+10FFFF */
		ROW("\xf5\x80\x80\x80", false),
		ROW("\xff", false),
		ROW("\xc3", false), /* ends early */
		ROW("\xe6\x88", false),
		ROW("\xf0\x90\x80", false),
		ROW("\xe6\x88\x28", false),
		ROW("\xf0\x90\x80\x28", false),
		ROW("\xc3\xc3", false),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(ll_str_is_utf8((struct ll_str){rows[i].data, rows[i].size}),
				 rows[i].valid);
}

static void test_str_to_int64(void **state)
{
	static const struct {
		const char *text;
		int err;
		int64_t value;
	} rows[] = {
		{"0", 0, 0},
		{"-0", 0, 0},
		{"+17", 0, 17},
		{"-17", 0, -17},
		{"007", 0, 7},
		{"9223372036854775807", 0, INT64_MAX},
		{"-9223372036854775808", 0, INT64_MIN},
		{"9223372036854775808", -LL_ERR_OUT_OF_RANGE, 0},
		{"-9223372036854775809", -LL_ERR_OUT_OF_RANGE, 0},
		{"99999999999999999999999", -LL_ERR_OUT_OF_RANGE, 0},
		{"99999999999999999999999x", -LL_ERR_BAD_NUMBER, 0},
		{"", -LL_ERR_BAD_NUMBER, 0},
		{"-", -LL_ERR_BAD_NUMBER, 0},
		{"+", -LL_ERR_BAD_NUMBER, 0},
		{"+-1", -LL_ERR_BAD_NUMBER, 0},
		{"1 ", -LL_ERR_BAD_NUMBER, 0},
		{"0x10", -LL_ERR_BAD_NUMBER, 0},
		{"1e3", -LL_ERR_BAD_NUMBER, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t value = 4711;

		assert_int_equal(ll_str_to_int64(ll_str_from(rows[i].text), &value), rows[i].err);
		assert_true(value == (rows[i].err ? 4711 : rows[i].value));
	}
}

static void test_key_hex(void **state)
{
	struct ll_key key = {
		{0x00, 0x01, 0x7f, 0x80, 0xff, 0xab, 0xcd, 0xef, 9, 8, 7, 6, 5, 4, 3, 0xf0}};
	struct ll_key back = {{0}};
	char hex[LL_KEY_HEX_SIZE];

	(void)state;
	assert_true(ll_key_is_zero(&back));
	ll_key_to_hex(&key, hex);
	assert_string_equal(hex, "00017f80ffabcdef09080706050403f0");
	assert_int_equal(ll_key_from_hex(ll_str_from(hex), &back), 0);
	assert_true(ll_key_equal(&key, &back));
	assert_false(ll_key_is_zero(&back));
	assert_int_equal(ll_key_from_hex(LL_STR("00017F80FFABCDEF09080706050403F0"), &back), 0);
	assert_true(ll_key_equal(&key, &back));

	assert_int_equal(ll_key_from_hex(LL_STR(""), &back), -LL_ERR_INVALID);
	assert_int_equal(ll_key_from_hex(LL_STR("00017f80ffabcdef09080706050403f"), &back),
			 -LL_ERR_INVALID);
	assert_int_equal(ll_key_from_hex(LL_STR("00017f80ffabcdef09080706050403f00"), &back),
			 -LL_ERR_INVALID);
	assert_int_equal(ll_key_from_hex(LL_STR("00017f80ffabcdef09080706050403fg"), &back),
			 -LL_ERR_INVALID);
	assert_true(ll_key_equal(&key, &back));

	struct ll_key last = {{[15] = 1}};

	assert_false(ll_key_is_zero(&last));
}

static void test_buf_grows_and_clears(void **state)
{
	struct ll_buf buf;
	uint8_t *data;

	(void)state;
	ll_buf_init(&buf);
	assert_int_equal(ll_buf_append(&buf, NULL, 0), 0);
	assert_null(buf.data);
	for (int i = 0; i < 1000; i++) {
		uint8_t byte = (uint8_t)i;

		assert_int_equal(ll_buf_append(&buf, &byte, 1), 0);
	}
	assert_int_equal(buf.size, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(buf.data[i], (uint8_t)i);

	data = buf.data;
	ll_buf_clear(&buf);
	assert_int_equal(buf.size, 0);
	assert_int_equal(ll_buf_reserve(&buf, 1000), 0);
	assert_ptr_equal(buf.data, data);
	assert_int_equal(ll_buf_append_str(&buf, "abc"), 0);
	assert_int_equal(ll_buf_reserve(&buf, SIZE_MAX), -LL_ERR_NO_MEMORY);
	assert_int_equal(ll_buf_reserve(&buf, SIZE_MAX / 2), -LL_ERR_NO_MEMORY);
	assert_int_equal(ll_buf_bytes(&buf).size, 3);
	assert_memory_equal(ll_buf_bytes(&buf).data, "abc", 3);

	ll_buf_release(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.capacity, 0);
	ll_buf_release(&buf);
}

static void test_buf_format(void **state)
{
	struct ll_buf buf;

	(void)state;
	ll_buf_init(&buf);
	assert_int_equal(ll_buf_append_format(&buf, "%s", ""), 0);
	assert_int_equal(buf.size, 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(ll_buf_append_format(&buf, "%03d,", i), 0);
	assert_int_equal(buf.size, 400);
	assert_memory_equal(buf.data, "000,001,", 8);
	assert_memory_equal(buf.data + 392, "098,099,", 8);
	assert_int_equal(ll_buf_append_format(&buf, "%0500d", 7), 0);
	assert_int_equal(buf.size, 900);
	assert_int_equal(buf.data[899], '7');
	ll_buf_release(&buf);
}

static const struct {
	int64_t value;
	size_t size;
	uint8_t bytes[10];
} longs[] = {
	{0, 1, {0}},
	{-1, 1, {1}},
	{1, 1, {2}},
	{-64, 1, {0x7f}},
	{64, 2, {0x80, 0x01}},
	{-65, 2, {0x81, 0x01}},
	{8191, 2, {0xfe, 0x7f}},
	{8192, 3, {0x80, 0x80, 0x01}},
	{INT64_MAX, 10, {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}},
	{INT64_MIN, 10, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}},
};

static void test_longs_are_avros(void **state)
{
	struct ll_buf buf;

	(void)state;
	ll_buf_init(&buf);
	for (size_t i = 0; i < sizeof(longs) / sizeof(longs[0]); i++) {
		ll_buf_clear(&buf);
		assert_int_equal(ll_buf_append_long(&buf, longs[i].value), 0);
		assert_int_equal(buf.size, longs[i].size);
		assert_memory_equal(buf.data, longs[i].bytes, buf.size);

		struct ll_cursor cursor = ll_cursor_over(ll_buf_bytes(&buf));
		int64_t value = 4711;

		assert_int_equal(ll_cursor_long(&cursor, &value), 0);
		assert_true(value == longs[i].value);
		assert_int_equal(ll_cursor_left(&cursor), 0);

		/* Each one cut short is none, and moves nothing. */
		for (size_t size = 0; size < longs[i].size; size++) {
			cursor = ll_cursor_over(bytes_of(longs[i].bytes, size));
			value = 4711;
			assert_int_equal(ll_cursor_long(&cursor, &value), -LL_ERR_UNDECODABLE);
			assert_ptr_equal(cursor.at, longs[i].bytes);
			assert_int_equal(value, 4711);
		}
	}
	for (unsigned int shift = 0; shift < 64; shift++) {
		int64_t value = (int64_t)(0x8000000000000001ULL >> shift);
		int64_t back = 0;

		ll_buf_clear(&buf);
		assert_int_equal(ll_buf_append_long(&buf, value), 0);

		struct ll_cursor cursor = ll_cursor_over(ll_buf_bytes(&buf));

		assert_int_equal(ll_cursor_long(&cursor, &back), 0);
		assert_true(back == value);
	}
	ll_buf_release(&buf);
}

static void test_long_too_long(void **state)
{
	static const uint8_t eleven[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
					 0x80, 0x80, 0x80, 0x80, 0x00};
	static const uint8_t high_bits[] = {0x80, 0x80, 0x80, 0x80, 0x80,
					    0x80, 0x80, 0x80, 0x80, 0x02};
	static const uint8_t padded[] = {0x82, 0x80, 0x00, 0x7f};
	struct ll_cursor cursor = ll_cursor_over(bytes_of(eleven, sizeof(eleven)));
	int64_t value = 4711;

	(void)state;
	assert_int_equal(ll_cursor_long(&cursor, &value), -LL_ERR_UNDECODABLE);
	assert_ptr_equal(cursor.at, eleven);
	cursor = ll_cursor_over(bytes_of(high_bits, sizeof(high_bits)));
	assert_int_equal(ll_cursor_long(&cursor, &value), -LL_ERR_UNDECODABLE);
	assert_int_equal(value, 4711);
	/* Longer than needed, but within 10 bytes, is as Avro's readers take it. */
	cursor = ll_cursor_over(bytes_of(padded, sizeof(padded)));
	assert_int_equal(ll_cursor_long(&cursor, &value), 0);
	assert_int_equal(value, 1);
	assert_int_equal(ll_cursor_left(&cursor), 1);
}

static void test_cursor_take(void **state)
{
	static const uint8_t data[] = {1, 2, 3};
	struct ll_cursor cursor = ll_cursor_over(bytes_of(data, sizeof(data)));
	const uint8_t *taken = NULL;

	(void)state;
	assert_int_equal(ll_cursor_take(&cursor, 4, &taken), -LL_ERR_UNDECODABLE);
	assert_int_equal(ll_cursor_take(&cursor, SIZE_MAX, &taken), -LL_ERR_UNDECODABLE);
	assert_null(taken);
	assert_int_equal(ll_cursor_take(&cursor, 2, &taken), 0);
	assert_ptr_equal(taken, data);
	assert_int_equal(ll_cursor_take(&cursor, 1, &taken), 0);
	assert_ptr_equal(taken, data + 2);
	assert_int_equal(ll_cursor_take(&cursor, 0, &taken), 0);
	assert_int_equal(ll_cursor_take(&cursor, 1, &taken), -LL_ERR_UNDECODABLE);

	cursor = ll_cursor_over(bytes_of(NULL, 0));
	assert_int_equal(ll_cursor_left(&cursor), 0);
	assert_int_equal(ll_cursor_take(&cursor, 0, &taken), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_str_starts_and_trim),  cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_str_to_int64),	     cmocka_unit_test(test_key_hex),
		cmocka_unit_test(test_buf_grows_and_clears), cmocka_unit_test(test_buf_format),
		cmocka_unit_test(test_longs_are_avros),	     cmocka_unit_test(test_long_too_long),
		cmocka_unit_test(test_cursor_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
