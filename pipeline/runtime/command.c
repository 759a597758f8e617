#include "runtime/command.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/command_internal.h"
#include "runtime/nearest.h"

#define OPTION_NAME_MAX 128 /* bytes of an option's name, kafka.* included */

/* What parsing found: a command to run, or only something to print. */
enum parsed { PARSED_RUN, PARSED_HELP, PARSED_VERSION };

struct parser {
	const struct ll_command *commands;
	struct ll_invocation *invocation;
	char **next;	     /* the word to take next; the list ends with NULL */
	bool only_arguments; /* after "--" */
	bool help_command;   /* `lifeline help …` */
	enum parsed result;
};

/* ---- invocation --------------------------------------------------------------------------------
 */

static int option_index(const struct ll_command *command, const char *name)
{
	const struct ll_option *options = command ? command->options : NULL;

	for (int i = 0; options && options[i].name; i++) {
		assert(i < LL_COMMAND_OPTIONS_MAX);
		if (strcmp(options[i].name, name) == 0)
			return i;
	}
	return -1;
}

const char *ll_invocation_option(const struct ll_invocation *invocation, const char *name)
{
	int index = option_index(invocation->command, name);

	assert(index >= 0); /* a name that the descriptor does not have is a slip of the command */
	return invocation->values[index] ? invocation->values[index]
					 : invocation->command->options[index].fallback;
}

bool ll_invocation_flag(const struct ll_invocation *invocation, const char *name)
{
	return ll_invocation_option(invocation, name) != NULL;
}

int ll_invocation_number(struct ll_invocation *invocation, const char *name, int64_t min,
			 int64_t max, int64_t *ret_value)
{
	const char *text = ll_invocation_option(invocation, name);
	int64_t value;

	if (text && ll_str_to_int64(ll_str_from(text), &value) == 0 && value >= min &&
	    value <= max) {
		*ret_value = value;
		return 0;
	}
	ll_complain(invocation, 0, "--%s must be a whole number from %lld to %lld", name,
		    (long long)min, (long long)max);
	return -LL_ERR_INVALID;
}

int ll_invocation_argument_count(const struct ll_invocation *invocation)
{
	return invocation->argument_count;
}

const char *ll_invocation_argument(const struct ll_invocation *invocation, int index)
{
	assert(index >= 0 && index < invocation->argument_count);
	return invocation->arguments[index];
}

struct ll_settings *ll_invocation_settings(const struct ll_invocation *invocation)
{
	return invocation->settings;
}

const struct ll_command *ll_invocation_command(const struct ll_invocation *invocation)
{
	return invocation->command;
}

