/*
 * How soon what was published is answered, at a steady rate, through two hops:
 *
 *   latency lifeline RATE SECONDS HOUSEHOLDS   life events → enrich → assess → a county's queue
 *   latency floor RATE SECONDS                 the same rate through two hops that do nothing
 *
 * One thread publishes; after WARM_UP_S what it publishes is measured. Two read, each read_committed: one
 * what the first hop wrote, one what the second did. Of every record there are three times: when its
 * cause was published, when it was written by its hop (both are Kafka's timestamps, of sending), and
 * when it arrived here. All are of this machine's clock.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "feed.h"
#include "runtime/topics.h"

#define WARM_UP_S	5
#define REST_MS		2000 /* after the last event: what is slow shall count too */
#define SETTLE_MS	2000 /* after the households of its own were registered */
#define TASK_EVERY	10   /* of so many events one causes tasks */
#define BATCH		4096
#define SAMPLES_MAX	4000000
#define TIMEOUT_MS	10000
#define FLOOR_BYTES	100 /* about a life event */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct bench;

struct chain {
	const char *name;
	const char *middle; /* what the first hop writes */
	const char *output;
	void (*prepare)(struct bench *bench);
	void (*publish)(struct bench *bench, uint64_t number);
	/* When the cause of a record was published; 0: it had none. */
	int64_t (*middle_cause)(const struct bench *bench, const struct ll_record *record,
				struct ll_arena *arena);
	int64_t (*output_cause)(const struct bench *bench, const struct ll_record *record,
				struct ll_arena *arena);
};

struct bench {
	const struct chain *chain;
	uint64_t rate;
	uint64_t seconds;
	uint64_t households;
	uint64_t own_from; /* number of the first household, and event, of this run alone */
	struct feed feed;
	_Atomic int64_t from_ms; /* what was published in this time is measured */
	_Atomic int64_t until_ms;
	_Atomic bool stop;
	_Atomic int reading; /* readers that stand at the end of what they read */
};

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void sleep_until_us(int64_t time_us)
{
	const struct timespec until = {time_us / 1000000, time_us % 1000000 * 1000};

	while (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL) != 0) {
	}
}

/* ---- lifeline -------------------------------------------------------------------------------- */

/* Households of the other county, each of which gets one bill. */
static void register_own(struct bench *bench)
{
	uint64_t count = bench->rate * (bench->seconds + WARM_UP_S) / TASK_EVERY + 1;

	for (uint64_t i = 0; i < count; i++)
		feed_household(&bench->feed, bench->own_from + i, FEED_OTHER_VILLAGE);
	feed_flush(&bench->feed);
	sleep_until_us(now_us() + SETTLE_MS * 1000);
}

static void publish_event(struct bench *bench, uint64_t number)
{
	uint64_t id = bench->own_from + number;

	if (number % TASK_EVERY == 0)
		feed_bill(&bench->feed, id, bench->own_from + number / TASK_EVERY);
	else
		feed_event(&bench->feed, id, bench->households);
}

static int64_t event_cause(const struct bench *bench, const struct ll_record *record,
			   struct ll_arena *arena)
{
	struct ll_household_event event;

	if (ll_codec_decode(bench->feed.codec, LL_MESSAGE_HOUSEHOLD_EVENT, record->value, arena,
			    &event))
		feed_die("a household event", NULL);
	return event.body == LL_BODY_LIFE_EVENT ? event.origin.published_at_ms : 0;
}

static int64_t task_cause(const struct bench *bench, const struct ll_record *record,
			  struct ll_arena *arena)
{
	struct ll_task task;

	if (ll_codec_decode(bench->feed.codec, LL_MESSAGE_TASK, record->value, arena, &task))
		feed_die("a task", NULL);
	return task.cause.published_at_ms;
}

/* ---- the floor ------------------------------------------------------------------------------- */

static void prepare_nothing(struct bench *bench)
{
	(void)bench;
}

