/* lifeline report: shared by its files. */
#ifndef LL_CLI_REPORT_H
#define LL_CLI_REPORT_H

#include "base/area.h"
#include "cli/present.h"
#include "runtime/command.h"
#include "runtime/progress.h"
#include "runtime/words.h"

/* What every report is made of and for. */
struct ll_reporting {
	struct ll_invocation *invocation;
	enum ll_language language;
	bool json;
	const char *area_text; /* or NULL: everywhere */
	struct ll_area area;
	struct ll_store *store;
	struct ll_bus *bus;
	struct ll_codec *codec;
	struct ll_present present;
	struct ll_progress progress;
	int64_t folded;
};

/*
 * Options, store, bus, the present state. Has told the user; whatever it returns, close.
 * needs_store: without a database the report cannot be made.
 */
int ll_reporting_open(struct ll_invocation *invocation, bool needs_store,
		      struct ll_reporting *ret_reporting);
void ll_reporting_close(struct ll_reporting *reporting);
/* Walks the present households of the area. */
int ll_reporting_walk(struct ll_reporting *reporting,
		      int (*household)(void *context, const struct ll_household *household,
				       int32_t today),
		      void *context, struct ll_error *error);
const char *ll_reporting_say(const struct ll_reporting *reporting, const char *english,
			     const char *chinese);

/* Each returns an exit code and has told the user. */
int ll_report_quality_run(struct ll_invocation *invocation);
int ll_report_share_run(struct ll_invocation *invocation);

#endif
