/*
 * The group of a consumer: what it gives and takes, and the generation in which it does.
 *
 * librdkafka runs the group's callbacks wherever its queue is served, in the midst of records too. So
 * a callback only notes what the group wants; poll tells it, and answers the group, before it takes
 * records. Records that stood before it in the queue are of the old assignment and are delivered
 * while that is still the current one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bus_kafka_impl.h"

/* ---- lists of partitions ----------------------------------------------------------------- */

static int positions_of(const rd_kafka_topic_partition_list_t *list,
			struct ll_position **ret_positions)
{
	size_t count = (size_t)list->cnt;
	struct ll_position *positions = calloc(count + 1, sizeof(*positions));

	if (!positions)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		snprintf(positions[i].topic, sizeof(positions[i].topic), "%s",
			 list->elems[i].topic);
		positions[i].partition = list->elems[i].partition;
		positions[i].offset = LL_OFFSET_NONE;
	}
	*ret_positions = positions;
	return 0;
}

/* ---- what the group wants's callbacks ---------------------------------------------------- */

/* Both name the same member in the same generation. */
static bool is_same(const rd_kafka_consumer_group_metadata_t *one,
		    const rd_kafka_consumer_group_metadata_t *other)
{
	void *bytes[2] = {NULL, NULL};
	size_t sizes[2] = {0, 0};
	rd_kafka_error_t *errors[2] = {
		rd_kafka_consumer_group_metadata_write(one, &bytes[0], &sizes[0]),
		rd_kafka_consumer_group_metadata_write(other, &bytes[1], &sizes[1]),
	};
	bool same = !errors[0] && !errors[1] && sizes[0] == sizes[1] &&
		    memcmp(bytes[0], bytes[1], sizes[0]) == 0;

	for (int i = 0; i < 2; i++) {
		if (errors[i])
			rd_kafka_error_destroy(errors[i]);
		rd_kafka_mem_free(NULL, bytes[i]);
	}
	return same;
}

static void generation_forget(struct ll_kafka_consumer *consumer)
{
	if (consumer->generation)
		rd_kafka_consumer_group_metadata_destroy(consumer->generation);
	consumer->generation = NULL;
}

static void assignment_forget(struct ll_kafka_consumer *consumer)
{
	if (consumer->assignment)
		rd_kafka_topic_partition_list_destroy(consumer->assignment);
	consumer->assignment = NULL;
}

static void assign_nothing(struct ll_kafka_consumer *consumer)
{
	rd_kafka_topic_partition_list_t *nothing = rd_kafka_topic_partition_list_new(1);

	/* The group waits for an assign, but takes any list for it. */
	rd_kafka_assign(consumer->handle, nothing);
	rd_kafka_topic_partition_list_destroy(nothing);
}

/*
 * Takes the generation: here and nowhere else. Taken at commit time it would be a later one, and let
 * an instance that slept through a rebalance commit what the next owner has done again.
 *
 * Without a member id the broker takes a transaction's offsets unchecked, as those of a consumer
 * outside any group. The group may have thrown us out since its answer; what librdkafka gives then is
 * the metadata of no member, which must not be used.
 */
static void generation_take(struct ll_kafka_consumer *consumer)
{
	rd_kafka_consumer_group_metadata_t *nobody =
		rd_kafka_consumer_group_metadata_new(consumer->group);

	generation_forget(consumer);
	consumer->generation = rd_kafka_consumer_group_metadata(consumer->handle);
	if (consumer->generation && is_same(consumer->generation, nobody))
		generation_forget(consumer);
	rd_kafka_consumer_group_metadata_destroy(nobody);
}

/*
 * rd_kafka_assignment_lost does not know of a member that was to give its partitions back, did not
 * poll, and was thrown out for that: but the member id is not the same any more.
 */
static bool is_lost(struct ll_kafka_consumer *consumer)
{
	rd_kafka_consumer_group_metadata_t *now;
	bool lost = rd_kafka_assignment_lost(consumer->handle) || !consumer->generation;

	if (lost)
		return true;
	now = rd_kafka_consumer_group_metadata(consumer->handle);
	lost = !now || !is_same(consumer->generation, now);
	if (now)
		rd_kafka_consumer_group_metadata_destroy(now);
	return lost;
}

