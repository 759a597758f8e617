#include "cli/quality.h"

#include "base/date.h"
#include "core/case.h"

const char *ll_quality_name(enum ll_quality_finding finding)
{
	static const char *const names[] = {
#define NAME(symbol, name, english, chinese) name,
		LL_QUALITY_FINDINGS(NAME)
#undef NAME
	};

	return names[finding];
}

const char *ll_quality_text(enum ll_quality_finding finding, bool chinese)
{
	static const char *const texts[][2] = {
#define TEXTS(symbol, name, english, chinese) {english, chinese},
		LL_QUALITY_FINDINGS(TEXTS)
#undef TEXTS
	};

	return texts[finding][chinese];
}

uint32_t ll_quality_measures(void)
{
	uint32_t measures = 0;

	for (int i = 0; i < LL_MEASURE_COUNT; i++)
		if (!ll_case_step_of((enum ll_measure)i) && i != LL_MEASURE_DISASTER_INSPECTION)
			measures |= 1u << i;
	return measures;
}

int32_t ll_quality_house_dangerous_on(const struct ll_household *household)
{
	int32_t day = LL_DAY_NONE;

	for (int i = 0; i < household->fact_count; i++) {
		const struct ll_fact *fact = &household->facts[i];

		if (fact->kind == LL_EVENT_HOUSING_DAMAGE && !fact->retracted &&
		    fact->detail >= LL_HOUSING_C && fact->occurred_on > day)
			day = fact->occurred_on;
	}
	return day;
}

/* ---- the checks -------------------------------------------------------------------------------- */

static int32_t month_of(int32_t day)
{
	const struct ll_date date = ll_day_to_date(day);

	return date.year * 12 + date.month;
}

/* An elimination that ended the last monitoring there was. */
static bool is_eliminated_after_all(const struct ll_case_course *course)
{
	return course->eliminated_on != LL_DAY_NONE &&
	       course->eliminated_on >= course->monitored_on;
}

typedef bool check(const struct ll_case_course *course, int32_t house_on,
		   const struct ll_quality_terms *terms);

static bool has_no_measure(const struct ll_case_course *course, int32_t house_on,
			   const struct ll_quality_terms *terms)
{
	(void)house_on;
	return course->status.state == LL_CASE_MONITORED && course->monitored_on != LL_DAY_NONE &&
	       course->task_count == 0 &&
	       ll_day_add_months(course->monitored_on, 1) <= terms->today;
}

static bool is_eliminated_early(const struct ll_case_course *course, int32_t house_on,
				const struct ll_quality_terms *terms)
{
	(void)house_on;
	(void)terms;
	return is_eliminated_after_all(course) && course->monitored_on != LL_DAY_NONE &&
	       month_of(course->eliminated_on) - month_of(course->monitored_on) <= 1;
}

static bool is_house_dangerous_after(const struct ll_case_course *course, int32_t house_on,
				     const struct ll_quality_terms *terms)
{
	(void)terms;
	return is_eliminated_after_all(course) && house_on != LL_DAY_NONE &&
	       house_on > course->eliminated_on;
}

static bool is_visit_overdue(const struct ll_case_course *course, int32_t house_on,
			     const struct ll_quality_terms *terms)
{
	(void)house_on;
	return course->status.state == LL_CASE_LEAD && course->visit_due_on != LL_DAY_NONE &&
	       course->visit_due_on < terms->today;
}

/* The day of the decision on the last lead; today while there is none; LL_DAY_NONE: the need went. */
static int32_t decision_day(const struct ll_case_course *course, int32_t today)
{
	int32_t latest = course->monitored_on > course->rejected_on ? course->monitored_on
								    : course->rejected_on;

	if (latest != LL_DAY_NONE && latest >= course->lead_on)
		return latest;
	return ll_case_rank(course->status.state) > 0 ? today : LL_DAY_NONE;
}

static bool is_decision_late(const struct ll_case_course *course, int32_t house_on,
			     const struct ll_quality_terms *terms)
{
	int32_t day = decision_day(course, terms->today);

	(void)house_on;
	return course->lead_on != LL_DAY_NONE && day != LL_DAY_NONE &&
	       day - course->lead_on > terms->decision_days;
}

uint32_t ll_quality_of(const struct ll_case_course *course, int32_t house_on,
		       const struct ll_quality_terms *terms)
{
	static check *const checks[LL_QUALITY_COUNT] = {
		[LL_QUALITY_NO_MEASURE] = has_no_measure,
		[LL_QUALITY_ELIMINATED_EARLY] = is_eliminated_early,
		[LL_QUALITY_HOUSING_AFTER] = is_house_dangerous_after,
		[LL_QUALITY_VISIT_OVERDUE] = is_visit_overdue,
		[LL_QUALITY_LATE_DECISION] = is_decision_late,
	};
	uint32_t found = 0;

	for (int i = 0; i < LL_QUALITY_COUNT; i++)
		if (checks[i](course, house_on, terms))
			found |= 1u << i;
	return found;
}

int32_t ll_quality_since(enum ll_quality_finding finding, const struct ll_case_course *course,
			 int32_t house_on)
{
	const int32_t days[LL_QUALITY_COUNT] = {
		[LL_QUALITY_NO_MEASURE] = course->monitored_on,
		[LL_QUALITY_ELIMINATED_EARLY] = course->eliminated_on,
		[LL_QUALITY_HOUSING_AFTER] = house_on,
		[LL_QUALITY_VISIT_OVERDUE] = course->visit_due_on,
		[LL_QUALITY_LATE_DECISION] = course->lead_on,
	};

	return days[finding];
}
