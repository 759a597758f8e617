/* lifeline policy test: scenarios against a policy, what they cover, and what they would notice. */
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

	held->what = label(testing, "rules that hold somewhere", "触发过的规则");
	asked->what = label(testing, "rules that ask when something is unknown",
			    "因未知而入户核实的规则");
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

static int tally_moves(const struct testing *testing, struct tally *moves)
{
	int err = 0;

	moves->what = label(testing, "moves of a case", "个案状态转换");
	for (int from = 0; from < LL_CASE_STATE_COUNT; from++)
		for (int to = 0; to < LL_CASE_STATE_COUNT && !err; to++) {
			char name[LL_NAME_MAX];

			if (from == to ||
			    !ll_scenario_may_move((enum ll_case_state)from, (enum ll_case_state)to))
				continue;
			snprintf(name, sizeof(name), "%s → %s",
				 ll_words_case_state((enum ll_case_state)from, testing->language),
				 ll_words_case_state((enum ll_case_state)to, testing->language));
			err = tally_add(moves, testing->coverage.moved[from][to], name);
		}
	return err;
}

static int tally_tasks(const struct testing *testing, struct tally *states)
{
	int err = 0;

	states->what = label(testing, "states of a task", "任务状态");
	for (int i = 0; i < LL_TASK_STATE_COUNT && !err; i++)
		err = tally_add(states, testing->coverage.task_state[i],
				ll_words_task_state((enum ll_task_state)i, testing->language));
	return err;
}

static int print_coverage(const struct testing *testing)
{
	enum { HELD, ASKED, MOVES, STATES, TALLIES };
	struct tally tallies[TALLIES] = {{.what = NULL}};
	int err;

	for (int i = 0; i < TALLIES; i++)
		ll_buf_init(&tallies[i].missing);
	err = tally_rules(testing, &tallies[HELD], &tallies[ASKED]);
	if (!err)
		err = tally_moves(testing, &tallies[MOVES]);
	if (!err)
		err = tally_tasks(testing, &tallies[STATES]);
	for (int i = 0; i < TALLIES; i++) {
		if (!err)
			tally_print(testing, &tallies[i]);
		ll_buf_release(&tallies[i].missing);
	}
	return err;
}

/* ---- mutants ---------------------------------------------------------------------------------------------- */

static int say_comparison(const struct testing *testing, enum ll_indicator indicator,
			  enum ll_operator op, int64_t threshold, struct ll_buf *out)
{
	int err = ll_buf_append_format(out, "%s ", ll_words_operator(op, testing->language));

	return err ? err
		   : ll_words_value(ll_str_from(ll_indicator_name(indicator)),
				    ll_indicator_unit(indicator), threshold, testing->language,
				    out);
}

static int tell_survivor(const struct testing *testing, const struct ll_policy_mutant *mutant)
{
	struct ll_buf words;
	char area[LL_AREA_TEXT_MAX];
	int err;

	ll_buf_init(&words);
	err = say_comparison(testing, mutant->indicator, mutant->op_before,
			     mutant->threshold_before, &words);
	if (!err)
		err = ll_buf_append_str(&words, " → ");
	if (!err)
		err = say_comparison(testing, mutant->indicator, mutant->op_after,
				     mutant->threshold_after, &words);
	ll_area_format(mutant->area, area);
	if (!err)
		printf(label(testing, "  not noticed%s%s: %.*s: %s, %.*s\n",
			     "  未发现%s%s：%.*s：%s，%.*s\n"),
		       area[0] ? label(testing, " in ", "，地区") : "", area,
		       LL_STR_ARG(mutant->rule),
		       ll_words_indicator(mutant->indicator, testing->language), (int)words.size,
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
			     "%lld changes of one number or comparison: %lld noticed, %lld not\n",
			     "改动一个数值或比较共%lld处：发现%lld处，未发现%lld处\n"),
		       (long long)testing->mutants, (long long)testing->caught,
		       (long long)(testing->mutants - testing->caught));
	return err;
}

/* ---- the command -------------------------------------------------------------------------------------------- */

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
	testing->file_count++;
	return 0;
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
