/*
 * The case of a household: one transition table. A move that is not in it is -LL_ERR_ILLEGAL_MOVE.
 */
#ifndef LL_CORE_CASE_H
#define LL_CORE_CASE_H

#include "household.h"

/*
 * X(symbol, name, 中文): what can move a case, or is said of it: first what rules, time and tasks do,
 * then what a person decides.
 */
#define LL_CASE_TRIGGERS(X)                                           \
	X(RULE_HOLDS, "rule_holds", "规则成立")                       \
	X(NEED_GONE, "need_gone", "需求消失")                         \
	X(VISIT_DONE, "visit_done", "入户核实任务完成")               \
	X(VISIT_REFUSED, "visit_refused", "入户核实被拒绝")           \
	X(VISIT_NOT_FOUND, "visit_not_found", "入户核实未找到")       \
	X(VISIT_FAILED, "visit_failed", "入户核实未办成")             \
	X(OBSERVED, "observed", "观察期满")                           \
	X(VISIT_CONFIRMED, "visit_confirmed", "入户核实属实")         \
	X(VISIT_REJECTED, "visit_rejected", "入户核实不属实")         \
	X(COUNTY_CONFIRMED, "county_confirmed", "县级审定纳入")       \
	X(COUNTY_REJECTED, "county_rejected", "县级审定不纳入")       \
	X(RISK_ELIMINATED, "risk_eliminated", "风险消除")             \
	X(RELEASED, "released", "终止监测")                           \
	X(VILLAGE_CONFIRMED, "village_confirmed", "村级评议公示通过") \
	X(VILLAGE_REJECTED, "village_rejected", "村级评议公示未通过") \
	X(TOWNSHIP_CONFIRMED, "township_confirmed", "乡镇审核通过")   \
	X(TOWNSHIP_REJECTED, "township_rejected", "乡镇审核未通过")   \
	X(MARKS_EXCLUDE, "marks_exclude", "因负面清单不纳入")         \
	X(MARKS_WAIVED, "marks_waived", "负面清单不影响纳入")         \
	X(GREEN_CHANNEL, "green_channel", "绿色通道先行帮扶")         \
	X(HOLD, "hold", "人工暂缓研判")                               \
	X(UNHOLD, "unhold", "解除暂缓")
enum ll_case_trigger {
#define LL_CASE_TRIGGER_ENUM(symbol, name, zh) LL_TRIGGER_##symbol,
	LL_CASE_TRIGGERS(LL_CASE_TRIGGER_ENUM)
#undef LL_CASE_TRIGGER_ENUM
		LL_CASE_TRIGGER_COUNT
};

/* "?" for a number that is none. */
const char *ll_case_trigger_name(enum ll_case_trigger trigger);
const char *ll_case_trigger_name_zh(enum ll_case_trigger trigger);
/* What a person's decision is to the table; the type is in range. */
enum ll_case_trigger ll_case_trigger_of(enum ll_case_decision_type type);

/*
 * Where the trigger leads; -LL_ERR_ILLEGAL_MOVE. The same state is a legal move to nowhere. A lead
 * whose need is gone goes back to where it came from: NONE here, in a household lead_from.
 */
int ll_case_next(enum ll_case_state from, enum ll_case_trigger trigger, enum ll_case_state *ret_to);

/*
 * Moves the household's case. Entering rejected or eliminated, and release by a person, settle the
 * facts there are; a visit that confirms a lead makes them count again.
 */
int ll_case_move(struct ll_household *household, enum ll_case_trigger trigger, int32_t today);

/* How far a case has come: none, rejected and eliminated 0, then lead to monitored. */
int ll_case_rank(enum ll_case_state state);

/* The procedure: what is to be done next in a state, and what is decided when its task is done. */
struct ll_case_step {
	enum ll_case_state from; /* first and last state (by rank) in which the step is due */
	enum ll_case_state to;
	enum ll_measure measure;
	enum ll_case_trigger done;
};
#define LL_CASE_STEPS 6
/* In the order of the procedure; `at` below LL_CASE_STEPS. A lead's visit is asked for by rules. */
const struct ll_case_step *ll_case_step(size_t at);
/* NULL: the measure is none of the procedure. */
const struct ll_case_step *ll_case_step_of(enum ll_measure measure);
bool ll_case_step_is_due(const struct ll_case_step *step, enum ll_case_state state);
/* Does it help, so that a risk may be over by it? Not a step of the procedure, nor a look at a house. */
bool ll_case_is_help(enum ll_measure measure);
/* The measure whose task a person's decision answers, or -1. */
int ll_case_answers(enum ll_case_decision_type type);

/*
 * May the word be said? marks are the household's exclusion marks now. -LL_ERR_ILLEGAL_MOVE,
 * -LL_ERR_MARKS_OPEN.
 */
int ll_case_check(const struct ll_household *household, enum ll_case_trigger trigger,
		  uint8_t marks);
/*
 * As ll_case_check, of a decision; also -LL_ERR_BAD_ENUM. *ret_changes is false for a decision that
 * was seen just before, and for what is so already (a hold, a green channel, marks that are waived).
 */
int ll_case_check_decision(const struct ll_household *household,
			   const struct ll_case_decision *decision, uint8_t marks,
			   bool *ret_changes);
/* What was checked, and changes something. */
void ll_case_decide(struct ll_household *household, const struct ll_case_decision *decision,
		    uint8_t marks, int32_t today);
/* A trigger that was checked: what a task's report or a decision says. */
void ll_case_apply(struct ll_household *household, enum ll_case_trigger trigger, uint8_t marks,
		   int32_t today);

#endif
