/* The steps and expectations of a scenario file. */
#include "policy_scenario.h"

#include <stdio.h>

#include "base/date.h"
#include "base/hash.h"
#include "policy_scenario_read.h"
#include "policy_yaml.h"

#define NAME_WORD(symbol, number, name, zh) [number] = name,
static const char *const measure_list[] = {LL_MEASURES(NAME_WORD)};
static const char *const task_state_list[] = {LL_TASK_STATES(NAME_WORD)};
static const char *const case_state_list[] = {LL_CASE_STATES(NAME_WORD)};
static const char *const decision_list[] = {LL_CASE_DECISIONS(NAME_WORD)};
static const char *const group_list[] = {LL_GROUPS(NAME_WORD)};
static const char *const dimension_list[] = {LL_DIMENSIONS(NAME_WORD)};
#undef NAME_WORD

const struct ll_scenario_words ll_scenario_measures = {"a measure", measure_list, LL_MEASURE_COUNT};
const struct ll_scenario_words ll_scenario_task_states = {"a task's state", task_state_list,
							  LL_TASK_STATE_COUNT};
static const struct ll_scenario_words case_states = {"a state of a case", case_state_list,
						     LL_CASE_STATE_COUNT};
static const struct ll_scenario_words decisions = {"a decision", decision_list,
						   LL_CASE_DECISION_COUNT};

static const struct ll_scenario_words groups = {"a group", group_list, LL_GROUP_COUNT};
/* What a visit sees: without "none" before them and income after. */
static const struct ll_scenario_words dimensions = {"a thing that a visit sees", dimension_list + 1,
						    LL_DIMENSION_WATER};

/* ---- expectations --------------------------------------------------------------------------------- */

enum expectation_field {
	EXPECT_CASE,
	EXPECT_LEVEL,
	EXPECT_GROUP,
	EXPECT_HELD,
	EXPECT_TASKS,
	EXPECT_REASONS,
	EXPECT_OVERDUE,
	EXPECT_ESCALATED,
	EXPECT_REJECTED,
	EXPECT_FIELD_COUNT
};
static const struct ll_yaml_field expectation_fields[EXPECT_FIELD_COUNT] = {
	[EXPECT_CASE] = {"case", LL_YAML_TEXT, false, "a state, like lead"},
	[EXPECT_LEVEL] = {"level", LL_YAML_TEXT, false, "0 to 3"},
	[EXPECT_GROUP] = {"group", LL_YAML_TEXT, false, "a group, like marginal"},
	[EXPECT_HELD] = {"held", LL_YAML_TEXT, false, "yes or no"},
	[EXPECT_TASKS] = {"tasks", LL_YAML_MAP, false, "measures and states, like {visit: open}"},
	[EXPECT_REASONS] = {"reasons", LL_YAML_LIST, false, "a list of rule ids, [] for none"},
	[EXPECT_OVERDUE] = {"overdue", LL_YAML_LIST, false, "a list of measures"},
	[EXPECT_ESCALATED] = {"escalated", LL_YAML_LIST, false, "a list of measures"},
	[EXPECT_REJECTED] = {"rejected", LL_YAML_TEXT, false, "why, like illegal-move"},
};

enum task_field { TASK_STATE, TASK_LEVEL, TASK_DUE, TASK_FIELD_COUNT };
static const struct ll_yaml_field task_fields[TASK_FIELD_COUNT] = {
	[TASK_STATE] = {"state", LL_YAML_TEXT, true, "a state, like open"},
	[TASK_LEVEL] = {"level", LL_YAML_TEXT, false, "1 to 3"},
	[TASK_DUE] = {"due", LL_YAML_TEXT, false, "a date, like 2025-03-31"},
};

/* "open", or {state: open, level: 2, due: 2025-03-05} */
static int read_task(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
		     struct ll_scenario_task *ret_task)
{
	const struct ll_yaml_node *values[TASK_FIELD_COUNT] = {node};
	struct ll_scenario_task task = {.due_on = LL_DAY_NONE};
	int32_t state;
	int err = 0;

