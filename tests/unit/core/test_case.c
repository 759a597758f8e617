#include "fixture.h"

#include "core/case.h"

/*
 * The whole table once more, by hand: a change of it must be meant twice. A letter for each trigger in
 * their order: where it leads, '.' for nowhere.
 *   N none, L lead, V verified, R reviewed, C checked, M monitored, E eliminated, X rejected
 */
static const struct {
	enum ll_case_state from;
	const char *rules; /* holds, need gone; visit done, refused, not found, failed; observed */
	const char *people; /* visit ✓✗, county ✓✗, eliminated, released, village ✓✗, township ✓✗ */
	const char *others; /* marks exclude, marks waived, green channel, hold, unhold */
} table[] = {
	{LL_CASE_NONE, "LNNNNN.", "..........", "...NN"},
	{LL_CASE_LEAD, "LNVLLL.", "VX........", "XLLLL"},
	{LL_CASE_VERIFIED, "VVVVVV.", "VX....RX..", "XVVVV"},
	{LL_CASE_REVIEWED, "RRRRRR.", "R.......CX", "XRRRR"},
	{LL_CASE_CHECKED, "CCCCCC.", "C.MX......", "XCCCC"},
	{LL_CASE_MONITORED, "MMMMMM.", "M...E.....", "..MMM"},
	{LL_CASE_ELIMINATED, "LEEEEEN", "E....N....", "...EE"},
	{LL_CASE_REJECTED, "LXXXXX.", "..........", "...XX"},
};

static void assert_move(enum ll_case_state from, int trigger, char expected)
{
	static const char letters[] = "NLVMEXRC"; /* by number */
	enum ll_case_state to = (enum ll_case_state)77;
	int rc = ll_case_next(from, (enum ll_case_trigger)trigger, &to);

	if (expected == '.') {
		assert_int_equal(rc, -LL_ERR_ILLEGAL_MOVE);
		assert_int_equal(to, 77);
	} else {
		assert_int_equal(rc, 0);
		assert_int_equal(letters[to], expected);
	}
}

static void test_every_move(void **state)
{
	(void)state;
	assert_int_equal(sizeof(table) / sizeof(table[0]), LL_CASE_STATE_COUNT);
	for (size_t i = 0; i < LL_CASE_STATE_COUNT; i++) {
		int trigger = 0;

		for (const char *at = table[i].rules; *at; at++)
			assert_move(table[i].from, trigger++, *at);
		for (const char *at = table[i].people; *at; at++)
			assert_move(table[i].from, trigger++, *at);
		for (const char *at = table[i].others; *at; at++)
			assert_move(table[i].from, trigger++, *at);
		assert_int_equal(trigger, LL_CASE_TRIGGER_COUNT);
	}
}

static void test_every_trigger_has_its_names(void **state)
{
	(void)state;
	for (int i = 0; i < LL_CASE_TRIGGER_COUNT; i++) {
		const char *name = ll_case_trigger_name((enum ll_case_trigger)i);

		assert_string_not_equal(name, "?");
		assert_string_not_equal(ll_case_trigger_name_zh((enum ll_case_trigger)i), "?");
		for (int k = 0; k < i; k++)
			assert_string_not_equal(name,
						ll_case_trigger_name((enum ll_case_trigger)k));
	}
	assert_string_equal(ll_case_trigger_name(LL_CASE_TRIGGER_COUNT), "?");
	assert_string_equal(ll_case_trigger_name_zh(LL_CASE_TRIGGER_COUNT), "?");
	/* A decision is called the same to the table. */
	for (int i = 0; i < LL_CASE_DECISION_COUNT; i++)
		assert_string_equal(
			ll_case_trigger_name(ll_case_trigger_of((enum ll_case_decision_type)i)),
			ll_case_decision_name((enum ll_case_decision_type)i));
}

/* Each step is due in its states alone, and its task done moves the case out of the last of them. */
static void test_steps(void **state)
{
	static const char *const due[LL_CASE_STEPS] = {"L", "LVRC", "V", "R", "C", "M"};
	static const char letters[] = "NLVMEXRC";

	(void)state;
	for (size_t i = 0; i < LL_CASE_STEPS; i++) {
		const struct ll_case_step *step = ll_case_step(i);
		enum ll_case_state to;

		assert_ptr_equal(ll_case_step_of(step->measure), step);
		for (int s = 0; s < LL_CASE_STATE_COUNT; s++) {
			bool expected = strchr(due[i], letters[s]) != NULL;

			assert_int_equal(ll_case_step_is_due(step, (enum ll_case_state)s),
					 expected);
			if (expected)
				assert_int_equal(
					ll_case_next((enum ll_case_state)s, step->done, &to), 0);
		}
		assert_int_equal(ll_case_next(step->to, step->done, &to), 0);
		if (step->measure != LL_MEASURE_MARK_REVIEW)
			assert_int_not_equal(to, step->to);
	}
	assert_null(ll_case_step_of(LL_MEASURE_MEDICAL_AID));
}

