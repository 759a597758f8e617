#include "sheet.h"

#include <assert.h>
#include <stdio.h>

#include "base/date.h"
#include "base/money.h"

#define SUBJECT_MAX 32

/* A row's cells as text. */
struct cells {
	char id[32];
	char subject[SUBJECT_MAX];
	char day[LL_DAY_TEXT_MAX];
	char first[LL_FEN_TEXT_MAX];
	char second[LL_FEN_TEXT_MAX];
	char third[LL_FEN_TEXT_MAX];
};

static const char *const job_loss_reasons[] = {
	[LL_JOB_LOSS_UNKNOWN] = "unknown",
	[LL_JOB_LOSS_DISMISSED] = "dismissed",
	[LL_JOB_LOSS_CONTRACT_ENDED] = "contract_ended",
	[LL_JOB_LOSS_EMPLOYER_CLOSED] = "employer_closed",
	[LL_JOB_LOSS_ILLNESS] = "illness",
};
static const char *const school_stages[] = {
	[LL_SCHOOL_COMPULSORY] = "compulsory",
	[LL_SCHOOL_NON_COMPULSORY] = "non_compulsory",
};
static const char *const benefit_types[] = {
	[LL_BENEFIT_DIBAO] = "dibao",
	[LL_BENEFIT_TEMPORARY_RELIEF] = "temporary_relief",
	[LL_BENEFIT_MEDICAL_AID] = "medical_aid",
	[LL_BENEFIT_DISABILITY] = "disability",
	[LL_BENEFIT_OTHER] = "other",
};
static const char *const needs[] = {
	[LL_NEED_FOOD] = "food",	   [LL_NEED_CLOTHING] = "clothing",
	[LL_NEED_EDUCATION] = "education", [LL_NEED_MEDICAL] = "medical",
	[LL_NEED_HOUSING] = "housing",	   [LL_NEED_WATER] = "water",
	[LL_NEED_INCOME] = "income",
};

static int hospitalisation_row(const struct ll_incident *incident, const struct cells *cells,
			       struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%u,%s,%s,%s,%s,%s,%s\n", cells->id, incident->revision,
				    cells->subject, cells->day, cells->first, cells->second,
				    cells->third, incident->retract ? "cancelled" : "settled");
}

static int chronic_illness_row(const struct ll_incident *incident, const struct cells *cells,
			       struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%d,%s\n", cells->id, cells->subject, cells->day,
				    incident->code, cells->first);
}

static int job_loss_row(const struct ll_incident *incident, const struct cells *cells,
			struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%s,%s\n", cells->id, cells->subject, cells->day,
				    cells->first, job_loss_reasons[incident->code]);
}

static int employed_row(const struct ll_incident *incident, const struct cells *cells,
			struct ll_buf *out)
{
	(void)incident;
	return ll_buf_append_format(out, "%s,%s,%s,%s\n", cells->id, cells->subject, cells->day,
				    cells->first);
}

static int income_report_row(const struct ll_incident *incident, const struct cells *cells,
			     struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%d,%s,%s\n", cells->subject, incident->count,
				    cells->day, cells->first);
}

static int school_dropout_row(const struct ll_incident *incident, const struct cells *cells,
			      struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%s\n", cells->id, cells->subject, cells->day,
				    school_stages[incident->code]);
}

static int housing_damage_row(const struct ll_incident *incident, const struct cells *cells,
			      struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%c,%s\n", cells->id, cells->subject, cells->day,
				    'A' + incident->code, cells->first);
}

static int flood_damage_row(const struct ll_incident *incident, const struct cells *cells,
			    struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%s\n", cells->subject, cells->day,
				    incident->code ? "yes" : "no", cells->first);
}

static int benefit_row(const struct ll_incident *incident, const struct cells *cells,
		       struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%s,%s,%d\n", cells->id, cells->subject,
				    cells->day, benefit_types[incident->code], cells->first,
				    incident->count);
}

static int declaration_row(const struct ll_incident *incident, const struct cells *cells,
			   struct ll_buf *out)
{
	int err = ll_buf_append_format(
		out,
		"{\"id\":\"%s\",\"day\":\"%s\",\"household\":{\"code\":\"%s\"},\"need\":\"%s\"",
		cells->id, cells->day, cells->subject, needs[incident->code]);

	if (!err && cells->first[0])
		err = ll_buf_append_format(out, ",\"amount_yuan\":%s", cells->first);
	return err ? err : ll_buf_append_str(out, "}\n");
}

