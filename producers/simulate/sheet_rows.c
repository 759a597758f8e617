#include "sheet_rows.h"

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

static const char *const disability_types[] = {
	[LL_DISABILITY_VISUAL] = "visual",
	[LL_DISABILITY_HEARING] = "hearing",
	[LL_DISABILITY_SPEECH] = "speech",
	[LL_DISABILITY_PHYSICAL] = "physical",
	[LL_DISABILITY_INTELLECTUAL] = "intellectual",
	[LL_DISABILITY_MENTAL] = "mental",
	[LL_DISABILITY_MULTIPLE] = "multiple",
};
static const char *const accident_types[] = {
	[LL_ACCIDENT_OTHER] = "other",
	[LL_ACCIDENT_TRAFFIC] = "traffic",
	[LL_ACCIDENT_WORK] = "work",
	[LL_ACCIDENT_FIRE] = "fire",
};
static const char *const asset_types[] = {
	[LL_ASSET_COMMERCIAL_FLAT] = "commercial_flat",
	[LL_ASSET_CAR] = "car",
	[LL_ASSET_COMPANY] = "company",
	[LL_ASSET_PUBLIC_EMPLOYEE] = "public_employee",
};

/* Also of outpatient costs: the same settlement office. */
static int settlement_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
			  struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%u,%s,%s,%s,%s,%s,%s\n", cells->id, incident->revision,
				    cells->subject, cells->day, cells->first, cells->second,
				    cells->third, incident->retract ? "cancelled" : "settled");
}

static int chronic_illness_row(const struct ll_incident *incident,
			       const struct ll_sheet_cells *cells, struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%d,%s\n", cells->id, cells->subject, cells->day,
				    incident->code, cells->first);
}

static const char *yes_or_no(bool yes)
{
	return yes ? "yes" : "no";
}

static int job_loss_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
			struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%s,%s\n", cells->id, cells->subject, cells->day,
				    cells->first, job_loss_reasons[incident->code]);
}

/* Number, subject, day and one amount. */
static int amount_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
		      struct ll_buf *out)
{
	(void)incident;
	return ll_buf_append_format(out, "%s,%s,%s,%s\n", cells->id, cells->subject, cells->day,
				    cells->first);
}

static int income_report_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
			     struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%d,%s,%s\n", cells->subject, incident->count,
				    cells->day, cells->first);
}

static int school_dropout_row(const struct ll_incident *incident,
			      const struct ll_sheet_cells *cells, struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%s,%s\n", cells->id, cells->subject, cells->day,
				    school_stages[incident->code], yes_or_no(incident->ended));
}

static int housing_damage_row(const struct ll_incident *incident,
			      const struct ll_sheet_cells *cells, struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%c,%s\n", cells->id, cells->subject, cells->day,
				    'A' + incident->code, cells->first);
}

static int flood_damage_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
			    struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%s\n", cells->subject, cells->day,
				    incident->code ? "yes" : "no", cells->first);
}

static int benefit_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
		       struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%s,%s,%d\n", cells->id, cells->subject,
				    cells->day, benefit_types[incident->code], cells->first,
				    incident->count);
}

static int declaration_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
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

static int disability_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
			  struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%d,%s\n", cells->id, cells->subject, cells->day,
				    incident->count, disability_types[incident->code]);
}

static int death_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
		     struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%u,%s,%s,%s,%s\n", cells->id, incident->revision,
				    cells->subject, cells->day, cells->first,
				    incident->retract ? "cancelled" : "registered");
}

static int loan_overdue_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
			    struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%u,%s,%s,%s,%s\n", cells->id, incident->revision,
				    cells->subject, cells->day, cells->first,
				    yes_or_no(incident->ended));
}

static int tuition_cost_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
			    struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%s,%s\n", cells->id, cells->subject, cells->day,
				    school_stages[incident->code], cells->first);
}

static int water_supply_loss_row(const struct ll_incident *incident,
				 const struct ll_sheet_cells *cells, struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%s\n", cells->id, cells->subject, cells->day,
				    yes_or_no(incident->ended));
}

static int accident_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
			struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%s,%s\n", cells->id, cells->subject, cells->day,
				    accident_types[incident->code], cells->first);
}

static int asset_record_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
			    struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%s,%s\n", cells->id, cells->subject, cells->day,
				    asset_types[incident->code], yes_or_no(incident->ended));
}

