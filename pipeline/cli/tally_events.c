/* From a department's record to where its event ends. */
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/hash.h"
#include "cli/tally_private.h"

#define DEPARTMENTS_MAX 4096

static int department_of(struct ll_tally *tally, struct ll_str name,
			 struct ll_tally_department **ret_department)
{
	struct ll_tally_department *grown;

	for (size_t i = 0; i < tally->department_count; i++) {
		if (!ll_str_equal(ll_str_from(tally->departments[i].name), name))
			continue;
		*ret_department = &tally->departments[i];
		return 0;
	}
	if (tally->department_count == DEPARTMENTS_MAX)
		return -LL_ERR_NO_MEMORY;
	grown = reallocarray(tally->departments, tally->department_count + 1, sizeof(*grown));
	if (!grown)
		return -LL_ERR_NO_MEMORY;
	tally->departments = grown;
	grown += tally->department_count++;
	*grown = (struct ll_tally_department){0};
	snprintf(grown->name, sizeof(grown->name), "%.*s", LL_STR_ARG(name));
	*ret_department = grown;
	return 0;
}

static struct ll_origin origin_of(const struct ll_record *record)
{
	return (struct ll_origin){.topic = ll_str_from(record->topic),
				  .partition = record->partition,
				  .offset = record->offset};
}

int ll_tally_take_life_event(struct ll_tally *tally, const struct ll_record *record, int32_t hops)
{
	const struct ll_origin origin = origin_of(record);
	struct ll_tally_department *department = NULL;
	struct ll_key_entry *entry;
	struct ll_str name;
	struct ll_key identity;
	int err;

	(void)ll_topic_of(record->topic, &name);
	err = department_of(tally, name, &department);
	if (!err)
		err = ll_tally_identify(tally, record->value, &origin, &identity);
	if (!err)
		err = ll_key_table_put(&tally->events, &identity, &entry);
	if (err)
		return err;
	department->records += hops == 0;
	tally->books.rerouted += hops > 0;
	department->events += !(entry->value & LL_EVENT_IN);
	entry->value |= LL_EVENT_IN;
	return 0;
}

/* ---- held -------------------------------------------------------------------------------------- */

/* The key of a held record says which event it is, but not of which person: the partition helps. */
static int held_entry(struct ll_tally *tally, const struct ll_record *record,
		      struct ll_key_entry **ret_entry)
{
	struct ll_key key;
	int err;

	ll_buf_clear(&tally->scratch);
	err = ll_buf_append_long(&tally->scratch, record->partition);
	if (!err && record->key.size > 0)
		err = ll_buf_append(&tally->scratch, record->key.data, record->key.size);
	if (err)
		return err;
	ll_hash128(tally->scratch.data, tally->scratch.size, &key);
	return ll_key_table_put(&tally->held, &key, ret_entry);
}

int ll_tally_take_held(struct ll_tally *tally, const struct ll_record *record, int32_t hops)
{
	struct ll_key_entry *entry;
	struct ll_key_entry *event;
	struct ll_held_event held;
	struct ll_key identity;
	int err = held_entry(tally, record, &entry);

	(void)hops;
	if (err)
		return err;
	/* The last word of a key counts: whatever was held under it is not, or no longer. */
	if (entry->value)
		tally->events.entries[entry->value - 1].value &= ~LL_EVENT_HELD;
	entry->value = 0;
	if (!record->value.data)
		return 0;
	err = ll_codec_decode(tally->codec, LL_MESSAGE_HELD_EVENT, record->value, &tally->arena,
			      &held);
	if (!err)
		err = ll_tally_identify(tally, held.value, &held.origin, &identity);
	if (!err)
		err = ll_key_table_put(&tally->events, &identity, &event);
	if (err)
		return err;
	event->value |= LL_EVENT_HELD;
	entry->value = (uint32_t)(event - tally->events.entries) + 1;
	return 0;
}

/* ---- dead letters ------------------------------------------------------------------------------ */

static int mark_dead(struct ll_tally *tally, const struct ll_key *identity)
{
	struct ll_key_entry *event;
	int err = ll_key_table_put(&tally->events, identity, &event);

	if (!err)
		event->value |= LL_EVENT_DEAD;
	return err;
}

static int take_rejected_by_enrich(struct ll_tally *tally, const struct ll_dead_letter *letter)
{
	struct ll_key identity;
	int err = ll_tally_identify(tally, letter->value, &letter->origin, &identity);

	return err ? err : mark_dead(tally, &identity);
}

static int take_rejected_by_assess(struct ll_tally *tally, const struct ll_dead_letter *letter)
{
	struct ll_household_event event;
	struct ll_key_entry *entry;
	struct ll_key key;
	int err;

	ll_tally_position_key(letter->origin.topic, letter->origin.partition, letter->origin.offset,
			      &key);
	err = ll_key_table_put(&tally->rejected, &key, &entry);
	if (err)
		return err;
	err = ll_codec_decode(tally->codec, LL_MESSAGE_HOUSEHOLD_EVENT, letter->value,
			      &tally->arena, &event);
	/* What nobody can read is nobody's event; it is counted among the letters. */
	if (err || event.body != LL_BODY_LIFE_EVENT)
		return err == -LL_ERR_NO_MEMORY ? err : 0;
	err = ll_tally_identify_event(tally, &event.life_event, event.origin.topic, &key);
	return err ? err : mark_dead(tally, &key);
}

