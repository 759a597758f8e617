/* lifeline policy diff: what is different between two policy files, in words. */
#include <jansson.h>
#include <stdio.h>

#include "base/date.h"
#include "policy/policy_diff.h"
#include "policy_commands.h"
#include "policy_file.h"
#include "runtime/json_print.h"
#include "runtime/words.h"

struct telling {
	enum ll_language language;
	struct ll_buf text;
};

struct phrase {
	const char *english;
	const char *chinese;
};

/* What a change says before its values. */
static const struct phrase phrases[LL_POLICY_CHANGE_KIND_COUNT] = {
	[LL_POLICY_NAME] = {"policy", "政策"},
	[LL_POLICY_VERSION] = {"version", "版本"},
	[LL_POLICY_EFFECTIVE_ON] = {"in force from", "生效日期"},
	[LL_POLICY_KEEP_MONTHS] = {"facts are kept, months", "事实保留月数"},
	[LL_POLICY_ESCALATE_AFTER_DAYS] = {"overdue tasks go to the city after, days",
					   "逾期上报市级天数"},
	[LL_POLICY_STABLE_MONTHS] = {"months without a rule that holds, before the exit",
				     "风险稳定消除月数"},
	[LL_POLICY_OBSERVE_MONTHS] = {"months of observation before release", "终止前观察月数"},
	[LL_POLICY_MEASURE_BEFORE_EXIT] = {"a measure must have been given before the exit",
					   "风险消除前须已落实措施"},
	[LL_POLICY_REGION_ADDED] = {"has numbers of its own now", "新增自定内容"},
	[LL_POLICY_REGION_REMOVED] = {"has no numbers of its own any more", "不再自定"},
	[LL_POLICY_PARAMETER] = {"parameter", "参数"},
	[LL_POLICY_PARAMETER_ADDED] = {"parameter added:", "新增参数"},
	[LL_POLICY_PARAMETER_REMOVED] = {"parameter removed:", "删除参数"},
	[LL_POLICY_EXIT_COMPARISON] = {"exit", "风险消除条件"},
	[LL_POLICY_EXIT_COMPARISON_ADDED] = {"exit", "风险消除条件"},
	[LL_POLICY_EXIT_COMPARISON_REMOVED] = {"exit", "风险消除条件"},
	[LL_POLICY_RULE_ADDED] = {"rule added:", "新增规则"},
	[LL_POLICY_RULE_REMOVED] = {"rule removed:", "删除规则"},
	[LL_POLICY_RULE_OFF] = {"rule switched off:", "停用规则"},
	[LL_POLICY_RULE_ON] = {"rule switched on again:", "恢复规则"},
	[LL_POLICY_COMPARISON] = {"rule", "规则"},
	[LL_POLICY_COMPARISON_ADDED] = {"rule", "规则"},
	[LL_POLICY_COMPARISON_REMOVED] = {"rule", "规则"},
	[LL_POLICY_LEVEL] = {"rule", "规则"},
	[LL_POLICY_DIMENSION] = {"rule", "规则"},
	[LL_POLICY_ASKS] = {"rule", "规则"},
	[LL_POLICY_SUDDEN] = {"rule", "规则"},
	[LL_POLICY_GREEN_CHANNEL] = {"rule", "规则"},
	[LL_POLICY_LEAD] = {"rule", "规则"},
	[LL_POLICY_TITLE] = {"rule", "规则"},
	[LL_POLICY_TITLE_ZH] = {"rule", "规则"},
	[LL_POLICY_OPENS] = {"rule", "规则"},
	[LL_POLICY_OPENS_NO_MORE] = {"rule", "规则"},
	[LL_POLICY_TERMS_ADDED] = {"measure", "措施"},
	[LL_POLICY_TERMS_REMOVED] = {"measure", "措施"},
	[LL_POLICY_DUE_DAYS] = {"measure", "措施"},
	[LL_POLICY_DEPARTMENT] = {"measure", "措施"},
	[LL_POLICY_FROM] = {"measure", "措施"},
	[LL_POLICY_RETRY_DAYS] = {"measure", "措施"},
};

