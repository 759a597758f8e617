#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "consumers/deadletters/deadletters.h"

static void test_position(void **state)
{
	static const char *const wrong[] = {"",
					    "enrich",
					    "enrich/2",
					    "enrich/2/",
					    "enrich//15",
					    "/2/15",
					    "enrich/-1/15",
					    "enrich/2/-15",
					    "enrich/2/15/3",
					    "enrich/2/x",
					    "enrich/9999999999/15"};
	char text[LL_LETTER_POSITION_MAX];
	struct ll_letter_position at;

	(void)state;
	assert_int_equal(ll_letter_position_parse("enrich/2/15", &at), 0);
	assert_string_equal(at.topic, "dead-letters.enrich");
	assert_int_equal(at.partition, 2);
	assert_int_equal(at.offset, 15);
	ll_letter_position_format(at.topic, at.partition, at.offset, text);
	assert_string_equal(text, "enrich/2/15");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(ll_letter_position_parse(wrong[i], &at), -LL_ERR_INVALID);
}

static void test_message(void **state)
{
	(void)state;
	assert_int_equal(ll_letter_message(LL_STR("life-events.water")), LL_MESSAGE_LIFE_EVENT);
	assert_int_equal(ll_letter_message(LL_STR("household-events")), LL_MESSAGE_HOUSEHOLD_EVENT);
	assert_int_equal(ll_letter_message(LL_STR("assistance-tasks.360502")), LL_MESSAGE_TASK);
	assert_int_equal(ll_letter_message(LL_STR("somebody-elses")), -1);
}

static void test_hex_dump(void **state)
{
	static const uint8_t bytes[18] = "lifeline\n\xff"
					 "abcdefg";
	struct ll_buf out;

	(void)state;
	ll_buf_init(&out);
	assert_int_equal(ll_hex_dump((struct ll_bytes){bytes, 18}, 17, &out), 0);
	assert_int_equal(ll_buf_append(&out, "", 1), 0);
	assert_string_equal(
		(const char *)out.data,
		"  000000  6c 69 66 65 6c 69 6e 65 0a ff 61 62 63 64 65 66  lifeline..abcdef\n"
		"  000010  67                                               g\n"
		"  and 1 bytes more\n");
	ll_buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_position),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_hex_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
