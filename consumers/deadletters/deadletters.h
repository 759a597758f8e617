/*
 * lifeline deadletters: what the stages rejected. Shared by its files.
 */
#ifndef LL_DEADLETTERS_DEADLETTERS_H
#define LL_DEADLETTERS_DEADLETTERS_H

#include "cli/key_table.h"
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

/*
 * Is this letter in the table already, or in it from now on? record's letters are not part of its
 * transaction: one that was interrupted writes them again. Other stages' are never written twice, and
 * never in the table.
 */
int ll_letter_is_again(struct ll_key_table *table, const struct ll_dead_letter *letter,
		       bool *ret_again);

/* Appends at most max bytes as offset, hex and text, 16 a line; says how many were left out. */
int ll_hex_dump(struct ll_bytes bytes, size_t max, struct ll_buf *out);

/* ---- sending back ---------------------------------------------------------------------------- */

/* What of the dead letters is meant; NULL and 0: any. */
struct ll_letter_filter {
	const char *reason;
	const char *department;
	int64_t since_ms; /* rejected at or after */
	int64_t until_ms; /* rejected before; 0: any */
};

/* The department that an original's topic names; empty where it is no department's. */
struct ll_str ll_letter_department(struct ll_str topic);
bool ll_letter_fits(const struct ll_letter_filter *filter, const struct ll_dead_letter *letter,
		    struct ll_str department);
/*
 * Where an original goes back to: its own topic and partition, or by its key where it was misplaced.
 * -LL_ERR_UNSUPPORTED: nothing that `stage` reads, or a queue that others read too.
 * -LL_ERR_TOO_LARGE: the letter holds only the first bytes of it.
 */
int ll_letter_way_back(const struct ll_dead_letter *letter, struct ll_str stage,
		       char ret_topic[LL_TOPIC_NAME_MAX], int32_t *ret_partition);

/* Each returns an exit code and has told the user. */
int ll_deadletters_list(struct ll_invocation *invocation);
int ll_deadletters_show(struct ll_invocation *invocation);
int ll_deadletters_replay(struct ll_invocation *invocation);

#endif
