#include "kit.h"

#include <stdio.h>

#include "base/hash.h"

#define STEP_MS	    100
#define RECORDS_MAX 4096

static int64_t read_clock(void *context)
{
	return ((struct kit *)context)->now_ms++;
}

static const char *const topics[] = {
	"life-events.health",  "life-events.water",	  "registry.people",	 "held",
	"household-events",    "assistance-tasks.360502", "escalations.3605",	 "risk-changes",
	"dead-letters.enrich", "dead-letters.assess",	  "dead-letters.record",
};

void kit_topic(struct kit *kit, const char *name)
{
	const struct ll_topic_spec spec = {name, KIT_PARTITIONS, false, -1};

	assert_int_equal(ll_bus_create_topics(kit->bus, &spec, 1, 1000, NULL), 0);
}

void kit_open(struct kit *kit)
{
	const struct ll_producer_options options = {.instance = "world"};

	*kit = (struct kit){.now_ms = INT64_C(1735689600000)};
	kit->clock = (struct ll_clock){read_clock, read_clock, kit};
	assert_int_equal(ll_bus_memory_new(&kit->bus), 0);
	assert_int_equal(ll_store_memory_new(&kit->store), 0);
	assert_int_equal(ll_codec_new(&kit->codec, NULL), 0);
	assert_int_equal(ll_metrics_new(&kit->metrics), 0);
	ll_arena_init(&kit->arena, 0);
	for (size_t i = 0; i < sizeof(topics) / sizeof(*topics); i++)
		kit_topic(kit, topics[i]);
	assert_int_equal(ll_producer_new(kit->bus, &options, &kit->producer, NULL), 0);
}

void kit_close(struct kit *kit)
{
	ll_producer_free(kit->producer);
	ll_arena_release(&kit->arena);
	ll_metrics_free(kit->metrics);
	ll_codec_free(kit->codec);
	ll_store_free(kit->store);
	ll_bus_free(kit->bus);
}

struct ll_stage_env kit_env(struct kit *kit, const char *instance)
{
	return (struct ll_stage_env){
		.bus = kit->bus,
		.store = kit->store,
		.codec = kit->codec,
		.metrics = kit->metrics,
		.clock = &kit->clock,
		.instance = instance,
		.commit_interval_ms = 1000000,
		.checkpoint_interval_ms = 100,
		.batch_max = 100,
		.person_partitions = KIT_PARTITIONS,
		.household_partitions = KIT_PARTITIONS,
		.queue_partitions = KIT_PARTITIONS,
		.single_threaded = true,
	};
}

struct ll_stage_loop *kit_loop(struct kit *kit, const struct ll_stage *stage, const char *instance)
{
	const struct ll_stage_env env = kit_env(kit, instance);
	struct ll_stage_loop *loop = NULL;
	struct ll_error error = {0};
	int err = ll_stage_loop_new(stage, &env, &loop, &error);

	if (err)
		fail_msg("loop: %s: %s", ll_err_name(err), error.message);
	return loop;
}

void kit_turn(struct kit *kit, struct ll_stage_loop *loop, int turns)
{
	struct ll_error error = {0};

	for (int i = 0; i < turns; i++) {
		int err = ll_stage_loop_turn(loop, 0, &error);

		if (err)
			fail_msg("turn %d: %s: %s", i, ll_err_name(err), error.message);
		kit->now_ms += STEP_MS;
	}
}

void kit_stop(struct ll_stage_loop *loop)
{
	struct ll_error error = {0};
	int err = ll_stage_loop_stop(loop, &error);

	if (err)
		fail_msg("stop: %s: %s", ll_err_name(err), error.message);
	ll_stage_loop_free(loop);
}

void kit_kill(struct kit *kit, const struct ll_stage *stage, const char *instance,
	      struct ll_stage_loop *loop)
{
	char name[256];

	snprintf(name, sizeof(name), "lifeline-%s", stage->name);
	ll_bus_memory_expire_members(kit->bus, name, instance);
	for (int i = 0; i < 2; i++) { /* a stage's two producers */
		snprintf(name, sizeof(name), "lifeline-%s-%s-%d", stage->name, instance, i);
		ll_bus_memory_expire_transaction(kit->bus, name);
	}
	ll_stage_loop_free(loop);
}

/* ---- writing ------------------------------------------------------------------------------- */

struct ll_bytes kit_text(const char *text)
{
	return (struct ll_bytes){(const uint8_t *)text, text ? strlen(text) : 0};
}

void kit_send(struct kit *kit, const char *topic, int32_t partition, struct ll_bytes key,
	      struct ll_bytes value)
{
	const struct ll_outgoing outgoing = {topic, partition, key, value, 0};

