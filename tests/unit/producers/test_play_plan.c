#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "simulate/play_plan.h"

#define FROM 20089 /* 2025-01-01 */

struct fixture {
	char directory[16];
};

static void write_text(const struct fixture *fixture, const char *name, const char *text)
{
	char path[LL_SIM_PATH_MAX];

	assert_int_equal(ll_directory_join(fixture->directory, name, path, NULL), 0);
	assert_int_equal(ll_directory_write(path,
					    (struct ll_bytes){(const uint8_t *)text, strlen(text)},
					    NULL),
			 0);
}

static void fixture_open(struct fixture *fixture)
{
	strcpy(fixture->directory, "play-XXXXXX");
	assert_non_null(mkdtemp(fixture->directory));
}

static void fixture_close(struct fixture *fixture)
{
	static const char *const names[] = {"plan.json", "alerts.csv"};
	char path[LL_SIM_PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ll_directory_join(fixture->directory, names[i], path, NULL);
		unlink(path);
	}
	assert_int_equal(rmdir(fixture->directory), 0);
}

static void test_days_of_the_plan(void **state)
{
	struct ll_error error = {0};
	struct fixture fixture;
	int32_t from, to;

	(void)state;
	fixture_open(&fixture);
	assert_int_equal(ll_play_days(fixture.directory, &from, &to, &error), -LL_ERR_NOT_FOUND);
	write_text(&fixture, "plan.json", "{\"from\":\"2025-01-01\",\"to\":\"2025-01-31\"}");
	assert_int_equal(ll_play_days(fixture.directory, &from, &to, &error), 0);
	assert_int_equal(from, FROM);
	assert_int_equal(to, FROM + 30);
	write_text(&fixture, "plan.json", "{\"from\":\"2025-01-01\",\"to\":7}");
	assert_int_equal(ll_play_days(fixture.directory, &from, &to, &error), -LL_ERR_INVALID);
	write_text(&fixture, "plan.json", "{");
	assert_int_equal(ll_play_days(fixture.directory, &from, &to, &error), -LL_ERR_INVALID);
	fixture_close(&fixture);
}

static void test_alerts(void **state)
{
	struct ll_error error = {0};
	struct ll_play_alerts alerts;
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture);
	assert_int_equal(ll_play_alerts_read(&alerts, fixture.directory, &error), 0);
	assert_int_equal(alerts.count, 0);
	write_text(&fixture, "alerts.csv",
		   "published_on,id,revision,area,kind,severity,on,expires,cancelled\n"
		   "2025-01-02,F,0,360521104,flood,3,2025-01-01,2025-01-09,no\n"
		   "2025-01-04,F,1,360521104,flood,3,2025-01-01,2025-01-09,yes\n");
	assert_int_equal(ll_play_alerts_read(&alerts, fixture.directory, &error), 0);
	assert_int_equal(alerts.count, 2);
	assert_int_equal(alerts.list[0].day, FROM + 1);
	assert_int_equal(alerts.list[0].alert.body.occurred_on, FROM);
	assert_false(alerts.list[0].alert.body.cancelled);
	assert_true(alerts.list[1].alert.body.cancelled);
	assert_int_equal(alerts.list[1].alert.body.revision, 1);
	assert_true(ll_str_equal(alerts.list[1].alert.body.area, LL_STR("360521104")));
	ll_play_alerts_release(&alerts);
	fixture_close(&fixture);
}

static void test_a_bad_alert_is_told_with_its_line(void **state)
{
	struct ll_error error = {0};
	struct ll_play_alerts alerts;
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture);
	write_text(&fixture, "alerts.csv",
		   "published_on,area,kind,severity,expires\n"
		   "2025-01-02,360521104,flood,3,2025-01-09\n"
		   "2025-01-02,360521104,flood,7,2025-01-09\n");
	assert_int_equal(ll_play_alerts_read(&alerts, fixture.directory, &error), -LL_ERR_INVALID);
	assert_int_equal(error.line, 3);
	fixture_close(&fixture);
}

static void test_names_of_files(void **state)
{
	static const char *const bad[] = {"health.csv",	 "health.a.b.csv", ".a.csv",
					  "health..csv", "../a.b.csv",	   "health"};
	struct ll_error error = {0};
	struct ll_play_file file;

	(void)state;
	assert_int_equal(ll_play_file_parse("health.chronic-illness.csv", &file, &error), 0);
	assert_string_equal(file.department, "health");
	assert_string_equal(file.mapping, "chronic-illness");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ll_play_file_parse(bad[i], &file, &error), -LL_ERR_INVALID);
}

static void test_mappings_are_read_once(void **state)
{
	const struct ll_mapping *first, *again, *other;
	struct ll_play_mappings mappings;
	struct ll_error error = {0};

	(void)state;
	assert_int_equal(ll_play_mappings_init(&mappings, "no-such-directory", &error),
			 -LL_ERR_NOT_FOUND);
	assert_int_equal(ll_play_mappings_init(&mappings, LL_MAPPINGS_DIR, &error), 0);
	assert_int_equal(ll_play_mappings_get(&mappings, "benefit", &first, &error), 0);
	assert_int_equal(ll_play_mappings_get(&mappings, "medexp", &other, &error), 0);
	assert_int_equal(ll_play_mappings_get(&mappings, "benefit", &again, &error), 0);
	assert_ptr_equal(first, again);
	assert_ptr_not_equal(first, other);
	assert_int_equal(first->kind, LL_EVENT_BENEFIT);
	assert_int_equal(ll_play_mappings_get(&mappings, "none", &other, &error), -LL_ERR_IO);
	ll_play_mappings_release(&mappings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days_of_the_plan),
		cmocka_unit_test(test_alerts),
		cmocka_unit_test(test_a_bad_alert_is_told_with_its_line),
		cmocka_unit_test(test_names_of_files),
		cmocka_unit_test(test_mappings_are_read_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
