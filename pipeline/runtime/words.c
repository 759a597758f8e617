#include "runtime/words.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/money.h"
#include "core/indicator.h"

#define AREA_ALERT_KIND "area_alert"
#define VISIT_KIND	"visit"

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
	[LL_MEASURE_DIBAO_REVIEW] = "review for minimum living allowance",
	[LL_MEASURE_DISASTER_INSPECTION] = "disaster inspection",
	[LL_MEASURE_INDUSTRY_SUPPORT] = "support for farm or business",
	[LL_MEASURE_WATER_REPAIR] = "repair of the water supply",
	[LL_MEASURE_VILLAGE_REVIEW] = "village review and notice",
	[LL_MEASURE_TOWNSHIP_CHECK] = "check by the township",
	[LL_MEASURE_COUNTY_DECISION] = "county decision",
	[LL_MEASURE_MARK_REVIEW] = "check of exclusion marks",
	[LL_MEASURE_EXIT_REVIEW] = "exit review",
	[LL_MEASURE_MICRO_CREDIT] = "micro-credit",
	[LL_MEASURE_EDUCATION_AID] = "aid for schooling",
	[LL_MEASURE_SOCIAL_HELP] = "social assistance",
	[LL_MEASURE_DISABILITY_CARE] = "help for disabled members",
	[LL_MEASURE_SALES_SUPPORT] = "help to sell what was produced",
	[LL_MEASURE_MOTIVATION] = "encouragement and training",
	[LL_MEASURE_DEBT_RELIEF] = "relief of debts",
};

static const char *const indicator_english[LL_INDICATOR_COUNT] = {
	[LL_INDICATOR_EX_POOR] = "ex-poor household",
	[LL_INDICATOR_DIBAO] = "receives minimum living allowance",
	[LL_INDICATOR_INCOME_PER_HEAD] = "yearly income per head",
	[LL_INDICATOR_INCOME_DROP] = "fall of income against the year before",
	[LL_INDICATOR_LABOURERS] = "labourers",
	[LL_INDICATOR_LABOURERS_WITHOUT_WORK] = "labourers without work",
	[LL_INDICATOR_JOBLESS_SHARE] = "share of labourers without work",
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
	[LL_INDICATOR_OUTPATIENT_OWN_COST_1M] = "own outpatient costs of the last month",
	[LL_INDICATOR_EDUCATION_OWN_COST_12M] =
		"own costs of non-compulsory schooling of the last 12 months",
	[LL_INDICATOR_HOUSING_OWN_COST_12M] = "own housing costs of the last 12 months",
	[LL_INDICATOR_ACCIDENT_OWN_COST_12M] = "own costs of accidents of the last 12 months",
	[LL_INDICATOR_OPEN_SHOCKS] = "kinds of sudden trouble that still stand",
	[LL_INDICATOR_DISABLED_MEMBERS] = "severely disabled members",
	[LL_INDICATOR_DEATHS_12M] = "deaths in the family in the last 12 months",
	[LL_INDICATOR_FOOD_SECURITY] = "food",
	[LL_INDICATOR_CLOTHING_SECURITY] = "clothing",
	[LL_INDICATOR_EDUCATION_SECURITY] = "compulsory schooling",
	[LL_INDICATOR_MEDICAL_SECURITY] = "basic medical care",
	[LL_INDICATOR_HOUSING_SECURITY] = "safe housing",
	[LL_INDICATOR_WATER_SECURITY] = "drinking water",
	[LL_INDICATOR_LOAN_OVERDUE] = "loans overdue",
	[LL_INDICATOR_HOUSEHOLD_SIZE] = "members of the household",
	[LL_INDICATOR_AUTHORISED] = "consent to the cross-department check",
	[LL_INDICATOR_PRODUCTION_LOSS_12M] = "losses of farm or business in the last 12 months",
};

static const char *const group_english[LL_GROUP_COUNT] = {
	[LL_GROUP_NONE] = "none",
	[LL_GROUP_UNSTABLE] = "unstable ex-poor household",
	[LL_GROUP_MARGINAL] = "marginal household",
	[LL_GROUP_SUDDEN] = "household in sudden serious difficulty",
};

