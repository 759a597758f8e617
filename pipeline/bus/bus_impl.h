/*
 * What an implementation of the bus provides. Private to this folder.
 *
 * An implementation's bus, consumer and producer begin with the struct here and are reached by a
 * cast; `ops` says whose they are. Arguments have been asserted by bus.c.
 */
#ifndef LL_BUS_BUS_IMPL_H
#define LL_BUS_BUS_IMPL_H

#include "bus.h"

#define LL_BUS_QUEUE_MESSAGES_DEFAULT 500000
#define LL_BUS_INIT_TIMEOUT_MS	      30000 /* of a producer's start: finding its coordinator */
#define LL_BUS_HOPS_HEADER	      "ll-hops"
#define LL_BUS_GROUP_TOPICS_MAX	      256 /* names or patterns of one subscription */
#define LL_BUS_MESSAGE_BYTES_MAX      1048576 /* key and value; what Kafka takes unless told otherwise */

struct ll_bus_ops;

struct ll_bus {
	const struct ll_bus_ops *ops;
};

struct ll_consumer {
	const struct ll_bus_ops *ops;
};

struct ll_producer {
	const struct ll_bus_ops *ops;
};

struct ll_bus_ops {
	const char *name;

	void (*free)(struct ll_bus *bus);
	int (*create_topics)(struct ll_bus *bus, const struct ll_topic_spec *topics, size_t count,
			     int timeout_ms, struct ll_error *error);
	int (*partition_count)(struct ll_bus *bus, const char *topic, int timeout_ms,
			       int32_t *ret_count, struct ll_error *error);
	int (*list_topics)(struct ll_bus *bus, int timeout_ms,
			   void (*found)(void *context, const char *topic, int32_t partitions),
			   void *context, struct ll_error *error);

	int (*consumer_new)(struct ll_bus *bus, const struct ll_consumer_options *options,
			    struct ll_consumer **ret_consumer, struct ll_error *error);
	void (*consumer_free)(struct ll_consumer *consumer);
	int (*consumer_fetch)(struct ll_consumer *consumer, const struct ll_position *positions,
			      size_t count, struct ll_error *error);
	int (*consumer_poll)(struct ll_consumer *consumer, int timeout_ms,
			     struct ll_record *records, size_t max, size_t *ret_count,
			     struct ll_error *error);
	int32_t (*consumer_hops)(struct ll_consumer *consumer, const struct ll_record *record);
	int (*consumer_committed)(struct ll_consumer *consumer, struct ll_position *positions,
				  size_t count, int timeout_ms, struct ll_error *error);
	int (*consumer_range)(struct ll_consumer *consumer, const char *topic, int32_t partition,
			      int timeout_ms, int64_t *ret_first, int64_t *ret_end,
			      struct ll_error *error);
	int (*consumer_offset_at)(struct ll_consumer *consumer, const char *topic,
				  int32_t partition, int64_t time_ms, int timeout_ms,
				  int64_t *ret_offset, struct ll_error *error);

	int (*producer_new)(struct ll_bus *bus, const struct ll_producer_options *options,
			    struct ll_producer **ret_producer, struct ll_error *error);
	void (*producer_free)(struct ll_producer *producer);
	int (*producer_begin)(struct ll_producer *producer, struct ll_error *error);
	int (*producer_send)(struct ll_producer *producer, const struct ll_outgoing *outgoing,
			     struct ll_error *error);
	int (*producer_send_offsets)(struct ll_producer *producer, struct ll_consumer *consumer,
				     const struct ll_position *positions, size_t count,
				     struct ll_error *error);
	int (*producer_commit)(struct ll_producer *producer, int timeout_ms,
			       struct ll_error *error);
	int (*producer_abort)(struct ll_producer *producer, int timeout_ms, struct ll_error *error);
	int (*producer_flush)(struct ll_producer *producer, int timeout_ms, struct ll_error *error);
	size_t (*producer_poll)(struct ll_producer *producer, int timeout_ms);
	int (*producer_check)(struct ll_producer *producer, struct ll_error *error);
};

/*
 * The checks that every implementation owes its callers in the same words: -LL_ERR_INVALID for a
 * name that is empty or too long, a negative partition, an offset that is none.
 */
int ll_bus_check_topic(const char *topic, struct ll_error *error);
int ll_bus_check_fetch(const struct ll_position *position, struct ll_error *error);

/* Room for "topic[partition]" in an error's story. */
#define LL_BUS_PLACE_MAX (LL_TOPIC_NAME_MAX + 16)
const char *ll_bus_place(char place[LL_BUS_PLACE_MAX], const char *topic, int32_t partition);

#endif
