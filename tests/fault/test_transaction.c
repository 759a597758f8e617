/*
 * An error of the broker's at each step of a transaction: what the bus makes of it is what bus.h
 * promises, what can be done again is done again and counts once, and nothing hangs.
 */
#include "mock.h"

#include <stdio.h>
#include <string.h>

#define GROUP	  "lifeline-fault"
#define COMMIT_MS 8000
#define TRIES	  3
#define JOIN_MS	  20000

#define CODE(name) RD_KAFKA_RESP_ERR_##name

/* What becomes of a transaction one of whose requests fails. */
enum outcome {
	PASSES,	   /* librdkafka asks again: nobody hears of it */
	ABORTS,	   /* -LL_ERR_ABORTED: abort, then again, with the same producer */
	OUSTED,	   /* -LL_ERR_FENCED, of the group's generation: the same */
	FENCED,	   /* -LL_ERR_FENCED, of the producer: only a new one can go on */
	DIES,	   /* -LL_ERR_FATAL: the same */
	FORBIDDEN, /* -LL_ERR_ABORTED, and then -LL_ERR_FATAL: again does not help */
};

struct fault {
	const char *name;
	enum mock_request request;
	rd_kafka_resp_err_t code;
	int times;
	enum outcome outcome;
};

static const struct fault faults[] = {
	{"partitions: loading", MOCK_ADD_PARTITIONS, CODE(COORDINATOR_LOAD_IN_PROGRESS), 3, PASSES},
	{"partitions: moved", MOCK_ADD_PARTITIONS, CODE(NOT_COORDINATOR), 2, PASSES},
	{"partitions: busy", MOCK_ADD_PARTITIONS, CODE(CONCURRENT_TRANSACTIONS), 5, PASSES},
	{"partitions: cut off", MOCK_ADD_PARTITIONS, CODE(_TRANSPORT), 1, PASSES},
	{"partitions: fenced", MOCK_ADD_PARTITIONS, CODE(PRODUCER_FENCED), 1, FENCED},
	{"partitions: old epoch", MOCK_ADD_PARTITIONS, CODE(INVALID_PRODUCER_EPOCH), 1, FENCED},
	{"partitions: id lost", MOCK_ADD_PARTITIONS, CODE(INVALID_PRODUCER_ID_MAPPING), 1, ABORTS},
	{"partitions: state", MOCK_ADD_PARTITIONS, CODE(INVALID_TXN_STATE), 1, DIES},
	{"partitions: forbidden", MOCK_ADD_PARTITIONS, CODE(TRANSACTIONAL_ID_AUTHORIZATION_FAILED),
	 1, DIES},

	{"produce: no leader", MOCK_PRODUCE, CODE(LEADER_NOT_AVAILABLE), 2, PASSES},
	{"produce: leader moved", MOCK_PRODUCE, CODE(NOT_LEADER_FOR_PARTITION), 2, PASSES},
	{"produce: slow", MOCK_PRODUCE, CODE(REQUEST_TIMED_OUT), 2, PASSES},
	{"produce: cut off", MOCK_PRODUCE, CODE(_TRANSPORT), 1, PASSES},
	{"produce: too few replicas", MOCK_PRODUCE, CODE(NOT_ENOUGH_REPLICAS), 2, PASSES},
	{"produce: forbidden", MOCK_PRODUCE, CODE(TOPIC_AUTHORIZATION_FAILED), 1, FORBIDDEN},
	{"produce: too large", MOCK_PRODUCE, CODE(MSG_SIZE_TOO_LARGE), 1, ABORTS},
	{"produce: id lost", MOCK_PRODUCE, CODE(UNKNOWN_PRODUCER_ID), 1, ABORTS},
	{"produce: old epoch", MOCK_PRODUCE, CODE(INVALID_PRODUCER_EPOCH), 1, FENCED},
	{"produce: out of order", MOCK_PRODUCE, CODE(OUT_OF_ORDER_SEQUENCE_NUMBER), 1, DIES},

	{"add offsets: loading", MOCK_ADD_OFFSETS, CODE(COORDINATOR_LOAD_IN_PROGRESS), 2, PASSES},
	{"add offsets: moved", MOCK_ADD_OFFSETS, CODE(NOT_COORDINATOR), 2, PASSES},
	{"add offsets: busy", MOCK_ADD_OFFSETS, CODE(CONCURRENT_TRANSACTIONS), 3, PASSES},
	{"add offsets: cut off", MOCK_ADD_OFFSETS, CODE(_TRANSPORT), 1, PASSES},
	{"add offsets: old epoch", MOCK_ADD_OFFSETS, CODE(INVALID_PRODUCER_EPOCH), 1, FENCED},
	{"add offsets: state", MOCK_ADD_OFFSETS, CODE(INVALID_TXN_STATE), 1, DIES},
	{"add offsets: forbidden", MOCK_ADD_OFFSETS, CODE(GROUP_AUTHORIZATION_FAILED), 1, ABORTS},

	{"offsets: loading", MOCK_OFFSETS, CODE(COORDINATOR_LOAD_IN_PROGRESS), 2, PASSES},
	{"offsets: moved", MOCK_OFFSETS, CODE(NOT_COORDINATOR), 2, PASSES},
	{"offsets: slow", MOCK_OFFSETS, CODE(REQUEST_TIMED_OUT), 2, PASSES},
	{"offsets: cut off", MOCK_OFFSETS, CODE(_TRANSPORT), 1, PASSES},
	{"offsets: another generation", MOCK_OFFSETS, CODE(ILLEGAL_GENERATION), 1, OUSTED},
	{"offsets: no member", MOCK_OFFSETS, CODE(UNKNOWN_MEMBER_ID), 1, OUSTED},
	{"offsets: fenced member", MOCK_OFFSETS, CODE(FENCED_INSTANCE_ID), 1, OUSTED},
	{"offsets: forbidden", MOCK_OFFSETS, CODE(GROUP_AUTHORIZATION_FAILED), 1, ABORTS},
	{"offsets: old epoch", MOCK_OFFSETS, CODE(INVALID_PRODUCER_EPOCH), 1, FENCED},
	{"offsets: state", MOCK_OFFSETS, CODE(INVALID_TXN_STATE), 1, DIES},

	{"end: loading", MOCK_END, CODE(COORDINATOR_LOAD_IN_PROGRESS), 2, PASSES},
	{"end: moved", MOCK_END, CODE(NOT_COORDINATOR), 2, PASSES},
	{"end: busy", MOCK_END, CODE(CONCURRENT_TRANSACTIONS), 3, PASSES},
	{"end: cut off", MOCK_END, CODE(_TRANSPORT), 1, PASSES},
	{"end: fenced", MOCK_END, CODE(PRODUCER_FENCED), 1, FENCED},
	{"end: old epoch", MOCK_END, CODE(INVALID_PRODUCER_EPOCH), 1, FENCED},
	{"end: id lost", MOCK_END, CODE(INVALID_PRODUCER_ID_MAPPING), 1, ABORTS},
	{"end: id unknown", MOCK_END, CODE(UNKNOWN_PRODUCER_ID), 1, ABORTS},
	{"end: state", MOCK_END, CODE(INVALID_TXN_STATE), 1, DIES},
};

