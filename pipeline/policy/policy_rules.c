/* The rules of a draft, and what it says of the case. */
#include "core/event.h"
#include "policy_draft.h"

enum rule_field {
	RULE_ID,
	RULE_TITLE,
	RULE_TITLE_ZH,
	RULE_DIMENSION,
	RULE_LEVEL,
	RULE_WHEN,
	RULE_UNKNOWN,
	RULE_SUDDEN,
	RULE_GREEN_CHANNEL,
	RULE_LEAD,
	RULE_OPEN,
	RULE_FIELD_COUNT
};

static const struct ll_yaml_field rule_fields[RULE_FIELD_COUNT] = {
	[RULE_ID] = {"id", LL_YAML_TEXT, true, "a name of its own, like medical-own-cost"},
	[RULE_TITLE] = {"title", LL_YAML_TEXT, true, "what it finds, in English"},
	[RULE_TITLE_ZH] = {"title_zh", LL_YAML_TEXT, true, "what it finds, in Chinese"},
	[RULE_DIMENSION] = {"dimension", LL_YAML_TEXT, true, "one of the dimensions, like medical"},
	[RULE_LEVEL] = {"level", LL_YAML_TEXT, true, "1 (watch), 2 or 3 (urgent)"},
	[RULE_WHEN] = {"when", LL_YAML_LIST, true,
		       "'- {indicator: …, at_least: …}' entries below it"},
	[RULE_UNKNOWN] = {"unknown", LL_YAML_TEXT, false, "'visit', or leave it out"},
	[RULE_SUDDEN] = {"sudden", LL_YAML_TEXT, false, "yes where it is a sudden difficulty"},
	[RULE_GREEN_CHANNEL] = {"green_channel", LL_YAML_TEXT, false,
				"yes where its measures do not wait for the procedure"},
	[RULE_LEAD] = {"lead", LL_YAML_TEXT, false, "no where it makes nobody a lead"},
	[RULE_OPEN] = {"open", LL_YAML_LIST, true, "a list of measures, like [visit, medical_aid]"},
};

static struct ll_str indicator_name_at(const void *context, int32_t index)
{
	(void)context;
	return ll_str_from(ll_indicator_name((enum ll_indicator)index));
}

static struct ll_str dimension_name_at(const void *context, int32_t index)
{
	(void)context;
	return ll_str_from(ll_dimension_name((enum ll_dimension)index));
}

static struct ll_str operator_name_at(const void *context, int32_t index)
{
	(void)context;
	return ll_str_from(ll_operator_name((enum ll_operator)index));
}

static int read_indicator(struct ll_draft *draft, const struct ll_yaml_node *node,
			  enum ll_indicator *ret_indicator)
{
	static const struct ll_names names = {LL_INDICATOR_COUNT, indicator_name_at, NULL};
	int indicator = node->kind == LL_YAML_TEXT ? ll_indicator_by_name(node->text) : -1;

	if (indicator < 0)
		return ll_draft_unknown(draft, node, "indicator", node->text, &names);
	*ret_indicator = (enum ll_indicator)indicator;
	return 0;
}

/* "$income_line" is all of it, "150 % of $income_line" a share; *ret_share in permille. */
static int read_reference(struct ll_draft *draft, const struct ll_yaml_node *node, size_t dollar,
			  int32_t *ret_parameter, int64_t *ret_share)
{
	struct ll_str name = {node->text.data + dollar + 1, node->text.size - dollar - 1};
	struct ll_str before = ll_str_trim((struct ll_str){node->text.data, dollar});
	struct ll_names names = ll_draft_parameter_names(draft);
	int32_t parameter = ll_names_find(&names, name);
	struct ll_value share = {LL_VALUE_SHARE, 1000};

	if (parameter < 0)
		return ll_draft_unknown(draft, node, "parameter", name, &names);
	if (before.size > 0) {
		struct ll_str of = LL_STR("of");

		if (before.size <= of.size ||
		    !ll_str_equal((struct ll_str){before.data + before.size - of.size, of.size},
				  of) ||
		    ll_value_parse(ll_str_trim((struct ll_str){before.data, before.size - of.size}),
				   &share) ||
		    share.kind != LL_VALUE_SHARE)
			return ll_yaml_error(
				draft->error, node,
				"write '$%.*s' alone, or a share like '150 %% of $%.*s'",
				LL_STR_ARG(ll_yaml_shown(name)), LL_STR_ARG(ll_yaml_shown(name)));
	}
	*ret_parameter = parameter;
	*ret_share = share.amount;
	return 0;
}

