/* Sentences, to the letter: people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/indicator.h"
#include "core/policy.h"
#include "runtime/words.h"

static void assert_words(struct ll_buf *words, const char *want)
{
	assert_int_equal(ll_buf_append(words, "", 1), 0);
	assert_string_equal((const char *)words->data, want);
	ll_buf_clear(words);
}

static void test_values(void **state)
{
	static const struct {
		const char *indicator;
		enum ll_unit unit;
		int64_t value;
		const char *english;
		const char *chinese;
	} rows[] = {
		{"income_per_head", LL_UNIT_FEN, 0, "0 yuan", "0元"},
		{"income_per_head", LL_UNIT_FEN, 99900, "999 yuan", "999元"},
		{"income_per_head", LL_UNIT_FEN, 123456789, "1,234,567.89 yuan", "1,234,567.89元"},
		{"income_per_head", LL_UNIT_FEN, -100000, "-1,000 yuan", "-1,000元"},
		{"income_per_head", LL_UNIT_FEN, -10000000, "-100,000 yuan", "-100,000元"},
		{"income_drop", LL_UNIT_PERMILLE, 300, "30%", "30%"},
		{"income_drop", LL_UNIT_PERMILLE, 333, "33.3%", "33.3%"},
		{"labourers", LL_UNIT_COUNT, 2, "2", "2"},
		{"dibao", LL_UNIT_FLAG, 1, "yes", "是"},
		{"dibao", LL_UNIT_FLAG, 0, "no", "否"},
		{"housing_grade", LL_UNIT_CODE, LL_HOUSING_D, "D", "D"},
		{"alert_severity", LL_UNIT_CODE, 4, "red", "红色"},
		{"exclusion_marks", LL_UNIT_CODE, LL_MARK_CAR, "car", "机动车"},
		{"water_security", LL_UNIT_CODE, 2, "at risk", "存在风险"},
		{"food_security", LL_UNIT_CODE, 1, "secure", "有保障"},
	};
	struct ll_buf words;

	(void)state;
	ll_buf_init(&words);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ll_str indicator = ll_str_from(rows[i].indicator);

		assert_int_equal(
			ll_words_value(indicator, rows[i].unit, rows[i].value, LL_ENGLISH, &words),
			0);
		assert_words(&words, rows[i].english);
		assert_int_equal(
			ll_words_value(indicator, rows[i].unit, rows[i].value, LL_CHINESE, &words),
			0);
		assert_words(&words, rows[i].chinese);
	}
	ll_buf_release(&words);
}

static void test_reasons(void **state)
{
	const struct ll_reason costs = {.indicator = LL_STR("medical_own_cost_12m"),
					.comparison = LL_STR("at_least"),
					.known = true,
					.value = 620000,
					.threshold = 500000,
					.unit = LL_UNIT_FEN};
	const struct ll_reason unknown = {.indicator = LL_STR("income_per_head"),
					  .comparison = LL_STR("below"),
					  .unit = LL_UNIT_FEN};
	const struct ll_reason security = {.indicator = LL_STR("water_security"),
					   .comparison = LL_STR("is"),
					   .known = true,
					   .value = 2,
					   .threshold = 2,
					   .unit = LL_UNIT_CODE};
	const struct ll_reason flag = {.indicator = LL_STR("house_flooded"),
				       .comparison = LL_STR("is"),
				       .known = true,
				       .value = 1,
				       .threshold = 1,
				       .unit = LL_UNIT_FLAG};
	struct ll_buf words;

	(void)state;
	ll_buf_init(&words);
	assert_int_equal(ll_words_reason(&costs, LL_ENGLISH, &words), 0);
	assert_words(&words,
		     "own medical costs of the last 12 months: 6,200 yuan, at least 5,000 yuan");
	assert_int_equal(ll_words_reason(&costs, LL_CHINESE, &words), 0);
	assert_words(&words, "近12个月自付医疗费：6,200元，不低于5,000元");
	assert_int_equal(ll_words_reason(&unknown, LL_ENGLISH, &words), 0);
	assert_words(&words, "yearly income per head: not known; a visit finds out");
	assert_int_equal(ll_words_reason(&flag, LL_CHINESE, &words), 0);
	assert_words(&words, "住房进水：是");
	assert_int_equal(ll_words_reason(&security, LL_ENGLISH, &words), 0);
	assert_words(&words, "drinking water: at risk");
	ll_buf_release(&words);
}

/* What a task was opened for and is not so any more. */
static void test_reasons_gone(void **state)
{
	const struct ll_reason costs = {.indicator = LL_STR("medical_own_cost_12m"),
					.comparison = LL_STR("at_least"),
					.known = true,
					.value = 270000,
					.threshold = 500000,
					.unit = LL_UNIT_FEN};
	const struct ll_reason share = {.indicator = LL_STR("jobless_share"),
					.comparison = LL_STR("is"),
					.known = true,
					.value = 0,
					.threshold = 1000,
					.unit = LL_UNIT_PERMILLE};
	struct ll_buf words;

	(void)state;
	ll_buf_init(&words);
	assert_int_equal(ll_words_reason(&costs, LL_ENGLISH, &words), 0);
	assert_words(&words,
		     "own medical costs of the last 12 months: 2,700 yuan, no longer at least "
		     "5,000 yuan");
	assert_int_equal(ll_words_reason(&costs, LL_CHINESE, &words), 0);
	assert_words(&words, "近12个月自付医疗费：2,700元，已低于5,000元");
	assert_int_equal(ll_words_reason(&share, LL_ENGLISH, &words), 0);
	assert_words(&words, "share of labourers without work: 0%, no longer 100%");
	assert_int_equal(ll_words_reason(&share, LL_CHINESE, &words), 0);
	assert_words(&words, "劳动力失业比例：0%，已不是100%");
	ll_buf_release(&words);
}

