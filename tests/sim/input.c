#include "input.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/hash.h"
#include "world.h"

#define WRITER_ID      "lifeline-sim"
#define YUAN	       100LL
#define CREATE_MS      1000
#define TICKS	       12
#define EVENT_TEXT_MAX 32

const char *const sim_departments[] = {"medical-insurance", "employment", "water"};

static const char *const life_topics[] = {"life-events.medical-insurance", "life-events.employment",
					  "life-events.water"};

/* The last one's county has no queue when the schedule begins. */
static const char *const villages[] = {"360502100201", "360502101204", "360521100203",
				       "360481100201"};

#define POLICY_HEAD                                                           \
	"keep_months: 24\n"                                                   \
	"escalate_after_days: 3\n"                                            \
	"measures:\n"                                                         \
	"  visit: {due_days: 2, department: village-team}\n"                  \
	"  medical_aid: {due_days: 6, department: medical-insurance}\n"       \
	"  job_support: {due_days: 9, department: employment}\n"              \
	"  temporary_relief: {due_days: 3, department: civil-affairs}\n"      \
	"  disaster_inspection: {due_days: 1, department: emergency}\n"       \
	"rules:\n"                                                            \
	"- {id: work, title: W, title_zh: W, dimension: income, level: 2, "   \
	"open: [visit, job_support], "                                        \
	"when: [{indicator: labourers_without_work, at_least: 1}]}\n"         \
	"- {id: need, title: N, title_zh: N, dimension: none, level: 1, "     \
	"open: [visit], when: [{indicator: declared_needs, at_least: 1}]}\n"  \
	"- {id: alert, title: A, title_zh: A, dimension: housing, level: 1, " \
	"open: [disaster_inspection], "                                       \
	"when: [{indicator: alert_severity, at_least: 3}]}\n"                 \
	"- {id: flood, title: F, title_zh: F, dimension: housing, level: 3, " \
	"open: [visit, temporary_relief], when: [{indicator: house_flooded, is: yes}]}\n"

static const char policy_first[] =
	"policy: sim\nversion: v1\neffective_on: 2021-01-01\n" POLICY_HEAD
	"- {id: medical, title: M, title_zh: M, dimension: medical, level: 2, "
	"open: [visit, medical_aid], when: [{indicator: medical_own_cost_12m, at_least: 5000 "
	"yuan}]}\n";
static const char policy_second[] =
	"policy: sim\nversion: v2\neffective_on: 2021-03-06\n" POLICY_HEAD
	"- {id: medical, title: M, title_zh: M, dimension: medical, level: 3, "
	"open: [visit, medical_aid], when: [{indicator: medical_own_cost_12m, at_least: 1000 "
	"yuan}]}\n"
	"regions:\n- {area: \"360521\", rules_off: [need]}\n";
static const char policy_broken[] = "policy: sim\nversion: [\n";

/* ---- items ------------------------------------------------------------------------------------- */

static uint32_t below(struct sim_world *world, uint32_t count)
{
	return sim_random_below(&world->input.random, count);
}

static bool chance(struct sim_world *world, uint32_t per_mille)
{
	return sim_random_chance(&world->input.random, per_mille);
}

static struct ll_bytes encoded(struct sim_world *world, enum ll_message message, const void *value)
{
	struct ll_bytes bytes;
	struct ll_buf buf;
	int err = ll_codec_check(message, value);

	assert(err == 0);
	ll_buf_init(&buf);
	err = ll_codec_encode(world->codec, message, value, &buf);
	assert(err == 0);
	bytes = (struct ll_bytes){ll_arena_copy(&world->input.arena, buf.data, buf.size), buf.size};
	ll_buf_release(&buf);
	return bytes;
}

static struct sim_item *add(struct sim_world *world, const char *topic, const struct ll_key *key,
			    struct ll_bytes value)
{
	struct sim_input *input = &world->input;
	struct sim_item *item = &input->items[input->count++];

	assert(input->count <= SIM_ITEMS_MAX);
	*item = (struct sim_item){.topic = topic,
				  .partition = -1,
				  .key = *key,
				  .value = value,
				  .bundle = ++input->bundles};
	return item;
}

