#include "cli/story_words.h"

#include <stdio.h>

#include "base/date.h"
#include "core/case.h"

#define TEXT_MAX   (LL_NOTE_MAX + 1)
#define SHORT_TEXT (LL_NAME_MAX + 1)
#define LATE_DAYS  7 /* later than this is told */

/* Money in words; owned by the buffer, ended by NUL. */
static const char *yuan(int64_t amount_fen, enum ll_language language, struct ll_buf *text)
{
	ll_buf_clear(text);
	if (ll_words_value(LL_STR(""), LL_UNIT_FEN, amount_fen, language, text) ||
	    ll_buf_append(text, "", 1))
		return "?";
	return (const char *)text->data;
}

/* A department's, a team's or an officer's. */
static void name_of(struct ll_str name, enum ll_language language, char ret_text[SHORT_TEXT])
{
	snprintf(ret_text, SHORT_TEXT, "%.*s", LL_STR_ARG(ll_words_department(name, language)));
}

/* The same before what they say: in Chinese, Latin letters keep a distance. */
static void speaker_of(struct ll_str name, enum ll_language language, char ret_text[SHORT_TEXT])
{
	size_t size;

	name_of(name, language, ret_text);
	size = strlen(ret_text);
	if (language == LL_CHINESE && size > 0 && size < SHORT_TEXT - 1 && ret_text[size - 1] > 0)
		strcpy(ret_text + size, " ");
}

static void short_key(const struct ll_key *key, char ret_hex[LL_KEY_HEX_SIZE])
{
	ll_key_to_hex(key, ret_hex);
	ret_hex[LL_SHORT_KEY] = '\0';
}

/* ---- what departments say ---------------------------------------------------------------------- */

/* How a kind of event tells its particulars. */
typedef int say_payload(const struct ll_payload *payload, enum ll_language language,
			struct ll_buf *text, struct ll_buf *out);

static int say_maybe(struct ll_maybe amount_fen, enum ll_sentence sentence,
		     enum ll_language language, struct ll_buf *text, struct ll_buf *out)
{
	if (!amount_fen.known)
		return 0;
	return ll_say(out, language, sentence, yuan(amount_fen.value, language, text));
}

static int say_hospitalisation(const struct ll_payload *payload, enum ll_language language,
			       struct ll_buf *text, struct ll_buf *out)
{
	const struct ll_hospitalisation *stay = &payload->hospitalisation;
	struct ll_maybe own = stay->own_share_fen;

	if (!own.known)
		own = (struct ll_maybe){true, stay->total_fen - stay->reimbursed_fen};
	return say_maybe(own, LL_SENTENCE_OWN_COST, language, text, out);
}

static int say_chronic_illness(const struct ll_payload *payload, enum ll_language language,
			       struct ll_buf *text, struct ll_buf *out)
{
	const struct ll_chronic_illness *illness = &payload->chronic_illness;

	return say_maybe(illness->yearly_cost_fen, LL_SENTENCE_EXPECTED_COST, language, text, out);
}

static int say_job_loss(const struct ll_payload *payload, enum ll_language language,
			struct ll_buf *text, struct ll_buf *out)
{
	return say_maybe(payload->job_loss.monthly_wage_fen, LL_SENTENCE_WAGE_GONE, language, text,
			 out);
}

static int say_employed(const struct ll_payload *payload, enum ll_language language,
			struct ll_buf *text, struct ll_buf *out)
{
	return say_maybe(payload->employed.monthly_wage_fen, LL_SENTENCE_WAGE, language, text, out);
}

static int say_income_report(const struct ll_payload *payload, enum ll_language language,
			     struct ll_buf *text, struct ll_buf *out)
{
	char year[16];

	snprintf(year, sizeof(year), "%d", payload->income_report.year);
	return ll_say(out, language, LL_SENTENCE_YEAR_INCOME,
		      yuan(payload->income_report.amount_fen, language, text), year);
}

static int say_stage(enum ll_school_stage stage, enum ll_language language, struct ll_buf *out)
{
	return ll_say(out, language,
		      stage == LL_SCHOOL_COMPULSORY ? LL_SENTENCE_COMPULSORY
						    : LL_SENTENCE_NON_COMPULSORY,
		      NULL);
}

static int say_school_dropout(const struct ll_payload *payload, enum ll_language language,
			      struct ll_buf *text, struct ll_buf *out)
{
	(void)text;
	return say_stage(payload->school_dropout.stage, language, out);
}

static int say_housing_damage(const struct ll_payload *payload, enum ll_language language,
			      struct ll_buf *text, struct ll_buf *out)
{
	const char grade[2] = {(char)('A' + payload->housing_damage.grade), '\0'};
	int err = ll_say(out, language, LL_SENTENCE_HOUSING_GRADE, grade);

