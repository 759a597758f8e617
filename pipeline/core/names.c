/* The names of the closed lists, from the tables in the headers. */
#include "decision.h"
#include "event.h"
#include "policy.h"

#define NAMES(function, list, type)                                  \
	const char *function(type number)                            \
	{                                                            \
		static const char *const names[] = {list(NAME_ROW)}; \
		size_t index = (size_t)number;                       \
                                                                     \
		if (index >= sizeof(names) / sizeof(names[0]))       \
			return "?";                                  \
		return names[index];                                 \
	}

#define NUMBERS(function, list)                                               \
	int function(struct ll_str name)                                      \
	{                                                                     \
		static const struct ll_str names[] = {list(NUMBER_ROW)};      \
                                                                              \
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) \
			if (ll_str_equal(names[i], name))                     \
				return (int)i;                                \
		return -1;                                                    \
	}

#define NAME_ROW(symbol, number, name, ...)   [number] = (name),
#define NUMBER_ROW(symbol, number, name, ...) [number] = {(name), sizeof(name) - 1},

NAMES(ll_event_kind_name, LL_EVENT_KINDS, enum ll_event_kind)
NAMES(ll_task_state_name, LL_TASK_STATES, enum ll_task_state)
NAMES(ll_case_decision_name, LL_CASE_DECISIONS, enum ll_case_decision_type)
NAMES(ll_case_state_name, LL_CASE_STATES, enum ll_case_state)
NAMES(ll_group_name, LL_GROUPS, enum ll_group)
NAMES(ll_dimension_name, LL_DIMENSIONS, enum ll_dimension)
NAMES(ll_measure_name, LL_MEASURES, enum ll_measure)
NAMES(ll_task_change_name, LL_TASK_CHANGES, enum ll_task_change)
NAMES(ll_indicator_name, LL_INDICATORS, enum ll_indicator)
NAMES(ll_operator_name, LL_OPERATORS, enum ll_operator)

NUMBERS(ll_event_kind_by_name, LL_EVENT_KINDS)
NUMBERS(ll_task_state_by_name, LL_TASK_STATES)
NUMBERS(ll_measure_by_name, LL_MEASURES)
NUMBERS(ll_dimension_by_name, LL_DIMENSIONS)
NUMBERS(ll_indicator_by_name, LL_INDICATORS)
NUMBERS(ll_operator_by_name, LL_OPERATORS)

#undef NAME_ROW
#define NAME_ROW(symbol, number, name, zh) [number] = (zh),
NAMES(ll_task_state_name_zh, LL_TASK_STATES, enum ll_task_state)
NAMES(ll_case_state_name_zh, LL_CASE_STATES, enum ll_case_state)
NAMES(ll_group_name_zh, LL_GROUPS, enum ll_group)
NAMES(ll_measure_name_zh, LL_MEASURES, enum ll_measure)

#undef NAME_ROW
#define NAME_ROW(symbol, number, name, record, zh) [number] = (zh),
NAMES(ll_event_kind_name_zh, LL_EVENT_KINDS, enum ll_event_kind)

#undef NAME_ROW
#define NAME_ROW(symbol, number, name, unit, dimension, zh) [number] = (zh),
NAMES(ll_indicator_name_zh, LL_INDICATORS, enum ll_indicator)

static const struct {
	enum ll_unit unit;
	enum ll_dimension dimension;
} indicator_kinds[LL_INDICATOR_COUNT] = {
#define KIND_ROW(symbol, number, name, unit_, dimension_, zh) \
	[number] = {.unit = LL_UNIT_##unit_, .dimension = LL_DIMENSION_##dimension_},
	LL_INDICATORS(KIND_ROW)
#undef KIND_ROW
};

enum ll_unit ll_indicator_unit(enum ll_indicator indicator)
{
	return (size_t)indicator < LL_INDICATOR_COUNT ? indicator_kinds[indicator].unit
						      : LL_UNIT_COUNT;
}

enum ll_dimension ll_indicator_dimension(enum ll_indicator indicator)
{
	return (size_t)indicator < LL_INDICATOR_COUNT ? indicator_kinds[indicator].dimension
						      : LL_DIMENSION_NONE;
}
