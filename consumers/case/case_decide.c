/* What a person decides becomes a CaseDecision in the log, in the household's partition. */
#include <stdio.h>

#include "base/date.h"
#include "case.h"
#include "consumers/report.h"
#include "runtime/clock.h"
#include "runtime/shell.h"

#define CLIENT "lifeline-case"

struct seeking {
	struct ll_store *store;
	char household_hex[LL_KEY_HEX_SIZE];
	enum ll_case_state state;
};

static int take_state(void *context, const struct ll_household_status *row)
{
	*(enum ll_case_state *)context = row->state;
	return 0;
}

static bool is_seen(void *context)
{
	const struct seeking *seeking = context;
	enum ll_case_state now = LL_CASE_NONE;

	return ll_store_find_household(seeking->store, seeking->household_hex, take_state, &now,
				       NULL) == 0 &&
	       now == seeking->state;
}

static int send(struct ll_invocation *invocation, struct ll_bus *bus,
		const struct ll_case_action *action, const struct ll_case_found *found,
		struct ll_error *error)
{
	const char *by = ll_invocation_option(invocation, "by");
	const char *reason = ll_invocation_option(invocation, "reason");
	int64_t now = ll_clock_wall_ms(&ll_clock_real);
	char decision_id[LL_KEY_HEX_SIZE], hex[LL_KEY_HEX_SIZE], day[LL_DAY_TEXT_MAX];

	/* With the day: the same may be decided again another time, for another trouble. */
	ll_key_to_hex(&found->row.household_key, hex);
	ll_day_format(ll_day_of_ms(now), day);
	ll_report_id(decision_id, "%s\n%d\n%s\n%s\n%s", hex, (int)action->type, by, reason, day);
	const struct ll_household_event event = {
		.household_key = found->row.household_key,
		.area = LL_STR(""),
		.origin = {.topic = LL_STR(CLIENT), .published_at_ms = now},
		.body = LL_BODY_CASE_DECISION,
		.case_decision = {.decision_id = ll_str_from(decision_id),
				  .type = action->type,
				  .by = ll_str_from(by),
				  .reason = ll_str_from(reason),
				  .at_ms = now},
	};

	return ll_report_send(invocation, bus, CLIENT, &event, error);
}

static int decide(struct ll_invocation *invocation, struct ll_store *store,
		  const struct ll_case_action *action, const struct ll_case_found *found,
		  const struct ll_case_view *view)
{
	struct seeking seeking = {.store = store};
	struct ll_error error = {0};
	struct ll_bus *bus = NULL;
	int err;

	ll_key_to_hex(&found->row.household_key, seeking.household_hex);
	err = ll_case_action_next(action, found->row.state, &seeking.state, &error);
	if (err)
		return ll_complain_error(invocation, err, seeking.household_hex, &error);
	err = ll_shell_bus_ready(invocation, &bus);
	if (err)
		return err;
	err = send(invocation, bus, action, found, &error);
	ll_bus_free(bus);
	if (err)
		return ll_complain_error(invocation, err, seeking.household_hex, &error);
	if (!ll_case_action_moves(action)) {
		/* No table shows a hold. */
		printf("%.8s: %s\n", seeking.household_hex, action->word);
		return 0;
	}
	if (!ll_report_wait(is_seen, &seeking))
		fprintf(stderr,
			"The decision is in the log, but not in the database yet: is `lifeline "
			"assess` and `lifeline record` running? If the case was moved meanwhile, "
			"`lifeline deadletters list` shows it.\n");
	printf("%.8s: %s\n", seeking.household_hex,
	       ll_words_case_state(seeking.state, view->language));
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

int ll_case_decide_run(struct ll_invocation *invocation, const struct ll_case_action *action,
		       const struct ll_case_view *view)
{
	struct ll_store *store = NULL;
	struct ll_case_found found;
	int err = check_texts(invocation);

	if (!err)
		err = ll_shell_store_ready(invocation, &store);
	if (!err)
		err = ll_case_find(invocation, store, &found);
	if (!err && !found.known)
		fprintf(stderr,
			"No table knows this household: it was never flagged. If it is not "
			"registered either, the decision is rejected (`lifeline deadletters "
			"list`).\n");
	if (!err)
		err = decide(invocation, store, action, &found, view);
	ll_store_free(store);
	if (err == -LL_ERR_USAGE)
		return LL_EXIT_USAGE;
	return err && ll_err_class(err) == LL_CLASS_REJECT ? LL_EXIT_FAILED : ll_exit_of(err);
}
