/*
 * Each allocation of a running stage fails in turn. The stage ends with -LL_ERR_NO_MEMORY (or did not need
 * it), and who is started after it leaves in the topics and tables exactly what an undisturbed run does.
 */
#include <stdio.h>

#include "base/hash.h"
#include "failing.h"
#include "kit/kit.h"
#include "runtime/log.h"

#define RUNS_MAX 400 /* of one stage; where it asks for more, they are spread */
#define TURNS	 12
#define HEALTH	 "life-events.health"
#define EVENTS	 "household-events"
#define TASKS	 "assistance-tasks.360502"
#define RISKS	 "risk-changes"
#define VILLAGE	 "360502001001"
#define HOUSES	 4
#define DIGESTS	 6

extern const struct ll_stage ll_stage_enrich;
extern const struct ll_stage ll_stage_assess;
extern const struct ll_stage ll_stage_record;

static const char policy_text[] =
	"policy: p\nversion: v1\neffective_on: 2021-01-01\nkeep_months: 24\n"
	"escalate_after_days: 5\nparameters: {a: 3000 yuan}\n"
	"measures: {visit: {due_days: 3, department: d}}\nrules:\n"
	"- {id: r, title: T, title_zh: T, dimension: none, level: 1, open: [visit],\n"
	"   unknown: visit, when: [{indicator: income_per_head, below: $a}]}\n";

/* ---- what comes in ------------------------------------------------------------------------- */

static struct ll_key house(uint32_t number)
{
	return kit_any_key(1000 + number);
}

static struct ll_key person(uint32_t number)
{
	return kit_any_key(2000 + number);
}

static struct ll_life_event stay_of(const struct ll_key *who, const char *event_id)
{
	return (struct ll_life_event){
		.event_id = ll_str_from(event_id),
		.source = LL_STR("health"),
		.occurred_on = KIT_DAY - 31,
		.reported_at_ms = INT64_C(1735689600000),
		.subject = {.type = LL_SUBJECT_PERSON, .key = *who},
		.payload = {.kind = LL_EVENT_HOSPITALISATION,
			    .hospitalisation = {.total_fen = 2000000, .reimbursed_fen = 1200000}},
	};
}

/* Known persons, one that is held, and bytes that are no event. */
static void fill_enrich(struct kit *kit)
{
	for (uint32_t i = 0; i < HOUSES; i++) {
		const struct ll_key who = person(i);
		const struct ll_person_registered registered = {house(i), LL_STR(VILLAGE)};
		const struct ll_life_event event = stay_of(&who, "stay");

		if (i > 0)
			kit_send_message(kit, "registry.people", &who, LL_MESSAGE_PERSON_REGISTERED,
					 &registered);
		kit_send_message(kit, HEALTH, &who, LL_MESSAGE_LIFE_EVENT, &event);
	}
	kit_send(kit, HEALTH, 0, kit_text("key"), kit_text("no message"));
}

static void broadcast(struct kit *kit, const struct ll_household_event *event)
{
	struct ll_buf wire;

	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(kit->codec, LL_MESSAGE_HOUSEHOLD_EVENT, event, &wire), 0);
	for (int32_t i = 0; i < KIT_PARTITIONS; i++)
		kit_send(kit, EVENTS, i, kit_text(NULL), ll_buf_bytes(&wire));
	ll_buf_release(&wire);
}

static void register_house(struct kit *kit, uint32_t number)
{
	const struct ll_key key = house(number);
	const struct ll_member members[] = {
		{.person_key = person(number), .resident = true, .labour = true}};
	const struct ll_household_event event = {
		.household_key = key,
		.area = LL_STR(VILLAGE),
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = {.area = LL_STR(VILLAGE),
					 .category = LL_CATEGORY_EX_POOR,
					 .recorded_income_fen = {true, 50000},
					 .recorded_income_year = 2024,
					 .members = members,
					 .member_count = 1},
	};

	kit_send_message(kit, EVENTS, &key, LL_MESSAGE_HOUSEHOLD_EVENT, &event);
}

/* A policy, households, a tick, a flood, and bytes that are no event. */
static void fill_assess(struct kit *kit)
{
	struct ll_household_event event = {.body = LL_BODY_POLICY_ACTIVATED,
					   .policy_activated = {.name = LL_STR("p"),
								.version = LL_STR("v1"),
								.effective_on = KIT_DAY - 365,
								.text = ll_str_from(policy_text)}};

	broadcast(kit, &event);
	event = (struct ll_household_event){.body = LL_BODY_TICK, .tick = {.day = KIT_DAY}};
	broadcast(kit, &event);
	for (uint32_t i = 0; i < HOUSES; i++)
		register_house(kit, i);
	event = (struct ll_household_event){.body = LL_BODY_AREA_ALERT,
					    .area_alert = {.alert_id = LL_STR("flood"),
							   .area = LL_STR("360502"),
							   .severity = 4,
							   .occurred_on = KIT_DAY,
							   .expires_on = KIT_DAY + 7}};
	broadcast(kit, &event);
	kit_send(kit, EVENTS, 0, kit_text("key"), kit_text("no message"));
}

