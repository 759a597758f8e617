/* The share of the registered poor that is monitored, and its band. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/share.h"

static void add(struct ll_share *share, uint64_t village, int people, bool ex_poor, bool monitored,
		enum ll_group group)
{
	struct ll_household household = {.member_count = (uint8_t)people};

	household.area_code = village & LL_AREA_CODE_MASK;
	household.ex_poor = ex_poor;
	household.case_state = monitored ? LL_CASE_MONITORED : LL_CASE_LEAD;
	household.group = (unsigned int)group & 3u;
	assert_int_equal(ll_share_add(share, &household), 0);
}

/* 100 ex-poor people in 360502, of whom 4 are monitored; 10 in 360521, with 2 others monitored. */
static void fill(struct ll_share *share)
{
	ll_share_init(share);
	add(share, 360521001001, 10, true, false, LL_GROUP_NONE);
	add(share, 360521001001, 2, false, true, LL_GROUP_SUDDEN);
	for (int i = 0; i < 24; i++)
		add(share, 360502001001, 4, true, false, LL_GROUP_NONE);
	add(share, 360502001002, 4, true, true, LL_GROUP_UNSTABLE);
	add(share, 360502001002, 3, false, false, LL_GROUP_NONE);
	add(share, 110101001001, 3, false, false, LL_GROUP_NONE);
	ll_share_finish(share);
}

static void test_counts(void **state)
{
	static const struct {
		uint64_t code;
		int64_t ex_poor, monitored, permille;
	} rows[] = {
		{1101, 0, 0, -1},     {110101, 0, 0, -1},   {3605, 110, 6, 55},
		{360502, 100, 4, 40}, {360521, 10, 2, 200},
	};
	struct ll_share share;

	(void)state;
	fill(&share);
	assert_int_equal(share.count, 5);
	for (size_t i = 0; i < share.count; i++) {
		assert_int_equal(share.areas[i].area.code, rows[i].code);
		assert_int_equal(share.areas[i].ex_poor.people, rows[i].ex_poor);
		assert_int_equal(share.areas[i].monitored.people, rows[i].monitored);
		assert_int_equal(ll_share_permille(&share.areas[i]), rows[i].permille);
	}
	assert_int_equal(share.areas[2].all.households, 28);
	assert_int_equal(share.areas[2].all.people, 115);
	assert_int_equal(share.areas[2].groups[LL_GROUP_UNSTABLE], 1);
	assert_int_equal(share.areas[2].groups[LL_GROUP_SUDDEN], 1);
	assert_int_equal(share.areas[3].groups[LL_GROUP_SUDDEN], 0);
	ll_share_release(&share);
}

static enum ll_share_verdict judge(int64_t monitored, int64_t ex_poor, uint64_t county)
{
	const struct ll_share_band band = {.low_permille = 30,
					   .high_permille = 70,
					   .deep_high_permille = 100,
					   .deep = {{360521, 6}},
					   .deep_count = 1};
	const struct ll_share_area area = {.area = {county, county < 10000 ? 4 : 6},
					   .ex_poor = {0, ex_poor},
					   .monitored = {0, monitored}};

	return ll_share_judge(&area, &band);
}

static void test_band(void **state)
{
	(void)state;
	assert_int_equal(judge(0, 0, 360502), LL_SHARE_NONE);
	assert_int_equal(judge(29, 1000, 360502), LL_SHARE_BELOW);
	assert_int_equal(judge(30, 1000, 360502), LL_SHARE_WITHIN);
	assert_int_equal(judge(70, 1000, 360502), LL_SHARE_WITHIN);
	/* 70.1 permille is above, though it is told as 70. */
	assert_int_equal(judge(701, 10000, 360502), LL_SHARE_ABOVE);
	assert_int_equal(judge(100, 1000, 360521), LL_SHARE_WITHIN);
	assert_int_equal(judge(101, 1000, 360521), LL_SHARE_ABOVE);
	/* The city is not deep because one of its counties is. */
	assert_int_equal(judge(100, 1000, 3605), LL_SHARE_ABOVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_band),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
