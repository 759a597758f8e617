/*
 * Commands: `lifeline COMMAND [SUBCOMMAND] [options] [arguments]`. A program folder exports one
 * const struct ll_command; the main table lists them. Help, parsing and usage errors come from the
 * descriptor; every command takes all settings as options too.
 *
 * Exit codes: LL_EXIT_*.
 */
#ifndef LL_RUNTIME_COMMAND_H
#define LL_RUNTIME_COMMAND_H

#include "settings.h"

enum ll_exit {
	LL_EXIT_DONE = 0,
	LL_EXIT_FAILED = 1,
	LL_EXIT_USAGE = 2,
	LL_EXIT_SOME_REJECTED = 3,
	LL_EXIT_RESTART = 4 /* fatal: a supervisor should start it again */
};

/* Headings of `lifeline help`, one for each kind of reader. */
#define LL_GROUP_DEPARTMENTS "Departments"
#define LL_GROUP_COUNTIES    "County teams"
#define LL_GROUP_POLICY	     "Policy officers"
#define LL_GROUP_OPERATORS   "Operators"

#define LL_COMMAND_OPTIONS_MAX 32 /* options of one command */

struct ll_invocation;

struct ll_option {
	const char *name;     /* without "--"; NULL ends the table */
	const char *argument; /* what to call its value in help; NULL: a flag */
	const char *fallback; /* or NULL */
	const char *help;
};

struct ll_command {
	const char *name;    /* NULL ends a table */
	const char *summary; /* one line */
	const char *usage;   /* arguments after the options, e.g. "FILE..."; "" for none */
	/*
	 * Paragraphs and examples; may be NULL. Lines that start with a blank are kept as they are,
	 * others are filled to 80 columns.
	 */
	const char *help;
	const char *group; /* heading in `lifeline help`: "Departments", "County teams", … */
	const struct ll_option *options; /* or NULL */
	const struct ll_command
		*subcommands; /* or NULL; run is then what happens without one, or NULL */
	int min_arguments;
	int max_arguments;			      /* -1: any number */
	int (*run)(struct ll_invocation *invocation); /* returns an exit code */
};

/* NULL when neither given nor defaulted. A flag that was given is "". */
const char *ll_invocation_option(const struct ll_invocation *invocation, const char *name);
bool ll_invocation_flag(const struct ll_invocation *invocation, const char *name);
/* The option as a number; tells the user and returns -LL_ERR_INVALID when it is none or out of range. */
int ll_invocation_number(struct ll_invocation *invocation, const char *name, int64_t min,
			 int64_t max, int64_t *ret_value);
int ll_invocation_argument_count(const struct ll_invocation *invocation);
const char *ll_invocation_argument(const struct ll_invocation *invocation, int index);
struct ll_settings *ll_invocation_settings(const struct ll_invocation *invocation);
const struct ll_command *ll_invocation_command(const struct ll_invocation *invocation);

/* "lifeline publish: message" on standard error; returns code. */
int ll_complain(const struct ll_invocation *invocation, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "lifeline publish: what: story (line 3, column 5)", or the code's own text where the error is empty. */
int ll_complain_error(const struct ll_invocation *invocation, int code, const char *what,
		      const struct ll_error *error);
/* The exit code of a command that ends with this error (0 or negative): FAILED, or RESTART if FATAL. */
int ll_exit_of(int err);

/* Parses and runs; the whole of main. `--help`, `help [COMMAND]`, `--version`. */
int ll_command_main(const struct ll_command *commands, int argc, char **argv, char **environment);

/* ---- signals: the one mutable global is in here ------------------------------------------------ */

/* SIGTERM and SIGINT ask to stop; a second one ends at once. */
void ll_stop_on_signals(void);
bool ll_stop_asked(void);
/* Sleeps; a signal that asks to stop ends it early. */
void ll_stop_wait(int timeout_ms);

#endif
