#include <jansson.h>
#include <stdio.h>

#include "base/date.h"
#include "case.h"
#include "runtime/columns.h"
#include "runtime/json_print.h"
#include "runtime/reasons_json.h"

static const char *label(const struct ll_case_view *view, const char *english, const char *chinese)
{
	return view->language == LL_CHINESE ? chinese : english;
}

static void print_row(const struct ll_case_view *view, const char *english, const char *chinese,
		      const char *value)
{
	const char *name = label(view, english, chinese);
	int pad = 16 - (int)ll_text_width(ll_str_from(name));

	if (*value)
		printf("  %s%*s%s\n", name, pad > 1 ? pad : 1, "", value);
}

static void set_day(json_t *object, const char *name, int32_t day)
{
	char text[LL_DAY_TEXT_MAX];

	ll_day_format(day, text);
	json_object_set_new(object, name, day == LL_DAY_NONE ? json_null() : json_string(text));
}

static json_t *possible_json(enum ll_case_state state)
{
	const uint32_t possible = ll_case_actions_possible(state);
	const struct ll_case_action *action;
	json_t *array = json_array();

	for (size_t i = 0; (action = ll_case_action_at(i)); i++)
		if (possible & (1u << action->type))
			json_array_append_new(array, json_string(action->word));
	return array;
}

static json_t *marks_json(uint8_t marks)
{
	static const char *const names[] = {"commercial_flat", "car", "company", "public_employee"};
	json_t *array = json_array();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (marks & (1u << i))
			json_array_append_new(array, json_string(names[i]));
	return array;
}

static json_t *dimensions_json(const struct ll_case_standing *standing)
{
	static const char *const names[] = {NULL, "secure", "at_risk"};
	json_t *object = json_object();

	for (int i = LL_DIMENSION_FOOD; i <= LL_DIMENSION_WATER; i++) {
		int64_t security = standing->dimensions[i].security;

		json_object_set_new(object, ll_dimension_name((enum ll_dimension)i),
				    security ? json_string(names[security]) : json_null());
	}
	return object;
}

static void set_standing(json_t *object, const struct ll_case_standing *standing)
{
	const bool known = standing->known;

	json_object_set_new(object, "green_channel",
			    known ? json_boolean(standing->green) : json_null());
	json_object_set_new(object, "marks", known ? marks_json(standing->marks) : json_null());
	json_object_set_new(object, "waived_marks",
			    known ? marks_json(standing->waived_marks) : json_null());
	json_object_set_new(object, "dimensions", known ? dimensions_json(standing) : json_null());
}

/* Without the name: it is not for programs. */
int ll_case_print_json(const struct ll_household_status *row,
		       const struct ll_case_standing *standing)
{
	json_t *object = json_object();
	char hex[LL_KEY_HEX_SIZE];

	ll_key_to_hex(&row->household_key, hex);
	json_object_set_new(object, "household_key", json_string(hex));
	json_object_set_new(object, "area", json_stringn(row->area.data, row->area.size));
	json_object_set_new(object, "case", json_string(ll_case_state_name(row->state)));
	set_day(object, "since", row->since);
	json_object_set_new(object, "level", json_integer(row->level));
	json_object_set_new(object, "group", json_string(ll_group_name(row->group)));
	json_object_set_new(object, "held", json_boolean(row->held));
	set_day(object, "decided_on", row->decided_on);
	if (standing) {
		set_standing(object, standing);
		json_object_set_new(object, "possible", possible_json(row->state));
	}
	return ll_json_print(object);
}

/* "car (counts), company (does not count)" is too fine: what is there, and whether it was decided. */
static int print_marks(const struct ll_case_view *view, const struct ll_case_standing *standing)
{
	const uint8_t open = standing->marks & (uint8_t)~standing->waived_marks;
	struct ll_buf words;
	int err;

	if (standing->marks == 0)
		return 0;
	ll_buf_init(&words);
	err = ll_words_marks(standing->marks, view->language, &words);
	if (!err)
		err = ll_buf_append_str(
			&words, open ? label(view, " (to be decided)", "（待核实）")
				     : label(view, " (decided: do not count)", "（已认定不影响）"));
	if (!err)
		err = ll_buf_append(&words, "", 1);
	if (!err)
		print_row(view, "exclusion marks", "负面清单", (const char *)words.data);
	ll_buf_release(&words);
	return err;
}

int ll_case_print_head(const struct ll_case_view *view, const struct ll_household_status *row,
		       const struct ll_case_standing *standing)
{
	char hex[LL_KEY_HEX_SIZE], day[LL_DAY_TEXT_MAX] = "", text[LL_NAME_MAX + 1];

	ll_key_to_hex(&row->household_key, hex);
	printf("%s: %s\n", label(view, "Case", "个案"),
	       ll_words_case_state(row->state, view->language));
	print_row(view, "household", "农户", hex);
	snprintf(text, sizeof(text), "%.*s", LL_STR_ARG(row->household_name));
	print_row(view, "head", "户主", text);
	snprintf(text, sizeof(text), "%.*s", LL_STR_ARG(row->area));
	print_row(view, "village", "村", text);
	if (row->since != LL_DAY_NONE)
		ll_day_format(row->since, day);
	print_row(view, "since", "自", day);
	print_row(view, "level", "预警级别", ll_words_level(row->level, view->language));
	if (row->group != LL_GROUP_NONE)
		print_row(view, "kind", "类别", ll_words_group(row->group, view->language));
	if (row->held)
		print_row(view, "hold", "人工暂缓研判",
			  label(view, "held: no rule changes the case", "是：规则不改变其状态"));
	if (standing->known && standing->green)
		print_row(
			view, "green channel", "绿色通道",
			label(view, "open: help goes ahead of the procedure", "已开通，先行帮扶"));
	return standing->known ? print_marks(view, standing) : 0;
}

