/*
 * The conformance tests of the bus against a real broker: LIFELINE_TEST_KAFKA=host:port. Without it
 * the test is skipped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "unit/bus/conformance_kit.h"

#define EXIT_SKIPPED 77

static void pass(struct ll_bus *bus)
{
	(void)bus;
	nanosleep(&(struct timespec){0, 20 * 1000000L}, NULL);
}

static void test_settings_are_checked(void **state)
{
	const struct {
		struct ll_bus_property properties[2];
		size_t count;
	} rows[] = {
		{{{"client.rack", "a"}}, 1},
		{{{"bootstrap.servers", "h:1"}, {"enable.auto.commit", "true"}}, 2},
		{{{"bootstrap.servers", "h:1"}, {"no.such.thing", "1"}}, 2},
		{{{"bootstrap.servers", "h:1"}, {"session.timeout.ms", "soon"}}, 2},
	};
	struct ll_bus *bus = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(ll_bus_kafka_new(rows[i].properties, rows[i].count, &bus, NULL),
				 -LL_ERR_INVALID);
	assert_null(bus);
}

/* Nobody listens there. */
static void test_a_broker_that_is_away_is_unavailable(void **state)
{
	const struct ll_bus_property properties[] = {{"bootstrap.servers", "127.0.0.1:1"}};
	struct ll_consumer_options options = {.instance = "test"};
	struct ll_consumer *consumer = NULL;
	struct ll_bus *bus = NULL;
	struct ll_error error = {0};
	struct ll_record record;
	size_t count = 0;
	int32_t partitions = -1;
	int64_t first;
	int64_t end;
	int err = 0;

	(void)state;
	assert_int_equal(ll_bus_kafka_new(properties, 1, &bus, &error), 0);
	err = ll_bus_partition_count(bus, "x", 300, &partitions, &error);
	assert_int_equal(ll_err_class(err), LL_CLASS_RETRY);
	assert_int_equal(partitions, -1);
	assert_int_equal(ll_consumer_new(bus, &options, &consumer, &error), 0);
	err = ll_consumer_range(consumer, "x", 0, 300, &first, &end, &error);
	assert_int_equal(ll_err_class(err), LL_CLASS_RETRY);
	err = 0;
	for (int i = 0; i < KIT_ATTEMPTS && !err; i++)
		err = ll_consumer_poll(consumer, KIT_POLL_MS, &record, 1, &count, &error);
	assert_int_equal(err, -LL_ERR_UNAVAILABLE);
	assert_non_null(strstr(error.message, "127.0.0.1:1"));
	ll_consumer_free(consumer);
	ll_bus_free(bus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settings_are_checked),
		cmocka_unit_test(test_a_broker_that_is_away_is_unavailable),
	};
	const char *broker = getenv("LIFELINE_TEST_KAFKA");
	/* A member that does not poll is given up after six seconds, not sixty. */
	const struct ll_bus_property properties[] = {
		{"bootstrap.servers", broker},
		{"max.poll.interval.ms", "6000"},
	};
	struct conformance conformance = {.pass = pass};
	struct ll_error error = {0};
	int failed;

	if (!broker || !*broker)
		return EXIT_SKIPPED;
	snprintf(conformance.prefix, sizeof(conformance.prefix), "test-%lx-%x",
		 (unsigned long)time(NULL), (unsigned)getpid());
	if (ll_bus_kafka_new(properties, 2, &conformance.bus, &error) != 0) {
		fprintf(stderr, "%s\n", error.message);
		return 1;
	}
	failed = conformance_run(&conformance, "bus/kafka conformance");
	ll_bus_free(conformance.bus);
	return failed + cmocka_run_group_tests_name("bus/kafka", tests, NULL, NULL);
}
