/*
 * lifeline case: where a household's case stands, and what people decide about it. Shared by its
 * files.
 */
#ifndef LL_CASE_CASE_H
#define LL_CASE_CASE_H

#include "case_action.h"
#include "runtime/command.h"
#include "runtime/words.h"
#include "store/store.h"

/* How a case is shown. */
struct ll_case_view {
	enum ll_language language;
	bool json; /* one object a line */
};

/* A household row whose texts outlive the query. */
struct ll_case_found {
	struct ll_household_status row;
	char area[LL_NAME_MAX];
	char name[LL_NAME_MAX + 1];
	bool known; /* false: the database has never heard of it; the case is NONE */
};

/*
 * The household that the command line names: its key or the key's first digits, or --code. One that
 * the database does not know is an error unless the whole key is given. Has told the user.
 */
int ll_case_find(struct ll_invocation *invocation, struct ll_store *store,
		 struct ll_case_found *ret_found);

/* Each returns an exit code and has told the user. */
int ll_case_decide_run(struct ll_invocation *invocation, const struct ll_case_action *action,
		       const struct ll_case_view *view);
int ll_case_show_run(struct ll_invocation *invocation, const struct ll_case_view *view);
int ll_case_list_run(struct ll_invocation *invocation, const struct ll_case_view *view);

/* ---- printing ---------------------------------------------------------------------------------- */

int ll_case_print_json(const struct ll_household_status *row);
int ll_case_print_head(const struct ll_case_view *view, const struct ll_household_status *row);
/* A change of the case or its level, on one line. */
int ll_case_print_change(const struct ll_case_view *view,
			 const struct ll_recorded_risk_change *change);

#endif
