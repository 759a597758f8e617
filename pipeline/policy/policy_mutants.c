#include "policy_mutants.h"

#include "policy_draft.h"
#include "policy_logic.h"
#include "policy_value.h"

/* What is known of a scenario from its run under the policy itself. */
struct witness {
	const struct ll_policy_scenario *scenario;
	struct ll_scenario_coverage coverage;
	bool *lives_in;	 /* by region of the policy */
	size_t distance; /* from what the mutant in hand changes */
};

/* A copy of a policy that can be changed; regions that share rules share them here too. */
struct bench {
	struct ll_arena arena;	 /* of the copy */
	struct ll_arena scratch; /* of a run */
	const struct ll_policy *original;
	struct ll_policy policy;
	struct ll_policy_region *regions;
	struct ll_rule **rules; /* of each region */
	bool *shares_rules;	/* with an earlier region */
	struct witness *witnesses;
	size_t witness_count;
	size_t *order; /* of witnesses, for the mutant in hand */
	size_t likely; /* where in it somebody noticed the one before */
	int (*sink)(void *context, const struct ll_policy_mutant *mutant);
	void *context;
};

const char *ll_policy_mutant_name(enum ll_policy_mutant_kind kind)
{
	static const char *const names[] = {
#define MUTANT_NAME(symbol, name) name,
		LL_POLICY_MUTANTS(MUTANT_NAME)
#undef MUTANT_NAME
	};

	return names[kind];
}

/* ---- the bench --------------------------------------------------------------------------------------- */

static int copy_rules(struct bench *bench, size_t region)
{
	const struct ll_policy_region *original = bench->original->regions;

	for (size_t k = 0; k < region && !bench->rules[region]; k++)
		if (original[k].rules == original[region].rules &&
		    original[k].rule_count == original[region].rule_count) {
			bench->rules[region] = bench->rules[k];
			bench->shares_rules[region] = true;
		}
	if (!bench->rules[region])
		bench->rules[region] =
			ll_arena_copy(&bench->arena, original[region].rules,
				      (size_t)original[region].rule_count * sizeof(struct ll_rule));
	return bench->rules[region] ? 0 : -LL_ERR_NO_MEMORY;
}

static int copy_policy(struct bench *bench)
{
	const struct ll_policy *original = bench->original;
	size_t count = (size_t)original->region_count;
	int err = 0;

	bench->regions =
		ll_arena_copy(&bench->arena, original->regions, count * sizeof(bench->regions[0]));
	bench->rules = ll_arena_calloc(&bench->arena, count, sizeof(bench->rules[0]));
	bench->shares_rules = ll_arena_calloc(&bench->arena, count, sizeof(bool));
	if (!bench->regions || !bench->rules || !bench->shares_rules)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < count && !err; i++) {
		err = copy_rules(bench, i);
		bench->regions[i].rules = bench->rules[i];
	}
	bench->policy = *original;
	bench->policy.regions = bench->regions;
	return err;
}

/* As the original again. */
static void restore(struct bench *bench)
{
	const struct ll_policy *original = bench->original;

	bench->policy = *original;
	bench->policy.regions = bench->regions;
	for (int32_t i = 0; i < original->region_count; i++) {
		bench->regions[i] = original->regions[i];
		bench->regions[i].rules = bench->rules[i];
		if (!bench->shares_rules[i] && original->regions[i].rule_count > 0)
			memcpy(bench->rules[i], original->regions[i].rules,
			       (size_t)original->regions[i].rule_count * sizeof(struct ll_rule));
	}
}

static int ignore_mismatch(void *context, const struct ll_scenario_mismatch *mismatch)
{
	(void)context;
	(void)mismatch;
	return 0;
}

static void note_area(const struct bench *bench, struct witness *witness, struct ll_str text)
{
	struct ll_area area;

	if (ll_area_parse(text, &area) == 0)
		witness->lives_in[ll_policy_region_of(bench->original, area.code) -
				  bench->original->regions] = true;
}

