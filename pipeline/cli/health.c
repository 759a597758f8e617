#include "cli/health.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"

#define ASK_TIMEOUT_S 4 /* below the 6 s that the image's health check gives */
#define HOST_MAX      256
#define REQUEST_MAX   512

/* ---- where ------------------------------------------------------------------------------------- */

/* An address of all interfaces listens on loopback too; "" stands for IPv4's. */
static const char *loopback_of(const char *host)
{
	if (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "*") == 0)
		return "127.0.0.1";
	return strcmp(host, "::") == 0 ? "::1" : host;
}

/* "host:port" or "[v6]:port" taken apart; port 0 is nowhere. */
static int listen_split(const char *listen, char ret_host[HOST_MAX], const char **ret_port,
			struct ll_error *error)
{
	const char *colon = strrchr(listen, ':');
	size_t size = colon ? (size_t)(colon - listen) : 0;
	int64_t port = 0;

	if (size >= 2 && listen[0] == '[' && listen[size - 1] == ']') {
		listen++;
		size -= 2;
	}
	if (size == 0 || size >= HOST_MAX || ll_str_to_int64(ll_str_from(colon + 1), &port) ||
	    port < 1 || port > 65535)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "say where the stage listens, with a port, as with the stage "
				    "itself: --listen HOST:PORT or LIFELINE_LISTEN");
	memcpy(ret_host, listen, size);
	ret_host[size] = '\0';
	*ret_port = colon + 1;
	return 0;
}

static int connect_to(const struct addrinfo *address, int *ret_descriptor)
{
	const struct timeval timeout = {.tv_sec = ASK_TIMEOUT_S};
	int descriptor = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC,
				address->ai_protocol);
	int reason;

	if (descriptor < 0)
		return errno;
	if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) == 0 &&
	    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)) == 0 &&
	    connect(descriptor, address->ai_addr, address->ai_addrlen) == 0) {
		*ret_descriptor = descriptor;
		return 0;
	}
	reason = errno;
	close(descriptor);
	return reason;
}

static int open_connection(const char *listen, int *ret_descriptor, struct ll_error *error)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *addresses;
	char host[HOST_MAX];
	const char *port;
	int reason;
	int err = listen_split(listen, host, &port, error);

	if (err)
		return err;
	reason = getaddrinfo(loopback_of(host), port, &hints, &addresses);
	if (reason)
		return ll_error_set(error, -LL_ERR_INVALID, "%s: %s", host, gai_strerror(reason));
	reason = connect_to(addresses, ret_descriptor);
	freeaddrinfo(addresses);
	if (reason)
		return ll_error_set(error, -LL_ERR_UNAVAILABLE, "nobody answers at %s:%s: %s",
				    loopback_of(host), port, strerror(reason));
	return 0;
}

/* ---- question and answer ----------------------------------------------------------------------- */

static int read_failed(struct ll_error *error)
{
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return ll_error_set(error, -LL_ERR_TIMED_OUT, "no answer within %d s",
				    ASK_TIMEOUT_S);
	return ll_error_set(error, -LL_ERR_UNAVAILABLE, "the connection broke: %s",
			    strerror(errno));
}

static time_t monotonic_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Until the other side closes, the answer is full or the time is over, whichever comes first. */
static int read_answer(int descriptor, char ret_answer[LL_HEALTH_ANSWER_MAX + 1],
		       struct ll_error *error)
{
	const time_t until = monotonic_s() + ASK_TIMEOUT_S;
	size_t size = 0;

	while (size < LL_HEALTH_ANSWER_MAX) {
		ssize_t got = recv(descriptor, ret_answer + size, LL_HEALTH_ANSWER_MAX - size, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return read_failed(error);
		if (got == 0)
			break;
		size += (size_t)got;
		if (monotonic_s() > until)
			return ll_error_set(error, -LL_ERR_TIMED_OUT,
					    "no end of the answer in %d s", ASK_TIMEOUT_S);
	}
	ret_answer[size] = '\0';
	return 0;
}

static int parse_answer(const char *answer, int *ret_status, struct ll_buf *page,
			struct ll_error *error)
{
	const char *body = strstr(answer, "\r\n\r\n");
	int status;
	int err;

	if (sscanf(answer, "HTTP/1.%*1[01] %3d", &status) != 1 || !body)
		return ll_error_set(error, -LL_ERR_UNSUPPORTED,
				    "what answers there does not speak HTTP");
	err = ll_buf_append(page, body + 4, strlen(body + 4));
	if (!err)
		*ret_status = status;
	return err;
}

static int ask(int descriptor, const char *path, char ret_answer[LL_HEALTH_ANSWER_MAX + 1],
	       struct ll_error *error)
{
	char request[REQUEST_MAX];
	int size =
		snprintf(request, sizeof(request),
			 "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);

	if (size < 0 || (size_t)size >= sizeof(request))
		return ll_error_set(error, -LL_ERR_INVALID, "the page's path is too long");
	if (send(descriptor, request, (size_t)size, MSG_NOSIGNAL) != size)
		return read_failed(error);
	return read_answer(descriptor, ret_answer, error);
}

int ll_health_ask(const char *listen, const char *path, int *ret_status, struct ll_buf *page,
		  struct ll_error *error)
{
	char answer[LL_HEALTH_ANSWER_MAX + 1];
	int descriptor = -1;
	int err = open_connection(listen, &descriptor, error);

	if (err)
		return err;
	err = ask(descriptor, path, answer, error);
	close(descriptor);
	return err ? err : parse_answer(answer, ret_status, page, error);
}

/* ---- the command ------------------------------------------------------------------------------- */

static int run(struct ll_invocation *invocation)
{
	const char *path = ll_invocation_flag(invocation, "ready") ? "/readyz" : "/healthz";
	const char *listen =
		ll_settings_text(ll_invocation_settings(invocation), LL_SETTING_LISTEN);
	struct ll_error error = {0};
	struct ll_buf page;
	int status = 0;
	int err;

	ll_buf_init(&page);
	err = ll_health_ask(listen, path, &status, &page, &error);
	if (!err)
		fwrite(page.data, 1, page.size, stdout);
	ll_buf_release(&page);
	error.code = err;
	if (err)
		return ll_complain_error(invocation,
					 err == -LL_ERR_INVALID ? LL_EXIT_USAGE : LL_EXIT_FAILED,
					 "", &error);
	return status == 200 ? LL_EXIT_DONE : LL_EXIT_FAILED;
}

static const struct ll_option options[] = {
	{"ready", NULL, NULL, "ask whether it is ready to work, not whether it is alive"},
	{NULL, NULL, NULL, NULL},
};

const struct ll_command ll_command_health = {
	.name = "health",
	.summary = "ask a running stage whether it is alive",
	.usage = "",
	.help = "Gets /healthz from where the setting listen says, prints the answer, and ends "
		"with "
		"0 when it is 200, else with 1. For health checks in containers and scripts.\n"
		"\n"
		"Examples:\n"
		"  lifeline health --listen 127.0.0.1:9100\n"
		"  docker exec CONTAINER lifeline health --ready\n",
	.group = LL_GROUP_OPERATORS,
	.options = options,
	.run = run,
};
