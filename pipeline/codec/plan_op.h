/* The operations of a decode plan: what plan.c writes and plan_run.c executes. */
#ifndef LL_CODEC_PLAN_OP_H
#define LL_CODEC_PLAN_OP_H

#include "plan.h"

enum ll_op_code {
	LL_OP_END,
	/* fill a field */
	LL_OP_BOOL,
	LL_OP_INT32,	  /* min, max */
	LL_OP_INT64,	  /* min, max */
	LL_OP_MAYBE,	  /* a union of null and long; min, max; null_index */
	LL_OP_MAYBE_LONG, /* a long that is known */
	LL_OP_ENUM,	  /* count; symbols, NULL: as they are */
	LL_OP_STR,	  /* min, max: bytes */
	LL_OP_AREA,
	LL_OP_BYTES,
	LL_OP_KEY,
	/* set a field without reading: the writer does not have it */
	LL_OP_SET_BOOL, /* value */
	LL_OP_SET_INT32,
	LL_OP_SET_INT64,
	LL_OP_SET_MAYBE,
	LL_OP_SET_STR, /* text */
	/* structure */
	LL_OP_UNION,	   /* count, targets */
	LL_OP_JUMP,	   /* target */
	LL_OP_ARRAY_BEGIN, /* max items; size of an item; target: behind ARRAY_END */
	LL_OP_ARRAY_END,   /* target: ARRAY_BEGIN */
	LL_OP_CHECK,	   /* check */
	LL_OP_FAIL,	   /* err_low */
	/* pass over what the reader does not know */
	LL_OP_SKIP_LONG,  /* also int and enum */
	LL_OP_SKIP_BYTES, /* also string */
	LL_OP_SKIP_FIXED, /* size; also boolean, float, double */
	LL_OP_SKIP_BEGIN, /* blocks of an array or map; target: behind SKIP_END */
	LL_OP_SKIP_END,	  /* target: SKIP_BEGIN */
	LL_OP_SKIP_EMPTY, /* blocks whose items have no bytes */
};

struct ll_plan_op {
	uint8_t code;
	uint8_t null_index;
	bool or_none;
	uint32_t offset;
	union {
		uint32_t count;	       /* symbols, branches */
		uint32_t size;	       /* bytes of an item, or to pass over */
		uint32_t count_offset; /* ARRAY_END: of the size_t */
	};
	uint32_t target;
	int16_t err_low;
	int16_t err_high;
	int64_t min;
	int64_t max;
	union {
		const int32_t *symbols;	 /* the writer's number → ours, -1: not known */
		const uint32_t *targets; /* one a branch */
		int (*check)(const void *value);
		int64_t value;
		const struct ll_str *text;
	};
};

#endif
