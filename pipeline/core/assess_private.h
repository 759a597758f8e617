/* One decision in the making, for assess*.c only. */
#ifndef LL_CORE_ASSESS_PRIVATE_H
#define LL_CORE_ASSESS_PRIVATE_H

#include "assess.h"
#include "demand.h"
#include "reason.h"

struct ll_assessment {
	const struct ll_policy *policy;	       /* NULL: none in force, or no day to decide on */
	const struct ll_policy_region *region; /* with policy */
	int32_t today;
	struct ll_household *household;
	const struct ll_household_event *event;
	const struct ll_change *change;
	const struct ll_memory *memory;
	struct ll_asking asking;       /* of all that follows, with policy */
	struct ll_reasoning reasoning; /* with policy */
	/* What comes out; the arrays are made when the first entry is. */
	struct ll_task *tasks;
	size_t task_count;
	struct ll_escalation *escalations;
	size_t escalation_count;
	char *area; /* 12 digits */
	struct ll_indicators indicators;
	struct ll_verdict verdict; /* last: mostly unwritten */
};

/* A new turn begins. Twice is once. */
void ll_assess_begin_turn(struct ll_household *household);
/* So does one with a day, whether its tick had something to say of the household or not. */
void ll_assess_begin_day(struct ll_household *household, int32_t today);

/* assess_tell.c: records of what was done; reasons go with them. */
int ll_assess_tell_task(struct ll_assessment *a, const struct ll_household_task *task,
			enum ll_task_change change);
int ll_assess_tell_updated(struct ll_assessment *a);
int ll_assess_tell_escalation(struct ll_assessment *a, const struct ll_household_task *task);
int ll_assess_tell_risk_change(struct ll_assessment *a, struct ll_decision *decision);

/* assess_tasks.c: what is asked for and what is open are made one. */
int ll_assess_tasks(struct ll_assessment *a);
/* Also under a hold: what is open has a date. */
int ll_assess_remind(struct ll_assessment *a);
int ll_assess_end_all_tasks(struct ll_assessment *a);

#endif
