#include "consumers/assess/keeper.h"

#include "policy/policy_yaml.h"
#include "stage_kit.h"

#define MERGED_OVER 2000 /* segments */

struct world {
	struct ll_store *store;
	struct ll_keeper *keeper;
};

static struct ll_keeper *keeper_of(struct ll_store *store, const char *owner, bool threaded)
{
	const struct ll_keeper_options options = {
		.store = store,
		.stage = "assess",
		.topic = EVENTS,
		.owner = owner,
		.compiler = &ll_policy_yaml_compiler,
		.threaded = threaded,
	};
	struct ll_keeper *keeper = NULL;

	assert_int_equal(ll_keeper_new(&options, &keeper), 0);
	return keeper;
}

static void open_world(struct world *world)
{
	assert_int_equal(ll_store_memory_new(&world->store), 0);
	world->keeper = keeper_of(world->store, "one", false);
}

static void close_world(struct world *world)
{
	ll_keeper_free(world->keeper);
	ll_store_free(world->store);
}

static struct ll_taken take(struct ll_keeper *keeper, int32_t partition)
{
	struct ll_taken taken = {0};

	assert_int_equal(ll_keeper_take(keeper, partition, &taken, NULL), -LL_ERR_TIMED_OUT);
	assert_true(ll_keeper_turn(keeper));
	assert_int_equal(ll_keeper_take(keeper, partition, &taken, NULL), 0);
	assert_non_null(taken.partition);
	return taken;
}

/* Registers household `number`. */
static void apply(struct ll_partition *partition, uint32_t number)
{
	const struct ll_household_event event = {
		.household_key = kit_any_key(number),
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = {.area = LL_STR(VILLAGE)},
	};
	struct ll_arena scratch;

	ll_arena_init(&scratch, 0);
	assert_int_equal(ll_partition_apply(partition, &event, &scratch, NULL, NULL), 0);
	ll_arena_release(&scratch);
}

static struct ll_buf state_of(const struct ll_partition *partition)
{
	struct ll_buf state;

	ll_buf_init(&state);
	assert_int_equal(ll_partition_encode_state(partition, &state), 0);
	return state;
}

static void assert_same_state(const struct ll_partition *partition,
			      const struct ll_partition *wanted)
{
	struct ll_buf a = state_of(partition), b = state_of(wanted);

	kit_assert_bytes(ll_buf_bytes(&a), ll_buf_bytes(&b));
	ll_buf_release(&a);
	ll_buf_release(&b);
}

/* Starts a checkpoint of what changed. */
static void write_changed(struct ll_keeper *keeper, const struct ll_taken *taken, int32_t partition,
			  int64_t offset)
{
	struct ll_buf segment;
	bool done = false;

	ll_buf_init(&segment);
	assert_int_equal(ll_partition_encode_changed(taken->partition, &segment, 1 << 20, &done),
			 0);
	assert_true(done);
	assert_true(ll_keeper_is_free(keeper, partition));
	assert_int_equal(ll_keeper_write(keeper, partition, taken->epoch, offset, &segment, 1), 0);
	assert_false(ll_keeper_is_free(keeper, partition));
	ll_buf_release(&segment);
}

static int written(struct ll_keeper *keeper, int32_t partition, int64_t *ret_offset)
{
	int64_t bytes = 0;
	int err = ll_keeper_written(keeper, partition, ret_offset, &bytes, NULL);

	if (!err)
		assert_true(bytes > 0);
	return err;
}

static struct ll_checkpoint stored(struct ll_store *store, int32_t partition)
{
	struct ll_checkpoint checkpoint = {0};

	assert_int_equal(ll_store_read_checkpoint(store, "assess", EVENTS, partition, &checkpoint,
						  NULL, NULL, NULL),
			 0);
	return checkpoint;
}

/* ---- taking and writing -------------------------------------------------------------------- */

