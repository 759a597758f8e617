/* The files of migrations/, built into the program. */
#ifndef LL_STORE_STORE_MIGRATIONS_H
#define LL_STORE_STORE_MIGRATIONS_H

#include "base/embedded.h"

/* The first is version 1. Released ones never change: append. */
extern const struct ll_embedded ll_migrations[];
extern const size_t ll_migrations_count;

#endif
