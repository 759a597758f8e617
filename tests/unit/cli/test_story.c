#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "cli/story_words.h"

#define DAY 20000 /* 2024-10-04 */

static const struct ll_key household = {{1, 2, 3}};
static const struct ll_key other = {{9}};
static const struct ll_key no_key;
static struct ll_codec *codec;
static struct ll_story story;

static int set_up(void **state)
{
	(void)state;
	if (ll_codec_new(&codec, NULL))
		return -1;
	ll_story_init(&story, codec, &household);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ll_story_release(&story);
	ll_codec_free(codec);
	return 0;
}

static void take(const char *topic, int64_t offset, enum ll_message message, const void *value,
		 const struct ll_key *key)
{
	struct ll_buf wire;

	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(codec, message, value, &wire), 0);
	const struct ll_record record = {
		.topic = topic,
		.offset = offset,
		.timestamp_ms = offset,
		.key = {key->bytes, LL_KEY_SIZE},
		.value = ll_buf_bytes(&wire),
	};
	assert_int_equal(ll_story_take(&story, &record), 0);
	ll_buf_release(&wire);
}

static struct ll_origin origin_at(int64_t offset)
{
	return (struct ll_origin){.topic = LL_STR("life-events.x"), .offset = offset};
}

/* Days told in one go: they have one origin. */
static const struct ll_origin broadcast = {.partition = -1, .offset = -1, .published_at_ms = 5};

static void tick(int64_t offset, int32_t day)
{
	const struct ll_household_event event = {
		.origin = broadcast, .body = LL_BODY_TICK, .tick = {.day = day}};

	take("household-events", offset, LL_MESSAGE_HOUSEHOLD_EVENT, &event, &no_key);
}

static void stay(int64_t offset, const struct ll_key *key, int32_t revision, int32_t reported_on)
{
	const struct ll_household_event event = {
		.household_key = *key,
		.person_key = {{7}},
		.area = LL_STR("360502001001"),
		.origin = origin_at(offset),
		.body = LL_BODY_LIFE_EVENT,
		.life_event = {.event_id = LL_STR("s-1"),
			       .revision = revision,
			       .source = LL_STR("medical-insurance"),
			       .occurred_on = DAY,
			       .reported_at_ms = ll_day_start_ms(reported_on),
			       .subject = {.type = LL_SUBJECT_PERSON, .key = {{7}}},
			       .payload = {.kind = LL_EVENT_HOSPITALISATION,
					   .hospitalisation = {.total_fen = 1000000,
							       .reimbursed_fen = 380000}}},
	};

	take("household-events", offset, LL_MESSAGE_HOUSEHOLD_EVENT, &event, key);
}

static void change_from(enum ll_case_state before, enum ll_case_state after, struct ll_origin cause,
			int32_t decided_on)
{
	const struct ll_risk_change risk_change = {
		.household_key = household,
		.area = LL_STR("360502001001"),
		.before = before,
		.after = after,
		.level_after = 2,
		.decided_on = decided_on,
		.logic_version = LL_LOGIC_VERSION,
		.cause = cause,
	};

	take("risk-changes", 100, LL_MESSAGE_RISK_CHANGE, &risk_change, &household);
}

static void change(struct ll_origin cause, int32_t decided_on, enum ll_case_state after)
{
	change_from(LL_CASE_NONE, after, cause, decided_on);
}

static void expect_said(size_t index, enum ll_language language, const char *expected)
{
	struct ll_buf out;

	ll_buf_init(&out);
	assert_true(index < story.count);
	assert_int_equal(ll_story_say(&story.items[index], false, language, &out), 0);
	assert_int_equal(ll_buf_append(&out, "", 1), 0);
	assert_string_equal((const char *)out.data, expected);
	ll_buf_release(&out);
}

