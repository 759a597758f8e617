#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "conformance_kit.h"

/* Zeroed storage that a test's stack should not carry. */
static struct kit_reads *fresh_reads(void)
{
	static struct kit_reads reads;

	reads = (struct kit_reads){0};
	return &reads;
}

/* ---- topics ------------------------------------------------------------------------------ */

struct found {
	const char *name;
	int32_t partitions;
};

static void on_topic(void *context, const char *topic, int32_t partitions)
{
	struct found *found = context;

	if (strcmp(topic, found->name) == 0)
		found->partitions = partitions;
}

static void test_topics_are_created_counted_and_listed(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char unknown[LL_TOPIC_NAME_MAX];
	struct found found = {topic, 0};
	int32_t count = -1;

	kit_topic(conformance, topic);
	kit_name(conformance, "unknown", unknown);
	/* Again, with another count: what is there stays. */
	struct ll_topic_spec spec = {topic, KIT_PARTITIONS + 1, true, 0};

	assert_int_equal(ll_bus_create_topics(conformance->bus, &spec, 1, KIT_TIMEOUT_MS, NULL), 0);
	assert_int_equal(
		ll_bus_partition_count(conformance->bus, topic, KIT_TIMEOUT_MS, &count, NULL), 0);
	assert_int_equal(count, KIT_PARTITIONS);
	assert_int_equal(
		ll_bus_partition_count(conformance->bus, unknown, KIT_TIMEOUT_MS, &count, NULL), 0);
	assert_int_equal(count, 0);
	assert_int_equal(
		ll_bus_list_topics(conformance->bus, KIT_TIMEOUT_MS, on_topic, &found, NULL), 0);
	assert_int_equal(found.partitions, KIT_PARTITIONS);
}

/* ---- sending and reading ----------------------------------------------------------------- */

static void test_keys_choose_partitions_and_order_is_kept(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char id[LL_TOPIC_NAME_MAX];
	struct kit_reads *reads = fresh_reads();
	int last[KIT_PARTITIONS] = {-1, -1, -1, -1};
	size_t used = 0;

	kit_topic(conformance, topic);
	kit_name(conformance, "id", id);
	struct ll_producer *producer = kit_producer(conformance, id);

	kit_begin(producer);
	for (int i = 0; i < 200; i++) {
		char key[16];
		char value[16];

		snprintf(key, sizeof(key), "key-%d", i % 37);
		snprintf(value, sizeof(value), "%d", i);
		kit_send(producer, topic, LL_PARTITION_BY_KEY, key, value);
	}
	kit_commit(producer);
	struct ll_consumer *consumer = kit_reader_of(conformance, topic, false);

	kit_read_records(consumer, reads, 200);
	for (size_t i = 0; i < reads->count; i++) {
		const struct kit_read *read = &reads->list[i];

		assert_string_equal(read->topic, topic);
		assert_int_equal(read->partition,
				 ll_partition_of(read->key, strlen(read->key), KIT_PARTITIONS));
		used += last[read->partition] < 0;
		assert_true(atoi(read->value) > last[read->partition]);
		last[read->partition] = atoi(read->value);
	}
	assert_int_equal(used, KIT_PARTITIONS);
	ll_consumer_free(consumer);
	ll_producer_free(producer);
}

