#include <stdio.h>

#include "base/date.h"
#include "runtime/columns.h"
#include "runtime/reasons_json.h"
#include "runtime/shell.h"
#include "tasks.h"

#define LIMIT_MAX 1000000
#define SHORT_ID  8

struct listing {
	const struct ll_task_view *view;
	struct ll_columns *table;
	int64_t shown;
};

static void main_reason(const struct ll_task_row *row, enum ll_language language,
			struct ll_buf *out)
{
	const struct ll_reason *reasons = NULL;
	struct ll_arena arena;
	size_t count = 0;

	ll_arena_init(&arena, 0);
	if (ll_reasons_from_json(&arena, row->reasons_json, &reasons, &count) == 0 && count > 0)
		(void)ll_words_reason(ll_task_main_reason(reasons, count), language, out);
	ll_arena_release(&arena);
	(void)ll_buf_append(out, "", 1);
}

static int list_row(void *context, const struct ll_task_row *row)
{
	struct listing *listing = context;
	const struct ll_task *task = &row->task;
	enum ll_language language = listing->view->language;
	char id[LL_KEY_HEX_SIZE];
	char household[LL_KEY_HEX_SIZE];
	char due[LL_DAY_TEXT_MAX];
	char area[LL_NAME_MAX];
	char head[LL_NAME_MAX + 1];
	struct ll_buf why;
	int err;

	listing->shown++;
	if (listing->view->json)
		return ll_task_json(row);
	ll_key_to_hex(&task->task_id, id);
	id[SHORT_ID] = '\0';
	ll_key_to_hex(&task->household_key, household);
	household[SHORT_ID] = '\0';
	ll_day_format(task->due_on, due);
	snprintf(area, sizeof(area), "%.*s", LL_STR_ARG(task->area));
	snprintf(head, sizeof(head), "%.*s", LL_STR_ARG(row->household_name));
	ll_buf_init(&why);
	main_reason(row, language, &why);
	const char *const cells[] = {id,
				     ll_words_measure(task->measure, language),
				     ll_words_level(task->level, language),
				     due,
				     ll_words_task_state(task->state, language),
				     area,
				     household,
				     head,
				     (const char *)why.data};
	err = ll_columns_add(listing->table, cells);
	ll_buf_release(&why);
	return err;
}

static int read_filter(struct ll_invocation *invocation, struct ll_task_filter *ret_filter)
{
	const char *state = ll_invocation_option(invocation, "state");
	const char *measure = ll_invocation_option(invocation, "measure");
	struct ll_task_filter filter = {
		.county = ll_invocation_option(invocation, "county"),
		.household = ll_invocation_option(invocation, "household"),
		.state = state ? ll_task_state_by_name(ll_str_from(state)) : -1,
		.measure = measure ? ll_measure_by_name(ll_str_from(measure)) : -1,
		.open_only = !state && !ll_invocation_flag(invocation, "all"),
	};

	if (state && filter.state < 0)
		return ll_complain(invocation, -LL_ERR_USAGE, "no task is ever '%s'", state);
	if (measure && filter.measure < 0)
		return ll_complain(invocation, -LL_ERR_USAGE, "'%s' is not a measure", measure);
	if (ll_invocation_number(invocation, "limit", 1, LIMIT_MAX, &filter.limit))
		return -LL_ERR_USAGE;
	*ret_filter = filter;
	return 0;
}

static const struct ll_column columns_en[] = {
	{"ID", false},	  {"MEASURE", false}, {"LEVEL", false},	    {"DUE", false},
	{"STATE", false}, {"VILLAGE", false}, {"HOUSEHOLD", false}, {"HEAD", false},
	{"WHY", false},	  {NULL, false},
};
static const struct ll_column columns_zh[] = {
	{"编号", false}, {"措施", false}, {"级别", false}, {"期限", false}, {"状态", false},
	{"村", false},	 {"农户", false}, {"户主", false}, {"依据", false}, {NULL, false},
};

static int print_listing(const struct listing *listing)
{
	if (listing->view->json)
		return 0;
	if (listing->shown > 0)
		return ll_columns_print(listing->table, stdout);
	puts(listing->view->language == LL_CHINESE
		     ? "没有符合条件的任务。"
		     : "No task fits. Try --all, or another --county.");
	return 0;
}

int ll_tasks_list(struct ll_invocation *invocation, const struct ll_task_view *view)
{
	struct listing listing = {.view = view};
	struct ll_store *store = NULL;
	struct ll_error error = {0};
	struct ll_task_filter filter;

	if (read_filter(invocation, &filter))
		return LL_EXIT_USAGE;
	int err = ll_shell_store_ready(invocation, &store);

	if (err)
		return ll_exit_of(err);
	err = ll_columns_new(view->language == LL_CHINESE ? columns_zh : columns_en,
			     &listing.table);
	if (!err)
		err = ll_store_list_tasks(store, &filter, list_row, &listing, &error);
	if (!err)
		err = print_listing(&listing);
	else
		ll_complain_error(invocation, err, "the tasks cannot be read", &error);
	ll_columns_free(listing.table);
	ll_store_free(store);
	return ll_exit_of(err);
}
