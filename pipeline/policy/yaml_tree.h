/*
 * YAML text → a tree of nodes with their places. A subset that leaves no room for surprises: one
 * document, no anchors, aliases or tags, keys are words, everything bounded. Values stay text: what
 * "yes" or "2020.1" means is for the reader to say, not for YAML.
 *
 * Nodes and their text live in the arena. Does not block; any thread.
 */
#ifndef LL_POLICY_YAML_TREE_H
#define LL_POLICY_YAML_TREE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#define LL_YAML_DEPTH_MAX  8
#define LL_YAML_NODES_MAX  32768
#define LL_YAML_SCALAR_MAX 1024 /* bytes of one key or value */

enum ll_yaml_kind { LL_YAML_TEXT = 0, LL_YAML_LIST = 1, LL_YAML_MAP = 2 };

struct ll_yaml_node {
	enum ll_yaml_kind kind;
	bool plain; /* TEXT without quotes */
	int line;   /* from 1 */
	int column; /* from 1, in characters */
	struct ll_str text;
	const struct ll_yaml_node *key; /* of a map's entry: its name; else NULL */
	struct ll_yaml_node *first;	/* of a list or a map */
	struct ll_yaml_node *last;
	struct ll_yaml_node *next;
	int32_t count; /* of a list or a map */
};

/* -LL_ERR_BAD_POLICY with *error filled (error may be NULL), or -LL_ERR_NO_MEMORY. */
int ll_yaml_parse(struct ll_str text, struct ll_arena *arena, struct ll_yaml_node **ret_root,
		  struct ll_error *error);

/* What a map may contain. */
struct ll_yaml_field {
	const char *name;
	enum ll_yaml_kind kind;
	bool required;
	const char *help; /* what to write there: completes "write …" */
};

/*
 * The map's values in the fields' order, NULL where one is absent. Unknown, repeated, missing and
 * wrongly shaped ones are errors; `what` names the map in them. ret_values has room for count.
 */
int ll_yaml_fields(const struct ll_yaml_node *map, const char *what,
		   const struct ll_yaml_field *fields, size_t count,
		   const struct ll_yaml_node **ret_values, struct ll_error *error);

/*
 * Puts the changes, a map, over a map: key by key, deeper maps likewise. A list of maps that all have
 * an 'id', or all an 'area', is changed entry by entry; any other value as a whole. Nodes of both
 * trees are in the result. -LL_ERR_NO_MEMORY.
 */
int ll_yaml_overlay(struct ll_yaml_node *map, const struct ll_yaml_node *changes,
		    struct ll_arena *arena);

/* The text, cut to what an error message can show. */
struct ll_str ll_yaml_shown(struct ll_str text);

/*
 * ll_error_set_at for a place and for a node. Macros, so that the compiler checks the format and sees
 * that the value is never 0.
 */
#define ll_yaml_error_at(error, line, column, ...)                                    \
	(ll_error_set_at((error), -LL_ERR_BAD_POLICY, (line), (column), __VA_ARGS__), \
	 -LL_ERR_BAD_POLICY)
#define ll_yaml_error(error, node, ...) \
	ll_yaml_error_at((error), (node)->line, (node)->column, __VA_ARGS__)

#endif
