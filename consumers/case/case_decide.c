/* What a person decides becomes a CaseDecision in the log, in the household's partition. */
#include <stdio.h>

#include "base/date.h"
#include "case.h"
#include "consumers/report.h"
#include "runtime/clock.h"
#include "runtime/shell.h"

#define CLIENT "lifeline-case"

struct deciding {
	struct ll_store *store;
	char household_hex[LL_KEY_HEX_SIZE];
	const struct ll_case_action *action;
	enum ll_case_state state; /* where the decision leads */
	int32_t secure;		  /* what the visit saw, bits 1 << enum ll_dimension */
	int32_t at_risk;
	int64_t at_ms;
};

static int take_row_found(void *context, const struct ll_household_status *row)
{
	struct ll_household_status *found = context;

	*found = *row;
	return 0;
}

static bool is_seen(void *context)
{
	const struct deciding *deciding = context;
	struct ll_household_status now = {.state = LL_CASE_NONE};

	if (ll_store_find_household(deciding->store, deciding->household_hex, take_row_found, &now,
				    NULL))
		return false;
	if (deciding->action->type == LL_DECIDED_HOLD ||
	    deciding->action->type == LL_DECIDED_UNHOLD)
		return now.held == (deciding->action->type == LL_DECIDED_HOLD);
	return now.state == deciding->state;
}

/* ---- what may be said -------------------------------------------------------------------------- */

static int read_seen_one(const struct ll_invocation *invocation, const char *option,
			 int32_t *ret_dimensions)
{
	const char *text = ll_invocation_option(invocation, option);
	struct ll_error error = {0};

	*ret_dimensions = 0;
	if (!text || ll_case_dimensions_parse(text, ret_dimensions, &error) == 0)
		return 0;
	return ll_complain(invocation, -LL_ERR_USAGE, "--%s: %s", option, error.message);
}

/* What the visit saw; other decisions have no such options. */
static int read_seen(const struct ll_invocation *invocation, const struct ll_case_action *action,
		     int32_t *ret_secure, int32_t *ret_at_risk)
{
	int err;

	*ret_secure = 0;
	*ret_at_risk = 0;
	if (action->type != LL_DECIDED_VISIT_CONFIRMED && action->type != LL_DECIDED_VISIT_REJECTED)
		return 0;
	err = read_seen_one(invocation, "secure", ret_secure);
	if (!err)
		err = read_seen_one(invocation, "at-risk", ret_at_risk);
	if (!err && (*ret_secure & *ret_at_risk))
		err = ll_complain(invocation, -LL_ERR_USAGE,
				  "a dimension is secure or at risk, not both");
	return err;
}

/* ---- the decision ------------------------------------------------------------------------------ */

static int send(struct ll_invocation *invocation, struct ll_bus *bus,
		const struct deciding *decision, const struct ll_case_found *found,
		struct ll_error *error)
{
	const char *by = ll_invocation_option(invocation, "by");
	const char *reason = ll_invocation_option(invocation, "reason");
	char decision_id[LL_KEY_HEX_SIZE], day[LL_DAY_TEXT_MAX];

	/* With the day: the same may be decided again another time, for another trouble. */
	ll_day_format(ll_day_of_ms(decision->at_ms), day);
	ll_report_id(decision_id, "%s\n%d\n%s\n%s\n%s\n%d %d", decision->household_hex,
		     (int)decision->action->type, by, reason, day, decision->secure,
		     decision->at_risk);
	const struct ll_household_event event = {
		.household_key = found->row.household_key,
		.area = LL_STR(""),
		.origin = {.topic = LL_STR(CLIENT),
			   .published_at_ms = ll_clock_wall_ms(&ll_clock_real)},
		.body = LL_BODY_CASE_DECISION,
		.case_decision = {.decision_id = ll_str_from(decision_id),
				  .type = decision->action->type,
				  .by = ll_str_from(by),
				  .reason = ll_str_from(reason),
				  .at_ms = decision->at_ms,
				  .secure = decision->secure,
				  .at_risk = decision->at_risk},
	};

	return ll_report_send(invocation, bus, CLIENT, &event, error);
}

