#include "cli/standing_told.h"

#include "base/date.h"
#include "cli/sentence.h"

#define NAME_MAX_TOLD (LL_NAME_MAX + 1)

static const struct ll_risk_change *last_change(const struct ll_story *story)
{
	for (size_t i = story->count; i-- > 0;)
		if (story->items[i].kind == LL_STORY_CHANGE)
			return story->items[i].change;
	return NULL;
}

/* The item is the last that is told of its task, and the task is open then. */
static bool is_open_task(const struct ll_story *story, size_t at)
{
	const struct ll_task *task = story->items[at].task;

	if (story->items[at].kind != LL_STORY_TASK ||
	    (task->state != LL_TASK_OPEN && task->state != LL_TASK_ACCEPTED))
		return false;
	for (size_t i = at + 1; i < story->count; i++)
		if (story->items[i].kind == LL_STORY_TASK &&
		    ll_key_equal(&story->items[i].task->task_id, &task->task_id))
			return false;
	return true;
}

static int print_line(struct ll_buf *text, int err, FILE *out)
{
	if (!err)
		fprintf(out, "  %.*s\n", (int)text->size, (const char *)text->data);
	ll_buf_clear(text);
	return err;
}

static int tell_case(const struct ll_risk_change *change, enum ll_language language,
		     struct ll_buf *text, FILE *out)
{
	const enum ll_case_state state = change ? change->after : LL_CASE_NONE;
	/* The county has decided. */
	const bool decided = state == LL_CASE_MONITORED || state == LL_CASE_ELIMINATED;
	int err =
		ll_say(text, language, LL_SENTENCE_NOW_CASE, ll_words_case_state(state, language));

	if (!err && change && change->group != LL_GROUP_NONE && state != LL_CASE_NONE) {
		err = ll_say(text, language, LL_SENTENCE_AND, NULL);
		if (!err)
			err = ll_say(text, language,
				     decided ? LL_SENTENCE_NOW_GROUP
					     : LL_SENTENCE_NOW_GROUP_GUESSED,
				     ll_words_group(change->group, language));
	}
	if (!err && change && (change->level_after > 0 || state != LL_CASE_NONE)) {
		err = ll_say(text, language, LL_SENTENCE_AND, NULL);
		if (!err)
			err = ll_say(text, language, LL_SENTENCE_NOW_LEVEL,
				     ll_words_level(change->level_after, language));
	}
	if (!err && change && change->held) {
		err = ll_say(text, language, LL_SENTENCE_AND, NULL);
		if (!err)
			err = ll_say(text, language, LL_SENTENCE_NOW_HELD, NULL);
	}
	return print_line(text, err, out);
}

static int tell_task(const struct ll_task *task, int32_t today, enum ll_language language,
		     struct ll_buf *text, FILE *out)
{
	const struct ll_str name = ll_words_department(task->department, language);
	char department[NAME_MAX_TOLD], due[LL_DAY_TEXT_MAX];

	snprintf(department, sizeof(department), "%.*s", LL_STR_ARG(name));
	ll_day_format(task->due_on, due);
	return print_line(
		text,
		ll_say(text, language,
		       task->due_on < today ? LL_SENTENCE_NOW_OVERDUE : LL_SENTENCE_NOW_TO_DO,
		       ll_words_measure(task->measure, language), department, due),
		out);
}

static int tell_nothing_to_do(enum ll_case_state state, enum ll_language language,
			      struct ll_buf *text, FILE *out)
{
	static const enum ll_sentence sentences[LL_CASE_STATE_COUNT] = {
		[LL_CASE_NONE] = LL_SENTENCE_NOW_NONE,
		[LL_CASE_LEAD] = LL_SENTENCE_NOW_UNDER_WAY,
		[LL_CASE_VERIFIED] = LL_SENTENCE_NOW_UNDER_WAY,
		[LL_CASE_MONITORED] = LL_SENTENCE_NOW_MONITORED,
		[LL_CASE_ELIMINATED] = LL_SENTENCE_NOW_ELIMINATED,
		[LL_CASE_REJECTED] = LL_SENTENCE_NOW_REJECTED,
		[LL_CASE_REVIEWED] = LL_SENTENCE_NOW_UNDER_WAY,
		[LL_CASE_CHECKED] = LL_SENTENCE_NOW_UNDER_WAY,
	};

	return print_line(text, ll_say(text, language, sentences[state], NULL), out);
}

int ll_standing_tell(const struct ll_story *story, enum ll_language language, FILE *out)
{
	const struct ll_risk_change *change = last_change(story);
	char day[LL_DAY_TEXT_MAX];
	struct ll_buf text;
	bool any = false;
	int err;

	if (story->day == LL_DAY_NONE)
		return 0;
	ll_buf_init(&text);
	ll_day_format(story->day, day);
	err = ll_say(&text, language, LL_SENTENCE_NOW, day);
	if (!err)
		fprintf(out, "\n%.*s\n", (int)text.size, (const char *)text.data);
	ll_buf_clear(&text);
	if (!err)
		err = tell_case(change, language, &text, out);
	for (size_t i = 0; i < story->count && !err; i++) {
		if (!is_open_task(story, i))
			continue;
		any = true;
		err = tell_task(story->items[i].task, story->day, language, &text, out);
	}
	if (!err && !any)
		err = tell_nothing_to_do(change ? change->after : LL_CASE_NONE, language, &text,
					 out);
	ll_buf_release(&text);
	return err;
}
