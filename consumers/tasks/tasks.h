/*
 * lifeline tasks: what a county team sees and says. Shared by its files.
 */
#ifndef LL_TASKS_TASKS_H
#define LL_TASKS_TASKS_H

#include "runtime/command.h"
#include "runtime/words.h"
#include "store/store.h"

/* How rows are shown. */
struct ll_task_view {
	enum ll_language language;
	bool json; /* one object a line */
};

/* A task's whole story: what, for whom, until when, and why, with the facts. */
int ll_task_show(const struct ll_task_view *view, const struct ll_task_row *row);
/* One line of `--follow`. */
int ll_task_line(const struct ll_task_view *view, const struct ll_task *task,
		 int64_t written_at_ms);
/*
 * The reason that says most in half a line: the first with facts behind it, else the first; NULL when
 * there is none.
 */
const struct ll_reason *ll_task_main_reason(const struct ll_reason *reasons, size_t count);
/* A row as one JSON object on a line. */
int ll_task_json(const struct ll_task_row *row);

/* list, follow, mark: each returns an exit code and has told the user. */
int ll_tasks_list(struct ll_invocation *invocation, const struct ll_task_view *view);
int ll_tasks_follow(struct ll_invocation *invocation, const struct ll_task_view *view);
int ll_tasks_mark(struct ll_invocation *invocation, enum ll_task_state state, const char *id_prefix,
		  const struct ll_task_view *view);

#endif
