#include "conformance_kit.h"

#include <stdio.h>
#include <string.h>

static void must(int err, const struct ll_error *error, const char *what)
{
	if (err)
		fail_msg("%s: %s: %s", what, ll_err_name(err), error->message);
}

void kit_name(struct conformance *conformance, const char *name, char ret_name[LL_TOPIC_NAME_MAX])
{
	static int counter;

	snprintf(ret_name, LL_TOPIC_NAME_MAX, "%s-%s-%d", conformance->prefix, name, ++counter);
}

void kit_topic(struct conformance *conformance, char ret_name[LL_TOPIC_NAME_MAX])
{
	struct ll_topic_spec spec = {ret_name, KIT_PARTITIONS, false, -1};
	struct ll_error error = {0};

	kit_name(conformance, "topic", ret_name);
	must(ll_bus_create_topics(conformance->bus, &spec, 1, KIT_TIMEOUT_MS, &error), &error,
	     "create");
}

/* ---- producers --------------------------------------------------------------------------- */

struct ll_producer *kit_producer(struct conformance *conformance, const char *transactional_id)
{
	struct ll_producer_options options = {.transactional_id = transactional_id};
	struct ll_producer *producer = NULL;
	struct ll_error error = {0};

	must(ll_producer_new(conformance->bus, &options, &producer, &error), &error, "producer");
	return producer;
}

static struct ll_bytes bytes_of(const char *text)
{
	return (struct ll_bytes){(const uint8_t *)text, text ? strlen(text) : 0};
}

int kit_try_send(struct ll_producer *producer, const char *topic, int32_t partition,
		 const char *key, const char *value)
{
	struct ll_outgoing outgoing = {topic, partition, bytes_of(key), bytes_of(value), 0};
	struct ll_error error = {0};

	return ll_producer_send(producer, &outgoing, &error);
}

void kit_send(struct ll_producer *producer, const char *topic, int32_t partition, const char *key,
	      const char *value)
{
	assert_int_equal(kit_try_send(producer, topic, partition, key, value), 0);
}

void kit_begin(struct ll_producer *producer)
{
	struct ll_error error = {0};

	must(ll_producer_begin(producer, &error), &error, "begin");
}

void kit_commit(struct ll_producer *producer)
{
	struct ll_error error = {0};

	must(ll_producer_commit(producer, KIT_TIMEOUT_MS, &error), &error, "commit");
}

void kit_abort(struct ll_producer *producer)
{
	struct ll_error error = {0};

	must(ll_producer_abort(producer, KIT_TIMEOUT_MS, &error), &error, "abort");
}

void kit_settle(struct ll_producer *producer)
{
	for (int i = 0; i < KIT_ATTEMPTS; i++)
		if (ll_producer_poll(producer, KIT_POLL_MS) == 0)
			return;
	fail_msg("the broker did not take what was sent");
}

void kit_publish(struct conformance *conformance, const char *topic, int32_t partition,
		 const char *key, const char *value)
{
	char id[LL_TOPIC_NAME_MAX];
	struct ll_producer *producer;

	kit_name(conformance, "publisher", id);
	producer = kit_producer(conformance, id);
	kit_begin(producer);
	kit_send(producer, topic, partition, key, value);
	kit_commit(producer);
	ll_producer_free(producer);
}

/* ---- readers ----------------------------------------------------------------------------- */

struct ll_position kit_position(const char *topic, int32_t partition, int64_t offset)
{
	struct ll_position position = {.partition = partition, .offset = offset};

	snprintf(position.topic, sizeof(position.topic), "%s", topic);
	return position;
}

struct ll_consumer *kit_reader(struct conformance *conformance, bool read_uncommitted)
{
	struct ll_consumer_options options = {.read_uncommitted = read_uncommitted};
	struct ll_consumer *consumer = NULL;
	struct ll_error error = {0};

	must(ll_consumer_new(conformance->bus, &options, &consumer, &error), &error, "consumer");
	return consumer;
}

struct ll_consumer *kit_reader_of(struct conformance *conformance, const char *topic,
				  bool read_uncommitted)
{
	struct ll_consumer *consumer = kit_reader(conformance, read_uncommitted);
	struct ll_position positions[KIT_PARTITIONS];
	struct ll_error error = {0};

	for (int32_t i = 0; i < KIT_PARTITIONS; i++)
		positions[i] = kit_position(topic, i, LL_OFFSET_BEGINNING);
	must(ll_consumer_fetch(consumer, positions, KIT_PARTITIONS, &error), &error, "fetch");
	return consumer;
}

