#include "fixture.h"

#include <stdio.h>

#include "base/hash.h"

static int setup(void **state)
{
	struct fold *fold = fold_new();

	fold_ok(fold, activated("basic", day(2025, 1, 1)));
	fold_ok(fold, tick(day(2025, 6, 10)));
	*state = fold;
	return 0;
}

static int teardown(void **state)
{
	fold_free(*state);
	return 0;
}

static struct ll_household_event registered_in(uint32_t number, const char *village)
{
	struct ll_household_event event = registered(number);

	event.household_registered.area = ll_str_from(village);
	return event;
}

static void assert_same_state(const struct fold *a, const struct fold *b)
{
	struct ll_buf state_a = fold_state(a), state_b = fold_state(b);

	assert_int_equal(state_a.size, state_b.size);
	assert_memory_equal(state_a.data, state_b.data, state_a.size);
	ll_buf_release(&state_a);
	ll_buf_release(&state_b);
}

static void test_ticks_only_forwards(void **state)
{
	struct fold *fold = *state;
	struct ll_buf before = fold_state(fold), after;

	fold_ok(fold, tick(day(2025, 6, 10)));
	fold_ok(fold, tick(day(2025, 6, 9)));
	after = fold_state(fold);
	assert_int_equal(before.size, after.size);
	assert_memory_equal(before.data, after.data, before.size);
	ll_buf_release(&before);
	ll_buf_release(&after);
	assert_int_equal(ll_partition_day(fold->partition), day(2025, 6, 10));
	assert_int_equal(fold_apply(fold, tick(LL_DAY_MAX + 1)), -LL_ERR_BAD_DATE);
}

static void test_alert_reaches_its_area_only(void **state)
{
	struct fold *fold = *state;

	fold_ok(fold, registered_in(1, VILLAGE));
	fold_ok(fold, registered_in(2, "360502001009"));
	fold_ok(fold, registered_in(3, "110101001001"));
	fold_ok(fold, alert("a1", "360502", 3, day(2025, 6, 10), day(2025, 6, 20)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 2);
	assert_int_equal(fold->told.risk_count, 2);
	/* Again: nothing. Too weak for the rule now: withdrawn. */
	fold_ok(fold, alert("a1", "360502", 3, day(2025, 6, 10), day(2025, 6, 20)));
	assert_int_equal(fold->told.task_count, 0);
	struct ll_household_event weaker =
		alert("a1", "360502", 1, day(2025, 6, 10), day(2025, 6, 20));
	weaker.area_alert.revision = 1;
	fold_ok(fold, weaker);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 2);
	/* The older one comes late. */
	fold_ok(fold, alert("a1", "360502", 3, day(2025, 6, 10), day(2025, 6, 20)));
	assert_int_equal(fold->told.task_count, 0);
}

static void test_alert_moves_on(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event =
		alert("a1", "360502001", 3, day(2025, 6, 10), day(2025, 6, 20));

	fold_ok(fold, registered_in(1, VILLAGE));
	fold_ok(fold, registered_in(2, "360502002001"));
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 1);
	event.area_alert.revision = 1;
	event.area_alert.area = LL_STR("360502002");
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 1);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 1);
	event.area_alert.revision = 2;
	event.area_alert.cancelled = true;
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 1);
}

static void test_alert_waits_for_who_comes_later(void **state)
{
	struct fold *fold = *state;

	fold_ok(fold, alert("a1", "3605", 3, day(2025, 6, 10), day(2025, 6, 20)));
	fold_ok(fold, registered_in(1, VILLAGE));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 1);
	/* Moves away from it. */
	fold_ok(fold, registered_in(1, "110101001001"));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 1);
	fold_ok(fold, registered_in(1, VILLAGE));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 1);
	fold_ok(fold, tick(day(2025, 6, 21)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 1);
	fold_ok(fold, registered_in(2, VILLAGE));
	assert_int_equal(fold->told.task_count, 0);
}

/* The policy with two rules on alerts, and one on a house that was flooded. */
static void use_whole(struct fold *fold)
{
	fold_ok(fold, activated("whole", day(2025, 2, 1)));
	fold_ok(fold, registered_in(1, VILLAGE));
}

