/* C structs → JSON for people, by the field tables. */
#ifndef LL_CODEC_JSON_H
#define LL_CODEC_JSON_H

#include "field.h"

/*
 * Appends one line without a newline: keys and bytes in hex, days as YYYY-MM-DD, instants in RFC
 * 3339, enums in lower case, an unknown number as null, a union as an object with one member that
 * names the branch. The value must be within its limits. -LL_ERR_NO_MEMORY.
 */
int ll_json_record(const struct ll_field_record *record, const void *value, struct ll_buf *out);

#endif
