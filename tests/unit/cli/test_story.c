#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "cli/story_words.h"

#define DAY 20000 /* 2024-10-04 */

static const struct ll_key household = {{1, 2, 3}};
static const struct ll_key other = {{9}};
static const struct ll_key no_key;
static struct ll_codec *codec;
static struct ll_story story;

static int set_up(void **state)
{
	(void)state;
	if (ll_codec_new(&codec, NULL))
		return -1;
	ll_story_init(&story, codec, &household);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ll_story_release(&story);
	ll_codec_free(codec);
	return 0;
}

static void take(const char *topic, int64_t offset, enum ll_message message, const void *value,
		 const struct ll_key *key)
{
	struct ll_buf wire;

	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(codec, message, value, &wire), 0);
	const struct ll_record record = {
		.topic = topic,
		.offset = offset,
		.timestamp_ms = offset,
		.key = {key->bytes, LL_KEY_SIZE},
		.value = ll_buf_bytes(&wire),
	};
	assert_int_equal(ll_story_take(&story, &record), 0);
	ll_buf_release(&wire);
}

static struct ll_origin origin_at(int64_t offset)
{
	return (struct ll_origin){.topic = LL_STR("life-events.x"), .offset = offset};
}

/* Days told in one go: they have one origin. */
static const struct ll_origin broadcast = {.partition = -1, .offset = -1, .published_at_ms = 5};

static void tick(int64_t offset, int32_t day)
{
	const struct ll_household_event event = {
		.origin = broadcast, .body = LL_BODY_TICK, .tick = {.day = day}};

	take("household-events", offset, LL_MESSAGE_HOUSEHOLD_EVENT, &event, &no_key);
}

static void stay(int64_t offset, const struct ll_key *key, int32_t revision, int32_t reported_on)
{
	const struct ll_household_event event = {
		.household_key = *key,
		.person_key = {{7}},
		.area = LL_STR("360502001001"),
		.origin = origin_at(offset),
		.body = LL_BODY_LIFE_EVENT,
		.life_event = {.event_id = LL_STR("s-1"),
			       .revision = revision,
			       .source = LL_STR("medical-insurance"),
			       .occurred_on = DAY,
			       .reported_at_ms = ll_day_start_ms(reported_on),
			       .subject = {.type = LL_SUBJECT_PERSON, .key = {{7}}},
			       .payload = {.kind = LL_EVENT_HOSPITALISATION,
					   .hospitalisation = {.total_fen = 1000000,
							       .reimbursed_fen = 380000}}},
	};

	take("household-events", offset, LL_MESSAGE_HOUSEHOLD_EVENT, &event, key);
}

static void change(struct ll_origin cause, int32_t decided_on, enum ll_case_state after)
{
	const struct ll_risk_change risk_change = {
		.household_key = household,
		.area = LL_STR("360502001001"),
		.before = LL_CASE_NONE,
		.after = after,
		.level_after = 2,
		.decided_on = decided_on,
		.logic_version = LL_LOGIC_VERSION,
		.cause = cause,
	};

	take("risk-changes", 100, LL_MESSAGE_RISK_CHANGE, &risk_change, &household);
}

static void expect_said(size_t index, enum ll_language language, const char *expected)
{
	struct ll_buf out;

	ll_buf_init(&out);
	assert_true(index < story.count);
	assert_int_equal(ll_story_say(&story.items[index], false, language, &out), 0);
	assert_int_equal(ll_buf_append(&out, "", 1), 0);
	assert_string_equal((const char *)out.data, expected);
	ll_buf_release(&out);
}

/* Others' records and days without consequences are no part of it. */
static void test_order_and_causes(void **state)
{
	(void)state;
	tick(0, DAY);
	stay(1, &household, 0, DAY);
	stay(2, &other, 0, DAY);
	tick(3, DAY + 1);
	tick(4, DAY + 2);
	change(broadcast, DAY + 2, LL_CASE_LEAD);
	change(origin_at(1), DAY, LL_CASE_LEAD);
	ll_story_finish(&story);
	assert_int_equal(story.count, 4);
	assert_int_equal(story.items[0].offset, 1);
	assert_int_equal(story.items[0].kind, LL_STORY_INPUT);
	assert_int_equal(story.items[0].day, DAY);
	assert_int_equal(story.items[1].kind, LL_STORY_CHANGE);
	assert_int_equal(story.items[1].offset, 1);
	/* The second of two days with one origin, by the day of the decision. */
	assert_int_equal(story.items[2].offset, 4);
	assert_int_equal(story.items[2].day, DAY + 2);
	assert_int_equal(story.items[3].kind, LL_STORY_CHANGE);
	expect_said(1, LL_ENGLISH, "case: none -> lead, warning level: none -> warning");
	expect_said(1, LL_CHINESE, "状态：未预警 → 线索，预警级别：无 → 预警");
}

static void test_events_in_words(void **state)
{
	(void)state;
	stay(1, &household, 0, DAY + 30);
	stay(2, &household, 0, DAY + 30);
	stay(3, &household, 1, DAY);
	ll_story_finish(&story);
	assert_int_equal(story.count, 3);
	expect_said(0, LL_ENGLISH,
		    "stay in hospital on 2024-10-04, own cost 6,200 yuan; told by "
		    "medical-insurance, 30 days later");
	expect_said(1, LL_CHINESE,
		    "重复上报，不影响结果：2024-10-04 住院，自付 6,200元；medical-insurance "
		    "上报，迟 30 天");
	expect_said(2, LL_ENGLISH,
		    "corrected (revision 1): stay in hospital on 2024-10-04, own cost 6,200 yuan; "
		    "told by medical-insurance");
}

static void test_rejected(void **state)
{
	const struct ll_dead_letter letter = {
		.reason = LL_STR("future"),
		.stage = LL_STR("assess"),
		.origin = {.topic = LL_STR("household-events"), .offset = 1},
		.key = {household.bytes, LL_KEY_SIZE},
	};

	(void)state;
	stay(1, &household, 0, DAY);
	take("dead-letters.assess", 0, LL_MESSAGE_DEAD_LETTER, &letter, &household);
	ll_story_finish(&story);
	assert_int_equal(story.count, 1);
	expect_said(0, LL_ENGLISH,
		    "stay in hospital on 2024-10-04, own cost 6,200 yuan; told by "
		    "medical-insurance: not accepted, the fact is dated more than a day after the "
		    "last tick");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order_and_causes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_events_in_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rejected, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
