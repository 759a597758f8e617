/*
 * Decisions in words, in Chinese and English. The core emits codes; whoever shows them to people
 * comes here, so that every screen says the same.
 */
#ifndef LL_RUNTIME_WORDS_H
#define LL_RUNTIME_WORDS_H

#include "base/err.h"
#include "core/decision.h"
#include "core/policy.h"

enum ll_language { LL_ENGLISH, LL_CHINESE };

/* "zh", "en", or NULL for the environment's (LC_ALL, LC_MESSAGES, LANG); -LL_ERR_INVALID. */
int ll_language_of(const char *name, enum ll_language *ret_language);

const char *ll_words_measure(enum ll_measure measure, enum ll_language language);
const char *ll_words_task_state(enum ll_task_state state, enum ll_language language);
/* The same of a task: who does not want a visit refuses another thing than help. */
const char *ll_words_task_state_of(enum ll_measure measure, enum ll_task_state state,
				   enum ll_language language);
const char *ll_words_case_state(enum ll_case_state state, enum ll_language language);
const char *ll_words_task_change(enum ll_task_change change, enum ll_language language);
const char *ll_words_level(int32_t level, enum ll_language language);
const char *ll_words_group(enum ll_group group, enum ll_language language);
const char *ll_words_dimension(enum ll_dimension dimension, enum ll_language language);
/* "orange", of 1 to 4 */
const char *ll_words_severity(int64_t severity, enum ll_language language);
/* LL_SECURITY_*; anything else: not known */
const char *ll_words_security(int64_t security, enum ll_language language);
const char *ll_words_asset(enum ll_asset_type type, enum ll_language language);
/* What was decided, as a sentence: "the visit found it so" */
const char *ll_words_case_decision(enum ll_case_decision_type type, enum ll_language language);
const char *ll_words_indicator(enum ll_indicator indicator, enum ll_language language);
/* "at least" */
const char *ll_words_operator(enum ll_operator op, enum ll_language language);
/* The kind of a fact by its name ("job_loss", "area_alert"); borrowed or literal. */
struct ll_str ll_words_fact_kind(struct ll_str kind, enum ll_language language);
/* Kinds that also bring good news, under the same name: how that is called; NULL: it brings none. */
const char *ll_words_good_news(enum ll_event_kind kind, enum ll_language language);
/* A department or body by its name in settings and policies ("health"); others' names as they are. */
struct ll_str ll_words_department(struct ll_str name, enum ll_language language);
/* Why a record was rejected; of any error, at least in English. */
const char *ll_words_error(int err, enum ll_language language);

/* Each appends to *out; -LL_ERR_NO_MEMORY. */
/* "food, clothing", of bits 1 << enum ll_dimension */
int ll_words_dimensions(uint32_t dimensions, enum ll_language language, struct ll_buf *out);
/* The same of what is secure: in Chinese 不愁吃 for 吃; all six by their common name. */
int ll_words_secured(uint32_t dimensions, enum ll_language language, struct ll_buf *out);
/* "car, company", of LL_MARK_* */
int ll_words_marks(uint32_t marks, enum ll_language language, struct ll_buf *out);
int ll_words_value(struct ll_str indicator, enum ll_unit unit, int64_t value,
		   enum ll_language language, struct ll_buf *out);
/*
 * "medical own cost of 12 months: 6,200 yuan, at least 5,000 yuan"; of what does not hold any more
 * "…: 2,700 yuan, no longer at least 5,000 yuan"
 */
int ll_words_reason(const struct ll_reason *reason, enum ll_language language, struct ll_buf *out);
/* What a reason alone does not say. */
struct ll_reason_context {
	int32_t year; /* of the decision: the income is that expected for it; 0: not known */
	int64_t income_line_fen; /* of the household's region; 0: not known */
};
/* "income per head expected for 2025: 8,500 yuan, below 1.5 times the income line (10,800 yuan)" */
int ll_words_reason_in(const struct ll_reason *reason, const struct ll_reason_context *context,
		       enum ll_language language, struct ll_buf *out);
/* Its last part alone: "below 100%" */
int ll_words_bound(const struct ll_reason *reason, const struct ll_reason_context *context,
		   enum ll_language language, struct ll_buf *out);
/* Of a comparison that does not hold: "…: 33.3%, counts when at least 50%" */
int ll_words_short_of(const struct ll_reason *reason, const struct ll_reason_context *context,
		      enum ll_language language, struct ll_buf *out);
/* "2025-03-02 hospitalisation, 6,200 yuan" */
int ll_words_fact(const struct ll_reason_fact *fact, enum ll_language language, struct ll_buf *out);
/* The same of a fact behind this reason, which tells whether it brought good news. */
int ll_words_fact_behind(const struct ll_reason *reason, const struct ll_reason_fact *fact,
			 enum ll_language language, struct ll_buf *out);

#endif
