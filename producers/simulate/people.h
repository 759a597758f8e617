/*
 * The people of one simulated household, and the citizen numbers (GB 11643) they have. For
 * population.c and its tests.
 */
#ifndef LL_SIMULATE_PEOPLE_H
#define LL_SIMULATE_PEOPLE_H

#include "population.h"

/* Citizen numbers that are taken. init before use; release after. */
struct ll_citizen_set {
	uint64_t *slots; /* 17 digits each; 0: empty */
	size_t capacity; /* a power of two */
	size_t count;
};

/* Room for `count` numbers; -LL_ERR_NO_MEMORY. */
int ll_citizen_set_init(struct ll_citizen_set *set, size_t count);
void ll_citizen_set_release(struct ll_citizen_set *set);

/*
 * A valid number that nobody in the set has, of a person born on this day: mostly issued in the
 * city, some elsewhere (people marry and move). Adds it to the set, which must have room.
 */
void ll_citizen_number_make(struct ll_random *random, struct ll_citizen_set *set, int32_t born_on,
			    bool female, char ret_number[LL_CITIZEN_SIZE]);

/*
 * One household's people as of a day: ages, sexes, schooling, labour, health, names, phones.
 * Citizen numbers and wages are left empty. Returns how many, 1 to LL_SIM_MEMBERS_MAX.
 */
uint32_t ll_sim_family_make(struct ll_random *random, int32_t day,
			    struct ll_sim_person ret_people[LL_SIM_MEMBERS_MAX]);

#endif
