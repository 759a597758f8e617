/* What sheet.c and sheet_rows.c share: the sheet of each kind, and how its rows are written. */
#ifndef LL_SIMULATE_SHEET_ROWS_H
#define LL_SIMULATE_SHEET_ROWS_H

#include "base/bytes.h"
#include "base/date.h"
#include "base/money.h"
#include "incident.h"

#define LL_SHEET_SUBJECT_MAX 32

/* A row's cells as text. */
struct ll_sheet_cells {
	char id[32];
	char subject[LL_SHEET_SUBJECT_MAX];
	char day[LL_DAY_TEXT_MAX];
	char first[LL_FEN_TEXT_MAX];
	char second[LL_FEN_TEXT_MAX];
	char third[LL_FEN_TEXT_MAX];
};

struct ll_sheet {
	const char *department;
	const char *mapping;
	const char *header; /* NULL: NDJSON */
	const char *id;	    /* what the department's numbers begin with */
	bool of_person;
	bool has_revisions;
	int (*row)(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
		   struct ll_buf *out);
};

extern const struct ll_sheet ll_sheets[LL_EVENT_KIND_COUNT];

#endif
