/*
 * A policy: parameters, rules and measures, compiled from YAML by the policy layer into flat tables
 * that the core reads and never changes. One block of memory, owned by whoever compiled it.
 *
 * A rule is a conjunction of typed comparisons on indicators. An alternative is another rule.
 */
#ifndef LL_CORE_POLICY_H
#define LL_CORE_POLICY_H

#include "base/area.h"
#include "decision.h"

/*
 * X(symbol, number, name, unit, dimension, 中文)
 * Sums of "12m" are over facts dated after the same day of the month twelve months before the day of
 * the decision, up to and including that day; "1m" likewise. The six *_security are codes: 1 secure,
 * 2 at risk; unknown while nobody has said anything.
 */
#define LL_INDICATORS(X)                                                                           \
	X(EX_POOR, 0, "ex_poor", FLAG, NONE, "脱贫户")                                             \
	X(DIBAO, 1, "dibao", FLAG, INCOME, "享受低保")                                             \
	X(INCOME_PER_HEAD, 2, "income_per_head", FEN, INCOME, "人均年收入")                        \
	X(INCOME_DROP, 3, "income_drop", PERMILLE, INCOME, "收入降幅")                             \
	X(LABOURERS, 4, "labourers", COUNT, INCOME, "劳动力人数")                                  \
	X(LABOURERS_WITHOUT_WORK, 5, "labourers_without_work", COUNT, INCOME, "失业劳动力人数")    \
	X(JOBLESS_SHARE, 6, "jobless_share", PERMILLE, INCOME, "劳动力失业比例")                   \
	X(MEDICAL_OWN_COST_12M, 7, "medical_own_cost_12m", FEN, MEDICAL, "近12个月自付医疗费")     \
	X(RIGID_SPENDING_12M, 8, "rigid_spending_12m", FEN, INCOME, "近12个月刚性支出")            \
	X(RIGID_SPENDING_SHARE, 9, "rigid_spending_share", PERMILLE, INCOME, "刚性支出占收入比")   \
	X(SEVERE_ILLNESS, 10, "severe_illness", FLAG, MEDICAL, "家庭成员患大病")                   \
	X(CHILDREN_OUT_OF_SCHOOL, 11, "children_out_of_school", COUNT, EDUCATION,                  \
	  "义务教育阶段失学人数")                                                                  \
	X(HOUSING_GRADE, 12, "housing_grade", CODE, HOUSING, "住房鉴定等级")                       \
	X(DISASTER_LOSS_12M, 13, "disaster_loss_12m", FEN, INCOME, "近12个月受灾损失")             \
	X(HOUSE_FLOODED, 14, "house_flooded", FLAG, HOUSING, "住房进水")                           \
	X(ALERT_SEVERITY, 15, "alert_severity", CODE, HOUSING, "所在区域预警等级")                 \
	X(DECLARED_NEEDS, 16, "declared_needs", COUNT, NONE, "自主申报困难数")                     \
	X(EXCLUSION_MARKS, 17, "exclusion_marks", COUNT, NONE, "负面清单条数")                     \
	X(OUTPATIENT_OWN_COST_1M, 18, "outpatient_own_cost_1m", FEN, MEDICAL, "近1个月自付门诊费") \
	X(EDUCATION_OWN_COST_12M, 19, "education_own_cost_12m", FEN, EDUCATION,                    \
	  "近12个月非义务教育自付费用")                                                            \
	X(HOUSING_OWN_COST_12M, 20, "housing_own_cost_12m", FEN, HOUSING, "近12个月自付住房费用")  \
	X(ACCIDENT_OWN_COST_12M, 21, "accident_own_cost_12m", FEN, INCOME,                         \
	  "近12个月意外事故自付费用")                                                              \
	X(OPEN_SHOCKS, 22, "open_shocks", COUNT, NONE, "未化解的突发困难种数")                     \
	X(DISABLED_MEMBERS, 23, "disabled_members", COUNT, NONE, "重度残疾人数")                   \
	X(DEATHS_12M, 24, "deaths_12m", COUNT, NONE, "近12个月家庭成员死亡数")                     \
	X(FOOD_SECURITY, 25, "food_security", CODE, FOOD, "吃的保障")                              \
	X(CLOTHING_SECURITY, 26, "clothing_security", CODE, CLOTHING, "穿的保障")                  \
	X(EDUCATION_SECURITY, 27, "education_security", CODE, EDUCATION, "义务教育保障")           \
	X(MEDICAL_SECURITY, 28, "medical_security", CODE, MEDICAL, "基本医疗保障")                 \
	X(HOUSING_SECURITY, 29, "housing_security", CODE, HOUSING, "住房安全保障")                 \
	X(WATER_SECURITY, 30, "water_security", CODE, WATER, "饮水安全保障")                       \
	X(LOAN_OVERDUE, 31, "loan_overdue", FEN, INCOME, "逾期贷款")                               \
	X(HOUSEHOLD_SIZE, 32, "household_size", COUNT, NONE, "家庭人口")                           \
	X(AUTHORISED, 33, "authorised", FLAG, NONE, "已授权跨部门核查")                            \
	X(PRODUCTION_LOSS_12M, 34, "production_loss_12m", FEN, INCOME, "近12个月生产经营损失")
