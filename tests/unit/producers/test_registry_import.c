#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/citizen.h"
#include "base/date.h"
#include "registry/registry_import.h"

#define PARTITIONS 4
#define RECORDS	   64
#define OUT_MAX	   8192

#define HOUSEHOLD_HEAD "household_code,area,category,dibao\n"
#define PEOPLE_HEAD    "household_code,citizen_number,name,phone,resident,labour,in_school\n"
#define ANNA	       "11010519491231002X"
#define BERT	       "360502199003071238"
#define OLD	       "440524188001010014" /* born in 1880 */

struct fixture {
	struct ll_bus *bus;
	struct ll_codec *codec;
	struct ll_pseudonyms *pseudonyms;
	struct ll_rejects *rejects;
	struct ll_registry_options options;
	struct ll_registry_counts counts;
	char households[64], people[64], reject[64];
};

static int set_up(void **state)
{
	static const struct ll_topic_spec topics[] = {
		{"household-events", PARTITIONS, false, -1},
		{"registry.people", PARTITIONS, true, -1},
	};
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	int pid = (int)getpid();

	assert_non_null(fixture);
	snprintf(fixture->households, sizeof(fixture->households), "test-households-%d.csv", pid);
	snprintf(fixture->people, sizeof(fixture->people), "test-people-%d.csv", pid);
	snprintf(fixture->reject, sizeof(fixture->reject), "test-registry-rejects-%d.csv", pid);
	assert_int_equal(ll_bus_memory_new(&fixture->bus), 0);
	assert_int_equal(ll_bus_create_topics(fixture->bus, topics, 2, 1000, NULL), 0);
	assert_int_equal(ll_codec_new(&fixture->codec, NULL), 0);
	assert_int_equal(ll_pseudonyms_new(LL_STR("0123456789abcdef"), &fixture->pseudonyms), 0);
	assert_int_equal(ll_rejects_new(fixture->reject, &fixture->rejects), 0);
	fixture->options = (struct ll_registry_options){
		.bus = fixture->bus,
		.codec = fixture->codec,
		.pseudonyms = fixture->pseudonyms,
		.counties = LL_STR("360502"),
		.household_rejects = fixture->rejects,
		.people_rejects = fixture->rejects,
		.now_ms = 1751212800000,
	};
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->households);
	unlink(fixture->people);
	unlink(fixture->reject);
	ll_rejects_free(fixture->rejects);
	ll_pseudonyms_free(fixture->pseudonyms);
	ll_codec_free(fixture->codec);
	ll_bus_free(fixture->bus);
	free(fixture);
	return 0;
}

