#include "runtime/settings.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/event.h"
#include "runtime/log.h"
#include "runtime/nearest.h"
#include "runtime/settings_internal.h"

#define KAFKA_PREFIX	     "kafka."
#define ENVIRONMENT_PREFIX   "LIFELINE_"
#define ENVIRONMENT_KAFKA    "LIFELINE_KAFKA_"
#define BOOTSTRAP	     "bootstrap.servers"
#define BOOTSTRAP_DEFAULT    "127.0.0.1:9092"
#define INSTANCE_MAX	     64 /* bytes: it becomes part of a transactional.id and a client.id */
#define ENVIRONMENT_NAME_MAX 64
#define COUNTY_DIGITS	     6

/* ---- what a valid text is ----------------------------------------------------------------------
 */

static bool is_lower_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_name_character(char c)
{
	return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
}

static bool valid_instance(const char *value)
{
	size_t size = strlen(value);

	for (size_t i = 0; i < size; i++)
		if (!is_name_character(value[i]))
			return false;
	return size <= INSTANCE_MAX;
}

static bool valid_listen(const char *value)
{
	const char *colon = strrchr(value, ':');
	int64_t port;

	if (strcmp(value, "off") == 0)
		return true;
	return colon && colon > value && ll_str_to_int64(ll_str_from(colon + 1), &port) == 0 &&
	       port >= 0 && port <= 65535;
}

static bool valid_log_level(const char *value)
{
	return ll_log_level_by_name(value) >= 0;
}

static bool valid_department(struct ll_str name)
{
	if (name.size == 0 || name.size > LL_SOURCE_MAX || !is_lower_or_digit(name.data[0]))
		return false;
	for (size_t i = 0; i < name.size; i++)
		if (!is_lower_or_digit(name.data[i]) && name.data[i] != '-')
			return false;
	return true;
}

static bool valid_county(struct ll_str code)
{
	for (size_t i = 0; i < code.size; i++)
		if (code.data[i] < '0' || code.data[i] > '9')
			return false;
	return code.size == COUNTY_DIGITS && code.data[0] != '0';
}

/* Is `item` among those before it in the list? */
static bool listed_before(const char *list, struct ll_str item)
{
	while (list < item.data) {
		size_t size = strcspn(list, ",");

		if (list + size < item.data &&
		    ll_str_equal(ll_str_trim((struct ll_str){list, size}), item))
			return true;
		list += size + 1;
	}
	return false;
}

/* Not empty, every item valid and there once. */
static bool valid_list(const char *value, bool (*valid)(struct ll_str item))
{
	const char *at = value;

	for (;;) {
		size_t size = strcspn(at, ",");
		struct ll_str item = ll_str_trim((struct ll_str){at, size});

		if (!valid(item) || listed_before(value, item))
			return false;
		if (at[size] == '\0')
			return true;
		at += size + 1;
	}
}

static bool valid_departments(const char *value)
{
	return valid_list(value, valid_department);
}

static bool valid_counties(const char *value)
{
	return valid_list(value, valid_county);
}

/* ---- the table ---------------------------------------------------------------------------------
 */

#define RULE_DATABASE	 NULL, NULL, false
#define RULE_INSTANCE	 "up to 64 letters, digits, '.', '_' and '-'", valid_instance, false
#define RULE_LISTEN	 "HOST:PORT with a port from 0 to 65535, or 'off'", valid_listen, false
#define RULE_LOG_LEVEL	 "debug, info, warning or error", valid_log_level, false
#define RULE_SECRET_FILE NULL, NULL, false
#define RULE_DEPARTMENTS                                                               \
	"names of lower-case letters, digits and '-', each once, separated by commas", \
		valid_departments, true
#define RULE_COUNTIES		    "codes of six digits, each once, separated by commas", valid_counties, true
#define RULE_PERSON_PARTITIONS	    NULL, NULL, false
#define RULE_HOUSEHOLD_PARTITIONS   NULL, NULL, false
#define RULE_QUEUE_PARTITIONS	    NULL, NULL, false
#define RULE_KAFKA_WAIT_S	    NULL, NULL, false
#define RULE_COMMIT_INTERVAL_MS	    NULL, NULL, false
#define RULE_CHECKPOINT_INTERVAL_MS NULL, NULL, false
#define RULE_BATCH_MAX		    NULL, NULL, false
#define RULE_MAX_NEW_TASKS	    NULL, NULL, false