static void test_alert_goes_up_and_down(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event =
		alert("a1", "3605", 3, day(2025, 6, 10), day(2025, 6, 20));

	use_whole(fold);
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 1);
	event.area_alert.revision = 1;
	event.area_alert.severity = 4;
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_STRENGTHENED), 1);
	assert_int_equal(fold->told.tasks[0].level, 2);
	/* Down to what it was: the inspection goes on. */
	event.area_alert.revision = 2;
	event.area_alert.severity = 3;
	fold_ok(fold, event);
	assert_int_equal(fold->told.task_count, 0);
	assert_int_equal(fold->told.risks[0].level_after, 1);
	event.area_alert.revision = 3;
	event.area_alert.severity = 1;
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 1);
	event.area_alert.revision = 4;
	event.area_alert.severity = 4;
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 1);
	event.area_alert.revision = 5;
	event.area_alert.cancelled = true;
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 1);
	assert_int_equal(fold->told.risks[0].after, LL_CASE_NONE);
}

static struct ll_buf state_after(const struct ll_household_event *alerts, size_t count, bool back)
{
	struct fold *fold = fold_new();
	struct ll_buf state;

	/* Ids of tasks may depend on the order, what is known may not. */
	fold_ok(fold, activated("quiet", day(2025, 1, 1)));
	fold_ok(fold, tick(day(2025, 6, 10)));
	fold_ok(fold, registered_in(1, VILLAGE));
	fold_ok(fold, registered_in(2, OTHER_VILLAGE));
	for (size_t i = 0; i < count; i++)
		fold_ok(fold, alerts[back ? count - 1 - i : i]);
	fold_ok(fold, tick(day(2025, 6, 11)));
	state = fold_state(fold);
	fold_free(fold);
	return state;
}

/* One number of an alert, different alerts: it does not count which came first. */
static void test_alerts_of_one_revision_in_any_order(void **state)
{
	struct ll_household_event alerts[] = {
		alert("a", "360502", 3, day(2025, 6, 10), day(2025, 6, 20)),
		alert("a", "3605", 3, day(2025, 6, 10), day(2025, 6, 20)),
		alert("a", "360521", 4, day(2025, 6, 10), day(2025, 6, 15)),
		alert("a", "360502", 4, day(2025, 6, 10), day(2025, 6, 15)),
		alert("a", "3605", 2, day(2025, 6, 10), day(2025, 6, 30)),
	};

	(void)state;
	for (size_t first = 0; first < 5; first++)
		for (size_t count = 2; first + count <= 5; count++) {
			struct ll_buf there = state_after(&alerts[first], count, false);
			struct ll_buf back = state_after(&alerts[first], count, true);

			assert_int_equal(there.size, back.size);
			assert_memory_equal(there.data, back.data, there.size);
			ll_buf_release(&there);
			ll_buf_release(&back);
		}
}

/* The inspection after the warning and that of the damage are one. */
static void test_alert_and_damage_are_one_inspection(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event damage =
		life_event(1, 0, "f", day(2025, 6, 10), flood_damage(true, 0));
	const struct told_task *stronger;

	use_whole(fold);
	fold_ok(fold, alert("a1", "3605", 3, day(2025, 6, 10), day(2025, 6, 20)));
	fold_ok(fold, damage);
	stronger = told_find(&fold->told, LL_MEASURE_DISASTER_INSPECTION, LL_CHANGE_STRENGTHENED);
	assert_non_null(stronger);
	assert_int_equal(stronger->level, 2);
	assert_null(told_find(&fold->told, LL_MEASURE_DISASTER_INSPECTION, LL_CHANGE_OPENED));
	/* The warning is over, the damage is not; then it turns out that there was none. */
	fold_ok(fold, tick(day(2025, 6, 21)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 0);
	damage.life_event.action = LL_ACTION_RETRACT;
	fold_ok(fold, damage);
	assert_non_null(
		told_find(&fold->told, LL_MEASURE_DISASTER_INSPECTION, LL_CHANGE_WITHDRAWN));
}

/* An inspection was made. The same warning asks for no other, a worse one does. */
static void test_inspected_is_not_asked_again_by_the_same_warning(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event =
		alert("a1", "3605", 3, day(2025, 6, 10), day(2025, 6, 20));

	use_whole(fold);
	fold_ok(fold, event);
	fold_ok(fold, updated(1, "u", fold->told.tasks[0].task_id, LL_TASK_DONE));
	event.area_alert.revision = 1;
	event.area_alert.expires_on = day(2025, 6, 25);
	fold_ok(fold, event);
	assert_int_equal(fold->told.task_count, 0);
	/* Moves out of the area and back on the same day. */
	fold_ok(fold, registered_in(1, "110101001001"));
	fold_ok(fold, registered_in(1, VILLAGE));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 0);
	event.area_alert.revision = 2;
	event.area_alert.severity = 4;
	fold_ok(fold, event);
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 1);
}

