#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/command.h"

#define CHILD_WENT_ON 17

/* In a child: sends itself both signals in turn; how it ended. */
static int run_child(int first, int second)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		ll_stop_on_signals();
		if (ll_stop_asked())
			_exit(1);
		raise(first);
		if (!ll_stop_asked())
			_exit(2);
		if (second)
			raise(second);
		_exit(CHILD_WENT_ON);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void test_first_signal_asks(void **state)
{
	static const int signals[] = {SIGTERM, SIGINT};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		int status = run_child(signals[i], 0);

		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), CHILD_WENT_ON);
	}
}

static void test_second_signal_ends(void **state)
{
	int status = run_child(SIGTERM, SIGINT);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGINT);
	status = run_child(SIGTERM, SIGTERM);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
}

static void test_broken_pipe_is_survived(void **state)
{
	int status = run_child(SIGTERM, SIGPIPE);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), CHILD_WENT_ON);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_signal_asks),
		cmocka_unit_test(test_second_signal_ends),
		cmocka_unit_test(test_broken_pipe_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