#define FAULTS (sizeof(faults) / sizeof(faults[0]))

struct world {
	struct mock mock;
	struct ll_consumer *consumer;
	bool assigned;
};

static void on_assigned(void *context, const struct ll_position *partitions, size_t count)
{
	struct world *world = context;

	(void)partitions, (void)count;
	world->assigned = true;
}

static void join(struct world *world)
{
	static const char *const topics[] = {MOCK_IN};
	const struct ll_consumer_options options = {
		.group = GROUP,
		.instance = "member",
		.topics = topics,
		.topic_count = 1,
		.events = {.assigned = on_assigned, .context = world},
	};
	int64_t deadline_ms = mock_now_ms() + JOIN_MS;

	assert_int_equal(ll_consumer_new(world->mock.bus, &options, &world->consumer, NULL), 0);
	while (!world->assigned) {
		struct ll_record record;
		size_t count;

		assert_true(mock_now_ms() < deadline_ms);
		(void)ll_consumer_poll(world->consumer, 100, &record, 1, &count, NULL);
	}
}

static int open_world(void **state)
{
	static struct world world;

	mock_deadline(60, "opening");
	mock_open(&world.mock);
	join(&world);
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

/* ---- one transaction ----------------------------------------------------------------------- */

static int work(struct world *world, struct ll_producer *producer, const char *text, int64_t offset,
		struct ll_error *error)
{
	const struct ll_bytes bytes = {(const uint8_t *)text, strlen(text)};
	const struct ll_outgoing outgoing = {MOCK_OUT, 0, bytes, bytes, 0};
	const struct ll_position position = {.topic = MOCK_IN, .offset = offset};
	int err = ll_producer_begin(producer, error);

	if (!err)
		err = ll_producer_send(producer, &outgoing, error);
	if (!err)
		err = ll_producer_send_offsets(producer, world->consumer, &position, 1, error);
	if (!err)
		err = ll_producer_commit(producer, COMMIT_MS, error);
	return err;
}

/*
 * As a caller does it: what was aborted is done again. More than once, where the first failure left a gap
 * in the sequence numbers that librdkafka meets only now.
 */
static void must_work(struct world *world, struct ll_producer *producer, const char *text,
		      int64_t offset)
{
	struct ll_error error = {0};
	int err = -LL_ERR_ABORTED;

	for (int i = 0; i < TRIES && err == -LL_ERR_ABORTED; i++) {
		err = work(world, producer, text, offset, &error);
		if (err == -LL_ERR_ABORTED)
			assert_int_equal(ll_producer_abort(producer, COMMIT_MS, &error), 0);
	}
	if (err)
		fail_msg("%s: %s: %s", text, ll_err_name(err), error.message);
}

static const char *outcome_name(int err)
{
	return err ? ll_err_name(err) : "passes";
}

static int wanted_err(enum outcome outcome)
{
	static const int errs[] = {
		[ABORTS] = -LL_ERR_ABORTED,    [OUSTED] = -LL_ERR_FENCED,
		[FENCED] = -LL_ERR_FENCED,     [DIES] = -LL_ERR_FATAL,
		[FORBIDDEN] = -LL_ERR_ABORTED,
	};

	return errs[outcome];
}

/* As a program does that leaves and is started again. */
static struct ll_producer *restart(struct world *world, struct ll_producer *producer,
				   const char *id)
{
	ll_producer_free(producer);
	return mock_producer(&world->mock, id);
}

/* What a caller has to do before it works again; returns who works then. */
static struct ll_producer *recover(struct world *world, struct ll_producer *producer,
				   const struct fault *fault, const char *id)
{
	struct ll_error error = {0};

	if (fault->outcome == FENCED || fault->outcome == DIES) {
		int err = ll_producer_check(producer, &error);

		if (err != wanted_err(fault->outcome))
			fail_msg("%s: the producer is %s afterwards", fault->name,
				 outcome_name(err));
		assert_true(error.message[0] != '\0');
		return restart(world, producer, id);
	}
	assert_int_equal(ll_producer_abort(producer, COMMIT_MS, &error), 0);
	assert_int_equal(ll_producer_check(producer, &error), 0);
	if (fault->outcome != FORBIDDEN)
		return producer;
	assert_int_equal(work(world, producer, "forbidden", 0, &error), -LL_ERR_FATAL);
	return restart(world, producer, id);
}

static void strike(struct world *world, const struct fault *fault, int64_t offset)
{
	char text[2][64];
	char id[32];
	struct ll_error error = {0};
	struct ll_producer *producer;
	int err;

	for (int i = 0; i < 2; i++)
		snprintf(text[i], sizeof(text[i]), "%s, %d", fault->name, i + 1);
	snprintf(id, sizeof(id), "id-%lld", (long long)offset);
	producer = mock_producer(&world->mock, id);
	mock_fail(&world->mock, fault->request, fault->code, fault->times);
	err = work(world, producer, text[0], offset, &error);
	mock_forgive(&world->mock, fault->request);
	if (err != wanted_err(fault->outcome))
		fail_msg("%s: %s instead of %s: %s", fault->name, outcome_name(err),
			 outcome_name(wanted_err(fault->outcome)), error.message);
	if (fault->outcome != PASSES) {
		producer = recover(world, producer, fault, id);
		must_work(world, producer, text[1], offset);
	}
	ll_producer_free(producer);
}

/* The attempt that was committed stands in the log once; one that passed had no second. */
static void check_delivery(const struct ll_buf *lines, const struct fault *fault)
{
	char text[64];
	bool passes = fault->outcome == PASSES;

	snprintf(text, sizeof(text), "%s, %d", fault->name, passes ? 1 : 2);
	if (mock_lines(lines, text) != 1)
		fail_msg("'%s' was delivered %d times", text, mock_lines(lines, text));
}

static void test_every_step(void **state)
{
	struct world *world = *state;
	struct ll_buf lines;

	for (size_t i = 0; i < FAULTS; i++) {
		mock_deadline(30, faults[i].name);
		strike(world, &faults[i], (int64_t)i + 1);
	}
	mock_deadline(60, "reading");
	ll_buf_init(&lines);
	mock_read(&world->mock, MOCK_OUT, &lines);
	for (size_t i = 0; i < FAULTS; i++)
		check_delivery(&lines, &faults[i]);
	ll_buf_release(&lines);
}

/* ---- beginning ----------------------------------------------------------------------------- */

static void test_a_start_that_may_be_tried_again(void **state)
{
	static const rd_kafka_resp_err_t codes[] = {
		CODE(COORDINATOR_LOAD_IN_PROGRESS), CODE(COORDINATOR_NOT_AVAILABLE),
		CODE(NOT_COORDINATOR), CODE(CONCURRENT_TRANSACTIONS), CODE(_TRANSPORT)};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		mock_deadline(30, rd_kafka_err2name(codes[i]));
		mock_fail(&world->mock, MOCK_INIT, codes[i], 2);
		ll_producer_free(mock_producer(&world->mock, "starter"));
		mock_forgive(&world->mock, MOCK_INIT);
	}
}

