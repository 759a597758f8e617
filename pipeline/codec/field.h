/*
 * Field tables: what each C struct of a message looks like in Avro, and what its values may be.
 * One table drives decoding, encoding, checking and JSON, so that they cannot disagree; making a
 * codec checks it against the schemas. All tables are const and live as long as the program.
 */
#ifndef LL_CODEC_FIELD_H
#define LL_CODEC_FIELD_H

#include "codec.h"

enum ll_field_type {
	LL_FIELD_BOOL,	  /* bool                 boolean */
	LL_FIELD_INT,	  /* int32_t              int */
	LL_FIELD_DAY,	  /* int32_t              int, date */
	LL_FIELD_LONG,	  /* int64_t              long */
	LL_FIELD_INSTANT, /* int64_t              long, timestamp-millis */
	LL_FIELD_MAYBE,	  /* struct ll_maybe      union of null and long */
	LL_FIELD_ENUM,	  /* an enum, 4 bytes     enum */
	LL_FIELD_STR,	  /* struct ll_str        string */
	LL_FIELD_AREA,	  /* struct ll_str        string of digits */
	LL_FIELD_BYTES,	  /* struct ll_bytes      bytes */
	LL_FIELD_KEY,	  /* struct ll_key        fixed of 16 */
	LL_FIELD_RECORD,  /* a struct             record */
	LL_FIELD_ARRAY,	  /* pointer and size_t   array of records */
	LL_FIELD_UNION,	  /* tag and union        union of records */
};

struct ll_field {
	const char *name;
	enum ll_field_type type;
	uint32_t offset;       /* in the struct of its record */
	uint32_t count_offset; /* ARRAY: of the size_t */
	int64_t min;	       /* of a number; bytes of a text */
	int64_t max;	       /* of a number; bytes of a text; items of an array */
	int err_low;	       /* negative ll_err for a number below min, a text shorter than min */
	int err_high;	       /* negative ll_err above max */
	bool or_none;	       /* DAY: LL_DAY_NONE is a value too */
	bool optional;	       /* BOOL: a file of rows may say nothing of it, then it is false */
	const struct ll_field_enum *enumeration;
	const struct ll_field_record *record; /* RECORD, and the items of ARRAY */
	const struct ll_field_union *choice;
};

struct ll_field_enum {
	const char *name; /* Avro name, without namespace */
	const char *const *symbols;
	int32_t count;
};

struct ll_field_branch {
	const char *json_name;
	int32_t tag;
	uint32_t offset; /* from the union field's own offset */
	const struct ll_field_record *record;
};

/* The index of a branch in the schema is its index here. */
struct ll_field_union {
	uint32_t tag_offset; /* from the union field's own offset; an enum of 4 bytes */
	int32_t count;
	const struct ll_field_branch *branches;
};

struct ll_field_record {
	const char *name;	       /* Avro name, without namespace */
	const struct ll_field *fields; /* in the schema's order */
	uint32_t field_count;
	uint32_t size; /* of the C struct */
	/* What no single field can tell; NULL: nothing. Takes the C struct, gives 0 or an ll_err.
	 */
	int (*check)(const void *value);
};

/* The record of a message. */
const struct ll_field_record *ll_field_record_of(enum ll_message message);

/* Is the text valid UTF-8 without NUL? As ll_str_is_utf8, quicker for ASCII. */
bool ll_field_text_is_valid(struct ll_str text);

/* Is it 0, 2, 4, 6, 9 or 12 digits? */
bool ll_field_area_is_valid(struct ll_str text);

/*
 * Is the value of one field within its limits? `value` is the struct that holds the field. Looks
 * into nothing below it: a record's fields, an array's items and a union's branch are not read.
 */
int ll_field_check(const struct ll_field *field, const void *value);

/* Is a whole value, with all below it, within the limits? 0 or what decoding it would say. */
int ll_field_check_record(const struct ll_field_record *record, const void *value);

/* The branch of a union whose tag is set in `at`, the union field itself; NULL for a foreign tag.
 */
const struct ll_field_branch *ll_field_union_branch(const struct ll_field_union *choice,
						    const void *at);

/* Reads an enum or a tag, whatever C enum it is. */
static inline int32_t ll_field_load_int(const void *at)
{
	int32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

#endif
