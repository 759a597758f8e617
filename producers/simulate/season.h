/* Days of a simulation, each with its weight: when in the year something happens. */
#ifndef LL_SIMULATE_SEASON_H
#define LL_SIMULATE_SEASON_H

#include "random.h"

#define LL_SIM_DAYS_MAX 3660

struct ll_season {
	uint64_t *sums; /* of the weights up to and including each day */
	int32_t from;
	int32_t days;
};

/* Weights of the months, whose mean is 100. -LL_ERR_NO_MEMORY. */
int ll_season_init(struct ll_season *season, int32_t from, int32_t days, const uint16_t months[12]);
void ll_season_release(struct ll_season *season);
/* A rate of a million a year becomes one for all the days of the season. */
uint64_t ll_season_parts(const struct ll_season *season, uint64_t yearly_parts);
int32_t ll_season_pick(const struct ll_season *season, struct ll_random *random);

#endif