static void fill_record(struct kit *kit)
{
	static const struct ll_reason reason = {.rule = LL_STR("r"),
						.indicator = LL_STR("income_per_head"),
						.comparison = LL_STR("below"),
						.known = true,
						.value = 1,
						.threshold = 2,
						.unit = LL_UNIT_FEN};

	for (uint32_t i = 0; i < HOUSES; i++) {
		const struct ll_task task = {
			.task_id = kit_any_key(i),
			.household_key = house(i),
			.area = LL_STR(VILLAGE),
			.county = LL_STR("360502"),
			.opened_on = KIT_DAY,
			.due_on = KIT_DAY + 10,
			.department = LL_STR("d"),
			.reasons = &reason,
			.reason_count = 1,
			.policy_name = LL_STR("p"),
			.policy_version = LL_STR("v1"),
			.logic_version = LL_LOGIC_VERSION,
			.decided_on = KIT_DAY,
			.cause = {.topic = LL_STR(HEALTH), .published_at_ms = 1},
		};
		const struct ll_risk_change change = {
			.household_key = house(i),
			.area = LL_STR(VILLAGE),
			.after = LL_CASE_LEAD,
			.decided_on = KIT_DAY,
			.policy_name = LL_STR("p"),
			.policy_version = LL_STR("v1"),
			.logic_version = LL_LOGIC_VERSION,
		};

		kit_send_message(kit, TASKS, &task.household_key, LL_MESSAGE_TASK, &task);
		kit_send_message(kit, RISKS, &change.household_key, LL_MESSAGE_RISK_CHANGE,
				 &change);
	}
	kit_send(kit, RISKS, 0, kit_text("key"), kit_text("no message"));
}

/* What comes in after a while: to a stage that is started anew and has state to take over. */

static void more_enrich(struct kit *kit)
{
	const struct ll_key who = person(0);
	const struct ll_person_registered registered = {house(0), LL_STR(VILLAGE)};
	const struct ll_life_event event = stay_of(&who, "another");

	kit_send_message(kit, "registry.people", &who, LL_MESSAGE_PERSON_REGISTERED, &registered);
	kit_send_message(kit, HEALTH, &who, LL_MESSAGE_LIFE_EVENT, &event);
}

static void more_assess(struct kit *kit)
{
	const struct ll_household_event tick = {.body = LL_BODY_TICK, .tick = {.day = KIT_DAY + 9}};

	broadcast(kit, &tick);
	register_house(kit, HOUSES + 1);
}

/* ---- what comes out ------------------------------------------------------------------------ */

/* Of a topic's records, in whatever order. */
static uint64_t digest_topic(struct kit *kit, const char *topic)
{
	struct kit_record *records;
	size_t count = kit_read(kit, topic, &records);
	uint64_t sum = count;

	for (size_t i = 0; i < count; i++)
		sum += ll_hash64(records[i].key.data, records[i].key.size, 1) ^
		       ll_hash64(records[i].value.data, records[i].value.size, 2);
	return sum;
}

/*
 * Of a dead letter what it is about. record writes them beside its transaction: a restart may write one
 * again, and who reads them knows it by its origin.
 */
static uint64_t count_dead(struct kit *kit, const struct ll_stage *stage)
{
	struct ll_origin last = {.partition = -1};
	struct kit_record *records;
	uint64_t found = 0;
	char topic[64];
	size_t count;

	snprintf(topic, sizeof(topic), "dead-letters.%s", stage->name);
	count = kit_read(kit, topic, &records);
	for (size_t i = 0; i < count; i++) {
		struct ll_dead_letter letter;

		kit_decode(kit, LL_MESSAGE_DEAD_LETTER, records[i].value, &letter);
		if (!stage->offsets_in_store || letter.origin.partition != last.partition ||
		    letter.origin.offset != last.offset)
			found++;
		last = letter.origin;
	}
	return found;
}

static int add_task(void *context, const struct ll_task_row *row)
{
	*(uint64_t *)context += ll_hash64(row->task.task_id.bytes, LL_KEY_SIZE, 3) ^
				ll_hash64(row->reasons_json.data, row->reasons_json.size, 4);
	return 0;
}

