/*
 * Publishing life events from a department's own program (docs/examples/publish.c):
 *
 *   ll_publisher_new(bus, codec, LL_STR("medical-insurance"), &publisher, &error);
 *   ll_publisher_send(publisher, &event, &error);       … as many as there are
 *   ll_publisher_flush(publisher, 30000, &error);       only then are they written
 *
 * An event goes to life-events.<department> with its subject's key as the record's key, through an
 * idempotent producer. What a reader would reject is refused here with the same error: the check is
 * the codec's own, over its field tables.
 *
 * One thread at a time. send blocks only while the producer's queue is full.
 */
#ifndef LL_PUBLISH_PUBLISHER_H
#define LL_PUBLISH_PUBLISHER_H

#include "bus/bus.h"
#include "codec/codec.h"

#define LL_PUBLISHER_TOPIC_PREFIX    "life-events."
#define LL_PUBLISHER_DEPARTMENTS_MAX 64 /* different ones through one publisher */
#define LL_PUBLISHER_WAIT_MS	     60000 /* for room in the producer's queue, for a topic's metadata */

struct ll_publisher;

struct ll_publisher_counts {
	int64_t sent;	 /* handed to the producer */
	int64_t refused; /* not within the limits: never sent */
	int64_t failed;	 /* given up by the producer; only ever grows */
};

/*
 * bus and codec are borrowed and must outlive the publisher. department: the source of every event;
 * empty: each event's own source decides, for programs that publish for several departments.
 */
int ll_publisher_new(struct ll_bus *bus, const struct ll_codec *codec, struct ll_str department,
		     struct ll_publisher **ret_publisher, struct ll_error *error);
/* Events that were not flushed may be lost. NULL is fine. */
void ll_publisher_free(struct ll_publisher *publisher);

/*
 * Is the event one that readers accept? 0, or the REJECT error that they would have. An area is no
 * subject that can be published (-LL_ERR_UNSUPPORTED_SUBJECT): alerts have a command of their own.
 */
int ll_publisher_check(const struct ll_life_event *event);

/*
 * Copies what it needs. An empty source becomes the department. REJECT errors: this event is bad,
 * go on with the next (_SOURCE_MISMATCH where its source is another department). -LL_ERR_NOT_FOUND:
 * the department has no topic. Others: the bus's.
 */
int ll_publisher_send(struct ll_publisher *publisher, const struct ll_life_event *event,
		      struct ll_error *error);
/*
 * Waits until everything sent is written. -LL_ERR_TIMED_OUT: call again. -LL_ERR_IO: some events
 * could not be written; publish all of them again (that changes nothing for those that were).
 */
int ll_publisher_flush(struct ll_publisher *publisher, int timeout_ms, struct ll_error *error);
struct ll_publisher_counts ll_publisher_counts(const struct ll_publisher *publisher);

#endif
