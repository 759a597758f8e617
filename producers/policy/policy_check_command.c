/* lifeline policy check: everything that is wrong with a policy file, or probably not meant. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "policy/policy_check.h"
#include "policy_commands.h"
#include "policy_file.h"
#include "runtime/json_print.h"

struct checking {
	const struct ll_invocation *invocation;
	const char *path;
	struct ll_policy_check check;
	struct ll_policy *policy; /* NULL: there are errors */
	bool strict;
};

static bool has_failed(const struct checking *checking)
{
	return checking->check.errors > 0 || (checking->strict && checking->check.warnings > 0);
}

static const char *severity_name(const struct checking *checking,
				 const struct ll_policy_finding *finding)
{
	return checking->strict || ll_policy_finding_severity(finding->kind) == LL_POLICY_ERROR
		       ? "error"
		       : "warning";
}

static const char *plural(int32_t count)
{
	return count == 1 ? "" : "s";
}

static void print_words(const struct checking *checking)
{
	const struct ll_policy *policy = checking->policy;
	char effective_on[LL_DAY_TEXT_MAX];

	for (int32_t i = 0; i < checking->check.count; i++) {
		const struct ll_policy_finding *finding = &checking->check.findings[i];

		printf("%s:%d:%d: %s: %s\n", checking->path, finding->line, finding->column,
		       severity_name(checking, finding), finding->message);
	}
	if (!policy) {
		printf("%d error%s, %d warning%s\n", checking->check.errors,
		       plural(checking->check.errors), checking->check.warnings,
		       plural(checking->check.warnings));
		return;
	}
	ll_day_format(policy->effective_on, effective_on);
	printf("policy %.*s, version %.*s: no error found", LL_STR_ARG(policy->name),
	       LL_STR_ARG(policy->version));
	if (checking->check.warnings > 0)
		printf(", %d warning%s%s", checking->check.warnings,
		       plural(checking->check.warnings),
		       checking->strict ? " (errors, with --strict)" : "");
	printf("\n  in force from %s, %d rules everywhere, %d regions with their own\n",
	       effective_on, policy->regions[0].rule_count, policy->region_count - 1);
}

static json_t *finding_json(const struct checking *checking,
			    const struct ll_policy_finding *finding)
{
	return json_pack("{s:s, s:s, s:i, s:i, s:s}", "severity", severity_name(checking, finding),
			 "kind", ll_policy_finding_name(finding->kind), "line", finding->line,
			 "column", finding->column, "message", finding->message);
}

static int print_json(const struct checking *checking)
{
	const struct ll_policy *policy = checking->policy;
	char effective_on[LL_DAY_TEXT_MAX];
	json_t *findings = json_array();
	json_t *json = json_pack("{s:b, s:i, s:i}", "valid", !has_failed(checking), "errors",
				 checking->check.errors, "warnings", checking->check.warnings);

	for (int32_t i = 0; i < checking->check.count; i++)
		json_array_append_new(findings,
				      finding_json(checking, &checking->check.findings[i]));
	json_object_set_new(json, "findings", findings);
	if (policy) {
		ll_day_format(policy->effective_on, effective_on);
		json_object_update_new(
			json,
			json_pack("{s:s%, s:s%, s:s, s:i, s:i}", "name", policy->name.data,
				  policy->name.size, "version", policy->version.data,
				  policy->version.size, "effective_on", effective_on, "regions",
				  policy->region_count, "rules", policy->regions[0].rule_count));
	}
	return ll_json_print(json);
}

static int check_text(struct checking *checking, struct ll_str text)
{
	struct ll_arena arena;
	int err;

	ll_arena_init(&arena, 0);
	err = ll_policy_check(text, &arena, &checking->check);
	if (!err && checking->check.errors == 0)
		err = ll_policy_compile(text, &checking->policy, NULL);
	if (!err && ll_invocation_flag(checking->invocation, "json"))
		err = print_json(checking);
	else if (!err)
		print_words(checking);
	ll_arena_release(&arena);
	ll_policy_free(checking->policy);
	return err;
}

int ll_policy_check_run(struct ll_invocation *invocation)
{
	struct checking checking = {.invocation = invocation,
				    .path = ll_invocation_argument(invocation, 0),
				    .strict = ll_invocation_flag(invocation, "strict")};
	char *text = NULL;
	size_t size = 0;
	int err = ll_policy_file_read(invocation, checking.path, &text, &size);

	if (!err)
		err = check_text(&checking, (struct ll_str){text, size});
	free(text);
	if (err)
		return ll_exit_of(err);
	return has_failed(&checking) ? LL_EXIT_FAILED : LL_EXIT_DONE;
}
