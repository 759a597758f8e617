#include "home.h"

#include <stdio.h>

#include "base/hash.h"

static void test_recorded_income_is_carried_forward(void **state)
{
	struct home *home = *state;

	assert_value(home, INCOME_PER_HEAD, 12000 * YUAN);
	assert_value(home, INCOME_DROP, 0);
}

static void test_income_nobody_reported_is_unknown(void **state)
{
	struct home *home = *state;
	struct ll_household_event event = registered(7);

	event.household_registered.recorded_income_fen.known = false;
	home_feed(home, event);
	assert_unknown(home, INCOME_PER_HEAD);
	assert_unknown(home, INCOME_DROP);
	assert_unknown(home, RIGID_SPENDING_SHARE);
	home_feed(home, life_event(7, 0, "i", day(2025, 2, 1), income_report(2024, 30000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 10000 * YUAN);
}

static void test_job_lost_takes_the_rest_of_the_year(void **state)
{
	struct home *home = *state;

	/* June to December: seven months of 3,000 yuan. */
	home_feed(home, life_event(7, 1, "j", day(2025, 6, 3), job_loss(3000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 5000 * YUAN);
	assert_value(home, INCOME_DROP, 583);
	assert_value(home, LABOURERS, 2);
	assert_value(home, LABOURERS_WITHOUT_WORK, 1);
	assert_value(home, JOBLESS_SHARE, 500);
	/* In the next year twelve months; nobody earns less than nothing. */
	home->today = day(2026, 1, 1);
	assert_value(home, INCOME_PER_HEAD, 0);
}

static void test_job_found_gives_back(void **state)
{
	struct home *home = *state;

	home_feed(home, life_event(7, 1, "e", day(2025, 5, 3), employed(1000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 12000 * YUAN + 8 * 1000 * YUAN / 3);
	home_feed(home, life_event(7, 1, "j", day(2025, 4, 3), job_loss(1000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 12000 * YUAN - 1000 * YUAN / 3 - 1);
	assert_value(home, LABOURERS_WITHOUT_WORK, 0);
}

static void test_wage_nobody_told_makes_income_unknown(void **state)
{
	struct home *home = *state;

	home_feed(home, life_event(7, 1, "j", day(2025, 6, 3), job_loss(-1)));
	assert_bound(home, INCOME_PER_HEAD, at_most, 12000 * YUAN);
	assert_bound(home, INCOME_DROP, at_least, 0);
	assert_value(home, LABOURERS_WITHOUT_WORK, 1);
	/* A report of this year knows of it already. */
	home_feed(home, life_event(7, 0, "i", day(2025, 6, 10), income_report(2025, 9000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 3000 * YUAN);
	assert_value(home, INCOME_DROP, 750);
}

static void test_loss_in_the_recorded_year_is_recorded(void **state)
{
	struct home *home = *state;

	home_feed(home, life_event(7, 1, "j", day(2024, 6, 3), job_loss(3000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 12000 * YUAN);
}

static void test_older_report_does_not_replace(void **state)
{
	struct home *home = *state;

	home_feed(home, life_event(7, 0, "i", day(2025, 6, 10), income_report(2023, 3000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 12000 * YUAN);
	home_feed(home, life_event(7, 0, "k", day(2025, 6, 10), income_report(2024, 3000 * YUAN)));
	assert_value(home, INCOME_PER_HEAD, 1000 * YUAN);
}

static void test_benefits(void **state)
{
	struct home *home = *state;

	assert_value(home, DIBAO, 0);
	/* May to July of 300 yuan. */
	home_feed(home,
		  life_event(7, 0, "b", day(2025, 5, 2), benefit(LL_BENEFIT_DIBAO, 300 * YUAN, 3)));
	assert_value(home, DIBAO, 1);
	assert_value(home, INCOME_PER_HEAD, 12300 * YUAN);
	home->today = day(2025, 8, 1);
	assert_value(home, DIBAO, 1);
	home->today = day(2025, 8, 2);
	assert_value(home, DIBAO, 0);
	home->today = day(2026, 1, 1);
	assert_value(home, INCOME_PER_HEAD, 12000 * YUAN);
}

static void test_medical_window(void **state)
{
	struct home *home = *state;
	struct ll_indicators indicators;

	home_feed(home, life_event(7, 1, "h1", home->today - 364, hospital(100)));
	home_feed(home, life_event(7, 1, "h2", home->today - 365, hospital(1000)));
	home_feed(home, life_event(7, 1, "h3", home->today, hospital(10)));
	home_feed(home, life_event(7, 1, "h4", home->today + 1, hospital(7)));
	assert_value(home, MEDICAL_OWN_COST_12M, 110);
	indicators = home_compute(home);
	assert_int_equal(indicators.wake_on, home->today + 1);
	home->today++;
	assert_value(home, MEDICAL_OWN_COST_12M, 17);
	indicators = home_compute(home);
	assert_int_equal(indicators.wake_on, home->today - 1 + 365);
}

static void test_rigid_spending(void **state)
{
	struct home *home = *state;

	home_feed(home, life_event(7, 1, "h", home->today, hospital(9000 * YUAN)));
	home_feed(home, life_event(7, 0, "f", home->today, flood_damage(true, 3000 * YUAN)));
	home_feed(home, life_event(7, 0, "g", home->today, housing(LL_HOUSING_C, 2000 * YUAN)));
	home_feed(home, life_event(7, 0, "a", home->today,
				   benefit(LL_BENEFIT_MEDICAL_AID, 5000 * YUAN, 0)));
	assert_value(home, RIGID_SPENDING_12M, 9000 * YUAN);
	assert_value(home, RIGID_SPENDING_SHARE, 250);
	assert_value(home, DISASTER_LOSS_12M, 3000 * YUAN);
	assert_value(home, HOUSE_FLOODED, 1);
	assert_value(home, HOUSING_GRADE, LL_HOUSING_C);
}

static void test_a_part_nobody_told_leaves_a_lower_bound(void **state)
{
	struct home *home = *state;
	struct ll_indicators indicators;

	home_feed(home, life_event(7, 0, "f", home->today, flood_damage(false, 3000)));
	home_feed(home, life_event(7, 0, "g", home->today, flood_damage(false, -1)));
	indicators = home_compute(home);
	assert_false(indicators.known >> LL_INDICATOR_DISASTER_LOSS_12M & 1);
	assert_true(indicators.at_least >> LL_INDICATOR_DISASTER_LOSS_12M & 1);
	assert_int_equal(indicators.value[LL_INDICATOR_DISASTER_LOSS_12M], 3000);
}

static void test_no_income_is_not_a_division_by_zero(void **state)
{
	struct home *home = *state;
	struct ll_household_event event = registered(7);

	event.household_registered.recorded_income_fen.value = 0;
	home_feed(home, event);
	assert_value(home, RIGID_SPENDING_SHARE, 0);
	assert_unknown(home, INCOME_DROP);
	home_feed(home, life_event(7, 1, "h", home->today, hospital(1)));
	assert_value(home, RIGID_SPENDING_SHARE, LL_SHARE_MAX_PERMILLE);
	event.household_registered.member_count = 0;
	home_feed(home, event);
	assert_unknown(home, INCOME_PER_HEAD);
	assert_value(home, JOBLESS_SHARE, 0);
}

static void test_largest_amounts_do_not_overflow(void **state)
{
	struct home *home = *state;
	char id[16];

	for (int i = 0; i < 1000; i++) {
		snprintf(id, sizeof(id), "h%d", i);
		home_feed(home,
			  life_event(7, 1, id, home->today,
				     (struct ll_payload){
					     .kind = LL_EVENT_HOSPITALISATION,
					     .hospitalisation = {LL_FEN_MAX, 0, {false, 0}}}));
	}
	assert_true(home_compute(home).value[LL_INDICATOR_MEDICAL_OWN_COST_12M] > LL_FEN_MAX);
	assert_value(home, RIGID_SPENDING_SHARE, LL_SHARE_MAX_PERMILLE);
}

static void test_children_out_of_school(void **state)
{
	struct home *home = *state;

	home_feed(home, life_event(7, 3, "d1", home->today, dropout()));
	home_feed(home, life_event(7, 3, "d2", home->today - 5, dropout()));
	home_feed(home, life_event(7, 1, "d3", home->today, dropout()));
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 1);
	home->today = day(2030, 8, 31);
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 1);
	assert_int_equal(home_compute(home).wake_on, day(2030, 9, 1));
	home->today = day(2030, 9, 1); /* sixteen */
	assert_value(home, CHILDREN_OUT_OF_SCHOOL, 0);
}

static void test_housing_latest_appraisal_counts(void **state)
{
	struct home *home = *state;

	assert_unknown(home, HOUSING_GRADE);
	home_feed(home, life_event(7, 0, "a", home->today - 9, housing(LL_HOUSING_D, -1)));
	assert_value(home, HOUSING_GRADE, LL_HOUSING_D);
	home_feed(home, life_event(7, 0, "b", home->today - 3, housing(LL_HOUSING_A, -1)));
	assert_value(home, HOUSING_GRADE, LL_HOUSING_A);
}

static void test_alert_ends(void **state)
{
	struct home *home = *state;

	home_feed(home, alert("w", "3605", 4, home->today - 1, home->today + 2));
	assert_value(home, ALERT_SEVERITY, 4);
	assert_int_equal(home_compute(home).wake_on, home->today + 3);
	home->today += 3;
	assert_value(home, ALERT_SEVERITY, 0);
}

static void test_needs_and_marks(void **state)
{
	struct home *home = *state;
	struct ll_household_event event = registered(7);

	home_feed(home, life_event(7, 0, "a", home->today, declaration(LL_NEED_WATER)));
	home_feed(home, life_event(7, 0, "b", home->today, declaration(LL_NEED_WATER)));
	home_feed(home, life_event(7, 0, "c", home->today, declaration(LL_NEED_FOOD)));
	assert_value(home, DECLARED_NEEDS, 2);
	event.household_registered.exclusion_marks = LL_MARK_CAR | LL_MARK_COMPANY;
	event.household_registered.category = LL_CATEGORY_EX_POOR;
	home_feed(home, event);
	assert_value(home, EXCLUSION_MARKS, 2);
	assert_value(home, EX_POOR, 1);
}

/* Every sum of twelve months: in from its day on, out on the day a year later. */
static void test_sums_of_twelve_months(void **state)
{
	static const struct {
		struct ll_payload payload;
		enum ll_indicator indicator;
	} rows[] = {
		{{.kind = LL_EVENT_HOSPITALISATION, .hospitalisation = {9, 2, {false, 0}}},
		 LL_INDICATOR_MEDICAL_OWN_COST_12M},
		{{.kind = LL_EVENT_HOSPITALISATION, .hospitalisation = {9, 2, {false, 0}}},
		 LL_INDICATOR_RIGID_SPENDING_12M},
		{{.kind = LL_EVENT_OUTPATIENT_COST, .outpatient_cost = {9, 2, {false, 0}}},
		 LL_INDICATOR_RIGID_SPENDING_12M},
		{{.kind = LL_EVENT_CHRONIC_ILLNESS, .chronic_illness = {true, {true, 7}}},
		 LL_INDICATOR_RIGID_SPENDING_12M},
		{{.kind = LL_EVENT_TUITION_COST, .tuition_cost = {LL_SCHOOL_COMPULSORY, 7}},
		 LL_INDICATOR_RIGID_SPENDING_12M},
		{{.kind = LL_EVENT_TUITION_COST, .tuition_cost = {LL_SCHOOL_NON_COMPULSORY, 7}},
		 LL_INDICATOR_EDUCATION_OWN_COST_12M},
		{{.kind = LL_EVENT_HOUSING_DAMAGE, .housing_damage = {LL_HOUSING_C, {true, 7}}},
		 LL_INDICATOR_HOUSING_OWN_COST_12M},
		{{.kind = LL_EVENT_HOUSING_DAMAGE, .housing_damage = {LL_HOUSING_C, {true, 7}}},
		 LL_INDICATOR_RIGID_SPENDING_12M},
		{{.kind = LL_EVENT_FLOOD_DAMAGE, .flood_damage = {true, {true, 7}}},
		 LL_INDICATOR_DISASTER_LOSS_12M},
		{{.kind = LL_EVENT_FLOOD_DAMAGE, .flood_damage = {true, {true, 7}}},
		 LL_INDICATOR_RIGID_SPENDING_12M},
		{{.kind = LL_EVENT_ACCIDENT, .accident = {LL_ACCIDENT_WORK, {true, 7}}},
		 LL_INDICATOR_ACCIDENT_OWN_COST_12M},
		{{.kind = LL_EVENT_ACCIDENT, .accident = {LL_ACCIDENT_WORK, {true, 7}}},
		 LL_INDICATOR_RIGID_SPENDING_12M},
		{{.kind = LL_EVENT_DEATH, .death = {{true, 7}}}, LL_INDICATOR_RIGID_SPENDING_12M},
		{{.kind = LL_EVENT_CROP_LOSS, .crop_loss = {{true, 7}}},
		 LL_INDICATOR_DISASTER_LOSS_12M},
		{{.kind = LL_EVENT_LIVESTOCK_LOSS, .livestock_loss = {{true, 7}}},
		 LL_INDICATOR_DISASTER_LOSS_12M},
		{{.kind = LL_EVENT_CROP_LOSS, .crop_loss = {{true, 7}}},
		 LL_INDICATOR_PRODUCTION_LOSS_12M},
		{{.kind = LL_EVENT_UNSOLD_PRODUCE, .unsold_produce = {{true, 7}}},
		 LL_INDICATOR_PRODUCTION_LOSS_12M},
		{{.kind = LL_EVENT_EPIDEMIC_IMPACT, .epidemic_impact = {{true, 7}}},
		 LL_INDICATOR_PRODUCTION_LOSS_12M},
		{{.kind = LL_EVENT_BUSINESS_FAILURE, .business_failure = {{true, 7}}},
		 LL_INDICATOR_PRODUCTION_LOSS_12M},
	};
	static const struct {
		int32_t from[3], to[3];
	} windows[] = {
		{{2025, 6, 15}, {2026, 6, 15}},	  {{2024, 2, 29}, {2025, 3, 1}},
		{{2023, 2, 28}, {2024, 2, 28}},	  {{2023, 3, 1}, {2024, 3, 1}},
		{{2025, 12, 31}, {2026, 12, 31}},
	};
	struct home *home = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t w = 0; w < sizeof(windows) / sizeof(windows[0]); w++) {
			const int32_t *from = windows[w].from, *to = windows[w].to;
			int32_t in = day(from[0], from[1], from[2]), out = day(to[0], to[1], to[2]);
			enum ll_indicator indicator = rows[i].indicator;

			home->household.fact_count = 0;
			home_tell(home, 2, "a", in, rows[i].payload);
			for (home->today = in - 1; home->today <= out; home->today++) {
				bool holds = home->today >= in && home->today < out;

				assert_int_equal(home_compute(home).value[indicator],
						 holds ? 7 : 0);
				assert_string_equal(home_behind(home, indicator), holds ? "a" : "");
			}
			home->today = out - 1;
			assert_int_equal(home_compute(home).wake_on <= out, 1);
		}
}

static void test_outpatient_costs_of_a_month(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", day(2025, 1, 31), outpatient(300));
	home_tell(home, 1, "b", day(2025, 2, 10), outpatient(200));
	home->today = day(2025, 2, 10);
	assert_value(home, OUTPATIENT_OWN_COST_1M, 500);
	assert_value(home, RIGID_SPENDING_12M, 500);
	assert_value(home, MEDICAL_OWN_COST_12M, 0);
	assert_changes_on(home, OUTPATIENT_OWN_COST_1M, day(2025, 3, 1), 500, 200);
	assert_behind(home, OUTPATIENT_OWN_COST_1M, "b");
	assert_changes_on(home, OUTPATIENT_OWN_COST_1M, day(2025, 3, 10), 200, 0);
	assert_value(home, RIGID_SPENDING_12M, 500);
	assert_behind(home, RIGID_SPENDING_12M, "a b");
}

static void test_aid_pays_once(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", home->today, accident(900));
	home_tell(home, 0, "b", home->today, benefit(LL_BENEFIT_TEMPORARY_RELIEF, 200, 0));
	home_tell(home, 0, "c", home->today, benefit(LL_BENEFIT_OTHER, 400, 0));
	home_tell(home, 0, "d", home->today, benefit(LL_BENEFIT_MEDICAL_AID, 100, 6));
	assert_value(home, RIGID_SPENDING_12M, 700);
	assert_behind(home, RIGID_SPENDING_12M, "a b");
	home_tell(home, 0, "e", home->today, benefit(LL_BENEFIT_MEDICAL_AID, 5000, 0));
	assert_value(home, RIGID_SPENDING_12M, 0);
}

/* A part that nobody told, of every sum that may have one. */
static void test_unknown_is_not_zero(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", home->today, chronic(true, -1));
	assert_bound(home, RIGID_SPENDING_12M, at_least, 0);
	assert_bound(home, RIGID_SPENDING_SHARE, at_least, 0);
	home->household.fact_count = 0;
	home_tell(home, 1, "a", home->today, accident(-1));
	assert_bound(home, ACCIDENT_OWN_COST_12M, at_least, 0);
	assert_bound(home, RIGID_SPENDING_12M, at_least, 0);
	home->household.fact_count = 0;
	home_tell(home, 0, "a", home->today, housing(LL_HOUSING_D, -1));
	assert_bound(home, HOUSING_OWN_COST_12M, at_least, 0);
	home->household.fact_count = 0;
	home_tell(home, 0, "a", home->today, loss_of(LL_EVENT_LIVESTOCK_LOSS, -1));
	assert_bound(home, DISASTER_LOSS_12M, at_least, 0);
	assert_bound(home, PRODUCTION_LOSS_12M, at_least, 0);
	home->household.fact_count = 0;
	home_tell(home, 1, "a", home->today, death(-1));
	assert_bound(home, RIGID_SPENDING_12M, at_least, 0);
	/* Out of the window nothing is missing. */
	home->today = ll_day_leaves_window(home->today, 12);
	assert_value(home, RIGID_SPENDING_12M, 0);
}

static void test_shocks_that_stand(void **state)
{
	static const enum ll_event_kind losses[] = {LL_EVENT_CROP_LOSS, LL_EVENT_LIVESTOCK_LOSS,
						    LL_EVENT_UNSOLD_PRODUCE,
						    LL_EVENT_EPIDEMIC_IMPACT};
	struct home *home = *state;
	int32_t on = home->today;
	char name[2] = "a";

	assert_value(home, OPEN_SHOCKS, 0);
	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++, name[0]++)
		home_tell(home, 0, name, on, loss_of(losses[i], -1));
	assert_value(home, OPEN_SHOCKS, 4);
	/* Kinds, not facts. */
	home_tell(home, 0, "f", on, loss_of(LL_EVENT_CROP_LOSS, 5));
	assert_value(home, OPEN_SHOCKS, 4);
	home_tell(home, 0, "g", on, flood_damage(false, 0));
	home_tell(home, 1, "h", on, accident(0));
	home_tell(home, 0, "i", on, business_failure(-1));
	home_tell(home, 2, "j", on, death(0));
	assert_value(home, OPEN_SHOCKS, 8);
	home->today = on + 364;
	assert_value(home, OPEN_SHOCKS, 8);
	home->today = on + 365;
	assert_value(home, OPEN_SHOCKS, 0);
	assert_behind(home, OPEN_SHOCKS, "");
}

static void test_shocks_that_end(void **state)
{
	struct home *home = *state;
	int32_t on = home->today;

	home_tell(home, 1, "a", on - 9, job_loss(100));
	home_tell(home, 3, "b", on - 8, dropout());
	home_tell(home, 0, "c", on - 7, housing(LL_HOUSING_D, 0));
	home_tell(home, 0, "d", on - 6, water(false));
	assert_value(home, OPEN_SHOCKS, 4);
	assert_behind(home, OPEN_SHOCKS, "a d c b");
	home_tell(home, 1, "e", on - 5, employed(100));
	assert_behind(home, OPEN_SHOCKS, "d c b");
	home_tell(home, 3, "f", on - 4, returned());
	assert_behind(home, OPEN_SHOCKS, "d c");
	home_tell(home, 0, "g", on - 3, housing(LL_HOUSING_A, 0));
	assert_behind(home, OPEN_SHOCKS, "d");
	home_tell(home, 0, "h", on - 6, water(true)); /* of the same day */
	assert_value(home, OPEN_SHOCKS, 1);
	home_tell(home, 0, "i", on - 2, water(true));
	assert_value(home, OPEN_SHOCKS, 0);
}

static void test_a_job_lost_long_ago_is_no_shock(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", home->today, job_loss(100));
	assert_value(home, OPEN_SHOCKS, 1);
	assert_changes_on(home, OPEN_SHOCKS, day(2026, 6, 15), 1, 0);
	assert_value(home, LABOURERS_WITHOUT_WORK, 1);
}

static void test_disabled_members(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", home->today - 9, disability(2));
	home_tell(home, 2, "b", home->today - 9, disability(3));
	assert_value(home, DISABLED_MEMBERS, 1);
	assert_behind(home, DISABLED_MEMBERS, "a");
	/* The latest certificate counts, of one day the more severe. */
	home_tell(home, 2, "c", home->today - 5, disability(1));
	home_tell(home, 2, "d", home->today - 5, disability(4));
	home_tell(home, 1, "e", home->today - 4, disability(4));
	assert_value(home, DISABLED_MEMBERS, 1);
	assert_behind(home, DISABLED_MEMBERS, "c");
	home_tell(home, 2, "f", home->today, death(0));
	assert_value(home, DISABLED_MEMBERS, 0);
	assert_behind(home, DISABLED_MEMBERS, "");
}

/* Which of a day's facts is first in the order of ids does not count. */
static void test_of_one_day_trouble_wins(void **state)
{
	struct home *home = *state;
	char good[2] = "a", bad[2] = "z";

	for (; good[0] < 'i'; good[0]++, bad[0]--) {
		home->household.fact_count = 0;
		home_tell(home, 3, good, home->today, returned());
		home_tell(home, 3, bad, home->today, dropout());
		assert_value(home, CHILDREN_OUT_OF_SCHOOL, 1);
		assert_string_equal(home_behind(home, LL_INDICATOR_CHILDREN_OUT_OF_SCHOOL), bad);
		home->household.fact_count = 0;
		home_tell(home, 1, good, home->today, disability(3));
		home_tell(home, 1, bad, home->today, disability(2));
		assert_value(home, DISABLED_MEMBERS, 1);
		assert_string_equal(home_behind(home, LL_INDICATOR_DISABLED_MEMBERS), bad);
		home->household.fact_count = 0;
		home_tell(home, 0, good, home->today, housing(LL_HOUSING_B, 1));
		home_tell(home, 0, bad, home->today, housing(LL_HOUSING_C, 1));
		assert_value(home, HOUSING_GRADE, LL_HOUSING_C);
		assert_value(home, HOUSING_SECURITY, LL_SECURITY_AT_RISK);
		assert_string_equal(home_behind(home, LL_INDICATOR_HOUSING_GRADE), bad);
	}
}

static void test_deaths(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", home->today - 3, death(100));
	home_tell(home, 1, "b", home->today - 1, death(-1)); /* from another department */
	assert_value(home, DEATHS_12M, 1);
	home_tell(home, 2, "c", home->today, death(0));
	assert_value(home, DEATHS_12M, 2);
	assert_value(home, HOUSEHOLD_SIZE, 1);
	assert_value(home, LABOURERS, 0);
	assert_behind(home, DEATHS_12M, "a c b");
	home->today += 365;
	assert_value(home, DEATHS_12M, 0);
	assert_value(home, HOUSEHOLD_SIZE, 1);
}

static void test_loans(void **state)
{
	struct home *home = *state;

	home_tell(home, 1, "a", home->today - 9, loan(500, false));
	home_tell(home, 2, "b", home->today - 9, loan(300, false));
	assert_value(home, LOAN_OVERDUE, 800);
	home_tell(home, 1, "c", home->today - 9, loan(0, true)); /* of the same day: stands */
	assert_value(home, LOAN_OVERDUE, 800);
	home_tell(home, 1, "d", home->today - 8, loan(500, true));
	assert_value(home, LOAN_OVERDUE, 300);
	assert_behind(home, LOAN_OVERDUE, "b");
	home_tell(home, 1, "e", home->today - 7, loan(50, false));
	assert_value(home, LOAN_OVERDUE, 350);
	home->today += 400; /* it does not go away */
	assert_value(home, LOAN_OVERDUE, 350);
}

static void test_marks(void **state)
{
	struct home *home = *state;
	struct ll_household_event event = registered(7);

	home_tell(home, 1, "a", home->today - 9, asset(LL_ASSET_CAR, false));
	home_tell(home, 1, "b", home->today - 9, asset(LL_ASSET_COMPANY, false));
	assert_int_equal(home_compute(home).marks, LL_MARK_CAR | LL_MARK_COMPANY);
	assert_value(home, EXCLUSION_MARKS, 2);
	home_tell(home, 1, "c", home->today - 8, asset(LL_ASSET_CAR, true));
	assert_int_equal(home_compute(home).marks, LL_MARK_COMPANY);
	assert_behind(home, EXCLUSION_MARKS, "b");
	/* Of one day it is gone. */
	home_tell(home, 1, "d", home->today - 9, asset(LL_ASSET_COMPANY, true));
	assert_int_equal(home_compute(home).marks, 0);
	home_tell(home, 1, "e", home->today - 7, asset(LL_ASSET_CAR, false));
	assert_int_equal(home_compute(home).marks, LL_MARK_CAR);
	assert_behind(home, EXCLUSION_MARKS, "e");
	/* What the registry says stands until the registry takes it back. */
	event.household_registered.exclusion_marks = LL_MARK_PUBLIC_EMPLOYEE | LL_MARK_CAR;
	home_feed(home, event);
	home_tell(home, 1, "f", home->today, asset(LL_ASSET_CAR, true));
	assert_int_equal(home_compute(home).marks, LL_MARK_PUBLIC_EMPLOYEE | LL_MARK_CAR);
}

static void test_authorisation(void **state)
{
	struct home *home = *state;

	assert_unknown(home, AUTHORISED);
	home_tell(home, 0, "a", day(2025, 1, 31), authorisation(13));
	assert_changes_on(home, AUTHORISED, day(2026, 2, 28), 1, 0);
	home->today = day(2025, 6, 15);
	home_tell(home, 0, "b", day(2025, 3, 1), authorisation(0));
	assert_value(home, AUTHORISED, 0);
	assert_behind(home, AUTHORISED, "b");
	/* A withdrawal of the same day is not overruled. */
	home_tell(home, 0, "c", day(2025, 3, 1), authorisation(12));
	assert_value(home, AUTHORISED, 0);
	home_tell(home, 0, "d", day(2025, 3, 2), authorisation(12));
	assert_value(home, AUTHORISED, 1);
	assert_behind(home, AUTHORISED, "d");
}

/* Every value is written, whatever was in the memory before. */
static void test_writes_all(void **state)
{
	struct home *home = *state;
	struct ll_indicators a, b;

	memset(&a, 0, sizeof(a));
	memset(&b, 0xa5, sizeof(b));
	ll_indicators_compute(&home->household, home->today, &a);
	ll_indicators_compute(&home->household, home->today, &b);
	assert_memory_equal(a.value, b.value, sizeof(a.value));
	assert_int_equal(a.known, b.known);
	assert_int_equal(a.at_least | a.at_most, b.at_least | b.at_most);
	assert_int_equal(a.marks, b.marks);
	assert_int_equal(a.wake_on, b.wake_on);
}

/* Any fact of any kind that passes, with small numbers so that they meet. */
static void tell_anything(struct home *home, uint64_t *seed, int i)
{
	char id[2] = {(char)('a' + i), 0};
	int32_t on = day(2024, 1, 1) + (int32_t)draw(seed, 800);
	struct ll_fact fact = {
		.id = ll_fact_id(LL_STR("medical-insurance"), ll_str_from(id)),
		.occurred_on = on,
		.amount_fen = (int64_t)draw(seed, 4) * 100,
		.amount_known = draw(seed, 3) != 0,
		.kind = draw(seed, LL_EVENT_KIND_COUNT + 2) & LL_FACT_DETAIL_MAX,
		.detail = draw(seed, 5) & LL_FACT_DETAIL_MAX,
		.extra = draw(seed, 3) & LL_FACT_EXTRA_MAX,
	};
	enum ll_fact_change change;

	if (fact.kind >= LL_EVENT_KIND_COUNT) {
		fact.kind =
			(fact.kind == LL_EVENT_KIND_COUNT ? LL_FACT_VISIT : LL_FACT_AREA_ALERT) &
			LL_FACT_DETAIL_MAX;
		fact.extra = draw(seed, 4096) & LL_FACT_EXTRA_MAX;
	}
	if (fact.kind == LL_EVENT_INCOME_REPORT)
		fact.extra = (2023 + draw(seed, 4)) & LL_FACT_EXTRA_MAX;
	else if (draw(seed, 4))
		fact.person = home->household.members[draw(seed, 3)].person;
	if (!fact.amount_known)
		fact.amount_fen = 0;
	assert_int_equal(ll_fact_put(&home->household, &fact, &home->slab, &change), 0);
}

/* No value of any indicator changes by itself on a day that was not said before. */
static void test_wakes_for_every_change(void **state)
{
	struct home *home = *state;
	uint64_t seed = 424242;

	for (int round = 0; round < 120; round++) {
		struct ll_indicators before;

		home->household.fact_count = 0;
		for (int i = 0; i < 10; i++)
			tell_anything(home, &seed, i);
		home->today = day(2024, 6, 1);
		before = home_compute(home);
		while (home->today < day(2027, 3, 2)) {
			struct ll_indicators now;

			home->today++;
			now = home_compute(home);
			assert_true(before.wake_on >= home->today);
			if (before.wake_on > home->today) {
				assert_memory_equal(now.value, before.value, sizeof(now.value));
				assert_int_equal(now.known, before.known);
				assert_int_equal(now.at_least, before.at_least);
				assert_int_equal(now.at_most, before.at_most);
				assert_int_equal(now.marks, before.marks);
				assert_int_equal(now.wake_on, before.wake_on);
			}
			before = now;
		}
	}
}

static bool has_death(const struct ll_fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (facts[i].kind == LL_EVENT_DEATH)
			return true;
	return false;
}

/* What is behind an indicator is enough: of these facts alone its value is the same. */
static void test_facts_behind_are_enough(void **state)
{
	static const enum ll_indicator indicators[] = {
		LL_INDICATOR_DIBAO,
		LL_INDICATOR_INCOME_PER_HEAD,
		LL_INDICATOR_INCOME_DROP,
		LL_INDICATOR_LABOURERS,
		LL_INDICATOR_MEDICAL_OWN_COST_12M,
		LL_INDICATOR_RIGID_SPENDING_12M,
		LL_INDICATOR_HOUSING_GRADE,
		LL_INDICATOR_DISASTER_LOSS_12M,
		LL_INDICATOR_HOUSE_FLOODED,
		LL_INDICATOR_ALERT_SEVERITY,
		LL_INDICATOR_DECLARED_NEEDS,
		LL_INDICATOR_EXCLUSION_MARKS,
		LL_INDICATOR_OUTPATIENT_OWN_COST_1M,
		LL_INDICATOR_EDUCATION_OWN_COST_12M,
		LL_INDICATOR_HOUSING_OWN_COST_12M,
		LL_INDICATOR_ACCIDENT_OWN_COST_12M,
		LL_INDICATOR_DEATHS_12M,
		LL_INDICATOR_FOOD_SECURITY,
		LL_INDICATOR_CLOTHING_SECURITY,
		LL_INDICATOR_MEDICAL_SECURITY,
		LL_INDICATOR_HOUSING_SECURITY,
		LL_INDICATOR_WATER_SECURITY,
		LL_INDICATOR_LOAN_OVERDUE,
		LL_INDICATOR_HOUSEHOLD_SIZE,
		LL_INDICATOR_AUTHORISED,
		LL_INDICATOR_PRODUCTION_LOSS_12M,
	};
	struct home *home = *state;
	struct ll_fact all[12];
	uint64_t seed = 4711;

	for (int round = 0; round < 3000; round++) {
		struct ll_indicators expected;

		home->household.fact_count = 0;
		for (int i = 0; i < 12; i++)
			tell_anything(home, &seed, i);
		home->today = day(2025, 12, 1);
		memcpy(all, home->household.facts, sizeof(all));
		expected = home_compute(home);
		for (size_t i = 0; i < sizeof(indicators) / sizeof(indicators[0]); i++) {
			enum ll_indicator indicator = indicators[i];
			const struct ll_fact *behind[12];
			struct ll_fact kept[12];
			size_t count, kept_count = 0;
			struct ll_indicators now;

			/* That the dead had no work is told by facts that are behind nothing. */
			if (indicator == LL_INDICATOR_INCOME_PER_HEAD && has_death(all, 12))
				continue;
			memcpy(home->household.facts, all, sizeof(all));
			home->household.fact_count = 12;
			count = ll_indicator_facts(&home->household, home->today, indicator, behind,
						   12);
			for (int f = 0; f < 12; f++)
				for (size_t k = 0; k < count; k++)
					if (behind[k]->id == all[f].id)
						kept[kept_count++] = all[f];
			memcpy(home->household.facts, kept, kept_count * sizeof(kept[0]));
			home->household.fact_count = (uint16_t)kept_count;
			now = home_compute(home);
			if (now.value[indicator] != expected.value[indicator] ||
			    ((now.known ^ expected.known) >> indicator & 1))
				print_message("%s, round %d\n", ll_indicator_name(indicator),
					      round);
			assert_int_equal(now.value[indicator], expected.value[indicator]);
			assert_int_equal(now.known >> indicator & 1,
					 expected.known >> indicator & 1);
		}
	}
}

static void test_facts_behind_are_the_heaviest(void **state)
{
	struct home *home = *state;
	const struct ll_fact *facts[3];
	char id[16];

	for (int i = 0; i < 9; i++) {
		snprintf(id, sizeof(id), "h%d", i);
		home_feed(home,
			  life_event(7, 1, id, home->today - i, hospital(100 * (i * 5 % 9 + 1))));
	}
	home_feed(home, life_event(7, 1, "old", home->today - 365, hospital(100000)));
	assert_int_equal(ll_indicator_facts(&home->household, home->today,
					    LL_INDICATOR_MEDICAL_OWN_COST_12M, facts, 3),
			 3);
	assert_int_equal(facts[0]->amount_fen, 900);
	assert_int_equal(facts[1]->amount_fen, 800);
	assert_int_equal(facts[2]->amount_fen, 700);
	assert_int_equal(ll_indicator_facts(&home->household, home->today,
					    LL_INDICATOR_HOUSING_GRADE, facts, 3),
			 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
	const struct CMUnitTest tests[] = {
		T(test_recorded_income_is_carried_forward),
		T(test_income_nobody_reported_is_unknown),
		T(test_job_lost_takes_the_rest_of_the_year),
		T(test_job_found_gives_back),
		T(test_wage_nobody_told_makes_income_unknown),
		T(test_loss_in_the_recorded_year_is_recorded),
		T(test_older_report_does_not_replace),
		T(test_benefits),
		T(test_medical_window),
		T(test_rigid_spending),
		T(test_a_part_nobody_told_leaves_a_lower_bound),
		T(test_no_income_is_not_a_division_by_zero),
		T(test_largest_amounts_do_not_overflow),
		T(test_children_out_of_school),
		T(test_housing_latest_appraisal_counts),
		T(test_alert_ends),
		T(test_needs_and_marks),
		T(test_sums_of_twelve_months),
		T(test_outpatient_costs_of_a_month),
		T(test_aid_pays_once),
		T(test_unknown_is_not_zero),
		T(test_shocks_that_stand),
		T(test_shocks_that_end),
		T(test_a_job_lost_long_ago_is_no_shock),
		T(test_disabled_members),
		T(test_of_one_day_trouble_wins),
		T(test_deaths),
		T(test_loans),
		T(test_marks),
		T(test_authorisation),
		T(test_writes_all),
		T(test_wakes_for_every_change),
		T(test_facts_behind_are_enough),
		T(test_facts_behind_are_the_heaviest),
	};

	return cmocka_run_group_tests_name("core/indicator", tests, NULL, NULL);
}
