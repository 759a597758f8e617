/* lifeline case: the command itself; what it does lies beside it. */
#include <stdio.h>

#include "case.h"
#include "case_diagram.h"

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

	if (view_of(invocation, &view))
		return LL_EXIT_USAGE;
	view.json = ll_invocation_flag(invocation, "json");
	return ll_case_decide_run(invocation, action, &view);
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

typedef int diagram(enum ll_language language, struct ll_buf *out);

static int page_in_both(enum ll_language language, struct ll_buf *out)
{
	(void)language;
	return ll_case_diagram_page(out);
}

static int run_diagram(struct ll_invocation *invocation)
{
	static const struct {
		const char *name;
		diagram *append;
	} formats[] = {
		{"mermaid", ll_case_diagram_mermaid},
		{"dot", ll_case_diagram_dot},
		{"page", page_in_both},
	};
	const char *format = ll_invocation_option(invocation, "format");
	struct ll_case_view view = {0};
	struct ll_buf out;
	size_t at = 0;
	int err;

	if (view_of(invocation, &view))
		return LL_EXIT_USAGE;
	while (at < 3 && strcmp(formats[at].name, format) != 0)
		at++;
	if (at == 3)
		return ll_complain(invocation, LL_EXIT_USAGE, "--format is mermaid, dot or page");
	ll_buf_init(&out);
	err = formats[at].append(view.language, &out);
	if (!err)
		fwrite(out.data, 1, out.size, stdout);
	ll_buf_release(&out);
	return ll_exit_of(err);
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
	{"today", "DATE", NULL, "the day of the decision, where it is not today"},
	CODE_OPTION,
	LANG_OPTION,
	{"json", NULL, NULL, "one JSON object: household, decision, where the case stands"},
	{NULL, NULL, NULL, NULL},
};
static const struct ll_option visit_options[] = {
	{"by", "NAME", NULL, "who decides: an account name or a body; needed"},
	{"reason", "TEXT", NULL, "why; no names, phones or citizen numbers; needed"},
	{"secure", "LIST", NULL,
	 "what the visit saw in order: food, clothing, education, medical, housing, water"},
	{"at-risk", "LIST", NULL, "what the visit saw at risk, of the same list"},
	{"today", "DATE", NULL, "the day of the decision, where it is not today"},
	CODE_OPTION,
	LANG_OPTION,
	{"json", NULL, NULL, "one JSON object: household, decision, where the case stands"},
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
	 "only lead, verified, reviewed, checked, monitored, eliminated or rejected (or none: no "
	 "case "
	 "any more)"},
	{"group", "GROUP", NULL, "only unstable_ex_poor, marginal or sudden_difficulty"},
	{"held", NULL, NULL, "only those on hold (人工暂缓研判)"},
	{"limit", "N", "50", "at most so many, the most urgent first"},
	LANG_OPTION,
	{"json", NULL, NULL, "one JSON object a line"},
	{NULL, NULL, NULL, NULL},
};

static const struct ll_option diagram_options[] = {
	{"format", "FORMAT", "mermaid", "mermaid, dot (Graphviz) or page (Markdown)"},
	LANG_OPTION,
	{NULL, NULL, NULL, NULL},
};

#define DECISION_WITH(word, text, paragraphs, its_options)                                       \
	{                                                                                        \
		.name = (word), .summary = (text), .usage = "[HOUSEHOLD]", .help = (paragraphs), \
		.group = LL_GROUP_COUNTIES, .options = (its_options), .min_arguments = 0,        \
		.max_arguments = 1, .run = run_decision,                                         \
	}
