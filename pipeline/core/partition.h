/*
 * The fold of one partition of the log: households, policies in force and pending, live alerts,
 * the last tick. Pure: no I/O, clock, locale, randomness or logging; memory comes from the slab it
 * owns and the scratch arena given to a call. The same records in the same order give the same
 * state and the same decisions, to the byte.
 *
 * One thread at a time.
 */
#ifndef LL_CORE_PARTITION_H
#define LL_CORE_PARTITION_H

#include "base/arena.h"
#include "decision.h"

struct ll_policy;
struct ll_partition;

/*
 * Compiles a policy text; the core calls it for PolicyActivated and on restore. The policy is the
 * partition's until free_policy. The result depends on the text alone.
 */
struct ll_policy_compiler {
	int (*compile)(void *context, struct ll_str text, struct ll_policy **ret_policy);
	void (*free_policy)(struct ll_policy *policy);
	void *context;
};

/* Called once for each household that an input touched and that has something to say. */
typedef int ll_decision_sink(void *context, const struct ll_decision *decision);

int ll_partition_new(const struct ll_policy_compiler *compiler,
		     struct ll_partition **ret_partition);
void ll_partition_free(struct ll_partition *partition);

/*
 * Folds one record. Decisions go to sink (NULL: folded without telling), in an order that depends
 * on the log alone. A REJECT error says that the record changed nothing; an error of the sink is
 * passed through and leaves the partition unusable (as does NO_MEMORY).
 * scratch is cleared by the caller between calls; for broadcasts it is cleared inside, household by
 * household.
 */
int ll_partition_apply(struct ll_partition *partition, const struct ll_household_event *event,
		       struct ll_arena *scratch, ll_decision_sink *sink, void *sink_context);

/*
 * A hint that changes nothing: events of these households come next. Most of an ordinary event's
 * time is waiting for memory, and this waits for many at once; good for batches of 16 to 64.
 */
void ll_partition_prefetch(const struct ll_partition *partition,
			   const struct ll_key *household_keys, size_t count);

/* What the partition holds of a household, until the next call that changes it; NULL: not registered. */
const struct ll_household *ll_partition_household(const struct ll_partition *partition,
						  const struct ll_key *household_key);
/*
 * Every registered household in the order of registration. A non-zero return of the visit ends the walk
 * and is passed on; the visit may not change the partition.
 */
typedef int ll_household_visit(void *context, const struct ll_household *household);
int ll_partition_each(const struct ll_partition *partition, ll_household_visit *visit,
		      void *context);

/* LL_DAY_NONE before the first tick. */
int32_t ll_partition_day(const struct ll_partition *partition);
size_t ll_partition_household_count(const struct ll_partition *partition);
/* Households by case state; counts has LL_CASE_STATE_COUNT entries. */
void ll_partition_count_cases(const struct ll_partition *partition, uint64_t *ret_counts);
/* Bytes the partition holds from the system. */
size_t ll_partition_bytes(const struct ll_partition *partition);

/*
 * Checkpoints. A segment is a list of entries, each a household's whole state (or its tombstone),
 * or the partition's own state. Later entries win, so segments are applied in order.
 *
 * encode_changed appends what changed since the last encode to *segment, until the segment has at
 * least limit bytes or nothing is left (*ret_done), and takes those households off the list of the
 * changed. encode_all lists everything instead (a new base): call mark_all_changed first.
 */
size_t ll_partition_changed_count(const struct ll_partition *partition);
void ll_partition_mark_all_changed(struct ll_partition *partition);
int ll_partition_encode_changed(struct ll_partition *partition, struct ll_buf *segment,
				size_t limit, bool *ret_done);
/* Reads one segment into the partition. Untrusted bytes: -LL_ERR_STATE when they do not parse. */
int ll_partition_restore(struct ll_partition *partition, struct ll_bytes segment,
			 struct ll_arena *scratch);

/*
 * The state of all households in key order, and of the partition itself, as bytes: equal states
 * give equal bytes. For tests and `lifeline verify`.
 */
int ll_partition_encode_state(const struct ll_partition *partition, struct ll_buf *out);

#endif
