/* Small tools of the conformance tests: each asserts that what it does succeeds. */
#ifndef LL_TESTS_CONFORMANCE_KIT_H
#define LL_TESTS_CONFORMANCE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conformance.h"

#define KIT_POLL_MS    50
#define KIT_ATTEMPTS   600 /* of polling before a test has failed */
#define KIT_QUIET      8   /* polls in which nothing may come */
#define KIT_TIMEOUT_MS 15000
#define KIT_TEXT_MAX   64
#define KIT_PARTITIONS 4
#define KIT_READS_MAX  512

/* A record copied out. */
struct kit_read {
	char topic[LL_TOPIC_NAME_MAX];
	int32_t partition;
	int64_t offset;
	int64_t timestamp_ms;
	int32_t hops;
	char key[KIT_TEXT_MAX];
	char value[KIT_TEXT_MAX];
	size_t value_size;
	bool tombstone;
};

struct kit_reads {
	struct kit_read list[KIT_READS_MAX];
	size_t count;
	size_t ends; /* end_of_partition seen */
	struct ll_position last_end;
};

/* A member of a group and what it was told. */
struct kit_member {
	struct ll_consumer *consumer;
	bool fetches; /* everything from the beginning, in the assigned callback */
	struct ll_position assignment[KIT_PARTITIONS * 4];
	size_t assignment_count;
	int assigned; /* times told */
	int revoked;
	size_t revoked_count; /* partitions, the last time */
	bool lost;
	/* Called in the revoked callback, when not NULL. */
	void (*on_revoked)(struct kit_member *member);
	void *on_revoked_context;
};

/* "prefix-name-N", a new one each time; for topics, groups and ids. */
void kit_name(struct conformance *conformance, const char *name, char ret_name[LL_TOPIC_NAME_MAX]);
void kit_topic(struct conformance *conformance, char ret_name[LL_TOPIC_NAME_MAX]);

struct ll_producer *kit_producer(struct conformance *conformance, const char *transactional_id);
/* value NULL: a tombstone. */
int kit_try_send(struct ll_producer *producer, const char *topic, int32_t partition,
		 const char *key, const char *value);
void kit_send(struct ll_producer *producer, const char *topic, int32_t partition, const char *key,
	      const char *value);
void kit_begin(struct ll_producer *producer);
void kit_commit(struct ll_producer *producer);
void kit_abort(struct ll_producer *producer);
/* Until the broker has all that was sent. */
void kit_settle(struct ll_producer *producer);
/* One record in a transaction of its own. */
void kit_publish(struct conformance *conformance, const char *topic, int32_t partition,
		 const char *key, const char *value);

struct ll_position kit_position(const char *topic, int32_t partition, int64_t offset);
/* Without a group. */
struct ll_consumer *kit_reader(struct conformance *conformance, bool read_uncommitted);
/* A reader that fetches all partitions of the topic from the beginning. */
struct ll_consumer *kit_reader_of(struct conformance *conformance, const char *topic,
				  bool read_uncommitted);
void kit_fetch(struct ll_consumer *consumer, const char *topic, int32_t partition, int64_t offset);
/* Polls once and adds to `reads`. */
void kit_poll(struct ll_consumer *consumer, struct kit_reads *reads);
void kit_read_records(struct ll_consumer *consumer, struct kit_reads *reads, size_t count);
void kit_read_ends(struct ll_consumer *consumer, struct kit_reads *reads, size_t ends);
/* Polls some times and asserts that no record comes. */
void kit_read_nothing(struct ll_consumer *consumer);

void kit_member_open(struct conformance *conformance, struct kit_member *member, const char *group,
		     const char *instance, const char *const *topics, size_t topic_count);
/* Polls all members in turn until `member` has been told assigned `times` times. */
void kit_until_assigned(struct kit_member *const *members, size_t count, struct kit_member *member,
			int times);

#endif
