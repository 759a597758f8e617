/* Values, events and the household of a scenario file. */
#include <stdio.h>

#include "base/area.h"
#include "base/date.h"
#include "base/hash.h"
#include "policy_scenario_read.h"
#include "policy_value.h"

#define FIELDS_MAX 16

const struct ll_key ll_scenario_household_key = {{0x5c, 0xe7, 0xa2, 0x10}};

struct ll_key ll_scenario_person(struct ll_str name)
{
	struct ll_key key;

	ll_hash128(name.data, name.size, &key);
	return key;
}

/* ---- values -------------------------------------------------------------------------------------- */

static struct ll_str word_at(const void *context, int32_t index)
{
	const struct ll_scenario_words *words = context;

	return ll_str_from(words->words[index]);
}

int ll_scenario_word(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
		     struct ll_str text, const struct ll_scenario_words *words, int32_t *ret_index)
{
	const struct ll_names names = {words->count, word_at, words};
	char hint[LL_NAMES_HINT_MAX];
	int32_t index = ll_names_find(&names, text);

	if (index < 0) {
		ll_names_hint(&names, text, hint);
		return ll_yaml_error(reader->error, node, "'%.*s' is not %s: %s",
				     LL_STR_ARG(ll_yaml_shown(text)), words->what, hint);
	}
	*ret_index = index;
	return 0;
}

int ll_scenario_day(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
		    int32_t *ret_day)
{
	int32_t day;

	if (node->kind != LL_YAML_TEXT || ll_day_parse(node->text, &day))
		return ll_yaml_error(reader->error, node,
				     "'%.*s' is no date: write one like 2025-03-31",
				     LL_STR_ARG(ll_yaml_shown(node->text)));
	*ret_day = day;
	return 0;
}

int ll_scenario_number(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
		       int32_t max, int32_t *ret_number)
{
	int64_t number;

	if (node->kind != LL_YAML_TEXT || ll_str_to_int64(node->text, &number) || number < 0 ||
	    number > max)
		return ll_yaml_error(reader->error, node,
				     "'%.*s' is no whole number from 0 to %d: write one",
				     LL_STR_ARG(ll_yaml_shown(node->text)), max);
	*ret_number = (int32_t)number;
	return 0;
}

/* A policy has no amounts below zero, a farm's loss is one. */
static int read_value(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
		      enum ll_value_kind kind, int64_t *ret_amount)
{
	bool negative = kind == LL_VALUE_MONEY && ll_str_starts(node->text, LL_STR("-"));
	struct ll_str text = {node->text.data + negative, node->text.size - negative};
	struct ll_value value;

	if (ll_value_parse(text, &value) || value.kind != kind)
		return ll_yaml_error(reader->error, node, "'%.*s' is not %s: write it like '%s'",
				     LL_STR_ARG(ll_yaml_shown(node->text)),
				     ll_value_kind_text(kind), ll_value_kind_example(kind));
	*ret_amount = negative ? -value.amount : value.amount;
	return 0;
}

int ll_scenario_flag(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
		     bool *ret_flag)
{
	int64_t amount;
	int err = read_value(reader, node, LL_VALUE_FLAG, &amount);

	if (!err)
		*ret_flag = amount != 0;
	return err;
}

static int read_field(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
		      const struct ll_scenario_field *field, void *at)
{
	int64_t amount = 0;
	int32_t index;
	int err;

	switch (field->type) {
	case LL_SCENARIO_MONEY:
		return read_value(reader, node, LL_VALUE_MONEY, at);
	case LL_SCENARIO_MAYBE_MONEY:
		if (ll_str_equal(node->text, LL_STR("unknown"))) {
			*(struct ll_maybe *)at = (struct ll_maybe){.known = false};
			return 0;
		}
		err = read_value(reader, node, LL_VALUE_MONEY, &amount);
		if (!err)
			*(struct ll_maybe *)at = (struct ll_maybe){true, amount};
		return err;
	case LL_SCENARIO_FLAG:
		return ll_scenario_flag(reader, node, at);
	case LL_SCENARIO_NUMBER:
		return ll_scenario_number(reader, node, INT32_MAX, at);
	case LL_SCENARIO_DAY:
		return ll_scenario_day(reader, node, at);
	case LL_SCENARIO_TEXT:
		*(struct ll_str *)at = node->text;
		return 0;
	case LL_SCENARIO_WORD:
		break;
	}
	err = ll_scenario_word(reader, node, node->text, field->words, &index);
	if (!err)
		memcpy(at, &index, sizeof(index)); /* an enum is an int */
	return err;
}

