#include "fact.h"

#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"
#include "policy.h"

#define DAYS_IN_4_YEARS	  1461
#define MONTHS_IN_4_YEARS 48
#define RANKS_MAX	  (LL_ERA_MAX - 2) /* the next era is one more, and is not yet the last */
_Static_assert(2 * LL_MEASURE_COUNT + 1 <= RANKS_MAX, "an era for each answer and what settled");

static size_t index_of_id(const struct ll_household *household, uint64_t id)
{
	size_t at = 0;

	while (at < household->fact_count && household->facts[at].id != id)
		at++;
	return at;
}

const struct ll_fact *ll_fact_find(const struct ll_household *household, uint64_t id)
{
	size_t at = index_of_id(household, id);

	return at < household->fact_count ? &household->facts[at] : NULL;
}

static void take_out(struct ll_household *household, size_t at)
{
	household->fact_count--;
	memmove(&household->facts[at], &household->facts[at + 1],
		(household->fact_count - at) * sizeof(*household->facts));
}

static bool comes_before(const struct ll_fact *a, const struct ll_fact *b)
{
	if (a->occurred_on != b->occurred_on)
		return a->occurred_on < b->occurred_on;
	return a->id < b->id;
}

/* From the end: most facts are reported in the order of their days. There is room. */
static void insert(struct ll_household *household, const struct ll_fact *fact)
{
	size_t at = household->fact_count;

	while (at > 0 && comes_before(fact, &household->facts[at - 1]))
		at--;
	memmove(&household->facts[at + 1], &household->facts[at],
		(household->fact_count - at) * sizeof(*household->facts));
	household->facts[at] = *fact;
	household->fact_count++;
}

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Above 0: a is worse. */
static int compare_worse(enum ll_fact_worse worse, int64_t a, int64_t b)
{
	if (worse == LL_WORSE_MORE)
		return compare(a, b);
	return worse == LL_WORSE_LESS ? compare(b, a) : 0;
}

/* Of one id and revision. One thing after the other, and 0 only for what is the same. */
static int compare_contents(const struct ll_fact *a, const struct ll_fact *b)
{
	const struct ll_fact_kind *kind = ll_fact_kind_of(a->kind);
	const int64_t rest[][2] = {
		{a->occurred_on, b->occurred_on},
		{a->person, b->person},
		{a->amount_known, b->amount_known},
		{a->amount_fen, b->amount_fen},
		{a->detail, b->detail},
		{a->extra, b->extra},
	};
	int order = compare(ll_fact_is_trouble(a), ll_fact_is_trouble(b));

	if (order == 0)
		order = compare(a->kind, b->kind);
	if (order == 0)
		order = compare_worse(kind->amount, a->amount_fen, b->amount_fen);
	if (order == 0)
		order = compare_worse(kind->detail, a->detail, b->detail);
	for (size_t i = 0; order == 0 && i < sizeof(rest) / sizeof(rest[0]); i++)
		order = compare(rest[i][0], rest[i][1]);
	return order;
}

bool ll_fact_supersedes(const struct ll_fact *fact, const struct ll_fact *known)
{
	if (fact->revision != known->revision)
		return fact->revision > known->revision;
	if (fact->retracted != known->retracted)
		return fact->retracted;
	return compare_contents(fact, known) > 0;
}

uint64_t ll_fact_cause_id(const struct ll_fact *fact, const struct ll_fact *known)
{
	const uint64_t words[] = {
		(uint64_t)fact->amount_fen,
		(uint64_t)fact->person << 32 | (uint32_t)fact->occurred_on,
		(uint64_t)fact->kind << 32 | (uint64_t)fact->detail << 24 |
			(uint64_t)fact->extra << 8 | (uint64_t)fact->retracted << 1 |
			(uint64_t)fact->amount_known,
	};

	if (!known || known->revision != fact->revision)
		return fact->id;
	return ll_hash64(words, sizeof(words), fact->id);
}

