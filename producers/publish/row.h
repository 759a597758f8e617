/*
 * One row of a file as the readers (csv_rows.h, ndjson_rows.h) hand it out, and what can be wrong
 * with it. All slices borrow from the reader until its next row.
 */
#ifndef LL_PUBLISH_ROW_H
#define LL_PUBLISH_ROW_H

#include "base/bytes.h"
#include "base/err.h"

#define LL_ROW_BYTES_MAX   1048576 /* bytes of a row; a longer one is skipped without being held */
#define LL_CELL_BYTES_MAX  65536   /* bytes of one field */
#define LL_ROW_COLUMNS_MAX 512	   /* columns of a file */
#define LL_ROW_RAW_MAX	   4096	   /* bytes of a bad row that are kept to show it */
#define LL_ROW_WANTED_MAX  64	   /* columns that a reader picks out */

/* A column that a caller wants, by its name (NDJSON: dotted path). */
struct ll_wanted_column {
	struct ll_str name;
	bool optional; /* the file may lack it; its cells are then absent */
};

struct ll_row_problem {
	int err;	     /* negative REJECT error, 0: none */
	struct ll_str field; /* the column's name; may be empty */
	const char *text;    /* in words, without values from the row; NULL: ll_err_text */
};

struct ll_row {
	int64_t line;	   /* where it begins, from 1 */
	struct ll_str raw; /* the row in the file, cut at LL_ROW_RAW_MAX where it is bad */
	const struct ll_str *values;   /* of the wanted columns; data NULL: absent */
	struct ll_row_problem problem; /* err set: values are not there */
};

#endif
