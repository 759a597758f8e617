/*
 * Fills the topics for ./dev bench: a registry of N households of three members, a policy, a tick, and M
 * life events of random persons, spread over the departments. The same seed makes the same bytes.
 *
 *   load registry N      load events N M      load bills N M: each a task
 *
 * Also waits, from now on, until a topic's partition 0 has N more committed records:
 *
 *   load wait TOPIC N
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/date.h"
#include "base/hash.h"
#include "bus/bus.h"
#include "codec/codec.h"
#include "runtime/topics.h"

#define MEMBERS	     3
#define FIRST_DAY    20089 /* 2025-01-01 */
#define VILLAGE	     "360502001201"
#define EVENTS_START 1735689600000LL

struct load {
	struct ll_codec *codec;
	struct ll_bus *bus;
	struct ll_producer *producer;
	struct ll_buf wire;
	uint64_t random;
};

static void die(const char *what, const struct ll_error *error)
{
	fprintf(stderr, "load: %s: %s\n", what, error ? error->message : "");
	exit(1);
}

static uint64_t next_random(struct load *load)
{
	load->random += 0x9e3779b97f4a7c15ULL;
	return ll_hash64(&load->random, sizeof(load->random), 1);
}

static struct ll_key key_of(const char *domain, uint64_t number)
{
	char text[64];
	struct ll_key key;
	int size = snprintf(text, sizeof(text), "%s:%llu", domain, (unsigned long long)number);

	ll_hash128(text, (size_t)size, &key);
	return key;
}

static void send(struct load *load, const char *topic, int32_t partition, const struct ll_key *key,
		 enum ll_message message, const void *value)
{
	struct ll_error error = {0};
	struct ll_outgoing outgoing = {.topic = topic, .partition = partition};
	int err;

	ll_buf_clear(&load->wire);
	if (ll_codec_encode(load->codec, message, value, &load->wire))
		die("encode", NULL);
	outgoing.value = ll_buf_bytes(&load->wire);
	if (key)
		outgoing.key = (struct ll_bytes){key->bytes, LL_KEY_SIZE};
	while ((err = ll_producer_send(load->producer, &outgoing, &error)) == -LL_ERR_FULL)
		ll_producer_poll(load->producer, 10);
	if (err)
		die(topic, &error);
}

static void send_household(struct load *load, uint64_t number)
{
	struct ll_member members[MEMBERS];
	struct ll_household_event event = {
		.household_key = key_of("household", number),
		.area = LL_STR(VILLAGE),
		.origin = {.topic = LL_STR("bench"), .published_at_ms = EVENTS_START},
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = {.area = LL_STR(VILLAGE),
					 .category = number % 10 ? LL_CATEGORY_ORDINARY
								 : LL_CATEGORY_EX_POOR,
					 .recorded_income_fen = {true, 4500000},
					 .recorded_income_year = 2024,
					 .members = members,
					 .member_count = MEMBERS},
	};

	for (uint64_t i = 0; i < MEMBERS; i++) {
		const struct ll_person_registered person = {.household_key = event.household_key,
							    .area = LL_STR(VILLAGE)};

		members[i] =
			(struct ll_member){.person_key = key_of("person", number * MEMBERS + i),
					   .born_on = 3650 + (int32_t)i * 3650,
					   .resident = true,
					   .labour = true};
		send(load, ll_topic_subscription(LL_TOPIC_REGISTRY_PEOPLE), LL_PARTITION_BY_KEY,
		     &members[i].person_key, LL_MESSAGE_PERSON_REGISTERED, &person);
	}
	send(load, ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS), LL_PARTITION_BY_KEY,
	     &event.household_key, LL_MESSAGE_HOUSEHOLD_EVENT, &event);
}

static void send_event(struct load *load, uint64_t number, uint64_t households)
{
	static const char *const departments[] = {"medical-insurance", "employment",
						  "civil-affairs", "rural-affairs"};
	uint64_t which = next_random(load) % 4;
	char topic[LL_TOPIC_NAME_MAX];
	char id[32];
	struct ll_life_event event = {
		.event_id = {id, (size_t)snprintf(id, sizeof(id), "E%09llu",
						  (unsigned long long)number)},
		.source = ll_str_from(departments[which]),
		.occurred_on = FIRST_DAY + (int32_t)(next_random(load) % 300),
		.reported_at_ms = EVENTS_START,
		.subject = {.type = LL_SUBJECT_PERSON,
			    .key = key_of("person", next_random(load) % (households * MEMBERS))},
	};
	int64_t amount = (int64_t)(next_random(load) % 90000);

	switch (which) {
	case 0:
		event.payload.kind = LL_EVENT_HOSPITALISATION;
		event.payload.hospitalisation.total_fen = amount * 2;
		event.payload.hospitalisation.reimbursed_fen = amount;
		break;
	case 1:
		event.payload.kind = LL_EVENT_EMPLOYED;
		event.payload.employed.monthly_wage_fen = (struct ll_maybe){true, amount};
		break;
	case 2:
		event.payload.kind = LL_EVENT_BENEFIT;
		event.payload.benefit.type = LL_BENEFIT_OTHER;
		event.payload.benefit.amount_fen = amount;
		break;
	default:
		event.payload.kind = LL_EVENT_CHRONIC_ILLNESS;
		event.payload.chronic_illness.yearly_cost_fen = (struct ll_maybe){true, amount};
		break;
	}
	if (ll_topic_name(LL_TOPIC_LIFE_EVENTS, event.source, topic))
		die("topic", NULL);
	send(load, topic, LL_PARTITION_BY_KEY, &event.subject.key, LL_MESSAGE_LIFE_EVENT, &event);
}

