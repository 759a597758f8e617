#include "runtime/words.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/money.h"
#include "core/policy.h"

#define AREA_ALERT_KIND "area_alert"

int ll_language_of(const char *name, enum ll_language *ret_language)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; !name && i < sizeof(variables) / sizeof(*variables); i++) {
		const char *value = getenv(variables[i]);

		if (value && *value)
			name = strncmp(value, "zh", 2) == 0 ? "zh" : "en";
	}
	if (!name || strcmp(name, "en") == 0)
		*ret_language = LL_ENGLISH;
	else if (strcmp(name, "zh") == 0)
		*ret_language = LL_CHINESE;
	else
		return -LL_ERR_INVALID;
	return 0;
}

/* ---- single words ---------------------------------------------------------------------------------- */

struct word {
	const char *english;
	const char *chinese;
};

static const char *pick(struct word word, enum ll_language language)
{
	return language == LL_CHINESE ? word.chinese : word.english;
}

static const char *const measure_english[LL_MEASURE_COUNT] = {
	[LL_MEASURE_VISIT] = "visit the household",
	[LL_MEASURE_MEDICAL_AID] = "medical aid",
	[LL_MEASURE_JOB_SUPPORT] = "help to find work",
	[LL_MEASURE_SCHOOL_RETURN] = "back to school",
	[LL_MEASURE_HOUSING_REPAIR] = "repair of the house",
	[LL_MEASURE_TEMPORARY_RELIEF] = "temporary relief",
	[LL_MEASURE_DIBAO_REVIEW] = "review for minimum living guarantee",
	[LL_MEASURE_DISASTER_INSPECTION] = "inspection after disaster",
	[LL_MEASURE_INDUSTRY_SUPPORT] = "support for farm or business",
	[LL_MEASURE_WATER_REPAIR] = "repair of the water supply",
};

static const char *const indicator_english[LL_INDICATOR_COUNT] = {
	[LL_INDICATOR_EX_POOR] = "registered as ex-poor",
	[LL_INDICATOR_DIBAO] = "receives minimum living guarantee",
	[LL_INDICATOR_INCOME_PER_HEAD] = "yearly income per head",
	[LL_INDICATOR_INCOME_DROP] = "fall of income against the recorded year",
	[LL_INDICATOR_LABOURERS] = "members able to work",
	[LL_INDICATOR_LABOURERS_WITHOUT_WORK] = "workers without work",
	[LL_INDICATOR_JOBLESS_SHARE] = "share of workers without work",
	[LL_INDICATOR_MEDICAL_OWN_COST_12M] = "own medical costs of the last 12 months",
	[LL_INDICATOR_RIGID_SPENDING_12M] = "unavoidable spending of the last 12 months",
	[LL_INDICATOR_RIGID_SPENDING_SHARE] = "unavoidable spending as a share of income",
	[LL_INDICATOR_SEVERE_ILLNESS] = "a member is severely ill",
	[LL_INDICATOR_CHILDREN_OUT_OF_SCHOOL] = "children of school age out of school",
	[LL_INDICATOR_HOUSING_GRADE] = "grade of danger of the house",
	[LL_INDICATOR_DISASTER_LOSS_12M] = "disaster losses of the last 12 months",
	[LL_INDICATOR_HOUSE_FLOODED] = "the house was flooded",
	[LL_INDICATOR_ALERT_SEVERITY] = "severity of the alert for the area",
	[LL_INDICATOR_DECLARED_NEEDS] = "needs declared by the household",
	[LL_INDICATOR_EXCLUSION_MARKS] = "exclusion marks",
};

static const struct word comparison_words[LL_OPERATOR_COUNT] = {
	[LL_OPERATOR_AT_LEAST] = {"at least", "不低于"},
	[LL_OPERATOR_AT_MOST] = {"at most", "不高于"},
	[LL_OPERATOR_ABOVE] = {"above", "高于"},
	[LL_OPERATOR_BELOW] = {"below", "低于"},
	[LL_OPERATOR_IS] = {"is", "为"},
	[LL_OPERATOR_IS_NOT] = {"is not", "不为"},
};

