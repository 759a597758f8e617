/*
 * Writes the logs of the recorded cases: write_logs FOLDER (tests/replay). What each case is about
 * is its table below; README.md says what else is to be done after a change.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/date.h"
#include "base/hash.h"
#include "codec/codec.h"
#include "producers/simulate/scenario.h"

#define POLICY	   "national-2020.1.yaml"
#define VILLAGE	   "360502001001"
#define YUAN	   INT64_C(100)
#define MEMBER_MAX 4

struct writer {
	struct ll_codec *codec;
	const char *folder;
	FILE *file;
	struct ll_buf wire;
	struct ll_buf json;
	int64_t offset; /* of the department's topic, as the origin of an event */
};

static void must(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "%s: %s\n", what, ll_err_name(err));
	exit(1);
}

static int32_t day(int32_t year, int32_t month, int32_t date)
{
	return ll_day_from_date(year, month, date);
}

static void begin(struct writer *writer, const char *name, const char *story)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", writer->folder, name);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/log.txt", writer->folder, name);
	writer->file = fopen(path, "w");
	if (!writer->file) {
		perror(path);
		exit(1);
	}
	writer->offset = 0;
	fprintf(writer->file, "# %s\n# Written by write_logs.c.\n", story);
	fprintf(writer->file, "policy %s 2021-01-01\n", POLICY);
}

static void end(struct writer *writer)
{
	if (fclose(writer->file)) {
		perror("log.txt");
		exit(1);
	}
}

/* As JSON for people, then as it stands in the log. */
static void put(struct writer *writer, const struct ll_household_event *event)
{
	ll_buf_clear(&writer->wire);
	ll_buf_clear(&writer->json);
	must(ll_codec_check(LL_MESSAGE_HOUSEHOLD_EVENT, event), "check");
	must(ll_codec_encode(writer->codec, LL_MESSAGE_HOUSEHOLD_EVENT, event, &writer->wire),
	     "encode");
	must(ll_codec_to_json(writer->codec, LL_MESSAGE_HOUSEHOLD_EVENT, event, &writer->json),
	     "json");
	fprintf(writer->file, "# %.*s\n", (int)writer->json.size, (const char *)writer->json.data);
	for (size_t i = 0; i < writer->wire.size; i++)
		fprintf(writer->file, "%02x", writer->wire.data[i]);
	fputc('\n', writer->file);
}

static void tick(struct writer *writer, int32_t on)
{
	put(writer, &(struct ll_household_event){.body = LL_BODY_TICK, .tick = {on}});
}

static struct ll_key key_of(char kind, uint32_t number)
{
	char text[32];
	struct ll_key key;

	snprintf(text, sizeof(text), "%c%u", kind, number);
	ll_hash128(text, strlen(text), &key);
	return key;
}

/* ---- cases made by hand -------------------------------------------------------------------- */

/* Household `number` of so many labourers and a child of ten; income below 0 is unknown. */
static void registered(struct writer *writer, uint32_t number, enum ll_category category,
		       size_t labourers, int64_t income_yuan)
{
	struct ll_member members[MEMBER_MAX];
	struct ll_household_event event = {
		.household_key = key_of('h', number),
		.area = LL_STR(VILLAGE),
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = {.area = LL_STR(VILLAGE),
					 .category = category,
					 .recorded_income_fen = {income_yuan >= 0,
								 income_yuan < 0
									 ? 0
									 : income_yuan * YUAN},
					 .recorded_income_year = 2024,
					 .members = members,
					 .member_count = labourers + 1},
	};

	for (size_t i = 0; i <= labourers; i++)
		members[i] = (struct ll_member){
			.person_key = key_of('p', number * 10 + (uint32_t)i),
			.born_on = i ? day(1985, 5, 1) : day(2014, 9, 1),
			.resident = true,
			.labour = i > 0,
			.in_school = i == 0,
		};
	put(writer, &event);
}

