/*
 * The one place where the shell reads a clock. Tests put their own here; the core never sees it.
 */
#ifndef LL_RUNTIME_CLOCK_H
#define LL_RUNTIME_CLOCK_H

#include <stdint.h>

struct ll_clock {
	int64_t (*monotonic_ms)(void *context); /* never goes back; for intervals */
	int64_t (*wall_ms)(void *context);	/* UTC; for dead letters and measuring */
	void *context;
};

extern const struct ll_clock ll_clock_real;

static inline int64_t ll_clock_monotonic_ms(const struct ll_clock *clock)
{
	return clock->monotonic_ms(clock->context);
}

static inline int64_t ll_clock_wall_ms(const struct ll_clock *clock)
{
	return clock->wall_ms(clock->context);
}

#endif
