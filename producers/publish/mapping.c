#include "mapping.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/money.h"
#include "policy/names.h"
#include "policy/yaml_tree.h"
#include "words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SYMBOL_MAX 64		   /* bytes of a name that is compared */
#define SCALE_MAX  1000000000000LL /* of numerator and denominator, in units of the file */

/* One parse: what is being made, and where to say what is wrong. */
struct reader {
	struct ll_mapping *mapping;
	struct ll_error *error;
};

static int reader_error(int err, struct ll_error *error)
{
	/* yaml_tree speaks of policies; to its caller here the text is merely not valid. */
	if (err != -LL_ERR_BAD_POLICY)
		return err;
	if (error)
		error->code = -LL_ERR_INVALID;
	return -LL_ERR_INVALID;
}

/* ---- payload fields: all from the codec's tables ---- */

static bool field_is_money(const struct ll_field *field)
{
	size_t size = strlen(field->name);

	return (field->type == LL_FIELD_LONG || field->type == LL_FIELD_MAYBE) && size > 4 &&
	       strcmp(field->name + size - 4, "_fen") == 0;
}

static bool field_is_optional(const struct ll_field *field)
{
	return field->type == LL_FIELD_MAYBE;
}

static const struct ll_field *record_field(const struct ll_field_record *record, const char *name)
{
	for (uint32_t i = 0; i < record->field_count; i++)
		if (strcmp(record->fields[i].name, name) == 0)
			return &record->fields[i];
	return NULL;
}

/* The life event's payload union: tag and structs. */
static const struct ll_field *payload_field(void)
{
	const struct ll_field *field =
		record_field(ll_field_record_of(LL_MESSAGE_LIFE_EVENT), "payload");

	assert(field && field->type == LL_FIELD_UNION);
	return field;
}

static struct ll_str field_name_at(const void *context, int32_t index)
{
	const struct ll_field_record *record = context;

	return ll_str_from(record->fields[index].name);
}

static struct ll_names field_names(const struct ll_field_record *record)
{
	return (struct ll_names){(int32_t)record->field_count, field_name_at, record};
}

static struct ll_str symbol_at(const void *context, int32_t index)
{
	const struct ll_field_enum *enumeration = context;

	return ll_str_from(enumeration->symbols[index]);
}

static int code_parse(const struct ll_mapping_field *field, struct ll_str text, int32_t *ret_value)
{
	for (size_t i = 0; i < field->code_count; i++) {
		if (ll_str_equal(field->codes[i].text, text)) {
			*ret_value = field->codes[i].value;
			return 0;
		}
	}
	return -LL_ERR_BAD_ENUM;
}

/* What the name of a value means to the field's type, without the mapping's codes. */
static int name_parse(const struct ll_field *field, struct ll_str text, int32_t *ret_value)
{
	if (field->type == LL_FIELD_BOOL)
		return ll_words_bool(text, ret_value);
	return ll_words_enum(field->enumeration, text, ret_value);
}

static int number_parse(const struct ll_mapping_field *field, struct ll_str text,
			int64_t *ret_value)
{
	if (field_is_money(field->field))
		return ll_fen_parse(text, field->scale_num, field->scale_den, ret_value);
	return ll_str_to_int64(text, ret_value);
}

static int store_int(const struct ll_mapping_field *field, struct ll_str text, uint8_t *at)
{
	int64_t wide;
	int32_t value;
	int err = ll_str_to_int64(text, &wide);

	if (err)
		return err;
	if (wide < INT32_MIN || wide > INT32_MAX)
		return wide < 0 ? field->field->err_low : field->field->err_high;
	value = (int32_t)wide;
	memcpy(at, &value, sizeof(value));
	return 0;
}

static int store_value(const struct ll_mapping_field *field, struct ll_str text, uint8_t *at)
{
	struct ll_maybe maybe = {.known = true};
	int32_t value = 0;
	int err;

	switch (field->field->type) {
	case LL_FIELD_BOOL:
	case LL_FIELD_ENUM:
		err = field->codes ? code_parse(field, text, &value)
				   : name_parse(field->field, text, &value);
		if (err)
			return err;
		if (field->field->type == LL_FIELD_BOOL)
			*(bool *)at = value != 0;
		else
			memcpy(at, &value, sizeof(value));
		return 0;
	case LL_FIELD_INT:
		return store_int(field, text, at);
	case LL_FIELD_DAY:
		err = ll_day_parse(text, &value);
		if (!err)
			memcpy(at, &value, sizeof(value));
		return err;
	case LL_FIELD_LONG:
		return number_parse(field, text, (int64_t *)(void *)at);
	case LL_FIELD_MAYBE:
		err = number_parse(field, text, &maybe.value);
		if (!err)
			memcpy(at, &maybe, sizeof(maybe));
		return err;
	default:
		return -LL_ERR_UNSUPPORTED;
	}
}

