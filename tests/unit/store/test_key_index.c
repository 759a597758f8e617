#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/key_index.h"

#define MANY 5000

static struct ll_bytes key_of(const size_t *number, size_t size)
{
	return (struct ll_bytes){(const uint8_t *)number, size};
}

static void every_key_keeps_its_value(void **state)
{
	struct ll_key_index index;
	size_t value;
	bool is_new;

	(void)state;
	ll_key_index_init(&index);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(
			ll_key_index_put(&index, key_of(&i, sizeof(i)), i * 3, &value, &is_new), 0);
		assert_true(is_new);
		assert_int_equal(value, i * 3);
	}
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(
			ll_key_index_put(&index, key_of(&i, sizeof(i)), 9, &value, &is_new), 0);
		assert_false(is_new);
		assert_int_equal(value, i * 3);
	}
	assert_int_equal(index.count, MANY);
	ll_key_index_release(&index);
	assert_int_equal(index.count, 0);
}

static void length_is_part_of_a_key(void **state)
{
	struct ll_key_index index;
	size_t zero = 0, value;
	bool is_new;

	(void)state;
	ll_key_index_init(&index);
	for (size_t size = 0; size <= sizeof(zero); size++) {
		assert_int_equal(
			ll_key_index_put(&index, key_of(&zero, size), size, &value, &is_new), 0);
		assert_true(is_new);
	}
	ll_key_index_release(&index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_keeps_its_value),
		cmocka_unit_test(length_is_part_of_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
