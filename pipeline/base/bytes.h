/*
 * Bytes and text: borrowed slices, a growing buffer, and the integers that are written into it.
 * A slice never owns; the comment of whoever hands it out says how long it lives.
 */
#ifndef LL_BASE_BYTES_H
#define LL_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct ll_bytes {
	const uint8_t *data;
	size_t size;
};

/* Text: UTF-8, not NUL-terminated. */
struct ll_str {
	const char *data;
	size_t size;
};

#define LL_STR(literal) ((struct ll_str){(literal), sizeof(literal) - 1})
#define LL_STR_ARG(str) (int)(str).size, (str).data /* for printf's %.*s */

static inline struct ll_str ll_str_from(const char *text)
{
	return (struct ll_str){text, text ? strlen(text) : 0};
}

static inline bool ll_str_equal(struct ll_str a, struct ll_str b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool ll_str_starts(struct ll_str text, struct ll_str prefix);
/* Without leading and trailing ASCII white space. */
struct ll_str ll_str_trim(struct ll_str text);
/* Well-formed UTF-8 (no surrogates, no overlong forms, no NUL). */
bool ll_str_is_utf8(struct ll_str text);
/*
 * The whole of text as a decimal integer, sign allowed; -LL_ERR_BAD_NUMBER or
 * -LL_ERR_OUT_OF_RANGE.
 */
int ll_str_to_int64(struct ll_str text, int64_t *ret_value);

/* A 16-byte key: a person's or a household's pseudonym, or the id of a task. */
#define LL_KEY_SIZE	16
#define LL_KEY_HEX_SIZE 33 /* with the ending NUL */

struct ll_key {
	uint8_t bytes[LL_KEY_SIZE];
};

static inline bool ll_key_equal(const struct ll_key *a, const struct ll_key *b)
{
	return memcmp(a->bytes, b->bytes, LL_KEY_SIZE) == 0;
}

bool ll_key_is_zero(const struct ll_key *key);
/* Lower-case hex. */
void ll_key_to_hex(const struct ll_key *key, char ret_hex[LL_KEY_HEX_SIZE]);
/* 32 hex digits; -LL_ERR_INVALID. */
int ll_key_from_hex(struct ll_str hex, struct ll_key *ret_key);

/*
 * A growing buffer. init needs no release until something was appended; release makes it as after
 * init; clear keeps the memory for reuse. The growing functions return -LL_ERR_NO_MEMORY.
 */
struct ll_buf {
	uint8_t *data;
	size_t size;
	size_t capacity;
};

void ll_buf_init(struct ll_buf *buf);
void ll_buf_release(struct ll_buf *buf);
void ll_buf_clear(struct ll_buf *buf);
/* At least `more` bytes can be appended without growing. */
int ll_buf_reserve(struct ll_buf *buf, size_t more);
int ll_buf_append(struct ll_buf *buf, const void *data, size_t size);
int ll_buf_append_str(struct ll_buf *buf, const char *text);
int ll_buf_append_format(struct ll_buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Avro's long: zigzag, then 7 bits a byte, least first; at most 10 bytes. */
int ll_buf_append_long(struct ll_buf *buf, int64_t value);
static inline struct ll_bytes ll_buf_bytes(const struct ll_buf *buf)
{
	return (struct ll_bytes){buf->data, buf->size};
}

/* Writes the same encoding to `out`, which has room for 10 bytes; returns the bytes written. */
size_t ll_long_encode(int64_t value, uint8_t *out);

/* Reads from bytes, front to back. A failed read leaves the cursor where it was. */
struct ll_cursor {
	const uint8_t *at;
	const uint8_t *end;
};

static inline struct ll_cursor ll_cursor_over(struct ll_bytes bytes)
{
	/* NULL + 0 is undefined, and no bytes may well be at NULL. */
	return (struct ll_cursor){bytes.data, bytes.size ? bytes.data + bytes.size : bytes.data};
}
static inline size_t ll_cursor_left(const struct ll_cursor *cursor)
{
	return (size_t)(cursor->end - cursor->at);
}
/* -LL_ERR_UNDECODABLE when it ends early or is longer than 10 bytes. */
int ll_cursor_long(struct ll_cursor *cursor, int64_t *ret_value);
/* Borrows `size` bytes; -LL_ERR_UNDECODABLE when fewer are left. */
int ll_cursor_take(struct ll_cursor *cursor, size_t size, const uint8_t **ret_data);

#endif
