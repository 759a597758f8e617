/*
 * Why: a comparison with both of its sides and the facts behind it. All of it is in the arena, the
 * policy or the program.
 */
#ifndef LL_CORE_REASON_H
#define LL_CORE_REASON_H

#include "rule.h"

/* -LL_ERR_NO_MEMORY */
int ll_reason_of_comparison(const struct ll_household *household, int32_t today,
			    const struct ll_rule *rule, const struct ll_comparison *comparison,
			    const struct ll_indicators *indicators, struct ll_arena *scratch,
			    struct ll_reason *ret_reason);

#endif
