#include "runtime/stage_command.h"

#include "runtime/log.h"
#include "runtime/shell.h"

#define CONNECT_RETRY_MS 1000
#define TOPICS_ANSWER_MS 5000
#define KAFKA_ANSWER_MS	 2000
#define SAY_AGAIN_MS	 10000 /* that Kafka is still waited for */

struct opened {
	struct ll_bus *bus;
	struct ll_store *store;
	struct ll_codec *codec;
	struct ll_metrics *metrics;
	struct ll_endpoint *endpoint;
	char instance[LL_INSTANCE_MAX];
};

static void close_all(struct opened *opened)
{
	ll_endpoint_free(opened->endpoint);
	ll_metrics_free(opened->metrics);
	ll_codec_free(opened->codec);
	ll_store_free(opened->store);
	ll_bus_free(opened->bus);
}

static int open_all(struct ll_invocation *invocation, const char *stage, struct opened *opened)
{
	int err = ll_shell_instance(invocation, opened->instance);

	if (!err)
		err = ll_metrics_new(&opened->metrics);
	if (!err)
		err = ll_shell_endpoint(invocation, stage, opened->metrics, &opened->endpoint);
	if (!err)
		err = ll_shell_codec(invocation, &opened->codec);
	if (!err)
		err = ll_shell_bus(invocation, &opened->bus);
	if (!err)
		err = ll_shell_store(invocation, &opened->store);
	return err;
}

/* Applies missing migrations and compares P and Q with those written down. */
static int check_store(const struct ll_settings *settings, struct opened *opened,
		       struct ll_error *error)
{
	int32_t from;
	int32_t to;
	int err = ll_store_migrate(opened->store, &from, &to, error);

	return err ? err : ll_topics_fix(settings, opened->store, error);
}

/* Where the database cannot say what P and Q are, the topics can. */
static int check_topics(const struct ll_settings *settings, struct opened *opened,
			struct ll_error *error)
{
	struct ll_topics *topics = NULL;
	int err = ll_topics_new(settings, &topics);

	if (!err)
		err = ll_topics_compare(topics, opened->bus, TOPICS_ANSWER_MS, error);
	ll_topics_free(topics);
	if (!err)
		ll_log(LL_LOG_WARNING, "starting although the database is away", "");
	return err;
}

/* A database that is away is waited for, as far as needed: the supervisor may have started us first. */
static int prepare_store(const struct ll_settings *settings, const struct ll_stage *stage,
			 struct opened *opened)
{
	struct ll_error error = {0};
	char quoted[LL_ERROR_MESSAGE_MAX];
	int err;

	do {
		err = check_store(settings, opened, &error);
		if (err && ll_err_class(err) == LL_CLASS_RETRY && stage->starts_without_store)
			err = check_topics(settings, opened, &error);
		if (err && ll_err_class(err) == LL_CLASS_RETRY) {
			ll_log(LL_LOG_WARNING, "waiting for the database", "reason=%s",
			       ll_log_quote(error.message, quoted, sizeof(quoted)));
			ll_endpoint_beat(opened->endpoint);
			ll_stop_wait(CONNECT_RETRY_MS);
		}
	} while (err && ll_err_class(err) == LL_CLASS_RETRY && !ll_stop_asked());
	if (err && !ll_stop_asked())
		ll_log(LL_LOG_ERROR, "the database cannot be used", "reason=%s",
		       ll_log_quote(error.message, quoted, sizeof(quoted)));
	return err;
}

/*
 * Kafka that is away is waited for, too, but not for ever: an address that is wrong looks the same. Without
 * this a producer's start would end the process after half a minute in which it hears no signal.
 */
static int await_bus(const struct ll_settings *settings, struct opened *opened)
{
	const char *topic = ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS);
	int64_t patience_ms = ll_settings_number(settings, LL_SETTING_KAFKA_WAIT_S) * 1000;
	int64_t began_ms = ll_clock_monotonic_ms(&ll_clock_real);
	int64_t say_at_ms = began_ms;
	struct ll_error error = {0};
	char quoted[LL_ERROR_MESSAGE_MAX];
	int32_t count;
	int err;

	for (;;) {
		err = ll_bus_partition_count(opened->bus, topic, KAFKA_ANSWER_MS, &count, &error);
		int64_t now_ms = ll_clock_monotonic_ms(&ll_clock_real);

		if (!err || ll_err_class(err) != LL_CLASS_RETRY || ll_stop_asked() ||
		    now_ms - began_ms >= patience_ms)
			break;
		if (now_ms >= say_at_ms) {
			ll_log(LL_LOG_WARNING, "waiting for Kafka", "reason=%s",
			       ll_log_quote(error.message, quoted, sizeof(quoted)));
			say_at_ms = now_ms + SAY_AGAIN_MS;
		}
		ll_endpoint_beat(opened->endpoint);
		ll_stop_wait(CONNECT_RETRY_MS);
	}
	if (err && !ll_stop_asked())
		ll_log(LL_LOG_ERROR, "Kafka cannot be used", "reason=%s",
		       ll_log_quote(error.message, quoted, sizeof(quoted)));
	return err;
}

static int run_stage(struct ll_invocation *invocation, const struct ll_stage *stage,
		     struct opened *opened)
{
	const struct ll_settings *settings = ll_invocation_settings(invocation);
	const struct ll_stage_env env = {
		.bus = opened->bus,
		.store = opened->store,
		.codec = opened->codec,
		.metrics = opened->metrics,
		.endpoint = opened->endpoint,
		.clock = &ll_clock_real,
		.instance = opened->instance,
		.commit_interval_ms = ll_settings_number(settings, LL_SETTING_COMMIT_INTERVAL_MS),
		.checkpoint_interval_ms =
			ll_settings_number(settings, LL_SETTING_CHECKPOINT_INTERVAL_MS),
		.batch_max = (size_t)ll_settings_number(settings, LL_SETTING_BATCH_MAX),
		.person_partitions =
			(int32_t)ll_settings_number(settings, LL_SETTING_PERSON_PARTITIONS),
		.household_partitions =
			(int32_t)ll_settings_number(settings, LL_SETTING_HOUSEHOLD_PARTITIONS),
		.queue_partitions =
			(int32_t)ll_settings_number(settings, LL_SETTING_QUEUE_PARTITIONS),
		.stop_asked = ll_stop_asked,
	};

	if (await_bus(settings, opened) || prepare_store(settings, stage, opened))
		return ll_stop_asked() ? LL_EXIT_DONE : LL_EXIT_RESTART;
	ll_log(LL_LOG_INFO, "stage starts", "instance=%s", opened->instance);
	return ll_stage_run(stage, &env);
}

int ll_stage_command(struct ll_invocation *invocation, const struct ll_stage *stage)
{
	struct opened opened = {0};
	int code;

	ll_shell_log(invocation, stage->name);
	ll_stop_on_signals();
	code = open_all(invocation, stage->name, &opened);
	code = code ? LL_EXIT_FAILED : run_stage(invocation, stage, &opened);
	close_all(&opened);
	return code;
}
