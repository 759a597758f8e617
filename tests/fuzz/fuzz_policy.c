/*
 * Any bytes as a policy: it compiles or it has an error with a place, and the same both times; and the
 * check finds an error where the compiler does.
 *
 *   meson setup build-fuzz -Dfuzzers=true (CC=clang), then
 *   fuzz_policy -max_len=4096 tests/fuzz/corpus/policy
 */
#include <assert.h>
#include <stdlib.h>

#include "core/event.h"
#include "policy/policy_check.h"
#include "policy/policy_yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_rule(const struct ll_rule *rule)
{
	assert(rule->level >= 1 && rule->level <= LL_LEVEL_MAX);
	assert(rule->comparison_count >= 1 && rule->comparison_count <= LL_COMPARISONS_MAX);
	assert(rule->id.size > 0);
	assert(rule->title_zh.size > 0 && ll_str_is_utf8(rule->title_zh));
}

static void check_terms(const struct ll_measure_terms *terms)
{
	assert(terms->from == LL_CASE_NONE || terms->from == LL_CASE_VERIFIED ||
	       terms->from == LL_CASE_MONITORED);
	assert(terms->retry_days >= 0 && terms->retry_days <= 365);
	assert((terms->due_days > 0) == (terms->department.size > 0));
}

/* What the core relies on without looking. */
static void check_policy(const struct ll_policy *policy, struct ll_str text)
{
	assert(ll_str_equal(policy->text, text));
	assert(policy->region_count >= 1 && policy->region_count <= LL_REGIONS_MAX);
	assert(policy->regions[0].area.digits == 0);
	assert(policy->keep_months >= 12 && policy->keep_months <= 60);
	assert(policy->stable_months >= 0 && policy->stable_months <= 60);
	assert(policy->observe_months >= 0 && policy->observe_months <= 60);
	for (int32_t i = 0; i < policy->region_count; i++) {
		const struct ll_policy_region *region = &policy->regions[i];

		assert(region->rule_count >= 0 && region->rule_count <= LL_RULES_MAX);
		if (region->exit.comparison_count > 0)
			check_rule(&region->exit);
		for (int m = 0; m < LL_MEASURE_COUNT; m++)
			check_terms(&region->measures[m]);
		for (int32_t k = 0; k < region->rule_count; k++) {
			const struct ll_rule *rule = &region->rules[k];

			check_rule(rule);
			for (int m = 0; m < LL_MEASURE_COUNT; m++)
				assert(!(rule->measures & 1u << m) ||
				       (region->measures[m].due_days > 0 &&
					region->measures[m].department.size > 0));
		}
	}
}

/* Every finding has its place; there is an error exactly where there is one for the compiler. */
static void check_findings(struct ll_str text, bool compiles)
{
	struct ll_policy_check check;
	struct ll_arena arena;

	ll_arena_init(&arena, 0);
	assert(ll_policy_check(text, &arena, &check) == 0);
	assert((check.errors == 0) == compiles);
	assert(check.errors + check.warnings == check.count);
	for (int32_t i = 0; i < check.count; i++) {
		const struct ll_policy_finding *finding = &check.findings[i];

		assert(finding->line >= 1 && finding->column >= 1 && finding->message[0]);
		assert(ll_str_is_utf8(ll_str_from(finding->message)));
	}
	ll_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ll_str text = {(const char *)data, size};
	struct ll_policy *policy = NULL;
	struct ll_policy *again = NULL;
	struct ll_error error = {0};
	int err = ll_policy_compile(text, &policy, &error);

	check_findings(text, err == 0);
	if (err) {
		assert(err == -LL_ERR_BAD_POLICY && error.code == err && !policy);
		assert(error.line >= 1 && error.column >= 1 && error.message[0]);
		assert(ll_str_is_utf8(ll_str_from(error.message)));
		return 0;
	}
	check_policy(policy, text);
	/* Compiled from its own copy, it is the same. */
	assert(ll_policy_compile(policy->text, &again, NULL) == 0);
	assert(again->region_count == policy->region_count);
	ll_policy_free(policy);
	check_policy(again, text);
	ll_policy_free(again);
	return 0;
}
