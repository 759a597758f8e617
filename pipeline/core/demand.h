/*
 * What is asked for: a function of the verdict, the answers there are, the case and the policy; of
 * nothing that came and went since the turn began. A turn is the time between two ticks or words of
 * persons (struct ll_household_task).
 *
 * A need of a measure is open when a rule asks for it and nobody has answered that rule: an answer is
 * a task of the measure that a person has ended, when the rule was behind it, with no lower a level,
 * and no fact since that could move what the rule looks at.
 */
#ifndef LL_CORE_DEMAND_H
#define LL_CORE_DEMAND_H

#include "case.h"
#include "rule.h"
#include "task.h"

/*
 * What of the verdict counts: in a settled household nothing does without a fresh fact behind it. It
 * is a question of rules that make a lead; a precaution always counts, and flags nobody.
 */
enum ll_counting {
	LL_COUNTS_NOTHING = 0,
	LL_COUNTS_UNDECIDED = 1, /* only so far as it keeps what there was */
	LL_COUNTS_ALL = 2
};

struct ll_asking {
	const struct ll_policy *policy;
	const struct ll_policy_region *region;
	const struct ll_household *household; /* its case is where the verdict has moved it */
	const struct ll_verdict *verdict;
	const struct ll_indicators *indicators;
	int32_t today;
	enum ll_counting counting;
};

/* Everything that asks for one measure, taken together. */
struct ll_demand {
	bool open;     /* a rule asks, and has no answer */
	bool kept;     /* a rule cannot be decided that was behind the task when the turn began */
	uint8_t level; /* of what asks and what is kept */
	uint8_t dimension;  /* of the rule with the highest level */
	uint8_t rule_count; /* that ask, in the region's order, as far as a task remembers */
	uint8_t standing;   /* of the task's first rules, bits as in struct ll_household_task */
	uint32_t rules[LL_TASK_RULES_MAX];
};

/* Before anything else is asked. */
enum ll_counting ll_demand_counting(const struct ll_asking *asking);
/* Does a finding that holds or asks count? */
bool ll_demand_counts(const struct ll_asking *asking, size_t finding);
/* Rules that hold, of those that count and make a lead. */
uint32_t ll_demand_holding(const struct ll_asking *asking);
/* The highest level of the rules that hold and count, else 0. */
int32_t ll_demand_level(const struct ll_asking *asking);
/*
 * The highest level of a rule that makes a lead, held when the turn began or was answered, and is
 * undecided; else 0.
 */
int32_t ll_demand_undecided_level(const struct ll_asking *asking);

/* Measures that a rule asks for, but those of the procedure. */
uint32_t ll_demand_measures(const struct ll_asking *asking);
/* Does the finding ask for the measure? */
bool ll_demand_asks(const struct ll_asking *asking, size_t finding, enum ll_measure measure);
void ll_demand_of(const struct ll_asking *asking, enum ll_measure measure,
		  struct ll_demand *ret_demand);

/* Is the step's task to be done now, were there no answer? And is there none? Not of visits. */
bool ll_demand_of_step(const struct ll_asking *asking, const struct ll_case_step *step);
bool ll_demand_step_is_open(const struct ll_asking *asking, const struct ll_case_step *step);

/* The answer was given now: to every rule that asks, or asked and is undecided. */
void ll_demand_take_answer(const struct ll_asking *asking, struct ll_household_task *answer);
/* Does the answer know a rule that asks no more, or nothing at all? */
bool ll_demand_is_stale(const struct ll_asking *asking, const struct ll_household_task *answer);
/* Forgets such rules; true: nothing is left of the answer, and none needs to recognise its report. */
bool ll_demand_prune(const struct ll_asking *asking, struct ll_household_task *answer);
/* The day on which an answer ends by itself; INT32_MAX: none. */
int32_t ll_demand_retry_on(const struct ll_asking *asking, const struct ll_household_task *answer);

#endif
