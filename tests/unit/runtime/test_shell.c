#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "capture.h"
#include "runtime/shell.h"

static char file_name[] = "test_shell_XXXXXX";
static struct capture errors;

/* What the command under test found. */
static struct {
	int err;
	char instance[LL_INSTANCE_MAX];
	struct ll_key key;
} found;

static int run_pseudonyms(struct ll_invocation *invocation)
{
	struct ll_pseudonyms *pseudonyms = NULL;

	found.err = ll_shell_pseudonyms(invocation, &pseudonyms);
	if (!found.err)
		found.err = ll_pseudonym_household(pseudonyms, LL_STR("H-1"), &found.key);
	ll_pseudonyms_free(pseudonyms);
	return LL_EXIT_DONE;
}

static int run_instance(struct ll_invocation *invocation)
{
	found.err = ll_shell_instance(invocation, found.instance);
	return LL_EXIT_DONE;
}

static const struct ll_command commands[] = {
	{.name = "pseudonyms", .summary = "", .group = "", .run = run_pseudonyms},
	{.name = "instance", .summary = "", .group = "", .run = run_instance},
	{.name = NULL},
};

static const char *run(char *command, char *option, char *value)
{
	char *argv[] = {"lifeline", command, option, value, NULL};

	memset(&found, 0, sizeof(found));
	capture_start(&errors, STDERR_FILENO);
	assert_int_equal(ll_command_main(commands, option ? 4 : 2, argv, NULL), LL_EXIT_DONE);
	return capture_end(&errors);
}

static void write_secret(const char *text, mode_t mode)
{
	FILE *file = fopen(file_name, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(file_name, mode), 0);
}

static int set_up(void **state)
{
	int descriptor = mkstemp(file_name);

	(void)state;
	return descriptor < 0 ? -1 : close(descriptor);
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(file_name);
}

/* The newline that base64 ends with is no part of the secret. */
static void test_secret_is_trimmed(void **state)
{
	struct ll_key plain;

	(void)state;
	write_secret("0123456789abcdef", 0600);
	assert_string_equal(run("pseudonyms", "--secret-file", file_name), "");
	assert_int_equal(found.err, 0);
	plain = found.key;
	write_secret(" 0123456789abcdef\r\n", 0600);
	run("pseudonyms", "--secret-file", file_name);
	assert_true(ll_key_equal(&plain, &found.key));
	write_secret("0123456789abcdeg", 0600);
	run("pseudonyms", "--secret-file", file_name);
	assert_false(ll_key_equal(&plain, &found.key));
}

static void test_secret_errors_say_how_to_make_one(void **state)
{
	static char longer[1000];

	(void)state;
	assert_non_null(strstr(run("pseudonyms", NULL, NULL), "head -c 32 /dev/urandom | base64"));
	assert_int_equal(found.err, -LL_ERR_MISSING);

	run("pseudonyms", "--secret-file", "no/such/file");
	assert_non_null(strstr(errors.text, "no/such/file"));
	assert_non_null(strstr(errors.text, "head -c 32 /dev/urandom"));
	assert_int_equal(found.err, -LL_ERR_IO);

	write_secret("0123456789abcde\n", 0600);
	run("pseudonyms", "--secret-file", file_name);
	assert_non_null(strstr(errors.text, "must be 16 to 256 bytes"));
	assert_null(strstr(errors.text, "0123456789"));
	assert_int_equal(found.err, -LL_ERR_INVALID);

	memset(longer, 'x', sizeof(longer) - 1);
	write_secret(longer, 0600);
	run("pseudonyms", "--secret-file", file_name);
	assert_int_equal(found.err, -LL_ERR_INVALID);
}

static void test_readable_secret_is_warned_of(void **state)
{
	(void)state;
	write_secret("0123456789abcdef", 0644);
	assert_non_null(strstr(run("pseudonyms", "--secret-file", file_name), "chmod 600"));
	assert_int_equal(found.err, 0);
}

static void test_instance(void **state)
{
	char host[256];

	(void)state;
	run("instance", "--instance", "assess-7");
	assert_string_equal(found.instance, "assess-7");
	assert_int_equal(gethostname(host, sizeof(host)), 0);
	run("instance", NULL, NULL);
	if (strlen(host) < LL_INSTANCE_MAX)
		assert_string_equal(found.instance, host);
	else
		assert_int_equal(found.err, -LL_ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secret_is_trimmed),
		cmocka_unit_test(test_secret_errors_say_how_to_make_one),
		cmocka_unit_test(test_readable_secret_is_warned_of),
		cmocka_unit_test(test_instance),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
