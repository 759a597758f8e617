/* A case of the simulator. */
#include "base/date.h"
#include "producers/simulate/scenario.h"
#include "producers/simulate/sheet_rows.h"
#include "write_logs.h"

/* What costs: total, reimbursed, own share. */
static bool take_cost(const struct ll_incident *incident, int64_t first, struct ll_payload *payload)
{
	int64_t second = incident->second_fen.known ? incident->second_fen.value : 0;

	switch (incident->kind) {
	case LL_EVENT_HOSPITALISATION:
		payload->hospitalisation =
			(struct ll_hospitalisation){first, second, incident->third_fen};
		return true;
	case LL_EVENT_OUTPATIENT_COST:
		payload->outpatient_cost =
			(struct ll_outpatient_cost){first, second, incident->third_fen};
		return true;
	case LL_EVENT_LOAN_OVERDUE:
		payload->loan_overdue = (struct ll_loan_overdue){first, incident->ended};
		return true;
	case LL_EVENT_TUITION_COST:
		payload->tuition_cost =
			(struct ll_tuition_cost){(enum ll_school_stage)incident->code, first};
		return true;
	case LL_EVENT_ACCIDENT:
		payload->accident = (struct ll_accident){(enum ll_accident_type)incident->code,
							 incident->first_fen};
		return true;
	case LL_EVENT_DEATH:
		payload->death.own_cost_fen = incident->first_fen;
		return true;
	default:
		return false;
	}
}

/* What comes in, or does not any more. */
static bool take_income(const struct ll_incident *incident, int64_t first,
			struct ll_payload *payload)
{
	switch (incident->kind) {
	case LL_EVENT_JOB_LOSS:
		payload->job_loss = (struct ll_job_loss){incident->first_fen,
							 (enum ll_job_loss_reason)incident->code};
		return true;
	case LL_EVENT_EMPLOYED:
		payload->employed.monthly_wage_fen = incident->first_fen;
		return true;
	case LL_EVENT_WAGE_REPORT:
		payload->wage_report.monthly_wage_fen = first;
		return true;
	case LL_EVENT_INCOME_REPORT:
		payload->income_report = (struct ll_income_report){incident->count, first};
		return true;
	case LL_EVENT_BUSINESS_FAILURE:
		payload->business_failure.yearly_income_fen = incident->first_fen;
		return true;
	case LL_EVENT_UNSOLD_PRODUCE:
		payload->unsold_produce.value_fen = incident->first_fen;
		return true;
	case LL_EVENT_CROP_LOSS:
		payload->crop_loss.loss_fen = incident->first_fen;
		return true;
	case LL_EVENT_LIVESTOCK_LOSS:
		payload->livestock_loss.loss_fen = incident->first_fen;
		return true;
	case LL_EVENT_EPIDEMIC_IMPACT:
		payload->epidemic_impact.income_loss_fen = incident->first_fen;
		return true;
	case LL_EVENT_BENEFIT:
		payload->benefit = (struct ll_benefit){(enum ll_benefit_type)incident->code, first,
						       incident->count};
		return true;
	default:
		return false;
	}
}

/* What is so from a day on. */
static void take_condition(const struct ll_incident *incident, struct ll_payload *payload)
{
	switch (incident->kind) {
	case LL_EVENT_CHRONIC_ILLNESS:
		payload->chronic_illness =
			(struct ll_chronic_illness){incident->code == 1, incident->first_fen};
		break;
	case LL_EVENT_DISABILITY:
		payload->disability = (struct ll_disability){
			incident->count, (enum ll_disability_type)incident->code};
		break;
	case LL_EVENT_SCHOOL_DROPOUT:
		payload->school_dropout = (struct ll_school_dropout){
			(enum ll_school_stage)incident->code, incident->ended};
		break;
	case LL_EVENT_HOUSING_DAMAGE:
		payload->housing_damage = (struct ll_housing_damage){
			(enum ll_housing_grade)incident->code, incident->first_fen};
		break;
	case LL_EVENT_FLOOD_DAMAGE:
		payload->flood_damage =
			(struct ll_flood_damage){incident->code == 1, incident->first_fen};
		break;
	case LL_EVENT_WATER_SUPPLY_LOSS:
		payload->water_supply_loss.restored = incident->ended;
		break;
	case LL_EVENT_DECLARATION:
		payload->declaration =
			(struct ll_declaration){(enum ll_need)incident->code, incident->first_fen};
		break;
	case LL_EVENT_ASSET_RECORD:
		payload->asset_record = (struct ll_asset_record){(enum ll_asset_type)incident->code,
								 incident->ended};
		break;
	case LL_EVENT_AUTHORISATION:
		payload->authorisation.months = incident->count;
		break;
	default:
		writer_must(-LL_ERR_UNSUPPORTED, ll_event_kind_name(incident->kind));
	}
}

static struct ll_payload payload_of(const struct ll_incident *incident)
{
	struct ll_payload payload = {.kind = incident->kind};
	int64_t first = incident->first_fen.known ? incident->first_fen.value : 0;

	if (!take_cost(incident, first, &payload) && !take_income(incident, first, &payload))
		take_condition(incident, &payload);
	return payload;
}

