/* lifeline simulate play: a simulation's days, one after the other. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/date.h"
#include "play_plan.h"
#include "play_registry.h"
#include "producers/broadcast_session.h"
#include "producers/publish/publish_file.h"
#include "runtime/clock.h"
#include "runtime/progress.h"
#include "runtime/shell.h"
#include "simulate.h"

#define FLUSH_MS     60000 /* for a day's events to be written */
#define PAUSE_MAX_MS 200   /* so that a stop is heard */
#define RATE_MAX     10000000

/* Everything that one run of the command holds. */
struct play {
	struct ll_invocation *invocation;
	const char *directory;
	int32_t from;
	int32_t to;
	int64_t rate; /* events a second; 0: as fast as it goes */

	struct ll_play_alerts alerts;
	struct ll_play_mappings mappings;
	struct ll_broadcast_session session;
	struct ll_pseudonyms *pseudonyms;
	struct ll_publisher *publisher; /* of all departments: each event names its own */
	struct ll_rejects *rejects;
	struct ll_publish_options options;

	struct ll_progress progress;
	int64_t started_ms;
	int64_t rows_before; /* of the files before this one */
	struct ll_publish_counts counts;
	int64_t ticks;
	int64_t alerts_published;
	int64_t files;
	struct ll_play_registry registry;
};

static void play_release(struct play *play)
{
	ll_play_registry_release(&play->registry);
	ll_publisher_free(play->publisher);
	ll_pseudonyms_free(play->pseudonyms);
	ll_rejects_free(play->rejects);
	ll_broadcast_session_close(&play->session);
	ll_play_mappings_release(&play->mappings);
	ll_play_alerts_release(&play->alerts);
}

/* A function without a story of its own still has a code. */
static int tell(const struct play *play, const char *what, int err, struct ll_error *error)
{
	if (err && error->code == 0)
		error->code = err;
	if (err)
		ll_complain_error(play->invocation, 0, what, error);
	return err;
}

/* ---- before anything is published ---- */

static int read_range(struct play *play)
{
	bool both = ll_invocation_option(play->invocation, "from") &&
		    ll_invocation_option(play->invocation, "to");
	struct ll_error error = {0};

	if (ll_invocation_option(play->invocation, "rate") &&
	    ll_invocation_number(play->invocation, "rate", 1, RATE_MAX, &play->rate))
		return -LL_ERR_USAGE;
	if (!both &&
	    tell(play, "", ll_play_days(play->directory, &play->from, &play->to, &error), &error))
		return -LL_ERR_INVALID;
	if (ll_invocation_day(play->invocation, "from", play->from, &play->from) ||
	    ll_invocation_day(play->invocation, "to", play->to, &play->to))
		return -LL_ERR_USAGE;
	if (play->to < play->from)
		return ll_complain(play->invocation, -LL_ERR_USAGE,
				   "--to is before --from: there is no day to play");
	return 0;
}

static int open_files(struct play *play)
{
	const char *mappings = ll_invocation_option(play->invocation, "mappings");
	struct ll_error error = {0};
	int err = ll_play_mappings_init(&play->mappings, mappings, &error);

	if (!err)
		err = ll_play_alerts_read(&play->alerts, play->directory, &error);
	if (!err)
		err = ll_rejects_new(ll_invocation_option(play->invocation, "reject"),
				     &play->rejects);
	return tell(play, "", err, &error);
}

static int open_bus(struct play *play)
{
	const struct ll_str any_department = {"", 0};
	struct ll_error error = {0};
	int err = ll_shell_pseudonyms(play->invocation, &play->pseudonyms);

	if (!err)
		err = ll_broadcast_session_open(play->invocation, "simulate", &play->session);
	if (err)
		return err;
	err = ll_publisher_new(play->session.bus, play->session.codec, any_department,
			       &play->publisher, &error);
	return tell(play, "Kafka", err, &error);
}

static int open_registry(struct play *play)
{
	const struct ll_settings *settings = ll_invocation_settings(play->invocation);
	const struct ll_registry_options options = {
		.bus = play->session.bus,
		.codec = play->session.codec,
		.pseudonyms = play->pseudonyms,
		.counties = ll_str_from(ll_settings_text(settings, LL_SETTING_COUNTIES)),
		.household_rejects = play->rejects,
		.people_rejects = play->rejects,
		.stop_asked = ll_stop_asked,
	};

	return ll_play_registry_init(&play->registry, play->invocation, &options, play->directory,
				     ll_invocation_flag(play->invocation, "registry"), play->from,
				     play->to);
}

/* ---- pace ---- */

