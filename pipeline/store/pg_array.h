/*
 * PostgreSQL arrays in their binary form, built element by element: what unnest() turns into rows.
 *
 * Errors are kept until they are asked for (ll_pg_array_finish), so that a caller adds thousands
 * of values and checks once. Not thread-safe. Units are converted here: days and milliseconds
 * since 1970 become PostgreSQL's days and microseconds since 2000.
 */
#ifndef LL_STORE_PG_ARRAY_H
#define LL_STORE_PG_ARRAY_H

#include "base/bytes.h"

/* Object ids are fixed for life in PostgreSQL's catalogue (pg_type.dat). */
enum ll_pg_type {
	LL_PG_BYTEA,
	LL_PG_INT8,
	LL_PG_INT4,
	LL_PG_TEXT,
	LL_PG_DATE,
	LL_PG_TIMESTAMPTZ,
	LL_PG_JSONB,
	LL_PG_BOOL
};

#define LL_PG_DAYS_TO_2000 10957		/* 1970-01-01 to 2000-01-01 */
#define LL_PG_MS_TO_2000   946684800000LL	/* the same in milliseconds */
#define LL_PG_ARRAY_MAX	   ((size_t)1000 << 20) /* bytes; the server's own limit is 1 GiB */

struct ll_pg_array {
	enum ll_pg_type type;
	struct ll_buf buf; /* header, then each element with its length */
	size_t count;
	bool has_null;
	int error; /* the first one, or 0 */
};

void ll_pg_array_init(struct ll_pg_array *array, enum ll_pg_type type);
void ll_pg_array_release(struct ll_pg_array *array);
/* Keeps the memory. */
void ll_pg_array_clear(struct ll_pg_array *array);

void ll_pg_array_add_null(struct ll_pg_array *array);
void ll_pg_array_add_bytes(struct ll_pg_array *array, struct ll_bytes bytes);
void ll_pg_array_add_key(struct ll_pg_array *array, const struct ll_key *key);
void ll_pg_array_add_int64(struct ll_pg_array *array, int64_t value);
void ll_pg_array_add_int32(struct ll_pg_array *array, int32_t value);
void ll_pg_array_add_bool(struct ll_pg_array *array, bool value);
void ll_pg_array_add_text(struct ll_pg_array *array, struct ll_str text);
/* Empty text is the empty array, JSON's []. */
void ll_pg_array_add_json(struct ll_pg_array *array, struct ll_str json);
/* LL_DAY_NONE is NULL. */
void ll_pg_array_add_day(struct ll_pg_array *array, int32_t day);
/* 0 and less are NULL: nobody knows. */
void ll_pg_array_add_time(struct ll_pg_array *array, int64_t time_ms);

/* The array's bytes, borrowed until it changes; -LL_ERR_NO_MEMORY or -LL_ERR_TOO_LARGE. */
int ll_pg_array_finish(struct ll_pg_array *array, struct ll_bytes *ret_bytes);
/* The object id of the array type. */
uint32_t ll_pg_array_oid(const struct ll_pg_array *array);

#endif
