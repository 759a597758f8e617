/* lifeline policy: what its subcommands run. Each returns an exit code and has told the user. */
#ifndef LL_PRODUCERS_POLICY_POLICY_COMMANDS_H
#define LL_PRODUCERS_POLICY_POLICY_COMMANDS_H

#include "runtime/command.h"

int ll_policy_activate_run(struct ll_invocation *invocation);
int ll_policy_check_run(struct ll_invocation *invocation);
int ll_policy_diff_run(struct ll_invocation *invocation);
int ll_policy_test_run(struct ll_invocation *invocation);

extern const struct ll_option ll_policy_activate_options[];
extern const char ll_policy_activate_help[];

#endif
