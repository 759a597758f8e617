#include "codec_test.h"

#include <avro.h>
#include <jansson.h>

#include "base/hash.h"
#include "codec/schema.h"

struct vector {
	const char *text;
	const char *canonical;
	int64_t fingerprint;
};

/* Avro's own: share/test/data/schema-tests.txt of the Avro project. */
static const struct vector vectors[] = {
	{"\"null\"", "\"null\"", 7195948357588979594},
	{"{\"type\":\"null\"}", "\"null\"", 7195948357588979594},
	{"\"boolean\"", "\"boolean\"", -6970731678124411036},
	{"{\"type\":\"int\"}", "\"int\"", 8247732601305521295},
	{"\"long\"", "\"long\"", -3434872931120570953},
	{"\"float\"", "\"float\"", 5583340709985441680},
	{"{\"type\":\"double\"}", "\"double\"", -8181574048448539266},
	{"\"bytes\"", "\"bytes\"", 5746618253357095269},
	{"\"string\"", "\"string\"", -8142146995180207161},
	{"[  ]", "[]", -1241056759729112623},
	{"[ \"int\"  ]", "[\"int\"]", -5232228896498058493},
	{"[ \"int\" , {\"type\":\"boolean\"} ]", "[\"int\",\"boolean\"]", 5392556393470105090},
	{"{\"fields\":[], \"type\":\"record\", \"name\":\"foo\"}",
	 "{\"name\":\"foo\",\"type\":\"record\",\"fields\":[]}", -4824392279771201922},
	{"{\"fields\":[], \"type\":\"record\", \"name\":\"foo\", \"namespace\":\"x.y\"}",
	 "{\"name\":\"x.y.foo\",\"type\":\"record\",\"fields\":[]}", 5916914534497305771},
	{"{\"fields\":[], \"type\":\"record\", \"name\":\"a.b.foo\", \"namespace\":\"x.y\"}",
	 "{\"name\":\"a.b.foo\",\"type\":\"record\",\"fields\":[]}", -4616218487480524110},
	{"{\"fields\":[], \"type\":\"record\", \"name\":\"foo\", \"doc\":\"Useful info\"}",
	 "{\"name\":\"foo\",\"type\":\"record\",\"fields\":[]}", -4824392279771201922},
	{"{\"fields\":[], \"type\":\"record\", \"name\":\"foo\", \"aliases\":[\"foo\",\"bar\"]}",
	 "{\"name\":\"foo\",\"type\":\"record\",\"fields\":[]}", -4824392279771201922},
	{"{\"fields\":[{\"type\":{\"type\":\"boolean\"}, \"name\":\"f1\"}], \"type\":\"record\", "
	 "\"name\":\"foo\"}",
	 "{\"name\":\"foo\",\"type\":\"record\",\"fields\":[{\"name\":\"f1\",\"type\":\"boolean\"}]"
	 "}",
	 7843277075252814651},
	{"{ \"fields\":[{\"type\":\"boolean\", \"aliases\":[], \"name\":\"f1\", "
	 "\"default\":true},\n{\"order\":\"descending\",\"name\":\"f2\",\"doc\":\"Hello\","
	 "\"type\":\"int\"}],\n\"type\":\"record\", \"name\":\"foo\"\n}",
	 "{\"name\":\"foo\",\"type\":\"record\",\"fields\":[{\"name\":\"f1\",\"type\":\"boolean\"},"
	 "{\"name\":\"f2\",\"type\":\"int\"}]}",
	 -4860222112080293046},
	{"{\"type\":\"enum\", \"name\":\"foo\", \"symbols\":[\"A1\"]}",
	 "{\"name\":\"foo\",\"type\":\"enum\",\"symbols\":[\"A1\"]}", -6342190197741309591},
	{"{\"namespace\":\"x.y.z\", \"type\":\"enum\", \"name\":\"foo\", \"doc\":\"foo bar\", "
	 "\"symbols\":[\"A1\", \"A2\"]}",
	 "{\"name\":\"x.y.z.foo\",\"type\":\"enum\",\"symbols\":[\"A1\",\"A2\"]}",
	 -4448647247586288245},
	{"{\"name\":\"foo\",\"type\":\"fixed\",\"size\":15}",
	 "{\"name\":\"foo\",\"type\":\"fixed\",\"size\":15}", 1756455273707447556},
	{"{\"namespace\":\"x.y.z\", \"type\":\"fixed\", \"name\":\"foo\", \"doc\":\"foo bar\", "
	 "\"size\":32}",
	 "{\"name\":\"x.y.z.foo\",\"type\":\"fixed\",\"size\":32}", -3064184465700546786},
	{"{ \"items\":{\"type\":\"null\"}, \"type\":\"array\"}",
	 "{\"type\":\"array\",\"items\":\"null\"}", -589620603366471059},
	{"{ \"values\":\"string\", \"type\":\"map\"}", "{\"type\":\"map\",\"values\":\"string\"}",
	 -8732877298790414990},
	{"{\"name\":\"PigValue\",\"type\":\"record\",\n \"fields\":[{\"name\":\"value\", "
	 "\"type\":[\"null\", \"int\", \"long\", \"PigValue\"]}]}",
	 "{\"name\":\"PigValue\",\"type\":\"record\",\"fields\":[{\"name\":\"value\",\"type\":"
	 "[\"null\",\"int\",\"long\",\"PigValue\"]}]}",
	 -1759257747318642341},
};