/* ---- eras ----------------------------------------------------------------------------------- */

static struct ll_fact_before before_of(const struct ll_fact *fact)
{
	return (struct ll_fact_before){
		.id = fact->id,
		.amount_fen = fact->amount_fen,
		.kind = fact->kind,
		.detail = fact->detail,
		.era = fact->era,
	};
}

/* Where the id is among the befores, or would be. */
static size_t place_of_before(const struct ll_household *household, uint64_t id)
{
	size_t at = 0;

	while (at < household->before_count && household->befores[at].id < id)
		at++;
	return at;
}

static const struct ll_fact_before *find_before(const struct ll_household *household, uint64_t id)
{
	size_t at = place_of_before(household, id);

	return at < household->before_count && household->befores[at].id == id
		       ? &household->befores[at]
		       : NULL;
}

/*
 * Before a fact that was trouble when the era began goes or changes. A fact of this era without a
 * before was no trouble then: whatever it was made it what it is in this era.
 */
static int remember_before(struct ll_household *household, const struct ll_fact *known,
			   struct ll_slab *kept)
{
	size_t at = place_of_before(household, known->id);
	int rc;

	if (!ll_fact_is_trouble(known) || known->era == household->era ||
	    find_before(household, known->id))
		return 0;
	rc = ll_household_reserve_befores(household, household->before_count + 1u, kept);
	if (rc < 0)
		return rc;
	memmove(&household->befores[at + 1], &household->befores[at],
		(household->before_count - at) * sizeof(*household->befores));
	household->befores[at] = before_of(known);
	household->before_count++;
	return 0;
}

static void forget_before(struct ll_household *household, uint64_t id)
{
	const struct ll_fact_before *before = find_before(household, id);

	if (!before)
		return;

	size_t at = (size_t)(before - household->befores);

	household->before_count--;
	memmove(&household->befores[at], &household->befores[at + 1],
		(household->before_count - at) * sizeof(*household->befores));
}

static bool is_worse(enum ll_fact_worse worse, int64_t now, int64_t before)
{
	return (worse == LL_WORSE_MORE && now > before) ||
	       (worse == LL_WORSE_LESS && now < before) ||
	       (worse == LL_WORSE_OTHER && now != before);
}

/* Is the fact trouble, and more of it than before (NULL: none)? */
static bool is_more_trouble(const struct ll_fact *fact, const struct ll_fact_before *before)
{
	const struct ll_fact_kind *kind = ll_fact_kind_of(fact->kind);

	if (!ll_fact_is_trouble(fact))
		return false;
	if (!before || fact->kind != before->kind)
		return true;
	return is_worse(kind->amount, fact->amount_fen, before->amount_fen) ||
	       is_worse(kind->detail, fact->detail, before->detail);
}

/* After remember_before. */
static unsigned int era_of(const struct ll_household *household, const struct ll_fact *fact)
{
	const struct ll_fact_before *before = find_before(household, fact->id);

	if (!ll_fact_is_trouble(fact))
		return 0;
	return is_more_trouble(fact, before) ? household->era : before->era;
}

/*
 * Only answers ask for the order of eras: the tasks and what settled the case. So theirs become
 * 0, 1, 2, … and a fact's the number of those before it, to which alone it is fresh.
 */
static void renumber_eras(struct ll_household *household)
{
	uint64_t answers = household->settled ? UINT64_C(1) << household->settled_era : 0;
	uint8_t rank[LL_ERA_MAX + 1];
	uint8_t count = 0;

	for (int i = 0; i < household->task_count; i++)
		answers |= UINT64_C(1) << household->tasks[i].era;
	for (unsigned int era = 0; era <= LL_ERA_MAX; era++) {
		rank[era] = count;
		count = (uint8_t)(count + (answers >> era & 1));
	}
	/* More answers than eras: the oldest fall together. A household has at most two a measure. */
	for (unsigned int era = 0; count > RANKS_MAX && era <= LL_ERA_MAX; era++)
		rank[era] = rank[era] > count - RANKS_MAX
				    ? (uint8_t)(rank[era] - (count - RANKS_MAX))
				    : 0;
	count = count < RANKS_MAX ? count : RANKS_MAX;
	for (int i = 0; i < household->task_count; i++)
		household->tasks[i].era = rank[household->tasks[i].era];
	for (int i = 0; i < household->fact_count; i++)
		household->facts[i].era = rank[household->facts[i].era] & LL_ERA_MAX;
	household->settled_era = household->settled ? rank[household->settled_era] & LL_ERA_MAX : 0;
	/* No fact's era is later than count, and the next era is. */
	household->era = count;
}

