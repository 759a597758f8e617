#include "directory.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/area.h"
#include "runtime/topics.h"

#define DIRECTORIES_MAX	  1024
#define BATCH		  2048
#define BATCHES_IN_A_TURN 16 /* then the inputs get their turn */
#define ASK_MS		  1000

struct ll_directories {
	struct ll_consumer *reader;
	struct ll_consumer *asker; /* of what is not committed yet too; it only asks */
	const struct ll_codec *codec;
	struct ll_directory *items[DIRECTORIES_MAX]; /* by partition */
	bool fetch_is_stale;
	struct ll_record records[BATCH];
	struct ll_arena arena;
};

int ll_directories_new(struct ll_bus *bus, const struct ll_codec *codec, const char *instance,
		       struct ll_directories **ret_directories, struct ll_error *error)
{
	const struct ll_consumer_options options = {.instance = instance};
	const struct ll_consumer_options ahead = {.instance = instance, .read_uncommitted = true};
	struct ll_directories *directories = calloc(1, sizeof(*directories));
	int err;

	if (!directories)
		return -LL_ERR_NO_MEMORY;
	directories->codec = codec;
	ll_arena_init(&directories->arena, 0);
	err = ll_consumer_new(bus, &options, &directories->reader, error);
	if (!err)
		err = ll_consumer_new(bus, &ahead, &directories->asker, error);
	if (err) {
		ll_directories_free(directories);
		return err;
	}
	*ret_directories = directories;
	return 0;
}

static void directory_free(struct ll_directory *directory)
{
	if (!directory)
		return;
	ll_people_release(&directory->people);
	ll_held_release(&directory->held);
	free(directory);
}

void ll_directories_free(struct ll_directories *directories)
{
	if (!directories)
		return;
	for (size_t i = 0; i < DIRECTORIES_MAX; i++)
		directory_free(directories->items[i]);
	ll_consumer_free(directories->reader);
	ll_consumer_free(directories->asker);
	ll_arena_release(&directories->arena);
	free(directories);
}

static void position_from_start(struct ll_position *position, const char *topic, int32_t partition)
{
	snprintf(position->topic, sizeof(position->topic), "%s", topic);
	position->partition = partition;
	position->offset = LL_OFFSET_BEGINNING;
}

static struct ll_directory *directory_new(int32_t partition)
{
	struct ll_directory *directory = calloc(1, sizeof(*directory));

	if (!directory)
		return NULL;
	directory->partition = partition;
	position_from_start(&directory->people_at, ll_topic_subscription(LL_TOPIC_REGISTRY_PEOPLE),
			    partition);
	position_from_start(&directory->held_at, ll_topic_subscription(LL_TOPIC_HELD), partition);
	ll_people_init(&directory->people);
	ll_held_init(&directory->held);
	return directory;
}

/*
 * The end behind open transactions, not the last stable offset: one that somebody left open may stand
 * before the tombstone of an event that the owner since has released, and hide it.
 */
static int ask_end(struct ll_directories *directories, const struct ll_position *at,
		   int64_t *ret_end, struct ll_error *error)
{
	int64_t first;

	return ll_consumer_range(directories->asker, at->topic, at->partition, ASK_MS, &first,
				 ret_end, error);
}

int ll_directories_use(struct ll_directories *directories, int32_t partition,
		       struct ll_directory **ret_directory, struct ll_error *error)
{
	struct ll_directory *directory;
	int64_t people_end = 0;
	int64_t held_end = 0;
	int err;

	if (partition < 0 || partition >= DIRECTORIES_MAX)
		return -LL_ERR_FATAL;
	directory = directories->items[partition];
	if (!directory) {
		directory = directory_new(partition);
		if (!directory)
			return -LL_ERR_NO_MEMORY;
		directories->items[partition] = directory;
		directories->fetch_is_stale = true;
	}
	err = ask_end(directories, &directory->people_at, &people_end, error);
	if (!err)
		err = ask_end(directories, &directory->held_at, &held_end, error);
	if (err)
		return err;
	directory->people_until = people_end;
	directory->held_until = held_end;
	directory->users++;
	directory->scan = true;
	*ret_directory = directory;
	return 0;
}

void ll_directories_leave(struct ll_directory *directory, int64_t now_ms)
{
	directory->users--;
	directory->unused_since = now_ms;
}

void ll_directories_forget(struct ll_directories *directories, int64_t now_ms, int64_t unused_ms)
{
	for (size_t i = 0; i < DIRECTORIES_MAX; i++) {
		struct ll_directory *directory = directories->items[i];

		if (!directory || directory->users > 0 ||
		    now_ms - directory->unused_since <= unused_ms)
			continue;
		directory_free(directory);
		directories->items[i] = NULL;
		directories->fetch_is_stale = true;
	}
}

bool ll_directory_is_loaded(const struct ll_directory *directory)
{
	return directory->people_at.offset >= directory->people_until &&
	       directory->held_at.offset >= directory->held_until;
}

struct ll_directory *ll_directories_next(struct ll_directories *directories,
					 const struct ll_directory *previous)
{
	for (size_t i = previous ? (size_t)previous->partition + 1 : 0; i < DIRECTORIES_MAX; i++)
		if (directories->items[i])
			return directories->items[i];
	return NULL;
}

