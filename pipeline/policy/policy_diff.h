/*
 * What is different between two policies, as data: whole policy first, then what is everywhere, then
 * area by area, wider ones first. A change that an area has from the wider one around it is told
 * there and not again.
 *
 * Does not block; any thread.
 */
#ifndef LL_POLICY_POLICY_DIFF_H
#define LL_POLICY_POLICY_DIFF_H

#include "base/arena.h"
#include "core/policy.h"
#include "policy_value.h"

/* X(symbol, name): the names are those of `lifeline policy diff --json`. */
#define LL_POLICY_CHANGES(X)                                  \
	X(NAME, "policy")                                     \
	X(VERSION, "version")                                 \
	X(EFFECTIVE_ON, "effective_on")                       \
	X(KEEP_MONTHS, "keep_months")                         \
	X(ESCALATE_AFTER_DAYS, "escalate_after_days")         \
	X(STABLE_MONTHS, "stable_months")                     \
	X(OBSERVE_MONTHS, "observe_months")                   \
	X(MEASURE_BEFORE_EXIT, "measure_before_exit")         \
	X(REGION_ADDED, "region_added")                       \
	X(REGION_REMOVED, "region_removed")                   \
	X(PARAMETER, "parameter")                             \
	X(PARAMETER_ADDED, "parameter_added")                 \
	X(PARAMETER_REMOVED, "parameter_removed")             \
	X(EXIT_COMPARISON, "exit_comparison")                 \
	X(EXIT_COMPARISON_ADDED, "exit_comparison_added")     \
	X(EXIT_COMPARISON_REMOVED, "exit_comparison_removed") \
	X(RULE_ADDED, "rule_added")                           \
	X(RULE_REMOVED, "rule_removed")                       \
	X(RULE_OFF, "rule_off")                               \
	X(RULE_ON, "rule_on")                                 \
	X(COMPARISON, "comparison")                           \
	X(COMPARISON_ADDED, "comparison_added")               \
	X(COMPARISON_REMOVED, "comparison_removed")           \
	X(LEVEL, "level")                                     \
	X(DIMENSION, "dimension")                             \
	X(ASKS, "unknown_visit")                              \
	X(SUDDEN, "sudden")                                   \
	X(GREEN_CHANNEL, "green_channel")                     \
	X(LEAD, "lead")                                       \
	X(TITLE, "title")                                     \
	X(TITLE_ZH, "title_zh")                               \
	X(OPENS, "opens")                                     \
	X(OPENS_NO_MORE, "opens_no_more")                     \
	X(TERMS_ADDED, "terms_added")                         \
	X(TERMS_REMOVED, "terms_removed")                     \
	X(DUE_DAYS, "due_days")                               \
	X(DEPARTMENT, "department")                           \
	X(FROM, "from")                                       \
	X(RETRY_DAYS, "retry_days")
enum ll_policy_change_kind {
#define LL_POLICY_CHANGE_ENUM(symbol, name) LL_POLICY_##symbol,
	LL_POLICY_CHANGES(LL_POLICY_CHANGE_ENUM)
#undef LL_POLICY_CHANGE_ENUM
		LL_POLICY_CHANGE_KIND_COUNT
};

/* Numbers or texts, before and after, as the kind has them; the rest is zero. */
struct ll_policy_change {
	enum ll_policy_change_kind kind;
	struct ll_area area;	     /* 0 digits: everywhere */
	struct ll_str name;	     /* of the rule or the parameter */
	enum ll_value_kind value;    /* PARAMETER*: what before and after are */
	enum ll_indicator indicator; /* COMPARISON*, EXIT_COMPARISON* */
	enum ll_operator op_before, op_after;
	enum ll_measure measure; /* OPENS* and what comes after them */
	/* Days are days since 1970, thresholds in the indicator's unit, FROM is enum ll_case_state. */
	int64_t before, after;
	struct ll_str text_before, text_after;
	const struct ll_rule *rule; /* RULE_ADDED, RULE_REMOVED */
};

/*
 * The list lives in the arena and borrows from the policies (and their texts). Both were compiled by
 * ll_policy_compile. -LL_ERR_NO_MEMORY.
 */
int ll_policy_diff(const struct ll_policy *before, const struct ll_policy *after,
		   struct ll_arena *arena, const struct ll_policy_change **ret_changes,
		   size_t *ret_count);

const char *ll_policy_change_name(enum ll_policy_change_kind kind);

#endif
