/*
 * The case of a household: one transition table. A move that is not in it is -LL_ERR_ILLEGAL_MOVE.
 */
#ifndef LL_CORE_CASE_H
#define LL_CORE_CASE_H

#include "household.h"

/* X(symbol): what can move a case. The decisions of people come in enum ll_case_decision_type's order. */
#define LL_CASE_TRIGGERS(X)   \
	X(RULE_HOLDS)         \
	X(NEED_GONE)          \
	X(VISIT_DONE)         \
	X(VISIT_REFUSED)      \
	X(VISIT_NOT_FOUND)    \
	X(VISIT_FAILED)       \
	X(OBSERVED)           \
	X(VISIT_CONFIRMED)    \
	X(VISIT_REJECTED)     \
	X(COUNTY_CONFIRMED)   \
	X(COUNTY_REJECTED)    \
	X(RISK_ELIMINATED)    \
	X(RELEASED)           \
	X(VILLAGE_CONFIRMED)  \
	X(VILLAGE_REJECTED)   \
	X(TOWNSHIP_CONFIRMED) \
	X(TOWNSHIP_REJECTED)  \
	X(MARKS_EXCLUDE)
enum ll_case_trigger {
#define LL_CASE_TRIGGER_ENUM(symbol) LL_TRIGGER_##symbol,
	LL_CASE_TRIGGERS(LL_CASE_TRIGGER_ENUM)
#undef LL_CASE_TRIGGER_ENUM
		LL_CASE_TRIGGER_COUNT
};

/* Where the trigger leads; -LL_ERR_ILLEGAL_MOVE. The same state is a legal move to nowhere. */
int ll_case_next(enum ll_case_state from, enum ll_case_trigger trigger, enum ll_case_state *ret_to);
/* Moves the household's case; entering rejected or eliminated settles the facts there are. */
int ll_case_move(struct ll_household *household, enum ll_case_trigger trigger, int32_t today);

/*
 * What a person decided. *ret_changed is false for a decision that was seen just before, and for a
 * hold that is there already.
 */
int ll_case_decide(struct ll_household *household, const struct ll_case_decision *decision,
		   int32_t today, bool *ret_changed);

#endif
