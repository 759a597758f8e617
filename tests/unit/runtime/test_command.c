#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture.h"
#include "runtime/columns.h"
#include "runtime/command.h"
#include "runtime/nearest.h"

#define WORDS_MAX 16

/* What the fake commands saw. */
static struct {
	int runs;
	char name[32];
	char words[128];
	char level[16];
} seen;

static struct capture errors;
static struct capture output;

static int run_fake(struct ll_invocation *invocation)
{
	size_t size = 0;

	seen.runs++;
	snprintf(seen.name, sizeof(seen.name), "%s", ll_invocation_command(invocation)->name);
	snprintf(seen.level, sizeof(seen.level), "%s",
		 ll_settings_text(ll_invocation_settings(invocation), LL_SETTING_LOG_LEVEL));
	for (int i = 0; i < ll_invocation_argument_count(invocation); i++)
		size += (size_t)snprintf(seen.words + size, sizeof(seen.words) - size, "%s;",
					 ll_invocation_argument(invocation, i));
	return LL_EXIT_SOME_REJECTED;
}

static int run_options(struct ll_invocation *invocation)
{
	const char *mapping = ll_invocation_option(invocation, "mapping");
	int64_t rate = 0;

	if (ll_invocation_number(invocation, "rate", 1, 10, &rate))
		return LL_EXIT_USAGE;
	snprintf(seen.words, sizeof(seen.words), "%s %d %lld", mapping ? mapping : "none",
		 ll_invocation_flag(invocation, "dry-run"), (long long)rate);
	return run_fake(invocation) ? LL_EXIT_DONE : LL_EXIT_FAILED;
}

