/* lifeline report: the command, and what its reports share. */
#include "cli/report.h"

#include "cli/commands.h"
#include "cli/quality.h"
#include "runtime/shell.h"

#define CLIENT	     "lifeline-report"
#define PROGRESS_MIN 200000 /* records; fewer are read before anybody wonders */

static void count_folded(void *context)
{
	struct ll_reporting *reporting = context;

	reporting->folded++;
	if (reporting->folded >= PROGRESS_MIN)
		ll_progress_update(&reporting->progress, reporting->folded);
}

static int read_options(struct ll_reporting *reporting)
{
	const struct ll_invocation *invocation = reporting->invocation;

	reporting->json = ll_invocation_flag(invocation, "json");
	reporting->area_text = ll_invocation_option(invocation, "area");
	if (ll_language_of(ll_invocation_option(invocation, "lang"), &reporting->language))
		return ll_complain(invocation, -LL_ERR_USAGE, "--lang is zh or en");
	if (reporting->area_text &&
	    ll_area_parse(ll_str_from(reporting->area_text), &reporting->area))
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "--area is a code of 2, 4, 6, 9 or 12 digits, such as 360502");
	return 0;
}

int ll_reporting_open(struct ll_invocation *invocation, bool needs_store,
		      struct ll_reporting *ret_reporting)
{
	struct ll_reporting *reporting = ret_reporting;
	struct ll_error error = {0};
	int err;

	*reporting = (struct ll_reporting){.invocation = invocation};
	err = read_options(reporting);
	if (!err)
		err = ll_shell_codec(invocation, &reporting->codec);
	if (!err)
		err = ll_shell_bus_ready(invocation, &reporting->bus);
	if (err)
		return err;
	err = ll_shell_store_ready(invocation, &reporting->store);
	if (err && needs_store)
		return err;
	if (err)
		ll_complain(invocation, 0, "without the database the whole log is folded");
	err = ll_present_init(&reporting->present, reporting->bus, reporting->store,
			      reporting->codec, CLIENT, &error);
	if (err)
		return ll_complain_error(invocation, err, "report", &error);
	reporting->present.folded = count_folded;
	reporting->present.context = reporting;
	ll_progress_init(&reporting->progress, "records", 0, reporting->json);
	return 0;
}

void ll_reporting_close(struct ll_reporting *reporting)
{
	ll_store_free(reporting->store);
	ll_bus_free(reporting->bus);
	ll_codec_free(reporting->codec);
}

struct walking {
	const struct ll_reporting *reporting;
	int (*household)(void *context, const struct ll_household *household, int32_t today);
	void *context;
};

static int visit_in_area(void *context, const struct ll_household *household, int32_t today)
{
	const struct walking *walking = context;

	if (!ll_area_contains(walking->reporting->area, household->area_code))
		return 0;
	return walking->household(walking->context, household, today);
}

int ll_reporting_walk(struct ll_reporting *reporting,
		      int (*household)(void *context, const struct ll_household *household,
				       int32_t today),
		      void *context, struct ll_error *error)
{
	struct walking walking = {reporting, household, context};
	const struct ll_present_visitor visitor = {.household = visit_in_area, .context = &walking};
	int err = ll_present_walk(&reporting->present, &visitor, error);

	if (reporting->folded >= PROGRESS_MIN)
		ll_progress_finish(&reporting->progress, reporting->folded);
	return err;
}

const char *ll_reporting_say(const struct ll_reporting *reporting, const char *english,
			     const char *chinese)
{
	return reporting->language == LL_CHINESE ? chinese : english;
}

/* ---- the command ------------------------------------------------------------------------------- */

#define AREA_OPTION                                                              \
	{                                                                        \
		"area", "CODE", NULL,                                            \
			"only this area: a province, city, county, township or " \
			"village"                                                \
	}
#define LANG_OPTION                                                             \
	{                                                                       \
		"lang", "zh|en", NULL, "language; by default the environment's" \
	}

static const struct ll_option quality_options[] = {
	AREA_OPTION,
	{"decision-days", "N", "15", "days from lead to decision that are still in time"},
	{"limit", "N", "1000", "list at most so many households; the counts are always whole"},
	LANG_OPTION,
	{"json", NULL, NULL, "as one JSON object"},
	{NULL, NULL, NULL, NULL},
};
static const struct ll_option share_options[] = {
	AREA_OPTION,
	{"at-least", "PERCENT", "3", "lower end of the band"},
	{"at-most", "PERCENT", "7", "upper end of the band"},
	{"deep", "AREAS", NULL, "areas of deep poverty, codes separated by commas"},
	{"deep-at-most", "PERCENT", "10", "upper end of the band there"},
	LANG_OPTION,
	{"json", NULL, NULL, "as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_command subcommands[] = {
	{
		.name = "quality",
		.summary = "cases that look wrong, and procedures that are late",
		.usage = "",
		.help = "Lists, with the households' keys: monitored for a month or more without a "
			"measure; risk eliminated in the month of taking in or the next; a house "
			"found dangerous (grade C or D) after the risk was eliminated; leads whose "
			"visit is overdue; leads without a decision within --decision-days.\n"
			"\n"
			"The days come from the tables that record writes, the houses from the "
			"present state. What is found is no failure: the exit code is 0.\n"
			"\n"
			"  lifeline report quality --area 360502 --lang zh\n",
		.group = LL_GROUP_COUNTIES,
		.options = quality_options,
		.run = ll_report_quality_run,
	},
	{
		.name = "share",
		.summary = "the share of the registered poor that is monitored, by city and county",
		.usage = "",
		.help = "Monitored people of all kinds against registered poor people (ex-poor "
			"households of the registry), from the present state: about 5 % is "
			"expected, at most 10 % in areas of deep poverty. Outside of the band is "
			"no failure: the exit code is 0.\n"
			"\n"
			"  lifeline report share --area 3605 --deep 360521\n",
		.group = LL_GROUP_COUNTIES,
		.options = share_options,
		.run = ll_report_share_run,
	},
	{.name = NULL},
};

const struct ll_command ll_command_report = {
	.name = "report",
	.summary = "report on the quality of cases and on how many are monitored",
	.usage = "",
	.group = LL_GROUP_COUNTIES,
	.subcommands = subcommands,
};
