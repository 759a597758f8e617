/*
 * Files that `lifeline policy` reads. What fails has told the user, with file, line and column.
 */
#ifndef LL_PRODUCERS_POLICY_POLICY_FILE_H
#define LL_PRODUCERS_POLICY_POLICY_FILE_H

#include "policy/policy_yaml.h"
#include "runtime/command.h"

struct ll_policy_file {
	char *text; /* NULL: the one that is built in */
	size_t size;
	struct ll_policy *policy;
};

/* path: NULL takes the policy that is built in. Release after 0. */
int ll_policy_file_open(const struct ll_invocation *invocation, const char *path,
			struct ll_policy_file *ret_file);
void ll_policy_file_release(struct ll_policy_file *file);

/* Any text of at most LL_POLICY_TEXT_MAX bytes; free() it. */
int ll_policy_file_read(const struct ll_invocation *invocation, const char *path, char **ret_text,
			size_t *ret_size);
/* "file:3:5: what is wrong"; returns err. */
int ll_policy_file_complain(const struct ll_invocation *invocation, const char *path, int err,
			    const struct ll_error *error);

#endif
