/* The dated policy and the province's differ from the national one only in what is meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "policy/policy_diff.h"
#include "policy/policy_yaml.h"

#define YUAN INT64_C(100)

static struct ll_policy *shipped(const char *name)
{
	char path[512];
	char *text = malloc(LL_POLICY_TEXT_MAX);
	struct ll_error error = {0};
	struct ll_policy *policy = NULL;
	size_t size;
	FILE *file;

	snprintf(path, sizeof(path), LL_POLICY_DIR "/%s", name);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_non_null(text);
	size = fread(text, 1, LL_POLICY_TEXT_MAX, file);
	fclose(file);
	if (ll_policy_compile((struct ll_str){text, size}, &policy, &error))
		fail_msg("%s:%d: %s", name, error.line, error.message);
	free(text);
	return policy;
}

/* A change that may be there, and how often it was; the name is that of the rule or parameter. */
struct meant {
	enum ll_policy_change_kind kind;
	const char *name; /* NULL: any */
	int found;
};

static bool is_meant(struct meant *meant, size_t count, const struct ll_policy_change *change)
{
	for (size_t i = 0; i < count; i++)
		if (meant[i].kind == change->kind &&
		    (!meant[i].name || ll_str_equal(change->name, ll_str_from(meant[i].name)))) {
			meant[i].found++;
			return true;
		}
	return false;
}

/* The line is compared with, in rules and in the exit, and only its number changes. */
static bool is_of_the_line(const struct ll_policy_change *change)
{
	return (change->kind == LL_POLICY_COMPARISON ||
		change->kind == LL_POLICY_EXIT_COMPARISON) &&
	       change->indicator == LL_INDICATOR_INCOME_PER_HEAD &&
	       change->op_before == change->op_after;
}

/*
 * Everything that differs everywhere is either the line or meant, and all that is meant is there;
 * areas may only lose numbers of their own.
 */
static int differ(const struct ll_policy *before, const struct ll_policy *after,
		  struct meant *meant, size_t count)
{
	const struct ll_policy_change *changes = NULL;
	struct ll_arena arena;
	size_t change_count = 0;
	int of_the_line = 0;

	ll_arena_init(&arena, 0);
	assert_int_equal(ll_policy_diff(before, after, &arena, &changes, &change_count), 0);
	for (size_t i = 0; i < change_count; i++) {
		if (changes[i].area.digits > 0)
			assert_int_equal(after->region_count, 1);
		else if (is_of_the_line(&changes[i]))
			of_the_line++;
		else if (!is_meant(meant, count, &changes[i]))
			fail_msg("not meant: %s %.*s", ll_policy_change_name(changes[i].kind),
				 LL_STR_ARG(changes[i].name));
	}
	for (size_t i = 0; i < count; i++)
		if (meant[i].found != 1)
			fail_msg("%s %s: found %d times", ll_policy_change_name(meant[i].kind),
				 meant[i].name ? meant[i].name : "", meant[i].found);
	ll_arena_release(&arena);
	return of_the_line;
}

/* The rules that look at income per head, and the exit. */
static int uses_of_the_line(const struct ll_policy *policy)
{
	const struct ll_policy_region *everywhere = &policy->regions[0];
	int uses = 0;

	for (int32_t i = 0; i <= everywhere->rule_count; i++) {
		const struct ll_rule *rule =
			i < everywhere->rule_count ? &everywhere->rules[i] : &everywhere->exit;

		for (int32_t c = 0; c < rule->comparison_count; c++)
			uses += rule->comparisons[c].indicator == LL_INDICATOR_INCOME_PER_HEAD;
	}
	return uses;
}

/* What the first rule, below the line, and the exit, above it, compare with. */
static void assert_line(const struct ll_policy *policy, int64_t yuan)
{
	const struct ll_policy_region *everywhere = &policy->regions[0];
	int exits = 0;

	assert_true(ll_str_equal(everywhere->rules[0].id, LL_STR("income-below-line")));
	assert_int_equal(everywhere->rules[0].comparisons[0].threshold, yuan * YUAN);
	for (int32_t c = 0; c < everywhere->exit.comparison_count; c++)
		if (everywhere->exit.comparisons[c].indicator == LL_INDICATOR_INCOME_PER_HEAD) {
			assert_int_equal(everywhere->exit.comparisons[c].threshold, yuan * YUAN);
			exits++;
		}
	assert_int_equal(exits, 1);
}

static void test_the_line_of_2022(void **state)
{
	struct ll_policy *national = shipped("national.yaml");
	struct ll_policy *later = shipped("national-2022.yaml");
	struct meant meant[] = {
		{LL_POLICY_VERSION, NULL, 0},
		{LL_POLICY_EFFECTIVE_ON, NULL, 0},
		{LL_POLICY_PARAMETER, "income_line", 0},
	};

	(void)state;
	assert_int_equal(differ(national, later, meant, sizeof(meant) / sizeof(*meant)),
			 uses_of_the_line(national));
	assert_line(national, 6000);
	assert_line(later, 6500);
	assert_int_equal(later->effective_on, ll_day_from_date(2022, 1, 1));
	ll_policy_free(national);
	ll_policy_free(later);
}

static void test_the_province(void **state)
{
	struct ll_policy *national = shipped("national.yaml");
	struct ll_policy *province = shipped("province-2024.yaml");
	struct meant meant[] = {
		{LL_POLICY_NAME, NULL, 0},
		{LL_POLICY_VERSION, NULL, 0},
		{LL_POLICY_EFFECTIVE_ON, NULL, 0},
		{LL_POLICY_PARAMETER, "income_line", 0},
		{LL_POLICY_PARAMETER_ADDED, "provincial_rural_income", 0},
		{LL_POLICY_PARAMETER_REMOVED, "medical_line_ex_poor", 0},
		{LL_POLICY_PARAMETER_REMOVED, "medical_line_others", 0},
		{LL_POLICY_COMPARISON, "medical-own-cost-ex-poor", 0},
		{LL_POLICY_COMPARISON, "medical-own-cost-others", 0},
	};

	(void)state;
	assert_int_equal(differ(national, province, meant, sizeof(meant) / sizeof(*meant)),
			 uses_of_the_line(national));
	assert_line(province, 8800);
	assert_int_equal(province->effective_on, ll_day_from_date(2024, 3, 14));
	ll_policy_free(national);
	ll_policy_free(province);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_line_of_2022),
		cmocka_unit_test(test_the_province),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
