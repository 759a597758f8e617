/* The subcommands of `lifeline simulate`, one file each. */
#ifndef LL_SIMULATE_SIMULATE_H
#define LL_SIMULATE_SIMULATE_H

#include "runtime/command.h"

extern const struct ll_option ll_simulate_make_options[];
extern const struct ll_option ll_simulate_play_options[];
extern const struct ll_option ll_simulate_adapt_options[];

/* Each returns an exit code. */
int ll_simulate_make(struct ll_invocation *invocation);
int ll_simulate_play(struct ll_invocation *invocation);
int ll_simulate_adapt(struct ll_invocation *invocation);

#endif