/* What of a rule or a measure it is about. */
static const struct phrase subjects[LL_POLICY_CHANGE_KIND_COUNT] = {
	[LL_POLICY_EXIT_COMPARISON_ADDED] = {"a condition more", "新增条件"},
	[LL_POLICY_EXIT_COMPARISON_REMOVED] = {"a condition less", "删除条件"},
	[LL_POLICY_COMPARISON_ADDED] = {"a condition more", "新增条件"},
	[LL_POLICY_COMPARISON_REMOVED] = {"a condition less", "删除条件"},
	[LL_POLICY_LEVEL] = {"warning level", "预警级别"},
	[LL_POLICY_DIMENSION] = {"dimension", "维度"},
	[LL_POLICY_ASKS] = {"a visit when something is unknown", "未知时入户核实"},
	[LL_POLICY_SUDDEN] = {"sudden serious difficulty", "突发严重困难"},
	[LL_POLICY_GREEN_CHANNEL] = {"green channel", "绿色通道"},
	[LL_POLICY_LEAD] = {"makes a lead", "产生线索"},
	[LL_POLICY_TITLE] = {"title", "英文名称"},
	[LL_POLICY_TITLE_ZH] = {"Chinese title", "名称"},
	[LL_POLICY_OPENS] = {"also opens", "新增措施"},
	[LL_POLICY_OPENS_NO_MORE] = {"does not open any more", "不再开启措施"},
	[LL_POLICY_DUE_DAYS] = {"days until due", "期限天数"},
	[LL_POLICY_DEPARTMENT] = {"department", "责任部门"},
	[LL_POLICY_TERMS_ADDED] = {"terms added", "新增期限和部门"},
	[LL_POLICY_TERMS_REMOVED] = {"terms removed", "删除期限和部门"},
	[LL_POLICY_FROM] = {"opened from", "开启时点"},
	[LL_POLICY_RETRY_DAYS] = {"tried again after, days", "未办成或未找到后重新开启天数"},
};

static const char *in(const struct telling *telling, struct phrase phrase)
{
	return telling->language == LL_CHINESE ? phrase.chinese : phrase.english;
}

/* ---- values ---------------------------------------------------------------------------------------- */

static int say_parameter(struct telling *telling, enum ll_value_kind kind, int64_t value)
{
	static const enum ll_unit units[LL_VALUE_KIND_COUNT] = {
		[LL_VALUE_MONEY] = LL_UNIT_FEN,	   [LL_VALUE_SHARE] = LL_UNIT_PERMILLE,
		[LL_VALUE_NUMBER] = LL_UNIT_COUNT, [LL_VALUE_FLAG] = LL_UNIT_FLAG,
		[LL_VALUE_GRADE] = LL_UNIT_CODE,   [LL_VALUE_SECURITY] = LL_UNIT_CODE,
	};
	/* A code has its words because of an indicator. */
	static const char *const indicators[LL_VALUE_KIND_COUNT] = {
		[LL_VALUE_GRADE] = "housing_grade",
		[LL_VALUE_SECURITY] = "housing_security",
	};
	const char *indicator = indicators[kind] ? indicators[kind] : "";

	return ll_words_value(ll_str_from(indicator), units[kind], value, telling->language,
			      &telling->text);
}

static int say_comparison(struct telling *telling, const struct ll_policy_change *change,
			  enum ll_operator op, int64_t threshold)
{
	int err =
		ll_buf_append_format(&telling->text, telling->language == LL_CHINESE ? "%s" : "%s ",
				     ll_words_operator(op, telling->language));

	return err ? err
		   : ll_words_value(ll_str_from(ll_indicator_name(change->indicator)),
				    ll_indicator_unit(change->indicator), threshold,
				    telling->language, &telling->text);
}

static int say_measure(struct telling *telling, enum ll_measure measure)
{
	return ll_buf_append_str(&telling->text, ll_words_measure(measure, telling->language));
}

static int say_day(struct telling *telling, int64_t day)
{
	char text[LL_DAY_TEXT_MAX];

	ll_day_format((int32_t)day, text);
	return ll_buf_append_str(&telling->text, text);
}

/* `from` is written as the first state in which it may be open. */
static int say_from(struct telling *telling, int64_t from)
{
	static const struct phrase at_once = {"lead (at once)", "线索（立即）"};

	if (from == LL_CASE_NONE)
		return ll_buf_append_str(&telling->text, in(telling, at_once));
	return ll_buf_append_str(&telling->text,
				 ll_words_case_state((enum ll_case_state)from, telling->language));
}

