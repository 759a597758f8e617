#include "case_diagram.h"

#include "case_action.h"
#include "core/case.h"

/* In the order in which a case comes to them. */
static const enum ll_case_state states[LL_CASE_STATE_COUNT] = {
	LL_CASE_NONE,	 LL_CASE_LEAD,	    LL_CASE_VERIFIED,	LL_CASE_REVIEWED,
	LL_CASE_CHECKED, LL_CASE_MONITORED, LL_CASE_ELIMINATED, LL_CASE_REJECTED,
};

/* What a trigger is to somebody who uses `lifeline case`: a word of it, or who else does it. */
static const char *doer_of(enum ll_case_trigger trigger, enum ll_language language)
{
	for (int type = 0; type < LL_CASE_DECISION_COUNT; type++)
		if (ll_case_trigger_of((enum ll_case_decision_type)type) == trigger)
			return ll_case_action_word((enum ll_case_decision_type)type);
	switch (trigger) {
	case LL_TRIGGER_RULE_HOLDS:
		return language == LL_CHINESE ? "规则" : "a rule";
	case LL_TRIGGER_NEED_GONE:
		return language == LL_CHINESE ? "规则" : "the rules";
	case LL_TRIGGER_OBSERVED:
		return language == LL_CHINESE ? "时间" : "time";
	default:
		return language == LL_CHINESE ? "任务反馈" : "a task's report";
	}
}

static bool is_decision(enum ll_case_trigger trigger)
{
	for (int type = 0; type < LL_CASE_DECISION_COUNT; type++)
		if (ll_case_trigger_of((enum ll_case_decision_type)type) == trigger)
			return true;
	return false;
}

/* "rule holds": the name as it is read */
static int append_trigger(enum ll_case_trigger trigger, enum ll_language language,
			  struct ll_buf *out)
{
	const char *name = ll_case_trigger_name(trigger);
	int err = 0;

	if (language == LL_CHINESE)
		return ll_buf_append_str(out, ll_case_trigger_name_zh(trigger));
	for (; *name && !err; name++)
		err = ll_buf_append(out, *name == '_' ? " " : name, 1);
	return err;
}

/* What moves a case from one state to another, joined by the text between. */
static int append_triggers(enum ll_case_state from, enum ll_case_state to,
			   enum ll_language language, const char *between, struct ll_buf *out)
{
	bool first = true;
	int err = 0;

	for (int i = 0; i < LL_CASE_TRIGGER_COUNT && !err; i++) {
		enum ll_case_trigger trigger = (enum ll_case_trigger)i;
		enum ll_case_state leads_to;

		if (ll_case_next(from, trigger, &leads_to) || leads_to != to)
			continue;
		if (!first)
			err = ll_buf_append_str(out, between);
		if (!err)
			err = append_trigger(trigger, language, out);
		first = false;
	}
	return err;
}

static bool is_linked(enum ll_case_state from, enum ll_case_state to)
{
	for (int i = 0; from != to && i < LL_CASE_TRIGGER_COUNT; i++) {
		enum ll_case_state leads_to;

		if (ll_case_next(from, (enum ll_case_trigger)i, &leads_to) == 0 && leads_to == to)
			return true;
	}
	return false;
}

typedef int append_link(enum ll_case_state from, enum ll_case_state to, enum ll_language language,
			struct ll_buf *out);

static int append_links(enum ll_language language, append_link *append, struct ll_buf *out)
{
	int err = 0;

	for (size_t i = 0; i < LL_CASE_STATE_COUNT; i++)
		for (size_t k = 0; k < LL_CASE_STATE_COUNT && !err; k++)
			if (is_linked(states[i], states[k]))
				err = append(states[i], states[k], language, out);
	return err;
}

/* ---- pictures ---------------------------------------------------------------------------------- */

/* "lead", in Chinese with its name: the ids of states stay. */
static int append_state(enum ll_case_state state, enum ll_language language, struct ll_buf *out)
{
	return ll_buf_append_str(out, language == LL_CHINESE ? ll_case_state_name_zh(state)
							     : ll_case_state_name(state));
}

