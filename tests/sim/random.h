/* The one source of chance of a schedule: splitmix64, so that a seed is all there is to know. */
#ifndef LL_SIM_RANDOM_H
#define LL_SIM_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct sim_random {
	uint64_t state;
};

static inline uint64_t sim_random_next(struct sim_random *random)
{
	uint64_t z = (random->state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* 0 to count - 1; count at least 1. */
static inline uint32_t sim_random_below(struct sim_random *random, uint32_t count)
{
	return (uint32_t)((sim_random_next(random) >> 32) * count >> 32);
}

/* low to high, both included. */
static inline int32_t sim_random_between(struct sim_random *random, int32_t low, int32_t high)
{
	return low + (int32_t)sim_random_below(random, (uint32_t)(high - low + 1));
}

static inline bool sim_random_chance(struct sim_random *random, uint32_t per_mille)
{
	return sim_random_below(random, 1000) < per_mille;
}

#endif
