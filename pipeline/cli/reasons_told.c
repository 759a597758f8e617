#include "cli/reasons_told.h"

#include "base/area.h"
#include "base/date.h"
#include "cli/income_told.h"
#include "cli/story_words.h"
#include "core/case.h"
#include "policy/policy_yaml.h"

#define TITLE_MAX 512 /* bytes of a rule's title that are shown */

void ll_reasons_told_init(struct ll_reasons_told *told, const struct ll_story *story,
			  enum ll_language language)
{
	*told = (struct ll_reasons_told){.story = story, .language = language};
	ll_buf_init(&told->text);
	ll_buf_init(&told->titles);
}

void ll_reasons_told_release(struct ll_reasons_told *told)
{
	for (size_t i = 0; i < LL_STORY_POLICIES_MAX; i++)
		ll_policy_free(told->policies[i]);
	ll_buf_release(&told->text);
	ll_buf_release(&told->titles);
}

/* ---- under which policy ------------------------------------------------------------------------ */

/* What a decision says of itself. */
struct decided {
	struct ll_str policy_name;
	struct ll_str policy_version;
	struct ll_str area;
	uint64_t village;		       /* with policy */
	const struct ll_policy *policy;	       /* NULL: not in the log, or not to be read */
	const struct ll_policy_region *region; /* with policy */
};

static const struct ll_policy *compiled(struct ll_reasons_told *told, size_t at)
{
	if (!told->tried[at])
		(void)ll_policy_compile(told->story->policies[at]->text, &told->policies[at], NULL);
	told->tried[at] = true;
	return told->policies[at];
}

const struct ll_policy *ll_reasons_told_policy_on(struct ll_reasons_told *told, int32_t day)
{
	const struct ll_policy_activated *const *policies = told->story->policies;
	size_t in_force = LL_STORY_POLICIES_MAX;

	for (size_t i = 0; i < told->story->policy_count; i++)
		if (policies[i]->effective_on <= day &&
		    (in_force == LL_STORY_POLICIES_MAX ||
		     policies[i]->effective_on >= policies[in_force]->effective_on))
			in_force = i;
	return in_force == LL_STORY_POLICIES_MAX ? NULL : compiled(told, in_force);
}

static const struct ll_policy *find_policy(struct ll_reasons_told *told,
					   const struct decided *decided)
{
	for (size_t i = told->story->policy_count; i-- > 0;) {
		const struct ll_policy_activated *activated = told->story->policies[i];

		if (!ll_str_equal(activated->name, decided->policy_name) ||
		    !ll_str_equal(activated->version, decided->policy_version))
			continue;
		return compiled(told, i);
	}
	return NULL;
}

static struct decided decided_of(struct ll_reasons_told *told, const struct ll_story_item *item)
{
	struct decided decided = {.policy = NULL};
	struct ll_area area;

	if (item->kind == LL_STORY_CHANGE) {
		decided.policy_name = item->change->policy_name;
		decided.policy_version = item->change->policy_version;
		decided.area = item->change->area;
	} else {
		decided.policy_name = item->task->policy_name;
		decided.policy_version = item->task->policy_version;
		decided.area = item->task->area;
	}
	if (ll_area_parse(decided.area, &area) == 0)
		decided.policy = find_policy(told, &decided);
	if (!decided.policy)
		return decided;
	decided.village = area.code;
	decided.region = ll_policy_region_of(decided.policy, area.code);
	return decided;
}

struct ll_reason_context ll_reason_context_of(const struct ll_policy_region *region, int32_t day)
{
	struct ll_reason_context context = {.year = day == LL_DAY_NONE ? 0
								       : ll_day_to_date(day).year};

	for (int32_t i = 0; region && i < region->rule_count; i++) {
		const struct ll_rule *rule = &region->rules[i];

		/* The line is what a rule asks for that looks at nothing but the income. */
		if (rule->comparison_count == 1 &&
		    rule->comparisons[0].indicator == LL_INDICATOR_INCOME_PER_HEAD &&
		    rule->comparisons[0].op == LL_OPERATOR_BELOW)
			context.income_line_fen = rule->comparisons[0].threshold;
	}
	return context;
}

