/*
 * The single-threaded run: the pure core over household-events, one partition after the other, up to
 * an offset. It stands beside the stages and uses nothing of theirs but fold.h, the rules by which a
 * record is decoded, misplaced or rejected.
 */
#ifndef LL_SIM_ORACLE_H
#define LL_SIM_ORACLE_H

#include "consumers/assess/fold.h"

#define SIM_ORACLE_PARTITIONS 3

/* A multiset of things, each as a hash of its bytes. */
struct sim_bag {
	struct ll_key *items;
	size_t count;
	size_t capacity;
};

void sim_bag_release(struct sim_bag *bag);
void sim_bag_add(struct sim_bag *bag, const void *bytes, size_t size);
/* Sorts both; the number of items only in `a` and only in `b`. */
void sim_bag_compare(struct sim_bag *a, struct sim_bag *b, size_t *ret_only_a, size_t *ret_only_b);

/*
 * Policies compiled once for all schedules: a policy is read-only, and the same text gives the same.
 * For the oracle and the checks; the stages compile for themselves. release at the very end.
 */
extern const struct ll_policy_compiler sim_policy_compiler;
void sim_policies_release(void);

struct sim_oracle {
	struct ll_fold fold;
	int32_t count; /* Q */
	struct ll_partition *partitions[SIM_ORACLE_PARTITIONS];
	int64_t at[SIM_ORACLE_PARTITIONS]; /* the state is that before this offset */
	struct sim_bag tasks;
	struct sim_bag risk_changes;
	struct sim_bag escalations;
	struct sim_bag rejected; /* "topic partition offset reason" */
	struct sim_bag rerouted; /* values */
	struct ll_buf wire;
};

void sim_oracle_init(struct sim_oracle *oracle, const struct ll_codec *codec, int32_t count);
void sim_oracle_release(struct sim_oracle *oracle);
/* Folds one record of the log, which must come in order. 0 also when it is rejected. */
int sim_oracle_fold(struct sim_oracle *oracle, const struct ll_record *record, int32_t hops);
/* How dead letters are named in bags. */
void sim_bag_add_rejected(struct sim_bag *bag, struct ll_str topic, int32_t partition,
			  int64_t offset, struct ll_str reason);

#endif
