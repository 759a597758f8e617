/* The kinds of events. */
#include "field_define.h"

/* ---- enums ---- */

static const char *const job_loss_reason_symbols[] = {
	[LL_JOB_LOSS_UNKNOWN] = "UNKNOWN",
	[LL_JOB_LOSS_DISMISSED] = "DISMISSED",
	[LL_JOB_LOSS_CONTRACT_ENDED] = "CONTRACT_ENDED",
	[LL_JOB_LOSS_EMPLOYER_CLOSED] = "EMPLOYER_CLOSED",
	[LL_JOB_LOSS_ILLNESS] = "ILLNESS",
};
ENUMERATION(job_loss_reason, "JobLossReason");

static const char *const school_stage_symbols[] = {
	[LL_SCHOOL_COMPULSORY] = "COMPULSORY",
	[LL_SCHOOL_NON_COMPULSORY] = "NON_COMPULSORY",
};
ENUMERATION(school_stage, "SchoolStage");

static const char *const housing_grade_symbols[] = {
	[LL_HOUSING_A] = "A",
	[LL_HOUSING_B] = "B",
	[LL_HOUSING_C] = "C",
	[LL_HOUSING_D] = "D",
};
ENUMERATION(housing_grade, "HousingGrade");

static const char *const benefit_type_symbols[] = {
	[LL_BENEFIT_DIBAO] = "DIBAO",
	[LL_BENEFIT_TEMPORARY_RELIEF] = "TEMPORARY_RELIEF",
	[LL_BENEFIT_MEDICAL_AID] = "MEDICAL_AID",
	[LL_BENEFIT_DISABILITY] = "DISABILITY",
	[LL_BENEFIT_OTHER] = "OTHER",
};
ENUMERATION(benefit_type, "BenefitType");

static const char *const need_symbols[] = {
	[LL_NEED_FOOD] = "FOOD",	   [LL_NEED_CLOTHING] = "CLOTHING",
	[LL_NEED_EDUCATION] = "EDUCATION", [LL_NEED_MEDICAL] = "MEDICAL",
	[LL_NEED_HOUSING] = "HOUSING",	   [LL_NEED_WATER] = "WATER",
	[LL_NEED_INCOME] = "INCOME",
};
ENUMERATION(need, "Need");

static const char *const disability_type_symbols[] = {
	[LL_DISABILITY_VISUAL] = "VISUAL",
	[LL_DISABILITY_HEARING] = "HEARING",
	[LL_DISABILITY_SPEECH] = "SPEECH",
	[LL_DISABILITY_PHYSICAL] = "PHYSICAL",
	[LL_DISABILITY_INTELLECTUAL] = "INTELLECTUAL",
	[LL_DISABILITY_MENTAL] = "MENTAL",
	[LL_DISABILITY_MULTIPLE] = "MULTIPLE",
};
ENUMERATION(disability_type, "DisabilityType");

static const char *const accident_type_symbols[] = {
	[LL_ACCIDENT_OTHER] = "OTHER",
	[LL_ACCIDENT_TRAFFIC] = "TRAFFIC",
	[LL_ACCIDENT_WORK] = "WORK",
	[LL_ACCIDENT_FIRE] = "FIRE",
};
ENUMERATION(accident_type, "AccidentType");

static const char *const asset_type_symbols[] = {
	[LL_ASSET_COMMERCIAL_FLAT] = "COMMERCIAL_FLAT",
	[LL_ASSET_CAR] = "CAR",
	[LL_ASSET_COMPANY] = "COMPANY",
	[LL_ASSET_PUBLIC_EMPLOYEE] = "PUBLIC_EMPLOYEE",
};
ENUMERATION(asset_type, "AssetType");

/* ---- records, in the order of LL_EVENT_KINDS ---- */

static int check_hospitalisation(const void *value)
{
	const struct ll_hospitalisation *stay = value;

	return stay->reimbursed_fen > stay->total_fen ? -LL_ERR_OUT_OF_RANGE : 0;
}

static const struct ll_field hospitalisation_fields[] = {
	FEN(struct ll_hospitalisation, total_fen),
	FEN(struct ll_hospitalisation, reimbursed_fen),
	MAYBE_FEN(struct ll_hospitalisation, own_share_fen),
};
DEFINE_RECORD(hospitalisation, "Hospitalisation", struct ll_hospitalisation, check_hospitalisation);

