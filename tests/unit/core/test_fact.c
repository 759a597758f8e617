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

/* Whichever comes first. */
static void assert_stays(struct ll_fact stays, struct ll_fact goes)
{
	assert_true(ll_fact_supersedes(&stays, &goes));
	assert_false(ll_fact_supersedes(&goes, &stays));
	assert_false(ll_fact_supersedes(&stays, &stays));
}

static void test_of_one_revision_more_trouble_stays(void **state)
{
	struct kept *kept = *state;
	struct ll_fact stay = fact(1, 2, 100, 50), more = fact(1, 2, 90, 51);
	struct ll_fact income = stay, less = stay, out = stay, returned = stay;
	struct ll_fact later = fact(1, 2, 101, 50), older = fact(1, 1, 100, 90);

	income.kind = less.kind = LL_EVENT_INCOME_REPORT;
	less.amount_fen = 49;
	out.kind = returned.kind = LL_EVENT_SCHOOL_DROPOUT;
	returned.extra = 1;
	assert_stays(more, stay);
	assert_stays(less, income);
	assert_stays(out, returned);
	/* Of as much trouble the later; and no trouble is worth a higher revision. */
	assert_stays(later, stay);
	assert_stays(stay, older);
	put(kept, stay);
	assert_int_equal(put(kept, more), LL_FACT_FRESH);
	assert_int_equal(put(kept, stay), LL_FACT_SAME);
	assert_int_equal(kept->household.fact_count, 1);
	assert_int_equal(kept->household.facts[0].amount_fen, 51);
	/* A task that one of them opens is not the other's. */
	assert_int_equal(ll_fact_cause_id(&stay, NULL), stay.id);
	assert_int_equal(ll_fact_cause_id(&stay, &older), stay.id);
	assert_int_not_equal(ll_fact_cause_id(&more, &stay), stay.id);
	/* A retraction of the revision takes both back. */
	more.retracted = true;
	assert_stays(more, stay);
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

/* ---- eras ----------------------------------------------------------------------------------- */

static unsigned int era_of(const struct kept *kept, uint64_t id)
{
	return ll_fact_find(&kept->household, id)->era;
}

static void test_trouble_carries_its_era(void **state)
{
	struct kept *kept = *state;
	struct ll_fact good = fact(9, 0, 100, 1);

	good.kind = LL_EVENT_EMPLOYED;
	ll_fact_next_era(&kept->household);
	put(kept, fact(1, 0, 100, 50));
	put(kept, good);
	assert_int_equal(era_of(kept, 1), 1);
	assert_int_equal(era_of(kept, 9), 0);
	assert_true(ll_fact_is_fresh(ll_fact_find(&kept->household, 1), 0));
	assert_false(ll_fact_is_fresh(ll_fact_find(&kept->household, 1), 1));

	/* Answered. More of it is fresh, less is not, nor what it was. */
	ll_fact_next_era(&kept->household);
	put(kept, fact(1, 1, 100, 40));
	assert_int_equal(era_of(kept, 1), 1);
	put(kept, fact(1, 2, 100, 50));
	assert_int_equal(era_of(kept, 1), 1);
	put(kept, fact(1, 3, 100, 51));
	assert_int_equal(era_of(kept, 1), 2);
	put(kept, fact(1, 4, 100, 50));
	assert_int_equal(era_of(kept, 1), 1);
	assert_int_equal(kept->household.before_count, 1);
	ll_fact_next_era(&kept->household);
	assert_int_equal(kept->household.before_count, 0);
	put(kept, fact(1, 5, 100, 51));
	assert_int_equal(era_of(kept, 1), 3);
}

static void test_what_ended_and_comes_again_is_fresh(void **state)
{
	struct kept *kept = *state;
	struct ll_fact out = fact(1, 0, 100, 0);

	out.kind = LL_EVENT_SCHOOL_DROPOUT;
	ll_fact_next_era(&kept->household);
	assert_int_equal(put(kept, out), LL_FACT_FRESH);
	ll_fact_next_era(&kept->household);
	out.extra = 1; /* at school again */
	out.revision = 1;
	assert_int_equal(put(kept, out), LL_FACT_LESS);
	assert_int_equal(era_of(kept, 1), 0);
	assert_false(ll_fact_is_fresh(ll_fact_find(&kept->household, 1), 0));
	/* Taken back within the era: as it was. */
	out.extra = 0;
	out.revision = 2;
	assert_int_equal(put(kept, out), LL_FACT_FRESH);
	assert_int_equal(era_of(kept, 1), 1);
	/* But not in the next. */
	out.extra = 1;
	out.revision = 3;
	put(kept, out);
	ll_fact_next_era(&kept->household);
	out.extra = 0;
	out.revision = 4;
	put(kept, out);
	assert_int_equal(era_of(kept, 1), 3);
}

static void test_a_fact_that_left_and_came_back_is_the_same(void **state)
{
	struct kept *kept = *state;
	bool removed;

	ll_fact_next_era(&kept->household);
	put(kept, fact(1, 0, 100, 50));
	ll_fact_next_era(&kept->household);
	assert_int_equal(ll_fact_remove(&kept->household, 1, &kept->slab, &removed), 0);
	assert_true(removed);
	assert_int_equal(ll_fact_remove(&kept->household, 1, &kept->slab, &removed), 0);
	assert_false(removed);
	put(kept, fact(1, 2, 100, 50));
	assert_int_equal(era_of(kept, 1), 1);
	assert_int_equal(ll_fact_remove(&kept->household, 1, &kept->slab, &removed), 0);
	ll_fact_next_era(&kept->household);
	put(kept, fact(1, 2, 100, 50));
	assert_int_equal(era_of(kept, 1), 3);
}

/* What is worse, by kind: amounts and details of a fact before and after a correction. */
static void test_worse_is_by_kind(void **state)
{
	static const struct {
		unsigned int kind;
		int64_t amount_before, amount_after;
		unsigned int detail_before, detail_after;
		bool fresh;
	} rows[] = {
		{LL_EVENT_HOSPITALISATION, 5, 6, 0, 0, true},
		{LL_EVENT_HOSPITALISATION, 5, 4, 0, 0, false},
		{LL_EVENT_INCOME_REPORT, 5, 4, 0, 0, true},
		{LL_EVENT_INCOME_REPORT, 5, 6, 0, 0, false},
		{LL_EVENT_WAGE_REPORT, 5, 4, 0, 0, true},
		{LL_EVENT_WAGE_REPORT, 5, 6, 0, 0, false},
		{LL_EVENT_DISABILITY, 0, 0, 3, 2, true},
		{LL_EVENT_DISABILITY, 0, 0, 2, 3, false},
		{LL_EVENT_HOUSING_DAMAGE, 0, 0, LL_HOUSING_C, LL_HOUSING_D, true},
		{LL_EVENT_HOUSING_DAMAGE, 0, 0, LL_HOUSING_A, LL_HOUSING_B, false},
		{LL_EVENT_DECLARATION, 0, 0, LL_NEED_WATER, LL_NEED_FOOD, true},
		{LL_EVENT_JOB_LOSS, 5, 5, LL_JOB_LOSS_DISMISSED, LL_JOB_LOSS_ILLNESS, false},
		{LL_EVENT_EMPLOYED, 5, 4, 0, 0, false},
		{LL_EVENT_ASSET_RECORD, 0, 0, LL_ASSET_CAR, LL_ASSET_COMPANY, true},
		{LL_FACT_AREA_ALERT, 0, 0, 2, 3, true},
		{LL_FACT_AREA_ALERT, 0, 0, 3, 2, false},
	};
	struct kept *kept = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ll_fact f = fact(i + 1, 0, 100, rows[i].amount_before);

		f.kind = rows[i].kind & LL_FACT_AREA_ALERT;
		f.detail = rows[i].detail_before & LL_FACT_DETAIL_MAX;
		put(kept, f);
	}
	ll_fact_next_era(&kept->household);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ll_fact f = fact(i + 1, 1, 100, rows[i].amount_after);

		f.kind = rows[i].kind & LL_FACT_AREA_ALERT;
		f.detail = rows[i].detail_after & LL_FACT_DETAIL_MAX;
		put(kept, f);
		assert_int_equal(ll_fact_is_fresh(ll_fact_find(&kept->household, f.id), 0),
				 rows[i].fresh);
	}
}

