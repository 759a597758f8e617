#include "fixture.h"

#include "base/hash.h"
#include "core/fact.h"

struct kept {
	struct ll_slab slab;
	struct ll_household household;
};

static int setup(void **state)
{
	static struct kept kept;
	struct ll_key key = key_of(7);

	ll_slab_init(&kept.slab);
	ll_household_init(&kept.household, &key);
	*state = &kept;
	return 0;
}

static int teardown(void **state)
{
	struct kept *kept = *state;

	ll_household_release(&kept->household, &kept->slab);
	ll_slab_release(&kept->slab);
	return 0;
}

static struct ll_fact fact(uint64_t id, int32_t revision, int32_t on, int64_t amount_fen)
{
	return (struct ll_fact){.id = id,
				.revision = revision,
				.occurred_on = on,
				.kind = LL_EVENT_HOSPITALISATION,
				.amount_fen = amount_fen,
				.amount_known = true};
}

static enum ll_fact_change put(struct kept *kept, struct ll_fact f)
{
	enum ll_fact_change change;

	assert_int_equal(ll_fact_put(&kept->household, &f, &kept->slab, &change), 0);
	return change;
}

static void test_order_is_day_then_id(void **state)
{
	struct kept *kept = *state;

	put(kept, fact(9, 0, 100, 1));
	put(kept, fact(5, 0, 200, 1));
	put(kept, fact(7, 0, 100, 1));
	put(kept, fact(1, 0, 150, 1));
	assert_int_equal(kept->household.fact_count, 4);
	assert_int_equal(kept->household.facts[0].id, 7);
	assert_int_equal(kept->household.facts[1].id, 9);
	assert_int_equal(kept->household.facts[2].id, 1);
	assert_int_equal(kept->household.facts[3].id, 5);
}

static void test_highest_revision_wins(void **state)
{
	struct kept *kept = *state;

	assert_int_equal(put(kept, fact(1, 1, 100, 50)), LL_FACT_FRESH);
	assert_int_equal(put(kept, fact(1, 1, 100, 50)), LL_FACT_SAME);
	assert_int_equal(put(kept, fact(1, 0, 90, 70)), LL_FACT_SAME);
	assert_int_equal(ll_fact_find(&kept->household, 1)->amount_fen, 50);
	assert_int_equal(put(kept, fact(1, 2, 300, 60)), LL_FACT_FRESH);
	assert_int_equal(put(kept, fact(1, 3, 300, 10)), LL_FACT_LESS);
	assert_int_equal(kept->household.fact_count, 1);
	assert_int_equal(ll_fact_find(&kept->household, 1)->amount_fen, 10);
}

static void test_retraction_stays(void **state)
{
	struct kept *kept = *state;
	struct ll_fact retraction = fact(1, 2, 100, 0);

	retraction.retracted = true;
	assert_int_equal(put(kept, retraction), LL_FACT_LESS);
	assert_int_equal(put(kept, fact(1, 1, 100, 50)), LL_FACT_SAME);
	assert_int_equal(put(kept, fact(1, 2, 100, 50)), LL_FACT_SAME);
	assert_true(ll_fact_find(&kept->household, 1)->retracted);
	assert_int_equal(put(kept, fact(1, 3, 100, 50)), LL_FACT_FRESH);
	assert_false(ll_fact_find(&kept->household, 1)->retracted);
	retraction.revision = 3;
	assert_int_equal(put(kept, retraction), LL_FACT_LESS);
	assert_true(ll_fact_find(&kept->household, 1)->retracted);
}

static void test_bounded(void **state)
{
	struct kept *kept = *state;
	struct ll_fact more = fact(5000, 0, 10, 1);
	enum ll_fact_change change;

	for (uint64_t id = 1; id <= LL_FACTS_MAX; id++)
		put(kept, fact(id, 0, (int32_t)(id * 7 % 365), 1));
	assert_int_equal(ll_fact_put(&kept->household, &more, &kept->slab, &change),
			 -LL_ERR_TOO_MANY_FACTS);
	/* A correction needs no place of its own. */
	assert_int_equal(put(kept, fact(77, 1, 10, 2)), LL_FACT_FRESH);
	assert_int_equal(kept->household.fact_count, LL_FACTS_MAX);
}