static int hear(struct bench *bench, const struct ll_policy_scenario *scenario,
		struct witness *witness)
{
	witness->scenario = scenario;
	witness->lives_in =
		ll_arena_calloc(&bench->arena, (size_t)bench->original->region_count, sizeof(bool));
	if (!witness->lives_in)
		return -LL_ERR_NO_MEMORY;
	note_area(bench, witness, scenario->registered.area);
	for (int32_t i = 0; i < scenario->step_count; i++) {
		const struct ll_household_event *event = &scenario->steps[i].event;

		if (scenario->steps[i].has_event && event->body == LL_BODY_HOUSEHOLD_REGISTERED)
			note_area(bench, witness, event->household_registered.area);
	}
	return ll_policy_scenario_run(scenario, bench->original, &bench->scratch,
				      &witness->coverage, ignore_mismatch, NULL);
}

static int hear_all(struct bench *bench, const struct ll_policy_scenario *const *scenarios)
{
	int err = 0;

	bench->witnesses =
		ll_arena_calloc(&bench->arena, bench->witness_count, sizeof(bench->witnesses[0]));
	bench->order =
		ll_arena_calloc(&bench->arena, bench->witness_count, sizeof(bench->order[0]));
	if (!bench->witnesses || !bench->order)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < bench->witness_count && !err; i++)
		err = hear(bench, scenarios[i], &bench->witnesses[i]);
	return err;
}

/* ---- who is asked first -------------------------------------------------------------------------------- */

static int32_t place_everywhere(const struct bench *bench, struct ll_str rule)
{
	const struct ll_policy_region *everywhere = &bench->original->regions[0];

	for (int32_t i = 0; i < everywhere->rule_count; i++)
		if (ll_str_equal(everywhere->rules[i].id, rule))
			return i;
	return -1;
}

/* Did the scenario go through what the mutant changes? */
static bool went_through(const struct bench *bench, const struct witness *witness,
			 const struct ll_policy_mutant *mutant)
{
	const struct ll_scenario_coverage *coverage = &witness->coverage;
	int32_t place = mutant->rule.size ? place_everywhere(bench, mutant->rule) : -1;
	bool measure = false;

	if (place >= 0)
		return coverage->held[place] || coverage->asked[place];
	if (mutant->kind < LL_POLICY_MUTANT_DUE_DAYS ||
	    mutant->kind == LL_POLICY_MUTANT_STABLE_MONTHS ||
	    mutant->kind == LL_POLICY_MUTANT_MEASURE_BEFORE_EXIT)
		return coverage->task_state[LL_MEASURE_EXIT_REVIEW][LL_TASK_OPEN];
	if (mutant->kind == LL_POLICY_MUTANT_OBSERVE_MONTHS)
		return coverage->decided[LL_DECIDED_RISK_ELIMINATED];
	if (mutant->kind == LL_POLICY_MUTANT_ESCALATE_AFTER_DAYS)
		return coverage->escalated;
	for (int state = 0; state < LL_TASK_STATE_COUNT; state++)
		measure = measure || coverage->task_state[mutant->measure][state];
	return measure;
}

/* A due date of a task that never was is nobody's. */
static bool must_go_through(const struct ll_policy_mutant *mutant)
{
	return mutant->kind == LL_POLICY_MUTANT_DUE_DAYS ||
	       mutant->kind == LL_POLICY_MUTANT_RETRY_DAYS;
}

/* How far each scenario is from the nearest of those that went through it, in the order of the files. */
static bool measure_distances(struct bench *bench, const struct ll_policy_mutant *mutant)
{
	size_t count = bench->witness_count;
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		bool through = went_through(bench, &bench->witnesses[i], mutant);

		any = any || through;
		bench->witnesses[i].distance = through ? 0
					       : i > 0 ? bench->witnesses[i - 1].distance + 1
						       : count;
	}
	for (size_t i = count; i-- > 1;)
		if (bench->witnesses[i - 1].distance > bench->witnesses[i].distance + 1)
			bench->witnesses[i - 1].distance = bench->witnesses[i].distance + 1;
	return any;
}

