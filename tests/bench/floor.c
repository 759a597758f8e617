/*
 * The floor that a stage is measured against: one hop through Kafka in transactions that does nothing.
 * Bytes are read, copied to another topic, and committed with their offsets, by librdkafka alone, with
 * the settings and the tricks of pipeline/bus. What a stage costs above this is its own work.
 *
 *   floor GROUP INPUT OUTPUT [COUNT [BROKER]]
 *
 * INPUT may be a pattern (^...). OUTPUT has as many partitions as INPUT. With COUNT it ends after so
 * many records and prints: their number, nanoseconds, its own CPU time and that of process BROKER in
 * milliseconds. Without it goes on until SIGTERM.
 */
#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BATCH		 4096
#define COMMIT_EVERY_MS	 100
#define IDLE_POLL_MS	 10
#define DRAIN_STEP_US	 200
#define START_TIMEOUT_MS 30000
#define TIMEOUT_MS	 5000
#define PRODUCERS	 2 /* they take turns, as a stage's do */

static const char *const consumer_settings[][2] = {
	{"socket.nagle.disable", "true"},	  {"enable.auto.commit", "false"},
	{"enable.auto.offset.store", "false"},	  {"auto.offset.reset", "earliest"},
	{"isolation.level", "read_committed"},	  {"partition.assignment.strategy", "range"},
	{"session.timeout.ms", "6000"},		  {"queued.min.messages", "1000000"},
	{"queued.max.messages.kbytes", "262144"}, {"fetch.wait.max.ms", "50"},
	{"fetch.error.backoff.ms", "20"},
};

static const char *const producer_settings[][2] = {
	{"socket.nagle.disable", "true"},
	{"acks", "all"},
	{"linger.ms", "0"},
	{"batch.size", "1000000"},
	{"batch.num.messages", "100000"},
	{"queue.buffering.max.messages", "500000"},
	{"queue.buffering.max.kbytes", "1048576"},
	{"compression.codec", "lz4"},
	{"retry.backoff.ms", "2"},
	{"transaction.timeout.ms", "6000"},
	{"delivery.report.only.error", "true"},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct hop {
	rd_kafka_t *consumer;
	rd_kafka_queue_t *queue;
	rd_kafka_t *producers[PRODUCERS];
	rd_kafka_topic_t *outputs[PRODUCERS];
	size_t turn;
	bool open; /* a transaction */
	int64_t began_ns;
	rd_kafka_topic_partition_list_t *offsets;
	rd_kafka_topic_partition_t *last; /* records come in runs of one partition */
};

static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
	(void)signal;
	stopped = 1;
}

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "floor: %s: %s\n", what, why);
	exit(1);
}

static void check(rd_kafka_error_t *error, const char *what)
{
	if (error)
		die(what, rd_kafka_error_string(error));
}

static int64_t time_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- opening --------------------------------------------------------------------------------- */

static rd_kafka_t *open_handle(rd_kafka_type_t type, const char *const settings[][2], size_t count,
			       const char *id_name, const char *id)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	const char *servers = getenv("LIFELINE_KAFKA_BOOTSTRAP_SERVERS");
	char why[256];
	rd_kafka_t *handle;

	if (rd_kafka_conf_set(conf, "bootstrap.servers", servers ? servers : "127.0.0.1:9092", why,
			      sizeof(why)) ||
	    rd_kafka_conf_set(conf, id_name, id, why, sizeof(why)))
		die(id_name, why);
	for (size_t i = 0; i < count; i++)
		if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], why, sizeof(why)))
			die(settings[i][0], why);
	handle = rd_kafka_new(type, conf, why, sizeof(why));
	if (!handle)
		die(id, why);
	return handle;
}

static void open_producers(struct hop *hop, const char *group, const char *output)
{
	for (int i = 0; i < PRODUCERS; i++) {
		char id[128];

		snprintf(id, sizeof(id), "%s-%d", group, i);
		hop->producers[i] =
			open_handle(RD_KAFKA_PRODUCER, producer_settings,
				    COUNT_OF(producer_settings), "transactional.id", id);
		check(rd_kafka_init_transactions(hop->producers[i], START_TIMEOUT_MS), id);
		hop->outputs[i] = rd_kafka_topic_new(hop->producers[i], output, NULL);
	}
}

static void open_hop(struct hop *hop, const char *group, const char *input, const char *output)
{
	rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t code;

	*hop = (struct hop){.offsets = rd_kafka_topic_partition_list_new(64)};
	open_producers(hop, group, output);
	hop->consumer = open_handle(RD_KAFKA_CONSUMER, consumer_settings,
				    COUNT_OF(consumer_settings), "group.id", group);
	rd_kafka_poll_set_consumer(hop->consumer);
	hop->queue = rd_kafka_queue_get_consumer(hop->consumer);
	rd_kafka_topic_partition_list_add(topics, input, RD_KAFKA_PARTITION_UA);
	code = rd_kafka_subscribe(hop->consumer, topics);
	if (code)
		die(input, rd_kafka_err2str(code));
	rd_kafka_topic_partition_list_destroy(topics);
}

static void close_hop(struct hop *hop)
{
	rd_kafka_topic_partition_list_destroy(hop->offsets);
	for (int i = 0; i < PRODUCERS; i++) {
		rd_kafka_topic_destroy(hop->outputs[i]);
		rd_kafka_destroy(hop->producers[i]);
	}
	rd_kafka_queue_destroy(hop->queue);
	rd_kafka_consumer_close(hop->consumer);
	rd_kafka_destroy(hop->consumer);
}

