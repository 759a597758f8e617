/*
 * The sentences in which a story is told, in Chinese and English, from one table. {0}, {1}, … stand
 * for what is filled in, in any order: word orders differ.
 */
#ifndef LL_CLI_SENTENCE_H
#define LL_CLI_SENTENCE_H

#include "runtime/words.h"

#define LL_SENTENCE_ARGUMENTS_MAX 6

/* X(symbol, English, Chinese) */
#define LL_SENTENCES(X)                                                                            \
	X(HOUSEHOLD, "Household {0}", "农户 {0}")                                                  \
	X(BEFORE, "before the first day", "首日之前")                                              \
	X(REGISTERED, "registered in village {0}: {1}; members: {2}, able to work: {3}; {4}",      \
	  "登记入册，住 {0}：{1}，{2} 人，其中劳动力 {3} 人；{4}")                                 \
	X(RENEWED,                                                                                 \
	  "registry entry renewed, village {0}: {1}; members: {2}, able to work: {3}; {4}",        \
	  "更新登记，住 {0}：{1}，{2} 人，其中劳动力 {3} 人；{4}")                                 \
	X(DISSOLVED, "the household was dissolved", "农户已注销")                                  \
	X(INCOME, "income per head recorded for {0}: {1}", "{0} 年登记人均收入 {1}")               \
	X(NO_INCOME, "no income recorded", "未登记收入")                                           \
	X(ORDINARY, "ordinary household", "一般农户")                                              \
	X(EX_POOR, "ex-poor household", "脱贫户")                                                  \
	X(EVENT, "{0} on {1}{2}; told by {3}", "{1} {0}{2}；{3} 上报")                             \
	X(EVENT_LATE, "{0} on {1}{2}; told by {3}, {4} days later",                                \
	  "{1} {0}{2}；{3} 上报，迟 {4} 天")                                                       \
	X(CORRECTED, "corrected (revision {0}): {1}", "更正（第 {0} 版）：{1}")                    \
	X(RETRACTED, "retracted: {0}", "撤回：{0}")                                                \
	X(AGAIN, "told again, which changes nothing: {0}", "重复上报，不影响结果：{0}")            \
	X(REJECTED, "{0}: not accepted, {1}", "{0}：未采纳（{1}）")                                \
	X(OWN_COST, ", own cost {0}", "，自付 {0}")                                                \
	X(EXPECTED_COST, ", expected own cost {0} a year", "，预计年自付 {0}")                     \
	X(SEVERE, ", severe", "，大病")                                                            \
	X(WAGE_GONE, ", monthly wage {0} gone", "，失去月工资 {0}")                                \
	X(WAGE, ", monthly wage {0}", "，月工资 {0}")                                              \
	X(YEAR_INCOME, ", {0} in {1}", "，{1} 年 {0}")                                             \
	X(COMPULSORY, ", compulsory schooling", "，义务教育阶段")                                  \
	X(HOUSING_GRADE, ", grade {0}", "，{0} 级")                                                \
	X(REPAIR, ", repair {0}", "，维修 {0}")                                                    \
	X(FLOODED, ", house flooded", "，房屋进水")                                                \
	X(LOSS, ", own loss {0}", "，自担损失 {0}")                                                \
	X(BENEFIT_MONTHLY, ", {0}: {1} a month for {2} months", "，{0}：每月 {1}，共 {2} 个月")    \
	X(BENEFIT_ONCE, ", {0}: {1}", "，{0}：{1}")                                                \
	X(NEED, ", needs {0}", "，需求：{0}")                                                      \
	X(NEED_AMOUNT, ", needs {0}: {1}", "，需求：{0}，{1}")                                     \
	X(REPORT, "{0} reports of task {1}: {2}", "{0} 反馈任务 {1}：{2}")                         \
	X(NOTE, "{0} ({1})", "{0}（{1}）")                                                         \
	X(DECISION, "{0} decided: {1}", "{0} 认定：{1}")                                           \
	X(DAY_BEGAN, "a new day began", "日期推进")                                                \
	X(ALERT, "alert for area {0}: {1}, severity {2} of 4, until {3}",                          \
	  "区域 {0} 预警：{1}，{2} 级（共 4 级），至 {3}")                                         \
	X(ALERT_OVER, "alert for area {0} cancelled: {1}", "区域 {0} 预警取消：{1}")               \
	X(POLICY, "policy {0}, version {1}, in force from {2}", "政策 {0}（{1}）自 {2} 起执行")    \
	X(CASE, "case: {0} -> {1}, warning level: {2} -> {3}",                                     \
	  "状态：{0} → {1}，预警级别：{2} → {3}")                                                  \
	X(CASE_ONLY, "case: {0} -> {1}", "状态：{0} → {1}")                                        \
	X(LEVEL, "case stays {0}, warning level: {1} -> {2}", "状态仍为{0}，预警级别：{1} → {2}")  \
	X(TASK_OPENED, "task {0} opened: {1}, {2}, due {3}, for {4}",                              \
	  "新建任务 {0}：{1}，{2}，期限 {3}，责任部门 {4}")                                        \
	X(TASK_STRENGTHENED, "task {0} strengthened: {1}, {2}, due {3}, for {4}",                  \
	  "加强任务 {0}：{1}，{2}，期限 {3}，责任部门 {4}")                                        \
	X(TASK_UPDATED, "task {0} is now {5}: {1}", "任务 {0} 现为{5}：{1}")                       \
	X(TASK_WITHDRAWN, "task {0} withdrawn, it is not needed any more: {1}",                    \
	  "撤回任务 {0}，需求已消除：{1}")                                                         \
	X(TASK_OVERDUE, "task {0} overdue, it was due {3}: {1}", "任务 {0} 逾期，期限为 {3}：{1}") \
	X(ESCALATED, "city {0} is told: task {1} ({2}) is {3} days overdue",                       \
	  "督办至 {0}：任务 {1}（{2}）逾期 {3} 天")

enum ll_sentence {
#define LL_SENTENCE_ENUM(symbol, english, chinese) LL_SENTENCE_##symbol,
	LL_SENTENCES(LL_SENTENCE_ENUM)
#undef LL_SENTENCE_ENUM
		LL_SENTENCE_COUNT
};

/* The sentence with its gaps. */
const char *ll_sentence_text(enum ll_sentence sentence, enum ll_language language);
/* Appends it, filled in; arguments that are NULL are nothing. -LL_ERR_NO_MEMORY. */
int ll_sentence_append(struct ll_buf *out, enum ll_language language, enum ll_sentence sentence,
		       const char *const arguments[LL_SENTENCE_ARGUMENTS_MAX]);
/* ll_say(out, language, LL_SENTENCE_X, a, b): arguments are strings. */
#define ll_say(out, language, sentence, ...)              \
	ll_sentence_append((out), (language), (sentence), \
			   (const char *const[LL_SENTENCE_ARGUMENTS_MAX]){__VA_ARGS__})

/* Words of the log's own lists. */
const char *ll_words_alert_kind(enum ll_alert_kind kind, enum ll_language language);
const char *ll_words_need(enum ll_need need, enum ll_language language);
const char *ll_words_benefit(enum ll_benefit_type type, enum ll_language language);
const char *ll_words_case_decision(enum ll_case_decision_type type, enum ll_language language);

#endif
