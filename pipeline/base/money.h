/* Money is int64 fen (1 yuan = 100 fen). */
#ifndef LL_BASE_MONEY_H
#define LL_BASE_MONEY_H

#include "bytes.h"

/* A million million yuan, far above any real amount. */
#define LL_FEN_MAX	100000000000000LL
#define LL_FEN_TEXT_MAX 32

/*
 * Decimal text times scale_num/scale_den to fen, rounded half away from zero. "1,234.5" with 100/1
 * is 123450: commas between digits are allowed, an exponent is not.
 * -LL_ERR_BAD_NUMBER, -LL_ERR_OUT_OF_RANGE (beyond ±LL_FEN_MAX). A negative amount is no error
 * here.
 */
int ll_fen_parse(struct ll_str text, int64_t scale_num, int64_t scale_den, int64_t *ret_fen);
/* "5000", "5000.50" */
void ll_fen_format(int64_t amount_fen, char ret_text[LL_FEN_TEXT_MAX]);

#endif
