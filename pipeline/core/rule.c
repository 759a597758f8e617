#include "rule.h"

#include "base/hash.h"

#define SEED_RULE     0x72756c65u
#define SEED_RULE_ASK 0x61736b73u

static bool compare(enum ll_operator op, int64_t value, int64_t threshold)
{
	switch (op) {
#define COMPARE_CASE(symbol, number, name, operator) \
	case LL_OPERATOR_##symbol:                   \
		return value operator threshold;
		LL_OPERATORS(COMPARE_CASE)
#undef COMPARE_CASE
	case LL_OPERATOR_COUNT:
		break;
	}
	return false;
}

enum ll_truth ll_comparison_truth(const struct ll_comparison *comparison,
				  const struct ll_indicators *indicators)
{
	uint32_t bit = 1u << comparison->indicator;
	bool holds = compare(comparison->op, indicators->value[comparison->indicator],
			     comparison->threshold);

	if (indicators->known & bit)
		return holds ? LL_TRUE : LL_FALSE;
	/* More can only make these truer: what is known is enough. */
	if ((indicators->at_least & bit) && holds &&
	    (comparison->op == LL_OPERATOR_AT_LEAST || comparison->op == LL_OPERATOR_ABOVE))
		return LL_TRUE;
	return LL_UNKNOWN;
}

static enum ll_truth rule_truth(const struct ll_rule *rule, const struct ll_indicators *indicators)
{
	enum ll_truth all = LL_TRUE;

	for (int32_t i = 0; i < rule->comparison_count; i++) {
		enum ll_truth truth = ll_comparison_truth(&rule->comparisons[i], indicators);

		if (truth == LL_FALSE)
			return LL_FALSE;
		if (truth == LL_UNKNOWN)
			all = LL_UNKNOWN;
	}
	/* A conjunction of nothing is no rule. */
	return rule->comparison_count > 0 ? all : LL_FALSE;
}

uint32_t ll_finding_measures(const struct ll_rule *rule, enum ll_rule_outcome outcome)
{
	switch (outcome) {
	case LL_RULE_HOLDS:
		return rule->measures;
	case LL_RULE_ASKS:
		return 1u << LL_MEASURE_VISIT;
	case LL_RULE_UNDECIDED:
		break;
	}
	return 0;
}

void ll_rule_judge(const struct ll_policy_region *region, const struct ll_indicators *indicators,
		   struct ll_verdict *ret_verdict)
{
	struct ll_verdict *verdict = ret_verdict;

	verdict->needed = 0;
	verdict->level = 0;
	verdict->holding = 0;
	verdict->count = 0;
	for (int32_t i = 0; i < region->rule_count && i < LL_RULES_MAX; i++) {
		const struct ll_rule *rule = &region->rules[i];
		enum ll_truth truth = rule_truth(rule, indicators);
		enum ll_rule_outcome outcome;

		if (truth == LL_FALSE)
			continue;
		if (truth == LL_TRUE)
			outcome = LL_RULE_HOLDS;
		else
			outcome = rule->visit_when_unknown ? LL_RULE_ASKS : LL_RULE_UNDECIDED;
		verdict->findings[verdict->count++] =
			(struct ll_finding){.rule = (uint16_t)i, .outcome = (uint8_t)outcome};
		verdict->needed |= ll_finding_measures(rule, outcome);
		if (outcome != LL_RULE_HOLDS)
			continue;
		verdict->holding++;
		if (rule->level > verdict->level)
			verdict->level = rule->level;
	}
}

uint32_t ll_rule_indicators(const struct ll_rule *rule)
{
	uint32_t indicators = 0;

	for (int32_t i = 0; i < rule->comparison_count; i++)
		indicators |= 1u << rule->comparisons[i].indicator;
	return indicators;
}

uint32_t ll_rule_tag(const struct ll_rule *rule, enum ll_rule_outcome outcome)
{
	return (uint32_t)ll_hash64(rule->id.data, rule->id.size,
				   outcome == LL_RULE_ASKS ? SEED_RULE_ASK : SEED_RULE);
}
