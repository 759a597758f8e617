/*
 * lifeline policy activate: shows what a policy would change of the present state, then broadcasts it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "cli/present.h"
#include "policy_activate.h"
#include "policy_commands.h"
#include "policy_file.h"
#include "producers/broadcast_session.h"
#include "runtime/progress.h"
#include "runtime/shell.h"

#define CLIENT	     "lifeline-policy"
#define AGREED_MAX   1000000000
#define PROGRESS_MIN 200000 /* records; fewer are read before anybody wonders */

struct activating {
	struct ll_invocation *invocation;
	const struct ll_policy_file *file;
	enum ll_language language;
	bool json;
	bool preview_only;
	int64_t agreed; /* new tasks, or -1 */
	struct ll_preview preview;
	struct ll_progress progress;
	int64_t folded;
};

static struct ll_policy_activated activated_of(const struct ll_policy_file *file)
{
	return (struct ll_policy_activated){
		.name = file->policy->name,
		.version = file->policy->version,
		.effective_on = file->policy->effective_on,
		.text = {file->text, file->size},
	};
}

/* ---- what would change ------------------------------------------------------------------------- */

static void count_folded(void *context)
{
	struct activating *activating = context;

	activating->folded++;
	if (activating->folded >= PROGRESS_MIN)
		ll_progress_update(&activating->progress, activating->folded);
}

static int preview_partition(struct activating *activating, const struct ll_present *present,
			     int32_t number, struct ll_error *error)
{
	const struct ll_policy_activated policy = activated_of(activating->file);
	struct ll_partition *partition = NULL;
	struct ll_arena scratch;
	int err = ll_present_load(present, number, &partition, error);

	if (err)
		return err;
	ll_arena_init(&scratch, 0);
	err = ll_preview_partition(&activating->preview, partition, &policy, &scratch);
	ll_arena_release(&scratch);
	ll_partition_free(partition);
	if (err)
		err = ll_error_set(error, err, "partition %d would not take this policy: %s",
				   number, ll_err_text(err));
	return err;
}

static int preview(struct activating *activating, struct ll_bus *bus, struct ll_store *store,
		   const struct ll_codec *codec, struct ll_error *error)
{
	struct ll_present present;
	int err = ll_present_init(&present, bus, store, codec, CLIENT, error);

	if (err)
		return err;
	present.folded = count_folded;
	present.context = activating;
	ll_progress_init(&activating->progress, "records", 0, activating->json);
	for (int32_t i = 0; i < present.partitions && !err; i++)
		err = preview_partition(activating, &present, i, error);
	if (activating->folded >= PROGRESS_MIN)
		ll_progress_finish(&activating->progress, activating->folded);
	return err;
}

/* Without the database the whole log is folded: slower, and the same. */
static int open_and_preview(struct activating *activating)
{
	struct ll_store *store = NULL;
	struct ll_codec *codec = NULL;
	struct ll_error error = {0};
	struct ll_bus *bus = NULL;
	int err = ll_shell_codec(activating->invocation, &codec);

	if (!err)
		err = ll_shell_bus_ready(activating->invocation, &bus);
	if (err)
		goto done;
	if (ll_shell_store_ready(activating->invocation, &store))
		ll_complain(activating->invocation, 0,
			    "without the database the whole log is folded to see what would "
			    "change");
	err = preview(activating, bus, store, codec, &error);
	if (err)
		ll_complain_error(activating->invocation, err,
				  "nothing was published; what would change is not known", &error);
done:
	ll_store_free(store);
	ll_bus_free(bus);
	ll_codec_free(codec);
	return err;
}

/* ---- telling ----------------------------------------------------------------------------------- */

static int rules_of(const struct ll_policy *policy)
{
	return policy->regions[0].rule_count;
}

/* partitions: 0 when nothing was published. */
static void print_json(const struct activating *activating, int32_t partitions)
{
	const struct ll_policy *policy = activating->file->policy;
	char effective_on[LL_DAY_TEXT_MAX];
	json_t *json;

	ll_day_format(policy->effective_on, effective_on);
	json = json_pack("{s:s%, s:s%, s:s, s:i, s:i, s:b, s:i, s:o}", "name", policy->name.data,
			 policy->name.size, "version", policy->version.data, policy->version.size,
			 "effective_on", effective_on, "regions", policy->region_count, "rules",
			 rules_of(policy), "activated", partitions > 0, "partitions", partitions,
			 "preview", ll_policy_activate_json(&activating->preview));
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
}

static void print_activated(const struct activating *activating, int32_t partitions)
{
	const struct ll_policy *policy = activating->file->policy;
	char effective_on[LL_DAY_TEXT_MAX];

	ll_day_format(policy->effective_on, effective_on);
	printf("\npolicy %.*s, version %.*s: activated\n", LL_STR_ARG(policy->name),
	       LL_STR_ARG(policy->version));
	printf("  in force from %s, %d rules everywhere, %d regions with their own\n", effective_on,
	       rules_of(policy), policy->region_count - 1);
	printf("  in each of %d partitions of household-events, with its whole text\n", partitions);
}

