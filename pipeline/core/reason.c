#include "reason.h"

#include "base/err.h"
#include "fact.h"

int ll_reason_of_comparison(const struct ll_household *household, int32_t today,
			    const struct ll_rule *rule, const struct ll_comparison *comparison,
			    const struct ll_indicators *indicators, struct ll_arena *scratch,
			    struct ll_reason *ret_reason)
{
	const struct ll_fact *behind[LL_REASON_FACTS_MAX];
	size_t count = ll_indicator_facts(household, today, comparison->indicator, behind,
					  LL_REASON_FACTS_MAX);
	struct ll_reason_fact *facts = ll_arena_alloc(scratch, count * sizeof(*facts));

	if (!facts)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		facts[i] = (struct ll_reason_fact){
			.fact_id = (int64_t)behind[i]->id,
			.kind = ll_str_from(ll_fact_kind_name(behind[i]->kind)),
			.occurred_on = behind[i]->occurred_on,
			.amount_fen = behind[i]->amount_fen,
		};
	*ret_reason = (struct ll_reason){
		.rule = rule->id,
		.indicator = ll_str_from(ll_indicator_name(comparison->indicator)),
		.comparison = ll_str_from(ll_operator_name(comparison->op)),
		.known = ll_comparison_truth(comparison, indicators) != LL_UNKNOWN,
		.value = indicators->value[comparison->indicator],
		.threshold = comparison->threshold,
		.unit = ll_indicator_unit(comparison->indicator),
		.facts = facts,
		.fact_count = count,
	};
	return 0;
}
