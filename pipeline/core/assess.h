/*
 * The decision on one household. Pure; see partition.h for the fold around it.
 */
#ifndef LL_CORE_ASSESS_H
#define LL_CORE_ASSESS_H

#include "base/arena.h"
#include "decision.h"

struct ll_policy;
struct ll_household;

/* Memory the core may use: scratch dies with the decision, kept lives with the household. */
struct ll_memory {
	struct ll_arena *scratch;
	struct ll_slab *kept;
};

/*
 * Folds one event into the household and decides. `today` is the partition's last tick
 * (LL_DAY_NONE before the first: nothing is rejected as of the future, and no rule fires).
 * policy may be NULL: the facts are folded, no rule fires.
 *
 * 0: *ret_decision is complete (and perhaps empty). A REJECT error: the household is as before.
 */
int ll_assess(const struct ll_policy *policy, int32_t today, struct ll_household *household,
	      const struct ll_household_event *event, const struct ll_memory *memory,
	      struct ll_decision *ret_decision);

#endif
