/*
 * Two no-worries, three guarantees (两不愁三保障) and drinking water: of each dimension the latest
 * fact that speaks of it decides. Of one day trouble wins, but a visit is later than all facts of its
 * day: a person looked. Nothing ends by itself, so these have no window.
 *
 * at risk: a need that was declared; a child of 6 to 15 that left compulsory schooling and is not
 * back; an appraisal of C or D; water that reached the house; water supply lost; what a visit saw.
 * secure: all children back; an appraisal of A or B; water restored; what a visit saw. Where nothing
 * speaks of education: no child of that age, or all in school by the registry, is secure. Food, clothing
 * and medical care are secure by a visit only. An illness, however severe, does not say that its
 * treatment is not paid.
 */
#include "fact.h"
#include "pass.h"

#define DIMENSION(symbol) (1u << LL_DIMENSION_##symbol)
#define SIX                                                                                  \
	(DIMENSION(FOOD) | DIMENSION(CLOTHING) | DIMENSION(EDUCATION) | DIMENSION(MEDICAL) | \
	 DIMENSION(HOUSING) | DIMENSION(WATER))

static struct ll_evidence of_visit(const struct ll_pass *pass, const struct ll_fact *fact)
{
	(void)pass;
	return (struct ll_evidence){ll_fact_visit_at_risk(fact), ll_fact_visit_secure(fact)};
}

_Static_assert(LL_NEED_FOOD == 0 && LL_NEED_CLOTHING == LL_DIMENSION_CLOTHING - LL_DIMENSION_FOOD &&
		       LL_NEED_EDUCATION == LL_DIMENSION_EDUCATION - LL_DIMENSION_FOOD &&
		       LL_NEED_MEDICAL == LL_DIMENSION_MEDICAL - LL_DIMENSION_FOOD &&
		       LL_NEED_HOUSING == LL_DIMENSION_HOUSING - LL_DIMENSION_FOOD &&
		       LL_NEED_WATER == LL_DIMENSION_WATER - LL_DIMENSION_FOOD,
	       "needs are dimensions");

/* Needs are in the order of dimensions; that of income speaks of none of the six. */
static struct ll_evidence of_declaration(const struct ll_pass *pass, const struct ll_fact *fact)
{
	(void)pass;
	return (struct ll_evidence){DIMENSION(FOOD) << fact->detail & SIX, 0};
}

static struct ll_evidence of_dropout(const struct ll_pass *pass, const struct ll_fact *fact)
{
	uint64_t child = ll_pass_member(pass, fact->person) & pass->children;
	uint64_t out = pass->out_of_school.set;

	if (!child || fact->detail != LL_SCHOOL_COMPULSORY)
		return (struct ll_evidence){0, 0};
	if (fact->extra == 0)
		return (struct ll_evidence){out & child ? DIMENSION(EDUCATION) : 0, 0};
	return (struct ll_evidence){0, out ? 0 : DIMENSION(EDUCATION)};
}

static struct ll_evidence of_housing(const struct ll_pass *pass, const struct ll_fact *fact)
{
	(void)pass;
	if (fact->detail >= LL_HOUSING_C)
		return (struct ll_evidence){DIMENSION(HOUSING), 0};
	return (struct ll_evidence){0, DIMENSION(HOUSING)};
}

static struct ll_evidence of_flood(const struct ll_pass *pass, const struct ll_fact *fact)
{
	(void)pass;
	return (struct ll_evidence){fact->detail ? DIMENSION(HOUSING) : 0, 0};
}

static struct ll_evidence of_water(const struct ll_pass *pass, const struct ll_fact *fact)
{
	(void)pass;
	if (fact->extra == 0)
		return (struct ll_evidence){DIMENSION(WATER), 0};
	return (struct ll_evidence){0, DIMENSION(WATER)};
}

typedef struct ll_evidence evidence_of(const struct ll_pass *pass, const struct ll_fact *fact);