/* ---- hopping --------------------------------------------------------------------------------- */

static void note_offset(struct hop *hop, const rd_kafka_message_t *message)
{
	const char *topic = rd_kafka_topic_name(message->rkt);

	if (!hop->last || hop->last->partition != message->partition ||
	    strcmp(hop->last->topic, topic) != 0) {
		hop->last =
			rd_kafka_topic_partition_list_find(hop->offsets, topic, message->partition);
		if (!hop->last)
			hop->last = rd_kafka_topic_partition_list_add(hop->offsets, topic,
								      message->partition);
	}
	hop->last->offset = message->offset + 1;
}

static void forward(struct hop *hop, const rd_kafka_message_t *message)
{
	while (rd_kafka_produce(hop->outputs[hop->turn], message->partition, RD_KAFKA_MSG_F_COPY,
				message->payload, message->len, message->key, message->key_len,
				NULL) != 0) {
		if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
			die("sending", rd_kafka_err2str(rd_kafka_last_error()));
		rd_kafka_poll(hop->producers[hop->turn], 1);
	}
}

static size_t take(struct hop *hop, rd_kafka_message_t **messages)
{
	ssize_t more;

	messages[0] = rd_kafka_consumer_poll(hop->consumer, hop->open ? 0 : IDLE_POLL_MS);
	if (!messages[0])
		return 0;
	more = rd_kafka_consume_batch_queue(hop->queue, 0, messages + 1, BATCH - 1);
	return 1 + (size_t)(more > 0 ? more : 0);
}

static uint64_t work(struct hop *hop, rd_kafka_message_t **messages, size_t count)
{
	uint64_t done = 0;

	for (size_t i = 0; i < count; i++) {
		if (!messages[i]->err) {
			if (!hop->open) {
				check(rd_kafka_begin_transaction(hop->producers[hop->turn]),
				      "beginning");
				hop->open = true;
				hop->began_ns = time_ns(CLOCK_MONOTONIC);
			}
			forward(hop, messages[i]);
			note_offset(hop, messages[i]);
			done++;
		}
		rd_kafka_message_destroy(messages[i]);
	}
	return done;
}

/* rd_kafka_flush, which commit calls, looks every 10 ms only. */
static void commit(struct hop *hop)
{
	rd_kafka_t *producer = hop->producers[hop->turn];
	rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(hop->consumer);

	while (rd_kafka_poll(producer, 0), rd_kafka_outq_len(producer) > 0)
		nanosleep(&(struct timespec){0, DRAIN_STEP_US * 1000L}, NULL);
	check(rd_kafka_send_offsets_to_transaction(producer, hop->offsets, group, TIMEOUT_MS),
	      "sending offsets");
	check(rd_kafka_commit_transaction(producer, TIMEOUT_MS), "committing");
	rd_kafka_consumer_group_metadata_destroy(group);
	rd_kafka_topic_partition_list_destroy(hop->offsets);
	hop->offsets = rd_kafka_topic_partition_list_new(64);
	hop->last = NULL;
	hop->open = false;
	hop->turn = (hop->turn + 1) % PRODUCERS;
}

/* ---- measuring ------------------------------------------------------------------------------- */

static int64_t cpu_ms_of(const char *pid)
{
	char path[64];
	long long user = 0;
	long long kernel = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "r");
	if (!file ||
	    fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld",
		   &user, &kernel) != 2)
		die(path, "not a process");
	fclose(file);
	return (user + kernel) * 1000 / sysconf(_SC_CLK_TCK);
}

struct mark {
	int64_t wall_ns;
	int64_t own_ns;
	int64_t broker_ms;
};

static struct mark mark_now(const char *broker)
{
	return (struct mark){time_ns(CLOCK_MONOTONIC), time_ns(CLOCK_PROCESS_CPUTIME_ID),
			     broker ? cpu_ms_of(broker) : 0};
}

static void tell(uint64_t count, const struct mark *from, const struct mark *until)
{
	printf("%llu %lld %lld %lld\n", (unsigned long long)count,
	       (long long)(until->wall_ns - from->wall_ns),
	       (long long)(until->own_ns - from->own_ns) / 1000000,
	       (long long)(until->broker_ms - from->broker_ms));
}

/* The first batch is where the clock starts; it is not counted. */
static void run(struct hop *hop, uint64_t until, const char *broker)
{
	static rd_kafka_message_t *messages[BATCH];
	uint64_t done = 0;
	uint64_t skipped = 0;
	struct mark from = {0};
	struct mark now;

	while (!stopped && (until == 0 || done < until)) {
		size_t count = take(hop, messages);

		done += work(hop, messages, count);
		if (skipped == 0 && done > 0) {
			skipped = done;
			from = mark_now(broker);
		}
		if (hop->open &&
		    (count < BATCH || done == until ||
		     time_ns(CLOCK_MONOTONIC) - hop->began_ns >= COMMIT_EVERY_MS * 1000000LL))
			commit(hop);
	}
	now = mark_now(broker);
	if (until > 0 && done >= until)
		tell(done - skipped, &from, &now);
}

int main(int argc, char **argv)
{
	struct hop hop;

	if (argc < 4) {
		fprintf(stderr, "usage: floor GROUP INPUT OUTPUT [COUNT [BROKER]]\n");
		return 2;
	}
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	open_hop(&hop, argv[1], argv[2], argv[3]);
	run(&hop, argc > 4 ? strtoull(argv[4], NULL, 10) : 0, argc > 5 ? argv[5] : NULL);
	if (hop.open)
		commit(&hop);
	close_hop(&hop);
	return 0;
}