static void test_records_arrive_as_sent(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	struct kit_reads *reads = fresh_reads();

	kit_topic(conformance, topic);
	struct ll_producer *producer = kit_producer(conformance, NULL);
	struct ll_outgoing hopped = {
		topic, 2, {(const uint8_t *)"a", 1}, {(const uint8_t *)"far", 3}, 2};

	kit_send(producer, topic, 2, "a", "value");
	kit_send(producer, topic, 2, "a", NULL);
	kit_send(producer, topic, 2, "a", "");
	assert_int_equal(ll_producer_send(producer, &hopped, NULL), 0);
	assert_int_equal(ll_producer_flush(producer, KIT_TIMEOUT_MS, NULL), 0);
	struct ll_consumer *consumer = kit_reader_of(conformance, topic, false);

	kit_read_records(consumer, reads, 4);
	for (int64_t i = 0; i < 4; i++) {
		assert_int_equal(reads->list[i].partition, 2);
		assert_int_equal(reads->list[i].offset, i);
		assert_string_equal(reads->list[i].key, "a");
		assert_int_equal(reads->list[i].tombstone, i == 1);
		assert_int_equal(reads->list[i].hops, i == 3 ? 2 : 0);
		assert_true(reads->list[i].timestamp_ms > 0);
	}
	assert_string_equal(reads->list[0].value, "value");
	assert_int_equal(reads->list[2].value_size, 0);
	assert_string_equal(reads->list[3].value, "far");
	ll_consumer_free(consumer);
	ll_producer_free(producer);
}

static void test_what_cannot_be_sent_is_refused(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char unknown[LL_TOPIC_NAME_MAX];
	size_t size = 2 * 1024 * 1024;
	char *large = malloc(size);

	assert_non_null(large);
	memset(large, 'x', size - 1);
	large[size - 1] = '\0';
	kit_topic(conformance, topic);
	kit_name(conformance, "unknown", unknown);
	struct ll_producer *producer = kit_producer(conformance, NULL);

	assert_int_equal(kit_try_send(producer, topic, 0, "k", large), -LL_ERR_TOO_LARGE);
	assert_int_equal(kit_try_send(producer, topic, KIT_PARTITIONS, "k", "v"), -LL_ERR_INVALID);
	assert_int_equal(kit_try_send(producer, unknown, 0, "k", "v"), -LL_ERR_NOT_FOUND);
	/* A message of lifeline's own limit fits. */
	large[1000000] = '\0';
	assert_int_equal(kit_try_send(producer, topic, 0, "k", large), 0);
	assert_int_equal(ll_producer_flush(producer, KIT_TIMEOUT_MS, NULL), 0);
	ll_producer_free(producer);
	free(large);
}

static void test_a_full_queue_says_so_and_takes_more_later(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char id[LL_TOPIC_NAME_MAX];
	int err = 0;

	kit_topic(conformance, topic);
	kit_name(conformance, "id", id);
	struct ll_producer_options options = {.transactional_id = id, .queue_max_messages = 20};
	struct ll_producer *producer = NULL;

	assert_int_equal(ll_producer_new(conformance->bus, &options, &producer, NULL), 0);
	kit_begin(producer);
	for (int i = 0; i < 100000 && !err; i++)
		err = kit_try_send(producer, topic, 0, "k", "v");
	assert_int_equal(err, -LL_ERR_FULL);
	kit_settle(producer);
	kit_send(producer, topic, 0, "k", "v");
	kit_commit(producer);
	ll_producer_free(producer);
}

/* ---- transactions ------------------------------------------------------------------------ */

static void test_aborted_records_are_never_seen(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char id[LL_TOPIC_NAME_MAX];
	struct kit_reads *reads = fresh_reads();
	int64_t first = -1;
	int64_t end = -1;

	kit_topic(conformance, topic);
	kit_name(conformance, "id", id);
	struct ll_producer *producer = kit_producer(conformance, id);
	struct ll_consumer *consumer = kit_reader(conformance, false);

	kit_begin(producer);
	for (int i = 0; i < 3; i++)
		kit_send(producer, topic, 0, "k", "aborted");
	kit_settle(producer);
	kit_abort(producer);
	kit_begin(producer);
	kit_send(producer, topic, 0, "k", "one");
	kit_send(producer, topic, 0, "k", "two");
	kit_commit(producer);
	kit_fetch(consumer, topic, 0, LL_OFFSET_BEGINNING);
	kit_read_records(consumer, reads, 2);
	/* Three records and a marker come before. */
	assert_string_equal(reads->list[0].value, "one");
	assert_int_equal(reads->list[0].offset, 4);
	assert_string_equal(reads->list[1].value, "two");
	kit_read_nothing(consumer);
	assert_int_equal(ll_consumer_range(consumer, topic, 0, KIT_TIMEOUT_MS, &first, &end, NULL),
			 0);
	assert_int_equal(first, 0);
	assert_int_equal(end, 7);
	ll_consumer_free(consumer);
	ll_producer_free(producer);
}

