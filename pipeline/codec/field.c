#include "field.h"

#include "field_define.h"

/* ---- enums ---- */

static const char *const action_symbols[] = {
	[LL_ACTION_REPORT] = "REPORT",
	[LL_ACTION_RETRACT] = "RETRACT",
};
ENUMERATION(action, "Action");

static const char *const category_symbols[] = {
	[LL_CATEGORY_ORDINARY] = "ORDINARY",
	[LL_CATEGORY_EX_POOR] = "EX_POOR",
};
ENUMERATION(category, "Category");

static const char *const alert_kind_symbols[] = {
	[LL_ALERT_FLOOD] = "FLOOD",	    [LL_ALERT_TYPHOON] = "TYPHOON",
	[LL_ALERT_DROUGHT] = "DROUGHT",	    [LL_ALERT_EARTHQUAKE] = "EARTHQUAKE",
	[LL_ALERT_LANDSLIDE] = "LANDSLIDE", [LL_ALERT_EPIDEMIC] = "EPIDEMIC",
	[LL_ALERT_COLD] = "COLD",
};
ENUMERATION(alert_kind, "AlertKind");

static const char *const task_state_symbols[] = {LL_TASK_STATES(SYMBOL)};
ENUMERATION(task_state, "TaskState");

static const char *const case_decision_type_symbols[] = {LL_CASE_DECISIONS(SYMBOL)};
ENUMERATION(case_decision_type, "CaseDecisionType");

static const char *const case_state_symbols[] = {LL_CASE_STATES(SYMBOL)};
ENUMERATION(case_state, "CaseState");

static const char *const group_symbols[] = {LL_GROUPS(SYMBOL)};
ENUMERATION(group, "Group");

static const char *const dimension_symbols[] = {LL_DIMENSIONS(SYMBOL)};
ENUMERATION(dimension, "Dimension");

static const char *const measure_symbols[] = {LL_MEASURES(SYMBOL)};
ENUMERATION(measure, "Measure");

static const char *const task_change_symbols[] = {LL_TASK_CHANGES(SYMBOL)};
ENUMERATION(task_change, "TaskChange");

static const char *const unit_symbols[] = {
	[LL_UNIT_FEN] = "FEN",	 [LL_UNIT_PERMILLE] = "PERMILLE", [LL_UNIT_COUNT] = "COUNT",
	[LL_UNIT_FLAG] = "FLAG", [LL_UNIT_CODE] = "CODE",
};
ENUMERATION(unit, "Unit");

/* ---- the life event ---- */

static int check_person_subject(const void *value)
{
	const struct ll_subject *subject = value;

	/* Zero means "no person" elsewhere: it must not come in as one. */
	return ll_key_is_zero(&subject->key) ? -LL_ERR_MISSING : 0;
}

static const struct ll_field person_subject_fields[] = {
	{.name = "person_key", .type = LL_FIELD_KEY, AT(struct ll_subject, key)},
};
DEFINE_RECORD(person_subject, "PersonSubject", struct ll_subject, check_person_subject);

static const struct ll_field household_subject_fields[] = {
	{.name = "household_key", .type = LL_FIELD_KEY, AT(struct ll_subject, key)},
};
DEFINE_RECORD(household_subject, "HouseholdSubject", struct ll_subject, check_person_subject);

static const struct ll_field area_subject_fields[] = {
	AREA(struct ll_subject, area, 2, 12),
};
DEFINE_RECORD(area_subject, "AreaSubject", struct ll_subject, NULL);

static const struct ll_field_branch subject_branches[] = {
	[LL_SUBJECT_PERSON] = {"person", LL_SUBJECT_PERSON, 0, &person_subject},
	[LL_SUBJECT_HOUSEHOLD] = {"household", LL_SUBJECT_HOUSEHOLD, 0, &household_subject},
	[LL_SUBJECT_AREA] = {"area", LL_SUBJECT_AREA, 0, &area_subject},
};
static const struct ll_field_union subject_union = {
	.tag_offset = offsetof(struct ll_subject, type),
	.count = COUNT(subject_branches),
	.branches = subject_branches,
};

