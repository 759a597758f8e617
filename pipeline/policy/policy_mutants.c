#include "policy_mutants.h"

#include "policy_value.h"

/* A copy of a policy whose rules can be changed; regions that share rules share them here too. */
struct bench {
	struct ll_arena arena;	 /* of the copy */
	struct ll_arena scratch; /* of a run */
	const struct ll_policy *original;
	struct ll_policy policy;
	struct ll_rule **rules; /* of each region */
	const struct ll_policy_scenario *const *scenarios;
	size_t scenario_count;
	int (*sink)(void *context, const struct ll_policy_mutant *mutant);
	void *context;
};

static int copy_policy(struct bench *bench)
{
	const struct ll_policy *original = bench->original;
	size_t count = (size_t)original->region_count;
	struct ll_policy_region *regions =
		ll_arena_copy(&bench->arena, original->regions, count * sizeof(*regions));

	bench->rules = ll_arena_calloc(&bench->arena, count, sizeof(*bench->rules));
	if (!regions || !bench->rules)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < i && !bench->rules[i]; k++)
			if (original->regions[k].rules == original->regions[i].rules &&
			    original->regions[k].rule_count == original->regions[i].rule_count)
				bench->rules[i] = bench->rules[k];
		if (!bench->rules[i])
			bench->rules[i] = ll_arena_copy(&bench->arena, original->regions[i].rules,
							(size_t)original->regions[i].rule_count *
								sizeof(struct ll_rule));
		if (!bench->rules[i])
			return -LL_ERR_NO_MEMORY;
		regions[i].rules = bench->rules[i];
	}
	bench->policy = *original;
	bench->policy.regions = regions;
	return 0;
}

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

