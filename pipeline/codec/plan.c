#include "plan.h"

#include <stdio.h>
#include <stdlib.h>

#include "plan_op.h"

struct builder {
	struct ll_plan *plan;
	struct ll_error *error;
	int depth;
};

static int mismatch(struct builder *builder, const char *name, const char *why)
{
	return ll_error_set(builder->error, -LL_ERR_INVALID, "%.100s: %.300s", name, why);
}

static int no_memory(struct builder *builder)
{
	return ll_error_set(builder->error, -LL_ERR_NO_MEMORY, "out of memory");
}

/* The plan still works, but the schema is not what our table says. */
static void differs(struct builder *builder, const char *name, const char *why)
{
	struct ll_plan *plan = builder->plan;

	if (plan->exact)
		snprintf(plan->difference, sizeof(plan->difference), "%.100s: %.300s", name, why);
	plan->exact = false;
}

static int add(struct builder *builder, const struct ll_plan_op *op)
{
	struct ll_plan *plan = builder->plan;
	struct ll_plan_op *ops;
	size_t capacity;

	if (plan->op_count == LL_PLAN_OPS_MAX)
		return mismatch(builder, "plan", "the schema is too large");
	if (plan->op_count == plan->op_capacity) {
		capacity = plan->op_capacity ? 2 * plan->op_capacity : 64;
		ops = realloc(plan->ops, capacity * sizeof(*ops));
		if (!ops)
			return no_memory(builder);
		plan->ops = ops;
		plan->op_capacity = capacity;
	}
	plan->ops[plan->op_count++] = *op;
	return 0;
}

static uint32_t here(const struct builder *builder)
{
	return (uint32_t)builder->plan->op_count;
}

static int add_code(struct builder *builder, enum ll_op_code code)
{
	return add(builder, &(struct ll_plan_op){.code = (uint8_t)code});
}

static int add_fail(struct builder *builder, int err)
{
	return add(builder, &(struct ll_plan_op){.code = LL_OP_FAIL, .err_low = (int16_t)err});
}

/* ---- unions ---- */

/* What to do with one branch of the writer's union. */
struct branch_job {
	const struct ll_field *field; /* NULL: pass over */
	const struct ll_schema_node *reader;
	uint32_t base;
};

static int compile_branch(struct builder *builder, const struct branch_job *job,
			  const struct ll_schema_node *branch);

/*
 * UNION with a target for each branch; each branch ends with a JUMP behind the last. A branch that
 * does not resolve fails only when a message takes it.
 */
static int compile_union(struct builder *builder, const struct ll_schema_node *writer,
			 const struct branch_job *job)
{
	struct ll_plan *plan = builder->plan;
	uint32_t *targets = ll_arena_calloc(&plan->tables, writer->count, sizeof(*targets));
	struct ll_plan_op op = {.code = LL_OP_UNION, .count = (uint32_t)writer->count};
	uint32_t jumps[LL_SCHEMA_ITEMS_MAX];
	int r;

	if (!targets)
		return no_memory(builder);
	op.targets = targets;
	r = add(builder, &op);
	for (size_t i = 0; r == 0 && i < writer->count; i++) {
		targets[i] = here(builder);
		r = compile_branch(builder, job, writer->branches[i]);
		if (r < 0)
			break;
		jumps[i] = here(builder);
		r = add_code(builder, LL_OP_JUMP);
	}
	if (r < 0)
		return r;
	for (size_t i = 0; i < writer->count; i++)
		plan->ops[jumps[i]].target = here(builder);
	return 0;
}

/* ---- what the reader does not know ---- */

/* Do values of this type have no bytes at all? A type within itself has bytes. */
static bool is_empty(const struct ll_schema_node *node, int depth)
{
	if (node->type == LL_SCHEMA_NULL)
		return true;
	if (node->type == LL_SCHEMA_FIXED)
		return node->size == 0;
	if (node->type != LL_SCHEMA_RECORD || depth == LL_PLAN_DEPTH_MAX)
		return false;
	for (size_t i = 0; i < node->count; i++)
		if (!is_empty(node->fields[i].type, depth + 1))
			return false;
	return true;
}

static int compile_skip(struct builder *builder, const struct ll_schema_node *node);