int ll_tally_take_dead_letter(struct ll_tally *tally, const struct ll_record *record, int32_t hops)
{
	static const char *const stages[LL_TALLY_STAGE_COUNT] = {"enrich", "assess", "record"};
	char reason[LL_NAME_MAX + 1];
	struct ll_dead_letter letter;
	struct ll_str stage;
	int number;
	int err = ll_codec_decode(tally->codec, LL_MESSAGE_DEAD_LETTER, record->value,
				  &tally->arena, &letter);

	(void)hops;
	if (err)
		return err;
	(void)ll_topic_of(record->topic, &stage);
	snprintf(reason, sizeof(reason), "%.*s", LL_STR_ARG(letter.reason));
	number = ll_err_by_name(reason);
	for (int i = 0; i < LL_TALLY_STAGE_COUNT; i++)
		if (ll_str_equal(stage, ll_str_from(stages[i])))
			tally->books.dead_letters[i][number < LL_TALLY_REASONS_MAX ? number : 0]++;
	if (ll_str_equal(stage, LL_STR("enrich")))
		return take_rejected_by_enrich(tally, &letter);
	if (ll_str_equal(stage, LL_STR("assess")))
		return take_rejected_by_assess(tally, &letter);
	return 0;
}

/* ---- household-events -------------------------------------------------------------------------- */

/* Notes that this record was enriched: twice is once too often, and one must be there. */
static int check_origin(struct ll_tally *tally, const struct ll_origin *origin, bool came_in)
{
	const struct ll_key_entry *entry;
	struct ll_tally_input *input;
	struct ll_key key;
	size_t bit;

	ll_tally_position_key(origin->topic, origin->partition, 0, &key);
	entry = ll_key_table_find(&tally->inputs_by_name, &key);
	if (!entry) {
		tally->books.unexplained += !came_in;
		return 0;
	}
	input = &tally->inputs[entry->value];
	if (origin->offset >= input->end) { /* written after the counting began */
		tally->newer += !came_in;
		return 0;
	}
	if (origin->offset < input->first) /* gone by now */
		return 0;
	if (!input->enriched)
		input->enriched = calloc((size_t)(input->end - input->first) / 8 + 1, 1);
	if (!input->enriched)
		return -LL_ERR_NO_MEMORY;
	bit = (size_t)(origin->offset - input->first);
	tally->books.doubled += (input->enriched[bit / 8] >> (bit % 8)) & 1;
	input->enriched[bit / 8] |= (uint8_t)(1u << (bit % 8));
	tally->books.unexplained += !came_in;
	return 0;
}

static int take_decided(struct ll_tally *tally, const struct ll_household_event *event,
			int32_t hops)
{
	struct ll_key_entry *entry;
	struct ll_key identity;
	bool first;
	int err =
		ll_tally_identify_event(tally, &event->life_event, event->origin.topic, &identity);

	if (!err)
		err = ll_key_table_put(&tally->events, &identity, &entry);
	if (err)
		return err;
	first = !(entry->value & LL_EVENT_DECIDED);
	entry->value |= LL_EVENT_DECIDED;
	/* What a person sent back was enriched once, and its fact counts once. */
	if (hops == LL_HOPS_REPLAYED)
		return 0;
	return check_origin(tally, &event->origin, (entry->value & LL_EVENT_IN) || !first);
}

static bool is_broadcast(enum ll_body body)
{
	return body == LL_BODY_AREA_ALERT || body == LL_BODY_TICK ||
	       body == LL_BODY_POLICY_ACTIVATED;
}

static void take_broadcast(struct ll_tally *tally, const struct ll_household_event *event,
			   int32_t partition)
{
	struct ll_tally_broadcasts *seen = &tally->broadcasts[partition % LL_TALLY_PARTITIONS_MAX];

	seen->policies += event->body == LL_BODY_POLICY_ACTIVATED;
	seen->alerts += event->body == LL_BODY_AREA_ALERT;
	seen->ticks += event->body == LL_BODY_TICK;
	if (event->body == LL_BODY_TICK && event->tick.day > tally->books.day)
		tally->books.day = event->tick.day;
}

int ll_tally_take_household_event(struct ll_tally *tally, const struct ll_record *record,
				  int32_t hops)
{
	struct ll_household_event event;
	struct ll_key position;
	int err = ll_codec_decode(tally->codec, LL_MESSAGE_HOUSEHOLD_EVENT, record->value,
				  &tally->arena, &event);

	if (err)
		return err;
	/* In the wrong partition: sent on, and counted where it ends. */
	if (hops == 0 && !is_broadcast(event.body) &&
	    ll_partition_of(event.household_key.bytes, LL_KEY_SIZE, tally->household_partitions) !=
		    record->partition)
		return 0;
	ll_tally_position_key(ll_str_from(record->topic), record->partition, record->offset,
			      &position);
	if (ll_key_table_find(&tally->rejected, &position))
		return 0;
	switch (event.body) {
	case LL_BODY_LIFE_EVENT:
		return take_decided(tally, &event, hops);
	case LL_BODY_HOUSEHOLD_REGISTERED:
		return ll_tally_register(tally, &event.household_key,
					 event.household_registered.dissolved);
	case LL_BODY_TASK_UPDATED:
		tally->books.task_updates++;
		return 0;
	case LL_BODY_CASE_DECISION:
		tally->books.case_decisions++;
		return 0;
	default:
		take_broadcast(tally, &event, record->partition);
		return 0;
	}
}
