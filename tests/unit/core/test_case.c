#include "fixture.h"

#include "core/case.h"

#define ILLEGAL (-1)

/* The whole table once more, by hand: a change of it must be meant twice. */
static void test_every_move(void **state)
{
	static const int expected[LL_CASE_STATE_COUNT][LL_CASE_TRIGGER_COUNT] = {
		/* holds, gone, visit done, refused, not found, failed, | visit confirmed, rejected,
	     * county confirmed, rejected, eliminated, released */
		[LL_CASE_NONE] = {1, 0, 0, 0, 0, 0, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL,
				  ILLEGAL},
		[LL_CASE_LEAD] = {1, 0, 2, 1, 1, 1, 2, 5, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL},
		[LL_CASE_VERIFIED] = {2, 2, 2, 2, 2, 2, 2, 5, 3, 5, ILLEGAL, ILLEGAL},
		[LL_CASE_MONITORED] = {3, 3, 3, 3, 3, 3, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, 4,
				       ILLEGAL},
		[LL_CASE_ELIMINATED] = {1, 4, 4, 4, 4, 4, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL,
					ILLEGAL, 0},
		[LL_CASE_REJECTED] = {1, 5, 5, 5, 5, 5, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL,
				      ILLEGAL},
	};

	(void)state;
	for (int from = 0; from < LL_CASE_STATE_COUNT; from++)
		for (int trigger = 0; trigger < LL_CASE_TRIGGER_COUNT; trigger++) {
			enum ll_case_state to = (enum ll_case_state)77;
			int rc = ll_case_next((enum ll_case_state)from,
					      (enum ll_case_trigger)trigger, &to);

			if (expected[from][trigger] == ILLEGAL) {
				assert_int_equal(rc, -LL_ERR_ILLEGAL_MOVE);
				assert_int_equal(to, 77);
			} else {
				assert_int_equal(rc, 0);
				assert_int_equal(to, expected[from][trigger]);
			}
		}
}

static int decide(struct ll_household *household, const char *decision_id,
		  enum ll_case_decision_type type, int32_t today, bool *ret_changed)
{
	struct ll_household_event event = decided(1, decision_id, type);

	return ll_case_decide(household, &event.case_decision, today, ret_changed);
}

static void test_decisions(void **state)
{
	struct ll_key key = key_of(1);
	struct ll_household household;
	bool changed;

	(void)state;
	ll_household_init(&household, &key);
	household.case_state = LL_CASE_LEAD;
	assert_int_equal(decide(&household, "d1", LL_DECIDED_VISIT_CONFIRMED, 100, &changed), 0);
	assert_true(changed);
	assert_int_equal(household.case_state, LL_CASE_VERIFIED);
	assert_int_equal(household.case_since, 100);
	assert_int_equal(decide(&household, "d1", LL_DECIDED_VISIT_CONFIRMED, 101, &changed), 0);
	assert_false(changed);
	assert_int_equal(decide(&household, "d2", LL_DECIDED_RELEASED, 101, &changed),
			 -LL_ERR_ILLEGAL_MOVE);
	assert_int_equal(decide(&household, "d3", LL_DECIDED_HOLD, 101, &changed), 0);
	assert_true(household.held);
	assert_int_equal(decide(&household, "d4", LL_DECIDED_COUNTY_REJECTED, 102, &changed), 0);
	assert_true(household.settled);
	assert_int_equal(household.case_state, LL_CASE_REJECTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_move),
		cmocka_unit_test(test_decisions),
	};

	return cmocka_run_group_tests_name("core/case", tests, NULL, NULL);
}
