#include <jansson.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/lag.h"
#include "runtime/columns.h"
#include "runtime/json_print.h"
#include "runtime/shell.h"

#define COUNT_MAX 10000 /* records of a partition that are counted one by one */
#define CELL_MAX  32

static const struct ll_column lag_columns[] = {
	{"STAGE", false}, {"TOPIC", false}, {"PARTITION", true}, {"NEXT", true},
	{"END", true},	  {"BEHIND", true}, {NULL, false},
};

static int add_row(struct ll_columns *table, const struct ll_lag_entry *entry)
{
	char partition[CELL_MAX];
	char next[CELL_MAX];
	char end[CELL_MAX];
	char behind[CELL_MAX];

	snprintf(partition, sizeof(partition), "%d", entry->partition);
	snprintf(next, sizeof(next), "%lld", (long long)entry->next);
	snprintf(end, sizeof(end), "%lld", (long long)entry->end);
	snprintf(behind, sizeof(behind), "%s%lld",
		 entry->exact ? "" : "<= ", (long long)entry->behind);
	return ll_columns_add(table, (const char *const[]){entry->stage, entry->topic, partition,
							   next, end, behind});
}

static int print_table(const struct ll_lag *lag, bool all)
{
	struct ll_columns *table;
	size_t behind = ll_lag_behind(lag, NULL);
	int err = ll_columns_new(lag_columns, &table);

	if (err)
		return err;
	for (size_t i = 0; !err && i < ll_lag_count(lag); i++)
		if (all || ll_lag_at(lag, i)->behind > 0)
			err = add_row(table, ll_lag_at(lag, i));
	if (!err && ll_columns_row_count(table) > 0)
		err = ll_columns_print(table, stdout);
	ll_columns_free(table);
	if (err)
		return err;
	if (behind == 0)
		printf("The stages have read all of their %zu partitions.\n", ll_lag_count(lag));
	else
		printf("\n%zu of %zu partitions have records that are not read yet.\n", behind,
		       ll_lag_count(lag));
	return 0;
}

static int print_json(const struct ll_lag *lag)
{
	json_t *partitions = json_array();
	json_t *object;

	for (size_t i = 0; i < ll_lag_count(lag); i++) {
		const struct ll_lag_entry *entry = ll_lag_at(lag, i);

		json_array_append_new(partitions,
				      json_pack("{s:s, s:s, s:i, s:I, s:I, s:I, s:b}", "stage",
						entry->stage, "topic", entry->topic, "partition",
						entry->partition, "next", (json_int_t)entry->next,
						"end", (json_int_t)entry->end, "behind",
						(json_int_t)entry->behind, "exact", entry->exact));
	}
	object = json_pack("{s:b, s:o}", "drained", ll_lag_behind(lag, NULL) == 0, "partitions",
			   partitions);
	return ll_json_print(object);
}

static int run(struct ll_invocation *invocation)
{
	struct ll_store *store = NULL;
	struct ll_bus *bus = NULL;
	struct ll_lag *lag = NULL;
	struct ll_error error = {0};
	int err = ll_shell_bus_ready(invocation, &bus);

	if (!err)
		err = ll_shell_store_ready(invocation, &store);
	if (err)
		goto done;
	err = ll_lag_new(bus, store, &lag, &error);
	if (!err)
		err = ll_lag_measure(lag, COUNT_MAX, &error);
	if (!err)
		err = ll_invocation_flag(invocation, "json")
			      ? print_json(lag)
			      : print_table(lag, ll_invocation_flag(invocation, "all"));
	if (err)
		ll_complain_error(invocation, err, "the stages' offsets cannot be read", &error);
done:
	ll_lag_free(lag);
	ll_store_free(store);
	ll_bus_free(bus);
	return ll_exit_of(err);
}

static const struct ll_option options[] = {
	{"all", NULL, NULL, "also the partitions that have nothing left to read"},
	{"json", NULL, NULL, "as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

const struct ll_command ll_command_lag = {
	.name = "lag",
	.summary = "how far enrich, assess and record are behind",
	.usage = "",
	.help = "For each partition that a stage reads: the offset it reads next, the end of the "
		"log, and how many records lie between. Offsets alone would not tell: a topic that "
		"is written in transactions ends in markers that no reader gets.\n"
		"\n"
		"Examples:\n"
		"  lifeline lag\n"
		"  lifeline lag --all --json\n",
	.group = LL_GROUP_OPERATORS,
	.options = options,
	.run = run,
};
