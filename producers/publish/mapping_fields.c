/* The `fields` of a mapping: all that there can be comes from the codec's tables. */
#include "mapping_private.h"

#include <assert.h>

#include "policy/names.h"
#include "words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SYMBOL_MAX 64		   /* bytes of a name that is compared */
#define SCALE_MAX  1000000000000LL /* of numerator and denominator, in units of the file */

/* May a mapping leave it out? What has no known value, or what came with a later version. */
static bool field_is_optional(const struct ll_field *field)
{
	return field->type == LL_FIELD_MAYBE || field->optional;
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

static int read_scale(struct ll_mapping_reader *reader, const struct ll_yaml_node *node,
		      struct ll_mapping_field *field)
{
	static const struct {
		const char *name;
		int64_t fen;
	} units[] = {{"fen", 1},    {"分", 1},	 {"jiao", 10},	   {"角", 10},
		     {"yuan", 100}, {"元", 100}, {"wan", 1000000}, {"万元", 1000000}};
	struct ll_str unit;
	int64_t num, den;

	if (!ll_mapping_is_money(field->field))
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

static int value_error(struct ll_mapping_reader *reader, const struct ll_yaml_node *node,
		       const struct ll_mapping_field *field, int err)
{
	char hint[LL_NAMES_HINT_MAX] = "write yes or no";

	if (err == -LL_ERR_BAD_ENUM && field->field->type == LL_FIELD_ENUM)
		enum_hint(field->field->enumeration, node->text, hint);
	return ll_yaml_error(reader->error, node, "'%.*s' is no value of '%s': %s",
			     LL_STR_ARG(ll_yaml_shown(node->text)), field->field->name,
			     err == -LL_ERR_BAD_ENUM ? hint : ll_err_text(err));
}

static int read_code(struct ll_mapping_reader *reader, const struct ll_yaml_node *node,
		     struct ll_mapping_field *field, struct ll_mapping_code *codes)
{
	int32_t value;
	int err = ll_mapping_check_text(reader, node, "a code's meaning");

	if (err)
		return err;
	for (size_t i = 0; i < field->code_count; i++)
		if (ll_str_equal(codes[i].text, node->key->text))
			return ll_yaml_error(reader->error, node->key, "code '%.*s' is given twice",
					     LL_STR_ARG(ll_yaml_shown(node->key->text)));
	err = ll_mapping_name_parse(field->field, node->text, &value);
	if (err)
		return value_error(reader, node, field, err);
	codes[field->code_count++] = (struct ll_mapping_code){node->key->text, value};
	return 0;
}

static int read_codes(struct ll_mapping_reader *reader, const struct ll_yaml_node *map,
		      struct ll_mapping_field *field)
{
	struct ll_mapping_code *codes;

	if (field->field->type != LL_FIELD_ENUM && field->field->type != LL_FIELD_BOOL &&
	    field->field->type != LL_FIELD_INT)
		return ll_yaml_error(reader->error, map, "'%s' is an amount: remove 'codes'",
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
static int read_fallback(struct ll_mapping_reader *reader, const struct ll_yaml_node *node,
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

static int read_optional(struct ll_mapping_reader *reader, const struct ll_yaml_node *node,
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

static int read_field_keys(struct ll_mapping_reader *reader,
			   const struct ll_yaml_node *const *values, const struct ll_yaml_node *map,
			   struct ll_mapping_field *field)
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
		err = ll_mapping_column(reader, values[F_COLUMN], optional, &field->column);
	return err;
}

static int read_field(struct ll_mapping_reader *reader, const struct ll_yaml_node *node,
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
		err = ll_mapping_check_text(reader, node, "the column of a field");
		return err ? err : ll_mapping_column(reader, node, false, &field->column);
	}
	err = ll_yaml_fields(node, "a field", keys, F_COUNT, values, reader->error);
	return err ? err : read_field_keys(reader, values, node, field);
}

static int read_named_field(struct ll_mapping_reader *reader, const struct ll_yaml_node *node,
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

int ll_mapping_read_fields(struct ll_mapping_reader *reader, const struct ll_yaml_node *map,
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