static const struct word dimension_words[LL_DIMENSION_COUNT] = {
	[LL_DIMENSION_NONE] = {"none", "无"},
	[LL_DIMENSION_FOOD] = {"food", "吃"},
	[LL_DIMENSION_CLOTHING] = {"clothing", "穿"},
	[LL_DIMENSION_EDUCATION] = {"schooling", "义务教育"},
	[LL_DIMENSION_MEDICAL] = {"medical care", "基本医疗"},
	[LL_DIMENSION_HOUSING] = {"housing", "住房安全"},
	[LL_DIMENSION_WATER] = {"drinking water", "饮水安全"},
	[LL_DIMENSION_INCOME] = {"income", "收入"},
};

static const struct word security_words[] = {
	{"not known", "未知"}, {"secure", "有保障"}, {"at risk", "存在风险"}};

static const struct word asset_words[] = {
	[LL_ASSET_COMMERCIAL_FLAT] = {"commercial flat", "商品房"},
	[LL_ASSET_CAR] = {"car", "机动车"},
	[LL_ASSET_COMPANY] = {"company", "企业"},
	[LL_ASSET_PUBLIC_EMPLOYEE] = {"public employee in the family", "财政供养人员"},
};

static const struct word decision_words[LL_CASE_DECISION_COUNT] = {
	[LL_DECIDED_VISIT_CONFIRMED] = {"the visit confirms it", "入户核实属实"},
	[LL_DECIDED_VISIT_REJECTED] = {"the visit does not confirm it", "入户核实不属实"},
	[LL_DECIDED_COUNTY_CONFIRMED] = {"the county takes the household in", "县级审定纳入"},
	[LL_DECIDED_COUNTY_REJECTED] = {"the county does not take the household in",
					"县级审定不纳入"},
	[LL_DECIDED_RISK_ELIMINATED] = {"the risk is eliminated", "风险消除"},
	[LL_DECIDED_RELEASED] = {"released from monitoring", "终止监测"},
	[LL_DECIDED_HOLD] = {"hold the case", "人工暂缓研判"},
	[LL_DECIDED_UNHOLD] = {"lift the hold", "解除暂缓"},
	[LL_DECIDED_VILLAGE_CONFIRMED] = {"the village review passes it on; nobody objected to "
					  "the notice",
					  "村级评议公示通过"},
	[LL_DECIDED_VILLAGE_REJECTED] = {"the village review does not pass it on",
					 "村级评议公示未通过"},
	[LL_DECIDED_TOWNSHIP_CONFIRMED] = {"the township checked it and agrees", "乡镇审核通过"},
	[LL_DECIDED_TOWNSHIP_REJECTED] = {"the township does not agree", "乡镇审核未通过"},
	[LL_DECIDED_MARKS_WAIVED] = {"the exclusion marks do not count here", "负面清单不影响纳入"},
	[LL_DECIDED_MARKS_EXCLUDE] = {"excluded because of exclusion marks", "因负面清单不纳入"},
	[LL_DECIDED_GREEN_CHANNEL] = {"green channel: help goes ahead of the procedure",
				      "绿色通道先行帮扶"},
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
	{"none", "无"}, {"watch", "关注"}, {"serious", "较重"}, {"urgent", "紧急"}};

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

const char *ll_words_task_state_of(enum ll_measure measure, enum ll_task_state state,
				   enum ll_language language)
{
	static const struct word visit_refused = {"refused by the household", "农户拒绝入户"};
	static const struct word help_refused = {"refused by the household", "农户不接受帮扶"};

