/* lifeline policy test: scenarios against a policy, what they cover, and what they would notice. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "policy/policy_mutants.h"
#include "policy_commands.h"
#include "policy_file.h"
#include "runtime/words.h"

struct scenario_file {
	const char *path;
	struct ll_policy_scenarios scenarios;
	char *policy_text; /* of one that follows, read last */
};

struct testing {
	const struct ll_invocation *invocation;
	enum ll_language language;
	const struct ll_policy *policy;
	struct scenario_file *files;
	int file_count;
	const struct scenario_file *file; /* in hand */
	struct ll_arena scratch;
	struct ll_scenario_coverage coverage;
	int scenarios;
	int disagree;
	const struct ll_policy_scenario *told; /* its title stands above */
	int64_t mutants;
	int64_t caught;
};

static const char *label(const struct testing *testing, const char *english, const char *chinese)
{
	return testing->language == LL_CHINESE ? chinese : english;
}

/* ---- scenarios --------------------------------------------------------------------------------------- */

static int tell_mismatch(void *context, const struct ll_scenario_mismatch *mismatch)
{
	static const struct {
		const char *english;
		const char *chinese;
	} parts[] = {
#define PART(symbol, name, zh) [LL_SCENARIO_##symbol] = {name, zh},
		LL_SCENARIO_PARTS(PART)
#undef PART
	};
	struct testing *testing = context;
	const char *nothing = label(testing, "nothing", "无");
	char day[LL_DAY_TEXT_MAX];

	if (testing->told != mismatch->scenario) {
		printf("%s:%d: %.*s\n", testing->file->path, mismatch->scenario->line,
		       LL_STR_ARG(mismatch->scenario->title));
		testing->told = mismatch->scenario;
		testing->disagree++;
	}
	ll_day_format(mismatch->on, day);
	printf(label(testing, "  line %d, %s: %s: expected %s, found %s\n",
		     "  第%d行，%s：%s：应为 %s，实为 %s\n"),
	       mismatch->line, day,
	       label(testing, parts[mismatch->part].english, parts[mismatch->part].chinese),
	       mismatch->expected[0] ? mismatch->expected : nothing,
	       mismatch->found[0] ? mismatch->found : nothing);
	return 0;
}

static int run_scenarios(struct testing *testing)
{
	int err = 0;

	for (int i = 0; i < testing->file_count && !err; i++) {
		testing->file = &testing->files[i];
		for (int32_t k = 0; k < testing->file->scenarios.count && !err; k++) {
			err = ll_policy_scenario_run(&testing->file->scenarios.list[k],
						     testing->policy, &testing->scratch,
						     &testing->coverage, tell_mismatch, testing);
			testing->scenarios++;
		}
	}
	return err;
}

static void print_result(const struct testing *testing)
{
	const struct ll_policy *policy = testing->policy;

	printf(label(testing, "%d scenarios with %lld steps under %.*s %.*s: ",
		     "%d个场景、%lld步，政策 %.*s %.*s："),
	       testing->scenarios, (long long)testing->coverage.steps, LL_STR_ARG(policy->name),
	       LL_STR_ARG(policy->version));
	if (testing->disagree == 0)
		puts(label(testing, "all agree", "全部一致"));
	else
		printf(label(testing, "%d do not agree\n", "%d个不一致\n"), testing->disagree);
}

/* ---- coverage ----------------------------------------------------------------------------------------- */

/* "what: 3 of 5; not: a, b": names of what is missing are given one by one. */
struct tally {
	const char *what;
	int total;
	int covered;
	struct ll_buf missing;
};

static int tally_add(struct tally *tally, bool covered, const char *name)
{
	int err = 0;

	tally->total++;
	tally->covered += covered;
	if (!covered)
		err = ll_buf_append_format(&tally->missing, "%s%s", tally->missing.size ? ", " : "",
					   name);
	return err;
}

