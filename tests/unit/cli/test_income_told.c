/* How an income is made up is told where it adds up, and nowhere else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "cli/income_told.h"

static const struct ll_household_registered household = {
	.recorded_income_fen = {true, 4200000}, .recorded_income_year = 2024, .member_count = 3};

static struct ll_reason income(int64_t value_fen, const struct ll_reason_fact *facts, size_t count)
{
	return (struct ll_reason){.indicator = LL_STR("income_per_head"),
				  .comparison = LL_STR("below"),
				  .known = true,
				  .value = value_fen,
				  .unit = LL_UNIT_FEN,
				  .facts = facts,
				  .fact_count = count};
}

static struct ll_reason_fact fact(const char *kind, int year, int month, int64_t amount_fen)
{
	return (struct ll_reason_fact){.kind = ll_str_from(kind),
				       .occurred_on = ll_day_from_date(year, month, 5),
				       .amount_fen = amount_fen};
}

static void expect(const struct ll_reason *reason, int32_t year, enum ll_language language,
		   const char *expected)
{
	struct ll_buf out;
	bool adds_up = !*expected;

	ll_buf_init(&out);
	assert_int_equal(ll_income_say(reason, &household, year, language, &out, &adds_up), 0);
	assert_int_equal(adds_up, *expected != '\0');
	assert_int_equal(ll_buf_append(&out, "", 1), 0);
	assert_string_equal((const char *)out.data, expected);
	ll_buf_release(&out);
}

static void test_wages(void **state)
{
	/* The heaviest stands first in a reason; told in the order of days. */
	const struct ll_reason_fact facts[] = {fact("employed", 2025, 4, 320000),
					       fact("job_loss", 2025, 3, 300000)};
	const struct ll_reason lost = income(400000, &facts[1], 1);
	const struct ll_reason both = income(1360000, facts, 2);
	const struct ll_reason next_year = income((4200000 - 12 * 300000) / 3, &facts[1], 1);

	(void)state;
	expect(&lost, 2025, LL_ENGLISH,
	       "(42,000 yuan registered for 2024 − 3,000 yuan x 10 months) / 3 members");
	expect(&both, 2025, LL_CHINESE,
	       "（2024年登记收入42,000元 − 3,000元×10个月 + 3,200元×9个月）÷ 3人");
	expect(&next_year, 2026, LL_ENGLISH,
	       "(42,000 yuan registered for 2024 − 3,000 yuan x 12 months) / 3 members");
}

static void test_bases(void **state)
{
	const struct ll_reason_fact reported = fact("income_report", 2025, 3, 1860000);
	const struct ll_reason plain = income(1400000, NULL, 0);
	const struct ll_reason report = income(620000, &reported, 1);

	(void)state;
	expect(&plain, 2025, LL_ENGLISH, "42,000 yuan registered for 2024 / 3 members");
	expect(&report, 2025, LL_CHINESE, "申报收入18,600元 ÷ 3人");
}

/* The core knows more cases than these. */
static void test_silence(void **state)
{
	const struct ll_reason_fact crops = fact("crop_loss", 2025, 3, 300000);
	const struct ll_reason_fact lost = fact("job_loss", 2025, 3, 300000);
	const struct ll_reason other_kind = income(1300000, &crops, 1);
	const struct ll_reason other_sum = income(400001, &lost, 1);
	struct ll_reason other = income(1400000, NULL, 0);

	(void)state;
	expect(&other_kind, 2025, LL_ENGLISH, "");
	expect(&other_sum, 2025, LL_ENGLISH, "");
	other.known = false;
	expect(&other, 2025, LL_ENGLISH, "");
	other.known = true;
	other.indicator = LL_STR("income_drop");
	expect(&other, 2025, LL_ENGLISH, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wages),
		cmocka_unit_test(test_bases),
		cmocka_unit_test(test_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
