#include "check.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "runtime/topics.h"
#include "store/store_memory.h"
#include "world.h"

#define BATCH	   64
#define TOPICS_MAX 32
#define IDS_MAX	   512
#define LOG	   "household-events"

/* ---- reading ------------------------------------------------------------------------------------- */

static struct ll_consumer *open_consumer(struct sim_world *world, const char *group)
{
	const struct ll_consumer_options options = {.group = group, .instance = "check"};
	struct ll_consumer *consumer = NULL;
	int err = ll_consumer_new(world->bus, &options, &consumer, NULL);

	assert(err == 0);
	return consumer;
}

void sim_check_init(struct sim_world *world)
{
	struct sim_check *check = &world->check;

	*check = (struct sim_check){0};
	sim_oracle_init(&check->oracle, world->codec, world->household_partitions);
	check->reader = open_consumer(world, NULL);
	check->enrich = open_consumer(world, "lifeline-enrich");
	check->assess = open_consumer(world, "lifeline-assess");
	ll_arena_init(&check->arena, 0);
}

void sim_check_release(struct sim_world *world)
{
	struct sim_check *check = &world->check;

	sim_oracle_release(&check->oracle);
	ll_consumer_free(check->reader);
	ll_consumer_free(check->enrich);
	ll_consumer_free(check->assess);
	ll_arena_release(&check->arena);
}

static struct ll_position position_of(const char *topic, int32_t partition, int64_t offset)
{
	struct ll_position position = {.partition = partition, .offset = offset};

	snprintf(position.topic, sizeof(position.topic), "%s", topic);
	return position;
}

typedef void visit_record(struct sim_world *world, void *context, const struct ll_record *record,
			  int32_t hops);

/* Committed records of one partition, from an offset to another (or its end). */
static void read_partition(struct sim_world *world, const char *topic, int32_t partition,
			   int64_t from, int64_t to, visit_record *visit, void *context)
{
	struct ll_consumer *reader = world->check.reader;
	const struct ll_position position = position_of(topic, partition, from);
	struct ll_record records[BATCH];
	size_t count = 1;
	int err = ll_consumer_fetch(reader, &position, 1, NULL);

	while (!err && count > 0) {
		err = ll_consumer_poll(reader, 0, records, BATCH, &count, NULL);
		for (size_t i = 0; !err && i < count; i++) {
			if (records[i].end_of_partition || records[i].offset >= to)
				return;
			visit(world, context, &records[i], ll_consumer_hops(reader, &records[i]));
		}
	}
	if (err)
		sim_world_fail(world, "%s[%d] cannot be read", topic, (int)partition);
}

struct topic_list {
	struct {
		char name[LL_TOPIC_NAME_MAX];
		int32_t partitions;
	} items[TOPICS_MAX];
	size_t count;
};

static void found_topic(void *context, const char *topic, int32_t partitions)
{
	struct topic_list *list = context;

	assert(list->count < TOPICS_MAX);
	snprintf(list->items[list->count].name, LL_TOPIC_NAME_MAX, "%s", topic);
	list->items[list->count++].partitions = partitions;
}

static void list_topics(struct sim_world *world, struct topic_list *list)
{
	list->count = 0;
	ll_bus_list_topics(world->bus, 0, found_topic, list, NULL);
}

static bool is_kind(const char *name, enum ll_topic kind)
{
	struct ll_str suffix;

	return ll_topic_of(name, &suffix) == (int)kind;
}

static void read_kind(struct sim_world *world, enum ll_topic kind, visit_record *visit,
		      void *context)
{
	struct topic_list list;

	list_topics(world, &list);
	for (size_t i = 0; i < list.count; i++)
		for (int32_t k = 0;
		     is_kind(list.items[i].name, kind) && k < list.items[i].partitions; k++)
			read_partition(world, list.items[i].name, k, LL_OFFSET_BEGINNING, INT64_MAX,
				       visit, context);
}

/* ---- progress -------------------------------------------------------------------------------------- */