/* Others' records and days without consequences are no part of it. */
static void test_order_and_causes(void **state)
{
	(void)state;
	tick(0, DAY);
	stay(1, &household, 0, DAY);
	stay(2, &other, 0, DAY);
	tick(3, DAY + 1);
	tick(4, DAY + 2);
	change(broadcast, DAY + 2, LL_CASE_LEAD);
	change(origin_at(1), DAY, LL_CASE_LEAD);
	ll_story_finish(&story);
	assert_int_equal(story.count, 4);
	assert_int_equal(story.items[0].offset, 1);
	assert_int_equal(story.items[0].kind, LL_STORY_INPUT);
	assert_int_equal(story.items[0].day, DAY);
	assert_int_equal(story.items[1].kind, LL_STORY_CHANGE);
	assert_int_equal(story.items[1].offset, 1);
	/* The second of two days with one origin, by the day of the decision. */
	assert_int_equal(story.items[2].offset, 4);
	assert_int_equal(story.items[2].day, DAY + 2);
	assert_int_equal(story.items[3].kind, LL_STORY_CHANGE);
	expect_said(1, LL_ENGLISH,
		    "the household becomes a lead, at level serious: somebody has to look");
	expect_said(1, LL_CHINESE, "列为线索（预警级别：较重），待核实");
}

static void test_events_in_words(void **state)
{
	(void)state;
	stay(1, &household, 0, DAY + 30);
	stay(2, &household, 0, DAY + 30);
	stay(3, &household, 1, DAY);
	ll_story_finish(&story);
	assert_int_equal(story.count, 3);
	expect_said(0, LL_ENGLISH,
		    "stay in hospital on 2024-10-04, own cost 6,200 yuan; reported "
		    "by medical insurance, 30 days later");
	expect_said(1, LL_CHINESE,
		    "重复上报，不影响研判：2024-10-04 住院，自付6,200元；医保局上报，迟报30天");
	expect_said(2, LL_ENGLISH,
		    "correction no. 1: stay in hospital on 2024-10-04, own cost 6,200 yuan; "
		    "reported by medical insurance (before: own cost 6,200 yuan)");
}

static void test_rejected(void **state)
{
	const struct ll_dead_letter letter = {
		.reason = LL_STR("future"),
		.stage = LL_STR("assess"),
		.origin = {.topic = LL_STR("household-events"), .offset = 1},
		.key = {household.bytes, LL_KEY_SIZE},
	};

	(void)state;
	stay(1, &household, 0, DAY);
	take("dead-letters.assess", 0, LL_MESSAGE_DEAD_LETTER, &letter, &household);
	ll_story_finish(&story);
	assert_int_equal(story.count, 1);
	expect_said(
		0, LL_ENGLISH,
		"stay in hospital on 2024-10-04, own cost 6,200 yuan; reported "
		"by medical insurance: not accepted, the fact is dated more than a day after the "
		"last tick");
}

/* ---- every kind of event ----------------------------------------------------------------------- */

static void expect_payload(const struct ll_payload *payload, const char *english,
			   const char *chinese)
{
	const struct ll_household_event event = {
		.household_key = household,
		.area = LL_STR("360502001001"),
		.origin = origin_at(1),
		.body = LL_BODY_LIFE_EVENT,
		.life_event = {.event_id = LL_STR("e"),
			       .source = LL_STR("x"),
			       .occurred_on = DAY,
			       .reported_at_ms = ll_day_start_ms(DAY),
			       .subject = {.type = LL_SUBJECT_HOUSEHOLD, .key = household},
			       .payload = *payload},
	};
	const struct ll_story_item item = {.kind = LL_STORY_INPUT, .input = &event};
	struct ll_buf out;

	ll_buf_init(&out);
	assert_int_equal(ll_story_say(&item, false, LL_ENGLISH, &out), 0);
	assert_int_equal(ll_buf_append(&out, "", 1), 0);
	assert_string_equal((const char *)out.data, english);
	ll_buf_clear(&out);
	assert_int_equal(ll_story_say(&item, false, LL_CHINESE, &out), 0);
	assert_int_equal(ll_buf_append(&out, "", 1), 0);
	assert_string_equal((const char *)out.data, chinese);
	ll_buf_release(&out);
}

#define EN(text) text "; reported by x"
#define ZH(text) "2024-10-04 " text "；x 上报"