static void test_a_start_that_is_refused(void **state)
{
	static const rd_kafka_resp_err_t codes[] = {CODE(TRANSACTIONAL_ID_AUTHORIZATION_FAILED),
						    CODE(INVALID_TRANSACTION_TIMEOUT)};
	const struct ll_producer_options options = {.transactional_id = "refused"};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct ll_producer *producer = NULL;
		struct ll_error error = {0};

		mock_deadline(40, rd_kafka_err2name(codes[i]));
		mock_fail(&world->mock, MOCK_INIT, codes[i], 1);
		assert_int_equal(ll_producer_new(world->mock.bus, &options, &producer, &error),
				 -LL_ERR_FATAL);
		assert_null(producer);
		assert_true(error.message[0] != '\0');
		mock_forgive(&world->mock, MOCK_INIT);
	}
}

/* ---- moves and slowness -------------------------------------------------------------------- */

static void test_coordinators_move_between_and_within(void **state)
{
	struct world *world = *state;
	struct ll_producer *producer = mock_producer(&world->mock, "mover");

	for (int32_t i = 0; i < 2 * MOCK_BROKERS; i++) {
		char text[32];

		mock_deadline(40, "coordinators move");
		snprintf(text, sizeof(text), "move %d", (int)i);
		mock_move(&world->mock, "transaction", "mover", 1 + i % MOCK_BROKERS);
		mock_move(&world->mock, "group", GROUP, 1 + (i + 1) % MOCK_BROKERS);
		must_work(world, producer, text, 1000 + i);
		assert_int_equal(mock_count(&world->mock, MOCK_OUT, text), 1);
	}
	ll_producer_free(producer);
}

