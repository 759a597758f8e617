#include "runtime/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#define ENDPOINT_CONNECTIONS_MAX 32
#define ENDPOINT_PER_ADDRESS_MAX 16
#define ENDPOINT_IDLE_S		 10    /* a connection that says nothing is closed */
#define ENDPOINT_MEMORY_MAX	 16384 /* bytes of one request's line and headers */
#define ENDPOINT_BACKLOG	 16
#define ENDPOINT_HOST_MAX	 256
#define ENDPOINT_STAGE_MAX	 64

struct ll_endpoint {
	char stage[ENDPOINT_STAGE_MAX];
	struct ll_metrics *metrics;
	struct MHD_Daemon *daemon;
	int port;
	atomic_bool ready;
	_Atomic int64_t beat_ms; /* monotonic */
};

static int64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- pages -------------------------------------------------------------------------------------
 */

/* Appends the page and returns its HTTP status, or 0 when out of memory. */
typedef unsigned int page_function(const struct ll_endpoint *endpoint, struct ll_buf *body);

static unsigned int page_metrics(const struct ll_endpoint *endpoint, struct ll_buf *body)
{
	return ll_metrics_render(endpoint->metrics, body) ? 0 : MHD_HTTP_OK;
}

static unsigned int page_health(const struct ll_endpoint *endpoint, struct ll_buf *body)
{
	int64_t silent_ms =
		monotonic_ms() - atomic_load_explicit(&endpoint->beat_ms, memory_order_relaxed);

	if (ll_endpoint_is_alive(silent_ms))
		return ll_buf_append_format(body, "%s is alive\n", endpoint->stage) ? 0
										    : MHD_HTTP_OK;
	return ll_buf_append_format(body, "%s: the loop has not turned for %lld s\n",
				    endpoint->stage, (long long)(silent_ms / 1000))
		       ? 0
		       : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static unsigned int page_ready(const struct ll_endpoint *endpoint, struct ll_buf *body)
{
	bool ready = atomic_load_explicit(&endpoint->ready, memory_order_relaxed);

	if (ll_buf_append_format(body, ready ? "%s is ready\n" : "%s is not ready\n",
				 endpoint->stage))
		return 0;
	return ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static unsigned int page_index(const struct ll_endpoint *endpoint, struct ll_buf *body)
{
	return ll_buf_append_format(body, "lifeline %s: /metrics /healthz /readyz\n",
				    endpoint->stage)
		       ? 0
		       : MHD_HTTP_OK;
}

struct page {
	const char *path;
	const char *content_type;
	page_function *function;
};

#define PLAIN_TEXT "text/plain; charset=utf-8"

static const struct page pages[] = {
	{"/", PLAIN_TEXT, page_index},
	{"/metrics", "text/plain; version=0.0.4; charset=utf-8", page_metrics},
	{"/healthz", PLAIN_TEXT, page_health},
	{"/readyz", PLAIN_TEXT, page_ready},
};

static const struct page *page_find(const char *path)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (strcmp(pages[i].path, path) == 0)
			return &pages[i];
	return NULL;
}

static enum MHD_Result respond(struct MHD_Connection *connection, unsigned int status,
			       const char *content_type, const struct ll_buf *body)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(body->size, body->data, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *path,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **request)
{
	const struct ll_endpoint *endpoint = context;
	const struct page *page = page_find(path);
	enum MHD_Result result = MHD_NO;
	struct ll_buf body;
	unsigned int status;

	(void)version;
	(void)upload;
	(void)upload_size;
	(void)request;
	ll_buf_init(&body);
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		status = MHD_HTTP_METHOD_NOT_ALLOWED;
	else if (!page)
		status = MHD_HTTP_NOT_FOUND;
	else
		status = page->function(endpoint, &body);
	if (status)
		result = respond(connection, status, page ? page->content_type : PLAIN_TEXT, &body);
	ll_buf_release(&body);
	return result;
}

/* ---- the socket --------------------------------------------------------------------------------
 */

/* "host:port" or "[v6]:port" taken apart. */
static int listen_split(const char *listen, char ret_host[ENDPOINT_HOST_MAX], const char **ret_port,
			struct ll_error *error)
{
	const char *colon = strrchr(listen, ':');
	size_t size = colon ? (size_t)(colon - listen) : 0;

	if (size >= 2 && listen[0] == '[' && listen[size - 1] == ']') {
		listen++;
		size -= 2;
	}
	if (size == 0 || size >= ENDPOINT_HOST_MAX)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "listen must be HOST:PORT or 'off', not \"%.100s\"", listen);
	memcpy(ret_host, listen, size);
	ret_host[size] = '\0';
	*ret_port = colon + 1;
	return 0;
}

