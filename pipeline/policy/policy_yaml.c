#include "policy_yaml.h"

#include <stdlib.h>

#include "policy_draft.h"

/* Rules of all regions together. Regions that change no rule share those of the wider area. */
#define RULES_TOTAL_MAX 32768

/* Parameters, rules and terms of one region with all that it inherits. */
struct resolved {
	int64_t amounts[LL_POLICY_PARAMETERS_MAX];
	const struct ll_yaml_node *amount_at[LL_POLICY_PARAMETERS_MAX];
	bool rule_off[LL_RULES_MAX];
	struct ll_rule *rules; /* in the arena; perhaps those of the wider area */
	int32_t rule_count;
	int32_t first_rule; /* where they go in the block */
	struct ll_measure_terms measures[LL_MEASURE_COUNT];
};

struct resolution {
	const struct ll_draft *draft;
	struct resolved **regions; /* as the draft's */
	int32_t rules_total;
};

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
					   const struct resolved *region)
{
	if (comparison->parameter >= 0 && region->amount_at[comparison->parameter])
		return region->amount_at[comparison->parameter];
	return comparison->at;
}

static int resolve_threshold(const struct ll_draft *draft,
			     const struct ll_draft_comparison *comparison,
			     const struct resolved *region, int64_t *ret_threshold)
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

/* What an indicator may still be after some comparisons. */
struct span {
	int64_t low;
	int64_t high;
	int64_t without[LL_COMPARISONS_MAX];
	int32_t without_count;
};

static void span_narrow(struct span *span, enum ll_operator op, int64_t threshold)
{
	int64_t low = span->low;
	int64_t high = span->high;

	switch (op) {
	case LL_OPERATOR_AT_LEAST:
		low = threshold;
		break;
	case LL_OPERATOR_ABOVE:
		low = threshold + 1;
		break;
	case LL_OPERATOR_AT_MOST:
		high = threshold;
		break;
	case LL_OPERATOR_BELOW:
		high = threshold - 1;
		break;
	case LL_OPERATOR_IS:
		low = high = threshold;
		break;
	case LL_OPERATOR_IS_NOT:
		span->without[span->without_count++] = threshold;
		break;
	case LL_OPERATOR_COUNT:
		break;
	}
	if (low > span->low)
		span->low = low;
	if (high < span->high)
		span->high = high;
}

static bool span_is_empty(const struct span *span)
{
	/* Each pass moves low over one value that is out; there are few of them. */
	int64_t low = span->low;

	for (int32_t pass = 0; pass <= span->without_count && low <= span->high; pass++) {
		bool out = false;

		for (int32_t i = 0; i < span->without_count; i++)
			out = out || span->without[i] == low;
		if (!out)
			return false;
		low++;
	}
	return low > span->high;
}

/* Comparisons of one indicator that cannot all hold: a rule that never fires helps nobody. */
static int check_possible(const struct ll_draft *draft, const struct ll_draft_rule *source,
			  const struct ll_rule *rule, const struct resolved *region)
{
	for (int32_t i = 0; i < rule->comparison_count; i++) {
		enum ll_indicator indicator = rule->comparisons[i].indicator;
		const struct ll_value_domain *domain = ll_value_domain_of(indicator);
		struct span span = {.low = domain->min, .high = domain->max};

		for (int32_t j = 0; j <= i; j++)
			if (rule->comparisons[j].indicator == indicator)
				span_narrow(&span, rule->comparisons[j].op,
					    rule->comparisons[j].threshold);
		if (span_is_empty(&span))
			return ll_yaml_error(draft->error,
					     place_of(&source->comparisons[i], region),
					     "rule '%.*s' can never hold: no value of '%s' meets "
					     "'%s' here together with the rest: change one of them",
					     LL_STR_ARG(rule->id), ll_indicator_name(indicator),
					     ll_operator_name(rule->comparisons[i].op));
	}
	return 0;
}

static int resolve_rule(const struct ll_draft *draft, const struct ll_draft_rule *source,
			const struct resolved *region, struct ll_rule *ret_rule)
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

