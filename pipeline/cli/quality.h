/*
 * What looks wrong with how cases are handled: the checks of the monitoring system's own data quality
 * (数据质量核查) and the deadlines of the procedure. Pure.
 */
#ifndef LL_CLI_QUALITY_H
#define LL_CLI_QUALITY_H

#include "core/household.h"
#include "store/store.h"

/* X(symbol, name, English, 中文) */
#define LL_QUALITY_FINDINGS(X)                                                                     \
	X(NO_MEASURE, "no_measure", "monitored for a month or more, and no measure was opened",    \
	  "纳入监测满一个月，未落实帮扶措施")                                                      \
	X(ELIMINATED_EARLY, "eliminated_early",                                                    \
	  "risk eliminated in the month of taking in, or in the next", "纳入当月或次月即风险消除") \
	X(HOUSING_AFTER, "housing_after_elimination",                                              \
	  "the house was found dangerous after the risk was eliminated",                           \
	  "风险消除后住房出现安全问题")                                                            \
	X(VISIT_OVERDUE, "visit_overdue", "a lead whose visit is overdue", "线索逾期未入户核实")   \
	X(LATE_DECISION, "late_decision", "from lead to decision took, or takes, too long",        \
	  "从线索到认定超过规定期限")
enum ll_quality_finding {
#define LL_QUALITY_ENUM(symbol, name, english, chinese) LL_QUALITY_##symbol,
	LL_QUALITY_FINDINGS(LL_QUALITY_ENUM)
#undef LL_QUALITY_ENUM
		LL_QUALITY_COUNT
};

const char *ll_quality_name(enum ll_quality_finding finding);
const char *ll_quality_text(enum ll_quality_finding finding, bool chinese);

#define LL_QUALITY_DECISION_DAYS 15 /* from lead to decision, the 2020 guideline; elsewhere more */

/* What the checks look at. */
struct ll_quality_terms {
	int32_t today; /* the last tick */
	int32_t decision_days;
};

/* The measures that help: all but the procedure's steps and the inspection after a disaster. */
uint32_t ll_quality_measures(void);
/* The last day on which the house was found to be of grade C or D; LL_DAY_NONE. */
int32_t ll_quality_house_dangerous_on(const struct ll_household *household);
/* What holds of a case, as bits 1 << enum ll_quality_finding. house_on: as above. */
uint32_t ll_quality_of(const struct ll_case_course *course, int32_t house_on,
		       const struct ll_quality_terms *terms);
/* The day since which it is so: of the taking in, the elimination, the damage, the due day, the lead. */
int32_t ll_quality_since(enum ll_quality_finding finding, const struct ll_case_course *course,
			 int32_t house_on);

#endif