enum ll_indicator {
#define LL_INDICATOR_ENUM(symbol, number, name, unit, dimension, zh) LL_INDICATOR_##symbol = number,
	LL_INDICATORS(LL_INDICATOR_ENUM)
#undef LL_INDICATOR_ENUM
		LL_INDICATOR_COUNT
};

/* X(symbol, number, name, C operator) */
#define LL_OPERATORS(X)                \
	X(AT_LEAST, 0, "at_least", >=) \
	X(AT_MOST, 1, "at_most", <=)   \
	X(ABOVE, 2, "above", >)        \
	X(BELOW, 3, "below", <)        \
	X(IS, 4, "is", ==)             \
	X(IS_NOT, 5, "is_not", !=)
enum ll_operator {
#define LL_OPERATOR_ENUM(symbol, number, name, op) LL_OPERATOR_##symbol = number,
	LL_OPERATORS(LL_OPERATOR_ENUM)
#undef LL_OPERATOR_ENUM
		LL_OPERATOR_COUNT
};

#define LL_RULES_MAX	   256 /* rules of one region */
#define LL_COMPARISONS_MAX 12  /* comparisons of one rule */
#define LL_REGIONS_MAX	   512
#define LL_LEVEL_MAX	   3

struct ll_comparison {
	enum ll_indicator indicator;
	enum ll_operator op;
	int64_t threshold; /* in the indicator's unit */
};

struct ll_rule {
	struct ll_str id;
	struct ll_str title;	/* English */
	struct ll_str title_zh; /* Chinese */
	enum ll_dimension dimension;
	int32_t level;		 /* 1 to LL_LEVEL_MAX */
	bool visit_when_unknown; /* unknown indicators, all others true: ask for a visit */
	bool sudden;		 /* marks sudden serious difficulty (突发严重困难) */
	bool green_channel;	 /* its measures need not wait for the procedure (绿色通道) */
	/*
	 * It makes nobody a lead: what it opens is done in case of (an inspection under a warning), not
	 * because somebody is suspected of need. It counts for its tasks and for the warning level, even
	 * after the case was settled; not for the case, its group or the months without trouble.
	 */
	bool precaution;
	uint32_t measures;				      /* bit 1 << enum ll_measure */
	struct ll_comparison comparisons[LL_COMPARISONS_MAX]; /* all must hold */
	int32_t comparison_count;
};

struct ll_measure_terms {
	int32_t due_days; /* from the day it is opened, 1 to 3650 */
	struct ll_str department;
	/*
	 * The state of the case from which on rules may open it: NONE (at once), VERIFIED or
	 * MONITORED. Only for measures of rules; those of the procedure have their states.
	 */
	enum ll_case_state from;
	/* A task that failed or found nobody is opened again after so many days; 0: not. To 365. */
	int32_t retry_days;
};

/* The rules of one region, its own parameters already in their thresholds. */
struct ll_policy_region {
	struct ll_area area;
	const struct ll_rule *rules;
	int32_t rule_count;
	/* When a monitored household's risk may be over: all must be true; 0 comparisons: never asked. */
	struct ll_rule exit;
	struct ll_measure_terms measures[LL_MEASURE_COUNT];
};

struct ll_policy {
	struct ll_str name;
	struct ll_str version;
	int32_t effective_on;	     /* first day on which it is in force */
	int32_t keep_months;	     /* facts older than this are forgotten; 12 to 60 */
	int32_t escalate_after_days; /* overdue by this many days goes to the city; 0: at once */
	int32_t stable_months;	     /* without a rule that holds, before exit is asked; 0 to 60 */
	bool measure_before_exit;    /* exit is asked only where a measure was given in the case */
	int32_t observe_months; /* from eliminated to released by itself; 0: only by a person; to 60 */
	const struct ll_policy_region *regions; /* the first is everywhere; longest prefix wins */
	int32_t region_count;
	struct ll_str text; /* the YAML it was compiled from */
};

/* The region whose prefix is the longest that contains the village. Never NULL. */
const struct ll_policy_region *ll_policy_region_of(const struct ll_policy *policy,
						   uint64_t village_code);

const char *ll_indicator_name(enum ll_indicator indicator);
const char *ll_indicator_name_zh(enum ll_indicator indicator);
enum ll_unit ll_indicator_unit(enum ll_indicator indicator);
enum ll_dimension ll_indicator_dimension(enum ll_indicator indicator);
int ll_indicator_by_name(struct ll_str name); /* or -1 */
const char *ll_operator_name(enum ll_operator op);
int ll_operator_by_name(struct ll_str name); /* or -1 */

#endif
