#include "schema.h"

#include <avro.h>
#include <stdlib.h>

#include "base/hash.h"

#define BUILTIN_NAMESPACE "lifeline"

static const char *const type_names[] = {
	[LL_SCHEMA_NULL] = "null",   [LL_SCHEMA_BOOLEAN] = "boolean", [LL_SCHEMA_INT] = "int",
	[LL_SCHEMA_LONG] = "long",   [LL_SCHEMA_FLOAT] = "float",     [LL_SCHEMA_DOUBLE] = "double",
	[LL_SCHEMA_BYTES] = "bytes", [LL_SCHEMA_STRING] = "string",   [LL_SCHEMA_RECORD] = "record",
	[LL_SCHEMA_ENUM] = "enum",   [LL_SCHEMA_FIXED] = "fixed",     [LL_SCHEMA_ARRAY] = "array",
	[LL_SCHEMA_MAP] = "map",     [LL_SCHEMA_UNION] = "union",
};
#define TYPE_COUNT (sizeof(type_names) / sizeof(type_names[0]))

const char *ll_schema_type_name(enum ll_schema_type type)
{
	return type_names[type];
}

/* The type of a name, or -1. */
static int type_by_name(const char *name)
{
	for (size_t i = 0; i < TYPE_COUNT; i++)
		if (strcmp(name, type_names[i]) == 0)
			return (int)i;
	return -1;
}

static bool is_primitive(const char *name)
{
	int type = type_by_name(name);

	return type >= 0 && type <= LL_SCHEMA_STRING;
}

static bool is_named(int type)
{
	return type == LL_SCHEMA_RECORD || type == LL_SCHEMA_ENUM || type == LL_SCHEMA_FIXED;
}

/* ---- parsing ---- */

struct parser {
	struct ll_schema *schema;
	json_t *by_name; /* full name → index into nodes */
	struct ll_schema_node **nodes;
	size_t node_count;
	struct ll_error *error;
};

static int invalid(struct parser *parser, const char *what, const char *which)
{
	return ll_error_set(parser->error, -LL_ERR_INVALID, "schema: %s%s%.200s", what,
			    which ? ": " : "", which ? which : "");
}

static int no_memory(struct parser *parser)
{
	return ll_error_set(parser->error, -LL_ERR_NO_MEMORY, "out of memory");
}

static void *take(struct parser *parser, size_t count, size_t size)
{
	return ll_arena_calloc(&parser->schema->arena, count, size);
}

static char *copy_text(struct parser *parser, const char *text)
{
	return ll_arena_copy(&parser->schema->arena, text, strlen(text) + 1);
}

/* name alone when it has a dot or there is no namespace. NULL when out of memory. */
static char *full_name(struct ll_arena *arena, const char *name, const char *namespace)
{
	size_t space = strlen(namespace);
	size_t size = strlen(name) + 1;
	char *full;

	if (strchr(name, '.') || space == 0)
		return ll_arena_copy(arena, name, size);
	full = ll_arena_alloc(arena, space + 1 + size);
	if (!full)
		return NULL;
	memcpy(full, namespace, space);
	full[space] = '.';
	memcpy(full + space + 1, name, size);
	return full;
}

/* The namespace inside which a named type's own parts stand. */
static char *namespace_of(struct ll_arena *arena, const char *full)
{
	const char *dot = strrchr(full, '.');
	size_t size = dot ? (size_t)(dot - full) : 0;
	char *space = ll_arena_alloc(arena, size + 1);

	if (space) {
		memcpy(space, full, size);
		space[size] = '\0';
	}
	return space;
}

static const char *namespace_in(const json_t *json, const char *around)
{
	const char *space = json_string_value(json_object_get(json, "namespace"));

	return space ? space : around;
}

static int parse_node(struct parser *parser, const json_t *json, const char *namespace, int depth,
		      const struct ll_schema_node **ret_node);

static int add_node(struct parser *parser, enum ll_schema_type type,
		    struct ll_schema_node **ret_node)
{
	struct ll_schema_node *node;

