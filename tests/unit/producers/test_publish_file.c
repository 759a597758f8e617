#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "publish/publish_file.h"

#define TOPIC	   "life-events.medical-insurance"
#define RECORD_MAX 64
#define TEXT_MAX   4096

#define YAML                                                                 \
	"source: medical-insurance\nkind: hospitalisation\nevent_id: [id]\n" \
	"occurred_on: day\nsubject: {citizen_number: who}\nfields:\n"        \
	"  total_fen: total\n  reimbursed_fen: paid\n"

struct fixture {
	struct ll_bus *bus;
	struct ll_codec *codec;
	struct ll_publisher *publisher;
	struct ll_pseudonyms *pseudonyms;
	struct ll_mapping *mapping;
	struct ll_publish_options options;
	struct ll_publish_counts counts;
	char path[64];
};

static int set_up(void **state)
{
	static const struct ll_topic_spec topic = {TOPIC, 4, false, -1};
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	assert_int_equal(ll_bus_memory_new(&fixture->bus), 0);
	assert_int_equal(ll_bus_create_topics(fixture->bus, &topic, 1, 1000, NULL), 0);
	assert_int_equal(ll_codec_new(&fixture->codec, NULL), 0);
	assert_int_equal(ll_publisher_new(fixture->bus, fixture->codec, LL_STR("medical-insurance"),
					  &fixture->publisher, NULL),
			 0);
	assert_int_equal(ll_pseudonyms_new(LL_STR("0123456789abcdef"), &fixture->pseudonyms), 0);
	assert_int_equal(ll_mapping_parse(LL_STR(YAML), &fixture->mapping, NULL), 0);
	fixture->options = (struct ll_publish_options){.mapping = fixture->mapping,
						       .pseudonyms = fixture->pseudonyms,
						       .publisher = fixture->publisher,
						       .today = ll_day_from_date(2025, 6, 30),
						       .reported_at_ms = 1751212800000};
	snprintf(fixture->path, sizeof(fixture->path), "publish-test-%d.csv", (int)getpid());
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->path);
	ll_publisher_free(fixture->publisher);
	ll_bus_free(fixture->bus);
	ll_codec_free(fixture->codec);
	ll_pseudonyms_free(fixture->pseudonyms);
	ll_mapping_free(fixture->mapping);
	free(fixture);
	return 0;
}

static int publish(struct fixture *fixture, const char *text, struct ll_error *error)
{
	struct ll_bytes bytes = {(const uint8_t *)text, strlen(text)};

	return ll_publish_bytes(&fixture->options, "claims.csv", bytes, &fixture->counts, error);
}

/* The event ids in the topic, in any order of partitions, as "a b c". */
static void read_ids(struct fixture *fixture, char ret_text[TEXT_MAX])
{
	struct ll_consumer_options options = {.instance = "test"};
	struct ll_consumer *consumer;
	struct ll_position positions[4];
	struct ll_record records[RECORD_MAX];
	struct ll_arena arena;
	size_t used = 0, ends = 0;

	ll_arena_init(&arena, 0);
	assert_int_equal(ll_publisher_flush(fixture->publisher, 1000, NULL), 0);
	assert_int_equal(ll_consumer_new(fixture->bus, &options, &consumer, NULL), 0);
	for (int32_t i = 0; i < 4; i++)
		positions[i] = (struct ll_position){TOPIC, i, LL_OFFSET_BEGINNING};
	assert_int_equal(ll_consumer_fetch(consumer, positions, 4, NULL), 0);
	ret_text[0] = '\0';
	while (ends < 4) {
		size_t count;

		assert_int_equal(ll_consumer_poll(consumer, 100, records, RECORD_MAX, &count, NULL),
				 0);
		for (size_t i = 0; i < count; i++) {
			struct ll_life_event event;

			if (records[i].end_of_partition) {
				ends++;
				continue;
			}
			assert_int_equal(ll_codec_decode(fixture->codec, LL_MESSAGE_LIFE_EVENT,
							 records[i].value, &arena, &event),
					 0);
			assert_memory_equal(records[i].key.data, event.subject.key.bytes,
					    LL_KEY_SIZE);
			used += (size_t)snprintf(ret_text + used, TEXT_MAX - used, "%s%.*s",
						 used ? " " : "", LL_STR_ARG(event.event_id));
		}
	}
	ll_consumer_free(consumer);
	ll_arena_release(&arena);
}

static void read_text(const char *path, char ret_text[TEXT_MAX])
{
	FILE *stream = fopen(path, "r");
	size_t size;

	assert_non_null(stream);
	size = fread(ret_text, 1, TEXT_MAX - 1, stream);
	ret_text[size] = '\0';
	fclose(stream);
}

#define WHO "11010519491231002X"