static const struct ll_field chronic_illness_fields[] = {
	BOOL(struct ll_chronic_illness, severe),
	MAYBE_FEN(struct ll_chronic_illness, yearly_cost_fen),
};
DEFINE_RECORD(chronic_illness, "ChronicIllness", struct ll_chronic_illness, NULL);

static const struct ll_field job_loss_fields[] = {
	MAYBE_FEN(struct ll_job_loss, monthly_wage_fen),
	ENUM(struct ll_job_loss, reason, job_loss_reason),
};
DEFINE_RECORD(job_loss, "JobLoss", struct ll_job_loss, NULL);

static const struct ll_field employed_fields[] = {
	MAYBE_FEN(struct ll_employed, monthly_wage_fen),
};
DEFINE_RECORD(employed, "Employed", struct ll_employed, NULL);

static const struct ll_field income_report_fields[] = {
	INT(struct ll_income_report, year, YEAR_MIN, YEAR_MAX),
	SIGNED_FEN(struct ll_income_report, amount_fen),
};
DEFINE_RECORD(income_report, "IncomeReport", struct ll_income_report, NULL);

static const struct ll_field school_dropout_fields[] = {
	ENUM(struct ll_school_dropout, stage, school_stage),
	BOOL_OR_FALSE(struct ll_school_dropout, returned),
};
DEFINE_RECORD(school_dropout, "SchoolDropout", struct ll_school_dropout, NULL);

static const struct ll_field housing_damage_fields[] = {
	ENUM(struct ll_housing_damage, grade, housing_grade),
	MAYBE_FEN(struct ll_housing_damage, repair_cost_fen),
};
DEFINE_RECORD(housing_damage, "HousingDamage", struct ll_housing_damage, NULL);

static const struct ll_field flood_damage_fields[] = {
	BOOL(struct ll_flood_damage, house_flooded),
	MAYBE_FEN(struct ll_flood_damage, loss_fen),
};
DEFINE_RECORD(flood_damage, "FloodDamage", struct ll_flood_damage, NULL);

static const struct ll_field benefit_fields[] = {
	ENUM(struct ll_benefit, type, benefit_type),
	FEN(struct ll_benefit, amount_fen),
	INT(struct ll_benefit, months, 0, 600),
};
DEFINE_RECORD(benefit, "Benefit", struct ll_benefit, NULL);

static const struct ll_field declaration_fields[] = {
	ENUM(struct ll_declaration, need, need),
	MAYBE_FEN(struct ll_declaration, amount_fen),
};
DEFINE_RECORD(declaration, "Declaration", struct ll_declaration, NULL);

static int check_outpatient_cost(const void *value)
{
	const struct ll_outpatient_cost *cost = value;

	return cost->reimbursed_fen > cost->total_fen ? -LL_ERR_OUT_OF_RANGE : 0;
}

static const struct ll_field outpatient_cost_fields[] = {
	FEN(struct ll_outpatient_cost, total_fen),
	FEN(struct ll_outpatient_cost, reimbursed_fen),
	MAYBE_FEN(struct ll_outpatient_cost, own_share_fen),
};
DEFINE_RECORD(outpatient_cost, "OutpatientCost", struct ll_outpatient_cost, check_outpatient_cost);

static const struct ll_field disability_fields[] = {
	INT(struct ll_disability, grade, 1, 4),
	ENUM(struct ll_disability, type, disability_type),
};
DEFINE_RECORD(disability, "Disability", struct ll_disability, NULL);

static const struct ll_field death_fields[] = {
	MAYBE_FEN(struct ll_death, own_cost_fen),
};
DEFINE_RECORD(death, "Death", struct ll_death, NULL);

static const struct ll_field wage_report_fields[] = {
	FEN(struct ll_wage_report, monthly_wage_fen),
};
DEFINE_RECORD(wage_report, "WageReport", struct ll_wage_report, NULL);

static const struct ll_field business_failure_fields[] = {
	MAYBE_FEN(struct ll_business_failure, yearly_income_fen),
};
DEFINE_RECORD(business_failure, "BusinessFailure", struct ll_business_failure, NULL);

static const struct ll_field unsold_produce_fields[] = {
	MAYBE_FEN(struct ll_unsold_produce, value_fen),
};
DEFINE_RECORD(unsold_produce, "UnsoldProduce", struct ll_unsold_produce, NULL);

static const struct ll_field loan_overdue_fields[] = {
	FEN(struct ll_loan_overdue, overdue_fen),
	BOOL_OR_FALSE(struct ll_loan_overdue, settled),
};
DEFINE_RECORD(loan_overdue, "LoanOverdue", struct ll_loan_overdue, NULL);

