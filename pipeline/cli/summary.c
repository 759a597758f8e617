#include "cli/summary.h"

#include <stdio.h>

#include "base/date.h"
#include "cli/commands.h"
#include "cli/lag.h"
#include "runtime/clock.h"
#include "runtime/progress.h"
#include "runtime/scan.h"
#include "runtime/shell.h"

#define WAIT_SECONDS_MAX (24LL * 3600)
#define LOOK_AGAIN_MS	 200
#define PROGRESS_MIN	 200000 /* records; fewer are read before anybody wonders */
#define CLIENT		 "lifeline-summary"

struct counting {
	struct ll_bus *bus;
	struct ll_codec *codec;
	struct ll_tally *tally;
	struct ll_progress progress;
	int64_t done;
};

/* ---- counting ---------------------------------------------------------------------------------- */

static int take(void *context, struct ll_scan *scan, const struct ll_scan_part *part,
		const struct ll_record *record)
{
	struct counting *counting = context;

	(void)part;
	ll_progress_update(&counting->progress, ++counting->done);
	return ll_tally_take(counting->tally, record, ll_scan_hops(scan, record));
}

static int add_inputs(struct counting *counting, const struct ll_scan *scan)
{
	int err = 0;

	for (size_t i = 0; !err && i < ll_scan_count(scan); i++) {
		const struct ll_scan_part *part = ll_scan_at(scan, i);

		err = ll_tally_add_input(counting->tally, part->position.topic,
					 part->position.partition, part->first, part->end);
	}
	return err;
}

static int count_kind(struct counting *counting, enum ll_topic kind, bool quiet,
		      struct ll_error *error)
{
	struct ll_scan *scan = NULL;
	int64_t left;
	int err = ll_scan_new(counting->bus, CLIENT, &scan, error);

	if (!err)
		err = ll_scan_add_kind(scan, kind, error);
	if (!err && kind == LL_TOPIC_LIFE_EVENTS)
		err = add_inputs(counting, scan);
	if (!err) {
		left = ll_scan_left(scan);
		counting->done = 0;
		ll_progress_init(&counting->progress, ll_topic_key(kind), left,
				 quiet || left < PROGRESS_MIN);
		counting->progress.what = "records";
		err = ll_scan_run(scan, take, counting, error);
		ll_progress_finish(&counting->progress, counting->done);
	}
	ll_scan_free(scan);
	return err;
}

/* What comes in is read before where it may end, so that nothing seems to come from nowhere. */
static int count_topics(struct counting *counting, bool quiet, struct ll_error *error)
{
	static const enum ll_topic kinds[] = {
		LL_TOPIC_LIFE_EVENTS,	   LL_TOPIC_HELD,	  LL_TOPIC_DEAD_LETTERS,
		LL_TOPIC_HOUSEHOLD_EVENTS, LL_TOPIC_RISK_CHANGES, LL_TOPIC_ASSISTANCE_TASKS,
		LL_TOPIC_ESCALATIONS,
	};
	int32_t partitions = 0;
	int err = ll_bus_partition_count(counting->bus,
					 ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS),
					 LL_SHELL_ANSWER_MS, &partitions, error);

	if (!err && partitions == 0)
		err = ll_error_set(error, -LL_ERR_NOT_FOUND,
				   "there are no topics; `lifeline topics create` makes them");
	if (!err)
		err = ll_tally_new(counting->codec, partitions, &counting->tally);
	for (size_t i = 0; !err && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		err = count_kind(counting, kinds[i], quiet, error);
	return err;
}

/* ---- waiting ----------------------------------------------------------------------------------- */

/* Drained, and nobody is held whom enrich has still to release. */
static int look(struct counting *counting, struct ll_lag *lag, int64_t timeout_ms,
		bool *ret_drained, struct ll_error *error)
{
	int64_t until = ll_clock_monotonic_ms(&ll_clock_real) + timeout_ms;
	bool drained = false;
	int err = 0;

	for (;;) {
		int64_t now = ll_clock_monotonic_ms(&ll_clock_real);
		int64_t releasable = 0;

		err = ll_lag_wait(lag, until > now ? until - now : 0, &drained, error);
		if (err || !drained)
			break;
		err = ll_summary_releasable(counting->bus, counting->codec, &releasable, error);
		drained = releasable == 0;
		if (err || drained || ll_stop_asked() ||
		    ll_clock_monotonic_ms(&ll_clock_real) >= until)
			break;
		ll_stop_wait(LOOK_AGAIN_MS);
	}
	if (!err)
		*ret_drained = drained;
	return err;
}

/* Without a database record's offsets are not known, and the books are counted all the same. */
static int measure(struct counting *counting, struct ll_store *store, int64_t wait_ms,
		   struct ll_summary *summary, struct ll_error *error)
{
	struct ll_lag *lag = NULL;
	int err;

