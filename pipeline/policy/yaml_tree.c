#include "yaml_tree.h"

#include <assert.h>
#include <yaml.h>

#include "core/event.h"
#include "names.h"

#define SHOWN_MAX  64 /* bytes of a file's text in a message */
#define FIELDS_MAX 64

/* The tree as it grows: the containers that are open, and a map's key that waits for its value. */
struct tree_builder {
	struct ll_arena *arena;
	struct ll_error *error;
	struct ll_str source;
	struct ll_yaml_node *root;
	struct ll_yaml_node *open[LL_YAML_DEPTH_MAX];
	struct ll_yaml_node *key[LL_YAML_DEPTH_MAX];
	int32_t depth;
	int32_t node_count;
	int32_t document_count;
};

struct ll_str ll_yaml_shown(struct ll_str text)
{
	size_t size = 0;

	while (size < text.size && size < SHOWN_MAX && (unsigned char)text.data[size] >= 0x20 &&
	       text.data[size] != 0x7f)
		size++;
	/* Not within a character. */
	if (size < text.size)
		while (size > 0 && ((unsigned char)text.data[size] & 0xc0) == 0x80)
			size--;
	return (struct ll_str){text.data, size};
}

static int error_at_offset(struct ll_error *error, struct ll_str source, size_t offset,
			   const char *message)
{
	int line = 1;
	int column = 1;

	for (size_t i = 0; i < offset && i < source.size; i++) {
		if (source.data[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)source.data[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	return ll_yaml_error_at(error, line, column, "%s", message);
}

/* Line `line` (from 0) of the source, without its end. */
static struct ll_str source_line(struct ll_str source, size_t line)
{
	const char *at = source.data;
	const char *end = source.data + source.size;
	const char *newline = memchr(at, '\n', source.size);

	while (line > 0 && newline) {
		at = newline + 1;
		newline = memchr(at, '\n', (size_t)(end - at));
		line--;
	}
	return (struct ll_str){at, (size_t)((newline ? newline : end) - at)};
}

static bool str_contains(struct ll_str text, struct ll_str part)
{
	return text.data && memmem(text.data, text.size, part.data, part.size);
}

struct trap {
	struct ll_str wrong;
	const char *advice;
};

#define TEXT(literal)                          \
	{                                      \
		(literal), sizeof(literal) - 1 \
	}

/* What trips people who write YAML by hand, most of all with a Chinese keyboard. */
static const struct trap traps[] = {
	{TEXT("\t"), "has a tab: use spaces"},
	{TEXT("："), "has a full-width colon (：): use ':' and a space"},
	{TEXT("，"), "has a full-width comma (，): use ','"},
	{TEXT("“"), "has full-width quotes: use '\"'"},
	{TEXT("”"), "has full-width quotes: use '\"'"},
};

static const struct trap *trap_in(struct ll_str line)
{
	for (size_t i = 0; i < sizeof(traps) / sizeof(traps[0]); i++)
		if (str_contains(line, traps[i].wrong))
			return &traps[i];
	return NULL;
}

/* YAML notices a mistake where it stands or, often, in the line after it. Both count from 0. */
static int syntax_error(const struct tree_builder *builder, size_t line, size_t column,
			const char *problem)
{
	for (size_t back = 0; back <= 1 && back <= line; back++) {
		const struct trap *trap = trap_in(source_line(builder->source, line - back));

		if (trap)
			return ll_yaml_error_at(builder->error, (int)line + 1, (int)column + 1,
						"not YAML (%s): line %zu %s", problem,
						line - back + 1, trap->advice);
	}
	return ll_yaml_error_at(
		builder->error, (int)line + 1, (int)column + 1,
		"not YAML (%s): check indentation, colons, brackets and quotes here "
		"and in the line before",
		problem);
}

static int parser_error(const yaml_parser_t *parser, struct tree_builder *builder)
{
	const yaml_mark_t *mark = &parser->problem_mark;

	if (parser->error == YAML_MEMORY_ERROR)
		return -LL_ERR_NO_MEMORY;
	if (parser->error == YAML_READER_ERROR)
		return error_at_offset(builder->error, builder->source, parser->problem_offset,
				       "a control character: remove it");
	return syntax_error(builder, mark->line, mark->column,
			    parser->problem ? parser->problem : "no detail");
}

static int builder_node(struct tree_builder *builder, enum ll_yaml_kind kind,
			const yaml_mark_t *mark, struct ll_yaml_node **ret_node)
{
	struct ll_yaml_node *node;
	int line = (int)mark->line + 1;
	int column = (int)mark->column + 1;

	if (builder->node_count >= LL_YAML_NODES_MAX)
		return ll_yaml_error_at(builder->error, line, column,
					"more than %d keys and values: make the policy smaller",
					LL_YAML_NODES_MAX);
	node = ll_arena_calloc(builder->arena, 1, sizeof(*node));
	if (!node)
		return -LL_ERR_NO_MEMORY;
	builder->node_count++;
	node->kind = kind;
	node->line = line;
	node->column = column;
	*ret_node = node;
	return 0;
}

/* Puts the node where the events have led to. */
static int builder_attach(struct tree_builder *builder, struct ll_yaml_node *node)
{
	struct ll_yaml_node *parent;

	if (builder->depth == 0) {
		builder->root = node;
		return 0;
	}
	parent = builder->open[builder->depth - 1];
	if (parent->kind == LL_YAML_MAP) {
		struct ll_yaml_node **key = &builder->key[builder->depth - 1];

		if (!*key) {
			if (node->kind != LL_YAML_TEXT)
				return ll_yaml_error(builder->error, node,
						     "a list or map cannot be a key: write a word");
			*key = node;
			return 0;
		}
		node->key = *key;
		*key = NULL;
	}
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	parent->count++;
	return 0;
}

static int builder_scalar(struct tree_builder *builder, const yaml_event_t *event)
{
	struct ll_yaml_node *node;
	size_t size = event->data.scalar.length;
	int err;

	err = builder_node(builder, LL_YAML_TEXT, &event->start_mark, &node);
	if (err)
		return err;
	if (size > LL_YAML_SCALAR_MAX)
		return ll_yaml_error(builder->error, node, "longer than %d bytes: shorten it",
				     LL_YAML_SCALAR_MAX);
	node->text.data = ll_arena_copy(builder->arena, event->data.scalar.value, size);
	if (!node->text.data)
		return -LL_ERR_NO_MEMORY;
	node->text.size = size;
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return builder_attach(builder, node);
}

static int builder_open(struct tree_builder *builder, enum ll_yaml_kind kind,
			const yaml_mark_t *mark)
{
	struct ll_yaml_node *node;
	int err;

	err = builder_node(builder, kind, mark, &node);
	if (err)
		return err;
	if (builder->depth >= LL_YAML_DEPTH_MAX)
		return ll_yaml_error(builder->error, node, "nested deeper than %d levels",
				     LL_YAML_DEPTH_MAX);
	err = builder_attach(builder, node);
	if (err)
		return err;
	builder->open[builder->depth] = node;
	builder->key[builder->depth] = NULL;
	builder->depth++;
	return 0;
}

/* An anchor could be repeated by aliases without bound, a tag could change what a value means. */
static int refuse_decoration(struct tree_builder *builder, const yaml_event_t *event,
			     const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (!anchor && !tag)
		return 0;
	return ll_yaml_error_at(builder->error, (int)event->start_mark.line + 1,
				(int)event->start_mark.column + 1, "%s are not used here: %s",
				anchor ? "anchors (&) and aliases (*)" : "tags (!)",
				anchor ? "write the value out" : "remove it, or put quotes around");
}

static int builder_event(struct tree_builder *builder, const yaml_event_t *event)
{
	int err = 0;

	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return refuse_decoration(builder, event, event->data.alias.anchor, NULL);
	case YAML_SCALAR_EVENT:
		err = refuse_decoration(builder, event, event->data.scalar.anchor,
					event->data.scalar.tag);
		return err ? err : builder_scalar(builder, event);
	case YAML_SEQUENCE_START_EVENT:
		err = refuse_decoration(builder, event, event->data.sequence_start.anchor,
					event->data.sequence_start.tag);
		return err ? err : builder_open(builder, LL_YAML_LIST, &event->start_mark);
	case YAML_MAPPING_START_EVENT:
		err = refuse_decoration(builder, event, event->data.mapping_start.anchor,
					event->data.mapping_start.tag);
		return err ? err : builder_open(builder, LL_YAML_MAP, &event->start_mark);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		builder->depth--;
		return 0;
	case YAML_DOCUMENT_START_EVENT:
		if (builder->document_count++ > 0)
			return ll_yaml_error_at(builder->error, (int)event->start_mark.line + 1,
						(int)event->start_mark.column + 1,
						"a second document: one file holds one policy");
		return 0;
	default:
		return 0;
	}
}

static int error_empty(struct ll_error *error)
{
	return ll_yaml_error_at(error, 1, 1, "the policy is empty: begin with 'policy: its-name'");
}

static int builder_run(struct tree_builder *builder, yaml_parser_t *parser)
{
	bool at_end = false;

	while (!at_end) {
		yaml_event_t event;
		int err;

		if (!yaml_parser_parse(parser, &event))
			return parser_error(parser, builder);
		at_end = event.type == YAML_STREAM_END_EVENT;
		err = builder_event(builder, &event);
		yaml_event_delete(&event);
		if (err)
			return err;
	}
	return builder->root ? 0 : error_empty(builder->error);
}

/* Bytes before the first that is not well-formed UTF-8. */
static size_t utf8_prefix(struct ll_str text)
{
	size_t at = 0;

	while (at < text.size) {
		unsigned char lead = (unsigned char)text.data[at];
		size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;

		if (size > text.size - at || !ll_str_is_utf8((struct ll_str){text.data + at, size}))
			break;
		at += size;
	}
	return at;
}

int ll_yaml_parse(struct ll_str text, struct ll_arena *arena, struct ll_yaml_node **ret_root,
		  struct ll_error *error)
{
	struct tree_builder builder = {.arena = arena, .error = error};
	yaml_parser_t parser;
	int err;

	if (text.size > LL_POLICY_TEXT_MAX)
		return ll_yaml_error_at(error, 1, 1,
					"longer than %d bytes: make the policy smaller",
					LL_POLICY_TEXT_MAX);
	/* Some editors put a byte order mark first; it is no part of the policy. */
	if (ll_str_starts(text, LL_STR("\xef\xbb\xbf")))
		text = (struct ll_str){text.data + 3, text.size - 3};
	if (text.size == 0)
		return error_empty(error);
	if (!ll_str_is_utf8(text))
		return error_at_offset(error, text, utf8_prefix(text),
				       "not UTF-8 text: save the file with encoding UTF-8");
	builder.source = text;
	if (!yaml_parser_initialize(&parser))
		return -LL_ERR_NO_MEMORY;
	/* Given, not guessed: a guess could read the same bytes as UTF-16. */
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.data, text.size);
	err = builder_run(&builder, &parser);
	yaml_parser_delete(&parser);
	if (err)
		return err;
	*ret_root = builder.root;
	return 0;
}

struct field_list {
	const struct ll_yaml_field *fields;
};

static struct ll_str field_name_at(const void *context, int32_t index)
{
	const struct field_list *list = context;

	return ll_str_from(list->fields[index].name);
}

static int unknown_field(const struct ll_yaml_node *key, const char *what,
			 const struct ll_names *names, struct ll_error *error)
{
	char hint[LL_NAMES_HINT_MAX];

	/* {at_least: 5,000 yuan} is a key "000 yuan" to YAML. */
	if (key->text.size > 0 && key->text.data[0] >= '0' && key->text.data[0] <= '9')
		return ll_yaml_error(error, key,
				     "'%.*s' is no key of %s: write numbers without commas",
				     LL_STR_ARG(ll_yaml_shown(key->text)), what);
	ll_names_hint(names, key->text, hint);
	return ll_yaml_error(error, key, "unknown key '%.*s' in %s: %s",
			     LL_STR_ARG(ll_yaml_shown(key->text)), what, hint);
}

static const char *const kind_names[] = {"one value", "a list ('- …' lines)",
					 "a map ('name: value' lines)"};

static int check_shape(const struct ll_yaml_node *value, const struct ll_yaml_field *field,
		       struct ll_error *error)
{
	if (value->kind == field->kind && !(value->kind == LL_YAML_TEXT && value->text.size == 0))
		return 0;
	if (value->kind == LL_YAML_TEXT && value->text.size == 0)
		return ll_yaml_error(error, value->key, "'%s' has no value: write %s", field->name,
				     field->help);
	return ll_yaml_error(error, value, "'%s' is %s: write %s", field->name,
			     kind_names[field->kind], field->help);
}

int ll_yaml_fields(const struct ll_yaml_node *map, const char *what,
		   const struct ll_yaml_field *fields, size_t count,
		   const struct ll_yaml_node **ret_values, struct ll_error *error)
{
	const struct ll_yaml_node *values[FIELDS_MAX] = {NULL};
	struct field_list list = {fields};
	struct ll_names names = {(int32_t)count, field_name_at, &list};

	assert(count <= FIELDS_MAX);
	if (map->kind != LL_YAML_MAP)
		return ll_yaml_error(error, map, "%s is a map: write 'name: value' lines%s", what,
				     str_contains(map->text, LL_STR("："))
					     ? ", with ':' and a space instead of '：'"
					     : "");
	for (const struct ll_yaml_node *value = map->first; value; value = value->next) {
		int32_t index = ll_names_find(&names, value->key->text);
		int err;

		if (index < 0)
			return unknown_field(value->key, what, &names, error);
		if (values[index])
			return ll_yaml_error(error, value->key,
					     "'%s' is given twice (first in line %d): remove one",
					     fields[index].name, values[index]->key->line);
		err = check_shape(value, &fields[index], error);
		if (err)
			return err;
		values[index] = value;
	}
	for (size_t i = 0; i < count; i++)
		if (fields[i].required && !values[i])
			return ll_yaml_error(error, map, "%s lacks '%s': write %s", what,
					     fields[i].name, fields[i].help);
	memcpy(ret_values, values, count * sizeof(values[0]));
	return 0;
}

/* ---- changes over a tree ----------------------------------------------------------------------------- */

static struct ll_yaml_node *entry_of(const struct ll_yaml_node *map, struct ll_str name)
{
	for (struct ll_yaml_node *value = map->first; value; value = value->next)
		if (map->kind == LL_YAML_MAP && ll_str_equal(value->key->text, name))
			return value;
	return NULL;
}

static bool all_have(const struct ll_yaml_node *list, struct ll_str key)
{
	for (const struct ll_yaml_node *entry = list->first; entry; entry = entry->next)
		if (!entry_of(entry, key))
			return false;
	return list->count > 0;
}

/* What tells the entries of both lists apart; empty: nothing. */
static struct ll_str key_of(const struct ll_yaml_node *a, const struct ll_yaml_node *b)
{
	static const char *const keys[] = {"id", "area"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (all_have(a, ll_str_from(keys[i])) && all_have(b, ll_str_from(keys[i])))
			return ll_str_from(keys[i]);
	return (struct ll_str){NULL, 0};
}

/* What the new value takes the place of: the same key of a map, the same entry of a list. */
static struct ll_yaml_node *old_of(const struct ll_yaml_node *parent,
				   const struct ll_yaml_node *new, struct ll_str key)
{
	const struct ll_yaml_node *wanted;

	if (parent->kind == LL_YAML_MAP)
		return entry_of(parent, new->key->text);
	wanted = entry_of(new, key);
	for (struct ll_yaml_node *old = parent->first; old; old = old->next)
		if (ll_str_equal(entry_of(old, key)->text, wanted->text))
			return old;
	return NULL;
}

static int append(struct ll_yaml_node *parent, const struct ll_yaml_node *node,
		  struct ll_arena *arena)
{
	struct ll_yaml_node *copy = ll_arena_copy(arena, node, sizeof(*node));

	if (!copy)
		return -LL_ERR_NO_MEMORY;
	copy->next = NULL;
	if (parent->last)
		parent->last->next = copy;
	else
		parent->first = copy;
	parent->last = copy;
	parent->count++;
	return 0;
}

/* Entries of a list are told apart by the key. */
static int overlay(struct ll_yaml_node *parent, const struct ll_yaml_node *changes,
		   struct ll_str key, struct ll_arena *arena)
{
	int err = 0;

	for (const struct ll_yaml_node *new = changes->first; new && !err; new = new->next) {
		struct ll_yaml_node *old = old_of(parent, new, key);
		struct ll_str inner = {NULL, 0};

		if (!old) {
			err = append(parent, new, arena);
			continue;
		}
		if (old->kind == LL_YAML_LIST && new->kind == LL_YAML_LIST)
			inner = key_of(old, new);
		if (inner.size > 0 || (old->kind == LL_YAML_MAP && new->kind == LL_YAML_MAP)) {
			err = overlay(old, new, inner, arena);
		} else {
			struct ll_yaml_node *next = old->next;

			*old = *new;
			old->next = next;
		}
	}
	return err;
}

int ll_yaml_overlay(struct ll_yaml_node *map, const struct ll_yaml_node *changes,
		    struct ll_arena *arena)
{
	return overlay(map, changes, (struct ll_str){NULL, 0}, arena);
}
