#include "row_event.h"

#include <stdio.h>

#include "base/citizen.h"
#include "base/date.h"
#include "base/hash.h"

#define SEPARATOR '|'
#define ESCAPE	  '\\'

void ll_row_events_init(struct ll_row_events *events, const struct ll_mapping *mapping,
			struct ll_pseudonyms *pseudonyms, struct ll_str source, int32_t today,
			int64_t reported_at_ms)
{
	*events = (struct ll_row_events){.mapping = mapping,
					 .pseudonyms = pseudonyms,
					 .source = source,
					 .today = today,
					 .reported_at_ms = reported_at_ms};
	ll_occurrences_init(&events->occurrences);
	ll_buf_init(&events->event_id);
}

void ll_row_events_release(struct ll_row_events *events)
{
	ll_occurrences_release(&events->occurrences);
	ll_buf_release(&events->event_id);
}

void ll_row_events_clear(struct ll_row_events *events)
{
	ll_occurrences_clear(&events->occurrences);
}

/* Bad in this column. */
static int problem_at(const struct ll_mapping *mapping, int32_t column, int err, const char *text,
		      struct ll_row_problem *ret_problem)
{
	*ret_problem = (struct ll_row_problem){.err = err, .text = text};
	if (column >= 0)
		ret_problem->field = mapping->columns[column].name;
	return err;
}

static struct ll_str cell(const struct ll_row *row, int32_t column)
{
	return ll_str_trim(row->values[column]);
}

/* ---- subject, day, time, revision, action ---- */

static int make_subject(struct ll_row_events *events, const struct ll_row *row,
			struct ll_life_event *event, struct ll_row_problem *ret_problem)
{
	const struct ll_mapping *mapping = events->mapping;
	struct ll_str text = cell(row, mapping->subject);
	int err;

	event->subject.type = mapping->subject_type;
	if (text.size == 0)
		return problem_at(mapping, mapping->subject, -LL_ERR_MISSING, NULL, ret_problem);
	if (mapping->subject_type == LL_SUBJECT_PERSON)
		err = ll_pseudonym_person(events->pseudonyms, text, &event->subject.key);
	else
		err = ll_pseudonym_household(events->pseudonyms, text, &event->subject.key);
	return err ? problem_at(mapping, mapping->subject, err, NULL, ret_problem) : 0;
}

static int make_day(const struct ll_row_events *events, const struct ll_row *row,
		    struct ll_life_event *event, struct ll_row_problem *ret_problem)
{
	const struct ll_mapping *mapping = events->mapping;
	struct ll_str text = cell(row, mapping->occurred_on);
	int err = text.size ? ll_day_parse(text, &event->occurred_on) : -LL_ERR_MISSING;

	if (!err && event->occurred_on > events->today + 1)
		return problem_at(mapping, mapping->occurred_on, -LL_ERR_FUTURE,
				  "dated more than a day after today (see --today)", ret_problem);
	return err ? problem_at(mapping, mapping->occurred_on, err, NULL, ret_problem) : 0;
}

static int make_time(const struct ll_row_events *events, const struct ll_row *row,
		     struct ll_life_event *event, struct ll_row_problem *ret_problem)
{
	const struct ll_mapping *mapping = events->mapping;
	struct ll_str text = {NULL, 0};
	int err = 0;

	event->reported_at_ms = events->reported_at_ms;
	if (mapping->reported_at >= 0)
		text = cell(row, mapping->reported_at);
	if (text.size > 0)
		err = ll_time_parse(text, &event->reported_at_ms);
	return err ? problem_at(mapping, mapping->reported_at, err, NULL, ret_problem) : 0;
}

static void make_action(const struct ll_mapping *mapping, const struct ll_row *row,
			struct ll_life_event *event)
{
	struct ll_str text;

	event->action = LL_ACTION_REPORT;
	if (mapping->action < 0)
		return;
	text = cell(row, mapping->action);
	for (size_t i = 0; i < mapping->retract_count; i++)
		if (ll_str_equal(text, mapping->retract[i]))
			event->action = LL_ACTION_RETRACT;
}

static int make_revision(const struct ll_mapping *mapping, const struct ll_row *row,
			 struct ll_life_event *event, struct ll_row_problem *ret_problem)
{
	struct ll_str text;
	int64_t value = 0;
	int err;

	/* A retraction must outrank what it takes back. */
	event->revision = event->action == LL_ACTION_RETRACT ? 1 : 0;
	if (mapping->revision < 0)
		return 0;
	text = cell(row, mapping->revision);
	err = text.size ? ll_str_to_int64(text, &value) : -LL_ERR_MISSING;
	if (!err && (value < 0 || value > INT32_MAX))
		err = -LL_ERR_OUT_OF_RANGE;
	if (err)
		return problem_at(mapping, mapping->revision, err, NULL, ret_problem);
	event->revision = (int32_t)value;
	return 0;
}

