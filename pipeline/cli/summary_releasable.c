#include "base/hash.h"
#include "cli/summary.h"
#include "runtime/scan.h"

struct waiting {
	const struct ll_codec *codec;
	struct ll_arena arena;
	struct ll_key_table persons; /* REGISTERED or not */
	struct ll_key_table held;    /* (partition, key) -> person plus one */
	int64_t live;
};

#define REGISTERED 1u

static int take_held(struct waiting *waiting, const struct ll_record *record)
{
	struct {
		int64_t partition;
		uint8_t key[LL_KEY_SIZE];
	} name = {.partition = record->partition};
	struct ll_held_event held;
	struct ll_key_entry *entry;
	struct ll_key_entry *person;
	struct ll_key key;
	int err;

	if (record->key.size != LL_KEY_SIZE)
		return 0;
	memcpy(name.key, record->key.data, LL_KEY_SIZE);
	ll_hash128(&name, sizeof(name), &key);
	err = ll_key_table_put(&waiting->held, &key, &entry);
	if (err)
		return err;
	waiting->live -= entry->value != 0;
	entry->value = 0;
	if (!record->value.data || ll_codec_decode(waiting->codec, LL_MESSAGE_HELD_EVENT,
						   record->value, &waiting->arena, &held))
		return 0;
	err = ll_key_table_put(&waiting->persons, &held.person_key, &person);
	if (err)
		return err;
	entry->value = (uint32_t)(person - waiting->persons.entries) + 1;
	waiting->live++;
	return 0;
}

static int take_person(struct waiting *waiting, const struct ll_record *record)
{
	struct ll_key_entry *person;
	struct ll_key key;

	if (record->key.size != LL_KEY_SIZE)
		return 0;
	memcpy(key.bytes, record->key.data, LL_KEY_SIZE);
	person = ll_key_table_find(&waiting->persons, &key);
	if (person)
		person->value = record->value.data ? REGISTERED : 0;
	return 0;
}

static int take(void *context, struct ll_scan *scan, const struct ll_scan_part *part,
		const struct ll_record *record)
{
	struct waiting *waiting = context;

	(void)scan;
	ll_arena_clear(&waiting->arena);
	return part->kind == LL_TOPIC_HELD ? take_held(waiting, record)
					   : take_person(waiting, record);
}

static int scan_kind(struct waiting *waiting, struct ll_bus *bus, enum ll_topic kind,
		     struct ll_error *error)
{
	struct ll_scan *scan = NULL;
	int err = ll_scan_new(bus, "lifeline-summary", &scan, error);

	if (!err)
		err = ll_scan_add_kind(scan, kind, error);
	if (!err)
		err = ll_scan_run(scan, take, waiting, error);
	ll_scan_free(scan);
	return err;
}

int ll_summary_releasable(struct ll_bus *bus, const struct ll_codec *codec, int64_t *ret_count,
			  struct ll_error *error)
{
	struct waiting waiting = {.codec = codec};
	int64_t count = 0;
	int err;

	ll_arena_init(&waiting.arena, 0);
	err = scan_kind(&waiting, bus, LL_TOPIC_HELD, error);
	if (!err && waiting.live > 0)
		err = scan_kind(&waiting, bus, LL_TOPIC_REGISTRY_PEOPLE, error);
	for (uint32_t i = 0; !err && i < waiting.held.count; i++) {
		uint32_t person = waiting.held.entries[i].value;

		count += person && waiting.persons.entries[person - 1].value == REGISTERED;
	}
	ll_key_table_release(&waiting.persons);
	ll_key_table_release(&waiting.held);
	ll_arena_release(&waiting.arena);
	if (!err)
		*ret_count = count;
	return err;
}