static struct ll_household household_in(enum ll_case_state state)
{
	struct ll_key key = key_of(1);
	struct ll_household household;

	ll_household_init(&household, &key);
	household.case_state = (unsigned int)state & 15u;
	household.era = 5;
	return household;
}

/* 1: it was said and changed something, 0: nothing to change, below: refused. */
static int say(struct ll_household *household, const char *decision_id,
	       enum ll_case_decision_type type, uint8_t marks)
{
	struct ll_household_event event = decided(1, decision_id, type);
	bool changes = false;
	int rc = ll_case_check_decision(household, &event.case_decision, marks, &changes);

	if (rc < 0 || !changes)
		return rc;
	ll_case_decide(household, &event.case_decision, marks, 100);
	return 1;
}

static void test_decisions(void **state)
{
	struct ll_household household = household_in(LL_CASE_LEAD);

	(void)state;
	assert_int_equal(say(&household, "d1", LL_DECIDED_VISIT_CONFIRMED, 0), 1);
	assert_int_equal(household.case_state, LL_CASE_VERIFIED);
	assert_int_equal(say(&household, "d1", LL_DECIDED_VISIT_CONFIRMED, 0), 0);
	assert_int_equal(say(&household, "d2", LL_DECIDED_RELEASED, 0), -LL_ERR_ILLEGAL_MOVE);
	assert_int_equal(say(&household, "d2", LL_DECIDED_COUNTY_CONFIRMED, 0),
			 -LL_ERR_ILLEGAL_MOVE);
	assert_int_equal(say(&household, "d2", (enum ll_case_decision_type)15, 0),
			 -LL_ERR_BAD_ENUM);
	assert_int_equal(say(&household, "d3", LL_DECIDED_VILLAGE_REJECTED, 0), 1);
	assert_int_equal(household.case_state, LL_CASE_REJECTED);
	assert_true(household.settled);
	assert_int_equal(household.settled_era, 5);
}

static void test_hold_green_and_marks_move_nothing(void **state)
{
	struct ll_household household = household_in(LL_CASE_CHECKED);

	(void)state;
	assert_int_equal(say(&household, "d1", LL_DECIDED_HOLD, 0), 1);
	assert_true(household.held);
	assert_int_equal(say(&household, "d2", LL_DECIDED_HOLD, 0), 0);
	assert_int_equal(say(&household, "d3", LL_DECIDED_UNHOLD, 0), 1);
	assert_false(household.held);
	assert_int_equal(say(&household, "d4", LL_DECIDED_UNHOLD, 0), 0);
	assert_int_equal(say(&household, "d5", LL_DECIDED_GREEN_CHANNEL, 0), 1);
	assert_true(household.green);
	assert_int_equal(say(&household, "d6", LL_DECIDED_GREEN_CHANNEL, 0), 0);
	assert_int_equal(say(&household, "d7", LL_DECIDED_MARKS_WAIVED, 0), 0);
	assert_int_equal(say(&household, "d8", LL_DECIDED_MARKS_WAIVED, LL_MARK_CAR), 1);
	assert_int_equal(say(&household, "d9", LL_DECIDED_MARKS_WAIVED, LL_MARK_CAR), 0);
	assert_int_equal(household.case_state, LL_CASE_CHECKED);
	/* Rejected, it is a case like any other again. */
	assert_int_equal(say(&household, "d10", LL_DECIDED_MARKS_EXCLUDE, LL_MARK_CAR), 1);
	assert_int_equal(household.case_state, LL_CASE_REJECTED);
	assert_false(household.green);
}

