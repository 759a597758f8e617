/*
 * The commands of `lifeline`, in the order in which help shows them: by audience, and groups in the
 * order of their first command. A program's owner adds its line here once its folder exports
 * `const struct ll_command ll_command_<name>`, and its files to the meson.build of producers or
 * consumers.
 */
#ifndef LL_CLI_COMMANDS_H
#define LL_CLI_COMMANDS_H

#include "runtime/command.h"

#define LL_COMMANDS(X)    \
	/* departments */ \
	X(publish)        \
	X(alert)          \
	X(schemas)        \
	/* county */      \
	X(tasks)          \
	X(case)           \
	X(report)         \
	X(explain)        \
	/* policy */      \
	X(policy)         \
	/* operators */   \
	X(registry)       \
	X(clock)          \
	X(simulate)       \
	X(enrich)         \
	X(assess)         \
	X(record)         \
	X(deadletters)    \
	X(health)         \
	X(lag)            \
	X(summary)        \
	X(verify)         \
	X(config)         \
	X(migrate)        \
	X(topics)

#define LL_COMMAND_DECLARE(name) extern const struct ll_command ll_command_##name;
LL_COMMANDS(LL_COMMAND_DECLARE)
#undef LL_COMMAND_DECLARE

#endif