static struct ll_str text_of(struct sim_world *world, const char *format, int32_t number)
{
	char text[EVENT_TEXT_MAX];
	int size = snprintf(text, sizeof(text), format, (int)number);

	return (struct ll_str){ll_arena_copy(&world->input.arena, text, (size_t)size),
			       (size_t)size};
}

static struct ll_key key_of(const char *what, int32_t number)
{
	struct ll_key key;
	char text[EVENT_TEXT_MAX];
	int size = snprintf(text, sizeof(text), "%s %d", what, (int)number);

	ll_hash128(text, (size_t)size, &key);
	return key;
}

/* Another partition than the key's. */
static int32_t wrong_partition(const struct ll_key *key, int32_t count)
{
	return (ll_partition_of(key->bytes, LL_KEY_SIZE, count) + 1) % count;
}

/* ---- the registry -------------------------------------------------------------------------------- */

static void make_people(struct sim_world *world)
{
	struct sim_input *input = &world->input;

	input->household_count = sim_random_between(&input->random, 6, SIM_HOUSEHOLDS_MAX - 4);
	for (int32_t i = 0; i < input->household_count; i++) {
		int32_t members = sim_random_between(&input->random, 1, 3);

		input->households[i] = key_of("household", i);
		input->villages[i] = (int32_t)below(world, 4);
		if (input->villages[i] == 3 && chance(world, 600))
			input->villages[i] = 0;
		for (int32_t k = 0; k < members; k++) {
			input->people[input->person_count] =
				(struct sim_person){key_of("person", input->person_count), i};
			input->person_count++;
		}
	}
	for (int32_t i = 0; i < 3; i++, input->person_count++)
		input->people[input->person_count] =
			(struct sim_person){key_of("person", input->person_count), -1};
}

static void add_household(struct sim_world *world, int32_t at, bool dissolved)
{
	struct sim_input *input = &world->input;
	struct ll_member members[4];
	struct ll_household_event event = {
		.household_key = input->households[at],
		.area = ll_str_from(villages[input->villages[at]]),
		.origin = {.topic = LL_STR("household-events"), .partition = 0},
		.body = LL_BODY_HOUSEHOLD_REGISTERED};
	struct ll_household_registered *registered = &event.household_registered;
	struct sim_item *item;

	*registered = (struct ll_household_registered){
		.area = event.area,
		.category = chance(world, 500) ? LL_CATEGORY_EX_POOR : LL_CATEGORY_ORDINARY,
		.dibao = chance(world, 100),
		.recorded_income_fen = {chance(world, 700), 20000 * YUAN},
		.recorded_income_year = 2020,
		.dissolved = dissolved,
		.members = members};
	if (!registered->recorded_income_fen.known)
		registered->recorded_income_fen.value = 0;
	for (int32_t i = 0; i < input->person_count; i++)
		if (input->people[i].household == at)
			members[registered->member_count++] =
				(struct ll_member){.person_key = input->people[i].key,
						   .born_on = ll_day_from_date(1980, 5, 1),
						   .resident = true,
						   .labour = chance(world, 800)};
	item = add(world, "household-events", &input->households[at],
		   encoded(world, LL_MESSAGE_HOUSEHOLD_EVENT, &event));
	for (int32_t i = 0; i < input->person_count; i++) {
		const struct ll_person_registered person = {input->households[at], event.area};
		int32_t bundle = item->bundle;

		if (input->people[i].household != at)
			continue;
		item = add(world, "registry.people", &input->people[i].key,
			   encoded(world, LL_MESSAGE_PERSON_REGISTERED, &person));
		item->bundle = bundle;
	}
}

/* ---- life events ----------------------------------------------------------------------------------- */

static struct ll_payload payload_of(struct sim_world *world, uint32_t department)
{
	int64_t amount = (int64_t)(1 + below(world, 12)) * 1000 * YUAN;

