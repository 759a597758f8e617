/* A scenario on the pure core. */
#include <stdarg.h>
#include <stdio.h>

#include "base/date.h"
#include "core/case.h"
#include "policy_scenario_read.h"

#define REASONS_MAX 256 /* rules named between two steps */

/* A household's task as its records told it. */
struct told_task {
	struct ll_key id;
	enum ll_task_state state;
	int32_t level;
	int32_t due_on;
};

struct run {
	const struct ll_policy_scenario *scenario;
	const struct ll_policy *policy;
	struct ll_partition *partition;
	struct ll_arena *scratch;
	struct ll_scenario_coverage *coverage; /* or NULL */
	int (*sink)(void *context, const struct ll_scenario_mismatch *mismatch);
	void *context;
	/* What has been told so far … */
	enum ll_case_state case_state;
	int32_t level;
	enum ll_group group;
	bool held;
	uint32_t task_bits;
	struct told_task tasks[LL_MEASURE_COUNT];
	/* … and since the step before. */
	struct ll_str reasons[REASONS_MAX];
	int32_t reason_count;
	uint32_t overdue;
	uint32_t escalated;
	const struct ll_household_event *event; /* in hand */
	enum ll_measure reported;		/* of a TASK_UPDATED in hand */
};

/* ---- what is told --------------------------------------------------------------------------------- */

static void take_reason(struct run *run, struct ll_str rule)
{
	for (int32_t i = 0; i < run->reason_count; i++)
		if (ll_str_equal(run->reasons[i], rule))
			return;
	if (run->reason_count < REASONS_MAX)
		run->reasons[run->reason_count++] = rule;
}

static int32_t rule_place(const struct ll_policy *policy, struct ll_str id)
{
	const struct ll_policy_region *everywhere = &policy->regions[0];

	for (int32_t i = 0; i < everywhere->rule_count; i++)
		if (ll_str_equal(everywhere->rules[i].id, id))
			return i;
	return -1;
}

/* The reasons of one rule stand together; one that is not known says that the rule asks. */
static void cover_rules(struct run *run, const struct ll_reason *reasons, size_t count)
{
	for (size_t i = 0, next; i < count; i = next) {
		int32_t place = rule_place(run->policy, reasons[i].rule);
		bool known = true;

		for (next = i; next < count && ll_str_equal(reasons[next].rule, reasons[i].rule);
		     next++)
			known = known && reasons[next].known;
		if (place >= 0 && place < LL_RULES_MAX)
			(known ? run->coverage->held : run->coverage->asked)[place] = true;
	}
}

static void take_reasons(struct run *run, const struct ll_reason *reasons, size_t count,
			 bool true_now)
{
	for (size_t i = 0; i < count; i++)
		take_reason(run, reasons[i].rule);
	if (true_now && run->coverage)
		cover_rules(run, reasons, count);
}

static void take_task(struct run *run, const struct ll_task *task)
{
	run->task_bits |= 1u << task->measure;
	run->tasks[task->measure] =
		(struct told_task){task->task_id, task->state, task->level, task->due_on};
	if (task->change == LL_CHANGE_OVERDUE)
		run->overdue |= 1u << task->measure;
	if (run->coverage) {
		run->coverage->task_state[task->measure][task->state] = true;
		run->coverage->task_change[task->change] = true;
	}
	take_reasons(run, task->reasons, task->reason_count, task->change != LL_CHANGE_WITHDRAWN);
}

/* What a report of this measure says to the case. */
static enum ll_case_trigger trigger_of_report(enum ll_measure measure, enum ll_task_state state)
{
	const struct ll_case_step *step = ll_case_step_of(measure);

	return step && state == LL_TASK_DONE ? step->done : LL_TRIGGER_RULE_HOLDS;
}

/* Which trigger led from one state to the other; an event may lead on by rules afterwards. */
static enum ll_case_trigger trigger_of(const struct run *run, enum ll_case_state from,
				       enum ll_case_state to)
{
	const struct ll_household_event *event = run->event;
	enum ll_case_trigger trigger = LL_TRIGGER_RULE_HOLDS;

	if (event->body == LL_BODY_CASE_DECISION)
		trigger = ll_case_trigger_of(event->case_decision.type);
	else if (event->body == LL_BODY_TASK_UPDATED)
		trigger = trigger_of_report(run->reported, event->task_updated.state);
	if (ll_scenario_may_move(from, to, trigger))
		return trigger;
	if (ll_scenario_may_move(from, to, LL_TRIGGER_RULE_HOLDS))
		return LL_TRIGGER_RULE_HOLDS;
	return event->body == LL_BODY_TICK && from == LL_CASE_ELIMINATED ? LL_TRIGGER_OBSERVED
									 : LL_TRIGGER_NEED_GONE;
}

