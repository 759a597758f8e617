/*
 * A policy's YAML text → the core's tables. The result depends on the text alone.
 *
 * Every error has line, column and what to do; the first one found is told. Bounded in text size
 * (LL_POLICY_TEXT_MAX), depth and every list; untrusted text is safe. Does not block; any thread.
 */
#ifndef LL_POLICY_POLICY_YAML_H
#define LL_POLICY_POLICY_YAML_H

#include "base/err.h"
#include "core/partition.h"
#include "core/policy.h"

/* -LL_ERR_BAD_POLICY with *error filled (error may be NULL), or -LL_ERR_NO_MEMORY. */
int ll_policy_compile(struct ll_str text, struct ll_policy **ret_policy, struct ll_error *error);
struct ll_yaml_node;
/*
 * The policy of the text with some changes, written like the policy itself: what is given there
 * stands in the place of what the text has. Maps are changed key by key, rules by their id, regions by
 * their area, other lists as a whole. An error's place is where the wrong value stands, in the text or in the changes.
 */
int ll_policy_compile_changed(struct ll_str text, const struct ll_yaml_node *changes,
			      struct ll_policy **ret_policy, struct ll_error *error);
/* NULL is fine. */
void ll_policy_free(struct ll_policy *policy);

/* ll_policy_compile as the core wants it. */
extern const struct ll_policy_compiler ll_policy_yaml_compiler;

#endif
