/* The in-memory bus: the conformance tests, then what only the twin can be made to do. */
#include "bus/bus_memory.h"

#include <stdio.h>
#include <string.h>

#include "conformance_kit.h"

static void lapse(struct ll_bus *bus, const char *group, const char *instance)
{
	assert_int_equal(ll_bus_memory_expire_members(bus, group, instance), 1);
}

static void pass(struct ll_bus *bus)
{
	ll_bus_memory_advance(bus, 10);
}

static int open_bus(void **state)
{
	static struct conformance conformance;

	conformance = (struct conformance){.prefix = "memory", .lapse = lapse, .pass = pass};
	*state = &conformance;
	return ll_bus_memory_new(&conformance.bus);
}

static int close_bus(void **state)
{
	ll_bus_free(((struct conformance *)*state)->bus);
	return 0;
}

static void test_a_killed_producer_holds_back_until_its_time_is_up(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	static struct kit_reads reads;

	reads = (struct kit_reads){0};
	kit_topic(conformance, topic);
	struct ll_producer *producer = kit_producer(conformance, "killed");

	kit_begin(producer);
	kit_send(producer, topic, 0, "k", "never");
	ll_bus_memory_kill_producer(producer);
	kit_publish(conformance, topic, 0, "k", "later");
	struct ll_consumer *consumer = kit_reader_of(conformance, topic, false);

	kit_read_nothing(consumer);
	ll_bus_memory_advance(conformance->bus, LL_BUS_MEMORY_TRANSACTION_TIMEOUT_MS);
	kit_read_nothing(consumer);
	ll_bus_memory_advance(conformance->bus, 1);
	kit_read_records(consumer, &reads, 1);
	assert_string_equal(reads.list[0].value, "later");
	ll_consumer_free(consumer);
}

static void test_a_sleeping_producer_is_fenced_and_finds_out_late(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];

	kit_topic(conformance, topic);
	struct ll_producer *producer = kit_producer(conformance, "sleeper");

	assert_false(ll_bus_memory_expire_transaction(conformance->bus, "sleeper"));
	kit_begin(producer);
	kit_send(producer, topic, 0, "k", "before");
	assert_true(ll_bus_memory_expire_transaction(conformance->bus, "sleeper"));
	/* As with Kafka: sending is told at once of nothing, and nothing of it is kept. */
	kit_send(producer, topic, 0, "k", "after");
	assert_int_equal(ll_producer_check(producer, NULL), 0);
	assert_int_equal(ll_producer_commit(producer, KIT_TIMEOUT_MS, NULL), -LL_ERR_FENCED);
	assert_int_equal(ll_producer_check(producer, NULL), -LL_ERR_FENCED);
	assert_int_equal(kit_try_send(producer, topic, 0, "k", "v"), -LL_ERR_FENCED);
	struct ll_consumer *consumer = kit_reader_of(conformance, topic, false);

	kit_read_nothing(consumer);
	ll_consumer_free(consumer);
	ll_producer_free(producer);
}

static void test_a_killed_member_holds_the_group_up_until_it_expires(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	const char *const topics[] = {topic};
	struct kit_member dead = {0};
	struct kit_member heir = {0};
	struct kit_member *const the_dead[] = {&dead};
	struct kit_member *const the_heir[] = {&heir};

	kit_topic(conformance, topic);
	kit_member_open(conformance, &dead, "mortal", "dead", topics, 1);
	kit_until_assigned(the_dead, 1, &dead, 1);
	ll_bus_memory_kill_consumer(dead.consumer);
	assert_int_equal(dead.revoked, 0);
	kit_member_open(conformance, &heir, "mortal", "heir", topics, 1);
	kit_read_nothing(heir.consumer);
	assert_int_equal(heir.assigned, 0);
	ll_bus_memory_advance(conformance->bus, LL_BUS_MEMORY_SESSION_TIMEOUT_MS);
	kit_read_nothing(heir.consumer);
	assert_int_equal(heir.assigned, 0);
	ll_bus_memory_advance(conformance->bus, 1);
	kit_until_assigned(the_heir, 1, &heir, 1);
	assert_int_equal(heir.assignment_count, KIT_PARTITIONS);
	ll_consumer_free(heir.consumer);
}

static void test_the_range_assignor_deals_as_kafka_does(void **state)
{
	struct conformance *conformance = *state;
	const char *const topics[] = {"five", "one"};
	struct ll_topic_spec specs[] = {{"five", 5, false, -1}, {"one", 1, false, -1}};
	struct kit_member first = {0};
	struct kit_member second = {0};
	struct kit_member *const both[] = {&first, &second};

	assert_int_equal(ll_bus_create_topics(conformance->bus, specs, 2, 0, NULL), 0);
	kit_member_open(conformance, &first, "range", "first", topics, 2);
	kit_until_assigned(both, 1, &first, 1);
	assert_int_equal(first.assignment_count, 6);
	kit_member_open(conformance, &second, "range", "second", topics, 2);
	kit_until_assigned(both, 2, &second, 1);
	kit_until_assigned(both, 2, &first, 2);
	assert_int_equal(first.assignment_count, 4);
	assert_int_equal(second.assignment_count, 2);
	assert_int_equal(second.assignment[0].partition, 3);
	assert_string_equal(second.assignment[1].topic, "five");
	ll_consumer_free(first.consumer);
	ll_consumer_free(second.consumer);
}

