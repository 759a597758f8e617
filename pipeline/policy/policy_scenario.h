/*
 * Scenarios: what a policy must make of a household's story, in plain YAML that a policy officer
 * reads and adds to (docs/policy-officer.md). A scenario is a household as registered, then dated
 * steps, each with what must be so after it: the case, the level, the tasks, the rules named as
 * reasons. It runs on the pure core, without a broker or a database.
 *
 * A scenario runs under a given policy as if that had always been in force, whatever its
 * effective_on. Others may follow, each from the midnight of its own effective_on. Every day between
 * two steps gets its tick.
 */
#ifndef LL_POLICY_POLICY_SCENARIO_H
#define LL_POLICY_POLICY_SCENARIO_H

#include "base/arena.h"
#include "base/err.h"
#include "core/case.h"
#include "core/decision.h"
#include "core/partition.h"
#include "core/policy.h"

#define LL_SCENARIOS_MAX	 2000 /* of one file */
#define LL_SCENARIO_STEPS_MAX	 200  /* of one scenario */
#define LL_SCENARIO_DAYS_MAX	 4000 /* from its first day to its last */
#define LL_SCENARIO_REASONS_MAX	 64   /* rules named in one expectation */
#define LL_SCENARIO_TEXT_MAX	 512  /* of a mismatch, with the ending NUL */
#define LL_SCENARIO_POLICIES_MAX 8    /* that follow the first one in a scenario */

/* What must be so of a task; a part that was not written is not looked at. */
struct ll_scenario_task {
	enum ll_task_state state;
	int32_t level;	/* 0: not written */
	int32_t due_on; /* LL_DAY_NONE: not written */
};

/* What must be so after a step; a part that was not written is not looked at. */
struct ll_scenario_expectation {
	int line; /* 0: nothing is expected but that the step is not rejected */
	bool has_case;
	enum ll_case_state case_state;
	int32_t level; /* -1: not written */
	bool has_group;
	enum ll_group group;
	bool has_held;
	bool held;
	bool has_tasks;
	uint32_t task_bits; /* 1 << enum ll_measure: exactly these were ever opened */
	struct ll_scenario_task tasks[LL_MEASURE_COUNT];
	bool has_reasons;
	const struct ll_str *reasons; /* exactly these rules were named since the step before */
	int32_t reason_count;
	bool has_overdue, has_escalated;
	uint32_t overdue, escalated; /* measures told so since the step before */
	int rejected;		     /* a positive ll_err, or 0 */
};

struct ll_scenario_step {
	int line;
	int32_t on;
	bool has_event; /* false: only time goes by */
	struct ll_household_event event;
	enum ll_measure reported; /* of a TASK_UPDATED: whose task */
	struct ll_scenario_expectation expected;
};

/* A policy that takes the place of the one before it. */
struct ll_scenario_policy {
	int line;
	struct ll_str file;		    /* as the scenario file names it; or empty: */
	const struct ll_yaml_node *changes; /* what differs from the policy under test */
	struct ll_policy *policy;	    /* NULL until it was compiled */
};

struct ll_policy_scenario {
	struct ll_str title;
	int line;
	int32_t start_on;
	struct ll_household_registered registered;
	const struct ll_scenario_step *steps;
	int32_t step_count;
	struct ll_scenario_policy *policies; /* that follow; perhaps those of the whole file */
	int32_t policy_count;
};

/* The scenarios of a file. */
struct ll_policy_scenarios {
	struct ll_arena arena; /* of everything below */
	const struct ll_policy_scenario *list;
	int32_t count;
	struct ll_scenario_policy *policies; /* the file's own; scenarios may have others */
	int32_t policy_count;
};

/*
 * -LL_ERR_BAD_POLICY with line and column in *error (which may be NULL), or -LL_ERR_NO_MEMORY.
 * Untrusted text is safe; the text need not outlive the call.
 */
int ll_policy_scenarios_read(struct ll_str text, struct ll_policy_scenarios *ret_scenarios,
			     struct ll_error *error);
/* Reads the file of a policy; the text is the caller's and must live until compile returns. */
typedef int ll_scenario_open_policy(void *context, struct ll_str file, struct ll_str *ret_text);
/*
 * Compiles the policies that follow `first` in the scenarios; release frees them. Nothing to do where
 * there are none. open may be NULL: then a file is a mistake. Its errors are passed on. As read.
 */
int ll_policy_scenarios_compile(struct ll_policy_scenarios *scenarios,
				const struct ll_policy *first, ll_scenario_open_policy *open,
				void *context, struct ll_error *error);
void ll_policy_scenarios_release(struct ll_policy_scenarios *scenarios);

/* X(symbol, name, 中文): where a scenario and the policy disagree. */
#define LL_SCENARIO_PARTS(X)                              \
	X(CASE, "case", "个案状态")                       \
	X(LEVEL, "level", "预警级别")                     \
	X(GROUP, "group", "对象类别")                     \
	X(HELD, "held", "人工暂缓研判")                   \
	X(TASKS, "tasks", "任务")                         \
	X(REASONS, "reasons", "依据")                     \
	X(OVERDUE, "overdue", "逾期")                     \
	X(ESCALATED, "escalated to the city", "上报市级") \
	X(REJECTED, "rejected", "拒收")
enum ll_scenario_part {
#define LL_SCENARIO_PART_ENUM(symbol, name, zh) LL_SCENARIO_##symbol,
	LL_SCENARIO_PARTS(LL_SCENARIO_PART_ENUM)
#undef LL_SCENARIO_PART_ENUM
		LL_SCENARIO_PART_COUNT
};

/* The words are those of the file. */
struct ll_scenario_mismatch {
	const struct ll_policy_scenario *scenario;
	int line; /* of the step */
	int32_t on;
	enum ll_scenario_part part;
	char expected[LL_SCENARIO_TEXT_MAX];
	char found[LL_SCENARIO_TEXT_MAX];
};

/* What scenarios have been through together; {0} before the first. */
struct ll_scenario_coverage {
	bool held[LL_RULES_MAX];  /* by the place of the rule in the policy's first region */
	bool asked[LL_RULES_MAX]; /* an unknown indicator made it ask for a visit */
	bool moved[LL_CASE_STATE_COUNT][LL_CASE_STATE_COUNT][LL_CASE_TRIGGER_COUNT]; /* from, to */
	bool task_state[LL_MEASURE_COUNT][LL_TASK_STATE_COUNT];
	bool task_change[LL_TASK_CHANGE_COUNT];
	bool escalated;
	bool group[LL_GROUP_COUNT];
	bool decided[LL_CASE_DECISION_COUNT]; /* and not refused */
	int64_t steps;
};

/*
 * Runs one. Each mismatch goes to sink (whose non-zero return ends the run and is passed on);
 * coverage may be NULL. Returns 0 also where the scenario disagrees.
 */
int ll_policy_scenario_run(const struct ll_policy_scenario *scenario,
			   const struct ll_policy *policy, struct ll_arena *scratch,
			   struct ll_scenario_coverage *coverage,
			   int (*sink)(void *context, const struct ll_scenario_mismatch *mismatch),
			   void *context);

/*
 * May this trigger lead a case from one state to this other one? By the case table; and a lead whose
 * need is gone goes back to where it came from.
 */
bool ll_scenario_may_move(enum ll_case_state from, enum ll_case_state to,
			  enum ll_case_trigger trigger);

#endif
