#include <inttypes.h>
#include <stdio.h>

#include "cli/commands.h"
#include "codec/codec.h"
#include "runtime/columns.h"
#include "runtime/nearest.h"
#include "runtime/shell.h"

#define FINGERPRINT_TEXT_MAX 20

static const struct ll_column list_columns[] = {
	{"MESSAGE", false}, {"FINGERPRINT", false}, {"BYTES", true}, {NULL, false}};

static int list_add(struct ll_columns *table, const struct ll_codec *codec, enum ll_message message)
{
	char fingerprint[FINGERPRINT_TEXT_MAX];
	char size[FINGERPRINT_TEXT_MAX];

	snprintf(fingerprint, sizeof(fingerprint), "%016" PRIx64,
		 ll_codec_fingerprint(codec, message));
	snprintf(size, sizeof(size), "%zu", ll_codec_schema_text(codec, message).size);
	return ll_columns_add(table,
			      (const char *const[]){ll_message_name(message), fingerprint, size});
}

static int list_schemas(const struct ll_codec *codec)
{
	struct ll_columns *table;
	int err = ll_columns_new(list_columns, &table);

	if (err)
		return err;
	for (int i = 0; i < LL_MESSAGE_COUNT && !err; i++)
		err = list_add(table, codec, (enum ll_message)i);
	if (!err)
		err = ll_columns_print(table, stdout);
	ll_columns_free(table);
	return err;
}

static int run_list(struct ll_invocation *invocation)
{
	struct ll_codec *codec;
	int err = ll_shell_codec(invocation, &codec);

	if (err)
		return ll_exit_of(err);
	err = list_schemas(codec);
	ll_codec_free(codec);
	return err ? ll_complain(invocation, ll_exit_of(err), "%s", ll_err_text(err))
		   : LL_EXIT_DONE;
}

static int unknown_message(const struct ll_invocation *invocation, const char *name)
{
	struct ll_nearest nearest;

	ll_nearest_init(&nearest, name);
	for (int i = 0; i < LL_MESSAGE_COUNT; i++)
		ll_nearest_offer(&nearest, ll_message_name((enum ll_message)i));
	if (nearest.best)
		return ll_complain(invocation, LL_EXIT_USAGE,
				   "there is no message %s; did you mean %s?", name, nearest.best);
	return ll_complain(invocation, LL_EXIT_USAGE,
			   "there is no message %s; `lifeline schemas` lists them", name);
}

static int run_show(struct ll_invocation *invocation)
{
	const char *name = ll_invocation_argument(invocation, 0);
	int message = ll_message_by_name(ll_str_from(name));
	struct ll_codec *codec;
	struct ll_str text;
	bool written;
	int err;

	if (message < 0)
		return unknown_message(invocation, name);
	err = ll_shell_codec(invocation, &codec);
	if (err)
		return ll_exit_of(err);
	text = ll_codec_schema_text(codec, (enum ll_message)message);
	written = fwrite(text.data, 1, text.size, stdout) == text.size && putchar('\n') != EOF &&
		  fflush(stdout) == 0;
	ll_codec_free(codec);
	return written ? LL_EXIT_DONE
		       : ll_complain(invocation, LL_EXIT_FAILED, "%s", ll_err_text(LL_ERR_IO));
}

static const struct ll_command schemas_subcommands[] = {
	{
		.name = "show",
		.summary = "print a message's Avro schema as self-contained JSON",
		.usage = "MESSAGE",
		.help = "A program that writes life events needs life-event: it encodes with this "
			"schema and "
			"puts C3 01 and the schema's CRC-64-AVRO fingerprint in front (Avro's "
			"single-object "
			"encoding).\n"
			"\n"
			"Example:\n"
			"  lifeline schemas show life-event > life-event.avsc\n",
		.group = LL_GROUP_DEPARTMENTS,
		.min_arguments = 1,
		.max_arguments = 1,
		.run = run_show,
	},
	{.name = NULL},
};

const struct ll_command ll_command_schemas = {
	.name = "schemas",
	.summary = "list and print the Avro schemas of all messages",
	.help = "Without a subcommand: lists the messages, with the fingerprints of their "
		"schemas.\n",
	.group = LL_GROUP_DEPARTMENTS,
	.subcommands = schemas_subcommands,
	.run = run_list,
};
