/* What `help` and `--help` print: 80 columns, made from the descriptors. */
#include <stdlib.h>

#include "runtime/columns.h"
#include "runtime/command_internal.h"

#define HELP_WIDTH  80
#define HELP_INDENT 2  /* of names */
#define HELP_COLUMN 30 /* where explanations start */

/* ---- filling -----------------------------------------------------------------------------------
 */

struct filler {
	struct ll_buf *out;
	size_t indent; /* of the lines after the first */
	size_t width;  /* columns used in the current line */
	bool line_has_word;
	int err;
};

static void fill_append(struct filler *filler, const char *data, size_t size)
{
	if (!filler->err)
		filler->err = ll_buf_append(filler->out, data, size);
}

static void fill_spaces(struct filler *filler, size_t count)
{
	filler->width += count;
	for (; count > 0; count--)
		fill_append(filler, " ", 1);
}

static void fill_line_end(struct filler *filler)
{
	fill_append(filler, "\n", 1);
	filler->width = 0;
	filler->line_has_word = false;
}

static void fill_word(struct filler *filler, struct ll_str word)
{
	size_t width = ll_text_width(word);

	if (filler->line_has_word && filler->width + 1 + width > HELP_WIDTH) {
		fill_line_end(filler);
		fill_spaces(filler, filler->indent);
	} else if (filler->line_has_word) {
		fill_spaces(filler, 1);
	}
	fill_append(filler, word.data, word.size);
	filler->width += width;
	filler->line_has_word = true;
}

static void fill_words(struct filler *filler, struct ll_str text)
{
	while (text.size > 0) {
		const char *space = memchr(text.data, ' ', text.size);
		size_t size = space ? (size_t)(space - text.data) : text.size;

		if (size > 0)
			fill_word(filler, (struct ll_str){text.data, size});
		size += space ? 1 : 0;
		text.data += size;
		text.size -= size;
	}
}

/* Paragraphs are filled; lines that start with a blank stay as they are. */
static void fill_text(struct filler *filler, const char *text)
{
	while (*text) {
		size_t size = strcspn(text, "\n");
		bool kept = size == 0 || *text == ' ' || *text == '\t';

		if (kept && filler->line_has_word)
			fill_line_end(filler);
		if (kept) {
			fill_append(filler, text, size);
			fill_line_end(filler);
		} else {
			fill_words(filler, (struct ll_str){text, size});
		}
		text += size + (text[size] == '\n');
	}
	if (filler->line_has_word)
		fill_line_end(filler);
}

/* "(default: a, b)": a list gets blanks, so that it can be filled. */
static void fill_fallback(struct filler *filler, const char *fallback)
{
	struct ll_buf text;
	int err;

	ll_buf_init(&text);
	err = ll_buf_append_str(&text, "(default: ");
	for (; *fallback && !err; fallback++)
		err = ll_buf_append(&text, *fallback == ',' ? ", " : fallback,
				    *fallback == ',' ? 2 : 1);
	if (!err)
		err = ll_buf_append_str(&text, ")");
	if (!err)
		fill_words(filler, (struct ll_str){(const char *)text.data, text.size});
	ll_buf_release(&text);
	if (err)
		filler->err = err;
}

/* "  --name VALUE            explanation", the explanation in its own column. */
static void fill_entry(struct filler *filler, const char *name, const char *help,
		       const char *fallback)
{
	filler->indent = HELP_COLUMN;
	fill_spaces(filler, HELP_INDENT);
	fill_append(filler, name, strlen(name));
	filler->width += ll_text_width(ll_str_from(name));
	if (filler->width + 2 > HELP_COLUMN)
		fill_line_end(filler);
	fill_spaces(filler, HELP_COLUMN - filler->width);
	fill_words(filler, ll_str_from(help));
	if (fallback && *fallback)
		fill_fallback(filler, fallback);
	fill_line_end(filler);
	filler->indent = 0;
}

static void fill_heading(struct filler *filler, const char *heading)
{
	fill_append(filler, "\n", 1);
	fill_append(filler, heading, strlen(heading));
	fill_append(filler, ":\n", 2);
}

