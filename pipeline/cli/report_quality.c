/* lifeline report quality: days from record's tables, houses from the present state. */
#include <jansson.h>
#include <stdio.h>

#include "base/date.h"
#include "cli/key_table.h"
#include "cli/quality.h"
#include "cli/report.h"
#include "runtime/columns.h"
#include "runtime/json_print.h"

#define DECISION_DAYS_MAX 365
#define LIMIT_MAX	  1000000

struct quality {
	struct ll_reporting reporting;
	struct ll_quality_terms terms;
	struct ll_key_table houses; /* household -> days after LL_DAY_MIN, when it was dangerous */
	int64_t limit;
	int64_t counts[LL_QUALITY_COUNT];
	int64_t listed;
	int64_t cases;
	struct ll_columns *table;
	json_t *findings;
};

/* ---- gathering --------------------------------------------------------------------------------- */

static int take_household(void *context, const struct ll_household *household, int32_t today)
{
	struct quality *quality = context;
	const int32_t day = ll_quality_house_dangerous_on(household);
	struct ll_key_entry *entry;
	int err;

	if (today > quality->terms.today)
		quality->terms.today = today;
	if (day == LL_DAY_NONE)
		return 0;
	err = ll_key_table_put(&quality->houses, &household->key, &entry);
	if (!err)
		entry->value = (uint32_t)(day - LL_DAY_MIN);
	return err;
}

static int32_t house_of(const struct quality *quality, const struct ll_key *household_key)
{
	const struct ll_key_entry *entry = ll_key_table_find(&quality->houses, household_key);

	return entry ? (int32_t)entry->value + LL_DAY_MIN : LL_DAY_NONE;
}

static int list_json(struct quality *quality, enum ll_quality_finding finding,
		     const struct ll_case_course *course, const char *hex, const char *since)
{
	const struct ll_household_status *status = &course->status;

	return json_array_append_new(quality->findings,
				     json_pack("{s:s, s:s, s:s%, s:s, s:s, s:s}", "finding",
					       ll_quality_name(finding), "household_key", hex,
					       "area", status->area.data, status->area.size, "case",
					       ll_case_state_name(status->state), "group",
					       ll_group_name(status->group), "since", since))
		       ? -LL_ERR_NO_MEMORY
		       : 0;
}

static int list(struct quality *quality, enum ll_quality_finding finding,
		const struct ll_case_course *course, int32_t house_on)
{
	const enum ll_language language = quality->reporting.language;
	char hex[LL_KEY_HEX_SIZE], since[LL_DAY_TEXT_MAX], area[LL_NAME_MAX];

	ll_key_to_hex(&course->status.household_key, hex);
	ll_day_format(ll_quality_since(finding, course, house_on), since);
	if (quality->reporting.json)
		return list_json(quality, finding, course, hex, since);
	snprintf(area, sizeof(area), "%.*s", LL_STR_ARG(course->status.area));
	return ll_columns_add(
		quality->table,
		(const char *const[]){hex, area,
				      ll_words_case_state(course->status.state, language), since,
				      ll_quality_text(finding, language == LL_CHINESE)});
}

static int take_course(void *context, const struct ll_case_course *course)
{
	struct quality *quality = context;
	const int32_t house_on = house_of(quality, &course->status.household_key);
	const uint32_t found = ll_quality_of(course, house_on, &quality->terms);
	int err = 0;

	quality->cases++;
	for (int i = 0; i < LL_QUALITY_COUNT && !err; i++) {
		if (!(found & (1u << i)))
			continue;
		quality->counts[i]++;
		if (quality->listed < quality->limit) {
			quality->listed++;
			err = list(quality, (enum ll_quality_finding)i, course, house_on);
		}
	}
	return err;
}

/* ---- telling ----------------------------------------------------------------------------------- */

