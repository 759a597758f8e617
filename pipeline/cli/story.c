#include "cli/story.h"

#include <stdlib.h>

#include "base/date.h"
#include "runtime/topics.h"

void ll_story_init(struct ll_story *story, const struct ll_codec *codec,
		   const struct ll_key *household_key)
{
	*story = (struct ll_story){
		.codec = codec, .household_key = *household_key, .day = LL_DAY_NONE};
	ll_arena_init(&story->arena, 0);
}

void ll_story_release(struct ll_story *story)
{
	free(story->items);
	ll_arena_release(&story->arena);
	story->items = NULL;
	story->count = 0;
	story->capacity = 0;
}

/* ---- taking ------------------------------------------------------------------------------------ */

static int add_item(struct ll_story *story, const struct ll_record *record, enum ll_story_kind kind,
		    struct ll_story_item **ret_item)
{
	size_t capacity = story->capacity ? story->capacity * 2 : 256;
	struct ll_story_item *items = story->items;

	if (story->count == LL_STORY_ITEMS_MAX)
		return -LL_ERR_TOO_LARGE;
	if (story->count == story->capacity) {
		items = reallocarray(items, capacity, sizeof(*items));
		if (!items)
			return -LL_ERR_NO_MEMORY;
		story->items = items;
		story->capacity = capacity;
	}
	items[story->count] = (struct ll_story_item){
		.kind = kind,
		.offset = record->offset,
		.timestamp_ms = record->timestamp_ms,
		.day = story->day,
		.sequence = (uint32_t)story->count,
		.shown = true,
		.since = LL_DAY_NONE,
	};
	*ret_item = &items[story->count++];
	return 0;
}

/* The message in the story's arena, with a copy of the bytes that it borrows from. */
static int keep_message(struct ll_story *story, enum ll_message message,
			const struct ll_record *record, size_t size, void **ret_value)
{
	struct ll_bytes wire = record->value;
	void *value = ll_arena_calloc(&story->arena, 1, size);
	int err;

	wire.data = ll_arena_copy(&story->arena, wire.data, wire.size);
	if (!value || !wire.data)
		return -LL_ERR_NO_MEMORY;
	err = ll_codec_decode(story->codec, message, wire, &story->arena, value);
	if (!err)
		*ret_value = value;
	return err;
}

static bool is_of_household(const struct ll_story *story, const struct ll_record *record)
{
	return record->key.size == LL_KEY_SIZE && record->value.data &&
	       memcmp(record->key.data, story->household_key.bytes, LL_KEY_SIZE) == 0;
}

static bool is_broadcast_key(const struct ll_record *record)
{
	static const struct ll_key no_key;

	return record->key.size == LL_KEY_SIZE && record->value.data &&
	       memcmp(record->key.data, no_key.bytes, LL_KEY_SIZE) == 0;
}

static bool is_same_fact(const struct ll_life_event *a, const struct ll_life_event *b)
{
	return a->revision == b->revision && a->action == b->action &&
	       ll_str_equal(a->event_id, b->event_id) && ll_str_equal(a->source, b->source);
}

/* The latest of the same fact that is not this one. */
static const struct ll_life_event *told_before(const struct ll_story *story,
					       const struct ll_life_event *event)
{
	for (size_t i = story->count; i-- > 0;) {
		const struct ll_household_event *input = story->items[i].input;

		if (story->items[i].kind == LL_STORY_INPUT && input->body == LL_BODY_LIFE_EVENT &&
		    input->life_event.action == LL_ACTION_REPORT &&
		    input->life_event.revision < event->revision &&
		    ll_str_equal(input->life_event.event_id, event->event_id) &&
		    ll_str_equal(input->life_event.source, event->source))
			return &input->life_event;
	}
	return NULL;
}

static bool was_told(const struct ll_story *story, const struct ll_life_event *event)
{
	for (size_t i = 0; i < story->count; i++)
		if (story->items[i].kind == LL_STORY_INPUT &&
		    story->items[i].input->body == LL_BODY_LIFE_EVENT &&
		    is_same_fact(&story->items[i].input->life_event, event))
			return true;
	return false;
}