/* What a group has committed, or record has stored; NONE also while it is not known. */
static int64_t committed_of(struct sim_world *world, const char *topic, int32_t partition)
{
	struct ll_position position = position_of(topic, partition, LL_OFFSET_NONE);
	int64_t next = LL_OFFSET_NONE;

	if (is_kind(topic, LL_TOPIC_LIFE_EVENTS))
		ll_consumer_committed(world->check.enrich, &position, 1, 0, NULL);
	else if (is_kind(topic, LL_TOPIC_HOUSEHOLD_EVENTS))
		ll_consumer_committed(world->check.assess, &position, 1, 0, NULL);
	else if (ll_store_recorded_offset(world->store, topic, partition, &next, NULL) == 0)
		return next < 0 ? LL_OFFSET_NONE : next;
	return position.offset;
}

static bool is_read_by_a_stage(const char *topic)
{
	return is_kind(topic, LL_TOPIC_LIFE_EVENTS) || is_kind(topic, LL_TOPIC_HOUSEHOLD_EVENTS) ||
	       is_kind(topic, LL_TOPIC_ASSISTANCE_TASKS) || is_kind(topic, LL_TOPIC_ESCALATIONS) ||
	       is_kind(topic, LL_TOPIC_RISK_CHANGES);
}

uint64_t sim_check_progress(struct sim_world *world)
{
	struct topic_list list;
	uint64_t sum = 0;

	list_topics(world, &list);
	for (size_t i = 0; i < list.count; i++) {
		for (int32_t k = 0; k < list.items[i].partitions; k++) {
			int64_t numbers[3] = {0, 0, 0};

			ll_consumer_range(world->check.reader, list.items[i].name, k, 0,
					  &numbers[0], &numbers[1], NULL);
			if (is_read_by_a_stage(list.items[i].name))
				numbers[2] = committed_of(world, list.items[i].name, k);
			sum = ll_hash64(numbers, sizeof(numbers), sum);
		}
	}
	return sum;
}

size_t sim_check_input_count(struct sim_world *world)
{
	struct topic_list list;
	size_t count = 0;

	list_topics(world, &list);
	for (size_t i = 0; i < list.count; i++)
		if (is_read_by_a_stage(list.items[i].name))
			count += (size_t)list.items[i].partitions;
	return count;
}

static void count_record(struct sim_world *world, void *context, const struct ll_record *record,
			 int32_t hops)
{
	(void)world;
	(void)record;
	(void)hops;
	++*(size_t *)context;
}

bool sim_check_is_drained(struct sim_world *world)
{
	struct topic_list list;
	size_t left = 0;

	list_topics(world, &list);
	for (size_t i = 0; i < list.count && left == 0; i++) {
		for (int32_t k = 0;
		     is_read_by_a_stage(list.items[i].name) && k < list.items[i].partitions; k++) {
			int64_t from = committed_of(world, list.items[i].name, k);

			read_partition(world, list.items[i].name, k,
				       from < 0 ? LL_OFFSET_BEGINNING : from, INT64_MAX,
				       count_record, &left);
		}
	}
	return left == 0;
}

/* ---- checkpoints -------------------------------------------------------------------------------------- */

static void fold_into_oracle(struct sim_world *world, void *context, const struct ll_record *record,
			     int32_t hops)
{
	(void)context;
	if (sim_oracle_fold(&world->check.oracle, record, hops))
		sim_world_fail(world, "the oracle cannot fold %s[%d] at %lld", record->topic,
			       (int)record->partition, (long long)record->offset);
}

/* The oracle goes on from where it stood up to k. */
static void bring_oracle_to(struct sim_world *world, int32_t partition, int64_t k)
{
	struct sim_oracle *oracle = &world->check.oracle;

	if (k < oracle->at[partition]) {
		sim_world_fail(world, LOG "[%d]: the committed offset went back from %lld to %lld",
			       (int)partition, (long long)oracle->at[partition], (long long)k);
		return;
	}
	read_partition(world, LOG, partition, oracle->at[partition], k, fold_into_oracle, NULL);
	oracle->at[partition] = k;
}

struct restored {
	struct ll_partition *partition;
	struct ll_arena scratch;
};

static int restore_segment(void *context, struct ll_bytes bytes)
{
	struct restored *restored = context;

	ll_arena_clear(&restored->scratch);
	return ll_partition_restore(restored->partition, bytes, &restored->scratch);
}