static void test_published_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct ll_error error = {0};
		struct ll_schema *schema = NULL;

		assert_int_equal(ll_schema_new(ll_str_from(vectors[i].text), &schema, &error), 0);
		assert_int_equal(schema->canonical.size, strlen(vectors[i].canonical));
		assert_memory_equal(schema->canonical.data, vectors[i].canonical,
				    schema->canonical.size);
		assert_true((int64_t)schema->fingerprint == vectors[i].fingerprint);
		ll_schema_free(schema);
	}
}

static void test_canonical_form_written_by_hand(void **state)
{
	static const char by_hand[] =
		"{\"name\":\"lifeline.PersonRegistered\",\"type\":\"record\",\"fields\":["
		"{\"name\":\"household_key\",\"type\":"
		"{\"name\":\"lifeline.HouseholdKey\",\"type\":\"fixed\",\"size\":16}},"
		"{\"name\":\"area\",\"type\":\"string\"}]}";
	const struct ll_codec *codec = *state;

	assert_true(ll_codec_fingerprint(codec, LL_MESSAGE_PERSON_REGISTERED) ==
		    ll_crc64_avro(by_hand, sizeof(by_hand) - 1));
}

static void test_later_uses_are_names(void **state)
{
	/* HouseholdKey and PersonKey are brought in before the life event that defines them. */
	const struct ll_codec *codec = *state;
	struct ll_str text = ll_codec_schema_text(codec, LL_MESSAGE_HOUSEHOLD_EVENT);
	struct ll_error error = {0};
	struct ll_schema *schema = NULL;
	static const char key[] = "{\"name\":\"person_key\",\"type\":\"lifeline.PersonKey\"}";

	assert_int_equal(ll_schema_new(text, &schema, &error), 0);
	assert_non_null(
		memmem(schema->canonical.data, schema->canonical.size, key, sizeof(key) - 1));
	assert_true(schema->fingerprint == ll_codec_fingerprint(codec, LL_MESSAGE_HOUSEHOLD_EVENT));
	ll_schema_free(schema);
}

static void test_avro_reads_every_text(void **state)
{
	const struct ll_codec *codec = *state;

	for (int i = 0; i < LL_MESSAGE_COUNT; i++) {
		struct ll_str text = ll_codec_schema_text(codec, (enum ll_message)i);
		avro_schema_t schema = NULL;

		assert_int_equal(avro_schema_from_json_length(text.data, text.size, &schema), 0);
		avro_schema_decref(schema);
	}
}