static void test_alert_rejects(void **state)
{
	struct fold *fold = *state;
	int32_t today = day(2025, 6, 10);

	assert_int_equal(fold_apply(fold, alert("x", "36050", 3, today, today)), -LL_ERR_BAD_AREA);
	assert_int_equal(fold_apply(fold, alert("x", "3605", 0, today, today)),
			 -LL_ERR_OUT_OF_RANGE);
	assert_int_equal(fold_apply(fold, alert("x", "3605", 5, today, today)),
			 -LL_ERR_OUT_OF_RANGE);
	assert_int_equal(fold_apply(fold, alert("x", "3605", 3, today, today - 1)),
			 -LL_ERR_OUT_OF_RANGE);
	assert_int_equal(fold_apply(fold, alert("x", "3605", 3, today + 2, today + 3)),
			 -LL_ERR_FUTURE);
	assert_int_equal(fold_apply(fold, alert("x", "3605", 3, today - 9, today - 1)),
			 -LL_ERR_EXPIRED);
}

static void test_alerts_are_bounded(void **state)
{
	struct fold *fold = *state;
	int32_t today = day(2025, 6, 10);
	char id[16];

	for (int i = 0; i < 1024; i++) {
		snprintf(id, sizeof(id), "a%d", i);
		fold_ok(fold, alert(id, "3605", 1, today, today));
	}
	assert_int_equal(fold_apply(fold, alert("more", "3605", 1, today, today)),
			 -LL_ERR_TOO_LARGE);
	fold_ok(fold, tick(today + 32));
	fold_ok(fold, alert("more", "3605", 1, today + 32, today + 32));
}

static void ill(struct fold *fold, uint32_t number, int64_t own_fen)
{
	fold_ok(fold, life_event(number, 1, "s", day(2025, 6, 1), hospital(own_fen)));
}

