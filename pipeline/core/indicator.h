/*
 * Indicators: functions of a household's facts and registry part on one day. Each is known or not;
 * a sum of which a part was never told is known only as "at least this much", an income from which a
 * wage of nobody knows how much is gone as "at most".
 *
 * What each is. Facts count from their day on; those that are retracted, never. "12m" and "1m" are
 * windows by the calendar, to the day: a fact of the day D counts while today - 12 months < D, where
 * the same day of a shorter month is its last. Where two facts decide of one thing the later does.
 * Who has died is nobody's head, labourer, child, patient or disabled member any more.
 *
 *  ex_poor, dibao          the registry's; dibao also while a regular DIBAO benefit runs
 *  income_per_head         income of this year / living members; unknown without a base, or members.
 *                          Income of a year: that of the latest year <= it which the registry recorded
 *                          or an IncomeReport told (the report, where both), and what facts dated after
 *                          that year change: wages person by person (wage.c), regular benefits, losses of
 *                          crops, animals, produce, by epidemic and of businesses (income.c). At most: a
 *                          wage or loss nobody told; at least: a wage won that nobody told; both: unknown
 *  income_drop             (income of last year - this year's) / last year's, not below 0; unknown unless
 *                          both are known and last year's is above 0; bounded as they are
 *  labourers, labourers_without_work, jobless_share
 *                          living members able to work; those whose last word of JobLoss, Employed,
 *                          WageReport is the loss, of one day the work; the share of no labourers is 0
 *  medical_own_cost_12m    own share of Hospitalisation (inpatient only), 12m
 *  outpatient_own_cost_1m  own share of OutpatientCost, 1m
 *  education_own_cost_12m  TuitionCost beyond compulsory school, 12m
 *  housing_own_cost_12m    repair cost of HousingDamage, 12m; at least, where nobody told it
 *  accident_own_cost_12m   own cost of Accident, 12m; at least
 *  disaster_loss_12m       own loss of FloodDamage, CropLoss, LivestockLoss, 12m; at least
 *  production_loss_12m     CropLoss, LivestockLoss, UnsoldProduce, EpidemicImpact, and the yearly income
 *                          of a BusinessFailure, 12m; at least
 *  rigid_spending_12m      own cost of hospital, outpatient care, ChronicIllness (a year's), tuition of
 *                          all stages, repair, flood, accident and Death, less MEDICAL_AID and
 *                          TEMPORARY_RELIEF paid once, not below 0; 12m; at least
 *  rigid_spending_share    rigid_spending_12m / income of this year; of no income LL_SHARE_MAX_PERMILLE
 *  severe_illness          a severe ChronicIllness, without window
 *  children_out_of_school  living members of 6 to 15 whose last SchoolDropout of compulsory school is
 *                          one, not a return; of one day the dropout
 *  housing_grade           of the latest appraisal, of one day the worst; unknown: none
 *  house_flooded           FloodDamage that says so, 12m
 *  alert_severity          the highest of alerts in force, 0: none
 *  declared_needs          kinds of needs declared, 12m
 *  exclusion_marks         marks of the registry or of AssetRecord (of a type the latest, of one day gone)
 *  open_shocks             kinds of sudden trouble, 12m, that stand: job loss of who is jobless still;
 *                          grade C or D of a house that is still; dropout not returned; water not restored;
 *                          flood, crop, livestock, accident, epidemic, business, unsold, death: all
 *  disabled_members        living members whose latest Disability is of grade 1 or 2, of one day the worse
 *  deaths_12m              persons whose Death was told, 12m
 *  *_security              see security.c; without window; unknown: nobody said anything
 *  loan_overdue            LoanOverdue not settled, by the fact or by a later one of the person; no window
 *  household_size          living members
 *  authorised              within the months of the latest Authorisation (of one day the shortest);
 *                          unknown: never any
 */
#ifndef LL_CORE_INDICATOR_H
#define LL_CORE_INDICATOR_H

#include "household.h"
#include "policy.h"

#define LL_WINDOW_MONTHS      12      /* of every indicator named 12m, to the day */
#define LL_SHARE_MAX_PERMILLE 1000000 /* spending without income, as a share of it */
#define LL_SCHOOL_AGE_FROM    6	      /* years; compulsory schooling, design section 5 */
#define LL_SCHOOL_AGE_TO      16      /* years, exclusive */

/* Values of the *_security indicators. */
#define LL_SECURITY_SECURE  1
#define LL_SECURITY_AT_RISK 2

struct ll_indicators {
	int64_t value[LL_INDICATOR_COUNT];
	uint64_t known;	   /* bits 1 << enum ll_indicator */
	uint64_t at_least; /* not known, but value is a lower bound */
	uint64_t at_most;  /* not known, but value is an upper bound */
	int32_t wake_on;   /* the next day on which a value may change by itself; INT32_MAX: none */
	uint8_t marks;	   /* exclusion marks, LL_MARK_*: the registry's and those of facts */
};

/* One pass over the facts. today is a day, not LL_DAY_NONE. */
void ll_indicators_compute(const struct ll_household *household, int32_t today,
			   struct ll_indicators *ret_indicators);

/* The facts behind an indicator, the heaviest first; returns how many of at most `capacity`. */
size_t ll_indicator_facts(const struct ll_household *household, int32_t today,
			  enum ll_indicator indicator, const struct ll_fact **ret_facts,
			  size_t capacity);

#endif
