/* lifeline case: the command itself; what it does lies beside it. */
#include "case.h"

static int view_of(const struct ll_invocation *invocation, struct ll_case_view *ret_view)
{
	struct ll_case_view view = {.json = false};

	if (ll_language_of(ll_invocation_option(invocation, "lang"), &view.language))
		return ll_complain(invocation, -LL_ERR_USAGE, "--lang is zh or en");
	*ret_view = view;
	return 0;
}

/* The subcommand's own name says what was decided. */
static int run_decision(struct ll_invocation *invocation)
{
	const struct ll_case_action *action =
		ll_case_action_find(ll_invocation_command(invocation)->name);
	struct ll_case_view view;

	return view_of(invocation, &view) ? LL_EXIT_USAGE
					  : ll_case_decide_run(invocation, action, &view);
}

static int run_show(struct ll_invocation *invocation)
{
	struct ll_case_view view;

	if (view_of(invocation, &view))
		return LL_EXIT_USAGE;
	view.json = ll_invocation_flag(invocation, "json");
	return ll_case_show_run(invocation, &view);
}

static int run_list(struct ll_invocation *invocation)
{
	struct ll_case_view view;

	if (view_of(invocation, &view))
		return LL_EXIT_USAGE;
	view.json = ll_invocation_flag(invocation, "json");
	return ll_case_list_run(invocation, &view);
}

#define CODE_OPTION                                                                       \
	{                                                                                 \
		"code", "CODE", NULL,                                                     \
			"the registry's household code; needs the secret (--secret-file)" \
	}
#define LANG_OPTION                                                             \
	{                                                                       \
		"lang", "zh|en", NULL, "language; by default the environment's" \
	}

static const struct ll_option decide_options[] = {
	{"by", "NAME", NULL, "who decides: an account name or a body; needed"},
	{"reason", "TEXT", NULL, "why; no names, phones or citizen numbers; needed"},
	CODE_OPTION,
	LANG_OPTION,
	{NULL, NULL, NULL, NULL},
};
static const struct ll_option show_options[] = {
	CODE_OPTION,
	LANG_OPTION,
	{"json", NULL, NULL, "JSON objects, one a line: the case, its open tasks, its changes"},
	{NULL, NULL, NULL, NULL},
};
static const struct ll_option list_options[] = {
	{"county", "CODE", NULL, "only this county (or a longer or shorter area prefix)"},
	{"state", "STATE", NULL,
	 "only lead, verified, monitored, eliminated or rejected (or none: no case any more)"},
	{"limit", "N", "50", "at most so many, the most urgent first"},
	LANG_OPTION,
	{"json", NULL, NULL, "one JSON object a line"},
	{NULL, NULL, NULL, NULL},
};

#define DECISION(word, text, paragraphs)                                                         \
	{                                                                                        \
		.name = (word), .summary = (text), .usage = "[HOUSEHOLD]", .help = (paragraphs), \
		.group = LL_GROUP_COUNTIES, .options = decide_options, .min_arguments = 0,       \
		.max_arguments = 1, .run = run_decision,                                         \
	}

static const struct ll_command subcommands[] = {
	{
		.name = "list",
		.summary = "households that have a case, the most urgent first",
		.usage = "",
		.group = LL_GROUP_COUNTIES,
		.options = list_options,
		.min_arguments = 0,
		.max_arguments = 0,
		.run = run_list,
	},
	{
		.name = "show",
		.summary = "where a household's case stands, its open tasks, and how it came there",
		.usage = "[HOUSEHOLD]",
		.group = LL_GROUP_COUNTIES,
		.options = show_options,
		.min_arguments = 0,
		.max_arguments = 1,
		.run = run_show,
	},
	DECISION("confirm", "入户核实属实: the visit found it so; a lead becomes verified",
		 "A visit task that is open is done with it.\n"),
	DECISION("reject", "入户核实不属实: the visit found it not so; the case is rejected",
		 "The facts there are do not flag the household again; new ones do.\n"),
	DECISION("monitor", "县级审定纳入: the county takes a verified household in",
		 "After village review, notice and township: the household is monitored "
		 "(监测对象).\n"),
	DECISION("decline", "县级审定不纳入: the county does not take it in; the case is rejected",
		 "The facts there are do not flag the household again; new ones do.\n"),
	DECISION("eliminate", "风险消除: a monitored household is stable again",
		 "It is observed from then on, and new trouble makes it a lead again. Its open "
		 "tasks are withdrawn.\n"),
	DECISION("release", "终止监测: the observation of an eliminated household ends",
		 "The history is kept; new trouble makes it a lead again.\n"),
	DECISION("hold", "人工锁定: no rule changes this household's case or tasks",
		 "For what only people can judge, such as exclusion marks (负面清单). Deadlines, "
		 "reports and people's decisions go on.\n"),
	DECISION("unhold", "解除锁定: rules count again, with all that came meanwhile", NULL),
	{.name = NULL},
};

const struct ll_command ll_command_case = {
	.name = "case",
	.summary = "show a household's case, and decide about it",
	.usage = "",
	.help = "HOUSEHOLD is a household's key as `lifeline tasks` shows it; its first four or "
		"more "
		"digits are enough where no other begins so. A decision says who (--by) and why "
		"(--reason), goes into the log like any other event and moves the case as the "
		"table allows: lead → confirm → verified → monitor → monitored → eliminate → "
		"eliminated → release; reject and decline end it. The same command twice on one "
		"day is one decision.\n"
		"\n"
		"Examples:\n"
		"  lifeline case list --county 360502 --state lead\n"
		"  lifeline case show 3fa81c\n"
		"  lifeline case confirm 3fa81c --by team-4 --reason \"costs seen, income lost\"\n"
		"  lifeline case monitor --code H0000123 --by county-office --reason \"notice "
		"over\"\n",
	.group = LL_GROUP_COUNTIES,
	.subcommands = subcommands,
};