static void test_an_open_transaction_holds_readers_back(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char id[LL_TOPIC_NAME_MAX];
	struct kit_reads *reads = fresh_reads();
	int64_t first = -1;
	int64_t end = -1;

	kit_topic(conformance, topic);
	kit_name(conformance, "id", id);
	struct ll_producer *producer = kit_producer(conformance, id);
	struct ll_consumer *committed = kit_reader(conformance, false);
	struct ll_consumer *uncommitted = kit_reader(conformance, true);

	kit_begin(producer);
	kit_send(producer, topic, 0, "k", "slow");
	kit_settle(producer);
	kit_publish(conformance, topic, 0, "k", "quick");

	kit_fetch(uncommitted, topic, 0, LL_OFFSET_BEGINNING);
	kit_read_records(uncommitted, reads, 2);
	kit_fetch(committed, topic, 0, LL_OFFSET_BEGINNING);
	reads = fresh_reads();
	kit_read_ends(committed, reads, 1);
	assert_int_equal(reads->count, 0);
	assert_int_equal(reads->last_end.offset, 0);
	assert_int_equal(ll_consumer_range(committed, topic, 0, KIT_TIMEOUT_MS, &first, &end, NULL),
			 0);
	assert_int_equal(end, 0);
	/* enrich waits for what is still open: it asks as a reader of uncommitted records. */
	assert_int_equal(
		ll_consumer_range(uncommitted, topic, 0, KIT_TIMEOUT_MS, &first, &end, NULL), 0);
	assert_true(end >= 2);

	kit_commit(producer);
	kit_read_records(committed, reads, 2);
	assert_string_equal(reads->list[0].value, "slow");
	assert_string_equal(reads->list[1].value, "quick");
	ll_consumer_free(committed);
	ll_consumer_free(uncommitted);
	ll_producer_free(producer);
}

static void test_a_transactional_id_has_one_holder(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char id[LL_TOPIC_NAME_MAX];
	struct kit_reads *reads = fresh_reads();

	kit_topic(conformance, topic);
	kit_name(conformance, "id", id);
	struct ll_producer *old = kit_producer(conformance, id);

	assert_int_equal(ll_producer_check(old, NULL), 0);
	kit_begin(old);
	kit_send(old, topic, 0, "k", "old");
	kit_settle(old);
	struct ll_producer *new = kit_producer(conformance, id);

	assert_int_equal(ll_producer_commit(old, KIT_TIMEOUT_MS, NULL), -LL_ERR_FENCED);
	assert_int_equal(ll_producer_check(old, NULL), -LL_ERR_FENCED);
	kit_begin(new);
	kit_send(new, topic, 0, "k", "new");
	kit_commit(new);
	assert_int_equal(ll_producer_check(new, NULL), 0);
	struct ll_consumer *consumer = kit_reader_of(conformance, topic, false);

	kit_read_records(consumer, reads, 1);
	assert_string_equal(reads->list[0].value, "new");
	kit_read_nothing(consumer);
	ll_consumer_free(consumer);
	ll_producer_free(old);
	ll_producer_free(new);
}

/* ---- fetching ---------------------------------------------------------------------------- */

