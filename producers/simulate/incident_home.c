/* School, house, water, aid, need, assets. */
#include "base/date.h"
#include "incident_making.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct ll_quantile housing_costs[] = {
	{0, 80000},
	{500000, 600000},
	{850000, 2200000},
	{1000000, 6000000},
};
static const struct ll_quantile losses[] = {
	{0, 30000},
	{600000, 200000},
	{1000000, 1200000},
};
static const struct ll_quantile relief_amounts[] = {
	{0, 80000},
	{700000, 250000},
	{1000000, 600000},
};
static const struct ll_quantile needs_amounts[] = {
	{0, 50000},
	{600000, 500000},
	{950000, 2500000},
	{1000000, 9000000},
};

/* ---- school ---- */

int ll_make_dropouts(struct ll_making *making)
{
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		const struct ll_sim_person *person = &making->people[i];
		int32_t age = ll_making_age(making, person);
		bool compulsory = age < 16;
		struct ll_incident dropout;

		if (!person->in_school || age < 7 || age > 19 ||
		    !ll_making_happens(making, compulsory ? 3000 : 18000))
			continue;
		dropout = ll_making_begin(making, LL_EVENT_SCHOOL_DROPOUT, person);
		dropout.code = compulsory ? LL_SCHOOL_COMPULSORY : LL_SCHOOL_NON_COMPULSORY;
		err = ll_incidents_add(making->incidents, &dropout);
		if (!err)
			err = ll_making_end(making, &dropout, compulsory ? 750000 : 300000, 10, 90);
	}
	return err;
}

/* ---- house, water, aid, need ---- */

int ll_make_housing_damages(struct ll_making *making)
{
	static const uint32_t grades[] = {0, 45, 40, 15};
	struct ll_incident damage;

	if (!ll_making_happens(making, 9000))
		return 0;
	damage = ll_making_begin(making, LL_EVENT_HOUSING_DAMAGE, making->people);
	damage.code = (int32_t)ll_random_pick(&making->random, grades, COUNT(grades));
	damage.first_fen = ll_making_amount(making, housing_costs, COUNT(housing_costs), 750000);
	return ll_incidents_add(making->incidents, &damage);
}

int ll_make_flood_damages(struct ll_making *making)
{
	struct ll_incident damage;

	if (!ll_making_happens(making, 3000))
		return 0;
	damage = ll_making_begin(making, LL_EVENT_FLOOD_DAMAGE, making->people);
	damage.code = ll_random_chance(&making->random, 150000);
	damage.first_fen = ll_making_amount(making, losses, COUNT(losses), 850000);
	return ll_incidents_add(making->incidents, &damage);
}

/* The subsidy for tilled land, as departments' lists are full of. */
int ll_make_subsidies(struct ll_making *making)
{
	static const struct ll_quantile amounts[] = {{0, 12000}, {700000, 45000}, {1000000, 90000}};
	struct ll_incident subsidy;

	if (!ll_making_happens(making, 160000))
		return 0;
	subsidy = ll_making_begin(making, LL_EVENT_BENEFIT, making->people);
	subsidy.code = LL_BENEFIT_OTHER;
	subsidy.first_fen = ll_making_amount(making, amounts, COUNT(amounts), LL_MILLION);
	return ll_incidents_add(making->incidents, &subsidy);
}