static void tally_print(const struct testing *testing, const struct tally *tally)
{
	printf(label(testing, "  %s: %d of %d", "  %s：%d/%d"), tally->what, tally->covered,
	       tally->total);
	if (tally->missing.size)
		printf(label(testing, ", without %.*s", "，缺 %.*s"), (int)tally->missing.size,
		       (const char *)tally->missing.data);
	putchar('\n');
}

static int tally_rules(const struct testing *testing, struct tally *held, struct tally *asked)
{
	const struct ll_policy_region *everywhere = &testing->policy->regions[0];
	int err = 0;

	for (int32_t i = 0; i < everywhere->rule_count && !err; i++) {
		const struct ll_rule *rule = &everywhere->rules[i];
		char id[LL_NAME_MAX];

		snprintf(id, sizeof(id), "%.*s", LL_STR_ARG(rule->id));
		err = tally_add(held, testing->coverage.held[i], id);
		if (!err && rule->visit_when_unknown)
			err = tally_add(asked, testing->coverage.asked[i], id);
	}
	return err;
}

struct phrase {
	const char *english;
	const char *chinese;
};

static const char *in(const struct testing *testing, struct phrase phrase)
{
	return label(testing, phrase.english, phrase.chinese);
}

static int tally_move(const struct testing *testing, enum ll_case_state from, enum ll_case_state to,
		      enum ll_case_trigger trigger, struct tally *moves)
{
	char name[2 * LL_NAME_MAX];

	snprintf(name, sizeof(name), "%s → %s (%s)", ll_words_case_state(from, testing->language),
		 ll_words_case_state(to, testing->language),
		 label(testing, ll_case_trigger_name(trigger), ll_case_trigger_name_zh(trigger)));
	return tally_add(moves, testing->coverage.moved[from][to][trigger], name);
}

static int tally_moves(const struct testing *testing, struct tally *moves)
{
	int err = 0;

	for (int from = 0; from < LL_CASE_STATE_COUNT; from++)
		for (int to = 0; to < LL_CASE_STATE_COUNT; to++)
			for (int trigger = 0; trigger < LL_CASE_TRIGGER_COUNT && !err; trigger++)
				if (ll_scenario_may_move((enum ll_case_state)from,
							 (enum ll_case_state)to,
							 (enum ll_case_trigger)trigger))
					err = tally_move(testing, (enum ll_case_state)from,
							 (enum ll_case_state)to,
							 (enum ll_case_trigger)trigger, moves);
	return err;
}

static bool reached(const struct testing *testing, enum ll_measure measure)
{
	bool any = false;

	for (int state = 0; state < LL_TASK_STATE_COUNT; state++)
		any = any || testing->coverage.task_state[measure][state];
	return any;
}

static int tally_states(const struct testing *testing, struct tally *states)
{
	int err = 0;

	for (int state = 0; state < LL_TASK_STATE_COUNT && !err; state++) {
		bool any = false;

		for (int m = 0; m < LL_MEASURE_COUNT; m++)
			any = any || testing->coverage.task_state[m][state];
		err = tally_add(states, any,
				ll_words_task_state((enum ll_task_state)state, testing->language));
	}
	if (!err)
		err = tally_add(states, testing->coverage.task_change[LL_CHANGE_STRENGTHENED],
				ll_words_task_change(LL_CHANGE_STRENGTHENED, testing->language));
	if (!err)
		err = tally_add(states, testing->coverage.task_change[LL_CHANGE_OVERDUE],
				ll_words_task_change(LL_CHANGE_OVERDUE, testing->language));
	if (!err)
		err = tally_add(states, testing->coverage.escalated,
				label(testing, "told to the city", "上报市级"));
	return err;
}

