/*
 * Why nothing followed from what was reported: the indicators that it moved, and how far each is from
 * the rules that look at it.
 *
 * The household's facts are folded again by the core itself, without a policy: what people decide is
 * not part of it, so what visits saw is not seen here. Of a log that was cut it knows less, and then
 * tells less.
 */
#ifndef LL_CLI_WHY_NOT_H
#define LL_CLI_WHY_NOT_H

#include "base/arena.h"
#include "cli/story.h"
#include "core/indicator.h"

#define LL_WHY_NOT_MAX LL_INDICATOR_COUNT

struct ll_why_not {
	struct ll_household household;
	struct ll_slab kept;
	struct ll_arena scratch;
	struct ll_indicators before; /* the input that was taken last */
	struct ll_indicators after;
};

void ll_why_not_init(struct ll_why_not *why_not, const struct ll_key *household_key);
void ll_why_not_release(struct ll_why_not *why_not);
/* An input of the story, in its order; others than life events and registrations are passed over. */
void ll_why_not_take(struct ll_why_not *why_not, const struct ll_story_item *item);
/*
 * Of each indicator that the input moved the comparison of the region's rules that is nearest to
 * holding; as reasons without facts. Returns how many of at most LL_WHY_NOT_MAX.
 */
size_t ll_why_not_list(const struct ll_why_not *why_not, const struct ll_policy_region *region,
		       struct ll_reason ret_reasons[LL_WHY_NOT_MAX]);

#endif