/* The rule's title in the policy; its id where there is none. */
static const char *title_of(const struct ll_reasons_told *told, const struct decided *decided,
			    struct ll_str id, char buffer[TITLE_MAX])
{
	const struct ll_policy_region *region = decided->region;
	struct ll_str title = id;

	for (int32_t i = 0; region && i < region->rule_count; i++) {
		const struct ll_rule *rule = &region->rules[i];

		if (ll_str_equal(rule->id, id))
			title = told->language == LL_CHINESE ? rule->title_zh : rule->title;
	}
	if (region && region->exit.comparison_count > 0 && ll_str_equal(region->exit.id, id))
		return ll_sentence_text(LL_SENTENCE_EXIT_RULE, told->language);
	/* The core's own name for them. */
	if (ll_str_equal(id, LL_STR("marks")))
		return ll_sentence_text(LL_SENTENCE_MARKS_RULE, told->language);
	if (title.size == 0)
		title = id;
	snprintf(buffer, TITLE_MAX, "%.*s", LL_STR_ARG(title));
	return buffer;
}

/* Of the regions around this one the nearest; NULL: it is the widest. */
static const struct ll_policy_region *region_around(const struct decided *decided)
{
	const struct ll_policy *policy = decided->policy;

	const struct ll_policy_region *around = NULL;

	for (int32_t i = 0; i < policy->region_count; i++) {
		const struct ll_policy_region *other = &policy->regions[i];

		if (other->area.digits < decided->region->area.digits &&
		    ll_area_contains(other->area, decided->village) &&
		    (!around || other->area.digits > around->area.digits))
			around = other;
	}
	return around;
}

/* A line of its own, and whose it stands for; nothing where they are the same. */
static int say_own_line(struct ll_reasons_told *told, const struct decided *decided,
			struct ll_buf *out)
{
	const struct ll_policy_region *around = region_around(decided);
	char lines[2][TITLE_MAX];
	int64_t fen[2];
	int err = 0;

	if (!around || around->area.digits == 0)
		return 0;
	fen[0] = ll_reason_context_of(decided->region, LL_DAY_NONE).income_line_fen;
	fen[1] = ll_reason_context_of(around, LL_DAY_NONE).income_line_fen;
	if (fen[0] == fen[1] || fen[0] == 0 || fen[1] == 0)
		return 0;
	for (int i = 0; i < 2 && !err; i++) {
		ll_buf_clear(&told->text);
		err = ll_words_value(LL_STR(""), LL_UNIT_FEN, fen[i], told->language, &told->text);
		snprintf(lines[i], TITLE_MAX, "%.*s", (int)told->text.size,
			 (const char *)told->text.data);
	}
	return err ? err
		   : ll_say(out, told->language, LL_SENTENCE_RULES_INSTEAD, lines[0], lines[1],
			    ll_story_area_level((size_t)around->area.digits, told->language));
}

/* The policy and whose numbers, when it is not those that were told last. */
static int tell_policy(struct ll_reasons_told *told, const struct decided *decided, FILE *out)
{
	char name[TITLE_MAX], version[TITLE_MAX], area[LL_AREA_TEXT_MAX] = "";
	struct ll_buf own;
	int err;

	if (!decided->policy ||
	    (decided->policy == told->policy && decided->region == told->region))
		return 0;
	told->policy = decided->policy;
	told->region = decided->region;
	snprintf(name, sizeof(name), "%.*s", LL_STR_ARG(decided->policy_name));
	snprintf(version, sizeof(version), "%.*s", LL_STR_ARG(decided->policy_version));
	if (decided->region->area.digits > 0)
		ll_area_format(decided->region->area, area);
	ll_buf_init(&own);
	err = say_own_line(told, decided, &own);
	if (!err)
		err = ll_buf_append(&own, "", 1);
	ll_buf_clear(&told->text);
	if (!err)
		err = ll_say(&told->text, told->language,
			     *area ? LL_SENTENCE_RULES_OF : LL_SENTENCE_RULES_EVERYWHERE, name,
			     version, area, ll_story_area_level(strlen(area), told->language),
			     (const char *)own.data);
	if (!err)
		fprintf(out, "      %.*s\n", (int)told->text.size, (const char *)told->text.data);
	ll_buf_release(&own);
	return err;
}

/* ---- what was told ----------------------------------------------------------------------------- */