static void test_a_new_topic_reaches_its_pattern(void **state)
{
	struct conformance *conformance = *state;
	const char *const topics[] = {"^grow\\..*"};
	struct ll_topic_spec specs[] = {{"grow.a", 2, false, -1}, {"grow.b", 2, false, -1}};
	struct kit_member member = {0};
	struct kit_member *const members[] = {&member};

	assert_int_equal(ll_bus_create_topics(conformance->bus, &specs[0], 1, 0, NULL), 0);
	kit_member_open(conformance, &member, "grower", "one", topics, 1);
	kit_until_assigned(members, 1, &member, 1);
	assert_int_equal(member.assignment_count, 2);
	assert_int_equal(ll_bus_create_topics(conformance->bus, &specs[1], 1, 0, NULL), 0);
	kit_until_assigned(members, 1, &member, 2);
	assert_int_equal(member.assignment_count, 4);
	ll_consumer_free(member.consumer);
}

static void test_what_retention_took_cannot_be_read(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	static struct kit_reads reads;
	struct ll_record record;
	size_t count = 0;
	int64_t first = -1;
	int64_t end = -1;

	reads = (struct kit_reads){0};
	kit_topic(conformance, topic);
	for (int i = 0; i < 3; i++)
		kit_publish(conformance, topic, 0, "k", "v");
	ll_bus_memory_truncate(conformance->bus, topic, 0, 2);
	struct ll_consumer *consumer = kit_reader(conformance, false);

	assert_int_equal(ll_consumer_range(consumer, topic, 0, 0, &first, &end, NULL), 0);
	assert_int_equal(first, 2);
	assert_int_equal(end, 6);
	kit_fetch(consumer, topic, 0, 1);
	assert_int_equal(ll_consumer_poll(consumer, 0, &record, 1, &count, NULL), -LL_ERR_STATE);
	kit_fetch(consumer, topic, 0, LL_OFFSET_BEGINNING);
	kit_read_records(consumer, &reads, 2);
	assert_int_equal(reads.list[0].offset, 2);
	ll_consumer_free(consumer);
}

static int64_t committed_of(struct ll_consumer *consumer, const char *topic, int *ret_err)
{
	struct ll_position position = kit_position(topic, 0, LL_OFFSET_NONE);

	*ret_err = ll_consumer_committed(consumer, &position, 1, 0, NULL);
	return position.offset;
}

/* Two producers in turn: the markers of the first come last, and its offset is the older one. */
static void test_markers_may_come_late_and_in_any_order(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	struct kit_member member = {.fetches = true};
	struct kit_member *const members[] = {&member};
	const char *const topics[] = {topic};
	struct ll_position position;
	int err;

	kit_topic(conformance, topic);
	kit_member_open(conformance, &member, "late", "one", topics, 1);
	kit_until_assigned(members, 1, &member, 1);
	struct ll_consumer *reader = kit_reader_of(conformance, topic, false);
	struct ll_producer *producers[] = {kit_producer(conformance, "first"),
					   kit_producer(conformance, "second")};

	ll_bus_memory_set_marker_delay(conformance->bus, 1000);
	for (int i = 0; i < 2; i++) {
		kit_begin(producers[i]);
		kit_send(producers[i], topic, 0, "k", "v");
		position = kit_position(topic, 0, i + 1);
		assert_int_equal(
			ll_producer_send_offsets(producers[i], member.consumer, &position, 1, NULL),
			0);
		kit_commit(producers[i]);
		ll_bus_memory_set_marker_delay(conformance->bus, 0);
	}
	kit_read_nothing(reader);
	committed_of(member.consumer, topic, &err);
	assert_int_equal(err, -LL_ERR_TIMED_OUT);
	ll_bus_memory_advance(conformance->bus, 1000);
	static struct kit_reads reads;

	reads = (struct kit_reads){0};
	kit_read_records(reader, &reads, 2);
	assert_int_equal(committed_of(member.consumer, topic, &err), 2);
	assert_int_equal(err, 0);
	ll_producer_free(producers[0]);
	ll_producer_free(producers[1]);
	ll_consumer_free(reader);
	ll_consumer_free(member.consumer);
}

static void test_time_is_a_function_of_the_calls(void **state)
{
	struct conformance *conformance = *state;
	struct ll_bus *bus = conformance->bus;
	int64_t before = ll_bus_memory_now_ms(bus);
	int32_t count;

	assert_int_equal(ll_bus_memory_now_ms(bus), before);
	ll_bus_partition_count(bus, "x", 0, &count, NULL);
	assert_int_equal(ll_bus_memory_now_ms(bus), before + 1);
	ll_bus_memory_set_step(bus, 0);
	ll_bus_partition_count(bus, "x", 0, &count, NULL);
	assert_int_equal(ll_bus_memory_now_ms(bus), before + 1);
	ll_bus_memory_advance(bus, 500);
	assert_int_equal(ll_bus_memory_now_ms(bus), before + 501);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_bus, close_bus)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_killed_producer_holds_back_until_its_time_is_up),
		TEST(test_a_sleeping_producer_is_fenced_and_finds_out_late),
		TEST(test_a_killed_member_holds_the_group_up_until_it_expires),
		TEST(test_the_range_assignor_deals_as_kafka_does),
		TEST(test_a_new_topic_reaches_its_pattern),
		TEST(test_what_retention_took_cannot_be_read),
		TEST(test_markers_may_come_late_and_in_any_order),
		TEST(test_time_is_a_function_of_the_calls),
	};
	void *state = NULL;
	int failed;

	if (open_bus(&state) != 0)
		return 1;
	failed = conformance_run(state, "bus/memory conformance");
	close_bus(&state);
	return failed + cmocka_run_group_tests_name("bus/memory", tests, NULL, NULL);
}
