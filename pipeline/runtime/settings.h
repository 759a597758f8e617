/*
 * Settings: one table of name, type, range, default and help, from which option, environment
 * variable, file key and the reference page come.
 *
 * A value is looked for in this order: option `--name VALUE`, environment `LIFELINE_NAME`
 * (upper case, '-' as '_'), the YAML file named by --config (or LIFELINE_CONFIG), the default.
 * `kafka.*` goes through to librdkafka untouched: `--kafka.socket.timeout.ms 5000`,
 * `LIFELINE_KAFKA_SOCKET_TIMEOUT_MS`, or a `kafka:` map in the file. PostgreSQL follows libpq:
 * the setting `database` is a conninfo string, PG* variables count where it is silent.
 */
#ifndef LL_RUNTIME_SETTINGS_H
#define LL_RUNTIME_SETTINGS_H

#include "base/bytes.h"
#include "base/err.h"
#include "bus/bus.h"

/* X(symbol, name, type, default, min, max, help) — min and max are of numbers */
#define LL_SETTINGS(X)                                                                             \
	X(DATABASE, "database", TEXT, "", 0, 0,                                                    \
	  "PostgreSQL, a libpq conninfo string or URI; empty: PG* variables")                      \
	X(INSTANCE, "instance", TEXT, "", 0, 0,                                                    \
	  "name of this instance, unique for each process of a stage; empty: the host name")       \
	X(LISTEN, "listen", TEXT, "127.0.0.1:0", 0, 0,                                             \
	  "address of /metrics, /healthz and /readyz; port 0: any free one; 'off': none")          \
	X(LOG_LEVEL, "log-level", TEXT, "info", 0, 0, "debug, info, warning or error")             \
	X(PERSON_PARTITIONS, "person-partitions", NUMBER, "4", 1, 1024,                            \
	  "P: partitions of topics keyed by person; fixed for life")                               \
	X(HOUSEHOLD_PARTITIONS, "household-partitions", NUMBER, "4", 1, 1024,                      \
	  "Q: partitions of topics keyed by household; fixed for life")                            \
	X(QUEUE_PARTITIONS, "queue-partitions", NUMBER, "1", 1, 64,                                \
	  "partitions of each county's and city's queue")                                          \
	X(DEPARTMENTS, "departments", TEXT,                                                        \
	  "medical-insurance,health,employment,rural-affairs,education,housing,water,"             \
	  "civil-affairs,village,disabled-persons,market-supervision,bank,emergency,"              \
	  "asset-registers",                                                                       \
	  0, 0, "departments that may publish, separated by commas")                               \
	X(COUNTIES, "counties", TEXT, "360502,360521", 0, 0,                                       \
	  "counties with a queue, six-digit codes separated by commas")                            \
	X(SECRET_FILE, "secret-file", TEXT, "", 0, 0,                                              \
	  "file with the secret that turns citizen numbers into pseudonyms, 16 to 256 bytes")      \
	X(KAFKA_WAIT_S, "kafka-wait-s", NUMBER, "600", 0, 86400,                                   \
	  "seconds that a stage waits for Kafka when it starts; then it ends with 4")              \
	X(COMMIT_INTERVAL_MS, "commit-interval-ms", NUMBER, "100", 1, 5000,                        \
	  "longest time between two commits of a stage under load")                                \
	X(CHECKPOINT_INTERVAL_MS, "checkpoint-interval-ms", NUMBER, "1000", 50, 600000,            \
	  "shortest time between two checkpoints of a partition")                                  \
	X(BATCH_MAX, "batch-max", NUMBER, "4096", 1, 100000, "records taken from Kafka at a time") \
	X(MAX_NEW_TASKS, "max-new-tasks", NUMBER, "1000", 0, 1000000000,                           \
	  "a policy that would open more new tasks is activated only with --yes-new-tasks")

enum ll_setting {
#define LL_SETTING_ENUM(symbol, name, type, fallback, min, max, help) LL_SETTING_##symbol,
	LL_SETTINGS(LL_SETTING_ENUM)
#undef LL_SETTING_ENUM
		LL_SETTING_COUNT
};

struct ll_settings;

int ll_settings_new(struct ll_settings **ret_settings);
void ll_settings_free(struct ll_settings *settings);
/* -LL_ERR_NOT_FOUND when no setting has this name ("kafka.*" always exists), -LL_ERR_INVALID. */
int ll_settings_set_option(struct ll_settings *settings, const char *name, const char *value,
			   struct ll_error *error);
/* Reads file (NULL: LIFELINE_CONFIG, or none) and environment, checks every value. Call once, last. */
int ll_settings_load(struct ll_settings *settings, const char *file, char **environment,
		     struct ll_error *error);
const char *ll_settings_text(const struct ll_settings *settings, enum ll_setting setting);
int64_t ll_settings_number(const struct ll_settings *settings, enum ll_setting setting);
/* Where the value came from: "option", "environment", "file", "default". */
const char *ll_settings_origin(const struct ll_settings *settings, enum ll_setting setting);
const char *ll_setting_name(enum ll_setting setting);
const char *ll_setting_help(enum ll_setting setting);
const char *ll_setting_default(enum ll_setting setting);
bool ll_setting_exists(const char *name);
/* The kafka.* properties without their prefix; bootstrap.servers defaults to 127.0.0.1:9092. */
const struct ll_bus_property *ll_settings_kafka(const struct ll_settings *settings,
						size_t *ret_count);
/* Appends the reference page of all settings as Markdown. */
int ll_settings_reference(struct ll_buf *out);
/* Appends all settings with values and origins, one a line or as one JSON object; secrets in kafka.* masked. */
int ll_settings_show(const struct ll_settings *settings, bool json, struct ll_buf *out);

#endif
