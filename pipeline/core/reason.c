#include "reason.h"

#include "base/err.h"
#include "fact.h"

/* Records of assets that are looked through for those of one mark. */
#define ASSETS_MAX (4 * LL_REASON_FACTS_MAX)

static int show(struct ll_arena *scratch, const struct ll_fact *const *facts, size_t count,
		struct ll_reason_facts *ret_facts)
{
	struct ll_reason_fact *list = ll_arena_alloc(scratch, count * sizeof(*list));

	if (!list)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		list[i] = (struct ll_reason_fact){
			.fact_id = (int64_t)facts[i]->id,
			.kind = ll_str_from(ll_fact_kind_name(facts[i]->kind)),
			.occurred_on = facts[i]->occurred_on,
			.amount_fen = facts[i]->amount_fen,
		};
	*ret_facts = (struct ll_reason_facts){list, count};
	return 0;
}

static int look_behind(struct ll_reasoning *reasoning, enum ll_indicator indicator,
		       struct ll_reason_facts *ret_facts)
{
	const struct ll_fact *facts[LL_REASON_FACTS_MAX];
	size_t count;
	int rc = 0;

	if (!reasoning->behind)
		reasoning->behind = ll_arena_alloc(reasoning->scratch,
						   LL_INDICATOR_COUNT * sizeof(*reasoning->behind));
	if (!reasoning->behind)
		return -LL_ERR_NO_MEMORY;
	if (!(reasoning->looked >> indicator & 1)) {
		count = ll_indicator_facts(reasoning->household, reasoning->today, indicator, facts,
					   LL_REASON_FACTS_MAX);
		rc = show(reasoning->scratch, facts, count, &reasoning->behind[indicator]);
	}
	if (rc < 0)
		return rc;
	reasoning->looked |= UINT64_C(1) << indicator;
	*ret_facts = reasoning->behind[indicator];
	return 0;
}

int ll_reason_of_comparison(struct ll_reasoning *reasoning, const struct ll_rule *rule,
			    const struct ll_comparison *comparison, struct ll_reason *ret_reason)
{
	const struct ll_indicators *indicators = reasoning->indicators;
	struct ll_reason_facts facts;
	int rc = look_behind(reasoning, comparison->indicator, &facts);

	if (rc < 0)
		return rc;
	*ret_reason = (struct ll_reason){
		.rule = rule->id,
		.indicator = ll_str_from(ll_indicator_name(comparison->indicator)),
		.comparison = ll_str_from(ll_operator_name(comparison->op)),
		.known = ll_comparison_truth(comparison, indicators) != LL_UNKNOWN,
		.value = indicators->value[comparison->indicator],
		.threshold = comparison->threshold,
		.unit = ll_indicator_unit(comparison->indicator),
		.facts = facts.list,
		.fact_count = facts.count,
	};
	return 0;
}

int ll_reason_of_mark(struct ll_reasoning *reasoning, uint8_t mark, struct ll_reason *ret_reason)
{
	const struct ll_fact *facts[ASSETS_MAX];
	struct ll_reason_facts shown;
	size_t count = ll_indicator_facts(reasoning->household, reasoning->today,
					  LL_INDICATOR_EXCLUSION_MARKS, facts, ASSETS_MAX);
	size_t kept = 0;
	int rc;

	for (size_t i = 0; i < count && kept < LL_REASON_FACTS_MAX; i++)
		if (1u << facts[i]->detail == mark)
			facts[kept++] = facts[i];
	rc = show(reasoning->scratch, facts, kept, &shown);
	if (rc < 0)
		return rc;
	*ret_reason = (struct ll_reason){
		.rule = LL_STR("marks"),
		.indicator = ll_str_from(ll_indicator_name(LL_INDICATOR_EXCLUSION_MARKS)),
		.comparison = ll_str_from(ll_operator_name(LL_OPERATOR_IS)),
		.known = true,
		.value = mark,
		.threshold = mark,
		.unit = LL_UNIT_CODE,
		.facts = shown.list,
		.fact_count = shown.count,
	};
	return 0;
}
