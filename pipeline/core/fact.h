/*
 * From a life event to a fact, and the set of facts. Sums are never kept: everything is computed
 * from this set, so late, repeated and corrected reports need no special case.
 */
#ifndef LL_CORE_FACT_H
#define LL_CORE_FACT_H

#include "household.h"

#define LL_ALERT_DAYS_MAX 4000 /* longest life of an area alert */

struct ll_policy;

/* What a put did. */
enum ll_fact_change {
	LL_FACT_SAME = 0, /* known already, or a lower revision: nothing changed */
	LL_FACT_LESS = 1, /* stored, but brings no new trouble: retracted, or corrected downwards */
	LL_FACT_FRESH = 2 /* new trouble, or more of it */
};

/* What a kind of fact is to the rules. */
struct ll_fact_kind {
	uint32_t indicators; /* bits 1 << enum ll_indicator that it can move */
	bool adverse;	     /* bad news: a new one can ask again for a task that has ended */
};

const struct ll_fact_kind *ll_fact_kind_of(uint8_t kind);
/* "hospitalisation", …, "area_alert" */
const char *ll_fact_kind_name(uint8_t kind);

/*
 * Reads a life event; person is ll_person_tag or 0. A retraction needs no payload.
 * -LL_ERR_UNSUPPORTED_SUBJECT, _OUT_OF_RANGE, _NEGATIVE, _BAD_ENUM, _BAD_DATE.
 */
int ll_fact_from_life_event(const struct ll_life_event *event, uint32_t person,
			    struct ll_fact *ret_fact);

/* The fact that an alert leaves in a household. The alert's ranges were checked. */
struct ll_fact ll_fact_from_alert(uint64_t id, const struct ll_area_alert *alert);

/*
 * Puts the fact where (occurred_on, id) wants it; the higher (revision, retracted) of an id stays.
 * -LL_ERR_TOO_MANY_FACTS: nothing changed.
 */
int ll_fact_put(struct ll_household *household, const struct ll_fact *fact, struct ll_slab *kept,
		enum ll_fact_change *ret_change);
const struct ll_fact *ll_fact_find(const struct ll_household *household, uint64_t id);
/* Takes a fact out without a trace; false when it is not there. */
bool ll_fact_remove(struct ll_household *household, uint64_t id);

/* Days that facts are kept under the policy (NULL: the default). */
int32_t ll_fact_keep_days(const struct ll_policy *policy);
/* -LL_ERR_FUTURE or -LL_ERR_EXPIRED on the day today; LL_DAY_NONE accepts all. */
int ll_fact_check_day(int32_t occurred_on, int32_t today, int32_t keep_days);
/* Forgets facts older than keep_days; how many. */
size_t ll_fact_purge(struct ll_household *household, int32_t today, int32_t keep_days);

#endif
