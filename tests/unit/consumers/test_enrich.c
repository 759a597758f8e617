/* The whole of enrich on the in-memory bus. */
#include <stdio.h>

#include "runtime/log.h"
#include "stage_kit.h"

#define DEAD "dead-letters.enrich"

static struct ll_stage_loop *start(struct kit *kit, const char *instance)
{
	return kit_loop(kit, &ll_stage_enrich, instance);
}

/* The only household event. */
static struct ll_household_event one_event(struct kit *kit, struct kit_record *ret_record)
{
	struct ll_household_event event;
	struct kit_record *records;

	assert_int_equal(kit_read(kit, EVENTS, &records), 1);
	kit_decode(kit, LL_MESSAGE_HOUSEHOLD_EVENT, records[0].value, &event);
	*ret_record = records[0];
	return event;
}

/* What `held` has after compaction. */
static size_t count_held(struct kit *kit)
{
	struct kit_record *records;
	size_t count = kit_read(kit, HELD, &records);
	size_t live = 0;

	for (size_t i = 0; i < count; i++) {
		bool is_last = true;

		for (size_t k = i + 1; k < count; k++)
			is_last &=
				memcmp(records[i].key.data, records[k].key.data, LL_KEY_SIZE) != 0;
		live += is_last && records[i].value.data;
	}
	return live;
}

static void assert_dead(struct kit *kit, const char *reason, const char *detail)
{
	struct ll_dead_letter letter;
	struct kit_record *records;

	assert_int_equal(kit_read(kit, DEAD, &records), 1);
	kit_decode(kit, LL_MESSAGE_DEAD_LETTER, records[0].value, &letter);
	kit_assert_text(letter.reason, reason);
	kit_assert_text(letter.detail, detail);
	kit_assert_text(letter.stage, "enrich");
	kit_assert_text(letter.origin.topic, HEALTH);
}

/* ---- enriching ----------------------------------------------------------------------------- */

static void test_a_known_person(void **state)
{
	const struct ll_key person = kit_key(1, 1), household = kit_key(2, 0);
	const struct ll_life_event event = stay_of(&person, "stay-1");
	struct ll_household_event found, wanted;
	struct kit_record record;
	struct ll_buf wire;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	registry_put(&kit, &person, &household);
	publish(&kit, HEALTH, &event);

	struct ll_stage_loop *loop = start(&kit, "one");

	kit_turn(&kit, loop, SOON);
	found = one_event(&kit, &record);
	assert_int_equal(record.partition, 0);
	kit_assert_bytes(record.key, (struct ll_bytes){household.bytes, LL_KEY_SIZE});
	wanted = (struct ll_household_event){
		.household_key = household,
		.person_key = person,
		.area = LL_STR(VILLAGE),
		.origin = {LL_STR(HEALTH), 1, 0, found.origin.published_at_ms},
		.body = LL_BODY_LIFE_EVENT,
		.life_event = event,
	};
	assert_true(found.origin.published_at_ms > 0);
	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(kit.codec, LL_MESSAGE_HOUSEHOLD_EVENT, &wanted, &wire), 0);
	kit_assert_bytes(record.value, ll_buf_bytes(&wire));
	ll_buf_release(&wire);
	assert_int_equal(kit_committed(&kit, "lifeline-enrich", HEALTH, 1), 1);
	kit_stop(loop);
	kit_close(&kit);
}

static void test_a_household_as_a_whole(void **state)
{
	const struct ll_key household = kit_key(2, 0);
	struct ll_life_event event = stay_of(&household, "stay-1");
	struct ll_household_event found;
	struct kit_record record;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	event.subject.type = LL_SUBJECT_HOUSEHOLD;
	publish(&kit, HEALTH, &event);

	struct ll_stage_loop *loop = start(&kit, "one");

	kit_turn(&kit, loop, SOON);
	found = one_event(&kit, &record);
	assert_true(ll_key_equal(&found.household_key, &household));
	assert_true(ll_key_is_zero(&found.person_key));
	assert_int_equal(found.area.size, 0);
	assert_int_equal(found.life_event.subject.type, LL_SUBJECT_HOUSEHOLD);
	kit_stop(loop);
	kit_close(&kit);
}

