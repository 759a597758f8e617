/*
 * What the programs of ./dev bench publish: a registry, and life events about it. The same numbers make
 * the same bytes. They end the process where Kafka does not answer: a bench has nobody to tell.
 */
#ifndef LL_TESTS_BENCH_FEED_H
#define LL_TESTS_BENCH_FEED_H

#include "bus/bus.h"
#include "codec/codec.h"

#define FEED_MEMBERS	   3
#define FEED_VILLAGE	   "360502001201" /* of the households that are many */
#define FEED_OTHER_VILLAGE "360521001201" /* in the other county, whose queue is read */

/* As many as each department's topic has where nothing else is set. */
#define FEED_FLOOR_PARTITIONS 4

struct feed {
	struct ll_codec *codec;
	struct ll_bus *bus;
	struct ll_producer *producer;
	struct ll_buf wire;
	uint64_t random;
};

/* Kafka at LIFELINE_KAFKA_BOOTSTRAP_SERVERS. */
struct ll_bus *feed_bus_new(void);
void feed_open(struct feed *feed);
void feed_close(struct feed *feed);
_Noreturn void feed_die(const char *what, const struct ll_error *error);

/* Any bytes to a partition of a topic. */
void feed_bytes(struct feed *feed, const char *topic, int32_t partition, struct ll_bytes value);
/* A household of three and its members; each number is another household. */
void feed_household(struct feed *feed, uint64_t number, const char *village);
/* The day, told to every partition: late enough for every event. */
void feed_tick(struct feed *feed);
/* Something small that happened to anybody of the first `households`. */
void feed_event(struct feed *feed, uint64_t id, uint64_t households);
/* A stay in hospital that makes household `number` a lead. */
void feed_bill(struct feed *feed, uint64_t id, uint64_t number);
/* Waits until everything is written. */
void feed_flush(struct feed *feed);

#endif
