#include "runtime/reasons_json.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/date.h"

static const char *const unit_names[] = {
	[LL_UNIT_FEN] = "fen",	 [LL_UNIT_PERMILLE] = "permille", [LL_UNIT_COUNT] = "count",
	[LL_UNIT_FLAG] = "flag", [LL_UNIT_CODE] = "code",
};

static json_t *fact_to_json(const struct ll_reason_fact *fact)
{
	char day[LL_DAY_TEXT_MAX];

	ll_day_format(fact->occurred_on, day);
	return json_pack("{s:I, s:s%, s:s, s:I}", "fact_id", (json_int_t)fact->fact_id, "kind",
			 fact->kind.data, fact->kind.size, "occurred_on", day, "amount_fen",
			 (json_int_t)fact->amount_fen);
}

static json_t *reason_to_json(const struct ll_reason *reason)
{
	json_t *facts = json_array();

	for (size_t i = 0; i < reason->fact_count; i++)
		json_array_append_new(facts, fact_to_json(&reason->facts[i]));
	return json_pack("{s:s%, s:s%, s:s%, s:b, s:I, s:I, s:s, s:o}", "rule", reason->rule.data,
			 reason->rule.size, "indicator", reason->indicator.data,
			 reason->indicator.size, "comparison", reason->comparison.data,
			 reason->comparison.size, "known", reason->known, "value",
			 (json_int_t)reason->value, "threshold", (json_int_t)reason->threshold,
			 "unit", unit_names[reason->unit], "facts", facts);
}

int ll_reasons_to_json(struct ll_arena *arena, const struct ll_reason *reasons, size_t count,
		       struct ll_str *ret_text)
{
	json_t *list = json_array();
	char *text;
	char *copy;

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, reason_to_json(&reasons[i]));
	text = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	if (!text)
		return -LL_ERR_NO_MEMORY;
	copy = ll_arena_copy(arena, text, strlen(text) + 1);
	free(text);
	if (!copy)
		return -LL_ERR_NO_MEMORY;
	*ret_text = ll_str_from(copy);
	return 0;
}

static int copy_text(struct ll_arena *arena, const json_t *value, struct ll_str *ret_text)
{
	const char *text = json_string_value(value);
	char *copy;

	if (!text)
		return -LL_ERR_INVALID;
	copy = ll_arena_copy(arena, text, strlen(text) + 1);
	if (!copy)
		return -LL_ERR_NO_MEMORY;
	*ret_text = ll_str_from(copy);
	return 0;
}

static int fact_from_json(struct ll_arena *arena, const json_t *value,
			  struct ll_reason_fact *ret_fact)
{
	struct ll_reason_fact fact = {
		.fact_id = json_integer_value(json_object_get(value, "fact_id")),
		.amount_fen = json_integer_value(json_object_get(value, "amount_fen")),
	};
	struct ll_str day;
	int err = copy_text(arena, json_object_get(value, "kind"), &fact.kind);

	if (!err)
		err = copy_text(arena, json_object_get(value, "occurred_on"), &day);
	if (!err)
		err = ll_day_parse(day, &fact.occurred_on);
	if (!err)
		*ret_fact = fact;
	return err;
}

static int unit_from_json(const json_t *value, enum ll_unit *ret_unit)
{
	const char *name = json_string_value(value);

	for (int unit = 0; name && unit <= LL_UNIT_CODE; unit++) {
		if (strcmp(unit_names[unit], name) == 0) {
			*ret_unit = (enum ll_unit)unit;
			return 0;
		}
	}
	return -LL_ERR_INVALID;
}

static int reason_from_json(struct ll_arena *arena, const json_t *value,
			    struct ll_reason *ret_reason)
{
	const json_t *facts = json_object_get(value, "facts");
	size_t count = json_array_size(facts);
	struct ll_reason_fact *copies = ll_arena_calloc(arena, count + 1, sizeof(*copies));
	struct ll_reason reason = {
		.known = json_is_true(json_object_get(value, "known")),
		.value = json_integer_value(json_object_get(value, "value")),
		.threshold = json_integer_value(json_object_get(value, "threshold")),
		.facts = copies,
		.fact_count = count,
	};
	int err = copies ? 0 : -LL_ERR_NO_MEMORY;

	if (!err)
		err = copy_text(arena, json_object_get(value, "rule"), &reason.rule);
	if (!err)
		err = copy_text(arena, json_object_get(value, "indicator"), &reason.indicator);
	if (!err)
		err = copy_text(arena, json_object_get(value, "comparison"), &reason.comparison);
	if (!err)
		err = unit_from_json(json_object_get(value, "unit"), &reason.unit);
	for (size_t i = 0; !err && i < count; i++)
		err = fact_from_json(arena, json_array_get(facts, i), &copies[i]);
	if (!err)
		*ret_reason = reason;
	return err;
}

int ll_reasons_from_json(struct ll_arena *arena, struct ll_str text,
			 const struct ll_reason **ret_reasons, size_t *ret_count)
{
	json_t *list = json_loadb(text.data, text.size, 0, NULL);
	size_t count = json_array_size(list);
	struct ll_reason *reasons = ll_arena_calloc(arena, count + 1, sizeof(*reasons));
	int err = !json_is_array(list) ? -LL_ERR_INVALID : reasons ? 0 : -LL_ERR_NO_MEMORY;

	for (size_t i = 0; !err && i < count; i++)
		err = reason_from_json(arena, json_array_get(list, i), &reasons[i]);
	json_decref(list);
	if (err)
		return err;
	*ret_reasons = reasons;
	*ret_count = count;
	return 0;
}