static void test_days(void **state)
{
	struct kept *kept = *state;
	int32_t today = day(2026, 3, 10);
	int32_t keep = ll_fact_keep_days(NULL);

	assert_int_equal(keep, 731); /* 24 months */
	assert_int_equal(ll_fact_check_day(today + 1, today, keep), 0);
	assert_int_equal(ll_fact_check_day(today + 2, today, keep), -LL_ERR_FUTURE);
	assert_int_equal(ll_fact_check_day(today - keep, today, keep), 0);
	assert_int_equal(ll_fact_check_day(today - keep - 1, today, keep), -LL_ERR_EXPIRED);
	assert_int_equal(ll_fact_check_day(0, LL_DAY_NONE, keep), 0);

	put(kept, fact(1, 0, today - keep - 1, 1));
	put(kept, fact(2, 0, today - keep, 1));
	assert_int_equal(ll_fact_purge(&kept->household, today, keep), 1);
	assert_int_equal(kept->household.facts[0].id, 2);
}

static void test_reads_payloads(void **state)
{
	struct ll_household_event event = life_event(7, 1, "a", 100, hospital(500));
	struct ll_fact read;

	(void)state;
	assert_int_equal(ll_fact_from_life_event(&event.life_event, 5, &read), 0);
	assert_int_equal(read.amount_fen, 500);
	assert_int_equal(read.person, 5);
	assert_true(read.amount_known);
	assert_int_equal(read.id, ll_fact_id(LL_STR("medical-insurance"), LL_STR("a")));

	event.life_event.payload = job_loss(-1);
	assert_int_equal(ll_fact_from_life_event(&event.life_event, 5, &read), 0);
	assert_false(read.amount_known);

	event.life_event.payload = income_report(2025, -300);
	assert_int_equal(ll_fact_from_life_event(&event.life_event, 5, &read), 0);
	assert_int_equal(read.amount_fen, -300);
	assert_int_equal(read.extra, 2025);
	assert_int_equal(read.person, 0);
}

static void test_rejects_payloads(void **state)
{
	struct ll_household_event event = life_event(7, 1, "a", 100, hospital(500));
	struct ll_life_event *life = &event.life_event;
	struct ll_fact read = {.id = 4};

	(void)state;
	life->payload.hospitalisation.reimbursed_fen = -1;
	assert_int_equal(ll_fact_from_life_event(life, 0, &read), -LL_ERR_NEGATIVE);
	life->payload.hospitalisation.reimbursed_fen = 5000;
	assert_int_equal(ll_fact_from_life_event(life, 0, &read), -LL_ERR_OUT_OF_RANGE);
	life->payload = income_report(1900, 1);
	assert_int_equal(ll_fact_from_life_event(life, 0, &read), -LL_ERR_OUT_OF_RANGE);
	life->payload = housing((enum ll_housing_grade)9, 1);
	assert_int_equal(ll_fact_from_life_event(life, 0, &read), -LL_ERR_BAD_ENUM);
	life->payload.kind = (enum ll_event_kind)LL_EVENT_KIND_COUNT;
	assert_int_equal(ll_fact_from_life_event(life, 0, &read), -LL_ERR_BAD_ENUM);
	life->payload = benefit(LL_BENEFIT_DIBAO, LL_FEN_MAX + 1, 1);
	assert_int_equal(ll_fact_from_life_event(life, 0, &read), -LL_ERR_OUT_OF_RANGE);
	life->payload = benefit(LL_BENEFIT_DIBAO, 1, 601);
	assert_int_equal(ll_fact_from_life_event(life, 0, &read), -LL_ERR_OUT_OF_RANGE);
	life->payload = hospital(1);
	life->subject.type = LL_SUBJECT_AREA;
	assert_int_equal(ll_fact_from_life_event(life, 0, &read), -LL_ERR_UNSUPPORTED_SUBJECT);
	assert_int_equal(read.id, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order_is_day_then_id, setup, teardown),
		cmocka_unit_test_setup_teardown(test_highest_revision_wins, setup, teardown),
		cmocka_unit_test_setup_teardown(test_retraction_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_days, setup, teardown),
		cmocka_unit_test(test_reads_payloads),
		cmocka_unit_test(test_rejects_payloads),
	};

	return cmocka_run_group_tests_name("core/fact", tests, NULL, NULL);
}
