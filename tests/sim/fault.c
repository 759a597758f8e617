#include "fault.h"

#include <string.h>

#define LL_ERR_0 0

const struct sim_point sim_points[SIM_FAULT_COUNT] = {
#define SIM_FAULT_POINT(symbol, name_, site_, effect_, err_) \
	[SIM_FAULT_##symbol] = {.name = name_,               \
				.site = SIM_SITE_##site_,    \
				.effect = SIM_##effect_,     \
				.err = -LL_ERR_##err_},
	SIM_FAULTS(SIM_FAULT_POINT)
#undef SIM_FAULT_POINT
};

static const struct {
	const char *name;
	uint32_t boost;
} sites[SIM_SITE_COUNT] = {
#define SIM_SITE_ROW(symbol, name, boost) [SIM_SITE_##symbol] = {name, boost},
	SIM_SITES(SIM_SITE_ROW)
#undef SIM_SITE_ROW
};

const char *sim_site_name(enum sim_site site)
{
	return sites[site].name;
}

uint32_t sim_site_boost(enum sim_site site)
{
	return sites[site].boost;
}

void sim_swarm_init(struct sim_swarm *swarm, struct sim_random *random)
{
	static const uint32_t rates[] = {50, 200, 500, 1000, 2000};
	static const uint32_t shares[] = {100, 300, 600, 1000};
	uint32_t share = shares[sim_random_below(random, 4)];

	swarm->per_100k = rates[sim_random_below(random, 5)];
	for (size_t i = 0; i < SIM_FAULT_COUNT; i++)
		swarm->allowed[i] = sim_random_chance(random, share);
}

int sim_swarm_draw(const struct sim_swarm *swarm, struct sim_random *random, enum sim_site site)
{
	uint32_t chance = swarm->per_100k * sites[site].boost;
	int candidates[SIM_FAULT_COUNT];
	uint32_t count = 0;

	if (sim_random_below(random, 100000) >= (chance < 40000 ? chance : 40000))
		return -1;
	for (int i = 0; i < SIM_FAULT_COUNT; i++)
		if (sim_points[i].site == site && swarm->allowed[i])
			candidates[count++] = i;
	return count ? candidates[sim_random_below(random, count)] : -1;
}