	if (node->kind != LL_YAML_TEXT)
		err = ll_yaml_fields(node, "this task", task_fields, TASK_FIELD_COUNT, values,
				     reader->error);
	if (!err)
		err = ll_scenario_word(reader, values[TASK_STATE], values[TASK_STATE]->text,
				       &ll_scenario_task_states, &state);
	if (!err && values[TASK_LEVEL])
		err = ll_scenario_number(reader, values[TASK_LEVEL], LL_LEVEL_MAX, &task.level);
	if (!err && values[TASK_DUE])
		err = ll_scenario_day(reader, values[TASK_DUE], &task.due_on);
	if (err)
		return err;
	task.state = (enum ll_task_state)state;
	*ret_task = task;
	return 0;
}

static int read_tasks(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
		      struct ll_scenario_expectation *expected)
{
	for (const struct ll_yaml_node *node = map->first; node; node = node->next) {
		int32_t measure;
		int err = ll_scenario_word(reader, node->key, node->key->text,
					   &ll_scenario_measures, &measure);

		if (!err)
			err = read_task(reader, node, &expected->tasks[measure]);
		if (err)
			return err;
		expected->task_bits |= 1u << measure;
	}
	expected->has_tasks = true;
	return 0;
}

static int read_reasons(struct ll_scenario_reader *reader, const struct ll_yaml_node *list,
			struct ll_scenario_expectation *expected)
{
	struct ll_str *reasons;

	if (list->count > LL_SCENARIO_REASONS_MAX)
		return ll_yaml_error(reader->error, list, "%d reasons: write at most %d",
				     list->count, LL_SCENARIO_REASONS_MAX);
	reasons = ll_arena_calloc(reader->arena, (size_t)list->count, sizeof(*reasons));
	if (!reasons)
		return -LL_ERR_NO_MEMORY;
	for (const struct ll_yaml_node *node = list->first; node; node = node->next)
		reasons[expected->reason_count++] = node->text;
	expected->reasons = reasons;
	expected->has_reasons = true;
	return 0;
}

static int read_measures(struct ll_scenario_reader *reader, const struct ll_yaml_node *list,
			 uint32_t *ret_bits)
{
	uint32_t bits = 0;

	for (const struct ll_yaml_node *node = list->first; node; node = node->next) {
		int32_t measure;
		int err =
			ll_scenario_word(reader, node, node->text, &ll_scenario_measures, &measure);

		if (err)
			return err;
		bits |= 1u << measure;
	}
	*ret_bits = bits;
	return 0;
}

static int read_rejected(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
			 int *ret_rejected)
{
	char name[LL_NAME_MAX];
	int number;

	snprintf(name, sizeof(name), "%.*s", LL_STR_ARG(node->text));
	number = ll_err_by_name(name);
	if (number == 0 || ll_err_class(number) != LL_CLASS_REJECT)
		return ll_yaml_error(reader->error, node,
				     "'%.*s' is no reason why a record is rejected: write one like "
				     "illegal-move, future or not-a-member",
				     LL_STR_ARG(ll_yaml_shown(node->text)));
	*ret_rejected = number;
	return 0;
}

static int read_case(struct ll_scenario_reader *reader, const struct ll_yaml_node *const *values,
		     struct ll_scenario_expectation *expected)
{
	int32_t index = 0;
	int err = 0;

	if (values[EXPECT_CASE]) {
		err = ll_scenario_word(reader, values[EXPECT_CASE], values[EXPECT_CASE]->text,
				       &case_states, &index);
		expected->has_case = true;
		expected->case_state = (enum ll_case_state)index;
	}
	if (!err && values[EXPECT_LEVEL])
		err = ll_scenario_number(reader, values[EXPECT_LEVEL], LL_LEVEL_MAX,
					 &expected->level);
	if (!err && values[EXPECT_GROUP]) {
		err = ll_scenario_word(reader, values[EXPECT_GROUP], values[EXPECT_GROUP]->text,
				       &groups, &index);
		expected->has_group = true;
		expected->group = err ? LL_GROUP_NONE : (enum ll_group)index;
	}
	if (!err && values[EXPECT_HELD]) {
		err = ll_scenario_flag(reader, values[EXPECT_HELD], &expected->held);
		expected->has_held = true;
	}
	return err;
}