/*
 * Those that went through it; then, where it can be noticed without, those beside them: of each
 * number, one scenario is at it and the next ones are near it.
 */
static size_t put_in_order(struct bench *bench, const struct ll_policy_mutant *mutant)
{
	size_t count = 0;
	bool any = measure_distances(bench, mutant);

	for (size_t distance = 0; count < bench->witness_count; distance++) {
		for (size_t i = 0; i < bench->witness_count; i++)
			if (bench->witnesses[i].distance == distance || !any)
				bench->order[count++] = i;
		if (distance == 0 && must_go_through(mutant))
			return any ? count : 0;
	}
	return count;
}

/* ---- running a mutant ------------------------------------------------------------------------------------ */

static int note_mismatch(void *context, const struct ll_scenario_mismatch *mismatch)
{
	const struct ll_policy_scenario **caught_by = context;

	*caught_by = mismatch->scenario;
	return 1; /* one is enough */
}

static bool differs(const struct bench *bench, int32_t region)
{
	const struct ll_policy_region *before = &bench->original->regions[region];
	const struct ll_policy_region *after = &bench->regions[region];

	return memcmp(&before->exit, &after->exit, sizeof(before->exit)) != 0 ||
	       memcmp(before->measures, after->measures, sizeof(before->measures)) != 0 ||
	       memcmp(before->rules, after->rules,
		      (size_t)before->rule_count * sizeof(struct ll_rule)) != 0;
}

/* Only who lives where something is different can notice; of the whole policy's own, everybody. */
static bool can_notice(const struct witness *witness, const bool *different, int32_t region_count,
		       bool everybody)
{
	for (int32_t i = 0; i < region_count && !everybody; i++)
		everybody = witness->lives_in[i] && different[i];
	return everybody;
}

/* The mutant is on the bench. */
static int run_mutant(struct bench *bench, struct ll_policy_mutant *mutant)
{
	bool different[LL_REGIONS_MAX];
	bool everybody = mutant->kind >= LL_POLICY_MUTANT_STABLE_MONTHS;
	size_t count = put_in_order(bench, mutant);
	int err = 0;

	for (int32_t i = 0; i < bench->original->region_count; i++)
		different[i] = differs(bench, i);
	mutant->caught_by = NULL;
	for (size_t i = 0; i < count && !mutant->caught_by && err >= 0; i++) {
		/* Who noticed the one before is likely to notice this one. */
		const struct witness *witness =
			&bench->witnesses[bench->order[(i + bench->likely) % count]];

		if (!can_notice(witness, different, bench->original->region_count, everybody))
			continue;
		err = ll_policy_scenario_run(witness->scenario, &bench->policy, &bench->scratch,
					     NULL, note_mismatch, &mutant->caught_by);
		if (mutant->caught_by)
			bench->likely = (i + bench->likely) % count;
	}
	restore(bench);
	return err < 0 ? err : bench->sink(bench->context, mutant);
}

/* ---- rules --------------------------------------------------------------------------------------------- */

/* The rule in a region's copy, or NULL where it is off. */
static struct ll_rule *find(const struct bench *bench, int32_t region, struct ll_str rule)
{
	if (ll_str_equal(rule, bench->regions[region].exit.id) && rule.size > 0)
		return &bench->regions[region].exit;
	for (int32_t i = 0; i < bench->regions[region].rule_count; i++)
		if (ll_str_equal(bench->rules[region][i].id, rule))
			return &bench->rules[region][i];
	return NULL;
}

static bool is_same_comparison(const struct ll_comparison *a, const struct ll_comparison *b)
{
	return a->op == b->op && a->threshold == b->threshold;
}

