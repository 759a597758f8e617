/*
 * Each allocation of the library fails in turn: the call says -LL_ERR_NO_MEMORY and leaves nothing behind
 * (the leak checker looks), or it did not need what it asked for and its result is the right one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "codec/codec.h"
#include "core/partition.h"
#include "failing.h"
#include "policy/policy_yaml.h"
#include "producers/publish/csv_rows.h"
#include "producers/publish/row_event.h"
#include "runtime/metrics.h"
#include "runtime/reasons_json.h"
#include "runtime/settings.h"
#include "sample.h"
#include "store/store.h"

#define RUNS_MAX 1500 /* of one task; where it asks for more, they are spread */
#define TODAY	 20269

/* Does the task once; 0 when all of it succeeded and was right. */
typedef int work(void *context);

static void fail_each(const char *name, work *run, void *context)
{
	long total, runs = 0, noticed = 0;
	bool hit;
	int err;

	failing_arm(0);
	err = run(context);
	total = failing_disarm(&hit);
	if (err || total == 0)
		fail_msg("%s: %s after %ld allocations", name, ll_err_name(err), total);
	for (long n = 1; n <= total; n += 1 + total / RUNS_MAX) {
		failing_arm(n);
		err = run(context);
		failing_disarm(&hit);
		if (err && err != -LL_ERR_NO_MEMORY)
			fail_msg("%s: allocation %ld of %ld: %s", name, n, total, ll_err_name(err));
		if (!hit)
			fail_msg("%s: allocation %ld of %ld was not made", name, n, total);
		runs++;
		noticed += err != 0;
	}
	print_message("%s: %ld allocations, %ld failed, %ld ended it\n", name, total, runs,
		      noticed);
}

static const char policy_text[] =
	"policy: p\nversion: v1\neffective_on: 2021-01-01\nkeep_months: 24\n"
	"escalate_after_days: 5\nparameters: {a: 3000 yuan}\n"
	"measures: {visit: {due_days: 3, department: d}}\nrules:\n"
	"- {id: r, title: T, title_zh: T, dimension: none, level: 1, open: [visit],\n"
	"   unknown: visit, when: [{indicator: income_per_head, below: $a}]}\n";

/* ---- codec --------------------------------------------------------------------------------- */

static int make_codec(void *context)
{
	struct ll_codec *codec;
	int err = ll_codec_new(&codec, NULL);

	(void)context;
	if (!err)
		ll_codec_free(codec);
	return err;
}

/* A message there, and back, and in words. */
static int handle_message(const struct ll_codec *codec, enum ll_message message,
			  const union sample *value)
{
	struct ll_arena arena;
	struct ll_buf wire, text;
	union sample out;
	int err;

	ll_arena_init(&arena, 0);
	ll_buf_init(&wire);
	ll_buf_init(&text);
	err = ll_codec_encode(codec, message, value, &wire);
	if (!err)
		err = ll_codec_decode(codec, message, ll_buf_bytes(&wire), &arena, &out);
	if (!err)
		assert_true(sample_equal(ll_field_record_of(message), value, &out));
	if (!err)
		err = ll_codec_to_json(codec, message, value, &text);
	ll_buf_release(&wire);
	ll_buf_release(&text);
	ll_arena_release(&arena);
	return err;
}

struct messages {
	struct ll_codec *codec;
	union sample values[LL_MESSAGE_COUNT];
};

static int handle_messages(void *context)
{
	const struct messages *messages = context;
	int err = 0;

	for (int i = 0; i < LL_MESSAGE_COUNT && !err; i++)
		err = handle_message(messages->codec, (enum ll_message)i, &messages->values[i]);
	return err;
}

