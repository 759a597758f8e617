#include "policy_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/embedded.h"

#define BUILT_IN "(built in)"

extern const struct ll_embedded ll_builtin_policies[];

int ll_policy_file_read(const struct ll_invocation *invocation, const char *path, char **ret_text,
			size_t *ret_size)
{
	FILE *stream = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	int err = 0;

	if (!stream)
		return ll_complain(invocation, -LL_ERR_IO, "%s: %s", path, strerror(errno));
	text = malloc(LL_POLICY_TEXT_MAX + 1);
	if (!text) {
		err = -LL_ERR_NO_MEMORY;
		goto done;
	}
	size = fread(text, 1, LL_POLICY_TEXT_MAX + 1, stream);
	if (ferror(stream))
		err = ll_complain(invocation, -LL_ERR_IO, "%s: %s", path, strerror(errno));
	else if (size > LL_POLICY_TEXT_MAX)
		err = ll_complain(invocation, -LL_ERR_TOO_LARGE,
				  "%s: such a file has at most %d bytes", path, LL_POLICY_TEXT_MAX);
done:
	fclose(stream);
	if (err) {
		free(text);
		return err;
	}
	*ret_text = text;
	*ret_size = size;
	return 0;
}

int ll_policy_file_complain(const struct ll_invocation *invocation, const char *path, int err,
			    const struct ll_error *error)
{
	if (error->line > 0)
		return ll_complain(invocation, err, "%s:%d:%d: %s", path, error->line,
				   error->column, error->message);
	return ll_complain(invocation, err, "%s: %s", path,
			   error->message[0] ? error->message : ll_err_text(err));
}

int ll_policy_file_open(const struct ll_invocation *invocation, const char *path,
			struct ll_policy_file *ret_file)
{
	struct ll_policy_file file = {.text = NULL};
	struct ll_str text = ll_embedded_text(&ll_builtin_policies[0]);
	struct ll_error error = {0};
	int err = path ? ll_policy_file_read(invocation, path, &file.text, &file.size) : 0;

	if (err)
		return err;
	if (path)
		text = (struct ll_str){file.text, file.size};
	err = ll_policy_compile(text, &file.policy, &error);
	if (err) {
		ll_policy_file_complain(invocation, path ? path : BUILT_IN, err, &error);
		ll_policy_file_release(&file);
		return err;
	}
	*ret_file = file;
	return 0;
}

void ll_policy_file_release(struct ll_policy_file *file)
{
	ll_policy_free(file->policy);
	free(file->text);
}
