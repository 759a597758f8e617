/* Names of people who do not exist, from common Chinese surnames and given names. */
#ifndef LL_SIMULATE_NAMES_H
#define LL_SIMULATE_NAMES_H

#include <stdbool.h>

#include "random.h"

#define LL_PERSON_NAME_MAX 16 /* bytes with the ending NUL: up to four characters */

/* A name is its parts: small to keep, made to text when it is written. */
struct ll_person_name {
	uint16_t surname;
	uint16_t first;
	uint16_t second; /* LL_NAME_PART_NONE: a given name of one character */
};
#define LL_NAME_PART_NONE UINT16_MAX

/* An index of a surname, common ones more often. */
uint16_t ll_surname_pick(struct ll_random *random);
/* A given name of a person of this sex. */
struct ll_person_name ll_person_name_make(struct ll_random *random, uint16_t surname, bool female);
void ll_person_name_text(const struct ll_person_name *name, char ret_text[LL_PERSON_NAME_MAX]);

#endif
