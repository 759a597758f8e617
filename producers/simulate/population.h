/*
 * A simulated registry: households in real villages, with people, work and income. Sizes, ages,
 * labour and incomes are plausible for a rural county in the south of China; nobody in it exists.
 *
 * The same options give the same population, to the byte. Household i depends on the seed, the
 * options and i alone, citizen numbers apart, which are kept different from each other.
 */
#ifndef LL_SIMULATE_POPULATION_H
#define LL_SIMULATE_POPULATION_H

#include "base/citizen.h"
#include "core/event.h"
#include "names.h"
#include "villages.h"

#define LL_SIM_HOUSEHOLDS_MAX	  1000000
#define LL_SIM_MEMBERS_MAX	  10 /* of one household */
#define LL_SIM_HOUSEHOLD_CODE_MAX 24 /* with the ending NUL */

/* When the registry learns of a household. */
enum ll_sim_registered {
	LL_SIM_REGISTERED = 0, /* before the first day */
	LL_SIM_LATE = 1,       /* on the late day of the simulation */
	LL_SIM_NEVER = 2
};

struct ll_sim_person {
	uint32_t household; /* index */
	int32_t born_on;
	char citizen_number[LL_CITIZEN_SIZE];
	bool female;
	bool resident;
	bool labour;
	bool in_school;
	bool disabled;
	bool chronic; /* an illness of long standing, which brings hospital stays */
	struct ll_person_name name;
	int64_t phone;		  /* 0: none */
	int64_t monthly_wage_fen; /* 0: no wage (a farm, or no work) */
};

struct ll_sim_household {
	uint32_t village; /* index of the list of villages */
	uint64_t village_code;
	uint32_t serial; /* within the village, from 1 */
	enum ll_sim_registered registered;
	enum ll_category category;
	bool dibao;
	uint32_t marks; /* LL_MARK_* */
	bool income_known;
	int64_t income_fen; /* of the whole household, of income_year */
	int32_t house_number;
	uint32_t first_person; /* index */
	uint32_t person_count;
};

struct ll_population_options {
	uint64_t seed;
	uint32_t households; /* 1 to LL_SIM_HOUSEHOLDS_MAX */
	int32_t day;	     /* ages are as of this day */
	bool late;	     /* some are registered late, and a few never */
};

struct ll_population {
	struct ll_sim_household *households;
	uint32_t household_count;
	struct ll_sim_person *people; /* household by household */
	uint32_t person_count;
	int32_t income_year;
};

/* Called now and then with the households made so far. May be NULL. */
typedef void ll_population_progress(void *context, uint32_t made);

int ll_population_make(struct ll_population *population,
		       const struct ll_population_options *options,
		       const struct ll_villages *villages, ll_population_progress *progress,
		       void *context);
void ll_population_release(struct ll_population *population);

void ll_sim_household_code(const struct ll_sim_household *household,
			   char ret_code[LL_SIM_HOUSEHOLD_CODE_MAX]);
/* Whole years on a day, 0 before birth. */
int32_t ll_sim_age(const struct ll_sim_person *person, int32_t day);

#endif