static void test_every_end_is_told(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	struct kit_reads *reads = fresh_reads();

	kit_topic(conformance, topic);
	struct ll_consumer *consumer = kit_reader_of(conformance, topic, false);

	kit_read_ends(consumer, reads, KIT_PARTITIONS);
	assert_int_equal(reads->count, 0);
	kit_publish(conformance, topic, 1, "k", "v");
	reads->ends = 0;
	kit_read_ends(consumer, reads, 1);
	assert_int_equal(reads->count, 1);
	assert_int_equal(reads->last_end.partition, 1);
	/* The record and its marker. */
	assert_int_equal(reads->last_end.offset, 2);
	ll_consumer_free(consumer);
}

/* Whoever waits for an end must learn of one that only aborted records and markers lie before. */
static void test_an_end_moves_behind_what_was_aborted(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char id[LL_TOPIC_NAME_MAX];
	struct kit_reads *reads = fresh_reads();
	int64_t first;
	int64_t end;

	kit_topic(conformance, topic);
	kit_name(conformance, "id", id);
	struct ll_producer *producer = kit_producer(conformance, id);
	struct ll_consumer *consumer = kit_reader(conformance, false);

	kit_publish(conformance, topic, 0, "k", "v");
	kit_fetch(consumer, topic, 0, LL_OFFSET_BEGINNING);
	kit_read_ends(consumer, reads, 1);
	assert_int_equal(reads->last_end.offset, 2);
	kit_begin(producer);
	kit_send(producer, topic, 0, "k", "aborted");
	kit_settle(producer);
	kit_abort(producer);
	reads->ends = 0;
	kit_read_ends(consumer, reads, 1);
	assert_int_equal(reads->count, 1);
	assert_int_equal(reads->last_end.offset, 4);
	assert_int_equal(ll_consumer_range(consumer, topic, 0, KIT_TIMEOUT_MS, &first, &end, NULL),
			 0);
	assert_int_equal(end, 4);
	ll_consumer_free(consumer);
	ll_producer_free(producer);
}

static void test_fetching_starts_where_it_is_told_to(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	struct kit_reads *reads = fresh_reads();

	kit_topic(conformance, topic);
	struct ll_producer *producer = kit_producer(conformance, NULL);

	for (int i = 0; i < 20; i++)
		kit_send(producer, topic, i % 2, "k", i % 2 ? "odd" : "even");
	assert_int_equal(ll_producer_flush(producer, KIT_TIMEOUT_MS, NULL), 0);
	struct ll_consumer *consumer = kit_reader(conformance, false);

	kit_fetch(consumer, topic, 0, 7);
	kit_read_records(consumer, reads, 3);
	assert_int_equal(reads->list[0].offset, 7);

	/* Back and forth: nothing of what was fetched before comes through. */
	struct ll_record record;
	size_t count = 0;

	kit_fetch(consumer, topic, 0, 0);
	for (int i = 0; i < KIT_ATTEMPTS && count == 0; i++)
		assert_int_equal(ll_consumer_poll(consumer, KIT_POLL_MS, &record, 1, &count, NULL),
				 0);
	assert_int_equal(count, 1);
	assert_int_equal(record.offset, 0);
	kit_fetch(consumer, topic, 1, 2);
	reads = fresh_reads();
	kit_read_records(consumer, reads, 8);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(reads->list[i].partition, 1);
		assert_int_equal(reads->list[i].offset, (int64_t)i + 2);
	}
	kit_read_nothing(consumer);

	kit_fetch(consumer, topic, 0, LL_OFFSET_END);
	reads = fresh_reads();
	kit_read_ends(consumer, reads, 1);
	kit_send(producer, topic, 0, "k", "last");
	assert_int_equal(ll_producer_flush(producer, KIT_TIMEOUT_MS, NULL), 0);
	kit_read_records(consumer, reads, 1);
	assert_string_equal(reads->list[0].value, "last");

	assert_int_equal(ll_consumer_fetch(consumer, NULL, 0, NULL), 0);
	kit_send(producer, topic, 0, "k", "unseen");
	assert_int_equal(ll_producer_flush(producer, KIT_TIMEOUT_MS, NULL), 0);
	kit_read_nothing(consumer);
	ll_consumer_free(consumer);
	ll_producer_free(producer);
}

