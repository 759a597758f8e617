/* lifeline registry: who lives where. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "registry_import.h"
#include "runtime/clock.h"
#include "runtime/progress.h"
#include "runtime/shell.h"

#define REJECT_SUFFIX ".rejects.csv"

/* Everything that one run of the command holds. */
struct registry {
	struct ll_invocation *invocation;
	const char *households_path;
	const char *people_path;
	struct ll_registry_options options;
	struct ll_registry_counts counts;
	struct ll_bus *bus;
	struct ll_codec *codec;
	struct ll_store *store;
	struct ll_pseudonyms *pseudonyms;
	struct ll_rejects *household_rejects;
	struct ll_rejects *people_rejects; /* the same with --reject */
	struct ll_progress progress;
	int64_t started_ms;
};

static void registry_release(struct registry *registry)
{
	if (registry->people_rejects != registry->household_rejects)
		ll_rejects_free(registry->people_rejects);
	ll_rejects_free(registry->household_rejects);
	ll_pseudonyms_free(registry->pseudonyms);
	ll_store_free(registry->store);
	ll_codec_free(registry->codec);
	ll_bus_free(registry->bus);
}

static int new_rejects_beside(const char *path, struct ll_rejects **ret_rejects)
{
	char *beside = NULL;
	int err;

	if (asprintf(&beside, "%s" REJECT_SUFFIX, path) < 0)
		return -LL_ERR_NO_MEMORY;
	err = ll_rejects_new(beside, ret_rejects);
	free(beside);
	return err;
}

static int open_rejects(struct registry *registry)
{
	const char *path = ll_invocation_option(registry->invocation, "reject");
	int err;

	if (path) {
		err = ll_rejects_new(path, &registry->household_rejects);
		registry->people_rejects = registry->household_rejects;
	} else {
		err = new_rejects_beside(registry->households_path, &registry->household_rejects);
		if (!err)
			err = new_rejects_beside(registry->people_path, &registry->people_rejects);
	}
	return err ? ll_complain(registry->invocation, LL_EXIT_FAILED, "out of memory") : 0;
}

static int open_all(struct registry *registry)
{
	const struct ll_invocation *invocation = registry->invocation;
	const struct ll_settings *settings = ll_invocation_settings(invocation);
	int err = ll_shell_pseudonyms(invocation, &registry->pseudonyms);

	if (!err)
		err = ll_shell_codec(invocation, &registry->codec);
	if (!err)
		err = ll_shell_store_ready(invocation, &registry->store);
	if (!err)
		err = ll_shell_bus_ready(invocation, &registry->bus);
	if (err)
		return ll_exit_of(err);
	registry->options = (struct ll_registry_options){
		.bus = registry->bus,
		.codec = registry->codec,
		.store = registry->store,
		.pseudonyms = registry->pseudonyms,
		.counties = ll_str_from(ll_settings_text(settings, LL_SETTING_COUNTIES)),
		.household_rejects = registry->household_rejects,
		.people_rejects = registry->people_rejects,
		.now_ms = ll_clock_wall_ms(&ll_clock_real),
		.stop_asked = ll_stop_asked,
	};
	return 0;
}

static void show_progress(void *context, int64_t households)
{
	struct registry *registry = context;

	ll_progress_update(&registry->progress, households);
}

static int close_rejects(struct registry *registry)
{
	struct ll_error error = {0};
	int err = ll_rejects_close(registry->household_rejects, &error);

	if (!err && registry->people_rejects != registry->household_rejects)
		err = ll_rejects_close(registry->people_rejects, &error);
	return err ? ll_shell_fail(registry->invocation, "rejected rows", &error) : 0;
}

static int64_t rejected(const struct registry *registry)
{
	int64_t total = ll_rejects_total(registry->household_rejects);

	if (registry->people_rejects != registry->household_rejects)
		total += ll_rejects_total(registry->people_rejects);
	return total;
}

/* ---- the summary ---- */

static void print_reasons(const struct ll_rejects *rejects)
{
	size_t count;
	const struct ll_reject_count *counts = ll_rejects_counts(rejects, &count);

	for (size_t i = 0; i < count; i++)
		printf("  %8lld  %-20s %s\n", (long long)counts[i].rows, ll_err_name(counts[i].err),
		       ll_err_text(counts[i].err));
	if (ll_rejects_path(rejects))
		printf("written to %s\n", ll_rejects_path(rejects));
}

static void print_summary(const struct registry *registry)
{
	const struct ll_registry_counts *counts = &registry->counts;

	printf("registered: %lld of %lld households, %lld of %lld people\n",
	       (long long)counts->households, (long long)counts->household_rows,
	       (long long)counts->people, (long long)counts->people_rows);
	if (rejected(registry) == 0)
		return;
	printf("rejected: %lld rows\n", (long long)rejected(registry));
	print_reasons(registry->household_rejects);
	if (registry->people_rejects != registry->household_rejects)
		print_reasons(registry->people_rejects);
}

