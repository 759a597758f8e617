#include "fixture.h"

#include <stdio.h>

#define HOMES 12

/* A log that makes everything a checkpoint must carry: drawn, but the same for the same seed. */
struct log {
	uint64_t seed;
	int32_t today;
	unsigned int step;
	struct ll_key tasks[HOMES]; /* ids of tasks that were opened */
};

static char ids[4096][12];

static struct ll_household_event next_life_event(struct log *log, uint32_t number)
{
	char *id = ids[log->step % 4096];
	int32_t on = log->today + 1 - (int32_t)draw(&log->seed, 300);
	struct ll_payload payload;
	struct ll_household_event event;

	snprintf(id, sizeof(ids[0]), "e%u", draw(&log->seed, 40));
	switch (draw(&log->seed, 7)) {
	case 0:
		payload = hospital((int64_t)draw(&log->seed, 3000000));
		break;
	case 1:
		payload = job_loss((int64_t)draw(&log->seed, 500000) - 100000);
		break;
	case 2:
		payload = dropout();
		break;
	case 3:
		payload = employed((int64_t)draw(&log->seed, 500000));
		break;
	case 4:
		payload = housing((enum ll_housing_grade)draw(&log->seed, 4), 100);
		break;
	case 5:
		payload = asset((enum ll_asset_type)draw(&log->seed, 4), draw(&log->seed, 2));
		break;
	default:
		payload = benefit(LL_BENEFIT_DIBAO, 30000, 6);
		break;
	}
	event = life_event(number, 1 + draw(&log->seed, 3), id, on, payload);
	event.life_event.revision = (int32_t)draw(&log->seed, 4);
	if (draw(&log->seed, 5) == 0)
		event.life_event.action = LL_ACTION_RETRACT;
	return event;
}

static struct ll_household_event next_event(struct log *log)
{
	static const char *const policies[] = {"basic", "whole", "quiet", "whole"};
	uint32_t number = draw(&log->seed, HOMES);
	struct ll_household_event event;
	char *id = ids[++log->step % 4096];

	switch (draw(&log->seed, 20)) {
	case 0:
	case 1:
		event = registered(number);
		event.household_registered.dissolved = draw(&log->seed, 4) == 0;
		if (draw(&log->seed, 3) == 0)
			event.household_registered.area = LL_STR(OTHER_VILLAGE);
		return event;
	case 2:
	case 3:
		log->today += 1 + (int32_t)draw(&log->seed, 4);
		return tick(log->today);
	case 4:
		snprintf(id, sizeof(ids[0]), "a%u", draw(&log->seed, 6));
		event = alert(id, draw(&log->seed, 2) ? "360502" : "3605",
			      1 + (int32_t)draw(&log->seed, 4), log->today,
			      log->today + (int32_t)draw(&log->seed, 20));
		event.area_alert.revision = (int32_t)draw(&log->seed, 5);
		event.area_alert.cancelled = draw(&log->seed, 4) == 0;
		return event;
	case 5:
		return activated(policies[draw(&log->seed, 4)],
				 log->today + (int32_t)draw(&log->seed, 10) - 2);
	case 6:
	case 7:
		snprintf(id, sizeof(ids[0]), "u%u", log->step);
		return updated(number, id, log->tasks[number],
			       (enum ll_task_state)(1 + draw(&log->seed, 5)));
	case 8:
	case 9:
		snprintf(id, sizeof(ids[0]), "d%u", log->step);
		event = decided(
			number, id,
			(enum ll_case_decision_type)draw(&log->seed, LL_CASE_DECISION_COUNT));
		event.case_decision.secure = (int32_t)draw(&log->seed, 64) << LL_DIMENSION_FOOD;
		event.case_decision.at_risk = (int32_t)draw(&log->seed, 64) << LL_DIMENSION_FOOD &
					      ~event.case_decision.secure;
		return event;
	default:
		return next_life_event(log, number);
	}
}

static void note_tasks(struct log *log, const struct told *told)
{
	for (size_t i = 0; i < told->task_count; i++)
		if (told->tasks[i].change == LL_CHANGE_OPENED)
			for (uint32_t number = 0; number < HOMES; number++) {
				struct ll_key key = key_of(number);

				if (ll_key_equal(&key, &told->tasks[i].household_key))
					log->tasks[number] = told->tasks[i].task_id;
			}
}

