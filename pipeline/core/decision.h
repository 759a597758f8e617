/*
 * What comes out: a decision is data. The shell encodes tasks, risk changes and escalations to
 * their topics; nothing here is a sentence.
 *
 * Everything a decision points to lives in the scratch arena given to the call (or in the household
 * and policy, which outlive it).
 */
#ifndef LL_CORE_DECISION_H
#define LL_CORE_DECISION_H

#include "event.h"

/* Raised with every change that makes the same log give other decisions or another state encoding. */
#define LL_LOGIC_VERSION 2

/* X(symbol, number, name, 中文) */
#define LL_CASE_STATES(X)                            \
	X(NONE, 0, "none", "未预警")                 \
	X(LEAD, 1, "lead", "线索")                   \
	X(VERIFIED, 2, "verified", "已核实")         \
	X(MONITORED, 3, "monitored", "监测对象")     \
	X(ELIMINATED, 4, "eliminated", "风险消除")   \
	X(REJECTED, 5, "rejected", "不予纳入")       \
	X(REVIEWED, 6, "reviewed", "村级已评议公示") \
	X(CHECKED, 7, "checked", "乡镇已审核")
enum ll_case_state {
#define LL_CASE_STATE_ENUM(symbol, number, name, zh) LL_CASE_##symbol = number,
	LL_CASE_STATES(LL_CASE_STATE_ENUM)
#undef LL_CASE_STATE_ENUM
		LL_CASE_STATE_COUNT
};

/* X(symbol, number, name, 中文): the three kinds of households that are watched. */
#define LL_GROUPS(X)                                       \
	X(NONE, 0, "none", "无")                           \
	X(UNSTABLE, 1, "unstable_ex_poor", "脱贫不稳定户") \
	X(MARGINAL, 2, "marginal", "边缘易致贫户")         \
	X(SUDDEN, 3, "sudden_difficulty", "突发严重困难户")
enum ll_group {
#define LL_GROUP_ENUM(symbol, number, name, zh) LL_GROUP_##symbol = number,
	LL_GROUPS(LL_GROUP_ENUM)
#undef LL_GROUP_ENUM
		LL_GROUP_COUNT
};

/* X(symbol, number, name, 中文): dimensions of 两不愁三保障 and drinking water, and income. */
#define LL_DIMENSIONS(X)                         \
	X(NONE, 0, "none", "无")                 \
	X(FOOD, 1, "food", "吃")                 \
	X(CLOTHING, 2, "clothing", "穿")         \
	X(EDUCATION, 3, "education", "义务教育") \
	X(MEDICAL, 4, "medical", "基本医疗")     \
	X(HOUSING, 5, "housing", "住房安全")     \
	X(WATER, 6, "water", "饮水安全")         \
	X(INCOME, 7, "income", "收入")
enum ll_dimension {
#define LL_DIMENSION_ENUM(symbol, number, name, zh) LL_DIMENSION_##symbol = number,
	LL_DIMENSIONS(LL_DIMENSION_ENUM)
#undef LL_DIMENSION_ENUM
		LL_DIMENSION_COUNT
};

/* X(symbol, number, name, 中文): what a task asks a county team to do. At most 32. */
#define LL_MEASURES(X)                                               \
	X(VISIT, 0, "visit", "入户核实")                             \
	X(MEDICAL_AID, 1, "medical_aid", "医疗救助")                 \
	X(JOB_SUPPORT, 2, "job_support", "就业帮扶")                 \
	X(SCHOOL_RETURN, 3, "school_return", "控辍保学")             \
	X(HOUSING_REPAIR, 4, "housing_repair", "危房改造")           \
	X(TEMPORARY_RELIEF, 5, "temporary_relief", "临时救助")       \
	X(DIBAO_REVIEW, 6, "dibao_review", "低保审核")               \
	X(DISASTER_INSPECTION, 7, "disaster_inspection", "灾害排查") \
	X(INDUSTRY_SUPPORT, 8, "industry_support", "产业帮扶")       \
	X(WATER_REPAIR, 9, "water_repair", "饮水修复")               \
	X(VILLAGE_REVIEW, 10, "village_review", "村级评议公示")      \
	X(TOWNSHIP_CHECK, 11, "township_check", "乡镇审核")          \
	X(COUNTY_DECISION, 12, "county_decision", "县级审定")        \
	X(MARK_REVIEW, 13, "mark_review", "负面清单核实")            \
	X(EXIT_REVIEW, 14, "exit_review", "风险消除核查")            \
	X(MICRO_CREDIT, 15, "micro_credit", "小额信贷")              \
	X(EDUCATION_AID, 16, "education_aid", "教育资助")            \
	X(SOCIAL_HELP, 17, "social_help", "社会帮扶")                \
	X(DISABILITY_CARE, 18, "disability_care", "残疾人帮扶")      \
	X(SALES_SUPPORT, 19, "sales_support", "消费帮扶")            \
	X(MOTIVATION, 20, "motivation", "扶志扶智")                  \
	X(DEBT_RELIEF, 21, "debt_relief", "债务纾困")
