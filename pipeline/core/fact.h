/*
 * From a life event to a fact, and the set of facts. Sums are never kept: everything is computed
 * from this set, so late, repeated and corrected reports need no special case.
 */
#ifndef LL_CORE_FACT_H
#define LL_CORE_FACT_H

#include "household.h"

#define LL_ALERT_DAYS_MAX 4000 /* longest life of an area alert */

/* A visit's fact in extra: so many bits of dimensions at risk, FOOD first, then of those secure. */
#define LL_VISIT_BITS 6
#define LL_VISIT_MASK 0x3fu

struct ll_policy;

/* What a put did, against what was known just before it. */
enum ll_fact_change {
	LL_FACT_SAME = 0, /* known already, or a lower revision: nothing changed */
	LL_FACT_LESS = 1, /* stored, but brings no new trouble: retracted, or corrected downwards */
	LL_FACT_FRESH = 2 /* new trouble, or more of it */
};

/* What makes a fact worse than the same fact before. */
enum ll_fact_worse { LL_WORSE_NEVER = 0, LL_WORSE_MORE = 1, LL_WORSE_LESS = 2, LL_WORSE_OTHER = 3 };

/* What a kind of fact is to the rules. */
struct ll_fact_kind {
	uint64_t indicators; /* bits 1 << enum ll_indicator that it can be a reason of */
	bool adverse;	     /* may be bad news: a new one can ask again for what was answered */
	enum ll_fact_worse amount; /* its own share, loss, wage, … */
	enum ll_fact_worse detail; /* its grade, type, … */
	/* Does this one of an adverse kind tell of trouble, not of its end? NULL: each does. */
	bool (*is_trouble)(const struct ll_fact *fact);
};

const struct ll_fact_kind *ll_fact_kind_of(uint8_t kind);
/* "hospitalisation", …, "visit", "area_alert" */
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
 * What a visit saw, as a fact of the day of the decision (before the first tick: of the day at_ms).
 * -LL_ERR_BAD_ENUM: a dimension that nobody sees on a visit. -LL_ERR_OUT_OF_RANGE: a dimension both
 * secure and at risk. -LL_ERR_BAD_DATE.
 */
int ll_fact_from_visit(const struct ll_case_decision *decision, int32_t today,
		       struct ll_fact *ret_fact);
/* A visit's dimensions, bits 1 << enum ll_dimension. */
static inline uint32_t ll_fact_visit_at_risk(const struct ll_fact *fact)
{
	return (fact->extra & LL_VISIT_MASK) << LL_DIMENSION_FOOD;
}
static inline uint32_t ll_fact_visit_secure(const struct ll_fact *fact)
{
	return (fact->extra >> LL_VISIT_BITS & LL_VISIT_MASK) << LL_DIMENSION_FOOD;
}

/*
 * Of one id: does the fact take the place of the known one? The higher (revision, retracted) does. A
 * department that says two things under one revision has made a mistake; which of them came first may
 * not count, so the one that tells of more trouble stays: somebody looks, and a higher revision puts it
 * right. Where both tell of as much, their other fields decide, the later day first.
 */
bool ll_fact_supersedes(const struct ll_fact *fact, const struct ll_fact *known);
/*
 * What the fact is as a cause: its id; of a second content under the known one's revision (NULL: none is
 * known) a number of its own, so that a task which it opens is not that of the first.
 */
uint64_t ll_fact_cause_id(const struct ll_fact *fact, const struct ll_fact *known);
/*
 * Puts the fact where (occurred_on, id) wants it, unless the known one of its id stays.
 * Its era is the household's where it tells of trouble, and of more than it told of when the
 * household's era began; else the era it had then. So any order of the revisions within an era ends
 * in the same fact, and the same befores.
 * -LL_ERR_TOO_MANY_FACTS, _NO_MEMORY: nothing changed.
 */
int ll_fact_put(struct ll_household *household, const struct ll_fact *fact, struct ll_slab *kept,
		enum ll_fact_change *ret_change);
const struct ll_fact *ll_fact_find(const struct ll_household *household, uint64_t id);
/*
 * Takes a fact out; it may come back in this era as if it had never gone. *ret_removed is false when
 * it is not there. -LL_ERR_NO_MEMORY: nothing changed.
 */
int ll_fact_remove(struct ll_household *household, uint64_t id, struct ll_slab *kept,
		   bool *ret_removed);

/* Does the fact tell of trouble that stands: of an adverse kind, not retracted, not its end? */
bool ll_fact_is_trouble(const struct ll_fact *fact);
/* Is it trouble that appeared, or grew worse, after the era? */
static inline bool ll_fact_is_fresh(const struct ll_fact *fact, uint8_t era)
{
	return fact->era > era && ll_fact_is_trouble(fact);
}
/*
 * A new era begins. Before LL_ERA_MAX eras are renumbered: those of tasks and settled_era by rank,
 * those of facts so that each stays fresh to the same ones.
 */
void ll_fact_next_era(struct ll_household *household);

/* Days that facts are kept under the policy (NULL: the default). */
int32_t ll_fact_keep_days(const struct ll_policy *policy);
/* -LL_ERR_FUTURE or -LL_ERR_EXPIRED on the day today; LL_DAY_NONE accepts all. */
int ll_fact_check_day(int32_t occurred_on, int32_t today, int32_t keep_days);
/* Forgets facts older than keep_days; how many. */
size_t ll_fact_purge(struct ll_household *household, int32_t today, int32_t keep_days);

#endif
