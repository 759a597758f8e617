#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conformance.h"
#include "store/store_memory.h"

#define STARTED 1700000000000LL

static int setup(void **state)
{
	struct ll_store *store;

	assert_int_equal(ll_store_memory_new(&store), 0);
	*state = store;
	return 0;
}

static int teardown(void **state)
{
	ll_store_free(*state);
	return 0;
}

static int count_segments(void *context, struct ll_bytes bytes)
{
	(void)bytes;
	*(int *)context += 1;
	return 0;
}

static int read_segments(struct ll_store *store, int *ret_count, int64_t *ret_offset)
{
	struct ll_checkpoint checkpoint;
	int count = 0;
	int err = ll_store_read_checkpoint(store, "assess", "log", 0, &checkpoint, count_segments,
					   &count, NULL);

	*ret_count = count;
	*ret_offset = checkpoint.offset;
	return err;
}

static int write_one(struct ll_store *store, int64_t epoch, int64_t offset)
{
	static const uint8_t byte = 1;
	struct ll_bytes segment = {&byte, 1};
	struct ll_checkpoint_write write = {
		.stage = "assess",
		.topic = "log",
		.epoch = epoch,
		.offset = offset,
		.segments = &segment,
		.segment_count = 1,
	};

	return ll_store_write_checkpoint(store, &write, NULL);
}

static void unavailable(void **state)
{
	struct ll_recorded_task task = conform_task(1, LL_CHANGE_OPENED, LL_TASK_OPEN, STARTED);
	struct ll_store *clone;
	struct ll_error error = {0};
	int64_t epoch = 7;

	assert_int_equal(ll_store_clone(*state, &clone), 0);
	ll_store_memory_set_unavailable(clone, true);
	assert_int_equal(ll_store_ping(*state, &error), -LL_ERR_UNAVAILABLE);
	assert_int_equal(error.code, -LL_ERR_UNAVAILABLE);
	assert_int_equal(ll_store_take_epoch(*state, "assess", "log", 0, "a", &epoch, NULL),
			 -LL_ERR_UNAVAILABLE);
	assert_int_equal(epoch, 7);
	assert_int_equal(conform_write_tasks(*state, &task, 1, 0), -LL_ERR_UNAVAILABLE);
	ll_store_memory_set_unavailable(*state, false);
	assert_int_equal(ll_store_memory_rows(*state, LL_MEMORY_TASKS), 0);
	assert_int_equal(ll_store_take_epoch(clone, "assess", "log", 0, "a", &epoch, NULL), 0);
	assert_int_equal(epoch, 1);
	ll_store_free(clone);
}

static void lost_answer(void **state)
{
	int64_t epoch, offset;
	int count;

	assert_int_equal(ll_store_take_epoch(*state, "assess", "log", 0, "a", &epoch, NULL), 0);
	ll_store_memory_lose_answer(*state);
	/* A write that is refused was not done: the hook waits for one that is. */
	assert_int_equal(write_one(*state, epoch + 1, 5), -LL_ERR_FENCED);
	assert_int_equal(write_one(*state, epoch, 5), -LL_ERR_UNAVAILABLE);
	assert_int_equal(read_segments(*state, &count, &offset), 0);
	assert_int_equal(count, 1);
	assert_int_equal(offset, 5);
	assert_int_equal(write_one(*state, epoch, 5), 0);
}

static void ignored_epochs(void **state)
{
	int64_t old, new, offset;
	int count;

	assert_int_equal(ll_store_take_epoch(*state, "assess", "log", 0, "a", &old, NULL), 0);
	assert_int_equal(ll_store_take_epoch(*state, "assess", "log", 0, "b", &new, NULL), 0);
	assert_int_equal(write_one(*state, new, 9), 0);
	assert_int_equal(write_one(*state, old, 5), -LL_ERR_FENCED);
	ll_store_memory_ignore_epochs(*state, true);
	assert_int_equal(write_one(*state, old, 5), 0);
	assert_int_equal(read_segments(*state, &count, &offset), 0);
	assert_int_equal(offset, 5);
}

static void rows_of_tables(void **state)
{
	conform_risk_changes_make_status(state);
	assert_int_equal(ll_store_memory_rows(*state, LL_MEMORY_RISK_CHANGES), 5);
	assert_int_equal(ll_store_memory_rows(*state, LL_MEMORY_ESCALATIONS), 1);
	assert_int_equal(ll_store_memory_rows(*state, LL_MEMORY_HOUSEHOLDS), 3);
	assert_int_equal(ll_store_memory_rows(*state, LL_MEMORY_TASKS), 0);
	assert_int_equal(ll_store_memory_rows(*state, LL_MEMORY_TASK_HISTORY), 0);
}

/* A sink may use the database that it is reading. */
static int ping_again(void *context, struct ll_bytes bytes)
{
	(void)bytes;
	return ll_store_ping(context, NULL);
}

static void readers_hold_no_lock(void **state)
{
	struct ll_checkpoint checkpoint;
	int64_t epoch;

	assert_int_equal(ll_store_take_epoch(*state, "assess", "log", 0, "a", &epoch, NULL), 0);
	assert_int_equal(write_one(*state, epoch, 1), 0);
	assert_int_equal(ll_store_read_checkpoint(*state, "assess", "log", 0, &checkpoint,
						  ping_again, *state, NULL),
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONFORMANCE(CONFORM_TEST)
			cmocka_unit_test_setup_teardown(unavailable, setup, teardown),
		cmocka_unit_test_setup_teardown(lost_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(ignored_epochs, setup, teardown),
		cmocka_unit_test_setup_teardown(rows_of_tables, setup, teardown),
		cmocka_unit_test_setup_teardown(readers_hold_no_lock, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
