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

/* Of a value that lies between both bounds. */
static enum ll_truth truth_within(const struct ll_comparison *comparison, int64_t low, int64_t high)
{
	int64_t threshold = comparison->threshold;
	bool at_low = compare(comparison->op, low, threshold);
	bool at_high = compare(comparison->op, high, threshold);

	/* Only these two are not monotonic: what is true of both ends may be false between them. */
	if (comparison->op == LL_OPERATOR_IS || comparison->op == LL_OPERATOR_IS_NOT) {
		if (threshold >= low && threshold <= high)
			return LL_UNKNOWN;
		return comparison->op == LL_OPERATOR_IS ? LL_FALSE : LL_TRUE;
	}
	if (at_low != at_high)
		return LL_UNKNOWN;
	return at_low ? LL_TRUE : LL_FALSE;
}

enum ll_truth ll_comparison_truth(const struct ll_comparison *comparison,
				  const struct ll_indicators *indicators)
{
	uint64_t bit = UINT64_C(1) << comparison->indicator;
	int64_t value = indicators->value[comparison->indicator];

	if (indicators->known & bit)
		return compare(comparison->op, value, comparison->threshold) ? LL_TRUE : LL_FALSE;
	if (indicators->at_least & bit)
		return truth_within(comparison, value, INT64_MAX);
	if (indicators->at_most & bit)
		return truth_within(comparison, INT64_MIN, value);
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
		if (outcome == LL_RULE_HOLDS && !rule->precaution)
			verdict->holding++;
	}
}

uint64_t ll_rule_indicators(const struct ll_rule *rule)
{
	uint64_t indicators = 0;

	for (int32_t i = 0; i < rule->comparison_count; i++)
		indicators |= UINT64_C(1) << rule->comparisons[i].indicator;
	return indicators;
}

uint32_t ll_rule_tag(const struct ll_rule *rule, enum ll_rule_outcome outcome)
{
	return (uint32_t)ll_hash64(rule->id.data, rule->id.size,
				   outcome == LL_RULE_ASKS ? SEED_RULE_ASK : SEED_RULE);
}
