#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/hash.h"
#include "producers/publish/publish_file.h"
#include "simulate/directory.h"
#include "simulate/scenario.h"
#include "simulate/sheet.h"

#define FROM 20089 /* 2025-01-01 */
#define DAYS 365

static struct ll_scenario make(uint64_t seed, uint32_t households, int32_t days)
{
	const struct ll_scenario_options options = {.seed = seed,
						    .households = households,
						    .from = FROM,
						    .days = days,
						    .areas = "test"};
	struct ll_error error = {0};
	struct ll_villages villages;
	struct ll_scenario scenario;

	assert_int_equal(ll_villages_builtin(&villages, &error), 0);
	assert_int_equal(ll_scenario_make(&scenario, &options, &villages, NULL), 0);
	return scenario;
}

static struct ll_scenario shared;

static int open_shared(void **state)
{
	(void)state;
	shared = make(1, 3000, DAYS);
	return 0;
}

static int close_shared(void **state)
{
	(void)state;
	ll_scenario_release(&shared);
	return 0;
}

static void test_dates_are_within_range(void **state)
{
	(void)state;
	for (size_t i = 0; i < shared.incidents.count; i++) {
		const struct ll_incident *incident = &shared.incidents.list[i];

		assert_in_range(incident->reported_on, FROM, FROM + DAYS - 1);
		if (incident->flaw == LL_FLAW_FUTURE)
			assert_true(incident->occurred_on > incident->reported_on + 1);
		else
			assert_in_range(incident->occurred_on, FROM, incident->reported_on);
	}
}

static void test_rows_are_in_order(void **state)
{
	(void)state;
	for (size_t i = 1; i < shared.incidents.count; i++) {
		const struct ll_incident *before = &shared.incidents.list[i - 1];
		const struct ll_incident *incident = &shared.incidents.list[i];

		assert_true(before->reported_on <= incident->reported_on);
		if (before->reported_on == incident->reported_on)
			assert_true(before->kind <= incident->kind);
	}
}

static void test_there_is_some_of_everything(void **state)
{
	struct ll_plan plan;

	(void)state;
	ll_plan_count(&shared, &plan);
	assert_in_range(plan.rows, 3000 * 3 / 2, 3000 * 5 / 2);
	for (int i = 0; i < LL_EVENT_KIND_COUNT; i++)
		assert_true(plan.rows_of_kind[i] > 0);
	for (int i = LL_FLAW_NONE + 1; i < LL_FLAW_COUNT; i++)
		assert_true(plan.flawed[i] > 0);
	assert_in_range(plan.flawed[LL_FLAW_NONE], plan.rows * 99 / 100, plan.rows - 1);
	assert_true(plan.late > 0);
	assert_true(plan.corrections > plan.retractions);
	assert_true(plan.retractions > 0);
	assert_true(plan.again > 0);
	assert_true(plan.endings > 0);
	assert_true(plan.before_registry > 0);
	assert_true(plan.unregistered > 0);
	assert_int_equal(plan.households[0] + plan.households[1] + plan.households[2], 3000);
}

/* What ends has begun, and not later: its fact for the kinds that have one of their own. */
static void test_endings_follow_beginnings(void **state)
{
	int of_kind[LL_EVENT_KIND_COUNT] = {0};
	struct ll_plan plan;
	int endings = 0;

	(void)state;
	for (size_t i = 0; i < shared.incidents.count; i++) {
		const struct ll_incident *end = &shared.incidents.list[i];
		bool found = false;

		if (!end->ended || end->flaw != LL_FLAW_NONE)
			continue;
		endings++;
		of_kind[end->kind]++;
		if (end->kind == LL_EVENT_LOAN_OVERDUE)
			assert_true(end->revision >= LL_SIM_ENDED_REVISION);
		for (size_t k = 0; k < shared.incidents.count && !found; k++) {
			const struct ll_incident *begun = &shared.incidents.list[k];

			found = !begun->ended && begun->kind == end->kind &&
				begun->household == end->household &&
				begun->person == end->person &&
				(begun->occurred_on <= end->occurred_on ||
				 begun->flaw == LL_FLAW_FUTURE);
		}
		/* A beginning may be reported after the last day. */
		if (!found)
			of_kind[end->kind]--;
	}
	ll_plan_count(&shared, &plan);
	assert_in_range(plan.endings, endings, endings + plan.rows / 100);
	assert_true(of_kind[LL_EVENT_SCHOOL_DROPOUT] > 0);
	assert_true(of_kind[LL_EVENT_WATER_SUPPLY_LOSS] > 0);
	assert_true(of_kind[LL_EVENT_LOAN_OVERDUE] > 0);
	assert_true(of_kind[LL_EVENT_ASSET_RECORD] > 0);
}

