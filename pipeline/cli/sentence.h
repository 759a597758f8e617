/*
 * The sentences in which a story is told, in Chinese and English, from one table. {0}, {1}, … stand
 * for what is filled in, in any order: word orders differ.
 */
#ifndef LL_CLI_SENTENCE_H
#define LL_CLI_SENTENCE_H

#include "runtime/words.h"

#define LL_SENTENCE_ARGUMENTS_MAX 6

/* X(symbol, English, Chinese) */
#define LL_SENTENCES(X)                                                                           \
	X(HOUSEHOLD, "Household {0}", "农户 {0}")                                                 \
	X(BEFORE, "before the first day", "首日之前")                                             \
	X(REGISTERED, "registered in village {0}: {1}; members: {2}, able to work: {3}; {4}",     \
	  "登记入册（村 {0}）：{1}，{2}人，其中劳动力{3}人；{4}")                                 \
	X(RENEWED,                                                                                \
	  "registry entry renewed, village {0}: {1}; members: {2}, able to work: {3}; {4}",       \
	  "更新登记（村 {0}）：{1}，{2}人，其中劳动力{3}人；{4}")                                 \
	X(DISSOLVED, "the household was dissolved", "农户已注销")                                 \
	X(INCOME, "income per head recorded for {0}: {1}", "登记的{0}年人均收入{1}")              \
	X(NO_INCOME, "no income recorded", "未登记收入")                                          \
	X(RECEIVES_DIBAO, "receives minimum living guarantee", "享受低保")                        \
	X(MARKS, "exclusion marks: {0}", "负面清单：{0}")                                         \
	X(ORDINARY, "ordinary household", "一般农户")                                             \
	X(EX_POOR, "ex-poor household", "脱贫户")                                                 \
	X(EVENT, "{0} on {1}{5}{2}; told by {3}", "{1} {0}{5}{2}；{3}上报")                       \
	X(EVENT_LATE, "{0} on {1}{5}{2}; told by {3}, {4} days later",                            \
	  "{1} {0}{5}{2}；{3}上报，迟报{4}天")                                                    \
	X(CORRECTED, "corrected (revision {0}): {1}", "更正（第{0}版）：{1}")                     \
	X(RETRACTED, "retracted: {0}", "撤回：{0}")                                               \
	X(AGAIN, "told again, which changes nothing: {0}", "重复上报，不影响研判：{0}")           \
	X(REJECTED, "{0}: not accepted, {1}", "{0}：未采纳（{1}）")                               \
	X(OWN_COST, ", own cost {0}", "，自付{0}")                                                \
	X(EXPECTED_COST, ", expected own cost {0} a year", "，预计每年自付{0}")                   \
	X(SEVERE, ", severe", "，大病")                                                           \
	X(DISABILITY, ", {0}, grade {1}", "，{0}，{1}级")                                         \
	X(WAGE_GONE, ", monthly wage {0} gone", "，原月工资{0}")                                  \
	X(WAGE, ", monthly wage {0}", "，月工资{0}")                                              \
	X(WAGE_NOW, ", {0} a month from now on", "，此后月工资{0}")                               \
	X(YEAR_INCOME, ", {0} in {1}", "，{1}年收入{0}")                                          \
	X(YEARLY_INCOME_GONE, ", {0} a year gone", "，原年收入{0}")                               \
	X(INCOME_LOST, ", {0} of this year's income lost", "，当年减收{0}")                       \
	X(OVERDUE_AMOUNT, ", {0} overdue", "，逾期{0}")                                           \
	X(COMPULSORY, ", compulsory schooling", "，义务教育阶段")                                 \
	X(NON_COMPULSORY, ", not compulsory", "，非义务教育阶段")                                 \
	X(HOUSING_GRADE, ", grade {0}", "，{0}级")                                                \
	X(REPAIR, ", repair {0}", "，预计维修费{0}")                                              \
	X(FLOODED, ", house flooded", "，房屋进水")                                               \
	X(LOSS, ", own loss {0}", "，自担损失{0}")                                                \
	X(BENEFIT_MONTHLY, ", {0}: {1} a month for {2} months", "，{0}：每月{1}，共{2}个月")      \
	X(BENEFIT_ONCE, ", {0}: {1}", "，{0}：{1}")                                               \
	X(NEED, ", needs {0}", "，需求：{0}")                                                     \
	X(NEED_AMOUNT, ", needs {0}: {1}", "，需求：{0}，{1}")                                    \
	X(KIND, ", {0}", "，{0}")                                                                 \
	X(CONSENT, ", for {0} months", "，有效期{0}个月")                                         \
	X(REPORT, "{0} reports: {1}, {2} (task {3})", "{0}反馈：{1}，{2}（任务 {3}）")            \
	X(REPORT_OF_UNKNOWN, "{0} reports of task {3}: {2}", "{0}反馈任务 {3}：{2}")              \
	X(NOTE, "{0} (\"{1}\")", "{0}（“{1}”）")                                                  \
	X(DECISION, "{0} decides: {1}", "{0}认定：{1}")                                           \
	X(SEEN_SECURE, "; secure: {0}", "；有保障：{0}")                                          \
	X(SEEN_AT_RISK, "; at risk: {0}", "；存在风险：{0}")                                      \
	X(MEMBER, ", member born in {0}", "（{0}年出生的成员）")                                  \
	X(DAY_BEGAN, "a new day begins", "每日自动研判")                                          \
	X(POLICY_BEGAN, "a new day begins; policy {0}, version {1}, is in force from today",      \
	  "每日自动研判；政策 {0}（{1}版）今日起执行")                                            \
	X(RULES_OF, "by policy {0}, version {1}, with the numbers for area {2}:",                 \
	  "依据政策 {0}（{1}版），适用地区 {2}：")                                                \
	X(RULES_EVERYWHERE, "by policy {0}, version {1}:", "依据政策 {0}（{1}版）：")             \
	X(EXIT_RULE, "What must be so before the risk can be over", "风险消除须满足的条件")       \
	X(ALERT, "alert for area {0}: {1}, severity {2} of 4, until {3}",                         \
	  "地区 {0} 预警：{1}，{2}级（共4级），至 {3}")                                           \
	X(ALERT_OVER, "alert for area {0} cancelled: {1}", "地区 {0} 预警取消：{1}")              \
	X(POLICY, "policy {0}, version {1}, in force from {2}", "政策 {0}（{1}版）自 {2} 起执行") \
	X(LEAD, "the household becomes a lead, at level {0}: somebody has to look",               \
	  "列为线索（预警级别：{0}），待核实")                                                    \
	X(LEAD_AFTER_REJECTION,                                                                   \
	  "new trouble after the rejection: the household is a lead again, at level {0}",         \
	  "未纳入后出现新的困难，重新列为线索（预警级别：{0}）")                                  \
	X(LEAD_AFTER_ELIMINATION,                                                                 \
	  "new trouble after the risk was over: the household is a lead again, at level {0}",     \
	  "风险消除后出现新的困难，重新列为线索（预警级别：{0}）")                                \
	X(NO_LEAD, "the need is gone: the household is a lead no more",                           \
	  "预警条件不再成立，不再列为线索")                                                       \
	X(VERIFIED, "the trouble is verified; the village reviews it next",                       \
	  "核实属实，下一步村级评议公示")                                                         \
	X(REVIEWED, "the village has reviewed it; the township checks next",                      \
	  "村级评议公示完成，下一步乡镇审核")                                                     \
	X(CHECKED, "the township has checked it; the county decides next",                        \
	  "乡镇审核完成，下一步县级审定")                                                         \
	X(MONITORED, "the household is monitored from now on", "纳入监测对象")                    \
	X(NOT_TAKEN_IN, "the household is not taken in; only new trouble flags it again",         \
	  "不予纳入；出现新的困难才会再次预警")                                                   \
	X(REJECTED_AGAIN, "the need is gone: the case rests as it was, rejected",                 \
	  "预警条件不再成立，恢复为不予纳入")                                                     \
	X(ELIMINATED, "the risk is over; the household stays under observation",                  \
	  "风险消除，转入观察期")                                                                 \
	X(ELIMINATED_AGAIN, "the need is gone: the household is under observation again",         \
	  "预警条件不再成立，恢复观察")                                                           \
	X(RELEASED, "the household is released: nobody watches it any more, its history stays",   \
	  "终止监测，历史记录保留")                                                               \
	X(CASE, "case: {1} -> {2}", "状态：{1} → {2}")                                            \
	X(STAYS, "the case stays where it is: {2}", "状态不变：{2}")                              \
	X(LEVEL, "warning level: {1} -> {0}", "预警级别：{1} → {0}")                              \
	X(GROUP, "it counts as: {0}", "对象类别：{0}")                                            \
	X(HELD, "held: no rule changes its case until the hold is lifted",                        \
	  "人工锁定：解除之前，系统不改变其状态")                                                 \
	X(HELD_NO_MORE, "the hold is over: rules count again, with all that came meanwhile",      \
	  "锁定解除：恢复按规则研判，锁定期间上报的情况一并计入")                                 \
	X(NOTHING, "nothing changes", "研判结果不变")                                             \
	X(NOTHING_WHILE_HELD, "nothing changes while the case is held",                           \
	  "人工锁定期间，研判结果不变")                                                           \
	X(NO_MORE, "not so any more: {0}", "不再成立：{0}")                                       \
	X(BECAUSE, "because: {0}", "依据：{0}")                                                   \
	X(AND, "; ", "；")                                                                        \
	X(TASK_OPENED, "to do by {3}: {1}, for {4} ({2}; task {0})",                              \
	  "派发任务：{1}，期限 {3}，责任部门：{4}（{2}；任务 {0}）")                              \
	X(TASK_STRENGTHENED, "more reason now for: {1}, due {3}, for {4} ({2}; task {0})",        \
	  "依据增加：{1}，期限 {3}，责任部门：{4}（{2}；任务 {0}）")                              \
	X(TASK_UPDATED, "{5}: {1} (task {0})", "{5}：{1}（任务 {0}）")                            \
	X(TASK_WITHDRAWN, "withdrawn, not needed any more: {1} (task {0})",                       \
	  "撤回任务，已不需要：{1}（任务 {0}）")                                                  \
	X(TASK_OVERDUE, "overdue, was due {3}: {1} (task {0})",                                   \
	  "任务逾期，期限为 {3}：{1}（任务 {0}）")                                                \
	X(ESCALATED, "city {0} is told: {2} is {3} days overdue (task {1})",                      \
	  "上报市级（{0}）督办：{2}已逾期{3}天（任务 {1}）")

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
const char *ll_words_disability(enum ll_disability_type type, enum ll_language language);
const char *ll_words_accident(enum ll_accident_type type, enum ll_language language);

#endif
