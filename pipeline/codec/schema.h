/*
 * An Avro schema as a tree, its self-contained text, its parsing canonical form and fingerprint.
 *
 * A schema owns its nodes and its texts; it is read-only once parsed. Named types are shared: a
 * recursive schema makes a cycle of nodes, so whoever walks them bounds the depth.
 */
#ifndef LL_CODEC_SCHEMA_H
#define LL_CODEC_SCHEMA_H

#include <jansson.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#define LL_SCHEMA_TEXT_MAX  1000000 /* bytes of a schema's JSON */
#define LL_SCHEMA_DEPTH_MAX 32	    /* schemas within schemas, in the text */
#define LL_SCHEMA_ITEMS_MAX 1024    /* fields of a record, symbols, branches */
#define LL_SCHEMA_NODES_MAX 8192    /* of one schema */
#define LL_SCHEMA_FIXED_MAX 65536   /* bytes of a fixed */

enum ll_schema_type {
	LL_SCHEMA_NULL,
	LL_SCHEMA_BOOLEAN,
	LL_SCHEMA_INT,
	LL_SCHEMA_LONG,
	LL_SCHEMA_FLOAT,
	LL_SCHEMA_DOUBLE,
	LL_SCHEMA_BYTES,
	LL_SCHEMA_STRING,
	LL_SCHEMA_RECORD,
	LL_SCHEMA_ENUM,
	LL_SCHEMA_FIXED,
	LL_SCHEMA_ARRAY,
	LL_SCHEMA_MAP,
	LL_SCHEMA_UNION,
};

struct ll_schema_node;

struct ll_schema_field {
	const char *name;
	const struct ll_schema_node *type;
	const json_t *default_value; /* NULL: none; owned by the schema */
};

struct ll_schema_node {
	enum ll_schema_type type;
	const char *full_name; /* RECORD, ENUM, FIXED; else NULL */
	const char *name;      /* without namespace */
	size_t count;	       /* fields, symbols or branches */
	struct ll_schema_field *fields;
	const char **symbols;
	const char *default_symbol;		/* ENUM; NULL: none */
	const struct ll_schema_node **branches; /* UNION */
	const struct ll_schema_node *items;	/* ARRAY, MAP: of the values */
	size_t size;				/* FIXED */
};

struct ll_schema {
	struct ll_arena arena;
	json_t *json;
	struct ll_buf text;	 /* self-contained JSON */
	struct ll_buf canonical; /* parsing canonical form */
	uint64_t fingerprint;	 /* CRC-64-AVRO of the canonical form */
	const struct ll_schema_node *root;
};

/*
 * Parses self-contained JSON. -LL_ERR_INVALID with the reason; Avro C, too, must find it valid.
 * The text is copied.
 */
int ll_schema_new(struct ll_str text, struct ll_schema **ret_schema, struct ll_error *error);
void ll_schema_free(struct ll_schema *schema);

/*
 * Named types of files that later files may name: full name → JSON. Built-in schemas all live in
 * the namespace "lifeline".
 */
struct ll_schema_names {
	json_t *types;
};

int ll_schema_names_init(struct ll_schema_names *names);
void ll_schema_names_release(struct ll_schema_names *names);

/*
 * Parses a file whose references are resolved from names (each written out where it is first used),
 * then adds its own types to them.
 */
int ll_schema_names_load(struct ll_schema_names *names, struct ll_str text,
			 struct ll_schema **ret_schema, struct ll_error *error);

/* The name of a primitive or complex type, as Avro writes it. */
const char *ll_schema_type_name(enum ll_schema_type type);

#endif
