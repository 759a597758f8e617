#include "policy_diff.h"

#include <stdlib.h>

#include "base/err.h"
#include "policy_draft.h"

/* A growing list in an arena; what it outgrows stays there until the end. */
struct list {
	struct ll_arena *arena;
	struct ll_policy_change *changes;
	size_t count;
	size_t capacity;
	int err; /* the first one; nothing is added after it */
};

static void add(struct list *list, struct ll_policy_change change)
{
	if (list->err)
		return;
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 32;
		struct ll_policy_change *changes =
			ll_arena_calloc(list->arena, capacity, sizeof(*changes));

		if (!changes) {
			list->err = -LL_ERR_NO_MEMORY;
			return;
		}
		if (list->count > 0)
			memcpy(changes, list->changes, list->count * sizeof(*changes));
		list->changes = changes;
		list->capacity = capacity;
	}
	list->changes[list->count++] = change;
}

static void add_number(struct list *list, struct ll_policy_change change, int64_t before,
		       int64_t after)
{
	change.before = before;
	change.after = after;
	if (before != after)
		add(list, change);
}

static void add_text(struct list *list, struct ll_policy_change change, struct ll_str before,
		     struct ll_str after)
{
	change.text_before = before;
	change.text_after = after;
	if (!ll_str_equal(before, after))
		add(list, change);
}

#define CHANGE(symbol, ...) ((struct ll_policy_change){.kind = LL_POLICY_##symbol, __VA_ARGS__})

/* ---- the whole policy ----------------------------------------------------------------------------- */

static void diff_head(const struct ll_policy *before, const struct ll_policy *after,
		      struct list *list)
{
	add_text(list, CHANGE(NAME, .area.digits = 0), before->name, after->name);
	add_text(list, CHANGE(VERSION, .area.digits = 0), before->version, after->version);
	add_number(list, CHANGE(EFFECTIVE_ON, .area.digits = 0), before->effective_on,
		   after->effective_on);
	add_number(list, CHANGE(KEEP_MONTHS, .area.digits = 0), before->keep_months,
		   after->keep_months);
	add_number(list, CHANGE(ESCALATE_AFTER_DAYS, .area.digits = 0), before->escalate_after_days,
		   after->escalate_after_days);
	add_number(list, CHANGE(STABLE_MONTHS, .area.digits = 0), before->stable_months,
		   after->stable_months);
	add_number(list, CHANGE(OBSERVE_MONTHS, .area.digits = 0), before->observe_months,
		   after->observe_months);
	add_number(list, CHANGE(MEASURE_BEFORE_EXIT, .area.digits = 0), before->measure_before_exit,
		   after->measure_before_exit);
}

/* ---- parameters, which only the text has ---------------------------------------------------------- */

static int read_draft(const struct ll_policy *policy, struct ll_arena *arena,
		      struct ll_draft *ret_draft)
{
	struct ll_yaml_node *root;
	struct ll_draft draft = {.arena = arena};
	int err = ll_yaml_parse(policy->text, arena, &root, NULL);

	if (!err)
		err = ll_draft_read(&draft, root);
	if (!err)
		*ret_draft = draft;
	return err;
}

static int32_t find_parameter(const struct ll_draft *draft, struct ll_str name)
{
	for (int32_t i = 0; i < draft->parameter_count; i++)
		if (ll_str_equal(draft->parameters[i].name, name))
			return i;
	return -1;
}

static const struct ll_draft_region *draft_region(const struct ll_draft *draft, struct ll_area area)
{
	for (int32_t i = 1; i < draft->region_count; i++)
		if (draft->regions[i]->area.digits == area.digits &&
		    draft->regions[i]->area.code == area.code)
			return draft->regions[i];
	return NULL;
}

/* The value that the text gives for just this area; false: none. */
static bool own_parameter(const struct ll_draft *draft, struct ll_area area, struct ll_str name,
			  struct ll_value *ret_value)
{
	const struct ll_draft_region *region = draft_region(draft, area);
	int32_t index = find_parameter(draft, name);

	if (index < 0)
		return false;
	*ret_value = draft->parameters[index].value;
	if (area.digits == 0)
		return true;
	if (!region || !region->parameter_at[index])
		return false;
	ret_value->amount = region->parameter_amount[index];
	return true;
}

static void diff_parameter(const struct ll_draft *before, const struct ll_draft *after,
			   struct ll_area area, struct ll_str name, struct list *list)
{
	struct ll_value old, new;
	bool was = own_parameter(before, area, name, &old);
	bool is = own_parameter(after, area, name, &new);
	struct ll_policy_change change = CHANGE(PARAMETER, .area = area, .name = name);