int ll_scenario_read_expectation(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
				 struct ll_scenario_expectation *ret_expected)
{
	struct ll_scenario_expectation expected = {.line = map->line, .level = -1};
	const struct ll_yaml_node *values[EXPECT_FIELD_COUNT];
	int err = ll_yaml_fields(map, "what is expected", expectation_fields, EXPECT_FIELD_COUNT,
				 values, reader->error);

	if (!err)
		err = read_case(reader, values, &expected);
	if (!err && values[EXPECT_TASKS])
		err = read_tasks(reader, values[EXPECT_TASKS], &expected);
	if (!err && values[EXPECT_REASONS])
		err = read_reasons(reader, values[EXPECT_REASONS], &expected);
	if (!err && values[EXPECT_OVERDUE])
		err = read_measures(reader, values[EXPECT_OVERDUE], &expected.overdue);
	if (!err && values[EXPECT_ESCALATED])
		err = read_measures(reader, values[EXPECT_ESCALATED], &expected.escalated);
	if (!err && values[EXPECT_REJECTED])
		err = read_rejected(reader, values[EXPECT_REJECTED], &expected.rejected);
	expected.has_overdue = values[EXPECT_OVERDUE] != NULL;
	expected.has_escalated = values[EXPECT_ESCALATED] != NULL;
	if (!err)
		*ret_expected = expected;
	return err;
}

/* ---- steps ---------------------------------------------------------------------------------------------- */

enum step_field {
	STEP_ON = LL_EVENT_KIND_COUNT, /* before it: the kinds of events */
	STEP_ALERT,
	STEP_REGISTERED,
	STEP_REPORT,
	STEP_DECIDE,
	STEP_SECURE,
	STEP_AT_RISK,
	STEP_BY,
	STEP_NOTE,
	STEP_EXPECT,
	STEP_FIELD_COUNT
};

/* {visit: done}, one task and its state. */
static int read_report(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
		       struct ll_scenario_step *step)
{
	const struct ll_yaml_node *node = map->first;
	int32_t measure, state;
	int err;

	if (map->count != 1)
		return ll_yaml_error(reader->error, map,
				     "a report is of one task: write it like {visit: done}");
	err = ll_scenario_word(reader, node->key, node->key->text, &ll_scenario_measures, &measure);
	if (!err)
		err = ll_scenario_word(reader, node, node->text, &ll_scenario_task_states, &state);
	if (err)
		return err;
	step->reported = (enum ll_measure)measure;
	step->event = (struct ll_household_event){
		.household_key = ll_scenario_household_key,
		.area = reader->household.area,
		.body = LL_BODY_TASK_UPDATED,
		.task_updated = {.state = (enum ll_task_state)state, .by = LL_STR("scenario")},
	};
	return 0;
}

static int read_decision(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
			 struct ll_scenario_step *step)
{
	int32_t type;
	int err = ll_scenario_word(reader, node, node->text, &decisions, &type);

	if (err)
		return err;
	step->event = (struct ll_household_event){
		.household_key = ll_scenario_household_key,
		.area = reader->household.area,
		.body = LL_BODY_CASE_DECISION,
		.case_decision = {.type = (enum ll_case_decision_type)type,
				  .by = LL_STR("scenario")},
	};
	return 0;
}

static int read_dimensions(struct ll_scenario_reader *reader, const struct ll_yaml_node *list,
			   int32_t *ret_bits)
{
	for (const struct ll_yaml_node *node = list->first; node; node = node->next) {
		int32_t index;
		int err = ll_scenario_word(reader, node, node->text, &dimensions, &index);

		if (err)
			return err;
		*ret_bits |= 1 << (index + LL_DIMENSION_FOOD);
	}
	return 0;
}

