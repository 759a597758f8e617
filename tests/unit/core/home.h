/* One household of the tests of facts and indicators, without a partition, policy or case. */
#ifndef LL_TESTS_CORE_HOME_H
#define LL_TESTS_CORE_HOME_H

#include "fixture.h"

#include "core/fact.h"
#include "core/indicator.h"

struct home {
	struct ll_slab slab;
	struct ll_household household;
	int32_t today;
};

/* Setup and teardown of cmocka: household 7 of the fixture on 2025-06-15. */
int home_setup(void **state);
int home_teardown(void **state);

/* Life events, registrations, alerts and visits; wants that nothing is rejected. */
void home_feed(struct home *home, struct ll_household_event event);
/* A fact of household 7, of a day of its own choice; person 0: the household as a whole. */
void home_tell(struct home *home, uint32_t person, const char *event_id, int32_t occurred_on,
	       struct ll_payload payload);
/* A visit of the day, with what it saw as bits. */
void home_visit(struct home *home, const char *decision_id, uint32_t secure, uint32_t at_risk);
struct ll_indicators home_compute(const struct home *home);
/* Ids of the facts behind, in their order, as "a b c"; event_ids are those of home_tell. */
const char *home_behind(const struct home *home, enum ll_indicator indicator);

#define assert_value(home, symbol, expected)                                         \
	do {                                                                         \
		struct ll_indicators computed = home_compute(home);                  \
                                                                                     \
		assert_true(computed.known >> LL_INDICATOR_##symbol & 1);            \
		assert_int_equal(computed.value[LL_INDICATOR_##symbol], (expected)); \
	} while (0)

/* Neither known nor bounded. */
#define assert_unknown(home, symbol)                                                    \
	do {                                                                            \
		struct ll_indicators computed = home_compute(home);                     \
                                                                                        \
		assert_false((computed.known | computed.at_least | computed.at_most) >> \
				     LL_INDICATOR_##symbol &                            \
			     1);                                                        \
	} while (0)

/* side: at_least or at_most. */
#define assert_bound(home, symbol, side, expected)                                               \
	do {                                                                                     \
		struct ll_indicators computed = home_compute(home);                              \
                                                                                                 \
		assert_false(computed.known >> LL_INDICATOR_##symbol & 1);                       \
		assert_true(computed.side >> LL_INDICATOR_##symbol & 1);                         \
		assert_int_equal(                                                                \
			(computed.at_least & computed.at_most) >> LL_INDICATOR_##symbol & 1, 0); \
		assert_int_equal(computed.value[LL_INDICATOR_##symbol], (expected));             \
	} while (0)

#define assert_behind(home, symbol, expected) \
	assert_string_equal(home_behind((home), LL_INDICATOR_##symbol), (expected))

/* The value is `before` until the day before `on`, and `after` from then on; and it wakes on it. */
#define assert_changes_on(home, symbol, on, before, after)          \
	do {                                                        \
		(home)->today = (on)-1;                             \
		assert_value(home, symbol, before);                 \
		assert_int_equal(home_compute(home).wake_on, (on)); \
		(home)->today = (on);                               \
		assert_value(home, symbol, after);                  \
	} while (0)

#endif
