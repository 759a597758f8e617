/*
 * The stage loop on librdkafka's mock cluster, whose broker fails at each step of a transaction. Every
 * input is worked until a transaction with its output is committed, and only one is.
 *
 * The mock keeps no offsets of transactions, so the stage itself remembers what was committed (as if it
 * were the broker's offsets): set when the loop says `committed`, and where `take` begins.
 */
#include "mock.h"

#include <stdio.h>
#include <string.h>

#include "codec/codec.h"
#include "runtime/log.h"
#include "runtime/stage.h"

#define INPUTS_MAX 64
#define SOON_MS	   30000

#define CODE(name) RD_KAFKA_RESP_ERR_##name

struct fake {
	struct ll_stage_loop *loop;
	int64_t offsets[MOCK_PARTITIONS]; /* committed: the next to be worked */
	int open[INPUTS_MAX];		  /* outputs in the transaction that is open, by input */
	int delivered[INPUTS_MAX];	  /* outputs in committed ones */
	int commits;
	int aborts;
};

struct world {
	struct mock mock;
	struct ll_codec *codec;
	struct ll_metrics *metrics;
	struct fake fake;
	struct ll_stage_loop *loop;
	int sent;
};

static struct fake *the_fake; /* of the only world; open() has no other way to it */

static int fake_open(struct ll_stage_loop *loop, const struct ll_stage_env *env, void **ret_state,
		     struct ll_error *error)
{
	(void)env, (void)error;
	the_fake->loop = loop;
	memset(the_fake->open, 0, sizeof(the_fake->open));
	*ret_state = the_fake;
	return 0;
}

static void fake_close(void *state)
{
	(void)state;
}

static int fake_take(void *state, struct ll_input *input, struct ll_error *error)
{
	struct fake *fake = state;

	(void)error;
	input->unit = fake;
	input->position.offset = fake->offsets[input->position.partition];
	return 0;
}

static void fake_drop(void *state, struct ll_input *input, bool clean)
{
	(void)state, (void)input, (void)clean;
}

static int fake_work(void *state, struct ll_input *input, const struct ll_record *record)
{
	struct fake *fake = state;
	const struct ll_outgoing outgoing = {MOCK_OUT, record->partition, record->key,
					     record->value, 0};
	char text[16] = "";
	int number;

	(void)input;
	assert_true(record->value.size < sizeof(text));
	memcpy(text, record->value.data, record->value.size);
	assert_int_equal(sscanf(text, "in %d", &number), 1);
	assert_in_range(number, 0, INPUTS_MAX - 1);
	fake->open[number]++;
	return ll_stage_send(fake->loop, &outgoing);
}

static void fake_committed(void *state)
{
	struct fake *fake = state;
	size_t count;
	struct ll_input *const *inputs = ll_stage_inputs(fake->loop, &count);

	for (size_t i = 0; i < count; i++)
		if (inputs[i]->committed >= 0)
			fake->offsets[inputs[i]->position.partition] = inputs[i]->committed;
	for (int i = 0; i < INPUTS_MAX; i++)
		fake->delivered[i] += fake->open[i];
	memset(fake->open, 0, sizeof(fake->open));
	fake->commits++;
}

static void fake_aborted(void *state)
{
	struct fake *fake = state;

	memset(fake->open, 0, sizeof(fake->open));
	fake->aborts++;
}

static const enum ll_topic inputs[] = {LL_TOPIC_HOUSEHOLD_EVENTS};

static const struct ll_stage fake_stage = {
	.name = "fake",
	.inputs = inputs,
	.input_count = 1,
	.open = fake_open,
	.close = fake_close,
	.take = fake_take,
	.drop = fake_drop,
	.work = fake_work,
	.committed = fake_committed,
	.aborted = fake_aborted,
};

/* ---- a test's world ------------------------------------------------------------------------ */

static void start(struct world *world)
{
	const struct ll_stage_env env = {
		.bus = world->mock.bus,
		.codec = world->codec,
		.metrics = world->metrics,
		.clock = &ll_clock_real,
		.instance = "one",
		.commit_interval_ms = 100,
		.checkpoint_interval_ms = 1000,
		.batch_max = 100,
		.single_threaded = true,
	};
	struct ll_error error = {0};
	int err = ll_stage_loop_new(&fake_stage, &env, &world->loop, &error);

	if (err)
		fail_msg("loop: %s: %s", ll_err_name(err), error.message);
}

