#include "population.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "people.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define PURPOSE_HOUSEHOLD 1
#define PURPOSE_VILLAGE	  2

/* Families have some 3.5 members: many together stay far below this, few below the spare. */
#define PEOPLE_MEAN_BOUND 5
#define PEOPLE_SPARE	  1024

#define PROGRESS_STEP 4096 /* households */

/* Chances of a million. */
#define EX_POOR_CHANCE	      80000
#define INCOME_UNKNOWN_CHANCE 40000
#define LATE_CHANCE	      5000
#define NEVER_CHANCE	      1000
#define DIBAO_VERY_LOW_INCOME 700000
#define DIBAO_EX_POOR	      100000
#define DIBAO_ORDINARY	      6000
#define WAGE_EARNER_CHANCE    720000 /* of those who can work; the others farm */

#define VERY_LOW_INCOME_FEN 600000LL /* a head and year */
#define WAGE_MIN_FEN	    120000LL /* a month */
#define WAGE_MAX_FEN	    1200000LL
#define WAGE_MONTHS	    11

/*
 * Net income a head and year in fen, rural Jiangxi: the middle is near the 2024 yearbook's mean of
 * some 22,000 yuan, the tail reaches below the monitoring line (8,800 yuan reported for 2024).
 */
static const struct ll_quantile ordinary_income[] = {
	{0, 280000},	   {10000, 620000},    {25000, 880000},	  {80000, 1150000},
	{200000, 1450000}, {400000, 1850000},  {600000, 2350000}, {800000, 3150000},
	{950000, 5200000}, {1000000, 9500000},
};
static const struct ll_quantile ex_poor_income[] = {
	{0, 300000},	   {30000, 650000},   {90000, 880000},	  {300000, 1150000},
	{600000, 1500000}, {900000, 2200000}, {1000000, 3600000},
};
/* What part of the income is wages, of a million. */
static const struct ll_quantile wage_share[] = {{0, 400000}, {500000, 680000}, {1000000, 900000}};

static const struct {
	uint32_t mark;
	uint64_t ordinary;
	uint64_t ex_poor;
} mark_chances[] = {
	{LL_MARK_COMMERCIAL_FLAT, 90000, 6000},
	{LL_MARK_CAR, 140000, 9000},
	{LL_MARK_COMPANY, 25000, 1500},
	{LL_MARK_PUBLIC_EMPLOYEE, 20000, 2000},
};

static uint32_t marks_make(struct ll_random *random, enum ll_category category)
{
	uint32_t marks = 0;

	for (size_t i = 0; i < COUNT(mark_chances); i++)
		if (ll_random_chance(random, category == LL_CATEGORY_EX_POOR
						     ? mark_chances[i].ex_poor
						     : mark_chances[i].ordinary))
			marks |= mark_chances[i].mark;
	return marks;
}

static void wages_make(struct ll_random *random, const struct ll_sim_household *household,
		       struct ll_sim_person *people)
{
	int64_t share = ll_random_quantile(random, wage_share, COUNT(wage_share));
	int64_t wages_fen = household->income_fen / LL_MILLION * share;
	bool earns[LL_SIM_MEMBERS_MAX];
	int64_t earners = 0;

	for (uint32_t i = 0; i < household->person_count; i++) {
		earns[i] = people[i].labour && ll_random_chance(random, WAGE_EARNER_CHANCE);
		earners += earns[i];
	}
	for (uint32_t i = 0; i < household->person_count; i++) {
		if (!earns[i])
			continue;

		int64_t wage_fen = wages_fen / earners / WAGE_MONTHS;

		wage_fen = wage_fen * ll_random_between(random, 70, 130) / 100;
		wage_fen = wage_fen < WAGE_MIN_FEN ? WAGE_MIN_FEN : wage_fen;
		wage_fen = wage_fen > WAGE_MAX_FEN ? WAGE_MAX_FEN : wage_fen;
		people[i].monthly_wage_fen = wage_fen / 5000 * 5000; /* to 50 yuan */
	}
}

static uint64_t dibao_chance(const struct ll_sim_household *household)
{
	if (household->income_fen / household->person_count < VERY_LOW_INCOME_FEN)
		return DIBAO_VERY_LOW_INCOME;
	return household->category == LL_CATEGORY_EX_POOR ? DIBAO_EX_POOR : DIBAO_ORDINARY;
}

static void household_make(struct ll_random *random, const struct ll_population_options *options,
			   struct ll_sim_household *household, struct ll_sim_person *people)
{
	bool ex_poor = ll_random_chance(random, EX_POOR_CHANCE);
	uint64_t registered = ll_random_below(random, LL_MILLION);

