/*
 * Files that are built into the program: embed.c writes them at build time as
 *   const struct ll_embedded SYMBOL[]; const size_t SYMBOL_count;
 * in the order in which meson.build names them.
 */
#ifndef LL_BASE_EMBEDDED_H
#define LL_BASE_EMBEDDED_H

#include "bytes.h"

struct ll_embedded {
	const char *name; /* of the file, without its folder and its ending */
	const char *text; /* with a NUL behind it */
	size_t size;	  /* without that NUL */
};

static inline struct ll_str ll_embedded_text(const struct ll_embedded *file)
{
	return (struct ll_str){file->text, file->size};
}

#endif