	if (department == 0)
		return (struct ll_payload){.kind = LL_EVENT_HOSPITALISATION,
					   .hospitalisation = {2 * amount, amount, {false, 0}}};
	if (department == 1 && chance(world, 700))
		return (struct ll_payload){.kind = LL_EVENT_JOB_LOSS,
					   .job_loss = {{true, amount}, LL_JOB_LOSS_DISMISSED}};
	if (department == 1)
		return (struct ll_payload){.kind = LL_EVENT_EMPLOYED, .employed = {{true, amount}}};
	if (chance(world, 500))
		return (struct ll_payload){.kind = LL_EVENT_FLOOD_DAMAGE,
					   .flood_damage = {chance(world, 500), {true, amount}}};
	return (struct ll_payload){.kind = LL_EVENT_DECLARATION,
				   .declaration = {LL_NEED_WATER, {false, 0}}};
}

static struct sim_item *add_life_event(struct sim_world *world, uint32_t department,
				       struct ll_life_event *event)
{
	struct sim_item *item = add(world, life_topics[department], &event->subject.key,
				    encoded(world, LL_MESSAGE_LIFE_EVENT, event));

	item->life_event = true;
	world->input.life_events++;
	return item;
}

/* A correction, a retraction or the same again. */
static void add_again(struct sim_world *world, uint32_t department, struct ll_life_event *event)
{
	if (chance(world, 150))
		add_life_event(world, department, event);
	if (chance(world, 150)) {
		event->revision = 1;
		event->payload = payload_of(world, department);
		add_life_event(world, department, event);
	}
	if (chance(world, 100)) {
		event->revision = 2;
		event->action = LL_ACTION_RETRACT;
		add_life_event(world, department, event);
	}
}

/* One thing wrong with it, or nothing. */
static void add_event(struct sim_world *world, int32_t number)
{
	struct sim_input *input = &world->input;
	const struct sim_person *person =
		&input->people[below(world, (uint32_t)input->person_count)];
	uint32_t department = below(world, SIM_DEPARTMENTS);
	struct ll_life_event event = {
		.event_id = text_of(world, "e-%d", number),
		.source = ll_str_from(sim_departments[department]),
		.occurred_on = input->day - (int32_t)below(world, 200),
		.reported_at_ms = 1,
		.subject = {.type = LL_SUBJECT_PERSON, .key = person->key},
		.payload = payload_of(world, department),
	};
	struct sim_item *item;

	if (chance(world, 30))
		event.occurred_on = input->day + 40;
	if (chance(world, 100) && person->household >= 0) {
		event.subject.type = LL_SUBJECT_HOUSEHOLD;
		event.subject.key = input->households[person->household];
	}
	if (chance(world, 40))
		event.source = LL_STR("another");
	item = add_life_event(world, department, &event);
	if (chance(world, 60)) {
		item->partition = wrong_partition(&item->key, world->person_partitions);
		item->hops = chance(world, 200);
	} else if (chance(world, 30)) {
		item->key = key_of("nobody", number);
	} else if (chance(world, 30)) {
		item->value.size -= 1 + below(world, 4);
	} else {
		add_again(world, department, &event);
	}
}

/* ---- everything else --------------------------------------------------------------------------------- */

static void add_broadcast(struct sim_world *world, struct ll_household_event *event)
{
	static const struct ll_key none;
	int32_t bundle = 0;

	event->origin = (struct ll_origin){.topic = LL_STR("household-events")};
	for (int32_t i = 0; i < world->household_partitions; i++) {
		struct sim_item *item = add(world, "household-events", &none,
					    encoded(world, LL_MESSAGE_HOUSEHOLD_EVENT, event));

		item->partition = i;
		item->broadcast = true;
		item->bundle = bundle = bundle ? bundle : item->bundle;
	}
}

static void add_tick(struct sim_world *world, int32_t day)
{
	struct ll_household_event event = {.body = LL_BODY_TICK, .tick = {day}};

	add_broadcast(world, &event);
}

static void add_policy(struct sim_world *world, const char *text, const char *version, int32_t day)
{
	struct ll_household_event event = {
		.body = LL_BODY_POLICY_ACTIVATED,
		.policy_activated = {LL_STR("sim"), ll_str_from(version), day, ll_str_from(text)}};

	add_broadcast(world, &event);
}

