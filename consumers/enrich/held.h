/*
 * Events whose person is not registered yet, as the topic `held` has them: found by the event's
 * hash (to be forgotten when its tombstone comes) and by person (to be released).
 */
#ifndef LL_ENRICH_HELD_H
#define LL_ENRICH_HELD_H

#include "codec/codec.h"

struct ll_held_entry {
	struct ll_key event_key;
	struct ll_held_event event; /* slices own their bytes, behind the entry */
	uint64_t released_in; /* enrich's number of the transaction that released it; 0: none */
	struct ll_held_entry *next_by_event;
	struct ll_held_entry *next_by_person;
};

struct ll_held {
	struct ll_held_entry **by_event;
	struct ll_held_entry **by_person;
	size_t buckets; /* a power of two, or 0 */
	size_t count;
};

void ll_held_init(struct ll_held *held);
void ll_held_release(struct ll_held *held);
/*
 * Copies the event; replaces one with the same key, and has been released if that one was: its
 * tombstone stands behind both. *ret_entry lives until it is removed.
 */
int ll_held_put(struct ll_held *held, const struct ll_key *event_key,
		const struct ll_held_event *event, struct ll_held_entry **ret_entry);
void ll_held_remove(struct ll_held *held, const struct ll_key *event_key);
/* The first held event of a person; follow with ll_held_next_of_person. */
struct ll_held_entry *ll_held_first_of_person(const struct ll_held *held,
					      const struct ll_key *person_key);
struct ll_held_entry *ll_held_next_of_person(const struct ll_held_entry *entry);
/* Visits every entry until `visit` returns other than 0, which is returned. */
int ll_held_visit(struct ll_held *held, int (*visit)(void *context, struct ll_held_entry *entry),
		  void *context);

#endif
