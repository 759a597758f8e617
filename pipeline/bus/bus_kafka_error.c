/* From librdkafka's errors to lifeline's. */
#include <time.h>

#include "bus_kafka_impl.h"

struct code_row {
	rd_kafka_resp_err_t code;
	int err;
};

static const struct code_row code_rows[] = {
	{RD_KAFKA_RESP_ERR__TIMED_OUT, LL_ERR_TIMED_OUT},
	{RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, LL_ERR_TIMED_OUT},
	{RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, LL_ERR_TIMED_OUT},
	{RD_KAFKA_RESP_ERR__WAIT_COORD, LL_ERR_TIMED_OUT},
	{RD_KAFKA_RESP_ERR__IN_PROGRESS, LL_ERR_TIMED_OUT},
	{RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, LL_ERR_TIMED_OUT},
	{RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, LL_ERR_TIMED_OUT},
	{RD_KAFKA_RESP_ERR__TRANSPORT, LL_ERR_UNAVAILABLE},
	{RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, LL_ERR_UNAVAILABLE},
	{RD_KAFKA_RESP_ERR__RESOLVE, LL_ERR_UNAVAILABLE},
	{RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, LL_ERR_UNAVAILABLE},
	{RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, LL_ERR_UNAVAILABLE},
	{RD_KAFKA_RESP_ERR__WAIT_CACHE, LL_ERR_UNAVAILABLE},
	{RD_KAFKA_RESP_ERR__RETRY, LL_ERR_UNAVAILABLE},
	{RD_KAFKA_RESP_ERR__UNKNOWN_BROKER, LL_ERR_UNAVAILABLE},
	/* UNKNOWN_SERVER_ERROR: the one negative code that is a broker's. */
	{RD_KAFKA_RESP_ERR_UNKNOWN, LL_ERR_UNAVAILABLE},
	{RD_KAFKA_RESP_ERR__QUEUE_FULL, LL_ERR_FULL},
	{RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, LL_ERR_TOO_LARGE},
	{RD_KAFKA_RESP_ERR__FENCED, LL_ERR_FENCED},
	{RD_KAFKA_RESP_ERR_PRODUCER_FENCED, LL_ERR_FENCED},
	{RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, LL_ERR_FENCED},
	{RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, LL_ERR_FENCED},
	{RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, LL_ERR_FENCED},
	{RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, LL_ERR_FENCED},
	{RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, LL_ERR_ABORTED},
	{RD_KAFKA_RESP_ERR__PURGE_QUEUE, LL_ERR_ABORTED},
	{RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, LL_ERR_ABORTED},
	{RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, LL_ERR_STATE},
	{RD_KAFKA_RESP_ERR__NO_OFFSET, LL_ERR_STATE},
	{RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, LL_ERR_STATE},
	{RD_KAFKA_RESP_ERR__INVALID_ARG, LL_ERR_INVALID},
	{RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, LL_ERR_INVALID},
	{RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, LL_ERR_EXISTS},
	{RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, LL_ERR_FATAL},
	{RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, LL_ERR_FATAL},
	{RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, LL_ERR_FATAL},
	{RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, LL_ERR_FATAL},
	{RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, LL_ERR_FATAL},
	{RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, LL_ERR_FATAL},
	{RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, LL_ERR_FATAL},
};

int ll_kafka_err(rd_kafka_resp_err_t code)
{
	for (size_t i = 0; i < sizeof(code_rows) / sizeof(code_rows[0]); i++)
		if (code_rows[i].code == code)
			return -code_rows[i].err;
	/* A broker that refuses for a reason not named here may be asked again; librdkafka's own
	 * (negative) codes tell of a handle that is of no more use. */
	return code > 0 ? -LL_ERR_UNAVAILABLE : -LL_ERR_FATAL;
}

static int fail_with(struct ll_error *error, struct ll_kafka_link *link, int err, const char *what,
		     const char *why)
{
	char heard[LL_KAFKA_STORY_MAX];

	pthread_mutex_lock(&link->story.lock);
	memcpy(heard, link->story.text, sizeof(heard));
	pthread_mutex_unlock(&link->story.lock);
	return ll_error_set(error, err, "%s: %s%s%s", what, why, heard[0] ? "; last heard: " : "",
			    heard);
}

int ll_kafka_fail(struct ll_error *error, struct ll_kafka_link *link, rd_kafka_resp_err_t code,
		  const char *what)
{
	return fail_with(error, link, ll_kafka_err(code), what, rd_kafka_err2str(code));
}

static int object_err(const rd_kafka_error_t *object)
{
	int err = ll_kafka_err(rd_kafka_error_code(object));

	if (err == -LL_ERR_FENCED)
		return err;
	if (rd_kafka_error_is_fatal(object))
		return -LL_ERR_FATAL;
	if (rd_kafka_error_txn_requires_abort(object))
		return -LL_ERR_ABORTED;
	if (rd_kafka_error_is_retriable(object) && ll_err_class(err) != LL_CLASS_RETRY)
		return -LL_ERR_UNAVAILABLE;
	return err;
}

int ll_kafka_fail_object(struct ll_error *error, struct ll_kafka_link *link,
			 rd_kafka_error_t *object, const char *what)
{
	int err = fail_with(error, link, object_err(object), what, rd_kafka_error_string(object));

	rd_kafka_error_destroy(object);
	return err;
}

int ll_kafka_check(rd_kafka_t *handle, struct ll_kafka_link *link, struct ll_error *error)
{
	char why[256];
	rd_kafka_resp_err_t code = rd_kafka_fatal_error(handle, why, sizeof(why));

	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		return 0;
	if (ll_kafka_err(code) == -LL_ERR_FENCED)
		return fail_with(
			error, link, -LL_ERR_FENCED,
			"another process has taken this transactional.id over, or Kafka ended its "
			"transaction after a pause",
			why);
	return fail_with(error, link, -LL_ERR_FATAL, "the Kafka client gave up", why);
}

int64_t ll_kafka_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int ll_kafka_left_ms(int64_t deadline_ms)
{
	int64_t left_ms = deadline_ms - ll_kafka_now_ms();

	return left_ms > 0 ? (int)left_ms : 0;
}
