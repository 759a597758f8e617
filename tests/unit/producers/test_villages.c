#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "simulate/villages.h"

static int read_text(const char *text, struct ll_villages *villages, struct ll_error *error)
{
	char path[] = "villages-XXXXXX";
	int fd = mkstemp(path);
	int err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	err = ll_villages_read(villages, path, error);
	unlink(path);
	return err;
}

static void test_builtin_is_xinyu(void **state)
{
	struct ll_villages villages;
	struct ll_error error = {0};

	(void)state;
	assert_int_equal(ll_villages_builtin(&villages, &error), 0);
	assert_int_equal(villages.count, 511);
	for (size_t i = 0; i < villages.count; i++) {
		assert_int_equal(villages.list[i].code / 100000000, 3605);
		assert_true(strlen(villages.list[i].name) > 0);
	}
	ll_villages_release(&villages);
}

static void test_only_villages_are_taken(void **state)
{
	struct ll_villages villages;
	struct ll_error error = {0};

	(void)state;
	assert_int_equal(read_text("name,code,level,parent\n"
				   "渝水区,360502,county,3605\n"
				   "廖家村委会,360502001201,village,360502001\n",
				   &villages, &error),
			 0);
	assert_int_equal(villages.count, 1);
	assert_string_equal(villages.list[0].name, "廖家村委会");
	ll_villages_release(&villages);
}

static void test_a_short_code_is_told_with_its_line(void **state)
{
	struct ll_villages villages;
	struct ll_error error = {0};

	(void)state;
	assert_int_equal(read_text("code,name,level,parent\n"
				   "360502001201,a,village,1\n"
				   "360502001,b,village,1\n",
				   &villages, &error),
			 -LL_ERR_INVALID);
	assert_int_equal(error.line, 3);
}

static void test_no_village_is_an_error(void **state)
{
	struct ll_villages villages;
	struct ll_error error = {0};

	(void)state;
	assert_int_equal(
		read_text("code,name,level,parent\n360502,a,county,1\n", &villages, &error),
		-LL_ERR_INVALID);
	assert_int_equal(read_text("code,name\n360502,a\n", &villages, &error), -LL_ERR_MISSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_builtin_is_xinyu),
		cmocka_unit_test(test_only_villages_are_taken),
		cmocka_unit_test(test_a_short_code_is_told_with_its_line),
		cmocka_unit_test(test_no_village_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
