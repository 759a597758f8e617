#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture.h"
#include "runtime/log.h"

static struct capture errors;

static void test_line(void **state)
{
	const char *text;

	(void)state;
	ll_log_init("assess", LL_LOG_INFO);
	capture_start(&errors, STDERR_FILENO);
	ll_log(LL_LOG_INFO, "taken over", "partition=%d offset=%d", 3, 42);
	text = capture_end(&errors);
	assert_memory_equal(text, "time=2", 6);
	assert_non_null(strstr(text, "Z level=info stage=assess event=\"taken over\" "
				     "partition=3 offset=42\n"));
}

static void test_level(void **state)
{
	(void)state;
	ll_log_init("assess", LL_LOG_WARNING);
	capture_start(&errors, STDERR_FILENO);
	ll_log(LL_LOG_INFO, "hidden", "%s", "");
	ll_log(LL_LOG_WARNING, "shown", "a=%d", 1);
	capture_end(&errors);
	assert_null(strstr(errors.text, "hidden"));
	assert_non_null(strstr(errors.text, "level=warning stage=assess event=\"shown\" a=1\n"));
	assert_int_equal(ll_log_level_by_name("error"), LL_LOG_ERROR);
	assert_int_equal(ll_log_level_by_name("loud"), -1);
}

/* Neither the event nor an unquoted value makes a second line; a long line is cut and ends. */
static void test_one_line(void **state)
{
	static char longer[10000];
	size_t size;

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	ll_log_init("assess", LL_LOG_INFO);
	capture_start(&errors, STDERR_FILENO);
	ll_log(LL_LOG_ERROR, "a\nb", "c=%s%s", "1\ntime=0\r", longer);
	capture_end(&errors);
	size = strlen(errors.text);
	assert_true(size <= 4096);
	assert_ptr_equal(strchr(errors.text, '\n'), errors.text + size - 1);
	assert_non_null(strstr(errors.text, "event=\"a\\nb\" c=1 time=0 xxx"));
}

static void test_quote(void **state)
{
	char buffer[16];

	(void)state;
	assert_string_equal(ll_log_quote("plain", buffer, sizeof(buffer)), "\"plain\"");
	assert_string_equal(ll_log_quote("a\"b\\c\nd", buffer, sizeof(buffer)),
			    "\"a\\\"b\\\\c\\nd\"");
	assert_string_equal(ll_log_quote("\x1b[2J", buffer, sizeof(buffer)), "\"\\x1b[2J\"");
	assert_string_equal(ll_log_quote("", buffer, 3), "\"\"");
	assert_string_equal(ll_log_quote("abc", buffer, 4), "\"a\"");
	/* A character is kept whole or not at all. */
	assert_string_equal(ll_log_quote("a农户", buffer, 8), "\"a农\"");
	assert_string_equal(ll_log_quote("农户", buffer, 8), "\"农\"");
	assert_string_equal(ll_log_quote("a\"b", buffer, 5), "\"a\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_level),
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_quote),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
