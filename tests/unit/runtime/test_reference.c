/* The reference pages are what the program prints: `lifeline config reference` and `… metrics`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "runtime/metrics.h"
#include "runtime/settings.h"

#define PAGE_MAX 65536

static void compare(const char *file, int (*reference)(struct ll_buf *out), const char *command)
{
	static char stored[PAGE_MAX];
	FILE *stream = fopen(file, "r");
	struct ll_buf out;
	size_t size;

	assert_non_null(stream);
	size = fread(stored, 1, sizeof(stored), stream);
	fclose(stream);
	ll_buf_init(&out);
	assert_int_equal(reference(&out), 0);
	if (size != out.size || memcmp(stored, out.data, size) != 0)
		fail_msg("%s is not what the program says: %s > %s", file, command, file);
	ll_buf_release(&out);
}

static void test_settings(void **state)
{
	(void)state;
	compare(LL_REFERENCE_DIR "/settings.md", ll_settings_reference,
		"lifeline config reference");
}

static void test_metrics(void **state)
{
	(void)state;
	compare(LL_REFERENCE_DIR "/metrics.md", ll_metrics_reference, "lifeline config metrics");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_metrics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