	assert_int_equal(ll_producer_send(kit->producer, &outgoing, NULL), 0);
	assert_int_equal(ll_producer_flush(kit->producer, 1000, NULL), 0);
}

void kit_send_message(struct kit *kit, const char *topic, const struct ll_key *key,
		      enum ll_message message, const void *value)
{
	struct ll_buf wire;

	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(kit->codec, message, value, &wire), 0);
	kit_send(kit, topic, LL_PARTITION_BY_KEY, (struct ll_bytes){key->bytes, LL_KEY_SIZE},
		 ll_buf_bytes(&wire));
	ll_buf_release(&wire);
}

/* ---- reading ------------------------------------------------------------------------------- */

static struct ll_bytes keep(struct kit *kit, struct ll_bytes bytes)
{
	if (!bytes.data)
		return bytes;
	return (struct ll_bytes){ll_arena_copy(&kit->arena, bytes.data, bytes.size), bytes.size};
}

size_t kit_read(struct kit *kit, const char *topic, struct kit_record **ret_records)
{
	const struct ll_consumer_options options = {.instance = "reader"};
	struct ll_position positions[KIT_PARTITIONS];
	static struct ll_record records[RECORDS_MAX];
	struct kit_record *kept = ll_arena_alloc(&kit->arena, RECORDS_MAX * sizeof(*kept));
	struct ll_consumer *consumer;
	size_t count = 0;

	assert_int_equal(ll_consumer_new(kit->bus, &options, &consumer, NULL), 0);
	for (int32_t i = 0; i < KIT_PARTITIONS; i++) {
		size_t polled = 0;

		snprintf(positions[i].topic, sizeof(positions[i].topic), "%s", topic);
		positions[i].partition = i;
		positions[i].offset = LL_OFFSET_BEGINNING;
		assert_int_equal(ll_consumer_fetch(consumer, &positions[i], 1, NULL), 0);
		assert_int_equal(ll_consumer_poll(consumer, 0, records, RECORDS_MAX, &polled, NULL),
				 0);
		assert_true(polled < RECORDS_MAX);
		for (size_t k = 0; k < polled; k++) {
			if (records[k].end_of_partition)
				continue;
			assert_true(count < RECORDS_MAX);
			kept[count++] = (struct kit_record){
				.partition = records[k].partition,
				.offset = records[k].offset,
				.hops = ll_consumer_hops(consumer, &records[k]),
				.key = keep(kit, records[k].key),
				.value = keep(kit, records[k].value),
			};
		}
	}
	ll_consumer_free(consumer);
	*ret_records = kept;
	return count;
}

size_t kit_count(struct kit *kit, const char *topic)
{
	struct kit_record *records;

	return kit_read(kit, topic, &records);
}

void kit_decode(struct kit *kit, enum ll_message message, struct ll_bytes wire, void *ret_value)
{
	assert_int_equal(ll_codec_decode(kit->codec, message, wire, &kit->arena, ret_value), 0);
}

int64_t kit_committed(struct kit *kit, const char *group, const char *topic, int32_t partition)
{
	const struct ll_consumer_options options = {.group = group, .instance = "asker"};
	struct ll_position position = {.partition = partition};
	struct ll_consumer *consumer;

	snprintf(position.topic, sizeof(position.topic), "%s", topic);
	assert_int_equal(ll_consumer_new(kit->bus, &options, &consumer, NULL), 0);
	assert_int_equal(ll_consumer_committed(consumer, &position, 1, 1000, NULL), 0);
	ll_consumer_free(consumer);
	return position.offset;
}

void kit_assert_text(struct ll_str text, const char *wanted)
{
	if (!ll_str_equal(text, ll_str_from(wanted)))
		fail_msg("'%.*s' is not '%s'", LL_STR_ARG(text), wanted);
}

void kit_assert_bytes(struct ll_bytes bytes, struct ll_bytes wanted)
{
	assert_int_equal(bytes.size, wanted.size);
	if (bytes.size > 0)
		assert_memory_equal(bytes.data, wanted.data, bytes.size);
}

/* ---- keys ---------------------------------------------------------------------------------- */

struct ll_key kit_any_key(uint32_t number)
{
	struct ll_key key;

	ll_hash128(&number, sizeof(number), &key);
	return key;
}

struct ll_key kit_key(uint32_t number, int32_t partition)
{
	struct ll_key key = kit_any_key(number);

	for (uint32_t i = 1; ll_partition_of(key.bytes, LL_KEY_SIZE, KIT_PARTITIONS) != partition;
	     i++)
		key = kit_any_key(number + i * 1000000);
	return key;
}