	if (was && is && old.kind == new.kind) {
		change.value = new.kind;
		add_number(list, change, old.amount, new.amount);
		return;
	}
	if (was) {
		change.kind = LL_POLICY_PARAMETER_REMOVED;
		change.value = old.kind;
		change.before = old.amount;
		add(list, change);
	}
	if (is) {
		change.kind = LL_POLICY_PARAMETER_ADDED;
		change.value = new.kind;
		change.before = 0;
		change.after = new.amount;
		add(list, change);
	}
}

static void diff_parameters(const struct ll_draft *before, const struct ll_draft *after,
			    struct ll_area area, struct list *list)
{
	for (int32_t i = 0; i < before->parameter_count; i++)
		diff_parameter(before, after, area, before->parameters[i].name, list);
	for (int32_t i = 0; i < after->parameter_count; i++)
		if (find_parameter(before, after->parameters[i].name) < 0)
			diff_parameter(before, after, area, after->parameters[i].name, list);
}

/* ---- rules ---------------------------------------------------------------------------------------- */

static const struct ll_rule *find_rule(const struct ll_policy_region *region, struct ll_str id)
{
	for (int32_t i = 0; i < region->rule_count; i++)
		if (ll_str_equal(region->rules[i].id, id))
			return &region->rules[i];
	return NULL;
}

static void add_comparison(struct list *list, struct ll_area area, struct ll_str rule,
			   enum ll_policy_change_kind kind, const struct ll_comparison *before,
			   const struct ll_comparison *after)
{
	add(list, (struct ll_policy_change){
			  .kind = kind,
			  .area = area,
			  .name = rule,
			  .indicator = before ? before->indicator : after->indicator,
			  .op_before = before ? before->op : after->op,
			  .op_after = after ? after->op : before->op,
			  .before = before ? before->threshold : 0,
			  .after = after ? after->threshold : 0,
		  });
}

/* What a change of conditions is called: in a rule, in the exit. */
struct comparison_kinds {
	enum ll_policy_change_kind changed, added, removed;
};
static const struct comparison_kinds of_rule = {LL_POLICY_COMPARISON, LL_POLICY_COMPARISON_ADDED,
						LL_POLICY_COMPARISON_REMOVED};
static const struct comparison_kinds of_exit = {LL_POLICY_EXIT_COMPARISON,
						LL_POLICY_EXIT_COMPARISON_ADDED,
						LL_POLICY_EXIT_COMPARISON_REMOVED};

/*
 * Pairs comparisons: equal ones, then the same indicator and operator, then the same indicator. What
 * is left was added or removed.
 */
static void diff_comparisons(const struct ll_rule *before, const struct ll_rule *after,
			     const struct comparison_kinds *kinds, struct ll_area area,
			     struct list *list)
{
	struct ll_str name = kinds == &of_rule ? before->id : (struct ll_str){NULL, 0};

	bool was[LL_COMPARISONS_MAX] = {false}, is[LL_COMPARISONS_MAX] = {false};

	for (int likeness = 2; likeness >= 0; likeness--)
		for (int32_t i = 0; i < before->comparison_count; i++)
			for (int32_t k = 0; k < after->comparison_count && !was[i]; k++) {
				const struct ll_comparison *old = &before->comparisons[i];
				const struct ll_comparison *new = &after->comparisons[k];
				int like = (old->op == new->op) +
					   (old->op == new->op && old->threshold == new->threshold);

				if (is[k] || old->indicator != new->indicator || like < likeness)
					continue;
				was[i] = is[k] = true;
				if (like < 2)
					add_comparison(list, area, name, kinds->changed, old, new);
			}
	for (int32_t i = 0; i < before->comparison_count; i++)
		if (!was[i])
			add_comparison(list, area, name, kinds->removed, &before->comparisons[i],
				       NULL);
	for (int32_t i = 0; i < after->comparison_count; i++)
		if (!is[i])
			add_comparison(list, area, name, kinds->added, NULL,
				       &after->comparisons[i]);
}