static void test_policy_comes_into_force_on_its_day(void **state)
{
	struct fold *fold = *state;

	fold_ok(fold, registered(1));
	fold_ok(fold, registered(2));
	ill(fold, 1, 1000 * YUAN);
	fold_ok(fold, activated("strict", day(2025, 7, 1)));
	fold_ok(fold, activated("quiet", day(2025, 8, 1)));
	fold_ok(fold, tick(day(2025, 6, 30)));
	assert_int_equal(fold->told.task_count, 0);
	fold_ok(fold, tick(day(2025, 7, 1)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 2);
	fold_ok(fold, tick(day(2025, 8, 5)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_WITHDRAWN), 2);
	/* Older than the one in force: never. */
	fold_ok(fold, activated("strict", day(2025, 7, 20)));
	assert_int_equal(fold->told.task_count, 0);
	fold_ok(fold, activated("strict", day(2025, 8, 3)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 2);
	assert_int_equal(fold_apply(fold, activated("nonsense", day(2025, 9, 1))),
			 -LL_ERR_BAD_POLICY);
}

static void test_policy_of_the_same_day_is_replaced(void **state)
{
	struct fold *fold = *state;

	fold_ok(fold, registered(1));
	ill(fold, 1, 1000 * YUAN);
	fold_ok(fold, activated("strict", day(2025, 1, 1)));
	assert_int_equal(told_count(&fold->told, LL_CHANGE_OPENED), 2);
	fold_ok(fold, activated("strict", day(2025, 1, 1)));
	assert_int_equal(fold->told.task_count, 0);
}

static void test_policies_are_bounded(void **state)
{
	struct fold *fold = *state;

	for (int i = 0; i < 15; i++)
		fold_ok(fold, activated("quiet", day(2026, 1, 1) + i));
	assert_int_equal(fold_apply(fold, activated("quiet", day(2026, 5, 1))), -LL_ERR_TOO_LARGE);
	fold_ok(fold, activated("strict", day(2026, 1, 1)));
}

static uint64_t count_in(const struct fold *fold, enum ll_case_state state)
{
	uint64_t counts[LL_CASE_STATE_COUNT];

	ll_partition_count_cases(fold->partition, counts);
	return counts[state];
}

static void test_cases_are_counted_by_state(void **state)
{
	static const enum ll_case_decision_type way[] = {
		LL_DECIDED_VISIT_CONFIRMED, LL_DECIDED_VILLAGE_CONFIRMED,
		LL_DECIDED_TOWNSHIP_CONFIRMED, LL_DECIDED_COUNTY_CONFIRMED,
		LL_DECIDED_RISK_ELIMINATED};
	static const enum ll_case_state states[] = {LL_CASE_VERIFIED, LL_CASE_REVIEWED,
						    LL_CASE_CHECKED, LL_CASE_MONITORED,
						    LL_CASE_ELIMINATED};
	static const char *const ids[] = {"d0", "d1", "d2", "d3", "d4"};
	struct fold *fold = *state;

	fold_ok(fold, registered(1));
	fold_ok(fold, registered(2));
	ill(fold, 1, 20000 * YUAN);
	ill(fold, 2, 20000 * YUAN);
	assert_int_equal(count_in(fold, LL_CASE_LEAD), 2);
	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]); i++) {
		fold_ok(fold, decided(1, ids[i], way[i]));
		assert_int_equal(count_in(fold, states[i]), 1);
		assert_int_equal(count_in(fold, LL_CASE_LEAD), 1);
	}
}

/* A tick that has nothing to say of a household does not change it, to the byte. */
static void test_ticks_wake_few(void **state)
{
	struct fold *fold = *state;
	struct ll_buf before;

	fold_ok(fold, registered(1));
	ill(fold, 1, 20000 * YUAN); /* visit due on the 13th, aid on the 25th */
	for (int32_t on = day(2025, 6, 11); on < day(2025, 6, 13); on++) {
		bool done;

		ll_buf_init(&before);
		assert_int_equal(
			ll_partition_encode_changed(fold->partition, &before, SIZE_MAX, &done), 0);
		ll_buf_release(&before);
		fold_ok(fold, tick(on));
		assert_int_equal(ll_partition_changed_count(fold->partition), 1); /* itself */
	}
	fold_ok(fold, tick(day(2025, 6, 14)));
	assert_int_equal(ll_partition_changed_count(fold->partition), 2);
}

/*
 * The facts of some households between two ticks, as a list: any order of it, with duplicates and
 * older revisions anywhere, is the same set. Under a policy without rules, because tasks are named
 * after the event that opened them.
 */
#define DRAWN 60

static struct ll_payload draw_payload(uint64_t *seed)
{
	int64_t amount_fen = draw(seed, 2000000);

	switch (draw(seed, 9)) {
	case 0:
		return job_loss(draw(seed, 4) ? amount_fen / 10 : -1);
	case 1:
		return employed(draw(seed, 4) ? amount_fen / 10 : -1);
	case 2:
		return income_report(2022 + (int32_t)draw(seed, 4), amount_fen);
	case 3:
		return dropout();
	case 4:
		return flood_damage(draw(seed, 2), draw(seed, 2) ? amount_fen : -1);
	case 5:
		return benefit((enum ll_benefit_type)draw(seed, 5), amount_fen,
			       (int32_t)draw(seed, 13));
	case 6:
		return housing((enum ll_housing_grade)draw(seed, 4), amount_fen);
	case 7:
		return declaration((enum ll_need)draw(seed, 7));
	default:
		return hospital(amount_fen);
	}
}

