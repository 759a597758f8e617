/*
 * Character sets of files. UTF-8 is only checked; GB 18030 (which is also GBK and GB 2312) is
 * converted. In both, no byte of a longer character is a comma, a quote or a line's end, so a file
 * is cut into rows first and a row that cannot be converted costs that row alone.
 */
#ifndef LL_PUBLISH_CHARSET_H
#define LL_PUBLISH_CHARSET_H

#include "base/bytes.h"
#include "base/err.h"

enum ll_charset { LL_CHARSET_UTF8 = 0, LL_CHARSET_GB18030 = 1 };

const char *ll_charset_name(enum ll_charset charset);
int ll_charset_by_name(struct ll_str name); /* in any case; "gbk", "gb2312" and "utf8" too; or -1 */

struct ll_converter;

/* -LL_ERR_UNSUPPORTED when this system has no tables for it. One thread at a time. */
int ll_converter_new(enum ll_charset charset, struct ll_converter **ret_converter);
void ll_converter_free(struct ll_converter *converter);
/*
 * To UTF-8. The text borrows from `bytes`, or from the converter until the next call.
 * -LL_ERR_BAD_UTF8 when the bytes are not text of the set, or hold a NUL.
 */
int ll_converter_run(struct ll_converter *converter, struct ll_bytes bytes,
		     struct ll_str *ret_text);

#endif