	/* Who refuses is not who reports it. */
	if (state == LL_TASK_REFUSED)
		return pick(measure == LL_MEASURE_VISIT ? visit_refused : help_refused, language);
	return ll_words_task_state(state, language);
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

const char *ll_words_group(enum ll_group group, enum ll_language language)
{
	return language == LL_CHINESE ? ll_group_name_zh(group) : group_english[group];
}

const char *ll_words_dimension(enum ll_dimension dimension, enum ll_language language)
{
	return pick(dimension_words[dimension], language);
}

const char *ll_words_security(int64_t security, enum ll_language language)
{
	bool is_known = security == LL_SECURITY_SECURE || security == LL_SECURITY_AT_RISK;

	return pick(security_words[is_known ? security : 0], language);
}

const char *ll_words_asset(enum ll_asset_type type, enum ll_language language)
{
	return (unsigned int)type <= LL_ASSET_PUBLIC_EMPLOYEE ? pick(asset_words[type], language)
							      : "?";
}

const char *ll_words_case_decision(enum ll_case_decision_type type, enum ll_language language)
{
	return (unsigned int)type < LL_CASE_DECISION_COUNT ? pick(decision_words[type], language)
							   : "?";
}

static int append_listed(const char *word, enum ll_language language, bool first,
			 struct ll_buf *out)
{
	int err = first ? 0 : ll_buf_append_str(out, language == LL_CHINESE ? "、" : ", ");

	return err ? err : ll_buf_append_str(out, word);
}

int ll_words_dimensions(uint32_t dimensions, enum ll_language language, struct ll_buf *out)
{
	bool first = true;
	int err = 0;

	for (int i = LL_DIMENSION_FOOD; i < LL_DIMENSION_COUNT && !err; i++) {
		if (!(dimensions & (1u << i)))
			continue;
		err = append_listed(pick(dimension_words[i], language), language, first, out);
		first = false;
	}
	return err;
}

int ll_words_secured(uint32_t dimensions, enum ll_language language, struct ll_buf *out)
{
	static const uint32_t all = 1u << LL_DIMENSION_FOOD | 1u << LL_DIMENSION_CLOTHING |
				    1u << LL_DIMENSION_EDUCATION | 1u << LL_DIMENSION_MEDICAL |
				    1u << LL_DIMENSION_HOUSING | 1u << LL_DIMENSION_WATER;
	static const struct word food = {"food", "不愁吃"}, clothing = {"clothing", "不愁穿"};
	static const struct word everything = {
		"food, clothing, schooling, medical care, housing and drinking water",
		"“两不愁三保障”及饮水安全"};
	bool first = true;
	int err = 0;

	if ((dimensions & all) == all)
		return ll_buf_append_str(out, pick(everything, language));
	for (int i = LL_DIMENSION_FOOD; i <= LL_DIMENSION_WATER && !err; i++) {
		const struct word word = i == LL_DIMENSION_FOOD	      ? food
					 : i == LL_DIMENSION_CLOTHING ? clothing
								      : dimension_words[i];

		if (!(dimensions & (1u << i)))
			continue;
		err = append_listed(pick(word, language), language, first, out);
		first = false;
	}
	return err;
}

int ll_words_marks(uint32_t marks, enum ll_language language, struct ll_buf *out)
{
	bool first = true;
	int err = 0;

	for (int i = LL_ASSET_COMMERCIAL_FLAT; i <= LL_ASSET_PUBLIC_EMPLOYEE && !err; i++) {
		if (!(marks & (1u << i)))
			continue;
		err = append_listed(pick(asset_words[i], language), language, first, out);
		first = false;
	}
	return err;
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
		[LL_EVENT_OUTPATIENT_COST] = "outpatient treatment",
		[LL_EVENT_DISABILITY] = "disability certified",
		[LL_EVENT_DEATH] = "death in the family",
		[LL_EVENT_WAGE_REPORT] = "wage changed",
		[LL_EVENT_BUSINESS_FAILURE] = "business failed",
		[LL_EVENT_UNSOLD_PRODUCE] = "produce that cannot be sold",
		[LL_EVENT_LOAN_OVERDUE] = "loan overdue",
		[LL_EVENT_TUITION_COST] = "costs of schooling",
		[LL_EVENT_WATER_SUPPLY_LOSS] = "no drinking water",
		[LL_EVENT_CROP_LOSS] = "crops lost",
		[LL_EVENT_LIVESTOCK_LOSS] = "livestock lost",
		[LL_EVENT_ACCIDENT] = "accident of a member",
		[LL_EVENT_EPIDEMIC_IMPACT] = "income lost to an epidemic",
		[LL_EVENT_ASSET_RECORD] = "asset registered",
		[LL_EVENT_AUTHORISATION] = "consent to the check",
	};
	int number = ll_event_kind_by_name(kind);

