/*
 * What a policy would change, before it is put in force: the present state of a partition is decided
 * again under it, and what that says is counted and thrown away.
 *
 * A policy whose day has come is applied as it will be; one for a later day as if that day were today:
 * of what happens until then nobody knows. One thread.
 */
#ifndef LL_CLI_PREVIEW_H
#define LL_CLI_PREVIEW_H

#include "base/arena.h"
#include "core/partition.h"

#define LL_PREVIEW_COUNTIES_MAX 8192 /* China has some 2,900 */

/* What happens to tasks of one measure. */
struct ll_preview_tasks {
	int64_t opened;
	int64_t strengthened;
	int64_t withdrawn;
};

struct ll_preview_county {
	char name[16];
	struct ll_preview_tasks measures[LL_MEASURE_COUNT];
	int64_t leads;	  /* households that become leads */
	int64_t no_leads; /* leads that are none any more */
};

struct ll_preview {
	int64_t households;
	int64_t touched; /* households of which anything changes */
	int32_t day;	 /* the latest last tick; LL_DAY_NONE: no partition has one */
	int32_t undated; /* partitions with households and without a day: no rule fires there */
	bool later;	 /* the policy's day is still to come in some partition */
	struct ll_preview_tasks tasks; /* of all counties and measures */
	int64_t leads;
	int64_t no_leads;
	struct ll_preview_county *counties;
	size_t county_count;
};

void ll_preview_init(struct ll_preview *preview);
void ll_preview_release(struct ll_preview *preview);
/*
 * Adds what the policy does to this partition, which is not what it was afterwards. What
 * ll_partition_apply says of the policy is passed on: -LL_ERR_TOO_LARGE when too many are pending.
 */
int ll_preview_partition(struct ll_preview *preview, struct ll_partition *partition,
			 const struct ll_policy_activated *policy, struct ll_arena *scratch);

/*
 * May so many new tasks be opened? Up to max without a word; above it `agreed` has to be the number
 * that was shown (-1: nothing was agreed). Meanwhile events come in, so it may be up to a tenth less
 * than what was agreed, never more.
 */
bool ll_preview_may_open(int64_t opened, int64_t max, int64_t agreed);

#endif
