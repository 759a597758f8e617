#include "consumers/enrich/held.h"

#include <stdio.h>

#include "kit/kit.h"

#define MANY 2000

static void put(struct ll_held *held, uint32_t number, uint32_t person, const char *value)
{
	const struct ll_key key = kit_any_key(number);
	const struct ll_held_event event = {
		.person_key = kit_any_key(person),
		.origin = {.topic = LL_STR("life-events.health"), .partition = 1, .offset = number},
		.value = kit_text(value),
	};
	struct ll_held_entry *entry = NULL;

	assert_int_equal(ll_held_put(held, &key, &event, &entry), 0);
	assert_true(ll_key_equal(&entry->event_key, &key));
}

static size_t count_of(const struct ll_held *held, uint32_t person)
{
	const struct ll_key key = kit_any_key(person);
	size_t count = 0;

	for (const struct ll_held_entry *entry = ll_held_first_of_person(held, &key); entry;
	     entry = ll_held_next_of_person(entry)) {
		assert_true(ll_key_equal(&entry->event.person_key, &key));
		count++;
	}
	return count;
}

static void test_empty(void **state)
{
	const struct ll_key key = kit_any_key(1);
	struct ll_held held;

	(void)state;
	ll_held_init(&held);
	assert_null(ll_held_first_of_person(&held, &key));
	ll_held_remove(&held, &key);
	ll_held_release(&held);
}

static void test_keeps_its_own_bytes(void **state)
{
	const struct ll_key person = kit_any_key(7);
	char topic[] = "life-events.health";
	char value[] = "value";
	struct ll_key key = kit_any_key(1);
	const struct ll_held_event event = {.person_key = person,
					    .origin = {.topic = ll_str_from(topic), .offset = 5},
					    .value = kit_text(value)};
	const struct ll_held_entry *found;
	struct ll_held_entry *entry;
	struct ll_held held;

	(void)state;
	ll_held_init(&held);
	assert_int_equal(ll_held_put(&held, &key, &event, &entry), 0);
	memset(topic, 'x', sizeof(topic) - 1);
	memset(value, 'x', sizeof(value) - 1);
	found = ll_held_first_of_person(&held, &person);
	assert_ptr_equal(found, entry);
	kit_assert_text(found->event.origin.topic, "life-events.health");
	kit_assert_bytes(found->event.value, kit_text("value"));
	assert_int_equal(found->event.origin.offset, 5);
	ll_held_release(&held);
}

static void test_one_key_is_one_event(void **state)
{
	const struct ll_key person = kit_any_key(7);
	struct ll_held held;

	(void)state;
	ll_held_init(&held);
	put(&held, 1, 7, "old");
	put(&held, 1, 7, "new");
	assert_int_equal(held.count, 1);
	kit_assert_bytes(ll_held_first_of_person(&held, &person)->event.value, kit_text("new"));
	/* Even where the person is another. */
	put(&held, 1, 8, "newer");
	assert_int_equal(count_of(&held, 7), 0);
	assert_int_equal(count_of(&held, 8), 1);
	ll_held_release(&held);
}

/* The tombstone of a release stands behind every copy that was written before it. */
static void test_a_copy_of_what_was_released_is_released(void **state)
{
	const struct ll_key person = kit_any_key(7), key = kit_any_key(1);
	struct ll_held held;

	(void)state;
	ll_held_init(&held);
	put(&held, 1, 7, "v");
	assert_int_equal(ll_held_first_of_person(&held, &person)->released_in, 0);
	ll_held_first_of_person(&held, &person)->released_in = 5;
	put(&held, 1, 7, "v");
	assert_int_equal(ll_held_first_of_person(&held, &person)->released_in, 5);
	ll_held_remove(&held, &key);
	put(&held, 1, 7, "v");
	assert_int_equal(ll_held_first_of_person(&held, &person)->released_in, 0);
	ll_held_release(&held);
}

static int count_visit(void *context, struct ll_held_entry *entry)
{
	(void)entry;
	++*(size_t *)context;
	return 0;
}

static int stop_visit(void *context, struct ll_held_entry *entry)
{
	count_visit(context, entry);
	return -LL_ERR_FULL;
}

static void test_by_event_and_by_person_while_it_grows(void **state)
{
	struct ll_held held;
	size_t visited = 0;

	(void)state;
	ll_held_init(&held);
	for (uint32_t i = 0; i < MANY; i++)
		put(&held, i, i % 100, "v");
	assert_int_equal(held.count, MANY);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(count_of(&held, i), MANY / 100);
	assert_int_equal(count_of(&held, 100), 0);
	for (uint32_t i = 0; i < MANY; i += 2) {
		const struct ll_key key = kit_any_key(i);

		ll_held_remove(&held, &key);
		ll_held_remove(&held, &key);
	}
	assert_int_equal(held.count, MANY / 2);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(count_of(&held, i), i % 2 ? MANY / 100 : 0);
	assert_int_equal(ll_held_visit(&held, count_visit, &visited), 0);
	assert_int_equal(visited, MANY / 2);
	visited = 0;
	assert_int_equal(ll_held_visit(&held, stop_visit, &visited), -LL_ERR_FULL);
	assert_int_equal(visited, 1);
	ll_held_release(&held);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_keeps_its_own_bytes),
		cmocka_unit_test(test_one_key_is_one_event),
		cmocka_unit_test(test_a_copy_of_what_was_released_is_released),
		cmocka_unit_test(test_by_event_and_by_person_while_it_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
