#include "json.h"

#include <inttypes.h>

#include "base/date.h"

static const char hex_digits[] = "0123456789abcdef";

static int put_hex(struct ll_buf *out, const uint8_t *data, size_t size)
{
	int r = ll_buf_reserve(out, 2 * size + 2);

	if (r < 0)
		return r;
	out->data[out->size++] = '"';
	for (size_t i = 0; i < size; i++) {
		out->data[out->size++] = (uint8_t)hex_digits[data[i] >> 4];
		out->data[out->size++] = (uint8_t)hex_digits[data[i] & 15];
	}
	out->data[out->size++] = '"';
	return 0;
}

static int put_char(struct ll_buf *out, char c)
{
	static const char *const escapes[] = {
		['"'] = "\\\"", ['\\'] = "\\\\", ['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t",
	};
	size_t index = (unsigned char)c;

	if (index < sizeof(escapes) / sizeof(escapes[0]) && escapes[index])
		return ll_buf_append_str(out, escapes[index]);
	if (index < 0x20 || index == 0x7f)
		return ll_buf_append_format(out, "\\u%04x", (unsigned int)index);
	return ll_buf_append(out, &c, 1);
}

static int put_text(struct ll_buf *out, struct ll_str text)
{
	int r = ll_buf_append_str(out, "\"");

	for (size_t i = 0; r == 0 && i < text.size; i++)
		r = put_char(out, text.data[i]);
	return r < 0 ? r : ll_buf_append_str(out, "\"");
}

static int put_symbol(struct ll_buf *out, const char *symbol)
{
	int r = ll_buf_append_str(out, "\"");

	for (; r == 0 && *symbol; symbol++) {
		char c = *symbol;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		r = ll_buf_append(out, &c, 1);
	}
	return r < 0 ? r : ll_buf_append_str(out, "\"");
}

static int put_number(struct ll_buf *out, int64_t value)
{
	return ll_buf_append_format(out, "%" PRId64, value);
}

static int put_day(struct ll_buf *out, int32_t day)
{
	char text[LL_DAY_TEXT_MAX];

	if (day == LL_DAY_NONE)
		return ll_buf_append_str(out, "null");
	ll_day_format(day, text);
	return ll_buf_append_format(out, "\"%s\"", text);
}

static int put_instant(struct ll_buf *out, int64_t time_ms)
{
	char text[LL_TIME_TEXT_MAX];

	ll_time_format(time_ms, text);
	return ll_buf_append_format(out, "\"%s\"", text);
}

static int put_array(const struct ll_field *field, const void *value, struct ll_buf *out)
{
	const uint8_t *items;
	size_t count;
	int r = ll_buf_append_str(out, "[");

	memcpy(&items, (const uint8_t *)value + field->offset, sizeof(items));
	memcpy(&count, (const uint8_t *)value + field->count_offset, sizeof(count));
	for (size_t i = 0; r == 0 && i < count; i++) {
		if (i > 0)
			r = ll_buf_append_str(out, ",");
		if (r == 0)
			r = ll_json_record(field->record, items + i * field->record->size, out);
	}
	return r < 0 ? r : ll_buf_append_str(out, "]");
}

static int put_union(const struct ll_field *field, const uint8_t *at, struct ll_buf *out)
{
	const struct ll_field_branch *branch = ll_field_union_branch(field->choice, at);
	int r;

	if (!branch)
		return ll_buf_append_str(out, "null");
	r = ll_buf_append_format(out, "{\"%s\":", branch->json_name);
	if (r == 0)
		r = ll_json_record(branch->record, at + branch->offset, out);
	return r < 0 ? r : ll_buf_append_str(out, "}");
}

static int put_value(const struct ll_field *field, const void *value, struct ll_buf *out)
{
	const uint8_t *at = (const uint8_t *)value + field->offset;
	const struct ll_maybe *maybe = (const struct ll_maybe *)(const void *)at;
	const struct ll_bytes *bytes = (const struct ll_bytes *)(const void *)at;
	int64_t number;

	switch (field->type) {
	case LL_FIELD_BOOL:
		return ll_buf_append_str(out, *(const bool *)at ? "true" : "false");
	case LL_FIELD_INT:
		return put_number(out, ll_field_load_int(at));
	case LL_FIELD_DAY:
		return put_day(out, ll_field_load_int(at));
	case LL_FIELD_LONG:
		memcpy(&number, at, sizeof(number));
		return put_number(out, number);
	case LL_FIELD_INSTANT:
		memcpy(&number, at, sizeof(number));
		return put_instant(out, number);
	case LL_FIELD_MAYBE:
		return maybe->known ? put_number(out, maybe->value)
				    : ll_buf_append_str(out, "null");
	case LL_FIELD_ENUM:
		number = ll_field_load_int(at);
		return number >= 0 && number < field->enumeration->count
			       ? put_symbol(out, field->enumeration->symbols[number])
			       : put_number(out, number);
	case LL_FIELD_STR:
	case LL_FIELD_AREA:
		return put_text(out, *(const struct ll_str *)(const void *)at);
	case LL_FIELD_BYTES:
		return put_hex(out, bytes->data, bytes->size);
	case LL_FIELD_KEY:
		return put_hex(out, at, LL_KEY_SIZE);
	case LL_FIELD_RECORD:
		return ll_json_record(field->record, at, out);
	case LL_FIELD_ARRAY:
		return put_array(field, value, out);
	case LL_FIELD_UNION:
		return put_union(field, at, out);
	}
	return 0;
}

int ll_json_record(const struct ll_field_record *record, const void *value, struct ll_buf *out)
{
	int r = ll_buf_append_str(out, "{");

	for (uint32_t i = 0; r == 0 && i < record->field_count; i++) {
		r = ll_buf_append_format(out, "%s\"%s\":", i ? "," : "", record->fields[i].name);
		if (r == 0)
			r = put_value(&record->fields[i], value, out);
	}
	return r < 0 ? r : ll_buf_append_str(out, "}");
}
