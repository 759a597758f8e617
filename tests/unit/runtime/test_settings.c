#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "runtime/settings.h"

static char file_name[] = "test_settings_XXXXXX";

static void write_file(const char *text)
{
	FILE *file = fopen(file_name, "w");

	assert_non_null(file);
	assert_int_equal(fputs(text, file) >= 0, 1);
	assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
	int descriptor;

	(void)state;
	descriptor = mkstemp(file_name);
	return descriptor < 0 ? -1 : close(descriptor);
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(file_name);
}

static struct ll_settings *make(void)
{
	struct ll_settings *settings = NULL;

	assert_int_equal(ll_settings_new(&settings), 0);
	return settings;
}

static const char *kafka(const struct ll_settings *settings, const char *name)
{
	size_t count;
	const struct ll_bus_property *properties = ll_settings_kafka(settings, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(properties[i].name, name) == 0)
			return properties[i].value;
	return NULL;
}

static void test_defaults(void **state)
{
	struct ll_settings *settings = make();

	(void)state;
	assert_int_equal(ll_settings_load(settings, NULL, NULL, NULL), 0);
	assert_int_equal(ll_settings_number(settings, LL_SETTING_BATCH_MAX), 4096);
	assert_string_equal(ll_settings_text(settings, LL_SETTING_COUNTIES), "360502,360521");
	assert_string_equal(ll_settings_origin(settings, LL_SETTING_COUNTIES), "default");
	assert_string_equal(kafka(settings, "bootstrap.servers"), "127.0.0.1:9092");
	ll_settings_free(settings);
}

/* Four settings, each given one place more than the one before. */
static void test_precedence(void **state)
{
	char *environment[] = {"LIFELINE_BATCH_MAX=200", "LIFELINE_LOG_LEVEL=error", "OTHER=x",
			       NULL};
	struct ll_settings *settings = make();

	(void)state;
	write_file("batch-max: 100\nlog-level: debug\ninstance: from-file\n");
	assert_int_equal(ll_settings_set_option(settings, "batch-max", "300", NULL), 0);
	assert_int_equal(ll_settings_load(settings, file_name, environment, NULL), 0);
	assert_int_equal(ll_settings_number(settings, LL_SETTING_BATCH_MAX), 300);
	assert_string_equal(ll_settings_origin(settings, LL_SETTING_BATCH_MAX), "option");
	assert_string_equal(ll_settings_text(settings, LL_SETTING_LOG_LEVEL), "error");
	assert_string_equal(ll_settings_origin(settings, LL_SETTING_LOG_LEVEL), "environment");
	assert_string_equal(ll_settings_text(settings, LL_SETTING_INSTANCE), "from-file");
	assert_string_equal(ll_settings_origin(settings, LL_SETTING_INSTANCE), "file");
	assert_string_equal(ll_settings_origin(settings, LL_SETTING_LISTEN), "default");
	ll_settings_free(settings);
}

static void test_file_named_by_environment(void **state)
{
	char variable[64];
	char *environment[] = {variable, "LIFELINE_BATCH_MAX=", NULL};
	struct ll_settings *settings = make();

	(void)state;
	snprintf(variable, sizeof(variable), "LIFELINE_CONFIG=%s", file_name);
	write_file("# operators' file\nbatch-max: 7\ncounties:\n  - 110101\n  - '110102'\n");
	assert_int_equal(ll_settings_load(settings, NULL, environment, NULL), 0);
	assert_int_equal(ll_settings_number(settings, LL_SETTING_BATCH_MAX), 7);
	assert_string_equal(ll_settings_text(settings, LL_SETTING_COUNTIES), "110101,110102");
	ll_settings_free(settings);
}

