#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/hash.h"
#include "cli/tally.h"

#define WATER	   "life-events.water"
#define LOG	   "household-events"
#define PARTITIONS 2
#define INPUTS_END 100 /* of each partition of life-events that is counted */

static struct ll_codec *codec;
static struct ll_tally *tally;
static struct ll_tally_books books;

static int set_up(void **state)
{
	(void)state;
	if (ll_codec_new(&codec, NULL) || ll_tally_new(codec, PARTITIONS, &tally))
		return -1;
	for (int32_t i = 0; i < PARTITIONS; i++)
		if (ll_tally_add_input(tally, WATER, i, 10, INPUTS_END))
			return -1;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ll_tally_free(tally);
	ll_codec_free(codec);
	return 0;
}

/* ---- records ----------------------------------------------------------------------------------- */

static struct ll_key key_of(const char *name)
{
	struct ll_key key;

	ll_hash128(name, strlen(name), &key);
	return key;
}

static struct ll_life_event event_of(const char *id, const char *source)
{
	return (struct ll_life_event){
		.event_id = ll_str_from(id),
		.source = ll_str_from(source),
		.occurred_on = 20000,
		.reported_at_ms = 1,
		.subject = {.type = LL_SUBJECT_PERSON, .key = key_of("person")},
		.payload = {.kind = LL_EVENT_EMPLOYED},
	};
}

static void take(const char *topic, int32_t partition, int64_t offset, enum ll_message message,
		 const void *value, const struct ll_key *key, int32_t hops)
{
	struct ll_buf wire;

	ll_buf_init(&wire);
	if (value)
		assert_int_equal(ll_codec_encode(codec, message, value, &wire), 0);
	const struct ll_record record = {
		.topic = topic,
		.partition = partition,
		.offset = offset,
		.key = {key->bytes, LL_KEY_SIZE},
		.value = ll_buf_bytes(&wire),
	};
	assert_int_equal(ll_tally_take(tally, &record, hops), 0);
	ll_buf_release(&wire);
}

static const struct ll_key no_key;

static void publish(const char *id, int64_t offset)
{
	const struct ll_life_event event = event_of(id, "water");

	take(WATER, 0, offset, LL_MESSAGE_LIFE_EVENT, &event, &event.subject.key, 0);
}

static struct ll_origin origin_at(int64_t offset)
{
	return (struct ll_origin){.topic = LL_STR(WATER), .offset = offset, .published_at_ms = 1};
}

static struct ll_household_event enriched(const char *id, int64_t offset)
{
	return (struct ll_household_event){
		.household_key = key_of("household"),
		.person_key = key_of("person"),
		.area = LL_STR("360502001001"),
		.origin = origin_at(offset),
		.body = LL_BODY_LIFE_EVENT,
		.life_event = event_of(id, "water"),
	};
}

static int32_t home(void)
{
	const struct ll_key key = key_of("household");

	return ll_partition_of(key.bytes, LL_KEY_SIZE, PARTITIONS);
}

static void log_event(const struct ll_household_event *event, int32_t partition, int64_t offset,
		      int32_t hops)
{
	take(LOG, partition, offset, LL_MESSAGE_HOUSEHOLD_EVENT, event, &event->household_key,
	     hops);
}

static void decide(const char *id, int64_t input_offset, int64_t offset)
{
	const struct ll_household_event event = enriched(id, input_offset);

	log_event(&event, home(), offset, 0);
}

static void reject(const char *stage_topic, enum ll_err reason, const char *from_topic,
		   int32_t partition, int64_t offset, enum ll_message message, const void *value)
{
	struct ll_buf wire;

	ll_buf_init(&wire);
	assert_int_equal(message == LL_MESSAGE_COUNT
				 ? ll_buf_append_str(&wire, value)
				 : ll_codec_encode(codec, message, value, &wire),
			 0);
	const struct ll_dead_letter letter = {
		.reason = ll_str_from(ll_err_name((int)reason)),
		.stage = ll_str_from(strchr(stage_topic, '.') + 1),
		.origin = {.topic = ll_str_from(from_topic),
			   .partition = partition,
			   .offset = offset,
			   .published_at_ms = 1},
		.rejected_at_ms = 2,
		.value = ll_buf_bytes(&wire),
	};
	take(stage_topic, 0, 0, LL_MESSAGE_DEAD_LETTER, &letter, &no_key, 0);
	ll_buf_release(&wire);
}

static void expect(int64_t in, int64_t decided, int64_t held, int64_t dead_lettered,
		   int64_t missing)
{
	ll_tally_finish(tally, &books);
	assert_int_equal(books.in, in);
	assert_int_equal(books.decided, decided);
	assert_int_equal(books.held, held);
	assert_int_equal(books.dead_lettered, dead_lettered);
	assert_int_equal(books.missing, missing);
}

/* ---- tests ------------------------------------------------------------------------------------- */