static int skip_fixed(struct builder *builder, size_t size)
{
	return add(builder, &(struct ll_plan_op){.code = LL_OP_SKIP_FIXED, .size = (uint32_t)size});
}

static int skip_items(struct builder *builder, const struct ll_schema_node *node)
{
	uint32_t begin = here(builder);
	int r;

	if (node->type == LL_SCHEMA_ARRAY && is_empty(node->items, 0))
		return add_code(builder, LL_OP_SKIP_EMPTY);
	r = add_code(builder, LL_OP_SKIP_BEGIN);
	if (r == 0 && node->type == LL_SCHEMA_MAP)
		r = add_code(builder, LL_OP_SKIP_BYTES);
	if (r == 0)
		r = compile_skip(builder, node->items);
	if (r == 0)
		r = add(builder, &(struct ll_plan_op){.code = LL_OP_SKIP_END, .target = begin});
	if (r == 0)
		builder->plan->ops[begin].target = here(builder);
	return r;
}

static int skip_record(struct builder *builder, const struct ll_schema_node *node)
{
	for (size_t i = 0; i < node->count; i++) {
		int r = compile_skip(builder, node->fields[i].type);

		if (r < 0)
			return r;
	}
	return 0;
}

static int skip_by_type(struct builder *builder, const struct ll_schema_node *node)
{
	switch (node->type) {
	case LL_SCHEMA_NULL:
		return 0;
	case LL_SCHEMA_BOOLEAN:
		return skip_fixed(builder, 1);
	case LL_SCHEMA_FLOAT:
		return skip_fixed(builder, 4);
	case LL_SCHEMA_DOUBLE:
		return skip_fixed(builder, 8);
	case LL_SCHEMA_FIXED:
		return skip_fixed(builder, node->size);
	case LL_SCHEMA_INT:
	case LL_SCHEMA_LONG:
	case LL_SCHEMA_ENUM:
		return add_code(builder, LL_OP_SKIP_LONG);
	case LL_SCHEMA_BYTES:
	case LL_SCHEMA_STRING:
		return add_code(builder, LL_OP_SKIP_BYTES);
	case LL_SCHEMA_RECORD:
		return skip_record(builder, node);
	case LL_SCHEMA_ARRAY:
	case LL_SCHEMA_MAP:
		return skip_items(builder, node);
	case LL_SCHEMA_UNION:
		return compile_union(builder, node, &(struct branch_job){.field = NULL});
	}
	return 0;
}

static int compile_skip(struct builder *builder, const struct ll_schema_node *node)
{
	int r;

	if (builder->depth == LL_PLAN_DEPTH_MAX)
		return mismatch(builder, "plan", "the schema is nested too deeply");
	builder->depth++;
	r = skip_by_type(builder, node);
	builder->depth--;
	return r;
}

/* ---- what the writer does not have ---- */

static int32_t symbol_number(const struct ll_field_enum *enumeration, const char *symbol)
{
	for (int32_t i = 0; symbol && i < enumeration->count; i++)
		if (strcmp(enumeration->symbols[i], symbol) == 0)
			return i;
	return -1;
}

static int default_text(struct builder *builder, const json_t *json, struct ll_plan_op *op)
{
	struct ll_arena *arena = &builder->plan->tables;
	size_t size = json_string_length(json);
	struct ll_str *text = ll_arena_alloc(arena, sizeof(*text));
	char *copy = ll_arena_copy(arena, json_string_value(json), size);

	if (!text || !copy)
		return no_memory(builder);
	*text = (struct ll_str){copy, size};
	op->code = LL_OP_SET_STR;
	op->text = text;
	return add(builder, op);
}

