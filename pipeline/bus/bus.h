/*
 * The log: consumers, producers and topics. Two implementations behind one table of functions:
 * Kafka (bus_kafka.c) and an in-memory twin (bus_memory.c) that passes the same conformance tests.
 *
 * Threads: a consumer or producer belongs to one thread at a time, all its calls come from there,
 * and callbacks run inside those calls. Different consumers and producers of one bus may live in
 * different threads.
 *
 * Errors: -LL_ERR_UNAVAILABLE, _TIMED_OUT and _FULL may be tried again; _ABORTED: abort the
 * transaction and do it again from the last commit; _FENCED: another process has this
 * transactional.id or the group's generation is over; _FATAL: leave the process. Where an `error` is
 * given it tells the story (host names, never payloads).
 */
#ifndef LL_BUS_BUS_H
#define LL_BUS_BUS_H

#include "base/bytes.h"
#include "base/err.h"

#define LL_OFFSET_NONE	    (-1001LL) /* no committed offset */
#define LL_OFFSET_BEGINNING (-2LL)
#define LL_OFFSET_END	    (-1LL)

#define LL_TOPIC_NAME_MAX 128 /* bytes with the ending NUL */

struct ll_position {
	char topic[LL_TOPIC_NAME_MAX];
	int32_t partition;
	int64_t offset;
};

/* A record as consumed. All slices borrow until the consumer's next poll. */
struct ll_record {
	const char *topic; /* NUL-terminated */
	int32_t partition;
	int64_t offset;
	int64_t timestamp_ms; /* Kafka's, of publishing */
	struct ll_bytes key;
	struct ll_bytes value; /* data NULL: a tombstone */
	bool end_of_partition; /* no record: the reader stands at the end, `offset` is the next */
	void *handle;	       /* the implementation's */
};

/* One setting that goes through to librdkafka. */
struct ll_bus_property {
	const char *name;
	const char *value;
};

struct ll_bus;

/* properties are copied; bootstrap.servers must be among them. Does not connect. */
int ll_bus_kafka_new(const struct ll_bus_property *properties, size_t count,
		     struct ll_bus **ret_bus, struct ll_error *error);
/* The in-memory twin: one process, any threads (one lock). Its clock counts calls. */
int ll_bus_memory_new(struct ll_bus **ret_bus);
/* After all its consumers and producers are freed. */
void ll_bus_free(struct ll_bus *bus);

/* ---- topics --------------------------------------------------------------------------------- */

struct ll_topic_spec {
	const char *name;
	int32_t partitions;
	bool compacted;
	int64_t retention_ms; /* -1: for ever; not looked at when compacted */
};

/* Creates what is missing (replication factor: the broker's default). Blocks up to timeout_ms. */
int ll_bus_create_topics(struct ll_bus *bus, const struct ll_topic_spec *topics, size_t count,
			 int timeout_ms, struct ll_error *error);
/* 0 in *ret_count: no such topic. */
int ll_bus_partition_count(struct ll_bus *bus, const char *topic, int timeout_ms,
			   int32_t *ret_count, struct ll_error *error);
/* Calls `found` for every topic's name and partition count. */
int ll_bus_list_topics(struct ll_bus *bus, int timeout_ms,
		       void (*found)(void *context, const char *topic, int32_t partitions),
		       void *context, struct ll_error *error);

/* ---- consumer ------------------------------------------------------------------------------- */

struct ll_consumer;

/*
 * Told inside poll (and close). assigned: the group has given these; nothing is fetched until
 * ll_consumer_fetch names them. revoked: they are taken away; commit or abort before returning
 * unless lost. Both carry the whole list (eager rebalancing).
 */
struct ll_consumer_events {
	void (*assigned)(void *context, const struct ll_position *partitions, size_t count);
	void (*revoked)(void *context, const struct ll_position *partitions, size_t count,
			bool lost);
	void *context;
};

struct ll_consumer_options {
	const char *group;    /* NULL: no group; ll_consumer_fetch takes any partition */
	const char *instance; /* client.id */
	/*
	 * With a group; a name that starts with '^' is a pattern. None: the group is never joined,
	 * only asked for what it has committed.
	 */
	const char *const *topics;
	size_t topic_count;
	bool read_uncommitted; /* default: read_committed */
	struct ll_consumer_events events;
};

int ll_consumer_new(struct ll_bus *bus, const struct ll_consumer_options *options,
		    struct ll_consumer **ret_consumer, struct ll_error *error);
/* Leaves the group (revoked is told). NULL is fine. */
void ll_consumer_free(struct ll_consumer *consumer);

/*
 * From now on fetch exactly these partitions, each from its offset (a number, BEGINNING or END).
 * With a group they must be part of the assignment. What was buffered of others is dropped and
 * never delivered; the caller knows its positions. May be called inside `assigned`.
 */
