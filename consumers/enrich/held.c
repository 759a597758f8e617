#include "held.h"

#include <stdlib.h>

#define BUCKETS_MIN 256

void ll_held_init(struct ll_held *held)
{
	*held = (struct ll_held){0};
}

void ll_held_release(struct ll_held *held)
{
	for (size_t i = 0; i < held->buckets; i++) {
		struct ll_held_entry *entry = held->by_event[i];

		while (entry) {
			struct ll_held_entry *next = entry->next_by_event;

			free(entry);
			entry = next;
		}
	}
	free(held->by_event);
	free(held->by_person);
	ll_held_init(held);
}

static size_t bucket_of(const struct ll_held *held, const struct ll_key *key)
{
	uint64_t bits;

	memcpy(&bits, key->bytes, sizeof(bits));
	return (size_t)bits & (held->buckets - 1);
}

static void link_entry(struct ll_held *held, struct ll_held_entry *entry)
{
	struct ll_held_entry **event_head = &held->by_event[bucket_of(held, &entry->event_key)];
	struct ll_held_entry **person_head =
		&held->by_person[bucket_of(held, &entry->event.person_key)];

	entry->next_by_event = *event_head;
	*event_head = entry;
	entry->next_by_person = *person_head;
	*person_head = entry;
}

static int grow(struct ll_held *held)
{
	struct ll_held bigger = {.buckets = held->buckets ? held->buckets * 2 : BUCKETS_MIN,
				 .count = held->count};

	bigger.by_event = calloc(bigger.buckets, sizeof(*bigger.by_event));
	bigger.by_person = calloc(bigger.buckets, sizeof(*bigger.by_person));
	if (!bigger.by_event || !bigger.by_person) {
		free(bigger.by_event);
		free(bigger.by_person);
		return -LL_ERR_NO_MEMORY;
	}
	for (size_t i = 0; i < held->buckets; i++) {
		struct ll_held_entry *entry = held->by_event[i];

		while (entry) {
			struct ll_held_entry *next = entry->next_by_event;

			link_entry(&bigger, entry);
			entry = next;
		}
	}
	free(held->by_event);
	free(held->by_person);
	*held = bigger;
	return 0;
}

/* One block: the entry, the topic's name, the event's bytes. */
static struct ll_held_entry *entry_new(const struct ll_key *event_key,
				       const struct ll_held_event *event)
{
	size_t topic_size = event->origin.topic.size;
	struct ll_held_entry *entry = malloc(sizeof(*entry) + topic_size + event->value.size);
	char *tail;

	if (!entry)
		return NULL;
	tail = (char *)(entry + 1);
	*entry = (struct ll_held_entry){.event_key = *event_key, .event = *event};
	memcpy(tail, event->origin.topic.data, topic_size);
	memcpy(tail + topic_size, event->value.data, event->value.size);
	entry->event.origin.topic.data = tail;
	entry->event.value.data = (const uint8_t *)tail + topic_size;
	return entry;
}

static struct ll_held_entry **find(const struct ll_held *held, const struct ll_key *event_key)
{
	struct ll_held_entry **at = &held->by_event[bucket_of(held, event_key)];

	while (*at && !ll_key_equal(&(*at)->event_key, event_key))
		at = &(*at)->next_by_event;
	return at;
}

int ll_held_put(struct ll_held *held, const struct ll_key *event_key,
		const struct ll_held_event *event, struct ll_held_entry **ret_entry)
{
	const struct ll_held_entry *old;
	struct ll_held_entry *entry;

	if (held->count >= held->buckets) {
		int err = grow(held);

		if (err)
			return err;
	}
	entry = entry_new(event_key, event);
	if (!entry)
		return -LL_ERR_NO_MEMORY;
	old = *find(held, event_key);
	if (old)
		entry->released_in = old->released_in;
	ll_held_remove(held, event_key);
	link_entry(held, entry);
	held->count++;
	*ret_entry = entry;
	return 0;
}

void ll_held_remove(struct ll_held *held, const struct ll_key *event_key)
{
	struct ll_held_entry **at;
	struct ll_held_entry *entry;

	if (held->buckets == 0)
		return;
	at = find(held, event_key);
	entry = *at;
	if (!entry)
		return;
	*at = entry->next_by_event;
	at = &held->by_person[bucket_of(held, &entry->event.person_key)];
	while (*at != entry)
		at = &(*at)->next_by_person;
	*at = entry->next_by_person;
	free(entry);
	held->count--;
}

static struct ll_held_entry *skip_to_person(struct ll_held_entry *entry,
					    const struct ll_key *person_key)
{
	while (entry && !ll_key_equal(&entry->event.person_key, person_key))
		entry = entry->next_by_person;
	return entry;
}

struct ll_held_entry *ll_held_first_of_person(const struct ll_held *held,
					      const struct ll_key *person_key)
{
	if (held->buckets == 0)
		return NULL;
	return skip_to_person(held->by_person[bucket_of(held, person_key)], person_key);
}

struct ll_held_entry *ll_held_next_of_person(const struct ll_held_entry *entry)
{
	return skip_to_person(entry->next_by_person, &entry->event.person_key);
}

int ll_held_visit(struct ll_held *held, int (*visit)(void *context, struct ll_held_entry *entry),
		  void *context)
{
	for (size_t i = 0; i < held->buckets; i++) {
		for (struct ll_held_entry *entry = held->by_event[i]; entry;
		     entry = entry->next_by_event) {
			int err = visit(context, entry);

			if (err)
				return err;
		}
	}
	return 0;
}
