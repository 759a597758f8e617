#include "store.h"

#include <assert.h>

#include "base/area.h"
#include "store_impl.h"

#define ID_PREFIX_MIN 4 /* hex digits: fewer would find a task by chance */
#define ID_PREFIX_MAX (2 * LL_KEY_SIZE)

int ll_store_clone(struct ll_store *store, struct ll_store **ret_store)
{
	return store->ops->clone(store, ret_store);
}

void ll_store_free(struct ll_store *store)
{
	if (store)
		store->ops->free(store);
}

int ll_store_ping(struct ll_store *store, struct ll_error *error)
{
	return store->ops->ping(store, error);
}

int ll_store_migrate(struct ll_store *store, int32_t *ret_from, int32_t *ret_to,
		     struct ll_error *error)
{
	return store->ops->migrate(store, ret_from, ret_to, error);
}

int ll_store_fix(struct ll_store *store, const char *name, int64_t value, int64_t *ret_stored,
		 struct ll_error *error)
{
	return store->ops->fix(store, name, value, ret_stored, error);
}

int ll_store_take_epoch(struct ll_store *store, const char *stage, const char *topic,
			int32_t partition, const char *owner, int64_t *ret_epoch,
			struct ll_error *error)
{
	struct ll_checkpoint_id id = {stage, topic, partition};

	return store->ops->take_epoch(store, &id, owner, ret_epoch, error);
}

int ll_store_read_checkpoint(struct ll_store *store, const char *stage, const char *topic,
			     int32_t partition, struct ll_checkpoint *ret_checkpoint,
			     int (*segment)(void *context, struct ll_bytes bytes), void *context,
			     struct ll_error *error)
{
	struct ll_checkpoint_id id = {stage, topic, partition};

	return store->ops->read_checkpoint(store, &id, ret_checkpoint, segment, context, error);
}

int ll_store_write_checkpoint(struct ll_store *store, const struct ll_checkpoint_write *write,
			      struct ll_error *error)
{
	size_t size = 0;

	assert(write->offset >= 0);
	for (size_t i = 0; i < write->segment_count; i++)
		if (__builtin_add_overflow(size, write->segments[i].size, &size) ||
		    size > LL_CHECKPOINT_WRITE_MAX)
			return ll_error_set(error, -LL_ERR_TOO_LARGE,
					    "the checkpoint of %s/%d has more than %zu bytes",
					    write->topic, write->partition,
					    LL_CHECKPOINT_WRITE_MAX);
	return store->ops->write_checkpoint(store, write, error);
}

int ll_store_write_records(struct ll_store *store, const struct ll_record_batch *batch,
			   struct ll_error *error)
{
	const struct ll_recorded_offset *offsets = batch->offsets;

	/* Two rows for one partition have no order in one statement. */
	for (size_t i = 0; i < batch->offset_count; i++)
		for (size_t k = i + 1; k < batch->offset_count; k++)
			if (offsets[i].partition == offsets[k].partition &&
			    strcmp(offsets[i].topic, offsets[k].topic) == 0)
				return ll_error_set(error, -LL_ERR_INVALID,
						    "two offsets for %s/%d in one batch",
						    offsets[i].topic, offsets[i].partition);
	return store->ops->write_records(store, batch, error);
}

int ll_store_recorded_offset(struct ll_store *store, const char *topic, int32_t partition,
			     int64_t *ret_next_offset, struct ll_error *error)
{
	return store->ops->recorded_offset(store, topic, partition, ret_next_offset, error);
}

static bool is_area_prefix(struct ll_str text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	return text.size <= LL_AREA_DIGITS;
}

/* The first and the last key that begin with the prefix; what names it in errors. */
static int range_of_prefix(struct ll_str prefix, const char *what, struct ll_key *ret_low,
			   struct ll_key *ret_high, struct ll_error *error)
{
	char low_hex[LL_KEY_HEX_SIZE], high_hex[LL_KEY_HEX_SIZE];

	if (prefix.size < ID_PREFIX_MIN || prefix.size > ID_PREFIX_MAX)
		return ll_error_set(error, -LL_ERR_INVALID, "the %s is %d to %d hex digits", what,
				    ID_PREFIX_MIN, ID_PREFIX_MAX);
	memset(low_hex, '0', sizeof(low_hex));
	memset(high_hex, 'f', sizeof(high_hex));
	memcpy(low_hex, prefix.data, prefix.size);
	memcpy(high_hex, prefix.data, prefix.size);
	if (ll_key_from_hex((struct ll_str){low_hex, ID_PREFIX_MAX}, ret_low) ||
	    ll_key_from_hex((struct ll_str){high_hex, ID_PREFIX_MAX}, ret_high))
		return ll_error_set(error, -LL_ERR_INVALID, "the %s is in hex digits", what);
	return 0;
}

