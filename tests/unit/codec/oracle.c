#include "oracle.h"

#include <stdlib.h>

#include "codec/wire.h"

/* Ends a test of cmocka's and a fuzzer's run alike. */
static void must(bool held)
{
	if (!held)
		abort();
}

void oracle_init(struct oracle *oracle, const struct ll_codec *codec, enum ll_message message)
{
	struct ll_str text = ll_codec_schema_text(codec, message);

	must(avro_schema_from_json_length(text.data, text.size, &oracle->schema) == 0);
	oracle->iface = avro_generic_class_from_schema(oracle->schema);
	must(oracle->iface != NULL);
	must(avro_generic_value_new(oracle->iface, &oracle->value) == 0);
}

void oracle_release(struct oracle *oracle)
{
	avro_value_decref(&oracle->value);
	avro_value_iface_decref(oracle->iface);
	avro_schema_decref(oracle->schema);
}

/* ---- Avro's value = our struct ---- */

static void match_record(const struct ll_field_record *record, const uint8_t *ours,
			 const avro_value_t *theirs);

static void match_long(avro_value_t *theirs, int64_t expected)
{
	int64_t number = 0;
	int32_t narrow = 0;

	if (avro_value_get_type(theirs) == AVRO_INT32) {
		must(avro_value_get_int(theirs, &narrow) == 0);
		number = narrow;
	} else {
		must(avro_value_get_long(theirs, &number) == 0);
	}
	must(number == expected);
}

static void match_maybe(const avro_value_t *theirs, const struct ll_maybe *ours)
{
	avro_value_t branch;

	must(avro_value_get_current_branch(theirs, &branch) == 0);
	must((avro_value_get_type(&branch)) == (ours->known ? AVRO_INT64 : AVRO_NULL));
	if (ours->known)
		match_long(&branch, ours->value);
}

static void match_string(const avro_value_t *theirs, struct ll_str ours)
{
	const char *text = NULL;
	size_t size = 0;

	must(avro_value_get_string(theirs, &text, &size) == 0);
	/* Avro C counts the ending NUL. */
	must(size - 1 == ours.size);
	must((memcmp(text, ours.size ? ours.data : "", ours.size)) == (0));
}

static void match_bytes(const avro_value_t *theirs, struct ll_bytes ours, bool fixed)
{
	const void *data = NULL;
	size_t size = 0;

	must((fixed ? avro_value_get_fixed(theirs, &data, &size)
		    : avro_value_get_bytes(theirs, &data, &size)) == (0));
	must(size == ours.size);
	if (size > 0)
		must(memcmp(data, ours.data, size) == 0);
}

static void match_array(const struct ll_field *field, const uint8_t *ours,
			const avro_value_t *theirs)
{
	const uint8_t *items;
	size_t count;
	size_t their_count = 0;

	memcpy(&items, ours + field->offset, sizeof(items));
	memcpy(&count, ours + field->count_offset, sizeof(count));
	must(avro_value_get_size(theirs, &their_count) == 0);
	must(their_count == count);
	for (size_t i = 0; i < count; i++) {
		avro_value_t item;

		must(avro_value_get_by_index(theirs, i, &item, NULL) == 0);
		match_record(field->record, items + i * field->record->size, &item);
	}
}

static void match_union(const struct ll_field *field, const uint8_t *at, const avro_value_t *theirs)
{
	const struct ll_field_branch *branch = ll_field_union_branch(field->choice, at);
	avro_value_t current;

	must(avro_value_get_current_branch(theirs, &current) == 0);
	must(strcmp(avro_schema_name(avro_value_get_schema(&current)), branch->record->name) == 0);
	match_record(branch->record, at + branch->offset, &current);
}

static void match_field(const struct ll_field *field, const uint8_t *ours, avro_value_t *theirs)
{
	const void *at = ours + field->offset;
	int64_t number;
	int flag = -1;

	switch (field->type) {
	case LL_FIELD_BOOL:
		must(avro_value_get_boolean(theirs, &flag) == 0);
		must((flag) == (*(const bool *)at));
		break;
	case LL_FIELD_INT:
	case LL_FIELD_DAY:
		match_long(theirs, ll_field_load_int(at));
		break;
	case LL_FIELD_LONG:
	case LL_FIELD_INSTANT:
		memcpy(&number, at, sizeof(number));
		match_long(theirs, number);
		break;
	case LL_FIELD_MAYBE:
		match_maybe(theirs, at);
		break;
	case LL_FIELD_ENUM:
		must(avro_value_get_enum(theirs, &flag) == 0);
		must(flag == ll_field_load_int(at));
		break;
	case LL_FIELD_STR:
	case LL_FIELD_AREA:
		match_string(theirs, *(const struct ll_str *)at);
		break;
	case LL_FIELD_BYTES:
		match_bytes(theirs, *(const struct ll_bytes *)at, false);
		break;
	case LL_FIELD_KEY:
		match_bytes(theirs, (struct ll_bytes){at, LL_KEY_SIZE}, true);
		break;
	case LL_FIELD_RECORD:
		match_record(field->record, at, theirs);
		break;
	case LL_FIELD_ARRAY:
		match_array(field, ours, theirs);
		break;
	case LL_FIELD_UNION:
		match_union(field, at, theirs);
		break;
	}
}

static void match_record(const struct ll_field_record *record, const uint8_t *ours,
			 const avro_value_t *theirs)
{
	size_t count = 0;

	must(avro_value_get_size(theirs, &count) == 0);
	must(count == record->field_count);
	for (uint32_t i = 0; i < record->field_count; i++) {
		avro_value_t value;

		must(avro_value_get_by_name(theirs, record->fields[i].name, &value, NULL) == 0);
		match_field(&record->fields[i], ours, &value);
	}
}