static int say_terms(struct telling *telling, int64_t days, struct ll_str department)
{
	static const struct phrase phrase = {"%lld days, %.*s", "%lld天，%.*s"};

	return ll_buf_append_format(&telling->text, in(telling, phrase), (long long)days,
				    LL_STR_ARG(department));
}

/* One side of the change. */
static int say_value(struct telling *telling, const struct ll_policy_change *change, bool after)
{
	static const struct phrase flags[] = {{"no", "否"}, {"yes", "是"}};
	int64_t number = after ? change->after : change->before;
	struct ll_str text = after ? change->text_after : change->text_before;

	switch (change->kind) {
	case LL_POLICY_EFFECTIVE_ON:
		return say_day(telling, number);
	case LL_POLICY_PARAMETER:
	case LL_POLICY_PARAMETER_ADDED:
	case LL_POLICY_PARAMETER_REMOVED:
		return say_parameter(telling, change->value, number);
	case LL_POLICY_EXIT_COMPARISON:
	case LL_POLICY_EXIT_COMPARISON_ADDED:
	case LL_POLICY_EXIT_COMPARISON_REMOVED:
	case LL_POLICY_COMPARISON:
	case LL_POLICY_COMPARISON_ADDED:
	case LL_POLICY_COMPARISON_REMOVED:
		return say_comparison(telling, change, after ? change->op_after : change->op_before,
				      number);
	case LL_POLICY_LEVEL:
		return ll_buf_append_str(&telling->text,
					 ll_words_level((int32_t)number, telling->language));
	case LL_POLICY_FROM:
		return say_from(telling, number);
	case LL_POLICY_TERMS_ADDED:
	case LL_POLICY_TERMS_REMOVED:
		return say_terms(telling, number, text);
	case LL_POLICY_ASKS:
	case LL_POLICY_SUDDEN:
	case LL_POLICY_GREEN_CHANNEL:
	case LL_POLICY_LEAD:
	case LL_POLICY_MEASURE_BEFORE_EXIT:
		return ll_buf_append_str(&telling->text, in(telling, flags[number != 0]));
	case LL_POLICY_KEEP_MONTHS:
	case LL_POLICY_ESCALATE_AFTER_DAYS:
	case LL_POLICY_STABLE_MONTHS:
	case LL_POLICY_OBSERVE_MONTHS:
	case LL_POLICY_DUE_DAYS:
	case LL_POLICY_RETRY_DAYS:
		return ll_buf_append_format(&telling->text, "%lld", (long long)number);
	default:
		return ll_buf_append(&telling->text, text.data, text.size);
	}
}

/* ---- sentences ------------------------------------------------------------------------------------- */

static int say_both(struct telling *telling, const struct ll_policy_change *change)
{
	int err = say_value(telling, change, false);

	if (!err)
		err = ll_buf_append_str(&telling->text, " → ");
	return err ? err : say_value(telling, change, true);
}

/* "rule income-below-line" or "measure visit the household" */
static int say_name(struct telling *telling, const struct ll_policy_change *change)
{
	int err = ll_buf_append_str(&telling->text, in(telling, phrases[change->kind]));
	bool is_of_measure = change->kind >= LL_POLICY_TERMS_ADDED;

	if (!err && (change->name.size > 0 || is_of_measure))
		err = ll_buf_append_str(&telling->text, " ");
	if (!err && is_of_measure)
		return say_measure(telling, change->measure);
	return err ? err : ll_buf_append(&telling->text, change->name.data, change->name.size);
}

static int say_colon(struct telling *telling)
{
	return ll_buf_append_str(&telling->text, telling->language == LL_CHINESE ? "：" : ": ");
}

static bool has_comparison(enum ll_policy_change_kind kind)
{
	return (kind >= LL_POLICY_COMPARISON && kind <= LL_POLICY_COMPARISON_REMOVED) ||
	       (kind >= LL_POLICY_EXIT_COMPARISON && kind <= LL_POLICY_EXIT_COMPARISON_REMOVED);
}

