/* The summary as a page, in Chinese or English. */
#include <stdio.h>

#include "base/date.h"
#include "cli/summary.h"
#include "runtime/columns.h"

#define NUMBER_MAX 32

struct page {
	const struct ll_summary *summary;
	enum ll_language language;
	struct ll_columns *table;
	int err; /* the first; the rest is then left out */
};

/* X(symbol, English, Chinese) */
#define PHRASES(X)                                                                               \
	X(IN, "events came in", "收到生活事件")                                                  \
	X(DECIDED, "decided", "已研判")                                                          \
	X(HELD, "held until their person is registered", "待本人登记后处理")                     \
	X(DEAD, "dead-lettered", "被拒收（死信）")                                               \
	X(MISSING, "neither yet", "尚无去向")                                                    \
	X(OLDER, "decided or held earlier, their records are no longer kept",                    \
	  "更早的事件，原始记录已过保存期")                                                      \
	X(REPEATED, "records said again what was known", "重复上报的记录")                       \
	X(REROUTED, "records were sent on to another partition", "转送到正确分区的记录")         \
	X(UNREADABLE, "records of ours cannot be read", "无法读取的内部记录")                    \
	X(BALANCED, "The books balance: every event has one end.",                               \
	  "账目平衡：每个事件都有且只有一个去向。")                                              \
	X(UNDER_WAY,                                                                             \
	  "The books do not balance yet: the stages still have records to read (lifeline lag).", \
	  "账目尚未平衡：各环节还有记录未处理（见 lifeline lag）。")                             \
	X(UNBALANCED,                                                                            \
	  "THE BOOKS DO NOT BALANCE: nothing is under way, and events are missing, doubled or "  \
	  "come from nowhere.",                                                                  \
	  "账目不平：没有待处理的记录，但有事件丢失、重复或来源不明。")                          \
	X(UNSURE, "The books do not balance; whether records are under way is not known.",       \
	  "账目不平；是否还有记录待处理，无法得知。")                                            \
	X(DOUBLED, "records were enriched twice", "被重复处理的记录")                            \
	X(UNEXPLAINED, "events come from no record that is there", "来源不明的事件")             \
	X(DEPARTMENT, "DEPARTMENT", "部门")                                                      \
	X(EVENTS, "EVENTS", "事件")                                                              \
	X(STAGE, "REJECTED BY", "拒收环节")                                                      \
	X(REASON, "REASON", "原因")                                                              \
	X(LETTERS, "DEAD LETTERS", "死信")                                                       \
	X(CASE, "CASE", "状态")                                                                  \
	X(HOUSEHOLDS, "HOUSEHOLDS", "农户")                                                      \
	X(KIND, "KIND", "类别")                                                                  \
	X(ON_HOLD, "households on hold", "人工暂缓研判的农户")                                   \
	X(COUNTY, "COUNTY", "县区")                                                              \
	X(MEASURE, "MEASURE", "措施")                                                            \
	X(OPENED, "TASKS OPENED", "新建任务")                                                    \
	X(STATE, "TASKS NOW", "任务现状")                                                        \
	X(TASKS, "TASKS", "任务")                                                                \
	X(CITY, "CITY", "设区市")                                                                \
	X(ESCALATIONS, "ESCALATIONS", "督办")                                                    \
	X(NO_LATENCY, "No task has been seen by `record` yet, so there is no latency to tell.",  \
	  "尚无任务落库，没有时延数据。")                                                        \
	X(DAY, "last day told", "最近日期")                                                      \
	X(POLICIES, "policies", "政策")                                                          \
	X(TICKS, "days", "日期推进")                                                             \
	X(ALERTS, "alerts", "预警")                                                              \
	X(UPDATES, "reports of teams", "帮扶反馈")                                               \
	X(DECISIONS, "decisions on cases", "人工认定")

enum phrase {
#define PHRASE_ENUM(symbol, english, chinese) PHRASE_##symbol,
	PHRASES(PHRASE_ENUM)
#undef PHRASE_ENUM
};

static const char *say(const struct page *page, enum phrase phrase)
{
	static const char *const english[] = {
#define PHRASE_ENGLISH(symbol, english, chinese) english,
		PHRASES(PHRASE_ENGLISH)
#undef PHRASE_ENGLISH
	};
	static const char *const chinese[] = {
#define PHRASE_CHINESE(symbol, english, chinese) chinese,
		PHRASES(PHRASE_CHINESE)
#undef PHRASE_CHINESE
	};

	return page->language == LL_CHINESE ? chinese[phrase] : english[phrase];
}