/* A fact of member `member` (0 is the child) of household `number`. */
struct fact {
	uint32_t number;
	uint32_t member;
	const char *source;
	const char *event_id;
	int32_t revision;
	bool retract;
	int32_t occurred_on;
	struct ll_payload payload;
};

static void fact(struct writer *writer, const struct fact *fact)
{
	const struct ll_key person = key_of('p', fact->number * 10 + fact->member);
	char topic[LL_NAME_MAX];
	const struct ll_household_event event = {
		.household_key = key_of('h', fact->number),
		.person_key = person,
		.area = LL_STR(VILLAGE),
		.origin = {.topic = {topic, (size_t)snprintf(topic, sizeof(topic), "life-events.%s",
							     fact->source)},
			   .offset = writer->offset++,
			   .published_at_ms = ll_day_start_ms(fact->occurred_on + 2)},
		.body = LL_BODY_LIFE_EVENT,
		.life_event = {.event_id = ll_str_from(fact->event_id),
			       .revision = fact->revision,
			       .source = ll_str_from(fact->source),
			       .occurred_on = fact->occurred_on,
			       .reported_at_ms = ll_day_start_ms(fact->occurred_on + 2),
			       .subject = {.type = LL_SUBJECT_PERSON, .key = person},
			       .action = fact->retract ? LL_ACTION_RETRACT : LL_ACTION_REPORT,
			       .payload = fact->payload},
	};

	put(writer, &event);
}

static struct ll_payload stay(int64_t own_yuan)
{
	return (struct ll_payload){.kind = LL_EVENT_HOSPITALISATION,
				   .hospitalisation = {.total_fen = 3 * own_yuan * YUAN,
						       .reimbursed_fen = 2 * own_yuan * YUAN}};
}

static struct ll_payload job_loss(int64_t wage_yuan)
{
	return (struct ll_payload){.kind = LL_EVENT_JOB_LOSS,
				   .job_loss = {.monthly_wage_fen = {true, wage_yuan * YUAN},
						.reason = LL_JOB_LOSS_EMPLOYER_CLOSED}};
}

static struct fact stay_of(uint32_t number, const char *event_id, int64_t own_yuan)
{
	return (struct fact){.number = number,
			     .member = 1,
			     .source = "medical-insurance",
			     .event_id = event_id,
			     .occurred_on = day(2025, 3, 10),
			     .payload = stay(own_yuan)};
}

static void hospital(struct writer *writer)
{
	begin(writer, "hospital",
	      "A stay in hospital: from 5,000 yuan own cost for a household out of poverty, from "
	      "20,000 for others.");
	tick(writer, day(2025, 3, 12));
	registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 60000);
	registered(writer, 2, LL_CATEGORY_ORDINARY, 1, 60000);
	registered(writer, 3, LL_CATEGORY_ORDINARY, 1, 60000);
	const struct fact facts[] = {
		stay_of(1, "stay-1", 4999), /* nothing yet */
		stay_of(1, "stay-2", 1),    /* together 5,000 */
		stay_of(2, "stay-3", 19999), stay_of(3, "stay-4", 20000),
		stay_of(9, "stay-5", 9000), /* nobody knows the household */
	};
	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++)
		fact(writer, &facts[i]);
	end(writer);
}

static void jobs(struct writer *writer)
{
	struct fact lost = {.number = 1,
			    .member = 1,
			    .source = "employment",
			    .event_id = "job-1",
			    .occurred_on = day(2025, 3, 1),
			    .payload = job_loss(3000)};
	struct fact found = lost;

	begin(writer, "job-loss",
	      "The only labourer loses the job; one of two; both; then one finds work again.");
	tick(writer, day(2025, 3, 12));
	registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 90000);
	registered(writer, 2, LL_CATEGORY_EX_POOR, 2, 90000);
	registered(writer, 3, LL_CATEGORY_EX_POOR, 3, 90000);
	fact(writer, &lost);
	lost.number = 2;
	lost.event_id = "job-2";
	fact(writer, &lost);
	lost.number = 3; /* one of three: below half */
	lost.event_id = "job-3";
	fact(writer, &lost);
	lost.number = 2;
	lost.member = 2;
	lost.event_id = "job-4";
	fact(writer, &lost);
	found.number = 2;
	found.event_id = "work-1";
	found.occurred_on = day(2025, 3, 11);
	found.payload = (struct ll_payload){.kind = LL_EVENT_EMPLOYED,
					    .employed = {.monthly_wage_fen = {true, 2800 * YUAN}}};
	fact(writer, &found);
	end(writer);
}

