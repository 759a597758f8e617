#include <assert.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/hash.h"
#include "cli/tally_private.h"

int ll_tally_new(const struct ll_codec *codec, int32_t household_partitions,
		 struct ll_tally **ret_tally)
{
	struct ll_tally *tally = calloc(1, sizeof(*tally));

	if (!tally)
		return -LL_ERR_NO_MEMORY;
	tally->codec = codec;
	tally->household_partitions = household_partitions;
	tally->books.day = LL_DAY_NONE;
	ll_arena_init(&tally->arena, 0);
	ll_buf_init(&tally->scratch);
	*ret_tally = tally;
	return 0;
}

void ll_tally_free(struct ll_tally *tally)
{
	if (!tally)
		return;
	for (size_t i = 0; i < tally->input_count; i++)
		free(tally->inputs[i].enriched);
	free(tally->inputs);
	ll_key_table_release(&tally->inputs_by_name);
	ll_key_table_release(&tally->events);
	ll_key_table_release(&tally->held);
	ll_key_table_release(&tally->rejected);
	ll_key_table_release(&tally->households);
	ll_key_table_release(&tally->tasks);
	free(tally->departments);
	free(tally->counties);
	free(tally->cities);
	ll_arena_release(&tally->arena);
	ll_buf_release(&tally->scratch);
	free(tally);
}

/* ---- names of things --------------------------------------------------------------------------- */

void ll_tally_position_key(struct ll_str topic, int32_t partition, int64_t offset,
			   struct ll_key *ret_key)
{
	struct {
		int64_t partition;
		int64_t offset;
		char topic[LL_TOPIC_NAME_MAX];
	} position = {.partition = partition, .offset = offset};

	if (topic.size > sizeof(position.topic))
		topic.size = sizeof(position.topic);
	if (topic.size > 0)
		memcpy(position.topic, topic.data, topic.size);
	ll_hash128(&position, offsetof(__typeof__(position), topic) + topic.size, ret_key);
}

static int append_text(struct ll_buf *out, struct ll_str text)
{
	int err = ll_buf_append_long(out, (int64_t)text.size);

	return err || text.size == 0 ? err : ll_buf_append(out, text.data, text.size);
}

/*
 * The topic is part of it: a department that publishes under another's name has its own event,
 * which is rejected, and the other's is untouched by it. So is the subject: two persons do not
 * become one for sharing an event_id.
 */
int ll_tally_identify_event(struct ll_tally *tally, const struct ll_life_event *event,
			    struct ll_str topic, struct ll_key *ret_identity)
{
	struct ll_buf *name = &tally->scratch;
	int err;

	ll_buf_clear(name);
	err = append_text(name, topic);
	if (!err)
		err = append_text(name, event->source);
	if (!err)
		err = append_text(name, event->event_id);
	if (!err)
		err = ll_buf_append_long(name, event->revision * 2LL + event->action);
	if (!err)
		err = ll_buf_append_long(name, event->subject.type);
	if (!err && event->subject.type == LL_SUBJECT_AREA)
		err = append_text(name, event->subject.area);
	else if (!err)
		err = ll_buf_append(name, event->subject.key.bytes, LL_KEY_SIZE);
	if (!err)
		ll_hash128(name->data, name->size, ret_identity);
	return err;
}

int ll_tally_identify(struct ll_tally *tally, struct ll_bytes wire, const struct ll_origin *origin,
		      struct ll_key *ret_identity)
{
	struct ll_life_event event;
	int err = ll_codec_decode(tally->codec, LL_MESSAGE_LIFE_EVENT, wire, &tally->arena, &event);

	if (err == -LL_ERR_NO_MEMORY)
		return err;
	if (!err)
		return ll_tally_identify_event(tally, &event, origin->topic, ret_identity);
	ll_tally_position_key(origin->topic, origin->partition, origin->offset, ret_identity);
	return 0;
}

int ll_tally_add_input(struct ll_tally *tally, const char *topic, int32_t partition, int64_t first,
		       int64_t end)
{
	size_t capacity = tally->input_capacity ? tally->input_capacity * 2 : 64;
	struct ll_tally_input *inputs = tally->inputs;
	struct ll_key_entry *entry;
	struct ll_key key;
	int err;

	if (tally->input_count == tally->input_capacity) {
		inputs = reallocarray(inputs, capacity, sizeof(*inputs));
		if (!inputs)
			return -LL_ERR_NO_MEMORY;
		tally->inputs = inputs;
		tally->input_capacity = capacity;
	}
	ll_tally_position_key(ll_str_from(topic), partition, 0, &key);
	err = ll_key_table_put(&tally->inputs_by_name, &key, &entry);
	if (err)
		return err;
	entry->value = (uint32_t)tally->input_count;
	inputs[tally->input_count++] = (struct ll_tally_input){.first = first, .end = end};
	return 0;
}

/* ---- taking and summing ------------------------------------------------------------------------ */

typedef int take_record(struct ll_tally *tally, const struct ll_record *record, int32_t hops);

int ll_tally_take(struct ll_tally *tally, const struct ll_record *record, int32_t hops)
{
	static take_record *const takers[LL_TOPIC_COUNT] = {
		[LL_TOPIC_LIFE_EVENTS] = ll_tally_take_life_event,
		[LL_TOPIC_HELD] = ll_tally_take_held,
		[LL_TOPIC_DEAD_LETTERS] = ll_tally_take_dead_letter,
		[LL_TOPIC_HOUSEHOLD_EVENTS] = ll_tally_take_household_event,
		[LL_TOPIC_RISK_CHANGES] = ll_tally_take_risk_change,
		[LL_TOPIC_ASSISTANCE_TASKS] = ll_tally_take_task,
		[LL_TOPIC_ESCALATIONS] = ll_tally_take_escalation,
	};
	struct ll_str suffix;
	int kind = ll_topic_of(record->topic, &suffix);
	int err;

	assert(kind >= 0 && takers[kind]);
	ll_arena_clear(&tally->arena);
	err = takers[kind](tally, record, hops);
	if (!err || ll_err_class(err) != LL_CLASS_REJECT)
		return err;
	tally->books.unreadable++;
	return 0;
}

static void count_end(uint32_t known, struct ll_tally_books *books)
{
	if (!(known & LL_EVENT_IN)) {
		books->older += (known & LL_EVENT_DECIDED) != 0;
		return;
	}
	books->in++;
	if (known & LL_EVENT_DECIDED)
		books->decided++;
	else if (known & LL_EVENT_HELD)
		books->held++;
	else if (known & LL_EVENT_DEAD)
		books->dead_lettered++;
	else
		books->missing++;
}

void ll_tally_finish(struct ll_tally *tally, struct ll_tally_books *ret_books)
{
	struct ll_tally_books books = tally->books;

	for (uint32_t i = 0; i < tally->events.count; i++)
		count_end(tally->events.entries[i].value, &books);
	/* Told apart on the way. */
	books.older -= books.unexplained + tally->newer;
	books.balanced = books.missing == 0 && books.unexplained == 0 && books.doubled == 0;
	books.departments = tally->departments;
	books.department_count = tally->department_count;
	for (size_t i = 0; i < tally->department_count; i++)
		books.records += tally->departments[i].records;
	ll_tally_sum_results(tally, &books);
	*ret_books = books;
}
