#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "publish/publisher.h"

struct fixture {
	struct ll_bus *bus;
	struct ll_codec *codec;
	struct ll_publisher *publisher;
};

static struct ll_life_event stay(void)
{
	struct ll_life_event event = {.event_id = LL_STR("S-1"),
				      .occurred_on = 20000,
				      .reported_at_ms = 1751212800000,
				      .payload = {.kind = LL_EVENT_HOSPITALISATION}};

	event.subject.key.bytes[0] = 7;
	event.payload.hospitalisation.total_fen = 100;
	event.payload.hospitalisation.reimbursed_fen = 50;
	return event;
}

static void fixture_open(struct fixture *fixture, struct ll_str department)
{
	static const struct ll_topic_spec topics[] = {{"life-events.health", 4, false, -1},
						      {"life-events.water", 4, false, -1}};

	assert_int_equal(ll_bus_memory_new(&fixture->bus), 0);
	assert_int_equal(ll_bus_create_topics(fixture->bus, topics, 2, 1000, NULL), 0);
	assert_int_equal(ll_codec_new(&fixture->codec, NULL), 0);
	assert_int_equal(ll_publisher_new(fixture->bus, fixture->codec, department,
					  &fixture->publisher, NULL),
			 0);
}

static void fixture_close(struct fixture *fixture)
{
	ll_publisher_free(fixture->publisher);
	ll_codec_free(fixture->codec);
	ll_bus_free(fixture->bus);
}

static void test_send(void **state)
{
	struct ll_life_event event = stay();
	struct fixture fixture;
	struct ll_error error = {0};

	(void)state;
	fixture_open(&fixture, LL_STR("health"));
	assert_int_equal(ll_publisher_send(fixture.publisher, &event, &error), 0);
	event.source = LL_STR("health");
	assert_int_equal(ll_publisher_send(fixture.publisher, &event, &error), 0);
	event.source = LL_STR("water");
	assert_int_equal(ll_publisher_send(fixture.publisher, &event, &error),
			 -LL_ERR_SOURCE_MISMATCH);
	assert_int_equal(ll_publisher_flush(fixture.publisher, 1000, &error), 0);
	assert_int_equal(ll_publisher_counts(fixture.publisher).sent, 2);
	assert_int_equal(ll_publisher_counts(fixture.publisher).refused, 1);
	assert_int_equal(ll_publisher_counts(fixture.publisher).failed, 0);
	fixture_close(&fixture);
}

static void test_any_department(void **state)
{
	struct ll_life_event event = stay();
	struct fixture fixture;
	struct ll_error error = {0};

	(void)state;
	fixture_open(&fixture, LL_STR(""));
	event.source = LL_STR("water");
	assert_int_equal(ll_publisher_send(fixture.publisher, &event, &error), 0);
	event.source = LL_STR("health");
	assert_int_equal(ll_publisher_send(fixture.publisher, &event, &error), 0);
	event.source = LL_STR("water");
	assert_int_equal(ll_publisher_send(fixture.publisher, &event, &error), 0);
	event.source = LL_STR("");
	assert_int_equal(ll_publisher_send(fixture.publisher, &event, &error), -LL_ERR_MISSING);
	event.source = LL_STR("nobody");
	assert_int_equal(ll_publisher_send(fixture.publisher, &event, &error), -LL_ERR_NOT_FOUND);
	assert_non_null(strstr(error.message, "life-events.nobody"));
	assert_int_equal(ll_publisher_counts(fixture.publisher).sent, 3);
	fixture_close(&fixture);
}

/* What a reader would say, before it is sent. */
static void test_limits(void **state)
{
	struct ll_life_event event;
	char id[LL_EVENT_ID_MAX + 1];

	(void)state;
	memset(id, 'x', sizeof(id));
#define CHECK(change_, err_)                                          \
	do {                                                          \
		event = stay();                                       \
		event.source = LL_STR("health");                      \
		change_;                                              \
		assert_int_equal(ll_publisher_check(&event), (err_)); \
	} while (0)
	CHECK((void)0, 0);
	CHECK(event.event_id.size = 0, -LL_ERR_MISSING);
	CHECK(event.event_id = ((struct ll_str){id, sizeof(id)}), -LL_ERR_TOO_LARGE);
	CHECK(event.event_id = LL_STR("\xff"), -LL_ERR_BAD_UTF8);
	CHECK(event.revision = -1, -LL_ERR_OUT_OF_RANGE);
	CHECK(event.occurred_on = INT32_MAX, -LL_ERR_BAD_DATE);
	CHECK(event.subject.key = ((struct ll_key){{0}}), -LL_ERR_MISSING);
	CHECK(event.subject.type = LL_SUBJECT_AREA, -LL_ERR_UNSUPPORTED_SUBJECT);
	CHECK(event.action = (enum ll_action)9, -LL_ERR_BAD_ENUM);
	CHECK(event.payload.kind = (enum ll_event_kind)999, -LL_ERR_BAD_ENUM);
	CHECK(event.payload.hospitalisation.total_fen = -1, -LL_ERR_NEGATIVE);
	CHECK(event.payload.hospitalisation.reimbursed_fen = 101, -LL_ERR_OUT_OF_RANGE);
#undef CHECK
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_send),
		cmocka_unit_test(test_any_department),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
