#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "simulate/random.h"

static void test_same_seed_same_numbers(void **state)
{
	struct ll_random a, b;

	(void)state;
	ll_random_init(&a, 7, 1, 2);
	ll_random_init(&b, 7, 1, 2);
	for (int i = 0; i < 100; i++)
		assert_int_equal(ll_random_next(&a), ll_random_next(&b));
}

/* The bytes of simulations rest on these: a change here is a change of every file. */
static void test_numbers_are_these(void **state)
{
	struct ll_random random;

	(void)state;
	ll_random_init(&random, 1, 1, 0);
	assert_int_equal(ll_random_next(&random), 0x0a45b3e0d5967d37ULL);
}

static void test_streams_differ(void **state)
{
	struct ll_random a, b, c, d;

	(void)state;
	ll_random_init(&a, 1, 1, 1);
	ll_random_init(&b, 2, 1, 1);
	ll_random_init(&c, 1, 2, 1);
	ll_random_init(&d, 1, 1, 2);

	uint64_t first = ll_random_next(&a);

	assert_true(first != ll_random_next(&b));
	assert_true(first != ll_random_next(&c));
	assert_true(first != ll_random_next(&d));
}

static void test_between_keeps_its_ends(void **state)
{
	struct ll_random random;
	bool low = false, high = false;

	(void)state;
	ll_random_init(&random, 3, 0, 0);
	for (int i = 0; i < 1000; i++) {
		int64_t value = ll_random_between(&random, -2, 3);

		assert_in_range(value + 2, 0, 5);
		low = low || value == -2;
		high = high || value == 3;
	}
	assert_true(low && high);
	assert_int_equal(ll_random_between(&random, 9, 9), 9);
}

static void test_chance_is_a_share(void **state)
{
	struct ll_random random;
	int hits = 0;

	(void)state;
	ll_random_init(&random, 4, 0, 0);
	for (int i = 0; i < 100000; i++)
		hits += ll_random_chance(&random, 250000);
	assert_in_range(hits, 24000, 26000);
	assert_false(ll_random_chance(&random, 0));
	assert_true(ll_random_chance(&random, LL_MILLION));
}

static void test_times_of_more_than_one(void **state)
{
	struct ll_random random;
	int64_t sum = 0;

	(void)state;
	ll_random_init(&random, 5, 0, 0);
	for (int i = 0; i < 10000; i++)
		sum += ll_random_times(&random, 2500000);
	assert_in_range(sum, 24500, 25500);
}

static void test_pick_by_weight(void **state)
{
	static const uint32_t weights[] = {0, 1, 3, 0};
	struct ll_random random;
	int counts[4] = {0};

	(void)state;
	ll_random_init(&random, 6, 0, 0);
	for (int i = 0; i < 40000; i++)
		counts[ll_random_pick(&random, weights, 4)]++;
	assert_int_equal(counts[0], 0);
	assert_int_equal(counts[3], 0);
	assert_in_range(counts[1], 9500, 10500);
}

static void test_quantiles_lie_between_points(void **state)
{
	static const struct ll_quantile points[] = {{0, 100}, {500000, 200}, {1000000, 1000}};
	struct ll_random random;
	int below = 0;

	(void)state;
	ll_random_init(&random, 8, 0, 0);
	for (int i = 0; i < 10000; i++) {
		int64_t value = ll_random_quantile(&random, points, 3);

		assert_in_range(value, 100, 1000);
		below += value < 200;
	}
	assert_in_range(below, 4700, 5300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_seed_same_numbers),
		cmocka_unit_test(test_numbers_are_these),
		cmocka_unit_test(test_streams_differ),
		cmocka_unit_test(test_between_keeps_its_ends),
		cmocka_unit_test(test_chance_is_a_share),
		cmocka_unit_test(test_times_of_more_than_one),
		cmocka_unit_test(test_pick_by_weight),
		cmocka_unit_test(test_quantiles_lie_between_points),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