/* For all of many answers, whatever their eras: what was fresh to them is, and nothing else. */
static void test_renumbered_eras_say_the_same(void **state)
{
	struct kept *kept = *state;
	struct ll_household *household = &kept->household;
	uint64_t seed = 20250615;
	bool fresh[8][40];

	assert_int_equal(ll_household_reserve_tasks(household, 8, &kept->slab), 0);
	household->task_count = 8;
	memset(household->tasks, 0, 8 * sizeof(household->tasks[0]));
	for (int round = 0; round < 500; round++) {
		uint64_t id = 1 + draw(&seed, 40);

		put(kept, fact(id, round, 100, draw(&seed, 100)));
		household->tasks[draw(&seed, 8)].era = (uint8_t)household->era;
		household->settled = draw(&seed, 2) != 0;
		household->settled_era = household->era & LL_ERA_MAX;
		for (int t = 0; t < 8; t++)
			for (int f = 0; f < household->fact_count; f++)
				fresh[t][f] = ll_fact_is_fresh(&household->facts[f],
							       household->tasks[t].era);
		ll_fact_next_era(household);
		assert_true(household->era < LL_ERA_MAX);
		for (int t = 0; t < 8; t++)
			for (int f = 0; f < household->fact_count; f++)
				assert_int_equal(ll_fact_is_fresh(&household->facts[f],
								  household->tasks[t].era),
						 fresh[t][f]);
		for (int f = 0; f < household->fact_count; f++)
			assert_true(household->facts[f].era < household->era);
	}
}