	if (!store)
		return 0;
	err = ll_lag_new(counting->bus, store, &lag, error);
	if (!err)
		err = look(counting, lag, wait_ms, &summary->drained, error);
	if (!err) {
		summary->drained_known = true;
		summary->behind = ll_lag_behind(lag, NULL);
	}
	ll_lag_free(lag);
	return err && ll_err_class(err) == LL_CLASS_RETRY ? 0 : err;
}

/* ---- the command ------------------------------------------------------------------------------- */

struct options {
	int64_t wait_ms;
	int64_t since_ms;
	enum ll_language language;
	bool json;
};

static int read_options(struct ll_invocation *invocation, struct options *options)
{
	const char *since = ll_invocation_option(invocation, "since");
	int64_t seconds = 0;

	options->json = ll_invocation_flag(invocation, "json");
	if (ll_language_of(ll_invocation_option(invocation, "lang"), &options->language))
		return ll_complain(invocation, -LL_ERR_USAGE, "--lang is zh or en");
	if (since && ll_time_parse(ll_str_from(since), &options->since_ms))
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "--since is a time such as 2026-01-02 or 2026-01-02T03:04:05Z");
	if (ll_invocation_number(invocation, "wait", 0, WAIT_SECONDS_MAX, &seconds))
		return -LL_ERR_USAGE;
	options->wait_ms = seconds * 1000;
	return 0;
}

static int summarise(struct counting *counting, struct ll_store *store,
		     const struct options *options, struct ll_error *error)
{
	struct ll_summary summary = {0};
	int err = measure(counting, store, options->wait_ms, &summary, error);

	if (!err)
		err = count_topics(counting, options->json, error);
	if (err)
		return err;
	ll_tally_finish(counting->tally, &summary.books);
	if (store)
		summary.latency_known =
			ll_store_latency(store, options->since_ms, &summary.latency_count,
					 &summary.p50_ms, &summary.p99_ms, NULL) == 0 &&
			summary.latency_count > 0;
	err = options->json ? ll_summary_print_json(&summary)
			    : ll_summary_print(&summary, options->language);
	/* While something is under way the books cannot balance; at rest they must. */
	if (!err && summary.drained && !summary.books.balanced)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "the stages have read everything, and the books do not "
				    "balance: events were lost or doubled");
	return err;
}

/* A store that answers, or NULL. */
static struct ll_store *open_store(const struct ll_invocation *invocation)
{
	struct ll_store *store = NULL;

	if (ll_shell_store_ready(invocation, &store))
		ll_complain(invocation, 0,
			    "without the database neither latencies nor record's progress are "
			    "known; the topics are counted all the same");
	return store;
}

static int run(struct ll_invocation *invocation)
{
	struct counting counting = {0};
	struct ll_store *store = NULL;
	struct ll_error error = {0};
	struct options options = {0};
	int err;

	if (read_options(invocation, &options))
		return LL_EXIT_USAGE;
	ll_stop_on_signals();
	err = ll_shell_codec(invocation, &counting.codec);
	if (!err)
		err = ll_shell_bus_ready(invocation, &counting.bus);
	if (!err) {
		store = open_store(invocation);
		err = summarise(&counting, store, &options, &error);
		if (err)
			ll_complain_error(invocation, err, "summary", &error);
	}
	ll_tally_free(counting.tally);
	ll_store_free(store);
	ll_bus_free(counting.bus);
	ll_codec_free(counting.codec);
	return ll_exit_of(err);
}

static const struct ll_option options[] = {
	{"wait", "SECONDS", "0",
	 "first wait until the stages have read everything, at most so long"},
	{"since", "TIME", NULL, "latencies only of tasks seen since; the books are always whole"},
	{"lang", "zh|en", NULL, "language; by default the environment's"},
	{"json", NULL, NULL, "as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

const struct ll_command ll_command_summary = {
	.name = "summary",
	.summary = "count what came in and where it ended, from the topics alone",
	.usage = "",
	.help = "Reads the topics from their beginning, outside every group, and counts events: "
		"each that came in must be decided, held until its person is registered, or "
		"dead-lettered, and the page says plainly whether that is so. An event that was "
		"published twice, or sent on to another partition, is one event. Then households "
		"by case, tasks by county and measure, and how long an event takes to become a "
		"task.\n"
		"\n"
		"Fails when the stages have read everything and the books do not balance.\n"
		"\n"
		"Examples:\n"
		"  lifeline summary --lang zh\n"
		"  lifeline summary --wait 60 --json\n",
	.group = LL_GROUP_OPERATORS,
	.options = options,
	.run = run,
};
