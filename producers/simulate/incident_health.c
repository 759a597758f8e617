/* Illness, disability, death, accidents. */
#include "base/date.h"
#include "incident_making.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct ll_quantile hospital_costs[] = {
	{0, 80000},	   {250000, 280000},  {500000, 520000},	  {700000, 900000},
	{850000, 1600000}, {950000, 4200000}, {990000, 12000000}, {1000000, 42000000},
};
static const struct ll_quantile illness_costs[] = {
	{0, 60000},
	{600000, 240000},
	{1000000, 800000},
};
static const struct ll_quantile severe_costs[] = {
	{0, 500000},
	{600000, 2000000},
	{1000000, 8000000},
};

static const struct ll_age_rate hospital_rates[] = {
	{6, 130000}, {18, 42000}, {45, 78000}, {60, 145000}, {75, 280000}, {INT32_MAX, 410000},
};
static const struct ll_age_rate illness_rates[] = {
	{18, 1500},
	{45, 6000},
	{60, 20000},
	{INT32_MAX, 38000},
};

/* Medical aid goes to poor families, and to others after a large bill. */
static int medical_aid(struct ll_making *making, const struct ll_incident *stay, int64_t own_fen)
{
	bool due = ll_making_is_poor(making->household) ? own_fen >= 200000 : own_fen >= 2000000;
	struct ll_incident aid;

	if (!due || !ll_random_chance(&making->random, 350000))
		return 0;
	aid = ll_making_follow(making, stay, LL_EVENT_BENEFIT, 20, 60);
	aid.code = LL_BENEFIT_MEDICAL_AID;
	aid.first_fen = (struct ll_maybe){
		true, own_fen / 10000 * ll_random_between(&making->random, 15, 40) * 100};
	return ll_incidents_add(making->incidents, &aid);
}

static int hospital_stay(struct ll_making *making, const struct ll_sim_person *person)
{
	struct ll_incident stay = ll_making_begin(making, LL_EVENT_HOSPITALISATION, person);
	int64_t percent = ll_making_is_poor(making->household)
				  ? ll_random_between(&making->random, 75, 92)
				  : ll_random_between(&making->random, 45, 80);
	int err;

	stay.first_fen =
		ll_making_amount(making, hospital_costs, COUNT(hospital_costs), LL_MILLION);
	stay.second_fen = (struct ll_maybe){true, stay.first_fen.value / 100 * percent};
	stay.third_fen.known = ll_random_chance(&making->random, 700000);
	stay.third_fen.value = stay.first_fen.value - stay.second_fen.value;
	err = ll_incidents_add(making->incidents, &stay);
	return err ? err : medical_aid(making, &stay, stay.third_fen.value);
}

int ll_make_hospitalisations(struct ll_making *making)
{
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		const struct ll_sim_person *person = &making->people[i];
		uint64_t rate = ll_making_rate_at(hospital_rates, ll_making_age(making, person));
		uint64_t parts = ll_season_parts(making->season, person->chronic ? rate * 2 : rate);
		int64_t stays = ll_random_times(&making->random, parts);

		while (stays-- > 0 && !err)
			err = hospital_stay(making, person);
	}
	return err;
}

int ll_make_illnesses(struct ll_making *making)
{
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		const struct ll_sim_person *person = &making->people[i];
		int32_t age = ll_making_age(making, person);
		struct ll_incident illness;

		if (person->chronic ||
		    !ll_making_happens(making, ll_making_rate_at(illness_rates, age)))
			continue;
		illness = ll_making_begin(making, LL_EVENT_CHRONIC_ILLNESS, person);
		illness.code = ll_random_chance(&making->random, 180000);
		illness.first_fen = illness.code ? ll_making_amount(making, severe_costs,
								    COUNT(severe_costs), 700000)
						 : ll_making_amount(making, illness_costs,
								    COUNT(illness_costs), 700000);
		err = ll_incidents_add(making->incidents, &illness);
	}
	return err;
}

