#include "cli/commands.h"
#include "policy_commands.h"

static const struct ll_option check_options[] = {
	{"strict", NULL, NULL, "warnings are errors"},
	{"json", NULL, NULL, "print the findings, and what the policy is, as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_option diff_options[] = {
	{"lang", "zh|en", NULL, "language; by default the environment's"},
	{"json", NULL, NULL, "as one JSON array; amounts in fen, shares in permille"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_option test_options[] = {
	{"policy", "FILE", NULL, "the policy; without it the national one that is built in"},
	{"mutants", NULL, NULL,
	 "also change each number and each comparison of the policy, one at a time, and count how "
	 "many of these changes a scenario notices"},
	{"lang", "zh|en", NULL, "language; by default the environment's"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_command subcommands[] = {
	{
		.name = "check",
		.summary = "read a policy file and say what is wrong with it",
		.usage = "FILE",
		.help = "Reads the file as assess will, and tells everything that is wrong with "
			"it, a "
			"line each: file, line, column, error or warning, and what to do. An error "
			"is what keeps a policy from being activated: an unknown name, a wrong "
			"unit, a rule that can never hold. A warning is a policy that works, but "
			"perhaps not as meant: two rules with the same conditions, a condition "
			"that says nothing more, a parameter that nothing uses. With errors the "
			"exit code is 1.\n"
			"\n"
			"  lifeline policy check county.yaml\n"
			"  lifeline policy check --strict county.yaml\n",
		.group = LL_GROUP_POLICY,
		.options = check_options,
		.min_arguments = 1,
		.max_arguments = 1,
		.run = ll_policy_check_run,
	},
	{
		.name = "activate",
		.summary = "show what a policy would change, and put it in force from its day",
		.usage = "FILE",
		.help = ll_policy_activate_help,
		.group = LL_GROUP_POLICY,
		.options = ll_policy_activate_options,
		.min_arguments = 1,
		.max_arguments = 1,
		.run = ll_policy_activate_run,
	},
	{
		.name = "diff",
		.summary = "say in words what is different between two policy files",
		.usage = "OLD NEW",
		.help = "Parameters, conditions, levels and measures of rules, terms of measures, "
			"and what regions have of their own. What a region has from the wider area "
			"around it is told there only.\n"
			"\n"
			"  lifeline policy diff national-2020.yaml national-2022.yaml --lang zh\n",
		.group = LL_GROUP_POLICY,
		.options = diff_options,
		.min_arguments = 2,
		.max_arguments = 2,
		.run = ll_policy_diff_run,
	},
	{
		.name = "test",
		.summary = "run scenarios against a policy",
		.usage = "SCENARIO...",
		.help = "Each SCENARIO is a file of made-up households: as registered, then what "
			"is "
			"reported, done and decided day by day, and what must be so after each "
			"step. "
			"They run inside this command: no broker or database is needed, and the "
			"policy is taken as in force whatever its effective_on. What differs is "
			"told "
			"with file and line, and the exit code is 1.\n"
			"\n"
			"  lifeline policy test schemas/policy/scenarios/*.yaml\n"
			"  lifeline policy test --policy county.yaml --mutants "
			"county-scenarios.yaml\n",
		.group = LL_GROUP_POLICY,
		.options = test_options,
		.min_arguments = 1,
		.max_arguments = -1,
		.run = ll_policy_test_run,
	},
	{.name = NULL},
};

const struct ll_command ll_command_policy = {
	.name = "policy",
	.summary = "check, test and compare policy files, put one in force",
	.usage = "",
	.group = LL_GROUP_POLICY,
	.subcommands = subcommands,
};