static void dropout(struct writer *writer)
{
	const struct fact facts[] = {
		{.number = 1,
		 .source = "education",
		 .event_id = "school-1",
		 .occurred_on = day(2025, 3, 3),
		 .payload = {.kind = LL_EVENT_SCHOOL_DROPOUT,
			     .school_dropout = {LL_SCHOOL_COMPULSORY}}},
		{.number = 2,
		 .member = 1,
		 .source = "education",
		 .event_id = "school-2",
		 .occurred_on = day(2025, 3, 3),
		 .payload = {.kind = LL_EVENT_SCHOOL_DROPOUT,
			     .school_dropout = {LL_SCHOOL_NON_COMPULSORY}}},
	};

	begin(writer, "dropout",
	      "A child out of compulsory schooling is a lead at once; an adult's course is not.");
	tick(writer, day(2025, 3, 12));
	registered(writer, 1, LL_CATEGORY_ORDINARY, 2, 90000);
	registered(writer, 2, LL_CATEGORY_ORDINARY, 2, 90000);
	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++)
		fact(writer, &facts[i]);
	end(writer);
}

static void unknown_income(struct writer *writer)
{
	struct fact illness = {
		.number = 1,
		.member = 1,
		.source = "health",
		.event_id = "illness-1",
		.occurred_on = day(2025, 3, 3),
		.payload = {.kind = LL_EVENT_CHRONIC_ILLNESS, .chronic_illness = {.severe = true}}};
	const struct fact report = {
		.number = 1,
		.member = 1,
		.source = "statistics",
		.event_id = "income-1",
		.occurred_on = day(2025, 3, 10),
		.payload = {.kind = LL_EVENT_INCOME_REPORT,
			    .income_report = {.year = 2024, .amount_fen = 90000 * YUAN}}};

	begin(writer, "unknown-income",
	      "Income that nobody reported is unknown, not zero: somebody goes and asks. Then it "
	      "is "
	      "reported, and is high.");
	tick(writer, day(2025, 3, 12));
	registered(writer, 1, LL_CATEGORY_ORDINARY, 1, -1);
	registered(writer, 2, LL_CATEGORY_ORDINARY, 1, 90000);
	registered(writer, 3, LL_CATEGORY_ORDINARY, 1, 9000);
	for (illness.number = 1; illness.number <= 3; illness.number++)
		fact(writer, &illness);
	fact(writer, &report);
	end(writer);
}

static void correction(struct writer *writer)
{
	struct fact corrected = stay_of(1, "stay-1", 9000);

	begin(writer, "correction",
	      "A stay is corrected upwards and then below the line; an older revision comes late.");
	tick(writer, day(2025, 3, 12));
	registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 60000);
	fact(writer, &corrected);
	corrected.revision = 1;
	corrected.payload = stay(12000);
	fact(writer, &corrected);
	corrected.revision = 3;
	corrected.payload = stay(1000);
	fact(writer, &corrected);
	corrected.revision = 2;
	corrected.payload = stay(30000);
	fact(writer, &corrected);
	end(writer);
}

