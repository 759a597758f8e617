/*
 * lifeline summary: the books of a deployment. Shared by its files.
 */
#ifndef LL_CLI_SUMMARY_H
#define LL_CLI_SUMMARY_H

#include "cli/tally.h"
#include "runtime/words.h"

struct ll_summary {
	struct ll_tally_books books;
	bool drained_known;
	bool drained;  /* the stages had read everything when the counting began */
	size_t behind; /* partitions that they had not */
	bool latency_known;
	int64_t latency_count; /* tasks that were measured */
	double p50_ms;
	double p99_ms;
};

/* A page for people. -LL_ERR_NO_MEMORY, -LL_ERR_IO. */
int ll_summary_print(const struct ll_summary *summary, enum ll_language language);
/* One JSON object on a line. */
int ll_summary_print_json(const struct ll_summary *summary);

/*
 * Held events whose person is registered by now: enrich has still to release them. Reads `held`,
 * and where somebody waits, registry.people.
 */
int ll_summary_releasable(struct ll_bus *bus, const struct ll_codec *codec, int64_t *ret_count,
			  struct ll_error *error);

#endif
