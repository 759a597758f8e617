#include <stdio.h>

#include "cli/commands.h"
#include "runtime/shell.h"

static int migrate(const struct ll_invocation *invocation, struct ll_store *store)
{
	struct ll_error error = {0};
	int32_t from = 0;
	int32_t to = 0;
	int err = ll_store_migrate(store, &from, &to, &error);

	if (err) {
		error.code = err;
		return ll_shell_fail(invocation, "the database cannot be brought up to date",
				     &error);
	}
	if (from == to)
		printf("The database is up to date: version %d.\n", to);
	else
		printf("The database went from version %d to %d.\n", from, to);
	return LL_EXIT_DONE;
}

static int run_migrate(struct ll_invocation *invocation)
{
	struct ll_store *store;
	int err = ll_shell_store_ready(invocation, &store);
	int code;

	if (err)
		return ll_exit_of(err);
	code = migrate(invocation, store);
	ll_store_free(store);
	return code;
}

const struct ll_command ll_command_migrate = {
	.name = "migrate",
	.summary = "create the database's tables, or bring them up to date",
	.help = "Applies the numbered migrations that are missing, and says from which version to "
		"which. "
		"May be run by any number of processes at once, and again at any time. A database "
		"that "
		"is newer than this program is left alone.\n"
		"\n"
		"Example:\n"
		"  lifeline migrate --database 'host=db dbname=lifeline user=lifeline'\n",
	.group = LL_GROUP_OPERATORS,
	.run = run_migrate,
};
