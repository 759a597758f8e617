#include "registry_batch.h"

#include <stdlib.h>

#include "runtime/topics.h"

#define ANSWER_MS  10000 /* how long a broker may take */
#define TRIES_MAX  5	 /* of an aborted transaction, of a commit that did not answer */
#define FULL_MS	   20
#define FULL_TRIES 1000

struct ll_registry_record_ref {
	bool is_person;
	struct ll_key key;
	size_t offset; /* in values */
	size_t size;   /* 0: a tombstone */
};

static int find_topic(struct ll_bus *bus, enum ll_topic topic, char ret_name[LL_TOPIC_NAME_MAX],
		      struct ll_error *error)
{
	int32_t partitions = 0;
	int err = ll_topic_name(topic, (struct ll_str){NULL, 0}, ret_name);

	if (!err)
		err = ll_bus_partition_count(bus, ret_name, ANSWER_MS, &partitions, error);
	if (!err && partitions == 0)
		err = ll_error_set(error, -LL_ERR_NOT_FOUND,
				   "there is no topic %s; make the topics first: lifeline topics "
				   "create",
				   ret_name);
	return err;
}

int ll_registry_batch_init(struct ll_registry_batch *batch, struct ll_bus *bus,
			   const struct ll_codec *codec, struct ll_store *store,
			   struct ll_error *error)
{
	static const struct ll_producer_options options = {
		.transactional_id = LL_REGISTRY_TRANSACTIONAL_ID, .instance = "registry"};
	struct ll_registry_batch made = {.codec = codec, .store = store};
	int err = find_topic(bus, LL_TOPIC_HOUSEHOLD_EVENTS, made.household_topic, error);

	if (!err)
		err = find_topic(bus, LL_TOPIC_REGISTRY_PEOPLE, made.people_topic, error);
	if (!err)
		err = ll_producer_new(bus, &options, &made.producer, error);
	if (err)
		return err;
	ll_buf_init(&made.values);
	ll_arena_init(&made.arena, 0);
	*batch = made;
	return 0;
}

void ll_registry_batch_release(struct ll_registry_batch *batch)
{
	ll_producer_free(batch->producer);
	ll_buf_release(&batch->values);
	ll_arena_release(&batch->arena);
	free(batch->records);
	free(batch->people);
	*batch = (struct ll_registry_batch){0};
}

/* Room for one more item of an array that doubles. */
static int make_room(void **array, size_t count, size_t *capacity, size_t item_size)
{
	size_t larger = *capacity ? *capacity * 2 : 1024;
	void *grown;

	if (count < *capacity)
		return 0;
	grown = realloc(*array, larger * item_size);
	if (!grown)
		return -LL_ERR_NO_MEMORY;
	*array = grown;
	*capacity = larger;
	return 0;
}

static int add_record(struct ll_registry_batch *batch, bool is_person, const struct ll_key *key,
		      enum ll_message message, const void *value)
{
	void *records = batch->records;
	size_t offset = batch->values.size;
	int err = make_room(&records, batch->record_count, &batch->record_capacity,
			    sizeof(batch->records[0]));

	batch->records = records;
	if (!err && value)
		err = ll_codec_encode(batch->codec, message, value, &batch->values);
	if (err)
		return err;
	batch->records[batch->record_count++] = (struct ll_registry_record_ref){
		is_person, *key, offset, batch->values.size - offset};
	return 0;
}

int ll_registry_batch_add_household(struct ll_registry_batch *batch,
				    const struct ll_household_event *event)
{
	int err =
		add_record(batch, false, &event->household_key, LL_MESSAGE_HOUSEHOLD_EVENT, event);

	if (!err)
		batch->household_count++;
	return err;
}

int ll_registry_batch_add_person(struct ll_registry_batch *batch, const struct ll_key *person_key,
				 const struct ll_person_registered *person)
{
	return add_record(batch, true, person_key, LL_MESSAGE_PERSON_REGISTERED, person);
}

int ll_registry_batch_add_private(struct ll_registry_batch *batch,
				  const struct ll_private_person *person)
{
	void *people = batch->people;
	struct ll_private_person copy = *person;
	char *address;
	int err = make_room(&people, batch->people_count, &batch->people_capacity,
			    sizeof(batch->people[0]));

	batch->people = people;
	if (err)
		return err;
	address = ll_arena_copy(&batch->arena, person->address.data ? person->address.data : "",
				person->address.size);
	if (!address)
		return -LL_ERR_NO_MEMORY;
	copy.address.data = address;
	batch->people[batch->people_count++] = copy;
	return 0;
}

bool ll_registry_batch_is_full(const struct ll_registry_batch *batch)
{
	return batch->household_count >= LL_REGISTRY_BATCH_HOUSEHOLDS ||
	       batch->record_count >= LL_REGISTRY_BATCH_RECORDS;
}

static int send_record(struct ll_registry_batch *batch, const struct ll_registry_record_ref *record,
		       struct ll_error *error)
{
	struct ll_outgoing outgoing = {
		.topic = record->is_person ? batch->people_topic : batch->household_topic,
		.partition = LL_PARTITION_BY_KEY,
		.key = {record->key.bytes, LL_KEY_SIZE},
	};
	int tries = 0;
	int err;

	if (record->size > 0)
		outgoing.value =
			(struct ll_bytes){batch->values.data + record->offset, record->size};
	do {
		err = ll_producer_send(batch->producer, &outgoing, error);
		if (err == -LL_ERR_FULL)
			ll_producer_poll(batch->producer, FULL_MS);
	} while (err == -LL_ERR_FULL && ++tries < FULL_TRIES);
	return err;
}

/* 0: the transaction is committed. After an error nothing of it is open. */
static int commit_once(struct ll_registry_batch *batch, struct ll_error *error)
{
	int err = ll_producer_begin(batch->producer, error);

	if (err)
		return err;
	for (size_t i = 0; i < batch->record_count && !err; i++)
		err = send_record(batch, &batch->records[i], error);
	/* A commit that has not answered is not over: only asking again tells how it ended. */
	for (int i = 0; i < TRIES_MAX && !err; i++) {
		err = ll_producer_commit(batch->producer, ANSWER_MS, error);
		if (err != -LL_ERR_TIMED_OUT)
			break;
		if (i + 1 < TRIES_MAX)
			err = 0;
	}
	if (err && err != -LL_ERR_FENCED && err != -LL_ERR_FATAL)
		ll_producer_abort(batch->producer, ANSWER_MS, NULL);
	return err;
}

static int commit_records(struct ll_registry_batch *batch, struct ll_error *error)
{
	int err = 0;

	for (int i = 0; i < TRIES_MAX; i++) {
		err = commit_once(batch, error);
		if (err != -LL_ERR_ABORTED)
			break;
	}
	if (err == -LL_ERR_FENCED)
		return ll_error_set(
			error, err,
			"another registry import has begun: only one may run at a time");
	return err;
}

int ll_registry_batch_commit(struct ll_registry_batch *batch, struct ll_error *error)
{
	int err = 0;

	if (batch->store && batch->people_count > 0)
		err = ll_store_put_people(batch->store, batch->people, batch->people_count, error);
	if (!err && batch->record_count > 0) {
		err = commit_records(batch, error);
		batch->transactions += err ? 0 : 1;
	}
	if (err)
		return err;
	batch->record_count = 0;
	batch->people_count = 0;
	batch->household_count = 0;
	ll_buf_clear(&batch->values);
	ll_arena_clear(&batch->arena);
	return 0;
}