static const struct ll_field life_event_fields[] = {
	STR_REQUIRED(struct ll_life_event, event_id, LL_EVENT_ID_MAX),
	INT(struct ll_life_event, revision, 0, INT32_MAX),
	STR_REQUIRED(struct ll_life_event, source, LL_SOURCE_MAX),
	DAY(struct ll_life_event, occurred_on),
	INSTANT(struct ll_life_event, reported_at_ms),
	{.name = "subject",
	 .type = LL_FIELD_UNION,
	 AT(struct ll_life_event, subject),
	 .choice = &subject_union},
	ENUM(struct ll_life_event, action, action),
	{.name = "payload",
	 .type = LL_FIELD_UNION,
	 AT(struct ll_life_event, payload),
	 .choice = &ll_field_payload_union},
};
DEFINE_RECORD(life_event, "LifeEvent", struct ll_life_event, NULL);

/* ---- the registry ---- */

static int check_person_registered(const void *value)
{
	const struct ll_person_registered *person = value;

	return ll_key_is_zero(&person->household_key) ? -LL_ERR_MISSING : 0;
}

static const struct ll_field person_registered_fields[] = {
	KEY(struct ll_person_registered, household_key),
	AREA(struct ll_person_registered, area, 12, 12),
};
DEFINE_RECORD(person_registered, "PersonRegistered", struct ll_person_registered,
	      check_person_registered);

static const struct ll_field member_fields[] = {
	KEY(struct ll_member, person_key), DAY(struct ll_member, born_on),
	BOOL(struct ll_member, resident),  BOOL(struct ll_member, labour),
	BOOL(struct ll_member, in_school),
};
DEFINE_RECORD(member, "Member", struct ll_member, NULL);

static int check_household_registered(const void *value)
{
	const struct ll_household_registered *household = value;
	int32_t year = household->recorded_income_year;

	/* An income belongs to a year; without an income the year may be 0. */
	if (year < YEAR_MIN && (year != 0 || household->recorded_income_fen.known))
		return -LL_ERR_OUT_OF_RANGE;
	return 0;
}

static const struct ll_field household_registered_fields[] = {
	AREA(struct ll_household_registered, area, 12, 12),
	ENUM(struct ll_household_registered, category, category),
	BOOL(struct ll_household_registered, dibao),
	INT(struct ll_household_registered, exclusion_marks, 0, INT32_MAX),
	MAYBE_SIGNED_FEN(struct ll_household_registered, recorded_income_fen),
	INT(struct ll_household_registered, recorded_income_year, 0, YEAR_MAX),
	BOOL(struct ll_household_registered, dissolved),
	ARRAY(struct ll_household_registered, members, member_count, member, LL_MEMBERS_MAX,
	      -LL_ERR_TOO_MANY_MEMBERS),
};
DEFINE_RECORD(household_registered, "HouseholdRegistered", struct ll_household_registered,
	      check_household_registered);

/* ---- the log ---- */

static const struct ll_field origin_fields[] = {
	STR(struct ll_origin, topic, LL_NAME_MAX),
	INT(struct ll_origin, partition, -1, INT32_MAX),
	OFFSET(struct ll_origin, offset),
	INSTANT(struct ll_origin, published_at_ms),
};
DEFINE_RECORD(origin, "Origin", struct ll_origin, NULL);

static const struct ll_field area_alert_fields[] = {
	STR_REQUIRED(struct ll_area_alert, alert_id, LL_EVENT_ID_MAX),
	INT(struct ll_area_alert, revision, 0, INT32_MAX),
	AREA(struct ll_area_alert, area, 0, 12),
	ENUM(struct ll_area_alert, kind, alert_kind),
	INT(struct ll_area_alert, severity, 1, 4),
	DAY(struct ll_area_alert, occurred_on),
	DAY(struct ll_area_alert, expires_on),
	BOOL(struct ll_area_alert, cancelled),
};
DEFINE_RECORD(area_alert, "AreaAlert", struct ll_area_alert, NULL);

