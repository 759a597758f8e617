/*
 * The store as one instance sees it: every call goes to the shared in-memory store, unless a fault
 * says otherwise or the database is away.
 */
#include <assert.h>
#include <stdlib.h>

#include "world.h"

struct sim_store {
	struct ll_store base;
	struct sim_instance *instance;
	/* SIM_WITHOUT_LATER_READ_OF_SEGMENTS: the segments as they were when the epoch was asked for. */
	struct ll_buf *early;
	size_t early_count;
};

static const struct ll_store_ops sim_store_ops;

static struct sim_store *store_of(struct ll_store *store)
{
	assert(store->ops == &sim_store_ops);
	return (struct sim_store *)store;
}

static struct ll_store *inner_of(struct ll_store *store)
{
	return store_of(store)->instance->world->store;
}

static bool begin(struct sim_call *call, struct ll_store *store, enum sim_site site,
		  struct ll_error *error)
{
	struct sim_instance *instance = store_of(store)->instance;

	if (!sim_call_begin(call, instance, site, error))
		return false;
	if (!instance->world->store_away)
		return true;
	call->err = ll_error_set(error, -LL_ERR_UNAVAILABLE, "the database is away");
	return false;
}

/* ---- epochs and checkpoints ------------------------------------------------------------------- */

static void forget_early(struct sim_store *store)
{
	for (size_t i = 0; i < store->early_count; i++)
		ll_buf_release(&store->early[i]);
	free(store->early);
	store->early = NULL;
	store->early_count = 0;
}

static int keep_early(void *context, struct ll_bytes bytes)
{
	struct sim_store *store = context;

	store->early = realloc(store->early, (store->early_count + 1) * sizeof(*store->early));
	assert(store->early);
	ll_buf_init(&store->early[store->early_count]);
	return ll_buf_append(&store->early[store->early_count++], bytes.data, bytes.size);
}

/* One statement that raises and reads: its segments are of before it waited for the old owner. */
static void read_early(struct sim_store *store, const struct ll_checkpoint_id *id)
{
	struct ll_checkpoint checkpoint;

	forget_early(store);
	if (store->instance->stage == SIM_ASSESS &&
	    store->instance->world->options->mutation == SIM_WITHOUT_LATER_READ_OF_SEGMENTS)
		ll_store_read_checkpoint(store->instance->world->store, id->stage, id->topic,
					 id->partition, &checkpoint, keep_early, store, NULL);
}

static int take_epoch(struct ll_store *base, const struct ll_checkpoint_id *id, const char *owner,
		      int64_t *ret_epoch, struct ll_error *error)
{
	struct sim_call call;

	read_early(store_of(base), id);
	if (!begin(&call, base, SIM_SITE_TAKE_EPOCH, error))
		return call.err;
	return sim_call_end(&call,
			    ll_store_take_epoch(inner_of(base), id->stage, id->topic, id->partition,
						owner, ret_epoch, error),
			    error);
}

struct reading {
	int (*segment)(void *context, struct ll_bytes bytes);
	void *context;
	int64_t left; /* segments until the connection breaks; negative: never */
	bool broken;
};

static int pass_on(void *context, struct ll_bytes bytes)
{
	struct reading *reading = context;

	reading->broken = reading->left == 0;
	if (reading->broken)
		return -LL_ERR_UNAVAILABLE;
	reading->left--;
	return reading->segment(reading->context, bytes);
}

static int skip(void *context, struct ll_bytes bytes)
{
	(void)context;
	(void)bytes;
	return 0;
}

static int read_late(struct sim_store *store, const struct ll_checkpoint_id *id,
		     struct ll_checkpoint *ret_checkpoint, struct reading *reading,
		     struct ll_error *error)
{
	int err = ll_store_read_checkpoint(store->instance->world->store, id->stage, id->topic,
					   id->partition, ret_checkpoint, skip, NULL, error);

	for (size_t i = 0; !err && i < store->early_count; i++)
		err = reading->segment(reading->context, ll_buf_bytes(&store->early[i]));
	return err;
}

static int read_checkpoint(struct ll_store *base, const struct ll_checkpoint_id *id,
			   struct ll_checkpoint *ret_checkpoint,
			   int (*segment)(void *context, struct ll_bytes bytes), void *context,
			   struct ll_error *error)
{
	struct sim_store *store = store_of(base);
	struct reading reading = {.segment = segment, .context = context, .left = -1};
	struct sim_call call;
	int err;

	if (!begin(&call, base, SIM_SITE_READ_CHECKPOINT, error))
		return call.err;
	if (sim_call_is(&call, SIM_FAULT_READ_CHECKPOINT_BROKEN))
		reading.left = sim_random_below(&store->instance->world->random, 3);
	if (store->instance->world->options->mutation == SIM_WITHOUT_LATER_READ_OF_SEGMENTS)
		err = read_late(store, id, ret_checkpoint, &reading, error);
	else
		err = ll_store_read_checkpoint(inner_of(base), id->stage, id->topic, id->partition,
					       ret_checkpoint, pass_on, &reading, error);
	if (reading.broken)
		err = ll_error_set(error, -LL_ERR_UNAVAILABLE, "the connection broke");
	return sim_call_end(&call, err, error);
}

static int write_checkpoint(struct ll_store *base, const struct ll_checkpoint_write *write,
			    struct ll_error *error)
{
	struct sim_call call;

	if (!begin(&call, base, SIM_SITE_WRITE_CHECKPOINT, error))
		return call.err;
	return sim_call_end(&call, ll_store_write_checkpoint(inner_of(base), write, error), error);
}

/* ---- record ------------------------------------------------------------------------------------- */

static int write_records(struct ll_store *base, const struct ll_record_batch *batch,
			 struct ll_error *error)
{
	struct sim_call call;

	if (!begin(&call, base, SIM_SITE_WRITE_RECORDS, error))
		return call.err;
	return sim_call_end(&call, ll_store_write_records(inner_of(base), batch, error), error);
}

static int recorded_offset(struct ll_store *base, const char *topic, int32_t partition,
			   int64_t *ret_next_offset, struct ll_error *error)
{
	struct sim_call call;

	if (!begin(&call, base, SIM_SITE_RECORDED_OFFSET, error))
		return call.err;
	return sim_call_end(
		&call,
		ll_store_recorded_offset(inner_of(base), topic, partition, ret_next_offset, error),
		error);
}

/* ---- the store ------------------------------------------------------------------------------------ */

static void store_free(struct ll_store *base)
{
	forget_early(store_of(base));
	free(base);
}

static int store_clone(struct ll_store *base, struct ll_store **ret_store)
{
	return sim_store_new(store_of(base)->instance, ret_store);
}

/* What the stages ask; nothing else is here. */
static const struct ll_store_ops sim_store_ops = {
	.free = store_free,
	.clone = store_clone,
	.take_epoch = take_epoch,
	.read_checkpoint = read_checkpoint,
	.write_checkpoint = write_checkpoint,
	.write_records = write_records,
	.recorded_offset = recorded_offset,
};

int sim_store_new(struct sim_instance *instance, struct ll_store **ret_store)
{
	struct sim_store *store = calloc(1, sizeof(*store));

	if (!store)
		return -LL_ERR_NO_MEMORY;
	store->base.ops = &sim_store_ops;
	store->instance = instance;
	*ret_store = &store->base;
	return 0;
}
