/* librdkafka's settings: what lifeline needs them to be, then what the user says. */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "bus_kafka_impl.h"

#define CONSUMER      LL_KAFKA_CONSUMER
#define TRANSACTIONAL LL_KAFKA_TRANSACTIONAL
#define IDEMPOTENT    LL_KAFKA_IDEMPOTENT
#define PRODUCER      (LL_KAFKA_TRANSACTIONAL | LL_KAFKA_IDEMPOTENT)
#define EVERYONE      (CONSUMER | PRODUCER | LL_KAFKA_ADMIN)

struct conf_row {
	unsigned roles;
	const char *name;
	const char *value;
	bool newer;    /* not in 2.0.2: not being known is no error */
	bool reserved; /* exactly-once rests on it: the user must not change it */
};

static const struct conf_row conf_rows[] = {
	{EVERYONE, "socket.nagle.disable", "true", false, false},
	{EVERYONE, "socket.keepalive.enable", "true", false, false},
	{EVERYONE, "log.connection.close", "false", false, false},
	{EVERYONE, "reconnect.backoff.ms", "50", false, false},
	/* A broker's restart takes seconds; the default of 10 s would double it. */
	{EVERYONE, "reconnect.backoff.max.ms", "1000", false, false},
	{EVERYONE, "allow.auto.create.topics", "false", false, true},

	{CONSUMER, "enable.auto.commit", "false", false, true},
	{CONSUMER, "enable.auto.offset.store", "false", false, true},
	{CONSUMER, "enable.partition.eof", "true", false, true},
	{CONSUMER, "auto.offset.reset", "error", false, true},
	/* cooperative-sticky crashes and loops in 2.0.2. */
	{CONSUMER, "partition.assignment.strategy", "range", false, true},
	{CONSUMER, "session.timeout.ms", "6000", false, false},
	/* A rebalance is learnt of by a heartbeat. */
	{CONSUMER, "heartbeat.interval.ms", "500", false, false},
	{CONSUMER, "max.poll.interval.ms", "60000", false, false},
	/* Both count over all partitions here, as they share one queue; 2.0.2 stops fetching a
     * partition for up to a second when one is exceeded. */
	{CONSUMER, "queued.min.messages", "1000000", false, false},
	{CONSUMER, "queued.max.messages.kbytes", "262144", false, false},
	{CONSUMER, "fetch.queue.backoff.ms", "5", true, false},
	/* A fetch under way holds back what is asked behind it on the same connection: a partition
     * just given, a watermark. Records do not wait for it, they end it. Idle, one
     * consumer costs the broker 6 % of a core at 10 ms and 2 % at 100. */
	{CONSUMER, "fetch.wait.max.ms", "50", false, false},
	{CONSUMER, "fetch.error.backoff.ms", "20", false, false},
	{CONSUMER, "topic.metadata.refresh.interval.ms", "10000", false, false},

	{PRODUCER, "enable.idempotence", "true", false, true},
	{PRODUCER, "acks", "all", false, true},
	{PRODUCER, "max.in.flight.requests.per.connection", "5", false, false},
	{PRODUCER, "partitioner", "murmur2_random", false, true},
	/* While requests are under way batches fill by themselves. */
	{PRODUCER, "linger.ms", "0", false, false},
	{PRODUCER, "batch.size", "1000000", false, false},
	{PRODUCER, "batch.num.messages", "100000", false, false},
	{PRODUCER, "queue.buffering.max.kbytes", "1048576", false, false},
	/* Kafka's own default, which is what brokers and topics take unless told otherwise. */
	{PRODUCER, "message.max.bytes", "1048576", false, false},
	{PRODUCER, "compression.codec", "lz4", false, false},
	{PRODUCER, "retry.backoff.ms", "2", false, false},
	{PRODUCER, "retry.backoff.max.ms", "100", true, false},
	/* librdkafka sets message.timeout.ms to the same. */
	{TRANSACTIONAL, "transaction.timeout.ms", "6000", false, false},
	{IDEMPOTENT, "message.timeout.ms", "30000", false, false},
	{IDEMPOTENT, "delivery.report.only.error", "true", false, true},
};

#define CONF_ROWS (sizeof(conf_rows) / sizeof(conf_rows[0]))

/* Set from the options, never by the user. */
static const char *const owned_names[] = {
	"group.id",  "transactional.id",      "isolation.level",   "group.instance.id",
	"client.id", "request.required.acks", "auto.commit.enable"};

/*
 * Settings of one side only, as librdkafka's CONFIGURATION.md has them. They are not handed to the
 * other side, where they would do nothing but be complained about.
 */
static const char *const consumer_names[] = {
	"session.timeout.ms",
	"heartbeat.interval.ms",
	"max.poll.interval.ms",
	"group.protocol.type",
	"coordinator.query.interval.ms",
	"queued.min.messages",
	"queued.max.messages.kbytes",
	"fetch.queue.backoff.ms",
	"fetch.wait.max.ms",
	"fetch.message.max.bytes",
	"max.partition.fetch.bytes",
	"fetch.max.bytes",
	"fetch.min.bytes",
	"fetch.error.backoff.ms",
	"check.crcs",
	"client.rack",
};

static const char *const producer_names[] = {
	"transaction.timeout.ms",
	"enable.gapless.guarantee",
	"queue.buffering.max.messages",
	"queue.buffering.max.kbytes",
	"queue.buffering.max.ms",
	"queue.buffering.backpressure.threshold",
	"linger.ms",
	"message.send.max.retries",
	"retries",
	"retry.backoff.ms",
	"retry.backoff.max.ms",
	"compression.codec",
	"compression.type",
	"compression.level",
	"batch.num.messages",
	"batch.size",
	"sticky.partitioning.linger.ms",
	"request.timeout.ms",
	"message.timeout.ms",
	"delivery.timeout.ms",
};

