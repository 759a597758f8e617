#include "broadcast_session.h"

#include "base/date.h"
#include "runtime/clock.h"
#include "runtime/shell.h"

int ll_broadcast_session_open(const struct ll_invocation *invocation, const char *program,
			      struct ll_broadcast_session *ret_session)
{
	struct ll_broadcast_session session = {.bus = NULL};
	struct ll_error error = {0};
	int err;

	err = ll_shell_codec(invocation, &session.codec);
	if (err)
		return err;
	err = ll_shell_bus_ready(invocation, &session.bus);
	if (err)
		goto done;
	err = ll_broadcast_new(session.bus, session.codec, program, &session.broadcast, &error);
	if (err)
		ll_complain_error(invocation, err, "", &error);
done:
	if (err)
		ll_broadcast_session_close(&session);
	else
		*ret_session = session;
	return err;
}

void ll_broadcast_session_close(struct ll_broadcast_session *session)
{
	ll_broadcast_free(session->broadcast);
	ll_bus_free(session->bus);
	ll_codec_free(session->codec);
	*session = (struct ll_broadcast_session){.bus = NULL};
}

int ll_broadcast_session_send(const struct ll_invocation *invocation,
			      struct ll_broadcast_session *session,
			      const struct ll_household_event *events, size_t count)
{
	struct ll_error error = {0};
	int err = ll_broadcast_send(session->broadcast, events, count,
				    ll_clock_wall_ms(&ll_clock_real), &error);

	if (err)
		ll_complain_error(invocation, err, "", &error);
	return err;
}

int32_t ll_today(void)
{
	return ll_day_of_ms(ll_clock_wall_ms(&ll_clock_real));
}

int ll_invocation_day(const struct ll_invocation *invocation, const char *name, int32_t fallback,
		      int32_t *ret_day)
{
	const char *text = ll_invocation_option(invocation, name);

	if (!text) {
		*ret_day = fallback;
		return 0;
	}
	if (ll_day_parse(ll_str_from(text), ret_day) == 0)
		return 0;
	return ll_complain(invocation, -LL_ERR_INVALID,
			   "--%s: '%s' is not a date; write it as 2025-06-30", name, text);
}
