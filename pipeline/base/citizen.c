#include "citizen.h"

#include "date.h"
#include "err.h"

/* People born in 1880 are in the standard's own examples; births after 2199 are not ours. */
#define BIRTH_YEAR_MIN 1800
#define BIRTH_YEAR_MAX 2199

#define CITIZEN_DIGITS	    17
#define MOBILE_DIGITS	    11
#define COUNTRY_CODE	    "86"
#define COUNTRY_CODE_DIGITS 2

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int32_t number_at(const char *digits, size_t count)
{
	int32_t value = 0;

	for (size_t i = 0; i < count; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

static struct ll_date citizen_birth(const char *number)
{
	return (struct ll_date){
		.year = number_at(number + 6, 4),
		.month = number_at(number + 10, 2),
		.day = number_at(number + 12, 2),
	};
}

char ll_citizen_check(const char digits[CITIZEN_DIGITS])
{
	/* GB 11643: 2^(17 - i) mod 11, and the check character of each sum mod 11. */
	static const int weights[CITIZEN_DIGITS] = {7, 9, 10, 5,  8, 4, 2, 1, 6,
						    3, 7, 9,  10, 5, 8, 4, 2};
	static const char checks[] = "10X98765432";
	int sum = 0;

	for (size_t i = 0; i < CITIZEN_DIGITS; i++)
		sum += (digits[i] - '0') * weights[i];
	return checks[sum % 11];
}

int ll_citizen_normalise(struct ll_str text, char ret_number[LL_CITIZEN_SIZE + 1])
{
	struct ll_str trimmed = ll_str_trim(text);

	if (trimmed.size != LL_CITIZEN_SIZE)
		return -LL_ERR_BAD_CITIZEN_NUMBER;
	for (size_t i = 0; i < CITIZEN_DIGITS; i++)
		if (!is_digit(trimmed.data[i]))
			return -LL_ERR_BAD_CITIZEN_NUMBER;

	char check = trimmed.data[CITIZEN_DIGITS] == 'x' ? 'X' : trimmed.data[CITIZEN_DIGITS];
	struct ll_date birth = citizen_birth(trimmed.data);

	if (check != ll_citizen_check(trimmed.data) || birth.year < BIRTH_YEAR_MIN ||
	    birth.year > BIRTH_YEAR_MAX || !ll_date_exists(birth.year, birth.month, birth.day))
		return -LL_ERR_BAD_CITIZEN_NUMBER;
	memcpy(ret_number, trimmed.data, CITIZEN_DIGITS);
	ret_number[CITIZEN_DIGITS] = check;
	ret_number[LL_CITIZEN_SIZE] = '\0';
	return 0;
}

int32_t ll_citizen_birth_day(const char number[LL_CITIZEN_SIZE])
{
	struct ll_date birth = citizen_birth(number);

	return ll_day_from_date(birth.year, birth.month, birth.day);
}

static bool is_mobile(const char *digits)
{
	return digits[0] == '1' && digits[1] >= '3';
}

/* digits: a run of `size` digits between others; next is what follows it. */
static bool run_is_personal(const char *digits, size_t size, char next)
{
	if (size == CITIZEN_DIGITS)
		return next == 'X' || next == 'x';
	if (size == MOBILE_DIGITS)
		return is_mobile(digits);
	if (size == COUNTRY_CODE_DIGITS + MOBILE_DIGITS)
		return memcmp(digits, COUNTRY_CODE, COUNTRY_CODE_DIGITS) == 0 &&
		       is_mobile(digits + COUNTRY_CODE_DIGITS);
	return size == LL_CITIZEN_SIZE;
}

bool ll_text_has_personal_number(struct ll_str text)
{
	size_t start = 0;

	for (size_t i = 0; i <= text.size; i++) {
		if (i < text.size && is_digit(text.data[i]))
			continue;
		if (i > start && run_is_personal(text.data + start, i - start,
						 i < text.size ? text.data[i] : '\0'))
			return true;
		start = i + 1;
	}
	return false;
}