static const struct ll_field tick_fields[] = {
	DAY(struct ll_tick, day),
};
DEFINE_RECORD(tick, "Tick", struct ll_tick, NULL);

static const struct ll_field policy_activated_fields[] = {
	STR_REQUIRED(struct ll_policy_activated, name, LL_NAME_MAX),
	STR_REQUIRED(struct ll_policy_activated, version, LL_NAME_MAX),
	DAY(struct ll_policy_activated, effective_on),
	STR_REQUIRED(struct ll_policy_activated, text, LL_POLICY_TEXT_MAX),
};
DEFINE_RECORD(policy_activated, "PolicyActivated", struct ll_policy_activated, NULL);

static int check_task_updated(const void *value)
{
	const struct ll_task_updated *update = value;

	/* Opening and withdrawing are lifeline's own. */
	if (update->state == LL_TASK_OPEN || update->state == LL_TASK_WITHDRAWN)
		return -LL_ERR_OUT_OF_RANGE;
	return 0;
}

static const struct ll_field task_updated_fields[] = {
	STR_REQUIRED(struct ll_task_updated, update_id, LL_EVENT_ID_MAX),
	KEY(struct ll_task_updated, task_id),
	ENUM(struct ll_task_updated, state, task_state),
	STR(struct ll_task_updated, by, LL_NAME_MAX),
	STR(struct ll_task_updated, note, LL_NOTE_MAX),
	INSTANT(struct ll_task_updated, at_ms),
};
DEFINE_RECORD(task_updated, "TaskUpdated", struct ll_task_updated, check_task_updated);

/* The dimensions that a visit looks at. */
#define SEEN_BITS ((2 << LL_DIMENSION_WATER) - (1 << LL_DIMENSION_FOOD))

static int check_case_decision(const void *value)
{
	const struct ll_case_decision *decision = value;

	if (((decision->secure | decision->at_risk) & ~SEEN_BITS) != 0 ||
	    (decision->secure & decision->at_risk) != 0)
		return -LL_ERR_OUT_OF_RANGE;
	return 0;
}

static const struct ll_field case_decision_fields[] = {
	STR_REQUIRED(struct ll_case_decision, decision_id, LL_EVENT_ID_MAX),
	ENUM(struct ll_case_decision, type, case_decision_type),
	STR(struct ll_case_decision, by, LL_NAME_MAX),
	STR(struct ll_case_decision, reason, LL_NOTE_MAX),
	INSTANT(struct ll_case_decision, at_ms),
	INT(struct ll_case_decision, secure, 0, SEEN_BITS),
	INT(struct ll_case_decision, at_risk, 0, SEEN_BITS),
};
DEFINE_RECORD(case_decision, "CaseDecision", struct ll_case_decision, check_case_decision);

#define BODY(symbol_, member_)                              \
	[LL_BODY_##symbol_] = {#member_, LL_BODY_##symbol_, \
			       offsetof(struct ll_household_event, member_), &(member_)}

static const struct ll_field_branch body_branches[] = {
	BODY(LIFE_EVENT, life_event),
	BODY(HOUSEHOLD_REGISTERED, household_registered),
	BODY(AREA_ALERT, area_alert),
	BODY(TICK, tick),
	BODY(POLICY_ACTIVATED, policy_activated),
	BODY(TASK_UPDATED, task_updated),
	BODY(CASE_DECISION, case_decision),
};
_Static_assert(COUNT(body_branches) == LL_BODY_COUNT, "every body has a branch");

static const struct ll_field_union body_union = {
	.tag_offset = offsetof(struct ll_household_event, body),
	.count = COUNT(body_branches),
	.branches = body_branches,
};

static bool body_is_broadcast(enum ll_body body)
{
	return body == LL_BODY_AREA_ALERT || body == LL_BODY_TICK ||
	       body == LL_BODY_POLICY_ACTIVATED;
}

static int check_household_event(const void *value)
{
	const struct ll_household_event *event = value;

	if (!body_is_broadcast(event->body) && ll_key_is_zero(&event->household_key))
		return -LL_ERR_MISSING;
	return 0;
}

