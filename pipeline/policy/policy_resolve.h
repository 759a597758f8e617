/*
 * A draft → what each region has in the end: parameters put into thresholds, and all that it
 * inherits from the wider area around it.
 *
 * Everything lives in the draft's arena. One thread.
 */
#ifndef LL_POLICY_POLICY_RESOLVE_H
#define LL_POLICY_POLICY_RESOLVE_H

#include "policy_draft.h"

/* Parameters, rules and terms of one region with all that it inherits. */
struct ll_resolved_region {
	int64_t amounts[LL_POLICY_PARAMETERS_MAX];
	const struct ll_yaml_node *amount_at[LL_POLICY_PARAMETERS_MAX];
	bool rule_off[LL_RULES_MAX];
	struct ll_rule *rules;		      /* perhaps those of the wider area */
	const struct ll_draft_rule **sources; /* of the rules, one each */
	int32_t rule_count;
	int32_t first_rule; /* where they go in one array of all */
	struct ll_rule exit;
	struct ll_measure_terms measures[LL_MEASURE_COUNT];
};

struct ll_resolution {
	struct ll_draft *draft;
	struct ll_resolved_region **regions; /* as the draft's */
	int32_t *parents;		     /* of each: the region around it */
	int32_t rules_total;
};

/*
 * A rule that can never hold, here or with a region's own numbers, and a threshold that no value
 * can be compared with, are errors: the first one, or each, as the draft has them; such a rule is
 * then left out. -LL_ERR_BAD_POLICY, -LL_ERR_NO_MEMORY.
 */
int ll_resolve(struct ll_draft *draft, struct ll_resolution *ret_resolution);

#endif
