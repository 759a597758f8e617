/* Executes a decode plan: one function an operation. */
#include "plan_op.h"

/* An array that is being read or passed over. */
struct frame {
	uint8_t *outer;	    /* the struct around it */
	uint8_t *items;	    /* NULL while passing over */
	size_t count;	    /* items done */
	size_t capacity;    /* items that have room */
	uint64_t remaining; /* items left in this block */
};

struct machine {
	const struct ll_plan *plan;
	struct ll_cursor in;
	uint8_t *base; /* the struct that offsets count from */
	const struct ll_plan_op *next;
	struct ll_arena *arena;
	struct frame *top; /* innermost; below the first: none */
	struct frame frames[LL_PLAN_FRAMES_MAX];
};

static inline int read_long(struct ll_cursor *in, int64_t *ret_value)
{
	if (in->at < in->end && *in->at < 0x80) {
		uint32_t byte = *in->at++;

		*ret_value = (int64_t)(byte >> 1) ^ -(int64_t)(byte & 1);
		return 0;
	}
	return ll_cursor_long(in, ret_value);
}

static inline int read_size(struct ll_cursor *in, size_t *ret_size)
{
	int64_t size;
	int r = read_long(in, &size);

	if (r < 0)
		return r;
	if (size < 0 || (uint64_t)size > ll_cursor_left(in))
		return -LL_ERR_UNDECODABLE;
	*ret_size = (size_t)size;
	return 0;
}

static inline int check_range(const struct ll_plan_op *op, int64_t value)
{
	if (value < op->min)
		return op->err_low;
	return value > op->max ? op->err_high : 0;
}

/* ---- fill a field ---- */

static int op_bool(struct machine *machine, const struct ll_plan_op *op)
{
	if (machine->in.at == machine->in.end || *machine->in.at > 1)
		return -LL_ERR_UNDECODABLE;
	*(bool *)(machine->base + op->offset) = *machine->in.at++ == 1;
	return 0;
}

static int op_int32(struct machine *machine, const struct ll_plan_op *op)
{
	int64_t value;
	int32_t narrow;
	int r = read_long(&machine->in, &value);

	if (r < 0)
		return r;
	r = check_range(op, value);
	/* LL_DAY_NONE, where a day may be none. */
	if (r < 0 && !(op->or_none && value == INT32_MIN))
		return r;
	narrow = (int32_t)value;
	memcpy(machine->base + op->offset, &narrow, sizeof(narrow));
	return 0;
}

static int op_int64(struct machine *machine, const struct ll_plan_op *op)
{
	int64_t value;
	int r = read_long(&machine->in, &value);

	if (r == 0)
		r = check_range(op, value);
	if (r == 0)
		memcpy(machine->base + op->offset, &value, sizeof(value));
	return r;
}

static int op_maybe_long(struct machine *machine, const struct ll_plan_op *op)
{
	struct ll_maybe *maybe = (struct ll_maybe *)(void *)(machine->base + op->offset);
	int64_t value;
	int r = read_long(&machine->in, &value);

	if (r == 0)
		r = check_range(op, value);
	if (r == 0)
		*maybe = (struct ll_maybe){.known = true, .value = value};
	return r;
}

static int op_maybe(struct machine *machine, const struct ll_plan_op *op)
{
	int64_t index;
	int r = read_long(&machine->in, &index);

	if (r < 0)
		return r;
	if (index < 0 || index > 1)
		return -LL_ERR_UNDECODABLE;
	return index == op->null_index ? 0 : op_maybe_long(machine, op);
}

static int op_enum(struct machine *machine, const struct ll_plan_op *op)
{
	int64_t index;
	int32_t number;
	int r = read_long(&machine->in, &index);

	if (r < 0)
		return r;
	if (index < 0 || index >= op->count)
		return -LL_ERR_BAD_ENUM;
	number = op->symbols ? op->symbols[index] : (int32_t)index;
	if (number < 0)
		return -LL_ERR_BAD_ENUM;
	memcpy(machine->base + op->offset, &number, sizeof(number));
	return 0;
}