static void test_marks_guard_the_county(void **state)
{
	struct ll_household household = household_in(LL_CASE_CHECKED);
	uint8_t marks = LL_MARK_CAR | LL_MARK_COMPANY;

	(void)state;
	assert_int_equal(say(&household, "d1", LL_DECIDED_COUNTY_CONFIRMED, marks),
			 -LL_ERR_MARKS_OPEN);
	assert_int_equal(say(&household, "d2", LL_DECIDED_MARKS_WAIVED, LL_MARK_CAR), 1);
	assert_int_equal(say(&household, "d1", LL_DECIDED_COUNTY_CONFIRMED, marks),
			 -LL_ERR_MARKS_OPEN);
	assert_int_equal(say(&household, "d3", LL_DECIDED_MARKS_WAIVED, marks), 1);
	assert_int_equal(say(&household, "d1", LL_DECIDED_COUNTY_CONFIRMED, marks), 1);
	assert_int_equal(household.case_state, LL_CASE_MONITORED);
	/* No guard on saying no. */
	household = household_in(LL_CASE_CHECKED);
	assert_int_equal(say(&household, "d1", LL_DECIDED_COUNTY_REJECTED, marks), 1);
}

static void test_lead_goes_back_to_where_it_came_from(void **state)
{
	static const enum ll_case_state from[] = {LL_CASE_NONE, LL_CASE_REJECTED,
						  LL_CASE_ELIMINATED};

	(void)state;
	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		struct ll_household household = household_in(from[i]);

		household.settled = from[i] != LL_CASE_NONE;
		household.settled_era = 3;
		assert_int_equal(ll_case_move(&household, LL_TRIGGER_RULE_HOLDS, 10), 0);
		assert_int_equal(household.case_state, LL_CASE_LEAD);
		assert_int_equal(ll_case_move(&household, LL_TRIGGER_RULE_HOLDS, 10), 0);
		assert_int_equal(household.lead_from, from[i]);
		assert_int_equal(ll_case_move(&household, LL_TRIGGER_NEED_GONE, 11), 0);
		assert_int_equal(household.case_state, from[i]);
		/* Nobody said anything: what was settled is settled as of then. */
		assert_int_equal(household.settled_era, 3);
	}
}

static void test_stable_months_count_from_when_it_was_taken_in(void **state)
{
	struct ll_household household = household_in(LL_CASE_CHECKED);

	(void)state;
	household.stable_since = 7;
	assert_int_equal(say(&household, "d1", LL_DECIDED_COUNTY_CONFIRMED, 0), 1);
	assert_int_equal(household.case_state, LL_CASE_MONITORED);
	assert_int_equal(household.stable_since, 100);
	/* Somebody goes there: not taken in again. */
	household.stable_since = 120;
	assert_int_equal(say(&household, "d2", LL_DECIDED_VISIT_CONFIRMED, 0), 1);
	assert_int_equal(household.stable_since, 120);
	household = household_in(LL_CASE_CHECKED);
	household.stable_since = LL_DAY_NONE;
	assert_int_equal(say(&household, "d1", LL_DECIDED_COUNTY_CONFIRMED, 0), 1);
	assert_int_equal(household.stable_since, LL_DAY_NONE);
}

static void test_what_settles(void **state)
{
	struct ll_household household = household_in(LL_CASE_MONITORED);

	(void)state;
	household.stable_since = 7;
	assert_int_equal(say(&household, "d1", LL_DECIDED_RISK_ELIMINATED, 0), 1);
	assert_true(household.settled);
	/* The observation begins with the day of the decision. */
	assert_int_equal(household.stable_since, 100);
	household.era = 6;
	assert_int_equal(ll_case_move(&household, LL_TRIGGER_OBSERVED, 300), 0);
	assert_int_equal(household.case_state, LL_CASE_NONE);
	assert_int_equal(household.settled_era, 5);
	household.case_state = LL_CASE_ELIMINATED;
	assert_int_equal(say(&household, "d2", LL_DECIDED_RELEASED, 0), 1);
	assert_int_equal(household.settled_era, 6);
	/* A visit that confirms makes all facts count again. */
	household.case_state = LL_CASE_LEAD;
	assert_int_equal(say(&household, "d3", LL_DECIDED_VISIT_CONFIRMED, 0), 1);
	assert_false(household.settled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_move),
		cmocka_unit_test(test_every_trigger_has_its_names),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_decisions),
		cmocka_unit_test(test_hold_green_and_marks_move_nothing),
		cmocka_unit_test(test_marks_guard_the_county),
		cmocka_unit_test(test_lead_goes_back_to_where_it_came_from),
		cmocka_unit_test(test_stable_months_count_from_when_it_was_taken_in),
		cmocka_unit_test(test_what_settles),
	};

	return cmocka_run_group_tests_name("core/case", tests, NULL, NULL);
}