#define DECISION(word, text, paragraphs) DECISION_WITH(word, text, paragraphs, decide_options)
#define VISIT(word, text, paragraphs)	 DECISION_WITH(word, text, paragraphs, visit_options)

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
	VISIT("confirm", "入户核实属实: the visit found it so; a lead becomes verified",
	      "A visit task that is open is done with it. What the visit saw of the six dimensions "
	      "counts as a fact of that day, from any state of the case on.\n"
	      "\n"
	      "  lifeline case confirm 3fa81c --by team-4 --reason \"roof open\" --secure "
	      "food,clothing --at-risk housing\n"),
	VISIT("reject", "入户核实不属实: the visit found it not so; the case is rejected",
	      "The facts there are do not flag the household again; new ones do.\n"),
	DECISION("village-confirm",
		 "村级评议公示通过: the village reviewed it and nobody objected to the notice",
		 NULL),
	DECISION("village-reject", "村级评议公示未通过: the village did not confirm it",
		 "The facts there are do not flag the household again; new ones do.\n"),
	DECISION("township-confirm", "乡镇审核通过: the township checked it and agrees", NULL),
	DECISION("township-reject", "乡镇审核未通过: the township does not agree",
		 "The facts there are do not flag the household again; new ones do.\n"),
	DECISION(
		"monitor", "县级审定纳入: the county takes a checked household in",
		"After visit, village and township: the household is monitored (监测对象). Refused "
		"while exclusion marks (负面清单) are undecided.\n"),
	DECISION("decline", "县级审定不纳入: the county does not take it in; the case is rejected",
		 "The facts there are do not flag the household again; new ones do.\n"),
	DECISION("waive-marks",
		 "负面清单不影响纳入: the exclusion marks there are do not count here",
		 "A mark that is reported later is decided anew.\n"),
	DECISION("exclude", "因负面清单不纳入: not taken in because of exclusion marks",
		 "The facts there are do not flag the household again; new ones do.\n"),
	DECISION(
		"green-channel", "绿色通道先行帮扶: help goes ahead of the procedure",
		"Measures that would wait for the procedure are opened at once; the procedure goes "
		"on.\n"),
	DECISION("eliminate", "风险消除: a monitored household is stable again",
		 "It is observed from then on, and new trouble makes it a lead again. Its open "
		 "tasks are withdrawn.\n"),
	DECISION("release", "终止监测: the observation of an eliminated household ends",
		 "The history is kept; new trouble makes it a lead again.\n"),
	DECISION("hold", "人工暂缓研判: no rule changes this household's case or tasks",
		 "For what only people can judge. Deadlines, reports and people's decisions go "
		 "on.\n"),
	DECISION("unhold", "解除暂缓: rules count again, with all that came meanwhile", NULL),
	{
		.name = "diagram",
		.summary = "print the moves of a case as a picture or a page",
		.usage = "",
		.help = "  lifeline case diagram --format dot --lang zh | dot -Tsvg >case.svg\n",
		.group = LL_GROUP_COUNTIES,
		.options = diagram_options,
		.min_arguments = 0,
		.max_arguments = 0,
		.run = run_diagram,
	},
	{.name = NULL},
};

const struct ll_command ll_command_case = {
	.name = "case",
	.summary = "show a household's case, and decide about it",
	.usage = "",
	.help = "HOUSEHOLD is a household's key as `lifeline tasks` shows it; its first four or "
		"more digits are enough where no other begins so. A decision says who (--by) and "
		"why (--reason), goes into the log like any other event and moves the case as the "
		"table allows: confirm (visit), village-confirm, township-confirm, monitor "
		"(county), "
		"eliminate, release; `lifeline case diagram` prints the table, `case show` what is "
		"possible now. Reporting the task of a step as done is the same decision. The same "
		"command twice on one day is one decision.\n"
		"\n"
		"Examples:\n"
		"  lifeline case list --county 360502 --state lead\n"
		"  lifeline case show 3fa81c\n"
		"  lifeline case confirm 3fa81c --by team-4 --reason \"costs seen\" --secure food\n"
		"  lifeline case monitor --code H0000123 --by county-office --reason \"notice "
		"over\"\n",
	.group = LL_GROUP_COUNTIES,
	.subcommands = subcommands,
};