static void fold_on(struct sim_world *world, void *context, const struct ll_record *record,
		    int32_t hops)
{
	struct restored *restored = context;
	bool misplaced = false;

	(void)hops;
	(void)ll_fold_apply(&world->check.oracle.fold, restored->partition, record, NULL, NULL,
			    &misplaced);
}

static bool same_state(const struct ll_partition *a, const struct ll_partition *b)
{
	struct ll_buf of_a;
	struct ll_buf of_b;
	bool same;

	ll_buf_init(&of_a);
	ll_buf_init(&of_b);
	same = ll_partition_encode_state(a, &of_a) == 0 &&
	       ll_partition_encode_state(b, &of_b) == 0 && of_a.size == of_b.size &&
	       memcmp(of_a.data, of_b.data, of_a.size) == 0;
	ll_buf_release(&of_a);
	ll_buf_release(&of_b);
	return same;
}

static void check_restored(struct sim_world *world, int32_t partition, struct restored *restored,
			   bool settled)
{
	struct ll_checkpoint checkpoint = {0};
	int64_t k = committed_of(world, LOG, partition);
	int err = ll_store_read_checkpoint(world->store, "assess", LOG, partition, &checkpoint,
					   restore_segment, restored, NULL);
	int64_t c = checkpoint.exists ? checkpoint.offset : 0;

	if (err) {
		sim_world_fail(world, LOG "[%d]: the checkpoint cannot be read: %s", (int)partition,
			       ll_err_name(err));
		return;
	}
	if (k == LL_OFFSET_NONE)
		return;
	if (c > k || (settled && c != k)) {
		sim_world_fail(world, LOG "[%d]: c is %lld, k is %lld", (int)partition,
			       (long long)c, (long long)k);
		return;
	}
	if (c < world->check.newest_c[partition])
		sim_world_fail(world, LOG "[%d]: c went back from %lld to %lld", (int)partition,
			       (long long)world->check.newest_c[partition], (long long)c);
	world->check.newest_c[partition] = c;
	bring_oracle_to(world, partition, k);
	read_partition(world, LOG, partition, c, k, fold_on, restored);
	world->compared[SIM_COMPARED_STATES]++;
	world->compared[SIM_COMPARED_AHEAD] += c < k;
	if (!world->failed &&
	    !same_state(restored->partition, world->check.oracle.partitions[partition]))
		sim_world_fail(world,
			       LOG "[%d]: the checkpoint at %lld and the log to %lld do not give "
				   "the state at %lld",
			       (int)partition, (long long)c, (long long)k, (long long)k);
}

void sim_check_checkpoints(struct sim_world *world, bool settled)
{
	for (int32_t i = 0; i < world->household_partitions && !world->failed; i++) {
		struct restored restored = {0};
		int err = ll_partition_new(&sim_policy_compiler, &restored.partition);

		assert(err == 0);
		ll_arena_init(&restored.scratch, 0);
		check_restored(world, i, &restored, settled);
		ll_arena_release(&restored.scratch);
		ll_partition_free(restored.partition);
	}
}

/* ---- outputs --------------------------------------------------------------------------------------------- */

/* What a task's row must be: the last change in its queue, and how many there were. */
struct task_seen {
	struct ll_key id;
	enum ll_task_state state;
	int32_t level;
	int32_t changes;
	int32_t rows; /* of its history, found in the store */
	bool listed;
};

struct outputs {
	struct sim_bag tasks;
	struct sim_bag risk_changes;
	struct sim_bag escalations;
	struct sim_bag garbage; /* what record must have rejected */
	struct task_seen *seen;
	size_t seen_count;
	size_t seen_capacity;
};

static struct task_seen *find_task(struct outputs *outputs, const struct ll_key *id)
{
	for (size_t i = 0; i < outputs->seen_count; i++)
		if (ll_key_equal(&outputs->seen[i].id, id))
			return &outputs->seen[i];
	return NULL;
}

static struct task_seen *add_task(struct outputs *outputs, const struct ll_key *id)
{
	struct task_seen *seen = find_task(outputs, id);

	if (seen)
		return seen;
	if (outputs->seen_count == outputs->seen_capacity) {
		outputs->seen_capacity = outputs->seen_capacity ? outputs->seen_capacity * 2 : 64;
		outputs->seen =
			reallocarray(outputs->seen, outputs->seen_capacity, sizeof(*outputs->seen));
		assert(outputs->seen);
	}
	seen = &outputs->seen[outputs->seen_count++];
	*seen = (struct task_seen){.id = *id};
	return seen;
}