static bool could_be_written(struct ll_comparison comparison)
{
	const struct ll_value_domain *domain = ll_value_domain_of(comparison.indicator);
	bool equality = comparison.op == LL_OPERATOR_IS || comparison.op == LL_OPERATOR_IS_NOT;

	return comparison.threshold >= domain->threshold_min &&
	       comparison.threshold <= domain->max &&
	       (equality || !ll_value_only_equal(domain->kind));
}

static bool is_same_without(const struct ll_rule *a, const struct ll_rule *b,
			    struct ll_comparison excluded)
{
	static const enum ll_operator opposite[LL_OPERATOR_COUNT] = {
		[LL_OPERATOR_AT_LEAST] = LL_OPERATOR_BELOW,
		[LL_OPERATOR_AT_MOST] = LL_OPERATOR_ABOVE,
		[LL_OPERATOR_ABOVE] = LL_OPERATOR_AT_MOST,
		[LL_OPERATOR_BELOW] = LL_OPERATOR_AT_LEAST,
		[LL_OPERATOR_IS] = LL_OPERATOR_IS_NOT,
		[LL_OPERATOR_IS_NOT] = LL_OPERATOR_IS,
	};
	struct ll_rule a_else = *a, b_else = *b;

	if (a->comparison_count >= LL_COMPARISONS_MAX)
		return false;
	excluded.op = opposite[excluded.op];
	a_else.comparisons[a_else.comparison_count++] = excluded;
	b_else.comparisons[b_else.comparison_count++] = excluded;
	return ll_logic_same(&a_else, &b_else);
}

/* The exit is asked only while no rule holds: where they differ, does one of a single comparison? */
static bool exit_means_the_same(const struct ll_policy_region *region, const struct ll_rule *exit,
				const struct ll_rule *changed)
{
	for (int32_t i = 0; i < region->rule_count; i++)
		if (region->rules[i].comparison_count == 1 &&
		    is_same_without(exit, changed, region->rules[i].comparisons[0]))
			return true;
	return false;
}

static bool never_differs(const struct bench *bench, const struct ll_policy_mutant *mutant,
			  const struct ll_rule *rule, const struct ll_rule *changed)
{
	const struct ll_comparison *before = &rule->comparisons[mutant->comparison];

	if (ll_logic_same(rule, changed))
		return true;
	for (int32_t i = 0; i < bench->original->region_count; i++) {
		const struct ll_policy_region *region = &bench->original->regions[i];

		if (!ll_str_equal(region->exit.id, rule->id) || rule->id.size == 0)
			return false;
		if (is_same_comparison(&region->exit.comparisons[mutant->comparison], before) &&
		    !exit_means_the_same(region, rule, changed))
			return false;
	}
	return true;
}

/* In every region where it is the same: a number of the whole policy is inherited. */
static int change_comparison(struct bench *bench, struct ll_policy_mutant *mutant,
			     const struct ll_rule *rule, struct ll_comparison after)
{
	const struct ll_comparison before = rule->comparisons[mutant->comparison];
	struct ll_rule changed = *rule;

	changed.comparisons[mutant->comparison] = after;
	if (!could_be_written(after) || never_differs(bench, mutant, rule, &changed))
		return 0;
	mutant->op_before = before.op;
	mutant->op_after = after.op;
	mutant->before = before.threshold;
	mutant->after = after.threshold;
	for (int32_t i = 0; i < bench->policy.region_count; i++) {
		struct ll_rule *there = find(bench, i, mutant->rule);

		if (there && is_same_comparison(&there->comparisons[mutant->comparison], &before))
			there->comparisons[mutant->comparison] = after;
	}
	return run_mutant(bench, mutant);
}

static int mutate_comparison(struct bench *bench, struct ll_policy_mutant *mutant,
			     const struct ll_rule *rule)
{
	int err = 0;

	mutant->kind = LL_POLICY_MUTANT_THRESHOLD;
	for (int step = -1; step <= 1 && !err; step += 2) {
		struct ll_comparison after = rule->comparisons[mutant->comparison];

		after.threshold += step;
		err = change_comparison(bench, mutant, rule, after);
	}
	mutant->kind = LL_POLICY_MUTANT_OPERATOR;
	for (int op = 0; op < LL_OPERATOR_COUNT && !err; op++) {
		struct ll_comparison after = rule->comparisons[mutant->comparison];

		after.op = (enum ll_operator)op;
		err = change_comparison(bench, mutant, rule, after);
	}
	return err;
}

