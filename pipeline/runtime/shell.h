/*
 * What a program opens from its settings. Every function that fails has told the user what is wrong
 * and what to do about it, and returns a negative ll_err; the program ends with ll_exit_of of it.
 */
#ifndef LL_RUNTIME_SHELL_H
#define LL_RUNTIME_SHELL_H

#include "bus/bus.h"
#include "codec/codec.h"
#include "identity/pseudonym.h"
#include "runtime/command.h"
#include "runtime/endpoint.h"
#include "runtime/metrics.h"
#include "store/store.h"

#define LL_INSTANCE_MAX 65 /* bytes with the ending NUL */

#define LL_SHELL_ANSWER_MS 10000 /* how long a broker may take to answer a command */

/* Tells the error's story, with what it was about, and returns its exit code. */
int ll_shell_fail(const struct ll_invocation *invocation, const char *what,
		  const struct ll_error *error);

/* Log lines from now on, under this stage's name, from the setting's level on. */
void ll_shell_log(const struct ll_invocation *invocation, const char *stage);

/* A Kafka bus with the settings' kafka.* properties. Does not connect. */
int ll_shell_bus(const struct ll_invocation *invocation, struct ll_bus **ret_bus);
/* For commands, which do not wait for a broker as a stage does: one that answers, or an error. */
int ll_shell_bus_ready(const struct ll_invocation *invocation, struct ll_bus **ret_bus);

/* PostgreSQL by the setting `database`. Does not connect. */
int ll_shell_store(const struct ll_invocation *invocation, struct ll_store **ret_store);
/* One that answers, or an error. */
int ll_shell_store_ready(const struct ll_invocation *invocation, struct ll_store **ret_store);

int ll_shell_codec(const struct ll_invocation *invocation, struct ll_codec **ret_codec);

/* Reads the file of `secret-file`; white space at either end is not part of the secret. */
int ll_shell_pseudonyms(const struct ll_invocation *invocation,
			struct ll_pseudonyms **ret_pseudonyms);

/* The setting `instance`, else the host name. */
int ll_shell_instance(const struct ll_invocation *invocation, char ret_instance[LL_INSTANCE_MAX]);

/* /metrics at the setting `listen`; NULL when that is "off". Says in the log where it listens. */
int ll_shell_endpoint(const struct ll_invocation *invocation, const char *stage,
		      struct ll_metrics *metrics, struct ll_endpoint **ret_endpoint);

#endif
