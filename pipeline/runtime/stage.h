/*
 * The stage loop: consume → work → produce, exactly once in effect. One loop serves every stage;
 * a stage is one const descriptor. docs/protocol and the comments in stage.c say why each step
 * stands where it stands.
 *
 * An input is one partition of one topic that the group has given to this instance. It is
 *   WAITING      until its committed offset k is known and the stage has taken it over,
 *   CATCHING_UP  from the stage's own position c up to k: folded, nothing is emitted,
 *   RUNNING      from k on: worked.
 *
 * The loop owns the consumer and the producer; all callbacks run on its thread.
 */
#ifndef LL_RUNTIME_STAGE_H
#define LL_RUNTIME_STAGE_H

#include "bus/bus.h"
#include "codec/codec.h"
#include "runtime/clock.h"
#include "runtime/endpoint.h"
#include "runtime/metrics.h"
#include "runtime/topics.h"
#include "store/store.h"

enum ll_input_state { LL_INPUT_WAITING, LL_INPUT_CATCHING_UP, LL_INPUT_RUNNING };

struct ll_input {
	struct ll_position position; /* topic, partition, next offset to read */
	enum ll_input_state state;
	int64_t committed; /* k: LL_OFFSET_NONE when the group has none */
	bool committed_known;
	bool touched; /* read since the last commit */
	int64_t assigned_at_ms;
	int64_t retry_at_ms; /* WAITING: not asked before this */
	void *unit;	     /* the stage's */
};

/* What a stage's process has to hand; everything outlives the loop. */
struct ll_stage_env {
	struct ll_bus *bus;
	struct ll_store *store; /* may be NULL for a stage that needs none */
	const struct ll_codec *codec;
	struct ll_metrics *metrics;
	struct ll_endpoint *endpoint; /* or NULL */
	const struct ll_clock *clock;
	const char *instance;
	int64_t commit_interval_ms;
	int64_t checkpoint_interval_ms;
	size_t batch_max;
	int32_t person_partitions;    /* P */
	int32_t household_partitions; /* Q */
	int32_t queue_partitions;     /* of a county's or city's queue */
	bool single_threaded;	      /* simulation: background work is done within turns */
	/* Of checkpoints; 0: as usual. Simulations have small segments, merged often. */
	size_t segment_bytes;
	int64_t merge_bytes;
	bool (*stop_asked)(void);
};

struct ll_stage_loop;

struct ll_stage {
	const char *name; /* also of the group, the dead letters, part of the transactional.id */
	const enum ll_topic *inputs;
	size_t input_count;
	/*
	 * It starts although the database is away. One that would have to wait for its partitions'
	 * state must not join the group then: it would take them from others who have it in memory.
	 */
	bool starts_without_store;
	bool offsets_in_store; /* record: outputs and offsets go to the store, not into a transaction */

	int (*open)(struct ll_stage_loop *loop, const struct ll_stage_env *env, void **ret_state,
		    struct ll_error *error);
	void (*close)(void *state);

	/*
	 * Takes an input over: sets input->unit and input->position.offset (c; k or the beginning where
	 * the stage keeps nothing). input->committed is known, unless offsets_in_store. A RETRY error:
	 * asked again soon; so a take that needs others' time starts it and returns -LL_ERR_TIMED_OUT.
	 */
	int (*take)(void *state, struct ll_input *input, struct ll_error *error);
	/*
	 * The input goes: revoked, lost, or to be taken anew after an abort. clean: everything that was
	 * worked is committed, so memory stands at the committed offset.
	 */
	void (*drop)(void *state, struct ll_input *input, bool clean);