static void test_an_offset_outside_the_log_is_an_error(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	struct ll_record record;
	struct ll_error error = {0};
	size_t count = 0;
	int err = 0;

	kit_topic(conformance, topic);
	kit_publish(conformance, topic, 0, "k", "v");
	struct ll_consumer *consumer = kit_reader(conformance, false);

	kit_fetch(consumer, topic, 0, 1000);
	for (int i = 0; i < KIT_ATTEMPTS && !err; i++) {
		err = ll_consumer_poll(consumer, KIT_POLL_MS, &record, 1, &count, &error);
		assert_int_equal(count, 0);
	}
	assert_int_equal(err, -LL_ERR_STATE);
	assert_non_null(strstr(error.message, topic));

	struct ll_position none = kit_position(topic, 0, LL_OFFSET_NONE);

	assert_int_equal(ll_consumer_fetch(consumer, &none, 1, NULL), -LL_ERR_INVALID);
	ll_consumer_free(consumer);
}

static void test_offsets_are_found_by_time(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	struct kit_reads *reads = fresh_reads();
	int64_t offset = -1;

	kit_topic(conformance, topic);
	kit_publish(conformance, topic, 0, "k", "first");
	conformance->pass(conformance->bus);
	kit_publish(conformance, topic, 0, "k", "second");
	struct ll_consumer *consumer = kit_reader(conformance, false);

	kit_fetch(consumer, topic, 0, LL_OFFSET_BEGINNING);
	kit_read_records(consumer, reads, 2);
	assert_true(reads->list[1].timestamp_ms > reads->list[0].timestamp_ms);

	struct {
		int64_t time_ms;
		int64_t offset;
	} rows[] = {
		{0, 0},
		{reads->list[0].timestamp_ms, 0},
		{reads->list[1].timestamp_ms, 2},
		{reads->list[1].timestamp_ms + 86400000, 4},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(ll_consumer_offset_at(consumer, topic, 0, rows[i].time_ms,
						       KIT_TIMEOUT_MS, &offset, NULL),
				 0);
		assert_int_equal(offset, rows[i].offset);
	}
	ll_consumer_free(consumer);
}

/* ---- groups ------------------------------------------------------------------------------ */

static void test_members_share_and_hand_over(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char group[LL_TOPIC_NAME_MAX];
	const char *const topics[] = {topic};
	struct kit_member one = {.fetches = true};
	struct kit_member two = {0};
	struct kit_member *const both[] = {&one, &two};
	bool held[KIT_PARTITIONS] = {false};

	kit_topic(conformance, topic);
	kit_name(conformance, "group", group);
	kit_member_open(conformance, &one, group, "one", topics, 1);
	kit_until_assigned(both, 1, &one, 1);
	assert_int_equal(one.assignment_count, KIT_PARTITIONS);

	kit_member_open(conformance, &two, group, "two", topics, 1);
	kit_until_assigned(both, 2, &two, 1);
	kit_until_assigned(both, 2, &one, 2);
	assert_int_equal(one.revoked, 1);
	assert_int_equal(one.revoked_count, KIT_PARTITIONS);
	assert_false(one.lost);
	assert_int_equal(one.assignment_count + two.assignment_count, KIT_PARTITIONS);
	for (size_t m = 0; m < 2; m++) {
		assert_int_equal(both[m]->assignment_count, KIT_PARTITIONS / 2);
		for (size_t i = 0; i < both[m]->assignment_count; i++) {
			assert_false(held[both[m]->assignment[i].partition]);
			held[both[m]->assignment[i].partition] = true;
		}
	}
	/* What the other one has cannot be fetched. */
	assert_int_equal(ll_consumer_fetch(one.consumer, two.assignment, 1, NULL), -LL_ERR_INVALID);

	ll_consumer_free(two.consumer);
	assert_int_equal(two.revoked, 1);
	kit_until_assigned(both, 1, &one, 3);
	assert_int_equal(one.assignment_count, KIT_PARTITIONS);
	ll_consumer_free(one.consumer);
	assert_int_equal(one.revoked, 3);
}

