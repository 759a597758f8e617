#include "pg_array.h"

#include <assert.h>
#include <endian.h>

#include "base/date.h"
#include "base/err.h"

#define HEADER_SIZE   20 /* dimensions, has-null, element type, length, lower bound */
#define LENGTH_NULL   (-1)
#define JSONB_VERSION 1

static const struct {
	uint32_t element;
	uint32_t array;
} type_oids[] = {
	[LL_PG_BYTEA] = {17, 1001},   [LL_PG_INT8] = {20, 1016},
	[LL_PG_INT4] = {23, 1007},    [LL_PG_TEXT] = {25, 1009},
	[LL_PG_DATE] = {1082, 1182},  [LL_PG_TIMESTAMPTZ] = {1184, 1185},
	[LL_PG_JSONB] = {3802, 3807}, [LL_PG_BOOL] = {16, 1000},
};

static void put_be32(uint8_t *at, uint32_t value)
{
	uint32_t big = htobe32(value);

	memcpy(at, &big, sizeof(big));
}

void ll_pg_array_init(struct ll_pg_array *array, enum ll_pg_type type)
{
	*array = (struct ll_pg_array){.type = type};
	ll_buf_init(&array->buf);
}

void ll_pg_array_release(struct ll_pg_array *array)
{
	ll_buf_release(&array->buf);
	ll_pg_array_clear(array);
}

void ll_pg_array_clear(struct ll_pg_array *array)
{
	ll_buf_clear(&array->buf);
	array->count = 0;
	array->has_null = false;
	array->error = 0;
}

/* Room for one element of `size` bytes, its length written; NULL after an error. */
static uint8_t *array_add(struct ll_pg_array *array, int32_t length, size_t size)
{
	static const uint8_t header[HEADER_SIZE];
	uint8_t *at;

	if (!array->error && size > LL_PG_ARRAY_MAX - array->buf.size)
		array->error = -LL_ERR_TOO_LARGE;
	if (!array->error && array->count == 0)
		array->error = ll_buf_append(&array->buf, header, sizeof(header));
	if (!array->error)
		array->error = ll_buf_reserve(&array->buf, sizeof(uint32_t) + size);
	if (array->error)
		return NULL;
	at = array->buf.data + array->buf.size;
	put_be32(at, (uint32_t)length);
	array->buf.size += sizeof(uint32_t) + size;
	array->count++;
	return at + sizeof(uint32_t);
}

void ll_pg_array_add_null(struct ll_pg_array *array)
{
	if (array_add(array, LENGTH_NULL, 0))
		array->has_null = true;
}

static void add_data(struct ll_pg_array *array, const void *data, size_t size)
{
	uint8_t *at;

	if (size > LL_PG_ARRAY_MAX) {
		array->error = array->error ? array->error : -LL_ERR_TOO_LARGE;
		return;
	}
	at = array_add(array, (int32_t)size, size);
	if (at && size > 0)
		memcpy(at, data, size);
}

void ll_pg_array_add_bytes(struct ll_pg_array *array, struct ll_bytes bytes)
{
	assert(array->type == LL_PG_BYTEA);
	add_data(array, bytes.data, bytes.size);
}

void ll_pg_array_add_key(struct ll_pg_array *array, const struct ll_key *key)
{
	assert(array->type == LL_PG_BYTEA);
	add_data(array, key->bytes, sizeof(key->bytes));
}

static void add_be64(struct ll_pg_array *array, int64_t value)
{
	uint64_t big = htobe64((uint64_t)value);

	add_data(array, &big, sizeof(big));
}

static void add_be32(struct ll_pg_array *array, int32_t value)
{
	uint32_t big = htobe32((uint32_t)value);

	add_data(array, &big, sizeof(big));
}

void ll_pg_array_add_int64(struct ll_pg_array *array, int64_t value)
{
	assert(array->type == LL_PG_INT8);
	add_be64(array, value);
}

void ll_pg_array_add_int32(struct ll_pg_array *array, int32_t value)
{
	assert(array->type == LL_PG_INT4);
	add_be32(array, value);
}

void ll_pg_array_add_bool(struct ll_pg_array *array, bool value)
{
	const char byte = value ? 1 : 0;

	assert(array->type == LL_PG_BOOL);
	add_data(array, &byte, 1);
}

void ll_pg_array_add_text(struct ll_pg_array *array, struct ll_str text)
{
	assert(array->type == LL_PG_TEXT);
	add_data(array, text.data, text.size);
}

void ll_pg_array_add_json(struct ll_pg_array *array, struct ll_str json)
{
	uint8_t *at;

	assert(array->type == LL_PG_JSONB);
	if (json.size == 0)
		json = LL_STR("[]");
	if (json.size >= LL_PG_ARRAY_MAX) {
		array->error = array->error ? array->error : -LL_ERR_TOO_LARGE;
		return;
	}
	at = array_add(array, (int32_t)json.size + 1, json.size + 1);
	if (!at)
		return;
	at[0] = JSONB_VERSION;
	memcpy(at + 1, json.data, json.size);
}

void ll_pg_array_add_day(struct ll_pg_array *array, int32_t day)
{
	assert(array->type == LL_PG_DATE);
	if (day == LL_DAY_NONE)
		ll_pg_array_add_null(array);
	else
		add_be32(array, day - LL_PG_DAYS_TO_2000);
}

void ll_pg_array_add_time(struct ll_pg_array *array, int64_t time_ms)
{
	int64_t time_us;

	assert(array->type == LL_PG_TIMESTAMPTZ);
	if (time_ms <= 0) {
		ll_pg_array_add_null(array);
		return;
	}
	if (__builtin_mul_overflow(time_ms - LL_PG_MS_TO_2000, 1000, &time_us)) {
		array->error = array->error ? array->error : -LL_ERR_OUT_OF_RANGE;
		return;
	}
	add_be64(array, time_us);
}

int ll_pg_array_finish(struct ll_pg_array *array, struct ll_bytes *ret_bytes)
{
	static const uint8_t empty_header[12];
	uint8_t *header;
	int err = array->error;

	/* Without elements an array has no dimensions, and so a shorter header. */
	if (!err && array->count == 0) {
		ll_buf_clear(&array->buf);
		err = ll_buf_append(&array->buf, empty_header, sizeof(empty_header));
	}
	if (err)
		return err;
	header = array->buf.data;
	put_be32(header, array->count > 0);
	put_be32(header + 4, array->has_null);
	put_be32(header + 8, type_oids[array->type].element);
	if (array->count > 0) {
		put_be32(header + 12, (uint32_t)array->count);
		put_be32(header + 16, 1);
	}
	*ret_bytes = ll_buf_bytes(&array->buf);
	if (array->count == 0)
		ll_buf_clear(&array->buf);
	return 0;
}

uint32_t ll_pg_array_oid(const struct ll_pg_array *array)
{
	return type_oids[array->type].array;
}