static void take_risk_change(struct run *run, const struct ll_risk_change *change)
{
	run->case_state = change->after;
	run->level = change->level_after;
	run->group = change->group;
	run->held = change->held;
	if (run->coverage) {
		enum ll_case_trigger trigger = trigger_of(run, change->before, change->after);

		run->coverage->moved[change->before][change->after][trigger] = true;
		run->coverage->group[change->group] = true;
	}
	take_reasons(run, change->reasons, change->reason_count, true);
}

static int take_decision(void *context, const struct ll_decision *decision)
{
	struct run *run = context;

	for (size_t i = 0; i < decision->task_count; i++)
		take_task(run, &decision->tasks[i]);
	for (size_t i = 0; i < decision->escalation_count; i++)
		run->escalated |= 1u << decision->escalations[i].measure;
	if (run->coverage && decision->escalation_count > 0)
		run->coverage->escalated = true;
	if (decision->has_risk_change)
		take_risk_change(run, &decision->risk_change);
	return 0;
}

/* ---- comparing ------------------------------------------------------------------------------------- */

/* Grows a mismatch's text; what does not fit is cut. */
struct words {
	char *text;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static void say(struct words *words, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(words->text + words->size, LL_SCENARIO_TEXT_MAX - words->size, format,
			 arguments);
	va_end(arguments);
	if (size > 0)
		words->size += (size_t)size;
	if (words->size >= LL_SCENARIO_TEXT_MAX)
		words->size = LL_SCENARIO_TEXT_MAX - 1;
}

static int tell(const struct run *run, const struct ll_scenario_step *step,
		enum ll_scenario_part part, struct ll_scenario_mismatch *mismatch)
{
	mismatch->scenario = run->scenario;
	mismatch->line = step->expected.line ? step->expected.line : step->line;
	mismatch->on = step->on;
	mismatch->part = part;
	return run->sink(run->context, mismatch);
}

static int compare_case(const struct run *run, const struct ll_scenario_step *step)
{
	const struct ll_scenario_expectation *expected = &step->expected;
	struct ll_scenario_mismatch mismatch;
	int err = 0;

	if (expected->has_case && expected->case_state != run->case_state) {
		say(&(struct words){mismatch.expected, 0}, "%s",
		    ll_case_state_name(expected->case_state));
		say(&(struct words){mismatch.found, 0}, "%s", ll_case_state_name(run->case_state));
		err = tell(run, step, LL_SCENARIO_CASE, &mismatch);
	}
	if (!err && expected->level >= 0 && expected->level != run->level) {
		say(&(struct words){mismatch.expected, 0}, "%d", expected->level);
		say(&(struct words){mismatch.found, 0}, "%d", run->level);
		err = tell(run, step, LL_SCENARIO_LEVEL, &mismatch);
	}
	if (!err && expected->has_group && expected->group != run->group) {
		say(&(struct words){mismatch.expected, 0}, "%s", ll_group_name(expected->group));
		say(&(struct words){mismatch.found, 0}, "%s", ll_group_name(run->group));
		err = tell(run, step, LL_SCENARIO_GROUP, &mismatch);
	}
	if (!err && expected->has_held && expected->held != run->held) {
		say(&(struct words){mismatch.expected, 0}, "%s", expected->held ? "yes" : "no");
		say(&(struct words){mismatch.found, 0}, "%s", run->held ? "yes" : "no");
		err = tell(run, step, LL_SCENARIO_HELD, &mismatch);
	}
	return err;
}

/* Level and due date only where the expectation has them, so that both sides read alike. */
static void say_task(struct words *words, enum ll_measure measure, struct ll_scenario_task task)
{
	char due[LL_DAY_TEXT_MAX];

	say(words, "%s%s: %s", words->size ? ", " : "", ll_measure_name(measure),
	    ll_task_state_name(task.state));
	if (task.level)
		say(words, " level %d", task.level);
	if (task.due_on != LL_DAY_NONE) {
		ll_day_format(task.due_on, due);
		say(words, " due %s", due);
	}
}

static int compare_tasks(const struct run *run, const struct ll_scenario_step *step)
{
	const struct ll_scenario_expectation *expected = &step->expected;
	struct ll_scenario_mismatch mismatch = {.expected = "", .found = ""};
	struct words wanted = {mismatch.expected, 0}, found = {mismatch.found, 0};

	if (!expected->has_tasks)
		return 0;
	for (int m = 0; m < LL_MEASURE_COUNT; m++) {
		bool is_expected = expected->task_bits >> m & 1;
		const struct ll_scenario_task *want = &expected->tasks[m];
		struct ll_scenario_task is = {run->tasks[m].state, 0, LL_DAY_NONE};

		if (is_expected && want->level)
			is.level = run->tasks[m].level;
		if (is_expected && want->due_on != LL_DAY_NONE)
			is.due_on = run->tasks[m].due_on;
		if (is_expected)
			say_task(&wanted, (enum ll_measure)m, *want);
		if (run->task_bits >> m & 1)
			say_task(&found, (enum ll_measure)m, is);
	}
	return strcmp(mismatch.expected, mismatch.found) == 0
		       ? 0
		       : tell(run, step, LL_SCENARIO_TASKS, &mismatch);
}

static bool has_reason(const struct ll_str *reasons, int32_t count, struct ll_str reason)
{
	for (int32_t i = 0; i < count; i++)
		if (ll_str_equal(reasons[i], reason))
			return true;
	return false;
}

static void say_reasons(char *text, const struct ll_str *reasons, int32_t count)
{
	struct words words = {text, 0};

	text[0] = '\0';
	for (int32_t i = 0; i < count; i++)
		say(&words, "%s%.*s", i ? ", " : "", LL_STR_ARG(reasons[i]));
}

static int compare_reasons(const struct run *run, const struct ll_scenario_step *step)
{
	const struct ll_scenario_expectation *expected = &step->expected;
	struct ll_scenario_mismatch mismatch;
	bool same = true;

	if (!expected->has_reasons)
		return 0;
	for (int32_t i = 0; i < expected->reason_count; i++)
		same = same && has_reason(run->reasons, run->reason_count, expected->reasons[i]);
	for (int32_t i = 0; i < run->reason_count; i++)
		same = same &&
		       has_reason(expected->reasons, expected->reason_count, run->reasons[i]);
	if (same)
		return 0;
	say_reasons(mismatch.expected, expected->reasons, expected->reason_count);
	say_reasons(mismatch.found, run->reasons, run->reason_count);
	return tell(run, step, LL_SCENARIO_REASONS, &mismatch);
}

static void say_measures(char *text, uint32_t bits)
{
	struct words words = {text, 0};

	text[0] = '\0';
	for (int m = 0; m < LL_MEASURE_COUNT; m++)
		if (bits >> m & 1)
			say(&words, "%s%s", words.size ? ", " : "",
			    ll_measure_name((enum ll_measure)m));
}

static int compare_measures(const struct run *run, const struct ll_scenario_step *step,
			    enum ll_scenario_part part, bool is_expected, uint32_t expected,
			    uint32_t found)
{
	struct ll_scenario_mismatch mismatch;

	if (!is_expected || expected == found)
		return 0;
	say_measures(mismatch.expected, expected);
	say_measures(mismatch.found, found);
	return tell(run, step, part, &mismatch);
}

/* rejected: what the core said to the step, a REJECT error or 0. */
static int compare(const struct run *run, const struct ll_scenario_step *step, int rejected)
{
	const struct ll_scenario_expectation *expected = &step->expected;
	struct ll_scenario_mismatch mismatch;
	int err = 0;

	if (expected->rejected != -rejected) {
		say(&(struct words){mismatch.expected, 0}, "%s",
		    expected->rejected ? ll_err_name(expected->rejected) : "");
		say(&(struct words){mismatch.found, 0}, "%s",
		    rejected ? ll_err_name(rejected) : "");
		err = tell(run, step, LL_SCENARIO_REJECTED, &mismatch);
	}
	if (!err)
		err = compare_case(run, step);
	if (!err)
		err = compare_tasks(run, step);
	if (!err)
		err = compare_reasons(run, step);
	if (!err)
		err = compare_measures(run, step, LL_SCENARIO_OVERDUE, expected->has_overdue,
				       expected->overdue, run->overdue);
	if (!err)
		err = compare_measures(run, step, LL_SCENARIO_ESCALATED, expected->has_escalated,
				       expected->escalated, run->escalated);
	return err;
}

/* ---- running ------------------------------------------------------------------------------------------ */

#define LENT_MAX (1 + LL_SCENARIO_POLICIES_MAX)

/* The core does not write to a policy, but its table of functions could. */
struct lent {
	union {
		const struct ll_policy *first;
		struct ll_policy *policies[LENT_MAX];
	};
};

/* The policies are there already, and not the partition's to free; their place is the text's size. */
static int lend_policy(void *context, struct ll_str text, struct ll_policy **ret_policy)
{
	const struct lent *lent = context;

	*ret_policy = lent->policies[text.size - 1];
	return 0;
}

static void keep_policy(struct ll_policy *policy)
{
	(void)policy;
}

static int apply(struct run *run, const struct ll_household_event *event)
{
	ll_arena_clear(run->scratch);
	run->event = event;
	return ll_partition_apply(run->partition, event, run->scratch, take_decision, run);
}

/* A tick for each day, as the clock gives them. */
static int let_days_pass(struct run *run, int32_t to)
{
	int err = 0;

	for (int32_t day = ll_partition_day(run->partition) + 1; day <= to && !err; day++) {
		const struct ll_household_event tick = {.body = LL_BODY_TICK, .tick = {.day = day}};

		err = apply(run, &tick);
	}
	return err;
}

/* The first as if it had always been there, the others each from its own day. */
static int activate_policies(struct run *run)
{
	static const char texts[LENT_MAX + 1] = ".........";
	const struct ll_policy_scenario *scenario = run->scenario;
	int err = 0;

	for (int32_t i = 0; i <= scenario->policy_count && !err; i++) {
		const struct ll_household_event event = {
			.body = LL_BODY_POLICY_ACTIVATED,
			.policy_activated = {
				.effective_on =
					i == 0 ? LL_DAY_MIN
					       : scenario->policies[i - 1].policy->effective_on,
				.text = {texts, (size_t)i + 1}}};

		err = apply(run, &event);
	}
	return err;
}

static int begin(struct run *run)
{
	const struct ll_policy_scenario *scenario = run->scenario;
	const struct ll_household_event tick = {.body = LL_BODY_TICK,
						.tick = {.day = scenario->start_on}};
	const struct ll_household_event registered = {
		.household_key = ll_scenario_household_key,
		.area = scenario->registered.area,
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = scenario->registered,
	};
	int err = activate_policies(run);

	if (!err)
		err = apply(run, &tick);
	if (!err)
		err = apply(run, &registered);
	return err;
}

/* What only the run knows: ids. */
static struct ll_household_event event_of(const struct run *run,
					  const struct ll_scenario_step *step, char id[LL_NAME_MAX])
{
	struct ll_household_event event = step->event;
	/* By place: a beginning may stand twice, and its words are said twice. */
	int size = snprintf(id, LL_NAME_MAX, "step-%d", (int)(step - run->scenario->steps));

	if (event.body == LL_BODY_TASK_UPDATED) {
		event.task_updated.update_id = (struct ll_str){id, (size_t)size};
		event.task_updated.task_id = run->tasks[step->reported].id;
	} else if (event.body == LL_BODY_CASE_DECISION) {
		event.case_decision.decision_id = (struct ll_str){id, (size_t)size};
	}
	return event;
}

/*
 * What the registration says is told to the first step: a household that is below the line when it
 * is registered is a lead at once.
 */
static int take_step(struct run *run, const struct ll_scenario_step *step)
{
	char id[LL_NAME_MAX];
	int err = let_days_pass(run, step->on);
	int rejected = 0;

	if (!err && step->has_event) {
		const struct ll_household_event event = event_of(run, step, id);

		run->reported = step->reported;
		rejected = apply(run, &event);
		if (run->coverage && !rejected && event.body == LL_BODY_CASE_DECISION)
			run->coverage->decided[event.case_decision.type] = true;
		if (rejected && ll_err_class(rejected) != LL_CLASS_REJECT)
			err = rejected;
	}
	if (!err)
		err = compare(run, step, rejected);
	run->reason_count = 0;
	run->overdue = 0;
	run->escalated = 0;
	if (run->coverage)
		run->coverage->steps++;
	return err;
}

int ll_policy_scenario_run(const struct ll_policy_scenario *scenario,
			   const struct ll_policy *policy, struct ll_arena *scratch,
			   struct ll_scenario_coverage *coverage,
			   int (*sink)(void *context, const struct ll_scenario_mismatch *mismatch),
			   void *context)
{
	struct lent lent = {.first = policy};
	const struct ll_policy_compiler compiler = {lend_policy, keep_policy, &lent};
	struct run run = {.scenario = scenario,
			  .policy = policy,
			  .scratch = scratch,
			  .coverage = coverage,
			  .sink = sink,
			  .context = context};
	int err = ll_partition_new(&compiler, &run.partition);

	if (err)
		return err;
	for (int32_t i = 0; i < scenario->policy_count; i++)
		lent.policies[1 + i] = scenario->policies[i].policy;
	err = begin(&run);
	for (int32_t i = 0; i < scenario->step_count && !err; i++)
		err = take_step(&run, &scenario->steps[i]);
	ll_partition_free(run.partition);
	return err;
}

bool ll_scenario_may_move(enum ll_case_state from, enum ll_case_state to,
			  enum ll_case_trigger trigger)
{
	enum ll_case_state reached;

	if (from == to)
		return false;
	if (from == LL_CASE_LEAD && trigger == LL_TRIGGER_NEED_GONE)
		return to == LL_CASE_NONE || to == LL_CASE_REJECTED || to == LL_CASE_ELIMINATED;
	return ll_case_next(from, trigger, &reached) == 0 && reached == to;
}
