/*
 * Everything that can go wrong in a schedule, one named point each, and how often it did.
 *
 * A point is at a site: a call that a stage makes to the bus or the store, a callback, or the
 * scheduler itself. What is drawn at a site is one of its points.
 */
#ifndef LL_SIM_FAULT_H
#define LL_SIM_FAULT_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "random.h"

/* X(symbol, name, boost): boost multiplies the chance of a fault, for calls that are rare. */
#define SIM_SITES(X)                                \
	X(CREATE_TOPICS, "create-topics", 400)      \
	X(CONSUMER_NEW, "consumer-new", 4)          \
	X(FETCH, "fetch", 12)                       \
	X(POLL, "poll", 1)                          \
	X(COMMITTED, "committed", 5)                \
	X(RANGE, "range", 2)                        \
	X(ASSIGNED, "assigned", 5)                  \
	X(REVOKED, "revoked", 5)                    \
	X(PRODUCER_NEW, "producer-new", 3)          \
	X(BEGIN, "begin", 6)                        \
	X(SEND, "send", 3)                          \
	X(SEND_OFFSETS, "send-offsets", 10)         \
	X(COMMIT, "commit", 12)                     \
	X(ABORT, "abort", 60)                       \
	X(FLUSH, "flush", 800)                      \
	X(TAKE_EPOCH, "take-epoch", 4)              \
	X(READ_CHECKPOINT, "read-checkpoint", 10)   \
	X(WRITE_CHECKPOINT, "write-checkpoint", 60) \
	X(WRITE_RECORDS, "write-records", 20)       \
	X(RECORDED_OFFSET, "recorded-offset", 5)    \
	X(SCHEDULER, "scheduler", 0)

enum sim_site {
#define SIM_SITE_ENUM(symbol, name, boost) SIM_SITE_##symbol,
	SIM_SITES(SIM_SITE_ENUM)
#undef SIM_SITE_ENUM
		SIM_SITE_COUNT
};

enum sim_effect {
	SIM_FAIL_BEFORE, /* nothing is done, an error is answered */
	SIM_FAIL_AFTER,	 /* it is done, and the answer is lost */
	SIM_KILL_BEFORE, /* the process dies here: nothing it does from here on reaches anything */
	SIM_KILL_AFTER,
	SIM_PAUSE_BEFORE, /* the process stands still here while the world goes on */
	SIM_PAUSE_AFTER,
	SIM_SPECIAL, /* see where it is used */
};

