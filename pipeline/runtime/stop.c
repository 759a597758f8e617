#include <poll.h>
#include <signal.h>
#include <stddef.h>

#include "runtime/command.h"

static volatile sig_atomic_t stop_asked;

/* Both signals go back to their default at the first of either, so that the second ends at once. */
static void stop_ask(int signal_number)
{
	(void)signal_number;
	stop_asked = 1;
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
}

void ll_stop_on_signals(void)
{
	struct sigaction action = {.sa_handler = stop_ask}; /* no SA_RESTART: a read must end */
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigemptyset(&action.sa_mask);
	sigemptyset(&ignore.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	/* A peer that hangs up is an error of one write, not the end of the process. */
	sigaction(SIGPIPE, &ignore, NULL);
}

bool ll_stop_asked(void)
{
	return stop_asked != 0;
}

void ll_stop_wait(int timeout_ms)
{
	if (!ll_stop_asked())
		poll(NULL, 0, timeout_ms);
}