/* What the visit saw; told with its decision. */
static int read_seen(struct ll_scenario_reader *reader, const struct ll_yaml_node *const *values,
		     struct ll_scenario_step *step)
{
	const struct ll_yaml_node *secure = values[STEP_SECURE], *at_risk = values[STEP_AT_RISK];
	struct ll_case_decision *decision = &step->event.case_decision;
	int err = 0;

	if (!secure && !at_risk)
		return 0;
	if (!step->has_event || step->event.body != LL_BODY_CASE_DECISION)
		return ll_yaml_error(reader->error, secure ? secure->key : at_risk->key,
				     "who saw it? write it beside 'decide: visit_confirmed' or "
				     "'decide: visit_rejected'");
	if (secure)
		err = read_dimensions(reader, secure, &decision->secure);
	if (!err && at_risk)
		err = read_dimensions(reader, at_risk, &decision->at_risk);
	return err;
}

static int read_registered(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
			   struct ll_scenario_step *step)
{
	int err = ll_scenario_read_household(reader, map);

	if (err)
		return err;
	step->event = (struct ll_household_event){
		.household_key = ll_scenario_household_key,
		.area = reader->household.area,
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = reader->household,
	};
	return 0;
}

/* Who said it, and in what words; told with a report or a decision. */
static int read_words(struct ll_scenario_reader *reader, const struct ll_yaml_node *const *values,
		      struct ll_scenario_step *step)
{
	const struct ll_yaml_node *by = values[STEP_BY], *note = values[STEP_NOTE];
	struct ll_household_event *event = &step->event;
	const bool is_report = step->has_event && event->body == LL_BODY_TASK_UPDATED;

	if (!by && !note)
		return 0;
	if (!is_report && (!step->has_event || event->body != LL_BODY_CASE_DECISION))
		return ll_yaml_error(reader->error, by ? by->key : note->key,
				     "who said what? write it beside 'report: …' or 'decide: …'");
	if (by && by->text.size > LL_NAME_MAX)
		return ll_yaml_error(reader->error, by, "a name of at most %d bytes, please",
				     LL_NAME_MAX);
	if (by)
		*(is_report ? &event->task_updated.by : &event->case_decision.by) = by->text;
	if (note)
		*(is_report ? &event->task_updated.note : &event->case_decision.reason) =
			note->text;
	return 0;
}

static int read_what_happened(struct ll_scenario_reader *reader,
			      const struct ll_yaml_node *const *values,
			      struct ll_scenario_step *step)
{
	int err = 0;
	int count = 0;

	for (int i = 0; i <= STEP_DECIDE && !err; i++) {
		const struct ll_yaml_node *node = values[i];

		if (i == STEP_ON || !node)
			continue;
		if (count++ > 0)
			return ll_yaml_error(reader->error, node,
					     "one thing a step: make '%.*s' a step of its own",
					     LL_STR_ARG(ll_yaml_shown(node->key->text)));
		if (i < LL_EVENT_KIND_COUNT)
			err = ll_scenario_read_event(reader, node, (enum ll_event_kind)i, step->on,
						     &step->event);
		else if (i == STEP_ALERT)
			err = ll_scenario_read_alert(reader, node, step->on, &step->event);
		else if (i == STEP_REGISTERED)
			err = read_registered(reader, node, step);
		else if (i == STEP_REPORT)
			err = read_report(reader, node, step);
		else
			err = read_decision(reader, node, step);
	}
	step->has_event = count > 0;
	if (!err)
		err = read_seen(reader, values, step);
	if (!err)
		err = read_words(reader, values, step);
	return err;
}

