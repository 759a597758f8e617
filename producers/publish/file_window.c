#include "file_window.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int window_allocate(struct ll_file_window *window, size_t capacity)
{
	window->buffer = malloc(capacity);
	if (!window->buffer)
		return -LL_ERR_NO_MEMORY;
	window->capacity = capacity;
	return 0;
}

static int window_open(const char *path, int *ret_fd, int64_t *ret_size, struct ll_error *error)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return ll_error_set(error, -LL_ERR_IO, "%s", strerror(errno));
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		close(fd);
		return ll_error_set(error, -LL_ERR_IO,
				    "not a regular file: write the rows to a file first");
	}
	*ret_fd = fd;
	*ret_size = (int64_t)status.st_size;
	return 0;
}

int ll_file_window_init(struct ll_file_window *window, const char *path, size_t capacity,
			struct ll_error *error)
{
	struct ll_file_window opened = {.fd = -1};
	int err = window_open(path, &opened.fd, &opened.size, error);

	if (err)
		return err;
	err = window_allocate(&opened, capacity);
	if (err) {
		close(opened.fd);
		return ll_error_set(error, err, "out of memory");
	}
	*window = opened;
	return 0;
}

int ll_file_window_init_memory(struct ll_file_window *window, struct ll_bytes memory,
			       size_t capacity)
{
	struct ll_file_window opened = {.fd = -1, .memory = memory, .size = (int64_t)memory.size};
	int err = window_allocate(&opened, capacity);

	if (err)
		return err;
	*window = opened;
	return 0;
}

void ll_file_window_release(struct ll_file_window *window)
{
	if (window->fd >= 0)
		close(window->fd);
	free(window->buffer);
	*window = (struct ll_file_window){.fd = -1};
}

/* Up to size bytes of the file from offset; 0 at its end. */
static ssize_t window_read(const struct ll_file_window *window, int64_t offset, uint8_t *ret_data,
			   size_t size)
{
	ssize_t got;

	if (window->fd < 0) {
		size_t left = window->memory.size - (size_t)offset;
		size_t taken = size < left ? size : left;

		if (taken > 0)
			memcpy(ret_data, window->memory.data + offset, taken);
		return (ssize_t)taken;
	}
	do
		got = pread(window->fd, ret_data, size, (off_t)offset);
	while (got < 0 && errno == EINTR);
	return got;
}

int ll_file_window_fill(struct ll_file_window *window, bool *ret_more)
{
	size_t left = ll_file_window_left(window);
	ssize_t got;

	if (left == window->capacity)
		return -LL_ERR_FULL;
	/* Moved only when it must be, so that each byte moves about once. */
	if (window->end == window->capacity) {
		memmove(window->buffer, window->buffer + window->start, left);
		window->start = 0;
		window->end = left;
	}
	got = window_read(window, window->offset + (int64_t)left, window->buffer + window->end,
			  window->capacity - window->end);
	if (got < 0)
		return -LL_ERR_IO;
	window->end += (size_t)got;
	*ret_more = got > 0;
	return 0;
}

void ll_file_window_skip(struct ll_file_window *window, size_t size)
{
	assert(size <= ll_file_window_left(window));
	window->start += size;
	window->offset += (int64_t)size;
	if (window->start == window->end)
		window->start = window->end = 0;
}

void ll_file_window_seek(struct ll_file_window *window, int64_t offset)
{
	assert(offset >= 0 && (window->fd >= 0 || (size_t)offset <= window->memory.size));
	if (offset >= window->offset &&
	    offset <= window->offset + (int64_t)ll_file_window_left(window)) {
		ll_file_window_skip(window, (size_t)(offset - window->offset));
		return;
	}
	window->start = window->end = 0;
	window->offset = offset;
}