/* ---- publishing -------------------------------------------------------------------------------- */

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

static int check_new_tasks(const struct activating *activating)
{
	const int64_t opened = activating->preview.tasks.opened;
	const int64_t max = ll_settings_number(ll_invocation_settings(activating->invocation),
					       LL_SETTING_MAX_NEW_TASKS);

	if (ll_preview_may_open(opened, max, activating->agreed))
		return 0;
	if (activating->agreed >= 0)
		return ll_complain(activating->invocation, -LL_ERR_INVALID,
				   "nothing was published: %lld new tasks are not the %lld that "
				   "--yes-new-tasks agrees to; it is %lld now",
				   (long long)opened, (long long)activating->agreed,
				   (long long)opened);
	return ll_complain(activating->invocation, -LL_ERR_INVALID,
			   "nothing was published: %lld new tasks are more than --max-new-tasks "
			   "%lld; if that is what you want, say --yes-new-tasks %lld",
			   (long long)opened, (long long)max, (long long)opened);
}

static int broadcast(const struct activating *activating)
{
	const struct ll_household_event event = {
		.body = LL_BODY_POLICY_ACTIVATED,
		.policy_activated = activated_of(activating->file),
	};
	struct ll_broadcast_session session;
	int err = ll_broadcast_session_open(activating->invocation, "policy", &session);

	if (err)
		return err;
	err = ll_broadcast_session_send(activating->invocation, &session, &event, 1);
	if (!err) {
		int32_t partitions = ll_broadcast_partitions(session.broadcast);

		if (activating->json)
			print_json(activating, partitions);
		else
			print_activated(activating, partitions);
	}
	ll_broadcast_session_close(&session);
	return err;
}

static int activate(struct activating *activating)
{
	int err = open_and_preview(activating);

	if (!err && !activating->json)
		err = ll_policy_activate_print(&activating->preview, activating->file->policy,
					       activating->language);
	if (err)
		return err;
	if (!activating->preview_only)
		err = check_new_tasks(activating);
	if (err || activating->preview_only) {
		if (activating->json)
			print_json(activating, 0);
		return err;
	}
	return broadcast(activating);
}

/* ---- the command ------------------------------------------------------------------------------- */

static int read_options(struct ll_invocation *invocation, struct activating *activating)
{
	activating->json = ll_invocation_flag(invocation, "json");
	activating->preview_only = ll_invocation_flag(invocation, "preview");
	activating->agreed = -1;
	if (ll_language_of(ll_invocation_option(invocation, "lang"), &activating->language))
		return ll_complain(invocation, -LL_ERR_USAGE, "--lang is zh or en");
	if (ll_invocation_option(invocation, "yes-new-tasks") &&
	    ll_invocation_number(invocation, "yes-new-tasks", 0, AGREED_MAX, &activating->agreed))
		return -LL_ERR_USAGE;
	return 0;
}

int ll_policy_activate_run(struct ll_invocation *invocation)
{
	struct activating activating = {.invocation = invocation};
	struct ll_policy_file file;
	int err;

	if (read_options(invocation, &activating))
		return LL_EXIT_USAGE;
	err = ll_policy_file_open(invocation, ll_invocation_argument(invocation, 0), &file);
	if (err)
		return ll_exit_of(err);
	activating.file = &file;
	ll_preview_init(&activating.preview);
	err = check_day(invocation, file.policy);
	if (!err)
		err = activate(&activating);
	ll_preview_release(&activating.preview);
	ll_policy_file_release(&file);
	return err == -LL_ERR_USAGE ? LL_EXIT_USAGE : ll_exit_of(err);
}

const struct ll_option ll_policy_activate_options[] = {
	{"effective", "DATE", NULL,
	 "the day that you expect: refuse when the file's effective_on is another"},
	{"preview", NULL, NULL, "only show what would change; publish nothing"},
	{"yes-new-tasks", "COUNT", NULL,
	 "agree to more new tasks than max-new-tasks: the number that was shown"},
	{"lang", "zh|en", NULL, "language; by default the environment's"},
	{"json", NULL, NULL, "print what would change and what was activated as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

const char ll_policy_activate_help[] =
	"Checks the file and shows what it would change: everything that is known is decided again "
	"under it, and new, strengthened and withdrawn tasks are counted by county and measure, "
	"and "
	"households that become leads or are leads no more. More new tasks than the setting "
	"max-new-tasks are published only with --yes-new-tasks and their number. A policy for a "
	"later day is tried on the state of today.\n"
	"\n"
	"Then its whole text goes into household-events. It is in force from the tick of its "
	"effective_on; where that day is over, at once. A later one replaces an earlier one; of "
	"two "
	"for the same day the last one given counts. Everything that is known is looked at again "
	"under the new policy.\n"
	"\n"
	"  lifeline policy activate county.yaml --preview\n"
	"  lifeline policy activate county.yaml --effective 2025-07-01\n";
