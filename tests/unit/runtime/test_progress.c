#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/progress.h"

/* Updates at these times, then an end; what was written, to be freed. */
static char *run(enum ll_progress_style style, int64_t total, const int64_t *times_ms,
		 const int64_t *done, size_t count)
{
	struct ll_progress progress;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	ll_progress_init_at(&progress, "rows", total, style, stream, 1000);
	for (size_t i = 0; i < count; i++)
		ll_progress_update_at(&progress, done[i], times_ms[i]);
	ll_progress_finish_at(&progress, 200, 11000);
	fclose(stream);
	return text;
}

static const int64_t times_ms[] = {1050, 2000, 5999, 6000, 6100, 10999};
static const int64_t done[] = {1, 20, 90, 100, 101, 199};
#define COUNT (sizeof(done) / sizeof(done[0]))

static void test_lines_are_rare(void **state)
{
	char *text = run(LL_PROGRESS_LINES, 200, times_ms, done, COUNT);

	(void)state;
	assert_string_equal(text, "100 of 200 rows (50%), 20/s\n200 rows in 10.0 s, 20/s\n");
	free(text);
	text = run(LL_PROGRESS_LINES, 0, times_ms, done, COUNT);
	assert_string_equal(text, "100 rows, 20/s\n200 rows in 10.0 s, 20/s\n");
	free(text);
}

static void test_bar(void **state)
{
	char *text = run(LL_PROGRESS_BAR, 200, times_ms, done, 4);

	(void)state;
	assert_string_equal(text, "\r[###...........................]  10%  20 rows, 20/s\x1b[K"
				  "\r[#############.................]  45%  90 rows, 18/s\x1b[K"
				  "\r\x1b[K200 rows in 10.0 s, 20/s\n");
	free(text);
}

static void test_quiet(void **state)
{
	char *text = run(LL_PROGRESS_QUIET, 200, times_ms, done, COUNT);

	(void)state;
	assert_string_equal(text, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_are_rare),
		cmocka_unit_test(test_bar),
		cmocka_unit_test(test_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
