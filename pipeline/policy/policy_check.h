/*
 * Everything that is wrong with a policy's text, and what is probably not meant: each finding with
 * its place and what to do. An error is what ll_policy_compile refuses (which tells the first one
 * alone); a warning is a policy that works, but not as somebody who wrote this may think.
 *
 * Bounded as the compiler; untrusted text is safe. Does not block; any thread.
 */
#ifndef LL_POLICY_POLICY_CHECK_H
#define LL_POLICY_POLICY_CHECK_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#define LL_POLICY_FINDINGS_MAX 256 /* of one text; what comes after is not told */

/* X(symbol, severity, name): the names are those of `lifeline policy check --json`. */
#define LL_POLICY_FINDINGS(X)                            \
	X(MISTAKE, ERROR, "mistake")                     \
	X(OVERLAP, WARNING, "overlap")                   \
	X(ALWAYS_TRUE, WARNING, "always-true")           \
	X(SAME_CONDITIONS, WARNING, "same-conditions")   \
	X(UNUSED_PARAMETER, WARNING, "unused-parameter") \
	X(UNUSED_MEASURE, WARNING, "unused-measure")     \
	X(CHANGES_NOTHING, WARNING, "changes-nothing")   \
	X(NEVER_ASKS, WARNING, "never-asks")             \
	X(NEVER_WAITS, WARNING, "never-waits")           \
	X(NOBODY_GOES, WARNING, "nobody-goes")           \
	X(NO_LEAD, WARNING, "no-lead")                   \
	X(NO_EXIT, WARNING, "no-exit")                   \
	X(STEP_WITHOUT_TERMS, WARNING, "step-without-terms")
enum ll_policy_finding_kind {
#define LL_POLICY_FINDING_ENUM(symbol, severity, name) LL_POLICY_FINDING_##symbol,
	LL_POLICY_FINDINGS(LL_POLICY_FINDING_ENUM)
#undef LL_POLICY_FINDING_ENUM
		LL_POLICY_FINDING_KIND_COUNT
};

enum ll_policy_severity { LL_POLICY_ERROR, LL_POLICY_WARNING };

struct ll_policy_finding {
	enum ll_policy_finding_kind kind;
	int line, column; /* from 1 */
	char message[LL_ERROR_MESSAGE_MAX];
};

struct ll_policy_check {
	const struct ll_policy_finding *findings; /* in the order of the text */
	int32_t count;
	int32_t errors; /* of them; 0: the text compiles */
	int32_t warnings;
};

/* The findings live in the arena. -LL_ERR_NO_MEMORY. */
int ll_policy_check(struct ll_str text, struct ll_arena *arena, struct ll_policy_check *ret_check);

enum ll_policy_severity ll_policy_finding_severity(enum ll_policy_finding_kind kind);
const char *ll_policy_finding_name(enum ll_policy_finding_kind kind);

#endif
