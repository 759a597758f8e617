#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/scan.h"

static struct ll_bus *bus;
static struct ll_producer *producer;
static struct ll_scan *scan;

static int set_up(void **state)
{
	static const struct ll_topic_spec topics[] = {{"life-events.a", 2, false, -1},
						      {"life-events.b", 1, false, -1},
						      {"held", 1, true, -1}};
	const struct ll_producer_options options = {.instance = "test"};

	(void)state;
	return ll_bus_memory_new(&bus) || ll_bus_create_topics(bus, topics, 3, 1000, NULL) ||
			       ll_producer_new(bus, &options, &producer, NULL) ||
			       ll_scan_new(bus, "test", &scan, NULL)
		       ? -1
		       : 0;
}

static int tear_down(void **state)
{
	(void)state;
	ll_scan_free(scan);
	ll_producer_free(producer);
	ll_bus_free(bus);
	return 0;
}

static void write_one(const char *topic, int32_t partition, const char *value, int32_t hops)
{
	const struct ll_outgoing outgoing = {.topic = topic,
					     .partition = partition,
					     .key = {(const uint8_t *)"k", 1},
					     .value = {(const uint8_t *)value, strlen(value)},
					     .hops = hops};

	assert_int_equal(ll_producer_send(producer, &outgoing, NULL), 0);
	assert_int_equal(ll_producer_flush(producer, 1000, NULL), 0);
}

struct heard {
	int records;
	int hops;
	bool enough;   /* say so at the first of a partition */
	bool more;     /* write another at each */
	int fail_with; /* 0: do not */
};

static int hear(void *context, struct ll_scan *from, const struct ll_scan_part *part,
		const struct ll_record *record)
{
	struct heard *heard = context;

	heard->records++;
	heard->hops += ll_scan_hops(from, record);
	assert_int_equal(part->kind, LL_TOPIC_LIFE_EVENTS);
	if (heard->more)
		write_one(record->topic, record->partition, "more", 0);
	if (heard->fail_with)
		return heard->fail_with;
	return heard->enough ? LL_SCAN_ENOUGH : 0;
}

static void fill(void)
{
	write_one("life-events.a", 0, "1", 0);
	write_one("life-events.a", 0, "2", 1);
	write_one("life-events.a", 1, "3", 0);
	write_one("life-events.b", 0, "4", 0);
	write_one("held", 0, "5", 0);
}

static void test_all_of_a_kind(void **state)
{
	struct heard heard = {0};

	(void)state;
	fill();
	assert_int_equal(ll_scan_add_kind(scan, LL_TOPIC_LIFE_EVENTS, NULL), 0);
	assert_int_equal(ll_scan_count(scan), 3);
	assert_int_equal(ll_scan_left(scan), 4);
	assert_int_equal(ll_scan_run(scan, hear, &heard, NULL), 0);
	assert_int_equal(heard.records, 4);
	assert_int_equal(heard.hops, 1);
	assert_int_equal(ll_scan_at(scan, 0)->read, 2);
	assert_int_equal(ll_scan_left(scan), 0);
}

/* What is written meanwhile is left alone, or a scan of a busy topic would never end. */
static void test_ends_where_the_log_ended(void **state)
{
	struct heard heard = {.more = true};

	(void)state;
	fill();
	assert_int_equal(ll_scan_add_kind(scan, LL_TOPIC_LIFE_EVENTS, NULL), 0);
	assert_int_equal(ll_scan_run(scan, hear, &heard, NULL), 0);
	assert_int_equal(heard.records, 4);
}

static void test_from_and_enough(void **state)
{
	struct heard heard = {.enough = true};

	(void)state;
	fill();
	assert_int_equal(ll_scan_add(scan, "life-events.a", 0, LL_OFFSET_BEGINNING, NULL), 0);
	assert_int_equal(ll_scan_add(scan, "life-events.a", 1, 1, NULL), 0); /* its end */
	assert_int_equal(ll_scan_add(scan, "life-events.b", 0, 0, NULL), 0);
	assert_int_equal(ll_scan_run(scan, hear, &heard, NULL), 0);
	assert_int_equal(heard.records, 2);
	assert_int_equal(ll_scan_at(scan, 0)->read, 1);
	assert_int_equal(ll_scan_at(scan, 1)->read, 0);
}

static void test_error_of_the_sink(void **state)
{
	struct heard heard = {.fail_with = -LL_ERR_NO_MEMORY};

	(void)state;
	fill();
	assert_int_equal(ll_scan_add_topic(scan, "life-events.a", NULL), 0);
	assert_int_equal(ll_scan_add_topic(scan, "life-events.none", NULL), 0);
	assert_int_equal(ll_scan_count(scan), 2);
	assert_int_equal(ll_scan_run(scan, hear, &heard, NULL), -LL_ERR_NO_MEMORY);
	assert_int_equal(heard.records, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all_of_a_kind, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ends_where_the_log_ended, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_from_and_enough, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_error_of_the_sink, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
