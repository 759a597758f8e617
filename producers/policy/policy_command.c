#include "cli/commands.h"

#include <jansson.h>
#include <stdio.h>

#include "base/date.h"
#include "policy_commands.h"
#include "policy_file.h"
#include "producers/broadcast_session.h"

static int rules_of(const struct ll_policy *policy)
{
	return policy->regions[0].rule_count;
}

static void print(const struct ll_invocation *invocation, const struct ll_policy *policy,
		  int32_t partitions)
{
	char effective_on[LL_DAY_TEXT_MAX];

	ll_day_format(policy->effective_on, effective_on);
	if (ll_invocation_flag(invocation, "json")) {
		json_t *json = json_pack(
			"{s:s%, s:s%, s:s, s:i, s:i, s:b, s:i}", "name", policy->name.data,
			policy->name.size, "version", policy->version.data, policy->version.size,
			"effective_on", effective_on, "regions", policy->region_count, "rules",
			rules_of(policy), "activated", 1, "partitions", partitions);

		json_dumpf(json, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(json);
		return;
	}
	printf("policy %.*s, version %.*s: activated\n", LL_STR_ARG(policy->name),
	       LL_STR_ARG(policy->version));
	printf("  in force from %s, %d rules everywhere, %d regions with their own\n", effective_on,
	       rules_of(policy), policy->region_count - 1);
	printf("  in each of %d partitions of household-events, with its whole text\n", partitions);
}

/*
 * The day is in the file and nowhere else: the log keeps the text, and whoever reads it later must
 * find the day there. The option only makes sure that the file says what its reader believes.
 */
static int check_day(const struct ll_invocation *invocation, const struct ll_policy *policy)
{
	char in_file[LL_DAY_TEXT_MAX], wanted_text[LL_DAY_TEXT_MAX];
	int32_t wanted;

	if (ll_invocation_day(invocation, "effective", policy->effective_on, &wanted))
		return -LL_ERR_USAGE;
	if (wanted == policy->effective_on)
		return 0;
	ll_day_format(policy->effective_on, in_file);
	ll_day_format(wanted, wanted_text);
	return ll_complain(invocation, -LL_ERR_USAGE,
			   "the file says effective_on: %s, --effective says %s; write "
			   "'effective_on: %s' into the file (and give it a new version), then "
			   "activate it",
			   in_file, wanted_text, wanted_text);
}

static int broadcast(const struct ll_invocation *invocation, const struct ll_policy_file *file)
{
	const struct ll_household_event event = {
		.body = LL_BODY_POLICY_ACTIVATED,
		.policy_activated =
			{
				.name = file->policy->name,
				.version = file->policy->version,
				.effective_on = file->policy->effective_on,
				.text = {file->text, file->size},
			},
	};
	struct ll_broadcast_session session;
	int err = ll_broadcast_session_open(invocation, "policy", &session);

	if (err)
		return err;
	err = ll_broadcast_session_send(invocation, &session, &event, 1);
	if (!err)
		print(invocation, file->policy, ll_broadcast_partitions(session.broadcast));
	ll_broadcast_session_close(&session);
	return err;
}

static int run_activate(struct ll_invocation *invocation)
{
	struct ll_policy_file file;
	int err = ll_policy_file_open(invocation, ll_invocation_argument(invocation, 0), &file);

	if (err)
		return ll_exit_of(err);
	err = check_day(invocation, file.policy);
	if (!err)
		err = broadcast(invocation, &file);
	ll_policy_file_release(&file);
	return err == -LL_ERR_USAGE ? LL_EXIT_USAGE : ll_exit_of(err);
}

static const struct ll_option check_options[] = {
	{"strict", NULL, NULL, "warnings are errors"},
	{"json", NULL, NULL, "print the findings, and what the policy is, as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_option activate_options[] = {
	{"effective", "DATE", NULL,
	 "the day that you expect: refuse when the file's effective_on is another"},
	{"json", NULL, NULL, "print what was activated as one JSON object"},
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
		.summary = "put a policy in force, from the day that its file names",
		.usage = "FILE",
		.help = "Checks the file, then writes its whole text into household-events. It is "
			"in force "
			"from the tick of its effective_on; where that day is over, at once. A "
			"later one "
			"replaces an earlier one; of two for the same day the last one given "
			"counts. "
			"Everything that is known is looked at again under the new policy.\n"
			"\n"
			"  lifeline policy activate county.yaml --effective 2025-07-01\n",
		.group = LL_GROUP_POLICY,
		.options = activate_options,
		.min_arguments = 1,
		.max_arguments = 1,
		.run = run_activate,
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
