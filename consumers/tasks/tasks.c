/* lifeline tasks: the command itself; what it does lies beside it. */
#include "tasks.h"

#include <stdio.h>

#include "runtime/shell.h"

static int show_row(void *context, const struct ll_task_row *row)
{
	return ll_task_show(context, row);
}

static int show(struct ll_invocation *invocation, const char *id_prefix, struct ll_task_view *view)
{
	struct ll_store *store = NULL;
	struct ll_error error = {0};
	int err = ll_shell_store_ready(invocation, &store);

	if (err)
		return ll_exit_of(err);
	err = ll_store_find_task(store, id_prefix, show_row, view, &error);
	if (err)
		ll_complain_error(invocation, err, id_prefix, &error);
	ll_store_free(store);
	return ll_exit_of(err);
}

/* X(word, state): what a team says of a task. */
static const struct {
	const char *word;
	enum ll_task_state state;
} marks[] = {
	{"accept", LL_TASK_ACCEPTED}, {"done", LL_TASK_DONE},		{"failed", LL_TASK_FAILED},
	{"refused", LL_TASK_REFUSED}, {"not-found", LL_TASK_NOT_FOUND},
};

static int run(struct ll_invocation *invocation)
{
	int count = ll_invocation_argument_count(invocation);
	const char *action = count > 0 ? ll_invocation_argument(invocation, 0) : "list";
	const char *id = count > 1 ? ll_invocation_argument(invocation, 1) : NULL;
	struct ll_task_view view = {.json = ll_invocation_flag(invocation, "json")};

	if (ll_language_of(ll_invocation_option(invocation, "lang"), &view.language))
		return ll_complain(invocation, LL_EXIT_USAGE, "--lang is zh or en");
	if (strcmp(action, "list") == 0)
		return ll_invocation_flag(invocation, "follow") ? ll_tasks_follow(invocation, &view)
								: ll_tasks_list(invocation, &view);
	if (!id)
		return ll_complain(invocation, LL_EXIT_USAGE,
				   "'%s' needs a task's id, as the list shows it", action);
	if (strcmp(action, "show") == 0)
		return show(invocation, id, &view);
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strcmp(action, marks[i].word) == 0)
			return ll_tasks_mark(invocation, marks[i].state, id, &view);
	return ll_complain(invocation, LL_EXIT_USAGE,
			   "'%s' is not an action: list, show, accept, done, failed, refused or "
			   "not-found",
			   action);
}

static const struct ll_option options[] = {
	{"county", "CODE", NULL, "only this county (or a longer or shorter area prefix)"},
	{"state", "STATE", NULL,
	 "only open, accepted, done, failed, refused, not_found or withdrawn"},
	{"measure", "MEASURE", NULL, "only this measure, such as visit or medical_aid"},
	{"household", "KEY", NULL, "only this household, by its key or the key's first digits"},
	{"all", NULL, NULL, "also tasks that are finished or withdrawn"},
	{"limit", "N", "50", "at most so many, the most urgent first"},
	{"follow", NULL, NULL, "show each task as it arrives in the county's queue, until Ctrl-C"},
	{"for", "SECONDS", NULL, "with --follow: end by itself after so long"},
	{"by", "NAME", NULL, "who reports: the team or the officer's account"},
	{"note", "TEXT", NULL, "what was found or done; no names, phones or citizen numbers"},
	{"lang", "zh|en", NULL, "language; by default the environment's"},
	{"json", NULL, NULL, "one JSON object a line"},
	{NULL, NULL, NULL, NULL},
};

const struct ll_command ll_command_tasks = {
	.name = "tasks",
	.summary = "list, follow and report on a county team's tasks",
	.usage = "[list | show ID | accept ID | done ID | failed ID | refused ID | not-found ID]",
	.group = "County teams",
	.help = "Lists the tasks of a county, the most urgent first. An ID may be cut to its "
		"first\n"
		"characters, as the list shows it. What you report goes back into the log like "
		"any\n"
		"other event.\n"
		"\n"
		"Examples:\n"
		"  lifeline tasks --county 360502\n"
		"  lifeline tasks --county 360502 --follow\n"
		"  lifeline tasks show 3fa81c\n"
		"  lifeline tasks accept 3fa81c --by team-4\n"
		"  lifeline tasks done 3fa81c --by team-4 --note \"medical aid applied for\"\n",
	.options = options,
	.min_arguments = 0,
	.max_arguments = 2,
	.run = run,
};
