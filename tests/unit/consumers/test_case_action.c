/* The words of `lifeline case` and what the case table says to them; the page of the table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "consumers/case/case_action.h"
#include "consumers/case/case_diagram.h"

#define PAGE_MAX 65536

/* Every word in every state: where it leads, or "-"; "" stays. */
static const struct {
	const char *word;
	/* from none, lead, verified, monitored, eliminated, rejected, reviewed, checked */
	const char *to[LL_CASE_STATE_COUNT];
} moves[] = {
	{"confirm", {"-", "verified", "", "", "", "-", "", ""}},
	{"reject", {"-", "rejected", "rejected", "-", "-", "-", "-", "-"}},
	{"village-confirm", {"-", "-", "reviewed", "-", "-", "-", "-", "-"}},
	{"village-reject", {"-", "-", "rejected", "-", "-", "-", "-", "-"}},
	{"township-confirm", {"-", "-", "-", "-", "-", "-", "checked", "-"}},
	{"township-reject", {"-", "-", "-", "-", "-", "-", "rejected", "-"}},
	{"monitor", {"-", "-", "-", "-", "-", "-", "-", "monitored"}},
	{"decline", {"-", "-", "-", "-", "-", "-", "-", "rejected"}},
	{"waive-marks", {"-", "", "", "-", "-", "-", "", ""}},
	{"exclude", {"-", "rejected", "rejected", "-", "-", "-", "rejected", "rejected"}},
	{"green-channel", {"-", "", "", "", "-", "-", "", ""}},
	{"eliminate", {"-", "-", "-", "eliminated", "-", "-", "-", "-"}},
	{"release", {"-", "-", "-", "-", "none", "-", "-", "-"}},
	{"hold", {"", "", "", "", "", "", "", ""}},
	{"unhold", {"", "", "", "", "", "", "", ""}},
};

static void test_every_move(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		const struct ll_case_action *action = ll_case_action_find(moves[i].word);

		assert_non_null(action);
		for (int from = 0; from < LL_CASE_STATE_COUNT; from++) {
			const char *wanted = moves[i].to[from];
			enum ll_case_state to = LL_CASE_STATE_COUNT;
			int err = ll_case_action_next(action, (enum ll_case_state)from, &to, NULL);

			if (strcmp(wanted, "-") == 0) {
				assert_int_equal(err, -LL_ERR_ILLEGAL_MOVE);
				assert_int_equal(to, LL_CASE_STATE_COUNT);
				continue;
			}
			assert_int_equal(err, 0);
			if (!*wanted)
				wanted = ll_case_state_name((enum ll_case_state)from);
			assert_string_equal(ll_case_state_name(to), wanted);
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
		assert_string_equal(ll_case_action_word(action->type), moves[i].word);
		assert_int_equal(ll_case_action_moves(action),
				 action->type != LL_DECIDED_HOLD &&
					 action->type != LL_DECIDED_UNHOLD &&
					 action->type != LL_DECIDED_MARKS_WAIVED &&
					 action->type != LL_DECIDED_GREEN_CHANNEL);
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
		    "confirm, reject, waive-marks, exclude, green-channel, hold, unhold");
	assert_says("monitor", LL_CASE_MONITORED,
		    "the case is 'monitored' (监测对象) already: 'monitor' is not possible there; "
		    "possible are confirm, green-channel, eliminate, hold, unhold");
	assert_says("confirm", LL_CASE_NONE,
		    "the case is 'none' (未预警): 'confirm' is not possible there; possible are "
		    "hold, unhold");
	assert_int_equal(ll_case_actions_possible(LL_CASE_NONE),
			 1u << LL_DECIDED_HOLD | 1u << LL_DECIDED_UNHOLD);
}

static void test_dimensions(void **state)
{
	struct ll_error error = {0};
	int32_t dimensions = 0;

	(void)state;
	assert_int_equal(ll_case_dimensions_parse("food,housing", &dimensions, &error), 0);
	assert_int_equal(dimensions, 1 << LL_DIMENSION_FOOD | 1 << LL_DIMENSION_HOUSING);
	assert_int_equal(ll_case_dimensions_parse("吃、饮水安全，穿", &dimensions, &error), 0);
	assert_int_equal(dimensions, 1 << LL_DIMENSION_FOOD | 1 << LL_DIMENSION_WATER |
					     1 << LL_DIMENSION_CLOTHING);
	dimensions = 7;
	assert_int_equal(ll_case_dimensions_parse("food,", &dimensions, &error), -LL_ERR_INVALID);
	assert_int_equal(ll_case_dimensions_parse("", &dimensions, &error), -LL_ERR_INVALID);
	assert_int_equal(ll_case_dimensions_parse("income", &dimensions, &error),
			 -LL_ERR_INVALID); /* nobody sees it on a visit */
	assert_non_null(strstr(error.message, "'income' is none of food"));
	assert_int_equal(dimensions, 7);
}

static void test_page(void **state)
{
	static char stored[PAGE_MAX];
	FILE *stream = fopen(LL_REFERENCE_DIR "/case.md", "r");
	struct ll_buf page;
	size_t size;

	(void)state;
	assert_non_null(stream);
	size = fread(stored, 1, sizeof(stored), stream);
	fclose(stream);
	ll_buf_init(&page);
	assert_int_equal(ll_case_diagram_page(&page), 0);
	if (size != page.size || memcmp(stored, page.data, size) != 0)
		fail_msg("docs/reference/case.md is not what the program says: lifeline case "
			 "diagram --format page > docs/reference/case.md");
	ll_buf_release(&page);
}

static void assert_has(struct ll_buf *text, const char *wanted)
{
	if (!memmem(text->data, text->size, wanted, strlen(wanted)))
		fail_msg("'%s' is missing in:\n%.*s", wanted, (int)text->size,
			 (const char *)text->data);
}

static void test_pictures(void **state)
{
	struct ll_buf out;

	(void)state;
	ll_buf_init(&out);
	assert_int_equal(ll_case_diagram_mermaid(LL_ENGLISH, &out), 0);
	assert_has(&out, "stateDiagram-v2\n");
	assert_has(&out, "    checked --> monitored: county confirmed\n");
	ll_buf_clear(&out);
	assert_int_equal(ll_case_diagram_mermaid(LL_CHINESE, &out), 0);
	assert_has(&out, "    lead: 线索\n");
	assert_has(&out, "    verified --> reviewed: 村级评议公示通过\n");
	ll_buf_clear(&out);
	assert_int_equal(ll_case_diagram_dot(LL_CHINESE, &out), 0);
	assert_has(&out, "\tmonitored -> eliminated [label=\"风险消除\"];\n");
	ll_buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_move),
		cmocka_unit_test(test_each_decision_has_one_word),
		cmocka_unit_test(test_what_is_possible_is_told),
		cmocka_unit_test(test_dimensions),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_pictures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
