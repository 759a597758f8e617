#include "policy_check.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/case.h"
#include "policy_logic.h"
#include "policy_resolve.h"

#define CHECK_FULL 1 /* the findings that fit are there */

struct check {
	struct ll_arena *arena;
	struct ll_draft draft;
	struct ll_resolution resolution;
	struct ll_policy_finding *findings;
	int32_t count;
};

static const struct {
	enum ll_policy_severity severity;
	const char *name;
} kinds[LL_POLICY_FINDING_KIND_COUNT] = {
#define FINDING_KIND(symbol, severity, name) \
	[LL_POLICY_FINDING_##symbol] = {LL_POLICY_##severity, name},
	LL_POLICY_FINDINGS(FINDING_KIND)
#undef FINDING_KIND
};

enum ll_policy_severity ll_policy_finding_severity(enum ll_policy_finding_kind kind)
{
	return kinds[kind].severity;
}

const char *ll_policy_finding_name(enum ll_policy_finding_kind kind)
{
	return kinds[kind].name;
}

/* What is wrong everywhere is so in each region that has rules of its own. */
static bool is_told(const struct check *check, enum ll_policy_finding_kind kind,
		    const struct ll_error *error)
{
	for (int32_t i = 0; i < check->count; i++)
		if (check->findings[i].kind == kind && check->findings[i].line == error->line &&
		    check->findings[i].column == error->column)
			return true;
	return false;
}

static int add(struct check *check, enum ll_policy_finding_kind kind, const struct ll_error *error)
{
	struct ll_policy_finding *finding = &check->findings[check->count];

	if (is_told(check, kind, error))
		return 0;
	if (check->count == LL_POLICY_FINDINGS_MAX)
		return CHECK_FULL;
	finding->kind = kind;
	finding->line = error->line;
	finding->column = error->column;
	memcpy(finding->message, error->message, sizeof(finding->message));
	check->count++;
	return 0;
}

/* add, with a place and a message as an error has them. */
#define warn(check, kind, node, ...)                                                           \
	(ll_error_fill((check)->draft.error, -LL_ERR_BAD_POLICY, (node)->line, (node)->column, \
		       __VA_ARGS__),                                                           \
	 add((check), LL_POLICY_FINDING_##kind, (check)->draft.error))

static int take_error(void *context, const struct ll_error *error)
{
	return add(context, LL_POLICY_FINDING_MISTAKE, error);
}

/* ---- conditions --------------------------------------------------------------------------------- */

/* Of the whole policy; that a region's number makes one say nothing there is as it should be. */
static int warn_of_comparisons(struct check *check, const struct ll_draft_rule *source,
			       const struct ll_rule *rule)
{
	int err = 0;

	for (int32_t i = 0; i < rule->comparison_count && !err; i++) {
		const struct ll_comparison *comparison = &rule->comparisons[i];
		const char *name = ll_indicator_name(comparison->indicator);
		const struct ll_yaml_node *at = source->comparisons[i].at;

		if (ll_logic_redundant(rule, i))
			err = warn(check, OVERLAP, at,
				   "'%s %s' says nothing that the other conditions of '%.*s' do "
				   "not say: remove it, or change one of them",
				   name, ll_operator_name(comparison->op), LL_STR_ARG(rule->id));
		else if (ll_logic_always(*comparison))
			err = warn(check, ALWAYS_TRUE, at,
				   "'%s %s' is true of every value there is: remove it, or change "
				   "the number",
				   name, ll_operator_name(comparison->op));
	}
	return err;
}

static int warn_of_same_conditions(struct check *check, const struct ll_resolved_region *region,
				   int32_t at)
{
	for (int32_t i = 0; i < at; i++)
		if (ll_logic_same(&region->rules[i], &region->rules[at]))
			return warn(check, SAME_CONDITIONS, region->sources[at]->id_at,
				    "rule '%.*s' holds for the same households as '%.*s' in line "
				    "%d: make them one, or change a condition",
				    LL_STR_ARG(region->rules[at].id),
				    LL_STR_ARG(region->rules[i].id),
				    region->sources[i]->id_at->line);
	return 0;
}

/* Could one of the rule's measures have to wait, anywhere? */
static bool waits(const struct check *check, const struct ll_rule *rule)
{
	for (int32_t i = 0; i < check->draft.region_count; i++)
		for (int m = 0; m < LL_MEASURE_COUNT; m++)
			if ((rule->measures >> m & 1) &&
			    check->resolution.regions[i]->measures[m].from != LL_CASE_NONE)
				return true;
	return false;
}

/* Does the rule give anybody something to do while the case is a lead? */
static bool opens_at_once(const struct ll_resolved_region *region, const struct ll_rule *rule)
{
	bool any = rule->green_channel;

	for (int m = 0; m < LL_MEASURE_COUNT; m++)
		any = any ||
		      ((rule->measures >> m & 1) && region->measures[m].from == LL_CASE_NONE);
	return any;
}

/* A rule that holds makes a lead; where all that it opens waits, the visit it waits for is nobody's. */
static int warn_of_waiting(struct check *check, const struct ll_resolved_region *region, int32_t at)
{
	const struct ll_rule *rule = &region->rules[at];
	bool somebody = opens_at_once(region, rule);

	for (int32_t i = 0; i < region->rule_count && !somebody; i++)
		somebody = opens_at_once(region, &region->rules[i]) &&
			   ll_logic_implies(rule, &region->rules[i]);
	return somebody ? 0
			: warn(check, NOBODY_GOES, region->sources[at]->open_at,
			       "'%.*s' makes a lead, but all that it opens waits, and nobody is "
			       "sent to look: open 'visit' too",
			       LL_STR_ARG(rule->id));
}

/* A rule that makes nobody a lead, with what only leads have. */
static int warn_of_precaution(struct check *check, const struct ll_draft_rule *source,
			      const struct ll_rule *rule)
{
	int err = 0;

	if (rule->measures >> LL_MEASURE_VISIT & 1)
		err = warn(check, NO_LEAD, source->open_at,
			   "'%.*s' makes nobody a lead, but opens 'visit', which is paid to leads: "
			   "leave it out, or remove 'lead: no'",
			   LL_STR_ARG(rule->id));
	if (!err && rule->sudden)
		err = warn(check, NO_LEAD, source->sudden_at->key,
			   "'%.*s' makes nobody a lead, so it says nothing of the household's "
			   "group: remove 'sudden', or 'lead: no'",
			   LL_STR_ARG(rule->id));
	return err;
}

static int warn_of_rule(struct check *check, const struct ll_resolved_region *region, int32_t at)
{
	const struct ll_draft_rule *source = region->sources[at];
	const struct ll_rule *rule = &region->rules[at];
	int err = warn_of_comparisons(check, source, rule);

	if (!err)
		err = warn_of_same_conditions(check, region, at);
	if (!err)
		err = rule->precaution ? warn_of_precaution(check, source, rule)
				       : warn_of_waiting(check, region, at);
	if (!err && rule->visit_when_unknown && !ll_logic_undecided(rule))
		err = warn(check, NEVER_ASKS, source->unknown_at->key,
			   "all that '%.*s' looks at is always known, so it never asks for a "
			   "visit: remove 'unknown'",
			   LL_STR_ARG(rule->id));
	if (!err && rule->green_channel && !waits(check, rule))
		err = warn(check, NEVER_WAITS, source->green_at->key,
			   "no measure of '%.*s' waits for the procedure: remove 'green_channel', "
			   "or give a measure 'from'",
			   LL_STR_ARG(rule->id));
	return err;
}

static int warn_of_rules(struct check *check)
{
	const struct ll_resolved_region *everywhere = check->resolution.regions[0];
	int err = 0;

	if (check->draft.measure_before_exit && !check->draft.exit.id_at)
		err = warn(check, NO_EXIT, check->draft.measure_before_exit_at->key,
			   "without 'exit' no exit is asked, and nothing waits for a measure: add "
			   "it, or remove 'measure_before_exit'");
	if (!err && check->draft.exit.id_at && everywhere->exit.comparison_count > 0)
		err = warn_of_comparisons(check, &check->draft.exit, &everywhere->exit);
	for (int32_t i = 0; i < everywhere->rule_count && !err; i++)
		err = warn_of_rule(check, everywhere, i);
	return err;
}

/* ---- what is there for nothing -------------------------------------------------------------------- */

static int warn_of_parameters(struct check *check)
{
	int err = 0;

	for (int32_t i = 0; i < check->draft.parameter_count && !err; i++) {
		const struct ll_draft_parameter *parameter = &check->draft.parameters[i];

		if (!parameter->used)
			err = warn(check, UNUSED_PARAMETER, parameter->at->key,
				   "nothing uses the parameter '%.*s': use it as '$%.*s', or "
				   "remove it",
				   LL_STR_ARG(parameter->name), LL_STR_ARG(parameter->name));
	}
	return err;
}

/* Steps that the case goes through whatever the rules say; but exits only where they are asked. */
static bool is_step(const struct check *check, enum ll_measure measure)
{
	return ll_case_step_of(measure) &&
	       (measure != LL_MEASURE_EXIT_REVIEW || check->draft.exit.id_at);
}

static int warn_of_unused_measures(struct check *check)
{
	const struct ll_draft_terms *terms = check->draft.regions[0]->measures;
	uint32_t opened = 0;
	int err = 0;

	for (int32_t i = 0; i < check->draft.rule_count; i++)
		opened |= check->draft.rules[i].rule.measures;
	for (int m = 0; m < LL_MEASURE_COUNT && !err; m++)
		if (terms[m].at && !(opened >> m & 1) && !is_step(check, (enum ll_measure)m))
			err = warn(check, UNUSED_MEASURE, terms[m].at->key,
				   m == LL_MEASURE_EXIT_REVIEW
					   ? "'%s' is asked for by 'exit' under 'case', which is "
					     "not there: add it, or remove these terms"
					   : "no rule opens '%s': open it in one, or remove it",
				   ll_measure_name((enum ll_measure)m));
	return err;
}

static int warn_of_steps(struct check *check, const struct ll_yaml_node *measures)
{
	const struct ll_draft_terms *terms = check->draft.regions[0]->measures;
	char names[LL_ERROR_MESSAGE_MAX / 2] = "";
	size_t size = 0;

	for (int m = 0; m < LL_MEASURE_COUNT; m++)
		if (!terms[m].at && is_step(check, (enum ll_measure)m) && size < sizeof(names))
			size += (size_t)snprintf(names + size, sizeof(names) - size, "%s%s",
						 size ? ", " : "",
						 ll_measure_name((enum ll_measure)m));
	return size == 0 ? 0
			 : warn(check, STEP_WITHOUT_TERMS, measures,
				"steps of the procedure without terms, for which nobody gets a "
				"task: %s; add them, or leave them to people's decisions",
				names);
}

/* The smallest area around this one has the same number. */
static int warn_of_region(struct check *check, int32_t index)
{
	const struct ll_draft_region *own = check->draft.regions[index];
	const struct ll_resolved_region *around =
		check->resolution.regions[check->resolution.parents[index]];
	int err = 0;

	for (int32_t i = 0; i < check->draft.parameter_count && !err; i++)
		if (own->parameter_at[i] && own->parameter_amount[i] == around->amounts[i])
			err = warn(check, CHANGES_NOTHING, own->parameter_at[i],
				   "'%.*s' is the same in the area around: remove it here, or "
				   "change it",
				   LL_STR_ARG(check->draft.parameters[i].name));
	return err;
}

static int warn_of_regions(struct check *check)
{
	int err = 0;

	for (int32_t i = 1; i < check->draft.region_count && !err; i++)
		err = warn_of_region(check, i);
	return err;
}

/* ---- all of it --------------------------------------------------------------------------------------- */

static const struct ll_yaml_node *key_of(const struct ll_yaml_node *map, const char *name)
{
	for (const struct ll_yaml_node *value = map->first; value; value = value->next)
		if (ll_str_equal(value->key->text, ll_str_from(name)))
			return value->key;
	return map;
}

static int run(struct check *check, struct ll_str text)
{
	struct ll_yaml_node *root;
	int err = ll_yaml_parse(text, check->arena, &root, check->draft.error);

	if (!err)
		err = ll_draft_read(&check->draft, root);
	if (!err)
		err = ll_resolve(&check->draft, &check->resolution);
	/* What ended it is an error as the others. */
	if (err == -LL_ERR_BAD_POLICY)
		return add(check, LL_POLICY_FINDING_MISTAKE, check->draft.error);
	if (!err)
		err = warn_of_rules(check);
	if (!err)
		err = warn_of_regions(check);
	/* Who could not be read may have used it. */
	if (err || check->draft.errors->count > 0)
		return err;
	err = warn_of_parameters(check);
	if (!err)
		err = warn_of_unused_measures(check);
	return err ? err : warn_of_steps(check, key_of(root, "measures"));
}

static int compare_places(const void *left, const void *right)
{
	const struct ll_policy_finding *a = left, *b = right;

	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return a->kind < b->kind ? -1 : a->kind > b->kind;
}

int ll_policy_check(struct ll_str text, struct ll_arena *arena, struct ll_policy_check *ret_check)
{
	struct ll_error error = {0};
	struct check check = {.arena = arena, .draft = {.arena = arena, .error = &error}};
	struct ll_draft_errors errors = {take_error, &check, 0};
	struct ll_policy_check result = {.count = 0};
	int err;

	check.draft.errors = &errors;
	check.findings = ll_arena_calloc(arena, LL_POLICY_FINDINGS_MAX, sizeof(check.findings[0]));
	if (!check.findings)
		return -LL_ERR_NO_MEMORY;
	err = run(&check, text);
	if (err < 0)
		return err;
	qsort(check.findings, (size_t)check.count, sizeof(check.findings[0]), compare_places);
	for (int32_t i = 0; i < check.count; i++)
		if (ll_policy_finding_severity(check.findings[i].kind) == LL_POLICY_ERROR)
			result.errors++;
	result.findings = check.findings;
	result.count = check.count;
	result.warnings = check.count - result.errors;
	*ret_check = result;
	return 0;
}
