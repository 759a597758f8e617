#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "producers/broadcast.h"
#include "producers/clock/running_clock.h"

#define PARTITIONS 3
#define RECORDS	   64
#define NOW_MS	   1735689600000

struct fixture {
	struct ll_bus *bus;
	struct ll_codec *codec;
	struct ll_broadcast *broadcast;
	struct ll_arena arena;
};

static void fixture_open(struct fixture *fixture)
{
	static const struct ll_topic_spec topic = {"household-events", PARTITIONS, false, -1};

	assert_int_equal(ll_bus_memory_new(&fixture->bus), 0);
	assert_int_equal(ll_bus_create_topics(fixture->bus, &topic, 1, 1000, NULL), 0);
	assert_int_equal(ll_codec_new(&fixture->codec, NULL), 0);
	assert_int_equal(
		ll_broadcast_new(fixture->bus, fixture->codec, "test", &fixture->broadcast, NULL),
		0);
	ll_arena_init(&fixture->arena, 0);
}

static void fixture_close(struct fixture *fixture)
{
	ll_arena_release(&fixture->arena);
	ll_broadcast_free(fixture->broadcast);
	ll_codec_free(fixture->codec);
	ll_bus_free(fixture->bus);
}

/* The committed events of a partition; returns how many. */
static size_t read_partition(struct fixture *fixture, int32_t partition,
			     struct ll_household_event *ret_events)
{
	const struct ll_consumer_options options = {.instance = "test"};
	struct ll_position position = {
		.topic = "household-events", .partition = partition, .offset = LL_OFFSET_BEGINNING};
	struct ll_record records[RECORDS];
	struct ll_consumer *consumer;
	size_t count, events = 0;
	bool ended = false;

	assert_int_equal(ll_consumer_new(fixture->bus, &options, &consumer, NULL), 0);
	assert_int_equal(ll_consumer_fetch(consumer, &position, 1, NULL), 0);
	while (!ended) {
		assert_int_equal(ll_consumer_poll(consumer, 100, records, RECORDS, &count, NULL),
				 0);
		for (size_t i = 0; i < count; i++) {
			ended = ended || records[i].end_of_partition;
			if (records[i].end_of_partition)
				continue;
			assert_int_equal(records[i].key.size, LL_KEY_SIZE);
			void *value = ll_arena_copy(&fixture->arena, records[i].value.data,
						    records[i].value.size);
			assert_int_equal(
				ll_codec_decode(fixture->codec, LL_MESSAGE_HOUSEHOLD_EVENT,
						(struct ll_bytes){value, records[i].value.size},
						&fixture->arena, &ret_events[events++]),
				0);
		}
	}
	ll_consumer_free(consumer);
	return events;
}

static void test_one_copy_in_every_partition(void **state)
{
	const struct ll_household_event ticks[] = {ll_broadcast_tick(20000),
						   ll_broadcast_tick(20001)};
	struct ll_household_event read[RECORDS];
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture);
	assert_int_equal(ll_broadcast_partitions(fixture.broadcast), PARTITIONS);
	assert_int_equal(ll_broadcast_send(fixture.broadcast, ticks, 2, NOW_MS, NULL), 0);
	for (int32_t i = 0; i < PARTITIONS; i++) {
		assert_int_equal(read_partition(&fixture, i, read), 2);
		for (int k = 0; k < 2; k++) {
			assert_int_equal(read[k].body, LL_BODY_TICK);
			assert_int_equal(read[k].tick.day, 20000 + k);
			assert_true(ll_key_is_zero(&read[k].household_key));
			assert_true(ll_key_is_zero(&read[k].person_key));
			assert_int_equal(read[k].origin.topic.size, 0);
			assert_int_equal(read[k].origin.partition, -1);
			assert_int_equal(read[k].origin.offset, -1);
			assert_int_equal(read[k].origin.published_at_ms, NOW_MS);
		}
	}
	fixture_close(&fixture);
}

/* Of a bad event nothing is sent, nor of those beside it. */
static void test_a_bad_event_sends_nothing(void **state)
{
	struct ll_household_event events[2] = {ll_broadcast_tick(20000)};
	struct ll_household_event read[RECORDS];
	struct ll_error error = {0};
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture);
	events[1] = (struct ll_household_event){
		.body = LL_BODY_AREA_ALERT,
		.area_alert = {.alert_id = LL_STR("a"),
			       .area = LL_STR("36"),
			       .severity = 9,
			       .occurred_on = 20000,
			       .expires_on = 20001},
	};
	assert_int_equal(ll_broadcast_send(fixture.broadcast, events, 2, NOW_MS, &error),
			 -LL_ERR_OUT_OF_RANGE);
	assert_true(error.message[0] != '\0');
	assert_int_equal(read_partition(&fixture, 0, read), 0);
	/* And it can go on. */
	assert_int_equal(ll_broadcast_send(fixture.broadcast, events, 1, NOW_MS, &error), 0);
	assert_int_equal(read_partition(&fixture, 0, read), 1);
	fixture_close(&fixture);
}

static void test_the_second_of_a_program_fences_the_first(void **state)
{
	const struct ll_household_event tick = ll_broadcast_tick(20000);
	struct ll_error error = {0};
	struct ll_broadcast *second;
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture);
	assert_int_equal(ll_broadcast_new(fixture.bus, fixture.codec, "test", &second, &error), 0);
	assert_int_equal(ll_broadcast_send(fixture.broadcast, &tick, 1, NOW_MS, &error),
			 -LL_ERR_FENCED);
	assert_non_null(strstr(error.message, "lifeline-test"));
	assert_int_equal(ll_broadcast_send(second, &tick, 1, NOW_MS, NULL), 0);
	ll_broadcast_free(second);
	fixture_close(&fixture);
}

static void test_without_the_topic(void **state)
{
	struct ll_broadcast *broadcast;
	struct ll_error error = {0};
	struct ll_codec *codec;
	struct ll_bus *bus;

	(void)state;
	assert_int_equal(ll_bus_memory_new(&bus), 0);
	assert_int_equal(ll_codec_new(&codec, NULL), 0);
	assert_int_equal(ll_broadcast_new(bus, codec, "test", &broadcast, &error),
			 -LL_ERR_NOT_FOUND);
	assert_non_null(strstr(error.message, "topics create"));
	ll_codec_free(codec);
	ll_bus_free(bus);
}

static void test_the_clock_waits_longer_and_longer(void **state)
{
	(void)state;
	assert_int_equal(ll_clock_back_off_ms(1), 500);
	assert_int_equal(ll_clock_back_off_ms(2), 1000);
	assert_int_equal(ll_clock_back_off_ms(7), 30000);
	assert_int_equal(ll_clock_back_off_ms(1000000), 30000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_copy_in_every_partition),
		cmocka_unit_test(test_a_bad_event_sends_nothing),
		cmocka_unit_test(test_the_second_of_a_program_fences_the_first),
		cmocka_unit_test(test_without_the_topic),
		cmocka_unit_test(test_the_clock_waits_longer_and_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
