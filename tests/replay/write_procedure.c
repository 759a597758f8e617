/* Cases of the procedure: what people say, what happens to their tasks, exit, a change of policy. */
#include "base/date.h"
#include "core/case.h"
#include "write_logs.h"

#define BIT(symbol) (1 << LL_DIMENSION_##symbol)

/* What a visit can see, and school is in the registry. */
#define ALL_SECURE (BIT(FOOD) | BIT(CLOTHING) | BIT(MEDICAL) | BIT(HOUSING) | BIT(WATER))

static void decide(struct writer *writer, uint32_t number, enum ll_case_decision_type type)
{
	writer_decide(writer, number, type, 0, 0);
}

static struct written_fact income_of(uint32_t number, const char *event_id, int32_t on,
				     int64_t amount_yuan)
{
	return (struct written_fact){
		.number = number,
		.member = 1,
		.source = "rural-affairs",
		.event_id = event_id,
		.occurred_on = on,
		.payload = {
			.kind = LL_EVENT_INCOME_REPORT,
			.income_report = {.year = 2025, .amount_fen = amount_yuan * WRITER_YUAN}}};
}

static void correction_after_open(struct writer *writer)
{
	struct written_fact first = writer_stay_of(1, "stay-1", 9000);
	struct written_fact second = writer_stay_of(2, "stay-2", 9000);

	writer_begin(
		writer, "correction-after-open",
		"A stay is corrected when its tasks are open already, and after the visit: what "
		"nobody needs is withdrawn with the reason that was; then it is needed again.");
	writer_tick(writer, writer_day(2025, 3, 12));
	writer_registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 60000);
	writer_registered(writer, 2, LL_CATEGORY_EX_POOR, 1, 60000);
	writer_fact(writer, &first);
	writer_fact(writer, &second);
	writer_tick(writer, writer_day(2025, 3, 13));
	writer_report(writer, 1, LL_MEASURE_VISIT, LL_TASK_ACCEPTED);
	writer_report(writer, 2, LL_MEASURE_VISIT, LL_TASK_DONE);
	writer_report(writer, 2, LL_MEASURE_MEDICAL_AID, LL_TASK_ACCEPTED);
	writer_tick(writer, writer_day(2025, 3, 14));
	first.revision = second.revision = 1;
	first.payload = second.payload = writer_stay(4000);
	writer_fact(writer, &first);
	writer_fact(writer, &second);
	/* Who did not hear of it yet. */
	writer_report(writer, 1, LL_MEASURE_VISIT, LL_TASK_DONE);
	writer_tick(writer, writer_day(2025, 3, 15));
	first.revision = second.revision = 2;
	first.payload = second.payload = writer_stay(12000);
	writer_fact(writer, &first);
	writer_fact(writer, &second);
	writer_tick(writer, writer_day(2025, 3, 16));
	writer_end(writer);
}

static void retraction_after_open(struct writer *writer)
{
	struct written_fact lost[] = {
		writer_stay_of(1, "stay-1", 9000),
		writer_stay_of(2, "stay-2", 9000),
		writer_stay_of(3, "stay-3", 9000),
		writer_stay_of(3, "stay-4", 8000),
	};

	writer_begin(writer, "retraction-after-open",
		     "A stay that never was is retracted when its tasks are open, or after the "
		     "village's review; of two stays one is left.");
	writer_tick(writer, writer_day(2025, 3, 12));
	for (uint32_t number = 1; number <= 3; number++)
		writer_registered(writer, number, LL_CATEGORY_EX_POOR, 1, 60000);
	for (size_t i = 0; i < sizeof(lost) / sizeof(*lost); i++)
		writer_fact(writer, &lost[i]);
	writer_tick(writer, writer_day(2025, 3, 13));
	writer_report(writer, 1, LL_MEASURE_MEDICAL_AID, LL_TASK_ACCEPTED);
	decide(writer, 2, LL_DECIDED_VISIT_CONFIRMED);
	writer_tick(writer, writer_day(2025, 3, 17));
	writer_report(writer, 2, LL_MEASURE_VILLAGE_REVIEW, LL_TASK_DONE);
	for (size_t i = 0; i < 3; i++) {
		lost[i].revision = 1;
		lost[i].retract = true;
		writer_fact(writer, &lost[i]);
	}
	writer_tick(writer, writer_day(2025, 3, 18));
	decide(writer, 2, LL_DECIDED_TOWNSHIP_REJECTED);
	writer_tick(writer, writer_day(2025, 3, 19));
	writer_end(writer);
}

static void take_in(struct writer *writer, uint32_t number)
{
	writer_report(writer, number, LL_MEASURE_VILLAGE_REVIEW, LL_TASK_DONE);
	writer_report(writer, number, LL_MEASURE_TOWNSHIP_CHECK, LL_TASK_DONE);
	decide(writer, number, LL_DECIDED_COUNTY_CONFIRMED);
}