/* ---- what is rejected ---------------------------------------------------------------------- */

/* The bad record stands between two good ones, which both arrive. */
static void assert_rejected(struct ll_bytes key, struct ll_bytes value, const char *reason,
			    const char *detail, struct kit *kit)
{
	const struct ll_key person = kit_key(1, 0), household = kit_any_key(2);
	const struct ll_life_event before = stay_of(&person, "before");
	const struct ll_life_event after = stay_of(&person, "after");

	registry_put(kit, &person, &household);
	publish(kit, HEALTH, &before);
	kit_send(kit, HEALTH, 0, key, value);
	publish(kit, HEALTH, &after);

	struct ll_stage_loop *loop = start(kit, "one");

	kit_turn(kit, loop, SOON);
	assert_dead(kit, reason, detail);
	assert_int_equal(kit_count(kit, EVENTS), 2);
	assert_int_equal(kit_committed(kit, "lifeline-enrich", HEALTH, 0), 3);
	kit_stop(loop);
}

static void assert_event_rejected(const struct ll_life_event *event, const struct ll_key *key,
				  const char *reason, const char *detail)
{
	struct ll_buf wire;
	struct kit kit;

	kit_open(&kit);
	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(kit.codec, LL_MESSAGE_LIFE_EVENT, event, &wire), 0);
	assert_rejected((struct ll_bytes){key->bytes, LL_KEY_SIZE}, ll_buf_bytes(&wire), reason,
			detail, &kit);
	ll_buf_release(&wire);
	kit_close(&kit);
}

static void test_another_departments_event(void **state)
{
	const struct ll_key person = kit_key(1, 0);
	struct ll_life_event event = stay_of(&person, "x");

	(void)state;
	event.source = LL_STR("water");
	assert_event_rejected(&event, &person, "source-mismatch", "source 'water'");
}

static void test_a_key_of_somebody_else(void **state)
{
	const struct ll_key person = kit_key(1, 0), other = kit_key(5, 0);
	const struct ll_life_event event = stay_of(&person, "x");

	(void)state;
	assert_event_rejected(&event, &other, "bad-key", "");
}

static void test_an_area(void **state)
{
	const struct ll_key key = kit_key(1, 0);
	struct ll_life_event event = stay_of(&key, "x");

	(void)state;
	event.subject = (struct ll_subject){.type = LL_SUBJECT_AREA, .area = LL_STR("360502")};
	assert_event_rejected(&event, &key, "unsupported-subject", "");
}

/* Nobody could say whose job it was. */
static void test_a_household_without_a_job(void **state)
{
	const struct ll_key key = kit_key(1, 0);
	struct ll_life_event event = stay_of(&key, "x");

	(void)state;
	event.subject.type = LL_SUBJECT_HOUSEHOLD;
	event.payload = (struct ll_payload){.kind = LL_EVENT_JOB_LOSS};
	assert_event_rejected(&event, &key, "unsupported-subject", "");
}

static void test_no_message_at_all(void **state)
{
	static const struct {
		const char *value;
		const char *reason;
	} rows[] = {
		{"{\"event_id\": \"1\"}", "undecodable"},
		{NULL, "undecodable"},
		{"\xc3\x01"
		 "12345678 body",
		 "unknown-schema"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct kit kit;

		kit_open(&kit);
		assert_rejected((struct ll_bytes){NULL, 0}, kit_text(rows[i].value), rows[i].reason,
				"", &kit);
		kit_close(&kit);
	}
}

/* ---- the wrong partition ------------------------------------------------------------------- */

static void send_astray(struct kit *kit, const struct ll_life_event *event, int32_t hops)
{
	const struct ll_key *key = &event->subject.key;
	struct ll_outgoing outgoing = {
		.topic = HEALTH, .partition = 1, .key = {key->bytes, LL_KEY_SIZE}, .hops = hops};
	struct ll_buf wire;

	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(kit->codec, LL_MESSAGE_LIFE_EVENT, event, &wire), 0);
	outgoing.value = ll_buf_bytes(&wire);
	assert_int_equal(ll_producer_send(kit->producer, &outgoing, NULL), 0);
	assert_int_equal(ll_producer_flush(kit->producer, 1000, NULL), 0);
	ll_buf_release(&wire);
}