static int add_writer(void *context)
{
	static const char schema[] =
		"{\"type\":\"record\",\"name\":\"PersonRegistered\",\"namespace\":\"lifeline\","
		"\"fields\":[{\"name\":\"gone\",\"type\":{\"type\":\"map\",\"values\":\"long\"}},"
		"{\"name\":\"area\",\"type\":[\"null\",\"string\"]},{\"name\":\"household_key\","
		"\"type\":{\"type\":\"fixed\",\"name\":\"HouseholdKey\",\"size\":16}}]}";
	struct ll_error error = {0};
	struct ll_codec *codec;
	int err;

	(void)context;
	err = ll_codec_new(&codec, NULL);
	if (err)
		return err;
	err = ll_codec_add_writer(codec, LL_MESSAGE_PERSON_REGISTERED, LL_STR(schema), &error);
	ll_codec_free(codec);
	return err;
}

static void test_codec(void **state)
{
	struct messages messages;
	struct ll_arena arena;
	struct sample_random random = {.state = 7, .arena = &arena};

	(void)state;
	fail_each("codec", make_codec, NULL);
	fail_each("writer", add_writer, NULL);
	ll_arena_init(&arena, 0);
	assert_int_equal(ll_codec_new(&messages.codec, NULL), 0);
	for (int i = 0; i < LL_MESSAGE_COUNT; i++)
		sample_fill(&random, (enum ll_message)i, &messages.values[i]);
	fail_each("messages", handle_messages, &messages);
	ll_codec_free(messages.codec);
	ll_arena_release(&arena);
}

/* ---- policy and partition ------------------------------------------------------------------ */

static int compile(void *context, struct ll_str text, struct ll_policy **ret_policy)
{
	(void)context;
	return ll_policy_compile(text, ret_policy, NULL);
}

static int compile_policy(void *context)
{
	struct ll_policy *policy;
	int err = compile(context, ll_str_from(policy_text), &policy);

	if (!err)
		ll_policy_free(policy);
	return err;
}

static const struct ll_policy_compiler compiler = {compile, ll_policy_free, NULL};

static const struct ll_member members[] = {
	{.person_key = {{1}}, .born_on = 3000, .resident = true, .labour = true},
	{.person_key = {{2}}, .born_on = 17000, .resident = true, .in_school = true},
};

static struct ll_household_event event_of(uint8_t household, enum ll_body body)
{
	return (struct ll_household_event){
		.household_key = {{household}}, .area = LL_STR("360502001001"), .body = body};
}

/* A short log that has a little of everything. */
static struct ll_household_event nth_event(int n)
{
	struct ll_household_event event = event_of((uint8_t)n, LL_BODY_TICK);

	switch (n) {
	case 0:
		event.tick.day = 20000;
		return event;
	case 1:
		event.body = LL_BODY_POLICY_ACTIVATED;
		event.policy_activated.text = ll_str_from(policy_text);
		event.policy_activated.effective_on = 19000;
		return event;
	case 30:
		event.body = LL_BODY_AREA_ALERT;
		event.area_alert = (struct ll_area_alert){.alert_id = LL_STR("a"),
							  .area = LL_STR("3605"),
							  .severity = 3,
							  .occurred_on = 20000,
							  .expires_on = 20005};
		return event;
	case 31:
		event.tick.day = 20010;
		return event;
	default:
		break;
	}
	if (n < 12) {
		event.body = LL_BODY_HOUSEHOLD_REGISTERED;
		event.household_registered.area = event.area;
		event.household_registered.recorded_income_fen = (struct ll_maybe){true, 5000};
		event.household_registered.recorded_income_year = 2023;
		event.household_registered.members = members;
		event.household_registered.member_count = 2;
		return event;
	}
	event.household_key.bytes[0] = (uint8_t)(2 + n % 3);
	event.person_key = (struct ll_key){{1}};
	event.body = LL_BODY_LIFE_EVENT;
	event.life_event = (struct ll_life_event){
		.event_id = LL_STR("stay"),
		.revision = n,
		.source = n % 2 ? LL_STR("health") : LL_STR("water"),
		.occurred_on = 19900 + n,
		.subject = {.type = LL_SUBJECT_PERSON, .key = {{1}}},
		.payload = {.kind = LL_EVENT_HOSPITALISATION,
			    .hospitalisation = {.total_fen = 9000000}},
	};
	return event;
}

