/* C structs → Avro, by the field tables. */
#ifndef LL_CODEC_ENCODE_H
#define LL_CODEC_ENCODE_H

#include "field.h"

/*
 * Appends the value in the schema that the table describes. The value must be within its limits
 * (assert). -LL_ERR_NO_MEMORY.
 */
int ll_encode_record(const struct ll_field_record *record, const void *value, struct ll_buf *out);

/* The same without the last `skip_last` fields and without the record's own check. */
int ll_encode_head(const struct ll_field_record *record, const void *value, uint32_t skip_last,
		   struct ll_buf *out);

#endif
