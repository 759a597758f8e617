#include "fold.h"

#include "base/hash.h"

void ll_fold_init(struct ll_fold *fold, const struct ll_codec *codec, int32_t household_partitions)
{
	fold->codec = codec;
	fold->household_partitions = household_partitions;
	ll_arena_init(&fold->message, 0);
	ll_arena_init(&fold->scratch, 0);
}

void ll_fold_release(struct ll_fold *fold)
{
	ll_arena_release(&fold->message);
	ll_arena_release(&fold->scratch);
}

static bool is_broadcast(enum ll_body body)
{
	return body == LL_BODY_AREA_ALERT || body == LL_BODY_TICK ||
	       body == LL_BODY_POLICY_ACTIVATED;
}

/* Is the record where its key belongs? Decided by the bytes alone, so fold and work agree. */
static bool is_misplaced(const struct ll_fold *fold, const struct ll_record *record,
			 const struct ll_household_event *event)
{
	return !is_broadcast(event->body) &&
	       ll_partition_of(event->household_key.bytes, LL_KEY_SIZE,
			       fold->household_partitions) != record->partition;
}

int ll_fold_apply(struct ll_fold *fold, struct ll_partition *partition,
		  const struct ll_record *record, ll_decision_sink *sink, void *sink_context,
		  bool *ret_misplaced)
{
	struct ll_household_event event;
	int err;

	ll_arena_clear(&fold->message);
	ll_arena_clear(&fold->scratch);
	err = ll_codec_decode(fold->codec, LL_MESSAGE_HOUSEHOLD_EVENT, record->value,
			      &fold->message, &event);
	if (err)
		return err;
	*ret_misplaced = is_misplaced(fold, record, &event);
	if (*ret_misplaced)
		return 0;
	return ll_partition_apply(partition, &event, &fold->scratch, sink, sink_context);
}