static void forget_told(struct fold *fold)
{
	fold->told.task_count = 0;
	fold->told.risk_count = 0;
	fold->told.escalation_count = 0;
}

/* Everything that changed so far goes to the segments, in pieces of at least `limit` bytes. */
static void checkpoint(struct fold *fold, size_t limit, struct ll_buf *segments)
{
	bool done = false;

	while (!done) {
		struct ll_buf segment;

		ll_buf_init(&segment);
		assert_int_equal(
			ll_partition_encode_changed(fold->partition, &segment, limit, &done), 0);
		if (segment.size > 0)
			assert_int_equal(ll_buf_append(segments, segment.data, segment.size), 0);
		ll_buf_release(&segment);
	}
	assert_int_equal(ll_partition_changed_count(fold->partition), 0);
}

static struct fold *restored(const struct ll_buf *segments)
{
	struct fold *fold = fold_new();

	assert_int_equal(
		ll_partition_restore(fold->partition, ll_buf_bytes(segments), &fold->scratch), 0);
	return fold;
}

static void assert_same(const struct fold *a, const struct fold *b)
{
	struct ll_buf state_a = fold_state(a), state_b = fold_state(b);
	uint64_t cases_a[LL_CASE_STATE_COUNT], cases_b[LL_CASE_STATE_COUNT];

	assert_int_equal(state_a.size, state_b.size);
	assert_memory_equal(state_a.data, state_b.data, state_a.size);
	ll_buf_release(&state_a);
	ll_buf_release(&state_b);
	ll_partition_count_cases(a->partition, cases_a);
	ll_partition_count_cases(b->partition, cases_b);
	assert_memory_equal(cases_a, cases_b, sizeof(cases_a));
	assert_int_equal(ll_partition_household_count(a->partition),
			 ll_partition_household_count(b->partition));
}

/*
 * One fold runs through; the other is thrown away and restored from its checkpoints at drawn
 * points. What they say and what they are must agree at every step.
 */
static void test_restored_anywhere_goes_on_the_same(void **state)
{
	size_t said = 0;

	(void)state;
	for (uint64_t start = 1; start <= 12; start++) {
		struct log log = {.seed = start * 0x9e3779b97f4a7c15u, .today = day(2025, 6, 10)};
		struct fold *through = fold_new(), *broken = fold_new();
		struct ll_buf segments;

		print_message("seed %llu\n", (unsigned long long)start);
		ll_buf_init(&segments);
		for (int i = 0; i < 600; i++) {
			struct ll_household_event event = next_event(&log);
			int rc;

			forget_told(through);
			forget_told(broken);
			rc = fold_apply(through, event);
			assert_int_equal(fold_apply(broken, event), rc);
			assert_int_equal(through->told.sum, broken->told.sum);
			note_tasks(&log, &through->told);
			said += through->told.task_count;
			if (draw(&log.seed, 15) == 0)
				checkpoint(broken, draw(&log.seed, 2) ? 300 : 1 << 20, &segments);
			if (draw(&log.seed, 25) == 0) {
				checkpoint(broken, 1 << 20, &segments);
				fold_free(broken);
				broken = restored(&segments);
				broken->told.sum = through->told.sum;
				assert_same(through, broken);
			}
		}
		assert_same(through, broken);
		ll_buf_release(&segments);
		fold_free(through);
		fold_free(broken);
	}
	/* A proof over logs in which nothing happens would be none. */
	assert_true(said > 1000);
}

static void grow(struct fold *fold, struct log *log, int events)
{
	fold_ok(fold, activated("whole", day(2025, 1, 1)));
	for (int i = 0; i < events; i++) {
		struct ll_household_event event = next_event(log);

		forget_told(fold);
		fold_apply(fold, event);
		note_tasks(log, &fold->told);
	}
}

static void test_new_base_is_the_whole(void **state)
{
	struct log log = {.seed = 77, .today = day(2025, 6, 10)};
	struct fold *fold = fold_new(), *back;
	struct ll_buf old, base;

	(void)state;
	grow(fold, &log, 400);
	ll_buf_init(&old);
	ll_buf_init(&base);
	checkpoint(fold, 1 << 20, &old);
	ll_partition_mark_all_changed(fold->partition);
	checkpoint(fold, 1 << 20, &base);
	back = restored(&base);
	assert_same(fold, back);
	ll_buf_release(&old);
	ll_buf_release(&base);
	fold_free(fold);
	fold_free(back);
}

