#include "case.h"

#include "base/err.h"
#include "base/hash.h"

#define SEED_DECISION 0x64656369u

/* A move is the state it leads to, plus one: 0, what is not in the table, is illegal. */
#define TO(symbol) (LL_CASE_##symbol + 1)

/* What changes nothing for a case but is no mistake: visits are paid, a hold is set. */
#define STAYS(symbol)                                                                       \
	[LL_TRIGGER_NEED_GONE] = TO(symbol), [LL_TRIGGER_VISIT_DONE] = TO(symbol),          \
	[LL_TRIGGER_VISIT_REFUSED] = TO(symbol), [LL_TRIGGER_VISIT_NOT_FOUND] = TO(symbol), \
	[LL_TRIGGER_VISIT_FAILED] = TO(symbol), [LL_TRIGGER_HOLD] = TO(symbol),             \
	[LL_TRIGGER_UNHOLD] = TO(symbol)

/* A procedure under way: marks are decided on, help may come first. */
#define IN_PROCEDURE(symbol)                                                               \
	[LL_TRIGGER_MARKS_EXCLUDE] = TO(REJECTED), [LL_TRIGGER_MARKS_WAIVED] = TO(symbol), \
	[LL_TRIGGER_GREEN_CHANNEL] = TO(symbol)

static const uint8_t moves[LL_CASE_STATE_COUNT][LL_CASE_TRIGGER_COUNT] = {
	[LL_CASE_NONE] =
		{
			[LL_TRIGGER_RULE_HOLDS] = TO(LEAD),
			STAYS(NONE),
		},
	[LL_CASE_LEAD] =
		{
			[LL_TRIGGER_RULE_HOLDS] = TO(LEAD),
			[LL_TRIGGER_NEED_GONE] = TO(NONE), /* or lead_from */
			[LL_TRIGGER_VISIT_DONE] = TO(VERIFIED),
			[LL_TRIGGER_VISIT_REFUSED] = TO(LEAD),
			[LL_TRIGGER_VISIT_NOT_FOUND] = TO(LEAD),
			[LL_TRIGGER_VISIT_FAILED] = TO(LEAD),
			[LL_TRIGGER_HOLD] = TO(LEAD),
			[LL_TRIGGER_UNHOLD] = TO(LEAD),
			IN_PROCEDURE(LEAD),
			[LL_TRIGGER_VISIT_CONFIRMED] = TO(VERIFIED),
			[LL_TRIGGER_VISIT_REJECTED] = TO(REJECTED),
		},
	[LL_CASE_VERIFIED] =
		{
			STAYS(VERIFIED),
			[LL_TRIGGER_RULE_HOLDS] = TO(VERIFIED),
			IN_PROCEDURE(VERIFIED),
			/* The report of a visit may follow the visit's task. */
			[LL_TRIGGER_VISIT_CONFIRMED] = TO(VERIFIED),
			[LL_TRIGGER_VISIT_REJECTED] = TO(REJECTED),
			[LL_TRIGGER_VILLAGE_CONFIRMED] = TO(REVIEWED),
			[LL_TRIGGER_VILLAGE_REJECTED] = TO(REJECTED),
		},
	[LL_CASE_REVIEWED] =
		{
			STAYS(REVIEWED),
			[LL_TRIGGER_RULE_HOLDS] = TO(REVIEWED),
			IN_PROCEDURE(REVIEWED),
			/* Somebody went again, and says what is secure and what is at risk now. */
			[LL_TRIGGER_VISIT_CONFIRMED] = TO(REVIEWED),
			[LL_TRIGGER_TOWNSHIP_CONFIRMED] = TO(CHECKED),
			[LL_TRIGGER_TOWNSHIP_REJECTED] = TO(REJECTED),
		},
	[LL_CASE_CHECKED] =
		{
			STAYS(CHECKED),
			[LL_TRIGGER_RULE_HOLDS] = TO(CHECKED),
			IN_PROCEDURE(CHECKED),
			[LL_TRIGGER_VISIT_CONFIRMED] = TO(CHECKED),
			[LL_TRIGGER_COUNTY_CONFIRMED] = TO(MONITORED),
			[LL_TRIGGER_COUNTY_REJECTED] = TO(REJECTED),
		},
	[LL_CASE_MONITORED] =
		{
			STAYS(MONITORED),
			[LL_TRIGGER_RULE_HOLDS] = TO(MONITORED),
			[LL_TRIGGER_VISIT_CONFIRMED] = TO(MONITORED),
			[LL_TRIGGER_GREEN_CHANNEL] = TO(MONITORED),
			[LL_TRIGGER_RISK_ELIMINATED] = TO(ELIMINATED),
		},
	[LL_CASE_ELIMINATED] =
		{
			STAYS(ELIMINATED),
			/* Under observation; trouble that is new starts again as a lead. */
			[LL_TRIGGER_RULE_HOLDS] = TO(LEAD),
			[LL_TRIGGER_VISIT_CONFIRMED] = TO(ELIMINATED),
			[LL_TRIGGER_OBSERVED] = TO(NONE),
			[LL_TRIGGER_RELEASED] = TO(NONE),
		},
	[LL_CASE_REJECTED] =
		{
			[LL_TRIGGER_RULE_HOLDS] = TO(LEAD),
			STAYS(REJECTED),
		},
};