/* on: the day of the step before. */
static int read_step(struct ll_scenario_reader *reader, const struct ll_yaml_node *map, int32_t on,
		     struct ll_scenario_step *ret_step)
{
	struct ll_yaml_field fields[STEP_FIELD_COUNT] = {
		[STEP_ON] = {"on", LL_YAML_TEXT, false, "a date, like 2025-03-31"},
		[STEP_ALERT] = {"alert", LL_YAML_MAP, false, "{area: …, severity: …, until: …}"},
		[STEP_REGISTERED] = {"registered", LL_YAML_MAP, false,
				     "what changed, {dibao: yes}"},
		[STEP_REPORT] = {"report", LL_YAML_MAP, false,
				 "a task's state, like {visit: done}"},
		[STEP_DECIDE] = {"decide", LL_YAML_TEXT, false, "a decision, like visit_confirmed"},
		[STEP_SECURE] = {"secure", LL_YAML_LIST, false,
				 "what the visit saw, like [food, clothing]"},
		[STEP_AT_RISK] = {"at_risk", LL_YAML_LIST, false,
				  "what the visit saw, like [housing]"},
		[STEP_BY] = {"by", LL_YAML_TEXT, false, "who reports or decides, like team-4"},
		[STEP_NOTE] = {"note", LL_YAML_TEXT, false, "what they said"},
		[STEP_EXPECT] = {"expect", LL_YAML_MAP, false, "what must be so after it"},
	};
	const struct ll_yaml_node *values[STEP_FIELD_COUNT];
	struct ll_scenario_step step = {.line = map->line, .on = on};
	int err;

	for (int i = 0; i < LL_EVENT_KIND_COUNT; i++)
		fields[i] = (struct ll_yaml_field){ll_event_kind_name((enum ll_event_kind)i),
						   LL_YAML_MAP, false, "'name: value' pairs"};
	err = ll_yaml_fields(map, "this step", fields, STEP_FIELD_COUNT, values, reader->error);
	if (!err && values[STEP_ON])
		err = ll_scenario_day(reader, values[STEP_ON], &step.on);
	if (!err && step.on < on)
		err = ll_yaml_error(reader->error, values[STEP_ON],
				    "this step is before the one above it: put steps in order");
	reader->step++;
	if (!err)
		err = read_what_happened(reader, values, &step);
	step.expected.level = -1;
	if (!err && values[STEP_EXPECT])
		err = ll_scenario_read_expectation(reader, values[STEP_EXPECT], &step.expected);
	if (!err)
		*ret_step = step;
	return err;
}

/* ---- policies that follow --------------------------------------------------------------------------- */

#define POLICIES_HELP "a list of policies that follow, '- file: …' or '- effective_on: …'"

/* {file: county.yaml}, or what differs from the policy under test, with its effective_on. */
static int read_policy(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
		       struct ll_scenario_policy *ret_policy)
{
	static const struct ll_yaml_field fields[] = {
		{"file", LL_YAML_TEXT, true, "the policy's file, beside this one"}};
	const struct ll_yaml_node *values[1];
	int err;

	*ret_policy = (struct ll_scenario_policy){.line = map->line};
	if (map->kind != LL_YAML_MAP)
		return ll_yaml_error(reader->error, map,
				     "write '- file: county.yaml', or '- effective_on: 2025-07-01' "
				     "and what is different from then on");
	if (map->first && ll_str_equal(map->first->key->text, LL_STR("file"))) {
		err = ll_yaml_fields(map, "a policy that follows", fields, 1, values,
				     reader->error);
		if (!err)
			ret_policy->file = values[0]->text;
		return err;
	}
	ret_policy->changes = map;
	for (const struct ll_yaml_node *node = map->first; node; node = node->next)
		if (ll_str_equal(node->key->text, LL_STR("effective_on")))
			return 0;
	return ll_yaml_error(reader->error, map,
			     "from which day on? write 'effective_on: 2025-07-01' with it");
}

static int read_policies(struct ll_scenario_reader *reader, const struct ll_yaml_node *list,
			 struct ll_scenario_policy **ret_policies, int32_t *ret_count)
{
	struct ll_scenario_policy *policies;
	int32_t count = 0;

	if (list->count > LL_SCENARIO_POLICIES_MAX)
		return ll_yaml_error(reader->error, list, "%d policies: write at most %d",
				     list->count, LL_SCENARIO_POLICIES_MAX);
	policies = ll_arena_calloc(reader->arena, (size_t)list->count, sizeof(*policies));
	if (!policies)
		return -LL_ERR_NO_MEMORY;
	for (const struct ll_yaml_node *map = list->first; map; map = map->next) {
		int err = read_policy(reader, map, &policies[count++]);

		if (err)
			return err;
	}
	*ret_policies = policies;
	*ret_count = count;
	return 0;
}

