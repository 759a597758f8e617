/*
 * After an abort the whole of the batch is fetched again, also what other inputs had in it that was
 * not worked yet. Where that fetch failed for now, the loop polled on as the consumer stood, behind
 * those records, and they were lost. Found by tests/sim.
 */
#include "bus/bus_memory_impl.h"
#include "kit/kit.h"

#define IN    "household-events"
#define OUT   "risk-changes"
#define TURNS 12 /* enough for a retry and its work */

static int failures_of_work;
static int failures_of_fetch;
static struct ll_stage_loop *loop_in_hand;

/* ---- a stage that copies, and fails where it is told to ----------------------------------------- */

static int copy_open(struct ll_stage_loop *loop, const struct ll_stage_env *env, void **ret_state,
		     struct ll_error *error)
{
	(void)env;
	(void)error;
	loop_in_hand = loop;
	*ret_state = loop;
	return 0;
}

static void copy_close(void *state)
{
	(void)state;
}

static int copy_take(void *state, struct ll_input *input, struct ll_error *error)
{
	(void)error;
	input->unit = state;
	input->position.offset =
		input->committed == LL_OFFSET_NONE ? LL_OFFSET_BEGINNING : input->committed;
	return 0;
}

static void copy_drop(void *state, struct ll_input *input, bool clean)
{
	(void)state;
	(void)input;
	(void)clean;
}

static int copy_work(void *state, struct ll_input *input, const struct ll_record *record)
{
	const struct ll_outgoing outgoing = {OUT, record->partition, record->key, record->value, 0};

	(void)state;
	(void)input;
	if (failures_of_work > 0) {
		failures_of_work--;
		failures_of_fetch = 1;
		return -LL_ERR_UNAVAILABLE;
	}
	return ll_stage_send(loop_in_hand, &outgoing);
}

static const enum ll_topic inputs[] = {LL_TOPIC_HOUSEHOLD_EVENTS};

static const struct ll_stage copy_stage = {
	.name = "fake",
	.inputs = inputs,
	.input_count = 1,
	.open = copy_open,
	.close = copy_close,
	.take = copy_take,
	.drop = copy_drop,
	.work = copy_work,
};

/* ---- a bus whose fetch fails -------------------------------------------------------------------- */

static int fetch(struct ll_consumer *consumer, const struct ll_position *positions, size_t count,
		 struct ll_error *error)
{
	if (failures_of_fetch > 0) {
		failures_of_fetch--;
		return ll_error_set(error, -LL_ERR_UNAVAILABLE, "told to fail");
	}
	return ll_memory_consumer_fetch(consumer, positions, count, error);
}

/* What the loop makes keeps the operations that the bus has at that moment. */
static struct ll_stage_loop *loop_with_failing_fetch(struct kit *kit)
{
	static struct ll_bus_ops failing;
	const struct ll_bus_ops *true_ops = kit->bus->ops;
	const struct ll_stage_env env = kit_env(kit, "one");
	struct ll_stage_loop *loop = NULL;

	failing = *true_ops;
	failing.consumer_fetch = fetch;
	kit->bus->ops = &failing;
	assert_int_equal(ll_stage_loop_new(&copy_stage, &env, &loop, NULL), 0);
	kit->bus->ops = true_ops;
	return loop;
}

static void send(struct kit *kit, int32_t partition, const char *text)
{
	kit_send(kit, IN, partition, kit_text(text), kit_text(text));
}

static void test_nothing_is_worked_until_it_was_fetched_again(void **state)
{
	struct kit_record *records;
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	kit_topic(&kit, "dead-letters.fake");
	loop = loop_with_failing_fetch(&kit);
	kit_turn(&kit, loop, 3);
	for (int32_t i = 0; i < KIT_PARTITIONS; i++)
		send(&kit, i, "first");
	failures_of_work = 1;
	kit_turn(&kit, loop, 1);
	assert_int_equal(failures_of_fetch, 1);
	for (int32_t i = 0; i < KIT_PARTITIONS; i++)
		send(&kit, i, "second");
	kit_turn(&kit, loop, TURNS);
	assert_int_equal(failures_of_fetch, 0);
	assert_int_equal(kit_read(&kit, OUT, &records), 2 * KIT_PARTITIONS);
	for (size_t i = 0; i < 2 * KIT_PARTITIONS; i++)
		kit_assert_bytes(records[i].value, kit_text(i % 2 == 0 ? "first" : "second"));
	kit_stop(loop);
	kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_worked_until_it_was_fetched_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
