#include "cli/why_not.h"

#include <stdlib.h>

#include "core/assess.h"
#include "core/rule.h"

void ll_why_not_init(struct ll_why_not *why_not, const struct ll_key *household_key)
{
	*why_not = (struct ll_why_not){0};
	ll_household_init(&why_not->household, household_key);
	ll_slab_init(&why_not->kept);
	ll_arena_init(&why_not->scratch, 0);
}

void ll_why_not_release(struct ll_why_not *why_not)
{
	ll_household_release(&why_not->household, &why_not->kept);
	ll_slab_release(&why_not->kept);
	ll_arena_release(&why_not->scratch);
}

void ll_why_not_take(struct ll_why_not *why_not, const struct ll_story_item *item)
{
	const struct ll_memory memory = {&why_not->scratch, &why_not->kept};
	const enum ll_body body = item->input->body;
	struct ll_decision decision;

	if (item->rejected || item->day == LL_DAY_NONE ||
	    (body != LL_BODY_LIFE_EVENT && body != LL_BODY_HOUSEHOLD_REGISTERED))
		return;
	ll_indicators_compute(&why_not->household, item->day, &why_not->before);
	/* What is refused changes nothing, and there is nothing to decide without a policy. */
	(void)ll_assess(NULL, item->day, &why_not->household, item->input, &memory, &decision);
	ll_arena_clear(&why_not->scratch);
	ll_indicators_compute(&why_not->household, item->day, &why_not->after);
}

static bool has_moved(const struct ll_why_not *why_not, int indicator)
{
	const uint64_t bit = UINT64_C(1) << indicator;

	return (why_not->after.known & bit) &&
	       (!(why_not->before.known & bit) ||
		why_not->before.value[indicator] != why_not->after.value[indicator]);
}

static struct ll_reason as_reason(const struct ll_why_not *why_not,
				  const struct ll_comparison *comparison)
{
	return (struct ll_reason){
		.indicator = ll_str_from(ll_indicator_name(comparison->indicator)),
		.comparison = ll_str_from(ll_operator_name(comparison->op)),
		.known = true,
		.value = why_not->after.value[comparison->indicator],
		.threshold = comparison->threshold,
		.unit = ll_indicator_unit(comparison->indicator),
	};
}

static int64_t distance(const struct ll_reason *reason)
{
	return llabs(reason->value - reason->threshold);
}

/* The nearest of the comparisons of one indicator that do not hold; false: there is none. */
static bool find_nearest(const struct ll_why_not *why_not, const struct ll_policy_region *region,
			 int indicator, struct ll_reason *ret_reason)
{
	bool found = false;

	for (int32_t i = 0; i < region->rule_count; i++) {
		const struct ll_rule *rule = &region->rules[i];

		for (int32_t c = 0; c < rule->comparison_count; c++) {
			const struct ll_comparison *comparison = &rule->comparisons[c];
			struct ll_reason reason;

			if ((int)comparison->indicator != indicator ||
			    ll_comparison_truth(comparison, &why_not->after) != LL_FALSE)
				continue;
			reason = as_reason(why_not, comparison);
			if (found && distance(&reason) >= distance(ret_reason))
				continue;
			*ret_reason = reason;
			found = true;
		}
	}
	return found;
}

size_t ll_why_not_list(const struct ll_why_not *why_not, const struct ll_policy_region *region,
		       struct ll_reason ret_reasons[LL_WHY_NOT_MAX])
{
	size_t count = 0;

	for (int i = 0; i < LL_INDICATOR_COUNT; i++)
		if (has_moved(why_not, i) && find_nearest(why_not, region, i, &ret_reasons[count]))
			count++;
	return count;
}
