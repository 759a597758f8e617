#include "runtime/topics.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define DAY_MS	     (24LL * 3600 * 1000)
#define CITY_DIGITS  4
#define CREATE_BATCH 256 /* topics of one request */

enum topic_each { EACH_ONE, EACH_DEPARTMENT, EACH_COUNTY, EACH_CITY, EACH_STAGE };

struct topic_row {
	const char *name;
	enum topic_each each;
	const char *key;
	enum ll_setting partitions;
	int days;
	const char *writers;
	const char *subscription;
};

#define SUBSCRIBE_ONE(name)	   name
#define SUBSCRIBE_DEPARTMENT(name) "^" name "\\..+"
#define SUBSCRIBE_COUNTY(name)	   "^" name "\\..+"
#define SUBSCRIBE_CITY(name)	   "^" name "\\..+"
#define SUBSCRIBE_STAGE(name)	   "^" name "\\..+"

static const struct topic_row topic_rows[LL_TOPIC_COUNT] = {
#define TOPIC_ROW(symbol, name, each, key, partitions, days, writers)                            \
	[LL_TOPIC_##symbol] = {                                                                  \
		name,	 EACH_##each,		key, LL_SETTING_##partitions##_PARTITIONS, days, \
		writers, SUBSCRIBE_##each(name)},
	LL_TOPICS(TOPIC_ROW)
#undef TOPIC_ROW
};

static const char topic_stages[] = "enrich,assess,record";

/* ---- names -------------------------------------------------------------------------------------
 */

int ll_topic_name(enum ll_topic topic, struct ll_str suffix, char ret_name[LL_TOPIC_NAME_MAX])
{
	const struct topic_row *row = &topic_rows[topic];

	assert((suffix.size == 0) == (row->each == EACH_ONE));
	if (strlen(row->name) + 1 + suffix.size >= LL_TOPIC_NAME_MAX)
		return -LL_ERR_TOO_LARGE;
	snprintf(ret_name, LL_TOPIC_NAME_MAX, suffix.size ? "%s.%.*s" : "%s", row->name,
		 LL_STR_ARG(suffix));
	return 0;
}

int ll_topic_of(const char *name, struct ll_str *ret_suffix)
{
	for (int i = 0; i < LL_TOPIC_COUNT; i++) {
		size_t size = strlen(topic_rows[i].name);

		if (strncmp(name, topic_rows[i].name, size) != 0)
			continue;
		if (topic_rows[i].each == EACH_ONE && name[size] == '\0') {
			*ret_suffix = LL_STR("");
			return i;
		}
		if (topic_rows[i].each != EACH_ONE && name[size] == '.' && name[size + 1]) {
			*ret_suffix = ll_str_from(name + size + 1);
			return i;
		}
	}
	return -1;
}

int64_t ll_topic_retention_ms(enum ll_topic topic)
{
	return topic_rows[topic].days > 0 ? topic_rows[topic].days * DAY_MS : -1;
}

const char *ll_topic_subscription(enum ll_topic topic)
{
	return topic_rows[topic].subscription;
}

const char *ll_topic_key(enum ll_topic topic)
{
	return topic_rows[topic].key;
}

const char *ll_topic_writers(enum ll_topic topic)
{
	return topic_rows[topic].writers;
}

/* ---- the list ----------------------------------------------------------------------------------
 */

struct topic_entry {
	char name[LL_TOPIC_NAME_MAX];
	enum ll_topic kind;
	struct ll_topic_spec spec;
};

struct ll_topics {
	struct topic_entry *entries;
	size_t count;
	size_t capacity;
};

static const struct topic_entry *topics_search(const struct ll_topics *topics, const char *name)
{
	for (size_t i = 0; i < topics->count; i++)
		if (strcmp(topics->entries[i].name, name) == 0)
			return &topics->entries[i];
	return NULL;
}

static int topics_grow(struct ll_topics *topics)
{
	size_t capacity = topics->capacity ? topics->capacity * 2 : 32;
	struct topic_entry *entries;

	if (topics->count < topics->capacity)
		return 0;
	entries = reallocarray(topics->entries, capacity, sizeof(*entries));
	if (!entries)
		return -LL_ERR_NO_MEMORY;
	topics->entries = entries;
	topics->capacity = capacity;
	return 0;
}

/* Two counties of one city ask for the same queue: a name is taken once. */
static int topics_add(struct ll_topics *topics, const struct ll_settings *settings,
		      enum ll_topic kind, struct ll_str suffix)
{
	const struct topic_row *row = &topic_rows[kind];
	struct topic_entry entry = {.kind = kind};
	int err = ll_topic_name(kind, suffix, entry.name);

	if (err || topics_search(topics, entry.name))
		return err;
	err = topics_grow(topics);
	if (err)
		return err;
	entry.spec = (struct ll_topic_spec){
		.partitions = (int32_t)ll_settings_number(settings, row->partitions),
		.compacted = row->days < 0,
		.retention_ms = ll_topic_retention_ms(kind),
	};
	topics->entries[topics->count++] = entry;
	return 0;
}

static int topics_add_each(struct ll_topics *topics, const struct ll_settings *settings,
			   enum ll_topic kind, const char *list)
{
	int err = 0;

	while (!err && *list) {
		size_t size = strcspn(list, ",");
		struct ll_str item = ll_str_trim((struct ll_str){list, size});

		if (topic_rows[kind].each == EACH_CITY && item.size > CITY_DIGITS)
			item.size = CITY_DIGITS;
		err = topics_add(topics, settings, kind, item);
		list += size + (list[size] == ',');
	}
	return err;
}

static int topics_add_kind(struct ll_topics *topics, const struct ll_settings *settings,
			   enum ll_topic kind)
{
	switch (topic_rows[kind].each) {
	case EACH_ONE:
		return topics_add(topics, settings, kind, LL_STR(""));
	case EACH_DEPARTMENT:
		return topics_add_each(topics, settings, kind,
				       ll_settings_text(settings, LL_SETTING_DEPARTMENTS));
	case EACH_COUNTY:
	case EACH_CITY:
		return topics_add_each(topics, settings, kind,
				       ll_settings_text(settings, LL_SETTING_COUNTIES));
	case EACH_STAGE:
		return topics_add_each(topics, settings, kind, topic_stages);
	}
	return 0;
}

int ll_topics_new(const struct ll_settings *settings, struct ll_topics **ret_topics)
{
	struct ll_topics *topics = calloc(1, sizeof(*topics));
	int err = topics ? 0 : -LL_ERR_NO_MEMORY;

	for (int i = 0; i < LL_TOPIC_COUNT && !err; i++)
		err = topics_add_kind(topics, settings, (enum ll_topic)i);
	if (err) {
		ll_topics_free(topics);
		return err;
	}
	/* Only now do the entries stay where they are. */
	for (size_t i = 0; i < topics->count; i++)
		topics->entries[i].spec.name = topics->entries[i].name;
	*ret_topics = topics;
	return 0;
}

void ll_topics_free(struct ll_topics *topics)
{
	if (!topics)
		return;
	free(topics->entries);
	free(topics);
}

size_t ll_topics_count(const struct ll_topics *topics)
{
	return topics->count;
}

const struct ll_topic_spec *ll_topics_at(const struct ll_topics *topics, size_t index)
{
	assert(index < topics->count);
	return &topics->entries[index].spec;
}

const struct ll_topic_spec *ll_topics_find(const struct ll_topics *topics, const char *name)
{
	const struct topic_entry *entry = topics_search(topics, name);

	return entry ? &entry->spec : NULL;
}

/* ---- a deployment ------------------------------------------------------------------------------
 */

int ll_topics_fix(const struct ll_settings *settings, struct ll_store *store,
		  struct ll_error *error)
{
	static const enum ll_setting fixed[] = {LL_SETTING_PERSON_PARTITIONS,
						LL_SETTING_HOUSEHOLD_PARTITIONS};

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		const char *name = ll_setting_name(fixed[i]);
		int64_t wanted = ll_settings_number(settings, fixed[i]);
		int64_t stored;
		int err = ll_store_fix(store, name, wanted, &stored, error);

		if (err)
			return err;
		if (stored != wanted)
			return ll_error_set(error, -LL_ERR_EXISTS,
					    "%s is %lld (from %s), but this deployment was made "
					    "with %lld, which "
					    "is fixed for life: set %s to %lld",
					    name, (long long)wanted,
					    ll_settings_origin(settings, fixed[i]),
					    (long long)stored, name, (long long)stored);
	}
	return 0;
}