size_t ll_directories_people(const struct ll_directories *directories)
{
	size_t count = 0;

	for (size_t i = 0; i < DIRECTORIES_MAX; i++)
		if (directories->items[i])
			count += directories->items[i]->people.count;
	return count;
}

static int refresh_fetch(struct ll_directories *directories, struct ll_error *error)
{
	static const size_t max = (size_t)2 * DIRECTORIES_MAX;
	struct ll_position *positions;
	size_t count = 0;
	int err;

	if (!directories->fetch_is_stale)
		return 0;
	positions = calloc(max, sizeof(*positions));
	if (!positions)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < DIRECTORIES_MAX; i++) {
		if (!directories->items[i])
			continue;
		positions[count++] = directories->items[i]->people_at;
		positions[count++] = directories->items[i]->held_at;
	}
	err = ll_consumer_fetch(directories->reader, positions, count, error);
	if (!err)
		directories->fetch_is_stale = false;
	free(positions);
	return err;
}

static bool key_of(const struct ll_record *record, struct ll_key *ret_key)
{
	if (record->key.size != LL_KEY_SIZE)
		return false;
	memcpy(ret_key->bytes, record->key.data, LL_KEY_SIZE);
	return !ll_key_is_zero(ret_key);
}

static int release_of_person(struct ll_directory *directory, const struct ll_key *person_key,
			     ll_directory_release *release, void *context)
{
	struct ll_held_entry *entry = ll_held_first_of_person(&directory->held, person_key);

	for (; entry; entry = ll_held_next_of_person(entry)) {
		int err = release(context, directory, entry);

		if (err)
			return err;
	}
	return 0;
}

/* Only lifeline's own edge writes these topics; what cannot be read there is left out. */
static int read_person(struct ll_directories *directories, struct ll_directory *directory,
		       const struct ll_record *record, ll_directory_release *release, void *context)
{
	struct ll_person_registered registered;
	struct ll_person person = {0};
	struct ll_area area;
	int err;

	if (!key_of(record, &person.person_key))
		return 0;
	if (!record->value.data) {
		ll_people_remove(&directory->people, &person.person_key);
		return 0;
	}
	if (ll_codec_decode(directories->codec, LL_MESSAGE_PERSON_REGISTERED, record->value,
			    &directories->arena, &registered) ||
	    ll_area_parse(registered.area, &area))
		return 0;
	person.household_key = registered.household_key;
	person.village_code = area.code;
	err = ll_people_put(&directory->people, &person);
	if (!err && ll_directory_is_loaded(directory))
		err = release_of_person(directory, &person.person_key, release, context);
	return err;
}

static int read_held(struct ll_directories *directories, struct ll_directory *directory,
		     const struct ll_record *record, ll_directory_release *release, void *context)
{
	struct ll_held_entry *entry;
	struct ll_held_event event;
	struct ll_key key;
	int err;

	if (!key_of(record, &key))
		return 0;
	if (!record->value.data) {
		ll_held_remove(&directory->held, &key);
		return 0;
	}
	if (ll_codec_decode(directories->codec, LL_MESSAGE_HELD_EVENT, record->value,
			    &directories->arena, &event))
		return 0;
	err = ll_held_put(&directory->held, &key, &event, &entry);
	if (!err && ll_directory_is_loaded(directory) &&
	    ll_people_find(&directory->people, &event.person_key))
		err = release(context, directory, entry);
	return err;
}

static int read_record(struct ll_directories *directories, const struct ll_record *record,
		       ll_directory_release *release, void *context)
{
	struct ll_directory *directory = directories->items[record->partition];
	struct ll_position *at;
	bool was_loaded;
	bool of_people;
	int err = 0;

	if (!directory)
		return 0;
	of_people = strcmp(record->topic, directory->people_at.topic) == 0;
	at = of_people ? &directory->people_at : &directory->held_at;
	was_loaded = ll_directory_is_loaded(directory);
	ll_arena_clear(&directories->arena);
	if (!record->end_of_partition)
		err = (of_people ? read_person : read_held)(directories, directory, record, release,
							    context);
	if (err)
		return err;
	/* An end may lie behind offsets that nobody can read. */
	at->offset = record->end_of_partition ? record->offset : record->offset + 1;
	directory->scan |= !was_loaded && ll_directory_is_loaded(directory);
	return 0;
}

static int read_batch(struct ll_directories *directories, size_t count,
		      ll_directory_release *release, void *context)
{
	int err = 0;

	for (size_t i = 0; !err && i < count; i++)
		err = read_record(directories, &directories->records[i], release, context);
	directories->fetch_is_stale |= err != 0; /* what stands behind is fetched again */
	return err;
}

int ll_directories_follow(struct ll_directories *directories, ll_directory_release *release,
			  void *context, struct ll_error *error)
{
	int err = refresh_fetch(directories, error);

	for (int turn = 0; !err && turn < BATCHES_IN_A_TURN; turn++) {
		size_t count = 0;

		err = ll_consumer_poll(directories->reader, 0, directories->records, BATCH, &count,
				       error);
		if (err)
			return ll_err_class(err) == LL_CLASS_RETRY ? 0 : err;
		err = read_batch(directories, count, release, context);
		if (count < BATCH)
			break;
	}
	return err;
}