	return err ? err
		   : say_maybe(payload->housing_damage.repair_cost_fen, LL_SENTENCE_REPAIR,
			       language, text, out);
}

static int say_flood_damage(const struct ll_payload *payload, enum ll_language language,
			    struct ll_buf *text, struct ll_buf *out)
{
	const struct ll_flood_damage *damage = &payload->flood_damage;
	int err = damage->house_flooded ? ll_say(out, language, LL_SENTENCE_FLOODED, NULL) : 0;

	return err ? err : say_maybe(damage->loss_fen, LL_SENTENCE_LOSS, language, text, out);
}

static int say_benefit(const struct ll_payload *payload, enum ll_language language,
		       struct ll_buf *text, struct ll_buf *out)
{
	const struct ll_benefit *benefit = &payload->benefit;
	const char *type = ll_words_benefit(benefit->type, language);
	const char *amount = yuan(benefit->amount_fen, language, text);
	char months[16];

	if (benefit->months == 0)
		return ll_say(out, language, LL_SENTENCE_BENEFIT_ONCE, type, amount);
	snprintf(months, sizeof(months), "%d", benefit->months);
	return ll_say(out, language, LL_SENTENCE_BENEFIT_MONTHLY, type, amount, months);
}

static int say_declaration(const struct ll_payload *payload, enum ll_language language,
			   struct ll_buf *text, struct ll_buf *out)
{
	const struct ll_declaration *declaration = &payload->declaration;
	const char *need = ll_words_need(declaration->need, language);

	if (!declaration->amount_fen.known)
		return ll_say(out, language, LL_SENTENCE_NEED, need);
	return ll_say(out, language, LL_SENTENCE_NEED_AMOUNT, need,
		      yuan(declaration->amount_fen.value, language, text));
}

static int say_outpatient_cost(const struct ll_payload *payload, enum ll_language language,
			       struct ll_buf *text, struct ll_buf *out)
{
	const struct ll_outpatient_cost *cost = &payload->outpatient_cost;
	struct ll_maybe own = cost->own_share_fen;

	if (!own.known)
		own = (struct ll_maybe){true, cost->total_fen - cost->reimbursed_fen};
	return say_maybe(own, LL_SENTENCE_OWN_COST, language, text, out);
}

static int say_disability(const struct ll_payload *payload, enum ll_language language,
			  struct ll_buf *text, struct ll_buf *out)
{
	char grade[16];

	(void)text;
	snprintf(grade, sizeof(grade), "%d", payload->disability.grade);
	return ll_say(out, language, LL_SENTENCE_DISABILITY,
		      ll_words_disability(payload->disability.type, language), grade);
}

static int say_death(const struct ll_payload *payload, enum ll_language language,
		     struct ll_buf *text, struct ll_buf *out)
{
	return say_maybe(payload->death.own_cost_fen, LL_SENTENCE_OWN_COST, language, text, out);
}

static int say_wage_report(const struct ll_payload *payload, enum ll_language language,
			   struct ll_buf *text, struct ll_buf *out)
{
	return ll_say(out, language, LL_SENTENCE_WAGE_NOW,
		      yuan(payload->wage_report.monthly_wage_fen, language, text));
}

static int say_business_failure(const struct ll_payload *payload, enum ll_language language,
				struct ll_buf *text, struct ll_buf *out)
{
	return say_maybe(payload->business_failure.yearly_income_fen,
			 LL_SENTENCE_YEARLY_INCOME_GONE, language, text, out);
}

static int say_unsold_produce(const struct ll_payload *payload, enum ll_language language,
			      struct ll_buf *text, struct ll_buf *out)
{
	return say_maybe(payload->unsold_produce.value_fen, LL_SENTENCE_INCOME_LOST, language, text,
			 out);
}

static int say_loan_overdue(const struct ll_payload *payload, enum ll_language language,
			    struct ll_buf *text, struct ll_buf *out)
{
	if (payload->loan_overdue.settled)
		return 0;
	return ll_say(out, language, LL_SENTENCE_OVERDUE_AMOUNT,
		      yuan(payload->loan_overdue.overdue_fen, language, text));
}

static int say_tuition_cost(const struct ll_payload *payload, enum ll_language language,
			    struct ll_buf *text, struct ll_buf *out)
{
	const struct ll_tuition_cost *cost = &payload->tuition_cost;
	int err = say_stage(cost->stage, language, out);

	return err ? err
		   : ll_say(out, language, LL_SENTENCE_OWN_COST,
			    yuan(cost->own_cost_fen, language, text));
}

static int say_nothing(const struct ll_payload *payload, enum ll_language language,
		       struct ll_buf *text, struct ll_buf *out)
{
	(void)payload;
	(void)language;
	(void)text;
	(void)out;
	return 0;
}