static void keep_policy(struct ll_story *story, const struct ll_policy_activated *policy)
{
	if (story->policy_count == LL_STORY_POLICIES_MAX)
		memmove(story->policies, story->policies + 1,
			--story->policy_count * sizeof(story->policies[0]));
	story->policies[story->policy_count++] = policy;
}

static const struct ll_policy_activated *policy_of_day(const struct ll_story *story, int32_t day)
{
	for (size_t i = story->policy_count; i-- > 0;)
		if (story->policies[i]->effective_on == day)
			return story->policies[i];
	return NULL;
}

static int take_input(struct ll_story *story, const struct ll_record *record)
{
	bool broadcast = is_broadcast_key(record);
	struct ll_household_event *event = NULL;
	const struct ll_life_event *corrects = NULL;
	struct ll_story_item *item;
	bool again = false;
	int err;

	if (!broadcast && !is_of_household(story, record))
		return 0;
	err = keep_message(story, LL_MESSAGE_HOUSEHOLD_EVENT, record, sizeof(*event),
			   (void **)&event);
	if (err)
		return err;
	if (event->body == LL_BODY_TICK && event->tick.day > story->day)
		story->day = event->tick.day;
	if (event->body == LL_BODY_LIFE_EVENT) {
		again = was_told(story, &event->life_event);
		if (event->life_event.revision > 0)
			corrects = told_before(story, &event->life_event);
	}
	err = add_item(story, record, LL_STORY_INPUT, &item);
	if (err)
		return err;
	item->input = event;
	item->again = again;
	item->corrects = corrects;
	if (event->body == LL_BODY_POLICY_ACTIVATED)
		keep_policy(story, &event->policy_activated);
	if (event->body == LL_BODY_TICK)
		item->began = policy_of_day(story, event->tick.day);
	item->shown = !broadcast;
	return 0;
}

/* An input that assess rejected is told with the reason. */
static int take_dead_letter(struct ll_story *story, const struct ll_record *record)
{
	struct ll_dead_letter *letter = NULL;
	char *reason;
	int err;

	if (!is_of_household(story, record))
		return 0;
	err = keep_message(story, LL_MESSAGE_DEAD_LETTER, record, sizeof(*letter),
			   (void **)&letter);
	if (err)
		return err;
	reason = ll_arena_calloc(&story->arena, 1, letter->reason.size + 1);
	if (!reason)
		return -LL_ERR_NO_MEMORY;
	memcpy(reason, letter->reason.data, letter->reason.size);
	for (size_t i = 0; i < story->count; i++)
		if (story->items[i].kind == LL_STORY_INPUT &&
		    story->items[i].offset == letter->origin.offset)
			story->items[i].rejected = reason;
	return 0;
}

static int take_output(struct ll_story *story, const struct ll_record *record, enum ll_topic topic)
{
	static const struct {
		enum ll_message message;
		enum ll_story_kind kind;
		size_t size;
	} outputs[LL_TOPIC_COUNT] = {
		[LL_TOPIC_RISK_CHANGES] = {LL_MESSAGE_RISK_CHANGE, LL_STORY_CHANGE,
					   sizeof(struct ll_risk_change)},
		[LL_TOPIC_ASSISTANCE_TASKS] = {LL_MESSAGE_TASK, LL_STORY_TASK,
					       sizeof(struct ll_task)},
		[LL_TOPIC_ESCALATIONS] = {LL_MESSAGE_ESCALATION, LL_STORY_ESCALATION,
					  sizeof(struct ll_escalation)},
	};
	struct ll_story_item *item;
	void *value = NULL;
	int err;

	if (!is_of_household(story, record) || outputs[topic].size == 0)
		return 0;
	err = keep_message(story, outputs[topic].message, record, outputs[topic].size, &value);
	if (!err)
		err = add_item(story, record, outputs[topic].kind, &item);
	if (!err)
		item->change = value; /* any member of the union: a pointer */
	return err;
}