#define EVENTS 32

static int count_tasks(void *context, const struct ll_decision *decision)
{
	*(size_t *)context += decision->task_count;
	return 0;
}

static int fold(struct ll_partition *partition, struct ll_arena *scratch)
{
	size_t tasks = 0;
	int err = 0;

	for (int n = 0; n < EVENTS && !err; n++) {
		const struct ll_household_event event = nth_event(n);

		ll_arena_clear(scratch);
		err = ll_partition_apply(partition, &event, scratch, count_tasks, &tasks);
	}
	if (!err)
		assert_true(tasks > 0);
	return err;
}

static int write_and_read(struct ll_partition *partition, struct ll_arena *scratch,
			  struct ll_partition *other)
{
	struct ll_buf segment, first, second;
	bool done = false;
	int err = 0;

	ll_buf_init(&segment);
	ll_buf_init(&first);
	ll_buf_init(&second);
	while (!err && !done)
		err = ll_partition_encode_changed(partition, &segment, SIZE_MAX, &done);
	if (!err)
		err = ll_partition_restore(other, ll_buf_bytes(&segment), scratch);
	if (!err)
		err = ll_partition_encode_state(partition, &first);
	if (!err)
		err = ll_partition_encode_state(other, &second);
	if (!err) {
		assert_int_equal(first.size, second.size);
		assert_memory_equal(first.data, second.data, first.size);
	}
	ll_buf_release(&segment);
	ll_buf_release(&first);
	ll_buf_release(&second);
	return err;
}

static int use_partition(void *context)
{
	struct ll_partition *partition = NULL, *other = NULL;
	struct ll_arena scratch;
	int err;

	(void)context;
	ll_arena_init(&scratch, 0);
	err = ll_partition_new(&compiler, &partition);
	if (!err)
		err = ll_partition_new(&compiler, &other);
	if (!err)
		err = fold(partition, &scratch);
	if (!err)
		err = write_and_read(partition, &scratch, other);
	ll_partition_free(partition);
	ll_partition_free(other);
	ll_arena_release(&scratch);
	return err;
}

static void test_core(void **state)
{
	(void)state;
	fail_each("policy", compile_policy, NULL);
	fail_each("partition", use_partition, NULL);
}

/* ---- runtime ------------------------------------------------------------------------------- */

static int put_reasons(void *context)
{
	static const struct ll_reason_fact facts[] = {
		{.fact_id = 7, .kind = LL_STR("job_loss"), .occurred_on = 20000}};
	static const struct ll_reason reasons[] = {
		{LL_STR("rule"), LL_STR("income_drop"), LL_STR("below"), true, 7, 9, LL_UNIT_FEN,
		 facts, 1},
		{LL_STR("other"), LL_STR("income_drop"), LL_STR("at_least"), false, 0, 0,
		 LL_UNIT_FEN, NULL, 0}};
	const struct ll_reason *back;
	struct ll_arena arena;
	struct ll_str text;
	size_t count;
	int err;

	(void)context;
	ll_arena_init(&arena, 0);
	err = ll_reasons_to_json(&arena, reasons, 2, &text);
	if (!err)
		err = ll_reasons_from_json(&arena, text, &back, &count);
	if (!err)
		assert_int_equal(count, 2);
	ll_arena_release(&arena);
	return err;
}

