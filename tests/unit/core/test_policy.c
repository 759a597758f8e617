#include "fixture.h"

static void test_longest_prefix_wins(void **state)
{
	const struct ll_policy_region regions[] = {
		{.area = {0, 0}},	  {.area = {360521, 6}}, {.area = {36, 2}},
		{.area = {360521002, 9}}, {.area = {3605, 4}},	 {.area = {360521002003, 12}},
	};
	const struct ll_policy policy = {.regions = regions, .region_count = 6};

	(void)state;
	assert_ptr_equal(ll_policy_region_of(&policy, 110101001001), &regions[0]);
	assert_ptr_equal(ll_policy_region_of(&policy, 360101001001), &regions[2]);
	assert_ptr_equal(ll_policy_region_of(&policy, 360502001001), &regions[4]);
	assert_ptr_equal(ll_policy_region_of(&policy, 360521001001), &regions[1]);
	assert_ptr_equal(ll_policy_region_of(&policy, 360521002001), &regions[3]);
	assert_ptr_equal(ll_policy_region_of(&policy, 360521002003), &regions[5]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_longest_prefix_wins)};

	return cmocka_run_group_tests_name("core/policy", tests, NULL, NULL);
}
