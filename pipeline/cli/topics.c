#include "runtime/topics.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "runtime/columns.h"
#include "runtime/shell.h"

#define CREATE_TIMEOUT_MS 30000
#define CELL_MAX	  32

/* ---- create ------------------------------------------------------------------------------------ */

static int fix_partitions(const struct ll_invocation *invocation)
{
	struct ll_error error = {0};
	struct ll_store *store;
	int32_t from;
	int32_t to;
	int err = ll_shell_store_ready(invocation, &store);

	if (err)
		return ll_exit_of(err);
	err = ll_store_migrate(store, &from, &to, &error);
	if (!err)
		err = ll_topics_fix(ll_invocation_settings(invocation), store, &error);
	ll_store_free(store);
	error.code = err;
	return err ? ll_shell_fail(invocation, "", &error) : LL_EXIT_DONE;
}

/*
 * First what is there is compared, so that a wrong count is not written down for life; then P and Q
 * are written down, before the first topic is made with them.
 */
static int create_topics(const struct ll_invocation *invocation, const struct ll_topics *topics,
			 struct ll_bus *bus)
{
	struct ll_error error = {0};
	size_t created = 0;
	int err = ll_topics_compare(topics, bus, LL_SHELL_ANSWER_MS, &error);
	int code = err ? LL_EXIT_FAILED : fix_partitions(invocation);

	if (!err && code)
		return code;
	if (!err)
		err = ll_topics_create(topics, bus, CREATE_TIMEOUT_MS, &created, &error);
	error.code = err;
	if (err)
		return ll_shell_fail(invocation, "", &error);
	printf("%zu topics created, %zu were there.\n", created, ll_topics_count(topics) - created);
	return LL_EXIT_DONE;
}

/* ---- list and check ---------------------------------------------------------------------------- */

static const struct ll_column list_columns[] = {
	{"TOPIC", false}, {"PARTITIONS", true},	 {"KEPT", false}, {"KEY", false},
	{"STATE", false}, {"WRITTEN BY", false}, {NULL, false},
};

struct listing {
	struct ll_columns *table;
	int bad; /* topics that are missing or contradict the settings */
	int err;
};

static void kept_text(const struct ll_topic_spec *spec, char ret_text[CELL_MAX])
{
	const int64_t day_ms = 24LL * 3600 * 1000;

	if (spec->compacted)
		snprintf(ret_text, CELL_MAX, "last of a key");
	else if (spec->retention_ms < 0)
		snprintf(ret_text, CELL_MAX, "for ever");
	else
		snprintf(ret_text, CELL_MAX, "%lld days", (long long)(spec->retention_ms / day_ms));
}

static void list_state(struct listing *listing, const struct ll_topic_state *state)
{
	char partitions[CELL_MAX];
	char kept[CELL_MAX];
	char found[CELL_MAX];

	snprintf(partitions, sizeof(partitions), "%d", state->spec->partitions);
	kept_text(state->spec, kept);
	if (state->found == 0)
		snprintf(found, sizeof(found), "missing");
	else if (state->found == state->spec->partitions)
		snprintf(found, sizeof(found), "ok");
	else
		snprintf(found, sizeof(found), "has %d partitions", state->found);
	listing->bad += state->found != state->spec->partitions;
	if (!listing->err)
		listing->err = ll_columns_add(
			listing->table, (const char *const[]){state->spec->name, partitions, kept,
							      ll_topic_key(state->kind), found,
							      ll_topic_writers(state->kind)});
}

static void list_foreign(void *context, const char *topic, int32_t partitions)
{
	struct listing *listing = context;
	char count[CELL_MAX];

	snprintf(count, sizeof(count), "%d", partitions);
	if (!listing->err)
		listing->err = ll_columns_add(
			listing->table,
			(const char *const[]){topic, count, "", "", "not in the settings", ""});
}

static int fill_listing(struct listing *listing, const struct ll_topics *topics, struct ll_bus *bus,
			struct ll_error *error)
{
	struct ll_topic_state *states = calloc(ll_topics_count(topics), sizeof(*states));
	int err;