int ll_mapping_store(const struct ll_mapping_field *field, struct ll_str text, void *payload)
{
	int err = store_value(field, text, (uint8_t *)payload + field->field->offset);

	return err ? err : ll_field_check(field->field, payload);
}

/* ---- columns ---- */

static int add_column(struct reader *reader, const struct ll_yaml_node *node, bool optional,
		      int32_t *ret_index)
{
	struct ll_mapping *mapping = reader->mapping;

	for (size_t i = 0; i < mapping->column_count; i++) {
		if (!ll_str_equal(mapping->columns[i].name, node->text))
			continue;
		mapping->columns[i].optional = mapping->columns[i].optional && optional;
		*ret_index = (int32_t)i;
		return 0;
	}
	if (mapping->column_count == LL_ROW_WANTED_MAX)
		return ll_yaml_error(reader->error, node, "more than %d columns are used",
				     LL_ROW_WANTED_MAX);
	mapping->columns[mapping->column_count] = (struct ll_wanted_column){node->text, optional};
	*ret_index = (int32_t)mapping->column_count++;
	return 0;
}

/* A node that may be absent: then the index stays -1. */
static int add_column_if(struct reader *reader, const struct ll_yaml_node *node, int32_t *ret_index)
{
	return node ? add_column(reader, node, false, ret_index) : 0;
}

static int check_text(struct reader *reader, const struct ll_yaml_node *node, const char *what)
{
	if (node->kind == LL_YAML_TEXT && node->text.size > 0)
		return 0;
	return ll_yaml_error(reader->error, node, "%s: write one name", what);
}

/* ---- scale ---- */

/* "10 yuan" is 10/1, "yuan" 1/1, "1/3 fen" 1/3. False: not a number in front. */
static bool take_ratio(struct ll_str text, struct ll_str *ret_unit, int64_t *ret_num,
		       int64_t *ret_den)
{
	const char *space = memchr(text.data, ' ', text.size);
	struct ll_str ratio = {text.data, space ? (size_t)(space - text.data) : 0};
	const char *slash = ratio.size ? memchr(ratio.data, '/', ratio.size) : NULL;
	struct ll_str num = {ratio.data, slash ? (size_t)(slash - ratio.data) : ratio.size};

	*ret_num = *ret_den = 1;
	*ret_unit = text;
	if (!space)
		return true;
	*ret_unit = ll_str_trim((struct ll_str){space, text.size - (size_t)(space - text.data)});
	if (slash &&
	    ll_str_to_int64((struct ll_str){slash + 1, ratio.size - num.size - 1}, ret_den) != 0)
		return false;
	return ll_str_to_int64(num, ret_num) == 0 && *ret_num > 0 && *ret_num <= SCALE_MAX &&
	       *ret_den > 0 && *ret_den <= SCALE_MAX;
}

static int read_scale(struct reader *reader, const struct ll_yaml_node *node,
		      struct ll_mapping_field *field)
{
	static const struct {
		const char *name;
		int64_t fen;
	} units[] = {{"fen", 1},    {"分", 1},	 {"jiao", 10},	   {"角", 10},
		     {"yuan", 100}, {"元", 100}, {"wan", 1000000}, {"万元", 1000000}};
	struct ll_str unit;
	int64_t num, den;

	if (!field_is_money(field->field))
		return ll_yaml_error(reader->error, node,
				     "'%s' is no amount of money: remove 'scale'",
				     field->field->name);
	if (take_ratio(node->text, &unit, &num, &den)) {
		for (size_t i = 0; i < COUNT(units); i++) {
			if (!ll_str_equal(unit, ll_str_from(units[i].name)))
				continue;
			field->scale_num = num * units[i].fen;
			field->scale_den = den;
			return 0;
		}
	}
	return ll_yaml_error(reader->error, node,
			     "'%.*s' is no scale: write yuan, fen, jiao, wan or a multiple as "
			     "'10 yuan' or '1/3 fen'",
			     LL_STR_ARG(ll_yaml_shown(node->text)));
}

