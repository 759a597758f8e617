/* A small log of household-events, for tests of what is made of the present state. */
#ifndef LL_TESTS_CLI_PRESENT_KIT_H
#define LL_TESTS_CLI_PRESENT_KIT_H

#include "kit/kit.h"

#define FEN(yuan) (INT64_C(100) * (yuan))

/* A policy in force from a day on: own medical costs of at least so much ask for a visit and aid. */
#define POLICY(version, from, line)                                        \
	"policy: test\nversion: \"" version "\"\neffective_on: " from "\n" \
	"keep_months: 24\nescalate_after_days: 5\n"                        \
	"parameters:\n  line: " line " yuan\n"                             \
	"measures:\n  visit: {due_days: 3, department: village}\n"         \
	"  medical_aid: {due_days: 10, department: insurance}\n"           \
	"  village_review: {due_days: 5, department: village}\n"           \
	"  township_check: {due_days: 5, department: township}\n"          \
	"  county_decision: {due_days: 5, department: county}\n"           \
	"  mark_review: {due_days: 5, department: county}\n"               \
	"  exit_review: {due_days: 5, department: county}\n"               \
	"rules:\n  - id: costs\n    title: Costs\n    title_zh: 费用\n"  \
	"    dimension: medical\n    level: 2\n    when:\n"                \
	"      - {indicator: medical_own_cost_12m, at_least: $line}\n"     \
	"    open: [visit, medical_aid]\n"

struct ll_key home_of(uint32_t number);
/* A household of one ex-poor person. */
void send_home(struct kit *kit, uint32_t number, const char *village);
/* A stay in hospital of its person on the day before KIT_DAY, own cost 8,000 yuan. */
void send_stay(struct kit *kit, uint32_t number);
void send_decision(struct kit *kit, uint32_t number, enum ll_case_decision_type type,
		   int32_t secure);
void send_tick(struct kit *kit, int32_t day);
void send_policy(struct kit *kit, const char *text, int32_t effective_on);

#endif
