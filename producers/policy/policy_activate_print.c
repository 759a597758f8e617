/* What a policy would change, in words and as JSON. */
#include <stdio.h>

#include "base/date.h"
#include "policy_activate.h"
#include "runtime/columns.h"

struct page {
	enum ll_language language;
	struct ll_columns *table;
};

static const char *say(const struct page *page, const char *english, const char *chinese)
{
	return page->language == LL_CHINESE ? chinese : english;
}

static void number(char text[32], int64_t value)
{
	if (value == 0)
		snprintf(text, 32, "-");
	else
		snprintf(text, 32, "%lld", (long long)value);
}

static bool is_empty(const struct ll_preview_tasks *tasks)
{
	return tasks->opened == 0 && tasks->strengthened == 0 && tasks->withdrawn == 0;
}

static int add_row(const struct page *page, const char *county, const char *what,
		   const struct ll_preview_tasks *tasks)
{
	char opened[32], strengthened[32], withdrawn[32];

	number(opened, tasks->opened);
	number(strengthened, tasks->strengthened);
	number(withdrawn, tasks->withdrawn);
	return ll_columns_add(page->table,
			      (const char *const[]){county, what, opened, strengthened, withdrawn});
}

static int add_county(const struct page *page, const struct ll_preview_county *county)
{
	int err = 0;

	for (int i = 0; i < LL_MEASURE_COUNT && !err; i++)
		if (!is_empty(&county->measures[i]))
			err = add_row(page, county->name,
				      ll_words_measure((enum ll_measure)i, page->language),
				      &county->measures[i]);
	return err;
}

static int print_tasks(struct page *page, const struct ll_preview *preview)
{
	const struct ll_column columns[] = {
		{say(page, "COUNTY", "县区"), false},	{say(page, "MEASURE", "措施"), false},
		{say(page, "NEW", "新建"), true},	{say(page, "STRONGER", "加强"), true},
		{say(page, "WITHDRAWN", "撤回"), true}, {NULL, false}};
	int err = ll_columns_new(columns, &page->table);

	for (size_t i = 0; i < preview->county_count && !err; i++)
		err = add_county(page, &preview->counties[i]);
	if (!err)
		err = add_row(page, say(page, "all", "合计"), "", &preview->tasks);
	if (!err)
		err = ll_columns_print(page->table, stdout);
	ll_columns_free(page->table);
	return err;
}

static int print_leads(struct page *page, const struct ll_preview *preview)
{
	const struct ll_column columns[] = {{say(page, "COUNTY", "县区"), false},
					    {say(page, "BECOME LEADS", "新增线索"), true},
					    {say(page, "NO LEADS ANY MORE", "不再是线索"), true},
					    {NULL, false}};
	int err = ll_columns_new(columns, &page->table);

	for (size_t i = 0; i < preview->county_count && !err; i++) {
		const struct ll_preview_county *county = &preview->counties[i];
		char leads[32], no_leads[32];

		number(leads, county->leads);
		number(no_leads, county->no_leads);
		if (county->leads + county->no_leads > 0)
			err = ll_columns_add(page->table,
					     (const char *const[]){county->name, leads, no_leads});
	}
	if (!err && ll_columns_row_count(page->table) > 0) {
		putchar('\n');
		err = ll_columns_print(page->table, stdout);
	}
	ll_columns_free(page->table);
	return err;
}

/* Under what assumption the figures stand. */
static void print_day(const struct page *page, const struct ll_preview *preview,
		      const struct ll_policy *policy)
{
	char day[LL_DAY_TEXT_MAX], effective_on[LL_DAY_TEXT_MAX];

	ll_day_format(preview->day, day);
	ll_day_format(policy->effective_on, effective_on);
	if (preview->later)
		printf(say(page,
			   "The state of %s, as if the policy were in force that day already; it "
			   "will be from %s, and what happens until then is not in here.\n\n",
			   "按 %s 的现状测算，视同政策当日已执行；实际自 %s "
			   "起执行，其间变化未计入。\n\n"),
		       day, effective_on);
	else
		printf(say(page, "The state of %s.\n\n", "按 %s 的现状测算。\n\n"), day);
}

int ll_policy_activate_print(const struct ll_preview *preview, const struct ll_policy *policy,
			     enum ll_language language)
{
	struct page page = {.language = language};
	int err = 0;

	if (preview->households == 0) {
		puts(say(&page, "No household is registered yet: there is nothing to compare.",
			 "尚无登记农户，无可比较。"));
		return 0;
	}
	if (preview->day == LL_DAY_NONE) {
		puts(say(
			&page,
			"No day was told yet (lifeline clock): no rule fires before the first one.",
			"尚未推进日期（lifeline clock）：首日之前规则不触发。"));
		return 0;
	}
	print_day(&page, preview, policy);
	if (preview->touched == 0) {
		printf(say(&page, "Nothing changes for any of %lld households.\n",
			   "%lld 户农户均无变化。\n"),
		       (long long)preview->households);
		return 0;
	}
	err = print_tasks(&page, preview);
	if (!err)
		err = print_leads(&page, preview);
	if (!err)
		printf(say(&page,
			   "\n%lld of %lld households are concerned: %lld new tasks, %lld "
			   "stronger, %lld withdrawn; %lld become leads, %lld are leads no more.\n",
			   "\n涉及 %lld 户（共 %lld 户）：新建任务 %lld 项，加强 %lld 项，撤回 "
			   "%lld "
			   "项；新增线索 %lld 户，不再是线索 %lld 户。\n"),
		       (long long)preview->touched, (long long)preview->households,
		       (long long)preview->tasks.opened, (long long)preview->tasks.strengthened,
		       (long long)preview->tasks.withdrawn, (long long)preview->leads,
		       (long long)preview->no_leads);
	return !err && fflush(stdout) ? -LL_ERR_IO : err;
}

/* ---- JSON -------------------------------------------------------------------------------------- */

static json_t *tasks_json(const struct ll_preview_tasks *tasks)
{
	return json_pack("{s:I, s:I, s:I}", "new", (json_int_t)tasks->opened, "strengthened",
			 (json_int_t)tasks->strengthened, "withdrawn",
			 (json_int_t)tasks->withdrawn);
}

static json_t *county_json(const struct ll_preview_county *county)
{
	json_t *measures = json_object();

	for (int i = 0; i < LL_MEASURE_COUNT; i++)
		if (!is_empty(&county->measures[i]))
			json_object_set_new(measures, ll_measure_name((enum ll_measure)i),
					    tasks_json(&county->measures[i]));
	return json_pack("{s:o, s:I, s:I}", "tasks", measures, "leads", (json_int_t)county->leads,
			 "no_leads", (json_int_t)county->no_leads);
}

json_t *ll_policy_activate_json(const struct ll_preview *preview)
{
	json_t *counties = json_object();
	char day[LL_DAY_TEXT_MAX] = "";

	for (size_t i = 0; i < preview->county_count; i++)
		json_object_set_new(counties, preview->counties[i].name,
				    county_json(&preview->counties[i]));
	if (preview->day != LL_DAY_NONE)
		ll_day_format(preview->day, day);
	return json_pack("{s:I, s:I, s:s?, s:b, s:o, s:I, s:I, s:o}", "households",
			 (json_int_t)preview->households, "touched", (json_int_t)preview->touched,
			 "day", *day ? day : NULL, "later", preview->later, "tasks",
			 tasks_json(&preview->tasks), "leads", (json_int_t)preview->leads,
			 "no_leads", (json_int_t)preview->no_leads, "counties", counties);
}