/* The measures that the policy's rules open; the procedure's steps, each to its end. */
static int tally_measures(const struct testing *testing, struct tally *opened, struct tally *steps)
{
	const struct ll_policy_region *everywhere = &testing->policy->regions[0];
	uint32_t by_rules = 0;
	int err = 0;

	for (int32_t i = 0; i < everywhere->rule_count; i++)
		by_rules |= everywhere->rules[i].measures;
	for (int m = 0; m < LL_MEASURE_COUNT && !err; m++) {
		const char *name = ll_words_measure((enum ll_measure)m, testing->language);
		bool is_step =
			ll_case_step_of((enum ll_measure)m) &&
			everywhere->measures[m].due_days > 0 &&
			(m != LL_MEASURE_EXIT_REVIEW || everywhere->exit.comparison_count > 0);

		if (by_rules >> m & 1)
			err = tally_add(opened, reached(testing, (enum ll_measure)m), name);
		if (!err && is_step)
			err = tally_add(steps, testing->coverage.task_state[m][LL_TASK_DONE], name);
	}
	return err;
}

static int tally_groups(const struct testing *testing, struct tally *groups)
{
#define GROUP_PHRASE(symbol, number, name, zh) {name, zh},
	static const struct phrase phrases[] = {LL_GROUPS(GROUP_PHRASE)};
#undef GROUP_PHRASE
	int err = 0;

	for (int i = LL_GROUP_NONE + 1; i < LL_GROUP_COUNT && !err; i++)
		err = tally_add(groups, testing->coverage.group[i], in(testing, phrases[i]));
	return err;
}

static int tally_decisions(const struct testing *testing, struct tally *decisions)
{
#define DECISION_PHRASE(symbol, number, name, zh) {name, zh},
	static const struct phrase phrases[] = {LL_CASE_DECISIONS(DECISION_PHRASE)};
#undef DECISION_PHRASE
	int err = 0;

	for (int i = 0; i < LL_CASE_DECISION_COUNT && !err; i++)
		err = tally_add(decisions, testing->coverage.decided[i], in(testing, phrases[i]));
	return err;
}

/* Only what the policy has. */
static int tally_ends(const struct testing *testing, struct tally *ends)
{
	const struct ll_policy *policy = testing->policy;
	int err = 0;

	if (policy->regions[0].exit.comparison_count > 0)
		err = tally_add(ends, reached(testing, LL_MEASURE_EXIT_REVIEW),
				label(testing, "the exit is asked", "提出风险消除"));
	if (!err && policy->observe_months > 0)
		err = tally_add(ends,
				testing->coverage.moved[LL_CASE_ELIMINATED][LL_CASE_NONE]
						       [LL_TRIGGER_OBSERVED],
				label(testing, "observed, then released", "观察期满终止监测"));
	return err;
}

enum tally_kind {
	TALLY_HELD,
	TALLY_ASKED,
	TALLY_MOVES,
	TALLY_STATES,
	TALLY_OPENED,
	TALLY_STEPS,
	TALLY_GROUPS,
	TALLY_DECISIONS,
	TALLY_ENDS,
	TALLY_COUNT
};

static const struct phrase tally_phrases[TALLY_COUNT] = {
	[TALLY_HELD] = {"rules that hold somewhere", "触发过的规则"},
	[TALLY_ASKED] = {"rules that ask when something is unknown", "因未知而入户核实的规则"},
	[TALLY_MOVES] = {"moves of a case", "个案状态转换"},
	[TALLY_STATES] = {"what becomes of a task", "任务状态和变化"},
	[TALLY_OPENED] = {"measures that rules open", "规则开启过的措施"},
	[TALLY_STEPS] = {"steps of the procedure, done", "办结过的程序环节"},
	[TALLY_GROUPS] = {"groups", "对象类别"},
	[TALLY_DECISIONS] = {"decisions of people", "人工决定"},
	[TALLY_ENDS] = {"exit and observation", "退出和观察"},
};