#define REVISIONS_MAX 24

/* Some facts, a few revisions of each, some retracted or ended. */
static size_t draw_revisions(uint64_t *seed, struct ll_fact revisions[REVISIONS_MAX])
{
	static const uint8_t kinds[] = {LL_EVENT_HOSPITALISATION, LL_EVENT_SCHOOL_DROPOUT,
					LL_EVENT_EMPLOYED, LL_EVENT_INCOME_REPORT,
					LL_EVENT_HOUSING_DAMAGE};
	size_t count = 0;

	for (uint64_t id = 1; id <= 4; id++)
		for (int32_t revision = 0; revision < 6; revision++) {
			struct ll_fact f =
				fact(id, revision, 100 + (int32_t)draw(seed, 3), draw(seed, 4));

			if (draw(seed, 2))
				continue;
			f.kind = kinds[draw(seed, 8) ? id - 1 : draw(seed, 5)] & LL_FACT_DETAIL_MAX;
			f.detail = draw(seed, 4) & LL_FACT_DETAIL_MAX;
			f.extra = draw(seed, 3) == 0 ? 1 : 0;
			f.retracted = draw(seed, 4) == 0;
			revisions[count++] = f;
		}
	return count;
}

static void put_permuted(struct kept *kept, const struct ll_fact *revisions, size_t count,
			 uint64_t *seed)
{
	struct ll_fact order[2 * REVISIONS_MAX];
	size_t total = 0;

	for (size_t i = 0; i < count; i++)
		for (uint32_t copies = 1 + draw(seed, 2); copies > 0; copies--)
			order[total++] = revisions[i];
	for (size_t i = total; i > 1; i--) {
		size_t other = draw(seed, (uint32_t)i);
		struct ll_fact swapped = order[i - 1];

		order[i - 1] = order[other];
		order[other] = swapped;
	}
	for (size_t i = 0; i < total; i++)
		put(kept, order[i]);
}

static void assert_same_facts(const struct ll_household *a, const struct ll_household *b)
{
	assert_int_equal(a->fact_count, b->fact_count);
	assert_int_equal(a->before_count, b->before_count);
	for (int i = 0; i < a->fact_count; i++)
		assert_memory_equal(&a->facts[i], &b->facts[i], sizeof(a->facts[0]));
	for (int i = 0; i < a->before_count; i++) {
		assert_int_equal(a->befores[i].id, b->befores[i].id);
		assert_int_equal(a->befores[i].amount_fen, b->befores[i].amount_fen);
		assert_int_equal(a->befores[i].kind, b->befores[i].kind);
		assert_int_equal(a->befores[i].detail, b->befores[i].detail);
		assert_int_equal(a->befores[i].era, b->befores[i].era);
	}
}

/* Any order, with any repetitions, of what is told within an era ends in the same facts and eras. */
static void test_order_does_not_count(void **state)
{
	struct kept *kept = *state;
	struct kept other;
	struct ll_key key = key_of(7);
	struct ll_fact revisions[REVISIONS_MAX];
	uint64_t seed = 7;

	ll_slab_init(&other.slab);
	for (int round = 0; round < 2000; round++) {
		ll_household_release(&kept->household, &kept->slab);
		ll_household_init(&other.household, &key);
		for (int era = 0; era < 4; era++) {
			size_t count = draw_revisions(&seed, revisions);

			/* Later eras tell of later revisions too. */
			for (size_t i = 0; i < count; i++)
				revisions[i].revision += era * 3;
			put_permuted(kept, revisions, count, &seed);
			put_permuted(&other, revisions, count, &seed);
			assert_same_facts(&kept->household, &other.household);
			ll_fact_next_era(&kept->household);
			ll_fact_next_era(&other.household);
		}
		ll_household_release(&other.household, &other.slab);
	}
	ll_slab_release(&other.slab);
}

