/*
 * A household as the fold keeps it: registry part, facts, tasks, case. Compact, because a partition
 * holds millions: no pointer where a small number does, arrays exactly as long as needed.
 *
 * The partition owns it; every array comes from the slab it was made with. One thread at a time.
 */
#ifndef LL_CORE_HOUSEHOLD_H
#define LL_CORE_HOUSEHOLD_H

#include "base/arena.h"
#include "base/date.h"
#include "base/money.h"
#include "decision.h"

#define LL_FACTS_MAX	       1024
#define LL_KEEP_MONTHS_DEFAULT 24	  /* without a policy */
#define LL_TASK_RULES_MAX      8	  /* rules remembered behind one task */
#define LL_TASK_UPDATES_MAX    2	  /* a task is moved at most twice: accepted, then ended */
#define LL_FEN_LIMIT	       LL_FEN_MAX /* of any one amount, both ways */
#define LL_YEAR_MIN	       1990
#define LL_YEAR_MAX	       2199
#define LL_FACT_DETAIL_MAX     63u
#define LL_AREA_CODE_MASK      UINT64_C(0xffffffffff)
#define LL_YEAR_MASK	       UINT64_C(0xfff)
#define LL_BORN_AFTER_MASK     0xffffffu
#define LL_FACT_EXTRA_MAX      4095u
#define LL_ERA_MAX	       63u
#define LL_BEFORES_MASK	       0x7ffu /* at most one of a fact */

/* The kind of fact that an area alert leaves; the others are enum ll_event_kind. Persisted. */
#define LL_FACT_AREA_ALERT 63

/* What a visit saw, from a CaseDecision: extra holds the dimensions at risk, then those secure. */
#define LL_FACT_VISIT 62

/*
 * A dated fact. The highest (revision, retracted) of an id wins, so that a retraction stays when a
 * lower revision comes late; of two contents under one revision ll_fact_supersedes says which. Kept in the order (occurred_on, id).
 *
 * Eras make "new since a person answered" independent of the order of events: a household's era goes
 * up with every word of a person (a case decision, a task's report), and a fact carries the era in
 * which its trouble appeared or grew worse than it had been when that era began (struct
 * ll_fact_before). A fact is fresh to an answer when its era is later than the answer's.
 */
struct ll_fact {
	uint64_t id; /* ll_fact_id */
	int64_t amount_fen;
	int32_t occurred_on;
	int32_t revision;
	uint32_t person;       /* ll_person_tag; 0: the household as a whole */
	uint32_t kind : 6;     /* enum ll_event_kind, LL_FACT_VISIT or LL_FACT_AREA_ALERT */
	uint32_t detail : 6;   /* grade, need, type, severity, …: see fact.c */
	uint32_t extra : 12;   /* year, months or days: see fact.c */
	uint32_t era : 6;      /* 0 to LL_ERA_MAX; 0 where it tells of no trouble */
	bool retracted : 1;    /* nothing but the tombstone counts */
	bool amount_known : 1; /* false: amount_fen is 0 and means nothing */
};
_Static_assert(sizeof(struct ll_fact) == 32, "a partition holds millions of facts");

/*
 * The trouble that a fact told of when the household's present era began, and that was corrected or
 * taken out in this era. A fact that was not there then, or told of no trouble, needs none. There are
 * few, and none of an earlier era: they are dropped when the era goes up. Sorted by id.
 */
struct ll_fact_before {
	uint64_t id;
	int64_t amount_fen;
	uint8_t kind;
	uint8_t detail;
	uint8_t era;
};

/*
 * A member. The person's pseudonym is kept as a 32-bit tag: two of one household share a tag once
 * in some 2^32 pairs, and would then count as one person.
 */
struct ll_household_member {
	uint32_t person;	  /* ll_person_tag */
	uint32_t born_after : 24; /* days since LL_DAY_MIN */
	bool resident : 1;
	bool labour : 1;
	bool in_school : 1;
};

/*
 * A task of the household. For a measure there is at most one that is open, and at most one that a
 * person has ended: the answer, which stays while its need does, so that the same facts do not ask
 * again. Its rules and level are those that asked when it was answered. A task that was withdrawn
 * since the last tick and the last word of a person stays too (as WITHDRAWN, told, never shown), so
 * that a need that was there then and cannot be decided now is not lost by the order of events.
 *
 * The time between two such ticks or words is a turn. What a task may depend on is what there was
 * when the turn began and what holds now, never what came and went in between.
 */