static const struct word level_words[LL_LEVEL_MAX + 1] = {
	{"none", "无"}, {"watch", "关注"}, {"warning", "预警"}, {"urgent", "紧急"}};

static const struct word change_words[LL_TASK_CHANGE_COUNT] = {
#define CHANGE_WORD(symbol, number, name, zh) [LL_CHANGE_##symbol] = {name, zh},
	LL_TASK_CHANGES(CHANGE_WORD)
#undef CHANGE_WORD
};

static const char *const state_english[LL_TASK_STATE_COUNT] = {
	[LL_TASK_OPEN] = "open",	   [LL_TASK_ACCEPTED] = "accepted",
	[LL_TASK_DONE] = "done",	   [LL_TASK_FAILED] = "failed",
	[LL_TASK_REFUSED] = "refused",	   [LL_TASK_NOT_FOUND] = "not found",
	[LL_TASK_WITHDRAWN] = "withdrawn",
};

const char *ll_words_measure(enum ll_measure measure, enum ll_language language)
{
	return language == LL_CHINESE ? ll_measure_name_zh(measure) : measure_english[measure];
}

const char *ll_words_task_state(enum ll_task_state state, enum ll_language language)
{
	return language == LL_CHINESE ? ll_task_state_name_zh(state) : state_english[state];
}

const char *ll_words_case_state(enum ll_case_state state, enum ll_language language)
{
	return language == LL_CHINESE ? ll_case_state_name_zh(state) : ll_case_state_name(state);
}

const char *ll_words_task_change(enum ll_task_change change, enum ll_language language)
{
	return pick(change_words[change], language);
}

const char *ll_words_level(int32_t level, enum ll_language language)
{
	return pick(level_words[level < 0 || level > LL_LEVEL_MAX ? 0 : level], language);
}

const char *ll_words_indicator(enum ll_indicator indicator, enum ll_language language)
{
	return language == LL_CHINESE ? ll_indicator_name_zh(indicator)
				      : indicator_english[indicator];
}

const char *ll_words_operator(enum ll_operator op, enum ll_language language)
{
	return pick(comparison_words[op], language);
}

struct ll_str ll_words_fact_kind(struct ll_str kind, enum ll_language language)
{
	static const char *const english[LL_EVENT_KIND_COUNT] = {
		[LL_EVENT_HOSPITALISATION] = "stay in hospital",
		[LL_EVENT_CHRONIC_ILLNESS] = "long illness",
		[LL_EVENT_JOB_LOSS] = "job lost",
		[LL_EVENT_EMPLOYED] = "job found",
		[LL_EVENT_INCOME_REPORT] = "income reported",
		[LL_EVENT_SCHOOL_DROPOUT] = "child left school",
		[LL_EVENT_HOUSING_DAMAGE] = "house damaged",
		[LL_EVENT_FLOOD_DAMAGE] = "flood damage",
		[LL_EVENT_BENEFIT] = "benefit paid",
		[LL_EVENT_DECLARATION] = "household's own report",
	};
	int number = ll_event_kind_by_name(kind);

	if (ll_str_equal(kind, LL_STR(AREA_ALERT_KIND)))
		return ll_str_from(language == LL_CHINESE ? "区域预警" : "alert for the area");
	if (number < 0)
		return kind;
	return ll_str_from(language == LL_CHINESE
				   ? ll_event_kind_name_zh((enum ll_event_kind)number)
				   : english[number]);
}

/* ---- values and sentences ------------------------------------------------------------------------- */

