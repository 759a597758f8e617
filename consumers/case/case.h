/*
 * lifeline case: where a household's case stands, and what people decide about it. Shared by its
 * files.
 */
#ifndef LL_CASE_CASE_H
#define LL_CASE_CASE_H

#include "case_action.h"
#include "core/household.h"
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

/* What only the household's state says: not in the tables. */
struct ll_case_standing {
	bool known;    /* false: nothing below means anything */
	int32_t today; /* the partition's last tick; LL_DAY_NONE: none, and no dimension is computed */
	bool green;    /* a person opened the green channel */
	uint8_t marks; /* exclusion marks, LL_MARK_* */
	uint8_t waived_marks;
	struct {
		int64_t security; /* LL_SECURITY_*, or 0: not known */
		bool has_fact;
		struct ll_reason_fact fact;   /* what decides */
	} dimensions[LL_DIMENSION_WATER + 1]; /* from FOOD on */
};

/* Reads a household's state; never unknown afterwards. */
void ll_case_standing_of(const struct ll_household *household, int32_t today,
			 struct ll_case_standing *ret_standing);
/*
 * From checkpoint and log. *ret_standing stays unknown when they cannot be read (the user was told what
 * is missing then) or the household is not registered.
 */
int ll_case_standing_find(struct ll_invocation *invocation, struct ll_store *store,
			  const struct ll_key *household_key,
			  struct ll_case_standing *ret_standing);

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

/* standing may be NULL. */
int ll_case_print_json(const struct ll_household_status *row,
		       const struct ll_case_standing *standing);
int ll_case_print_head(const struct ll_case_view *view, const struct ll_household_status *row,
		       const struct ll_case_standing *standing);
/* The dimensions, and what may be decided next, under headings of their own. */
int ll_case_print_dimensions(const struct ll_case_view *view,
			     const struct ll_case_standing *standing);
void ll_case_print_possible(const struct ll_case_view *view, enum ll_case_state state);
/* A change of the case, its level, group or hold, on one line. */
int ll_case_print_change(const struct ll_case_view *view,
			 const struct ll_recorded_risk_change *change);

#endif
