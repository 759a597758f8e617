#include "stage_kit.h"

struct ll_life_event stay_of(const struct ll_key *person, const char *event_id)
{
	return (struct ll_life_event){
		.event_id = ll_str_from(event_id),
		.source = LL_STR("health"),
		.occurred_on = KIT_DAY - 31,
		.reported_at_ms = INT64_C(1735689600000),
		.subject = {.type = LL_SUBJECT_PERSON, .key = *person},
		.payload = {.kind = LL_EVENT_HOSPITALISATION,
			    .hospitalisation = {.total_fen = FEN(20000),
						.reimbursed_fen = FEN(12000)}},
	};
}

void publish(struct kit *kit, const char *topic, const struct ll_life_event *event)
{
	kit_send_message(kit, topic, &event->subject.key, LL_MESSAGE_LIFE_EVENT, event);
}

void registry_put(struct kit *kit, const struct ll_key *person, const struct ll_key *household)
{
	const struct ll_person_registered registered = {*household, LL_STR(VILLAGE)};

	kit_send_message(kit, PEOPLE, person, LL_MESSAGE_PERSON_REGISTERED, &registered);
}

void registry_end(struct kit *kit, const struct ll_key *person)
{
	kit_send(kit, PEOPLE, LL_PARTITION_BY_KEY, (struct ll_bytes){person->bytes, LL_KEY_SIZE},
		 (struct ll_bytes){NULL, 0});
}
