/*
 * Fills the topics for ./dev bench, and reads them:
 *
 *   load registry N     N households, and the day
 *   load events N M     M small life events of anybody of them
 *   load bills N M      M hospital bills, each of another household: each makes it a lead
 *   load floor-topics   what the hops of floor.c read and write
 *   load wait TOPIC N   waits, from now on, until the topic's partition 0 has N more committed records
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"

#define BATCH	   4096
#define TIMEOUT_MS 10000

static uint64_t number_of(const char *text)
{
	char *end;
	uint64_t number = strtoull(text, &end, 10);

	if (number == 0 || *end)
		feed_die("a number is expected", NULL);
	return number;
}

static void registry(char **words)
{
	uint64_t households = number_of(words[0]);
	struct feed feed;

	feed_open(&feed);
	for (uint64_t i = 0; i < households; i++)
		feed_household(&feed, i, FEED_VILLAGE);
	feed_tick(&feed);
	feed_close(&feed);
}

static void events(char **words)
{
	uint64_t households = number_of(words[0]);
	uint64_t count = number_of(words[1]);
	struct feed feed;

	feed_open(&feed);
	for (uint64_t i = 0; i < count; i++)
		feed_event(&feed, i, households);
	feed_close(&feed);
}

static void bills(char **words)
{
	uint64_t households = number_of(words[0]);
	uint64_t count = number_of(words[1]);
	struct feed feed;

	feed_open(&feed);
	for (uint64_t i = 0; i < count; i++)
		feed_bill(&feed, i, i % households);
	feed_close(&feed);
}

static void floor_topics(char **words)
{
	static const struct ll_topic_spec topics[] = {
		{.name = "floor.input", .partitions = FEED_FLOOR_PARTITIONS, .retention_ms = -1},
		{.name = "floor.first", .partitions = FEED_FLOOR_PARTITIONS, .retention_ms = -1},
		{.name = "floor.second", .partitions = FEED_FLOOR_PARTITIONS, .retention_ms = -1},
		{.name = "floor.middle", .partitions = FEED_FLOOR_PARTITIONS, .retention_ms = -1},
		{.name = "floor.output", .partitions = FEED_FLOOR_PARTITIONS, .retention_ms = -1},
	};
	struct ll_bus *bus = feed_bus_new();
	struct ll_error error = {0};

	(void)words;
	if (ll_bus_create_topics(bus, topics, sizeof(topics) / sizeof(topics[0]), TIMEOUT_MS,
				 &error))
		feed_die("topics", &error);
	ll_bus_free(bus);
}

static void wait_for_records(char **words)
{
	static struct ll_record records[BATCH];
	const struct ll_consumer_options options = {.instance = "bench-wait"};
	uint64_t left = number_of(words[1]);
	struct ll_bus *bus = feed_bus_new();
	struct ll_position position = {.partition = 0};
	struct ll_consumer *consumer;
	struct ll_error error = {0};
	int64_t first;

	snprintf(position.topic, sizeof(position.topic), "%s", words[0]);
	if (ll_consumer_new(bus, &options, &consumer, &error) ||
	    ll_consumer_range(consumer, words[0], 0, TIMEOUT_MS, &first, &position.offset,
			      &error) ||
	    ll_consumer_fetch(consumer, &position, 1, &error))
		feed_die(words[0], &error);
	while (left > 0) {
		size_t count = 0;

		if (ll_consumer_poll(consumer, 100, records, BATCH, &count, &error))
			feed_die(words[0], &error);
		for (size_t i = 0; i < count && left > 0; i++)
			left -= !records[i].end_of_partition;
	}
	ll_consumer_free(consumer);
	ll_bus_free(bus);
}

static const struct {
	const char *name;
	int words;
	void (*run)(char **words);
} commands[] = {
	{"registry", 1, registry},	   {"events", 2, events},	  {"bills", 2, bills},
	{"floor-topics", 0, floor_topics}, {"wait", 2, wait_for_records},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) == 0 && argc == 2 + commands[i].words) {
			commands[i].run(argv + 2);
			return 0;
		}
	}
	fprintf(stderr, "usage: load registry HOUSEHOLDS | events HOUSEHOLDS EVENTS |\n"
			"            bills HOUSEHOLDS BILLS | floor-topics | wait TOPIC RECORDS\n");
	return 2;
}