static void test_a_misplaced_event_is_sent_on(void **state)
{
	const struct ll_key person = kit_key(1, 0), household = kit_any_key(2);
	const struct ll_life_event event = stay_of(&person, "x");
	struct ll_household_event found;
	struct kit_record record;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	registry_put(&kit, &person, &household);
	send_astray(&kit, &event, 0);

	struct ll_stage_loop *loop = start(&kit, "one");

	kit_turn(&kit, loop, SOON);
	found = one_event(&kit, &record);
	assert_int_equal(found.origin.partition, 0);
	assert_int_equal(kit_count(&kit, DEAD), 0);
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_REROUTED, NULL), 1);
	kit_stop(loop);
	kit_close(&kit);
}

static void test_a_misplaced_event_hops_once(void **state)
{
	const struct ll_key person = kit_key(1, 0), household = kit_any_key(2);
	const struct ll_life_event event = stay_of(&person, "x");
	struct kit kit;

	(void)state;
	kit_open(&kit);
	registry_put(&kit, &person, &household);
	send_astray(&kit, &event, 1);

	struct ll_stage_loop *loop = start(&kit, "one");

	kit_turn(&kit, loop, SOON);
	assert_dead(&kit, "misplaced", "");
	assert_int_equal(kit_count(&kit, EVENTS), 0);
	kit_stop(loop);
	kit_close(&kit);
}

/* ---- held ---------------------------------------------------------------------------------- */

static void test_an_unknown_person_is_held_and_released(void **state)
{
	const struct ll_key person = kit_key(1, 1), household = kit_any_key(2);
	const struct ll_life_event event = stay_of(&person, "x");
	struct ll_household_event found;
	struct ll_held_event held;
	struct kit_record *records;
	struct kit_record record;
	struct kit kit;

	(void)state;
	kit_open(&kit);

	struct ll_stage_loop *loop = start(&kit, "one");

	/* Published twice, it is one. */
	publish(&kit, HEALTH, &event);
	publish(&kit, HEALTH, &event);
	kit_turn(&kit, loop, SOON);
	assert_int_equal(kit_count(&kit, EVENTS), 0);
	assert_int_equal(count_held(&kit), 1);
	assert_int_equal(kit_read(&kit, HELD, &records), 2);
	assert_int_equal(records[0].partition, 1);
	kit_decode(&kit, LL_MESSAGE_HELD_EVENT, records[0].value, &held);
	assert_true(ll_key_equal(&held.person_key, &person));
	kit_assert_text(held.origin.topic, HEALTH);
	registry_put(&kit, &person, &household);
	kit_turn(&kit, loop, SOON);
	found = one_event(&kit, &record);
	assert_true(ll_key_equal(&found.household_key, &household));
	assert_true(ll_key_equal(&found.person_key, &person));
	kit_assert_text(found.area, VILLAGE);
	kit_assert_text(found.origin.topic, HEALTH);
	assert_int_equal(found.origin.partition, 1);
	kit_assert_text(found.life_event.event_id, "x");
	assert_int_equal(count_held(&kit), 0);
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_HELD, NULL), 2);
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_RELEASED, NULL), 1);
	kit_turn(&kit, loop, SOON);
	kit_stop(loop);
	one_event(&kit, &record);
	kit_close(&kit);
}

