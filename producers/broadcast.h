/*
 * Broadcasts: one copy of a household event (an alert, a tick, a policy) in every partition of
 * household-events, all of them or none, in one transaction. Keys are zero: no household is meant.
 *
 * The transactional.id is the program's own ("lifeline-clock"), so that a second copy of the
 * program fences the first instead of writing beside it.
 *
 * One thread at a time. Calls block for the broker.
 */
#ifndef LL_PRODUCERS_BROADCAST_H
#define LL_PRODUCERS_BROADCAST_H

#include "bus/bus.h"
#include "codec/codec.h"

#define LL_BROADCAST_EVENTS_MAX 64 /* events of one transaction, which stays far below a second */

struct ll_broadcast;

/*
 * program: "clock"; its transactional.id is "lifeline-clock". bus and codec must outlive it.
 * -LL_ERR_NOT_FOUND when there is no topic household-events.
 */
int ll_broadcast_new(struct ll_bus *bus, const struct ll_codec *codec, const char *program,
		     struct ll_broadcast **ret_broadcast, struct ll_error *error);
void ll_broadcast_free(struct ll_broadcast *broadcast);
int32_t ll_broadcast_partitions(const struct ll_broadcast *broadcast);

/*
 * Sends events, in this order, in one transaction; at most LL_BROADCAST_EVENTS_MAX. Only their
 * bodies are looked at: keys, area and origin are filled in, now_ms being the time of publishing.
 * An aborted transaction is tried again. 0: the broker has all of it. A REJECT error: an event is
 * outside the limits of its message, nothing was sent.
 */
int ll_broadcast_send(struct ll_broadcast *broadcast, const struct ll_household_event *events,
		      size_t count, int64_t now_ms, struct ll_error *error);

/* The event of a tick. */
struct ll_household_event ll_broadcast_tick(int32_t day);

#endif
