#include "directory.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define NAMES_MAX 100000 /* of one directory */

static int failed(const char *path, struct ll_error *error)
{
	return ll_error_set(error, -LL_ERR_IO, "%s: %s", path, strerror(errno));
}

int ll_directory_make(const char *path, struct ll_error *error)
{
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		return failed(path, error);
	return 0;
}

int ll_directory_make_empty(const char *path, struct ll_error *error)
{
	char **names = NULL;
	size_t count = 0;
	int err = ll_directory_make(path, error);

	if (err)
		return err;
	err = ll_directory_names(path, &names, &count, error);
	if (err)
		return err;
	ll_directory_names_free(names, count);
	if (count > 0)
		return ll_error_set(error, -LL_ERR_EXISTS,
				    "%s is not empty: remove it, or name another with --out", path);
	return 0;
}

int ll_directory_join(const char *directory, const char *name, char ret_path[LL_SIM_PATH_MAX],
		      struct ll_error *error)
{
	int size = snprintf(ret_path, LL_SIM_PATH_MAX, "%s/%s", directory, name);

	if (size < 0 || size >= LL_SIM_PATH_MAX)
		return ll_error_set(error, -LL_ERR_TOO_LARGE, "the path %.80s... is too long",
				    directory);
	return 0;
}

int ll_directory_write(const char *path, struct ll_bytes bytes, struct ll_error *error)
{
	FILE *stream = fopen(path, "we");
	bool written;

	if (!stream)
		return failed(path, error);
	written = bytes.size == 0 || fwrite(bytes.data, 1, bytes.size, stream) == bytes.size;
	if (fclose(stream) != 0 || !written)
		return failed(path, error);
	return 0;
}

int ll_directory_write_in(const char *directory, const char *name, const struct ll_buf *text,
			  struct ll_error *error)
{
	char path[LL_SIM_PATH_MAX];
	int err = ll_directory_join(directory, name, path, error);

	return err ? err : ll_directory_write(path, ll_buf_bytes(text), error);
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static int add_name(char ***names, size_t *count, const char *name)
{
	/* Grows at powers of two. */
	if ((*count & (*count - 1)) == 0) {
		char **grown = reallocarray(*names, *count ? *count * 2 : 1, sizeof(char *));

		if (!grown)
			return -LL_ERR_NO_MEMORY;
		*names = grown;
	}
	(*names)[*count] = strdup(name);
	return (*names)[(*count)++] ? 0 : -LL_ERR_NO_MEMORY;
}

int ll_directory_names(const char *path, char ***ret_names, size_t *ret_count,
		       struct ll_error *error)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	char **names = NULL;
	size_t count = 0;
	int err = 0;

	if (!directory && errno != ENOENT)
		return failed(path, error);
	while (directory && !err && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		err = count < NAMES_MAX ? add_name(&names, &count, entry->d_name)
					: ll_error_set(error, -LL_ERR_TOO_LARGE,
						       "%s: more than %d files", path, NAMES_MAX);
	}
	if (directory)
		closedir(directory);
	if (err) {
		ll_directory_names_free(names, count);
		return err;
	}
	if (count > 0)
		qsort(names, count, sizeof(char *), by_name);
	*ret_names = names;
	*ret_count = count;
	return 0;
}

void ll_directory_names_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}