static void test_forgotten_facts_leave_no_before(void **state)
{
	struct kept *kept = *state;

	put(kept, fact(1, 0, 100, 50));
	put(kept, fact(2, 0, 900, 50));
	ll_fact_next_era(&kept->household);
	put(kept, fact(1, 1, 100, 40));
	put(kept, fact(2, 1, 900, 40));
	assert_int_equal(kept->household.before_count, 2);
	assert_int_equal(ll_fact_purge(&kept->household, 1000, 731), 1);
	assert_int_equal(kept->household.before_count, 1);
	assert_int_equal(kept->household.befores[0].id, 2);
}

/* ---- reading -------------------------------------------------------------------------------- */

static int read_as(struct ll_payload payload, uint32_t person, struct ll_fact *ret_fact)
{
	struct ll_household_event event = life_event(7, 1, "a", 100, payload);

	return ll_fact_from_life_event(&event.life_event, person, ret_fact);
}

static void test_reads_every_kind(void **state)
{
	static const struct {
		struct ll_payload payload;
		int64_t amount_fen;
		bool unknown;
		unsigned int detail, extra;
	} rows[] = {
		{{.kind = LL_EVENT_HOSPITALISATION, .hospitalisation = {9, 4, {false, 0}}},
		 5,
		 false,
		 0,
		 0},
		{{.kind = LL_EVENT_HOSPITALISATION, .hospitalisation = {9, 4, {true, 3}}},
		 3,
		 false,
		 0,
		 0},
		{{.kind = LL_EVENT_CHRONIC_ILLNESS, .chronic_illness = {true, {true, 7}}},
		 7,
		 false,
		 1,
		 0},
		{{.kind = LL_EVENT_JOB_LOSS, .job_loss = {{false, 0}, LL_JOB_LOSS_ILLNESS}},
		 0,
		 true,
		 4,
		 0},
		{{.kind = LL_EVENT_EMPLOYED, .employed = {{true, 8}}}, 8, false, 0, 0},
		{{.kind = LL_EVENT_INCOME_REPORT, .income_report = {2025, -300}},
		 -300,
		 false,
		 0,
		 2025},
		{{.kind = LL_EVENT_SCHOOL_DROPOUT,
		  .school_dropout = {LL_SCHOOL_NON_COMPULSORY, true}},
		 0,
		 true,
		 1,
		 1},
		{{.kind = LL_EVENT_HOUSING_DAMAGE, .housing_damage = {LL_HOUSING_D, {true, 6}}},
		 6,
		 false,
		 3,
		 0},
		{{.kind = LL_EVENT_FLOOD_DAMAGE, .flood_damage = {true, {false, 0}}},
		 0,
		 true,
		 1,
		 0},
		{{.kind = LL_EVENT_BENEFIT, .benefit = {LL_BENEFIT_OTHER, 5, 600}},
		 5,
		 false,
		 4,
		 600},
		{{.kind = LL_EVENT_DECLARATION, .declaration = {LL_NEED_INCOME, {false, 0}}},
		 0,
		 true,
		 6,
		 0},
		{{.kind = LL_EVENT_OUTPATIENT_COST, .outpatient_cost = {9, 4, {false, 0}}},
		 5,
		 false,
		 0,
		 0},
		{{.kind = LL_EVENT_DISABILITY, .disability = {4, LL_DISABILITY_MULTIPLE}},
		 0,
		 true,
		 4,
		 6},
		{{.kind = LL_EVENT_DEATH, .death = {{true, 2}}}, 2, false, 0, 0},
		{{.kind = LL_EVENT_WAGE_REPORT, .wage_report = {3}}, 3, false, 0, 0},
		{{.kind = LL_EVENT_BUSINESS_FAILURE, .business_failure = {{true, 4}}},
		 4,
		 false,
		 0,
		 0},
		{{.kind = LL_EVENT_UNSOLD_PRODUCE, .unsold_produce = {{true, 5}}}, 5, false, 0, 0},
		{{.kind = LL_EVENT_LOAN_OVERDUE, .loan_overdue = {6, true}}, 6, false, 0, 1},
		{{.kind = LL_EVENT_TUITION_COST, .tuition_cost = {LL_SCHOOL_NON_COMPULSORY, 7}},
		 7,
		 false,
		 1,
		 0},
		{{.kind = LL_EVENT_WATER_SUPPLY_LOSS, .water_supply_loss = {true}}, 0, true, 0, 1},
		{{.kind = LL_EVENT_CROP_LOSS, .crop_loss = {{true, 8}}}, 8, false, 0, 0},
		{{.kind = LL_EVENT_LIVESTOCK_LOSS, .livestock_loss = {{true, 9}}}, 9, false, 0, 0},
		{{.kind = LL_EVENT_ACCIDENT, .accident = {LL_ACCIDENT_FIRE, {true, 10}}},
		 10,
		 false,
		 3,
		 0},
		{{.kind = LL_EVENT_EPIDEMIC_IMPACT, .epidemic_impact = {{true, 11}}},
		 11,
		 false,
		 0,
		 0},
		{{.kind = LL_EVENT_ASSET_RECORD, .asset_record = {LL_ASSET_PUBLIC_EMPLOYEE, true}},
		 0,
		 true,
		 3,
		 1},
		{{.kind = LL_EVENT_AUTHORISATION, .authorisation = {600}}, 0, true, 0, 600},
	};
	uint64_t seen = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ll_fact read;

		assert_int_equal(read_as(rows[i].payload, 5, &read), 0);
		assert_int_equal(read.kind, rows[i].payload.kind);
		assert_int_equal(read.amount_fen, rows[i].amount_fen);
		assert_int_equal(read.amount_known, !rows[i].unknown);
		assert_int_equal(read.detail, rows[i].detail);
		assert_int_equal(read.extra, rows[i].extra);
		assert_int_equal(read.person, read.kind == LL_EVENT_INCOME_REPORT ? 0 : 5);
		assert_int_equal(read.id, ll_fact_id(LL_STR("medical-insurance"), LL_STR("a")));
		assert_string_not_equal(ll_fact_kind_name(read.kind), "?");
		assert_true(ll_fact_kind_of(read.kind)->indicators != 0);
		seen |= UINT64_C(1) << read.kind;
	}
	assert_int_equal(seen, (UINT64_C(1) << LL_EVENT_KIND_COUNT) - 1);
	assert_int_equal(ll_fact_kind_of(61)->indicators, 0);
	assert_int_equal(ll_fact_kind_of(200)->indicators, 0);
}