	if (parser->node_count == LL_SCHEMA_NODES_MAX)
		return invalid(parser, "too many types", NULL);
	node = take(parser, 1, sizeof(*node));
	if (!node)
		return no_memory(parser);
	node->type = type;
	parser->nodes[parser->node_count++] = node;
	*ret_node = node;
	return 0;
}

static int parse_reference(struct parser *parser, const char *name, const char *namespace,
			   const struct ll_schema_node **ret_node)
{
	struct ll_schema_node *node;
	json_t *index;
	char *full;
	int r;

	if (is_primitive(name)) {
		r = add_node(parser, (enum ll_schema_type)type_by_name(name), &node);
		if (r == 0)
			*ret_node = node;
		return r;
	}
	full = full_name(&parser->schema->arena, name, namespace);
	if (!full)
		return no_memory(parser);
	index = json_object_get(parser->by_name, full);
	if (!index)
		return invalid(parser, "unknown type", full);
	*ret_node = parser->nodes[json_integer_value(index)];
	return 0;
}

static int parse_union(struct parser *parser, const json_t *json, const char *namespace, int depth,
		       const struct ll_schema_node **ret_node)
{
	struct ll_schema_node *node;
	int r = add_node(parser, LL_SCHEMA_UNION, &node);

	if (r < 0)
		return r;
	node->count = json_array_size(json);
	if (node->count > LL_SCHEMA_ITEMS_MAX)
		return invalid(parser, "too many branches", NULL);
	node->branches = take(parser, node->count, sizeof(*node->branches));
	if (!node->branches)
		return no_memory(parser);
	for (size_t i = 0; i < node->count; i++) {
		r = parse_node(parser, json_array_get(json, i), namespace, depth,
			       &node->branches[i]);
		if (r < 0)
			return r;
		if (node->branches[i]->type == LL_SCHEMA_UNION)
			return invalid(parser, "a union in a union", NULL);
	}
	*ret_node = node;
	return 0;
}

static int parse_fields(struct parser *parser, const json_t *json, const char *namespace, int depth,
			struct ll_schema_node *node)
{
	const json_t *fields = json_object_get(json, "fields");

	node->count = json_array_size(fields);
	if (!json_is_array(fields) || node->count > LL_SCHEMA_ITEMS_MAX)
		return invalid(parser, "bad list of fields", node->full_name);
	node->fields = take(parser, node->count, sizeof(*node->fields));
	if (!node->fields)
		return no_memory(parser);
	for (size_t i = 0; i < node->count; i++) {
		const json_t *field = json_array_get(fields, i);
		const char *name = json_string_value(json_object_get(field, "name"));
		int r;

		if (!name)
			return invalid(parser, "a field without a name", node->full_name);
		node->fields[i].name = copy_text(parser, name);
		node->fields[i].default_value = json_object_get(field, "default");
		if (!node->fields[i].name)
			return no_memory(parser);
		r = parse_node(parser, json_object_get(field, "type"), namespace, depth,
			       &node->fields[i].type);
		if (r < 0)
			return r;
	}
	return 0;
}

static int parse_symbols(struct parser *parser, const json_t *json, struct ll_schema_node *node)
{
	const json_t *symbols = json_object_get(json, "symbols");
	const char *fallback = json_string_value(json_object_get(json, "default"));

	node->count = json_array_size(symbols);
	if (node->count == 0 || node->count > LL_SCHEMA_ITEMS_MAX)
		return invalid(parser, "bad list of symbols", node->full_name);
	node->symbols = take(parser, node->count, sizeof(*node->symbols));
	if (!node->symbols)
		return no_memory(parser);
	for (size_t i = 0; i < node->count; i++) {
		const char *symbol = json_string_value(json_array_get(symbols, i));

		if (!symbol)
			return invalid(parser, "a symbol that is no text", node->full_name);
		node->symbols[i] = copy_text(parser, symbol);
		if (!node->symbols[i])
			return no_memory(parser);
		if (fallback && strcmp(fallback, symbol) == 0)
			node->default_symbol = node->symbols[i];
	}
	return 0;
}