	household->category = ex_poor ? LL_CATEGORY_EX_POOR : LL_CATEGORY_ORDINARY;
	household->person_count = ll_sim_family_make(random, options->day, people);
	household->income_known = !ll_random_chance(random, INCOME_UNKNOWN_CHANCE);

	int64_t per_head_fen =
		ex_poor ? ll_random_quantile(random, ex_poor_income, COUNT(ex_poor_income))
			: ll_random_quantile(random, ordinary_income, COUNT(ordinary_income));

	household->income_fen = per_head_fen / 1000 * 1000 * household->person_count;
	household->dibao = ll_random_chance(random, dibao_chance(household));
	household->marks = marks_make(random, household->category);
	household->house_number = (int32_t)ll_random_between(random, 1, 180);
	wages_make(random, household, people);
	if (options->late && registered < NEVER_CHANCE)
		household->registered = LL_SIM_NEVER;
	else if (options->late && registered < NEVER_CHANCE + LATE_CHANCE)
		household->registered = LL_SIM_LATE;
}

/* Serials count up within each village. */
static int settle(struct ll_population *population, uint64_t seed,
		  const struct ll_villages *villages)
{
	uint32_t *serials = calloc(villages->count, sizeof(serials[0]));

	if (!serials)
		return -LL_ERR_NO_MEMORY;
	for (uint32_t i = 0; i < population->household_count; i++) {
		struct ll_sim_household *household = &population->households[i];
		struct ll_random random;
		size_t at;

		/* A stream of its own: another list of villages leaves the people as they were. */
		ll_random_init(&random, seed, PURPOSE_VILLAGE, i);
		at = (size_t)ll_random_below(&random, villages->count);
		household->village = (uint32_t)at;
		household->village_code = villages->list[at].code;
		household->serial = ++serials[at];
	}
	free(serials);
	return 0;
}

static int make_all(struct ll_population *population, const struct ll_population_options *options,
		    struct ll_citizen_set *numbers, ll_population_progress *progress, void *context)
{
	for (uint32_t i = 0; i < options->households; i++) {
		struct ll_sim_household *household = &population->households[i];
		struct ll_sim_person *people = &population->people[population->person_count];
		struct ll_random random;

		ll_random_init(&random, options->seed, PURPOSE_HOUSEHOLD, i);
		household->first_person = population->person_count;
		household_make(&random, options, household, people);
		for (uint32_t p = 0; p < household->person_count; p++) {
			people[p].household = i;
			ll_citizen_number_make(&random, numbers, people[p].born_on,
					       people[p].female, people[p].citizen_number);
		}
		population->person_count += household->person_count;
		if (progress && i % PROGRESS_STEP == 0)
			progress(context, i);
	}
	population->household_count = options->households;
	return 0;
}

int ll_population_make(struct ll_population *population,
		       const struct ll_population_options *options,
		       const struct ll_villages *villages, ll_population_progress *progress,
		       void *context)
{
	size_t people = (size_t)options->households * LL_SIM_MEMBERS_MAX;
	struct ll_citizen_set numbers = {.slots = NULL};
	struct ll_population made = {.income_year = ll_day_to_date(options->day).year - 1};
	int err = -LL_ERR_NO_MEMORY;

	assert(options->households > 0 && options->households <= LL_SIM_HOUSEHOLDS_MAX);
	made.households = calloc(options->households, sizeof(made.households[0]));
	/* Room for the largest families; the system gives memory only where it is written. */
	made.people = calloc(people, sizeof(made.people[0]));
	if (!made.households || !made.people ||
	    ll_citizen_set_init(&numbers, (size_t)options->households * PEOPLE_MEAN_BOUND +
						  PEOPLE_SPARE) != 0)
		goto done;
	err = make_all(&made, options, &numbers, progress, context);
	if (!err)
		err = settle(&made, options->seed, villages);
done:
	ll_citizen_set_release(&numbers);
	if (err)
		ll_population_release(&made);
	else
		*population = made;
	return err;
}

void ll_population_release(struct ll_population *population)
{
	free(population->households);
	free(population->people);
	*population = (struct ll_population){.households = NULL};
}

void ll_sim_household_code(const struct ll_sim_household *household,
			   char ret_code[LL_SIM_HOUSEHOLD_CODE_MAX])
{
	int size = snprintf(ret_code, LL_SIM_HOUSEHOLD_CODE_MAX, "%012llu-%04u",
			    (unsigned long long)household->village_code, household->serial);

	assert(size > 0 && size < LL_SIM_HOUSEHOLD_CODE_MAX);
}

int32_t ll_sim_age(const struct ll_sim_person *person, int32_t day)
{
	return ll_day_months_between(person->born_on, day) / 12;
}