static void pause_ms(int64_t wait_ms)
{
	struct timespec pause;

	wait_ms = wait_ms < PAUSE_MAX_MS ? wait_ms : PAUSE_MAX_MS;
	pause = (struct timespec){.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000L};
	nanosleep(&pause, NULL);
}

/* Waits until so many rows are due. */
static void keep_pace(const struct play *play, int64_t rows)
{
	int64_t due_ms = play->rate ? play->started_ms + rows * 1000 / play->rate : 0;

	while (play->rate && !ll_stop_asked()) {
		int64_t wait_ms = due_ms - ll_clock_monotonic_ms(&ll_clock_real);

		if (wait_ms <= 0)
			break;
		pause_ms(wait_ms);
	}
}

static void row_done(void *context, int64_t rows)
{
	keep_pace(context, ((struct play *)context)->rows_before + rows);
}

/* ---- a day ---- */

static int play_tick(struct play *play, int32_t day)
{
	struct ll_household_event tick = ll_broadcast_tick(day);
	int err = ll_broadcast_session_send(play->invocation, &play->session, &tick, 1);

	play->ticks += err == 0;
	return err;
}

static int play_alerts(struct play *play, int32_t day)
{
	int err = 0;

	for (size_t i = 0; i < play->alerts.count && !err; i++) {
		const struct ll_household_event event = {
			.body = LL_BODY_AREA_ALERT,
			.area_alert = play->alerts.list[i].alert.body,
		};

		if (play->alerts.list[i].day != day)
			continue;
		err = ll_broadcast_session_send(play->invocation, &play->session, &event, 1);
		play->alerts_published += err == 0;
	}
	return err;
}

static int play_file(struct play *play, const char *day_directory, const char *name, int32_t day)
{
	char path[LL_SIM_PATH_MAX];
	struct ll_error error = {0};
	struct ll_play_file file;
	int err = ll_play_file_parse(name, &file, &error);

	if (!err)
		err = ll_directory_join(day_directory, name, path, &error);
	if (!err)
		err = ll_play_mappings_get(&play->mappings, file.mapping, &play->options.mapping,
					   &error);
	if (err)
		return tell(play, name, err, &error);
	play->options.source = ll_str_from(file.department);
	play->options.today = day;
	play->options.reported_at_ms = ll_day_start_ms(day);
	play->rows_before = play->counts.rows;
	play->files++;
	err = ll_publish_file(&play->options, path, &play->counts, &error);
	return tell(play, path, err, &error);
}

static int play_files(struct play *play, int32_t day)
{
	char text[LL_DAY_TEXT_MAX], relative[LL_DAY_TEXT_MAX + 8], directory[LL_SIM_PATH_MAX];
	struct ll_error error = {0};
	char **names = NULL;
	size_t count = 0;
	int err;

	ll_day_format(day, text);
	snprintf(relative, sizeof(relative), "events/%s", text);
	err = ll_directory_join(play->directory, relative, directory, &error);
	if (!err)
		err = ll_directory_names(directory, &names, &count, &error);
	if (err)
		return tell(play, "", err, &error);
	for (size_t i = 0; i < count && !err; i++)
		err = play_file(play, directory, names[i], day);
	ll_directory_names_free(names, count);
	if (!err)
		err = tell(play, "Kafka", ll_publisher_flush(play->publisher, FLUSH_MS, &error),
			   &error);
	return err;
}

/* The tick first: nothing of a day is decided on the day before. */
static int play_day(struct play *play, int32_t day)
{
	int err = play_tick(play, day);

	if (!err)
		err = play_alerts(play, day);
	if (!err)
		err = ll_play_registry_late(&play->registry, day);
	if (!err)
		err = play_files(play, day);
	return err;
}

static int play_days(struct play *play)
{
	int32_t days = play->to - play->from + 1;
	int err = 0;

	play->options.pseudonyms = play->pseudonyms;
	play->options.publisher = play->publisher;
	play->options.rejects = play->rejects;
	play->options.progress = row_done;
	play->options.context = play;
	play->options.stop_asked = ll_stop_asked;
	if (ll_invocation_flag(play->invocation, "registry"))
		err = ll_play_registry_first(&play->registry);
	ll_progress_init(&play->progress, "days", days,
			 ll_invocation_flag(play->invocation, "quiet"));
	play->started_ms = ll_clock_monotonic_ms(&ll_clock_real);
	for (int32_t i = 0; i < days && !err; i++) {
		err = ll_stop_asked() ? -LL_ERR_ABORTED : play_day(play, play->from + i);
		ll_progress_update(&play->progress, i + 1);
	}
	ll_progress_finish(&play->progress, play->ticks);
	return err;
}