static int help_write(struct ll_buf *out, int err, FILE *stream)
{
	if (!err && (fwrite(out->data, 1, out->size, stream) != out->size || fflush(stream)))
		err = -LL_ERR_IO;
	ll_buf_release(out);
	return err;
}

/* ---- all commands ------------------------------------------------------------------------------
 */

static bool group_seen_before(const struct ll_command *commands, const struct ll_command *command)
{
	for (; commands < command; commands++)
		if (strcmp(commands->group, command->group) == 0)
			return true;
	return false;
}

static void overview_group(struct filler *filler, const struct ll_command *commands,
			   const char *group)
{
	fill_heading(filler, group);
	for (; commands->name; commands++)
		if (strcmp(commands->group, group) == 0)
			fill_entry(filler, commands->name, commands->summary, NULL);
}

int ll_help_overview(const struct ll_command *commands, FILE *stream)
{
	struct ll_buf out;
	struct filler filler = {.out = &out};

	ll_buf_init(&out);
	fill_text(&filler, "usage: lifeline COMMAND [options] [arguments]\n");
	for (const struct ll_command *command = commands; command->name; command++)
		if (!group_seen_before(commands, command))
			overview_group(&filler, commands, command->group);
	fill_heading(&filler, "Help");
	fill_entry(&filler, "help [COMMAND]", "this page, or a command's (also COMMAND --help)",
		   NULL);
	fill_entry(&filler, "--version", "the program's version", NULL);
	return help_write(&out, filler.err, stream);
}

/* ---- one command -------------------------------------------------------------------------------
 */

static void help_option(struct filler *filler, const char *name, const char *argument,
			const char *help, const char *fallback)
{
	char text[128];

	snprintf(text, sizeof(text), argument ? "--%s %s" : "--%s", name, argument);
	fill_entry(filler, text, help, fallback);
}

static void help_options(struct filler *filler, const struct ll_command *command)
{
	fill_heading(filler, "Options");
	for (const struct ll_option *option = command->options; option && option->name; option++)
		help_option(filler, option->name, option->argument, option->help, option->fallback);
	help_option(filler, "help", NULL, "this page", NULL);
}

static void help_settings(struct filler *filler)
{
	fill_heading(filler, "Settings, each also as LIFELINE_NAME or in the file of --config");
	help_option(filler, "config", "FILE", "YAML file with settings", NULL);
	for (int i = 0; i < LL_SETTING_COUNT; i++)
		help_option(filler, ll_setting_name((enum ll_setting)i), "VALUE",
			    ll_setting_help((enum ll_setting)i),
			    ll_setting_default((enum ll_setting)i));
	help_option(filler, "kafka.PROPERTY", "VALUE", "property of the Kafka client", NULL);
}

static void help_usage(struct filler *filler, const struct ll_command *command, const char *path)
{
	const char *arguments = command->usage ? command->usage : "";
	char text[512];

	snprintf(text, sizeof(text), "usage: %s%s [options]%s%s", path,
		 !command->subcommands ? ""
		 : command->run	       ? " [SUBCOMMAND]"
				       : " SUBCOMMAND",
		 *arguments ? " " : "", arguments);
	filler->indent = strlen("usage: ");
	fill_text(filler, text);
	filler->indent = 0;
}

int ll_help_command(const struct ll_command *command, const char *path, FILE *stream)
{
	struct ll_buf out;
	struct filler filler = {.out = &out};

	ll_buf_init(&out);
	help_usage(&filler, command, path);
	fill_append(&filler, "\n", 1);
	fill_text(&filler, command->summary);
	if (command->help) {
		fill_append(&filler, "\n", 1);
		fill_text(&filler, command->help);
	}
	if (command->subcommands)
		fill_heading(&filler, "Subcommands");
	for (const struct ll_command *sub = command->subcommands; sub && sub->name; sub++)
		fill_entry(&filler, sub->name, sub->summary, NULL);
	help_options(&filler, command);
	help_settings(&filler);
	return help_write(&out, filler.err, stream);
}
