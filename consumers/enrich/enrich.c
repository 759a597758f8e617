/*
 * lifeline enrich: a life event of a person becomes an event of the household that the person
 * belongs to. Where the person is not registered yet the event is held, and released when they are.
 */
#include <stdlib.h>

#include "base/area.h"
#include "base/hash.h"
#include "codec/subject.h"
#include "directory.h"
#include "runtime/command.h"
#include "runtime/stage_command.h"
#include "runtime/topics.h"

#define RETAIN_MS 60000 /* a directory that no input here needs */

struct enrich {
	struct ll_stage_loop *loop;
	const struct ll_stage_env *env;
	struct ll_directories *directories;
	struct ll_arena arena;
	struct ll_buf out;
	uint64_t transaction; /* the open one's or the next one's number, from 1 */
	bool skipped;	      /* a held event was not released: nothing of its input was read yet */
	int64_t people_counted_at_ms;
};

static int enrich_open(struct ll_stage_loop *loop, const struct ll_stage_env *env, void **ret_state,
		       struct ll_error *error)
{
	struct enrich *enrich = calloc(1, sizeof(*enrich));
	int err;

	if (!enrich)
		return -LL_ERR_NO_MEMORY;
	enrich->loop = loop;
	enrich->env = env;
	enrich->transaction = 1;
	ll_arena_init(&enrich->arena, 0);
	ll_buf_init(&enrich->out);
	err = ll_directories_new(env->bus, env->codec, env->instance, &enrich->directories, error);
	if (err) {
		free(enrich);
		return err;
	}
	*ret_state = enrich;
	return 0;
}

static void enrich_close(void *state)
{
	struct enrich *enrich = state;

	ll_directories_free(enrich->directories);
	ll_arena_release(&enrich->arena);
	ll_buf_release(&enrich->out);
	free(enrich);
}

/* The input waits until partition i of the registry and of `held` is in memory. */
static int enrich_take(void *state, struct ll_input *input, struct ll_error *error)
{
	struct enrich *enrich = state;
	struct ll_directory *directory = input->unit;

	if (!directory) {
		int err = ll_directories_use(enrich->directories, input->position.partition,
					     &directory, error);

		if (err)
			return err;
		input->unit = directory;
	}
	if (!ll_directory_is_loaded(directory))
		return -LL_ERR_TIMED_OUT;
	input->position.offset =
		input->committed == LL_OFFSET_NONE ? LL_OFFSET_BEGINNING : input->committed;
	directory->scan = true;
	return 0;
}

static void enrich_drop(void *state, struct ll_input *input, bool clean)
{
	const struct enrich *enrich = state;

	(void)clean;
	ll_directories_leave(input->unit, ll_clock_monotonic_ms(enrich->env->clock));
}

/* ---- one event ------------------------------------------------------------------------------- */

static int send_enriched(struct enrich *enrich, const struct ll_person *person,
			 const struct ll_key *household_key, struct ll_bytes wire,
			 const struct ll_life_event *event, const struct ll_origin *origin)
{
	char area_text[LL_AREA_TEXT_MAX] = "";
	struct ll_household_event head = {.household_key = *household_key, .origin = *origin};
	struct ll_outgoing outgoing = {.topic = ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS),
				       .partition = LL_PARTITION_BY_KEY,
				       .key = {household_key->bytes, LL_KEY_SIZE}};
	int err;

	if (person) {
		head.person_key = person->person_key;
		ll_area_format((struct ll_area){person->village_code, LL_AREA_DIGITS}, area_text);
	}
	head.area = ll_str_from(area_text);
	ll_buf_clear(&enrich->out);
	err = ll_codec_encode_enriched(enrich->env->codec, &head, wire, event, &enrich->out);
	if (err)
		return err;
	outgoing.value = ll_buf_bytes(&enrich->out);
	return ll_stage_send(enrich->loop, &outgoing);
}

/* One person's fact at one revision is one held event, however often it is published. */
static int held_key_of(struct enrich *enrich, const struct ll_life_event *event,
		       struct ll_key *ret_key)
{
	int err;

	ll_buf_clear(&enrich->out);
	err = ll_buf_append_long(&enrich->out, (int64_t)event->source.size);
	if (!err)
		err = ll_buf_append(&enrich->out, event->source.data, event->source.size);
	if (!err)
		err = ll_buf_append(&enrich->out, event->event_id.data, event->event_id.size);
	if (!err)
		err = ll_buf_append_long(&enrich->out, event->revision * 2LL + event->action);
	/* A department may give one id to the same fact of two persons. */
	if (!err)
		err = ll_buf_append(&enrich->out, event->subject.key.bytes, LL_KEY_SIZE);
	if (!err)
		ll_hash128(enrich->out.data, enrich->out.size, ret_key);
	return err;
}