/* Bad rows are set aside with line, field and reason; the others are published. */
static void test_rejects(void **state)
{
	static const char text[] = "id,day,who,total,paid\n"
				   "1,2025-01-01," WHO ",100,50\n"
				   "2,2099-01-01," WHO ",100,50\n"
				   "3,2025-01-01,123,100,50\n"
				   "4,2025-01-01," WHO ",-100,50\n"
				   "5,2025-01-01," WHO ",100\n"
				   "6,2025-01-01," WHO ",100,150\n"
				   "\"7\",2025-01-01," WHO ",100,50\n";
	static const char expected[] =
		"file,line,field,reason,text,row\n"
		"\"claims.csv\",3,\"day\",future,\"dated more than a day after today (see "
		"--today)\",\"2,2099-01-01," WHO ",100,50\"\n"
		"\"claims.csv\",4,\"who\",bad-citizen-number,\"not a citizen number of GB "
		"11643\",\"3,2025-01-01,123,100,50\"\n"
		"\"claims.csv\",5,\"total\",negative,\"an amount is below "
		"zero\",\"4,2025-01-01," WHO ",-100,50\"\n"
		"\"claims.csv\",6,\"\",bad-row,\"4 fields where the header has "
		"5\",\"5,2025-01-01," WHO ",100\"\n"
		"\"claims.csv\",7,\"\",out-of-range,\"a number is outside its "
		"range\",\"6,2025-01-01," WHO ",100,150\"\n";
	struct fixture *fixture = *state;
	char found[TEXT_MAX];
	struct stat status;

	assert_int_equal(ll_rejects_new(fixture->path, &fixture->options.rejects), 0);
	assert_int_equal(publish(fixture, text, NULL), 0);
	assert_int_equal(fixture->counts.rows, 7);
	assert_int_equal(fixture->counts.published, 2);
	assert_int_equal(fixture->counts.rejected, 5);
	assert_int_equal(ll_rejects_close(fixture->options.rejects, NULL), 0);
	assert_int_equal(ll_rejects_total(fixture->options.rejects), 5);
	assert_string_equal(ll_rejects_path(fixture->options.rejects), fixture->path);
	read_text(fixture->path, found);
	assert_string_equal(found, expected);
	assert_int_equal(stat(fixture->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	ll_rejects_free(fixture->options.rejects);
	read_ids(fixture, found);
	assert_string_equal(found, "1 7");
}

/* No file when nothing was rejected, not even an old one. */
static void test_no_rejects(void **state)
{
	struct fixture *fixture = *state;
	FILE *old = fopen(fixture->path, "w");

	assert_non_null(old);
	fclose(old);
	assert_int_equal(ll_rejects_new(fixture->path, &fixture->options.rejects), 0);
	assert_int_equal(
		publish(fixture, "id,day,who,total,paid\n1,2025-01-01," WHO ",100,50\n", NULL), 0);
	assert_int_equal(ll_rejects_close(fixture->options.rejects, NULL), 0);
	assert_null(ll_rejects_path(fixture->options.rejects));
	assert_int_equal(access(fixture->path, F_OK), -1);
	ll_rejects_free(fixture->options.rejects);
}

static void test_quotes_in_rejects(void **state)
{
	struct fixture *fixture = *state;
	char found[TEXT_MAX];

	assert_int_equal(ll_rejects_new(fixture->path, &fixture->options.rejects), 0);
	assert_int_equal(publish(fixture, "id,day,who,total,paid\n\"1,2\nx\"\"\",,,,\n", NULL), 0);
	assert_int_equal(ll_rejects_close(fixture->options.rejects, NULL), 0);
	ll_rejects_free(fixture->options.rejects);
	read_text(fixture->path, found);
	assert_non_null(strstr(found, ",\"\"\"1,2\nx\"\"\"\"\"\",,,,\"\n"));
}

static void test_missing_column(void **state)
{
	struct fixture *fixture = *state;
	struct ll_error error = {0};
	char found[TEXT_MAX];

	assert_int_equal(publish(fixture, "id,day,who,total\n1,2025-01-01," WHO ",100\n", &error),
			 -LL_ERR_MISSING);
	assert_non_null(strstr(error.message, "'paid'; it has: id, day, who, total"));
	assert_int_equal(fixture->counts.rows, 0);
	read_ids(fixture, found);
	assert_string_equal(found, "");
}

static void test_dry_run(void **state)
{
	struct fixture *fixture = *state;
	char found[TEXT_MAX];

	fixture->options.publisher = NULL;
	assert_int_equal(publish(fixture,
				 "id,day,who,total,paid\n1,2025-01-01," WHO ",100,50\n2,,,,\n",
				 NULL),
			 0);
	assert_int_equal(fixture->counts.published, 1);
	assert_int_equal(fixture->counts.rejected, 1);
	read_ids(fixture, found);
	assert_string_equal(found, "");
}

static bool stop_now(void)
{
	return true;
}

static void test_stop(void **state)
{
	struct fixture *fixture = *state;

	fixture->options.stop_asked = stop_now;
	assert_int_equal(
		publish(fixture, "id,day,who,total,paid\n1,2025-01-01," WHO ",100,50\n", NULL),
		-LL_ERR_ABORTED);
	assert_int_equal(fixture->counts.rows, 0);
}

static void test_file(void **state)
{
	struct fixture *fixture = *state;
	FILE *stream = fopen(fixture->path, "w");
	struct ll_error error = {0};
	int64_t lines = 0;

	assert_non_null(stream);
	fputs("id,day,who,total,paid\n1,2025-01-01," WHO ",100,50\n", stream);
	fclose(stream);
	assert_int_equal(ll_publish_look(fixture->mapping, fixture->path, &lines, &error), 0);
	assert_int_equal(lines, 2);
	assert_int_equal(
		ll_publish_file(&fixture->options, fixture->path, &fixture->counts, &error), 0);
	assert_int_equal(fixture->counts.published, 1);
	assert_int_equal(
		ll_publish_file(&fixture->options, "/nowhere/at.csv", &fixture->counts, &error),
		-LL_ERR_IO);
	assert_int_equal(ll_publish_look(fixture->mapping, "/dev/null", &lines, &error),
			 -LL_ERR_IO);
	assert_non_null(strstr(error.message, "regular file"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_rejects),	   TEST(test_no_rejects), TEST(test_quotes_in_rejects),
		TEST(test_missing_column), TEST(test_dry_run),	  TEST(test_stop),
		TEST(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
