#include "area.h"

#include <assert.h>

#include "err.h"

static bool area_has_level(size_t digits)
{
	return digits == 0 || digits == 2 || digits == 4 || digits == 6 || digits == 9 ||
	       digits == LL_AREA_DIGITS;
}

/* What a 12-digit code is divided by to leave its first `digits`. */
static uint64_t area_divisor(int32_t digits)
{
	uint64_t divisor = 1;

	for (int32_t i = digits; i < LL_AREA_DIGITS; i++)
		divisor *= 10;
	return divisor;
}

int ll_area_parse(struct ll_str text, struct ll_area *ret_area)
{
	uint64_t code = 0;

	if (!area_has_level(text.size))
		return -LL_ERR_BAD_AREA;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return -LL_ERR_BAD_AREA;
		code = code * 10 + (uint64_t)(text.data[i] - '0');
	}
	*ret_area = (struct ll_area){code, (int32_t)text.size};
	return 0;
}

void ll_area_format(struct ll_area area, char ret_text[LL_AREA_TEXT_MAX])
{
	uint64_t rest = area.code;

	assert(area.digits >= 0 && area.digits <= LL_AREA_DIGITS);
	for (int32_t i = area.digits; i > 0; i--) {
		ret_text[i - 1] = (char)('0' + rest % 10);
		rest /= 10;
	}
	ret_text[area.digits] = '\0';
}

bool ll_area_contains(struct ll_area area, uint64_t village_code)
{
	return area.digits == 0 || village_code / area_divisor(area.digits) == area.code;
}

struct ll_area ll_area_of_village(uint64_t village_code, int32_t digits)
{
	assert(digits >= 0 && area_has_level((size_t)digits));
	return (struct ll_area){village_code / area_divisor(digits), digits};
}