static int say_crop_loss(const struct ll_payload *payload, enum ll_language language,
			 struct ll_buf *text, struct ll_buf *out)
{
	return say_maybe(payload->crop_loss.loss_fen, LL_SENTENCE_LOSS, language, text, out);
}

static int say_livestock_loss(const struct ll_payload *payload, enum ll_language language,
			      struct ll_buf *text, struct ll_buf *out)
{
	return say_maybe(payload->livestock_loss.loss_fen, LL_SENTENCE_LOSS, language, text, out);
}

static int say_accident(const struct ll_payload *payload, enum ll_language language,
			struct ll_buf *text, struct ll_buf *out)
{
	const struct ll_accident *accident = &payload->accident;
	int err = ll_say(out, language, LL_SENTENCE_KIND,
			 ll_words_accident(accident->type, language));

	return err ? err
		   : say_maybe(accident->own_cost_fen, LL_SENTENCE_OWN_COST, language, text, out);
}

static int say_epidemic_impact(const struct ll_payload *payload, enum ll_language language,
			       struct ll_buf *text, struct ll_buf *out)
{
	return say_maybe(payload->epidemic_impact.income_loss_fen, LL_SENTENCE_INCOME_LOST,
			 language, text, out);
}

static int say_asset_record(const struct ll_payload *payload, enum ll_language language,
			    struct ll_buf *text, struct ll_buf *out)
{
	(void)text;
	return ll_say(out, language, LL_SENTENCE_KIND,
		      ll_words_asset(payload->asset_record.type, language));
}

static int say_authorisation(const struct ll_payload *payload, enum ll_language language,
			     struct ll_buf *text, struct ll_buf *out)
{
	char months[16];

	(void)text;
	snprintf(months, sizeof(months), "%d", payload->authorisation.months);
	return payload->authorisation.months > 0
		       ? ll_say(out, language, LL_SENTENCE_CONSENT, months)
		       : 0;
}

static say_payload *const payload_sayers[LL_EVENT_KIND_COUNT] = {
	[LL_EVENT_HOSPITALISATION] = say_hospitalisation,
	[LL_EVENT_CHRONIC_ILLNESS] = say_chronic_illness,
	[LL_EVENT_JOB_LOSS] = say_job_loss,
	[LL_EVENT_EMPLOYED] = say_employed,
	[LL_EVENT_INCOME_REPORT] = say_income_report,
	[LL_EVENT_SCHOOL_DROPOUT] = say_school_dropout,
	[LL_EVENT_HOUSING_DAMAGE] = say_housing_damage,
	[LL_EVENT_FLOOD_DAMAGE] = say_flood_damage,
	[LL_EVENT_BENEFIT] = say_benefit,
	[LL_EVENT_DECLARATION] = say_declaration,
	[LL_EVENT_OUTPATIENT_COST] = say_outpatient_cost,
	[LL_EVENT_DISABILITY] = say_disability,
	[LL_EVENT_DEATH] = say_death,
	[LL_EVENT_WAGE_REPORT] = say_wage_report,
	[LL_EVENT_BUSINESS_FAILURE] = say_business_failure,
	[LL_EVENT_UNSOLD_PRODUCE] = say_unsold_produce,
	[LL_EVENT_LOAN_OVERDUE] = say_loan_overdue,
	[LL_EVENT_TUITION_COST] = say_tuition_cost,
	[LL_EVENT_WATER_SUPPLY_LOSS] = say_nothing,
	[LL_EVENT_CROP_LOSS] = say_crop_loss,
	[LL_EVENT_LIVESTOCK_LOSS] = say_livestock_loss,
	[LL_EVENT_ACCIDENT] = say_accident,
	[LL_EVENT_EPIDEMIC_IMPACT] = say_epidemic_impact,
	[LL_EVENT_ASSET_RECORD] = say_asset_record,
	[LL_EVENT_AUTHORISATION] = say_authorisation,
};

static bool is_good_news(const struct ll_payload *payload)
{
	switch (payload->kind) {
	case LL_EVENT_SCHOOL_DROPOUT:
		return payload->school_dropout.returned;
	case LL_EVENT_HOUSING_DAMAGE:
		return payload->housing_damage.grade <= LL_HOUSING_B;
	case LL_EVENT_WATER_SUPPLY_LOSS:
		return payload->water_supply_loss.restored;
	case LL_EVENT_LOAN_OVERDUE:
		return payload->loan_overdue.settled;
	case LL_EVENT_ASSET_RECORD:
		return payload->asset_record.gone;
	case LL_EVENT_AUTHORISATION:
		return payload->authorisation.months == 0;
	default:
		return false;
	}
}

static struct ll_str kind_in_words(const struct ll_payload *payload, enum ll_language language)
{
	if (payload->kind == LL_EVENT_CHRONIC_ILLNESS)
		return ll_str_from(ll_sentence_text(payload->chronic_illness.severe
							    ? LL_SENTENCE_ILLNESS_SEVERE
							    : LL_SENTENCE_ILLNESS_LONG,
						    language));
	if (is_good_news(payload))
		return ll_str_from(ll_words_good_news(payload->kind, language));
	return ll_words_fact_kind(ll_str_from(ll_event_kind_name(payload->kind)), language);
}

