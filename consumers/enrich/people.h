/*
 * Who belongs to which household, for the persons of one partition: an open-addressing table in
 * memory, filled from registry.people. 48 bytes a person at most half full.
 */
#ifndef LL_ENRICH_PEOPLE_H
#define LL_ENRICH_PEOPLE_H

#include "base/bytes.h"
#include "base/err.h"

struct ll_person {
	struct ll_key person_key;
	struct ll_key household_key; /* zero: known once, registered no more */
	uint64_t village_code;	     /* 12 digits */
};

struct ll_people {
	struct ll_person *slots;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

void ll_people_init(struct ll_people *people);
void ll_people_release(struct ll_people *people);
/* Inserts or replaces. -LL_ERR_NO_MEMORY. */
int ll_people_put(struct ll_people *people, const struct ll_person *person);
void ll_people_remove(struct ll_people *people, const struct ll_key *person_key);
/* A hint: this person is looked for soon. */
void ll_people_prefetch(const struct ll_people *people, const struct ll_key *person_key);
/* NULL when not registered. Valid until the next put. */
const struct ll_person *ll_people_find(const struct ll_people *people,
				       const struct ll_key *person_key);

#endif
