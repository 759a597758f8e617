/*
 * schemas/asyncapi.yaml says what the program does: every topic of the table with its key, its kept
 * days and its writers; every message with the schema that is written today; the headers there are;
 * and attributes of CloudEvents that are made of fields there are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bus/bus_impl.h"
#include "codec/field.h"
#include "policy/yaml_tree.h"
#include "runtime/topics.h"

#define PAGE_MAX 65536
#define TEXT_MAX 256
#define DAY_MS	 (24LL * 3600 * 1000)

static const struct topic {
	const char *name, *each, *key, *partitions, *writers;
	int days;
	enum ll_message message;
} topics[LL_TOPIC_COUNT] = {
#define EACH_ONE		    NULL
#define EACH_DEPARTMENT		    "department"
#define EACH_COUNTY		    "county"
#define EACH_CITY		    "city"
#define EACH_STAGE		    "stage"
#define OF_PERSON		    "person-partitions"
#define OF_HOUSEHOLD		    "household-partitions"
#define OF_QUEUE		    "queue-partitions"
#define MESSAGE_OF_LIFE_EVENTS	    LL_MESSAGE_LIFE_EVENT
#define MESSAGE_OF_REGISTRY_PEOPLE  LL_MESSAGE_PERSON_REGISTERED
#define MESSAGE_OF_HELD		    LL_MESSAGE_HELD_EVENT
#define MESSAGE_OF_HOUSEHOLD_EVENTS LL_MESSAGE_HOUSEHOLD_EVENT
#define MESSAGE_OF_ASSISTANCE_TASKS LL_MESSAGE_TASK
#define MESSAGE_OF_ESCALATIONS	    LL_MESSAGE_ESCALATION
#define MESSAGE_OF_RISK_CHANGES	    LL_MESSAGE_RISK_CHANGE
#define MESSAGE_OF_DEAD_LETTERS	    LL_MESSAGE_DEAD_LETTER
#define TOPIC(symbol, name_, each_, key_, partitions_, days_, writers_)                     \
	[LL_TOPIC_##symbol] = {name_, EACH_##each_,	  key_, OF_##partitions_, writers_, \
			       days_, MESSAGE_OF_##symbol},
	LL_TOPICS(TOPIC)};

static struct ll_arena arena;
static struct ll_codec *codec;
static const struct ll_yaml_node *page;

static int open_page(void **state)
{
	static char text[PAGE_MAX];
	FILE *stream = fopen(LL_SCHEMAS_DIR "/asyncapi.yaml", "r");
	struct ll_error error = {0};
	struct ll_yaml_node *root;
	size_t size;

	(void)state;
	if (!stream)
		return -1;
	size = fread(text, 1, sizeof(text), stream);
	fclose(stream);
	ll_arena_init(&arena, 0);
	if (ll_yaml_parse((struct ll_str){text, size}, &arena, &root, &error) != 0) {
		print_error("%d:%d %s\n", error.line, error.column, error.message);
		return -1;
	}
	page = root;
	return ll_codec_new(&codec, &error);
}

static int close_page(void **state)
{
	(void)state;
	ll_codec_free(codec);
	ll_arena_release(&arena);
	return 0;
}

/* The value at a path of keys, ended by NULL; NULL where there is none. */
static const struct ll_yaml_node *find(const struct ll_yaml_node *node, ...)
{
	const char *name;
	va_list names;

	va_start(names, node);
	while (node && (name = va_arg(names, const char *)) != NULL) {
		const struct ll_yaml_node *next = node->first;

		while (next && !ll_str_equal(next->key->text, ll_str_from(name)))
			next = next->next;
		node = next;
	}
	va_end(names);
	return node;
}

static void assert_says(const struct ll_yaml_node *node, const char *what, const char *text)
{
	if (!node)
		fail_msg("%s is missing", what);
	if (!ll_str_equal(node->text, ll_str_from(text)))
		fail_msg("%d: %s is '%.*s' and not '%s'", node->line, what, LL_STR_ARG(node->text),
			 text);
}

static void check_kept(const struct ll_yaml_node *channel, const struct topic *topic)
{
	const struct ll_yaml_node *kept =
		find(channel, "bindings", "kafka", "topicConfiguration", NULL);
	const struct ll_yaml_node *policy = find(kept, "cleanup.policy", NULL);
	char text[TEXT_MAX];

	assert_non_null(policy);
	assert_int_equal(policy->count, 1);
	assert_says(policy->first, topic->name, topic->days < 0 ? "compact" : "delete");
	if (topic->days < 0)
		return;
	snprintf(text, sizeof(text), "%lld", topic->days > 0 ? topic->days * DAY_MS : -1LL);
	assert_says(find(kept, "retention.ms", NULL), topic->name, text);
}

static void check_topic(const struct topic *topic)
{
	const struct ll_yaml_node *channel = find(page, "channels", topic->name, NULL);
	const char *message = ll_message_name(topic->message);
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), topic->each ? "%s.{%s}" : "%s", topic->name, topic->each);
	assert_says(find(channel, "address", NULL), topic->name, text);
	if (topic->each)
		assert_non_null(find(channel, "parameters", topic->each, "description", NULL));
	assert_says(find(channel, "x-lifeline", "key", NULL), topic->name, topic->key);
	assert_says(find(channel, "x-lifeline", "partitions", NULL), topic->name,
		    topic->partitions);
	assert_says(find(channel, "x-lifeline", "writers", NULL), topic->name, topic->writers);
	check_kept(channel, topic);
	snprintf(text, sizeof(text), "#/components/messages/%s", message);
	assert_says(find(channel, "messages", message, "$ref", NULL), topic->name, text);
	assert_int_equal(find(channel, "messages", NULL)->count, 1);
}

