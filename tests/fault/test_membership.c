/*
 * Errors of the broker's while a consumer joins, is a member, asks and reads: what the bus makes of them,
 * and that it comes back by itself where it can.
 */
#include "mock.h"

#include <stdio.h>
#include <string.h>

#define GROUP	   "lifeline-fault"
#define SOON_MS	   20000
#define RANGES	   12
#define CODE(name) RD_KAFKA_RESP_ERR_##name

struct world {
	struct mock mock;
	struct ll_consumer *consumer;
	int assigned;
	int revoked;
	int lost;
	int64_t next[MOCK_PARTITIONS]; /* what was read is not asked for again */
	int read;
};

/* Reads both partitions from where it stands. */
static void fetch(struct world *world)
{
	struct ll_position positions[MOCK_PARTITIONS];

	for (int32_t i = 0; i < MOCK_PARTITIONS; i++) {
		snprintf(positions[i].topic, sizeof(positions[i].topic), "%s", MOCK_IN);
		positions[i].partition = i;
		positions[i].offset = world->next[i];
	}
	assert_int_equal(ll_consumer_fetch(world->consumer, positions, MOCK_PARTITIONS, NULL), 0);
}

static void on_assigned(void *context, const struct ll_position *partitions, size_t count)
{
	struct world *world = context;

	(void)partitions;
	assert_int_equal(count, MOCK_PARTITIONS);
	world->assigned++;
	fetch(world);
}

static void on_revoked(void *context, const struct ll_position *partitions, size_t count, bool lost)
{
	struct world *world = context;

	(void)partitions, (void)count;
	world->revoked++;
	world->lost += lost;
}

static int poll(struct world *world, struct ll_error *error)
{
	struct ll_record records[16];
	size_t count = 0;
	int err = ll_consumer_poll(world->consumer, 50, records, 16, &count, error);

	for (size_t i = 0; !err && i < count; i++) {
		if (records[i].end_of_partition)
			continue;
		assert_int_equal(records[i].offset, world->next[records[i].partition]);
		world->next[records[i].partition]++;
		world->read++;
	}
	return err;
}

/* Polls until the number is reached; every error on the way may be tried again. */
static void poll_until(struct world *world, const int *number, int wanted)
{
	int64_t deadline_ms = mock_now_ms() + SOON_MS;

	while (*number < wanted) {
		struct ll_error error = {0};
		int err = poll(world, &error);

		if (err && ll_err_class(err) != LL_CLASS_RETRY)
			fail_msg("%s: %s", ll_err_name(err), error.message);
		assert_true(mock_now_ms() < deadline_ms);
	}
	assert_int_equal(*number, wanted);
}

static void write_one(struct world *world)
{
	mock_write(&world->mock, MOCK_IN, 0, "one");
}

static void open_consumer(struct world *world)
{
	static const char *const topics[] = {MOCK_IN};
	const struct ll_consumer_options options = {
		.group = GROUP,
		.instance = "member",
		.topics = topics,
		.topic_count = 1,
		.events = {on_assigned, on_revoked, world},
	};

	world->assigned = world->revoked = world->lost = 0;
	assert_int_equal(ll_consumer_new(world->mock.bus, &options, &world->consumer, NULL), 0);
}

static int open_world(void **state)
{
	static struct world world;

	mock_deadline(60, "joining");
	mock_open(&world.mock);
	/* Joining, too, is asked again. */
	mock_fail(&world.mock, MOCK_FIND_COORDINATOR, CODE(COORDINATOR_NOT_AVAILABLE), 1);
	mock_fail(&world.mock, MOCK_JOIN, CODE(COORDINATOR_LOAD_IN_PROGRESS), 1);
	mock_fail(&world.mock, MOCK_SYNC, CODE(REBALANCE_IN_PROGRESS), 1);
	open_consumer(&world);
	poll_until(&world, &world.assigned, 1);
	*state = &world;
	return 0;
}

static int close_world(void **state)
{
	struct world *world = *state;

	ll_consumer_free(world->consumer);
	mock_close(&world->mock);
	return 0;
}

/* ---- reading ------------------------------------------------------------------------------- */

static void test_fetches_that_fail_are_made_again(void **state)
{
	static const rd_kafka_resp_err_t codes[] = {CODE(NOT_LEADER_FOR_PARTITION),
						    CODE(REPLICA_NOT_AVAILABLE), CODE(UNKNOWN),
						    CODE(_TRANSPORT)};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		mock_deadline(30, rd_kafka_err2name(codes[i]));
		mock_fail(&world->mock, MOCK_FETCH, codes[i], 2);
		write_one(world);
		poll_until(world, &world->read, world->read + 1);
		mock_forgive(&world->mock, MOCK_FETCH);
	}
}