static int authorisation_row(const struct ll_incident *incident, const struct ll_sheet_cells *cells,
			     struct ll_buf *out)
{
	return ll_buf_append_format(out, "%s,%s,%s,%d\n", cells->id, cells->subject, cells->day,
				    incident->count);
}

const struct ll_sheet ll_sheets[LL_EVENT_KIND_COUNT] = {
	[LL_EVENT_HOSPITALISATION] = {"medical-insurance", "hospitalisation",
				      "settlement_number,revision,citizen_number,settled_on,"
				      "total_yuan,reimbursed_yuan,own_share_yuan,state\n",
				      "ZY", true, true, settlement_row},
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
			       "JY", true, false, amount_row},
	[LL_EVENT_INCOME_REPORT] = {"rural-affairs", "income-report",
				    "household_code,year,reported_on,net_income_yuan\n", "", false,
				    false, income_report_row},
	[LL_EVENT_SCHOOL_DROPOUT] = {"education", "school-dropout",
				     "record_number,citizen_number,left_on,stage,returned\n", "XJ",
				     true, false, school_dropout_row},
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
	[LL_EVENT_OUTPATIENT_COST] = {"medical-insurance", "outpatient-cost",
				      "settlement_number,revision,citizen_number,settled_on,"
				      "total_yuan,reimbursed_yuan,own_share_yuan,state\n",
				      "MZ", true, true, settlement_row},
	[LL_EVENT_DISABILITY] = {"disabled-persons", "disability",
				 "record_number,citizen_number,issued_on,grade,type\n", "CJ", true,
				 false, disability_row},
	[LL_EVENT_DEATH] = {"civil-affairs", "death",
			    "record_number,revision,citizen_number,died_on,own_cost_yuan,state\n",
			    "SW", true, true, death_row},
	[LL_EVENT_WAGE_REPORT] = {"employment", "wage-report",
				  "report_number,citizen_number,from_on,monthly_wage_yuan\n", "GZ",
				  true, false, amount_row},
	[LL_EVENT_BUSINESS_FAILURE] =
		{"market-supervision", "business-failure",
		 "record_number,citizen_number,closed_on,yearly_income_yuan\n", "ZX", true, false,
		 amount_row},
	[LL_EVENT_UNSOLD_PRODUCE] = {"rural-affairs", "unsold-produce",
				     "report_number,household_code,reported_on,value_yuan\n", "XS",
				     false, false, amount_row},
	[LL_EVENT_LOAN_OVERDUE] = {"bank", "loan-overdue",
				   "loan_number,revision,citizen_number,overdue_on,overdue_yuan,"
				   "settled\n",
				   "DK", true, true, loan_overdue_row},
	[LL_EVENT_TUITION_COST] = {"education", "tuition-cost",
				   "record_number,citizen_number,paid_on,stage,own_cost_yuan\n",
				   "XF", true, false, tuition_cost_row},
	[LL_EVENT_WATER_SUPPLY_LOSS] = {"water", "water-supply-loss",
					"report_number,household_code,reported_on,restored\n", "YS",
					false, false, water_supply_loss_row},
	[LL_EVENT_CROP_LOSS] = {"rural-affairs", "crop-loss",
				"report_number,household_code,happened_on,loss_yuan\n", "NZ", false,
				false, amount_row},
	[LL_EVENT_LIVESTOCK_LOSS] = {"rural-affairs", "livestock-loss",
				     "report_number,household_code,happened_on,loss_yuan\n", "XQ",
				     false, false, amount_row},
	[LL_EVENT_ACCIDENT] = {"emergency", "accident",
			       "report_number,citizen_number,happened_on,type,own_cost_yuan\n",
			       "SG", true, false, accident_row},
	[LL_EVENT_EPIDEMIC_IMPACT] = {"health", "epidemic-impact",
				      "report_number,household_code,reported_on,"
				      "income_loss_yuan\n",
				      "YQ", false, false, amount_row},
	[LL_EVENT_ASSET_RECORD] = {"asset-registers", "asset-record",
				   "entry_number,citizen_number,registered_on,type,gone\n", "ZC",
				   true, false, asset_record_row},
	[LL_EVENT_AUTHORISATION] = {"village", "authorisation",
				    "form_number,household_code,signed_on,months\n", "SQ", false,
				    false, authorisation_row},
};