/* Whom it is about: without names, by the year of birth. */
static int say_member(const struct ll_story_item *item, enum ll_language language,
		      struct ll_buf *out)
{
	char year[16];

	if (!item->member)
		return ll_buf_append(out, "", 1);
	snprintf(year, sizeof(year), "%d", ll_day_to_date(item->member->born_on).year);
	int err = ll_say(out, language, LL_SENTENCE_MEMBER, year);

	return err ? err : ll_buf_append(out, "", 1);
}

static int say_fact(const struct ll_story_item *item, enum ll_language language,
		    struct ll_buf *text, struct ll_buf *out)
{
	const struct ll_life_event *event = &item->input->life_event;
	int32_t late = ll_day_of_ms(event->reported_at_ms) - event->occurred_on;
	struct ll_str kind = kind_in_words(&event->payload, language);
	char kind_text[SHORT_TEXT];
	char day[LL_DAY_TEXT_MAX];
	char source[SHORT_TEXT];
	char days[16];
	struct ll_buf particulars, member;
	int err;

	snprintf(kind_text, sizeof(kind_text), "%.*s", LL_STR_ARG(kind));
	speaker_of(event->source, language, source);
	snprintf(days, sizeof(days), "%d", late);
	ll_day_format(event->occurred_on, day);
	ll_buf_init(&particulars);
	ll_buf_init(&member);
	err = payload_sayers[event->payload.kind](&event->payload, language, text, &particulars);
	if (!err)
		err = ll_buf_append(&particulars, "", 1);
	if (!err)
		err = say_member(item, language, &member);
	if (!err)
		err = ll_say(out, language,
			     late > LATE_DAYS ? LL_SENTENCE_EVENT_LATE : LL_SENTENCE_EVENT,
			     kind_text, day, (const char *)particulars.data, source, days,
			     (const char *)member.data);
	ll_buf_release(&member);
	ll_buf_release(&particulars);
	return err;
}

/* The particulars of what is corrected, without the comma before them; nothing where none are told. */
static int say_before(const struct ll_story_item *item, enum ll_language language,
		      struct ll_buf *text, struct ll_buf *out)
{
	const char *comma = language == LL_CHINESE ? "，" : ", ";
	const struct ll_life_event *event = item->corrects;
	struct ll_buf particulars;
	int err;

	if (!event || item->input->life_event.action == LL_ACTION_RETRACT)
		return ll_buf_append(out, "", 1);
	ll_buf_init(&particulars);
	err = payload_sayers[event->payload.kind](&event->payload, language, text, &particulars);
	if (!err && particulars.size > strlen(comma))
		err = ll_buf_append(out, particulars.data + strlen(comma),
				    particulars.size - strlen(comma));
	if (!err)
		err = ll_buf_append(out, "", 1);
	ll_buf_release(&particulars);
	return err;
}

static int say_life_event(const struct ll_story_item *item, enum ll_language language,
			  struct ll_buf *text, struct ll_buf *out)
{
	const struct ll_life_event *event = &item->input->life_event;
	struct ll_buf fact;
	struct ll_buf before;
	char revision[16];
	int err;

	snprintf(revision, sizeof(revision), "%d", event->revision);
	ll_buf_init(&fact);
	ll_buf_init(&before);
	err = say_fact(item, language, text, &fact);
	if (!err)
		err = ll_buf_append(&fact, "", 1);
	if (!err)
		err = say_before(item, language, text, &before);
	if (err)
		goto done;
	const char *said = (const char *)fact.data;

	if (item->again)
		err = ll_say(out, language, LL_SENTENCE_AGAIN, said);
	else if (event->action == LL_ACTION_RETRACT)
		err = ll_say(out, language, LL_SENTENCE_RETRACTED, said);
	else if (before.size > 1)
		err = ll_say(out, language, LL_SENTENCE_CORRECTED_FROM, revision, said,
			     (const char *)before.data);
	else if (event->revision > 0)
		err = ll_say(out, language, LL_SENTENCE_CORRECTED, revision, said);
	else
		err = ll_buf_append_str(out, said);
done:
	ll_buf_release(&before);
	ll_buf_release(&fact);
	return err;
}

/* ---- other inputs ------------------------------------------------------------------------------ */

static int say_income(const struct ll_household_registered *registered, enum ll_language language,
		      struct ll_buf *text, struct ll_buf *out)
{
	const int64_t income_fen = registered->recorded_income_fen.value;
	char year[16], all[SHORT_TEXT];

