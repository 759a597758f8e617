/*
 * The parts of the Kafka implementation share this; nobody else includes it.
 */
#ifndef LL_BUS_BUS_KAFKA_IMPL_H
#define LL_BUS_BUS_KAFKA_IMPL_H

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "bus_impl.h"

#define LL_KAFKA_PROPERTIES_MAX 256 /* settings handed through to librdkafka */
#define LL_KAFKA_STORY_MAX	200 /* bytes of the last thing librdkafka complained about */

/*
 * What librdkafka last logged as an error ("Connect to kafka:9092 failed: ..."): the library does
 * not log, so this is told with the next error that a call returns. Written by librdkafka's
 * threads.
 */
struct ll_kafka_story {
	pthread_mutex_t lock;
	char text[LL_KAFKA_STORY_MAX];
};

/* What every handle carries as librdkafka's opaque. */
struct ll_kafka_link {
	struct ll_kafka_story story;
	atomic_bool brokers_down; /* all of them, as of the last error event; taken by poll */
	void *owner;		  /* the producer, for its delivery reports */
};

struct ll_kafka_bus {
	struct ll_bus base;
	struct ll_bus_property *properties;
	size_t property_count;
	pthread_mutex_t admin_lock; /* of the two below */
	rd_kafka_t *admin;	    /* made when first needed */
	struct ll_kafka_link admin_link;
};

/* ---- bus_kafka_conf.c -------------------------------------------------------------------- */

enum ll_kafka_role {
	LL_KAFKA_CONSUMER = 1,
	LL_KAFKA_TRANSACTIONAL = 2,
	LL_KAFKA_IDEMPOTENT = 4,
	LL_KAFKA_ADMIN = 8,
};

void ll_kafka_link_init(struct ll_kafka_link *link, void *owner);
void ll_kafka_link_release(struct ll_kafka_link *link);

/* -LL_ERR_INVALID for a name librdkafka does not have, a bad value, or one that the protocol owns.
 */
int ll_kafka_conf_check(const struct ll_bus_property *properties, size_t count,
			struct ll_error *error);
/* lifeline's defaults for the role, then the user's properties. client_id may be NULL. */
int ll_kafka_conf_new(const struct ll_kafka_bus *bus, enum ll_kafka_role role,
		      const char *client_id, struct ll_kafka_link *link, rd_kafka_conf_t **ret_conf,
		      struct ll_error *error);
int ll_kafka_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value,
		      struct ll_error *error);
/* rd_kafka_new; takes conf over in any case. */
int ll_kafka_handle_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret_handle,
			struct ll_error *error);

/* ---- bus_kafka_error.c ------------------------------------------------------------------- */

/* The ll_err (negative) that a code of librdkafka's means when nothing more is known. */
int ll_kafka_err(rd_kafka_resp_err_t code);
/* Fills *error with "what: why; last heard: ..." and returns the code's ll_err. */
int ll_kafka_fail(struct ll_error *error, struct ll_kafka_link *link, rd_kafka_resp_err_t code,
		  const char *what);
/* The same of an error object, which says more (fatal, abortable, retriable) and is destroyed. */
int ll_kafka_fail_object(struct ll_error *error, struct ll_kafka_link *link,
			 rd_kafka_error_t *object, const char *what);
/* 0, or the fatal error that the handle has raised: -LL_ERR_FENCED or -LL_ERR_FATAL. */
int ll_kafka_check(rd_kafka_t *handle, struct ll_kafka_link *link, struct ll_error *error);
/* Milliseconds on the monotonic clock, for deadlines; and what is left of one, never below 0. */
int64_t ll_kafka_now_ms(void);
int ll_kafka_left_ms(int64_t deadline_ms);

/* ---- bus_kafka_topics.c ------------------------------------------------------------------ */

int ll_kafka_create_topics(struct ll_bus *bus, const struct ll_topic_spec *topics, size_t count,
			   int timeout_ms, struct ll_error *error);
int ll_kafka_partition_count(struct ll_bus *bus, const char *topic, int timeout_ms,
			     int32_t *ret_count, struct ll_error *error);
int ll_kafka_list_topics(struct ll_bus *bus, int timeout_ms,
			 void (*found)(void *context, const char *topic, int32_t partitions),
			 void *context, struct ll_error *error);
/* Asks the broker through any handle; 0 when there is no such topic. */
int ll_kafka_topic_partitions(rd_kafka_t *handle, struct ll_kafka_link *link,
			      rd_kafka_topic_t *topic, int timeout_ms, int32_t *ret_count,
			      struct ll_error *error);

/* ---- bus_kafka_consumer.c, bus_kafka_group.c, bus_kafka_query.c -------------------------- */

struct ll_kafka_consumer {
	struct ll_consumer base;
	rd_kafka_t *handle;
	struct ll_kafka_link link;
	rd_kafka_queue_t *queue; /* librdkafka's own: records and the group's callbacks */
	char *group;		 /* or what stands in for one */
	bool grouped;
	struct ll_consumer_events events;

	/* What the group has given, and the generation in which it did; both NULL before. */
	rd_kafka_topic_partition_list_t *assignment;
	rd_kafka_consumer_group_metadata_t *generation;
	bool fetched; /* ll_consumer_fetch was called since `assigned` was told */