/* ---- outside hospital ---- */

static const struct ll_quantile outpatient_costs[] = {
	{0, 15000}, {500000, 45000}, {850000, 120000}, {970000, 320000}, {1000000, 900000},
};

int ll_make_outpatient_costs(struct ll_making *making)
{
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		struct ll_incident cost;
		int64_t percent;

		if (!ll_making_happens(making, making->people[i].chronic ? 190000 : 8000))
			continue;
		cost = ll_making_begin(making, LL_EVENT_OUTPATIENT_COST, &making->people[i]);
		percent = ll_random_between(&making->random, 30, 70);
		cost.first_fen = ll_making_amount(making, outpatient_costs, COUNT(outpatient_costs),
						  LL_MILLION);
		cost.second_fen = (struct ll_maybe){true, cost.first_fen.value / 100 * percent};
		cost.third_fen.known = ll_random_chance(&making->random, 700000);
		cost.third_fen.value = cost.first_fen.value - cost.second_fen.value;
		err = ll_incidents_add(making->incidents, &cost);
	}
	return err;
}

/* ---- disability, death, accidents, epidemics ---- */

/* Certificates are issued and changed; most of them are years old. */
int ll_make_disabilities(struct ll_making *making)
{
	static const uint32_t grades[] = {14, 30, 28, 28};
	static const uint32_t types[] = {15, 24, 2, 30, 7, 7, 15};
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		struct ll_incident certificate;

		if (!making->people[i].disabled || !ll_making_happens(making, 60000))
			continue;
		certificate = ll_making_begin(making, LL_EVENT_DISABILITY, &making->people[i]);
		certificate.count =
			1 + (int32_t)ll_random_pick(&making->random, grades, COUNT(grades));
		certificate.code = (int32_t)ll_random_pick(&making->random, types, COUNT(types));
		err = ll_incidents_add(making->incidents, &certificate);
	}
	return err;
}

int ll_make_deaths(struct ll_making *making)
{
	static const struct ll_age_rate rates[] = {
		{45, 700},
		{60, 3500},
		{75, 16000},
		{INT32_MAX, 65000},
	};
	static const struct ll_quantile costs[] = {
		{0, 300000},
		{700000, 1200000},
		{1000000, 4000000},
	};
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		const struct ll_sim_person *person = &making->people[i];
		uint64_t rate = ll_making_rate_at(rates, ll_making_age(making, person));
		struct ll_incident death;

		if (!ll_making_happens(making, rate))
			continue;
		death = ll_making_begin(making, LL_EVENT_DEATH, person);
		death.first_fen = ll_making_amount(making, costs, COUNT(costs), 500000);
		err = ll_incidents_add(making->incidents, &death);
	}
	return err;
}

int ll_make_accidents(struct ll_making *making)
{
	static const uint32_t types[] = {30, 40, 22, 8};
	static const struct ll_quantile costs[] = {
		{0, 40000},
		{600000, 500000},
		{900000, 3000000},
		{1000000, 20000000},
	};
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		struct ll_incident accident;

		if (!ll_making_happens(making, 2500))
			continue;
		accident = ll_making_begin(making, LL_EVENT_ACCIDENT, &making->people[i]);
		accident.code = (int32_t)ll_random_pick(&making->random, types, COUNT(types));
		accident.first_fen = ll_making_amount(making, costs, COUNT(costs), 750000);
		err = ll_incidents_add(making->incidents, &accident);
	}
	return err;
}

int ll_make_epidemic_impacts(struct ll_making *making)
{
	static const struct ll_quantile impacts[] = {
		{0, 50000}, {700000, 300000}, {1000000, 1500000}};
	struct ll_incident impact;

	if (!ll_making_happens(making, 4000))
		return 0;
	impact = ll_making_begin(making, LL_EVENT_EPIDEMIC_IMPACT, making->people);
	impact.first_fen = ll_making_amount(making, impacts, COUNT(impacts), 800000);
	return ll_incidents_add(making->incidents, &impact);
}
