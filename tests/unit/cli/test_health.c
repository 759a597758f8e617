#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/health.h"
#include "runtime/endpoint.h"

static struct ll_metrics *metrics;
static struct ll_endpoint *endpoint;
static struct ll_buf page;
static struct ll_error error;

static int set_up(void **state)
{
	(void)state;
	memset(&error, 0, sizeof(error));
	ll_buf_init(&page);
	if (ll_metrics_new(&metrics))
		return -1;
	return ll_endpoint_new("0.0.0.0:0", "assess", metrics, &endpoint, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	ll_buf_release(&page);
	ll_endpoint_free(endpoint);
	ll_metrics_free(metrics);
	return 0;
}

static int ask(const char *path, int *ret_status)
{
	char listen[64];

	snprintf(listen, sizeof(listen), "0.0.0.0:%d", ll_endpoint_port(endpoint));
	return ll_health_ask(listen, path, ret_status, &page, &error);
}

static void assert_page(const char *text)
{
	assert_int_equal(page.size, strlen(text));
	assert_memory_equal(page.data, text, page.size);
}

static void test_alive(void **state)
{
	int status = 0;

	(void)state;
	assert_int_equal(ask("/healthz", &status), 0);
	assert_int_equal(status, 200);
	assert_page("assess is alive\n");
}

static void test_ready(void **state)
{
	int status = 0;

	(void)state;
	assert_int_equal(ask("/readyz", &status), 0);
	assert_int_equal(status, 503);
	assert_page("assess is not ready\n");
	ll_buf_clear(&page);
	ll_endpoint_set_ready(endpoint, true);
	assert_int_equal(ask("/readyz", &status), 0);
	assert_int_equal(status, 200);
}

static void test_where(void **state)
{
	static const char *const wrong[] = {
		"", "off", "127.0.0.1", "127.0.0.1:0", ":9100", "127.0.0.1:x", "127.0.0.1:65536",
	};
	int status = -7;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(ll_health_ask(wrong[i], "/healthz", &status, &page, &error),
				 -LL_ERR_INVALID);
	assert_int_equal(status, -7);
}

/* ---- others than a stage ----------------------------------------------------------------------- */

struct impostor {
	int descriptor;
	const char *answer; /* NULL: it does not even listen */
	int port;
	pthread_t thread;
};

static void *impostor_run(void *context)
{
	const struct impostor *impostor = context;
	char request[1024];
	int connection = accept(impostor->descriptor, NULL, NULL);
	size_t size = strlen(impostor->answer);

	if (connection < 0)
		return NULL;
	if (recv(connection, request, sizeof(request), 0) > 0)
		for (int i = 0; i < 3; i++)
			if (send(connection, impostor->answer, size, MSG_NOSIGNAL) < 0)
				break;
	close(connection);
	return NULL;
}

static void impostor_start(struct impostor *impostor)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(address);

	impostor->descriptor = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(impostor->descriptor >= 0);
	assert_int_equal(bind(impostor->descriptor, (struct sockaddr *)&address, size), 0);
	assert_int_equal(getsockname(impostor->descriptor, (struct sockaddr *)&address, &size), 0);
	impostor->port = ntohs(address.sin_port);
	if (!impostor->answer)
		return;
	assert_int_equal(listen(impostor->descriptor, 1), 0);
	assert_int_equal(pthread_create(&impostor->thread, NULL, impostor_run, impostor), 0);
}

static int ask_impostor(const char *answer, int *ret_status)
{
	struct impostor impostor = {.answer = answer};
	char listen[64];
	int err;

	impostor_start(&impostor);
	snprintf(listen, sizeof(listen), "127.0.0.1:%d", impostor.port);
	err = ll_health_ask(listen, "/healthz", ret_status, &page, &error);
	if (answer)
		pthread_join(impostor.thread, NULL);
	close(impostor.descriptor);
	return err;
}

static void test_nobody(void **state)
{
	int status = -7;

	(void)state;
	assert_int_equal(ask_impostor(NULL, &status), -LL_ERR_UNAVAILABLE);
	assert_int_equal(status, -7);
	assert_non_null(strstr(error.message, "nobody answers at 127.0.0.1:"));
}

static void test_not_http(void **state)
{
	int status = -7;

	(void)state;
	assert_int_equal(ask_impostor("220 mail ready\r\n\r\n", &status), -LL_ERR_UNSUPPORTED);
	assert_int_equal(ask_impostor("HTTP/1.1 200 OK\r\n", &status), -LL_ERR_UNSUPPORTED);
	assert_int_equal(status, -7);
	assert_int_equal(page.size, 0);
}

static void test_answer_is_bounded(void **state)
{
	char long_answer[3 * LL_HEALTH_ANSWER_MAX];
	int status = 0;
	int size = snprintf(long_answer, sizeof(long_answer), "HTTP/1.1 200 OK\r\n\r\n");

	(void)state;
	memset(long_answer + size, 'x', sizeof(long_answer) - (size_t)size);
	long_answer[sizeof(long_answer) - 1] = '\0';
	assert_int_equal(ask_impostor(long_answer, &status), 0);
	assert_int_equal(status, 200);
	assert_int_equal(page.size, LL_HEALTH_ANSWER_MAX - size);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_alive, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ready, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_where, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_http, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_answer_is_bounded, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
