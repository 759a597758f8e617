/* The words of `lifeline case` and what the case table says to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "consumers/case/case_action.h"

/* Every word in every state: where it leads, or "-". */
static const struct {
	const char *word;
	const char *to[LL_CASE_STATE_COUNT]; /* from none, lead, verified, monitored, … */
} moves[] = {
	{"confirm", {"-", "verified", "verified", "-", "-", "-"}},
	{"reject", {"-", "rejected", "rejected", "-", "-", "-"}},
	{"monitor", {"-", "-", "monitored", "-", "-", "-"}},
	{"decline", {"-", "-", "rejected", "-", "-", "-"}},
	{"eliminate", {"-", "-", "-", "eliminated", "-", "-"}},
	{"release", {"-", "-", "-", "-", "none", "-"}},
	{"hold", {"none", "lead", "verified", "monitored", "eliminated", "rejected"}},
	{"unhold", {"none", "lead", "verified", "monitored", "eliminated", "rejected"}},
};

static void test_every_move(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		const struct ll_case_action *action = ll_case_action_find(moves[i].word);

		assert_non_null(action);
		for (int from = 0; from < LL_CASE_STATE_COUNT; from++) {
			enum ll_case_state to = LL_CASE_STATE_COUNT;
			int err = ll_case_action_next(action, (enum ll_case_state)from, &to, NULL);

			if (strcmp(moves[i].to[from], "-") == 0) {
				assert_int_equal(err, -LL_ERR_ILLEGAL_MOVE);
				assert_int_equal(to, LL_CASE_STATE_COUNT);
			} else {
				assert_int_equal(err, 0);
				assert_string_equal(ll_case_state_name(to), moves[i].to[from]);
			}
		}
	}
}

static void test_each_decision_has_one_word(void **state)
{
	int seen[LL_CASE_DECISION_COUNT] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		const struct ll_case_action *action = ll_case_action_find(moves[i].word);

		seen[action->type]++;
		assert_int_equal(ll_case_action_moves(action),
				 action->type != LL_DECIDED_HOLD &&
					 action->type != LL_DECIDED_UNHOLD);
	}
	for (int i = 0; i < LL_CASE_DECISION_COUNT; i++)
		assert_int_equal(seen[i], 1);
	assert_null(ll_case_action_find("release!"));
	assert_null(ll_case_action_find(""));
}

static void assert_says(const char *word, enum ll_case_state from, const char *wanted)
{
	struct ll_error error = {0};
	enum ll_case_state to;

	assert_int_equal(ll_case_action_next(ll_case_action_find(word), from, &to, &error),
			 -LL_ERR_ILLEGAL_MOVE);
	assert_string_equal(error.message, wanted);
}

static void test_what_is_possible_is_told(void **state)
{
	(void)state;
	assert_says("monitor", LL_CASE_LEAD,
		    "the case is 'lead' (线索): 'monitor' is not possible there; possible are "
		    "confirm, reject, hold, unhold");
	assert_says("monitor", LL_CASE_MONITORED,
		    "the case is 'monitored' (监测对象) already: 'monitor' is not possible there; "
		    "possible are eliminate, hold, unhold");
	assert_says(
		"confirm", LL_CASE_NONE,
		"the case is 'none' (未预警): 'confirm' is not possible there; possible are hold, "
		"unhold");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_move),
		cmocka_unit_test(test_each_decision_has_one_word),
		cmocka_unit_test(test_what_is_possible_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