static void take_task(struct sim_world *world, void *context, const struct ll_record *record,
		      int32_t hops)
{
	struct outputs *outputs = context;
	struct task_seen *seen;
	struct ll_task task;
	int err;

	(void)hops;
	ll_arena_clear(&world->check.arena);
	err = ll_codec_decode(world->codec, LL_MESSAGE_TASK, record->value, &world->check.arena,
			      &task);
	if (err) {
		sim_bag_add_rejected(&outputs->garbage, ll_str_from(record->topic),
				     record->partition, record->offset,
				     ll_str_from(ll_err_name(err)));
		return;
	}
	sim_bag_add(&outputs->tasks, record->value.data, record->value.size);
	seen = add_task(outputs, &task.task_id);
	seen->state = task.state;
	seen->level = task.level;
	seen->changes++;
}

static void take_bytes(struct sim_world *world, void *context, const struct ll_record *record,
		       int32_t hops)
{
	(void)world;
	(void)hops;
	sim_bag_add(context, record->value.data, record->value.size);
}

static void compare(struct sim_world *world, const char *what, struct sim_bag *expected,
		    struct sim_bag *found)
{
	size_t lost;
	size_t doubled;

	sim_bag_compare(expected, found, &lost, &doubled);
	if (lost || doubled)
		sim_world_fail(world, "%s: %zu expected, %zu found, %zu lost, %zu too many", what,
			       expected->count, found->count, lost, doubled);
}

static void check_decisions(struct sim_world *world, struct outputs *outputs)
{
	struct sim_oracle *oracle = &world->check.oracle;

	world->compared[SIM_COMPARED_TASKS] += oracle->tasks.count;
	world->compared[SIM_COMPARED_RISK_CHANGES] += oracle->risk_changes.count;
	world->compared[SIM_COMPARED_ESCALATIONS] += oracle->escalations.count;
	compare(world, "tasks", &oracle->tasks, &outputs->tasks);
	compare(world, "risk changes", &oracle->risk_changes, &outputs->risk_changes);
	compare(world, "escalations", &oracle->escalations, &outputs->escalations);
}

/* ---- dead letters ------------------------------------------------------------------------------------------ */

static void take_dead_letter(struct sim_world *world, void *context, const struct ll_record *record,
			     int32_t hops)
{
	struct ll_dead_letter letter;

	(void)hops;
	ll_arena_clear(&world->check.arena);
	if (ll_codec_decode(world->codec, LL_MESSAGE_DEAD_LETTER, record->value,
			    &world->check.arena, &letter)) {
		sim_world_fail(world, "a dead letter cannot be read");
		return;
	}
	sim_bag_add_rejected(context, letter.origin.topic, letter.origin.partition,
			     letter.origin.offset, letter.reason);
}

static void read_dead_letters(struct sim_world *world, const char *topic, struct sim_bag *letters)
{
	for (int32_t i = 0; i < world->person_partitions; i++)
		read_partition(world, topic, i, LL_OFFSET_BEGINNING, INT64_MAX, take_dead_letter,
			       letters);
}

static void check_dead_letters(struct sim_world *world, const char *topic, struct sim_bag *expected)
{
	struct sim_bag letters = {0};

	read_dead_letters(world, topic, &letters);
	compare(world, topic, expected, &letters);
	sim_bag_release(&letters);
}

/* record writes its dead letters before its rows, so one may come twice; none may be missing. */
static void check_dead_letters_of_record(struct sim_world *world, struct sim_bag *expected)
{
	struct sim_bag letters = {0};
	size_t lost;
	size_t more;

	read_dead_letters(world, "dead-letters.record", &letters);
	sim_bag_compare(expected, &letters, &lost, &more);
	if (lost || (more && expected->count == 0))
		sim_world_fail(world, "dead-letters.record: %zu lost, %zu too many", lost, more);
	sim_bag_release(&letters);
}

/* ---- events: each exactly once somewhere ---------------------------------------------------------------------- */

