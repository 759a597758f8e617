/*
 * The registry's columns that are fields of a message: name, place and limits come from the codec's
 * field tables, as in mappings.
 */
#ifndef LL_REGISTRY_COLUMNS_H
#define LL_REGISTRY_COLUMNS_H

#include "publish/mapping.h"

struct ll_registry_column {
	int32_t column;	   /* index of the wanted columns */
	const char *field; /* of the record */
	bool required;	   /* an empty cell is an error, else it leaves the field as it is */
};

/* The record of a body of the household event, such as LL_BODY_HOUSEHOLD_REGISTERED. */
const struct ll_field_record *ll_registry_record(enum ll_body body);
/* A field by its name; it must be there. */
const struct ll_field *ll_registry_field(const struct ll_field_record *record, const char *name);
/*
 * Stores a row's cells into `value`, the record's struct. 0, or a REJECT error with *ret_problem
 * naming the column.
 */
int ll_registry_store(const struct ll_field_record *record,
		      const struct ll_registry_column *columns, size_t count,
		      const struct ll_wanted_column *wanted, const struct ll_row *row, void *value,
		      struct ll_row_problem *ret_problem);
/* Says that the row is bad in this column; returns err. text may be NULL. */
int ll_registry_bad(const struct ll_wanted_column *wanted, int32_t column, int err,
		    const char *text, struct ll_row_problem *ret_problem);

#endif
