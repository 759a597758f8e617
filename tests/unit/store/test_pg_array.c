#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/err.h"
#include "store/pg_array.h"

/* Expected bytes are array_send() of PostgreSQL 15. */
static void assert_bytes(struct ll_pg_array *array, const void *expected, size_t size)
{
	struct ll_bytes bytes;

	assert_int_equal(ll_pg_array_finish(array, &bytes), 0);
	assert_int_equal(bytes.size, size);
	assert_memory_equal(bytes.data, expected, size);
}

static void empty(void **state)
{
	static const uint8_t expected[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20};
	struct ll_pg_array array;

	(void)state;
	ll_pg_array_init(&array, LL_PG_INT8);
	assert_bytes(&array, expected, sizeof(expected));
	/* Finishing does not spoil it: it can be finished again, and grow. */
	assert_bytes(&array, expected, sizeof(expected));
	assert_int_equal(ll_pg_array_oid(&array), 1016);
	ll_pg_array_release(&array);
}

static void integers(void **state)
{
	static const uint8_t expected[] = {
		0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0, 0, 0,	 2,    0,    0,
		0, 1, 0, 0, 0, 4, 0, 0, 1, 2, 0, 0,  0, 4, 0xff, 0xff, 0xff, 0xff,
	};
	struct ll_pg_array array;

	(void)state;
	ll_pg_array_init(&array, LL_PG_INT4);
	for (int round = 0; round < 2; round++) {
		ll_pg_array_clear(&array);
		ll_pg_array_add_int32(&array, 258);
		ll_pg_array_add_int32(&array, -1);
		assert_bytes(&array, expected, sizeof(expected));
	}
	ll_pg_array_release(&array);
}

static void null_and_text(void **state)
{
	static const uint8_t expected[] = {
		0, 0, 0, 1, 0, 0, 0, 1,	  0,   0,    0,	   25,	 0,    0, 0, 3, 0,
		0, 0, 1, 0, 0, 0, 2, 'a', 'b', 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
	};
	struct ll_pg_array array;

	(void)state;
	ll_pg_array_init(&array, LL_PG_TEXT);
	ll_pg_array_add_text(&array, LL_STR("ab"));
	ll_pg_array_add_null(&array);
	ll_pg_array_add_text(&array, (struct ll_str){NULL, 0});
	assert_bytes(&array, expected, sizeof(expected));
	ll_pg_array_release(&array);
}

static void days_and_times(void **state)
{
	static const uint8_t days[] = {
		0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0x04, 0x3a, 0,	0,    0,    2,
		0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0,    1,	  0xff, 0xff, 0xff, 0xff,
	};
	static const uint8_t times[] = {
		0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0x04, 0xa0, 0,	0,    0,    2,	  0,	0,
		0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0,    0,	  0x03, 0xe8, 0xff, 0xff, 0xff, 0xff,
	};
	struct ll_pg_array array;

	(void)state;
	ll_pg_array_init(&array, LL_PG_DATE);
	ll_pg_array_add_day(&array, ll_day_from_date(2000, 1, 2));
	ll_pg_array_add_day(&array, LL_DAY_NONE);
	assert_bytes(&array, days, sizeof(days));
	ll_pg_array_release(&array);
	ll_pg_array_init(&array, LL_PG_TIMESTAMPTZ);
	ll_pg_array_add_time(&array, LL_PG_MS_TO_2000 + 1);
	ll_pg_array_add_time(&array, 0);
	assert_bytes(&array, times, sizeof(times));
	ll_pg_array_release(&array);
}

static void json(void **state)
{
	static const uint8_t expected[] = {
		0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x0e, 0xda, 0,   0,
		0, 1, 0, 0, 0, 1, 0, 0, 0, 3, 1,    '[',  ']',
	};
	struct ll_pg_array array;

	(void)state;
	ll_pg_array_init(&array, LL_PG_JSONB);
	ll_pg_array_add_json(&array, LL_STR(""));
	assert_bytes(&array, expected, sizeof(expected));
	ll_pg_array_release(&array);
}

static void errors_are_kept(void **state)
{
	static const uint8_t byte;
	struct ll_pg_array array;
	struct ll_bytes bytes;

	(void)state;
	ll_pg_array_init(&array, LL_PG_BYTEA);
	ll_pg_array_add_bytes(&array, (struct ll_bytes){&byte, LL_PG_ARRAY_MAX + 1});
	ll_pg_array_add_bytes(&array, (struct ll_bytes){&byte, 1});
	assert_int_equal(ll_pg_array_finish(&array, &bytes), -LL_ERR_TOO_LARGE);
	ll_pg_array_release(&array);
	ll_pg_array_init(&array, LL_PG_TIMESTAMPTZ);
	ll_pg_array_add_time(&array, INT64_MAX);
	assert_int_equal(ll_pg_array_finish(&array, &bytes), -LL_ERR_OUT_OF_RANGE);
	ll_pg_array_release(&array);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty),	 cmocka_unit_test(integers),
		cmocka_unit_test(null_and_text), cmocka_unit_test(days_and_times),
		cmocka_unit_test(json),		 cmocka_unit_test(errors_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
