/* The clock as a program that runs for ever: today's tick, then one at each midnight. */
#ifndef LL_CLOCK_RUNNING_CLOCK_H
#define LL_CLOCK_RUNNING_CLOCK_H

#include "runtime/command.h"

/* Until it is asked to stop; returns an exit code. */
int ll_running_clock(const struct ll_invocation *invocation);

/* How long to wait before the next try, after so many that failed, in milliseconds. */
int64_t ll_clock_back_off_ms(int failures);

#endif