static int append_mermaid_link(enum ll_case_state from, enum ll_case_state to,
			       enum ll_language language, struct ll_buf *out)
{
	int err = ll_buf_append_format(out, "    %s --> %s: ", ll_case_state_name(from),
				       ll_case_state_name(to));

	if (!err)
		err = append_triggers(from, to, language, language == LL_CHINESE ? "、" : ", ",
				      out);
	return err ? err : ll_buf_append_str(out, "\n");
}

int ll_case_diagram_mermaid(enum ll_language language, struct ll_buf *out)
{
	int err = ll_buf_append_str(out, "stateDiagram-v2\n");

	for (size_t i = 0; i < LL_CASE_STATE_COUNT && !err && language == LL_CHINESE; i++)
		err = ll_buf_append_format(out, "    %s: %s\n", ll_case_state_name(states[i]),
					   ll_case_state_name_zh(states[i]));
	if (!err)
		err = ll_buf_append_format(out, "    [*] --> %s\n",
					   ll_case_state_name(LL_CASE_NONE));
	return err ? err : append_links(language, append_mermaid_link, out);
}

static int append_dot_link(enum ll_case_state from, enum ll_case_state to,
			   enum ll_language language, struct ll_buf *out)
{
	int err = ll_buf_append_format(out, "\t%s -> %s [label=\"", ll_case_state_name(from),
				       ll_case_state_name(to));

	if (!err)
		err = append_triggers(from, to, language, "\\n", out);
	return err ? err : ll_buf_append_str(out, "\"];\n");
}

int ll_case_diagram_dot(enum ll_language language, struct ll_buf *out)
{
	int err = ll_buf_append_str(out, "digraph household_case {\n\trankdir=LR;\n");

	for (size_t i = 0; i < LL_CASE_STATE_COUNT && !err; i++) {
		err = ll_buf_append_format(out, "\t%s [label=\"", ll_case_state_name(states[i]));
		if (!err)
			err = append_state(states[i], language, out);
		if (!err)
			err = ll_buf_append_str(out, "\"];\n");
	}
	if (!err)
		err = append_links(language, append_dot_link, out);
	return err ? err : ll_buf_append_str(out, "}\n");
}

/* ---- the page ---------------------------------------------------------------------------------- */

static int append_state_rows(struct ll_buf *out)
{
	int err = ll_buf_append_str(out, "\n## States\n\n| state | 中文 | case list |\n"
					 "|---|---|---|\n");

	for (size_t i = 0; i < LL_CASE_STATE_COUNT && !err; i++)
		err = ll_buf_append_format(out, "| %s | %s | `lifeline case list --state %s` |\n",
					   ll_case_state_name(states[i]),
					   ll_case_state_name_zh(states[i]),
					   ll_case_state_name(states[i]));
	return err;
}

static int append_move_row(enum ll_case_state from, enum ll_case_trigger trigger,
			   struct ll_buf *out)
{
	const char *quote = is_decision(trigger) ? "`" : "";
	enum ll_case_state to;
	int err;

	if (ll_case_next(from, trigger, &to) || to == from)
		return 0;
	err = ll_buf_append_format(out, "| %s | ", ll_case_state_name(from));
	if (!err)
		err = append_trigger(trigger, LL_ENGLISH, out);
	if (!err)
		err = ll_buf_append_format(out, " | %s | %s%s%s | ",
					   ll_case_trigger_name_zh(trigger), quote,
					   doer_of(trigger, LL_ENGLISH), quote);
	return err ? err
		   : ll_buf_append_format(out, "%s | %s |\n", ll_case_state_name(to),
					  ll_case_state_name_zh(to));
}

