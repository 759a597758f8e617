/*
 * The names under which the closed lists of core's headers stand in tables. Only the headers are
 * used: the store does not link to the core.
 */
#ifndef LL_STORE_STORE_NAMES_H
#define LL_STORE_STORE_NAMES_H

#include "base/bytes.h"

enum ll_name_list {
	LL_NAMES_MEASURE,
	LL_NAMES_TASK_CHANGE,
	LL_NAMES_TASK_STATE,
	LL_NAMES_DIMENSION,
	LL_NAMES_CASE_STATE,
	LL_NAMES_GROUP
};

/* The number must be in the list. */
struct ll_str ll_name_of(enum ll_name_list list, int number);
/* The number of a name, or -1. */
int ll_name_number(enum ll_name_list list, struct ll_str name);

#endif
