/* What a consumer can ask: committed offsets, a partition's range, the offset at a time. */
#include <stdio.h>
#include <time.h>

#include "bus_kafka_impl.h"

/* Between two questions about offsets that an open transaction still holds. */
#define UNSTABLE_PAUSE_MS 5
/* Between two questions to a cluster that has just started, or is choosing leaders. */
#define LEADER_PAUSE_MS 100

static rd_kafka_resp_err_t list_error(const rd_kafka_topic_partition_list_t *list)
{
	for (int i = 0; i < list->cnt; i++)
		if (list->elems[i].err)
			return list->elems[i].err;
	return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void pause_ms(int ms)
{
	nanosleep(&(struct timespec){0, ms * 1000000L}, NULL);
}

/*
 * read_committed makes librdkafka ask for stable offsets; it retries an unstable answer a few times
 * and then gives up before the time is up.
 */
static rd_kafka_resp_err_t ask_committed(struct ll_kafka_consumer *consumer,
					 rd_kafka_topic_partition_list_t *list, int timeout_ms)
{
	int64_t deadline_ms = ll_kafka_now_ms() + timeout_ms;

	for (;;) {
		int left_ms = ll_kafka_left_ms(deadline_ms);
		rd_kafka_resp_err_t code;

		for (int i = 0; i < list->cnt; i++)
			list->elems[i].err = RD_KAFKA_RESP_ERR_NO_ERROR;
		code = rd_kafka_committed(consumer->handle, list, left_ms);
		if (!code)
			code = list_error(list);
		if (code != RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT ||
		    left_ms <= UNSTABLE_PAUSE_MS)
			return code;
		pause_ms(UNSTABLE_PAUSE_MS);
	}
}

int ll_kafka_consumer_committed(struct ll_consumer *base, struct ll_position *positions,
				size_t count, int timeout_ms, struct ll_error *error)
{
	struct ll_kafka_consumer *consumer = (struct ll_kafka_consumer *)base;
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_resp_err_t code;

	if (!consumer->grouped)
		return ll_error_set(error, -LL_ERR_INVALID, "a consumer without a group");
	list = rd_kafka_topic_partition_list_new((int)count);
	for (size_t i = 0; i < count; i++)
		rd_kafka_topic_partition_list_add(list, positions[i].topic, positions[i].partition);
	code = ask_committed(consumer, list, timeout_ms);
	if (!code)
		for (size_t i = 0; i < count; i++) {
			rd_kafka_topic_partition_t *found = rd_kafka_topic_partition_list_find(
				list, positions[i].topic, positions[i].partition);

			positions[i].offset = found->offset >= 0 ? found->offset : LL_OFFSET_NONE;
		}
	rd_kafka_topic_partition_list_destroy(list);
	return code ? ll_kafka_fail(error, &consumer->link, code, "asking for committed offsets")
		    : 0;
}

/* A query's whole story: "asking for the range of topic[3]: ...". */
static int query_failed(struct ll_kafka_consumer *consumer, rd_kafka_resp_err_t code,
			const char *asked, const char *topic, int32_t partition,
			struct ll_error *error)
{
	char place[LL_BUS_PLACE_MAX];
	char what[LL_BUS_PLACE_MAX + 48];

	snprintf(what, sizeof(what), "asking for %s of %s", asked,
		 ll_bus_place(place, topic, partition));
	return ll_kafka_fail(error, &consumer->link, code, what);
}

/*
 * Right after a broker's start, or while a leader is chosen, the answer is that another broker leads
 * the partition. librdkafka then asks for the leaders anew, but gives the error to the caller.
 */
static bool ask_again(rd_kafka_resp_err_t code, int64_t deadline_ms)
{
	static const rd_kafka_resp_err_t passing[] = {
		RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
		RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,    RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE,
		RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH,	    RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH,
		RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
	};

	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++) {
		if (passing[i] != code)
			continue;
		if (ll_kafka_left_ms(deadline_ms) <= LEADER_PAUSE_MS)
			return false;
		pause_ms(LEADER_PAUSE_MS);
		return true;
	}
	return false;
}

/*
 * The first offset at a time or after it; -1 where there is none. Or one of the log's ends, which are
 * times below 0 in Kafka's protocol.
 */
static rd_kafka_resp_err_t ask_offset(struct ll_kafka_consumer *consumer, const char *topic,
				      int32_t partition, int64_t time, int64_t deadline_ms,
				      int64_t *ret_offset)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_t *asked =
		rd_kafka_topic_partition_list_add(list, topic, partition);
	rd_kafka_resp_err_t code;

	do {
		asked->offset = time;
		code = rd_kafka_offsets_for_times(consumer->handle, list,
						  ll_kafka_left_ms(deadline_ms));
		if (!code)
			code = list_error(list);
	} while (ask_again(code, deadline_ms));
	if (!code)
		*ret_offset = asked->offset;
	rd_kafka_topic_partition_list_destroy(list);
	return code;
}

/*
 * Not rd_kafka_query_watermark_offsets(): it asks for both ends at once, and where the first answer is
 * an error and the second is not, it forgets the error and calls the partition empty. Up to
 * librdkafka 2.8 at least.
 */
int ll_kafka_consumer_range(struct ll_consumer *base, const char *topic, int32_t partition,
			    int timeout_ms, int64_t *ret_first, int64_t *ret_end,
			    struct ll_error *error)
{
	struct ll_kafka_consumer *consumer = (struct ll_kafka_consumer *)base;
	int64_t deadline_ms = ll_kafka_now_ms() + timeout_ms;
	int64_t first = 0;
	int64_t end = 0;
	rd_kafka_resp_err_t code = ask_offset(consumer, topic, partition, RD_KAFKA_OFFSET_BEGINNING,
					      deadline_ms, &first);

	if (!code)
		code = ask_offset(consumer, topic, partition, RD_KAFKA_OFFSET_END, deadline_ms,
				  &end);
	if (code)
		return query_failed(consumer, code, "the range", topic, partition, error);
	*ret_first = first;
	*ret_end = end;
	return 0;
}

int ll_kafka_consumer_offset_at(struct ll_consumer *base, const char *topic, int32_t partition,
				int64_t time_ms, int timeout_ms, int64_t *ret_offset,
				struct ll_error *error)
{
	struct ll_kafka_consumer *consumer = (struct ll_kafka_consumer *)base;
	int64_t deadline_ms = ll_kafka_now_ms() + timeout_ms;
	int64_t offset = 0;
	rd_kafka_resp_err_t code = ask_offset(consumer, topic, partition, time_ms > 0 ? time_ms : 0,
					      deadline_ms, &offset);

	if (!code && offset < 0)
		code = ask_offset(consumer, topic, partition, RD_KAFKA_OFFSET_END, deadline_ms,
				  &offset);
	if (code)
		return query_failed(consumer, code, "an offset", topic, partition, error);
	*ret_offset = offset;
	return 0;
}