static void test_nothing_is_stored_yet(void **state)
{
	struct ll_taken taken;
	struct world world;
	int64_t offset;

	(void)state;
	open_world(&world);
	assert_false(ll_keeper_turn(world.keeper));
	assert_int_equal(written(world.keeper, 3, &offset), -LL_ERR_TIMED_OUT);
	taken = take(world.keeper, 3);
	assert_false(taken.checkpoint.exists);
	assert_int_equal(taken.epoch, 1);
	assert_int_equal(ll_partition_household_count(taken.partition), 0);
	assert_true(ll_keeper_is_free(world.keeper, 3));
	ll_partition_free(taken.partition);
	close_world(&world);
}

static void test_what_was_written_is_taken_over(void **state)
{
	struct ll_taken first, second;
	struct ll_keeper *other;
	struct world world;
	int64_t offset = 0;

	(void)state;
	open_world(&world);
	first = take(world.keeper, 0);
	apply(first.partition, 1);
	write_changed(world.keeper, &first, 0, 10);
	assert_int_equal(written(world.keeper, 0, &offset), -LL_ERR_TIMED_OUT);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(written(world.keeper, 0, &offset), 0);
	assert_int_equal(offset, 10);
	assert_true(ll_keeper_is_free(world.keeper, 0));
	/* The second one appends. */
	apply(first.partition, 2);
	write_changed(world.keeper, &first, 0, 20);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(written(world.keeper, 0, &offset), 0);
	other = keeper_of(world.store, "two", false);
	second = take(other, 0);
	assert_int_equal(second.epoch, 2);
	assert_true(second.checkpoint.exists);
	assert_int_equal(second.checkpoint.offset, 20);
	assert_int_equal(second.checkpoint.logic_version, LL_LOGIC_VERSION);
	assert_same_state(second.partition, first.partition);
	/* Nothing of other partitions. */
	struct ll_taken apart = take(other, 1);

	assert_false(apart.checkpoint.exists);
	ll_partition_free(apart.partition);
	ll_partition_free(first.partition);
	ll_partition_free(second.partition);
	ll_keeper_free(other);
	close_world(&world);
}

static void test_an_earlier_owner_is_fenced(void **state)
{
	struct ll_taken first, second;
	struct ll_keeper *other;
	struct world world;
	int64_t offset = -1;

	(void)state;
	open_world(&world);
	other = keeper_of(world.store, "two", false);
	first = take(world.keeper, 0);
	second = take(other, 0);
	apply(first.partition, 1);
	write_changed(world.keeper, &first, 0, 10);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(written(world.keeper, 0, &offset), -LL_ERR_FENCED);
	assert_true(ll_keeper_is_free(world.keeper, 0));
	assert_false(stored(world.store, 0).exists);
	ll_partition_free(first.partition);
	ll_partition_free(second.partition);
	ll_keeper_free(other);
	close_world(&world);
}

static void test_an_epoch_alone(void **state)
{
	struct ll_taken taken;
	struct world world;
	int64_t epoch = 0;
	int64_t offset;

	(void)state;
	open_world(&world);
	taken = take(world.keeper, 0);
	assert_int_equal(ll_keeper_take_epoch(world.keeper, 0, &epoch, NULL), -LL_ERR_TIMED_OUT);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(ll_keeper_take_epoch(world.keeper, 0, &epoch, NULL), 0);
	assert_int_equal(epoch, 2);
	taken.epoch = epoch;
	apply(taken.partition, 1);
	write_changed(world.keeper, &taken, 0, 10);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(written(world.keeper, 0, &offset), 0);
	ll_partition_free(taken.partition);
	close_world(&world);
}

/*
 * What a fenced checkpoint carried is stored nowhere: whoever kept the memory must hear of it, also
 * when the checkpoint ended just before the new epoch was asked for.
 */
