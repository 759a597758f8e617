/* What an in-memory consumer can ask. */
#include "bus_memory_impl.h"

int ll_memory_consumer_committed(struct ll_consumer *base, struct ll_position *positions,
				 size_t count, int timeout_ms, struct ll_error *error)
{
	struct ll_memory_consumer *consumer = (struct ll_memory_consumer *)base;
	struct ll_memory_group *group;
	bool unstable = false;

	(void)timeout_ms;
	if (!consumer->group)
		return ll_error_set(error, -LL_ERR_INVALID, "a consumer without a group");
	ll_memory_enter(consumer->bus);
	group = ll_memory_group(consumer->bus, consumer->group);
	for (size_t i = 0; i < count; i++)
		unstable |= ll_memory_writers_pending(consumer->bus, group->name, &positions[i]);
	for (size_t i = 0; i < count && !unstable; i++)
		positions[i].offset = ll_memory_group_committed(group, positions[i].topic,
								positions[i].partition);
	ll_memory_leave(consumer->bus);
	if (unstable)
		return ll_error_set(error, -LL_ERR_TIMED_OUT,
				    "a transaction still holds offsets of group %s",
				    consumer->group);
	return 0;
}

static int no_such(const char *topic, int32_t partition, struct ll_error *error)
{
	return ll_error_set(error, -LL_ERR_UNAVAILABLE, "there is no %s[%d]", topic,
			    (int)partition);
}

int ll_memory_consumer_range(struct ll_consumer *base, const char *topic, int32_t partition,
			     int timeout_ms, int64_t *ret_first, int64_t *ret_end,
			     struct ll_error *error)
{
	struct ll_memory_consumer *consumer = (struct ll_memory_consumer *)base;
	const struct ll_memory_log *log;

	(void)timeout_ms;
	ll_memory_enter(consumer->bus);
	log = ll_memory_log(consumer->bus, topic, partition);
	if (log) {
		*ret_first = log->first_offset;
		*ret_end = ll_memory_log_readable(log, consumer->read_uncommitted);
	}
	ll_memory_leave(consumer->bus);
	return log ? 0 : no_such(topic, partition, error);
}

int ll_memory_consumer_offset_at(struct ll_consumer *base, const char *topic, int32_t partition,
				 int64_t time_ms, int timeout_ms, int64_t *ret_offset,
				 struct ll_error *error)
{
	struct ll_memory_consumer *consumer = (struct ll_memory_consumer *)base;
	const struct ll_memory_log *log;

	(void)timeout_ms;
	ll_memory_enter(consumer->bus);
	log = ll_memory_log(consumer->bus, topic, partition);
	if (log) {
		int64_t end = ll_memory_log_readable(log, consumer->read_uncommitted);
		int64_t offset = log->first_offset;

		while (offset < end && log->records[offset]->timestamp_ms < time_ms)
			offset++;
		*ret_offset = offset;
	}
	ll_memory_leave(consumer->bus);
	return log ? 0 : no_such(topic, partition, error);
}