static void add_alert(struct sim_world *world, int32_t number)
{
	static const char *const areas[] = {"36", "360502", "360521100203"};
	struct ll_household_event event = {
		.body = LL_BODY_AREA_ALERT,
		.area_alert = {.alert_id = text_of(world, "a-%d", number / 2),
			       .revision = number % 2,
			       .area = ll_str_from(areas[below(world, 3)]),
			       .kind = LL_ALERT_FLOOD,
			       .severity = 2 + (int32_t)below(world, 3),
			       .occurred_on = world->input.day,
			       .expires_on = world->input.day + 1 + (int32_t)below(world, 5),
			       .cancelled = number % 2 && chance(world, 500)}};

	add_broadcast(world, &event);
}

static struct ll_household_event event_of(struct sim_world *world, int32_t household,
					  enum ll_body body)
{
	return (struct ll_household_event){
		.household_key = world->input.households[household],
		.area = ll_str_from(villages[world->input.villages[household]]),
		.origin = {.topic = LL_STR("household-events")},
		.body = body};
}

/* A person's decision, often one that the case does not allow; now and then in the wrong place. */
static void add_decision(struct sim_world *world, int32_t number)
{
	int32_t household = (int32_t)below(world, (uint32_t)world->input.household_count);
	struct ll_household_event event = event_of(world, household, LL_BODY_CASE_DECISION);
	struct sim_item *item;

	event.case_decision = (struct ll_case_decision){
		.decision_id = text_of(world, "d-%d", number),
		.type = (enum ll_case_decision_type)below(world, LL_CASE_DECISION_COUNT),
		.by = LL_STR("county"),
		.reason = LL_STR("seen"),
		.at_ms = 1};
	item = add(world, "household-events", &event.household_key,
		   encoded(world, LL_MESSAGE_HOUSEHOLD_EVENT, &event));
	if (chance(world, 250)) {
		item->partition = wrong_partition(&item->key, world->household_partitions);
		item->hops = chance(world, 300);
	} else if (chance(world, 100)) {
		item->value.size -= 1;
	}
}

static void add_task_update(struct sim_world *world)
{
	static const struct ll_key none;
	struct sim_item *item = add(world, "household-events", &none, (struct ll_bytes){NULL, 0});

	item->task_update = true;
}

static void add_garbage_task(struct sim_world *world)
{
	struct ll_key key = key_of("garbage", 1);
	static const uint8_t garbage[] = {0xc3, 0x01, 7, 7, 7};

	add(world, "assistance-tasks.360502", &key, (struct ll_bytes){garbage, sizeof(garbage)});
}

static void add_something(struct sim_world *world, int32_t number)
{
	uint32_t pick = below(world, 100);

	if (pick < 66)
		add_event(world, number);
	else if (pick < 72)
		add_decision(world, number);
	else if (pick < 86)
		add_task_update(world);
	else if (pick < 90)
		add_alert(world, number);
	else if (pick < 93)
		add_household(world, (int32_t)below(world, (uint32_t)world->input.household_count),
			      chance(world, 200));
	else if (pick < 95)
		add_tick(world, world->input.day - 1);
	else if (pick < 96)
		add_policy(world, policy_broken, "v3", world->input.day);
	else if (pick < 97)
		add_garbage_task(world);
}

/* Household i registers at the start, or between the events: those who are late have events held. */
static void make_items(struct sim_world *world)
{
	struct sim_input *input = &world->input;
	int32_t first_day = ll_day_from_date(2021, 3, 1);
	int32_t late = input->household_count - sim_random_between(&input->random, 1, 5);

	input->day = first_day;
	add_policy(world, policy_first, "v1", ll_day_from_date(2021, 1, 1));
	add_tick(world, first_day);
	for (int32_t i = 0; i < late; i++)
		add_household(world, i, false);
	for (int32_t number = 0;
	     input->life_events < SIM_LIFE_EVENTS || late < input->household_count; number++) {
		add_something(world, number);
		if (number % 8 == 7)
			add_tick(world, ++input->day);
		if (number % 13 == 12 && late < input->household_count)
			add_household(world, late++, false);
		if (number == 20)
			add_policy(world, policy_second, "v2", ll_day_from_date(2021, 3, 6));
	}
	input->day += 4;
	add_tick(world, input->day);
}