static void test_a_fenced_result_is_not_lost(void **state)
{
	struct ll_taken first, second;
	struct ll_keeper *other;
	struct world world;
	int64_t offset = -1;
	int64_t epoch = -1;

	(void)state;
	open_world(&world);
	other = keeper_of(world.store, "two", false);
	first = take(world.keeper, 0);
	apply(first.partition, 1);
	write_changed(world.keeper, &first, 0, 10);
	second = take(other, 0);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(ll_keeper_take_epoch(world.keeper, 0, &epoch, NULL), -LL_ERR_TIMED_OUT);
	assert_int_equal(epoch, -1);
	assert_int_equal(written(world.keeper, 0, &offset), -LL_ERR_FENCED);
	assert_int_equal(ll_keeper_take_epoch(world.keeper, 0, &epoch, NULL), -LL_ERR_TIMED_OUT);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(ll_keeper_take_epoch(world.keeper, 0, &epoch, NULL), 0);
	assert_int_equal(epoch, 3);
	ll_partition_free(first.partition);
	ll_partition_free(second.partition);
	ll_keeper_free(other);
	close_world(&world);
}

/* Nor is a checkpoint that went well taken for the epoch. */
static void test_a_result_is_not_taken_for_an_epoch(void **state)
{
	struct ll_taken taken;
	struct world world;
	int64_t offset = -1;
	int64_t epoch = -1;

	(void)state;
	open_world(&world);
	taken = take(world.keeper, 0);
	apply(taken.partition, 1);
	write_changed(world.keeper, &taken, 0, 10);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(ll_keeper_take_epoch(world.keeper, 0, &epoch, NULL), -LL_ERR_TIMED_OUT);
	assert_int_equal(written(world.keeper, 0, &offset), 0);
	assert_int_equal(offset, 10);
	ll_partition_free(taken.partition);
	close_world(&world);
}

/* A partition that was taken away is read anew, whatever was under way; no result is left over. */
static void test_taken_anew_after_a_write(void **state)
{
	struct ll_taken first, second;
	struct world world;
	int64_t offset = -1;

	(void)state;
	open_world(&world);
	first = take(world.keeper, 0);
	apply(first.partition, 1);
	write_changed(world.keeper, &first, 0, 10);
	/* The write comes first. */
	assert_int_equal(ll_keeper_take(world.keeper, 0, &second, NULL), -LL_ERR_TIMED_OUT);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(ll_keeper_take(world.keeper, 0, &second, NULL), -LL_ERR_TIMED_OUT);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(ll_keeper_take(world.keeper, 0, &second, NULL), 0);
	assert_int_equal(second.epoch, 2);
	assert_int_equal(second.checkpoint.offset, 10);
	assert_same_state(second.partition, first.partition);
	assert_int_equal(written(world.keeper, 0, &offset), -LL_ERR_TIMED_OUT);
	ll_partition_free(first.partition);
	ll_partition_free(second.partition);
	close_world(&world);
}

/* ---- a database that is away --------------------------------------------------------------- */

static void test_a_take_waits_for_the_database(void **state)
{
	struct ll_error error = {0};
	struct ll_taken taken;
	struct world world;

	(void)state;
	open_world(&world);
	ll_store_memory_set_unavailable(world.store, true);
	assert_int_equal(ll_keeper_take(world.keeper, 0, &taken, &error), -LL_ERR_TIMED_OUT);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(ll_keeper_take(world.keeper, 0, &taken, &error), -LL_ERR_UNAVAILABLE);
	assert_true(strlen(error.message) > 0);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(ll_keeper_take(world.keeper, 0, &taken, &error), -LL_ERR_UNAVAILABLE);
	ll_store_memory_set_unavailable(world.store, false);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(ll_keeper_take(world.keeper, 0, &taken, &error), 0);
	ll_partition_free(taken.partition);
	close_world(&world);
}

static void test_a_write_waits_for_the_database(void **state)
{
	struct ll_taken taken;
	struct world world;
	int64_t offset = -1;

	(void)state;
	open_world(&world);
	taken = take(world.keeper, 0);
	apply(taken.partition, 1);
	write_changed(world.keeper, &taken, 0, 10);
	ll_store_memory_set_unavailable(world.store, true);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(written(world.keeper, 0, &offset), -LL_ERR_UNAVAILABLE);
	assert_false(ll_keeper_is_free(world.keeper, 0));
	ll_store_memory_set_unavailable(world.store, false);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(written(world.keeper, 0, &offset), 0);
	assert_int_equal(stored(world.store, 0).offset, 10);
	ll_partition_free(taken.partition);
	close_world(&world);
}