static inline int read_text(struct machine *machine, const struct ll_plan_op *op,
			    const uint8_t **ret_data, size_t *ret_size)
{
	size_t size;
	int r = read_size(&machine->in, &size);

	if (r == 0)
		r = check_range(op, (int64_t)size);
	if (r < 0)
		return r;
	*ret_data = machine->in.at;
	*ret_size = size;
	machine->in.at += size;
	return 0;
}

static int op_str(struct machine *machine, const struct ll_plan_op *op)
{
	struct ll_str *str = (struct ll_str *)(void *)(machine->base + op->offset);
	const uint8_t *data;
	size_t size;
	int r = read_text(machine, op, &data, &size);

	if (r < 0)
		return r;
	*str = (struct ll_str){(const char *)data, size};
	return ll_field_text_is_valid(*str) ? 0 : -LL_ERR_BAD_UTF8;
}

static int op_area(struct machine *machine, const struct ll_plan_op *op)
{
	struct ll_str *str = (struct ll_str *)(void *)(machine->base + op->offset);
	const uint8_t *data;
	size_t size;
	int r = read_text(machine, op, &data, &size);

	if (r < 0)
		return r;
	*str = (struct ll_str){(const char *)data, size};
	return ll_field_area_is_valid(*str) ? 0 : -LL_ERR_BAD_AREA;
}

static int op_bytes(struct machine *machine, const struct ll_plan_op *op)
{
	struct ll_bytes *bytes = (struct ll_bytes *)(void *)(machine->base + op->offset);

	return read_text(machine, op, &bytes->data, &bytes->size);
}

static int op_key(struct machine *machine, const struct ll_plan_op *op)
{
	if (ll_cursor_left(&machine->in) < LL_KEY_SIZE)
		return -LL_ERR_UNDECODABLE;
	memcpy(machine->base + op->offset, machine->in.at, LL_KEY_SIZE);
	machine->in.at += LL_KEY_SIZE;
	return 0;
}

/* ---- set a field ---- */

static int op_set_bool(struct machine *machine, const struct ll_plan_op *op)
{
	*(bool *)(machine->base + op->offset) = op->value != 0;
	return 0;
}

static int op_set_int32(struct machine *machine, const struct ll_plan_op *op)
{
	int32_t narrow = (int32_t)op->value;

	memcpy(machine->base + op->offset, &narrow, sizeof(narrow));
	return 0;
}

static int op_set_int64(struct machine *machine, const struct ll_plan_op *op)
{
	memcpy(machine->base + op->offset, &op->value, sizeof(op->value));
	return 0;
}

static int op_set_maybe(struct machine *machine, const struct ll_plan_op *op)
{
	memset(machine->base + op->offset, 0, sizeof(struct ll_maybe));
	return 0;
}

static int op_set_str(struct machine *machine, const struct ll_plan_op *op)
{
	memcpy(machine->base + op->offset, op->text, sizeof(*op->text));
	return 0;
}

/* ---- structure ---- */

static int op_union(struct machine *machine, const struct ll_plan_op *op)
{
	int64_t index;
	int r = read_long(&machine->in, &index);

	if (r < 0)
		return r;
	if (index < 0 || index >= op->count)
		return -LL_ERR_UNDECODABLE;
	machine->next = machine->plan->ops + op->targets[index];
	return 0;
}

static int op_jump(struct machine *machine, const struct ll_plan_op *op)
{
	machine->next = machine->plan->ops + op->target;
	return 0;
}

static int op_check(struct machine *machine, const struct ll_plan_op *op)
{
	return op->check(machine->base + op->offset);
}

static int op_fail(struct machine *machine, const struct ll_plan_op *op)
{
	(void)machine;
	return op->err_low;
}

/* ---- arrays ---- */

