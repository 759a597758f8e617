/*
 * Writes the logs of the recorded cases: write_logs FOLDER (tests/replay). What each case is about
 * is in write_events.c, write_procedure.c and write_simulated.c; README.md says what else is to be
 * done after a change.
 */
#include "write_logs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/date.h"
#include "base/hash.h"
#include "policy/policy_yaml.h"

#define PATH_MAX_BYTES 4096
#define MEMBER_MAX     4

void writer_must(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "%s: %s\n", what, ll_err_name(err));
	exit(1);
}

int32_t writer_day(int32_t year, int32_t month, int32_t date)
{
	return ll_day_from_date(year, month, date);
}

void writer_begin(struct writer *writer, const char *name, const char *story)
{
	char path[PATH_MAX_BYTES];

	snprintf(path, sizeof(path), "%s/%s", writer->folder, name);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/log.txt", writer->folder, name);
	writer->file = fopen(path, "w");
	if (!writer->file) {
		perror(path);
		exit(1);
	}
	writer->village = WRITER_VILLAGE;
	writer->offset = 0;
	writer->task_count = 0;
	writer->words = 0;
	writer_must(ll_partition_new(&ll_policy_yaml_compiler, &writer->partition), "memory");
	fprintf(writer->file, "# %s\n# Written by write_logs.c.\n", story);
	writer_policy(writer, WRITER_POLICY, writer_day(2021, 1, 1));
}

void writer_end(struct writer *writer)
{
	ll_partition_free(writer->partition);
	if (fclose(writer->file)) {
		perror("log.txt");
		exit(1);
	}
}

/* ---- the fold ------------------------------------------------------------------------------ */

static struct written_task *task_of(struct writer *writer, const struct ll_key *household_key,
				    enum ll_measure measure)
{
	struct written_task *task = writer->tasks;

	while (task < writer->tasks + writer->task_count &&
	       (!ll_key_equal(&task->household_key, household_key) || task->measure != measure))
		task++;
	return task;
}

static int take_tasks(void *context, const struct ll_decision *decision)
{
	struct writer *writer = context;

	for (size_t i = 0; i < decision->task_count; i++) {
		const struct ll_task *told = &decision->tasks[i];
		struct written_task *task = task_of(writer, &told->household_key, told->measure);

		if (task == writer->tasks + WRITTEN_TASKS_MAX)
			return -LL_ERR_FULL;
		if (task == writer->tasks + writer->task_count)
			writer->task_count++;
		*task = (struct written_task){.household_key = told->household_key,
					      .measure = told->measure,
					      .task_id = told->task_id,
					      .state = told->state,
					      .opened_on = told->opened_on};
		snprintf(task->area, sizeof(task->area), "%.*s", LL_STR_ARG(told->area));
	}
	return 0;
}

static void fold(struct writer *writer, const struct ll_household_event *event)
{
	int err;

	ll_arena_clear(&writer->scratch);
	err = ll_partition_apply(writer->partition, event, &writer->scratch, take_tasks, writer);
	if (err && ll_err_class(err) != LL_CLASS_REJECT)
		writer_must(err, "fold");
}

void writer_policy(struct writer *writer, const char *file, int32_t effective_on)
{
	struct ll_household_event event = {.body = LL_BODY_POLICY_ACTIVATED};
	char path[PATH_MAX_BYTES];
	char effective[LL_DAY_TEXT_MAX];
	char *text = malloc(LL_POLICY_TEXT_MAX);
	FILE *policy;

	snprintf(path, sizeof(path), "%s/policy/%s", writer->folder, file);
	policy = fopen(path, "r");
	if (!policy || !text) {
		perror(path);
		exit(1);
	}
	event.policy_activated.effective_on = effective_on;
	event.policy_activated.text =
		(struct ll_str){text, fread(text, 1, LL_POLICY_TEXT_MAX, policy)};
	fclose(policy);
	ll_day_format(effective_on, effective);
	fprintf(writer->file, "policy %s %s\n", file, effective);
	fold(writer, &event);
	free(text);
}

/* As JSON for people, then as it stands in the log. */
void writer_put(struct writer *writer, const struct ll_household_event *event)
{
	ll_buf_clear(&writer->wire);
	ll_buf_clear(&writer->json);
	writer_must(ll_codec_check(LL_MESSAGE_HOUSEHOLD_EVENT, event), "check");
	writer_must(
		ll_codec_encode(writer->codec, LL_MESSAGE_HOUSEHOLD_EVENT, event, &writer->wire),
		"encode");
	writer_must(
		ll_codec_to_json(writer->codec, LL_MESSAGE_HOUSEHOLD_EVENT, event, &writer->json),
		"json");
	fprintf(writer->file, "# %.*s\n", (int)writer->json.size, (const char *)writer->json.data);
	for (size_t i = 0; i < writer->wire.size; i++)
		fprintf(writer->file, "%02x", writer->wire.data[i]);
	fputc('\n', writer->file);
	fold(writer, event);
}

void writer_tick(struct writer *writer, int32_t on)
{
	writer_put(writer, &(struct ll_household_event){.body = LL_BODY_TICK, .tick = {on}});
}

struct ll_key writer_key(char kind, uint32_t number)
{
	char text[32];
	struct ll_key key;

	snprintf(text, sizeof(text), "%c%u", kind, number);
	ll_hash128(text, strlen(text), &key);
	return key;
}

/* ---- households made by hand ---------------------------------------------------------------- */

