#include <assert.h>

#include "base/date.h"
#include "incident.h"

#define PURPOSE_FLOOD	     200
#define PURPOSE_FLOOD_DAMAGE 201

#define TOWNSHIP_VILLAGES 1000 /* a village's code without its last three digits */
#define NO_TOWNSHIP	  0

/* Chances of a million, of the households of the township. */
#define DAMAGE_CHANCE  350000
#define FLOODED_CHANCE 400000 /* of those with damage */
#define HOUSING_CHANCE 80000
#define CROP_CHANCE    250000
#define WATER_CHANCE   120000
#define WATER_RESTORED 900000
#define LOSS_KNOWN     850000

static const struct ll_quantile losses[] = {
	{0, 50000}, {400000, 250000}, {800000, 900000}, {970000, 2500000}, {1000000, 6000000},
};
static const struct ll_quantile repairs[] = {
	{0, 200000},
	{500000, 900000},
	{900000, 2500000},
	{1000000, 6000000},
};

/* The rains of the south: from the fifth of June to the twentieth of July. */
static bool is_summer(int32_t day)
{
	struct ll_date date = ll_day_to_date(day);

	return (date.month == 6 && date.day >= 5) || (date.month == 7 && date.day <= 20);
}

static int32_t flood_day(struct ll_random *random, const struct ll_incident_options *options)
{
	int32_t summer = 0;

	/* Not the first day: the alert comes a day before. */
	for (int32_t i = 1; i < options->days; i++)
		summer += is_summer(options->from + i);
	if (summer == 0)
		return LL_DAY_NONE;

	int32_t at = (int32_t)ll_random_below(random, (uint64_t)summer);

	for (int32_t i = 1; i < options->days; i++)
		if (is_summer(options->from + i) && at-- == 0)
			return options->from + i;
	return LL_DAY_NONE;
}

static int32_t days_after(struct ll_random *random, int32_t day, int64_t from, int64_t to)
{
	return day + (int32_t)ll_random_between(random, from, to);
}

/* Fields under water, and wells: what the house's own loss does not have in it. */
static int fields_make(struct ll_random *random, const struct ll_incident *house,
		       const struct ll_flood *flood, struct ll_incidents *incidents)
{
	struct ll_incident incident = *house;
	int err = 0;

	if (ll_random_chance(random, CROP_CHANCE)) {
		incident.kind = LL_EVENT_CROP_LOSS;
		incident.occurred_on = days_after(random, flood->day, 0, 3);
		incident.reported_on = days_after(random, incident.occurred_on, 1, 15);
		incident.first_fen.known = ll_random_chance(random, LOSS_KNOWN);
		incident.first_fen.value = ll_random_quantile(random, losses, 5) / 2000 * 1000;
		err = ll_incidents_add(incidents, &incident);
	}
	if (err || !ll_random_chance(random, WATER_CHANCE))
		return err;
	incident = *house;
	incident.kind = LL_EVENT_WATER_SUPPLY_LOSS;
	incident.occurred_on = days_after(random, flood->day, 0, 2);
	incident.reported_on = days_after(random, incident.occurred_on, 0, 4);
	err = ll_incidents_add(incidents, &incident);
	if (err || !ll_random_chance(random, WATER_RESTORED))
		return err;
	incident.ended = true;
	incident.occurred_on = days_after(random, incident.occurred_on, 3, 25);
	incident.reported_on = days_after(random, incident.occurred_on, 0, 4);
	return ll_incidents_add(incidents, &incident);
}

static int damage_make(struct ll_random *random, const struct ll_population *population,
		       uint32_t index, const struct ll_flood *flood, struct ll_incidents *incidents)
{
	struct ll_incident incident = {
		.household = index,
		.person = population->households[index].first_person,
	};
	const struct ll_incident house = incident;
	int err = 0;

	if (ll_random_chance(random, DAMAGE_CHANCE)) {
		incident.kind = LL_EVENT_FLOOD_DAMAGE;
		incident.occurred_on = days_after(random, flood->day, 0, 2);
		incident.reported_on = days_after(random, incident.occurred_on, 0, 5);
		incident.code = ll_random_chance(random, FLOODED_CHANCE);
		incident.first_fen.known = ll_random_chance(random, LOSS_KNOWN);
		incident.first_fen.value = ll_random_quantile(random, losses, 5) / 1000 * 1000;
		err = ll_incidents_add(incidents, &incident);
	}
	if (!err && ll_random_chance(random, HOUSING_CHANCE)) {
		incident.kind = LL_EVENT_HOUSING_DAMAGE;
		incident.occurred_on = days_after(random, flood->day, 0, 4);
		incident.reported_on = days_after(random, incident.occurred_on, 1, 12);
		incident.code = (int32_t)ll_random_between(random, LL_HOUSING_B, LL_HOUSING_D);
		incident.first_fen.known = ll_random_chance(random, LOSS_KNOWN);
		incident.first_fen.value = ll_random_quantile(random, repairs, 4) / 1000 * 1000;
		err = ll_incidents_add(incidents, &incident);
	}
	return err ? err : fields_make(random, &house, flood, incidents);
}

int ll_flood_make(const struct ll_incident_options *options, const struct ll_population *population,
		  struct ll_incidents *incidents, struct ll_flood *ret_flood)
{
	struct ll_flood flood = {.township_code = NO_TOWNSHIP};
	struct ll_random random;
	uint64_t home;
	int err = 0;

	assert(population->household_count > 0);
	ll_random_init(&random, options->seed, PURPOSE_FLOOD, 0);
	flood.day = flood_day(&random, options);
	flood.found = flood.day != LL_DAY_NONE;
	if (flood.found) {
		home = ll_random_below(&random, population->household_count);
		flood.township_code = population->households[home].village_code / TOWNSHIP_VILLAGES;
	}
	for (uint32_t i = 0; i < population->household_count && flood.found && !err; i++) {
		if (population->households[i].village_code / TOWNSHIP_VILLAGES !=
		    flood.township_code)
			continue;
		ll_random_init(&random, options->seed, PURPOSE_FLOOD_DAMAGE, i);
		err = damage_make(&random, population, i, &flood, incidents);
	}
	if (!err)
		*ret_flood = flood;
	return err;
}