/* What the place where a reason is told adds to it. */
static void test_reasons_in_context(void **state)
{
	const struct ll_reason_context context = {.year = 2025, .income_line_fen = 720000};
	struct ll_reason income = {.indicator = LL_STR("income_per_head"),
				   .comparison = LL_STR("below"),
				   .known = true,
				   .value = 850000,
				   .threshold = 1080000,
				   .unit = LL_UNIT_FEN};
	const struct ll_reason security = {.indicator = LL_STR("education_security"),
					   .comparison = LL_STR("is"),
					   .known = true,
					   .value = LL_SECURITY_SECURE,
					   .threshold = LL_SECURITY_AT_RISK,
					   .unit = LL_UNIT_CODE};
	const struct ll_reason share = {.indicator = LL_STR("jobless_share"),
					.comparison = LL_STR("at_least"),
					.known = true,
					.value = 333,
					.threshold = 500,
					.unit = LL_UNIT_PERMILLE};
	const struct ll_reason any = {.indicator = LL_STR("children_out_of_school"),
				      .comparison = LL_STR("at_least"),
				      .known = true,
				      .value = 1,
				      .threshold = 1,
				      .unit = LL_UNIT_COUNT};
	struct ll_buf words;

	(void)state;
	ll_buf_init(&words);
	assert_int_equal(ll_words_reason_in(&income, &context, LL_ENGLISH, &words), 0);
	assert_words(&words, "income per head expected for 2025: 8,500 yuan, below 1.5 times the "
			     "income line (10,800 yuan)");
	assert_int_equal(ll_words_reason_in(&income, &context, LL_CHINESE, &words), 0);
	assert_words(&words, "预计2025年人均收入：8,500元，低于监测线的1.5倍（10,800元）");
	income.threshold = 720000;
	assert_int_equal(ll_words_reason_in(&income, &context, LL_CHINESE, &words), 0);
	assert_words(&words, "预计2025年人均收入：8,500元，已不低于监测线（7,200元）");
	/* No multiple of the line that anybody would call one. */
	income.threshold = 750000;
	assert_int_equal(ll_words_reason_in(&income, &context, LL_ENGLISH, &words), 0);
	assert_words(&words,
		     "income per head expected for 2025: 8,500 yuan, no longer below 7,500 yuan");
	assert_int_equal(ll_words_reason(&security, LL_CHINESE, &words), 0);
	assert_words(&words, "义务教育保障：有保障，原为存在风险");
	assert_int_equal(ll_words_reason(&any, LL_CHINESE, &words), 0);
	assert_words(&words, "义务教育阶段失学人数：1");
	assert_int_equal(ll_words_short_of(&share, &context, LL_ENGLISH, &words), 0);
	assert_words(&words, "share of labourers without work: 33.3%, counts when at least 50%");
	assert_int_equal(ll_words_short_of(&share, &context, LL_CHINESE, &words), 0);
	assert_words(&words, "劳动力失业比例：33.3%，不低于50%才预警");
	ll_buf_release(&words);
}

