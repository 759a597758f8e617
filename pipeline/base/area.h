/*
 * Areas: GB/T 2260 codes and their extension to villages. A prefix is a wider area:
 * 2 digits a province, 4 a city, 6 a county, 9 a township, 12 a village.
 */
#ifndef LL_BASE_AREA_H
#define LL_BASE_AREA_H

#include "bytes.h"

#define LL_AREA_DIGITS	 12
#define LL_AREA_TEXT_MAX 13 /* with the ending NUL */

struct ll_area {
	uint64_t code;	/* the digits as a number */
	int32_t digits; /* 0 (everywhere), 2, 4, 6, 9 or 12 */
};

/* -LL_ERR_BAD_AREA. Empty text is everywhere. */
int ll_area_parse(struct ll_str text, struct ll_area *ret_area);
void ll_area_format(struct ll_area area, char ret_text[LL_AREA_TEXT_MAX]);
/* Is the 12-digit village inside the area? */
bool ll_area_contains(struct ll_area area, uint64_t village_code);
/* The first `digits` of a 12-digit village code. */
struct ll_area ll_area_of_village(uint64_t village_code, int32_t digits);

#endif