static void retraction(struct writer *writer)
{
	struct fact retracted = stay_of(1, "stay-1", 9000);

	begin(writer, "retraction",
	      "What never was is retracted, and its tasks with it. A retraction may come first.");
	tick(writer, day(2025, 3, 12));
	registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 60000);
	registered(writer, 2, LL_CATEGORY_EX_POOR, 1, 60000);
	fact(writer, &retracted);
	retracted.revision = 1;
	retracted.retract = true;
	fact(writer, &retracted);
	retracted.number = 2;
	fact(writer, &retracted);
	retracted.revision = 0;
	retracted.retract = false;
	fact(writer, &retracted);
	/* Of the other kind, so that something is decided of household 2 as well. */
	retracted.event_id = "stay-2";
	fact(writer, &retracted);
	end(writer);
}

static void duplicate(struct writer *writer)
{
	const struct fact once = stay_of(1, "stay-1", 9000);
	struct fact other = once;

	begin(writer, "duplicate",
	      "The same fact twice is one; the same id of another department is another fact.");
	tick(writer, day(2025, 3, 12));
	registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 60000);
	fact(writer, &once);
	fact(writer, &once);
	tick(writer, day(2025, 3, 12));
	other.source = "health";
	other.payload = stay(50000);
	fact(writer, &other);
	end(writer);
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
			       .occurred_on = day(2025, 6, 20),
			       .expires_on = day(2025, 6, 25),
			       .cancelled = cancelled},
	};

	put(writer, &event);
}

static void flood(struct writer *writer)
{
	const struct fact damage = {
		.number = 1,
		.member = 1,
		.source = "water",
		.event_id = "damage-1",
		.occurred_on = day(2025, 6, 21),
		.payload = {
			.kind = LL_EVENT_FLOOD_DAMAGE,
			.flood_damage = {.house_flooded = true, .loss_fen = {true, 12000 * YUAN}}}};

	begin(writer, "flood",
	      "An alert inspects every household of the area, one reports damage, a household "
	      "comes later; the alert is cancelled.");
	tick(writer, day(2025, 6, 19));
	registered(writer, 1, LL_CATEGORY_EX_POOR, 2, 90000);
	registered(writer, 2, LL_CATEGORY_ORDINARY, 2, 90000);
	tick(writer, day(2025, 6, 20));
	alert_of(writer, 0, false);
	fact(writer, &damage);
	registered(writer, 3, LL_CATEGORY_ORDINARY, 2, 90000);
	tick(writer, day(2025, 6, 21));
	alert_of(writer, 1, true);
	tick(writer, day(2025, 6, 22));
	end(writer);
}

static void overdue(struct writer *writer)
{
	const struct fact once = stay_of(1, "stay-1", 9000);

	begin(writer, "overdue", "Nobody comes: tasks are overdue, then reported to the city.");
	tick(writer, day(2025, 3, 12));
	registered(writer, 1, LL_CATEGORY_EX_POOR, 1, 60000);
	fact(writer, &once);
	for (int32_t i = 13; i <= 31; i++)
		tick(writer, day(2025, 3, i));
	end(writer);
}

/* ---- a case of the simulator --------------------------------------------------------------- */

static struct ll_payload payload_of(const struct ll_incident *incident)
{
	struct ll_payload payload = {.kind = incident->kind};
	int64_t first = incident->first_fen.known ? incident->first_fen.value : 0;

