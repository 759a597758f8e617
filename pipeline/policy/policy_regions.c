/* The regions of a draft. */
#include <stdlib.h>

#include "policy_draft.h"

enum region_field {
	REGION_AREA,
	REGION_PARAMETERS,
	REGION_MEASURES,
	REGION_RULES_OFF,
	REGION_FIELD_COUNT
};

static const struct ll_yaml_field region_fields[REGION_FIELD_COUNT] = {
	[REGION_AREA] = {"area", LL_YAML_TEXT, true, "an area code in quotes, like \"3605\""},
	[REGION_PARAMETERS] = {"parameters", LL_YAML_MAP, false, "'name: value' lines below it"},
	[REGION_MEASURES] = {"measures", LL_YAML_MAP, false,
			     "'visit: {due_days: 5}' lines below it"},
	[REGION_RULES_OFF] = {"rules_off", LL_YAML_LIST, false, "a list of rule ids"},
};

static int read_area(struct ll_draft *draft, const struct ll_yaml_node *node,
		     struct ll_area *ret_area)
{
	if (ll_area_parse(node->text, ret_area) || ret_area->digits == 0)
		return ll_yaml_error(draft->error, node,
				     "'%.*s' is no area: write 2 digits for a province, 4 city, 6 "
				     "county, 9 township, 12 village",
				     LL_STR_ARG(ll_yaml_shown(node->text)));
	return 0;
}

static int read_parameter(struct ll_draft *draft, const struct ll_yaml_node *node,
			  struct ll_draft_region *region)
{
	struct ll_names names = ll_draft_parameter_names(draft);
	int32_t index = ll_names_find(&names, node->key->text);
	const struct ll_draft_parameter *parameter;
	struct ll_value value;
	int err;

	if (index < 0)
		return ll_draft_unknown(draft, node->key, "parameter", node->key->text, &names);
	parameter = &draft->parameters[index];
	if (region->parameter_at[index])
		return ll_yaml_error(draft->error, node->key,
				     "parameter '%.*s' is given twice: remove one",
				     LL_STR_ARG(node->key->text));
	err = ll_draft_value(draft, node, &value);
	if (err)
		return err;
	if (!parameter->bad && value.kind != parameter->value.kind)
		return ll_yaml_error(
			draft->error, node, "'%.*s' is %s everywhere else: write it like '%.*s'",
			LL_STR_ARG(node->key->text), ll_value_kind_text(parameter->value.kind),
			LL_STR_ARG(ll_yaml_shown(parameter->at->text)));
	region->parameter_at[index] = node;
	region->parameter_amount[index] = value.amount;
	return 0;
}

static int read_parameters(struct ll_draft *draft, const struct ll_yaml_node *map,
			   struct ll_draft_region *region)
{
	int err = 0;

	for (const struct ll_yaml_node *node = map->first; node && !err; node = node->next)
		err = ll_draft_go_on(draft, read_parameter(draft, node, region));
	return err;
}

static int read_rule_off(struct ll_draft *draft, const struct ll_yaml_node *node,
			 struct ll_draft_region *region)
{
	struct ll_names names = ll_draft_rule_names(draft);
	int32_t index = node->kind == LL_YAML_TEXT ? ll_names_find(&names, node->text) : -1;

	if (index < 0)
		return ll_draft_unknown(draft, node, "rule", node->text, &names);
	if (region->rule_off[index])
		return ll_yaml_error(draft->error, node, "rule '%.*s' is off twice: remove one",
				     LL_STR_ARG(node->text));
	region->rule_off[index] = true;
	return 0;
}

static int read_rules_off(struct ll_draft *draft, const struct ll_yaml_node *list,
			  struct ll_draft_region *region)
{
	int err = 0;

	for (const struct ll_yaml_node *node = list->first; node && !err; node = node->next)
		err = ll_draft_go_on(draft, read_rule_off(draft, node, region));
	return err;
}

static int read_measures(struct ll_draft *draft, const struct ll_yaml_node *map,
			 struct ll_draft_region *region)
{
	int err = ll_draft_measures(draft, map, false, region->measures);

	if (err)
		return err;
	for (int m = 0; m < LL_MEASURE_COUNT; m++)
		if (region->measures[m].at && !draft->regions[0]->measures[m].at)
			return ll_yaml_error(draft->error, region->measures[m].at->key,
					     "'%s' has no terms outside this region: add it under "
					     "the policy's 'measures' first",
					     ll_measure_name((enum ll_measure)m));
	return 0;
}

static int read_region(struct ll_draft *draft, const struct ll_yaml_node *map,
		       struct ll_draft_region *region)
{
	const struct ll_yaml_node *values[REGION_FIELD_COUNT];
	int err;

	err = ll_yaml_fields(map, "this region", region_fields, REGION_FIELD_COUNT, values,
			     draft->error);
	if (err)
		return err;
	region->at = values[REGION_AREA];
	region->has_own_rules = values[REGION_PARAMETERS] || values[REGION_RULES_OFF];
	if (!region->has_own_rules && !values[REGION_MEASURES])
		return ll_yaml_error(draft->error, map,
				     "this region changes nothing: add parameters, measures or "
				     "rules_off, or remove it");
	err = read_area(draft, values[REGION_AREA], &region->area);
	if (!err && values[REGION_PARAMETERS])
		err = read_parameters(draft, values[REGION_PARAMETERS], region);
	if (!err && values[REGION_MEASURES])
		err = read_measures(draft, values[REGION_MEASURES], region);
	if (!err && values[REGION_RULES_OFF])
		err = read_rules_off(draft, values[REGION_RULES_OFF], region);
	return err;
}

/* Wider areas first, so that what an area inherits is there before it; then by code and line. */
static int region_order(const void *left, const void *right)
{
	const struct ll_draft_region *a = *(const struct ll_draft_region *const *)left;
	const struct ll_draft_region *b = *(const struct ll_draft_region *const *)right;

	if (a->area.digits != b->area.digits)
		return a->area.digits < b->area.digits ? -1 : 1;
	if (a->area.code != b->area.code)
		return a->area.code < b->area.code ? -1 : 1;
	if (a->at->line != b->at->line)
		return a->at->line < b->at->line ? -1 : 1;
	return a->at->column < b->at->column ? -1 : a->at->column > b->at->column;
}

int ll_draft_read_regions(struct ll_draft *draft, const struct ll_yaml_node *list)
{
	for (const struct ll_yaml_node *map = list->first; map; map = map->next) {
		struct ll_draft_region *region = ll_arena_calloc(draft->arena, 1, sizeof(*region));
		int err;

		if (!region)
			return -LL_ERR_NO_MEMORY;
		err = read_region(draft, map, region);
		if (!err)
			draft->regions[draft->region_count++] = region;
		err = ll_draft_go_on(draft, err);
		if (err)
			return err;
	}
	qsort(draft->regions + 1, (size_t)draft->region_count - 1, sizeof(draft->regions[0]),
	      region_order);
	for (int32_t i = 2; i < draft->region_count; i++) {
		const struct ll_draft_region *before = draft->regions[i - 1];
		const struct ll_draft_region *region = draft->regions[i];

		if (before->area.digits == region->area.digits &&
		    before->area.code == region->area.code)
			return ll_yaml_error(draft->error, region->at,
					     "area %.*s is there already, in line %d: write one "
					     "entry",
					     LL_STR_ARG(region->at->text), before->at->line);
	}
	return 0;
}
