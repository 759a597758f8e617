#include "charset.h"

#include <iconv.h>
#include <stdlib.h>
#include <strings.h>

#include "codec/field.h"

/* A character of one byte may become three, of two bytes three, of four bytes four. */
#define GROWTH_MAX 3

static const struct {
	const char *name;
	enum ll_charset charset;
} charset_names[] = {
	{"utf-8", LL_CHARSET_UTF8},  {"gb18030", LL_CHARSET_GB18030}, {"utf8", LL_CHARSET_UTF8},
	{"gbk", LL_CHARSET_GB18030}, {"gb2312", LL_CHARSET_GB18030},
};

struct ll_converter {
	bool converting;
	iconv_t iconv;
	struct ll_buf text;
};

const char *ll_charset_name(enum ll_charset charset)
{
	return charset_names[charset].name;
}

int ll_charset_by_name(struct ll_str name)
{
	for (size_t i = 0; i < sizeof(charset_names) / sizeof(charset_names[0]); i++)
		if (strlen(charset_names[i].name) == name.size &&
		    strncasecmp(charset_names[i].name, name.data, name.size) == 0)
			return (int)charset_names[i].charset;
	return -1;
}

int ll_converter_new(enum ll_charset charset, struct ll_converter **ret_converter)
{
	struct ll_converter *converter = calloc(1, sizeof(*converter));

	if (!converter)
		return -LL_ERR_NO_MEMORY;
	ll_buf_init(&converter->text);
	if (charset == LL_CHARSET_GB18030) {
		converter->iconv = iconv_open("UTF-8", "GB18030");
		if (converter->iconv == (iconv_t)-1) {
			free(converter);
			return -LL_ERR_UNSUPPORTED;
		}
		converter->converting = true;
	}
	*ret_converter = converter;
	return 0;
}

void ll_converter_free(struct ll_converter *converter)
{
	if (!converter)
		return;
	if (converter->converting)
		iconv_close(converter->iconv);
	ll_buf_release(&converter->text);
	free(converter);
}

static int converter_convert(struct ll_converter *converter, struct ll_bytes bytes)
{
	char *in = (char *)(uintptr_t)bytes.data; /* iconv only reads it */
	size_t in_left = bytes.size;
	size_t out_left;
	char *out;
	int err;

	ll_buf_clear(&converter->text);
	err = ll_buf_reserve(&converter->text, bytes.size * GROWTH_MAX);
	if (err)
		return err;
	out = (char *)converter->text.data;
	out_left = converter->text.capacity;
	iconv(converter->iconv, NULL, NULL, NULL, NULL);
	/* Not only errors: what has no exact counterpart must not be replaced by guesses either. */
	if (iconv(converter->iconv, &in, &in_left, &out, &out_left) != 0)
		return -LL_ERR_BAD_UTF8;
	converter->text.size = converter->text.capacity - out_left;
	return 0;
}

int ll_converter_run(struct ll_converter *converter, struct ll_bytes bytes, struct ll_str *ret_text)
{
	struct ll_str text = {(const char *)bytes.data, bytes.size};

	if (converter->converting && bytes.size > 0) {
		int err = converter_convert(converter, bytes);

		if (err)
			return err;
		text = (struct ll_str){(const char *)converter->text.data, converter->text.size};
	}
	if (!ll_field_text_is_valid(text))
		return -LL_ERR_BAD_UTF8;
	*ret_text = text;
	return 0;
}
