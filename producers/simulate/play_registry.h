/*
 * The registry's part in play: what is known before the first day, and what it learns later.
 * Functions tell the user what is wrong.
 */
#ifndef LL_SIMULATE_PLAY_REGISTRY_H
#define LL_SIMULATE_PLAY_REGISTRY_H

#include "producers/registry/registry_import.h"
#include "runtime/command.h"

struct ll_play_registry {
	struct ll_invocation *invocation;
	const char *directory;	/* of the simulation */
	struct ll_store *store; /* NULL: nothing is to be registered */
	struct ll_registry_options options;
	int64_t imports; /* pairs of files */
	struct ll_registry_counts counts;
};

/*
 * bus, codec, pseudonyms and rejects are borrowed. Opens PostgreSQL when the first registry is
 * wanted or something is registered from day `from` to day `to`, and not else.
 */
int ll_play_registry_init(struct ll_play_registry *registry, struct ll_invocation *invocation,
			  const struct ll_registry_options *options, const char *directory,
			  bool first, int32_t from, int32_t to);
void ll_play_registry_release(struct ll_play_registry *registry);

/* DIR/households.csv and people.csv. */
int ll_play_registry_first(struct ll_play_registry *registry);
/* DIR/registry-late/<day>, when there is such a directory. */
int ll_play_registry_late(struct ll_play_registry *registry, int32_t day);

#endif