static void test_nothing_comes_until_it_is_fetched(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char group[LL_TOPIC_NAME_MAX];
	const char *const topics[] = {topic};
	struct kit_member member = {0};
	struct kit_member *const members[] = {&member};
	struct kit_reads *reads = fresh_reads();

	kit_topic(conformance, topic);
	kit_name(conformance, "group", group);
	for (int32_t i = 0; i < KIT_PARTITIONS; i++)
		kit_publish(conformance, topic, i, "k", "v");
	kit_member_open(conformance, &member, group, "one", topics, 1);
	kit_until_assigned(members, 1, &member, 1);
	kit_read_nothing(member.consumer);
	kit_fetch(member.consumer, topic, 2, LL_OFFSET_BEGINNING);
	kit_read_records(member.consumer, reads, 1);
	assert_int_equal(reads->list[0].partition, 2);
	kit_read_nothing(member.consumer);
	assert_int_equal(member.assigned, 1);
	ll_consumer_free(member.consumer);
}

static void test_a_pattern_takes_the_topics_it_matches(void **state)
{
	struct conformance *conformance = *state;
	char yes[LL_TOPIC_NAME_MAX];
	char no[LL_TOPIC_NAME_MAX];
	char group[LL_TOPIC_NAME_MAX];
	char pattern[LL_TOPIC_NAME_MAX + 8];
	const char *const topics[] = {pattern};
	struct kit_member member = {0};
	struct kit_member *const members[] = {&member};

	kit_topic(conformance, yes);
	kit_topic(conformance, no);
	kit_name(conformance, "group", group);
	snprintf(pattern, sizeof(pattern), "^%.100s$", yes);
	kit_member_open(conformance, &member, group, "one", topics, 1);
	kit_until_assigned(members, 1, &member, 1);
	assert_int_equal(member.assignment_count, KIT_PARTITIONS);
	assert_string_equal(member.assignment[0].topic, yes);
	ll_consumer_free(member.consumer);
}

static int64_t committed(struct kit_member *member, const char *topic, int timeout_ms)
{
	struct ll_position position = kit_position(topic, 0, 0);
	struct ll_error error = {0};
	int err = ll_consumer_committed(member->consumer, &position, 1, timeout_ms, &error);

	return err ? err : position.offset;
}

static void test_offsets_go_with_the_transaction(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char group[LL_TOPIC_NAME_MAX];
	char id[LL_TOPIC_NAME_MAX];
	const char *const topics[] = {topic};
	struct kit_member member = {.fetches = true};
	struct kit_member observer = {0};
	struct kit_member *const members[] = {&member};

	kit_topic(conformance, topic);
	kit_name(conformance, "group", group);
	kit_name(conformance, "id", id);
	struct ll_producer *producer = kit_producer(conformance, id);
	struct ll_position positions[] = {kit_position(topic, 0, 7), kit_position(topic, 0, 9)};

	kit_member_open(conformance, &member, group, "one", topics, 1);
	kit_until_assigned(members, 1, &member, 1);
	assert_int_equal(committed(&member, topic, KIT_TIMEOUT_MS), LL_OFFSET_NONE);

	kit_begin(producer);
	assert_int_equal(
		ll_producer_send_offsets(producer, member.consumer, &positions[0], 1, NULL), 0);
	/* Unstable: neither the old nor the new may be told. */
	assert_int_equal(committed(&member, topic, 300), -LL_ERR_TIMED_OUT);
	kit_commit(producer);
	assert_int_equal(committed(&member, topic, KIT_TIMEOUT_MS), 7);
	/* Without topics one asks and does not join. */
	kit_member_open(conformance, &observer, group, "observer", NULL, 0);
	assert_int_equal(committed(&observer, topic, KIT_TIMEOUT_MS), 7);
	kit_read_nothing(observer.consumer);
	assert_int_equal(observer.assigned, 0);
	ll_consumer_free(observer.consumer);
	assert_int_equal(member.revoked, 0);

	kit_begin(producer);
	assert_int_equal(
		ll_producer_send_offsets(producer, member.consumer, &positions[1], 1, NULL), 0);
	kit_abort(producer);
	assert_int_equal(committed(&member, topic, KIT_TIMEOUT_MS), 7);
	ll_consumer_free(member.consumer);
	ll_producer_free(producer);
}