/* One fact at one revision, and where its records ended. */
struct event_seen {
	struct ll_key id;
	int32_t published;
	int32_t in_log;
	int32_t held;
};

struct events {
	struct event_seen seen[IDS_MAX];
	size_t count;
	struct sim_bag rejected;      /* what enrich must have rejected */
	struct sim_bag rerouted;      /* values that had to be sent on */
	struct sim_bag hopped;	      /* values that were */
	struct sim_bag hopped_events; /* the same of household-events */
	struct sim_bag origins;	      /* of life events in the log */
	struct held_seen {
		struct ll_key event_key;
		struct ll_key id;
		struct ll_key person_key;
		bool released;
	} held[IDS_MAX];
	size_t held_count;
	struct ll_key registered[SIM_PEOPLE_MAX];
	size_t registered_count;
};

static struct ll_key id_of(const struct ll_life_event *event)
{
	struct ll_key id;
	char text[256];
	int size = snprintf(text, sizeof(text), "%.*s/%.*s/%d/%d", LL_STR_ARG(event->source),
			    LL_STR_ARG(event->event_id), (int)event->revision, (int)event->action);

	ll_hash128(text, (size_t)size, &id);
	return id;
}

static struct event_seen *seen_of(struct events *events, const struct ll_key *id)
{
	for (size_t i = 0; i < events->count; i++)
		if (ll_key_equal(&events->seen[i].id, id))
			return &events->seen[i];
	assert(events->count < IDS_MAX);
	events->seen[events->count] = (struct event_seen){.id = *id};
	return &events->seen[events->count++];
}

/* enrich's own rules, written down a second time. */
static int reason_against(struct sim_world *world, const struct ll_record *record, int32_t hops,
			  struct ll_life_event *ret_event)
{
	struct ll_str department;
	int err = ll_codec_decode(world->codec, LL_MESSAGE_LIFE_EVENT, record->value,
				  &world->check.arena, ret_event);

	if (err)
		return err;
	ll_topic_of(record->topic, &department);
	if (!ll_str_equal(department, ret_event->source))
		return -LL_ERR_SOURCE_MISMATCH;
	if (ret_event->subject.type == LL_SUBJECT_HOUSEHOLD &&
	    (ret_event->payload.kind == LL_EVENT_JOB_LOSS ||
	     ret_event->payload.kind == LL_EVENT_EMPLOYED ||
	     ret_event->payload.kind == LL_EVENT_SCHOOL_DROPOUT ||
	     ret_event->payload.kind == LL_EVENT_DISABILITY ||
	     ret_event->payload.kind == LL_EVENT_DEATH ||
	     ret_event->payload.kind == LL_EVENT_WAGE_REPORT))
		return -LL_ERR_UNSUPPORTED_SUBJECT;
	if (memcmp(record->key.data, ret_event->subject.key.bytes, LL_KEY_SIZE) != 0)
		return -LL_ERR_BAD_KEY;
	if (hops > 0 && ll_partition_of(record->key.data, record->key.size,
					world->person_partitions) != record->partition)
		return -LL_ERR_MISPLACED;
	return 0;
}

static void take_life_event(struct sim_world *world, void *context, const struct ll_record *record,
			    int32_t hops)
{
	struct events *events = context;
	struct ll_life_event event;
	struct ll_key id;
	int err;

	ll_arena_clear(&world->check.arena);
	err = reason_against(world, record, hops, &event);
	if (err) {
		sim_bag_add_rejected(&events->rejected, ll_str_from(record->topic),
				     record->partition, record->offset,
				     ll_str_from(ll_err_name(err)));
		return;
	}
	if (ll_partition_of(record->key.data, record->key.size, world->person_partitions) !=
	    record->partition) {
		sim_bag_add(&events->rerouted, record->value.data, record->value.size);
		return;
	}
	if (hops > 0)
		sim_bag_add(&events->hopped, record->value.data, record->value.size);
	id = id_of(&event);
	seen_of(events, &id)->published++;
}