static const struct ll_field household_event_fields[] = {
	KEY(struct ll_household_event, household_key),
	KEY(struct ll_household_event, person_key),
	AREA(struct ll_household_event, area, 0, 12),
	RECORD(struct ll_household_event, origin, origin),
	{.name = "body", .type = LL_FIELD_UNION, .offset = 0, .choice = &body_union},
};
DEFINE_RECORD(household_event, "HouseholdEvent", struct ll_household_event, check_household_event);

/* ---- what comes out ---- */

static const struct ll_field reason_fact_fields[] = {
	ANY_LONG(struct ll_reason_fact, fact_id),
	STR(struct ll_reason_fact, kind, LL_NAME_MAX),
	DAY(struct ll_reason_fact, occurred_on),
	ANY_LONG(struct ll_reason_fact, amount_fen),
};
DEFINE_RECORD(reason_fact, "ReasonFact", struct ll_reason_fact, NULL);

static const struct ll_field reason_fields[] = {
	STR(struct ll_reason, rule, LL_NAME_MAX),
	STR(struct ll_reason, indicator, LL_NAME_MAX),
	STR(struct ll_reason, comparison, LL_NAME_MAX),
	BOOL(struct ll_reason, known),
	ANY_LONG(struct ll_reason, value),
	ANY_LONG(struct ll_reason, threshold),
	ENUM(struct ll_reason, unit, unit),
	ARRAY(struct ll_reason, facts, fact_count, reason_fact, LL_REASON_FACTS_MAX,
	      -LL_ERR_TOO_LARGE),
};
DEFINE_RECORD(reason, "Reason", struct ll_reason, NULL);

static const struct ll_field task_fields[] = {
	KEY(struct ll_task, task_id),
	KEY(struct ll_task, household_key),
	AREA(struct ll_task, area, 12, 12),
	AREA(struct ll_task, county, 6, 6),
	ENUM(struct ll_task, measure, measure),
	ENUM(struct ll_task, change, task_change),
	ENUM(struct ll_task, state, task_state),
	ENUM(struct ll_task, dimension, dimension),
	INT(struct ll_task, level, 0, 3),
	DAY(struct ll_task, opened_on),
	DAY(struct ll_task, due_on),
	STR(struct ll_task, department, LL_NAME_MAX),
	ARRAY(struct ll_task, reasons, reason_count, reason, LL_REASONS_MAX, -LL_ERR_TOO_LARGE),
	STR(struct ll_task, policy_name, LL_NAME_MAX),
	STR(struct ll_task, policy_version, LL_NAME_MAX),
	INT(struct ll_task, logic_version, 0, INT32_MAX),
	DAY_OR_NONE(struct ll_task, decided_on),
	STR(struct ll_task, update_by, LL_NAME_MAX),
	STR(struct ll_task, update_note, LL_NOTE_MAX),
	RECORD(struct ll_task, cause, origin),
};
DEFINE_RECORD(task, "Task", struct ll_task, NULL);

static const struct ll_field risk_change_fields[] = {
	KEY(struct ll_risk_change, household_key),
	AREA(struct ll_risk_change, area, 12, 12),
	ENUM(struct ll_risk_change, before, case_state),
	ENUM(struct ll_risk_change, after, case_state),
	INT(struct ll_risk_change, level_before, 0, 3),
	INT(struct ll_risk_change, level_after, 0, 3),
	DAY_OR_NONE(struct ll_risk_change, decided_on),
	ARRAY(struct ll_risk_change, reasons, reason_count, reason, LL_REASONS_MAX,
	      -LL_ERR_TOO_LARGE),
	STR(struct ll_risk_change, policy_name, LL_NAME_MAX),
	STR(struct ll_risk_change, policy_version, LL_NAME_MAX),
	INT(struct ll_risk_change, logic_version, 0, INT32_MAX),
	RECORD(struct ll_risk_change, cause, origin),
	ENUM(struct ll_risk_change, group, group),
	BOOL(struct ll_risk_change, held),
};
DEFINE_RECORD(risk_change, "RiskChange", struct ll_risk_change, NULL);