static void test_fingerprints_differ(void **state)
{
	const struct ll_codec *codec = *state;

	for (int i = 0; i < LL_MESSAGE_COUNT; i++)
		for (int k = 0; k < i; k++)
			assert_true(ll_codec_fingerprint(codec, (enum ll_message)i) !=
				    ll_codec_fingerprint(codec, (enum ll_message)k));
}

/* Every named type and every field says what it is. */
static void check_docs(const json_t *json)
{
	const json_t *value;
	const char *key;
	size_t index;

	if (json_is_object(json)) {
		if (json_object_get(json, "name")) {
			const char *doc = json_string_value(json_object_get(json, "doc"));

			if (!doc || strlen(doc) < 5)
				fail_msg("%s has no doc",
					 json_string_value(json_object_get(json, "name")));
		}
		json_object_foreach((json_t *)(uintptr_t)json, key, value) check_docs(value);
	}
	if (json_is_array(json))
		json_array_foreach(json, index, value) check_docs(value);
}

static void test_everything_is_documented(void **state)
{
	const struct ll_codec *codec = *state;

	for (int i = 0; i < LL_MESSAGE_COUNT; i++) {
		struct ll_str text = ll_codec_schema_text(codec, (enum ll_message)i);
		json_t *json = json_loadb(text.data, text.size, 0, NULL);

		assert_non_null(json);
		check_docs(json);
		json_decref(json);
	}
}

static void test_what_is_no_schema_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"{",
		"17",
		"null",
		"{}",
		"\"Unheard\"",
		"[[\"int\"]]",
		"{\"type\":\"record\",\"name\":\"A\"}",
		"{\"type\":\"record\",\"fields\":[]}",
		"{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"type\":\"int\"}]}",
		"{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"a\"}]}",
		"{\"type\":\"record\",\"name\":\"A\",\"fields\":[1]}",
		"{\"type\":\"enum\",\"name\":\"A\",\"symbols\":[]}",
		"{\"type\":\"enum\",\"name\":\"A\",\"symbols\":[1]}",
		"{\"type\":\"fixed\",\"name\":\"A\",\"size\":-1}",
		"{\"type\":\"fixed\",\"name\":\"A\",\"size\":9999999999}",
		"{\"type\":\"array\"}",
		("{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"a\",\"type\":"
		 "{\"type\":\"fixed\",\"name\":\"A\",\"size\":1}}]}"),
		"{\"type\":\"record\",\"name\":\"not a name\",\"fields\":[]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ll_error error = {0};
		struct ll_schema *schema = NULL;

		assert_int_equal(ll_schema_new(ll_str_from(bad[i]), &schema, &error),
				 -LL_ERR_INVALID);
		assert_int_equal(error.code, -LL_ERR_INVALID);
		assert_true(error.message[0] != '\0');
		assert_null(schema);
	}
}

static void test_depth_is_bounded(void **state)
{
	struct ll_error error = {0};
	struct ll_schema *schema = NULL;
	struct ll_buf text;

	(void)state;
	ll_buf_init(&text);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(ll_buf_append_str(&text, "{\"type\":\"array\",\"items\":"), 0);
	assert_int_equal(ll_buf_append_str(&text, "\"int\""), 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(ll_buf_append_str(&text, "}"), 0);
	assert_int_equal(
		ll_schema_new((struct ll_str){(const char *)text.data, text.size}, &schema, &error),
		-LL_ERR_INVALID);
	ll_buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_vectors),
		cmocka_unit_test(test_canonical_form_written_by_hand),
		cmocka_unit_test(test_later_uses_are_names),
		cmocka_unit_test(test_avro_reads_every_text),
		cmocka_unit_test(test_fingerprints_differ),
		cmocka_unit_test(test_everything_is_documented),
		cmocka_unit_test(test_what_is_no_schema_is_refused),
		cmocka_unit_test(test_depth_is_bounded),
	};

	return cmocka_run_group_tests(tests, codec_setup, codec_teardown);
}
