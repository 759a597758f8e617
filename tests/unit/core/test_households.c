#include "fixture.h"

#include "core/households.h"

static void test_find_add_remove(void **state)
{
	enum { COUNT = 3000 };
	struct ll_slab slab;
	struct ll_households table;
	uint64_t seed = 20250610;
	static bool there[COUNT];

	(void)state;
	memset(there, 0, sizeof(there));
	ll_slab_init(&slab);
	ll_households_init(&table, &slab);
	assert_null(ll_households_find(&table, &(struct ll_key){.bytes = {0}}));
	for (int step = 0; step < 20000; step++) {
		uint32_t number = draw(&seed, COUNT);
		struct ll_key key = key_of(number);
		struct ll_household *household = ll_households_find(&table, &key);

		assert_int_equal(household != NULL, there[number]);
		if (household) {
			assert_true(ll_key_equal(&household->key, &key));
			ll_households_remove(&table, household);
		} else {
			uint32_t ordinal = table.next_ordinal;

			assert_int_equal(ll_households_add(&table, &key, ordinal, &household), 0);
			assert_ptr_equal(ll_households_at(&table, ordinal), household);
		}
		there[number] = !there[number];
	}
	for (uint32_t number = 0; number < COUNT; number++) {
		struct ll_key key = key_of(number);

		assert_int_equal(ll_households_find(&table, &key) != NULL, there[number]);
	}
	ll_slab_release(&slab);
}

static void test_more_than_one_segment(void **state)
{
	enum { COUNT = 120000 };
	struct ll_slab slab;
	struct ll_households table;

	(void)state;
	ll_slab_init(&slab);
	ll_households_init(&table, &slab);
	for (uint32_t number = 0; number < COUNT; number++) {
		struct ll_key key = key_of(number);
		struct ll_household *household;

		assert_int_equal(ll_households_add(&table, &key, number, &household), 0);
	}
	assert_true(table.slot_count > 65536);
	for (uint32_t number = 0; number < COUNT; number++) {
		struct ll_key key = key_of(number);

		assert_ptr_equal(ll_households_find(&table, &key),
				 ll_households_at(&table, number));
	}
	ll_slab_release(&slab);
}

static void test_places(void **state)
{
	struct ll_slab slab;
	struct ll_households table;
	struct ll_key one = key_of(1), two = key_of(2);
	struct ll_household *a, *b;

	(void)state;
	ll_slab_init(&slab);
	ll_households_init(&table, &slab);
	assert_int_equal(ll_households_add(&table, &one, 5000, &a), 0);
	assert_int_equal(table.next_ordinal, 5001);
	assert_int_equal(ll_households_add(&table, &two, 5000, &b), -LL_ERR_EXISTS);
	assert_null(ll_households_find(&table, &two));
	assert_int_equal(ll_households_add(&table, &two, LL_HOUSEHOLDS_MAX, &b),
			 -LL_ERR_OUT_OF_RANGE);
	assert_int_equal(ll_households_add(&table, &two, 3, &b), 0);
	assert_int_equal(table.next_ordinal, 5001);
	assert_int_equal(ll_households_place(&table, b, 5000), -LL_ERR_EXISTS);
	assert_int_equal(ll_households_place(&table, b, 7000), 0);
	assert_null(ll_households_at(&table, 3));
	assert_ptr_equal(ll_households_at(&table, 7000), b);
	ll_slab_release(&slab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find_add_remove),
		cmocka_unit_test(test_more_than_one_segment),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests_name("core/households", tests, NULL, NULL);
}
