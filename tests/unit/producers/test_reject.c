#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "publish/reject.h"

#define PATH_SIZE 96
#define TEXT_SIZE 512

/* A directory of the test's own, and the file in it that the rejects go to. */
struct fixture {
	char directory[64];
	char path[PATH_SIZE];
	struct ll_rejects *rejects;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	snprintf(fixture->directory, sizeof(fixture->directory), "reject-test-XXXXXX");
	assert_non_null(mkdtemp(fixture->directory));
	snprintf(fixture->path, sizeof(fixture->path), "%s/claims.csv.rejects.csv",
		 fixture->directory);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	ll_rejects_free(fixture->rejects);
	unlink(fixture->path);
	rmdir(fixture->directory);
	free(fixture);
	return 0;
}

static void open_at(struct fixture *fixture, const char *path)
{
	assert_int_equal(ll_rejects_new(path, &fixture->rejects), 0);
}

static int reject_one(struct fixture *fixture, struct ll_error *error)
{
	const struct ll_row row = {.line = 7, .raw = LL_STR("a,\"b\"")};
	const struct ll_row_problem problem = {.err = -LL_ERR_NEGATIVE, .field = LL_STR("total")};

	return ll_rejects_add(fixture->rejects, "claims.csv", &row, &problem, error);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static void test_nothing_rejected_makes_no_file(void **state)
{
	struct fixture *fixture = *state;

	open_at(fixture, fixture->path);
	assert_int_equal(ll_rejects_close(fixture->rejects, NULL), 0);
	assert_false(is_there(fixture->path));
	assert_null(ll_rejects_path(fixture->rejects));
}

static void test_an_old_file_is_removed(void **state)
{
	struct fixture *fixture = *state;

	write_file(fixture->path, "of yesterday\n");
	open_at(fixture, fixture->path);
	assert_true(is_there(fixture->path));
	assert_int_equal(ll_rejects_close(fixture->rejects, NULL), 0);
	assert_false(is_there(fixture->path));
}

/* As with --reject /dev/null. */
static void test_what_is_no_regular_file_stays(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkfifo(fixture->path, 0600), 0);
	open_at(fixture, fixture->path);
	assert_int_equal(ll_rejects_close(fixture->rejects, NULL), 0);
	assert_true(is_there(fixture->path));
}

/* As in a directory that is read-only: the path cannot be written, and need not be. */
static void test_a_path_that_cannot_be_written_matters_at_the_first_row(void **state)
{
	struct fixture *fixture = *state;
	char path[PATH_SIZE + 8];
	struct ll_error error = {0};

	write_file(fixture->path, "a file, not a directory\n");
	snprintf(path, sizeof(path), "%s/x", fixture->path);
	open_at(fixture, path);
	assert_int_equal(ll_rejects_close(fixture->rejects, &error), 0);
	ll_rejects_free(fixture->rejects);
	open_at(fixture, path);
	assert_int_equal(reject_one(fixture, &error), -LL_ERR_IO);
	assert_non_null(strstr(error.message, path));
	assert_int_equal(ll_rejects_total(fixture->rejects), 1);
}

static void test_the_rows_are_private(void **state)
{
	struct fixture *fixture = *state;
	struct stat status;
	char text[TEXT_SIZE] = "";
	FILE *file;

	write_file(fixture->path, "of yesterday\n");
	assert_int_equal(chmod(fixture->path, 0644), 0);
	open_at(fixture, fixture->path);
	assert_int_equal(reject_one(fixture, NULL), 0);
	assert_int_equal(ll_rejects_close(fixture->rejects, NULL), 0);
	assert_int_equal(stat(fixture->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_string_equal(ll_rejects_path(fixture->rejects), fixture->path);
	file = fopen(fixture->path, "r");
	assert_non_null(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	fclose(file);
	assert_non_null(strstr(
		text, "file,line,field,reason,text,row\n\"claims.csv\",7,\"total\",negative,"));
	assert_non_null(strstr(text, ",\"a,\"\"b\"\"\"\n"));
	assert_null(strstr(text, "yesterday"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_rejected_makes_no_file, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_an_old_file_is_removed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_no_regular_file_stays, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_path_that_cannot_be_written_matters_at_the_first_row, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(test_the_rows_are_private, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
