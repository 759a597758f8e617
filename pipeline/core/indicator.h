/*
 * Indicators: functions of a household's facts and registry part on one day. Each is known or not;
 * a sum of which a part was never told is known only as "at least this much".
 */
#ifndef LL_CORE_INDICATOR_H
#define LL_CORE_INDICATOR_H

#include "household.h"
#include "policy.h"

#define LL_WINDOW_DAYS	      365     /* of every indicator named 12m */
#define LL_SHARE_MAX_PERMILLE 1000000 /* spending without income, as a share of it */
#define LL_SCHOOL_AGE_FROM    6	      /* years; compulsory schooling, design section 5 */
#define LL_SCHOOL_AGE_TO      16      /* years, exclusive */

struct ll_indicators {
	int64_t value[LL_INDICATOR_COUNT];
	uint32_t known;	   /* bits 1 << enum ll_indicator */
	uint32_t at_least; /* not known, but value is a lower bound */
	int32_t wake_on;   /* the next day on which a value may change by itself; INT32_MAX: none */
};

/* One pass over the facts. today is a day, not LL_DAY_NONE. */
void ll_indicators_compute(const struct ll_household *household, int32_t today,
			   struct ll_indicators *ret_indicators);

/* The facts behind an indicator, the heaviest first; returns how many of at most `capacity`. */
size_t ll_indicator_facts(const struct ll_household *household, int32_t today,
			  enum ll_indicator indicator, const struct ll_fact **ret_facts,
			  size_t capacity);

#endif