void kit_fetch(struct ll_consumer *consumer, const char *topic, int32_t partition, int64_t offset)
{
	struct ll_position position = kit_position(topic, partition, offset);
	struct ll_error error = {0};

	must(ll_consumer_fetch(consumer, &position, 1, &error), &error, "fetch");
}

static void copy_text(char *to, struct ll_bytes from)
{
	size_t size = from.size < KIT_TEXT_MAX - 1 ? from.size : KIT_TEXT_MAX - 1;

	if (size)
		memcpy(to, from.data, size);
	to[size] = '\0';
}

static void add(struct ll_consumer *consumer, struct kit_reads *reads,
		const struct ll_record *record)
{
	struct kit_read *read = &reads->list[reads->count];

	if (record->end_of_partition) {
		reads->ends++;
		reads->last_end = kit_position(record->topic, record->partition, record->offset);
		return;
	}
	assert_true(reads->count < KIT_READS_MAX);
	reads->count++;
	snprintf(read->topic, sizeof(read->topic), "%s", record->topic);
	read->partition = record->partition;
	read->offset = record->offset;
	read->timestamp_ms = record->timestamp_ms;
	read->hops = ll_consumer_hops(consumer, record);
	copy_text(read->key, record->key);
	copy_text(read->value, record->value);
	read->value_size = record->value.size;
	read->tombstone = !record->value.data;
}

void kit_poll(struct ll_consumer *consumer, struct kit_reads *reads)
{
	struct ll_record records[16];
	struct ll_error error = {0};
	size_t count = 0;

	must(ll_consumer_poll(consumer, KIT_POLL_MS, records, 16, &count, &error), &error, "poll");
	for (size_t i = 0; i < count; i++)
		add(consumer, reads, &records[i]);
}

void kit_read_records(struct ll_consumer *consumer, struct kit_reads *reads, size_t count)
{
	for (int i = 0; i < KIT_ATTEMPTS && reads->count < count; i++)
		kit_poll(consumer, reads);
	assert_int_equal(reads->count, count);
}

void kit_read_ends(struct ll_consumer *consumer, struct kit_reads *reads, size_t ends)
{
	for (int i = 0; i < KIT_ATTEMPTS && reads->ends < ends; i++)
		kit_poll(consumer, reads);
	assert_true(reads->ends >= ends);
}

void kit_read_nothing(struct ll_consumer *consumer)
{
	static struct kit_reads reads;

	reads = (struct kit_reads){0};
	for (int i = 0; i < KIT_QUIET; i++)
		kit_poll(consumer, &reads);
	assert_int_equal(reads.count, 0);
}

/* ---- members ----------------------------------------------------------------------------- */

static void on_assigned(void *context, const struct ll_position *partitions, size_t count)
{
	struct kit_member *member = context;
	struct ll_error error = {0};

	assert_true(count <= KIT_PARTITIONS * 4);
	for (size_t i = 0; i < count; i++) {
		member->assignment[i] = partitions[i];
		member->assignment[i].offset = LL_OFFSET_BEGINNING;
	}
	member->assignment_count = count;
	member->assigned++;
	if (member->fetches)
		must(ll_consumer_fetch(member->consumer, member->assignment, count, &error), &error,
		     "fetch");
}

static void on_revoked(void *context, const struct ll_position *partitions, size_t count, bool lost)
{
	struct kit_member *member = context;

	(void)partitions;
	member->revoked++;
	member->revoked_count = count;
	member->lost = lost;
	if (member->on_revoked)
		member->on_revoked(member);
}

void kit_member_open(struct conformance *conformance, struct kit_member *member, const char *group,
		     const char *instance, const char *const *topics, size_t topic_count)
{
	struct ll_consumer_options options = {
		.group = group,
		.instance = instance,
		.topics = topics,
		.topic_count = topic_count,
		.events = {on_assigned, on_revoked, member},
	};
	struct ll_error error = {0};

	must(ll_consumer_new(conformance->bus, &options, &member->consumer, &error), &error,
	     "member");
}

void kit_until_assigned(struct kit_member *const *members, size_t count, struct kit_member *member,
			int times)
{
	static struct kit_reads reads;

	for (int i = 0; i < KIT_ATTEMPTS && member->assigned < times; i++) {
		reads = (struct kit_reads){0};
		for (size_t k = 0; k < count; k++)
			kit_poll(members[k]->consumer, &reads);
	}
	assert_true(member->assigned >= times);
}