/* ---- one payload field ---- */

/* The names there are, or the one that was meant: symbols are upper case, people are not. */
static void enum_hint(const struct ll_field_enum *enumeration, struct ll_str wrong,
		      char ret_hint[LL_NAMES_HINT_MAX])
{
	struct ll_names names = {enumeration->count, symbol_at, enumeration};
	char upper[SYMBOL_MAX];
	size_t size = wrong.size < sizeof(upper) ? wrong.size : sizeof(upper);

	for (size_t i = 0; i < size; i++) {
		char c = wrong.data[i];

		upper[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c == '-' ? '_' : c;
	}
	ll_names_hint(&names, (struct ll_str){upper, size}, ret_hint);
}

static int value_error(struct reader *reader, const struct ll_yaml_node *node,
		       const struct ll_mapping_field *field, int err)
{
	char hint[LL_NAMES_HINT_MAX] = "write yes or no";

	if (err == -LL_ERR_BAD_ENUM && field->field->type == LL_FIELD_ENUM)
		enum_hint(field->field->enumeration, node->text, hint);
	return ll_yaml_error(reader->error, node, "'%.*s' is no value of '%s': %s",
			     LL_STR_ARG(ll_yaml_shown(node->text)), field->field->name,
			     err == -LL_ERR_BAD_ENUM ? hint : ll_err_text(err));
}

static int read_code(struct reader *reader, const struct ll_yaml_node *node,
		     struct ll_mapping_field *field, struct ll_mapping_code *codes)
{
	int32_t value;
	int err = check_text(reader, node, "a code's meaning");

	if (err)
		return err;
	for (size_t i = 0; i < field->code_count; i++)
		if (ll_str_equal(codes[i].text, node->key->text))
			return ll_yaml_error(reader->error, node->key, "code '%.*s' is given twice",
					     LL_STR_ARG(ll_yaml_shown(node->key->text)));
	err = name_parse(field->field, node->text, &value);
	if (err)
		return value_error(reader, node, field, err);
	codes[field->code_count++] = (struct ll_mapping_code){node->key->text, value};
	return 0;
}

static int read_codes(struct reader *reader, const struct ll_yaml_node *map,
		      struct ll_mapping_field *field)
{
	struct ll_mapping_code *codes;

	if (field->field->type != LL_FIELD_ENUM && field->field->type != LL_FIELD_BOOL)
		return ll_yaml_error(reader->error, map, "'%s' is a number: remove 'codes'",
				     field->field->name);
	if (map->count > LL_MAPPING_CODES_MAX)
		return ll_yaml_error(reader->error, map, "more than %d codes",
				     LL_MAPPING_CODES_MAX);
	codes = ll_arena_calloc(&reader->mapping->arena, (size_t)map->count, sizeof(*codes));
	if (!codes)
		return -LL_ERR_NO_MEMORY;
	for (const struct ll_yaml_node *node = map->first; node; node = node->next) {
		int err = read_code(reader, node, field, codes);

		if (err)
			return err;
	}
	field->codes = codes;
	return 0;
}

/* A default or constant is a meaning, as codes' right-hand sides are: it is tried without codes. */
static int read_fallback(struct reader *reader, const struct ll_yaml_node *node,
			 struct ll_mapping_field *field)
{
	struct ll_payload scratch = {0};
	struct ll_mapping_field plain = *field;
	int err;

	plain.codes = NULL;
	err = ll_mapping_store(&plain, ll_str_trim(node->text),
			       (uint8_t *)&scratch + reader->mapping->payload->offset);
	if (err)
		return value_error(reader, node, field, err);
	field->has_fallback = true;
	field->fallback = ll_str_trim(node->text);
	return 0;
}

static int read_optional(struct reader *reader, const struct ll_yaml_node *node,
			 const struct ll_mapping_field *field, bool has_default, bool *ret_optional)
{
	int32_t value;

	if (ll_words_bool(node->text, &value) != 0)
		return ll_yaml_error(reader->error, node, "'optional' is yes or no");
	if (value && !field_is_optional(field->field) && !has_default)
		return ll_yaml_error(reader->error, node,
				     "'%s' must have a value: give a 'default' too",
				     field->field->name);
	*ret_optional = value != 0;
	return 0;
}

enum { F_COLUMN, F_CONST, F_SCALE, F_CODES, F_DEFAULT, F_OPTIONAL, F_COUNT };

static int read_field_keys(struct reader *reader, const struct ll_yaml_node *const *values,
			   const struct ll_yaml_node *map, struct ll_mapping_field *field)
{
	const struct ll_yaml_node *fallback = values[F_CONST] ? values[F_CONST] : values[F_DEFAULT];
	bool optional = false;
	int err = 0;

	if (!values[F_COLUMN] == !values[F_CONST])
		return ll_yaml_error(reader->error, map,
				     "'%s' takes either a 'column' or a 'const'",
				     field->field->name);
	if (values[F_CONST] && (values[F_CODES] || values[F_DEFAULT] || values[F_OPTIONAL]))
		return ll_yaml_error(reader->error, map,
				     "with a 'const' only 'scale' has a meaning");
	if (values[F_SCALE])
		err = read_scale(reader, values[F_SCALE], field);
	if (!err && values[F_CODES])
		err = read_codes(reader, values[F_CODES], field);
	if (!err && fallback)
		err = read_fallback(reader, fallback, field);
	if (!err && values[F_OPTIONAL])
		err = read_optional(reader, values[F_OPTIONAL], field, fallback != NULL, &optional);
	if (!err && values[F_COLUMN])
		err = add_column(reader, values[F_COLUMN], optional, &field->column);
	return err;
}

static int read_field(struct reader *reader, const struct ll_yaml_node *node,
		      struct ll_mapping_field *field)
{
	static const struct ll_yaml_field keys[F_COUNT] = {
		[F_COLUMN] = {"column", LL_YAML_TEXT, false, "the name of a column"},
		[F_CONST] = {"const", LL_YAML_TEXT, false, "the value that every row has"},
		[F_SCALE] = {"scale", LL_YAML_TEXT, false, "yuan, fen or a multiple as '10 yuan'"},
		[F_CODES] = {"codes", LL_YAML_MAP, false, "'code: value' lines"},
		[F_DEFAULT] = {"default", LL_YAML_TEXT, false, "the value of an empty cell"},
		[F_OPTIONAL] = {"optional", LL_YAML_TEXT, false, "yes or no"},
	};
	const struct ll_yaml_node *values[F_COUNT];
	int err;

	if (node->kind == LL_YAML_TEXT) {
		err = check_text(reader, node, "the column of a field");
		return err ? err : add_column(reader, node, false, &field->column);
	}
	err = ll_yaml_fields(node, "a field", keys, F_COUNT, values, reader->error);
	return err ? err : read_field_keys(reader, values, node, field);
}

static int read_named_field(struct reader *reader, const struct ll_yaml_node *node,
			    const struct ll_field_record *record)
{
	struct ll_mapping *mapping = reader->mapping;
	struct ll_names names = field_names(record);
	int32_t index = ll_names_find(&names, node->key->text);
	struct ll_mapping_field *field = &mapping->fields[mapping->field_count];
	char hint[LL_NAMES_HINT_MAX];

	if (index < 0) {
		ll_names_hint(&names, node->key->text, hint);
		return ll_yaml_error(reader->error, node->key, "%s has no field '%.*s': %s",
				     record->name, LL_STR_ARG(ll_yaml_shown(node->key->text)),
				     hint);
	}
	for (size_t i = 0; i < mapping->field_count; i++)
		if (mapping->fields[i].field == &record->fields[index])
			return ll_yaml_error(reader->error, node->key, "'%s' is given twice",
					     record->fields[index].name);
	*field = (struct ll_mapping_field){.field = &record->fields[index],
					   .column = -1,
					   .scale_num = 100, /* yuan */
					   .scale_den = 1};
	mapping->field_count++;
	return read_field(reader, node, field);
}

static bool is_mapped(const struct ll_mapping *mapping, const struct ll_field *field)
{
	for (size_t i = 0; i < mapping->field_count; i++)
		if (mapping->fields[i].field == field)
			return true;
	return false;
}

static int read_fields(struct reader *reader, const struct ll_yaml_node *map,
		       const struct ll_yaml_node *root)
{
	const struct ll_field_record *record = reader->mapping->payload->record;

	assert(record->field_count <= LL_MAPPING_FIELDS_MAX);
	for (const struct ll_yaml_node *node = map ? map->first : NULL; node; node = node->next) {
		int err = read_named_field(reader, node, record);

		if (err)
			return err;
	}
	for (uint32_t i = 0; i < record->field_count; i++)
		if (!field_is_optional(&record->fields[i]) &&
		    !is_mapped(reader->mapping, &record->fields[i]))
			return ll_yaml_error(
				reader->error, map ? map : root,
				"'fields' lacks '%s' of %s: give its column or a const",
				record->fields[i].name, record->name);
	return 0;
}

/* ---- the rest of the map ---- */

static struct ll_str kind_at(const void *context, int32_t index)
{
	(void)context;
	return ll_str_from(ll_event_kind_name((enum ll_event_kind)index));
}

static int read_kind(struct reader *reader, const struct ll_yaml_node *node)
{
	struct ll_names names = {LL_EVENT_KIND_COUNT, kind_at, NULL};
	struct ll_mapping *mapping = reader->mapping;
	const struct ll_field *payload = payload_field();
	int32_t kind = ll_names_find(&names, node->text);
	char hint[LL_NAMES_HINT_MAX];

	if (kind < 0) {
		ll_names_hint(&names, node->text, hint);
		return ll_yaml_error(reader->error, node, "no kind of event is called '%.*s': %s",
				     LL_STR_ARG(ll_yaml_shown(node->text)), hint);
	}
	mapping->kind = (enum ll_event_kind)kind;
	mapping->payload = &payload->choice->branches[kind];
	mapping->payload_offset = payload->offset + mapping->payload->offset;
	return 0;
}

static int read_source(struct reader *reader, const struct ll_yaml_node *node)
{
	if (node->text.size > LL_SOURCE_MAX)
		return ll_yaml_error(reader->error, node, "the source is longer than %d bytes",
				     LL_SOURCE_MAX);
	for (size_t i = 0; i < node->text.size; i++) {
		char c = node->text.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return ll_yaml_error(reader->error, node,
					     "a source is of a to z, 0 to 9 and '-': the name of "
					     "the department's topic");
	}
	reader->mapping->source = node->text;
	return 0;
}

static int read_format(struct reader *reader, const struct ll_yaml_node *node)
{
	if (ll_str_equal(node->text, LL_STR("ndjson")))
		reader->mapping->format = LL_FORMAT_NDJSON;
	else if (!ll_str_equal(node->text, LL_STR("csv")))
		return ll_yaml_error(reader->error, node,
				     "'%.*s' is no format: write csv or ndjson",
				     LL_STR_ARG(ll_yaml_shown(node->text)));
	return 0;
}

static int read_charset(struct reader *reader, const struct ll_yaml_node *node)
{
	int charset = ll_charset_by_name(node->text);

	if (charset < 0)
		return ll_yaml_error(reader->error, node,
				     "'%.*s' is no charset: write utf-8 or gb18030",
				     LL_STR_ARG(ll_yaml_shown(node->text)));
	reader->mapping->charset = (enum ll_charset)charset;
	return 0;
}

static int read_delimiter(struct reader *reader, const struct ll_yaml_node *node)
{
	char delimiter = node->text.data[0];

	if (node->text.size != 1 || !strchr(",;\t|", delimiter))
		return ll_yaml_error(reader->error, node,
				     "a delimiter is \",\", \";\", \"|\" or \"\\t\"");
	/* '|' is also the second byte of Chinese characters there. */
	if (delimiter == '|' && reader->mapping->charset == LL_CHARSET_GB18030)
		return ll_yaml_error(reader->error, node,
				     "\"|\" cannot be told from text in gb18030: use another");
	reader->mapping->delimiter = delimiter;
	return 0;
}

static int read_event_id(struct reader *reader, const struct ll_yaml_node *list)
{
	struct ll_mapping *mapping = reader->mapping;

	if (list->count > LL_MAPPING_KEYS_MAX)
		return ll_yaml_error(reader->error, list, "more than %d columns in 'event_id'",
				     LL_MAPPING_KEYS_MAX);
	for (const struct ll_yaml_node *node = list->first; node; node = node->next) {
		int err = check_text(reader, node, "a column of 'event_id'");

		if (!err)
			err = add_column(reader, node, false,
					 &mapping->event_id[mapping->event_id_count]);
		if (err)
			return err;
		mapping->event_id_count++;
	}
	return 0;
}

static int read_subject(struct reader *reader, const struct ll_yaml_node *map)
{
	static const struct ll_yaml_field keys[] = {
		{"citizen_number", LL_YAML_TEXT, false, "the column of citizen numbers"},
		{"household_code", LL_YAML_TEXT, false, "the column of household codes"},
	};
	const struct ll_yaml_node *values[COUNT(keys)];
	int err = ll_yaml_fields(map, "subject", keys, COUNT(keys), values, reader->error);

	if (err)
		return err;
	if (!values[0] == !values[1])
		return ll_yaml_error(
			reader->error, map,
			"'subject' is either a 'citizen_number' or a 'household_code'");
	reader->mapping->subject_type = values[0] ? LL_SUBJECT_PERSON : LL_SUBJECT_HOUSEHOLD;
	return add_column(reader, values[0] ? values[0] : values[1], false,
			  &reader->mapping->subject);
}

static int read_action(struct reader *reader, const struct ll_yaml_node *map)
{
	static const struct ll_yaml_field keys[] = {
		{"column", LL_YAML_TEXT, true, "the column that says what happened to the fact"},
		{"retract", LL_YAML_LIST, true, "the list of values that take the fact back"},
	};
	const struct ll_yaml_node *values[COUNT(keys)];
	struct ll_mapping *mapping = reader->mapping;
	struct ll_str *retract;
	int err = ll_yaml_fields(map, "action", keys, COUNT(keys), values, reader->error);

	if (err)
		return err;
	retract = ll_arena_calloc(&mapping->arena, (size_t)values[1]->count, sizeof(*retract));
	if (!retract)
		return -LL_ERR_NO_MEMORY;
	for (const struct ll_yaml_node *node = values[1]->first; node; node = node->next) {
		err = check_text(reader, node, "a value that retracts");
		if (err)
			return err;
		retract[mapping->retract_count++] = node->text;
	}
	mapping->retract = retract;
	return add_column(reader, values[0], false, &mapping->action);
}

enum {
	M_SOURCE,
	M_KIND,
	M_FORMAT,
	M_CHARSET,
	M_DELIMITER,
	M_EVENT_ID,
	M_REVISION,
	M_OCCURRED_ON,
	M_REPORTED_AT,
	M_SUBJECT,
	M_ACTION,
	M_FIELDS,
	M_COUNT
};

static const struct ll_yaml_field mapping_keys[M_COUNT] = {
	[M_SOURCE] = {"source", LL_YAML_TEXT, false, "the department's name"},
	[M_KIND] = {"kind", LL_YAML_TEXT, true, "a kind of event, such as hospitalisation"},
	[M_FORMAT] = {"format", LL_YAML_TEXT, false, "csv or ndjson"},
	[M_CHARSET] = {"charset", LL_YAML_TEXT, false, "utf-8 or gb18030"},
	[M_DELIMITER] = {"delimiter", LL_YAML_TEXT, false, "\",\", \";\", \"|\" or \"\\t\""},
	[M_EVENT_ID] = {"event_id", LL_YAML_LIST, false, "the list of columns that name a fact"},
	[M_REVISION] = {"revision", LL_YAML_TEXT, false, "the column of the revision"},
	[M_OCCURRED_ON] = {"occurred_on", LL_YAML_TEXT, true, "the column of the fact's day"},
	[M_REPORTED_AT] = {"reported_at", LL_YAML_TEXT, false,
			   "the column of the time of reporting"},
	[M_SUBJECT] = {"subject", LL_YAML_MAP, true,
		       "{citizen_number: column} or {household_code: …}"},
	[M_ACTION] = {"action", LL_YAML_MAP, false, "{column: …, retract: [values]}"},
	[M_FIELDS] = {"fields", LL_YAML_MAP, false, "'field: column' lines"},
};

/* A correction must say which fact it corrects. */
static int check_identity(struct reader *reader, const struct ll_yaml_node *const *values)
{
	const struct ll_yaml_node *node =
		values[M_REVISION] ? values[M_REVISION] : values[M_ACTION];

	if (!node || reader->mapping->event_id_count > 0)
		return 0;
	return ll_yaml_error(reader->error, node->key,
			     "'%.*s' needs an 'event_id': without one a row cannot say which fact "
			     "it corrects",
			     LL_STR_ARG(node->key->text));
}

static int read_how(struct reader *reader, const struct ll_yaml_node *const *values)
{
	static const struct {
		int key;
		int (*read)(struct reader *reader, const struct ll_yaml_node *node);
	} steps[] = {
		{M_KIND, read_kind},	       {M_SOURCE, read_source},
		{M_FORMAT, read_format},       {M_CHARSET, read_charset},
		{M_DELIMITER, read_delimiter}, {M_SUBJECT, read_subject},
		{M_EVENT_ID, read_event_id},   {M_ACTION, read_action},
	};

	for (size_t i = 0; i < COUNT(steps); i++) {
		const struct ll_yaml_node *node = values[steps[i].key];
		int err = node ? steps[i].read(reader, node) : 0;

		if (err)
			return err;
	}
	return check_identity(reader, values);
}

static int read_mapping(struct reader *reader, const struct ll_yaml_node *root)
{
	struct ll_mapping *mapping = reader->mapping;
	const struct ll_yaml_node *values[M_COUNT];
	int err = ll_yaml_fields(root, "the mapping", mapping_keys, M_COUNT, values, reader->error);

	if (!err)
		err = read_how(reader, values);
	if (!err)
		err = add_column(reader, values[M_OCCURRED_ON], false, &mapping->occurred_on);
	if (!err)
		err = add_column_if(reader, values[M_REVISION], &mapping->revision);
	if (!err)
		err = add_column_if(reader, values[M_REPORTED_AT], &mapping->reported_at);
	return err ? err : read_fields(reader, values[M_FIELDS], root);
}

int ll_mapping_parse(struct ll_str yaml, struct ll_mapping **ret_mapping, struct ll_error *error)
{
	struct ll_mapping *mapping;
	const struct ll_yaml_node *root;
	struct reader reader;
	int err;

	if (ll_str_trim(yaml).size == 0)
		return ll_error_set_at(error, -LL_ERR_INVALID, 1, 1,
				       "the mapping is empty: begin with 'kind: hospitalisation'");
	if (yaml.size > LL_MAPPING_TEXT_MAX)
		return ll_error_set_at(error, -LL_ERR_INVALID, 1, 1,
				       "a mapping is at most %d bytes long", LL_MAPPING_TEXT_MAX);
	mapping = calloc(1, sizeof(*mapping));
	if (!mapping)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	ll_arena_init(&mapping->arena, 0);
	mapping->delimiter = ',';
	mapping->revision = mapping->reported_at = mapping->action = -1;
	reader = (struct reader){mapping, error};
	err = ll_yaml_parse(yaml, &mapping->arena, &root, error);
	if (!err)
		err = read_mapping(&reader, root);
	if (err == -LL_ERR_NO_MEMORY)
		ll_error_set(error, err, "out of memory");
	if (err) {
		ll_mapping_free(mapping);
		return reader_error(err, error);
	}
	*ret_mapping = mapping;
	return 0;
}

/* Up to max bytes of a file; -LL_ERR_TOO_LARGE when there are more. */
static int read_small_file(const char *path, char *ret_text, size_t max, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	ssize_t got = 1;

	if (fd < 0)
		return -LL_ERR_IO;
	while (size < max && got > 0) {
		got = read(fd, ret_text + size, max - size);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			size += (size_t)got;
	}
	if (got < 0) {
		int cause = errno;

		close(fd);
		errno = cause;
		return -LL_ERR_IO;
	}
	close(fd);
	*ret_size = size;
	return 0;
}

int ll_mapping_read(const char *path, struct ll_mapping **ret_mapping, struct ll_error *error)
{
	size_t size = 0;
	char *text = malloc(LL_MAPPING_TEXT_MAX + 1);
	int err;

	if (!text)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	err = read_small_file(path, text, LL_MAPPING_TEXT_MAX + 1, &size);
	if (err)
		ll_error_set(error, err, "%s", strerror(errno));
	else
		err = ll_mapping_parse((struct ll_str){text, size}, ret_mapping, error);
	free(text);
	return err;
}

void ll_mapping_free(struct ll_mapping *mapping)
{
	if (!mapping)
		return;
	ll_arena_release(&mapping->arena);
	free(mapping);
}