static int take_tallies(const struct testing *testing, struct tally tallies[TALLY_COUNT])
{
	int err = tally_rules(testing, &tallies[TALLY_HELD], &tallies[TALLY_ASKED]);

	if (!err)
		err = tally_moves(testing, &tallies[TALLY_MOVES]);
	if (!err)
		err = tally_states(testing, &tallies[TALLY_STATES]);
	if (!err)
		err = tally_measures(testing, &tallies[TALLY_OPENED], &tallies[TALLY_STEPS]);
	if (!err)
		err = tally_groups(testing, &tallies[TALLY_GROUPS]);
	if (!err)
		err = tally_decisions(testing, &tallies[TALLY_DECISIONS]);
	return err ? err : tally_ends(testing, &tallies[TALLY_ENDS]);
}

static int print_coverage(const struct testing *testing)
{
	struct tally tallies[TALLY_COUNT];
	int err;

	for (int i = 0; i < TALLY_COUNT; i++) {
		tallies[i] = (struct tally){.what = in(testing, tally_phrases[i])};
		ll_buf_init(&tallies[i].missing);
	}
	err = take_tallies(testing, tallies);
	for (int i = 0; i < TALLY_COUNT; i++) {
		if (!err && tallies[i].total > 0)
			tally_print(testing, &tallies[i]);
		ll_buf_release(&tallies[i].missing);
	}
	return err;
}

/* ---- mutants ---------------------------------------------------------------------------------------------- */

static const struct phrase mutant_phrases[LL_POLICY_MUTANT_KIND_COUNT] = {
	[LL_POLICY_MUTANT_LEVEL] = {"warning level", "预警级别"},
	[LL_POLICY_MUTANT_SUDDEN] = {"sudden difficulty", "突发困难"},
	[LL_POLICY_MUTANT_GREEN_CHANNEL] = {"green channel", "绿色通道"},
	[LL_POLICY_MUTANT_LEAD] = {"makes a lead", "产生线索"},
	[LL_POLICY_MUTANT_ASKS] = {"a visit when something is unknown", "未知时入户核实"},
	[LL_POLICY_MUTANT_OPENS] = {"opens no more:", "不再开启措施"},
	[LL_POLICY_MUTANT_DUE_DAYS] = {"days until due", "期限天数"},
	[LL_POLICY_MUTANT_FROM] = {"opened from", "开启时点"},
	[LL_POLICY_MUTANT_RETRY_DAYS] = {"tried again after, days", "重新开启间隔天数"},
	[LL_POLICY_MUTANT_STABLE_MONTHS] = {"months without a rule before the exit",
					    "风险稳定消除月数"},
	[LL_POLICY_MUTANT_MEASURE_BEFORE_EXIT] = {"a measure given before the exit",
						  "风险消除前须已落实措施"},
	[LL_POLICY_MUTANT_OBSERVE_MONTHS] = {"months of observation", "观察月数"},
	[LL_POLICY_MUTANT_ESCALATE_AFTER_DAYS] = {"overdue tasks go to the city after, days",
						  "逾期上报市级天数"},
};

static int say_comparison(const struct testing *testing, const struct ll_policy_mutant *mutant,
			  bool after, struct ll_buf *out)
{
	enum ll_indicator indicator = mutant->indicator;
	int err = ll_buf_append_format(
		out, "%s ",
		ll_words_operator(after ? mutant->op_after : mutant->op_before, testing->language));

	return err ? err
		   : ll_words_value(ll_str_from(ll_indicator_name(indicator)),
				    ll_indicator_unit(indicator),
				    after ? mutant->after : mutant->before, testing->language, out);
}