	if (ll_str_equal(kind, LL_STR(AREA_ALERT_KIND)))
		return ll_str_from(language == LL_CHINESE ? "区域预警" : "alert for the area");
	if (ll_str_equal(kind, LL_STR(VISIT_KIND)))
		return ll_str_from(language == LL_CHINESE ? "入户核实" : "seen on a visit");
	if (number < 0)
		return kind;
	return ll_str_from(language == LL_CHINESE
				   ? ll_event_kind_name_zh((enum ll_event_kind)number)
				   : english[number]);
}

const char *ll_words_good_news(enum ll_event_kind kind, enum ll_language language)
{
	static const struct word words[LL_EVENT_KIND_COUNT] = {
		[LL_EVENT_SCHOOL_DROPOUT] = {"child back at school", "学生返校"},
		[LL_EVENT_HOUSING_DAMAGE] = {"house examined", "住房鉴定"},
		[LL_EVENT_WATER_SUPPLY_LOSS] = {"drinking water restored", "饮水恢复"},
		[LL_EVENT_LOAN_OVERDUE] = {"overdue loan settled", "逾期贷款已结清"},
		[LL_EVENT_ASSET_RECORD] = {"asset gone", "资产已不再持有"},
		[LL_EVENT_AUTHORISATION] = {"consent withdrawn", "撤销授权"},
	};

	return pick(words[kind], language);
}

struct ll_str ll_words_department(struct ll_str name, enum ll_language language)
{
	static const struct {
		const char *name;
		struct word word;
	} departments[] = {
		{"medical-insurance", {"medical insurance", "医保局"}},
		{"health", {"health commission", "卫健委"}},
		{"employment", {"employment service", "人社局"}},
		{"rural-affairs", {"agriculture and rural affairs", "农业农村局"}},
		{"agriculture", {"agriculture and rural affairs", "农业农村局"}},
		{"education", {"education bureau", "教育局"}},
		{"housing", {"housing bureau", "住建局"}},
		{"water", {"water bureau", "水利局"}},
		{"civil-affairs", {"civil affairs", "民政局"}},
		{"disabled-persons", {"disabled persons' federation", "残联"}},
		{"disabled-persons-federation", {"disabled persons' federation", "残联"}},
		{"market-supervision", {"market supervision", "市场监管局"}},
		{"bank", {"bank", "银行"}},
		{"finance", {"finance bureau", "金融部门"}},
		{"emergency", {"emergency management", "应急管理局"}},
		{"emergency-management", {"emergency management", "应急管理局"}},
		{"asset-registers", {"registers of assets", "资产登记部门"}},
		{"village", {"village committee", "村委会"}},
		{"village-committee", {"village committee", "村委会"}},
		{"village-team", {"village team", "驻村工作队"}},
		{"township", {"township", "乡镇"}},
		{"county-office", {"county office", "县级主管部门"}},
	};

	for (size_t i = 0; i < sizeof(departments) / sizeof(*departments); i++)
		if (ll_str_equal(name, ll_str_from(departments[i].name)))
			return ll_str_from(pick(departments[i].word, language));
	return name;
}

