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

/* ---- sending back ---------------------------------------------------------------------------- */

static struct ll_dead_letter letter_from(struct ll_str topic, struct ll_str reason)
{
	return (struct ll_dead_letter){
		.reason = reason,
		.origin = {.topic = topic, .partition = 3, .offset = 7},
		.rejected_at_ms = 1000,
		.key = {(const uint8_t *)"0123456789abcdef", LL_KEY_SIZE},
		.value = {(const uint8_t *)"value", 5},
	};
}

static void test_department(void **state)
{
	(void)state;
	assert_true(
		ll_str_equal(ll_letter_department(LL_STR("life-events.water")), LL_STR("water")));
	assert_int_equal(ll_letter_department(LL_STR("household-events")).size, 0);
	assert_int_equal(ll_letter_department(LL_STR("dead-letters.enrich")).size, 0);
	assert_int_equal(ll_letter_department(LL_STR("")).size, 0);
}

static void test_fits(void **state)
{
	const struct ll_dead_letter letter =
		letter_from(LL_STR("life-events.water"), LL_STR("future"));
	const struct ll_str water = LL_STR("water");

	(void)state;
	assert_true(ll_letter_fits(&(struct ll_letter_filter){0}, &letter, LL_STR("")));
	assert_true(ll_letter_fits(&(struct ll_letter_filter){"future", "water", 1000, 1001},
				   &letter, water));
	assert_false(ll_letter_fits(&(struct ll_letter_filter){.reason = "futur"}, &letter, water));
	assert_false(
		ll_letter_fits(&(struct ll_letter_filter){.department = "wat"}, &letter, water));
	assert_false(ll_letter_fits(&(struct ll_letter_filter){.department = "water"}, &letter,
				    LL_STR("")));
	assert_false(ll_letter_fits(&(struct ll_letter_filter){.since_ms = 1001}, &letter, water));
	assert_false(ll_letter_fits(&(struct ll_letter_filter){.until_ms = 1000}, &letter, water));
}

static void test_way_back(void **state)
{
	static const struct {
		struct ll_str stage, topic;
		int result;
	} cases[] = {
		{LL_STR("enrich"), LL_STR("life-events.water"), 0},
		{LL_STR("assess"), LL_STR("household-events"), 0},
		{LL_STR("enrich"), LL_STR("household-events"), -LL_ERR_UNSUPPORTED},
		{LL_STR("assess"), LL_STR("life-events.water"), -LL_ERR_UNSUPPORTED},
		{LL_STR("record"), LL_STR("assistance-tasks.360502"), -LL_ERR_UNSUPPORTED},
		{LL_STR("assess"), LL_STR("dead-letters.assess"), -LL_ERR_UNSUPPORTED},
		{LL_STR("enrich"), LL_STR("somebody-elses"), -LL_ERR_UNSUPPORTED},
	};
	char topic[LL_TOPIC_NAME_MAX];
	int32_t partition;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct ll_dead_letter letter = letter_from(cases[i].topic, LL_STR("future"));

		partition = -9;
		assert_int_equal(ll_letter_way_back(&letter, cases[i].stage, topic, &partition),
				 cases[i].result);
		assert_int_equal(partition, cases[i].result ? -9 : 3);
		if (!cases[i].result)
			assert_true(ll_str_equal(ll_str_from(topic), cases[i].topic));
	}
}

/* Its own partition is what was wrong with it. */
static void test_way_back_misplaced(void **state)
{
	const struct ll_dead_letter letter =
		letter_from(LL_STR("household-events"), LL_STR("misplaced"));
	char topic[LL_TOPIC_NAME_MAX];
	int32_t partition;

	(void)state;
	assert_int_equal(ll_letter_way_back(&letter, LL_STR("assess"), topic, &partition), 0);
	assert_int_equal(partition, LL_PARTITION_BY_KEY);
}

static void test_way_back_cut(void **state)
{
	struct ll_dead_letter letter = letter_from(LL_STR("household-events"), LL_STR("too-large"));
	char topic[LL_TOPIC_NAME_MAX];
	int32_t partition;

	(void)state;
	letter.value.size = LL_MESSAGE_MAX;
	assert_int_equal(ll_letter_way_back(&letter, LL_STR("assess"), topic, &partition),
			 -LL_ERR_TOO_LARGE);
	letter.value.size = LL_MESSAGE_MAX - 1;
	assert_int_equal(ll_letter_way_back(&letter, LL_STR("assess"), topic, &partition), 0);
	letter.key.size = LL_DEAD_LETTER_KEY_MAX;
	assert_int_equal(ll_letter_way_back(&letter, LL_STR("assess"), topic, &partition),
			 -LL_ERR_TOO_LARGE);
}

static void test_is_again(void **state)
{
	struct ll_dead_letter letter = letter_from(LL_STR("risk-changes"), LL_STR("undecodable"));
	struct ll_key_table table;
	bool again = true;

	(void)state;
	ll_key_table_init(&table);
	letter.stage = LL_STR("record");
	assert_int_equal(ll_letter_is_again(&table, &letter, &again), 0);
	assert_false(again);
	letter.rejected_at_ms++;
	assert_int_equal(ll_letter_is_again(&table, &letter, &again), 0);
	assert_true(again);
	letter.origin.offset++;
	assert_int_equal(ll_letter_is_again(&table, &letter, &again), 0);
	assert_false(again);
	/* Another stage's comes once; if it did not, that must be seen. */
	letter.stage = LL_STR("assess");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ll_letter_is_again(&table, &letter, &again), 0);
		assert_false(again);
	}
	ll_key_table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_position),     cmocka_unit_test(test_message),
		cmocka_unit_test(test_department),   cmocka_unit_test(test_fits),
		cmocka_unit_test(test_way_back),     cmocka_unit_test(test_way_back_misplaced),
		cmocka_unit_test(test_way_back_cut), cmocka_unit_test(test_hex_dump),
		cmocka_unit_test(test_is_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
