/*
 * lifeline deadletters: what the stages rejected. Shared by its files.
 */
#ifndef LL_DEADLETTERS_DEADLETTERS_H
#define LL_DEADLETTERS_DEADLETTERS_H

#include "codec/codec.h"
#include "runtime/command.h"
#include "runtime/topics.h"

#define LL_LETTER_POSITION_MAX 64 /* bytes of "enrich/2/15" with the ending NUL */

/* Where a dead letter stands: its stage, and partition and offset in the stage's topic. */
struct ll_letter_position {
	char topic[LL_TOPIC_NAME_MAX];
	int32_t partition;
	int64_t offset;
};

/* "enrich/2/15"; -LL_ERR_INVALID. */
int ll_letter_position_parse(const char *text, struct ll_letter_position *ret_position);
void ll_letter_position_format(const char *topic, int32_t partition, int64_t offset,
			       char ret_text[LL_LETTER_POSITION_MAX]);

/* The message that records of a topic hold, or -1. */
int ll_letter_message(struct ll_str topic);

/* Appends at most max bytes as offset, hex and text, 16 a line; says how many were left out. */
int ll_hex_dump(struct ll_bytes bytes, size_t max, struct ll_buf *out);

/* Each returns an exit code and has told the user. */
int ll_deadletters_list(struct ll_invocation *invocation);
int ll_deadletters_show(struct ll_invocation *invocation);

#endif