static int say_side(const struct testing *testing, const struct ll_policy_mutant *mutant,
		    bool after, struct ll_buf *out)
{
	int64_t value = after ? mutant->after : mutant->before;

	switch (mutant->kind) {
	case LL_POLICY_MUTANT_THRESHOLD:
	case LL_POLICY_MUTANT_OPERATOR:
		return say_comparison(testing, mutant, after, out);
	case LL_POLICY_MUTANT_SUDDEN:
	case LL_POLICY_MUTANT_GREEN_CHANNEL:
	case LL_POLICY_MUTANT_LEAD:
	case LL_POLICY_MUTANT_MEASURE_BEFORE_EXIT:
	case LL_POLICY_MUTANT_ASKS:
		return ll_buf_append_str(out, value ? label(testing, "yes", "是")
						    : label(testing, "no", "否"));
	case LL_POLICY_MUTANT_FROM:
		return ll_buf_append_str(
			out, ll_words_case_state(value == LL_CASE_NONE ? LL_CASE_LEAD
								       : (enum ll_case_state)value,
						 testing->language));
	default:
		return ll_buf_append_format(out, "%lld", (long long)value);
	}
}

/* "medical-own-cost: own medical costs: at least 5,000 yuan → at least 5,000.01 yuan" */
static int say_mutant(const struct testing *testing, const struct ll_policy_mutant *mutant,
		      struct ll_buf *out)
{
	const char *colon = label(testing, ": ", "：");
	bool compares = mutant->kind <= LL_POLICY_MUTANT_OPERATOR;
	bool opens = mutant->kind == LL_POLICY_MUTANT_OPENS;
	bool of_measure = mutant->kind >= LL_POLICY_MUTANT_DUE_DAYS &&
			  mutant->kind <= LL_POLICY_MUTANT_RETRY_DAYS;
	const char *measure = ll_words_measure(mutant->measure, testing->language);
	int err = 0;

	if (mutant->rule.size > 0)
		err = ll_buf_append_format(out, "%.*s%s", LL_STR_ARG(mutant->rule), colon);
	else if (of_measure)
		err = ll_buf_append_format(out, "%s%s", measure, colon);
	if (!err)
		err = ll_buf_append_format(
			out, "%s%s",
			compares ? ll_words_indicator(mutant->indicator, testing->language)
				 : in(testing, mutant_phrases[mutant->kind]),
			opens ? " " : colon);
	if (err || opens)
		return err ? err : ll_buf_append_str(out, measure);
	err = say_side(testing, mutant, false, out);
	if (!err)
		err = ll_buf_append_str(out, " → ");
	return err ? err : say_side(testing, mutant, true, out);
}

static int tell_survivor(const struct testing *testing, const struct ll_policy_mutant *mutant)
{
	struct ll_buf words;
	char area[LL_AREA_TEXT_MAX];
	int err;

	ll_buf_init(&words);
	err = say_mutant(testing, mutant, &words);
	ll_area_format(mutant->area, area);
	if (!err)
		printf(label(testing, "  not noticed%s%s: %.*s\n", "  未发现%s%s：%.*s\n"),
		       area[0] ? label(testing, " in ", "，地区") : "", area, (int)words.size,
		       (const char *)words.data);
	ll_buf_release(&words);
	return err;
}

static int take_mutant(void *context, const struct ll_policy_mutant *mutant)
{
	struct testing *testing = context;

	testing->mutants++;
	if (!mutant->caught_by)
		return tell_survivor(testing, mutant);
	testing->caught++;
	return 0;
}

static int run_mutants(struct testing *testing)
{
	const struct ll_policy_scenario **list = calloc((size_t)testing->scenarios, sizeof(*list));
	size_t count = 0;
	int err;

	if (!list)
		return -LL_ERR_NO_MEMORY;
	for (int i = 0; i < testing->file_count; i++)
		for (int32_t k = 0; k < testing->files[i].scenarios.count; k++)
			list[count++] = &testing->files[i].scenarios.list[k];
	err = ll_policy_mutants(testing->policy, list, count, take_mutant, testing);
	free(list);
	if (!err)
		printf(label(testing,
			     "%lld changes of one number, comparison, flag or measure: %lld "
			     "noticed, %lld not\n",
			     "改动一个数值、比较、标志或措施共%lld处：发现%lld处，未发现%lld处\n"),
		       (long long)testing->mutants, (long long)testing->caught,
		       (long long)(testing->mutants - testing->caught));
	return err;
}