/* What a stage does when it is told `revoked`: commits what it has. */
struct handover {
	struct ll_producer *producer;
	const char *topic;
	int err;
};

static void commit_on_revoked(struct kit_member *member)
{
	struct handover *handover = member->on_revoked_context;
	struct ll_position position = kit_position(handover->topic, 0, 5);

	handover->err =
		ll_producer_send_offsets(handover->producer, member->consumer, &position, 1, NULL);
	if (!handover->err)
		handover->err = ll_producer_commit(handover->producer, KIT_TIMEOUT_MS, NULL);
	member->on_revoked = NULL;
}

static void test_work_can_be_committed_while_it_is_revoked(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char group[LL_TOPIC_NAME_MAX];
	char id[LL_TOPIC_NAME_MAX];
	const char *const topics[] = {topic};

	kit_topic(conformance, topic);
	kit_name(conformance, "group", group);
	kit_name(conformance, "id", id);
	struct handover handover = {kit_producer(conformance, id), topic, -1};
	struct kit_member one = {.fetches = true, .on_revoked_context = &handover};
	struct kit_member two = {0};
	struct kit_member *const both[] = {&one, &two};

	one.on_revoked = commit_on_revoked;
	kit_member_open(conformance, &one, group, "one", topics, 1);
	kit_until_assigned(both, 1, &one, 1);
	kit_begin(handover.producer);
	kit_send(handover.producer, topic, 3, "k", "output");
	kit_member_open(conformance, &two, group, "two", topics, 1);
	kit_until_assigned(both, 2, &two, 1);
	assert_int_equal(handover.err, 0);
	assert_int_equal(committed(&two, topic, KIT_TIMEOUT_MS), 5);
	ll_consumer_free(one.consumer);
	ll_consumer_free(two.consumer);
	ll_producer_free(handover.producer);
}

/*
 * An instance that was stopped while it had a transaction open, thrown out of its group, and goes on:
 * it must not commit, not even when its client has already joined the group again.
 */
