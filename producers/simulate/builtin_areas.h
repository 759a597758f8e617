/* areas-3605.csv, built into the program by the build (meson.build). */
#ifndef LL_SIMULATE_BUILTIN_AREAS_H
#define LL_SIMULATE_BUILTIN_AREAS_H

#include <stddef.h>

extern const char ll_builtin_areas[];
extern const size_t ll_builtin_areas_size;

#endif