static int resolve_rules(struct resolution *resolution, struct resolved *region,
			 const struct ll_yaml_node *region_at)
{
	const struct ll_draft *draft = resolution->draft;

	region->rules =
		ll_arena_calloc(draft->arena, (size_t)draft->rule_count, sizeof(region->rules[0]));
	if (!region->rules)
		return -LL_ERR_NO_MEMORY;
	region->rule_count = 0;
	region->first_rule = resolution->rules_total;
	for (int32_t i = 0; i < draft->rule_count; i++) {
		int err;

		if (region->rule_off[i])
			continue;
		if (resolution->rules_total++ >= RULES_TOTAL_MAX)
			return ll_yaml_error(
				draft->error, region_at,
				"more than %d rules in all regions together: use fewer "
				"regions",
				RULES_TOTAL_MAX);
		err = resolve_rule(draft, &draft->rules[i], region,
				   &region->rules[region->rule_count++]);
		if (err)
			return err;
	}
	return 0;
}

static int resolve_region(struct resolution *resolution, int32_t index)
{
	const struct ll_draft *draft = resolution->draft;
	const struct ll_draft_region *own = draft->regions[index];
	struct resolved *region = ll_arena_calloc(draft->arena, 1, sizeof(*region));

	if (!region)
		return -LL_ERR_NO_MEMORY;
	if (index > 0)
		*region = *resolution->regions[parent_of(draft, index)];
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
	for (int32_t m = 0; m < LL_MEASURE_COUNT; m++) {
		if (own->measures[m].due_days > 0)
			region->measures[m].due_days = own->measures[m].due_days;
		if (own->measures[m].department.size > 0)
			region->measures[m].department = own->measures[m].department;
	}
	resolution->regions[index] = region;
	return own->has_own_rules ? resolve_rules(resolution, region, own->at) : 0;
}

/* A string of the pool: all text that outlives the draft, in one piece. */
static void pool_move(struct ll_str *text, char **at)
{
	if (text->size > 0)
		memcpy(*at, text->data, text->size);
	text->data = *at;
	*at += text->size;
}

static size_t pool_size(const struct ll_draft *draft)
{
	size_t size = draft->name.size + draft->version.size;

	for (int32_t i = 0; i < draft->rule_count; i++) {
		const struct ll_rule *rule = &draft->rules[i].rule;

		size += rule->id.size + rule->title.size + rule->title_zh.size;
	}
	for (int32_t i = 0; i < draft->region_count; i++)
		for (int32_t m = 0; m < LL_MEASURE_COUNT; m++)
			size += draft->regions[i]->measures[m].department.size;
	return size;
}

/* Before regions share strings by copying them; so that the block can move them all at once. */
static int pool_fill(struct ll_draft *draft, struct ll_str *ret_pool)
{
	size_t size = pool_size(draft);
	char *pool = ll_arena_alloc(draft->arena, size);
	char *at = pool;

	if (!pool)
		return -LL_ERR_NO_MEMORY;
	pool_move(&draft->name, &at);
	pool_move(&draft->version, &at);
	for (int32_t i = 0; i < draft->rule_count; i++) {
		pool_move(&draft->rules[i].rule.id, &at);
		pool_move(&draft->rules[i].rule.title, &at);
		pool_move(&draft->rules[i].rule.title_zh, &at);
	}
	for (int32_t i = 0; i < draft->region_count; i++)
		for (int32_t m = 0; m < LL_MEASURE_COUNT; m++)
			pool_move(&draft->regions[i]->measures[m].department, &at);
	*ret_pool = (struct ll_str){pool, size};
	return 0;
}

/* The block: the policy, its regions, their rules, the pool, the text. */
struct block {
	struct ll_policy policy;
	struct ll_policy_region regions[];
};

/* Where a string of the pool is in the block. */
static struct ll_str moved(struct ll_str text, struct ll_str pool, const char *copy)
{
	return (struct ll_str){text.size ? copy + (text.data - pool.data) : copy, text.size};
}

