/*
 * What must hold. Everything is read from the topics and the store by an independent reader; none
 * of it asks the stages. What does not hold is told by sim_world_fail.
 */
#ifndef LL_SIM_CHECK_H
#define LL_SIM_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "oracle.h"

struct sim_world;

/* How much was compared, over all schedules: a check of nothing holds always. */
#define SIM_COMPARED(X)                                                 \
	X(STATES, "states at k, rebuilt from a checkpoint and the log") \
	X(AHEAD, "of them with records between c and k")                \
	X(TASKS, "task records")                                        \
	X(RISK_CHANGES, "risk changes")                                 \
	X(ESCALATIONS, "escalations")                                   \
	X(EVENTS, "distinct life events")                               \
	X(RELEASED, "of them held and released")                        \
	X(HELD, "of them held at the end")                              \
	X(DEAD_LETTERS, "dead letters")                                 \
	X(SENT_ON, "records sent on to their partition")
enum sim_compared {
#define SIM_COMPARED_ENUM(symbol, name) SIM_COMPARED_##symbol,
	SIM_COMPARED(SIM_COMPARED_ENUM)
#undef SIM_COMPARED_ENUM
		SIM_COMPARED_COUNT
};

struct sim_check {
	struct sim_oracle oracle;
	struct ll_consumer *reader; /* of no group */
	struct ll_consumer *enrich; /* asks for what these groups have committed */
	struct ll_consumer *assess;
	struct ll_arena arena;
	int64_t newest_c[SIM_ORACLE_PARTITIONS];
};

void sim_check_init(struct sim_world *world);
void sim_check_release(struct sim_world *world);

/*
 * For each partition: c <= k, neither ever goes back, and the checkpoint at c with the log from c to k
 * gives the oracle's state at k to the byte. Partitions with a pending transaction are left out.
 * settled: c must be k.
 */
void sim_check_checkpoints(struct sim_world *world, bool settled);
/* A number that changes when anything is written or committed anywhere. */
uint64_t sim_check_progress(struct sim_world *world);
/* Partitions that the stages together must hold. */
size_t sim_check_input_count(struct sim_world *world);
/* Has every group read all there is? */
bool sim_check_is_drained(struct sim_world *world);
/* All that can be said at the end: outputs, events, dead letters, rows. */
void sim_check_outputs(struct sim_world *world);

#endif