struct inspection {
	const struct ll_topics *topics;
	struct ll_topic_state *states;
	void (*foreign)(void *context, const char *topic, int32_t partitions);
	void *context;
};

static void inspect_found(void *context, const char *topic, int32_t partitions)
{
	struct inspection *inspection = context;
	const struct topic_entry *entry = topics_search(inspection->topics, topic);
	struct ll_str suffix;

	if (entry)
		inspection->states[entry - inspection->topics->entries].found = partitions;
	else if (inspection->foreign && ll_topic_of(topic, &suffix) >= 0)
		inspection->foreign(inspection->context, topic, partitions);
}

int ll_topics_inspect(const struct ll_topics *topics, struct ll_bus *bus, int timeout_ms,
		      struct ll_topic_state *states,
		      void (*foreign)(void *context, const char *topic, int32_t partitions),
		      void *context, struct ll_error *error)
{
	struct inspection inspection = {topics, states, foreign, context};

	for (size_t i = 0; i < topics->count; i++)
		states[i] = (struct ll_topic_state){&topics->entries[i].spec,
						    topics->entries[i].kind, 0};
	return ll_bus_list_topics(bus, timeout_ms, inspect_found, &inspection, error);
}

/* Names the first of them: one message that can be acted on. */
static int refuse_other_counts(const struct ll_topic_state *states, size_t count,
			       struct ll_error *error)
{
	for (size_t i = 0; i < count; i++) {
		const struct ll_topic_spec *spec = states[i].spec;

		if (states[i].found != 0 && states[i].found != spec->partitions)
			return ll_error_set(error, -LL_ERR_EXISTS,
					    "topic %s has %d partitions, the settings ask for %d; "
					    "a topic's count "
					    "cannot change without moving keys: set %s to %d, or "
					    "remove the topic "
					    "and all that is in it",
					    spec->name, states[i].found, spec->partitions,
					    ll_setting_name(topic_rows[states[i].kind].partitions),
					    states[i].found);
	}
	return 0;
}