static void test_unchanged_is_not_listed(void **state)
{
	struct fold *fold = fold_new();
	struct ll_buf segments;

	(void)state;
	fold_ok(fold, registered(1));
	fold_ok(fold, registered(2));
	fold_ok(fold, life_event(1, 1, "a", day(2025, 6, 1), hospital(1)));
	assert_int_equal(ll_partition_changed_count(fold->partition), 3); /* and the partition */
	ll_buf_init(&segments);
	checkpoint(fold, 1 << 20, &segments);
	fold_ok(fold, registered(1));
	fold_ok(fold, life_event(1, 1, "a", day(2025, 6, 1), hospital(1)));
	assert_int_equal(ll_partition_changed_count(fold->partition), 0);
	fold_ok(fold, life_event(1, 1, "b", day(2025, 6, 1), hospital(1)));
	assert_int_equal(ll_partition_changed_count(fold->partition), 1);
	ll_buf_release(&segments);
	fold_free(fold);
}

/* Bytes of any kind: an error or a state, never a crash, and never half of an entry believed. */
static void test_broken_bytes(void **state)
{
	struct log log = {.seed = 5, .today = day(2025, 6, 10)};
	struct fold *fold = fold_new();
	struct ll_buf good;
	size_t refused = 0;

	(void)state;
	grow(fold, &log, 300);
	ll_buf_init(&good);
	ll_partition_mark_all_changed(fold->partition);
	checkpoint(fold, 1 << 20, &good);
	for (int i = 0; i < 3000; i++) {
		struct ll_partition *partition;
		struct ll_buf bad;
		int rc;

		ll_buf_init(&bad);
		assert_int_equal(ll_buf_append(&bad, good.data, good.size), 0);
		for (uint32_t n = 1 + draw(&log.seed, 3); n > 0; n--)
			bad.data[draw(&log.seed, (uint32_t)bad.size)] =
				(uint8_t)draw(&log.seed, 256);
		if (draw(&log.seed, 3) == 0)
			bad.size = draw(&log.seed, (uint32_t)bad.size);
		assert_int_equal(ll_partition_new(&fixture_compiler, &partition), 0);
		rc = ll_partition_restore(partition, ll_buf_bytes(&bad), &fold->scratch);
		assert_true(rc == 0 || rc == -LL_ERR_STATE);
		refused += rc != 0;
		if (rc == 0) {
			/* It parses, so it can be folded on. */
			struct ll_household_event event = tick(log.today + 400);

			ll_arena_clear(&fold->scratch);
			rc = ll_partition_apply(partition, &event, &fold->scratch, NULL, NULL);
			assert_int_equal(rc, 0);
		}
		ll_partition_free(partition);
		ll_buf_release(&bad);
	}
	assert_true(refused > 1000);
	ll_buf_release(&good);
	fold_free(fold);
}

static void test_two_states_differ(void **state)
{
	struct fold *a = fold_new(), *b = fold_new();
	struct ll_buf state_a, state_b;

	(void)state;
	fold_ok(a, registered(1));
	fold_ok(b, registered(1));
	fold_ok(a, life_event(1, 1, "a", day(2025, 6, 1), hospital(1)));
	fold_ok(b, life_event(1, 1, "a", day(2025, 6, 1), hospital(2)));
	state_a = fold_state(a);
	state_b = fold_state(b);
	assert_true(state_a.size != state_b.size ||
		    memcmp(state_a.data, state_b.data, state_a.size) != 0);
	ll_buf_release(&state_a);
	ll_buf_release(&state_b);
	fold_free(a);
	fold_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_restored_anywhere_goes_on_the_same),
		cmocka_unit_test(test_new_base_is_the_whole),
		cmocka_unit_test(test_unchanged_is_not_listed),
		cmocka_unit_test(test_broken_bytes),
		cmocka_unit_test(test_two_states_differ),
	};

	return cmocka_run_group_tests_name("core/state", tests, NULL, NULL);
}