/* From lead to release; marks that hold the county up; a rejection on the way. */
static void way_in(struct writer *writer)
{
	const struct written_fact car = {
		.number = 2,
		.member = 1,
		.source = "asset-registers",
		.event_id = "car-1",
		.occurred_on = writer_day(2025, 3, 13),
		.payload = {.kind = LL_EVENT_ASSET_RECORD, .asset_record = {.type = LL_ASSET_CAR}}};

	writer_tick(writer, writer_day(2025, 3, 12));
	writer_registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 10000);
	writer_registered(writer, 2, LL_CATEGORY_ORDINARY, 2, 15000);
	writer_registered(writer, 3, LL_CATEGORY_ORDINARY, 1, 10000);
	writer_tick(writer, writer_day(2025, 3, 13));
	writer_decide(writer, 1, LL_DECIDED_VISIT_CONFIRMED, ALL_SECURE & ~BIT(WATER), BIT(WATER));
	writer_decide(writer, 2, LL_DECIDED_VISIT_CONFIRMED, ALL_SECURE, 0);
	decide(writer, 3, LL_DECIDED_COUNTY_CONFIRMED); /* not before the visit */
	writer_report(writer, 3, LL_MEASURE_VISIT, LL_TASK_NOT_FOUND);
	writer_fact(writer, &car);
	writer_tick(writer, writer_day(2025, 3, 18));
	take_in(writer, 1);
	take_in(writer, 2); /* not while nobody has judged the car */
	decide(writer, 2, LL_DECIDED_MARKS_WAIVED);
	decide(writer, 2, LL_DECIDED_COUNTY_CONFIRMED);
	writer_tick(writer, writer_day(2025, 3, 20)); /* household 3 is visited again */
	decide(writer, 3, LL_DECIDED_HOLD);
	decide(writer, 3, LL_DECIDED_UNHOLD);
	decide(writer, 3, LL_DECIDED_VISIT_REJECTED);
}

static void way_out(struct writer *writer)
{
	struct written_fact more = income_of(1, "income-1", writer_day(2025, 4, 1), 40000);
	struct written_fact ill = writer_stay_of(2, "stay-1", 30000);

	writer_tick(writer, writer_day(2025, 4, 1));
	writer_report(writer, 1, LL_MEASURE_WATER_REPAIR, LL_TASK_DONE);
	writer_decide(writer, 1, LL_DECIDED_VISIT_CONFIRMED, BIT(WATER), 0);
	writer_fact(writer, &more);
	more = income_of(2, "income-2", writer_day(2025, 4, 1), 60000);
	writer_fact(writer, &more);
	writer_tick(writer, writer_day(2025, 9, 30));
	writer_tick(writer, writer_day(2025, 10, 1)); /* six stable months */
	writer_report(writer, 1, LL_MEASURE_EXIT_REVIEW, LL_TASK_DONE);
	writer_report(writer, 2, LL_MEASURE_EXIT_REVIEW, LL_TASK_DONE);
	writer_tick(writer, writer_day(2025, 12, 1));
	ill.occurred_on = writer_day(2025, 12, 1);
	writer_fact(writer, &ill); /* a relapse */
	writer_tick(writer, writer_day(2026, 4, 1));
	writer_end(writer);
}

static void case_whole_way(struct writer *writer)
{
	writer_begin(
		writer, "case-whole-way",
		"Lead, visit, village, township, county, monitored, six stable months, exit, "
		"observation, release; exclusion marks that the county waits for; a relapse; a "
		"household that nobody found, and then it was not so.");
	way_in(writer);
	way_out(writer);
}

static void policy_midnight(struct writer *writer)
{
	struct written_fact stay = writer_stay_of(1, "stay-1", 9000);
	struct written_fact less;

	writer_begin(
		writer, "policy-midnight",
		"A second policy with a higher line takes effect on 1 July at midnight: who is "
		"between the lines is a lead then; tasks that are open stay; what comes later "
		"is decided under the new one.");
	writer->village = "450123001001"; /* no numbers of its own */
	writer_policy(writer, "national-2022.1.yaml", writer_day(2025, 7, 1));
	writer_tick(writer, writer_day(2025, 6, 30));
	writer_registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 60000);
	writer_registered(writer, 2, LL_CATEGORY_ORDINARY, 1, 12400); /* 6,200 yuan a head */
	writer_registered(writer, 3, LL_CATEGORY_ORDINARY, 1, 11800); /* 5,900 */
	stay.occurred_on = writer_day(2025, 6, 29);
	writer_fact(writer, &stay);
	writer_tick(writer, writer_day(2025, 7, 1));
	less = income_of(1, "income-1", writer_day(2025, 7, 1), 12800); /* 6,400 */
	writer_fact(writer, &less);
	less = income_of(2, "income-2", writer_day(2025, 7, 1), 13000); /* on the new line */
	writer_fact(writer, &less);
	writer_tick(writer, writer_day(2025, 7, 2));
	writer_end(writer);
}

void write_procedure(struct writer *writer)
{
	static void (*const cases[])(struct writer * writer) = {
		correction_after_open,
		retraction_after_open,
		case_whole_way,
		policy_midnight,
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cases[i](writer);
}