static void tell_assigned(struct ll_kafka_consumer *consumer, rd_kafka_topic_partition_list_t *list,
			  const struct ll_position *positions)
{
	assignment_forget(consumer);
	consumer->assignment = rd_kafka_topic_partition_list_copy(list);
	generation_take(consumer);
	consumer->fetched = false;
	if (consumer->events.assigned)
		consumer->events.assigned(consumer->events.context, positions, (size_t)list->cnt);
	if (!consumer->fetched)
		assign_nothing(consumer);
}

static void tell_revoked(struct ll_kafka_consumer *consumer, rd_kafka_topic_partition_list_t *list,
			 const struct ll_position *positions)
{
	if (consumer->assignment && consumer->events.revoked)
		consumer->events.revoked(consumer->events.context, positions, (size_t)list->cnt,
					 is_lost(consumer));
	assignment_forget(consumer);
	rd_kafka_assign(consumer->handle, NULL);
}

/* Tells what the group wants, and answers it; a group that is not answered waits. */
static void tell(struct ll_kafka_consumer *consumer, rd_kafka_resp_err_t code,
		 rd_kafka_topic_partition_list_t *list)
{
	struct ll_position *positions = NULL;

	if (positions_of(list, &positions) != 0) {
		ll_error_set(&consumer->pending, -LL_ERR_NO_MEMORY, "out of memory");
		assignment_forget(consumer);
		rd_kafka_assign(consumer->handle, NULL);
	} else if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
		tell_assigned(consumer, list, positions);
	} else {
		tell_revoked(consumer, list, positions);
		if (code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
			ll_kafka_fail(&consumer->pending, &consumer->link, code,
				      "joining the group");
	}
	free(positions);
}

static void wish_forget(struct ll_kafka_consumer *consumer)
{
	if (consumer->wish)
		rd_kafka_topic_partition_list_destroy(consumer->wish);
	consumer->wish = NULL;
}

void ll_kafka_group_tell(struct ll_kafka_consumer *consumer)
{
	rd_kafka_topic_partition_list_t *list = consumer->wish;

	if (!list)
		return;
	consumer->wish = NULL;
	tell(consumer, consumer->wish_code, list);
	rd_kafka_topic_partition_list_destroy(list);
}

void ll_kafka_group_on_rebalance(rd_kafka_t *handle, rd_kafka_resp_err_t code,
				 rd_kafka_topic_partition_list_t *list, void *opaque)
{
	struct ll_kafka_consumer *consumer = ((struct ll_kafka_link *)opaque)->owner;

	if (consumer->closing) {
		tell(consumer, code, list);
		return;
	}
	/* The group does not go on before it is answered, so there is one wish at a time. */
	wish_forget(consumer);
	consumer->wish = rd_kafka_topic_partition_list_copy(list);
	consumer->wish_code = code;
	/* The poll that runs this returns. In a batch it must not: 2.0.2 would leave off with a record
	 * in its hand, which is never given back, and rd_kafka_destroy would wait for it for ever. */
	if (consumer->may_yield)
		rd_kafka_yield(handle);
}

/* ---- membership -------------------------------------------------------------------------- */

int ll_kafka_group_subscribe(struct ll_kafka_consumer *consumer,
			     const struct ll_consumer_options *options, struct ll_error *error)
{
	rd_kafka_topic_partition_list_t *topics =
		rd_kafka_topic_partition_list_new((int)options->topic_count);
	rd_kafka_resp_err_t code;

	for (size_t i = 0; i < options->topic_count; i++)
		rd_kafka_topic_partition_list_add(topics, options->topics[i],
						  RD_KAFKA_PARTITION_UA);
	code = rd_kafka_subscribe(consumer->handle, topics);
	rd_kafka_topic_partition_list_destroy(topics);
	return code ? ll_kafka_fail(error, &consumer->link, code, "subscribing") : 0;
}

bool ll_kafka_group_gave(const struct ll_kafka_consumer *consumer,
			 const struct ll_position *position)
{
	return consumer->assignment &&
	       rd_kafka_topic_partition_list_find(consumer->assignment, position->topic,
						  position->partition);
}

void ll_kafka_group_leave(struct ll_kafka_consumer *consumer)
{
	consumer->closing = true;
	/* An assignment not told yet need not be any more. */
	if (consumer->wish && consumer->wish_code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
		assign_nothing(consumer);
	else
		ll_kafka_group_tell(consumer);
	rd_kafka_consumer_close(consumer->handle);
	wish_forget(consumer);
	generation_forget(consumer);
	assignment_forget(consumer);
}