static void add_json(const struct ll_rejects *rejects, json_t *reasons, json_t *paths)
{
	size_t count;
	const struct ll_reject_count *counts = ll_rejects_counts(rejects, &count);

	for (size_t i = 0; i < count; i++) {
		const char *name = ll_err_name(counts[i].err);
		json_int_t before = json_integer_value(json_object_get(reasons, name));

		json_object_set_new(reasons, name, json_integer(before + counts[i].rows));
	}
	if (ll_rejects_path(rejects))
		json_array_append_new(paths, json_string(ll_rejects_path(rejects)));
}

static void print_json(const struct registry *registry, bool complete)
{
	const struct ll_registry_counts *counts = &registry->counts;
	json_t *reasons = json_object();
	json_t *paths = json_array();
	json_t *summary;

	add_json(registry->household_rejects, reasons, paths);
	if (registry->people_rejects != registry->household_rejects)
		add_json(registry->people_rejects, reasons, paths);
	summary = json_pack(
		"{s:b,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o,s:o}", "complete", complete ? 1 : 0,
		"household_rows", (json_int_t)counts->household_rows, "households",
		(json_int_t)counts->households, "people_rows", (json_int_t)counts->people_rows,
		"people", (json_int_t)counts->people, "transactions",
		(json_int_t)counts->transactions, "rejected", (json_int_t)rejected(registry),
		"duration_ms",
		(json_int_t)(ll_clock_monotonic_ms(&ll_clock_real) - registry->started_ms),
		"reasons", reasons, "reject_files", paths);
	json_dumpf(summary, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(summary);
}

static int run_import(struct registry *registry)
{
	struct ll_error error = {0};
	int err, closed;

	ll_stop_on_signals();
	ll_progress_init(&registry->progress, "households", 0,
			 ll_invocation_flag(registry->invocation, "quiet"));
	registry->options.progress = show_progress;
	registry->options.context = registry;
	err = ll_registry_import(&registry->options, registry->households_path,
				 registry->people_path, &registry->counts, &error);
	ll_progress_finish(&registry->progress, registry->counts.household_rows);
	closed = close_rejects(registry);
	if (err)
		return ll_shell_fail(registry->invocation, "", &error);
	return closed;
}

static int import_run(struct ll_invocation *invocation)
{
	struct registry registry = {
		.invocation = invocation,
		.households_path = ll_invocation_option(invocation, "households"),
		.people_path = ll_invocation_option(invocation, "people"),
		.started_ms = ll_clock_monotonic_ms(&ll_clock_real),
	};
	int code;

	if (!registry.households_path || !registry.people_path)
		return ll_complain(invocation, LL_EXIT_USAGE,
				   "give --households FILE and --people FILE");
	code = open_rejects(&registry);
	if (!code)
		code = open_all(&registry);
	if (!code) {
		code = run_import(&registry);
		if (ll_invocation_flag(invocation, "json"))
			print_json(&registry, code == 0);
		else if (!code)
			print_summary(&registry);
		if (!code && rejected(&registry) > 0)
			code = LL_EXIT_SOME_REJECTED;
	}
	registry_release(&registry);
	return code;
}

static const struct ll_option import_options[] = {
	{"households", "FILE", NULL, "the households, CSV (required)"},
	{"people", "FILE", NULL, "their people, CSV (required)"},
	{"reject", "FILE", NULL,
	 "all rejected rows go there; default: FILE.rejects.csv beside each file"},
	{"json", NULL, NULL, "the summary as one JSON object, the last line on standard output"},
	{"quiet", NULL, NULL, "no progress on standard error"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_command registry_commands[] = {
	{
		.name = "import",
		.summary = "register households and their people from CSV files",
		.usage = "",
		.help = "households.csv has the columns household_code, area (12-digit village), "
			"category (ordinary or ex_poor), dibao (yes or no), and may have "
			"exclusion_marks (commercial_flat;car;company;public_employee), "
			"recorded_income (yuan; empty: not known), income_year, address and "
			"dissolved. people.csv has household_code, citizen_number, resident, "
			"labour and in_school (yes or no), and may have name and phone.\n"
			"\n"
			"Citizen numbers are replaced by pseudonyms; names, phones and addresses "
			"go to PostgreSQL and nowhere else. A bad row goes to the file of rejected "
			"rows: a person's household goes on without that person, a household's "
			"people are rejected with it. Importing again changes nothing; a household "
			"that comes again replaces what was known of it.\n"
			"\n"
			"  lifeline registry import --households households.csv --people "
			"people.csv\n",
		.options = import_options,
		.run = import_run,
	},
	{.name = NULL},
};

const struct ll_command ll_command_registry = {
	.name = "registry",
	.summary = "who lives where: households and their people",
	.usage = "",
	.group = LL_GROUP_OPERATORS,
	.subcommands = registry_commands,
};
