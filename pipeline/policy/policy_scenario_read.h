/* Private to policy_scenario*.c: reading the parts of a scenario file. */
#ifndef LL_POLICY_POLICY_SCENARIO_READ_H
#define LL_POLICY_POLICY_SCENARIO_READ_H

#include "names.h"
#include "policy_scenario.h"
#include "yaml_tree.h"

struct ll_scenario_reader {
	struct ll_arena *arena;
	struct ll_error *error; /* may be NULL */
	/* The household in hand, and what its members are called. */
	struct ll_household_registered household;
	const struct ll_str *member_names;
	const struct ll_yaml_node *beginnings; /* named lists of steps; or NULL */
	int32_t step;			       /* from 1; makes ids of what was given none */
};

/* A closed list as it is written in the file. */
struct ll_scenario_words {
	const char *what; /* "a task state" */
	const char *const *words;
	int32_t count;
};

enum ll_scenario_type {
	LL_SCENARIO_MONEY,	 /* int64_t, fen */
	LL_SCENARIO_MAYBE_MONEY, /* struct ll_maybe; "unknown" is one too */
	LL_SCENARIO_FLAG,	 /* bool */
	LL_SCENARIO_NUMBER,	 /* int32_t, 0 to INT32_MAX */
	LL_SCENARIO_DAY,	 /* int32_t */
	LL_SCENARIO_TEXT,	 /* struct ll_str */
	LL_SCENARIO_WORD	 /* an enum of the list */
};

/* A key of a map, and where its value goes. */
struct ll_scenario_field {
	const char *name;
	enum ll_scenario_type type;
	bool required;
	size_t offset;
	const struct ll_scenario_words *words;
};

/* The map's values into *base; what is not given stays as it is. At most 16 fields. */
int ll_scenario_fields(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
		       const char *what, const struct ll_scenario_field *fields, size_t count,
		       void *base);
/* One value that is a word of the list. */
int ll_scenario_word(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
		     struct ll_str text, const struct ll_scenario_words *words, int32_t *ret_index);
int ll_scenario_day(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
		    int32_t *ret_day);
int ll_scenario_flag(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
		     bool *ret_flag);
int ll_scenario_number(struct ll_scenario_reader *reader, const struct ll_yaml_node *node,
		       int32_t max, int32_t *ret_number);

/* A life event of this kind, told on a day. */
int ll_scenario_read_event(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
			   enum ll_event_kind kind, int32_t on,
			   struct ll_household_event *ret_event);
int ll_scenario_read_alert(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
			   int32_t on, struct ll_household_event *ret_event);
/* Changes reader->household by what the map says. */
int ll_scenario_read_household(struct ll_scenario_reader *reader, const struct ll_yaml_node *map);
int ll_scenario_read_expectation(struct ll_scenario_reader *reader, const struct ll_yaml_node *map,
				 struct ll_scenario_expectation *ret_expected);

/* The key of a person in a scenario: by the name alone. */
struct ll_key ll_scenario_person(struct ll_str name);

extern const struct ll_key ll_scenario_household_key;
extern const struct ll_scenario_words ll_scenario_measures;
extern const struct ll_scenario_words ll_scenario_task_states;

#endif