static int name_node(struct parser *parser, const json_t *json, const char *around,
		     struct ll_schema_node *node)
{
	const char *name = json_string_value(json_object_get(json, "name"));
	const char *dot;

	if (!name || name[0] == '\0')
		return invalid(parser, "a type without a name", ll_schema_type_name(node->type));
	node->full_name = full_name(&parser->schema->arena, name, namespace_in(json, around));
	if (!node->full_name)
		return no_memory(parser);
	dot = strrchr(node->full_name, '.');
	node->name = dot ? dot + 1 : node->full_name;
	if (json_object_get(parser->by_name, node->full_name))
		return invalid(parser, "a type is defined twice", node->full_name);
	if (json_object_set_new(parser->by_name, node->full_name,
				json_integer((json_int_t)parser->node_count - 1)) != 0)
		return no_memory(parser);
	return 0;
}

static int parse_named(struct parser *parser, const json_t *json, const char *around, int depth,
		       struct ll_schema_node *node)
{
	const json_t *size = json_object_get(json, "size");
	const char *namespace;
	int r = name_node(parser, json, around, node);

	if (r < 0)
		return r;
	if (node->type == LL_SCHEMA_ENUM)
		return parse_symbols(parser, json, node);
	if (node->type == LL_SCHEMA_FIXED) {
		if (!json_is_integer(size) || json_integer_value(size) < 0 ||
		    json_integer_value(size) > LL_SCHEMA_FIXED_MAX)
			return invalid(parser, "bad size", node->full_name);
		node->size = (size_t)json_integer_value(size);
		return 0;
	}
	namespace = namespace_of(&parser->schema->arena, node->full_name);
	if (!namespace)
		return no_memory(parser);
	return parse_fields(parser, json, namespace, depth, node);
}

static int parse_object(struct parser *parser, const json_t *json, const char *namespace, int depth,
			const struct ll_schema_node **ret_node)
{
	const json_t *inner = json_object_get(json, "type");
	const char *name = json_string_value(inner);
	int type = name ? type_by_name(name) : -1;
	struct ll_schema_node *node;
	int r;

	/* {"type": "int", "logicalType": …}, {"type": {…}} and {"type": […]} are what they hold. */
	if (type < LL_SCHEMA_RECORD || type == LL_SCHEMA_UNION)
		return parse_node(parser, inner, namespace, depth, ret_node);
	r = add_node(parser, (enum ll_schema_type)type, &node);
	if (r < 0)
		return r;
	if (is_named(type))
		r = parse_named(parser, json, namespace, depth, node);
	else
		r = parse_node(parser,
			       json_object_get(json, type == LL_SCHEMA_MAP ? "values" : "items"),
			       namespace, depth, &node->items);
	if (r < 0)
		return r;
	*ret_node = node;
	return 0;
}

static int parse_node(struct parser *parser, const json_t *json, const char *namespace, int depth,
		      const struct ll_schema_node **ret_node)
{
	if (depth >= LL_SCHEMA_DEPTH_MAX)
		return invalid(parser, "nested too deeply", NULL);
	if (json_is_string(json))
		return parse_reference(parser, json_string_value(json), namespace, ret_node);
	if (json_is_array(json))
		return parse_union(parser, json, namespace, depth + 1, ret_node);
	if (json_is_object(json))
		return parse_object(parser, json, namespace, depth + 1, ret_node);
	return invalid(parser, "a type is missing", NULL);
}

static int parse_tree(struct ll_schema *schema, struct ll_error *error)
{
	struct parser parser = {.schema = schema, .error = error};
	int r;

	parser.by_name = json_object();
	parser.nodes = calloc(LL_SCHEMA_NODES_MAX, sizeof(*parser.nodes));
	if (parser.by_name && parser.nodes)
		r = parse_node(&parser, schema->json, "", 0, &schema->root);
	else
		r = no_memory(&parser);
	json_decref(parser.by_name);
	free(parser.nodes);
	return r;
}