static const struct ll_field tuition_cost_fields[] = {
	ENUM(struct ll_tuition_cost, stage, school_stage),
	FEN(struct ll_tuition_cost, own_cost_fen),
};
DEFINE_RECORD(tuition_cost, "TuitionCost", struct ll_tuition_cost, NULL);

static const struct ll_field water_supply_loss_fields[] = {
	BOOL_OR_FALSE(struct ll_water_supply_loss, restored),
};
DEFINE_RECORD(water_supply_loss, "WaterSupplyLoss", struct ll_water_supply_loss, NULL);

static const struct ll_field crop_loss_fields[] = {
	MAYBE_FEN(struct ll_crop_loss, loss_fen),
};
DEFINE_RECORD(crop_loss, "CropLoss", struct ll_crop_loss, NULL);

static const struct ll_field livestock_loss_fields[] = {
	MAYBE_FEN(struct ll_livestock_loss, loss_fen),
};
DEFINE_RECORD(livestock_loss, "LivestockLoss", struct ll_livestock_loss, NULL);

static const struct ll_field accident_fields[] = {
	ENUM(struct ll_accident, type, accident_type),
	MAYBE_FEN(struct ll_accident, own_cost_fen),
};
DEFINE_RECORD(accident, "Accident", struct ll_accident, NULL);

static const struct ll_field epidemic_impact_fields[] = {
	MAYBE_FEN(struct ll_epidemic_impact, income_loss_fen),
};
DEFINE_RECORD(epidemic_impact, "EpidemicImpact", struct ll_epidemic_impact, NULL);

static const struct ll_field asset_record_fields[] = {
	ENUM(struct ll_asset_record, type, asset_type),
	BOOL_OR_FALSE(struct ll_asset_record, gone),
};
DEFINE_RECORD(asset_record, "AssetRecord", struct ll_asset_record, NULL);

static const struct ll_field authorisation_fields[] = {
	INT(struct ll_authorisation, months, 0, 600),
};
DEFINE_RECORD(authorisation, "Authorisation", struct ll_authorisation, NULL);

#define PAYLOAD(symbol_, member_)                             \
	[LL_EVENT_##symbol_] = {#member_, LL_EVENT_##symbol_, \
				offsetof(struct ll_payload, member_), &(member_)}

static const struct ll_field_branch payload_branches[] = {
	PAYLOAD(HOSPITALISATION, hospitalisation),
	PAYLOAD(CHRONIC_ILLNESS, chronic_illness),
	PAYLOAD(JOB_LOSS, job_loss),
	PAYLOAD(EMPLOYED, employed),
	PAYLOAD(INCOME_REPORT, income_report),
	PAYLOAD(SCHOOL_DROPOUT, school_dropout),
	PAYLOAD(HOUSING_DAMAGE, housing_damage),
	PAYLOAD(FLOOD_DAMAGE, flood_damage),
	PAYLOAD(BENEFIT, benefit),
	PAYLOAD(DECLARATION, declaration),
	PAYLOAD(OUTPATIENT_COST, outpatient_cost),
	PAYLOAD(DISABILITY, disability),
	PAYLOAD(DEATH, death),
	PAYLOAD(WAGE_REPORT, wage_report),
	PAYLOAD(BUSINESS_FAILURE, business_failure),
	PAYLOAD(UNSOLD_PRODUCE, unsold_produce),
	PAYLOAD(LOAN_OVERDUE, loan_overdue),
	PAYLOAD(TUITION_COST, tuition_cost),
	PAYLOAD(WATER_SUPPLY_LOSS, water_supply_loss),
	PAYLOAD(CROP_LOSS, crop_loss),
	PAYLOAD(LIVESTOCK_LOSS, livestock_loss),
	PAYLOAD(ACCIDENT, accident),
	PAYLOAD(EPIDEMIC_IMPACT, epidemic_impact),
	PAYLOAD(ASSET_RECORD, asset_record),
	PAYLOAD(AUTHORISATION, authorisation),
};
_Static_assert(COUNT(payload_branches) == LL_EVENT_KIND_COUNT, "every event kind has a branch");

const struct ll_field_union ll_field_payload_union = {
	.tag_offset = offsetof(struct ll_payload, kind),
	.count = COUNT(payload_branches),
	.branches = payload_branches,
};
