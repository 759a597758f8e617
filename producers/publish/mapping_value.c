/* A cell's text → a payload field. */
#include "mapping_private.h"

#include "base/date.h"
#include "base/money.h"
#include "words.h"

bool ll_mapping_is_money(const struct ll_field *field)
{
	size_t size = strlen(field->name);

	return (field->type == LL_FIELD_LONG || field->type == LL_FIELD_MAYBE) && size > 4 &&
	       strcmp(field->name + size - 4, "_fen") == 0;
}

static int code_parse(const struct ll_mapping_field *field, struct ll_str text, int32_t *ret_value)
{
	for (size_t i = 0; i < field->code_count; i++) {
		if (ll_str_equal(field->codes[i].text, text)) {
			*ret_value = field->codes[i].value;
			return 0;
		}
	}
	return -LL_ERR_BAD_ENUM;
}

static int int_parse(const struct ll_field *field, struct ll_str text, int32_t *ret_value)
{
	int64_t wide;
	int err = ll_str_to_int64(text, &wide);

	if (err)
		return err;
	if (wide < field->min || wide > field->max)
		return wide < field->min ? field->err_low : field->err_high;
	*ret_value = (int32_t)wide;
	return 0;
}

int ll_mapping_name_parse(const struct ll_field *field, struct ll_str text, int32_t *ret_value)
{
	if (field->type == LL_FIELD_BOOL)
		return ll_words_bool(text, ret_value);
	if (field->type == LL_FIELD_INT)
		return int_parse(field, text, ret_value);
	return ll_words_enum(field->enumeration, text, ret_value);
}

static int number_parse(const struct ll_mapping_field *field, struct ll_str text,
			int64_t *ret_value)
{
	if (ll_mapping_is_money(field->field))
		return ll_fen_parse(text, field->scale_num, field->scale_den, ret_value);
	return ll_str_to_int64(text, ret_value);
}

static int store_value(const struct ll_mapping_field *field, struct ll_str text, uint8_t *at)
{
	struct ll_maybe maybe = {.known = true};
	int32_t value = 0;
	int err;

	switch (field->field->type) {
	case LL_FIELD_BOOL:
	case LL_FIELD_ENUM:
	case LL_FIELD_INT:
		err = field->codes ? code_parse(field, text, &value)
				   : ll_mapping_name_parse(field->field, text, &value);
		if (err)
			return err;
		if (field->field->type == LL_FIELD_BOOL)
			*(bool *)at = value != 0;
		else
			memcpy(at, &value, sizeof(value));
		return 0;
	case LL_FIELD_DAY:
		err = ll_day_parse(text, &value);
		if (!err)
			memcpy(at, &value, sizeof(value));
		return err;
	case LL_FIELD_LONG:
		return number_parse(field, text, (int64_t *)(void *)at);
	case LL_FIELD_MAYBE:
		err = number_parse(field, text, &maybe.value);
		if (!err)
			memcpy(at, &maybe, sizeof(maybe));
		return err;
	default:
		return -LL_ERR_UNSUPPORTED;
	}
}

int ll_mapping_store(const struct ll_mapping_field *field, struct ll_str text, void *payload)
{
	int err = store_value(field, text, (uint8_t *)payload + field->field->offset);

	return err ? err : ll_field_check(field->field, payload);
}