static evidence_of *const witnesses[LL_FACT_AREA_ALERT + 1] = {
	[LL_EVENT_SCHOOL_DROPOUT] = of_dropout,	 [LL_EVENT_HOUSING_DAMAGE] = of_housing,
	[LL_EVENT_FLOOD_DAMAGE] = of_flood,	 [LL_EVENT_DECLARATION] = of_declaration,
	[LL_EVENT_WATER_SUPPLY_LOSS] = of_water, [LL_FACT_VISIT] = of_visit,
};
#define KINDS_OF_WITNESSES                                                                       \
	(LL_KIND_BIT(SCHOOL_DROPOUT) | LL_KIND_BIT(HOUSING_DAMAGE) | LL_KIND_BIT(FLOOD_DAMAGE) | \
	 LL_KIND_BIT(DECLARATION) | LL_KIND_BIT(WATER_SUPPLY_LOSS) | UINT64_C(1) << LL_FACT_VISIT)

static struct ll_evidence evidence(const struct ll_pass *pass, const struct ll_fact *fact)
{
	if (fact->retracted || !witnesses[fact->kind])
		return (struct ll_evidence){0, 0};
	return witnesses[fact->kind](pass, fact);
}

/* What is not decided yet. */
static void decide(struct ll_evidence *known, const struct ll_evidence *more)
{
	uint32_t open = ~(known->at_risk | known->secure);

	known->at_risk |= more->at_risk & open;
	known->secure |= more->secure & ~more->at_risk & open;
}

/* From the latest day back, until all is decided. */
static struct ll_evidence hear_witnesses(const struct ll_pass *pass)
{
	const struct ll_fact *facts = pass->household->facts;
	struct ll_evidence known = {0, 0};
	size_t at = pass->fact_count;

	while (at > 0 && (known.at_risk | known.secure) != SIX) {
		struct ll_evidence seen = {0, 0}, told = {0, 0};
		int32_t day = facts[at - 1].occurred_on;

		for (; at > 0 && facts[at - 1].occurred_on == day; at--) {
			struct ll_evidence says = evidence(pass, &facts[at - 1]);
			struct ll_evidence *of_day =
				facts[at - 1].kind == LL_FACT_VISIT ? &seen : &told;

			of_day->at_risk |= says.at_risk;
			of_day->secure |= says.secure;
		}
		decide(&known, &seen);
		decide(&known, &told);
	}
	return known;
}

struct ll_evidence ll_security_compute(const struct ll_pass *pass)
{
	struct ll_evidence known = {0, 0};

	if (ll_pass_has(pass, KINDS_OF_WITNESSES))
		known = hear_witnesses(pass);
	if (pass->size > 0 && pass->not_in_school == 0)
		decide(&known, &(struct ll_evidence){0, DIMENSION(EDUCATION)});
	return known;
}

struct ll_deciding ll_security_deciding(const struct ll_pass *pass, enum ll_dimension dimension)
{
	struct ll_deciding deciding = {.day = LL_DAY_NONE};
	uint32_t bit = 1u << dimension;

	for (size_t i = 0; i < pass->fact_count; i++) {
		const struct ll_fact *fact = &pass->household->facts[i];
		struct ll_evidence says = evidence(pass, fact);
		bool visit = fact->kind == LL_FACT_VISIT;

		if (!((says.at_risk | says.secure) & bit))
			continue;
		if (fact->occurred_on == deciding.day &&
		    (visit != deciding.visit ? !visit : deciding.at_risk))
			continue;
		deciding = (struct ll_deciding){bit, fact->occurred_on, visit,
						(says.at_risk & bit) != 0};
	}
	return deciding;
}

bool ll_security_decides(const struct ll_pass *pass, const struct ll_deciding *deciding,
			 const struct ll_fact *fact)
{
	struct ll_evidence says = evidence(pass, fact);

	return fact->occurred_on == deciding->day &&
	       (fact->kind == LL_FACT_VISIT) == deciding->visit &&
	       ((deciding->at_risk ? says.at_risk : says.secure) & deciding->dimension);
}
