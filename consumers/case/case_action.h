/*
 * What people decide about a household's case: the words of `lifeline case`, and what the case table
 * of the core says to each. Pure.
 */
#ifndef LL_CASE_CASE_ACTION_H
#define LL_CASE_CASE_ACTION_H

#include "base/err.h"
#include "core/decision.h"

/* X(word, decision): in the order of help. A decision moves the case by the trigger of its name. */
#define LL_CASE_ACTIONS(X)              \
	X("confirm", VISIT_CONFIRMED)   \
	X("reject", VISIT_REJECTED)     \
	X("monitor", COUNTY_CONFIRMED)  \
	X("decline", COUNTY_REJECTED)   \
	X("eliminate", RISK_ELIMINATED) \
	X("release", RELEASED)          \
	X("hold", HOLD)                 \
	X("unhold", UNHOLD)

struct ll_case_action {
	const char *word;
	enum ll_case_decision_type type;
};

/* NULL when no action is called so. */
const struct ll_case_action *ll_case_action_find(const char *word);
/* HOLD and UNHOLD change what rules may do, not the case. */
bool ll_case_action_moves(const struct ll_case_action *action);
/*
 * Where the action leads a case that is in this state. -LL_ERR_ILLEGAL_MOVE with a message that says
 * what is possible instead.
 */
int ll_case_action_next(const struct ll_case_action *action, enum ll_case_state from,
			enum ll_case_state *ret_to, struct ll_error *error);

#endif
