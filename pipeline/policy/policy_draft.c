#include "policy_draft.h"

#include "base/date.h"
#include "core/event.h"

#define KEEP_MONTHS_MIN 12 /* the indicators' own window */
#define KEEP_MONTHS_MAX 60
#define DATE_TEXT_SIZE	10 /* of YYYY-MM-DD */

enum policy_field {
	POLICY_NAME,
	POLICY_VERSION,
	POLICY_EFFECTIVE_ON,
	POLICY_KEEP_MONTHS,
	POLICY_ESCALATE_AFTER_DAYS,
	POLICY_CASE,
	POLICY_PARAMETERS,
	POLICY_MEASURES,
	POLICY_RULES,
	POLICY_REGIONS,
	POLICY_FIELD_COUNT
};

static const struct ll_yaml_field policy_fields[POLICY_FIELD_COUNT] = {
	[POLICY_NAME] = {"policy", LL_YAML_TEXT, true, "the policy's name, like china-national"},
	[POLICY_VERSION] = {"version", LL_YAML_TEXT, true,
			    "its version in quotes, like \"2020.1\""},
	[POLICY_EFFECTIVE_ON] = {"effective_on", LL_YAML_TEXT, true,
				 "the first day it is in force, like 2021-01-01"},
	[POLICY_KEEP_MONTHS] = {"keep_months", LL_YAML_TEXT, true,
				"for how many months facts are kept, 12 to 60"},
	[POLICY_ESCALATE_AFTER_DAYS] = {"escalate_after_days", LL_YAML_TEXT, true,
					"after how many days overdue the city is told, 0 to 365"},
	[POLICY_CASE] = {"case", LL_YAML_MAP, false,
			 "'stable_months', 'observe_months', 'exit' and more below it"},
	[POLICY_PARAMETERS] = {"parameters", LL_YAML_MAP, false, "'name: value' lines below it"},
	[POLICY_MEASURES] = {"measures", LL_YAML_MAP, true,
			     "'visit: {due_days: 3, department: …}' lines below it"},
	[POLICY_RULES] = {"rules", LL_YAML_LIST, true, "'- id: …' entries below it"},
	[POLICY_REGIONS] = {"regions", LL_YAML_LIST, false, "'- area: …' entries below it"},
};

int ll_draft_text(struct ll_draft *draft, const struct ll_yaml_node *node, size_t size_max,
		  struct ll_str *ret_text)
{
	if (node->kind != LL_YAML_TEXT || node->text.size == 0)
		return ll_yaml_error(draft->error, node, "one value is wanted here");
	if (node->text.size > size_max)
		return ll_yaml_error(draft->error, node, "longer than %zu bytes: shorten it",
				     size_max);
	for (size_t i = 0; i < node->text.size; i++)
		if ((unsigned char)node->text.data[i] < 0x20 || node->text.data[i] == 0x7f)
			return ll_yaml_error(draft->error, node,
					     "a line break or control character: write one line");
	*ret_text = node->text;
	return 0;
}

/* Ids and names of parameters: small letters, digits and one kind of joint. */
int ll_draft_word(struct ll_draft *draft, const struct ll_yaml_node *node, char joint,
		  struct ll_str *ret_word)
{
	struct ll_str word;
	int err;

	err = ll_draft_text(draft, node, LL_POLICY_WORD_MAX, &word);
	if (err)
		return err;
	for (size_t i = 0; i < word.size; i++) {
		char c = word.data[i];

		if (!(c >= 'a' && c <= 'z') && !(i > 0 && ((c >= '0' && c <= '9') || c == joint)))
			return ll_yaml_error(
				draft->error, node,
				"'%.*s' is no name here: use small letters, digits and "
				"'%c', a letter first",
				LL_STR_ARG(ll_yaml_shown(word)), joint);
	}
	*ret_word = word;
	return 0;
}

int ll_draft_int(struct ll_draft *draft, const struct ll_yaml_node *node, int32_t min, int32_t max,
		 int32_t *ret_value)
{
	int64_t value;

	if (node->kind != LL_YAML_TEXT || ll_str_to_int64(node->text, &value) || value < min ||
	    value > max)
		return ll_yaml_error(draft->error, node,
				     "'%.*s' is no whole number from %d to %d: write one",
				     LL_STR_ARG(ll_yaml_shown(node->text)), min, max);
	*ret_value = (int32_t)value;
	return 0;
}

int ll_draft_value(struct ll_draft *draft, const struct ll_yaml_node *node,
		   struct ll_value *ret_value)
{
	int err = -LL_ERR_BAD_NUMBER;

