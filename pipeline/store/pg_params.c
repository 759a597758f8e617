#include "pg_params.h"

#include <assert.h>
#include <endian.h>
#include <limits.h>

#include "base/err.h"

#define OID_BOOL  16
#define OID_BYTEA 17
#define OID_INT8  20
#define OID_INT4  23
#define OID_TEXT  25

void ll_pg_params_init(struct ll_pg_params *params)
{
	params->count = 0;
	params->error = 0;
}

static void params_add(struct ll_pg_params *params, Oid type, const void *value, size_t size)
{
	int i = params->count++;

	assert(i < LL_PG_PARAMS_MAX);
	if (size > INT_MAX && !params->error)
		params->error = -LL_ERR_TOO_LARGE;
	params->types[i] = type;
	/* A null pointer would be SQL's NULL. */
	params->values[i] = value ? value : "";
	params->lengths[i] = (int)(size & INT_MAX);
	params->formats[i] = 1;
}

static void params_add_scalar(struct ll_pg_params *params, Oid type, const void *value, size_t size)
{
	assert(params->count < LL_PG_PARAMS_MAX && size <= sizeof(params->scalars[0]));
	memcpy(params->scalars[params->count], value, size);
	params_add(params, type, params->scalars[params->count], size);
}

void ll_pg_params_text(struct ll_pg_params *params, struct ll_str text)
{
	params_add(params, OID_TEXT, text.data, text.size);
}

void ll_pg_params_bytes(struct ll_pg_params *params, struct ll_bytes bytes)
{
	params_add(params, OID_BYTEA, bytes.data, bytes.size);
}

void ll_pg_params_int64(struct ll_pg_params *params, int64_t value)
{
	uint64_t big = htobe64((uint64_t)value);

	params_add_scalar(params, OID_INT8, &big, sizeof(big));
}

void ll_pg_params_int32(struct ll_pg_params *params, int32_t value)
{
	uint32_t big = htobe32((uint32_t)value);

	params_add_scalar(params, OID_INT4, &big, sizeof(big));
}

void ll_pg_params_bool(struct ll_pg_params *params, bool value)
{
	uint8_t byte = value;

	params_add_scalar(params, OID_BOOL, &byte, sizeof(byte));
}

void ll_pg_params_array(struct ll_pg_params *params, struct ll_pg_array *array)
{
	struct ll_bytes bytes = {NULL, 0};
	int err = ll_pg_array_finish(array, &bytes);

	if (err && !params->error)
		params->error = err;
	params_add(params, ll_pg_array_oid(array), bytes.data, bytes.size);
}
