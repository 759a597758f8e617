/*
 * Registry records that become visible together: a household and its people, a few thousand
 * households to a transaction, so that it stays well under a second (an open one holds back every
 * reader of household-events). Kept encoded, so that an aborted transaction can be done again.
 *
 * Names, phones and addresses go to PostgreSQL before the transaction: a household that is visible
 * has its names. Both are safe to repeat.
 *
 * One thread at a time; commit blocks for PostgreSQL and Kafka.
 */
#ifndef LL_REGISTRY_REGISTRY_BATCH_H
#define LL_REGISTRY_REGISTRY_BATCH_H

#include "base/arena.h"
#include "bus/bus.h"
#include "codec/codec.h"
#include "store/store.h"

#define LL_REGISTRY_TRANSACTIONAL_ID "lifeline-registry"
#define LL_REGISTRY_BATCH_HOUSEHOLDS 2000 /* of one transaction */
#define LL_REGISTRY_BATCH_RECORDS    20000

struct ll_registry_record_ref;

struct ll_registry_batch {
	struct ll_producer *producer;
	const struct ll_codec *codec; /* borrowed */
	struct ll_store *store;	      /* borrowed; NULL: names go nowhere */
	char household_topic[LL_TOPIC_NAME_MAX];
	char people_topic[LL_TOPIC_NAME_MAX];

	struct ll_buf values;
	struct ll_registry_record_ref *records;
	size_t record_count;
	size_t record_capacity;
	struct ll_private_person *people;
	size_t people_count;
	size_t people_capacity;
	struct ll_arena arena; /* addresses */
	size_t household_count;
	int64_t transactions;
};

/* -LL_ERR_NOT_FOUND when a topic is missing; the bus's errors. */
int ll_registry_batch_init(struct ll_registry_batch *batch, struct ll_bus *bus,
			   const struct ll_codec *codec, struct ll_store *store,
			   struct ll_error *error);
void ll_registry_batch_release(struct ll_registry_batch *batch);
/* The household with its members. */
int ll_registry_batch_add_household(struct ll_registry_batch *batch,
				    const struct ll_household_event *event);
/* Where the person lives; person NULL: the person is of no household any more. */
int ll_registry_batch_add_person(struct ll_registry_batch *batch, const struct ll_key *person_key,
				 const struct ll_person_registered *person);
/* name and phone must live until the commit; the address is copied. */
int ll_registry_batch_add_private(struct ll_registry_batch *batch,
				  const struct ll_private_person *person);
/* Is it time for a commit? */
bool ll_registry_batch_is_full(const struct ll_registry_batch *batch);
/* Writes everything and empties the batch. */
int ll_registry_batch_commit(struct ll_registry_batch *batch, struct ll_error *error);

#endif