	if (!registered->recorded_income_fen.known || registered->member_count == 0)
		return ll_say(out, language, LL_SENTENCE_NO_INCOME, NULL);
	snprintf(year, sizeof(year), "%d", registered->recorded_income_year);
	snprintf(all, sizeof(all), "%s", yuan(income_fen, language, text));
	return ll_say(out, language, LL_SENTENCE_INCOME, year,
		      yuan(income_fen / (int64_t)registered->member_count, language, text), all);
}

/* What else the registry knows, where there is something. */
static int say_dibao_and_marks(const struct ll_household_registered *registered,
			       enum ll_language language, struct ll_buf *text, struct ll_buf *out)
{
	int err = 0;

	if (registered->dibao)
		err = ll_say(out, language, LL_SENTENCE_AND, NULL);
	if (!err && registered->dibao)
		err = ll_say(out, language, LL_SENTENCE_RECEIVES_DIBAO, NULL);
	if (err || registered->exclusion_marks == 0)
		return err;
	ll_buf_clear(text);
	err = ll_words_marks((uint32_t)registered->exclusion_marks, language, text);
	if (!err)
		err = ll_buf_append(text, "", 1);
	if (!err)
		err = ll_say(out, language, LL_SENTENCE_AND, NULL);
	return err ? err : ll_say(out, language, LL_SENTENCE_MARKS, (const char *)text->data);
}

static int say_registered(const struct ll_household_registered *registered, bool renewed,
			  enum ll_language language, struct ll_buf *text, struct ll_buf *out)
{
	enum ll_sentence category = registered->category == LL_CATEGORY_EX_POOR
					    ? LL_SENTENCE_EX_POOR
					    : LL_SENTENCE_ORDINARY;
	size_t labour_count = 0;
	char members[24];
	char labourers[24];
	char area[SHORT_TEXT];
	struct ll_buf income;
	int err;

	if (registered->dissolved)
		return ll_say(out, language, LL_SENTENCE_DISSOLVED, NULL);
	for (size_t i = 0; i < registered->member_count; i++)
		labour_count += registered->members[i].labour;
	snprintf(members, sizeof(members), "%zu", registered->member_count);
	snprintf(labourers, sizeof(labourers), "%zu", labour_count);
	snprintf(area, sizeof(area), "%.*s", LL_STR_ARG(registered->area));
	ll_buf_init(&income);
	err = say_income(registered, language, text, &income);
	if (!err)
		err = ll_buf_append(&income, "", 1);
	if (!err)
		err = ll_say(out, language, renewed ? LL_SENTENCE_RENEWED : LL_SENTENCE_REGISTERED,
			     area, ll_sentence_text(category, language), members, labourers,
			     (const char *)income.data);
	if (!err)
		err = say_dibao_and_marks(registered, language, text, out);
	ll_buf_release(&income);
	return err;
}

static int say_alert(const struct ll_area_alert *alert, enum ll_language language,
		     struct ll_buf *out)
{
	static const char *const grades[] = {"?", "Ⅳ级", "Ⅲ级", "Ⅱ级", "Ⅰ级"};
	const char *kind = ll_words_alert_kind(alert->kind, language);
	const bool graded = alert->severity >= 1 && alert->severity <= 4;
	char area[SHORT_TEXT];
	char severity[16];
	char until[LL_DAY_TEXT_MAX];

	snprintf(area, sizeof(area), "%.*s", LL_STR_ARG(alert->area));
	if (language == LL_CHINESE)
		snprintf(severity, sizeof(severity), "%s", grades[graded ? alert->severity : 0]);
	else
		snprintf(severity, sizeof(severity), "%d", alert->severity);
	ll_day_format(alert->expires_on, until);
	if (alert->cancelled)
		return ll_say(out, language, LL_SENTENCE_ALERT_OVER, area, kind);
	return ll_say(out, language, LL_SENTENCE_ALERT, area, kind,
		      ll_words_severity(alert->severity, language), severity,
		      ll_story_area_level(alert->area.size, language), until);
}

static int say_policy(const struct ll_policy_activated *policy, enum ll_sentence sentence,
		      enum ll_language language, struct ll_buf *out)
{
	char name[SHORT_TEXT];
	char version[SHORT_TEXT];
	char day[LL_DAY_TEXT_MAX];

	snprintf(name, sizeof(name), "%.*s", LL_STR_ARG(policy->name));
	snprintf(version, sizeof(version), "%.*s", LL_STR_ARG(policy->version));
	ll_day_format(policy->effective_on, day);
	return ll_say(out, language, sentence, name, version, day);
}

/* What was said, and in brackets the note, if there is one. */
static int say_with_note(const struct ll_buf *said, struct ll_str note, enum ll_language language,
			 struct ll_buf *out)
{
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%.*s", LL_STR_ARG(note));
	if (note.size == 0)
		return ll_buf_append_str(out, (const char *)said->data);
	return ll_say(out, language, LL_SENTENCE_NOTE, (const char *)said->data, text);
}