static const struct ll_field escalation_fields[] = {
	KEY(struct ll_escalation, task_id),
	KEY(struct ll_escalation, household_key),
	AREA(struct ll_escalation, area, 12, 12),
	AREA(struct ll_escalation, county, 6, 6),
	AREA(struct ll_escalation, city, 4, 4),
	ENUM(struct ll_escalation, measure, measure),
	DAY(struct ll_escalation, due_on),
	DAY_OR_NONE(struct ll_escalation, decided_on),
	INT(struct ll_escalation, days_overdue, 0, INT32_MAX),
	RECORD(struct ll_escalation, cause, origin),
};
DEFINE_RECORD(escalation, "Escalation", struct ll_escalation, NULL);

/* ---- what is set aside ---- */

static const struct ll_field dead_letter_fields[] = {
	STR_REQUIRED(struct ll_dead_letter, reason, LL_NAME_MAX),
	STR(struct ll_dead_letter, detail, LL_NOTE_MAX),
	STR_REQUIRED(struct ll_dead_letter, stage, LL_NAME_MAX),
	RECORD(struct ll_dead_letter, origin, origin),
	INSTANT(struct ll_dead_letter, rejected_at_ms),
	BYTES(struct ll_dead_letter, key, 0, LL_DEAD_LETTER_KEY_MAX),
	BYTES(struct ll_dead_letter, value, 0, LL_MESSAGE_MAX),
};
DEFINE_RECORD(dead_letter, "DeadLetter", struct ll_dead_letter, NULL);

static int check_held_event(const void *value)
{
	const struct ll_held_event *held = value;

	return ll_key_is_zero(&held->person_key) ? -LL_ERR_MISSING : 0;
}

static const struct ll_field held_event_fields[] = {
	KEY(struct ll_held_event, person_key),
	RECORD(struct ll_held_event, origin, origin),
	BYTES(struct ll_held_event, value, 1, LL_MESSAGE_MAX),
};
DEFINE_RECORD(held_event, "HeldEvent", struct ll_held_event, check_held_event);

static const struct ll_field_record *const records[] = {
	[LL_MESSAGE_LIFE_EVENT] = &life_event,
	[LL_MESSAGE_PERSON_REGISTERED] = &person_registered,
	[LL_MESSAGE_HOUSEHOLD_EVENT] = &household_event,
	[LL_MESSAGE_TASK] = &task,
	[LL_MESSAGE_RISK_CHANGE] = &risk_change,
	[LL_MESSAGE_ESCALATION] = &escalation,
	[LL_MESSAGE_DEAD_LETTER] = &dead_letter,
	[LL_MESSAGE_HELD_EVENT] = &held_event,
};
_Static_assert(COUNT(records) == LL_MESSAGE_COUNT, "every message has a record");

const struct ll_field_record *ll_field_record_of(enum ll_message message)
{
	return records[message];
}

/* ---- checks ---- */

bool ll_field_text_is_valid(struct ll_str text)
{
	const uint64_t ones = 0x0101010101010101ULL;
	size_t at = 0;

	/* A byte above 127 has its high bit; a NUL gets one when 1 is taken away. */
	for (; at + 8 <= text.size; at += 8) {
		uint64_t word;

		memcpy(&word, text.data + at, sizeof(word));
		if (((word | (word - ones)) & (ones << 7)) != 0)
			return ll_str_is_utf8(text);
	}
	for (; at < text.size; at++)
		if ((signed char)text.data[at] <= 0)
			return ll_str_is_utf8(text);
	return true;
}

#define AREA_SIZES (1u << 0 | 1u << 2 | 1u << 4 | 1u << 6 | 1u << 9 | 1u << 12)

bool ll_field_area_is_valid(struct ll_str text)
{
	if (text.size > 12 || (AREA_SIZES >> text.size & 1) == 0)
		return false;
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	return true;
}