static int print_page(const struct quality *quality)
{
	const struct ll_reporting *reporting = &quality->reporting;
	const bool chinese = reporting->language == LL_CHINESE;
	int64_t all = 0;
	char day[LL_DAY_TEXT_MAX];
	int err = 0;

	ll_day_format(quality->terms.today, day);
	printf(ll_reporting_say(reporting, "%lld households that have or had a case, on %s:\n\n",
				"截至 %2$s，共 %1$lld 户有过个案：\n\n"),
	       (long long)quality->cases, day);
	for (int i = 0; i < LL_QUALITY_COUNT; i++) {
		all += quality->counts[i];
		printf("%8lld  %s\n", (long long)quality->counts[i],
		       ll_quality_text((enum ll_quality_finding)i, chinese));
	}
	if (quality->listed > 0) {
		putchar('\n');
		err = ll_columns_print(quality->table, stdout);
	}
	if (!err && quality->listed < all)
		printf(ll_reporting_say(reporting, "\nand %lld more (--limit)\n",
					"\n另有 %lld 条未列出（--limit）\n"),
		       (long long)(all - quality->listed));
	return !err && fflush(stdout) ? -LL_ERR_IO : err;
}

static int print_json(struct quality *quality)
{
	char day[LL_DAY_TEXT_MAX];
	json_t *counts = json_object();
	json_t *object;

	ll_day_format(quality->terms.today, day);
	for (int i = 0; i < LL_QUALITY_COUNT; i++)
		json_object_set_new(counts, ll_quality_name((enum ll_quality_finding)i),
				    json_integer(quality->counts[i]));
	object = json_pack("{s:s, s:I, s:I, s:o, s:O}", "day", day, "cases",
			   (json_int_t)quality->cases, "decision_days",
			   (json_int_t)quality->terms.decision_days, "counts", counts, "findings",
			   quality->findings);
	return ll_json_print(object);
}

/* ---- the command ------------------------------------------------------------------------------- */

static const struct ll_column columns_en[] = {
	{"HOUSEHOLD", false}, {"VILLAGE", false}, {"CASE", false},
	{"SINCE", false},     {"WHAT", false},	  {NULL, false},
};
static const struct ll_column columns_zh[] = {
	{"农户", false}, {"村", false},	  {"个案", false},
	{"自", false},	 {"问题", false}, {NULL, false},
};

static int make(struct quality *quality)
{
	struct ll_reporting *reporting = &quality->reporting;
	struct ll_error error = {0};
	int err = ll_reporting_walk(reporting, take_household, quality, &error);

	if (!err && quality->terms.today == LL_DAY_NONE)
		err = ll_error_set(&error, -LL_ERR_NOT_FOUND,
				   "no household is registered there, or no day was told yet "
				   "(lifeline clock)");
	if (!err)
		err = ll_columns_new(reporting->language == LL_CHINESE ? columns_zh : columns_en,
				     &quality->table);
	if (!err)
		err = ll_store_list_courses(reporting->store, reporting->area_text,
					    ll_quality_measures(), take_course, quality, &error);
	if (err)
		return ll_complain_error(reporting->invocation, err, "report", &error);
	return reporting->json ? print_json(quality) : print_page(quality);
}

int ll_report_quality_run(struct ll_invocation *invocation)
{
	struct quality quality = {.terms = {.today = LL_DAY_NONE}};
	int64_t days = 0;
	int err = ll_reporting_open(invocation, true, &quality.reporting);

	ll_key_table_init(&quality.houses);
	quality.findings = json_array();
	if (!err &&
	    (ll_invocation_number(invocation, "decision-days", 1, DECISION_DAYS_MAX, &days) ||
	     ll_invocation_number(invocation, "limit", 0, LIMIT_MAX, &quality.limit)))
		err = -LL_ERR_USAGE;
	quality.terms.decision_days = (int32_t)days;
	if (!err)
		err = make(&quality);
	json_decref(quality.findings);
	ll_columns_free(quality.table);
	ll_key_table_release(&quality.houses);
	ll_reporting_close(&quality.reporting);
	return err == -LL_ERR_USAGE ? LL_EXIT_USAGE : ll_exit_of(err);
}