static int load_settings(void *context)
{
	char *environment[] = {"LIFELINE_BATCH_MAX=50", "LIFELINE_KAFKA_SOCKET_TIMEOUT_MS=5000",
			       NULL};
	struct ll_settings *settings;
	struct ll_buf shown;
	int err = ll_settings_new(&settings);

	if (err)
		return err;
	ll_buf_init(&shown);
	err = ll_settings_set_option(settings, "listen", "off", NULL);
	if (!err)
		err = ll_settings_load(settings, context, environment, NULL);
	if (!err)
		err = ll_settings_show(settings, true, &shown);
	if (!err) {
		assert_int_equal(ll_settings_number(settings, LL_SETTING_BATCH_MAX), 50);
		assert_string_equal(ll_settings_text(settings, LL_SETTING_DEPARTMENTS),
				    "health,water");
	}
	ll_buf_release(&shown);
	ll_settings_free(settings);
	return err;
}

static void test_runtime(void **state)
{
	char path[] = "/tmp/lifeline-settings-XXXXXX";
	static const char text[] =
		"departments: [health, water]\nkafka:\n  bootstrap.servers: k:1\n";
	int file = mkstemp(path);

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(write(file, text, sizeof(text) - 1), sizeof(text) - 1);
	close(file);
	fail_each("settings", load_settings, path);
	unlink(path);
	fail_each("reasons", put_reasons, NULL);
}

/* ---- the store's twin ---------------------------------------------------------------------- */

#define TOPIC "household-events"

static int no_segment(void *context, struct ll_bytes bytes)
{
	*(size_t *)context += bytes.size;
	return 0;
}

static int count_row(void *context, const struct ll_task_row *row)
{
	(void)row;
	++*(size_t *)context;
	return 0;
}

static int write_checkpoint(struct ll_store *store)
{
	const struct ll_bytes segment = {(const uint8_t *)"segment", 7};
	struct ll_checkpoint_write write = {.stage = "assess",
					    .topic = TOPIC,
					    .offset = 5,
					    .logic_version = 1,
					    .segments = &segment,
					    .segment_count = 1};
	struct ll_checkpoint checkpoint;
	size_t read = 0;
	int err = ll_store_take_epoch(store, "assess", TOPIC, 0, "me", &write.epoch, NULL);

	if (!err)
		err = ll_store_write_checkpoint(store, &write, NULL);
	if (!err)
		err = ll_store_read_checkpoint(store, "assess", TOPIC, 0, &checkpoint, no_segment,
					       &read, NULL);
	if (!err)
		assert_int_equal(read, 7);
	return err;
}

static int write_records(struct ll_store *store)
{
	const struct ll_recorded_task recorded = {
		.task = {.task_id = {{1}},
			 .household_key = {{2}},
			 .area = LL_STR("360502001001"),
			 .county = LL_STR("360502"),
			 .department = LL_STR("health"),
			 .policy_name = LL_STR("p"),
			 .policy_version = LL_STR("v"),
			 .cause = {.topic = LL_STR("life-events.health")}},
		.reasons_json = LL_STR("[]"),
	};
	const struct ll_position_of_task position = {"assistance-tasks.360502", 0, 0};
	struct ll_recorded_offset offset = {.topic = position.topic, .next_offset = 1};
	const struct ll_record_batch batch = {.tasks = &recorded,
					      .task_positions = &position,
					      .task_count = 1,
					      .offsets = &offset,
					      .offset_count = 1};
	const struct ll_task_filter filter = {.state = -1, .measure = -1, .limit = 10};
	size_t rows = 0;
	int err = ll_store_take_epoch(store, LL_STORE_RECORD_STAGE, position.topic, 0, "me",
				      &offset.epoch, NULL);

	if (!err)
		err = ll_store_write_records(store, &batch, NULL);
	if (!err)
		err = ll_store_list_tasks(store, &filter, count_row, &rows, NULL);
	if (!err)
		err = ll_store_list_history(store, &recorded.task.task_id, NULL, count_row, &rows,
					    NULL);
	if (!err)
		assert_int_equal(rows, 2);
	return err;
}

