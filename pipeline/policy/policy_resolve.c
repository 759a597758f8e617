#include "policy_resolve.h"

#include "base/err.h"
#include "policy_logic.h"

/* Rules of all regions together. Regions that change no rule share those of the wider area. */
#define RULES_TOTAL_MAX 32768

/* The smallest region around this one; the draft's order puts it before. */
static int32_t parent_of(const struct ll_draft *draft, int32_t index)
{
	struct ll_area area = draft->regions[index]->area;
	uint64_t village = area.code;

	for (int32_t i = area.digits; i < LL_AREA_DIGITS; i++)
		village *= 10;
	for (int32_t i = index - 1; i > 0; i--)
		if (draft->regions[i]->area.digits < area.digits &&
		    ll_area_contains(draft->regions[i]->area, village))
			return i;
	return 0;
}

/* Where the numbers of a comparison stand: with the region's own parameter, else in the rule. */
static const struct ll_yaml_node *place_of(const struct ll_draft_comparison *comparison,
					   const struct ll_resolved_region *region)
{
	if (comparison->parameter >= 0 && region->amount_at[comparison->parameter])
		return region->amount_at[comparison->parameter];
	return comparison->at;
}

static int resolve_threshold(const struct ll_draft *draft,
			     const struct ll_draft_comparison *comparison,
			     const struct ll_resolved_region *region, int64_t *ret_threshold)
{
	const struct ll_value_domain *domain = ll_value_domain_of(comparison->indicator);
	int64_t threshold = comparison->amount;

	if (comparison->parameter >= 0) {
		/* At most LL_FEN_MAX times LL_PERMILLE_MAX: more than 64 bits. */
		if (__builtin_mul_overflow(region->amounts[comparison->parameter],
					   comparison->amount, &threshold))
			threshold = INT64_MAX - 500;
		threshold = (threshold + 500) / 1000;
	}
	if (threshold < domain->threshold_min || threshold > domain->max)
		return ll_yaml_error(
			draft->error, place_of(comparison, region),
			"'%s' cannot be compared with this: write a value from %lld to "
			"%lld%s",
			ll_indicator_name(comparison->indicator), (long long)domain->threshold_min,
			(long long)domain->max,
			domain->kind == LL_VALUE_MONEY	 ? " fen"
			: domain->kind == LL_VALUE_SHARE ? " permille"
							 : "");
	*ret_threshold = threshold;
	return 0;
}

/* Where a rule became impossible: at the number of the region, if one of them is. */
static const struct ll_yaml_node *place_of_all(const struct ll_draft_rule *source, int32_t last,
					       const struct ll_resolved_region *region)
{
	const struct ll_draft_comparison *comparison = &source->comparisons[last];

	for (int32_t i = last; i >= 0; i--) {
		const struct ll_yaml_node *place = place_of(&source->comparisons[i], region);

		if (source->comparisons[i].indicator == comparison->indicator &&
		    place != source->comparisons[i].at)
			return place;
	}
	return comparison->at;
}

/* A rule that never holds helps nobody, an exit that is never true keeps everybody. */
static int check_possible(const struct ll_draft *draft, const struct ll_draft_rule *source,
			  const struct ll_rule *rule, const struct ll_resolved_region *region)
{
	for (int32_t i = 0; i < rule->comparison_count; i++) {
		const struct ll_draft_comparison *comparison = &source->comparisons[i];
		const struct ll_yaml_node *place = place_of_all(source, i, region);
		bool of_region = place != comparison->at && source != &draft->exit;

		if (ll_logic_possible(rule, i))
			continue;
		return ll_yaml_error(draft->error, place,
				     "%s '%.*s' can never hold: no value of '%s' meets '%s' here "
				     "together with the rest: change one of them%s",
				     source == &draft->exit ? "the" : "rule", LL_STR_ARG(rule->id),
				     ll_indicator_name(comparison->indicator),
				     ll_operator_name(comparison->op),
				     of_region ? ", or switch the rule off here (rules_off)" : "");
	}
	return 0;
}

static int resolve_rule(const struct ll_draft *draft, const struct ll_draft_rule *source,
			const struct ll_resolved_region *region, struct ll_rule *ret_rule)
{
	struct ll_rule rule = source->rule;

	for (int32_t i = 0; i < source->comparison_count; i++) {
		const struct ll_draft_comparison *comparison = &source->comparisons[i];
		int64_t threshold;
		int err = resolve_threshold(draft, comparison, region, &threshold);

		if (err)
			return err;
		rule.comparisons[rule.comparison_count++] =
			(struct ll_comparison){comparison->indicator, comparison->op, threshold};
	}
	*ret_rule = rule;
	return check_possible(draft, source, ret_rule, region);
}

