/*
 * How far a long command is, on standard error: a bar that is redrawn on a terminal, else a line
 * every five seconds at most, nothing when quiet. One thread.
 */
#ifndef LL_RUNTIME_PROGRESS_H
#define LL_RUNTIME_PROGRESS_H

#include <stdio.h>

#include "base/bytes.h"

enum ll_progress_style { LL_PROGRESS_QUIET, LL_PROGRESS_LINES, LL_PROGRESS_BAR };

struct ll_progress {
	const char *what; /* "rows", "events": borrowed */
	int64_t total;	  /* 0: not known */
	enum ll_progress_style style;
	FILE *stream;
	int64_t started_ms;
	int64_t shown_ms; /* when it was last written */
	bool drawn;	  /* a bar stands in the current line */
};

/* For standard error as it is. Nothing to release. */
void ll_progress_init(struct ll_progress *progress, const char *what, int64_t total, bool quiet);
/* Cheap enough for every row: looks at the clock, and writes seldom. */
void ll_progress_update(struct ll_progress *progress, int64_t done);
/* The last word: count, seconds, rate; ends the bar's line. */
void ll_progress_finish(struct ll_progress *progress, int64_t done);

/* The same with the clock and the stream of the caller's choice. */
void ll_progress_init_at(struct ll_progress *progress, const char *what, int64_t total,
			 enum ll_progress_style style, FILE *stream, int64_t now_ms);
void ll_progress_update_at(struct ll_progress *progress, int64_t done, int64_t now_ms);
void ll_progress_finish_at(struct ll_progress *progress, int64_t done, int64_t now_ms);

#endif