static void test_every_topic(void **state)
{
	(void)state;
	assert_int_equal(find(page, "channels", NULL)->count, LL_TOPIC_COUNT);
	for (int i = 0; i < LL_TOPIC_COUNT; i++)
		check_topic(&topics[i]);
}

/* Each topic in one operation. */
static void test_operations(void **state)
{
	const struct ll_yaml_node *operations = find(page, "operations", NULL);
	bool found[LL_TOPIC_COUNT] = {false};

	(void)state;
	assert_int_equal(operations->count, LL_TOPIC_COUNT);
	for (const struct ll_yaml_node *node = operations->first; node; node = node->next) {
		const struct ll_yaml_node *channel = find(node, "channel", "$ref", NULL);
		char text[TEXT_MAX];

		assert_non_null(channel);
		for (int i = 0; i < LL_TOPIC_COUNT; i++) {
			snprintf(text, sizeof(text), "#/channels/%s", topics[i].name);
			found[i] |= ll_str_equal(channel->text, ll_str_from(text));
		}
	}
	for (int i = 0; i < LL_TOPIC_COUNT; i++)
		assert_true(found[i]);
}

static void test_every_message(void **state)
{
	(void)state;
	assert_int_equal(find(page, "components", "messages", NULL)->count, LL_MESSAGE_COUNT);
	for (int i = 0; i < LL_MESSAGE_COUNT; i++) {
		const char *name = ll_message_name((enum ll_message)i);
		const struct ll_yaml_node *message =
			find(page, "components", "messages", name, NULL);
		char text[TEXT_MAX];

		assert_says(find(message, "name", NULL), name,
			    ll_field_record_of((enum ll_message)i)->name);
		snprintf(text, sizeof(text), "released/%s.%016" PRIx64 ".avsc", name,
			 ll_codec_fingerprint(codec, (enum ll_message)i));
		assert_says(find(message, "payload", "schema", "$ref", NULL), name, text);
		assert_non_null(find(message, "bindings", "kafka", "key", "$ref", NULL));
	}
}

static void test_headers(void **state)
{
	const struct ll_yaml_node *schemas = find(page, "components", "schemas", NULL);
	const struct ll_yaml_node *hops = find(schemas, "hops", "properties", NULL);

	(void)state;
	assert_int_equal(hops->count, 1);
	assert_non_null(find(hops, LL_BUS_HOPS_HEADER, NULL));
	for (int i = 0; i < LL_MESSAGE_COUNT; i++)
		assert_says(find(page, "components", "messages",
				 ll_message_name((enum ll_message)i), "headers", "$ref", NULL),
			    ll_message_name((enum ll_message)i),
			    i == LL_MESSAGE_LIFE_EVENT ? "#/components/schemas/hops"
						       : "#/components/schemas/none");
}

static bool has_field(const struct ll_field_record *record, struct ll_str name)
{
	for (uint32_t i = 0; i < record->field_count; i++)
		if (ll_str_equal(ll_str_from(record->fields[i].name), name))
			return true;
	return false;
}

/* All {field} of an attribute. */
static void check_attribute(const struct ll_field_record *record, const struct ll_yaml_node *node)
{
	const char *end = node->text.data + node->text.size;
	const char *at = node->text.data;

	while (at < end && (at = memchr(at, '{', (size_t)(end - at))) != NULL) {
		const char *close = memchr(at, '}', (size_t)(end - at));

		assert_non_null(close);
		if (!has_field(record, (struct ll_str){at + 1, (size_t)(close - at - 1)}))
			fail_msg("%d: %s has no field %.*s", node->line, record->name,
				 (int)(close - at - 1), at + 1);
		at = close;
	}
}

static void test_cloudevents(void **state)
{
	static const enum ll_message told[] = {LL_MESSAGE_LIFE_EVENT, LL_MESSAGE_HOUSEHOLD_EVENT,
					       LL_MESSAGE_TASK, LL_MESSAGE_RISK_CHANGE,
					       LL_MESSAGE_ESCALATION};
	static const char *const required[] = {"specversion", "id",	 "source",
					       "type",	      "subject", "time"};

	(void)state;
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		const struct ll_yaml_node *attributes =
			find(page, "components", "messages", ll_message_name(told[i]),
			     "x-cloudevents", NULL);

		assert_non_null(attributes);
		for (size_t k = 0; k < sizeof(required) / sizeof(required[0]); k++)
			assert_non_null(find(attributes, required[k], NULL));
		for (const struct ll_yaml_node *node = attributes->first; node; node = node->next)
			check_attribute(ll_field_record_of(told[i]), node);
	}
}

/* Every "#/…" leads somewhere. */
static void check_references(const struct ll_yaml_node *node)
{
	if (node->key && ll_str_equal(node->key->text, LL_STR("$ref")) &&
	    node->text.data[0] == '#') {
		const struct ll_yaml_node *at = page;
		char path[TEXT_MAX];
		char *rest = path, *name;

		snprintf(path, sizeof(path), "%.*s", (int)node->text.size - 2, node->text.data + 2);
		while ((name = strsep(&rest, "/")) != NULL)
			at = find(at, name, NULL);
		if (!at)
			fail_msg("%d: there is no %.*s", node->line, LL_STR_ARG(node->text));
	}
	for (const struct ll_yaml_node *child = node->first; child; child = child->next)
		check_references(child);
}

static void test_references(void **state)
{
	(void)state;
	check_references(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_topic),   cmocka_unit_test(test_operations),
		cmocka_unit_test(test_every_message), cmocka_unit_test(test_headers),
		cmocka_unit_test(test_cloudevents),   cmocka_unit_test(test_references),
	};

	return cmocka_run_group_tests(tests, open_page, close_page);
}