static int hold(struct enrich *enrich, const struct ll_record *record,
		const struct ll_life_event *event)
{
	const struct ll_held_event held = {.person_key = event->subject.key,
					   .origin = ll_stage_origin(record),
					   .value = record->value};
	struct ll_key key;
	struct ll_outgoing outgoing = {.topic = ll_topic_subscription(LL_TOPIC_HELD),
				       .partition = record->partition};
	int err = held_key_of(enrich, event, &key);

	if (err)
		return err;
	ll_buf_clear(&enrich->out);
	err = ll_codec_encode(enrich->env->codec, LL_MESSAGE_HELD_EVENT, &held, &enrich->out);
	if (err)
		return err;
	outgoing.key = (struct ll_bytes){key.bytes, LL_KEY_SIZE};
	outgoing.value = ll_buf_bytes(&enrich->out);
	err = ll_stage_send(enrich->loop, &outgoing);
	if (!err)
		ll_metrics_add(enrich->env->metrics, LL_METRIC_HELD, NULL, 1);
	return err;
}

static int check_event(struct enrich *enrich, const struct ll_record *record,
		       const struct ll_life_event *event)
{
	struct ll_str department;

	if (ll_topic_of(record->topic, &department) != LL_TOPIC_LIFE_EVENTS ||
	    !ll_str_equal(department, event->source)) {
		ll_stage_detail(enrich->loop, "source '%.*s'", LL_STR_ARG(event->source));
		return -LL_ERR_SOURCE_MISMATCH;
	}
	if (ll_subject_check(event))
		return -LL_ERR_UNSUPPORTED_SUBJECT;
	if (record->key.size != LL_KEY_SIZE ||
	    memcmp(record->key.data, event->subject.key.bytes, LL_KEY_SIZE) != 0)
		return -LL_ERR_BAD_KEY;
	return 0;
}

static void enrich_prefetch(void *state, const struct ll_input *input,
			    const struct ll_record *records, size_t count)
{
	const struct ll_directory *directory = input->unit;

	(void)state;
	for (size_t i = 0; i < count; i++)
		if (records[i].key.size == LL_KEY_SIZE)
			ll_people_prefetch(&directory->people,
					   (const struct ll_key *)records[i].key.data);
}

static int enrich_work(void *state, struct ll_input *input, const struct ll_record *record)
{
	struct enrich *enrich = state;
	struct ll_directory *directory = input->unit;
	const struct ll_person *person;
	const struct ll_origin origin = ll_stage_origin(record);
	struct ll_life_event event;
	int err;

	directory->scan |= enrich->skipped;
	enrich->skipped = false;
	ll_arena_clear(&enrich->arena);
	err = ll_codec_decode(enrich->env->codec, LL_MESSAGE_LIFE_EVENT, record->value,
			      &enrich->arena, &event);
	if (!err)
		err = check_event(enrich, record, &event);
	if (err)
		return err;
	/* A publisher with another partitioner: sent on to where the key belongs. */
	if (ll_partition_of(record->key.data, record->key.size, enrich->env->person_partitions) !=
	    record->partition)
		return ll_stage_reroute(enrich->loop, record);
	if (event.subject.type == LL_SUBJECT_HOUSEHOLD)
		return send_enriched(enrich, NULL, &event.subject.key, record->value, &event,
				     &origin);
	person = ll_people_find(&directory->people, &event.subject.key);
	if (!person)
		return hold(enrich, record, &event);
	return send_enriched(enrich, person, &person->household_key, record->value, &event,
			     &origin);
}

/* ---- release ------------------------------------------------------------------------------------ */

/*
 * The enriched event and the tombstone go in one transaction, together with the offset of the input
 * that the event came in by: so only the one who owns that input can release it.
 */
