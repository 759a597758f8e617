/*
 * Rows of a CSV file, RFC 4180: quoted fields may hold delimiters, line ends and doubled quotes;
 * lines end in LF or CR LF; the first row names the columns; a byte order mark is skipped, empty
 * lines too. Memory is bounded whatever the file holds (row.h).
 *
 * A row that cannot be taken apart (a stray quote, a quote never closed) costs one line: reading
 * goes on with the line after its first, so that a quote too many does not swallow the rows behind
 * it. A row that is well formed but too long is skipped as a whole.
 */
#ifndef LL_PUBLISH_CSV_ROWS_H
#define LL_PUBLISH_CSV_ROWS_H

#include "charset.h"
#include "file_window.h"
#include "row.h"

#define LL_CSV_WINDOW (LL_ROW_BYTES_MAX + 65536) /* bytes of the window that a reader needs */

struct ll_csv_dialect {
	char delimiter; /* ',', ';', '\t' or '|' */
	enum ll_charset charset;
};

struct ll_csv_rows;

/*
 * Reads the header. The window is the caller's and must outlive the reader. Errors name the columns
 * there are when a wanted one is missing (-LL_ERR_MISSING), is there twice, or the header is none
 * (-LL_ERR_INVALID).
 */
int ll_csv_rows_new(struct ll_file_window *window, const struct ll_csv_dialect *dialect,
		    const struct ll_wanted_column *wanted, size_t count,
		    struct ll_csv_rows **ret_rows, struct ll_error *error);
void ll_csv_rows_free(struct ll_csv_rows *rows);
/* -LL_ERR_NOT_FOUND after the last; -LL_ERR_IO. A bad row is a row with a problem. */
int ll_csv_rows_next(struct ll_csv_rows *rows, struct ll_row *ret_row);

#endif