static int check_number(const struct ll_field *field, int64_t value)
{
	if (value < field->min)
		return field->or_none && value == LL_DAY_NONE ? 0 : field->err_low;
	return value > field->max ? field->err_high : 0;
}

static int check_size(const struct ll_field *field, size_t size)
{
	if (size > (size_t)field->max)
		return field->err_high;
	return size < (size_t)field->min ? field->err_low : 0;
}

static int check_text(const struct ll_field *field, const struct ll_str *text)
{
	int r = check_size(field, text->size);

	if (r < 0)
		return r;
	if (field->type == LL_FIELD_AREA)
		return ll_field_area_is_valid(*text) ? 0 : -LL_ERR_BAD_AREA;
	return ll_field_text_is_valid(*text) ? 0 : -LL_ERR_BAD_UTF8;
}

const struct ll_field_branch *ll_field_union_branch(const struct ll_field_union *choice,
						    const void *at)
{
	int32_t tag = ll_field_load_int((const uint8_t *)at + choice->tag_offset);

	/* Tags are the indices: codec_new has seen to it. */
	return tag >= 0 && tag < choice->count ? &choice->branches[tag] : NULL;
}

int ll_field_check(const struct ll_field *field, const void *value)
{
	const uint8_t *at = (const uint8_t *)value + field->offset;
	const struct ll_maybe *maybe = (const struct ll_maybe *)(const void *)at;
	size_t count;
	int64_t number;

	switch (field->type) {
	case LL_FIELD_INT:
	case LL_FIELD_DAY:
		return check_number(field, ll_field_load_int(at));
	case LL_FIELD_LONG:
	case LL_FIELD_INSTANT:
		memcpy(&number, at, sizeof(number));
		return check_number(field, number);
	case LL_FIELD_MAYBE:
		return maybe->known ? check_number(field, maybe->value) : 0;
	case LL_FIELD_ENUM:
		number = ll_field_load_int(at);
		return number >= 0 && number < field->enumeration->count ? 0 : -LL_ERR_BAD_ENUM;
	case LL_FIELD_STR:
	case LL_FIELD_AREA:
		return check_text(field, (const void *)at);
	case LL_FIELD_BYTES:
		return check_size(field, ((const struct ll_bytes *)(const void *)at)->size);
	case LL_FIELD_ARRAY:
		memcpy(&count, (const uint8_t *)value + field->count_offset, sizeof(count));
		return count > (size_t)field->max ? field->err_high : 0;
	case LL_FIELD_UNION:
		return ll_field_union_branch(field->choice, at) ? 0 : -LL_ERR_BAD_ENUM;
	case LL_FIELD_BOOL:
	case LL_FIELD_KEY:
	case LL_FIELD_RECORD:
		return 0;
	}
	return 0;
}

static int check_array(const struct ll_field *field, const void *value)
{
	const uint8_t *items;
	size_t count;

	memcpy(&items, (const uint8_t *)value + field->offset, sizeof(items));
	memcpy(&count, (const uint8_t *)value + field->count_offset, sizeof(count));
	for (size_t i = 0; i < count; i++) {
		int r = ll_field_check_record(field->record, items + i * field->record->size);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Recursion follows our own tables, which are three deep. */
int ll_field_check_record(const struct ll_field_record *record, const void *value)
{
	for (uint32_t i = 0; i < record->field_count; i++) {
		const struct ll_field *field = &record->fields[i];
		const uint8_t *at = (const uint8_t *)value + field->offset;
		const struct ll_field_branch *branch;
		int r = ll_field_check(field, value);

		if (r < 0)
			return r;
		if (field->type == LL_FIELD_RECORD) {
			r = ll_field_check_record(field->record, at);
		} else if (field->type == LL_FIELD_ARRAY) {
			r = check_array(field, value);
		} else if (field->type == LL_FIELD_UNION) {
			branch = ll_field_union_branch(field->choice, at);
			r = ll_field_check_record(branch->record, at + branch->offset);
		}
		if (r < 0)
			return r;
	}
	return record->check ? record->check(value) : 0;
}