int ll_story_take(struct ll_story *story, const struct ll_record *record)
{
	struct ll_str suffix;
	int topic = ll_topic_of(record->topic, &suffix);
	int err;

	if (topic == LL_TOPIC_HOUSEHOLD_EVENTS)
		err = take_input(story, record);
	else if (topic == LL_TOPIC_DEAD_LETTERS)
		err = take_dead_letter(story, record);
	else
		err = topic < 0 ? 0 : take_output(story, record, (enum ll_topic)topic);
	/* What nobody can read is no part of anybody's story. */
	return err && ll_err_class(err) == LL_CLASS_REJECT && err != -LL_ERR_TOO_LARGE ? 0 : err;
}

/* ---- joining ----------------------------------------------------------------------------------- */

struct cause {
	const struct ll_origin *origin;
	int32_t decided_on;
};

static struct cause cause_of(const struct ll_story_item *output)
{
	switch (output->kind) {
	case LL_STORY_TASK:
		return (struct cause){&output->task->cause, output->task->decided_on};
	case LL_STORY_ESCALATION:
		return (struct cause){&output->escalation->cause, output->escalation->decided_on};
	default:
		return (struct cause){&output->change->cause, output->change->decided_on};
	}
}

static bool is_same_origin(const struct ll_origin *a, const struct ll_origin *b)
{
	return a->partition == b->partition && a->offset == b->offset &&
	       a->published_at_ms == b->published_at_ms && ll_str_equal(a->topic, b->topic);
}

/*
 * By the cause. Days that were told in one go have one origin, and then the day of the decision
 * tells them apart. Where the cause is not there any more, by the clock.
 */
static struct ll_story_item *input_of(struct ll_story *story, const struct ll_story_item *output,
				      size_t input_count)
{
	const struct cause cause = cause_of(output);
	struct ll_story_item *same = NULL;
	struct ll_story_item *latest = NULL;

	for (size_t i = 0; i < input_count; i++) {
		struct ll_story_item *input = &story->items[i];

		if (is_same_origin(&input->input->origin, cause.origin)) {
			if (input->day == cause.decided_on)
				return input;
			same = same ? same : input;
		}
		if (input->shown && input->timestamp_ms <= output->timestamp_ms)
			latest = input;
	}
	return same ? same : latest;
}

/* The log's order; below an input first the decision, then what follows from it. */
static int compare_items(const void *a, const void *b)
{
	const struct ll_story_item *one = a;
	const struct ll_story_item *two = b;

	if (one->offset != two->offset)
		return one->offset < two->offset ? -1 : 1;
	if (one->kind != two->kind)
		return one->kind < two->kind ? -1 : 1;
	return one->sequence < two->sequence ? -1 : one->sequence > two->sequence;
}

static const struct ll_task *task_told_before(const struct ll_story *story, size_t end,
					      const struct ll_key *task_id)
{
	for (size_t i = end; i-- > 0;)
		if (story->items[i].kind == LL_STORY_TASK &&
		    ll_key_equal(&story->items[i].task->task_id, task_id))
			return story->items[i].task;
	return NULL;
}

static bool is_echo(const struct ll_task *task, const struct ll_story_item *input)
{
	return input && task->change == LL_CHANGE_UPDATED &&
	       input->input->body == LL_BODY_TASK_UPDATED && input->about &&
	       ll_key_equal(&input->input->task_updated.task_id, &task->task_id);
}

static const struct ll_member *member_of(const struct ll_household_registered *registered,
					 const struct ll_household_event *input)
{
	for (size_t i = 0; registered && i < registered->member_count; i++)
		if (ll_key_equal(&registered->members[i].person_key, &input->person_key))
			return &registered->members[i];
	return NULL;
}

static const struct ll_household_registered *look_back_at_input(
	struct ll_story *story, size_t at, const struct ll_household_registered *registered)
{
	struct ll_story_item *item = &story->items[at];