static bool is_same_comparison(const struct ll_reason *a, const struct ll_reason *b)
{
	return ll_str_equal(a->rule, b->rule) && ll_str_equal(a->indicator, b->indicator) &&
	       ll_str_equal(a->comparison, b->comparison);
}

static bool is_same_value(const struct ll_reason *a, const struct ll_reason *b)
{
	return a->known == b->known && (!a->known || a->value == b->value);
}

static size_t find_told(const struct ll_reasons_told *told, const struct ll_reason *reason)
{
	size_t at = 0;

	while (at < told->count && !is_same_comparison(told->list[at], reason))
		at++;
	return at;
}

static bool is_new(const struct ll_reasons_told *told, const struct ll_reason *reason)
{
	size_t at = find_told(told, reason);

	return at == told->count || !is_same_value(told->list[at], reason) ||
	       told->list[at]->threshold != reason->threshold;
}

static void remember(struct ll_reasons_told *told, const struct ll_reason *reason)
{
	size_t at = find_told(told, reason);

	if (at == LL_REASONS_TOLD_MAX) {
		at = told->next;
		told->next = (told->next + 1) % LL_REASONS_TOLD_MAX;
	} else if (at == told->count) {
		told->count++;
	}
	told->list[at] = reason;
}

/* Comparisons of one value share their facts: these stand there already. */
static bool has_facts_above(struct ll_reasons_told *told, const struct ll_reason *reason)
{
	for (size_t i = 0; i < told->with_facts_count; i++)
		if (ll_str_equal(told->with_facts[i]->indicator, reason->indicator) &&
		    is_same_value(told->with_facts[i], reason))
			return true;
	if (told->with_facts_count < LL_REASONS_MAX)
		told->with_facts[told->with_facts_count++] = reason;
	return false;
}

/* ---- telling ----------------------------------------------------------------------------------- */

/* The item whose reasons are being told, and where. */
struct telling {
	struct ll_reasons_told *told;
	const struct ll_story_item *item;
	const struct ll_reason *reasons;
	size_t count;
	struct decided decided;
	struct ll_reason_context context;
	FILE *out;
};

static void print_line(const struct telling *telling, int depth)
{
	const struct ll_buf *text = &telling->told->text;

	fprintf(telling->out, "%*s%.*s\n", depth, "", (int)text->size, (const char *)text->data);
}

/* In the order of their days, as people tell it. */
static int tell_facts(const struct telling *telling, const struct ll_reason *reason)
{
	const struct ll_reason_fact *facts[LL_REASON_FACTS_MAX];
	size_t count = 0;
	int err = 0;

	for (size_t i = 0; i < reason->fact_count && count < LL_REASON_FACTS_MAX; i++) {
		size_t at = count++;

		for (; at > 0 && facts[at - 1]->occurred_on > reason->facts[i].occurred_on; at--)
			facts[at] = facts[at - 1];
		facts[at] = &reason->facts[i];
	}
	for (size_t i = 0; i < count && !err; i++) {
		ll_buf_clear(&telling->told->text);
		err = ll_words_fact_behind(reason, facts[i], telling->told->language,
					   &telling->told->text);
		if (!err)
			print_line(telling, 10);
	}
	return err;
}

static int tell_income(const struct telling *telling, const struct ll_reason *reason)
{
	bool adds_up = false;
	int err;

	if (!telling->item->registered)
		return 0;
	ll_buf_clear(&telling->told->text);
	err = ll_income_say(reason, telling->item->registered, telling->context.year,
			    telling->told->language, &telling->told->text, &adds_up);
	if (!err && adds_up)
		print_line(telling, 10);
	return err;
}

/* The other bounds of the same value: "at least 50%, below 100%". */
static int add_bounds(const struct telling *telling, const struct ll_reason *reason,
		      const struct ll_reason *end)
{
	struct ll_reasons_told *told = telling->told;
	int err = 0;

	for (const struct ll_reason *next = reason + 1;
	     !err && next < end && reason->known &&
	     ll_str_equal(next->indicator, reason->indicator);
	     next++) {
		err = ll_buf_append_str(&told->text, told->language == LL_CHINESE ? "、" : ", ");
		if (!err)
			err = ll_words_bound(next, &telling->context, told->language, &told->text);
		remember(told, next);
	}
	return err;
}

