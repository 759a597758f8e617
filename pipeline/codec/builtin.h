/* The files of schemas/, built into the program; written by embed_schemas.c at build time. */
#ifndef LL_CODEC_BUILTIN_H
#define LL_CODEC_BUILTIN_H

#include <stddef.h>

struct ll_builtin_schema {
	const char *name; /* of the file, without .avsc */
	const char *text;
	size_t size;
};

/*
 * In the order in which they may refer to each other. A name with a dot, <message>.<fingerprint>, is
 * a released version, self-contained.
 */
extern const struct ll_builtin_schema ll_builtin_schemas[];
extern const size_t ll_builtin_schema_count;

#endif