static char drawn_ids[DRAWN][8];

static size_t draw_events(uint64_t *seed, struct ll_household_event *ret_events)
{
	for (size_t i = 0; i < DRAWN; i++) {
		/* Some are revisions, perhaps retractions, of the one before. */
		bool revises = i > 0 && draw(seed, 3) == 0;

		snprintf(drawn_ids[i], sizeof(drawn_ids[i]), "e%zu", i);
		ret_events[i] =
			life_event(1 + draw(seed, 2), draw(seed, 4), drawn_ids[i],
				   day(2025, 6, 11) - (int32_t)draw(seed, 500), draw_payload(seed));
		if (!revises)
			continue;
		ret_events[i].household_key = ret_events[i - 1].household_key;
		ret_events[i].person_key = ret_events[i - 1].person_key;
		ret_events[i].life_event.event_id = ret_events[i - 1].life_event.event_id;
		ret_events[i].life_event.revision = ret_events[i - 1].life_event.revision + 1;
		if (draw(seed, 2))
			ret_events[i].life_event.action = LL_ACTION_RETRACT;
	}
	return DRAWN;
}

static void give_homes(struct ll_household_event *events, size_t count)
{
	/* The person must be of the household. */
	for (size_t i = 0; i < count; i++) {
		struct ll_key one = key_of(1);
		uint32_t number = ll_key_equal(&events[i].household_key, &one) ? 1 : 2;

		if (!ll_key_is_zero(&events[i].person_key))
			events[i].person_key = person_of(number, 1 + (uint32_t)(i % 3));
	}
	for (size_t i = 1; i < count; i++)
		if (events[i].life_event.revision > 0)
			events[i].person_key = events[i - 1].person_key;
}

static struct fold *quiet_fold(void)
{
	struct fold *fold = fold_new();

	fold_ok(fold, activated("quiet", day(2025, 1, 1)));
	fold_ok(fold, tick(day(2025, 6, 10)));
	fold_ok(fold, registered(1));
	fold_ok(fold, registered(2));
	return fold;
}

static void test_any_order_is_the_same_set(void **state)
{
	static struct ll_household_event events[DRAWN];

	(void)state;
	for (uint64_t start = 1; start <= 30; start++) {
		uint64_t seed = start * 0x9e3779b97f4a7c15u;
		struct fold *straight = quiet_fold(), *shuffled = quiet_fold();
		size_t count = draw_events(&seed, events);

		print_message("seed %llu\n", (unsigned long long)start);
		give_homes(events, count);
		for (size_t i = 0; i < count; i++)
			fold_ok(straight, events[i]);
		for (size_t i = count; i > 1; i--) {
			size_t other = draw(&seed, (uint32_t)i);
			struct ll_household_event swapped = events[i - 1];

			events[i - 1] = events[other];
			events[other] = swapped;
		}
		for (size_t i = 0; i < count; i++) {
			fold_ok(shuffled, events[i]);
			fold_ok(shuffled, events[draw(&seed, (uint32_t)i + 1)]);
		}
		assert_same_state(straight, shuffled);
		/* And so they decide alike. */
		fold_ok(straight, activated("basic", day(2025, 2, 1)));
		fold_ok(shuffled, activated("basic", day(2025, 2, 1)));
		assert_int_equal(straight->told.sum, shuffled->told.sum);
		assert_same_state(straight, shuffled);
		fold_free(straight);
		fold_free(shuffled);
	}
}

static void test_ids_do_not_depend_on_kafka(void **state)
{
	struct fold *a = *state, *b = fold_new();
	struct ll_household_event event;

	fold_ok(b, activated("basic", day(2025, 1, 1)));
	fold_ok(b, tick(day(2025, 6, 10)));
	fold_ok(a, registered(1));
	fold_ok(b, registered(1));
	event = life_event(1, 1, "s", day(2025, 6, 1), hospital(30000 * YUAN));
	fold_ok(a, event);
	event.origin.offset = 123456;
	event.origin.partition = 3;
	event.origin.published_at_ms = 99;
	fold_ok(b, event);
	assert_int_equal(a->told.sum, b->told.sum);
	assert_int_equal(a->told.task_count, 2);
	assert_same_state(a, b);
	fold_free(b);
}

