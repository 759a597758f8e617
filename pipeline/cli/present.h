/*
 * The households as they stand now, partition by partition: the checkpoint in PostgreSQL, and what the
 * log holds after it, folded by the pure core as assess folds it. Reads only; assess may be at work.
 *
 * One thread. Memory is that of one partition.
 */
#ifndef LL_CLI_PRESENT_H
#define LL_CLI_PRESENT_H

#include "bus/bus.h"
#include "codec/codec.h"
#include "core/household.h"
#include "core/partition.h"
#include "store/store.h"

struct ll_present {
	struct ll_bus *bus;
	struct ll_store *store; /* NULL: the whole log is folded instead */
	const struct ll_codec *codec;
	const char *client; /* how the broker knows this reader */
	int32_t partitions; /* Q */
	/* Told of every record that is folded; may be NULL. */
	void (*folded)(void *context);
	void *context;
};

/*
 * Everything is borrowed. Asks the broker for Q. -LL_ERR_NOT_FOUND when there are no topics.
 */
int ll_present_init(struct ll_present *present, struct ll_bus *bus, struct ll_store *store,
		    const struct ll_codec *codec, const char *client, struct ll_error *error);
/*
 * A partition as of the end of the log. A checkpoint of another version of the logic is passed over,
 * and the log folded from its beginning; -LL_ERR_UNSUPPORTED when that is gone. The caller frees it.
 */
int ll_present_load(const struct ll_present *present, int32_t partition,
		    struct ll_partition **ret_partition, struct ll_error *error);
/* Every registered household of all partitions, one after the other; today: the last tick of each. */
struct ll_present_visitor {
	int (*partition)(void *context, struct ll_partition *partition); /* first; may be NULL */
	int (*household)(void *context, const struct ll_household *household, int32_t today);
	void *context;
};
int ll_present_walk(const struct ll_present *present, const struct ll_present_visitor *visitor,
		    struct ll_error *error);
/*
 * One household: visit is called once, with the day of its partition; -LL_ERR_NOT_FOUND when it is
 * not registered.
 */
int ll_present_find(const struct ll_present *present, const struct ll_key *key,
		    int (*visit)(void *context, const struct ll_household *household,
				 int32_t today),
		    void *context, struct ll_error *error);

#endif