static int say_report(const struct ll_story_item *item, enum ll_language language,
		      struct ll_buf *out)
{
	const struct ll_task_updated *update = &item->input->task_updated;
	char who[SHORT_TEXT], task[LL_KEY_HEX_SIZE];
	struct ll_buf said;
	int err;

	speaker_of(update->by, language, who);
	short_key(&update->task_id, task);
	ll_buf_init(&said);
	err = ll_say(
		&said, language, item->about ? LL_SENTENCE_REPORT : LL_SENTENCE_REPORT_OF_UNKNOWN,
		who, item->about ? ll_words_measure(item->about->measure, language) : "",
		item->about ? ll_words_task_state_of(item->about->measure, update->state, language)
			    : ll_words_task_state(update->state, language),
		task);
	if (!err)
		err = ll_buf_append(&said, "", 1);
	if (!err)
		err = say_with_note(&said, update->note, language, out);
	ll_buf_release(&said);
	return err;
}

static int say_seen(int32_t dimensions, enum ll_sentence sentence, enum ll_language language,
		    struct ll_buf *text, struct ll_buf *out)
{
	int err;

	if (dimensions == 0)
		return 0;
	ll_buf_clear(text);
	err = sentence == LL_SENTENCE_SEEN_SECURE
		      ? ll_words_secured((uint32_t)dimensions, language, text)
		      : ll_words_dimensions((uint32_t)dimensions, language, text);
	if (!err)
		err = ll_buf_append(text, "", 1);
	return err ? err : ll_say(out, language, sentence, (const char *)text->data);
}

/* A visit after the first confirms nothing: somebody looked in again. */
static const char *decision_in_words(const struct ll_story_item *item, enum ll_language language)
{
	const enum ll_case_decision_type type = item->input->case_decision.type;

	return type == LL_DECIDED_VISIT_CONFIRMED && item->state != LL_CASE_LEAD &&
			       item->state != LL_CASE_NONE
		       ? ll_sentence_text(LL_SENTENCE_VISITED_AGAIN, language)
		       : ll_words_case_decision(type, language);
}

static int say_decision(const struct ll_story_item *item, enum ll_language language,
			struct ll_buf *text, struct ll_buf *out)
{
	const struct ll_case_decision *decision = &item->input->case_decision;
	char who[SHORT_TEXT];
	struct ll_buf said;
	int err;

	name_of(decision->by, language, who);
	ll_buf_init(&said);
	err = ll_say(&said, language, LL_SENTENCE_DECISION, who, decision_in_words(item, language));
	if (!err)
		err = say_seen(decision->secure, LL_SENTENCE_SEEN_SECURE, language, text, &said);
	if (!err)
		err = say_seen(decision->at_risk, LL_SENTENCE_SEEN_AT_RISK, language, text, &said);
	if (!err)
		err = ll_buf_append(&said, "", 1);
	if (!err)
		err = say_with_note(&said, decision->reason, language, out);
	ll_buf_release(&said);
	return err;
}

static int say_body(const struct ll_story_item *item, bool registered, enum ll_language language,
		    struct ll_buf *text, struct ll_buf *out)
{
	const struct ll_household_event *input = item->input;

	switch (input->body) {
	case LL_BODY_LIFE_EVENT:
		return say_life_event(item, language, text, out);
	case LL_BODY_HOUSEHOLD_REGISTERED:
		return say_registered(&input->household_registered, registered, language, text,
				      out);
	case LL_BODY_AREA_ALERT:
		return say_alert(&input->area_alert, language, out);
	case LL_BODY_POLICY_ACTIVATED:
		return say_policy(&input->policy_activated, LL_SENTENCE_POLICY, language, out);
	case LL_BODY_TASK_UPDATED:
		return say_report(item, language, out);
	case LL_BODY_CASE_DECISION:
		return say_decision(item, language, text, out);
	default:
		return item->began
			       ? say_policy(item->began, LL_SENTENCE_POLICY_BEGAN, language, out)
			       : ll_say(out, language, LL_SENTENCE_DAY_BEGAN, NULL);
	}
}

static int say_input(const struct ll_story_item *item, bool registered, enum ll_language language,
		     struct ll_buf *text, struct ll_buf *out)
{
	struct ll_buf said;
	int err;

	if (!item->rejected)
		return say_body(item, registered, language, text, out);
	ll_buf_init(&said);
	err = say_body(item, registered, language, text, &said);
	if (!err)
		err = ll_buf_append(&said, "", 1);
	if (!err)
		err = ll_say(out, language, LL_SENTENCE_REJECTED, (const char *)said.data,
			     ll_err_by_name(item->rejected)
				     ? ll_words_error(ll_err_by_name(item->rejected), language)
				     : item->rejected);
	ll_buf_release(&said);
	return err;
}

