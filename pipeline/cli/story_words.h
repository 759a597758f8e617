/*
 * A story's items in words. Keys are shortened; nothing else of a person is in the log.
 */
#ifndef LL_CLI_STORY_WORDS_H
#define LL_CLI_STORY_WORDS_H

#include "cli/sentence.h"
#include "cli/story.h"

#define LL_SHORT_KEY 8 /* hex digits that people are shown */

/*
 * Appends the item's sentence. registered: the household was there before (a registration is then a
 * renewal). -LL_ERR_NO_MEMORY.
 */
int ll_story_say(const struct ll_story_item *item, bool registered, enum ll_language language,
		 struct ll_buf *out);
/* "county": what an area's code of so many digits names. */
const char *ll_story_area_level(size_t digits, enum ll_language language);
/* The reasons of a change or of a task, or NULL. */
const struct ll_reason *ll_story_reasons(const struct ll_story_item *item, size_t *ret_count);

#endif
