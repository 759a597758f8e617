/*
 * Encoded samples of every released version, which every later reader must still read, and read as
 * the same values.
 *
 *   schemas/samples/<message>.<fingerprint>.hex    messages, one a line
 *   schemas/samples/<message>.<fingerprint>.jsonl  what they say, one a line
 *   schemas/released/<message>.<fingerprint>.avsc  the schema
 *
 * LIFELINE_WRITE_SAMPLES=1 writes those of the present version, once: what is released stays as it
 * is. List a new .avsc in schemas/meson.build.
 */
#include "codec_test.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#define PATH_SIZE	  4096
#define SAMPLES_A_MESSAGE 32 /* more than there are kinds of events and bodies */
#define SAMPLES_MIN	  12 /* the first versions have no more */
#define LINE_SIZE	  (4 * LL_WIRE_MAX)

static const char *schemas_dir(void)
{
	const char *dir = getenv("LIFELINE_SCHEMAS");

	assert_non_null(dir);
	return dir;
}

static void sample_path(const struct ll_codec *codec, enum ll_message message, const char *folder,
			const char *ending, char ret_path[PATH_SIZE])
{
	snprintf(ret_path, PATH_SIZE, "%s/%s/%s.%016" PRIx64 ".%s", schemas_dir(), folder,
		 ll_message_name(message), ll_codec_fingerprint(codec, message), ending);
}

static FILE *open_sample(const struct ll_codec *codec, enum ll_message message, const char *folder,
			 const char *ending, const char *mode)
{
	char path[PATH_SIZE];
	FILE *file;

	sample_path(codec, message, folder, ending, path);
	file = fopen(path, mode);
	if (!file)
		fail_msg("%s cannot be opened", path);
	return file;
}

/* ---- writing ---- */

_Static_assert(SAMPLES_A_MESSAGE >= LL_EVENT_KIND_COUNT - 1 + LL_BODY_COUNT,
	       "every kind and every body has a sample");

/* The kinds of events, then the other bodies. */
static int kind_of(enum ll_message message, const union sample *sample)
{
	const struct ll_household_event *event = &sample->HOUSEHOLD_EVENT;

	if (message == LL_MESSAGE_LIFE_EVENT)
		return (int)sample->LIFE_EVENT.payload.kind;
	if (message != LL_MESSAGE_HOUSEHOLD_EVENT)
		return 0;
	return event->body == LL_BODY_LIFE_EVENT ? (int)event->life_event.payload.kind
						 : LL_EVENT_KIND_COUNT - 1 + (int)event->body;
}

/* Kind by kind for the messages that have kinds, so that each is there. */
static void force_kind(enum ll_message message, int number, struct sample_random *random,
		       union sample *sample)
{
	int want = 0;

	if (message == LL_MESSAGE_LIFE_EVENT)
		want = number % LL_EVENT_KIND_COUNT;
	else if (message == LL_MESSAGE_HOUSEHOLD_EVENT)
		want = number % (LL_EVENT_KIND_COUNT - 1 + LL_BODY_COUNT);
	do
		sample_fill(random, message, sample);
	while (kind_of(message, sample) != want);
}

static bool is_released(const struct ll_codec *codec, enum ll_message message)
{
	char path[PATH_SIZE];

	sample_path(codec, message, "released", "avsc", path);
	return access(path, F_OK) == 0;
}

static void write_message(const struct ll_codec *codec, enum ll_message message)
{
	FILE *hex = open_sample(codec, message, "samples", "hex", "w");
	FILE *lines = open_sample(codec, message, "samples", "jsonl", "w");
	FILE *schema = open_sample(codec, message, "released", "avsc", "w");
	struct ll_str text = ll_codec_schema_text(codec, message);
	struct ll_arena arena;
	struct ll_buf out;
	struct sample_random random = {.state = 600 + (uint64_t)message, .arena = &arena};

	ll_arena_init(&arena, 0);
	ll_buf_init(&out);
	fprintf(schema, "%.*s\n", LL_STR_ARG(text));
	for (int i = 0; i < SAMPLES_A_MESSAGE; i++) {
		union sample sample;

		do {
			ll_buf_clear(&out);
			force_kind(message, i, &random, &sample);
			assert_int_equal(ll_codec_encode(codec, message, &sample, &out), 0);
		} while (out.size > 1200);
		for (size_t at = 0; at < out.size; at++)
			fprintf(hex, "%02x", out.data[at]);
		fputc('\n', hex);
		ll_buf_clear(&out);
		assert_int_equal(ll_codec_to_json(codec, message, &sample, &out), 0);
		fprintf(lines, "%.*s\n", (int)out.size, (const char *)out.data);
	}
	ll_buf_release(&out);
	ll_arena_release(&arena);
	assert_int_equal(fclose(hex) | fclose(lines) | fclose(schema), 0);
}

/* ---- reading ---- */

static size_t read_hex_line(char *line, uint8_t *ret_wire)
{
	size_t size = strcspn(line, "\n") / 2;

	for (size_t i = 0; i < size; i++) {
		unsigned int byte;

		assert_int_equal(sscanf(line + 2 * i, "%2x", &byte), 1);
		ret_wire[i] = (uint8_t)byte;
	}
	return size;
}