/* Sets the field to its default in the reader's schema. */
static int compile_default(struct builder *builder, const struct ll_field *field,
			   const struct ll_schema_field *reader, uint32_t base)
{
	const json_t *json = reader->default_value;
	struct ll_plan_op op = {.offset = base + field->offset};

	if (!json)
		return mismatch(builder, field->name,
				"the writer does not have it and it has no default");
	switch (field->type) {
	case LL_FIELD_BOOL:
		op.code = LL_OP_SET_BOOL;
		op.value = json_is_true(json);
		return add(builder, &op);
	case LL_FIELD_INT:
	case LL_FIELD_DAY:
		op.code = LL_OP_SET_INT32;
		op.value = json_integer_value(json);
		return add(builder, &op);
	case LL_FIELD_LONG:
	case LL_FIELD_INSTANT:
		op.code = LL_OP_SET_INT64;
		op.value = json_integer_value(json);
		return add(builder, &op);
	case LL_FIELD_ENUM:
		op.code = LL_OP_SET_INT32;
		op.value = symbol_number(field->enumeration, json_string_value(json));
		return op.value < 0 ? mismatch(builder, field->name, "unknown default symbol")
				    : add(builder, &op);
	case LL_FIELD_STR:
	case LL_FIELD_AREA:
		return default_text(builder, json, &op);
	case LL_FIELD_MAYBE:
		/* A union's default is of its first branch: null. */
		op.code = LL_OP_SET_MAYBE;
		return add(builder, &op);
	case LL_FIELD_ARRAY:
		/* The struct was zeroed: no items. */
		return json_array_size(json) == 0
			       ? 0
			       : mismatch(builder, field->name, "a default with items");
	case LL_FIELD_BYTES:
	case LL_FIELD_KEY:
	case LL_FIELD_RECORD:
	case LL_FIELD_UNION:
		break;
	}
	return mismatch(builder, field->name, "a default is not supported here");
}

/* ---- fields ---- */

static int compile_record(struct builder *builder, const struct ll_schema_node *writer,
			  const struct ll_schema_node *reader, const struct ll_field_record *record,
			  uint32_t base);

struct plain {
	uint8_t code;
	uint8_t writers; /* the types that may stand there, bits 1 << ll_schema_type */
	enum ll_schema_type own;
};

#define WRITER(type) (1u << LL_SCHEMA_##type)

static const struct plain plains[] = {
	[LL_FIELD_BOOL] = {LL_OP_BOOL, WRITER(BOOLEAN), LL_SCHEMA_BOOLEAN},
	[LL_FIELD_INT] = {LL_OP_INT32, WRITER(INT), LL_SCHEMA_INT},
	[LL_FIELD_DAY] = {LL_OP_INT32, WRITER(INT), LL_SCHEMA_INT},
	[LL_FIELD_LONG] = {LL_OP_INT64, WRITER(INT) | WRITER(LONG), LL_SCHEMA_LONG},
	[LL_FIELD_INSTANT] = {LL_OP_INT64, WRITER(INT) | WRITER(LONG), LL_SCHEMA_LONG},
	[LL_FIELD_STR] = {LL_OP_STR, WRITER(STRING) | WRITER(BYTES), LL_SCHEMA_STRING},
	[LL_FIELD_AREA] = {LL_OP_AREA, WRITER(STRING) | WRITER(BYTES), LL_SCHEMA_STRING},
	[LL_FIELD_BYTES] = {LL_OP_BYTES, WRITER(STRING) | WRITER(BYTES), LL_SCHEMA_BYTES},
};

static struct ll_plan_op field_op(const struct ll_field *field, uint8_t code, uint32_t base)
{
	return (struct ll_plan_op){.code = code,
				   .or_none = field->or_none,
				   .offset = base + field->offset,
				   .err_low = (int16_t)field->err_low,
				   .err_high = (int16_t)field->err_high,
				   .min = field->min,
				   .max = field->max};
}

static int type_mismatch(struct builder *builder, const struct ll_field *field,
			 const struct ll_schema_node *writer)
{
	return ll_error_set(builder->error, -LL_ERR_INVALID, "%.100s: the writer has %s",
			    field->name, ll_schema_type_name(writer->type));
}

static int compile_plain(struct builder *builder, const struct ll_field *field,
			 const struct ll_schema_node *writer, uint32_t base)
{
	const struct plain *plain = &plains[field->type];
	struct ll_plan_op op = field_op(field, plain->code, base);

	if ((plain->writers >> writer->type & 1) == 0)
		return type_mismatch(builder, field, writer);
	if (writer->type != plain->own)
		differs(builder, field->name, "another type");
	return add(builder, &op);
}

