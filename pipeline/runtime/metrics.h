/*
 * Metrics, one table; served as Prometheus text. Names and labels are stable interface.
 * Adding is one relaxed atomic; any thread.
 */
#ifndef LL_RUNTIME_METRICS_H
#define LL_RUNTIME_METRICS_H

#include "base/bytes.h"

/* X(symbol, name, type, label or NULL, help) */
#define LL_METRICS(X)                                                                              \
	X(RECORDS_IN, "lifeline_records_in_total", COUNTER, NULL, "records consumed")              \
	X(RECORDS_OUT, "lifeline_records_out_total", COUNTER, "topic",                             \
	  "records produced and committed, by kind of topic")                                      \
	X(REJECTED, "lifeline_rejected_total", COUNTER, "reason", "records sent to dead letters")  \
	X(HELD, "lifeline_held_total", COUNTER, NULL, "events held: person not registered yet")    \
	X(RELEASED, "lifeline_released_total", COUNTER, NULL, "held events released")              \
	X(REROUTED, "lifeline_rerouted_total", COUNTER, NULL,                                      \
	  "records sent on to their partition")                                                    \
	X(COMMITS, "lifeline_commits_total", COUNTER, NULL, "transactions committed")              \
	X(ABORTS, "lifeline_aborts_total", COUNTER, NULL, "transactions aborted")                  \
	X(COMMIT_SECONDS, "lifeline_commit_seconds", HISTOGRAM, NULL, "time of a commit")          \
	X(REBALANCES, "lifeline_rebalances_total", COUNTER, NULL, "assignments received")          \
	X(PARTITIONS, "lifeline_partitions", GAUGE, "state", "partitions held, by state")          \
	X(TAKE_OVER_SECONDS, "lifeline_take_over_seconds", HISTOGRAM, NULL,                        \
	  "from assignment to running, a partition")                                               \
	X(HOUSEHOLDS, "lifeline_households", GAUGE, NULL, "households in memory")                  \
	X(STATE_BYTES, "lifeline_state_bytes", GAUGE, NULL, "memory held by household state")      \
	X(CHECKPOINTS, "lifeline_checkpoints_total", COUNTER, NULL, "checkpoints written")         \
	X(CHECKPOINT_FAILURES, "lifeline_checkpoint_failures_total", COUNTER, NULL,                \
	  "checkpoints that could not be written and wait")                                        \
	X(CHECKPOINT_LAG, "lifeline_checkpoint_lag_records", GAUGE, NULL,                          \
	  "records between the oldest checkpoint and the position")                                \
	X(CHECKPOINT_BYTES, "lifeline_checkpoint_bytes_total", COUNTER, NULL,                      \
	  "bytes of state written to checkpoints")                                                 \
	X(PEOPLE, "lifeline_people", GAUGE, NULL, "persons known to enrich")                       \
	X(EVENT_TO_TASK_SECONDS, "lifeline_event_to_task_seconds", HISTOGRAM, NULL,                \
	  "from an event being published to a reader having the task it opened")                   \
	X(ROWS_WRITTEN, "lifeline_rows_written_total", COUNTER, "table", "rows written to tables") \
	X(LOOP_TIMESTAMP, "lifeline_loop_timestamp_seconds", GAUGE, NULL,                          \
	  "when the stage loop last turned, Unix time")

enum ll_metric {
#define LL_METRIC_ENUM(symbol, name, type, label, help) LL_METRIC_##symbol,
	LL_METRICS(LL_METRIC_ENUM)
#undef LL_METRIC_ENUM
		LL_METRIC_COUNT
};

#define LL_METRIC_LABELS_MAX 64 /* different labels of one metric; further ones count as "other" */

struct ll_metrics;

int ll_metrics_new(struct ll_metrics **ret_metrics);
void ll_metrics_free(struct ll_metrics *metrics);
/* label: NULL for a metric without one. Counters only go up. */
void ll_metrics_add(struct ll_metrics *metrics, enum ll_metric metric, const char *label,
		    int64_t amount);
void ll_metrics_set(struct ll_metrics *metrics, enum ll_metric metric, const char *label,
		    double value);
void ll_metrics_observe(struct ll_metrics *metrics, enum ll_metric metric, double seconds);
int64_t ll_metrics_get(const struct ll_metrics *metrics, enum ll_metric metric, const char *label);
/* Appends the Prometheus text format, with the process's own CPU seconds and memory. */
int ll_metrics_render(const struct ll_metrics *metrics, struct ll_buf *out);
/* Appends the reference page as Markdown. */
int ll_metrics_reference(struct ll_buf *out);

#endif
