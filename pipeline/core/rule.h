/*
 * Which rules of a region hold. A rule that needs an unknown indicator never holds; where its other
 * comparisons all do, it is undecided, and may ask for a visit.
 */
#ifndef LL_CORE_RULE_H
#define LL_CORE_RULE_H

#include "indicator.h"

enum ll_rule_outcome {
	LL_RULE_HOLDS = 0,
	LL_RULE_ASKS = 1, /* undecided, and visit_when_unknown */
	LL_RULE_UNDECIDED = 2
};

struct ll_finding {
	uint16_t rule;	 /* index in the region */
	uint8_t outcome; /* enum ll_rule_outcome */
};

/* The rules that hold, ask or are undecided, in the region's order. */
struct ll_verdict {
	uint16_t holding; /* that hold and make a lead: no precautions */
	uint16_t count;
	struct ll_finding findings[LL_RULES_MAX];
};

/* Only the first `count` findings are written. */
void ll_rule_judge(const struct ll_policy_region *region, const struct ll_indicators *indicators,
		   struct ll_verdict *ret_verdict);

/* A bound decides where every value within it would; else nobody knows. */
enum ll_truth { LL_FALSE = 0, LL_TRUE = 1, LL_UNKNOWN = 2 };
enum ll_truth ll_comparison_truth(const struct ll_comparison *comparison,
				  const struct ll_indicators *indicators);

/* The measures that a finding asks for. */
uint32_t ll_finding_measures(const struct ll_rule *rule, enum ll_rule_outcome outcome);
/* Bits of the indicators that the rule compares. */
uint64_t ll_rule_indicators(const struct ll_rule *rule);
/* A short stand-in for the rule's id, the same under every policy; a rule that only asks has another. */
uint32_t ll_rule_tag(const struct ll_rule *rule, enum ll_rule_outcome outcome);

#endif
