/* The limits of every field, at both ends, in decoding and in checking. */
#include "codec_test.h"

#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "codec/encode.h"
#include "codec/wire.h"

/* ---- texts ---- */

static bool text_is_valid(const char *data, size_t size)
{
	return ll_field_text_is_valid((struct ll_str){data, size});
}

static void test_text_agrees_with_base(void **state)
{
	char text[19];

	(void)state;
	/* A bad or special byte at every place of texts of every size around the word. */
	for (size_t size = 0; size <= sizeof(text); size++) {
		for (size_t at = 0; at < size; at++) {
			for (int byte = 0; byte < 256; byte++) {
				memset(text, 'a', sizeof(text));
				text[at] = (char)byte;
				assert_int_equal(text_is_valid(text, size),
						 ll_str_is_utf8((struct ll_str){text, size}));
			}
		}
	}
	assert_true(text_is_valid("农户农户农户", 18));
	assert_false(text_is_valid("农户农户农户", 17));
}

static void test_area(void **state)
{
	(void)state;
	assert_true(ll_field_area_is_valid(LL_STR("")));
	assert_true(ll_field_area_is_valid(LL_STR("36")));
	assert_true(ll_field_area_is_valid(LL_STR("3605")));
	assert_true(ll_field_area_is_valid(LL_STR("360502")));
	assert_true(ll_field_area_is_valid(LL_STR("360502001")));
	assert_true(ll_field_area_is_valid(LL_STR("360502001001")));
	assert_false(ll_field_area_is_valid(LL_STR("3")));
	assert_false(ll_field_area_is_valid(LL_STR("360")));
	assert_false(ll_field_area_is_valid(LL_STR("3605020010011")));
	assert_false(ll_field_area_is_valid(LL_STR("36050x")));
	assert_false(ll_field_area_is_valid(LL_STR("36 502")));
}

/* ---- limits: a valid record, one field of it bent, and the error that must follow ---- */

struct bend {
	const char *record; /* Avro name */
	const char *field;
	int64_t value; /* a number; a size in bytes of a text; a count of items */
	int err;
};