/* ---- parsing canonical form (Avro specification, "Transforming into Parsing Canonical Form") ----
 */

struct canon {
	struct ll_arena *arena;
	struct ll_buf *out;
	bool failed; /* out of memory */
};

/* Failures are noted, and seen once at the end. */
static void put(struct canon *canon, const char *text)
{
	if (ll_buf_append_str(canon->out, text) < 0)
		canon->failed = true;
}

static void put_quoted(struct canon *canon, const char *text)
{
	/* Names and symbols need no escapes: they are [A-Za-z0-9_.]. */
	put(canon, "\"");
	put(canon, text);
	put(canon, "\"");
}

static void put_node(struct canon *canon, const json_t *json, const char *namespace);

static void put_list(struct canon *canon, const json_t *list, const char *namespace,
		     void (*put_one)(struct canon *, const json_t *, const char *))
{
	put(canon, "[");
	for (size_t i = 0; i < json_array_size(list); i++) {
		put(canon, i ? "," : "");
		put_one(canon, json_array_get(list, i), namespace);
	}
	put(canon, "]");
}

static void put_field(struct canon *canon, const json_t *field, const char *namespace)
{
	put(canon, "{\"name\":");
	put_quoted(canon, json_string_value(json_object_get(field, "name")));
	put(canon, ",\"type\":");
	put_node(canon, json_object_get(field, "type"), namespace);
	put(canon, "}");
}

static void put_symbol(struct canon *canon, const json_t *symbol, const char *namespace)
{
	(void)namespace;
	put_quoted(canon, json_string_value(symbol));
}

static void put_full_name(struct canon *canon, const char *full)
{
	if (full)
		put_quoted(canon, full);
	else
		canon->failed = true;
}

static void put_named(struct canon *canon, const json_t *json, int type, const char *around)
{
	const char *name = json_string_value(json_object_get(json, "name"));
	char *full = full_name(canon->arena, name, namespace_in(json, around));
	char *namespace = full ? namespace_of(canon->arena, full) : NULL;
	char size[32];

	put(canon, "{\"name\":");
	put_full_name(canon, full);
	put(canon, ",\"type\":");
	put_quoted(canon, type_names[type]);
	if (type == LL_SCHEMA_RECORD) {
		put(canon, ",\"fields\":");
		put_list(canon, json_object_get(json, "fields"), namespace ? namespace : "",
			 put_field);
	} else if (type == LL_SCHEMA_ENUM) {
		put(canon, ",\"symbols\":");
		put_list(canon, json_object_get(json, "symbols"), "", put_symbol);
	} else {
		snprintf(size, sizeof(size), ",\"size\":%lld",
			 (long long)json_integer_value(json_object_get(json, "size")));
		put(canon, size);
	}
	put(canon, "}");
}

static void put_object(struct canon *canon, const json_t *json, const char *namespace)
{
	const json_t *inner = json_object_get(json, "type");
	const char *name = json_string_value(inner);
	int type = name ? type_by_name(name) : -1;

	if (is_named(type)) {
		put_named(canon, json, type, namespace);
	} else if (type == LL_SCHEMA_ARRAY || type == LL_SCHEMA_MAP) {
		const char *of = type == LL_SCHEMA_MAP ? "values" : "items";

		put(canon, type == LL_SCHEMA_MAP ? "{\"type\":\"map\",\"values\":"
						 : "{\"type\":\"array\",\"items\":");
		put_node(canon, json_object_get(json, of), namespace);
		put(canon, "}");
	} else {
		put_node(canon, inner, namespace);
	}
}

/* The tree has been parsed before: what is looked for is there, and no deeper than its bound. */
static void put_node(struct canon *canon, const json_t *json, const char *namespace)
{
	if (json_is_array(json))
		put_list(canon, json, namespace, put_node);
	else if (json_is_object(json))
		put_object(canon, json, namespace);
	else if (is_primitive(json_string_value(json)))
		put_quoted(canon, json_string_value(json));
	else
		put_full_name(canon, full_name(canon->arena, json_string_value(json), namespace));
}