static void test_nothing_happens_to_the_dead(void **state)
{
	int deaths = 0;

	(void)state;
	for (size_t i = 0; i < shared.incidents.count; i++) {
		const struct ll_incident *death = &shared.incidents.list[i];

		if (death->kind != LL_EVENT_DEATH || death->flaw != LL_FLAW_NONE)
			continue;
		deaths++;
		for (size_t k = 0; k < shared.incidents.count; k++) {
			const struct ll_incident *incident = &shared.incidents.list[k];

			if (incident->person == death->person &&
			    ll_sheet_is_of_person(incident->kind) &&
			    incident->flaw != LL_FLAW_FUTURE)
				assert_true(incident->occurred_on <= death->occurred_on);
		}
	}
	assert_true(deaths > 20);
}

static void test_the_flood_is_in_summer_and_in_one_township(void **state)
{
	struct ll_date date = ll_day_to_date(shared.flood.day);
	int damages = 0;

	(void)state;
	assert_true(shared.flood.found);
	assert_in_range(date.month, 6, 7);
	for (size_t i = 0; i < shared.incidents.count; i++) {
		const struct ll_incident *incident = &shared.incidents.list[i];
		uint64_t village = shared.population.households[incident->household].village_code;

		if (incident->kind == LL_EVENT_FLOOD_DAMAGE &&
		    village / 1000 == shared.flood.township_code &&
		    incident->occurred_on >= shared.flood.day &&
		    incident->occurred_on <= shared.flood.day + 2)
			damages++;
	}
	assert_true(damages >= 10);
}

static void test_without_summer_there_is_no_flood(void **state)
{
	struct ll_scenario winter = make(1, 50, 30);
	struct ll_buf text;

	(void)state;
	assert_false(winter.flood.found);
	ll_buf_init(&text);
	assert_int_equal(ll_alert_rows(&winter.flood, &text), 0);
	/* The header only. */
	assert_int_equal(text.data[text.size - 1], '\n');
	assert_ptr_equal(memchr(text.data, '\n', text.size), &text.data[text.size - 1]);
	ll_buf_release(&text);
	ll_scenario_release(&winter);
}

static void test_one_household_and_one_day(void **state)
{
	struct ll_scenario scenario = make(1, 1, 1);

	(void)state;
	assert_int_equal(scenario.late_on, LL_DAY_NONE);
	ll_scenario_release(&scenario);
}

/* ---- the files and their mappings ---- */

static struct ll_mapping *mapping_of(enum ll_event_kind kind)
{
	char path[1024];
	struct ll_error error = {0};
	struct ll_mapping *mapping;

	snprintf(path, sizeof(path), "%s/%s.yaml", LL_MAPPINGS_DIR, ll_sheet_mapping(kind));
	if (ll_mapping_read(path, &mapping, &error) != 0)
		fail_msg("%s: %s", path, error.message);
	return mapping;
}

/* Every row of a kind on one day: those without a flaw are taken, the others are not. */
static int64_t publish_day(const struct ll_mapping *mapping, struct ll_pseudonyms *pseudonyms,
			   size_t at, size_t end)
{
	const struct ll_incident *first = &shared.incidents.list[at];
	const struct ll_publish_options options = {
		.mapping = mapping,
		.source = ll_str_from(ll_sheet_department(first->kind)),
		.pseudonyms = pseudonyms,
		.today = first->reported_on,
		.reported_at_ms = ll_day_start_ms(first->reported_on),
	};
	struct ll_publish_counts counts = {0};
	struct ll_error error = {0};
	int64_t flawed = 0;
	struct ll_buf text;

	ll_buf_init(&text);
	assert_int_equal(ll_sheet_header(first->kind, &text), 0);
	for (size_t i = at; i < end; i++) {
		flawed += shared.incidents.list[i].flaw != LL_FLAW_NONE;
		assert_int_equal(ll_sheet_row(&shared.population, &shared.incidents.list[i], &text),
				 0);
	}
	if (ll_publish_bytes(&options, "test", ll_buf_bytes(&text), &counts, &error) != 0)
		fail_msg("%s: %s", ll_sheet_mapping(first->kind), error.message);
	ll_buf_release(&text);
	assert_int_equal(counts.rows, (int64_t)(end - at));
	if (counts.rejected != flawed)
		fail_msg("%s: %lld rejected, %lld flawed", ll_sheet_mapping(first->kind),
			 (long long)counts.rejected, (long long)flawed);
	return counts.rows;
}