/* ---- scenarios ----------------------------------------------------------------------------------------- */

enum scenario_field {
	SCENARIO_TITLE,
	SCENARIO_START,
	SCENARIO_HOUSEHOLD,
	SCENARIO_POLICIES,
	SCENARIO_BEGIN,
	SCENARIO_STEPS,
	SCENARIO_FIELD_COUNT
};
static const struct ll_yaml_field scenario_fields[SCENARIO_FIELD_COUNT] = {
	[SCENARIO_TITLE] = {"title", LL_YAML_TEXT, true, "what it shows, in words"},
	[SCENARIO_START] = {"start", LL_YAML_TEXT, false, "its first day, like 2025-03-01"},
	[SCENARIO_HOUSEHOLD] = {"household", LL_YAML_MAP, false, "what differs from the file's"},
	[SCENARIO_POLICIES] = {"policies", LL_YAML_LIST, false, POLICIES_HELP},
	[SCENARIO_BEGIN] = {"begin", LL_YAML_LIST, false, "names from 'beginnings', like [lead]"},
	[SCENARIO_STEPS] = {"steps", LL_YAML_LIST, true, "a list of steps"},
};

/* The file's beginning of this name; NULL is told as an error. */
static const struct ll_yaml_node *find_beginning(const struct ll_scenario_reader *reader,
						 const struct ll_yaml_node *name)
{
	const struct ll_yaml_node *beginnings = reader->beginnings;

	for (const struct ll_yaml_node *list = beginnings ? beginnings->first : NULL; list;
	     list = list->next)
		if (list->kind == LL_YAML_LIST && ll_str_equal(list->key->text, name->text))
			return list;
	(void)ll_yaml_error(reader->error, name,
			    "there is no beginning '%.*s': write it as a list of steps under "
			    "'beginnings' at the top of the file",
			    LL_STR_ARG(ll_yaml_shown(name->text)));
	return NULL;
}

/* Room for the steps of the beginnings and the scenario's own. */
static int make_room(struct ll_scenario_reader *reader, const struct ll_yaml_node *begin,
		     const struct ll_yaml_node *list, struct ll_scenario_step **ret_steps)
{
	int32_t count = list->count;

	for (const struct ll_yaml_node *name = begin ? begin->first : NULL; name;
	     name = name->next) {
		const struct ll_yaml_node *beginning = find_beginning(reader, name);

		if (!beginning)
			return -LL_ERR_BAD_POLICY;
		count += beginning->count;
	}
	if (count < 1 || count > LL_SCENARIO_STEPS_MAX)
		return ll_yaml_error(reader->error, list, "%d steps: write 1 to %d", count,
				     LL_SCENARIO_STEPS_MAX);
	*ret_steps = ll_arena_calloc(reader->arena, (size_t)count, sizeof(**ret_steps));
	return *ret_steps ? 0 : -LL_ERR_NO_MEMORY;
}

/* The steps of the list, after those that are there. */
static int add_steps(struct ll_scenario_reader *reader, const struct ll_yaml_node *list,
		     struct ll_scenario_step *steps, struct ll_policy_scenario *scenario)
{
	for (const struct ll_yaml_node *map = list->first; map; map = map->next) {
		struct ll_scenario_step *step = &steps[scenario->step_count];
		int err = read_step(reader, map,
				    scenario->step_count > 0 ? step[-1].on : scenario->start_on,
				    step);

		if (err)
			return err;
		scenario->step_count++;
		if (step->on - scenario->start_on > LL_SCENARIO_DAYS_MAX)
			return ll_yaml_error(
				reader->error, map,
				"more than %d days after the first: make two scenarios",
				LL_SCENARIO_DAYS_MAX);
	}
	return 0;
}

