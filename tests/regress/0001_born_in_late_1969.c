/*
 * Days are counted from 1970-01-01, and the short way of writing the numbers from -64 to -1 shifted
 * a negative number to the left, which C does not define: whoever had a member born in the last nine
 * weeks of 1969 ended a sanitized assess at its next checkpoint.
 */
#include "fixture.h"

static void test_a_member_born_just_before_1970_is_kept(void **state)
{
	(void)state;
	for (int32_t born_on = -66; born_on <= 64; born_on++) {
		struct fold *fold = fold_new(), *again = fold_new();
		struct ll_household_event event = registered(7);
		struct ll_member member = event.household_registered.members[0];
		struct ll_buf segment, before, after;
		bool done = false;

		member.born_on = born_on;
		event.household_registered.members = &member;
		event.household_registered.member_count = 1;
		fold_ok(fold, event);
		ll_buf_init(&segment);
		assert_int_equal(
			ll_partition_encode_changed(fold->partition, &segment, 1 << 20, &done), 0);
		assert_true(done);
		assert_int_equal(ll_partition_restore(again->partition, ll_buf_bytes(&segment),
						      &again->scratch),
				 0);
		before = fold_state(fold);
		after = fold_state(again);
		assert_int_equal(before.size, after.size);
		assert_memory_equal(before.data, after.data, before.size);
		ll_buf_release(&before);
		ll_buf_release(&after);
		ll_buf_release(&segment);
		fold_free(fold);
		fold_free(again);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_member_born_just_before_1970_is_kept),
	};

	return cmocka_run_group_tests_name("regress/0001", tests, NULL, NULL);
}