static void write_text(const char *path, const char *text)
{
	FILE *stream = fopen(path, "w");

	assert_non_null(stream);
	assert_true(fputs(text, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
}

static int import(struct fixture *fixture, const char *households, const char *people,
		  struct ll_error *error)
{
	write_text(fixture->households, households);
	write_text(fixture->people, people);
	return ll_registry_import(&fixture->options, fixture->households, fixture->people,
				  &fixture->counts, error);
}

/* Calls `found` for each record of a topic. */
static size_t read_topic(struct fixture *fixture, const char *topic,
			 void (*found)(struct fixture *fixture, const struct ll_record *record))
{
	struct ll_consumer_options options = {.instance = "test"};
	struct ll_position positions[PARTITIONS] = {0};
	struct ll_record records[RECORDS];
	struct ll_consumer *consumer;
	size_t total = 0, ends = 0;

	assert_int_equal(ll_consumer_new(fixture->bus, &options, &consumer, NULL), 0);
	for (int32_t i = 0; i < PARTITIONS; i++) {
		snprintf(positions[i].topic, sizeof(positions[i].topic), "%s", topic);
		positions[i].partition = i;
		positions[i].offset = LL_OFFSET_BEGINNING;
	}
	assert_int_equal(ll_consumer_fetch(consumer, positions, PARTITIONS, NULL), 0);
	while (ends < PARTITIONS) {
		size_t count;

		assert_int_equal(ll_consumer_poll(consumer, 100, records, RECORDS, &count, NULL),
				 0);
		for (size_t i = 0; i < count; i++) {
			if (records[i].end_of_partition) {
				ends++;
				continue;
			}
			total++;
			if (found)
				found(fixture, &records[i]);
		}
	}
	ll_consumer_free(consumer);
	return total;
}

static void check_household(struct fixture *fixture, const struct ll_record *record)
{
	const struct ll_household_registered *registered;
	struct ll_household_event event;
	struct ll_arena arena;
	struct ll_key anna, bert, household;

	ll_arena_init(&arena, 0);
	assert_int_equal(ll_codec_decode(fixture->codec, LL_MESSAGE_HOUSEHOLD_EVENT, record->value,
					 &arena, &event),
			 0);
	assert_int_equal(ll_pseudonym_person(fixture->pseudonyms, LL_STR(ANNA), &anna), 0);
	assert_int_equal(ll_pseudonym_person(fixture->pseudonyms, LL_STR(BERT), &bert), 0);
	assert_int_equal(ll_pseudonym_household(fixture->pseudonyms, LL_STR("H1"), &household), 0);
	assert_memory_equal(record->key.data, household.bytes, LL_KEY_SIZE);
	assert_true(ll_key_equal(&event.household_key, &household));
	assert_int_equal(event.body, LL_BODY_HOUSEHOLD_REGISTERED);
	registered = &event.household_registered;
	/* The file's order: the head first. */
	assert_int_equal(registered->member_count, 2);
	assert_true(ll_key_equal(&registered->members[0].person_key, &bert));
	assert_true(ll_key_equal(&registered->members[1].person_key, &anna));
	assert_int_equal(registered->members[1].born_on, ll_day_from_date(1949, 12, 31));
	assert_true(registered->members[0].resident && registered->members[0].labour);
	assert_true(registered->members[1].in_school && !registered->members[1].labour);
	ll_arena_release(&arena);
}

static void check_person(struct fixture *fixture, const struct ll_record *record)
{
	struct ll_person_registered person;
	struct ll_key household;

	assert_int_equal(ll_pseudonym_household(fixture->pseudonyms, LL_STR("H1"), &household), 0);
	assert_int_equal(ll_codec_decode(fixture->codec, LL_MESSAGE_PERSON_REGISTERED,
					 record->value, NULL, &person),
			 0);
	assert_true(ll_key_equal(&person.household_key, &household));
	assert_true(ll_str_equal(person.area, LL_STR("360502001001")));
}

static void test_import(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(
		import(fixture, HOUSEHOLD_HEAD "H1,360502001001,ordinary,no\n",
		       PEOPLE_HEAD "H1," BERT ",B,1,yes,yes,no\nH1," ANNA ",A,,no,no,yes\n", NULL),
		0);
	assert_int_equal(fixture->counts.households, 1);
	assert_int_equal(fixture->counts.people, 2);
	assert_int_equal(fixture->counts.transactions, 1);
	assert_int_equal(ll_rejects_total(fixture->rejects), 0);
	assert_int_equal(read_topic(fixture, "household-events", check_household), 1);
	assert_int_equal(read_topic(fixture, "registry.people", check_person), 2);
}

static void read_rejects(struct fixture *fixture, char ret_text[OUT_MAX])
{
	FILE *stream;
	size_t size;

	assert_int_equal(ll_rejects_close(fixture->rejects, NULL), 0);
	stream = fopen(fixture->reject, "r");
	assert_non_null(stream);
	size = fread(ret_text, 1, OUT_MAX - 1, stream);
	ret_text[size] = '\0';
	fclose(stream);
}

/* A bad person leaves the household; a bad household takes its people with it. */
static void test_rejects(void **state)
{
	struct fixture *fixture = *state;
	char text[OUT_MAX];

	assert_int_equal(import(fixture,
				HOUSEHOLD_HEAD "H1,360502001001,ordinary,no\n"
					       "H2,110101001001,ordinary,no\n"
					       "H1,360502001001,ordinary,no\n",
				PEOPLE_HEAD "H1,123,B,1,yes,yes,no\n"
					    "H2," ANNA ",A,,no,no,yes\n"
					    "H3," BERT ",A,,no,no,yes\n"
					    "H1," BERT ",A,,no,no,yes\n"
					    "H1,,A,,no,no,yes\n"
					    "H1," OLD ",A,,no,no,yes\n"
					    "H1," ANNA ",A,,no,no,perhaps\n",
				NULL),
			 0);
	assert_int_equal(fixture->counts.household_rows, 3);
	assert_int_equal(fixture->counts.households, 1);
	assert_int_equal(fixture->counts.people_rows, 7);
	assert_int_equal(fixture->counts.people, 0);
	assert_int_equal(ll_rejects_total(fixture->rejects), 9);
	assert_int_equal(read_topic(fixture, "household-events", NULL), 1);
	assert_int_equal(read_topic(fixture, "registry.people", NULL), 0);
	read_rejects(fixture, text);
	assert_non_null(strstr(text, ",2,\"citizen_number\",bad-citizen-number,"));
	assert_non_null(strstr(text, ",5,\"citizen_number\",exists,"));
	assert_non_null(strstr(text, ",6,\"citizen_number\",missing,"));
	assert_non_null(strstr(text, ",7,\"citizen_number\",bad-date,"));
	assert_non_null(strstr(text, ",8,\"in_school\",bad-enum,"));
	assert_non_null(strstr(text, ",3,\"area\",bad-area,"));
	assert_non_null(strstr(text, ",4,\"household_code\",exists,"));
	assert_non_null(strstr(text, ",3,\"household_code\",not-registered,"));
	assert_non_null(strstr(text, ",4,\"household_code\",not-registered,"));
}

/* number: 17 digits and the check character, different for each index. */
static void citizen(int index, char ret_number[LL_CITIZEN_SIZE + 1])
{
	snprintf(ret_number, LL_CITIZEN_SIZE + 1, "360502%04d0101%03d0", 1950 + index / 900,
		 index % 900);
	ret_number[LL_CITIZEN_SIZE - 1] = ll_citizen_check(ret_number);
}

static void test_too_many_members(void **state)
{
	struct fixture *fixture = *state;
	struct ll_buf people;

	ll_buf_init(&people);
	assert_int_equal(ll_buf_append_str(&people, PEOPLE_HEAD), 0);
	for (int i = 0; i < LL_MEMBERS_MAX + 3; i++) {
		char number[LL_CITIZEN_SIZE + 1];

		citizen(i, number);
		assert_int_equal(ll_buf_append_format(&people, "H1,%s,,,yes,yes,no\n", number), 0);
	}
	assert_int_equal(ll_buf_append(&people, "", 1), 0);
	assert_int_equal(import(fixture, HOUSEHOLD_HEAD "H1,360502001001,ordinary,no\n",
				(const char *)people.data, NULL),
			 0);
	ll_buf_release(&people);
	assert_int_equal(fixture->counts.people, LL_MEMBERS_MAX);
	assert_int_equal(ll_rejects_total(fixture->rejects), 3);
	assert_int_equal(read_topic(fixture, "registry.people", NULL), LL_MEMBERS_MAX);
}

static void check_tombstone(struct fixture *fixture, const struct ll_record *record)
{
	(void)fixture;
	assert_null(record->value.data);
}

static void test_dissolved(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(import(fixture,
				"household_code,area,category,dibao,dissolved\n"
				"H1,360502001001,ordinary,no,yes\n",
				PEOPLE_HEAD "H1," ANNA ",A,,no,no,yes\n", NULL),
			 0);
	assert_int_equal(fixture->counts.people, 1);
	assert_int_equal(read_topic(fixture, "household-events", NULL), 1);
	assert_int_equal(read_topic(fixture, "registry.people", check_tombstone), 1);
}

/* More than one transaction, and nothing lost between them. */
static void test_many(void **state)
{
	const int count = 4500;
	struct fixture *fixture = *state;
	struct ll_buf households, people;

	ll_buf_init(&households);
	ll_buf_init(&people);
	assert_int_equal(ll_buf_append_str(&households, HOUSEHOLD_HEAD), 0);
	assert_int_equal(ll_buf_append_str(&people, PEOPLE_HEAD), 0);
	for (int i = 0; i < count; i++) {
		char number[LL_CITIZEN_SIZE + 1];

		citizen(i, number);
		assert_int_equal(
			ll_buf_append_format(&households, "H%d,360502001001,ordinary,no\n", i), 0);
		assert_int_equal(ll_buf_append_format(&people, "H%d,%s,,,yes,yes,no\n", i, number),
				 0);
	}
	assert_int_equal(ll_buf_append(&households, "", 1), 0);
	assert_int_equal(ll_buf_append(&people, "", 1), 0);
	assert_int_equal(
		import(fixture, (const char *)households.data, (const char *)people.data, NULL), 0);
	ll_buf_release(&households);
	ll_buf_release(&people);
	assert_int_equal(fixture->counts.households, count);
	assert_int_equal(fixture->counts.transactions, 3);
	assert_int_equal(read_topic(fixture, "household-events", NULL), count);
	assert_int_equal(read_topic(fixture, "registry.people", NULL), count);
}

static void test_missing_column(void **state)
{
	struct fixture *fixture = *state;
	struct ll_error error = {0};

	assert_int_equal(import(fixture, "household_code,area,category\nH1,360502001001,ordinary\n",
				PEOPLE_HEAD, &error),
			 -LL_ERR_MISSING);
	assert_non_null(strstr(error.message, "'dibao'"));
	assert_int_equal(read_topic(fixture, "household-events", NULL), 0);
}

static void test_names_go_to_the_store(void **state)
{
	struct fixture *fixture = *state;
	struct ll_error error = {0};

	assert_int_equal(ll_store_memory_new(&fixture->options.store), 0);
	assert_int_equal(import(fixture, HOUSEHOLD_HEAD "H1,360502001001,ordinary,no\n",
				PEOPLE_HEAD "H1," BERT ",B,1,yes,yes,no\n", &error),
			 0);
	ll_store_free(fixture->options.store);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_import),
		TEST(test_rejects),
		TEST(test_too_many_members),
		TEST(test_dissolved),
		TEST(test_many),
		TEST(test_missing_column),
		TEST(test_names_go_to_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
