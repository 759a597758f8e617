#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/date.h"
#include "base/err.h"

static int32_t day(const char *text)
{
	int32_t value = LL_DAY_NONE;

	if (ll_day_parse(ll_str_from(text), &value) != 0)
		fail_msg("not a date: %s", text);
	return value;
}

static void test_known_days(void **state)
{
	(void)state;
	assert_int_equal(day("1970-01-01"), 0);
	assert_int_equal(day("1900-01-01"), LL_DAY_MIN);
	assert_int_equal(day("2199-12-31"), LL_DAY_MAX);
	assert_int_equal(day("2000-03-01"), 11017);
	assert_int_equal(day("1969-12-31"), -1);
	assert_int_equal(ll_day_from_date(1880, 1, 1), -32872);
	assert_int_equal(ll_day_from_date(1, 1, 1), -719162);
}

/* Every day from 1800 to 2199 follows the one before it, counted by a calendar of its own. */
static void test_days_and_dates_agree(void **state)
{
	static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int32_t expected = -62091; /* 1800-01-01 */

	(void)state;
	for (int32_t year = 1800; year < 2200; year++) {
		bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);

		for (int32_t month = 1; month <= 12; month++) {
			int32_t length = lengths[month - 1] + (leap && month == 2);

			for (int32_t d = 1; d <= length; d++, expected++) {
				struct ll_date date = ll_day_to_date(expected);

				assert_int_equal(date.year, year);
				assert_int_equal(date.month, month);
				assert_int_equal(date.day, d);
				assert_int_equal(ll_day_from_date(year, month, d), expected);
				assert_true(ll_date_exists(year, month, d));
			}
			assert_false(ll_date_exists(year, month, length + 1));
			assert_false(ll_date_exists(year, month, 0));
		}
		assert_false(ll_date_exists(year, 0, 1));
		assert_false(ll_date_exists(year, 13, 1));
	}
	assert_int_equal(expected, LL_DAY_MAX + 1);
}

static void test_day_parse(void **state)
{
	static const char *const good[] = {
		"2025-01-02",	  "2025/01/02", "20250102", "2025年1月2日",
		"2025年01月02日", "2025/1/2",	"2025-1-2",
	};
	static const char *const bad[] = {
		"",
		"2025",
		"2025-01",
		"2025-01-",
		"2025-01-02 ",
		" 2025-01-02",
		"2025-01-02T",
		"2025-13-01",
		"2025-00-01",
		"2025-02-29",
		"1900-02-29",
		"2025-04-31",
		"2025-01-00",
		"1899-12-31",
		"2200-01-01",
		"0000-01-01",
		"25-01-02",
		"12025-01-02",
		"2025-001-02",
		"2025-01-002",
		"2025-01/02",
		"2025/01-02",
		"2025012",
		"202501021",
		"2025年1月2",
		"2025年1月日",
		"2025月1年2日",
		"2025-+1-02",
		"-2025-01-02",
		"2025--1-02",
		"2025.01.02",
	};
	int32_t value = 4711;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(day(good[i]), 20090);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (ll_day_parse(ll_str_from(bad[i]), &value) != -LL_ERR_BAD_DATE)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(value, 4711);
	}
	assert_int_equal(day("2000-02-29"), day("2000-03-01") - 1);
	assert_int_equal(ll_day_parse((struct ll_str){NULL, 0}, &value), -LL_ERR_BAD_DATE);
}

static void test_day_format(void **state)
{
	static const char *const texts[] = {"1900-01-01", "1970-01-01", "2024-02-29", "2199-12-31"};
	char text[LL_DAY_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ll_day_format(day(texts[i]), text);
		assert_string_equal(text, texts[i]);
	}
	ll_day_format(LL_DAY_NONE, text);
	assert_string_equal(text, "-5877641-06-23");
	ll_day_format(INT32_MAX, text);
	assert_string_equal(text, "5881580-07-11");
}