int ll_store_list_tasks(struct ll_store *store, const struct ll_task_filter *filter,
			int (*row)(void *context, const struct ll_task_row *task), void *context,
			struct ll_error *error)
{
	struct ll_task_selection selection = {
		.area = ll_str_from(filter->county),
		.state = filter->state,
		.measure = filter->measure,
		.open_only = filter->open_only,
		.limit = filter->limit,
	};
	struct ll_key low, high;

	if (!is_area_prefix(selection.area))
		return ll_error_set(error, -LL_ERR_INVALID,
				    "an area is a prefix of 12 digits, not \"%.32s\"",
				    filter->county);
	if (filter->state < -1 || filter->state >= LL_TASK_STATE_COUNT || filter->measure < -1 ||
	    filter->measure >= LL_MEASURE_COUNT || filter->limit < 0)
		return ll_error_set(error, -LL_ERR_INVALID, "no such state, measure or limit");
	if (filter->household) {
		int err = range_of_prefix(ll_str_from(filter->household), "key of a household",
					  &low, &high, error);

		if (err)
			return err;
		selection.household_low = &low;
		selection.household_high = &high;
	}
	return store->ops->list_tasks(store, &selection, (struct ll_task_sink){row, context},
				      error);
}

int ll_store_find_task(struct ll_store *store, const char *id_prefix,
		       int (*row)(void *context, const struct ll_task_row *task), void *context,
		       struct ll_error *error)
{
	struct ll_key low, high;
	int err = range_of_prefix(ll_str_from(id_prefix), "id of a task", &low, &high, error);

	return err ? err
		   : store->ops->find_task(store, &low, &high, (struct ll_task_sink){row, context},
					   error);
}

int ll_store_list_history(struct ll_store *store, const struct ll_key *task_id,
			  const struct ll_key *household_key,
			  int (*row)(void *context, const struct ll_task_row *task), void *context,
			  struct ll_error *error)
{
	assert(!task_id != !household_key);
	return store->ops->list_history(store, task_id, household_key,
					(struct ll_task_sink){row, context}, error);
}

int ll_store_list_households(struct ll_store *store, const struct ll_household_filter *filter,
			     int (*row)(void *context, const struct ll_household_status *household),
			     void *context, struct ll_error *error)
{
	const struct ll_household_selection selection = {
		.area = ll_str_from(filter->county),
		.state = filter->state,
		.group = filter->group,
		.held = filter->held,
		.limit = filter->limit,
	};

	if (!is_area_prefix(selection.area))
		return ll_error_set(error, -LL_ERR_INVALID,
				    "an area is a prefix of 12 digits, not \"%.32s\"",
				    filter->county);
	if (filter->state < -1 || filter->state >= LL_CASE_STATE_COUNT || filter->limit < 0 ||
	    (unsigned int)filter->group >= LL_GROUP_COUNT)
		return ll_error_set(error, -LL_ERR_INVALID, "no such state, group or limit");
	return store->ops->list_households(store, &selection,
					   (struct ll_household_sink){row, context}, error);
}

int ll_store_find_household(struct ll_store *store, const char *key_prefix,
			    int (*row)(void *context, const struct ll_household_status *household),
			    void *context, struct ll_error *error)
{
	struct ll_key low, high;
	int err =
		range_of_prefix(ll_str_from(key_prefix), "key of a household", &low, &high, error);

	return err ? err
		   : store->ops->find_household(store, &low, &high,
						(struct ll_household_sink){row, context}, error);
}

int ll_store_list_risk_changes(struct ll_store *store, const struct ll_key *household_key,
			       int (*row)(void *context,
					  const struct ll_recorded_risk_change *change),
			       void *context, struct ll_error *error)
{
	return store->ops->list_risk_changes(store, household_key,
					     (struct ll_risk_change_sink){row, context}, error);
}

int ll_store_list_courses(struct ll_store *store, const char *county, uint32_t measures,
			  int (*row)(void *context, const struct ll_case_course *course),
			  void *context, struct ll_error *error)
{
	struct ll_str area = ll_str_from(county);

	if (!is_area_prefix(area))
		return ll_error_set(error, -LL_ERR_INVALID,
				    "an area is a prefix of 12 digits, not \"%.32s\"", county);
	return store->ops->list_courses(store, area, measures,
					(struct ll_course_sink){row, context}, error);
}

int ll_store_count(struct ll_store *store, enum ll_count what,
		   int (*row)(void *context, const struct ll_count_row *count), void *context,
		   struct ll_error *error)
{
	assert(what >= LL_COUNT_TASKS && what <= LL_COUNT_CASES);
	return store->ops->count(store, what, row, context, error);
}

int ll_store_latency(struct ll_store *store, int64_t since_ms, int64_t *ret_count,
		     double *ret_p50_ms, double *ret_p99_ms, struct ll_error *error)
{
	return store->ops->latency(store, since_ms, ret_count, ret_p50_ms, ret_p99_ms, error);
}

int ll_store_put_people(struct ll_store *store, const struct ll_private_person *people,
			size_t count, struct ll_error *error)
{
	return store->ops->put_people(store, people, count, error);
}