const struct setting_row ll_setting_rows[LL_SETTING_COUNT] = {
#define SETTING_ROW(symbol, name, type, fallback, min, max, help) \
	[LL_SETTING_##symbol] = {name, SETTING_##type, fallback, min, max, help, RULE_##symbol},
	LL_SETTINGS(SETTING_ROW)
#undef SETTING_ROW
};

int ll_setting_find(const char *name)
{
	for (int i = 0; i < LL_SETTING_COUNT; i++)
		if (strcmp(ll_setting_rows[i].name, name) == 0)
			return i;
	return -1;
}

const char *ll_setting_nearest(const char *name)
{
	struct ll_nearest nearest;

	ll_nearest_init(&nearest, name);
	for (int i = 0; i < LL_SETTING_COUNT; i++)
		ll_nearest_offer(&nearest, ll_setting_rows[i].name);
	return nearest.best;
}

const char *ll_setting_name(enum ll_setting setting)
{
	return ll_setting_rows[setting].name;
}

const char *ll_setting_help(enum ll_setting setting)
{
	return ll_setting_rows[setting].help;
}

const char *ll_setting_default(enum ll_setting setting)
{
	return ll_setting_rows[setting].fallback;
}

bool ll_setting_exists(const char *name)
{
	return strncmp(name, KAFKA_PREFIX, strlen(KAFKA_PREFIX)) == 0 || ll_setting_find(name) >= 0;
}

const char *ll_setting_origin_name(enum setting_origin origin)
{
	static const char *const names[] = {
		[ORIGIN_DEFAULT] = "default",
		[ORIGIN_FILE] = "file",
		[ORIGIN_ENVIRONMENT] = "environment",
		[ORIGIN_OPTION] = "option",
	};

	return names[origin];
}

/* ---- values ------------------------------------------------------------------------------------
 */

static int setting_refuse(const struct setting_place *place, struct ll_error *error,
			  const char *setting, const char *rule)
{
	return ll_error_set_at(error, -LL_ERR_INVALID, place->line, place->column,
			       "%s: setting %s must be %s", place->name, setting, rule);
}

static int setting_check(const struct setting_row *row, const char *value,
			 const struct setting_place *place, int64_t *ret_number,
			 struct ll_error *error)
{
	char rule[128];

	if (strlen(value) > SETTING_VALUE_MAX)
		return setting_refuse(place, error, row->name, "at most 64 KiB long");
	if (row->type == SETTING_TEXT)
		return !row->valid || row->valid(value)
			       ? 0
			       : setting_refuse(place, error, row->name, row->rule);
	if (ll_str_to_int64(ll_str_from(value), ret_number) == 0 && *ret_number >= row->min &&
	    *ret_number <= row->max)
		return 0;
	snprintf(rule, sizeof(rule), "a whole number from %lld to %lld", (long long)row->min,
		 (long long)row->max);
	return setting_refuse(place, error, row->name, rule);
}

int ll_settings_put(struct ll_settings *settings, int setting, const char *value,
		    const struct setting_place *place, struct ll_error *error)
{
	struct setting_value *kept = &settings->values[setting];
	int64_t number = 0;
	char *copy;
	int err = setting_check(&ll_setting_rows[setting], value, place, &number, error);

	/* A value that another one hides is checked all the same: it is wrong in its place. */
	if (err || place->origin < kept->origin)
		return err;
	copy = strdup(value);
	if (!copy)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	free(kept->text);
	*kept = (struct setting_value){copy, number, place->origin};
	return 0;
}

static bool valid_kafka_name(const char *name)
{
	size_t size = strlen(name);

	for (size_t i = 0; i < size; i++)
		if (!is_name_character(name[i]))
			return false;
	return size > 0 && size <= KAFKA_NAME_MAX;
}

static int kafka_slot(struct ll_settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->kafka_count; i++)
		if (strcmp(settings->kafka[i].name, name) == 0)
			return (int)i;
	return settings->kafka_count < KAFKA_COUNT_MAX ? (int)settings->kafka_count : -1;
}

int ll_settings_put_kafka(struct ll_settings *settings, const char *name, const char *value,
			  const struct setting_place *place, struct ll_error *error)
{
	int slot = kafka_slot(settings, name);
	char *name_copy;
	char *value_copy;

	if (!valid_kafka_name(name))
		return ll_error_set_at(error, -LL_ERR_INVALID, place->line, place->column,
				       "%s: not a name of a Kafka client property", place->name);
	if (slot < 0 || strlen(value) > SETTING_VALUE_MAX)
		return ll_error_set_at(
			error, -LL_ERR_INVALID, place->line, place->column,
			"%s: kafka.%s is one property too many (%d) or longer than 64 KiB",
			place->name, name, KAFKA_COUNT_MAX);
	if ((size_t)slot < settings->kafka_count && place->origin < settings->kafka_origins[slot])
		return 0;
	name_copy = strdup(name);
	value_copy = strdup(value);
	if (!name_copy || !value_copy) {
		free(name_copy);
		free(value_copy);
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	}
	if ((size_t)slot == settings->kafka_count)
		settings->kafka_count++;
	free((char *)settings->kafka[slot].name);
	free((char *)settings->kafka[slot].value);
	settings->kafka[slot] = (struct ll_bus_property){name_copy, value_copy};
	settings->kafka_origins[slot] = place->origin;
	return 0;
}

int ll_settings_new(struct ll_settings **ret_settings)
{
	static const struct setting_place place = {.origin = ORIGIN_DEFAULT, .name = "default"};
	struct ll_settings *settings = calloc(1, sizeof(*settings));
	int err = settings ? 0 : -LL_ERR_NO_MEMORY;

	for (int i = 0; i < LL_SETTING_COUNT && !err; i++)
		err = ll_settings_put(settings, i, ll_setting_rows[i].fallback, &place, NULL);
	if (!err)
		err = ll_settings_put_kafka(settings, BOOTSTRAP, BOOTSTRAP_DEFAULT, &place, NULL);
	if (err) {
		ll_settings_free(settings);
		return err;
	}
	*ret_settings = settings;
	return 0;
}