static void test_slow_round_trips(void **state)
{
	struct world *world = *state;
	struct ll_producer *producer = mock_producer(&world->mock, "slow");

	mock_deadline(60, "slow round trips");
	assert_int_equal(rd_kafka_mock_broker_set_rtt(world->mock.cluster, -1, 200), 0);
	must_work(world, producer, "slow", 2000);
	assert_int_equal(rd_kafka_mock_broker_set_rtt(world->mock.cluster, -1, 0), 0);
	assert_int_equal(mock_count(&world->mock, MOCK_OUT, "slow"), 1);
	ll_producer_free(producer);
}

/* A commit whose answer is late is asked for again, not done again. */
static void test_a_commit_that_takes_longer_than_its_time(void **state)
{
	struct world *world = *state;
	struct ll_producer *producer = mock_producer(&world->mock, "late");
	const struct ll_bytes text = {(const uint8_t *)"late", 4};
	const struct ll_outgoing outgoing = {MOCK_OUT, 0, text, text, 0};
	int err = -LL_ERR_TIMED_OUT;

	mock_deadline(60, "a late commit");
	assert_int_equal(ll_producer_begin(producer, NULL), 0);
	assert_int_equal(ll_producer_send(producer, &outgoing, NULL), 0);
	assert_int_equal(ll_producer_flush(producer, 5000, NULL), 0);
	for (int32_t i = 1; i <= MOCK_BROKERS; i++)
		rd_kafka_mock_broker_push_request_error_rtts(world->mock.cluster, i, MOCK_END, 1,
							     RD_KAFKA_RESP_ERR_NO_ERROR, 1000);
	assert_int_equal(ll_producer_commit(producer, 200, NULL), -LL_ERR_TIMED_OUT);
	for (int i = 0; i < 20 && err == -LL_ERR_TIMED_OUT; i++)
		err = ll_producer_commit(producer, 500, NULL);
	assert_int_equal(err, 0);
	assert_int_equal(mock_count(&world->mock, MOCK_OUT, "late"), 1);
	ll_producer_free(producer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_step),
		cmocka_unit_test(test_a_start_that_may_be_tried_again),
		cmocka_unit_test(test_a_start_that_is_refused),
		cmocka_unit_test(test_coordinators_move_between_and_within),
		cmocka_unit_test(test_slow_round_trips),
		cmocka_unit_test(test_a_commit_that_takes_longer_than_its_time),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