	switch (item->input->body) {
	case LL_BODY_HOUSEHOLD_REGISTERED:
		return &item->input->household_registered;
	case LL_BODY_TASK_UPDATED:
		item->about = task_told_before(story, at, &item->input->task_updated.task_id);
		break;
	case LL_BODY_LIFE_EVENT:
		item->member = member_of(registered, item->input);
		break;
	default:
		break;
	}
	return registered;
}

/* How long it has gone well: what months are counted from. */
struct course {
	int32_t stable_since;	  /* monitored without trouble; LL_DAY_NONE: not so */
	int32_t eliminated_since; /* LL_DAY_NONE: never */
	bool asked;		  /* for the exit review, since it is monitored */
};

static void follow_course(struct course *course, const struct ll_risk_change *change)
{
	const bool moved = change->before != change->after;

	if (moved && change->after == LL_CASE_ELIMINATED && change->before == LL_CASE_MONITORED)
		course->eliminated_since = change->decided_on;
	if (change->after != LL_CASE_MONITORED || change->level_after > 0)
		course->stable_since = LL_DAY_NONE;
	else if (moved || change->level_before > 0)
		course->stable_since = change->decided_on;
	if (moved)
		course->asked = false;
}

static void look_back_at_change(struct ll_story_item *item, const struct ll_story_item *input,
				struct course *course)
{
	const struct ll_risk_change *change = item->change;

	item->by_person = input && (input->input->body == LL_BODY_CASE_DECISION ||
				    input->input->body == LL_BODY_TASK_UPDATED);
	item->asked = course->asked;
	if (change->before == LL_CASE_ELIMINATED && change->after == LL_CASE_NONE &&
	    !item->by_person)
		item->since = course->eliminated_since;
	follow_course(course, change);
}

static void look_back_at_task(struct ll_story *story, size_t at, const struct ll_story_item *input,
			      struct course *course)
{
	struct ll_story_item *item = &story->items[at];

	item->echo = is_echo(item->task, input);
	item->task_before = task_told_before(story, at, &item->task->task_id);
	if (item->task->measure != LL_MEASURE_EXIT_REVIEW || item->task->change != LL_CHANGE_OPENED)
		return;
	item->since = course->stable_since;
	course->asked = true;
}

/* What a sentence needs to know of what came before it. */
static void look_back(struct ll_story *story)
{
	const struct ll_household_registered *registered = NULL;
	const struct ll_story_item *input = NULL;
	struct course course = {LL_DAY_NONE, LL_DAY_NONE, false};
	enum ll_case_state state = LL_CASE_NONE;
	enum ll_group group = LL_GROUP_NONE;
	bool held = false;

	for (size_t i = 0; i < story->count; i++) {
		struct ll_story_item *item = &story->items[i];

		item->state = state;
		if (item->kind == LL_STORY_INPUT) {
			input = item;
			registered = look_back_at_input(story, i, registered);
		} else if (item->kind == LL_STORY_CHANGE) {
			item->group_before = group;
			item->held_before = held;
			look_back_at_change(item, input, &course);
			state = item->change->after;
			group = item->change->group;
			held = item->change->held;
		} else if (item->kind == LL_STORY_TASK) {
			look_back_at_task(story, i, input, &course);
		}
		item->registered = registered;
	}
}

void ll_story_finish(struct ll_story *story)
{
	size_t input_count = 0;
	size_t shown = 0;

	while (input_count < story->count && story->items[input_count].kind == LL_STORY_INPUT)
		input_count++;
	for (size_t i = input_count; i < story->count; i++) {
		struct ll_story_item *output = &story->items[i];
		struct ll_story_item *input = input_of(story, output, input_count);

		output->offset = input ? input->offset : -1;
		output->day = input ? input->day : LL_DAY_NONE;
		if (input)
			input->shown = true;
	}
	for (size_t i = 0; i < story->count; i++)
		if (story->items[i].shown)
			story->items[shown++] = story->items[i];
	story->count = shown;
	if (shown > 0)
		qsort(story->items, shown, sizeof(*story->items), compare_items);
	look_back(story);
}