/* A copy that is held in the transaction in which the first one is released. */
static void test_a_copy_held_beside_the_release(void **state)
{
	const struct ll_key person = kit_key(1, 1), household = kit_any_key(2);
	const struct ll_life_event event = stay_of(&person, "x");
	struct kit_record record;
	struct kit kit;

	(void)state;
	kit_open(&kit);

	struct ll_stage_loop *loop = start(&kit, "one");

	publish(&kit, HEALTH, &event);
	kit_turn(&kit, loop, SOON);
	/* In one turn the event is worked first, then the registry is read. */
	publish(&kit, HEALTH, &event);
	registry_put(&kit, &person, &household);
	kit_turn(&kit, loop, SOON);
	one_event(&kit, &record);
	assert_int_equal(count_held(&kit), 0);
	kit_stop(loop);
	kit_close(&kit);
}

static void test_two_persons_events_of_one_id(void **state)
{
	const struct ll_key one = kit_key(1, 1), two = kit_key(2, 1), household = kit_any_key(3);
	const struct ll_life_event of_one = stay_of(&one, "x"), of_two = stay_of(&two, "x");
	struct kit kit;

	(void)state;
	kit_open(&kit);

	struct ll_stage_loop *loop = start(&kit, "one");

	publish(&kit, HEALTH, &of_one);
	publish(&kit, HEALTH, &of_two);
	kit_turn(&kit, loop, SOON);
	assert_int_equal(count_held(&kit), 2);
	registry_put(&kit, &one, &household);
	registry_put(&kit, &two, &household);
	kit_turn(&kit, loop, SOON);
	assert_int_equal(kit_count(&kit, EVENTS), 2);
	assert_int_equal(count_held(&kit), 0);
	kit_stop(loop);
	kit_close(&kit);
}

static void test_released_after_a_restart(void **state)
{
	const struct ll_key person = kit_key(1, 1), household = kit_any_key(2);
	const struct ll_life_event event = stay_of(&person, "x");
	struct kit_record record;
	struct kit kit;

	(void)state;
	kit_open(&kit);

	struct ll_stage_loop *loop = start(&kit, "one");

	publish(&kit, HEALTH, &event);
	kit_turn(&kit, loop, SOON);
	kit_stop(loop);
	registry_put(&kit, &person, &household);
	loop = start(&kit, "one");
	kit_turn(&kit, loop, SOON);
	one_event(&kit, &record);
	assert_int_equal(count_held(&kit), 0);
	kit_stop(loop);
	/* And not once more. */
	loop = start(&kit, "two");
	kit_turn(&kit, loop, SOON);
	one_event(&kit, &record);
	kit_stop(loop);
	kit_close(&kit);
}

/* An event of a department whose offsets are gone is released as soon as its topic is read again. */
static void test_released_where_offsets_are_gone(void **state)
{
	const struct ll_key person = kit_key(1, 1), other = kit_key(2, 1),
			    household = kit_any_key(3);
	const struct ll_life_event event = stay_of(&person, "x"), later = stay_of(&other, "y");
	struct kit_record *records;
	struct kit_record kept;
	struct kit kit;

	(void)state;
	kit_open(&kit);

	struct ll_stage_loop *loop = start(&kit, "one");

	publish(&kit, HEALTH, &event);
	kit_turn(&kit, loop, SOON);
	kit_stop(loop);
	assert_int_equal(kit_read(&kit, HELD, &records), 1);
	kept = records[0];

	/* The same held event in a deployment whose group has committed nothing. */
	struct kit fresh;

	kit_open(&fresh);
	kit_send(&fresh, HELD, 1, kept.key, kept.value);
	registry_put(&fresh, &person, &household);
	registry_put(&fresh, &other, &household);
	loop = start(&fresh, "one");
	kit_turn(&fresh, loop, SOON);
	assert_int_equal(count_held(&fresh), 1);
	publish(&fresh, HEALTH, &later);
	kit_turn(&fresh, loop, SOON);
	assert_int_equal(kit_count(&fresh, EVENTS), 2);
	assert_int_equal(count_held(&fresh), 0);
	kit_stop(loop);
	kit_close(&fresh);
	kit_close(&kit);
}

