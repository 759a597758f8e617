#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

static void test_every_error_is_found_by_number_and_name(void **state)
{
	(void)state;
#define CHECK(symbol, number, class, name, text)                     \
	assert_int_equal(LL_ERR_##symbol, number);                   \
	assert_string_equal(ll_err_name(number), name);              \
	assert_string_equal(ll_err_name(-(number)), name);           \
	assert_string_equal(ll_err_text(-(number)), text);           \
	assert_int_equal(ll_err_class(-(number)), LL_CLASS_##class); \
	/* also proves that no two share a number or a name */       \
	assert_int_equal(ll_err_by_name(name), number);
	LL_ERRORS(CHECK)
#undef CHECK
}

static void test_unknown_errors_are_fatal(void **state)
{
	static const int unknown[] = {0, 99, -99, 1000000, INT_MAX, INT_MIN};

	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		assert_string_equal(ll_err_name(unknown[i]), "unknown");
		assert_int_equal(ll_err_class(unknown[i]), LL_CLASS_FATAL);
	}
	assert_int_equal(ll_err_by_name("no such name"), 0);
	assert_int_equal(ll_err_by_name(""), 0);
}

static void test_set_fills_and_returns_the_code(void **state)
{
	struct ll_error error = {.line = 5, .column = 6};

	(void)state;
	assert_int_equal(ll_error_set(&error, -LL_ERR_IO, "%s: %d", "people.csv", 7), -LL_ERR_IO);
	assert_int_equal(error.code, -LL_ERR_IO);
	assert_int_equal(error.line, 0);
	assert_int_equal(error.column, 0);
	assert_string_equal(error.message, "people.csv: 7");

	assert_int_equal(ll_error_set_at(&error, -LL_ERR_BAD_POLICY, 12, 3, "no line"),
			 -LL_ERR_BAD_POLICY);
	assert_int_equal(error.line, 12);
	assert_int_equal(error.column, 3);
	assert_string_equal(error.message, "no line");

	assert_int_equal(ll_error_set(NULL, -LL_ERR_IO, "nobody listens"), -LL_ERR_IO);
	assert_int_equal(ll_error_set_at(NULL, -LL_ERR_IO, 1, 1, "nobody"), -LL_ERR_IO);
}

/* However the cut falls, a long message stays text. */
static void test_a_long_message_is_cut_between_characters(void **state)
{
	char text[3 * LL_ERROR_MESSAGE_MAX];
	struct ll_error error;

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'a', shift);
		for (size_t i = shift; i + 4 < sizeof(text); i += 3)
			memcpy(text + i, "\xe6\x88\xb7", 4);
		ll_error_set(&error, -LL_ERR_IO, "%s", text);

		size_t size = strlen(error.message);

		assert_in_range(size, LL_ERROR_MESSAGE_MAX - 3, LL_ERROR_MESSAGE_MAX - 1);
		assert_true(ll_str_is_utf8(ll_str_from(error.message)));
		assert_memory_equal(error.message, text, size);
	}
}

/* A name cut by its precision, and bytes that never were text. */
static void test_a_message_is_text_whatever_is_put_into_it(void **state)
{
	struct ll_error error;

	(void)state;
	ll_error_set(&error, -LL_ERR_IO, "no setting %.4s, really", "\xe6\x88\xb7\xe6\x88\xb7");
	assert_string_equal(error.message, "no setting \xe6\x88\xb7?, really");
	ll_error_set(&error, -LL_ERR_IO, "\xff%s\xf0\x9f", "ok");
	assert_string_equal(error.message, "?ok??");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_error_is_found_by_number_and_name),
		cmocka_unit_test(test_unknown_errors_are_fatal),
		cmocka_unit_test(test_set_fills_and_returns_the_code),
		cmocka_unit_test(test_a_long_message_is_cut_between_characters),
		cmocka_unit_test(test_a_message_is_text_whatever_is_put_into_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
