#include "policy_logic.h"

#include "core/event.h"
#include "policy_value.h"

#define CANDIDATES_MAX (2 + 2 * LL_COMPARISONS_MAX * 3)

static bool holds(struct ll_comparison comparison, int64_t value)
{
	switch (comparison.op) {
#define HOLDS_CASE(symbol, number, name, operator) \
	case LL_OPERATOR_##symbol:                 \
		return value operator comparison.threshold;
		LL_OPERATORS(HOLDS_CASE)
#undef HOLDS_CASE
	case LL_OPERATOR_COUNT:
		break;
	}
	return false;
}

static bool is_of_work(enum ll_indicator indicator)
{
	return indicator == LL_INDICATOR_LABOURERS ||
	       indicator == LL_INDICATOR_LABOURERS_WITHOUT_WORK ||
	       indicator == LL_INDICATOR_JOBLESS_SHARE;
}

/* Some comparisons of a rule: the first `count` of them. */
struct part {
	const struct ll_rule *rule;
	int32_t count;
};

/* All comparisons of the part on the three indicators that come from two counts. */
static bool work_holds(struct part part, int64_t labourers, int64_t jobless)
{
	for (int32_t i = 0; i < part.count; i++) {
		struct ll_comparison comparison = part.rule->comparisons[i];
		int64_t value = jobless;

		if (!is_of_work(comparison.indicator))
			continue;
		if (comparison.indicator == LL_INDICATOR_LABOURERS)
			value = labourers;
		else if (comparison.indicator == LL_INDICATOR_JOBLESS_SHARE)
			value = labourers > 0 ? jobless * 1000 / labourers : 0;
		if (!holds(comparison, value))
			return false;
	}
	return true;
}

/* All comparisons of the part on this indicator. */
static bool indicator_holds(struct part part, enum ll_indicator indicator, int64_t value)
{
	for (int32_t i = 0; i < part.count; i++)
		if (part.rule->comparisons[i].indicator == indicator &&
		    !holds(part.rule->comparisons[i], value))
			return false;
	return true;
}

/* Values beside the thresholds, where truth changes, and the ends of what the indicator can be. */
static size_t add_candidates(struct part part, enum ll_indicator indicator,
			     int64_t values[CANDIDATES_MAX], size_t count)
{
	const struct ll_value_domain *domain = ll_value_domain_of(indicator);

	for (int32_t i = 0; i < part.count; i++)
		for (int step = -1; step <= 1; step++) {
			int64_t value = part.rule->comparisons[i].threshold + step;

			if (part.rule->comparisons[i].indicator == indicator &&
			    value >= domain->min && value <= domain->max)
				values[count++] = value;
		}
	return count;
}

/* Is there a value for which a holds and b does not? */
static bool indicator_parts(struct part a, struct part b, enum ll_indicator indicator)
{
	const struct ll_value_domain *domain = ll_value_domain_of(indicator);
	int64_t values[CANDIDATES_MAX] = {domain->min, domain->max};
	size_t count = add_candidates(a, indicator, values, 2);

	count = add_candidates(b, indicator, values, count);
	for (size_t i = 0; i < count; i++)
		if (indicator_holds(a, indicator, values[i]) &&
		    !indicator_holds(b, indicator, values[i]))
			return true;
	return false;
}

static bool work_parts(struct part a, struct part b)
{
	for (int64_t labourers = 0; labourers <= LL_MEMBERS_MAX; labourers++)
		for (int64_t jobless = 0; jobless <= labourers; jobless++)
			if (work_holds(a, labourers, jobless) && !work_holds(b, labourers, jobless))
				return true;
	return false;
}

static bool mentions(struct part part, enum ll_indicator indicator)
{
	for (int32_t i = 0; i < part.count; i++)
		if (part.rule->comparisons[i].indicator == indicator)
			return true;
	return false;
}

static bool work_possible(struct part part)
{
	for (int64_t labourers = 0; labourers <= LL_MEMBERS_MAX; labourers++)
		for (int64_t jobless = 0; jobless <= labourers; jobless++)
			if (work_holds(part, labourers, jobless))
				return true;
	return false;
}

bool ll_logic_possible(const struct ll_rule *rule, int32_t last)
{
	const struct part part = {rule, last + 1};
	enum ll_indicator indicator = rule->comparisons[last].indicator;
	const struct ll_value_domain *domain = ll_value_domain_of(indicator);
	int64_t values[CANDIDATES_MAX] = {domain->min, domain->max};
	size_t count;

	if (is_of_work(indicator))
		return work_possible(part);
	count = add_candidates(part, indicator, values, 2);
	for (size_t i = 0; i < count; i++)
		if (indicator_holds(part, indicator, values[i]))
			return true;
	return false;
}

static bool implies(struct part a, struct part b)
{
	for (int32_t i = 0; i < b.count; i++) {
		enum ll_indicator indicator = b.rule->comparisons[i].indicator;

		/* What a does not ask may be unknown, and then b does not hold. */
		if (!mentions(a, indicator) && !ll_value_domain_of(indicator)->always_known)
			return false;
		if (is_of_work(indicator) ? work_parts(a, b) : indicator_parts(a, b, indicator))
			return false;
	}
	return true;
}

bool ll_logic_implies(const struct ll_rule *a, const struct ll_rule *b)
{
	return implies((struct part){a, a->comparison_count},
		       (struct part){b, b->comparison_count});
}

bool ll_logic_same(const struct ll_rule *a, const struct ll_rule *b)
{
	return ll_logic_implies(a, b) && ll_logic_implies(b, a);
}

bool ll_logic_always(struct ll_comparison comparison)
{
	const struct ll_rule rule = {.comparisons = {comparison}, .comparison_count = 1};
	const struct part none = {&rule, 0}, all = {&rule, 1};

	return !indicator_parts(none, all, comparison.indicator);
}

bool ll_logic_redundant(const struct ll_rule *rule, int32_t at)
{
	struct ll_rule without = *rule;
	const struct part all = {rule, rule->comparison_count};
	const struct part rest = {&without, rule->comparison_count - 1};
	enum ll_indicator indicator = rule->comparisons[at].indicator;

	memmove(&without.comparisons[at], &without.comparisons[at + 1],
		(size_t)(rule->comparison_count - at - 1) * sizeof(without.comparisons[0]));
	return mentions(rest, indicator) && !indicator_parts(rest, all, indicator);
}

bool ll_logic_undecided(const struct ll_rule *rule)
{
	for (int32_t i = 0; i < rule->comparison_count; i++)
		if (!ll_value_domain_of(rule->comparisons[i].indicator)->always_known)
			return true;
	return false;
}
