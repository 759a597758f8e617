/*
 * The keeper: everything assess asks of PostgreSQL, off the loop's thread. It takes partitions over
 * (epoch, then checkpoint and segments, restored into memory) and writes checkpoints, one job at a
 * time for each partition, in order. A job that PostgreSQL does not answer is tried again until it
 * is done or fenced, so a database that is away delays checkpoints and nothing else.
 *
 * The loop's thread calls these functions; the keeper's own thread does the work. Without a thread
 * (simulation) the caller does it by ll_keeper_turn.
 */
#ifndef LL_ASSESS_KEEPER_H
#define LL_ASSESS_KEEPER_H

#include "core/partition.h"
#include "store/store.h"

struct ll_keeper;

#define LL_KEEPER_SEGMENT_BYTES ((size_t)1 << 20)

struct ll_keeper_options {
	struct ll_store *store; /* cloned */
	const char *stage;
	const char *topic;
	const char *owner;
	const struct ll_policy_compiler *compiler;
	bool threaded;
	size_t segment_bytes; /* of a base's segments; 0: LL_KEEPER_SEGMENT_BYTES */
	int64_t merge_bytes; /* what is stored may be so much more than twice the base; 0: 16 MiB */
};

int ll_keeper_new(const struct ll_keeper_options *options, struct ll_keeper **ret_keeper);
/* Waits for the job in hand, drops the others. */
void ll_keeper_free(struct ll_keeper *keeper);
/* Does one waiting job, if there is one; for a keeper without a thread. Returns whether it did. */
bool ll_keeper_turn(struct ll_keeper *keeper);

/* A partition taken over: the caller owns `partition`. */
struct ll_taken {
	struct ll_partition *partition;
	struct ll_checkpoint checkpoint;
	int64_t epoch;
};

/*
 * Asks for a partition and, when called again later, gives it. -LL_ERR_TIMED_OUT: not yet;
 * -LL_ERR_UNAVAILABLE: the database does not answer (the job goes on); -LL_ERR_STATE: what is stored
 * cannot be read.
 */
int ll_keeper_take(struct ll_keeper *keeper, int32_t partition, struct ll_taken *ret_taken,
		   struct ll_error *error);
/*
 * The same for a partition whose memory was kept: only the epoch is raised. Not before the checkpoint
 * that was under way has been collected by ll_keeper_written.
 */
int ll_keeper_take_epoch(struct ll_keeper *keeper, int32_t partition, int64_t *ret_epoch,
			 struct ll_error *error);

/* Is no job of this partition waiting, running or uncollected? */
bool ll_keeper_is_free(struct ll_keeper *keeper, int32_t partition);
/*
 * Starts a checkpoint; the partition must be free. The keeper takes the buffers over (the array is
 * the caller's).
 */
int ll_keeper_write(struct ll_keeper *keeper, int32_t partition, int64_t epoch, int64_t offset,
		    struct ll_buf *segments, size_t segment_count);
/*
 * How the checkpoint went: 0 with its offset and bytes, -LL_ERR_TIMED_OUT while it is under way (or
 * none was started), -LL_ERR_UNAVAILABLE while the database does not answer, -LL_ERR_FENCED when
 * another owner has the partition; another error when it can never be written: what it carried is
 * stored nowhere, and the memory must not go on. Then, and after 0 or FENCED, the partition is free.
 */
int ll_keeper_written(struct ll_keeper *keeper, int32_t partition, int64_t *ret_offset,
		      int64_t *ret_bytes, struct ll_error *error);
/* Waits until no job is waiting or running, at most timeout_ms. */
void ll_keeper_wait(struct ll_keeper *keeper, int timeout_ms);

#endif