/* ---- what follows ------------------------------------------------------------------------------ */

/* How a move is told; what is not here is told by the names of the two states. */
static const struct {
	enum ll_case_state before;
	enum ll_case_state after;
	enum ll_sentence sentence;
} moves[] = {
	{LL_CASE_NONE, LL_CASE_LEAD, LL_SENTENCE_LEAD},
	{LL_CASE_REJECTED, LL_CASE_LEAD, LL_SENTENCE_LEAD_AFTER_REJECTION},
	{LL_CASE_ELIMINATED, LL_CASE_LEAD, LL_SENTENCE_LEAD_AFTER_ELIMINATION},
	{LL_CASE_LEAD, LL_CASE_NONE, LL_SENTENCE_NO_LEAD},
	{LL_CASE_LEAD, LL_CASE_VERIFIED, LL_SENTENCE_VERIFIED},
	{LL_CASE_LEAD, LL_CASE_REJECTED, LL_SENTENCE_NOT_TAKEN_IN},
	{LL_CASE_LEAD, LL_CASE_ELIMINATED, LL_SENTENCE_ELIMINATED_AGAIN},
	{LL_CASE_VERIFIED, LL_CASE_REVIEWED, LL_SENTENCE_REVIEWED},
	{LL_CASE_VERIFIED, LL_CASE_REJECTED, LL_SENTENCE_NOT_TAKEN_IN},
	{LL_CASE_REVIEWED, LL_CASE_CHECKED, LL_SENTENCE_CHECKED},
	{LL_CASE_REVIEWED, LL_CASE_REJECTED, LL_SENTENCE_NOT_TAKEN_IN},
	{LL_CASE_CHECKED, LL_CASE_MONITORED, LL_SENTENCE_MONITORED},
	{LL_CASE_CHECKED, LL_CASE_REJECTED, LL_SENTENCE_NOT_TAKEN_IN},
	{LL_CASE_MONITORED, LL_CASE_ELIMINATED, LL_SENTENCE_ELIMINATED},
	{LL_CASE_ELIMINATED, LL_CASE_NONE, LL_SENTENCE_RELEASED},
};

static enum ll_sentence sentence_of_move(const struct ll_story_item *item)
{
	const struct ll_risk_change *change = item->change;

	/* A person's word rejects; without one it is the need that has gone. */
	if (change->before == LL_CASE_LEAD && change->after == LL_CASE_REJECTED && !item->by_person)
		return LL_SENTENCE_REJECTED_AGAIN;
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
		if (moves[i].before == change->before && moves[i].after == change->after)
			return moves[i].sentence;
	return LL_SENTENCE_CASE;
}

/* The sentence's part, after what was said of the change already. */
static int say_part(struct ll_buf *out, size_t start, enum ll_language language,
		    enum ll_sentence sentence, const char *const arguments[])
{
	int err = out->size > start ? ll_say(out, language, LL_SENTENCE_AND, NULL) : 0;

	return err ? err : ll_sentence_append(out, language, sentence, arguments);
}

static bool is_lasting(enum ll_group group)
{
	return group == LL_GROUP_UNSTABLE || group == LL_GROUP_MARGINAL;
}

/* Until the county has decided it is a guess. */
static enum ll_sentence sentence_of_group(const struct ll_story_item *item)
{
	if (item->change->after == LL_CASE_MONITORED)
		return LL_SENTENCE_GROUP_DECIDED;
	return item->group_before == LL_GROUP_SUDDEN && is_lasting(item->change->group)
		       ? LL_SENTENCE_GROUP_LASTING
		       : LL_SENTENCE_GROUP;
}

/* What is done in case of something raises the level, and nothing else. */
static bool is_precaution(const struct ll_risk_change *change)
{
	return change->before == LL_CASE_NONE && change->after == LL_CASE_NONE &&
	       change->level_before != change->level_after;
}

static int say_change(const struct ll_story_item *item, enum ll_language language,
		      struct ll_buf *out)
{
	const struct ll_risk_change *change = item->change;
	const bool moved = change->before != change->after;
	const bool flagged = moved && change->after == LL_CASE_LEAD;
	const bool levelled = change->level_before != change->level_after && !flagged &&
			      change->after != LL_CASE_NONE;
	const bool grouped =
		change->group != LL_GROUP_NONE && (change->group != item->group_before ||
						   (moved && change->after == LL_CASE_MONITORED));
	const bool held = change->held != item->held_before;
	const char *const words[LL_SENTENCE_ARGUMENTS_MAX] = {
		ll_words_level(change->level_after, language),
		moved ? ll_words_case_state(change->before, language)
		      : ll_words_level(change->level_before, language),
		ll_words_case_state(change->after, language),
	};
	const char *const levels[LL_SENTENCE_ARGUMENTS_MAX] = {
		words[0], ll_words_level(change->level_before, language),
		ll_words_case_state(change->after, language)};
	const char *const group[LL_SENTENCE_ARGUMENTS_MAX] = {
		ll_words_group(change->group, language)};
	size_t start = out->size;
	int err = 0;

