#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "cli/key_table.h"

#define MANY 10000

static struct ll_key key_of(uint32_t number)
{
	struct ll_key key;

	ll_hash128(&number, sizeof(number), &key);
	return key;
}

static void test_many(void **state)
{
	struct ll_key_table table;
	struct ll_key_entry *entry;
	struct ll_key key = key_of(0);

	(void)state;
	ll_key_table_init(&table);
	assert_null(ll_key_table_find(&table, &key));
	for (uint32_t i = 0; i < MANY; i++) {
		key = key_of(i);
		assert_int_equal(ll_key_table_put(&table, &key, &entry), 0);
		assert_int_equal(entry->value, 0);
		entry->value = i + 1;
		assert_int_equal(ll_key_table_put(&table, &key, &entry), 0);
		assert_int_equal(entry->value, i + 1);
	}
	assert_int_equal(table.count, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		key = key_of(i);
		assert_ptr_equal(ll_key_table_find(&table, &key), &table.entries[i]);
		assert_int_equal(table.entries[i].value, i + 1);
	}
	key = key_of(MANY);
	assert_null(ll_key_table_find(&table, &key));
	ll_key_table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
