/*
 * Reasons as JSON, the way they stand in PostgreSQL's tables, and back.
 */
#ifndef LL_RUNTIME_REASONS_JSON_H
#define LL_RUNTIME_REASONS_JSON_H

#include "base/arena.h"
#include "base/err.h"
#include "core/decision.h"

/* A JSON array on one line, NUL-terminated, in the arena. -LL_ERR_NO_MEMORY. */
int ll_reasons_to_json(struct ll_arena *arena, const struct ll_reason *reasons, size_t count,
		       struct ll_str *ret_text);
/* Everything is copied into the arena. -LL_ERR_INVALID when it is not such an array. */
int ll_reasons_from_json(struct ll_arena *arena, struct ll_str text,
			 const struct ll_reason **ret_reasons, size_t *ret_count);

#endif