static int add_count(void *context, const struct ll_count_row *row)
{
	*(uint64_t *)context +=
		ll_hash64(row->group.data, row->group.size, 5) * (uint64_t)row->count;
	return 0;
}

static void digest(struct kit *kit, const struct ll_stage *stage, uint64_t *ret_sums)
{
	const struct ll_task_filter filter = {.state = -1, .measure = -1, .limit = 1000};

	memset(ret_sums, 0, DIGESTS * sizeof(*ret_sums));
	ret_sums[0] = digest_topic(kit, EVENTS);
	ret_sums[1] = digest_topic(kit, "held");
	ret_sums[2] = digest_topic(kit, TASKS);
	ret_sums[3] = digest_topic(kit, RISKS);
	ret_sums[4] = count_dead(kit, stage);
	assert_int_equal(ll_store_list_tasks(kit->store, &filter, add_task, &ret_sums[5], NULL), 0);
	assert_int_equal(ll_store_count(kit->store, LL_COUNT_CASES, add_count, &ret_sums[5], NULL),
			 0);
}

/* ---- one run ------------------------------------------------------------------------------- */

struct subject {
	const struct ll_stage *stage;
	void (*fill)(struct kit *kit);
	void (*more)(struct kit *kit); /* or NULL: memory fails from the first start on */
};

static int run_until_it_ends(struct kit *kit, const struct ll_stage *stage)
{
	const struct ll_stage_env env = kit_env(kit, "one");
	struct ll_stage_loop *loop = NULL;
	struct ll_error error = {0};
	int err = ll_stage_loop_new(stage, &env, &loop, &error);

	for (int i = 0; i < TURNS && !err; i++) {
		err = ll_stage_loop_turn(loop, 0, &error);
		kit->now_ms += 600;
	}
	if (!err)
		err = ll_stage_loop_stop(loop, &error);
	kit_kill(kit, stage, "one", loop);
	return err;
}

/* Runs with the n-th allocation failing, then again without; what is left behind into *ret_sums. */
static int run(const struct subject *subject, long nth, long *ret_total, uint64_t *ret_sums)
{
	struct kit kit;
	bool hit;
	int err;

	kit_open(&kit);
	subject->fill(&kit);
	if (subject->more) {
		assert_int_equal(run_until_it_ends(&kit, subject->stage), 0);
		subject->more(&kit);
	}
	failing_arm(nth);
	err = run_until_it_ends(&kit, subject->stage);
	*ret_total = failing_disarm(&hit);
	if (hit != (nth > 0))
		fail_msg("%s: allocation %ld was not made", subject->stage->name, nth);
	for (int i = 0; i < 2; i++)
		assert_int_equal(run_until_it_ends(&kit, subject->stage), 0);
	digest(&kit, subject->stage, ret_sums);
	kit_close(&kit);
	return err;
}

static void fail_each(const struct subject *subject)
{
	uint64_t wanted[DIGESTS], got[DIGESTS];
	long total, ignored, runs = 0, ended = 0;

	assert_int_equal(run(subject, 0, &total, wanted), 0);
	for (long n = 1; n <= total; n += 1 + total / RUNS_MAX) {
		int err = run(subject, n, &ignored, got);

		if (err && err != -LL_ERR_NO_MEMORY)
			fail_msg("%s: allocation %ld of %ld: %s", subject->stage->name, n, total,
				 ll_err_name(err));
		for (int i = 0; i < DIGESTS; i++)
			if (got[i] != wanted[i])
				fail_msg("%s: allocation %ld of %ld: output %d differs (%s)",
					 subject->stage->name, n, total, i, ll_err_name(err));
		runs++;
		ended += err != 0;
	}
	print_message("%s: %ld allocations, %ld failed, %ld ended it\n", subject->stage->name,
		      total, runs, ended);
}

static void test_enrich(void **state)
{
	(void)state;
	fail_each(&(struct subject){&ll_stage_enrich, fill_enrich, NULL});
	fail_each(&(struct subject){&ll_stage_enrich, fill_enrich, more_enrich});
}

static void test_assess(void **state)
{
	(void)state;
	fail_each(&(struct subject){&ll_stage_assess, fill_assess, NULL});
	fail_each(&(struct subject){&ll_stage_assess, fill_assess, more_assess});
}

static void test_record(void **state)
{
	(void)state;
	fail_each(&(struct subject){&ll_stage_record, fill_record, NULL});
	fail_each(&(struct subject){&ll_stage_record, fill_record, fill_record});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_enrich),
		cmocka_unit_test(test_assess),
		cmocka_unit_test(test_record),
	};

	ll_log_init("test", LL_LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
