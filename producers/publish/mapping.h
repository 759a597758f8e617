/*
 * A mapping: how a department's rows become life events of one kind. YAML, read once, then
 * immutable; docs/department.md is its reference. Which payload fields there are, their types and
 * limits come from the codec's field tables (codec/field.h) and from nowhere else.
 *
 *   source: medical-insurance          the department; may be left out where --source says it
 *   kind: hospitalisation              a name of LL_EVENT_KINDS
 *   format: csv                        csv (default) or ndjson
 *   charset: utf-8                     utf-8 (default) or gb18030
 *   delimiter: ","                     , (default) ; | or "\t"
 *   event_id: [settlement_number]      columns that name the fact; without: hash of the row
 *   revision: revision                 column of a whole number from 0; without: 0, a retraction 1
 *   occurred_on: settled_on            column of the day of the fact
 *   reported_at: exported_at           column of a time; without: the time of publishing
 *   subject: {citizen_number: column}  or {household_code: column}
 *   action: {column: state, retract: [cancelled]}
 *   fields:
 *     total_fen: total_yuan            short for {column: total_yuan}
 *     reimbursed_fen: {column: reimbursed, scale: 10 yuan, default: "0"}
 *     reason: {column: why, codes: {"1": dismissed}, optional: true}
 *     severe: {const: "yes"}
 *
 * Any thread once it is made. Nothing here blocks but ll_mapping_read's reading of the file.
 */
#ifndef LL_PUBLISH_MAPPING_H
#define LL_PUBLISH_MAPPING_H

#include "base/arena.h"
#include "charset.h"
#include "codec/field.h"
#include "core/event.h"
#include "row.h"

#define LL_MAPPING_TEXT_MAX   65536 /* bytes of a mapping file */
#define LL_MAPPING_KEYS_MAX   8	    /* columns of an event_id */
#define LL_MAPPING_CODES_MAX  1024  /* codes of one field */
#define LL_MAPPING_FIELDS_MAX 16    /* payload fields of a kind */

enum ll_row_format { LL_FORMAT_CSV = 0, LL_FORMAT_NDJSON = 1 };

struct ll_mapping_code {
	struct ll_str text;
	int32_t value; /* of the enum, 0 and 1, or the whole number */
};

struct ll_mapping_field {
	const struct ll_field *field;
	int32_t column;		/* of `columns`; -1: always the fallback */
	bool has_fallback;	/* for an empty cell: the default, or the constant */
	struct ll_str fallback; /* it converts: that was tried */
	int64_t scale_num;	/* money only: one of the file's units is num/den fen */
	int64_t scale_den;
	const struct ll_mapping_code *codes; /* NULL: the names themselves */
	size_t code_count;
};

struct ll_mapping {
	struct ll_arena arena; /* all text and lists */
	struct ll_str source;  /* empty: not said */
	enum ll_event_kind kind;
	enum ll_row_format format;
	enum ll_charset charset;
	char delimiter;

	struct ll_wanted_column columns[LL_ROW_WANTED_MAX]; /* every column that is used, once */
	size_t column_count;

	/* Indices of `columns`; -1: none. */
	int32_t event_id[LL_MAPPING_KEYS_MAX];
	size_t event_id_count;
	int32_t revision;
	int32_t occurred_on;
	int32_t reported_at;
	int32_t subject;
	int32_t action;
	enum ll_subject_type subject_type; /* person or household */
	const struct ll_str *retract;	   /* values of the action column that retract */
	size_t retract_count;

	const struct ll_field_branch *payload; /* of the kind */
	uint32_t payload_offset;	       /* of the payload's struct in ll_life_event */
	struct ll_mapping_field fields[LL_MAPPING_FIELDS_MAX]; /* one for each mapped field */
	size_t field_count;
};

/* -LL_ERR_INVALID with line and column; -LL_ERR_NO_MEMORY. */
int ll_mapping_parse(struct ll_str yaml, struct ll_mapping **ret_mapping, struct ll_error *error);
/* The same from a file; also -LL_ERR_IO. */
int ll_mapping_read(const char *path, struct ll_mapping **ret_mapping, struct ll_error *error);
void ll_mapping_free(struct ll_mapping *mapping);

/* csv, ndjson; -1: neither. */
int ll_mapping_format_by_name(struct ll_str name);

/*
 * Puts a cell's text into the field's place of a payload struct and checks its limits. text is
 * trimmed and not empty. 0 or a REJECT error.
 */
int ll_mapping_store(const struct ll_mapping_field *field, struct ll_str text, void *payload);

#endif