static void test_published_twice_is_one(void **state)
{
	(void)state;
	publish("a", 10);
	publish("a", 11);
	publish("b", 12);
	decide("a", 10, 0);
	decide("a", 11, 1);
	decide("b", 12, 2);
	expect(2, 2, 0, 0, 0);
	assert_true(books.balanced);
	assert_int_equal(books.records, 3);
	assert_int_equal(books.department_count, 1);
	assert_string_equal(books.departments[0].name, "water");
	assert_int_equal(books.departments[0].events, 2);
}

static void test_missing(void **state)
{
	(void)state;
	publish("a", 10);
	publish("b", 11);
	decide("a", 10, 0);
	expect(2, 1, 0, 0, 1);
	assert_false(books.balanced);
}

static void test_rerouted_counts_where_it_ends(void **state)
{
	const struct ll_life_event event = event_of("a", "water");
	const struct ll_household_event misplaced = enriched("a", 20);

	(void)state;
	publish("a", 10);
	take(WATER, 1, 20, LL_MESSAGE_LIFE_EVENT, &event, &event.subject.key, 1);
	log_event(&misplaced, 1 - home(), 0, 0); /* sent on */
	expect(1, 0, 0, 0, 1);
	assert_int_equal(books.rerouted, 1);
	assert_int_equal(books.records, 1);
	log_event(&misplaced, home(), 0, 1);
	expect(1, 1, 0, 0, 0);
	assert_true(books.balanced);
}

static void test_held_and_released(void **state)
{
	const struct ll_key a = key_of("held a");
	const struct ll_key b = key_of("held b");
	struct ll_life_event event = event_of("a", "water");
	struct ll_held_event held = {.person_key = key_of("person"), .origin = origin_at(10)};
	struct ll_buf wire;

	(void)state;
	publish("a", 10);
	publish("b", 11);
	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(codec, LL_MESSAGE_LIFE_EVENT, &event, &wire), 0);
	held.value = ll_buf_bytes(&wire);
	take("held", 0, 0, LL_MESSAGE_HELD_EVENT, &held, &a, 0);
	take("held", 0, 1, LL_MESSAGE_HELD_EVENT, &held, &a, 0);
	ll_buf_clear(&wire);
	event = event_of("b", "water");
	assert_int_equal(ll_codec_encode(codec, LL_MESSAGE_LIFE_EVENT, &event, &wire), 0);
	held.value = ll_buf_bytes(&wire);
	take("held", 0, 2, LL_MESSAGE_HELD_EVENT, &held, &b, 0);
	expect(2, 0, 2, 0, 0);
	take("held", 0, 3, LL_MESSAGE_HELD_EVENT, NULL, &b, 0);
	expect(2, 0, 1, 0, 1);
	decide("b", 11, 0);
	expect(2, 1, 1, 0, 0);
	assert_true(books.balanced);
	ll_buf_release(&wire);
}

static void test_dead_letters(void **state)
{
	const struct ll_life_event forged = event_of("a", "health");
	const struct ll_household_event refused = enriched("b", 11);
	const struct ll_record garbage = {.topic = WATER,
					  .offset = 13,
					  .key = {no_key.bytes, LL_KEY_SIZE},
					  .value = {(const uint8_t *)"junk", 4}};

	(void)state;
	take(WATER, 0, 10, LL_MESSAGE_LIFE_EVENT, &forged, &forged.subject.key, 0);
	publish("b", 11);
	publish("c", 12);
	assert_int_equal(ll_tally_take(tally, &garbage, 0), 0);
	reject("dead-letters.enrich", LL_ERR_SOURCE_MISMATCH, WATER, 0, 10, LL_MESSAGE_LIFE_EVENT,
	       &forged);
	reject("dead-letters.enrich", LL_ERR_UNDECODABLE, WATER, 0, 13, LL_MESSAGE_COUNT, "junk");
	reject("dead-letters.assess", LL_ERR_FUTURE, LOG, home(), 7, LL_MESSAGE_HOUSEHOLD_EVENT,
	       &refused);
	log_event(&refused, home(), 7, 0);
	decide("c", 12, 8);
	expect(4, 1, 0, 3, 0);
	assert_true(books.balanced);
	assert_int_equal(books.dead_letters[LL_TALLY_ENRICH][LL_ERR_SOURCE_MISMATCH], 1);
	assert_int_equal(books.dead_letters[LL_TALLY_ENRICH][LL_ERR_UNDECODABLE], 1);
	assert_int_equal(books.dead_letters[LL_TALLY_ASSESS][LL_ERR_FUTURE], 1);
}

/* Refused once and taken later, as when the household was registered in between: decided. */
static void test_refused_then_decided(void **state)
{
	const struct ll_household_event event = enriched("a", 10);

	(void)state;
	publish("a", 10);
	publish("a", 11);
	reject("dead-letters.assess", LL_ERR_NOT_REGISTERED, LOG, home(), 0,
	       LL_MESSAGE_HOUSEHOLD_EVENT, &event);
	log_event(&event, home(), 0, 0);
	expect(1, 0, 0, 1, 0);
	decide("a", 11, 1);
	expect(1, 1, 0, 0, 0);
	assert_true(books.balanced);
}