enum ll_measure {
#define LL_MEASURE_ENUM(symbol, number, name, zh) LL_MEASURE_##symbol = number,
	LL_MEASURES(LL_MEASURE_ENUM)
#undef LL_MEASURE_ENUM
		LL_MEASURE_COUNT
};

/* X(symbol, number, name, 中文): what happened to a task. */
#define LL_TASK_CHANGES(X)                         \
	X(OPENED, 0, "opened", "新建")             \
	X(STRENGTHENED, 1, "strengthened", "加强") \
	X(UPDATED, 2, "updated", "反馈")           \
	X(WITHDRAWN, 3, "withdrawn", "撤回")       \
	X(OVERDUE, 4, "overdue", "逾期")
enum ll_task_change {
#define LL_TASK_CHANGE_ENUM(symbol, number, name, zh) LL_CHANGE_##symbol = number,
	LL_TASK_CHANGES(LL_TASK_CHANGE_ENUM)
#undef LL_TASK_CHANGE_ENUM
		LL_TASK_CHANGE_COUNT
};

/* Units of indicator values. */
enum ll_unit {
	LL_UNIT_FEN = 0,
	LL_UNIT_PERMILLE = 1,
	LL_UNIT_COUNT = 2,
	LL_UNIT_FLAG = 3,
	LL_UNIT_CODE = 4 /* a category, a grade, a severity */
};

#define LL_REASON_FACTS_MAX 8  /* facts named behind one reason; the heaviest first */
#define LL_REASONS_MAX	    32 /* reasons of one decision */

/* A fact as a reason shows it. */
struct ll_reason_fact {
	int64_t fact_id;    /* ll_fact_id, bits as signed */
	struct ll_str kind; /* event kind, or "area_alert" */
	int32_t occurred_on;
	int64_t amount_fen;
};

/* Which comparison of which rule held, with what on both sides. */
struct ll_reason {
	struct ll_str rule;	  /* id in the policy */
	struct ll_str indicator;  /* name */
	struct ll_str comparison; /* "at_least", "below", … */
	bool known; /* false: the indicator is unknown and the rule asks for a visit */
	int64_t value;
	int64_t threshold;
	enum ll_unit unit;
	const struct ll_reason_fact *facts;
	size_t fact_count;
};

/* A record of assistance-tasks.<county>; each is one change of one task, and self-contained. */
struct ll_task {
	struct ll_key task_id;
	struct ll_key household_key;
	struct ll_str area;   /* village, 12 digits */
	struct ll_str county; /* 6 digits */
	enum ll_measure measure;
	enum ll_task_change change;
	enum ll_task_state state;
	enum ll_dimension dimension;
	int32_t level; /* warning level, 1 (watch) to 3 (urgent) */
	int32_t opened_on;
	int32_t due_on;
	struct ll_str department; /* responsible, from the policy */
	const struct ll_reason *reasons;
	size_t reason_count;
	struct ll_str policy_name;
	struct ll_str policy_version;
	int32_t logic_version;
	int32_t decided_on;	   /* the partition's tick */
	struct ll_str update_by;   /* UPDATED: who */
	struct ll_str update_note; /* UPDATED: what they said */
	struct ll_origin
		cause; /* the input behind it (for broadcasts: the alert, tick or policy) */
};

/*
 * A record of risk-changes: the household's case, warning level, group or hold changed; or a person
 * opened the green channel or waived exclusion marks.
 */
struct ll_risk_change {
	struct ll_key household_key;
	struct ll_str area;
	enum ll_case_state before;
	enum ll_case_state after;
	int32_t level_before; /* 0 (none) to 3 */
	int32_t level_after;
	enum ll_group group; /* after */
	bool held;	     /* a person's hold is on, after */
	int32_t decided_on;
	const struct ll_reason *reasons;
	size_t reason_count;
	struct ll_str policy_name;
	struct ll_str policy_version;
	int32_t logic_version;
	struct ll_origin cause;
};

/* A record of escalations.<city>: a task is overdue. */
struct ll_escalation {
	struct ll_key task_id;
	struct ll_key household_key;
	struct ll_str area;
	struct ll_str county;
	struct ll_str city; /* 4 digits */
	enum ll_measure measure;
	int32_t due_on;
	int32_t decided_on;
	int32_t days_overdue;
	struct ll_origin cause;
};

/* All that one input did to one household. */
struct ll_decision {
	const struct ll_task *tasks;
	size_t task_count;
	const struct ll_escalation *escalations;
	size_t escalation_count;
	bool has_risk_change;
	struct ll_risk_change risk_change;
};

const char *ll_case_state_name(enum ll_case_state state);
const char *ll_case_state_name_zh(enum ll_case_state state);
const char *ll_group_name(enum ll_group group);
const char *ll_group_name_zh(enum ll_group group);
const char *ll_dimension_name(enum ll_dimension dimension);
const char *ll_measure_name(enum ll_measure measure);
const char *ll_measure_name_zh(enum ll_measure measure);
const char *ll_task_change_name(enum ll_task_change change);
int ll_measure_by_name(struct ll_str name);
int ll_dimension_by_name(struct ll_str name);

#endif
