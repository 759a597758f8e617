/*
 * /metrics, /healthz and /readyz over HTTP (libmicrohttpd, its own thread).
 * healthz: the loop turned within the last 30 s. readyz: the program said that it is ready.
 */
#ifndef LL_RUNTIME_ENDPOINT_H
#define LL_RUNTIME_ENDPOINT_H

#include "base/err.h"
#include "metrics.h"

struct ll_endpoint;

/* listen: "host:port", port 0 takes a free one; "off" gives *ret_endpoint = NULL and 0. */
int ll_endpoint_new(const char *listen, const char *stage, struct ll_metrics *metrics,
		    struct ll_endpoint **ret_endpoint, struct ll_error *error);
void ll_endpoint_free(struct ll_endpoint *endpoint);
int ll_endpoint_port(const struct ll_endpoint *endpoint); /* 0 for NULL */

#define LL_ENDPOINT_SILENT_MAX_MS 30000
/* Whether a loop that last turned this long ago counts as alive; new counts as turned. */
bool ll_endpoint_is_alive(int64_t silent_ms);
/* Any thread. NULL is fine. */
void ll_endpoint_set_ready(struct ll_endpoint *endpoint, bool ready);
void ll_endpoint_beat(struct ll_endpoint *endpoint); /* the loop turned */

#endif
