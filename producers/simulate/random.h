/*
 * Random numbers of the simulator: the same seed gives the same numbers on every machine. Whole
 * numbers only, so that no maths library has a say in a file's bytes. Not for secrets.
 *
 * A stream is a few bytes: each household has one of its own, so that a rate changed for one kind
 * of event leaves the others' households as they were.
 */
#ifndef LL_SIMULATE_RANDOM_H
#define LL_SIMULATE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LL_MILLION 1000000 /* chances are parts of a million */

struct ll_random {
	uint64_t state;
};

/* Stream number `stream` of `purpose` under the seed. */
void ll_random_init(struct ll_random *random, uint64_t seed, uint64_t purpose, uint64_t stream);
uint64_t ll_random_next(struct ll_random *random);
/* 0 to bound - 1; bound at least 1. */
uint64_t ll_random_below(struct ll_random *random, uint64_t bound);
/* from to to, both included; from <= to, and not the whole range of an int64. */
int64_t ll_random_between(struct ll_random *random, int64_t from, int64_t to);
/* True in `parts` of a million. */
bool ll_random_chance(struct ll_random *random, uint64_t parts);
/* How often something of this rate happens: the whole of it, and once more by the rest's chance. */
int64_t ll_random_times(struct ll_random *random, uint64_t parts);
/* An index, each by its weight; the sum of weights at least 1. */
size_t ll_random_pick(struct ll_random *random, const uint32_t *weights, size_t count);

/* A point of a distribution: `parts` of a million have at most `value`. */
struct ll_quantile {
	uint32_t parts;
	int64_t value;
};
/* A value of the distribution, straight between its points; the first is at 0, the last at 1e6. */
int64_t ll_random_quantile(struct ll_random *random, const struct ll_quantile *points,
			   size_t count);

#endif
