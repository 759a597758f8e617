#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/lag.h"

#define WATER "life-events.water"

static struct ll_bus *bus;
static struct ll_store *store;
static struct ll_producer *producer;
static struct ll_consumer *reader; /* of the group of enrich */
static struct ll_lag *lag;

static void on_assigned(void *context, const struct ll_position *partitions, size_t count)
{
	struct ll_position from = partitions[0];

	(void)context;
	assert_int_equal(count, 1);
	from.offset = LL_OFFSET_BEGINNING;
	assert_int_equal(ll_consumer_fetch(reader, &from, 1, NULL), 0);
}

static int set_up(void **state)
{
	static const struct ll_topic_spec topics[] = {{WATER, 1, false, -1},
						      {"risk-changes", 1, false, -1}};
	static const char *const names[] = {WATER};
	const struct ll_consumer_options options = {
		.group = "lifeline-enrich",
		.instance = "test",
		.topics = names,
		.topic_count = 1,
		.events = {.assigned = on_assigned},
	};
	const struct ll_producer_options writer = {.transactional_id = "test", .instance = "test"};

	(void)state;
	return ll_bus_memory_new(&bus) || ll_store_memory_new(&store) ||
			       ll_bus_create_topics(bus, topics, 2, 1000, NULL) ||
			       ll_producer_new(bus, &writer, &producer, NULL) ||
			       ll_consumer_new(bus, &options, &reader, NULL) ||
			       ll_lag_new(bus, store, &lag, NULL)
		       ? -1
		       : 0;
}

static int tear_down(void **state)
{
	(void)state;
	ll_lag_free(lag);
	ll_consumer_free(reader);
	ll_producer_free(producer);
	ll_store_free(store);
	ll_bus_free(bus);
	return 0;
}

static void write_records(const char *topic, int count)
{
	const struct ll_outgoing outgoing = {.topic = topic,
					     .key = {(const uint8_t *)"k", 1},
					     .value = {(const uint8_t *)"v", 1}};

	assert_int_equal(ll_producer_begin(producer, NULL), 0);
	for (int i = 0; i < count; i++)
		assert_int_equal(ll_producer_send(producer, &outgoing, NULL), 0);
	assert_int_equal(ll_producer_commit(producer, 1000, NULL), 0);
}

static void expect(const char *stage, size_t partitions, int64_t records)
{
	int64_t behind = 0;

	assert_int_equal(ll_lag_measure(lag, 1000, NULL), 0);
	assert_int_equal(ll_lag_behind(lag, stage), partitions);
	for (size_t i = 0; i < ll_lag_count(lag); i++)
		if (strcmp(ll_lag_at(lag, i)->stage, stage) == 0)
			behind += ll_lag_at(lag, i)->behind;
	assert_int_equal(behind, records);
}

/* What the group has read, committed as a stage does; it polls until the end of the log. */
static void read_and_commit(void)
{
	struct ll_position position = {.topic = WATER};
	struct ll_record records[16];
	bool end = false;

	while (!end) {
		size_t count = 0;

		assert_int_equal(ll_consumer_poll(reader, 10, records, 16, &count, NULL), 0);
		for (size_t i = 0; i < count; i++) {
			end |= records[i].end_of_partition;
			if (!records[i].end_of_partition)
				position.offset = records[i].offset + 1;
		}
	}
	assert_int_equal(ll_producer_begin(producer, NULL), 0);
	assert_int_equal(ll_producer_send_offsets(producer, reader, &position, 1, NULL), 0);
	assert_int_equal(ll_producer_commit(producer, 1000, NULL), 0);
}

/* The committed offset lies before the end, where the marker is, and nothing is left to read. */
static void test_markers_are_no_lag(void **state)
{
	(void)state;
	expect("enrich", 0, 0);
	write_records(WATER, 3);
	expect("enrich", 1, 3);
	read_and_commit();
	expect("enrich", 0, 0);
	assert_true(ll_lag_at(lag, 0)->next < ll_lag_at(lag, 0)->end);
	write_records(WATER, 2);
	expect("enrich", 1, 2);
}

static void test_record_has_its_offsets_in_the_store(void **state)
{
	struct ll_recorded_offset offset = {.topic = "risk-changes"};
	const struct ll_record_batch batch = {.offsets = &offset, .offset_count = 1};

	(void)state;
	write_records("risk-changes", 5);
	expect("record", 1, 5);
	assert_int_equal(ll_store_take_epoch(store, LL_STORE_RECORD_STAGE, "risk-changes", 0,
					     "test", &offset.epoch, NULL),
			 0);
	offset.next_offset = 4;
	assert_int_equal(ll_store_write_records(store, &batch, NULL), 0);
	expect("record", 1, 1);
	offset.next_offset = 5;
	assert_int_equal(ll_store_write_records(store, &batch, NULL), 0);
	expect("record", 0, 0);
}

static void test_counts_up_to_a_bound(void **state)
{
	(void)state;
	write_records(WATER, 10);
	assert_int_equal(ll_lag_measure(lag, 4, NULL), 0);
	assert_false(ll_lag_at(lag, 0)->exact);
	assert_int_equal(ll_lag_at(lag, 0)->behind, 11); /* with the marker: a bound from above */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_markers_are_no_lag, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_record_has_its_offsets_in_the_store, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_counts_up_to_a_bound, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
