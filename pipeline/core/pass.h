/*
 * The inside of the indicators: what one pass over a household's facts gathers, for indicator.c,
 * pass.c, wage.c, income.c, security.c and behind.c only.
 */
#ifndef LL_CORE_PASS_H
#define LL_CORE_PASS_H

#include "base/date.h"
#include "indicator.h"

#define LL_MONTHS_IN_YEAR 12
#define LL_PERMILLE	  1000
/* Sums stay below this, so that a thousand times one is still an int64. */
#define LL_SUM_MAX (INT64_MAX / LL_PERMILLE)

static inline int64_t ll_sum_clamp(int64_t fen)
{
	if (fen > LL_SUM_MAX)
		return LL_SUM_MAX;
	return fen < -LL_SUM_MAX ? -LL_SUM_MAX : fen;
}

/* A sum that may have parts that nobody told. */
struct ll_sum {
	int64_t fen;
	bool open; /* at least this */
};

/* Flags of some things (bits), each of which the latest fact decides; on one day, one that sets. */
struct ll_latest {
	uint64_t set;
	uint64_t of_day; /* set by facts of `day` */
	int32_t day;
};

/* The household's net income of one calendar year. */
struct ll_income {
	int64_t fen;
	bool any;      /* false: nobody reported an income, of this year or before */
	bool at_least; /* a wage won that nobody told */
	bool at_most;  /* a wage or an income lost that nobody told */
};

/* Index of ll_pass.income and of all that is counted for both years. */
enum ll_income_year { LL_YEAR_BEFORE = 0, LL_YEAR_NOW = 1, LL_INCOME_YEARS = 2 };

struct ll_pass {
	const struct ll_household *household;
	int32_t today;
	struct ll_date date;  /* of today */
	int32_t window_after; /* facts dated after this day are of the last 12 months */
	int32_t month_after;  /* and after this, of the last month */
	int32_t wake_on;
	size_t fact_count; /* of today and before */
	uint64_t kinds;	   /* of those that are not retracted, as bits */

	/* Members, as bits of their places. */
	uint64_t dead;
	uint64_t labourers;	/* living */
	uint64_t children;	/* living, of the age of compulsory schooling */
	uint64_t not_in_school; /* of these, as the registry says */
	uint64_t jobless;
	uint64_t severely_ill;
	struct ll_latest disabled; /* severely */
	struct ll_latest out_of_school;
	uint64_t out_recently; /* who dropped out in the last 12 months */
	int32_t size;	       /* living */

	struct ll_sum inpatient;
	struct ll_sum outpatient;
	struct ll_sum education;
	struct ll_sum housing;
	struct ll_sum accident;
	struct ll_sum disaster;
	struct ll_sum production;
	struct ll_sum rigid; /* before aid */
	int64_t aid_fen;
	int64_t overdue_fen;

	uint64_t needs;	       /* bits of enum ll_need */
	uint64_t shocks;       /* bits of kinds */
	struct ll_latest gone; /* bits of enum ll_asset_type */
	uint64_t assets;
	int32_t deaths;
	int32_t housing_grade; /* -1: nobody looked */
	int32_t housing_on;
	int32_t alert_severity;
	int32_t water_lost_on; /* LL_DAY_NONE: never */
	int32_t water_restored_on;
	int32_t authorised_on;
	int32_t authorised_months; /* -1: never */
	bool severe;		   /* an illness of somebody who is no member */
	bool flooded;
	bool dibao;
	bool damaged; /* in the last 12 months, grade C or D */

	/* Of the latest year that is not after this one, and not after the one before. */
	const struct ll_fact *report[LL_INCOME_YEARS];
	struct ll_income income[LL_INCOME_YEARS];
	int32_t base_year[LL_INCOME_YEARS]; /* 0: nobody reported */
	/* Facts of work behind a wage that is not as in the base, as bits of places; may be NULL. */
	uint64_t *counted;
};