static int open_world(void **state)
{
	static struct world world;

	mock_deadline(60, "opening");
	ll_log_init("test", LL_LOG_ERROR);
	mock_open(&world.mock);
	assert_int_equal(ll_codec_new(&world.codec, NULL), 0);
	assert_int_equal(ll_metrics_new(&world.metrics), 0);
	the_fake = &world.fake;
	start(&world);
	*state = &world;
	return 0;
}

static int close_world(void **state)
{
	struct world *world = *state;

	mock_deadline(60, "closing");
	ll_stage_loop_free(world->loop);
	ll_metrics_free(world->metrics);
	ll_codec_free(world->codec);
	mock_close(&world->mock);
	return 0;
}

/* One into each partition. */
static void send_inputs(struct world *world)
{
	for (int32_t i = 0; i < MOCK_PARTITIONS; i++) {
		char text[16];

		assert_true(world->sent < INPUTS_MAX);
		snprintf(text, sizeof(text), "in %d", world->sent++);
		mock_write(&world->mock, MOCK_IN, i, text);
	}
}

static bool all_delivered(const struct world *world)
{
	for (int i = 0; i < world->sent; i++)
		if (world->fake.delivered[i] == 0)
			return false;
	return true;
}

static void assert_once(const struct world *world)
{
	for (int i = 0; i < world->sent; i++)
		if (world->fake.delivered[i] != 1)
			fail_msg("input %d was delivered %d times", i, world->fake.delivered[i]);
}

/* Turns until everything is delivered, or the process would end: then with the error. */
static int turn_until_delivered(struct world *world, struct ll_error *error)
{
	int64_t deadline_ms = mock_now_ms() + SOON_MS;
	int err = 0;

	while (!err && !all_delivered(world)) {
		assert_true(mock_now_ms() < deadline_ms);
		err = ll_stage_loop_turn(world->loop, 10, error);
	}
	return err;
}

static void must_deliver(struct world *world)
{
	struct ll_error error = {0};
	int err = turn_until_delivered(world, &error);

	if (err)
		fail_msg("turn: %s: %s", ll_err_name(err), error.message);
	assert_once(world);
}

static void test_undisturbed(void **state)
{
	struct world *world = *state;

	mock_deadline(40, "undisturbed");
	send_inputs(world);
	must_deliver(world);
	assert_int_equal(world->fake.aborts, 0);
}

/* ---- what the loop comes through by itself -------------------------------------------------- */

struct fault {
	enum mock_request request;
	rd_kafka_resp_err_t code;
	int times;
	bool aborts; /* else librdkafka asks again and the loop hears of nothing */
};

static const struct fault faults[] = {
	{MOCK_ADD_PARTITIONS, CODE(CONCURRENT_TRANSACTIONS), 3, false},
	{MOCK_ADD_PARTITIONS, CODE(INVALID_PRODUCER_ID_MAPPING), 1, true},
	{MOCK_PRODUCE, CODE(NOT_LEADER_FOR_PARTITION), 2, false},
	{MOCK_PRODUCE, CODE(MSG_SIZE_TOO_LARGE), 1, true},
	{MOCK_PRODUCE, CODE(UNKNOWN_PRODUCER_ID), 1, true},
	{MOCK_ADD_OFFSETS, CODE(NOT_COORDINATOR), 2, false},
	{MOCK_ADD_OFFSETS, CODE(INVALID_PRODUCER_ID_MAPPING), 1, true},
	{MOCK_ADD_OFFSETS, CODE(GROUP_AUTHORIZATION_FAILED), 1, true},
	{MOCK_OFFSETS, CODE(COORDINATOR_LOAD_IN_PROGRESS), 2, false},
	{MOCK_OFFSETS, CODE(ILLEGAL_GENERATION), 1, true},
	{MOCK_END, CODE(COORDINATOR_NOT_AVAILABLE), 2, false},
	{MOCK_END, CODE(INVALID_PRODUCER_ID_MAPPING), 1, true},
};

static void test_faults_at_each_step(void **state)
{
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const struct fault *fault = &faults[i];
		int aborts = world->fake.aborts;

		mock_deadline(60, rd_kafka_err2name(fault->code));
		/* Written first: the write, too, is a produce request. */
		send_inputs(world);
		mock_fail(&world->mock, fault->request, fault->code, fault->times);
		must_deliver(world);
		mock_forgive(&world->mock, fault->request);
		if ((world->fake.aborts > aborts) != fault->aborts)
			fail_msg("%zu: %s: aborted %d times", i, rd_kafka_err2name(fault->code),
				 world->fake.aborts - aborts);
	}
}

