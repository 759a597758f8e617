#include "store_names.h"

#include <assert.h>

#include "core/decision.h"

#define NAME_ROW(symbol, number, name, zh) [number] = {name, sizeof(name) - 1},

static const struct ll_str measure_names[] = {LL_MEASURES(NAME_ROW)};
static const struct ll_str task_change_names[] = {LL_TASK_CHANGES(NAME_ROW)};
static const struct ll_str task_state_names[] = {LL_TASK_STATES(NAME_ROW)};
static const struct ll_str dimension_names[] = {LL_DIMENSIONS(NAME_ROW)};
static const struct ll_str case_state_names[] = {LL_CASE_STATES(NAME_ROW)};
static const struct ll_str group_names[] = {LL_GROUPS(NAME_ROW)};

#undef NAME_ROW

#define NAME_LIST(names)                                         \
	{                                                        \
		names, (int)(sizeof(names) / sizeof((names)[0])) \
	}

static const struct {
	const struct ll_str *names;
	int count;
} name_lists[] = {
	[LL_NAMES_MEASURE] = NAME_LIST(measure_names),
	[LL_NAMES_TASK_CHANGE] = NAME_LIST(task_change_names),
	[LL_NAMES_TASK_STATE] = NAME_LIST(task_state_names),
	[LL_NAMES_DIMENSION] = NAME_LIST(dimension_names),
	[LL_NAMES_CASE_STATE] = NAME_LIST(case_state_names),
	[LL_NAMES_GROUP] = NAME_LIST(group_names),
};

struct ll_str ll_name_of(enum ll_name_list list, int number)
{
	assert(number >= 0 && number < name_lists[list].count);
	return name_lists[list].names[number];
}

int ll_name_number(enum ll_name_list list, struct ll_str name)
{
	for (int i = 0; i < name_lists[list].count; i++)
		if (name_lists[list].names[i].data && ll_str_equal(name_lists[list].names[i], name))
			return i;
	return -1;
}
