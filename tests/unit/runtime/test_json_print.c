#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture.h"
#include "runtime/json_print.h"

static void test_one_compact_line(void **state)
{
	static struct capture capture;
	int err;

	(void)state;
	capture_start(&capture, STDOUT_FILENO);
	err = ll_json_print(json_pack("{s:i, s:[s]}", "a", 1, "b", "x"));
	assert_string_equal(capture_end(&capture), "{\"a\":1,\"b\":[\"x\"]}\n");
	assert_int_equal(err, 0);
}

static void test_nothing_for_want_of_memory(void **state)
{
	static struct capture capture;
	int err;

	(void)state;
	capture_start(&capture, STDOUT_FILENO);
	err = ll_json_print(NULL);
	assert_string_equal(capture_end(&capture), "");
	assert_int_equal(err, -LL_ERR_NO_MEMORY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_compact_line),
		cmocka_unit_test(test_nothing_for_want_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