/* ---- payload ---- */

static int make_field(const struct ll_row_events *events, const struct ll_row *row,
		      const struct ll_mapping_field *field, struct ll_life_event *event,
		      struct ll_row_problem *ret_problem)
{
	const struct ll_mapping *mapping = events->mapping;
	void *payload = (uint8_t *)event + mapping->payload_offset;
	struct ll_mapping_field plain;
	struct ll_str text = {NULL, 0};
	int err;

	if (field->column >= 0)
		text = cell(row, field->column);
	if (text.size == 0 && field->has_fallback) {
		plain = *field;
		plain.codes = NULL; /* a default is a meaning, not a code */
		text = field->fallback;
		field = &plain;
	}
	if (text.size > 0) {
		err = ll_mapping_store(field, text, payload);
		return err ? problem_at(mapping, field->column, err, NULL, ret_problem) : 0;
	}
	/* What is taken back needs no amounts; what is unknown may stay so, as what has not ended. */
	if (field->field->type == LL_FIELD_MAYBE || field->field->optional ||
	    event->action == LL_ACTION_RETRACT)
		return 0;
	return problem_at(mapping, field->column, -LL_ERR_MISSING, NULL, ret_problem);
}

/* A payload that its own limits allow, for what a retraction leaves empty. */
static void payload_floor(const struct ll_mapping *mapping, struct ll_life_event *event)
{
	const struct ll_field_record *record = mapping->payload->record;
	uint8_t *payload = (uint8_t *)event + mapping->payload_offset;

	for (uint32_t i = 0; i < record->field_count; i++) {
		const struct ll_field *field = &record->fields[i];
		int32_t least = (int32_t)field->min;

		if ((field->type == LL_FIELD_INT || field->type == LL_FIELD_DAY) && field->min > 0)
			memcpy(payload + field->offset, &least, sizeof(least));
	}
}

static int make_payload(const struct ll_row_events *events, const struct ll_row *row,
			struct ll_life_event *event, struct ll_row_problem *ret_problem)
{
	const struct ll_mapping *mapping = events->mapping;

	event->payload.kind = mapping->kind;
	if (event->action == LL_ACTION_RETRACT)
		payload_floor(mapping, event);
	for (size_t i = 0; i < mapping->field_count; i++) {
		int err = make_field(events, row, &mapping->fields[i], event, ret_problem);

		if (err)
			return err;
	}
	return 0;
}

/* ---- the id ---- */

/* The subject's number never enters an id: its pseudonym stands for it. */
static struct ll_str key_value(const struct ll_row_events *events, const struct ll_row *row,
			       int32_t column, const char subject_hex[LL_KEY_HEX_SIZE])
{
	if (column == events->mapping->subject)
		return (struct ll_str){subject_hex, LL_KEY_HEX_SIZE - 1};
	return cell(row, column);
}

static int append_escaped(struct ll_buf *buf, struct ll_str text)
{
	int err = ll_buf_reserve(buf, text.size * 2);

	for (size_t i = 0; i < text.size && !err; i++) {
		if (text.data[i] == SEPARATOR || text.data[i] == ESCAPE)
			buf->data[buf->size++] = ESCAPE;
		buf->data[buf->size++] = (uint8_t)text.data[i];
	}
	return err;
}

/* Keyed, so that the number in it cannot be found by trying. */
static int hide_id(struct ll_row_events *events)
{
	static const char domain[] = "event-id:"; /* apart from households' codes */
	struct ll_buf *id = &events->event_id;
	char text[sizeof(domain) + LL_EVENT_ID_MAX];
	char hex[LL_KEY_HEX_SIZE];
	struct ll_key key;
	int size = snprintf(text, sizeof(text), "%s%.*s", domain, (int)id->size,
			    (const char *)id->data);
	int err = ll_pseudonym_household(events->pseudonyms, (struct ll_str){text, (size_t)size},
					 &key);

	if (err)
		return err;
	ll_key_to_hex(&key, hex);
	ll_buf_clear(id);
	return ll_buf_append_format(id, "id-%s", hex);
}