/* A loop that stands in a transaction after two records. */
static struct ll_stage_loop *slow_loop(struct kit *kit)
{
	struct ll_stage_env env = kit_env(kit, "one");
	struct ll_stage_loop *loop;

	env.batch_max = 2;
	assert_int_equal(ll_stage_loop_new(&ll_stage_enrich, &env, &loop, NULL), 0);
	return loop;
}

/*
 * What was released and committed is not released again because something else was aborted before
 * its tombstone could be read. Somebody's open transaction keeps readers from the tombstone.
 */
static void test_an_abort_takes_back_only_what_it_aborted(void **state)
{
	const struct ll_key person = kit_key(1, 1), household = kit_any_key(2);
	const struct ll_life_event event = stay_of(&person, "x");
	const struct ll_producer_options options = {.transactional_id = "somebody"};
	const struct ll_outgoing blocking = {HELD, 1, kit_text("short"), kit_text("x"), 0};
	struct ll_producer *somebody;
	struct kit kit;

	(void)state;
	kit_open(&kit);

	struct ll_stage_loop *loop = slow_loop(&kit);

	publish(&kit, HEALTH, &event);
	kit_turn(&kit, loop, SOON);
	assert_int_equal(ll_producer_new(kit.bus, &options, &somebody, NULL), 0);
	assert_int_equal(ll_producer_begin(somebody, NULL), 0);
	assert_int_equal(ll_producer_send(somebody, &blocking, NULL), 0);
	registry_put(&kit, &person, &household);
	kit_turn(&kit, loop, 3);
	assert_int_equal(kit_count(&kit, EVENTS), 1);
	for (int i = 0; i < 5; i++) {
		static const char *const ids[] = {"a", "b", "c", "d", "e"};
		const struct ll_life_event more = stay_of(&person, ids[i]);

		publish(&kit, HEALTH, &more);
	}
	for (int i = 0; i < SOON && !ll_stage_in_transaction(loop); i++)
		kit_turn(&kit, loop, 1);
	assert_true(ll_stage_in_transaction(loop));
	ll_bus_memory_expire_members(kit.bus, "lifeline-enrich", "one");
	kit_turn(&kit, loop, SOON);
	assert_int_equal(ll_producer_abort(somebody, 1000, NULL), 0);
	kit_turn(&kit, loop, SOON);
	assert_int_equal(kit_count(&kit, EVENTS), 6);
	assert_int_equal(count_held(&kit), 0);
	ll_producer_free(somebody);
	kit_stop(loop);
	kit_close(&kit);
}

/* A release whose transaction is aborted is made again. */
static void test_an_aborted_release_is_made_again(void **state)
{
	const struct ll_key person = kit_key(1, 1), household = kit_any_key(2);
	const struct ll_life_event event = stay_of(&person, "x");
	struct ll_stage_env env;
	struct ll_stage_loop *loop;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	env = kit_env(&kit, "one");
	env.batch_max = 1; /* an end of partition fills a batch: commits wait */
	assert_int_equal(ll_stage_loop_new(&ll_stage_enrich, &env, &loop, NULL), 0);
	publish(&kit, HEALTH, &event);
	kit_turn(&kit, loop, 2 * SOON);
	assert_int_equal(count_held(&kit), 1);
	registry_put(&kit, &person, &household);
	publish(&kit, HEALTH, &event);
	/* One turn: the event of a known person is worked, the held one is released. */
	kit_turn(&kit, loop, 1);
	assert_true(ll_stage_in_transaction(loop));
	ll_bus_memory_expire_members(kit.bus, "lifeline-enrich", "one");
	kit_turn(&kit, loop, 3 * SOON);
	assert_int_equal(count_held(&kit), 0);
	assert_true(ll_metrics_get(kit.metrics, LL_METRIC_ABORTS, NULL) > 0);
	kit_stop(loop);
	kit_close(&kit);
}

