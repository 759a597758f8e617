/* The present state: from the log alone, from a checkpoint and what came after it, and not from a bad one. */
#include "base/hash.h"
#include "cli/present.h"
#include "present_kit.h"

#define LINE_LOW POLICY("1", "2024-01-01", "5000")
#define VILLAGE	 "360502001001"
#define HOMES	 5

extern const struct ll_stage ll_stage_assess;

static struct kit kit;

static int set_up(void **state)
{
	(void)state;
	kit_open(&kit);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kit_close(&kit);
	return 0;
}

struct seen {
	int count;
	int leads;
	int32_t today;
	const struct ll_key *key; /* what is looked for, or NULL */
};

static int look(void *context, const struct ll_household *household, int32_t today)
{
	struct seen *seen = context;

	seen->count++;
	seen->leads += household->case_state == LL_CASE_LEAD;
	seen->today = today;
	if (seen->key)
		assert_true(ll_key_equal(&household->key, seen->key));
	return 0;
}

static struct seen walk(struct ll_store *store, int wanted_err)
{
	struct seen seen = {.count = 0};
	const struct ll_present_visitor visitor = {.household = look, .context = &seen};
	struct ll_present present;
	struct ll_error error = {0};

	assert_int_equal(ll_present_init(&present, kit.bus, store, kit.codec, "test", &error), 0);
	assert_int_equal(present.partitions, KIT_PARTITIONS);
	assert_int_equal(ll_present_walk(&present, &visitor, &error), wanted_err);
	return seen;
}

static void write_log(void)
{
	send_policy(&kit, LINE_LOW, KIT_DAY - 100);
	send_tick(&kit, KIT_DAY);
	for (uint32_t i = 0; i < HOMES; i++)
		send_home(&kit, i, VILLAGE);
	send_stay(&kit, 1);
}

static void test_log_alone(void **state)
{
	struct seen seen;

	(void)state;
	seen = walk(NULL, 0);
	assert_int_equal(seen.count, 0);
	write_log();
	/* What nobody can read, and what is of nobody, changes nothing. */
	kit_send(&kit, "household-events", 0, (struct ll_bytes){NULL, 0}, kit_text("no message"));
	send_stay(&kit, 99);
	seen = walk(NULL, 0);
	assert_int_equal(seen.count, HOMES);
	assert_int_equal(seen.leads, 1);
	assert_int_equal(seen.today, KIT_DAY);
	/* A store without a checkpoint is as good as none. */
	seen = walk(kit.store, 0);
	assert_int_equal(seen.count, HOMES);
}

static void run_assess(void)
{
	struct ll_stage_loop *loop = kit_loop(&kit, &ll_stage_assess, "a");

	kit_turn(&kit, loop, 30);
	kit_stop(loop);
}

static void test_checkpoint_and_rest(void **state)
{
	struct ll_checkpoint checkpoint;
	struct seen seen;
	int64_t rest = 0;

	(void)state;
	write_log();
	run_assess();
	for (int32_t i = 0; i < KIT_PARTITIONS; i++) {
		assert_int_equal(ll_store_read_checkpoint(kit.store, "assess", "household-events",
							  i, &checkpoint, NULL, NULL, NULL),
				 0);
		assert_true(checkpoint.exists);
		rest += checkpoint.offset;
	}
	assert_true(rest > 0);
	send_stay(&kit, 2);
	send_tick(&kit, KIT_DAY + 1);
	seen = walk(kit.store, 0);
	assert_int_equal(seen.count, HOMES);
	assert_int_equal(seen.leads, 2);
	assert_int_equal(seen.today, KIT_DAY + 1);
}

/* A checkpoint of another logic is not looked at: the log is folded from its beginning. */
static void test_other_logic(void **state)
{
	struct ll_bytes rubbish = {(const uint8_t *)"rubbish", 7};
	struct ll_checkpoint_write write = {
		.stage = "assess",
		.topic = "household-events",
		.offset = 1,
		.logic_version = LL_LOGIC_VERSION + 1,
		.base = true,
		.segments = &rubbish,
		.segment_count = 1,
	};

	(void)state;
	write_log();
	for (write.partition = 0; write.partition < KIT_PARTITIONS; write.partition++) {
		assert_int_equal(ll_store_take_epoch(kit.store, "assess", "household-events",
						     write.partition, "test", &write.epoch, NULL),
				 0);
		assert_int_equal(ll_store_write_checkpoint(kit.store, &write, NULL), 0);
	}
	assert_int_equal(walk(kit.store, 0).leads, 1);
	/* One of ours that does not parse is an error. */
	write.logic_version = LL_LOGIC_VERSION;
	write.partition = 0;
	assert_int_equal(ll_store_take_epoch(kit.store, "assess", "household-events", 0, "test",
					     &write.epoch, NULL),
			 0);
	assert_int_equal(ll_store_write_checkpoint(kit.store, &write, NULL), 0);
	(void)walk(kit.store, -LL_ERR_STATE);
}

static void test_find(void **state)
{
	struct ll_key key = home_of(1), nobody = home_of(77);
	struct seen seen = {.key = &key};
	struct ll_present present;
	struct ll_error error = {0};

	(void)state;
	write_log();
	assert_int_equal(ll_present_init(&present, kit.bus, NULL, kit.codec, "test", &error), 0);
	assert_int_equal(ll_present_find(&present, &key, look, &seen, &error), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.leads, 1);
	assert_int_equal(ll_present_find(&present, &nobody, look, &seen, &error),
			 -LL_ERR_NOT_FOUND);
	assert_int_equal(seen.count, 1);
}

static int stop_at_once(void *context, const struct ll_household *household, int32_t today)
{
	(void)household;
	(void)today;
	++*(int *)context;
	return 42;
}

static void test_visitor_ends_it(void **state)
{
	int count = 0;
	const struct ll_present_visitor visitor = {.household = stop_at_once, .context = &count};
	struct ll_present present;
	struct ll_error error = {0};

	(void)state;
	write_log();
	assert_int_equal(ll_present_init(&present, kit.bus, NULL, kit.codec, "test", &error), 0);
	assert_int_equal(ll_present_walk(&present, &visitor, &error), 42);
	assert_int_equal(count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_log_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_checkpoint_and_rest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_logic, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_find, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_visitor_ends_it, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
