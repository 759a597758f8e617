/*
 * Columns for a terminal: every cell as wide as it looks, so that Chinese text lines up. Widths
 * come from a small table of East Asian wide and of zero-width characters, not from the locale, so
 * that output is the same everywhere. Control characters are shown as '?': a cell never steers a
 * terminal.
 */
#ifndef LL_RUNTIME_COLUMNS_H
#define LL_RUNTIME_COLUMNS_H

#include <stdio.h>

#include "base/bytes.h"

#define LL_COLUMNS_MAX 16

/* Columns that the text takes on a terminal. What is not UTF-8 counts one a byte. */
size_t ll_text_width(struct ll_str text);
/* Appends text for a terminal: C0 and C1 controls, which could steer it, become '?'. */
int ll_text_append_harmless(struct ll_buf *out, struct ll_str text);

struct ll_column {
	const char *heading; /* NULL ends the columns */
	bool right;	     /* numbers stand at the right */
};

struct ll_columns;

/* described must outlive the columns; at most LL_COLUMNS_MAX. */
int ll_columns_new(const struct ll_column *described, struct ll_columns **ret_columns);
void ll_columns_free(struct ll_columns *columns);
/* One cell for each column, copied; NULL is an empty cell. */
int ll_columns_add(struct ll_columns *columns, const char *const *cells);
size_t ll_columns_row_count(const struct ll_columns *columns);
/* Appends headings and rows, two spaces between columns, none at the end of a line. */
int ll_columns_render(const struct ll_columns *columns, struct ll_buf *out);
/* Renders to a stream; -LL_ERR_IO. */
int ll_columns_print(const struct ll_columns *columns, FILE *stream);

#endif