static void take_household_event(struct sim_world *world, void *context,
				 const struct ll_record *record, int32_t hops)
{
	struct events *events = context;
	struct ll_household_event event;
	struct ll_key id;

	ll_arena_clear(&world->check.arena);
	if (ll_codec_decode(world->codec, LL_MESSAGE_HOUSEHOLD_EVENT, record->value,
			    &world->check.arena, &event))
		return;
	if (hops > 0 && ll_partition_of(record->key.data, record->key.size,
					world->household_partitions) == record->partition)
		sim_bag_add(&events->hopped_events, record->value.data, record->value.size);
	if (event.body != LL_BODY_LIFE_EVENT)
		return;
	id = id_of(&event.life_event);
	seen_of(events, &id)->in_log++;
	sim_bag_add_rejected(&events->origins, event.origin.topic, event.origin.partition,
			     event.origin.offset, ll_str_from(""));
}

static struct held_seen *held_of(struct events *events, const struct ll_key *event_key)
{
	for (size_t i = 0; i < events->held_count; i++)
		if (ll_key_equal(&events->held[i].event_key, event_key))
			return &events->held[i];
	assert(events->held_count < IDS_MAX);
	events->held[events->held_count] = (struct held_seen){.event_key = *event_key};
	return &events->held[events->held_count++];
}

/* The topic as compaction would leave it. */
static void take_held(struct sim_world *world, void *context, const struct ll_record *record,
		      int32_t hops)
{
	struct events *events = context;
	struct ll_held_event held;
	struct ll_life_event event;
	struct held_seen *seen;
	struct ll_key key;

	(void)hops;
	memcpy(key.bytes, record->key.data, LL_KEY_SIZE);
	seen = held_of(events, &key);
	seen->released = !record->value.data;
	if (seen->released)
		return;
	ll_arena_clear(&world->check.arena);
	if (ll_codec_decode(world->codec, LL_MESSAGE_HELD_EVENT, record->value, &world->check.arena,
			    &held) ||
	    ll_codec_decode(world->codec, LL_MESSAGE_LIFE_EVENT, held.value, &world->check.arena,
			    &event)) {
		sim_world_fail(world, "a held event cannot be read");
		return;
	}
	seen->id = id_of(&event);
	seen->person_key = held.person_key;
}

static void take_person(struct sim_world *world, void *context, const struct ll_record *record,
			int32_t hops)
{
	struct events *events = context;

	(void)world;
	(void)hops;
	for (size_t i = 0; i < events->registered_count; i++)
		if (memcmp(events->registered[i].bytes, record->key.data, LL_KEY_SIZE) == 0)
			return;
	assert(events->registered_count < SIM_PEOPLE_MAX);
	memcpy(events->registered[events->registered_count++].bytes, record->key.data, LL_KEY_SIZE);
}

static void check_held(struct sim_world *world, struct events *events)
{
	for (size_t i = 0; i < events->held_count; i++) {
		const struct held_seen *held = &events->held[i];

		world->compared[SIM_COMPARED_RELEASED] += held->released;
		world->compared[SIM_COMPARED_HELD] += !held->released;
		if (held->released)
			continue;
		seen_of(events, &held->id)->held++;
		for (size_t k = 0; k < events->registered_count; k++)
			if (ll_key_equal(&events->registered[k], &held->person_key))
				sim_world_fail(world,
					       "an event is held whose person is registered");
	}
}

/* Copies that were held are one; every other copy is its own record, and nothing is lost. */
static void check_counts(struct sim_world *world, const struct events *events)
{
	for (size_t i = 0; i < events->count; i++) {
		const struct event_seen *seen = &events->seen[i];
		int32_t found = seen->in_log + seen->held;

		if (found < 1 || found > seen->published)
			sim_world_fail(
				world,
				"an event was published %d times; %d are in the log, %d held",
				(int)seen->published, (int)seen->in_log, (int)seen->held);
	}
}

/* No record of a department's topic stands behind two events. */
static void check_origins(struct sim_world *world, struct events *events)
{
	struct sim_bag nothing = {0};
	size_t a;
	size_t b;

	sim_bag_compare(&events->origins, &nothing, &a, &b);
	for (size_t i = 1; i < events->origins.count; i++)
		if (ll_key_equal(&events->origins.items[i - 1], &events->origins.items[i]))
			sim_world_fail(world, "one record of a department is in the log twice");
}

