/*
 * How much a set of scenarios would notice: every number of a policy is moved by one unit (0.01
 * yuan, 0.1 %, one), every comparison is replaced by every other one, one at a time; a mutant is
 * caught when a scenario disagrees with it. What survives is a number or a comparison that no
 * scenario looks at, or one that decides nothing.
 *
 * Not made are mutants that no policy could have (a value that the indicator cannot take) and those
 * that mean the same for every value the indicator can take.
 */
#ifndef LL_POLICY_POLICY_MUTANTS_H
#define LL_POLICY_POLICY_MUTANTS_H

#include "policy_scenario.h"

struct ll_policy_mutant {
	struct ll_area area; /* 0 digits: the policy's own rules, wherever they are the same */
	struct ll_str rule;
	int32_t comparison; /* place in the rule */
	enum ll_indicator indicator;
	enum ll_operator op_before, op_after;
	int64_t threshold_before, threshold_after;
	const struct ll_policy_scenario *caught_by; /* NULL: it survives */
};

/*
 * Every mutant in the order of the policy, to sink (whose non-zero return ends it). Each scenario
 * must agree with the policy itself. -LL_ERR_NO_MEMORY.
 */
int ll_policy_mutants(const struct ll_policy *policy,
		      const struct ll_policy_scenario *const *scenarios, size_t count,
		      int (*sink)(void *context, const struct ll_policy_mutant *mutant),
		      void *context);

#endif