static const struct ll_case_step steps[LL_CASE_STEPS] = {
	{LL_CASE_LEAD, LL_CASE_LEAD, LL_MEASURE_VISIT, LL_TRIGGER_VISIT_DONE},
	{LL_CASE_LEAD, LL_CASE_CHECKED, LL_MEASURE_MARK_REVIEW, LL_TRIGGER_MARKS_WAIVED},
	{LL_CASE_VERIFIED, LL_CASE_VERIFIED, LL_MEASURE_VILLAGE_REVIEW,
	 LL_TRIGGER_VILLAGE_CONFIRMED},
	{LL_CASE_REVIEWED, LL_CASE_REVIEWED, LL_MEASURE_TOWNSHIP_CHECK,
	 LL_TRIGGER_TOWNSHIP_CONFIRMED},
	{LL_CASE_CHECKED, LL_CASE_CHECKED, LL_MEASURE_COUNTY_DECISION, LL_TRIGGER_COUNTY_CONFIRMED},
	{LL_CASE_MONITORED, LL_CASE_MONITORED, LL_MEASURE_EXIT_REVIEW, LL_TRIGGER_RISK_ELIMINATED},
};

/* What a decision is to the table, and the task it is the answer to. */
static const struct {
	enum ll_case_trigger trigger;
	int measure; /* -1: none */
} decisions[LL_CASE_DECISION_COUNT] = {
#define DECIDES(symbol, measure) [LL_DECIDED_##symbol] = {LL_TRIGGER_##symbol, (measure)}
	DECIDES(VISIT_CONFIRMED, LL_MEASURE_VISIT),
	DECIDES(VISIT_REJECTED, LL_MEASURE_VISIT),
	DECIDES(COUNTY_CONFIRMED, LL_MEASURE_COUNTY_DECISION),
	DECIDES(COUNTY_REJECTED, LL_MEASURE_COUNTY_DECISION),
	DECIDES(RISK_ELIMINATED, LL_MEASURE_EXIT_REVIEW),
	DECIDES(RELEASED, -1),
	DECIDES(HOLD, -1),
	DECIDES(UNHOLD, -1),
	DECIDES(VILLAGE_CONFIRMED, LL_MEASURE_VILLAGE_REVIEW),
	DECIDES(VILLAGE_REJECTED, LL_MEASURE_VILLAGE_REVIEW),
	DECIDES(TOWNSHIP_CONFIRMED, LL_MEASURE_TOWNSHIP_CHECK),
	DECIDES(TOWNSHIP_REJECTED, LL_MEASURE_TOWNSHIP_CHECK),
	DECIDES(MARKS_WAIVED, LL_MEASURE_MARK_REVIEW),
	DECIDES(MARKS_EXCLUDE, LL_MEASURE_MARK_REVIEW),
	DECIDES(GREEN_CHANNEL, -1),
#undef DECIDES
};

static const uint8_t ranks[LL_CASE_STATE_COUNT] = {
	[LL_CASE_LEAD] = 1,    [LL_CASE_VERIFIED] = 2,	[LL_CASE_REVIEWED] = 3,
	[LL_CASE_CHECKED] = 4, [LL_CASE_MONITORED] = 5,
};

const char *ll_case_trigger_name(enum ll_case_trigger trigger)
{
	static const char *const names[] = {
#define NAME(symbol, name, zh) (name),
		LL_CASE_TRIGGERS(NAME)
#undef NAME
	};

	return (size_t)trigger < LL_CASE_TRIGGER_COUNT ? names[trigger] : "?";
}

const char *ll_case_trigger_name_zh(enum ll_case_trigger trigger)
{
	static const char *const names[] = {
#define NAME(symbol, name, zh) (zh),
		LL_CASE_TRIGGERS(NAME)
#undef NAME
	};

	return (size_t)trigger < LL_CASE_TRIGGER_COUNT ? names[trigger] : "?";
}

enum ll_case_trigger ll_case_trigger_of(enum ll_case_decision_type type)
{
	return decisions[type].trigger;
}

int ll_case_answers(enum ll_case_decision_type type)
{
	return decisions[type].measure;
}

int ll_case_rank(enum ll_case_state state)
{
	return ranks[state];
}

const struct ll_case_step *ll_case_step(size_t at)
{
	return &steps[at];
}

const struct ll_case_step *ll_case_step_of(enum ll_measure measure)
{
	for (size_t i = 0; i < LL_CASE_STEPS; i++)
		if (steps[i].measure == measure)
			return &steps[i];
	return NULL;
}

