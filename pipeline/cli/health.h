/*
 * Asks a running stage how it is: one GET of a page of its endpoint (runtime/endpoint.h). Blocks, at
 * most a few seconds.
 */
#ifndef LL_CLI_HEALTH_H
#define LL_CLI_HEALTH_H

#include "base/bytes.h"
#include "base/err.h"

/*
 * listen: where the stage listens, as in the setting of this name; an address of all interfaces is
 * asked on loopback. path: "/healthz" or "/readyz". *ret_status is the status of HTTP; the page's
 * text is appended to page (at most LL_HEALTH_ANSWER_MAX bytes of answer are read).
 * -LL_ERR_INVALID: `listen` does not tell a port; -LL_ERR_UNAVAILABLE: nobody listens there;
 * -LL_ERR_TIMED_OUT: no answer in time; -LL_ERR_UNSUPPORTED: what answers does not speak HTTP.
 */
#define LL_HEALTH_ANSWER_MAX 4096
int ll_health_ask(const char *listen, const char *path, int *ret_status, struct ll_buf *page,
		  struct ll_error *error);

#endif
