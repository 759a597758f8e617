/* The files of schemas/, built into the program. */
#ifndef LL_CODEC_BUILTIN_H
#define LL_CODEC_BUILTIN_H

#include "base/embedded.h"

/*
 * In the order in which they may refer to each other. A name with a dot, <message>.<fingerprint>, is
 * a released version, self-contained.
 */
extern const struct ll_embedded ll_builtin_schemas[];
extern const size_t ll_builtin_schemas_count;

#endif
