#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/money.h"

#define BAD   (-LL_ERR_BAD_NUMBER)
#define RANGE (-LL_ERR_OUT_OF_RANGE)

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		int64_t num, den;
		int err;
		int64_t fen;
	} rows[] = {
		{"1,234.5", 100, 1, 0, 123450},
		{"1234.5", 100, 1, 0, 123450},
		{"0", 100, 1, 0, 0},
		{"-0", 100, 1, 0, 0},
		{"+5", 100, 1, 0, 500},
		{"-5.25", 100, 1, 0, -525},
		{".5", 100, 1, 0, 50},
		{"-.5", 100, 1, 0, -50},
		{"000012.30", 100, 1, 0, 1230},
		{"1,234,567.89", 100, 1, 0, 123456789},
		{"1,2,3", 100, 1, 0, 12300},
		/* half away from zero */
		{"0.005", 100, 1, 0, 1},
		{"-0.005", 100, 1, 0, -1},
		{"0.00499999999999999999999999999999", 100, 1, 0, 0},
		{"0.015", 100, 1, 0, 2},
		{"1.005", 100, 1, 0, 101},
		{"0.30000000000000004", 100, 1, 0, 30},
		/* other units: ten thousand yuan, a tenth of a fen, a year's in months */
		{"1.23456789", 1000000, 1, 0, 1234568},
		{"5", 1, 10, 0, 1},
		{"4", 1, 10, 0, 0},
		{"-15", 1, 10, 0, -2},
		{"100", 100, 12, 0, 833},
		{"1", 100, 3, 0, 33},
		{"2", 100, 3, 0, 67},
		/* limits */
		{"1000000000000", 100, 1, 0, LL_FEN_MAX},
		{"-1000000000000.00", 100, 1, 0, -LL_FEN_MAX},
		{"1000000000000.004", 100, 1, 0, LL_FEN_MAX},
		{"1000000000000.005", 100, 1, RANGE, 0},
		{"-1000000000000.01", 100, 1, RANGE, 0},
		{"99999999999999999999999999999999999999999999999999", 100, 1, RANGE, 0},
		{"99999999999999999999.999999999999999999", INT64_MAX, 1, RANGE, 0},
		{"99999999999999999999", 1, INT64_MAX, 0, 11},
		{"0.000000000000000001", INT64_MAX, 1, 0, 9},
		/* not numbers, large or not */
		{"", 100, 1, BAD, 0},
		{"-", 100, 1, BAD, 0},
		{".", 100, 1, BAD, 0},
		{"5.", 100, 1, BAD, 0},
		{"1e3", 100, 1, BAD, 0},
		{"--1", 100, 1, BAD, 0},
		{"1-", 100, 1, BAD, 0},
		{" 1", 100, 1, BAD, 0},
		{"1 ", 100, 1, BAD, 0},
		{",1", 100, 1, BAD, 0},
		{"-,1", 100, 1, BAD, 0},
		{"1,", 100, 1, BAD, 0},
		{"1,,2", 100, 1, BAD, 0},
		{"1,.5", 100, 1, BAD, 0},
		{"1.2,3", 100, 1, BAD, 0},
		{"1.2.3", 100, 1, BAD, 0},
		{"1.0000000000000000000000000x", 100, 1, BAD, 0},
		{"999999999999999999999999999999x", 100, 1, BAD, 0},
		{"¥5", 100, 1, BAD, 0},
		{"NaN", 100, 1, BAD, 0},
		{"5", 0, 1, -LL_ERR_INVALID, 0},
		{"5", 1, 0, -LL_ERR_INVALID, 0},
		{"5", -1, 1, -LL_ERR_INVALID, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t fen = 4711;
		int err = ll_fen_parse(ll_str_from(rows[i].text), rows[i].num, rows[i].den, &fen);

		if (err != rows[i].err || fen != (err ? 4711 : rows[i].fen))
			fail_msg("%s: %d, %lld", rows[i].text, err, (long long)fen);
	}
}

static void test_format(void **state)
{
	static const struct {
		int64_t fen;
		const char *text;
	} rows[] = {
		{0, "0"},
		{1, "0.01"},
		{-1, "-0.01"},
		{500000, "5000"},
		{500050, "5000.50"},
		{-500005, "-5000.05"},
		{LL_FEN_MAX, "1000000000000"},
		{INT64_MAX, "92233720368547758.07"},
		{INT64_MIN, "-92233720368547758.08"},
	};
	char text[LL_FEN_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ll_fen_format(rows[i].fen, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void test_format_reads_back(void **state)
{
	(void)state;
	for (int64_t fen = -LL_FEN_MAX; fen <= LL_FEN_MAX; fen += 123456789012) {
		char text[LL_FEN_TEXT_MAX];
		int64_t back = 0;

		ll_fen_format(fen, text);
		assert_int_equal(ll_fen_parse(ll_str_from(text), 100, 1, &back), 0);
		assert_true(back == fen);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_format_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