static int check_kind(struct ll_draft *draft, const struct ll_draft_comparison *comparison,
		      enum ll_value_kind kind)
{
	const struct ll_value_domain *domain = ll_value_domain_of(comparison->indicator);
	const char *name = ll_indicator_name(comparison->indicator);
	bool equality = comparison->op == LL_OPERATOR_IS || comparison->op == LL_OPERATOR_IS_NOT;

	if (comparison->bad)
		return 0;
	if (kind != domain->kind)
		return ll_yaml_error(draft->error, comparison->at,
				     "'%s' is %s, '%.*s' is %s: write it like '%s'", name,
				     ll_value_kind_text(domain->kind),
				     LL_STR_ARG(ll_yaml_shown(comparison->at->text)),
				     ll_value_kind_text(kind), ll_value_kind_example(domain->kind));
	if (ll_value_only_equal(kind) && !equality)
		return ll_yaml_error(draft->error, comparison->at->key,
				     "'%s' is %s: compare it with 'is' or 'is_not'", name,
				     ll_value_kind_text(kind));
	return 0;
}

static int read_threshold(struct ll_draft *draft, struct ll_draft_comparison *comparison)
{
	const struct ll_yaml_node *node = comparison->at;
	const char *dollar = NULL;
	struct ll_value value;
	int err;

	if (node->kind == LL_YAML_TEXT && node->text.size > 0)
		dollar = memchr(node->text.data, '$', node->text.size);
	comparison->parameter = -1;
	if (dollar) {
		err = read_reference(draft, node, (size_t)(dollar - node->text.data),
				     &comparison->parameter, &comparison->amount);
		if (err)
			return err;

		struct ll_draft_parameter *parameter = &draft->parameters[comparison->parameter];

		parameter->used = true;
		comparison->bad = parameter->bad;
		if (!comparison->bad && comparison->amount != 1000 &&
		    parameter->value.kind != LL_VALUE_MONEY)
			return ll_yaml_error(draft->error, node,
					     "only an amount of money has shares: write '$%.*s' "
					     "alone",
					     LL_STR_ARG(parameter->name));
		return check_kind(draft, comparison, parameter->value.kind);
	}
	err = ll_draft_value(draft, node, &value);
	if (err)
		return err;
	comparison->amount = value.amount;
	return check_kind(draft, comparison, value.kind);
}

/* {indicator: income_per_head, below: $income_line}: the key that is not "indicator" compares. */
static int read_comparison(struct ll_draft *draft, const struct ll_yaml_node *map,
			   struct ll_draft_comparison *ret_comparison)
{
	static const struct ll_names operators = {LL_OPERATOR_COUNT, operator_name_at, NULL};
	struct ll_yaml_field fields[1 + LL_OPERATOR_COUNT] = {
		{"indicator", LL_YAML_TEXT, true, "an indicator, like income_per_head"}};
	const struct ll_yaml_node *values[1 + LL_OPERATOR_COUNT];
	struct ll_draft_comparison comparison = {0};
	int err;