/* ---- our struct → Avro's value ---- */

static void give_record(const struct ll_field_record *record, const uint8_t *ours,
			avro_value_t *theirs);

static void give_maybe(avro_value_t *theirs, const struct ll_maybe *ours)
{
	avro_value_t branch;

	must((avro_value_set_branch(theirs, ours->known ? 1 : 0, &branch)) == (0));
	must((ours->known ? avro_value_set_long(&branch, ours->value)
			  : avro_value_set_null(&branch)) == (0));
}

static void give_string(avro_value_t *theirs, struct ll_str ours)
{
	char text[LL_POLICY_TEXT_MAX + 1];

	memcpy(text, ours.size ? ours.data : "", ours.size);
	text[ours.size] = '\0';
	must(avro_value_set_string_len(theirs, text, ours.size + 1) == 0);
}

static void give_array(const struct ll_field *field, const uint8_t *ours, avro_value_t *theirs)
{
	const uint8_t *items;
	size_t count;

	memcpy(&items, ours + field->offset, sizeof(items));
	memcpy(&count, ours + field->count_offset, sizeof(count));
	for (size_t i = 0; i < count; i++) {
		avro_value_t item;

		must(avro_value_append(theirs, &item, NULL) == 0);
		give_record(field->record, items + i * field->record->size, &item);
	}
}

static void give_union(const struct ll_field *field, const uint8_t *at, avro_value_t *theirs)
{
	const struct ll_field_branch *branch = ll_field_union_branch(field->choice, at);
	avro_value_t current;

	must(avro_value_set_branch(theirs, (int)(branch - field->choice->branches), &current) == 0);
	give_record(branch->record, at + branch->offset, &current);
}

static int give_bytes(avro_value_t *theirs, struct ll_bytes ours)
{
	return avro_value_set_bytes(theirs, (void *)(uintptr_t)ours.data, ours.size);
}

static void give_field(const struct ll_field *field, const uint8_t *ours, avro_value_t *theirs)
{
	const void *at = ours + field->offset;
	int64_t number;
	int r = 0;

	switch (field->type) {
	case LL_FIELD_BOOL:
		r = avro_value_set_boolean(theirs, *(const bool *)at);
		break;
	case LL_FIELD_INT:
	case LL_FIELD_DAY:
		r = avro_value_set_int(theirs, ll_field_load_int(at));
		break;
	case LL_FIELD_LONG:
	case LL_FIELD_INSTANT:
		memcpy(&number, at, sizeof(number));
		r = avro_value_set_long(theirs, number);
		break;
	case LL_FIELD_MAYBE:
		give_maybe(theirs, at);
		break;
	case LL_FIELD_ENUM:
		r = avro_value_set_enum(theirs, ll_field_load_int(at));
		break;
	case LL_FIELD_STR:
	case LL_FIELD_AREA:
		give_string(theirs, *(const struct ll_str *)at);
		break;
	case LL_FIELD_BYTES:
		r = give_bytes(theirs, *(const struct ll_bytes *)at);
		break;
	case LL_FIELD_KEY:
		r = avro_value_set_fixed(theirs, (void *)(uintptr_t)at, LL_KEY_SIZE);
		break;
	case LL_FIELD_RECORD:
		give_record(field->record, at, theirs);
		break;
	case LL_FIELD_ARRAY:
		give_array(field, ours, theirs);
		break;
	case LL_FIELD_UNION:
		give_union(field, at, theirs);
		break;
	}
	must(r == 0);
}

static void give_record(const struct ll_field_record *record, const uint8_t *ours,
			avro_value_t *theirs)
{
	for (uint32_t i = 0; i < record->field_count; i++) {
		avro_value_t value;

		must(avro_value_get_by_name(theirs, record->fields[i].name, &value, NULL) == 0);
		give_field(&record->fields[i], ours, &value);
	}
}

/* ---- both ways ---- */

void oracle_reads(struct oracle *oracle, enum ll_message message, struct ll_bytes wire,
		  const union sample *sample)
{
	avro_reader_t reader = avro_reader_memory((const char *)wire.data + LL_WIRE_HEADER_SIZE,
						  (int64_t)(wire.size - LL_WIRE_HEADER_SIZE));

	must(avro_value_reset(&oracle->value) == 0);
	must(avro_value_read(reader, &oracle->value) == 0);
	match_record(ll_field_record_of(message), (const uint8_t *)sample, &oracle->value);
	avro_reader_free(reader);
}

void oracle_writes(struct oracle *oracle, const struct ll_codec *codec, enum ll_message message,
		   const union sample *sample, struct ll_buf *out)
{
	avro_writer_t writer;

	must(ll_buf_reserve(out, LL_WIRE_MAX) == 0);
	writer = avro_writer_memory((char *)out->data + LL_WIRE_HEADER_SIZE,
				    LL_WIRE_MAX - LL_WIRE_HEADER_SIZE);
	must(avro_value_reset(&oracle->value) == 0);
	give_record(ll_field_record_of(message), (const uint8_t *)sample, &oracle->value);
	must(avro_value_write(writer, &oracle->value) == 0);
	ll_wire_header(ll_codec_fingerprint(codec, message), out->data);
	out->size = LL_WIRE_HEADER_SIZE + (size_t)avro_writer_tell(writer);
	avro_writer_free(writer);
}