static const struct bend bends[] = {
	{"LifeEvent", "event_id", 0, LL_ERR_MISSING},
	{"LifeEvent", "event_id", LL_EVENT_ID_MAX, 0},
	{"LifeEvent", "event_id", LL_EVENT_ID_MAX + 1, LL_ERR_TOO_LARGE},
	{"LifeEvent", "source", 0, LL_ERR_MISSING},
	{"LifeEvent", "source", LL_SOURCE_MAX, 0},
	{"LifeEvent", "source", LL_SOURCE_MAX + 1, LL_ERR_TOO_LARGE},
	{"LifeEvent", "revision", 0, 0},
	{"LifeEvent", "revision", -1, LL_ERR_OUT_OF_RANGE},
	{"LifeEvent", "revision", INT32_MAX, 0},
	{"LifeEvent", "occurred_on", LL_DAY_MIN, 0},
	{"LifeEvent", "occurred_on", LL_DAY_MIN - 1, LL_ERR_BAD_DATE},
	{"LifeEvent", "occurred_on", LL_DAY_MAX, 0},
	{"LifeEvent", "occurred_on", LL_DAY_MAX + 1, LL_ERR_BAD_DATE},
	{"LifeEvent", "occurred_on", LL_DAY_NONE, LL_ERR_BAD_DATE},
	{"LifeEvent", "reported_at_ms", INT64_MIN, LL_ERR_BAD_DATE},
	{"LifeEvent", "reported_at_ms", INT64_MAX, LL_ERR_BAD_DATE},
	{"LifeEvent", "action", 1, 0},
	{"LifeEvent", "action", 2, LL_ERR_BAD_ENUM},
	{"LifeEvent", "action", -1, LL_ERR_BAD_ENUM},
	{"AreaSubject", "area", 0, LL_ERR_BAD_AREA},
	{"AreaSubject", "area", 2, 0},
	{"AreaSubject", "area", 3, LL_ERR_BAD_AREA},
	{"AreaSubject", "area", 12, 0},
	{"AreaSubject", "area", 13, LL_ERR_BAD_AREA},
	{"Hospitalisation", "total_fen", -1, LL_ERR_NEGATIVE},
	{"Hospitalisation", "total_fen", LL_FEN_MAX, 0},
	{"Hospitalisation", "total_fen", LL_FEN_MAX + 1, LL_ERR_OUT_OF_RANGE},
	{"Hospitalisation", "reimbursed_fen", -1, LL_ERR_NEGATIVE},
	{"Hospitalisation", "own_share_fen", 0, 0},
	{"Hospitalisation", "own_share_fen", -1, LL_ERR_NEGATIVE},
	{"Hospitalisation", "own_share_fen", LL_FEN_MAX + 1, LL_ERR_OUT_OF_RANGE},
	{"ChronicIllness", "yearly_cost_fen", -1, LL_ERR_NEGATIVE},
	{"JobLoss", "monthly_wage_fen", -1, LL_ERR_NEGATIVE},
	{"JobLoss", "reason", 4, 0},
	{"JobLoss", "reason", 5, LL_ERR_BAD_ENUM},
	{"Employed", "monthly_wage_fen", -1, LL_ERR_NEGATIVE},
	{"IncomeReport", "year", 1989, LL_ERR_OUT_OF_RANGE},
	{"IncomeReport", "year", 1990, 0},
	{"IncomeReport", "year", 2199, 0},
	{"IncomeReport", "year", 2200, LL_ERR_OUT_OF_RANGE},
	{"IncomeReport", "amount_fen", -LL_FEN_MAX, 0},
	{"IncomeReport", "amount_fen", -LL_FEN_MAX - 1, LL_ERR_OUT_OF_RANGE},
	{"SchoolDropout", "stage", 2, LL_ERR_BAD_ENUM},
	{"HousingDamage", "grade", 4, LL_ERR_BAD_ENUM},
	{"HousingDamage", "repair_cost_fen", -1, LL_ERR_NEGATIVE},
	{"FloodDamage", "loss_fen", -1, LL_ERR_NEGATIVE},
	{"Benefit", "type", 5, LL_ERR_BAD_ENUM},
	{"Benefit", "amount_fen", -1, LL_ERR_NEGATIVE},
	{"Benefit", "months", -1, LL_ERR_OUT_OF_RANGE},
	{"Benefit", "months", 600, 0},
	{"Benefit", "months", 601, LL_ERR_OUT_OF_RANGE},
	{"Declaration", "need", 7, LL_ERR_BAD_ENUM},
	{"Declaration", "amount_fen", -1, LL_ERR_NEGATIVE},
	{"OutpatientCost", "total_fen", -1, LL_ERR_NEGATIVE},
	{"OutpatientCost", "total_fen", LL_FEN_MAX + 1, LL_ERR_OUT_OF_RANGE},
	{"OutpatientCost", "reimbursed_fen", -1, LL_ERR_NEGATIVE},
	{"OutpatientCost", "own_share_fen", -1, LL_ERR_NEGATIVE},
	{"OutpatientCost", "own_share_fen", LL_FEN_MAX, 0},
	{"Disability", "grade", 0, LL_ERR_OUT_OF_RANGE},
	{"Disability", "grade", 1, 0},
	{"Disability", "grade", 4, 0},
	{"Disability", "grade", 5, LL_ERR_OUT_OF_RANGE},
	{"Disability", "type", 6, 0},
	{"Disability", "type", 7, LL_ERR_BAD_ENUM},
	{"Death", "own_cost_fen", 0, 0},
	{"Death", "own_cost_fen", -1, LL_ERR_NEGATIVE},
	{"WageReport", "monthly_wage_fen", 0, 0},
	{"WageReport", "monthly_wage_fen", -1, LL_ERR_NEGATIVE},
	{"WageReport", "monthly_wage_fen", LL_FEN_MAX + 1, LL_ERR_OUT_OF_RANGE},
	{"BusinessFailure", "yearly_income_fen", -1, LL_ERR_NEGATIVE},
	{"UnsoldProduce", "value_fen", -1, LL_ERR_NEGATIVE},
	{"LoanOverdue", "overdue_fen", -1, LL_ERR_NEGATIVE},
	{"LoanOverdue", "overdue_fen", LL_FEN_MAX, 0},
	{"TuitionCost", "stage", 2, LL_ERR_BAD_ENUM},
	{"TuitionCost", "own_cost_fen", -1, LL_ERR_NEGATIVE},
	{"CropLoss", "loss_fen", -1, LL_ERR_NEGATIVE},
	{"LivestockLoss", "loss_fen", -1, LL_ERR_NEGATIVE},
	{"Accident", "type", 3, 0},
	{"Accident", "type", 4, LL_ERR_BAD_ENUM},
	{"Accident", "own_cost_fen", -1, LL_ERR_NEGATIVE},
	{"EpidemicImpact", "income_loss_fen", -1, LL_ERR_NEGATIVE},
	{"AssetRecord", "type", 3, 0},
	{"AssetRecord", "type", 4, LL_ERR_BAD_ENUM},
	{"Authorisation", "months", -1, LL_ERR_OUT_OF_RANGE},
	{"Authorisation", "months", 0, 0},
	{"Authorisation", "months", 600, 0},
	{"Authorisation", "months", 601, LL_ERR_OUT_OF_RANGE},
	{"PersonRegistered", "area", 9, LL_ERR_BAD_AREA},
	{"HouseholdEvent", "area", 0, 0},
	{"HouseholdEvent", "area", 5, LL_ERR_BAD_AREA},
	{"Origin", "topic", LL_NAME_MAX + 1, LL_ERR_TOO_LARGE},
	{"Origin", "partition", -1, 0},
	{"Origin", "partition", -2, LL_ERR_OUT_OF_RANGE},
	{"Origin", "offset", -1, 0},
	{"Origin", "offset", -2, LL_ERR_OUT_OF_RANGE},
	{"HouseholdRegistered", "area", 6, LL_ERR_BAD_AREA},
	{"HouseholdRegistered", "exclusion_marks", -1, LL_ERR_OUT_OF_RANGE},
	{"HouseholdRegistered", "members", LL_MEMBERS_MAX, 0},
	{"HouseholdRegistered", "members", LL_MEMBERS_MAX + 1, LL_ERR_TOO_MANY_MEMBERS},
	{"AreaAlert", "alert_id", 0, LL_ERR_MISSING},
	{"AreaAlert", "severity", 0, LL_ERR_OUT_OF_RANGE},
	{"AreaAlert", "severity", 4, 0},
	{"AreaAlert", "severity", 5, LL_ERR_OUT_OF_RANGE},
	{"AreaAlert", "kind", 7, LL_ERR_BAD_ENUM},
	{"AreaAlert", "area", 0, 0},
	{"Tick", "day", LL_DAY_MAX + 1, LL_ERR_BAD_DATE},
	{"PolicyActivated", "name", 0, LL_ERR_MISSING},
	{"PolicyActivated", "version", LL_NAME_MAX + 1, LL_ERR_TOO_LARGE},
	{"PolicyActivated", "text", LL_POLICY_TEXT_MAX, 0},
	{"PolicyActivated", "text", LL_POLICY_TEXT_MAX + 1, LL_ERR_TOO_LARGE},
	{"TaskUpdated", "update_id", 0, LL_ERR_MISSING},
	{"TaskUpdated", "state", LL_TASK_OPEN, LL_ERR_OUT_OF_RANGE},
	{"TaskUpdated", "state", LL_TASK_ACCEPTED, 0},
	{"TaskUpdated", "state", LL_TASK_WITHDRAWN, LL_ERR_OUT_OF_RANGE},
	{"TaskUpdated", "state", LL_TASK_STATE_COUNT, LL_ERR_BAD_ENUM},
	{"TaskUpdated", "note", LL_NOTE_MAX, 0},
	{"TaskUpdated", "note", LL_NOTE_MAX + 1, LL_ERR_TOO_LARGE},
	{"CaseDecision", "decision_id", 0, LL_ERR_MISSING},
	{"CaseDecision", "type", LL_CASE_DECISION_COUNT, LL_ERR_BAD_ENUM},
	{"CaseDecision", "secure", -1, LL_ERR_OUT_OF_RANGE},
	{"CaseDecision", "secure", 126, 0},
	{"CaseDecision", "secure", 127, LL_ERR_OUT_OF_RANGE},
	{"CaseDecision", "secure", 1, LL_ERR_OUT_OF_RANGE},
	{"CaseDecision", "at_risk", 64, 0},
	{"CaseDecision", "at_risk", 128, LL_ERR_OUT_OF_RANGE},
	{"Task", "county", 4, LL_ERR_BAD_AREA},
	{"Task", "level", 4, LL_ERR_OUT_OF_RANGE},
	{"Task", "decided_on", LL_DAY_NONE, 0},
	{"Task", "decided_on", LL_DAY_MIN - 1, LL_ERR_BAD_DATE},
	{"Task", "due_on", LL_DAY_NONE, LL_ERR_BAD_DATE},
	{"Task", "measure", LL_MEASURE_COUNT, LL_ERR_BAD_ENUM},
	{"Task", "reasons", LL_REASONS_MAX, 0},
	{"Task", "reasons", LL_REASONS_MAX + 1, LL_ERR_TOO_LARGE},
	{"Reason", "facts", LL_REASON_FACTS_MAX + 1, LL_ERR_TOO_LARGE},
	{"Reason", "unit", 5, LL_ERR_BAD_ENUM},
	{"RiskChange", "after", LL_CASE_STATE_COUNT, LL_ERR_BAD_ENUM},
	{"RiskChange", "level_after", 4, LL_ERR_OUT_OF_RANGE},
	{"RiskChange", "group", LL_GROUP_COUNT, LL_ERR_BAD_ENUM},
	{"Escalation", "city", 6, LL_ERR_BAD_AREA},
	{"Escalation", "days_overdue", -1, LL_ERR_OUT_OF_RANGE},
	{"DeadLetter", "reason", 0, LL_ERR_MISSING},
	{"DeadLetter", "key", LL_DEAD_LETTER_KEY_MAX + 1, LL_ERR_TOO_LARGE},
	{"HeldEvent", "value", 0, LL_ERR_MISSING},
};

