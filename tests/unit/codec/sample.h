/*
 * Values for the codec's tests: random ones within the limits of the field tables, from a seed, and
 * a comparison that looks at every field.
 */
#ifndef LL_TEST_CODEC_SAMPLE_H
#define LL_TEST_CODEC_SAMPLE_H

#include "codec/field.h"

/* Room for any message. */
union sample {
#define SAMPLE_MEMBER(symbol, number, name, type) struct type symbol;
	LL_MESSAGES(SAMPLE_MEMBER)
#undef SAMPLE_MEMBER
};

struct sample_random {
	uint64_t state;
	struct ll_arena *arena; /* of texts and arrays */
	struct ll_bytes feed;	/* drawn from first, a byte or two a number: a fuzzer's input */
};

uint64_t sample_next(struct sample_random *random);
/* 0 to below - 1 */
uint64_t sample_below(struct sample_random *random, uint64_t below);

/* A valid value of the message, all kinds of payloads and bodies among them. */
void sample_fill(struct sample_random *random, enum ll_message message, union sample *ret_sample);

/* The same for any record. */
void sample_fill_record(struct sample_random *random, const struct ll_field_record *record,
			void *value);

/*
 * Appends the body of a value, valid or not: the encoder that the tests of bad values need, written
 * apart from the codec's. -LL_ERR_NO_MEMORY.
 */
int sample_encode(const struct ll_field_record *record, const void *value, struct ll_buf *out);

/* Are two values the same, field by field? */
bool sample_equal(const struct ll_field_record *record, const void *a, const void *b);

#endif
