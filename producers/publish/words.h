/* What a cell's word means: yes and no in the ways people write them, and the names of enums. */
#ifndef LL_PUBLISH_WORDS_H
#define LL_PUBLISH_WORDS_H

#include "codec/field.h"

/* yes, no, true, false, y, n, 1, 0 in any case, 是, 否. -LL_ERR_BAD_ENUM. */
int ll_words_bool(struct ll_str text, int32_t *ret_value);
/* A symbol of the enum in any case, '-' counting as '_'. -LL_ERR_BAD_ENUM. */
int ll_words_enum(const struct ll_field_enum *enumeration, struct ll_str text, int32_t *ret_value);

#endif