/* A listening socket on the first of the host's addresses; its own so that errno tells the reason.
 */
static int listen_on(const struct addrinfo *address, int *ret_descriptor)
{
	const int yes = 1;
	int descriptor = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC,
				address->ai_protocol);
	int reason;

	if (descriptor < 0)
		return errno;
	if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
	    bind(descriptor, address->ai_addr, address->ai_addrlen) == 0 &&
	    listen(descriptor, ENDPOINT_BACKLOG) == 0) {
		*ret_descriptor = descriptor;
		return 0;
	}
	reason = errno;
	close(descriptor);
	return reason;
}

static int listen_open(const char *text, int *ret_descriptor, struct ll_error *error)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
	struct addrinfo *addresses;
	char host[ENDPOINT_HOST_MAX];
	const char *port;
	int reason;
	int err = listen_split(text, host, &port, error);

	if (err)
		return err;
	reason = getaddrinfo(host, port, &hints, &addresses);
	if (reason)
		return ll_error_set(error, -LL_ERR_INVALID, "cannot listen on %s: %s", text,
				    gai_strerror(reason));
	reason = listen_on(addresses, ret_descriptor);
	freeaddrinfo(addresses);
	if (reason == EADDRINUSE)
		return ll_error_set(error, -LL_ERR_EXISTS,
				    "cannot listen on %s: another process has this port; choose "
				    "another one with --listen, or port 0 for any free one",
				    text);
	if (reason)
		return ll_error_set(error, -LL_ERR_IO, "cannot listen on %s: %s", text,
				    strerror(reason));
	return 0;
}

static int socket_port(int descriptor)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address = {0};
	socklen_t size = sizeof(address);

	if (getsockname(descriptor, &address.any, &size))
		return 0;
	return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port
						       : address.v4.sin_port);
}

/* ---- life --------------------------------------------------------------------------------------
 */

static int endpoint_start(struct ll_endpoint *endpoint, int descriptor, struct ll_error *error)
{
	endpoint->port = socket_port(descriptor);
	endpoint->daemon = MHD_start_daemon(
		MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, answer, endpoint,
		MHD_OPTION_LISTEN_SOCKET, descriptor, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned int)ENDPOINT_CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		(unsigned int)ENDPOINT_PER_ADDRESS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned int)ENDPOINT_IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)ENDPOINT_MEMORY_MAX, MHD_OPTION_END);
	if (endpoint->daemon)
		return 0;
	return ll_error_set(error, -LL_ERR_IO, "the HTTP server of /metrics cannot start");
}

int ll_endpoint_new(const char *listen, const char *stage, struct ll_metrics *metrics,
		    struct ll_endpoint **ret_endpoint, struct ll_error *error)
{
	struct ll_endpoint *endpoint;
	int descriptor;
	int err;

	if (strcmp(listen, "off") == 0) {
		*ret_endpoint = NULL;
		return 0;
	}
	err = listen_open(listen, &descriptor, error);
	if (err)
		return err;
	endpoint = calloc(1, sizeof(*endpoint));
	if (!endpoint) {
		close(descriptor);
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	}
	snprintf(endpoint->stage, sizeof(endpoint->stage), "%s", stage);
	endpoint->metrics = metrics;
	atomic_init(&endpoint->ready, false);
	atomic_init(&endpoint->beat_ms, monotonic_ms());
	err = endpoint_start(endpoint, descriptor, error);
	if (err) {
		close(descriptor);
		free(endpoint);
		return err;
	}
	*ret_endpoint = endpoint;
	return 0;
}

void ll_endpoint_free(struct ll_endpoint *endpoint)
{
	if (!endpoint)
		return;
	MHD_stop_daemon(endpoint->daemon); /* closes the socket too */
	free(endpoint);
}

int ll_endpoint_port(const struct ll_endpoint *endpoint)
{
	return endpoint ? endpoint->port : 0;
}

bool ll_endpoint_is_alive(int64_t silent_ms)
{
	return silent_ms <= LL_ENDPOINT_SILENT_MAX_MS;
}

void ll_endpoint_set_ready(struct ll_endpoint *endpoint, bool ready)
{
	if (endpoint)
		atomic_store_explicit(&endpoint->ready, ready, memory_order_relaxed);
}

void ll_endpoint_beat(struct ll_endpoint *endpoint)
{
	if (endpoint)
		atomic_store_explicit(&endpoint->beat_ms, monotonic_ms(), memory_order_relaxed);
}
