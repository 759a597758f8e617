/* What people read, to the letter. */
#include "codec_test.h"

#include <jansson.h>
#include <string.h>

#include "base/date.h"

static void expect_json(const struct ll_codec *codec, enum ll_message message, const void *value,
			const char *expected)
{
	struct ll_buf out;

	ll_buf_init(&out);
	assert_int_equal(ll_codec_to_json(codec, message, value, &out), 0);
	assert_int_equal(ll_buf_append(&out, "", 1), 0);
	assert_string_equal((const char *)out.data, expected);
	ll_buf_release(&out);
}

static void test_life_event(void **state)
{
	struct ll_life_event event = {
		.event_id = LL_STR("stay \"1\"\n\x01农"),
		.revision = 2,
		.source = LL_STR("medical-insurance"),
		.occurred_on = ll_day_from_date(2025, 1, 2),
		.reported_at_ms = 1735800000123,
		.subject = {.type = LL_SUBJECT_PERSON,
			    .key = {{0x00, 0x01, 0xab, 0xff, [15] = 0x10}}},
		.action = LL_ACTION_RETRACT,
		.payload = {.kind = LL_EVENT_HOSPITALISATION,
			    .hospitalisation = {.total_fen = 800000, .reimbursed_fen = 300000}},
	};

	expect_json(*state, LL_MESSAGE_LIFE_EVENT, &event,
		    "{\"event_id\":\"stay \\\"1\\\"\\n\\u0001农\",\"revision\":2,"
		    "\"source\":\"medical-insurance\",\"occurred_on\":\"2025-01-02\","
		    "\"reported_at_ms\":\"2025-01-02T06:40:00.123Z\","
		    "\"subject\":{\"person\":{\"person_key\":"
		    "\"0001abff000000000000000000000010\"}},"
		    "\"action\":\"retract\",\"payload\":{\"hospitalisation\":{"
		    "\"total_fen\":800000,\"reimbursed_fen\":300000,\"own_share_fen\":null}}}");
}

static void test_task(void **state)
{
	static const struct ll_reason_fact fact = {-5, LL_STR("job_loss"), 0, 12};
	static const struct ll_reason reasons[] = {
		{.rule = LL_STR("r"),
		 .indicator = LL_STR("i"),
		 .comparison = LL_STR("below"),
		 .known = true,
		 .value = -1,
		 .threshold = 2,
		 .unit = LL_UNIT_PERMILLE,
		 .facts = &fact,
		 .fact_count = 1},
		{.unit = LL_UNIT_FLAG},
	};
	struct ll_task task = {.area = LL_STR("360502001001"),
			       .county = LL_STR("360502"),
			       .measure = LL_MEASURE_DISASTER_INSPECTION,
			       .state = LL_TASK_NOT_FOUND,
			       .decided_on = LL_DAY_NONE,
			       .reasons = reasons,
			       .reason_count = 2};

	expect_json(
		*state, LL_MESSAGE_TASK, &task,
		"{\"task_id\":\"00000000000000000000000000000000\","
		"\"household_key\":\"00000000000000000000000000000000\","
		"\"area\":\"360502001001\",\"county\":\"360502\","
		"\"measure\":\"disaster_inspection\",\"change\":\"opened\","
		"\"state\":\"not_found\",\"dimension\":\"none\",\"level\":0,"
		"\"opened_on\":\"1970-01-01\",\"due_on\":\"1970-01-01\",\"department\":\"\","
		"\"reasons\":[{\"rule\":\"r\",\"indicator\":\"i\",\"comparison\":\"below\","
		"\"known\":true,\"value\":-1,\"threshold\":2,\"unit\":\"permille\","
		"\"facts\":[{\"fact_id\":-5,\"kind\":\"job_loss\",\"occurred_on\":\"1970-01-01\","
		"\"amount_fen\":12}]},{\"rule\":\"\",\"indicator\":\"\",\"comparison\":\"\","
		"\"known\":false,\"value\":0,\"threshold\":0,\"unit\":\"flag\",\"facts\":[]}],"
		"\"policy_name\":\"\",\"policy_version\":\"\",\"logic_version\":0,"
		"\"decided_on\":null,\"update_by\":\"\",\"update_note\":\"\","
		"\"cause\":{\"topic\":\"\",\"partition\":0,\"offset\":0,"
		"\"published_at_ms\":\"1970-01-01T00:00:00.000Z\"}}");
}

static void test_bytes(void **state)
{
	static const uint8_t value[] = {0xc3, 0x01};
	struct ll_held_event held = {.value = {value, sizeof(value)}};

	expect_json(*state, LL_MESSAGE_HELD_EVENT, &held,
		    "{\"person_key\":\"00000000000000000000000000000000\",\"origin\":{"
		    "\"topic\":\"\",\"partition\":0,\"offset\":0,"
		    "\"published_at_ms\":\"1970-01-01T00:00:00.000Z\"},\"value\":\"c301\"}");
}

static void test_everything_is_json(void **state)
{
	const struct ll_codec *codec = *state;
	struct ll_arena arena;
	struct ll_buf out;

	ll_arena_init(&arena, 0);
	ll_buf_init(&out);
	for (int i = 0; i < LL_MESSAGE_COUNT; i++) {
		struct sample_random random = {.state = 500 + (uint64_t)i, .arena = &arena};

		for (int k = 0; k < RANDOM_ROUNDS; k++) {
			union sample sample;
			json_t *json;

			ll_arena_clear(&arena);
			ll_buf_clear(&out);
			sample_fill(&random, (enum ll_message)i, &sample);
			assert_int_equal(ll_codec_to_json(codec, (enum ll_message)i, &sample, &out),
					 0);
			json = json_loadb((const char *)out.data, out.size, JSON_REJECT_DUPLICATES,
					  NULL);
			assert_non_null(json);
			json_decref(json);
			assert_null(memchr(out.data, '\n', out.size));
		}
	}
	ll_buf_release(&out);
	ll_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life_event),
		cmocka_unit_test(test_task),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_everything_is_json),
	};

	return cmocka_run_group_tests(tests, codec_setup, codec_teardown);
}
