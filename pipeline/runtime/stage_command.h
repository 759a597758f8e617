/* What every stage's command does: open what the stage needs by the settings, and run it. */
#ifndef LL_RUNTIME_STAGE_COMMAND_H
#define LL_RUNTIME_STAGE_COMMAND_H

#include "runtime/command.h"
#include "runtime/stage.h"

/* Runs until SIGTERM; returns an exit code. */
int ll_stage_command(struct ll_invocation *invocation, const struct ll_stage *stage);

#endif
