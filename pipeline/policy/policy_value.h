/*
 * Values in a policy: a number with its unit, yes or no, a grade. And which of them an indicator
 * can be compared with.
 */
#ifndef LL_POLICY_POLICY_VALUE_H
#define LL_POLICY_POLICY_VALUE_H

#include "core/policy.h"

/* X(symbol, what it is, how it is written) */
#define LL_VALUE_KINDS(X)                           \
	X(MONEY, "an amount of money", "5000 yuan") \
	X(SHARE, "a share", "30 %")                 \
	X(NUMBER, "a plain number", "3")            \
	X(FLAG, "yes or no", "yes")                 \
	X(GRADE, "a grade from A to D", "C")        \
	X(SECURITY, "secure or at_risk", "at_risk")
enum ll_value_kind {
#define LL_VALUE_KIND_ENUM(symbol, what, example) LL_VALUE_##symbol,
	LL_VALUE_KINDS(LL_VALUE_KIND_ENUM)
#undef LL_VALUE_KIND_ENUM
		LL_VALUE_KIND_COUNT
};

struct ll_value {
	enum ll_value_kind kind;
	int64_t amount; /* fen, permille, the number, 1 or 0, 0 (A) to 3 (D), LL_SECURITY_* */
};

#define LL_PERMILLE_MAX 1000000 /* a thousandfold */

/*
 * "5000 yuan" (also 元, 万元), "500000 fen" (分), "30 %", "300 permille" (‰), "3", "yes", "no",
 * "C", "secure", "at_risk". -LL_ERR_BAD_NUMBER when it is none of them, -LL_ERR_OUT_OF_RANGE when it is too large or has
 * more decimals than its unit can hold.
 */
int ll_value_parse(struct ll_str text, struct ll_value *ret_value);
const char *ll_value_kind_text(enum ll_value_kind kind);
const char *ll_value_kind_example(enum ll_value_kind kind);

/* What an indicator can be: the values it takes, and from which on a threshold makes sense. */
struct ll_value_domain {
	enum ll_value_kind kind;
	int64_t min;
	int64_t max;
	int64_t threshold_min;
	bool always_known; /* of every household on every day */
};

const struct ll_value_domain *ll_value_domain_of(enum ll_indicator indicator);
/* Only 'is' and 'is_not' mean something: yes or no, secure or at risk. */
bool ll_value_only_equal(enum ll_value_kind kind);

#endif
