#include "home.h"

#include <stdio.h>

#include "base/hash.h"
#include "core/household.h"

int home_setup(void **state)
{
	static struct home home;
	struct ll_key key = key_of(7);

	ll_slab_init(&home.slab);
	ll_household_init(&home.household, &key);
	home.today = day(2025, 6, 15);
	home_feed(&home, registered(7));
	*state = &home;
	return 0;
}

int home_teardown(void **state)
{
	struct home *home = *state;

	ll_household_release(&home->household, &home->slab);
	ll_slab_release(&home->slab);
	return 0;
}

static void put(struct home *home, const struct ll_fact *fact)
{
	enum ll_fact_change change;

	assert_int_equal(ll_fact_put(&home->household, fact, &home->slab, &change), 0);
}

static void feed_life_event(struct home *home, const struct ll_household_event *event)
{
	uint32_t person =
		ll_key_is_zero(&event->person_key) ? 0 : ll_person_tag(&event->person_key);
	struct ll_fact fact;

	assert_int_equal(ll_fact_from_life_event(&event->life_event, person, &fact), 0);
	put(home, &fact);
}

void home_feed(struct home *home, struct ll_household_event event)
{
	struct ll_fact fact;

	switch (event.body) {
	case LL_BODY_LIFE_EVENT:
		feed_life_event(home, &event);
		break;
	case LL_BODY_HOUSEHOLD_REGISTERED:
		assert_int_equal(ll_household_register(&home->household,
						       &event.household_registered, &home->slab),
				 0);
		break;
	case LL_BODY_AREA_ALERT:
		fact = ll_fact_from_alert(
			ll_fact_id(LL_STR("area_alert"), event.area_alert.alert_id),
			&event.area_alert);
		put(home, &fact);
		break;
	case LL_BODY_CASE_DECISION:
		assert_int_equal(ll_fact_from_visit(&event.case_decision, home->today, &fact), 0);
		put(home, &fact);
		break;
	default:
		fail_msg("a household alone cannot take a body of kind %d", (int)event.body);
	}
}

void home_tell(struct home *home, uint32_t person, const char *event_id, int32_t occurred_on,
	       struct ll_payload payload)
{
	home_feed(home, life_event(7, person, event_id, occurred_on, payload));
}

void home_visit(struct home *home, const char *decision_id, uint32_t secure, uint32_t at_risk)
{
	struct ll_household_event event = decided(7, decision_id, LL_DECIDED_VISIT_CONFIRMED);

	event.case_decision.secure = (int32_t)secure;
	event.case_decision.at_risk = (int32_t)at_risk;
	home_feed(home, event);
}

struct ll_indicators home_compute(const struct home *home)
{
	struct ll_indicators indicators;

	ll_indicators_compute(&home->household, home->today, &indicators);
	return indicators;
}

const char *home_behind(const struct home *home, enum ll_indicator indicator)
{
	static const char *const sources[] = {"medical-insurance", "case_decision", "area_alert"};
	static char text[64];
	const struct ll_fact *facts[LL_REASON_FACTS_MAX];
	size_t count = ll_indicator_facts(&home->household, home->today, indicator, facts,
					  LL_REASON_FACTS_MAX);
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		char name = '?';

		/* Events behind are told with names of one letter. */
		for (char letter = 'a'; letter <= 'z'; letter++)
			for (size_t s = 0; s < sizeof(sources) / sizeof(sources[0]); s++)
				if (ll_fact_id(ll_str_from(sources[s]),
					       (struct ll_str){&letter, 1}) == facts[i]->id)
					name = letter;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%c", i ? " " : "",
					 name);
	}
	return text;
}