	if (node->kind == LL_YAML_TEXT)
		err = ll_value_parse(node->text, ret_value);
	if (err == -LL_ERR_OUT_OF_RANGE)
		return ll_yaml_error(draft->error, node,
				     "'%.*s' is too large or too fine: the smallest steps are 0.01 "
				     "yuan and 0.1 %%",
				     LL_STR_ARG(ll_yaml_shown(node->text)));
	if (err)
		return ll_yaml_error(draft->error, node,
				     "'%.*s' is no value: write it like '5000 yuan', '30 %%', '3', "
				     "'yes', 'no', 'C' or 'secure'",
				     LL_STR_ARG(ll_yaml_shown(node->text)));
	return 0;
}

int ll_draft_unknown(struct ll_draft *draft, const struct ll_yaml_node *node, const char *what,
		     struct ll_str wrong, const struct ll_names *names)
{
	char hint[LL_NAMES_HINT_MAX];

	ll_names_hint(names, wrong, hint);
	return ll_yaml_error(draft->error, node, "unknown %s '%.*s': %s", what,
			     LL_STR_ARG(ll_yaml_shown(wrong)), hint);
}

static struct ll_str parameter_name_at(const void *context, int32_t index)
{
	const struct ll_draft *draft = context;

	return draft->parameters[index].name;
}

struct ll_names ll_draft_parameter_names(const struct ll_draft *draft)
{
	return (struct ll_names){draft->parameter_count, parameter_name_at, draft};
}

static struct ll_str rule_name_at(const void *context, int32_t index)
{
	const struct ll_draft *draft = context;

	return draft->rules[index].rule.id;
}

struct ll_names ll_draft_rule_names(const struct ll_draft *draft)
{
	return (struct ll_names){draft->rule_count, rule_name_at, draft};
}

static struct ll_str measure_name_at(const void *context, int32_t index)
{
	(void)context;
	return ll_str_from(ll_measure_name((enum ll_measure)index));
}

int ll_draft_measure(struct ll_draft *draft, const struct ll_yaml_node *node,
		     enum ll_measure *ret_measure)
{
	static const struct ll_names names = {LL_MEASURE_COUNT, measure_name_at, NULL};
	int measure = node->kind == LL_YAML_TEXT ? ll_measure_by_name(node->text) : -1;

	if (measure < 0)
		return ll_draft_unknown(draft, node, "measure", node->text, &names);
	*ret_measure = (enum ll_measure)measure;
	return 0;
}

/* From which state of the case on: 'lead' is at once, since before a lead there is no task. */
static int read_from(struct ll_draft *draft, const struct ll_yaml_node *node,
		     enum ll_case_state *ret_from)
{
	static const struct {
		const char *word;
		enum ll_case_state from;
	} words[] = {{"lead", LL_CASE_NONE},
		     {"verified", LL_CASE_VERIFIED},
		     {"monitored", LL_CASE_MONITORED}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (ll_str_equal(node->text, ll_str_from(words[i].word))) {
			*ret_from = words[i].from;
			return 0;
		}
	return ll_yaml_error(draft->error, node,
			     "'from' cannot be '%.*s': write lead (at once), verified (after the "
			     "visit) or monitored (after the county's decision)",
			     LL_STR_ARG(ll_yaml_shown(node->text)));
}

enum terms_field { TERMS_DUE_DAYS, TERMS_DEPARTMENT, TERMS_FROM, TERMS_RETRY_DAYS, TERMS_COUNT };

static int read_terms(struct ll_draft *draft, const struct ll_yaml_node *map,
		      enum ll_measure measure, bool complete, struct ll_draft_terms *ret_terms)
{
	const struct ll_yaml_field fields[TERMS_COUNT] = {
		[TERMS_DUE_DAYS] = {"due_days", LL_YAML_TEXT, complete,
				    "in how many days it is due, 1 to 3650"},
		[TERMS_DEPARTMENT] = {"department", LL_YAML_TEXT, complete, "who is responsible"},
		[TERMS_FROM] = {"from", LL_YAML_TEXT, false, "lead, verified or monitored"},
		[TERMS_RETRY_DAYS] = {"retry_days", LL_YAML_TEXT, false,
				      "after how many days it is tried again, 0 to 365"},
	};
	const struct ll_yaml_node *values[TERMS_COUNT];
	struct ll_draft_terms terms = {.at = map};
	int err;