const char *ll_words_error(int err, enum ll_language language)
{
	static const struct {
		int err;
		const char *chinese;
	} rejections[] = {
		{LL_ERR_UNDECODABLE, "内容无法识别"},
		{LL_ERR_UNKNOWN_SCHEMA, "数据格式未登记"},
		{LL_ERR_TOO_LARGE, "内容超过上限"},
		{LL_ERR_BAD_UTF8, "文字编码有误"},
		{LL_ERR_OUT_OF_RANGE, "数值超出范围"},
		{LL_ERR_BAD_ENUM, "代码不在清单中"},
		{LL_ERR_SOURCE_MISMATCH, "来源与上报部门不符"},
		{LL_ERR_MISPLACED, "记录两次送错分区"},
		{LL_ERR_BAD_KEY, "记录的键与对象不符"},
		{LL_ERR_BAD_DATE, "日期有误"},
		{LL_ERR_BAD_AREA, "区划代码有误"},
		{LL_ERR_FUTURE, "日期在将来"},
		{LL_ERR_EXPIRED, "事实过于久远"},
		{LL_ERR_TOO_MANY_FACTS, "该户的事实已达 1,024 条上限"},
		{LL_ERR_NOT_REGISTERED, "农户未登记"},
		{LL_ERR_NOT_A_MEMBER, "此人不是该户成员"},
		{LL_ERR_UNKNOWN_TASK, "该户没有这项任务"},
		{LL_ERR_ILLEGAL_MOVE, "当前状态不允许这一步"},
		{LL_ERR_BAD_POLICY, "政策文本有误"},
		{LL_ERR_BAD_CITIZEN_NUMBER, "身份证号有误"},
		{LL_ERR_MISSING, "缺少必填内容"},
		{LL_ERR_NEGATIVE, "金额为负"},
		{LL_ERR_BAD_NUMBER, "不是数字"},
		{LL_ERR_BAD_ROW, "该行无法识别"},
		{LL_ERR_UNSUPPORTED_SUBJECT, "这类事件不能以此为对象"},
		{LL_ERR_TOO_MANY_MEMBERS, "家庭成员超过上限"},
		{LL_ERR_MARKS_OPEN, "负面清单尚未认定"},
	};

	for (size_t i = 0; language == LL_CHINESE && i < sizeof(rejections) / sizeof(*rejections);
	     i++)
		if (rejections[i].err == (err < 0 ? -err : err))
			return rejections[i].chinese;
	/* In the words of the screens, not of the policy. */
	if (err == LL_ERR_MARKS_OPEN || err == -LL_ERR_MARKS_OPEN)
		return "nobody has decided on the exclusion marks yet";
	return ll_err_text(err);
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

const char *ll_words_severity(int64_t severity, enum ll_language language)
{
	/* 突发事件应对法, article 42 */
	static const struct word words[] = {
		{"blue", "蓝色"}, {"yellow", "黄色"}, {"orange", "橙色"}, {"red", "红色"}};

	return severity >= 1 && severity <= (int64_t)(sizeof(words) / sizeof(*words))
		       ? pick(words[severity - 1], language)
	       : language == LL_CHINESE ? "无"
					: "none";
}

static int append_code(struct ll_str indicator, int64_t value, enum ll_language language,
		       struct ll_buf *out)
{
	int number = ll_indicator_by_name(indicator);

	if (number == LL_INDICATOR_ALERT_SEVERITY)
		return ll_buf_append_str(out, ll_words_severity(value, language));
	/* Of a review of marks: which. */
	if (number == LL_INDICATOR_EXCLUSION_MARKS)
		return ll_words_marks((uint32_t)value, language, out);
	if (number == LL_INDICATOR_HOUSING_GRADE && value >= 0 && value <= LL_HOUSING_D)
		return ll_buf_append_format(out, "%c", (char)('A' + value));
	if (number >= LL_INDICATOR_FOOD_SECURITY && number <= LL_INDICATOR_WATER_SECURITY)
		return ll_buf_append_str(out, ll_words_security(value, language));
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
		return append_code(indicator, value, language, out);
	case LL_UNIT_COUNT:
		break;
	}
	return ll_buf_append_format(out, "%lld", (long long)value);
}

static int append_name(const struct ll_reason *reason, const struct ll_reason_context *context,
		       enum ll_language language, struct ll_buf *out)
{
	const int number = ll_indicator_by_name(reason->indicator);

	if (number < 0)
		return ll_buf_append(out, reason->indicator.data, reason->indicator.size);
	if (number == LL_INDICATOR_EXCLUSION_MARKS && reason->unit == LL_UNIT_CODE)
		return ll_buf_append_str(out,
					 language == LL_CHINESE ? "负面清单" : "exclusion mark");
	if (number == LL_INDICATOR_INCOME_PER_HEAD && context->year > 0)
		return ll_buf_append_format(out,
					    language == LL_CHINESE
						    ? "预计%d年人均收入"
						    : "income per head expected for %d",
					    context->year);
	return ll_buf_append_str(out, ll_words_indicator((enum ll_indicator)number, language));
}