/* ---- the schema ---- */

static int check_with_avro(const struct ll_schema *schema, struct ll_error *error)
{
	avro_schema_t parsed = NULL;

	/* Avro C knows no empty union and no bare wrapper; Avro's own test vectors have both. */
	if (schema->root->type != LL_SCHEMA_RECORD)
		return 0;
	if (avro_schema_from_json_length((const char *)schema->text.data, schema->text.size,
					 &parsed) != 0)
		return ll_error_set(error, -LL_ERR_INVALID, "schema: Avro C: %.300s",
				    avro_strerror());
	avro_schema_decref(parsed);
	return 0;
}

static int load_json(struct ll_str text, json_t **ret_json, struct ll_error *error)
{
	json_error_t wrong;
	json_t *json;

	if (text.size > LL_SCHEMA_TEXT_MAX)
		return ll_error_set(error, -LL_ERR_INVALID, "schema: longer than %d bytes",
				    LL_SCHEMA_TEXT_MAX);
	json = json_loadb(text.data, text.size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &wrong);
	/* Of what is wrong with a text it has something to say. */
	if (!json && wrong.text[0] == '\0')
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	if (!json)
		return ll_error_set_at(error, -LL_ERR_INVALID, wrong.line, wrong.column,
				       "schema: %s", wrong.text);
	*ret_json = json;
	return 0;
}

static int fill_schema(struct ll_schema *schema, struct ll_str text, struct ll_error *error)
{
	struct canon canon = {.arena = &schema->arena, .out = &schema->canonical};
	int r = load_json(text, &schema->json, error);

	if (r == 0 && ll_buf_append(&schema->text, text.data, text.size) < 0)
		r = ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	if (r == 0)
		r = parse_tree(schema, error);
	if (r == 0)
		r = check_with_avro(schema, error);
	if (r < 0)
		return r;
	put_node(&canon, schema->json, "");
	if (canon.failed)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	schema->fingerprint = ll_crc64_avro(schema->canonical.data, schema->canonical.size);
	return 0;
}

int ll_schema_new(struct ll_str text, struct ll_schema **ret_schema, struct ll_error *error)
{
	struct ll_schema *schema = calloc(1, sizeof(*schema));
	int r;

	if (!schema)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	ll_arena_init(&schema->arena, 0);
	ll_buf_init(&schema->text);
	ll_buf_init(&schema->canonical);
	r = fill_schema(schema, text, error);
	if (r < 0) {
		ll_schema_free(schema);
		return r;
	}
	*ret_schema = schema;
	return 0;
}

void ll_schema_free(struct ll_schema *schema)
{
	if (!schema)
		return;
	json_decref(schema->json);
	ll_buf_release(&schema->text);
	ll_buf_release(&schema->canonical);
	ll_arena_release(&schema->arena);
	free(schema);
}

/* ---- references between files ---- */

int ll_schema_names_init(struct ll_schema_names *names)
{
	names->types = json_object();
	return names->types ? 0 : -LL_ERR_NO_MEMORY;
}

void ll_schema_names_release(struct ll_schema_names *names)
{
	json_decref(names->types);
	names->types = NULL;
}

/* Writes references out. Trouble is NULL: out of memory, unless it was told. */
struct inliner {
	struct ll_schema_names *names;
	struct ll_arena arena;
	json_t *written; /* full names that this text defines already */
	bool told;	 /* the error is set */
	struct ll_error *error;
};

static json_t *tell(struct inliner *inliner, const char *what, const char *which)
{
	inliner->told = true;
	ll_error_set(inliner->error, -LL_ERR_INVALID, "schema: %s: %s", what, which);
	return NULL;
}

static json_t *inline_node(struct inliner *inliner, json_t *json);

