/*
 * A bounded view of a file, front to back: what a row reader holds of a file that may be larger
 * than memory. Bytes between `start` and `end` are unread; they stay where they are until the next
 * fill or seek. A regular file (it must be possible to go back) or bytes in memory.
 *
 * Belongs to one thread at a time; fill reads the file and may block for the disk.
 */
#ifndef LL_PUBLISH_FILE_WINDOW_H
#define LL_PUBLISH_FILE_WINDOW_H

#include "base/bytes.h"
#include "base/err.h"

struct ll_file_window {
	int fd;			/* -1: `memory` */
	struct ll_bytes memory; /* borrowed */
	uint8_t *buffer;
	size_t capacity;
	size_t start;
	size_t end;
	int64_t offset; /* in the file, of buffer[start] */
	int64_t size;	/* of the file when it was opened */
};

/*
 * Holds up to capacity bytes at a time. -LL_ERR_IO with the reason, which does not repeat the path;
 * -LL_ERR_NO_MEMORY.
 */
int ll_file_window_init(struct ll_file_window *window, const char *path, size_t capacity,
			struct ll_error *error);
/* Over bytes that outlive the window. */
int ll_file_window_init_memory(struct ll_file_window *window, struct ll_bytes memory,
			       size_t capacity);
void ll_file_window_release(struct ll_file_window *window);

/* Reads on behind `end`. *ret_more false: the file is at its end. -LL_ERR_FULL, -LL_ERR_IO. */
int ll_file_window_fill(struct ll_file_window *window, bool *ret_more);
/* Moves `start` forward by size bytes, at most the unread ones. */
void ll_file_window_skip(struct ll_file_window *window, size_t size);
/* Goes to any offset of the file, back or forth. */
void ll_file_window_seek(struct ll_file_window *window, int64_t offset);

static inline const uint8_t *ll_file_window_at(const struct ll_file_window *window)
{
	return window->buffer + window->start;
}
static inline size_t ll_file_window_left(const struct ll_file_window *window)
{
	return window->end - window->start;
}

#endif