static bool comparison_holds(int comparison, int64_t value, int64_t threshold)
{
	switch (comparison) {
#define COMPARE(symbol, number, name, op) \
	case number:                      \
		return value op threshold;
		LL_OPERATORS(COMPARE)
#undef COMPARE
	default:
		return true;
	}
}

/* A bound of the income is told by the line that it is, or is a multiple of. */
static int append_threshold(const struct ll_reason *reason, const struct ll_reason_context *context,
			    enum ll_language language, struct ll_buf *out)
{
	const bool chinese = language == LL_CHINESE;
	const int64_t line = context->income_line_fen;
	const int64_t tenths = line > 0 ? reason->threshold * 10 / line : 0;
	const bool named = line > 0 && tenths * line == reason->threshold * 10 &&
			   ll_indicator_by_name(reason->indicator) == LL_INDICATOR_INCOME_PER_HEAD;
	int err = 0;

	if (!named)
		return ll_words_value(reason->indicator, reason->unit, reason->threshold, language,
				      out);
	if (!chinese && tenths != 10)
		err = ll_buf_append_format(out, "%g times ", (double)tenths / 10);
	if (!err)
		err = ll_buf_append_str(out, chinese ? "监测线" : "the income line");
	if (!err && chinese && tenths != 10)
		err = ll_buf_append_format(out, "的%g倍", (double)tenths / 10);
	if (!err)
		err = ll_buf_append_str(out, chinese ? "（" : " (");
	if (!err)
		err = ll_words_value(reason->indicator, reason->unit, reason->threshold, language,
				     out);
	return err ? err : ll_buf_append_str(out, chinese ? "）" : ")");
}

static int append_held(const struct ll_reason *reason, int comparison,
		       const struct ll_reason_context *context, enum ll_language language,
		       struct ll_buf *out)
{
	int err = ll_buf_append_str(out, pick(comparison_words[comparison], language));

	if (!err && language == LL_ENGLISH)
		err = ll_buf_append_str(out, " ");
	return err ? err : append_threshold(reason, context, language, out);
}

/* Chinese says the opposite; English denies the comparison. */
static int append_not_held(const struct ll_reason *reason, int comparison,
			   const struct ll_reason_context *context, enum ll_language language,
			   struct ll_buf *out)
{
	static const struct word words[LL_OPERATOR_COUNT] = {
		[LL_OPERATOR_AT_LEAST] = {"no longer at least ", "已低于"},
		[LL_OPERATOR_AT_MOST] = {"no longer at most ", "已高于"},
		[LL_OPERATOR_ABOVE] = {"no longer above ", "已不高于"},
		[LL_OPERATOR_BELOW] = {"no longer below ", "已不低于"},
		[LL_OPERATOR_IS] = {"no longer ", "已不是"},
		[LL_OPERATOR_IS_NOT] = {"now ", "现为"},
	};
	/* What is secure again was at risk. */
	const bool coded = reason->unit == LL_UNIT_CODE && comparison == LL_OPERATOR_IS;
	int err = ll_buf_append_str(
		out, coded && language == LL_CHINESE ? "原为" : pick(words[comparison], language));

	return err ? err : append_threshold(reason, context, language, out);
}

int ll_words_bound(const struct ll_reason *reason, const struct ll_reason_context *context,
		   enum ll_language language, struct ll_buf *out)
{
	const int comparison = ll_operator_by_name(reason->comparison);

	if (comparison < 0)
		return 0;
	return comparison_holds(comparison, reason->value, reason->threshold)
		       ? append_held(reason, comparison, context, language, out)
		       : append_not_held(reason, comparison, context, language, out);
}

/* The value alone: "it is so", and whether there is any. */
static bool says_all(const struct ll_reason *reason, int comparison)
{
	return reason->unit == LL_UNIT_FLAG ||
	       (comparison == LL_OPERATOR_IS && reason->value == reason->threshold) ||
	       (comparison == LL_OPERATOR_AT_LEAST && reason->unit == LL_UNIT_COUNT &&
		reason->threshold == 1);
}