static const struct ll_option fake_options[] = {
	{"mapping", "FILE", NULL, "how the columns of the department's own export become an event"},
	{"rate", "N", "5", "events a second"},
	{"dry-run", NULL, NULL, "check only"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_command fake_subcommands[] = {
	{.name = "create", .summary = "make them", .group = "Operators", .run = run_fake},
	{.name = "check",
	 .summary = "look",
	 .group = "Operators",
	 .max_arguments = -1,
	 .run = run_fake},
	{.name = NULL},
};

static const struct ll_option config_options[] = {
	{"json", NULL, NULL, "as JSON"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_command fake_commands[] = {
	{.name = "config",
	 .summary = "show",
	 .group = "Operators",
	 .options = config_options,
	 .subcommands = fake_subcommands,
	 .run = run_fake},
	{.name = "publish",
	 .summary = "publish events",
	 .usage = "FILE...",
	 .group = "Departments",
	 .help = "A paragraph that is long enough to need two lines of eighty columns, and so it "
		 "will be "
		 "filled.\n\nExample:\n  lifeline publish a.csv\n",
	 .options = fake_options,
	 .max_arguments = 0,
	 .run = run_options},
	{.name = "topics",
	 .summary = "topics",
	 .group = "Operators",
	 .subcommands = fake_subcommands},
	{.name = "tasks",
	 .summary = "list tasks",
	 .usage = "ID [NOTE]",
	 .group = "County teams",
	 .min_arguments = 1,
	 .max_arguments = 2,
	 .run = run_fake},
	{.name = NULL},
};

/* Splits at spaces, runs, and keeps what was written in `errors` and `output`. */
static int run_line(const char *line, char **environment)
{
	char text[256];
	char *argv[WORDS_MAX + 1];
	int argc = 0;
	int code;

	memset(&seen, 0, sizeof(seen));
	snprintf(text, sizeof(text), "%s", line);
	for (char *word = strtok(text, " "); word && argc < WORDS_MAX; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	capture_start(&errors, STDERR_FILENO);
	capture_start(&output, STDOUT_FILENO);
	code = ll_command_main(fake_commands, argc, argv, environment);
	capture_end(&output);
	capture_end(&errors);
	return code;
}

static void test_arguments(void **state)
{
	(void)state;
	assert_int_equal(run_line("lifeline tasks a b", NULL), LL_EXIT_SOME_REJECTED);
	assert_string_equal(seen.words, "a;b;");
	assert_int_equal(run_line("lifeline tasks -- --a -b", NULL), LL_EXIT_SOME_REJECTED);
	assert_string_equal(seen.words, "--a;-b;");
	assert_int_equal(run_line("lifeline tasks -", NULL), LL_EXIT_SOME_REJECTED);
	assert_string_equal(seen.words, "-;");
	assert_int_equal(run_line("lifeline topics check x y z", NULL), LL_EXIT_SOME_REJECTED);
	assert_string_equal(seen.name, "check");
	assert_string_equal(seen.words, "x;y;z;");
}

/* A command with subcommands may run without one. */
static void test_optional_subcommand(void **state)
{
	(void)state;
	assert_int_equal(run_line("lifeline config --json", NULL), LL_EXIT_SOME_REJECTED);
	assert_string_equal(seen.name, "config");
	assert_int_equal(run_line("lifeline config create", NULL), LL_EXIT_SOME_REJECTED);
	assert_string_equal(seen.name, "create");
	assert_int_equal(run_line("lifeline config --json create", NULL), LL_EXIT_USAGE);
	assert_non_null(strstr(errors.text, "lifeline config: options of its own"));
	assert_int_equal(run_line("lifeline config --help", NULL), LL_EXIT_DONE);
	assert_non_null(strstr(output.text, "usage: lifeline config [SUBCOMMAND] [options]\n"));
}

static void test_options(void **state)
{
	(void)state;
	assert_int_equal(run_line("lifeline publish", NULL), LL_EXIT_DONE);
	assert_string_equal(seen.words, "none 0 5");
	assert_int_equal(run_line("lifeline publish --mapping=a=b --dry-run --rate 7", NULL),
			 LL_EXIT_DONE);
	assert_string_equal(seen.words, "a=b 1 7");
	assert_int_equal(run_line("lifeline publish --rate 11", NULL), LL_EXIT_USAGE);
	assert_non_null(strstr(errors.text, "lifeline publish: --rate must be"));
}

static void test_settings(void **state)
{
	char *environment[] = {"LIFELINE_LOG_LEVEL=warning", NULL};

	(void)state;
	assert_int_equal(run_line("lifeline tasks a", environment), LL_EXIT_SOME_REJECTED);
	assert_string_equal(seen.level, "warning");
	assert_int_equal(
		run_line("lifeline --log-level=debug topics --kafka.x 1 create", environment),
		LL_EXIT_SOME_REJECTED);
	assert_string_equal(seen.name, "create");
	assert_string_equal(seen.level, "debug");
}

struct bad_line {
	const char *line;
	const char *says;
};

static void test_usage_errors(void **state)
{
	static const struct bad_line rows[] = {
		{"lifeline", "usage: lifeline COMMAND"},
		{"lifeline publihs", "there is no command publihs; did you mean publish?"},
		{"lifeline zzzzzzzz", "there is no command zzzzzzzz\n"},
		{"lifeline topics crate",
		 "lifeline topics: there is no command crate; did you mean create?"},
		{"lifeline topics", "a subcommand is missing"},
		{"lifeline --log-level info", "a command is missing"},
		{"lifeline publish --mappin x",
		 "there is no option --mappin; did you mean --mapping?"},
		{"lifeline publish --log-lvel x", "did you mean --log-level?"},
		{"lifeline publish -x", "there is no option -x"},
		{"lifeline publish --mapping", "a value is missing after --mapping"},
		{"lifeline publish --batch-max", "a value is missing after --batch-max"},
		{"lifeline publish --batch-max 0",
		 "batch-max must be a whole number from 1 to 100000"},
		{"lifeline publish --dry-run=yes", "takes no value"},
		{"lifeline publish a", "one argument too many: a"},
		{"lifeline tasks", "an argument is missing: ID [NOTE]"},
		{"lifeline tasks a b c", "one argument too many: c"},
		{"lifeline tasks a --config no/such.yaml", "lifeline tasks: no/such.yaml:"},
		{"lifeline tasks a --version", "there is no option --version"},
		{"lifeline help nothing-like-it", "there is no command"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(run_line(rows[i].line, NULL), LL_EXIT_USAGE);
		if (!strstr(errors.text, rows[i].says) || seen.runs || output.text[0])
			fail_msg("%s: %s", rows[i].line, errors.text);
	}
}

static void assert_narrow(const char *text)
{
	while (*text) {
		size_t size = strcspn(text, "\n");

		if (ll_text_width((struct ll_str){text, size}) > 80)
			fail_msg("too wide: %.*s", (int)size, text);
		text += size + (text[size] == '\n');
	}
}

static void test_overview(void **state)
{
	const char *departments;
	const char *operators;

	(void)state;
	assert_int_equal(run_line("lifeline help", NULL), LL_EXIT_DONE);
	departments = strstr(output.text, "\nDepartments:\n");
	operators = strstr(output.text, "\nOperators:\n");
	assert_non_null(departments);
	assert_true(operators && departments);
	assert_non_null(strstr(operators, "  topics "));
	assert_null(strstr(departments + 1, "\nDepartments:\n"));
	assert_narrow(output.text);
	assert_int_equal(run_line("lifeline --help", NULL), LL_EXIT_DONE);
	assert_non_null(strstr(output.text, "\nDepartments:\n"));
}

static void test_command_help(void **state)
{
	static const char *const lines[] = {"lifeline publish --help", "lifeline help publish",
					    "lifeline publish -h", "lifeline --help",
					    "lifeline publish --mapping x --help y z"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(run_line(lines[i], NULL), LL_EXIT_DONE);
		assert_int_equal(seen.runs, 0);
		assert_narrow(output.text);
		if (strcmp(lines[i], "lifeline --help") == 0)
			continue;
		assert_non_null(strstr(output.text, "usage: lifeline publish [options] FILE...\n"));
		assert_non_null(strstr(output.text, "\nExample:\n  lifeline publish a.csv\n"));
		assert_non_null(strstr(output.text, "\n  --mapping FILE "));
		assert_non_null(strstr(output.text, "(default: 5)"));
		assert_non_null(strstr(output.text, "\n  --batch-max VALUE "));
	}
	assert_int_equal(run_line("lifeline help topics create", NULL), LL_EXIT_DONE);
	assert_non_null(strstr(output.text, "usage: lifeline topics create [options]\n"));
}

static void test_version(void **state)
{
	(void)state;
	assert_int_equal(run_line("lifeline --version", NULL), LL_EXIT_DONE);
	assert_memory_equal(output.text, "lifeline ", 9);
	assert_true(output.text[9] >= '0' && output.text[9] <= '9');
}

static void test_exit_codes(void **state)
{
	(void)state;
	assert_int_equal(ll_exit_of(0), LL_EXIT_DONE);
	assert_int_equal(ll_exit_of(-LL_ERR_UNAVAILABLE), LL_EXIT_FAILED);
	assert_int_equal(ll_exit_of(-LL_ERR_IO), LL_EXIT_FAILED);
	assert_int_equal(ll_exit_of(-LL_ERR_FATAL), LL_EXIT_RESTART);
}

static void test_edit_distance(void **state)
{
	(void)state;
	assert_int_equal(ll_edit_distance("", ""), 0);
	assert_int_equal(ll_edit_distance("", "abc"), 3);
	assert_int_equal(ll_edit_distance("abc", "abc"), 0);
	assert_int_equal(ll_edit_distance("abc", "acb"), 1);
	assert_int_equal(ll_edit_distance("kitten", "sitting"), 3);
	assert_int_equal(ll_edit_distance("topcis", "topics"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments),    cmocka_unit_test(test_optional_subcommand),
		cmocka_unit_test(test_options),	     cmocka_unit_test(test_settings),
		cmocka_unit_test(test_usage_errors), cmocka_unit_test(test_overview),
		cmocka_unit_test(test_command_help), cmocka_unit_test(test_version),
		cmocka_unit_test(test_exit_codes),   cmocka_unit_test(test_edit_distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