void writer_registered(struct writer *writer, uint32_t number, enum ll_category category,
		       size_t labourers, int64_t income_yuan)
{
	struct ll_member members[MEMBER_MAX];
	struct ll_household_event event = {
		.household_key = writer_key('h', number),
		.area = ll_str_from(writer->village),
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered =
			{.area = ll_str_from(writer->village),
			 .category = category,
			 .recorded_income_fen = {income_yuan >= 0,
						 income_yuan < 0 ? 0 : income_yuan * WRITER_YUAN},
			 .recorded_income_year = 2024,
			 .members = members,
			 .member_count = labourers + 1},
	};

	for (size_t i = 0; i <= labourers; i++)
		members[i] = (struct ll_member){
			.person_key = writer_key('p', number * 10 + (uint32_t)i),
			.born_on = i ? writer_day(1985, 5, 1) : writer_day(2014, 9, 1),
			.resident = true,
			.labour = i > 0,
			.in_school = i == 0,
		};
	writer_put(writer, &event);
}

void writer_fact(struct writer *writer, const struct written_fact *fact)
{
	const struct ll_key person = writer_key('p', fact->number * 10 + fact->member);
	char topic[LL_NAME_MAX];
	const struct ll_household_event event = {
		.household_key = writer_key('h', fact->number),
		.person_key = person,
		.area = ll_str_from(writer->village),
		.origin = {.topic = {topic, (size_t)snprintf(topic, sizeof(topic), "life-events.%s",
							     fact->source)},
			   .offset = writer->offset++,
			   .published_at_ms = ll_day_start_ms(fact->occurred_on + 2)},
		.body = LL_BODY_LIFE_EVENT,
		.life_event = {.event_id = ll_str_from(fact->event_id),
			       .revision = fact->revision,
			       .source = ll_str_from(fact->source),
			       .occurred_on = fact->occurred_on,
			       .reported_at_ms = ll_day_start_ms(fact->occurred_on + 2),
			       .subject = {.type = LL_SUBJECT_PERSON, .key = person},
			       .action = fact->retract ? LL_ACTION_RETRACT : LL_ACTION_REPORT,
			       .payload = fact->payload},
	};

	writer_put(writer, &event);
}

struct ll_payload writer_stay(int64_t own_yuan)
{
	return (struct ll_payload){
		.kind = LL_EVENT_HOSPITALISATION,
		.hospitalisation = {.total_fen = 3 * own_yuan * WRITER_YUAN,
				    .reimbursed_fen = 2 * own_yuan * WRITER_YUAN}};
}

struct written_fact writer_stay_of(uint32_t number, const char *event_id, int64_t own_yuan)
{
	return (struct written_fact){.number = number,
				     .member = 1,
				     .source = "medical-insurance",
				     .event_id = event_id,
				     .occurred_on = writer_day(2025, 3, 10),
				     .payload = writer_stay(own_yuan)};
}

/* The id of a person's word, and when it was said: on the day of the last tick. */
static struct ll_str word_of(struct writer *writer, char text[LL_NAME_MAX], int64_t *ret_at_ms)
{
	int size = snprintf(text, LL_NAME_MAX, "word-%d", ++writer->words);

	*ret_at_ms = ll_day_start_ms(ll_partition_day(writer->partition));
	return (struct ll_str){text, (size_t)size};
}

void writer_decide(struct writer *writer, uint32_t number, enum ll_case_decision_type type,
		   int32_t secure, int32_t at_risk)
{
	char id[LL_NAME_MAX];
	struct ll_household_event event = {
		.household_key = writer_key('h', number),
		.area = ll_str_from(writer->village),
		.origin = {.topic = LL_STR("case-decisions"), .offset = writer->offset++},
		.body = LL_BODY_CASE_DECISION,
		.case_decision = {.type = type,
				  .by = LL_STR("officer-1"),
				  .secure = secure,
				  .at_risk = at_risk},
	};

	event.case_decision.decision_id = word_of(writer, id, &event.case_decision.at_ms);
	event.origin.published_at_ms = event.case_decision.at_ms;
	writer_put(writer, &event);
}

void writer_report_task(struct writer *writer, const struct written_task *task,
			enum ll_task_state state)
{
	char id[LL_NAME_MAX];
	struct ll_household_event event = {
		.household_key = task->household_key,
		.area = ll_str_from(task->area),
		.origin = {.topic = LL_STR("task-updates"), .offset = writer->offset++},
		.body = LL_BODY_TASK_UPDATED,
		.task_updated = {.task_id = task->task_id, .state = state, .by = LL_STR("team-1")},
	};

	event.task_updated.update_id = word_of(writer, id, &event.task_updated.at_ms);
	event.origin.published_at_ms = event.task_updated.at_ms;
	writer_put(writer, &event);
}

void writer_report(struct writer *writer, uint32_t number, enum ll_measure measure,
		   enum ll_task_state state)
{
	const struct ll_key household_key = writer_key('h', number);
	const struct written_task *task = task_of(writer, &household_key, measure);

	if (task == writer->tasks + writer->task_count)
		writer_must(-LL_ERR_UNKNOWN_TASK, ll_measure_name(measure));
	writer_report_task(writer, task, state);
}

int main(int argc, char **argv)
{
	struct writer writer = {.folder = argc == 2 ? argv[1] : NULL};
	struct ll_error error = {0};

	if (!writer.folder) {
		fprintf(stderr, "usage: write_logs FOLDER\n");
		return 2;
	}
	writer_must(ll_codec_new(&writer.codec, &error), error.message);
	ll_buf_init(&writer.wire);
	ll_buf_init(&writer.json);
	ll_arena_init(&writer.scratch, 0);
	write_events(&writer);
	write_procedure(&writer);
	write_simulated(&writer);
	ll_arena_release(&writer.scratch);
	ll_buf_release(&writer.wire);
	ll_buf_release(&writer.json);
	ll_codec_free(writer.codec);
	return 0;
}