int ll_consumer_fetch(struct ll_consumer *consumer, const struct ll_position *positions,
		      size_t count, struct ll_error *error);

/*
 * Up to max records, in order within a partition, and one end_of_partition each time a partition's
 * end (its last stable offset) is reached. Waits up to timeout_ms for the first record, never for a
 * full batch. *ret_count may be 0. Runs the group's callbacks; records delivered by one call were
 * all of the assignment that is current when it returns. Errors: RETRY and FATAL classes;
 * -LL_ERR_STATE when an offset is out of the log's range (auto.offset.reset=error).
 */
int ll_consumer_poll(struct ll_consumer *consumer, int timeout_ms, struct ll_record *records,
		     size_t max, size_t *ret_count, struct ll_error *error);

/* The hop count in a polled record's header, 0 when there is none. */
int32_t ll_consumer_hops(struct ll_consumer *consumer, const struct ll_record *record);

/*
 * The group's committed offsets into `positions` (LL_OFFSET_NONE where there is none), waiting for
 * pending transactions (KIP-447). Blocks up to timeout_ms; -LL_ERR_TIMED_OUT means ask again.
 */
int ll_consumer_committed(struct ll_consumer *consumer, struct ll_position *positions, size_t count,
			  int timeout_ms, struct ll_error *error);
/*
 * First offset of a partition, and the end of what this consumer may read: the last stable offset, or
 * with read_uncommitted the end of the log. Blocks up to timeout_ms.
 */
int ll_consumer_range(struct ll_consumer *consumer, const char *topic, int32_t partition,
		      int timeout_ms, int64_t *ret_first, int64_t *ret_end, struct ll_error *error);
/* The first offset whose timestamp is at or after time_ms (the end if none). */
int ll_consumer_offset_at(struct ll_consumer *consumer, const char *topic, int32_t partition,
			  int64_t time_ms, int timeout_ms, int64_t *ret_offset,
			  struct ll_error *error);

/* ---- producer ------------------------------------------------------------------------------- */

struct ll_producer;

#define LL_HOPS_REPLAYED    2	 /* sent back by a person; 1: sent on by a stage */
#define LL_PARTITION_BY_KEY (-1) /* murmur2 of the key over the topic's partitions */

struct ll_producer_options {
	const char *transactional_id; /* NULL: idempotent, without transactions */
	const char *instance;
	int32_t queue_max_messages; /* 0: the default of 500,000 */
	/* Optional: told in poll/flush for each record that could not be written. */
	void (*failed)(void *context, const char *topic, struct ll_bytes key, int err);
	void *failed_context;
};

/* With a transactional_id: fences its other holders; blocks up to 30 s for the coordinator. */
int ll_producer_new(struct ll_bus *bus, const struct ll_producer_options *options,
		    struct ll_producer **ret_producer, struct ll_error *error);
void ll_producer_free(struct ll_producer *producer);

struct ll_outgoing {
	const char *topic; /* must exist; looked up by name, cheap after the first time */
	int32_t partition; /* or LL_PARTITION_BY_KEY */
	struct ll_bytes key;
	struct ll_bytes value; /* data NULL: a tombstone */
	int32_t hops;	       /* > 0: carried in a header */
};

int ll_producer_begin(struct ll_producer *producer, struct ll_error *error);
/* Copies key and value. -LL_ERR_FULL: poll, then again. -LL_ERR_TOO_LARGE: will never fit. */
int ll_producer_send(struct ll_producer *producer, const struct ll_outgoing *outgoing,
		     struct ll_error *error);
/*
 * Puts the consumer's positions into the transaction, under the generation that the consumer had
 * when `assigned` was last told (never a later one). Blocks.
 */
int ll_producer_send_offsets(struct ll_producer *producer, struct ll_consumer *consumer,
			     const struct ll_position *positions, size_t count,
			     struct ll_error *error);
/* Blocks up to timeout_ms. After any error but TIMED_OUT (call again): abort. */
int ll_producer_commit(struct ll_producer *producer, int timeout_ms, struct ll_error *error);
int ll_producer_abort(struct ll_producer *producer, int timeout_ms, struct ll_error *error);
/* Without transactions: waits until everything is written. -LL_ERR_TIMED_OUT. */
int ll_producer_flush(struct ll_producer *producer, int timeout_ms, struct ll_error *error);
/* Serves delivery reports; returns how many records are still queued. */
size_t ll_producer_poll(struct ll_producer *producer, int timeout_ms);
/* 0, or -LL_ERR_FENCED or -LL_ERR_FATAL when the producer cannot be used any more. */
int ll_producer_check(struct ll_producer *producer, struct ll_error *error);

#endif
