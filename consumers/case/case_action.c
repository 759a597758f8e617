#include "case_action.h"

#include <stdio.h>

#include "core/case.h"

static const struct ll_case_action actions[] = {
#define ACTION(word, decision) {(word), LL_DECIDED_##decision},
	LL_CASE_ACTIONS(ACTION)
#undef ACTION
};

#define ACTION_COUNT (sizeof(actions) / sizeof(actions[0]))

const struct ll_case_action *ll_case_action_find(const char *word)
{
	for (size_t i = 0; i < ACTION_COUNT; i++)
		if (strcmp(actions[i].word, word) == 0)
			return &actions[i];
	return NULL;
}

const struct ll_case_action *ll_case_action_at(size_t index)
{
	return index < ACTION_COUNT ? &actions[index] : NULL;
}

const char *ll_case_action_word(enum ll_case_decision_type type)
{
	for (size_t i = 0; i < ACTION_COUNT; i++)
		if (actions[i].type == type)
			return actions[i].word;
	return "?";
}

static int next(const struct ll_case_action *action, enum ll_case_state from,
		enum ll_case_state *ret_to)
{
	return ll_case_next(from, ll_case_trigger_of(action->type), ret_to);
}

bool ll_case_action_moves(const struct ll_case_action *action)
{
	for (int from = 0; from < LL_CASE_STATE_COUNT; from++) {
		enum ll_case_state to;

		if (next(action, (enum ll_case_state)from, &to) == 0 &&
		    to != (enum ll_case_state)from)
			return true;
	}
	return false;
}

uint32_t ll_case_actions_possible(enum ll_case_state from)
{
	uint32_t possible = 0;

	for (size_t i = 0; i < ACTION_COUNT; i++) {
		enum ll_case_state to;

		if (next(&actions[i], from, &to) == 0)
			possible |= 1u << actions[i].type;
	}
	return possible;
}

/* "confirm, reject, hold, unhold" */
static void list_possible(enum ll_case_state from, char ret_list[LL_CASE_ACTION_LIST_MAX])
{
	const uint32_t possible = ll_case_actions_possible(from);
	size_t size = 0;

	ret_list[0] = '\0';
	for (size_t i = 0; i < ACTION_COUNT && size < LL_CASE_ACTION_LIST_MAX; i++)
		if (possible & (1u << actions[i].type))
			size += (size_t)snprintf(ret_list + size, LL_CASE_ACTION_LIST_MAX - size,
						 "%s%s", size ? ", " : "", actions[i].word);
}

/* Is this the state to which the action leads from elsewhere? */
static bool is_there_already(const struct ll_case_action *action, enum ll_case_state state)
{
	for (int from = 0; from < LL_CASE_STATE_COUNT; from++) {
		enum ll_case_state to;

		if (from != (int)state && next(action, (enum ll_case_state)from, &to) == 0 &&
		    to == state)
			return true;
	}
	return false;
}

int ll_case_action_next(const struct ll_case_action *action, enum ll_case_state from,
			enum ll_case_state *ret_to, struct ll_error *error)
{
	char possible[LL_CASE_ACTION_LIST_MAX];

	if (next(action, from, ret_to) == 0)
		return 0;
	list_possible(from, possible);
	return ll_error_set(error, -LL_ERR_ILLEGAL_MOVE,
			    "the case is '%s' (%s)%s: '%s' is not possible there; possible are %s",
			    ll_case_state_name(from), ll_case_state_name_zh(from),
			    is_there_already(action, from) ? " already" : "", action->word,
			    possible);
}

/* ---- what a visit saw -------------------------------------------------------------------------- */

/* By its name or its Chinese one; 0 when there is no such dimension, or nobody sees it on a visit. */
static int dimension_of(struct ll_str name)
{
	static const struct {
		const char *name;
		const char *zh;
	} names[LL_DIMENSION_COUNT] = {
#define NAMES(symbol, number, name, zh) [number] = {name, zh},
		LL_DIMENSIONS(NAMES)
#undef NAMES
	};

	for (int i = LL_DIMENSION_FOOD; i <= LL_DIMENSION_WATER; i++)
		if (ll_str_equal(name, ll_str_from(names[i].name)) ||
		    ll_str_equal(name, ll_str_from(names[i].zh)))
			return i;
	return 0;
}

/* The bytes of the separator that the text begins with: ",", "，" or "、"; 0: none. */
static size_t separator_size(const char *text)
{
	static const char *const separators[] = {",", "，", "、"};

	for (size_t i = 0; i < sizeof(separators) / sizeof(separators[0]); i++)
		if (strncmp(text, separators[i], strlen(separators[i])) == 0)
			return strlen(separators[i]);
	return 0;
}

int ll_case_dimensions_parse(const char *text, int32_t *ret_dimensions, struct ll_error *error)
{
	int32_t dimensions = 0;

	while (true) {
		struct ll_str name = {text, 0};
		int dimension;

		while (text[name.size] && separator_size(text + name.size) == 0)
			name.size++;
		dimension = dimension_of(name);
		if (dimension == 0)
			return ll_error_set(error, -LL_ERR_INVALID,
					    "'%.*s' is none of food, clothing, education, medical, "
					    "housing, water (吃、穿、义务教育、基本医疗、住房安全、"
					    "饮水安全)",
					    (int)(name.size > 64 ? 64 : name.size), name.data);
		dimensions |= 1 << dimension;
		text += name.size;
		if (!*text)
			break;
		text += separator_size(text);
	}
	*ret_dimensions = dimensions;
	return 0;
}
