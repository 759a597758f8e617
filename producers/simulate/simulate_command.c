/* lifeline simulate: a county to try lifeline on. */
#include "cli/commands.h"
#include "simulate.h"

static const struct ll_command subcommands[] = {
	{
		.name = "make",
		.summary = "make up a registry and a year of events, as files",
		.usage = "",
		.help = "Households with people, work and incomes in real villages, and what "
			"departments report of them: some of it late, twice, corrected or wrong. "
			"Nobody in it exists. DIR/plan.json says what is there.\n"
			"\n"
			"  lifeline simulate make --out county\n"
			"  lifeline simulate make --out small --households 500 --days 60 --seed "
			"7\n",
		.group = LL_GROUP_OPERATORS,
		.options = ll_simulate_make_options,
		.run = ll_simulate_make,
	},
	{
		.name = "play",
		.summary = "publish such files, day by day",
		.usage = "DIR",
		.help = "For each day: its tick, its alerts, what the registry learns on it, then "
			"the files of DIR/events/<day> through the mappings of their names: "
			"health.chronic-illness.csv through chronic-illness.yaml. The first "
			"registry is imported with --registry, or before with `lifeline registry "
			"import`.\n"
			"\n"
			"  lifeline simulate play county --registry\n"
			"  lifeline simulate play county --from 2025-06-01 --to 2025-06-30 --rate "
			"500\n",
		.group = LL_GROUP_OPERATORS,
		.options = ll_simulate_play_options,
		.min_arguments = 1,
		.max_arguments = 1,
		.run = ll_simulate_play,
	},
	{
		.name = "adapt",
		.summary = "give the rows of a public data set to registered people",
		.usage = "FILE",
		.help = "Row n goes to person n of people.csv, dates are spread over one year. The "
			"output is CSV for the mapping of the set's name. docs/real-data.md tells "
			"it step by step.\n"
			"\n"
			"  lifeline simulate adapt --people county/people.csv --set medexp \\\n"
			"      MedExp.csv > medexp.csv\n",
		.group = LL_GROUP_OPERATORS,
		.options = ll_simulate_adapt_options,
		.min_arguments = 1,
		.max_arguments = 1,
		.run = ll_simulate_adapt,
	},
	{.name = NULL},
};

const struct ll_command ll_command_simulate = {
	.name = "simulate",
	.summary = "make up a county and play its year",
	.usage = "",
	.group = LL_GROUP_OPERATORS,
	.subcommands = subcommands,
};