/* ---- the command -------------------------------------------------------------------------------------------- */

/* A policy that follows is named from where the scenario file is. */
static int open_policy(void *context, struct ll_str file, struct ll_str *ret_text)
{
	struct testing *testing = context;
	struct scenario_file *scenarios = &testing->files[testing->file_count];
	const char *slash = strrchr(scenarios->path, '/');
	bool from_here = slash && !ll_str_starts(file, LL_STR("/"));
	char path[PATH_MAX];
	char *text;
	size_t size;
	int err;

	snprintf(path, sizeof(path), "%.*s%.*s", from_here ? (int)(slash - scenarios->path) + 1 : 0,
		 scenarios->path, LL_STR_ARG(file));
	err = ll_policy_file_read(testing->invocation, path, &text, &size);
	if (err)
		return err;
	free(scenarios->policy_text);
	scenarios->policy_text = text;
	*ret_text = (struct ll_str){text, size};
	return 0;
}

static int compile_followers(struct testing *testing, struct scenario_file *file)
{
	struct ll_error error = {0};
	int err = ll_policy_scenarios_compile(&file->scenarios, testing->policy, open_policy,
					      testing, &error);

	free(file->policy_text);
	file->policy_text = NULL;
	if (err == -LL_ERR_BAD_POLICY)
		ll_policy_file_complain(testing->invocation, file->path, err, &error);
	return err;
}

static int read_file(struct testing *testing, const char *path)
{
	struct scenario_file *file = &testing->files[testing->file_count];
	struct ll_error error = {0};
	char *text = NULL;
	size_t size = 0;
	int err = ll_policy_file_read(testing->invocation, path, &text, &size);

	if (err)
		return err;
	err = ll_policy_scenarios_read((struct ll_str){text, size}, &file->scenarios, &error);
	free(text);
	if (err)
		return ll_policy_file_complain(testing->invocation, path, err, &error);
	file->path = path;
	err = compile_followers(testing, file);
	/* Counted also where that failed: it is released with the others. */
	testing->file_count++;
	return err;
}

static int read_files(struct testing *testing)
{
	int count = ll_invocation_argument_count(testing->invocation);
	int err = 0;

	testing->files = calloc((size_t)count, sizeof(*testing->files));
	if (!testing->files)
		return -LL_ERR_NO_MEMORY;
	for (int i = 0; i < count && !err; i++)
		err = read_file(testing, ll_invocation_argument(testing->invocation, i));
	return err;
}

static int test(struct testing *testing)
{
	int err = read_files(testing);

	if (!err)
		err = run_scenarios(testing);
	if (err)
		return err;
	print_result(testing);
	if (testing->disagree > 0)
		return 0;
	err = print_coverage(testing);
	if (!err && ll_invocation_flag(testing->invocation, "mutants"))
		err = run_mutants(testing);
	return err;
}

int ll_policy_test_run(struct ll_invocation *invocation)
{
	struct testing testing = {.invocation = invocation};
	struct ll_policy_file file;
	int err;

	if (ll_language_of(ll_invocation_option(invocation, "lang"), &testing.language))
		return ll_complain(invocation, LL_EXIT_USAGE, "--lang is zh or en");
	err = ll_policy_file_open(invocation, ll_invocation_option(invocation, "policy"), &file);
	if (err)
		return ll_exit_of(err);
	testing.policy = file.policy;
	ll_arena_init(&testing.scratch, 0);
	err = test(&testing);
	for (int i = 0; i < testing.file_count; i++)
		ll_policy_scenarios_release(&testing.files[i].scenarios);
	free(testing.files);
	ll_arena_release(&testing.scratch);
	ll_policy_file_release(&file);
	if (err)
		return ll_exit_of(err);
	return testing.disagree > 0 || testing.caught < testing.mutants ? LL_EXIT_FAILED
									: LL_EXIT_DONE;
}