static int use_store(void *context)
{
	const struct ll_private_person person = {.person_key = {{1}},
						 .household_key = {{2}},
						 .name = LL_STR("n"),
						 .phone = LL_STR("1"),
						 .address = LL_STR("a")};
	struct ll_store *store;
	int64_t stored;
	int err = ll_store_memory_new(&store);

	(void)context;
	if (err)
		return err;
	err = ll_store_fix(store, "person-partitions", 4, &stored, NULL);
	if (!err)
		err = write_checkpoint(store);
	if (!err)
		err = write_records(store);
	if (!err)
		err = ll_store_put_people(store, &person, 1, NULL);
	ll_store_free(store);
	return err;
}

static int use_metrics(void *context)
{
	struct ll_metrics *metrics;
	int err = ll_metrics_new(&metrics);

	(void)context;
	if (!err)
		ll_metrics_free(metrics);
	return err;
}

static void test_store(void **state)
{
	(void)state;
	fail_each("store", use_store, NULL);
	fail_each("metrics", use_metrics, NULL);
}

/* ---- publishing ---------------------------------------------------------------------------- */

static const char mapping_text[] =
	"source: health\nkind: hospitalisation\noccurred_on: day\n"
	"subject: {citizen_number: who}\nfields:\n  total_fen: {column: total, scale: 1 yuan}\n"
	"  reimbursed_fen: {const: \"0\"}\n";

static int make_events(const struct ll_mapping *mapping, struct ll_pseudonyms *pseudonyms,
		       struct ll_csv_rows *rows, size_t *ret_count)
{
	struct ll_row_events events;
	struct ll_row row;
	int err;

	ll_row_events_init(&events, mapping, pseudonyms, mapping->source, TODAY, 0);
	while ((err = ll_csv_rows_next(rows, &row)) == 0) {
		struct ll_row_problem problem = {0};
		struct ll_life_event event;

		err = ll_row_events_make(&events, &row, &event, &problem);
		if (err)
			break;
		++*ret_count;
	}
	ll_row_events_release(&events);
	return err;
}

static int read_csv(const struct ll_mapping *mapping, struct ll_pseudonyms *pseudonyms)
{
	static const char csv[] = "day,who,total,more\n2025-01-02,11010519491231002X,\"12.50\",x\n"
				  "2025-01-03,11010519491231002X,7,\n";
	const struct ll_csv_dialect dialect = {',', LL_CHARSET_UTF8};
	struct ll_file_window window;
	struct ll_csv_rows *rows;
	size_t count = 0;
	int err = ll_file_window_init_memory(
		&window, (struct ll_bytes){(const uint8_t *)csv, sizeof(csv) - 1}, 4096);

	if (err)
		return err;
	err = ll_csv_rows_new(&window, &dialect, mapping->columns, mapping->column_count, &rows,
			      NULL);
	if (!err) {
		err = make_events(mapping, pseudonyms, rows, &count);
		ll_csv_rows_free(rows);
	}
	ll_file_window_release(&window);
	if (err == -LL_ERR_NOT_FOUND) {
		assert_int_equal(count, 2);
		return 0;
	}
	return err;
}

static int publish(void *context)
{
	struct ll_pseudonyms *pseudonyms = NULL;
	struct ll_mapping *mapping = NULL;
	int err = ll_mapping_parse(ll_str_from(mapping_text), &mapping, NULL);

	(void)context;
	if (!err)
		err = ll_pseudonyms_new(LL_STR("0123456789abcdef"), &pseudonyms);
	if (!err)
		err = read_csv(mapping, pseudonyms);
	ll_pseudonyms_free(pseudonyms);
	ll_mapping_free(mapping);
	return err;
}

static void test_publish(void **state)
{
	(void)state;
	fail_each("publish", publish, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codec),	cmocka_unit_test(test_core),
		cmocka_unit_test(test_runtime), cmocka_unit_test(test_store),
		cmocka_unit_test(test_publish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
