/*
 * What people decide about a household's case: the words of `lifeline case`, and what the case table
 * of the core says to each. Pure.
 */
#ifndef LL_CASE_CASE_ACTION_H
#define LL_CASE_CASE_ACTION_H

#include "base/err.h"
#include "core/decision.h"

#define LL_CASE_ACTION_LIST_MAX 256 /* of all words together */

/* X(word, decision): in the order of help and of the procedure. */
#define LL_CASE_ACTIONS(X)                        \
	X("confirm", VISIT_CONFIRMED)             \
	X("reject", VISIT_REJECTED)               \
	X("village-confirm", VILLAGE_CONFIRMED)   \
	X("village-reject", VILLAGE_REJECTED)     \
	X("township-confirm", TOWNSHIP_CONFIRMED) \
	X("township-reject", TOWNSHIP_REJECTED)   \
	X("monitor", COUNTY_CONFIRMED)            \
	X("decline", COUNTY_REJECTED)             \
	X("waive-marks", MARKS_WAIVED)            \
	X("exclude", MARKS_EXCLUDE)               \
	X("green-channel", GREEN_CHANNEL)         \
	X("eliminate", RISK_ELIMINATED)           \
	X("release", RELEASED)                    \
	X("hold", HOLD)                           \
	X("unhold", UNHOLD)

struct ll_case_action {
	const char *word;
	enum ll_case_decision_type type;
};

/* NULL when no action is called so. */
const struct ll_case_action *ll_case_action_find(const char *word);
/* In the order of help; NULL behind the last. */
const struct ll_case_action *ll_case_action_at(size_t index);
/* The word of a decision. */
const char *ll_case_action_word(enum ll_case_decision_type type);
/* Some change what rules may do, not where the case stands. */
bool ll_case_action_moves(const struct ll_case_action *action);
/*
 * Where the action leads a case that is in this state. -LL_ERR_ILLEGAL_MOVE with a message that says
 * what is possible instead.
 */
int ll_case_action_next(const struct ll_case_action *action, enum ll_case_state from,
			enum ll_case_state *ret_to, struct ll_error *error);
/* The decisions that are possible in a state, as bits 1 << enum ll_case_decision_type. */
uint32_t ll_case_actions_possible(enum ll_case_state from);

/*
 * "food,housing" or "吃、住房安全" as bits 1 << enum ll_dimension, FOOD to WATER.
 * -LL_ERR_INVALID with a message.
 */
int ll_case_dimensions_parse(const char *text, int32_t *ret_dimensions, struct ll_error *error);

#endif
