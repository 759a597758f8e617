/* What a consumer can ask: committed offsets, a partition's range, the offset at a time. */
#include <stdio.h>
#include <time.h>

#include "bus_kafka_impl.h"

/* Between two questions about offsets that an open transaction still holds. */
#define UNSTABLE_PAUSE_MS 5

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

int ll_kafka_consumer_range(struct ll_consumer *base, const char *topic, int32_t partition,
			    int timeout_ms, int64_t *ret_first, int64_t *ret_end,
			    struct ll_error *error)
{
	struct ll_kafka_consumer *consumer = (struct ll_kafka_consumer *)base;
	int64_t first = 0;
	int64_t end = 0;
	rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(
		consumer->handle, topic, partition, &first, &end, timeout_ms);

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
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t code;
	int64_t offset;
	int64_t first;

	/* Times below 0 mean the ends of the log in Kafka's protocol. */
	rd_kafka_topic_partition_list_add(list, topic, partition)->offset =
		time_ms > 0 ? time_ms : 0;
	code = rd_kafka_offsets_for_times(consumer->handle, list, timeout_ms);
	if (!code)
		code = list_error(list);
	offset = list->elems[0].offset;
	rd_kafka_topic_partition_list_destroy(list);
	if (code)
		return query_failed(consumer, code, "an offset", topic, partition, error);
	if (offset >= 0) {
		*ret_offset = offset;
		return 0;
	}
	return ll_kafka_consumer_range(base, topic, partition, ll_kafka_left_ms(deadline_ms),
				       &first, ret_offset, error);
}