static void test_doubled(void **state)
{
	(void)state;
	publish("a", 10);
	decide("a", 10, 0);
	decide("a", 10, 1);
	expect(1, 1, 0, 0, 0);
	assert_int_equal(books.doubled, 1);
	assert_false(books.balanced);
}

/* `deadletters replay`: the fact is there once, however often it is sent back. */
static void test_replayed(void **state)
{
	const struct ll_household_event event = enriched("a", 10);

	(void)state;
	publish("a", 10);
	decide("a", 10, 0);
	log_event(&event, home(), 1, LL_HOPS_REPLAYED);
	expect(1, 1, 0, 0, 0);
	assert_int_equal(books.doubled, 0);
	assert_true(books.balanced);
}

static void test_unexplained_older_newer(void **state)
{
	(void)state;
	publish("a", 10);
	decide("a", 10, 0);
	decide("gone by now", 5, 1);
	decide("came later", INPUTS_END, 2);
	expect(1, 1, 0, 0, 0);
	assert_int_equal(books.older, 1);
	assert_true(books.balanced);
	decide("from nowhere", 50, 3);
	expect(1, 1, 0, 0, 0);
	assert_int_equal(books.unexplained, 1);
	assert_int_equal(books.older, 1);
	assert_false(books.balanced);
}

static void test_households_and_tasks(void **state)
{
	const struct ll_key home_key = key_of("household");
	struct ll_household_event event = {
		.household_key = home_key,
		.area = LL_STR("360502001001"),
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = {.area = LL_STR("360502001001")},
	};
	struct ll_risk_change change = {
		.household_key = home_key,
		.area = LL_STR("360502001001"),
		.after = LL_CASE_LEAD,
		.level_after = 1,
		.group = LL_GROUP_SUDDEN,
		.held = true,
		.logic_version = LL_LOGIC_VERSION,
	};
	struct ll_task task = {
		.task_id = key_of("task"),
		.household_key = home_key,
		.area = LL_STR("360502001001"),
		.county = LL_STR("360502"),
		.measure = LL_MEASURE_JOB_SUPPORT,
		.level = 1,
		.logic_version = LL_LOGIC_VERSION,
	};

	(void)state;
	log_event(&event, home(), 0, 0);
	take("risk-changes", home(), 0, LL_MESSAGE_RISK_CHANGE, &change, &home_key, 0);
	take("assistance-tasks.360502", 0, 0, LL_MESSAGE_TASK, &task, &home_key, 0);
	task.change = LL_CHANGE_UPDATED;
	task.state = LL_TASK_DONE;
	take("assistance-tasks.360502", 0, 1, LL_MESSAGE_TASK, &task, &home_key, 0);
	expect(0, 0, 0, 0, 0);
	assert_int_equal(books.households, 1);
	assert_int_equal(books.cases[LL_CASE_LEAD], 1);
	assert_int_equal(books.tasks_opened, 1);
	assert_int_equal(books.task_states[LL_TASK_DONE], 1);
	assert_int_equal(books.task_states[LL_TASK_OPEN], 0);
	assert_int_equal(books.county_count, 1);
	assert_string_equal(books.counties[0].name, "360502");
	assert_int_equal(books.counties[0].opened[LL_MEASURE_JOB_SUPPORT], 1);
	assert_int_equal(books.measures[LL_MEASURE_JOB_SUPPORT], 1);
	assert_int_equal(books.groups[LL_GROUP_SUDDEN], 1);
	assert_int_equal(books.on_hold, 1);

	change.group = LL_GROUP_MARGINAL;
	change.held = false;
	take("risk-changes", home(), 1, LL_MESSAGE_RISK_CHANGE, &change, &home_key, 0);
	expect(0, 0, 0, 0, 0);
	assert_int_equal(books.groups[LL_GROUP_SUDDEN], 0);
	assert_int_equal(books.groups[LL_GROUP_MARGINAL], 1);
	assert_int_equal(books.on_hold, 0);

	event.household_registered.dissolved = true;
	log_event(&event, home(), 1, 0);
	expect(0, 0, 0, 0, 0);
	assert_int_equal(books.households, 0);
}

static void test_broadcasts_are_counted_once(void **state)
{
	struct ll_household_event tick = {.body = LL_BODY_TICK, .tick = {.day = 20000}};

	(void)state;
	for (int32_t i = 0; i < PARTITIONS; i++)
		log_event(&tick, i, 0, 0);
	tick.tick.day++;
	log_event(&tick, 0, 1, 0);
	expect(0, 0, 0, 0, 0);
	assert_int_equal(books.ticks, 2);
	assert_int_equal(books.day, 20001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_published_twice_is_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_missing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rerouted_counts_where_it_ends, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_held_and_released, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_dead_letters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused_then_decided, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_doubled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_replayed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unexplained_older_newer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_households_and_tasks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_broadcasts_are_counted_once, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
