/*
 * What every store must do, run against the in-memory twin (test_memory.c) and a real PostgreSQL
 * (tests/integration/test_store_pg.c). *state is a migrated, empty struct ll_store.
 */
#ifndef TESTS_UNIT_STORE_CONFORMANCE_H
#define TESTS_UNIT_STORE_CONFORMANCE_H

#include "store/store.h"

#define CONFORMANCE(X)                          \
	X(ping)                                 \
	X(migrate_again)                        \
	X(fix_first_wins)                       \
	X(no_checkpoint)                        \
	X(epoch_rises)                          \
	X(checkpoint_appends)                   \
	X(checkpoint_base_replaces)             \
	X(checkpoint_keeps_apart)               \
	X(checkpoint_fences)                    \
	X(checkpoint_not_back)                  \
	X(checkpoint_empty_segments)            \
	X(checkpoint_too_large)                 \
	X(checkpoint_reader_stops)              \
	X(records_last_change_wins)             \
	X(records_repeat)                       \
	X(records_old_change_is_history_only)   \
	X(records_fence)                        \
	X(records_two_offsets_of_one_partition) \
	X(records_every_field)                  \
	X(records_unknown_times)                \
	X(risk_changes_make_status)             \
	X(households_list)                      \
	X(households_find)                      \
	X(risk_changes_of_household)            \
	X(groups_and_holds)                     \
	X(courses)                              \
	X(list_filters)                         \
	X(list_order_and_limit)                 \
	X(list_refuses)                         \
	X(list_reader_stops)                    \
	X(find_by_prefix)                       \
	X(history_of_household)                 \
	X(counts)                               \
	X(latency)                              \
	X(names_of_heads)                       \
	X(clones_share)

#define CONFORM_DECLARE(name) void conform_##name(void **state);
CONFORMANCE(CONFORM_DECLARE)
#undef CONFORM_DECLARE

/* For a list of CMUnitTest; setup and teardown make and free *state. */
#define CONFORM_TEST(name) cmocka_unit_test_setup_teardown(conform_##name, setup, teardown),

/* Samples, for tests that go beyond the list. */
struct ll_key conform_key(unsigned char number);
struct ll_recorded_task conform_task(unsigned char id, enum ll_task_change change,
				     enum ll_task_state state, int64_t time_ms);
int conform_write_tasks(struct ll_store *store, const struct ll_recorded_task *tasks, size_t count,
			int64_t first_offset);

#endif