/* ---- lines and tables -------------------------------------------------------------------------- */

static void line(const struct page *page, int64_t count, enum phrase phrase)
{
	printf("%12lld  %s\n", (long long)count, say(page, phrase));
}

/* Lines that say nothing are left out. */
static void line_if(const struct page *page, int64_t count, enum phrase phrase)
{
	if (count > 0)
		line(page, count, phrase);
}

static void table_open(struct page *page, const struct ll_column *columns)
{
	page->table = NULL;
	if (!page->err)
		page->err = ll_columns_new(columns, &page->table);
}

static void table_row(struct page *page, const char *first, const char *second, int64_t count)
{
	char number[NUMBER_MAX];

	snprintf(number, sizeof(number), "%lld", (long long)count);
	if (!page->err)
		page->err =
			second ? ll_columns_add(page->table,
						(const char *const[]){first, second, number})
			       : ll_columns_add(page->table, (const char *const[]){first, number});
}

static void table_close(struct page *page)
{
	if (!page->err && ll_columns_row_count(page->table) > 0) {
		putchar('\n');
		page->err = ll_columns_print(page->table, stdout);
	}
	ll_columns_free(page->table);
	page->table = NULL;
}

/* ---- parts of the page ------------------------------------------------------------------------- */

static enum phrase verdict(const struct ll_summary *summary)
{
	if (summary->books.balanced)
		return PHRASE_BALANCED;
	if (!summary->drained_known)
		return PHRASE_UNSURE;
	return summary->drained ? PHRASE_UNBALANCED : PHRASE_UNDER_WAY;
}

static void print_books(const struct page *page)
{
	const struct ll_tally_books *books = &page->summary->books;

	line(page, books->in, PHRASE_IN);
	line(page, books->decided, PHRASE_DECIDED);
	line(page, books->held, PHRASE_HELD);
	line(page, books->dead_lettered, PHRASE_DEAD);
	line_if(page, books->missing, PHRASE_MISSING);
	line_if(page, books->doubled, PHRASE_DOUBLED);
	line_if(page, books->unexplained, PHRASE_UNEXPLAINED);
	printf("\n%s\n", say(page, verdict(page->summary)));
	if (books->records > books->in || books->rerouted + books->older + books->unreadable > 0)
		putchar('\n');
	line_if(page, books->records - books->in, PHRASE_REPEATED);
	line_if(page, books->rerouted, PHRASE_REROUTED);
	line_if(page, books->older, PHRASE_OLDER);
	line_if(page, books->unreadable, PHRASE_UNREADABLE);
}

static void print_departments(struct page *page)
{
	const struct ll_column columns[] = {{say(page, PHRASE_DEPARTMENT), false},
					    {say(page, PHRASE_EVENTS), true},
					    {NULL, false}};
	const struct ll_tally_books *books = &page->summary->books;

	table_open(page, columns);
	for (size_t i = 0; i < books->department_count; i++)
		table_row(page, books->departments[i].name, NULL, books->departments[i].events);
	table_close(page);
}

static void print_letters(struct page *page)
{
	static const char *const stages[LL_TALLY_STAGE_COUNT] = {"enrich", "assess", "record"};
	const struct ll_column columns[] = {{say(page, PHRASE_STAGE), false},
					    {say(page, PHRASE_REASON), false},
					    {say(page, PHRASE_LETTERS), true},
					    {NULL, false}};

	table_open(page, columns);
	for (int stage = 0; stage < LL_TALLY_STAGE_COUNT; stage++)
		for (int i = 0; i < LL_TALLY_REASONS_MAX; i++) {
			int64_t count = page->summary->books.dead_letters[stage][i];

			if (count > 0)
				table_row(page, stages[stage], i ? ll_err_name(i) : "?", count);
		}
	table_close(page);
}

static void print_cases(struct page *page)
{
	const struct ll_column columns[] = {{say(page, PHRASE_CASE), false},
					    {say(page, PHRASE_HOUSEHOLDS), true},
					    {NULL, false}};

	table_open(page, columns);
	for (int i = 0; i < LL_CASE_STATE_COUNT; i++)
		if (page->summary->books.cases[i] > 0)
			table_row(page, ll_words_case_state((enum ll_case_state)i, page->language),
				  NULL, page->summary->books.cases[i]);
	table_close(page);
}

