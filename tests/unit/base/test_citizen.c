#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/citizen.h"
#include "base/date.h"
#include "base/err.h"

static void test_normalise(void **state)
{
	/* The first and last are the standard's own examples. */
	static const struct {
		const char *text, *number;
	} rows[] = {
		{"11010519491231002X", "11010519491231002X"},
		{"11010519491231002x", "11010519491231002X"},
		{"  11010519491231002x\r\n", "11010519491231002X"},
		{"440524188001010014", "440524188001010014"},
	};
	char number[LL_CITIZEN_SIZE + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(ll_citizen_normalise(ll_str_from(rows[i].text), number), 0);
		assert_string_equal(number, rows[i].number);
	}
}

/* Seventeen digits with the right check character: only the birth date is in question. */
static int normalise_birth(const char *birth)
{
	char text[LL_CITIZEN_SIZE + 1] = "360502";
	char number[LL_CITIZEN_SIZE + 1];

	memcpy(text + 6, birth, 8);
	memcpy(text + 14, "123", 3);
	text[17] = ll_citizen_check(text);
	text[18] = '\0';
	return ll_citizen_normalise(ll_str_from(text), number);
}

static void test_birth_dates(void **state)
{
	static const char *const good[] = {"18000101", "19000228", "20000229", "21991231"};
	static const char *const bad[] = {"17991231", "22000101", "19000229", "20250431",
					  "20251301", "20250001", "20250100", "00000000"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(normalise_birth(good[i]), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(normalise_birth(bad[i]), -LL_ERR_BAD_CITIZEN_NUMBER);
	assert_int_equal(ll_citizen_birth_day("440524188001010014"), -32872);
	assert_int_equal(ll_citizen_birth_day("11010519491231002X"),
			 ll_day_from_date(1949, 12, 31));
}

static void test_one_wrong_digit_is_found(void **state)
{
	static const char right[] = "11010519491231002X";
	char number[LL_CITIZEN_SIZE + 1] = "untouched";

	(void)state;
	for (size_t i = 0; i < LL_CITIZEN_SIZE; i++) {
		for (char c = '0'; c <= '9'; c++) {
			char text[sizeof(right)];

			memcpy(text, right, sizeof(text));
			if (text[i] == c)
				continue;
			text[i] = c;
			assert_int_equal(ll_citizen_normalise(ll_str_from(text), number),
					 -LL_ERR_BAD_CITIZEN_NUMBER);
		}
	}
	assert_string_equal(number, "untouched");
}

static void test_not_numbers(void **state)
{
	static const char *const bad[] = {
		"",
		"11010519491231002",
		"11010519491231002XX",
		"1101051949123100 X",
		"X1010519491231002X",
		"110105491231002",
		"1101051949123100２X",
		"11010519491231002\xff",
		"-1010519491231002X",
	};
	char number[LL_CITIZEN_SIZE + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ll_citizen_normalise(ll_str_from(bad[i]), number),
				 -LL_ERR_BAD_CITIZEN_NUMBER);
	assert_int_equal(ll_citizen_normalise((struct ll_str){NULL, 0}, number),
			 -LL_ERR_BAD_CITIZEN_NUMBER);
}

static void test_personal_numbers_in_text(void **state)
{
	static const char *const with[] = {"11010519491231002X",
					   "id 11010519491231002x.",
					   "身份证440524188001010014号",
					   "13800138000",
					   "tel:19912345678;",
					   "a13800138000b13",
					   "+8613800138000",
					   "1 2 3 15512345678",
					   "000-440524188001010014",
					   "12345678901234567X rest"};
	static const char *const without[] = {
		"",
		"H2025-0001",
		"12800138000",	       /* no mobile number begins with 12 */
		"138001380001",	       /* twelve */
		"1380013800",	       /* ten */
		"1234567890123456789", /* nineteen */
		"12345678901234567",   /* seventeen, no X */
		"1234567890123456X",
		"12345678901234567Y",
		"1735787045678", /* milliseconds */
		"8612800138000",
		"360502001003",
		"138 0013 8000 1",
		"1380013800X",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		if (!ll_text_has_personal_number(ll_str_from(with[i])))
			fail_msg("missed: %s", with[i]);
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		if (ll_text_has_personal_number(ll_str_from(without[i])))
			fail_msg("found: %s", without[i]);
	assert_false(ll_text_has_personal_number((struct ll_str){NULL, 0}));
	/* The slice ends where it says: what follows in memory is not of it. */
	assert_false(ll_text_has_personal_number((struct ll_str){"13800138000", 10}));
	assert_false(ll_text_has_personal_number((struct ll_str){"12345678901234567X", 17}));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normalise),
		cmocka_unit_test(test_birth_dates),
		cmocka_unit_test(test_one_wrong_digit_is_found),
		cmocka_unit_test(test_not_numbers),
		cmocka_unit_test(test_personal_numbers_in_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
