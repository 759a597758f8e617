#include "play_registry.h"

#include <stdio.h>
#include <unistd.h>

#include "base/date.h"
#include "directory.h"
#include "runtime/clock.h"
#include "runtime/shell.h"
#include "scenario.h"

/* False where nothing is registered on this day. */
static bool late_directory(const struct ll_play_registry *registry, int32_t day,
			   char ret_path[LL_SIM_PATH_MAX])
{
	char text[LL_DAY_TEXT_MAX];
	int size;

	ll_day_format(day, text);
	size = snprintf(ret_path, LL_SIM_PATH_MAX, "%s/" LL_SCENARIO_LATE_DIR "/%s",
			registry->directory, text);
	return size > 0 && size < LL_SIM_PATH_MAX && access(ret_path, F_OK) == 0;
}

int ll_play_registry_init(struct ll_play_registry *registry, struct ll_invocation *invocation,
			  const struct ll_registry_options *options, const char *directory,
			  bool first, int32_t from, int32_t to)
{
	char path[LL_SIM_PATH_MAX];
	bool needed = first;
	int err = 0;

	*registry = (struct ll_play_registry){
		.invocation = invocation,
		.directory = directory,
		.options = *options,
	};
	for (int32_t day = from; day <= to && !needed; day++)
		needed = late_directory(registry, day, path);
	if (needed)
		err = ll_shell_store_ready(invocation, &registry->store);
	registry->options.store = registry->store;
	return err;
}

void ll_play_registry_release(struct ll_play_registry *registry)
{
	ll_store_free(registry->store);
	registry->store = NULL;
}

static void add_counts(struct ll_registry_counts *sum, const struct ll_registry_counts *counts)
{
	sum->household_rows += counts->household_rows;
	sum->households += counts->households;
	sum->people_rows += counts->people_rows;
	sum->people += counts->people;
	sum->transactions += counts->transactions;
}

static int import(struct ll_play_registry *registry, const char *directory)
{
	char households[LL_SIM_PATH_MAX], people[LL_SIM_PATH_MAX];
	struct ll_registry_counts counts = {0};
	struct ll_error error = {0};
	int err = ll_directory_join(directory, "households.csv", households, &error);

	if (!err)
		err = ll_directory_join(directory, "people.csv", people, &error);
	registry->options.now_ms = ll_clock_wall_ms(&ll_clock_real);
	if (!err)
		err = ll_registry_import(&registry->options, households, people, &counts, &error);
	add_counts(&registry->counts, &counts);
	if (err && error.code == 0)
		error.code = err;
	if (err)
		return ll_complain_error(registry->invocation, err, "registry", &error);
	registry->imports++;
	return 0;
}

int ll_play_registry_first(struct ll_play_registry *registry)
{
	return import(registry, registry->directory);
}

int ll_play_registry_late(struct ll_play_registry *registry, int32_t day)
{
	char path[LL_SIM_PATH_MAX];

	return late_directory(registry, day, path) ? import(registry, path) : 0;
}
