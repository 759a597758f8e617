/*
 * Rows of an NDJSON file: one JSON object a line (RFC 8259, strict: no duplicate keys). A wanted
 * column is a dotted path, "person.citizen_number". A string gives its text, a number its decimal
 * text, true and false those words; null and what is not there are absent. Numbers are read as
 * doubles where they have a fraction, so they are exact to 15 digits. Empty lines are skipped.
 *
 * A line that is not such an object is a row with a problem; a line over LL_ROW_BYTES_MAX is
 * skipped without being held.
 */
#ifndef LL_PUBLISH_NDJSON_ROWS_H
#define LL_PUBLISH_NDJSON_ROWS_H

#include "charset.h"
#include "file_window.h"
#include "row.h"

#define LL_NDJSON_WINDOW     (LL_ROW_BYTES_MAX + 65536) /* bytes of the window a reader needs */
#define LL_NDJSON_PATH_DEPTH 8				/* names in a dotted path */

struct ll_ndjson_rows;

/* The window is the caller's and must outlive the reader. -LL_ERR_INVALID for a path too deep. */
int ll_ndjson_rows_new(struct ll_file_window *window, enum ll_charset charset,
		       const struct ll_wanted_column *wanted, size_t count,
		       struct ll_ndjson_rows **ret_rows, struct ll_error *error);
void ll_ndjson_rows_free(struct ll_ndjson_rows *rows);
/* -LL_ERR_NOT_FOUND after the last; -LL_ERR_IO. A bad row is a row with a problem. */
int ll_ndjson_rows_next(struct ll_ndjson_rows *rows, struct ll_row *ret_row);

#endif
