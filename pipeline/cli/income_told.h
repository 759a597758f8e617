/*
 * How an income per head comes about: "(42,000 yuan registered for 2024 - 3,000 yuan x 10 months) / 3
 * members".
 *
 * Told from what the reason itself names (wages lost and found, an income reported) and what was
 * registered, and only where that adds up to the very figure: the core's income knows more cases
 * (core/income.c, core/wage.c) than can be told in a line.
 */
#ifndef LL_CLI_INCOME_TOLD_H
#define LL_CLI_INCOME_TOLD_H

#include "runtime/words.h"

/*
 * Appends it where the reason is an income per head and the sum is its value; *ret_adds_up is false
 * where nothing was appended. -LL_ERR_NO_MEMORY.
 */
int ll_income_say(const struct ll_reason *reason, const struct ll_household_registered *registered,
		  int32_t year, enum ll_language language, struct ll_buf *out, bool *ret_adds_up);

#endif