static void test_add_months(void **state)
{
	static const struct {
		const char *from;
		int32_t months;
		const char *to;
	} rows[] = {
		{"2025-01-15", 0, "2025-01-15"},   {"2025-01-31", 1, "2025-02-28"},
		{"2024-01-31", 1, "2024-02-29"},   {"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},  {"2025-12-01", 1, "2026-01-01"},
		{"2025-01-01", -1, "2024-12-01"},  {"2025-03-31", -1, "2025-02-28"},
		{"2025-01-31", -24, "2023-01-31"}, {"1970-01-01", -840, "1900-01-01"},
		{"2025-10-31", 1, "2025-11-30"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(ll_day_add_months(day(rows[i].from), rows[i].months),
				 day(rows[i].to));
	/* Past what an int32 of days can say it stays at the end, and never says "no day". */
	assert_int_equal(ll_day_add_months(0, INT32_MAX), INT32_MAX);
	assert_int_equal(ll_day_add_months(0, INT32_MIN), LL_DAY_NONE + 1);
}

/* By its definition, from the days around every leap day and month's end. */
static void test_leaves_window(void **state)
{
	static const int32_t windows[] = {1, 2, 6, 12, 24, 48};
	const int32_t last = day("2028-04-01");

	(void)state;
	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++)
		for (int32_t from = day("2023-12-01"); from < last; from++) {
			int32_t leaves = ll_day_leaves_window(from, windows[i]);

			assert_true(ll_day_add_months(leaves, -windows[i]) >= from);
			assert_true(ll_day_add_months(leaves - 1, -windows[i]) < from);
		}
	assert_int_equal(ll_day_leaves_window(day("2024-02-29"), 12), day("2025-03-01"));
	assert_int_equal(ll_day_leaves_window(day("2023-02-28"), 12), day("2024-02-28"));
	assert_int_equal(ll_day_leaves_window(day("2025-01-31"), 1), day("2025-03-01"));
	assert_int_equal(ll_day_leaves_window(day("2025-02-28"), 1), day("2025-03-28"));
}

static void test_months_between(void **state)
{
	static const struct {
		const char *from, *to;
		int32_t months;
	} rows[] = {
		{"2025-01-15", "2025-01-15", 0},    {"2025-01-15", "2025-02-14", 0},
		{"2025-01-15", "2025-02-15", 1},    {"2025-01-31", "2025-02-27", 0},
		{"2025-01-31", "2025-02-28", 1},    {"2025-01-31", "2025-03-30", 1},
		{"2025-01-31", "2025-03-31", 2},    {"2024-02-29", "2025-02-28", 12},
		{"2025-02-01", "2025-01-01", 0},    {"2023-12-31", "2025-12-31", 24},
		{"1900-01-01", "2199-12-31", 3599},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(ll_day_months_between(day(rows[i].from), day(rows[i].to)),
				 rows[i].months);
}

static void test_days_of_instants(void **state)
{
	(void)state;
	assert_int_equal(ll_day_of_ms(0), 0);
	assert_int_equal(ll_day_of_ms(16 * 3600 * 1000LL - 1), 0);
	assert_int_equal(ll_day_of_ms(16 * 3600 * 1000LL), 1); /* midnight at +08:00 */
	assert_int_equal(ll_day_of_ms(-8 * 3600 * 1000LL), 0);
	assert_int_equal(ll_day_of_ms(-8 * 3600 * 1000LL - 1), -1);
	for (int32_t d = -1000; d <= 1000; d++) {
		assert_int_equal(ll_day_of_ms(ll_day_start_ms(d)), d);
		assert_int_equal(ll_day_of_ms(ll_day_start_ms(d) - 1), d - 1);
	}
	assert_int_equal(ll_day_of_ms(INT64_MAX), INT32_MAX);
	assert_int_equal(ll_day_of_ms(INT64_MIN), LL_DAY_NONE + 1);
}

static void test_time_parse(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"1970-01-01t00:00:00z", 0},
		{"1970-01-01 00:00:00Z", 0},
		{"1970-01-01T08:00:00+08:00", 0},
		{"1969-12-31T18:30:00-05:30", 0},
		{"1970-01-01T00:00:00.5Z", 500},
		{"1970-01-01T00:00:00.05Z", 50},
		{"1970-01-01T00:00:00.678901234567890123456789Z", 678},
		{"1970-01-01T00:00:00.9999Z", 999},
		{"2025-01-02T03:04:05.678Z", 1735787045678},
		{"2016-12-31T23:59:60Z", 1483228800000},
		{"1970-01-01", -28800000},
		{"19700102", 57600000},
		{"2025年1月2日", 1735747200000},
		{"1900-01-01T00:00:00Z", -2208988800000},
	};
	static const char *const bad[] = {
		"",
		"1970-01-01T",
		"1970-01-01T00:00:00",
		"1970-01-01T00:00Z",
		"1970-01-01T24:00:00Z",
		"1970-01-01T00:60:00Z",
		"1970-01-01T00:00:61Z",
		"1970-01-01T00:00:00.Z",
		"1970-01-01T00:00:00+8:00",
		"1970-01-01T00:00:00+0800",
		"1970-01-01T00:00:00+24:00",
		"1970-01-01T00:00:00+08:60",
		"1970-01-01T00:00:00Zx",
		"1970-1-1T00:00:00Z",
		"1970-02-30T00:00:00Z",
		"1899-12-31T23:59:59Z",
		"2200-01-01T00:00:00Z",
		"00:00:00Z",
		"1970-01-01X00:00:00Z",
		"1735787045678",
	};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(ll_time_parse(ll_str_from(good[i].text), &ms), 0);
		assert_true(ms == good[i].ms);
	}
	ms = 4711;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (ll_time_parse(ll_str_from(bad[i]), &ms) != -LL_ERR_BAD_DATE)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(ms, 4711);
	}
}

static void test_time_format(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
		{0, "1970-01-01T00:00:00.000Z"},
		{-1, "1969-12-31T23:59:59.999Z"},
		{1735787045678, "2025-01-02T03:04:05.678Z"},
		{INT64_MAX, "292278994-08-17T07:12:55.807Z"},
		{INT64_MIN, "-292275055-05-16T16:47:04.192Z"},
	};
	char text[LL_TIME_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ll_time_format(rows[i].ms, text);
		assert_string_equal(text, rows[i].text);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_days),     cmocka_unit_test(test_days_and_dates_agree),
		cmocka_unit_test(test_day_parse),      cmocka_unit_test(test_day_format),
		cmocka_unit_test(test_add_months),     cmocka_unit_test(test_leaves_window),
		cmocka_unit_test(test_months_between), cmocka_unit_test(test_days_of_instants),
		cmocka_unit_test(test_time_parse),     cmocka_unit_test(test_time_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