static int create_missing(const struct ll_topic_state *states, size_t count, struct ll_bus *bus,
			  int timeout_ms, size_t *ret_created, struct ll_error *error)
{
	struct ll_topic_spec batch[CREATE_BATCH];
	size_t created = 0;
	size_t size = 0;

	for (size_t i = 0; i < count; i++) {
		int err;

		if (states[i].found == 0)
			batch[size++] = *states[i].spec;
		if (size == 0 || (size < CREATE_BATCH && i + 1 < count))
			continue;
		err = ll_bus_create_topics(bus, batch, size, timeout_ms, error);
		if (err)
			return err;
		created += size;
		size = 0;
	}
	*ret_created = created;
	return 0;
}

/* The states of all topics, to be freed; refused when one contradicts the settings. */
static int inspect_and_compare(const struct ll_topics *topics, struct ll_bus *bus, int timeout_ms,
			       struct ll_topic_state **ret_states, struct ll_error *error)
{
	struct ll_topic_state *states = calloc(topics->count, sizeof(*states));
	int err;

	if (!states)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	err = ll_topics_inspect(topics, bus, timeout_ms, states, NULL, NULL, error);
	if (!err)
		err = refuse_other_counts(states, topics->count, error);
	if (err) {
		free(states);
		return err;
	}
	*ret_states = states;
	return 0;
}

int ll_topics_compare(const struct ll_topics *topics, struct ll_bus *bus, int timeout_ms,
		      struct ll_error *error)
{
	struct ll_topic_state *states = NULL;
	int err = inspect_and_compare(topics, bus, timeout_ms, &states, error);

	free(states);
	return err;
}

int ll_topics_create(const struct ll_topics *topics, struct ll_bus *bus, int timeout_ms,
		     size_t *ret_created, struct ll_error *error)
{
	struct ll_topic_state *states = NULL;
	int err = inspect_and_compare(topics, bus, timeout_ms, &states, error);

	if (!err)
		err = create_missing(states, topics->count, bus, timeout_ms, ret_created, error);
	free(states);
	return err;
}