static int say_subject(struct telling *telling, const struct ll_policy_change *change)
{
	int err = 0;
	bool compares = has_comparison(change->kind);

	if (subjects[change->kind].english) {
		err = say_colon(telling);
		if (!err)
			err = ll_buf_append_str(&telling->text,
						in(telling, subjects[change->kind]));
	}
	if (!err && compares)
		err = say_colon(telling);
	if (!err && compares)
		err = ll_buf_append_str(&telling->text,
					ll_words_indicator(change->indicator, telling->language));
	return err;
}

static int say_title(struct telling *telling, const struct ll_rule *rule)
{
	struct ll_str title = telling->language == LL_CHINESE ? rule->title_zh : rule->title;

	return ll_buf_append(&telling->text, title.data, title.size);
}

static int say_values(struct telling *telling, const struct ll_policy_change *change)
{
	int err = say_colon(telling);

	if (err)
		return err;
	switch (change->kind) {
	case LL_POLICY_OPENS:
	case LL_POLICY_OPENS_NO_MORE:
		return say_measure(telling, change->measure);
	case LL_POLICY_RULE_ADDED:
	case LL_POLICY_RULE_REMOVED:
		return say_title(telling, change->rule);
	case LL_POLICY_PARAMETER_ADDED:
	case LL_POLICY_COMPARISON_ADDED:
	case LL_POLICY_EXIT_COMPARISON_ADDED:
	case LL_POLICY_TERMS_ADDED:
		return say_value(telling, change, true);
	case LL_POLICY_PARAMETER_REMOVED:
	case LL_POLICY_COMPARISON_REMOVED:
	case LL_POLICY_EXIT_COMPARISON_REMOVED:
	case LL_POLICY_TERMS_REMOVED:
		return say_value(telling, change, false);
	default:
		return say_both(telling, change);
	}
}

static bool has_values(enum ll_policy_change_kind kind)
{
	return kind != LL_POLICY_REGION_ADDED && kind != LL_POLICY_REGION_REMOVED &&
	       kind != LL_POLICY_RULE_OFF && kind != LL_POLICY_RULE_ON;
}

static int say_change(struct telling *telling, const struct ll_policy_change *change)
{
	int err;

	ll_buf_clear(&telling->text);
	err = say_name(telling, change);
	if (!err)
		err = say_subject(telling, change);
	if (!err && has_values(change->kind))
		err = say_values(telling, change);
	return err;
}

/* ---- printing --------------------------------------------------------------------------------------- */

static void print_heading(const struct telling *telling, const struct ll_policy_change *change)
{
	static const struct phrase whole = {"The policy", "政策"};
	static const struct phrase everywhere = {"Everywhere", "全部地区"};
	static const struct phrase area_in = {"In ", "地区 "};
	char area[LL_AREA_TEXT_MAX];

	ll_area_format(change->area, area);
	if (change->kind < LL_POLICY_REGION_ADDED)
		puts(in(telling, whole));
	else if (change->area.digits == 0)
		puts(in(telling, everywhere));
	else
		printf("%s%s\n", in(telling, area_in), area);
}

static bool is_under_the_same(const struct ll_policy_change *a, const struct ll_policy_change *b)
{
	return (a->kind < LL_POLICY_REGION_ADDED) == (b->kind < LL_POLICY_REGION_ADDED) &&
	       a->area.digits == b->area.digits && a->area.code == b->area.code;
}

static int print_words(struct telling *telling, const struct ll_policy_change *changes,
		       size_t count)
{
	static const struct phrase none = {"No difference.", "没有差别。"};
	int err = 0;

	if (count == 0)
		puts(in(telling, none));
	for (size_t i = 0; i < count && !err; i++) {
		if (i == 0 || !is_under_the_same(&changes[i - 1], &changes[i]))
			print_heading(telling, &changes[i]);
		err = say_change(telling, &changes[i]);
		if (!err)
			printf("  %.*s\n", (int)telling->text.size,
			       (const char *)telling->text.data);
	}
	return err;
}

/* Numbers as they are counted: fen, permille, days since 1970 as a date. */
static json_t *value_json(struct telling *telling, const struct ll_policy_change *change,
			  bool after)
{
	struct ll_str text = after ? change->text_after : change->text_before;
	int64_t number = after ? change->after : change->before;

	if (text.size > 0)
		return json_stringn(text.data, text.size);
	if (change->kind == LL_POLICY_FROM)
		return json_string(ll_case_state_name(
			number == LL_CASE_NONE ? LL_CASE_LEAD : (enum ll_case_state)number));
	if (change->kind == LL_POLICY_EFFECTIVE_ON) {
		ll_buf_clear(&telling->text);
		if (say_day(telling, number))
			return NULL;
		return json_stringn((const char *)telling->text.data, telling->text.size);
	}
	return json_integer(number);
}

