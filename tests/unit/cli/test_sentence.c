#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/sentence.h"

/* The gaps of a sentence as bits; every '{' must be one. */
static unsigned int gaps_of(const char *text)
{
	unsigned int gaps = 0;

	for (; *text; text++) {
		if (*text != '{')
			continue;
		assert_in_range(text[1], '0', '0' + LL_SENTENCE_ARGUMENTS_MAX - 1);
		assert_int_equal(text[2], '}');
		gaps |= 1u << (text[1] - '0');
	}
	return gaps;
}

/* Both languages say the same: what is filled in one is filled in the other. */
static void test_gaps(void **state)
{
	(void)state;
	for (int i = 0; i < LL_SENTENCE_COUNT; i++) {
		const char *english = ll_sentence_text((enum ll_sentence)i, LL_ENGLISH);
		const char *chinese = ll_sentence_text((enum ll_sentence)i, LL_CHINESE);

		assert_true(*english && *chinese);
		assert_true(ll_str_is_utf8(ll_str_from(chinese)));
		assert_int_equal(gaps_of(english), gaps_of(chinese));
	}
}

static void test_fill(void **state)
{
	struct ll_buf out;

	(void)state;
	ll_buf_init(&out);
	assert_int_equal(ll_say(&out, LL_ENGLISH, LL_SENTENCE_YEAR_INCOME, "5 yuan", "2024"), 0);
	assert_int_equal(ll_say(&out, LL_CHINESE, LL_SENTENCE_YEAR_INCOME, "5元", "2024"), 0);
	assert_int_equal(ll_say(&out, LL_ENGLISH, LL_SENTENCE_NOTE, NULL, "x{0}"), 0);
	assert_int_equal(ll_buf_append(&out, "", 1), 0);
	assert_string_equal((const char *)out.data, ", 5 yuan in 2024，2024年收入5元 (\"x{0}\")");
	ll_buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