/* Does a wider region, which comes before, have the same comparison? Then it was looked at there. */
static bool is_inherited(const struct bench *bench, int32_t region, const struct ll_rule *rule,
			 int32_t at)
{
	for (int32_t i = 0; i < region; i++) {
		const struct ll_rule *wider = find(bench, i, rule->id);

		if (wider && is_same_comparison(&wider->comparisons[at], &rule->comparisons[at]))
			return true;
	}
	return false;
}

/* rule: of the original, which stays as it is. */
static int mutate_comparisons(struct bench *bench, int32_t region, const struct ll_rule *rule)
{
	struct ll_policy_mutant mutant = {.area = bench->regions[region].area, .rule = rule->id};
	int err = 0;

	bench->likely = 0;
	for (int32_t c = 0; c < rule->comparison_count && !err; c++) {
		mutant.comparison = c;
		mutant.indicator = rule->comparisons[c].indicator;
		if (!is_inherited(bench, region, rule, c))
			err = mutate_comparison(bench, &mutant, rule);
	}
	return err;
}

/*
 * Another rule holds, in every region, wherever this one does, and is like this; so that this one need
 * not be for what both of them bring about.
 */
typedef bool rule_is_like(const struct ll_rule *other, const struct ll_policy_mutant *mutant);

static bool has_stand_in(const struct bench *bench, const struct ll_rule *rule,
			 const struct ll_policy_mutant *mutant, rule_is_like *is_like)
{
	const struct ll_policy_region *everywhere = &bench->original->regions[0];

	for (int32_t i = 0; i < everywhere->rule_count; i++) {
		const struct ll_rule *other = &everywhere->rules[i];
		bool always = !ll_str_equal(other->id, rule->id) && is_like(other, mutant);

		for (int32_t r = 0; r < bench->original->region_count && always; r++) {
			const struct ll_rule *here = find(bench, r, rule->id);
			const struct ll_rule *there = find(bench, r, other->id);

			always = !here || (there && ll_logic_implies(here, there));
		}
		if (always)
			return true;
	}
	return false;
}

static bool is_not_sudden(const struct ll_rule *other, const struct ll_policy_mutant *mutant)
{
	(void)mutant;
	return !other->sudden && !other->precaution;
}

static bool opens_green(const struct ll_rule *other, const struct ll_policy_mutant *mutant)
{
	return other->green_channel && (other->measures >> mutant->measure & 1);
}

static bool has_level(const struct ll_rule *other, const struct ll_policy_mutant *mutant)
{
	/* A precaution has no say in how urgent the steps of the case are. */
	return !other->precaution && other->level >= mutant->before &&
	       other->level >= mutant->after;
}

static bool opens_with_level(const struct ll_rule *other, const struct ll_policy_mutant *mutant)
{
	return has_level(other, mutant) && (other->measures >> mutant->measure & 1);
}

/* The household's level, and that of each task. */
static bool level_means_the_same(const struct bench *bench, const struct ll_rule *rule,
				 const struct ll_policy_mutant *level)
{
	struct ll_policy_mutant mutant = *level;

	if (rule->visit_when_unknown || !has_stand_in(bench, rule, level, has_level))
		return false;
	for (int m = 0; m < LL_MEASURE_COUNT; m++) {
		mutant.measure = (enum ll_measure)m;
		if ((rule->measures >> m & 1) &&
		    !has_stand_in(bench, rule, &mutant, opens_with_level))
			return false;
	}
	return true;
}

static bool waits_somewhere(const struct bench *bench, const struct ll_rule *rule,
			    enum ll_measure measure)
{
	for (int32_t i = 0; i < bench->original->region_count; i++)
		if (find(bench, i, rule->id) &&
		    bench->original->regions[i].measures[measure].from != LL_CASE_NONE)
			return true;
	return false;
}

