/* A list of names, and what to say to somebody who wrote one that is not in it. */
#ifndef LL_POLICY_NAMES_H
#define LL_POLICY_NAMES_H

#include "base/bytes.h"

#define LL_NAMES_HINT_MAX 360 /* with the ending NUL */

struct ll_names {
	int32_t count;
	struct ll_str (*at)(const void *context, int32_t index);
	const void *context;
};

/* "did you mean 'visit'?", or the names there are, as many as fit. */
void ll_names_hint(const struct ll_names *names, struct ll_str wrong,
		   char ret_hint[LL_NAMES_HINT_MAX]);

/* The index of a name, or -1. */
int32_t ll_names_find(const struct ll_names *names, struct ll_str name);

#endif
