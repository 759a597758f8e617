/*
 * Why: a comparison with both of its sides and the facts behind it. All of it is in the arena, the
 * policy or the program.
 */
#ifndef LL_CORE_REASON_H
#define LL_CORE_REASON_H

#include "rule.h"

struct ll_reason_facts {
	const struct ll_reason_fact *list;
	size_t count;
};

/*
 * The reasons of one decision: several records of it often have the same, and what is behind an
 * indicator is looked up once. The first four are the caller's, the rest is zero.
 */
struct ll_reasoning {
	const struct ll_household *household; /* as it is while reasons are given */
	int32_t today;
	const struct ll_indicators *indicators;
	struct ll_arena *scratch;
	uint64_t looked; /* bits 1 << enum ll_indicator: what stands in behind */
	struct ll_reason_facts *behind;
};

/* -LL_ERR_NO_MEMORY */
int ll_reason_of_comparison(struct ll_reasoning *reasoning, const struct ll_rule *rule,
			    const struct ll_comparison *comparison, struct ll_reason *ret_reason);

/*
 * An exclusion mark that is to be looked at: rule "marks", "exclusion_marks is <mark>" with LL_MARK_*
 * as a code, and the records of assets that told it; none where the registry did.
 */
int ll_reason_of_mark(struct ll_reasoning *reasoning, uint8_t mark, struct ll_reason *ret_reason);

#endif