static bool green_means_the_same(const struct bench *bench, const struct ll_rule *rule)
{
	for (int m = 0; m < LL_MEASURE_COUNT; m++) {
		const struct ll_policy_mutant mutant = {.measure = (enum ll_measure)m};

		if ((rule->measures >> m & 1) && waits_somewhere(bench, rule, mutant.measure) &&
		    !has_stand_in(bench, rule, &mutant, opens_green))
			return false;
	}
	return true;
}

static void set_in_rule(struct ll_rule *rule, const struct ll_policy_mutant *mutant)
{
	switch (mutant->kind) {
	case LL_POLICY_MUTANT_LEVEL:
		rule->level = (int32_t)mutant->after;
		break;
	case LL_POLICY_MUTANT_SUDDEN:
		rule->sudden = mutant->after != 0;
		break;
	case LL_POLICY_MUTANT_GREEN_CHANNEL:
		rule->green_channel = mutant->after != 0;
		break;
	case LL_POLICY_MUTANT_LEAD:
		rule->precaution = mutant->after == 0;
		break;
	case LL_POLICY_MUTANT_ASKS:
		rule->visit_when_unknown = false;
		break;
	case LL_POLICY_MUTANT_OPENS:
		rule->measures &= ~(1u << mutant->measure);
		break;
	default:
		break;
	}
}

/* What a rule is besides its conditions is the same in every region. */
static int change_rule(struct bench *bench, struct ll_policy_mutant *mutant)
{
	for (int32_t i = 0; i < bench->policy.region_count; i++) {
		struct ll_rule *rule = find(bench, i, mutant->rule);

		if (rule && !bench->shares_rules[i])
			set_in_rule(rule, mutant);
	}
	return run_mutant(bench, mutant);
}

static int mutate_level(struct bench *bench, const struct ll_rule *rule)
{
	struct ll_policy_mutant mutant = {
		.kind = LL_POLICY_MUTANT_LEVEL, .rule = rule->id, .before = rule->level};
	int err = 0;

	for (int step = -1; step <= 1 && !err; step += 2) {
		mutant.after = mutant.before + step;
		if (mutant.after >= 1 && mutant.after <= LL_LEVEL_MAX &&
		    !level_means_the_same(bench, rule, &mutant))
			err = change_rule(bench, &mutant);
	}
	return err;
}

static int mutate_flag(struct bench *bench, const struct ll_rule *rule,
		       enum ll_policy_mutant_kind kind, bool flag)
{
	struct ll_policy_mutant mutant = {
		.kind = kind, .rule = rule->id, .before = flag, .after = !flag};

	return change_rule(bench, &mutant);
}

static int mutate_opens(struct bench *bench, const struct ll_rule *rule)
{
	struct ll_policy_mutant mutant = {.kind = LL_POLICY_MUTANT_OPENS, .rule = rule->id};
	int err = 0;

	for (int m = 0; m < LL_MEASURE_COUNT && !err; m++) {
		mutant.measure = (enum ll_measure)m;
		if (rule->measures >> m & 1)
			err = change_rule(bench, &mutant);
	}
	return err;
}

static int mutate_rule(struct bench *bench, const struct ll_rule *rule)
{
	int err = mutate_level(bench, rule);

	if (!err && !rule->precaution && !has_stand_in(bench, rule, NULL, is_not_sudden))
		err = mutate_flag(bench, rule, LL_POLICY_MUTANT_SUDDEN, rule->sudden);
	if (!err && !green_means_the_same(bench, rule))
		err = mutate_flag(bench, rule, LL_POLICY_MUTANT_GREEN_CHANNEL, rule->green_channel);
	if (!err)
		err = mutate_flag(bench, rule, LL_POLICY_MUTANT_LEAD, !rule->precaution);
	if (!err && rule->visit_when_unknown && ll_logic_undecided(rule))
		err = mutate_flag(bench, rule, LL_POLICY_MUTANT_ASKS, true);
	return err ? err : mutate_opens(bench, rule);
}

