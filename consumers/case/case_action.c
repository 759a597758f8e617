#include "case_action.h"

#include <stdio.h>

#include "core/case.h"

#define LIST_MAX 128 /* of all words together */

static const struct ll_case_action actions[] = {
#define ACTION(word, decision) {(word), LL_DECIDED_##decision},
	LL_CASE_ACTIONS(ACTION)
#undef ACTION
};

#define ACTION_COUNT (sizeof(actions) / sizeof(actions[0]))

/* Those that move nothing have none. */
static const enum ll_case_trigger triggers[LL_CASE_DECISION_COUNT] = {
	[LL_DECIDED_VISIT_CONFIRMED] = LL_TRIGGER_VISIT_CONFIRMED,
	[LL_DECIDED_VISIT_REJECTED] = LL_TRIGGER_VISIT_REJECTED,
	[LL_DECIDED_COUNTY_CONFIRMED] = LL_TRIGGER_COUNTY_CONFIRMED,
	[LL_DECIDED_COUNTY_REJECTED] = LL_TRIGGER_COUNTY_REJECTED,
	[LL_DECIDED_RISK_ELIMINATED] = LL_TRIGGER_RISK_ELIMINATED,
	[LL_DECIDED_RELEASED] = LL_TRIGGER_RELEASED,
	[LL_DECIDED_HOLD] = LL_CASE_TRIGGER_COUNT,
	[LL_DECIDED_UNHOLD] = LL_CASE_TRIGGER_COUNT,
};

const struct ll_case_action *ll_case_action_find(const char *word)
{
	for (size_t i = 0; i < ACTION_COUNT; i++)
		if (strcmp(actions[i].word, word) == 0)
			return &actions[i];
	return NULL;
}

bool ll_case_action_moves(const struct ll_case_action *action)
{
	return triggers[action->type] != LL_CASE_TRIGGER_COUNT;
}

static int next(const struct ll_case_action *action, enum ll_case_state from,
		enum ll_case_state *ret_to)
{
	if (ll_case_action_moves(action))
		return ll_case_next(from, triggers[action->type], ret_to);
	*ret_to = from;
	return 0;
}

/* "confirm, reject, hold, unhold" */
static void list_possible(enum ll_case_state from, char ret_list[LIST_MAX])
{
	size_t size = 0;

	ret_list[0] = '\0';
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		enum ll_case_state to;

		if (next(&actions[i], from, &to) == 0 && size < LIST_MAX)
			size += (size_t)snprintf(ret_list + size, LIST_MAX - size, "%s%s",
						 size ? ", " : "", actions[i].word);
	}
}

/* Is this the state to which the action leads from elsewhere? */
static bool is_there_already(const struct ll_case_action *action, enum ll_case_state state)
{
	for (int from = 0; from < LL_CASE_STATE_COUNT; from++) {
		enum ll_case_state to;

		if (next(action, (enum ll_case_state)from, &to) == 0 && to == state)
			return true;
	}
	return false;
}

int ll_case_action_next(const struct ll_case_action *action, enum ll_case_state from,
			enum ll_case_state *ret_to, struct ll_error *error)
{
	char possible[LIST_MAX];

	if (next(action, from, ret_to) == 0)
		return 0;
	list_possible(from, possible);
	return ll_error_set(error, -LL_ERR_ILLEGAL_MOVE,
			    "the case is '%s' (%s)%s: '%s' is not possible there; possible are %s",
			    ll_case_state_name(from), ll_case_state_name_zh(from),
			    is_there_already(action, from) ? " already" : "", action->word,
			    possible);
}
