/*
 * A decode plan: the writer's schema resolved against a record's field table, as a flat list of
 * operations that fills the C struct. A plan is made once and is then read-only.
 *
 * Records are written out where they are used, so executing a plan needs no stack but one frame an
 * array; the bytes never decide how deep it goes, nor how much is allocated beyond the table's
 * limits. Avro's rules hold: fields and branches by name, int → long, string ↔ bytes, enum symbols
 * by name, a union against a plain type and the other way round, defaults for what the writer does
 * not have, skipping what the reader does not know.
 */
#ifndef LL_CODEC_PLAN_H
#define LL_CODEC_PLAN_H

#include "field.h"
#include "schema.h"

#define LL_PLAN_DEPTH_MAX  16	/* records, unions and arrays within each other */
#define LL_PLAN_OPS_MAX	   4096 /* of one plan */
#define LL_PLAN_FRAMES_MAX (LL_PLAN_DEPTH_MAX + 1)

struct ll_plan_op;

struct ll_plan {
	struct ll_plan_op *ops;
	size_t op_count;
	size_t op_capacity;
	struct ll_arena tables; /* jump tables, symbol maps and default texts of the ops */
	uint32_t size;		/* of the C struct */
	/*
	 * The writer's schema is what the field table says: same fields, branches and symbols in
	 * the same order, same types. `difference` names the first thing that is not.
	 */
	bool exact;
	char difference[LL_ERROR_MESSAGE_MAX];
};

/*
 * Resolves `writer` against the record, whose own schema is `reader`; both are only read during the
 * call. -LL_ERR_INVALID with the reason when they do not resolve.
 */
int ll_plan_new(const struct ll_schema *writer, const struct ll_schema *reader,
		const struct ll_field_record *record, struct ll_plan **ret_plan,
		struct ll_error *error);
void ll_plan_free(struct ll_plan *plan);

/*
 * Fills *value (plan->size bytes, zeroed by the caller) from the body. On failure its content is
 * undefined. Any bytes are safe.
 */
int ll_plan_run(const struct ll_plan *plan, struct ll_bytes body, struct ll_arena *arena,
		void *value);

#endif