#define HAS(names, name) name_in((names), sizeof(names) / sizeof((names)[0]), (name))

static bool name_in(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool is_reserved(const char *name)
{
	for (size_t i = 0; i < CONF_ROWS; i++)
		if (conf_rows[i].reserved && strcmp(conf_rows[i].name, name) == 0)
			return true;
	return HAS(owned_names, name);
}

static bool is_for(const char *name, unsigned roles)
{
	if (HAS(consumer_names, name))
		return roles & CONSUMER;
	if (HAS(producer_names, name))
		return roles & PRODUCER;
	return true;
}

/* ---- what librdkafka says by itself ------------------------------------------------------ */

void ll_kafka_link_init(struct ll_kafka_link *link, void *owner)
{
	pthread_mutex_init(&link->story.lock, NULL);
	link->story.text[0] = '\0';
	atomic_init(&link->brokers_down, false);
	link->owner = owner;
}

void ll_kafka_link_release(struct ll_kafka_link *link)
{
	pthread_mutex_destroy(&link->story.lock);
}

static void on_log(const rd_kafka_t *handle, int level, const char *facility, const char *text)
{
	struct ll_kafka_link *link = rd_kafka_opaque(handle);

	(void)facility;
	if (!link || level > LOG_ERR)
		return;
	pthread_mutex_lock(&link->story.lock);
	snprintf(link->story.text, sizeof(link->story.text), "%s", text);
	pthread_mutex_unlock(&link->story.lock);
}

static void on_error(rd_kafka_t *handle, int code, const char *reason, void *opaque)
{
	struct ll_kafka_link *link = opaque;

	(void)handle;
	(void)reason;
	if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
		atomic_store(&link->brokers_down, true);
}

/* ---- settings ---------------------------------------------------------------------------- */

/* The story names the setting and never its value, which may be a password. */
int ll_kafka_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value,
		      struct ll_error *error)
{
	switch (rd_kafka_conf_set(conf, name, value, NULL, 0)) {
	case RD_KAFKA_CONF_OK:
		return 0;
	case RD_KAFKA_CONF_UNKNOWN:
		return ll_error_set(error, -LL_ERR_INVALID, "librdkafka %s has no setting %s",
				    rd_kafka_version_str(), name);
	default:
		return ll_error_set(error, -LL_ERR_INVALID,
				    "not a valid value of Kafka's setting %s", name);
	}
}

int ll_kafka_conf_check(const struct ll_bus_property *properties, size_t count,
			struct ll_error *error)
{
	rd_kafka_conf_t *conf;
	bool bootstrapped = false;
	int err = 0;

	if (count > LL_KAFKA_PROPERTIES_MAX)
		return ll_error_set(error, -LL_ERR_INVALID, "more than %d settings for Kafka",
				    LL_KAFKA_PROPERTIES_MAX);
	conf = rd_kafka_conf_new();
	for (size_t i = 0; i < count && !err; i++) {
		if (is_reserved(properties[i].name))
			err = ll_error_set(error, -LL_ERR_INVALID,
					   "Kafka's setting %s is lifeline's own",
					   properties[i].name);
		else
			err = ll_kafka_conf_set(conf, properties[i].name, properties[i].value,
						error);
		if (strcmp(properties[i].name, "bootstrap.servers") == 0 && properties[i].value[0])
			bootstrapped = true;
	}
	rd_kafka_conf_destroy(conf);
	if (!err && !bootstrapped)
		err = ll_error_set(error, -LL_ERR_INVALID, "bootstrap.servers is not set");
	return err;
}

static int set_all(rd_kafka_conf_t *conf, const struct ll_kafka_bus *bus, unsigned role,
		   const char *client_id, struct ll_error *error)
{
	int err = client_id ? ll_kafka_conf_set(conf, "client.id", client_id, error) : 0;

	for (size_t i = 0; i < CONF_ROWS && !err; i++) {
		const struct conf_row *row = &conf_rows[i];

		if (!(row->roles & role))
			continue;
		if (row->newer)
			rd_kafka_conf_set(conf, row->name, row->value, NULL, 0);
		else
			err = ll_kafka_conf_set(conf, row->name, row->value, error);
	}
	for (size_t i = 0; i < bus->property_count && !err; i++)
		if (is_for(bus->properties[i].name, role))
			err = ll_kafka_conf_set(conf, bus->properties[i].name,
						bus->properties[i].value, error);
	return err;
}

int ll_kafka_conf_new(const struct ll_kafka_bus *bus, enum ll_kafka_role role,
		      const char *client_id, struct ll_kafka_link *link, rd_kafka_conf_t **ret_conf,
		      struct ll_error *error)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	int err = set_all(conf, bus, role, client_id, error);

	if (err) {
		rd_kafka_conf_destroy(conf);
		return err;
	}
	rd_kafka_conf_set_opaque(conf, link);
	rd_kafka_conf_set_log_cb(conf, on_log);
	rd_kafka_conf_set_error_cb(conf, on_error);
	*ret_conf = conf;
	return 0;
}

int ll_kafka_handle_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret_handle,
			struct ll_error *error)
{
	char why[256];
	rd_kafka_t *handle = rd_kafka_new(type, conf, why, sizeof(why));

	if (!handle) {
		rd_kafka_conf_destroy(conf);
		return ll_error_set(error, -LL_ERR_INVALID, "the Kafka client does not start: %s",
				    why);
	}
	*ret_handle = handle;
	return 0;
}