/* Of those that are watched; the others are of no kind. */
static void print_groups(struct page *page)
{
	const struct ll_column columns[] = {{say(page, PHRASE_KIND), false},
					    {say(page, PHRASE_HOUSEHOLDS), true},
					    {NULL, false}};

	table_open(page, columns);
	for (int i = LL_GROUP_NONE + 1; i < LL_GROUP_COUNT; i++)
		if (page->summary->books.groups[i] > 0)
			table_row(page, ll_words_group((enum ll_group)i, page->language), NULL,
				  page->summary->books.groups[i]);
	table_close(page);
}

static void print_measures(struct page *page)
{
	const struct ll_column columns[] = {{say(page, PHRASE_MEASURE), false},
					    {say(page, PHRASE_OPENED), true},
					    {NULL, false}};

	table_open(page, columns);
	for (int i = 0; i < LL_MEASURE_COUNT; i++)
		if (page->summary->books.measures[i] > 0)
			table_row(page, ll_words_measure((enum ll_measure)i, page->language), NULL,
				  page->summary->books.measures[i]);
	table_close(page);
}

static void print_tasks(struct page *page)
{
	const struct ll_column opened[] = {{say(page, PHRASE_COUNTY), false},
					   {say(page, PHRASE_MEASURE), false},
					   {say(page, PHRASE_OPENED), true},
					   {NULL, false}};
	const struct ll_column states[] = {
		{say(page, PHRASE_STATE), false}, {say(page, PHRASE_TASKS), true}, {NULL, false}};
	const struct ll_tally_books *books = &page->summary->books;

	table_open(page, opened);
	for (size_t i = 0; i < books->county_count; i++)
		for (int k = 0; k < LL_MEASURE_COUNT; k++)
			if (books->counties[i].opened[k] > 0)
				table_row(page, books->counties[i].name,
					  ll_words_measure((enum ll_measure)k, page->language),
					  books->counties[i].opened[k]);
	table_close(page);
	table_open(page, states);
	for (int i = 0; i < LL_TASK_STATE_COUNT; i++)
		if (books->task_states[i] > 0)
			table_row(page, ll_words_task_state((enum ll_task_state)i, page->language),
				  NULL, books->task_states[i]);
	table_close(page);
}

static void print_cities(struct page *page)
{
	const struct ll_column columns[] = {{say(page, PHRASE_CITY), false},
					    {say(page, PHRASE_ESCALATIONS), true},
					    {NULL, false}};
	const struct ll_tally_books *books = &page->summary->books;

	table_open(page, columns);
	for (size_t i = 0; i < books->city_count; i++)
		table_row(page, books->cities[i].name, NULL, books->cities[i].escalations);
	table_close(page);
}

static void print_rest(const struct page *page)
{
	const struct ll_summary *summary = page->summary;
	const struct ll_tally_books *books = &summary->books;
	char day[LL_DAY_TEXT_MAX];

	putchar('\n');
	line_if(page, books->policies, PHRASE_POLICIES);
	line_if(page, books->ticks, PHRASE_TICKS);
	line_if(page, books->alerts, PHRASE_ALERTS);
	line_if(page, books->task_updates, PHRASE_UPDATES);
	line_if(page, books->case_decisions, PHRASE_DECISIONS);
	line_if(page, books->on_hold, PHRASE_ON_HOLD);
	if (books->day != LL_DAY_NONE) {
		ll_day_format(books->day, day);
		printf("%12s  %s\n", day, say(page, PHRASE_DAY));
	}
	putchar('\n');
	if (!summary->latency_known)
		puts(say(page, PHRASE_NO_LATENCY));
	else if (page->language == LL_CHINESE)
		printf("从事件发布到任务可见：中位数 %.0f 毫秒，99%% 在 %.0f 毫秒以内（%lld "
		       "个任务）。\n",
		       summary->p50_ms, summary->p99_ms, (long long)summary->latency_count);
	else
		printf("From an event's publication to its task being seen: %.0f ms at the median, "
		       "%.0f ms at the 99th percentile (%lld tasks).\n",
		       summary->p50_ms, summary->p99_ms, (long long)summary->latency_count);
}

int ll_summary_print(const struct ll_summary *summary, enum ll_language language)
{
	struct page page = {.summary = summary, .language = language};

	print_books(&page);
	print_departments(&page);
	print_letters(&page);
	print_cases(&page);
	print_groups(&page);
	print_measures(&page);
	print_tasks(&page);
	print_cities(&page);
	print_rest(&page);
	if (!page.err && fflush(stdout))
		page.err = -LL_ERR_IO;
	return page.err;
}