/* A stay in hospital that makes a household a lead. */
static void send_bill(struct load *load, uint64_t number, uint64_t households)
{
	char id[32];
	const struct ll_life_event event = {
		.event_id = {id, (size_t)snprintf(id, sizeof(id), "B%09llu",
						  (unsigned long long)number)},
		.source = LL_STR("medical-insurance"),
		.occurred_on = FIRST_DAY + 300,
		.reported_at_ms = EVENTS_START,
		.subject = {.type = LL_SUBJECT_PERSON,
			    .key = key_of("person", next_random(load) % (households * MEMBERS))},
		.payload = {.kind = LL_EVENT_HOSPITALISATION,
			    .hospitalisation = {.total_fen = 6000000}},
	};

	send(load, "life-events.medical-insurance", LL_PARTITION_BY_KEY, &event.subject.key,
	     LL_MESSAGE_LIFE_EVENT, &event);
}

static void send_tick(struct load *load)
{
	const struct ll_household_event tick = {
		.area = LL_STR(""),
		.origin = {.topic = LL_STR("bench")},
		.body = LL_BODY_TICK,
		.tick = {.day = FIRST_DAY + 320},
	};
	int32_t partitions = 0;
	struct ll_error error = {0};
	const char *topic = ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS);

	if (ll_bus_partition_count(load->bus, topic, 10000, &partitions, &error))
		die("partitions", &error);
	for (int32_t i = 0; i < partitions; i++)
		send(load, topic, i, NULL, LL_MESSAGE_HOUSEHOLD_EVENT, &tick);
}

#define BATCH 4096

static void wait_for_records(struct ll_bus *bus, const char *topic, uint64_t count)
{
	static struct ll_record records[BATCH];
	const struct ll_consumer_options options = {.instance = "bench-load"};
	struct ll_position position = {.partition = 0};
	struct ll_consumer *consumer = NULL;
	struct ll_error error = {0};
	int64_t first;
	uint64_t seen = 0;

	snprintf(position.topic, sizeof(position.topic), "%s", topic);
	if (ll_consumer_new(bus, &options, &consumer, &error) ||
	    ll_consumer_range(consumer, topic, 0, 10000, &first, &position.offset, &error) ||
	    ll_consumer_fetch(consumer, &position, 1, &error))
		die(topic, &error);
	while (seen < count) {
		size_t got = 0;

		if (ll_consumer_poll(consumer, 100, records, BATCH, &got, &error))
			die(topic, &error);
		for (size_t i = 0; i < got; i++)
			seen += !records[i].end_of_partition;
	}
	ll_consumer_free(consumer);
}

int main(int argc, char **argv)
{
	const struct ll_bus_property property = {"bootstrap.servers",
						 getenv("LIFELINE_KAFKA_BOOTSTRAP_SERVERS")};
	const struct ll_producer_options options = {.instance = "bench-load"};
	struct load load = {.random = 42};
	struct ll_error error = {0};
	uint64_t households = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
	uint64_t events = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;

	if (argc == 4 && property.value && strcmp(argv[1], "wait") == 0) {
		if (ll_bus_kafka_new(&property, 1, &load.bus, &error))
			die("open", &error);
		wait_for_records(load.bus, argv[2], events);
		ll_bus_free(load.bus);
		return 0;
	}
	if (argc < 3 || !property.value || households == 0)
		die("usage: load registry HOUSEHOLDS | load events|bills HOUSEHOLDS EVENTS | load "
		    "wait "
		    "TOPIC N",
		    NULL);
	ll_buf_init(&load.wire);
	if (ll_codec_new(&load.codec, &error) ||
	    ll_bus_kafka_new(&property, 1, &load.bus, &error) ||
	    ll_producer_new(load.bus, &options, &load.producer, &error))
		die("open", &error);
	if (strcmp(argv[1], "registry") == 0) {
		for (uint64_t i = 0; i < households; i++)
			send_household(&load, i);
		send_tick(&load);
	} else if (strcmp(argv[1], "bills") == 0) {
		for (uint64_t i = 0; i < events; i++)
			send_bill(&load, i, households);
	} else {
		for (uint64_t i = 0; i < events; i++)
			send_event(&load, i, households);
	}
	if (ll_producer_flush(load.producer, 120000, &error))
		die("flush", &error);
	ll_producer_free(load.producer);
	ll_bus_free(load.bus);
	ll_codec_free(load.codec);
	ll_buf_release(&load.wire);
	return 0;
}
