#include "cli/verify.h"

#include "base/hash.h"

/* A count of nothing is the middle, so that an unsigned number can go both ways. */
#define MIDDLE 0x80000000u

void ll_verify_init(struct ll_verify *verify, const struct ll_codec *codec)
{
	*verify = (struct ll_verify){.codec = codec};
	ll_key_table_init(&verify->messages);
	ll_buf_init(&verify->wire);
}

void ll_verify_release(struct ll_verify *verify)
{
	ll_key_table_release(&verify->messages);
	ll_buf_release(&verify->wire);
}

/* The schema's fingerprint stands at the head of the bytes, so kinds of messages never meet. */
static int count_bytes(struct ll_verify *verify, struct ll_bytes wire, int direction)
{
	struct ll_key_entry *entry;
	struct ll_key hash;
	int err;

	ll_hash128(wire.data, wire.size, &hash);
	err = ll_key_table_put(&verify->messages, &hash, &entry);
	if (err)
		return err;
	if (entry->value == 0)
		entry->value = MIDDLE;
	entry->value += (uint32_t)direction;
	return 0;
}

static int computed(struct ll_verify *verify, enum ll_message message, const void *value)
{
	int err;

	ll_buf_clear(&verify->wire);
	err = ll_codec_encode(verify->codec, message, value, &verify->wire);
	verify->computed[message]++;
	return err ? err : count_bytes(verify, ll_buf_bytes(&verify->wire), 1);
}

int ll_verify_computed(struct ll_verify *verify, const struct ll_decision *decision)
{
	int err = 0;

	for (size_t i = 0; !err && i < decision->task_count; i++)
		err = computed(verify, LL_MESSAGE_TASK, &decision->tasks[i]);
	for (size_t i = 0; !err && i < decision->escalation_count; i++)
		err = computed(verify, LL_MESSAGE_ESCALATION, &decision->escalations[i]);
	if (!err && decision->has_risk_change)
		err = computed(verify, LL_MESSAGE_RISK_CHANGE, &decision->risk_change);
	return err;
}

int ll_verify_found(struct ll_verify *verify, enum ll_message message, struct ll_bytes wire)
{
	verify->found[message]++;
	return count_bytes(verify, wire, -1);
}

struct ll_verify_result ll_verify_compare(const struct ll_verify *verify)
{
	struct ll_verify_result result = {0};

	for (uint32_t i = 0; i < verify->messages.count; i++) {
		int64_t rest = (int64_t)verify->messages.entries[i].value - MIDDLE;

		if (rest > 0)
			result.lost += rest;
		else
			result.doubled -= rest;
	}
	return result;
}
