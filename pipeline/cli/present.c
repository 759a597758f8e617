#include "cli/present.h"

#include "base/hash.h"
#include "consumers/assess/fold.h"
#include "policy/policy_yaml.h"
#include "runtime/scan.h"
#include "runtime/shell.h"

#define STAGE	    "assess"
#define OTHER_LOGIC 1 /* ends the reading of a checkpoint */

int ll_present_init(struct ll_present *present, struct ll_bus *bus, struct ll_store *store,
		    const struct ll_codec *codec, const char *client, struct ll_error *error)
{
	int32_t partitions = 0;
	int err = ll_bus_partition_count(bus, ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS),
					 LL_SHELL_ANSWER_MS, &partitions, error);

	if (!err && partitions == 0)
		err = ll_error_set(error, -LL_ERR_NOT_FOUND,
				   "there are no topics; `lifeline topics create` makes them");
	if (err)
		return err;
	*present = (struct ll_present){
		.bus = bus,
		.store = store,
		.codec = codec,
		.client = client,
		.partitions = partitions,
	};
	return 0;
}

/* ---- the checkpoint ---------------------------------------------------------------------------- */

struct restoring {
	struct ll_partition *partition;
	struct ll_checkpoint checkpoint;
	struct ll_arena scratch;
};

static int restore(void *context, struct ll_bytes segment)
{
	struct restoring *restoring = context;

	if (restoring->checkpoint.logic_version != LL_LOGIC_VERSION)
		return OTHER_LOGIC;
	ll_arena_clear(&restoring->scratch);
	return ll_partition_restore(restoring->partition, segment, &restoring->scratch);
}

/* *ret_from: where the log goes on; LL_OFFSET_BEGINNING without a checkpoint that can be used. */
static int load_checkpoint(const struct ll_present *present, int32_t number,
			   struct ll_partition *partition, int64_t *ret_from,
			   struct ll_error *error)
{
	struct restoring restoring = {.partition = partition};
	int err;

	ll_arena_init(&restoring.scratch, 0);
	err = ll_store_read_checkpoint(present->store, STAGE,
				       ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS), number,
				       &restoring.checkpoint, restore, &restoring, error);
	ll_arena_release(&restoring.scratch);
	if (err && err != OTHER_LOGIC)
		return err;
	*ret_from = !err && restoring.checkpoint.exists &&
				    restoring.checkpoint.logic_version == LL_LOGIC_VERSION
			    ? restoring.checkpoint.offset
			    : LL_OFFSET_BEGINNING;
	return 0;
}

/* ---- the rest of the log ----------------------------------------------------------------------- */

struct folding {
	const struct ll_present *present;
	struct ll_partition *partition;
	struct ll_fold fold;
};

static int fold_record(void *context, struct ll_scan *scan, const struct ll_scan_part *part,
		       const struct ll_record *record)
{
	struct folding *folding = context;
	bool misplaced = false;
	int err;

	(void)scan;
	(void)part;
	if (folding->present->folded)
		folding->present->folded(folding->present->context);
	err = ll_fold_apply(&folding->fold, folding->partition, record, NULL, NULL, &misplaced);
	/* What assess rejects changes nothing. */
	return err && ll_err_class(err) == LL_CLASS_REJECT ? 0 : err;
}

static int fold_rest(const struct ll_present *present, int32_t number, int64_t from,
		     struct ll_partition *partition, struct ll_error *error)
{
	struct folding folding = {.present = present, .partition = partition};
	struct ll_scan *scan = NULL;
	int err = ll_scan_new(present->bus, present->client, &scan, error);

	if (!err)
		err = ll_scan_add(scan, ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS), number,
				  from, error);
	if (!err && ll_scan_count(scan) > 0 &&
	    ll_scan_at(scan, 0)->first > (from == LL_OFFSET_BEGINNING ? 0 : from))
		err = ll_error_set(error, -LL_ERR_UNSUPPORTED,
				   "partition %d of household-events: records are gone that no "
				   "checkpoint of this version of lifeline holds",
				   number);
	if (!err) {
		ll_fold_init(&folding.fold, present->codec, present->partitions);
		err = ll_scan_run(scan, fold_record, &folding, error);
		ll_fold_release(&folding.fold);
	}
	ll_scan_free(scan);
	return err;
}

int ll_present_load(const struct ll_present *present, int32_t number,
		    struct ll_partition **ret_partition, struct ll_error *error)
{
	struct ll_partition *partition = NULL;
	int64_t from = LL_OFFSET_BEGINNING;
	int err = ll_partition_new(&ll_policy_yaml_compiler, &partition);

	if (!err && present->store)
		err = load_checkpoint(present, number, partition, &from, error);
	if (!err)
		err = fold_rest(present, number, from, partition, error);
	if (err)
		ll_partition_free(partition);
	else
		*ret_partition = partition;
	return err;
}

/* ---- walking ----------------------------------------------------------------------------------- */

struct walking {
	const struct ll_present_visitor *visitor;
	int32_t today;
};

static int visit_with_day(void *context, const struct ll_household *household)
{
	const struct walking *walking = context;

	return walking->visitor->household(walking->visitor->context, household, walking->today);
}

int ll_present_walk(const struct ll_present *present, const struct ll_present_visitor *visitor,
		    struct ll_error *error)
{
	int err = 0;

	for (int32_t i = 0; i < present->partitions && !err; i++) {
		struct walking walking = {.visitor = visitor};
		struct ll_partition *partition = NULL;

		err = ll_present_load(present, i, &partition, error);
		if (err)
			break;
		walking.today = ll_partition_day(partition);
		if (visitor->partition)
			err = visitor->partition(visitor->context, partition);
		if (!err)
			err = ll_partition_each(partition, visit_with_day, &walking);
		ll_partition_free(partition);
	}
	return err;
}

int ll_present_find(const struct ll_present *present, const struct ll_key *key,
		    int (*visit)(void *context, const struct ll_household *household,
				 int32_t today),
		    void *context, struct ll_error *error)
{
	const struct ll_household *household;
	struct ll_partition *partition = NULL;
	int err = ll_present_load(present,
				  ll_partition_of(key->bytes, LL_KEY_SIZE, present->partitions),
				  &partition, error);

	if (err)
		return err;
	household = ll_partition_household(partition, key);
	err = household ? visit(context, household, ll_partition_day(partition))
			: ll_error_set(error, -LL_ERR_NOT_FOUND, "the household is not registered");
	ll_partition_free(partition);
	return err;
}
