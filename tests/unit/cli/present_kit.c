#include "present_kit.h"

#include "base/date.h"

#define EVENTS "household-events"

struct ll_key home_of(uint32_t number)
{
	return kit_any_key(1000 + number);
}

static void send_event(struct kit *kit, uint32_t number, struct ll_household_event event)
{
	event.household_key = home_of(number);
	kit_send_message(kit, EVENTS, &event.household_key, LL_MESSAGE_HOUSEHOLD_EVENT, &event);
}

void send_home(struct kit *kit, uint32_t number, const char *village)
{
	const struct ll_member members[] = {
		{.person_key = kit_any_key(2000 + number), .resident = true, .labour = true}};
	const struct ll_household_event event = {
		.area = ll_str_from(village),
		.body = LL_BODY_HOUSEHOLD_REGISTERED,
		.household_registered = {.area = ll_str_from(village),
					 .category = LL_CATEGORY_EX_POOR,
					 .members = members,
					 .member_count = 1},
	};

	send_event(kit, number, event);
}

void send_stay(struct kit *kit, uint32_t number)
{
	const struct ll_key person = kit_any_key(2000 + number);
	const struct ll_household_event event = {
		.person_key = person,
		.area = LL_STR(""),
		.origin = {.topic = LL_STR("life-events.health"), .offset = number},
		.body = LL_BODY_LIFE_EVENT,
		.life_event = {.event_id = LL_STR("stay"),
			       .source = LL_STR("health"),
			       .occurred_on = KIT_DAY - 1,
			       .reported_at_ms = ll_day_start_ms(KIT_DAY),
			       .subject = {.type = LL_SUBJECT_PERSON, .key = person},
			       .payload = {.kind = LL_EVENT_HOSPITALISATION,
					   .hospitalisation = {.total_fen = FEN(8000)}}},
	};

	send_event(kit, number, event);
}

void send_decision(struct kit *kit, uint32_t number, enum ll_case_decision_type type,
		   int32_t secure)
{
	const struct ll_household_event event = {
		.area = LL_STR(""),
		.body = LL_BODY_CASE_DECISION,
		.case_decision = {.decision_id = ll_str_from(ll_case_decision_name(type)),
				  .type = type,
				  .by = LL_STR("team"),
				  .reason = LL_STR("seen"),
				  .secure = secure},
	};

	send_event(kit, number, event);
}

static void broadcast(struct kit *kit, const struct ll_household_event *event)
{
	struct ll_buf wire;

	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(kit->codec, LL_MESSAGE_HOUSEHOLD_EVENT, event, &wire), 0);
	for (int32_t i = 0; i < KIT_PARTITIONS; i++)
		kit_send(kit, EVENTS, i, (struct ll_bytes){NULL, 0}, ll_buf_bytes(&wire));
	ll_buf_release(&wire);
}

void send_tick(struct kit *kit, int32_t day)
{
	const struct ll_household_event event = {.body = LL_BODY_TICK, .tick = {.day = day}};

	broadcast(kit, &event);
}

void send_policy(struct kit *kit, const char *text, int32_t effective_on)
{
	const struct ll_household_event event = {
		.body = LL_BODY_POLICY_ACTIVATED,
		.policy_activated = {.name = LL_STR("test"),
				     .version = LL_STR("1"),
				     .effective_on = effective_on,
				     .text = ll_str_from(text)},
	};

	broadcast(kit, &event);
}