static void test_kinds_in_words(void **state)
{
	static const struct {
		struct ll_payload payload;
		const char *english;
		const char *chinese;
	} rows[] = {
		{{LL_EVENT_OUTPATIENT_COST, .outpatient_cost = {90000, 30000, {false, 0}}},
		 EN("outpatient treatment on 2024-10-04, own cost 600 yuan"),
		 ZH("门诊费用，自付600元")},
		{{LL_EVENT_DISABILITY, .disability = {1, LL_DISABILITY_VISUAL}},
		 EN("disability certified on 2024-10-04, sight, grade 1"),
		 ZH("残疾，视力，1级")},
		{{LL_EVENT_DEATH, .death = {{false, 0}}},
		 EN("death in the family on 2024-10-04"),
		 ZH("死亡")},
		{{LL_EVENT_WAGE_REPORT, .wage_report = {210000}},
		 EN("wage changed on 2024-10-04, 2,100 yuan a month from now on"),
		 ZH("工资变动，此后月工资2,100元")},
		{{LL_EVENT_BUSINESS_FAILURE, .business_failure = {{true, 3000000}}},
		 EN("business failed on 2024-10-04, 30,000 yuan a year gone"),
		 ZH("经营失败，原年收入30,000元")},
		{{LL_EVENT_UNSOLD_PRODUCE, .unsold_produce = {{true, 500000}}},
		 EN("produce that cannot be sold on 2024-10-04, 5,000 yuan of this year's income "
		    "lost"),
		 ZH("农产品滞销，当年减收5,000元")},
		{{LL_EVENT_LOAN_OVERDUE, .loan_overdue = {2000000, false}},
		 EN("loan overdue on 2024-10-04, 20,000 yuan overdue"),
		 ZH("贷款逾期，逾期20,000元")},
		{{LL_EVENT_LOAN_OVERDUE, .loan_overdue = {0, true}},
		 EN("overdue loan settled on 2024-10-04"),
		 ZH("逾期贷款已结清")},
		{{LL_EVENT_TUITION_COST, .tuition_cost = {LL_SCHOOL_NON_COMPULSORY, 1200000}},
		 EN("costs of schooling on 2024-10-04, not compulsory, own cost 12,000 yuan"),
		 ZH("教育支出，非义务教育阶段，自付12,000元")},
		{{LL_EVENT_WATER_SUPPLY_LOSS, .water_supply_loss = {false}},
		 EN("no drinking water on 2024-10-04"),
		 ZH("饮水困难")},
		{{LL_EVENT_WATER_SUPPLY_LOSS, .water_supply_loss = {true}},
		 EN("drinking water restored on 2024-10-04"),
		 ZH("饮水恢复")},
		{{LL_EVENT_CROP_LOSS, .crop_loss = {{true, 800000}}},
		 EN("crops lost on 2024-10-04, own loss 8,000 yuan"),
		 ZH("农作物受灾，自担损失8,000元")},
		{{LL_EVENT_LIVESTOCK_LOSS, .livestock_loss = {{false, 0}}},
		 EN("livestock lost on 2024-10-04"),
		 ZH("畜禽受灾")},
		{{LL_EVENT_ACCIDENT, .accident = {LL_ACCIDENT_TRAFFIC, {true, 4500000}}},
		 EN("accident of a member on 2024-10-04, in traffic, own cost 45,000 yuan"),
		 ZH("意外事故，交通事故，自付45,000元")},
		{{LL_EVENT_EPIDEMIC_IMPACT, .epidemic_impact = {{true, 600000}}},
		 EN("income lost to an epidemic on 2024-10-04, 6,000 yuan of this year's income "
		    "lost"),
		 ZH("疫情影响，当年减收6,000元")},
		{{LL_EVENT_ASSET_RECORD, .asset_record = {LL_ASSET_CAR, false}},
		 EN("asset registered on 2024-10-04, car"),
		 ZH("资产登记，机动车")},
		{{LL_EVENT_ASSET_RECORD, .asset_record = {LL_ASSET_COMPANY, true}},
		 EN("asset gone on 2024-10-04, company"),
		 ZH("资产已不再持有，企业")},
		{{LL_EVENT_AUTHORISATION, .authorisation = {12}},
		 EN("consent to the check on 2024-10-04, for 12 months"),
		 ZH("授权查询，有效期12个月")},
		{{LL_EVENT_AUTHORISATION, .authorisation = {0}},
		 EN("consent withdrawn on 2024-10-04"),
		 ZH("撤销授权")},
		{{LL_EVENT_SCHOOL_DROPOUT, .school_dropout = {LL_SCHOOL_COMPULSORY, true}},
		 EN("child back at school on 2024-10-04, compulsory schooling"),
		 ZH("学生返校，义务教育阶段")},
		{{LL_EVENT_HOUSING_DAMAGE, .housing_damage = {LL_HOUSING_B, {false, 0}}},
		 EN("house examined on 2024-10-04, grade B"),
		 ZH("住房鉴定，B级")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_payload(&rows[i].payload, rows[i].english, rows[i].chinese);
}

/* Whom it is about is told by the year of birth; a policy by the day on which it is in force. */
static void test_members_and_policies(void **state)
{
	const struct ll_member member = {.person_key = {{7}}, .born_on = DAY - 40 * 366};
	const struct ll_household_event registered = {
		.household_key = household,
		.area = LL_STR("360502001001"),
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = {.area = LL_STR("360502001001"),
					 .dibao = true,
					 .exclusion_marks = LL_MARK_CAR,
					 .members = &member,
					 .member_count = 1}};
	const struct ll_household_event policy = {.origin = broadcast,
						  .body = LL_BODY_POLICY_ACTIVATED,
						  .policy_activated = {.name = LL_STR("test"),
								       .version = LL_STR("2"),
								       .effective_on = DAY + 1,
								       .text = LL_STR("x")}};

	(void)state;
	take("household-events", 0, LL_MESSAGE_HOUSEHOLD_EVENT, &registered, &household);
	take("household-events", 1, LL_MESSAGE_HOUSEHOLD_EVENT, &policy, &no_key);
	tick(2, DAY);
	stay(3, &household, 0, DAY);
	tick(4, DAY + 1);
	change(broadcast, DAY + 1, LL_CASE_LEAD);
	ll_story_finish(&story);
	assert_int_equal(story.count, 4);
	expect_said(
		0, LL_CHINESE,
		"登记入册（村 360502001001）：一般农户，1人，其中劳动力0人；未登记收入；享受低保；"
		"负面清单：机动车");
	expect_said(1, LL_ENGLISH,
		    "stay in hospital on 2024-10-04, member born in 1984, own cost 6,200 yuan; "
		    "reported "
		    "by medical insurance");
	expect_said(1, LL_CHINESE, "2024-10-04 住院（1984年出生的成员），自付6,200元；医保局上报");
	expect_said(2, LL_ENGLISH, "daily check; policy test, version 2, is in force from today");
}

/* ---- decisions and what follows ------------------------------------------------------------------ */

static void decide(int64_t offset, enum ll_case_decision_type type, int32_t secure, int32_t at_risk)
{
	const struct ll_household_event event = {
		.household_key = household,
		.area = LL_STR(""),
		.origin = origin_at(offset),
		.body = LL_BODY_CASE_DECISION,
		.case_decision = {.decision_id = LL_STR("d"),
				  .type = type,
				  .by = LL_STR("team-4"),
				  .reason = LL_STR("seen"),
				  .secure = secure,
				  .at_risk = at_risk},
	};

	take("household-events", offset, LL_MESSAGE_HOUSEHOLD_EVENT, &event, &household);
}

static void move(int64_t offset, enum ll_case_state before, enum ll_case_state after,
		 enum ll_group group, bool held)
{
	const struct ll_risk_change risk_change = {
		.household_key = household,
		.area = LL_STR("360502001001"),
		.before = before,
		.after = after,
		.level_before = 2,
		.level_after = 2,
		.group = group,
		.held = held,
		.decided_on = DAY,
		.logic_version = LL_LOGIC_VERSION,
		.cause = origin_at(offset),
	};

	take("risk-changes", 100 + offset, LL_MESSAGE_RISK_CHANGE, &risk_change, &household);
}

static void test_decisions_in_words(void **state)
{
	(void)state;
	decide(1, LL_DECIDED_VISIT_CONFIRMED, 1 << LL_DIMENSION_FOOD | 1 << LL_DIMENSION_CLOTHING,
	       1 << LL_DIMENSION_HOUSING);
	decide(2, LL_DECIDED_HOLD, 0, 0);
	decide(3, LL_DECIDED_UNHOLD, 0, 0);
	decide(4, LL_DECIDED_COUNTY_CONFIRMED, 0, 0);
	move(1, LL_CASE_LEAD, LL_CASE_VERIFIED, LL_GROUP_MARGINAL, false);
	move(2, LL_CASE_VERIFIED, LL_CASE_VERIFIED, LL_GROUP_MARGINAL, true);
	move(3, LL_CASE_VERIFIED, LL_CASE_VERIFIED, LL_GROUP_MARGINAL, false);
	move(4, LL_CASE_CHECKED, LL_CASE_MONITORED, LL_GROUP_SUDDEN, false);
	ll_story_finish(&story);
	assert_int_equal(story.count, 8);
	expect_said(0, LL_ENGLISH,
		    "team-4: the visit confirms it; secure: food, clothing; at risk: "
		    "housing (\"seen\")");
	expect_said(0, LL_CHINESE,
		    "team-4：入户核实属实；有保障：不愁吃、不愁穿；存在风险：住房安全（“seen”）");
	expect_said(1, LL_ENGLISH,
		    "the trouble is verified; the village reviews it next; category for now: "
		    "marginal household");
	expect_said(3, LL_ENGLISH,
		    "on hold by a person: no rule changes the case until the hold is lifted");
	expect_said(3, LL_CHINESE, "人工暂缓研判：解除之前，系统不改变其状态");
	expect_said(5, LL_ENGLISH,
		    "the hold is over: rules count again, with all that was reported meanwhile; "
		    "warning level: serious");
	expect_said(7, LL_ENGLISH,
		    "the household is monitored from now on; category: household in sudden "
		    "serious difficulty");
	expect_said(7, LL_CHINESE, "纳入监测对象；类别：突发严重困难户");
}

/* What months are counted from, and that nobody was asked for a review. */
static void test_course(void **state)
{
	const struct ll_story_item *item;

	(void)state;
	tick(0, DAY);
	decide(1, LL_DECIDED_COUNTY_CONFIRMED, 0, 0);
	decide(2, LL_DECIDED_RISK_ELIMINATED, 0, 0);
	tick(3, DAY + 200);
	move(1, LL_CASE_CHECKED, LL_CASE_MONITORED, LL_GROUP_SUDDEN, false);
	move(2, LL_CASE_MONITORED, LL_CASE_ELIMINATED, LL_GROUP_SUDDEN, false);
	change_from(LL_CASE_ELIMINATED, LL_CASE_NONE, broadcast, DAY + 200);
	ll_story_finish(&story);
	assert_int_equal(story.count, 6);
	item = &story.items[3];
	assert_int_equal(item->change->after, LL_CASE_ELIMINATED);
	assert_int_equal(item->state, LL_CASE_MONITORED);
	assert_false(item->asked);
	item = &story.items[5];
	assert_int_equal(item->change->after, LL_CASE_NONE);
	assert_int_equal(item->since, DAY);
}

/* Each move of a case has a sentence, but for those of a household that is dissolved. */
static void test_moves_in_words(void **state)
{
	static const struct {
		enum ll_case_state before, after;
		const char *english;
	} rows[] = {
		{LL_CASE_NONE, LL_CASE_LEAD,
		 "the household becomes a lead, at level serious: somebody has to look"},
		{LL_CASE_ELIMINATED, LL_CASE_LEAD,
		 "new trouble after the risk was over: the household is a lead again, at level "
		 "serious"},
		{LL_CASE_REJECTED, LL_CASE_LEAD,
		 "new trouble after the rejection: the household is a lead again, at level "
		 "serious"},
		{LL_CASE_LEAD, LL_CASE_NONE,
		 "the lead is closed: what it was raised for is not there any more"},
		{LL_CASE_LEAD, LL_CASE_REJECTED,
		 "the lead is closed: the case rests as it was, rejected"},
		{LL_CASE_LEAD, LL_CASE_ELIMINATED,
		 "the lead is closed: the household is under observation again"},
		{LL_CASE_VERIFIED, LL_CASE_REVIEWED,
		 "the village has reviewed it; the township checks next"},
		{LL_CASE_REVIEWED, LL_CASE_CHECKED,
		 "the township has checked it; the county decides next"},
		{LL_CASE_CHECKED, LL_CASE_REJECTED,
		 "the household is not taken in; only new trouble makes it a lead again"},
		{LL_CASE_MONITORED, LL_CASE_ELIMINATED,
		 "the risk is over; the household stays under observation"},
		{LL_CASE_ELIMINATED, LL_CASE_NONE,
		 "monitoring ends; what is reported from now on still counts"},
		{LL_CASE_MONITORED, LL_CASE_NONE, "case: monitored -> none"},
		{LL_CASE_LEAD, LL_CASE_LEAD, "the case stays where it is: lead"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		move((int64_t)i, rows[i].before, rows[i].after, LL_GROUP_NONE, false);
	ll_story_finish(&story);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_said(i, LL_ENGLISH, rows[i].english);
}

static void task(int64_t cause, enum ll_task_change change, enum ll_task_state task_state)
{
	const struct ll_task told = {
		.task_id = {{0xab, 0xcd}},
		.household_key = household,
		.area = LL_STR("360502001001"),
		.county = LL_STR("360502"),
		.measure = LL_MEASURE_EXIT_REVIEW,
		.change = change,
		.state = task_state,
		.level = 1,
		.opened_on = DAY,
		.due_on = DAY + 15,
		.department = LL_STR("county"),
		.decided_on = LL_DAY_NONE,
		.logic_version = LL_LOGIC_VERSION,
		.cause = origin_at(cause),
	};

	take("assistance-tasks.360502", 100 + cause, LL_MESSAGE_TASK, &told, &household);
}

static void report(int64_t offset)
{
	const struct ll_household_event event = {
		.household_key = household,
		.area = LL_STR(""),
		.origin = origin_at(offset),
		.body = LL_BODY_TASK_UPDATED,
		.task_updated = {.update_id = LL_STR("u"),
				 .task_id = {{0xab, 0xcd}},
				 .state = LL_TASK_DONE,
				 .by = LL_STR("county"),
				 .note = LL_STR("")},
	};

	take("household-events", offset, LL_MESSAGE_HOUSEHOLD_EVENT, &event, &household);
}

/* A report names the measure, and what only repeats it is an echo. */
static void test_reports_and_tasks(void **state)
{
	(void)state;
	stay(1, &household, 0, DAY);
	report(2);
	decide(3, LL_DECIDED_RISK_ELIMINATED, 0, 0);
	task(1, LL_CHANGE_OPENED, LL_TASK_OPEN);
	task(2, LL_CHANGE_UPDATED, LL_TASK_DONE);
	task(3, LL_CHANGE_UPDATED, LL_TASK_DONE);
	ll_story_finish(&story);
	assert_int_equal(story.count, 6);
	expect_said(1, LL_ENGLISH,
		    "task: exit review, for county, due by 2024-10-19 (watch; task abcd0000)");
	expect_said(1, LL_CHINESE,
		    "派发任务：风险消除核查，责任单位：county，2024-10-19 "
		    "前（含当日）办结（关注；任务 abcd0000）");
	expect_said(2, LL_ENGLISH, "county reports: exit review, done (task abcd0000)");
	assert_true(story.items[3].echo);
	assert_false(story.items[5].echo);
	expect_said(5, LL_ENGLISH, "done: exit review (task abcd0000)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order_and_causes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_events_in_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_members_and_policies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rejected, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_kinds_in_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_decisions_in_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_course, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_moves_in_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_reports_and_tasks, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
