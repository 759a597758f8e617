/* lifeline deadletters: the command itself; what it does lies beside it. */
#include "deadletters.h"

static const struct ll_option list_options[] = {
	{"stage", "STAGE", NULL, "only those of enrich, assess or record"},
	{"reason", "NAME", NULL, "only this reason, such as source-mismatch"},
	{"since", "TIME", NULL, "only those rejected since, such as 2026-01-02 or RFC 3339"},
	{"limit", "N", "50", "show at most so many, the newest; all are counted"},
	{"json", NULL, NULL, "one JSON object a line; the last has the counts by reason"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_option show_options[] = {
	{"json", NULL, NULL, "as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_option replay_options[] = {
	{"stage", "STAGE", NULL, "only those of enrich or assess"},
	{"reason", "NAME", NULL, "only this reason, such as source-mismatch"},
	{"since", "TIME", NULL, "only those rejected at this time or later"},
	{"until", "TIME", NULL, "only those rejected before this time"},
	{"department", "NAME", NULL, "only what this department published"},
	{"dry-run", NULL, NULL, "count what would be sent, send nothing"},
	{"json", NULL, NULL, "as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_command subcommands[] = {
	{
		.name = "list",
		.summary = "list dead letters, and count them by reason",
		.usage = "",
		.group = LL_GROUP_OPERATORS,
		.help = "Reads the stages' dead letters to their end: no offset is committed, it "
			"can be run at any time.\n"
			"\n"
			"Examples:\n"
			"  lifeline deadletters list --stage enrich --since 2026-01-02\n"
			"  lifeline deadletters list --reason source-mismatch --json\n",
		.options = list_options,
		.run = ll_deadletters_list,
	},
	{
		.name = "show",
		.summary = "show one: why, where it came from, and what was in it",
		.usage = "POSITION",
		.group = LL_GROUP_OPERATORS,
		.help = "POSITION is stage/partition/offset, as the list shows it. What was "
			"rejected is decoded where that is possible, else its bytes are shown.\n"
			"\n"
			"Examples:\n"
			"  lifeline deadletters show enrich/2/15\n",
		.options = show_options,
		.min_arguments = 1,
		.max_arguments = 1,
		.run = ll_deadletters_show,
	},
	{
		.name = "replay",
		.summary = "send what was rejected back to where it came from",
		.usage = "",
		.group = LL_GROUP_OPERATORS,
		.help = "The original bytes go back to their own topic, under their own key, for a "
			"cause that is gone: a setting, a program's fault, a day that had not "
			"come. "
			"What the department itself got wrong it publishes again, corrected.\n"
			"\n"
			"Twice does no harm: a fact that is there already changes nothing, and "
			"each "
			"original is sent once however many letters there are of it. What is still "
			"wrong is rejected again. What record rejected is not sent back: others "
			"read "
			"the queues too.\n"
			"\n"
			"Examples:\n"
			"  lifeline deadletters replay --reason future --dry-run\n"
			"  lifeline deadletters replay --stage enrich --department water "
			"--since 2026-01-02\n",
		.options = replay_options,
		.run = ll_deadletters_replay,
	},
	{.name = NULL},
};

const struct ll_command ll_command_deadletters = {
	.name = "deadletters",
	.summary = "list, show and send back what the stages rejected",
	.usage = "",
	.group = LL_GROUP_OPERATORS,
	.help = "A record that a stage cannot use is written to dead-letters.<stage> with the "
		"reason and its original bytes, and the stage goes on.\n",
	.options = list_options,
	.subcommands = subcommands,
	.run = ll_deadletters_list,
};