	/* What the group wants and was not told of yet; NULL: nothing. */
	rd_kafka_topic_partition_list_t *wish;
	rd_kafka_resp_err_t wish_code;
	bool closing; /* told at once: the group is being left */
	bool may_yield;

	/* Records of the last poll, kept until the next. */
	rd_kafka_message_t **messages;
	size_t message_count;
	size_t message_capacity;

	/* An error that stood behind records: told by the next poll. code 0: none. */
	struct ll_error pending;
};

/* Tells what the group wants, if anything, and answers it. */
void ll_kafka_group_tell(struct ll_kafka_consumer *consumer);
void ll_kafka_group_on_rebalance(rd_kafka_t *handle, rd_kafka_resp_err_t code,
				 rd_kafka_topic_partition_list_t *list, void *opaque);
int ll_kafka_group_subscribe(struct ll_kafka_consumer *consumer,
			     const struct ll_consumer_options *options, struct ll_error *error);
bool ll_kafka_group_gave(const struct ll_kafka_consumer *consumer,
			 const struct ll_position *position);
/* Tells what is still to be told, revocation included. */
void ll_kafka_group_leave(struct ll_kafka_consumer *consumer);

int ll_kafka_consumer_new(struct ll_bus *bus, const struct ll_consumer_options *options,
			  struct ll_consumer **ret_consumer, struct ll_error *error);
void ll_kafka_consumer_free(struct ll_consumer *consumer);
int ll_kafka_consumer_fetch(struct ll_consumer *consumer, const struct ll_position *positions,
			    size_t count, struct ll_error *error);
int ll_kafka_consumer_poll(struct ll_consumer *consumer, int timeout_ms, struct ll_record *records,
			   size_t max, size_t *ret_count, struct ll_error *error);
int32_t ll_kafka_consumer_hops(struct ll_consumer *consumer, const struct ll_record *record);

int ll_kafka_consumer_committed(struct ll_consumer *consumer, struct ll_position *positions,
				size_t count, int timeout_ms, struct ll_error *error);
int ll_kafka_consumer_range(struct ll_consumer *consumer, const char *topic, int32_t partition,
			    int timeout_ms, int64_t *ret_first, int64_t *ret_end,
			    struct ll_error *error);
int ll_kafka_consumer_offset_at(struct ll_consumer *consumer, const char *topic, int32_t partition,
				int64_t time_ms, int timeout_ms, int64_t *ret_offset,
				struct ll_error *error);

/* ---- bus_kafka_producer.c, bus_kafka_transaction.c --------------------------------------- */

struct ll_kafka_topic {
	char name[LL_TOPIC_NAME_MAX];
	rd_kafka_topic_t *handle;
	int32_t partitions;
};

struct ll_kafka_producer {
	struct ll_producer base;
	rd_kafka_t *handle;
	struct ll_kafka_link link;
	const struct ll_kafka_bus *bus;
	char *instance;
	int32_t queue_max_messages;
	char *transactional_id; /* NULL: without transactions */
	bool in_transaction;
	bool forgotten; /* by the broker: to be opened anew once the transaction is aborted */
	void (*failed)(void *context, const char *topic, struct ll_bytes key, int err);
	void *failed_context;

	/* Open-addressed by name; a power of two, at most half full. */
	struct ll_kafka_topic **topics;
	size_t topic_capacity;
	size_t topic_count;
	struct ll_kafka_topic *last_topic; /* most sends name the topic of the one before */
};

int ll_kafka_producer_new(struct ll_bus *bus, const struct ll_producer_options *options,
			  struct ll_producer **ret_producer, struct ll_error *error);
void ll_kafka_producer_free(struct ll_producer *producer);
int ll_kafka_producer_send(struct ll_producer *producer, const struct ll_outgoing *outgoing,
			   struct ll_error *error);
int ll_kafka_producer_flush(struct ll_producer *producer, int timeout_ms, struct ll_error *error);
size_t ll_kafka_producer_poll(struct ll_producer *producer, int timeout_ms);
int ll_kafka_producer_check(struct ll_producer *producer, struct ll_error *error);
/* Notes whether the broker knows this producer no more. */
void ll_kafka_producer_note(struct ll_kafka_producer *producer, rd_kafka_resp_err_t code);
/* Another handle with the same transactional.id; nothing may be in flight. */
int ll_kafka_producer_reopen(struct ll_kafka_producer *producer, struct ll_error *error);
/* Until nothing is queued or in flight; false when the deadline came first. */
bool ll_kafka_producer_drain(struct ll_kafka_producer *producer, int64_t deadline_ms);

int ll_kafka_producer_begin(struct ll_producer *producer, struct ll_error *error);
int ll_kafka_producer_send_offsets(struct ll_producer *producer, struct ll_consumer *consumer,
				   const struct ll_position *positions, size_t count,
				   struct ll_error *error);
int ll_kafka_producer_commit(struct ll_producer *producer, int timeout_ms, struct ll_error *error);
int ll_kafka_producer_abort(struct ll_producer *producer, int timeout_ms, struct ll_error *error);

#endif
