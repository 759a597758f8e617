#include "policy.h"

#define VILLAGE_DIVISOR_COUNT 13

/* By the digits of a prefix: what a village code is divided by to give that prefix. */
static const uint64_t village_divisor[VILLAGE_DIVISOR_COUNT] = {
	[2] = 10000000000ULL, [4] = 100000000ULL, [6] = 1000000ULL, [9] = 1000ULL, [12] = 1ULL,
};

const struct ll_policy_region *ll_policy_region_of(const struct ll_policy *policy,
						   uint64_t village_code)
{
	const struct ll_policy_region *best = &policy->regions[0];

	if (policy->region_count == 1)
		return best;

	/* Each prefix of the village once, and then only comparisons: a policy may have 512 regions. */
	uint64_t prefix[VILLAGE_DIVISOR_COUNT];

	for (int digits = 0; digits < VILLAGE_DIVISOR_COUNT; digits++)
		prefix[digits] =
			village_divisor[digits] ? village_code / village_divisor[digits] : 0;
	for (int32_t i = 1; i < policy->region_count; i++) {
		const struct ll_policy_region *region = &policy->regions[i];

		if (region->area.digits > best->area.digits &&
		    region->area.digits < VILLAGE_DIVISOR_COUNT &&
		    prefix[region->area.digits] == region->area.code)
			best = region;
	}
	return best;
}
