#include "err.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"

struct err_row {
	int number;
	enum ll_err_class class;
	const char *name;
	const char *text;
};

static const struct err_row err_rows[] = {
#define ERR_ROW(symbol, number, class, name, text) {number, LL_CLASS_##class, name, text},
	LL_ERRORS(ERR_ROW)
#undef ERR_ROW
};

static const struct err_row err_unknown = {0, LL_CLASS_FATAL, "unknown", "an unknown error"};

#define ERR_COUNT (sizeof(err_rows) / sizeof(err_rows[0]))

static const struct err_row *err_find(int err)
{
	for (size_t i = 0; i < ERR_COUNT; i++)
		if (err_rows[i].number == err || -err_rows[i].number == err)
			return &err_rows[i];
	return &err_unknown;
}

const char *ll_err_name(int err)
{
	return err_find(err)->name;
}

const char *ll_err_text(int err)
{
	return err_find(err)->text;
}

enum ll_err_class ll_err_class(int err)
{
	return err_find(err)->class;
}

int ll_err_by_name(const char *name)
{
	for (size_t i = 0; i < ERR_COUNT; i++)
		if (strcmp(err_rows[i].name, name) == 0)
			return err_rows[i].number;
	return 0;
}

/* A message that was cut must not end within a character: it goes into JSON and logs. */
static void cut_to_whole_character(char *text, size_t size)
{
	size_t start = size;

	while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return;

	unsigned char lead = (unsigned char)text[start - 1];
	size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;

	if (size - (start - 1) < want)
		text[start - 1] = '\0';
}

/* Nor may it hold half of one: a name that was cut by "%.64s", a file's name in another charset. */
static void mend_characters(char *text)
{
	while (*text) {
		size_t size = 1;

		while (size <= 4 && !ll_str_is_utf8((struct ll_str){text, size}))
			size += text[size] ? 1 : 4;
		if (size > 4) {
			*text = '?';
			size = 1;
		}
		text += size;
	}
}

void ll_error_fill(struct ll_error *error, int code, int line, int column, const char *format, ...)
{
	va_list args;
	int length;

	assert(code < 0);
	if (!error)
		return;
	error->code = code;
	error->line = line;
	error->column = column;
	va_start(args, format);
	length = vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	if (length < 0)
		error->message[0] = '\0';
	else if ((size_t)length >= sizeof(error->message))
		cut_to_whole_character(error->message, sizeof(error->message) - 1);
	mend_characters(error->message);
}
