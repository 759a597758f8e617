/*
 * The reasons in a story: each under the title that the policy gives its rule, with the facts behind
 * it, and told again only when something about it is different.
 *
 * The policies are those of the log itself. What they do not tell (a log that was cut) is told by the
 * rule's id.
 */
#ifndef LL_CLI_REASONS_TOLD_H
#define LL_CLI_REASONS_TOLD_H

#include <stdio.h>

#include "cli/story.h"
#include "runtime/words.h"

#define LL_REASONS_TOLD_MAX 512 /* of more the first are told again */

struct ll_reasons_told {
	const struct ll_story *story;
	enum ll_language language;
	/* One of each comparison of a rule: as it was told last. */
	const struct ll_reason *list[LL_REASONS_TOLD_MAX];
	size_t count;
	size_t next;
	/* Whose facts stand below the input in hand. */
	const struct ll_reason *with_facts[LL_REASONS_MAX];
	size_t with_facts_count;
	/* Compiled when first needed; where it cannot be, tried alone is true. */
	struct ll_policy *policies[LL_STORY_POLICIES_MAX];
	bool tried[LL_STORY_POLICIES_MAX];
	/* Of the reasons that were told last. */
	const struct ll_policy *policy;
	const struct ll_policy_region *region;
	struct ll_buf text;
	struct ll_buf titles;
};

/* The story is finished, borrowed, and gets no more. */
void ll_reasons_told_init(struct ll_reasons_told *told, const struct ll_story *story,
			  enum ll_language language);
void ll_reasons_told_release(struct ll_reasons_told *told);
/* The policy of the log that is in force on a day, or NULL; until release. */
const struct ll_policy *ll_reasons_told_policy_on(struct ll_reasons_told *told, int32_t day);
/* What a decision of that day says that its reasons do not; region may be NULL. */
struct ll_reason_context ll_reason_context_of(const struct ll_policy_region *region, int32_t day);
/* Prints below an item of the story what is new of its reasons; in the story's order. */
int ll_reasons_tell(struct ll_reasons_told *told, const struct ll_story_item *item, FILE *out);

#endif