static void test_kafka_goes_through(void **state)
{
	char *environment[] = {"LIFELINE_KAFKA_SOCKET_TIMEOUT_MS=5000",
			       "LIFELINE_KAFKA_CLIENT_RACK=r1", NULL};
	struct ll_settings *settings = make();
	size_t count;

	(void)state;
	write_file("kafka:\n  socket.timeout.ms: 1\n  bootstrap.servers: a:1,b:2\n");
	assert_int_equal(ll_settings_set_option(settings, "kafka.client.rack", "r2", NULL), 0);
	assert_int_equal(ll_settings_load(settings, file_name, environment, NULL), 0);
	assert_string_equal(kafka(settings, "socket.timeout.ms"), "5000");
	assert_string_equal(kafka(settings, "bootstrap.servers"), "a:1,b:2");
	assert_string_equal(kafka(settings, "client.rack"), "r2");
	ll_settings_kafka(settings, &count);
	assert_int_equal(count, 3);
	ll_settings_free(settings);
}

struct bad_file {
	const char *text;
	int line;
	int column;
	const char *says;
};

static void test_file_errors(void **state)
{
	static const struct bad_file rows[] = {
		{"batch-max: 1\nbatchmax: 5\n", 2, 1, "did you mean batch-max"},
		{"batch-max: 0\n", 1, 12, "batch-max must be a whole number from 1 to 100000"},
		{"batch-max: 100001\n", 1, 12, "from 1 to 100000"},
		{"batch-max: many\n", 1, 12, "from 1 to 100000"},
		{"batch-max:\n", 1, 11, "from 1 to 100000"},
		{"batch-max: 1\nbatch-max: 2\n", 2, 1, "before"},
		{"kafka:\n  a: 1\n  a: 2\n", 3, 3, "before"},
		{"kafka: text\n", 1, 8, "map"},
		{"kafka:\n  'a b': 1\n", 2, 3, "property"},
		{"counties: 36050\n", 1, 11, "six digits"},
		{"counties: [360502, 360502]\n", 1, 11, "each once"},
		{"counties: ['360502,360521']\n", 1, 12, "comma"},
		{"departments: Health\n", 1, 14, "lower-case"},
		{"departments: ''\n", 1, 14, "lower-case"},
		{"listen: 9090\n", 1, 9, "HOST:PORT"},
		{"listen: localhost:65536\n", 1, 9, "HOST:PORT"},
		{"log-level: loud\n", 1, 12, "debug, info"},
		{"instance: [a]\n", 1, 11, "plain value"},
		{"instance: &a x\n", 1, 11, "anchors"},
		{"- a\n", 1, 1, "map"},
		{"instance: a\n---\ninstance: b\n", 2, 1, "one document"},
		{"instance: 'a\n", 2, 1, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ll_settings *settings = make();
		struct ll_error error = {0};

		write_file(rows[i].text);
		assert_int_equal(ll_settings_load(settings, file_name, NULL, &error),
				 -LL_ERR_INVALID);
		if (error.line != rows[i].line || error.column != rows[i].column ||
		    !strstr(error.message, rows[i].says) || !strstr(error.message, file_name))
			fail_msg("row %zu: %s (%d:%d)", i, error.message, error.line, error.column);
		ll_settings_free(settings);
	}
}

static void test_empty_files(void **state)
{
	static const char *const texts[] = {"",
					    "# only a comment\n",
					    "---\n",
					    "database:\n",
					    "database: ~\n",
					    "database: null\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct ll_settings *settings = make();

		write_file(texts[i]);
		assert_int_equal(ll_settings_load(settings, file_name, NULL, NULL), 0);
		assert_string_equal(ll_settings_text(settings, LL_SETTING_DATABASE), "");
		ll_settings_free(settings);
	}
}

static void test_missing_file(void **state)
{
	struct ll_settings *settings = make();
	struct ll_error error = {0};

	(void)state;
	assert_int_equal(ll_settings_load(settings, "no/such/file.yaml", NULL, &error), -LL_ERR_IO);
	assert_non_null(strstr(error.message, "no/such/file.yaml"));
	ll_settings_free(settings);
}

/* A wrong value is told of even where another one hides it. */
static void test_environment_errors(void **state)
{
	char *environment[] = {"LIFELINE_COMMIT_INTERVAL_MS=5001", NULL};
	struct ll_settings *settings = make();
	struct ll_error error = {0};

	(void)state;
	assert_int_equal(ll_settings_set_option(settings, "commit-interval-ms", "5", NULL), 0);
	assert_int_equal(ll_settings_load(settings, NULL, environment, &error), -LL_ERR_INVALID);
	assert_non_null(strstr(error.message, "LIFELINE_COMMIT_INTERVAL_MS"));
	assert_non_null(strstr(error.message, "1 to 5000"));
	ll_settings_free(settings);
}

static void test_option_errors(void **state)
{
	struct ll_settings *settings = make();
	struct ll_error error = {0};

	(void)state;
	assert_int_equal(ll_settings_set_option(settings, "no-such", "1", &error),
			 -LL_ERR_NOT_FOUND);
	assert_int_equal(ll_settings_set_option(settings, "batch-max", "1x", &error),
			 -LL_ERR_INVALID);
	assert_non_null(strstr(error.message, "--batch-max"));
	assert_int_equal(ll_settings_set_option(settings, "kafka.", "1", &error), -LL_ERR_INVALID);
	assert_true(ll_setting_exists("kafka.anything"));
	assert_true(ll_setting_exists("batch-max"));
	assert_false(ll_setting_exists("batch"));
	ll_settings_free(settings);
}

struct masked {
	const char *given;
	const char *shown;
};

static void test_show_masks_secrets(void **state)
{
	static const struct masked rows[] = {
		{"host=db password=hunter2 dbname=x", "host=db password=******** dbname=x"},
		{"host=db password = 'hun ter\\'2' dbname=x",
		 "host=db password = ******** dbname=x"},
		{"sslpassword=hunter2", "sslpassword=********"},
		{"postgresql://me:hunter2@db:5432/x", "postgresql://me:********@db:5432/x"},
		{"postgresql://db/x?user=me&password=hunter2&a=b",
		 "postgresql://db/x?user=me&password=********&a=b"},
		{"postgresql://me@db/x", "postgresql://me@db/x"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ll_settings *settings = make();
		struct ll_buf out;

		ll_buf_init(&out);
		assert_int_equal(ll_settings_set_option(settings, "database", rows[i].given, NULL),
				 0);
		assert_int_equal(
			ll_settings_set_option(settings, "kafka.sasl.password", "hunter2", NULL),
			0);
		assert_int_equal(ll_settings_show(settings, false, &out), 0);
		assert_int_equal(ll_settings_show(settings, true, &out), 0);
		assert_int_equal(ll_buf_append(&out, "", 1), 0);
		if (!strstr((char *)out.data, rows[i].shown) || strstr((char *)out.data, "hun"))
			fail_msg("row %zu: %s", i, (char *)out.data);
		ll_buf_release(&out);
		ll_settings_free(settings);
	}
}

static void test_show_json(void **state)
{
	struct ll_settings *settings = make();
	struct ll_buf out;
	const char *name;
	const char *origin;
	json_int_t number;
	json_t *object;

	(void)state;
	ll_buf_init(&out);
	assert_int_equal(ll_settings_set_option(settings, "batch-max", "12", NULL), 0);
	assert_int_equal(ll_settings_show(settings, true, &out), 0);
	object = json_loadb((const char *)out.data, out.size, 0, NULL);
	assert_non_null(object);
	assert_int_equal(json_unpack(object, "{s:{s:I,s:s},s:{s:{s:s}}}", "batch-max", "value",
				     &number, "origin", &origin, "kafka", "bootstrap.servers",
				     "value", &name),
			 0);
	assert_int_equal(number, 12);
	assert_string_equal(origin, "option");
	assert_string_equal(name, "127.0.0.1:9092");
	assert_int_equal(json_object_size(object), LL_SETTING_COUNT + 1);
	json_decref(object);
	ll_buf_release(&out);
	ll_settings_free(settings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_file_named_by_environment),
		cmocka_unit_test(test_kafka_goes_through),
		cmocka_unit_test(test_file_errors),
		cmocka_unit_test(test_empty_files),
		cmocka_unit_test(test_missing_file),
		cmocka_unit_test(test_environment_errors),
		cmocka_unit_test(test_option_errors),
		cmocka_unit_test(test_show_masks_secrets),
		cmocka_unit_test(test_show_json),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
