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
		cmocka_unit_test(test_waiting_ends_when_it_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