static void test_slow_round_trips(void **state)
{
	struct world *world = *state;

	mock_deadline(40, "slow round trips");
	write_one(world);
	rd_kafka_mock_broker_set_rtt(world->mock.cluster, -1, 300);
	poll_until(world, &world->read, world->read + 1);
	rd_kafka_mock_broker_set_rtt(world->mock.cluster, -1, 0);
}

static void test_brokers_go_and_come_back(void **state)
{
	struct world *world = *state;
	int64_t deadline_ms = mock_now_ms() + SOON_MS;
	struct ll_error error = {0};
	int err = 0;

	mock_deadline(60, "brokers go");
	write_one(world);
	poll_until(world, &world->read, world->read + 1);
	rd_kafka_mock_broker_set_down(world->mock.cluster, -1);
	while (!err && mock_now_ms() < deadline_ms)
		err = poll(world, &error);
	assert_int_equal(err, -LL_ERR_UNAVAILABLE);
	rd_kafka_mock_broker_set_up(world->mock.cluster, -1);
	write_one(world);
	poll_until(world, &world->read, world->read + 1);
}

/* auto.offset.reset=error: what is not there any more is never skipped in silence. */
static void test_an_offset_out_of_the_log(void **state)
{
	struct world *world = *state;
	int64_t deadline_ms = mock_now_ms() + SOON_MS;
	int64_t before = world->next[0];
	struct ll_error error = {0};
	int err = 0;

	mock_deadline(30, "out of range");
	world->next[0] = before + 1000;
	fetch(world);
	while (!err && mock_now_ms() < deadline_ms)
		err = poll(world, &error);
	assert_int_equal(err, -LL_ERR_STATE);
	world->next[0] = before;
	fetch(world);
	write_one(world);
	poll_until(world, &world->read, world->read + 1);
}

/* ---- asking -------------------------------------------------------------------------------- */

static void test_committed_offsets_are_asked_for_again(void **state)
{
	static const rd_kafka_resp_err_t codes[] = {CODE(COORDINATOR_LOAD_IN_PROGRESS),
						    CODE(NOT_COORDINATOR), CODE(_TRANSPORT)};
	struct world *world = *state;
	struct ll_position position = {.topic = MOCK_IN};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		int err = -LL_ERR_TIMED_OUT;

		mock_deadline(30, rd_kafka_err2name(codes[i]));
		mock_fail(&world->mock, MOCK_OFFSET_FETCH, codes[i], 2);
		for (int k = 0; k < 20 && err; k++) {
			err = ll_consumer_committed(world->consumer, &position, 1, 500, NULL);
			if (err)
				assert_int_equal(ll_err_class(err), LL_CLASS_RETRY);
		}
		mock_forgive(&world->mock, MOCK_OFFSET_FETCH);
		assert_int_equal(err, 0);
		assert_int_equal(position.offset, LL_OFFSET_NONE);
	}
}

static void test_committed_offsets_are_forbidden(void **state)
{
	struct world *world = *state;
	struct ll_position position = {.topic = MOCK_IN};

	mock_deadline(30, "forbidden");
	mock_fail(&world->mock, MOCK_OFFSET_FETCH, CODE(GROUP_AUTHORIZATION_FAILED), 1);
	assert_int_equal(ll_consumer_committed(world->consumer, &position, 1, 5000, NULL),
			 -LL_ERR_FATAL);
	mock_forgive(&world->mock, MOCK_OFFSET_FETCH);
}

/*
 * As right after a broker's start: the question is asked again, and answered in time. Many times, since
 * librdkafka's own question for both ends forgets an error only where two answers come together.
 */
static void test_ranges_are_asked_for_again(void **state)
{
	static const rd_kafka_resp_err_t codes[] = {CODE(NOT_LEADER_FOR_PARTITION),
						    CODE(LEADER_NOT_AVAILABLE)};
	struct world *world = *state;
	int64_t before = -1, first = -1, end = -1, offset = -1;

	write_one(world);
	poll_until(world, &world->read, world->read + 1);
	assert_int_equal(
		ll_consumer_range(world->consumer, MOCK_IN, 0, 10000, &first, &before, NULL), 0);
	assert_true(first == 0 && before > 0);
	for (int i = 0; i < RANGES; i++) {
		mock_deadline(30, "a range");
		mock_fail(&world->mock, MOCK_LIST_OFFSETS, codes[i % 2], 1 + i % 3);
		assert_int_equal(
			ll_consumer_range(world->consumer, MOCK_IN, 0, 10000, &first, &end, NULL),
			0);
		assert_int_equal(first, 0);
		assert_int_equal(end, before);
	}
	mock_fail(&world->mock, MOCK_LIST_OFFSETS, codes[0], 3);
	assert_int_equal(
		ll_consumer_offset_at(world->consumer, MOCK_IN, 0, 0, 10000, &offset, NULL), 0);
	assert_true(offset >= 0 && offset <= end);
	mock_forgive(&world->mock, MOCK_LIST_OFFSETS);
}

