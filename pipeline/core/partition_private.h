/* The inside of a partition, for partition.c and state*.c only. */
#ifndef LL_CORE_PARTITION_PRIVATE_H
#define LL_CORE_PARTITION_PRIVATE_H

#include "base/area.h"
#include "households.h"
#include "partition.h"
#include "policy.h"

#define LL_POLICIES_MAX 16   /* in force and pending */
#define LL_ALERTS_MAX	1024 /* live, and ended not long ago */

/* A policy with its own copy of the text it was compiled from. */
struct ll_held_policy {
	struct ll_policy *policy;
	char *text;
	size_t text_size;
	int32_t effective_on;
};

struct ll_held_alert {
	uint64_t fact_id;
	struct ll_area area;
	int32_t revision;
	int32_t occurred_on;
	int32_t expires_on;
	uint8_t kind;
	uint8_t severity;
	bool cancelled;
};

struct ll_partition {
	struct ll_slab slab; /* everything, this struct too */
	struct ll_policy_compiler compiler;
	struct ll_households table;
	int32_t day;
	/* By effective_on, no two of one day; the first is in force once its day has come. */
	struct ll_held_policy policies[LL_POLICIES_MAX];
	size_t policy_count;
	struct ll_held_alert alerts[LL_ALERTS_MAX]; /* by fact_id */
	size_t alert_count;
	size_t live_count; /* households that are not dissolved */
	uint64_t cases[LL_CASE_STATE_COUNT];
	struct ll_household *first_changed; /* the list of the changed, oldest first */
	struct ll_household *last_changed;
	size_t changed_count;
	bool own_changed; /* day, policies or alerts */
};

/* Copies the text, which compiled; takes the policy over. -LL_ERR_NO_MEMORY: the policy is freed. */
int ll_partition_hold_policy(struct ll_partition *partition, size_t at, struct ll_policy *policy,
			     struct ll_str text, int32_t effective_on);
void ll_partition_drop_policy(struct ll_partition *partition, size_t at);
/* -LL_ERR_BAD_POLICY, whatever the compiler said, but for -LL_ERR_NO_MEMORY. */
int ll_partition_compile(struct ll_partition *partition, struct ll_str text,
			 struct ll_policy **ret_policy);

#endif
