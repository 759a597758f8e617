/* What a county team reads of a task. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "consumers/tasks/tasks.h"
#include "kit/kit.h"
#include "runtime/reasons_json.h"

#define TEXT_MAX 8192

static const struct ll_reason_fact fact = {.fact_id = 1,
					   .kind = LL_STR("hospitalisation"),
					   .occurred_on = KIT_DAY,
					   .amount_fen = 800000};
static const struct ll_reason reason = {
	.rule = LL_STR("medical-own-cost-ex-poor"),
	.indicator = LL_STR("medical_own_cost_12m"),
	.comparison = LL_STR("at_least"),
	.known = true,
	.value = 800000,
	.threshold = 500000,
	.unit = LL_UNIT_FEN,
	.facts = &fact,
	.fact_count = 1,
};

static struct ll_task a_task(void)
{
	return (struct ll_task){
		.task_id = {{0x3f, 0xa8, 0x1c, 0x07}},
		.household_key = {{0xab}},
		.area = LL_STR("360502001001"),
		.county = LL_STR("360502"),
		.measure = LL_MEASURE_MEDICAL_AID,
		.state = LL_TASK_ACCEPTED,
		.level = 2,
		.opened_on = KIT_DAY,
		.due_on = KIT_DAY + 10,
		.department = LL_STR("medical-insurance"),
		.reasons = &reason,
		.reason_count = 1,
		.policy_name = LL_STR("china-national"),
		.policy_version = LL_STR("2020.1"),
		.update_by = LL_STR("team-4"),
		.update_note = LL_STR("said \"soon\"\nand left"),
	};
}

/* What `show` and its like print on standard output, into `text`. */
static void capture(int (*print)(const void *context), const void *context, char text[TEXT_MAX])
{
	FILE *file = tmpfile();
	int saved;
	size_t size;

	assert_non_null(file);
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
	assert_int_equal(print(context), 0);
	fflush(stdout);
	assert_true(dup2(saved, STDOUT_FILENO) >= 0);
	close(saved);
	rewind(file);
	size = fread(text, 1, TEXT_MAX - 1, file);
	text[size] = '\0';
	fclose(file);
}

struct shown {
	struct ll_task_view view;
	struct ll_task_row row;
};

static int show(const void *context)
{
	const struct shown *shown = context;

	return ll_task_show(&shown->view, &shown->row);
}

static int line(const void *context)
{
	const struct shown *shown = context;

	return ll_task_line(&shown->view, &shown->row.task, INT64_C(1735689600000));
}

static void with_row(enum ll_language language, bool json, int (*print)(const void *context),
		     char text[TEXT_MAX])
{
	struct shown shown = {.view = {language, json}, .row = {.task = a_task()}};
	struct ll_arena arena;

	ll_arena_init(&arena, 0);
	shown.row.household_name = LL_STR("王小明");
	assert_int_equal(ll_reasons_to_json(&arena, &reason, 1, &shown.row.reasons_json), 0);
	capture(print, &shown, text);
	ll_arena_release(&arena);
}

static void assert_has(const char *text, const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("'%s' is not in:\n%s", wanted, text);
}

static void test_the_whole_story(void **state)
{
	static const char *const english[] = {
		"Task: ",
		"3fa81c07000000000000000000000000",
		"王小明",
		"360502001001",
		"2025-01-01",
		"2025-01-11",
		"medical insurance",
		"team-4",
		"china-national",
		"2020.1",
		"Why\n",
		"8,000 yuan",
		"5,000 yuan",
		"[medical-own-cost-ex-poor]",
		"said \"soon\"",
	};
	static const char *const chinese[] = {"任务: ", "医疗救助", "农户",
					      "期限",	"依据\n",   "8,000元"};
	char text[TEXT_MAX];

	(void)state;
	with_row(LL_ENGLISH, false, show, text);
	for (size_t i = 0; i < sizeof(english) / sizeof(*english); i++)
		assert_has(text, english[i]);
	with_row(LL_CHINESE, false, show, text);
	for (size_t i = 0; i < sizeof(chinese) / sizeof(*chinese); i++)
		assert_has(text, chinese[i]);
	assert_null(strstr(text, "Task"));
}