static bool is_terms(enum ll_policy_change_kind kind)
{
	return kind == LL_POLICY_TERMS_ADDED || kind == LL_POLICY_TERMS_REMOVED;
}

static void set_terms(json_t *object, const struct ll_policy_change *change)
{
	bool after = change->kind == LL_POLICY_TERMS_ADDED;
	struct ll_str department = after ? change->text_after : change->text_before;

	json_object_set_new(object, "due_days",
			    json_integer(after ? change->after : change->before));
	json_object_set_new(object, "department", json_stringn(department.data, department.size));
}

/* Two values, not one that is named. */
static bool has_sides(enum ll_policy_change_kind kind)
{
	return has_values(kind) && kind != LL_POLICY_OPENS && kind != LL_POLICY_OPENS_NO_MORE &&
	       kind != LL_POLICY_RULE_ADDED && kind != LL_POLICY_RULE_REMOVED && !is_terms(kind);
}

static json_t *change_json(struct telling *telling, const struct ll_policy_change *change)
{
	json_t *object = json_object();
	char area[LL_AREA_TEXT_MAX];

	json_object_set_new(object, "change", json_string(ll_policy_change_name(change->kind)));
	ll_area_format(change->area, area);
	json_object_set_new(object, "area", json_string(area));
	if (change->name.size > 0)
		json_object_set_new(object, "name",
				    json_stringn(change->name.data, change->name.size));
	if (has_comparison(change->kind)) {
		json_object_set_new(object, "indicator",
				    json_string(ll_indicator_name(change->indicator)));
		json_object_set_new(object, "comparison_before",
				    json_string(ll_operator_name(change->op_before)));
		json_object_set_new(object, "comparison_after",
				    json_string(ll_operator_name(change->op_after)));
	}
	if (change->kind >= LL_POLICY_OPENS)
		json_object_set_new(object, "measure",
				    json_string(ll_measure_name(change->measure)));
	if (is_terms(change->kind))
		set_terms(object, change);
	if (has_sides(change->kind)) {
		json_object_set_new(object, "before", value_json(telling, change, false));
		json_object_set_new(object, "after", value_json(telling, change, true));
	}
	if (say_change(telling, change) == 0)
		json_object_set_new(
			object, "text",
			json_stringn((const char *)telling->text.data, telling->text.size));
	return object;
}

static int print_json(struct telling *telling, const struct ll_policy_change *changes, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, change_json(telling, &changes[i]));
	return ll_json_print(array);
}

/* ---- the command -------------------------------------------------------------------------------------- */

static int diff(struct ll_invocation *invocation, enum ll_language language,
		const struct ll_policy *before, const struct ll_policy *after)
{
	struct telling telling = {.language = language};
	const struct ll_policy_change *changes = NULL;
	struct ll_arena arena;
	size_t count = 0;
	int err;

	ll_arena_init(&arena, 0);
	ll_buf_init(&telling.text);
	err = ll_policy_diff(before, after, &arena, &changes, &count);
	if (!err)
		err = ll_invocation_flag(invocation, "json")
			      ? print_json(&telling, changes, count)
			      : print_words(&telling, changes, count);
	ll_buf_release(&telling.text);
	ll_arena_release(&arena);
	return err;
}

int ll_policy_diff_run(struct ll_invocation *invocation)
{
	struct ll_policy_file before, after;
	enum ll_language language;
	int err;

	if (ll_language_of(ll_invocation_option(invocation, "lang"), &language))
		return ll_complain(invocation, LL_EXIT_USAGE, "--lang is zh or en");
	err = ll_policy_file_open(invocation, ll_invocation_argument(invocation, 0), &before);
	if (err)
		return ll_exit_of(err);
	err = ll_policy_file_open(invocation, ll_invocation_argument(invocation, 1), &after);
	if (!err) {
		err = diff(invocation, language, before.policy, after.policy);
		ll_policy_file_release(&after);
	}
	ll_policy_file_release(&before);
	return ll_exit_of(err);
}
