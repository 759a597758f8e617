#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/verify.h"

static const struct ll_key household = {{1}};

static struct ll_task task_of(uint8_t id)
{
	return (struct ll_task){
		.task_id = {{id}},
		.household_key = household,
		.area = LL_STR("360502001001"),
		.county = LL_STR("360502"),
		.level = 1,
		.logic_version = LL_LOGIC_VERSION,
	};
}

static void find(struct ll_verify *verify, const struct ll_task *task)
{
	struct ll_buf wire;

	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(verify->codec, LL_MESSAGE_TASK, task, &wire), 0);
	assert_int_equal(ll_verify_found(verify, LL_MESSAGE_TASK, ll_buf_bytes(&wire)), 0);
	ll_buf_release(&wire);
}

static void expect(const struct ll_verify *verify, int64_t lost, int64_t doubled)
{
	struct ll_verify_result result = ll_verify_compare(verify);

	assert_int_equal(result.lost, lost);
	assert_int_equal(result.doubled, doubled);
}

static void test_compare(void **state)
{
	struct ll_task tasks[2] = {task_of(1), task_of(2)};
	const struct ll_decision decision = {
		.tasks = tasks,
		.task_count = 2,
		.has_risk_change = true,
		.risk_change = {.household_key = household,
				.area = LL_STR("360502001001"),
				.after = LL_CASE_LEAD,
				.level_after = 1,
				.logic_version = LL_LOGIC_VERSION},
	};
	struct ll_codec *codec;
	struct ll_verify verify;
	struct ll_buf wire;

	(void)state;
	assert_int_equal(ll_codec_new(&codec, NULL), 0);
	ll_verify_init(&verify, codec);
	expect(&verify, 0, 0);
	assert_int_equal(ll_verify_computed(&verify, &decision), 0);
	assert_int_equal(verify.computed[LL_MESSAGE_TASK], 2);
	expect(&verify, 3, 0);

	find(&verify, &tasks[0]);
	find(&verify, &tasks[1]);
	ll_buf_init(&wire);
	assert_int_equal(
		ll_codec_encode(codec, LL_MESSAGE_RISK_CHANGE, &decision.risk_change, &wire), 0);
	assert_int_equal(ll_verify_found(&verify, LL_MESSAGE_RISK_CHANGE, ll_buf_bytes(&wire)), 0);
	ll_buf_release(&wire);
	expect(&verify, 0, 0);

	find(&verify, &tasks[0]); /* once too often */
	expect(&verify, 0, 1);
	assert_int_equal(ll_verify_computed(&verify, &decision), 0);
	expect(&verify, 2, 0);
	tasks[1].level = 2; /* one byte is another message */
	find(&verify, &tasks[1]);
	expect(&verify, 2, 1);
	ll_verify_release(&verify);
	ll_codec_free(codec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
