/*
 * Errors: one closed list. A function that can fail returns 0 or the negative of one of these.
 *
 * Each error has a class, and the stage loop turns the class into action in one place:
 *   RETRY   something outside did not answer: back off and ask again
 *   REJECT  this one record is bad: dead letter with the name as its reason, go on
 *   FATAL   this process cannot go on: exit 4, the supervisor restarts it
 *   USER    what a person asked for cannot be done: say why, exit 1 or 2
 *
 * The names of REJECT errors are written into dead letters, so numbers and names are append-only.
 */
#ifndef LL_BASE_ERR_H
#define LL_BASE_ERR_H

#include <stdarg.h>
#include <stddef.h>

/* X(symbol, number, class, name, text) */
#define LL_ERRORS(X)                                                                               \
	X(NO_MEMORY, 1, FATAL, "no-memory", "out of memory")                                       \
	X(IO, 2, USER, "io", "a file cannot be read or written")                                   \
	X(INVALID, 3, USER, "invalid", "not a valid value")                                        \
	X(USAGE, 4, USER, "usage", "the command line is wrong")                                    \
	X(NOT_FOUND, 5, USER, "not-found", "there is no such thing")                               \
	X(TIMED_OUT, 6, RETRY, "timed-out", "no answer in time")                                   \
	X(UNAVAILABLE, 7, RETRY, "unavailable", "the server cannot be reached")                    \
	X(FENCED, 8, RETRY, "fenced", "another instance has taken this partition over")            \
	X(ABORTED, 9, RETRY, "aborted", "the transaction was aborted and must be done again")      \
	X(FATAL, 10, FATAL, "fatal", "cannot go on; a restart may help")                           \
	X(FULL, 11, RETRY, "full", "a bounded queue is full")                                      \
	X(STATE, 12, FATAL, "state", "stored state cannot be read or does not fit the log")        \
	X(EXISTS, 13, USER, "exists", "it exists already")                                         \
	X(UNSUPPORTED, 14, USER, "unsupported", "this is not supported")                           \
	X(UNDECODABLE, 100, REJECT, "undecodable", "the bytes are not a message of this schema")   \
	X(UNKNOWN_SCHEMA, 101, REJECT, "unknown-schema", "no schema has this fingerprint")         \
	X(TOO_LARGE, 102, REJECT, "too-large", "a value is longer than its limit")                 \
	X(BAD_UTF8, 103, REJECT, "bad-utf8", "text is not valid UTF-8")                            \
	X(OUT_OF_RANGE, 104, REJECT, "out-of-range", "a number is outside its range")              \
	X(BAD_ENUM, 105, REJECT, "bad-enum", "a code is not in its list")                          \
	X(SOURCE_MISMATCH, 106, REJECT, "source-mismatch",                                         \
	  "the event's source is not the topic's department")                                      \
	X(MISPLACED, 107, REJECT, "misplaced", "the record is in the wrong partition, twice")      \
	X(BAD_KEY, 108, REJECT, "bad-key", "the record's key is not the event's subject")          \
	X(BAD_DATE, 109, REJECT, "bad-date", "not a date between 1900-01-01 and 2199-12-31")       \
	X(BAD_AREA, 110, REJECT, "bad-area", "not an area code of 2, 4, 6, 9 or 12 digits")        \
	X(FUTURE, 111, REJECT, "future", "the fact is dated more than a day after the last tick")  \
	X(EXPIRED, 112, REJECT, "expired", "the fact is older than the longest window kept")       \
	X(TOO_MANY_FACTS, 113, REJECT, "too-many-facts", "the household has its full 1,024 facts") \
	X(NOT_REGISTERED, 114, REJECT, "not-registered", "the household is not registered")        \
	X(NOT_A_MEMBER, 115, REJECT, "not-a-member", "the person is not of this household")        \
	X(UNKNOWN_TASK, 116, REJECT, "unknown-task", "the household has no such task")             \
	X(ILLEGAL_MOVE, 117, REJECT, "illegal-move", "the state table does not allow this move")   \
	X(BAD_POLICY, 118, REJECT, "bad-policy", "the policy text does not compile")               \
	X(BAD_CITIZEN_NUMBER, 119, REJECT, "bad-citizen-number",                                   \
	  "not a citizen number of GB 11643")                                                      \
	X(MISSING, 120, REJECT, "missing", "a required value is missing")                          \
	X(NEGATIVE, 121, REJECT, "negative", "an amount is below zero")                            \
	X(BAD_NUMBER, 122, REJECT, "bad-number", "not a number")                                   \
	X(BAD_ROW, 123, REJECT, "bad-row", "the row cannot be taken apart")                        \
	X(UNSUPPORTED_SUBJECT, 124, REJECT, "unsupported-subject",                                 \
	  "an event of this kind cannot have this subject")                                        \
	X(TOO_MANY_MEMBERS, 125, REJECT, "too-many-members",                                       \
	  "more members than a household may have")                                                \
	X(MARKS_OPEN, 126, REJECT, "marks-open",                                                   \
	  "exclusion marks must be decided on first (waive-marks or exclude)")

enum ll_err {
	LL_OK = 0,
#define LL_ERR_ENUM(symbol, number, class, name, text) LL_ERR_##symbol = number,
	LL_ERRORS(LL_ERR_ENUM)
#undef LL_ERR_ENUM
};

enum ll_err_class { LL_CLASS_USER, LL_CLASS_RETRY, LL_CLASS_REJECT, LL_CLASS_FATAL };

/* Each takes a positive or a negative error number; an unknown one gives "unknown" and FATAL. */
const char *ll_err_name(int err);
const char *ll_err_text(int err);
enum ll_err_class ll_err_class(int err);

/* The positive number of a name, or 0. */
int ll_err_by_name(const char *name);

#define LL_ERROR_MESSAGE_MAX 512 /* bytes, with the ending NUL */

/*
 * An error with its story, for functions whose caller will tell a person.
 * Storage is the caller's; nothing is allocated. line and column count from 1; 0 is "no place".
 */
struct ll_error {
	int code; /* negative ll_err, or 0 */
	int line;
	int column;
	char message[LL_ERROR_MESSAGE_MAX];
};

/* Fills *error (which may be NULL). code must be a negative ll_err. */
void ll_error_fill(struct ll_error *error, int code, int line, int column, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* May be ignored, where a bare value as the last operand of a comma would be warned about. */
static inline int ll_error_code(int code)
{
	return code;
}

/*
 * ll_error_fill, with code as its value: `return ll_error_set(error, -LL_ERR_IO, "…")`. Macros, so that
 * a compiler sees that what is returned is an error. code is evaluated twice.
 */
#define ll_error_set_at(error, code, line, column, ...) \
	(ll_error_fill((error), (code), (line), (column), __VA_ARGS__), ll_error_code(code))
#define ll_error_set(error, code, ...) ll_error_set_at(error, code, 0, 0, __VA_ARGS__)

#endif