/* ---- the summary ---- */

static void print_words(const struct play *play, double seconds)
{
	char from[LL_DAY_TEXT_MAX], to[LL_DAY_TEXT_MAX];
	size_t count;
	const struct ll_reject_count *reasons = ll_rejects_counts(play->rejects, &count);

	ll_day_format(play->from, from);
	ll_day_format(play->to, to);
	printf("played %s to %s in %.1f s: %lld ticks, %lld alerts, %lld events from %lld files\n",
	       from, to, seconds, (long long)play->ticks, (long long)play->alerts_published,
	       (long long)play->counts.published, (long long)play->files);
	if (play->registry.imports > 0)
		printf("registered: %lld households with %lld people\n",
		       (long long)play->registry.counts.households,
		       (long long)play->registry.counts.people);
	if (ll_rejects_total(play->rejects) > 0)
		printf("rejected: %lld rows\n", (long long)ll_rejects_total(play->rejects));
	for (size_t i = 0; i < count; i++)
		printf("  %8lld  %-20s %s\n", (long long)reasons[i].rows,
		       ll_err_name(reasons[i].err), ll_err_text(reasons[i].err));
	if (ll_rejects_path(play->rejects))
		printf("written to %s\n", ll_rejects_path(play->rejects));
}

static void print_json(const struct play *play, double seconds)
{
	char from[LL_DAY_TEXT_MAX], to[LL_DAY_TEXT_MAX];
	json_t *reasons = json_object();
	size_t count;
	const struct ll_reject_count *counts = ll_rejects_counts(play->rejects, &count);
	json_t *json;

	for (size_t i = 0; i < count; i++)
		json_object_set_new(reasons, ll_err_name(counts[i].err),
				    json_integer(counts[i].rows));
	ll_day_format(play->from, from);
	ll_day_format(play->to, to);
	json = json_pack(
		"{s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o,s:f}", "from", from, "to", to,
		"ticks", (json_int_t)play->ticks, "alerts", (json_int_t)play->alerts_published,
		"files", (json_int_t)play->files, "rows", (json_int_t)play->counts.rows,
		"published", (json_int_t)play->counts.published, "rejected",
		(json_int_t)ll_rejects_total(play->rejects), "households_registered",
		(json_int_t)play->registry.counts.households, "people_registered",
		(json_int_t)play->registry.counts.people, "reasons", reasons, "seconds", seconds);
	json_dumpf(json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(json);
}

static void print(const struct play *play)
{
	double seconds = (double)(ll_clock_monotonic_ms(&ll_clock_real) - play->started_ms) / 1000;

	if (ll_invocation_flag(play->invocation, "json"))
		print_json(play, seconds);
	else
		print_words(play, seconds);
}

static int run(struct play *play)
{
	struct ll_error error = {0};
	int err = read_range(play), closed;

	if (err)
		return err == -LL_ERR_USAGE ? LL_EXIT_USAGE : LL_EXIT_FAILED;
	err = open_files(play);
	if (!err)
		err = open_bus(play);
	if (!err)
		err = open_registry(play);
	if (err)
		return ll_exit_of(err);
	ll_stop_on_signals();
	err = play_days(play);
	closed = tell(play, "rejected rows", ll_rejects_close(play->rejects, &error), &error);
	print(play);
	if (err || closed)
		return ll_exit_of(err ? err : closed);
	return ll_rejects_total(play->rejects) > 0 ? LL_EXIT_SOME_REJECTED : LL_EXIT_DONE;
}

int ll_simulate_play(struct ll_invocation *invocation)
{
	struct play play = {
		.invocation = invocation,
		.directory = ll_invocation_argument(invocation, 0),
	};
	int code = run(&play);

	play_release(&play);
	return code;
}

const struct ll_option ll_simulate_play_options[] = {
	{"from", "DATE", NULL, "first day; default: the plan's"},
	{"to", "DATE", NULL, "last day; default: the plan's"},
	{"rate", "N", NULL, "events a second; default: as fast as it goes"},
	{"registry", NULL, NULL, "import DIR/households.csv and people.csv before the first day"},
	{"mappings", "DIR", NULL,
	 "where the mappings are; default: LIFELINE_MAPPINGS, else those of the program"},
	{"reject", "FILE", NULL, "write rejected rows there; default: they are only counted"},
	{"json", NULL, NULL, "the summary as one JSON object, the last line on standard output"},
	{"quiet", NULL, NULL, "no progress on standard error"},
	{NULL, NULL, NULL, NULL},
};
