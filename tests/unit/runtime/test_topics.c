#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/topics.h"

#define DAY_MS (24LL * 3600 * 1000)

static struct ll_settings *settings;
static struct ll_topics *topics;
static struct ll_bus *bus;
static struct ll_store *store;

static int set_up(void **state)
{
	static const char *const rows[][2] = {
		{"departments", "health, housing"}, {"counties", "360502,360521,110101"},
		{"person-partitions", "3"},	    {"household-partitions", "5"},
		{"queue-partitions", "2"},
	};

	(void)state;
	if (ll_settings_new(&settings))
		return -1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (ll_settings_set_option(settings, rows[i][0], rows[i][1], NULL))
			return -1;
	return ll_topics_new(settings, &topics) || ll_bus_memory_new(&bus) ||
			       ll_store_memory_new(&store)
		       ? -1
		       : 0;
}

static int tear_down(void **state)
{
	(void)state;
	ll_topics_free(topics);
	ll_settings_free(settings);
	ll_bus_free(bus);
	ll_store_free(store);
	return 0;
}

struct expected {
	const char *name;
	int partitions;
	bool compacted;
	int64_t retention_ms;
};

/* The table of the design, for two departments and three counties in two cities. */
static void test_list(void **state)
{
	static const struct expected rows[] = {
		{"life-events.health", 3, false, 30 * DAY_MS},
		{"life-events.housing", 3, false, 30 * DAY_MS},
		{"registry.people", 3, true, -1},
		{"held", 3, true, -1},
		{"household-events", 5, false, -1},
		{"assistance-tasks.360502", 2, false, 90 * DAY_MS},
		{"assistance-tasks.360521", 2, false, 90 * DAY_MS},
		{"assistance-tasks.110101", 2, false, 90 * DAY_MS},
		{"escalations.3605", 2, false, 90 * DAY_MS},
		{"escalations.1101", 2, false, 90 * DAY_MS},
		{"risk-changes", 5, false, -1},
		{"dead-letters.enrich", 3, false, 30 * DAY_MS},
		{"dead-letters.assess", 3, false, 30 * DAY_MS},
		{"dead-letters.record", 3, false, 30 * DAY_MS},
	};
	const size_t count = sizeof(rows) / sizeof(rows[0]);

	(void)state;
	assert_int_equal(ll_topics_count(topics), count);
	for (size_t i = 0; i < count; i++) {
		const struct ll_topic_spec *spec = ll_topics_at(topics, i);

		assert_string_equal(spec->name, rows[i].name);
		assert_int_equal(spec->partitions, rows[i].partitions);
		assert_int_equal(spec->compacted, rows[i].compacted);
		assert_int_equal(spec->retention_ms, rows[i].retention_ms);
		assert_ptr_equal(ll_topics_find(topics, spec->name), spec);
	}
	assert_null(ll_topics_find(topics, "life-events.water"));
}

static void test_names(void **state)
{
	char name[LL_TOPIC_NAME_MAX];
	char longer[LL_TOPIC_NAME_MAX];
	struct ll_str suffix;

	(void)state;
	assert_int_equal(ll_topic_name(LL_TOPIC_LIFE_EVENTS, LL_STR("water"), name), 0);
	assert_string_equal(name, "life-events.water");
	assert_int_equal(ll_topic_name(LL_TOPIC_HELD, LL_STR(""), name), 0);
	assert_string_equal(name, "held");
	memset(longer, 'x', sizeof(longer));
	assert_int_equal(ll_topic_name(LL_TOPIC_LIFE_EVENTS, (struct ll_str){longer, 115}, name),
			 0);
	assert_int_equal(ll_topic_name(LL_TOPIC_LIFE_EVENTS, (struct ll_str){longer, 116}, name),
			 -LL_ERR_TOO_LARGE);

	assert_int_equal(ll_topic_of("life-events.water", &suffix), LL_TOPIC_LIFE_EVENTS);
	assert_true(ll_str_equal(suffix, LL_STR("water")));
	assert_int_equal(ll_topic_of("held", &suffix), LL_TOPIC_HELD);
	assert_int_equal(suffix.size, 0);
	assert_int_equal(ll_topic_of("held.x", &suffix), -1);
	assert_int_equal(ll_topic_of("life-events", &suffix), -1);
	assert_int_equal(ll_topic_of("life-events.", &suffix), -1);
	assert_int_equal(ll_topic_of("__consumer_offsets", &suffix), -1);
	assert_string_equal(ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS), "household-events");
	assert_string_equal(ll_topic_subscription(LL_TOPIC_LIFE_EVENTS), "^life-events\\..+");
}

