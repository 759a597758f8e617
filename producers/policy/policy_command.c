#include "cli/commands.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "policy/policy_yaml.h"
#include "producers/broadcast_session.h"

struct policy_file {
	char *text;
	size_t size;
	struct ll_policy *policy;
};

static void release(struct policy_file *file)
{
	ll_policy_free(file->policy);
	free(file->text);
}

static int read_text(const struct ll_invocation *invocation, const char *path,
		     struct policy_file *file)
{
	FILE *stream = fopen(path, "re");
	char *text = NULL;
	int err = 0;

	if (!stream)
		return ll_complain(invocation, -LL_ERR_IO, "%s: %s", path, strerror(errno));
	text = malloc(LL_POLICY_TEXT_MAX + 1);
	if (!text) {
		err = -LL_ERR_NO_MEMORY;
		goto done;
	}
	file->size = fread(text, 1, LL_POLICY_TEXT_MAX + 1, stream);
	if (ferror(stream))
		err = ll_complain(invocation, -LL_ERR_IO, "%s: %s", path, strerror(errno));
	else if (file->size > LL_POLICY_TEXT_MAX)
		err = ll_complain(invocation, -LL_ERR_TOO_LARGE,
				  "%s: a policy has at most %d bytes", path, LL_POLICY_TEXT_MAX);
done:
	fclose(stream);
	if (err)
		free(text);
	else
		file->text = text;
	return err;
}

/* Tells the user what is wrong with the file. */
static int open_policy(const struct ll_invocation *invocation, const char *path,
		       struct policy_file *ret_file)
{
	struct policy_file file = {.text = NULL};
	struct ll_error error = {0};
	int err = read_text(invocation, path, &file);

	if (err)
		return err;
	err = ll_policy_compile((struct ll_str){file.text, file.size}, &file.policy, &error);
	if (err) {
		if (error.line > 0)
			ll_complain(invocation, err, "%s:%d:%d: %s", path, error.line, error.column,
				    error.message);
		else
			ll_complain(invocation, err, "%s: %s", path,
				    error.message[0] ? error.message : ll_err_text(err));
		release(&file);
		return err;
	}
	*ret_file = file;
	return 0;
}

static int rules_of(const struct ll_policy *policy)
{
	return policy->regions[0].rule_count;
}

/* partitions: 0 when it was only checked. */
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
			rules_of(policy), "activated", partitions > 0, "partitions", partitions);

		json_dumpf(json, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(json);
		return;
	}
	printf("policy %.*s, version %.*s: %s\n", LL_STR_ARG(policy->name),
	       LL_STR_ARG(policy->version), partitions > 0 ? "activated" : "no error found");
	printf("  in force from %s, %d rules everywhere, %d regions with their own\n", effective_on,
	       rules_of(policy), policy->region_count - 1);
	if (partitions > 0)
		printf("  in each of %d partitions of household-events, with its whole text\n",
		       partitions);
}

static int run_check(struct ll_invocation *invocation)
{
	struct policy_file file;
	int err = open_policy(invocation, ll_invocation_argument(invocation, 0), &file);

	if (err)
		return ll_exit_of(err);
	print(invocation, file.policy, 0);
	release(&file);
	return LL_EXIT_DONE;
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

static int broadcast(const struct ll_invocation *invocation, const struct policy_file *file)
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
	struct policy_file file;
	int err = open_policy(invocation, ll_invocation_argument(invocation, 0), &file);

	if (err)
		return ll_exit_of(err);
	err = check_day(invocation, file.policy);
	if (!err)
		err = broadcast(invocation, &file);
	release(&file);
	return err == -LL_ERR_USAGE ? LL_EXIT_USAGE : ll_exit_of(err);
}

static const struct ll_option check_options[] = {
	{"json", NULL, NULL, "print what the policy is as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_option activate_options[] = {
	{"effective", "DATE", NULL,
	 "the day that you expect: refuse when the file's effective_on is another"},
	{"json", NULL, NULL, "print what was activated as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_command subcommands[] = {
	{
		.name = "check",
		.summary = "read a policy file and say what is wrong with it",
		.usage = "FILE",
		.help = "Compiles the file as assess will. The first error is told with line and "
			"column.\n"
			"\n"
			"  lifeline policy check county.yaml\n",
		.group = LL_GROUP_POLICY,
		.options = check_options,
		.min_arguments = 1,
		.max_arguments = 1,
		.run = run_check,
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
	{.name = NULL},
};

const struct ll_command ll_command_policy = {
	.name = "policy",
	.summary = "check a policy file, put it in force",
	.usage = "",
	.group = LL_GROUP_POLICY,
	.subcommands = subcommands,
};
