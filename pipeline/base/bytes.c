#include "bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "err.h"

#define BUF_MIN_CAPACITY 64
#define LONG_SIZE_MAX	 10 /* bytes of a 64-bit varint */

bool ll_str_starts(struct ll_str text, struct ll_str prefix)
{
	return text.size >= prefix.size &&
	       (prefix.size == 0 || memcmp(text.data, prefix.data, prefix.size) == 0);
}

/* isspace of the C locale: the process's locale must not change what a file means. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct ll_str ll_str_trim(struct ll_str text)
{
	while (text.size > 0 && is_space(text.data[0])) {
		text.data++;
		text.size--;
	}
	while (text.size > 0 && is_space(text.data[text.size - 1]))
		text.size--;
	return text;
}

/*
 * Bytes of the well-formed character at `at`, or 0. The table is the Unicode standard's 3-7: the
 * range of the second byte depends on the first, and shuts out overlong forms and surrogates.
 */
static size_t utf8_character(const uint8_t *at, size_t left)
{
	static const struct {
		uint8_t first_min, first_max, second_min, second_max;
		size_t size;
	} forms[] = {
		{0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
		{0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (at[0] < forms[i].first_min || at[0] > forms[i].first_max)
			continue;
		if (left < forms[i].size || at[1] < forms[i].second_min ||
		    at[1] > forms[i].second_max)
			return 0;
		for (size_t k = 2; k < forms[i].size; k++)
			if ((at[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].size;
	}
	return 0;
}

bool ll_str_is_utf8(struct ll_str text)
{
	const uint8_t *data = (const uint8_t *)text.data;
	size_t i = 0;

	while (i < text.size) {
		if (data[i] < 0x80) {
			if (data[i] == 0)
				return false;
			i++;
			continue;
		}

		size_t size = utf8_character(data + i, text.size - i);

		if (size == 0)
			return false;
		i += size;
	}
	return true;
}

int ll_str_to_int64(struct ll_str text, int64_t *ret_value)
{
	bool negative = text.size > 0 && text.data[0] == '-';
	bool overflow = false;
	int64_t value = 0;
	size_t i = negative || (text.size > 0 && text.data[0] == '+') ? 1 : 0;

	if (i == text.size)
		return -LL_ERR_BAD_NUMBER;
	/* Built below zero, where there is one number more. */
	for (; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return -LL_ERR_BAD_NUMBER;
		overflow = overflow || __builtin_mul_overflow(value, 10, &value) ||
			   __builtin_sub_overflow(value, text.data[i] - '0', &value);
	}
	if (overflow || (!negative && value == INT64_MIN))
		return -LL_ERR_OUT_OF_RANGE;
	*ret_value = negative ? value : -value;
	return 0;
}

bool ll_key_is_zero(const struct ll_key *key)
{
	static const struct ll_key zero;

	return ll_key_equal(key, &zero);
}

void ll_key_to_hex(const struct ll_key *key, char ret_hex[LL_KEY_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < LL_KEY_SIZE; i++) {
		ret_hex[2 * i] = digits[key->bytes[i] >> 4];
		ret_hex[2 * i + 1] = digits[key->bytes[i] & 15];
	}
	ret_hex[LL_KEY_HEX_SIZE - 1] = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int ll_key_from_hex(struct ll_str hex, struct ll_key *ret_key)
{
	struct ll_key key;

	if (hex.size != 2 * LL_KEY_SIZE)
		return -LL_ERR_INVALID;
	for (size_t i = 0; i < LL_KEY_SIZE; i++) {
		int high = hex_digit(hex.data[2 * i]);
		int low = hex_digit(hex.data[2 * i + 1]);

		if (high < 0 || low < 0)
			return -LL_ERR_INVALID;
		key.bytes[i] = (uint8_t)(high << 4 | low);
	}
	*ret_key = key;
	return 0;
}

void ll_buf_init(struct ll_buf *buf)
{
	*buf = (struct ll_buf){0};
}

void ll_buf_release(struct ll_buf *buf)
{
	free(buf->data);
	ll_buf_init(buf);
}

void ll_buf_clear(struct ll_buf *buf)
{
	buf->size = 0;
}

int ll_buf_reserve(struct ll_buf *buf, size_t more)
{
	size_t need;
	size_t capacity = buf->capacity;

	if (more <= buf->capacity - buf->size)
		return 0;
	if (__builtin_add_overflow(buf->size, more, &need) || need > SIZE_MAX / 4)
		return -LL_ERR_NO_MEMORY;
	/* Doubling keeps the copying linear in what is appended. */
	if (capacity < BUF_MIN_CAPACITY)
		capacity = BUF_MIN_CAPACITY;
	while (capacity < need)
		capacity *= 2;

	uint8_t *data = realloc(buf->data, capacity);

	if (!data)
		return -LL_ERR_NO_MEMORY;
	buf->data = data;
	buf->capacity = capacity;
	return 0;
}

int ll_buf_append(struct ll_buf *buf, const void *data, size_t size)
{
	int err;

	if (size == 0)
		return 0;
	err = ll_buf_reserve(buf, size);
	if (err)
		return err;
	memcpy(buf->data + buf->size, data, size);
	buf->size += size;
	return 0;
}

int ll_buf_append_str(struct ll_buf *buf, const char *text)
{
	return ll_buf_append(buf, text, strlen(text));
}

int ll_buf_append_format(struct ll_buf *buf, const char *format, ...)
{
	va_list args;
	int length;
	int err;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		return -LL_ERR_INVALID;
	err = ll_buf_reserve(buf, (size_t)length + 1);
	if (err)
		return err;
	va_start(args, format);
	vsnprintf((char *)buf->data + buf->size, (size_t)length + 1, format, args);
	va_end(args);
	buf->size += (size_t)length;
	return 0;
}

size_t ll_long_encode(int64_t value, uint8_t *out)
{
	uint64_t rest = (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
	size_t size = 0;

	while (rest >= 0x80) {
		out[size++] = (uint8_t)(rest | 0x80);
		rest >>= 7;
	}
	out[size++] = (uint8_t)rest;
	return size;
}

int ll_buf_append_long(struct ll_buf *buf, int64_t value)
{
	int err = ll_buf_reserve(buf, LONG_SIZE_MAX);

	if (err)
		return err;
	buf->size += ll_long_encode(value, buf->data + buf->size);
	return 0;
}

int ll_cursor_long(struct ll_cursor *cursor, int64_t *ret_value)
{
	size_t left = ll_cursor_left(cursor);
	uint64_t raw = 0;

	for (size_t i = 0; i < left && i < LONG_SIZE_MAX; i++) {
		uint8_t byte = cursor->at[i];

		/* The tenth byte has room for one bit; more is not a 64-bit number. */
		if (i == LONG_SIZE_MAX - 1 && byte > 1)
			break;
		raw |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (byte < 0x80) {
			cursor->at += i + 1;
			*ret_value = (int64_t)(raw >> 1 ^ (0 - (raw & 1)));
			return 0;
		}
	}
	return -LL_ERR_UNDECODABLE;
}

int ll_cursor_take(struct ll_cursor *cursor, size_t size, const uint8_t **ret_data)
{
	if (size > ll_cursor_left(cursor))
		return -LL_ERR_UNDECODABLE;
	*ret_data = cursor->at;
	if (size > 0)
		cursor->at += size;
	return 0;
}