	for (int32_t i = 0; i < LL_OPERATOR_COUNT; i++)
		fields[1 + i] =
			(struct ll_yaml_field){ll_operator_name((enum ll_operator)i), LL_YAML_TEXT,
					       false, "a value, like '5000 yuan', or a $parameter"};
	err = ll_yaml_fields(map, "this comparison", fields, 1 + LL_OPERATOR_COUNT, values,
			     draft->error);
	if (!err)
		err = read_indicator(draft, values[0], &comparison.indicator);
	if (err)
		return err;
	for (int32_t i = 0; i < LL_OPERATOR_COUNT; i++) {
		if (!values[1 + i])
			continue;
		if (comparison.at)
			return ll_yaml_error(draft->error, map,
					     "two comparisons in one: write '%s' and '%s' as two "
					     "entries",
					     ll_operator_name(comparison.op),
					     ll_operator_name((enum ll_operator)i));
		comparison.op = (enum ll_operator)i;
		comparison.at = values[1 + i];
	}
	if (!comparison.at) {
		char hint[LL_NAMES_HINT_MAX];

		ll_names_hint(&operators, LL_STR(""), hint);
		return ll_yaml_error(draft->error, map, "nothing is compared: %s", hint);
	}
	err = read_threshold(draft, &comparison);
	if (!err)
		*ret_comparison = comparison;
	return err;
}

/* One part of a rule; a rule with a part that is wrong is not judged further. */
static int part_read(struct ll_draft *draft, struct ll_draft_rule *rule, int err)
{
	rule->bad = rule->bad || err;
	return ll_draft_go_on(draft, err);
}

static int read_comparisons(struct ll_draft *draft, const struct ll_yaml_node *list,
			    const char *what, struct ll_draft_rule *rule)
{
	if (list->count < 1 || list->count > LL_COMPARISONS_MAX)
		return ll_yaml_error(draft->error, list, "'%s' has %d comparisons: write 1 to %d",
				     what, list->count, LL_COMPARISONS_MAX);
	for (const struct ll_yaml_node *map = list->first; map; map = map->next) {
		struct ll_draft_comparison *comparison = &rule->comparisons[rule->comparison_count];
		int err = read_comparison(draft, map, comparison);

		rule->comparison_count += !err;
		rule->bad = rule->bad || (!err && comparison->bad);
		err = part_read(draft, rule, err);
		if (err)
			return err;
	}
	return 0;
}

static int read_open(struct ll_draft *draft, const struct ll_yaml_node *list, uint32_t *measures)
{
	if (list->count < 1)
		return ll_yaml_error(draft->error, list,
				     "'open' is empty: name at least one measure");
	for (const struct ll_yaml_node *node = list->first; node; node = node->next) {
		enum ll_measure measure;
		int err = ll_draft_measure(draft, node, &measure);

		if (err)
			return err;
		if (LL_POLICY_STEPS >> measure & 1)
			return ll_yaml_error(draft->error, node,
					     "'%s' is a step of the procedure: the case opens it "
					     "in its time, no rule does",
					     ll_measure_name(measure));
		if (*measures & 1u << measure)
			return ll_yaml_error(draft->error, node, "'%s' is opened twice: remove one",
					     ll_measure_name(measure));
		*measures |= 1u << measure;
	}
	return 0;
}

static int read_id(struct ll_draft *draft, const struct ll_yaml_node *node, struct ll_str *ret_id)
{
	struct ll_names names = ll_draft_rule_names(draft);
	struct ll_str id;
	int32_t other;
	int err;

	err = ll_draft_word(draft, node, '-', &id);
	if (err)
		return err;
	other = ll_names_find(&names, id);
	if (other >= 0)
		return ll_yaml_error(draft->error, node,
				     "rule '%.*s' is there already, in line %d: give each its own "
				     "id",
				     LL_STR_ARG(id), draft->rules[other].id_at->line);
	if (ll_str_equal(id, LL_STR("exit")))
		return ll_yaml_error(draft->error, node,
				     "'exit' names the conditions under 'case': give the rule "
				     "another id");
	if (ll_str_equal(id, LL_STR("marks")))
		return ll_yaml_error(
			draft->error, node,
			"'marks' names the reasons of a review of exclusion marks: give "
			"the rule another id");
	*ret_id = id;
	return 0;
}