static int id_from_keys(struct ll_row_events *events, const struct ll_row *row,
			const char subject_hex[LL_KEY_HEX_SIZE], struct ll_row_problem *ret_problem)
{
	const struct ll_mapping *mapping = events->mapping;
	struct ll_buf *id = &events->event_id;

	for (size_t i = 0; i < mapping->event_id_count; i++) {
		int32_t column = mapping->event_id[i];
		struct ll_str value = key_value(events, row, column, subject_hex);
		int err = 0;

		if (value.size == 0)
			return problem_at(mapping, column, -LL_ERR_MISSING, NULL, ret_problem);
		if (value.size > LL_EVENT_ID_MAX)
			return problem_at(mapping, column, -LL_ERR_TOO_LARGE,
					  "an event_id is at most 128 bytes long", ret_problem);
		if (i > 0)
			err = ll_buf_append(id, "|", 1);
		if (!err && mapping->event_id_count > 1)
			err = append_escaped(id, value);
		else if (!err)
			err = ll_buf_append(id, value.data, value.size);
		if (err)
			return err;
	}
	if (id->size > LL_EVENT_ID_MAX)
		return problem_at(mapping, mapping->event_id[0], -LL_ERR_TOO_LARGE,
				  "an event_id is at most 128 bytes long", ret_problem);
	if (ll_text_has_personal_number((struct ll_str){(const char *)id->data, id->size}))
		return hide_id(events);
	return 0;
}

/* With its size, so that a value cannot move from one column to the next. */
static int append_sized(struct ll_buf *buf, struct ll_str value)
{
	int err = ll_buf_append_long(buf, (int64_t)value.size);

	return err || value.size == 0 ? err : ll_buf_append(buf, value.data, value.size);
}

/*
 * What the fact consists of: kind, subject, day and payload, in the schema's order, so that neither
 * another order of columns nor a time of export makes the row another one.
 */
static int append_fact(struct ll_row_events *events, const struct ll_row *row,
		       const char subject_hex[LL_KEY_HEX_SIZE])
{
	const struct ll_mapping *mapping = events->mapping;
	const struct ll_field_record *record = mapping->payload->record;
	struct ll_buf *id = &events->event_id;
	int err = append_sized(id, ll_str_from(ll_event_kind_name(mapping->kind)));

	if (!err)
		err = append_sized(id, (struct ll_str){subject_hex, LL_KEY_HEX_SIZE - 1});
	if (!err)
		err = append_sized(id, cell(row, mapping->occurred_on));
	for (uint32_t i = 0; i < record->field_count && !err; i++)
		for (size_t k = 0; k < mapping->field_count && !err; k++)
			if (mapping->fields[k].field == &record->fields[i] &&
			    mapping->fields[k].column >= 0)
				err = append_sized(id,
						   key_value(events, row, mapping->fields[k].column,
							     subject_hex));
	return err;
}

static int id_from_row(struct ll_row_events *events, const struct ll_row *row,
		       const char subject_hex[LL_KEY_HEX_SIZE])
{
	struct ll_buf *id = &events->event_id;
	char hex[LL_KEY_HEX_SIZE];
	struct ll_key hash;
	uint32_t number;
	int err = append_fact(events, row, subject_hex);

	if (err)
		return err;
	ll_hash128(id->data, id->size, &hash);
	err = ll_occurrences_count(&events->occurrences, &hash, &number);
	if (err)
		return err;
	ll_key_to_hex(&hash, hex);
	ll_buf_clear(id);
	return ll_buf_append_format(id, "row-%s-%u", hex, number);
}

static int make_id(struct ll_row_events *events, const struct ll_row *row,
		   struct ll_life_event *event, struct ll_row_problem *ret_problem)
{
	char subject_hex[LL_KEY_HEX_SIZE];
	int err;

	ll_key_to_hex(&event->subject.key, subject_hex);
	ll_buf_clear(&events->event_id);
	if (events->mapping->event_id_count > 0)
		err = id_from_keys(events, row, subject_hex, ret_problem);
	else
		err = id_from_row(events, row, subject_hex);
	if (err)
		return err;
	event->event_id =
		(struct ll_str){(const char *)events->event_id.data, events->event_id.size};
	return 0;
}

int ll_row_events_make(struct ll_row_events *events, const struct ll_row *row,
		       struct ll_life_event *ret_event, struct ll_row_problem *ret_problem)
{
	struct ll_life_event event = {.source = events->source};
	int err = make_subject(events, row, &event, ret_problem);

	if (!err)
		err = make_day(events, row, &event, ret_problem);
	if (!err)
		err = make_time(events, row, &event, ret_problem);
	make_action(events->mapping, row, &event);
	if (!err)
		err = make_revision(events->mapping, row, &event, ret_problem);
	if (!err)
		err = make_payload(events, row, &event, ret_problem);
	if (!err)
		err = make_id(events, row, &event, ret_problem);
	/* What no single column shows, as more reimbursed than spent; the last word on all limits. */
	if (!err) {
		err = ll_codec_check(LL_MESSAGE_LIFE_EVENT, &event);
		if (err)
			problem_at(events->mapping, -1, err, NULL, ret_problem);
	}
	if (err)
		return err;
	*ret_event = event;
	return 0;
}
