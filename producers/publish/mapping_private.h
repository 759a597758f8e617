/* Between the files that read a mapping: mapping.c, mapping_fields.c, mapping_value.c. */
#ifndef LL_PUBLISH_MAPPING_PRIVATE_H
#define LL_PUBLISH_MAPPING_PRIVATE_H

#include "mapping.h"
#include "policy/yaml_tree.h"

/* One parse: what is being made, and where to say what is wrong. */
struct ll_mapping_reader {
	struct ll_mapping *mapping;
	struct ll_error *error;
};

/* A column that is used, once in the list however often it is named. */
int ll_mapping_column(struct ll_mapping_reader *reader, const struct ll_yaml_node *node,
		      bool optional, int32_t *ret_index);

/* Is the node one text that says something? `what` is what it should be. */
int ll_mapping_check_text(struct ll_mapping_reader *reader, const struct ll_yaml_node *node,
			  const char *what);

/* map: `fields` of the mapping, NULL where it has none; root: to say so. */
int ll_mapping_read_fields(struct ll_mapping_reader *reader, const struct ll_yaml_node *map,
			   const struct ll_yaml_node *root);

bool ll_mapping_is_money(const struct ll_field *field);

/* What the name of a value means to the field's type, without the mapping's codes. */
int ll_mapping_name_parse(const struct ll_field *field, struct ll_str text, int32_t *ret_value);

#endif