/* Written, but the answer was lost: written again, and the state is the same. */
static void test_an_answer_that_was_lost(void **state)
{
	struct ll_taken first, second;
	struct world world;
	int64_t offset = -1;

	(void)state;
	open_world(&world);
	first = take(world.keeper, 0);
	apply(first.partition, 1);
	ll_store_memory_lose_answer(world.store);
	write_changed(world.keeper, &first, 0, 10);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(written(world.keeper, 0, &offset), -LL_ERR_UNAVAILABLE);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(written(world.keeper, 0, &offset), 0);
	second = take(world.keeper, 0);
	assert_same_state(second.partition, first.partition);
	/* The epoch, too: asked again it is a newer one, and the first is nobody's. */
	ll_store_memory_lose_answer(world.store);
	ll_partition_free(second.partition);
	assert_int_equal(ll_keeper_take(world.keeper, 0, &second, NULL), -LL_ERR_TIMED_OUT);
	assert_true(ll_keeper_turn(world.keeper));
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(ll_keeper_take(world.keeper, 0, &second, NULL), 0);
	assert_int_equal(second.epoch, 4);
	ll_partition_free(first.partition);
	ll_partition_free(second.partition);
	close_world(&world);
}

static void test_what_cannot_be_read_is_said(void **state)
{
	const struct ll_bytes garbage = kit_text("\xff\xff\xff\xff garbage");
	struct ll_checkpoint_write write = {.stage = "assess",
					    .topic = EVENTS,
					    .offset = 5,
					    .logic_version = LL_LOGIC_VERSION,
					    .segments = &garbage,
					    .segment_count = 1};
	struct ll_taken taken;
	struct world world;

	(void)state;
	open_world(&world);
	assert_int_equal(
		ll_store_take_epoch(world.store, "assess", EVENTS, 0, "test", &write.epoch, NULL),
		0);
	assert_int_equal(ll_store_write_checkpoint(world.store, &write, NULL), 0);
	assert_int_equal(ll_keeper_take(world.keeper, 0, &taken, NULL), -LL_ERR_TIMED_OUT);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(ll_keeper_take(world.keeper, 0, &taken, NULL), -LL_ERR_STATE);
	close_world(&world);
}

/* A write that can never succeed is told, with its reason. */
static void test_a_write_that_cannot_be(void **state)
{
	struct ll_error error = {0};
	struct ll_taken taken;
	struct world world;
	int64_t offset = -1;
	int64_t bytes = -1;

	(void)state;
	open_world(&world);
	taken = take(world.keeper, 0);
	apply(taken.partition, 1);
	write_changed(world.keeper, &taken, 0, 10);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(written(world.keeper, 0, &offset), 0);
	apply(taken.partition, 2);
	write_changed(world.keeper, &taken, 0, 9);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(ll_keeper_written(world.keeper, 0, &offset, &bytes, &error),
			 -LL_ERR_STATE);
	assert_non_null(strstr(error.message, "back"));
	assert_int_equal(offset, 10);
	assert_true(ll_keeper_is_free(world.keeper, 0));
	ll_partition_free(taken.partition);
	close_world(&world);
}

/* ---- merging ------------------------------------------------------------------------------- */