static void print_decided(const struct ll_case_view *view, const struct deciding *deciding)
{
	const char *decided = ll_words_case_decision(deciding->action->type, view->language);

	if (view->json)
		printf("{\"household_key\":\"%s\",\"decision\":\"%s\",\"case\":\"%s\"}\n",
		       deciding->household_hex, ll_case_decision_name(deciding->action->type),
		       ll_case_state_name(deciding->state));
	else
		printf(view->language == LL_CHINESE ? "%.8s：%s（%s）\n" : "%.8s: %s (%s)\n",
		       deciding->household_hex,
		       ll_words_case_state(deciding->state, view->language), decided);
}

static int decide(struct ll_invocation *invocation, struct ll_store *store,
		  struct deciding deciding, const struct ll_case_found *found,
		  const struct ll_case_view *view)
{
	const struct ll_case_action *action = deciding.action;
	struct ll_error error = {0};
	struct ll_bus *bus = NULL;
	int err;

	ll_key_to_hex(&found->row.household_key, deciding.household_hex);
	err = ll_case_action_next(action, found->row.state, &deciding.state, &error);
	if (!err && action->type == LL_DECIDED_COUNTY_CONFIRMED)
		err = ll_report_check_marks(store, &found->row.household_key, &error);
	if (err)
		return ll_complain_error(invocation, err, deciding.household_hex, &error);
	err = ll_shell_bus_ready(invocation, &bus);
	if (err)
		return err;
	err = send(invocation, bus, &deciding, found, &error);
	ll_bus_free(bus);
	if (err)
		return err == -LL_ERR_USAGE
			       ? err
			       : ll_complain_error(invocation, err, deciding.household_hex, &error);
	if (!ll_report_wait(is_seen, &deciding))
		fprintf(stderr,
			"The decision is in the log, but not in the database yet: is `lifeline "
			"assess` and `lifeline record` running? If the case was moved meanwhile, "
			"`lifeline deadletters list` shows it.\n");
	print_decided(view, &deciding);
	return 0;
}

static int check_texts(const struct ll_invocation *invocation)
{
	const char *by = ll_invocation_option(invocation, "by");
	const char *reason = ll_invocation_option(invocation, "reason");

	if (!by || !*by)
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "--by is missing: who decides? (an account name or a body)");
	if (!reason || !*reason)
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "--reason is missing: why? It is kept with the decision");
	if (ll_report_check_text(invocation, "by", by, LL_NAME_MAX))
		return -LL_ERR_USAGE;
	return ll_report_check_text(invocation, "reason", reason, LL_NOTE_MAX);
}

/* When it was decided: now, or on the day that was given. */
static int read_day(const struct ll_invocation *invocation, int64_t *ret_at_ms)
{
	const char *today = ll_invocation_option(invocation, "today");
	int32_t day;

	*ret_at_ms = ll_clock_wall_ms(&ll_clock_real);
	if (!today)
		return 0;
	if (ll_day_parse(ll_str_from(today), &day))
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "--today is a date such as 2025-03-31");
	*ret_at_ms = ll_day_start_ms(day);
	return 0;
}

int ll_case_decide_run(struct ll_invocation *invocation, const struct ll_case_action *action,
		       const struct ll_case_view *view)
{
	struct deciding deciding = {.action = action};
	struct ll_store *store = NULL;
	struct ll_case_found found;
	int err = check_texts(invocation);

	if (!err)
		err = read_seen(invocation, action, &deciding.secure, &deciding.at_risk);
	if (!err)
		err = read_day(invocation, &deciding.at_ms);
	if (!err)
		err = ll_shell_store_ready(invocation, &store);
	if (!err)
		err = ll_case_find(invocation, store, &found);
	if (!err && !found.known)
		fprintf(stderr,
			"No table knows this household: it was never flagged. If it is not "
			"registered either, the decision is rejected (`lifeline deadletters "
			"list`).\n");
	deciding.store = store;
	if (!err)
		err = decide(invocation, store, deciding, &found, view);
	ll_store_free(store);
	if (err == -LL_ERR_USAGE)
		return LL_EXIT_USAGE;
	return err && ll_err_class(err) == LL_CLASS_REJECT ? LL_EXIT_FAILED : ll_exit_of(err);
}