/* A block's count of items; *ret_size is its bytes where they are told, else -1. */
static int read_block(struct ll_cursor *in, uint64_t *ret_count, int64_t *ret_size)
{
	int64_t count;
	size_t size;
	int r = read_long(in, &count);

	if (r < 0)
		return r;
	if (count >= 0) {
		*ret_count = (uint64_t)count;
		*ret_size = -1;
		return 0;
	}
	if (count == INT64_MIN)
		return -LL_ERR_UNDECODABLE;
	r = read_size(in, &size);
	if (r < 0)
		return r;
	*ret_count = (uint64_t)-count;
	*ret_size = (int64_t)size;
	return 0;
}

static int push_frame(struct machine *machine)
{
	/* A plan is no deeper than its frames; this guards the guard. */
	if (machine->top == machine->frames + LL_PLAN_FRAMES_MAX - 1)
		return -LL_ERR_UNDECODABLE;
	*++machine->top = (struct frame){.outer = machine->base};
	return 0;
}

/* Room for `more` items, all bounded by the field's own limit. */
static int grow_items(struct machine *machine, const struct ll_plan_op *begin, size_t more)
{
	struct frame *frame = machine->top;
	size_t need = frame->count + more;
	size_t capacity = 2 * frame->capacity > need ? 2 * frame->capacity : need;
	uint8_t *items;

	if (need <= frame->capacity)
		return 0;
	items = ll_arena_calloc(machine->arena, capacity, begin->size);
	if (!items)
		return -LL_ERR_NO_MEMORY;
	if (frame->count > 0)
		memcpy(items, frame->items, frame->count * begin->size);
	frame->items = items;
	frame->capacity = capacity;
	return 0;
}

static void close_array(struct machine *machine, const struct ll_plan_op *begin)
{
	struct frame *frame = machine->top--;
	const struct ll_plan_op *end = machine->plan->ops + begin->target - 1;

	machine->base = frame->outer;
	memcpy(machine->base + end->offset, &frame->items, sizeof(frame->items));
	memcpy(machine->base + end->count_offset, &frame->count, sizeof(frame->count));
	machine->next = end + 1;
}

static int next_block(struct machine *machine, const struct ll_plan_op *begin)
{
	struct frame *frame = machine->top;
	uint64_t count;
	int64_t size;
	int r = read_block(&machine->in, &count, &size);

	if (r < 0)
		return r;
	if (count == 0) {
		close_array(machine, begin);
		return 0;
	}
	if (count > (uint64_t)begin->max - frame->count)
		return begin->err_high;
	r = grow_items(machine, begin, (size_t)count);
	if (r < 0)
		return r;
	frame->remaining = count;
	machine->base = frame->items + frame->count * begin->size;
	machine->next = begin + 1;
	return 0;
}

static int op_array_begin(struct machine *machine, const struct ll_plan_op *op)
{
	int r = push_frame(machine);

	return r < 0 ? r : next_block(machine, op);
}

static int op_array_end(struct machine *machine, const struct ll_plan_op *op)
{
	const struct ll_plan_op *begin = machine->plan->ops + op->target;
	struct frame *frame = machine->top;

	frame->count++;
	if (--frame->remaining == 0)
		return next_block(machine, begin);
	machine->base += begin->size;
	machine->next = begin + 1;
	return 0;
}

/* ---- pass over ---- */

static int skip_bytes(struct machine *machine, size_t size)
{
	if (size > ll_cursor_left(&machine->in))
		return -LL_ERR_UNDECODABLE;
	machine->in.at += size;
	return 0;
}

static int op_skip_long(struct machine *machine, const struct ll_plan_op *op)
{
	int64_t value;

	(void)op;
	return read_long(&machine->in, &value);
}

static int op_skip_bytes(struct machine *machine, const struct ll_plan_op *op)
{
	size_t size;
	int r = read_size(&machine->in, &size);

	(void)op;
	return r < 0 ? r : skip_bytes(machine, size);
}