static int compile_key(struct builder *builder, const struct ll_field *field,
		       const struct ll_schema_node *writer, const struct ll_schema_node *reader,
		       uint32_t base)
{
	struct ll_plan_op op = field_op(field, LL_OP_KEY, base);

	if (writer->type != LL_SCHEMA_FIXED || writer->size != LL_KEY_SIZE)
		return type_mismatch(builder, field, writer);
	if (strcmp(writer->name, reader->name) != 0)
		return mismatch(builder, field->name, "another name of the fixed type");
	return add(builder, &op);
}

static int compile_enum(struct builder *builder, const struct ll_field *field,
			const struct ll_schema_node *writer, const struct ll_schema_node *reader,
			uint32_t base)
{
	struct ll_plan_op op = field_op(field, LL_OP_ENUM, base);
	int32_t fallback = symbol_number(field->enumeration, reader->default_symbol);
	bool same = writer->count == (size_t)field->enumeration->count;
	int32_t *map;

	if (writer->type != LL_SCHEMA_ENUM || strcmp(writer->name, field->enumeration->name) != 0)
		return type_mismatch(builder, field, writer);
	map = ll_arena_alloc(&builder->plan->tables, writer->count * sizeof(*map));
	if (!map)
		return no_memory(builder);
	for (size_t i = 0; i < writer->count; i++) {
		map[i] = symbol_number(field->enumeration, writer->symbols[i]);
		same = same && map[i] == (int32_t)i;
		if (map[i] < 0)
			map[i] = fallback;
	}
	if (!same)
		differs(builder, field->name, "other symbols");
	op.count = (uint32_t)writer->count;
	op.symbols = same ? NULL : map;
	return add(builder, &op);
}

static bool is_long(const struct ll_schema_node *node)
{
	return node->type == LL_SCHEMA_LONG || node->type == LL_SCHEMA_INT;
}

static int compile_maybe(struct builder *builder, const struct ll_field *field,
			 const struct ll_schema_node *writer, uint32_t base)
{
	struct ll_plan_op op = field_op(field, LL_OP_MAYBE, base);

	if (writer->type == LL_SCHEMA_UNION) {
		/* compile_field has seen that it is a null and a long. */
		op.null_index = writer->branches[0]->type == LL_SCHEMA_NULL ? 0 : 1;
		if (op.null_index != 0 || writer->branches[1]->type != LL_SCHEMA_LONG)
			differs(builder, field->name, "another union");
		return add(builder, &op);
	}
	differs(builder, field->name, "not a union");
	if (!is_long(writer) && writer->type != LL_SCHEMA_NULL)
		return type_mismatch(builder, field, writer);
	op.code = is_long(writer) ? LL_OP_MAYBE_LONG : LL_OP_SET_MAYBE;
	op.value = 0;
	return add(builder, &op);
}

static int compile_array(struct builder *builder, const struct ll_field *field,
			 const struct ll_schema_node *writer, const struct ll_schema_node *reader,
			 uint32_t base)
{
	struct ll_plan_op op = field_op(field, LL_OP_ARRAY_BEGIN, base);
	uint32_t begin = here(builder);
	int r;

	if (writer->type != LL_SCHEMA_ARRAY || writer->items->type != LL_SCHEMA_RECORD)
		return type_mismatch(builder, field, writer);
	op.size = field->record->size;
	r = add(builder, &op);
	if (r == 0)
		r = compile_record(builder, writer->items, reader->items, field->record, 0);
	op.code = LL_OP_ARRAY_END;
	op.count_offset = base + field->count_offset;
	op.target = begin;
	if (r == 0)
		r = add(builder, &op);
	if (r == 0)
		builder->plan->ops[begin].target = here(builder);
	return r;
}

/* ---- records in unions ---- */

static int set_tag(struct builder *builder, const struct ll_field *field, int32_t tag,
		   uint32_t base)
{
	return add(builder,
		   &(struct ll_plan_op){.code = LL_OP_SET_INT32,
					.offset = base + field->offset + field->choice->tag_offset,
					.value = tag});
}

static const struct ll_schema_node *reader_branch(const struct ll_schema_node *reader,
						  const char *name)
{
	for (size_t i = 0; i < reader->count; i++)
		if (reader->branches[i]->name && strcmp(reader->branches[i]->name, name) == 0)
			return reader->branches[i];
	return NULL;
}