static void count_foreign(void *context, const char *topic, int32_t partitions)
{
	int *count = context;

	assert_string_equal(topic, "life-events.gone");
	assert_int_equal(partitions, 1);
	++*count;
}

static void test_create_and_inspect(void **state)
{
	const struct ll_topic_spec others[] = {{"life-events.gone", 1, false, -1},
					       {"somebody-elses", 1, false, -1},
					       {"held", 3, true, -1}};
	struct ll_topic_state *states = calloc(ll_topics_count(topics), sizeof(*states));
	size_t created = 0;
	int foreign = 0;

	(void)state;
	assert_non_null(states);
	assert_int_equal(ll_bus_create_topics(bus, others, 3, 1000, NULL), 0);
	assert_int_equal(ll_topics_create(topics, bus, 1000, &created, NULL), 0);
	assert_int_equal(created, ll_topics_count(topics) - 1);
	assert_int_equal(
		ll_topics_inspect(topics, bus, 1000, states, count_foreign, &foreign, NULL), 0);
	assert_int_equal(foreign, 1);
	for (size_t i = 0; i < ll_topics_count(topics); i++)
		assert_int_equal(states[i].found, ll_topics_at(topics, i)->partitions);
	assert_int_equal(ll_topics_create(topics, bus, 1000, &created, NULL), 0);
	assert_int_equal(created, 0);
	free(states);
}

/* Nothing at all is created beside a topic that contradicts the settings. */
static void test_other_partition_count_is_refused(void **state)
{
	const struct ll_topic_spec other = {"risk-changes", 4, false, -1};
	struct ll_error error = {0};
	size_t created = 99;
	int32_t count = -1;

	(void)state;
	assert_int_equal(ll_bus_create_topics(bus, &other, 1, 1000, NULL), 0);
	assert_int_equal(ll_topics_create(topics, bus, 1000, &created, &error), -LL_ERR_EXISTS);
	assert_int_equal(ll_topics_compare(topics, bus, 1000, NULL), -LL_ERR_EXISTS);
	assert_non_null(strstr(error.message, "risk-changes has 4 partitions"));
	assert_non_null(strstr(error.message, "set household-partitions to 4"));
	assert_int_equal(created, 99);
	assert_int_equal(ll_bus_partition_count(bus, "held", 1000, &count, NULL), 0);
	assert_int_equal(count, 0);
}

static void test_partitions_are_fixed_for_life(void **state)
{
	struct ll_error error = {0};

	(void)state;
	assert_int_equal(ll_topics_fix(settings, store, NULL), 0);
	assert_int_equal(ll_topics_fix(settings, store, NULL), 0);
	assert_int_equal(ll_settings_set_option(settings, "household-partitions", "6", NULL), 0);
	assert_int_equal(ll_topics_fix(settings, store, &error), -LL_ERR_EXISTS);
	assert_non_null(strstr(error.message, "set household-partitions to 5"));
}

int main(void)
{
#define TOPICS_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TOPICS_TEST(test_list),
		TOPICS_TEST(test_names),
		TOPICS_TEST(test_create_and_inspect),
		TOPICS_TEST(test_other_partition_count_is_refused),
		TOPICS_TEST(test_partitions_are_fixed_for_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