static void test_rejects_every_range(void **state)
{
	static const struct {
		struct ll_payload payload;
		int rc;
	} rows[] = {
		{{.kind = LL_EVENT_HOSPITALISATION, .hospitalisation = {9, -1, {false, 0}}},
		 -LL_ERR_NEGATIVE},
		{{.kind = LL_EVENT_HOSPITALISATION, .hospitalisation = {9, 10, {false, 0}}},
		 -LL_ERR_OUT_OF_RANGE},
		{{.kind = LL_EVENT_HOSPITALISATION, .hospitalisation = {9, 4, {true, -1}}},
		 -LL_ERR_NEGATIVE},
		{{.kind = LL_EVENT_OUTPATIENT_COST, .outpatient_cost = {-1, 0, {false, 0}}},
		 -LL_ERR_NEGATIVE},
		{{.kind = LL_EVENT_OUTPATIENT_COST,
		  .outpatient_cost = {LL_FEN_MAX + 1, 0, {false, 0}}},
		 -LL_ERR_OUT_OF_RANGE},
		{{.kind = LL_EVENT_CHRONIC_ILLNESS, .chronic_illness = {true, {true, -1}}},
		 -LL_ERR_NEGATIVE},
		{{.kind = LL_EVENT_JOB_LOSS, .job_loss = {{false, 0}, (enum ll_job_loss_reason)5}},
		 -LL_ERR_BAD_ENUM},
		{{.kind = LL_EVENT_INCOME_REPORT, .income_report = {1989, 1}},
		 -LL_ERR_OUT_OF_RANGE},
		{{.kind = LL_EVENT_INCOME_REPORT, .income_report = {2200, 1}},
		 -LL_ERR_OUT_OF_RANGE},
		{{.kind = LL_EVENT_SCHOOL_DROPOUT,
		  .school_dropout = {(enum ll_school_stage)2, false}},
		 -LL_ERR_BAD_ENUM},
		{{.kind = LL_EVENT_HOUSING_DAMAGE,
		  .housing_damage = {(enum ll_housing_grade)4, {false, 0}}},
		 -LL_ERR_BAD_ENUM},
		{{.kind = LL_EVENT_BENEFIT, .benefit = {LL_BENEFIT_DIBAO, LL_FEN_MAX + 1, 1}},
		 -LL_ERR_OUT_OF_RANGE},
		{{.kind = LL_EVENT_BENEFIT, .benefit = {LL_BENEFIT_DIBAO, 1, 601}},
		 -LL_ERR_OUT_OF_RANGE},
		{{.kind = LL_EVENT_BENEFIT, .benefit = {LL_BENEFIT_DIBAO, 1, -1}},
		 -LL_ERR_OUT_OF_RANGE},
		{{.kind = LL_EVENT_DECLARATION, .declaration = {(enum ll_need)7, {false, 0}}},
		 -LL_ERR_BAD_ENUM},
		{{.kind = LL_EVENT_DISABILITY, .disability = {0, LL_DISABILITY_VISUAL}},
		 -LL_ERR_OUT_OF_RANGE},
		{{.kind = LL_EVENT_DISABILITY, .disability = {5, LL_DISABILITY_VISUAL}},
		 -LL_ERR_OUT_OF_RANGE},
		{{.kind = LL_EVENT_DISABILITY, .disability = {1, (enum ll_disability_type)7}},
		 -LL_ERR_BAD_ENUM},
		{{.kind = LL_EVENT_DEATH, .death = {{true, -1}}}, -LL_ERR_NEGATIVE},
		{{.kind = LL_EVENT_WAGE_REPORT, .wage_report = {-1}}, -LL_ERR_NEGATIVE},
		{{.kind = LL_EVENT_BUSINESS_FAILURE, .business_failure = {{true, -1}}},
		 -LL_ERR_NEGATIVE},
		{{.kind = LL_EVENT_UNSOLD_PRODUCE, .unsold_produce = {{true, -1}}},
		 -LL_ERR_NEGATIVE},
		{{.kind = LL_EVENT_LOAN_OVERDUE, .loan_overdue = {-1, false}}, -LL_ERR_NEGATIVE},
		{{.kind = LL_EVENT_TUITION_COST, .tuition_cost = {(enum ll_school_stage)2, 1}},
		 -LL_ERR_BAD_ENUM},
		{{.kind = LL_EVENT_TUITION_COST, .tuition_cost = {LL_SCHOOL_COMPULSORY, -1}},
		 -LL_ERR_NEGATIVE},
		{{.kind = LL_EVENT_CROP_LOSS, .crop_loss = {{true, -1}}}, -LL_ERR_NEGATIVE},
		{{.kind = LL_EVENT_LIVESTOCK_LOSS, .livestock_loss = {{true, LL_FEN_MAX + 1}}},
		 -LL_ERR_OUT_OF_RANGE},
		{{.kind = LL_EVENT_ACCIDENT, .accident = {(enum ll_accident_type)4, {false, 0}}},
		 -LL_ERR_BAD_ENUM},
		{{.kind = LL_EVENT_EPIDEMIC_IMPACT, .epidemic_impact = {{true, -1}}},
		 -LL_ERR_NEGATIVE},
		{{.kind = LL_EVENT_ASSET_RECORD, .asset_record = {(enum ll_asset_type)4, false}},
		 -LL_ERR_BAD_ENUM},
		{{.kind = LL_EVENT_AUTHORISATION, .authorisation = {-1}}, -LL_ERR_OUT_OF_RANGE},
		{{.kind = LL_EVENT_AUTHORISATION, .authorisation = {601}}, -LL_ERR_OUT_OF_RANGE},
		{{.kind = (enum ll_event_kind)LL_EVENT_KIND_COUNT}, -LL_ERR_BAD_ENUM},
	};
	struct ll_fact read = {.id = 4};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(read_as(rows[i].payload, 5, &read), rows[i].rc);
	/* Of whom? */
	assert_int_equal(read_as(death(1), 0, &read), -LL_ERR_UNSUPPORTED_SUBJECT);
	assert_int_equal(read_as(disability(1), 0, &read), -LL_ERR_UNSUPPORTED_SUBJECT);
	assert_int_equal(read_as(wage_report(1), 0, &read), -LL_ERR_UNSUPPORTED_SUBJECT);
	assert_int_equal(read.id, 4);
}