	if (is_precaution(change))
		err = say_part(out, start, language,
			       change->level_after > 0 ? LL_SENTENCE_PRECAUTION
						       : LL_SENTENCE_PRECAUTION_OVER,
			       words);
	if (!err && moved)
		err = say_part(out, start, language, sentence_of_move(item), words);
	if (!err && levelled)
		err = say_part(out, start, language,
			       change->level_after == 0 && ll_case_rank(change->after) >= 2
				       ? LL_SENTENCE_LEVEL_PEOPLE
				       : LL_SENTENCE_LEVEL,
			       levels);
	if (!err && grouped)
		err = say_part(out, start, language, sentence_of_group(item), group);
	if (!err && held)
		err = say_part(out, start, language,
			       change->held ? LL_SENTENCE_HELD : LL_SENTENCE_HELD_NO_MORE, words);
	if (!err && out->size == start)
		err = say_part(out, start, language, LL_SENTENCE_STAYS, words);
	return err;
}

static int say_task(const struct ll_task *task, int32_t today, enum ll_language language,
		    struct ll_buf *out)
{
	static const enum ll_sentence of_change[LL_TASK_CHANGE_COUNT] = {
		[LL_CHANGE_OPENED] = LL_SENTENCE_TASK_OPENED,
		[LL_CHANGE_STRENGTHENED] = LL_SENTENCE_TASK_STRENGTHENED,
		[LL_CHANGE_UPDATED] = LL_SENTENCE_TASK_UPDATED,
		[LL_CHANGE_WITHDRAWN] = LL_SENTENCE_TASK_WITHDRAWN,
		[LL_CHANGE_OVERDUE] = LL_SENTENCE_TASK_OVERDUE,
	};
	char id[LL_KEY_HEX_SIZE];
	char due[LL_DAY_TEXT_MAX];
	char department[SHORT_TEXT];
	enum ll_sentence sentence = of_change[task->change];

	if (task->change == LL_CHANGE_STRENGTHENED && task->due_on < today)
		sentence = LL_SENTENCE_TASK_STRENGTHENED_LATE;
	short_key(&task->task_id, id);
	ll_day_format(task->due_on, due);
	name_of(task->department, language, department);
	return ll_say(out, language, sentence, id, ll_words_measure(task->measure, language),
		      ll_words_level(task->level, language), due, department,
		      ll_words_task_state_of(task->measure, task->state, language));
}

static int say_escalation(const struct ll_escalation *escalation, enum ll_language language,
			  struct ll_buf *out)
{
	char city[SHORT_TEXT];
	char id[LL_KEY_HEX_SIZE];
	char days[16];

	snprintf(city, sizeof(city), "%.*s", LL_STR_ARG(escalation->city));
	short_key(&escalation->task_id, id);
	snprintf(days, sizeof(days), "%d", escalation->days_overdue);
	return ll_say(out, language, LL_SENTENCE_ESCALATED, city, id,
		      ll_words_measure(escalation->measure, language), days);
}

int ll_story_say(const struct ll_story_item *item, bool registered, enum ll_language language,
		 struct ll_buf *out)
{
	struct ll_buf text;
	int err = 0;

	ll_buf_init(&text);
	switch (item->kind) {
	case LL_STORY_INPUT:
		err = say_input(item, registered, language, &text, out);
		break;
	case LL_STORY_CHANGE:
		err = say_change(item, language, out);
		break;
	case LL_STORY_TASK:
		err = say_task(item->task, item->day, language, out);
		break;
	case LL_STORY_ESCALATION:
		err = say_escalation(item->escalation, language, out);
		break;
	}
	ll_buf_release(&text);
	return err;
}

const char *ll_story_area_level(size_t digits, enum ll_language language)
{
	const enum ll_sentence level = digits <= 2   ? LL_SENTENCE_PROVINCE
				       : digits <= 4 ? LL_SENTENCE_CITY
				       : digits <= 6 ? LL_SENTENCE_COUNTY
				       : digits <= 9 ? LL_SENTENCE_TOWNSHIP
						     : LL_SENTENCE_VILLAGE;

	return ll_sentence_text(level, language);
}

const struct ll_reason *ll_story_reasons(const struct ll_story_item *item, size_t *ret_count)
{
	*ret_count = item->kind == LL_STORY_CHANGE ? item->change->reason_count
		     : item->kind == LL_STORY_TASK ? item->task->reason_count
						   : 0;
	return item->kind == LL_STORY_CHANGE ? item->change->reasons
	       : item->kind == LL_STORY_TASK ? item->task->reasons
					     : NULL;
}