static int mutate_rules(struct bench *bench, int32_t region)
{
	const struct ll_policy_region *original = &bench->original->regions[region];
	int err = 0;

	for (int32_t i = 0; i < original->rule_count && !err; i++) {
		err = mutate_comparisons(bench, region, &original->rules[i]);
		if (!err && region == 0)
			err = mutate_rule(bench, &original->rules[i]);
	}
	return err ? err : mutate_comparisons(bench, region, &original->exit);
}

/* ---- terms ---------------------------------------------------------------------------------------------- */

static int64_t term(const struct ll_measure_terms *terms, enum ll_policy_mutant_kind kind)
{
	if (kind == LL_POLICY_MUTANT_FROM)
		return (int64_t)terms->from;
	return kind == LL_POLICY_MUTANT_DUE_DAYS ? terms->due_days : terms->retry_days;
}

static void set_term(struct ll_measure_terms *terms, const struct ll_policy_mutant *mutant)
{
	if (mutant->kind == LL_POLICY_MUTANT_FROM)
		terms->from = (enum ll_case_state)mutant->after;
	else if (mutant->kind == LL_POLICY_MUTANT_DUE_DAYS)
		terms->due_days = (int32_t)mutant->after;
	else
		terms->retry_days = (int32_t)mutant->after;
}

static int change_term(struct bench *bench, struct ll_policy_mutant *mutant)
{
	for (int32_t i = 0; i < bench->policy.region_count; i++) {
		struct ll_measure_terms *terms = &bench->regions[i].measures[mutant->measure];

		if (terms->due_days > 0 && term(terms, mutant->kind) == mutant->before)
			set_term(terms, mutant);
	}
	return run_mutant(bench, mutant);
}

static bool is_inherited_term(const struct bench *bench, int32_t region,
			      const struct ll_policy_mutant *mutant)
{
	for (int32_t i = 0; i < region; i++)
		if (term(&bench->original->regions[i].measures[mutant->measure], mutant->kind) ==
		    mutant->before)
			return true;
	return false;
}

static int mutate_days(struct bench *bench, int32_t region, struct ll_policy_mutant *mutant,
		       int64_t min, int64_t max)
{
	int err = 0;

	mutant->before =
		term(&bench->original->regions[region].measures[mutant->measure], mutant->kind);
	for (int step = -1; step <= 1 && !err; step += 2) {
		mutant->after = mutant->before + step;
		if (mutant->after >= min && mutant->after <= max &&
		    !is_inherited_term(bench, region, mutant))
			err = change_term(bench, mutant);
	}
	return err;
}

/* Which rules of the region open the measure: all of them, or those that wait for the procedure. */
static bool is_opened(const struct ll_policy_region *region, enum ll_measure measure, bool waiting)
{
	for (int32_t i = 0; i < region->rule_count; i++)
		if ((region->rules[i].measures >> measure & 1) &&
		    !(waiting && region->rules[i].green_channel))
			return true;
	return false;
}

static int mutate_from(struct bench *bench, int32_t region, struct ll_policy_mutant *mutant)
{
	static const enum ll_case_state states[] = {LL_CASE_NONE, LL_CASE_VERIFIED,
						    LL_CASE_MONITORED};
	int err = 0;

	mutant->before =
		term(&bench->original->regions[region].measures[mutant->measure], mutant->kind);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]) && !err; i++) {
		mutant->after = (int64_t)states[i];
		if (mutant->after != mutant->before && !is_inherited_term(bench, region, mutant))
			err = change_term(bench, mutant);
	}
	return err;
}