static void diff_rule(const struct ll_rule *before, const struct ll_rule *after,
		      struct ll_area area, struct list *list)
{
	struct ll_policy_change change = {.area = area, .name = before->id};

#define OF(symbol) (change.kind = LL_POLICY_##symbol, change)
	diff_comparisons(before, after, &of_rule, area, list);
	add_number(list, OF(LEVEL), before->level, after->level);
	add_text(list, OF(DIMENSION), ll_str_from(ll_dimension_name(before->dimension)),
		 ll_str_from(ll_dimension_name(after->dimension)));
	add_number(list, OF(ASKS), before->visit_when_unknown, after->visit_when_unknown);
	add_number(list, OF(SUDDEN), before->sudden, after->sudden);
	add_number(list, OF(GREEN_CHANNEL), before->green_channel, after->green_channel);
	add_number(list, OF(LEAD), !before->precaution, !after->precaution);
	add_text(list, OF(TITLE), before->title, after->title);
	add_text(list, OF(TITLE_ZH), before->title_zh, after->title_zh);
	for (int m = 0; m < LL_MEASURE_COUNT; m++) {
		bool opened = before->measures >> m & 1, opens = after->measures >> m & 1;

		change.measure = (enum ll_measure)m;
		if (!opened && opens)
			add(list, OF(OPENS));
		else if (opened && !opens)
			add(list, OF(OPENS_NO_MORE));
	}
#undef OF
}

/* Everywhere, a rule that is not there is no rule at all; in a region it may be switched off. */
static void diff_rules(const struct ll_policy *before, const struct ll_policy *after,
		       const struct ll_policy_region *old_region,
		       const struct ll_policy_region *new_region, struct ll_area area,
		       struct list *list)
{
	for (int32_t i = 0; i < old_region->rule_count; i++) {
		const struct ll_rule *old = &old_region->rules[i];
		const struct ll_rule *new = find_rule(new_region, old->id);

		if (new)
			diff_rule(old, new, area, list);
		else if (find_rule(&after->regions[0], old->id))
			add(list, CHANGE(RULE_OFF, .area = area, .name = old->id));
		else
			add(list, CHANGE(RULE_REMOVED, .area = area, .name = old->id, .rule = old));
	}
	for (int32_t i = 0; i < new_region->rule_count; i++) {
		const struct ll_rule *new = &new_region->rules[i];

		if (find_rule(old_region, new->id))
			continue;
		if (find_rule(&before->regions[0], new->id))
			add(list, CHANGE(RULE_ON, .area = area, .name = new->id));
		else
			add(list, CHANGE(RULE_ADDED, .area = area, .name = new->id, .rule = new));
	}
}

static void diff_measure(const struct ll_measure_terms *before,
			 const struct ll_measure_terms *after, enum ll_measure measure,
			 struct ll_area area, struct list *list)
{
#define OF(symbol, ...) CHANGE(symbol, .area = area, .measure = measure, ##__VA_ARGS__)
	/* Where there were none, there is nothing to compare them with. */
	if (before->due_days == 0 && after->due_days > 0) {
		add(list,
		    OF(TERMS_ADDED, .after = after->due_days, .text_after = after->department));
	} else if (before->due_days > 0 && after->due_days == 0) {
		add(list, OF(TERMS_REMOVED, .before = before->due_days,
			     .text_before = before->department));
		return;
	} else {
		add_number(list, OF(DUE_DAYS), before->due_days, after->due_days);
		add_text(list, OF(DEPARTMENT), before->department, after->department);
	}
	add_number(list, OF(FROM), (int64_t)before->from, (int64_t)after->from);
	add_number(list, OF(RETRY_DAYS), before->retry_days, after->retry_days);
#undef OF
}

static void diff_terms(const struct ll_policy_region *before, const struct ll_policy_region *after,
		       struct ll_area area, struct list *list)
{
	for (int m = 0; m < LL_MEASURE_COUNT; m++)
		diff_measure(&before->measures[m], &after->measures[m], (enum ll_measure)m, area,
			     list);
}

/* ---- areas ------------------------------------------------------------------------------------------ */

/* Is the area inside the wider one? */
static bool is_inside(struct ll_area area, struct ll_area wider)
{
	for (int32_t i = wider.digits; i < area.digits; i++)
		area.code /= 10;
	return area.digits >= wider.digits && area.code == wider.code;
}

static const struct ll_policy_region *region_of(const struct ll_policy *policy, struct ll_area area)
{
	const struct ll_policy_region *found = &policy->regions[0];

	for (int32_t i = 1; i < policy->region_count; i++)
		if (is_inside(area, policy->regions[i].area) &&
		    policy->regions[i].area.digits > found->area.digits)
			found = &policy->regions[i];
	return found;
}

static bool has_region(const struct ll_policy *policy, struct ll_area area)
{
	const struct ll_policy_region *region = region_of(policy, area);

	return region->area.digits == area.digits;
}

static int compare_areas(const void *left, const void *right)
{
	const struct ll_area *a = left, *b = right;

	if (a->digits != b->digits)
		return a->digits < b->digits ? -1 : 1;
	return a->code < b->code ? -1 : a->code > b->code;
}

