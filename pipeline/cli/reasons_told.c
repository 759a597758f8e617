#include "cli/reasons_told.h"

#include "base/area.h"
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
	const struct ll_policy *policy;	       /* NULL: not in the log, or not to be read */
	const struct ll_policy_region *region; /* with policy */
};

static const struct ll_policy *find_policy(struct ll_reasons_told *told,
					   const struct decided *decided)
{
	for (size_t i = told->story->policy_count; i-- > 0;) {
		const struct ll_policy_activated *activated = told->story->policies[i];

		if (!ll_str_equal(activated->name, decided->policy_name) ||
		    !ll_str_equal(activated->version, decided->policy_version))
			continue;
		if (!told->tried[i])
			(void)ll_policy_compile(activated->text, &told->policies[i], NULL);
		told->tried[i] = true;
		return told->policies[i];
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
	if (decided.policy)
		decided.region = ll_policy_region_of(decided.policy, area.code);
	return decided;
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
	if (title.size == 0)
		title = id;
	snprintf(buffer, TITLE_MAX, "%.*s", LL_STR_ARG(title));
	return buffer;
}

/* The policy and whose numbers, when it is not those that were told last. */
static int tell_policy(struct ll_reasons_told *told, const struct decided *decided, FILE *out)
{
	char name[TITLE_MAX], version[TITLE_MAX], area[LL_AREA_TEXT_MAX] = "";
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
	ll_buf_clear(&told->text);
	err = ll_say(&told->text, told->language,
		     *area ? LL_SENTENCE_RULES_OF : LL_SENTENCE_RULES_EVERYWHERE, name, version,
		     area);
	if (!err)
		fprintf(out, "      %.*s\n", (int)told->text.size, (const char *)told->text.data);
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

static int tell_reason(struct ll_reasons_told *told, const struct ll_reason *reason, FILE *out)
{
	const bool again = has_facts_above(told, reason);
	int err;

	remember(told, reason);
	ll_buf_clear(&told->text);
	err = ll_words_reason(reason, told->language, &told->text);
	if (!err)
		fprintf(out, "        %.*s\n", (int)told->text.size, (const char *)told->text.data);
	for (size_t i = 0; !err && !again && i < reason->fact_count; i++) {
		ll_buf_clear(&told->text);
		err = ll_words_fact_behind(reason, &reason->facts[i], told->language, &told->text);
		if (!err)
			fprintf(out, "          %.*s\n", (int)told->text.size,
				(const char *)told->text.data);
	}
	return err;
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

/* A task that was opened names its rules also where all was told above; what the procedure asks does not. */
static bool names_its_rules(const struct ll_story_item *item)
{
	return item->kind == LL_STORY_TASK && item->task->change == LL_CHANGE_OPENED &&
	       (item->task->measure == LL_MEASURE_VISIT || !ll_case_step_of(item->task->measure));
}

static int tell_titles(struct ll_reasons_told *told, const struct decided *decided,
		       const struct ll_reason *reasons, size_t count, FILE *out)
{
	char buffer[TITLE_MAX];
	size_t end;
	bool any_new;
	int err = 0;

	ll_buf_clear(&told->titles);
	for (size_t start = 0; start < count && !err; start = end) {
		end = end_of_rule(told, reasons, start, count, &any_new);
		if (any_new)
			continue;
		if (told->titles.size > 0)
			err = ll_say(&told->titles, told->language, LL_SENTENCE_AND, NULL);
		if (!err)
			err = ll_buf_append_str(
				&told->titles,
				title_of(told, decided, reasons[start].rule, buffer));
	}
	if (err || told->titles.size == 0)
		return err;
	err = ll_buf_append(&told->titles, "", 1);
	ll_buf_clear(&told->text);
	if (!err)
		err = ll_say(&told->text, told->language, LL_SENTENCE_BECAUSE,
			     (const char *)told->titles.data);
	if (!err)
		fprintf(out, "      %.*s\n", (int)told->text.size, (const char *)told->text.data);
	return err;
}

/* A task that is withdrawn has what does not hold any more. */
static int tell_title(struct ll_reasons_told *told, const struct decided *decided,
		      struct ll_str rule, bool withdrawn, FILE *out)
{
	char buffer[TITLE_MAX];
	const char *title = title_of(told, decided, rule, buffer);
	int err;

	ll_buf_clear(&told->text);
	err = withdrawn ? ll_say(&told->text, told->language, LL_SENTENCE_NO_MORE, title)
			: ll_buf_append_str(&told->text, title);
	if (!err)
		fprintf(out, "      %.*s\n", (int)told->text.size, (const char *)told->text.data);
	return err;
}

static int tell_new(struct ll_reasons_told *told, const struct decided *decided, bool withdrawn,
		    const struct ll_reason *reasons, size_t count, FILE *out)
{
	size_t end;
	bool any_new;
	int err = 0;

	for (size_t start = 0; start < count && !err; start = end) {
		end = end_of_rule(told, reasons, start, count, &any_new);
		if (!any_new)
			continue;
		err = tell_policy(told, decided, out);
		if (!err)
			err = tell_title(told, decided, reasons[start].rule, withdrawn, out);
		for (size_t i = start; i < end && !err; i++)
			err = tell_reason(told, &reasons[i], out);
	}
	return err;
}

int ll_reasons_tell(struct ll_reasons_told *told, const struct ll_story_item *item, FILE *out)
{
	size_t count;
	const struct ll_reason *reasons = ll_story_reasons(item, &count);
	struct decided decided;
	int err = 0;

	if (item->kind == LL_STORY_INPUT)
		told->with_facts_count = 0;
	if (count == 0)
		return 0;
	/* A new lead is told from the beginning. */
	if (item->kind == LL_STORY_CHANGE && item->change->before != item->change->after &&
	    item->change->after == LL_CASE_LEAD)
		told->count = 0;
	decided = decided_of(told, item);
	if (names_its_rules(item))
		err = tell_titles(told, &decided, reasons, count, out);
	if (err)
		return err;
	return tell_new(told, &decided,
			item->kind == LL_STORY_TASK && item->task->change == LL_CHANGE_WITHDRAWN,
			reasons, count, out);
}