static void test_rejects_envelopes(void **state)
{
	struct ll_household_event event = life_event(7, 1, "a", 100, hospital(500));
	struct ll_life_event *life = &event.life_event;
	struct ll_fact read = {.id = 4};

	(void)state;
	life->occurred_on = LL_DAY_MAX + 1;
	assert_int_equal(ll_fact_from_life_event(life, 0, &read), -LL_ERR_BAD_DATE);
	life->occurred_on = 100;
	life->revision = -1;
	assert_int_equal(ll_fact_from_life_event(life, 0, &read), -LL_ERR_OUT_OF_RANGE);
	life->revision = 0;
	life->subject.type = LL_SUBJECT_AREA;
	assert_int_equal(ll_fact_from_life_event(life, 0, &read), -LL_ERR_UNSUPPORTED_SUBJECT);
	assert_int_equal(read.id, 4);
	/* A retraction needs no payload that means anything, nor a person. */
	life->subject.type = LL_SUBJECT_HOUSEHOLD;
	life->action = LL_ACTION_RETRACT;
	life->payload = disability(9);
	assert_int_equal(ll_fact_from_life_event(life, 0, &read), 0);
	assert_true(read.retracted);
	assert_int_equal(read.detail, 0);
}

static void test_reads_visits(void **state)
{
	const uint32_t food = 1u << LL_DIMENSION_FOOD, water_bit = 1u << LL_DIMENSION_WATER;
	struct ll_case_decision decision = {.decision_id = LL_STR("d"),
					    .secure = (int32_t)food,
					    .at_risk = (int32_t)water_bit,
					    .at_ms = ll_day_start_ms(500)};
	struct ll_fact read;

	(void)state;
	assert_int_equal(ll_fact_from_visit(&decision, 700, &read), 0);
	assert_int_equal(read.kind, LL_FACT_VISIT);
	assert_int_equal(read.occurred_on, 700);
	assert_int_equal(ll_fact_visit_secure(&read), food);
	assert_int_equal(ll_fact_visit_at_risk(&read), water_bit);
	assert_true(ll_fact_is_trouble(&read));
	assert_int_equal(ll_fact_from_visit(&decision, LL_DAY_NONE, &read), 0);
	assert_int_equal(read.occurred_on, 500);
	decision.at_risk = 0;
	assert_int_equal(ll_fact_from_visit(&decision, 700, &read), 0);
	assert_false(ll_fact_is_trouble(&read));

	decision.at_risk = (int32_t)food;
	assert_int_equal(ll_fact_from_visit(&decision, 700, &read), -LL_ERR_OUT_OF_RANGE);
	decision.at_risk = 1 << LL_DIMENSION_INCOME;
	assert_int_equal(ll_fact_from_visit(&decision, 700, &read), -LL_ERR_BAD_ENUM);
	decision.at_risk = 1;
	assert_int_equal(ll_fact_from_visit(&decision, 700, &read), -LL_ERR_BAD_ENUM);
	decision.at_risk = -1;
	assert_int_equal(ll_fact_from_visit(&decision, 700, &read), -LL_ERR_BAD_ENUM);
	decision.at_risk = 0;
	decision.at_ms = INT64_MAX;
	assert_int_equal(ll_fact_from_visit(&decision, LL_DAY_NONE, &read), -LL_ERR_BAD_DATE);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_order_is_day_then_id),
		T(test_highest_revision_wins),
		T(test_retraction_stays),
		T(test_of_one_revision_more_trouble_stays),
		T(test_bounded),
		T(test_days),
		T(test_trouble_carries_its_era),
		T(test_what_ended_and_comes_again_is_fresh),
		T(test_a_fact_that_left_and_came_back_is_the_same),
		T(test_worse_is_by_kind),
		T(test_renumbered_eras_say_the_same),
		T(test_order_does_not_count),
		T(test_forgotten_facts_leave_no_before),
		cmocka_unit_test(test_reads_every_kind),
		cmocka_unit_test(test_rejects_every_range),
		cmocka_unit_test(test_rejects_envelopes),
		cmocka_unit_test(test_reads_visits),
	};

	return cmocka_run_group_tests_name("core/fact", tests, NULL, NULL);
}
