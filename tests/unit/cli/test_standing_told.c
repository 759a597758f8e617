/* Where a case stands: the last that was told of it and of each task. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "cli/standing_told.h"

#define DAY 20000 /* 2024-10-04 */

static struct ll_task visit(enum ll_task_change change, enum ll_task_state state, int32_t due_on)
{
	return (struct ll_task){.task_id = {{1}},
				.measure = LL_MEASURE_VISIT,
				.change = change,
				.state = state,
				.due_on = due_on,
				.department = LL_STR("village-team")};
}

static void expect(struct ll_story_item *items, size_t count, enum ll_language language,
		   const char *expected)
{
	const struct ll_story story = {.items = items, .count = count, .day = DAY};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(ll_standing_tell(&story, language, out), 0);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void test_tasks(void **state)
{
	const struct ll_risk_change lead = {
		.after = LL_CASE_LEAD, .level_after = 2, .group = LL_GROUP_SUDDEN};
	const struct ll_task opened = visit(LL_CHANGE_OPENED, LL_TASK_OPEN, DAY);
	const struct ll_task late = visit(LL_CHANGE_OVERDUE, LL_TASK_OPEN, DAY - 1);
	const struct ll_task done = visit(LL_CHANGE_UPDATED, LL_TASK_DONE, DAY);
	struct ll_story_item items[] = {{.kind = LL_STORY_CHANGE, .change = &lead},
					{.kind = LL_STORY_TASK, .task = &opened},
					{.kind = LL_STORY_TASK, .task = &late}};

	(void)state;
	expect(items, 2, LL_ENGLISH,
	       "\nWhere the case stands on 2024-10-04\n"
	       "  case: lead; category for now: household in sudden serious difficulty; warning "
	       "level: serious\n"
	       "  to do: visit the household, for village team, due by 2024-10-04\n");
	expect(items, 3, LL_CHINESE,
	       "\n现状（2024-10-04）\n"
	       "  状态：线索；初判类别：突发严重困难户；预警级别：较重\n"
	       "  待办：入户核实，责任单位：驻村工作队，期限 2024-10-03，已逾期\n");
	items[2].task = &done;
	expect(items, 3, LL_ENGLISH,
	       "\nWhere the case stands on 2024-10-04\n"
	       "  case: lead; category for now: household in sudden serious difficulty; warning "
	       "level: serious\n"
	       "  no open task: somebody has to decide how it goes on\n");
}

static void test_cases(void **state)
{
	struct ll_risk_change change = {
		.after = LL_CASE_MONITORED, .group = LL_GROUP_MARGINAL, .held = true};
	struct ll_story_item item = {.kind = LL_STORY_CHANGE, .change = &change};

	(void)state;
	expect(&item, 0, LL_CHINESE,
	       "\n现状（2024-10-04）\n  状态：未预警\n  无待办事项；上报的情况照常研判\n");
	expect(&item, 1, LL_CHINESE,
	       "\n现状（2024-10-04）\n"
	       "  状态：监测对象；类别：边缘易致贫户；预警级别：无；人工暂缓研判\n"
	       "  目前无待办事项；退出条件全部满足时提示风险消除核查\n");
	change.after = LL_CASE_REJECTED;
	change.held = false;
	expect(&item, 1, LL_CHINESE,
	       "\n现状（2024-10-04）\n"
	       "  状态：不予纳入；初判类别：边缘易致贫户；预警级别：无\n"
	       "  无待办事项；出现新的困难才会再次预警\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