static void test_many_segments_are_merged(void **state)
{
	static struct ll_buf segments[MERGED_OVER + 1];
	struct ll_taken first, second;
	struct world world;
	int64_t offset = -1;
	bool done = false;

	(void)state;
	open_world(&world);
	first = take(world.keeper, 0);
	for (size_t i = 0; i <= MERGED_OVER; i++) {
		ll_buf_init(&segments[i]);
		apply(first.partition, (uint32_t)i % 50);
		ll_partition_mark_all_changed(first.partition);
		assert_int_equal(
			ll_partition_encode_changed(first.partition, &segments[i], 1, &done), 0);
	}
	ll_partition_mark_all_changed(first.partition);
	ll_buf_clear(&segments[MERGED_OVER]);
	assert_int_equal(ll_partition_encode_changed(first.partition, &segments[MERGED_OVER],
						     1 << 20, &done),
			 0);
	assert_int_equal(
		ll_keeper_write(world.keeper, 0, first.epoch, 10, segments, MERGED_OVER + 1), 0);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(written(world.keeper, 0, &offset), 0);
	assert_int_equal(stored(world.store, 0).segment_count, 1);
	assert_int_equal(stored(world.store, 0).offset, 10);
	second = take(world.keeper, 0);
	assert_same_state(second.partition, first.partition);
	/* After it, checkpoints are appended as before. */
	first.epoch = second.epoch;
	apply(first.partition, 1000);
	write_changed(world.keeper, &first, 0, 11);
	assert_true(ll_keeper_turn(world.keeper));
	assert_int_equal(written(world.keeper, 0, &offset), 0);
	assert_int_equal(stored(world.store, 0).segment_count, 2);
	for (size_t i = 0; i <= MERGED_OVER; i++)
		ll_buf_release(&segments[i]);
	ll_partition_free(first.partition);
	ll_partition_free(second.partition);
	close_world(&world);
}

/* ---- life ---------------------------------------------------------------------------------- */

/* Jobs that nobody collected cost nothing. */
static void test_freed_in_the_middle(void **state)
{
	struct ll_taken taken;
	struct world world;

	(void)state;
	open_world(&world);
	taken = take(world.keeper, 0);
	apply(taken.partition, 1);
	write_changed(world.keeper, &taken, 0, 10);
	assert_int_equal(ll_keeper_take(world.keeper, 1, &taken, NULL), -LL_ERR_TIMED_OUT);
	assert_int_equal(ll_keeper_take(world.keeper, 2, &taken, NULL), -LL_ERR_TIMED_OUT);
	assert_true(ll_keeper_turn(world.keeper));
	assert_true(ll_keeper_turn(world.keeper));
	ll_partition_free(taken.partition);
	close_world(&world);
}

static void test_with_its_own_thread(void **state)
{
	struct ll_keeper *keeper;
	struct ll_store *store;
	struct ll_taken taken;
	int64_t offset = -1;
	int err;

	(void)state;
	assert_int_equal(ll_store_memory_new(&store), 0);
	keeper = keeper_of(store, "one", true);
	do {
		ll_keeper_wait(keeper, 10000);
		err = ll_keeper_take(keeper, 0, &taken, NULL);
	} while (err == -LL_ERR_TIMED_OUT);
	assert_int_equal(err, 0);
	apply(taken.partition, 1);
	write_changed(keeper, &taken, 0, 10);
	ll_keeper_wait(keeper, 10000);
	assert_int_equal(written(keeper, 0, &offset), 0);
	assert_int_equal(stored(store, 0).offset, 10);
	/* Ended while a job waits for the database. */
	ll_store_memory_set_unavailable(store, true);
	apply(taken.partition, 2);
	write_changed(keeper, &taken, 0, 20);
	ll_keeper_free(keeper);
	ll_partition_free(taken.partition);
	ll_store_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_stored_yet),
		cmocka_unit_test(test_what_was_written_is_taken_over),
		cmocka_unit_test(test_an_earlier_owner_is_fenced),
		cmocka_unit_test(test_an_epoch_alone),
		cmocka_unit_test(test_a_fenced_result_is_not_lost),
		cmocka_unit_test(test_a_result_is_not_taken_for_an_epoch),
		cmocka_unit_test(test_taken_anew_after_a_write),
		cmocka_unit_test(test_a_take_waits_for_the_database),
		cmocka_unit_test(test_a_write_waits_for_the_database),
		cmocka_unit_test(test_an_answer_that_was_lost),
		cmocka_unit_test(test_what_cannot_be_read_is_said),
		cmocka_unit_test(test_a_write_that_cannot_be),
		cmocka_unit_test(test_many_segments_are_merged),
		cmocka_unit_test(test_freed_in_the_middle),
		cmocka_unit_test(test_with_its_own_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
