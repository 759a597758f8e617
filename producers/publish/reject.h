/*
 * The rows that were rejected, as CSV: file,line,field,reason,text,row. The file is made (mode 0600:
 * the rows are personal data) when the first row is written, so there is none when nothing was
 * rejected; a regular file that an earlier run left under the same name is removed. Counts by
 * reason always.
 *
 * One thread at a time; add and close write the file and may block for the disk.
 */
#ifndef LL_PUBLISH_REJECT_H
#define LL_PUBLISH_REJECT_H

#include "row.h"

#define LL_REJECT_REASONS_MAX 48 /* different reasons that are counted apart */

struct ll_reject_count {
	int err; /* negative */
	int64_t rows;
};

struct ll_rejects;

/* path NULL: only counted. */
int ll_rejects_new(const char *path, struct ll_rejects **ret_rejects);
/* Closes without looking at errors, where close was not called. */
void ll_rejects_free(struct ll_rejects *rejects);
/* file: the name of the rows' file. -LL_ERR_IO with the reason in *error. */
int ll_rejects_add(struct ll_rejects *rejects, const char *file, const struct ll_row *row,
		   const struct ll_row_problem *problem, struct ll_error *error);
/* Writes everything out. -LL_ERR_IO. */
int ll_rejects_close(struct ll_rejects *rejects, struct ll_error *error);
int64_t ll_rejects_total(const struct ll_rejects *rejects);
/* The path, or NULL when no file was made. */
const char *ll_rejects_path(const struct ll_rejects *rejects);
/* Rows by reason, in the order in which the reasons came up; borrows. */
const struct ll_reject_count *ll_rejects_counts(const struct ll_rejects *rejects,
						size_t *ret_count);

#endif
