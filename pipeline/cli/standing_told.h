/*
 * Where a case stands at the end of its story, and what is to be done next: from the last that was told
 * of the case and of each task.
 */
#ifndef LL_CLI_STANDING_TOLD_H
#define LL_CLI_STANDING_TOLD_H

#include <stdio.h>

#include "cli/story.h"
#include "runtime/words.h"

/* The story is finished. -LL_ERR_NO_MEMORY. */
int ll_standing_tell(const struct ll_story *story, enum ll_language language, FILE *out);

#endif
