#include "cli/commands.h"

#include <stdio.h>

#include "base/date.h"
#include "producers/broadcast_session.h"
#include "running_clock.h"
#include "runtime/progress.h"

#define DAYS_MAX 36525 /* of one range: a hundred years */

/* A range of days; told to the user when it is none. */
static int read_days(const struct ll_invocation *invocation, int32_t *ret_from, int32_t *ret_to)
{
	bool has_day = ll_invocation_option(invocation, "day") != NULL;
	bool has_from = ll_invocation_option(invocation, "from") != NULL;
	bool has_to = ll_invocation_option(invocation, "to") != NULL;
	int32_t from, to;

	if (has_day && (has_from || has_to))
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "give either --day, or --from and --to");
	if (has_from != has_to)
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "--from and --to go together; one day is --day DATE");
	if (ll_invocation_day(invocation, has_day ? "day" : "from", LL_DAY_NONE, &from) ||
	    ll_invocation_day(invocation, has_day ? "day" : "to", LL_DAY_NONE, &to))
		return -LL_ERR_USAGE;
	if (from != LL_DAY_NONE && (to < from || to - from >= DAYS_MAX))
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "--to must be --from or later, at most %d days in all",
				   DAYS_MAX);
	*ret_from = from;
	*ret_to = to;
	return 0;
}

static void print(const struct ll_invocation *invocation, int32_t from, int32_t to,
		  int32_t partitions)
{
	char from_text[LL_DAY_TEXT_MAX], to_text[LL_DAY_TEXT_MAX];
	int ticks = to - from + 1;

	ll_day_format(from, from_text);
	ll_day_format(to, to_text);
	if (ll_invocation_flag(invocation, "json"))
		printf("{\"from\":\"%s\",\"to\":\"%s\",\"ticks\":%d,\"partitions\":%d}\n",
		       from_text, to_text, ticks, partitions);
	else if (ticks == 1)
		printf("it is %s in all %d partitions\n", from_text, partitions);
	else
		printf("%d ticks, from %s to %s, in all %d partitions\n", ticks, from_text, to_text,
		       partitions);
}

static int tick_range(const struct ll_invocation *invocation, int32_t from, int32_t to)
{
	struct ll_household_event ticks[LL_BROADCAST_EVENTS_MAX];
	struct ll_broadcast_session session;
	struct ll_progress progress;
	int32_t day = from;
	int err = ll_broadcast_session_open(invocation, "clock", &session);

	if (err)
		return err;
	ll_progress_init(&progress, "days", to - from + 1,
			 to - from < LL_BROADCAST_EVENTS_MAX ||
				 ll_invocation_flag(invocation, "json"));
	while (day <= to && !err) {
		size_t count = 0;

		while (day <= to && count < LL_BROADCAST_EVENTS_MAX)
			ticks[count++] = ll_broadcast_tick(day++);
		err = ll_broadcast_session_send(invocation, &session, ticks, count);
		ll_progress_update(&progress, day - from);
	}
	ll_progress_finish(&progress, day - from);
	if (!err)
		print(invocation, from, to, ll_broadcast_partitions(session.broadcast));
	ll_broadcast_session_close(&session);
	return err;
}

static int run(struct ll_invocation *invocation)
{
	int32_t from = LL_DAY_NONE, to = LL_DAY_NONE;

	if (read_days(invocation, &from, &to))
		return LL_EXIT_USAGE;
	if (from == LL_DAY_NONE)
		return ll_running_clock(invocation);
	return ll_exit_of(tick_range(invocation, from, to));
}

static const struct ll_option options[] = {
	{"day", "DATE", NULL, "publish this day's tick and end"},
	{"from", "DATE", NULL, "publish a tick for each day from this one on, and end"},
	{"to", "DATE", NULL, "with --from: the last day"},
	{"json", NULL, NULL, "print what was published as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

const struct ll_command ll_command_clock = {
	.name = "clock",
	.summary = "tell all partitions what day it is",
	.usage = "",
	.help = "Decisions know no time but the last tick: deadlines pass, alerts end and policies "
		"begin with it. Without options it runs until it is stopped: publishes today's "
		"tick, "
		"then one at each midnight of +08:00, and serves /metrics and /healthz. One runs "
		"at a "
		"time; a second one takes over from the first.\n"
		"\n"
		"A tick that is not later than the last one changes nothing.\n"
		"\n"
		"  lifeline clock\n"
		"  lifeline clock --day 2025-06-30\n"
		"  lifeline clock --from 2025-01-01 --to 2025-12-31\n",
	.group = LL_GROUP_OPERATORS,
	.options = options,
	.run = run,
};