static int mutate_terms(struct bench *bench, int32_t region, enum ll_measure measure)
{
	const struct ll_policy_region *original = &bench->original->regions[region];
	struct ll_policy_mutant mutant = {.area = original->area, .measure = measure};
	bool is_exit = measure == LL_MEASURE_EXIT_REVIEW;
	bool is_step = ll_case_step_of(measure) && (!is_exit || original->exit.comparison_count);
	int err;

	bench->likely = 0;
	if (original->measures[measure].due_days == 0 ||
	    !(is_step || is_opened(original, measure, false)))
		return 0;
	mutant.kind = LL_POLICY_MUTANT_DUE_DAYS;
	err = mutate_days(bench, region, &mutant, 1, LL_POLICY_DUE_DAYS_MAX);
	mutant.kind = LL_POLICY_MUTANT_FROM;
	if (!err && !ll_case_step_of(measure) && is_opened(original, measure, true))
		err = mutate_from(bench, region, &mutant);
	mutant.kind = LL_POLICY_MUTANT_RETRY_DAYS;
	return err ? err : mutate_days(bench, region, &mutant, 0, LL_POLICY_RETRY_DAYS_MAX);
}

/* ---- the whole policy -------------------------------------------------------------------------------------- */

static int mutate_number(struct bench *bench, enum ll_policy_mutant_kind kind, int32_t *number,
			 int32_t max)
{
	struct ll_policy_mutant mutant = {.kind = kind, .before = *number};
	int err = 0;

	bench->likely = 0;
	for (int step = -1; step <= 1 && !err; step += 2) {
		mutant.after = mutant.before + step;
		if (mutant.after < 0 || mutant.after > max)
			continue;
		*number = (int32_t)mutant.after; /* run_mutant puts it back */
		err = run_mutant(bench, &mutant);
	}
	return err;
}

static int mutate_measure_before_exit(struct bench *bench)
{
	bool *flag = &bench->policy.measure_before_exit;
	struct ll_policy_mutant mutant = {
		.kind = LL_POLICY_MUTANT_MEASURE_BEFORE_EXIT, .before = *flag, .after = !*flag};

	bench->likely = 0;
	*flag = !*flag; /* run_mutant puts it back */
	return run_mutant(bench, &mutant);
}

static int mutate_head(struct bench *bench)
{
	struct ll_policy *policy = &bench->policy;
	int err = mutate_number(bench, LL_POLICY_MUTANT_ESCALATE_AFTER_DAYS,
				&policy->escalate_after_days, LL_POLICY_ESCALATE_DAYS_MAX);

	if (!err && policy->regions[0].exit.comparison_count > 0)
		err = mutate_number(bench, LL_POLICY_MUTANT_STABLE_MONTHS, &policy->stable_months,
				    LL_POLICY_MONTHS_MAX);
	if (!err && policy->regions[0].exit.comparison_count > 0)
		err = mutate_measure_before_exit(bench);
	return err ? err
		   : mutate_number(bench, LL_POLICY_MUTANT_OBSERVE_MONTHS, &policy->observe_months,
				   LL_POLICY_MONTHS_MAX);
}

static int mutate_region(struct bench *bench, int32_t region)
{
	int err = mutate_rules(bench, region);

	for (int m = 0; m < LL_MEASURE_COUNT && !err; m++)
		err = mutate_terms(bench, region, (enum ll_measure)m);
	return err;
}

int ll_policy_mutants(const struct ll_policy *policy,
		      const struct ll_policy_scenario *const *scenarios, size_t count,
		      int (*sink)(void *context, const struct ll_policy_mutant *mutant),
		      void *context)
{
	struct bench bench = {
		.original = policy, .witness_count = count, .sink = sink, .context = context};
	int err;

	ll_arena_init(&bench.arena, 0);
	ll_arena_init(&bench.scratch, 0);
	err = copy_policy(&bench);
	if (!err)
		err = hear_all(&bench, scenarios);
	if (!err)
		err = mutate_head(&bench);
	for (int32_t i = 0; i < policy->region_count && !err; i++)
		err = mutate_region(&bench, i);
	ll_arena_release(&bench.scratch);
	ll_arena_release(&bench.arena);
	return err;
}
