#include "running_clock.h"

#include <time.h>

#include "base/date.h"
#include "producers/broadcast.h"
#include "runtime/clock.h"
#include "runtime/log.h"
#include "runtime/shell.h"

#define STAGE "clock"

#define TURN_MS		200
#define BACK_OFF_MIN_MS 500
#define BACK_OFF_MAX_MS 30000

struct running {
	const struct ll_clock *clock;
	struct ll_bus *bus;
	struct ll_codec *codec;
	struct ll_metrics *metrics;
	struct ll_endpoint *endpoint;
	struct ll_broadcast *broadcast; /* NULL: not connected */
	int32_t told;			/* last day published; LL_DAY_NONE: none */
	int failures;			/* in a row */
	int64_t retry_at_ms;
};

int64_t ll_clock_back_off_ms(int failures)
{
	int64_t wait_ms = BACK_OFF_MIN_MS;

	while (--failures > 0 && wait_ms < BACK_OFF_MAX_MS)
		wait_ms *= 2;
	return wait_ms < BACK_OFF_MAX_MS ? wait_ms : BACK_OFF_MAX_MS;
}

static int publish(struct running *running, int32_t day, struct ll_error *error)
{
	struct ll_household_event tick = ll_broadcast_tick(day);
	int64_t started_ms = ll_clock_monotonic_ms(running->clock);
	int err;

	if (!running->broadcast) {
		err = ll_broadcast_new(running->bus, running->codec, STAGE, &running->broadcast,
				       error);
		if (err)
			return err;
	}
	err = ll_broadcast_send(running->broadcast, &tick, 1, ll_clock_wall_ms(running->clock),
				error);
	if (err)
		return err;
	ll_metrics_add(running->metrics, LL_METRIC_COMMITS, NULL, 1);
	ll_metrics_add(running->metrics, LL_METRIC_RECORDS_OUT, "household-events",
		       ll_broadcast_partitions(running->broadcast));
	ll_metrics_observe(running->metrics, LL_METRIC_COMMIT_SECONDS,
			   (double)(ll_clock_monotonic_ms(running->clock) - started_ms) / 1000);
	return 0;
}

/* What can be tried again is; -LL_ERR_FENCED, _FATAL and a missing topic end the clock. */
static bool is_passing(int err)
{
	return ll_err_class(err) == LL_CLASS_RETRY && err != -LL_ERR_FENCED;
}

static int tell_day(struct running *running, int32_t day)
{
	struct ll_error error = {0};
	char quoted[2 * LL_ERROR_MESSAGE_MAX], text[LL_DAY_TEXT_MAX];
	int err = publish(running, day, &error);

	ll_day_format(day, text);
	if (!err) {
		running->told = day;
		running->failures = 0;
		ll_endpoint_set_ready(running->endpoint, true);
		ll_log(LL_LOG_INFO, "tick", "day=%s partitions=%d", text,
		       ll_broadcast_partitions(running->broadcast));
		return 0;
	}
	/* A producer whose transaction failed is made anew: that also ends what it left open. */
	ll_broadcast_free(running->broadcast);
	running->broadcast = NULL;
	ll_log_quote(error.message[0] ? error.message : ll_err_text(err), quoted, sizeof(quoted));
	if (!is_passing(err)) {
		ll_log(LL_LOG_ERROR, "ended", "day=%s reason=%s", text, quoted);
		return err;
	}
	running->failures++;
	running->retry_at_ms =
		ll_clock_monotonic_ms(running->clock) + ll_clock_back_off_ms(running->failures);
	ll_log(LL_LOG_WARNING, "tick not published, will be tried again", "day=%s reason=%s", text,
	       quoted);
	return 0;
}

/* Days that were slept through are told one by one: each may have its own deadlines. */
static int turn(struct running *running)
{
	int32_t today = ll_day_of_ms(ll_clock_wall_ms(running->clock));
	int err = 0;

	ll_endpoint_beat(running->endpoint);
	ll_metrics_set(running->metrics, LL_METRIC_LOOP_TIMESTAMP, NULL,
		       (double)ll_clock_wall_ms(running->clock) / 1000);
	if (running->failures > 0 && ll_clock_monotonic_ms(running->clock) < running->retry_at_ms)
		return 0;
	if (running->told == LL_DAY_NONE)
		err = tell_day(running, today);
	else if (running->told < today)
		err = tell_day(running, running->told + 1);
	return err;
}

static int loop(struct running *running)
{
	const struct timespec pause = {.tv_nsec = TURN_MS * 1000000L};
	int err = 0;

	while (!ll_stop_asked() && !err) {
		err = turn(running);
		if (!err)
			nanosleep(&pause, NULL);
	}
	ll_log(LL_LOG_INFO, "stopped", "");
	return err;
}

int ll_running_clock(const struct ll_invocation *invocation)
{
	struct running running = {.clock = &ll_clock_real, .told = LL_DAY_NONE};
	int err;

	ll_shell_log(invocation, STAGE);
	ll_stop_on_signals();
	err = ll_metrics_new(&running.metrics);
	if (!err)
		err = ll_shell_codec(invocation, &running.codec);
	if (!err)
		err = ll_shell_bus(invocation, &running.bus);
	if (!err)
		err = ll_shell_endpoint(invocation, STAGE, running.metrics, &running.endpoint);
	if (!err)
		err = loop(&running);
	ll_broadcast_free(running.broadcast);
	ll_endpoint_free(running.endpoint);
	ll_bus_free(running.bus);
	ll_codec_free(running.codec);
	ll_metrics_free(running.metrics);
	return ll_exit_of(err);
}
