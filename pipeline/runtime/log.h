/*
 * Structured log lines on standard error, one a line, key=value:
 *   time=2026-01-02T03:04:05.678Z level=info stage=assess event="taken over" partition=3 offset=42
 * Programs log, libraries do not. Never personal data, never payloads. Any thread.
 */
#ifndef LL_RUNTIME_LOG_H
#define LL_RUNTIME_LOG_H

#include "base/bytes.h"

enum ll_log_level { LL_LOG_DEBUG, LL_LOG_INFO, LL_LOG_WARNING, LL_LOG_ERROR };

/* Once, at start. program must live for ever. */
void ll_log_init(const char *program, enum ll_log_level level);
int ll_log_level_by_name(const char *name); /* or -1 */
/* event in plain words; format gives further key=value pairs, or "" */
void ll_log(enum ll_log_level level, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Text for a value: quoted, control characters and quotes escaped, cut at size - 1 bytes. */
const char *ll_log_quote(const char *text, char *buffer, size_t size);

#endif
