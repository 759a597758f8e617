/* Topics: created, counted and listed through one handle of the bus, made when first needed. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bus_kafka_impl.h"

#define ADMIN_ERROR_MAX 256
#define VISIBLE_STEP_MS 5

/* With the admin lock held. A consumer's handle without a group: it creates no topic by asking. */
static int admin_handle(struct ll_kafka_bus *bus, rd_kafka_t **ret_handle, struct ll_error *error)
{
	rd_kafka_conf_t *conf;
	int err;

	if (!bus->admin) {
		err = ll_kafka_conf_new(bus, LL_KAFKA_ADMIN, NULL, &bus->admin_link, &conf, error);
		if (err)
			return err;
		err = ll_kafka_handle_new(RD_KAFKA_CONSUMER, conf, &bus->admin, error);
		if (err)
			return err;
	}
	rd_kafka_poll(bus->admin, 0); /* its error events, which nobody else takes */
	*ret_handle = bus->admin;
	return 0;
}

/* ---- creating ---------------------------------------------------------------------------- */

static int new_topic(const struct ll_topic_spec *spec, rd_kafka_NewTopic_t **ret_topic,
		     struct ll_error *error)
{
	char why[ADMIN_ERROR_MAX];
	char retention[24];
	/* -1: the broker's default replication factor. */
	rd_kafka_NewTopic_t *topic =
		rd_kafka_NewTopic_new(spec->name, spec->partitions, -1, why, sizeof(why));

	if (!topic)
		return ll_error_set(error, -LL_ERR_INVALID, "topic %s: %s", spec->name, why);
	if (spec->compacted) {
		rd_kafka_NewTopic_set_config(topic, "cleanup.policy", "compact");
	} else {
		snprintf(retention, sizeof(retention), "%lld", (long long)spec->retention_ms);
		rd_kafka_NewTopic_set_config(topic, "cleanup.policy", "delete");
		rd_kafka_NewTopic_set_config(topic, "retention.ms", retention);
	}
	*ret_topic = topic;
	return 0;
}

static int created_error(struct ll_kafka_bus *bus, rd_kafka_event_t *event, struct ll_error *error)
{
	size_t count = 0;
	const rd_kafka_topic_result_t **results;

	if (rd_kafka_event_error(event))
		return ll_kafka_fail(error, &bus->admin_link, rd_kafka_event_error(event),
				     "creating topics");
	results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event),
						      &count);
	for (size_t i = 0; i < count; i++) {
		rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[i]);
		char what[LL_TOPIC_NAME_MAX + 32];

		if (code == RD_KAFKA_RESP_ERR_NO_ERROR ||
		    code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
			continue;
		snprintf(what, sizeof(what), "creating topic %s",
			 rd_kafka_topic_result_name(results[i]));
		return ll_kafka_fail(error, &bus->admin_link, code, what);
	}
	return 0;
}

static int create_all(struct ll_kafka_bus *bus, rd_kafka_t *handle, rd_kafka_NewTopic_t **topics,
		      size_t count, int timeout_ms, struct ll_error *error)
{
	rd_kafka_AdminOptions_t *options =
		rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_CREATETOPICS);
	rd_kafka_queue_t *queue = rd_kafka_queue_new(handle);
	rd_kafka_event_t *event;
	int err;

	rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms, NULL, 0);
	rd_kafka_AdminOptions_set_operation_timeout(options, timeout_ms, NULL, 0);
	rd_kafka_CreateTopics(handle, topics, count, options, queue);
	event = rd_kafka_queue_poll(queue, timeout_ms);
	err = event ? created_error(bus, event, error)
		    : ll_kafka_fail(error, &bus->admin_link, RD_KAFKA_RESP_ERR__TIMED_OUT,
				    "creating topics");
	if (event)
		rd_kafka_event_destroy(event);
	rd_kafka_queue_destroy(queue);
	rd_kafka_AdminOptions_destroy(options);
	return err;
}

/* ---- asking ------------------------------------------------------------------------------ */

int ll_kafka_topic_partitions(rd_kafka_t *handle, struct ll_kafka_link *link,
			      rd_kafka_topic_t *topic, int timeout_ms, int32_t *ret_count,
			      struct ll_error *error)
{
	const struct rd_kafka_metadata *metadata = NULL;
	rd_kafka_resp_err_t code = rd_kafka_metadata(handle, 0, topic, &metadata, timeout_ms);
	char what[LL_TOPIC_NAME_MAX + 32];
	int32_t count = 0;

