#include "columns.h"

#include <assert.h>

const struct ll_field *ll_registry_field(const struct ll_field_record *record, const char *name)
{
	const struct ll_field *field = NULL;

	for (uint32_t i = 0; i < record->field_count && !field; i++)
		if (strcmp(record->fields[i].name, name) == 0)
			field = &record->fields[i];
	assert(field);
	return field;
}

const struct ll_field_record *ll_registry_record(enum ll_body body)
{
	const struct ll_field_record *event = ll_field_record_of(LL_MESSAGE_HOUSEHOLD_EVENT);

	return ll_registry_field(event, "body")->choice->branches[body].record;
}

int ll_registry_bad(const struct ll_wanted_column *wanted, int32_t column, int err,
		    const char *text, struct ll_row_problem *ret_problem)
{
	*ret_problem =
		(struct ll_row_problem){.err = err, .field = wanted[column].name, .text = text};
	return err;
}

int ll_registry_store(const struct ll_field_record *record,
		      const struct ll_registry_column *columns, size_t count,
		      const struct ll_wanted_column *wanted, const struct ll_row *row, void *value,
		      struct ll_row_problem *ret_problem)
{
	for (size_t i = 0; i < count; i++) {
		struct ll_str text = ll_str_trim(row->values[columns[i].column]);
		struct ll_mapping_field field = {
			.field = ll_registry_field(record, columns[i].field),
			.scale_num = 100, /* money is yuan */
			.scale_den = 1,
		};
		int err = 0;

		if (text.size > 0)
			err = ll_mapping_store(&field, text, value);
		else if (columns[i].required)
			err = -LL_ERR_MISSING;
		if (err)
			return ll_registry_bad(wanted, columns[i].column, err, NULL, ret_problem);
	}
	return 0;
}
