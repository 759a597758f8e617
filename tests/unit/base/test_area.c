#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/area.h"
#include "base/err.h"

#define VILLAGE 360502001003ULL

static void test_parse_and_format(void **state)
{
	static const struct {
		const char *text;
		uint64_t code;
	} rows[] = {
		{"", 0},
		{"36", 36},
		{"3605", 3605},
		{"360502", 360502},
		{"360502001", 360502001},
		{"360502001003", VILLAGE},
		{"010203", 10203}, /* the zeros in front are digits too */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ll_area area = {1, 1};
		char text[LL_AREA_TEXT_MAX];

		assert_int_equal(ll_area_parse(ll_str_from(rows[i].text), &area), 0);
		assert_true(area.code == rows[i].code);
		assert_int_equal(area.digits, strlen(rows[i].text));
		ll_area_format(area, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void test_bad_areas(void **state)
{
	static const char *const bad[] = {"3",	      "360",	    "36050",	   "3605020",
					  "36050200", "3605020010", "36050200100", "3605020010033",
					  "36050x",   " 3605",	    "-36050",	   "36 502",
					  "３６"};
	struct ll_area area = {4711, 4};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ll_area_parse(ll_str_from(bad[i]), &area), -LL_ERR_BAD_AREA);
	assert_int_equal(area.code, 4711);
	assert_int_equal(area.digits, 4);
}

static void test_contains(void **state)
{
	static const char *const around[] = {"",       "36",	    "3605",
					     "360502", "360502001", "360502001003"};
	static const char *const apart[] = {"37", "3604", "360521", "360502002", "360502001004"};
	struct ll_area area;

	(void)state;
	for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
		assert_int_equal(ll_area_parse(ll_str_from(around[i]), &area), 0);
		assert_true(ll_area_contains(area, VILLAGE));

		struct ll_area same = ll_area_of_village(VILLAGE, area.digits);

		assert_true(same.code == area.code);
		assert_int_equal(same.digits, area.digits);
	}
	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++) {
		assert_int_equal(ll_area_parse(ll_str_from(apart[i]), &area), 0);
		assert_false(ll_area_contains(area, VILLAGE));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_and_format),
		cmocka_unit_test(test_bad_areas),
		cmocka_unit_test(test_contains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
