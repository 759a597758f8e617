#include <jansson.h>
#include <stdio.h>

#include "base/date.h"
#include "runtime/columns.h"
#include "runtime/json_print.h"
#include "runtime/reasons_json.h"
#include "tasks.h"

#define SHORT_ID 8 /* hex digits that the list shows */

static const char *label(const struct ll_task_view *view, const char *english, const char *chinese)
{
	return view->language == LL_CHINESE ? chinese : english;
}

static void print_row(const struct ll_task_view *view, const char *english, const char *chinese,
		      const char *value)
{
	const char *name = label(view, english, chinese);
	int pad = 16 - (int)ll_text_width(ll_str_from(name));

	printf("  %s%*s%s\n", name, pad > 1 ? pad : 1, "", value);
}

static void print_day(const struct ll_task_view *view, const char *english, const char *chinese,
		      int32_t day)
{
	char text[LL_DAY_TEXT_MAX];

	ll_day_format(day, text);
	print_row(view, english, chinese, text);
}

static void print_text(const struct ll_task_view *view, const char *english, const char *chinese,
		       struct ll_str text)
{
	struct ll_buf value;

	if (text.size == 0)
		return;
	ll_buf_init(&value);
	if (ll_text_append_harmless(&value, text) == 0 && ll_buf_append(&value, "", 1) == 0)
		print_row(view, english, chinese, (const char *)value.data);
	ll_buf_release(&value);
}

static int print_reason(const struct ll_task_view *view, const struct ll_reason *reason)
{
	struct ll_buf words;
	int err;

	ll_buf_init(&words);
	err = ll_words_reason(reason, view->language, &words);
	if (!err)
		printf("  - %.*s  [%.*s]\n", (int)words.size, (const char *)words.data,
		       LL_STR_ARG(reason->rule));
	for (size_t i = 0; !err && i < reason->fact_count; i++) {
		ll_buf_clear(&words);
		err = ll_words_fact_behind(reason, &reason->facts[i], view->language, &words);
		if (!err)
			printf("      %.*s\n", (int)words.size, (const char *)words.data);
	}
	ll_buf_release(&words);
	return err;
}

static int print_reasons(const struct ll_task_view *view, struct ll_str reasons_json)
{
	const struct ll_reason *reasons = NULL;
	struct ll_arena arena;
	size_t count = 0;
	int err;

	ll_arena_init(&arena, 0);
	err = ll_reasons_from_json(&arena, reasons_json, &reasons, &count);
	if (!err && count > 0)
		printf("%s\n", label(view, "Why", "依据"));
	for (size_t i = 0; !err && i < count; i++)
		err = print_reason(view, &reasons[i]);
	ll_arena_release(&arena);
	return err;
}

int ll_task_show(const struct ll_task_view *view, const struct ll_task_row *row)
{
	const struct ll_task *task = &row->task;
	char hex[LL_KEY_HEX_SIZE];

	if (view->json)
		return ll_task_json(row);
	printf("%s: %s\n", label(view, "Task", "任务"),
	       ll_words_measure(task->measure, view->language));
	ll_key_to_hex(&task->task_id, hex);
	print_row(view, "id", "编号", hex);
	ll_key_to_hex(&task->household_key, hex);
	print_row(view, "household", "农户", hex);
	print_text(view, "head", "户主", row->household_name);
	print_text(view, "village", "村", task->area);
	print_row(view, "state", "状态", ll_words_task_state(task->state, view->language));
	print_row(view, "level", "预警级别", ll_words_level(task->level, view->language));
	print_day(view, "opened", "开始", task->opened_on);
	print_day(view, "due", "期限", task->due_on);
	print_text(view, "department", "责任部门",
		   ll_words_department(task->department, view->language));
	print_text(view, "reported by", "反馈人", task->update_by);
	print_text(view, "note", "反馈", task->update_note);
	print_text(view, "policy", "政策", task->policy_name);
	print_text(view, "version", "版本", task->policy_version);
	return print_reasons(view, row->reasons_json);
}

const struct ll_reason *ll_task_main_reason(const struct ll_reason *reasons, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (reasons[i].fact_count > 0)
			return &reasons[i];
	return count > 0 ? &reasons[0] : NULL;
}

int ll_task_line(const struct ll_task_view *view, const struct ll_task *task, int64_t written_at_ms)
{
	char time[LL_TIME_TEXT_MAX];
	char due[LL_DAY_TEXT_MAX];
	char hex[LL_KEY_HEX_SIZE];
	const struct ll_reason *why = ll_task_main_reason(task->reasons, task->reason_count);
	struct ll_buf words;
	int err = 0;

	ll_time_format(written_at_ms, time);
	ll_day_format(task->due_on, due);
	ll_key_to_hex(&task->task_id, hex);
	ll_buf_init(&words);
	if (why)
		err = ll_words_reason(why, view->language, &words);
	printf("%s  %.*s  %s  %s  %s  %s %s  %.*s\n", time, SHORT_ID, hex,
	       ll_words_task_change(task->change, view->language),
	       ll_words_measure(task->measure, view->language),
	       ll_words_level(task->level, view->language), label(view, "due", "期限"), due,
	       (int)words.size, words.data ? (const char *)words.data : "");
	fflush(stdout);
	ll_buf_release(&words);
	return err;
}

static json_t *text_json(struct ll_str text)
{
	return json_stringn(text.data ? text.data : "", text.size);
}

static void set_day(json_t *object, const char *name, int32_t day)
{
	char text[LL_DAY_TEXT_MAX];

	ll_day_format(day, text);
	json_object_set_new(object, name, json_string(text));
}

static void set_key(json_t *object, const char *name, const struct ll_key *key)
{
	char hex[LL_KEY_HEX_SIZE];

	ll_key_to_hex(key, hex);
	json_object_set_new(object, name, json_string(hex));
}

int ll_task_json(const struct ll_task_row *row)
{
	const struct ll_task *task = &row->task;
	json_t *object = json_object();

	set_key(object, "task_id", &task->task_id);
	set_key(object, "household_key", &task->household_key);
	json_object_set_new(object, "area", text_json(task->area));
	json_object_set_new(object, "county", text_json(task->county));
	json_object_set_new(object, "measure", json_string(ll_measure_name(task->measure)));
	json_object_set_new(object, "state", json_string(ll_task_state_name(task->state)));
	json_object_set_new(object, "level", json_integer(task->level));
	set_day(object, "opened_on", task->opened_on);
	set_day(object, "due_on", task->due_on);
	json_object_set_new(object, "department", text_json(task->department));
	json_object_set_new(object, "policy", text_json(task->policy_name));
	json_object_set_new(object, "policy_version", text_json(task->policy_version));
	json_object_set_new(object, "by", text_json(task->update_by));
	json_object_set_new(object, "note", text_json(task->update_note));
	json_object_set_new(object, "reasons",
			    json_loadb(row->reasons_json.data, row->reasons_json.size, 0, NULL));
	return ll_json_print(object);
}