/* Where the record lies in the value, if it is in there: the struct, and the field's own table. */
static uint8_t *find_record(const struct ll_field_record *record, uint8_t *value, const char *name,
			    const struct ll_field_record **ret_record)
{
	if (strcmp(record->name, name) == 0) {
		*ret_record = record;
		return value;
	}
	for (uint32_t i = 0; i < record->field_count; i++) {
		const struct ll_field *field = &record->fields[i];
		const struct ll_field_branch *branch;
		uint8_t *at = value + field->offset;
		uint8_t *found = NULL;
		size_t count;

		if (field->type == LL_FIELD_RECORD) {
			found = find_record(field->record, at, name, ret_record);
		} else if (field->type == LL_FIELD_UNION) {
			branch = ll_field_union_branch(field->choice, at);
			found = find_record(branch->record, at + branch->offset, name, ret_record);
		} else if (field->type == LL_FIELD_ARRAY) {
			memcpy(&count, value + field->count_offset, sizeof(count));
			memcpy(&at, value + field->offset, sizeof(at));
			if (count > 0)
				found = find_record(field->record, at, name, ret_record);
		}
		if (found)
			return found;
	}
	return NULL;
}

static void bend_array(struct ll_arena *arena, const struct ll_field *field, uint8_t *at,
		       size_t count)
{
	struct sample_random random = {.state = 5, .arena = arena};
	uint8_t *items = ll_arena_calloc(arena, count, field->record->size);

	for (size_t i = 0; i < count; i++)
		sample_fill_record(&random, field->record, items + i * field->record->size);
	memcpy(at + field->offset, &items, sizeof(items));
	memcpy(at + field->count_offset, &count, sizeof(count));
}

