/*
 * Rows of a simulation as departments export them: the file of each kind of event has the columns
 * of the mapping of that name in publish/mappings.
 */
#ifndef LL_SIMULATE_SHEET_H
#define LL_SIMULATE_SHEET_H

#include "incident.h"

#define LL_SHEET_NAME_MAX 64 /* "medical-insurance.hospitalisation.csv", with the ending NUL */

/* The department of a kind, as the deployment's setting `departments` has it. */
const char *ll_sheet_department(enum ll_event_kind kind);
/* Of the mapping: "hospitalisation". */
const char *ll_sheet_mapping(enum ll_event_kind kind);
void ll_sheet_file_name(enum ll_event_kind kind, char ret_name[LL_SHEET_NAME_MAX]);
/* Does the mapping take a citizen number? Else a household code. */
bool ll_sheet_is_of_person(enum ll_event_kind kind);
/* Has the file a column for revisions? Else no correction can be told. */
bool ll_sheet_has_revisions(enum ll_event_kind kind);

/* Appends the header line; nothing for NDJSON. */
int ll_sheet_header(enum ll_event_kind kind, struct ll_buf *out);
/* Appends one row. */
int ll_sheet_row(const struct ll_population *population, const struct ll_incident *incident,
		 struct ll_buf *out);

#endif