static int failing_sink(void *context, const struct ll_decision *decision)
{
	(void)context;
	(void)decision;
	return -LL_ERR_UNAVAILABLE;
}

static void test_error_of_the_sink_is_passed_on(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event event =
		life_event(1, 1, "s", day(2025, 6, 1), hospital(30000 * YUAN));

	fold_ok(fold, registered(1));
	assert_int_equal(
		ll_partition_apply(fold->partition, &event, &fold->scratch, failing_sink, NULL),
		-LL_ERR_UNAVAILABLE);
}

/* Design, section 6: at most 400 bytes a household with five facts, all its tables in. */
static void test_bytes_a_household(void **state)
{
	enum { COUNT = 25000 }; /* just after the table has doubled: the worst */
	struct fold *fold = fold_new();
	size_t empty = ll_partition_bytes(fold->partition);
	char id[16];

	(void)state;
	for (uint32_t number = 0; number < COUNT; number++)
		fold_ok(fold, registered(number));
	/* All grow at the same time, so that nobody can use what another has outgrown. */
	for (int i = 0; i < 5; i++) {
		snprintf(id, sizeof(id), "f%d", i);
		for (uint32_t number = 0; number < COUNT; number++)
			fold_ok(fold,
				life_event(number, 1, id, day(2025, 5, 1) + i, hospital(100)));
	}
	empty = (ll_partition_bytes(fold->partition) - empty) / COUNT;
	print_message("%zu bytes a household\n", empty);
	assert_in_range(empty, 100, 400);
	fold_free(fold);
}

struct seen {
	struct ll_key keys[4];
	size_t count;
	size_t enough; /* the walk is to end there */
};

static int see(void *context, const struct ll_household *household)
{
	struct seen *seen = context;

	seen->keys[seen->count++] = household->key;
	return seen->count == seen->enough ? 7 : 0;
}

static void test_each_registered_household(void **state)
{
	struct fold *fold = *state;
	struct ll_household_event events[3];
	struct ll_household_event gone = registered(2);
	struct seen seen = {.enough = 4};

	for (uint32_t i = 0; i < 3; i++) {
		events[i] = registered(3 - i);
		fold_ok(fold, events[i]);
	}
	gone.household_registered.dissolved = true;
	fold_ok(fold, gone);
	assert_int_equal(ll_partition_each(fold->partition, see, &seen), 0);
	assert_int_equal(seen.count, 2); /* in the order of registration */
	assert_true(ll_key_equal(&seen.keys[0], &events[0].household_key));
	assert_true(ll_key_equal(&seen.keys[1], &events[2].household_key));

	seen = (struct seen){.enough = 1};
	assert_int_equal(ll_partition_each(fold->partition, see, &seen), 7);
	assert_int_equal(seen.count, 1);

	assert_non_null(ll_partition_household(fold->partition, &events[2].household_key));
	assert_null(ll_partition_household(fold->partition, &gone.household_key));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_ticks_only_forwards),
		T(test_each_registered_household),
		T(test_alert_reaches_its_area_only),
		T(test_alert_moves_on),
		T(test_alert_waits_for_who_comes_later),
		T(test_alert_goes_up_and_down),
		T(test_alerts_of_one_revision_in_any_order),
		T(test_alert_and_damage_are_one_inspection),
		T(test_inspected_is_not_asked_again_by_the_same_warning),
		T(test_alert_rejects),
		T(test_alerts_are_bounded),
		T(test_policy_comes_into_force_on_its_day),
		T(test_policy_of_the_same_day_is_replaced),
		T(test_policies_are_bounded),
		T(test_cases_are_counted_by_state),
		T(test_ticks_wake_few),
		T(test_ids_do_not_depend_on_kafka),
		T(test_error_of_the_sink_is_passed_on),
		cmocka_unit_test(test_any_order_is_the_same_set),
		cmocka_unit_test(test_bytes_a_household),
	};

	return cmocka_run_group_tests_name("core/partition", tests, NULL, NULL);
}
