/*
 * What assess does with one record of household-events, around the pure core: decode, see whether it
 * is where it belongs, apply. `lifeline verify` folds the same way.
 *
 * One thread.
 */
#ifndef LL_ASSESS_FOLD_H
#define LL_ASSESS_FOLD_H

#include "bus/bus.h"
#include "codec/codec.h"
#include "core/partition.h"

struct ll_fold {
	const struct ll_codec *codec; /* borrowed */
	int32_t household_partitions; /* Q */
	struct ll_arena message;      /* the event in hand */
	struct ll_arena scratch;      /* the decision in hand */
};

void ll_fold_init(struct ll_fold *fold, const struct ll_codec *codec, int32_t household_partitions);
void ll_fold_release(struct ll_fold *fold);
/*
 * 0, or what ll_codec_decode and ll_partition_apply give: a REJECT error changed nothing. A record
 * whose key belongs to another partition is not applied: 0, and *ret_misplaced is true. All of it
 * depends on the bytes alone.
 */
int ll_fold_apply(struct ll_fold *fold, struct ll_partition *partition,
		  const struct ll_record *record, ll_decision_sink *sink, void *sink_context,
		  bool *ret_misplaced);

#endif