static int tell_reason(const struct telling *telling, const struct ll_reason *reason,
		       const struct ll_reason *end)
{
	struct ll_reasons_told *told = telling->told;
	const bool again = has_facts_above(told, reason);
	int err;

	remember(told, reason);
	ll_buf_clear(&told->text);
	err = ll_words_reason_in(reason, &telling->context, told->language, &told->text);
	if (!err)
		err = add_bounds(telling, reason, end);
	if (!err)
		print_line(telling, 8);
	if (err || again)
		return err;
	err = tell_income(telling, reason);
	return err ? err : tell_facts(telling, reason);
}

/* The end of the reasons of one rule, which stand together; whether one of them is new. */
static size_t end_of_rule(const struct ll_reasons_told *told, const struct ll_reason *reasons,
			  size_t start, size_t count, bool *ret_new)
{
	size_t end = start;
	bool any = false;

	while (end < count && ll_str_equal(reasons[end].rule, reasons[start].rule))
		any |= is_new(told, &reasons[end++]);
	*ret_new = any;
	return end;
}

static bool is_change(const struct ll_story_item *item, enum ll_task_change change)
{
	return item->kind == LL_STORY_TASK && item->task->change == change;
}

static bool was_behind(const struct ll_task *task, struct ll_str rule)
{
	for (size_t i = 0; i < task->reason_count; i++)
		if (ll_str_equal(task->reasons[i].rule, rule))
			return true;
	return false;
}

/*
 * A task names its rules also where all was told above: one that was opened all of them (the
 * procedure's need none), one that was strengthened those that came, one that was withdrawn those
 * that went.
 */
static bool names_rule(const struct ll_story_item *item, struct ll_str rule)
{
	if (is_change(item, LL_CHANGE_STRENGTHENED))
		return item->task_before && !was_behind(item->task_before, rule);
	if (is_change(item, LL_CHANGE_OPENED))
		return item->task->measure == LL_MEASURE_VISIT ||
		       item->task->measure == LL_MEASURE_MARK_REVIEW ||
		       !ll_case_step_of(item->task->measure);
	return is_change(item, LL_CHANGE_WITHDRAWN);
}

static enum ll_sentence sentence_of_titles(const struct ll_story_item *item)
{
	return is_change(item, LL_CHANGE_WITHDRAWN)	 ? LL_SENTENCE_NO_MORE
	       : is_change(item, LL_CHANGE_STRENGTHENED) ? LL_SENTENCE_BECAUSE_ALSO
							 : LL_SENTENCE_BECAUSE;
}

static int tell_titles(const struct telling *telling)
{
	struct ll_reasons_told *told = telling->told;
	char buffer[TITLE_MAX];
	size_t end;
	bool any_new;
	int err = 0;

	ll_buf_clear(&told->titles);
	for (size_t start = 0; start < telling->count && !err; start = end) {
		end = end_of_rule(told, telling->reasons, start, telling->count, &any_new);
		if (any_new || !names_rule(telling->item, telling->reasons[start].rule))
			continue;
		if (told->titles.size > 0)
			err = ll_say(&told->titles, told->language, LL_SENTENCE_AND, NULL);
		if (!err)
			err = ll_buf_append_str(&told->titles,
						title_of(told, &telling->decided,
							 telling->reasons[start].rule, buffer));
	}
	if (err || told->titles.size == 0)
		return err;
	err = ll_buf_append(&told->titles, "", 1);
	ll_buf_clear(&told->text);
	if (!err)
		err = ll_say(&told->text, told->language, sentence_of_titles(telling->item),
			     (const char *)told->titles.data);
	if (!err)
		print_line(telling, 6);
	return err;
}

static bool is_unsure(const struct ll_reason *reasons, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++)
		if (!reasons[i].known)
			return true;
	return false;
}

