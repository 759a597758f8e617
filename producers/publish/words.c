#include "words.h"

#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int ll_words_enum(const struct ll_field_enum *enumeration, struct ll_str text, int32_t *ret_value)
{
	for (int32_t i = 0; i < enumeration->count; i++) {
		const char *symbol = enumeration->symbols[i];
		size_t at = 0;

		while (at < text.size && symbol[at] &&
		       ((symbol[at] == '_' && text.data[at] == '-') ||
			strncasecmp(symbol + at, text.data + at, 1) == 0))
			at++;
		if (at == text.size && !symbol[at]) {
			*ret_value = i;
			return 0;
		}
	}
	return -LL_ERR_BAD_ENUM;
}

int ll_words_bool(struct ll_str text, int32_t *ret_value)
{
	static const struct {
		const char *text;
		int32_t value;
	} words[] = {{"yes", 1}, {"no", 0}, {"true", 1}, {"false", 0}, {"1", 1},
		     {"0", 0},	 {"y", 1},  {"n", 0},	 {"是", 1},    {"否", 0}};

	for (size_t i = 0; i < COUNT(words); i++) {
		if (strlen(words[i].text) == text.size &&
		    strncasecmp(words[i].text, text.data, text.size) == 0) {
			*ret_value = words[i].value;
			return 0;
		}
	}
	return -LL_ERR_BAD_ENUM;
}
