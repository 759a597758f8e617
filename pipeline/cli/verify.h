/*
 * Two multisets of messages: what one run of the pure core over the log says, and what the topics
 * hold. One thread.
 */
#ifndef LL_CLI_VERIFY_H
#define LL_CLI_VERIFY_H

#include "cli/key_table.h"
#include "codec/codec.h"

struct ll_verify {
	const struct ll_codec *codec;
	struct ll_key_table messages; /* hash -> computed less found, around a middle */
	struct ll_buf wire;
	int64_t computed[LL_MESSAGE_COUNT];
	int64_t found[LL_MESSAGE_COUNT];
};

/* What the comparison found, by message and in all. */
struct ll_verify_result {
	int64_t lost;	 /* computed, and not in the topics */
	int64_t doubled; /* in the topics more often than computed */
};

/* codec is borrowed. */
void ll_verify_init(struct ll_verify *verify, const struct ll_codec *codec);
void ll_verify_release(struct ll_verify *verify);
/* All that a decision emits, as assess encodes it. -LL_ERR_NO_MEMORY. */
int ll_verify_computed(struct ll_verify *verify, const struct ll_decision *decision);
/* One record of an output topic. */
int ll_verify_found(struct ll_verify *verify, enum ll_message message, struct ll_bytes wire);
struct ll_verify_result ll_verify_compare(const struct ll_verify *verify);

#endif