static void check_events(struct sim_world *world)
{
	struct events *events = calloc(1, sizeof(*events));

	assert(events);
	read_kind(world, LL_TOPIC_LIFE_EVENTS, take_life_event, events);
	read_kind(world, LL_TOPIC_HOUSEHOLD_EVENTS, take_household_event, events);
	read_kind(world, LL_TOPIC_HELD, take_held, events);
	read_kind(world, LL_TOPIC_REGISTRY_PEOPLE, take_person, events);
	check_held(world, events);
	check_counts(world, events);
	check_origins(world, events);
	world->compared[SIM_COMPARED_EVENTS] += events->count;
	world->compared[SIM_COMPARED_SENT_ON] +=
		events->rerouted.count + world->check.oracle.rerouted.count;
	world->compared[SIM_COMPARED_DEAD_LETTERS] +=
		events->rejected.count + world->check.oracle.rejected.count;
	compare(world, "life events sent on", &events->rerouted, &events->hopped);
	compare(world, "household events sent on", &world->check.oracle.rerouted,
		&events->hopped_events);
	check_dead_letters(world, "dead-letters.enrich", &events->rejected);
	check_dead_letters(world, "dead-letters.assess", &world->check.oracle.rejected);
	sim_bag_release(&events->rejected);
	sim_bag_release(&events->rerouted);
	sim_bag_release(&events->hopped);
	sim_bag_release(&events->hopped_events);
	sim_bag_release(&events->origins);
	free(events);
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

static void check_rows_of(struct sim_world *world, enum ll_memory_table table, const char *name,
			  size_t expected)
{
	size_t found = ll_store_memory_rows(world->store, table);

	if (found != expected)
		sim_world_fail(world, "table %s has %zu rows, not %zu", name, found, expected);
}

struct row_check {
	struct sim_world *world;
	struct outputs *outputs;
};

static int check_task_row(void *context, const struct ll_task_row *row)
{
	struct row_check *check = context;
	struct task_seen *seen = find_task(check->outputs, &row->task.task_id);

	if (!seen || seen->listed || seen->state != row->task.state ||
	    seen->level != row->task.level)
		sim_world_fail(check->world, "a row of task is not what its queue says last");
	else
		seen->listed = true;
	return 0;
}

static int count_history_row(void *context, const struct ll_task_row *row)
{
	struct task_seen *seen = context;

	(void)row;
	seen->rows++;
	return 0;
}

static void check_rows(struct sim_world *world, struct outputs *outputs)
{
	const struct ll_task_filter all = {.state = -1, .measure = -1, .limit = INT32_MAX};
	struct row_check check = {world, outputs};

	check_rows_of(world, LL_MEMORY_TASK_HISTORY, "task_history", outputs->tasks.count);
	check_rows_of(world, LL_MEMORY_TASKS, "task", outputs->seen_count);
	check_rows_of(world, LL_MEMORY_RISK_CHANGES, "risk_change", outputs->risk_changes.count);
	check_rows_of(world, LL_MEMORY_ESCALATIONS, "escalation", outputs->escalations.count);
	ll_store_list_tasks(world->store, &all, check_task_row, &check, NULL);
	for (size_t i = 0; i < outputs->seen_count; i++) {
		struct task_seen *seen = &outputs->seen[i];

		ll_store_list_history(world->store, &seen->id, NULL, count_history_row, seen, NULL);
		if (seen->rows != seen->changes || !seen->listed)
			sim_world_fail(world, "a task has %d changes in its queue and %d rows",
				       (int)seen->changes, (int)seen->rows);
	}
}

void sim_check_outputs(struct sim_world *world)
{
	struct outputs outputs = {0};

	read_kind(world, LL_TOPIC_ASSISTANCE_TASKS, take_task, &outputs);
	read_kind(world, LL_TOPIC_RISK_CHANGES, take_bytes, &outputs.risk_changes);
	read_kind(world, LL_TOPIC_ESCALATIONS, take_bytes, &outputs.escalations);
	check_decisions(world, &outputs);
	check_events(world);
	check_dead_letters_of_record(world, &outputs.garbage);
	check_rows(world, &outputs);
	sim_bag_release(&outputs.tasks);
	sim_bag_release(&outputs.risk_changes);
	sim_bag_release(&outputs.escalations);
	sim_bag_release(&outputs.garbage);
	free(outputs.seen);
}
