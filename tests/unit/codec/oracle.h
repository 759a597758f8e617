/*
 * Avro C as the oracle: it must read what we write, and we what it writes. Aborts where it differs.
 */
#ifndef LL_TEST_CODEC_ORACLE_H
#define LL_TEST_CODEC_ORACLE_H

#include <avro.h>

#include "codec/codec.h"
#include "sample.h"

struct oracle {
	avro_schema_t schema;
	avro_value_iface_t *iface;
	avro_value_t value;
};

void oracle_init(struct oracle *oracle, const struct ll_codec *codec, enum ll_message message);
void oracle_release(struct oracle *oracle);

/* Reads a message that has our schema's header, and compares every field with the value. */
void oracle_reads(struct oracle *oracle, enum ll_message message, struct ll_bytes wire,
		  const union sample *sample);
/* Writes the value, with our header; replaces what is in *out. */
void oracle_writes(struct oracle *oracle, const struct ll_codec *codec, enum ll_message message,
		   const union sample *sample, struct ll_buf *out);

#endif