static const char *const type_help[] = {
	[LL_SCENARIO_MONEY] = "an amount of money, like '5000 yuan'",
	[LL_SCENARIO_MAYBE_MONEY] = "an amount of money, like '5000 yuan', or unknown",
	[LL_SCENARIO_FLAG] = "yes or no",
	[LL_SCENARIO_NUMBER] = "a whole number",
	[LL_SCENARIO_DAY] = "a date, like 2025-03-31",
	[LL_SCENARIO_TEXT] = "a word",
	[LL_SCENARIO_WORD] = "a word",
};

int ll_scenario_fields(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
		       const char *what, const struct ll_scenario_field *fields, size_t count,
		       void *base)
{
	struct ll_yaml_field shapes[FIELDS_MAX] = {{.name = NULL}};
	const struct ll_yaml_node *values[FIELDS_MAX];
	int err;

	for (size_t i = 0; i < count; i++)
		shapes[i] = (struct ll_yaml_field){fields[i].name, LL_YAML_TEXT, fields[i].required,
						   type_help[fields[i].type]};
	err = ll_yaml_fields(map, what, shapes, count, values, reader->error);
	for (size_t i = 0; i < count && !err; i++)
		if (values[i])
			err = read_field(reader, values[i], &fields[i],
					 (char *)base + fields[i].offset);
	return err;
}

/* ---- life events ----------------------------------------------------------------------------------- */

