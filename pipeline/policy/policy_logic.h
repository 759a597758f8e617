/*
 * What rules say about each other: which can never hold, which comparison adds nothing, which rule
 * holds whenever another does. Over all values that indicators can take, with labourers, those
 * without work and their share taken together, since two counts make all three.
 *
 * Pure; any thread.
 */
#ifndef LL_POLICY_POLICY_LOGIC_H
#define LL_POLICY_POLICY_LOGIC_H

#include "core/policy.h"

/* Is there a household that meets the rule's comparisons up to and including the last one? */
bool ll_logic_possible(const struct ll_rule *rule, int32_t last);

/* Does b hold for every household for which a holds? */
bool ll_logic_implies(const struct ll_rule *a, const struct ll_rule *b);
/* Do they hold for the same households? */
bool ll_logic_same(const struct ll_rule *a, const struct ll_rule *b);

/* Is the comparison true of every value that the indicator can take? */
bool ll_logic_always(struct ll_comparison comparison);
/* Do the other comparisons of the same indicator say all that this one does? */
bool ll_logic_redundant(const struct ll_rule *rule, int32_t at);

/* Could a household be undecided about the rule: is one of its indicators not always known? */
bool ll_logic_undecided(const struct ll_rule *rule);

#endif