static void bend_field(struct ll_arena *arena, const struct ll_field *field, uint8_t *value,
		       int64_t to)
{
	uint8_t *at = value + field->offset;
	int32_t narrow = (int32_t)to;
	char *text;

	switch (field->type) {
	case LL_FIELD_INT:
	case LL_FIELD_DAY:
	case LL_FIELD_ENUM:
		memcpy(at, &narrow, sizeof(narrow));
		break;
	case LL_FIELD_LONG:
	case LL_FIELD_INSTANT:
		memcpy(at, &to, sizeof(to));
		break;
	case LL_FIELD_MAYBE:
		*(struct ll_maybe *)(void *)at = (struct ll_maybe){true, to};
		break;
	case LL_FIELD_STR:
	case LL_FIELD_AREA:
	case LL_FIELD_BYTES:
		text = ll_arena_alloc(arena, (size_t)to);
		memset(text, '3', (size_t)to);
		*(struct ll_str *)(void *)at = (struct ll_str){text, (size_t)to};
		break;
	case LL_FIELD_ARRAY:
		bend_array(arena, field, value, (size_t)to);
		break;
	default:
		fail();
	}
}

/* A valid value that has the record in it, whichever message that takes. */
static enum ll_message sample_with(struct sample_random *random, const char *name,
				   union sample *ret_sample, uint8_t **ret_at,
				   const struct ll_field_record **ret_record)
{
	for (int i = 0;; i = (i + 1) % LL_MESSAGE_COUNT) {
		enum ll_message message = (enum ll_message)i;

		sample_fill(random, message, ret_sample);
		*ret_at = find_record(ll_field_record_of(message), (uint8_t *)ret_sample, name,
				      ret_record);
		if (*ret_at)
			return message;
	}
}