bool ll_case_is_help(enum ll_measure measure)
{
	return measure != LL_MEASURE_DISASTER_INSPECTION && !ll_case_step_of(measure);
}

bool ll_case_step_is_due(const struct ll_case_step *step, enum ll_case_state state)
{
	return ranks[state] >= ranks[step->from] && ranks[state] <= ranks[step->to];
}

int ll_case_next(enum ll_case_state from, enum ll_case_trigger trigger, enum ll_case_state *ret_to)
{
	uint8_t move = moves[from][trigger];

	if (move == 0)
		return -LL_ERR_ILLEGAL_MOVE;
	*ret_to = (enum ll_case_state)(move - 1);
	return 0;
}

static void settle(struct ll_household *household, bool settled)
{
	household->settled = settled;
	household->settled_era = settled ? household->era & LL_ERA_MAX : 0;
}

/* What goes with the move, by where it leads; by what it was, where that says more. */
static void enter(struct ll_household *household, enum ll_case_trigger trigger, int32_t today)
{
	switch ((enum ll_case_state)household->case_state) {
	case LL_CASE_REJECTED:
		/* A lead that came from here was settled then, and nothing was said since. */
		if (trigger == LL_TRIGGER_NEED_GONE)
			break;
		settle(household, true);
		household->green = false;
		break;
	case LL_CASE_ELIMINATED:
		if (trigger == LL_TRIGGER_NEED_GONE)
			break;
		settle(household, true);
		/* What is observed begins now. */
		household->stable_since = today;
		break;
	case LL_CASE_NONE:
		if (trigger == LL_TRIGGER_RELEASED)
			settle(household, true);
		break;
	case LL_CASE_VERIFIED:
		settle(household, false);
		break;
	case LL_CASE_MONITORED:
		/* Months without trouble count from when it was taken in. */
		if (household->stable_since != LL_DAY_NONE)
			household->stable_since = today;
		break;
	default:
		break;
	}
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
	if (from == LL_CASE_LEAD && trigger == LL_TRIGGER_NEED_GONE)
		to = (enum ll_case_state)household->lead_from;
	household->lead_from = to == LL_CASE_LEAD ? (unsigned int)from & 7u : LL_CASE_NONE;
	household->case_state = (unsigned int)to & 15u;
	enter(household, trigger, today);
	return 0;
}

int ll_case_check(const struct ll_household *household, enum ll_case_trigger trigger, uint8_t marks)
{
	enum ll_case_state to;
	int rc = ll_case_next((enum ll_case_state)household->case_state, trigger, &to);

	if (rc == 0 && trigger == LL_TRIGGER_COUNTY_CONFIRMED &&
	    (marks & ~household->waived_marks) != 0)
		rc = -LL_ERR_MARKS_OPEN;
	return rc;
}

static uint64_t hash_of(const struct ll_case_decision *decision)
{
	return ll_hash64(decision->decision_id.data, decision->decision_id.size, SEED_DECISION);
}

static bool is_so_already(const struct ll_household *household, enum ll_case_decision_type type,
			  uint8_t marks)
{
	switch (type) {
	case LL_DECIDED_HOLD:
		return household->held;
	case LL_DECIDED_UNHOLD:
		return !household->held;
	case LL_DECIDED_GREEN_CHANNEL:
		return household->green;
	case LL_DECIDED_MARKS_WAIVED:
		return (marks & ~household->waived_marks) == 0;
	default:
		return false;
	}
}

int ll_case_check_decision(const struct ll_household *household,
			   const struct ll_case_decision *decision, uint8_t marks,
			   bool *ret_changes)
{
	int rc;

	if ((unsigned int)decision->type >= LL_CASE_DECISION_COUNT)
		return -LL_ERR_BAD_ENUM;
	if (hash_of(decision) == household->last_decision) {
		*ret_changes = false;
		return 0;
	}
	rc = ll_case_check(household, decisions[decision->type].trigger, marks);
	if (rc == 0)
		*ret_changes = !is_so_already(household, decision->type, marks);
	return rc;
}

void ll_case_apply(struct ll_household *household, enum ll_case_trigger trigger, uint8_t marks,
		   int32_t today)
{
	switch (trigger) {
	case LL_TRIGGER_HOLD:
	case LL_TRIGGER_UNHOLD:
		household->held = trigger == LL_TRIGGER_HOLD;
		break;
	case LL_TRIGGER_GREEN_CHANNEL:
		household->green = true;
		break;
	case LL_TRIGGER_MARKS_WAIVED:
		household->waived_marks |= marks;
		break;
	default:
		/* It was checked. */
		ll_case_move(household, trigger, today);
		break;
	}
}

void ll_case_decide(struct ll_household *household, const struct ll_case_decision *decision,
		    uint8_t marks, int32_t today)
{
	ll_case_apply(household, decisions[decision->type].trigger, marks, today);
	household->last_decision = hash_of(decision);
}
