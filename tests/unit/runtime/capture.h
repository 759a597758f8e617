/* Runs something with standard output and error going to files, and hands over what was written. */
#ifndef LL_TEST_CAPTURE_H
#define LL_TEST_CAPTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CAPTURE_MAX 65536

struct capture {
	int saved;
	int stream;
	FILE *file;
	char text[CAPTURE_MAX];
};

/* stream: STDOUT_FILENO or STDERR_FILENO */
static inline void capture_start(struct capture *capture, int stream)
{
	fflush(NULL);
	capture->stream = stream;
	capture->file = tmpfile();
	capture->saved = dup(stream);
	if (!capture->file || capture->saved < 0 || dup2(fileno(capture->file), stream) < 0)
		abort();
}

static inline const char *capture_end(struct capture *capture)
{
	size_t size;

	fflush(NULL);
	dup2(capture->saved, capture->stream);
	close(capture->saved);
	rewind(capture->file);
	size = fread(capture->text, 1, sizeof(capture->text) - 1, capture->file);
	capture->text[size] = '\0';
	fclose(capture->file);
	return capture->text;
}

#endif