/* A department may stamp its records with any time: neither way ends the process. */
static void test_records_of_an_impossible_time(void **state)
{
	const struct ll_key known = kit_key(1, 1), unknown = kit_key(3, 1);
	const struct ll_key household = kit_any_key(2);
	const struct ll_life_event one = stay_of(&known, "x"), two = stay_of(&unknown, "y");
	struct kit_record record;
	struct kit kit;

	(void)state;
	kit_open(&kit);
	ll_bus_memory_advance(kit.bus, INT64_C(1) << 60);
	registry_put(&kit, &known, &household);
	publish(&kit, HEALTH, &one);
	publish(&kit, HEALTH, &two);

	struct ll_stage_loop *loop = start(&kit, "one");

	kit_turn(&kit, loop, SOON);
	one_event(&kit, &record);
	assert_int_equal(count_held(&kit), 1);
	kit_stop(loop);
	kit_close(&kit);
}

/* Two departments' partitions of one number share a directory; two instances share the work. */
static void test_two_instances(void **state)
{
	const struct ll_key household = kit_any_key(2);
	static char ids[40][8];
	struct kit kit;

	(void)state;
	kit_open(&kit);
	for (uint32_t i = 0; i < 40; i++) {
		const struct ll_key person = kit_any_key(100 + i);
		struct ll_life_event event;

		snprintf(ids[i], sizeof(ids[i]), "id-%u", i);
		event = stay_of(&person, ids[i]);
		if (i % 2)
			event.source = LL_STR("water");
		publish(&kit, i % 2 ? "life-events.water" : HEALTH, &event);
		if (i % 3)
			registry_put(&kit, &person, &household);
	}

	struct ll_stage_loop *one = start(&kit, "one");

	kit_turn(&kit, one, 3);

	struct ll_stage_loop *two = start(&kit, "two");

	for (int i = 0; i < SOON; i++) {
		kit_turn(&kit, one, 1);
		kit_turn(&kit, two, 1);
	}
	for (uint32_t i = 0; i < 40; i += 3) {
		const struct ll_key person = kit_any_key(100 + i);

		registry_put(&kit, &person, &household);
	}
	kit_turn(&kit, one, SOON);
	kit_kill(&kit, &ll_stage_enrich, "one", one);
	kit_turn(&kit, two, SOON);
	assert_int_equal(kit_count(&kit, EVENTS), 40);
	assert_int_equal(count_held(&kit), 0);
	kit_stop(two);
	kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_known_person),
		cmocka_unit_test(test_a_household_as_a_whole),
		cmocka_unit_test(test_another_departments_event),
		cmocka_unit_test(test_a_key_of_somebody_else),
		cmocka_unit_test(test_an_area),
		cmocka_unit_test(test_a_household_without_a_job),
		cmocka_unit_test(test_no_message_at_all),
		cmocka_unit_test(test_a_misplaced_event_is_sent_on),
		cmocka_unit_test(test_a_misplaced_event_hops_once),
		cmocka_unit_test(test_an_unknown_person_is_held_and_released),
		cmocka_unit_test(test_a_copy_held_beside_the_release),
		cmocka_unit_test(test_two_persons_events_of_one_id),
		cmocka_unit_test(test_released_after_a_restart),
		cmocka_unit_test(test_released_where_offsets_are_gone),
		cmocka_unit_test(test_an_abort_takes_back_only_what_it_aborted),
		cmocka_unit_test(test_an_aborted_release_is_made_again),
		cmocka_unit_test(test_records_of_an_impossible_time),
		cmocka_unit_test(test_two_instances),
	};

	ll_log_init("test", LL_LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