static int release(void *context, struct ll_directory *directory, struct ll_held_entry *entry)
{
	struct enrich *enrich = context;
	const struct ll_person *person =
		ll_people_find(&directory->people, &entry->event.person_key);
	const struct ll_outgoing tombstone = {.topic = ll_topic_subscription(LL_TOPIC_HELD),
					      .partition = directory->partition,
					      .key = {entry->event_key.bytes, LL_KEY_SIZE}};
	char topic[LL_TOPIC_NAME_MAX];
	struct ll_life_event event;
	struct ll_input *input;
	int err;

	if (!person || entry->released_in != 0 || entry->event.origin.topic.size >= sizeof(topic))
		return 0;
	memcpy(topic, entry->event.origin.topic.data, entry->event.origin.topic.size);
	topic[entry->event.origin.topic.size] = '\0';
	input = ll_stage_input(enrich->loop, topic, directory->partition);
	if (!input || input->state != LL_INPUT_RUNNING)
		return 0;
	/* No offset to commit as long as nothing was read: looked at again when something is. */
	if (input->position.offset < 0) {
		enrich->skipped = true;
		return 0;
	}
	ll_arena_clear(&enrich->arena);
	if (ll_codec_decode(enrich->env->codec, LL_MESSAGE_LIFE_EVENT, entry->event.value,
			    &enrich->arena, &event))
		return 0;
	ll_stage_touch(enrich->loop, input);
	err = send_enriched(enrich, person, &person->household_key, entry->event.value, &event,
			    &entry->event.origin);
	if (!err)
		err = ll_stage_send(enrich->loop, &tombstone);
	if (err)
		return err;
	entry->released_in = enrich->transaction;
	ll_metrics_add(enrich->env->metrics, LL_METRIC_RELEASED, NULL, 1);
	return 0;
}

struct release_visit {
	struct enrich *enrich;
	struct ll_directory *directory;
};

static int release_visited(void *context, struct ll_held_entry *entry)
{
	struct release_visit *visit = context;

	return release(visit->enrich, visit->directory, entry);
}

static int unmark_visited(void *context, struct ll_held_entry *entry)
{
	const struct enrich *enrich = context;

	if (entry->released_in == enrich->transaction)
		entry->released_in = 0;
	return 0;
}

/* What was released is released for good, though its tombstone may be read much later. */
static void enrich_committed(void *state)
{
	struct enrich *enrich = state;

	enrich->transaction++;
}

static void enrich_aborted(void *state)
{
	struct enrich *enrich = state;
	struct ll_directory *directory = NULL;

	while ((directory = ll_directories_next(enrich->directories, directory))) {
		ll_held_visit(&directory->held, unmark_visited, enrich);
		directory->scan = true;
	}
}

static int scan_held(struct enrich *enrich)
{
	struct ll_directory *directory = NULL;
	int err = 0;

	while (!err && (directory = ll_directories_next(enrich->directories, directory))) {
		struct release_visit visit = {enrich, directory};

		if (!directory->scan || !ll_directory_is_loaded(directory))
			continue;
		directory->scan = false;
		err = ll_held_visit(&directory->held, release_visited, &visit);
	}
	return err;
}

static int enrich_turn(void *state, struct ll_error *error)
{
	struct enrich *enrich = state;
	int64_t now = ll_clock_monotonic_ms(enrich->env->clock);
	int err = ll_directories_follow(enrich->directories, release, enrich, error);

	if (!err)
		err = scan_held(enrich);
	if (now - enrich->people_counted_at_ms >= 1000) {
		ll_metrics_set(enrich->env->metrics, LL_METRIC_PEOPLE, NULL,
			       (double)ll_directories_people(enrich->directories));
		ll_directories_forget(enrich->directories, now, RETAIN_MS);
		enrich->people_counted_at_ms = now;
	}
	return err;
}

static const enum ll_topic enrich_inputs[] = {LL_TOPIC_LIFE_EVENTS};

const struct ll_stage ll_stage_enrich = {
	.name = "enrich",
	.inputs = enrich_inputs,
	.input_count = 1,
	.starts_without_store = true,
	.open = enrich_open,
	.close = enrich_close,
	.take = enrich_take,
	.drop = enrich_drop,
	.prefetch = enrich_prefetch,
	.work = enrich_work,
	.committed = enrich_committed,
	.aborted = enrich_aborted,
	.turn = enrich_turn,
};

static int run(struct ll_invocation *invocation)
{
	return ll_stage_command(invocation, &ll_stage_enrich);
}

const struct ll_command ll_command_enrich = {
	.name = "enrich",
	.summary = "match life events to households",
	.usage = "",
	.group = "Operators",
	.help = "Reads life-events.<department>, finds each person's household and writes the "
		"event to\n"
		"household-events. Events of persons who are not registered yet are held and "
		"released\n"
		"by themselves. Run as many instances as you like, each with its own --instance.\n",
	.run = run,
};