	if (!states)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	err = ll_topics_inspect(topics, bus, LL_SHELL_ANSWER_MS, states, NULL, NULL, error);
	for (size_t i = 0; i < ll_topics_count(topics) && !err; i++)
		list_state(listing, &states[i]);
	if (!err) /* asked again so that they stand below those of the settings */
		err = ll_topics_inspect(topics, bus, LL_SHELL_ANSWER_MS, states, list_foreign,
					listing, error);
	free(states);
	return err ? err : listing->err;
}

/* Prints the list; *ret_bad: how many are not as they should be. */
static int list_topics(const struct ll_topics *topics, struct ll_bus *bus, int *ret_bad,
		       struct ll_error *error)
{
	struct listing listing = {0};
	int err = ll_columns_new(list_columns, &listing.table);

	if (err)
		return err;
	err = fill_listing(&listing, topics, bus, error);
	if (!err)
		err = ll_columns_print(listing.table, stdout);
	ll_columns_free(listing.table);
	if (!err)
		*ret_bad = listing.bad;
	return err;
}

static int show_topics(const struct ll_invocation *invocation, const struct ll_topics *topics,
		       struct ll_bus *bus)
{
	struct ll_error error = {0};
	int bad = 0;
	int err = list_topics(topics, bus, &bad, &error);

	error.code = err;
	return err ? ll_shell_fail(invocation, "", &error) : LL_EXIT_DONE;
}

static int check_topics(const struct ll_invocation *invocation, const struct ll_topics *topics,
			struct ll_bus *bus)
{
	struct ll_error error = {0};
	int bad = 0;
	int err = list_topics(topics, bus, &bad, &error);

	error.code = err;
	if (err)
		return ll_shell_fail(invocation, "", &error);
	if (bad > 0)
		return ll_complain(invocation, LL_EXIT_FAILED,
				   "%d of %zu topics are not as the settings ask; `lifeline topics "
				   "create` makes those that are missing",
				   bad, ll_topics_count(topics));
	return LL_EXIT_DONE;
}

/* ---- the commands ------------------------------------------------------------------------------ */

static int with_topics(const struct ll_invocation *invocation,
		       int (*work)(const struct ll_invocation *invocation,
				   const struct ll_topics *topics, struct ll_bus *bus))
{
	struct ll_topics *topics;
	struct ll_bus *bus;
	int code = LL_EXIT_FAILED;
	int err = ll_shell_bus_ready(invocation, &bus);

	if (err)
		return ll_exit_of(err);
	if (ll_topics_new(ll_invocation_settings(invocation), &topics) == 0) {
		code = work(invocation, topics, bus);
		ll_topics_free(topics);
	} else {
		ll_complain(invocation, 0, "%s", ll_err_text(LL_ERR_NO_MEMORY));
	}
	ll_bus_free(bus);
	return code;
}

static int run_create(struct ll_invocation *invocation)
{
	return with_topics(invocation, create_topics);
}

static int run_list(struct ll_invocation *invocation)
{
	return with_topics(invocation, show_topics);
}

static int run_check(struct ll_invocation *invocation)
{
	return with_topics(invocation, check_topics);
}

static const struct ll_command topics_subcommands[] = {
	{
		.name = "create",
		.summary = "create the topics that are missing",
		.help = "Creates a topic for every department, county and city of the settings, "
			"and those "
			"that there is one of. The partition counts P and Q are written down in "
			"PostgreSQL "
			"the first time and are fixed for life; when a topic is there with another "
			"count, "
			"nothing is created. Run it again after a department or a county was "
			"added.\n"
			"\n"
			"Examples:\n"
			"  lifeline topics create --person-partitions 16 --household-partitions "
			"16\n"
			"  lifeline topics create --counties 360502,360521,360981\n",
		.group = LL_GROUP_OPERATORS,
		.run = run_create,
	},
	{
		.name = "check",
		.summary = "list them, and fail when one is missing or has another partition count",
		.group = LL_GROUP_OPERATORS,
		.run = run_check,
	},
	{.name = NULL},
};

const struct ll_command ll_command_topics = {
	.name = "topics",
	.summary = "list, create and check the Kafka topics",
	.help = "Without a subcommand: lists the topics that the settings ask for, and whether the "
		"broker has them.\n",
	.group = LL_GROUP_OPERATORS,
	.subcommands = topics_subcommands,
	.run = run_list,
};
