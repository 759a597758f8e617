#include "fixture.h"

#include "core/household.h"

static void test_members_are_sorted(void **state)
{
	struct ll_key key = key_of(7);
	struct ll_household a, b;
	struct ll_slab slab;
	struct ll_member turned[3];
	struct ll_household_event event = registered(7);

	(void)state;
	ll_slab_init(&slab);
	ll_household_init(&a, &key);
	ll_household_init(&b, &key);
	assert_int_equal(ll_household_register(&a, &event.household_registered, &slab), 0);
	for (int i = 0; i < 3; i++)
		turned[i] = event.household_registered.members[2 - i];
	event.household_registered.members = turned;
	assert_int_equal(ll_household_register(&b, &event.household_registered, &slab), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(a.members[i].person, b.members[i].person);
		assert_int_equal(a.members[i].born_after, b.members[i].born_after);
	}
	assert_int_equal(a.area_code, 360502001001);
	assert_int_equal(a.recorded_income_year, 2024);
	assert_true(ll_household_find_member(&a, ll_person_tag(&turned[1].person_key)) >= 0);
	assert_int_equal(ll_household_find_member(&a, 12345), -1);
	ll_household_release(&a, &slab);
	ll_household_release(&b, &slab);
	ll_slab_release(&slab);
}

static void test_birth_days_keep(void **state)
{
	static const int32_t days[] = {LL_DAY_MIN, -1, 0, 16000, LL_DAY_MAX};
	struct ll_household_event event = registered(7);
	struct ll_key key = key_of(7);
	struct ll_household household;
	struct ll_member member = event.household_registered.members[0];
	struct ll_slab slab;

	(void)state;
	ll_slab_init(&slab);
	ll_household_init(&household, &key);
	event.household_registered.members = &member;
	event.household_registered.member_count = 1;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		member.born_on = days[i];
		assert_int_equal(
			ll_household_register(&household, &event.household_registered, &slab), 0);
		assert_int_equal(ll_household_member_born_on(&household.members[0]), days[i]);
	}
	ll_household_release(&household, &slab);
	ll_slab_release(&slab);
}

static void test_checks(void **state)
{
	struct ll_household_event event = registered(7);
	struct ll_household_registered *registration = &event.household_registered;

	(void)state;
	assert_int_equal(ll_household_check_registered(registration), 0);
	registration->area = LL_STR("360502");
	assert_int_equal(ll_household_check_registered(registration), -LL_ERR_BAD_AREA);
	registration->area = LL_STR("36050200100x");
	assert_int_equal(ll_household_check_registered(registration), -LL_ERR_BAD_AREA);
	registration->area = LL_STR(VILLAGE);
	registration->member_count = LL_MEMBERS_MAX + 1;
	assert_int_equal(ll_household_check_registered(registration), -LL_ERR_TOO_MANY_MEMBERS);
	registration->member_count = 3;
	registration->exclusion_marks = -1;
	assert_int_equal(ll_household_check_registered(registration), -LL_ERR_OUT_OF_RANGE);
	registration->exclusion_marks = 0;
	registration->recorded_income_year = 3;
	assert_int_equal(ll_household_check_registered(registration), -LL_ERR_OUT_OF_RANGE);
	registration->recorded_income_fen.known = false;
	assert_int_equal(ll_household_check_registered(registration), 0);
	registration->category = (enum ll_category)5;
	assert_int_equal(ll_household_check_registered(registration), -LL_ERR_BAD_ENUM);
	registration->dissolved = true;
	assert_int_equal(ll_household_check_registered(registration), 0);
}

/* Every size from empty to full gives back what it took. */
static void test_arrays_return_to_the_slab(void **state)
{
	struct ll_key key = key_of(7);
	struct ll_household household;
	struct ll_slab slab;
	size_t held;

	(void)state;
	ll_slab_init(&slab);
	ll_household_init(&household, &key);
	for (int round = 0; round < 3; round++) {
		for (size_t count = 1; count <= LL_FACTS_MAX; count++) {
			assert_int_equal(ll_household_reserve_facts(&household, count, &slab), 0);
			assert_true(household.fact_capacity >= count);
			household.fact_count = (uint16_t)count;
			memset(&household.facts[count - 1], 1, sizeof(household.facts[0]));
		}
		for (size_t count = 1; count <= LL_MEMBERS_MAX; count++)
			assert_int_equal(ll_household_reserve_members(&household, count, &slab), 0);
		for (size_t count = 1; count <= LL_FACTS_MAX; count++) {
			assert_int_equal(ll_household_reserve_befores(&household, count, &slab), 0);
			assert_true(household.before_capacity >= count);
			household.before_count = (uint32_t)count & LL_BEFORES_MASK;
		}
		for (size_t count = 1; count <= LL_MEASURE_COUNT; count++)
			assert_int_equal(ll_household_reserve_tasks(&household, count, &slab), 0);
		ll_household_release(&household, &slab);
		if (round == 1)
			held = slab.bytes_held;
		if (round == 2)
			assert_int_equal(slab.bytes_held, held);
	}
	ll_slab_release(&slab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members_are_sorted),
		cmocka_unit_test(test_birth_days_keep),
		cmocka_unit_test(test_checks),
		cmocka_unit_test(test_arrays_return_to_the_slab),
	};

	return cmocka_run_group_tests_name("core/household", tests, NULL, NULL);
}