static int read_steps(struct ll_scenario_reader *reader, const struct ll_yaml_node *begin,
		      const struct ll_yaml_node *list, struct ll_policy_scenario *scenario)
{
	struct ll_scenario_step *steps;
	int err = make_room(reader, begin, list, &steps);

	if (err)
		return err;
	for (const struct ll_yaml_node *name = begin ? begin->first : NULL; name && !err;
	     name = name->next)
		err = add_steps(reader, find_beginning(reader, name), steps, scenario);
	if (!err)
		err = add_steps(reader, list, steps, scenario);
	scenario->steps = steps;
	return err;
}

static int check_household(struct ll_scenario_reader *reader, const struct ll_yaml_node *map)
{
	if (reader->household.area.size == 0)
		return ll_yaml_error(reader->error, map,
				     "nobody says where the household lives: write 'area' under "
				     "'household', here or at the top of the file");
	if (reader->household.recorded_income_fen.known &&
	    reader->household.recorded_income_year == 0)
		return ll_yaml_error(
			reader->error, map,
			"the household's income is of which year? write 'income_year'");
	return 0;
}

static int read_scenario(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
			 int32_t start_on, struct ll_policy_scenario *scenario)
{
	const struct ll_yaml_node *values[SCENARIO_FIELD_COUNT];
	int err = ll_yaml_fields(map, "this scenario", scenario_fields, SCENARIO_FIELD_COUNT,
				 values, reader->error);

	scenario->line = map->line;
	scenario->start_on = start_on;
	if (!err && values[SCENARIO_START])
		err = ll_scenario_day(reader, values[SCENARIO_START], &scenario->start_on);
	if (!err && scenario->start_on == LL_DAY_NONE)
		err = ll_yaml_error(reader->error, map,
				    "no first day: write 'start', here or at the top of the file");
	if (!err && values[SCENARIO_HOUSEHOLD])
		err = ll_scenario_read_household(reader, values[SCENARIO_HOUSEHOLD]);
	if (!err && values[SCENARIO_POLICIES])
		err = read_policies(reader, values[SCENARIO_POLICIES], &scenario->policies,
				    &scenario->policy_count);
	if (!err)
		err = check_household(reader, map);
	if (err)
		return err;
	scenario->title = values[SCENARIO_TITLE]->text;
	scenario->registered = reader->household;
	reader->step = 0;
	return read_steps(reader, values[SCENARIO_BEGIN], values[SCENARIO_STEPS], scenario);
}

enum file_field {
	FILE_START,
	FILE_HOUSEHOLD,
	FILE_POLICIES,
	FILE_BEGINNINGS,
	FILE_SCENARIOS,
	FILE_FIELD_COUNT
};
static const struct ll_yaml_field file_fields[FILE_FIELD_COUNT] = {
	[FILE_START] = {"start", LL_YAML_TEXT, false, "the first day, like 2025-03-01"},
	[FILE_HOUSEHOLD] = {"household", LL_YAML_MAP, false, "the household of all scenarios"},
	[FILE_POLICIES] = {"policies", LL_YAML_LIST, false, POLICIES_HELP},
	[FILE_BEGINNINGS] = {"beginnings", LL_YAML_MAP, false,
			     "names, and below each a list of steps that scenarios begin with"},
	[FILE_SCENARIOS] = {"scenarios", LL_YAML_LIST, true, "a list of scenarios"},
};

static int read_file(struct ll_scenario_reader *reader, const struct ll_yaml_node *root,
		     struct ll_policy_scenarios *scenarios)
{
	const struct ll_yaml_node *values[FILE_FIELD_COUNT];
	int32_t start_on = LL_DAY_NONE;
	struct ll_policy_scenario *list;
	int err = ll_yaml_fields(root, "a scenario file", file_fields, FILE_FIELD_COUNT, values,
				 reader->error);

