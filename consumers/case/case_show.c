#include <stdio.h>

#include "base/date.h"
#include "case.h"
#include "consumers/tasks/tasks.h"
#include "runtime/columns.h"
#include "runtime/shell.h"

#define LIMIT_MAX 1000000
#define TASKS_MAX 100
#define SHORT_ID  8

/* ---- one ------------------------------------------------------------------------------------------- */

struct part {
	const struct ll_case_view *view;
	int count;
};

static int show_task(void *context, const struct ll_task_row *row)
{
	struct part *part = context;
	enum ll_language language = part->view->language;
	char hex[LL_KEY_HEX_SIZE], due[LL_DAY_TEXT_MAX];

	if (part->view->json)
		return ll_task_json(row);
	if (part->count++ == 0)
		puts(language == LL_CHINESE ? "未完成的任务" : "Open tasks");
	ll_key_to_hex(&row->task.task_id, hex);
	ll_day_format(row->task.due_on, due);
	printf(language == LL_CHINESE ? "  %.8s  %s，%s，期限 %s\n" : "  %.8s  %s, %s, due %s\n",
	       hex, ll_words_measure(row->task.measure, language),
	       ll_words_task_state(row->task.state, language), due);
	return 0;
}

static int show_change(void *context, const struct ll_recorded_risk_change *change)
{
	struct part *part = context;

	if (part->count++ == 0 && !part->view->json)
		puts(part->view->language == LL_CHINESE ? "经过" : "History");
	return ll_case_print_change(part->view, change);
}

static int show(struct ll_store *store, const struct ll_case_view *view,
		const struct ll_household_status *row, struct ll_error *error)
{
	struct part tasks = {.view = view}, changes = {.view = view};
	char hex[LL_KEY_HEX_SIZE];
	const struct ll_task_filter filter = {.state = -1,
					      .measure = -1,
					      .open_only = true,
					      .household = hex,
					      .limit = TASKS_MAX};
	int err = view->json ? ll_case_print_json(row) : ll_case_print_head(view, row);

	ll_key_to_hex(&row->household_key, hex);
	if (!err)
		err = ll_store_list_tasks(store, &filter, show_task, &tasks, error);
	if (!err)
		err = ll_store_list_risk_changes(store, &row->household_key, show_change, &changes,
						 error);
	return err;
}

int ll_case_show_run(struct ll_invocation *invocation, const struct ll_case_view *view)
{
	struct ll_store *store = NULL;
	struct ll_error error = {0};
	struct ll_case_found found;
	int err = ll_shell_store_ready(invocation, &store);

	if (err)
		return ll_exit_of(err);
	err = ll_case_find(invocation, store, &found);
	if (!err && !found.known)
		err = ll_complain(invocation, -LL_ERR_NOT_FOUND,
				  "no table knows this household: it was never flagged (or is not "
				  "registered)");
	else if (!err && show(store, view, &found.row, &error))
		err = ll_complain_error(invocation, error.code ? error.code : -LL_ERR_IO,
					"the case cannot be read", &error);
	ll_store_free(store);
	return err == -LL_ERR_USAGE ? LL_EXIT_USAGE : ll_exit_of(err);
}

/* ---- many ------------------------------------------------------------------------------------------ */

struct listing {
	const struct ll_case_view *view;
	struct ll_columns *table;
	int64_t shown;
};

static int list_row(void *context, const struct ll_household_status *row)
{
	struct listing *listing = context;
	enum ll_language language = listing->view->language;
	char hex[LL_KEY_HEX_SIZE], since[LL_DAY_TEXT_MAX] = "";
	char area[LL_NAME_MAX], head[LL_NAME_MAX + 1];

	listing->shown++;
	if (listing->view->json)
		return ll_case_print_json(row);
	ll_key_to_hex(&row->household_key, hex);
	hex[SHORT_ID] = '\0';
	if (row->since != LL_DAY_NONE)
		ll_day_format(row->since, since);
	snprintf(area, sizeof(area), "%.*s", LL_STR_ARG(row->area));
	snprintf(head, sizeof(head), "%.*s", LL_STR_ARG(row->household_name));

	const char *const cells[] = {hex,
				     ll_words_case_state(row->state, language),
				     ll_words_level(row->level, language),
				     since,
				     area,
				     head};

	return ll_columns_add(listing->table, cells);
}

static int state_by_name(const char *name)
{
	for (int i = 0; i < LL_CASE_STATE_COUNT; i++)
		if (strcmp(name, ll_case_state_name((enum ll_case_state)i)) == 0)
			return i;
	return -1;
}

static int read_filter(struct ll_invocation *invocation, struct ll_household_filter *ret_filter)
{
	const char *state = ll_invocation_option(invocation, "state");
	struct ll_household_filter filter = {
		.county = ll_invocation_option(invocation, "county"),
		.state = state ? state_by_name(state) : -1,
	};

	if (state && filter.state < 0)
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "no case is ever '%s': none, lead, verified, monitored, "
				   "eliminated or rejected",
				   state);
	if (ll_invocation_number(invocation, "limit", 1, LIMIT_MAX, &filter.limit))
		return -LL_ERR_USAGE;
	*ret_filter = filter;
	return 0;
}

static int print_listing(const struct listing *listing)
{
	if (listing->view->json)
		return 0;
	if (listing->shown > 0)
		return ll_columns_print(listing->table, stdout);
	puts(listing->view->language == LL_CHINESE
		     ? "没有符合条件的个案。"
		     : "No case fits. Try another --county or --state.");
	return 0;
}

static const struct ll_column columns_en[] = {
	{"HOUSEHOLD", false}, {"CASE", false}, {"LEVEL", false}, {"SINCE", false},
	{"VILLAGE", false},   {"HEAD", false}, {NULL, false},
};
static const struct ll_column columns_zh[] = {
	{"农户", false}, {"个案", false}, {"级别", false}, {"自", false},
	{"村", false},	 {"户主", false}, {NULL, false},
};

int ll_case_list_run(struct ll_invocation *invocation, const struct ll_case_view *view)
{
	struct listing listing = {.view = view};
	struct ll_store *store = NULL;
	struct ll_error error = {0};
	struct ll_household_filter filter;
	int err;

	if (read_filter(invocation, &filter))
		return LL_EXIT_USAGE;
	err = ll_shell_store_ready(invocation, &store);
	if (err)
		return ll_exit_of(err);
	err = ll_columns_new(view->language == LL_CHINESE ? columns_zh : columns_en,
			     &listing.table);
	if (!err)
		err = ll_store_list_households(store, &filter, list_row, &listing, &error);
	if (!err)
		err = print_listing(&listing);
	else
		ll_complain_error(invocation, err, "the cases cannot be read", &error);
	ll_columns_free(listing.table);
	ll_store_free(store);
	return ll_exit_of(err);
}