static int op_skip_fixed(struct machine *machine, const struct ll_plan_op *op)
{
	return skip_bytes(machine, op->size);
}

/* Blocks that tell their bytes are passed over at once; each item of another has a byte at least.
 */
static int skip_blocks(struct machine *machine, const struct ll_plan_op *begin)
{
	for (;;) {
		uint64_t count;
		int64_t size;
		int r = read_block(&machine->in, &count, &size);

		if (r < 0)
			return r;
		if (size >= 0) {
			machine->in.at += size;
			continue;
		}
		if (count == 0) {
			machine->next = machine->plan->ops + begin->target;
			machine->top--;
			return 0;
		}
		machine->top->remaining = count;
		machine->next = begin + 1;
		return 0;
	}
}

static int op_skip_begin(struct machine *machine, const struct ll_plan_op *op)
{
	int r = push_frame(machine);

	return r < 0 ? r : skip_blocks(machine, op);
}

static int op_skip_end(struct machine *machine, const struct ll_plan_op *op)
{
	const struct ll_plan_op *begin = machine->plan->ops + op->target;

	if (--machine->top->remaining == 0)
		return skip_blocks(machine, begin);
	machine->next = begin + 1;
	return 0;
}

static int op_skip_empty(struct machine *machine, const struct ll_plan_op *op)
{
	uint64_t count;
	int64_t size;

	(void)op;
	do {
		int r = read_block(&machine->in, &count, &size);

		if (r < 0)
			return r;
		if (size > 0)
			machine->in.at += size;
	} while (count != 0);
	return 0;
}

typedef int op_function(struct machine *machine, const struct ll_plan_op *op);

static op_function *const functions[] = {
	[LL_OP_BOOL] = op_bool,
	[LL_OP_INT32] = op_int32,
	[LL_OP_INT64] = op_int64,
	[LL_OP_MAYBE] = op_maybe,
	[LL_OP_MAYBE_LONG] = op_maybe_long,
	[LL_OP_ENUM] = op_enum,
	[LL_OP_STR] = op_str,
	[LL_OP_AREA] = op_area,
	[LL_OP_BYTES] = op_bytes,
	[LL_OP_KEY] = op_key,
	[LL_OP_SET_BOOL] = op_set_bool,
	[LL_OP_SET_INT32] = op_set_int32,
	[LL_OP_SET_INT64] = op_set_int64,
	[LL_OP_SET_MAYBE] = op_set_maybe,
	[LL_OP_SET_STR] = op_set_str,
	[LL_OP_UNION] = op_union,
	[LL_OP_JUMP] = op_jump,
	[LL_OP_ARRAY_BEGIN] = op_array_begin,
	[LL_OP_ARRAY_END] = op_array_end,
	[LL_OP_CHECK] = op_check,
	[LL_OP_FAIL] = op_fail,
	[LL_OP_SKIP_LONG] = op_skip_long,
	[LL_OP_SKIP_BYTES] = op_skip_bytes,
	[LL_OP_SKIP_FIXED] = op_skip_fixed,
	[LL_OP_SKIP_BEGIN] = op_skip_begin,
	[LL_OP_SKIP_END] = op_skip_end,
	[LL_OP_SKIP_EMPTY] = op_skip_empty,
};

int ll_plan_run(const struct ll_plan *plan, struct ll_bytes body, struct ll_arena *arena,
		void *value)
{
	struct machine machine;
	const struct ll_plan_op *op = plan->ops;

	machine.plan = plan;
	machine.in = ll_cursor_over(body);
	machine.base = value;
	machine.arena = arena;
	/* frames[0] stays unused: an empty stack points at it. */
	machine.top = machine.frames;
	while (op->code != LL_OP_END) {
		int r;

		machine.next = op + 1;
		r = functions[op->code](&machine, op);
		if (r < 0)
			return r;
		op = machine.next;
	}
	return machine.in.at == machine.in.end ? 0 : -LL_ERR_UNDECODABLE;
}
