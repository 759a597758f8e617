/* What the files of the settings share; nobody else includes this. */
#ifndef LL_RUNTIME_SETTINGS_INTERNAL_H
#define LL_RUNTIME_SETTINGS_INTERNAL_H

#include "runtime/settings.h"

#define SETTING_VALUE_MAX 65536	  /* bytes of one value: every county of the country fits */
#define SETTING_FILE_MAX  1048576 /* bytes of the settings file */
#define KAFKA_NAME_MAX	  128	  /* bytes of a kafka.* property's name */
#define KAFKA_COUNT_MAX	  256	  /* kafka.* properties */

enum setting_type { SETTING_TEXT, SETTING_NUMBER };

/* In the order of precedence: a later one replaces an earlier one. */
enum setting_origin { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_ENVIRONMENT, ORIGIN_OPTION };

struct setting_row {
	const char *name;
	enum setting_type type;
	const char *fallback;
	int64_t min;
	int64_t max;
	const char *help;
	/* NULL: any text. Else what a valid text is, and the check. */
	const char *rule;
	bool (*valid)(const char *value);
	bool list; /* separated by commas; the file may have a sequence */
};

extern const struct setting_row ll_setting_rows[LL_SETTING_COUNT];

struct setting_value {
	char *text;
	int64_t number;
	enum setting_origin origin;
};

/* Where a value was found, for the message when it is wrong. */
struct setting_place {
	enum setting_origin origin;
	const char *name; /* "--name", "LIFELINE_NAME" or the file's name */
	int line;	  /* 0: none */
	int column;
};

struct ll_settings {
	struct setting_value values[LL_SETTING_COUNT];
	struct ll_bus_property kafka[KAFKA_COUNT_MAX];
	enum setting_origin kafka_origins[KAFKA_COUNT_MAX];
	size_t kafka_count;
};

/* The setting of this name, or -1. */
int ll_setting_find(const char *name);
/* The nearest name to a misspelt one, or NULL when none is near. */
const char *ll_setting_nearest(const char *name);
const char *ll_setting_origin_name(enum setting_origin origin);
/* Checks the value and keeps it unless one of a higher origin is there. */
int ll_settings_put(struct ll_settings *settings, int setting, const char *value,
		    const struct setting_place *place, struct ll_error *error);
/* name without "kafka." */
int ll_settings_put_kafka(struct ll_settings *settings, const char *name, const char *value,
			  const struct setting_place *place, struct ll_error *error);
int ll_settings_read_file(struct ll_settings *settings, const char *file, struct ll_error *error);

#endif