/* So that the parts of the record do not quarrel with the one that is bent. */
static void calm(const char *name, uint8_t *at)
{
	struct ll_case_decision *decision = (void *)at;

	if (strcmp(name, "Hospitalisation") == 0)
		*(struct ll_hospitalisation *)(void *)at = (struct ll_hospitalisation){0};
	else if (strcmp(name, "OutpatientCost") == 0)
		*(struct ll_outpatient_cost *)(void *)at = (struct ll_outpatient_cost){0};
	else if (strcmp(name, "CaseDecision") == 0)
		decision->secure = decision->at_risk = 0;
}

static void check_bend(const struct ll_codec *codec, struct sample_random *random,
		       const struct bend *bend)
{
	const struct ll_field_record *record;
	union sample sample;
	union sample out;
	struct ll_buf wire;
	uint8_t *at;
	enum ll_message message = sample_with(random, bend->record, &sample, &at, &record);
	uint32_t i = 0;

	while (strcmp(record->fields[i].name, bend->field) != 0)
		i++;
	calm(bend->record, at);
	bend_field(random->arena, &record->fields[i], at, bend->value);
	if (ll_codec_check(message, &sample) != -bend->err)
		fail_msg("%s.%s = %lld: check gives %s", bend->record, bend->field,
			 (long long)bend->value, ll_err_name(ll_codec_check(message, &sample)));
	ll_buf_init(&wire);
	assert_int_equal(
		ll_buf_append(&wire, (uint8_t[LL_WIRE_HEADER_SIZE]){0}, LL_WIRE_HEADER_SIZE), 0);
	ll_wire_header(ll_codec_fingerprint(codec, message), wire.data);
	assert_int_equal(sample_encode(ll_field_record_of(message), &sample, &wire), 0);
	if (ll_codec_decode(codec, message, ll_buf_bytes(&wire), random->arena, &out) != -bend->err)
		fail_msg("%s.%s = %lld: decode does not give %s", bend->record, bend->field,
			 (long long)bend->value, ll_err_name(bend->err));
	ll_buf_release(&wire);
}

static void test_limits(void **state)
{
	const struct ll_codec *codec = *state;
	struct ll_arena arena;
	struct sample_random random = {.state = 11, .arena = &arena};

	ll_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(bends) / sizeof(bends[0]); i++) {
		check_bend(codec, &random, &bends[i]);
		ll_arena_clear(&arena);
	}
	ll_arena_release(&arena);
}

