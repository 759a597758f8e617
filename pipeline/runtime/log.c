#include "runtime/log.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"

#define LOG_LINE_MAX   4096 /* bytes of a line with its newline; longer ones are cut */
#define LOG_EVENT_MAX  256  /* bytes of the quoted event */
#define LOG_ESCAPE_MAX 4    /* bytes that one byte may become: \x1b */

/* Set once by ll_log_init before any thread starts, and only read from then on. */
static struct {
	const char *program;
	enum ll_log_level level;
} log_state = {"lifeline", LL_LOG_INFO};

static const char *const log_level_names[] = {
	[LL_LOG_DEBUG] = "debug",
	[LL_LOG_INFO] = "info",
	[LL_LOG_WARNING] = "warning",
	[LL_LOG_ERROR] = "error",
};
#define LOG_LEVEL_COUNT ((int)(sizeof(log_level_names) / sizeof(log_level_names[0])))

void ll_log_init(const char *program, enum ll_log_level level)
{
	log_state.program = program;
	log_state.level = level;
}

int ll_log_level_by_name(const char *name)
{
	for (int i = 0; i < LOG_LEVEL_COUNT; i++)
		if (strcmp(log_level_names[i], name) == 0)
			return i;
	return -1;
}

/* Writes one byte of a quoted text to `out`, which has room for LOG_ESCAPE_MAX and a NUL. */
static size_t log_escape(unsigned char byte, char *out)
{
	if (byte == '"' || byte == '\\')
		return (size_t)snprintf(out, LOG_ESCAPE_MAX + 1, "\\%c", byte);
	if (byte == '\n')
		return (size_t)snprintf(out, LOG_ESCAPE_MAX + 1, "\\n");
	if (byte < 0x20 || byte == 0x7f)
		return (size_t)snprintf(out, LOG_ESCAPE_MAX + 1, "\\x%02x", byte);
	out[0] = (char)byte;
	return 1;
}

/* Bytes of the character that starts with `lead`, as far as its first byte tells. */
static size_t log_character_size(unsigned char lead)
{
	return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

const char *ll_log_quote(const char *text, char *buffer, size_t size)
{
	size_t at = 0;

	assert(size >= 3);
	buffer[at++] = '"';
	while (*text) {
		size_t whole = strnlen(text, log_character_size((unsigned char)*text));
		char escaped[LOG_ESCAPE_MAX * 4 + 1];
		size_t escaped_size = 0;

		for (size_t i = 0; i < whole; i++)
			escaped_size += log_escape((unsigned char)text[i], escaped + escaped_size);
		if (at + escaped_size + 2 > size) /* the closing quote and the NUL */
			break;
		memcpy(buffer + at, escaped, escaped_size);
		at += escaped_size;
		text += whole;
	}
	buffer[at++] = '"';
	buffer[at] = '\0';
	return buffer;
}

static int64_t log_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A value that its caller forgot to quote must not forge a second line. */
static void log_flatten(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = ' ';
}

void ll_log(enum ll_log_level level, const char *event, const char *format, ...)
{
	char line[LOG_LINE_MAX];
	char quoted[LOG_EVENT_MAX];
	char time_text[LL_TIME_TEXT_MAX];
	size_t size;
	va_list args;

	if (level < log_state.level)
		return;
	ll_time_format(log_now_ms(), time_text);
	size = (size_t)snprintf(line, sizeof(line), "time=%s level=%s stage=%.64s event=%s",
				time_text, log_level_names[level], log_state.program,
				ll_log_quote(event, quoted, sizeof(quoted)));
	if (*format) {
		line[size++] = ' ';
		va_start(args, format);
		vsnprintf(line + size, sizeof(line) - 1 - size, format, args);
		va_end(args);
		log_flatten(line + size);
		size += strlen(line + size);
	}
	line[size++] = '\n';
	/* One write, so that lines of several threads and processes do not mix. */
	if (write(STDERR_FILENO, line, size) < 0)
		return; /* there is nobody to tell */
}