/* "registered as ex-poor: no" says little; the costs with their facts say why. */
static void test_the_main_reason_has_facts(void **state)
{
	static const struct ll_reason_fact stay = {.kind = LL_STR("hospitalisation")};
	const struct ll_reason reasons[] = {
		{.indicator = LL_STR("ex_poor")},
		{.indicator = LL_STR("medical_own_cost_12m"), .facts = &stay, .fact_count = 1},
	};

	(void)state;
	assert_ptr_equal(ll_task_main_reason(reasons, 2), &reasons[1]);
	assert_ptr_equal(ll_task_main_reason(reasons, 1), &reasons[0]);
	assert_null(ll_task_main_reason(NULL, 0));
}

/* A note is free text of anybody who may write to the log; a terminal is not for it to steer. */
static void test_a_note_does_not_steer_the_terminal(void **state)
{
	struct shown shown = {.view = {LL_ENGLISH, false}, .row = {.task = a_task()}};
	char text[TEXT_MAX];

	(void)state;
	shown.row.reasons_json = LL_STR("[]");
	shown.row.task.update_note = LL_STR("gone\033[2J\rnothing here\302\233");
	capture(show, &shown, text);
	assert_has(text, "gone?[2J?nothing here?");
	assert_null(strchr(text, '\033'));
	assert_null(strchr(text, '\r'));
}

static void test_what_is_not_known_is_left_out(void **state)
{
	struct shown shown = {.view = {.language = LL_ENGLISH}, .row = {.task = a_task()}};
	char text[TEXT_MAX];

	(void)state;
	shown.row.task.update_by = LL_STR("");
	shown.row.task.update_note = LL_STR("");
	shown.row.reasons_json = LL_STR("[]");
	capture(show, &shown, text);
	assert_null(strstr(text, "head"));
	assert_null(strstr(text, "note"));
	assert_null(strstr(text, "reported by"));
	assert_null(strstr(text, "Why"));
}

static void test_one_line(void **state)
{
	char text[TEXT_MAX];

	(void)state;
	with_row(LL_ENGLISH, false, line, text);
	assert_has(text, "2025-01-01T00:00:00.000Z  3fa81c07  ");
	assert_has(text, "due 2025-01-11  ");
	assert_has(text, "8,000 yuan");
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void test_json(void **state)
{
	static const struct {
		const char *name;
		const char *value;
	} rows[] = {
		{"task_id", "3fa81c07000000000000000000000000"},
		{"household_key", "ab000000000000000000000000000000"},
		{"area", "360502001001"},
		{"county", "360502"},
		{"measure", "medical_aid"},
		{"state", "accepted"},
		{"opened_on", "2025-01-01"},
		{"due_on", "2025-01-11"},
		{"department", "medical-insurance"},
		{"policy", "china-national"},
		{"policy_version", "2020.1"},
		{"by", "team-4"},
		{"note", "said \"soon\"\nand left"},
	};
	char text[TEXT_MAX];
	json_t *object, *reasons;

	(void)state;
	with_row(LL_CHINESE, true, show, text);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	/* Names are not for programs. */
	assert_null(strstr(text, "王"));
	object = json_loads(text, 0, NULL);
	assert_non_null(object);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *value = json_string_value(json_object_get(object, rows[i].name));

		assert_non_null(value);
		assert_string_equal(value, rows[i].value);
	}
	assert_int_equal(json_integer_value(json_object_get(object, "level")), 2);
	reasons = json_object_get(object, "reasons");
	assert_int_equal(json_array_size(reasons), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(reasons, 0), "rule")),
			    "medical-own-cost-ex-poor");
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_whole_story),
		cmocka_unit_test(test_the_main_reason_has_facts),
		cmocka_unit_test(test_a_note_does_not_steer_the_terminal),
		cmocka_unit_test(test_what_is_not_known_is_left_out),
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
