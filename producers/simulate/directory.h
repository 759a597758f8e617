/* Writing the files of a simulation. Errors name the path. Blocks for the disk. */
#ifndef LL_SIMULATE_DIRECTORY_H
#define LL_SIMULATE_DIRECTORY_H

#include "base/bytes.h"
#include "base/err.h"

#define LL_SIM_PATH_MAX 4096 /* bytes with the ending NUL */

/* Makes an empty directory; one that is there and empty will do. -LL_ERR_EXISTS. */
int ll_directory_make_empty(const char *path, struct ll_error *error);
/* Makes a directory where there is none. */
int ll_directory_make(const char *path, struct ll_error *error);
/* "DIR/name"; -LL_ERR_TOO_LARGE. */
int ll_directory_join(const char *directory, const char *name, char ret_path[LL_SIM_PATH_MAX],
		      struct ll_error *error);
/* Replaces the file. */
int ll_directory_write(const char *path, struct ll_bytes bytes, struct ll_error *error);
/* The same of DIR/name. */
int ll_directory_write_in(const char *directory, const char *name, const struct ll_buf *text,
			  struct ll_error *error);
/*
 * Names of what is in a directory, without those that begin with a dot, in the order of their
 * bytes; a directory that is not there has none. Free with ll_directory_names_free.
 */
int ll_directory_names(const char *path, char ***ret_names, size_t *ret_count,
		       struct ll_error *error);
void ll_directory_names_free(char **names, size_t count);

#endif
