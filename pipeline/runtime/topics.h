/*
 * The topics of a deployment: one table of kinds, from which the list for the settings'
 * departments, counties and cities (a county's first four digits) comes, and everything that names
 * a topic.
 */
#ifndef LL_RUNTIME_TOPICS_H
#define LL_RUNTIME_TOPICS_H

#include "bus/bus.h"
#include "settings.h"
#include "store/store.h"

/*
 * X(symbol, name, one for each, key, partitions, days kept, written by); with one for each
 * department, county, city or stage the topic's name is NAME.<suffix>. Days: 0 for ever,
 * -1 compacted: the last record of each key.
 */
#define LL_TOPICS(X)                                                                          \
	X(LIFE_EVENTS, "life-events", DEPARTMENT, "person key", PERSON, 30, "departments")    \
	X(REGISTRY_PEOPLE, "registry.people", ONE, "person key", PERSON, -1, "registry")      \
	X(HELD, "held", ONE, "event hash", PERSON, -1, "enrich")                              \
	X(HOUSEHOLD_EVENTS, "household-events", ONE, "household key", HOUSEHOLD, 0,           \
	  "enrich, assess, registry, alert, clock, policy, tasks")                            \
	X(ASSISTANCE_TASKS, "assistance-tasks", COUNTY, "household key", QUEUE, 90, "assess") \
	X(ESCALATIONS, "escalations", CITY, "household key", QUEUE, 90, "assess")             \
	X(RISK_CHANGES, "risk-changes", ONE, "household key", HOUSEHOLD, 0, "assess")         \
	X(DEAD_LETTERS, "dead-letters", STAGE, "as the input", PERSON, 30, "enrich, assess, record")

enum ll_topic {
#define LL_TOPIC_ENUM(symbol, name, each, key, partitions, days, writers) LL_TOPIC_##symbol,
	LL_TOPICS(LL_TOPIC_ENUM)
#undef LL_TOPIC_ENUM
		LL_TOPIC_COUNT
};

/* ---- names -------------------------------------------------------------------------------------
 */

/* suffix: empty for a topic that is one. -LL_ERR_TOO_LARGE when the name would be too long. */
int ll_topic_name(enum ll_topic topic, struct ll_str suffix, char ret_name[LL_TOPIC_NAME_MAX]);
/* The kind of a topic, and its department, county, city or stage (borrowed); -1: none of ours. */
int ll_topic_of(const char *name, struct ll_str *ret_suffix);
/* Milliseconds that a record of such a topic is kept; -1: for ever, or compacted. */
int64_t ll_topic_retention_ms(enum ll_topic topic);
/* What a consumer subscribes to for all topics of a kind: a name, or "^life-events\..+". */
const char *ll_topic_subscription(enum ll_topic topic);

/* ---- the list ----------------------------------------------------------------------------------
 */

struct ll_topics;

/* All topics that the settings ask for; each one once. */
int ll_topics_new(const struct ll_settings *settings, struct ll_topics **ret_topics);
void ll_topics_free(struct ll_topics *topics);
size_t ll_topics_count(const struct ll_topics *topics);
const struct ll_topic_spec *ll_topics_at(const struct ll_topics *topics, size_t index);
/* NULL when the settings do not ask for it. */
const struct ll_topic_spec *ll_topics_find(const struct ll_topics *topics, const char *name);
const char *ll_topic_key(enum ll_topic topic);	   /* "person key" */
const char *ll_topic_writers(enum ll_topic topic); /* "departments" */

/* ---- a deployment ------------------------------------------------------------------------------
 */

/*
 * Writes P and Q down in the store, or compares them with those written down. -LL_ERR_EXISTS when
 * they differ: they are fixed for life.
 */
int ll_topics_fix(const struct ll_settings *settings, struct ll_store *store,
		  struct ll_error *error);

/* What the broker has of one topic of the list. */
struct ll_topic_state {
	const struct ll_topic_spec *spec;
	enum ll_topic kind;
	int32_t found; /* partitions; 0: missing */
};

/*
 * Asks the broker; a state for each topic of the list into `states`, which has room for
 * ll_topics_count. `foreign` (or NULL) is called for topics with a name of ours that the settings
 * do not ask for, such as a department's that was taken out. Blocks up to timeout_ms.
 */
int ll_topics_inspect(const struct ll_topics *topics, struct ll_bus *bus, int timeout_ms,
		      struct ll_topic_state *states,
		      void (*foreign)(void *context, const char *topic, int32_t partitions),
		      void *context, struct ll_error *error);

/* -LL_ERR_EXISTS when a topic is there with another partition count than the settings ask for. */
int ll_topics_compare(const struct ll_topics *topics, struct ll_bus *bus, int timeout_ms,
		      struct ll_error *error);

/*
 * Creates what is missing. When a topic is there with another partition count nothing is created:
 * -LL_ERR_EXISTS. Blocks up to twice timeout_ms.
 */
int ll_topics_create(const struct ll_topics *topics, struct ll_bus *bus, int timeout_ms,
		     size_t *ret_created, struct ll_error *error);

#endif