	err = ll_yaml_fields(map, "this measure", fields, TERMS_COUNT, values, draft->error);
	if (!err && map->count == 0)
		err = ll_yaml_error(draft->error, map,
				    "these terms change nothing: write due_days, department, from "
				    "or retry_days");
	if (!err && values[TERMS_DUE_DAYS])
		err = ll_draft_int(draft, values[TERMS_DUE_DAYS], 1, LL_POLICY_DUE_DAYS_MAX,
				   &terms.due_days);
	if (!err && values[TERMS_DEPARTMENT])
		err = ll_draft_text(draft, values[TERMS_DEPARTMENT], LL_SOURCE_MAX,
				    &terms.department);
	terms.from_at = err ? NULL : values[TERMS_FROM];
	if (terms.from_at)
		err = read_from(draft, terms.from_at, &terms.from);
	if (!err && terms.from_at && ((LL_POLICY_STEPS | 1u << LL_MEASURE_VISIT) >> measure & 1))
		err = ll_yaml_error(draft->error, terms.from_at->key,
				    "'%s' is a step of the procedure and has its state: remove "
				    "'from'",
				    ll_measure_name(measure));
	terms.retry_at = err ? NULL : values[TERMS_RETRY_DAYS];
	if (terms.retry_at)
		err = ll_draft_int(draft, terms.retry_at, 0, LL_POLICY_RETRY_DAYS_MAX,
				   &terms.retry_days);
	if (!err)
		*ret_terms = terms;
	return err;
}

int ll_draft_go_on(struct ll_draft *draft, int err)
{
	if (err != -LL_ERR_BAD_POLICY || !draft->errors)
		return err;
	draft->errors->count++;
	return draft->errors->take(draft->errors->context, draft->error);
}

static int read_measure(struct ll_draft *draft, const struct ll_yaml_node *value, bool complete,
			struct ll_draft_terms *terms)
{
	enum ll_measure measure = LL_MEASURE_COUNT;
	int err = ll_draft_measure(draft, value->key, &measure);

	if (err)
		return err;
	if (terms[measure].at)
		return ll_yaml_error(draft->error, value->key, "'%s' is given twice: remove one",
				     ll_measure_name(measure));
	/* There, even if it turns out wrong: "has no terms" would be a second error of one mistake. */
	terms[measure].at = value;
	return read_terms(draft, value, measure, complete, &terms[measure]);
}

int ll_draft_measures(struct ll_draft *draft, const struct ll_yaml_node *map, bool complete,
		      struct ll_draft_terms *terms)
{
	int err = 0;