int ll_case_print_dimensions(const struct ll_case_view *view,
			     const struct ll_case_standing *standing)
{
	struct ll_buf why;
	int err = 0;

	if (!standing->known || standing->today == LL_DAY_NONE)
		return 0;
	puts(label(view, "Dimensions", "两不愁三保障和饮水安全"));
	ll_buf_init(&why);
	for (int i = LL_DIMENSION_FOOD; i <= LL_DIMENSION_WATER && !err; i++) {
		const char *name = ll_words_dimension((enum ll_dimension)i, view->language);
		const char *security =
			ll_words_security(standing->dimensions[i].security, view->language);
		int pad = 16 - (int)ll_text_width(ll_str_from(name));
		int gap = 12 - (int)ll_text_width(ll_str_from(security));

		ll_buf_clear(&why);
		if (standing->dimensions[i].has_fact)
			err = ll_words_fact(&standing->dimensions[i].fact, view->language, &why);
		printf("  %s%*s%s%*s%.*s\n", name, pad > 1 ? pad : 1, "", security,
		       why.size ? gap > 1 ? gap : 1 : 0, "", (int)why.size,
		       why.size ? (const char *)why.data : "");
	}
	ll_buf_release(&why);
	return err;
}

void ll_case_print_possible(const struct ll_case_view *view, enum ll_case_state state)
{
	const uint32_t possible = ll_case_actions_possible(state);
	const struct ll_case_action *action;

	puts(label(view, "Possible now (lifeline case ...)", "现在可以认定（lifeline case ...）"));
	for (size_t i = 0; (action = ll_case_action_at(i)); i++)
		if (possible & (1u << action->type))
			printf("  %-18s%s\n", action->word,
			       ll_words_case_decision(action->type, view->language));
}

static int change_json(const struct ll_recorded_risk_change *recorded)
{
	const struct ll_risk_change *change = &recorded->change;
	json_t *object = json_object();

	set_day(object, "decided_on", change->decided_on);
	json_object_set_new(object, "before", json_string(ll_case_state_name(change->before)));
	json_object_set_new(object, "after", json_string(ll_case_state_name(change->after)));
	json_object_set_new(object, "level_before", json_integer(change->level_before));
	json_object_set_new(object, "level_after", json_integer(change->level_after));
	json_object_set_new(object, "group", json_string(ll_group_name(change->group)));
	json_object_set_new(object, "held", json_boolean(change->held));
	json_object_set_new(object, "policy",
			    json_stringn(change->policy_name.data, change->policy_name.size));
	json_object_set_new(object, "policy_version",
			    json_stringn(change->policy_version.data, change->policy_version.size));
	json_object_set_new(
		object, "reasons",
		json_loadb(recorded->reasons_json.data, recorded->reasons_json.size, 0, NULL));
	return ll_json_print(object);
}

/* The first reason that has facts behind it ("is ex-poor" says little), else the first. */
static const struct ll_reason *telling_reason(const struct ll_reason *reasons, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (reasons[i].fact_count > 0)
			return &reasons[i];
	return reasons;
}

/* One reason in words, with two blanks before it; nothing where there is none. */
static int append_reason(const struct ll_case_view *view, struct ll_str reasons_json,
			 struct ll_buf *out)
{
	const struct ll_reason *reasons = NULL;
	struct ll_arena arena;
	size_t count = 0;
	int err;

	ll_arena_init(&arena, 0);
	err = ll_reasons_from_json(&arena, reasons_json, &reasons, &count);
	if (!err && count > 0)
		err = ll_buf_append_str(out, "  ");
	if (!err && count > 0)
		err = ll_words_reason(telling_reason(reasons, count), view->language, out);
	ll_arena_release(&arena);
	return err;
}

int ll_case_print_change(const struct ll_case_view *view,
			 const struct ll_recorded_risk_change *recorded)
{
	const struct ll_risk_change *change = &recorded->change;
	char day[LL_DAY_TEXT_MAX];
	struct ll_buf why;
	int err;

	if (view->json)
		return change_json(recorded);
	ll_day_format(change->decided_on, day);
	ll_buf_init(&why);
	err = append_reason(view, recorded->reasons_json, &why);
	if (!err)
		printf(label(view, "  %s  %s → %s, level %s → %s%s%s%s%.*s\n",
			     "  %s  %s → %s，级别 %s → %s%s%s%s%.*s\n"),
		       day, ll_words_case_state(change->before, view->language),
		       ll_words_case_state(change->after, view->language),
		       ll_words_level(change->level_before, view->language),
		       ll_words_level(change->level_after, view->language),
		       change->group != LL_GROUP_NONE ? label(view, ", ", "，") : "",
		       change->group != LL_GROUP_NONE
			       ? ll_words_group(change->group, view->language)
			       : "",
		       change->held ? label(view, ", held", "，暂缓") : "", (int)why.size,
		       why.size ? (const char *)why.data : "");
	ll_buf_release(&why);
	return err;
}