static void test_a_transaction_belongs_to_its_generation(void **state)
{
	struct conformance *conformance = *state;
	char topic[LL_TOPIC_NAME_MAX];
	char group[LL_TOPIC_NAME_MAX];
	char id[LL_TOPIC_NAME_MAX];
	const char *const topics[] = {topic};
	struct kit_member zombie = {.fetches = true};
	struct kit_member heir = {.fetches = true};
	struct kit_member *const the_zombie[] = {&zombie};
	struct kit_member *const the_heir[] = {&heir};
	struct kit_reads *reads = fresh_reads();

	kit_topic(conformance, topic);
	kit_name(conformance, "group", group);
	kit_name(conformance, "id", id);
	struct ll_producer *producer = kit_producer(conformance, id);
	struct ll_position position = kit_position(topic, 0, 3);

	kit_member_open(conformance, &zombie, group, "zombie", topics, 1);
	kit_until_assigned(the_zombie, 1, &zombie, 1);
	kit_member_open(conformance, &heir, group, "heir", topics, 1);
	if (conformance->lapse)
		conformance->lapse(conformance->bus, group, "zombie");
	kit_until_assigned(the_heir, 1, &heir, 1);
	assert_int_equal(heir.assignment_count, KIT_PARTITIONS);
	assert_int_equal(zombie.revoked, 0);

	kit_begin(producer);
	assert_int_equal(ll_producer_send_offsets(producer, zombie.consumer, &position, 1, NULL),
			 -LL_ERR_FENCED);
	kit_abort(producer);
	assert_int_equal(ll_producer_check(producer, NULL), 0);

	/* Time for its client to learn from a heartbeat what the group has done. */
	for (int i = 0; i < 6; i++)
		kit_read_nothing(heir.consumer);
	/* It learns that it has lost everything, and its client joins again; the heir makes way.
	 * The new generation is there before the zombie is told of it. */
	for (int i = 0; i < KIT_ATTEMPTS && zombie.revoked == 0; i++)
		kit_poll(zombie.consumer, reads);
	assert_int_equal(zombie.revoked, 1);
	assert_true(zombie.lost);
	kit_until_assigned(the_heir, 1, &heir, 2);
	assert_int_equal(zombie.assigned, 1);
	kit_begin(producer);
	assert_int_equal(ll_producer_send_offsets(producer, zombie.consumer, &position, 1, NULL),
			 -LL_ERR_FENCED);
	kit_abort(producer);
	assert_int_equal(committed(&heir, topic, KIT_TIMEOUT_MS), LL_OFFSET_NONE);

	/* Once told, it is a member as any other. */
	kit_until_assigned(the_zombie, 1, &zombie, 2);
	kit_begin(producer);
	assert_int_equal(ll_producer_send_offsets(producer, zombie.consumer, &position, 1, NULL),
			 0);
	kit_commit(producer);
	assert_int_equal(committed(&heir, topic, KIT_TIMEOUT_MS), 3);
	ll_consumer_free(zombie.consumer);
	ll_consumer_free(heir.consumer);
	ll_producer_free(producer);
}

static void test_without_a_group_there_are_no_committed_offsets(void **state)
{
	struct conformance *conformance = *state;
	struct kit_member member = {.consumer = kit_reader(conformance, false)};

	assert_int_equal(committed(&member, "any", KIT_TIMEOUT_MS), -LL_ERR_INVALID);
	ll_consumer_free(member.consumer);
}

int conformance_run(struct conformance *conformance, const char *name)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(test_topics_are_created_counted_and_listed),
		cmocka_unit_test(test_keys_choose_partitions_and_order_is_kept),
		cmocka_unit_test(test_records_arrive_as_sent),
		cmocka_unit_test(test_what_cannot_be_sent_is_refused),
		cmocka_unit_test(test_a_full_queue_says_so_and_takes_more_later),
		cmocka_unit_test(test_aborted_records_are_never_seen),
		cmocka_unit_test(test_an_open_transaction_holds_readers_back),
		cmocka_unit_test(test_a_transactional_id_has_one_holder),
		cmocka_unit_test(test_every_end_is_told),
		cmocka_unit_test(test_an_end_moves_behind_what_was_aborted),
		cmocka_unit_test(test_fetching_starts_where_it_is_told_to),
		cmocka_unit_test(test_an_offset_outside_the_log_is_an_error),
		cmocka_unit_test(test_offsets_are_found_by_time),
		cmocka_unit_test(test_members_share_and_hand_over),
		cmocka_unit_test(test_nothing_comes_until_it_is_fetched),
		cmocka_unit_test(test_a_pattern_takes_the_topics_it_matches),
		cmocka_unit_test(test_offsets_go_with_the_transaction),
		cmocka_unit_test(test_work_can_be_committed_while_it_is_revoked),
		cmocka_unit_test(test_a_transaction_belongs_to_its_generation),
		cmocka_unit_test(test_without_a_group_there_are_no_committed_offsets),
	};

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tests[i].initial_state = conformance;
	return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}
