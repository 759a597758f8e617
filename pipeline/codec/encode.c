#include "encode.h"

#include <assert.h>

static inline int put_long(struct ll_buf *out, int64_t value)
{
	/* Room for the longest: one comparison, and no call for what is mostly one byte. */
	if (out->capacity - out->size < 10) {
		int r = ll_buf_reserve(out, 10);

		if (r < 0)
			return r;
	}
	if (value >= -64 && value < 64) {
		out->data[out->size++] = (uint8_t)((uint64_t)value << 1 ^ (uint64_t)(value >> 63));
		return 0;
	}
	out->size += ll_long_encode(value, out->data + out->size);
	return 0;
}

static int put_bytes(struct ll_buf *out, const void *data, size_t size)
{
	int r = put_long(out, (int64_t)size);

	return r < 0 || size == 0 ? r : ll_buf_append(out, data, size);
}

static int put_maybe(struct ll_buf *out, const struct ll_maybe *maybe)
{
	int r = put_long(out, maybe->known ? 1 : 0);

	return r < 0 || !maybe->known ? r : put_long(out, maybe->value);
}

static int put_array(const struct ll_field *field, const void *value, struct ll_buf *out)
{
	const uint8_t *items;
	size_t count;
	int r;

	memcpy(&items, (const uint8_t *)value + field->offset, sizeof(items));
	memcpy(&count, (const uint8_t *)value + field->count_offset, sizeof(count));
	if (count == 0)
		return put_long(out, 0);
	r = put_long(out, (int64_t)count);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = ll_encode_record(field->record, items + i * field->record->size, out);
	return r < 0 ? r : put_long(out, 0);
}

static int put_union(const struct ll_field *field, const uint8_t *at, struct ll_buf *out)
{
	const struct ll_field_branch *branch = ll_field_union_branch(field->choice, at);
	int r = put_long(out, branch - field->choice->branches);

	return r < 0 ? r : ll_encode_record(branch->record, at + branch->offset, out);
}

static int put_field(const struct ll_field *field, const void *value, struct ll_buf *out)
{
	const uint8_t *at = (const uint8_t *)value + field->offset;
	const struct ll_bytes *bytes = (const struct ll_bytes *)(const void *)at;
	const struct ll_str *text = (const struct ll_str *)(const void *)at;
	int64_t number;

	switch (field->type) {
	case LL_FIELD_BOOL:
		/* Avro's boolean is the byte that its long 0 or -1 would be: 0 or 1. */
		return put_long(out, *(const bool *)at ? -1 : 0);
	case LL_FIELD_INT:
	case LL_FIELD_DAY:
	case LL_FIELD_ENUM:
		return put_long(out, ll_field_load_int(at));
	case LL_FIELD_LONG:
	case LL_FIELD_INSTANT:
		memcpy(&number, at, sizeof(number));
		return put_long(out, number);
	case LL_FIELD_MAYBE:
		return put_maybe(out, (const struct ll_maybe *)(const void *)at);
	case LL_FIELD_STR:
	case LL_FIELD_AREA:
		return put_bytes(out, text->data, text->size);
	case LL_FIELD_BYTES:
		return put_bytes(out, bytes->data, bytes->size);
	case LL_FIELD_KEY:
		return ll_buf_append(out, at, LL_KEY_SIZE);
	case LL_FIELD_RECORD:
		return ll_encode_record(field->record, at, out);
	case LL_FIELD_ARRAY:
		return put_array(field, value, out);
	case LL_FIELD_UNION:
		return put_union(field, at, out);
	}
	return 0;
}

int ll_encode_head(const struct ll_field_record *record, const void *value, uint32_t skip_last,
		   struct ll_buf *out)
{
	for (uint32_t i = 0; i + skip_last < record->field_count; i++) {
		const struct ll_field *field = &record->fields[i];
		int r;

		assert(ll_field_check(field, value) == 0);
		r = put_field(field, value, out);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Recursion follows our own tables, which are a few deep. */
int ll_encode_record(const struct ll_field_record *record, const void *value, struct ll_buf *out)
{
	assert(!record->check || record->check(value) == 0);
	return ll_encode_head(record, value, 0, out);
}
