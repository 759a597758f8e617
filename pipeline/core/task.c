#include "task.h"

#include "base/err.h"
#include "base/hash.h"

#define SEED_UPDATE 0x75706461u

static uint8_t *put_u64(uint8_t *at, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		*at++ = (uint8_t)(value >> (8 * i));
	return at;
}

void ll_task_id(const struct ll_key *household_key, enum ll_measure measure,
		const struct ll_task_cause *cause, struct ll_key *ret_id)
{
	uint8_t bytes[LL_KEY_SIZE + 2 + 8 + 8];
	uint8_t *at = bytes;

	memcpy(at, household_key->bytes, LL_KEY_SIZE);
	at += LL_KEY_SIZE;
	*at++ = (uint8_t)measure;
	*at++ = cause->body;
	at = put_u64(at, cause->id);
	put_u64(at, cause->revision);
	ll_hash128(bytes, sizeof(bytes), ret_id);
}

struct ll_household_task *ll_task_of(const struct ll_household *household, enum ll_measure measure)
{
	for (int i = 0; i < household->task_count; i++)
		if (household->tasks[i].measure == (uint8_t)measure &&
		    !ll_task_is_answer(&household->tasks[i]))
			return &household->tasks[i];
	return NULL;
}

struct ll_household_task *ll_task_answer_of(const struct ll_household *household,
					    enum ll_measure measure)
{
	for (int i = 0; i < household->task_count; i++)
		if (household->tasks[i].measure == (uint8_t)measure &&
		    ll_task_is_answer(&household->tasks[i]))
			return &household->tasks[i];
	return NULL;
}

struct ll_household_task *ll_task_add(struct ll_household *household, struct ll_slab *kept)
{
	if (ll_household_reserve_tasks(household, household->task_count + 1u, kept) < 0)
		return NULL;

	struct ll_household_task *task = &household->tasks[household->task_count++];

	memset(task, 0, sizeof(*task));
	return task;
}

void ll_task_remove(struct ll_household *household, struct ll_household_task *task)
{
	size_t at = (size_t)(task - household->tasks);

	household->task_count--;
	memmove(task, task + 1, (household->task_count - at) * sizeof(*task));
}

bool ll_task_has_rule(const struct ll_household_task *task, uint32_t rule_tag)
{
	for (int i = 0; i < task->rule_count; i++)
		if (task->rules[i] == rule_tag)
			return true;
	return false;
}

void ll_task_add_rule(struct ll_household_task *task, uint32_t rule_tag)
{
	if (task->rule_count < LL_TASK_RULES_MAX && !ll_task_has_rule(task, rule_tag))
		task->rules[task->rule_count++] = rule_tag;
}

void ll_task_forget_new_rules(struct ll_household_task *task)
{
	for (int i = task->rules_before; i < task->rule_count; i++)
		task->rules[i] = 0;
	task->rule_count = task->rules_before;
}

/* Of the rules of before those that stand, and all that are new. */
static void keep_standing_rules(struct ll_household_task *task)
{
	uint8_t kept = 0;

	for (uint8_t i = 0; i < task->rule_count; i++)
		if (i >= task->rules_before || (task->standing >> i & 1))
			task->rules[kept++] = task->rules[i];
	for (uint8_t i = kept; i < task->rule_count; i++)
		task->rules[i] = 0;
	task->rule_count = kept;
	task->rules_before = kept;
	task->standing = (uint8_t)((1u << kept) - 1);
}

void ll_task_begin_turn(struct ll_household *household)
{
	/* From the last, because tasks may be taken out. */
	for (int i = household->task_count - 1; i >= 0; i--) {
		struct ll_household_task *task = &household->tasks[i];

		if (task->state == LL_TASK_WITHDRAWN)
			ll_task_remove(household, task);
		else if (ll_task_is_open(task))
			keep_standing_rules(task);
	}
}

/* From the state of the row to that of the column. */
static const bool may_become[LL_TASK_STATE_COUNT][LL_TASK_STATE_COUNT] = {
	[LL_TASK_OPEN] = {[LL_TASK_ACCEPTED] = true,
			  [LL_TASK_DONE] = true,
			  [LL_TASK_FAILED] = true,
			  [LL_TASK_REFUSED] = true,
			  [LL_TASK_NOT_FOUND] = true},
	[LL_TASK_ACCEPTED] = {[LL_TASK_DONE] = true,
			      [LL_TASK_FAILED] = true,
			      [LL_TASK_REFUSED] = true,
			      [LL_TASK_NOT_FOUND] = true},
};

bool ll_task_may_move(enum ll_task_state from, enum ll_task_state to)
{
	return (unsigned int)from < LL_TASK_STATE_COUNT && (unsigned int)to < LL_TASK_STATE_COUNT &&
	       may_become[from][to];
}

/* One that was withdrawn is not there for a team. */
static struct ll_household_task *find_by_id(const struct ll_household *household,
					    const struct ll_key *task_id)
{
	for (int i = 0; i < household->task_count; i++)
		if (household->tasks[i].state != LL_TASK_WITHDRAWN &&
		    ll_key_equal(&household->tasks[i].task_id, task_id))
			return &household->tasks[i];
	return NULL;
}

static uint64_t hash_of(const struct ll_task_updated *update)
{
	return ll_hash64(update->update_id.data, update->update_id.size, SEED_UPDATE);
}

int ll_task_check_update(const struct ll_household *household, const struct ll_task_updated *update,
			 struct ll_household_task **ret_task)
{
	struct ll_household_task *task = find_by_id(household, &update->task_id);
	uint64_t hash = hash_of(update);

	if ((unsigned int)update->state >= LL_TASK_STATE_COUNT)
		return -LL_ERR_BAD_ENUM;
	if (!task)
		return -LL_ERR_UNKNOWN_TASK;
	for (int i = 0; i < task->update_count; i++)
		if (task->updates[i] == hash) {
			*ret_task = NULL;
			return 0;
		}
	if (!may_become[task->state][update->state])
		return -LL_ERR_ILLEGAL_MOVE;
	*ret_task = task;
	return 0;
}

void ll_task_update(struct ll_household_task *task, const struct ll_task_updated *update)
{
	task->state = (uint8_t)update->state;
	if (task->update_count < LL_TASK_UPDATES_MAX)
		task->updates[task->update_count++] = hash_of(update);
}

struct ll_household_task *ll_task_answer(struct ll_household *household,
					 struct ll_household_task *task, int32_t today)
{
	enum ll_measure measure = (enum ll_measure)task->measure;

	task->ended_on = today;
	task->era = household->era;
	task->rules_before = 0;
	task->standing = 0;
	for (int i = household->task_count - 1; i >= 0; i--) {
		struct ll_household_task *before = &household->tasks[i];

		if (before == task || before->measure != task->measure ||
		    !ll_task_is_answer(before))
			continue;
		for (int r = 0; r < before->rule_count; r++)
			ll_task_add_rule(task, before->rules[r]);
		ll_task_remove(household, before);
		break;
	}
	return ll_task_answer_of(household, measure);
}

int32_t ll_task_wakes_on(const struct ll_household_task *task, int32_t escalate_after_days)
{
	int32_t late = escalate_after_days > 1 ? escalate_after_days : 1;

	if (!ll_task_is_open(task))
		return INT32_MAX;
	if (!task->overdue)
		return task->due_on + 1;
	return task->escalated ? INT32_MAX : task->due_on + late;
}
