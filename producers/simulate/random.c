#include "random.h"

#include <assert.h>

__extension__ typedef unsigned __int128 u128;

/* SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
#define GOLDEN 0x9e3779b97f4a7c15ULL
#define MIX_1  0xbf58476d1ce4e5b9ULL
#define MIX_2  0x94d049bb133111ebULL

static uint64_t mixed(uint64_t value)
{
	value = (value ^ (value >> 30)) * MIX_1;
	value = (value ^ (value >> 27)) * MIX_2;
	return value ^ (value >> 31);
}

void ll_random_init(struct ll_random *random, uint64_t seed, uint64_t purpose, uint64_t stream)
{
	random->state = mixed(mixed(mixed(seed + GOLDEN) + purpose) + stream);
}

uint64_t ll_random_next(struct ll_random *random)
{
	random->state += GOLDEN;
	return mixed(random->state);
}

uint64_t ll_random_below(struct ll_random *random, uint64_t bound)
{
	assert(bound > 0);
	return (uint64_t)(((u128)ll_random_next(random) * bound) >> 64);
}

int64_t ll_random_between(struct ll_random *random, int64_t from, int64_t to)
{
	assert(from <= to);
	return from + (int64_t)ll_random_below(random, (uint64_t)(to - from) + 1);
}

bool ll_random_chance(struct ll_random *random, uint64_t parts)
{
	return ll_random_below(random, LL_MILLION) < parts;
}

int64_t ll_random_times(struct ll_random *random, uint64_t parts)
{
	return (int64_t)(parts / LL_MILLION) + ll_random_chance(random, parts % LL_MILLION);
}

size_t ll_random_pick(struct ll_random *random, const uint32_t *weights, size_t count)
{
	uint64_t sum = 0, at;

	for (size_t i = 0; i < count; i++)
		sum += weights[i];
	at = ll_random_below(random, sum);
	for (size_t i = 0; i < count; i++) {
		if (at < weights[i])
			return i;
		at -= weights[i];
	}
	return count - 1;
}

int64_t ll_random_quantile(struct ll_random *random, const struct ll_quantile *points, size_t count)
{
	uint32_t at = (uint32_t)ll_random_below(random, LL_MILLION);
	size_t i = 1;

	assert(count >= 2 && points[0].parts == 0 && points[count - 1].parts == LL_MILLION);
	while (points[i].parts <= at)
		i++;

	int64_t from = points[i - 1].value, to = points[i].value;
	int64_t width = points[i].parts - points[i - 1].parts;

	return from + (to - from) * (int64_t)(at - points[i - 1].parts) / width;
}