static void test_parts_that_must_agree(void **state)
{
	struct ll_life_event event = {
		.event_id = LL_STR("e"),
		.source = LL_STR("s"),
		.subject = {.key = {{1}}},
		.payload = {.hospitalisation = {.total_fen = 10, .reimbursed_fen = 10}}};
	struct ll_household_event household = {.household_key = {{1}}, .life_event = event};
	struct ll_person_registered person = {.area = LL_STR("360502001001")};

	(void)state;
	assert_int_equal(ll_codec_check(LL_MESSAGE_LIFE_EVENT, &event), 0);
	event.payload.hospitalisation.reimbursed_fen = 11;
	assert_int_equal(ll_codec_check(LL_MESSAGE_LIFE_EVENT, &event), -LL_ERR_OUT_OF_RANGE);
	event.payload.hospitalisation.reimbursed_fen = 0;
	event.payload.kind = LL_EVENT_OUTPATIENT_COST;
	event.payload.outpatient_cost = (struct ll_outpatient_cost){10, 11, {0}};
	assert_int_equal(ll_codec_check(LL_MESSAGE_LIFE_EVENT, &event), -LL_ERR_OUT_OF_RANGE);
	event.payload.outpatient_cost.reimbursed_fen = 10;
	assert_int_equal(ll_codec_check(LL_MESSAGE_LIFE_EVENT, &event), 0);
	event.subject.key.bytes[0] = 0;
	assert_int_equal(ll_codec_check(LL_MESSAGE_LIFE_EVENT, &event), -LL_ERR_MISSING);
	event.payload.kind = LL_EVENT_KIND_COUNT;
	event.subject.key.bytes[0] = 1;
	assert_int_equal(ll_codec_check(LL_MESSAGE_LIFE_EVENT, &event), -LL_ERR_BAD_ENUM);

	assert_int_equal(ll_codec_check(LL_MESSAGE_HOUSEHOLD_EVENT, &household), 0);
	household.household_key.bytes[0] = 0;
	assert_int_equal(ll_codec_check(LL_MESSAGE_HOUSEHOLD_EVENT, &household), -LL_ERR_MISSING);
	household.body = LL_BODY_TICK;
	household.tick.day = 20000;
	assert_int_equal(ll_codec_check(LL_MESSAGE_HOUSEHOLD_EVENT, &household), 0);
	household.household_key.bytes[0] = 1;
	household.body = LL_BODY_HOUSEHOLD_REGISTERED;
	household.household_registered =
		(struct ll_household_registered){.area = LL_STR("360502001001")};
	assert_int_equal(ll_codec_check(LL_MESSAGE_HOUSEHOLD_EVENT, &household), 0);
	household.household_registered.recorded_income_fen.known = true;
	assert_int_equal(ll_codec_check(LL_MESSAGE_HOUSEHOLD_EVENT, &household),
			 -LL_ERR_OUT_OF_RANGE);
	household.household_registered.recorded_income_year = 1990;
	assert_int_equal(ll_codec_check(LL_MESSAGE_HOUSEHOLD_EVENT, &household), 0);

	household.body = LL_BODY_CASE_DECISION;
	household.case_decision =
		(struct ll_case_decision){.decision_id = LL_STR("d"), .secure = 6, .at_risk = 120};
	assert_int_equal(ll_codec_check(LL_MESSAGE_HOUSEHOLD_EVENT, &household), 0);
	household.case_decision.at_risk |= 2;
	assert_int_equal(ll_codec_check(LL_MESSAGE_HOUSEHOLD_EVENT, &household),
			 -LL_ERR_OUT_OF_RANGE);

	assert_int_equal(ll_codec_check(LL_MESSAGE_PERSON_REGISTERED, &person), -LL_ERR_MISSING);
}

static void test_text_is_checked(void **state)
{
	struct ll_life_event event = {.event_id = LL_STR("\xff"),
				      .source = LL_STR("s"),
				      .subject = {.key = {{1}}},
				      .payload = {.kind = LL_EVENT_EMPLOYED}};

	(void)state;
	assert_int_equal(ll_codec_check(LL_MESSAGE_LIFE_EVENT, &event), -LL_ERR_BAD_UTF8);
	event.event_id = LL_STR("a\0b");
	assert_int_equal(ll_codec_check(LL_MESSAGE_LIFE_EVENT, &event), -LL_ERR_BAD_UTF8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_agrees_with_base),
		cmocka_unit_test(test_area),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_parts_that_must_agree),
		cmocka_unit_test(test_text_is_checked),
	};

	return cmocka_run_group_tests(tests, codec_setup, codec_teardown);
}
