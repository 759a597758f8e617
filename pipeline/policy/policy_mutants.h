/*
 * How much a set of scenarios would notice: every number of a policy is moved by one unit (0.01
 * yuan, 0.1 %, one), every comparison is replaced by every other one, every flag of a rule turned,
 * every measure that it opens left out, one at a time; a mutant is caught when a scenario disagrees
 * with it. What survives is something that no scenario looks at, or that decides nothing.
 *
 * Not made are mutants that no policy could have (a value that the indicator cannot take) and those
 * that mean the same for every household there can be.
 */
#ifndef LL_POLICY_POLICY_MUTANTS_H
#define LL_POLICY_POLICY_MUTANTS_H

#include "policy_scenario.h"

/* X(symbol, name) */
#define LL_POLICY_MUTANTS(X)                          \
	X(THRESHOLD, "threshold")                     \
	X(OPERATOR, "comparison")                     \
	X(LEVEL, "level")                             \
	X(SUDDEN, "sudden")                           \
	X(GREEN_CHANNEL, "green_channel")             \
	X(LEAD, "lead")                               \
	X(ASKS, "unknown")                            \
	X(OPENS, "open")                              \
	X(DUE_DAYS, "due_days")                       \
	X(FROM, "from")                               \
	X(RETRY_DAYS, "retry_days")                   \
	X(STABLE_MONTHS, "stable_months")             \
	X(MEASURE_BEFORE_EXIT, "measure_before_exit") \
	X(OBSERVE_MONTHS, "observe_months")           \
	X(ESCALATE_AFTER_DAYS, "escalate_after_days")
enum ll_policy_mutant_kind {
#define LL_POLICY_MUTANT_ENUM(symbol, name) LL_POLICY_MUTANT_##symbol,
	LL_POLICY_MUTANTS(LL_POLICY_MUTANT_ENUM)
#undef LL_POLICY_MUTANT_ENUM
		LL_POLICY_MUTANT_KIND_COUNT
};

struct ll_policy_mutant {
	enum ll_policy_mutant_kind kind;
	struct ll_area area; /* 0 digits: the policy's own, wherever it is the same */
	struct ll_str rule;  /* of THRESHOLD to OPENS; "exit" for the case's */
	/* THRESHOLD, OPERATOR */
	int32_t comparison; /* place in the rule */
	enum ll_indicator indicator;
	enum ll_operator op_before, op_after;
	enum ll_measure measure; /* OPENS to RETRY_DAYS */
	/* Thresholds, levels, days, months, flags, or enum ll_case_state of FROM; not of OPENS. */
	int64_t before, after;
	const struct ll_policy_scenario *caught_by; /* NULL: it survives */
};

const char *ll_policy_mutant_name(enum ll_policy_mutant_kind kind);

/*
 * Every mutant in the order of the policy, to sink (whose non-zero return ends it). Each scenario
 * must agree with the policy itself, and have its later policies compiled. -LL_ERR_NO_MEMORY.
 *
 * A scenario is not run where it cannot notice, and those that are likely to are run first.
 */
int ll_policy_mutants(const struct ll_policy *policy,
		      const struct ll_policy_scenario *const *scenarios, size_t count,
		      int (*sink)(void *context, const struct ll_policy_mutant *mutant),
		      void *context);

#endif
