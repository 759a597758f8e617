#include "money.h"

#include <stdio.h>

#include "err.h"

__extension__ typedef unsigned __int128 u128;

/*
 * Fraction digits that count. The fen's half is a decimal of fewer digits for every scale that is
 * a power of ten, so cutting the rest off cannot turn its rounding.
 */
#define FRACTION_DIGITS_MAX 18
#define WHOLE_MAX	    ((u128)LL_FEN_MAX * 1000000)

struct decimal {
	u128 digits;  /* the number without its point */
	u128 divisor; /* 10 to the fraction's digits */
	bool negative;
	bool too_large;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits with single commas between them; the first that is neither stays in *at. */
static int parse_whole(struct ll_str text, size_t *at, struct decimal *decimal)
{
	size_t i = *at;

	for (; i < text.size; i++) {
		if (text.data[i] == ',') {
			if (i == *at || !is_digit(text.data[i - 1]) || i + 1 == text.size ||
			    !is_digit(text.data[i + 1]))
				return -LL_ERR_BAD_NUMBER;
			continue;
		}
		if (!is_digit(text.data[i]))
			break;
		decimal->digits = decimal->digits * 10 + (unsigned int)(text.data[i] - '0');
		if (decimal->digits > WHOLE_MAX) {
			decimal->too_large = true;
			decimal->digits = WHOLE_MAX;
		}
	}
	*at = i;
	return 0;
}

static int parse_fraction(struct ll_str text, size_t at, struct decimal *decimal)
{
	if (at == text.size)
		return -LL_ERR_BAD_NUMBER;
	for (size_t i = at; i < text.size; i++) {
		if (!is_digit(text.data[i]))
			return -LL_ERR_BAD_NUMBER;
		if (i - at >= FRACTION_DIGITS_MAX)
			continue;
		decimal->digits = decimal->digits * 10 + (unsigned int)(text.data[i] - '0');
		decimal->divisor *= 10;
	}
	return 0;
}

static int parse_decimal(struct ll_str text, struct decimal *decimal)
{
	size_t at = 0;
	int err;

	*decimal = (struct decimal){.divisor = 1};
	if (text.size > 0 && (text.data[0] == '-' || text.data[0] == '+')) {
		decimal->negative = text.data[0] == '-';
		at = 1;
	}
	if (at == text.size)
		return -LL_ERR_BAD_NUMBER;
	err = parse_whole(text, &at, decimal);
	if (err || at == text.size)
		return err;
	if (text.data[at] != '.')
		return -LL_ERR_BAD_NUMBER;
	return parse_fraction(text, at + 1, decimal);
}

int ll_fen_parse(struct ll_str text, int64_t scale_num, int64_t scale_den, int64_t *ret_fen)
{
	struct decimal decimal;
	u128 dividend;
	int err;

	if (scale_num <= 0 || scale_den <= 0)
		return -LL_ERR_INVALID;
	err = parse_decimal(text, &decimal);
	if (err)
		return err;
	if (decimal.too_large || __builtin_mul_overflow(decimal.digits, (u128)scale_num, &dividend))
		return -LL_ERR_OUT_OF_RANGE;

	u128 divisor = decimal.divisor;

	divisor *= (uint64_t)scale_den; /* below 10^37 */

	u128 fen = dividend / divisor;
	u128 rest = dividend % divisor;

	if (rest >= divisor - rest)
		fen++;
	if (fen > (u128)LL_FEN_MAX)
		return -LL_ERR_OUT_OF_RANGE;
	*ret_fen = decimal.negative ? -(int64_t)fen : (int64_t)fen;
	return 0;
}

void ll_fen_format(int64_t amount_fen, char ret_text[LL_FEN_TEXT_MAX])
{
	uint64_t size = amount_fen < 0 ? 0 - (uint64_t)amount_fen : (uint64_t)amount_fen;
	const char *sign = amount_fen < 0 ? "-" : "";
	unsigned long long yuan = size / 100;
	unsigned int fen = (unsigned int)(size % 100);

	if (fen == 0)
		snprintf(ret_text, LL_FEN_TEXT_MAX, "%s%llu", sign, yuan);
	else
		snprintf(ret_text, LL_FEN_TEXT_MAX, "%s%llu.%02u", sign, yuan, fen);
}
