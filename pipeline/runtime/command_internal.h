/* What the files of the command shell share; nobody else includes this. */
#ifndef LL_RUNTIME_COMMAND_INTERNAL_H
#define LL_RUNTIME_COMMAND_INTERNAL_H

#include <stdio.h>

#include "runtime/command.h"

#define COMMAND_PATH_MAX 128 /* "lifeline topics create" */

struct ll_invocation {
	const struct ll_command *command; /* NULL until one was named */
	char path[COMMAND_PATH_MAX];
	const char *values[LL_COMMAND_OPTIONS_MAX]; /* of command->options, by index; or NULL */
	const char *config;			    /* --config */
	const char **arguments;
	int argument_count;
	struct ll_settings *settings;
};

/* All commands by group. */
int ll_help_overview(const struct ll_command *commands, FILE *stream);
/* One command: usage, text, options, subcommands, settings. */
int ll_help_command(const struct ll_command *command, const char *path, FILE *stream);

#endif
