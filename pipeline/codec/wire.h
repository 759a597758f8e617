/*
 * Avro single-object encoding (Avro specification, "Single object encoding"): C3 01, then the
 * CRC-64-AVRO fingerprint of the writer's schema, least byte first, then the body.
 */
#ifndef LL_CODEC_WIRE_H
#define LL_CODEC_WIRE_H

#include "base/bytes.h"

#define LL_WIRE_MARK_0	    0xc3
#define LL_WIRE_MARK_1	    0x01
#define LL_WIRE_HEADER_SIZE 10

static inline void ll_wire_header(uint64_t fingerprint, uint8_t ret_header[LL_WIRE_HEADER_SIZE])
{
	ret_header[0] = LL_WIRE_MARK_0;
	ret_header[1] = LL_WIRE_MARK_1;
	for (int i = 0; i < 8; i++)
		ret_header[2 + i] = (uint8_t)(fingerprint >> (8 * i));
}

/* Splits a message; false when it does not begin with a header. */
static inline bool ll_wire_split(struct ll_bytes wire, uint64_t *ret_fingerprint,
				 struct ll_bytes *ret_body)
{
	uint64_t fingerprint = 0;

	if (wire.size < LL_WIRE_HEADER_SIZE || wire.data[0] != LL_WIRE_MARK_0 ||
	    wire.data[1] != LL_WIRE_MARK_1)
		return false;
	for (int i = 0; i < 8; i++)
		fingerprint |= (uint64_t)wire.data[2 + i] << (8 * i);
	*ret_fingerprint = fingerprint;
	*ret_body =
		(struct ll_bytes){wire.data + LL_WIRE_HEADER_SIZE, wire.size - LL_WIRE_HEADER_SIZE};
	return true;
}

#endif