static void test_lists(void **state)
{
	const uint32_t dimensions = 1u << LL_DIMENSION_FOOD | 1u << LL_DIMENSION_WATER;
	struct ll_buf words;

	(void)state;
	ll_buf_init(&words);
	assert_int_equal(ll_words_dimensions(dimensions, LL_ENGLISH, &words), 0);
	assert_words(&words, "food, drinking water");
	assert_int_equal(ll_words_dimensions(dimensions, LL_CHINESE, &words), 0);
	assert_words(&words, "吃、饮水安全");
	assert_int_equal(ll_words_secured(dimensions, LL_CHINESE, &words), 0);
	assert_words(&words, "不愁吃、饮水安全");
	assert_int_equal(ll_words_secured(0x7e, LL_CHINESE, &words), 0);
	assert_words(&words, "“两不愁三保障”及饮水安全");
	assert_int_equal(ll_words_dimensions(0, LL_ENGLISH, &words), 0);
	assert_words(&words, "");
	assert_int_equal(ll_words_marks(LL_MARK_CAR | LL_MARK_COMPANY, LL_ENGLISH, &words), 0);
	assert_words(&words, "car, company");
	ll_buf_release(&words);
}

static void test_facts(void **state)
{
	const struct ll_reason_fact stay = {
		.kind = LL_STR("hospitalisation"), .occurred_on = 20089, .amount_fen = 620000};
	const struct ll_reason_fact alert = {.kind = LL_STR("area_alert"), .occurred_on = 20090};
	const struct ll_reason_fact wage = {
		.kind = LL_STR("job_loss"), .occurred_on = 20091, .amount_fen = 300000};
	const struct ll_reason_fact school = {.kind = LL_STR("school_dropout"),
					      .occurred_on = 20092};
	const struct ll_reason secure = {.indicator = LL_STR("education_security"),
					 .comparison = LL_STR("is"),
					 .known = true,
					 .value = LL_SECURITY_SECURE,
					 .threshold = LL_SECURITY_AT_RISK,
					 .unit = LL_UNIT_CODE};
	struct ll_buf words;

	(void)state;
	ll_buf_init(&words);
	assert_int_equal(ll_words_fact(&stay, LL_ENGLISH, &words), 0);
	assert_words(&words, "2025-01-01 stay in hospital, 6,200 yuan");
	assert_int_equal(ll_words_fact(&alert, LL_CHINESE, &words), 0);
	assert_words(&words, "2025-01-02 区域预警");
	assert_int_equal(ll_words_fact(&wage, LL_ENGLISH, &words), 0);
	assert_words(&words, "2025-01-03 job lost, 3,000 yuan a month");
	assert_int_equal(ll_words_fact(&school, LL_ENGLISH, &words), 0);
	assert_words(&words, "2025-01-04 child left school");
	assert_int_equal(ll_words_fact_behind(&secure, &school, LL_ENGLISH, &words), 0);
	assert_words(&words, "2025-01-04 child back at school");
	ll_buf_release(&words);
}

