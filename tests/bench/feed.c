#include "feed.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "runtime/topics.h"

#define FIRST_DAY	 20089 /* 2025-01-01 */
#define EVENTS_START_MS	 1735689600000LL
#define FLUSH_TIMEOUT_MS 120000

/* ---- life ------------------------------------------------------------------------------------ */

void feed_die(const char *what, const struct ll_error *error)
{
	fprintf(stderr, "bench: %s%s%s\n", what, error ? ": " : "", error ? error->message : "");
	exit(1);
}

struct ll_bus *feed_bus_new(void)
{
	const struct ll_bus_property property = {"bootstrap.servers",
						 getenv("LIFELINE_KAFKA_BOOTSTRAP_SERVERS")};
	struct ll_error error = {0};
	struct ll_bus *bus;

	if (!property.value)
		feed_die("LIFELINE_KAFKA_BOOTSTRAP_SERVERS is not set", NULL);
	if (ll_bus_kafka_new(&property, 1, &bus, &error))
		feed_die("Kafka", &error);
	return bus;
}

void feed_open(struct feed *feed)
{
	const struct ll_producer_options options = {.instance = "bench-feed"};
	struct ll_error error = {0};

	*feed = (struct feed){.random = 42, .bus = feed_bus_new()};
	ll_buf_init(&feed->wire);
	if (ll_codec_new(&feed->codec, &error) ||
	    ll_producer_new(feed->bus, &options, &feed->producer, &error))
		feed_die("opening", &error);
}

void feed_flush(struct feed *feed)
{
	struct ll_error error = {0};

	if (ll_producer_flush(feed->producer, FLUSH_TIMEOUT_MS, &error))
		feed_die("flushing", &error);
}

void feed_close(struct feed *feed)
{
	feed_flush(feed);
	ll_producer_free(feed->producer);
	ll_bus_free(feed->bus);
	ll_codec_free(feed->codec);
	ll_buf_release(&feed->wire);
}

/* ---- sending --------------------------------------------------------------------------------- */

static uint64_t next_random(struct feed *feed)
{
	feed->random += 0x9e3779b97f4a7c15ULL;
	return ll_hash64(&feed->random, sizeof(feed->random), 1);
}

static struct ll_key key_of(const char *domain, uint64_t number)
{
	char text[64];
	struct ll_key key;
	int size = snprintf(text, sizeof(text), "%s:%llu", domain, (unsigned long long)number);

	ll_hash128(text, (size_t)size, &key);
	return key;
}

static void send(struct feed *feed, const struct ll_outgoing *outgoing)
{
	struct ll_error error = {0};
	int err;

	while ((err = ll_producer_send(feed->producer, outgoing, &error)) == -LL_ERR_FULL)
		ll_producer_poll(feed->producer, 10);
	if (err)
		feed_die(outgoing->topic, &error);
}

void feed_bytes(struct feed *feed, const char *topic, int32_t partition, struct ll_bytes value)
{
	const struct ll_outgoing outgoing = {
		.topic = topic, .partition = partition, .value = value};

	send(feed, &outgoing);
}

/* key NULL: to the given partition */
static void send_message(struct feed *feed, const char *topic, int32_t partition,
			 const struct ll_key *key, enum ll_message message, const void *value)
{
	struct ll_outgoing outgoing = {.topic = topic, .partition = partition};

	ll_buf_clear(&feed->wire);
	if (ll_codec_encode(feed->codec, message, value, &feed->wire))
		feed_die("encoding", NULL);
	outgoing.value = ll_buf_bytes(&feed->wire);
	if (key)
		outgoing.key = (struct ll_bytes){key->bytes, LL_KEY_SIZE};
	send(feed, &outgoing);
}

/* ---- the registry ---------------------------------------------------------------------------- */