	for (const struct ll_yaml_node *value = map->first; value && !err; value = value->next)
		err = ll_draft_go_on(draft, read_measure(draft, value, complete, terms));
	return err;
}

static int read_parameter(struct ll_draft *draft, const struct ll_yaml_node *value)
{
	struct ll_draft_parameter *parameter = &draft->parameters[draft->parameter_count];
	struct ll_names names = ll_draft_parameter_names(draft);
	struct ll_str name;
	int err;

	err = ll_draft_word(draft, value->key, '_', &name);
	if (err)
		return err;
	if (ll_names_find(&names, name) >= 0)
		return ll_yaml_error(draft->error, value->key,
				     "parameter '%.*s' is given twice: remove one",
				     LL_STR_ARG(name));
	*parameter = (struct ll_draft_parameter){.at = value, .name = name, .bad = true};
	draft->parameter_count++;
	err = ll_draft_value(draft, value, &parameter->value);
	parameter->bad = err != 0;
	return err;
}

static int read_parameters(struct ll_draft *draft, const struct ll_yaml_node *map)
{
	if (map->count > LL_POLICY_PARAMETERS_MAX)
		return ll_yaml_error(draft->error, map, "more than %d parameters: use fewer",
				     LL_POLICY_PARAMETERS_MAX);
	draft->parameters =
		ll_arena_calloc(draft->arena, (size_t)map->count, sizeof(draft->parameters[0]));
	if (!draft->parameters)
		return -LL_ERR_NO_MEMORY;
	for (const struct ll_yaml_node *value = map->first; value; value = value->next) {
		int err = ll_draft_go_on(draft, read_parameter(draft, value));

		if (err)
			return err;
	}
	return 0;
}

static int read_date(struct ll_draft *draft, const struct ll_yaml_node *node, int32_t *ret_day)
{
	struct ll_str text = node->text;

	/* One form, although ll_day_parse knows more: so that YAML's other readers agree. */
	if (text.size != DATE_TEXT_SIZE || text.data[4] != '-' || ll_day_parse(text, ret_day))
		return ll_yaml_error(
			draft->error, node,
			"'%.*s' is no date from 1900 to 2199: write it like 2021-01-01",
			LL_STR_ARG(ll_yaml_shown(text)));
	return 0;
}

/* Without quotes 2020.10 is 2020.1 to any other reader of YAML. */
static int read_version(struct ll_draft *draft, const struct ll_yaml_node *node)
{
	bool number = node->plain;

	for (size_t i = 0; i < node->text.size; i++)
		number = number && ((node->text.data[i] >= '0' && node->text.data[i] <= '9') ||
				    node->text.data[i] == '.');
	if (number)
		return ll_yaml_error(draft->error, node, "put the version in quotes: \"%.*s\"",
				     LL_STR_ARG(ll_yaml_shown(node->text)));
	return ll_draft_text(draft, node, LL_POLICY_WORD_MAX, &draft->version);
}

static int read_head(struct ll_draft *draft, const struct ll_yaml_node *const *values)
{
	int err;

	err = ll_draft_go_on(draft, ll_draft_word(draft, values[POLICY_NAME], '-', &draft->name));
	if (!err)
		err = ll_draft_go_on(draft, read_version(draft, values[POLICY_VERSION]));
	if (!err)
		err = ll_draft_go_on(
			draft, read_date(draft, values[POLICY_EFFECTIVE_ON], &draft->effective_on));
	if (!err)
		err = ll_draft_go_on(draft, ll_draft_int(draft, values[POLICY_KEEP_MONTHS],
							 KEEP_MONTHS_MIN, KEEP_MONTHS_MAX,
							 &draft->keep_months));
	if (!err)
		err = ll_draft_go_on(draft, ll_draft_int(draft, values[POLICY_ESCALATE_AFTER_DAYS],
							 0, LL_POLICY_ESCALATE_DAYS_MAX,
							 &draft->escalate_after_days));
	return err;
}

/* A task needs a day and somebody who does it. */
static int check_has_terms(struct ll_draft *draft, const struct ll_draft_rule *rule)
{
	const struct ll_draft_terms *terms = draft->regions[0]->measures;

	for (int m = 0; m < LL_MEASURE_COUNT; m++)
		if ((rule->rule.measures & 1u << m) && !terms[m].at)
			return ll_yaml_error(draft->error, rule->open_at,
					     "%s '%.*s' opens '%s', which has no terms: add it "
					     "under 'measures'",
					     rule == &draft->exit ? "the" : "rule",
					     LL_STR_ARG(rule->rule.id),
					     ll_measure_name((enum ll_measure)m));
	return 0;
}

static int check_measures_have_terms(struct ll_draft *draft)
{
	int err = draft->exit.id_at && !draft->exit.bad
			  ? ll_draft_go_on(draft, check_has_terms(draft, &draft->exit))
			  : 0;

	for (int32_t i = 0; i < draft->rule_count && !err; i++)
		if (!draft->rules[i].bad)
			err = ll_draft_go_on(draft, check_has_terms(draft, &draft->rules[i]));
	return err;
}

static int read_everywhere(struct ll_draft *draft, const struct ll_yaml_node *measures,
			   int32_t regions_more)
{
	int err;

	draft->regions =
		ll_arena_calloc(draft->arena, (size_t)regions_more + 1, sizeof(draft->regions[0]));
	if (!draft->regions)
		return -LL_ERR_NO_MEMORY;
	draft->regions[0] = ll_arena_calloc(draft->arena, 1, sizeof(*draft->regions[0]));
	if (!draft->regions[0])
		return -LL_ERR_NO_MEMORY;
	draft->region_count = 1;
	draft->regions[0]->has_own_rules = true;
	err = ll_draft_measures(draft, measures, true, draft->regions[0]->measures);
	if (err)
		return err;
	/* Where a case is a lead, or something is unknown, somebody has to go and look. */
	if (!draft->regions[0]->measures[LL_MEASURE_VISIT].at)
		return ll_yaml_error(draft->error, measures,
				     "'measures' lacks 'visit': every lead is visited");
	return 0;
}

static int read_parts(struct ll_draft *draft, const struct ll_yaml_node *const *values)
{
	const struct ll_yaml_node *regions = values[POLICY_REGIONS];
	int err = read_head(draft, values);

	if (!err && values[POLICY_PARAMETERS])
		err = read_parameters(draft, values[POLICY_PARAMETERS]);
	if (!err)
		err = ll_draft_go_on(draft, read_everywhere(draft, values[POLICY_MEASURES],
							    regions ? regions->count : 0));
	if (!err && values[POLICY_CASE])
		err = ll_draft_go_on(draft, ll_draft_read_case(draft, values[POLICY_CASE]));
	if (!err)
		err = ll_draft_read_rules(draft, values[POLICY_RULES]);
	if (!err)
		err = check_measures_have_terms(draft);
	if (!err && regions)
		err = ll_draft_read_regions(draft, regions);
	return err;
}

int ll_draft_read(struct ll_draft *draft, const struct ll_yaml_node *root)
{
	const struct ll_yaml_node *values[POLICY_FIELD_COUNT];
	const struct ll_yaml_node *regions;
	int err;

	err = ll_yaml_fields(root, "the policy", policy_fields, POLICY_FIELD_COUNT, values,
			     draft->error);
	if (err)
		return err;
	regions = values[POLICY_REGIONS];
	if (regions && regions->count > LL_REGIONS_MAX - 1)
		return ll_yaml_error(draft->error, regions, "more than %d regions: use fewer",
				     LL_REGIONS_MAX - 1);
	return read_parts(draft, values);
}
