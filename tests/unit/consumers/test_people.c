#include "consumers/enrich/people.h"

#include "kit/kit.h"

#define MANY 5000

static struct ll_person person_of(uint32_t number)
{
	return (struct ll_person){kit_any_key(number), kit_any_key(number + 1000000),
				  360502001000 + number % 1000};
}

static void test_nobody_is_known_at_first(void **state)
{
	const struct ll_key key = kit_any_key(1);
	struct ll_people people;

	(void)state;
	ll_people_init(&people);
	assert_null(ll_people_find(&people, &key));
	ll_people_remove(&people, &key);
	ll_people_prefetch(&people, &key);
	assert_null(ll_people_find(&people, &key));
	ll_people_release(&people);
}

static void test_finds_everybody_while_it_grows(void **state)
{
	struct ll_people people;

	(void)state;
	ll_people_init(&people);
	for (uint32_t i = 0; i < MANY; i++) {
		const struct ll_person person = person_of(i);

		assert_int_equal(ll_people_put(&people, &person), 0);
	}
	assert_int_equal(people.count, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		const struct ll_person wanted = person_of(i);
		const struct ll_person *found = ll_people_find(&people, &wanted.person_key);

		assert_non_null(found);
		assert_true(ll_key_equal(&found->person_key, &wanted.person_key));
		assert_true(ll_key_equal(&found->household_key, &wanted.household_key));
		assert_true(found->village_code == wanted.village_code);
	}
	for (uint32_t i = MANY; i < MANY + 100; i++) {
		const struct ll_key stranger = kit_any_key(i);

		assert_null(ll_people_find(&people, &stranger));
	}
	ll_people_release(&people);
}

/* Keys that begin alike meet in one slot and must not be taken for one another. */
static void test_keys_that_meet(void **state)
{
	struct ll_person first = {.person_key = {{1}}, .household_key = {{7}}};
	struct ll_person second = first;
	struct ll_people people;

	(void)state;
	second.person_key.bytes[15] = 9;
	second.household_key.bytes[0] = 8;
	ll_people_init(&people);
	assert_int_equal(ll_people_put(&people, &first), 0);
	assert_null(ll_people_find(&people, &second.person_key));
	assert_int_equal(ll_people_put(&people, &second), 0);
	assert_int_equal(ll_people_find(&people, &first.person_key)->household_key.bytes[0], 7);
	assert_int_equal(ll_people_find(&people, &second.person_key)->household_key.bytes[0], 8);
	/* Who stands behind one that is gone is still found. */
	ll_people_remove(&people, &first.person_key);
	assert_null(ll_people_find(&people, &first.person_key));
	assert_non_null(ll_people_find(&people, &second.person_key));
	ll_people_release(&people);
}

static void test_moves_and_comes_back(void **state)
{
	struct ll_person person = person_of(1);
	struct ll_people people;

	(void)state;
	ll_people_init(&people);
	assert_int_equal(ll_people_put(&people, &person), 0);
	person.household_key = kit_any_key(99);
	assert_int_equal(ll_people_put(&people, &person), 0);
	assert_int_equal(people.count, 1);
	assert_true(ll_key_equal(&ll_people_find(&people, &person.person_key)->household_key,
				 &person.household_key));
	ll_people_remove(&people, &person.person_key);
	assert_null(ll_people_find(&people, &person.person_key));
	assert_int_equal(ll_people_put(&people, &person), 0);
	assert_int_equal(people.count, 1);
	assert_non_null(ll_people_find(&people, &person.person_key));
	ll_people_release(&people);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_is_known_at_first),
		cmocka_unit_test(test_finds_everybody_while_it_grows),
		cmocka_unit_test(test_keys_that_meet),
		cmocka_unit_test(test_moves_and_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