#define WORDS(name, text, ...)                                  \
	static const char *const name##_list[] = {__VA_ARGS__}; \
	static const struct ll_scenario_words name = {          \
		text, name##_list, (int32_t)(sizeof(name##_list) / sizeof(char *))}

/* In the order of their enums in core/event.h. */
WORDS(job_loss_reasons, "a reason", "unknown", "dismissed", "contract_ended", "employer_closed",
      "illness");
WORDS(school_stages, "a stage of school", "compulsory", "non_compulsory");
WORDS(housing_grades, "a grade", "A", "B", "C", "D");
WORDS(benefit_types, "a benefit", "dibao", "temporary_relief", "medical_aid", "disability",
      "other");
WORDS(needs, "a need", "food", "clothing", "education", "medical", "housing", "water", "income");
WORDS(disability_types, "a type of disability", "visual", "hearing", "speech", "physical",
      "intellectual", "mental", "multiple");
WORDS(accident_types, "a type of accident", "other", "traffic", "work", "fire");
WORDS(alert_kinds, "a kind of alert", "flood", "typhoon", "drought", "earthquake", "landslide",
      "epidemic", "cold");
WORDS(categories, "a category", "ordinary", "ex_poor");
WORDS(marks, "an exclusion mark", "commercial_flat", "car", "company", "public_employee");

struct event_draft {
	struct ll_str id;
	struct ll_str who;
	struct ll_str source;
	int32_t dated;
	int32_t revision;
	bool retract;
	struct ll_payload payload;
};

#define FIELD(name, type, required, member, words)                                            \
	{                                                                                     \
		(name), LL_SCENARIO_##type, (required), offsetof(struct event_draft, member), \
			(words)                                                               \
	}
#define COMMON                                                                    \
	FIELD("id", TEXT, false, id, NULL), FIELD("who", TEXT, false, who, NULL), \
		FIELD("source", TEXT, false, source, NULL),                       \
		FIELD("dated", DAY, false, dated, NULL),                          \
		FIELD("revision", NUMBER, false, revision, NULL),                 \
		FIELD("retract", FLAG, false, retract, NULL)

#define PAYLOAD(name, type, member, words) FIELD(name, type, false, payload.member, words)

static const struct ll_scenario_field hospitalisation_fields[] = {
	COMMON,
	PAYLOAD("total", MONEY, hospitalisation.total_fen, NULL),
	PAYLOAD("reimbursed", MONEY, hospitalisation.reimbursed_fen, NULL),
	PAYLOAD("own_share", MAYBE_MONEY, hospitalisation.own_share_fen, NULL),
};
static const struct ll_scenario_field chronic_illness_fields[] = {
	COMMON,
	PAYLOAD("severe", FLAG, chronic_illness.severe, NULL),
	PAYLOAD("yearly_cost", MAYBE_MONEY, chronic_illness.yearly_cost_fen, NULL),
};
static const struct ll_scenario_field job_loss_fields[] = {
	COMMON,
	PAYLOAD("monthly_wage", MAYBE_MONEY, job_loss.monthly_wage_fen, NULL),
	PAYLOAD("reason", WORD, job_loss.reason, &job_loss_reasons),
};
static const struct ll_scenario_field employed_fields[] = {
	COMMON,
	PAYLOAD("monthly_wage", MAYBE_MONEY, employed.monthly_wage_fen, NULL),
};
static const struct ll_scenario_field income_report_fields[] = {
	COMMON,
	PAYLOAD("year", NUMBER, income_report.year, NULL),
	PAYLOAD("amount", MONEY, income_report.amount_fen, NULL),
};
static const struct ll_scenario_field school_dropout_fields[] = {
	COMMON,
	PAYLOAD("stage", WORD, school_dropout.stage, &school_stages),
	PAYLOAD("returned", FLAG, school_dropout.returned, NULL),
};
static const struct ll_scenario_field housing_damage_fields[] = {
	COMMON,
	PAYLOAD("grade", WORD, housing_damage.grade, &housing_grades),
	PAYLOAD("repair_cost", MAYBE_MONEY, housing_damage.repair_cost_fen, NULL),
};
static const struct ll_scenario_field flood_damage_fields[] = {
	COMMON,
	PAYLOAD("house_flooded", FLAG, flood_damage.house_flooded, NULL),
	PAYLOAD("loss", MAYBE_MONEY, flood_damage.loss_fen, NULL),
};
static const struct ll_scenario_field benefit_fields[] = {
	COMMON,
	PAYLOAD("type", WORD, benefit.type, &benefit_types),
	PAYLOAD("amount", MONEY, benefit.amount_fen, NULL),
	PAYLOAD("months", NUMBER, benefit.months, NULL),
};
static const struct ll_scenario_field declaration_fields[] = {
	COMMON,
	PAYLOAD("need", WORD, declaration.need, &needs),
	PAYLOAD("amount", MAYBE_MONEY, declaration.amount_fen, NULL),
};

static const struct ll_scenario_field outpatient_cost_fields[] = {
	COMMON,
	PAYLOAD("total", MONEY, outpatient_cost.total_fen, NULL),
	PAYLOAD("reimbursed", MONEY, outpatient_cost.reimbursed_fen, NULL),
	PAYLOAD("own_share", MAYBE_MONEY, outpatient_cost.own_share_fen, NULL),
};
static const struct ll_scenario_field disability_fields[] = {
	COMMON,
	PAYLOAD("grade", NUMBER, disability.grade, NULL),
	PAYLOAD("type", WORD, disability.type, &disability_types),
};
static const struct ll_scenario_field death_fields[] = {
	COMMON,
	PAYLOAD("own_cost", MAYBE_MONEY, death.own_cost_fen, NULL),
};
static const struct ll_scenario_field wage_report_fields[] = {
	COMMON,
	PAYLOAD("monthly_wage", MONEY, wage_report.monthly_wage_fen, NULL),
};
static const struct ll_scenario_field business_failure_fields[] = {
	COMMON,
	PAYLOAD("yearly_income", MAYBE_MONEY, business_failure.yearly_income_fen, NULL),
};
static const struct ll_scenario_field unsold_produce_fields[] = {
	COMMON,
	PAYLOAD("value", MAYBE_MONEY, unsold_produce.value_fen, NULL),
};
static const struct ll_scenario_field loan_overdue_fields[] = {
	COMMON,
	PAYLOAD("overdue", MONEY, loan_overdue.overdue_fen, NULL),
	PAYLOAD("settled", FLAG, loan_overdue.settled, NULL),
};
static const struct ll_scenario_field tuition_cost_fields[] = {
	COMMON,
	PAYLOAD("stage", WORD, tuition_cost.stage, &school_stages),
	PAYLOAD("own_cost", MONEY, tuition_cost.own_cost_fen, NULL),
};
static const struct ll_scenario_field water_supply_loss_fields[] = {
	COMMON,
	PAYLOAD("restored", FLAG, water_supply_loss.restored, NULL),
};
static const struct ll_scenario_field crop_loss_fields[] = {
	COMMON,
	PAYLOAD("loss", MAYBE_MONEY, crop_loss.loss_fen, NULL),
};
static const struct ll_scenario_field livestock_loss_fields[] = {
	COMMON,
	PAYLOAD("loss", MAYBE_MONEY, livestock_loss.loss_fen, NULL),
};
static const struct ll_scenario_field accident_fields[] = {
	COMMON,
	PAYLOAD("type", WORD, accident.type, &accident_types),
	PAYLOAD("own_cost", MAYBE_MONEY, accident.own_cost_fen, NULL),
};
static const struct ll_scenario_field epidemic_impact_fields[] = {
	COMMON,
	PAYLOAD("income_loss", MAYBE_MONEY, epidemic_impact.income_loss_fen, NULL),
};
static const struct ll_scenario_field asset_record_fields[] = {
	COMMON,
	PAYLOAD("type", WORD, asset_record.type, &marks),
	PAYLOAD("gone", FLAG, asset_record.gone, NULL),
};
static const struct ll_scenario_field authorisation_fields[] = {
	COMMON,
	PAYLOAD("months", NUMBER, authorisation.months, NULL),
};

#define FORM(fields)                                         \
	{                                                    \
		fields, sizeof(fields) / sizeof((fields)[0]) \
	}
static const struct {
	const struct ll_scenario_field *fields;
	size_t count;
} forms[] = {
	[LL_EVENT_HOSPITALISATION] = FORM(hospitalisation_fields),
	[LL_EVENT_CHRONIC_ILLNESS] = FORM(chronic_illness_fields),
	[LL_EVENT_JOB_LOSS] = FORM(job_loss_fields),
	[LL_EVENT_EMPLOYED] = FORM(employed_fields),
	[LL_EVENT_INCOME_REPORT] = FORM(income_report_fields),
	[LL_EVENT_SCHOOL_DROPOUT] = FORM(school_dropout_fields),
	[LL_EVENT_HOUSING_DAMAGE] = FORM(housing_damage_fields),
	[LL_EVENT_FLOOD_DAMAGE] = FORM(flood_damage_fields),
	[LL_EVENT_BENEFIT] = FORM(benefit_fields),
	[LL_EVENT_DECLARATION] = FORM(declaration_fields),
	[LL_EVENT_OUTPATIENT_COST] = FORM(outpatient_cost_fields),
	[LL_EVENT_DISABILITY] = FORM(disability_fields),
	[LL_EVENT_DEATH] = FORM(death_fields),
	[LL_EVENT_WAGE_REPORT] = FORM(wage_report_fields),
	[LL_EVENT_BUSINESS_FAILURE] = FORM(business_failure_fields),
	[LL_EVENT_UNSOLD_PRODUCE] = FORM(unsold_produce_fields),
	[LL_EVENT_LOAN_OVERDUE] = FORM(loan_overdue_fields),
	[LL_EVENT_TUITION_COST] = FORM(tuition_cost_fields),
	[LL_EVENT_WATER_SUPPLY_LOSS] = FORM(water_supply_loss_fields),
	[LL_EVENT_CROP_LOSS] = FORM(crop_loss_fields),
	[LL_EVENT_LIVESTOCK_LOSS] = FORM(livestock_loss_fields),
	[LL_EVENT_ACCIDENT] = FORM(accident_fields),
	[LL_EVENT_EPIDEMIC_IMPACT] = FORM(epidemic_impact_fields),
	[LL_EVENT_ASSET_RECORD] = FORM(asset_record_fields),
	[LL_EVENT_AUTHORISATION] = FORM(authorisation_fields),
};
_Static_assert(sizeof(forms) / sizeof(forms[0]) == LL_EVENT_KIND_COUNT,
	       "give the new kind of event its form");

/* What was given no id is something of its own: "step-3". */
static int own_id(struct ll_scenario_reader *reader, struct ll_str *ret_id)
{
	char text[LL_NAME_MAX];
	int size = snprintf(text, sizeof(text), "step-%d", reader->step);
	char *id = ll_arena_copy(reader->arena, text, (size_t)size);

	if (!id)
		return -LL_ERR_NO_MEMORY;
	*ret_id = (struct ll_str){id, (size_t)size};
	return 0;
}

static int find_person(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
		       struct ll_str who, struct ll_key *ret_key)
{
	if (who.size == 0)
		return 0; /* the household as a whole */
	for (size_t i = 0; i < reader->household.member_count; i++)
		if (ll_str_equal(reader->member_names[i], who)) {
			*ret_key = ll_scenario_person(who);
			return 0;
		}
	return ll_yaml_error(reader->error, map, "nobody in this household is called '%.*s'",
			     LL_STR_ARG(ll_yaml_shown(who)));
}

int ll_scenario_read_event(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
			   enum ll_event_kind kind, int32_t on,
			   struct ll_household_event *ret_event)
{
	struct event_draft draft = {.source = LL_STR("scenario"), .dated = on};
	struct ll_key person = {{0}};
	int err;

	draft.payload.kind = kind;
	err = ll_scenario_fields(reader, map, ll_event_kind_name(kind), forms[kind].fields,
				 forms[kind].count, &draft);
	if (!err && draft.id.size == 0)
		err = own_id(reader, &draft.id);
	if (!err)
		err = find_person(reader, map, draft.who, &person);
	if (err)
		return err;
	*ret_event = (struct ll_household_event){
		.household_key = ll_scenario_household_key,
		.person_key = person,
		.area = reader->household.area,
		.body = LL_BODY_LIFE_EVENT,
		.life_event = {.event_id = draft.id,
			       .revision = draft.revision,
			       .source = draft.source,
			       .occurred_on = draft.dated,
			       .subject = {.type = draft.who.size ? LL_SUBJECT_PERSON
								  : LL_SUBJECT_HOUSEHOLD,
					   .key = draft.who.size ? person
								 : ll_scenario_household_key},
			       .action = draft.retract ? LL_ACTION_RETRACT : LL_ACTION_REPORT,
			       .payload = draft.payload},
	};
	return 0;
}

static const struct ll_scenario_field alert_fields[] = {
	{"id", LL_SCENARIO_TEXT, false, offsetof(struct ll_area_alert, alert_id), NULL},
	{"revision", LL_SCENARIO_NUMBER, false, offsetof(struct ll_area_alert, revision), NULL},
	{"area", LL_SCENARIO_TEXT, true, offsetof(struct ll_area_alert, area), NULL},
	{"kind", LL_SCENARIO_WORD, false, offsetof(struct ll_area_alert, kind), &alert_kinds},
	{"severity", LL_SCENARIO_NUMBER, true, offsetof(struct ll_area_alert, severity), NULL},
	{"dated", LL_SCENARIO_DAY, false, offsetof(struct ll_area_alert, occurred_on), NULL},
	{"until", LL_SCENARIO_DAY, true, offsetof(struct ll_area_alert, expires_on), NULL},
	{"cancelled", LL_SCENARIO_FLAG, false, offsetof(struct ll_area_alert, cancelled), NULL},
};

int ll_scenario_read_alert(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
			   int32_t on, struct ll_household_event *ret_event)
{
	struct ll_area_alert alert = {.occurred_on = on};
	int err = ll_scenario_fields(reader, map, "an alert", alert_fields,
				     sizeof(alert_fields) / sizeof(alert_fields[0]), &alert);

	if (!err && alert.alert_id.size == 0)
		err = own_id(reader, &alert.alert_id);
	if (err)
		return err;
	*ret_event = (struct ll_household_event){
		.area = alert.area, .body = LL_BODY_AREA_ALERT, .area_alert = alert};
	return 0;
}

/* ---- the household ----------------------------------------------------------------------------------- */

struct member_draft {
	struct ll_str name;
	struct ll_member member;
};

#define MEMBER(name, type, required, member_name)                        \
	{                                                                \
		(name), LL_SCENARIO_##type, (required),                  \
			offsetof(struct member_draft, member_name), NULL \
	}
static const struct ll_scenario_field member_fields[] = {
	MEMBER("name", TEXT, true, name),
	MEMBER("born", DAY, true, member.born_on),
	MEMBER("labour", FLAG, false, member.labour),
	MEMBER("in_school", FLAG, false, member.in_school),
	MEMBER("resident", FLAG, false, member.resident),
};

static int read_members(struct ll_scenario_reader *reader, const struct ll_yaml_node *list)
{
	struct ll_member *members;
	struct ll_str *names;
	size_t count = 0;

	if (list->count > LL_MEMBERS_MAX)
		return ll_yaml_error(reader->error, list, "%d members: write at most %d",
				     list->count, LL_MEMBERS_MAX);
	members = ll_arena_calloc(reader->arena, (size_t)list->count, sizeof(*members));
	names = ll_arena_calloc(reader->arena, (size_t)list->count, sizeof(*names));
	if (!members || !names)
		return -LL_ERR_NO_MEMORY;
	for (const struct ll_yaml_node *map = list->first; map; map = map->next) {
		struct member_draft draft = {.member.resident = true};
		int err = ll_scenario_fields(reader, map, "a member", member_fields,
					     sizeof(member_fields) / sizeof(member_fields[0]),
					     &draft);

		if (err)
			return err;
		draft.member.person_key = ll_scenario_person(draft.name);
		names[count] = draft.name;
		members[count++] = draft.member;
	}
	reader->household.members = members;
	reader->household.member_count = count;
	reader->member_names = names;
	return 0;
}

static int read_marks(struct ll_scenario_reader *reader, const struct ll_yaml_node *list)
{
	reader->household.exclusion_marks = 0;
	for (const struct ll_yaml_node *node = list->first; node; node = node->next) {
		int32_t index;
		int err = ll_scenario_word(reader, node, node->text, &marks, &index);

		if (err)
			return err;
		reader->household.exclusion_marks |= 1 << index;
	}
	return 0;
}

enum household_list { HOUSEHOLD_MARKS = 6, HOUSEHOLD_MEMBERS, HOUSEHOLD_FIELD_COUNT };

#define HOUSEHOLD(name, type, member, words)                                      \
	{                                                                         \
		(name), LL_SCENARIO_##type, false,                                \
			offsetof(struct ll_household_registered, member), (words) \
	}
static const struct ll_scenario_field household_fields[HOUSEHOLD_MARKS] = {
	HOUSEHOLD("area", TEXT, area, NULL),
	HOUSEHOLD("category", WORD, category, &categories),
	HOUSEHOLD("dibao", FLAG, dibao, NULL),
	HOUSEHOLD("income", MAYBE_MONEY, recorded_income_fen, NULL),
	HOUSEHOLD("income_year", NUMBER, recorded_income_year, NULL),
	HOUSEHOLD("dissolved", FLAG, dissolved, NULL),
};

int ll_scenario_read_household(struct ll_scenario_reader *reader, const struct ll_yaml_node *map)
{
	struct ll_yaml_field shapes[HOUSEHOLD_FIELD_COUNT] = {
		[HOUSEHOLD_MARKS] = {"marks", LL_YAML_LIST, false, "a list, like [car]"},
		[HOUSEHOLD_MEMBERS] = {"members", LL_YAML_LIST, false,
				       "a list of members, '- {name: …, born: …}'"},
	};
	const struct ll_yaml_node *values[HOUSEHOLD_FIELD_COUNT];
	struct ll_area area;
	int err;

	for (size_t i = 0; i < HOUSEHOLD_MARKS; i++)
		shapes[i] = (struct ll_yaml_field){household_fields[i].name, LL_YAML_TEXT, false,
						   type_help[household_fields[i].type]};
	err = ll_yaml_fields(map, "the household", shapes, HOUSEHOLD_FIELD_COUNT, values,
			     reader->error);
	for (size_t i = 0; i < HOUSEHOLD_MARKS && !err; i++)
		if (values[i])
			err = read_field(reader, values[i], &household_fields[i],
					 (char *)&reader->household + household_fields[i].offset);
	if (!err && values[0] &&
	    (ll_area_parse(values[0]->text, &area) || area.digits != LL_AREA_DIGITS))
		err = ll_yaml_error(
			reader->error, values[0],
			"a household lives in a village: write its 12 digits in quotes");
	if (!err && values[HOUSEHOLD_MARKS])
		err = read_marks(reader, values[HOUSEHOLD_MARKS]);
	if (!err && values[HOUSEHOLD_MEMBERS])
		err = read_members(reader, values[HOUSEHOLD_MEMBERS]);
	return err;
}