static int read_dimension(struct ll_draft *draft, const struct ll_yaml_node *node,
			  enum ll_dimension *ret_dimension)
{
	static const struct ll_names names = {LL_DIMENSION_COUNT, dimension_name_at, NULL};
	int dimension = ll_dimension_by_name(node->text);

	if (dimension < 0)
		return ll_draft_unknown(draft, node, "dimension", node->text, &names);
	*ret_dimension = (enum ll_dimension)dimension;
	return 0;
}

static int read_unknown(struct ll_draft *draft, const struct ll_yaml_node *node, bool *ret_visit)
{
	if (node && !ll_str_equal(node->text, LL_STR("visit")))
		return ll_yaml_error(draft->error, node,
				     "'unknown' can only be 'visit': write that, or leave it out");
	*ret_visit = node != NULL;
	return 0;
}

static int read_flag(struct ll_draft *draft, const struct ll_yaml_node *node, bool absent,
		     bool *ret_flag)
{
	struct ll_value value = {LL_VALUE_FLAG, absent};

	if (node && (ll_value_parse(node->text, &value) || value.kind != LL_VALUE_FLAG))
		return ll_yaml_error(draft->error, node, "'%.*s' is neither yes nor no: write one",
				     LL_STR_ARG(ll_yaml_shown(node->text)));
	*ret_flag = value.amount != 0;
	return 0;
}

static int read_words(struct ll_draft *draft, const struct ll_yaml_node *const *values,
		      struct ll_draft_rule *rule)
{
	struct ll_rule *row = &rule->rule;
	int err;

	err = part_read(draft, rule,
			ll_draft_text(draft, values[RULE_TITLE], LL_NAME_MAX, &row->title));
	if (!err)
		err = part_read(
			draft, rule,
			ll_draft_text(draft, values[RULE_TITLE_ZH], LL_NAME_MAX, &row->title_zh));
	if (!err)
		err = part_read(draft, rule,
				read_dimension(draft, values[RULE_DIMENSION], &row->dimension));
	if (!err)
		err = part_read(
			draft, rule,
			ll_draft_int(draft, values[RULE_LEVEL], 1, LL_LEVEL_MAX, &row->level));
	return err;
}

static int read_flags(struct ll_draft *draft, const struct ll_yaml_node *const *values,
		      struct ll_draft_rule *rule)
{
	struct ll_rule *row = &rule->rule;
	bool lead = true;
	int err;

	err = part_read(draft, rule,
			read_unknown(draft, values[RULE_UNKNOWN], &row->visit_when_unknown));
	if (!err)
		err = part_read(draft, rule,
				read_flag(draft, values[RULE_SUDDEN], false, &row->sudden));
	if (!err)
		err = part_read(
			draft, rule,
			read_flag(draft, values[RULE_GREEN_CHANNEL], false, &row->green_channel));
	if (!err)
		err = part_read(draft, rule, read_flag(draft, values[RULE_LEAD], true, &lead));
	row->precaution = !lead;
	return err;
}

static int read_rule(struct ll_draft *draft, const struct ll_yaml_node *map,
		     struct ll_draft_rule *rule)
{
	const struct ll_yaml_node *values[RULE_FIELD_COUNT];
	int err;

	err = ll_yaml_fields(map, "this rule", rule_fields, RULE_FIELD_COUNT, values, draft->error);
	if (!err)
		err = read_id(draft, values[RULE_ID], &rule->rule.id);
	if (err)
		return err;
	rule->id_at = values[RULE_ID];
	rule->open_at = values[RULE_OPEN];
	rule->unknown_at = values[RULE_UNKNOWN];
	rule->green_at = values[RULE_GREEN_CHANNEL];
	rule->sudden_at = values[RULE_SUDDEN];
	draft->rule_count++;
	err = read_words(draft, values, rule);
	if (!err)
		err = part_read(draft, rule,
				read_comparisons(draft, values[RULE_WHEN], "when", rule));
	if (!err)
		err = read_flags(draft, values, rule);
	if (!err)
		err = part_read(draft, rule,
				read_open(draft, values[RULE_OPEN], &rule->rule.measures));
	return err;
}