static void put_household(struct writer *writer, const struct ll_scenario *scenario, uint32_t index)
{
	const struct ll_sim_household *household = &scenario->population.households[index];
	struct ll_member members[LL_SIM_MEMBERS_MAX];
	char area[LL_AREA_TEXT_MAX];
	struct ll_household_event event = {
		.household_key = writer_key('h', index),
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
			.person_key = writer_key('p', household->first_person + i),
			.born_on = person->born_on,
			.resident = person->resident,
			.labour = person->labour,
			.in_school = person->in_school,
		};
	}
	writer_put(writer, &event);
}

static void put_incident(struct writer *writer, const struct ll_scenario *scenario,
			 const struct ll_incident *incident)
{
	const struct ll_sheet *sheet = &ll_sheets[incident->kind];
	const struct ll_sim_household *household =
		&scenario->population.households[incident->household];
	char area[LL_AREA_TEXT_MAX];
	char event_id[LL_EVENT_ID_MAX];
	char topic[LL_NAME_MAX];
	const struct ll_key household_key = writer_key('h', incident->household);
	/* Of a household's fact the simulator names the head; it is told of the household. */
	const struct ll_key person =
		sheet->of_person ? writer_key('p', incident->person) : (struct ll_key){{0}};
	const char *source = sheet->department;
	int64_t reported_at_ms = ll_day_start_ms(incident->reported_on);

	ll_area_format((struct ll_area){household->village_code, LL_AREA_DIGITS}, area);
	snprintf(event_id, sizeof(event_id), "%s-%u", ll_event_kind_name(incident->kind),
		 incident->number);
	snprintf(topic, sizeof(topic), "life-events.%s", source);
	writer_put(
		writer,
		&(struct ll_household_event){
			.household_key = household_key,
			.person_key = person,
			.area = ll_str_from(area),
			.origin = {.topic = ll_str_from(topic),
				   .offset = writer->offset++,
				   .published_at_ms = reported_at_ms},
			.body = LL_BODY_LIFE_EVENT,
			.life_event = {
				.event_id = ll_str_from(event_id),
				.revision = (int32_t)incident->revision,
				.source = ll_str_from(source),
				.occurred_on = incident->occurred_on,
				.reported_at_ms = reported_at_ms,
				.subject = {.type = sheet->of_person ? LL_SUBJECT_PERSON
								     : LL_SUBJECT_HOUSEHOLD,
					    .key = sheet->of_person ? person : household_key},
				.action = incident->retract ? LL_ACTION_RETRACT : LL_ACTION_REPORT,
				.payload = payload_of(incident)}});
}

static void put_flood(struct writer *writer, const struct ll_flood *flood)
{
	char area[LL_AREA_TEXT_MAX];

	ll_area_format((struct ll_area){flood->township_code, 9}, area);
	writer_put(writer,
		   &(struct ll_household_event){.origin = {.topic = LL_STR("lifeline-alert"),
							   .partition = -1,
							   .offset = -1},
						.body = LL_BODY_AREA_ALERT,
						.area_alert = {.alert_id = LL_STR("flood-1"),
							       .area = ll_str_from(area),
							       .kind = LL_ALERT_FLOOD,
							       .severity = 3,
							       .occurred_on = flood->day,
							       .expires_on = flood->day + 3}});
}

/* Teams come two days after a task was opened, to most households; a few refuse or are not met. */
static void report_tasks(struct writer *writer, int32_t on)
{
	static const enum ll_task_state results[] = {
		LL_TASK_DONE,	LL_TASK_DONE,	 LL_TASK_DONE,	    LL_TASK_DONE,
		LL_TASK_FAILED, LL_TASK_REFUSED, LL_TASK_NOT_FOUND, LL_TASK_OPEN, /* nobody comes */
	};

	for (size_t i = 0; i < writer->task_count; i++) {
		const struct written_task task = writer->tasks[i];
		enum ll_task_state result = results[task.task_id.bytes[0] % 8];

		if (task.state == LL_TASK_OPEN && on >= task.opened_on + 2 &&
		    result != LL_TASK_OPEN)
			writer_report_task(writer, &task, result);
	}
}

void write_simulated(struct writer *writer)
{
	const struct ll_scenario_options options = {.seed = 7,
						    .households = 120,
						    .from = writer_day(2025, 6, 1),
						    .days = 90,
						    .areas = "built in"};
	const struct ll_scenario_watch watch = {0};
	struct ll_villages villages;
	struct ll_scenario scenario;
	size_t next = 0;

	writer_must(ll_villages_builtin(&villages, NULL), "villages");
	writer_must(ll_scenario_make(&scenario, &options, &villages, &watch), "scenario");
	if (!scenario.flood.found)
		writer_must(-LL_ERR_NOT_FOUND, "flood");
	writer_begin(writer, "simulated",
		     "120 made-up households, three summer months, a flood; teams that report.");
	for (int32_t on = options.from; on < options.from + options.days; on++) {
		writer_tick(writer, on);
		report_tasks(writer, on);
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
	writer_end(writer);
	ll_scenario_release(&scenario);
}
