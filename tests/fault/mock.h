/*
 * librdkafka's mock cluster and lifeline's bus on it. The mock answers the protocol and fails where it
 * is told to, but keeps no transactions: what an aborted one wrote stays readable, and offsets count as
 * soon as they are sent. So tests look at which attempt was committed, by texts that name the attempt.
 */
#ifndef LL_TESTS_FAULT_MOCK_H
#define LL_TESTS_FAULT_MOCK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "bus/bus.h"

#define MOCK_BROKERS	3
#define MOCK_PARTITIONS 2 /* of every topic */
#define MOCK_IN		"household-events"
#define MOCK_OUT	"risk-changes"
#define MOCK_DEAD	"dead-letters.fake"

/* Kafka's request types. */
enum mock_request {
	MOCK_PRODUCE = 0,
	MOCK_FETCH = 1,
	MOCK_LIST_OFFSETS = 2,
	MOCK_METADATA = 3,
	MOCK_OFFSET_FETCH = 9,
	MOCK_FIND_COORDINATOR = 10,
	MOCK_JOIN = 11,
	MOCK_HEARTBEAT = 12,
	MOCK_SYNC = 14,
	MOCK_INIT = 22,
	MOCK_ADD_PARTITIONS = 24,
	MOCK_ADD_OFFSETS = 25,
	MOCK_END = 26,
	MOCK_OFFSETS = 28,
};

struct mock {
	rd_kafka_t *host;
	rd_kafka_mock_cluster_t *cluster;
	struct ll_bus *bus;
};

void mock_open(struct mock *mock);
void mock_close(struct mock *mock);
/* The next `times` requests of this type fail with the code. */
void mock_fail(struct mock *mock, enum mock_request request, rd_kafka_resp_err_t code, int times);
/* What was to fail and did not: forgotten. */
void mock_forgive(struct mock *mock, enum mock_request request);
/* kind: "group" or "transaction" */
void mock_move(struct mock *mock, const char *kind, const char *name, int32_t broker);
/* Whoever runs longer than this is ended, and says where: nothing may hang. */
void mock_deadline(unsigned int seconds, const char *what);

struct ll_producer *mock_producer(struct mock *mock, const char *transactional_id);
/* Sends without a transaction, and waits until it is written. */
void mock_write(struct mock *mock, const char *topic, int32_t partition, const char *text);
/* All that stands in a topic, a line each, and how many of them are the text. */
void mock_read(struct mock *mock, const char *topic, struct ll_buf *lines);
int mock_lines(const struct ll_buf *lines, const char *text);
int mock_count(struct mock *mock, const char *topic, const char *text);
int64_t mock_now_ms(void);

#endif
