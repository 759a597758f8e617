/* Cases of single events: what they bring about, corrected, taken back, repeated, late. */
#include "base/date.h"
#include "write_logs.h"

static struct ll_payload job_loss(int64_t wage_yuan)
{
	return (struct ll_payload){.kind = LL_EVENT_JOB_LOSS,
				   .job_loss = {.monthly_wage_fen = {true, wage_yuan * WRITER_YUAN},
						.reason = LL_JOB_LOSS_EMPLOYER_CLOSED}};
}

static void hospital(struct writer *writer)
{
	writer_begin(
		writer, "hospital",
		"A stay in hospital: from 5,000 yuan own cost for a household out of poverty, from "
		"20,000 for others.");
	writer_tick(writer, writer_day(2025, 3, 12));
	writer_registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 60000);
	writer_registered(writer, 2, LL_CATEGORY_ORDINARY, 1, 60000);
	writer_registered(writer, 3, LL_CATEGORY_ORDINARY, 1, 60000);
	const struct written_fact facts[] = {
		writer_stay_of(1, "stay-1", 4999), /* nothing yet */
		writer_stay_of(1, "stay-2", 1),	   /* together 5,000 */
		writer_stay_of(2, "stay-3", 19999), writer_stay_of(3, "stay-4", 20000),
		writer_stay_of(9, "stay-5", 9000), /* nobody knows the household */
	};
	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++)
		writer_fact(writer, &facts[i]);
	writer_end(writer);
}

static void jobs(struct writer *writer)
{
	struct written_fact lost = {.number = 1,
				    .member = 1,
				    .source = "employment",
				    .event_id = "job-1",
				    .occurred_on = writer_day(2025, 3, 1),
				    .payload = job_loss(3000)};
	struct written_fact found = lost;

	writer_begin(
		writer, "job-loss",
		"The only labourer loses the job; one of two; both; then one finds work again.");
	writer_tick(writer, writer_day(2025, 3, 12));
	writer_registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 90000);
	writer_registered(writer, 2, LL_CATEGORY_EX_POOR, 2, 90000);
	writer_registered(writer, 3, LL_CATEGORY_EX_POOR, 3, 90000);
	writer_fact(writer, &lost);
	lost.number = 2;
	lost.event_id = "job-2";
	writer_fact(writer, &lost);
	lost.number = 3; /* one of three: below half */
	lost.event_id = "job-3";
	writer_fact(writer, &lost);
	lost.number = 2;
	lost.member = 2;
	lost.event_id = "job-4";
	writer_fact(writer, &lost);
	found.number = 2;
	found.event_id = "work-1";
	found.occurred_on = writer_day(2025, 3, 11);
	found.payload =
		(struct ll_payload){.kind = LL_EVENT_EMPLOYED,
				    .employed = {.monthly_wage_fen = {true, 2800 * WRITER_YUAN}}};
	writer_fact(writer, &found);
	writer_end(writer);
}

static void dropout(struct writer *writer)
{
	const struct written_fact facts[] = {
		{.number = 1,
		 .source = "education",
		 .event_id = "school-1",
		 .occurred_on = writer_day(2025, 3, 3),
		 .payload = {.kind = LL_EVENT_SCHOOL_DROPOUT,
			     .school_dropout = {.stage = LL_SCHOOL_COMPULSORY}}},
		{.number = 2,
		 .member = 1,
		 .source = "education",
		 .event_id = "school-2",
		 .occurred_on = writer_day(2025, 3, 3),
		 .payload = {.kind = LL_EVENT_SCHOOL_DROPOUT,
			     .school_dropout = {.stage = LL_SCHOOL_NON_COMPULSORY}}},
	};

	writer_begin(
		writer, "dropout",
		"A child out of compulsory schooling is a lead at once; an adult's course is not.");
	writer_tick(writer, writer_day(2025, 3, 12));
	writer_registered(writer, 1, LL_CATEGORY_ORDINARY, 2, 90000);
	writer_registered(writer, 2, LL_CATEGORY_ORDINARY, 2, 90000);
	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++)
		writer_fact(writer, &facts[i]);
	writer_end(writer);
}

static void unknown_income(struct writer *writer)
{
	struct written_fact illness = {
		.number = 1,
		.member = 1,
		.source = "health",
		.event_id = "illness-1",
		.occurred_on = writer_day(2025, 3, 3),
		.payload = {.kind = LL_EVENT_CHRONIC_ILLNESS, .chronic_illness = {.severe = true}}};
	const struct written_fact report = {
		.number = 1,
		.member = 1,
		.source = "statistics",
		.event_id = "income-1",
		.occurred_on = writer_day(2025, 3, 10),
		.payload = {.kind = LL_EVENT_INCOME_REPORT,
			    .income_report = {.year = 2024, .amount_fen = 90000 * WRITER_YUAN}}};

	writer_begin(
		writer, "unknown-income",
		"Income that nobody reported is unknown, not zero: somebody goes and asks. Then it "
		"is "
		"reported, and is high.");
	writer_tick(writer, writer_day(2025, 3, 12));
	writer_registered(writer, 1, LL_CATEGORY_ORDINARY, 1, -1);
	writer_registered(writer, 2, LL_CATEGORY_ORDINARY, 1, 90000);
	writer_registered(writer, 3, LL_CATEGORY_ORDINARY, 1, 9000);
	for (illness.number = 1; illness.number <= 3; illness.number++)
		writer_fact(writer, &illness);
	writer_fact(writer, &report);
	writer_end(writer);
}

