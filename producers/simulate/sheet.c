#include "sheet.h"

#include <assert.h>
#include <stdio.h>

#include "sheet_rows.h"

const char *ll_sheet_department(enum ll_event_kind kind)
{
	return ll_sheets[kind].department;
}

const char *ll_sheet_mapping(enum ll_event_kind kind)
{
	return ll_sheets[kind].mapping;
}

void ll_sheet_file_name(enum ll_event_kind kind, char ret_name[LL_SHEET_NAME_MAX])
{
	int size = snprintf(ret_name, LL_SHEET_NAME_MAX, "%s.%s.%s", ll_sheets[kind].department,
			    ll_sheets[kind].mapping, ll_sheets[kind].header ? "csv" : "ndjson");

	assert(size > 0 && size < LL_SHEET_NAME_MAX);
}

bool ll_sheet_is_of_person(enum ll_event_kind kind)
{
	return ll_sheets[kind].of_person;
}

bool ll_sheet_has_revisions(enum ll_event_kind kind)
{
	return ll_sheets[kind].has_revisions;
}

int ll_sheet_header(enum ll_event_kind kind, struct ll_buf *out)
{
	return ll_sheets[kind].header ? ll_buf_append_str(out, ll_sheets[kind].header) : 0;
}

/* The next of the eleven check characters: never the right one. */
static void spoil_number(char *number)
{
	static const char checks[] = "0123456789X";
	char *last = &number[LL_CITIZEN_SIZE - 1];

	*last = *last == 'X' ? '0' : checks[strchr(checks, *last) - checks + 1];
}

static void subject_text(const struct ll_population *population, const struct ll_incident *incident,
			 char ret_text[LL_SHEET_SUBJECT_MAX])
{
	const struct ll_sim_household *household = &population->households[incident->household];

	if (!ll_sheets[incident->kind].of_person) {
		ll_sim_household_code(household, ret_text);
		return;
	}
	memcpy(ret_text, population->people[incident->person].citizen_number, LL_CITIZEN_SIZE);
	ret_text[LL_CITIZEN_SIZE] = '\0';
	if (incident->flaw == LL_FLAW_CITIZEN_NUMBER)
		spoil_number(ret_text);
}

static void amount_text(const struct ll_maybe *amount_fen, char ret_text[LL_FEN_TEXT_MAX])
{
	ret_text[0] = '\0';
	if (amount_fen->known)
		ll_fen_format(amount_fen->value, ret_text);
}

int ll_sheet_row(const struct ll_population *population, const struct ll_incident *incident,
		 struct ll_buf *out)
{
	const struct ll_sheet *sheet = &ll_sheets[incident->kind];
	struct ll_sheet_cells cells;

	_Static_assert(LL_SHEET_SUBJECT_MAX >= LL_SIM_HOUSEHOLD_CODE_MAX, "a code fits");
	snprintf(cells.id, sizeof(cells.id), "%s%d-%07u", sheet->id,
		 ll_day_to_date(incident->occurred_on).year, incident->number);
	subject_text(population, incident, cells.subject);
	ll_day_format(incident->occurred_on, cells.day);
	amount_text(&incident->first_fen, cells.first);
	amount_text(&incident->second_fen, cells.second);
	amount_text(&incident->third_fen, cells.third);
	return sheet->row(incident, &cells, out);
}
