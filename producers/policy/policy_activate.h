/* lifeline policy activate: shared by its files. */
#ifndef LL_PRODUCERS_POLICY_POLICY_ACTIVATE_H
#define LL_PRODUCERS_POLICY_POLICY_ACTIVATE_H

#include <jansson.h>

#include "cli/preview.h"
#include "runtime/words.h"

/* What would change, as a page: by county and measure. -LL_ERR_NO_MEMORY, -LL_ERR_IO. */
int ll_policy_activate_print(const struct ll_preview *preview, const struct ll_policy *policy,
			     enum ll_language language);
/* The same as one object; the caller's. */
json_t *ll_policy_activate_json(const struct ll_preview *preview);

#endif
