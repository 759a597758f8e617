/*
 * A policy as it was written, between its YAML and the core's tables: every key read and checked,
 * parameters still by name, regions still as differences.
 *
 * Everything lives in the arena and borrows from the tree. One thread.
 */
#ifndef LL_POLICY_POLICY_DRAFT_H
#define LL_POLICY_POLICY_DRAFT_H

#include "names.h"
#include "policy_value.h"
#include "yaml_tree.h"

#define LL_POLICY_PARAMETERS_MAX 128
#define LL_POLICY_WORD_MAX	 64 /* bytes of an id, a version, a department */
#define LL_POLICY_STABLE_DEFAULT 6  /* months, where 'exit' is given without it */

#define LL_POLICY_DUE_DAYS_MAX	    3650
#define LL_POLICY_RETRY_DAYS_MAX    365
#define LL_POLICY_ESCALATE_DAYS_MAX 365
#define LL_POLICY_MONTHS_MAX	    60 /* of a case without trouble, or under observation */

/* Measures that the case opens, not rules: steps of the procedure; see core/case.h. */
#define LL_POLICY_STEPS                                                      \
	(1u << LL_MEASURE_VILLAGE_REVIEW | 1u << LL_MEASURE_TOWNSHIP_CHECK | \
	 1u << LL_MEASURE_COUNTY_DECISION | 1u << LL_MEASURE_MARK_REVIEW |   \
	 1u << LL_MEASURE_EXIT_REVIEW)

struct ll_draft_parameter {
	const struct ll_yaml_node *at; /* the value */
	struct ll_str name;
	struct ll_value value;
	bool used;
	bool bad; /* its value could not be read: what uses it is not judged */
};

/* A literal, or a parameter, or a share of one ("150 % of $income_line"). */
struct ll_draft_comparison {
	const struct ll_yaml_node *at; /* the value */
	enum ll_indicator indicator;
	enum ll_operator op;
	int32_t parameter; /* -1: a literal */
	int64_t amount;	   /* the literal; or permille of the parameter */
	bool bad;	   /* uses a parameter that could not be read */
};

struct ll_draft_rule {
	const struct ll_yaml_node *id_at; /* of the exit: its 'exit' */
	const struct ll_yaml_node *open_at;
	const struct ll_yaml_node *unknown_at; /* NULL: not given */
	const struct ll_yaml_node *green_at;   /* NULL: not given */
	const struct ll_yaml_node *sudden_at;  /* NULL: not given */
	bool bad;			       /* could not be read; its id is there */
	struct ll_rule rule;		       /* all but its comparisons */
	struct ll_draft_comparison comparisons[LL_COMPARISONS_MAX];
	int32_t comparison_count;
};

struct ll_draft_terms {
	const struct ll_yaml_node *at;		       /* NULL: not given */
	int32_t due_days;			       /* 0: as in the wider area */
	struct ll_str department;		       /* empty: as in the wider area */
	const struct ll_yaml_node *from_at, *retry_at; /* NULL: as in the wider area */
	enum ll_case_state from;
	int32_t retry_days;
};

/* What an area has of its own. */
struct ll_draft_region {
	const struct ll_yaml_node *at; /* NULL: everywhere */
	struct ll_area area;
	const struct ll_yaml_node *parameter_at[LL_POLICY_PARAMETERS_MAX]; /* NULL: not given */
	int64_t parameter_amount[LL_POLICY_PARAMETERS_MAX];
	bool rule_off[LL_RULES_MAX];
	bool has_own_rules; /* parameters or rules_off are given */
	struct ll_draft_terms measures[LL_MEASURE_COUNT];
};

/* Every error, for a reader who goes on after one. */
struct ll_draft_errors {
	int (*take)(void *context, const struct ll_error *error);
	void *context;
	int32_t count;
};

struct ll_draft {
	struct ll_arena *arena;
	struct ll_error *error; /* may be NULL; not with errors */
	/* NULL: the first error ends the reading. Else an entry that is wrong is left out. */
	struct ll_draft_errors *errors;
	struct ll_str name;
	struct ll_str version;
	int32_t effective_on;
	int32_t keep_months;
	int32_t escalate_after_days;
	int32_t stable_months;
	int32_t observe_months;
	bool measure_before_exit;
	const struct ll_yaml_node *measure_before_exit_at; /* NULL: not given */
	struct ll_draft_rule exit;			   /* id_at NULL: not given */
	struct ll_draft_parameter *parameters;
	int32_t parameter_count;
	struct ll_draft_rule *rules;
	int32_t rule_count;
	/* The first is everywhere; the others follow, wider ones first. */
	struct ll_draft_region **regions;
	int32_t region_count;
};

/*
 * Reads the tree into *draft, of which the caller has set arena and error.
 * -LL_ERR_BAD_POLICY with the error filled, or -LL_ERR_NO_MEMORY.
 */
int ll_draft_read(struct ll_draft *draft, const struct ll_yaml_node *root);

/*
 * After an entry of a list or map: 0 to go on with the next. Where errors are collected a
 * -LL_ERR_BAD_POLICY is handed over and forgotten; else it is passed on.
 */
int ll_draft_go_on(struct ll_draft *draft, int err);

/* The parts of it, each in its own file; the parameters must be there before the rules. */
int ll_draft_read_case(struct ll_draft *draft, const struct ll_yaml_node *map);
int ll_draft_read_rules(struct ll_draft *draft, const struct ll_yaml_node *list);
int ll_draft_read_regions(struct ll_draft *draft, const struct ll_yaml_node *list);

/* Shared by the parts. */
int ll_draft_text(struct ll_draft *draft, const struct ll_yaml_node *node, size_t size_max,
		  struct ll_str *ret_text);
/* Small letters, digits and the joint, a letter first. */
int ll_draft_word(struct ll_draft *draft, const struct ll_yaml_node *node, char joint,
		  struct ll_str *ret_word);
int ll_draft_int(struct ll_draft *draft, const struct ll_yaml_node *node, int32_t min, int32_t max,
		 int32_t *ret_value);
int ll_draft_value(struct ll_draft *draft, const struct ll_yaml_node *node,
		   struct ll_value *ret_value);
int ll_draft_measure(struct ll_draft *draft, const struct ll_yaml_node *node,
		     enum ll_measure *ret_measure);
/* Terms by measure; those of the whole country must be complete. */
int ll_draft_measures(struct ll_draft *draft, const struct ll_yaml_node *map, bool complete,
		      struct ll_draft_terms *terms);
struct ll_names ll_draft_parameter_names(const struct ll_draft *draft);
struct ll_names ll_draft_rule_names(const struct ll_draft *draft);
/* Error "unknown <what> '…': <hint>". */
int ll_draft_unknown(struct ll_draft *draft, const struct ll_yaml_node *node, const char *what,
		     struct ll_str wrong, const struct ll_names *names);

#endif