int ll_draft_read_rules(struct ll_draft *draft, const struct ll_yaml_node *list)
{
	if (list->count < 1 || list->count > LL_RULES_MAX)
		return ll_yaml_error(draft->error, list, "%d rules: write 1 to %d", list->count,
				     LL_RULES_MAX);
	draft->rules = ll_arena_calloc(draft->arena, (size_t)list->count, sizeof(draft->rules[0]));
	if (!draft->rules)
		return -LL_ERR_NO_MEMORY;
	for (const struct ll_yaml_node *map = list->first; map; map = map->next) {
		int err = ll_draft_go_on(draft,
					 read_rule(draft, map, &draft->rules[draft->rule_count]));

		if (err)
			return err;
	}
	return 0;
}

/* ---- the case --------------------------------------------------------------------------------------- */

enum case_field {
	CASE_STABLE_MONTHS,
	CASE_OBSERVE_MONTHS,
	CASE_MEASURE_BEFORE_EXIT,
	CASE_EXIT,
	CASE_FIELD_COUNT
};

static const struct ll_yaml_field case_fields[CASE_FIELD_COUNT] = {
	[CASE_STABLE_MONTHS] = {"stable_months", LL_YAML_TEXT, false,
				"for how many months no rule may have held, 0 to 60"},
	[CASE_OBSERVE_MONTHS] = {"observe_months", LL_YAML_TEXT, false,
				 "for how many months it is observed, 0 to 60"},
	[CASE_MEASURE_BEFORE_EXIT] = {"measure_before_exit", LL_YAML_TEXT, false,
				      "yes where a measure must have been given before"},
	[CASE_EXIT] = {"exit", LL_YAML_LIST, false,
		       "'- {indicator: …, at_least: …}' entries below it"},
};

/* A rule of its own kind: when its comparisons are true, somebody looks whether the risk is over. */
static int read_exit(struct ll_draft *draft, const struct ll_yaml_node *list)
{
	struct ll_draft_rule *exit = &draft->exit;

	exit->id_at = exit->open_at = list->key;
	exit->rule = (struct ll_rule){
		.id = LL_STR("exit"),
		.title = LL_STR("The risk may be over"),
		.title_zh = LL_STR("风险可能已消除"),
		.level = 1,
		.measures = 1u << LL_MEASURE_EXIT_REVIEW,
	};
	return part_read(draft, exit, read_comparisons(draft, list, "exit", exit));
}

int ll_draft_read_case(struct ll_draft *draft, const struct ll_yaml_node *map)
{
	const struct ll_yaml_node *values[CASE_FIELD_COUNT];
	int err = ll_yaml_fields(map, "the case", case_fields, CASE_FIELD_COUNT, values,
				 draft->error);

	if (err)
		return err;
	draft->stable_months = values[CASE_EXIT] ? LL_POLICY_STABLE_DEFAULT : 0;
	if (values[CASE_STABLE_MONTHS])
		err = ll_draft_go_on(draft,
				     ll_draft_int(draft, values[CASE_STABLE_MONTHS], 0,
						  LL_POLICY_MONTHS_MAX, &draft->stable_months));
	if (!err && values[CASE_OBSERVE_MONTHS])
		err = ll_draft_go_on(draft,
				     ll_draft_int(draft, values[CASE_OBSERVE_MONTHS], 0,
						  LL_POLICY_MONTHS_MAX, &draft->observe_months));
	draft->measure_before_exit_at = values[CASE_MEASURE_BEFORE_EXIT];
	if (!err)
		err = ll_draft_go_on(draft, read_flag(draft, values[CASE_MEASURE_BEFORE_EXIT],
						      false, &draft->measure_before_exit));
	if (!err && values[CASE_EXIT])
		err = read_exit(draft, values[CASE_EXIT]);
	return err;
}
