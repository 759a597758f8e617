/*
 * What tests of whole stages share: bus, store, codec and metrics in memory, a clock that moves only
 * when it is read or told to, and the ways to write to and read from a topic.
 */
#ifndef LL_TESTS_KIT_H
#define LL_TESTS_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bus/bus_memory.h"
#include "runtime/stage.h"
#include "store/store_memory.h"

#define KIT_PARTITIONS 2     /* of every topic */
#define KIT_DAY	       20089 /* 2025-01-01 */

struct kit {
	struct ll_bus *bus;
	struct ll_store *store;
	struct ll_codec *codec;
	struct ll_metrics *metrics;
	struct ll_clock clock;
	int64_t now_ms;
	struct ll_producer *producer; /* the outside world's; no transactions */
	struct ll_arena arena;	      /* what was read lives here */
	void *context;		      /* the test's */
};

/* With all of lifeline's topics for the department "health", county 360502 and city 3605. */
void kit_open(struct kit *kit);
void kit_close(struct kit *kit);
/* Single-threaded, batches of 100, every wait short. The context of its clock is the kit. */
struct ll_stage_env kit_env(struct kit *kit, const char *instance);
struct ll_stage_loop *kit_loop(struct kit *kit, const struct ll_stage *stage, const char *instance);
/* Turns, each 100 ms after the last; every one must give 0. */
void kit_turn(struct kit *kit, struct ll_stage_loop *loop, int turns);
/* Stops in order. */
void kit_stop(struct ll_stage_loop *loop);
/* As kill -9 does, and the broker has noticed: nothing that was open is committed. */
void kit_kill(struct kit *kit, const struct ll_stage *stage, const char *instance,
	      struct ll_stage_loop *loop);

void kit_topic(struct kit *kit, const char *name);
struct ll_bytes kit_text(const char *text);
/* partition: LL_PARTITION_BY_KEY or a number. */
void kit_send(struct kit *kit, const char *topic, int32_t partition, struct ll_bytes key,
	      struct ll_bytes value);
/* A message under a 16-byte key, to the key's partition. */
void kit_send_message(struct kit *kit, const char *topic, const struct ll_key *key,
		      enum ll_message message, const void *value);

/* A committed record. */
struct kit_record {
	int32_t partition;
	int64_t offset;
	int32_t hops;
	struct ll_bytes key;
	struct ll_bytes value;
};
/* All of them, partition by partition; the array lives as long as the kit. */
size_t kit_read(struct kit *kit, const char *topic, struct kit_record **ret_records);
/* How many there are. */
size_t kit_count(struct kit *kit, const char *topic);
void kit_decode(struct kit *kit, enum ll_message message, struct ll_bytes wire, void *ret_value);
int64_t kit_committed(struct kit *kit, const char *group, const char *topic, int32_t partition);

void kit_assert_text(struct ll_str text, const char *wanted);
void kit_assert_bytes(struct ll_bytes bytes, struct ll_bytes wanted);
/* A key whose partition is the one wanted. */
struct ll_key kit_key(uint32_t number, int32_t partition);
/* The same without a wish; not zero. */
struct ll_key kit_any_key(uint32_t number);

#endif
