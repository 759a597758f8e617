/*
 * Indicators: functions of a household's facts and registry part on one day. Each is known or not;
 * a sum of which a part was never told is known only as "at least this much", an income from which a
 * wage of nobody knows how much is gone as "at most".
 */
#ifndef LL_CORE_INDICATOR_H
#define LL_CORE_INDICATOR_H

#include "household.h"
#include "policy.h"

#define LL_WINDOW_MONTHS      12      /* of every indicator named 12m, to the day */
#define LL_SHARE_MAX_PERMILLE 1000000 /* spending without income, as a share of it */
#define LL_SCHOOL_AGE_FROM    6	      /* years; compulsory schooling, design section 5 */
#define LL_SCHOOL_AGE_TO      16      /* years, exclusive */

/* Values of the *_security indicators. */
#define LL_SECURITY_SECURE  1
#define LL_SECURITY_AT_RISK 2

struct ll_indicators {
	int64_t value[LL_INDICATOR_COUNT];
	uint64_t known;	   /* bits 1 << enum ll_indicator */
	uint64_t at_least; /* not known, but value is a lower bound */
	uint64_t at_most;  /* not known, but value is an upper bound */
	int32_t wake_on;   /* the next day on which a value may change by itself; INT32_MAX: none */
	uint8_t marks;	   /* exclusion marks, LL_MARK_*: the registry's and those of facts */
};

/* One pass over the facts. today is a day, not LL_DAY_NONE. */
void ll_indicators_compute(const struct ll_household *household, int32_t today,
			   struct ll_indicators *ret_indicators);

/* The facts behind an indicator, the heaviest first; returns how many of at most `capacity`. */
size_t ll_indicator_facts(const struct ll_household *household, int32_t today,
			  enum ll_indicator indicator, const struct ll_fact **ret_facts,
			  size_t capacity);

#endif