/* One trigger in every state: where it leads, "stays", or nothing: refused. */
static int append_trigger_row(enum ll_case_trigger trigger, struct ll_buf *out)
{
	int err = ll_buf_append_str(out, "| ");

	if (!err)
		err = append_trigger(trigger, LL_ENGLISH, out);
	if (!err)
		err = ll_buf_append_format(out, " %s", ll_case_trigger_name_zh(trigger));
	for (size_t i = 0; i < LL_CASE_STATE_COUNT && !err; i++) {
		enum ll_case_state to;

		if (ll_case_next(states[i], trigger, &to))
			err = ll_buf_append_str(out, " |");
		else if (to == states[i])
			err = ll_buf_append_str(out, " | stays");
		else
			err = ll_buf_append_format(out, " | **%s**", ll_case_state_name(to));
	}
	return err ? err : ll_buf_append_str(out, " |\n");
}

static int append_matrix(struct ll_buf *out)
{
	int err = ll_buf_append_str(out,
				    "\n## The whole table\n\n"
				    "An empty cell is a move that is refused. What stays changes "
				    "what may follow, not where the case stands.\n\n| |");

	for (size_t i = 0; i < LL_CASE_STATE_COUNT && !err; i++)
		err = ll_buf_append_format(out, " %s |", ll_case_state_name(states[i]));
	if (!err)
		err = ll_buf_append_str(out, "\n|---|---|---|---|---|---|---|---|---|\n");
	for (int i = 0; i < LL_CASE_TRIGGER_COUNT && !err; i++)
		err = append_trigger_row((enum ll_case_trigger)i, out);
	return err;
}

static int append_moves(struct ll_buf *out)
{
	int err = ll_buf_append_str(
		out, "\n## Moves\n\n"
		     "A lead whose need is gone goes back to where it came from: none, rejected or "
		     "eliminated.\n"
		     "`monitor` is refused while exclusion marks are undecided (`waive-marks`, "
		     "`exclude`).\n\n"
		     "| from | what happens | 中文 | who: `lifeline case …` | to | 至 |\n"
		     "|---|---|---|---|---|---|\n");

	for (size_t i = 0; i < LL_CASE_STATE_COUNT; i++)
		for (int k = 0; k < LL_CASE_TRIGGER_COUNT && !err; k++)
			err = append_move_row(states[i], (enum ll_case_trigger)k, out);
	return err;
}

static int append_steps(struct ll_buf *out)
{
	int err = ll_buf_append_str(
		out, "\n## Steps\n\n"
		     "Tasks of the procedure: opened in a state, with the policy's days and "
		     "department; a task that is reported *done*\nis the decision.\n\n"
		     "| task | 中文 | in | done is |\n|---|---|---|---|\n");

	for (size_t i = 0; i < LL_CASE_STEPS && !err; i++) {
		const struct ll_case_step *step = ll_case_step(i);

		err = ll_buf_append_format(out, "| `%s` | %s | %s", ll_measure_name(step->measure),
					   ll_measure_name_zh(step->measure),
					   ll_case_state_name(step->from));
		if (!err && step->to != step->from)
			err = ll_buf_append_format(out, " to %s", ll_case_state_name(step->to));
		if (!err)
			err = ll_buf_append_str(out, " | ");
		if (!err)
			err = append_trigger(step->done, LL_ENGLISH, out);
		if (!err)
			err = ll_buf_append_format(out, " %s |\n",
						   ll_case_trigger_name_zh(step->done));
	}
	return err;
}

int ll_case_diagram_page(struct ll_buf *out)
{
	int err = ll_buf_append_str(
		out, "# The case of a household 个案\n\n"
		     "Printed by `lifeline case diagram --format page`; a test compares. How to "
		     "use it: [county-team.md](../county-team.md).\n\n"
		     "```mermaid\n");

	if (!err)
		err = ll_case_diagram_mermaid(LL_ENGLISH, out);
	if (!err)
		err = ll_buf_append_str(out, "```\n\n```mermaid\n");
	if (!err)
		err = ll_case_diagram_mermaid(LL_CHINESE, out);
	if (!err)
		err = ll_buf_append_str(out, "```\n");
	if (!err)
		err = append_state_rows(out);
	if (!err)
		err = append_moves(out);
	if (!err)
		err = append_matrix(out);
	return err ? err : append_steps(out);
}