	/*
	 * A hint that changes nothing: these records of the input are folded or worked next. Most of a
	 * record's time is waiting for memory; here a stage waits for many at once. May be NULL.
	 */
	void (*prefetch)(void *state, const struct ll_input *input, const struct ll_record *records,
			 size_t count);
	/*
	 * CATCHING_UP. NULL for a stage whose c is always k. A REJECT error is passed over: the record
	 * was rejected when it was worked. A RETRY error: the input is taken anew.
	 */
	int (*fold)(void *state, struct ll_input *input, const struct ll_record *record);
	/*
	 * RUNNING. Emits by ll_stage_send. A REJECT error makes the loop write a dead letter; it must come
	 * before anything was emitted, or the process ends: an input goes out whole or not at all.
	 */
	int (*work)(void *state, struct ll_input *input, const struct ll_record *record);

	/* Before offsets are sent; offsets_in_store: writes outputs and offsets. May be NULL. */
	int (*commit)(void *state, const struct ll_input *const *touched, size_t count,
		      struct ll_error *error);
	/* After a commit; nothing of a transaction is open. May be NULL. */
	void (*committed)(void *state);
	/* After an abort; every input has been dropped. May be NULL. */
	void (*aborted)(void *state);
	/*
	 * Once each turn of the loop, between two records: background work. May emit (then touch the
	 * input it emits for). May be NULL.
	 */
	int (*turn)(void *state, struct ll_error *error);
	/* Stopping in order: bring what is kept to k; bounded. May be NULL. */
	void (*settle)(void *state);
};

/* ---- for a stage's own code ------------------------------------------------------------------- */

/* Emits into the open transaction, beginning one if there is none. Waits where queues are full. */
int ll_stage_send(struct ll_stage_loop *loop, const struct ll_outgoing *outgoing);
/*
 * Where a record stands, as data. Its time may be any 64 bits that a client stamped on it: brought to
 * what a date can be. The topic's name is the record's.
 */
struct ll_origin ll_stage_origin(const struct ll_record *record);
/*
 * A record whose key belongs to another partition: sent on once, to the same topic;
 * -LL_ERR_MISPLACED when it has hopped already.
 */
int ll_stage_reroute(struct ll_stage_loop *loop, const struct ll_record *record);
/* The reason of a REJECT in words, for the dead letter; valid until the record is done. */
void ll_stage_detail(struct ll_stage_loop *loop, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Why the process must end, for the log; returns -LL_ERR_FATAL. */
int ll_stage_fatal(struct ll_stage_loop *loop, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The input of (topic, partition), or NULL. */
struct ll_input *ll_stage_input(struct ll_stage_loop *loop, const char *topic, int32_t partition);
/* All inputs. */
struct ll_input *const *ll_stage_inputs(const struct ll_stage_loop *loop, size_t *ret_count);
/* This input is emitted for, so its offset goes into the transaction. */
void ll_stage_touch(struct ll_stage_loop *loop, struct ll_input *input);
/* Is a transaction open (or something worked and not committed)? */
bool ll_stage_in_transaction(const struct ll_stage_loop *loop);
/* Another owner was met: the input is dropped and taken anew after delay_ms. Aborts what is open. */
int ll_stage_retake(struct ll_stage_loop *loop, struct ll_input *input, int64_t delay_ms);

/* ---- running -------------------------------------------------------------------------------------- */

int ll_stage_loop_new(const struct ll_stage *stage, const struct ll_stage_env *env,
		      struct ll_stage_loop **ret_loop, struct ll_error *error);
void ll_stage_loop_free(struct ll_stage_loop *loop);
/*
 * One turn: serve the group, take over, poll a batch, work it, commit when it is time. 0, or the
 * error that ends the process (-LL_ERR_FATAL, _FENCED, _STATE, _NO_MEMORY); what was open is then
 * aborted, and the loop is only to be freed.
 */
int ll_stage_loop_turn(struct ll_stage_loop *loop, int poll_timeout_ms, struct ll_error *error);
/* Commits or aborts what is open, settles, leaves the group. */
int ll_stage_loop_stop(struct ll_stage_loop *loop, struct ll_error *error);
/* Turns until env->stop_asked; returns an exit code (0, or 4 with the reason logged). */
int ll_stage_run(const struct ll_stage *stage, const struct ll_stage_env *env);

#endif
