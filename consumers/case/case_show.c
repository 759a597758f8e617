#include <stdio.h>

#include "base/date.h"
#include "case.h"
#include "consumers/tasks/tasks.h"
#include "core/case.h"
#include "runtime/columns.h"
#include "runtime/shell.h"

#define LIMIT_MAX 1000000
#define TASKS_MAX 100
#define SHORT_ID  8

/* ---- one ------------------------------------------------------------------------------------------- */

struct part {
	const struct ll_case_view *view;
	bool steps; /* tasks of the procedure; else only the others */
	int count;
};

static int show_task(void *context, const struct ll_task_row *row)
{
	struct part *part = context;
	enum ll_language language = part->view->language;
	char hex[LL_KEY_HEX_SIZE], due[LL_DAY_TEXT_MAX];

	if ((ll_case_step_of(row->task.measure) != NULL) != part->steps)
		return 0;
	if (part->view->json)
		return ll_task_json(row);
	if (part->count++ == 0 && part->steps)
		puts(language == LL_CHINESE ? "待办程序" : "Next steps");
	else if (part->count == 1)
		puts(language == LL_CHINESE ? "未完成的任务" : "Open tasks");
	ll_key_to_hex(&row->task.task_id, hex);
	ll_day_format(row->task.due_on, due);
	printf(language == LL_CHINESE ? "  %.8s  %s，%s，期限 %s%s，责任部门 %.*s\n"
				      : "  %.8s  %s, %s, due %s%s, %.*s\n",
	       hex, ll_words_measure(row->task.measure, language),
	       ll_words_task_state(row->task.state, language), due,
	       row->task.change != LL_CHANGE_OVERDUE ? ""
	       : language == LL_CHINESE		     ? "（逾期）"
						     : " (overdue)",
	       LL_STR_ARG(ll_words_department(row->task.department, language)));
	return 0;
}

static int show_change(void *context, const struct ll_recorded_risk_change *change)
{
	struct part *part = context;

	if (part->count++ == 0 && !part->view->json)
		puts(part->view->language == LL_CHINESE ? "经过" : "History");
	return ll_case_print_change(part->view, change);
}

static int show_tasks(struct ll_store *store, const struct ll_case_view *view, const char *hex,
		      struct ll_error *error)
{
	const struct ll_task_filter filter = {.state = -1,
					      .measure = -1,
					      .open_only = true,
					      .household = hex,
					      .limit = TASKS_MAX};
	struct part steps = {.view = view, .steps = true}, others = {.view = view};
	int err = ll_store_list_tasks(store, &filter, show_task, &steps, error);

	return err ? err : ll_store_list_tasks(store, &filter, show_task, &others, error);
}

static int show(struct ll_store *store, const struct ll_case_view *view,
		const struct ll_household_status *row, const struct ll_case_standing *standing,
		struct ll_error *error)
{
	struct part changes = {.view = view};
	char hex[LL_KEY_HEX_SIZE];
	int err = view->json ? ll_case_print_json(row, standing)
			     : ll_case_print_head(view, row, standing);

	ll_key_to_hex(&row->household_key, hex);
	if (!err && !view->json)
		err = ll_case_print_dimensions(view, standing);
	if (!err)
		err = show_tasks(store, view, hex, error);
	if (!err && !view->json)
		ll_case_print_possible(view, row->state);
	if (!err)
		err = ll_store_list_risk_changes(store, &row->household_key, show_change, &changes,
						 error);
	return err;
}

static int find_and_show(struct ll_invocation *invocation, struct ll_store *store,
			 const struct ll_case_view *view)
{
	struct ll_case_standing standing;
	struct ll_error error = {0};
	struct ll_case_found found;
	int err = ll_case_find(invocation, store, &found);

	if (!err)
		err = ll_case_standing_find(invocation, store, &found.row.household_key, &standing);
	if (err)
		return err;
	if (!found.known && !standing.known)
		return ll_complain(invocation, -LL_ERR_NOT_FOUND,
				   "no table knows this household: it was never flagged (or is not "
				   "registered)");
	err = show(store, view, &found.row, &standing, &error);
	return err ? ll_complain_error(invocation, err, "the case cannot be read", &error) : 0;
}

int ll_case_show_run(struct ll_invocation *invocation, const struct ll_case_view *view)
{
	struct ll_store *store = NULL;
	int err = ll_shell_store_ready(invocation, &store);

	if (err)
		return ll_exit_of(err);
	err = find_and_show(invocation, store, view);
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
		return ll_case_print_json(row, NULL);
	ll_key_to_hex(&row->household_key, hex);
	hex[SHORT_ID] = '\0';
	if (row->since != LL_DAY_NONE)
		ll_day_format(row->since, since);
	snprintf(area, sizeof(area), "%.*s", LL_STR_ARG(row->area));
	snprintf(head, sizeof(head), "%.*s", LL_STR_ARG(row->household_name));

	const char *const cells[] = {
		hex,
		ll_words_case_state(row->state, language),
		row->group == LL_GROUP_NONE ? "" : ll_words_group(row->group, language),
		!row->held		 ? ""
		: language == LL_CHINESE ? "暂缓"
					 : "held",
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

static int group_by_name(const char *name)
{
	for (int i = LL_GROUP_NONE + 1; i < LL_GROUP_COUNT; i++)
		if (strcmp(name, ll_group_name((enum ll_group)i)) == 0)
			return i;
	return -1;
}

static int read_filter(struct ll_invocation *invocation, struct ll_household_filter *ret_filter)
{
	const char *state = ll_invocation_option(invocation, "state");
	const char *group = ll_invocation_option(invocation, "group");
	int group_number = group ? group_by_name(group) : LL_GROUP_NONE;
	struct ll_household_filter filter = {
		.county = ll_invocation_option(invocation, "county"),
		.state = state ? state_by_name(state) : -1,
		.held = ll_invocation_flag(invocation, "held"),
	};

	if (state && filter.state < 0)
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "no case is ever '%s': none, lead, verified, reviewed, checked, "
				   "monitored, eliminated or rejected",
				   state);
	if (group_number < 0)
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "no household is '%s': unstable_ex_poor, marginal or "
				   "sudden_difficulty",
				   group);
	filter.group = (enum ll_group)group_number;
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
		     : "No case fits. Try another --county, --state or --group.");
	return 0;
}

static const struct ll_column columns_en[] = {
	{"HOUSEHOLD", false}, {"CASE", false},	{"KIND", false},
	{"HOLD", false},      {"LEVEL", false}, {"SINCE", false},
	{"VILLAGE", false},   {"HEAD", false},	{NULL, false},
};
static const struct ll_column columns_zh[] = {
	{"农户", false}, {"个案", false}, {"类别", false}, {"暂缓", false}, {"级别", false},
	{"自", false},	 {"村", false},	  {"户主", false}, {NULL, false},
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
