/* lifeline simulate adapt: a public data set as a file that can be published. */
#include "adapt.h"
#include "base/date.h"
#include "producers/broadcast_session.h"
#include "producers/publish/csv_rows.h"
#include "runtime/progress.h"
#include "runtime/shell.h"
#include "simulate.h"

#define DAYS_IN_YEAR 365

static void show(void *context, int64_t rows)
{
	ll_progress_update(context, rows);
}

static int read_options(const struct ll_invocation *invocation, struct ll_adapt_options *options)
{
	const char *set = ll_invocation_option(invocation, "set");
	int number = ll_data_set_by_name(ll_str_from(set));

	if (number < 0)
		return ll_complain(invocation, LL_EXIT_USAGE, "--set is medexp or unempdur");
	if (!ll_invocation_option(invocation, "people"))
		return ll_complain(invocation, LL_EXIT_USAGE,
				   "--people FILE is missing: the people.csv of a registry");
	if (ll_invocation_day(invocation, "from", LL_DAY_NONE, &options->from))
		return LL_EXIT_USAGE;
	options->set = (enum ll_data_set)number;
	options->days = DAYS_IN_YEAR;
	return 0;
}

static int adapt(const struct ll_invocation *invocation, const struct ll_adapt_options *options,
		 struct ll_file_window *people, struct ll_file_window *data)
{
	struct ll_error error = {0};
	int64_t rows;
	int err = ll_adapt(options, people, data, stdout, &rows, &error);

	if (!err) {
		ll_progress_finish(options->context, rows);
		return LL_EXIT_DONE;
	}
	if (error.code == 0)
		error.code = err;
	return ll_shell_fail(invocation, "", &error);
}

static int open_window(const struct ll_invocation *invocation, const char *path,
		       struct ll_file_window *window)
{
	struct ll_error error = {0};
	int err = ll_file_window_init(window, path, LL_CSV_WINDOW, &error);

	if (err && error.code == 0)
		error.code = err;
	return err ? ll_shell_fail(invocation, path, &error) : 0;
}

int ll_simulate_adapt(struct ll_invocation *invocation)
{
	struct ll_adapt_options options = {.progress = show};
	struct ll_file_window people, data;
	struct ll_progress progress;
	int code = read_options(invocation, &options);

	if (!code)
		code = open_window(invocation, ll_invocation_option(invocation, "people"), &people);
	if (code)
		return code;
	code = open_window(invocation, ll_invocation_argument(invocation, 0), &data);
	if (!code) {
		options.context = &progress;
		ll_progress_init(&progress, "rows", 0, ll_invocation_flag(invocation, "quiet"));
		code = adapt(invocation, &options, &people, &data);
		ll_file_window_release(&data);
	}
	ll_file_window_release(&people);
	return code;
}

const struct ll_option ll_simulate_adapt_options[] = {
	{"people", "FILE", NULL, "people.csv of a registry that has been imported (required)"},
	{"set", "NAME", NULL, "medexp or unempdur (required)"},
	{"from", "DATE", "2025-01-01", "the first of the 365 days over which the rows are spread"},
	{"quiet", NULL, NULL, "no progress on standard error"},
	{NULL, NULL, NULL, NULL},
};
