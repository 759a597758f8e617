/* A broadcast with all it needs, as the commands alert, clock, policy and simulate open it. */
#ifndef LL_PRODUCERS_BROADCAST_SESSION_H
#define LL_PRODUCERS_BROADCAST_SESSION_H

#include "broadcast.h"
#include "runtime/command.h"

struct ll_broadcast_session {
	struct ll_bus *bus;
	struct ll_codec *codec;
	struct ll_broadcast *broadcast;
};

/*
 * Asks the broker first, so that one that is down is told at once. Tells the user what is wrong and
 * returns a negative ll_err, with nothing open.
 */
int ll_broadcast_session_open(const struct ll_invocation *invocation, const char *program,
			      struct ll_broadcast_session *ret_session);
void ll_broadcast_session_close(struct ll_broadcast_session *session);
/* Sends at the present time; tells the user what is wrong. */
int ll_broadcast_session_send(const struct ll_invocation *invocation,
			      struct ll_broadcast_session *session,
			      const struct ll_household_event *events, size_t count);

/* The policy day of this moment. */
int32_t ll_today(void);
/*
 * An option that is a date; `fallback` when it is not given. Tells the user and returns
 * -LL_ERR_INVALID when it is none.
 */
int ll_invocation_day(const struct ll_invocation *invocation, const char *name, int32_t fallback,
		      int32_t *ret_day);

#endif