struct ll_household_task {
	struct ll_key task_id;
	uint64_t updates[LL_TASK_UPDATES_MAX]; /* hashes of the update_ids that moved it */
	uint32_t rules[LL_TASK_RULES_MAX];     /* ll_rule_tag of the rules behind it */
	int32_t opened_on;
	int32_t due_on;
	uint8_t measure;   /* enum ll_measure */
	uint8_t state;	   /* enum ll_task_state */
	uint8_t level;	   /* 1 to LL_LEVEL_MAX, the highest there was */
	uint8_t dimension; /* enum ll_dimension */
	uint8_t rule_count;
	uint8_t update_count;
	uint8_t era; /* the household's when it was opened; of an answer: when it was ended */
	int32_t ended_on;
	bool overdue;	/* has been told */
	bool escalated; /* has been told */
	/* Of rules, the first so many were behind it when the turn began; 0: it was not open then. */
	uint8_t rules_before;
	uint8_t standing; /* which of those are behind it still, as bits of their places */
};

struct ll_household {
	struct ll_key key;
	uint64_t area_code : 40;	    /* village, 12 digits */
	uint64_t recorded_income_year : 12; /* 0: not known */
	uint64_t settled_era : 6;	    /* with settled */
	uint64_t lead_from : 3; /* enum ll_case_state before the lead: where it goes back to */
	uint64_t group : 2;	/* enum ll_group */
	bool green : 1;		/* a person opened the green channel */
	struct ll_fact *facts;
	struct ll_household_member *members;
	struct ll_household_task *tasks;
	uint16_t fact_count;
	uint16_t fact_capacity;
	uint8_t member_count;
	uint8_t member_capacity;
	uint8_t task_count;
	uint8_t task_capacity;
	int32_t wake_on;	/* the first tick that may change a decision; LL_DAY_NONE: any */
	uint8_t case_state : 4; /* enum ll_case_state */
	uint8_t level : 2;	/* warning level, 0 to LL_LEVEL_MAX */
	bool holding : 1;	/* a rule held at the last decision */
	bool lead_before : 1;	/* it was a lead when the turn began */
	uint8_t exclusion_marks;
	uint8_t era; /* 0 to LL_ERA_MAX - 1; renumbered before it would be more */
	bool ex_poor : 1;
	bool dibao : 1;
	bool income_known : 1; /* recorded_income_fen */
	bool held : 1;	       /* a person's hold */
	bool settled : 1;   /* rejected, eliminated or released: only fresh facts flag it again */
	bool changed : 1;   /* on the partition's list of the changed */
	bool dissolved : 1; /* no more; waits for its tombstone to be written */
	bool helped : 1;    /* a measure was given since it became a lead: ll_case_is_help */
	int64_t recorded_income_fen;
	uint32_t ordinal;     /* place in the partition's order of registration */
	int32_t stable_since; /* first day without a rule that holds; LL_DAY_NONE: one holds */
	int32_t decided_on;   /* day of the last decision */
	uint32_t before_count : 11;
	uint32_t before_capacity : 11;
	uint32_t waived_marks : 8; /* exclusion marks that a person said do not count */
	uint32_t group_before : 2; /* enum ll_group when the turn began */
	struct ll_fact_before *befores;
	uint64_t last_decision; /* hash of the decision_id that moved the case last */
	struct ll_household *next_changed;
};

static inline int32_t ll_household_member_born_on(const struct ll_household_member *member)
{
	return (int32_t)member->born_after + LL_DAY_MIN;
}

/* A short, well-mixed stand-in for a person key; never 0. */
uint32_t ll_person_tag(const struct ll_key *person_key);

/* An empty household that owns nothing yet. */
void ll_household_init(struct ll_household *household, const struct ll_key *key);
/* Gives all arrays back; the household is as after init. */
void ll_household_release(struct ll_household *household, struct ll_slab *kept);

/* What a registration may not be: -LL_ERR_BAD_AREA, _TOO_MANY_MEMBERS, _OUT_OF_RANGE, _BAD_ENUM. */
int ll_household_check_registered(const struct ll_household_registered *registered);
/* Takes over the registry part, which was checked. Members are sorted, so order does not count. */
int ll_household_register(struct ll_household *household,
			  const struct ll_household_registered *registered, struct ll_slab *kept);
/* The place of a person among the members, or -1. */
int ll_household_find_member(const struct ll_household *household, uint32_t person);

/* Room for one more; the arrays grow from the slab. -LL_ERR_NO_MEMORY. */
int ll_household_reserve_facts(struct ll_household *household, size_t count, struct ll_slab *kept);
int ll_household_reserve_members(struct ll_household *household, size_t count,
				 struct ll_slab *kept);
int ll_household_reserve_tasks(struct ll_household *household, size_t count, struct ll_slab *kept);
int ll_household_reserve_befores(struct ll_household *household, size_t count,
				 struct ll_slab *kept);

#endif