/* The areas of both, each once, everywhere first, wider ones before. */
static int areas_of_both(const struct ll_policy *before, const struct ll_policy *after,
			 struct ll_arena *arena, struct ll_area **ret_areas, size_t *ret_count)
{
	size_t count = 0;
	struct ll_area *areas = ll_arena_calloc(
		arena, (size_t)before->region_count + (size_t)after->region_count, sizeof(*areas));

	if (!areas)
		return -LL_ERR_NO_MEMORY;
	for (int32_t i = 0; i < before->region_count; i++)
		areas[count++] = before->regions[i].area;
	for (int32_t i = 0; i < after->region_count; i++)
		if (!has_region(before, after->regions[i].area))
			areas[count++] = after->regions[i].area;
	qsort(areas, count, sizeof(*areas), compare_areas);
	*ret_areas = areas;
	*ret_count = count;
	return 0;
}

static bool is_same(const struct ll_policy_change *a, const struct ll_policy_change *b)
{
	return a->kind == b->kind && ll_str_equal(a->name, b->name) &&
	       a->indicator == b->indicator && a->op_before == b->op_before &&
	       a->op_after == b->op_after && a->measure == b->measure && a->before == b->before &&
	       a->after == b->after && ll_str_equal(a->text_before, b->text_before) &&
	       ll_str_equal(a->text_after, b->text_after);
}

static bool is_told(const struct list *wider, const struct ll_policy_change *change)
{
	for (size_t i = 0; wider && i < wider->count; i++)
		if (is_same(&wider->changes[i], change))
			return true;
	return false;
}

struct diff {
	const struct ll_policy *before;
	const struct ll_policy *after;
	struct ll_draft draft_before;
	struct ll_draft draft_after;
	struct ll_area *areas;
	size_t area_count;
	struct list *effects; /* of each area, those of the wider ones included */
	struct list told;
};

static const struct list *wider_effects(const struct diff *diff, size_t at)
{
	for (size_t i = at; i-- > 0;)
		if (diff->areas[i].digits < diff->areas[at].digits &&
		    is_inside(diff->areas[at], diff->areas[i]))
			return &diff->effects[i];
	return NULL;
}

static void diff_area(struct diff *diff, size_t at)
{
	struct ll_area area = diff->areas[at];
	const struct ll_policy_region *old = region_of(diff->before, area);
	const struct ll_policy_region *new = region_of(diff->after, area);
	const struct list *wider = wider_effects(diff, at);
	struct list *effects = &diff->effects[at];

	if (!has_region(diff->before, area))
		add(&diff->told, CHANGE(REGION_ADDED, .area = area));
	if (!has_region(diff->after, area))
		add(&diff->told, CHANGE(REGION_REMOVED, .area = area));
	diff_parameters(&diff->draft_before, &diff->draft_after, area, &diff->told);
	diff_comparisons(&old->exit, &new->exit, &of_exit, area, effects);
	diff_rules(diff->before, diff->after, old, new, area, effects);
	diff_terms(old, new, area, effects);
	for (size_t i = 0; i < effects->count; i++)
		if (!is_told(wider, &effects->changes[i]))
			add(&diff->told, effects->changes[i]);
	if (effects->err)
		diff->told.err = effects->err;
}

int ll_policy_diff(const struct ll_policy *before, const struct ll_policy *after,
		   struct ll_arena *arena, const struct ll_policy_change **ret_changes,
		   size_t *ret_count)
{
	struct diff diff = {.before = before, .after = after, .told.arena = arena};
	int err = read_draft(before, arena, &diff.draft_before);

	if (!err)
		err = read_draft(after, arena, &diff.draft_after);
	if (!err)
		err = areas_of_both(before, after, arena, &diff.areas, &diff.area_count);
	if (err)
		return err;
	diff.effects = ll_arena_calloc(arena, diff.area_count, sizeof(*diff.effects));
	if (!diff.effects)
		return -LL_ERR_NO_MEMORY;
	diff_head(before, after, &diff.told);
	for (size_t i = 0; i < diff.area_count; i++) {
		diff.effects[i].arena = arena;
		diff_area(&diff, i);
	}
	if (diff.told.err)
		return diff.told.err;
	*ret_changes = diff.told.changes;
	*ret_count = diff.told.count;
	return 0;
}

const char *ll_policy_change_name(enum ll_policy_change_kind kind)
{
	static const char *const names[] = {
#define CHANGE_NAME(symbol, name) name,
		LL_POLICY_CHANGES(CHANGE_NAME)
#undef CHANGE_NAME
	};

	return names[kind];
}