void ll_fact_next_era(struct ll_household *household)
{
	household->before_count = 0;
	if (household->era + 1u >= LL_ERA_MAX)
		renumber_eras(household);
	household->era++;
}

/* ---- the set -------------------------------------------------------------------------------- */

int ll_fact_put(struct ll_household *household, const struct ll_fact *fact, struct ll_slab *kept,
		enum ll_fact_change *ret_change)
{
	size_t at = index_of_id(household, fact->id);
	const struct ll_fact *known = at < household->fact_count ? &household->facts[at] : NULL;
	enum ll_fact_change change = LL_FACT_LESS;
	struct ll_fact put = *fact;
	int rc;

	if (known && !ll_fact_supersedes(fact, known)) {
		*ret_change = LL_FACT_SAME;
		return 0;
	}
	if (known) {
		struct ll_fact_before just_before = before_of(known);

		rc = remember_before(household, known, kept);
		if (rc < 0)
			return rc;
		if (is_more_trouble(fact, ll_fact_is_trouble(known) ? &just_before : NULL))
			change = LL_FACT_FRESH;
		take_out(household, at);
	} else {
		if (household->fact_count >= LL_FACTS_MAX)
			return -LL_ERR_TOO_MANY_FACTS;
		rc = ll_household_reserve_facts(household, household->fact_count + 1u, kept);
		if (rc < 0)
			return rc;
		if (ll_fact_is_trouble(fact))
			change = LL_FACT_FRESH;
	}
	put.era = era_of(household, &put) & LL_ERA_MAX;
	insert(household, &put);
	*ret_change = change;
	return 0;
}

int ll_fact_remove(struct ll_household *household, uint64_t id, struct ll_slab *kept,
		   bool *ret_removed)
{
	size_t at = index_of_id(household, id);
	bool there = at < household->fact_count;

	if (there) {
		int rc = remember_before(household, &household->facts[at], kept);

		if (rc < 0)
			return rc;
		take_out(household, at);
	}
	*ret_removed = there;
	return 0;
}

/* A count of days, not calendar months: what is kept must be cheap to tell for every event. */
int32_t ll_fact_keep_days(const struct ll_policy *policy)
{
	int32_t months = policy ? policy->keep_months : LL_KEEP_MONTHS_DEFAULT;

	return (months * DAYS_IN_4_YEARS + MONTHS_IN_4_YEARS - 1) / MONTHS_IN_4_YEARS;
}

int ll_fact_check_day(int32_t occurred_on, int32_t today, int32_t keep_days)
{
	if (today == LL_DAY_NONE)
		return 0;
	if (occurred_on > today + 1)
		return -LL_ERR_FUTURE;
	if (occurred_on < today - keep_days)
		return -LL_ERR_EXPIRED;
	return 0;
}

size_t ll_fact_purge(struct ll_household *household, int32_t today, int32_t keep_days)
{
	size_t gone = 0;

	while (gone < household->fact_count &&
	       household->facts[gone].occurred_on < today - keep_days)
		forget_before(household, household->facts[gone++].id);
	if (gone > 0) {
		household->fact_count = (uint16_t)(household->fact_count - gone);
		memmove(household->facts, household->facts + gone,
			household->fact_count * sizeof(*household->facts));
	}
	return gone;
}
