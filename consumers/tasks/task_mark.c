/* What a team reports of a task becomes a TaskUpdated in the log, in the household's partition. */
#include <stdio.h>

#include "consumers/report.h"
#include "runtime/clock.h"
#include "runtime/shell.h"
#include "tasks.h"

#define CLIENT "lifeline-tasks"

/* What of the row is needed after the query is over. */
struct found {
	struct ll_key task_id;
	struct ll_key household_key;
	enum ll_task_state state;
	enum ll_measure measure;
};

static int find_row(void *context, const struct ll_task_row *row)
{
	struct found *found = context;

	found->task_id = row->task.task_id;
	found->household_key = row->task.household_key;
	found->state = row->task.state;
	found->measure = row->task.measure;
	return 0;
}

struct seeking {
	struct ll_store *store;
	char task_hex[LL_KEY_HEX_SIZE];
	enum ll_task_state state;
};

static bool is_seen(void *context)
{
	const struct seeking *seeking = context;
	struct found now = {0};

	return ll_store_find_task(seeking->store, seeking->task_hex, find_row, &now, NULL) == 0 &&
	       now.state == seeking->state;
}

static int mark(struct ll_invocation *invocation, struct ll_bus *bus, struct ll_store *store,
		const struct found *task, enum ll_task_state state, struct ll_error *error)
{
	const char *by = ll_invocation_option(invocation, "by");
	const char *note = ll_invocation_option(invocation, "note");
	int64_t now = ll_clock_wall_ms(&ll_clock_real);
	struct seeking seeking = {.store = store, .state = state};
	char update_id[LL_KEY_HEX_SIZE];
	int err;

	ll_key_to_hex(&task->task_id, seeking.task_hex);
	ll_report_id(update_id, "%s\n%d\n%s\n%s", seeking.task_hex, (int)state, by,
		     note ? note : "");
	const struct ll_household_event event = {
		.household_key = task->household_key,
		.area = LL_STR(""),
		.origin = {.topic = LL_STR(CLIENT), .published_at_ms = now},
		.body = LL_BODY_TASK_UPDATED,
		.task_updated = {.update_id = ll_str_from(update_id),
				 .task_id = task->task_id,
				 .state = state,
				 .by = ll_str_from(by),
				 .note = ll_str_from(note ? note : ""),
				 .at_ms = now},
	};
	err = ll_report_send(invocation, bus, CLIENT, &event, error);
	if (!err && !ll_report_wait(is_seen, &seeking))
		fprintf(stderr,
			"The report is in the log, but not in the database yet: is `lifeline "
			"assess` and `lifeline record` running?\n");
	return err;
}

int ll_tasks_mark(struct ll_invocation *invocation, enum ll_task_state state, const char *id_prefix,
		  const struct ll_task_view *view)
{
	const char *by = ll_invocation_option(invocation, "by");
	const char *note = ll_invocation_option(invocation, "note");
	struct ll_store *store = NULL;
	struct ll_bus *bus = NULL;
	struct ll_error error = {0};
	struct found task = {0};
	char hex[LL_KEY_HEX_SIZE];
	int err;

	if (!by || !*by)
		return ll_complain(invocation, LL_EXIT_USAGE,
				   "--by is missing: who reports? (a team or an account name)");
	if (ll_report_check_text(invocation, "by", by, LL_NAME_MAX) ||
	    (note && ll_report_check_text(invocation, "note", note, LL_NOTE_MAX)))
		return LL_EXIT_USAGE;
	err = ll_shell_store_ready(invocation, &store);
	if (!err)
		err = ll_shell_bus_ready(invocation, &bus);
	if (err)
		goto done;
	err = ll_store_find_task(store, id_prefix, find_row, &task, &error);
	if (!err && !ll_task_may_move(task.state, state))
		err = ll_error_set(&error, -LL_ERR_ILLEGAL_MOVE, "the task is %s already",
				   ll_words_task_state(task.state, view->language));
	if (!err && task.measure == LL_MEASURE_COUNTY_DECISION && state == LL_TASK_DONE)
		err = ll_report_check_marks(store, &task.household_key, &error);
	if (!err)
		err = mark(invocation, bus, store, &task, state, &error);
	if (err) {
		ll_complain_error(invocation, err, id_prefix, &error);
		goto done;
	}
	ll_key_to_hex(&task.task_id, hex);
	printf("%.8s: %s\n", hex, ll_words_task_state(state, view->language));
done:
	ll_bus_free(bus);
	ll_store_free(store);
	return err && ll_err_class(err) == LL_CLASS_REJECT ? LL_EXIT_FAILED : ll_exit_of(err);
}
