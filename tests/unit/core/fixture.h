/* What the tests of the core share: policies made by hand, events, and a sink that remembers. */
#ifndef LL_TESTS_CORE_FIXTURE_H
#define LL_TESTS_CORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/err.h"
#include "core/assess.h"
#include "core/partition.h"
#include "core/policy.h"

#define YUAN INT64_C(100) /* fen */

#define VILLAGE	      "360502001001"
#define OTHER_VILLAGE "360521002003"

/*
 * Policies by their text: "basic", "strict" (lower thresholds), "quiet" (no rules), "whole" (with the
 * steps of the procedure, measures that wait for it, retries and the way out), "careful" (the same
 * way, and warnings make no lead), "helpful" (as that, and no exit without a measure).
 */
const struct ll_policy *fixture_policy(const char *text);
extern const struct ll_policy_compiler fixture_compiler;

int32_t day(int32_t year, int32_t month, int32_t date);
struct ll_key key_of(uint32_t number);
/* Household 7 has the persons 701, 702 (labour) and 703 (a child). */
struct ll_key person_of(uint32_t household, uint32_t person);

/* Events on household `number`; the text that they point to is static. */
struct ll_household_event registered(uint32_t number);
struct ll_household_event life_event(uint32_t number, uint32_t person, const char *event_id,
				     int32_t occurred_on, struct ll_payload payload);
struct ll_household_event tick(int32_t on);
struct ll_household_event alert(const char *alert_id, const char *area, int32_t severity,
				int32_t occurred_on, int32_t expires_on);
struct ll_household_event activated(const char *text, int32_t effective_on);
struct ll_household_event updated(uint32_t number, const char *update_id, struct ll_key task_id,
				  enum ll_task_state state);
struct ll_household_event decided(uint32_t number, const char *decision_id,
				  enum ll_case_decision_type type);

struct ll_payload hospital(int64_t own_fen);
struct ll_payload job_loss(int64_t monthly_wage_fen); /* below 0: unknown */
struct ll_payload employed(int64_t monthly_wage_fen); /* below 0: unknown */
struct ll_payload income_report(int32_t year, int64_t amount_fen);
struct ll_payload dropout(void);
struct ll_payload flood_damage(bool house_flooded, int64_t loss_fen); /* below 0: unknown */
struct ll_payload benefit(enum ll_benefit_type type, int64_t amount_fen, int32_t months);
struct ll_payload housing(enum ll_housing_grade grade, int64_t repair_fen); /* below 0: unknown */
struct ll_payload declaration(enum ll_need need);
struct ll_payload returned(void);			  /* to compulsory school */
struct ll_payload chronic(bool severe, int64_t cost_fen); /* below 0: unknown; so below */
struct ll_payload outpatient(int64_t own_fen);
struct ll_payload disability(int32_t grade);
struct ll_payload death(int64_t own_cost_fen);
struct ll_payload wage_report(int64_t monthly_wage_fen);
struct ll_payload business_failure(int64_t yearly_income_fen);
struct ll_payload loan(int64_t overdue_fen, bool settled);
struct ll_payload tuition(enum ll_school_stage stage, int64_t own_cost_fen);
struct ll_payload water(bool restored);
struct ll_payload accident(int64_t own_cost_fen);
struct ll_payload asset(enum ll_asset_type type, bool gone);
struct ll_payload authorisation(int32_t months);
/* UNSOLD_PRODUCE, CROP_LOSS, LIVESTOCK_LOSS or EPIDEMIC_IMPACT: they differ in name only. */
struct ll_payload loss_of(enum ll_event_kind kind, int64_t loss_fen);

/* A decision's parts, copied flat (texts and reasons' own texts are static or the policy's). */
#define TOLD_MAX 512
struct told_task {
	struct ll_key task_id;
	struct ll_key household_key;
	enum ll_measure measure;
	enum ll_task_change change;
	enum ll_task_state state;
	int32_t level;
	int32_t due_on;
	size_t reason_count;
	struct ll_str first_rule;
	struct ll_str first_indicator;
	bool first_known;
	int64_t first_value;
	size_t first_fact_count;
};
struct told {
	struct told_task tasks[TOLD_MAX];
	size_t task_count;
	struct ll_risk_change risks[TOLD_MAX]; /* reasons are not to be followed */
	size_t risk_count;
	struct ll_escalation escalations[TOLD_MAX]; /* texts are not to be followed */
	size_t escalation_count;
	uint64_t sum; /* order-free digest of everything told */
};
int told_sink(void *context, const struct ll_decision *decision);
void told_add(struct told *told, const struct ll_decision *decision);
/* The n-th told task of this measure and change, or NULL. */
const struct told_task *told_find(const struct told *told, enum ll_measure measure,
				  enum ll_task_change change);
size_t told_count(const struct told *told, enum ll_task_change change);

/* A partition with its arena and what it told. */
struct fold {
	struct ll_partition *partition;
	struct ll_arena scratch;
	struct told told;
};
struct fold *fold_new(void);
void fold_free(struct fold *fold);
int fold_apply(struct fold *fold, struct ll_household_event event);
/* Forgets what was told, applies, and wants 0. */
void fold_ok(struct fold *fold, struct ll_household_event event);
struct ll_buf fold_state(const struct fold *fold);

/* xorshift: tests that draw are seeded and say their seed. */
uint32_t draw(uint64_t *seed, uint32_t below);

#endif
