#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "producers/publish/csv_rows.h"
#include "simulate/adapt.h"

#define FROM 20089 /* 2025-01-01 */

static const char people[] = "household_code,citizen_number,name\n"
			     "1,11010519491231002X,a\n"
			     "1,440524188001010014,b\n";

static int adapt(enum ll_data_set set, int32_t days, const char *data, char **ret_text,
		 int64_t *ret_rows, struct ll_error *error)
{
	const struct ll_adapt_options options = {.set = set, .from = FROM, .days = days};
	struct ll_file_window people_window, data_window;
	size_t size;
	FILE *out = open_memstream(ret_text, &size);
	int err;

	ll_file_window_init_memory(&people_window,
				   (struct ll_bytes){(const uint8_t *)people, strlen(people)},
				   LL_CSV_WINDOW);
	ll_file_window_init_memory(&data_window,
				   (struct ll_bytes){(const uint8_t *)data, strlen(data)},
				   LL_CSV_WINDOW);
	err = ll_adapt(&options, &people_window, &data_window, out, ret_rows, error);
	ll_file_window_release(&people_window);
	ll_file_window_release(&data_window);
	fclose(out);
	return err;
}

static void test_medexp(void **state)
{
	struct ll_error error = {0};
	char *text;
	int64_t rows;

	(void)state;
	assert_int_equal(adapt(LL_SET_MEDEXP, 365,
			       "\"\",\"med\",\"lc\"\n\"1\",62.07547,0\n\"2\",0,0\n", &text, &rows,
			       &error),
			 0);
	assert_int_equal(rows, 2);
	assert_string_equal(text, "id,citizen_number,settled_on,total_dollars,reimbursed_dollars\n"
				  "medexp-1,11010519491231002X,2025-01-01,62.08,0\n"
				  "medexp-2,440524188001010014,2025-01-02,0.00,0\n");
	free(text);
}

/* exp(6.89568) * 4 = 3951.99 dollars a month; days start over. */
static void test_unempdur(void **state)
{
	struct ll_error error = {0};
	char *text;
	int64_t rows;

	(void)state;
	assert_int_equal(adapt(LL_SET_UNEMPDUR, 1,
			       "\"\",\"spell\",\"logwage\"\n\"1\",5,6.89568\n\"2\",3,5\n", &text,
			       &rows, &error),
			 0);
	assert_string_equal(text, "id,citizen_number,lost_on,monthly_wage_dollars\n"
				  "unempdur-1,11010519491231002X,2025-01-01,3951.99\n"
				  "unempdur-2,440524188001010014,2025-01-01,593.65\n");
	free(text);
}

static void test_too_few_people(void **state)
{
	struct ll_error error = {0};
	char *text;
	int64_t rows;

	(void)state;
	assert_int_equal(adapt(LL_SET_MEDEXP, 365, "med\n1\n2\n3\n", &text, &rows, &error),
			 -LL_ERR_NOT_FOUND);
	free(text);
}

static void test_bad_numbers(void **state)
{
	static const char *const texts[] = {"med\nNA\n", "med\n-1\n", "med\nnan\n", "med\n1e300\n",
					    "med\n1 2\n"};
	struct ll_error error = {0};
	char *text;
	int64_t rows;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(adapt(LL_SET_MEDEXP, 365, texts[i], &text, &rows, &error),
				 -LL_ERR_INVALID);
		assert_int_equal(error.line, 2);
		free(text);
	}
}

static void test_a_wrong_set_lacks_its_column(void **state)
{
	struct ll_error error = {0};
	char *text;
	int64_t rows;

	(void)state;
	assert_int_equal(adapt(LL_SET_UNEMPDUR, 365, "med\n1\n", &text, &rows, &error),
			 -LL_ERR_MISSING);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_medexp),
		cmocka_unit_test(test_unempdur),
		cmocka_unit_test(test_too_few_people),
		cmocka_unit_test(test_bad_numbers),
		cmocka_unit_test(test_a_wrong_set_lacks_its_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