/* A field that came later has its default: nothing, false, 0 or the first symbol. */
static bool is_default(const json_t *value)
{
	return json_is_null(value) || json_is_false(value) ||
	       (json_is_integer(value) && json_integer_value(value) == 0) ||
	       (json_is_string(value) && strcmp(json_string_value(value), "none") == 0);
}

/* What was written then is what is read now; of fields that came since nobody has said anything. */
static bool same_json(const json_t *then, const json_t *now)
{
	const char *name;
	json_t *value;
	size_t i;

	if (json_is_array(then)) {
		json_array_foreach(
			then, i, value) if (!same_json(value, json_array_get(now, i))) return false;
		return json_array_size(then) == json_array_size(now);
	}
	if (!json_is_object(then))
		return json_equal(then, now) == 1;
	json_object_foreach((json_t *)(uintptr_t)then, name,
			    value) if (!same_json(value, json_object_get(now, name))) return false;
	json_object_foreach((json_t *)(uintptr_t)now, name,
			    value) if (!json_object_get(then, name) &&
				       !is_default(value)) return false;
	return true;
}

static bool says(const char *line, const struct ll_buf *now)
{
	json_t *then = json_loads(line, 0, NULL);
	json_t *ours = json_loadb((const char *)now->data, now->size, 0, NULL);
	bool same;

	assert_non_null(then);
	assert_non_null(ours);
	same = same_json(then, ours);
	json_decref(then);
	json_decref(ours);
	return same;
}

static void check_line(const struct ll_codec *codec, enum ll_message message, struct ll_bytes wire,
		       const char *json)
{
	struct ll_arena arena;
	struct ll_buf out;
	union sample sample;

	ll_arena_init(&arena, 0);
	ll_buf_init(&out);
	assert_int_equal(ll_codec_decode(codec, message, wire, &arena, &sample), 0);
	assert_int_equal(ll_codec_to_json(codec, message, &sample, &out), 0);
	if (!says(json, &out))
		fail_msg("%s: %.*s is not %s", ll_message_name(message), (int)out.size,
			 (const char *)out.data, json);
	ll_buf_release(&out);
	ll_arena_release(&arena);
}

static int check_file(const struct ll_codec *codec, enum ll_message message, const char *path)
{
	char lines_path[PATH_SIZE];
	char *line = malloc(LINE_SIZE);
	char *json = malloc(LINE_SIZE);
	uint8_t *wire = malloc(LINE_SIZE);
	FILE *hex = fopen(path, "r");
	FILE *lines;
	int count = 0;

	snprintf(lines_path, sizeof(lines_path), "%.*s.jsonl", (int)(strlen(path) - 4), path);
	lines = fopen(lines_path, "r");
	assert_true(line && json && wire && hex && lines);
	while (fgets(line, LINE_SIZE, hex)) {
		size_t size = read_hex_line(line, wire);

		assert_non_null(fgets(json, LINE_SIZE, lines));
		check_line(codec, message, (struct ll_bytes){wire, size}, json);
		count++;
	}
	fclose(hex);
	fclose(lines);
	free(line);
	free(json);
	free(wire);
	return count;
}

static void test_every_released_sample_is_read(void **state)
{
	const struct ll_codec *codec = *state;
	char folder[PATH_SIZE];
	char path[2 * PATH_SIZE];
	struct dirent *entry;
	int files = 0;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%s/samples", schemas_dir());
	dir = opendir(folder);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		struct ll_str name = {entry->d_name, strcspn(entry->d_name, ".")};
		size_t size = strlen(entry->d_name);
		int message;

		if (size < 4 || strcmp(entry->d_name + size - 4, ".hex") != 0)
			continue;
		message = ll_message_by_name(name);
		assert_true(message >= 0);
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		assert_true(check_file(codec, (enum ll_message)message, path) >= SAMPLES_MIN);
		files++;
	}
	closedir(dir);
	assert_true(files >= LL_MESSAGE_COUNT);
}

static int count_files(const char *folder, const char *ending)
{
	char path[PATH_SIZE];
	struct dirent *entry;
	int count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", schemas_dir(), folder);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		const char *dot = strrchr(entry->d_name, '.');

		if (dot && strcmp(dot, ending) == 0)
			count++;
	}
	closedir(dir);
	return count;
}

static void test_every_released_version_has_samples(void **state)
{
	(void)state;
	assert_int_equal(count_files("released", ".avsc"), count_files("samples", ".hex"));
	assert_int_equal(count_files("samples", ".hex"), count_files("samples", ".jsonl"));
}

static void test_the_present_version_has_samples(void **state)
{
	const struct ll_codec *codec = *state;

	for (int i = 0; i < LL_MESSAGE_COUNT; i++) {
		fclose(open_sample(codec, (enum ll_message)i, "samples", "hex", "r"));
		fclose(open_sample(codec, (enum ll_message)i, "released", "avsc", "r"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_released_sample_is_read),
		cmocka_unit_test(test_every_released_version_has_samples),
		cmocka_unit_test(test_the_present_version_has_samples),
	};

	if (getenv("LIFELINE_WRITE_SAMPLES")) {
		void *codec = NULL;

		if (codec_setup(&codec) < 0)
			return 1;
		for (int i = 0; i < LL_MESSAGE_COUNT; i++)
			if (!is_released(codec, (enum ll_message)i))
				write_message(codec, (enum ll_message)i);
		return codec_teardown(&codec);
	}
	return cmocka_run_group_tests(tests, codec_setup, codec_teardown);
}
