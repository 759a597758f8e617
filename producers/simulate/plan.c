#include <jansson.h>
#include <stdlib.h>

#include "base/date.h"
#include "scenario.h"
#include "sheet.h"

#define LATE_DAYS 14

static const char *const flaw_names[LL_FLAW_COUNT] = {
	[LL_FLAW_CITIZEN_NUMBER] = "bad_citizen_number",
	[LL_FLAW_NEGATIVE] = "negative_amount",
	[LL_FLAW_FUTURE] = "dated_in_the_future",
};

static void count_row(const struct ll_scenario *scenario, const struct ll_incident *incident,
		      struct ll_plan *plan)
{
	enum ll_sim_registered registered =
		scenario->population.households[incident->household].registered;

	plan->rows++;
	plan->rows_of_kind[incident->kind]++;
	plan->late += incident->reported_on - incident->occurred_on > LATE_DAYS;
	plan->corrections += incident->revision > 0 &&
			     !(incident->ended && incident->revision == LL_SIM_ENDED_REVISION);
	plan->endings += incident->ended;
	plan->retractions += incident->retract;
	plan->again += incident->again;
	plan->flawed[incident->flaw]++;
	plan->before_registry +=
		registered == LL_SIM_LATE && incident->reported_on < scenario->late_on;
	plan->unregistered += registered == LL_SIM_NEVER;
}

void ll_plan_count(const struct ll_scenario *scenario, struct ll_plan *ret_plan)
{
	struct ll_plan plan = {.people = scenario->population.person_count};

	for (uint32_t i = 0; i < scenario->population.household_count; i++)
		plan.households[scenario->population.households[i].registered]++;
	for (size_t i = 0; i < scenario->incidents.count; i++)
		count_row(scenario, &scenario->incidents.list[i], &plan);
	*ret_plan = plan;
}

/* The date as text, or null. */
static json_t *day_json(int32_t day)
{
	char text[LL_DAY_TEXT_MAX];

	if (day == LL_DAY_NONE)
		return json_null();
	ll_day_format(day, text);
	return json_string(text);
}

static json_t *kinds_json(const struct ll_plan *plan)
{
	json_t *list = json_array();

	for (int i = 0; i < LL_EVENT_KIND_COUNT; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:I}", "kind",
					ll_event_kind_name((enum ll_event_kind)i), "department",
					ll_sheet_department((enum ll_event_kind)i), "mapping",
					ll_sheet_mapping((enum ll_event_kind)i), "rows",
					(json_int_t)plan->rows_of_kind[i]));
	return list;
}

static json_t *flaws_json(const struct ll_plan *plan)
{
	json_t *flaws = json_object();

	for (int i = LL_FLAW_NONE + 1; i < LL_FLAW_COUNT; i++)
		json_object_set_new(flaws, flaw_names[i], json_integer(plan->flawed[i]));
	return flaws;
}

static json_t *flood_json(const struct ll_flood *flood)
{
	if (!flood->found)
		return json_null();
	return json_pack("{s:I, s:o}", "township", (json_int_t)flood->township_code, "on",
			 day_json(flood->day));
}

int ll_plan_write(const struct ll_scenario *scenario, const struct ll_plan *plan,
		  struct ll_buf *out)
{
	const struct ll_scenario_options *options = &scenario->options;
	json_t *json = json_pack(
		"{s:I, s:o, s:o, s:i, s:s, s:{s:I, s:I, s:I}, s:I, s:o, s:o, s:I, s:o,"
		" s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:I}",
		"seed", (json_int_t)options->seed, "from", day_json(options->from), "to",
		day_json(options->from + options->days - 1), "days", options->days, "areas",
		options->areas, "households", "registered", (json_int_t)plan->households[0],
		"registered_late", (json_int_t)plan->households[1], "never_registered",
		(json_int_t)plan->households[2], "people", (json_int_t)plan->people,
		"late_registry_on", day_json(scenario->late_on), "flood",
		flood_json(&scenario->flood), "rows", (json_int_t)plan->rows, "kinds",
		kinds_json(plan), "reported_late", (json_int_t)plan->late, "corrections",
		(json_int_t)plan->corrections, "endings", (json_int_t)plan->endings, "retractions",
		(json_int_t)plan->retractions, "repeated", (json_int_t)plan->again, "bad_rows",
		flaws_json(plan), "rows_before_registration", (json_int_t)plan->before_registry,
		"rows_of_never_registered", (json_int_t)plan->unregistered);
	char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
	int err = text ? ll_buf_append_format(out, "%s\n", text) : -LL_ERR_NO_MEMORY;

	free(text);
	json_decref(json);
	return err;
}

/* ---- alerts ---- */

#define ALERT_DAYS 12 /* from the first word to the end */

int ll_alert_rows(const struct ll_flood *flood, struct ll_buf *out)
{
	/* Orange when the rain is foreseen, red on the day, orange again, then called off. */
	static const struct {
		int32_t day; /* from the flood's */
		int severity;
		const char *cancelled;
	} words[] = {{-1, 3, "no"}, {0, 4, "no"}, {4, 3, "no"}, {9, 3, "yes"}};
	char on[LL_DAY_TEXT_MAX], first[LL_DAY_TEXT_MAX], last[LL_DAY_TEXT_MAX];
	int err = ll_buf_append_str(
		out, "published_on,id,revision,area,kind,severity,on,expires,cancelled\n");

	if (!flood->found)
		return err;
	ll_day_format(flood->day + words[0].day, first);
	ll_day_format(flood->day + words[0].day + ALERT_DAYS, last);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !err; i++) {
		ll_day_format(flood->day + words[i].day, on);
		err = ll_buf_append_format(out, "%s,flood-%llu-%s,%zu,%llu,flood,%d,%s,%s,%s\n", on,
					   (unsigned long long)flood->township_code, first, i,
					   (unsigned long long)flood->township_code,
					   words[i].severity, first, last, words[i].cancelled);
	}
	return err;
}