	switch (incident->kind) {
	case LL_EVENT_HOSPITALISATION:
		payload.hospitalisation = (struct ll_hospitalisation){
			first, incident->second_fen.known ? incident->second_fen.value : 0,
			incident->third_fen};
		break;
	case LL_EVENT_CHRONIC_ILLNESS:
		payload.chronic_illness =
			(struct ll_chronic_illness){incident->code == 1, incident->first_fen};
		break;
	case LL_EVENT_JOB_LOSS:
		payload.job_loss = (struct ll_job_loss){incident->first_fen,
							(enum ll_job_loss_reason)incident->code};
		break;
	case LL_EVENT_EMPLOYED:
		payload.employed = (struct ll_employed){incident->first_fen};
		break;
	case LL_EVENT_INCOME_REPORT:
		payload.income_report = (struct ll_income_report){incident->count, first};
		break;
	case LL_EVENT_SCHOOL_DROPOUT:
		payload.school_dropout =
			(struct ll_school_dropout){(enum ll_school_stage)incident->code};
		break;
	case LL_EVENT_HOUSING_DAMAGE:
		payload.housing_damage = (struct ll_housing_damage){
			(enum ll_housing_grade)incident->code, incident->first_fen};
		break;
	case LL_EVENT_FLOOD_DAMAGE:
		payload.flood_damage =
			(struct ll_flood_damage){incident->code == 1, incident->first_fen};
		break;
	case LL_EVENT_BENEFIT:
		payload.benefit = (struct ll_benefit){(enum ll_benefit_type)incident->code, first,
						      incident->count};
		break;
	case LL_EVENT_DECLARATION:
		payload.declaration =
			(struct ll_declaration){(enum ll_need)incident->code, incident->first_fen};
		break;
	case LL_EVENT_KIND_COUNT:
		break;
	}
	return payload;
}

static void put_household(struct writer *writer, const struct ll_scenario *scenario, uint32_t index)
{
	const struct ll_sim_household *household = &scenario->population.households[index];
	struct ll_member members[LL_SIM_MEMBERS_MAX];
	char area[LL_AREA_TEXT_MAX];
	struct ll_household_event event = {
		.household_key = key_of('h', index),
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = {.category = household->category,
					 .dibao = household->dibao,
					 .exclusion_marks = (int32_t)household->marks,
					 .recorded_income_fen = {household->income_known,
								 household->income_fen},
					 .recorded_income_year = scenario->population.income_year,
					 .members = members,
					 .member_count = household->person_count},
	};

	ll_area_format((struct ll_area){household->village_code, LL_AREA_DIGITS}, area);
	event.area = ll_str_from(area);
	event.household_registered.area = event.area;
	for (uint32_t i = 0; i < household->person_count; i++) {
		const struct ll_sim_person *person =
			&scenario->population.people[household->first_person + i];

		members[i] = (struct ll_member){
			.person_key = key_of('p', household->first_person + i),
			.born_on = person->born_on,
			.resident = person->resident,
			.labour = person->labour,
			.in_school = person->in_school,
		};
	}
	put(writer, &event);
}

static void put_incident(struct writer *writer, const struct ll_scenario *scenario,
			 const struct ll_incident *incident)
{
	static const char *const sources[LL_EVENT_KIND_COUNT] = {
		[LL_EVENT_HOSPITALISATION] = "medical-insurance",
		[LL_EVENT_CHRONIC_ILLNESS] = "health",
		[LL_EVENT_JOB_LOSS] = "employment",
		[LL_EVENT_EMPLOYED] = "employment",
		[LL_EVENT_INCOME_REPORT] = "statistics",
		[LL_EVENT_SCHOOL_DROPOUT] = "education",
		[LL_EVENT_HOUSING_DAMAGE] = "housing",
		[LL_EVENT_FLOOD_DAMAGE] = "water",
		[LL_EVENT_BENEFIT] = "civil-affairs",
		[LL_EVENT_DECLARATION] = "civil-affairs",
	};
	const struct ll_sim_household *household =
		&scenario->population.households[incident->household];
	char area[LL_AREA_TEXT_MAX];
	char event_id[LL_EVENT_ID_MAX];
	char topic[LL_NAME_MAX];
	const struct ll_key person = key_of('p', incident->person);
	const char *source = sources[incident->kind];
	int64_t reported_at_ms = ll_day_start_ms(incident->reported_on);

	ll_area_format((struct ll_area){household->village_code, LL_AREA_DIGITS}, area);
	snprintf(event_id, sizeof(event_id), "%s-%u", ll_event_kind_name(incident->kind),
		 incident->number);
	snprintf(topic, sizeof(topic), "life-events.%s", source);
	put(writer, &(struct ll_household_event){
			    .household_key = key_of('h', incident->household),
			    .person_key = person,
			    .area = ll_str_from(area),
			    .origin = {.topic = ll_str_from(topic),
				       .offset = writer->offset++,
				       .published_at_ms = reported_at_ms},
			    .body = LL_BODY_LIFE_EVENT,
			    .life_event = {.event_id = ll_str_from(event_id),
					   .revision = (int32_t)incident->revision,
					   .source = ll_str_from(source),
					   .occurred_on = incident->occurred_on,
					   .reported_at_ms = reported_at_ms,
					   .subject = {.type = LL_SUBJECT_PERSON, .key = person},
					   .action = incident->retract ? LL_ACTION_RETRACT
								       : LL_ACTION_REPORT,
					   .payload = payload_of(incident)}});
}