/* ---- topics --------------------------------------------------------------------------------------------- */

static void create_topics(struct sim_world *world)
{
	int32_t p = world->person_partitions;
	int32_t q = world->household_partitions;
	const struct ll_topic_spec specs[] = {
		{life_topics[0], p, false, -1},
		{life_topics[1], p, false, -1},
		{life_topics[2], p, false, -1},
		{"registry.people", p, true, -1},
		{"held", p, true, -1},
		{"household-events", q, false, -1},
		{"assistance-tasks.360502", 1, false, -1},
		{"assistance-tasks.360521", 1, false, -1},
		{"escalations.3605", 1, false, -1},
		{"escalations.3604", 1, false, -1},
		{"risk-changes", q, false, -1},
		{"dead-letters.enrich", p, false, -1},
		{"dead-letters.assess", p, false, -1},
		{"dead-letters.record", p, false, -1},
	};
	int err = ll_bus_create_topics(world->bus, specs, sizeof(specs) / sizeof(specs[0]),
				       CREATE_MS, NULL);

	assert(err == 0);
}

static void new_writer(struct sim_world *world)
{
	static const struct ll_producer_options writer = {.transactional_id = WRITER_ID,
							  .instance = "writer"};
	int err;

	ll_producer_free(world->input.writer);
	err = ll_producer_new(world->bus, &writer, &world->input.writer, NULL);
	assert(err == 0);
}

int sim_input_init(struct sim_world *world)
{
	static const struct ll_producer_options plain = {.instance = "department"};
	struct sim_input *input = &world->input;
	int err;

	*input = (struct sim_input){.random = {sim_random_next(&world->random)}};
	ll_arena_init(&input->arena, 0);
	create_topics(world);
	err = ll_producer_new(world->bus, &plain, &input->plain, NULL);
	if (err)
		return err;
	new_writer(world);
	make_people(world);
	make_items(world);
	return 0;
}

void sim_input_release(struct sim_input *input)
{
	ll_producer_free(input->plain);
	ll_producer_free(input->writer);
	ll_arena_release(&input->arena);
}

/* ---- publishing ------------------------------------------------------------------------------------------- */

struct picking {
	struct sim_random *random;
	uint32_t seen;
	struct ll_key task_id;
	struct ll_key household_key;
};

/* Each task seen so far is equally likely. */
static void pick_task(struct picking *picking, const struct ll_task *task)
{
	if (sim_random_below(picking->random, ++picking->seen) != 0)
		return;
	picking->task_id = task->task_id;
	picking->household_key = task->household_key;
}

static void look_for_task(struct sim_world *world, struct picking *picking)
{
	static const char *const queues[] = {"assistance-tasks.360502", "assistance-tasks.360521"};
	static const struct ll_consumer_options options = {.instance = "county"};
	struct ll_consumer *consumer;
	struct ll_record records[64];
	struct ll_position positions[2] = {0};
	struct ll_arena arena;
	size_t count = 1;
	int err = ll_consumer_new(world->bus, &options, &consumer, NULL);

	assert(err == 0);
	ll_arena_init(&arena, 4096);
	for (size_t i = 0; i < 2; i++) {
		snprintf(positions[i].topic, sizeof(positions[i].topic), "%s", queues[i]);
		positions[i].offset = LL_OFFSET_BEGINNING;
	}
	ll_consumer_fetch(consumer, positions, 2, NULL);
	while (count > 0) {
		ll_consumer_poll(consumer, 0, records, 64, &count, NULL);
		for (size_t i = 0; i < count; i++) {
			struct ll_task task;

			ll_arena_clear(&arena);
			if (!records[i].end_of_partition &&
			    !ll_codec_decode(world->codec, LL_MESSAGE_TASK, records[i].value,
					     &arena, &task))
				pick_task(picking, &task);
		}
	}
	ll_arena_release(&arena);
	ll_consumer_free(consumer);
}