static void block_region(const struct resolution *resolution, int32_t index,
			 struct ll_policy_region *region, struct ll_rule *rules, struct ll_str pool,
			 const char *pool_copy)
{
	const struct ll_draft_region *own = resolution->draft->regions[index];
	const struct resolved *resolved = resolution->regions[index];
	struct ll_rule *first = rules + resolved->first_rule;

	region->area = own->area;
	region->rules = first;
	region->rule_count = resolved->rule_count;
	for (int32_t m = 0; m < LL_MEASURE_COUNT; m++)
		region->measures[m] = (struct ll_measure_terms){
			resolved->measures[m].due_days,
			moved(resolved->measures[m].department, pool, pool_copy)};
	if (!own->has_own_rules)
		return;
	for (int32_t i = 0; i < resolved->rule_count; i++) {
		first[i] = resolved->rules[i];
		first[i].id = moved(first[i].id, pool, pool_copy);
		first[i].title = moved(first[i].title, pool, pool_copy);
		first[i].title_zh = moved(first[i].title_zh, pool, pool_copy);
	}
}

static int block_new(const struct resolution *resolution, struct ll_str pool, struct ll_str text,
		     struct ll_policy **ret_policy)
{
	const struct ll_draft *draft = resolution->draft;
	size_t regions_size = (size_t)draft->region_count * sizeof(struct ll_policy_region);
	size_t rules_size = (size_t)resolution->rules_total * sizeof(struct ll_rule);
	struct block *block =
		calloc(1, sizeof(*block) + regions_size + rules_size + pool.size + text.size);
	struct ll_rule *rules;
	char *pool_copy;

	if (!block)
		return -LL_ERR_NO_MEMORY;
	rules = (struct ll_rule *)(block->regions + draft->region_count);
	pool_copy = (char *)(rules + resolution->rules_total);
	memcpy(pool_copy, pool.data, pool.size);
	memcpy(pool_copy + pool.size, text.data, text.size);
	for (int32_t i = 0; i < draft->region_count; i++)
		block_region(resolution, i, &block->regions[i], rules, pool, pool_copy);
	block->policy = (struct ll_policy){
		.name = moved(draft->name, pool, pool_copy),
		.version = moved(draft->version, pool, pool_copy),
		.effective_on = draft->effective_on,
		.keep_months = draft->keep_months,
		.escalate_after_days = draft->escalate_after_days,
		.regions = block->regions,
		.region_count = draft->region_count,
		.text = {pool_copy + pool.size, text.size},
	};
	*ret_policy = &block->policy;
	return 0;
}

_Static_assert(_Alignof(struct ll_rule) <= _Alignof(struct ll_policy_region),
	       "rules follow regions in the block without a gap");

static int compile(struct ll_draft *draft, struct ll_str text, struct ll_policy **ret_policy)
{
	struct resolution resolution = {.draft = draft};
	const struct ll_yaml_node *root;
	struct ll_str pool;
	int err;

	err = ll_yaml_parse(text, draft->arena, &root, draft->error);
	if (!err)
		err = ll_draft_read(draft, root);
	if (!err)
		err = pool_fill(draft, &pool);
	if (err)
		return err;
	resolution.regions = ll_arena_calloc(draft->arena, (size_t)draft->region_count,
					     sizeof(resolution.regions[0]));
	if (!resolution.regions)
		return -LL_ERR_NO_MEMORY;
	for (int32_t i = 0; i < draft->region_count; i++) {
		err = resolve_region(&resolution, i);
		if (err)
			return err;
	}
	return block_new(&resolution, pool, text, ret_policy);
}

int ll_policy_compile(struct ll_str text, struct ll_policy **ret_policy, struct ll_error *error)
{
	struct ll_arena arena;
	struct ll_draft draft = {.arena = &arena, .error = error};
	int err;

	ll_arena_init(&arena, 0);
	err = compile(&draft, text, ret_policy);
	ll_arena_release(&arena);
	if (err == -LL_ERR_NO_MEMORY)
		ll_error_set(error, err, "%s", ll_err_text(err));
	return err;
}

void ll_policy_free(struct ll_policy *policy)
{
	/* The policy is the first member of its block. */
	free(policy);
}

static int compile_for_core(void *context, struct ll_str text, struct ll_policy **ret_policy)
{
	(void)context;
	return ll_policy_compile(text, ret_policy, NULL);
}

const struct ll_policy_compiler ll_policy_yaml_compiler = {
	.compile = compile_for_core,
	.free_policy = ll_policy_free,
};
