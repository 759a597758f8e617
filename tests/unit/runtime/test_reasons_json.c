/* Reasons go to JSON and come back the same; what is no reason is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "runtime/reasons_json.h"

static int setup(void **state)
{
	static struct ll_arena arena;

	ll_arena_init(&arena, 0);
	*state = &arena;
	return 0;
}

static int teardown(void **state)
{
	ll_arena_release(*state);
	return 0;
}

static void assert_str(struct ll_str got, const char *want)
{
	assert_int_equal(got.size, strlen(want));
	assert_memory_equal(got.data, want, got.size);
}

static void test_round_trip(void **state)
{
	const struct ll_reason_fact facts[] = {
		{.fact_id = -5, .kind = LL_STR("job_loss"), .occurred_on = 20089, .amount_fen = -7},
		{.fact_id = INT64_MAX,
		 .kind = LL_STR("declaration"),
		 .occurred_on = LL_DAY_MIN,
		 .amount_fen = 0},
	};
	const struct ll_reason reasons[] = {
		{.rule = LL_STR("a \"quoted\" rule"),
		 .indicator = LL_STR("income_per_head"),
		 .comparison = LL_STR("below"),
		 .known = true,
		 .value = -1,
		 .threshold = 600000,
		 .unit = LL_UNIT_FEN,
		 .facts = facts,
		 .fact_count = 2},
		{.rule = LL_STR("收入"),
		 .indicator = LL_STR("housing_grade"),
		 .comparison = LL_STR("is"),
		 .known = false,
		 .unit = LL_UNIT_CODE},
	};
	const struct ll_reason *back = NULL;
	struct ll_str text = {0};
	size_t count = 0;

	assert_int_equal(ll_reasons_to_json(*state, reasons, 2, &text), 0);
	assert_null(memchr(text.data, '\n', text.size));
	assert_int_equal(ll_reasons_from_json(*state, text, &back, &count), 0);
	assert_int_equal(count, 2);
	assert_str(back[0].rule, "a \"quoted\" rule");
	assert_str(back[0].indicator, "income_per_head");
	assert_str(back[0].comparison, "below");
	assert_true(back[0].known);
	assert_int_equal(back[0].value, -1);
	assert_int_equal(back[0].threshold, 600000);
	assert_int_equal(back[0].unit, LL_UNIT_FEN);
	assert_int_equal(back[0].fact_count, 2);
	assert_int_equal(back[0].facts[0].fact_id, -5);
	assert_int_equal(back[0].facts[0].amount_fen, -7);
	assert_int_equal(back[0].facts[0].occurred_on, 20089);
	assert_int_equal(back[0].facts[1].fact_id, INT64_MAX);
	assert_int_equal(back[0].facts[1].occurred_on, LL_DAY_MIN);
	assert_str(back[0].facts[1].kind, "declaration");
	assert_str(back[1].rule, "收入");
	assert_false(back[1].known);
	assert_int_equal(back[1].unit, LL_UNIT_CODE);
	assert_int_equal(back[1].fact_count, 0);
}

static void test_none(void **state)
{
	const struct ll_reason *back = NULL;
	struct ll_str text = {0};
	size_t count = 9;

	assert_int_equal(ll_reasons_to_json(*state, NULL, 0, &text), 0);
	assert_str(text, "[]");
	assert_int_equal(ll_reasons_from_json(*state, text, &back, &count), 0);
	assert_int_equal(count, 0);
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"{}",
		"[1]",
		"[{\"rule\":1}]",
		"[{\"rule\":\"r\",\"indicator\":\"i\",\"comparison\":\"is\",\"unit\":\"miles\"}]",
		("[{\"rule\":\"r\",\"indicator\":\"i\",\"comparison\":\"is\",\"unit\":\"fen\","
		 "\"facts\":[{\"kind\":\"x\",\"occurred_on\":\"never\"}]}]"),
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		const struct ll_reason *back = NULL;
		size_t count = 9;

		assert_true(ll_reasons_from_json(*state, ll_str_from(texts[i]), &back, &count) < 0);
		assert_null(back);
		assert_int_equal(count, 9);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_none, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