/* Every call may be the last, or last very long. */
#define SIM_DIE_OR_STAND(X, site, name)                                       \
	X(site##_KILL_BEFORE, name ": killed before", site, KILL_BEFORE, 0)   \
	X(site##_KILL_AFTER, name ": killed after", site, KILL_AFTER, 0)      \
	X(site##_PAUSE_BEFORE, name ": paused before", site, PAUSE_BEFORE, 0) \
	X(site##_PAUSE_AFTER, name ": paused after", site, PAUSE_AFTER, 0)

/* X(symbol, name, site, effect, error) */
#define SIM_FAULTS(X)                                                                             \
	SIM_DIE_OR_STAND(X, CREATE_TOPICS, "create topics")                                       \
	X(CREATE_TOPICS_DOWN, "create topics: unavailable", CREATE_TOPICS, FAIL_BEFORE,           \
	  UNAVAILABLE)                                                                            \
	X(CREATE_TOPICS_LOST, "create topics: answer lost", CREATE_TOPICS, FAIL_AFTER, TIMED_OUT) \
	SIM_DIE_OR_STAND(X, CONSUMER_NEW, "new consumer")                                         \
	X(CONSUMER_NEW_DOWN, "new consumer: unavailable", CONSUMER_NEW, FAIL_BEFORE, UNAVAILABLE) \
	SIM_DIE_OR_STAND(X, FETCH, "fetch")                                                       \
	X(FETCH_DOWN, "fetch: unavailable", FETCH, FAIL_BEFORE, UNAVAILABLE)                      \
	SIM_DIE_OR_STAND(X, POLL, "poll")                                                         \
	X(POLL_DOWN, "poll: unavailable", POLL, FAIL_BEFORE, UNAVAILABLE)                         \
	X(POLL_FATAL, "poll: fatal", POLL, FAIL_BEFORE, FATAL)                                    \
	X(POLL_SHORT, "poll: one record at a time", POLL, SPECIAL, 0)                             \
	X(POLL_SLOW, "poll: nothing for a while", POLL, SPECIAL, 0)                               \
	SIM_DIE_OR_STAND(X, COMMITTED, "committed")                                               \
	X(COMMITTED_LATE, "committed: timed out", COMMITTED, FAIL_BEFORE, TIMED_OUT)              \
	X(COMMITTED_DOWN, "committed: unavailable", COMMITTED, FAIL_BEFORE, UNAVAILABLE)          \
	SIM_DIE_OR_STAND(X, RANGE, "range")                                                       \
	X(RANGE_LATE, "range: timed out", RANGE, FAIL_BEFORE, TIMED_OUT)                          \
	SIM_DIE_OR_STAND(X, ASSIGNED, "assigned")                                                 \
	SIM_DIE_OR_STAND(X, REVOKED, "revoked")                                                   \
	X(REVOKED_UNAWARE, "revoked: lost, and not told so", REVOKED, SPECIAL, 0)                 \
	SIM_DIE_OR_STAND(X, PRODUCER_NEW, "new producer")                                         \
	X(PRODUCER_NEW_DOWN, "new producer: unavailable", PRODUCER_NEW, FAIL_BEFORE, UNAVAILABLE) \
	X(PRODUCER_NEW_LOST, "new producer: answer lost", PRODUCER_NEW, FAIL_AFTER, TIMED_OUT)    \
	SIM_DIE_OR_STAND(X, BEGIN, "begin")                                                       \
	X(BEGIN_FATAL, "begin: fatal", BEGIN, SPECIAL, 0)                                         \
	SIM_DIE_OR_STAND(X, SEND, "send")                                                         \
	X(SEND_FULL, "send: queue full", SEND, FAIL_BEFORE, FULL)                                 \
	X(SEND_DOWN, "send: unavailable", SEND, FAIL_BEFORE, UNAVAILABLE)                         \
	X(SEND_ABORTED, "send: transaction aborted", SEND, FAIL_BEFORE, ABORTED)                  \
	X(SEND_NO_MEMORY, "send: out of memory", SEND, FAIL_BEFORE, NO_MEMORY)                    \
	X(SEND_FATAL, "send: fatal", SEND, SPECIAL, 0)                                            \
	SIM_DIE_OR_STAND(X, SEND_OFFSETS, "send offsets")                                         \
	X(SEND_OFFSETS_LATE, "send offsets: timed out", SEND_OFFSETS, FAIL_BEFORE, TIMED_OUT)     \
	X(SEND_OFFSETS_ABORTED, "send offsets: aborted", SEND_OFFSETS, FAIL_BEFORE, ABORTED)      \
	X(SEND_OFFSETS_LOST, "send offsets: answer lost", SEND_OFFSETS, FAIL_AFTER, TIMED_OUT)    \
	SIM_DIE_OR_STAND(X, COMMIT, "commit")                                                     \
	X(COMMIT_ABORTED, "commit: aborted", COMMIT, FAIL_BEFORE, ABORTED)                        \
	X(COMMIT_LATE, "commit: timed out", COMMIT, SPECIAL, 0)                                   \
	X(COMMIT_LOST, "commit: answer lost", COMMIT, SPECIAL, 0)                                 \
	X(COMMIT_FATAL, "commit: fatal", COMMIT, SPECIAL, 0)                                      \
	SIM_DIE_OR_STAND(X, ABORT, "abort")                                                       \
	X(ABORT_LATE, "abort: timed out", ABORT, FAIL_BEFORE, TIMED_OUT)                          \
	X(ABORT_LOST, "abort: answer lost", ABORT, FAIL_AFTER, TIMED_OUT)                         \
	SIM_DIE_OR_STAND(X, FLUSH, "flush")                                                       \
	X(FLUSH_LATE, "flush: timed out", FLUSH, FAIL_BEFORE, TIMED_OUT)                          \
	SIM_DIE_OR_STAND(X, TAKE_EPOCH, "take epoch")                                             \
	X(TAKE_EPOCH_DOWN, "take epoch: unavailable", TAKE_EPOCH, FAIL_BEFORE, UNAVAILABLE)       \
	X(TAKE_EPOCH_LATE, "take epoch: timed out", TAKE_EPOCH, FAIL_BEFORE, TIMED_OUT)           \
	X(TAKE_EPOCH_LOST, "take epoch: answer lost", TAKE_EPOCH, FAIL_AFTER, UNAVAILABLE)        \
	SIM_DIE_OR_STAND(X, READ_CHECKPOINT, "read checkpoint")                                   \
	X(READ_CHECKPOINT_DOWN, "read checkpoint: unavailable", READ_CHECKPOINT, FAIL_BEFORE,     \
	  UNAVAILABLE)                                                                            \
	X(READ_CHECKPOINT_BROKEN, "read checkpoint: ends midway", READ_CHECKPOINT, SPECIAL, 0)    \
	SIM_DIE_OR_STAND(X, WRITE_CHECKPOINT, "write checkpoint")                                 \
	X(WRITE_CHECKPOINT_DOWN, "write checkpoint: unavailable", WRITE_CHECKPOINT, FAIL_BEFORE,  \
	  UNAVAILABLE)                                                                            \
	X(WRITE_CHECKPOINT_LATE, "write checkpoint: timed out", WRITE_CHECKPOINT, FAIL_BEFORE,    \
	  TIMED_OUT)                                                                              \
	X(WRITE_CHECKPOINT_LOST, "write checkpoint: answer lost", WRITE_CHECKPOINT, FAIL_AFTER,   \
	  UNAVAILABLE)                                                                            \
	SIM_DIE_OR_STAND(X, WRITE_RECORDS, "write records")                                       \
	X(WRITE_RECORDS_DOWN, "write records: unavailable", WRITE_RECORDS, FAIL_BEFORE,           \
	  UNAVAILABLE)                                                                            \
	X(WRITE_RECORDS_ABORTED, "write records: deadlock", WRITE_RECORDS, FAIL_BEFORE, ABORTED)  \
	X(WRITE_RECORDS_LOST, "write records: answer lost", WRITE_RECORDS, FAIL_AFTER,            \
	  UNAVAILABLE)                                                                            \
	SIM_DIE_OR_STAND(X, RECORDED_OFFSET, "recorded offset")                                   \
	X(RECORDED_OFFSET_DOWN, "recorded offset: unavailable", RECORDED_OFFSET, FAIL_BEFORE,     \
	  UNAVAILABLE)                                                                            \
	X(KILLED, "killed between turns", SCHEDULER, SPECIAL, 0)                                  \
	X(PAUSED, "paused between turns", SCHEDULER, SPECIAL, 0)                                  \
	X(ZOMBIE, "paused beyond the session, resumed", SCHEDULER, SPECIAL, 0)                    \
	X(DUPLICATED, "two of one name", SCHEDULER, SPECIAL, 0)                                   \
	X(EXPIRED_TRANSACTION, "transaction expired", SCHEDULER, SPECIAL, 0)                      \
	X(EXPIRED_MEMBER, "member thrown out", SCHEDULER, SPECIAL, 0)                             \
	X(STORE_AWAY, "store away for a while", SCHEDULER, SPECIAL, 0)                            \
	X(ADDED, "instance added", SCHEDULER, SPECIAL, 0)                                         \
	X(STOPPED, "instance stopped in order", SCHEDULER, SPECIAL, 0)                            \
	X(WRITER_OPEN, "publisher's transaction left open", SCHEDULER, SPECIAL, 0)                \
	X(WRITER_ABORTED, "publisher's transaction aborted", SCHEDULER, SPECIAL, 0)

enum sim_fault {
#define SIM_FAULT_ENUM(symbol, name, site, effect, err) SIM_FAULT_##symbol,
	SIM_FAULTS(SIM_FAULT_ENUM)
#undef SIM_FAULT_ENUM
		SIM_FAULT_COUNT
};

struct sim_point {
	const char *name;
	enum sim_site site;
	enum sim_effect effect;
	int err;
};

extern const struct sim_point sim_points[SIM_FAULT_COUNT];
const char *sim_site_name(enum sim_site site);
uint32_t sim_site_boost(enum sim_site site);

/* Which points a schedule may hit. Each seed allows a part of them, so that unlike ones meet. */
struct sim_swarm {
	bool allowed[SIM_FAULT_COUNT];
	uint32_t per_100k; /* chance of a fault at a call, before the site's boost */
};

void sim_swarm_init(struct sim_swarm *swarm, struct sim_random *random);
/* The point to hit at this call, or -1. */
int sim_swarm_draw(const struct sim_swarm *swarm, struct sim_random *random, enum sim_site site);

#endif
