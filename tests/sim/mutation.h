/*
 * Protections that can be taken away, one at a time: a proof that cannot fail is none. All of it
 * is done to the twins and to copies of the stages' descriptors; the stages' code has no switch.
 */
#ifndef LL_SIM_MUTATION_H
#define LL_SIM_MUTATION_H

#include <stddef.h>

/* X(symbol, name) */
#define SIM_MUTATIONS(X)                                    \
	X(NONE, "nothing")                                  \
	X(EPOCH_CHECK, "epoch-check")                       \
	X(CATCH_UP, "catch-up")                             \
	X(OFFSETS_IN_TRANSACTION, "offsets-in-transaction") \
	X(GENERATION_AT_ASSIGN, "generation-at-assign")     \
	X(LATER_READ_OF_SEGMENTS, "later-read-of-segments") \
	X(STABLE_OFFSETS, "stable-offsets")                 \
	X(ABORT_FORGETS, "abort-forgets")                   \
	X(END_OF_HELD, "end-of-held")

enum sim_mutation {
#define SIM_MUTATION_ENUM(symbol, name) SIM_WITHOUT_##symbol,
	SIM_MUTATIONS(SIM_MUTATION_ENUM)
#undef SIM_MUTATION_ENUM
		SIM_MUTATION_COUNT
};

struct ll_consumer;
struct ll_position;
struct ll_stage;

const char *sim_mutation_name(enum sim_mutation mutation);
/* The mutation of a name, or -1. */
int sim_mutation_by_name(const char *name);
/* A copy of the descriptor, changed where the mutation is about the stage. */
struct ll_stage sim_mutation_stage(enum sim_mutation mutation, const struct ll_stage *stage);
/*
 * As if the group metadata were taken only now: the group's present generation, and no member id,
 * which Kafka does not check. consumer: of the in-memory bus.
 */
void sim_mutation_take_generation(struct ll_consumer *consumer);
/* The committed offsets without waiting for pending transactions. */
int sim_mutation_committed_unstable(struct ll_consumer *consumer, struct ll_position *positions,
				    size_t count);

#endif
