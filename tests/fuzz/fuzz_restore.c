/*
 * Any bytes as a segment read back from the database: refused as not of this program's making, or a
 * partition that is as good as one that folded the log: its state comes back to the byte, and it goes
 * on folding.
 *
 *   fuzz_restore -max_len=16384 tests/fuzz/corpus/restore
 */
#include <stdlib.h>

#include "base/date.h"
#include "base/err.h"
#include "core/partition.h"
#include "core/partition_private.h"
#include "policy/policy_yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SEGMENT_LIMIT 4096
/*
 * A household may stand anywhere below LL_HOUSEHOLDS_MAX, and whoever walks over all looks at every place.
 * That is bounded (some tenths of a second), but not what a fuzzer should spend its time on.
 */
#define ORDINALS_MAX 65536

static void must(bool held)
{
	if (!held)
		abort();
}

static int compile(void *context, struct ll_str text, struct ll_policy **ret_policy)
{
	(void)context;
	return ll_policy_compile(text, ret_policy, NULL);
}

static struct ll_partition *new_partition(void)
{
	static const struct ll_policy_compiler compiler = {compile, ll_policy_free, NULL};
	struct ll_partition *partition;

	must(ll_partition_new(&compiler, &partition) == 0);
	return partition;
}

/* Everything that a decision points to is there to be read. */
static int look_at(void *context, const struct ll_decision *decision)
{
	uint64_t *sum = context;

	for (size_t i = 0; i < decision->task_count; i++)
		for (size_t k = 0; k < decision->tasks[i].reason_count; k++) {
			const struct ll_reason *reason = &decision->tasks[i].reasons[k];

			*sum += reason->rule.size + reason->fact_count;
		}
	return 0;
}

/* The same state, written and read and written. */
static void check_state(const struct ll_partition *partition, struct ll_arena *scratch)
{
	struct ll_partition *again = new_partition();
	struct ll_buf first, second;

	ll_buf_init(&first);
	ll_buf_init(&second);
	must(ll_partition_encode_state(partition, &first) == 0);
	must(ll_partition_restore(again, ll_buf_bytes(&first), scratch) == 0);
	must(ll_partition_encode_state(again, &second) == 0);
	must(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
	ll_partition_free(again);
	ll_buf_release(&first);
	ll_buf_release(&second);
}

static void fold(struct ll_partition *partition, const struct ll_household_event *event,
		 struct ll_arena *scratch)
{
	uint64_t sum = 0;
	int err;

	ll_arena_clear(scratch);
	err = ll_partition_apply(partition, event, scratch, look_at, &sum);
	must(err == 0 || ll_err_class(err) == LL_CLASS_REJECT);
}

static struct ll_key first_household(const struct ll_partition *partition)
{
	for (uint32_t i = 0; i < partition->table.next_ordinal; i++) {
		const struct ll_household *household = ll_households_at(&partition->table, i);

		if (household)
			return household->key;
	}
	return (struct ll_key){{7}};
}

/* A stay, an alert over the whole country, and a day later. */
static void go_on(struct ll_partition *partition, struct ll_arena *scratch)
{
	int32_t day = ll_partition_day(partition);
	int32_t today = day == LL_DAY_NONE || day == LL_DAY_MAX ? 20000 : day + 1;
	struct ll_household_event event = {
		.household_key = first_household(partition),
		.person_key = {{1}},
		.area = LL_STR("360502001001"),
		.body = LL_BODY_LIFE_EVENT,
		.life_event = {.event_id = LL_STR("e"),
			       .source = LL_STR("health"),
			       .occurred_on = today,
			       .subject = {.type = LL_SUBJECT_PERSON, .key = {{1}}},
			       .payload = {.kind = LL_EVENT_HOSPITALISATION,
					   .hospitalisation = {.total_fen = 9000000}}},
	};

	fold(partition, &event, scratch);
	event = (struct ll_household_event){.body = LL_BODY_AREA_ALERT,
					    .area_alert = {.alert_id = LL_STR("a"),
							   .area = LL_STR("36"),
							   .severity = 3,
							   .occurred_on = today,
							   .expires_on = today}};
	fold(partition, &event, scratch);
	event = (struct ll_household_event){.body = LL_BODY_TICK, .tick = {.day = today}};
	fold(partition, &event, scratch);
}

static void write_changed(struct ll_partition *partition)
{
	struct ll_buf segment;
	bool done = false;

	ll_buf_init(&segment);
	while (!done) {
		ll_buf_clear(&segment);
		must(ll_partition_encode_changed(partition, &segment, SEGMENT_LIMIT, &done) == 0);
	}
	ll_buf_release(&segment);
	must(ll_partition_changed_count(partition) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ll_partition *partition = new_partition();
	struct ll_arena scratch;
	int err;

	ll_arena_init(&scratch, 0);
	err = ll_partition_restore(partition, (struct ll_bytes){data, size}, &scratch);
	if (err) {
		must(err == -LL_ERR_STATE);
	} else if (partition->table.next_ordinal <= ORDINALS_MAX) {
		check_state(partition, &scratch);
		go_on(partition, &scratch);
		check_state(partition, &scratch);
		write_changed(partition);
	}
	ll_arena_release(&scratch);
	ll_partition_free(partition);
	return 0;
}
