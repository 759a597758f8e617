/*
 * The tasks of a household: identity, moves, deadlines. One need, one open task, and beside it the
 * last answer.
 */
#ifndef LL_CORE_TASK_H
#define LL_CORE_TASK_H

#include "household.h"

#define LL_TASKS_MAX (2 * LL_MEASURE_COUNT) /* an open one and an answer for each measure */

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

/* A person has ended it. */
static inline bool ll_task_is_answer(const struct ll_household_task *task)
{
	return !ll_task_is_open(task) && task->state != LL_TASK_WITHDRAWN;
}

/* Of this measure: the one that is open, or was withdrawn in this turn; or NULL. */
struct ll_household_task *ll_task_of(const struct ll_household *household, enum ll_measure measure);
/* Of this measure: the one that a person has ended; or NULL. */
struct ll_household_task *ll_task_answer_of(const struct ll_household *household,
					    enum ll_measure measure);
/* Appends; the caller fills it. NULL when out of memory. Pointers to tasks are void after it. */
struct ll_household_task *ll_task_add(struct ll_household *household, struct ll_slab *kept);
/* Pointers to the tasks behind it are void after it. */
void ll_task_remove(struct ll_household *household, struct ll_household_task *task);

/* Does the task know the rule? */
bool ll_task_has_rule(const struct ll_household_task *task, uint32_t rule_tag);
/* Remembers the rule; a task remembers no more than LL_TASK_RULES_MAX. */
void ll_task_add_rule(struct ll_household_task *task, uint32_t rule_tag);
/* Forgets the rules that came in this turn. */
void ll_task_forget_new_rules(struct ll_household_task *task);

/* A new turn: what is so now is what was so before it. Twice is once. */
void ll_task_begin_turn(struct ll_household *household);

/*
 * May the team report this? *ret_task is NULL for an update that was seen before.
 * -LL_ERR_BAD_ENUM, _UNKNOWN_TASK, _ILLEGAL_MOVE.
 */
int ll_task_check_update(const struct ll_household *household, const struct ll_task_updated *update,
			 struct ll_household_task **ret_task);
/* What was checked. */
void ll_task_update(struct ll_household_task *task, const struct ll_task_updated *update);

/*
 * The task, whose state says how, is an answer from now on: it takes the place of the one before, and
 * knows its rules too. The place of the answer.
 */
struct ll_household_task *ll_task_answer(struct ll_household *household,
					 struct ll_household_task *task, int32_t today);

/* The next day on which a tick has something to say of the open task; INT32_MAX: none. */
int32_t ll_task_wakes_on(const struct ll_household_task *task, int32_t escalate_after_days);

#endif