static void test_others(void **state)
{
	(void)state;
	assert_true(
		ll_str_equal(ll_words_department(LL_STR("water"), LL_CHINESE), LL_STR("水利局")));
	assert_true(
		ll_str_equal(ll_words_department(LL_STR("team-4"), LL_CHINESE), LL_STR("team-4")));
	assert_string_equal(ll_words_error(-LL_ERR_MARKS_OPEN, LL_CHINESE), "负面清单尚未认定");
	/* What a record can be rejected for is said in both languages. */
	for (int err = 1; err < 200; err++)
		if (strcmp(ll_err_name(err), "unknown") != 0 &&
		    ll_err_class(err) == LL_CLASS_REJECT)
			assert_string_not_equal(ll_words_error(err, LL_CHINESE),
						ll_words_error(err, LL_ENGLISH));
}

/* A name for everything, in both languages: a new row in a table must not be forgotten here. */
static void test_every_name(void **state)
{
	(void)state;
	for (enum ll_language language = LL_ENGLISH; language <= LL_CHINESE; language++) {
		for (int i = 0; i < LL_MEASURE_COUNT; i++)
			assert_non_null(ll_words_measure((enum ll_measure)i, language));
		for (int i = 0; i < LL_TASK_STATE_COUNT; i++)
			assert_non_null(ll_words_task_state((enum ll_task_state)i, language));
		for (int i = 0; i < LL_CASE_STATE_COUNT; i++)
			assert_non_null(ll_words_case_state((enum ll_case_state)i, language));
		for (int i = 0; i < LL_TASK_CHANGE_COUNT; i++)
			assert_non_null(ll_words_task_change((enum ll_task_change)i, language));
		for (int i = 0; i < LL_EVENT_KIND_COUNT; i++) {
			struct ll_str name = ll_str_from(ll_event_kind_name((enum ll_event_kind)i));

			assert_non_null(ll_words_fact_kind(name, language).data);
			assert_false(ll_str_equal(ll_words_fact_kind(name, language), name));
		}
		for (int i = 0; i < LL_GROUP_COUNT; i++)
			assert_non_null(ll_words_group((enum ll_group)i, language));
		for (int i = 0; i < LL_DIMENSION_COUNT; i++)
			assert_non_null(ll_words_dimension((enum ll_dimension)i, language));
		for (int i = 0; i < LL_CASE_DECISION_COUNT; i++)
			assert_non_null(
				ll_words_case_decision((enum ll_case_decision_type)i, language));
		for (int i = 0; i < LL_INDICATOR_COUNT; i++) {
			const struct ll_reason reason = {
				.indicator = ll_str_from(ll_indicator_name((enum ll_indicator)i)),
				.comparison = LL_STR("is")};
			struct ll_buf words;

			ll_buf_init(&words);
			assert_int_equal(ll_words_reason(&reason, language, &words), 0);
			assert_null(memmem(words.data, words.size, "(null)", 6));
			assert_true(words.size > 4);
			ll_buf_release(&words);
		}
	}
}

static void test_language(void **state)
{
	enum ll_language language = LL_ENGLISH;

	(void)state;
	assert_int_equal(ll_language_of("zh", &language), 0);
	assert_int_equal(language, LL_CHINESE);
	assert_int_equal(ll_language_of("fr", &language), -LL_ERR_INVALID);
	assert_int_equal(language, LL_CHINESE);
	setenv("LC_ALL", "", 1);
	setenv("LC_MESSAGES", "zh_CN.UTF-8", 1);
	setenv("LANG", "en_GB.UTF-8", 1);
	language = LL_ENGLISH;
	assert_int_equal(ll_language_of(NULL, &language), 0);
	assert_int_equal(language, LL_CHINESE);
	setenv("LC_ALL", "C.UTF-8", 1);
	assert_int_equal(ll_language_of(NULL, &language), 0);
	assert_int_equal(language, LL_ENGLISH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_reasons_gone),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_reasons_in_context),
		cmocka_unit_test(test_every_name),
		cmocka_unit_test(test_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