int ll_complain(const struct ll_invocation *invocation, int code, const char *format, ...)
{
	char text[2 * LL_ERROR_MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* One line, and nothing in it that steers a terminal: parts come from files and servers. */
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' ';
	fprintf(stderr, "%s: %s\n", invocation->path, text);
	return code;
}

int ll_complain_error(const struct ll_invocation *invocation, int code, const char *what,
		      const struct ll_error *error)
{
	const char *story = error->message[0] ? error->message : ll_err_text(error->code);
	const char *colon = *what ? ": " : "";

	if (error->line > 0)
		return ll_complain(invocation, code, "%s%s%s (line %d, column %d)", what, colon,
				   story, error->line, error->column);
	return ll_complain(invocation, code, "%s%s%s", what, colon, story);
}

int ll_exit_of(int err)
{
	if (err == 0)
		return LL_EXIT_DONE;
	return ll_err_class(err) == LL_CLASS_FATAL ? LL_EXIT_RESTART : LL_EXIT_FAILED;
}

/* ---- parsing -----------------------------------------------------------------------------------
 */

static int usage_error(const struct ll_invocation *invocation, const char *what, const char *word,
		       const char *nearest)
{
	if (nearest)
		ll_complain(invocation, 0, "%s %s; did you mean %s?", what, word, nearest);
	else
		ll_complain(invocation, 0, "%s %s", what, word);
	fprintf(stderr, "%s --help tells more\n", invocation->path);
	return -LL_ERR_USAGE;
}

static int unknown_option(const struct ll_invocation *invocation, const char *name)
{
	const struct ll_option *options = invocation->command ? invocation->command->options : NULL;
	char shown[OPTION_NAME_MAX + 2];
	char meant[OPTION_NAME_MAX + 2];
	struct ll_nearest nearest;

	ll_nearest_init(&nearest, name);
	for (; options && options->name; options++)
		ll_nearest_offer(&nearest, options->name);
	for (int i = 0; i < LL_SETTING_COUNT; i++)
		ll_nearest_offer(&nearest, ll_setting_name((enum ll_setting)i));
	ll_nearest_offer(&nearest, "help");
	ll_nearest_offer(&nearest, "config");
	snprintf(shown, sizeof(shown), "--%s", name);
	snprintf(meant, sizeof(meant), "--%s", nearest.best ? nearest.best : "");
	return usage_error(invocation, "there is no option", shown, nearest.best ? meant : NULL);
}

/* The option's value: what stood after '=', or the next word. */
static int option_value(struct parser *parser, const char *name, const char *inlined,
			const char **ret_value)
{
	char shown[OPTION_NAME_MAX + 2];

	if (inlined) {
		*ret_value = inlined;
		return 0;
	}
	if (*parser->next) {
		*ret_value = *parser->next++;
		return 0;
	}
	snprintf(shown, sizeof(shown), "--%s", name);
	return usage_error(parser->invocation, "a value is missing after", shown, NULL);
}

static int parse_own_option(struct parser *parser, int index, const char *inlined)
{
	struct ll_invocation *invocation = parser->invocation;
	const struct ll_option *option = &invocation->command->options[index];

	if (option->argument)
		return option_value(parser, option->name, inlined, &invocation->values[index]);
	if (inlined)
		return usage_error(invocation, "this option takes no value:", option->name, NULL);
	invocation->values[index] = "";
	return 0;
}

static int parse_setting(struct parser *parser, const char *name, const char *inlined)
{
	struct ll_error error = {0};
	const char *value;
	int err = option_value(parser, name, inlined, &value);

	if (err)
		return err;
	err = ll_settings_set_option(parser->invocation->settings, name, value, &error);
	return err ? ll_complain_error(parser->invocation, err, "", &error) : 0;
}

/* word: without its "--" */
static int parse_option(struct parser *parser, const char *word)
{
	struct ll_invocation *invocation = parser->invocation;
	const char *equals = strchr(word, '=');
	const char *inlined = equals ? equals + 1 : NULL;
	size_t size = equals ? (size_t)(equals - word) : strlen(word);
	char name[OPTION_NAME_MAX];
	int index;

	snprintf(name, sizeof(name), "%.*s", (int)(size < sizeof(name) ? size : sizeof(name)),
		 word);
	index = size < sizeof(name) ? option_index(invocation->command, name) : -1;
	if (index >= 0)
		return parse_own_option(parser, index, inlined);
	if (strcmp(name, "help") == 0 && !inlined) {
		parser->result = PARSED_HELP;
		return 0;
	}
	if (strcmp(name, "version") == 0 && !inlined && !invocation->command) {
		parser->result = PARSED_VERSION;
		return 0;
	}
	if (strcmp(name, "config") == 0)
		return option_value(parser, name, inlined, &invocation->config);
	if (size < sizeof(name) && ll_setting_exists(name))
		return parse_setting(parser, name, inlined);
	return unknown_option(invocation, name);
}

/* Goes down to the command or subcommand of this name. */
static int parse_command(struct parser *parser, const char *word)
{
	struct ll_invocation *invocation = parser->invocation;
	const struct ll_command *command = invocation->command;
	size_t size = strlen(invocation->path);
	struct ll_nearest nearest;

	ll_nearest_init(&nearest, word);
	command = command ? command->subcommands : parser->commands;
	for (; command->name && strcmp(command->name, word) != 0; command++)
		ll_nearest_offer(&nearest, command->name);
	if (!command->name) {
		if (!invocation->command)
			ll_nearest_offer(&nearest, "help");
		return usage_error(invocation, "there is no command", word, nearest.best);
	}
	for (int i = 0; i < LL_COMMAND_OPTIONS_MAX; i++)
		if (invocation->values[i])
			return usage_error(invocation, "options of its own do not go with", word,
					   NULL);
	invocation->command = command;
	snprintf(invocation->path + size, sizeof(invocation->path) - size, " %s", command->name);
	return 0;
}

static int parse_word(struct parser *parser, const char *word)
{
	struct ll_invocation *invocation = parser->invocation;
	const struct ll_command *command = invocation->command;

	if (!parser->only_arguments && strcmp(word, "--") == 0) {
		parser->only_arguments = true;
		return 0;
	}
	if (!parser->only_arguments && strncmp(word, "--", 2) == 0)
		return parse_option(parser, word + 2);
	if (!parser->only_arguments && word[0] == '-' && word[1] != '\0') {
		if (strcmp(word, "-h") != 0)
			return usage_error(invocation, "there is no option", word, NULL);
		parser->result = PARSED_HELP;
		return 0;
	}
	if (!command && !parser->help_command && strcmp(word, "help") == 0) {
		parser->help_command = true;
		parser->result = PARSED_HELP;
		return 0;
	}
	if (!command || command->subcommands)
		return parse_command(parser, word);
	invocation->arguments[invocation->argument_count++] = word;
	return 0;
}

static int check_arguments(const struct ll_invocation *invocation)
{
	const struct ll_command *command = invocation->command;

	if (!command)
		return usage_error(invocation, "a command is missing;", "lifeline help lists them",
				   NULL);
	if (!command->run)
		return usage_error(invocation,
				   "a subcommand is missing:", command->subcommands[0].name, NULL);
	if (invocation->argument_count < command->min_arguments)
		return usage_error(invocation, "an argument is missing:", command->usage, NULL);
	if (command->max_arguments >= 0 && invocation->argument_count > command->max_arguments)
		return usage_error(invocation, "one argument too many:",
				   invocation->arguments[command->max_arguments], NULL);
	return 0;
}

/* Everything up to a request for help or version, which end the parsing. */
static int parse_all(struct parser *parser)
{
	int err = 0;

	while (!err && *parser->next && (parser->result == PARSED_RUN || parser->help_command)) {
		const char *word = *parser->next++;

		err = parse_word(parser, word);
	}
	if (!err && parser->result == PARSED_RUN)
		err = check_arguments(parser->invocation);
	return err;
}

/* ---- running -----------------------------------------------------------------------------------
 */

static int run_command(struct ll_invocation *invocation, char **environment)
{
	struct ll_error error = {0};
	int err = ll_settings_load(invocation->settings, invocation->config, environment, &error);

	if (err)
		return ll_complain_error(invocation, LL_EXIT_USAGE, "", &error);
	return invocation->command->run(invocation);
}

static int print_help(const struct parser *parser)
{
	const struct ll_command *command = parser->invocation->command;
	int err = command ? ll_help_command(command, parser->invocation->path, stdout)
			  : ll_help_overview(parser->commands, stdout);

	return err ? LL_EXIT_FAILED : LL_EXIT_DONE;
}

static int print_version(void)
{
	return puts("lifeline " LL_VERSION) < 0 || fflush(stdout) ? LL_EXIT_FAILED : LL_EXIT_DONE;
}

static int command_finish(struct parser *parser, int err, char **environment)
{
	if (err)
		return err == -LL_ERR_NO_MEMORY ? LL_EXIT_FAILED : LL_EXIT_USAGE;
	switch (parser->result) {
	case PARSED_HELP:
		return print_help(parser);
	case PARSED_VERSION:
		return print_version();
	case PARSED_RUN:
		break;
	}
	return run_command(parser->invocation, environment);
}

int ll_command_main(const struct ll_command *commands, int argc, char **argv, char **environment)
{
	struct ll_invocation invocation = {.path = "lifeline"};
	struct parser parser = {.commands = commands, .invocation = &invocation};
	int code = LL_EXIT_FAILED;

	if (argc <= 1) {
		ll_help_overview(commands, stderr);
		return LL_EXIT_USAGE;
	}
	parser.next = argv + 1;
	invocation.arguments = calloc((size_t)argc, sizeof(*invocation.arguments));
	if (invocation.arguments && ll_settings_new(&invocation.settings) == 0)
		code = command_finish(&parser, parse_all(&parser), environment);
	else
		ll_complain(&invocation, 0, "out of memory");
	ll_settings_free(invocation.settings);
	free(invocation.arguments);
	return code;
}