#define LL_KIND_BIT(symbol) (UINT64_C(1) << LL_EVENT_##symbol)
#define LL_KINDS_OF_WAGES                                                           \
	(LL_KIND_BIT(JOB_LOSS) | LL_KIND_BIT(EMPLOYED) | LL_KIND_BIT(WAGE_REPORT) | \
	 LL_KIND_BIT(DEATH))
#define LL_KINDS_OF_YEARLY_LOSS                                                               \
	(LL_KIND_BIT(CROP_LOSS) | LL_KIND_BIT(LIVESTOCK_LOSS) | LL_KIND_BIT(UNSOLD_PRODUCE) | \
	 LL_KIND_BIT(EPIDEMIC_IMPACT))
#define LL_KINDS_OF_INCOME                                                          \
	(LL_KINDS_OF_WAGES | LL_KINDS_OF_YEARLY_LOSS | LL_KIND_BIT(INCOME_REPORT) | \
	 LL_KIND_BIT(BENEFIT) | LL_KIND_BIT(BUSINESS_FAILURE))

static inline bool ll_pass_has(const struct ll_pass *pass, uint64_t kinds)
{
	return (pass->kinds & kinds) != 0;
}

/* A day on which a value may change, if it lies before the others. */
static inline void ll_pass_wake_at(struct ll_pass *pass, int32_t day)
{
	if (day > pass->today && day < pass->wake_on)
		pass->wake_on = day;
}

/* The bit of a member; 0 for the household as a whole and for who is no member. */
uint64_t ll_pass_member(const struct ll_pass *pass, uint32_t person);

/* Everything in one go; counted is NULL or LL_FACTS_MAX bits, all 0. */
void ll_pass_run(struct ll_pass *pass, const struct ll_household *household, int32_t today,
		 uint64_t *counted);

/*
 * A later fact of the same kind says that it has ended (at school again, paid, water again); what
 * is told of one day is trouble still. of_person: only one of the same person does.
 */
bool ll_pass_is_ended(const struct ll_pass *pass, const struct ll_fact *fact, bool of_person);

/* ---- wage.c --------------------------------------------------------------------------------- */

/* What wages change in the two years, against those of the year of the base. */
struct ll_wages {
	int64_t change_fen[LL_INCOME_YEARS];
	bool at_least[LL_INCOME_YEARS];
	bool at_most[LL_INCOME_YEARS];
};

/*
 * Follows every person's work through the facts; sets pass->jobless and the shock of a job lost.
 * What is dated before `after` is in the base already, INT32_MAX: everything.
 */
void ll_wages_follow(struct ll_pass *pass, int32_t after, struct ll_wages *ret_wages);

/* ---- income.c ------------------------------------------------------------------------------- */

/* Sets pass->income, base_year and what wages tell. */
void ll_income_compute(struct ll_pass *pass);
/* The first day that is not in the base of the year; INT32_MAX: there is no base. */
int32_t ll_income_after(const struct ll_pass *pass, enum ll_income_year year);

/* ---- security.c ----------------------------------------------------------------------------- */

/* What a fact says of dimensions, as bits 1 << enum ll_dimension. */
struct ll_evidence {
	uint32_t at_risk;
	uint32_t secure;
};

/* Of all six; a dimension in neither is unknown. */
struct ll_evidence ll_security_compute(const struct ll_pass *pass);

/* The facts that decide of a dimension: those of one day, one side, of visits or not. */
struct ll_deciding {
	uint32_t dimension; /* 1 << enum ll_dimension; 0: no fact decides */
	int32_t day;
	bool visit;
	bool at_risk;
};
struct ll_deciding ll_security_deciding(const struct ll_pass *pass, enum ll_dimension dimension);
bool ll_security_decides(const struct ll_pass *pass, const struct ll_deciding *deciding,
			 const struct ll_fact *fact);

#endif