int ll_make_grants(struct ll_making *making)
{
	const struct ll_sim_person *head = making->people;
	struct ll_incident grant;
	int err = 0;

	if (ll_making_happens(making, ll_making_is_poor(making->household) ? 90000 : 20000)) {
		grant = ll_making_begin(making, LL_EVENT_BENEFIT, head);
		grant.code = LL_BENEFIT_TEMPORARY_RELIEF;
		grant.first_fen =
			ll_making_amount(making, relief_amounts, COUNT(relief_amounts), LL_MILLION);
		err = ll_incidents_add(making->incidents, &grant);
	}
	if (!err && !making->household->dibao && ll_making_happens(making, 6000)) {
		grant = ll_making_begin(making, LL_EVENT_BENEFIT, head);
		grant.code = LL_BENEFIT_DIBAO;
		grant.first_fen = (struct ll_maybe){
			true, making->household->person_count *
				      ll_random_between(&making->random, 350, 700) * 100};
		grant.count = 12;
		err = ll_incidents_add(making->incidents, &grant);
	}
	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		if (!making->people[i].disabled || !ll_making_happens(making, 450000))
			continue;
		grant = ll_making_begin(making, LL_EVENT_BENEFIT, &making->people[i]);
		grant.code = LL_BENEFIT_DISABILITY;
		grant.first_fen =
			(struct ll_maybe){true, ll_random_between(&making->random, 8, 16) * 1000};
		grant.count = 12;
		err = ll_incidents_add(making->incidents, &grant);
	}
	return err;
}

int ll_make_declarations(struct ll_making *making)
{
	static const uint32_t needs[] = {3, 2, 8, 35, 12, 10, 30};
	struct ll_incident declaration;

	if (!ll_making_happens(making, ll_making_is_poor(making->household) ? 130000 : 50000))
		return 0;
	declaration = ll_making_begin(making, LL_EVENT_DECLARATION, making->people);
	declaration.code = (int32_t)ll_random_pick(&making->random, needs, COUNT(needs));
	declaration.first_fen =
		ll_making_amount(making, needs_amounts, COUNT(needs_amounts), 400000);
	return ll_incidents_add(making->incidents, &declaration);
}

/* ---- water, school fees, assets, consent ---- */

int ll_make_water_losses(struct ll_making *making)
{
	struct ll_incident loss;
	int err;

	if (!ll_making_happens(making, 6000))
		return 0;
	loss = ll_making_begin(making, LL_EVENT_WATER_SUPPLY_LOSS, making->people);
	err = ll_incidents_add(making->incidents, &loss);
	return err ? err : ll_making_end(making, &loss, 800000, 3, 40);
}

int ll_make_tuition_costs(struct ll_making *making)
{
	static const struct ll_quantile costs[] = {
		{0, 100000}, {400000, 500000}, {850000, 1300000}, {1000000, 2800000}};
	int err = 0;

	for (uint32_t i = 0; i < making->household->person_count && !err; i++) {
		const struct ll_sim_person *person = &making->people[i];
		struct ll_incident cost;

		if (!person->in_school || ll_making_age(making, person) < 16 ||
		    !ll_making_happens(making, 200000))
			continue;
		cost = ll_making_begin(making, LL_EVENT_TUITION_COST, person);
		cost.code = LL_SCHOOL_NON_COMPULSORY;
		cost.first_fen = ll_making_amount(making, costs, COUNT(costs), LL_MILLION);
		err = ll_incidents_add(making->incidents, &cost);
	}
	return err;
}

int ll_make_asset_records(struct ll_making *making)
{
	static const uint32_t types[] = {30, 50, 15, 5};
	struct ll_incident entry;
	int err;

	if (!ll_making_happens(making, ll_making_is_poor(making->household) ? 2500 : 9000))
		return 0;
	entry = ll_making_begin(making, LL_EVENT_ASSET_RECORD, making->people);
	entry.code = (int32_t)ll_random_pick(&making->random, types, COUNT(types));
	err = ll_incidents_add(making->incidents, &entry);
	return err ? err : ll_making_end(making, &entry, 200000, 20, 200);
}

int ll_make_authorisations(struct ll_making *making)
{
	struct ll_incident consent, withdrawn;
	int err;

	if (!ll_making_happens(making, ll_making_is_poor(making->household) ? 120000 : 38000))
		return 0;
	consent = ll_making_begin(making, LL_EVENT_AUTHORISATION, making->people);
	consent.count = 12;
	err = ll_incidents_add(making->incidents, &consent);
	if (err || !ll_random_chance(&making->random, 20000))
		return err;
	withdrawn = ll_making_follow(making, &consent, LL_EVENT_AUTHORISATION, 10, 120);
	return ll_incidents_add(making->incidents, &withdrawn);
}
