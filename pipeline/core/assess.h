/*
 * The decision on one household. Pure; see partition.h for the fold around it.
 */
#ifndef LL_CORE_ASSESS_H
#define LL_CORE_ASSESS_H

#include "base/area.h"
#include "base/arena.h"
#include "decision.h"
#include "task.h"

struct ll_policy;

/* Memory the core may use: scratch dies with the decision, kept lives with the household. */
struct ll_memory {
	struct ll_arena *scratch;
	struct ll_slab *kept;
};

/*
 * Folds one event into the household and decides. `today` is the partition's last tick
 * (LL_DAY_NONE before the first: nothing is rejected as of the future, and no rule fires).
 * policy may be NULL: the facts are folded, no rule fires.
 *
 * 0: *ret_decision is complete (and perhaps empty). A REJECT error: the household is as before.
 */
int ll_assess(const struct ll_policy *policy, int32_t today, struct ll_household *household,
	      const struct ll_household_event *event, const struct ll_memory *memory,
	      struct ll_decision *ret_decision);

/*
 * The two halves of ll_assess, for the partition, which puts the live alerts of an area between
 * them when a household is registered.
 */
struct ll_change {
	bool any;	/* false: the event changed nothing, there is nothing to decide */
	bool dissolved; /* the household is no more */
	bool ends_turn; /* a tick, a policy or a person's word */
	bool is_told;	/* a word that is a risk change, whatever else it changes */
	struct ll_task_cause cause;
	enum ll_case_state case_before;
	int32_t level_before;
	enum ll_group group_before;
	bool held_before;
	int32_t updated_measure;  /* of the task that a person moved, or -1 */
	int32_t answered_measure; /* of the answer that a person gave, or -1 */
	struct ll_str update_by;
	struct ll_str update_note;
};

/* Nothing has changed yet. */
struct ll_change ll_change_begin(const struct ll_household *household, enum ll_body body);
/* A REJECT error: the household is as before. */
int ll_assess_fold(const struct ll_policy *policy, int32_t today, struct ll_household *household,
		   const struct ll_household_event *event, struct ll_slab *kept,
		   struct ll_change *ret_change);
/* Puts an alert's fact into the household, or takes it back if the household is elsewhere now. */
int ll_assess_fold_alert(struct ll_household *household, uint64_t alert_fact_id,
			 const struct ll_area_alert *alert, bool contains, struct ll_slab *kept,
			 struct ll_change *change);
int ll_assess_decide(const struct ll_policy *policy, int32_t today, struct ll_household *household,
		     const struct ll_household_event *event, const struct ll_change *change,
		     const struct ll_memory *memory, struct ll_decision *ret_decision);

/* The fact id that an alert has in every household. */
uint64_t ll_alert_fact_id(struct ll_str alert_id);
/* -LL_ERR_BAD_AREA, _BAD_ENUM, _OUT_OF_RANGE, _BAD_DATE. */
int ll_alert_check(const struct ll_area_alert *alert, struct ll_area *ret_area);

#endif
