#include "case.h"

#include "base/err.h"
#include "base/hash.h"

#define SEED_DECISION 0x64656369u

/* A move is the state it leads to, plus one: 0, what is not in the table, is illegal. */
#define TO(symbol) (LL_CASE_##symbol + 1)

/* What changes nothing for a case but is no mistake: rules go on, visits are paid. */
#define STAYS(symbol)                                                                  \
	[LL_TRIGGER_RULE_HOLDS] = TO(symbol), [LL_TRIGGER_NEED_GONE] = TO(symbol),     \
	[LL_TRIGGER_VISIT_DONE] = TO(symbol), [LL_TRIGGER_VISIT_REFUSED] = TO(symbol), \
	[LL_TRIGGER_VISIT_NOT_FOUND] = TO(symbol), [LL_TRIGGER_VISIT_FAILED] = TO(symbol)

static const uint8_t moves[LL_CASE_STATE_COUNT][LL_CASE_TRIGGER_COUNT] = {
	[LL_CASE_NONE] =
		{
			[LL_TRIGGER_RULE_HOLDS] = TO(LEAD),
			[LL_TRIGGER_NEED_GONE] = TO(NONE),
			[LL_TRIGGER_VISIT_DONE] = TO(NONE),
			[LL_TRIGGER_VISIT_REFUSED] = TO(NONE),
			[LL_TRIGGER_VISIT_NOT_FOUND] = TO(NONE),
			[LL_TRIGGER_VISIT_FAILED] = TO(NONE),
		},
	[LL_CASE_LEAD] =
		{
			[LL_TRIGGER_RULE_HOLDS] = TO(LEAD),
			[LL_TRIGGER_NEED_GONE] = TO(NONE),
			[LL_TRIGGER_VISIT_DONE] = TO(VERIFIED),
			[LL_TRIGGER_VISIT_REFUSED] = TO(LEAD),
			[LL_TRIGGER_VISIT_NOT_FOUND] = TO(LEAD),
			[LL_TRIGGER_VISIT_FAILED] = TO(LEAD),
			[LL_TRIGGER_VISIT_CONFIRMED] = TO(VERIFIED),
			[LL_TRIGGER_VISIT_REJECTED] = TO(REJECTED),
		},
	[LL_CASE_VERIFIED] =
		{
			STAYS(VERIFIED),
			/* The report of a visit may follow the visit's task. */
			[LL_TRIGGER_VISIT_CONFIRMED] = TO(VERIFIED),
			[LL_TRIGGER_VISIT_REJECTED] = TO(REJECTED),
			[LL_TRIGGER_COUNTY_CONFIRMED] = TO(MONITORED),
			[LL_TRIGGER_COUNTY_REJECTED] = TO(REJECTED),
		},
	[LL_CASE_MONITORED] =
		{
			STAYS(MONITORED),
			[LL_TRIGGER_RISK_ELIMINATED] = TO(ELIMINATED),
		},
	[LL_CASE_ELIMINATED] =
		{
			/* Under observation; trouble that is new starts again as a lead. */
			[LL_TRIGGER_RULE_HOLDS] = TO(LEAD),
			[LL_TRIGGER_NEED_GONE] = TO(ELIMINATED),
			[LL_TRIGGER_VISIT_DONE] = TO(ELIMINATED),
			[LL_TRIGGER_VISIT_REFUSED] = TO(ELIMINATED),
			[LL_TRIGGER_VISIT_NOT_FOUND] = TO(ELIMINATED),
			[LL_TRIGGER_VISIT_FAILED] = TO(ELIMINATED),
			[LL_TRIGGER_RELEASED] = TO(NONE),
		},
	[LL_CASE_REJECTED] =
		{
			[LL_TRIGGER_RULE_HOLDS] = TO(LEAD),
			[LL_TRIGGER_NEED_GONE] = TO(REJECTED),
			[LL_TRIGGER_VISIT_DONE] = TO(REJECTED),
			[LL_TRIGGER_VISIT_REFUSED] = TO(REJECTED),
			[LL_TRIGGER_VISIT_NOT_FOUND] = TO(REJECTED),
			[LL_TRIGGER_VISIT_FAILED] = TO(REJECTED),
		},
};

/* HOLD and UNHOLD move nothing. */
static const enum ll_case_trigger trigger_of[LL_CASE_DECISION_COUNT] = {
	[LL_DECIDED_VISIT_CONFIRMED] = LL_TRIGGER_VISIT_CONFIRMED,
	[LL_DECIDED_VISIT_REJECTED] = LL_TRIGGER_VISIT_REJECTED,
	[LL_DECIDED_COUNTY_CONFIRMED] = LL_TRIGGER_COUNTY_CONFIRMED,
	[LL_DECIDED_COUNTY_REJECTED] = LL_TRIGGER_COUNTY_REJECTED,
	[LL_DECIDED_RISK_ELIMINATED] = LL_TRIGGER_RISK_ELIMINATED,
	[LL_DECIDED_RELEASED] = LL_TRIGGER_RELEASED,
	[LL_DECIDED_HOLD] = LL_CASE_TRIGGER_COUNT,
	[LL_DECIDED_UNHOLD] = LL_CASE_TRIGGER_COUNT,
};

int ll_case_next(enum ll_case_state from, enum ll_case_trigger trigger, enum ll_case_state *ret_to)
{
	uint8_t move = moves[from][trigger];

	if (move == 0)
		return -LL_ERR_ILLEGAL_MOVE;
	*ret_to = (enum ll_case_state)(move - 1);
	return 0;
}

int ll_case_move(struct ll_household *household, enum ll_case_trigger trigger, int32_t today)
{
	enum ll_case_state from = (enum ll_case_state)household->case_state;
	enum ll_case_state to;
	int rc = ll_case_next(from, trigger, &to);

	if (rc < 0)
		return rc;
	if (to == from)
		return 0;
	household->case_state = (uint8_t)to;
	household->case_since = today;
	if (to == LL_CASE_REJECTED || to == LL_CASE_ELIMINATED)
		household->settled = true;
	return 0;
}

int ll_case_decide(struct ll_household *household, const struct ll_case_decision *decision,
		   int32_t today, bool *ret_changed)
{
	uint64_t hash =
		ll_hash64(decision->decision_id.data, decision->decision_id.size, SEED_DECISION);

	if ((unsigned int)decision->type >= LL_CASE_DECISION_COUNT)
		return -LL_ERR_BAD_ENUM;
	if (hash == household->last_decision) {
		*ret_changed = false;
		return 0;
	}
	if (trigger_of[decision->type] == LL_CASE_TRIGGER_COUNT) {
		household->held = decision->type == LL_DECIDED_HOLD;
	} else {
		int rc = ll_case_move(household, trigger_of[decision->type], today);

		if (rc < 0)
			return rc;
	}
	household->last_decision = hash;
	*ret_changed = true;
	return 0;
}
