#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "runtime/metrics.h"

static struct ll_metrics *metrics;
static struct ll_buf page;

static int set_up(void **state)
{
	(void)state;
	ll_buf_init(&page);
	return ll_metrics_new(&metrics);
}

static int tear_down(void **state)
{
	(void)state;
	ll_metrics_free(metrics);
	ll_buf_release(&page);
	return 0;
}

static const char *render(void)
{
	ll_buf_clear(&page);
	assert_int_equal(ll_metrics_render(metrics, &page), 0);
	assert_int_equal(ll_buf_append(&page, "", 1), 0);
	return (const char *)page.data;
}

static void assert_line(const char *line)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "\n%s\n", line);
	if (!strstr(render(), whole))
		fail_msg("no line: %s", line);
}

static void test_counter(void **state)
{
	(void)state;
	assert_line("lifeline_records_in_total 0");
	ll_metrics_add(metrics, LL_METRIC_RECORDS_IN, NULL, 2);
	ll_metrics_add(metrics, LL_METRIC_RECORDS_IN, NULL, 3);
	assert_int_equal(ll_metrics_get(metrics, LL_METRIC_RECORDS_IN, NULL), 5);
	assert_line("# TYPE lifeline_records_in_total counter");
	assert_line("lifeline_records_in_total 5");
}

static void test_gauge(void **state)
{
	(void)state;
	ll_metrics_set(metrics, LL_METRIC_LOOP_TIMESTAMP, NULL, 1767322800.25);
	ll_metrics_add(metrics, LL_METRIC_HOUSEHOLDS, NULL, 7);
	ll_metrics_add(metrics, LL_METRIC_HOUSEHOLDS, NULL, -3);
	assert_line("lifeline_loop_timestamp_seconds 1767322800.25");
	assert_line("# TYPE lifeline_households gauge");
	assert_line("lifeline_households 4");
}

static void test_labels(void **state)
{
	(void)state;
	assert_null(strstr(render(), "\nlifeline_rejected_total"));
	ll_metrics_add(metrics, LL_METRIC_REJECTED, "bad-date", 1);
	ll_metrics_add(metrics, LL_METRIC_REJECTED, "future", 2);
	ll_metrics_add(metrics, LL_METRIC_REJECTED, "bad-date", 1);
	ll_metrics_add(metrics, LL_METRIC_REJECTED, "a\"b\\c\nd", 4);
	assert_line("lifeline_rejected_total{reason=\"bad-date\"} 2");
	assert_line("lifeline_rejected_total{reason=\"future\"} 2");
	assert_line("lifeline_rejected_total{reason=\"a\\\"b\\\\c\\nd\"} 4");
	assert_int_equal(ll_metrics_get(metrics, LL_METRIC_REJECTED, "future"), 2);
	assert_int_equal(ll_metrics_get(metrics, LL_METRIC_REJECTED, "never"), 0);
}

static void test_too_many_labels_count_as_other(void **state)
{
	char label[16];

	(void)state;
	for (int i = 0; i < LL_METRIC_LABELS_MAX + 10; i++) {
		snprintf(label, sizeof(label), "label-%d", i);
		ll_metrics_add(metrics, LL_METRIC_ROWS_WRITTEN, label, 1);
	}
	assert_int_equal(ll_metrics_get(metrics, LL_METRIC_ROWS_WRITTEN, "label-63"), 1);
	assert_int_equal(ll_metrics_get(metrics, LL_METRIC_ROWS_WRITTEN, "label-64"), 0);
	assert_int_equal(ll_metrics_get(metrics, LL_METRIC_ROWS_WRITTEN, "other"), 10);
}

/* A label is cut at a whole character, and the same text finds it again. */
static void test_long_label(void **state)
{
	char label[101];

	(void)state;
	memset(label, 'x', 78);
	memcpy(label + 78, "农户", sizeof("农户"));
	ll_metrics_add(metrics, LL_METRIC_REJECTED, label, 1);
	ll_metrics_add(metrics, LL_METRIC_REJECTED, label, 1);
	assert_int_equal(ll_metrics_get(metrics, LL_METRIC_REJECTED, label), 2);
	label[78] = '\0';
	assert_int_equal(ll_metrics_get(metrics, LL_METRIC_REJECTED, label), 2);
}

static void test_histogram(void **state)
{
	(void)state;
	ll_metrics_observe(metrics, LL_METRIC_COMMIT_SECONDS, 0.001);
	ll_metrics_observe(metrics, LL_METRIC_COMMIT_SECONDS, 0.0011);
	ll_metrics_observe(metrics, LL_METRIC_COMMIT_SECONDS, 60);
	ll_metrics_observe(metrics, LL_METRIC_COMMIT_SECONDS, 61);
	ll_metrics_observe(metrics, LL_METRIC_COMMIT_SECONDS, -1);
	ll_metrics_observe(metrics, LL_METRIC_COMMIT_SECONDS, NAN);
	assert_line("lifeline_commit_seconds_bucket{le=\"0.001\"} 3");
	assert_line("lifeline_commit_seconds_bucket{le=\"0.0025\"} 4");
	assert_line("lifeline_commit_seconds_bucket{le=\"30\"} 4");
	assert_line("lifeline_commit_seconds_bucket{le=\"60\"} 5");
	assert_line("lifeline_commit_seconds_bucket{le=\"+Inf\"} 6");
	assert_line("lifeline_commit_seconds_count 6");
	assert_line("lifeline_commit_seconds_sum 121.002100000");
	assert_int_equal(ll_metrics_get(metrics, LL_METRIC_COMMIT_SECONDS, NULL), 6);
}

static void test_process(void **state)
{
	const char *memory;

	(void)state;
	memory = strstr(render(), "\nprocess_resident_memory_bytes ");
	assert_non_null(memory);
	assert_true(memory[strlen("\nprocess_resident_memory_bytes ")] > '0');
	assert_line("# TYPE process_cpu_seconds_total counter");
}

/* Every line is a comment or NAME{…} NUMBER, and HELP and TYPE stand before their metric. */
static void test_every_line_is_well_formed(void **state)
{
	const char *line = render();

	(void)state;
	while (*line) {
		size_t size = strcspn(line, "\n");
		const char *space = memchr(line, ' ', size);

		assert_non_null(space);
		if (*line == '#')
			assert_true(strncmp(line, "# HELP ", 7) == 0 ||
				    strncmp(line, "# TYPE ", 7) == 0);
		else
			assert_true(strncmp(line, "lifeline_", 9) == 0 ||
				    strncmp(line, "process_", 8) == 0);
		assert_int_equal(line[size], '\n');
		line += size + 1;
	}
}

int main(void)
{
#define METRICS_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		METRICS_TEST(test_counter),    METRICS_TEST(test_gauge),
		METRICS_TEST(test_labels),     METRICS_TEST(test_too_many_labels_count_as_other),
		METRICS_TEST(test_long_label), METRICS_TEST(test_histogram),
		METRICS_TEST(test_process),    METRICS_TEST(test_every_line_is_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
