/*
 * What an entry is written with and read by, for state*.c only. Reading believes nothing: the first
 * thing that does not fit makes the reader bad, and all that follows gives zeros.
 */
#ifndef LL_CORE_STATE_PRIVATE_H
#define LL_CORE_STATE_PRIVATE_H

#include "base/date.h"
#include "base/err.h"
#include "partition_private.h"
#include "state.h"

#define LL_STATE_LONG_MAX_BYTES 10
#define LL_STATE_HEAD_SIZE	5

/* ---- writing: the room is there ------------------------------------------------------------- */

struct ll_state_writer {
	uint8_t *head; /* of the entry */
	uint8_t *at;
};

static inline void ll_state_put_byte(struct ll_state_writer *w, unsigned int value)
{
	*w->at++ = (uint8_t)value;
}

static inline void ll_state_put_raw(struct ll_state_writer *w, const void *data, size_t size)
{
	if (size > 0)
		memcpy(w->at, data, size);
	w->at += size;
}

static inline void ll_state_put_fixed(struct ll_state_writer *w, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		ll_state_put_byte(w, (unsigned int)(value >> (8 * i)) & 0xffu);
}

static inline void ll_state_put_long(struct ll_state_writer *w, int64_t value)
{
	/* Most are small; the call would cost more than the byte. */
	if (value >= -64 && value < 64)
		ll_state_put_byte(w, ((unsigned int)value << 1 ^ (value < 0 ? ~0u : 0u)) & 0x7fu);
	else
		w->at += ll_long_encode(value, w->at);
}

static inline int ll_state_begin_entry(struct ll_state_writer *w, enum ll_entry_kind kind,
				       size_t room, struct ll_buf *out)
{
	int rc = ll_buf_reserve(out, room);

	if (rc < 0)
		return rc;
	w->head = out->data + out->size;
	w->at = w->head + LL_STATE_HEAD_SIZE;
	w->head[0] = (uint8_t)kind;
	ll_state_put_byte(w, LL_STATE_VERSION);
	return 0;
}

static inline void ll_state_end_entry(struct ll_state_writer *w, struct ll_buf *out)
{
	struct ll_state_writer length = {w->head, w->head + 1};

	ll_state_put_fixed(&length, (uint64_t)(w->at - w->head - LL_STATE_HEAD_SIZE), 4);
	out->size += (size_t)(w->at - w->head);
}

/* ---- reading: nothing is believed ----------------------------------------------------------- */

/* The first thing that does not fit makes bad true, and all that follows gives zeros. */
struct ll_state_reader {
	struct ll_cursor cursor;
	bool bad;
};

static inline const uint8_t *ll_state_get_raw(struct ll_state_reader *r, size_t size)
{
	const uint8_t *data;

	if (r->bad || ll_cursor_take(&r->cursor, size, &data) < 0) {
		r->bad = true;
		return NULL;
	}
	return data;
}

static inline uint64_t ll_state_get_fixed(struct ll_state_reader *r, size_t bytes)
{
	const uint8_t *data = ll_state_get_raw(r, bytes);
	uint64_t value = 0;

	for (size_t i = 0; data && i < bytes; i++)
		value |= (uint64_t)data[i] << (8 * i);
	return value;
}

static inline int64_t ll_state_get_long(struct ll_state_reader *r, int64_t min, int64_t max)
{
	int64_t value;

	if (r->bad || ll_cursor_long(&r->cursor, &value) < 0 || value < min || value > max) {
		r->bad = true;
		return min;
	}
	return value;
}

static inline uint8_t ll_state_get_byte(struct ll_state_reader *r, unsigned int max)
{
	uint64_t value = ll_state_get_fixed(r, 1);

	if (value > max)
		r->bad = true;
	return r->bad ? 0 : (uint8_t)value;
}

static inline void ll_state_get_key(struct ll_state_reader *r, struct ll_key *ret_key)
{
	const uint8_t *data = ll_state_get_raw(r, LL_KEY_SIZE);

	if (data)
		memcpy(ret_key->bytes, data, LL_KEY_SIZE);
}

static inline int32_t ll_state_get_day(struct ll_state_reader *r)
{
	return (int32_t)ll_state_get_long(r, LL_DAY_MIN, LL_DAY_MAX);
}

/* A day, or none. */
static inline int32_t ll_state_get_day_or_none(struct ll_state_reader *r)
{
	int32_t day = (int32_t)ll_state_get_long(r, LL_DAY_NONE, LL_DAY_MAX);

	if (day != LL_DAY_NONE && day < LL_DAY_MIN)
		r->bad = true;
	return day;
}

/* ---- the partition's own entry --------------------------------------------------------------- */

/* -LL_ERR_NO_MEMORY */
int ll_state_put_partition(const struct ll_partition *partition, struct ll_buf *out);
/* Reads its body into the partition. -LL_ERR_STATE, -LL_ERR_NO_MEMORY. */
int ll_state_get_partition(struct ll_partition *partition, struct ll_bytes body);

#endif