/* A task that is withdrawn has what does not hold any more. */
static int tell_title(const struct telling *telling, size_t start, size_t end)
{
	struct ll_reasons_told *told = telling->told;
	char buffer[TITLE_MAX];
	const char *title = title_of(told, &telling->decided, telling->reasons[start].rule, buffer);
	int err;

	ll_buf_clear(&told->text);
	if (is_change(telling->item, LL_CHANGE_WITHDRAWN))
		err = ll_say(&told->text, told->language, LL_SENTENCE_NO_MORE, title);
	else if (is_unsure(telling->reasons, start, end))
		err = ll_say(&told->text, told->language,
			     telling->item->state == LL_CASE_NONE ? LL_SENTENCE_UNSURE_NO_LEAD
								  : LL_SENTENCE_UNSURE,
			     title);
	else
		err = ll_buf_append_str(&told->text, title);
	if (!err)
		print_line(telling, 6);
	return err;
}

static int tell_new(const struct telling *telling)
{
	const struct ll_reason *reasons = telling->reasons;
	size_t end;
	bool any_new;
	int err = 0;

	for (size_t start = 0; start < telling->count && !err; start = end) {
		end = end_of_rule(telling->told, reasons, start, telling->count, &any_new);
		if (!any_new)
			continue;
		err = tell_policy(telling->told, &telling->decided, telling->out);
		if (!err)
			err = tell_title(telling, start, end);
		for (size_t i = start; i < end && !err; i++)
			if (i == start || !reasons[i - 1].known ||
			    !ll_str_equal(reasons[i].indicator, reasons[i - 1].indicator))
				err = tell_reason(telling, &reasons[i], reasons + end);
	}
	return err;
}

/* The months that had to go well, of an exit review and of a release. */
static int tell_months(const struct telling *telling)
{
	const struct ll_story_item *item = telling->item;
	const struct ll_policy *policy = telling->decided.policy;
	const bool is_review =
		is_change(item, LL_CHANGE_OPENED) && item->task->measure == LL_MEASURE_EXIT_REVIEW;
	const bool is_release = item->kind == LL_STORY_CHANGE &&
				item->change->before == LL_CASE_ELIMINATED &&
				item->change->after == LL_CASE_NONE;
	char months[16], since[LL_DAY_TEXT_MAX];
	int32_t count;
	int err;

	if (!policy || (!is_review && !is_release) || item->since == LL_DAY_NONE ||
	    item->day == LL_DAY_NONE)
		return 0;
	count = is_review ? policy->stable_months : policy->observe_months;
	if (ll_day_add_months(item->since, count) > item->day)
		return 0;
	snprintf(months, sizeof(months), "%d", count);
	ll_day_format(item->since, since);
	ll_buf_clear(&telling->told->text);
	err = ll_say(&telling->told->text, telling->told->language,
		     is_review ? LL_SENTENCE_STABLE : LL_SENTENCE_OBSERVED, months, since);
	if (!err)
		print_line(telling, 6);
	return err;
}

/* The risk is over by the word of people before the program asked for a review. */
static int tell_unasked(const struct telling *telling)
{
	const struct ll_story_item *item = telling->item;
	const struct ll_policy_region *region = telling->decided.region;

	if (item->kind != LL_STORY_CHANGE || item->change->before != LL_CASE_MONITORED ||
	    item->change->after != LL_CASE_ELIMINATED || item->asked || !region ||
	    region->exit.comparison_count == 0)
		return 0;
	fprintf(telling->out, "      %s\n",
		ll_sentence_text(LL_SENTENCE_NOT_ASKED, telling->told->language));
	return 0;
}

int ll_reasons_tell(struct ll_reasons_told *told, const struct ll_story_item *item, FILE *out)
{
	struct telling telling = {.told = told, .item = item, .out = out};
	int err;

	if (item->kind == LL_STORY_INPUT)
		told->with_facts_count = 0;
	if (item->kind == LL_STORY_INPUT || item->kind == LL_STORY_ESCALATION)
		return 0;
	telling.reasons = ll_story_reasons(item, &telling.count);
	telling.decided = decided_of(told, item);
	telling.context = ll_reason_context_of(telling.decided.region, item->day);
	err = tell_unasked(&telling);
	if (!err)
		err = tell_months(&telling);
	if (err || telling.count == 0)
		return err;
	/* A new lead is told from the beginning. */
	if (item->kind == LL_STORY_CHANGE && item->change->before != item->change->after &&
	    item->change->after == LL_CASE_LEAD)
		told->count = 0;
	err = tell_titles(&telling);
	return err ? err : tell_new(&telling);
}
