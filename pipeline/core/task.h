/*
 * The tasks of a household: identity, moves, deadlines. One need, one task.
 */
#ifndef LL_CORE_TASK_H
#define LL_CORE_TASK_H

#include "household.h"

/* What opened a task, as identity: never a place in Kafka. */
struct ll_task_cause {
	uint8_t body; /* enum ll_body */
	uint64_t id;  /* of the fact, alert, update, …; or the tick's day */
	uint64_t revision;
};

/* Stable: the same household, measure and cause give the same id on every run. */
void ll_task_id(const struct ll_key *household_key, enum ll_measure measure,
		const struct ll_task_cause *cause, struct ll_key *ret_id);

static inline bool ll_task_is_open(const struct ll_household_task *task)
{
	return task->state == LL_TASK_OPEN || task->state == LL_TASK_ACCEPTED;
}

/* Of this measure, or NULL. */
struct ll_household_task *ll_task_of(const struct ll_household *household, enum ll_measure measure);
/* Appends; the caller fills it. NULL when out of memory. */
struct ll_household_task *ll_task_add(struct ll_household *household, struct ll_slab *kept);
void ll_task_remove(struct ll_household *household, struct ll_household_task *task);

/* Does the task know the rule? */
bool ll_task_has_rule(const struct ll_household_task *task, uint32_t rule_tag);
/* Remembers the rule; a task remembers no more than LL_TASK_RULES_MAX. */
void ll_task_add_rule(struct ll_household_task *task, uint32_t rule_tag);

/*
 * What a team reported. *ret_task is NULL for an update that was seen before.
 * -LL_ERR_UNKNOWN_TASK, -LL_ERR_ILLEGAL_MOVE.
 */
int ll_task_update(struct ll_household *household, const struct ll_task_updated *update,
		   struct ll_household_task **ret_task);

/* The next day on which a tick has something to say of the task; INT32_MAX: none. */
int32_t ll_task_wakes_on(const struct ll_household_task *task, int32_t escalate_after_days);

#endif
