/* What the files of the stage loop share; nobody else includes this. */
#ifndef LL_RUNTIME_STAGE_INTERNAL_H
#define LL_RUNTIME_STAGE_INTERNAL_H

#include "runtime/stage.h"

#define DETAIL_MAX	 256
#define INPUTS_MAX	 4096 /* partitions of all topics given to one instance */
#define OUTSIDE_RETRY_MS 500  /* after the store or the broker did not answer */

/*
 * Two producers take turns. A transaction that begins while the markers of the last one are still being
 * written is turned away with CONCURRENT_TRANSACTIONS and comes again after a hard-coded 20 ms; the
 * other producer's transactional.id is free meanwhile.
 */
#define PRODUCERS 2

struct ll_stage_loop {
	const struct ll_stage *stage;
	struct ll_stage_env env;
	void *state;
	char dead_letter_topic[LL_TOPIC_NAME_MAX];
	struct ll_consumer *consumer;
	struct ll_producer *producers[PRODUCERS];
	size_t producer_count;
	struct ll_producer *producer; /* the one whose turn it is */

	struct ll_input *inputs[INPUTS_MAX];
	size_t input_count;
	struct ll_input *last_input; /* of the record before: the next is mostly of the same */
	const char *last_topic;
	bool fetch_is_stale; /* the set of running inputs or a position was changed */

	bool in_transaction; /* begun at the producer */
	size_t sent;	     /* since the last commit */
	size_t touched_count;
	int64_t work_began_ms; /* first work since the last commit */

	struct ll_record *records;
	struct ll_buf scratch;
	struct ll_position *positions; /* INPUTS_MAX */
	const struct ll_input **touched;
	char detail[DETAIL_MAX];
	int callback_err; /* of a group callback, told after poll */
	struct ll_error callback_error;
};

static inline int64_t ll_stage_now_ms(const struct ll_stage_loop *loop)
{
	return ll_clock_monotonic_ms(loop->env.clock);
}

/* ---- stage_inputs.c ----------------------------------------------------------------------------- */

/* Counts the inputs by state, for the metrics and /readyz. */
void ll_stage_count_inputs(struct ll_stage_loop *loop);
/* From now on the input is as freshly assigned: its committed offset is asked for, then taken. */
void ll_stage_input_wait(struct ll_stage_loop *loop, struct ll_input *input, int64_t delay_ms);
void ll_stage_input_drop(struct ll_stage_loop *loop, struct ll_input *input, bool clean);
/* What the group tells; context is the loop. */
void ll_stage_on_assigned(void *context, const struct ll_position *partitions, size_t count);
void ll_stage_on_revoked(void *context, const struct ll_position *partitions, size_t count,
			 bool lost);
/* Asks for committed offsets, and lets the stage take what waits. */
int ll_stage_take_over(struct ll_stage_loop *loop, struct ll_error *error);
/* Tells the consumer which inputs to read, where that has changed. */
int ll_stage_refresh_fetch(struct ll_stage_loop *loop, struct ll_error *error);

/* ---- stage_transaction.c ------------------------------------------------------------------------ */

/* 0, or why one of the producers cannot be used any more: then the process ends, whichever it is. */
int ll_stage_check_producers(struct ll_stage_loop *loop, struct ll_error *error);
/* Nothing to do where a transaction is open already, or where offsets go to the store. */
int ll_stage_begin(struct ll_stage_loop *loop, struct ll_error *error);
/* 0 also when the work had to be aborted and will be done again. */
int ll_stage_commit(struct ll_stage_loop *loop, struct ll_error *error);
/*
 * What was worked since the last commit is undone at the broker and forgotten here: the touched
 * inputs are read again from their committed offsets.
 */
int ll_stage_abort(struct ll_stage_loop *loop, int64_t delay_ms, struct ll_error *error);

/* ---- stage_work.c ------------------------------------------------------------------------------- */

/* Folds or works records as they were polled. After an error: recover or end. */
int ll_stage_work_records(struct ll_stage_loop *loop, const struct ll_record *records,
			  size_t count);

#endif