/* One record that the writer may put into our union; one that we do not know is an error then. */
static int compile_choice(struct builder *builder, const struct branch_job *job,
			  const struct ll_schema_node *writer)
{
	const struct ll_field *field = job->field;

	for (int32_t i = 0; writer->type == LL_SCHEMA_RECORD && i < field->choice->count; i++) {
		const struct ll_field_branch *branch = &field->choice->branches[i];
		const struct ll_schema_node *reader = reader_branch(job->reader, writer->name);
		int r;

		if (strcmp(branch->record->name, writer->name) != 0)
			continue;
		if (!reader)
			return mismatch(builder, writer->name, "not in our own schema");
		r = set_tag(builder, field, branch->tag, job->base);
		return r < 0 ? r
			     : compile_record(builder, writer, reader, branch->record,
					      job->base + field->offset + branch->offset);
	}
	differs(builder, field->name, "an unknown branch");
	return add_fail(builder, -LL_ERR_BAD_ENUM);
}

static void compare_branches(struct builder *builder, const struct ll_field *field,
			     const struct ll_schema_node *writer)
{
	bool same =
		writer->type == LL_SCHEMA_UNION && writer->count == (size_t)field->choice->count;

	for (size_t i = 0; same && i < writer->count; i++) {
		const struct ll_field_branch *branch = &field->choice->branches[i];

		same = writer->branches[i]->name && branch->tag == (int32_t)i &&
		       strcmp(writer->branches[i]->name, branch->record->name) == 0;
	}
	if (!same)
		differs(builder, field->name, "other branches");
}

/* ---- fields by their type ---- */

static bool is_null_and_long(const struct ll_schema_node *node)
{
	if (node->type != LL_SCHEMA_UNION || node->count != 2)
		return false;
	return (node->branches[0]->type == LL_SCHEMA_NULL && is_long(node->branches[1])) ||
	       (node->branches[1]->type == LL_SCHEMA_NULL && is_long(node->branches[0]));
}

static int compile_by_type(struct builder *builder, const struct ll_field *field,
			   const struct ll_schema_node *writer, const struct ll_schema_node *reader,
			   uint32_t base)
{
	switch (field->type) {
	case LL_FIELD_KEY:
		return compile_key(builder, field, writer, reader, base);
	case LL_FIELD_ENUM:
		return compile_enum(builder, field, writer, reader, base);
	case LL_FIELD_MAYBE:
		return compile_maybe(builder, field, writer, base);
	case LL_FIELD_RECORD:
		return compile_record(builder, writer, reader, field->record, base + field->offset);
	case LL_FIELD_ARRAY:
		return compile_array(builder, field, writer, reader, base);
	case LL_FIELD_UNION:
		return compile_choice(
			builder,
			&(struct branch_job){.field = field, .reader = reader, .base = base},
			writer);
	default:
		return compile_plain(builder, field, writer, base);
	}
}

static int compile_field(struct builder *builder, const struct ll_field *field,
			 const struct ll_schema_node *writer, const struct ll_schema_node *reader,
			 uint32_t base)
{
	struct branch_job job = {.field = field, .reader = reader, .base = base};
	int r;

	if (field->type == LL_FIELD_UNION)
		compare_branches(builder, field, writer);
	if (writer->type != LL_SCHEMA_UNION ||
	    (field->type == LL_FIELD_MAYBE && is_null_and_long(writer)))
		return compile_by_type(builder, field, writer, reader, base);
	if (field->type != LL_FIELD_UNION)
		differs(builder, field->name, "a union");
	if (builder->depth == LL_PLAN_DEPTH_MAX)
		return mismatch(builder, field->name, "nested too deeply");
	builder->depth++;
	r = compile_union(builder, writer, &job);
	builder->depth--;
	return r;
}

static int compile_branch(struct builder *builder, const struct branch_job *job,
			  const struct ll_schema_node *branch)
{
	size_t before = builder->plan->op_count;
	int r;

	if (!job->field)
		return compile_skip(builder, branch);
	r = compile_by_type(builder, job->field, branch, job->reader, job->base);
	if (r != -LL_ERR_INVALID || job->field->type == LL_FIELD_UNION)
		return r;
	/* This branch cannot become our field; another may. */
	builder->plan->op_count = before;
	return add_fail(builder, -LL_ERR_UNDECODABLE);
}

