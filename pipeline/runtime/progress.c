#include "runtime/progress.h"

#include <time.h>
#include <unistd.h>

#define PROGRESS_BAR_MS	  100  /* between two drawings of the bar */
#define PROGRESS_LINE_MS  5000 /* between two lines */
#define PROGRESS_BAR_SIZE 30   /* columns */

static int64_t progress_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void ll_progress_init_at(struct ll_progress *progress, const char *what, int64_t total,
			 enum ll_progress_style style, FILE *stream, int64_t now_ms)
{
	*progress = (struct ll_progress){
		.what = what,
		.total = total,
		.style = style,
		.stream = stream,
		.started_ms = now_ms,
		.shown_ms = now_ms,
	};
}

static long long progress_rate(const struct ll_progress *progress, int64_t done, int64_t now_ms)
{
	int64_t passed_ms = now_ms - progress->started_ms;

	return (long long)((double)done * 1000 / (double)(passed_ms > 0 ? passed_ms : 1));
}

/* How many of `size` parts are done. */
static int progress_parts(const struct ll_progress *progress, int64_t done, int size)
{
	if (done >= progress->total)
		return size;
	return (int)((double)done * size / (double)progress->total);
}

static void progress_bar(const struct ll_progress *progress, int64_t done, int64_t now_ms)
{
	static const char full[] = "##############################";
	static const char empty[] = "..............................";
	int parts;

	_Static_assert(sizeof(full) == PROGRESS_BAR_SIZE + 1, "the bar's text");
	_Static_assert(sizeof(empty) == PROGRESS_BAR_SIZE + 1, "the bar's text");
	fputs("\r", progress->stream);
	if (progress->total > 0) {
		parts = progress_parts(progress, done, PROGRESS_BAR_SIZE);
		fprintf(progress->stream, "[%.*s%.*s] %3d%%  ", parts, full,
			PROGRESS_BAR_SIZE - parts, empty, progress_parts(progress, done, 100));
	}
	fprintf(progress->stream, "%lld %s, %lld/s\x1b[K", (long long)done, progress->what,
		progress_rate(progress, done, now_ms));
	fflush(progress->stream);
}

static void progress_line(const struct ll_progress *progress, int64_t done, int64_t now_ms)
{
	if (progress->total > 0)
		fprintf(progress->stream, "%lld of %lld %s (%d%%), %lld/s\n", (long long)done,
			(long long)progress->total, progress->what,
			progress_parts(progress, done, 100), progress_rate(progress, done, now_ms));
	else
		fprintf(progress->stream, "%lld %s, %lld/s\n", (long long)done, progress->what,
			progress_rate(progress, done, now_ms));
}

void ll_progress_update_at(struct ll_progress *progress, int64_t done, int64_t now_ms)
{
	bool bar = progress->style == LL_PROGRESS_BAR;

	if (progress->style == LL_PROGRESS_QUIET ||
	    now_ms - progress->shown_ms < (bar ? PROGRESS_BAR_MS : PROGRESS_LINE_MS))
		return;
	progress->shown_ms = now_ms;
	progress->drawn = bar;
	(bar ? progress_bar : progress_line)(progress, done, now_ms);
}

void ll_progress_finish_at(struct ll_progress *progress, int64_t done, int64_t now_ms)
{
	if (progress->style == LL_PROGRESS_QUIET)
		return;
	if (progress->drawn)
		fputs("\r\x1b[K", progress->stream);
	fprintf(progress->stream, "%lld %s in %.1f s, %lld/s\n", (long long)done, progress->what,
		(double)(now_ms - progress->started_ms) / 1000,
		progress_rate(progress, done, now_ms));
	progress->drawn = false;
}

void ll_progress_init(struct ll_progress *progress, const char *what, int64_t total, bool quiet)
{
	enum ll_progress_style style = quiet		       ? LL_PROGRESS_QUIET
				       : isatty(STDERR_FILENO) ? LL_PROGRESS_BAR
							       : LL_PROGRESS_LINES;

	ll_progress_init_at(progress, what, total, style, stderr, progress_now_ms());
}

void ll_progress_update(struct ll_progress *progress, int64_t done)
{
	ll_progress_update_at(progress, done, progress_now_ms());
}

void ll_progress_finish(struct ll_progress *progress, int64_t done)
{
	ll_progress_finish_at(progress, done, progress_now_ms());
}