/* It carries its own time, since a hop writes another beside it. */
static void publish_bytes(struct bench *bench, uint64_t number)
{
	unsigned char bytes[FLOOR_BYTES];
	int64_t time_ms = now_us() / 1000;

	for (size_t i = sizeof(time_ms); i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(number * 31 + i * number);
	memcpy(bytes, &time_ms, sizeof(time_ms));
	feed_bytes(&bench->feed, "floor.input", (int32_t)(number % FEED_FLOOR_PARTITIONS),
		   (struct ll_bytes){bytes, sizeof(bytes)});
}

static int64_t bytes_cause(const struct bench *bench, const struct ll_record *record,
			   struct ll_arena *arena)
{
	int64_t time_ms = 0;

	(void)bench;
	(void)arena;
	if (record->value.size == FLOOR_BYTES)
		memcpy(&time_ms, record->value.data, sizeof(time_ms));
	return time_ms;
}

static const struct chain chains[] = {
	{"lifeline", "household-events", "assistance-tasks.360521", register_own, publish_event,
	 event_cause, task_cause},
	{"floor", "floor.first", "floor.second", prepare_nothing, publish_bytes, bytes_cause,
	 bytes_cause},
};

/* ---- reading --------------------------------------------------------------------------------- */

struct sample {
	float written_ms; /* after the cause was published */
	float arrived_ms; /* after it was written */
	float all_ms;	  /* arrived after the cause was published */
};

struct reader {
	struct bench *bench;
	const char *topic;
	int64_t (*cause)(const struct bench *bench, const struct ll_record *record,
			 struct ll_arena *arena);
	struct sample *samples;
	size_t count;
	pthread_t thread;
};

static struct ll_consumer *read_from_end(struct ll_bus *bus, const char *topic)
{
	const struct ll_consumer_options options = {.instance = "bench-latency"};
	struct ll_position positions[64];
	struct ll_consumer *consumer;
	struct ll_error error = {0};
	int32_t count;

	if (ll_bus_partition_count(bus, topic, TIMEOUT_MS, &count, &error))
		feed_die(topic, &error);
	if (count < 1 || (size_t)count > COUNT_OF(positions))
		feed_die("partitions of what is read", NULL);
	if (ll_consumer_new(bus, &options, &consumer, &error))
		feed_die(topic, &error);
	for (int32_t i = 0; i < count; i++) {
		int64_t first;

		snprintf(positions[i].topic, sizeof(positions[i].topic), "%s", topic);
		positions[i].partition = i;
		if (ll_consumer_range(consumer, topic, i, TIMEOUT_MS, &first, &positions[i].offset,
				      &error))
			feed_die(topic, &error);
	}
	if (ll_consumer_fetch(consumer, positions, (size_t)count, &error))
		feed_die(topic, &error);
	return consumer;
}

static void take_sample(struct reader *reader, const struct ll_record *record, int64_t arrived_us,
			struct ll_arena *arena)
{
	const struct bench *bench = reader->bench;
	int64_t cause_ms;

	ll_arena_clear(arena);
	cause_ms = reader->cause(bench, record, arena);
	if (cause_ms < bench->from_ms || cause_ms >= bench->until_ms ||
	    reader->count == SAMPLES_MAX)
		return;
	reader->samples[reader->count++] = (struct sample){
		.written_ms = (float)(record->timestamp_ms - cause_ms),
		.arrived_ms = (float)(arrived_us - record->timestamp_ms * 1000) / 1000,
		.all_ms = (float)(arrived_us - cause_ms * 1000) / 1000,
	};
}

static void *read_all(void *context)
{
	struct reader *reader = context;
	struct ll_bus *bus = feed_bus_new();
	struct ll_consumer *consumer = read_from_end(bus, reader->topic);
	struct ll_record *records = calloc(BATCH, sizeof(*records));
	struct ll_error error = {0};
	struct ll_arena arena;

	ll_arena_init(&arena, 0);
	reader->samples = calloc(SAMPLES_MAX, sizeof(*reader->samples));
	if (!records || !reader->samples)
		feed_die("memory", NULL);
	reader->bench->reading++;
	while (!reader->bench->stop) {
		size_t count = 0;
		int64_t arrived_us;

		if (ll_consumer_poll(consumer, 100, records, BATCH, &count, &error))
			feed_die(reader->topic, &error);
		arrived_us = now_us();
		for (size_t i = 0; i < count; i++)
			if (!records[i].end_of_partition)
				take_sample(reader, &records[i], arrived_us, &arena);
	}
	ll_arena_release(&arena);
	free(records);
	ll_consumer_free(consumer);
	ll_bus_free(bus);
	return NULL;
}

/* ---- publishing ------------------------------------------------------------------------------ */

static void publish_steadily(struct bench *bench)
{
	uint64_t warm_up = WARM_UP_S * bench->rate;
	uint64_t count = warm_up + bench->seconds * bench->rate;
	int64_t began_us = now_us();

	for (uint64_t i = 0; i < count; i++) {
		sleep_until_us(began_us + (int64_t)(i * 1000000 / bench->rate));
		if (i == warm_up)
			bench->from_ms = now_us() / 1000;
		bench->chain->publish(bench, i);
		ll_producer_poll(bench->feed.producer, 0);
	}
	bench->until_ms = now_us() / 1000;
	feed_flush(&bench->feed);
}

/* ---- telling --------------------------------------------------------------------------------- */

static int compare(const void *one, const void *other)
{
	const float a = *(const float *)one;
	const float b = *(const float *)other;

	return (a > b) - (a < b);
}

static void tell(const char *what, const struct reader *reader, size_t field)
{
	float *values = calloc(reader->count + 1, sizeof(*values));
	size_t count = reader->count;

	if (!values)
		feed_die("memory", NULL);
	for (size_t i = 0; i < count; i++)
		memcpy(&values[i], (const char *)&reader->samples[i] + field, sizeof(*values));
	qsort(values, count, sizeof(*values), compare);
	printf("  %-34s p50 %6.1f  p90 %6.1f  p99 %6.1f  max %6.1f ms\n", what,
	       (double)values[count / 2], (double)values[count * 9 / 10],
	       (double)values[count * 99 / 100], (double)values[count ? count - 1 : 0]);
	free(values);
}

#define FIELD(name) offsetof(struct sample, name)

static void run(struct bench *bench)
{
	struct reader middle = {
		.bench = bench, .topic = bench->chain->middle, .cause = bench->chain->middle_cause};
	struct reader output = {
		.bench = bench, .topic = bench->chain->output, .cause = bench->chain->output_cause};

	bench->own_from = (uint64_t)now_us();
	bench->from_ms = INT64_MAX;
	bench->until_ms = INT64_MAX;
	feed_open(&bench->feed);
	bench->chain->prepare(bench);
	pthread_create(&middle.thread, NULL, read_all, &middle);
	pthread_create(&output.thread, NULL, read_all, &output);
	while (bench->reading < 2)
		sleep_until_us(now_us() + 10000);
	publish_steadily(bench);
	sleep_until_us(now_us() + REST_MS * 1000);
	bench->stop = true;
	pthread_join(middle.thread, NULL);
	pthread_join(output.thread, NULL);
	printf("%s, %llu events/s for %llu s: %zu of the first hop, %zu of the second\n",
	       bench->chain->name, (unsigned long long)bench->rate,
	       (unsigned long long)bench->seconds, middle.count, output.count);
	tell("event to output, read", &output, FIELD(all_ms));
	tell("event to the first hop's writing", &middle, FIELD(written_ms));
	tell("its commit, until it is read", &middle, FIELD(arrived_ms));
	tell("event to the second hop's writing", &output, FIELD(written_ms));
	tell("its commit, until it is read", &output, FIELD(arrived_ms));
	free(middle.samples);
	free(output.samples);
	feed_close(&bench->feed);
	if (middle.count == 0 || output.count == 0)
		feed_die("nothing came out of a hop", NULL);
}

int main(int argc, char **argv)
{
	struct bench bench = {.rate = argc > 2 ? strtoull(argv[2], NULL, 10) : 0,
			      .seconds = argc > 3 ? strtoull(argv[3], NULL, 10) : 0,
			      .households = argc > 4 ? strtoull(argv[4], NULL, 10) : 1};

	for (size_t i = 0; argc > 1 && i < COUNT_OF(chains); i++)
		if (strcmp(argv[1], chains[i].name) == 0)
			bench.chain = &chains[i];
	if (!bench.chain || bench.rate == 0 || bench.seconds == 0 || bench.households == 0) {
		fprintf(stderr, "usage: latency lifeline RATE SECONDS HOUSEHOLDS |\n"
				"               floor RATE SECONDS\n");
		return 2;
	}
	run(&bench);
	return 0;
}