int ll_words_reason_in(const struct ll_reason *reason, const struct ll_reason_context *context,
		       enum ll_language language, struct ll_buf *out)
{
	static const struct word colon = {": ", "："};
	static const struct word comma = {", ", "，"};
	static const struct word unknown = {"not known; a visit finds out", "未知，需入户核实"};
	int comparison = ll_operator_by_name(reason->comparison);
	int err = append_name(reason, context, language, out);

	if (!err)
		err = ll_buf_append_str(out, pick(colon, language));
	if (!err && !reason->known)
		return ll_buf_append_str(out, pick(unknown, language));
	if (!err)
		err = ll_words_value(reason->indicator, reason->unit, reason->value, language, out);
	if (err || comparison < 0 || says_all(reason, comparison))
		return err;
	err = ll_buf_append_str(out, pick(comma, language));
	return err ? err : ll_words_bound(reason, context, language, out);
}

int ll_words_reason(const struct ll_reason *reason, enum ll_language language, struct ll_buf *out)
{
	return ll_words_reason_in(reason, &(struct ll_reason_context){0}, language, out);
}

int ll_words_short_of(const struct ll_reason *reason, const struct ll_reason_context *context,
		      enum ll_language language, struct ll_buf *out)
{
	const bool chinese = language == LL_CHINESE;
	const int comparison = ll_operator_by_name(reason->comparison);
	int err = append_name(reason, context, language, out);

	if (!err)
		err = ll_buf_append_str(out, chinese ? "：" : ": ");
	if (!err)
		err = ll_words_value(reason->indicator, reason->unit, reason->value, language, out);
	if (err || comparison < 0)
		return err;
	err = ll_buf_append_str(out, chinese ? "，" : ", counts when ");
	if (!err)
		err = append_held(reason, comparison, context, language, out);
	return err ? err : ll_buf_append_str(out, chinese ? "才预警" : "");
}

/* A wage is told by the month, an expected cost by the year. */
static struct word period_of(int kind)
{
	switch (kind) {
	case LL_EVENT_JOB_LOSS:
	case LL_EVENT_EMPLOYED:
	case LL_EVENT_WAGE_REPORT:
		return (struct word){" a month", "每月"};
	case LL_EVENT_CHRONIC_ILLNESS:
	case LL_EVENT_BUSINESS_FAILURE:
		return (struct word){" a year", "每年"};
	default:
		return (struct word){"", ""};
	}
}

static int append_fact(const struct ll_reason_fact *fact, bool good, enum ll_language language,
		       struct ll_buf *out)
{
	const int number = ll_event_kind_by_name(fact->kind);
	const char *news = good && number >= 0
				   ? ll_words_good_news((enum ll_event_kind)number, language)
				   : NULL;
	const struct ll_str kind =
		news ? ll_str_from(news) : ll_words_fact_kind(fact->kind, language);
	const struct word period = period_of(number);
	char day[LL_DAY_TEXT_MAX];
	int err;

	ll_day_format(fact->occurred_on, day);
	err = ll_buf_append_format(out, "%s %.*s", day, LL_STR_ARG(kind));
	if (err || fact->amount_fen == 0)
		return err;
	err = ll_buf_append_str(out, language == LL_CHINESE ? "，" : ", ");
	if (!err && language == LL_CHINESE)
		err = ll_buf_append_str(out, period.chinese);
	if (!err)
		err = ll_words_value(LL_STR(""), LL_UNIT_FEN, fact->amount_fen, language, out);
	if (!err && language == LL_ENGLISH)
		err = ll_buf_append_str(out, period.english);
	return err;
}

int ll_words_fact(const struct ll_reason_fact *fact, enum ll_language language, struct ll_buf *out)
{
	return append_fact(fact, false, language, out);
}

int ll_words_fact_behind(const struct ll_reason *reason, const struct ll_reason_fact *fact,
			 enum ll_language language, struct ll_buf *out)
{
	const int number = ll_indicator_by_name(reason->indicator);
	const bool secure = number >= LL_INDICATOR_FOOD_SECURITY &&
			    number <= LL_INDICATOR_WATER_SECURITY && reason->known &&
			    reason->value == LL_SECURITY_SECURE;

	return append_fact(fact, secure, language, out);
}