static int resolve_rules(struct ll_resolution *resolution, struct ll_resolved_region *region,
			 const struct ll_yaml_node *region_at)
{
	struct ll_draft *draft = resolution->draft;
	size_t count = (size_t)draft->rule_count;

	region->rules = ll_arena_calloc(draft->arena, count, sizeof(region->rules[0]));
	region->sources = ll_arena_calloc(draft->arena, count, sizeof(region->sources[0]));
	if (!region->rules || !region->sources)
		return -LL_ERR_NO_MEMORY;
	region->rule_count = 0;
	region->first_rule = resolution->rules_total;
	for (int32_t i = 0; i < draft->rule_count; i++) {
		int err;

		if (region->rule_off[i] || draft->rules[i].bad)
			continue;
		if (resolution->rules_total++ >= RULES_TOTAL_MAX)
			return ll_yaml_error(
				draft->error, region_at,
				"more than %d rules in all regions together: use fewer "
				"regions",
				RULES_TOTAL_MAX);
		err = resolve_rule(draft, &draft->rules[i], region,
				   &region->rules[region->rule_count]);
		region->sources[region->rule_count] = &draft->rules[i];
		region->rule_count += !err;
		/* What is wrong everywhere is not looked at again in each region. */
		draft->rules[i].bad = err && region_at == NULL;
		err = ll_draft_go_on(draft, err);
		if (err)
			return err;
	}
	return 0;
}

static void resolve_terms(const struct ll_draft_terms *own, struct ll_measure_terms *terms)
{
	if (own->due_days > 0)
		terms->due_days = own->due_days;
	if (own->department.size > 0)
		terms->department = own->department;
	if (own->from_at)
		terms->from = own->from;
	if (own->retry_at)
		terms->retry_days = own->retry_days;
}

static int resolve_region(struct ll_resolution *resolution, int32_t index)
{
	struct ll_draft *draft = resolution->draft;
	const struct ll_draft_region *own = draft->regions[index];
	struct ll_resolved_region *region = ll_arena_calloc(draft->arena, 1, sizeof(*region));
	int err = 0;

	if (!region)
		return -LL_ERR_NO_MEMORY;
	resolution->parents[index] = index > 0 ? parent_of(draft, index) : 0;
	if (index > 0)
		*region = *resolution->regions[resolution->parents[index]];
	else
		for (int32_t i = 0; i < draft->parameter_count; i++)
			region->amounts[i] = draft->parameters[i].value.amount;
	for (int32_t i = 0; i < draft->parameter_count; i++)
		if (own->parameter_at[i]) {
			region->amounts[i] = own->parameter_amount[i];
			region->amount_at[i] = own->parameter_at[i];
		}
	for (int32_t i = 0; i < draft->rule_count; i++)
		region->rule_off[i] = region->rule_off[i] || own->rule_off[i];
	for (int32_t m = 0; m < LL_MEASURE_COUNT; m++)
		resolve_terms(&own->measures[m], &region->measures[m]);
	resolution->regions[index] = region;
	if (!own->has_own_rules)
		return 0;
	if (draft->exit.id_at && !draft->exit.bad) {
		err = resolve_rule(draft, &draft->exit, region, &region->exit);
		draft->exit.bad = err && index == 0;
		err = ll_draft_go_on(draft, err);
	}
	return err ? err : resolve_rules(resolution, region, own->at);
}

int ll_resolve(struct ll_draft *draft, struct ll_resolution *ret_resolution)
{
	struct ll_resolution resolution = {.draft = draft};
	int err = 0;

	resolution.regions = ll_arena_calloc(draft->arena, (size_t)draft->region_count,
					     sizeof(resolution.regions[0]));
	resolution.parents = ll_arena_calloc(draft->arena, (size_t)draft->region_count,
					     sizeof(resolution.parents[0]));
	if (!resolution.regions || !resolution.parents)
		return -LL_ERR_NO_MEMORY;
	for (int32_t i = 0; i < draft->region_count && !err; i++)
		err = resolve_region(&resolution, i);
	if (!err)
		*ret_resolution = resolution;
	return err;
}
