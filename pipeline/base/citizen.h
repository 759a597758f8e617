/*
 * Citizen numbers, GB 11643-1999: 6 digits of the place of issue, 8 of the birth date, 3 of order,
 * one check character. The place is where the number was issued, never where the person lives.
 */
#ifndef LL_BASE_CITIZEN_H
#define LL_BASE_CITIZEN_H

#include "bytes.h"

#define LL_CITIZEN_SIZE 18

/*
 * Trims, makes X upper-case, checks length, digits, birth date and check character.
 * -LL_ERR_BAD_CITIZEN_NUMBER.
 */
int ll_citizen_normalise(struct ll_str text, char ret_number[LL_CITIZEN_SIZE + 1]);
/* The check character of the first 17 digits. */
char ll_citizen_check(const char digits[17]);
/* The birth day in a normalised number. */
int32_t ll_citizen_birth_day(const char number[LL_CITIZEN_SIZE]);
/* Does the text hold anything that looks like a citizen number or a mobile phone number? */
bool ll_text_has_personal_number(struct ll_str text);

#endif
