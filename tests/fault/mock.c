#include "mock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define READ_MS	  10000
#define BATCH_MAX 256

static const char *const topics[] = {MOCK_IN, MOCK_OUT, MOCK_DEAD};

void mock_open(struct mock *mock)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char why[256];

	/* What the mock has to say of the errors that it was told to give. */
	rd_kafka_conf_set_log_cb(conf, NULL);
	mock->host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
	assert_non_null(mock->host);
	mock->cluster = rd_kafka_mock_cluster_new(mock->host, MOCK_BROKERS);
	assert_non_null(mock->cluster);
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
		assert_int_equal(
			rd_kafka_mock_topic_create(mock->cluster, topics[i], MOCK_PARTITIONS, 1),
			0);

	const struct ll_bus_property properties[] = {
		{"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(mock->cluster)},
	};

	assert_int_equal(ll_bus_kafka_new(properties, 1, &mock->bus, NULL), 0);
}

void mock_close(struct mock *mock)
{
	ll_bus_free(mock->bus);
	rd_kafka_mock_cluster_destroy(mock->cluster);
	rd_kafka_destroy(mock->host);
}

void mock_fail(struct mock *mock, enum mock_request request, rd_kafka_resp_err_t code, int times)
{
	for (int i = 0; i < times; i++)
		rd_kafka_mock_push_request_errors(mock->cluster, (int16_t)request, 1, code);
}

void mock_forgive(struct mock *mock, enum mock_request request)
{
	rd_kafka_mock_clear_request_errors(mock->cluster, (int16_t)request);
}

void mock_move(struct mock *mock, const char *kind, const char *name, int32_t broker)
{
	assert_int_equal(rd_kafka_mock_coordinator_set(mock->cluster, kind, name, broker), 0);
}

/* ---- time ---------------------------------------------------------------------------------- */

static const char *volatile deadline_of;

static void too_long(int signal)
{
	static const char text[] = "hangs: ";
	ssize_t ignored;

	(void)signal;
	ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
	ignored = write(STDERR_FILENO, deadline_of, strlen(deadline_of));
	ignored = write(STDERR_FILENO, "\n", 1);
	(void)ignored;
	abort();
}

void mock_deadline(unsigned int seconds, const char *what)
{
	deadline_of = what;
	signal(SIGALRM, too_long);
	alarm(seconds);
}

int64_t mock_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- topics -------------------------------------------------------------------------------- */

struct ll_producer *mock_producer(struct mock *mock, const char *transactional_id)
{
	const struct ll_producer_options options = {.transactional_id = transactional_id,
						    .instance = "test"};
	struct ll_producer *producer = NULL;
	struct ll_error error = {0};
	int err = ll_producer_new(mock->bus, &options, &producer, &error);

	if (err)
		fail_msg("producer: %s: %s", ll_err_name(err), error.message);
	return producer;
}

void mock_write(struct mock *mock, const char *topic, int32_t partition, const char *text)
{
	const struct ll_bytes bytes = {(const uint8_t *)text, strlen(text)};
	const struct ll_outgoing outgoing = {topic, partition, bytes, bytes, 0};
	struct ll_producer *producer = mock_producer(mock, NULL);

	assert_int_equal(ll_producer_send(producer, &outgoing, NULL), 0);
	assert_int_equal(ll_producer_flush(producer, READ_MS, NULL), 0);
	ll_producer_free(producer);
}

static void take_lines(const struct ll_record *records, size_t count, struct ll_buf *lines,
		       int *ret_ends)
{
	for (size_t i = 0; i < count; i++) {
		*ret_ends += records[i].end_of_partition;
		if (records[i].end_of_partition)
			continue;
		assert_int_equal(ll_buf_append(lines, records[i].value.data, records[i].value.size),
				 0);
		assert_int_equal(ll_buf_append(lines, "\n", 1), 0);
	}
}

void mock_read(struct mock *mock, const char *topic, struct ll_buf *lines)
{
	const struct ll_consumer_options options = {.instance = "reader"};
	struct ll_position positions[MOCK_PARTITIONS];
	int64_t deadline_ms = mock_now_ms() + READ_MS;
	struct ll_record records[BATCH_MAX];
	struct ll_consumer *consumer;
	int ends = 0;

	for (int32_t i = 0; i < MOCK_PARTITIONS; i++) {
		snprintf(positions[i].topic, sizeof(positions[i].topic), "%s", topic);
		positions[i].partition = i;
		positions[i].offset = LL_OFFSET_BEGINNING;
	}
	assert_int_equal(ll_consumer_new(mock->bus, &options, &consumer, NULL), 0);
	assert_int_equal(ll_consumer_fetch(consumer, positions, MOCK_PARTITIONS, NULL), 0);
	assert_int_equal(ll_buf_append(lines, "\n", 1), 0);
	while (ends < MOCK_PARTITIONS) {
		size_t count = 0;

		assert_true(mock_now_ms() < deadline_ms);
		(void)ll_consumer_poll(consumer, 100, records, BATCH_MAX, &count, NULL);
		take_lines(records, count, lines, &ends);
	}
	ll_consumer_free(consumer);
	assert_int_equal(ll_buf_append(lines, "", 1), 0);
}

int mock_lines(const struct ll_buf *lines, const char *text)
{
	const char *at = (const char *)lines->data;
	char line[128];
	int found = 0;

	snprintf(line, sizeof(line), "\n%s\n", text);
	while ((at = strstr(at, line))) {
		found++;
		at++;
	}
	return found;
}

int mock_count(struct mock *mock, const char *topic, const char *text)
{
	struct ll_buf lines;
	int found;

	ll_buf_init(&lines);
	mock_read(mock, topic, &lines);
	found = mock_lines(&lines, text);
	ll_buf_release(&lines);
	return found;
}