static json_t *inline_reference(struct inliner *inliner, json_t *json)
{
	const char *name = json_string_value(json);
	const char *full;
	json_t *type;

	if (type_by_name(name) >= 0)
		return json_incref(json);
	full = full_name(&inliner->arena, name, BUILTIN_NAMESPACE);
	if (!full)
		return NULL;
	if (json_object_get(inliner->written, full))
		return json_string(full);
	type = json_object_get(inliner->names->types, full);
	if (!type)
		return tell(inliner, "unknown type", full);
	return inline_node(inliner, type);
}

static json_t *inline_list(struct inliner *inliner, json_t *list)
{
	json_t *copy = json_array();

	for (size_t i = 0; copy && i < json_array_size(list); i++) {
		json_t *one = inline_node(inliner, json_array_get(list, i));

		if (!one || json_array_append_new(copy, one) != 0) {
			json_decref(copy);
			return NULL;
		}
	}
	return copy;
}

/* Its name when an object defines a type, else NULL. */
static const char *defined_name(json_t *json)
{
	const char *name = json_string_value(json_object_get(json, "name"));
	const char *type = json_string_value(json_object_get(json, "type"));

	return name && type && is_named(type_by_name(type)) ? name : NULL;
}

static json_t *inline_parts(struct inliner *inliner, json_t *json)
{
	static const char *const holders[] = {"type", "items", "values", "fields"};
	json_t *copy = json_copy(json);

	for (size_t i = 0; copy && i < sizeof(holders) / sizeof(holders[0]); i++) {
		json_t *held = json_object_get(json, holders[i]);
		json_t *one;

		if (!held)
			continue;
		one = inline_node(inliner, held);
		if (!one || json_object_set_new(copy, holders[i], one) != 0) {
			json_decref(copy);
			return NULL;
		}
	}
	return copy;
}

/*
 * A definition counts from where it begins, in this text and for later files. One that a reference
 * before it has already brought in becomes a reference itself.
 */
static json_t *inline_object(struct inliner *inliner, json_t *json)
{
	const char *name = defined_name(json);
	const char *full = name ? full_name(&inliner->arena, name, BUILTIN_NAMESPACE) : NULL;

	if (name && !full)
		return NULL;
	if (full && json_object_get(inliner->written, full))
		return json_string(full);
	if (full && (json_object_set_new(inliner->written, full, json_true()) != 0 ||
		     json_object_set(inliner->names->types, full, json) != 0))
		return NULL;
	return inline_parts(inliner, json);
}

static json_t *inline_node(struct inliner *inliner, json_t *json)
{
	if (json_is_string(json))
		return inline_reference(inliner, json);
	if (json_is_array(json))
		return inline_list(inliner, json);
	if (json_is_object(json))
		return inline_object(inliner, json);
	return tell(inliner, "not a schema", "neither a name nor a list nor an object");
}

static int inline_text(struct ll_schema_names *names, json_t *json, char **ret_text,
		       struct ll_error *error)
{
	struct inliner inliner = {.names = names, .written = json_object(), .error = error};
	json_t *whole;
	char *text;

	ll_arena_init(&inliner.arena, 0);
	whole = inliner.written ? inline_node(&inliner, json) : NULL;
	text = whole ? json_dumps(whole, JSON_COMPACT) : NULL;
	json_decref(whole);
	json_decref(inliner.written);
	ll_arena_release(&inliner.arena);
	if (!text)
		return inliner.told ? -LL_ERR_INVALID
				    : ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	*ret_text = text;
	return 0;
}

int ll_schema_names_load(struct ll_schema_names *names, struct ll_str text,
			 struct ll_schema **ret_schema, struct ll_error *error)
{
	json_t *json = NULL;
	char *whole = NULL;
	int r = load_json(text, &json, error);

	if (r == 0)
		r = inline_text(names, json, &whole, error);
	if (r == 0)
		r = ll_schema_new(ll_str_from(whole), ret_schema, error);
	free(whole);
	json_decref(json);
	return r;
}