/* A county team reports on a task that it sees in its queue. */
static void make_task_update(struct sim_world *world, struct sim_item *item)
{
	struct sim_input *input = &world->input;
	struct picking picking = {.random = &input->random};
	struct ll_household_event event = {.area = LL_STR("360502100201"),
					   .origin = {.topic = LL_STR("household-events")},
					   .body = LL_BODY_TASK_UPDATED};

	look_for_task(world, &picking);
	item->task_update = false;
	if (picking.seen == 0)
		picking.household_key = input->households[0];
	event.household_key = picking.household_key;
	event.task_updated = (struct ll_task_updated){
		.update_id = text_of(world, "u-%d", ++input->updates),
		.task_id = picking.task_id,
		.state = (enum ll_task_state)sim_random_between(&input->random, LL_TASK_ACCEPTED,
								LL_TASK_NOT_FOUND),
		.by = LL_STR("team"),
		.note = LL_STR("at home"),
		.at_ms = 1};
	item->key = event.household_key;
	item->value = encoded(world, LL_MESSAGE_HOUSEHOLD_EVENT, &event);
}

static void send(struct sim_world *world, struct ll_producer *producer, struct sim_item *item)
{
	const struct ll_outgoing outgoing = {.topic = item->topic,
					     .partition = item->partition,
					     .key = {item->key.bytes, LL_KEY_SIZE},
					     .value = item->value,
					     .hops = item->hops};
	int err = ll_producer_send(producer, &outgoing, NULL);

	(void)world;
	assert(err == 0);
	ll_producer_poll(producer, 0);
}

static void begin(struct sim_input *input)
{
	int err = ll_producer_begin(input->writer, NULL);

	assert(err == 0 && !input->writer_open);
	input->writer_open = true;
}

void sim_input_finish(struct sim_world *world)
{
	struct sim_input *input = &world->input;

	if (!input->writer_open)
		return;
	input->writer_open = false;
	if (ll_producer_commit(input->writer, 0, NULL) == 0)
		input->next = input->open_next;
	else
		new_writer(world);
}

bool sim_input_is_done(const struct sim_input *input)
{
	return !input->writer_open && input->next == input->count;
}

/* Sends the items of the next bundle and returns the place behind it. */
static size_t send_bundle(struct sim_world *world, struct ll_producer *producer)
{
	struct sim_input *input = &world->input;
	size_t at = input->next;

	for (; at < input->count && input->items[at].bundle == input->items[input->next].bundle;
	     at++) {
		if (input->items[at].task_update)
			make_task_update(world, &input->items[at]);
		send(world, producer, &input->items[at]);
	}
	return at;
}

static bool is_alone(const struct sim_input *input)
{
	const struct sim_item *item = &input->items[input->next];

	return input->next + 1 == input->count || item[1].bundle != item->bundle;
}

void sim_input_publish(struct sim_world *world)
{
	struct sim_input *input = &world->input;

	sim_input_finish(world);
	if (input->next == input->count)
		return;
	sim_trace_add(&world->trace, world->step, world->depth, "input", "publish",
		      (int64_t)input->next, 0);
	if (is_alone(input) && input->items[input->next].life_event) {
		input->next = send_bundle(world, input->plain);
		return;
	}
	begin(input);
	input->open_next = send_bundle(world, input->writer);
	sim_input_finish(world);
}

void sim_input_publish_slowly(struct sim_world *world, bool abort)
{
	struct sim_input *input = &world->input;

	sim_input_finish(world);
	if (input->next == input->count)
		return;
	begin(input);
	input->open_next = send_bundle(world, input->writer);
	sim_trace_add(&world->trace, world->step, world->depth, "input",
		      abort ? "publish and abort" : "publish, left open", (int64_t)input->next, 0);
	if (!abort)
		return;
	ll_producer_abort(input->writer, 0, NULL);
	input->writer_open = false;
}