/* 1234567 fen as "12,345.67" */
static int append_yuan(int64_t amount_fen, struct ll_buf *out)
{
	char plain[LL_FEN_TEXT_MAX];
	size_t whole;
	int err = 0;

	ll_fen_format(amount_fen, plain);
	whole = strcspn(plain, ".");
	for (size_t i = 0; !err && plain[i]; i++) {
		bool comma = i > 0 && i < whole && (whole - i) % 3 == 0 && plain[i - 1] != '-';

		if (comma)
			err = ll_buf_append_str(out, ",");
		if (!err)
			err = ll_buf_append(out, &plain[i], 1);
	}
	return err;
}

static int append_code(struct ll_str indicator, int64_t value, struct ll_buf *out)
{
	if (ll_indicator_by_name(indicator) == LL_INDICATOR_HOUSING_GRADE && value >= 0 &&
	    value <= LL_HOUSING_D)
		return ll_buf_append_format(out, "%c", (char)('A' + value));
	return ll_buf_append_format(out, "%lld", (long long)value);
}

int ll_words_value(struct ll_str indicator, enum ll_unit unit, int64_t value,
		   enum ll_language language, struct ll_buf *out)
{
	static const struct word yuan = {" yuan", "元"};
	static const struct word flags[] = {{"no", "否"}, {"yes", "是"}};
	int err;

	switch (unit) {
	case LL_UNIT_FEN:
		err = append_yuan(value, out);
		return err ? err : ll_buf_append_str(out, pick(yuan, language));
	case LL_UNIT_PERMILLE:
		return ll_buf_append_format(out, value % 10 ? "%lld.%lld%%" : "%lld%%",
					    (long long)(value / 10), (long long)llabs(value % 10));
	case LL_UNIT_FLAG:
		return ll_buf_append_str(out, pick(flags[value != 0], language));
	case LL_UNIT_CODE:
		return append_code(indicator, value, out);
	case LL_UNIT_COUNT:
		break;
	}
	return ll_buf_append_format(out, "%lld", (long long)value);
}

static int append_name(struct ll_str indicator, enum ll_language language, struct ll_buf *out)
{
	int number = ll_indicator_by_name(indicator);

	if (number < 0)
		return ll_buf_append(out, indicator.data, indicator.size);
	return ll_buf_append_str(out, ll_words_indicator((enum ll_indicator)number, language));
}

int ll_words_reason(const struct ll_reason *reason, enum ll_language language, struct ll_buf *out)
{
	static const struct word colon = {": ", "："};
	static const struct word comma = {", ", "，"};
	static const struct word unknown = {"not known; a visit finds out", "未知，需入户核实"};
	int comparison = ll_operator_by_name(reason->comparison);
	int err = append_name(reason->indicator, language, out);

	if (!err)
		err = ll_buf_append_str(out, pick(colon, language));
	if (!err && !reason->known)
		return ll_buf_append_str(out, pick(unknown, language));
	if (!err)
		err = ll_words_value(reason->indicator, reason->unit, reason->value, language, out);
	if (err || reason->unit == LL_UNIT_FLAG || comparison < 0)
		return err;
	err = ll_buf_append_str(out, pick(comma, language));
	if (!err)
		err = ll_buf_append_format(out, language == LL_CHINESE ? "%s" : "%s ",
					   pick(comparison_words[comparison], language));
	if (!err)
		err = ll_words_value(reason->indicator, reason->unit, reason->threshold, language,
				     out);
	return err;
}

int ll_words_fact(const struct ll_reason_fact *fact, enum ll_language language, struct ll_buf *out)
{
	struct ll_str kind = ll_words_fact_kind(fact->kind, language);
	char day[LL_DAY_TEXT_MAX];
	int err;

	ll_day_format(fact->occurred_on, day);
	err = ll_buf_append_format(out, "%s %.*s", day, LL_STR_ARG(kind));
	if (err || fact->amount_fen == 0)
		return err;
	err = ll_buf_append_str(out, language == LL_CHINESE ? "，" : ", ");
	if (!err)
		err = ll_words_value(LL_STR(""), LL_UNIT_FEN, fact->amount_fen, language, out);
	return err;
}
