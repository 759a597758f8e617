#include "reject.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct ll_rejects {
	char *path;
	FILE *stream; /* NULL until the first row */
	bool made;
	int64_t total;
	struct ll_reject_count counts[LL_REJECT_REASONS_MAX];
	size_t count;
};

int ll_rejects_new(const char *path, struct ll_rejects **ret_rejects)
{
	struct ll_rejects *rejects = calloc(1, sizeof(*rejects));

	if (!rejects)
		return -LL_ERR_NO_MEMORY;
	if (path) {
		rejects->path = strdup(path);
		if (!rejects->path) {
			free(rejects);
			return -LL_ERR_NO_MEMORY;
		}
	}
	*ret_rejects = rejects;
	return 0;
}

void ll_rejects_free(struct ll_rejects *rejects)
{
	if (!rejects)
		return;
	if (rejects->stream)
		fclose(rejects->stream);
	free(rejects->path);
	free(rejects);
}

static void count_reason(struct ll_rejects *rejects, int err)
{
	size_t i = 0;

	while (i < rejects->count && rejects->counts[i].err != err)
		i++;
	rejects->total++;
	if (i == LL_REJECT_REASONS_MAX)
		return;
	if (i == rejects->count)
		rejects->counts[rejects->count++] = (struct ll_reject_count){.err = err};
	rejects->counts[i].rows++;
}

static int write_error(struct ll_rejects *rejects, struct ll_error *error)
{
	return ll_error_set(error, -LL_ERR_IO, "%s: %s", rejects->path, strerror(errno));
}

static int make_file(struct ll_rejects *rejects, struct ll_error *error)
{
	int fd = open(rejects->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return write_error(rejects, error);
	/* One that was there before may be open to others; a device cannot be changed and need not. */
	(void)!fchmod(fd, 0600);
	rejects->stream = fdopen(fd, "w");
	if (!rejects->stream) {
		close(fd);
		return write_error(rejects, error);
	}
	rejects->made = true;
	if (fputs("file,line,field,reason,text,row\n", rejects->stream) < 0)
		return write_error(rejects, error);
	return 0;
}

static void write_cell(FILE *stream, struct ll_str text, char end)
{
	csv_fwrite(stream, text.data ? text.data : "", text.size);
	fputc(end, stream);
}

static void write_row(FILE *stream, const char *file, const struct ll_row *row,
		      const struct ll_row_problem *problem)
{
	const char *text = problem->text ? problem->text : ll_err_text(problem->err);

	write_cell(stream, ll_str_from(file), ',');
	fprintf(stream, "%lld,", (long long)row->line);
	write_cell(stream, problem->field, ',');
	fprintf(stream, "%s,", ll_err_name(problem->err));
	write_cell(stream, ll_str_from(text), ',');
	write_cell(stream, row->raw, '\n');
}

int ll_rejects_add(struct ll_rejects *rejects, const char *file, const struct ll_row *row,
		   const struct ll_row_problem *problem, struct ll_error *error)
{
	count_reason(rejects, problem->err);
	if (!rejects->path)
		return 0;
	if (!rejects->stream) {
		int err = make_file(rejects, error);

		if (err)
			return err;
	}
	write_row(rejects->stream, file, row, problem);
	return ferror(rejects->stream) ? write_error(rejects, error) : 0;
}

/*
 * A file of rejects that an earlier run left tells of rows that are right by now. What is not a
 * regular file stays: --reject /dev/null. Where there is none, nothing is asked of the directory,
 * which may be read-only.
 */
static int remove_old_file(struct ll_rejects *rejects, struct ll_error *error)
{
	struct stat status;

	if (lstat(rejects->path, &status) < 0 || !S_ISREG(status.st_mode))
		return 0;
	return unlink(rejects->path) < 0 ? write_error(rejects, error) : 0;
}

int ll_rejects_close(struct ll_rejects *rejects, struct ll_error *error)
{
	FILE *stream = rejects->stream;

	if (!rejects->path)
		return 0;
	if (!stream)
		return rejects->made ? 0 : remove_old_file(rejects, error);
	rejects->stream = NULL;
	return fclose(stream) != 0 ? write_error(rejects, error) : 0;
}

int64_t ll_rejects_total(const struct ll_rejects *rejects)
{
	return rejects->total;
}

const char *ll_rejects_path(const struct ll_rejects *rejects)
{
	return rejects->made ? rejects->path : NULL;
}

const struct ll_reject_count *ll_rejects_counts(const struct ll_rejects *rejects, size_t *ret_count)
{
	*ret_count = rejects->count;
	return rejects->counts;
}