static void test_a_leader_that_never_comes(void **state)
{
	struct world *world = *state;
	int64_t first = -1, end = -1;
	int err;

	mock_deadline(30, "no leader");
	mock_fail(&world->mock, MOCK_LIST_OFFSETS, CODE(NOT_LEADER_FOR_PARTITION), 1000);
	err = ll_consumer_range(world->consumer, MOCK_IN, 0, 500, &first, &end, NULL);
	assert_int_equal(ll_err_class(err), LL_CLASS_RETRY);
	assert_int_equal(end, -1);
	mock_forgive(&world->mock, MOCK_LIST_OFFSETS);
}

/* ---- membership ---------------------------------------------------------------------------- */

static void heartbeat_fails(struct world *world, rd_kafka_resp_err_t code, bool lost)
{
	int assigned = world->assigned;
	int revoked = world->revoked;
	int before = world->lost;

	mock_deadline(40, rd_kafka_err2name(code));
	mock_fail(&world->mock, MOCK_HEARTBEAT, code, 1);
	poll_until(world, &world->revoked, revoked + 1);
	assert_int_equal(world->lost - before, lost);
	poll_until(world, &world->assigned, assigned + 1);
	mock_forgive(&world->mock, MOCK_HEARTBEAT);
	write_one(world);
	poll_until(world, &world->read, world->read + 1);
}

static void test_a_rebalance(void **state)
{
	heartbeat_fails(*state, CODE(REBALANCE_IN_PROGRESS), false);
}

static void test_a_member_that_was_thrown_out(void **state)
{
	heartbeat_fails(*state, CODE(UNKNOWN_MEMBER_ID), true);
}

static void test_a_generation_that_is_over(void **state)
{
	heartbeat_fails(*state, CODE(ILLEGAL_GENERATION), true);
}

/* The group's coordinator moves: the member finds it, and nothing is taken away for that alone. */
static void test_the_coordinator_moves(void **state)
{
	struct world *world = *state;

	for (int32_t i = 0; i < 2 * MOCK_BROKERS; i++) {
		mock_deadline(40, "the coordinator moves");
		mock_move(&world->mock, "group", GROUP, 1 + i % MOCK_BROKERS);
		write_one(world);
		poll_until(world, &world->read, world->read + 1);
	}
}

/* A group that is forbidden is no reason to wait. */
static void test_joining_is_forbidden(void **state)
{
	struct world *world = *state;
	int64_t deadline_ms = mock_now_ms() + SOON_MS;
	struct ll_error error = {0};
	int err = -LL_ERR_TIMED_OUT;

	mock_deadline(60, "joining is forbidden");
	ll_consumer_free(world->consumer);
	mock_fail(&world->mock, MOCK_JOIN, CODE(GROUP_AUTHORIZATION_FAILED), 1);
	open_consumer(world);
	while (ll_err_class(err) != LL_CLASS_FATAL && mock_now_ms() < deadline_ms) {
		err = poll(world, &error);
		if (!err)
			err = -LL_ERR_TIMED_OUT;
	}
	mock_forgive(&world->mock, MOCK_JOIN);
	assert_int_equal(err, -LL_ERR_FATAL);
	assert_int_equal(world->assigned, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fetches_that_fail_are_made_again),
		cmocka_unit_test(test_slow_round_trips),
		cmocka_unit_test(test_an_offset_out_of_the_log),
		cmocka_unit_test(test_committed_offsets_are_asked_for_again),
		cmocka_unit_test(test_committed_offsets_are_forbidden),
		cmocka_unit_test(test_ranges_are_asked_for_again),
		cmocka_unit_test(test_a_leader_that_never_comes),
		cmocka_unit_test(test_a_rebalance),
		cmocka_unit_test(test_a_member_that_was_thrown_out),
		cmocka_unit_test(test_a_generation_that_is_over),
		cmocka_unit_test(test_the_coordinator_moves),
		cmocka_unit_test(test_brokers_go_and_come_back),
		cmocka_unit_test(test_joining_is_forbidden),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
