#include "people.h"

#include <stdlib.h>

#define CAPACITY_MIN 1024

void ll_people_init(struct ll_people *people)
{
	*people = (struct ll_people){0};
}

void ll_people_release(struct ll_people *people)
{
	free(people->slots);
	ll_people_init(people);
}

/* Keys are HMACs: any eight bytes of them are as good as a hash. */
static size_t home_slot(const struct ll_key *key, size_t capacity)
{
	uint64_t bits;

	memcpy(&bits, key->bytes, sizeof(bits));
	return (size_t)bits & (capacity - 1);
}

static struct ll_person *slot_of(struct ll_person *slots, size_t capacity, const struct ll_key *key)
{
	size_t at = home_slot(key, capacity);

	while (!ll_key_is_zero(&slots[at].person_key) && !ll_key_equal(&slots[at].person_key, key))
		at = (at + 1) & (capacity - 1);
	return &slots[at];
}

static int grow(struct ll_people *people)
{
	size_t capacity = people->capacity ? people->capacity * 2 : CAPACITY_MIN;
	struct ll_person *slots = calloc(capacity, sizeof(*slots));

	if (!slots)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < people->capacity; i++) {
		const struct ll_person *person = &people->slots[i];

		if (!ll_key_is_zero(&person->person_key))
			*slot_of(slots, capacity, &person->person_key) = *person;
	}
	free(people->slots);
	people->slots = slots;
	people->capacity = capacity;
	return 0;
}

int ll_people_put(struct ll_people *people, const struct ll_person *person)
{
	struct ll_person *slot;

	if (people->count * 2 >= people->capacity) {
		int err = grow(people);

		if (err)
			return err;
	}
	slot = slot_of(people->slots, people->capacity, &person->person_key);
	people->count += ll_key_is_zero(&slot->person_key);
	*slot = *person;
	return 0;
}

void ll_people_remove(struct ll_people *people, const struct ll_key *person_key)
{
	struct ll_person *slot;

	if (people->capacity == 0)
		return;
	slot = slot_of(people->slots, people->capacity, person_key);
	memset(&slot->household_key, 0, sizeof(slot->household_key));
}

const struct ll_person *ll_people_find(const struct ll_people *people,
				       const struct ll_key *person_key)
{
	const struct ll_person *slot;

	if (people->capacity == 0)
		return NULL;
	slot = slot_of(people->slots, people->capacity, person_key);
	return ll_key_is_zero(&slot->household_key) ? NULL : slot;
}

void ll_people_prefetch(const struct ll_people *people, const struct ll_key *person_key)
{
	if (people->capacity > 0)
		__builtin_prefetch(&people->slots[home_slot(person_key, people->capacity)]);
}
