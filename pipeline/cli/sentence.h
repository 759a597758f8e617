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
	X(REGISTERED, "registered in village {0}: {1}; members: {2}, labourers: {3}; {4}",         \
	  "登记入册（村 {0}）：{1}，{2}人，其中劳动力{3}人；{4}")                                  \
	X(RENEWED, "registry entry renewed, village {0}: {1}; members: {2}, labourers: {3}; {4}",  \
	  "更新登记（村 {0}）：{1}，{2}人，其中劳动力{3}人；{4}")                                  \
	X(DISSOLVED, "the household was dissolved", "农户已注销")                                  \
	X(INCOME, "income registered for {0}: {2}, {1} a head", "登记的{0}年收入{2}，人均{1}")     \
	X(NO_INCOME, "no income registered", "未登记收入")                                         \
	X(RECEIVES_DIBAO, "receives minimum living allowance", "享受低保")                         \
	X(MARKS, "exclusion marks: {0}", "负面清单：{0}")                                          \
	X(ORDINARY, "ordinary household", "一般农户")                                              \
	X(EX_POOR, "ex-poor household", "脱贫户")                                                  \
	X(EVENT, "{0} on {1}{5}{2}; reported by {3}", "{1} {0}{5}{2}；{3}上报")                    \
	X(EVENT_LATE, "{0} on {1}{5}{2}; reported by {3}, {4} days later",                         \
	  "{1} {0}{5}{2}；{3}上报，迟报{4}天")                                                     \
	X(CORRECTED, "correction no. {0}: {1}", "第{0}次更正：{1}")                                \
	X(CORRECTED_FROM, "correction no. {0}: {1} (before: {2})",                                 \
	  "第{0}次更正：{1}（原报：{2}）")                                                         \
	X(RETRACTED, "taken back, reported in error: {0}", "作废（误报）：{0}")                    \
	X(AGAIN, "reported again, which changes nothing: {0}", "重复上报，不影响研判：{0}")        \
	X(REJECTED, "{0}: not accepted, {1}", "{0}：未受理，{1}")                                  \
	X(OWN_COST, ", own cost {0}", "，自付{0}")                                                 \
	X(EXPECTED_COST, ", expected own cost {0} a year", "，预计每年自付{0}")                    \
	X(ILLNESS_SEVERE, "severe illness", "重大疾病")                                            \
	X(ILLNESS_LONG, "long illness", "慢性病")                                                  \
	X(DISABILITY, ", {0}, grade {1}", "，{0}，{1}级")                                          \
	X(WAGE_GONE, ", monthly wage {0} gone", "，原月工资{0}")                                   \
	X(WAGE, ", monthly wage {0}", "，月工资{0}")                                               \
	X(WAGE_NOW, ", {0} a month from now on", "，此后月工资{0}")                                \
	X(YEAR_INCOME, ", {0} in {1}", "，{1}年收入{0}")                                           \
	X(YEARLY_INCOME_GONE, ", {0} a year gone", "，原年收入{0}")                                \
	X(INCOME_LOST, ", {0} of this year's income lost", "，当年减收{0}")                        \
	X(OVERDUE_AMOUNT, ", {0} overdue", "，逾期{0}")                                            \
	X(COMPULSORY, ", compulsory schooling", "，义务教育阶段")                                  \
	X(NON_COMPULSORY, ", not compulsory", "，非义务教育阶段")                                  \
	X(HOUSING_GRADE, ", grade {0}", "，{0}级")                                                 \
	X(REPAIR, ", repair {0}", "，预计维修费{0}")                                               \
	X(FLOODED, ", house flooded", "，房屋进水")                                                \
	X(LOSS, ", own loss {0}", "，自担损失{0}")                                                 \
	X(BENEFIT_MONTHLY, ", {0}: {1} a month for {2} months", "，{0}：每月{1}，共{2}个月")       \
	X(BENEFIT_ONCE, ", {0}: {1}", "，{0}：{1}")                                                \
	X(NEED, ", needs {0}", "，需求：{0}")                                                      \
	X(NEED_AMOUNT, ", needs {0}: {1}", "，需求：{0}，{1}")                                     \
	X(KIND, ", {0}", "，{0}")                                                                  \
	X(CONSENT, ", for {0} months", "，有效期{0}个月")                                          \
	X(REPORT, "{0} reports: {1}, {2} (task {3})", "{0}反馈：{1}，{2}（任务 {3}）")             \
	X(REPORT_OF_UNKNOWN, "{0} reports of task {3}: {2}", "{0}反馈任务 {3}：{2}")               \
	X(NOTE, "{0} (\"{1}\")", "{0}（“{1}”）")                                                   \
	X(DECISION, "{0}: {1}", "{0}：{1}")                                                        \
	X(SEEN_SECURE, "; secure: {0}", "；有保障：{0}")                                           \
	X(SEEN_AT_RISK, "; at risk: {0}", "；存在风险：{0}")                                       \
	X(MEMBER, ", member born in {0}", "（{0}年出生的成员）")                                   \
	X(DAY_BEGAN, "daily check", "系统每日检查")                                                \
	X(POLICY_BEGAN, "daily check; policy {0}, version {1}, is in force from today",            \
	  "系统每日检查；政策 {0}（{1}版）今日起执行")                                             \
	X(RULES_OF, "under policy {0}, version {1}, with the numbers of the {3} ({2}){4}:",        \
	  "依据政策 {0}（{1}版），按{3}（{2}）标准{4}：")                                          \
	X(RULES_EVERYWHERE, "under policy {0}, version {1}:", "依据政策 {0}（{1}版）：")           \
	X(PROVINCE, "province", "省级")                                                            \
	X(CITY, "city", "市级")                                                                    \
	X(COUNTY, "county", "县级")                                                                \
	X(TOWNSHIP, "township", "乡级")                                                            \
	X(VILLAGE, "village", "村级")                                                              \
	X(EXIT_RULE, "What must be so before the risk can be over", "风险消除须满足的条件")        \
	X(MARKS_RULE, "Exclusion marks that people have to decide on", "负面清单待认定")           \
	X(STABLE, "without trouble for {0} months, since {1}", "持续稳定满{0}个月（自 {1} 起）")   \
	X(OBSERVED, "observed for {0} months, since {1}", "观察期满{0}个月（自 {1} 起）")          \
	X(NOT_ASKED,                                                                               \
	  "by decision of people: the exit review has not been asked for, not all conditions are " \
	  "met yet",                                                                               \
	  "由人决定：尚未提示风险消除核查，退出条件还没有全部满足")                                \
	X(ALERT, "alert for {4} {0}: {1}, {2} ({3} of 4), until {5}",                              \
	  "{4}（{0}）发布{1}{2}预警（{3}），至 {5}")                                               \
	X(ALERT_OVER, "alert for area {0} cancelled: {1}", "地区 {0} 预警取消：{1}")               \
	X(POLICY, "policy {0}, version {1}, in force from {2}", "政策 {0}（{1}版）自 {2} 起执行")  \
	X(LEAD, "the household becomes a lead, at level {0}: somebody has to look",                \
	  "列为线索（预警级别：{0}），待核实")                                                     \
	X(LEAD_AFTER_REJECTION,                                                                    \
	  "new trouble after the rejection: the household is a lead again, at level {0}",          \
	  "未纳入后出现新的困难，重新列为线索（预警级别：{0}）")                                   \
	X(LEAD_AFTER_ELIMINATION,                                                                  \
	  "new trouble after the risk was over: the household is a lead again, at level {0}",      \
	  "风险消除后再次出现风险，重新列为线索（预警级别：{0}）")                                 \
	X(NO_LEAD, "the lead is closed: what it was raised for is not there any more",             \
	  "风险线索已解除")                                                                        \
	X(VERIFIED, "the trouble is verified; the village reviews it next",                        \
	  "核实属实，下一步村级评议公示")                                                          \
	X(REVIEWED, "the village has reviewed it; the township checks next",                       \
	  "村级评议公示完成，下一步乡镇审核")                                                      \
	X(CHECKED, "the township has checked it; the county decides next",                         \
	  "乡镇审核完成，下一步县级审定")                                                          \
	X(MONITORED, "the household is monitored from now on", "纳入监测对象")                     \
	X(NOT_TAKEN_IN, "the household is not taken in; only new trouble makes it a lead again",   \
	  "不予纳入；出现新的困难才会再次预警")                                                    \
	X(REJECTED_AGAIN, "the lead is closed: the case rests as it was, rejected",                \
	  "风险线索已解除，恢复为不予纳入")                                                        \
	X(ELIMINATED, "the risk is over; the household stays under observation",                   \
	  "风险消除，转入观察期")                                                                  \
	X(ELIMINATED_AGAIN, "the lead is closed: the household is under observation again",        \
	  "风险线索已解除，恢复观察")                                                              \
	X(RELEASED, "monitoring ends; what is reported from now on still counts",                  \
	  "终止监测；今后上报的情况仍照常研判")                                                    \
	X(CASE, "case: {1} -> {2}", "状态：{1} → {2}")                                             \
	X(STAYS, "the case stays where it is: {2}", "状态不变：{2}")                               \
	X(LEVEL, "warning level: {1} -> {0}", "预警级别：{1} → {0}")                               \
	X(LEVEL_PEOPLE, "warning level: {1} -> {0}; the case stays {2} until people decide",       \
	  "预警级别：{1} → {0}；个案仍为“{2}”，由人决定下一步")                                    \
	X(RULES_INSTEAD, "; income line {0}, in place of {1} of the {2}",                          \
	  "，监测线{0}，代替{2}的{1}")                                                             \
	X(PRECAUTION, "a precaution, which makes no lead (level: {0})",                            \
	  "预防性措施，不列为线索（级别：{0}）")                                                   \
	X(PRECAUTION_OVER, "the precaution is over", "预防性措施结束")                             \
	X(GROUP, "category for now: {0}", "初判类别：{0}")                                         \
	X(GROUP_LASTING,                                                                           \
	  "category for now: {0}, because it is more than a sudden event: low income, or "         \
	  "something lastingly missing",                                                           \
	  "初判类别改为{0}：不只是突发困难，还有收入低或长期保障方面的问题")                       \
	X(GROUP_DECIDED, "category: {0}", "类别：{0}")                                             \
	X(HELD, "on hold by a person: no rule changes the case until the hold is lifted",          \
	  "人工暂缓研判：解除之前，系统不改变其状态")                                              \
	X(HELD_NO_MORE,                                                                            \
	  "the hold is over: rules count again, with all that was reported meanwhile; warning "    \
	  "level: {0}",                                                                            \
	  "暂缓解除：恢复按规则研判，暂缓期间上报的情况一并计入；预警级别：{0}")                   \
	X(NOTHING, "recorded; nothing changes", "已记录，研判结果不变")                            \
	X(NOTHING_NEAR, "recorded; no rule holds by it:", "已记录，未达到预警条件：")              \
	X(NOTHING_MARKS,                                                                           \
	  "recorded as an exclusion mark: no warning by itself; people decide what it means "      \
	  "should the household become a lead",                                                    \
	  "已记入负面清单：本身不产生预警；若列为线索，由人认定是否影响纳入")                      \
	X(NOTHING_WHILE_HELD, "recorded; nothing changes while the case is on hold",               \
	  "已记录；暂缓研判期间不引起变化")                                                        \
	X(NO_MORE, "no longer true: {0}", "不再成立：{0}")                                         \
	X(UNSURE, "cannot be told yet, the visit asks: {0}", "尚不能判断，先入户问清：{0}")        \
	X(UNSURE_NO_LEAD, "no lead yet, the visit asks first: {0}",                                \
	  "尚不列为线索，先入户问清：{0}")                                                         \
	X(VISITED_AGAIN, "visited again", "再次入户（回访）")                                      \
	X(BECAUSE, "because: {0}", "依据：{0}")                                                    \
	X(BECAUSE_ALSO, "new reason: {0}", "新增依据：{0}")                                        \
	X(AND, "; ", "；")                                                                         \
	X(INCOME_IS, "({0}) / {1} members", "（{0}）÷ {1}人")                                      \
	X(INCOME_IS_PLAIN, "{0} / {1} members", "{0} ÷ {1}人")                                     \
	X(INCOME_REGISTERED, "{1} registered for {0}", "{0}年登记收入{1}")                         \
	X(INCOME_REPORTED, "{0} reported", "申报收入{0}")                                          \
	X(WAGE_MONTHS, "{0} x {1} months", "{0}×{1}个月")                                          \
	X(TASK_OPENED, "task: {1}, for {4}, due by {3} ({2}; task {0})",                           \
	  "派发任务：{1}，责任单位：{4}，{3} 前（含当日）办结（{2}；任务 {0}）")                   \
	X(TASK_STRENGTHENED,                                                                       \
	  "one reason more for the task: {1}, for {4}, due by {3} ({2}; task {0})",                \
	  "任务补充依据：{1}，责任单位：{4}，{3} 前（含当日）办结（{2}；任务 {0}）")               \
	X(TASK_STRENGTHENED_LATE,                                                                  \
	  "one reason more for the task: {1}, for {4}, overdue since {3} ({2}; task {0})",         \
	  "任务补充依据：{1}，责任单位：{4}，期限 {3}，已逾期（{2}；任务 {0}）")                   \
	X(TASK_UPDATED, "{5}: {1} (task {0})", "{5}：{1}（任务 {0}）")                             \
	X(TASK_WITHDRAWN, "task withdrawn, not needed any more: {1} (task {0})",                   \
	  "撤回任务，已不需要：{1}（任务 {0}）")                                                   \
	X(TASK_OVERDUE, "overdue, was due by {3}: {1} (task {0})",                                 \
	  "任务逾期，期限为 {3}：{1}（任务 {0}）")                                                 \
	X(ESCALATED, "city {0} is told: {2} is {3} days overdue (task {1})",                       \
	  "上报市级（{0}）督办：{2}已逾期{3}天（任务 {1}）")                                       \
	X(NOW, "Where the case stands on {0}", "现状（{0}）")                                      \
	X(NOW_CASE, "case: {0}", "状态：{0}")                                                      \
	X(NOW_GROUP, "category: {0}", "类别：{0}")                                                 \
	X(NOW_GROUP_GUESSED, "category for now: {0}", "初判类别：{0}")                             \
	X(NOW_LEVEL, "warning level: {0}", "预警级别：{0}")                                        \
	X(NOW_HELD, "on hold by a person", "人工暂缓研判")                                         \
	X(NOW_TO_DO, "to do: {0}, for {1}, due by {2}",                                            \
	  "待办：{0}，责任单位：{1}，{2} 前（含当日）办结")                                        \
	X(NOW_OVERDUE, "to do: {0}, for {1}, overdue since {2}",                                   \
	  "待办：{0}，责任单位：{1}，期限 {2}，已逾期")                                            \
	X(NOW_NONE, "nothing to do; what is reported from now on still counts",                    \
	  "无待办事项；上报的情况照常研判")                                                        \
	X(NOW_MONITORED,                                                                           \
	  "nothing to do at the moment; the exit review is asked for when all conditions are met", \
	  "目前无待办事项；退出条件全部满足时提示风险消除核查")                                    \
	X(NOW_ELIMINATED,                                                                          \
	  "nothing to do; under observation, and new trouble makes it a lead again",               \
	  "无待办事项；处于观察期，再次出现风险即重新列为线索")                                    \
	X(NOW_REJECTED, "nothing to do; only new trouble makes it a lead again",                   \
	  "无待办事项；出现新的困难才会再次预警")                                                  \
	X(NOW_UNDER_WAY, "no open task: somebody has to decide how it goes on",                    \
	  "没有待办任务：由人决定下一步")

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