/* ---- records ---- */

static const struct ll_field *field_by_name(const struct ll_field_record *record, const char *name)
{
	for (uint32_t i = 0; i < record->field_count; i++)
		if (strcmp(record->fields[i].name, name) == 0)
			return &record->fields[i];
	return NULL;
}

static const struct ll_schema_field *schema_field(const struct ll_schema_node *node,
						  const char *name)
{
	for (size_t i = 0; i < node->count; i++)
		if (strcmp(node->fields[i].name, name) == 0)
			return &node->fields[i];
	return NULL;
}

static int compile_writer_fields(struct builder *builder, const struct ll_schema_node *writer,
				 const struct ll_schema_node *reader,
				 const struct ll_field_record *record, uint32_t base)
{
	for (size_t i = 0; i < writer->count; i++) {
		const struct ll_schema_field *theirs = &writer->fields[i];
		const struct ll_field *field = field_by_name(record, theirs->name);
		const struct ll_schema_field *ours = schema_field(reader, theirs->name);
		int r;

		if (!field || field != record->fields + i)
			differs(builder, theirs->name, field ? "another place" : "unknown");
		if (field && !ours)
			return mismatch(builder, theirs->name, "not in our own schema");
		r = field ? compile_field(builder, field, theirs->type, ours->type, base)
			  : compile_skip(builder, theirs->type);
		if (r < 0)
			return r;
	}
	return 0;
}

static int compile_missing_fields(struct builder *builder, const struct ll_schema_node *writer,
				  const struct ll_schema_node *reader,
				  const struct ll_field_record *record, uint32_t base)
{
	for (uint32_t i = 0; i < record->field_count; i++) {
		const struct ll_field *field = &record->fields[i];
		const struct ll_schema_field *ours = schema_field(reader, field->name);
		int r;

		if (schema_field(writer, field->name))
			continue;
		differs(builder, field->name, "missing");
		if (!ours)
			return mismatch(builder, field->name, "not in our own schema");
		r = compile_default(builder, field, ours, base);
		if (r < 0)
			return r;
	}
	return 0;
}

static int compile_record(struct builder *builder, const struct ll_schema_node *writer,
			  const struct ll_schema_node *reader, const struct ll_field_record *record,
			  uint32_t base)
{
	int r;

	if (writer->type != LL_SCHEMA_RECORD || strcmp(writer->name, record->name) != 0)
		return mismatch(builder, record->name, "the writer has another type");
	if (reader->type != LL_SCHEMA_RECORD)
		return mismatch(builder, record->name, "our own schema has another type");
	if (builder->depth == LL_PLAN_DEPTH_MAX)
		return mismatch(builder, record->name, "nested too deeply");
	builder->depth++;
	r = compile_writer_fields(builder, writer, reader, record, base);
	if (r == 0)
		r = compile_missing_fields(builder, writer, reader, record, base);
	if (r == 0 && record->check)
		r = add(builder, &(struct ll_plan_op){.code = LL_OP_CHECK,
						      .offset = base,
						      .check = record->check});
	builder->depth--;
	return r;
}

int ll_plan_new(const struct ll_schema *writer, const struct ll_schema *reader,
		const struct ll_field_record *record, struct ll_plan **ret_plan,
		struct ll_error *error)
{
	struct ll_plan *plan = calloc(1, sizeof(*plan));
	struct builder builder = {.plan = plan, .error = error};
	int r;

	if (!plan)
		return no_memory(&builder);
	ll_arena_init(&plan->tables, 4096);
	plan->size = record->size;
	plan->exact = true;
	r = compile_record(&builder, writer->root, reader->root, record, 0);
	if (r == 0)
		r = add_code(&builder, LL_OP_END);
	if (r < 0) {
		ll_plan_free(plan);
		return r;
	}
	*ret_plan = plan;
	return 0;
}

void ll_plan_free(struct ll_plan *plan)
{
	if (!plan)
		return;
	free(plan->ops);
	ll_arena_release(&plan->tables);
	free(plan);
}
