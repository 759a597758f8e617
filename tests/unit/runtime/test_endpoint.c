#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/endpoint.h"

static struct ll_metrics *metrics;
static struct ll_endpoint *endpoint;
static char answer[65536];

static int set_up(void **state)
{
	(void)state;
	if (ll_metrics_new(&metrics))
		return -1;
	return ll_endpoint_new("127.0.0.1:0", "assess", metrics, &endpoint, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	ll_endpoint_free(endpoint);
	ll_metrics_free(metrics);
	return 0;
}

/* The whole answer over a real socket of the loopback. */
static const char *ask(const char *method, const char *path)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)ll_endpoint_port(endpoint)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	char request[256];
	size_t size = (size_t)snprintf(request, sizeof(request),
				       "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
				       method, path);
	int descriptor = socket(AF_INET, SOCK_STREAM, 0);
	size_t read_size = 0;
	ssize_t got;

	assert_true(descriptor >= 0);
	assert_int_equal(connect(descriptor, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(write(descriptor, request, size), size);
	while ((got = read(descriptor, answer + read_size, sizeof(answer) - 1 - read_size)) > 0)
		read_size += (size_t)got;
	close(descriptor);
	answer[read_size] = '\0';
	return answer;
}

static void assert_status(const char *text, const char *status)
{
	assert_memory_equal(text, "HTTP/1.1 ", 9);
	assert_memory_equal(text + 9, status, 3);
}

static void test_metrics_page(void **state)
{
	(void)state;
	ll_metrics_add(metrics, LL_METRIC_COMMITS, NULL, 17);
	assert_status(ask("GET", "/metrics"), "200");
	assert_non_null(strstr(answer, "text/plain; version=0.0.4"));
	assert_non_null(strstr(answer, "\nlifeline_commits_total 17\n"));
}

static void test_ready(void **state)
{
	(void)state;
	assert_status(ask("GET", "/readyz"), "503");
	ll_endpoint_set_ready(endpoint, true);
	assert_status(ask("GET", "/readyz"), "200");
	assert_non_null(strstr(answer, "assess is ready"));
	ll_endpoint_set_ready(endpoint, false);
	assert_status(ask("GET", "/readyz"), "503");
}

static void test_health(void **state)
{
	(void)state;
	assert_status(ask("GET", "/healthz"), "200");
	ll_endpoint_beat(endpoint);
	assert_status(ask("GET", "/healthz"), "200");
	assert_true(ll_endpoint_is_alive(30000));
	assert_false(ll_endpoint_is_alive(30001));
}

static void test_other_requests(void **state)
{
	(void)state;
	assert_status(ask("GET", "/"), "200");
	assert_status(ask("GET", "/nothing"), "404");
	assert_status(ask("POST", "/metrics"), "405");
	assert_status(ask("HEAD", "/readyz"), "503");
	assert_null(strstr(answer, "not ready"));
}

static void test_port_taken(void **state)
{
	struct ll_endpoint *second = NULL;
	struct ll_error error = {0};
	char listen[32];

	(void)state;
	snprintf(listen, sizeof(listen), "127.0.0.1:%d", ll_endpoint_port(endpoint));
	assert_int_equal(ll_endpoint_new(listen, "assess", metrics, &second, &error),
			 -LL_ERR_EXISTS);
	assert_null(second);
	assert_non_null(strstr(error.message, listen));
	assert_non_null(strstr(error.message, "another process has this port"));
}

static void test_bad_addresses(void **state)
{
	static const char *const rows[] = {"", "9090", ":9090", "127.0.0.1:http?", "[]:1"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ll_endpoint *second = NULL;
		struct ll_error error = {0};

		assert_int_equal(ll_endpoint_new(rows[i], "assess", metrics, &second, &error),
				 -LL_ERR_INVALID);
		assert_true(error.message[0] != '\0');
	}
}

static void test_off(void **state)
{
	struct ll_endpoint *none = endpoint;

	(void)state;
	assert_int_equal(ll_endpoint_new("off", "assess", metrics, &none, NULL), 0);
	assert_null(none);
	ll_endpoint_set_ready(none, true);
	ll_endpoint_beat(none);
	assert_int_equal(ll_endpoint_port(none), 0);
	ll_endpoint_free(none);
}

int main(void)
{
#define ENDPOINT_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ENDPOINT_TEST(test_metrics_page), ENDPOINT_TEST(test_ready),
		ENDPOINT_TEST(test_health),	  ENDPOINT_TEST(test_other_requests),
		ENDPOINT_TEST(test_port_taken),	  ENDPOINT_TEST(test_bad_addresses),
		ENDPOINT_TEST(test_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
