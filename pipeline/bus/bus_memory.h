/*
 * What a test may do to the in-memory bus that no program can do to Kafka: move its time, kill
 * clients, make its coordinators give up on them.
 *
 * The twin has no thread, clock or randomness of its own: what happens is a function of the calls
 * made to it and of their order. Its poll never waits. Out of memory ends the process (assert).
 * What it keeps of Kafka: offsets with gaps for aborted records and markers, the last stable offset,
 * fencing by transactional.id, eager rebalancing with generations, offsets committed within
 * transactions and unstable while these are open. What it leaves out: see README.md.
 */
#ifndef LL_BUS_BUS_MEMORY_H
#define LL_BUS_BUS_MEMORY_H

#include "bus.h"

#define LL_BUS_MEMORY_SESSION_TIMEOUT_MS     6000
#define LL_BUS_MEMORY_TRANSACTION_TIMEOUT_MS 6000

/*
 * Time. Records are stamped with it. Every call moves it by the step (1 ms at first; 0: only advance
 * does). advance also lets expire the members that have not polled and the transactions that have
 * been open for their timeouts of *advanced* time: however many calls are made, nobody expires by
 * that.
 */
int64_t ll_bus_memory_now_ms(struct ll_bus *bus);
void ll_bus_memory_set_step(struct ll_bus *bus, int64_t step_ms);
void ll_bus_memory_advance(struct ll_bus *bus, int64_t ms);
/*
 * From now on a transaction that has ended is seen so much later (0 at first): until then its records
 * hold readers back and its offsets are unstable, as in Kafka until the markers are written. Its
 * transactional.id can be used at once; who does so writes the markers.
 */
void ll_bus_memory_set_marker_delay(struct ll_bus *bus, int64_t marker_ms);

/*
 * As kill -9 does: frees the client, tells nobody. The member stays in its group, and holds up the
 * next rebalance, until it expires; the transaction stays open until it expires or its
 * transactional.id is taken over.
 */
void ll_bus_memory_kill_consumer(struct ll_consumer *consumer);
void ll_bus_memory_kill_producer(struct ll_producer *producer);

/*
 * The group's coordinator gives up members, alive or not, by their `instance` (NULL: all). One that
 * lives finds out at its next poll (revoked, lost) and joins anew. Returns how many.
 */
size_t ll_bus_memory_expire_members(struct ll_bus *bus, const char *group, const char *instance);
/* The transaction's coordinator aborts what is open and fences the producer; false: nothing open. */
bool ll_bus_memory_expire_transaction(struct ll_bus *bus, const char *transactional_id);

/* The log loses everything before first_offset, as retention would do. */
void ll_bus_memory_truncate(struct ll_bus *bus, const char *topic, int32_t partition,
			    int64_t first_offset);

#endif
