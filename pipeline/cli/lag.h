/*
 * How far the stages are behind what stands in the topics that they read.
 *
 * A topic that is written in transactions ends in markers, which no reader is given: a stage that
 * has read everything has committed an offset below the end. So what stands between the two is
 * read; a partition is drained when there is no record.
 *
 * One thread. Everything here blocks while the broker and the database are asked.
 */
#ifndef LL_CLI_LAG_H
#define LL_CLI_LAG_H

#include "bus/bus.h"
#include "store/store.h"

struct ll_lag;

/* One partition that a stage reads. */
struct ll_lag_entry {
	const char *stage;
	char topic[LL_TOPIC_NAME_MAX];
	int32_t partition;
	int64_t next;	/* the offset that the stage reads next */
	int64_t end;	/* of the log */
	int64_t behind; /* records not read yet */
	bool exact;	/* false: behind is an upper bound */
};

/* store: where record keeps its offsets. Both are borrowed. */
int ll_lag_new(struct ll_bus *bus, struct ll_store *store, struct ll_lag **ret_lag,
	       struct ll_error *error);
void ll_lag_free(struct ll_lag *lag);

/*
 * Measures all stages, in the order in which records pass through them: what an earlier one has
 * written is there when a later one is looked at. At most count_max records a partition are
 * counted. RETRY errors: ask again.
 */
int ll_lag_measure(struct ll_lag *lag, int64_t count_max, struct ll_error *error);
size_t ll_lag_count(const struct ll_lag *lag);
const struct ll_lag_entry *ll_lag_at(const struct ll_lag *lag, size_t index);
/* Partitions that are not drained; stage NULL: of all. */
size_t ll_lag_behind(const struct ll_lag *lag, const char *stage);

/* Measures until everything is drained, or timeout_ms have passed, or the process is to stop. */
int ll_lag_wait(struct ll_lag *lag, int64_t timeout_ms, bool *ret_drained, struct ll_error *error);

#endif