static void test_coordinators_move(void **state)
{
	struct world *world = *state;

	for (int32_t i = 0; i < MOCK_BROKERS; i++) {
		mock_deadline(60, "coordinators move");
		mock_move(&world->mock, "transaction", "lifeline-fake-one-0", 1 + i % MOCK_BROKERS);
		mock_move(&world->mock, "transaction", "lifeline-fake-one-1",
			  1 + (i + 1) % MOCK_BROKERS);
		mock_move(&world->mock, "group", "lifeline-fake", 1 + (i + 2) % MOCK_BROKERS);
		send_inputs(world);
		must_deliver(world);
	}
}

static void test_thrown_out_of_the_group(void **state)
{
	struct world *world = *state;

	mock_deadline(60, "thrown out");
	mock_fail(&world->mock, MOCK_HEARTBEAT, CODE(UNKNOWN_MEMBER_ID), 1);
	send_inputs(world);
	must_deliver(world);
	mock_forgive(&world->mock, MOCK_HEARTBEAT);
}

static void test_slow_round_trips(void **state)
{
	struct world *world = *state;

	mock_deadline(60, "slow round trips");
	send_inputs(world);
	rd_kafka_mock_broker_set_rtt(world->mock.cluster, -1, 150);
	must_deliver(world);
	rd_kafka_mock_broker_set_rtt(world->mock.cluster, -1, 0);
}

/* ---- what ends the process ------------------------------------------------------------------ */

/* The turn fails, what was open counts for nothing, and who is started next does it once. */
static void ends_with(struct world *world, enum mock_request request, rd_kafka_resp_err_t code,
		      int wanted)
{
	struct ll_error error = {0};
	int err;

	mock_deadline(90, rd_kafka_err2name(code));
	send_inputs(world);
	mock_fail(&world->mock, request, code, 1);
	err = turn_until_delivered(world, &error);
	mock_forgive(&world->mock, request);
	if (err != wanted)
		fail_msg("%s instead of %s: %s", err ? ll_err_name(err) : "no error",
			 ll_err_name(wanted), error.message);
	assert_true(error.message[0] != '\0');
	ll_stage_loop_free(world->loop);
	start(world);
	must_deliver(world);
}

static void test_another_has_the_name(void **state)
{
	ends_with(*state, MOCK_END, CODE(PRODUCER_FENCED), -LL_ERR_FENCED);
}

static void test_a_state_that_cannot_be(void **state)
{
	ends_with(*state, MOCK_ADD_PARTITIONS, CODE(INVALID_TXN_STATE), -LL_ERR_FATAL);
}

/*
 * A broker that has forgotten a producer, and says so of its offsets, goes on saying so until the producer
 * asks for a new id. The mock forgets nobody; that it is asked is seen from its refusing.
 */
static void test_a_forgotten_producer_asks_for_a_new_id(void **state)
{
	struct world *world = *state;
	struct ll_error error = {0};

	mock_deadline(90, "forgotten");
	send_inputs(world);
	mock_fail(&world->mock, MOCK_ADD_OFFSETS, CODE(INVALID_PRODUCER_ID_MAPPING), 1);
	mock_fail(&world->mock, MOCK_INIT, CODE(TRANSACTIONAL_ID_AUTHORIZATION_FAILED), 1);
	assert_int_equal(turn_until_delivered(world, &error), -LL_ERR_FATAL);
	mock_forgive(&world->mock, MOCK_INIT);
	mock_forgive(&world->mock, MOCK_ADD_OFFSETS);
	ll_stage_loop_free(world->loop);
	start(world);
	must_deliver(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_undisturbed),
		cmocka_unit_test(test_faults_at_each_step),
		cmocka_unit_test(test_coordinators_move),
		cmocka_unit_test(test_thrown_out_of_the_group),
		cmocka_unit_test(test_slow_round_trips),
		cmocka_unit_test(test_another_has_the_name),
		cmocka_unit_test(test_a_state_that_cannot_be),
		cmocka_unit_test(test_a_forgotten_producer_asks_for_a_new_id),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