void ll_settings_free(struct ll_settings *settings)
{
	if (!settings)
		return;
	for (int i = 0; i < LL_SETTING_COUNT; i++)
		free(settings->values[i].text);
	for (size_t i = 0; i < settings->kafka_count; i++) {
		free((char *)settings->kafka[i].name);
		free((char *)settings->kafka[i].value);
	}
	free(settings);
}

int ll_settings_set_option(struct ll_settings *settings, const char *name, const char *value,
			   struct ll_error *error)
{
	char option[KAFKA_NAME_MAX];
	struct setting_place place = {.origin = ORIGIN_OPTION, .name = option};
	int setting = ll_setting_find(name);

	snprintf(option, sizeof(option), "--%s", name);
	if (strncmp(name, KAFKA_PREFIX, strlen(KAFKA_PREFIX)) == 0)
		return ll_settings_put_kafka(settings, name + strlen(KAFKA_PREFIX), value, &place,
					     error);
	if (setting < 0)
		return ll_error_set(error, -LL_ERR_NOT_FOUND, "there is no setting %s", name);
	return ll_settings_put(settings, setting, value, &place, error);
}

/* ---- environment -------------------------------------------------------------------------------
 */

/* LIFELINE_LOG_LEVEL: a setting's name in upper case, '-' as '_'. */
static void environment_name(const char *setting, char ret_name[ENVIRONMENT_NAME_MAX])
{
	int size = snprintf(ret_name, ENVIRONMENT_NAME_MAX, ENVIRONMENT_PREFIX "%s", setting);

	assert(size > 0 && size < ENVIRONMENT_NAME_MAX);
	for (char *c = ret_name; *c; c++)
		*c = *c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
}

/* The value of NAME in the environment, or NULL. An empty variable counts as none. */
static const char *environment_value(char **environment, const char *name)
{
	size_t size = strlen(name);

	for (; environment && *environment; environment++)
		if (strncmp(*environment, name, size) == 0 && (*environment)[size] == '=')
			return (*environment)[size + 1] ? *environment + size + 1 : NULL;
	return NULL;
}

/* LIFELINE_KAFKA_SOCKET_TIMEOUT_MS=1: socket.timeout.ms */
static int put_kafka_variable(struct ll_settings *settings, const char *variable,
			      struct ll_error *error)
{
	const char *equals = strchr(variable, '=');
	char whole[KAFKA_NAME_MAX + sizeof(ENVIRONMENT_KAFKA)];
	struct setting_place place = {.origin = ORIGIN_ENVIRONMENT, .name = whole};
	char *name = whole + strlen(ENVIRONMENT_KAFKA);
	char property[sizeof(whole)];

	if (!equals || equals[1] == '\0')
		return 0;
	snprintf(whole, sizeof(whole), "%.*s", (int)(equals - variable), variable);
	snprintf(property, sizeof(property), "%s", name);
	for (char *c = property; *c; c++)
		*c = *c == '_' ? '.' : *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	return ll_settings_put_kafka(settings, property, equals + 1, &place, error);
}

static int put_environment(struct ll_settings *settings, char **environment, struct ll_error *error)
{
	int err = 0;

	for (int i = 0; i < LL_SETTING_COUNT && !err; i++) {
		char name[ENVIRONMENT_NAME_MAX];
		struct setting_place place = {.origin = ORIGIN_ENVIRONMENT, .name = name};
		const char *value;

		environment_name(ll_setting_rows[i].name, name);
		value = environment_value(environment, name);
		if (value)
			err = ll_settings_put(settings, i, value, &place, error);
	}
	for (; environment && *environment && !err; environment++)
		if (strncmp(*environment, ENVIRONMENT_KAFKA, strlen(ENVIRONMENT_KAFKA)) == 0)
			err = put_kafka_variable(settings, *environment, error);
	return err;
}

int ll_settings_load(struct ll_settings *settings, const char *file, char **environment,
		     struct ll_error *error)
{
	int err = 0;

	if (!file)
		file = environment_value(environment, "LIFELINE_CONFIG");
	if (file)
		err = ll_settings_read_file(settings, file, error);
	if (!err)
		err = put_environment(settings, environment, error);
	return err;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

const char *ll_settings_text(const struct ll_settings *settings, enum ll_setting setting)
{
	return settings->values[setting].text;
}

int64_t ll_settings_number(const struct ll_settings *settings, enum ll_setting setting)
{
	assert(ll_setting_rows[setting].type == SETTING_NUMBER);
	return settings->values[setting].number;
}

const char *ll_settings_origin(const struct ll_settings *settings, enum ll_setting setting)
{
	return ll_setting_origin_name(settings->values[setting].origin);
}

const struct ll_bus_property *ll_settings_kafka(const struct ll_settings *settings,
						size_t *ret_count)
{
	*ret_count = settings->kafka_count;
	return settings->kafka;
}
