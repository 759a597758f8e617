#include <stdio.h>
#include <unistd.h>

#include "cli/commands.h"
#include "runtime/metrics.h"
#include "runtime/shell.h"

/* Prints and releases what a function has appended. */
static int print_page(const struct ll_invocation *invocation, struct ll_buf *page, int err)
{
	if (!err && (fwrite(page->data, 1, page->size, stdout) != page->size || fflush(stdout)))
		err = -LL_ERR_IO;
	ll_buf_release(page);
	if (err)
		return ll_complain(invocation, ll_exit_of(err), "%s", ll_err_text(err));
	return LL_EXIT_DONE;
}

static int run_show(struct ll_invocation *invocation)
{
	struct ll_buf page;

	ll_buf_init(&page);
	return print_page(invocation, &page,
			  ll_settings_show(ll_invocation_settings(invocation),
					   ll_invocation_flag(invocation, "json"), &page));
}

static int run_reference(struct ll_invocation *invocation)
{
	struct ll_buf page;

	ll_buf_init(&page);
	return print_page(invocation, &page, ll_settings_reference(&page));
}

static int run_metrics(struct ll_invocation *invocation)
{
	struct ll_buf page;

	ll_buf_init(&page);
	return print_page(invocation, &page, ll_metrics_reference(&page));
}

static const struct ll_option show_options[] = {
	{"json", NULL, NULL, "one JSON object: name, value and origin"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_command config_subcommands[] = {
	{
		.name = "reference",
		.summary = "print the reference page of all settings, in Markdown",
		.group = LL_GROUP_OPERATORS,
		.run = run_reference,
	},
	{
		.name = "metrics",
		.summary = "print the reference page of all metrics, in Markdown",
		.group = LL_GROUP_OPERATORS,
		.run = run_metrics,
	},
	{.name = NULL},
};

const struct ll_command ll_command_config = {
	.name = "config",
	.summary = "show every setting, its value, and where the value came from",
	.help = "Checks the settings file and the environment too: a wrong value is an error that "
		"names its place. Passwords are not shown.\n"
		"\n"
		"Examples:\n"
		"  lifeline config --config /etc/lifeline.yaml\n"
		"  lifeline config --json | jq '.departments.value'\n",
	.group = LL_GROUP_OPERATORS,
	.options = show_options,
	.subcommands = config_subcommands,
	.run = run_show,
};