	if (!err && values[FILE_START])
		err = ll_scenario_day(reader, values[FILE_START], &start_on);
	if (!err && values[FILE_HOUSEHOLD])
		err = ll_scenario_read_household(reader, values[FILE_HOUSEHOLD]);
	if (!err && values[FILE_POLICIES])
		err = read_policies(reader, values[FILE_POLICIES], &scenarios->policies,
				    &scenarios->policy_count);
	if (err)
		return err;

	reader->beginnings = values[FILE_BEGINNINGS];

	const struct ll_yaml_node *maps = values[FILE_SCENARIOS];
	const struct ll_scenario_reader of_file = *reader;

	if (maps->count < 1 || maps->count > LL_SCENARIOS_MAX)
		return ll_yaml_error(reader->error, maps, "%d scenarios: write 1 to %d",
				     maps->count, LL_SCENARIOS_MAX);
	list = ll_arena_calloc(reader->arena, (size_t)maps->count, sizeof(*list));
	if (!list)
		return -LL_ERR_NO_MEMORY;
	for (const struct ll_yaml_node *map = maps->first; map && !err; map = map->next) {
		struct ll_policy_scenario *scenario = &list[scenarios->count++];

		*reader = of_file;
		scenario->policies = scenarios->policies;
		scenario->policy_count = scenarios->policy_count;
		err = read_scenario(reader, map, start_on, scenario);
	}
	scenarios->list = list;
	return err;
}

int ll_policy_scenarios_read(struct ll_str text, struct ll_policy_scenarios *ret_scenarios,
			     struct ll_error *error)
{
	struct ll_policy_scenarios scenarios = {.count = 0};
	struct ll_scenario_reader reader = {.error = error};
	struct ll_yaml_node *root;
	int err;

	ll_arena_init(&scenarios.arena, 0);
	reader.arena = &scenarios.arena;
	err = ll_yaml_parse(text, &scenarios.arena, &root, error);
	if (!err)
		err = read_file(&reader, root, &scenarios);
	if (err)
		ll_arena_release(&scenarios.arena);
	else
		*ret_scenarios = scenarios;
	return err;
}

static int compile_policy(struct ll_scenario_policy *follower, const struct ll_policy *first,
			  ll_scenario_open_policy *open, void *context, struct ll_error *error)
{
	struct ll_error story = {0};
	struct ll_str text;
	int err;

	if (follower->policy)
		return 0;
	if (follower->changes) {
		err = ll_policy_compile_changed(first->text, follower->changes, &follower->policy,
						&story);
		if (err == -LL_ERR_BAD_POLICY)
			return ll_yaml_error_at(error, follower->line, 1,
						"the policy with these changes is wrong, line %d: "
						"%s",
						story.line, story.message);
		return err;
	}
	if (!open)
		return ll_yaml_error_at(error, follower->line, 1,
					"no policy can be read from a file here");
	err = open(context, follower->file, &text);
	if (!err)
		err = ll_policy_compile(text, &follower->policy, &story);
	if (err == -LL_ERR_BAD_POLICY)
		return ll_yaml_error_at(error, follower->line, 1, "%.*s:%d:%d: %s",
					LL_STR_ARG(ll_yaml_shown(follower->file)), story.line,
					story.column, story.message);
	return err;
}

int ll_policy_scenarios_compile(struct ll_policy_scenarios *scenarios,
				const struct ll_policy *first, ll_scenario_open_policy *open,
				void *context, struct ll_error *error)
{
	int err = 0;

	for (int32_t i = 0; i < scenarios->count && !err; i++)
		for (int32_t k = 0; k < scenarios->list[i].policy_count && !err; k++)
			err = compile_policy(&scenarios->list[i].policies[k], first, open, context,
					     error);
	return err;
}

void ll_policy_scenarios_release(struct ll_policy_scenarios *scenarios)
{
	for (int32_t i = 0; i < scenarios->count; i++)
		for (int32_t k = 0; k < scenarios->list[i].policy_count; k++) {
			ll_policy_free(scenarios->list[i].policies[k].policy);
			scenarios->list[i].policies[k].policy = NULL;
		}
	ll_arena_release(&scenarios->arena);
	*scenarios = (struct ll_policy_scenarios){.count = 0};
}