static void test_mappings_take_all_rows_but_the_flawed(void **state)
{
	struct ll_mapping *mappings[LL_EVENT_KIND_COUNT];
	struct ll_pseudonyms *pseudonyms;
	size_t at = 0, end;

	(void)state;
	assert_int_equal(ll_pseudonyms_new(LL_STR("a secret for tests only"), &pseudonyms), 0);
	for (int i = 0; i < LL_EVENT_KIND_COUNT; i++) {
		mappings[i] = mapping_of((enum ll_event_kind)i);
		assert_int_equal(mappings[i]->kind, i);
		assert_true(ll_str_equal(mappings[i]->source,
					 ll_str_from(ll_sheet_department((enum ll_event_kind)i))));
		assert_int_equal(mappings[i]->subject_type == LL_SUBJECT_PERSON,
				 ll_sheet_is_of_person((enum ll_event_kind)i));
		assert_int_equal(mappings[i]->revision >= 0,
				 ll_sheet_has_revisions((enum ll_event_kind)i));
	}
	while (at < shared.incidents.count) {
		const struct ll_incident *first = &shared.incidents.list[at];

		for (end = at; end < shared.incidents.count; end++)
			if (shared.incidents.list[end].kind != first->kind ||
			    shared.incidents.list[end].reported_on != first->reported_on)
				break;
		publish_day(mappings[first->kind], pseudonyms, at, end);
		at = end;
	}
	for (int i = 0; i < LL_EVENT_KIND_COUNT; i++)
		ll_mapping_free(mappings[i]);
	ll_pseudonyms_free(pseudonyms);
}

/* ---- the same seed, the same bytes ---- */

static uint64_t tree_hash;
static int tree_files;

static int hash_file(const char *path, const struct stat *status, int type, struct FTW *where)
{
	char *bytes;
	FILE *stream;

	(void)where;
	if (type != FTW_F)
		return 0;
	bytes = malloc((size_t)status->st_size);
	stream = fopen(path, "r");
	assert_non_null(stream);
	assert_int_equal(fread(bytes, 1, (size_t)status->st_size, stream), status->st_size);
	fclose(stream);
	/* A sum: the order in which files are found does not matter. */
	tree_hash += ll_hash64(path + 2, strlen(path + 2), 1) ^
		     ll_hash64(bytes, (size_t)status->st_size, 2);
	tree_files++;
	free(bytes);
	return 0;
}

static int remove_file(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

/* Of all paths and bytes below a directory that is written and removed again. */
static uint64_t written_hash(uint64_t seed)
{
	char root[] = "scenario-XXXXXX";
	char before[LL_SIM_PATH_MAX];
	struct ll_scenario scenario = make(seed, 300, DAYS);
	struct ll_error error = {0};

	assert_non_null(mkdtemp(root));
	if (ll_scenario_write(&scenario, root, NULL, &error) != 0)
		fail_msg("%s", error.message);
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(root), 0);
	tree_hash = 0;
	tree_files = 0;
	assert_int_equal(nftw(".", hash_file, 16, FTW_PHYS), 0);
	assert_int_equal(chdir(before), 0);
	assert_int_equal(nftw(root, remove_file, 16, FTW_PHYS | FTW_DEPTH), 0);
	ll_scenario_release(&scenario);
	return tree_hash;
}

static void test_same_seed_same_bytes(void **state)
{
	uint64_t hash = written_hash(11);

	(void)state;
	assert_true(tree_files > 100);
	assert_int_equal(written_hash(11), hash);
	assert_true(written_hash(12) != hash);
}

static void test_a_full_directory_is_left_alone(void **state)
{
	char root[] = "scenario-XXXXXX";
	char path[LL_SIM_PATH_MAX];
	struct ll_error error = {0};

	(void)state;
	assert_non_null(mkdtemp(root));
	assert_int_equal(ll_directory_join(root, "mine", path, &error), 0);
	assert_int_equal(ll_directory_write(path, (struct ll_bytes){NULL, 0}, &error), 0);
	assert_int_equal(ll_scenario_write(&shared, root, NULL, &error), -LL_ERR_EXISTS);
	unlink(path);
	rmdir(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates_are_within_range),
		cmocka_unit_test(test_rows_are_in_order),
		cmocka_unit_test(test_there_is_some_of_everything),
		cmocka_unit_test(test_endings_follow_beginnings),
		cmocka_unit_test(test_nothing_happens_to_the_dead),
		cmocka_unit_test(test_the_flood_is_in_summer_and_in_one_township),
		cmocka_unit_test(test_without_summer_there_is_no_flood),
		cmocka_unit_test(test_one_household_and_one_day),
		cmocka_unit_test(test_mappings_take_all_rows_but_the_flawed),
		cmocka_unit_test(test_same_seed_same_bytes),
		cmocka_unit_test(test_a_full_directory_is_left_alone),
	};

	return cmocka_run_group_tests(tests, open_shared, close_shared);
}
