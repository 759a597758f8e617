#include "season.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/err.h"

#define MEAN_WEIGHT  100
#define DAYS_IN_YEAR 365

int ll_season_init(struct ll_season *season, int32_t from, int32_t days, const uint16_t months[12])
{
	uint64_t *sums = calloc((size_t)days, sizeof(sums[0]));
	uint64_t sum = 0;

	if (!sums)
		return -LL_ERR_NO_MEMORY;
	for (int32_t i = 0; i < days; i++) {
		sum += months[ll_day_to_date(from + i).month - 1];
		sums[i] = sum;
	}
	*season = (struct ll_season){.sums = sums, .from = from, .days = days};
	return 0;
}

void ll_season_release(struct ll_season *season)
{
	free(season->sums);
	*season = (struct ll_season){.sums = NULL};
}

uint64_t ll_season_parts(const struct ll_season *season, uint64_t yearly_parts)
{
	return yearly_parts * season->sums[season->days - 1] / (MEAN_WEIGHT * DAYS_IN_YEAR);
}

int32_t ll_season_pick(const struct ll_season *season, struct ll_random *random)
{
	uint64_t at;
	int32_t low = 0, high = season->days - 1;

	/* A season without weight (a simulation of some days only) falls on any day. */
	if (season->sums[high] == 0)
		return season->from + (int32_t)ll_random_below(random, (uint64_t)season->days);
	at = ll_random_below(random, season->sums[high]);
	while (low < high) {
		int32_t middle = low + (high - low) / 2;

		if (season->sums[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return season->from + low;
}
