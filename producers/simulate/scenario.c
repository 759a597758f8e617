#include "scenario.h"

#include "base/date.h"
#include "directory.h"
#include "sheet.h"

#define LATE_DAYS_MIN 10 /* a shorter simulation registers everybody before its first day */

static void begun(const struct ll_scenario_watch *watch, const char *what, int64_t total)
{
	if (watch && watch->begun)
		watch->begun(watch->context, what, total);
}

static void done(const struct ll_scenario_watch *watch, int64_t count)
{
	if (watch && watch->done)
		watch->done(watch->context, count);
}

static void show(void *context, uint32_t count)
{
	done(context, count);
}

int ll_scenario_make(struct ll_scenario *scenario, const struct ll_scenario_options *options,
		     struct ll_villages *villages, const struct ll_scenario_watch *watch)
{
	const struct ll_population_options people = {
		.seed = options->seed,
		.households = options->households,
		.day = options->from,
		.late = options->days >= LATE_DAYS_MIN,
	};
	const struct ll_incident_options events = {
		.seed = options->seed,
		.from = options->from,
		.days = options->days,
	};
	struct ll_scenario made = {.options = *options, .villages = *villages};
	int err;

	*villages = (struct ll_villages){.list = NULL};
	made.late_on = people.late ? options->from + options->days / 2 : LL_DAY_NONE;
	begun(watch, "households", options->households);
	err = ll_population_make(&made.population, &people, &made.villages, show, (void *)watch);
	done(watch, options->households);
	if (!err) {
		begun(watch, "households' years", options->households);
		err = ll_incidents_make(&made.incidents, &events, &made.population, &made.flood,
					show, (void *)watch);
		done(watch, options->households);
	}
	if (err)
		ll_scenario_release(&made);
	else
		*scenario = made;
	return err;
}

void ll_scenario_release(struct ll_scenario *scenario)
{
	ll_villages_release(&scenario->villages);
	ll_population_release(&scenario->population);
	ll_incidents_release(&scenario->incidents);
}

/* ---- event files ---- */

/* One day's rows of one kind: from `at` to where *ret_end stands. */
static int write_sheet(const struct ll_scenario *scenario, size_t at, const char *day_directory,
		       struct ll_buf *text, size_t *ret_end, struct ll_error *error)
{
	const struct ll_incident *first = &scenario->incidents.list[at];
	char name[LL_SHEET_NAME_MAX], path[LL_SIM_PATH_MAX];
	int err;

	ll_buf_clear(text);
	err = ll_sheet_header(first->kind, text);
	for (; at < scenario->incidents.count && !err; at++) {
		const struct ll_incident *incident = &scenario->incidents.list[at];

		if (incident->reported_on != first->reported_on || incident->kind != first->kind)
			break;
		err = ll_sheet_row(&scenario->population, incident, text);
	}
	ll_sheet_file_name(first->kind, name);
	if (!err)
		err = ll_directory_join(day_directory, name, path, error);
	if (!err)
		err = ll_directory_write(path, ll_buf_bytes(text), error);
	if (!err)
		*ret_end = at;
	return err;
}

static int write_events(const struct ll_scenario *scenario, const char *directory,
			const struct ll_scenario_watch *watch, struct ll_error *error)
{
	char day_text[LL_DAY_TEXT_MAX], day_directory[LL_SIM_PATH_MAX];
	int32_t day = LL_DAY_NONE;
	struct ll_buf text;
	size_t at = 0;
	int err = 0;

	ll_buf_init(&text);
	begun(watch, "rows", (int64_t)scenario->incidents.count);
	while (at < scenario->incidents.count && !err) {
		if (scenario->incidents.list[at].reported_on != day) {
			day = scenario->incidents.list[at].reported_on;
			ll_day_format(day, day_text);
			err = ll_directory_join(directory, day_text, day_directory, error);
			if (!err)
				err = ll_directory_make(day_directory, error);
		}
		if (!err)
			err = write_sheet(scenario, at, day_directory, &text, &at, error);
		done(watch, (int64_t)at);
	}
	ll_buf_release(&text);
	return err;
}

static int write_late_registry(const struct ll_scenario *scenario, const char *directory,
			       struct ll_error *error)
{
	char late[LL_SIM_PATH_MAX], day_directory[LL_SIM_PATH_MAX], day[LL_DAY_TEXT_MAX];
	int err;

	if (scenario->late_on == LL_DAY_NONE)
		return 0;
	ll_day_format(scenario->late_on, day);
	err = ll_directory_join(directory, LL_SCENARIO_LATE_DIR, late, error);
	if (!err)
		err = ll_directory_make(late, error);
	if (!err)
		err = ll_directory_join(late, day, day_directory, error);
	if (!err)
		err = ll_directory_make(day_directory, error);
	return err ? err : ll_registry_files_write(scenario, LL_SIM_LATE, day_directory, error);
}

static int write_small_files(const struct ll_scenario *scenario, const char *directory,
			     struct ll_error *error)
{
	struct ll_plan plan;
	struct ll_buf text;
	int err;

	ll_buf_init(&text);
	err = ll_alert_rows(&scenario->flood, &text);
	if (!err)
		err = ll_directory_write_in(directory, "alerts.csv", &text, error);
	ll_buf_clear(&text);
	ll_plan_count(scenario, &plan);
	if (!err)
		err = ll_plan_write(scenario, &plan, &text);
	if (!err)
		err = ll_directory_write_in(directory, "plan.json", &text, error);
	ll_buf_release(&text);
	return err;
}

int ll_scenario_write(const struct ll_scenario *scenario, const char *directory,
		      const struct ll_scenario_watch *watch, struct ll_error *error)
{
	char events[LL_SIM_PATH_MAX];
	int err = ll_directory_make_empty(directory, error);

	if (!err)
		err = ll_registry_files_write(scenario, LL_SIM_REGISTERED, directory, error);
	if (!err)
		err = write_late_registry(scenario, directory, error);
	if (!err)
		err = ll_directory_join(directory, "events", events, error);
	if (!err)
		err = ll_directory_make(events, error);
	if (!err)
		err = write_events(scenario, events, watch, error);
	/* Last, so that a plan stands only beside files that are all there. */
	if (!err)
		err = write_small_files(scenario, directory, error);
	return err;
}