void feed_household(struct feed *feed, uint64_t number, const char *village)
{
	struct ll_member members[FEED_MEMBERS];
	const struct ll_str area = ll_str_from(village);
	struct ll_household_event event = {
		.household_key = key_of("household", number),
		.area = area,
		.origin = {.topic = LL_STR("bench"), .published_at_ms = EVENTS_START_MS},
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = {.area = area,
					 .category = number % 10 ? LL_CATEGORY_ORDINARY
								 : LL_CATEGORY_EX_POOR,
					 .recorded_income_fen = {true, 4500000},
					 .recorded_income_year = 2024,
					 .members = members,
					 .member_count = FEED_MEMBERS},
	};

	for (uint64_t i = 0; i < FEED_MEMBERS; i++) {
		const struct ll_person_registered person = {.household_key = event.household_key,
							    .area = area};

		members[i] = (struct ll_member){.person_key =
							key_of("person", number * FEED_MEMBERS + i),
						.born_on = 3650 + (int32_t)i * 3650,
						.resident = true,
						.labour = true};
		send_message(feed, ll_topic_subscription(LL_TOPIC_REGISTRY_PEOPLE),
			     LL_PARTITION_BY_KEY, &members[i].person_key,
			     LL_MESSAGE_PERSON_REGISTERED, &person);
	}
	send_message(feed, ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS), LL_PARTITION_BY_KEY,
		     &event.household_key, LL_MESSAGE_HOUSEHOLD_EVENT, &event);
}

void feed_tick(struct feed *feed)
{
	const struct ll_household_event tick = {
		.area = LL_STR(""),
		.origin = {.topic = LL_STR("bench")},
		.body = LL_BODY_TICK,
		.tick = {.day = FIRST_DAY + 320},
	};
	const char *topic = ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS);
	struct ll_error error = {0};
	int32_t partitions = 0;

	if (ll_bus_partition_count(feed->bus, topic, 10000, &partitions, &error))
		feed_die("partitions", &error);
	for (int32_t i = 0; i < partitions; i++)
		send_message(feed, topic, i, NULL, LL_MESSAGE_HOUSEHOLD_EVENT, &tick);
}

/* ---- life events ----------------------------------------------------------------------------- */

static struct ll_payload small_payload(uint64_t which, int64_t amount)
{
	switch (which) {
	case 0:
		return (struct ll_payload){
			.kind = LL_EVENT_HOSPITALISATION,
			.hospitalisation = {.total_fen = amount * 2, .reimbursed_fen = amount}};
	case 1:
		return (struct ll_payload){.kind = LL_EVENT_EMPLOYED,
					   .employed = {.monthly_wage_fen = {true, amount}}};
	case 2:
		return (struct ll_payload){
			.kind = LL_EVENT_BENEFIT,
			.benefit = {.type = LL_BENEFIT_OTHER, .amount_fen = amount}};
	default:
		return (struct ll_payload){.kind = LL_EVENT_CHRONIC_ILLNESS,
					   .chronic_illness = {.yearly_cost_fen = {true, amount}}};
	}
}

static void send_life_event(struct feed *feed, const struct ll_life_event *event)
{
	char topic[LL_TOPIC_NAME_MAX];

	if (ll_topic_name(LL_TOPIC_LIFE_EVENTS, event->source, topic))
		feed_die("a topic's name", NULL);
	send_message(feed, topic, LL_PARTITION_BY_KEY, &event->subject.key, LL_MESSAGE_LIFE_EVENT,
		     event);
}

void feed_event(struct feed *feed, uint64_t id, uint64_t households)
{
	static const char *const departments[] = {"medical-insurance", "employment",
						  "civil-affairs", "rural-affairs"};
	uint64_t which = next_random(feed) % 4;
	char text[32];
	struct ll_life_event event = {
		.event_id = {text, (size_t)snprintf(text, sizeof(text), "E%09llu",
						    (unsigned long long)id)},
		.source = ll_str_from(departments[which]),
		.occurred_on = FIRST_DAY + (int32_t)(next_random(feed) % 300),
		.reported_at_ms = EVENTS_START_MS,
		.subject = {.type = LL_SUBJECT_PERSON,
			    .key = key_of("person",
					  next_random(feed) % (households * FEED_MEMBERS))},
	};

	event.payload = small_payload(which, (int64_t)(next_random(feed) % 90000));
	send_life_event(feed, &event);
}

void feed_bill(struct feed *feed, uint64_t id, uint64_t number)
{
	char text[32];
	const struct ll_life_event event = {
		.event_id = {text, (size_t)snprintf(text, sizeof(text), "B%09llu",
						    (unsigned long long)id)},
		.source = LL_STR("medical-insurance"),
		.occurred_on = FIRST_DAY + 300,
		.reported_at_ms = EVENTS_START_MS,
		.subject = {.type = LL_SUBJECT_PERSON,
			    .key = key_of("person", number * FEED_MEMBERS)},
		.payload = {.kind = LL_EVENT_HOSPITALISATION,
			    .hospitalisation = {.total_fen = 6000000}},
	};

	send_life_event(feed, &event);
}