static void correction(struct writer *writer)
{
	struct written_fact corrected = writer_stay_of(1, "stay-1", 9000);

	writer_begin(writer, "correction",
		     "A stay is corrected upwards and then below the line; an older revision comes "
		     "late.");
	writer_tick(writer, writer_day(2025, 3, 12));
	writer_registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 60000);
	writer_fact(writer, &corrected);
	corrected.revision = 1;
	corrected.payload = writer_stay(12000);
	writer_fact(writer, &corrected);
	corrected.revision = 3;
	corrected.payload = writer_stay(1000);
	writer_fact(writer, &corrected);
	corrected.revision = 2;
	corrected.payload = writer_stay(30000);
	writer_fact(writer, &corrected);
	writer_end(writer);
}

static void retraction(struct writer *writer)
{
	struct written_fact retracted = writer_stay_of(1, "stay-1", 9000);

	writer_begin(
		writer, "retraction",
		"What never was is retracted, and its tasks with it. A retraction may come first.");
	writer_tick(writer, writer_day(2025, 3, 12));
	writer_registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 60000);
	writer_registered(writer, 2, LL_CATEGORY_EX_POOR, 1, 60000);
	writer_fact(writer, &retracted);
	retracted.revision = 1;
	retracted.retract = true;
	writer_fact(writer, &retracted);
	retracted.number = 2;
	writer_fact(writer, &retracted);
	retracted.revision = 0;
	retracted.retract = false;
	writer_fact(writer, &retracted);
	/* Of the other kind, so that something is decided of household 2 as well. */
	retracted.event_id = "stay-2";
	writer_fact(writer, &retracted);
	writer_end(writer);
}

static void duplicate(struct writer *writer)
{
	const struct written_fact once = writer_stay_of(1, "stay-1", 9000);
	struct written_fact other = once;

	writer_begin(
		writer, "duplicate",
		"The same fact twice is one; the same id of another department is another fact.");
	writer_tick(writer, writer_day(2025, 3, 12));
	writer_registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 60000);
	writer_fact(writer, &once);
	writer_fact(writer, &once);
	writer_tick(writer, writer_day(2025, 3, 12));
	other.source = "health";
	other.payload = writer_stay(50000);
	writer_fact(writer, &other);
	writer_end(writer);
}

static void alert_of(struct writer *writer, int32_t revision, bool cancelled)
{
	const struct ll_household_event event = {
		.origin = {.topic = LL_STR("lifeline-alert"), .partition = -1, .offset = -1},
		.body = LL_BODY_AREA_ALERT,
		.area_alert = {.alert_id = LL_STR("flood-360502-1"),
			       .revision = revision,
			       .area = LL_STR("360502"),
			       .kind = LL_ALERT_FLOOD,
			       .severity = 4,
			       .occurred_on = writer_day(2025, 6, 20),
			       .expires_on = writer_day(2025, 6, 25),
			       .cancelled = cancelled},
	};

	writer_put(writer, &event);
}

static void flood(struct writer *writer)
{
	const struct written_fact damage = {
		.number = 1,
		.member = 1,
		.source = "water",
		.event_id = "damage-1",
		.occurred_on = writer_day(2025, 6, 21),
		.payload = {.kind = LL_EVENT_FLOOD_DAMAGE,
			    .flood_damage = {.house_flooded = true,
					     .loss_fen = {true, 12000 * WRITER_YUAN}}}};

	writer_begin(
		writer, "flood",
		"An alert inspects every household of the area, one reports damage, a household "
		"comes later; the alert is cancelled.");
	writer_tick(writer, writer_day(2025, 6, 19));
	writer_registered(writer, 1, LL_CATEGORY_EX_POOR, 2, 90000);
	writer_registered(writer, 2, LL_CATEGORY_ORDINARY, 2, 90000);
	writer_tick(writer, writer_day(2025, 6, 20));
	alert_of(writer, 0, false);
	writer_fact(writer, &damage);
	writer_registered(writer, 3, LL_CATEGORY_ORDINARY, 2, 90000);
	writer_tick(writer, writer_day(2025, 6, 21));
	alert_of(writer, 1, true);
	writer_tick(writer, writer_day(2025, 6, 22));
	writer_end(writer);
}

static void overdue(struct writer *writer)
{
	const struct written_fact once = writer_stay_of(1, "stay-1", 9000);

	writer_begin(writer, "overdue",
		     "Nobody comes: tasks are overdue, then reported to the city.");
	writer_tick(writer, writer_day(2025, 3, 12));
	writer_registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 60000);
	writer_fact(writer, &once);
	for (int32_t i = 13; i <= 31; i++)
		writer_tick(writer, writer_day(2025, 3, i));
	writer_end(writer);
}

void write_events(struct writer *writer)
{
	static void (*const cases[])(struct writer * writer) = {
		hospital,   jobs,      dropout, unknown_income, correction,
		retraction, duplicate, flood,	overdue,
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cases[i](writer);
}
