/*
 * What a directory of a simulation holds, as play reads it: its days, alerts, files and where their
 * mappings are.
 */
#ifndef LL_SIMULATE_PLAY_PLAN_H
#define LL_SIMULATE_PLAY_PLAN_H

#include "directory.h"
#include "producers/alert/alert_text.h"
#include "producers/publish/mapping.h"

#define LL_PLAY_ALERTS_MAX   4096
#define LL_PLAY_MAPPINGS_MAX 64
#define LL_PLAY_NAME_MAX     64 /* bytes of a department's or a mapping's name, with the NUL */

/* ---- days ---- */

/* First and last day of plan.json. -LL_ERR_NOT_FOUND, -LL_ERR_INVALID. */
int ll_play_days(const char *directory, int32_t *ret_from, int32_t *ret_to, struct ll_error *error);

/* ---- alerts ---- */

struct ll_play_alert {
	int32_t day; /* on which it is published */
	struct ll_alert alert;
};

struct ll_play_alerts {
	struct ll_play_alert *list; /* in the order of the file */
	size_t count;
};

/* alerts.csv of the directory; none when there is no such file. Errors name the line. */
int ll_play_alerts_read(struct ll_play_alerts *alerts, const char *directory,
			struct ll_error *error);
void ll_play_alerts_release(struct ll_play_alerts *alerts);

/* ---- files and mappings ---- */

/* "health.chronic-illness.csv" */
struct ll_play_file {
	char department[LL_PLAY_NAME_MAX];
	char mapping[LL_PLAY_NAME_MAX];
};

/* -LL_ERR_INVALID when the name is not of that form. */
int ll_play_file_parse(const char *name, struct ll_play_file *ret_file, struct ll_error *error);

struct ll_play_mappings {
	char directory[LL_SIM_PATH_MAX];
	struct {
		char name[LL_PLAY_NAME_MAX];
		struct ll_mapping *mapping;
	} list[LL_PLAY_MAPPINGS_MAX];
	size_t count;
};

/*
 * Where the shipped mappings are: `wanted` (or NULL), the environment's LIFELINE_MAPPINGS, beside
 * the program as installed, in the source tree that it was built in, the data directory it was
 * built for. -LL_ERR_NOT_FOUND.
 */
int ll_play_mappings_init(struct ll_play_mappings *mappings, const char *wanted,
			  struct ll_error *error);
void ll_play_mappings_release(struct ll_play_mappings *mappings);
/* NAME.yaml, read once; the mapping is the list's. */
int ll_play_mappings_get(struct ll_play_mappings *mappings, const char *name,
			 const struct ll_mapping **ret_mapping, struct ll_error *error);

#endif
