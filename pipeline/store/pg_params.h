/*
 * The parameters of one statement, in PostgreSQL's binary form. Text and arrays are borrowed until
 * the statement was sent. Errors are kept until the statement is sent.
 */
#ifndef LL_STORE_PG_PARAMS_H
#define LL_STORE_PG_PARAMS_H

#include <libpq-fe.h>

#include "base/bytes.h"
#include "pg_array.h"

#define LL_PG_PARAMS_MAX 32

struct ll_pg_params {
	int count;
	int error; /* the first one, or 0 */
	Oid types[LL_PG_PARAMS_MAX];
	const char *values[LL_PG_PARAMS_MAX];
	int lengths[LL_PG_PARAMS_MAX];
	int formats[LL_PG_PARAMS_MAX];
	uint8_t scalars[LL_PG_PARAMS_MAX][sizeof(int64_t)];
};

void ll_pg_params_init(struct ll_pg_params *params);
void ll_pg_params_text(struct ll_pg_params *params, struct ll_str text);
void ll_pg_params_bytes(struct ll_pg_params *params, struct ll_bytes bytes);
void ll_pg_params_int64(struct ll_pg_params *params, int64_t value);
void ll_pg_params_int32(struct ll_pg_params *params, int32_t value);
void ll_pg_params_bool(struct ll_pg_params *params, bool value);
/* Finishes the array. */
void ll_pg_params_array(struct ll_pg_params *params, struct ll_pg_array *array);

#endif
