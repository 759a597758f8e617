#include "policy_yaml.h"

#include <stdlib.h>

#include "policy_resolve.h"

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

/* So that the block can move them all at once. */
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

static void block_region(const struct ll_resolution *resolution, int32_t index,
			 struct ll_policy_region *region, struct ll_rule *rules, struct ll_str pool,
			 const char *pool_copy)
{
	const struct ll_draft_region *own = resolution->draft->regions[index];
	const struct ll_resolved_region *resolved = resolution->regions[index];
	struct ll_rule *first = rules + resolved->first_rule;

	region->area = own->area;
	region->rules = first;
	region->rule_count = resolved->rule_count;
	region->exit = resolved->exit; /* its words are the program's own */
	for (int32_t m = 0; m < LL_MEASURE_COUNT; m++) {
		region->measures[m] = resolved->measures[m];
		region->measures[m].department =
			moved(resolved->measures[m].department, pool, pool_copy);
	}
	if (!own->has_own_rules)
		return;
	for (int32_t i = 0; i < resolved->rule_count; i++) {
		first[i] = resolved->rules[i];
		first[i].id = moved(first[i].id, pool, pool_copy);
		first[i].title = moved(first[i].title, pool, pool_copy);
		first[i].title_zh = moved(first[i].title_zh, pool, pool_copy);
	}
}

static int block_new(const struct ll_resolution *resolution, struct ll_str pool, struct ll_str text,
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
		.stable_months = draft->stable_months,
		.measure_before_exit = draft->measure_before_exit,
		.observe_months = draft->observe_months,
		.regions = block->regions,
		.region_count = draft->region_count,
		.text = {pool_copy + pool.size, text.size},
	};
	*ret_policy = &block->policy;
	return 0;
}

_Static_assert(_Alignof(struct ll_rule) <= _Alignof(struct ll_policy_region),
	       "rules follow regions in the block without a gap");

static int compile(struct ll_draft *draft, struct ll_str text, const struct ll_yaml_node *changes,
		   struct ll_policy **ret_policy)
{
	struct ll_resolution resolution;
	struct ll_yaml_node *root;
	struct ll_str pool;
	int err;

	err = ll_yaml_parse(text, draft->arena, &root, draft->error);
	if (!err && changes && root->kind == LL_YAML_MAP)
		err = ll_yaml_overlay(root, changes, draft->arena);
	if (!err)
		err = ll_draft_read(draft, root);
	/* Before regions share strings by copying them. */
	if (!err)
		err = pool_fill(draft, &pool);
	if (!err)
		err = ll_resolve(draft, &resolution);
	return err ? err : block_new(&resolution, pool, text, ret_policy);
}

int ll_policy_compile_changed(struct ll_str text, const struct ll_yaml_node *changes,
			      struct ll_policy **ret_policy, struct ll_error *error)
{
	struct ll_arena arena;
	struct ll_draft draft = {.arena = &arena, .error = error};
	int err;

	ll_arena_init(&arena, 0);
	err = compile(&draft, text, changes, ret_policy);
	ll_arena_release(&arena);
	if (err == -LL_ERR_NO_MEMORY)
		ll_error_set(error, err, "%s", ll_err_text(err));
	return err;
}

int ll_policy_compile(struct ll_str text, struct ll_policy **ret_policy, struct ll_error *error)
{
	return ll_policy_compile_changed(text, NULL, ret_policy, error);
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