static const struct sheet {
	const char *department;
	const char *mapping;
	const char *header; /* NULL: NDJSON */
	const char *id;	    /* what the department's numbers begin with */
	bool of_person;
	bool has_revisions;
	int (*row)(const struct ll_incident *incident, const struct cells *cells,
		   struct ll_buf *out);
} sheets[LL_EVENT_KIND_COUNT] = {
	[LL_EVENT_HOSPITALISATION] = {"medical-insurance", "hospitalisation",
				      "settlement_number,revision,citizen_number,settled_on,"
				      "total_yuan,reimbursed_yuan,own_share_yuan,state\n",
				      "ZY", true, true, hospitalisation_row},
	[LL_EVENT_CHRONIC_ILLNESS] = {"health", "chronic-illness",
				      "record_number,citizen_number,diagnosed_on,severe,"
				      "yearly_cost_yuan\n",
				      "MB", true, false, chronic_illness_row},
	[LL_EVENT_JOB_LOSS] = {"employment", "job-loss",
			       "registration_number,citizen_number,lost_on,monthly_wage_yuan,"
			       "reason\n",
			       "SY", true, false, job_loss_row},
	[LL_EVENT_EMPLOYED] = {"employment", "employed",
			       "registration_number,citizen_number,started_on,"
			       "monthly_wage_yuan\n",
			       "JY", true, false, employed_row},
	[LL_EVENT_INCOME_REPORT] = {"rural-affairs", "income-report",
				    "household_code,year,reported_on,net_income_yuan\n", "", false,
				    false, income_report_row},
	[LL_EVENT_SCHOOL_DROPOUT] = {"education", "school-dropout",
				     "record_number,citizen_number,left_on,stage\n", "XJ", true,
				     false, school_dropout_row},
	[LL_EVENT_HOUSING_DAMAGE] = {"housing", "housing-damage",
				     "inspection_number,household_code,inspected_on,grade,"
				     "repair_cost_yuan\n",
				     "WF", false, false, housing_damage_row},
	[LL_EVENT_FLOOD_DAMAGE] = {"water", "flood-damage",
				   "household_code,happened_on,house_flooded,loss_yuan\n", "",
				   false, false, flood_damage_row},
	[LL_EVENT_BENEFIT] = {"civil-affairs", "benefit",
			      "grant_number,citizen_number,granted_on,type,amount_yuan,months\n",
			      "BZ", true, false, benefit_row},
	[LL_EVENT_DECLARATION] = {"village", "declaration", NULL, "SB", false, false,
				  declaration_row},
};

const char *ll_sheet_department(enum ll_event_kind kind)
{
	return sheets[kind].department;
}

const char *ll_sheet_mapping(enum ll_event_kind kind)
{
	return sheets[kind].mapping;
}

void ll_sheet_file_name(enum ll_event_kind kind, char ret_name[LL_SHEET_NAME_MAX])
{
	int size = snprintf(ret_name, LL_SHEET_NAME_MAX, "%s.%s.%s", sheets[kind].department,
			    sheets[kind].mapping, sheets[kind].header ? "csv" : "ndjson");

	assert(size > 0 && size < LL_SHEET_NAME_MAX);
}

bool ll_sheet_is_of_person(enum ll_event_kind kind)
{
	return sheets[kind].of_person;
}

bool ll_sheet_has_revisions(enum ll_event_kind kind)
{
	return sheets[kind].has_revisions;
}

int ll_sheet_header(enum ll_event_kind kind, struct ll_buf *out)
{
	return sheets[kind].header ? ll_buf_append_str(out, sheets[kind].header) : 0;
}

/* The next of the eleven check characters: never the right one. */
static void spoil_number(char *number)
{
	static const char checks[] = "0123456789X";
	char *last = &number[LL_CITIZEN_SIZE - 1];

	*last = *last == 'X' ? '0' : checks[strchr(checks, *last) - checks + 1];
}

static void subject_text(const struct ll_population *population, const struct ll_incident *incident,
			 char ret_text[SUBJECT_MAX])
{
	const struct ll_sim_household *household = &population->households[incident->household];

	if (!sheets[incident->kind].of_person) {
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
	const struct sheet *sheet = &sheets[incident->kind];
	struct cells cells;

	_Static_assert(SUBJECT_MAX >= LL_SIM_HOUSEHOLD_CODE_MAX, "a code fits");
	snprintf(cells.id, sizeof(cells.id), "%s%d-%07u", sheet->id,
		 ll_day_to_date(incident->occurred_on).year, incident->number);
	subject_text(population, incident, cells.subject);
	ll_day_format(incident->occurred_on, cells.day);
	amount_text(&incident->first_fen, cells.first);
	amount_text(&incident->second_fen, cells.second);
	amount_text(&incident->third_fen, cells.third);
	return sheet->row(incident, &cells, out);
}
