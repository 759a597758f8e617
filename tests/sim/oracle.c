#include "oracle.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "policy/policy_yaml.h"

#define POLICIES_MAX 8

/* ---- bags -------------------------------------------------------------------------------------- */

void sim_bag_release(struct sim_bag *bag)
{
	free(bag->items);
	*bag = (struct sim_bag){0};
}

void sim_bag_add(struct sim_bag *bag, const void *bytes, size_t size)
{
	if (bag->count == bag->capacity) {
		bag->capacity = bag->capacity ? bag->capacity * 2 : 256;
		bag->items = reallocarray(bag->items, bag->capacity, sizeof(*bag->items));
		assert(bag->items);
	}
	ll_hash128(bytes, size, &bag->items[bag->count++]);
}

void sim_bag_add_rejected(struct sim_bag *bag, struct ll_str topic, int32_t partition,
			  int64_t offset, struct ll_str reason)
{
	char text[256];
	int size = snprintf(text, sizeof(text), "%.*s %d %lld %.*s", LL_STR_ARG(topic),
			    (int)partition, (long long)offset, LL_STR_ARG(reason));

	sim_bag_add(bag, text, (size_t)size);
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct ll_key));
}

static void sort(struct sim_bag *bag)
{
	if (bag->count > 1)
		qsort(bag->items, bag->count, sizeof(*bag->items), by_bytes);
}

void sim_bag_compare(struct sim_bag *a, struct sim_bag *b, size_t *ret_only_a, size_t *ret_only_b)
{
	size_t i = 0;
	size_t k = 0;

	sort(a);
	sort(b);
	*ret_only_a = 0;
	*ret_only_b = 0;
	while (i < a->count || k < b->count) {
		int order = i == a->count   ? 1
			    : k == b->count ? -1
					    : by_bytes(&a->items[i], &b->items[k]);

		*ret_only_a += order < 0;
		*ret_only_b += order > 0;
		i += order <= 0;
		k += order >= 0;
	}
}

/* ---- policies --------------------------------------------------------------------------------- */

static struct {
	char *text;
	size_t size;
	struct ll_policy *policy;
} compiled[POLICIES_MAX];
static size_t compiled_count;

static int compile(void *context, struct ll_str text, struct ll_policy **ret_policy)
{
	int err;

	(void)context;
	for (size_t i = 0; i < compiled_count; i++) {
		if (compiled[i].size == text.size &&
		    memcmp(compiled[i].text, text.data, text.size) == 0) {
			*ret_policy = compiled[i].policy;
			return 0;
		}
	}
	err = ll_policy_yaml_compiler.compile(ll_policy_yaml_compiler.context, text, ret_policy);
	if (err)
		return err;
	assert(compiled_count < POLICIES_MAX);
	compiled[compiled_count].text = malloc(text.size);
	assert(compiled[compiled_count].text);
	memcpy(compiled[compiled_count].text, text.data, text.size);
	compiled[compiled_count].size = text.size;
	compiled[compiled_count++].policy = *ret_policy;
	return 0;
}

static void keep_policy(struct ll_policy *policy)
{
	(void)policy;
}

const struct ll_policy_compiler sim_policy_compiler = {compile, keep_policy, NULL};

void sim_policies_release(void)
{
	while (compiled_count > 0) {
		free(compiled[--compiled_count].text);
		ll_policy_yaml_compiler.free_policy(compiled[compiled_count].policy);
	}
}

/* ---- the run ------------------------------------------------------------------------------------ */

void sim_oracle_init(struct sim_oracle *oracle, const struct ll_codec *codec, int32_t count)
{
	*oracle = (struct sim_oracle){.count = count};
	ll_fold_init(&oracle->fold, codec, count);
	ll_buf_init(&oracle->wire);
	for (int32_t i = 0; i < count; i++) {
		int err = ll_partition_new(&sim_policy_compiler, &oracle->partitions[i]);

		assert(err == 0);
	}
}

void sim_oracle_release(struct sim_oracle *oracle)
{
	struct sim_bag *const bags[] = {&oracle->tasks, &oracle->risk_changes, &oracle->escalations,
					&oracle->rejected, &oracle->rerouted};

	for (size_t i = 0; i < sizeof(bags) / sizeof(bags[0]); i++)
		sim_bag_release(bags[i]);
	for (int32_t i = 0; i < oracle->count; i++)
		ll_partition_free(oracle->partitions[i]);
	ll_fold_release(&oracle->fold);
	ll_buf_release(&oracle->wire);
}

static int put(struct sim_oracle *oracle, struct sim_bag *bag, enum ll_message message,
	       const void *value)
{
	int err;

	ll_buf_clear(&oracle->wire);
	err = ll_codec_encode(oracle->fold.codec, message, value, &oracle->wire);
	if (!err)
		sim_bag_add(bag, oracle->wire.data, oracle->wire.size);
	return err;
}

static int take_decision(void *context, const struct ll_decision *decision)
{
	struct sim_oracle *oracle = context;
	int err = 0;

	for (size_t i = 0; !err && i < decision->task_count; i++)
		err = put(oracle, &oracle->tasks, LL_MESSAGE_TASK, &decision->tasks[i]);
	for (size_t i = 0; !err && i < decision->escalation_count; i++)
		err = put(oracle, &oracle->escalations, LL_MESSAGE_ESCALATION,
			  &decision->escalations[i]);
	if (!err && decision->has_risk_change)
		err = put(oracle, &oracle->risk_changes, LL_MESSAGE_RISK_CHANGE,
			  &decision->risk_change);
	return err;
}

int sim_oracle_fold(struct sim_oracle *oracle, const struct ll_record *record, int32_t hops)
{
	bool misplaced = false;
	int err;

	assert(record->offset >= oracle->at[record->partition]);
	oracle->at[record->partition] = record->offset + 1;
	err = ll_fold_apply(&oracle->fold, oracle->partitions[record->partition], record,
			    take_decision, oracle, &misplaced);
	if (misplaced && hops == 0)
		sim_bag_add(&oracle->rerouted, record->value.data, record->value.size);
	if (misplaced && hops > 0)
		err = -LL_ERR_MISPLACED;
	if (!err || ll_err_class(err) != LL_CLASS_REJECT)
		return err;
	sim_bag_add_rejected(&oracle->rejected, ll_str_from(record->topic), record->partition,
			     record->offset, ll_str_from(ll_err_name(err)));
	return 0;
}