/* All comparisons of the rule on the three indicators that come from two counts. */
static bool work_holds(const struct ll_rule *rule, int64_t labourers, int64_t jobless)
{
	for (int32_t i = 0; i < rule->comparison_count; i++) {
		struct ll_comparison comparison = rule->comparisons[i];
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

static bool work_means_the_same(const struct ll_rule *a, const struct ll_rule *b)
{
	for (int64_t labourers = 0; labourers <= LL_MEMBERS_MAX; labourers++)
		for (int64_t jobless = 0; jobless <= labourers; jobless++)
			if (work_holds(a, labourers, jobless) != work_holds(b, labourers, jobless))
				return false;
	return true;
}

/* All comparisons of the rule on this indicator. */
static bool indicator_holds(const struct ll_rule *rule, enum ll_indicator indicator, int64_t value)
{
	for (int32_t i = 0; i < rule->comparison_count; i++)
		if (rule->comparisons[i].indicator == indicator &&
		    !holds(rule->comparisons[i], value))
			return false;
	return true;
}

/* Two rules that differ in one comparison. Truth changes only beside a threshold. */
static bool means_the_same(const struct ll_rule *a, const struct ll_rule *b, int32_t at)
{
	enum ll_indicator indicator = a->comparisons[at].indicator;
	const struct ll_value_domain *domain = ll_value_domain_of(indicator);
	int64_t values[2 + LL_COMPARISONS_MAX * 6] = {domain->min, domain->max};
	size_t count = 2;

	if (is_of_work(indicator))
		return work_means_the_same(a, b);
	for (int32_t i = 0; i < a->comparison_count; i++)
		for (int step = -1; step <= 1; step++) {
			values[count++] = a->comparisons[i].threshold + step;
			values[count++] = b->comparisons[i].threshold + step;
		}
	for (size_t i = 0; i < count; i++)
		if (values[i] >= domain->min && values[i] <= domain->max &&
		    indicator_holds(a, indicator, values[i]) !=
			    indicator_holds(b, indicator, values[i]))
			return false;
	return true;
}

static bool could_be_written(struct ll_comparison comparison)
{
	const struct ll_value_domain *domain = ll_value_domain_of(comparison.indicator);
	bool equality = comparison.op == LL_OPERATOR_IS || comparison.op == LL_OPERATOR_IS_NOT;

	return comparison.threshold >= domain->threshold_min &&
	       comparison.threshold <= domain->max && (equality || domain->kind != LL_VALUE_FLAG);
}

/* The comparison of this rule in a region's copy, or NULL where the rule is off. */
static struct ll_comparison *find(const struct bench *bench, int32_t region, struct ll_str rule,
				  int32_t comparison)
{
	for (int32_t i = 0; i < bench->policy.regions[region].rule_count; i++)
		if (ll_str_equal(bench->rules[region][i].id, rule))
			return &bench->rules[region][i].comparisons[comparison];
	return NULL;
}

/* In every region where it is the same: a number of the whole policy is inherited. */
static void put(const struct bench *bench, const struct ll_policy_mutant *mutant,
		struct ll_comparison before, struct ll_comparison after)
{
	for (int32_t i = 0; i < bench->policy.region_count; i++) {
		struct ll_comparison *comparison = find(bench, i, mutant->rule, mutant->comparison);

		if (comparison && comparison->op == before.op &&
		    comparison->threshold == before.threshold)
			*comparison = after;
	}
}

static void put_back(const struct bench *bench, const struct ll_policy_mutant *mutant)
{
	for (int32_t i = 0; i < bench->policy.region_count; i++)
		for (int32_t k = 0; k < bench->policy.regions[i].rule_count; k++)
			if (ll_str_equal(bench->rules[i][k].id, mutant->rule))
				bench->rules[i][k] = bench->original->regions[i].rules[k];
}

static int note_mismatch(void *context, const struct ll_scenario_mismatch *mismatch)
{
	const struct ll_policy_scenario **caught_by = context;

	*caught_by = mismatch->scenario;
	return 1; /* one is enough */
}

static int run_mutant(struct bench *bench, struct ll_policy_mutant *mutant,
		      const struct ll_rule *rule, struct ll_comparison after)
{
	const struct ll_comparison before = rule->comparisons[mutant->comparison];
	struct ll_rule changed = *rule;
	int err = 0;

	changed.comparisons[mutant->comparison] = after;
	if (!could_be_written(after) || means_the_same(rule, &changed, mutant->comparison))
		return 0;
	mutant->op_before = before.op;
	mutant->threshold_before = before.threshold;
	mutant->op_after = after.op;
	mutant->threshold_after = after.threshold;
	mutant->caught_by = NULL;
	put(bench, mutant, before, after);
	for (size_t i = 0; i < bench->scenario_count && !mutant->caught_by && err >= 0; i++)
		err = ll_policy_scenario_run(bench->scenarios[i], &bench->policy, &bench->scratch,
					     NULL, note_mismatch, &mutant->caught_by);
	put_back(bench, mutant);
	return err < 0 ? err : bench->sink(bench->context, mutant);
}

static int mutate_threshold(struct bench *bench, struct ll_policy_mutant *mutant,
			    const struct ll_rule *rule)
{
	int err = 0;

	for (int step = -1; step <= 1 && !err; step += 2) {
		struct ll_comparison after = rule->comparisons[mutant->comparison];

		after.threshold += step;
		err = run_mutant(bench, mutant, rule, after);
	}
	return err;
}

static int mutate_operator(struct bench *bench, struct ll_policy_mutant *mutant,
			   const struct ll_rule *rule)
{
	int err = 0;

	for (int op = 0; op < LL_OPERATOR_COUNT && !err; op++) {
		struct ll_comparison after = rule->comparisons[mutant->comparison];

		after.op = (enum ll_operator)op;
		err = run_mutant(bench, mutant, rule, after);
	}
	return err;
}

/* Does a wider region, which comes before, have the same comparison? Then it was looked at there. */
static bool is_inherited(const struct bench *bench, int32_t region, struct ll_str rule, int32_t at,
			 const struct ll_comparison *comparison)
{
	for (int32_t i = 0; i < region; i++) {
		const struct ll_comparison *wider = find(bench, i, rule, at);

		if (wider && wider->op == comparison->op &&
		    wider->threshold == comparison->threshold)
			return true;
	}
	return false;
}

static int mutate_region(struct bench *bench, int32_t region)
{
	const struct ll_policy_region *row = &bench->policy.regions[region];
	int err = 0;

	for (int32_t i = 0; i < row->rule_count && !err; i++) {
		const struct ll_rule *rule = &bench->rules[region][i];

		for (int32_t c = 0; c < rule->comparison_count && !err; c++) {
			const struct ll_comparison comparison = rule->comparisons[c];
			struct ll_policy_mutant mutant = {.area = row->area,
							  .rule = rule->id,
							  .comparison = c,
							  .indicator = comparison.indicator};

			if (is_inherited(bench, region, rule->id, c, &comparison))
				continue;
			err = mutate_threshold(bench, &mutant, rule);
			if (!err)
				err = mutate_operator(bench, &mutant, rule);
		}
	}
	return err;
}

int ll_policy_mutants(const struct ll_policy *policy,
		      const struct ll_policy_scenario *const *scenarios, size_t count,
		      int (*sink)(void *context, const struct ll_policy_mutant *mutant),
		      void *context)
{
	struct bench bench = {.original = policy,
			      .scenarios = scenarios,
			      .scenario_count = count,
			      .sink = sink,
			      .context = context};
	int err;

	ll_arena_init(&bench.arena, 0);
	ll_arena_init(&bench.scratch, 0);
	err = copy_policy(&bench);
	for (int32_t i = 0; i < policy->region_count && !err; i++)
		err = mutate_region(&bench, i);
	ll_arena_release(&bench.scratch);
	ll_arena_release(&bench.arena);
	return err;
}
