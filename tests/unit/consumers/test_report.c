/* What people report: which texts are taken, and ids that say the same for the same. */
#include <stdio.h>

#include "consumers/report.h"
#include "kit/kit.h"

static int report_text(struct ll_invocation *invocation)
{
	const char *by = ll_invocation_option(invocation, "by");

	return ll_report_check_text(invocation, "by", by, 12) == 0 ? LL_EXIT_DONE : LL_EXIT_USAGE;
}

static const struct ll_option options[] = {
	{"by", "NAME", NULL, "who"},
	{NULL, NULL, NULL, NULL},
};
static const struct ll_command commands[] = {
	{.name = "say",
	 .summary = "say",
	 .usage = "",
	 .group = "",
	 .options = options,
	 .run = report_text},
	{.name = NULL},
};

static int say(const char *text)
{
	char lifeline[] = "lifeline", command[] = "say", option[] = "--by", value[64];
	char *arguments[] = {lifeline, command, option, value, NULL};
	char *environment[] = {NULL};

	snprintf(value, sizeof(value), "%s", text);
	return ll_command_main(commands, 4, arguments, environment);
}

static void test_texts(void **state)
{
	(void)state;
	assert_int_equal(say("team-4"), LL_EXIT_DONE);
	assert_int_equal(say("村委会"), LL_EXIT_DONE);
	assert_int_equal(say("123456789012"), LL_EXIT_DONE);
	assert_int_equal(say("1234567890123"), LL_EXIT_USAGE); /* too long */
	assert_int_equal(say("\xff"), LL_EXIT_USAGE);
	assert_int_equal(say("13912345678"), LL_EXIT_USAGE); /* a phone */
}

static void test_ids(void **state)
{
	char one[LL_KEY_HEX_SIZE], same[LL_KEY_HEX_SIZE], other[LL_KEY_HEX_SIZE];

	(void)state;
	ll_report_id(one, "%s\n%d", "a", 1);
	ll_report_id(same, "%s\n%d", "a", 1);
	ll_report_id(other, "%s\n%d", "a", 2);
	assert_string_equal(one, same);
	assert_string_not_equal(one, other);
	assert_int_equal(strlen(one), LL_KEY_HEX_SIZE - 1);
}

static void test_marks_come_first(void **state)
{
	const struct ll_key household = kit_any_key(7), other = kit_any_key(8);
	struct ll_recorded_task row = {
		.task = {.task_id = kit_any_key(9),
			 .household_key = household,
			 .area = LL_STR("360502001001"),
			 .county = LL_STR("360502"),
			 .measure = LL_MEASURE_MARK_REVIEW,
			 .level = 1},
		.reasons_json = LL_STR("[]"),
	};
	struct ll_position_of_task position = {"assistance-tasks.360502", 0, 0};
	const struct ll_record_batch batch = {
		.tasks = &row, .task_positions = &position, .task_count = 1};
	struct ll_store *store = NULL;

	(void)state;
	assert_int_equal(ll_store_memory_new(&store), 0);
	assert_int_equal(ll_report_check_marks(store, &household, NULL), 0);
	assert_int_equal(ll_store_write_records(store, &batch, NULL), 0);
	assert_int_equal(ll_report_check_marks(store, &household, NULL), -LL_ERR_MARKS_OPEN);
	assert_int_equal(ll_report_check_marks(store, &other, NULL), 0);
	row.task.state = LL_TASK_DONE;
	position.offset = 1;
	assert_int_equal(ll_store_write_records(store, &batch, NULL), 0);
	assert_int_equal(ll_report_check_marks(store, &household, NULL), 0);
	ll_store_free(store);
}

static bool is_third(void *context)
{
	return ++*(int *)context == 3;
}

static void test_waiting_ends_when_it_is_seen(void **state)
{
	int looks = 0;

	(void)state;
	assert_true(ll_report_wait(is_third, &looks));
	assert_int_equal(looks, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_marks_come_first),
		cmocka_unit_test(test_waiting_ends_when_it_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