static void put_flood(struct writer *writer, const struct ll_flood *flood)
{
	char area[LL_AREA_TEXT_MAX];

	ll_area_format((struct ll_area){flood->township_code, 9}, area);
	put(writer,
	    &(struct ll_household_event){
		    .origin = {.topic = LL_STR("lifeline-alert"), .partition = -1, .offset = -1},
		    .body = LL_BODY_AREA_ALERT,
		    .area_alert = {.alert_id = LL_STR("flood-1"),
				   .area = ll_str_from(area),
				   .kind = LL_ALERT_FLOOD,
				   .severity = 3,
				   .occurred_on = flood->day,
				   .expires_on = flood->day + 3}});
}

static void simulated(struct writer *writer)
{
	const struct ll_scenario_options options = {.seed = 7,
						    .households = 120,
						    .from = day(2025, 6, 1),
						    .days = 90,
						    .areas = "built in"};
	const struct ll_scenario_watch watch = {0};
	struct ll_villages villages;
	struct ll_scenario scenario;
	size_t next = 0;

	must(ll_villages_builtin(&villages, NULL), "villages");
	must(ll_scenario_make(&scenario, &options, &villages, &watch), "scenario");
	if (!scenario.flood.found)
		must(-LL_ERR_NOT_FOUND, "flood");
	begin(writer, "simulated", "120 made-up households, three summer months, a flood.");
	for (int32_t on = options.from; on < options.from + options.days; on++) {
		tick(writer, on);
		for (uint32_t i = 0; i < options.households; i++) {
			enum ll_sim_registered when = scenario.population.households[i].registered;

			if ((on == options.from && when == LL_SIM_REGISTERED) ||
			    (on == scenario.late_on && when == LL_SIM_LATE))
				put_household(writer, &scenario, i);
		}
		if (on == scenario.flood.day - 1)
			put_flood(writer, &scenario.flood);
		for (; next < scenario.incidents.count &&
		       scenario.incidents.list[next].reported_on <= on;
		     next++)
			if (scenario.incidents.list[next].flaw == LL_FLAW_NONE)
				put_incident(writer, &scenario, &scenario.incidents.list[next]);
	}
	end(writer);
	ll_scenario_release(&scenario);
}

int main(int argc, char **argv)
{
	static void (*const cases[])(struct writer * writer) = {
		hospital,   jobs,      dropout, unknown_income, correction,
		retraction, duplicate, flood,	overdue,	simulated,
	};
	struct writer writer = {.folder = argc == 2 ? argv[1] : NULL};
	struct ll_error error = {0};

	if (!writer.folder) {
		fprintf(stderr, "usage: write_logs FOLDER\n");
		return 2;
	}
	must(ll_codec_new(&writer.codec, &error), error.message);
	ll_buf_init(&writer.wire);
	ll_buf_init(&writer.json);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cases[i](&writer);
	ll_buf_release(&writer.wire);
	ll_buf_release(&writer.json);
	ll_codec_free(writer.codec);
	return 0;
}