	snprintf(what, sizeof(what), "looking up topic %s", rd_kafka_topic_name(topic));
	if (code)
		return ll_kafka_fail(error, link, code, what);
	code = metadata->topic_cnt > 0 ? metadata->topics[0].err
				       : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
	if (metadata->topic_cnt > 0)
		count = metadata->topics[0].partition_cnt;
	rd_kafka_metadata_destroy(metadata);
	/* A topic without a leader yet has its partitions all the same. */
	if (code && code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART &&
	    code != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
		return ll_kafka_fail(error, link, code, what);
	*ret_count = code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ? 0 : count;
	return 0;
}

static int count_by_name(struct ll_kafka_bus *bus, rd_kafka_t *handle, const char *name,
			 int timeout_ms, int32_t *ret_count, struct ll_error *error)
{
	rd_kafka_topic_t *topic = rd_kafka_topic_new(handle, name, NULL);
	int err;

	if (!topic)
		return ll_error_set(error, -LL_ERR_INVALID, "not a topic's name: %s", name);
	err = ll_kafka_topic_partitions(handle, &bus->admin_link, topic, timeout_ms, ret_count,
					error);
	rd_kafka_topic_destroy(topic);
	return err;
}

/* The controller answers before the brokers know of the topic. */
static int wait_visible(struct ll_kafka_bus *bus, rd_kafka_t *handle, const char *name,
			int64_t deadline_ms, struct ll_error *error)
{
	for (;;) {
		int left_ms = ll_kafka_left_ms(deadline_ms);
		int32_t count = 0;
		int err = count_by_name(bus, handle, name, left_ms, &count, error);

		if (err || count > 0)
			return err;
		if (left_ms == 0)
			return ll_error_set(error, -LL_ERR_TIMED_OUT,
					    "topic %s was created but is not seen yet", name);
		nanosleep(&(struct timespec){0, VISIBLE_STEP_MS * 1000000L}, NULL);
	}
}

int ll_kafka_create_topics(struct ll_bus *base, const struct ll_topic_spec *specs, size_t count,
			   int timeout_ms, struct ll_error *error)
{
	struct ll_kafka_bus *bus = (struct ll_kafka_bus *)base;
	rd_kafka_NewTopic_t **topics = calloc(count, sizeof(*topics));
	rd_kafka_t *handle;
	int64_t deadline_ms = ll_kafka_now_ms() + timeout_ms;
	size_t made = 0;
	int err = topics ? 0 : ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");

	while (!err && made < count) {
		err = new_topic(&specs[made], &topics[made], error);
		if (!err)
			made++;
	}
	if (!err) {
		pthread_mutex_lock(&bus->admin_lock);
		err = admin_handle(bus, &handle, error);
		if (!err)
			err = create_all(bus, handle, topics, count, timeout_ms, error);
		for (size_t i = 0; i < count && !err; i++)
			err = wait_visible(bus, handle, specs[i].name, deadline_ms, error);
		pthread_mutex_unlock(&bus->admin_lock);
	}
	if (topics)
		rd_kafka_NewTopic_destroy_array(topics, made);
	free(topics);
	return err;
}

int ll_kafka_partition_count(struct ll_bus *base, const char *name, int timeout_ms,
			     int32_t *ret_count, struct ll_error *error)
{
	struct ll_kafka_bus *bus = (struct ll_kafka_bus *)base;
	rd_kafka_t *handle;
	int err;

	pthread_mutex_lock(&bus->admin_lock);
	err = admin_handle(bus, &handle, error);
	if (!err)
		err = count_by_name(bus, handle, name, timeout_ms, ret_count, error);
	pthread_mutex_unlock(&bus->admin_lock);
	return err;
}

int ll_kafka_list_topics(struct ll_bus *base, int timeout_ms,
			 void (*found)(void *context, const char *topic, int32_t partitions),
			 void *context, struct ll_error *error)
{
	struct ll_kafka_bus *bus = (struct ll_kafka_bus *)base;
	const struct rd_kafka_metadata *metadata = NULL;
	rd_kafka_resp_err_t code;
	rd_kafka_t *handle;
	int err;

	pthread_mutex_lock(&bus->admin_lock);
	err = admin_handle(bus, &handle, error);
	if (!err) {
		code = rd_kafka_metadata(handle, 1, NULL, &metadata, timeout_ms);
		if (code)
			err = ll_kafka_fail(error, &bus->admin_link, code, "listing topics");
	}
	pthread_mutex_unlock(&bus->admin_lock);
	if (err)
		return err;
	for (int i = 0; i < metadata->topic_cnt; i++) {
		const struct rd_kafka_metadata_topic *topic = &metadata->topics[i];

		/* The broker keeps its own books in topics of two underscores. */
		if (topic->err == RD_KAFKA_RESP_ERR_NO_ERROR && strncmp(topic->topic, "__", 2) != 0)
			found(context, topic->topic, topic->partition_cnt);
	}
	rd_kafka_metadata_destroy(metadata);
	return 0;
}
