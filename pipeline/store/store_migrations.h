/* The files of migrations/, built into the program; written by embed_migrations.c at build time. */
#ifndef LL_STORE_STORE_MIGRATIONS_H
#define LL_STORE_STORE_MIGRATIONS_H

#include <stdint.h>

struct ll_migration {
	const char *name; /* of the file */
	const char *sql;
};

/* The first is version 1. Released ones never change: append. */
extern const struct ll_migration ll_migrations[];
extern const int32_t ll_migration_count;

#endif
